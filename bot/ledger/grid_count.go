package ledger

import (
	"encoding/json"
	"fmt"
	"time"
)

// A GridCell counts what happened of one kind in one grid. The kind is empty
// for tasks that no event is behind.
type GridCell struct {
	Village, Grid, Kind string
	Events              int64
	Tasks               int64 // sent down
	Done                int64
	InTime              int64 // done, and never late
	Late                int64 // the clock ran out while open
}

// CountGrids counts a township's events and tasks between two moments (from
// included, to not) from the journal, by village, grid and kind, in that
// order. Sums over cells are the figures by one of them.
func CountGrids(r Reader, township string, from, to time.Time) ([]GridCell, error) {
	at := map[[3]string]int{}
	var out []GridCell
	err := Facts(r, township, from, to, func(f Fact) error {
		key := [3]string{f.X["village"], f.X["grid"], f.X["kind"]}
		cell := func() *GridCell {
			i, ok := at[key]
			if !ok {
				i = len(out)
				at[key] = i
				out = append(out, GridCell{Village: key[0], Grid: key[1], Kind: key[2]})
			}
			return &out[i]
		}
		switch f.Event {
		case EventReported:
			cell().Events++
		case TaskSent:
			cell().Tasks++
		case TaskDone:
			cell().Done++
			if f.X["intime"] == "1" {
				cell().InTime++
			}
		case TaskLate:
			cell().Late++
		}
		return nil
	})
	return out, err
}

// A GridStanding is what is open in one grid now, for heads: how many tasks and
// how many of them are past their clock. It names no person.
type GridStanding struct {
	Village, Grid string
	Open, Overdue int64
	Returned      int64 // passed back
	Town          int64 // overdue at the level of the town: not the grid's to answer for
}

// Standing lists the grids that have open tasks, in a village or, with a
// village of "", in the township.
func Standing(r Reader, township, village string, now time.Time) ([]GridStanding, error) {
	rows, err := r.reader().rows(`SELECT village, grid, COUNT(*), SUM(CASE WHEN due < $3 THEN 1 ELSE 0 END),
		SUM(CASE WHEN state = 'returned' THEN 1 ELSE 0 END),
		SUM(CASE WHEN due < $3 AND level = 'town' THEN 1 ELSE 0 END)
		FROM task WHERE township = $1 AND state IN ('sent', 'taken', 'returned') AND ($2 = '' OR village = $2) GROUP BY village, grid ORDER BY village, grid`,
		township, village, millis(now))
	if err != nil {
		return nil, fmt.Errorf("count open tasks: %w", err)
	}
	defer rows.Close()
	var out []GridStanding
	for rows.Next() {
		var s GridStanding
		if err := rows.Scan(&s.Village, &s.Grid, &s.Open, &s.Overdue, &s.Returned, &s.Town); err != nil {
			return nil, err
		}
		out = append(out, s)
	}
	return out, rows.Err()
}

// KindsUsed counts the events of each kind reported in a village since a
// moment, so that the usual kinds can be offered first.
func KindsUsed(r Reader, township, village string, since time.Time) (map[string]int64, error) {
	rows, err := r.reader().rows(`SELECT kind, COUNT(*) FROM event WHERE township = $1 AND village = $2 AND reported >= $3 GROUP BY kind`, township, village, millis(since))
	if err != nil {
		return nil, fmt.Errorf("count kinds: %w", err)
	}
	defer rows.Close()
	out := map[string]int64{}
	for rows.Next() {
		var kind string
		var n int64
		if err := rows.Scan(&kind, &n); err != nil {
			return nil, err
		}
		out[kind] = n
	}
	return out, rows.Err()
}

// An OwnWork is what one grid worker did in a span, for that worker alone.
type OwnWork struct {
	Events, Tasks, InTime, Saved int64
}

// WorkOf counts a person's own events and tasks done between two moments.
func WorkOf(r Reader, person int64, from, to time.Time) (OwnWork, error) {
	var w OwnWork
	err := r.reader().row(`SELECT
		(SELECT COUNT(*) FROM event WHERE person = $1 AND reported >= $2 AND reported < $3),
		(SELECT COUNT(*) FROM task WHERE holder = $1 AND state = 'done' AND done >= $2 AND done < $3),
		(SELECT COUNT(*) FROM task WHERE holder = $1 AND state = 'done' AND done >= $2 AND done < $3 AND late = 0),
		(SELECT COALESCE(SUM(saved), 0) FROM event WHERE person = $1 AND reported >= $2 AND reported < $3)`,
		person, millis(from), millis(to)).Scan(&w.Events, &w.Tasks, &w.InTime, &w.Saved)
	if err != nil {
		return w, fmt.Errorf("count own work: %w", err)
	}
	return w, nil
}

// RolesAt lists the keys of the people who had a role at a moment. Somebody
// erased before it had it no more; somebody erased after it still did.
func RolesAt(r Reader, township, role string, at time.Time) ([]int64, error) {
	rows, err := r.reader().rows(`SELECT person FROM role WHERE township = $1 AND role = $2 AND since < $3 AND (until = 0 OR until >= $3) ORDER BY person`, township, role, millis(at))
	if err != nil {
		return nil, fmt.Errorf("read roles: %w", err)
	}
	defer rows.Close()
	var out []int64
	for rows.Next() {
		var p int64
		if err := rows.Scan(&p); err != nil {
			return nil, err
		}
		out = append(out, p)
	}
	return out, rows.Err()
}

