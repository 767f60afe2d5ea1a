package console

import (
	"cmp"
	"net/http"
	"slices"
	"strconv"
	"time"

	"mingbai/bot/casework"
	"mingbai/bot/ledger"
)

// A todo is one line of today's queue.
type todo struct {
	Due         time.Time
	Clock, Left string
	What, Where string
	Who         string // who has it
	Href        string
}

// A column is one month of the chart.
type column struct {
	Name           string
	N              int64
	X, TextX       string // percent of the width
	Y, TextY, High int    // pixels
	Open           bool   // the month is not over
}

// A villageRow is a village's sums of the month.
type villageRow struct {
	Name                                                string
	Registered, Matters, Handed, Kept, Disputes, Events int64
	Settled                                             int64 // hand-overs answered, or too late already
}

type overviewPage struct {
	frame
	Month                    time.Time
	Consult, Dispute, Grid   bool // what the account opens
	Queue                    []todo
	Late                     int
	Registered               int64
	Matters, Alone           int64
	Useful, Rated            int64
	Settled, Kept            int64
	OpenDisputes             int64
	TasksLate, TasksOpen     int64
	Columns                  []column
	States, Topics, Disputes []row
	Villages                 []villageRow
	Sum                      villageRow
}

const (
	queueLength = 50
	chartHeight = 120 // pixels of the largest column
)

