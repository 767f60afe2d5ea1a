package search

import (
	"slices"
	"sync"
)

// rankBase is what the ranker knows of the statutes alone.
type rankBase struct {
	titles *mini
	places sync.Pool // *[]uint16, one a term, noughts at rest
	floats sync.Pool // *[]float32, of any length
	omit   omission  // nothing, but for the table of what each part adds
}

// An omission leaves parts of the ranker out, to see what they add.
type omission struct {
	features [allFeatures]bool
	words    bool // weights of single words
	trees    bool
}

func newRankBase(s *Statutes) *rankBase {
	b := &rankBase{}
	b.titles = newMini(len(s.stage.laws), 0, func(l int) termBag { return bagOf(s.rows[s.stage.laws[l][0]].Law) })
	n := len(s.stage.terms)
	b.places.New = func() any { v := make([]uint16, n); return &v }
	b.floats.New = func() any { return new([]float32) }
	return b
}

// takeFloats lends n noughts.
func (b *rankBase) takeFloats(n int) *[]float32 {
	f, _ := b.floats.Get().(*[]float32)
	*f = slices.Grow((*f)[:0], n)[:n]
	clear(*f)
	return f
}

// giveBack ends the use of candidates that nobody keeps.
func (b *rankBase) giveBack(c *candidateSet) {
	b.floats.Put(c.lent)
	c.lent, c.x, c.hits = nil, nil, nil
}

// How many of each kind become candidates.
const (
	neighbourCount = 40
	takeRows       = 350
	topCount       = 60
)

// A look is one question on its way to its candidates.
type look struct {
	*rankBase
	s      *Statutes
	terms  []queryTerm
	acc    []float32 // first stage
	firsts []scored
	views  [2]*view  // past questions, cards
	slots  []uint16  // term → 1 + its place in the question
	list   []uint32  // the text at hand
	title  []float32 // by law
}

// A view is what a memory says to a question.
type view struct {
	*past
	exp       []float32 // first stage over the cited articles with the words of the questions
	near      []neighbour
	sum, max  []float32 // by article
	law, head []float32
	lent      []*[]float32
}

// candidates gathers the articles worth a close look and computes their
// features, with what the memories hold.
func (b *rankBase) candidates(s *Statutes, mem [2]*past, q string) *candidateSet {
	st := s.stage
	acc := st.take()
	defer st.give(acc)
	k := &look{rankBase: b, s: s, terms: st.cut(q), acc: *acc}
	st.score(k.acc, k.terms)
	for i, p := range mem {
		k.views[i] = b.view(p, s, k.terms)
	}
	k.title = make([]float32, len(b.titles.norm))
	b.titles.score(k.title, k.terms)
	c := &candidateSet{rows: k.gather(), terms: k.terms}
	k.features(c)
	for _, v := range k.views {
		for _, l := range v.lent {
			b.floats.Put(l)
		}
	}
	return c
}

// view asks the memory: the questions near to this one, and where they lead.
func (b *rankBase) view(p *past, s *Statutes, terms []queryTerm) *view {
	v := &view{past: p, near: p.nearest(terms, neighbourCount)}
	for _, to := range []struct {
		list *[]float32
		n    int
	}{{&v.exp, len(p.citedRows)}, {&v.sum, len(s.rows)}, {&v.max, len(s.rows)}, {&v.law, len(s.stage.laws)}, {&v.head, s.stage.heads}} {
		lent := b.takeFloats(to.n)
		*to.list, v.lent = *lent, append(v.lent, lent)
	}
	p.expanded.score(v.exp, terms)
	total := float32(0)
	for _, n := range v.near {
		total += n.sim * n.sim
	}
	for _, n := range v.near {
		gold := p.questions[n.question].Gold
		w := n.sim * n.sim
		share := w / float32(len(gold)) / total
		for _, g := range gold {
			v.sum[g] += w
			v.max[g] = max(v.max[g], n.sim)
			v.law[s.stage.law[g]] += share
			v.head[s.stage.head[g]] += share
		}
	}
	return v
}

// expanded is the score of an article with the words of its questions; that of
// the first stage where none cites it.
func (v *view) score(row int32, first []float32) float32 {
	if c := v.cited[row]; c > 0 {
		return v.exp[c-1]
	}
	return first[row]
}

// The weights by which candidates are gathered, beside 1 for the first stage
// with the words of past questions, as a share of the best. They were found by
// trying: of the gold articles of the open questions 95 % are among the best
// 350 by them, 93 % by lists of the best of each kind.
const (
	gatherHead  = 3     // share of a memory's neighbours on its chapter
	gatherLaw   = 0.05  // and on its law
	gatherTop   = 0.35  // share of the best of the first stage on its chapter, or law
	gatherCited = 0.035 // logarithm of how often its law was cited
	gatherTitle = 0.018 // title of its law, as a share of the best
)

