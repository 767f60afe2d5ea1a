package console

import (
	"cmp"
	"net/http"
	"time"

	"mingbai/bot/casework"
	"mingbai/bot/ledger"
)

// A gridLine is an event or a task in a list.
type gridLine struct {
	No, Kind, Place, State string
	At                     time.Time // when an event was reported
	Due                    time.Time // of a task
	Clock, Left            string
}

type gridPage struct {
	frame
	Months     []option
	Open, Late int64
	Tasks      []gridLine
	Events     []gridLine
	Kinds      []row
	Standing   []ledger.GridStanding
	Places     map[string]string // names of villages and grids by id
}

const gridShown = 100

// grid shows what was reported in the grids and what is still to be done. It
// names nobody.
func (v *visit) grid() error {
	from, to, err := v.month()
	if err != nil {
		return err
	}
	p := &gridPage{Months: months(v.now, from), Places: map[string]string{}}
	p.Title = "网格"
	town := v.c.Mind().Base.Township
	kinds := map[string]string{"": "下派"}
	for _, k := range town.Events {
		kinds[k.ID] = k.Name
	}
	for _, x := range town.Villages {
		p.Places[x.ID] = x.Name
		for _, g := range x.Grids {
			p.Places[g.ID] = g.Name
		}
	}
	err = v.view(func(r *ledger.View) (err error) {
		if p.Late, p.Open, err = ledger.Overdue(r, v.scope(), v.now); err != nil {
			return err
		}
		tasks, err := ledger.OpenTasks(r, v.scope(), gridShown)
		if err != nil {
			return err
		}
		for _, t := range tasks {
			p.Tasks = append(p.Tasks, gridLine{No: t.No, Kind: kinds[t.Kind], Place: cmp.Or(p.Places[t.Grid], p.Places[t.Village], town.Name),
				State: casework.TaskState(t.State).String(), Due: t.Due, Clock: clock(t.Due, v.now), Left: left(t.Due, v.now)})
		}
		events, err := ledger.EventsIn(r, v.scope(), from, to, gridShown)
		if err != nil {
			return err
		}
		for _, e := range events {
			x := gridLine{No: e.No, Kind: kinds[e.Kind], Place: cmp.Or(p.Places[e.Grid], p.Places[e.Village]), At: e.Reported, State: "在办"}
			switch {
			case e.Outcome == ledger.OutcomeNote:
				x.State = "当场办好"
			case e.Outcome == ledger.OutcomeDispute:
				x.State = "转调解"
			case !e.Closed.IsZero():
				x.State = "办好了"
			}
			p.Events = append(p.Events, x)
		}
		list, err := ledger.TallyBy(r, v.scope(), "events by kind", from, to)
		if err != nil {
			return err
		}
		p.Kinds = bars(list, 12, func(k string) string { return cmp.Or(kinds[k], k) })
		standing, err := ledger.Standing(r, v.account.Township, "", v.now)
		for _, s := range standing {
			if v.scope().Holds(s.Village) {
				p.Standing = append(p.Standing, s)
			}
		}
		return err
	})
	if err != nil {
		return err
	}
	return v.show(http.StatusOK, "grid", p)
}
