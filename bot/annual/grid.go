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

func (g *gridYear) indicators(t *knowledge.Township) []Indicator {
	var out []Indicator
	add := func(key, name, unit, rule string, from *tally) {
		out = append(out, Indicator{Key: key, Name: name, Unit: unit, Rule: rule, Source: "records", Value: float64(len(from.keys)), Records: from.keys})
	}
	share := func(key, name, unit, rule string, value float64, from *tally) {
		out = append(out, Indicator{Key: key, Name: name, Unit: unit, Rule: rule, Source: "ratio", Value: value, Records: from.keys})
	}
	grids := &tally{}
	for _, v := range t.Villages {
		for _, x := range v.Grids {
			grids.add(x.ID)
		}
	}
	add("grid.grids", "网格", "个", "镇的文件里列的网格，到统计那天。", grids)
	out[0].Source = "township"
	add("grid.heads", "网格长", "人", "到统计那天在任的网格长。", &g.heads)
	add("grid.workers", "网格员", "人", "到统计那天在任的网格员，不含网格长；一人兼两样的，两边各计一次。", &g.workers)
	add("grid.events", "网格事件", "件", "本年内网格员、网格长上报的事件，每报一次一件；类别只在镇定的清单之内。", &g.events)
	for _, o := range []struct{ key, name, rule string }{
		{ledger.OutcomeTask, "转成任务", "转成任务、有人办有期限的事件。"},
		{ledger.OutcomeDispute, "转去调解", "转成纠纷、去调解的事件。"},
		{ledger.OutcomeNote, "当场办好", "当场办好、只记一笔的事件，和已喊人的急事。"},
	} {
		x := g.outcome[o.key]
		if x == nil {
			x = &tally{}
		}
		add("grid.events."+o.key, "网格事件·"+o.name, "件", o.rule+"三项之和等于网格事件。", x)
	}
	add("grid.tasks", "下派任务", "件", "本年内下派的任务：事件转成的、网格长和镇上派的、看护点到日子的。一件任务再派给别人，不重计。", &g.tasks)
	add("grid.tasks.done", "任务办结", "件", "本年内办结的任务，附一句话或照片。", &g.done)
	add("grid.tasks.intime", "任务按时办结", "件", "本年内办结、从没过期的任务。", &g.inTime)
	add("grid.tasks.late", "任务逾期", "件", "本年内过了期限还没办结的任务，每件只计一次，后来办结的也计。", &g.late)
	share("grid.tasks.share", "任务按时率", "%", "按时办结的件数除以办结件数，取一位小数，不四舍五入。", ratio(len(g.inTime.keys), len(g.done.keys), 100), &g.inTime)
	share("grid.tasks.perworker", "每名网格员任务", "件/人", "下派任务件数除以网格员人数，取一位小数，不四舍五入；负担多少，本身就是一项发现。", ratio(len(g.tasks.keys), len(g.workers.keys), 1), &g.tasks)
	share("grid.events.pergrid", "每个网格事件", "件/格", "网格事件件数除以网格个数，取一位小数，不四舍五入。", ratio(len(g.events.keys), len(grids.keys), 1), &g.events)
	share("grid.saved", "少打的字", "字", "一次报完，台账、任务、纠纷、汇报不再重填的字数，按报的字数和自动填的村、网格、类别、时间算。", float64(g.characters), &g.saved)

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
		out = append(out, split(x.key, x.name, "件", x.by, x.byName, withFormer(x.parts, x.counted[x.by]), x.counted[x.by])...)
	}
	return out
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
