package search

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
)

// fewTrees makes training quick for the length of a test.
func fewTrees(t testing.TB) {
	usual := treeChoice.trees
	treeChoice.trees = 12
	t.Cleanup(func() { treeChoice.trees = usual })
}

// writeQuestions writes past questions, with lines between that cannot be used.
// There are few: few trees are grown on them.
func (m *madeUp) writeQuestions(t testing.TB, list []madeUpQuestion, extra ...string) string {
	t.Helper()
	fewTrees(t)
	var b bytes.Buffer
	for _, q := range list {
		line, err := json.Marshal(q)
		if err != nil {
			t.Fatal(err)
		}
		b.Write(append(line, '\n'))
	}
	b.WriteString(strings.Join(extra, "\n"))
	path := filepath.Join(t.TempDir(), "past.jsonl")
	if err := os.WriteFile(path, b.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

// meanReciprocal asks the questions and takes the mean of 1/place of the first
// gold article.
func meanReciprocal(t *testing.T, s *Statutes, list []madeUpQuestion) float64 {
	t.Helper()
	sum := 0.0
	for _, q := range list {
		hits, err := s.Search(q.Question, 10)
		if err != nil {
			t.Fatal(err)
		}
		for i, h := range hits {
			if slices.Contains(q.Gold, h.ID) {
				sum += 1 / float64(i+1)
				break
			}
		}
	}
	return sum / float64(len(list))
}

func TestLearn(t *testing.T) {
	m := makeUp(t, 4, 16, 260)
	dir := m.imported(t)
	past, asked := m.questions[:200], m.questions[200:]
	before := openPrepared(t, dir)
	plain := meanReciprocal(t, before, asked)
	path := m.writeQuestions(t, past,
		`{"id":"x","question":"没有这一条","gold":["无此法#第一条"]}`,
		fmt.Sprintf(`{"id":"y","question":"一半有","gold":["无此法#第一条",%q]}`, past[0].Gold[0]),
		`not json`, `{"id":"z","question":"","gold":["a"]}`, `{"id":"z","question":"没有答案"}`, ``)
	rep, err := Learn(dir, path, nil)
	if err != nil {
		t.Fatal(err)
	}
	if rep.Questions != 201 || rep.Unused != 1 || rep.Unknown["无此法#第一条"] != 2 || len(rep.Unknown) != 1 {
		t.Errorf("report = %+v", rep)
	}
	if len(rep.Bad) != 3 || !strings.HasPrefix(rep.Bad[0], "past.jsonl:203: ") || !strings.HasPrefix(rep.Bad[2], "past.jsonl:205: ") {
		t.Errorf("bad lines = %q", rep.Bad)
	}
	s := openPrepared(t, dir)
	learnt := meanReciprocal(t, s, asked)
	if learnt < plain+0.1 {
		t.Errorf("mean reciprocal rank %.3f after learning, %.3f before", learnt, plain)
	}
	one, err := os.ReadFile(filepath.Join(dir, rankerName))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Learn(dir, path, nil); err != nil {
		t.Fatal(err)
	}
	if two, err := os.ReadFile(filepath.Join(dir, rankerName)); err != nil || !bytes.Equal(one, two) {
		t.Error("learning twice from the same gave two rankers")
	}
	together(t, s, asked)
}

// together asks from many goroutines what one was answered.
func together(t *testing.T, s *Statutes, asked []madeUpQuestion) {
	t.Helper()
	want := make([][]ArticleHit, len(asked))
	for i, q := range asked {
		want[i], _ = s.Search(q.Question, 10)
	}
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for i, q := range asked {
				if got, err := s.Search(q.Question, 10); err != nil || !slices.Equal(got, want[i]) {
					t.Errorf("%s: %v %v, want %v", q.Question, got, err, want[i])
					return
				}
			}
		})
	}
	wg.Wait()
}

// TestStaleRanker imports other laws after learning: the ranker is refused
// with a sentence that says what to do, and the texts can still be had.
func TestStaleRanker(t *testing.T) {
	m := makeUp(t, 3, 10, 60)
	dir := m.imported(t)
	if _, err := Learn(dir, m.writeQuestions(t, m.questions), nil); err != nil {
		t.Fatal(err)
	}
	if _, err := Import(dir, []string{m.articles}); err != nil {
		t.Fatal(err)
	}
	openPrepared(t, dir) // the same articles again: it still fits
	if _, err := Import(dir, []string{makeUp(t, 2, 10, 0).articles}); err != nil {
		t.Fatal(err)
	}
	s, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if _, err := s.Search("什么", 3); err == nil || !strings.Contains(err.Error(), "learn again") {
		t.Errorf("search with a stale ranker: %v", err)
	}
	if _, err := s.Explain("什么", 3); err == nil {
		t.Error("explain with a stale ranker is no error")
	}
	if len(s.List()) != 2 {
		t.Errorf("laws = %v", s.List())
	}
	if _, err := Learn(dir, m.writeQuestions(t, m.questions), nil); err != nil {
		t.Errorf("learning again: %v", err)
	}
}

