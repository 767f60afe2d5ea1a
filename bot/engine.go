// Package bot talks with residents and with those who answer beside it. One
// message comes in from any channel and its replies go out; [Engine.Handle] is
// the only door.
//
// A message travels like this: search understands it; the ledger opens a
// transaction, in which a message seen before ends at once; the conversation
// in charge decides (danger before everything, see triage.go); replies,
// records and what others are told are written in the same transaction; after
// its commit the channel may acknowledge, and [Courier] sends what waits in the
// outbox. Each file beside this one holds one thing a person can do:
// consult.go, register.go, handover.go, volunteer.go, matters.go, privacy.go,
// grid.go.
package bot

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"
	"unicode/utf8"

	"mingbai/bot/casework"
	"mingbai/bot/ledger"
	"mingbai/knowledge"
	"mingbai/search"
)

// A Mind is what the bot knows at one time. It is replaced as a whole when
// knowledge is published, never changed.
type Mind struct {
	Base     *knowledge.Base
	Index    *search.Index
	Statutes *search.Statutes // nil when no statute text was imported
	Calendar *casework.Calendar
	Kinds    *casework.Suggester // of grid events

	// best finds the article that most likely answers a question no card does.
	best func(q string, on knowledge.Day) (a search.Article, confidence float64, ok bool)

	hands sync.RWMutex // held for reading by each message being answered
}

// NewMind indexes knowledge. statutes may be nil.
func NewMind(base *knowledge.Base, statutes *search.Statutes) *Mind {
	return &Mind{Base: base, Index: search.New(base), Statutes: statutes, Calendar: casework.NewCalendar(base.Township.Hours),
		Kinds: casework.NewSuggester(base.Township, base.Lexicon), best: statutes.Best}
}

// Pacer is what the engine asks of soft state. Package pace has one.
type Pacer interface {
	// Allow reports whether one more of key is within n per span of time.
	Allow(ctx context.Context, key string, n int, per time.Duration) (bool, time.Duration)
	// Announce tells listeners of a topic, best effort.
	Announce(ctx context.Context, topic, payload string)
}

// Flood is how many messages are taken from one chat. The zero value takes
// all.
type Flood struct {
	N   int
	Per time.Duration
}

// An Engine holds the conversations of one township. Set Ledger and call
// SetMind before the first Handle; the rest may be zero.
type Engine struct {
	Ledger *ledger.Ledger
	Pace   Pacer            // nil: no flood control, no live feed
	Flood  Flood            // taken per chat
	Now    func() time.Time // nil: time.Now
	Log    *slog.Logger     // nil: silent
	Push   map[string]bool  // channels whose replies leave through the outbox

	Fetch map[string]Fetcher // channels whose files can be fetched, for evidence

	// PublicURL is the address of the web pages, for links; empty: they are
	// relative, and work on the web page alone.
	PublicURL string

	// Observe, if set, is told of each message after its commit.
	Observe func(channel string, fate ledger.Fate, took time.Duration)

	mind atomic.Pointer[Mind]
	wake chan struct{} // tells the courier and the clock that there is work
}

func (e *Engine) now() time.Time {
	if e.Now == nil {
		return time.Now()
	}
	return e.Now()
}

func (e *Engine) log() *slog.Logger {
	if e.Log == nil {
		return slog.New(slog.DiscardHandler)
	}
	return e.Log
}

// A turn is one message being answered. It lives inside one transaction.
type turn struct {
	e       *Engine
	mind    *Mind
	tx      *ledger.Tx
	chat    *ledger.Chat
	d       *dialogue
	msg     Message
	in      *ledger.Message // nil when a timer, not a message, began the turn
	meaning search.Meaning
	now     time.Time

	replies []Reply
	about   []int64 // the matter of each reply
	fate    ledger.Fate
	kind    string
	matter  int64
	erased  bool // the chat was erased: nothing more is recorded in it
}

// settle says what becomes of the message. The last word counts.
func (t *turn) settle(fate ledger.Fate, kind string) { t.fate, t.kind = fate, kind }

// say adds a reply.
func (t *turn) say(r Reply) {
	t.replies = append(t.replies, r)
	t.about = append(t.about, t.matter)
}

