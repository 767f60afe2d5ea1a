package search

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/blevesearch/bleve/v2"
)

// A madeUp is a small body of law: matters with words of their own, in which
// residents ask with other words than the law uses.
type madeUp struct {
	dir       string // lawbench's form: articles.jsonl.gz is left to the tests that need it
	articles  string // path
	questions []madeUpQuestion
}

type madeUpQuestion struct {
	ID       string   `json:"id"`
	Question string   `json:"question"`
	Gold     []string `json:"gold"`
}

// hanWord makes a word of two characters that no other number makes.
func hanWord(n int) string { return string([]rune{rune(0x5000 + n), rune(0x7000 + n*7%2000)}) }

// makeUp writes laws×articles articles and some questions an article.
func makeUp(t testing.TB, laws, articles, questions int) *madeUp {
	t.Helper()
	m := &madeUp{dir: t.TempDir()}
	m.articles = filepath.Join(m.dir, "laws.jsonl")
	rng := rand.New(rand.NewPCG(1, 2))
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	line := func(v any) {
		if err := enc.Encode(v); err != nil {
			t.Fatal(err)
		}
	}
	for l := range laws {
		law := hanWord(5000+l) + "法"
		for a := range articles {
			n := l*articles + a
			number := fmt.Sprintf("第%d条", a+1)
			var text strings.Builder
			for range 12 + rng.IntN(20) {
				switch rng.IntN(4) {
				case 0:
					text.WriteString(hanWord(n)) // the matter of the article
				case 1:
					text.WriteString(hanWord(3000 + l*8 + a/8)) // of its chapter
				default:
					text.WriteString(hanWord(4000 + rng.IntN(300))) // of everybody
				}
			}
			line(map[string]string{"id": law + "#" + number, "law": law, "number": number, "chapter": fmt.Sprintf("第%d章 %s", a/8+1, hanWord(3000+l*8+a/8)), "text": text.String() + "。"})
		}
	}
	if err := os.WriteFile(m.articles, b.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
	for q := range questions {
		n := rng.IntN(laws * articles)
		l, a := n/articles, n%articles
		lay := hanWord(6000 + n%40) // what residents call it
		text := "我的" + lay + "怎么" + hanWord(4000+rng.IntN(300)) + "办"
		if q%3 > 0 {
			text += hanWord(3000 + l*8 + a/8)
		}
		if q%3 == 1 {
			text += hanWord(n)
		}
		m.questions = append(m.questions, madeUpQuestion{fmt.Sprint("q", q), text, []string{fmt.Sprintf("%s法#第%d条", hanWord(5000+l), a+1)}})
	}
	return m
}

// imported imports the laws into a folder of its own.
func (m *madeUp) imported(t testing.TB) string {
	t.Helper()
	dir := t.TempDir()
	if _, err := Import(dir, []string{m.articles}); err != nil {
		t.Fatal(err)
	}
	return dir
}

func openPrepared(t testing.TB, dir string) *Statutes {
	t.Helper()
	s, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	if err := s.Prepare(); err != nil {
		t.Fatal(err)
	}
	return s
}

func TestList(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	for range 200 {
		var list []uint32
		n := uint32(0)
		for range rng.IntN(50) {
			n += uint32(rng.IntN(1 << rng.IntN(14)))
			list = append(list, packed(n, uint64(1+rng.IntN(1<<rng.IntN(12)))))
			n++
		}
		if got := readList(nil, appendList(nil, list)); !slices.Equal(got, list) {
			t.Fatalf("read %v, wrote %v", got, list)
		}
	}
	for range 2000 { // anything at all may be read, and ends
		junk := make([]byte, rng.IntN(20))
		for i := range junk {
			junk[i] = byte(rng.Uint32())
		}
		readList(nil, junk)
	}
}

// TestExactBM25 compares the first stage with BM25 written down plainly.
func TestExactBM25(t *testing.T) {
	m := makeUp(t, 4, 20, 40)
	s := openPrepared(t, m.imported(t))
	docs := make([]map[string]float64, len(s.rows))
	df := map[string]float64{}
	length, total := make([]float64, len(s.rows)), 0.0
	for i, r := range s.rows {
		a, err := s.article(i)
		if err != nil {
			t.Fatal(err)
		}
		docs[i] = map[string]float64{}
		eachTerm(normalise(r.Law+" "+r.Chapter+" "+a.Text), func(x string) {
			if docs[i][x]++; docs[i][x] == 1 {
				df[x]++
			}
			length[i]++
		})
		total += length[i]
	}
	n := float64(len(docs))
	for _, q := range m.questions {
		want := make([]scored, len(docs))
		for i, d := range docs {
			score := 0.0
			eachTerm(normalise(q.Question), func(x string) {
				tf := d[x]
				score += math.Log(1+(n-df[x]+0.5)/(df[x]+0.5)) * tf * 2.2 / (tf + 1.2*(0.25+0.75*length[i]/(total/n)))
			})
			want[i] = scored{int32(i), float32(score)}
		}
		slices.SortFunc(want, byScore)
		got := s.bm25(q.Question, 5)
		for i := range got {
			if math.Abs(float64(got[i].score-want[i].score)) > 1e-3 {
				t.Fatalf("%s: place %d has %v, want %v", q.Question, i, got[i], want[i])
			}
		}
	}
}

func TestTopList(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 6))
	for range 300 {
		n := 1 + rng.IntN(20)
		top := topList{n: n}
		var all []scored
		for _, row := range rng.Perm(rng.IntN(200)) {
			x := scored{int32(row), float32(rng.IntN(12))}
			top.add(x.row, x.score)
			if x.score > 0 {
				all = append(all, x)
			}
		}
		slices.SortFunc(all, byScore)
		if got, want := top.sorted(), all[:min(n, len(all))]; !slices.Equal(got, want) {
			t.Fatalf("got %v, want %v", got, want)
		}
	}
}

