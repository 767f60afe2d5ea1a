// Package search understands what a resident writes and finds the card that
// answers it; it also searches the imported texts of laws.
//
// [New] builds an [Index] of all cards when the program starts, in about half
// a second and without any file: it learns from what the cards themselves say
// (their phrasings are the questions, their near misses the counter-examples)
// and from two lists of sentences, danger.txt and intent.txt, that anybody can
// read and extend. [Index.Understand] then takes a message through four steps.
// It is brought to one form, pinyin included. Danger is looked for first. The
// intent is told from the words. Every card is scored by how near the question
// comes to its phrasings, by exact BM25 over its whole text in Bleve, and by
// how likely its topic is; from the best score and its lead comes a confidence,
// and from that whether to answer, to ask back or to call a person.
//
// Villagers' words meet the law's through the lexicon on both sides of the
// comparison, and words that only sound alike meet through pinyin.
//
// [Statutes] is apart from all this: an index on disk of imported laws.
// [Evaluate] measures the whole on labelled questions.
package search

import (
	"fmt"
	"strings"
	"sync"

	"github.com/blevesearch/bleve/v2"

	"mingbai/knowledge"
)

// An Index holds everything needed to understand a message. It is built from
// one knowledge base, read-only afterwards and safe for many goroutines.
type Index struct {
	base    *knowledge.Base
	cards   []*knowledge.Card
	byID    map[string]int
	words   *words
	phrases *phrases
	bleve   bleve.Index
	full    *scorer
	cardOf  []int32 // internal number in Bleve to card
	topicOf []int   // card to its topic's number
	topics  *linear
	dangers *linear // none or danger
	kinds   *linear // which danger
	intents *linear
	nearest *nearest
	decoder *decoder
}

// New builds the index of all cards of the base in memory.
func New(base *knowledge.Base) (*Index, error) {
	x := &Index{base: base, cards: base.Cards, byID: map[string]int{}, words: newWords(base.Lexicon)}
	number := map[string]int{}
	for i, t := range knowledge.Topics {
		number[t] = i
	}
	for i, c := range x.cards {
		x.byID[c.ID] = i
		x.topicOf = append(x.topicOf, number[c.Topic])
	}
	x.buildPhrases()
	x.decoder = newDecoder(x.heard())
	// The four trainings and the full-text index read the phrasings only.
	var wg sync.WaitGroup
	for _, f := range []func(){x.trainTopics, x.trainDanger, x.trainIntents} {
		wg.Go(f)
	}
	err := x.buildFull()
	wg.Wait()
	x.phrases.vectors = nil
	if err != nil {
		return nil, err
	}
	return x, nil
}

func (x *Index) buildFull() error {
	m, err := leanMapping()
	if err != nil {
		return fmt.Errorf("map the card index: %w", err)
	}
	// NewMemOnly would take the old store; scorch without a path stays in memory.
	if x.bleve, err = bleve.NewUsing("", m, indexKind, indexKind, nil); err != nil {
		return fmt.Errorf("open the card index: %w", err)
	}
	lengths := make([]int, len(x.cards))
	batch := x.bleve.NewBatch()
	for i, c := range x.cards {
		text := cardText(c)
		eachTerm(text, func(string) { lengths[i]++ })
		if err := batch.Index(c.ID, map[string]any{textField: text}); err != nil {
			return fmt.Errorf("index card %s: %w", c.ID, err)
		}
	}
	if err := x.bleve.Batch(batch); err != nil {
		return fmt.Errorf("index cards: %w", err)
	}
	inner, err := x.bleve.Advanced()
	if err != nil {
		return fmt.Errorf("open the card index: %w", err)
	}
	reader, err := inner.Reader()
	if err != nil {
		return fmt.Errorf("read the card index: %w", err)
	}
	x.cardOf = make([]int32, len(x.cards))
	byNumber := make([]int, len(x.cards))
	for i, c := range x.cards {
		id, err := reader.InternalID(c.ID)
		if err != nil || id == nil || id.Value() >= uint64(len(x.cards)) {
			return fmt.Errorf("read the card index: card %s is missing: %w", c.ID, err)
		}
		x.cardOf[id.Value()] = int32(i)
		byNumber[id.Value()] = lengths[i]
	}
	x.full = newScorer(reader, byNumber)
	return nil
}

// Close frees the index.
func (x *Index) Close() error {
	if err := x.full.close(); err != nil {
		return err
	}
	return x.bleve.Close()
}

func (x *Index) trainTopics() {
	var ex []example
	for i, p := range x.phrases.all[:x.phrases.asked] {
		ex = append(ex, example{terms: x.topicTerms(p.text, x.phrases.vectors[i]), class: x.topicOf[p.card]})
	}
	x.topics = train(knowledge.Topics, ex, 4, 0.5, 1e-5)
}

// topicTerms are the written terms of a vector and the topics that its words
// speak for.
func (x *Index) topicTerms(text string, vector []weighted) []weighted {
	out := make([]weighted, 0, len(vector)+4)
	for _, t := range vector {
		if t.term[0] != '~' {
			out = append(out, t)
		}
	}
	for _, w := range x.words.find(text) {
		if w.topic != "" {
			out = append(out, weighted{"@" + w.topic, 1})
		}
	}
	return out
}

// heard is everything the index knows that people may say.
func (x *Index) heard() []string {
	var out []string
	for _, p := range x.phrases.all[:x.phrases.asked] {
		out = append(out, p.text)
	}
	for _, file := range []string{dangerText, intentText} {
		for _, line := range strings.Split(file, "\n") {
			if _, text, ok := strings.Cut(line, ": "); ok && !strings.HasPrefix(line, "#") {
				out = append(out, normalise(text))
			}
		}
	}
	return out
}
