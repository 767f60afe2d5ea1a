package bot

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"mingbai/knowledge"
)

// edition is the township's knowledge of a few topics, in which every card
// says in each of its parts which edition it belongs to.
func edition(t *testing.T, base *knowledge.Base, name string) *Mind {
	t.Helper()
	b := *base
	b.Cards = nil
	for _, c := range base.Cards {
		if c.Topic != "民间借贷" && c.Topic != "婚姻家庭" {
			continue
		}
		d := *c
		d.Title = name + d.Title
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
		b.Cards = append(b.Cards, &d)
	}
	return NewMind(&b, nil)
}

// Knowledge is published again and again while many chats ask: every question
// is answered, each from one edition alone, and a former edition comes back
// only when nobody reads it any more.
func TestPublishWhileAsked(t *testing.T) {
	mind, err := theMind()
	if err != nil {
		t.Fatal(err)
	}
	names := []string{"〔甲〕", "〔乙〕"}
	s := newStage(t)
	s.e.SetMind(edition(t, mind.Base, names[0]))
	const chats, questions = 6, 15
	var answered [2]atomic.Int64
	var asking sync.WaitGroup
	for c := range chats {
		asking.Go(func() {
			for n := range questions {
				m := Message{Channel: Web, Chat: fmt.Sprint("c", c), ID: fmt.Sprintf("%d-%d", c, n), Text: "借给侄儿两万块，写了借条，他一直不还咋办"}
				replies, err := s.e.Handle(context.Background(), m)
				if err != nil || len(replies) == 0 {
					t.Errorf("chat %d, question %d: %d replies, %v", c, n, len(replies), err)
					continue
				}
				text := ""
				for _, r := range replies {
					text += r.Plain()
				}
				a, b := strings.Count(text, names[0]), strings.Count(text, names[1])
				switch {
				case a > 0 && b == 0:
					answered[0].Add(1)
				case b > 0 && a == 0:
					answered[1].Add(1)
				default:
					t.Errorf("an answer of two editions or none:\n%s", text)
				}
			}
		})
	}
	done := make(chan struct{})
	go func() { asking.Wait(); close(done) }()
	for n := 1; ; n++ {
		next := edition(t, mind.Base, names[n%2])
		old := s.e.Publish(next)
		if old == nil || old == next || !old.hands.TryLock() {
			t.Fatal("the former edition came back while it was read")
		}
		old.hands.Unlock()
		select {
		case <-done:
			if got := answered[0].Load() + answered[1].Load(); got != chats*questions {
				t.Errorf("%d of %d questions answered", got, chats*questions)
			}
			if n > 2 && (answered[0].Load() == 0 || answered[1].Load() == 0) {
				t.Errorf("answered from the editions %d and %d times: the new one was never seen", answered[0].Load(), answered[1].Load())
			}
			s.prove()
			return
		default:
		}
	}
}
