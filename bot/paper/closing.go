package paper

import (
	"fmt"
	"strings"

	"mingbai/bot/casework"
	"mingbai/knowledge"
)

func inCounty(text, county string) string { return strings.ReplaceAll(text, "%s", county) }

// performance writes what was done of an agreement, over the receipts (履行凭证).
func (f *form) performance() {
	rows := [][]Cell{{label("日期", 1), label("谁做的", 1), label("做了什么", 1), label("凭证", 1)}}
	for i, p := range f.c.Performances {
		nth := fmt.Sprintf("第%d次履行的", i+1)
		f.order("达成协议的日期", f.c.Agreed, nth+"日期", p.At)
		rows = append(rows, []Cell{value(f.day(nth+"日期", p.At), 1), value(f.need(nth+"人", p.By), 1), value(f.need(nth+"内容", p.What), 1), value(f.need(nth+"凭证", p.Proof), 1)})
	}
	if len(rows) == 1 {
		f.lack("履行情况")
	}
	f.number()
	f.doc.Paragraph(f.c.Matter() + "，" + f.day("达成协议的日期", f.c.Agreed) + "达成协议，约定的履行期限是" + plain(f.need("履行期限", f.c.Due)) + "。履行情况如下，凭证附在后面。")
	f.doc.Table(Table{Widths: []int{2050, 1400, 3295, 2100}, Rows: rows, Head: 1, Size: 12})
	f.doc.Hands(append(f.signers(), f.mediators("")...)...)
}

// revisit writes each talk after the agreement (回访记录, 人民调解法 第三十一条).
func (f *form) revisit() {
	if len(f.c.Revisits) == 0 {
		f.lack("回访情况")
	}
	for i, r := range f.c.Revisits {
		nth := fmt.Sprintf("第%d次回访的", i+1)
		f.order("达成协议的日期", f.c.Agreed, nth+"日期", r.At)
		if i > 0 {
			f.doc.Section(f.title)
		}
		f.number()
		by := f.list(nth+"回访人", r.By)
		with := f.list(nth+"受访当事人", r.With)
		f.doc.Table(Table{Widths: []int{1900, 6945}, Rows: [][]Cell{
			{label("当事人", 1), value(with, 1)},
			{label("协议编号", 1), value(f.c.CaseNumber(), 1)},
			{label("回访事由", 1), value(f.c.Matter(), 1)},
			{label("回访日期", 1), value(f.day(nth+"日期", r.At), 1)},
			{label("回访方式", 1), value(f.need(nth+"方式", r.Way), 1)},
			{label("回访情况", 1), value(f.need(nth+"情况", r.Text), 1)},
			{label("回访人", 1), value(by, 1)},
		}})
		f.doc.Hands(append(named("受访当事人"+byHand+"：", r.With), named("回访人签名：", r.By)...)...)
		f.doc.Signature(oneLine(f.c.Committee)+"（印章）", r.At)
	}
}

// confirmation writes the joint application for judicial confirmation
// (司法确认申请书: 人民调解法 第三十三条, 民事诉讼法 第二百零五条, and 人民调解协议司法确认规定
// 第三条 for what comes with it).
func (f *form) confirmation() {
	c := f.c
	f.ended(casework.OutcomeWritten, "没有书面协议，先补成书面协议，再申请司法确认")
	f.order("达成协议的日期", c.Agreed, "申请司法确认的日期", c.Confirm)
	last := knowledge.DayOf(c.Agreed.Time().AddDate(0, 0, casework.ConfirmDays))
	if c.Agreed.Valid() && c.Confirm > last {
		f.refuse("协议生效后30日内才能申请，到" + Date(last) + "为止，已经过了")
	}
	court := f.need("申请的人民法院", c.Court)
	agreed, today := f.day("达成协议的日期", c.Agreed), f.day("申请司法确认的日期", c.Confirm)
	for i := range c.Parties {
		// Here both sides apply.
		f.doc.Paragraph("申请人：" + strings.TrimPrefix(strings.TrimPrefix(f.describe(i), "被申请人："), "申请人："))
	}
	f.doc.Heading(1, "申请事项")
	f.doc.Paragraph("请求确认" + oneLine(c.Committee) + agreed + "主持达成的" + c.CaseNumber() + "调解协议有效。")
	f.doc.Heading(1, "事实和理由")
	f.doc.Paragraph(f.need("纠纷主要事实", c.Facts))
	f.doc.Paragraph("经调解，双方自愿达成协议，" + agreed + "签名生效，内容是：")
	for _, t := range f.numbered("协议内容", c.Terms) {
		f.doc.Paragraph(t)
	}
	f.doc.Paragraph("现在生效后30日内共同提出申请，依据" + f.law("人民调解法", "第三十三条") + "、" + f.law("民事诉讼法", "第二百零五条") + "。")
	f.doc.Heading(1, "双方承诺")
	f.doc.Paragraph("协议是双方自己愿意的，没有恶意串通，没有规避法律；不涉及身份、收养、婚姻关系的确认；不损害国家、集体和别人的利益。所提供的材料真实。如有不实，愿承担法律责任。（" + f.law("人民调解协议司法确认规定", "第四条", "第七条") + "、" + f.law("民事诉讼法", "第一百一十五条") + "）")
	f.doc.Paragraph("送达地址和电话以上面写的为准。申请不收费。")
	f.doc.Line(Left, "此致")
	f.doc.Line(Left, court)
	hands := []string{"申请人" + byHand + "："}
	for _, p := range c.Parties {
		hands = append(hands, p.signs()+"："+blank)
	}
	f.doc.Hands(hands...)
	f.doc.Line(Right, today)
	f.doc.Line(Left, "附：1.调解协议书；2.身份证明；3.和协议有关的证明材料"+f.attached()+"。（"+f.law("人民调解协议司法确认规定", "第三条")+"）")
}

