package ledger

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// ErrUnsigned refuses what nobody stands for: a figure, a zero or a text
// without the key of a person.
var ErrUnsigned = errors.New("nobody signed it")

// ErrNotZero refuses to sign a zero over figures that are not.
var ErrNotZero = errors.New("there are figures for it; correct them first")

// ErrBadFigure is wrapped by the errors of a figure, an activity, an exam or a
// text that cannot be so.
var ErrBadFigure = errors.New("cannot be so")

// An Entered is a figure that staff signed for a month or a year (填报). Of the
// same key, year and month the last one counts.
type Entered struct {
	ID    int64
	Key   string
	Year  int
	Month int // 1 to 12; 0: the whole year
	Value int64
	Who   int64
	At    time.Time
	Note  string
}

// A Zero is a person's word that there was nothing to count in a year (零报告).
type Zero struct {
	ID    int64
	Key   string
	Year  int
	Who   int64
	At    time.Time
	Words string // what they signed
}

// Enter appends a figure. The error wraps ErrUnsigned or ErrBadFigure.
func (tx *Tx) Enter(township string, e *Entered) error {
	switch {
	case e.Who == 0:
		return ErrUnsigned
	case e.Key == "" || e.Year < 1 || e.Month < 0 || e.Month > 12 || e.Value < 0:
		return fmt.Errorf("figure %q of %d-%d, %d: %w", e.Key, e.Year, e.Month, e.Value, ErrBadFigure)
	}
	e.ID, e.At = tx.NewID(), tx.Now
	if _, err := tx.exec(`INSERT INTO entry (id, township, key, year, month, value, who, at, note) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
		e.ID, township, e.Key, e.Year, e.Month, e.Value, e.Who, millis(tx.Now), e.Note); err != nil {
		return fmt.Errorf("enter figure: %w", err)
	}
	return tx.Log(township, Entry{Event: FigureEntered, By: e.Who, To: e.ID, X: map[string]string{"key": e.Key,
		"year": strconv.Itoa(e.Year), "month": strconv.Itoa(e.Month), "value": strconv.FormatInt(e.Value, 10)}})
}

// SignZero records a person's word that a figure is zero. The error wraps
// ErrUnsigned, ErrBadFigure without words, or ErrNotZero.
func (tx *Tx) SignZero(township string, z *Zero) error {
	switch {
	case z.Who == 0:
		return ErrUnsigned
	case z.Key == "" || z.Year < 1 || strings.TrimSpace(z.Words) == "":
		return fmt.Errorf("zero %q of %d without words: %w", z.Key, z.Year, ErrBadFigure)
	}
	entries, err := Entries(tx, township, z.Year)
	if err != nil {
		return err
	}
	for _, e := range entries {
		if e.Key == z.Key && e.Value != 0 {
			return ErrNotZero
		}
	}
	z.ID, z.At = tx.NewID(), tx.Now
	if _, err := tx.exec(`INSERT INTO zero (id, township, key, year, who, at, words) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
		z.ID, township, z.Key, z.Year, z.Who, millis(tx.Now), z.Words); err != nil {
		return fmt.Errorf("sign zero: %w", err)
	}
	return tx.Log(township, Entry{Event: ZeroSigned, By: z.Who, To: z.ID, X: map[string]string{"key": z.Key, "year": strconv.Itoa(z.Year)}})
}

// Entries lists the figures that count in a year: the last of each key and
// month, by key and month. What was corrected is in EntryHistory.
func Entries(r Reader, township string, year int) ([]Entered, error) {
	all, err := entries(r, `WHERE township = $1 AND year = $2 ORDER BY key, month, at, id`, township, year)
	var out []Entered
	for _, e := range all {
		if n := len(out); n > 0 && out[n-1].Key == e.Key && out[n-1].Month == e.Month {
			out[n-1] = e
			continue
		}
		out = append(out, e)
	}
	return out, err
}

// EntryHistory lists everything that was entered under a key for a year, or
// with "" under any key, the first first.
func EntryHistory(r Reader, township, key string, year int) ([]Entered, error) {
	return entries(r, `WHERE township = $1 AND year = $2 AND ($3 = '' OR key = $3) ORDER BY at, id`, township, year, key)
}

func entries(r Reader, where string, args ...any) ([]Entered, error) {
	rows, err := r.reader().rows(`SELECT id, key, year, month, value, who, at, note FROM entry `+where, args...)
	if err != nil {
		return nil, fmt.Errorf("read figures: %w", err)
	}
	defer rows.Close()
	var out []Entered
	for rows.Next() {
		var e Entered
		var at int64
		if err := rows.Scan(&e.ID, &e.Key, &e.Year, &e.Month, &e.Value, &e.Who, &at, &e.Note); err != nil {
			return nil, err
		}
		e.At = moment(at)
		out = append(out, e)
	}
	return out, rows.Err()
}

// Zeros lists the zeros signed for a year, the last of each key. A figure that
// was entered after one makes it void; that is for the counting rules.
func Zeros(r Reader, township string, year int) ([]Zero, error) {
	rows, err := r.reader().rows(`SELECT id, key, year, who, at, words FROM zero WHERE township = $1 AND year = $2 ORDER BY key, at, id`, township, year)
	if err != nil {
		return nil, fmt.Errorf("read zeros: %w", err)
	}
	defer rows.Close()
	var out []Zero
	for rows.Next() {
		var z Zero
		var at int64
		if err := rows.Scan(&z.ID, &z.Key, &z.Year, &z.Who, &at, &z.Words); err != nil {
			return nil, err
		}
		z.At = moment(at)
		if n := len(out); n > 0 && out[n-1].Key == z.Key {
			out[n-1] = z
			continue
		}
		out = append(out, z)
	}
	return out, rows.Err()
}
