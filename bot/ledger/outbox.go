package ledger

import (
	"context"
	"fmt"
	"time"
)

// A Parcel is a message waiting to leave through a channel.
type Parcel struct {
	ID       int64
	Chat     int64
	Channel  string
	Address  string
	Body     string
	Tries    int64
	Township string
}

// Post puts a reply into the outbox; it leaves after the commit, in the order
// of its chat, again after a crash.
func (tx *Tx) Post(c *Chat, m *Message, body string) error {
	if _, err := tx.exec(`INSERT INTO outbox (id, township, chat, seq, channel, address, body, due, tries, owner, lease)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 0, 0, 0)`, m.ID, c.Township, c.ID, m.Seq, c.Channel, c.Address, body, millis(tx.Now)); err != nil {
		return fmt.Errorf("post: %w", err)
	}
	return nil
}

// ClaimParcels leases up to n parcels that may leave now. Only the oldest of
// each chat is ever leased, so a chat's messages leave one after the other
// even with several senders.
func (l *Ledger) ClaimParcels(ctx context.Context, owner int64, now time.Time, lease time.Duration, n int) ([]Parcel, error) {
	const q = `UPDATE outbox SET owner = $1, lease = $2 WHERE id IN (
			SELECT o.id FROM outbox o WHERE o.due <= $3 AND o.lease <= $3
			AND NOT EXISTS (SELECT 1 FROM outbox p WHERE p.chat = o.chat AND p.seq < o.seq)
			ORDER BY o.due LIMIT $4)
		AND due <= $3 AND lease <= $3 RETURNING id, chat, channel, address, body, tries, township`
	var out []Parcel
	err := l.Do(ctx, "outbox", now, func(tx *Tx) error {
		out = nil
		rows, err := tx.rows(q, owner, millis(now.Add(lease)), millis(now), n)
		if err != nil {
			return fmt.Errorf("claim parcels: %w", err)
		}
		defer rows.Close()
		for rows.Next() {
			var p Parcel
			if err := rows.Scan(&p.ID, &p.Chat, &p.Channel, &p.Address, &p.Body, &p.Tries, &p.Township); err != nil {
				return err
			}
			out = append(out, p)
		}
		return rows.Err()
	})
	return out, err
}

// Delivered removes parcels that the channel has taken, or that can never be
// delivered.
func (l *Ledger) Delivered(ctx context.Context, now time.Time, parcels ...Parcel) error {
	return l.Do(ctx, "outbox", now, func(tx *Tx) error {
		for _, p := range parcels {
			if _, err := tx.exec(`DELETE FROM outbox WHERE id = $1`, p.ID); err != nil {
				return fmt.Errorf("settle parcel: %w", err)
			}
		}
		return nil
	})
}

// Undelivered gives a parcel back, to be tried again at due.
func (l *Ledger) Undelivered(ctx context.Context, now time.Time, p Parcel, due time.Time) error {
	return l.Do(ctx, "outbox", now, func(tx *Tx) error {
		_, err := tx.exec(`UPDATE outbox SET lease = 0, owner = 0, due = $1, tries = tries + 1 WHERE id = $2`, millis(due), p.ID)
		return err
	})
}

// NextParcel returns when the next parcel becomes due, and whether there is
// one.
func (l *Ledger) NextParcel(ctx context.Context) (time.Time, bool, error) {
	var ms *int64
	err := l.read.QueryRowContext(ctx, `SELECT MIN(CASE WHEN lease > due THEN lease ELSE due END) FROM outbox o
		WHERE NOT EXISTS (SELECT 1 FROM outbox p WHERE p.chat = o.chat AND p.seq < o.seq)`).Scan(&ms)
	if err != nil || ms == nil {
		return time.Time{}, false, err
	}
	return moment(*ms), true, nil
}