// note adds a plain reply with choices.
func (t *turn) note(text string, choices ...Choice) {
	t.say(Reply{Kind: KindNote, Text: text, Choices: choices})
}

// township is the township file in force.
func (t *turn) township() *knowledge.Township { return t.mind.Base.Township }

// maxText is how many characters of a message are read for its meaning. The
// whole text is kept for the person who may take over.
const maxText = 2000

// Handle takes one message through to its commit and returns the replies for
// its chat; nil when the message was handled before. An error means that
// nothing was committed: the channel must not acknowledge.
func (e *Engine) Handle(ctx context.Context, m Message) ([]Reply, error) {
	if m.Channel == "" || m.Chat == "" || m.ID == "" {
		return nil, errors.New("a message needs channel, chat and id")
	}
	m.Text = clean(m.Text)
	now := e.now()
	mind := e.hold()
	defer mind.release()
	var meaning search.Meaning
	// A plain command has no meaning beside itself, and an invite's letters must
	// not be read as pinyin.
	if text := head(m.Text, maxText); text != "" && m.Tap == "" && command(text) == nil {
		meaning = mind.Index.Understand(text)
	}
	refuse, first := e.flooded(ctx, m, meaning)
	var replies []Reply
	var fate ledger.Fate
	start := time.Now()
	err := e.Ledger.Do(ctx, m.Channel+"\x00"+m.Chat, now, func(tx *ledger.Tx) error {
		replies = nil
		chat, err := tx.Lock(mind.Base.Township.ID, m.Channel, m.Chat)
		if err != nil {
			return err
		}
		in, err := tx.Receive(chat, m.ID, bodyOf(m))
		if err != nil {
			return err
		}
		t := &turn{e: e, mind: mind, tx: tx, chat: chat, d: readDialogue(chat.State), msg: m, in: in, meaning: meaning, now: now}
		if err := attach(tx, in, m.Files, !refuse); err != nil {
			return err
		}
		if refuse {
			t.settle(ledger.FateRefused, "flood")
			if first {
				t.note("您发得太快了，我一时看不过来。歇一分钟再发，前头的都在。")
			}
		} else if err := t.decide(); err != nil {
			if ledger.Transient(err) {
				return err
			}
			return faultError{err}
		}
		replies, err = t.finish()
		fate = t.fate
		return err
	})
	if errors.Is(err, ledger.ErrSeen) {
		return nil, nil
	}
	var fault faultError
	if errors.As(err, &fault) || errors.Is(err, ledger.ErrPanic) {
		e.log().Error("a conversation failed", "channel", m.Channel, "err", err)
		replies, fate, err = e.apologise(ctx, mind, m, now)
	}
	if err != nil {
		return nil, fmt.Errorf("handle %s message: %w", m.Channel, err)
	}
	if e.Observe != nil {
		e.Observe(m.Channel, fate, time.Since(start))
	}
	return replies, nil
}

// attach records the files of a message; with whole, those themselves that the
// channel does not keep.
func attach(tx *ledger.Tx, in *ledger.Message, files []File, whole bool) error {
	for _, f := range files {
		if !whole {
			f.Body = nil
		}
		if err := tx.Attach(in, f.Kind, f.Ref, f.Name, f.Size, f.Body); err != nil {
			return err
		}
	}
	return nil
}

// A faultError is a conversation that failed for a reason of its own: trying
// again would fail again, and hold up everything behind it.
type faultError struct{ error }

func (e faultError) Unwrap() error { return e.error }

