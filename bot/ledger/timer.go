package ledger

import (
	"context"
	"fmt"
	"time"
)

// A Timer calls for something at a time: it fires once, also after a restart.
type Timer struct {
	ID       int64
	Township string
	Due      time.Time
	Kind     string
	Ref      int64 // the record it is about
	Step     int64 // the state of the record it was set for; a later state makes it void
}

// SetTimer sets a timer.
func (tx *Tx) SetTimer(township, kind string, ref, step int64, due time.Time) error {
	if _, err := tx.exec(`INSERT INTO timer (id, township, due, kind, ref, step, owner, lease) VALUES ($1, $2, $3, $4, $5, $6, 0, 0)`,
		tx.NewID(), township, millis(due), kind, ref, step); err != nil {
		return fmt.Errorf("set timer: %w", err)
	}
	return nil
}

// ClaimTimers leases up to n timers that are due.
func (l *Ledger) ClaimTimers(ctx context.Context, owner int64, now time.Time, lease time.Duration, n int) ([]Timer, error) {
	const q = `UPDATE timer SET owner = $1, lease = $2 WHERE id IN (
			SELECT id FROM timer WHERE due <= $3 AND lease <= $3 ORDER BY due LIMIT $4)
		AND due <= $3 AND lease <= $3 RETURNING id, township, due, kind, ref, step`
	var out []Timer
	err := l.Do(ctx, "timer", now, func(tx *Tx) error {
		out = nil
		rows, err := tx.rows(q, owner, millis(now.Add(lease)), millis(now), n)
		if err != nil {
			return fmt.Errorf("claim timers: %w", err)
		}
		defer rows.Close()
		for rows.Next() {
			var t Timer
			var due int64
			if err := rows.Scan(&t.ID, &t.Township, &due, &t.Kind, &t.Ref, &t.Step); err != nil {
				return err
			}
			t.Due = moment(due)
			out = append(out, t)
		}
		return rows.Err()
	})
	return out, err
}

// EndTimer removes a timer in the same commit as its effect. False if another
// process ended it first: then there must be no effect.
func (tx *Tx) EndTimer(id int64) (bool, error) {
	n, err := tx.exec(`DELETE FROM timer WHERE id = $1`, id)
	return n == 1, err
}

// NextTimer returns when the next timer is due, and whether there is one.
func (l *Ledger) NextTimer(ctx context.Context) (time.Time, bool, error) {
	var ms *int64
	if err := l.read.QueryRowContext(ctx, `SELECT MIN(due) FROM timer`).Scan(&ms); err != nil || ms == nil {
		return time.Time{}, false, err
	}
	return moment(*ms), true, nil
}
