package ledger

import (
	"database/sql"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// What a township says in place of the program's cards: every version with who
// wrote, proposed and approved it. Two people stand for what is served.

// A CardKind says what a version does to its card.
type CardKind string

// The three kinds of versions.
const (
	CardEdit   CardKind = "edit"   // a text of the township's own
	CardKeep   CardKind = "keep"   // the program's text, approved as it is
	CardRetire CardKind = "retire" // the card is served no more
)

// A CardState says how far a version has come.
type CardState string

// The states of a version.
const (
	CardDraft     CardState = "draft"
	CardProposed  CardState = "proposed"
	CardReturned  CardState = "returned"  // the adviser wants something changed
	CardWithdrawn CardState = "withdrawn" // taken back, or a newer draft took its place
	CardPublished CardState = "published" // approved, and what is served
	CardReplaced  CardState = "replaced"  // was published until a newer one was
)

// MaxCardText is how many bytes a card's file may have.
const MaxCardText = 32 << 10

// What happens to versions of cards.
const (
	CardWritten     Event = "card-written" // with the digest of the text
	CardWasProposed Event = "card-proposed"
	CardApproved    Event = "card-approved" // and thereby published
	CardSentBack    Event = "card-returned"
	CardTakenBack   Event = "card-withdrawn"
	CardConfirmed   Event = "card-confirmed" // still right under a new version of a law
)

var stepEvents = map[string]Event{"proposed": CardWasProposed, "approved": CardApproved, "returned": CardSentBack, "withdrawn": CardTakenBack}

// Errors of versions.
var (
	ErrOutdated   = errors.New("another version was published since it was written")
	ErrSamePerson = errors.New("who wrote or proposed it cannot approve it")
	ErrMayNot     = errors.New("the account may not do that")
	ErrState      = errors.New("the version is not in that state")
	ErrNoReason   = errors.New("it needs a reason")
	ErrBadCard    = errors.New("the card cannot be so")
)

// A CardVersion is one version of a card. Its text never changes.
type CardVersion struct {
	ID       int64
	Township string
	Card     string
	N        int64 // counted within the card, from 1
	Kind     CardKind
	Body     string // the card's file; empty for CardRetire
	Base     int64  // the version served when it was written; 0: the program's card, or none
	Own      string // TextDigest of the program's text then; empty where it has none
	State    CardState
	Maker    int64
	At       time.Time
	Reason   string // why it was written, in the maker's words
	Source   int64  // the matter it was written from; 0: none
	Steps    []CardStep
}

// A CardStep is what somebody did with a version: proposed, approved, returned
// or withdrawn.
type CardStep struct {
	Act   string
	Who   int64
	At    time.Time
	Words string
}

// Last returns the latest step with this act, and whether there is one.
func (v *CardVersion) Last(act string) (CardStep, bool) {
	for i := len(v.Steps) - 1; i >= 0; i-- {
		if v.Steps[i].Act == act {
			return v.Steps[i], true
		}
	}
	return CardStep{}, false
}

// TextDigest is how the journal names a card's text.
func TextDigest(text string) string { return fileHash([]byte(text)) }

// lockCard holds a card's versions until the commit and returns how many there
// are.
func (tx *Tx) lockCard(township, card string) (n int64, err error) {
	err = tx.row(`INSERT INTO counter (township, name, n) VALUES ($1, $2, 0)
		ON CONFLICT (township, name) DO UPDATE SET n = counter.n RETURNING n`, township, "card "+card).Scan(&n)
	if err != nil {
		return 0, fmt.Errorf("lock card: %w", err)
	}
	return n, nil
}

// NewCardName returns a card name that was not given before, such as
// qingxi-12: cards that a township adds have numbers for names.
func (tx *Tx) NewCardName(township string) (string, error) {
	var n int64
	if err := tx.row(`INSERT INTO counter (township, name, n) VALUES ($1, 'cards', 1)
		ON CONFLICT (township, name) DO UPDATE SET n = counter.n + 1 RETURNING n`, township).Scan(&n); err != nil {
		return "", fmt.Errorf("count cards: %w", err)
	}
	return township + "-" + strconv.FormatInt(n, 10), nil
}

// ServedVersion returns the key of the version of a card that is published, or
// 0.
func ServedVersion(r Reader, township, card string) (id int64, err error) {
	err = r.reader().row(`SELECT id FROM card_version WHERE township = $1 AND card = $2 AND state = 'published'`, township, card).Scan(&id)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, nil
	}
	if err != nil {
		return 0, fmt.Errorf("read served version: %w", err)
	}
	return id, nil
}

