package ledger

import (
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Kinds of a Counted.
const (
	CountedMatter       = "matter"
	CountedDispute      = "dispute"
	CountedEvent        = "event"
	CountedTask         = "task"
	CountedRegistration = "registration"
	CountedMessage      = "message"
	CountedPerson       = "person"
	CountedActivity     = "activity"
	CountedScore        = "score"
	CountedEntry        = "entry"
	CountedZero         = "zero"
	CountedRegister     = "register"
	CountedJournal      = "journal" // an entry of the journal itself
)

// A Counted is a record behind a figure in one line. It names no resident and
// holds no word of theirs.
type Counted struct {
	Key     string // as the figure has it
	Kind    string // one of the kinds above; "" for what the ledger does not keep, a grid of the township's file say
	ID      int64
	At      time.Time
	No      string // receipt or file number, or a count; may be empty
	Village string
	About   string // topic, category, kind, day: in the ledger's words
}

// countedQuery looks a key up wherever figures count. Keys are unique across
// tables.
const countedQuery = `SELECT 'matter', COALESCE(no, ''), village, topic, opened FROM matter WHERE id = $1 AND township = $2
	UNION ALL SELECT 'dispute', COALESCE(CAST(no AS TEXT), ''), village, category, opened FROM dispute WHERE id = $1 AND township = $2
	UNION ALL SELECT 'event', no, village, kind, reported FROM event WHERE id = $1 AND township = $2
	UNION ALL SELECT 'task', no, village, kind, sent FROM task WHERE id = $1 AND township = $2
	UNION ALL SELECT 'registration', '', village, '', at FROM registration WHERE id = $1 AND township = $2
	UNION ALL SELECT 'message', '', '', fate, at FROM message WHERE id = $1 AND township = $2
	UNION ALL SELECT 'person', '', '', '', created FROM person WHERE id = $1 AND township = $2
	UNION ALL SELECT 'activity', CAST(heads AS TEXT), '', kind || ' ' || day || ' ' || place, at FROM activity WHERE id = $1 AND township = $2
	UNION ALL SELECT 'score', '', '', e.day || ' ' || e.title, e.at FROM score s JOIN exam e ON e.id = s.exam WHERE s.id = $1 AND e.township = $2
	UNION ALL SELECT 'entry', CAST(value AS TEXT), '', key || ' ' || CAST(month AS TEXT), at FROM entry WHERE id = $1 AND township = $2
	UNION ALL SELECT 'zero', '0', '', key, at FROM zero WHERE id = $1 AND township = $2
	UNION ALL SELECT 'register', '', '', day || ' ' || title, at FROM register WHERE id = $1 AND township = $2`

// CountedOf looks up the records behind a figure, in the order given. A key
// that no table knows comes back with the empty kind.
func CountedOf(r Reader, township string, keys []string) ([]Counted, error) {
	out := make([]Counted, 0, len(keys))
	for _, key := range keys {
		c, err := counted(r, township, key)
		if err != nil {
			return nil, fmt.Errorf("look up record %s: %w", key, err)
		}
		out = append(out, c)
	}
	return out, nil
}

func counted(r Reader, township, key string) (Counted, error) {
	c := Counted{Key: key}
	if writer, n, ok := strings.Cut(key, "/"); ok {
		return journalled(r, township, c, writer, n)
	}
	id, err := strconv.ParseInt(key, 10, 64)
	if err != nil {
		return c, nil
	}
	var at int64
	err = r.reader().row(countedQuery, id, township).Scan(&c.Kind, &c.No, &c.Village, &c.About, &at)
	if errors.Is(err, sql.ErrNoRows) {
		return c, nil
	}
	c.ID, c.At = id, moment(at)
	return c, err
}

// journalled reads an entry of the journal by its writer and number.
func journalled(r Reader, township string, c Counted, writer, n string) (Counted, error) {
	w, err1 := strconv.ParseInt(writer, 10, 64)
	k, err2 := strconv.ParseInt(n, 10, 64)
	if err1 != nil || err2 != nil {
		return c, nil
	}
	var body string
	err := r.reader().row(`SELECT body FROM journal WHERE writer = $1 AND n = $2 AND township = $3`, w, k, township).Scan(&body)
	if errors.Is(err, sql.ErrNoRows) {
		return c, nil
	}
	if err != nil {
		return c, err
	}
	var b entryBody
	if err := json.Unmarshal([]byte(body), &b); err != nil {
		return c, err
	}
	c.Kind, c.At, c.Village, c.About = CountedJournal, moment(b.At), b.X["village"], string(b.Event)
	return c, nil
}

// Version is a number that grows with every entry of the journal: while it
// stands still, no figure has changed.
func Version(r Reader) (int64, error) {
	var n int64
	if err := r.reader().row(`SELECT CAST(COALESCE(SUM(head), 0) AS BIGINT) FROM writer`).Scan(&n); err != nil {
		return 0, fmt.Errorf("read version: %w", err)
	}
	return n, nil
}
