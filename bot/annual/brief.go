package annual

import (
	"context"
	"slices"
	"strings"
	"time"

	"mingbai/bot/ledger"
	"mingbai/knowledge"
)

// Brief is Write without the records behind the platform's figures, of which a
// large county has millions: it takes as long at a million consultations as at a
// hundred. The figures are the same, and so is what is made of them; only
// Records of the registrations, consultations, hand-overs, answers, ratings and
// messages are empty, so that WriteJSON and WriteXLSX want a report from Write.
func Brief(ctx context.Context, l *ledger.Ledger, t *knowledge.Township, y int, now time.Time) (*Report, error) {
	return write(ctx, l, t, y, now, true)
}

// gridEvents are the journal's entries that the grids' and the joint table's
// figures are counted from, in a brief report too: there are few of them.
var gridEvents = []ledger.Event{ledger.EventReported, ledger.TaskSent, ledger.TaskDone, ledger.TaskLate, ledger.Seated}

// sums fills the platform's tallies from the ledger's sums, without records.
func (g *year) sums(v *ledger.View, t *knowledge.Township, y int) error {
	list, err := ledger.Sums(v, t.ID, y*100+1, y*100+12)
	if err != nil {
		return err
	}
	whole := map[string]*tally{ledger.WhatRegistered: &g.registered, ledger.WhatAgain: &g.again, ledger.WhatOpened: &g.opened, ledger.WhatHanded: &g.handed,
		ledger.WhatNoCard: &g.noCard, ledger.WhatPersonal: &g.personal, ledger.WhatLate: &g.late, ledger.WhatBot: &g.bot, ledger.WhatMissed: &g.missed,
		ledger.WhatUseful: &g.useful, ledger.WhatUseless: &g.useless}
	for _, s := range list {
		if fate, ok := strings.CutPrefix(s.What, ledger.WhatMessages); ok {
			g.received[fate] = &tally{n: int(s.N)}
			continue
		}
		if s.Part == "" {
			if x := whole[s.What]; x != nil {
				x.n = int(s.N)
			}
			continue
		}
		by, part, _ := strings.Cut(s.Part, " ")
		into := map[string]map[string]map[string]*tally{"month": g.byMonth, "village": g.byVillage, "topic": g.byTopic}[by]
		if s.What == ledger.WhatNoCard {
			g.noCardBy[part] = &tally{n: int(s.N)}
			continue
		}
		if into[s.What] == nil {
			into[s.What] = map[string]*tally{}
		}
		into[s.What][part] = &tally{n: int(s.N)}
	}
	return nil
}

// platformEvents are the journal's entries that a figure of the platform is
// counted from, by the first word of its key.
var platformEvents = map[string][]ledger.Event{
	"registrations": {ledger.Registered}, "consultations": {ledger.Opened}, "handovers": {ledger.HandedOver}, "promises": {ledger.Missed},
	"answered": {ledger.Opened, ledger.Answered, ledger.HandedOver, ledger.PersonSaid}, "rated": {ledger.Rated}, "messages": {ledger.Received},
}

// Open returns one figure of a year, or a part of one, with the keys of its
// records, and whether there is such a figure. It reads of the journal only what
// that figure is counted from.
func Open(ctx context.Context, l *ledger.Ledger, t *knowledge.Township, y int, now time.Time, key string) (figure Indicator, ok bool, err error) {
	err = l.View(ctx, func(v *ledger.View) error {
		r, err := count(v, t, y, now, true)
		if err != nil {
			return err
		}
		i := slices.IndexFunc(r.Indicators, func(i Indicator) bool { return i.Key == key })
		if i < 0 {
			return nil
		}
		figure, ok = r.Indicators[i], true
		first, _, _ := strings.Cut(key, ".")
		events := platformEvents[first]
		if events == nil {
			return nil // its records came with it
		}
		from, to := Year(y)
		g := newYear()
		if err := ledger.FactsAmong(v, t.ID, from, to, events, func(f ledger.Fact) error {
			g.take(f, t)
			return nil
		}); err != nil {
			return err
		}
		f := newFound()
		g.fill(f, t)
		records := f.records[key]
		for _, p := range f.parts {
			if p.Key == key {
				records = p.Records
			}
		}
		if len(records) > 0 { // of a signed zero the signature is the record
			figure.Records = records
		}
		return nil
	})
	return figure, ok, err
}
