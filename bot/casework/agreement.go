package casework

import (
	"fmt"
	"regexp"
	"strings"
	"time"

	"mingbai/knowledge"
)

// A Warning is one doubt about the terms of an agreement, in words for the
// mediator, with the law it rests on where there is one.
type Warning struct {
	Clause  int    // 1 for the first; 0: the whole
	Say     string // plain Chinese
	Law     string
	Article string
	Stop    bool // a court will not confirm it: it should not be signed as it is
}

// String joins the warning to one line.
func (w Warning) String() string {
	s := w.Say
	if w.Clause > 0 {
		s = fmt.Sprintf("第%d条：%s", w.Clause, s)
	}
	if w.Law != "" {
		s += "（" + w.Law + w.Article + "）"
	}
	return s
}

var (
	identity  = regexp.MustCompile(`(解除|确认|建立|断绝|脱离|恢复)[^，。；]{0,8}(婚姻|夫妻|收养|父子|父女|母子|母女|亲子|身份|养父|养母)[^，。；]{0,2}(关系)?|自愿离婚|同意离婚|协议离婚|视为离婚|抱养给|过继给`)
	money     = regexp.MustCompile(`[0-9０-９一二三四五六七八九十百千万两壹贰叁肆伍陆柒捌玖拾佰仟]+(\.[0-9]+)?\s*(元|块|万|千)`)
	payment   = regexp.MustCompile(`赔偿|赔付|支付|给付|付给|补偿|归还|偿还|退还|返还|还清|付清|承担[^，。；]{0,8}费|一次性`)
	vagueSum  = regexp.MustCompile(`(适当|合理|相应|部分|一定|大概|大约|左右|尽量|尽可能)[^，。；]{0,8}(赔偿|补偿|支付|承担|费用|金额|元)|(元|块|万)[^，。；]{0,2}左右`)
	vagueDate = regexp.MustCompile(`尽快|尽早|及时|年底前后|秋收以后|打工回来|过完年|有钱了?就|方便的时候|近期|适时|以后再|到时候`)
	date      = regexp.MustCompile(`[0-9０-９]{4}年[0-9０-９]{1,2}月([0-9０-９]{1,2}日|底|末)?|[0-9０-９]{1,2}月[0-9０-９]{1,2}[日号]|每[年月]|[0-9０-９一二三四五六七八九十两]+(日|天|个?月|年)(之?内|以内|前)|当场|当日|签字(后|时|之日)|即时|立即|协议生效`)
	who       = regexp.MustCompile(`甲方|乙方|丙方|双方|申请人|被申请人|各方|两家|[\x{4e00}-\x{9fa5}]{2,4}(应|须|于|在|自愿|同意|负责|向|把|将|给|不得|保证|承诺)`)
	penalty   = regexp.MustCompile(`(违约金|罚款|罚金|滞纳金|加倍|双倍|翻倍|[三四五六七八九十]倍)`)
	perDay    = regexp.MustCompile(`每[天日][^，。；]{0,6}(百分之[一二三四五六七八九十]+|[0-9.]+\s*%|千分之[一二三四五六七八九十]+)`)
	force     = regexp.MustCompile(`(不得|不准|不能|放弃)[^，。；]{0,6}(报警|报案|起诉|上访|信访|投诉|举报|申诉|告状)|永不追究|刑事[^，。；]{0,6}(不再追究|撤案|不告)`)
	criminal  = regexp.MustCompile(`强奸|猥亵|轻伤|重伤|贩毒|拐卖|抢劫|刑事责任|撤案|不追究[^，。；]{0,4}刑事`)
	third     = regexp.MustCompile(`村集体的?(土地|山林|堰塘|公路)[^，。；]{0,10}(归|分给|卖给)|(宅基地|承包地|自留山)[^，。；]{0,12}(所有权|卖给|永久归|买断)`)
	child     = regexp.MustCompile(`(抚养费|赡养费)[^，。；]{0,12}(不再|不用|免|放弃)|(放弃|不要)[^，。；]{0,8}(抚养费|赡养费|赡养|抚养)`)
)

