package search

import (
	"errors"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"time"

	"mingbai/knowledge"
)

// evalFolds is into how many folds the open questions are cut: learnt on four,
// asked on the fifth.
const evalFolds = 5

// nearCopy is the likeness (Dice, on pairs of characters) from which a card's
// phrasing counts as a copy of a question and is not learnt from.
const nearCopy = 0.8

// EvaluateLawbench imports the articles in dir (articles.jsonl.gz) into a
// folder of its own, and prints how well the questions there
// (queries.open.jsonl) find their articles: by exact BM25, and by five-fold
// cross-validation of the ranker, with and without what the cards know. No
// card's phrasing that copies a question of the fold asked is learnt from. It
// also prints how long a question takes beside Bleve's own match query.
func EvaluateLawbench(dir string, w io.Writer) (err error) {
	tmp, err := os.MkdirTemp("", "mingbai-lawbench-*")
	if err != nil {
		return fmt.Errorf("evaluate: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(tmp)) }()
	start := time.Now()
	if _, err := Import(tmp, []string{filepath.Join(dir, "articles.jsonl.gz")}); err != nil {
		return fmt.Errorf("evaluate: %w", err)
	}
	s, err := Open(tmp)
	if err != nil {
		return fmt.Errorf("evaluate: %w", err)
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	if err := s.prepareStage(); err != nil {
		return fmt.Errorf("evaluate: %w", err)
	}
	imported := time.Since(start)
	var rep LearnReport
	questions, err := s.readQuestions(filepath.Join(dir, "queries.open.jsonl"), &rep)
	if err != nil {
		return fmt.Errorf("evaluate: %w", err)
	}
	if len(questions) < evalFolds*leastQuestions {
		return fmt.Errorf("%d questions in %s are too few to evaluate on", len(questions), dir)
	}
	base, err := knowledge.Load(knowledge.Overlay{})
	if err != nil {
		return fmt.Errorf("evaluate: %w", err)
	}
	out := &failingWriter{w: w}
	out.printf("%d articles imported in %.1f s, %d questions, %d folds\n\n", len(s.rows), imported.Seconds(), len(questions), evalFolds)
	out.printf("%-26s %-15s %-15s %-15s %-15s %-15s %-15s\n", "", "R@1", "R@5", "R@10", "R@100", "MRR@10", "nDCG@10")
	crossValidate(s, questions, cardQuestions(s, base), out)
	if err := compareBleve(s, questions, out); err != nil {
		return err
	}
	return out.err
}

// A failingWriter keeps the first error, so that printing reads well.
type failingWriter struct {
	w   io.Writer
	err error
}

func (f *failingWriter) printf(format string, args ...any) {
	if f.err == nil {
		_, f.err = fmt.Fprintf(f.w, format, args...)
	}
}

// A lawMark is how one question was answered.
type lawMark struct {
	r1, r5, r10, r100, mrr, ndcg float64
	seen                         bool // a gold article was gold in training too
	took                         time.Duration
}

func crossValidate(s *Statutes, questions []pastQuestion, cards []pastQuestion, out *failingWriter) {
	fold := foldsOf(len(questions), evalFolds, 1)
	b := newRankBase(s)
	var plain, alone, full []lawMark
	learnt := time.Duration(0)
	for f := range evalFolds {
		rest, at := splitFold(questions, fold, f)
		asked := make([]pastQuestion, len(at))
		for i, n := range at {
			asked[i] = questions[n]
		}
		seen := map[int32]bool{}
		for _, q := range rest {
			for _, g := range q.Gold {
				seen[g] = true
			}
		}
		ask := func(search func(string, int) []scored) (marks []lawMark) {
			for _, q := range asked {
				start := time.Now()
				list := search(q.Text, 100)
				m := markOf(list, q.Gold)
				m.took = time.Since(start)
				m.seen = slices.ContainsFunc(q.Gold, func(g int32) bool { return seen[g] })
				marks = append(marks, m)
			}
			return marks
		}
		plain = append(plain, ask(s.bm25)...)
		alone = append(alone, ask(b.train(s, rest, nil).search)...)
		start := time.Now()
		r := b.train(s, rest, unseenCards(withoutCopies(cards, asked), rest, asked))
		learnt += time.Since(start)
		full = append(full, ask(r.search)...)
	}
	for _, row := range []struct {
		name  string
		marks []lawMark
	}{{"exact BM25", plain}, {"learnt, without the cards", alone}, {"learnt", full}} {
		printMarks(row.name, row.marks, out)
	}
	is := func(seen bool) (list []lawMark) {
		for _, m := range full {
			if m.seen == seen {
				list = append(list, m)
			}
		}
		return list
	}
	printMarks("  a gold article seen", is(true), out)
	printMarks("  none seen", is(false), out)
	out.printf("\nlearning took %.1f s a fold\n", learnt.Seconds()/evalFolds)
	p50, p99 := percentiles(full)
	out.printf("a whole search took p50 %.2f ms, p99 %.2f ms\n", p50, p99)
}

// withoutCopies leaves out the texts that nearly copy a question.
func withoutCopies(cards, asked []pastQuestion) []pastQuestion {
	grams := make([]map[string]bool, len(asked))
	for i, q := range asked {
		grams[i] = pairsOf(q.Text)
	}
	var out []pastQuestion
	for _, c := range cards {
		have := pairsOf(c.Text)
		copied := slices.ContainsFunc(grams, func(g map[string]bool) bool {
			both := 0
			for k := range g {
				if have[k] {
					both++
				}
			}
			return float64(2*both) >= nearCopy*float64(len(g)+len(have))
		})
		if !copied {
			out = append(out, c)
		}
	}
	return out
}

func pairsOf(text string) map[string]bool {
	set := map[string]bool{}
	r := []rune(normalise(text))
	for i := 0; i+1 < len(r); i++ {
		set[string(r[i:i+2])] = true
	}
	return set
}

func markOf(list []scored, gold []int32) lawMark {
	var m lawMark
	each := 1 / float64(len(gold))
	ideal := 0.0
	for i := range min(10, len(gold)) {
		ideal += discount(i)
	}
	for i, x := range list {
		if !slices.Contains(gold, x.row) {
			continue
		}
		if i < 1 {
			m.r1 += each
		}
		if i < 5 {
			m.r5 += each
		}
		if i < 10 {
			m.r10 += each
			m.ndcg += discount(i) / ideal
			m.mrr = math.Max(m.mrr, 1/float64(i+1))
		}
		if i < 100 {
			m.r100 += each
		}
	}
	return m
}

// printMarks prints means with 95 % bootstrap intervals over questions.
func printMarks(name string, marks []lawMark, out *failingWriter) {
	if len(marks) == 0 {
		return
	}
	out.printf("%-26s", fmt.Sprintf("%s (%d)", name, len(marks)))
	for _, value := range []func(lawMark) float64{
		func(m lawMark) float64 { return m.r1 }, func(m lawMark) float64 { return m.r5 }, func(m lawMark) float64 { return m.r10 },
		func(m lawMark) float64 { return m.r100 }, func(m lawMark) float64 { return m.mrr }, func(m lawMark) float64 { return m.ndcg },
	} {
		const rounds = 1000
		rng := rand.New(rand.NewPCG(1, 2))
		means := make([]float64, rounds)
		mean := 0.0
		for _, m := range marks {
			mean += value(m) / float64(len(marks))
		}
		for i := range means {
			for range marks {
				means[i] += value(marks[rng.IntN(len(marks))]) / float64(len(marks))
			}
		}
		slices.Sort(means)
		out.printf(" %.3f %.3f–%.3f", mean, means[rounds*25/1000], means[rounds*975/1000])
	}
	out.printf("\n")
}

func percentiles(marks []lawMark) (p50, p99 float64) {
	took := make([]time.Duration, len(marks))
	for i, m := range marks {
		took[i] = m.took
	}
	slices.Sort(took)
	ms := func(share float64) float64 {
		return float64(took[int(share*float64(len(took)-1))].Microseconds()) / 1000
	}
	return ms(0.5), ms(0.99)
}

// compareBleve asks some of the questions of the first stage and of Bleve's
// match query.
func compareBleve(s *Statutes, questions []pastQuestion, out *failingWriter) error {
	var some []string
	for i, q := range questions {
		if i%4 == 0 {
			some = append(some, q.Text)
		}
	}
	races, err := s.RaceBleve(some)
	if err != nil {
		return fmt.Errorf("evaluate: %w", err)
	}
	r := races[0]
	out.printf("first stage p50 %.2f ms, p99 %.2f ms; Bleve's match query %.2f and %.2f; ratio %.3f and %.3f\n", r.P50, r.P99, r.AgainstP50, r.AgainstP99, r.Ratio, r.RatioTail)
	return nil
}
