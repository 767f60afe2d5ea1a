package annual

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"time"

	"mingbai/bot/casework"
	"mingbai/bot/ledger"
	"mingbai/knowledge"
)

// disputeYear gathers what became of a year's disputes (纠纷). They are followed
// from the beginning of the journal, so that one accepted in December and
// accepted again by another mediator in January counts once.
type disputeYear struct {
	opened    tally
	accepted  []*disputeRun
	mediators int
	seats     tally
	seatsBy   map[string]*tally
	took      map[string]time.Duration
}

// disputeRun is one dispute as its steps tell it.
type disputeRun struct {
	id                       string
	accepted, ended          time.Time
	category, level, village string
	outcome                  string // "" while it is open
	extended, performed      bool
}

// take counts the seats of the joint table.
func (g *disputeYear) take(f ledger.Fact) {
	if f.Event != ledger.Seated || f.X["took"] == "" {
		return
	}
	if g.seatsBy == nil {
		g.seatsBy, g.took = map[string]*tally{}, map[string]time.Duration{}
	}
	office := f.X["office"]
	if g.seatsBy[office] == nil {
		g.seatsBy[office] = &tally{}
	}
	key := fmt.Sprintf("%d/%d", f.Writer, f.N)
	g.seats.add(key)
	g.seatsBy[office].add(key)
	if ms, err := strconv.ParseInt(f.X["took"], 10, 64); err == nil {
		g.took[office] += time.Duration(ms) * time.Millisecond
	}
}

// read follows every dispute to the moment of counting and keeps those that
// were first accepted in the year.
func (g *disputeYear) read(v *ledger.View, t *knowledge.Township, from, to, last time.Time) error {
	runs := map[int64]*disputeRun{}
	var order []*disputeRun
	err := ledger.FactsOf(v, t.ID, ledger.Stepped, to, func(f ledger.Fact) error {
		d := runs[f.To]
		if d == nil {
			d = &disputeRun{id: strconv.FormatInt(f.To, 10)}
			runs[f.To] = d
			order = append(order, d)
		}
		d.step(f)
		if f.X["act"] == "open" && !f.At.Before(from) {
			g.opened.add(d.id)
		}
		return nil
	})
	if err != nil {
		return err
	}
	for _, d := range order {
		if !d.accepted.Before(from) && !d.accepted.IsZero() {
			if d.ended.IsZero() {
				d.ended = last // it runs on: it is overdue if it is by now
			}
			g.accepted = append(g.accepted, d)
		}
	}
	slices.SortStableFunc(g.accepted, func(a, b *disputeRun) int {
		return cmp.Or(a.accepted.Compare(b.accepted), cmp.Compare(len(a.id), len(b.id)), cmp.Compare(a.id, b.id))
	})
	mediators, err := ledger.RolesAt(v, t.ID, ledger.Mediator, last)
	g.mediators = len(mediators)
	return err
}

// step applies one step. What a step leaves out stays as it was.
func (d *disputeRun) step(f ledger.Fact) {
	d.category, d.level, d.village = f.X["category"], f.X["level"], f.X["village"]
	switch casework.Act(f.X["act"]) {
	case casework.ActAccept:
		if d.accepted.IsZero() {
			d.accepted = f.At
		}
	case casework.ActExtend:
		d.extended = true
	case casework.ActPerform:
		d.performed = true
	case casework.ActAgree:
		d.outcome = f.X["outcome"]
	}
	if d.outcome == "" { // a paper put in later does not change how it ended
		switch casework.State(f.X["state"]) {
		case casework.Failed:
			d.outcome = string(casework.OutcomeFailed)
			if casework.Act(f.X["act"]) == casework.ActRefuse {
				d.outcome = string(casework.OutcomeRefused)
			}
		case casework.Withdrawn:
			d.outcome = string(casework.OutcomeWithdrawn)
		case casework.Transferred:
			d.outcome = string(casework.OutcomeReferred)
		}
	}
	if d.outcome != "" && d.ended.IsZero() {
		d.ended = f.At
	}
}

// overdue tells whether it ran longer than the days allowed, twice as many
// where both agreed to go on.
func (d *disputeRun) overdue(term int) bool {
	if d.extended {
		term *= 2
	}
	return term > 0 && d.ended.After(d.accepted.AddDate(0, 0, term))
}

// outcomeNames are how a dispute stands; "open" is none of casework's.
var outcomeNames = [][2]string{
	{"agreed", "达成协议"}, {string(casework.OutcomeFailed), "调解不成"}, {string(casework.OutcomeRefused), "一方不愿调解"},
	{string(casework.OutcomeWithdrawn), "申请人撤回"}, {string(casework.OutcomeReferred), "转其他渠道"}, {"open", "还在调解"},
}

