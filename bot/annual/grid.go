package annual

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"mingbai/bot/ledger"
	"mingbai/knowledge"
)

// gridYear gathers what the grids (网格) did in a year.
type gridYear struct {
	heads, workers            tally
	events, tasks, done       tally
	inTime, late, saved       tally
	outcome                   map[string]*tally
	eventsBy, tasksBy, lateBy map[string]map[string]*tally // by month, village, kind or grid
	characters                int64
}

// people counts who were grid heads and workers at a moment.
func (g *gridYear) people(r ledger.Reader, township string, at time.Time) error {
	for role, into := range map[string]*tally{ledger.GridHead: &g.heads, ledger.GridWorker: &g.workers} {
		keys, err := ledger.RolesAt(r, township, role, at)
		if err != nil {
			return err
		}
		for _, k := range keys {
			into.add(strconv.FormatInt(k, 10))
		}
	}
	return nil
}

// take sorts one fact of the grids into the tallies.
func (g *gridYear) take(f ledger.Fact) {
	to := strconv.FormatInt(f.To, 10)
	split := func(into *map[string]map[string]*tally) {
		if *into == nil {
			*into = map[string]map[string]*tally{}
		}
		month := fmt.Sprintf("%02d", int(f.At.In(knowledge.Shanghai).Month()))
		for by, part := range map[string]string{"month": month, "village": f.X["village"], "grid": f.X["grid"], "kind": f.X["kind"]} {
			if (*into)[by] == nil {
				(*into)[by] = map[string]*tally{}
			}
			if (*into)[by][part] == nil {
				(*into)[by][part] = &tally{}
			}
			(*into)[by][part].add(to)
		}
	}
	switch f.Event {
	case ledger.EventReported:
		g.events.add(to)
		split(&g.eventsBy)
		if g.outcome == nil {
			g.outcome = map[string]*tally{}
		}
		if g.outcome[f.X["outcome"]] == nil {
			g.outcome[f.X["outcome"]] = &tally{}
		}
		g.outcome[f.X["outcome"]].add(to)
		if n, err := strconv.ParseInt(f.X["saved"], 10, 64); err == nil && n > 0 {
			g.saved.add(to)
			g.characters += n
		}
	case ledger.TaskSent:
		g.tasks.add(to)
		split(&g.tasksBy)
	case ledger.TaskDone:
		g.done.add(to)
		if f.X["intime"] == "1" {
			g.inTime.add(to)
		}
	case ledger.TaskLate:
		g.late.add(to)
		split(&g.lateBy)
	}
}

// ratio divides two figures, to one decimal, cut off rather than rounded; 0
// when there is nothing to divide by.
func ratio(a, b, times int) float64 {
	if b == 0 {
		return 0
	}
	return float64(a*times*10/b) / 10
}

func (g *gridYear) fill(f *found, t *knowledge.Township) {
	grids := &tally{}
	for _, v := range t.Villages {
		for _, x := range v.Grids {
			grids.add(x.ID)
		}
	}
	f.count("grid.grids", grids)
	f.count("grid.heads", &g.heads)
	f.count("grid.workers", &g.workers)
	f.count("grid.events", &g.events)
	for _, o := range []string{ledger.OutcomeTask, ledger.OutcomeDispute, ledger.OutcomeNote} {
		f.count("grid.events."+o, g.outcome[o])
	}
	f.count("grid.tasks", &g.tasks)
	f.count("grid.tasks.done", &g.done)
	f.count("grid.tasks.intime", &g.inTime)
	f.count("grid.tasks.late", &g.late)
	f.divide("grid.tasks.share", len(g.inTime.keys), len(g.done.keys), 100, g.done.keys)
	f.divide("grid.tasks.perworker", len(g.tasks.keys), len(g.workers.keys), 1, g.tasks.keys)
	f.divide("grid.events.pergrid", len(g.events.keys), len(grids.keys), 1, g.events.keys)
	f.set("grid.saved", float64(g.characters), g.saved.keys)
	g.split(f, t)
}

// split makes the parts of the grids' figures.
func (g *gridYear) split(f *found, t *knowledge.Township) {
	var villages, places, kinds [][2]string
	for _, v := range t.Villages {
		villages = append(villages, [2]string{v.ID, v.Name})
		for _, x := range v.Grids {
			places = append(places, [2]string{x.ID, x.Name})
		}
	}
	for _, k := range t.Events {
		kinds = append(kinds, [2]string{k.ID, k.Name})
	}
	for _, x := range []struct {
		key, name, by, byName string
		parts                 [][2]string
		counted               map[string]map[string]*tally
	}{
		{"grid.events", "网格事件", "month", "按月", months(), g.eventsBy},
		{"grid.events", "网格事件", "village", "按村", villages, g.eventsBy},
		{"grid.events", "网格事件", "grid", "按网格", places, g.eventsBy},
		{"grid.events", "网格事件", "kind", "按类别", kinds, g.eventsBy},
		{"grid.tasks", "下派任务", "month", "按月", months(), g.tasksBy},
		{"grid.tasks", "下派任务", "village", "按村", villages, g.tasksBy},
		{"grid.tasks", "下派任务", "grid", "按网格", places, g.tasksBy},
		{"grid.tasks", "下派任务", "kind", "按事件类别", append(slices.Clone(kinds), [2]string{"", "不是事件来的"}), g.tasksBy},
		{"grid.tasks.late", "任务逾期", "village", "按村", villages, g.lateBy},
	} {
		f.parts = append(f.parts, split(x.key, x.name, "件", x.by, x.byName, withFormer(x.parts, x.counted[x.by]), x.counted[x.by])...)
	}
}

// withFormer adds the parts that were counted but stand in the township's file
// no more, a kind that was dropped during the year say, so that the parts still
// add up.
func withFormer(parts [][2]string, counted map[string]*tally) [][2]string {
	var former [][2]string
	for key := range counted {
		if !slices.ContainsFunc(parts, func(p [2]string) bool { return p[0] == key }) {
			former = append(former, [2]string{key, key + "（已不在名单）"})
		}
	}
	slices.SortFunc(former, func(a, b [2]string) int { return strings.Compare(a[0], b[0]) })
	return append(slices.Clone(parts), former...)
}

// gridSums are the figures of the grids whose parts add up to them.
var gridSums = [][2]string{
	{"grid.events", "month"}, {"grid.events", "village"}, {"grid.events", "grid"}, {"grid.events", "kind"},
	{"grid.tasks", "month"}, {"grid.tasks", "village"}, {"grid.tasks", "grid"}, {"grid.tasks", "kind"}, {"grid.tasks.late", "village"},
}
