package annual

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"mingbai/bot/paper"
	"mingbai/knowledge"
)

// smallCell is the size below which a group is not published: in a village
// four people can be told apart.
const smallCell = 5

// Title is the report's title.
func (r *Report) Title() string {
	return fmt.Sprintf("%s%d年法治政府建设年度报告", r.Township, r.Year)
}

// WriteJSON writes every indicator with its rule and records, and the text as
// data, for those who check; it is not for publication.
func (r *Report) WriteJSON(w io.Writer) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", " ")
	type plain Report
	out := plain(*r)
	out.Indicators = slices.Clone(r.Indicators)
	for i := range out.Indicators {
		if out.Indicators[i].Records == nil {
			out.Indicators[i].Records = []string{}
		}
	}
	return enc.Encode(struct {
		*plain
		Blockers []string `json:"blockers"`
	}{&out, append([]string{}, r.Blockers()...)})
}

// WriteMarkdown writes the report for publication: groups under five are not
// shown, and a figure without records says so instead of 0. A report with
// Blockers says that it is a draft, and why.
func (r *Report) WriteMarkdown(w io.Writer) error {
	p := &printer{w: w}
	p.line("# %s", r.Title())
	p.line("")
	if blockers := r.Blockers(); len(blockers) > 0 {
		p.line("草稿，还不能公布：")
		p.line("")
		for _, b := range blockers {
			p.line("- %s", plainLine(b))
		}
		p.line("")
	}
	for n, part := range r.Parts {
		p.line("## %s、%s", numerals[n], part.Title)
		p.line("")
		for m, s := range part.Sections {
			if len(part.Sections) > 1 { // a lone one needs no number
				p.line("### （%s）%s", numerals[m], plainLine(s.Heading))
				p.line("")
			}
			for _, l := range strings.Split(s.Text, "\n") {
				if l = strings.TrimSpace(l); l != "" {
					p.line("%s", plainLine(l))
					p.line("")
				}
			}
		}
	}
	if len(r.Parts) > 0 {
		p.line("%s  ", r.Office)
		p.line("%s", r.signedDay())
		p.line("")
	}
	p.line("## 附件　指标和统计口径")
	p.line("")
	p.line("统计到%s。每个数都能打开背后的记录；小于%d的分组不公布。%s", paper.Date(knowledge.Day(r.Until)), smallCell, entryRule)
	r.tables(p)
	return p.err
}

// numerals number the headings; a report has fewer.
var numerals = []string{"一", "二", "三", "四", "五", "六", "七", "八", "九", "十"}

// tables writes the annex.
func (r *Report) tables(p *printer) {
	hidden := r.hidden()
	for _, sheet := range Sheets {
		p.line("")
		p.line("### %s", sheet)
		p.line("")
		p.line("| 指标 | 数 | 单位 | 上年 | 变化 | 时段 | 口径 |")
		p.line("| --- | ---: | --- | ---: | --- | --- | --- |")
		for _, i := range r.Indicators {
			if i.Group == "" && i.Sheet == sheet {
				p.line("| %s | %s | %s | %s | %s | %s | %s |", i.Name, hidden.say(r, i), i.Unit, i.last(hidden), i.moved(hidden), i.Period, i.Rule)
			}
		}
		group := ""
		for _, i := range r.Indicators {
			if i.Group == "" || i.Sheet != sheet || i.Value == 0 {
				continue
			}
			if i.Group != group {
				group = i.Group
				p.line("")
				p.line("#### %s", group)
				p.line("")
				p.line("| | 数（%s） |", i.Unit)
				p.line("| --- | ---: |")
			}
			p.line("| %s | %s |", plainLine(i.Label), hidden.say(r, i))
		}
	}
}

// plainLine keeps a person's text from being read as Markdown or HTML.
func plainLine(s string) string {
	s = strings.NewReplacer("<", "&lt;", "|", "\\|", "\n", " ").Replace(s)
	if s != "" && strings.ContainsRune("#>-*+`", rune(s[0])) {
		s = "\\" + s
	}
	return s
}

// hidden is the set of figures and parts that are not published.
type hidden map[string]bool

// hidden finds the members of each group that are too small to publish. When
// only one is, the next smallest goes with it: the total would tell the one. A
// figure from which a hidden one could be worked out is hidden with it.
func (r *Report) hidden() hidden {
	out := hidden{}
	groups := map[string][]Indicator{}
	for _, i := range r.Indicators {
		if i.Group != "" && i.Value > 0 && i.Source != FromRatio && !i.open {
			groups[i.Group] = append(groups[i.Group], i)
		}
		if f, ok := FigureOf(i.Key); ok && f.Small && i.Value > 0 && i.Value < smallCell {
			out[i.Key] = true
		}
	}
	for _, members := range groups {
		slices.SortStableFunc(members, func(a, b Indicator) int { return cmp.Compare(a.Value, b.Value) })
		small := 0
		for _, i := range members {
			if i.Value < smallCell {
				small++
			}
		}
		if small == 1 {
			small = min(2, len(members))
		}
		for _, i := range members[:small] {
			out[i.Key] = true
		}
	}
	if out["disputes.outcome.agreed"] {
		out["disputes.agreed"] = true
	}
	if out["disputes.agreed"] || out["disputes.outcome.failed"] {
		out["disputes.share"] = true
	}
	return out
}

// bound is the number under which a hidden figure is said to lie: the same for
// all of a group, so that it does not tell which one is the smallest.
func (h hidden) bound(r *Report, of Indicator) int {
	bound := smallCell
	for _, i := range r.Indicators {
		if h[i.Key] && (i.Key == of.Key || i.Group != "" && i.Group == of.Group) && int(i.Value) >= bound {
			bound = int(i.Value) + 1
		}
	}
	return bound
}

// say tells a figure as it may be read by anybody.
func (h hidden) say(r *Report, i Indicator) string {
	switch {
	case h[i.Key] && i.Source == FromRatio:
		return "不公布"
	case h[i.Key]:
		return "少于" + strconv.Itoa(h.bound(r, i))
	case i.Missing && i.Source == FromEntry:
		return "没有人填"
	case i.Missing:
		return "还没有记录"
	case i.Value == 0 && i.Source == FromEntry && i.Zero == "":
		return "0（没有人签字）"
	}
	return strconv.FormatFloat(i.Value, 'f', -1, 64)
}

// last says the figure of the year before. A small one is no more published
// than this year's.
func (i Indicator) last(h hidden) string {
	f, _ := FigureOf(i.Key)
	if i.Before == nil || h[i.Key] || f.Small && *i.Before < smallCell {
		return ""
	}
	return strconv.FormatFloat(*i.Before, 'f', -1, 64)
}

// moved says how a figure changed, where last says from what.
func (i Indicator) moved(h hidden) string {
	if i.last(h) == "" {
		return ""
	}
	return i.change()
}

// printer keeps the first error of many lines.
type printer struct {
	w   io.Writer
	err error
}

func (p *printer) line(format string, args ...any) {
	if p.err == nil {
		_, p.err = fmt.Fprintf(p.w, format+"\n", args...)
	}
}
