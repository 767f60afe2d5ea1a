package ledger

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"
)

// What the console lists: sums, and rows of one kind across people. There is
// no query by a person, a name or a phone, and none may be added.

// A Scope is what an account may see: a township, or some of its villages.
type Scope struct {
	Township string
	Villages []string // ids; empty: all, and records of no village too
}

// Holds reports whether a record of a village is within the scope.
func (s Scope) Holds(village string) bool {
	for _, v := range s.Villages {
		if v == village {
			return true
		}
	}
	return len(s.Villages) == 0
}

// where writes the scope's condition on table columns with this prefix ("m."),
// and its arguments from $1 on.
func (s Scope) where(prefix string) (string, []any) {
	args := []any{s.Township}
	if len(s.Villages) == 0 {
		return prefix + "township = $1", args
	}
	var marks []string
	for _, v := range s.Villages {
		args = append(args, v)
		marks = append(marks, fmt.Sprintf("$%d", len(args)))
	}
	return prefix + "township = $1 AND " + prefix + "village IN (" + strings.Join(marks, ", ") + ")", args
}

// more adds arguments to a scope's condition: format has one $%d for each.
func more(q string, args []any, format string, add ...any) (string, []any) {
	at := make([]any, len(add))
	for i, a := range add {
		args = append(args, a)
		at[i] = len(args)
	}
	return q + fmt.Sprintf(format, at...), args
}

// A Tally is a sum by a name: a village, a topic, a state.
type Tally struct {
	Name string
	N    int64
}

func tallies(r Reader, q string, args ...any) ([]Tally, error) {
	rows, err := r.reader().rows(q, args...)
	if err != nil {
		return nil, fmt.Errorf("count: %w", err)
	}
	defer rows.Close()
	var out []Tally
	for rows.Next() {
		var t Tally
		if err := rows.Scan(&t.Name, &t.N); err != nil {
			return nil, err
		}
		out = append(out, t)
	}
	return out, rows.Err()
}

// countable are the sums that TallyBy makes: a table, its time, its column, and
// a condition of its own.
var countable = map[string]struct{ table, at, by, only string }{
	"matters by topic":         {"matter", "opened", "topic", ""},
	"handovers by village":     {"handover", "opened", "village", ""},
	"handovers by state":       {"handover", "opened", "state", ""},
	"settled by village":       {"handover", "opened", "village", " AND (x.state = 'answered' OR x.missed > 0)"},
	"kept by village":          {"handover", "opened", "village", " AND x.state = 'answered' AND x.missed = 0"},
	"registrations by village": {"registration", "at", "village", " AND x.again = 0"},
	"disputes by village":      {"dispute", "opened", "village", ""},
	"disputes by category":     {"dispute", "opened", "category", ""},
	"events by village":        {"event", "reported", "village", ""},
	"events by kind":           {"event", "reported", "kind", ""},
	"tasks by village":         {"task", "sent", "village", ""},
}

// TallyBy makes one of the console's sums between two moments (from included,
// to not), the largest first: matters by topic; handovers by village, state;
// settled (answered, or a promise missed) and kept by village; registrations by
// village; disputes by village, category; events by village, kind; tasks by
// village. Consultations by village are in OpenedBy.
func TallyBy(r Reader, s Scope, what string, from, to time.Time) ([]Tally, error) {
	c, ok := countable[what]
	if !ok {
		return nil, fmt.Errorf("the ledger does not count %q", what)
	}
	where, args := s.where("x.")
	where, args = more(where, args, " AND x."+c.at+" >= $%d AND x."+c.at+" < $%d"+c.only, millis(from), millis(to))
	return tallies(r, `SELECT x.`+c.by+`, COUNT(*) FROM `+c.table+` x WHERE `+where+` GROUP BY x.`+c.by+` ORDER BY COUNT(*) DESC, x.`+c.by, args...)
}

// DisputesByState counts all disputes by where they stand now.
func DisputesByState(r Reader, s Scope) ([]Tally, error) {
	where, args := s.where("")
	return tallies(r, `SELECT state, COUNT(*) FROM dispute WHERE `+where+` GROUP BY state ORDER BY state`, args...)
}

