package bot

import (
	"strings"
	"testing"

	"mingbai/knowledge"
	"mingbai/search"
)

// TestStatute: an article is shown only for a question that no card answers,
// only when it is sure and in force, and always as law with a person beside it.
func TestStatute(t *testing.T) {
	s := newStage(t)
	full := s.e.Mind()
	article := search.Article{Law: "民法典", Number: "第三百一十四条", From: "2021-01-01", Text: "拾得遗失物，应当返还权利人。"}
	const strange = "保险经纪公司的经理任职资格由哪个机关核准？"
	for _, tt := range []struct {
		name       string
		say        string
		article    search.Article
		confidence float64
		want       bool
	}{
		{"sure", strange, article, 0.9, true},
		{"not sure", strange, article, 0.8, false},
		{"a card answers", "离婚夫妻财产怎么分", article, 0.99, false},
		{"out of scope", "明天买哪只股票能涨", article, 0.99, false},
		{"no such article", strange, search.Article{Law: "民法典", Number: "第九千条", Text: "没有这一条"}, 0.99, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			mind := &Mind{Base: full.Base, Index: full.Index, Calendar: full.Calendar, Kinds: full.Kinds,
				best: func(string, knowledge.Day) (search.Article, float64, bool) { return tt.article, tt.confidence, true }}
			s.e.SetMind(mind)
			r := s.say(tt.name, tt.say)
			shown := len(r) > 0 && strings.Contains(r[len(r)-1].Plain(), tt.article.Text) && strings.Contains(r[len(r)-1].Note, "不是意见")
			if shown != tt.want {
				t.Errorf("%+v", r)
			}
			q := mind.Index.Understand(tt.say)
			v, once := mind.Once(q, tt.say, knowledge.DayOf(s.now), s.now)
			if (v.Why == "statute") != tt.want || tt.want && !strings.Contains(once.Text, tt.article.Text) {
				t.Errorf("once: %+v %+v", v, once)
			}
		})
	}
}
