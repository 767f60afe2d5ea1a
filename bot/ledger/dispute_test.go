package ledger

import (
	"context"
	"errors"
	"testing"
	"time"
)

// TestDispute keeps a dispute with its parties, texts, papers, evidence, seats
// and meetings on both databases, and erases the applicant.
func TestDispute(t *testing.T) {
	each(t, func(t *testing.T, open func(t *testing.T) *Ledger) {
		l := open(t)
		d := &Dispute{Township: "qingxi", Year: 2026, Village: "hongyan", Category: "邻里纠纷", Level: "village", State: "found", Rules: "{}"}
		var code string
		do := func(f func(tx *Tx) error) {
			t.Helper()
			if err := l.Do(context.Background(), "x", noon, f); err != nil {
				t.Fatal(err)
			}
		}
		err := say(l, "王婆", "1", "隔壁的水", func(tx *Tx, c *Chat, m *Message) error {
			matter, err := tx.OpenMatter(c, "hongyan", "邻里相邻", "")
			if err != nil {
				return err
			}
			d.Matter, d.Chat = matter.ID, c.ID
			if err := tx.OpenDispute(d); err != nil {
				return err
			}
			for n, p := range []*Party{{Side: "applicant", Chat: c.ID, Consent: "yes", How: "here", At: noon, Name: "王婆", Phone: "13800000000"}, {Side: "respondent", Name: "老刘"}} {
				p.Dispute, p.N = d.ID, int64(n)
				if err := tx.AddParty(p, ""); err != nil {
					return err
				}
				if n == 1 {
					if code, err = tx.NewCode(p); err != nil {
						return err
					}
				}
			}
			if err := tx.Attach(m, "photo", "f1", "", 7, nil); err != nil {
				return err
			}
			e, err := tx.KeepEvidence(d, m, "photo", "f1", 7)
			if err != nil {
				return err
			}
			if err := tx.StoreEvidence("qingxi", e, []byte("picture")); err != nil {
				return err
			}
			if err := tx.Particular(d.ID, "story", "水滴到墙上"); err != nil {
				return err
			}
			if err := tx.Particular(d.ID, "story", "水滴到我墙上"); err != nil {
				return err
			}
			return tx.LogStep(d, 0, map[string]string{"act": "open"})
		})
		if err != nil {
			t.Fatal(err)
		}
		do(func(tx *Tx) error {
			locked, err := tx.LockDispute(d.ID)
			if err != nil {
				return err
			}
			locked.State, locked.Due = "applied", noon.Add(time.Hour)
			if err := tx.NumberDispute(locked); err != nil {
				return err
			}
			if err := tx.AskMediator(locked, 7, noon.Add(time.Hour), "本村的"); err != nil {
				return err
			}
			if err := tx.EndAsk(locked, "accepted"); err != nil {
				return err
			}
			for n := range 2 {
				p, err := tx.KeepPaper(locked, "record", 7, []byte{byte(n)}, "<p>")
				if err != nil || p.N != int64(n+1) {
					t.Errorf("paper %d is number %d: %v", n, p.N, err)
				}
			}
			if err := tx.AskSeat(locked, "police", 9, noon.Add(time.Hour)); err != nil {
				return err
			}
			seats, err := SeatsAsked(tx, 9)
			if err != nil || len(seats) != 1 {
				t.Fatalf("seats %v, %v", seats, err)
			}
			if err := tx.AnswerSeat(locked, seats[0], "declined"); err != nil {
				return err
			}
			m, err := tx.Propose(locked, noon.Add(48*time.Hour), "村委会")
			if err != nil {
				return err
			}
			if _, err := tx.Propose(locked, noon.Add(72*time.Hour), ""); err != nil {
				return err
			}
			for range 2 { // twice is once
				if err := tx.Suits(m.ID, 1); err != nil {
					return err
				}
			}
			if err := tx.SetMeeting(locked, m.ID, "fixed"); err != nil {
				return err
			}
			if err := tx.SetMeeting(locked, 0, "dropped"); err != nil {
				return err
			}
			meetings, err := MeetingsOf(tx, d.ID)
			if err != nil || len(meetings) != 2 || meetings[0].Votes != 1 || meetings[0].State != "fixed" || meetings[1].State != "dropped" {
				t.Errorf("meetings %+v, %v", meetings, err)
			}
			if _, err := tx.LockDispute(d.ID + 1); !errors.Is(err, ErrNotFound) {
				t.Errorf("an unknown dispute: %v", err)
			}
			return nil
		})
		view := func(f func(v *View)) {
			t.Helper()
			if err := l.View(context.Background(), func(v *View) error { f(v); return nil }); err != nil {
				t.Fatal(err)
			}
		}
		view(func(v *View) {
			got, err := DisputeByID(v, d.ID)
			if err != nil || got.No != 1 || got.Mediator != 7 || got.State != "applied" || !got.Due.Equal(noon.Add(time.Hour)) {
				t.Errorf("dispute %+v, %v", got, err)
			}
			if p, err := PartyByCode(v, code); err != nil || p.Name != "老刘" || p.N != 1 {
				t.Errorf("party %+v, %v", p, err)
			}
			if x, err := ParticularsOf(v, d.ID); err != nil || x["story"] != "水滴到我墙上" {
				t.Errorf("texts %v, %v", x, err)
			}
			papers := 0
			if err := EveryPaper(v, func(p *Paper, journaled string) error {
				papers++
				if p.Computed() != p.Hash || journaled != p.Hash {
					t.Errorf("paper %d: %s, journal %s", p.N, p.Hash, journaled)
				}
				return nil
			}); err != nil || papers != 2 {
				t.Errorf("%d papers, %v", papers, err)
			}
			if list, err := DisputesWith(v, 7); err != nil || len(list) != 1 {
				t.Errorf("the mediator has %v, %v", list, err)
			}
			if list, err := EvidenceOf(v, d.ID); err != nil || len(list) != 1 || list[0].Hash != fileHash([]byte("picture")) {
				t.Errorf("evidence %v, %v", list, err)
			}
		})
		if err := say(l, "王婆", "2", "删除", func(tx *Tx, c *Chat, _ *Message) error {
			return tx.Erase(c)
		}); err != nil {
			t.Fatal(err)
		}
		view(func(v *View) {
			parties, err := PartiesOf(v, d.ID)
			if err != nil || len(parties) != 2 || parties[0].Name != "" || parties[0].Phone != "" || parties[1].Name != "老刘" {
				t.Errorf("after erasing: %+v, %v", parties, err)
			}
			x, err := ParticularsOf(v, d.ID)
			if err != nil || len(x) != 0 {
				t.Errorf("texts left: %v, %v", x, err)
			}
			if list, err := EvidenceOf(v, d.ID); err != nil || len(list) != 0 {
				t.Errorf("evidence left: %v, %v", list, err)
			}
			if p, err := PapersOf(v, d.ID); err != nil || len(p) != 0 {
				t.Errorf("papers left without an agreement: %v, %v", p, err)
			}
		})
	})
}
