package annual

import (
	"context"
	"slices"
	"testing"
	"time"

	"mingbai/bot/ledger"
	"mingbai/knowledge"
)

// A brief report says what a whole one says, without the platform's records.
func TestBrief(t *testing.T) {
	x := whole(t)
	// What a rule must not count twice, or in another year.
	x.at("2025-12-31 23:50", func(tx *ledger.Tx, c *ledger.Chat, m *ledger.Message) error {
		k, err := tx.OpenMatter(c, "hongyan", "工伤", "")
		if err != nil {
			return err
		}
		tx.Now = tx.Now.Add(20 * time.Minute) // past midnight
		for range 2 {
			if err := tx.LogAnswer(c, k, "card"); err != nil {
				return err
			}
			if _, err := tx.Rate(c, k, m.ID, 1); err != nil {
				return err
			}
			if _, err := tx.HandOver(c, k, "no-card", tx.Now); err != nil {
				return err
			}
		}
		_, err = tx.Rate(c, k, m.ID+1, 0)
		return err
	})
	x.at("2026-05-05 10:00", func(tx *ledger.Tx, c *ledger.Chat, m *ledger.Message) error {
		k, err := tx.OpenMatter(c, "", "继承", "")
		if err != nil {
			return err
		}
		return tx.LogAnswer(c, k, "card")
	})
	for _, year := range []int{2024, 2025, 2026} {
		now := time.Date(2027, 2, 1, 0, 0, 0, 0, knowledge.Shanghai)
		long, err := Write(context.Background(), x.l, x.base.Township, year, now)
		if err != nil {
			t.Fatal(err)
		}
		brief, err := Brief(context.Background(), x.l, x.base.Township, year, now)
		if err != nil {
			t.Fatal(err)
		}
		for n, i := range long.Indicators {
			j := brief.Indicators[n]
			if i.Key != j.Key || i.Value != j.Value || i.Missing != j.Missing || i.Zero != j.Zero || i.Change != j.Change {
				t.Errorf("%d %s: %g, in brief %g (missing %v, %v)", year, i.Key, i.Value, j.Value, i.Missing, j.Missing)
			}
		}
		for _, i := range long.Indicators {
			j, ok, err := Open(context.Background(), x.l, x.base.Township, year, now, i.Key)
			if err != nil || !ok || j.Value != i.Value || !slices.Equal(i.Records, j.Records) {
				t.Errorf("%d %s opened: %v %v, %g with %d records, want %g with %d", year, i.Key, ok, err, j.Value, len(j.Records), i.Value, len(i.Records))
			}
		}
		if a, b := markdown(t, long), markdown(t, brief); a != b {
			t.Errorf("%d: a brief report reads otherwise", year)
		}
		if a, b := long.Blockers(), brief.Blockers(); !slices.Equal(a, b) {
			t.Errorf("%d: what stands in the way is %q, in brief %q", year, a, b)
		}
	}
}