// gather lists the candidates: the best by a quick sum of what the first stage
// and the memories say of an article, its chapter and its law.
func (k *look) gather() []int32 {
	st := k.s.stage
	k.firsts = bestRows(k.acc, topCount)
	lent, lawsLent, headsLent := st.take(), k.takeFloats(len(st.laws)), k.takeFloats(st.heads)
	defer st.give(lent)
	defer k.floats.Put(lawsLent)
	defer k.floats.Put(headsLent)
	best, laws, heads := *lent, *lawsLent, *headsLent
	copy(best, k.acc)
	top, topSum, topTitle := float32(1e-6), float32(1e-6), slices.Max(k.title)+1e-6
	for _, v := range k.views {
		for c, row := range v.citedRows {
			best[row] = max(best[row], v.exp[c])
			top = max(top, best[row])
		}
		for law, w := range v.law {
			laws[law] += gatherLaw * w
		}
		for head, w := range v.head {
			heads[head] += gatherHead * w
		}
	}
	for _, x := range k.firsts {
		top = max(top, x.score)
		topSum += x.score
	}
	for _, x := range k.firsts {
		w := gatherTop * x.score / topSum
		laws[st.law[x.row]] += w
		heads[st.head[x.row]] += w
	}
	for law, n := range k.views[0].lawCites {
		laws[law] += gatherCited * logf(1+n)
	}
	for law, t := range k.title {
		laws[law] += gatherTitle * t / topTitle
	}
	for r, v := range best {
		best[r] = v/top + laws[st.law[r]] + heads[st.head[r]]
	}
	rows := make([]int32, 0, takeRows)
	for _, x := range bestRows(best, takeRows) {
		rows = append(rows, x.row)
	}
	slices.Sort(rows)
	return rows
}

// features computes the plain features of the candidates.
func (k *look) features(c *candidateSet) {
	st := k.s.stage
	c.x = make([][]float32, len(c.rows))
	c.lent = k.takeFloats(len(c.rows) * (allWidth + len(k.terms)))
	all := *c.lent
	c.hits = make([][]float32, len(c.rows))
	c.heads = make([]int32, len(c.rows))
	asked := logf(1 + float32(len(k.terms)))
	for i, r := range c.rows {
		f := all[i*allWidth : (i+1)*allWidth]
		c.x[i] = f
		law, head := st.law[r], st.head[r]
		c.heads[i] = head
		f[fBM25], f[fTitle] = k.acc[r], k.title[law]
		for j, v := range k.views {
			m := f[fPast+j*memoryFeatures:]
			m[mExpanded] = v.score(r, k.acc)
			m[mSum], m[mMax], m[mLaw], m[mHead] = v.sum[r], v.max[r], v.law[law], v.head[head]
		}
		for n := int32(1); n <= 3; n++ {
			for _, o := range [2]int32{r - n, r + n} {
				if o >= 0 && int(o) < len(k.acc) && st.law[o] == law {
					f[fPast+mBy] += k.views[0].sum[o] / float32(n)
					f[fCards+mBy] += k.views[1].sum[o] / float32(n)
					f[fAround] += k.acc[o] / float32(n)
				}
			}
		}
		f[fCited], f[fCardCited] = k.views[0].times(r), k.views[1].times(r)
		f[fLawCited] = logf(1 + k.views[0].lawCites[law])
		f[fHeadCited] = logf(1 + k.views[0].headCites[head])
		f[fKindCited] = k.views[0].kindCites[st.kind[r]]
		f[fPlace] = logf(float32(r + 1 - st.laws[law][0]))
		f[fLawSize] = logf(float32(st.laws[law][1] - st.laws[law][0]))
		f[fLength] = logf(1 + float32(k.s.rows[r].Terms))
		f[fAsked] = asked
	}
	k.read(c)
	c.relate(0, plainFeatures, 0)
	if k.omit.features != ([allFeatures]bool{}) {
		for i, f := range inputFeature {
			for _, x := range c.x {
				if k.omit.features[f] {
					x[i] = 0
				}
			}
		}
	}
}

// times is the logarithm of how often an article is cited.
func (p *past) times(row int32) float32 {
	if c := p.cited[row]; c > 0 {
		return logf(1 + float32(len(p.by[c-1])))
	}
	return 0
}

// read goes through the texts of the candidates once, for all features that
// stand on single terms.
func (k *look) read(c *candidateSet) {
	st := k.s.stage
	lent, _ := k.places.Get().(*[]uint16)
	k.slots = *lent
	weight := float32(1e-6)
	for i, t := range k.terms {
		weight += t.idf
		if t.id >= 0 {
			k.slots[t.id] = uint16(i + 1)
		}
	}
	all := (*c.lent)[len(c.rows)*allWidth:]
	for i, r := range c.rows {
		f := c.x[i]
		c.hits[i] = all[i*len(k.terms) : (i+1)*len(k.terms)]
		cover := float32(0)
		k.list = st.text(k.list[:0], r)
		for _, x := range k.list {
			if n := k.slots[x>>tfBits]; n > 0 {
				t := &k.terms[n-1]
				v := t.n * t.idf * saturation(float32(x&tfMax), st.norm[r])
				if t.uni {
					f[fTextUni] += v
				} else {
					f[fTextBi] += v
				}
				cover += t.idf
				c.hits[i][n-1] = v
			}
		}
		f[fCover] = cover / weight
	}
	for _, t := range k.terms {
		if t.id >= 0 {
			k.slots[t.id] = 0
		}
	}
	k.places.Put(lent)
}
