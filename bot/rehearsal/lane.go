package rehearsal

import (
	"container/heap"
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"
	"time"

	"mingbai/bot"
	"mingbai/bot/telegram"
	"mingbai/bot/telegram/faketelegram"
	"mingbai/knowledge"
)

// A lane is one village's people, or the township's own. They act one after the
// other, on a clock of the lane's own within the slice of time.
type lane struct {
	y       *year
	index   int
	village *knowledge.Village // nil for the township
	e       *bot.Engine
	channel *telegram.Channel
	now     time.Time
	end     time.Time // of the slice
	queue   queue
	replies []bot.Reply // to the last message

	residents []*resident     // registered
	strangers int64           // how many asked who never registered
	taken     map[string]bool // tasks that somebody has said they will take
	turn      int             // whose turn it is to take one
}

// Handle is the channel's door: it keeps what the engine replies, for the one
// who is talking.
func (l *lane) Handle(ctx context.Context, m bot.Message) (_ []bot.Reply, err error) {
	m.Channel, m.Chat = l.y.channel(), l.y.address(m.Chat)
	l.replies, err = l.e.Handle(ctx, m)
	return l.replies, err
}

// dice are what somebody's doings are drawn from. Everybody has dice of their
// own, and so has every deed: what one does, and when, does not change what
// another draws, whichever lane is quicker.
type dice struct{ *rand.Rand }

// newDice makes the dice of something, by its number.
func newDice(seed, of uint64) dice { return dice{rand.New(rand.NewPCG(seed, of))} }

// odds is true so many times in a hundred.
func (d dice) odds(percent int) bool { return d.IntN(100) < percent }

// minutes draws a span of time.
func (d dice) minutes(from, to int) time.Duration {
	return time.Duration(from+d.IntN(to-from+1)) * time.Minute
}

func pick[T any](d dice, list []T) T { return list[d.IntN(len(list))] }

// at has somebody of the lane do something at a time, with dice drawn by those
// of who plans it.
func (l *lane) at(d dice, when time.Time, do func(*talk)) {
	l.queue.add(when, newDice(d.Uint64(), 0), do)
}

// clock is the lane's time: its own, or that of the slice if it rested.
func (l *lane) clock() time.Time {
	if l.now.Before(l.y.now) {
		return l.y.now
	}
	return l.now
}

// soon is at, after some time on the wall.
func (l *lane) soon(d dice, after time.Duration, do func(*talk)) { l.at(d, l.clock().Add(after), do) }

// later is at, after so much working time.
func (l *lane) later(d dice, work time.Duration, do func(*talk)) {
	l.at(d, l.y.Mind.Calendar.Add(l.clock(), work), do)
}

// act does what is due before end.
func (l *lane) act(ctx context.Context, end time.Time) error {
	l.end = end
	for {
		at, ok := l.queue.next()
		if !ok || !at.Before(end) {
			return nil
		}
		next := l.queue.pop()
		if at.After(l.now) {
			l.now = at
		}
		l.now = l.clock()
		t := &talk{l: l, ctx: ctx, dice: next.dice}
		next.do(t)
		if t.err != nil {
			return fmt.Errorf("%s: %w", l.now.In(knowledge.Shanghai).Format("2006-01-02 15:04"), t.err)
		}
	}
}

// pass lets the time of typing a message pass, within the slice.
func (l *lane) pass(d dice) {
	next := l.now.Add(time.Duration(4+d.IntN(40)) * time.Second)
	if next.Before(l.end) {
		l.now = next
		return
	}
	l.now = l.now.Add(time.Millisecond)
}

// A talk is one conversation: what is said in a chat, and what came back last.
// After the first error nothing more is said.
type talk struct {
	dice
	l    *lane
	ctx  context.Context
	chat int64
	said string // last
	err  error
}

// with goes on in another chat.
func (t *talk) with(chat int64) *talk {
	t.chat = chat
	t.l.replies = nil
	return t
}

// say types a text.
func (t *talk) say(text string) *talk { return t.update(text, map[string]any{"text": text}) }

// show sends a picture with a text, which may be empty.
func (t *talk) show(text string) *talk {
	photo := map[string]any{"file_id": "photo-" + strconv.FormatInt(t.l.y.updates.Load(), 10), "file_unique_id": "x", "width": 800, "height": 600, "file_size": 90000}
	return t.update(text, map[string]any{"photo": []any{photo}, "caption": text})
}

