package search

import (
	"math"
	"strings"

	"mingbai/knowledge"
)

// BM25's constants as everybody sets them; others were no better on the open
// questions.
const (
	bm25K1 = 1.2
	bm25B  = 0.75
)

// A fullText is the whole text of every card, term by term, with exact BM25 in
// the lists. It lies flat in memory like the statutes' postings, for the same
// reason: of the time a card index in Bleve took to build, and of a long
// question's answer, most went into Bleve's lists, and nobody else read them.
type fullText struct {
	vocab vocab
	post  []posting // card and what the term is worth there
	from  []int32   // of each term in post
}

func newFullText(cards []*knowledge.Card, words *words) *fullText {
	x := &fullText{vocab: make(vocab, 1<<17)}
	var all texts
	norm := make([]float64, len(cards))
	total := 0.0
	b := newBag()
	defer b.free()
	for i, c := range cards {
		b.reset()
		norm[i] = float64(cardTerms(b, cardText(c), words))
		total += norm[i]
		all.add(x.vocab, b.list)
	}
	average := math.Max(1, total/math.Max(1, float64(len(cards))))
	for i, n := range norm {
		norm[i] = bm25K1 * (1 - bm25B + bm25B*n/average)
	}
	count := make([]int32, len(x.vocab))
	for _, id := range all.ids {
		count[id]++
	}
	x.from = make([]int32, len(count)+1)
	for id, n := range count {
		x.from[id+1] = x.from[id] + n
	}
	x.post = make([]posting, len(all.ids))
	next := append([]int32(nil), x.from...)
	for c := range cards {
		ids, often := all.of(c)
		for j, id := range ids {
			df, tf := float64(count[id]), float64(often[j])
			idf := math.Log(1 + (float64(len(cards))-df+0.5)/(df+0.5))
			x.post[next[id]] = posting{int32(c), float32(idf * tf * (bm25K1 + 1) / (tf + norm[c]))}
			next[id]++
		}
	}
	return x
}

// add adds the scores of one term, times weight, to acc, which has a place for
// every card.
func (x *fullText) add(acc []float32, t term, weight float32) {
	id, ok := x.vocab[t]
	if !ok {
		return
	}
	for _, e := range x.post[x.from[id]:x.from[id+1]] {
		acc[e.of] += weight * e.weight
	}
}

// cardTerms counts the terms of a card's text and returns how many there are.
func cardTerms(b *bag, text string, words *words) int {
	length := 0
	eachTerm(text, func(t string) {
		length++
		b.add(termOf(t), 1)
	})
	// What the lexicon makes of the card's words is found as well: a card that
	// says 娃儿 answers who asks about 孩子.
	for _, w := range words.find(text) {
		for _, l := range w.pairs {
			if n := len(b.list); b.at(termOf(l)) == n {
				b.list[n].weight = 1
				length++
			}
		}
	}
	return length
}

// cardText is what the full-text index holds of a card.
func cardText(c *knowledge.Card) string {
	words := append([]string{c.Title, c.Title}, c.Asked...)
	for _, p := range c.Parts {
		words = append(words, p.String())
	}
	for _, k := range c.Cites {
		words = append(words, k.Claim, k.Law)
	}
	for _, k := range c.Clock {
		words = append(words, k.Name)
	}
	return normalise(strings.Join(words, " "))
}
