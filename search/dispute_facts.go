package search

import (
	"cmp"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"
)

// roles are words for a person or a body on either side of a quarrel.
var roles = sortedLongest(strings.Fields("前夫 前妻 老公 老婆 男人 婆娘 媳妇 儿媳妇 儿媳 丈夫 妻子 女婿 婆婆 婆子妈 公公 岳父 岳母 丈母娘 老丈人 亲家 亲家母 继父 后妈 女方 男方 女朋友 男朋友 对象 媒人 媒婆 " +
	"老汉 爸爸 妈妈 爸 妈 老母亲 老的 父母 爹妈 爷爷 奶奶 外公 外婆 老人 儿子 女儿 女 娃儿 孩子 孙子 孙女 侄儿 侄子 外甥 外甥女 大哥 二哥 哥哥 哥 弟弟 弟 弟媳 嫂子 嫂 大姐 姐姐 姐 妹妹 幺妹 妹 老大 老二 老三 老幺 大伯 二叔 叔叔 叔 伯伯 姑姑 舅舅 姨 堂哥 堂弟 堂兄 表哥 表弟 表妹 小叔子 妯娌 弟兄 兄弟 姊妹 " +
	"邻居 隔壁 对门 楼上 楼下 房东 租客 房客 业主 物业 物业公司 开发商 包工头 包工 老板 老板娘 经理 师傅 匠人 泥水匠 木匠 装修工 施工队 施工单位 工程队 建筑公司 公司 厂 厂里 砖厂 合作社 收购商 贩子 商家 店主 店家 超市 饭店 饭馆 银行 信用社 农商行 保险公司 担保人 合伙人 债主 放债的 雇主 主家 司机 车主 交警 医院 卫生院 卫生室 村医 医生 诊所 学校 老师 幼儿园 养殖场 采石场 砂石厂 猪场 " +
	"组长 队长 队上 组里 村上 村委会 村主任 村长 支书 书记 村干部 会计 镇上 镇政府 政府 派出所 法院 人社局 指挥部 中介 会头 厨子 朋友 同学 亲戚 同事 工友"))

// surnames, by which 老李 and 王婆婆 are told from other words.
const surnames = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩冯邓曹彭曾肖田董潘袁蔡蒋余于杜叶程魏苏吕丁任卢姚沈钟姜崔谭陆范汪廖石金韦贾夏付方邹熊孟秦白江阎薛尹段雷侯龙史陶贺顾毛郝龚邵万钱严赖覃洪武戴莫孔向汤冉牟"

var (
	namedForm = regexp.MustCompile(`(?:隔壁|对门|楼上|楼下|屋后)?(?:老[` + surnames + `]|[` + surnames + `](?:老板|师傅|医生|老师|婆婆|大爷|大娘|大姐|孃孃|嬢嬢|叔|伯|某某|某|家|哥|嫂|队长|组长|书记|主任|会计|老头|老太婆|二娃|大娃|幺爸|表叔))`)
	// manyForm counts people or households who act together.
	manyForm = regexp.MustCompile(`([0-9]{1,4}|[一二两俩三四五六七八九十百几好多数]{1,5})(?:多)?(户人家|户人|户|家人家|家人|家|个人|个农民工|个工人|个小工|个木工|个村民|个老人|个客人|个会员|个业主|个果农|弟兄|兄弟|姊妹|姐妹|兄妹|个儿子|个儿女|个子女|个女儿|个人合伙|人|房人|口人|爷子|个娃儿|个学生|妯娌|个侄子|个同伙)`)
)

func sortedLongest(list []string) []string {
	slices.SortStableFunc(list, func(a, b string) int { return cmp.Compare(len(b), len(a)) })
	return list
}

