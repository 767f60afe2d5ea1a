package search

import (
	"math"
	"slices"
)

// A ranker orders articles by what was learnt from past questions.
type ranker struct {
	s      *Statutes
	base   *rankBase
	mem    [2]*past // questions asked before, and the cards
	linear *linearRank
	trees  *forest
	sure   sureness
}

const (
	linearShare   = 1.5 // of the linear score beside the trees'
	mostFinalists = 150 // candidates that the trees look at
)

// search ranks the candidates of a question.
func (r *ranker) search(q string, top int) []scored {
	c := r.base.candidates(r.s, r.mem, q)
	out := r.rank(c)
	r.base.giveBack(c)
	return out[:min(top, len(out))]
}

// rank orders the candidates: the finalists by both models, the others after
// them by the linear one.
func (r *ranker) rank(c *candidateSet) []scored {
	first := r.linear.scores(c)
	final := c.finalists(first)
	out := make([]scored, 0, len(c.rows))
	low := float32(math.Inf(1))
	taken := make(map[int32]bool, len(final.rows))
	for i, row := range final.rows {
		score := finalScore(final.x[i], r.trees)
		out = append(out, scored{row, score})
		low = min(low, score)
		taken[row] = true
	}
	top := float32(math.Inf(-1))
	for i, row := range c.rows {
		if !taken[row] {
			top = max(top, first[i])
		}
	}
	for i, row := range c.rows {
		if !taken[row] {
			out = append(out, scored{row, low - 1 + first[i] - top})
		}
	}
	slices.SortFunc(out, byScore)
	return out
}

// finalScore is what a finalist is ranked by.
func finalScore(x []float32, trees *forest) float32 {
	return linearShare*x[plainWidth] + trees.score(x)
}

// finalists picks the best by the linear scores, and adds the score to what
// the trees see of them.
func (c *candidateSet) finalists(scores []float32) *candidateSet {
	order := make([]uint64, len(scores))
	for i, v := range scores {
		order[i] = rankKey(int32(i), v)
	}
	slices.Sort(order)
	out := &candidateSet{}
	for _, o := range order[:min(mostFinalists, len(order))] {
		x := c.x[uint32(o)]
		x[plainWidth] = scoreOf(o)
		out.rows, out.x = append(out.rows, c.rows[uint32(o)]), append(out.x, x)
	}
	out.relate(fFirst, allFeatures, plainWidth)
	return out
}
