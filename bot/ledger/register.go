package ledger

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"mingbai/knowledge"
)

// Kinds of a Registered record.
const (
	RegisterHonour    = "honour"    // 荣誉
	RegisterMeeting   = "meeting"   // 联席会议、会商研判
	RegisterDuty      = "duty"      // 责任清单, a version of it
	RegisterReception = "reception" // 领导干部接访安排
)

// RegisterKinds lists the kinds of a Record.
var RegisterKinds = []string{RegisterHonour, RegisterMeeting, RegisterDuty, RegisterReception}

// A Record is one line of a register that the office keeps by hand.
type Record struct {
	ID       int64
	Kind     string // one of RegisterKinds
	Day      knowledge.Day
	Title    string        // the honour, what was discussed, the list's name, who receives
	Text     string        // who gave it, what was decided, what the list says, where
	Due      knowledge.Day // when decisions are due, or the last day a list is in force; "" for neither
	Corrects int64         // the record that this one takes the place of; 0: none
	Void     bool          // a correction that only strikes the other out
	Who      int64
	At       time.Time
}

// Record appends a line to a register, or with Corrects a correction of one. The
// error wraps ErrUnsigned, ErrBadFigure, or is ErrNotFound for a correction of
// what is not there, is of another kind or was corrected before.
func (tx *Tx) Record(township string, x *Record) error {
	switch {
	case x.Who == 0:
		return ErrUnsigned
	case !x.Day.Valid() || !slices.Contains(RegisterKinds, x.Kind) || !x.Void && strings.TrimSpace(x.Title) == "" || x.Void && x.Corrects == 0,
		x.Due != "" && (!x.Due.Valid() || x.Due < x.Day):
		return fmt.Errorf("%s %s %q, due %q: %w", x.Kind, x.Day, x.Title, x.Due, ErrBadFigure)
	}
	if err := tx.correctable("register", township, x.Corrects); err != nil {
		return err
	}
	if x.Corrects != 0 {
		var kind string
		if err := tx.row(`SELECT kind FROM register WHERE id = $1`, x.Corrects).Scan(&kind); err != nil {
			return fmt.Errorf("look for what is corrected: %w", err)
		}
		if kind != x.Kind {
			return ErrNotFound
		}
	}
	x.ID, x.At = tx.NewID(), tx.Now
	if _, err := tx.exec(`INSERT INTO register (id, township, kind, day, title, body, due, corrects, void, who, at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
		x.ID, township, x.Kind, string(x.Day), x.Title, x.Text, string(x.Due), x.Corrects, flag(x.Void), x.Who, millis(tx.Now)); err != nil {
		return fmt.Errorf("record: %w", err)
	}
	return tx.Log(township, Entry{Event: Recorded, By: x.Who, To: x.ID, X: map[string]string{"kind": x.Kind, "day": string(x.Day),
		"due": string(x.Due), "corrects": strconv.FormatInt(x.Corrects, 10), "digest": fileHash([]byte(x.Title + "\n" + x.Text))}})
}

const recordColumns = `SELECT a.id, a.kind, a.day, a.title, a.body, a.due, a.corrects, a.who, a.at FROM register a `

func records(r Reader, where string, args ...any) ([]Record, error) {
	rows, err := r.reader().rows(recordColumns+where, args...)
	if err != nil {
		return nil, fmt.Errorf("read register: %w", err)
	}
	defer rows.Close()
	var out []Record
	for rows.Next() {
		var x Record
		var at int64
		if err := rows.Scan(&x.ID, &x.Kind, &x.Day, &x.Title, &x.Text, &x.Due, &x.Corrects, &x.Who, &at); err != nil {
			return nil, err
		}
		x.At = moment(at)
		out = append(out, x)
	}
	return out, rows.Err()
}

// Records lists what counts of a register in a year, by day.
func Records(r Reader, township, kind string, year int) ([]Record, error) {
	return records(r, inYear+`register b WHERE b.corrects = a.id) AND a.kind = $4 ORDER BY a.day, a.id`, township, yearDay(year), yearDay(year+1), kind)
}

// RecordByID returns a line of a register of the township, counted or not, or
// ErrNotFound.
func RecordByID(r Reader, township string, id int64) (*Record, error) {
	list, err := records(r, `WHERE a.township = $1 AND a.id = $2`, township, id)
	if err == nil && len(list) == 0 {
		err = ErrNotFound
	}
	if err != nil {
		return nil, err
	}
	return &list[0], nil
}

// DutyLists lists every version of the lists of duties that counts, up to a day,
// by name and then by day: the last one of a name is the newest.
func DutyLists(r Reader, township string, until knowledge.Day) ([]Record, error) {
	return records(r, `WHERE a.township = $1 AND a.kind = 'duty' AND a.day <= $2 AND a.void = 0 AND NOT EXISTS (SELECT 1 FROM register b WHERE b.corrects = a.id)
		ORDER BY a.title, a.day, a.id`, township, string(until))
}

// InForce picks of DutyLists the version of each list that is in force on a day.
// A list of which the newest version ended before has none.
func InForce(versions []Record, on knowledge.Day) []Record {
	var out []Record
	for _, x := range versions {
		if x.Day > on {
			continue
		}
		if n := len(out); n > 0 && out[n-1].Title == x.Title {
			out[n-1] = x
			continue
		}
		out = append(out, x)
	}
	return slices.DeleteFunc(out, func(x Record) bool { return x.Due != "" && x.Due < on })
}