// attached names the letter of authority where there is one.
func (f *form) attached() string {
	for _, p := range f.c.Parties {
		if p.Proxy.acts() {
			return "；4.授权委托书"
		}
	}
	return ""
}

// outcomes says how mediation ended, for the closing papers.
var outcomes = map[casework.Outcome]string{
	casework.OutcomeWritten: "调解成功，签订了调解协议书", casework.OutcomeOral: "调解成功，达成口头协议",
	casework.OutcomeFailed: "没有调成，已书面告知其他途径", casework.OutcomeRefused: "一方不愿调解，已书面告知其他途径",
	casework.OutcomeWithdrawn: "申请人撤回了申请", casework.OutcomeReferred: "转给了有权处理的部门",
}

// finish is the day on which mediation ended.
func (f *form) finish() knowledge.Day {
	if f.c.Agreed.Valid() {
		return f.c.Agreed
	}
	return f.c.Ended
}

// summary writes the sheet that tells a later reader about the dossier
// (卷宗情况说明).
func (f *form) summary() {
	c := f.c
	result := outcomes[c.Outcome]
	if result == "" {
		f.lack("调解结果")
	}
	f.order("调解结束的日期", f.finish(), "结案日期", c.Closed)
	f.number()
	who := "登记，没有受理"
	if f.taken() {
		who = "的" + f.list("人民调解员", c.Mediators) + "调解"
	}
	f.doc.Heading(1, "基本情况")
	f.doc.Paragraph(c.Matter() + "，案件来源为" + f.need("案件来源", string(c.Source)) + "，由" + oneLine(c.Committee) + who + "。")
	f.doc.Heading(1, "办理经过")
	steps := []string{f.day("申请日期", c.Applied) + "申请"}
	if c.Accepted.Valid() {
		steps = append(steps, Date(c.Accepted)+"受理")
	}
	for i, s := range c.Sessions {
		steps = append(steps, fmt.Sprintf("%s第%d次调解", Date(knowledge.DayOf(s.At)), i+1))
	}
	steps = append(steps, f.day("调解结束的日期", f.finish())+"调解结束", f.day("结案日期", c.Closed)+"结案")
	f.doc.Paragraph(strings.Join(steps, "，") + "。")
	f.doc.Heading(1, "结果和履行")
	done := result + "。"
	for _, p := range c.Performances {
		done += Date(p.At) + "，" + oneLine(p.By) + plain(p.What) + "。"
	}
	for _, r := range c.Revisits {
		done += Date(r.At) + "回访。"
	}
	f.doc.Paragraph(done)
	f.doc.Heading(1, "卷内材料")
	f.doc.Paragraph(f.contents())
	f.doc.Heading(1, "需要说明的情况")
	f.doc.Paragraph(f.need("需要说明的情况（没有就写“无”）", c.Remarks))
	f.doc.Hands(signer("立卷人"+f.need("立卷人", c.Archivist), "签名"))
	f.doc.Signature(oneLine(c.Committee)+"（印章）", c.Closed)
}

