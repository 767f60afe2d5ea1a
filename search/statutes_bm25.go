package search

import (
	"encoding/binary"
	"math"
	"slices"
	"strconv"
	"sync"
	"unicode/utf8"
)

// A stage is the first look at a question: exact BM25 over single characters
// and pairs, in one pass over the flat postings.
type stage struct {
	*flat
	idf   []float32  // per term
	norm  []float32  // per article: k1·(1-b+b·length/average)
	avg   float32    // average length
	law   []int32    // article → its law, in one version
	head  []int32    // article → its chapter of that law
	heads int        // chapters
	laws  [][2]int32 // law → its first article and the one after its last; a law stands together
	kind  []int32    // article → its kind of law
	of    []float32  // kind → its articles
	pool  sync.Pool  // *[]float32, a number an article
}

// newStage prepares what does not depend on the question.
func newStage(f *flat, rows []articleRow) *stage {
	n := len(rows)
	s := &stage{flat: f, norm: make([]float32, n), law: make([]int32, n), head: make([]int32, n), kind: make([]int32, n), idf: make([]float32, len(f.terms))}
	total := 0
	for _, r := range rows {
		total += r.Terms
	}
	avg := math.Max(1, float64(total)/math.Max(1, float64(n)))
	s.avg = float32(avg)
	laws, heads, kinds := map[[2]string]int32{}, map[[3]string]int32{}, map[string]int32{}
	for i, r := range rows {
		s.norm[i] = float32(bm25K1 * (1 - bm25B + bm25B*float64(r.Terms)/avg))
		s.law[i] = numberOf(laws, [2]string{r.Law, string(r.Version)})
		s.head[i] = numberOf(heads, [3]string{r.Law, string(r.Version), r.Chapter})
		if s.kind[i] = numberOf(kinds, r.Kind); int(s.kind[i]) == len(s.of) {
			s.of = append(s.of, 0)
		}
		s.of[s.kind[i]]++
		if int(s.law[i]) == len(s.laws) {
			s.laws = append(s.laws, [2]int32{int32(i), 0})
		}
		s.laws[s.law[i]][1] = int32(i + 1)
	}
	s.heads = len(heads)
	var buf []uint32
	for t := range s.idf {
		buf = f.postings(buf[:0], uint32(t))
		s.idf[t] = float32(bm25IDF(float64(n), float64(len(buf))))
	}
	s.pool.New = func() any { acc := make([]float32, n); return &acc }
	return s
}

// numberOf numbers keys as they come.
func numberOf[K comparable](m map[K]int32, k K) int32 {
	n, ok := m[k]
	if !ok {
		n = int32(len(m))
		m[k] = n
	}
	return n
}

func bm25IDF(docs, df float64) float64 { return math.Log(1 + (docs-df+0.5)/(df+0.5)) }

func saturation(tf, norm float32) float32 { return tf * (bm25K1 + 1) / (tf + norm) }

// A queryTerm is a term of a question.
type queryTerm struct {
	text string
	id   int32 // in the statutes, -1 when it stands nowhere there
	n    float32
	idf  float32
	uni  bool // a single character
}

// mostTerms bounds the different terms of one question; a whole page has
// fewer.
const mostTerms = 2000

// cut cuts a question into its terms, sorted: one order of addition, one
// result.
func (s *stage) cut(q string) []queryTerm {
	at := map[string]int{}
	var out []queryTerm
	eachTerm(normalise(q), func(t string) {
		if i, ok := at[t]; ok {
			out[i].n++
			return
		}
		if len(out) == mostTerms {
			return
		}
		at[t] = len(out)
		out = append(out, queryTerm{text: t, n: 1})
	})
	slices.SortFunc(out, func(a, b queryTerm) int { return compareText(a.text, b.text) })
	unknown := float32(bm25IDF(float64(len(s.norm)), 0))
	for i := range out {
		t := &out[i]
		t.id, t.idf, t.uni = -1, unknown, utf8.RuneCountInString(t.text) == 1
		if id, ok := s.term(t.text); ok {
			t.id, t.idf = int32(id), s.idf[id]
		}
	}
	return out
}

func compareText(a, b string) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

// score adds the BM25 scores of the terms to acc, which is indexed by article.
// It reads the lists itself: this is where a question spends its time. A table
// of ready saturations is three times as slow as the division, because nobody
// can guess which frequency comes next.
func (s *stage) score(acc []float32, terms []queryTerm) {
	norm := s.norm[:len(acc)]
	for _, t := range terms {
		if t.id < 0 {
			continue
		}
		w := t.n * t.idf
		list := s.posts[s.starts[t.id]:s.starts[t.id+1]]
		doc := uint32(0)
		for len(list) >= 2 {
			v := uint32(binary.LittleEndian.Uint16(list))
			list = list[2:]
			tf := v & 15
			if tf == 0 {
				if len(list) < 4 {
					break
				}
				doc += v >> 4 << 16
				v, tf = uint32(binary.LittleEndian.Uint16(list))<<4, uint32(binary.LittleEndian.Uint16(list[2:]))
				list = list[4:]
			}
			doc += v >> 4
			acc[doc] += w * saturation(float32(tf), norm[doc])
		}
	}
}

