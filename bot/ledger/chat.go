package ledger

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"database/sql"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"time"
)

// A Chat is one person's conversation on one channel.
type Chat struct {
	ID       int64
	Township string
	Channel  string
	Address  string // the channel's name for it; empty once erased
	Seq      int64  // of its last message
	Person   int64  // 0 while nobody is known
	State    string // the dialogue, as package bot writes it
}

// A Fate (去向) is what became of a message. Each has exactly one.
type Fate string

// The four fates.
const (
	FateAnswered   Fate = "answered"
	FateAskedBack  Fate = "asked-back"
	FateHandedOver Fate = "handed-over"
	FateRefused    Fate = "refused"
)

// Lock returns the chat, made if need be, and holds it until the commit, so
// that one message of a chat is handled at a time across all replicas.
func (tx *Tx) Lock(township, channel, address string) (*Chat, error) {
	const take = `UPDATE chat SET seq = seq + 1 WHERE channel = $1 AND address = $2 RETURNING id, township, seq, person, state`
	c := &Chat{Channel: channel, Address: address}
	scan := func() error {
		return tx.row(take, channel, address).Scan(&c.ID, &c.Township, &c.Seq, &c.Person, &c.State)
	}
	err := scan()
	if errors.Is(err, sql.ErrNoRows) {
		if _, err := tx.exec(`INSERT INTO chat (id, township, channel, address, seq, person, state, updated)
			VALUES ($1, $2, $3, $4, 0, 0, '', $5) ON CONFLICT (channel, address) DO NOTHING`,
			tx.NewID(), township, channel, address, millis(tx.Now)); err != nil {
			return nil, fmt.Errorf("open chat: %w", err)
		}
		err = scan()
	}
	if err != nil {
		return nil, fmt.Errorf("lock chat: %w", err)
	}
	return c, nil
}

// LockID is Lock for a chat known by its key. It is how somebody else's chat
// gets a message. ErrNotFound if it was erased.
func (tx *Tx) LockID(id int64) (*Chat, error) {
	c := &Chat{ID: id}
	err := tx.row(`UPDATE chat SET seq = seq + 1 WHERE id = $1 RETURNING township, channel, address, seq, person, state`, id).
		Scan(&c.Township, &c.Channel, &c.Address, &c.Seq, &c.Person, &c.State)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, ErrNotFound
	}
	if err != nil {
		return nil, fmt.Errorf("lock chat: %w", err)
	}
	return c, nil
}

// SaveChat writes the dialogue and the person of a locked chat.
func (tx *Tx) SaveChat(c *Chat) error {
	if _, err := tx.exec(`UPDATE chat SET state = $1, person = $2, seq = $3, updated = $4 WHERE id = $5`,
		c.State, c.Person, c.Seq, millis(tx.Now), c.ID); err != nil {
		return fmt.Errorf("save chat: %w", err)
	}
	return nil
}

// ChatOf returns the latest chat of a person, or ErrNotFound.
func ChatOf(r Reader, person int64) (*Chat, error) {
	c := &Chat{Person: person}
	err := r.reader().row(`SELECT id, township, channel, address, seq, state FROM chat WHERE person = $1 AND address <> '' ORDER BY updated DESC, id DESC LIMIT 1`, person).
		Scan(&c.ID, &c.Township, &c.Channel, &c.Address, &c.Seq, &c.State)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, ErrNotFound
	}
	return c, err
}

// FindChat returns the chat at a channel's address, or ErrNotFound.
func FindChat(r Reader, channel, address string) (*Chat, error) {
	c := &Chat{Channel: channel, Address: address}
	err := r.reader().row(`SELECT id, township, seq, person, state FROM chat WHERE channel = $1 AND address = $2`, channel, address).
		Scan(&c.ID, &c.Township, &c.Seq, &c.Person, &c.State)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, ErrNotFound
	}
	return c, err
}

// A Reader is a Tx or a View: what can be read from.
type Reader interface{ reader() reader }

func (tx *Tx) reader() reader  { return tx }
func (v *View) reader() reader { return v }

