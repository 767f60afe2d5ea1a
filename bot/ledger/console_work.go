package ledger

import (
	"encoding/json"
	"fmt"
	"time"
)

// A HandoverLine is a hand-over with what its matter is about.
type HandoverLine struct {
	Handover
	No    string // receipt number
	Topic string
	Card  string
}

func handoverLines(r Reader, where string, args []any) ([]HandoverLine, error) {
	rows, err := r.reader().rows(`SELECT h.id, h.matter, h.village, h.reason, h.state, h.step, h.holder, h.opened, h.promised, h.claimed, h.answered, h.missed,
		COALESCE(m.no, ''), m.topic, m.card FROM handover h JOIN matter m ON m.id = h.matter WHERE `+where, args...)
	if err != nil {
		return nil, fmt.Errorf("list hand-overs: %w", err)
	}
	defer rows.Close()
	var out []HandoverLine
	for rows.Next() {
		var h HandoverLine
		var opened, promised, claimed, answered int64
		if err := rows.Scan(&h.ID, &h.Matter, &h.Village, &h.Reason, &h.State, &h.Step, &h.Holder, &opened, &promised, &claimed, &answered, &h.Missed, &h.No, &h.Topic, &h.Card); err != nil {
			return nil, err
		}
		h.Opened, h.Promised, h.Claimed, h.Answered = moment(opened), moment(promised), moment(claimed), moment(answered)
		out = append(out, h)
	}
	return out, rows.Err()
}

// HandoversDue lists the hand-overs that a person still has to answer, the
// nearest promise first.
func HandoversDue(r Reader, s Scope, limit int) ([]HandoverLine, error) {
	where, args := s.where("h.")
	where, args = more(where, args, " AND h.state IN ('waiting', 'claimed') ORDER BY h.promised, h.id LIMIT $%d", limit)
	return handoverLines(r, where, args)
}

// HandoversDone lists the hand-overs of a span that are answered or withdrawn,
// the newest first.
func HandoversDone(r Reader, s Scope, from, to time.Time, limit int) ([]HandoverLine, error) {
	where, args := s.where("h.")
	where, args = more(where, args, " AND h.state IN ('answered', 'withdrawn') AND h.opened >= $%d AND h.opened < $%d ORDER BY h.opened DESC, h.id DESC LIMIT $%d", millis(from), millis(to), limit)
	return handoverLines(r, where, args)
}

// OpenDisputes lists the disputes that are not closed, by their clocks.
func OpenDisputes(r Reader, s Scope, limit int) ([]*Dispute, error) {
	where, args := s.where("")
	where, args = more(where, args, " AND state <> 'closed' ORDER BY CASE WHEN due = 0 THEN 1 ELSE 0 END, due, id LIMIT $%d", limit)
	return disputes(r, disputeColumns+`WHERE `+where, args...)
}

// ClosedDisputes lists the disputes closed in a span, the newest first.
func ClosedDisputes(r Reader, s Scope, from, to time.Time, limit int) ([]*Dispute, error) {
	where, args := s.where("")
	where, args = more(where, args, " AND state = 'closed' AND closed >= $%d AND closed < $%d ORDER BY closed DESC, id DESC LIMIT $%d", millis(from), millis(to), limit)
	return disputes(r, disputeColumns+`WHERE `+where, args...)
}

// A PaperLine is a paper of a dossier without its body.
type PaperLine struct {
	ID   int64
	Item string
	N    int64
	At   time.Time
	Hash string
}

// PaperLines lists the papers of a dispute in the order in which they were
// kept.
func PaperLines(r Reader, dispute int64) ([]PaperLine, error) {
	rows, err := r.reader().rows(`SELECT id, item, n, at, hash FROM paper WHERE dispute = $1 ORDER BY id`, dispute)
	if err != nil {
		return nil, fmt.Errorf("list papers: %w", err)
	}
	defer rows.Close()
	var out []PaperLine
	for rows.Next() {
		var p PaperLine
		var at int64
		if err := rows.Scan(&p.ID, &p.Item, &p.N, &at, &p.Hash); err != nil {
			return nil, err
		}
		p.At = moment(at)
		out = append(out, p)
	}
	return out, rows.Err()
}

