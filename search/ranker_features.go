package search

import (
	"math"
	"slices"
)

// The features of a candidate article that need no model. Those of a memory
// stand twice: for past questions and for the cards.
const (
	fBM25    = iota // the first stage
	fTextBi         // pairs, text alone
	fTextUni        // characters, text alone
	fTitle
	fCover    // share of the question's weight that stands in the article
	fAround   // first-stage score of the articles around it
	fPast     // the first of the features of past questions
	fCards    = fPast + memoryFeatures
	fCited    = fCards + memoryFeatures + iota - fPast - 2 // how often it was cited
	fLawCited                                              // and its law
	fHeadCited
	fCardCited
	fKindCited // how often an article of its kind of law was cited
	fPlace     // its place in the law
	fLawSize
	fLength
	fAsked // length of the question
	plainFeatures
)

// The features that a memory gives.
const (
	mExpanded = iota // the first stage over the article with the words of the questions
	mSum             // likeness of the questions that cite it
	mMax
	mLaw  // share of the likeness on its law
	mHead // and on its chapter
	mBy   // likeness of the questions that cite the articles around it
	memoryFeatures
)

// The linear model's score is one feature more, for the trees.
const (
	fFirst      = plainFeatures
	allFeatures = plainFeatures + 1
)

var featureNames = [allFeatures]string{
	"bm25", "pairs in the text", "characters in the text", "law title", "share of the question covered", "bm25 of the articles around",
	"bm25 with past questions", "past questions citing it", "nearest past question citing it", "law of past answers",
	"chapter of past answers", "past answers around it",
	"bm25 with cards", "cards citing it", "nearest card citing it", "law of cards",
	"chapter of cards", "cards citing articles around it",
	"times cited", "times its law was cited", "times its chapter was cited", "cards citing it, counted", "kind of law", "place in the law", "articles of its law", "length",
	"length of the question", "linear score",
}

// isRelative reports whether the share of the maximum and the rank of a
// feature say more than its size; for counts and lengths they do not.
func isRelative(f int) bool { return f < fCited || f >= plainFeatures }

// A candidateSet is the candidates of one question with their features.
type candidateSet struct {
	rows  []int32
	x     [][]float32 // candidate → inputs: plain features, their relative forms, then the same of the linear score
	terms []queryTerm
	hits  [][]float32 // candidate, term → what the term adds to the score of its text
	heads []int32     // the chapter of each candidate
	lent  *[]float32  // holds x and hits
}

// The inputs of the models are the features, followed by the relative forms of
// those that have such; first for the plain features, then for the linear score.
var (
	plainWidth = widthOf(0, plainFeatures)
	allWidth   = plainWidth + widthOf(plainFeatures, allFeatures)
)

func widthOf(from, to int) int {
	w := to - from
	for f := from; f < to; f++ {
		if isRelative(f) {
			w += 2
		}
	}
	return w
}

// relate fills in the relative forms of the features from..to, which stand at
// place at of the inputs: the share of the question's maximum, and 1/(5+rank).
func (c *candidateSet) relate(from, to, at int) {
	order := make([]uint64, 0, len(c.rows))
	next := at + to - from
	for f := from; f < to; f++ {
		if !isRelative(f) {
			continue
		}
		order = order[:0]
		for i, x := range c.x {
			if v := x[at+f-from]; v > 0 || f == fFirst {
				order = append(order, rankKey(int32(i), v))
			}
		}
		slices.Sort(order)
		for rank, o := range order {
			x, top := c.x[uint32(o)], c.x[uint32(order[0])]
			if f == fFirst { // a log-odds: its distance to the best tells, not its share
				x[next] = x[at+f-from] - top[at+f-from]
			} else {
				x[next] = x[at+f-from] / top[at+f-from]
			}
			x[next+1] = 1 / (5 + float32(rank))
		}
		next += 2
	}
}

// inputFeature tells which feature each input is made of.
var inputFeature = func() []int {
	var out []int
	for _, span := range [2][2]int{{0, plainFeatures}, {plainFeatures, allFeatures}} {
		for f := span[0]; f < span[1]; f++ {
			out = append(out, f)
		}
		for f := span[0]; f < span[1]; f++ {
			if isRelative(f) {
				out = append(out, f, f)
			}
		}
	}
	return out
}()

func logf(x float32) float32 { return float32(math.Log(float64(x))) }

func dotf(a, b []float32) float32 {
	sum := float32(0)
	for i, x := range a {
		sum += x * b[i]
	}
	return sum
}
