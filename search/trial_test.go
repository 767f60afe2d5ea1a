package search

import (
	"math"
	"slices"
	"strings"
	"testing"

	"mingbai/knowledge"
)

// A card that copies another's phrasings loses them or takes them, and both
// are told; the explanation of a score adds up to it.
func TestTrial(t *testing.T) {
	base, err := knowledge.Load(knowledge.Overlay{})
	if err != nil {
		t.Fatal(err)
	}
	served := New(base)
	victim := base.Card("boundary-neighbour-built-over")
	thief := *victim
	thief.ID, thief.Asked = "qingxi-1", append([]string{"邻居起房子占了我的地基"}, victim.Asked[:6]...)
	next, err := base.With([]knowledge.Edition{{Card: thief.ID, Text: thief.Markdown()}})
	if err != nil {
		t.Fatal(err)
	}
	x := New(next)
	lost, takes := x.Lost("qingxi-1"), x.Takes("qingxi-1", served)
	if len(lost)+len(takes) == 0 {
		t.Fatal("a copy stands as well as its original")
	}
	for _, f := range append(lost, takes...) {
		if f.Other == "" || f.Words == "" || f.Fault != knowledge.FaultLost && f.Fault != knowledge.FaultTakes {
			t.Errorf("finding %+v", f)
		}
	}
	if f := served.Takes(victim.ID, New(base)); len(f) > 0 {
		t.Errorf("a served card takes: %v", f)
	}
	if f := served.Lost(victim.ID); len(f) > 0 {
		t.Errorf("a served card loses: %v", f)
	}
	if served.Lost("none") != nil || served.Takes("none", served) != nil {
		t.Error("a card that is not there stands trial")
	}

	m, scores := served.Explain(victim.Asked[0], 3)
	if len(scores) != 3 || scores[0].Card != victim || scores[0].Near == "" || m.Decision != Answer {
		t.Fatalf("explained: %+v", scores)
	}
	for _, s := range scores {
		sum := 0.0
		for _, w := range s.Why {
			sum += w.Points
		}
		if math.Abs(sum-s.Score) > 0.05 {
			t.Errorf("%s: the points add up to %.3f, the score is %.3f", s.Card.ID, sum, s.Score)
		}
	}
	if place, score, best := served.Standing(victim.Asked[0], victim.ID); place != 1 || score != best.Score || best.Card != victim {
		t.Errorf("place %d, %.2f of %+v", place, score, best)
	}
	if place, _, best := served.Standing("低保怎么申请", victim.ID); place < 2 || best.Card == victim {
		t.Errorf("place %d", place)
	}
	if place, _, _ := served.Standing("低保怎么申请", "none"); place != 0 {
		t.Errorf("a card that is not there has place %d", place)
	}
}

func TestChangeOf(t *testing.T) {
	base, err := knowledge.Load(knowledge.Overlay{})
	if err != nil {
		t.Fatal(err)
	}
	dir, src := t.TempDir()+"/statutes", t.TempDir()
	old := write(t, src, "人民调解法_20100828.md", []byte("# 中华人民共和国人民调解法\n2010年8月28日通过\n第一条　为了完善人民调解制度，规范人民调解活动，制定本法。\n第二条　人民调解委员会调解民间纠纷，不收取任何费用。\n第三条　本法自2011年1月1日起施行。\n"))
	next := write(t, src, "人民调解法_20261201.md", []byte("# 中华人民共和国人民调解法\n2010年8月28日通过　2026年12月1日修订\n第一条　为了完善人民调解制度，规范人民调解活动，制定本法。\n第二条　新加的一条，说的是别的事情，与旧条都不像。\n第三条　人民调解委员会调解民间纠纷，不收取任何费用。\n第四条　本法自2027年6月1日起施行。\n"))
	if _, err := Import(dir, []string{old, next}); err != nil {
		t.Fatal(err)
	}
	st, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer st.Close()
	now, err := st.Version("人民调解法", "2026-12-01")
	if err != nil || now == nil || len(now.Articles) != 4 {
		t.Fatalf("the new version: %+v, %v", now, err)
	}
	if none, err := st.Version("人民调解法", "1999-01-01"); none != nil || err != nil {
		t.Errorf("a version that is not there: %+v, %v", none, err)
	}
	was, err := st.Before(now)
	if err != nil || was == nil || was.Version != "2010-08-28" {
		t.Fatalf("the version before: %+v, %v", was, err)
	}
	c := ChangeOf(base, was, now)
	if c.Count[Unchanged] != 1 || c.Count[Relocated] != 2 || !slices.ContainsFunc(c.Articles, func(a Change) bool { return a.Old == "第二条" && a.New == "第三条" }) {
		t.Errorf("articles: %+v %+v", c.Count, c.Articles)
	}
	for _, touch := range c.Touched {
		if !strings.Contains(touch.Cite.Law, "人民调解法") || touch.Card == nil || touch.Kind == "" {
			t.Errorf("touched: %+v", touch)
		}
	}
	if byNumber := ChangeOf(base, nil, now); byNumber.Articles != nil || len(byNumber.Touched) == 0 || !byNumber.Touched[0].ByNumber {
		t.Errorf("by number: %+v", byNumber.Touched)
	}
}
