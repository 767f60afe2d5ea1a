package ledger

import (
	"crypto/rand"
	"database/sql"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"time"
)

// A Dispute (纠纷) is the record of one put to people's mediation.
type Dispute struct {
	ID       int64
	Township string
	No       int64 // 人调字 number within its year; 0 until accepted
	Year     int64
	Matter   int64
	Chat     int64 // of the applicant, or of whoever files for them
	Village  string
	Category string
	Level    string
	State    string
	Outcome  string
	Rules    string // the dispute as package casework knows it, JSON
	Mediator int64  // who has it or is being asked; 0: nobody
	Step     int64  // how many have been asked
	Finder   int64  // the grid worker or volunteer who reported it; 0: a party applied
	Opened   time.Time
	Due      time.Time // the clock of its state; zero: none
	Closed   time.Time
}

// A Party (当事人) of a dispute, with the name it is known by there.
type Party struct {
	ID      int64
	Dispute int64
	N       int64  // its place in the rules
	Side    string // applicant, respondent
	Chat    int64  // 0 while not known
	Person  int64
	Consent string // "", yes, no
	How     string // how consent was given: here, phone, paper, voice
	At      time.Time
	Name    string // "" once erased
	Phone   string
	About   string // village, relation to the applicant: as told
}

// OpenDispute records a new dispute. Its first step is logged by LogStep.
func (tx *Tx) OpenDispute(d *Dispute) error {
	d.ID, d.Opened = tx.NewID(), tx.Now
	if _, err := tx.exec(`INSERT INTO dispute (id, township, no, year, matter, chat, village, category, level, state, outcome, rules, mediator, step, finder, opened, due, closed)
		VALUES ($1, $2, NULL, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, 0)`,
		d.ID, d.Township, d.Year, d.Matter, d.Chat, d.Village, d.Category, d.Level, d.State, d.Outcome, d.Rules, d.Mediator, d.Step, d.Finder, millis(tx.Now), millis(d.Due)); err != nil {
		return fmt.Errorf("open dispute: %w", err)
	}
	return nil
}

// SaveDispute writes the changing part of a dispute.
func (tx *Tx) SaveDispute(d *Dispute) error {
	if _, err := tx.exec(`UPDATE dispute SET village = $1, category = $2, level = $3, state = $4, outcome = $5, rules = $6, mediator = $7, step = $8, due = $9, closed = $10, chat = $11
		WHERE id = $12`, d.Village, d.Category, d.Level, d.State, d.Outcome, d.Rules, d.Mediator, d.Step, millis(d.Due), millis(d.Closed), d.Chat, d.ID); err != nil {
		return fmt.Errorf("save dispute: %w", err)
	}
	return nil
}

// NumberDispute gives an accepted dispute its 人调字 number, counted within the
// township and the year.
func (tx *Tx) NumberDispute(d *Dispute) error {
	if d.No != 0 {
		return nil
	}
	if err := tx.row(`INSERT INTO counter (township, name, n) VALUES ($1, $2, 1)
		ON CONFLICT (township, name) DO UPDATE SET n = counter.n + 1 RETURNING n`, d.Township, fmt.Sprintf("mediation-%d", d.Year)).Scan(&d.No); err != nil {
		return fmt.Errorf("count mediation: %w", err)
	}
	if _, err := tx.exec(`UPDATE dispute SET no = $1 WHERE id = $2`, d.No, d.ID); err != nil {
		return fmt.Errorf("number dispute: %w", err)
	}
	return nil
}

// LogStep journals one step of a dispute. x holds what replaying it needs, in
// codes and numbers.
func (tx *Tx) LogStep(d *Dispute, by int64, x map[string]string) error {
	x["village"], x["category"], x["level"], x["state"] = d.Village, d.Category, d.Level, d.State
	return tx.Log(d.Township, Entry{Event: Stepped, By: by, To: d.ID, X: x})
}

const disputeColumns = `SELECT id, township, COALESCE(no, 0), year, matter, chat, village, category, level, state, outcome, rules, mediator, step, finder, opened, due, closed FROM dispute `

func scanDispute(row interface{ Scan(...any) error }) (*Dispute, error) {
	d := &Dispute{}
	var opened, due, closed int64
	err := row.Scan(&d.ID, &d.Township, &d.No, &d.Year, &d.Matter, &d.Chat, &d.Village, &d.Category, &d.Level, &d.State, &d.Outcome, &d.Rules,
		&d.Mediator, &d.Step, &d.Finder, &opened, &due, &closed)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, ErrNotFound
	}
	d.Opened, d.Due, d.Closed = moment(opened), moment(due), moment(closed)
	return d, err
}

