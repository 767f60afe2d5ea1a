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
}

const (
	linearShare = 1   // of the linear score beside the trees'
	finalists   = 150 // candidates that the trees look at
)

// search ranks the candidates of a question.
func (r *ranker) search(q string, top int) []scored {
	out := r.rank(r.base.candidates(r.s, r.mem, q))
	return out[:min(top, len(out))]
}

// rank orders the candidates: the finalists by both models, the others after
// them by the linear one.
func (r *ranker) rank(c *candidateSet) []scored {
	first := r.linear.scores(c)
	final := r.s.stage.context(c, first)
	out := make([]scored, 0, len(c.rows))
	low := float32(math.Inf(1))
	taken := make(map[int32]bool, len(final.rows))
	for i, row := range final.rows {
		score := linearShare*final.x[i][plainWidth] + r.trees.score(final.x[i])
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

// context picks the finalists by the linear scores and computes the features
// that stand on the scores of all: an article is likelier when its neighbours,
// its chapter or articles of the same matter rank high too.
func (st *stage) context(all *candidateSet, scores []float32) *candidateSet {
	order := make([]scored, len(scores))
	for i, v := range scores {
		order[i] = scored{int32(i), v}
	}
	slices.SortFunc(order, byScore)
	c := &candidateSet{terms: all.terms}
	var first []float32
	for _, o := range order[:min(finalists, len(order))] {
		c.rows, c.x = append(c.rows, all.rows[o.row]), append(c.x, all.x[o.row])
		first = append(first, o.score)
	}
	share := sharesOf(first)
	at := make(map[int32]int32, len(c.rows))
	byHead, byLaw := map[int32]float32{}, map[int32]float32{}
	for i, r := range c.rows {
		at[r] = int32(i)
		byHead[st.head[r]] += share[i]
		byLaw[st.law[r]] += share[i]
	}
	for i, r := range c.rows {
		f := c.x[i][plainWidth-plainFeatures:]
		f[fFirst], f[fShare] = first[i], share[i]
		f[fShareHead] = byHead[st.head[r]] - share[i]
		f[fShareLaw] = byLaw[st.law[r]] - share[i]
		for k := int32(1); k <= 2; k++ {
			for _, o := range [2]int32{r - k, r + k} {
				if j, ok := at[o]; ok && st.law[o] == st.law[r] {
					f[fShareNear] += share[j] / float32(k)
				}
			}
		}
	}
	c.relate(plainFeatures, allFeatures, plainWidth)
	return c
}

func sharesOf(v []float32) []float32 {
	p := make([]float64, len(v))
	for i, x := range v {
		p[i] = float64(x)
	}
	toShares(p)
	out := make([]float32, len(v))
	for i, x := range p {
		out[i] = float32(x)
	}
	return out
}
