package search

import (
	"math"
	"slices"
)

// A pastQuestion is a question somebody asked and the articles that answered it.
type pastQuestion struct {
	Text string  `json:"question"`
	Gold []int32 `json:"gold"` // rows of the articles
}

// A mini is an inverted index small enough to live in memory: law titles,
// chapters, past questions, cited articles.
type mini struct {
	posts map[string][]miniPost
	norm  []float32
	avg   float32
}

type miniPost struct {
	doc int32
	tf  float32
}

// newMini indexes n documents, one at a time: their bags are many times the
// size of the index. avg is the average length to measure by, or 0 for their
// own.
func newMini(n int, avg float32, doc func(d int) termBag) *mini {
	m := &mini{posts: map[string][]miniPost{}, norm: make([]float32, n)}
	total := float32(0)
	for d := range n {
		for _, t := range doc(d) {
			m.posts[t.term] = append(m.posts[t.term], miniPost{int32(d), t.tf})
			m.norm[d] += t.tf
		}
		total += m.norm[d]
	}
	clipAll(m.posts)
	if m.avg = avg; avg == 0 {
		m.avg = max(1, total/float32(max(1, n)))
	}
	for d := range m.norm {
		m.norm[d] = bm25K1 * (1 - bm25B + bm25B*m.norm[d]/m.avg)
	}
	return m
}

// clipAll gives back what the lists have grown in reserve.
func clipAll(posts map[string][]miniPost) {
	for t, list := range posts {
		if cap(list) > len(list) {
			posts[t] = append(make([]miniPost, 0, len(list)), list...)
		}
	}
}

func (m *mini) score(acc []float32, terms []queryTerm) {
	for _, t := range terms {
		for _, p := range m.posts[t.text] {
			acc[p.doc] += t.n * t.idf * saturation(p.tf, m.norm[p.doc])
		}
	}
}

// A termBag is the terms of a text, sorted, with their frequencies.
type termBag []bagTerm

type bagTerm struct {
	term string
	tf   float32
}

// bagOf cuts texts into terms.
func bagOf(texts ...string) termBag {
	var b termBag
	for _, text := range texts {
		eachTerm(normalise(text), func(t string) { b = append(b, bagTerm{t, 1}) })
	}
	return b.summed()
}

// summed sorts the terms and adds up the equal ones, in place.
func (b termBag) summed() termBag {
	slices.SortStableFunc(b, func(x, y bagTerm) int { return compareText(x.term, y.term) })
	out := b[:0]
	for _, t := range b {
		if n := len(out); n > 0 && out[n-1].term == t.term {
			out[n-1].tf += t.tf
		} else {
			out = append(out, t)
		}
	}
	return out
}

// A past is what the ranker remembers of past questions. It is built from the
// questions and the statutes alone, in a fraction of a second, so that training
// can build one without the fold it looks at.
type past struct {
	questions []pastQuestion
	posts     map[string][]miniPost // term → question and share of its unit vector
	idf       map[string]float32
	unknown   float32
	cited     []int32 // article → 1 + its number among the cited
	citedRows []int32
	by        [][]int32 // cited → the questions that cite it
	lawCites  map[int32]float32
	headCites map[int32]float32
	kindCites []float32 // kind → logarithm of how often an article of it was cited, in a thousand
	expanded  *mini     // the cited articles with the words of the questions
}

// newPast remembers questions.
func newPast(s *Statutes, questions []pastQuestion) *past {
	p := &past{questions: questions, posts: map[string][]miniPost{}, idf: map[string]float32{}, cited: make([]int32, len(s.rows)), kindCites: make([]float32, len(s.stage.of)), lawCites: map[int32]float32{}, headCites: map[int32]float32{}}
	bags := make([]termBag, len(questions))
	for i, q := range questions {
		bags[i] = bagOf(q.Text)
		for _, t := range bags[i] {
			p.idf[t.term]++
		}
		for _, g := range q.Gold {
			if p.cited[g] == 0 {
				p.by, p.citedRows = append(p.by, nil), append(p.citedRows, g)
				p.cited[g] = int32(len(p.by))
			}
			p.by[p.cited[g]-1] = append(p.by[p.cited[g]-1], int32(i))
			p.lawCites[s.stage.law[g]]++
			p.headCites[s.stage.head[g]]++
			p.kindCites[s.stage.kind[g]]++
		}
	}
	for i, c := range p.kindCites {
		p.kindCites[i] = logf((c + 1) / (s.stage.of[i] + 1000))
	}
	n := float64(len(questions))
	p.unknown = float32(bm25IDF(n, 0))
	for t, df := range p.idf {
		p.idf[t] = float32(bm25IDF(n, float64(df)))
		if id, ok := s.stage.term(t); ok { // rare here and common in the laws says little
			p.idf[t] = (p.idf[t] + s.stage.idf[id]) / 2
		} else {
			p.idf[t] = (p.idf[t] + p.unknown) / 2
		}
	}
	for i, b := range bags {
		square := float64(0)
		for _, t := range b {
			w := p.weight(t.term, t.tf)
			square += float64(w * w)
		}
		scale := unitScale(square)
		for _, t := range b {
			p.posts[t.term] = append(p.posts[t.term], miniPost{int32(i), p.weight(t.term, t.tf) * scale})
		}
	}
	clipAll(p.posts)
	p.expand(s, bags)
	return p
}

func (p *past) weight(t string, tf float32) float32 {
	w, ok := p.idf[t]
	if !ok {
		w = p.unknown
	}
	return float32(math.Log(1+float64(tf))) * w
}

// expand indexes the cited articles with the words of the questions.
func (p *past) expand(s *Statutes, bags []termBag) {
	var list []uint32
	var b termBag
	p.expanded = newMini(len(p.citedRows), s.stage.avg, func(c int) termBag {
		row := p.citedRows[c]
		r := &s.rows[row]
		b = append(b[:0], bagOf(r.Law, r.Chapter)...)
		list = s.stage.text(list[:0], row)
		for _, x := range list {
			b = append(b, bagTerm{s.stage.terms[x>>tfBits], float32(x & tfMax)})
		}
		for _, q := range p.by[c] {
			b = append(b, bags[q]...)
		}
		return b.summed()
	})
}

// A neighbour is a past question near to the one asked.
type neighbour struct {
	question int32
	sim      float32
}

// nearest returns the past questions nearest to the terms, at most n.
func (p *past) nearest(terms []queryTerm, n int) []neighbour {
	acc := make([]float32, len(p.questions))
	square := float64(0)
	for _, t := range terms {
		w := p.weight(t.text, t.n)
		square += float64(w * w)
		for _, x := range p.posts[t.text] {
			acc[x.doc] += w * x.tf
		}
	}
	scale := unitScale(square)
	list := bestRows(acc, n)
	out := make([]neighbour, len(list))
	for i, x := range list {
		out[i] = neighbour{x.row, x.score * scale}
	}
	return out
}

// unitScale brings a vector of that squared length to length one.
func unitScale(square float64) float32 { return float32(1 / math.Sqrt(math.Max(square, 1e-9))) }
