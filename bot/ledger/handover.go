package ledger

import (
	"database/sql"
	"errors"
	"fmt"
	"time"
)

// The states of a hand-over (转人工).
const (
	HandoverWaiting   = "waiting"   // somebody is being asked
	HandoverClaimed   = "claimed"   // a person has taken it
	HandoverAnswered  = "answered"  // the person has written to the resident
	HandoverWithdrawn = "withdrawn" // the resident needs it no more
)

// A Handover is the promise that a person answers a matter by a certain time.
type Handover struct {
	ID       int64
	Matter   int64
	Chat     int64 // the resident's
	Village  string
	Reason   string
	State    string
	Step     int64 // how many people have been asked
	Holder   int64 // who has it, or is being asked
	Opened   time.Time
	Promised time.Time // the resident was told: by then
	Claimed  time.Time
	Answered time.Time
	Missed   int64 // promises missed on the way
}

// An Offer is one person being asked to take a hand-over, until a time.
type Offer struct {
	Handover int64
	Step     int64
	Person   int64
	Until    time.Time
	Result   string // asked, claimed, passed, missed, withdrawn
}

// HandOver opens a hand-over of a matter.
func (tx *Tx) HandOver(c *Chat, m *Matter, reason string, promised time.Time) (*Handover, error) {
	h := &Handover{ID: tx.NewID(), Matter: m.ID, Chat: c.ID, Village: m.Village, Reason: reason, State: HandoverWaiting, Opened: tx.Now, Promised: promised}
	if _, err := tx.exec(`INSERT INTO handover (id, township, matter, chat, village, reason, state, step, holder, opened, promised, claimed, answered, missed)
		VALUES ($1, $2, $3, $4, $5, $6, $7, 0, 0, $8, $9, 0, 0, 0)`, h.ID, c.Township, h.Matter, h.Chat, h.Village, reason, h.State, millis(tx.Now), millis(promised)); err != nil {
		return nil, fmt.Errorf("hand over: %w", err)
	}
	return h, tx.Log(c.Township, Entry{Event: HandedOver, By: c.Person, To: m.ID, X: map[string]string{"reason": reason, "village": m.Village, "topic": m.Topic}})
}

// SaveHandover writes the changing part of a hand-over.
func (tx *Tx) SaveHandover(h *Handover) error {
	if _, err := tx.exec(`UPDATE handover SET state = $1, step = $2, holder = $3, promised = $4, claimed = $5, answered = $6, missed = $7 WHERE id = $8`,
		h.State, h.Step, h.Holder, millis(h.Promised), millis(h.Claimed), millis(h.Answered), h.Missed, h.ID); err != nil {
		return fmt.Errorf("save hand-over: %w", err)
	}
	return nil
}

const handoverColumns = `SELECT id, matter, chat, village, reason, state, step, holder, opened, promised, claimed, answered, missed FROM handover `

func scanHandover(row interface{ Scan(...any) error }) (*Handover, error) {
	h := &Handover{}
	var opened, promised, claimed, answered int64
	err := row.Scan(&h.ID, &h.Matter, &h.Chat, &h.Village, &h.Reason, &h.State, &h.Step, &h.Holder, &opened, &promised, &claimed, &answered, &h.Missed)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, ErrNotFound
	}
	h.Opened, h.Promised, h.Claimed, h.Answered = moment(opened), moment(promised), moment(claimed), moment(answered)
	return h, err
}

// handovers runs a query for hand-overs.
func handovers(r Reader, q string, args ...any) ([]*Handover, error) {
	rows, err := r.reader().rows(q, args...)
	if err != nil {
		return nil, fmt.Errorf("read hand-overs: %w", err)
	}
	defer rows.Close()
	var out []*Handover
	for rows.Next() {
		h, err := scanHandover(rows)
		if err != nil {
			return nil, err
		}
		out = append(out, h)
	}
	return out, rows.Err()
}

