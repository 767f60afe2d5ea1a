package paper

import (
	"mingbai/bot/casework"
	"mingbai/knowledge"
)

// A door is one way on when mediation has ended: whom to turn to, and the days
// that must not be missed. %s in a text is the county.
type door struct {
	text  string
	cites []knowledge.Cite
}

func cites(pairs ...string) []knowledge.Cite {
	var out []knowledge.Cite
	for i := 0; i+1 < len(pairs); i += 2 {
		out = append(out, knowledge.Cite{Law: pairs[i], Article: pairs[i+1]})
	}
	return out
}

// arbitration is the first way, by category. The usual one is under "".
var arbitration = map[string]door{
	"": {"双方有书面仲裁协议的，按协议申请仲裁。仲裁一次就定，裁了不能再为同一件事起诉。没有仲裁协议的，不能走这条路。", cites("仲裁法", "第四条", "仲裁法", "第十条")},
	"劳动争议": {"向劳动人事争议仲裁委员会申请，期限1年，从知道或者应当知道权利受侵害那天算起。还在上班就被拖欠工资的，不受1年限制；已经离开的，离开后1年内要提出。不服裁决的，一般要在收到裁决书15日内起诉。",
		cites("劳动争议调解仲裁法", "第五条", "劳动争议调解仲裁法", "第二十七条", "劳动争议调解仲裁法", "第五十条")},
	"山林土地纠纷": {"属于承包地的事（承包、流转、收回、调整、侵占），可以向县农村土地承包仲裁委员会申请，期限2年，从知道或者应当知道权利受侵害那天算起。不服裁决的，收到裁决书30日内起诉，过期裁决就生效。争地、争山归谁的，不能仲裁，走下面第二条路。",
		cites("农村土地承包法", "第五十五条", "农村土地承包经营纠纷调解仲裁法", "第十八条", "农村土地承包经营纠纷调解仲裁法", "第四十八条")},
	"婚姻家庭纠纷": {"婚姻、收养、监护、扶养、继承的事，不能仲裁，走下面的路。", cites("仲裁法", "第三条")},
	"征地拆迁纠纷": {"对征收决定、补偿决定有争议的，不能仲裁，走下面的路。", cites("仲裁法", "第三条")},
}

// offices is the second way: the administrative organ in charge.
var offices = map[string]door{
	"":     {"有主管部门的，可以向主管部门反映、投诉；不知道找哪个部门的，打12345。打架、砸东西的，报派出所处理。", cites("治安管理处罚法", "第九条")},
	"劳动争议": {"拖欠工资、工伤医疗费、经济补偿的，可以向%s人力资源和社会保障部门投诉，电话12333。", cites("劳动争议调解仲裁法", "第九条")},
	"山林土地纠纷": {"争地、争山归谁所有、归谁使用的，可以请镇政府或者%s人民政府处理。不服处理决定的，收到通知30日内可以起诉；要先复议的，知道决定后60日内申请，先走哪一步看决定书上的告知。处理好以前，谁都不能改变土地现状，不能砍有争议的树。",
		cites("土地管理法", "第十四条", "森林法", "第二十二条", "行政复议法", "第二十条", "行政复议法", "第二十三条")},
	"房屋宅基地纠纷": {"争宅基地归谁使用的，可以请镇政府或者%s人民政府处理。不服处理决定的，收到通知30日内可以起诉；要先复议的，知道决定后60日内申请，先走哪一步看决定书上的告知。处理好以前，谁都不能改变土地现状。",
		cites("土地管理法", "第十四条", "行政复议法", "第二十条", "行政复议法", "第二十三条")},
	"征地拆迁纠纷":   {"对征收决定、补偿决定不服的，60日内可以申请行政复议，或者6个月内可以提起行政诉讼，都从知道或者应当知道那天算起。", cites("行政复议法", "第二十条", "行政诉讼法", "第四十六条")},
	"村务管理纠纷":   {"村民委员会不依法办事的，可以请镇政府责令改正。", cites("村民委员会组织法", "第四十一条")},
	"环境污染纠纷":   {"可以向%s生态环境部门举报，电话12345。", cites("生态环境法典", "第一百四十五条")},
	"道路交通事故纠纷": {"可以请处理这起事故的公安交通管理部门调解。", cites("道路交通安全法", "第七十四条")},
	"医疗纠纷":     {"可以向%s卫生健康部门申请行政调解。", cites("医疗纠纷预防和处理条例", "第二十二条")},
	"消费纠纷":     {"可以向%s市场监督管理部门投诉，电话12315。", cites("消费者权益保护法", "第三十九条")},
	"物业纠纷":     {"可以向%s住房和城乡建设部门或者镇政府投诉。", cites("民法典", "第二百八十六条")},
	"婚姻家庭纠纷":   {"挨打、受威胁的，马上打110。可以向人民法院申请人身安全保护令，法院72小时内决定，情况紧急的24小时内决定。自愿离婚的，到民政部门登记。", cites("反家庭暴力法", "第二十八条")},
}

