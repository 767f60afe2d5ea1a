package annual

import (
	"fmt"
	"io"
	"strings"

	"mingbai/bot/sheet"
	"mingbai/knowledge"
)

// WriteXLSX writes the figures as a workbook: a sheet for each group of figures
// with value, year before, rule, source and the number of records, beside it a
// sheet with the keys of those records, and a sheet of charts. Groups under
// five are not shown, and their records are not listed. The same report gives
// the same bytes.
func (r *Report) WriteXLSX(w io.Writer) error {
	b := sheet.New(r.Title(), r.Office, knowledge.Day(r.Day)) // not the clock's day: the same figures, the same bytes
	for _, name := range Sheets {
		r.figureSheet(b, name)
	}
	for _, name := range Sheets {
		r.recordSheet(b, name)
	}
	b.Charts("图", r.sheetCharts())
	return b.Write(w)
}

// columns of a sheet of figures, with their widths in characters.
var columns = []struct {
	name  string
	width float64
}{
	{"指标", 26}, {"数", 10}, {"单位", 8}, {"上年", 10}, {"变化", 20}, {"时段", 8}, {"口径", 70}, {"来源", 12}, {"记录数", 10}, {"签零", 30}, {"指标键", 28},
}

// sourceNames are the sources as people say them.
var sourceNames = map[string]string{FromRecords: "台账统计", FromTownship: "镇的文件", FromRatio: "由别的数算出", FromEntry: "人工填报", FromSum: "填报数相加"}

func (r *Report) figureSheet(b *sheet.Book, name string) {
	var head []any
	var widths []float64
	for _, c := range columns {
		head, widths = append(head, sheet.Bold(c.name)), append(widths, c.width)
	}
	note := fmt.Sprintf("%s　%s　统计到%s。核对用，记录键见“%s记录”。%s", r.Title(), name, r.Until, name, entryRule)
	if blockers := r.Blockers(); len(blockers) > 0 {
		note += fmt.Sprintf("草稿，还有%d处不能公布。", len(blockers))
	}
	hidden := r.hidden()
	b.Sheet(name, widths, 2, func(yield func([]any) bool) {
		if !yield([]any{note}) || !yield(head) {
			return
		}
		for _, i := range r.Indicators {
			if i.Sheet != name || i.Group != "" && i.Value == 0 {
				continue
			}
			var value any = i.Value
			if said := hidden.say(r, i); hidden[i.Key] || i.Missing || strings.ContainsRune(said, '（') {
				value = said
			}
			if !yield([]any{i.Name, value, i.Unit, numberOrNothing(i, hidden), i.moved(hidden), i.Period, i.Rule,
				sourceNames[i.Source], recordCount(i, hidden), i.Zero, i.Key}) {
				return
			}
		}
	})
}

func numberOrNothing(i Indicator, h hidden) any {
	if i.last(h) == "" {
		return nil
	}
	return *i.Before
}

// recordCount would tell a hidden figure.
func recordCount(i Indicator, h hidden) any {
	if h[i.Key] {
		return nil
	}
	return len(i.Records)
}

// recordSheet lists the keys of the records behind a sheet's figures; the
// records of a figure's parts are among its own.
func (r *Report) recordSheet(b *sheet.Book, name string) {
	hidden := r.hidden()
	b.Sheet(name+"记录", []float64{28, 26, 28}, 0, func(yield func([]any) bool) {
		if !yield([]any{sheet.Bold("指标键"), sheet.Bold("指标"), sheet.Bold("记录键")}) {
			return
		}
		for _, i := range r.Indicators {
			if i.Sheet != name || i.Group != "" || hidden[i.Key] || i.Source == FromRatio {
				continue
			}
			for _, k := range i.Records {
				if !yield([]any{i.Key, i.Name, k}) {
					return
				}
			}
		}
	})
}

// sheetCharts are the report's charts as a workbook draws them.
func (r *Report) sheetCharts() []sheet.Chart {
	var out []sheet.Chart
	for _, c := range r.Charts() {
		x := sheet.Chart{Title: c.Title}
		for _, b := range c.Bars {
			x.Labels, x.Values = append(x.Labels, b.Label), append(x.Values, b.Value)
		}
		out = append(out, x)
	}
	return out
}
