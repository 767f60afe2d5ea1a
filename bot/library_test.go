package bot

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"mingbai/bot/ledger"
	"mingbai/bot/pace"
	"mingbai/knowledge"
)

// allCards is the knowledge of the program alone.
func allCards(t *testing.T) *knowledge.Base {
	t.Helper()
	mind, err := theMind()
	if err != nil {
		t.Fatal(err)
	}
	return mind.Base
}

// A press is a ledger with two people who publish in it.
type press struct {
	*testing.T
	l              *ledger.Ledger
	clerk, adviser int64
	now            time.Time
}

func (s *press) do(f func(tx *ledger.Tx) error) {
	s.Helper()
	if err := s.l.Do(context.Background(), "press", s.now, f); err != nil {
		s.Fatal(err)
	}
}

func newPress(t *testing.T, l *ledger.Ledger) *press {
	s := &press{T: t, l: l, now: time.Date(2026, 11, 24, 6, 0, 0, 0, time.UTC)}
	account := func(login, name, role string) (id int64) {
		s.do(func(tx *ledger.Tx) error {
			word, err := tx.MakePass(ledger.Pass{Township: "qingxi", Role: role, TOTP: "T", Maker: 1}, time.Hour)
			if err != nil {
				return err
			}
			a := &ledger.Account{Login: login, Name: name, Password: "x"}
			err = tx.MakeAccount(word, a, 1, nil)
			id = a.ID
			return err
		})
		return id
	}
	s.clerk, s.adviser = account("zhou", "周敏", ledger.AccountClerk), account("chen", "陈立", ledger.AccountAdviser)
	return s
}

// publish puts a version through all its steps.
func (s *press) publish(v ledger.CardVersion) {
	s.Helper()
	v.Township, v.Maker = "qingxi", s.clerk
	s.do(func(tx *ledger.Tx) error {
		served, err := ledger.ServedVersion(tx, "qingxi", v.Card)
		if err != nil {
			return err
		}
		v.Base = served
		if err := tx.WriteCard(&v); err != nil {
			return err
		}
		if err := tx.ProposeCard("qingxi", v.ID, s.clerk); err != nil {
			return err
		}
		_, err = tx.ApproveCard("qingxi", v.ID, s.adviser)
		return err
	})
}

const loanAsked = "借给侄儿两万块，写了借条，他一直不还咋办"

// loanCard returns the card that answers loanAsked.
func loanCard(t *testing.T, m *Mind) *knowledge.Card {
	t.Helper()
	hits := m.Index.Understand(loanAsked).Hits
	if len(hits) == 0 {
		t.Fatal("no card for the loan")
	}
	return hits[0].Card
}

// marked is a card whose every part says which edition it is of.
func marked(c *knowledge.Card, name string) string {
	d := *c
	d.Approved = knowledge.Approval{}
	d.Parts = nil
	for _, p := range c.Parts {
		if p.Text != "" {
			p.Text = name + p.Text
		}
		steps := append([]string(nil), p.Steps...)
		for i := range steps {
			steps[i] = name + steps[i]
		}
		p.Steps = steps
		d.Parts = append(d.Parts, p)
	}
	return d.Markdown()
}

func conclusionOf(l *Library, card string) string {
	p, _ := l.Engine.Mind().Base.Card(card).Part(knowledge.Conclusion)
	return p.Text
}

// Three processes on one ledger answer while a card is published again and again:
// no question goes unanswered, none is answered from two editions, and all have
// the last one in the end: by publishing it, by word of that, by looking.
func TestPublishEverywhere(t *testing.T) {
	s := newStage(t)
	sh := newPress(t, s.e.Ledger)
	base := allCards(t)
	soft, err := pace.Open(context.Background(), "", nil)
	if err != nil {
		t.Fatal(err)
	}
	defer soft.Close()
	ctx, stop := context.WithCancel(context.Background())
	var running sync.WaitGroup
	defer running.Wait()
	defer stop()
	tick := make(chan time.Time)
	near := &Library{Engine: &Engine{Ledger: s.e.Ledger, Pace: soft}, Base: base, Live: soft, Tick: make(chan time.Time)}
	far := &Library{Engine: &Engine{Ledger: s.e.Ledger}, Base: base, Tick: tick}                               // hears nothing: Redis is gone
	other := &Library{Engine: &Engine{Ledger: s.e.Ledger}, Base: base, Live: soft, Tick: make(chan time.Time)} // hears and never looks
	for _, l := range []*Library{near, far, other} {
		if changed, err := l.Refresh(ctx); !changed || err != nil {
			t.Fatal(changed, err)
		}
		running.Go(func() { l.Run(ctx) })
	}
	card := loanCard(t, near.Engine.Mind())
	names := []string{"", "〔甲〕", "〔乙〕"}
	const chats, questions = 6, 8
	asking := askAll(t, []*Engine{near.Engine, far.Engine, other.Engine}, chats, questions, names[1:])
	for i := 1; i < len(names); i++ {
		sh.publish(ledger.CardVersion{Card: card.ID, Kind: ledger.CardEdit, Body: marked(card, names[i])})
		if err := near.Publish(ctx); err != nil {
			t.Fatal(err)
		}
		tick <- time.Time{}
	}
	if n := asking(); n != chats*questions {
		t.Errorf("%d of %d questions answered", n, chats*questions)
	}
	tick <- time.Time{} // taken only when the look before it is done
	tick <- time.Time{}
	for conclusionOf(other, card.ID) != conclusionOf(near, card.ID) { // it hears in its own time
		time.Sleep(time.Millisecond)
	}
	for _, l := range []*Library{near, far, other} {
		c := l.Engine.Mind().Base.Card(card.ID)
		if p, _ := c.Part(knowledge.Conclusion); !strings.HasPrefix(p.Text, "〔乙〕") || c.Approved.By != "陈立" {
			t.Errorf("served in the end: %s by %q", p.Text, c.Approved.By)
		}
	}
	s.prove()
}