// A Post is one person's role with what is in their hands.
type Post struct {
	Role
	Name      string
	Since     time.Time
	Handovers int64 // taken and not answered
	Disputes  int64 // asked for or in hand
	Tasks     int64 // taken and not done
}

// Roster lists who works for the township, by role, village and grid. Residents
// are not in it.
func Roster(r Reader, s Scope) ([]Post, error) {
	load := map[string]map[int64]int64{}
	for what, q := range map[string]string{
		"handovers": `SELECT holder, COUNT(*) FROM handover WHERE township = $1 AND state = 'claimed' GROUP BY holder`,
		"disputes":  `SELECT mediator, COUNT(*) FROM dispute WHERE township = $1 AND state IN ('applied', 'accepted', 'consented', 'mediating', 'agreed') GROUP BY mediator`,
		"tasks":     `SELECT holder, COUNT(*) FROM task WHERE township = $1 AND state = 'taken' GROUP BY holder`,
	} {
		rows, err := r.reader().rows(q, s.Township)
		if err != nil {
			return nil, fmt.Errorf("count loads: %w", err)
		}
		defer rows.Close()
		load[what] = map[int64]int64{}
		for rows.Next() {
			var who, n int64
			if err := rows.Scan(&who, &n); err != nil {
				return nil, err
			}
			load[what][who] = n
		}
		if err := rows.Err(); err != nil {
			return nil, err
		}
		rows.Close()
	}
	where, args := s.where("x.")
	rows, err := r.reader().rows(`SELECT x.person, x.role, x.village, x.grid, x.duty, x.since, COALESCE(i.name, '') FROM role x LEFT JOIN identity i ON i.person = x.person
		WHERE `+where+` AND x.until = 0 AND x.role <> 'resident' ORDER BY x.role, x.village, x.grid, x.person`, args...)
	if err != nil {
		return nil, fmt.Errorf("read roster: %w", err)
	}
	defer rows.Close()
	var out []Post
	for rows.Next() {
		var p Post
		var duty, since int64
		if err := rows.Scan(&p.Person, &p.Role.Role, &p.Village, &p.Grid, &duty, &since, &p.Name); err != nil {
			return nil, err
		}
		p.OnDuty, p.Since = duty == 1, moment(since)
		p.Handovers, p.Disputes, p.Tasks = load["handovers"][p.Person], load["disputes"][p.Person], load["tasks"][p.Person]
		out = append(out, p)
	}
	return out, rows.Err()
}

// OpenTasks lists the tasks that are not done, the nearest clock first.
func OpenTasks(r Reader, s Scope, limit int) ([]*Task, error) {
	where, args := s.where("")
	where, args = more(where, args, " AND state IN ('sent', 'taken', 'returned') ORDER BY due, id LIMIT $%d", limit)
	return tasks(r, taskColumns+`WHERE `+where, args...)
}

// Overdue counts the open tasks whose clock ran out, and all open ones.
func Overdue(r Reader, s Scope, now time.Time) (late, open int64, err error) {
	where, args := s.where("")
	where = " WHERE " + where + " AND state IN ('sent', 'taken', 'returned')"
	if err := r.reader().row(`SELECT COUNT(*) FROM task`+where, args...).Scan(&open); err != nil {
		return 0, 0, fmt.Errorf("count tasks: %w", err)
	}
	where, args = more(where, args, " AND due < $%d", millis(now))
	if err := r.reader().row(`SELECT COUNT(*) FROM task`+where, args...).Scan(&late); err != nil {
		return 0, 0, fmt.Errorf("count tasks: %w", err)
	}
	return late, open, nil
}

// EventsIn lists the grid events reported in a span, the newest first.
func EventsIn(r Reader, s Scope, from, to time.Time, limit int) ([]GridEvent, error) {
	where, args := s.where("")
	where, args = more(where, args, " AND reported >= $%d AND reported < $%d ORDER BY reported DESC, id DESC LIMIT $%d", millis(from), millis(to), limit)
	rows, err := r.reader().rows(`SELECT id, no, village, grid, kind, outcome, reported, closed, task FROM event WHERE `+where, args...)
	if err != nil {
		return nil, fmt.Errorf("list events: %w", err)
	}
	defer rows.Close()
	var out []GridEvent
	for rows.Next() {
		var e GridEvent
		var reported, closed int64
		if err := rows.Scan(&e.ID, &e.No, &e.Village, &e.Grid, &e.Kind, &e.Outcome, &reported, &closed, &e.Task); err != nil {
			return nil, err
		}
		e.Reported, e.Closed = moment(reported), moment(closed)
		out = append(out, e)
	}
	return out, rows.Err()
}

