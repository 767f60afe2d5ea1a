package ledger

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"
)

// staffAccount makes an account and returns its key.
func staffAccount(t *testing.T, l *Ledger, township, login, role string) int64 {
	t.Helper()
	a := &Account{Login: login, Name: "某" + login, Password: "x"}
	err := l.Do(context.Background(), "staff", noon, func(tx *Tx) error {
		word, err := tx.MakePass(Pass{Township: township, Role: role, TOTP: "T", Maker: 1}, time.Hour)
		if err != nil {
			return err
		}
		return tx.MakeAccount(word, a, 1, nil)
	})
	if err != nil {
		t.Fatal(err)
	}
	return a.ID
}

// A desk is a clerk, two advisers and an adviser of another township at work on
// one ledger.
type desk struct {
	*testing.T
	l                              *Ledger
	clerk, adviser, second, remote int64
}

func newDesk(t *testing.T, l *Ledger) *desk {
	return &desk{t, l, staffAccount(t, l, "qingxi", "clerk", AccountClerk), staffAccount(t, l, "qingxi", "adviser", AccountAdviser),
		staffAccount(t, l, "qingxi", "second", AccountAdmin), staffAccount(t, l, "other", "remote", AccountAdviser)}
}

func (d *desk) do(f func(tx *Tx) error) error {
	d.Helper()
	return d.l.Do(context.Background(), "desk", noon, f)
}

// write makes a version and proposes it when asked to.
func (d *desk) write(v CardVersion, propose bool) (*CardVersion, error) {
	d.Helper()
	v.Township = "qingxi"
	err := d.do(func(tx *Tx) error {
		if err := tx.WriteCard(&v); err != nil || !propose {
			return err
		}
		return tx.ProposeCard("qingxi", v.ID, v.Maker)
	})
	return &v, err
}

func (d *desk) approve(id, who int64) error {
	return d.do(func(tx *Tx) error { _, err := tx.ApproveCard("qingxi", id, who); return err })
}

func (d *desk) served() string {
	d.Helper()
	var out []string
	err := d.l.View(context.Background(), func(v *View) error {
		list, err := PublishedCards(v, "qingxi")
		for _, p := range list {
			out = append(out, p.Card+"="+string(p.Kind)+":"+p.Body+" by "+p.Approver)
		}
		return err
	})
	if err != nil {
		d.Fatal(err)
	}
	return strings.Join(out, "; ")
}

