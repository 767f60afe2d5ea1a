package paper

import (
	"fmt"
	"strings"

	"mingbai/bot/casework"
)

// formColumns is the grid of the register: who, then three names of fields
// with their values.
var formColumns = []int{1000, 900, 2200, 900, 950, 850, 2045}

// application writes the register of acceptance (受理登记表), which also holds
// what the form of application (申请书) asks: one of the two opens a dossier
// (人民调解法 第十七条).
func (f *form) application() {
	c := f.c
	f.number()
	f.need("案件来源", string(c.Source))
	f.order("申请日期", c.Applied, "受理日期", c.Accepted)
	accepted, take := "没有受理", outcomes[c.Outcome]+"，没有受理。"
	day := Date(c.Ended)
	if f.taken() {
		accepted = f.day("受理日期", c.Accepted)
		take = "属于人民调解的范围，予以受理，由" + f.list("人民调解员", c.Mediators) + "调解。"
		day = accepted
	} else {
		f.day("终止调解的日期", c.Ended)
	}
	rows := [][]Cell{
		{label("纠纷类型", 2), value(c.Category, 1), label("案件来源", 2), value(string(c.Source), 2)},
		{label("申请日期", 2), value(f.day("申请日期", c.Applied), 1), label("受理日期", 2), value(accepted, 2)},
	}
	for i := range c.Parties {
		rows = append(rows, f.partyRows(i)...)
	}
	ask := "已听人民调解员讲明：人民调解不收费，愿不愿意调解由自己决定。现自愿请求调解。"
	hands := f.signers(casework.Applicant)
	if c.Source == SourceCommittee {
		ask, hands = "已听人民调解员讲明：人民调解不收费，愿不愿意调解由自己决定。同意由本委员会调解。", f.signers()
	}
	rows = append(rows,
		[]Cell{label("纠纷简要情况", 2), value(f.need("纠纷简要情况", c.Story), 5)},
		[]Cell{label("申请事项", 2), value(strings.Join(f.numbered("申请事项", c.Wishes), "\n"), 5)},
		[]Cell{label("当事人意见", 2), value(ask+"\n"+strings.Join(hands, "\n")+"\n"+Date(c.Applied), 5)},
		[]Cell{label("受理意见", 2), value(take+"\n"+signer("登记人"+f.need("记录人", c.Recorder), "签名")+"\n"+oneLine(c.Committee)+"（印章）\n"+day, 5)},
	)
	f.doc.Table(Table{Widths: formColumns, Rows: rows, Size: 12})
}

// partyRows are the fields of one party.
func (f *form) partyRows(i int) [][]Cell {
	p := &f.c.Parties[i]
	who := f.party(i)
	phone := f.phone(f.need(who+"的电话", p.Phone))
	address := f.need(who+"的住址", p.Address)
	var rows [][]Cell
	if p.Head != "" {
		rows = [][]Cell{
			{label("名称", 1), value(oneLine(p.Name), 5)},
			{label("负责人", 1), value(oneLine(p.Head), 1), label("电话", 1), value(phone, 3)},
		}
		if id := oneLine(p.ID); id != "" {
			rows = append(rows, []Cell{label("代码", 1), value(id, 5)}) // an organisation's code is public
		}
	} else {
		born := strings.TrimSuffix(f.born(i), "出生")
		rows = [][]Cell{
			{label("姓名", 1), value(oneLine(p.Name), 1), label("性别", 1), value(f.need(who+"的性别", p.Sex), 1), label("民族", 1), value(f.need(who+"的民族", p.Nation), 1)},
			{label("出生", 1), value(born, 1), label("电话", 1), value(phone, 3)},
		}
		if !p.Birth.Valid() {
			rows[1][0] = label("年龄", 1)
		}
		job := []Cell{label("职业", 1), value(f.need(who+"的职业", p.Job), 5)}
		if id := oneLine(p.ID); id != "" {
			job = []Cell{label("职业", 1), value(oneLine(p.Job), 1), label("证件号", 1), value(f.id(id), 3)}
		}
		rows = append(rows, job)
	}
	rows = append(rows, []Cell{label("住址", 1), value(address, 5)})
	if p.Proxy != nil {
		kind, text, _ := strings.Cut(f.helper(i), "：")
		rows = append(rows, []Cell{label(kind, 1), value(text, 5)})
	}
	rows[0] = append([]Cell{{Text: p.title(), Down: len(rows), Label: true}}, rows[0]...)
	return rows
}

