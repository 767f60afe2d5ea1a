package search

import (
	"math"
	"math/rand/v2"
	"slices"
)

// A linearRank is a weighted sum of features, fitted so that the softmax over
// a question's candidates puts its weight on the gold ones. Beside the plain
// features it weighs single words: how much a word counts where it stands in
// an article, and to which chapters it leads.
type linearRank struct {
	Weight []float32
	Words  map[string]*wordWeight
}

// A wordWeight is what was learnt about one word of questions.
type wordWeight struct {
	Hit   float32
	Heads []headWeight // by chapter, ascending
}

type headWeight struct {
	Head   int32
	Weight float32
}

// scores returns the score of each candidate.
func (l *linearRank) scores(c *candidateSet) []float32 {
	out := make([]float32, len(c.rows))
	for i, x := range c.x {
		out[i] = dotf(l.Weight, x[:len(l.Weight)])
	}
	heads := map[int32]float32{}
	for k, t := range c.terms {
		w := l.Words[t.text]
		if w == nil {
			continue
		}
		for i := range out {
			out[i] += w.Hit * c.hits[i][k] * hitScale
		}
		for _, h := range w.Heads {
			heads[h.Head] += h.Weight * t.idf * headScale
		}
	}
	for i, h := range c.heads {
		out[i] += heads[h]
	}
	return out
}

// wordPoints is what one word of the question adds to the score of a
// candidate.
func (l *linearRank) wordPoints(c *candidateSet, at, k int) float32 {
	w := l.Words[c.terms[k].text]
	if w == nil {
		return 0
	}
	points := w.Hit * c.hits[at][k] * hitScale
	for _, h := range w.Heads {
		if h.Head == c.heads[at] {
			points += h.Weight * c.terms[k].idf * headScale
		}
	}
	return points
}

const (
	hitScale  = 1.0 / 10
	headScale = 1.0 / 30
)

// A rankGroup is one question to learn from: some of its candidates.
type rankGroup struct {
	x     [][]float32
	gold  []bool
	terms []queryTerm
	hits  [][]float32
	heads []int32
}

// linearSettings are the choices of fitting.
type linearSettings struct {
	passes int
	rate   float64
	decay  float64
	least  int // a word has weights when it stands in as many questions
}

// A linearFit is a fit under way. Weights are shared by number: the plain
// inputs first, then the words and their chapters as they come.
type linearFit struct {
	set         linearSettings
	width       int
	mean, dev   []float64
	w, h        []float64 // weight and sum of squared gradients
	hit         map[string]int32
	head        map[uint64]int32 // number of the word's weight and chapter → weight
	groups      []fitGroup
	p, headGrad []float64
	plainGrad   []float64
}

func pairKey(word, head int32) uint64 { return uint64(word)<<32 | uint64(head) }

type fitGroup struct {
	x     [][]float32 // standardised
	gold  []bool
	golds float64
	words []int32     // place in the question's terms
	ids   []int32     // number of the word's weight
	hits  [][]float32 // candidate → per entry of words
	heads []int32     // candidate → place in pairs
	pairs [][]pairWeight
}

type pairWeight struct {
	id int32
	v  float32
}

// trainLinear fits by gradient descent with adaptive steps, a question at a
// time in a fixed order.
func trainLinear(groups []rankGroup, set linearSettings) *linearRank {
	f := &linearFit{set: set, width: plainWidth, hit: map[string]int32{}, head: map[uint64]int32{}}
	f.prepare(groups)
	f.w, f.h = make([]float64, f.width+len(f.hit)+len(f.head)), make([]float64, f.width+len(f.hit)+len(f.head))
	f.plainGrad = make([]float64, f.width)
	order := rand.New(rand.NewPCG(9, 9)).Perm(len(groups))
	for pass := range set.passes {
		rate := set.rate * (1 - float64(pass)/float64(set.passes))
		for _, at := range order {
			f.step(&f.groups[at], rate)
		}
	}
	return f.result()
}

// prepare standardises the inputs and numbers the words.
func (f *linearFit) prepare(groups []rankGroup) {
	f.mean, f.dev = make([]float64, f.width), make([]float64, f.width)
	count, asked := 0.0, map[string]int{}
	f.groups = make([]fitGroup, len(groups))
	for g, group := range groups {
		for _, all := range group.x {
			x := slices.Clone(all[:f.width])
			f.groups[g].x = append(f.groups[g].x, x)
			count++
			for i, v := range x {
				f.mean[i] += float64(v)
				f.dev[i] += float64(v) * float64(v)
			}
		}
		for _, t := range group.terms {
			asked[t.text]++
		}
	}
	for i := range f.mean {
		f.mean[i] /= count
		f.dev[i] = math.Sqrt(math.Max(f.dev[i]/count-f.mean[i]*f.mean[i], 1e-12))
		if f.dev[i] < 1e-5 { // the same everywhere
			f.dev[i] = 1e9
		}
	}
	number := func() int32 { return int32(f.width + len(f.hit) + len(f.head)) }
	for _, group := range groups {
		for _, t := range group.terms {
			if asked[t.text] < f.set.least {
				continue
			}
			id, ok := f.hit[t.text]
			if !ok {
				id = number()
				f.hit[t.text] = id
			}
			for i, head := range group.heads {
				if !group.gold[i] {
					continue
				}
				k := pairKey(id, head)
				if _, ok := f.head[k]; !ok {
					f.head[k] = number()
				}
			}
		}
	}
	for g := range groups {
		f.fill(&f.groups[g], &groups[g])
	}
}