func TestCardVersions(t *testing.T) {
	each(t, func(t *testing.T, open func(t *testing.T) *Ledger) {
		d := newDesk(t, open(t))
		must := func(err, want error, what string) {
			t.Helper()
			if !errors.Is(err, want) {
				t.Errorf("%s: got %v, want %v", what, err, want)
			}
		}
		one, err := d.write(CardVersion{Card: "a", Kind: CardEdit, Body: "甲一", Maker: d.clerk}, false)
		must(err, nil, "write")
		must(d.approve(one.ID, d.adviser), ErrState, "approve a draft")
		two, err := d.write(CardVersion{Card: "a", Kind: CardEdit, Body: "甲二", Maker: d.clerk}, true)
		must(err, nil, "write again")
		if two.N != 2 {
			t.Errorf("the second version is number %d", two.N)
		}
		must(d.approve(two.ID, d.clerk), ErrMayNot, "approve as a clerk")
		must(d.approve(two.ID, d.remote), ErrMayNot, "approve as another township's adviser")
		must(d.do(func(tx *Tx) error { _, err := tx.ApproveCard("other", two.ID, d.remote); return err }), ErrNotFound, "approve in another township")
		rival, err := d.write(CardVersion{Card: "a", Kind: CardEdit, Body: "甲三", Maker: d.adviser}, true)
		must(err, nil, "a rival")
		must(d.approve(rival.ID, d.adviser), ErrSamePerson, "approve one's own")
		must(d.approve(two.ID, d.adviser), nil, "approve")
		must(d.approve(rival.ID, d.second), ErrOutdated, "approve what was written on an older base")
		must(d.do(func(tx *Tx) error { return tx.ReturnCard("qingxi", rival.ID, d.second, " ") }), ErrNoReason, "return without a word")
		must(d.do(func(tx *Tx) error { return tx.ReturnCard("qingxi", rival.ID, d.second, "照新的再写") }), nil, "return")
		must(d.do(func(tx *Tx) error { return tx.WithdrawCard("qingxi", two.ID, d.adviser) }), ErrState, "withdraw what is served")
		must(d.do(func(tx *Tx) error { return tx.WithdrawCard("qingxi", rival.ID, d.adviser) }), nil, "withdraw")
		_, err = d.write(CardVersion{Card: "a", Kind: CardEdit, Body: "甲四", Maker: d.clerk}, false)
		must(err, ErrOutdated, "write on no base")
		_, err = d.write(CardVersion{Card: "a", Kind: CardEdit, Body: strings.Repeat("长", MaxCardText), Base: two.ID, Maker: d.clerk}, false)
		must(err, ErrBadCard, "too long")
		_, err = d.write(CardVersion{Card: "a", Kind: CardRetire, Base: two.ID, Maker: d.clerk}, false)
		must(err, ErrNoReason, "retire without a reason")
		_, err = d.write(CardVersion{Card: "a", Kind: CardEdit, Body: "甲"}, false)
		must(err, ErrUnsigned, "unsigned")
		if got := d.served(); got != "a=edit:甲二 by 某adviser" {
			t.Errorf("served: %s", got)
		}
		gone, err := d.write(CardVersion{Card: "a", Kind: CardRetire, Reason: "重复", Base: two.ID, Maker: d.adviser}, true)
		must(err, nil, "retire")
		must(d.approve(gone.ID, d.adviser), ErrSamePerson, "retire alone")
		must(d.approve(gone.ID, d.second), nil, "retire with two")
		if got := d.served(); got != "a=retire: by 某second" {
			t.Errorf("served: %s", got)
		}
		must(d.do(func(tx *Tx) error {
			return tx.ConfirmCard("qingxi", CardCheck{Card: "b", Law: "民法典", Version: "2021-01-01", Text: TextDigest("x"), Who: d.adviser})
		}), nil, "confirm")
		prove(t, d.l)
	})
}

// Of two versions approved at once only one is served.
func TestCardRace(t *testing.T) {
	each(t, func(t *testing.T, open func(t *testing.T) *Ledger) {
		d := newDesk(t, open(t))
		var ids []int64
		for range 6 {
			v, err := d.write(CardVersion{Card: "a", Kind: CardEdit, Body: "甲", Maker: d.clerk}, true)
			if err != nil {
				t.Fatal(err)
			}
			ids = append(ids, v.ID)
		}
		var wg sync.WaitGroup
		errs := make([]error, len(ids))
		for i, id := range ids {
			wg.Go(func() {
				errs[i] = d.l.Do(context.Background(), string(rune('a'+i)), noon, func(tx *Tx) error { _, err := tx.ApproveCard("qingxi", id, d.adviser); return err })
			})
		}
		wg.Wait()
		published := 0
		for _, err := range errs {
			if err == nil {
				published++
			} else if !errors.Is(err, ErrOutdated) {
				t.Error(err)
			}
		}
		if published != 1 {
			t.Errorf("%d of %d approvals went through", published, len(ids))
		}
		prove(t, d.l)
	})
}