// Ratings counts the answers rated 有用 and all rated between two moments.
// CROSS JOIN keeps SQLite reading the few first, here and below.
func Ratings(r Reader, s Scope, from, to time.Time) (useful, rated int64, err error) {
	q, args := `SELECT COALESCE(SUM(x.value), 0), COUNT(*) FROM rating x WHERE x.township = $1`, []any{s.Township}
	if len(s.Villages) > 0 { // the village is the matter's
		q, args = s.where("m.")
		q = `SELECT COALESCE(SUM(x.value), 0), COUNT(*) FROM rating x CROSS JOIN matter m WHERE ` + q + ` AND m.id = x.matter AND x.township = $1`
	}
	q, args = more(q, args, " AND x.at >= $%d AND x.at < $%d", millis(from), millis(to))
	if err := r.reader().row(q, args...).Scan(&useful, &rated); err != nil {
		return 0, 0, fmt.Errorf("count ratings: %w", err)
	}
	return useful, rated, nil
}

// HandedIn counts the consultations opened between two moments that a person
// was called for.
func HandedIn(r Reader, s Scope, from, to time.Time) (n int64, err error) {
	where, args := s.where("m.")
	// A person is called after the matter began, never before.
	where, args = more(where, args, " AND m.opened >= $%d AND m.opened < $%d AND m.id = h.matter AND h.township = $1 AND h.opened >= $%d", millis(from), millis(to), millis(from))
	if err := r.reader().row(`SELECT COUNT(DISTINCT h.matter) FROM handover h CROSS JOIN matter m WHERE `+where, args...).Scan(&n); err != nil {
		return 0, fmt.Errorf("count hand-overs: %w", err)
	}
	return n, nil
}

// A MatterFilter chooses consultations of a span. Empty fields do not choose.
type MatterFilter struct {
	From, To time.Time
	Village  string
	Topic    string
	Fate     Fate
	No       string   // the receipt number
	Cards    []string // answered by one of these
	Limit    int

	// The next page: matters before this one, the last of the page before.
	BeforeAt time.Time
	Before   int64
}

// CountedUpTo is how far MatterLines counts: nobody pages through more, and
// counting a year would make every list wait.
const CountedUpTo = 1000

// A MatterLine is one consultation in a list: what it was about, never what
// was said.
type MatterLine struct {
	Matter
	Fate  Fate  // what became of it: handed over, or the best fate of its messages
	Rated int64 // -1: not rated; 0: 没用; 1: 有用
}

// where writes the filter's condition.
func (f MatterFilter) where(s Scope) (string, []any) {
	where, args := s.where("m.")
	add := func(format string, a ...any) { where, args = more(where, args, format, a...) }
	add(" AND m.opened >= $%d AND m.opened < $%d", millis(f.From), millis(f.To))
	if f.Village != "" {
		add(" AND m.village = $%d", f.Village)
	}
	if f.Topic != "" {
		add(" AND m.topic = $%d", f.Topic)
	}
	if f.No != "" {
		add(" AND m.no = $%d", f.No)
	}
	if len(f.Cards) > 0 {
		marks := make([]string, len(f.Cards))
		for i, c := range f.Cards {
			args = append(args, c)
			marks[i] = fmt.Sprintf("$%d", len(args))
		}
		where += " AND m.card IN (" + strings.Join(marks, ", ") + ")"
	}
	const handed = "EXISTS (SELECT 1 FROM handover h WHERE h.matter = m.id)"
	const got = "EXISTS (SELECT 1 FROM message g WHERE g.matter = m.id AND g.fate = '%s')"
	answered, asked := fmt.Sprintf(got, FateAnswered), fmt.Sprintf(got, FateAskedBack)
	switch f.Fate {
	case FateHandedOver:
		where += " AND " + handed
	case FateAnswered:
		where += " AND NOT " + handed + " AND " + answered
	case FateAskedBack:
		where += " AND NOT " + handed + " AND NOT " + answered + " AND " + asked
	case FateRefused:
		where += " AND NOT " + handed + " AND NOT " + answered + " AND NOT " + asked
	}
	return where, args
}

