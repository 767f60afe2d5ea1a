package search

import (
	"math"
	"math/rand/v2"
	"slices"
	"sync"

	"mingbai/knowledge"
)

// The choices of training.
const (
	learnFolds = 5
	hardMisses = 60 // candidates that are wrong and rank high, a question
	easyMisses = 8  // and one in so many of the others
)

var (
	linearChoice = linearSettings{passes: 12, rate: 0.05, decay: 1e-4, least: 2}
	treeChoice   = treeSettings{trees: 200, depth: 4, rate: 0.1, lambda: 5, least: 1, features: 0.2, groups: 0.5, seed: 1}
)

// train learns to rank from past questions. What a question is learnt from is
// computed as if it had not been asked: its fold is absent from the
// neighbours, from the expansion, and from the linear model whose score the
// trees see. Otherwise the trees would trust what is only there in training.
func (b *rankBase) train(s *Statutes, questions, cards []pastQuestion) *ranker {
	fold := foldsOf(len(questions), learnFolds, 7)
	groups, finals := make([]rankGroup, len(questions)), make([]rankGroup, len(questions))
	mems := make([][2]*past, learnFolds)
	eachFold(learnFolds, func(f int) {
		rest, out := splitFold(questions, fold, f)
		asked := make([]pastQuestion, len(out))
		for i, n := range out {
			asked[i] = questions[n]
		}
		mems[f] = [2]*past{newPast(s, rest), newPast(s, unseenCards(cards, rest, asked))}
		for _, i := range out {
			c := b.candidates(s, mems[f], questions[i].Text)
			groups[i] = newGroup(c, questions[i].Gold)
			b.giveBack(c)
		}
	})
	eachFold(learnFolds, func(f int) {
		rest, out := splitFold(groups, fold, f)
		l := trainLinear(rest, b.linearChoice())
		for _, i := range out { // the candidates again: keeping all of them takes a gigabyte
			c := b.candidates(s, mems[f], questions[i].Text)
			finals[i] = finalGroup(c.finalists(l.scores(c)), questions[i].Gold)
			b.giveBack(c)
		}
	})
	r := &ranker{s: s, base: b}
	eachFold(2, func(i int) {
		if i == 0 {
			r.mem = [2]*past{newPast(s, questions), newPast(s, cards)}
			r.linear = trainLinear(groups, b.linearChoice())
			r.sure = b.sureOf(finals, fold)
		} else {
			r.trees = trainForest(finals, b.treeChoice())
		}
	})
	return r
}

func (b *rankBase) linearChoice() linearSettings {
	set := linearChoice
	if b.omit.words {
		set.least = math.MaxInt
	}
	return set
}

func (b *rankBase) treeChoice() treeSettings {
	set := treeChoice
	if b.omit.trees {
		set.trees = 0
	}
	return set
}

// sureOf learns how sure to be from the first fold, with trees that have seen
// the others alone.
func (b *rankBase) sureOf(finals []rankGroup, fold []int) sureness {
	rest, out := splitFold(finals, fold, 0)
	held := make([]rankGroup, len(out))
	for i, n := range out {
		held[i] = finals[n]
	}
	return learnSureness(held, trainForest(rest, b.treeChoice()))
}

// unseenCards leaves out the cards that cite an article which only the
// questions asked cite: a card may have been written because of the very
// question, and a question that comes tomorrow has no such card.
func unseenCards(cards, rest, asked []pastQuestion) []pastQuestion {
	only := map[int32]bool{}
	for _, q := range asked {
		for _, g := range q.Gold {
			only[g] = true
		}
	}
	for _, q := range rest {
		for _, g := range q.Gold {
			delete(only, g)
		}
	}
	return slices.DeleteFunc(slices.Clone(cards), func(c pastQuestion) bool {
		return slices.ContainsFunc(c.Gold, func(g int32) bool { return only[g] })
	})
}