func disputes(r Reader, q string, args ...any) ([]*Dispute, error) {
	rows, err := r.reader().rows(q, args...)
	if err != nil {
		return nil, fmt.Errorf("read disputes: %w", err)
	}
	defer rows.Close()
	var out []*Dispute
	for rows.Next() {
		d, err := scanDispute(rows)
		if err != nil {
			return nil, err
		}
		out = append(out, d)
	}
	return out, rows.Err()
}

// DisputeByID returns a dispute or ErrNotFound.
func DisputeByID(r Reader, id int64) (*Dispute, error) {
	return scanDispute(r.reader().row(disputeColumns+`WHERE id = $1`, id))
}

// LockDispute is DisputeByID that holds the row until the commit: parties,
// mediators and clocks of one dispute act one after the other.
func (tx *Tx) LockDispute(id int64) (*Dispute, error) {
	n, err := tx.exec(`UPDATE dispute SET id = id WHERE id = $1`, id)
	if err != nil {
		return nil, fmt.Errorf("lock dispute: %w", err)
	}
	if n == 0 {
		return nil, ErrNotFound
	}
	return DisputeByID(tx, id)
}

// DisputeOf returns the latest dispute of a matter, or ErrNotFound.
func DisputeOf(r Reader, matter int64) (*Dispute, error) {
	return scanDispute(r.reader().row(disputeColumns+`WHERE matter = $1 ORDER BY id DESC LIMIT 1`, matter))
}

// DisputesWith lists the disputes in which a mediator is asked or works, those
// with the nearest clock first.
func DisputesWith(r Reader, mediator int64) ([]*Dispute, error) {
	return disputes(r, disputeColumns+`WHERE mediator = $1 AND state <> 'closed' ORDER BY CASE WHEN due = 0 THEN 1 ELSE 0 END, due, id LIMIT 50`, mediator)
}

// DisputesOfChat lists the disputes a chat filed or is a party of, the newest
// first. A chat can list nothing but its own.
func DisputesOfChat(r Reader, chat int64, limit int) ([]*Dispute, error) {
	return disputes(r, disputeColumns+`WHERE chat = $1 OR id IN (SELECT dispute FROM party WHERE chat = $1) ORDER BY opened DESC, id DESC LIMIT $2`, chat, limit)
}

// EachDispute calls f with every dispute of a township opened within a span,
// in the order of their keys.
func EachDispute(r Reader, township string, from, to time.Time, f func(*Dispute) error) error {
	list, err := disputes(r, disputeColumns+`WHERE township = $1 AND opened >= $2 AND opened < $3 ORDER BY id`, township, millis(from), millis(to))
	if err != nil {
		return err
	}
	for _, d := range list {
		if err := f(d); err != nil {
			return err
		}
	}
	return nil
}

