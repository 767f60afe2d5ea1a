package annual

import (
	"fmt"
	"slices"
	"strings"
)

// sums are the figures whose parts, by month, village and so on, add up to
// them.
var sums = append(slices.Clone(gridSums), [][2]string{
	{"registrations", "month"}, {"registrations", "village"},
	{"consultations", "month"}, {"consultations", "village"}, {"consultations", "topic"},
	{"handovers", "month"}, {"handovers", "village"}, {"handovers", "topic"},
	{"disputes", "month"}, {"disputes", "village"}, {"disputes", "category"}, {"disputes", "level"}, {"disputes", "outcome"},
	{"disputes.agreed", "how"}, {"disputes.seats", "office"}, {"settings.events", "setting"},
}...)

// totals are the figures that are the sum of others.
var totals = map[string][]string{
	"messages":    {"messages.answered", "messages.asked-back", "messages.handed-over", "messages.refused"},
	"grid.events": {"grid.events.task", "grid.events.dispute", "grid.events.note"},
	"enforce":     {"enforce.land", "enforce.street", "enforce.obstruct", "enforce.blasting", "enforce.fireworks", "enforce.traffic"},
	"oversight":   {"oversight.inspection", "oversight.complaints", "oversight.online", "oversight.opinion", "oversight.supervisors"},
}

// Sums checks that every counted figure is its records and that parts add up
// to their total. It returns a sentence for each that does not: the program
// counted wrongly, or the figures were changed.
func (r *Report) Sums() []string {
	var out []string
	by, parts := map[string]Indicator{}, map[[2]string]float64{}
	for _, i := range r.Indicators {
		by[i.Key] = i
		if !r.brief && i.Source == FromRecords && i.Zero == "" && i.Value != float64(len(i.Records)) {
			out = append(out, fmt.Sprintf("%s：数是%g，记录有%d条", i.Name, i.Value, len(i.Records)))
		}
		for _, p := range sums {
			if strings.HasPrefix(i.Key, p[0]+"."+p[1]+".") {
				parts[p] += i.Value
			}
		}
	}
	for _, p := range sums {
		if parts[p] != by[p[0]].Value {
			out = append(out, fmt.Sprintf("%s：按%s加起来是%g，总数是%g", by[p[0]].Name, p[1], parts[p], by[p[0]].Value))
		}
	}
	for _, f := range figures {
		if totals[f.Key] == nil || by[f.Key].Missing {
			continue
		}
		sum := 0.0
		for _, part := range totals[f.Key] {
			sum += by[part].Value
		}
		if sum != by[f.Key].Value {
			out = append(out, fmt.Sprintf("%s：各项加起来是%g，总数是%g", f.Name, sum, by[f.Key].Value))
		}
	}
	return out
}

// Lint is Sums, and beside it what staff entered that cannot be: a part that is
// larger than the whole which includes it, months that do not make the year.
// It returns a sentence for each.
func (r *Report) Lint() []string {
	out := append(r.Sums(), r.faults...)
	by := map[string]Indicator{}
	for _, i := range r.Indicators {
		by[i.Key] = i
	}
	for _, f := range figures {
		whole := by[f.Within]
		if f.Within != "" && !by[f.Key].Missing && by[f.Key].Value > whole.Value {
			out = append(out, fmt.Sprintf("%s是%g，口径写明已含在“%s”里，可“%s”只有%g", f.Name, by[f.Key].Value, whole.Name, whole.Name, whole.Value))
		}
	}
	return out
}