// What prove is for: somebody at the database.
func TestProveCards(t *testing.T) {
	for name, tt := range map[string]struct{ sql, want string }{
		"no second person":    {`UPDATE card_step SET who = (SELECT maker FROM card_version WHERE id = version) WHERE act = 'approved'`, "without a second person"},
		"no approval":         {`DELETE FROM card_step WHERE act = 'approved'`, "without a second person"},
		"another text":        {`UPDATE card_version SET body = 'x'`, "another text"},
		"published by itself": {`UPDATE card_version SET state = 'published' WHERE state = 'proposed'`, "without a second person"},
		"another maker":       {`UPDATE card_version SET maker = 5`, "another maker"},
		"gone":                {`DELETE FROM card_version`, "than the journal knows"},
		"a check":             {`UPDATE card_check SET who = 5`, "card-confirmed"},
	} {
		t.Run(name, func(t *testing.T) {
			each(t, func(t *testing.T, open func(t *testing.T) *Ledger) {
				d := newDesk(t, open(t))
				v, err := d.write(CardVersion{Card: "a", Kind: CardEdit, Body: "甲", Maker: d.clerk}, true)
				if err == nil {
					err = d.approve(v.ID, d.adviser)
				}
				if err == nil {
					_, err = d.write(CardVersion{Card: "b", Kind: CardEdit, Body: "乙", Maker: d.clerk}, true)
				}
				if err == nil {
					err = d.do(func(tx *Tx) error {
						return tx.ConfirmCard("qingxi", CardCheck{Card: "b", Law: "民法典", Version: "2021-01-01", Text: "t", Who: d.adviser})
					})
				}
				if err == nil {
					err = d.do(func(tx *Tx) error { _, err := tx.exec(tt.sql); return err })
				}
				if err != nil {
					t.Fatal(err)
				}
				p, err := d.l.Prove(context.Background())
				if err != nil {
					t.Fatal(err)
				}
				if !strings.Contains(strings.Join(p.Faults, "\n"), tt.want) {
					t.Errorf("faults: %v", p.Faults)
				}
			})
		})
	}
}

// Versions, steps and checks come back from a backup, from either database to
// the other.
func TestCardBackup(t *testing.T) {
	each(t, func(t *testing.T, open func(t *testing.T) *Ledger) {
		d := newDesk(t, open(t))
		v, err := d.write(CardVersion{Card: "a", Kind: CardEdit, Body: "甲", Maker: d.clerk}, true)
		if err == nil {
			err = d.approve(v.ID, d.adviser)
		}
		if err != nil {
			t.Fatal(err)
		}
		var file bytes.Buffer
		if _, err := d.l.Backup(context.Background(), &file, noon); err != nil {
			t.Fatal(err)
		}
		other := mustOpen(t, "sqlite:"+t.TempDir()+"/m.db", Options{})
		if _, err := other.Restore(context.Background(), &file, noon); err != nil {
			t.Fatal(err)
		}
		prove(t, other)
		was := d.served()
		d.l = other
		if got := d.served(); got != was || got == "" {
			t.Errorf("served %q, was %q", got, was)
		}
	})
}

