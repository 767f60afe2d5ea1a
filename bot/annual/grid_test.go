package annual

import (
	"context"
	"path/filepath"
	"testing"
	"time"

	"mingbai/bot/ledger"
	"mingbai/knowledge"
)

// report books one event with what came of it, and its task's end.
func report(village, grid, kind, outcome, end string) func(tx *ledger.Tx, c *ledger.Chat, m *ledger.Message) error {
	return func(tx *ledger.Tx, c *ledger.Chat, m *ledger.Message) error {
		if _, err := tx.Join(c, ledger.GridWorker, village, "小陈", ""); err != nil {
			return err
		}
		e := &ledger.GridEvent{ID: tx.NewID(), Village: village, Grid: grid, Kind: kind, Outcome: outcome, Noticed: tx.Now, Grain: ledger.GrainNow, Saved: 40}
		if outcome == ledger.OutcomeNote {
			e.Closed = tx.Now
			return tx.ReportEvent(c, tx.Now.Year(), e, kind)
		}
		task := &ledger.Task{Village: village, Grid: grid, Kind: kind, Level: "grid", Source: ledger.SourceEvent, Ref: e.ID, Sender: c.Person, State: "sent", Due: tx.Now.Add(time.Hour)}
		if err := tx.SendTask("qingxi", tx.Now.Year(), task); err != nil {
			return err
		}
		e.Task = task.ID
		if err := tx.ReportEvent(c, tx.Now.Year(), e, kind); err != nil {
			return err
		}
		switch end {
		case "late":
			task.Late = tx.Now
			if err := tx.SaveTask("qingxi", ledger.TaskLate, 0, task, nil); err != nil {
				return err
			}
		case "":
			return tx.SetTimer("qingxi", "task-due", task.ID, 0, task.Due)
		}
		task.State, task.Holder, task.Done = "done", c.Person, tx.Now
		intime := map[string]string{"intime": map[bool]string{true: "1", false: "0"}[end == "done"]}
		if err := tx.SaveTask("qingxi", ledger.TaskDone, c.Person, task, intime); err != nil {
			return err
		}
		return tx.CloseEvent("qingxi", c.Person, e)
	}
}

// Events and tasks are counted in their year, by month, village, grid and kind,
// and every sum holds; a kind that is in the file no more is still counted.
func TestCountGrids(t *testing.T) {
	base, err := knowledge.Load(knowledge.Overlay{})
	if err != nil {
		t.Fatal(err)
	}
	l, err := ledger.Open(context.Background(), "sqlite:"+filepath.Join(t.TempDir(), "m.db"), ledger.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	b := &booker{t: t, l: l}
	b.at("2025-12-31 23:59", report("hongyan", "hongyan-1", "road", ledger.OutcomeTask, "done"))
	b.at("2026-01-01 00:00", report("hongyan", "hongyan-1", "road", ledger.OutcomeTask, "done"))
	b.at("2026-03-02 10:00", report("hongyan", "hongyan-2", "fire", ledger.OutcomeTask, "late"))
	b.at("2026-03-03 10:00", report("qinglong", "qinglong-1", "road", ledger.OutcomeTask, ""))
	b.at("2026-12-31 23:59", report("qinglong", "qinglong-1", "former-kind", ledger.OutcomeNote, ""))
	b.at("2027-01-01 00:00", report("hongyan", "hongyan-1", "road", ledger.OutcomeTask, "done"))
	r, err := Count(context.Background(), l, base.Township, 2026, time.Date(2027, 2, 1, 0, 0, 0, 0, knowledge.Shanghai))
	if err != nil {
		t.Fatal(err)
	}
	by := map[string]Indicator{}
	for _, i := range r.Indicators {
		by[i.Key] = i
	}
	for key, want := range map[string]float64{
		"grid.grids": 55, "grid.heads": 0, "grid.workers": 5, "grid.events": 4, "grid.events.task": 3, "grid.events.note": 1, "grid.events.dispute": 0,
		"grid.tasks": 3, "grid.tasks.done": 2, "grid.tasks.intime": 1, "grid.tasks.late": 1, "grid.tasks.share": 50, "grid.tasks.perworker": 0.6,
		"grid.events.month.01": 1, "grid.events.month.03": 2, "grid.events.village.qinglong": 2, "grid.events.grid.hongyan-2": 1,
		"grid.events.kind.road": 2, "grid.events.kind.former-kind": 1, "grid.tasks.village.hongyan": 2, "grid.tasks.kind.none": 0, "grid.tasks.late.village.hongyan": 1,
		"grid.saved": 160,
	} {
		i, ok := by[key]
		if !ok || i.Value != want {
			t.Errorf("%s = %g, want %g", key, i.Value, want)
		}
	}
	if faults := r.Lint(); len(faults) > 0 {
		t.Error(faults)
	}
	p, err := l.Prove(context.Background())
	if err != nil || len(p.Faults) > 0 {
		t.Error(p.Faults, err)
	}
	for i := range r.Indicators {
		if r.Indicators[i].Key == "grid.events.kind.road" {
			r.Indicators[i].Value++
			r.Indicators[i].Records = append(r.Indicators[i].Records, "x")
		}
	}
	if len(r.Lint()) == 0 {
		t.Error("a kind is one too many and nobody notices")
	}
}
