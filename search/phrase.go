package search

import (
	"math"
	"slices"
	"strings"
	"sync"

	"mingbai/knowledge"
)

// How much the secondary terms of a text weigh beside its own characters.
const (
	legalWeight = 0.5 // pairs of the law's words that the lexicon adds
	soundWeight = 1   // pairs by sound: 公伤 still finds 工伤
)

// A phrasing is one way people say it, belonging to a card.
type phrasing struct {
	card int32
	kind int8
	text string
}

// What kind of sentence a phrasing is.
const (
	askedKind = iota // how people say it
	claimKind        // what the law says there, in the card's words
	toldKind         // a sentence of the answer
	missKind         // a near miss: what the card must not answer
	phraseKinds
)

// textsPerCard damps idf: the sentences of one card repeat its words.
const textsPerCard = 4

// A posting is one text or card that a term stands in.
type posting struct {
	of     int32
	weight float32
}

// phrases is an inverted index of all phrasings, for the cosine between a
// question and each of them.
type phrases struct {
	vocab vocab
	idf   []float32
	all   []phrasing
	asked int // the first so many of all are of askedKind
	post  []posting
	from  []int32 // of each term in post

	// Held while the index is being built:
	vectors texts  // of all
	sound   []bool // by number, the terms by sound
}

func (x *Index) buildPhrases() {
	p := &phrases{vocab: make(vocab, 1<<16)}
	b := newBag()
	defer b.free()
	add := func(card int, kind int8, text string) {
		text = normalise(text)
		if text == "" {
			return
		}
		p.all = append(p.all, phrasing{card: int32(card), kind: kind, text: text})
		b.reset()
		x.vector(b, text)
		p.vectors.add(p.vocab, b.list)
	}
	for i, c := range x.cards {
		add(i, askedKind, c.Title)
		for _, a := range c.Asked {
			add(i, askedKind, a)
		}
	}
	// A near miss of one card is a phrasing of the card it names.
	for _, c := range x.cards {
		for _, u := range c.Unlike {
			if i, ok := x.byID[u.Card]; ok {
				add(i, askedKind, u.Text)
			}
		}
	}
	p.asked = len(p.all)
	for i, c := range x.cards {
		for _, k := range c.Cites {
			add(i, claimKind, k.Claim)
		}
		for _, u := range c.Unlike {
			add(i, missKind, u.Text)
		}
		if told, ok := c.Part(knowledge.Conclusion); ok {
			for _, sentence := range strings.FieldsFunc(told.String(), func(r rune) bool { return strings.ContainsRune("。；;？?\n", r) }) {
				add(i, toldKind, sentence)
			}
		}
	}
	p.link()
	for _, t := range knowledge.Topics {
		p.vocab.number(topicMark(t))
	}
	p.sound = make([]bool, len(p.vocab))
	for t, id := range p.vocab {
		p.sound[id] = t.isSound()
	}
	x.phrases = p
}

// link turns the vectors into lists by term.
func (p *phrases) link() {
	count := make([]int32, len(p.vocab)) // texts with the term
	for _, id := range p.vectors.ids {
		count[id]++
	}
	p.idf = make([]float32, len(count))
	p.from = make([]int32, len(count)+1)
	for id, n := range count {
		p.idf[id] = float32(math.Log(1 + float64(len(p.all))/(float64(n)*textsPerCard)))
		p.from[id+1] = p.from[id] + n
	}
	p.post = make([]posting, len(p.vectors.ids))
	next := slices.Clone(p.from)
	for n := range p.all {
		ids, weight := p.vectors.of(n)
		sum := 0.0
		for j, id := range ids {
			w := float64(weight[j] * p.idf[id])
			sum += w * w
		}
		norm := float32(math.Sqrt(sum))
		for j, id := range ids {
			p.post[next[id]] = posting{int32(n), weight[j] * p.idf[id] / norm}
			next[id]++
		}
		// Only a card's phrasings are read again, by the trainings and to explain.
		if p.all[n].kind != askedKind {
			p.all[n].text = ""
		}
	}
}

// sample returns about n phrasings.
func (p *phrases) sample(n int) []phrasing {
	var out []phrasing
	for _, f := range p.all[:p.asked] {
		if chosen(f.text, n, p.asked) {
			out = append(out, f)
		}
	}
	return out
}

// chosen reports whether a text is among about n of all. The text alone
// settles it, so that one more leaves the others what they are.
func chosen(text string, n, all int) bool {
	return uint64(termOf(text))>>8%uint64(max(1, all)) < uint64(n)
}

// A likeness is how near a question comes to the sentences of one card.
type likeness struct {
	best   [phraseKinds]float32 // cosine to the nearest of each kind
	more   float32              // mean of the next two phrasings
	nearby int32                // the nearest phrasing
}

// similar returns the likeness of every card.
func (p *phrases) similar(q []feature, cards int) []likeness {
	acc := borrow(len(p.all))
	defer giveBack(acc)
	var sum float64
	unknown := float32(math.Log(1 + float64(cards))) // idf of a term never seen
	for _, f := range q {
		id, ok := p.vocab[f.term]
		idf := unknown
		if ok {
			idf = p.idf[id]
		}
		w := f.weight * idf
		sum += float64(w * w)
		if !ok {
			continue
		}
		for _, e := range p.post[p.from[id]:p.from[id+1]] {
			(*acc)[e.of] += w * e.weight
		}
	}
	norm := float32(math.Sqrt(math.Max(sum, 1e-9)))
	out := make([]likeness, cards)
	second := borrow(2 * cards)
	defer giveBack(second)
	third := (*second)[cards:]
	for n, s := range *acc {
		if s == 0 {
			continue
		}
		s /= norm
		f := &p.all[n]
		l := &out[f.card]
		switch {
		case f.kind != askedKind:
			l.best[f.kind] = max(l.best[f.kind], s)
		case s > l.best[askedKind]:
			third[f.card], (*second)[f.card] = (*second)[f.card], l.best[askedKind]
			l.best[askedKind], l.nearby = s, int32(n)
		case s > (*second)[f.card]:
			third[f.card], (*second)[f.card] = (*second)[f.card], s
		case s > third[f.card]:
			third[f.card] = s
		}
	}
	for c := range out {
		out[c].more = ((*second)[c] + third[c]) / 2
	}
	return out
}

// scratch lends out zeroed scores, which every message needs and nobody keeps.
var scratch = sync.Pool{New: func() any { return new([]float32) }}

func borrow(n int) *[]float32 {
	p := scratch.Get().(*[]float32)
	*p = slices.Grow((*p)[:0], n)[:n]
	clear(*p)
	return p
}

func giveBack(p *[]float32) { scratch.Put(p) }

// topOf returns the n highest positions of score, best first; ties go to the
// lower position, so that the order never depends on chance.
func topOf(score []float64, n int) []int {
	n = min(n, len(score))
	top := make([]int, 0, n+1)
	for i, s := range score {
		if len(top) == n && (n == 0 || s <= score[top[n-1]]) {
			continue
		}
		at := len(top)
		for at > 0 && score[top[at-1]] < s {
			at--
		}
		top = slices.Insert(top, at, i)
		top = top[:min(n, len(top))]
	}
	return top
}
