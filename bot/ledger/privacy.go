package ledger

import "fmt"

// Keeping counts what is kept of one chat, for the person of that chat.
type Keeping struct {
	Messages int64 // words of theirs that are stored
	Matters  int64
	Looked   int64 // times that staff opened a matter of theirs
}

// Kept tells a chat what is stored of it.
func Kept(r Reader, chat int64) (Keeping, error) {
	var k Keeping
	err := r.reader().row(`SELECT
		(SELECT COUNT(*) FROM words w JOIN message m ON m.id = w.message WHERE w.chat = $1 AND m.inbound = 1),
		(SELECT COUNT(*) FROM matter WHERE chat = $1),
		(SELECT COUNT(*) FROM looked WHERE chat = $1)`, chat).Scan(&k.Messages, &k.Matters, &k.Looked)
	if err != nil {
		return k, fmt.Errorf("count what is kept: %w", err)
	}
	return k, nil
}

// OpenHandovers lists a chat's own hand-overs that somebody still has to
// answer.
func OpenHandovers(r Reader, chat int64) ([]*Handover, error) {
	return handovers(r, handoverColumns+`WHERE chat = $1 AND state IN ('waiting', 'claimed') ORDER BY id`, chat)
}

// Look notes that a person opened a matter, so that its resident can be told;
// person 0 is whoever held a link to a paper.
func (tx *Tx) Look(township string, chat, matter, person int64) error {
	if _, err := tx.exec(`INSERT INTO looked (id, township, chat, matter, person, at) VALUES ($1, $2, $3, $4, $5, $6)`,
		tx.NewID(), township, chat, matter, person, millis(tx.Now)); err != nil {
		return fmt.Errorf("note a reading: %w", err)
	}
	return tx.Log(township, Entry{Event: Looked, By: person, To: matter})
}

// LookedAt counts how often somebody opened a matter.
func LookedAt(r Reader, matter int64) (int64, error) {
	var n int64
	if err := r.reader().row(`SELECT COUNT(*) FROM looked WHERE matter = $1`, matter).Scan(&n); err != nil {
		return 0, fmt.Errorf("count readings: %w", err)
	}
	return n, nil
}
