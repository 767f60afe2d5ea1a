package search

import "math"

// A bayes is a naive Bayes classifier over numbered terms. It takes each term
// by itself, where the linear model fits them to each other: it is worse on
// what resembles the examples and better on what resembles none of them.
type bayes struct {
	classes int
	row     []int32   // by term number; -1 for terms that decide nothing
	weight  []float32 // of every class a row: log of how much likelier the term is in it
}

// Pseudo-counts: of a term in every class, in proportion to how often it
// stands in all; of any term; and of a class, as a share of all.
const (
	bayesTerm  = 0.5
	bayesAny   = 0.05
	bayesClass = 0.1
)

func newBayes(ex *lessons, terms, classes int, least int32) *bayes {
	m := &bayes{classes: classes, row: make([]int32, terms)}
	stands := make([]int32, terms)
	for _, id := range ex.ids {
		stands[id]++
	}
	rows := 0
	for id, n := range stands {
		m.row[id] = -1
		if n >= least {
			m.row[id] = int32(rows)
			rows++
		}
	}
	m.weight = make([]float32, rows*classes)
	total, all := make([]float64, classes), 0.0
	for n, class := range ex.class {
		ids, weight := ex.of(n)
		for j, id := range ids {
			w := min(1, weight[j]) * ex.heft[n]
			total[class] += float64(w)
			all += float64(w)
			if r := m.row[id]; r >= 0 {
				m.weight[int(r)*classes+int(class)] += w
			}
		}
	}
	for r := range rows {
		own := m.weight[r*classes : (r+1)*classes]
		sum := 0.0
		for _, c := range own {
			sum += float64(c)
		}
		for k, c := range own {
			here := (float64(c) + bayesTerm*sum/float64(classes) + bayesAny) / (total[k] + bayesClass*all)
			own[k] = float32(math.Log(here * all / (sum + bayesAny)))
		}
	}
	return m
}

// lean returns the log-odds of every class for a text, damped by its length:
// neighbouring terms say the same thing over and over.
func (m *bayes) lean(v vocab, list []feature) []float64 {
	out := make([]float64, m.classes)
	known := 1.0
	for _, f := range list {
		id, ok := v[f.term]
		if !ok || int(id) >= len(m.row) || m.row[id] < 0 {
			continue
		}
		known++
		w := float64(min(1, f.weight))
		own := m.weight[int(m.row[id])*m.classes : (int(m.row[id])+1)*m.classes]
		for k := range out {
			out[k] += w * float64(own[k])
		}
	}
	for k := range out {
		out[k] /= math.Sqrt(known)
	}
	return out
}

// A blend asks a linear model, naive Bayes and the nearest examples together.
type blend struct {
	linear  *linear
	bayes   *bayes
	nearest *nearest
	share   shares
}

// shares is how much the parts of a blend count beside the linear model, and
// what the sum is divided by so that its probabilities hold.
type shares struct{ bayes, nearest, calm float64 }

// newBlend teaches all three the same lessons.
func newBlend(classes []string, ex *lessons, terms int, how schooling, share shares) *blend {
	return &blend{train(classes, ex, terms, how), newBayes(ex, terms, len(classes), how.least), newNearest(ex, terms), share}
}

// predict returns the probability of each class for a text.
func (m *blend) predict(v vocab, list []feature) []float64 {
	p := m.linear.predict(v, list)
	odds := m.bayes.lean(v, list)
	near := m.nearest.byClass(v, list, len(p))
	for k := range p {
		p[k] = (math.Log(p[k]+1e-12) + m.share.bayes*odds[k] + m.share.nearest*near[k]) / m.share.calm
	}
	softmax(p)
	return p
}
