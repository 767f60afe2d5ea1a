package ledger

import (
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"
)

// A PublishedCard is the version of a card that is served, with who approved it.
type PublishedCard struct {
	CardVersion
	Approver string // their name; empty once they are gone
	Role     string // of their account
	Approved time.Time
}

// PublishedCards lists what a township serves in place of the program's cards,
// by the versions' keys.
func PublishedCards(r Reader, township string) ([]PublishedCard, error) {
	rows, err := r.reader().rows(`SELECT v.id, v.card, v.n, v.kind, v.body, v.base, v.own, v.maker, v.at, v.reason, v.source, s.at, COALESCE(i.name, ''), COALESCE(a.role, '')
		FROM card_version v JOIN card_step s ON s.version = v.id AND s.act = 'approved'
		LEFT JOIN identity i ON i.person = s.who LEFT JOIN account a ON a.id = s.who
		WHERE v.township = $1 AND v.state = 'published' ORDER BY v.id`, township)
	if err != nil {
		return nil, fmt.Errorf("read published cards: %w", err)
	}
	defer rows.Close()
	var out []PublishedCard
	for rows.Next() {
		p := PublishedCard{CardVersion: CardVersion{Township: township, State: CardPublished}}
		var kind string
		var at, approved int64
		if err := rows.Scan(&p.ID, &p.Card, &p.N, &kind, &p.Body, &p.Base, &p.Own, &p.Maker, &at, &p.Reason, &p.Source, &approved, &p.Approver, &p.Role); err != nil {
			return nil, err
		}
		p.Kind, p.At, p.Approved = CardKind(kind), moment(at), moment(approved)
		out = append(out, p)
	}
	return out, rows.Err()
}

// PublishedKeys lists the keys of the versions that are published, in order:
// a cheap way to see whether anything is new.
func PublishedKeys(r Reader, township string) ([]int64, error) {
	rows, err := r.reader().rows(`SELECT id FROM card_version WHERE township = $1 AND state = 'published' ORDER BY id`, township)
	if err != nil {
		return nil, fmt.Errorf("read published cards: %w", err)
	}
	defer rows.Close()
	var out []int64
	for rows.Next() {
		var id int64
		if err := rows.Scan(&id); err != nil {
			return nil, err
		}
		out = append(out, id)
	}
	return out, rows.Err()
}

// CardVersionByID returns a version of the township with its steps, or
// ErrNotFound.
func CardVersionByID(r Reader, township string, id int64) (*CardVersion, error) {
	list, err := cardVersions(r, `WHERE township = $1 AND id = $2`, township, id)
	if err == nil && len(list) == 0 {
		err = ErrNotFound
	}
	if err != nil {
		return nil, err
	}
	return list[0], nil
}

// CardVersions lists all versions of a card with their steps, the newest
// first.
func CardVersions(r Reader, township, card string) ([]*CardVersion, error) {
	return cardVersions(r, `WHERE township = $1 AND card = $2 ORDER BY n DESC`, township, card)
}

// OpenCardVersions lists the versions of all cards that are drafts, proposed or
// returned, the oldest first.
func OpenCardVersions(r Reader, township string) ([]*CardVersion, error) {
	return cardVersions(r, `WHERE township = $1 AND state IN ('draft', 'proposed', 'returned') ORDER BY at, id`, township)
}

