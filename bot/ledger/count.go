package ledger

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"
)

// A Fact is a journal entry as counting rules read it.
type Fact struct {
	Writer int64
	N      int64
	At     time.Time
	Event  Event
	By     int64
	To     int64
	X      map[string]string
}

// Facts passes every entry of a township between two moments (from included,
// to not) to f, in the order of time. Figures are counted from these, so that
// a figure's records can be named and an erased person still counts.
func Facts(r Reader, township string, from, to time.Time, f func(Fact) error) error {
	return facts(r, f, `WHERE township = $1 AND at >= $2 AND at < $3 ORDER BY at, writer, n`, township, millis(from), millis(to))
}

// FactsOf is Facts for one event, from the beginning: what a year inherits
// from those before it.
func FactsOf(r Reader, township string, event Event, to time.Time, f func(Fact) error) error {
	return facts(r, f, `WHERE township = $1 AND event = $2 AND at < $3 ORDER BY at, writer, n`, township, string(event), millis(to))
}

// FactsAmong is Facts for some events.
func FactsAmong(r Reader, township string, from, to time.Time, events []Event, f func(Fact) error) error {
	args := []any{township, millis(from), millis(to)}
	marks := make([]string, len(events))
	for i, e := range events {
		args = append(args, string(e))
		marks[i] = fmt.Sprintf("$%d", len(args))
	}
	return facts(r, f, `WHERE township = $1 AND at >= $2 AND at < $3 AND event IN (`+strings.Join(marks, ", ")+`) ORDER BY at, writer, n`, args...)
}

func facts(r Reader, f func(Fact) error, where string, args ...any) error {
	rows, err := r.reader().rows(`SELECT body FROM journal `+where, args...)
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
		if err := json.Unmarshal([]byte(body), &b); err != nil {
			return fmt.Errorf("read journal entry: %w", err)
		}
		if err := f(Fact{Writer: b.Writer, N: b.N, At: moment(b.At), Event: b.Event, By: b.By, To: b.To, X: b.X}); err != nil {
			return err
		}
	}
	return rows.Err()
}

// FirstFact is when a township's journal begins; the zero time while it is
// empty.
func FirstFact(r Reader, township string) (time.Time, error) {
	var at int64
	if err := r.reader().row(`SELECT COALESCE(MIN(at), 0) FROM journal WHERE township = $1`, township).Scan(&at); err != nil {
		return time.Time{}, fmt.Errorf("read journal: %w", err)
	}
	return moment(at), nil
}
