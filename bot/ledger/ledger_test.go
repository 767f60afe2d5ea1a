package ledger

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"mingbai/bot/ledger/ledgertest"
)

var noon = time.Date(2026, 11, 24, 4, 0, 0, 0, time.UTC)

// each runs a test on SQLite, and on PostgreSQL where MINGBAI_TEST_POSTGRES
// names a server; under CI a missing one fails.
func each(t *testing.T, f func(t *testing.T, open func(t *testing.T) *Ledger)) {
	t.Run("sqlite", func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "mingbai.db")
		f(t, func(t *testing.T) *Ledger { return mustOpen(t, "sqlite:"+path, Options{}) })
	})
	t.Run("postgres", func(t *testing.T) {
		address := ledgertest.Postgres(t)
		f(t, func(t *testing.T) *Ledger { return mustOpen(t, address, Options{}) })
	})
}

func mustOpen(t *testing.T, address string, o Options) *Ledger {
	t.Helper()
	l, err := Open(context.Background(), address, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := l.Close(); err != nil {
			t.Error(err)
		}
	})
	return l
}

// say plays one message of a chat through to its commit.
func say(l *Ledger, chat, external, text string, f func(tx *Tx, c *Chat, m *Message) error) error {
	return l.Do(context.Background(), chat, noon, func(tx *Tx) error {
		c, err := tx.Lock("qingxi", "web", chat)
		if err != nil {
			return err
		}
		m, err := tx.Receive(c, external, text)
		if err != nil {
			return err
		}
		if f != nil {
			if err := f(tx, c, m); err != nil {
				return err
			}
		}
		if err := tx.Settle(c, m, FateAnswered, "answer", 0); err != nil {
			return err
		}
		return tx.SaveChat(c)
	})
}