// whoIn names those a narrative speaks of, in order, each once.
func whoIn(text string) []string {
	type found struct {
		at   int
		word string
	}
	var all []found
	taken := make([]bool, len(text))
	take := func(i, j int) bool {
		for k := i; k < j; k++ {
			if taken[k] {
				return false
			}
		}
		for k := i; k < j; k++ {
			taken[k] = true
		}
		return true
	}
	for _, m := range namedForm.FindAllStringIndex(text, -1) {
		if take(m[0], m[1]) {
			all = append(all, found{m[0], text[m[0]:m[1]]})
		}
	}
	for _, r := range roles {
		for from := 0; ; {
			i := strings.Index(text[from:], r)
			if i < 0 {
				break
			}
			i += from
			from = i + len(r)
			// A single character is a person only beside one: 我妈, not 妈卖.
			if utf8.RuneCountInString(r) == 1 && !strings.HasSuffix(text[:i], "我") && !strings.HasSuffix(text[:i], "他") && !strings.HasSuffix(text[:i], "她") {
				continue
			}
			if take(i, from) {
				all = append(all, found{i, r})
			}
		}
	}
	slices.SortFunc(all, func(a, b found) int { return cmp.Compare(a.at, b.at) })
	var out []string
	for _, f := range all {
		if !slices.Contains(out, f.word) {
			out = append(out, f.word)
		}
	}
	return out
}

// crowdWords tell of a group that nobody counted.
var crowdWords = strings.Fields("全村 全组 全队 全社 几十户 几十家 几十个 几百人 几百号 上百人 上百号 十几户 十几家 十几个 二十几 三十几 四十几 十多户 十多家 村民些 村民都 群众 整个小区 整个村 一个湾 大家都 好多户 好多家 联名 各家各户 家家户户 周边 沿河 两个村 两个组 两个镇 农民工些 业主都 几个村 三个村")

// partiesIn counts people or households on either side; nobody quarrels alone.
func partiesIn(text string) (n int, why string) {
	n = 2
	text = strings.ReplaceAll(text, "全村群", "群")
	text = hearersForm.ReplaceAllString(text, "")
	for _, w := range crowdWords {
		if strings.Contains(text, w) {
			return Crowd, w
		}
	}
	for _, m := range manyForm.FindAllStringSubmatch(text, -1) {
		k := peopleOf(m[1])
		switch {
		case k <= 2 || k > 5000:
			continue
		case k >= Crowd:
			return k, m[0]
		}
		// Brothers quarrel among themselves; the others have somebody against them.
		if k > n {
			n, why = k, m[0]
		}
	}
	if n == 2 && thirdParty(text) {
		n, why = 3, "第三方"
	}
	return n, why
}

// hearersForm finds those who only heard or saw it, and a gang sent by one side.
var hearersForm = regexp.MustCompile(`(?:全[村组队社湾]|一湾|一院子)(?:的)?人?都?(?:听到|看到|晓得|知道)|(?:他们?|她|喊了?|叫了?|带了?|来了)(?:[一二三四五六七八九十几0-9]+)(?:多)?个?(?:人|小伙|后生|混混)`)

// thirdParty reports whether the narrative names a third side, such as parents
// between two brothers.
func thirdParty(text string) bool {
	for _, w := range []string{"两弟兄", "两兄弟", "两姊妹", "两妯娌", "两个儿子", "两个女儿", "我们两个都", "推来推去", "互相推", "推给", "两边都", "几姊妹", "几弟兄", "几个子女", "几个儿女", "几个人"} {
		if strings.Contains(text, w) {
			return true
		}
	}
	return false
}

func peopleOf(s string) int {
	if s[0] >= '0' && s[0] <= '9' {
		return digits(s)
	}
	if strings.ContainsAny(s, "几好多数") {
		if strings.Contains(s, "十") || strings.Contains(s, "百") {
			return Crowd
		}
		return 3
	}
	return int(chineseNumber(s))
}

var (
	placeForm = regexp.MustCompile(`[一二三四五六七八九十0-9]{1,3}(?:组|社|队)|(?:[东西南北上下前后]|大|小|老)(?:湾|坝|坡|沟|院子|街)`)
	// placeWords are where quarrels happen.
	placeWords = sortedLongest(strings.Fields("院坝 地坝 晒坝 屋后头 屋后 屋前 屋门口 门口 屋檐 田坎 田埂 田里 地里 菜园子 承包地 自留地 自留山 坡上 山上 后山 林子 竹林 果园 茶山 鱼塘 堰塘 水库 河边 河沟 水沟 阳沟 堂屋 灶房 猪圈 巷子 过道 楼道 村口 村道 公路边 马路 路口 街上 场上 村委会 学校 医院 卫生院 卫生室 工地 厂里 砖厂 店里 超市 小区 安置小区 祠堂 坟山 祖坟 桥头 荒山 宅基地 老屋 工业园"))
)