// A Message is a row of the record: something said, by either side.
type Message struct {
	ID       int64
	Chat     int64
	Seq      int64 // its place in the chat
	Inbound  bool  // said by the person, not to them
	Channel  string
	External string // the channel's id; inbound only
	At       time.Time
	Fate     Fate   // inbound only
	Kind     string // the decision behind the fate, or the reply's kind
	Matter   int64
	Body     string // the text, or a reply as package bot writes it; empty once erased
}

// Receive records an inbound message before it is decided on. ErrSeen if the
// channel delivered it before: then the caller's work must be undone.
func (tx *Tx) Receive(c *Chat, external, body string) (*Message, error) {
	m := &Message{ID: tx.NewID(), Chat: c.ID, Seq: c.Seq, Inbound: true, Channel: c.Channel, External: external, At: tx.Now, Body: body}
	salt, digest, err := salted(body)
	if err != nil {
		return nil, err
	}
	n, err := tx.exec(`INSERT INTO message (id, township, chat, seq, inbound, channel, external, at, fate, kind, matter, digest)
		VALUES ($1, $2, $3, $4, 1, $5, $6, $7, '', '', 0, $8) ON CONFLICT (channel, external) DO NOTHING`,
		m.ID, c.Township, m.Chat, m.Seq, m.Channel, external, millis(m.At), digest)
	if err != nil {
		return nil, fmt.Errorf("record message: %w", err)
	}
	if n == 0 {
		return nil, ErrSeen
	}
	return m, tx.keepWords(m, salt)
}

func (tx *Tx) keepWords(m *Message, salt string) error {
	if _, err := tx.exec(`INSERT INTO words (message, chat, salt, body) VALUES ($1, $2, $3, $4)`, m.ID, m.Chat, salt, m.Body); err != nil {
		return fmt.Errorf("record words: %w", err)
	}
	return nil
}

// salted returns a random salt and the digest of salt and body. The journal
// holds the digest; once salt and body are erased nothing can be guessed from
// it.
func salted(body string) (salt, digest string, err error) {
	var b [16]byte
	if _, err := rand.Read(b[:]); err != nil {
		return "", "", err
	}
	salt = hex.EncodeToString(b[:])
	return salt, digestOf(salt, body), nil
}

func digestOf(salt, body string) string {
	sum := sha256.Sum256([]byte(salt + body))
	return hex.EncodeToString(sum[:])
}

// Settle gives an inbound message its one fate and journals it.
func (tx *Tx) Settle(c *Chat, m *Message, fate Fate, kind string, matter int64) error {
	m.Fate, m.Kind, m.Matter = fate, kind, matter
	n, err := tx.exec(`UPDATE message SET fate = $1, kind = $2, matter = $3 WHERE id = $4 AND fate = ''`, string(fate), kind, matter, m.ID)
	if err != nil {
		return fmt.Errorf("settle message: %w", err)
	}
	if n != 1 {
		return fmt.Errorf("settle message %d: it has a fate already", m.ID)
	}
	var digest string
	if err := tx.row(`SELECT digest FROM message WHERE id = $1`, m.ID).Scan(&digest); err != nil {
		return err
	}
	return tx.Log(c.Township, Entry{Event: Received, By: c.Person, To: m.ID,
		X: map[string]string{"fate": string(fate), "kind": kind, "channel": c.Channel, "digest": digest}})
}

// Say makes a place for something said to a chat, after its last message. The
// chat must be locked; its Seq moves. The words follow with Words, once the
// caller has made them with the message's key in hand.
func (tx *Tx) Say(c *Chat, kind string, matter int64) (*Message, error) {
	c.Seq++
	m := &Message{ID: tx.NewID(), Chat: c.ID, Seq: c.Seq, Channel: c.Channel, At: tx.Now, Kind: kind, Matter: matter}
	if _, err := tx.exec(`INSERT INTO message (id, township, chat, seq, inbound, channel, external, at, fate, kind, matter, digest)
		VALUES ($1, $2, $3, $4, 0, $5, NULL, $6, '', $7, $8, '')`, m.ID, c.Township, m.Chat, m.Seq, m.Channel, millis(m.At), kind, matter); err != nil {
		return nil, fmt.Errorf("record reply: %w", err)
	}
	return m, nil
}