func cardVersions(r Reader, where string, args ...any) ([]*CardVersion, error) {
	rows, err := r.reader().rows(`SELECT id, township, card, n, kind, body, base, own, state, maker, at, reason, source FROM card_version `+where, args...)
	if err != nil {
		return nil, fmt.Errorf("read versions: %w", err)
	}
	defer rows.Close()
	var out []*CardVersion
	for rows.Next() {
		v := &CardVersion{}
		var kind, state string
		var at int64
		if err := rows.Scan(&v.ID, &v.Township, &v.Card, &v.N, &kind, &v.Body, &v.Base, &v.Own, &state, &v.Maker, &at, &v.Reason, &v.Source); err != nil {
			return nil, err
		}
		v.Kind, v.State, v.At = CardKind(kind), CardState(state), moment(at)
		out = append(out, v)
	}
	if err := rows.Err(); err != nil {
		return nil, err
	}
	rows.Close()
	for _, v := range out {
		if v.Steps, err = cardSteps(r, v.ID); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func cardSteps(r Reader, version int64) ([]CardStep, error) {
	rows, err := r.reader().rows(`SELECT act, who, at, words FROM card_step WHERE version = $1 ORDER BY n`, version)
	if err != nil {
		return nil, fmt.Errorf("read steps: %w", err)
	}
	defer rows.Close()
	var out []CardStep
	for rows.Next() {
		var s CardStep
		var at int64
		if err := rows.Scan(&s.Act, &s.Who, &at, &s.Words); err != nil {
			return nil, err
		}
		s.At = moment(at)
		out = append(out, s)
	}
	return out, rows.Err()
}

// A CardUse is how often a card answered, and what residents said to it.
type CardUse struct{ Answered, Useful, Useless int64 }

// CardUses counts by card the consultations opened between two moments that it
// answered last, and the votes cast between them.
func CardUses(r Reader, s Scope, from, to time.Time) (map[string]CardUse, error) {
	out := map[string]CardUse{}
	where, args := s.where("m.")
	q, some := more(where, args, " AND m.opened >= $%d AND m.opened < $%d", millis(from), millis(to))
	list, err := tallies(r, `SELECT m.card, COUNT(*) FROM matter m WHERE `+q+` AND m.card <> '' GROUP BY m.card`, some...)
	if err != nil {
		return nil, err
	}
	for _, t := range list {
		out[t.Name] = CardUse{Answered: t.N}
	}
	votes, join := "x.township = $1", ""
	if len(s.Villages) > 0 {
		votes, join = where+" AND m.id = x.matter AND x.township = $1", " CROSS JOIN matter m"
	}
	q, some = more(votes, args, " AND x.at >= $%d AND x.at < $%d", millis(from), millis(to))
	rows, err := r.reader().rows(`SELECT x.card, SUM(x.value), COUNT(*) FROM rating x`+join+` WHERE `+q+` AND x.card <> '' GROUP BY x.card`, some...)
	if err != nil {
		return nil, fmt.Errorf("count votes: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var card string
		var useful, all int64
		if err := rows.Scan(&card, &useful, &all); err != nil {
			return nil, err
		}
		u := out[card]
		u.Useful, u.Useless = useful, all-useful
		out[card] = u
	}
	return out, rows.Err()
}

// A Question is what somebody asked and no card answered.
type Question struct {
	Matter int64
	Chat   int64
	Topic  string
	At     time.Time
	Text   string
}

// Unanswered lists the questions since a moment for which no card was found,
// the newest first: those a person was called for, those asked back in vain,
// and those answered with a bare article. What was erased is not in it, nor
// calls for help and quarrels.
func Unanswered(r Reader, s Scope, since time.Time, limit int) ([]Question, error) {
	where, args := s.where("m.")
	where, args = more(where, args, ` AND m.card = '' AND m.opened >= $%d AND m.topic NOT IN ('', '平台使用')
		AND q.id = (SELECT f.id FROM message f WHERE f.matter = m.id AND f.inbound = 1 AND f.kind IN ('handover', 'clarify', 'answer') ORDER BY f.seq LIMIT 1)
		ORDER BY m.opened DESC, m.id DESC LIMIT $%d`, millis(since), limit)
	rows, err := r.reader().rows(`SELECT m.id, m.chat, m.topic, m.opened, w.body FROM matter m JOIN message q ON q.matter = m.id JOIN words w ON w.message = q.id WHERE `+where, args...)
	if err != nil {
		return nil, fmt.Errorf("read unanswered questions: %w", err)
	}
	defer rows.Close()
	var out []Question
	for rows.Next() {
		var q Question
		var at int64
		if err := rows.Scan(&q.Matter, &q.Chat, &q.Topic, &at, &q.Text); err != nil {
			return nil, err
		}
		q.At = moment(at)
		if strings.TrimSpace(q.Text) != "" {
			out = append(out, q)
		}
	}
	return out, rows.Err()
}

// A HelperDraft is a helper's answer that they think a card should be made of.
type HelperDraft struct {
	ID     int64
	Matter int64
	Topic  string
	Card   string // that answered in the matter; may be empty
	Person int64  // the helper
	At     time.Time
}

// HelperDrafts lists the helpers' proposals that nobody has taken up yet, the
// oldest first.
func HelperDrafts(r Reader, s Scope, limit int) ([]HelperDraft, error) {
	where, args := s.where("m.")
	where, args = more(where, args, " AND m.id = d.matter AND d.township = $1 AND d.state = 'proposed' ORDER BY d.at, d.id LIMIT $%d", limit)
	rows, err := r.reader().rows(`SELECT d.id, d.matter, m.topic, m.card, d.person, d.at FROM draft d CROSS JOIN matter m WHERE `+where, args...)
	if err != nil {
		return nil, fmt.Errorf("list drafts: %w", err)
	}
	defer rows.Close()
	var out []HelperDraft
	for rows.Next() {
		var d HelperDraft
		var at int64
		if err := rows.Scan(&d.ID, &d.Matter, &d.Topic, &d.Card, &d.Person, &at); err != nil {
			return nil, err
		}
		d.At = moment(at)
		out = append(out, d)
	}
	return out, rows.Err()
}

// EndDrafts says what became of the helpers' proposals from a matter: taken
// into a card, or dropped.
func (tx *Tx) EndDrafts(s Scope, matter, by int64, taken bool) error {
	if _, err := MatterWithin(tx, s, matter); err != nil {
		return err
	}
	state := "dropped"
	if taken {
		state = "taken"
	}
	n, err := tx.exec(`UPDATE draft SET state = $1 WHERE township = $2 AND matter = $3 AND state = 'proposed'`, state, s.Township, matter)
	if err != nil {
		return fmt.Errorf("end drafts: %w", err)
	}
	if n == 0 {
		return nil
	}
	return tx.Log(s.Township, Entry{Event: DraftEnded, By: by, To: matter, X: map[string]string{"state": state}})
}

// AskedAndTold returns the question that opened a matter and the last words a
// helper wrote in it; either is empty where there are none, or no more.
func AskedAndTold(r Reader, matter int64) (asked, told string, err error) {
	for _, q := range []struct {
		into *string
		text string
	}{
		{&asked, `SELECT w.body FROM message g JOIN words w ON w.message = g.id WHERE g.matter = $1 AND g.inbound = 1 AND g.kind <> 'helper-reply' ORDER BY g.at, g.seq LIMIT 1`},
		{&told, `SELECT w.body FROM message g JOIN words w ON w.message = g.id WHERE g.matter = $1 AND g.inbound = 1 AND g.kind = 'helper-reply' ORDER BY g.at DESC, g.seq DESC LIMIT 1`},
	} {
		if err := r.reader().row(q.text, matter).Scan(q.into); err != nil && !errors.Is(err, sql.ErrNoRows) {
			return "", "", fmt.Errorf("read words: %w", err)
		}
	}
	return asked, told, nil
}

// A CardRest is what rests on a card's answer.
type CardRest struct {
	Answered int64   // consultations it answered, ever
	Waiting  int64   // of these, those that a person still has to answer
	Disputes []int64 // not closed, that came of these
}

// CardRests tells of each card what rests on it. At most 20 disputes are named
// for one.
func CardRests(r Reader, s Scope, cards []string) (map[string]*CardRest, error) {
	out := map[string]*CardRest{}
	where, args := s.where("m.")
	for _, card := range cards {
		if out[card] != nil {
			continue
		}
		x := &CardRest{}
		out[card] = x
		q, args := more(where, args, " AND m.card = $%d", card)
		if err := r.reader().row(`SELECT COUNT(*), COALESCE(SUM(CASE WHEN m.state IN ('waiting', 'held') THEN 1 ELSE 0 END), 0) FROM matter m WHERE `+q, args...).Scan(&x.Answered, &x.Waiting); err != nil {
			return nil, fmt.Errorf("count answers: %w", err)
		}
		rows, err := r.reader().rows(`SELECT d.id FROM matter m JOIN dispute d ON d.matter = m.id WHERE `+q+` AND d.state <> 'closed' ORDER BY d.id LIMIT 20`, args...)
		if err != nil {
			return nil, fmt.Errorf("list disputes: %w", err)
		}
		defer rows.Close()
		for rows.Next() {
			var id int64
			if err := rows.Scan(&id); err != nil {
				return nil, err
			}
			x.Disputes = append(x.Disputes, id)
		}
		if err := rows.Err(); err != nil {
			return nil, err
		}
		rows.Close()
	}
	return out, nil
}

// A CardCheck is a person's word that a card is still right under a new version
// of a law.
type CardCheck struct {
	Card, Law string
	Version   string // the day of the law's version
	Text      string // TextDigest of the card as it was then
	Who       int64
	At        time.Time
}

// ConfirmCard signs that a card is still right.
func (tx *Tx) ConfirmCard(township string, c CardCheck) error {
	switch {
	case c.Who == 0:
		return ErrUnsigned
	case c.Card == "" || c.Law == "" || c.Version == "" || c.Text == "":
		return fmt.Errorf("confirm card %q: %w", c.Card, ErrBadCard)
	}
	id := tx.NewID()
	if _, err := tx.exec(`INSERT INTO card_check (id, township, card, law, version, text, who, at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
		id, township, c.Card, c.Law, c.Version, c.Text, c.Who, millis(tx.Now)); err != nil {
		return fmt.Errorf("confirm card: %w", err)
	}
	return tx.Log(township, Entry{Event: CardConfirmed, By: c.Who, To: id, X: map[string]string{"card": c.Card, "law": c.Law, "version": c.Version, "digest": c.Text}})
}

// CardChecks lists what was signed, the newest first: for one version of a law,
// or with law empty for all.
func CardChecks(r Reader, township, law, version string) ([]CardCheck, error) {
	rows, err := r.reader().rows(`SELECT card, law, version, text, who, at FROM card_check
		WHERE township = $1 AND ($2 = '' OR law = $2 AND version = $3) ORDER BY at DESC, id DESC`, township, law, version)
	if err != nil {
		return nil, fmt.Errorf("list checks: %w", err)
	}
	defer rows.Close()
	var out []CardCheck
	for rows.Next() {
		var c CardCheck
		var at int64
		if err := rows.Scan(&c.Card, &c.Law, &c.Version, &c.Text, &c.Who, &at); err != nil {
			return nil, err
		}
		c.At = moment(at)
		out = append(out, c)
	}
	return out, rows.Err()
}
