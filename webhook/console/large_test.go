package console

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"mingbai/bot/annual"
	"mingbai/bot/ledger"
	"mingbai/knowledge"
)

// How long pages and the report take in a large ledger, a county's in a year:
// go test ./webhook/console -run TestLarge -v -timeout 60m -consultations 1000000
var consultations = flag.Int("consultations", 600, "how many consultations TestLarge books")

// book books consultations over the year up to now, as the engine does: each
// journaled, most answered, three in ten rated, one in twenty handed over. A
// commit takes 500.
func (x *town) book(n int) {
	x.Helper()
	town := mind().Base.Township
	chance := rand.New(rand.NewPCG(1, uint64(n)))
	from := time.Date(x.now.Year(), 1, 1, 0, 0, 0, 0, knowledge.Shanghai)
	cards := mind().Base.Cards
	for at := 0; at < n; at += 500 {
		x.do(func(tx *ledger.Tx) error {
			for i := at; i < min(at+500, n); i++ {
				tx.Now = from.Add(time.Duration(float64(x.now.Sub(from)) * float64(i) / float64(n)))
				if err := bookOne(tx, chance, i, town.Villages[i%len(town.Villages)].ID, cards[chance.IntN(len(cards))]); err != nil {
					return err
				}
			}
			return nil
		})
	}
}

func bookOne(tx *ledger.Tx, chance *rand.Rand, i int, village string, card *knowledge.Card) error {
	c, err := tx.Lock("qingxi", "web", fmt.Sprint("visitor-", chance.IntN(200_000)))
	if err != nil {
		return err
	}
	in, err := tx.Receive(c, fmt.Sprint("large-", i), card.Asked[0])
	if err != nil {
		return err
	}
	m, err := tx.OpenMatter(c, village, card.Topic, card.ID)
	if err != nil {
		return err
	}
	said, err := tx.Say(c, "answer", m.ID)
	if err != nil {
		return err
	}
	if err := tx.Words(said, `{"kind":"answer"}`); err != nil {
		return err
	}
	fate := ledger.FateAnswered
	if chance.IntN(20) == 0 {
		fate = ledger.FateHandedOver
		h, err := tx.HandOver(c, m, "no-card", tx.Now.Add(time.Hour))
		if err != nil {
			return err
		}
		h.State = ledger.HandoverAnswered
		if err := tx.SaveHandover(h); err != nil {
			return err
		}
	} else if err := tx.LogAnswer(c, m, "card"); err != nil {
		return err
	}
	if err := tx.Settle(c, in, fate, "answer", m.ID); err != nil {
		return err
	}
	if chance.IntN(10) < 3 {
		if _, err := tx.Rate(c, m, said.ID, int64(min(chance.IntN(6), 1))); err != nil {
			return err
		}
	}
	return tx.SaveChat(c)
}

// Pages answer, the brief report is the whole one's, and the ledger holds, in a
// ledger of many consultations; how long each took is logged.
func TestLarge(t *testing.T) {
	x := newTownOf(t, ledger.Options{Throwaway: true})
	x.fill()
	took := func(what string, f func()) {
		begin := time.Now()
		f()
		t.Logf("%-28s %s", what, time.Since(begin).Round(time.Millisecond))
	}
	took(fmt.Sprintf("book %d", *consultations), func() { x.book(*consultations) })
	b := x.as(x.account(ledger.AccountAdmin))
	for _, page := range []string{"/console/", "/console/consultations", "/console/consultations?month=2026-05", "/console/consultations?fate=answered", "/console/consultations?village=hongyan&fate=handed-over",
		"/console/handovers", "/console/disputes", "/console/grid"} {
		b.get(page) // sums of months that are over are kept
		var times []time.Duration
		for range 100 {
			begin := time.Now()
			b.get(page)
			times = append(times, time.Since(begin))
		}
		slices.Sort(times)
		t.Logf("%-60s p50 %6.1f ms, p99 %6.1f ms", page, float64(times[50].Microseconds())/1000, float64(times[98].Microseconds())/1000)
	}
	town, ctx := mind().Base.Township, context.Background()
	var brief, whole *annual.Report
	var err error
	took("report, brief", func() { brief, err = annual.Brief(ctx, x.l, town, 2026, x.now) })
	if err != nil {
		t.Fatal(err)
	}
	took("report.docx", func() { err = brief.WriteDocx(&bytes.Buffer{}) })
	if err != nil {
		t.Fatal(err)
	}
	took("report with records", func() { whole, err = annual.Write(ctx, x.l, town, 2026, x.now) })
	if err != nil {
		t.Fatal(err)
	}
	for n, i := range whole.Indicators {
		if j := brief.Indicators[n]; i.Key != j.Key || i.Value != j.Value {
			t.Errorf("%s: %g, in brief %g", i.Key, i.Value, j.Value)
		}
	}
	took("prove", func() {
		p, err := x.l.Prove(ctx)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range p.Faults {
			if !strings.Contains(f, "event") && !strings.Contains(f, "clock") { // the harness makes up two of each
				t.Error(f)
			}
		}
	})
}