// LintAgreement reads the terms of a mediation agreement (调解协议书) before it
// is signed, a clause an element, and points out what is missing or what a
// court would not confirm: who does what, how much, by when and how
// (人民调解法 第二十九条); identity, adoption and marriage, which a court does not
// confirm (法释〔2011〕5号); vague amounts and days; penalties beyond the law; rights
// nobody can sign away. today is the day of signing.
func LintAgreement(clauses []string, today knowledge.Day) []Warning {
	var out []Warning
	add := func(n int, stop bool, say, law, article string) {
		out = append(out, Warning{Clause: n, Say: say, Law: law, Article: article, Stop: stop})
	}
	if len(clauses) == 0 {
		add(0, true, "还没有写协议内容。", "人民调解法", "第二十九条")
		return out
	}
	pays := false
	for i, c := range clauses {
		n := i + 1
		switch {
		case identity.MatchString(c):
			add(n, true, "婚姻、收养、身份关系，调解协议定不了，法院也不会确认。要去民政局或法院办。", "", "")
		case child.MatchString(c):
			add(n, true, "抚养、赡养的义务不能靠协议免掉。", "民法典", "第二十六条")
		}
		if force.MatchString(c) {
			add(n, true, "不能约定不准报警、起诉、信访。这是每个人的权利。", "人民调解法", "第三条")
		}
		if criminal.MatchString(c) {
			add(n, true, "涉嫌犯罪的，不能调解了事，要报公安机关。", "人民调解法", "第二十五条")
		}
		if third.MatchString(c) {
			add(n, true, "集体的地、宅基地、承包地不能买卖。", "土地管理法", "第二条")
		}
		if payment.MatchString(c) {
			pays = true
			if !money.MatchString(c) && !strings.Contains(c, "钱") && regexp.MustCompile(`费|款|金|赔`).MatchString(c) {
				add(n, false, "要给多少钱，没写清数目。", "", "")
			}
			if !date.MatchString(c) {
				add(n, false, "哪天给，没写日子。", "", "")
			}
			if !regexp.MustCompile(`现金|转账|微信|银行|支付宝|当面|打到|汇到|存入|实物|分期`).MatchString(c) {
				add(n, false, "怎么给没写：现金还是转账，转到哪里。", "", "")
			}
		}
		if vagueSum.MatchString(c) {
			add(n, false, "“左右”“适当”这样的话，写成准数。", "", "")
		}
		if m := vagueDate.FindString(c); m != "" {
			add(n, false, "“"+m+"”不算日子，写明哪年哪月哪日。", "", "")
		}
		if perDay.MatchString(c) {
			add(n, false, "按天算的违约金过高，法院会调低。", "民法典", "第五百八十五条")
		} else if penalty.MatchString(c) && !strings.Contains(c, "不") {
			add(n, false, "违约金超过实际损失太多，法院会调低；罚款只有国家机关能罚。", "民法典", "第五百八十五条")
		}
		if !who.MatchString(c) {
			add(n, false, "哪个来做，没写清。", "", "")
		}
		if d, ok := LastDay(c); ok && d < today {
			add(n, false, "日子已经过了："+string(d)+"。", "", "")
		}
	}
	if pays && !money.MatchString(strings.Join(clauses, "")) {
		add(0, true, "协议里要给钱，却没有一个准数。", "人民调解法", "第二十九条")
	}
	return out
}

var fullDate = regexp.MustCompile(`(20[0-9]{2})年([0-9]{1,2})月([0-9]{1,2})日`)

// LastDay returns the latest full date in terms: the day by which all is done.
func LastDay(c string) (knowledge.Day, bool) {
	var last knowledge.Day
	for _, m := range fullDate.FindAllStringSubmatch(c, -1) {
		t, err := time.Parse("2006-1-2", m[1]+"-"+m[2]+"-"+m[3])
		if err == nil {
			last = max(last, knowledge.Day(t.Format(time.DateOnly)))
		}
	}
	return last, last != ""
}
