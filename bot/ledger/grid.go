package ledger

import (
	"database/sql"
	"errors"
	"fmt"
	"time"
)

// What happens in the grids (网格). Counting rules are written in these.
const (
	GridSet       Event = "grid-set" // a worker or head named their grid
	EventReported Event = "event-reported"
	EventClosed   Event = "event-closed"
	TaskSent      Event = "task-sent"
	TaskTaken     Event = "task-taken"
	TaskDone      Event = "task-done"
	TaskReturned  Event = "task-returned"
	TaskResent    Event = "task-resent"
	TaskCancelled Event = "task-cancelled"
	TaskLate      Event = "task-late" // the clock ran out while it was open; once a task
	PlaceListed   Event = "place-listed"
	PlaceDropped  Event = "place-dropped"
)

// What becomes of a grid event.
const (
	OutcomeTask    = "task"
	OutcomeDispute = "dispute"
	OutcomeNote    = "note" // seen and dealt with on the spot
)

// How exactly it is known when an event was noticed.
const (
	GrainNow  = "now"  // when it was reported
	GrainPart = "part" // a part of a day
	GrainDay  = "day"
	GrainNone = "none" // whoever reported it cannot say
)

// A GridEvent (网格事件) is one thing a grid worker reported, of a kind on the
// township's closed list. What was seen and where stands in its details.
type GridEvent struct {
	ID       int64
	No       string // SJ-2026-0041
	Village  string
	Grid     string
	Kind     string // the id of the kind
	Outcome  string
	Person   int64 // who reported it
	Chat     int64
	Noticed  time.Time
	Grain    string
	Reported time.Time
	Closed   time.Time // zero while open
	Task     int64     // what came of it; 0 for none
	Matter   int64     // the matter of a dispute; 0 for none
	Saved    int64     // characters that nobody had to type again
}

// Where a task comes from.
const (
	SourceEvent = "event"
	SourcePlace = "place"
	SourceOrder = "order" // a head or staff sent it down
)

// A Task (下派任务) is something one person, or one of several, has to do by a
// time. Its states are those of package casework.
type Task struct {
	ID      int64
	No      string // RW-2026-0007
	Village string
	Grid    string
	Kind    string // of the event behind it, else empty
	Level   string // grid, village or town: whose it is while nobody holds it
	Office  string // the id of the office that takes it at town level
	Source  string
	Ref     int64 // the event, the place, or the order that several tasks share
	Sender  int64 // 0 for the clock
	Holder  int64 // 0: whoever takes it
	State   string
	Sent    time.Time
	Due     time.Time
	Done    time.Time
	Late    time.Time // when it was found late; zero: never
	Again   int64     // how many times it was sent after the first
}

// A Place is looked at every so many days: a pond, a bridge; never a person.
type Place struct {
	ID      int64
	Village string
	Grid    string
	Every   int64 // days
	Person  int64 // who listed it
}

// The parts of what is written about an event, a task or a place.
const (
	DetailWhat     = "what"
	DetailWhere    = "where"
	DetailDone     = "done"
	DetailReturned = "returned"
)

// SetGrid names the grid of a grid worker or grid head.
func (tx *Tx) SetGrid(c *Chat, role, grid string) error {
	if _, err := tx.exec(`UPDATE role SET grid = $1 WHERE person = $2 AND role = $3`, grid, c.Person, role); err != nil {
		return fmt.Errorf("set grid: %w", err)
	}
	return tx.Log(c.Township, Entry{Event: GridSet, By: c.Person, To: c.Person, X: map[string]string{"role": role, "grid": grid}})
}

// gridNumber counts within the township and the year: RW-2026-0007.
func (tx *Tx) gridNumber(township, letters string, year int) (string, error) {
	var n int64
	if err := tx.row(`INSERT INTO counter (township, name, n) VALUES ($1, $2, 1)
		ON CONFLICT (township, name) DO UPDATE SET n = counter.n + 1 RETURNING n`, township, fmt.Sprintf("%s-%d", letters, year)).Scan(&n); err != nil {
		return "", fmt.Errorf("count %s: %w", letters, err)
	}
	return fmt.Sprintf("%s-%d-%04d", letters, year, n), nil
}