// contents counts what is bound.
func (f *form) contents() string {
	var names []string
	pages := 0
	for i, e := range f.c.Contents {
		names = append(names, f.need(fmt.Sprintf("卷内目录第%d项的名称", i+1), e.Name))
		pages += max(0, e.Pages)
	}
	if len(names) == 0 {
		f.lack("卷内目录")
	}
	s := fmt.Sprintf("共%d件", len(names))
	if f.paged() {
		s += fmt.Sprintf("，%d页", pages)
	}
	return s + "：" + strings.Join(names, "、") + "。"
}

// paged reports whether the pages of every content were counted.
func (f *form) paged() bool {
	for _, e := range f.c.Contents {
		if e.Pages <= 0 {
			return false
		}
	}
	return len(f.c.Contents) > 0
}

// cover writes the front cover and the list of contents (封面、卷内目录).
func (f *form) cover() {
	c := f.c
	f.doc = New(oneLine(c.Committee) + "\n" + f.title)
	f.doc.Author, f.doc.Subject, f.doc.Bare = oneLine(c.Committee), c.CaseNumber(), true
	f.order("受理日期", c.Accepted, "调解结束的日期", f.finish())
	f.order("调解结束的日期", f.finish(), "结案日期", c.Closed)
	from := c.Accepted
	if !from.Valid() {
		from = c.Applied
	}
	f.doc.Table(Table{Widths: []int{2400, 6445}, Size: 16, Rows: [][]Cell{
		{label("卷名", 1), value(c.Matter(), 1)},
		{label("卷号", 1), value(c.CaseNumber(), 1)},
		{label("纠纷类型", 1), value(c.Category, 1)},
		{label("人民调解员", 1), value(f.list("人民调解员", c.Mediators), 1)},
		{label("调解日期", 1), value(f.day("受理日期", from)+"至"+f.day("调解结束的日期", f.finish()), 1)},
		{label("立卷人", 1), value(f.need("立卷人", c.Archivist), 1)},
		{label("立卷日期", 1), value(f.day("结案日期", c.Closed), 1)},
		{label("保管期限", 1), value(f.need("保管期限", c.Keep), 1)},
	}})
	f.doc.Section("卷内目录")
	head := []Cell{label("序号", 1), label("文书名称", 1)}
	widths := []int{1000, 4345}
	paged := f.paged()
	if paged {
		head, widths = append(head, label("页号", 1)), append(widths, 1400)
	}
	noted := false
	for _, e := range c.Contents {
		noted = noted || oneLine(e.Note) != ""
	}
	if noted {
		head, widths = append(head, label("备注", 1)), append(widths, 2100)
	}
	rows, page := [][]Cell{head}, 1
	for i, e := range c.Contents {
		row := []Cell{{Text: fmt.Sprint(i + 1), Align: Center}, value(f.need(fmt.Sprintf("卷内目录第%d项的名称", i+1), e.Name), 1)}
		if paged {
			row = append(row, Cell{Text: pages(page, e.Pages), Align: Center})
			page += e.Pages
		}
		if noted {
			note := oneLine(e.Note)
			if note == "" {
				note = "无"
			}
			row = append(row, value(note, 1))
		}
		rows = append(rows, row)
	}
	if len(rows) == 1 {
		f.lack("卷内目录")
	}
	f.doc.Table(Table{Widths: widths, Rows: rows, Head: 1})
}

// pages is a range of page numbers.
func pages(first, n int) string {
	if n == 1 {
		return fmt.Sprint(first)
	}
	return fmt.Sprintf("%d—%d", first, first+n-1)
}

// backCover writes what the dossier holds and who answers for it (封底).
func (f *form) backCover() {
	c := f.c
	f.doc.Bare = true
	f.order("调解结束的日期", f.finish(), "结案日期", c.Closed)
	f.doc.Table(Table{Widths: []int{2400, 6445}, Size: 16, Rows: [][]Cell{
		{label("卷号", 1), value(c.CaseNumber(), 1)},
		{label("卷内材料", 1), value(strings.SplitN(f.contents(), "：", 2)[0], 1)},
		{label("立卷人", 1), value(f.need("立卷人", c.Archivist), 1)},
		{label("检查人", 1), value(f.need("检查人", c.Checker), 1)},
		{label("封卷日期", 1), value(f.day("结案日期", c.Closed), 1)},
		{label("保管期限", 1), value(f.need("保管期限", c.Keep), 1)},
	}})
	f.doc.Hands(signer("立卷人"+oneLine(c.Archivist), "签名"), signer("检查人"+oneLine(c.Checker), "签名"))
	f.doc.Signature(oneLine(c.Committee)+"（印章）", c.Closed)
}