// TestFlatFile damages the flat postings: they are made again, never trusted.
func TestFlatFile(t *testing.T) {
	m := makeUp(t, 3, 10, 5)
	dir := m.imported(t)
	want, err := openPrepared(t, dir).Search(m.questions[0].Question, 5)
	if err != nil || len(want) == 0 {
		t.Fatal(want, err)
	}
	path := filepath.Join(dir, "now", flatName)
	good, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	rng := rand.New(rand.NewPCG(7, 8))
	for i := range 60 {
		bad := bytes.Clone(good)
		if i%2 == 0 {
			bad = bad[:rng.IntN(len(bad))]
		} else {
			at := rng.IntN(len(flatMark))
			bad[at]++
		}
		if err := os.WriteFile(path, bad, 0o644); err != nil {
			t.Fatal(err)
		}
		if _, err := readFlat(path); err == nil {
			t.Fatal("a damaged file was taken")
		}
	}
	for range 300 { // flipped bits may pass for numbers, but must not lead out of bounds
		bad := bytes.Clone(good)
		bad[len(flatMark)+rng.IntN(len(bad)-len(flatMark))] ^= 1 << rng.IntN(8)
		if err := os.WriteFile(path, bad, 0o644); err != nil {
			t.Fatal(err)
		}
		if f, err := readFlat(path); err == nil && len(f.docs) == 31 {
			s := newStage(f, make([]articleRow, 30))
			s.score(make([]float32, 30), s.cut(m.questions[0].Question))
			for r := range int32(30) {
				f.text(nil, r)
			}
		}
	}
	if err := os.WriteFile(path, good[:len(good)/2], 0o644); err != nil {
		t.Fatal(err)
	}
	got, err := openPrepared(t, dir).Search(m.questions[0].Question, 5)
	if err != nil || !slices.Equal(got, want) {
		t.Fatalf("after damage: %v %v, want %v", got, err, want)
	}
	if again, err := os.ReadFile(path); err != nil || !bytes.Equal(again, good) {
		t.Error("the flat postings were not made again")
	}
}

// TestOutdated refuses what another version indexed or another hand changed,
// in words that say so, and indexes it again from what was imported.
func TestOutdated(t *testing.T) {
	m := makeUp(t, 3, 10, 5)
	dir := m.imported(t)
	want, err := openPrepared(t, dir).Search(m.questions[0].Question, 5)
	if err != nil {
		t.Fatal(err)
	}
	for name, spoil := range map[string]func(data []byte) (string, []byte){
		"no stamp":       func([]byte) (string, []byte) { return stampName, nil },
		"other version":  func([]byte) (string, []byte) { return stampName, []byte(`{"format":1,"hash":""}`) },
		"broken stamp":   func([]byte) (string, []byte) { return stampName, []byte(`{"for`) },
		"a changed text": func(texts []byte) (string, []byte) { return "texts", append(texts[1:], 'x') },
	} {
		texts, err := os.ReadFile(filepath.Join(dir, "now", "texts"))
		if err != nil {
			t.Fatal(err)
		}
		file, data := spoil(texts)
		if err := os.WriteFile(filepath.Join(dir, "now", file), data, 0o644); err != nil {
			t.Fatal(err)
		}
		if _, err := Open(dir); !errors.Is(err, ErrOutdated) || !strings.Contains(err.Error(), "do not fit this program: they were indexed by another version") && !strings.Contains(err.Error(), "files were changed") {
			t.Errorf("%s: opened with %v", name, err)
		}
		if _, err := Reindex(dir); err != nil {
			t.Fatal(err)
		}
		if got, err := openPrepared(t, dir).Search(m.questions[0].Question, 5); err != nil || !slices.Equal(got, want) {
			t.Errorf("%s: after indexing again: %v %v, want %v", name, got, err, want)
		}
	}
}

