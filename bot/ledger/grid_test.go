package ledger

import (
	"context"
	"errors"
	"path/filepath"
	"testing"
	"time"
)

// gridWork is a small day in one grid: a worker reports an event whose task
// they close, an order of two tasks of which one is passed back and one runs
// late, and a place.
func gridWork(t *testing.T, l *Ledger) (event, done, late, place int64) {
	t.Helper()
	work := func(tx *Tx, c *Chat, m *Message) error {
		if _, err := tx.Join(c, GridWorker, "hongyan", "小陈", ""); err != nil {
			return err
		}
		if err := tx.SetGrid(c, GridWorker, "hongyan-3"); err != nil {
			return err
		}
		e := &GridEvent{ID: tx.NewID(), Village: "hongyan", Grid: "hongyan-3", Kind: "road", Outcome: OutcomeTask, Noticed: tx.Now.Add(-24 * time.Hour), Grain: GrainDay, Saved: 30}
		own := &Task{Village: "hongyan", Grid: "hongyan-3", Kind: "road", Level: "village", Source: SourceEvent, Ref: e.ID, Sender: c.Person, State: "sent", Due: tx.Now.Add(time.Hour)}
		if err := tx.SendTask("qingxi", 2026, own); err != nil {
			return err
		}
		e.Task = own.ID
		if err := tx.ReportEvent(c, 2026, e, "road"); err != nil {
			return err
		}
		for part, body := range map[string]string{DetailWhat: "李家湾塌了个坑", DetailWhere: "李家湾桥头"} {
			if err := tx.Detail(e.ID, c.ID, part, body); err != nil {
				return err
			}
		}
		if err := tx.Attach(m, "photo", "f1", "", 0, nil); err != nil {
			return err
		}
		if err := errors.Join(tx.Show(e.ID, m.ID), tx.Show(e.ID, m.ID)); err != nil {
			return err
		}
		own.State, own.Holder, own.Done = "done", c.Person, tx.Now
		if err := tx.SaveTask("qingxi", TaskDone, c.Person, own, map[string]string{"intime": "1"}); err != nil {
			return err
		}
		if err := tx.CloseEvent("qingxi", c.Person, e); err != nil {
			return err
		}
		order := tx.NewID()
		var sent []*Task
		for range 2 {
			x := &Task{Village: "hongyan", Grid: "hongyan-3", Level: "grid", Source: SourceOrder, Ref: order, State: "sent", Due: tx.Now.Add(time.Hour)}
			if err := tx.SendTask("qingxi", 2026, x); err != nil {
				return err
			}
			if err := tx.SetTimer("qingxi", "task-due", x.ID, 0, x.Due); err != nil {
				return err
			}
			sent = append(sent, x)
		}
		sent[0].State = "returned"
		if err := tx.SaveTask("qingxi", TaskReturned, c.Person, sent[0], map[string]string{"reason": "unclear"}); err != nil {
			return err
		}
		sent[1].Late = tx.Now
		if err := tx.SaveTask("qingxi", TaskLate, 0, sent[1], nil); err != nil {
			return err
		}
		p := &Place{Village: "hongyan", Grid: "hongyan-3", Every: 7}
		if err := tx.ListPlace(c, p); err != nil {
			return err
		}
		event, done, late, place = e.ID, own.ID, sent[1].ID, p.ID
		return tx.SetTimer("qingxi", "place-look", p.ID, 0, tx.Now.Add(time.Hour))
	}
	if err := say(l, "w", "1", "李家湾塌了个坑", work); err != nil {
		t.Fatal(err)
	}
	return event, done, late, place
}

