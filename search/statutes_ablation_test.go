package search

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
)

// TestStatutesAblation prints the table of testdata/statutes.txt: what the ranker of
// articles loses without each of its parts, by five-fold cross-validation on
// the open questions of the folder that MINGBAI_LAWBENCH names, without the
// cards. It takes a quarter of an hour:
// MINGBAI_LAWBENCH=DIR go test ./search -run StatutesAblation -v -timeout 2h
func TestStatutesAblation(t *testing.T) {
	lawbench := os.Getenv("MINGBAI_LAWBENCH")
	if lawbench == "" {
		t.Skip("MINGBAI_LAWBENCH names no folder")
	}
	dir := t.TempDir()
	if _, err := Import(dir, []string{filepath.Join(lawbench, "articles.jsonl.gz")}); err != nil {
		t.Fatal(err)
	}
	s := openPrepared(t, dir)
	var rep LearnReport
	questions, err := s.readQuestions(filepath.Join(lawbench, "queries.open.jsonl"), &rep)
	if err != nil {
		t.Fatal(err)
	}
	for _, part := range rankerParts {
		b := newRankBase(s)
		for _, f := range part.features {
			b.omit.features[f] = true
		}
		b.omit.words, b.omit.trees = part.words, part.trees
		var all lawMark
		fold := foldsOf(len(questions), evalFolds, 1)
		marks := make([]lawMark, len(questions))
		eachFold(evalFolds, func(f int) {
			rest, at := splitFold(questions, fold, f)
			r := b.train(s, rest, nil)
			for _, i := range at {
				marks[i] = markOf(r.search(questions[i].Text, 100), questions[i].Gold)
			}
		})
		n := float64(len(marks))
		for _, m := range marks {
			all.r1, all.r10, all.r100, all.mrr = all.r1+m.r1/n, all.r10+m.r10/n, all.r100+m.r100/n, all.mrr+m.mrr/n
		}
		fmt.Printf("%-44s R@1 %.3f  R@10 %.3f  R@100 %.3f  MRR@10 %.3f\n", part.name, all.r1, all.r10, all.r100, all.mrr)
	}
}

// rankerParts are what may be left out.
var rankerParts = []struct {
	name     string
	features []int
	words    bool
	trees    bool
}{
	{name: "everything"},
	{name: "without BM25 of article and text", features: []int{fBM25, fTextBi, fTextUni}},
	{name: "without the law's title", features: []int{fTitle}},
	{name: "without the share of the question covered", features: []int{fCover}},
	{name: "without the articles around it", features: []int{fAround, fPast + mBy, fCards + mBy}},
	{name: "without BM25 with past questions", features: []int{fPast + mExpanded, fCards + mExpanded}},
	{name: "without past questions citing it", features: []int{fPast + mSum, fPast + mMax, fCards + mSum, fCards + mMax}},
	{name: "without law and chapter of past answers", features: []int{fPast + mLaw, fPast + mHead, fCards + mLaw, fCards + mHead}},
	{name: "without how often it was cited", features: []int{fCited, fLawCited, fHeadCited, fCardCited}},
	{name: "without the kind of law", features: []int{fKindCited}},
	{name: "without place, size and lengths", features: []int{fPlace, fLawSize, fLength, fAsked}},
	{name: "without weights of words", words: true},
	{name: "without trees", trees: true},
}
