package paper

import (
	"fmt"
	"strings"

	"mingbai/bot/casework"
)

// record writes the record of each session (调解记录, 人民调解法 第二十七条).
func (f *form) record() {
	if len(f.c.Sessions) == 0 {
		f.lack("调解经过")
	}
	recorder := f.need("记录人", f.c.Recorder)
	for i, s := range f.c.Sessions {
		nth := fmt.Sprintf("第%d次调解的", i+1)
		if i > 0 {
			f.doc.Section(f.title)
		}
		f.number()
		rows := [][]Cell{
			{label("时间", 1), value(f.moment(nth+"时间", s.At)+fmt.Sprintf("（第%d次）", i+1), 1)},
			{label("地点", 1), value(f.need(nth+"地点", s.Place), 1)},
			{label("事由", 1), value(f.c.Matter(), 1)},
			{label("当事人", 1), value(f.list(nth+"到场当事人", s.Present), 1)},
		}
		if guests := strings.Join(lines(strings.Join(s.Guests, "\n")), "、"); guests != "" {
			rows = append(rows, []Cell{label("参加人", 1), value(guests, 1)})
		}
		rows = append(rows,
			[]Cell{label("人民调解员", 1), value(f.list("人民调解员", f.c.Mediators), 1)},
			[]Cell{label("记录人", 1), value(recorder, 1)})
		f.doc.Table(Table{Widths: []int{1900, 6945}, Rows: rows, Size: 12})
		f.doc.Heading(1, "调解经过")
		f.doc.Paragraph(f.need(nth+"记录", s.Text))
		f.doc.Heading(1, "调解结果")
		f.doc.Paragraph(f.need(nth+"结果", s.Result))
		f.doc.Paragraph("以上记录各方看过或者听人读过，和所讲的一致。")
		f.doc.Hands(append(named("当事人"+byHand+"：", s.Present), f.mediators(recorder)...)...)
	}
}

// agreement writes the agreement (调解协议书) with what the law lists: who the
// parties are; the facts, the dispute and each one's part in it; what was
// agreed, how and by when it is done (人民调解法 第二十九条).
func (f *form) agreement() {
	const act = "人民调解法"
	c := f.c
	f.ended(casework.OutcomeWritten, "没有达成书面协议")
	f.order("受理日期", c.Accepted, "达成协议的日期", c.Agreed)
	f.number()
	for i := range c.Parties {
		f.doc.Paragraph(f.describe(i))
	}
	f.doc.Heading(1, "纠纷主要事实和争议事项")
	f.doc.Paragraph(f.need("纠纷主要事实", c.Facts))
	f.doc.Paragraph("争议事项：" + f.need("争议事项", c.Focus))
	f.doc.Paragraph("各方责任：" + f.need("各方责任", c.Responsibility))
	f.doc.Heading(1, "协议内容")
	f.doc.Paragraph("经" + f.list("人民调解员", c.Mediators) + "调解，双方自愿达成下列协议：")
	for _, t := range f.numbered("协议内容", c.Terms) {
		f.doc.Paragraph(t)
	}
	f.doc.Heading(1, "履行的方式和期限")
	f.doc.Paragraph("履行方式：" + f.need("履行方式", c.Manner) + "\n履行期限：" + f.need("履行期限", c.Due))
	f.doc.Heading(1, "协议的效力")
	f.doc.Paragraph(fmt.Sprintf("本协议从各方当事人签名、盖章或者按指印，人民调解员签名并盖上人民调解委员会印章那天起生效。一式%d份，当事人各拿一份，人民调解委员会留一份。（%s）",
		len(c.Parties)+1, f.law(act, "第二十九条")))
	f.doc.Paragraph("协议生效后，各方都要照着做。为协议的内容或者履行又起争议的，可以向人民法院起诉。双方觉得有必要的，可以在生效后30日内一起向人民法院申请司法确认。（" + f.law(act, "第三十一条", "第三十二条", "第三十三条") + "）")
	f.day("达成协议的日期", c.Agreed)
	f.sign(append(f.signers(), f.mediators(f.need("记录人", c.Recorder))...), c.Agreed)
}

// ended refuses a paper that another end of mediation asks for. Before the end
// is entered, any draft may be written.
func (f *form) ended(want casework.Outcome, why string) {
	if f.c.Outcome != "" && f.c.Outcome != want {
		f.refuse("这件事" + why)
	}
}

// oral writes the register of an oral agreement (口头协议登记表): the parties need
// no paper, the mediator notes what was agreed (人民调解法 第二十八条).
func (f *form) oral() {
	c := f.c
	f.ended(casework.OutcomeOral, "不是口头协议")
	f.order("受理日期", c.Accepted, "达成协议的日期", c.Agreed)
	var who []string
	for i := range c.Parties {
		who = append(who, f.describe(i))
	}
	f.number()
	f.doc.Table(Table{Widths: []int{1900, 6945}, Rows: [][]Cell{
		{label("纠纷类型", 1), value(c.Category, 1)},
		{label("当事人", 1), value(strings.Join(who, "\n"), 1)},
		{label("主要事实", 1), value(f.need("纠纷主要事实", c.Facts), 1)},
		{label("争议事项", 1), value(f.need("争议事项", c.Focus), 1)},
		{label("协议内容", 1), value(strings.Join(f.numbered("协议内容", c.Terms), "\n"), 1)},
		{label("履行方式", 1), value(f.need("履行方式", c.Manner), 1)},
		{label("履行期限", 1), value(f.need("履行期限", c.Due), 1)},
		{label("达成日期", 1), value(f.day("达成协议的日期", c.Agreed), 1)},
	}, Size: 12})
	f.doc.Paragraph("各方当事人都认为不用写协议书，采取口头协议。协议从达成那天起生效。（" + f.law("人民调解法", "第二十八条", "第三十条") + "）")
	f.sign(f.mediators(f.need("记录人", c.Recorder)), c.Agreed)
}