// ReportEvent records an event with its number; e.ID may be given, so that a
// task made before it can point to it. suggested is the kind that was offered,
// for learning how often the offer was right; it may be empty.
func (tx *Tx) ReportEvent(c *Chat, year int, e *GridEvent, suggested string) (err error) {
	if e.ID == 0 {
		e.ID = tx.NewID()
	}
	e.Person, e.Chat, e.Reported = c.Person, c.ID, tx.Now
	if e.No, err = tx.gridNumber(c.Township, "SJ", year); err != nil {
		return err
	}
	if _, err := tx.exec(`INSERT INTO event (id, township, no, village, grid, kind, outcome, person, chat, noticed, grain, reported, closed, task, matter, saved)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)`, e.ID, c.Township, e.No, e.Village, e.Grid, e.Kind, e.Outcome,
		e.Person, e.Chat, millis(e.Noticed), e.Grain, millis(tx.Now), millis(e.Closed), e.Task, e.Matter, e.Saved); err != nil {
		return fmt.Errorf("record event: %w", err)
	}
	return tx.Log(c.Township, Entry{Event: EventReported, By: e.Person, To: e.ID, X: map[string]string{"village": e.Village, "grid": e.Grid,
		"kind": e.Kind, "outcome": e.Outcome, "suggested": suggested, "saved": fmt.Sprint(e.Saved)}})
}

// CloseEvent closes an event whose task is done or given up.
func (tx *Tx) CloseEvent(township string, by int64, e *GridEvent) error {
	e.Closed = tx.Now
	if _, err := tx.exec(`UPDATE event SET closed = $1 WHERE id = $2`, millis(tx.Now), e.ID); err != nil {
		return fmt.Errorf("close event: %w", err)
	}
	return tx.Log(township, Entry{Event: EventClosed, By: by, To: e.ID, X: map[string]string{"village": e.Village, "grid": e.Grid, "kind": e.Kind}})
}

// SendTask records a task with its number.
func (tx *Tx) SendTask(township string, year int, t *Task) (err error) {
	t.ID, t.Sent = tx.NewID(), tx.Now
	if t.No, err = tx.gridNumber(township, "RW", year); err != nil {
		return err
	}
	if _, err := tx.exec(`INSERT INTO task (id, township, no, village, grid, kind, level, office, source, ref, sender, holder, state, sent, due, done, late, again)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, 0, 0, 0)`, t.ID, township, t.No, t.Village, t.Grid, t.Kind, t.Level, t.Office,
		t.Source, t.Ref, t.Sender, t.Holder, t.State, millis(tx.Now), millis(t.Due)); err != nil {
		return fmt.Errorf("send task: %w", err)
	}
	return tx.logTask(township, TaskSent, t.Sender, t, nil)
}

// SaveTask writes the changing part of a task and journals what was done to
// it; x adds short facts to the entry.
func (tx *Tx) SaveTask(township string, what Event, by int64, t *Task, x map[string]string) error {
	if _, err := tx.exec(`UPDATE task SET holder = $1, state = $2, due = $3, done = $4, late = $5, again = $6, level = $7 WHERE id = $8`,
		t.Holder, t.State, millis(t.Due), millis(t.Done), millis(t.Late), t.Again, t.Level, t.ID); err != nil {
		return fmt.Errorf("save task: %w", err)
	}
	return tx.logTask(township, what, by, t, x)
}

func (tx *Tx) logTask(township string, what Event, by int64, t *Task, x map[string]string) error {
	facts := map[string]string{"village": t.Village, "grid": t.Grid, "kind": t.Kind, "level": t.Level, "source": t.Source}
	for k, v := range x {
		facts[k] = v
	}
	return tx.Log(township, Entry{Event: what, By: by, To: t.ID, X: facts})
}

// Detail keeps words about a record, as those of the chat that wrote them.
func (tx *Tx) Detail(record, chat int64, part, body string) error {
	if _, err := tx.exec(`INSERT INTO detail (id, record, chat, part, at, body) VALUES ($1, $2, $3, $4, $5, $6)`,
		tx.NewID(), record, chat, part, millis(tx.Now), body); err != nil {
		return fmt.Errorf("keep detail: %w", err)
	}
	return nil
}

// Show keeps that a message's picture or location belongs to an event or task.
func (tx *Tx) Show(record, message int64) error {
	if _, err := tx.exec(`INSERT INTO shown (record, message) VALUES ($1, $2) ON CONFLICT (record, message) DO NOTHING`, record, message); err != nil {
		return fmt.Errorf("keep what was shown: %w", err)
	}
	return nil
}