// foldsOf deals n questions into folds, by a fixed shuffle: neighbours in a
// file are often of one matter.
func foldsOf(n, folds int, seed uint64) []int {
	fold := make([]int, n)
	for i, k := range rand.New(rand.NewPCG(seed, seed)).Perm(n) {
		fold[k] = i % folds
	}
	return fold
}

// splitFold returns what is not in a fold, and the places of what is.
func splitFold[T any](all []T, fold []int, f int) (rest []T, out []int) {
	for i, x := range all {
		if fold[i] == f {
			out = append(out, i)
		} else {
			rest = append(rest, x)
		}
	}
	return rest, out
}

// eachFold runs f for every fold, two at a time.
func eachFold(folds int, f func(int)) {
	var wg sync.WaitGroup
	for w := range 2 {
		wg.Go(func() {
			for i := w; i < folds; i += 2 {
				f(i)
			}
		})
	}
	wg.Wait()
}

// newGroup takes the gold candidates, the hard misses, and a few of the others.
func newGroup(c *candidateSet, gold []int32) rankGroup {
	var take []int32
	var misses []uint64
	for i, r := range c.rows {
		if slices.Contains(gold, r) {
			take = append(take, int32(i))
		} else {
			f := c.x[i]
			misses = append(misses, rankKey(int32(i), f[fPast+mExpanded]/100+3*f[fPast+mSum]+f[fPast+mHead]))
		}
	}
	slices.Sort(misses)
	for i, m := range misses {
		if i < hardMisses || i%easyMisses == 0 {
			take = append(take, int32(uint32(m)))
		}
	}
	return c.keep(take, gold)
}

// finalGroup takes the gold finalists, those that rank highest, and a few of
// the others.
func finalGroup(c *candidateSet, gold []int32) rankGroup {
	var take []int32
	for i, r := range c.rows {
		if i < hardMisses || i%easyMisses == 0 || slices.Contains(gold, r) {
			take = append(take, int32(i))
		}
	}
	return c.keep(take, gold)
}

// keep copies some candidates, so that the rest can be given back.
func (c *candidateSet) keep(take []int32, gold []int32) rankGroup {
	g := rankGroup{terms: c.terms}
	for _, i := range take {
		g.x = append(g.x, slices.Clone(c.x[i]))
		g.gold = append(g.gold, slices.Contains(gold, c.rows[i]))
		if c.hits != nil {
			g.hits, g.heads = append(g.hits, slices.Clone(c.hits[i])), append(g.heads, c.heads[i])
		}
	}
	return g
}

// cardQuestions makes past questions of the cards: each phrasing and the title
// with all the articles that the card cites, each claim with its own.
func cardQuestions(s *Statutes, base *knowledge.Base) []pastQuestion {
	var out []pastQuestion
	if base == nil {
		return nil
	}
	for _, c := range base.Cards {
		var gold []int32
		for _, cite := range c.Cites {
			if row := s.newest(cite.Law, cite.Article); row >= 0 {
				if !slices.Contains(gold, row) {
					gold = append(gold, row)
				}
				if cite.Claim != "" {
					out = append(out, pastQuestion{cite.Claim, []int32{row}})
				}
			}
		}
		if len(gold) == 0 {
			continue
		}
		for _, a := range append([]string{c.Title}, c.Asked...) {
			out = append(out, pastQuestion{a, gold})
		}
	}
	return out
}

// newest is the newest version of an article, -1 when there is none.
func (s *Statutes) newest(law, article string) int32 {
	want, err := knowledge.ParseArticle(article)
	if err != nil {
		return -1
	}
	best := int32(-1)
	for _, i := range s.byName[plainTitle(law)] {
		if n, err := knowledge.ParseArticle(s.rows[i].Number); err == nil && n == want && (best < 0 || s.rows[i].Version > s.rows[best].Version) {
			best = i
		}
	}
	return best
}
