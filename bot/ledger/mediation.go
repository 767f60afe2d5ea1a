package ledger

import (
	"crypto/sha256"
	"database/sql"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"time"
)

// What mediators, seats and meetings of a dispute leave in the record.

// fileHash is the SHA-256 of a file, hex.
func fileHash(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

// A MediatorLoad is a mediator with what routing needs to know.
type MediatorLoad struct {
	Role
	Skills string // categories, separated by spaces
	Open   int    // disputes in hand or being asked for
	Year   int    // disputes accepted since a day
	Last   string // how asking them in this dispute ended; "" if never asked
}

// Mediators lists the mediators of a township with their load, for a dispute.
// since begins the year of the fair share.
func Mediators(r Reader, township string, dispute int64, since time.Time) ([]MediatorLoad, error) {
	rows, err := r.reader().rows(`SELECT r.person, r.role, r.village, r.duty,
			COALESCE((SELECT s.skills FROM skill s WHERE s.person = r.person), ''),
			(SELECT COUNT(*) FROM dispute d WHERE d.mediator = r.person AND d.state IN ('applied', 'accepted', 'consented', 'mediating')),
			(SELECT COUNT(*) FROM asked a WHERE a.person = r.person AND a.result = 'accepted' AND a.at >= $3),
			COALESCE((SELECT a.result FROM asked a WHERE a.person = r.person AND a.dispute = $2 ORDER BY a.step DESC LIMIT 1), '')
		FROM role r WHERE r.township = $1 AND r.role = 'mediator' AND r.until = 0 ORDER BY r.person`, township, dispute, millis(since))
	if err != nil {
		return nil, fmt.Errorf("read mediators: %w", err)
	}
	defer rows.Close()
	var out []MediatorLoad
	for rows.Next() {
		var m MediatorLoad
		var duty int64
		if err := rows.Scan(&m.Person, &m.Role.Role, &m.Village, &duty, &m.Skills, &m.Open, &m.Year, &m.Last); err != nil {
			return nil, err
		}
		m.OnDuty = duty == 1
		out = append(out, m)
	}
	return out, rows.Err()
}

// SetSkills records the categories a mediator is good at, separated by spaces.
func (tx *Tx) SetSkills(township string, person int64, skills string) error {
	if _, err := tx.exec(`INSERT INTO skill (person, township, skills) VALUES ($1, $2, $3) ON CONFLICT (person) DO UPDATE SET skills = excluded.skills`,
		person, township, skills); err != nil {
		return fmt.Errorf("set skills: %w", err)
	}
	return tx.Log(township, Entry{Event: Skilled, By: person, To: person})
}

// AskMediator records that a mediator is asked to take a dispute until a time,
// and why it is them: the reasons as residents and staff read them.
func (tx *Tx) AskMediator(d *Dispute, person int64, until time.Time, why string) error {
	d.Step++
	d.Mediator = person
	if _, err := tx.exec(`INSERT INTO asked (dispute, step, person, at, until, result, why) VALUES ($1, $2, $3, $4, $5, 'asked', $6)`,
		d.ID, d.Step, person, millis(tx.Now), millis(until), why); err != nil {
		return fmt.Errorf("ask mediator: %w", err)
	}
	if err := tx.SaveDispute(d); err != nil {
		return err
	}
	return tx.Log(d.Township, Entry{Event: Asked, By: person, To: d.ID, X: map[string]string{"step": fmt.Sprint(d.Step), "level": d.Level}})
}

// EndAsk records how asking the present mediator ended.
func (tx *Tx) EndAsk(d *Dispute, result string) error {
	if d.Step == 0 {
		return nil
	}
	if _, err := tx.exec(`UPDATE asked SET result = $1 WHERE dispute = $2 AND step = $3`, result, d.ID, d.Step); err != nil {
		return fmt.Errorf("end ask: %w", err)
	}
	return tx.Log(d.Township, Entry{Event: AskEnded, By: d.Mediator, To: d.ID, X: map[string]string{"result": result, "step": fmt.Sprint(d.Step)}})
}

// WhyAsked returns why the present mediator was chosen; "" for nobody.
func WhyAsked(r Reader, d *Dispute) (string, error) {
	var why string
	err := r.reader().row(`SELECT why FROM asked WHERE dispute = $1 AND step = $2`, d.ID, d.Step).Scan(&why)
	if errors.Is(err, sql.ErrNoRows) {
		return "", nil
	}
	return why, err
}

// A Seat is one of the joint table's places in one dispute.
type Seat struct {
	Dispute  int64
	Office   string
	Person   int64
	At       time.Time
	Until    time.Time
	Answered time.Time
	Result   string // asked, accepted, declined, passed, missed
}

// AskSeat asks somebody to sit at the joint table for an office until a time;
// person 0 records an office that has nobody to ask.
func (tx *Tx) AskSeat(d *Dispute, office string, person int64, until time.Time) error {
	if _, err := tx.exec(`INSERT INTO seat (dispute, office, person, at, until, answered, result) VALUES ($1, $2, $3, $4, $5, 0, 'asked')
		ON CONFLICT (dispute, office, at) DO NOTHING`, d.ID, office, person, millis(tx.Now), millis(until)); err != nil {
		return fmt.Errorf("ask seat: %w", err)
	}
	return tx.Log(d.Township, Entry{Event: Seated, By: person, To: d.ID, X: map[string]string{"office": office, "result": "asked"}})
}

// AnswerSeat records what the seat of an office that is being asked answered.
func (tx *Tx) AnswerSeat(d *Dispute, s Seat, result string) error {
	if _, err := tx.exec(`UPDATE seat SET result = $1, answered = $2 WHERE dispute = $3 AND office = $4 AND at = $5`,
		result, millis(tx.Now), d.ID, s.Office, millis(s.At)); err != nil {
		return fmt.Errorf("answer seat: %w", err)
	}
	took := fmt.Sprint(tx.Now.Sub(s.At).Milliseconds())
	return tx.Log(d.Township, Entry{Event: Seated, By: s.Person, To: d.ID, X: map[string]string{"office": s.Office, "result": result, "took": took}})
}

// SeatsOf lists the seats of a dispute in the order in which they were asked.
func SeatsOf(r Reader, dispute int64) ([]Seat, error) {
	return readSeats(r, `SELECT dispute, office, person, at, until, answered, result FROM seat WHERE dispute = $1 ORDER BY at, office`, dispute)
}

// SeatsAsked lists the seats that a person is asked to take or has taken.
func SeatsAsked(r Reader, person int64) ([]Seat, error) {
	return readSeats(r, `SELECT dispute, office, person, at, until, answered, result FROM seat WHERE person = $1 AND result IN ('asked', 'accepted') ORDER BY at DESC LIMIT 50`, person)
}

func readSeats(r Reader, q string, args ...any) ([]Seat, error) {
	rows, err := r.reader().rows(q, args...)
	if err != nil {
		return nil, fmt.Errorf("read seats: %w", err)
	}
	defer rows.Close()
	var out []Seat
	for rows.Next() {
		var s Seat
		var at, until, answered int64
		if err := rows.Scan(&s.Dispute, &s.Office, &s.Person, &at, &until, &answered, &s.Result); err != nil {
			return nil, err
		}
		s.At, s.Until, s.Answered = moment(at), moment(until), moment(answered)
		out = append(out, s)
	}
	return out, rows.Err()
}

// A Meeting is a time for a session: proposed, fixed, held or dropped.
type Meeting struct {
	ID      int64
	Dispute int64
	At      time.Time
	Place   string
	State   string
	Votes   int // parties it suits
}

// Propose records a time that the parties may vote on.
func (tx *Tx) Propose(d *Dispute, at time.Time, place string) (*Meeting, error) {
	m := &Meeting{ID: tx.NewID(), Dispute: d.ID, At: at, Place: place, State: "proposed"}
	if _, err := tx.exec(`INSERT INTO meeting (id, dispute, at, place, state) VALUES ($1, $2, $3, $4, $5)`, m.ID, d.ID, millis(at), place, m.State); err != nil {
		return nil, fmt.Errorf("propose meeting: %w", err)
	}
	return m, nil
}

// Suits records that a proposed time suits a party.
func (tx *Tx) Suits(meeting, party int64) error {
	if _, err := tx.exec(`INSERT INTO vote (meeting, party) VALUES ($1, $2) ON CONFLICT (meeting, party) DO NOTHING`, meeting, party); err != nil {
		return fmt.Errorf("vote: %w", err)
	}
	return nil
}

// SetMeeting changes the state of one meeting, or with id 0 of all that are
// proposed.
func (tx *Tx) SetMeeting(d *Dispute, id int64, state string) error {
	q, arg := `UPDATE meeting SET state = $1 WHERE dispute = $2 AND id = $3`, id
	if id == 0 {
		q = `UPDATE meeting SET state = $1 WHERE dispute = $2 AND state = 'proposed' AND $3 = 0`
	}
	if _, err := tx.exec(q, state, d.ID, arg); err != nil {
		return fmt.Errorf("set meeting: %w", err)
	}
	return nil
}

// MeetingsOf lists the meetings of a dispute, the earliest first.
func MeetingsOf(r Reader, dispute int64) ([]Meeting, error) {
	rows, err := r.reader().rows(`SELECT m.id, m.dispute, m.at, m.place, m.state, (SELECT COUNT(*) FROM vote v WHERE v.meeting = m.id) FROM meeting m WHERE m.dispute = $1 ORDER BY m.at, m.id`, dispute)
	if err != nil {
		return nil, fmt.Errorf("read meetings: %w", err)
	}
	defer rows.Close()
	var out []Meeting
	for rows.Next() {
		var m Meeting
		var at int64
		if err := rows.Scan(&m.ID, &m.Dispute, &at, &m.Place, &m.State, &m.Votes); err != nil {
			return nil, err
		}
		m.At = moment(at)
		out = append(out, m)
	}
	return out, rows.Err()
}

// Evidence is a picture or recording that belongs to a dispute.
type Evidence struct {
	ID      int64
	Dispute int64
	Chat    int64
	Kind    string
	Ref     string // the channel's own name for it
	At      time.Time
	Hash    string // SHA-256 of the file, hex; "" until it has been fetched
	Size    int64  // bytes
}

// KeepEvidence records a file of a message as evidence of a dispute.
func (tx *Tx) KeepEvidence(d *Dispute, m *Message, kind, ref string, size int64) (*Evidence, error) {
	e := &Evidence{ID: tx.NewID(), Dispute: d.ID, Chat: m.Chat, Kind: kind, Ref: ref, At: tx.Now, Size: size}
	if _, err := tx.exec(`INSERT INTO evidence (id, township, dispute, chat, message, kind, ref, at, hash, size, body) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, '', $9, '')`,
		e.ID, d.Township, d.ID, m.Chat, m.ID, kind, ref, millis(tx.Now), size); err != nil {
		return nil, fmt.Errorf("keep evidence: %w", err)
	}
	return e, tx.Log(d.Township, Entry{Event: Evidenced, To: d.ID, X: map[string]string{"kind": kind, "evidence": fmt.Sprint(e.ID)}})
}

// EvidenceOf lists the evidence of a dispute in the order in which it came.
func EvidenceOf(r Reader, dispute int64) ([]Evidence, error) {
	rows, err := r.reader().rows(`SELECT id, dispute, chat, kind, ref, at, hash, size FROM evidence WHERE dispute = $1 ORDER BY id`, dispute)
	if err != nil {
		return nil, fmt.Errorf("read evidence: %w", err)
	}
	defer rows.Close()
	var out []Evidence
	for rows.Next() {
		var e Evidence
		var at int64
		if err := rows.Scan(&e.ID, &e.Dispute, &e.Chat, &e.Kind, &e.Ref, &at, &e.Hash, &e.Size); err != nil {
			return nil, err
		}
		e.At = moment(at)
		out = append(out, e)
	}
	return out, rows.Err()
}

// EvidenceByID returns one piece of evidence and the channel it came by, or
// ErrNotFound.
func EvidenceByID(r Reader, id int64) (Evidence, string, error) {
	var e Evidence
	var at int64
	var channel string
	err := r.reader().row(`SELECT e.id, e.dispute, e.chat, e.kind, e.ref, e.at, e.hash, e.size, c.channel FROM evidence e JOIN chat c ON c.id = e.chat WHERE e.id = $1`, id).
		Scan(&e.ID, &e.Dispute, &e.Chat, &e.Kind, &e.Ref, &at, &e.Hash, &e.Size, &channel)
	if errors.Is(err, sql.ErrNoRows) {
		return e, "", ErrNotFound
	}
	e.At = moment(at)
	return e, channel, err
}

// StoreEvidence keeps the file of a piece of evidence and journals its hash.
func (tx *Tx) StoreEvidence(township string, e *Evidence, body []byte) error {
	e.Hash, e.Size = fileHash(body), int64(len(body))
	if _, err := tx.exec(`UPDATE evidence SET hash = $1, size = $2, body = $3 WHERE id = $4`, e.Hash, e.Size, base64.StdEncoding.EncodeToString(body), e.ID); err != nil {
		return fmt.Errorf("store evidence: %w", err)
	}
	// What came over the web page lay with its message until now; once is enough.
	if _, err := tx.exec(`UPDATE attachment SET body = '' WHERE chat = $1 AND ref = $2`, e.Chat, e.Ref); err != nil {
		return fmt.Errorf("store evidence: %w", err)
	}
	return tx.Log(township, Entry{Event: Fetched, To: e.Dispute, X: map[string]string{"evidence": fmt.Sprint(e.ID), "hash": e.Hash}})
}

// EvidenceBody returns the file of a piece of evidence as it was stored; empty
// until it has been fetched, ErrNotFound once erased.
func EvidenceBody(r Reader, id int64) ([]byte, error) {
	var body string
	err := r.reader().row(`SELECT body FROM evidence WHERE id = $1`, id).Scan(&body)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, ErrNotFound
	}
	if err != nil {
		return nil, fmt.Errorf("read evidence: %w", err)
	}
	return base64.StdEncoding.DecodeString(body)
}

