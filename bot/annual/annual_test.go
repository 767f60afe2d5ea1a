package annual

import (
	"bytes"
	"context"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"mingbai/bot/ledger"
	"mingbai/knowledge"
)

// A booker writes facts into a ledger at chosen moments.
type booker struct {
	t *testing.T
	l *ledger.Ledger
	n int
}

func (b *booker) at(day string, f func(tx *ledger.Tx, c *ledger.Chat, m *ledger.Message) error) {
	b.t.Helper()
	at, err := time.ParseInLocation("2006-01-02 15:04", day, knowledge.Shanghai)
	if err != nil {
		b.t.Fatal(err)
	}
	b.n++
	chat := fmt.Sprint("chat", b.n)
	err = b.l.Do(context.Background(), chat, at, func(tx *ledger.Tx) error {
		c, err := tx.Lock("qingxi", "web", chat)
		if err != nil {
			return err
		}
		m, err := tx.Receive(c, fmt.Sprint(b.n), "话")
		if err != nil {
			return err
		}
		if err := f(tx, c, m); err != nil {
			return err
		}
		if m.Fate == "" {
			if err := tx.Settle(c, m, ledger.FateAnswered, "answer", m.Matter); err != nil {
				return err
			}
		}
		return tx.SaveChat(c)
	})
	if err != nil {
		b.t.Fatal(err)
	}
}

func ask(village, topic string, handOver bool) func(tx *ledger.Tx, c *ledger.Chat, m *ledger.Message) error {
	return func(tx *ledger.Tx, c *ledger.Chat, m *ledger.Message) error {
		matter, err := tx.OpenMatter(c, village, topic, "card")
		if err != nil {
			return err
		}
		if err := tx.LogAnswer(c, matter, "card"); err != nil {
			return err
		}
		if handOver {
			h, err := tx.HandOver(c, matter, "asked", tx.Now.Add(time.Hour))
			if err != nil {
				return err
			}
			return tx.SetTimer("qingxi", "promise", h.ID, 0, tx.Now)
		}
		return nil
	}
}

func counted(t *testing.T) (*Report, map[string]Indicator) {
	t.Helper()
	base, err := knowledge.Load(knowledge.Overlay{})
	if err != nil {
		t.Fatal(err)
	}
	l, err := ledger.Open(context.Background(), "sqlite:"+filepath.Join(t.TempDir(), "m.db"), ledger.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	b := &booker{t: t, l: l}
	b.at("2025-12-31 23:59", ask("hongyan", "继承", false)) // the year before
	b.at("2026-01-01 00:00", ask("hongyan", "继承", false))
	for range 6 {
		b.at("2026-03-05 10:00", ask("hongyan", "继承", false))
	}
	b.at("2026-03-06 10:00", ask("qinglong", "工伤", true))
	b.at("2026-12-31 23:59", ask("", "工伤", true))
	b.at("2027-01-01 00:00", ask("hongyan", "继承", false)) // the year after
	b.at("2026-04-01 10:00", func(tx *ledger.Tx, c *ledger.Chat, m *ledger.Message) error {
		if _, err := tx.Register(c, "hongyan", "本村村民", "1"); err != nil {
			return err
		}
		return tx.Settle(c, m, ledger.FateRefused, "flood", 0)
	})
	r, err := Count(context.Background(), l, base.Township, 2026, time.Date(2027, 2, 1, 0, 0, 0, 0, knowledge.Shanghai))
	if err != nil {
		t.Fatal(err)
	}
	by := map[string]Indicator{}
	for _, i := range r.Indicators {
		by[i.Key] = i
	}
	return r, by
}

// The year begins and ends at midnight in Shanghai, and every figure is its
// records.
func TestCount(t *testing.T) {
	r, by := counted(t)
	for key, want := range map[string]float64{
		"consultations": 9, "consultations.month.01": 1, "consultations.month.03": 7, "consultations.month.12": 1,
		"consultations.village.hongyan": 7, "consultations.village.qinglong": 1, "consultations.village.none": 1,
		"consultations.topic.继承": 7, "consultations.topic.工伤": 2,
		"handovers": 2, "answered.bot": 7, "answered.share": 77.7,
		"registrations": 1, "messages": 10, "messages.refused": 1, "messages.answered": 9,
	} {
		if by[key].Value != want {
			t.Errorf("%s = %g, want %g", key, by[key].Value, want)
		}
	}
	if faults := r.Lint(); len(faults) > 0 {
		t.Error(faults)
	}
	for _, i := range r.Indicators {
		if i.Rule == "" || i.Source == "" || i.Name == "" {
			t.Errorf("%s has no rule, source or name", i.Key)
		}
	}
}

// Sums that do not add up are told.
func TestLint(t *testing.T) {
	for _, key := range []string{"consultations.month.03", "messages.answered", "handovers"} {
		r, _ := counted(t)
		for i := range r.Indicators {
			if r.Indicators[i].Key == key {
				r.Indicators[i].Value++
				r.Indicators[i].Records = append(r.Indicators[i].Records, "x")
			}
		}
		if len(r.Lint()) == 0 {
			t.Errorf("%s is one too many and nobody notices", key)
		}
	}
}

// Published tables hide small groups, and with a lone one the next, which the
// total would tell; a figure without records is not a zero.
func TestMarkdown(t *testing.T) {
	r, _ := counted(t)
	var buf bytes.Buffer
	if err := r.WriteMarkdown(&buf); err != nil {
		t.Fatal(err)
	}
	text := buf.String()
	for _, want := range []string{"| 咨询 | 9 | 件 |", "| 到点未办 | 还没有记录 |", "| 3月 | 7 |", "| 青龙村 | 少于5 |", "| 工伤 | 少于8 |", "| 继承 | 少于8 |"} {
		if !strings.Contains(text, want) {
			t.Errorf("the report lacks %q:\n%s", want, text)
		}
	}
	var again bytes.Buffer
	if err := r.WriteMarkdown(&again); err != nil || again.String() != text {
		t.Errorf("the same figures gave other bytes (%v)", err)
	}
}
