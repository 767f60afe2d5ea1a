package search

import (
	"cmp"
	"math"
	"slices"
	"strings"
	"unicode/utf8"

	"mingbai/knowledge"
)

// How much the secondary terms of a text weigh beside its own characters.
const (
	legalWeight = 0.35 // pairs of the law's words that the lexicon adds
	soundWeight = 0.30 // pairs by sound: 公伤 still finds 工伤
)

// A phrasing is one way people say it, belonging to a card.
type phrasing struct {
	card int32
	kind int8
	norm float32
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

type posting struct {
	phrasing int32
	weight   float32
}

// phrases is an inverted index of all phrasings, for the cosine between a
// question and each of them.
type phrases struct {
	vocab map[string]int32
	idf   []float32
	all   []phrasing
	asked int // the first so many of all are of askedKind
	post  [][]posting

	vectors [][]weighted // of all, while the index is being built
}

type weighted struct {
	term   string
	weight float32
}

// vector returns the terms of a normalised text with their weights, before
// idf: its own characters and pairs, what the lexicon adds, and how it sounds.
func (x *Index) vector(text string) []weighted {
	count := map[string]float32{}
	var order []string
	add := func(t string, w float32) {
		if _, seen := count[t]; !seen {
			order = append(order, t)
		}
		count[t] += w
	}
	eachTerm(text, func(t string) { add(t, 1) })
	for _, w := range x.words.find(text) {
		for _, l := range w.legal {
			eachTerm(l, func(t string) {
				// Single characters of 8 added words would drown the question.
				if utf8.RuneCountInString(t) > 1 {
					add(t, legalWeight)
				}
			})
		}
	}
	eachSound(text, func(t string) { add(t, soundWeight) })
	out := make([]weighted, 0, len(order))
	for _, t := range order {
		w := count[t]
		if w > 1 {
			w = 1 + float32(math.Log(float64(w)))
		}
		out = append(out, weighted{t, w})
	}
	return out
}

func (x *Index) buildPhrases() {
	p := &phrases{vocab: map[string]int32{}}
	add := func(card int, kind int8, text string) {
		text = normalise(text)
		if text == "" {
			return
		}
		p.all = append(p.all, phrasing{card: int32(card), kind: kind, text: text})
		p.vectors = append(p.vectors, x.vector(text))
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
	ids := make([][]int32, len(p.vectors))
	count := []int{} // texts with the term
	for n, v := range p.vectors {
		for _, t := range v {
			id, ok := p.vocab[t.term]
			if !ok {
				id = int32(len(count))
				p.vocab[t.term] = id
				count = append(count, 0)
			}
			count[id]++
			ids[n] = append(ids[n], id)
		}
	}
	p.idf = make([]float32, len(count))
	p.post = make([][]posting, len(count))
	for id, n := range count {
		p.idf[id] = float32(math.Log(1 + float64(len(p.vectors))/(float64(n)*textsPerCard)))
		p.post[id] = make([]posting, 0, n)
	}
	for n, v := range p.vectors {
		sum := 0.0
		for j, t := range v {
			w := float64(t.weight * p.idf[ids[n][j]])
			sum += w * w
		}
		norm := math.Sqrt(sum)
		p.all[n].norm = float32(norm)
		for j, t := range v {
			id := ids[n][j]
			p.post[id] = append(p.post[id], posting{int32(n), t.weight * p.idf[id] / float32(norm)})
		}
	}
	x.phrases = p
}

// sample returns about n phrasings, evenly spread over the cards.
func (p *phrases) sample(n int) []phrasing {
	step := max(1, p.asked/n)
	var out []phrasing
	for i := 0; i < p.asked; i += step {
		out = append(out, p.all[i])
	}
	return out
}

// A likeness is how near a question comes to the sentences of one card.
type likeness struct {
	best   [phraseKinds]float32 // cosine to the nearest of each kind
	more   float32              // mean of the next two phrasings
	nearby int32                // the nearest phrasing
}

// similar returns the likeness of every card.
func (p *phrases) similar(q []weighted, cards int) []likeness {
	acc := make([]float32, len(p.all))
	var sum float64
	unknown := float32(math.Log(1 + float64(cards))) // idf of a term never seen
	for _, t := range q {
		id, ok := p.vocab[t.term]
		idf := unknown
		if ok {
			idf = p.idf[id]
		}
		w := t.weight * idf
		sum += float64(w * w)
		if !ok {
			continue
		}
		for _, e := range p.post[id] {
			acc[e.phrasing] += w * e.weight
		}
	}
	norm := float32(math.Sqrt(math.Max(sum, 1e-9)))
	out := make([]likeness, cards)
	second := make([]float32, cards)
	third := make([]float32, cards)
	for n, s := range acc {
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
			third[f.card], second[f.card] = second[f.card], l.best[askedKind]
			l.best[askedKind], l.nearby = s, int32(n)
		case s > second[f.card]:
			third[f.card], second[f.card] = second[f.card], s
		case s > third[f.card]:
			third[f.card] = s
		}
	}
	for c := range out {
		out[c].more = (second[c] + third[c]) / 2
	}
	return out
}

// topOf returns the n highest positions of score, best first; ties go to the
// lower position, so that the order never depends on chance.
func topOf(score []float64, n int) []int {
	order := make([]int, len(score))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(score[b], score[a]) })
	return order[:min(n, len(order))]
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
