package search

import (
	"regexp"
	"strconv"
	"strings"
)

// An Amount is a sum of money as somebody said it.
type Amount struct {
	Said string  // 一万二, 2000块
	Yuan float64 // 0 when it is not clear: 几千, 万把块
}

// A number is Arabic or Chinese; what follows it tells money from the rest.
var (
	moneyForm = regexp.MustCompile(`([0-9]+(?:[.,][0-9]+)*|[零〇一二两俩三四五六七八九十百千万几数多半]+)((?:亿|万|千|百)*)([多几来把]?)(块钱|块|元钱|元|钱|圆|w|k)?`)
	roughForm = regexp.MustCompile(`[几数]|[百千万]把|好几`)
)

// measures follow a number that counts something else than money.
var measures = strings.Fields("斤 只 亩 米 个 株 平 户 人 天 年 岁 度 公里 头 条 根 棵 次 回 月 号 日 点 分钟 小时 里 层 间 套 箱 袋 车 吨 方 尺 寸 厘米 家 口 桌 趟 窝 组 队 社 床 台 辆 本 张 瓶 顿 代 辈 弟兄 兄弟 姊妹 姐妹 倍 成 级 楼 单元 栋 期 周 星期 礼拜 季 名 位 件 双 块地 块田 块土 块承包 块山 块板 块砖 块菜 块晒 块碑 块玻 块石")

// amountsIn finds the sums of money in a narrative, in order.
func amountsIn(narrative string) []Amount {
	text := strings.Map(func(r rune) rune {
		if r >= '０' && r <= '９' {
			return r - '０' + '0'
		}
		return r
	}, narrative)
	var out []Amount
	for _, m := range moneyForm.FindAllStringSubmatchIndex(text, -1) {
		at := func(i int) string {
			if m[2*i] < 0 {
				return ""
			}
			return text[m[2*i]:m[2*i+1]]
		}
		number, unit, rough, money := at(1), at(2), at(3), at(4)
		if money == "钱" && !strings.ContainsAny(number+unit, "百千万") || counted(text[m[1]:], money, rough) || strings.HasPrefix(text[m[1]:], "分之") {
			continue
		}
		big := strings.ContainsAny(number+unit, "百千万亿")
		if money == "" && !big && !plainSum(number, text[:m[0]]) {
			continue
		}
		if money == "" && strings.HasSuffix(text[:m[0]], "第") {
			continue
		}
		said := strings.TrimSpace(text[m[0]:m[1]])
		a := Amount{Said: said}
		if rough == "" && !roughForm.MatchString(said) && !strings.ContainsAny(said, "多") {
			a.Yuan = yuanOf(number, unit)
			switch money {
			case "w":
				a.Yuan *= 10000
			case "k":
				a.Yuan *= 1000
			}
		}
		if a.Yuan > 0 || big || money != "" && money != "钱" {
			out = append(out, a)
		}
	}
	return out
}

// counted reports whether what follows a number measures something else.
func counted(after, money, rough string) bool {
	if money == "块" || money == "元" {
		for _, w := range measures {
			if k, ok := strings.CutPrefix(w, "块"); ok && k != "" && strings.HasPrefix(after, k) {
				return true
			}
		}
	}
	if money != "" {
		return false
	}
	for _, w := range measures {
		if strings.HasPrefix(after, w) {
			return true
		}
	}
	return false
}

// moneyVerbs stand before a bare number that is money.
var moneyVerbs = strings.Fields("欠 欠我 赔 给 付 交 借 收 退 扣 还 花 要 补 罚 押金 工资 定金 彩礼 差 得 存 取 转 挣 卖 买 价 按 一天 一月 每月 一斤 一亩 本金")

func plainSum(number, before string) bool {
	if number[0] < '0' || number[0] > '9' {
		return false
	}
	if v, err := strconv.ParseFloat(strings.ReplaceAll(number, ",", ""), 64); err != nil || v < 20 {
		return false
	}
	for _, w := range moneyVerbs {
		if strings.HasSuffix(before, w) || strings.HasSuffix(before, w+"了") || strings.HasSuffix(before, w+"我") {
			return true
		}
	}
	return false
}

var chineseDigits = map[rune]float64{'零': 0, '〇': 0, '一': 1, '二': 2, '两': 2, '俩': 2, '三': 3, '四': 4, '五': 5, '六': 6, '七': 7, '八': 8, '九': 9}

var chineseUnits = map[rune]float64{'十': 10, '百': 100, '千': 1000, '万': 10000, '亿': 1e8}

// yuanOf reads 2000, 1.5万, 八千二, 一万二, 两万五千, 三百八; 0 when it is not a number.
func yuanOf(number, unit string) float64 {
	if number[0] >= '0' && number[0] <= '9' {
		v, err := strconv.ParseFloat(strings.ReplaceAll(number, ",", ""), 64)
		if err != nil {
			return 0
		}
		for _, u := range unit {
			v *= chineseUnits[u]
		}
		return v
	}
	return chineseNumber(number + unit)
}

// chineseNumber reads a number as it is spoken: 八千二 is 8,200, and a digit
// after 零 stands for itself.
func chineseNumber(s string) float64 {
	var total, section, digit, last float64
	last = 10 // the unit before, of which a digit at the end is a tenth
	have := false
	for _, r := range s {
		if d, ok := chineseDigits[r]; ok {
			if d == 0 {
				last = 10
			}
			digit, have = d, true
			continue
		}
		u, ok := chineseUnits[r]
		switch {
		case !ok && r != '半':
			return 0
		case r == '半':
			section += last / 2
			continue
		}
		if !have && section == 0 && u == 10 {
			digit = 1
		}
		if u >= 10000 {
			total = (total + section + digit) * u
			section = 0
		} else {
			section += digit * u
		}
		digit, have, last = 0, false, u
	}
	if have {
		total += section + digit*last/10
	} else {
		total += section
	}
	return total
}
