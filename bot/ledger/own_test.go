package ledger

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"
)

// What an account's owner changes: password, second factor, recovery codes and
// sessions; never another's.
func TestOwnAccount(t *testing.T) {
	each(t, func(t *testing.T, open func(t *testing.T) *Ledger) {
		l := open(t)
		do := func(f func(tx *Tx) error) error { return l.Do(context.Background(), "own", noon, f) }
		must := func(f func(tx *Tx) error) {
			t.Helper()
			if err := do(f); err != nil {
				t.Fatal(err)
			}
		}
		a := &Account{Login: "zhoumin", Name: "周敏", Password: "old"}
		b := &Account{Login: "other", Name: "田芳", Password: "old"}
		var mine, elsewhere, others string
		must(func(tx *Tx) error {
			for _, x := range []*Account{a, b} {
				word, err := tx.MakePass(Pass{Township: "qingxi", Role: AccountClerk, Boards: []string{BoardGrid, BoardReport}, TOTP: "S", Maker: 7}, time.Hour)
				if err != nil {
					return err
				}
				if p, err := PassOf(tx, word, noon); err != nil || !slices.Equal(p.Boards, []string{BoardGrid, BoardReport}) {
					t.Errorf("the link gives %v, %v", p.Boards, err)
				}
				if err := tx.MakeAccount(word, x, 1, []string{"one", "two"}); err != nil {
					return err
				}
			}
			var err1, err2, err3 error
			mine, err1 = tx.BeginSession(a)
			elsewhere, err2 = tx.BeginSession(a)
			others, err3 = tx.BeginSession(b)
			return errors.Join(err1, err2, err3)
		})
		in := func(word string) *Account {
			t.Helper()
			var got *Account
			err := l.View(context.Background(), func(v *View) (err error) { got, _, err = AccountBySession(v, word, noon); return err })
			if err != nil && !errors.Is(err, ErrNotFound) {
				t.Fatal(err)
			}
			return got
		}
		if got := in(mine); got == nil || !slices.Equal(got.Boards, []string{BoardGrid, BoardReport}) {
			t.Fatalf("signed in as %+v", got)
		}
		list := func() (out []Session) {
			t.Helper()
			if err := l.View(context.Background(), func(v *View) (err error) { out, err = SessionsOf(v, a.ID, mine, noon); return err }); err != nil {
				t.Fatal(err)
			}
			return out
		}
		s := list()
		if len(s) != 2 || s[0].Mine == s[1].Mine || !s[0].Began.Equal(noon) {
			t.Fatalf("sessions %+v", s)
		}
		if err := do(func(tx *Tx) error { return tx.EndOwnSession(b, s[0].Key) }); !errors.Is(err, ErrNotFound) {
			t.Errorf("another account ended a session: %v", err)
		}

		stale := *a
		stale.Password = "older"
		if err := do(func(tx *Tx) error { return tx.ChangePassword(&stale, mine, "new") }); !errors.Is(err, ErrNotFound) {
			t.Errorf("a password that had been changed: %v", err)
		}
		must(func(tx *Tx) error { return tx.ChangePassword(a, mine, "new") })
		if got := in(mine); got == nil || got.Password != "new" {
			t.Errorf("after the change: %+v", got)
		}
		if in(elsewhere) != nil || in(others) == nil {
			t.Error("a changed password ends the other sessions, of this account only")
		}

		must(func(tx *Tx) (err error) { elsewhere, err = tx.BeginSession(a); return err })
		if err := do(func(tx *Tx) error { return tx.ChangeTOTP(a, mine, "", 9) }); !errors.Is(err, ErrNotFound) {
			t.Errorf("a second factor that nobody offered: %v", err)
		}
		must(func(tx *Tx) error { return tx.OfferTOTP(a.ID, "N") })
		if err := do(func(tx *Tx) error { return tx.ChangeTOTP(a, mine, "M", 9) }); !errors.Is(err, ErrNotFound) {
			t.Errorf("another second factor than the offered: %v", err)
		}
		if got := in(mine); got.TOTP != "S" {
			t.Errorf("an offer is in use: %q", got.TOTP)
		}
		must(func(tx *Tx) error {
			if got, err := OfferedTOTP(tx, a.ID); got != "N" || err != nil {
				t.Errorf("offered %q, %v", got, err)
			}
			return tx.ChangeTOTP(a, mine, "N", 9)
		})
		if got := in(mine); got == nil || got.TOTP != "N" || in(elsewhere) != nil {
			t.Errorf("after the change: %+v", got)
		}
		must(func(tx *Tx) error {
			if got, err := OfferedTOTP(tx, a.ID); got != "" || err != nil {
				t.Errorf("still offered %q, %v", got, err)
			}
			if ok, err := tx.UseCode(a.ID, 9, ""); ok || err != nil {
				t.Errorf("the confirming code serves again: %v %v", ok, err)
			}
			if err := tx.RenewRecovery(a, []string{"three"}); err != nil {
				return err
			}
			for code, want := range map[string]bool{"one": false, "three": true} {
				if ok, err := tx.UseCode(a.ID, 0, code); ok != want || err != nil {
					t.Errorf("recovery code %s: %v %v", code, ok, err)
				}
			}
			if n, err := RecoveryLeft(tx, a.ID); n != 0 || err != nil {
				t.Errorf("%d codes left, %v", n, err)
			}
			if n, err := RecoveryLeft(tx, b.ID); n != 2 || err != nil {
				t.Errorf("another has %d codes left, %v", n, err)
			}
			return nil
		})
		must(func(tx *Tx) error { return tx.EndOwnSession(a, list()[0].Key) })
		if in(mine) != nil {
			t.Error("the session is open")
		}
		must(func(tx *Tx) error {
			deeds, err := Deeds(tx, "qingxi", 99)
			n := map[Event]int{}
			for _, d := range deeds {
				n[d.Event]++
			}
			for _, e := range []Event{PasswordChanged, FactorChanged, RecoveryRenewed, SignedOut} {
				if n[e] != 1 {
					t.Errorf("%s stands %d times in the journal", e, n[e])
				}
			}
			return err
		})
		prove(t, l)
	})
}
