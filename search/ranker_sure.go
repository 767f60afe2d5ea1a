package search

import (
	"math"
	"slices"

	"mingbai/knowledge"
)

// SureArticle is the confidence from which [Statutes.Best] may be shown as the
// law behind a question that no card answers. By five-fold cross-validation on
// the open questions, .18 of them reach it, and .89 of these are right
// (testdata/statutes.txt). Labels name only some of the articles that answer,
// so the truth is a little better; a higher bar costs questions and gains
// nothing.
const SureArticle = 0.85

// Best returns the article that most likely answers a question, as it stood on
// a day, and the probability that it does: learnt with the ranker, from
// questions that it had not seen. ok is false when there is nothing to go by:
// no statutes (s may be nil), no ranker that fits them, a question without
// words, or an article that was not in force on the day. It costs one search.
func (s *Statutes) Best(q string, on knowledge.Day) (a Article, confidence float64, ok bool) {
	if s == nil || s.Prepare() != nil || s.ranker == nil {
		return Article{}, 0, false
	}
	list := s.ranker.search(q, 2)
	if len(list) < 2 {
		return Article{}, 0, false
	}
	r := &s.rows[list[0].row]
	if r.From > on || r.To != "" && on >= r.To {
		return Article{}, 0, false
	}
	a, err := s.article(int(list[0].row))
	if err != nil {
		return Article{}, 0, false
	}
	return a, s.ranker.sure.of(list[0].score, list[1].score), true
}

// A sureness turns the scores of the best two articles into the probability
// that the best one is right.
type sureness struct {
	Bias  float64
	Slope float64
}

// leadOf weighs the lead of the best article over the second, and the score of
// the best itself: an article that is far ahead of nothing much is not sure.
// The share was found by trying: with .89 right, .18 of the questions are
// reached; with a share of .3 it is .16, with .1 it is .14.
func leadOf(best, second float32) float64 { return float64(best-second) + 0.6*float64(best) }

func (s sureness) of(best, second float32) float64 {
	return 1 / (1 + math.Exp(-s.Bias-s.Slope*leadOf(best, second)))
}

// boldness is by how much the log-odds come out too high: the ranker that
// answers has learnt from more than the one whose sureness was learnt, and is
// further ahead with the same right. Without it 95 % said was 90 % true.
const boldness = 0.3

// learnSureness fits a sureness to groups that neither the linear scores in
// them nor the trees have learnt from.
func learnSureness(groups []rankGroup, trees *forest) sureness {
	var lead []float64
	var right []bool
	for _, g := range groups {
		var list []scored
		for i, x := range g.x {
			list = append(list, scored{int32(i), finalScore(x, trees)})
		}
		if slices.SortFunc(list, byScore); len(list) > 1 {
			lead, right = append(lead, leadOf(list[0].score, list[1].score)), append(right, g.gold[list[0].row])
		}
	}
	sure := fitSureness(lead, right)
	sure.Bias -= boldness
	return sure
}

// fitSureness is logistic regression on one number, by Newton's steps on a
// standardised scale. A little decay keeps it finite when everything is right
// or wrong.
func fitSureness(lead []float64, right []bool) sureness {
	n := float64(len(lead))
	if n == 0 {
		return sureness{Bias: -10} // nothing was seen: never sure
	}
	mean, dev := 0.0, 0.0
	for _, v := range lead {
		mean += v / n
	}
	for _, v := range lead {
		dev += (v - mean) * (v - mean) / n
	}
	dev = math.Sqrt(dev) + 1e-9
	bias, slope := 0.0, 0.0
	const decay, steps = 0.5, 20
	for range steps {
		gb, gs := decay*bias, decay*slope
		hbb, hbs, hss := decay, 0.0, decay
		for i, v := range lead {
			z := (v - mean) / dev
			p := 1 / (1 + math.Exp(-bias-slope*z))
			d := p
			if right[i] {
				d--
			}
			w := p * (1 - p)
			gb, gs = gb+d, gs+d*z
			hbb, hbs, hss = hbb+w, hbs+w*z, hss+w*z*z
		}
		det := hbb*hss - hbs*hbs
		bias -= (hss*gb - hbs*gs) / det
		slope -= (hbb*gs - hbs*gb) / det
	}
	return sureness{Bias: bias - slope*mean/dev, Slope: slope / dev}
}