// apologise records a message whose conversation failed, with the failure as
// its fate, in a transaction of its own. The words are kept for a person.
func (e *Engine) apologise(ctx context.Context, mind *Mind, m Message, now time.Time) (replies []Reply, fate ledger.Fate, err error) {
	err = e.Ledger.Do(ctx, m.Channel+"\x00"+m.Chat, now, func(tx *ledger.Tx) error {
		chat, err := tx.Lock(mind.Base.Township.ID, m.Channel, m.Chat)
		if err != nil {
			return err
		}
		in, err := tx.Receive(chat, m.ID, bodyOf(m))
		if err != nil {
			return err
		}
		if err := attach(tx, in, m.Files, true); err != nil {
			return err
		}
		t := &turn{e: e, mind: mind, tx: tx, chat: chat, d: readDialogue(chat.State), msg: m, in: in, now: now}
		t.d.end()
		t.settle(ledger.FateRefused, "fault")
		t.note("我这边出了点毛病，这条没答成，已经记下。有危险先打110；急的事请换个说法再发，或者找人说。", choiceHuman)
		replies, err = t.finish()
		fate = t.fate
		return err
	})
	return replies, fate, err
}

// flooded asks soft state whether the chat is over its pace. Danger is never
// held back.
func (e *Engine) flooded(ctx context.Context, m Message, meaning search.Meaning) (refuse, first bool) {
	if e.Pace == nil || e.Flood.N <= 0 || meaning.Danger != "" {
		return false, false
	}
	key := "flood:" + m.Channel + ":" + m.Chat
	if ok, _ := e.Pace.Allow(ctx, key, e.Flood.N, e.Flood.Per); ok {
		return false, false
	}
	first, _ = e.Pace.Allow(ctx, "told:"+key, 1, e.Flood.Per)
	return true, first
}

// finish writes what the turn decided: fate, replies, outbox, dialogue.
func (t *turn) finish() ([]Reply, error) {
	if t.in != nil {
		if t.fate == "" {
			return nil, fmt.Errorf("message was not decided on (%s)", t.kind)
		}
		if err := t.tx.Settle(t.chat, t.in, t.fate, t.kind, t.matter); err != nil {
			return nil, err
		}
	}
	if t.erased {
		return t.replies, t.sayGoodbye()
	}
	for i := range t.replies {
		if err := t.e.deliver(t.tx, t.chat, &t.replies[i], t.about[i]); err != nil {
			return nil, err
		}
	}
	t.d.remember(t.replies)
	if !t.d.hidden(t.now) {
		t.d.Shown = t.chat.Seq
	}
	t.d.At = t.now.UnixMilli()
	state, err := json.Marshal(t.d)
	if err != nil {
		return nil, err
	}
	t.chat.State = string(state)
	if err := t.tx.SaveChat(t.chat); err != nil {
		return nil, err
	}
	return t.replies, nil
}

// DeskTopic is the topic on which staff hear that something was done in their
// township.
func DeskTopic(township string) string { return "desk:" + township }

// deliver records a reply in a locked chat and, on a push channel, puts it
// into the outbox. Rating buttons learn which message they rate.
func (e *Engine) deliver(tx *ledger.Tx, c *ledger.Chat, r *Reply, matter int64) error {
	m, err := tx.Say(c, r.Kind, matter)
	if err != nil {
		return err
	}
	for i := range r.Rate {
		r.Rate[i].Do = strings.ReplaceAll(r.Rate[i].Do, "@", strconv.FormatInt(m.ID, 10))
	}
	body, err := json.Marshal(r)
	if err != nil {
		return err
	}
	if err := tx.Words(m, string(body)); err != nil {
		return err
	}
	if e.Push[c.Channel] {
		if err := tx.Post(c, m, string(body)); err != nil {
			return err
		}
	}
	desk := DeskTopic(c.Township)
	topic, seq := "chat:"+c.Channel+":"+c.Address, strconv.FormatInt(c.Seq, 10)
	tx.After(func() {
		if e.Pace != nil {
			e.Pace.Announce(context.Background(), topic, seq)
			e.Pace.Announce(context.Background(), desk, "")
		}
		e.Wake()
	})
	return nil
}

