package annual

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// A Chart is one picture of the annex: figures that may be published, as
// columns or bars.
type Chart struct {
	Key   string // consultations.month
	Title string // with the unit and the total
	Bars  []Bar
	Time  bool // the bars stand in the order of time; otherwise the largest first
}

// A Bar is one of a Chart. A part too small to be published is no bar.
type Bar struct {
	Label string
	Value float64
}

// chartBars is how many bars a chart shows beside the rest.
const chartBars = 12

// Charts are the pictures of the annex: consultations by month, disputes by
// category, grid events by kind and tasks by month. One without anything to
// show is left out. Small groups are left out and the title says so.
func (r *Report) Charts() []Chart {
	h := r.hidden()
	var out []Chart
	for _, x := range []struct{ whole, by, title string }{
		{"consultations", "month", "每月咨询"}, {"disputes", "category", "矛盾纠纷的类别"}, {"grid.events", "kind", "网格事件的类别"}, {"grid.tasks", "month", "每月下派任务"},
	} {
		c := Chart{Key: x.whole + "." + x.by, Time: x.by == "month"}
		total, hiddenParts, rest, any := "", 0, 0.0, false
		for _, i := range r.Indicators {
			switch {
			case i.Key == x.whole:
				total = "共" + number(i.Value) + i.Unit
			case !strings.HasPrefix(i.Key, c.Key+"."):
			case h[i.Key]:
				hiddenParts++
				if c.Time {
					c.Bars = append(c.Bars, Bar{Label: i.Label})
				}
			case c.Time || i.Value > 0:
				c.Bars, any = append(c.Bars, Bar{i.Label, i.Value}), any || i.Value > 0
			}
		}
		if !any {
			continue
		}
		if !c.Time {
			slices.SortStableFunc(c.Bars, func(a, b Bar) int { return cmp.Compare(b.Value, a.Value) })
			for _, b := range c.Bars[min(chartBars, len(c.Bars)):] {
				rest += b.Value
			}
			if rest > 0 {
				c.Bars = append(c.Bars[:chartBars], Bar{"其余", rest})
			}
		}
		c.Title = fmt.Sprintf("%s（%s）", x.title, total)
		if hiddenParts > 0 {
			c.Title = fmt.Sprintf("%s（%s，太小不公布的%d项没有画）", x.title, total, hiddenParts)
		}
		out = append(out, c)
	}
	return out
}