func TestDamagedRanker(t *testing.T) {
	m := makeUp(t, 3, 10, 60)
	dir := m.imported(t)
	if _, err := Learn(dir, m.writeQuestions(t, m.questions), nil); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, rankerName)
	good, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var f rankerFile
	spoil := func(change func()) []byte {
		f = rankerFile{}
		if err := json.Unmarshal(good, &f); err != nil {
			t.Fatal(err)
		}
		change()
		out, err := json.Marshal(f)
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	for name, data := range map[string][]byte{
		"cut":        good[:len(good)/2],
		"format":     spoil(func() { f.Format++ }),
		"row":        spoil(func() { f.Questions[0].Gold[0] = 1 << 20 }),
		"weights":    spoil(func() { f.Linear.Weight = f.Linear.Weight[1:] }),
		"no trees":   spoil(func() { f.Trees = nil }),
		"a feature":  spoil(func() { f.Trees.Feature[0] = 60000 }),
		"a leaf":     spoil(func() { f.Trees.Leaf = f.Trees.Leaf[1:] }),
		"null words": spoil(func() { f.Linear.Words["离婚"] = nil }),
	} {
		if err := os.WriteFile(path, data, 0o644); err != nil {
			t.Fatal(err)
		}
		s, err := Open(dir)
		if err != nil {
			t.Fatal(err)
		}
		_, err = s.Search("离婚", 3)
		if name != "null words" && (err == nil || !strings.Contains(err.Error(), "learn again")) {
			t.Errorf("%s: %v", name, err)
		}
		s.Close()
	}
}

func TestTooFewQuestions(t *testing.T) {
	m := makeUp(t, 2, 5, 20)
	dir := m.imported(t)
	if _, err := Learn(dir, m.writeQuestions(t, m.questions[:4]), nil); err == nil || !strings.Contains(err.Error(), "too few") {
		t.Errorf("learning from four questions: %v", err)
	}
	if _, err := Learn(dir, filepath.Join(dir, "none.jsonl"), nil); err == nil {
		t.Error("learning from no file is no error")
	}
	if _, err := Learn(t.TempDir(), m.writeQuestions(t, m.questions), nil); err == nil {
		t.Error("learning without statutes is no error")
	}
	// Questions that find nothing are no reason to fall over.
	none := make([]madeUpQuestion, 12)
	for i := range none {
		none[i] = madeUpQuestion{fmt.Sprint(i), "zzz", m.questions[0].Gold}
	}
	if _, err := Learn(dir, m.writeQuestions(t, none), nil); err != nil {
		t.Error(err)
	}
	for _, q := range []string{"", "zzz", "别的"} {
		if _, err := openPrepared(t, dir).Search(q, 5); err != nil {
			t.Errorf("%q: %v", q, err)
		}
	}
}

func TestExplain(t *testing.T) {
	m := makeUp(t, 3, 12, 120)
	dir := m.imported(t)
	q := m.questions[1].Question
	plain, err := openPrepared(t, dir).Explain(q, 3)
	if err != nil || len(plain) != 3 || plain[0].Why[0].What != featureNames[fBM25] {
		t.Errorf("explained before learning: %+v %v", plain, err)
	}
	if _, err := Learn(dir, m.writeQuestions(t, m.questions), nil); err != nil {
		t.Fatal(err)
	}
	s := openPrepared(t, dir)
	got, err := s.Explain(q, 3)
	if err != nil {
		t.Fatal(err)
	}
	hits, err := s.Search(q, 3)
	if err != nil {
		t.Fatal(err)
	}
	for i, e := range got {
		if e.ArticleHit != hits[i] {
			t.Errorf("explained %v, found %v", e.ArticleHit, hits[i])
		}
	}
	if len(got[0].Why) == 0 {
		t.Error("nothing counted for the best article")
	}
	for f := range allFeatures {
		if featureNames[f] == "" {
			t.Errorf("feature %d has no name", f)
		}
	}
}

func TestEvaluateLawbench(t *testing.T) {
	m := makeUp(t, 3, 10, 60)
	raw, err := os.ReadFile(m.articles)
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	if _, err := z.Write(raw); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "articles.jsonl.gz"), b.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(m.writeQuestions(t, m.questions), filepath.Join(dir, "queries.open.jsonl")); err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := EvaluateLawbench(dir, &out); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"30 articles", "exact BM25 (60)", "learnt (60)", "R@100", "nDCG@10", "p99", "ratio"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("the evaluation does not say %q:\n%s", want, out.String())
		}
	}
	if err := EvaluateLawbench(t.TempDir(), &out); err == nil {
		t.Error("evaluating nothing is no error")
	}
}

func TestWithoutCopies(t *testing.T) {
	asked := []pastQuestion{{Text: "离婚后彩礼要不要退还"}}
	cards := []pastQuestion{{Text: "离婚后彩礼要不要退还？"}, {Text: "打离婚官司找谁"}}
	if got := withoutCopies(cards, asked); len(got) != 1 || got[0].Text != "打离婚官司找谁" {
		t.Errorf("left: %v", got)
	}
}