// A SentFile is a file that came with a message.
type SentFile struct {
	Message int64
	Kind    string
	Ref     string
	Size    int64
}

const fileColumns = `SELECT a.message, a.kind, a.ref, a.size FROM attachment a JOIN message m ON m.id = a.message WHERE a.chat = $1 AND a.kind <> 'sticker' `

// FilesOf lists the files of a chat that came within a matter.
func FilesOf(r Reader, chat, matter int64) ([]SentFile, error) {
	return readFiles(r, fileColumns+`AND m.matter = $2 ORDER BY a.id`, chat, matter)
}

// FilesWith lists the files that came with one message of a chat and count to
// no matter yet.
func FilesWith(r Reader, chat, message int64) ([]SentFile, error) {
	return readFiles(r, fileColumns+`AND m.id = $2 AND m.matter = 0 ORDER BY a.id`, chat, message)
}

func readFiles(r Reader, q string, args ...any) ([]SentFile, error) {
	rows, err := r.reader().rows(q, args...)
	if err != nil {
		return nil, fmt.Errorf("read files: %w", err)
	}
	defer rows.Close()
	var out []SentFile
	for rows.Next() {
		var f SentFile
		if err := rows.Scan(&f.Message, &f.Kind, &f.Ref, &f.Size); err != nil {
			return nil, err
		}
		out = append(out, f)
	}
	return out, rows.Err()
}