func (v *visit) overview() error {
	p := &overviewPage{Month: monthOf(v.now), Consult: v.link("/consultations", "") != "", Dispute: v.link("/disputes", "") != "", Grid: v.link("/grid", "") != ""}
	p.Title = "总览"
	err := v.view(func(r *ledger.View) error {
		for _, f := range []func(*overviewPage, *ledger.View) error{v.fillQueue, v.fillVillages, v.fillFigures, v.fillCharts} {
			if err := f(p, r); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	return v.show(http.StatusOK, "overview", p)
}

// fillQueue gathers what has to be done by the end of today.
func (v *visit) fillQueue(p *overviewPage, r *ledger.View) error {
	local := v.now.In(shanghai)
	tonight := time.Date(local.Year(), local.Month(), local.Day()+1, 0, 0, 0, 0, shanghai)
	town := v.c.Mind().Base.Township
	due, err := ledger.HandoversDue(r, v.scope(), queueLength)
	if err != nil {
		return err
	}
	open, err := ledger.OpenDisputes(r, v.scope(), queueLength)
	if err != nil {
		return err
	}
	var who []int64
	for _, h := range due {
		who = append(who, h.Holder)
	}
	for _, d := range open {
		who = append(who, d.Mediator)
	}
	names, err := ledger.NamesOf(r, who)
	if err != nil {
		return err
	}
	for _, h := range due {
		if p.Consult && h.Promised.Before(tonight) {
			p.Queue = append(p.Queue, todo{Due: h.Promised, What: "转人工 " + h.No + "：" + v.about(h.Topic, h.Card), Where: town.VillageName(h.Village),
				Who: holder(h.State, names[h.Holder]), Href: v.linkMatter(h.Matter)})
		}
	}
	for _, d := range open {
		if p.Dispute && !d.Due.IsZero() && d.Due.Before(tonight) {
			p.Queue = append(p.Queue, todo{Due: d.Due, What: d.Category + "：" + casework.State(d.State).String(), Where: town.VillageName(d.Village),
				Who: cmp.Or(names[d.Mediator], "还没有调解员"), Href: v.linkDispute(d.ID)})
		}
	}
	slices.SortStableFunc(p.Queue, func(a, b todo) int { return a.Due.Compare(b.Due) })
	for i := range p.Queue {
		x := &p.Queue[i]
		x.Clock, x.Left = clock(x.Due, v.now), left(x.Due, v.now)
		if x.Clock == "late" {
			p.Late++
		}
	}
	return nil
}

// holder says who has a hand-over.
func holder(state, name string) string {
	switch {
	case name == "":
		return "没人接"
	case state == ledger.HandoverWaiting:
		return "在问" + name
	}
	return name
}

// about names a matter without anything that was said in it.
func (v *visit) about(topic, card string) string {
	if c := v.c.Mind().Base.Card(card); c != nil {
		return c.Title
	}
	return cmp.Or(topic, "其他")
}

// linkMatter is where a matter is read; "" for who may not.
func (v *visit) linkMatter(id int64) string {
	return v.link("/consultations/:id", "/consultations/"+strconv.FormatInt(id, 10))
}

func (v *visit) linkDispute(id int64) string {
	return v.link("/disputes/:id", "/disputes/"+strconv.FormatInt(id, 10))
}

func (v *visit) link(path, address string) string {
	for _, r := range routes {
		if r.method == http.MethodGet && r.path == path && r.refuses(v.account) == nil {
			return "/console" + address
		}
	}
	return ""
}

func (v *visit) fillFigures(p *overviewPage, r *ledger.View) (err error) {
	s, from, to := v.scope(), p.Month, p.Month.AddDate(0, 1, 0)
	handed, err := ledger.HandedIn(r, s, from, to)
	if err != nil {
		return err
	}
	p.Registered, p.Matters, p.Alone = p.Sum.Registered, p.Sum.Matters, p.Sum.Matters-handed
	if p.Useful, p.Rated, err = ledger.Ratings(r, s, from, to); err != nil {
		return err
	}
	p.TasksLate, p.TasksOpen, err = ledger.Overdue(r, s, v.now)
	return err
}

func (v *visit) fillCharts(p *overviewPage, r *ledger.View) error {
	s := v.scope()
	jan := time.Date(p.Month.Year(), 1, 1, 0, 0, 0, 0, shanghai)
	var most int64
	for i := range int(p.Month.Month()) {
		from := jan.AddDate(0, i, 0)
		n := p.Sum.Matters // of the present month, counted already
		if from.Before(p.Month) {
			var err error
			if n, err = monthly(r, s, from); err != nil {
				return err
			}
		}
		most = max(most, n)
		p.Columns = append(p.Columns, column{Name: strconv.Itoa(i + 1), N: n, Open: from.Equal(p.Month),
			X: bar(int64(2*i*100+30), 2400), TextX: bar(int64(2*i*100+100), 2400)})
	}
	for i := range p.Columns {
		c := &p.Columns[i]
		if most > 0 {
			c.High = int(c.N * chartHeight / most)
		}
		c.Y, c.TextY = chartHeight-c.High+24, chartHeight-c.High+16
	}
	if most == 0 {
		p.Columns = nil
	}
	topics, err := ledger.TallyBy(r, s, "matters by topic", p.Month, p.Month.AddDate(0, 1, 0))
	if err != nil {
		return err
	}
	p.Topics = bars(topics, 10, func(t string) string { return cmp.Or(t, "没听懂") })
	for i := range min(len(p.Topics), len(topics), 10) {
		p.Topics[i].Href = "/console/consultations?" + query("topic", topics[i].Name)
	}
	kinds, err := ledger.TallyBy(r, s, "disputes by category", jan, jan.AddDate(1, 0, 0))
	if err != nil {
		return err
	}
	p.Disputes = bars(kinds, 12, func(t string) string { return t })
	states, err := ledger.DisputesByState(r, s)
	if err != nil {
		return err
	}
	slices.SortStableFunc(states, func(a, b ledger.Tally) int { return cmp.Compare(stateOrder(a.Name), stateOrder(b.Name)) })
	for _, t := range states {
		if !casework.State(t.Name).Over() {
			p.OpenDisputes += t.N
		}
	}
	p.States = bars(states, len(casework.States), func(t string) string { return casework.State(t).String() })
	return nil
}

// monthly counts a month's consultations.
func monthly(r *ledger.View, s ledger.Scope, month time.Time) (sum int64, err error) {
	list, err := ledger.OpenedBy(r, s, month)
	for _, t := range list {
		sum += t.N
	}
	return sum, err
}

func stateOrder(s string) int { return slices.Index(casework.States, casework.State(s)) }

func (v *visit) fillVillages(p *overviewPage, r *ledger.View) error {
	at := map[string]*villageRow{}
	for _, x := range v.c.Mind().Base.Township.Villages {
		if v.scope().Holds(x.ID) {
			at[x.ID] = &villageRow{Name: x.Name}
		}
	}
	unknown := &villageRow{Name: "没说哪个村"}
	from, to := p.Month, p.Month.AddDate(0, 1, 0)
	const opened = "consultations" // the ledger keeps their sums
	for _, c := range []struct {
		may  bool
		what string
		add  func(*villageRow, int64)
	}{
		{true, "registrations by village", func(x *villageRow, n int64) { x.Registered += n }},
		{p.Consult, opened, func(x *villageRow, n int64) { x.Matters += n }},
		{p.Consult, "handovers by village", func(x *villageRow, n int64) { x.Handed += n }},
		{p.Consult, "settled by village", func(x *villageRow, n int64) { x.Settled += n }},
		{p.Consult, "kept by village", func(x *villageRow, n int64) { x.Kept += n }},
		{p.Dispute, "disputes by village", func(x *villageRow, n int64) { x.Disputes += n }},
		{p.Grid, "events by village", func(x *villageRow, n int64) { x.Events += n }},
	} {
		if !c.may {
			continue
		}
		var list []ledger.Tally
		var err error
		if c.what == opened {
			list, err = ledger.OpenedBy(r, v.scope(), from)
		} else {
			list, err = ledger.TallyBy(r, v.scope(), c.what, from, to)
		}
		if err != nil {
			return err
		}
		for _, t := range list {
			x := at[t.Name]
			if x == nil {
				x = unknown
			}
			c.add(x, t.N)
			c.add(&p.Sum, t.N)
		}
	}
	p.Settled, p.Kept = p.Sum.Settled, p.Sum.Kept
	for _, x := range v.c.Mind().Base.Township.Villages {
		if row := at[x.ID]; row != nil {
			p.Villages = append(p.Villages, *row)
		}
	}
	if *unknown != (villageRow{Name: unknown.Name}) {
		p.Villages = append(p.Villages, *unknown)
	}
	return nil
}
