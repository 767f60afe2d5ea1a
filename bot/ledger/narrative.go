package ledger

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// A Slot is a part of the annual report as a person wrote it. The last text of
// a key counts; an empty one gives the part back to its template.
type Slot struct {
	ID   int64
	Year int
	Key  string
	Text string
	Who  int64
	At   time.Time
}

// WriteSlot appends a text. The error wraps ErrUnsigned or ErrBadFigure.
func (tx *Tx) WriteSlot(township string, s *Slot) error {
	switch {
	case s.Who == 0:
		return ErrUnsigned
	case s.Key == "" || s.Year < 1:
		return fmt.Errorf("text %q of %d: %w", s.Key, s.Year, ErrBadFigure)
	}
	s.ID, s.At = tx.NewID(), tx.Now
	if _, err := tx.exec(`INSERT INTO slot (id, township, year, key, body, who, at) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
		s.ID, township, s.Year, s.Key, s.Text, s.Who, millis(tx.Now)); err != nil {
		return fmt.Errorf("write slot: %w", err)
	}
	return tx.Log(township, Entry{Event: SlotWritten, By: s.Who, To: s.ID, X: map[string]string{"key": s.Key, "year": strconv.Itoa(s.Year), "digest": fileHash([]byte(s.Text))}})
}

// Slots lists the texts that count in a year, by key.
func Slots(r Reader, township string, year int) ([]Slot, error) {
	rows, err := r.reader().rows(`SELECT id, year, key, body, who, at FROM slot WHERE township = $1 AND year = $2 ORDER BY key, at, id`, township, year)
	if err != nil {
		return nil, fmt.Errorf("read slots: %w", err)
	}
	defer rows.Close()
	var out []Slot
	for rows.Next() {
		var s Slot
		var at int64
		if err := rows.Scan(&s.ID, &s.Year, &s.Key, &s.Text, &s.Who, &at); err != nil {
			return nil, err
		}
		s.At = moment(at)
		if n := len(out); n > 0 && out[n-1].Key == s.Key {
			out[n-1] = s
			continue
		}
		out = append(out, s)
	}
	return out, rows.Err()
}

// What became of a Promise.
const (
	PromiseDone    = "done"
	PromiseNotDone = "not-done"
	PromiseDropped = "dropped" // taken back before it was published
)

// A Promise is something that a year's plan says will be done (下一年度安排).
type Promise struct {
	ID   int64
	Year int // the year it is to be done in
	Text string
	Who  int64
	At   time.Time
	Fate string // done, not-done; "" while nobody has said
	Why  string // how it was done, or why it was not
}

// Promise appends a promise for a year. The error wraps ErrUnsigned or
// ErrBadFigure.
func (tx *Tx) Promise(township string, p *Promise) error {
	switch {
	case p.Who == 0:
		return ErrUnsigned
	case p.Year < 1 || strings.TrimSpace(p.Text) == "":
		return fmt.Errorf("promise for %d: %w", p.Year, ErrBadFigure)
	}
	p.ID, p.At = tx.NewID(), tx.Now
	if _, err := tx.exec(`INSERT INTO promise (id, township, year, body, who, at) VALUES ($1, $2, $3, $4, $5, $6)`,
		p.ID, township, p.Year, p.Text, p.Who, millis(tx.Now)); err != nil {
		return fmt.Errorf("promise: %w", err)
	}
	return tx.Log(township, Entry{Event: PlanMade, By: p.Who, To: p.ID, X: map[string]string{"year": strconv.Itoa(p.Year), "digest": fileHash([]byte(p.Text))}})
}

// Judge records what became of a promise; the last word counts. What was not
// done needs a reason. The error wraps ErrUnsigned or ErrBadFigure, or is
// ErrNotFound.
func (tx *Tx) Judge(township string, promise int64, fate, why string, who int64) error {
	switch {
	case who == 0:
		return ErrUnsigned
	case fate != PromiseDone && fate != PromiseNotDone && fate != PromiseDropped, fate == PromiseNotDone && strings.TrimSpace(why) == "":
		return fmt.Errorf("promise %d %q without a reason: %w", promise, fate, ErrBadFigure)
	}
	var n int64
	if err := tx.row(`SELECT COUNT(*) FROM promise WHERE id = $1 AND township = $2`, promise, township).Scan(&n); err != nil {
		return fmt.Errorf("look for promise: %w", err)
	}
	if n == 0 {
		return ErrNotFound
	}
	id := tx.NewID()
	if _, err := tx.exec(`INSERT INTO verdict (id, promise, fate, why, who, at) VALUES ($1, $2, $3, $4, $5, $6)`, id, promise, fate, why, who, millis(tx.Now)); err != nil {
		return fmt.Errorf("judge promise: %w", err)
	}
	return tx.Log(township, Entry{Event: PlanJudged, By: who, To: promise, X: map[string]string{"fate": fate, "verdict": strconv.FormatInt(id, 10)}})
}

// Promises lists the promises for a year that were not taken back, in the
// order in which they were made, with what became of them.
func Promises(r Reader, township string, year int) ([]Promise, error) {
	rows, err := r.reader().rows(`SELECT p.id, p.year, p.body, p.who, p.at, COALESCE(v.fate, ''), COALESCE(v.why, '') FROM promise p
		LEFT JOIN verdict v ON v.promise = p.id WHERE p.township = $1 AND p.year = $2 ORDER BY p.at, p.id, v.at, v.id`, township, year)
	if err != nil {
		return nil, fmt.Errorf("read promises: %w", err)
	}
	defer rows.Close()
	var all []Promise
	for rows.Next() {
		var p Promise
		var at int64
		if err := rows.Scan(&p.ID, &p.Year, &p.Text, &p.Who, &at, &p.Fate, &p.Why); err != nil {
			return nil, err
		}
		p.At = moment(at)
		if n := len(all); n > 0 && all[n-1].ID == p.ID {
			all[n-1] = p
			continue
		}
		all = append(all, p)
	}
	var out []Promise
	for _, p := range all {
		if p.Fate != PromiseDropped {
			out = append(out, p)
		}
	}
	return out, rows.Err()
}
