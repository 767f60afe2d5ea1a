package search

import (
	"math"
	"slices"
	"unicode/utf8"
)

// The features of a card for a question.
const (
	fBest      = iota // cosine to the nearest phrasing
	fMore             // the same to the next two
	fClaim            // cosine to what the card takes from the law
	fTold             // cosine to a sentence of the answer
	fFull             // BM25 over all of the card, by question length
	fFullShare        // the same as a share of the best card's
	fTopic            // probability of the card's topic
	fTopicLog
	fSame   // the question is a phrasing of the card, word for word
	fUnlike // the question comes near what the card must not answer
	features
)

type row [features]float64

// rankWeights lie between those fitted listwise on the open questions and those
// fitted on 1,300 phrasings of cards, each asked of an index without it; both
// say nearly the same. The last two are set by hand, so that a card wins its
// own phrasings and loses its near misses.
var rankWeights = row{5.2, 4.5, 3.2, 2.2, 5, 8.5, 1, 2, 5, -5}

// judged is a question with everything that ranking found out about the cards.
type judged struct {
	rows   []row
	like   []likeness
	score  []float64
	topics []float64 // per topic
	length int       // of the question in characters
}

// judge scores every card for a normalised question.
func (x *Index) judge(text string) judged {
	b := newBag()
	defer b.free()
	x.vector(b, text)
	like := x.phrases.similar(b.list, len(x.cards))
	lent := borrow(len(x.cards))
	defer giveBack(lent)
	acc := *lent
	total := 0.0
	for _, i := range x.heaviest(b, fullTerms) {
		x.full.add(acc, b.list[i].term, b.list[i].weight)
		total += float64(b.list[i].weight)
	}
	top := float32(1e-6)
	for _, s := range acc {
		top = max(top, s)
	}
	j := judged{rows: make([]row, len(x.cards)), like: like, score: make([]float64, len(x.cards))}
	j.topics, j.length = x.topicOfText(b, text), utf8.RuneCountInString(text)
	for c, s := range acc {
		j.rows[c][fFullShare] = float64(s / top)
		j.rows[c][fFull] = float64(s) / math.Max(1, total) / 5
	}
	for c := range j.rows {
		r := &j.rows[c]
		r[fBest], r[fMore] = float64(like[c].best[askedKind]), float64(like[c].more)
		r[fClaim], r[fTold] = float64(like[c].best[claimKind]), float64(like[c].best[toldKind])
		r[fUnlike] = max(0, 2*float64(like[c].best[missKind])-1)
		r[fSame] = max(0, 10*r[fBest]-9)
		p := j.topics[x.topicOf[c]]
		r[fTopic] = p
		r[fTopicLog] = math.Log(p+0.002) / 6
		j.score[c] = r.dot(&rankWeights)
	}
	return j
}

// fullTerms bounds the terms looked up in the full text: the rarest of a long
// story decide.
const fullTerms = 96

// heaviest returns the positions in a bag of at most n written terms, those
// with the highest idf, in their order.
func (x *Index) heaviest(b *bag, n int) []int {
	worth := make([]float64, len(b.list))
	var written []int
	for i, f := range b.list {
		if f.term.isSound() {
			continue
		}
		written = append(written, i)
		if id, ok := x.phrases.vocab[f.term]; ok {
			worth[i] = float64(f.weight * x.phrases.idf[id])
		}
	}
	if len(written) <= n {
		return written
	}
	best := topOf(worth, n)
	slices.Sort(best)
	return slices.DeleteFunc(best, func(i int) bool { return b.list[i].term.isSound() })
}

func (r *row) dot(w *row) float64 {
	s := 0.0
	for i := range r {
		s += r[i] * w[i]
	}
	return s
}
