package annual

import (
	"fmt"
	"math"
)

// Directions of a change from the year before.
const (
	Rise = "上升"
	Fall = "下降"
	Same = "持平"
)

// Compare sets beside each figure that of the year before. Parts of figures
// are left alone, and so is everything when either year is not over: half a
// year is no fall.
func (r *Report) Compare(before *Report) {
	if !r.over() || !before.over() {
		return
	}
	by := map[string]Indicator{}
	for _, i := range before.Indicators {
		by[i.Key] = i
	}
	for n := range r.Indicators {
		i := &r.Indicators[n]
		b, ok := by[i.Key]
		if i.Group != "" || !ok || b.Missing || i.Missing || i.Source == FromTownship {
			continue // the township's file tells only of today
		}
		i.Before = &b.Value
		switch {
		case i.Value > b.Value:
			i.Change = Rise
		case i.Value < b.Value:
			i.Change = Fall
		default:
			i.Change = Same
		}
	}
}

// over reports whether the whole year was counted.
func (r *Report) over() bool { return r.Until == fmt.Sprintf("%d-12-31", r.Year) }

// fewForPercent is the figure of the year before under which a change is told
// in numbers: from 2 to 3 is one more, not half as much again.
const fewForPercent = 20

// change says how a figure moved, 比上年上升12.5%; empty when that is not known.
func (i Indicator) change() string {
	if i.Before == nil {
		return ""
	}
	than := "比上年"
	if i.Period == YearEnd {
		than = "比上年末"
	}
	by := math.Abs(i.Value - *i.Before)
	switch {
	case i.Change == Same:
		return "与" + than[len("比"):] + Same
	case i.Unit == "%":
		return fmt.Sprintf("%s%s%s个百分点", than, i.Change, number(by))
	case *i.Before < fewForPercent:
		return than + map[string]string{Rise: "增加", Fall: "减少"}[i.Change] + number(by) + i.Unit
	}
	percent := math.Round(by / *i.Before * 1000) / 10
	if percent == 0 {
		return fmt.Sprintf("%s%s不到0.1%%", than, i.Change)
	}
	return fmt.Sprintf("%s%s%s%%", than, i.Change, number(percent))
}

// number writes a figure without needless decimals.
func number(x float64) string {
	x = math.Round(x*10) / 10
	if x == math.Trunc(x) {
		return fmt.Sprintf("%.0f", x)
	}
	return fmt.Sprintf("%.1f", x)
}
