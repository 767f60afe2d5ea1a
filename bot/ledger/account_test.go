package ledger

import (
	"context"
	"errors"
	"testing"
	"time"
)

func TestAccounts(t *testing.T) {
	each(t, func(t *testing.T, open func(t *testing.T) *Ledger) {
		l := open(t)
		do := func(at time.Time, f func(tx *Tx) error) error { return l.Do(context.Background(), "console", at, f) }
		must := func(at time.Time, f func(tx *Tx) error) {
			t.Helper()
			if err := do(at, f); err != nil {
				t.Fatal(err)
			}
		}
		var first, spare, session string
		a := &Account{Login: "zhoumin", Name: "周敏", Password: "kept"}
		must(noon, func(tx *Tx) (err error) {
			if first, err = tx.MakePass(Pass{Township: "qingxi", Role: AccountAdmin, TOTP: "S"}, time.Hour); err == nil {
				spare, err = tx.MakePass(Pass{Township: "qingxi", Role: AccountAdmin, TOTP: "S"}, time.Hour)
			}
			return err
		})
		if err := do(noon.Add(time.Hour), func(tx *Tx) error { return tx.MakeAccount(first, a, 7, nil) }); !errors.Is(err, ErrNotFound) {
			t.Errorf("an old link: %v", err)
		}
		must(noon, func(tx *Tx) error { return tx.MakeAccount(first, a, 7, []string{"abc"}) })
		for _, word := range []string{first, spare, "", "x"} {
			err := do(noon, func(tx *Tx) error { return tx.MakeAccount(word, &Account{Login: "b"}, 7, nil) })
			if !errors.Is(err, ErrNotFound) {
				t.Errorf("a second first account: %v", err)
			}
		}
		must(noon, func(tx *Tx) error {
			for _, x := range []struct {
				step int64
				code string
				want bool
			}{{7, "", false}, {8, "", true}, {8, "", false}, {0, "abd", false}, {0, "abc", true}, {0, "abc", false}} {
				if ok, err := tx.UseCode(a.ID, x.step, x.code); ok != x.want || err != nil {
					t.Errorf("code %v: %v %v", x, ok, err)
				}
			}
			for n, want := range []bool{true, true, false} {
				if ok, err := tx.Attempt("login", 2, time.Minute); ok != want || err != nil {
					t.Errorf("try %d: %v %v", n, ok, err)
				}
			}
			return nil
		})
		must(noon.Add(2*time.Minute), func(tx *Tx) error {
			if ok, err := tx.Attempt("login", 2, time.Minute); !ok || err != nil {
				t.Errorf("a new window: %v %v", ok, err)
			}
			return tx.ForgetAttempts("login")
		})
		must(noon, func(tx *Tx) (err error) { session, err = tx.BeginSession(a); return err })
		list := func() []*Account {
			var out []*Account
			if err := l.View(context.Background(), func(v *View) (err error) { out, err = AccountsOf(v, "qingxi", noon); return err }); err != nil {
				t.Fatal(err)
			}
			return out
		}
		if got := list(); len(got) != 1 || got[0].Sessions != 1 || got[0].Name != a.Name || !got[0].Seen.Equal(noon) {
			t.Errorf("accounts %+v", got)
		}
		if err := do(noon, func(tx *Tx) error { return tx.EndSessions("elsewhere", 1, a.ID, true) }); !errors.Is(err, ErrNotFound) {
			t.Errorf("another township ended it: %v", err)
		}
		must(noon, func(tx *Tx) error {
			if got, _, err := AccountBySession(tx, session, noon.Add(SessionIdle-time.Second)); err != nil || got.ID != a.ID {
				t.Errorf("session: %v", err)
			}
			return tx.EndSessions("qingxi", a.ID, a.ID, true)
		})
		must(noon, func(tx *Tx) error {
			if _, _, err := AccountBySession(tx, session, noon); !errors.Is(err, ErrNotFound) {
				t.Errorf("an ended account's session: %v", err)
			}
			return nil
		})
		if got := list(); len(got) != 1 || got[0].Ended.IsZero() {
			t.Errorf("ended accounts %+v", got)
		}
		prove(t, l)
	})
}