// A scored is an article with a score.
type scored struct {
	row   int32
	score float32
}

// A topList keeps the best of what is added to it. An entry is a number that
// sorts by falling score, and then by row: numbers sort faster than records.
type topList struct {
	n    int
	bar  float32 // what is not above it is not among the best
	list []uint64
}

func rankKey(row int32, score float32) uint64 {
	return uint64(^orderedBits(score))<<32 | uint64(uint32(row))
}

// orderedBits maps numbers to numbers without sign in the same order.
func orderedBits(v float32) uint32 {
	b := math.Float32bits(v)
	if b>>31 != 0 {
		return ^b
	}
	return b | 1<<31
}

func scoreOf(key uint64) float32 {
	b := ^uint32(key >> 32)
	if b>>31 != 0 {
		return math.Float32frombits(b &^ (1 << 31))
	}
	return math.Float32frombits(^b)
}

func (t *topList) add(row int32, score float32) {
	if score <= t.bar {
		return
	}
	if t.list = append(t.list, rankKey(row, score)); len(t.list) >= 4*t.n {
		t.cut()
	}
}

func (t *topList) cut() {
	slices.Sort(t.list)
	t.list = t.list[:min(t.n, len(t.list))]
	if len(t.list) == t.n {
		// An equal score may still come: equals are ranked by row, and rows do
		// not come in order everywhere.
		t.bar = math.Nextafter32(scoreOf(t.list[t.n-1]), 0)
	}
}

// sorted returns the best, best first, equal ones in the order of the statutes.
func (t *topList) sorted() []scored {
	t.cut()
	out := make([]scored, len(t.list))
	for i, k := range t.list {
		out[i] = scored{int32(uint32(k)), scoreOf(k)}
	}
	return out
}

// bestRows returns the top articles with a score above nought.
func bestRows(acc []float32, top int) []scored {
	t := topList{n: top, list: make([]uint64, 0, 4*top)}
	if len(acc) > sampleStep*top { // else a sample says nothing
		t.bar = likelyBar(acc, top)
	}
	for i, v := range acc {
		if v > t.bar {
			t.add(int32(i), v)
		}
	}
	if t.bar > 0 && len(t.list) < top { // the sample was unlike the rest
		t = topList{n: top, list: t.list[:0]}
		for i, v := range acc {
			t.add(int32(i), v)
		}
	}
	return t.sorted()
}

// sampleStep is one in how many articles the first guess at the bar looks at.
const sampleStep = 16

// likelyBar guesses, from a sample, a score that twice as many articles reach
// as are wanted: most others then need no second look.
func likelyBar(acc []float32, top int) float32 {
	t := topList{n: 2*top/sampleStep + 2}
	for i := 0; i < len(acc); i += sampleStep {
		t.add(int32(i), acc[i])
	}
	if list := t.sorted(); len(list) == t.n {
		return list[t.n-1].score
	}
	return 0
}

func byScore(a, b scored) int {
	switch {
	case a.score > b.score:
		return -1
	case a.score < b.score:
		return 1
	}
	return int(a.row - b.row)
}

// take lends an accumulator of noughts; give takes it back.
func (s *stage) take() *[]float32 {
	acc, _ := s.pool.Get().(*[]float32)
	clear(*acc)
	return acc
}

func (s *stage) give(acc *[]float32) { s.pool.Put(acc) }

// Search ranks articles for a question, the best top first: by what was learnt
// from past questions where there is such, else by exact BM25.
func (s *Statutes) Search(q string, top int) ([]ArticleHit, error) {
	if err := s.Prepare(); err != nil {
		return nil, err
	}
	if s.ranker != nil {
		return s.hits(s.ranker.search(q, top)), nil
	}
	return s.hits(s.bm25(q, top)), nil
}

// bm25 ranks by the first stage alone.
func (s *Statutes) bm25(q string, top int) []scored {
	acc := s.stage.take()
	defer s.stage.give(acc)
	s.stage.score(*acc, s.stage.cut(q))
	return bestRows(*acc, top)
}

func (s *Statutes) hits(list []scored) []ArticleHit {
	hits := make([]ArticleHit, len(list))
	for i, h := range list {
		r := &s.rows[h.row]
		score, _ := strconv.ParseFloat(strconv.FormatFloat(float64(h.score), 'f', 4, 64), 64)
		hits[i] = ArticleHit{ID: r.ID, Law: r.Law, Article: r.Number, Score: score}
	}
	return hits
}