// WriteCard keeps a new version as a draft. Township, Card, Kind, Body, Base,
// Own, Maker, Reason and Source are read, the rest is filled in. Drafts of the
// same maker that it takes the place of are withdrawn. The error wraps
// ErrUnsigned, ErrBadCard or ErrOutdated.
func (tx *Tx) WriteCard(v *CardVersion) error {
	switch {
	case v.Maker == 0:
		return ErrUnsigned
	case v.Card == "" || v.Kind != CardEdit && v.Kind != CardKeep && v.Kind != CardRetire, (v.Kind == CardRetire) != (v.Body == ""):
		return fmt.Errorf("version of %q: %w", v.Card, ErrBadCard)
	case len(v.Body) > MaxCardText:
		return fmt.Errorf("a text of %d bytes, at most %d: %w", len(v.Body), MaxCardText, ErrBadCard)
	case v.Kind == CardRetire && strings.TrimSpace(v.Reason) == "":
		return ErrNoReason
	}
	n, err := tx.lockCard(v.Township, v.Card)
	if err != nil {
		return err
	}
	if served, err := ServedVersion(tx, v.Township, v.Card); err != nil || served != v.Base {
		return errors.Join(err, ErrOutdated)
	}
	open, err := cardVersions(tx, `WHERE township = $1 AND card = $2 AND maker = $3 AND state IN ('draft', 'returned') ORDER BY n`, v.Township, v.Card, v.Maker)
	if err != nil {
		return err
	}
	for _, old := range open {
		if err := tx.moveCard(old, CardWithdrawn, "withdrawn", v.Maker, ""); err != nil {
			return err
		}
	}
	v.ID, v.N, v.State, v.At = tx.NewID(), n+1, CardDraft, tx.Now
	if _, err := tx.exec(`UPDATE counter SET n = $1 WHERE township = $2 AND name = $3`, v.N, v.Township, "card "+v.Card); err != nil {
		return fmt.Errorf("count versions: %w", err)
	}
	if _, err := tx.exec(`INSERT INTO card_version (id, township, card, n, kind, body, base, own, state, maker, at, reason, source)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`,
		v.ID, v.Township, v.Card, v.N, string(v.Kind), v.Body, v.Base, v.Own, string(v.State), v.Maker, millis(v.At), v.Reason, v.Source); err != nil {
		return fmt.Errorf("write version: %w", err)
	}
	return tx.Log(v.Township, Entry{Event: CardWritten, By: v.Maker, To: v.ID, X: map[string]string{"card": v.Card, "n": strconv.FormatInt(v.N, 10),
		"kind": string(v.Kind), "digest": TextDigest(v.Body), "base": strconv.FormatInt(v.Base, 10), "matter": strconv.FormatInt(v.Source, 10)}})
}

// moveCard takes a version from its state to another and tells it.
func (tx *Tx) moveCard(v *CardVersion, to CardState, act string, who int64, words string) error {
	n, err := tx.exec(`UPDATE card_version SET state = $1 WHERE id = $2 AND state = $3`, string(to), v.ID, string(v.State))
	if err != nil {
		return fmt.Errorf("move version: %w", err)
	}
	if n != 1 {
		return ErrState
	}
	if _, err := tx.exec(`INSERT INTO card_step (version, n, act, who, at, words) VALUES ($1, $2, $3, $4, $5, $6)`,
		v.ID, len(v.Steps)+1, act, who, millis(tx.Now), words); err != nil {
		return fmt.Errorf("note step: %w", err)
	}
	v.State = to
	v.Steps = append(v.Steps, CardStep{act, who, tx.Now, words})
	return tx.Log(v.Township, Entry{Event: stepEvents[act], By: who, To: v.ID, X: map[string]string{"card": v.Card, "n": strconv.FormatInt(v.N, 10), "kind": string(v.Kind)}})
}