// A Look is one reading of a person's matter: by whom, when. The person whose
// matter it is is not named.
type Look struct {
	At     time.Time
	By     int64  // 0: whoever held a link to a paper
	Name   string // of the reader
	No     string // receipt number; may be empty
	Matter int64
}

// Looks lists readings, the newest first: of one matter, or with matter 0 of
// the township.
func Looks(r Reader, township string, matter int64, limit int) ([]Look, error) {
	rows, err := r.reader().rows(`SELECT l.at, l.person, COALESCE(i.name, ''), COALESCE(m.no, ''), l.matter FROM looked l
		LEFT JOIN identity i ON i.person = l.person LEFT JOIN matter m ON m.id = l.matter
		WHERE l.township = $1 AND (l.matter = $2 OR $2 = 0) ORDER BY l.at DESC, l.id DESC LIMIT $3`, township, matter, limit)
	if err != nil {
		return nil, fmt.Errorf("list readings: %w", err)
	}
	defer rows.Close()
	var out []Look
	for rows.Next() {
		var l Look
		var at int64
		if err := rows.Scan(&at, &l.By, &l.Name, &l.No, &l.Matter); err != nil {
			return nil, err
		}
		l.At = moment(at)
		out = append(out, l)
	}
	return out, rows.Err()
}

// A Looker is one who opened matters of a chat, and how often.
type Looker struct {
	Name string // "" for whoever held a link to a paper, or has left
	N    int64
	Last time.Time
}

// Lookers tells a chat who opened its matters, the latest first.
func Lookers(r Reader, chat int64) ([]Looker, error) {
	rows, err := r.reader().rows(`SELECT COALESCE(i.name, ''), COUNT(*), MAX(l.at) FROM looked l LEFT JOIN identity i ON i.person = l.person
		WHERE l.chat = $1 GROUP BY COALESCE(i.name, '') ORDER BY MAX(l.at) DESC`, chat)
	if err != nil {
		return nil, fmt.Errorf("list readers: %w", err)
	}
	defer rows.Close()
	var out []Looker
	for rows.Next() {
		var l Looker
		var last int64
		if err := rows.Scan(&l.Name, &l.N, &last); err != nil {
			return nil, err
		}
		l.Last = moment(last)
		out = append(out, l)
	}
	return out, rows.Err()
}

// A Deed is something that an account did or that was done to one, as the
// journal tells it.
type Deed struct {
	At     time.Time
	Event  Event
	By, To int64
	X      map[string]string
}

// Deeds lists what was done with accounts and cards and what was published or
// taken out, the newest first.
func Deeds(r Reader, township string, limit int) ([]Deed, error) {
	rows, err := r.reader().rows(`SELECT body FROM journal WHERE township = $1 AND event IN ('signed-in', 'signed-out', 'sign-in-failed', 'account-made', 'account-ended', 'sessions-ended', 'password-changed', 'factor-changed', 'recovery-renewed', 'change-refused', 'corrected', 'exported', 'published',
		'card-written', 'card-proposed', 'card-approved', 'card-returned', 'card-withdrawn', 'card-confirmed')
		ORDER BY at DESC, writer, n DESC LIMIT $2`, township, limit)
	if err != nil {
		return nil, fmt.Errorf("read journal: %w", err)
	}
	defer rows.Close()
	var out []Deed
	for rows.Next() {
		var body string
		if err := rows.Scan(&body); err != nil {
			return nil, err
		}
		var b entryBody
		if err := json.Unmarshal([]byte(body), &b); err != nil {
			return nil, fmt.Errorf("read journal entry: %w", err)
		}
		out = append(out, Deed{moment(b.At), b.Event, b.By, b.To, b.X})
	}
	return out, rows.Err()
}