// locate sends where one is.
func (t *talk) locate() *talk {
	return t.update("", map[string]any{"location": map[string]any{"latitude": 28.8, "longitude": 108.7}})
}

func (t *talk) update(what string, message map[string]any) *talk {
	message["date"] = t.l.now.Unix()
	return t.post(what, map[string]any{"message": faketelegram.Message(t.chat, message)})
}

// tap presses a button by what it sends back.
func (t *talk) tap(do string) *talk {
	m := faketelegram.Message(t.chat, map[string]any{"text": "…", "date": t.l.now.Unix()})
	id := strconv.FormatInt(t.l.y.updates.Load(), 10)
	return t.post(do, map[string]any{"callback_query": map[string]any{"id": "tap-" + id, "from": m["from"], "message": m, "chat_instance": "1", "data": do}})
}

// post gives one update to the channel, as Telegram's webhook does.
func (t *talk) post(what string, update map[string]any) *talk {
	if t.err != nil {
		return t
	}
	t.l.pass(t.dice)
	t.said = what
	update["update_id"] = t.l.y.updates.Add(1)
	raw, err := json.Marshal(update)
	if err == nil {
		err = t.l.channel.Update(t.ctx, raw)
	}
	if err != nil {
		t.err = fmt.Errorf("%q: %w", what, err)
	}
	t.l.y.messages.Add(1)
	return t
}

// choice finds a button of the last replies by what it sends back.
func (t *talk) choice(prefix string) (do string, ok bool) {
	for _, r := range t.l.replies {
		for _, list := range [][]bot.Choice{r.Choices, r.Rate} {
			for _, c := range list {
				if strings.HasPrefix(c.Do, prefix) {
					return c.Do, true
				}
			}
		}
	}
	return "", false
}

// press taps a button that must be there.
func (t *talk) press(prefix string) *talk {
	do, ok := t.choice(prefix)
	if !ok {
		return t.fail("there is no button " + prefix)
	}
	return t.tap(do)
}

// heard reports whether the last replies hold some words.
func (t *talk) heard(words ...string) bool {
	for _, r := range t.l.replies {
		for _, w := range words {
			if strings.Contains(r.Say+"\n"+r.Text, w) {
				return true
			}
		}
	}
	return false
}

// expect fails the rehearsal unless some of the words were heard.
func (t *talk) expect(words ...string) *talk {
	if t.err == nil && !t.heard(words...) {
		return t.fail("wanted to hear " + strings.Join(words, " or "))
	}
	return t
}

// fail ends the conversation with what was heard last.
func (t *talk) fail(why string) *talk {
	if t.err != nil {
		return t
	}
	var said []string
	for _, r := range t.l.replies {
		said = append(said, r.Numbered())
	}
	t.err = fmt.Errorf("chat %d says %q: %s, got: %s", t.chat, t.said, why, strings.Join(said, " / "))
	return t
}

// A queue is what a lane's people will do, by time.
type queue struct {
	list deeds
	n    int
}

type deed struct {
	at   time.Time
	n    int // those of one moment in the order in which they were added
	dice dice
	do   func(*talk)
}

type deeds []deed

func (d deeds) Len() int { return len(d) }
func (d deeds) Less(i, j int) bool {
	return d[i].at.Before(d[j].at) || d[i].at.Equal(d[j].at) && d[i].n < d[j].n
}
func (d deeds) Swap(i, j int) { d[i], d[j] = d[j], d[i] }
func (d *deeds) Push(x any)   { *d = append(*d, x.(deed)) }
func (d *deeds) Pop() any {
	old := *d
	x := old[len(old)-1]
	old[len(old)-1] = deed{}
	*d = old[:len(old)-1]
	return x
}

func (q *queue) add(at time.Time, d dice, do func(*talk)) {
	q.n++
	heap.Push(&q.list, deed{at, q.n, d, do})
}

func (q *queue) next() (time.Time, bool) {
	if len(q.list) == 0 {
		return time.Time{}, false
	}
	return q.list[0].at, true
}

func (q *queue) pop() deed { return heap.Pop(&q.list).(deed) }
