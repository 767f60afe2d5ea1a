package annual

import (
	"fmt"
	"io"
	"time"

	"mingbai/bot/paper"
	"mingbai/knowledge"
)

// WriteDocx writes the report as an official paper in the layout of
// GB/T 9704-2012: the four parts, the signature, the figures as an annex, and
// what can be drawn of them as native charts.
// A report with Blockers says that it is a draft, and why.
func (r *Report) WriteDocx(w io.Writer) error {
	raw, err := r.document().Bytes()
	if err != nil {
		return err
	}
	_, err = w.Write(raw)
	return err
}

// LintStyle reads the report as it would be published and points out what
// official style does not allow, a line of plain Chinese for each.
func (r *Report) LintStyle() []string { return paper.LintStyle(r.document().Lines()) }

func (r *Report) signedDay() string { return paper.Date(knowledge.Day(r.Day)) }

func (r *Report) document() *paper.Document {
	d := paper.New(r.Title())
	d.Author = r.Office
	if day := knowledge.Day(r.Day); day.Valid() {
		d.Created = day.Time().Add(12 * time.Hour)
	}
	blockers := r.Blockers()
	if len(blockers) > 0 {
		d.Line(paper.Center, "（草稿，不得公布，原因见文末）")
	}
	for _, part := range r.Parts {
		d.Heading(1, part.Title)
		for _, s := range part.Sections {
			if len(part.Sections) > 1 { // a lone one needs no number
				d.Heading(2, s.Heading)
			}
			d.Paragraph(s.Text)
		}
	}
	annexes := "附件：指标和统计口径"
	if len(r.Charts()) > 0 {
		annexes += "；图"
	}
	d.Paragraph(annexes)
	d.Signature(r.Office, knowledge.Day(r.Day))
	d.Section("附件　指标和统计口径")
	d.Paragraph(fmt.Sprintf("统计到%s。小于%d的分组不公布。%s", paper.Date(knowledge.Day(r.Until)), smallCell, entryRule))
	hidden := r.hidden()
	for _, sheet := range Sheets {
		d.Line(paper.Left, sheet)
		d.Table(r.figureTable(sheet, hidden))
		for _, g := range r.groups(sheet) {
			d.Line(paper.Left, fmt.Sprintf("%s（%s）", g[0].Group, g[0].Unit))
			d.Table(r.groupTable(g, hidden))
		}
	}
	if charts := r.Charts(); len(charts) > 0 {
		d.Section("附件　图")
		for _, c := range charts {
			x := paper.Chart{Title: c.Title, Columns: c.Time}
			for _, b := range c.Bars {
				x.Labels, x.Values = append(x.Labels, b.Label), append(x.Values, b.Value)
			}
			d.Chart(x)
		}
	}
	if len(blockers) > 0 {
		d.Section("还不能公布的原因")
		for _, b := range blockers {
			d.Paragraph(b + "。")
		}
	}
	return d
}

// annexSize is the height of the letters in the annex's tables, in points.
const annexSize = 10.5

func (r *Report) figureTable(sheet string, h hidden) paper.Table {
	t := paper.Table{Widths: []int{15, 9, 6, 8, 13, 30}, Head: 1, Size: annexSize, Whole: true}
	var head []paper.Cell
	for _, name := range []string{"指标", "数", "单位", "上年", "变化", "口径"} {
		head = append(head, paper.Cell{Text: name, Label: true})
	}
	t.Rows = append(t.Rows, head)
	for _, i := range r.Indicators {
		if i.Sheet != sheet || i.Group != "" {
			continue
		}
		t.Rows = append(t.Rows, []paper.Cell{{Text: i.Name}, {Text: h.say(r, i), Align: paper.Right}, {Text: i.Unit, Align: paper.Center},
			{Text: i.last(h), Align: paper.Right}, {Text: i.moved(h)}, {Text: i.Rule}})
	}
	return t
}

// groups lists the parts of a sheet's figures that are not nothing, by group.
func (r *Report) groups(sheet string) [][]Indicator {
	var out [][]Indicator
	for _, i := range r.Indicators {
		if i.Sheet != sheet || i.Group == "" || i.Value == 0 {
			continue
		}
		if n := len(out); n > 0 && out[n-1][0].Group == i.Group {
			out[n-1] = append(out[n-1], i)
			continue
		}
		out = append(out, []Indicator{i})
	}
	return out
}

// groupTable sets three parts in a row.
func (r *Report) groupTable(g []Indicator, h hidden) paper.Table {
	const across = 3
	t := paper.Table{Widths: []int{3, 2, 3, 2, 3, 2}, Size: annexSize, Whole: true}
	for n := 0; n < len(g); n += across {
		var row []paper.Cell
		for m := n; m < n+across; m++ {
			if m >= len(g) {
				row = append(row, paper.Cell{}, paper.Cell{})
				continue
			}
			row = append(row, paper.Cell{Text: g[m].Label}, paper.Cell{Text: h.say(r, g[m]), Align: paper.Right})
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}