// placesIn names the places of a narrative: the township's own and common ones.
func (x *Index) placesIn(text string) []string {
	var out []string
	add := func(s string) {
		if s == "" || !strings.Contains(text, s) {
			return
		}
		for _, o := range out {
			if strings.Contains(o, s) {
				return
			}
		}
		out = append(out, s)
	}
	if x.base != nil && x.base.Township != nil {
		for i := range x.base.Township.Villages {
			v := &x.base.Township.Villages[i]
			add(v.Name)
			add(strings.TrimSuffix(strings.TrimSuffix(v.Name, "社区"), "村") + "村")
			for _, g := range v.Grids {
				add(g.Name)
			}
		}
	}
	for _, s := range placeForm.FindAllString(text, -1) {
		add(s)
	}
	for _, s := range placeWords {
		add(s)
	}
	return out
}

// wishes are what people want of each other, the plainer ones first, with words
// that ask for it and words that complain of its lack.
var wishWords = []mark{
	{"道歉", strings.Fields("道歉 赔礼 赔不是 认错 说清楚 讲清楚 讲明白 当面讲 澄清 恢复名誉 赔个礼")},
	{"分开", strings.Fields("要离婚 想离婚 离婚 分开过 好合好散 想离 离了 分手 退婚 脱离")},
	{"赡养", strings.Fields("赡养 养老 不养 不管老 生活费 轮流养 接去住 抚养费 来看我 不肯接 排个班")},
	{"退地", strings.Fields("退地 退回来 退回去 还我地 还我田 让出来 还地 要回来种 收回 占了我 占我 占到 占去 挪了 拿回来 换回去 还给我地 不还田 腾房 搬走 不搬")},
	{"恢复原状", strings.Fields("恢复 复耕 修好 返工 重做 重新做 拆了 拆掉 拆除 填平 堵起 安水槽 修补 补好 搬开 改回 不修 不返工 让路 让开 扶正")},
	{"停止", strings.Fields("停了 停下 不准再 别再 莫再 关掉 不要再 停止 小声点 管一下 搬远 不听 还闹 吵得 臭 熏 冒烟 挡了 挡完")},
	{"退钱", strings.Fields("退钱 退款 退押金 退定金 退订金 不退 退我 退回 退一半 退货 要退 想退 不给换 退彩礼 退给我 多收")},
	{"还钱", strings.Fields("还钱 不还 还我钱 欠我 欠钱 欠款 欠条 借条 催债 要账 还本金 欠起")},
	{"付钱", strings.Fields("工资 工钱 货款 尾款 租金 房租 没给钱 不给钱 没结 欠薪 补偿金 不补 没付 付款 结清 分红 工程款 不给补偿 没给 抵账")},
	{"赔钱", strings.Fields("赔 医药费 药费 损失 补偿 误工费 护理费 不认账 不认")},
	{"分钱", strings.Fields("分钱 没分 不分 分给我 分一半 分我 分家 遗产 份 摊 平分 平摊 算账")},
}

// wishOf returns what the narrator wants, or "". What is asked for stands at
// the end of a story, so the last word counts.
func wishOf(text string) string {
	best, at := "", -1
	for _, m := range wishWords {
		for _, w := range m.words {
			if i := strings.LastIndex(text, w); i >= 0 && i+len(w) > at {
				best, at = m.name, i+len(w)
			}
		}
	}
	if best == "退钱" && !strings.ContainsAny(text, "钱款金元块万货") && strings.ContainsAny(text, "地田界墙基") {
		return "退地" // "喊他退他不退", said of a strip of land
	}
	return best
}
