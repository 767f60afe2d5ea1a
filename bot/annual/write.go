package annual

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strconv"
)

// smallCell is the size below which a group is not published: in a village
// four people can be told apart.
const smallCell = 5

// WriteJSON writes every indicator with its rule and records, for those who
// check; it is not for publication.
func (r *Report) WriteJSON(w io.Writer) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", " ")
	for i := range r.Indicators {
		if r.Indicators[i].Records == nil {
			r.Indicators[i].Records = []string{}
		}
	}
	return enc.Encode(r)
}

// WriteMarkdown writes the figures for publication: groups under five are not
// shown, and a figure without records says so instead of 0.
func (r *Report) WriteMarkdown(w io.Writer) error {
	p := &printer{w: w}
	p.line("# %s%d年平台数据", r.Township, r.Year)
	p.line("")
	p.line("统计到%s。每个数都能打开背后的记录；小于%d的分组不公布。", r.Until, smallCell)
	p.line("")
	p.line("| 指标 | 数 | 单位 | 口径 |")
	p.line("| --- | ---: | --- | --- |")
	for _, i := range r.Indicators {
		if i.Group == "" {
			p.line("| %s | %s | %s | %s |", i.Name, published(i), i.Unit, i.Rule)
		}
	}
	group, hidden := "", r.hidden()
	for _, i := range r.Indicators {
		if i.Group == "" {
			continue
		}
		if i.Group != group {
			group = i.Group
			p.line("")
			p.line("## %s", group)
			p.line("")
			p.line("| | 数（%s） |", i.Unit)
			p.line("| --- | ---: |")
		}
		switch {
		case hidden[i.Key]:
			p.line("| %s | 少于%d |", i.Label, hidden.below(r, i.Group))
		case i.Value > 0:
			p.line("| %s | %s |", i.Label, published(i))
		}
	}
	return p.err
}

// hidden is the set of group members that are not published.
type hidden map[string]bool

// hidden finds the members of each group that are too small to publish. When
// only one is, the next smallest goes with it: the total would tell the one.
func (r *Report) hidden() hidden {
	out := hidden{}
	groups := map[string][]Indicator{}
	for _, i := range r.Indicators {
		if i.Group != "" && i.Value > 0 {
			groups[i.Group] = append(groups[i.Group], i)
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
	return out
}

// below is the bound under which a group's hidden members are said to lie.
func (h hidden) below(r *Report, group string) int {
	bound := smallCell
	for _, i := range r.Indicators {
		if i.Group == group && h[i.Key] && int(i.Value) >= bound {
			bound = int(i.Value) + 1
		}
	}
	return bound
}

// published says a figure as it may be read by anybody.
func published(i Indicator) string {
	switch {
	case i.Value == 0 && len(i.Records) == 0:
		return "还没有记录"
	}
	return strconv.FormatFloat(i.Value, 'f', -1, 64)
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