// holdCard locks a version's card and returns the version, which must be in one
// of the states.
func (tx *Tx) holdCard(township string, id int64, states ...CardState) (*CardVersion, error) {
	v, err := CardVersionByID(tx, township, id)
	if err != nil {
		return nil, err
	}
	if _, err := tx.lockCard(township, v.Card); err != nil {
		return nil, err
	}
	if v, err = CardVersionByID(tx, township, id); err != nil {
		return nil, err
	}
	for _, s := range states {
		if v.State == s {
			return v, nil
		}
	}
	return nil, ErrState
}

// fresh reports whether what is served is still what the version was written
// on.
func (tx *Tx) fresh(v *CardVersion) error {
	served, err := ServedVersion(tx, v.Township, v.Card)
	if err == nil && served != v.Base {
		err = ErrOutdated
	}
	return err
}

// ProposeCard asks for a draft's approval. ErrOutdated when another version
// was published since it was written.
func (tx *Tx) ProposeCard(township string, id, who int64) error {
	v, err := tx.holdCard(township, id, CardDraft)
	if err != nil {
		return err
	}
	if err := tx.fresh(v); err != nil {
		return err
	}
	return tx.moveCard(v, CardProposed, "proposed", who, "")
}

// ApproveCard publishes a proposed version in the place of the one served. who
// is an open account of an adviser or admin of the whole township (else
// ErrMayNot) and neither wrote nor proposed it (else ErrSamePerson).
func (tx *Tx) ApproveCard(township string, id, who int64) (*CardVersion, error) {
	v, err := tx.holdCard(township, id, CardProposed)
	if err != nil {
		return nil, err
	}
	if err := tx.mayApprove(township, who); err != nil {
		return nil, err
	}
	if v.Maker == who {
		return nil, ErrSamePerson
	}
	for _, s := range v.Steps {
		if s.Act == "proposed" && s.Who == who {
			return nil, ErrSamePerson
		}
	}
	if err := tx.fresh(v); err != nil {
		return nil, err
	}
	if _, err := tx.exec(`UPDATE card_version SET state = 'replaced' WHERE township = $1 AND card = $2 AND state = 'published'`, township, v.Card); err != nil {
		return nil, fmt.Errorf("replace version: %w", err)
	}
	return v, tx.moveCard(v, CardPublished, "approved", who, "")
}

func (tx *Tx) mayApprove(township string, who int64) error {
	var n int64
	if err := tx.row(`SELECT COUNT(*) FROM account WHERE id = $1 AND township = $2 AND ended = 0 AND villages = '' AND role IN ('adviser', 'admin')`, who, township).Scan(&n); err != nil {
		return fmt.Errorf("read account: %w", err)
	}
	if n == 0 {
		return ErrMayNot
	}
	return nil
}

// ReturnCard sends a proposed version back with the words of who reviewed it.
func (tx *Tx) ReturnCard(township string, id, who int64, words string) error {
	v, err := tx.holdCard(township, id, CardProposed)
	if err != nil {
		return err
	}
	if err := tx.mayApprove(township, who); err != nil {
		return err
	}
	if words = strings.TrimSpace(words); words == "" {
		return ErrNoReason
	}
	return tx.moveCard(v, CardReturned, "returned", who, words)
}

// WithdrawCard takes back a version that is not published.
func (tx *Tx) WithdrawCard(township string, id, who int64) error {
	v, err := tx.holdCard(township, id, CardDraft, CardProposed, CardReturned)
	if err != nil {
		return err
	}
	return tx.moveCard(v, CardWithdrawn, "withdrawn", who, "")
}