var howNames = [][2]string{{string(casework.OutcomeWritten), "书面协议"}, {string(casework.OutcomeOral), "口头协议"}}

var levelNames = [][2]string{
	{string(knowledge.LevelGrid), "网格"}, {string(knowledge.LevelVillage), "村调委会"}, {string(knowledge.LevelTown), "镇调委会"}, {string(knowledge.LevelJoint), "联合调解"},
}

func (g *disputeYear) fill(f *found, t *knowledge.Township) {
	all, agreed, failed, performed, overdue := &tally{}, &tally{}, &tally{}, &tally{}, &tally{}
	by := map[string]map[string]*tally{"month": {}, "village": {}, "category": {}, "level": {}, "outcome": {}, "how": {}}
	put := func(group, part, id string) {
		if by[group][part] == nil {
			by[group][part] = &tally{}
		}
		by[group][part].add(id)
	}
	for _, d := range g.accepted {
		all.add(d.id)
		put("month", fmt.Sprintf("%02d", int(d.accepted.In(knowledge.Shanghai).Month())), d.id)
		put("village", d.village, d.id)
		put("category", d.category, d.id)
		put("level", d.level, d.id)
		switch outcome := casework.Outcome(d.outcome); outcome {
		case casework.OutcomeWritten, casework.OutcomeOral:
			agreed.add(d.id)
			put("how", d.outcome, d.id)
			put("outcome", "agreed", d.id)
			if d.performed {
				performed.add(d.id)
			}
		case "":
			put("outcome", "open", d.id)
		default:
			if outcome == casework.OutcomeFailed {
				failed.add(d.id)
			}
			put("outcome", d.outcome, d.id)
		}
		if d.overdue(t.Mediation.Term) {
			overdue.add(d.id)
		}
	}
	f.count("disputes", all)
	f.count("disputes.opened", &g.opened)
	f.count("disputes.agreed", agreed)
	f.divide("disputes.share", len(agreed.keys), len(agreed.keys)+len(failed.keys), 100, append(slices.Clone(agreed.keys), failed.keys...))
	f.count("disputes.performed", performed)
	f.count("disputes.overdue", overdue)
	f.divide("disputes.permediator", len(all.keys), g.mediators, 1, all.keys)
	f.count("disputes.seats", &g.seats)
	g.split(f, t, by)
}

// split makes the parts of the disputes' figures.
func (g *disputeYear) split(f *found, t *knowledge.Township, by map[string]map[string]*tally) {
	var categories, offices [][2]string
	for _, c := range knowledge.DisputeCategories {
		categories = append(categories, [2]string{c, c})
	}
	for _, id := range t.Mediation.Seats {
		name := id
		if o := t.Office(id); o != nil {
			name = o.Name
		}
		offices = append(offices, [2]string{id, name})
	}
	for _, x := range []struct {
		key, name, unit, by, byName string
		parts                       [][2]string
		counted                     map[string]*tally
	}{
		{"disputes", "调处矛盾纠纷", "件", "month", "按月", months(), by["month"]},
		{"disputes", "调处矛盾纠纷", "件", "village", "按村", villages(t), by["village"]},
		{"disputes", "调处矛盾纠纷", "件", "category", "按类别", categories, by["category"]},
		{"disputes", "调处矛盾纠纷", "件", "level", "按级别", levelNames, by["level"]},
		{"disputes", "调处矛盾纠纷", "件", "outcome", "按结果", outcomeNames, by["outcome"]},
		{"disputes.agreed", "调解成功", "件", "how", "按方式", howNames, by["how"]},
		{"disputes.seats", "联合调解席位答复", "次", "office", "按单位", offices, g.seatsBy},
	} {
		f.parts = append(f.parts, split(x.key, x.name, x.unit, x.by, x.byName, withFormer(x.parts, x.counted), x.counted)...)
	}
	for _, o := range withFormer(offices, g.seatsBy) {
		if x := g.seatsBy[o[0]]; x != nil {
			hours := ratio(int(g.took[o[0]].Minutes()), 60*len(x.keys), 1)
			f.parts = append(f.parts, Indicator{Key: "disputes.seats.hours." + o[0], Name: "席位平均用时·" + o[1], Unit: "小时", Source: FromRatio, Value: hours, Records: x.keys,
				Rule: "从请到答的钟点，平均到一次，取一位小数，不四舍五入；夜里和节假日也算在内。", Group: "联合调解席位平均用时", Label: o[1]})
		}
	}
}