// Words keeps the body of what was said.
func (tx *Tx) Words(m *Message, body string) error {
	m.Body = body
	return tx.keepWords(m, "")
}

// Attach keeps where a file that came with a message can be fetched, or the
// file itself; body is nil for what the channel keeps.
func (tx *Tx) Attach(m *Message, kind, ref, name string, size int64, body []byte) error {
	if _, err := tx.exec(`INSERT INTO attachment (id, message, chat, kind, ref, name, size, body) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
		tx.NewID(), m.ID, m.Chat, kind, ref, name, size, base64.StdEncoding.EncodeToString(body)); err != nil {
		return fmt.Errorf("keep attachment: %w", err)
	}
	return nil
}

// Attached returns a file that Attach kept itself, or as the evidence that it
// has become; ErrNotFound when there is none.
func Attached(r Reader, ref string) ([]byte, error) {
	var body string
	err := r.reader().row(`SELECT body FROM (SELECT body FROM attachment WHERE ref = $1 AND body <> '' UNION ALL
		SELECT body FROM evidence WHERE ref = $1 AND body <> '') AS kept LIMIT 1`, ref).Scan(&body)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, ErrNotFound
	}
	if err != nil {
		return nil, fmt.Errorf("read attachment: %w", err)
	}
	return base64.StdEncoding.DecodeString(body)
}

// Transcript lists a chat's messages with Seq above after, oldest first; with
// after 0 the last limit ones. matter, when not 0, keeps one matter's.
func Transcript(r Reader, chat, matter, after int64, limit int) ([]Message, error) {
	const q = `SELECT m.id, m.chat, m.seq, m.inbound, m.channel, COALESCE(m.external, ''), m.at, m.fate, m.kind, m.matter, COALESCE(w.body, '')
		FROM message m LEFT JOIN words w ON w.message = m.id
		WHERE m.chat = $1 AND m.seq > $2 AND (m.matter = $3 OR $3 = 0)`
	order := ` ORDER BY m.seq LIMIT $4`
	if after == 0 {
		order = ` ORDER BY m.seq DESC LIMIT $4`
	}
	rows, err := r.reader().rows(q+order, chat, after, matter, limit)
	if err != nil {
		return nil, fmt.Errorf("read transcript: %w", err)
	}
	defer rows.Close()
	var out []Message
	for rows.Next() {
		var m Message
		var at, in int64
		var fate string
		if err := rows.Scan(&m.ID, &m.Chat, &m.Seq, &in, &m.Channel, &m.External, &at, &fate, &m.Kind, &m.Matter, &m.Body); err != nil {
			return nil, err
		}
		m.At, m.Inbound, m.Fate = moment(at), in == 1, Fate(fate)
		out = append(out, m)
	}
	if after == 0 {
		for i, j := 0, len(out)-1; i < j; i, j = i+1, j-1 {
			out[i], out[j] = out[j], out[i]
		}
	}
	return out, rows.Err()
}

// tallyHash says whether an address was seen without saying which it is.
func (l *Ledger) tallyHash(channel, address string) string {
	h := hmac.New(sha256.New, l.secret)
	h.Write([]byte(channel + "\x00" + address))
	return hex.EncodeToString(h.Sum(nil))
}

// Sign makes a word out of a key that cannot be guessed or changed, for links.
// use keeps words of one kind from serving as another.
func (l *Ledger) Sign(use, key string) string {
	h := hmac.New(sha256.New, l.secret)
	h.Write([]byte("sign\x00" + use + "\x00" + key))
	return key + "-" + hex.EncodeToString(h.Sum(nil)[:16])
}

// Verify returns the key that Sign made a word of.
func (l *Ledger) Verify(use, word string) (key string, ok bool) {
	key, _, _ = strings.Cut(word, "-")
	return key, hmac.Equal([]byte(l.Sign(use, key)), []byte(word))
}
