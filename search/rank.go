package search

import "math"

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

// rankWeights were fitted on the open questions (listwise, with phrasings
// nearly equal to the question left out) and hold in five-fold
// cross-validation; the last two are set by hand, so that a card wins its own
// phrasings and loses its near misses.
var rankWeights = row{6, 4, 2.5, 1.5, 5, 8.5, 1, 2, 5, -5}

// judged is a question with everything that ranking found out about the cards.
type judged struct {
	rows   []row
	like   []likeness
	score  []float64
	topics []float64 // per topic
}

// judge scores every card for a normalised question.
func (x *Index) judge(text string) judged {
	q := x.vector(text)
	like := x.phrases.similar(q, len(x.cards))
	acc := make([]float32, len(x.cards))
	total := 0.0
	for _, t := range heaviest(q, x.phrases, fullTerms) {
		if t.term[0] == '~' {
			continue
		}
		if _, err := x.full.add(acc, t.term, float64(t.weight)); err == nil {
			total += float64(t.weight)
		}
	}
	top := float32(1e-6)
	for _, s := range acc {
		top = max(top, s)
	}
	j := judged{rows: make([]row, len(x.cards)), like: like, score: make([]float64, len(x.cards))}
	j.topics = x.topics.predict(x.topicTerms(text, q))
	for n, s := range acc {
		c := x.cardOf[n]
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

// fullTerms bounds the terms looked up in Bleve: the rarest of a long story
// decide, and each look-up costs a few microseconds.
const fullTerms = 120

// heaviest returns at most n terms, those with the highest idf, in their order.
func heaviest(q []weighted, p *phrases, n int) []weighted {
	if len(q) <= n {
		return q
	}
	worth := make([]float64, len(q))
	for i, t := range q {
		if id, ok := p.vocab[t.term]; ok && t.term[0] != '~' {
			worth[i] = float64(t.weight * p.idf[id])
		}
	}
	keep := make([]bool, len(q))
	for _, i := range topOf(worth, n) {
		keep[i] = true
	}
	out := make([]weighted, 0, n)
	for i, t := range q {
		if keep[i] {
			out = append(out, t)
		}
	}
	return out
}

func (r *row) dot(w *row) float64 {
	s := 0.0
	for i := range r {
		s += r[i] * w[i]
	}
	return s
}