// fillUses plays four questions: two answered by card a, one by b, which a
// person holds and a dispute came of, and one by none, whose answer a helper
// proposes as a card. It returns the first matter.
func fillUses(t *testing.T, l *Ledger) (first int64) {
	t.Helper()
	ctx := context.Background()
	for i, card := range []string{"a", "a", "b", ""} {
		err := l.Do(ctx, "x", noon, func(tx *Tx) error {
			c, err := tx.Lock("qingxi", "web", string(rune('p'+i/2)))
			if err != nil {
				return err
			}
			in, err := tx.Receive(c, string(rune('0'+i)), "问第"+string(rune('0'+i)))
			if err != nil {
				return err
			}
			m, err := tx.OpenMatter(c, "hongyan", "继承", card)
			if err != nil {
				return err
			}
			if i == 0 {
				first = m.ID
			}
			kind := "answer"
			if card == "" {
				kind = "handover"
				if err := tx.Draft("qingxi", m.ID, in.ID, in.ID, 7); err != nil {
					return err
				}
			}
			if err := tx.Settle(c, in, FateAnswered, kind, m.ID); err != nil {
				return err
			}
			if card == "b" {
				m.State = MatterHeld
				if err := tx.OpenDispute(&Dispute{Township: "qingxi", Year: 2026, Matter: m.ID, Chat: c.ID, Village: "hongyan", State: "applied"}); err != nil {
					return err
				}
			}
			_, err = tx.Rate(c, m, in.ID, int64(1-i%2))
			if err != nil {
				return err
			}
			return errors.Join(tx.SaveMatter(m), tx.SaveChat(c))
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return first
}

func TestCardUse(t *testing.T) {
	each(t, func(t *testing.T, open func(t *testing.T) *Ledger) {
		l := open(t)
		ctx := context.Background()
		first := fillUses(t, l)
		all, none := Scope{Township: "qingxi"}, Scope{Township: "qingxi", Villages: []string{"baiguo"}}
		err := l.View(ctx, func(v *View) error {
			uses, err := CardUses(v, all, noon.AddDate(0, 0, -1), noon.AddDate(0, 0, 1))
			if err != nil || len(uses) != 2 || uses["a"] != (CardUse{2, 1, 1}) || uses["b"] != (CardUse{1, 1, 0}) {
				t.Errorf("uses: %v, %v", uses, err)
			}
			if uses, err := CardUses(v, none, noon.AddDate(0, 0, -1), noon.AddDate(0, 0, 1)); err != nil || len(uses) != 0 {
				t.Errorf("uses elsewhere: %v, %v", uses, err)
			}
			asked, err := Unanswered(v, all, noon.AddDate(0, 0, -1), 9)
			if err != nil || len(asked) != 1 || asked[0].Text != "问第3" || asked[0].Topic != "继承" {
				t.Errorf("unanswered: %v, %v", asked, err)
			}
			if asked, err := Unanswered(v, none, noon.AddDate(0, 0, -1), 9); err != nil || len(asked) != 0 {
				t.Errorf("unanswered elsewhere: %v, %v", asked, err)
			}
			drafts, err := HelperDrafts(v, all, 9)
			if err != nil || len(drafts) != 1 || drafts[0].Person != 7 {
				t.Errorf("drafts: %v, %v", drafts, err)
			}
			rests, err := CardRests(v, all, []string{"a", "b", "c"})
			if err != nil || rests["a"].Answered != 2 || rests["b"].Waiting != 1 || len(rests["b"].Disputes) != 1 || rests["c"].Answered != 0 {
				t.Errorf("rests: %v, %v", rests, err)
			}
			q, told, err := AskedAndTold(v, first)
			if err != nil || q != "问第0" || told != "" {
				t.Errorf("asked %q, told %q, %v", q, told, err)
			}
			err = l.Do(ctx, "y", noon, func(tx *Tx) error {
				if err := tx.EndDrafts(none, drafts[0].Matter, 7, true); !errors.Is(err, ErrNotFound) {
					t.Errorf("a draft of another village: %v", err)
				}
				return tx.EndDrafts(all, drafts[0].Matter, 7, true)
			})
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		err = l.View(ctx, func(v *View) error {
			drafts, err := HelperDrafts(v, all, 9)
			if len(drafts) != 0 {
				t.Errorf("still there: %v", drafts)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}

// A ledger that was brought up to a later step before the cards' one came gets
// that too.
func TestStepOutOfOrder(t *testing.T) {
	each(t, func(t *testing.T, open func(t *testing.T) *Ledger) {
		l := open(t)
		for _, q := range []string{`DELETE FROM goose_db_version WHERE version_id = 6`, `DROP TABLE card_version`, `DROP TABLE card_step`, `DROP TABLE card_check`,
			`DROP INDEX matter_card`, `DROP INDEX draft_state`} {
			if _, err := l.write.Exec(q); err != nil {
				t.Fatal(err)
			}
		}
		again := open(t)
		if _, err := newDesk(t, again).write(CardVersion{Card: "a", Kind: CardEdit, Body: "甲", Maker: 7}, true); err != nil {
			t.Error(err)
		}
		prove(t, again)
	})
}
