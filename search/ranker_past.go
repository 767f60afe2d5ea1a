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

// newMini indexes documents given by their terms and frequencies. avg is the
// average length to measure by, or 0 for their own.
func newMini(docs []map[string]float32, avg float32) *mini {
	m := &mini{posts: map[string][]miniPost{}, norm: make([]float32, len(docs))}
	total := float32(0)
	for d, terms := range docs {
		for t, tf := range terms {
			m.posts[t] = append(m.posts[t], miniPost{int32(d), tf})
			m.norm[d] += tf
		}
		total += m.norm[d]
	}
	if m.avg = avg; avg == 0 {
		m.avg = max(1, total/float32(max(1, len(docs))))
	}
	for d := range docs {
		m.norm[d] = bm25K1 * (1 - bm25B + bm25B*m.norm[d]/m.avg)
	}
	return m
}

func (m *mini) score(acc []float32, terms []queryTerm) {
	for _, t := range terms {
		for _, p := range m.posts[t.text] {
			acc[p.doc] += t.n * t.idf * saturation(p.tf, m.norm[p.doc])
		}
	}
}

func countTerms(into map[string]float32, text string) {
	eachTerm(normalise(text), func(t string) { into[t]++ })
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
	expanded  *mini // the cited articles with the words of the questions
}

// newPast remembers questions.
func newPast(s *Statutes, questions []pastQuestion) *past {
	p := &past{questions: questions, posts: map[string][]miniPost{}, idf: map[string]float32{}, cited: make([]int32, len(s.rows)), lawCites: map[int32]float32{}, headCites: map[int32]float32{}}
	bags := make([]map[string]float32, len(questions))
	for i, q := range questions {
		bags[i] = map[string]float32{}
		countTerms(bags[i], q.Text)
		for t := range bags[i] {
			p.idf[t]++
		}
		for _, g := range q.Gold {
			if p.cited[g] == 0 {
				p.by, p.citedRows = append(p.by, nil), append(p.citedRows, g)
				p.cited[g] = int32(len(p.by))
			}
			p.by[p.cited[g]-1] = append(p.by[p.cited[g]-1], int32(i))
			p.lawCites[s.stage.law[g]]++
			p.headCites[s.stage.head[g]]++
		}
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
	for i, bag := range bags {
		square := float64(0)
		keys := sortedKeys(bag)
		for _, t := range keys {
			w := p.weight(t, bag[t])
			square += float64(w * w)
		}
		scale := float32(1 / math.Sqrt(math.Max(square, 1e-9)))
		for _, t := range keys {
			p.posts[t] = append(p.posts[t], miniPost{int32(i), p.weight(t, bag[t]) * scale})
		}
	}
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

func sortedKeys(m map[string]float32) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// expand indexes the cited articles with the words of the questions.
func (p *past) expand(s *Statutes, bags []map[string]float32) {
	docs := make([]map[string]float32, len(p.citedRows))
	var list []uint32
	for c, row := range p.citedRows {
		bag := map[string]float32{}
		r := &s.rows[row]
		countTerms(bag, r.Law+" "+r.Chapter)
		list = s.stage.text(list[:0], row)
		for _, x := range list {
			bag[s.stage.terms[x>>tfBits]] += float32(x & tfMax)
		}
		for _, q := range p.by[c] {
			for t, tf := range bags[q] {
				bag[t] += tf
			}
		}
		docs[c] = bag
	}
	p.expanded = newMini(docs, s.stage.avg)
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
	scale := float32(1 / math.Sqrt(math.Max(square, 1e-9)))
	list := bestRows(acc, n)
	out := make([]neighbour, len(list))
	for i, x := range list {
		out[i] = neighbour{x.row, x.score * scale}
	}
	return out
}
