package rehearsal

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"time"

	"mingbai/bot/annual"
	"mingbai/bot/casework"
	"mingbai/bot/ledger"
	"mingbai/knowledge"
)

// Want returns the figures that the year's report must show, by key.
func (r *Rehearsal) Want() map[string]int64 {
	out := maps.Clone(wanted)
	out["disputes.pretrial"] = min(out["disputes.pretrial"], int64(r.Plan.Disputes))
	grids := 0
	for _, v := range r.Mind.Base.Township.Villages {
		grids += len(v.Grids)
	}
	out["grid.grids"], out["grid.heads"], out["grid.workers"] = int64(grids), int64(grids), int64(workersPerGrid*grids)
	out["volunteers"], out["registrations"] = int64(r.Plan.Volunteers), int64(r.Plan.Registrations)
	out["disputes"], out["grid.events"], out["grid.tasks"] = int64(r.Plan.Disputes), int64(r.Plan.Events), int64(r.Plan.Tasks)
	for category, n := range Proportions(r.Plan.Disputes) {
		out["disputes.category."+category] = int64(n)
	}
	return out
}

// A Row is one figure of the report, as it must be and as it is.
type Row struct {
	Key, Name, Unit string
	Want            int64
	Got             float64
	Shown           bool // it is there: counted, entered, or a signed zero
}

// Right reports whether the report shows the figure that was wanted.
func (r Row) Right() bool { return r.Shown && r.Got == float64(r.Want) }

// Rows holds a report to what must be in it, in the report's order.
func (r *Rehearsal) Rows(report *annual.Report) []Row {
	want := r.Want()
	var out []Row
	for _, i := range report.Indicators {
		if n, ok := want[i.Key]; ok {
			out = append(out, Row{Key: i.Key, Name: i.Name, Unit: i.Unit, Want: n, Got: i.Value, Shown: !i.Missing && (n != 0 || i.Zero != "")})
			delete(want, i.Key)
		}
	}
	for _, key := range slices.Sorted(maps.Keys(want)) {
		out = append(out, Row{Key: key, Name: key, Want: want[key]})
	}
	return out
}

// Report makes the report of a year twice, in every format, and once from sums
// alone, and returns it; the error tells of a format whose bytes differ.
func (r *Rehearsal) Report(ctx context.Context, year int, now time.Time) (*annual.Report, error) {
	var first *annual.Report
	var bytesOf [][]byte
	for range 2 {
		report, err := annual.Write(ctx, r.Ledger, r.Mind.Base.Township, year, now)
		if err != nil {
			return nil, err
		}
		first = cmp.Or(first, report)
		for i, write := range []func(io.Writer) error{report.WriteJSON, report.WriteMarkdown, report.WriteDocx, report.WriteXLSX} {
			var buf bytes.Buffer
			if err := write(&buf); err != nil {
				return nil, err
			}
			if first == report {
				bytesOf = append(bytesOf, buf.Bytes())
			} else if !bytes.Equal(bytesOf[i], buf.Bytes()) {
				return nil, fmt.Errorf("the report made twice is not the same: %s", []string{"json", "md", "docx", "xlsx"}[i])
			}
		}
	}
	brief, err := annual.Brief(ctx, r.Ledger, r.Mind.Base.Township, year, now)
	if err != nil {
		return nil, err
	}
	var buf bytes.Buffer
	if err := brief.WriteMarkdown(&buf); err != nil {
		return nil, err
	}
	if !bytes.Equal(bytesOf[1], buf.Bytes()) {
		return nil, errors.New("the report made of sums is not the one made of records")
	}
	return first, nil
}

// A Share is how the disputes of a span fell to the mediators.
type Share struct {
	Mediators, Disputes int
	Most                int     // of one mediator
	Ratio               float64 // Most against the mean
}

// An Overdue dispute ran past its term, or still does.
type Overdue struct {
	No       string // of the file; "" before it was accepted
	Village  string
	Category string
	State    string
	Days     int // past its term, so far or when it ended
}

// Disputes tells how the disputes were shared among the mediators, and which
// are past the clock of their present step at a moment, the longest first.
func (r *Rehearsal) Disputes(ctx context.Context, at time.Time) (Share, []Overdue, error) {
	town := r.Mind.Base.Township
	var s Share
	var late []Overdue
	load := map[int64]int{}
	err := r.Ledger.View(ctx, func(v *ledger.View) error {
		mediators, err := ledger.RolesAt(v, town.ID, ledger.Mediator, at)
		if err != nil {
			return err
		}
		s.Mediators = len(mediators)
		return ledger.EveryDispute(v, func(d *ledger.Dispute) error {
			s.Disputes++
			load[d.Mediator]++
			if d.Mediator != 0 {
				s.Most = max(s.Most, load[d.Mediator])
			}
			if !d.Due.IsZero() && d.Due.Before(at) {
				o := Overdue{Village: town.VillageName(d.Village), Category: d.Category, State: casework.State(d.State).String(), Days: int(at.Sub(d.Due).Hours() / 24)}
				if d.No != 0 {
					o.No = fmt.Sprintf("〔%d〕第%d号", d.Year, d.No)
				}
				late = append(late, o)
			}
			return nil
		})
	})
	if s.Mediators > 0 && s.Disputes > 0 {
		s.Ratio = float64(s.Most) * float64(s.Mediators) / float64(s.Disputes)
	}
	slices.SortStableFunc(late, func(a, b Overdue) int { return cmp.Or(cmp.Compare(b.Days, a.Days), cmp.Compare(a.No, b.No)) })
	return s, late, err
}

// YearOf returns the span of a year.
func YearOf(year int) (from, to time.Time) {
	return time.Date(year, 1, 1, 0, 0, 0, 0, knowledge.Shanghai), time.Date(year+1, 1, 1, 0, 0, 0, 0, knowledge.Shanghai)
}
