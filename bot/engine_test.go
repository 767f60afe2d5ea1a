package bot

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"mingbai/bot/ledger"
	"pgregory.net/rapid"
)

// window is a Pacer that counts and never forgets.
type window struct {
	mu   sync.Mutex
	seen map[string]int
	told []string
}

func (w *window) Allow(_ context.Context, key string, n int, _ time.Duration) (bool, time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.seen == nil {
		w.seen = map[string]int{}
	}
	w.seen[key]++
	return w.seen[key] <= n, time.Second
}

func (w *window) Announce(_ context.Context, topic, payload string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.told = append(w.told, topic+" "+payload)
}

// Too many messages are refused with one polite line, and counted; danger is
// taken all the same.
func TestFlood(t *testing.T) {
	s := newStage(t)
	w := &window{}
	s.e.Pace, s.e.Flood = w, Flood{N: 3, Per: time.Minute}
	for range 3 {
		if len(s.say("a", "你好")) == 0 {
			t.Fatal("a message within the pace got no reply")
		}
	}
	if r := s.say("a", "你好"); len(r) != 1 || !strings.Contains(r[0].Text, "太快") {
		t.Errorf("the first over the pace got %v", r)
	}
	if r := s.say("a", "你好"); len(r) != 0 {
		t.Errorf("the second over the pace got %v", r)
	}
	if r := s.say("a", "救命 他拿刀砍我"); len(r) == 0 || r[0].Kind != KindUrgent {
		t.Errorf("danger over the pace got %v", r)
	}
	if r := s.say("b", "你好"); len(r) == 0 {
		t.Error("another chat was held back")
	}
	if len(w.told) == 0 {
		t.Error("nobody was told of new lines")
	}
	s.prove()
}

// A redelivered message does nothing, whatever it says now.
func TestRedelivery(t *testing.T) {
	s := newStage(t)
	m := Message{Channel: Web, Chat: "a", ID: "1", Text: "找人"}
	if r, err := s.e.Handle(context.Background(), m); err != nil || len(r) == 0 {
		t.Fatalf("%v %v", r, err)
	}
	for range 3 {
		if r, err := s.e.Handle(context.Background(), m); err != nil || r != nil {
			t.Errorf("a redelivery got %v, %v", r, err)
		}
	}
	s.prove()
}

// A conversation that fails for a reason of its own does not hold up the
// channel: the message is kept, its fate says so, and the person is told.
func TestFault(t *testing.T) {
	s := newStage(t)
	commands["坏一下"] = func(*turn) error { return errors.New("a mistake of ours") }
	commands["垮一下"] = func(*turn) error { panic("a worse one") }
	defer delete(commands, "坏一下")
	defer delete(commands, "垮一下")
	for _, text := range []string{"坏一下", "垮一下"} {
		if r := s.say("a", text); len(r) != 1 || !strings.Contains(r[0].Text, "没答成") {
			t.Errorf("%s got %v", text, r)
		}
	}
	if r := s.say("a", "你好"); len(r) == 0 {
		t.Error("the chat is stuck")
	}
	p, err := s.e.Ledger.Prove(context.Background())
	if err != nil || p.Received != 3 || p.Fates[ledger.FateRefused] != 2 {
		t.Errorf("%+v %v", p, err)
	}
	s.prove()
}

func TestHandleNeedsAnAddress(t *testing.T) {
	s := newStage(t)
	for _, m := range []Message{{}, {Channel: Web, Chat: "a"}, {Channel: Web, ID: "1"}, {Chat: "a", ID: "1"}} {
		if _, err := s.e.Handle(context.Background(), m); err == nil {
			t.Errorf("%+v was taken", m)
		}
	}
}

// Whatever people and buttons say, in whatever order, every message gets one
// fate, every reply can be read, and the ledger stays whole.
func TestAnyConversation(t *testing.T) {
	words := []string{"隔壁砌墙占了我屋基咋个办", "要带些啥子", "找人", "登记", "红岩村", "1", "2", "7", "同意", "返回", "停止", "进度", "删除",
		"我的资料", "谢谢", "他拿刀在我门口", "老板欠我三个月工资不给", "[图片]", "[空]", "上班", "下班", "待办", "\x00\xff坏字节", strings.Repeat("长", 12000), "/start X", "他不来呢"}
	rapid.Check(t, func(rt *rapid.T) {
		s := newStage(t)
		s.invite(ledger.Volunteer, "hongyan")
		s.say("h", "/start $CODE")
		s.say("h", "老李")
		shown := map[string][]Choice{}
		for range rapid.IntRange(1, 25).Draw(rt, "length") {
			who := rapid.SampledFrom([]string{"a", "b", "h"}).Draw(rt, "who")
			lines, err := s.e.Transcript(context.Background(), Web, who, 0, 20)
			if err != nil {
				rt.Fatal(err)
			}
			shown[who] = nil
			for _, l := range lines {
				if l.Reply != nil {
					shown[who] = append(shown[who], append(append([]Choice(nil), l.Reply.Choices...), l.Reply.Rate...)...)
				}
			}
			if tap := rapid.Bool().Draw(rt, "tap"); tap && len(shown[who]) > 0 {
				c := rapid.SampledFrom(shown[who]).Draw(rt, "choice")
				s.n++
				if _, err := s.e.Handle(context.Background(), Message{Channel: Web, Chat: who, ID: fmt.Sprint(s.n), Tap: c.Do}); err != nil {
					rt.Fatalf("%s taps %s: %v", who, c.Do, err)
				}
			} else {
				s.say(who, rapid.SampledFrom(words).Draw(rt, "words"))
			}
			if rapid.IntRange(0, 5).Draw(rt, "wait") == 0 {
				s.now = s.now.Add(time.Duration(rapid.IntRange(1, 900).Draw(rt, "minutes")) * time.Minute)
				if _, err := s.e.Tick(context.Background(), 1); err != nil {
					rt.Fatal(err)
				}
			}
		}
		p, err := s.e.Ledger.Prove(context.Background())
		if err != nil || len(p.Faults) > 0 {
			rt.Fatalf("%v %v", p.Faults, err)
		}
		if p.Fates[ledger.FateRefused] > 0 {
			// Only what the bot is not for may be refused here, never a fault.
			err := s.e.Ledger.View(context.Background(), func(v *ledger.View) error {
				for _, who := range []string{"a", "b", "h"} {
					c, err := ledger.FindChat(v, Web, who)
					if errors.Is(err, ledger.ErrNotFound) {
						continue
					}
					if err != nil {
						return err
					}
					list, err := ledger.Transcript(v, c.ID, 0, 0, 1000)
					if err != nil {
						return err
					}
					for _, m := range list {
						if m.Kind == "fault" {
							rt.Fatalf("%s's %q failed", who, m.Body)
						}
					}
				}
				return nil
			})
			if err != nil {
				rt.Fatal(err)
			}
		}
	})
}