// AddToMatter counts an earlier message of a chat to a matter that came of it.
func (tx *Tx) AddToMatter(chat, message, matter int64) error {
	if _, err := tx.exec(`UPDATE message SET matter = $1 WHERE id = $2 AND chat = $3`, matter, message, chat); err != nil {
		return fmt.Errorf("add message to matter: %w", err)
	}
	return nil
}

// ListPlace records a place to be looked at every so many days.
func (tx *Tx) ListPlace(c *Chat, p *Place) error {
	p.ID, p.Person = tx.NewID(), c.Person
	if _, err := tx.exec(`INSERT INTO place (id, township, village, grid, every, person, listed, dropped) VALUES ($1, $2, $3, $4, $5, $6, $7, 0)`,
		p.ID, c.Township, p.Village, p.Grid, p.Every, p.Person, millis(tx.Now)); err != nil {
		return fmt.Errorf("list place: %w", err)
	}
	return tx.Log(c.Township, Entry{Event: PlaceListed, By: c.Person, To: p.ID, X: map[string]string{"village": p.Village, "grid": p.Grid, "every": fmt.Sprint(p.Every)}})
}

// DropPlace ends the looking at a place.
func (tx *Tx) DropPlace(c *Chat, p *Place) error {
	if _, err := tx.exec(`UPDATE place SET dropped = $1 WHERE id = $2`, millis(tx.Now), p.ID); err != nil {
		return fmt.Errorf("drop place: %w", err)
	}
	return tx.Log(c.Township, Entry{Event: PlaceDropped, By: c.Person, To: p.ID, X: map[string]string{"village": p.Village, "grid": p.Grid}})
}

// FirstToday claims, once for all replicas, what is done once a day: true for
// the first who asks with this name and day (20261125) in a township.
func (tx *Tx) FirstToday(township, name string, day int64) (bool, error) {
	n, err := tx.exec(`INSERT INTO counter (township, name, n) VALUES ($1, $2, $3)
		ON CONFLICT (township, name) DO UPDATE SET n = excluded.n WHERE counter.n < excluded.n`, township, name, day)
	if err != nil {
		return false, fmt.Errorf("claim the day: %w", err)
	}
	return n == 1, nil
}

const eventColumns = `SELECT id, no, village, grid, kind, outcome, person, chat, noticed, grain, reported, closed, task, matter, saved FROM event `

// EventByID returns a grid event or ErrNotFound.
func EventByID(r Reader, id int64) (*GridEvent, error) {
	e := &GridEvent{}
	var noticed, reported, closed int64
	err := r.reader().row(eventColumns+`WHERE id = $1`, id).Scan(&e.ID, &e.No, &e.Village, &e.Grid, &e.Kind, &e.Outcome, &e.Person, &e.Chat,
		&noticed, &e.Grain, &reported, &closed, &e.Task, &e.Matter, &e.Saved)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, ErrNotFound
	}
	e.Noticed, e.Reported, e.Closed = moment(noticed), moment(reported), moment(closed)
	return e, err
}

const taskColumns = `SELECT id, no, village, grid, kind, level, office, source, ref, sender, holder, state, sent, due, done, late, again FROM task `

func scanTask(row interface{ Scan(...any) error }) (*Task, error) {
	t := &Task{}
	var sent, due, done, late int64
	err := row.Scan(&t.ID, &t.No, &t.Village, &t.Grid, &t.Kind, &t.Level, &t.Office, &t.Source, &t.Ref, &t.Sender, &t.Holder, &t.State, &sent, &due, &done, &late, &t.Again)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, ErrNotFound
	}
	t.Sent, t.Due, t.Done, t.Late = moment(sent), moment(due), moment(done), moment(late)
	return t, err
}

func tasks(r Reader, q string, args ...any) ([]*Task, error) {
	rows, err := r.reader().rows(q, args...)
	if err != nil {
		return nil, fmt.Errorf("read tasks: %w", err)
	}
	defer rows.Close()
	var out []*Task
	for rows.Next() {
		t, err := scanTask(rows)
		if err != nil {
			return nil, err
		}
		out = append(out, t)
	}
	return out, rows.Err()
}

// TaskByID returns a task or ErrNotFound.
func TaskByID(r Reader, id int64) (*Task, error) {
	return scanTask(r.reader().row(taskColumns+`WHERE id = $1`, id))
}

// TaskByNo returns the task of a township with this number, or ErrNotFound.
func TaskByNo(r Reader, township, no string) (*Task, error) {
	return scanTask(r.reader().row(taskColumns+`WHERE township = $1 AND no = $2`, township, no))
}

