package rehearsal

import (
	"cmp"
	"regexp"
	"slices"
	"strings"

	"mingbai/bot/ledger"
	"mingbai/bot/telegram/faketelegram"
)

// A phone is that of somebody who works for the township. What is pushed to it
// makes its owner act: take a hand-over, accept a dispute, do a task.
type phone struct {
	*person
	seen map[string]bool // buttons it was shown and acted on
}

// receipt finds the number of a matter in what is pushed.
var receipt = regexp.MustCompile(`受理号 ([A-Z]+-[0-9]{4}-[0-9]+)`)

// react reads what the Bot API delivered since the last time, chat by chat, and
// has the people act on it.
func (y *year) react() {
	y.inbox.Lock()
	sent := y.sent
	y.sent = nil
	y.inbox.Unlock()
	// Chats are sent to side by side; the order within one is kept.
	slices.SortStableFunc(sent, func(a, b faketelegram.Sent) int { return cmp.Compare(a.Chat, b.Chat) })
	for _, m := range sent {
		if p := y.phones[m.Chat]; p != nil {
			y.told(p, m)
		} else if len(m.Buttons) > 0 {
			y.answered(m)
		}
	}
}

// told makes somebody in post act on a message.
func (y *year) told(p *phone, m faketelegram.Sent) {
	for _, row := range m.Buttons {
		for _, b := range row {
			verb, id, _ := strings.Cut(b.Data, ":")
			if verb == "g" || verb == "m" || verb == "s" {
				what, rest, _ := strings.Cut(id, ":")
				verb, id = verb+":"+what, rest
			}
			if p.seen[b.Data] && verb != "m:accept" && verb != "claim" {
				continue // the same task again, after another step of it
			}
			switch verb {
			case "claim":
				y.offered(p, id, strings.Contains(m.Text, "急事"))
			case "m:accept":
				y.briefed(p, id, m.Text)
			case "s:accept":
				p.seen[b.Data] = true
				l := p.lane
				if p.odds(85) {
					l.later(p.dice, p.minutes(30, 400), func(t *talk) { t.with(p.chat).tap(b.Data) })
				}
			case "g:take":
				p.seen[b.Data] = true
				y.unheld(p, id)
			case "g:done":
				p.seen[b.Data] = true
				if !strings.Contains(m.Text, "我来办") && !hasButton(m, "g:take:"+id) {
					y.mine(p, id)
				}
			case "g:again":
				p.seen[b.Data] = true
				p.lane.later(p.dice, p.minutes(20, 200), func(t *talk) { t.with(p.chat).tap("g:to:" + id + ":0") })
			}
		}
	}
}

func hasButton(m faketelegram.Sent, data string) bool {
	return slices.ContainsFunc(m.Buttons, func(row []faketelegram.Button) bool {
		return slices.ContainsFunc(row, func(b faketelegram.Button) bool { return b.Data == data })
	})
}

// briefed is a mediator asked to take a dispute.
func (y *year) briefed(p *phone, id, text string) {
	if p.role != ledger.Mediator || !strings.Contains(text, "为什么找您") {
		return
	}
	no := receipt.FindStringSubmatch(text)
	if no == nil {
		return
	}
	if q := y.quarrels.byNo[no[1]]; q != nil {
		q.asked(p.person, id)
	}
}

// words are what volunteers and advisers answer.
var words = []string{
	"看了您的事，我明天上午到您家来，当面说。", "这个要先把合同、收据找出来，拍张照片发到这里，我帮您看。", "您先莫急，我问了村里，星期三下午在家等我。",
	"这种情况可以申请法律援助，带身份证到司法所来，我陪您去填表。", "按说是可以的，您把那年的证拿来我看一眼再定。", "我和村里说了，这几天就去现场看，看了再回您。",
}

// offered is a helper asked to take a hand-over: most do within the hour, some
// pass it on, some do not see it in time.
func (y *year) offered(p *phone, id string, urgent bool) {
	key := "claim:" + id
	if p.seen[key] {
		return
	}
	p.seen[key] = true
	l := p.lane
	after := l.later
	span := p.minutes(5, 55)
	if urgent {
		after, span = l.soon, p.minutes(1, 8)
	}
	switch n := p.IntN(100); {
	case n < 7, y.late() && n < 70:
	case n < 12:
		after(p.dice, span, func(t *talk) { t.with(p.chat).tap("pass:" + id) })
	default:
		after(p.dice, span, func(t *talk) {
			t.with(p.chat).tap(key)
			if t.heard("已经转给别人") {
				return
			}
			t.expect("归您了").tap("release")
			reply := t.minutes(10, 150)
			if t.odds(6) {
				reply = t.minutes(250, 600) // too late
			}
			after, last := t.l.later, "finish:"
			if urgent {
				after, reply = t.l.soon, t.minutes(1, 7)
			}
			if t.odds(10) {
				last = "draft:"
			}
			after(t.dice, reply, func(t *talk) {
				t.with(p.chat).tap("hold:" + id)
				if !t.heard("您打的字会发给") {
					return
				}
				t.say(pick(t.dice, words)).expect("发给村民了").tap(last + id)
			})
		})
	}
}

// answered is a resident with a person's answer on the phone: many rate it, and
// most say that it is settled.
func (y *year) answered(m faketelegram.Sent) {
	var settled, rate string
	for _, row := range m.Buttons {
		for _, b := range row {
			switch {
			case strings.HasPrefix(b.Data, "enough:"):
				settled = b.Data
			case strings.HasPrefix(b.Data, "rate:1:"):
				rate = b.Data
			}
		}
	}
	if settled == "" || rate == "" {
		return // what the bot itself answered was rated when it was read
	}
	l := y.home(m.Chat)
	d := newDice(y.Seed, uint64(m.Chat)^uint64(y.now.Unix()))
	l.soon(d, d.minutes(15, 600), func(t *talk) {
		t.with(m.Chat)
		if t.odds(50) {
			if t.odds(8) {
				rate = strings.Replace(rate, "rate:1:", "rate:0:", 1)
			}
			t.tap(rate)
		}
		if t.odds(40) {
			t.tap(settled)
		}
	})
}