// rights writes the notice of rights and duties (人民调解法 第二十三条, 第二十四条),
// which is given before mediation begins.
func (f *form) rights() {
	const act = "人民调解法"
	d := f.doc
	f.number()
	d.Paragraph(f.everybody() + "：您和对方的" + oneLine(f.c.Category) + "，由" + oneLine(f.c.Committee) + "调解。开始以前，先把下面的事告诉您。")
	d.Heading(1, "人民调解是什么")
	d.Paragraph("人民调解委员会是群众自己的调解组织，不是机关。调解要双方自愿、地位平等，不违背法律和政策，也不妨碍您去仲裁、找政府、上法院。调解不收一分钱。（" + f.law(act, "第三条", "第四条", "第七条") + "）")
	d.Heading(1, "您有这些权利")
	d.Paragraph("1.自己挑选人民调解员，或者接受委员会安排的；不合适可以要求换。\n2.可以接受调解，可以不接受，中途也可以要求停止。\n3.可以要求公开调解，也可以要求不公开。\n4.说自己的想法，协议签不签由自己决定，谁也不能强迫。（" + f.law(act, "第二十三条") + "）")
	d.Heading(1, "您有这些义务")
	d.Paragraph("1.如实讲事情的经过。\n2.守现场的秩序，尊重人民调解员。\n3.尊重对方的权利。（" + f.law(act, "第二十四条") + "）")
	d.Heading(1, "调解的结果")
	d.Paragraph("1.达成的协议有法律约束力，双方都要照着做，委员会会回访。（" + f.law(act, "第三十一条") + "）\n2.协议生效后30日内，双方可以一起向人民法院申请司法确认；确认有效的，一方不做，另一方可以申请强制执行。（" + f.law(act, "第三十三条") + "）\n3.调不成的，调解终止，委员会会书面告诉您仲裁、行政、诉讼的路子和期限。（" + f.law(act, "第二十六条") + "）")
	d.Heading(1, "委员会的保证")
	d.Paragraph("人民调解员不偏袒一方，不收礼，不骂人，不把您的私事和商业秘密说出去。有违反的，可以向委员会反映。（" + f.law(act, "第十五条") + "）")
	d.Paragraph("上面的内容我看过或者听人读过，都明白了。")
	f.day("告知日期", f.c.Informed)
	f.sign(f.signers(), f.c.Informed)
}

// everybody names all parties.
func (f *form) everybody() string {
	var names []string
	for _, p := range f.c.Parties {
		names = append(names, oneLine(p.Name))
	}
	return strings.Join(names, "、")
}

// identity writes the sheet over the copies of identity papers (身份证明).
func (f *form) identity() {
	rows := [][]Cell{{label("身份", 1), label("姓名或名称", 1), label("证件号码", 1)}}
	for i, p := range f.c.Parties {
		who := f.party(i)
		id := f.need(who+"的证件号码", p.ID)
		if p.Head == "" {
			id = f.id(id)
		}
		rows = append(rows, []Cell{value(p.title(), 1), value(oneLine(p.Name), 1), value(id, 1)})
		if p.Head != "" {
			rows[len(rows)-1][1].Text += "\n负责人：" + oneLine(p.Head)
		}
		if x := p.Proxy; x.acts() {
			rows = append(rows, []Cell{value(p.title()+"代理人", 1), value(f.need(who+"代理人的姓名", x.Name), 1), value(f.id(f.need(who+"代理人的证件号码", x.ID)), 1)})
		}
	}
	f.number()
	f.doc.Table(Table{Widths: []int{2400, 2600, 3845}, Rows: rows, Head: 1})
	f.doc.Paragraph("人民调解员已看过上列证件原件，和本人一致，复印件附在后面。")
	f.day("受理日期", f.c.Accepted)
	f.sign(f.mediators(""), f.c.Accepted)
}

// proxy writes a letter of authority (授权委托书) for each party who has a proxy
// with powers (民法典 第一百六十五条).
func (f *form) proxy() {
	written := 0
	for i := range f.c.Parties {
		p := &f.c.Parties[i]
		x := p.Proxy
		if !x.acts() {
			continue
		}
		if written++; written > 1 {
			f.doc.Section(f.title)
		}
		who := f.party(i) + "代理人"
		f.number()
		f.doc.Paragraph("委托人：" + oneLine(p.Name) + "，电话" + f.phone(f.need(f.party(i)+"的电话", p.Phone)) + "，住" + f.need(f.party(i)+"的住址", p.Address) + "。")
		f.doc.Paragraph("受托人：" + f.need(who+"的姓名", x.Name) + "，是委托人的" + f.need(who+"和本人的关系", x.Relation) + "，电话" + f.phone(f.need(who+"的电话", x.Phone)) + "。\n证件号码：" + f.id(f.need(who+"的证件号码", x.ID)))
		f.doc.Paragraph("委托人在" + f.c.Matter() + "的人民调解中，委托受托人代理。")
		f.doc.Heading(1, "代理事项和权限")
		f.doc.Paragraph(x.Powers)
		f.doc.Heading(1, "代理期限")
		f.doc.Paragraph(plain(f.need(who+"的代理期限", x.Until)) + "。")
		f.doc.Paragraph("受托人在上列权限内所作的，由委托人承担。没有写明的，受托人不能代为承认、放弃、变更请求，也不能代签协议。")
		f.doc.Hands(signer("委托人"+oneLine(p.Name), byHand), signer("受托人"+oneLine(x.Name), byHand))
		f.doc.Line(Right, f.day(who+"的委托日期", x.Signed))
	}
	if written == 0 {
		f.refuse("没有当事人委托代理人")
	}
}