// AddParty records a party. code, if not empty, is the word by which it may
// answer from a phone of its own; only its hash is kept.
func (tx *Tx) AddParty(p *Party, code string) error {
	p.ID = tx.NewID()
	if code != "" {
		code = codeHash(code)
	}
	if _, err := tx.exec(`INSERT INTO party (id, dispute, n, side, chat, person, consent, how, at, code) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
		p.ID, p.Dispute, p.N, p.Side, p.Chat, p.Person, p.Consent, p.How, millis(p.At), code); err != nil {
		return fmt.Errorf("add party: %w", err)
	}
	return tx.NameParty(p)
}

// NameParty writes a party's name, phone and what is told of them.
func (tx *Tx) NameParty(p *Party) error {
	if _, err := tx.exec(`INSERT INTO party_name (party, dispute, name, phone, about) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (party) DO UPDATE SET name = excluded.name, phone = excluded.phone, about = excluded.about`, p.ID, p.Dispute, p.Name, p.Phone, p.About); err != nil {
		return fmt.Errorf("name party: %w", err)
	}
	return nil
}

// SaveParty writes a party's chat, person and consent.
func (tx *Tx) SaveParty(p *Party) error {
	if _, err := tx.exec(`UPDATE party SET chat = $1, person = $2, consent = $3, how = $4, at = $5 WHERE id = $6`,
		p.Chat, p.Person, p.Consent, p.How, millis(p.At), p.ID); err != nil {
		return fmt.Errorf("save party: %w", err)
	}
	return nil
}

// NewCode makes a party's word and keeps its hash: eight letters and digits
// that can be read out on the phone.
func (tx *Tx) NewCode(p *Party) (string, error) {
	var b [5]byte
	if _, err := rand.Read(b[:]); err != nil {
		return "", err
	}
	code := codeLetters.EncodeToString(b[:])
	if _, err := tx.exec(`UPDATE party SET code = $1 WHERE id = $2`, codeHash(code), p.ID); err != nil {
		return "", fmt.Errorf("keep code: %w", err)
	}
	return code, nil
}

const partyColumns = `SELECT p.id, p.dispute, p.n, p.side, p.chat, p.person, p.consent, p.how, p.at, COALESCE(n.name, ''), COALESCE(n.phone, ''), COALESCE(n.about, '')
	FROM party p LEFT JOIN party_name n ON n.party = p.id `

func parties(r Reader, q string, args ...any) ([]*Party, error) {
	rows, err := r.reader().rows(q, args...)
	if err != nil {
		return nil, fmt.Errorf("read parties: %w", err)
	}
	defer rows.Close()
	var out []*Party
	for rows.Next() {
		p := &Party{}
		var at int64
		if err := rows.Scan(&p.ID, &p.Dispute, &p.N, &p.Side, &p.Chat, &p.Person, &p.Consent, &p.How, &at, &p.Name, &p.Phone, &p.About); err != nil {
			return nil, err
		}
		p.At = moment(at)
		out = append(out, p)
	}
	return out, rows.Err()
}

// PartiesOf lists the parties of a dispute by their place in the rules.
func PartiesOf(r Reader, dispute int64) ([]*Party, error) {
	return parties(r, partyColumns+`WHERE p.dispute = $1 ORDER BY p.n`, dispute)
}

// PartyByCode returns the party that a word belongs to, or ErrNotFound.
func PartyByCode(r Reader, code string) (*Party, error) {
	list, err := parties(r, partyColumns+`WHERE p.code = $1`, codeHash(code))
	if err == nil && len(list) == 0 {
		err = ErrNotFound
	}
	if err != nil {
		return nil, err
	}
	return list[0], nil
}

// Particular sets one free text of a dispute: story, wish, terms.
func (tx *Tx) Particular(dispute int64, name, body string) error {
	if _, err := tx.exec(`INSERT INTO particular (dispute, name, body) VALUES ($1, $2, $3)
		ON CONFLICT (dispute, name) DO UPDATE SET body = excluded.body`, dispute, name, body); err != nil {
		return fmt.Errorf("write particular: %w", err)
	}
	return nil
}

// ParticularsOf returns the free texts of a dispute by name; those erased are
// not there.
func ParticularsOf(r Reader, dispute int64) (map[string]string, error) {
	rows, err := r.reader().rows(`SELECT name, body FROM particular WHERE dispute = $1`, dispute)
	if err != nil {
		return nil, fmt.Errorf("read particulars: %w", err)
	}
	defer rows.Close()
	out := map[string]string{}
	for rows.Next() {
		var name, body string
		if err := rows.Scan(&name, &body); err != nil {
			return nil, err
		}
		out[name] = body
	}
	return out, rows.Err()
}

// A Paper is one document of a dossier.
type Paper struct {
	ID      int64
	Dispute int64
	Item    string
	N       int64 // the n-th of its item
	At      time.Time
	Person  int64  // who had it written; 0: the clock
	Hash    string // SHA-256 of Body, hex
	Body    []byte // .docx
	Page    string // the same as a page to print
}

// KeepPaper puts a paper into the dossier and journals its hash.
func (tx *Tx) KeepPaper(d *Dispute, item string, by int64, body []byte, page string) (*Paper, error) {
	p := &Paper{ID: tx.NewID(), Dispute: d.ID, Item: item, At: tx.Now, Person: by, Hash: fileHash(body), Body: body, Page: page}
	if err := tx.row(`INSERT INTO paper (id, township, dispute, item, n, at, person, hash, body, page)
		VALUES ($1, $2, $3, $4, (SELECT COUNT(*) + 1 FROM paper WHERE dispute = $3 AND item = $4), $5, $6, $7, $8, $9) RETURNING n`,
		p.ID, d.Township, d.ID, item, millis(tx.Now), by, p.Hash, base64.StdEncoding.EncodeToString(body), page).Scan(&p.N); err != nil {
		return nil, fmt.Errorf("keep paper: %w", err)
	}
	return p, tx.Log(d.Township, Entry{Event: Papered, By: by, To: d.ID, X: map[string]string{"item": item, "n": fmt.Sprint(p.N), "hash": p.Hash, "paper": fmt.Sprint(p.ID)}})
}

const paperColumns = `SELECT id, dispute, item, n, at, person, hash, body, page FROM paper `

// PapersOf lists the papers of a dispute in the order in which they were kept.
func PapersOf(r Reader, dispute int64) ([]*Paper, error) {
	return readPapers(r, paperColumns+`WHERE dispute = $1 ORDER BY id`, dispute)
}

// PaperByID returns a paper or ErrNotFound.
func PaperByID(r Reader, id int64) (*Paper, error) {
	list, err := readPapers(r, paperColumns+`WHERE id = $1`, id)
	if err == nil && len(list) == 0 {
		err = ErrNotFound
	}
	if err != nil {
		return nil, err
	}
	return list[0], nil
}

func readPapers(r Reader, q string, args ...any) ([]*Paper, error) {
	rows, err := r.reader().rows(q, args...)
	if err != nil {
		return nil, fmt.Errorf("read papers: %w", err)
	}
	defer rows.Close()
	var out []*Paper
	for rows.Next() {
		p := &Paper{}
		var at int64
		var body string
		if err := rows.Scan(&p.ID, &p.Dispute, &p.Item, &p.N, &at, &p.Person, &p.Hash, &body, &p.Page); err != nil {
			return nil, err
		}
		p.At = moment(at)
		if p.Body, err = base64.StdEncoding.DecodeString(body); err != nil {
			return nil, fmt.Errorf("paper %d is not readable: %w", p.ID, err)
		}
		out = append(out, p)
	}
	return out, rows.Err()
}

// EachStep calls f with every journaled step of every dispute, in the order in
// which they happened.
func EachStep(r Reader, f func(dispute int64, x map[string]string) error) error {
	rows, err := r.reader().rows(`SELECT body FROM journal WHERE event = 'stepped' ORDER BY at, n`)
	if err != nil {
		return fmt.Errorf("read steps: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var body string
		if err := rows.Scan(&body); err != nil {
			return err
		}
		var b entryBody
		if err := json.Unmarshal([]byte(body), &b); err != nil {
			return fmt.Errorf("read step: %w", err)
		}
		if err := f(b.To, b.X); err != nil {
			return err
		}
	}
	return rows.Err()
}

// EveryDispute calls f with all disputes of the ledger.
func EveryDispute(r Reader, f func(*Dispute) error) error {
	list, err := disputes(r, disputeColumns+`ORDER BY id`)
	if err != nil {
		return err
	}
	for _, d := range list {
		if err := f(d); err != nil {
			return err
		}
	}
	return nil
}

// Computed is the hash of the paper as it lies in the ledger now.
func (p *Paper) Computed() string { return fileHash(p.Body) }

// EveryPaper calls f with all papers of the ledger and the hash that the
// journal holds of each; "" if the journal does not know it.
func EveryPaper(r Reader, f func(p *Paper, journaled string) error) error {
	rows, err := r.reader().rows(`SELECT body FROM journal WHERE event = 'papered'`)
	if err != nil {
		return fmt.Errorf("read journal: %w", err)
	}
	defer rows.Close()
	hash := map[string]string{}
	for rows.Next() {
		var body string
		if err := rows.Scan(&body); err != nil {
			return err
		}
		var b entryBody
		if err := json.Unmarshal([]byte(body), &b); err != nil {
			return fmt.Errorf("read journal: %w", err)
		}
		hash[b.X["paper"]] = b.X["hash"]
	}
	if err := rows.Err(); err != nil {
		return err
	}
	rows.Close()
	var ids []int64
	list, err := r.reader().rows(`SELECT id FROM paper ORDER BY id`)
	if err != nil {
		return fmt.Errorf("read papers: %w", err)
	}
	defer list.Close()
	for list.Next() {
		var id int64
		if err := list.Scan(&id); err != nil {
			return err
		}
		ids = append(ids, id)
	}
	if err := list.Err(); err != nil {
		return err
	}
	list.Close()
	for _, id := range ids { // one at a time: a year's papers need not fit in memory
		p, err := PaperByID(r, id)
		if err != nil {
			return err
		}
		if err := f(p, hash[fmt.Sprint(id)]); err != nil {
			return err
		}
	}
	return nil
}