// courts is the third way, which is open in every dispute.
var courts = map[string]door{
	"": {"可以向%s人民法院起诉。一般期限3年，从知道或者应当知道权利受损害和对方是谁那天算起；约定分期给的，从最后一期到期算起。要对方停止侵害、排除妨碍的，要抚养费、赡养费的，不受这个期限限制。",
		cites("民法典", "第一百八十八条", "民法典", "第一百八十九条", "民法典", "第一百九十六条")},
	"劳动争议":   {"多数劳动争议要先仲裁。仲裁以后不服的，按裁决书写的期限向%s人民法院起诉。", cites("劳动争议调解仲裁法", "第五条")},
	"征地拆迁纠纷": {"告行政机关的，按上面的6个月。民事上的争议可以向%s人民法院起诉，一般期限3年，从知道或者应当知道权利受损害和对方是谁那天算起。", cites("行政诉讼法", "第四十六条", "民法典", "第一百八十八条")},
	"村务管理纠纷": {"村民委员会或者它的成员作的决定侵害您权益的，可以请%s人民法院撤销。民事上的争议，一般期限3年，从知道或者应当知道权利受损害和对方是谁那天算起。", cites("村民委员会组织法", "第四十一条", "民法典", "第一百八十八条")},
}

// pick is the door of a category, or the usual one.
func pick(doors map[string]door, category string) door {
	if d, ok := doors[category]; ok {
		return d
	}
	return doors[""]
}

// A Door (途径) is one way on when mediation has ended without an agreement.
type Door struct {
	Name  string
	Text  string // whom to turn to, and the days not to be missed
	Cites []knowledge.Cite
}

// Doors lists the ways on for a category of dispute, which the committee must
// tell both parties of (人民调解法 第二十六条): arbitration, the administrative
// organ, the court. county names the offices.
func Doors(category, county string) []Door {
	var out []Door
	for _, w := range ways {
		d := pick(w.doors, category)
		out = append(out, Door{w.name, inCounty(d.text, county), d.cites})
	}
	return out
}

var ways = []struct {
	name  string
	doors map[string]door
}{{"申请仲裁", arbitration}, {"找行政机关", offices}, {"向人民法院起诉", courts}}

// routes writes the notice that mediation has ended, with the three other ways
// and their clocks (不能调解告知书, 人民调解法 第二十六条).
func (f *form) routes() {
	const act = "人民调解法"
	c := f.c
	county := f.need("县区名称", c.County)
	if c.Outcome == casework.OutcomeWritten || c.Outcome == casework.OutcomeOral {
		f.refuse("这件事已经达成协议")
	}
	f.order("申请日期", c.Applied, "终止调解的日期", c.Ended)
	f.number()
	f.doc.Line(Left, f.everybody()+"：")
	why := "第二十六条"
	if c.Outcome == casework.OutcomeRefused {
		why = "第十七条"
	}
	f.doc.Paragraph(f.day("申请日期", c.Applied) + "，" + c.Matter() + "提到" + oneLine(c.Committee) + "。" + plain(f.need("没有调成的原因", c.Reason)) +
		"。按照" + f.law(act, why) + "，调解从" + f.day("终止调解的日期", c.Ended) + "起终止。您的权利没有变，下面的路都可以走：")
	for _, d := range Doors(c.Category, county) {
		f.door(d)
	}
	f.doc.Heading(1, "别误了期限")
	f.doc.Paragraph("您" + Date(c.Applied) + "向本委员会提出请求，诉讼时效从那天起中断，重新计算；请把这份告知书收好，它可以作证明。（" + f.law("民法典", "第一百九十五条") + "、" + f.law("诉讼时效规定", "第十二条") + "）")
	f.doc.Paragraph("请不起律师的，打12348问法律援助。（" + f.law("法律援助法", "第三十一条") + "）以后双方又愿意谈了，随时可以再来调解。（" + f.law(act, "第二十六条", "第十七条") + "）")
	f.sign(f.mediators(""), c.Ended)
}

// door writes one way under its heading, the articles at the end.
func (f *form) door(d Door) {
	text := ""
	for i, r := range d.Cites {
		cite := f.law(r.Law, r.Article)
		if i > 0 && d.Cites[i-1].Law == r.Law {
			cite = r.Article
		}
		if i > 0 {
			text += "、"
		}
		text += cite
	}
	f.doc.Heading(1, d.Name)
	f.doc.Paragraph(d.Text + "（" + text + "）")
}