// askAll lets chats ask the same again and again, of one engine or the other.
// Each answer must be of one edition alone. The function it returns waits for
// all and tells how many were answered.
func askAll(t *testing.T, engines []*Engine, chats, questions int, names []string) func() int64 {
	var asking sync.WaitGroup
	var answered atomic.Int64
	for c := range chats {
		asking.Go(func() {
			for n := range questions {
				replies, err := engines[c%len(engines)].Handle(context.Background(), Message{Channel: Web, Chat: fmt.Sprint("c", c), ID: fmt.Sprintf("%d-%d", c, n), Text: loanAsked})
				if err != nil || len(replies) == 0 {
					t.Errorf("chat %d, question %d: %d replies, %v", c, n, len(replies), err)
					continue
				}
				text := ""
				for _, r := range replies {
					text += r.Plain()
				}
				found := 0
				for _, name := range names {
					if strings.Contains(text, name) {
						found++
					}
				}
				if found > 1 || !strings.Contains(text, "审定") {
					t.Errorf("an answer of %d editions:\n%s", found, text)
				}
				answered.Add(1)
			}
		})
	}
	return func() int64 { asking.Wait(); return answered.Load() }
}

// What a township says of a card: approved as it is, edited, retired, broken.
func TestLibrary(t *testing.T) {
	s := newStage(t)
	sh := newPress(t, s.e.Ledger)
	l := &Library{Engine: s.e, Base: allCards(t)}
	ctx := context.Background()
	refresh := func(want bool) error {
		t.Helper()
		changed, err := l.Refresh(ctx)
		if changed != want {
			t.Errorf("changed: %v, %v", changed, err)
		}
		return err
	}
	ask := func() string {
		t.Helper()
		m := s.e.Mind()
		c := m.Base.Card("x")
		if hits := m.Index.Understand(loanAsked).Hits; len(hits) > 0 {
			c = hits[0].Card
		}
		r, err := m.Preview(c, sh.now)
		if err != nil {
			t.Fatal(err)
		}
		return c.ID + " " + r.Plain()
	}
	if err := refresh(true); err != nil {
		t.Fatal(err)
	}
	if err := refresh(false); err != nil {
		t.Fatal(err)
	}
	card := loanCard(t, s.e.Mind())
	if !strings.Contains(ask(), "待镇法律顾问审定") {
		t.Error("an unapproved card does not say so")
	}
	text := card.Source()
	sh.publish(ledger.CardVersion{Card: card.ID, Kind: ledger.CardKeep, Body: text, Own: ledger.TextDigest(text)})
	if err := refresh(true); err != nil {
		t.Fatal(err)
	}
	if got := ask(); !strings.Contains(got, "镇法律顾问陈立审定") || strings.Contains(got, "待镇法律顾问") {
		t.Errorf("approved as it is: %s", got)
	}
	sh.publish(ledger.CardVersion{Card: card.ID, Kind: ledger.CardKeep, Body: text, Own: "an older text's digest"})
	if err := refresh(true); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(ask(), "待镇法律顾问审定") {
		t.Error("an approval of an older text holds")
	}
	sh.publish(ledger.CardVersion{Card: card.ID, Kind: ledger.CardEdit, Body: "---\nbroken"})
	if err := refresh(true); err == nil || !strings.Contains(err.Error(), card.ID) {
		t.Errorf("a broken edition: %v", err)
	}
	if !strings.HasPrefix(ask(), card.ID) {
		t.Error("a broken edition took the program's card away")
	}
	sh.publish(ledger.CardVersion{Card: card.ID, Kind: ledger.CardRetire, Reason: "重复"})
	if err := refresh(true); err != nil {
		t.Fatal(err)
	}
	if s.e.Mind().Base.Card(card.ID) != nil || strings.HasPrefix(ask(), card.ID+" ") {
		t.Error("a retired card answers")
	}
	s.prove()
}