// inquiry writes a record for each talk with somebody who knows (调查记录).
func (f *form) inquiry() {
	if len(f.c.Inquiries) == 0 {
		f.lack("调查内容")
	}
	for i, q := range f.c.Inquiries {
		nth := fmt.Sprintf("第%d次调查的", i+1)
		if i > 0 {
			f.doc.Section(f.title)
		}
		f.number()
		by, recorder := f.list(nth+"调查人", q.By), f.need(nth+"记录人", q.Recorder)
		person := f.need(nth+"被调查人", q.Person)
		f.doc.Table(Table{Widths: []int{1900, 6945}, Rows: [][]Cell{
			{label("时间", 1), value(f.moment(nth+"时间", q.At), 1)},
			{label("地点", 1), value(f.need(nth+"地点", q.Place), 1)},
			{label("被调查人", 1), value(person+"，"+f.need(nth+"被调查人的情况", q.About), 1)},
			{label("调查人", 1), value(by, 1)},
			{label("记录人", 1), value(recorder, 1)},
			{label("调查事由", 1), value(f.c.Matter(), 1)},
		}, Size: 12})
		f.doc.Paragraph(f.need(nth+"记录", q.Text))
		f.doc.Paragraph("以上记录被调查人看过或者听人读过，和所讲的一致。")
		f.doc.Hands(signer("被调查人"+person, byHand), signer("调查人"+by, "签名"), signer("记录人"+recorder, "签名"))
	}
}

// evidence writes the list of what was handed in (证据清单).
func (f *form) evidence() {
	rows := [][]Cell{{label("序号", 1), label("名称", 1), label("提供人", 1), label("收到日期", 1), label("说明什么", 1)}}
	for i, e := range f.c.Evidence {
		nth := fmt.Sprintf("第%d件证据的", i+1)
		name := f.need(nth+"名称", e.Name)
		if e.Hash != "" {
			name += "\n校验码：" + oneLine(e.Hash)
		}
		rows = append(rows, []Cell{
			{Text: fmt.Sprint(i + 1), Align: Center}, value(name, 1), value(f.need(nth+"提供人", e.From), 1),
			value(f.day(nth+"收到日期", e.At), 1), value(f.need(nth+"说明", e.Note), 1),
		})
	}
	if len(rows) == 1 {
		f.lack("证据")
	}
	f.number()
	f.doc.Line(Left, f.c.Matter())
	f.doc.Table(Table{Widths: []int{700, 2800, 1150, 2050, 2145}, Rows: rows, Head: 1, Size: 12})
	f.doc.Paragraph(fmt.Sprintf("以上共%d件，和原件核对过。", len(f.c.Evidence)))
	f.doc.Hands(f.mediators("")...)
}

// invitation writes the slip for the other party. It may lie open on a table:
// it says neither what the dispute is about nor anybody's number.
func (f *form) invitation() {
	c := f.c
	f.doc.Bare = true
	var to []string
	for _, p := range c.Parties {
		if p.Side == casework.Respondent {
			to = append(to, oneLine(p.Name))
		}
	}
	f.number()
	f.doc.Line(Left, strings.Join(to, "、")+"：")
	f.doc.Paragraph("有人请" + oneLine(c.Committee) + "调解一件和您有关的事，想请您也参加。调解不收费，也不是打官司。来不来由您自己定：您不愿意，就不调解，不会因此对您不利。（" + f.law("人民调解法", "第四条", "第十七条") + "）")
	f.doc.Table(Table{Widths: []int{2200, 6645}, Size: 16, Rows: [][]Cell{
		{label("您的回复码", 1), value(f.need("邀请单的回复码", c.Invite.Code), 1)},
		{label("请在这天前回", 1), value(f.day("邀请单的回复期限", c.Invite.ReplyBy), 1)},
		{label("怎么回", 1), value(f.need("邀请单的回复办法", c.Invite.How), 1)},
		{label("调委会在哪里", 1), value(f.need("调委会地址", c.Invite.Place), 1)},
		{label("调委会电话", 1), value(f.need("调委会电话", c.Invite.Phone), 1)},
		{label("人民调解员", 1), value(f.list("人民调解员", c.Mediators), 1)},
	}})
	f.doc.Paragraph("回复码只给您一个人，请不要告诉别人。想知道是什么事，回复后由人民调解员当面或者打电话跟您说。您可以带家里人一起来，也可以要求换人民调解员。（" + f.law("人民调解法", "第二十条", "第二十三条") + "）")
	f.order("发出日期", c.Invite.On, "回复期限", c.Invite.ReplyBy)
	f.day("邀请单的日期", c.Invite.On)
	f.doc.Signature(oneLine(c.Committee)+"（印章）", c.Invite.On)
}
