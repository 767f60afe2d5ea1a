package main

import (
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"strings"
	"time"

	"mingbai/bot"
	"mingbai/bot/ledger"
	"mingbai/knowledge"
)

// The people of the demo. All are made up.
var (
	demoHelpers = []struct{ role, name string }{
		{ledger.Volunteer, "老李"}, {ledger.Volunteer, "张姐"}, {ledger.Volunteer, "小周"}, {ledger.Volunteer, "冉大姐"},
		{ledger.Mediator, "老张"}, {ledger.Adviser, "陈立"}, {ledger.Clerk, "周敏"},
	}
	demoNames = []string{"王婆婆", "刘叔", "小陈", "向大姐", "田老师", "老杨", "小冉", "吴二", "何幺妹", "石匠"}
)

const (
	demoResidents = 40
	demoDays      = 20
)

// fillDemo plays twenty days of a sample township through the real engine with
// a clock of its own: helpers join, residents register, ask, rate, and some
// ask for a person. A ledger that already has messages is left alone.
func fillDemo(ctx context.Context, l *ledger.Ledger, mind *bot.Mind, out io.Writer) error {
	p, err := l.Prove(ctx)
	if err != nil {
		return err
	}
	if p.Received > 0 {
		fmt.Fprintln(out, "台账里已有记录，样例不再放。")
		return nil
	}
	d := &demo{ctx: ctx, l: l, mind: mind, chance: rand.New(rand.NewPCG(1, 2026)),
		now: time.Now().AddDate(0, 0, -demoDays)}
	d.e = &bot.Engine{Ledger: l, Now: func() time.Time { return d.now }}
	d.e.SetMind(mind)
	if err := d.play(); err != nil {
		return err
	}
	fmt.Fprintf(out, "样例镇%s：%d位办事的人，%d位村民，%d天的来往，%d条消息。\n",
		mind.Base.Township.Name, len(demoHelpers), demoResidents, demoDays, d.n)
	return nil
}

type demo struct {
	ctx    context.Context
	l      *ledger.Ledger
	e      *bot.Engine
	mind   *bot.Mind
	chance *rand.Rand
	now    time.Time
	n      int
}

func (d *demo) say(chat, text, tap string) ([]bot.Reply, error) {
	d.n++
	d.now = d.now.Add(time.Duration(5+d.chance.IntN(40)) * time.Second)
	return d.e.Handle(d.ctx, bot.Message{Channel: bot.Web, Chat: "demo-" + chat, ID: fmt.Sprintf("demo-%d", d.n), Text: text, Tap: tap})
}

func (d *demo) all(chat string, lines ...string) error {
	for _, text := range lines {
		if _, err := d.say(chat, text, ""); err != nil {
			return err
		}
	}
	return nil
}

func (d *demo) play() error {
	township := d.mind.Base.Township
	for i, h := range demoHelpers {
		village := ""
		if h.role != ledger.Adviser && h.role != ledger.Clerk {
			village = township.Villages[i%len(township.Villages)].ID
		}
		var code string
		err := d.l.Do(d.ctx, "invite", d.now, func(tx *ledger.Tx) (err error) {
			code, err = tx.Invite(township.ID, h.role, village, inviteLife)
			return err
		})
		if err != nil {
			return err
		}
		if err := d.all(h.name, "/start "+code, h.name); err != nil {
			return err
		}
	}
	day := d.now
	for n := range demoDays {
		d.now = time.Date(day.Year(), day.Month(), day.Day()+n, 9, 0, 0, 0, knowledge.Shanghai)
		if d.now.After(time.Now()) {
			break
		}
		for r := range demoResidents {
			if r%demoDays == n { // each registers on a day of their own
				v := township.Villages[r%len(township.Villages)]
				if err := d.all(demoChat(r), "登记", v.Name, "1", "同意", demoNames[r%len(demoNames)]); err != nil {
					return err
				}
			}
			if d.chance.IntN(6) == 0 {
				if err := d.consult(demoChat(r)); err != nil {
					return err
				}
			}
		}
		if err := d.answer(); err != nil {
			return err
		}
	}
	return nil
}

func demoChat(r int) string { return fmt.Sprintf("resident-%02d", r) }

// consult asks a question from the cards' own phrasings; most rate the
// answer, some ask for a person.
func (d *demo) consult(chat string) error {
	cards := d.mind.Base.Cards
	c := cards[d.chance.IntN(len(cards))]
	replies, err := d.say(chat, c.Asked[d.chance.IntN(len(c.Asked))], "")
	if err != nil {
		return err
	}
	for _, r := range replies {
		if len(r.Rate) == 2 && d.chance.IntN(3) > 0 {
			vote := r.Rate[0]
			if d.chance.IntN(5) == 0 {
				vote = r.Rate[1]
			}
			if _, err := d.say(chat, "", vote.Do); err != nil {
				return err
			}
		}
	}
	if d.chance.IntN(8) == 0 {
		return d.all(chat, "找人")
	}
	return nil
}

// answer lets each helper take and answer what they were asked.
func (d *demo) answer() error {
	for _, h := range demoHelpers {
		replies, err := d.say(h.name, "待办", "")
		if err != nil {
			return err
		}
		for _, r := range replies {
			for _, c := range r.Choices {
				if !strings.HasPrefix(c.Do, "claim:") || d.chance.IntN(5) == 0 {
					continue
				}
				if _, err := d.say(h.name, "", c.Do); err != nil {
					return err
				}
				if err := d.all(h.name, "看了您的事，我明天上午到您家来，当面说。"); err != nil {
					return err
				}
				if _, err := d.say(h.name, "", "finish:"+strings.TrimPrefix(c.Do, "claim:")); err != nil {
					return err
				}
			}
		}
		if err := d.all(h.name, "停止"); err != nil {
			return err
		}
	}
	return nil
}
