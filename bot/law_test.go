package bot

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"mingbai/knowledge"
	"mingbai/search"
)

const wall = "隔壁砌墙占了我屋基咋个办"

// withStatutes gives the stage imported texts of the articles that the wall's
// card cites, but one.
func withStatutes(t *testing.T, s *stage, leaveOut string) {
	t.Helper()
	mind := s.e.Mind()
	card := mind.Index.Understand(wall).Hits[0].Card
	var lines strings.Builder
	for _, c := range card.Cites {
		if c.String() == leaveOut {
			continue
		}
		n, err := knowledge.ParseArticle(c.Article)
		if err != nil {
			t.Fatal(err)
		}
		raw, err := json.Marshal(map[string]any{"law": c.Law, "short": c.Law, "version": "2020-05-28", "in_force_from": "2021-01-01",
			"status": "current", "number": n.String(), "n": n.N, "text": "这是" + c.String() + "的原文。"})
		if err != nil {
			t.Fatal(err)
		}
		lines.Write(append(raw, '\n'))
	}
	dir := t.TempDir()
	file := filepath.Join(dir, "laws.jsonl")
	if err := os.WriteFile(file, []byte(lines.String()), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := search.Import(filepath.Join(dir, "statutes"), []string{file}); err != nil {
		t.Fatal(err)
	}
	st, err := search.Open(filepath.Join(dir, "statutes"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { st.Close() })
	s.e.SetMind(&Mind{Base: mind.Base, Index: mind.Index, Calendar: mind.Calendar, Statutes: st})
}

// With the texts imported, an answer offers the articles word for word.
func TestArticleText(t *testing.T) {
	s := newStage(t)
	withStatutes(t, s, "")
	s.say("a", wall)
	if do := s.button("a", "看法条"); do == "" {
		t.Fatal("no article is offered")
	}
	s.say("a", "[看法条]")
	if got := s.news("a"); !strings.Contains(got, "这是《民法典》第二百三十六条的原文。") || !strings.Contains(got, "法条原文，不是意见") {
		t.Errorf("the article was shown as:\n%s", got)
	}
	s.prove()
}

// A citation that the imported text does not hold is not read out: no legal
// text, a person.
func TestCitationFails(t *testing.T) {
	s := newStage(t)
	withStatutes(t, s, "《民法典》第二百三十六条")
	s.say("a", wall)
	got := s.news("a")
	if strings.Contains(got, "《") || !strings.Contains(got, "受理号") || !strings.Contains(got, "不敢乱答") {
		t.Errorf("the answer was:\n%s", got)
	}
	s.prove()
}

// Who names an article of a former law is told where it stands now.
func TestFormerArticle(t *testing.T) {
	s := newStage(t)
	s.say("a", "他打了我 治安管理处罚法第43条要罚他好多")
	if got := s.news("a"); !strings.Contains(got, "第四十三条现在是第五十一条") {
		t.Errorf("the answer was:\n%s", got)
	}
}