// fill prepares one question.
func (f *linearFit) fill(to *fitGroup, g *rankGroup) {
	to.gold = g.gold
	for _, y := range g.gold {
		if y {
			to.golds++
		}
	}
	for _, x := range to.x {
		for i, v := range x {
			x[i] = float32((float64(v) - f.mean[i]) / f.dev[i])
		}
	}
	for k, t := range g.terms {
		if id, ok := f.hit[t.text]; ok {
			to.words, to.ids = append(to.words, int32(k)), append(to.ids, id)
		}
	}
	places := map[int32]int32{}
	for i, head := range g.heads {
		hits := make([]float32, len(to.words))
		for j, k := range to.words {
			hits[j] = g.hits[i][k] * hitScale
		}
		to.hits = append(to.hits, hits)
		place := numberOf(places, head)
		to.heads = append(to.heads, place)
		if int(place) == len(to.pairs) {
			var pairs []pairWeight
			for j, k := range to.words {
				if id, ok := f.head[pairKey(to.ids[j], head)]; ok {
					pairs = append(pairs, pairWeight{id, g.terms[k].idf * headScale})
				}
			}
			to.pairs = append(to.pairs, pairs)
		}
	}
}

// step moves the weights towards one question's answers.
func (f *linearFit) step(g *fitGroup, rate float64) {
	if g.golds == 0 {
		return
	}
	f.p = slices.Grow(f.p[:0], len(g.x))[:len(g.x)]
	f.headGrad = slices.Grow(f.headGrad[:0], len(g.pairs))[:len(g.pairs)]
	for j, pairs := range g.pairs {
		f.headGrad[j] = 0
		for _, p := range pairs {
			f.headGrad[j] += f.w[p.id] * float64(p.v)
		}
	}
	for i, x := range g.x {
		s := f.headGrad[g.heads[i]]
		for j, v := range x {
			s += f.w[j] * float64(v)
		}
		for j, v := range g.hits[i] {
			if v != 0 {
				s += f.w[g.ids[j]] * float64(v)
			}
		}
		f.p[i] = s
	}
	toShares(f.p)
	clear(f.plainGrad)
	clear(f.headGrad)
	wordGrad := make([]float64, len(g.words))
	for i, d := range f.p {
		if g.gold[i] {
			d -= 1 / g.golds
		}
		if d > -1e-4 && d < 1e-4 {
			continue
		}
		for j, v := range g.x[i] {
			f.plainGrad[j] += d * float64(v)
		}
		for j, v := range g.hits[i] {
			wordGrad[j] += d * float64(v)
		}
		f.headGrad[g.heads[i]] += d
	}
	for j, gr := range f.plainGrad {
		f.move(int32(j), gr+f.set.decay*f.w[j], rate, 1e-3)
	}
	for j, gr := range wordGrad {
		if gr != 0 {
			f.move(g.ids[j], gr, rate, 1e-2)
		}
	}
	for j, pairs := range g.pairs {
		for _, p := range pairs {
			f.move(p.id, f.headGrad[j]*float64(p.v), rate, 1e-2)
		}
	}
}

func (f *linearFit) move(id int32, grad, rate, floor float64) {
	f.h[id] += grad * grad
	f.w[id] -= rate * grad / (math.Sqrt(f.h[id]) + floor)
}

// result puts the weights into the form that searching uses.
func (f *linearFit) result() *linearRank {
	l := &linearRank{Weight: make([]float32, f.width), Words: map[string]*wordWeight{}}
	for i := range l.Weight {
		l.Weight[i] = float32(f.w[i] / f.dev[i])
	}
	words := make(map[int32]*wordWeight, len(f.hit))
	for t, id := range f.hit {
		words[id] = &wordWeight{Hit: float32(f.w[id])}
		l.Words[t] = words[id]
	}
	for k, id := range f.head {
		w := words[int32(k>>32)]
		w.Heads = append(w.Heads, headWeight{int32(k & math.MaxUint32), float32(f.w[id])})
	}
	for _, w := range l.Words {
		slices.SortFunc(w.Heads, func(a, b headWeight) int { return int(a.Head - b.Head) })
	}
	return l
}

// toShares turns log-odds into shares of one.
func toShares(p []float64) {
	if len(p) == 0 {
		return
	}
	top, sum := slices.Max(p), 0.0
	for i, v := range p {
		p[i] = math.Exp(v - top)
		sum += p[i]
	}
	for i := range p {
		p[i] /= sum
	}
}
