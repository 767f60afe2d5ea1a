package ledger

import (
	"database/sql"
	"errors"
	"fmt"
	"time"
)

// The states of a matter (咨询).
const (
	MatterOpen    = "open"    // the bot is answering
	MatterWaiting = "waiting" // handed over, nobody has it yet
	MatterHeld    = "held"    // a person has it; the bot keeps quiet on it
	MatterClosed  = "closed"
)

// A Matter (咨询) is one question of a resident with all that follows from it.
type Matter struct {
	ID      int64
	No      string // receipt number, given when a person is called; may be empty
	Chat    int64
	Person  int64
	Village string
	Topic   string
	Card    string // the card that answered last; may be empty
	State   string
	Opened  time.Time
	Closed  time.Time
}

// OpenMatter begins a consultation.
func (tx *Tx) OpenMatter(c *Chat, village, topic, card string) (*Matter, error) {
	m := &Matter{ID: tx.NewID(), Chat: c.ID, Person: c.Person, Village: village, Topic: topic, Card: card, State: MatterOpen, Opened: tx.Now}
	if _, err := tx.exec(`INSERT INTO matter (id, township, no, chat, person, village, topic, card, state, opened, closed)
		VALUES ($1, $2, NULL, $3, $4, $5, $6, $7, $8, $9, 0)`, m.ID, c.Township, m.Chat, m.Person, village, topic, card, m.State, millis(tx.Now)); err != nil {
		return nil, fmt.Errorf("open matter: %w", err)
	}
	return m, tx.Log(c.Township, Entry{Event: Opened, By: c.Person, To: m.ID, X: map[string]string{"village": village, "topic": topic}})
}

// SaveMatter writes a matter's topic, card and state.
func (tx *Tx) SaveMatter(m *Matter) error {
	if _, err := tx.exec(`UPDATE matter SET topic = $1, card = $2, state = $3, closed = $4 WHERE id = $5`,
		m.Topic, m.Card, m.State, millis(m.Closed), m.ID); err != nil {
		return fmt.Errorf("save matter: %w", err)
	}
	return nil
}

// Number gives the matter its receipt number, such as QX-2026-0412: counted
// within the township and the year.
func (tx *Tx) Number(township, prefix string, year int, m *Matter) error {
	if m.No != "" {
		return nil
	}
	var n int64
	if err := tx.row(`INSERT INTO counter (township, name, n) VALUES ($1, $2, 1)
		ON CONFLICT (township, name) DO UPDATE SET n = counter.n + 1 RETURNING n`, township, fmt.Sprintf("receipt-%d", year)).Scan(&n); err != nil {
		return fmt.Errorf("count receipt: %w", err)
	}
	m.No = fmt.Sprintf("%s-%d-%04d", prefix, year, n)
	if _, err := tx.exec(`UPDATE matter SET no = $1 WHERE id = $2`, m.No, m.ID); err != nil {
		return fmt.Errorf("number matter: %w", err)
	}
	return nil
}

const matterColumns = `SELECT id, COALESCE(no, ''), chat, person, village, topic, card, state, opened, closed FROM matter `

func scanMatter(row interface{ Scan(...any) error }) (*Matter, error) {
	m := &Matter{}
	var opened, closed int64
	err := row.Scan(&m.ID, &m.No, &m.Chat, &m.Person, &m.Village, &m.Topic, &m.Card, &m.State, &opened, &closed)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, ErrNotFound
	}
	m.Opened, m.Closed = moment(opened), moment(closed)
	return m, err
}

// MatterByID returns a matter or ErrNotFound.
func MatterByID(r Reader, id int64) (*Matter, error) {
	return scanMatter(r.reader().row(matterColumns+`WHERE id = $1`, id))
}

// MatterByNo returns the matter of a chat with this receipt number.
func MatterByNo(r Reader, chat int64, no string) (*Matter, error) {
	return scanMatter(r.reader().row(matterColumns+`WHERE chat = $1 AND no = $2`, chat, no))
}

// MattersOf lists a chat's own matters, the newest first. A chat can list
// nothing but its own: there is no query by person.
func MattersOf(r Reader, chat int64, limit int) ([]*Matter, error) {
	rows, err := r.reader().rows(matterColumns+`WHERE chat = $1 ORDER BY opened DESC, id DESC LIMIT $2`, chat, limit)
	if err != nil {
		return nil, fmt.Errorf("read matters: %w", err)
	}
	defer rows.Close()
	var out []*Matter
	for rows.Next() {
		m, err := scanMatter(rows)
		if err != nil {
			return nil, err
		}
		out = append(out, m)
	}
	return out, rows.Err()
}

// LogAnswer journals that a card answered in a matter.
func (tx *Tx) LogAnswer(c *Chat, m *Matter, kind string) error {
	return tx.Log(c.Township, Entry{Event: Answered, To: m.ID, X: map[string]string{"card": m.Card, "topic": m.Topic, "village": m.Village, "kind": kind}})
}

// Rate records 有用 (1) or 没用 (0) for an answer, once; a second vote on the
// same answer replaces the first and is not counted again.
func (tx *Tx) Rate(c *Chat, m *Matter, message, value int64) (first bool, err error) {
	n, err := tx.exec(`INSERT INTO rating (matter, message, township, card, value, at) VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT (matter, message) DO NOTHING`, m.ID, message, c.Township, m.Card, value, millis(tx.Now))
	if err != nil {
		return false, fmt.Errorf("rate: %w", err)
	}
	if n == 0 {
		_, err = tx.exec(`UPDATE rating SET value = $1 WHERE matter = $2 AND message = $3`, value, m.ID, message)
	}
	if err != nil {
		return false, fmt.Errorf("rate: %w", err)
	}
	return n == 1, tx.Log(c.Township, Entry{Event: Rated, To: m.ID, X: map[string]string{"card": m.Card, "value": fmt.Sprint(value), "again": fmt.Sprint(1 - n)}})
}

// MatterOfMessage returns the matter that a message of this chat belongs to,
// or ErrNotFound.
func MatterOfMessage(r Reader, chat, message int64) (*Matter, error) {
	return scanMatter(r.reader().row(matterColumns+`WHERE id = (SELECT matter FROM message WHERE id = $1 AND chat = $2)`, message, chat))
}