// Every query of the console runs on both databases and keeps to its scope.
func TestConsoleQueries(t *testing.T) {
	each(t, func(t *testing.T, open func(t *testing.T) *Ledger) {
		l := open(t)
		var matter int64
		if err := say(l, "a", "1", "问", func(tx *Tx, c *Chat, m *Message) error {
			x, err := tx.OpenMatter(c, "hongyan", "继承", "card")
			if err != nil {
				return err
			}
			matter = x.ID
			h, err := tx.HandOver(c, x, "asked", noon)
			if err != nil {
				return err
			}
			if err := tx.SetTimer("qingxi", "promise", h.ID, 0, noon); err != nil {
				return err
			}
			if _, err := tx.Rate(c, x, m.ID, 1); err != nil {
				return err
			}
			if err := tx.Look("qingxi", c.ID, x.ID, 0); err != nil {
				return err
			}
			return tx.CorrectTopic(Scope{Township: "qingxi"}, 1, x.ID, "毒品")
		}); err != nil {
			t.Fatal(err)
		}
		from, to := noon.AddDate(0, -1, 0), noon.AddDate(0, 1, 0)
		for _, tt := range []struct {
			s    Scope
			want int
		}{{Scope{Township: "qingxi"}, 1}, {Scope{"qingxi", []string{"baiguo", "hongyan"}}, 1}, {Scope{"qingxi", []string{"baiguo"}}, 0}, {Scope{Township: "elsewhere"}, 0}} {
			err := l.View(context.Background(), func(v *View) error {
				for what := range countable {
					if _, err := TallyBy(v, tt.s, what, from, to); err != nil {
						t.Errorf("%s: %v", what, err)
					}
				}
				for _, f := range []MatterFilter{{}, {Village: "hongyan", Topic: "毒品", Cards: []string{"x", "card"}}, {Fate: FateHandedOver}} {
					f.From, f.To, f.Limit = from, to, 9
					lines, all, err := MatterLines(v, tt.s, f)
					if err != nil || len(lines) != tt.want || int(all) != tt.want {
						t.Errorf("%v %v: %d of %d, %v", tt.s, f, len(lines), all, err)
					}
				}
				for _, fate := range []Fate{FateAnswered, FateAskedBack, FateRefused} {
					if lines, _, err := MatterLines(v, tt.s, MatterFilter{From: from, To: to, Fate: fate, BeforeAt: to, Before: 1 << 62, Limit: 9}); err != nil || len(lines) != 0 {
						t.Errorf("%s: %v %v", fate, lines, err)
					}
				}
				due, err := HandoversDue(v, tt.s, 9)
				if err != nil || len(due) != tt.want {
					t.Errorf("due %v %v", due, err)
				}
				handed, err := HandedIn(v, tt.s, from, to)
				if err != nil || int(handed) != tt.want {
					t.Errorf("handed over %d %v", handed, err)
				}
				opened, err := OpenedBy(v, tt.s, noon)
				if err != nil || len(opened) != tt.want {
					t.Errorf("opened %v %v", opened, err)
				}
				useful, rated, err := Ratings(v, tt.s, from, to)
				if err != nil || int(rated) != tt.want || useful != rated {
					t.Errorf("ratings %d %d %v", useful, rated, err)
				}
				looks, err := Looks(v, tt.s.Township, matter, 9)
				if err != nil || (len(looks) == 1) != (tt.s.Township == "qingxi") {
					t.Errorf("looks %v %v", looks, err)
				}
				if _, err := MatterWithin(v, tt.s, matter); (err == nil) != (tt.want == 1) {
					t.Errorf("within %v: %v", tt.s, err)
				}
				lists(t, v, tt.s, matter, from, to)
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		prove(t, l)
	})
}

// lists runs the queries that the ledger of the test has nothing for.
func lists(t *testing.T, v *View, s Scope, matter int64, from, to time.Time) {
	t.Helper()
	for name, f := range map[string]func() error{
		"done":    func() error { _, err := HandoversDone(v, s, from, to, 9); return err },
		"open":    func() error { _, err := OpenDisputes(v, s, 9); return err },
		"closed":  func() error { _, err := ClosedDisputes(v, s, from, to, 9); return err },
		"states":  func() error { _, err := DisputesByState(v, s); return err },
		"roster":  func() error { _, err := Roster(v, s); return err },
		"tasks":   func() error { _, err := OpenTasks(v, s, 9); return err },
		"overdue": func() error { _, _, err := Overdue(v, s, noon); return err },
		"events":  func() error { _, err := EventsIn(v, s, from, to, 9); return err },
		"lookers": func() error { _, err := Lookers(v, 1); return err },
		"looks":   func() error { _, err := Looks(v, s.Township, 0, 9); return err },
		"deeds":   func() error { _, err := Deeds(v, s.Township, 9); return err },
		"story":   func() error { _, err := StoryOf(v, s.Township, matter, from, Corrected, Opened); return err },
		"names":   func() error { _, err := NamesOf(v, []int64{1, 0, 2}); return err },
		"papers":  func() error { _, err := PaperLines(v, 1); return err },
		"words":   func() error { _, err := Transcript(v, 1, matter, 0, 9); return err },
	} {
		if err := f(); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}
