package ledger

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"fmt"
)

// An Event names what happened in a journal entry (流水账).
type Event string

// What happens in a township's record. Counting rules are written in these.
const (
	Began      Event = "began" // a chain began; it names the heads it saw
	Received   Event = "received"
	Replied    Event = "replied" // the bot or a person said something
	Opened     Event = "opened"  // a matter (consultation) began
	Answered   Event = "answered"
	Rated      Event = "rated"
	HandedOver Event = "handed-over"
	Offered    Event = "offered"
	Claimed    Event = "claimed"
	Missed     Event = "missed" // a person asked did not answer within the clock
	PersonSaid Event = "person-said"
	Closed     Event = "closed"
	Registered Event = "registered"
	Left       Event = "left" // a registration was ended
	Invited    Event = "invited"
	Joined     Event = "joined"
	Duty       Event = "duty"
	Drafted    Event = "drafted"
	DraftEnded Event = "draft-ended" // a proposed card was taken up, or dropped
	Erased     Event = "erased"
	Looked     Event = "looked"    // somebody read a person's matter
	Stepped    Event = "stepped"   // a dispute took a step: its act and what the rules need to replay it
	Asked      Event = "asked"     // a mediator is asked to take a dispute
	AskEnded   Event = "ask-ended" // and how that ended
	Seated     Event = "seated"    // a seat at the joint table was asked, or answered
	Papered    Event = "papered"   // a paper was put into a dossier, with its hash
	Evidenced  Event = "evidenced"
	Fetched    Event = "fetched" // the file of evidence is kept, with its hash
	Skilled    Event = "skilled"

	FigureEntered Event = "figure-entered" // staff signed a figure
	ZeroSigned    Event = "zero-signed"
	ActivityHeld  Event = "activity-held"
	ExamHeld      Event = "exam-held"
	SlotWritten   Event = "slot-written" // a text of the annual report
	PlanMade      Event = "plan-made"    // a promise for a year
	PlanJudged    Event = "plan-judged"
	Recorded      Event = "recorded"  // a line of a register that the office keeps by hand
	Published     Event = "published" // an annual report, with the hashes of its files
	Exported      Event = "exported"  // a list of people left the console as a file
)

// An Entry is what happened, by whom, to what, when. It holds keys and short
// codes only: no names, phones or texts.
type Entry struct {
	Event Event
	By    int64             // the person who did it; 0 for the bot or an unregistered resident
	To    int64             // the record it was done to
	X     map[string]string // short facts that counting rules need: village, topic, fate
}

// chain is the head of one writer's chain.
type chain struct {
	id   int64 // 0 until the first entry
	n    int64
	hash string
}

// entryBody is an entry as it is hashed. Field order is the canonical order.
type entryBody struct {
	Writer   int64             `json:"writer"`
	N        int64             `json:"n"`
	At       int64             `json:"at"`
	Township string            `json:"township"`
	Event    Event             `json:"event"`
	By       int64             `json:"by"`
	To       int64             `json:"to"`
	X        map[string]string `json:"x,omitempty"`
	Heads    []chainHead       `json:"heads,omitempty"`
	Prev     string            `json:"prev"`
}

// chainHead names another chain's last entry as a new chain saw it.
type chainHead struct {
	Writer int64  `json:"writer"`
	N      int64  `json:"n"`
	Hash   string `json:"hash"`
}

// Log appends an entry to the journal, in the township named.
func (tx *Tx) Log(township string, e Entry) error {
	if tx.w.chain.id == 0 {
		if err := tx.beginChain(); err != nil {
			return err
		}
	}
	b := entryBody{Township: township, Event: e.Event, By: e.By, To: e.To, X: e.X, At: millis(tx.Now)}
	if err := addUp(&b, txSums{tx}); err != nil {
		return err
	}
	return tx.append(b)
}

// beginChain starts this writer's chain with the heads of those that nobody
// has named since they grew.
func (tx *Tx) beginChain() error {
	rows, err := tx.rows(`SELECT id, head, hash FROM writer WHERE head > named ORDER BY id`)
	if err != nil {
		return fmt.Errorf("read chains: %w", err)
	}
	defer rows.Close()
	var heads []chainHead
	for rows.Next() {
		var h chainHead
		if err := rows.Scan(&h.Writer, &h.N, &h.Hash); err != nil {
			return err
		}
		heads = append(heads, h)
	}
	if err := rows.Err(); err != nil {
		return err
	}
	rows.Close()
	for _, h := range heads {
		if _, err := tx.exec(`UPDATE writer SET named = $1 WHERE id = $2 AND named < $1`, h.N, h.Writer); err != nil {
			return fmt.Errorf("name chain: %w", err)
		}
	}
	tx.w.chain = chain{id: tx.NewID()}
	if _, err := tx.exec(`INSERT INTO writer (id, started, head, hash, named) VALUES ($1, $2, 0, '', 0)`, tx.w.chain.id, millis(tx.Now)); err != nil {
		return fmt.Errorf("begin chain: %w", err)
	}
	return tx.append(entryBody{Event: Began, Heads: heads})
}

func (tx *Tx) append(b entryBody) error {
	c := &tx.w.chain
	b.Writer, b.N, b.At, b.Prev = c.id, c.n+1, millis(tx.Now), c.hash
	body, err := json.Marshal(b)
	if err != nil {
		return err
	}
	sum := sha256.Sum256(body)
	hash := hex.EncodeToString(sum[:])
	if _, err := tx.exec(`INSERT INTO journal (writer, n, at, township, event, hash, body) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
		b.Writer, b.N, b.At, b.Township, string(b.Event), hash, string(body)); err != nil {
		return fmt.Errorf("write journal: %w", err)
	}
	c.n, c.hash = b.N, hash
	return nil
}

// saveHead keeps the chain's last entry beside it, once a commit.
func (w *worker) saveHead(ctx context.Context, tx *sql.Tx, before chain) error {
	if w.chain.id == 0 || w.chain.id == before.id && w.chain.n == before.n {
		return nil
	}
	if _, err := tx.ExecContext(ctx, `UPDATE writer SET head = $1, hash = $2 WHERE id = $3`, w.chain.n, w.chain.hash, w.chain.id); err != nil {
		return fmt.Errorf("save chain head: %w", err)
	}
	return nil
}