// HandoverByID returns a hand-over or ErrNotFound.
func HandoverByID(r Reader, id int64) (*Handover, error) {
	return scanHandover(r.reader().row(handoverColumns+`WHERE id = $1`, id))
}

// HandoverOf returns the latest hand-over of a matter, or ErrNotFound.
func HandoverOf(r Reader, matter int64) (*Handover, error) {
	return scanHandover(r.reader().row(handoverColumns+`WHERE matter = $1 ORDER BY id DESC LIMIT 1`, matter))
}

// HeldBy lists the hand-overs a helper has or is being asked to take, the
// oldest promise first.
func HeldBy(r Reader, person int64) ([]*Handover, error) {
	return handovers(r, handoverColumns+`WHERE holder = $1 AND state IN ('waiting', 'claimed', 'answered') ORDER BY promised, id LIMIT 50`, person)
}

// Ask records that a person is asked to take the hand-over until a time, and
// makes them its holder for so long.
func (tx *Tx) Ask(township string, h *Handover, person int64, until time.Time) error {
	h.Step++
	h.Holder = person
	if _, err := tx.exec(`INSERT INTO offer (handover, step, person, at, until, result) VALUES ($1, $2, $3, $4, $5, 'asked')`,
		h.ID, h.Step, person, millis(tx.Now), millis(until)); err != nil {
		return fmt.Errorf("ask helper: %w", err)
	}
	if err := tx.SaveHandover(h); err != nil {
		return err
	}
	return tx.Log(township, Entry{Event: Offered, By: person, To: h.Matter, X: map[string]string{"step": fmt.Sprint(h.Step), "village": h.Village}})
}

// CloseOffer records how asking the present holder ended: claimed, passed,
// missed or withdrawn.
func (tx *Tx) CloseOffer(township string, h *Handover, result string) error {
	if _, err := tx.exec(`UPDATE offer SET result = $1 WHERE handover = $2 AND step = $3`, result, h.ID, h.Step); err != nil {
		return fmt.Errorf("close offer: %w", err)
	}
	event := map[string]Event{"claimed": Claimed, "missed": Missed}[result]
	if event == "" {
		return nil
	}
	return tx.Log(township, Entry{Event: event, By: h.Holder, To: h.Matter, X: map[string]string{"village": h.Village}})
}

// Draft keeps an answer of a helper as a proposal for a card: keys of the
// question's and the answer's messages, no second copy of the words.
func (tx *Tx) Draft(township string, matter, question, answer, person int64) error {
	if _, err := tx.exec(`INSERT INTO draft (id, township, matter, question, answer, person, state, at) VALUES ($1, $2, $3, $4, $5, $6, 'proposed', $7)`,
		tx.NewID(), township, matter, question, answer, person, millis(tx.Now)); err != nil {
		return fmt.Errorf("keep draft: %w", err)
	}
	return tx.Log(township, Entry{Event: Drafted, By: person, To: matter})
}

// FirstQuestion returns the key of the message that opened a matter, or 0.
func FirstQuestion(r Reader, matter int64) (int64, error) {
	var id int64
	err := r.reader().row(`SELECT id FROM message WHERE matter = $1 AND inbound = 1 ORDER BY at, seq LIMIT 1`, matter).Scan(&id)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, nil
	}
	return id, err
}

// LastWord returns the key of the last message typed in a chat within a
// matter, or 0.
func LastWord(r Reader, chat, matter int64) (int64, error) {
	var id int64
	err := r.reader().row(`SELECT id FROM message WHERE chat = $1 AND matter = $2 AND inbound = 1 AND kind = 'helper-reply' ORDER BY seq DESC LIMIT 1`, chat, matter).Scan(&id)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, nil
	}
	return id, err
}

// Unheld lists hand-overs that wait with nobody asked, the oldest promise
// first.
func Unheld(r Reader, township string, limit int) ([]*Handover, error) {
	return handovers(r, handoverColumns+`WHERE township = $1 AND state = 'waiting' AND holder = 0 ORDER BY promised, id LIMIT $2`, township, limit)
}