// Events, tasks and places are kept, counted from the journal, and seen by
// those within reach.
func TestGrid(t *testing.T) {
	each(t, func(t *testing.T, open func(t *testing.T) *Ledger) {
		l := open(t)
		event, done, late, place := gridWork(t, l)
		prove(t, l)
		err := l.View(context.Background(), func(v *View) error {
			e, err := EventByID(v, event)
			if err != nil || e.No != "SJ-2026-0001" || e.Task != done || e.Closed.IsZero() || e.Grain != GrainDay || !e.Noticed.Equal(noon.Add(-24*time.Hour)) {
				t.Errorf("event %+v %v", e, err)
			}
			if x, err := TaskByNo(v, "qingxi", "RW-2026-0001"); err != nil || x.ID != done || x.State != "done" {
				t.Errorf("task %+v %v", x, err)
			}
			if _, err := TaskByID(v, 1); !errors.Is(err, ErrNotFound) {
				t.Errorf("a task that is not there: %v", err)
			}
			list, err := TasksFor(v, "qingxi", 1, Reach{Grid: "hongyan-3"}, 10)
			if err != nil || len(list) != 1 || list[0].ID != late {
				t.Errorf("within reach: %v %v", list, err)
			}
			for _, in := range []Reach{{}, {Grid: "hongyan-1"}, {Village: "hongyan"}, {Town: true}} {
				if list, err := TasksFor(v, "qingxi", 1, in, 10); err != nil || len(list) != 0 {
					t.Errorf("%+v reaches %v %v", in, list, err)
				}
			}
			if back, err := TasksReturned(v, "qingxi", "hongyan", 10); err != nil || len(back) != 1 {
				t.Errorf("returned %v %v", back, err)
			}
			if open, err := TaskOpen(v, event); err != nil || open {
				t.Errorf("the event's task is open: %v", err)
			}
			cells, err := CountGrids(v, "qingxi", noon.Add(-time.Hour), noon.Add(time.Hour))
			if err != nil || len(cells) != 2 || cells[0] != (GridCell{Village: "hongyan", Grid: "hongyan-3", Kind: "road", Events: 1, Tasks: 1, Done: 1, InTime: 1}) ||
				cells[1] != (GridCell{Village: "hongyan", Grid: "hongyan-3", Tasks: 2, Late: 1}) {
				t.Errorf("counted %+v %v", cells, err)
			}
			stand, err := Standing(v, "qingxi", "", noon.Add(2*time.Hour))
			if err != nil || len(stand) != 1 || stand[0] != (GridStanding{Village: "hongyan", Grid: "hongyan-3", Open: 2, Overdue: 2, Returned: 1}) {
				t.Errorf("standing %+v %v", stand, err)
			}
			crew, err := Crew(v, "qingxi", GridWorker, "hongyan", "hongyan-3")
			if err != nil || len(crew) != 1 || crew[0].Grid != "hongyan-3" {
				t.Fatalf("crew %v %v", crew, err)
			}
			w, err := WorkOf(v, crew[0].Person, noon.Add(-time.Hour), noon.Add(time.Hour))
			if err != nil || w != (OwnWork{Events: 1, Tasks: 1, InTime: 1, Saved: 30}) {
				t.Errorf("own work %+v %v", w, err)
			}
			used, err := KindsUsed(v, "qingxi", "hongyan", noon.Add(-time.Hour))
			if err != nil || used["road"] != 1 {
				t.Errorf("kinds used %v %v", used, err)
			}
			shown, err := Shown(v, event)
			if err != nil || shown["photo"] != 1 {
				t.Errorf("shown %v %v", shown, err)
			}
			for at, want := range map[time.Time]int{noon: 0, noon.Add(time.Second): 1} {
				if keys, err := RolesAt(v, "qingxi", GridWorker, at); err != nil || len(keys) != want {
					t.Errorf("workers at %s: %v %v", at, keys, err)
				}
			}
			if list, err := Places(v, "qingxi", "hongyan", ""); err != nil || len(list) != 1 || list[0].ID != place {
				t.Errorf("places %v %v", list, err)
			}
			return nil
		})
		if err != nil {
			t.Error(err)
		}
		if err := say(l, "w", "2", "不看了", func(tx *Tx, c *Chat, _ *Message) error {
			p, err := PlaceByID(tx, place)
			if err != nil {
				return err
			}
			return tx.DropPlace(c, p)
		}); err != nil {
			t.Fatal(err)
		}
		for _, want := range []bool{true, false} {
			err := l.Do(context.Background(), "timer", noon, func(tx *Tx) error {
				first, err := tx.FirstToday("qingxi", "grid-day", 20261125)
				if first != want {
					t.Errorf("first today is %v, want %v", first, want)
				}
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		prove(t, l)
	})
}

// A worker who erases themselves takes their words along, and no figure moves.
func TestGridErase(t *testing.T) {
	each(t, func(t *testing.T, open func(t *testing.T) *Ledger) {
		l := open(t)
		event, _, _, _ := gridWork(t, l)
		count := func() (cells []GridCell) {
			if err := l.View(context.Background(), func(v *View) (err error) {
				cells, err = CountGrids(v, "qingxi", noon.Add(-time.Hour), noon.Add(time.Hour))
				return err
			}); err != nil {
				t.Fatal(err)
			}
			return cells
		}
		before := count()
		if err := say(l, "w", "2", "删除", func(tx *Tx, c *Chat, _ *Message) error {
			err := tx.Erase(c)
			c.Person, c.State = 0, ""
			return err
		}); err != nil {
			t.Fatal(err)
		}
		if after := count(); len(after) != len(before) || after[0] != before[0] || after[1] != before[1] {
			t.Errorf("%+v became %+v", before, after)
		}
		err := l.View(context.Background(), func(v *View) error {
			for _, part := range []string{DetailWhat, DetailWhere} {
				if body, err := DetailOf(v, event, part); err != nil || body != "" {
					t.Errorf("%s is still %q (%v)", part, body, err)
				}
			}
			if shown, err := Shown(v, event); err != nil || len(shown) != 0 {
				t.Errorf("still shown: %v %v", shown, err)
			}
			return nil
		})
		if err != nil {
			t.Error(err)
		}
		prove(t, l)
	})
}

// An invite may name the grid, so that nobody is asked for it.
func TestInviteGrid(t *testing.T) {
	each(t, func(t *testing.T, open func(t *testing.T) *Ledger) {
		l := open(t)
		if err := say(l, "h", "1", "/start", func(tx *Tx, c *Chat, _ *Message) error {
			code, err := tx.InviteGrid("qingxi", GridHead, "hongyan", "hongyan-3", time.Hour)
			if err != nil {
				return err
			}
			if _, _, err := tx.Redeem(c, code, "老张"); err != nil {
				return err
			}
			roles, err := RolesOf(tx, c.Person)
			if len(roles) != 1 || roles[0].Grid != "hongyan-3" || roles[0].Village != "hongyan" {
				t.Errorf("roles %+v", roles)
			}
			return err
		}); err != nil {
			t.Fatal(err)
		}
		prove(t, l)
	})
}

func TestProveFindsGridTampering(t *testing.T) {
	for name, q := range map[string]string{
		"an event is lost":           `DELETE FROM event`,
		"an event is of another":     `UPDATE event SET kind = 'fire'`,
		"an event moved grids":       `UPDATE event SET grid = 'hongyan-1'`,
		"an event is open again":     `UPDATE event SET closed = 0`,
		"a task is lost":             `DELETE FROM task WHERE no = 'RW-2026-0003'`,
		"a task is made up":          `INSERT INTO task VALUES (9, 'qingxi', 'x', 'hongyan', 'hongyan-3', '', 'grid', '', 'order', 1, 0, 0, 'cancelled', 1, 1, 0, 0, 0)`,
		"a task is done by pen":      `UPDATE task SET state = 'done', done = 1 WHERE no = 'RW-2026-0003'`,
		"late is wiped":              `UPDATE task SET late = 0`,
		"a clock is lost":            `DELETE FROM timer`,
		"a task's event is gone":     `UPDATE task SET ref = 7 WHERE source = 'event'`,
		"a place is made up":         `INSERT INTO place VALUES (9, 'qingxi', 'hongyan', 'hongyan-3', 7, 0, 1, 2)`,
		"a photo of another message": `UPDATE shown SET message = 5`,
	} {
		t.Run(name, func(t *testing.T) {
			l := mustOpen(t, "sqlite:"+filepath.Join(t.TempDir(), "m.db"), Options{})
			gridWork(t, l)
			prove(t, l)
			tamper(t, l, q)
			p, err := l.Prove(context.Background())
			if err != nil {
				t.Fatal(err)
			}
			if len(p.Faults) == 0 {
				t.Error("nothing was found")
			}
		})
	}
}