// A Reach is whose unheld tasks somebody sees: those of a grid, those at the
// level of a village, those of the town.
type Reach struct {
	Grid    string // as worker or head; empty: none
	Village string // as head; empty: none
	Town    bool   // as staff
}

// TasksFor lists what a person has to do: tasks in their hands, and those
// within their reach that nobody has taken. The nearest clock comes first.
func TasksFor(r Reader, township string, person int64, in Reach, limit int) ([]*Task, error) {
	town := int64(0)
	if in.Town {
		town = 1
	}
	return tasks(r, taskColumns+`WHERE township = $1 AND state IN ('sent', 'taken') AND (holder = $2 OR holder = 0 AND (
		level = 'grid' AND $3 <> '' AND grid = $3 OR level = 'village' AND $4 <> '' AND village = $4 OR level = 'town' AND $5 = 1))
		ORDER BY due, id LIMIT $6`, township, person, in.Grid, in.Village, town, limit)
}

// TasksHeld lists the open tasks in one person's hands.
func TasksHeld(r Reader, person int64) ([]*Task, error) {
	return tasks(r, taskColumns+`WHERE holder = $1 AND state IN ('sent', 'taken') ORDER BY due, id`, person)
}

// TaskOpen reports whether a task with this event, place or order behind it is
// still open.
func TaskOpen(r Reader, ref int64) (bool, error) {
	var n int64
	err := r.reader().row(`SELECT COUNT(*) FROM task WHERE ref = $1 AND state IN ('sent', 'taken', 'returned')`, ref).Scan(&n)
	return n > 0, err
}

// TasksReturned lists the tasks passed back to a village's heads, or to staff
// with a village of "", the oldest first.
func TasksReturned(r Reader, township, village string, limit int) ([]*Task, error) {
	return tasks(r, taskColumns+`WHERE township = $1 AND state = 'returned' AND ($2 = '' OR village = $2) ORDER BY due, id LIMIT $3`, township, village, limit)
}

// Crew lists who may do a task: those with a role in a village ("" for any)
// and a grid ("" for any), in a fixed order.
func Crew(r Reader, township, role, village, grid string) ([]Role, error) {
	return roles(r, `SELECT person, role, village, grid, duty FROM role WHERE township = $1 AND role = $2 AND until = 0
		AND ($3 = '' OR village = $3) AND ($4 = '' OR grid = $4) ORDER BY person`, township, role, village, grid)
}

// DetailOf returns the latest words of a part of a record; empty when there
// are none, or they were erased.
func DetailOf(r Reader, record int64, part string) (string, error) {
	var body string
	err := r.reader().row(`SELECT body FROM detail WHERE record = $1 AND part = $2 ORDER BY at DESC, id DESC LIMIT 1`, record, part).Scan(&body)
	if errors.Is(err, sql.ErrNoRows) {
		return "", nil
	}
	return body, err
}

// Shown counts the files that belong to a record and are still kept, by kind:
// photo, location.
func Shown(r Reader, record int64) (map[string]int64, error) {
	rows, err := r.reader().rows(`SELECT a.kind, COUNT(*) FROM shown s JOIN attachment a ON a.message = s.message WHERE s.record = $1 GROUP BY a.kind`, record)
	if err != nil {
		return nil, fmt.Errorf("count what was shown: %w", err)
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

const placeColumns = `SELECT id, village, grid, every, person FROM place `

// PlaceByID returns a place that is still looked at, or ErrNotFound.
func PlaceByID(r Reader, id int64) (*Place, error) {
	p := &Place{}
	err := r.reader().row(placeColumns+`WHERE id = $1 AND dropped = 0`, id).Scan(&p.ID, &p.Village, &p.Grid, &p.Every, &p.Person)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, ErrNotFound
	}
	return p, err
}

// Places lists the places looked at in a village's grid, or in all of its
// grids with a grid of "".
func Places(r Reader, township, village, grid string) ([]*Place, error) {
	rows, err := r.reader().rows(placeColumns+`WHERE township = $1 AND village = $2 AND ($3 = '' OR grid = $3) AND dropped = 0 ORDER BY id`, township, village, grid)
	if err != nil {
		return nil, fmt.Errorf("read places: %w", err)
	}
	defer rows.Close()
	var out []*Place
	for rows.Next() {
		p := &Place{}
		if err := rows.Scan(&p.ID, &p.Village, &p.Grid, &p.Every, &p.Person); err != nil {
			return nil, err
		}
		out = append(out, p)
	}
	return out, rows.Err()
}