// VillagesOf counts the people who had a role at a moment, by village; those
// of the whole township stand under "".
func VillagesOf(r Reader, township, role string, at time.Time) (map[string]int, error) {
	rows, err := r.reader().rows(`SELECT village, COUNT(*) FROM role WHERE township = $1 AND role = $2 AND since < $3 AND (until = 0 OR until >= $3) GROUP BY village`, township, role, millis(at))
	if err != nil {
		return nil, fmt.Errorf("count roles: %w", err)
	}
	defer rows.Close()
	out := map[string]int{}
	for rows.Next() {
		var village string
		var n int
		if err := rows.Scan(&village, &n); err != nil {
			return nil, err
		}
		out[village] = n
	}
	return out, rows.Err()
}

// proveGrids checks that events, tasks and places are those the journal tells
// of, in the same grid and of the same kind, and that nothing points to what
// is not there.
func proveGrids(v *View, p *Proof) error {
	for _, check := range []struct{ what, q string }{
		{"tasks of an event that is not there", `SELECT COUNT(*) FROM task t WHERE t.source = 'event' AND NOT EXISTS (SELECT 1 FROM event e WHERE e.id = t.ref AND e.task = t.id)`},
		{"tasks of a place that is not there", `SELECT COUNT(*) FROM task t WHERE t.source = 'place' AND NOT EXISTS (SELECT 1 FROM place x WHERE x.id = t.ref)`},
		{"events without what became of them", `SELECT COUNT(*) FROM event e WHERE e.outcome = 'task' AND NOT EXISTS (SELECT 1 FROM task t WHERE t.id = e.task)
			OR e.outcome = 'dispute' AND NOT EXISTS (SELECT 1 FROM matter m WHERE m.id = e.matter) OR e.outcome = 'note' AND e.closed = 0`},
		{"events closed before their task, or open after it", `SELECT COUNT(*) FROM event e JOIN task t ON t.id = e.task WHERE (t.state IN ('done', 'cancelled')) <> (e.closed <> 0)`},
		{"tasks held by nobody known", `SELECT COUNT(*) FROM task t WHERE t.holder <> 0 AND NOT EXISTS (SELECT 1 FROM person p WHERE p.id = t.holder)`},
		{"open tasks without a clock", `SELECT COUNT(*) FROM task t WHERE t.state IN ('sent', 'taken', 'returned') AND t.late = 0 AND NOT EXISTS (SELECT 1 FROM timer x WHERE x.ref = t.id AND x.kind = 'task-due')`},
		{"places looked at without a clock", `SELECT COUNT(*) FROM place x WHERE x.dropped = 0 AND NOT EXISTS (SELECT 1 FROM timer y WHERE y.ref = x.id AND y.kind = 'place-look')`},
		{"things shown with a message that is not there", `SELECT COUNT(*) FROM shown s WHERE NOT EXISTS (SELECT 1 FROM message m WHERE m.id = s.message)`},
		{"places that the journal does not know", `SELECT ABS((SELECT COUNT(*) FROM place) - (SELECT COUNT(*) FROM journal WHERE event = 'place-listed'))`},
	} {
		var n int64
		if err := v.row(check.q).Scan(&n); err != nil {
			return fmt.Errorf("look for %s: %w", check.what, err)
		}
		if n > 0 {
			p.fault("%s: %d", check.what, n)
		}
	}
	told := map[Event]map[int64]entryBody{}
	rows, err := v.rows(`SELECT body FROM journal WHERE event IN ('event-reported', 'task-sent', 'task-done', 'task-late', 'task-cancelled') ORDER BY at, writer, n`)
	if err != nil {
		return fmt.Errorf("read journal: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var body string
		if err := rows.Scan(&body); err != nil {
			return err
		}
		var b entryBody
		if json.Unmarshal([]byte(body), &b) != nil {
			continue // said by proveChains
		}
		if told[b.Event] == nil {
			told[b.Event] = map[int64]entryBody{}
		}
		if _, twice := told[b.Event][b.To]; twice {
			p.fault("%s %d: the journal tells it twice", b.Event, b.To)
		}
		told[b.Event][b.To] = b
	}
	if err := rows.Err(); err != nil {
		return err
	}
	rows.Close()
	if err := proveRows(v, p, told, `SELECT id, village, grid, kind, 0, 0, '' FROM event`, EventReported); err != nil {
		return err
	}
	return proveRows(v, p, told, `SELECT id, village, grid, kind, done, late, state FROM task`, TaskSent)
}

// proveRows compares one table with what the journal tells of its rows.
func proveRows(v *View, p *Proof, told map[Event]map[int64]entryBody, q string, born Event) error {
	rows, err := v.rows(q)
	if err != nil {
		return fmt.Errorf("read grids: %w", err)
	}
	defer rows.Close()
	n := 0
	for rows.Next() {
		var id, done, late int64
		var village, grid, kind, state string
		if err := rows.Scan(&id, &village, &grid, &kind, &done, &late, &state); err != nil {
			return err
		}
		n++
		b, ok := told[born][id]
		if !ok || b.X["village"] != village || b.X["grid"] != grid || b.X["kind"] != kind {
			p.fault("%s %d: the journal tells otherwise", born, id)
		}
		if born != TaskSent {
			continue
		}
		d, isDone := told[TaskDone][id]
		_, isLate := told[TaskLate][id]
		_, isOff := told[TaskCancelled][id]
		if isDone != (state == "done") || isDone != (done != 0) || isLate != (late != 0) || isOff != (state == "cancelled") ||
			isDone && (d.X["intime"] == "1") == isLate {
			p.fault("task %d: the journal tells another end of it", id)
		}
	}
	if err := rows.Err(); err != nil {
		return err
	}
	if n != len(told[born]) {
		p.fault("%s: %d records, the journal knows %d", born, n, len(told[born]))
	}
	return nil
}
