package search

import (
	_ "embed"
	"regexp"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"

	"mingbai/knowledge"
)

// dispute.txt holds the quarrels from which category and level are learnt.
//
//go:embed dispute.txt
var disputeText string

// A disputeMind is what was learnt from the examples, at the first use: most
// runs of the program never read a quarrel.
type disputeMind struct {
	once            sync.Once
	vocab           vocab
	category, level *blend
}

// A sample is one example of dispute.txt.
type sample struct {
	text            string // normalised
	category, level int    // numbers in knowledge.DisputeCategories and disputeLevels; -1 if there is none of that name
	danger          string // the kind of danger now, one of knowledge.DangerKinds, or ""
}

// disputeSamples reads dispute.txt.
func disputeSamples() []sample {
	var out []sample
	category := -1
	for _, line := range strings.Split(disputeText, "\n") {
		if name, ok := strings.CutPrefix(line, "= "); ok {
			category = slices.Index(knowledge.DisputeCategories, name)
			continue
		}
		label, text, ok := strings.Cut(line, ": ")
		if !ok || strings.HasPrefix(line, "#") {
			continue
		}
		label, danger, _ := strings.Cut(label, " ")
		out = append(out, sample{normalise(text), category, slices.Index(disputeLevels, label), danger})
	}
	return out
}

// Both were set in cross-validation on the examples; neither is sharp.
var (
	categorySchool = schooling{passes: 2, rate: 0.4, decay: 1e-4, least: 2}
	levelSchool    = schooling{passes: 3, rate: 0.35, decay: 1e-4, least: 2}
	categoryShares = shares{bayes: 0.5, nearest: 8, calm: 1.4}
	levelShares    = shares{bayes: 0.5, nearest: 4, calm: 1}
)

func (d *disputeMind) learn(x *Index, samples []sample) {
	d.vocab = make(vocab, 1<<15)
	kinds, levels := &lessons{}, &lessons{}
	b := newBag()
	defer b.free()
	for _, s := range samples {
		x.disputeTerms(b, s.text)
		kinds.learn(d.vocab, b.list, s.category, 1)
		parties, _ := partiesIn(s.text)
		levelTerms(b, s.text, s.category, signsOf(s.text, parties), parties)
		levels.learn(d.vocab, b.list, s.level, 1)
	}
	var wg sync.WaitGroup
	wg.Go(func() {
		d.category = newBlend(knowledge.DisputeCategories, kinds, len(d.vocab), categorySchool, categoryShares)
	})
	wg.Go(func() { d.level = newBlend(disputeLevels, levels, len(d.vocab), levelSchool, levelShares) })
	wg.Wait()
}

// How much the terms of a narrative weigh beside its characters.
const (
	topicWeight     = 10 // the cards' topics, by their probability
	leastTopic      = 0.03
	fieldWeight     = 4 // fields of life
	fieldPairWeight = 1 // two of them
	openingWeight   = 2 // those in the first words, where the opponent stands
	openingRunes    = 6
	legalTermWeight = 1   // pairs of the law's words that the lexicon adds
	skipWeight      = 0.5 // two characters apart
	skipRunes       = 4   // as far as that
)

// numberForm finds numbers: 三百 teaches something of 五百 too.
var numberForm = regexp.MustCompile(`[0-9一二两三四五六七八九十百千万几]+`)

// legalStart and skipStart begin terms that nothing written can be.
var legalStart, skipStart = hashStart.and("%law"), hashStart.and("%skip")

// skips counts characters that stand near each other but not side by side.
func (b *bag) skips(text string) {
	for i := range text {
		_, size := utf8.DecodeRuneInString(text[i:])
		h, n := skipStart.and(text[i:i+size]), 0
		for _, o := range text[i:] {
			if n > skipRunes {
				break
			}
			if n >= 2 {
				b.once(h.and(string(o)).written(), skipWeight)
			}
			n++
		}
	}
}

var (
	fieldSpots   = newSpotter(disputeFields)
	openingTerms = markTerms("^", 1)
	fieldTerms   = markTerms("&", 64)
)

// markTerms names up to 64 marks, with n others beside each, as terms.
func markTerms(sign string, n int) [][]term {
	out := make([][]term, 64)
	for a := range out {
		for b := range n {
			out[a] = append(out[a], termOf(sign+string(rune(a))+"+"+string(rune(b))))
		}
	}
	return out
}

// disputeTerms collects the features of a normalised narrative.
func (x *Index) disputeTerms(b *bag, text string) {
	b.reset()
	x.vector(b, text)
	topics := x.topicOfText(b, text)
	b.reset()
	b.grams(text, true)
	b.grams(numberForm.ReplaceAllString(text, "#"), true)
	for _, w := range x.words.find(text) {
		for _, l := range w.pairs {
			b.once(legalStart.and(l).written(), legalTermWeight)
		}
	}
	b.skips(text)
	for i, p := range topics {
		if p > leastTopic {
			b.once(topicMark(knowledge.Topics[i]), float32(p)*topicWeight)
		}
	}
	first, have := fieldSpots.has(firstRunes(text, openingRunes)), fieldSpots.has(text)
	for i := range disputeFields {
		if first>>i&1 == 1 {
			b.once(openingTerms[i][0], openingWeight)
		}
		if have>>i&1 == 0 {
			continue
		}
		b.once(fieldTerms[i][i], fieldWeight)
		for j := i + 1; j < len(disputeFields); j++ {
			if have>>j&1 == 1 {
				b.once(fieldTerms[i][j], fieldPairWeight)
			}
		}
	}
}
