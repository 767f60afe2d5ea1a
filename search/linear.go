package search

import "math"

// A linear is a softmax classifier over named terms, trained when the program
// starts on what the cards and example files say. It takes a few tens of
// milliseconds and no file, and it knows a card the moment it is published.
type linear struct {
	classes []string
	vocab   map[string]int32
	weight  []float32 // per term, one weight a class
	bias    []float32
}

type example struct {
	terms []weighted
	class int
	heft  float32 // how much it counts; 0 means 1
}

// train fits the classifier by a fixed number of passes of gradient descent
// with adaptive steps, in a fixed order: the same examples always give the
// same weights.
func train(classes []string, examples []example, passes int, rate, decay float64) *linear {
	l := &linear{classes: classes, vocab: map[string]int32{}, bias: make([]float32, len(classes))}
	for _, e := range examples {
		for _, t := range e.terms {
			if _, ok := l.vocab[t.term]; !ok {
				l.vocab[t.term] = int32(len(l.vocab))
			}
		}
	}
	k := len(classes)
	l.weight = make([]float32, len(l.vocab)*k)
	square := make([]float32, len(l.weight))
	p := make([]float64, k)
	ids := make([][]int32, len(examples))
	for i, e := range examples {
		for _, t := range e.terms {
			ids[i] = append(ids[i], l.vocab[t.term])
		}
	}
	// A stride coprime to the number of examples mixes the classes, which come
	// in runs, without a random source.
	stride := len(examples)*5/8 | 1
	for gcd(stride, len(examples)) > 1 {
		stride += 2
	}
	for pass := range passes {
		at := pass
		for range examples {
			at = (at + stride) % len(examples)
			e := &examples[at]
			norm := unitNorm(e.terms)
			l.fill(p, ids[at], e.terms, norm)
			softmax(p)
			heft := float64(e.heft)
			if heft == 0 {
				heft = 1
			}
			for c := range p {
				g := p[c]
				if c == e.class {
					g--
				}
				if g < 1e-3 && g > -1e-3 {
					continue
				}
				g *= heft
				l.bias[c] -= float32(rate * 0.05 * g)
				for j, id := range ids[at] {
					w := int(id)*k + c
					gj := g*float64(e.terms[j].weight)*norm + decay*float64(l.weight[w])
					square[w] += float32(gj * gj)
					l.weight[w] -= float32(rate * gj / (1e-3 + math.Sqrt(float64(square[w]))))
				}
			}
		}
	}
	return l
}

func (l *linear) fill(p []float64, ids []int32, terms []weighted, norm float64) {
	k := len(l.classes)
	for c := range p {
		p[c] = float64(l.bias[c])
	}
	for j, id := range ids {
		v := float64(terms[j].weight) * norm
		row := l.weight[int(id)*k : int(id)*k+k]
		for c := range p {
			p[c] += v * float64(row[c])
		}
	}
}

// predict returns the probability of each class.
func (l *linear) predict(terms []weighted) []float64 {
	p := make([]float64, len(l.classes))
	k := len(l.classes)
	norm := unitNorm(terms)
	for c := range p {
		p[c] = float64(l.bias[c])
	}
	for _, t := range terms {
		id, ok := l.vocab[t.term]
		if !ok {
			continue
		}
		v := float64(t.weight) * norm
		row := l.weight[int(id)*k : int(id)*k+k]
		for c := range p {
			p[c] += v * float64(row[c])
		}
	}
	softmax(p)
	return p
}

// unitNorm scales long and short texts to the same size.
func unitNorm(terms []weighted) float64 {
	s := 0.0
	for _, t := range terms {
		s += float64(t.weight) * float64(t.weight)
	}
	return 1 / math.Sqrt(math.Max(s, 1))
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

func gcd(a, b int) int {
	for b != 0 {
		a, b = b, a%b
	}
	return a
}