// TestForeignFlat puts the flat postings of other articles in the folder: they
// are made again.
func TestForeignFlat(t *testing.T) {
	one, other := makeUp(t, 3, 10, 5), makeUp(t, 2, 15, 5)
	dir, from := one.imported(t), other.imported(t)
	want, err := openPrepared(t, dir).Search(one.questions[0].Question, 5)
	if err != nil {
		t.Fatal(err)
	}
	openPrepared(t, from)
	flat, err := os.ReadFile(filepath.Join(from, "now", flatName))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "now", flatName), flat, 0o644); err != nil {
		t.Fatal(err)
	}
	if got, err := openPrepared(t, dir).Search(one.questions[0].Question, 5); err != nil || !slices.Equal(got, want) {
		t.Errorf("with the postings of other articles: %v %v, want %v", got, err, want)
	}
}

// TestSameBytes imports and learns twice, in two folders: every file that a
// search reads is the same, byte for byte.
func TestSameBytes(t *testing.T) {
	m := makeUp(t, 3, 10, 60)
	path := m.writeQuestions(t, m.questions)
	var dirs [2]string
	for i := range dirs {
		dirs[i] = m.imported(t)
		if _, err := Learn(dirs[i], path, nil); err != nil {
			t.Fatal(err)
		}
		openPrepared(t, dirs[i])
	}
	for _, name := range []string{"now/table.json", "now/texts", "now/" + stampName, "now/" + flatName, rankerName} {
		a, err := os.ReadFile(filepath.Join(dirs[0], name))
		if err != nil {
			t.Fatal(err)
		}
		if b, err := os.ReadFile(filepath.Join(dirs[1], name)); err != nil || !bytes.Equal(a, b) {
			t.Errorf("%s differs between two imports of the same (%v)", name, err)
		}
	}
}

// BenchmarkFirstStage tells how long the first stage takes beside Bleve's own
// match query on the same articles, question by question in turn: what a
// resident's question costs before anything is ranked. With MINGBAI_LAWBENCH
// the articles and questions are those of that folder, else made up.
// MINGBAI_LAWBENCH=DIR go test ./search -run '^$' -bench FirstStage
func BenchmarkFirstStage(b *testing.B) {
	m := makeUp(b, 40, 60, 200)
	dir, questions := "", []string{}
	for _, q := range m.questions {
		questions = append(questions, q.Question)
	}
	if lawbench := os.Getenv("MINGBAI_LAWBENCH"); lawbench == "" {
		dir = m.imported(b)
	} else {
		dir = b.TempDir()
		if _, err := Import(dir, []string{filepath.Join(lawbench, "articles.jsonl.gz")}); err != nil {
			b.Fatal(err)
		}
		s := openPrepared(b, dir)
		var rep LearnReport
		past, err := s.readQuestions(filepath.Join(lawbench, "queries.open.jsonl"), &rep)
		if err != nil {
			b.Fatal(err)
		}
		questions = questions[:0]
		for _, q := range past {
			questions = append(questions, q.Text)
		}
	}
	s := openPrepared(b, dir)
	if hits, err := s.Search(questions[0], 10); err != nil || len(hits) == 0 {
		b.Fatalf("nothing found: %v", err)
	}
	x, err := bleve.OpenUsing(filepath.Join(dir, "now", "index"), map[string]any{"read_only": true})
	if err != nil {
		b.Fatal(err)
	}
	defer x.Close()
	var r Race
	for i := 0; b.Loop(); i++ {
		q := questions[i%len(questions)]
		start := time.Now()
		s.bm25(q, 10)
		ours := time.Since(start)
		theirs, err := matchBleve(x, q)
		if err != nil {
			b.Fatal(err)
		}
		r.Add(ours, theirs)
	}
	f := r.Finish()
	b.ReportMetric(1000*f.P50, "µs-ours")
	b.ReportMetric(1000*f.AgainstP50, "µs-bleve")
	b.ReportMetric(f.Ratio, "ratio")
}

func TestCut(t *testing.T) {
	s := openPrepared(t, makeUp(t, 2, 5, 1).imported(t))
	for _, q := range []string{"", "。。。", "abc", strings.Repeat("离婚彩礼", 5000), string([]byte{0xff, 0xfe})} {
		terms := s.stage.cut(q)
		if !slices.IsSortedFunc(terms, func(a, b queryTerm) int { return strings.Compare(a.text, b.text) }) {
			t.Errorf("terms of %.20q are not in order", q)
		}
	}
	var long strings.Builder
	for i := range 9000 {
		long.WriteRune(rune(0x4E00 + i))
	}
	if n := len(s.stage.cut(long.String())); n != mostTerms {
		t.Errorf("a question of %d characters has %d terms, want %d", utf8.RuneCountInString(long.String()), n, mostTerms)
	}
}