// MatterLines lists consultations, the newest first, and counts all that the
// filter chooses, at most CountedUpTo.
func MatterLines(r Reader, s Scope, f MatterFilter) (out []MatterLine, all int64, err error) {
	where, args := f.where(s)
	if err := r.reader().row(fmt.Sprintf(`SELECT COUNT(*) FROM (SELECT 1 FROM matter m WHERE %s LIMIT %d) chosen`, where, CountedUpTo), args...).Scan(&all); err != nil {
		return nil, 0, fmt.Errorf("count consultations: %w", err)
	}
	if f.Before > 0 {
		where, args = more(where, args, " AND m.opened <= $%d AND (m.opened < $%d OR m.id < $%d)", millis(f.BeforeAt), millis(f.BeforeAt), f.Before)
	}
	where, args = more(where+" ORDER BY m.opened DESC, m.id DESC", args, " LIMIT $%d", f.Limit)
	rows, err := r.reader().rows(`SELECT m.id, COALESCE(m.no, ''), m.village, m.topic, m.card, m.state, m.opened,
		CASE WHEN EXISTS (SELECT 1 FROM handover h WHERE h.matter = m.id) THEN 'handed-over'
			WHEN EXISTS (SELECT 1 FROM message g WHERE g.matter = m.id AND g.fate = 'answered') THEN 'answered'
			WHEN EXISTS (SELECT 1 FROM message g WHERE g.matter = m.id AND g.fate = 'asked-back') THEN 'asked-back' ELSE 'refused' END,
		COALESCE((SELECT MIN(x.value) FROM rating x WHERE x.matter = m.id), -1)
		FROM matter m WHERE `+where, args...)
	if err != nil {
		return nil, 0, fmt.Errorf("list consultations: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var m MatterLine
		var opened int64
		var fate string
		if err := rows.Scan(&m.ID, &m.No, &m.Village, &m.Topic, &m.Card, &m.State, &opened, &fate, &m.Rated); err != nil {
			return nil, 0, err
		}
		m.Opened, m.Fate = moment(opened), Fate(fate)
		out = append(out, m)
	}
	return out, all, rows.Err()
}

// MatterWithin returns a matter that lies in a scope, or ErrNotFound.
func MatterWithin(r Reader, s Scope, id int64) (*Matter, error) {
	where, args := s.where("")
	where, args = more(where, args, " AND id = $%d", id)
	return scanMatter(r.reader().row(matterColumns+`WHERE `+where, args...))
}

// CorrectTopic puts a matter's topic right and journals it. Nothing changes
// when it is the topic already.
func (tx *Tx) CorrectTopic(s Scope, by, matter int64, topic string) error {
	m, err := MatterWithin(tx, s, matter)
	if err != nil {
		return err
	}
	// The resident's own messages write the matter too: one after the other.
	if _, err := tx.exec(`UPDATE chat SET id = id WHERE id = $1`, m.Chat); err != nil {
		return fmt.Errorf("lock chat: %w", err)
	}
	if m, err = MatterByID(tx, matter); err != nil || m.Topic == topic {
		return err
	}
	if _, err := tx.exec(`UPDATE matter SET topic = $1 WHERE id = $2`, topic, matter); err != nil {
		return fmt.Errorf("correct topic: %w", err)
	}
	return tx.Log(s.Township, Entry{Event: Corrected, By: by, To: matter, X: map[string]string{"from": m.Topic, "to": topic, "village": m.Village}})
}

// A Story is what the journal tells of one record: at, by, and the facts.
type Story struct {
	At    time.Time
	Event Event
	By    int64
	X     map[string]string
}

// StoryOf lists what the journal tells of one record since a moment: the
// events named, in the order of time.
func StoryOf(r Reader, township string, record int64, since time.Time, events ...Event) ([]Story, error) {
	args := []any{township, millis(since)}
	marks := make([]string, len(events))
	for i, e := range events {
		args = append(args, string(e))
		marks[i] = fmt.Sprintf("$%d", len(args))
	}
	rows, err := r.reader().rows(`SELECT body FROM journal WHERE township = $1 AND at >= $2 AND event IN (`+strings.Join(marks, ", ")+`) ORDER BY at, writer, n`, args...)
	if err != nil {
		return nil, fmt.Errorf("read journal: %w", err)
	}
	defer rows.Close()
	var out []Story
	for rows.Next() {
		var body string
		if err := rows.Scan(&body); err != nil {
			return nil, err
		}
		var b entryBody
		if err := json.Unmarshal([]byte(body), &b); err != nil {
			return nil, fmt.Errorf("read journal entry: %w", err)
		}
		if b.To == record {
			out = append(out, Story{moment(b.At), b.Event, b.By, b.X})
		}
	}
	return out, rows.Err()
}

// NamesOf returns the names of people who work for the township, by key; of
// residents none, and of those erased none.
func NamesOf(r Reader, keys []int64) (map[int64]string, error) {
	out := map[int64]string{}
	for _, k := range keys {
		if _, ok := out[k]; ok || k == 0 {
			continue
		}
		var name string
		err := r.reader().row(`SELECT COALESCE((SELECT i.name FROM identity i WHERE i.person = $1 AND
			(EXISTS (SELECT 1 FROM account a WHERE a.id = $1) OR EXISTS (SELECT 1 FROM role x WHERE x.person = $1 AND x.role <> 'resident'))), '')`, k).Scan(&name)
		if err != nil {
			return nil, fmt.Errorf("read names: %w", err)
		}
		out[k] = name
	}
	return out, nil
}
