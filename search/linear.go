package search

import (
	"math"
	"math/rand/v2"
)

// A linear is a softmax classifier over numbered terms, trained when the
// program starts on what the cards and example files say. It takes a few tens
// of milliseconds and no file, and it knows a card the moment it is published.
type linear struct {
	classes []string
	wide    int       // weights a term: one a class, or a single one for two classes
	row     []int32   // by term number; -1 for terms that decide nothing
	weight  []float32 // wide of them a row
	bias    []float32
}

// lessons are texts with the class each belongs to.
type lessons struct {
	texts
	class []int32
	heft  []float32 // how much each counts
}

func (l *lessons) learn(v vocab, list []feature, class int, heft float32) {
	l.add(v, list)
	l.class = append(l.class, int32(class))
	l.heft = append(l.heft, heft)
}

// A schooling says how a classifier is trained.
type schooling struct {
	passes      int
	rate, decay float32
	least       int32 // texts a term must stand in to be learnt from
}

// settled is the error of a class below which an example teaches it nothing.
const settled = 5e-3

// train fits the classifier by a fixed number of passes of gradient descent
// with adaptive steps, in a fixed order: the same lessons always give the same
// weights. Two classes mirror each other, so one is fitted.
func train(classes []string, ex *lessons, terms int, how schooling) *linear {
	k := len(classes)
	l := &linear{classes: classes, wide: k, bias: make([]float32, k)}
	if k == 2 {
		l.wide = 1
	}
	ids, weight, end := l.compile(ex, terms, how.least)
	square := make([]float32, len(l.weight))
	p := make([]float64, k)
	// A fixed seed mixes the classes, which come in runs, the same way each time.
	random := rand.New(rand.NewPCG(uint64(k), 4))
	order := make([]int, len(ex.class))
	for i := range order {
		order[i] = i
	}
	type blame struct {
		class int32
		g     float32
	}
	var wrong []blame
	for range how.passes {
		random.Shuffle(len(order), func(i, j int) { order[i], order[j] = order[j], order[i] })
		for _, at := range order {
			from := int32(0)
			if at > 0 {
				from = end[at-1]
			}
			rows, w := ids[from:end[at]], weight[from:end[at]]
			l.fill(p, rows, w, 1)
			wrong = wrong[:0]
			for c := range l.wide {
				own := c
				if l.wide == 1 {
					own = 1
				}
				g := float32(p[own])
				if int(ex.class[at]) == own {
					g--
				}
				if g < settled && g > -settled {
					continue
				}
				g *= ex.heft[at]
				l.bias[own] -= how.rate * 0.05 * g
				wrong = append(wrong, blame{int32(c), g})
			}
			for j, r := range rows {
				for _, b := range wrong {
					i := int(r)*l.wide + int(b.class)
					g := b.g*w[j] + how.decay*l.weight[i]
					square[i] += g * g
					l.weight[i] -= how.rate * g / (1e-3 + float32(math.Sqrt(float64(square[i]))))
				}
			}
		}
	}
	return l
}

// compile gives a row to every term that stands in enough examples, and
// returns the examples by row, each scaled to the same size.
func (l *linear) compile(ex *lessons, terms int, least int32) (ids []int32, weight []float32, end []int32) {
	count := make([]int32, terms)
	for _, id := range ex.ids {
		count[id]++
	}
	l.row = make([]int32, terms)
	next := int32(0)
	for id, n := range count {
		l.row[id] = -1
		if n >= max(1, least) {
			l.row[id] = next
			next++
		}
	}
	l.weight = make([]float32, int(next)*l.wide)
	ids, weight = make([]int32, 0, len(ex.ids)), make([]float32, 0, len(ex.ids))
	for n := range ex.end {
		own, w := ex.of(n)
		s := 0.0
		for _, v := range w {
			s += float64(v) * float64(v)
		}
		norm := float32(1 / math.Sqrt(math.Max(s, 1)))
		for j, id := range own {
			if r := l.row[id]; r >= 0 {
				ids, weight = append(ids, r), append(weight, w[j]*norm)
			}
		}
		end = append(end, int32(len(ids)))
	}
	return ids, weight, end
}

// fill computes the probability of each class from rows.
func (l *linear) fill(p []float64, rows []int32, weight []float32, norm float32) {
	for c := range p {
		p[c] = float64(l.bias[c])
	}
	if l.wide == 1 {
		s := float32(0)
		for j, r := range rows {
			s += weight[j] * l.weight[r]
		}
		p[1] = 2 * (p[1] + float64(s*norm))
		softmax(p)
		return
	}
	for j, r := range rows {
		v := weight[j] * norm
		row := l.weight[int(r)*l.wide : int(r)*l.wide+l.wide]
		for c := range p {
			p[c] += float64(v * row[c])
		}
	}
	softmax(p)
}

// predict returns the probability of each class for a text.
func (l *linear) predict(v vocab, list []feature) []float64 {
	rows, weight := make([]int32, 0, len(list)), make([]float32, 0, len(list))
	s := 0.0
	for _, f := range list {
		s += float64(f.weight) * float64(f.weight)
		if id, ok := v[f.term]; ok && int(id) < len(l.row) && l.row[id] >= 0 {
			rows, weight = append(rows, l.row[id]), append(weight, f.weight)
		}
	}
	p := make([]float64, len(l.classes))
	l.fill(p, rows, weight, float32(1/math.Sqrt(math.Max(s, 1))))
	return p
}

func softmax(p []float64) {
	top := math.Inf(-1)
	for _, v := range p {
		top = math.Max(top, v)
	}
	sum := 0.0
	for i, v := range p {
		p[i] = math.Exp(v - top)
		sum += p[i]
	}
	for i := range p {
		p[i] /= sum
	}
}