// tell sends a reply to another chat in the same transaction. The other
// chat's own dialogue learns the choices, so that a typed number works there.
func (t *turn) tell(chat int64, r Reply, matter int64, change func(d *dialogue)) error {
	if chat == t.chat.ID {
		if change != nil {
			change(t.d)
		}
		t.replies, t.about = append(t.replies, r), append(t.about, matter)
		return nil
	}
	c, err := t.tx.LockID(chat)
	if errors.Is(err, ledger.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	c.Seq-- // LockID counts a message in; nothing came in here
	d := readDialogue(c.State)
	if change != nil {
		change(d)
	}
	if d.hidden(t.now) {
		r = d.holdBack(r)
	}
	if err := t.e.deliver(t.tx, c, &r, matter); err != nil {
		return err
	}
	d.remember([]Reply{r})
	state, err := json.Marshal(d)
	if err != nil {
		return err
	}
	c.State = string(state)
	return t.tx.SaveChat(c)
}

// sayGoodbye posts the last reply to a chat that was just erased, keeping no
// copy.
func (t *turn) sayGoodbye() error {
	if !t.e.Push[t.msg.Channel] {
		return nil
	}
	for _, r := range t.replies {
		body, err := json.Marshal(r)
		if err != nil {
			return err
		}
		gone := &ledger.Chat{ID: t.chat.ID, Township: t.chat.Township, Channel: t.msg.Channel, Address: t.msg.Chat}
		t.chat.Seq++
		if err := t.tx.Post(gone, &ledger.Message{ID: t.tx.NewID(), Seq: t.chat.Seq}, string(body)); err != nil {
			return err
		}
	}
	t.tx.After(t.e.Wake)
	return nil
}

// Start readies the engine's wake-up line; call it once before Handle when a
// Courier or Clock runs beside it.
func (e *Engine) Start() { e.wake = make(chan struct{}, 1) }

// Wake tells the courier that something may be waiting.
func (e *Engine) Wake() {
	if e.wake == nil {
		return
	}
	select {
	case e.wake <- struct{}{}:
	default:
	}
}

// A Line is one message of a conversation as a page shows it.
type Line struct {
	Seq   int64
	Mine  bool // said by the resident
	Text  string
	Reply *Reply
	At    time.Time
}

// Transcript lists a chat's lines after a place in it, oldest first; with
// after 0 the last limit ones. An unknown chat has none.
func (e *Engine) Transcript(ctx context.Context, channel, chat string, after int64, limit int) ([]Line, error) {
	var out []Line
	err := e.Ledger.View(ctx, func(v *ledger.View) error {
		c, err := ledger.FindChat(v, channel, chat)
		if errors.Is(err, ledger.ErrNotFound) {
			return nil
		}
		if err != nil {
			return err
		}
		if d := readDialogue(c.State); d.hidden(e.now()) {
			after = max(after, d.Shown) // a shared phone: what was said before is not shown
		}
		list, err := ledger.Transcript(v, c.ID, 0, after, limit)
		for _, m := range list {
			if l, ok := lineOf(m); ok {
				out = append(out, l)
			}
		}
		return err
	})
	return out, err
}

func lineOf(m ledger.Message) (Line, bool) {
	l := Line{Seq: m.Seq, Mine: m.Inbound, At: m.At}
	if m.Body == "" {
		return l, false
	}
	if m.Inbound {
		l.Text = m.Body
		return l, true
	}
	l.Reply = &Reply{}
	if json.Unmarshal([]byte(m.Body), l.Reply) != nil {
		return l, false
	}
	return l, true
}

// bodyOf is what is kept of an inbound message: the words, or what the button
// said.
func bodyOf(m Message) string {
	if m.Text != "" {
		return m.Text
	}
	if len(m.Files) > 0 {
		names := map[string]string{"voice": "语音", "photo": "图片", "video": "视频", "document": "文件", "location": "位置", "sticker": "表情"}
		var parts []string
		for _, f := range m.Files {
			n := names[f.Kind]
			if n == "" {
				n = "文件"
			}
			parts = append(parts, "["+n+"]")
		}
		return strings.Join(parts, "")
	}
	return ""
}

// clean makes any bytes storable text: valid UTF-8 without control
// characters.
func clean(s string) string {
	s = strings.ToValidUTF8(s, "")
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		if r < ' ' && r != '\n' && r != '\t' || r == 0x7f || r == 0xfeff {
			return -1
		}
		return r
	}, s))
}

// head returns the first n characters of s.
func head(s string, n int) string {
	if utf8.RuneCountInString(s) <= n {
		return s
	}
	return string([]rune(s)[:n])
}
