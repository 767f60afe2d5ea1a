package search

import (
	"cmp"
	"math"
	"slices"
)

// An Explanation is a hit with what counted for and against it.
type Explanation struct {
	ArticleHit
	Why []Reason `json:"why"`
}

// A Reason is a feature of an article, or a word of the question, with the
// points it gives over the middle one of the candidates.
type Reason struct {
	What   string  `json:"what"`
	Points float64 `json:"points"`
}

// reasonCount is how many reasons are given for a hit.
const reasonCount = 8

// Explain ranks like Search and tells what counted.
func (s *Statutes) Explain(q string, top int) ([]Explanation, error) {
	hits, err := s.Search(q, top)
	if err != nil {
		return nil, err
	}
	out := make([]Explanation, len(hits))
	for i, h := range hits {
		out[i].ArticleHit = h
	}
	if s.ranker == nil {
		for i := range out {
			out[i].Why = []Reason{{featureNames[fBM25], out[i].Score}}
		}
		return out, nil
	}
	s.ranker.explain(q, out)
	return out, nil
}

// explain fills in the reasons: how the score changes when a feature takes the
// value that it has in the middle of the candidates.
func (r *ranker) explain(q string, out []Explanation) {
	c := r.base.candidates(r.s, r.mem, q)
	place := make(map[string]int, len(c.rows))
	for i, row := range c.rows {
		place[r.s.rows[row].ID] = i
	}
	c.finalists(r.linear.scores(c))
	middle := make([]float32, allWidth)
	column := make([]float32, len(c.x))
	for i := range middle {
		for j, x := range c.x {
			column[j] = x[i]
		}
		slices.Sort(column)
		if len(column) > 0 {
			middle[i] = column[len(column)/2]
		}
	}
	for i := range out {
		at, ok := place[out[i].ID]
		if !ok {
			continue
		}
		why := append(r.featureReasons(c.x[at], middle), r.wordReasons(c, at)...)
		slices.SortStableFunc(why, func(a, b Reason) int { return cmp.Compare(math.Abs(b.Points), math.Abs(a.Points)) })
		out[i].Why = why[:min(reasonCount, len(why))]
	}
}

func (r *ranker) featureReasons(x, middle []float32) []Reason {
	var why []Reason
	whole := r.trees.score(x)
	with := make([]float32, len(x))
	for f := range allFeatures {
		copy(with, x)
		points := float32(0)
		for i, of := range inputFeature {
			if of != f {
				continue
			}
			with[i] = middle[i]
			if i < plainWidth {
				points += linearShare * r.linear.Weight[i] * (x[i] - middle[i])
			}
		}
		if points += whole - r.trees.score(with); math.Abs(float64(points)) >= 0.01 {
			why = append(why, Reason{featureNames[f], round2(points)})
		}
	}
	return why
}

func (r *ranker) wordReasons(c *candidateSet, at int) []Reason {
	var why []Reason
	for k, t := range c.terms {
		points := r.linear.wordPoints(c, at, k)
		if math.Abs(float64(points)) >= 0.05 {
			why = append(why, Reason{"word " + t.text, round2(linearShare * points)})
		}
	}
	return why
}

func round2(v float32) float64 { return math.Round(float64(v)*100) / 100 }