func prove(t *testing.T, l *Ledger) *Proof {
	t.Helper()
	p, err := l.Prove(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range p.Faults {
		t.Error("fault:", f)
	}
	return p
}

func TestOnce(t *testing.T) {
	each(t, func(t *testing.T, open func(t *testing.T) *Ledger) {
		l := open(t)
		effects := 0
		count := func(tx *Tx, c *Chat, m *Message) error { tx.After(func() { effects++ }); return nil }
		if err := say(l, "a", "1", "屋基", count); err != nil {
			t.Fatal(err)
		}
		if err := say(l, "a", "1", "屋基", count); !errors.Is(err, ErrSeen) {
			t.Errorf("a redelivery got %v, want ErrSeen", err)
		}
		if effects != 1 {
			t.Errorf("%d effects, want 1", effects)
		}
		if p := prove(t, l); p.Received != 1 {
			t.Errorf("%d received, want 1", p.Received)
		}
	})
}

// Many chats write at once, and a job that fails takes nobody else's work with
// it, though they share a commit.
func TestGroupCommit(t *testing.T) {
	each(t, func(t *testing.T, open func(t *testing.T) *Ledger) {
		l := open(t)
		boom := errors.New("boom")
		var wg sync.WaitGroup
		var failed atomic.Int64
		for chat := range 20 {
			wg.Add(1)
			go func() {
				defer wg.Done()
				for n := range 25 {
					err := say(l, fmt.Sprint(chat), fmt.Sprintf("%d-%d", chat, n), "话", func(tx *Tx, c *Chat, m *Message) error {
						if n%5 == 4 {
							return boom
						}
						if n%5 == 3 {
							panic("a conversation breaks")
						}
						return nil
					})
					if err != nil {
						failed.Add(1)
						if n%5 < 3 {
							t.Errorf("chat %d message %d: %v", chat, n, err)
						}
					}
				}
			}()
		}
		wg.Wait()
		if failed.Load() != 20*10 {
			t.Errorf("%d failed, want 200", failed.Load())
		}
		if p := prove(t, l); p.Received != 20*15 {
			t.Errorf("%d received, want 300", p.Received)
		}
		// Each chat's messages stand in the order they were said.
		err := l.View(context.Background(), func(v *View) error {
			c, err := FindChat(v, "web", "7")
			if err != nil {
				return err
			}
			list, err := Transcript(v, c.ID, 0, 0, 100)
			if len(list) != 15 {
				t.Errorf("%d messages of chat 7, want 15", len(list))
			}
			for i := 1; i < len(list); i++ {
				if list[i].Seq <= list[i-1].Seq {
					t.Errorf("message %d comes before %d", list[i].Seq, list[i-1].Seq)
				}
			}
			return err
		})
		if err != nil {
			t.Error(err)
		}
	})
}

func TestProveFindsTampering(t *testing.T) {
	for name, q := range map[string]string{
		"an entry is changed":    `UPDATE journal SET body = REPLACE(body, 'answered', 'refused') WHERE n = 2`,
		"an entry is cut":        `DELETE FROM journal WHERE n = 3`,
		"the last entry is cut":  `DELETE FROM journal WHERE n = (SELECT MAX(n) FROM journal)`,
		"a fate is changed":      `UPDATE message SET fate = 'refused' WHERE external = '2'`,
		"a message is lost":      `DELETE FROM message WHERE external = '2'`,
		"words are changed":      `UPDATE words SET body = '别的话'`,
		"a chain is cut off":     `DELETE FROM writer`,
		"a message has no fate":  `UPDATE message SET fate = '' WHERE external = '2'`,
		"an entry is moved":      `UPDATE journal SET at = at + 1 WHERE n = 2`,
		"a matter is out of air": `INSERT INTO matter VALUES (1, 'qingxi', NULL, 1, 0, '', '', '', 'open', 0, 0)`,
	} {
		t.Run(name, func(t *testing.T) {
			l := mustOpen(t, "sqlite:"+filepath.Join(t.TempDir(), "m.db"), Options{})
			for _, n := range []string{"1", "2", "3"} {
				if err := say(l, "a", n, "屋基", nil); err != nil {
					t.Fatal(err)
				}
			}
			prove(t, l)
			tamper(t, l, q)
			p, err := l.Prove(context.Background())
			if err != nil {
				t.Fatal(err)
			}
			if len(p.Faults) == 0 {
				t.Error("nothing was found")
			}
		})
	}
}

// A new process begins a chain of its own, which names where the old one
// ended, so that a whole chain cannot be dropped unnoticed.
func TestChainsNameEachOther(t *testing.T) {
	each(t, func(t *testing.T, open func(t *testing.T) *Ledger) {
		a := open(t)
		if err := say(a, "a", "1", "话", nil); err != nil {
			t.Fatal(err)
		}
		b := open(t)
		if err := say(b, "a", "2", "话", nil); err != nil {
			t.Fatal(err)
		}
		if p := prove(t, b); p.Chains != 2 {
			t.Errorf("%d chains, want 2", p.Chains)
		}
		tamper(t, b, `DELETE FROM journal WHERE writer = (SELECT MIN(id) FROM writer)`)
		tamper(t, b, `DELETE FROM writer WHERE id = (SELECT MIN(id) FROM writer)`)
		p, err := b.Prove(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		if len(p.Faults) == 0 {
			t.Error("a dropped chain was not noticed")
		}
	})
}

func TestOutboxOrderAndLease(t *testing.T) {
	each(t, func(t *testing.T, open func(t *testing.T) *Ledger) {
		l := open(t)
		ctx := context.Background()
		post := func(chat string, bodies ...string) {
			for i, body := range bodies {
				if err := say(l, chat, chat+body+fmt.Sprint(i), "话", func(tx *Tx, c *Chat, _ *Message) error {
					m, err := tx.Say(c, "note", 0)
					if err != nil {
						return err
					}
					return tx.Post(c, m, body)
				}); err != nil {
					t.Fatal(err)
				}
			}
		}
		post("a", "a1", "a2")
		post("b", "b1")
		got, err := l.ClaimParcels(ctx, 1, noon, time.Minute, 10)
		if err != nil || len(got) != 2 {
			t.Fatalf("claimed %v, %v; want the first of each chat", got, err)
		}
		if again, _ := l.ClaimParcels(ctx, 2, noon, time.Minute, 10); len(again) != 0 {
			t.Errorf("a second sender claimed %v while the first holds them", again)
		}
		for _, p := range got {
			if p.Body == "a2" {
				t.Error("a2 left before a1")
			}
			if p.Body == "a1" {
				if err := l.Undelivered(ctx, noon, p, noon.Add(time.Minute)); err != nil {
					t.Fatal(err)
				}
			} else if err := l.Delivered(ctx, noon, p); err != nil {
				t.Fatal(err)
			}
		}
		if early, _ := l.ClaimParcels(ctx, 2, noon, time.Minute, 10); len(early) != 0 {
			t.Errorf("claimed %v before a1 was due again", early)
		}
		var order []string
		for len(order) < 2 {
			list, err := l.ClaimParcels(ctx, 2, noon.Add(2*time.Minute), time.Minute, 10)
			if err != nil || len(list) != 1 {
				t.Fatalf("claimed %v, %v; want one", list, err)
			}
			order = append(order, list[0].Body)
			if err := l.Delivered(ctx, noon, list[0]); err != nil {
				t.Fatal(err)
			}
		}
		if order[0] != "a1" || order[1] != "a2" {
			t.Errorf("left in order %v", order)
		}
	})
}

func TestTimersFireOnce(t *testing.T) {
	each(t, func(t *testing.T, open func(t *testing.T) *Ledger) {
		l, l2 := open(t), open(t)
		ctx := context.Background()
		for n := range 40 {
			if err := l.Do(ctx, "timer", noon, func(tx *Tx) error {
				return tx.SetTimer("qingxi", "offer", int64(n), 0, noon.Add(time.Duration(n)*time.Second))
			}); err != nil {
				t.Fatal(err)
			}
		}
		var fired sync.Map
		var wg sync.WaitGroup
		for w := range 4 {
			wg.Add(1)
			go func() {
				defer wg.Done()
				from := []*Ledger{l, l2}[w%2]
				for {
					list, err := from.ClaimTimers(ctx, int64(w), noon.Add(time.Hour), time.Minute, 3)
					if err != nil {
						t.Error(err)
						return
					}
					if len(list) == 0 {
						return
					}
					for _, x := range list {
						if err := from.Do(ctx, "timer", noon, func(tx *Tx) error {
							ours, err := tx.EndTimer(x.ID)
							if ours {
								if _, twice := fired.LoadOrStore(x.Ref, true); twice {
									t.Errorf("timer %d fired twice", x.Ref)
								}
							}
							return err
						}); err != nil {
							t.Error(err)
						}
					}
				}
			}()
		}
		wg.Wait()
		n := 0
		fired.Range(func(any, any) bool { n++; return true })
		if n != 40 {
			t.Errorf("%d timers fired, want 40", n)
		}
	})
}

func TestInviteOnce(t *testing.T) {
	each(t, func(t *testing.T, open func(t *testing.T) *Ledger) {
		l := open(t)
		var code string
		ctx := context.Background()
		if err := l.Do(ctx, "", noon, func(tx *Tx) (err error) {
			code, err = tx.Invite("qingxi", Volunteer, "hongyan", time.Hour)
			return err
		}); err != nil {
			t.Fatal(err)
		}
		redeem := func(chat string, at time.Time) (string, error) {
			var role string
			err := l.Do(ctx, chat, at, func(tx *Tx) error {
				c, err := tx.Lock("qingxi", "web", chat)
				if err != nil {
					return err
				}
				if role, _, err = tx.Redeem(c, code, "老李"); err != nil {
					return err
				}
				return tx.SaveChat(c)
			})
			return role, err
		}
		if _, err := redeem("late", noon.Add(2*time.Hour)); !errors.Is(err, ErrNotFound) {
			t.Errorf("an expired code gave %v", err)
		}
		if role, err := redeem("a", noon); err != nil || role != Volunteer {
			t.Errorf("redeem = %q, %v", role, err)
		}
		if _, err := redeem("b", noon); !errors.Is(err, ErrNotFound) {
			t.Errorf("a used code gave %v", err)
		}
		prove(t, l)
	})
}

// Erasing deletes names, phones, words and addresses; counts and proofs stay,
// and who registers again is known to be no new person.
func TestErase(t *testing.T) {
	each(t, func(t *testing.T, open func(t *testing.T) *Ledger) {
		l := open(t)
		var again bool
		register := func(tx *Tx, c *Chat, _ *Message) (err error) {
			again, err = tx.Register(c, "hongyan", "本村村民", "1")
			return err
		}
		if err := say(l, "a", "1", "我是刘某某 13800000000", register); err != nil {
			t.Fatal(err)
		}
		if again {
			t.Error("a first registration counts as a second")
		}
		if err := say(l, "a", "2", "删除", func(tx *Tx, c *Chat, _ *Message) error {
			err := tx.Erase(c)
			c.Person, c.State = 0, ""
			return err
		}); err != nil {
			t.Fatal(err)
		}
		for _, q := range []string{
			`SELECT COUNT(*) FROM words`, `SELECT COUNT(*) FROM identity`, `SELECT COUNT(*) FROM chat WHERE address = 'a'`,
			`SELECT COUNT(*) FROM journal WHERE body LIKE '%13800000000%'`,
		} {
			var n int
			if err := l.read.QueryRow(q).Scan(&n); err != nil || n != 0 {
				t.Errorf("%s = %d, %v; want 0", q, n, err)
			}
		}
		if err := say(l, "a", "3", "又来了", register); err != nil {
			t.Fatal(err)
		}
		if !again {
			t.Error("a registration after erasing counts as a new person")
		}
		if p := prove(t, l); p.Received != 3 {
			t.Errorf("%d received, want 3", p.Received)
		}
	})
}

func TestServingTakesTheFolder(t *testing.T) {
	path := "sqlite:" + filepath.Join(t.TempDir(), "m.db")
	a, err := Open(context.Background(), path, Options{Serving: true})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Open(context.Background(), path, Options{Serving: true}); !errors.Is(err, ErrBusy) {
		t.Errorf("a second server got %v, want ErrBusy", err)
	}
	b := mustOpen(t, path, Options{}) // a short visit is let in
	if err := say(b, "x", "1", "话", nil); err != nil {
		t.Error(err)
	}
	if err := a.Close(); err != nil {
		t.Fatal(err)
	}
	mustOpen(t, path, Options{Serving: true})
}

func TestRefusesTheFuture(t *testing.T) {
	path := "sqlite:" + filepath.Join(t.TempDir(), "m.db")
	l, err := Open(context.Background(), path, Options{})
	if err != nil {
		t.Fatal(err)
	}
	tamper(t, l, `INSERT INTO goose_db_version (version_id, is_applied) VALUES (99, 1)`)
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	for _, o := range []Options{{}, {ReadOnly: true}} {
		if _, err := Open(context.Background(), path, o); !errors.Is(err, ErrNewer) {
			t.Errorf("Open(%+v) of a newer ledger: %v, want ErrNewer", o, err)
		}
	}
}

func TestBadAddress(t *testing.T) {
	for _, address := range []string{"", "mysql://x", "sqlite:", "postgres://u:geheim@127.0.0.1:1/x"} {
		_, err := Open(context.Background(), address, Options{})
		if err == nil {
			t.Errorf("%q was opened", address)
		} else if s := err.Error(); len(s) == 0 || containsSecret(s) {
			t.Errorf("%q: the error tells the password: %s", address, s)
		}
	}
}

func containsSecret(s string) bool {
	for i := 0; i+6 <= len(s); i++ {
		if s[i:i+6] == "geheim" {
			return true
		}
	}
	return false
}

// BenchmarkDo is twenty residents who each wait for their commit, as on a busy
// evening: go test ./bot/ledger -bench Do
func BenchmarkDo(b *testing.B) {
	l, err := Open(context.Background(), "sqlite:"+filepath.Join(b.TempDir(), "m.db"), Options{})
	if err != nil {
		b.Fatal(err)
	}
	defer l.Close()
	var n atomic.Int64
	b.SetParallelism(20)
	b.ReportAllocs()
	b.RunParallel(func(pb *testing.PB) {
		chat := fmt.Sprint(n.Add(1))
		for pb.Next() {
			if err := say(l, chat, fmt.Sprint(n.Add(1)), "隔壁砌墙占了我屋基咋个办", nil); err != nil {
				b.Error(err)
			}
		}
	})
}

// tamper changes a ledger behind its back.
func tamper(t *testing.T, l *Ledger, q string) {
	t.Helper()
	if err := l.Do(context.Background(), "tamper", time.Now(), func(tx *Tx) error {
		_, err := tx.exec(q)
		return err
	}); err != nil {
		t.Fatal(err)
	}
}
