package search

import (
	"math"
	"math/rand/v2"
	"testing"
)

func TestBest(t *testing.T) {
	var none *Statutes
	if _, _, ok := none.Best("什么", "2026-01-01"); ok {
		t.Error("no statutes, and yet an article")
	}
	m := makeUp(t, 3, 12, 120)
	dir := m.imported(t)
	if _, _, ok := openPrepared(t, dir).Best(m.questions[1].Question, "2026-01-01"); ok {
		t.Error("nothing was learnt, and yet an article")
	}
	if _, err := Learn(dir, m.writeQuestions(t, m.questions), nil); err != nil {
		t.Fatal(err)
	}
	s := openPrepared(t, dir)
	sure, right := 0, 0
	for _, q := range m.questions {
		hits, err := s.Search(q.Question, 1)
		if err != nil {
			t.Fatal(err)
		}
		a, p, ok := s.Best(q.Question, "2026-01-01")
		if !ok || a.ID != hits[0].ID || a.Text == "" || p < 0 || p > 1 {
			t.Fatalf("%s: %v %.2f %v; the search has %v first", q.Question, a, p, ok, hits[0])
		}
		if p >= SureArticle {
			sure++
			if a.ID == q.Gold[0] {
				right++
			}
		}
	}
	if sure == 0 || right < sure*8/10 {
		t.Errorf("sure of %d of %d, right %d times", sure, len(m.questions), right)
	}
	row := s.byName[plainTitle(s.rows[0].Law)]
	for _, r := range row { // the law ends: nothing of it is shown
		s.rows[r].To = "2025-01-01"
	}
	for _, q := range m.questions {
		if a, _, ok := s.Best(q.Question, "2026-01-01"); ok && a.To != "" {
			t.Fatalf("%s: %s is no longer in force", q.Question, a.ID)
		}
	}
	for _, q := range []string{"", "。。。", "zzz"} {
		if _, p, ok := s.Best(q, "2026-01-01"); ok && p >= SureArticle {
			t.Errorf("%q: sure to %.2f of nothing", q, p)
		}
	}
}

// TestSureness draws from a known curve and finds it again.
func TestSureness(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	want := sureness{Bias: -2, Slope: 0.4}
	var lead []float64
	var right []bool
	for range 20000 {
		x := rng.Float64() * 12
		lead = append(lead, x)
		right = append(right, rng.Float64() < 1/(1+math.Exp(-want.Bias-want.Slope*x)))
	}
	if got := fitSureness(lead, right); math.Abs(got.Bias-want.Bias) > 0.1 || math.Abs(got.Slope-want.Slope) > 0.02 {
		t.Errorf("got %+v, want %+v", got, want)
	}
	for _, all := range []bool{true, false} { // nothing to tell apart: finite all the same
		got := fitSureness([]float64{1, 2, 3}, []bool{all, all, all})
		if p := got.of(2, 0); math.IsNaN(p) || p > 0.5 != all {
			t.Errorf("everything %v: %.2f", all, p)
		}
	}
	if p := fitSureness(nil, nil).of(5, 1); p > 0.01 {
		t.Errorf("learnt from nothing: %.2f", p)
	}
}
