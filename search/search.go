// Package search understands what a resident writes and finds the card that
// answers it; it also searches the imported texts of laws.
//
// [New] builds an [Index] of all cards when the program starts, in about a
// second and without any file: it learns from what the cards themselves say
// (their phrasings are the questions, their near misses the counter-examples)
// and from lists of sentences that anybody can read and extend: danger.txt,
// intent.txt and, for danger, the quarrels of dispute.txt. [Index.Understand] then takes a message through four steps.
// It is brought to one form, pinyin included. Danger is looked for first. The
// intent is told from the words. Every card is scored by how near the question
// comes to its phrasings, by exact BM25 over its whole text, and by how likely
// its topic is; from the best score and its lead comes a confidence,
// and from that whether to answer, to ask back or to call a person.
//
// Villagers' words meet the law's through the lexicon on both sides of the
// comparison, and words that only sound alike meet through pinyin.
//
// [Index.Dispute] reads one narrative of a quarrel: its category, the level at
// which it belongs, whether somebody is in danger now, who, where, how much. It
// learns from quarrels of our own in dispute.txt when it is first called, and
// lets rules that a mediator would give speak over the examples.
//
// What each part adds stands in testdata/ablation.txt.
//
// [Statutes] is apart from all this: an index on disk of imported laws.
// [Evaluate] and [EvaluateDisputes] measure the whole on labelled messages.
package search

import (
	"strings"
	"sync"

	"mingbai/knowledge"
)

// An Index holds everything needed to understand a message. It is built from
// one knowledge base, read-only afterwards and safe for many goroutines.
type Index struct {
	base    *knowledge.Base
	cards   []*knowledge.Card
	byID    map[string]int
	words   *words
	legal   float32 // weight of what the lexicon adds
	sound   float32 // weight of pairs by sound
	phrases *phrases
	full    *fullText
	topicOf []int // card to its topic's number
	topics  *linear
	grams   vocab   // terms of the trainings on characters
	dangers *linear // none or danger
	kinds   *linear // which danger
	intents *linear
	nearest *nearest
	decoder *decoder

	said     []string     // title and phrasings of each card, normalised
	small    []string     // the examples of small talk, normalised
	disputes *disputeMind // learnt at first use
	saying   *sayings     // made at first use
}

// New builds the index of all cards of the base in memory.
func New(base *knowledge.Base) *Index {
	x := prepare(base)
	x.build()
	return x
}

// prepare sets up an index before anything is built.
func prepare(base *knowledge.Base) *Index {
	x := &Index{base: base, disputes: &disputeMind{}, saying: &sayings{}, cards: base.Cards, byID: map[string]int{}, words: newWords(base.Lexicon), legal: legalWeight, sound: soundWeight}
	number := map[string]int{}
	for i, t := range knowledge.Topics {
		number[t] = i
	}
	for i, c := range x.cards {
		x.byID[c.ID] = i
		x.said = append(x.said, normalise(c.Title)+"\n"+normalise(strings.Join(c.Asked, "\n")))
		x.topicOf = append(x.topicOf, number[c.Topic])
	}
	return x
}

func (x *Index) build() {
	// The full text stands apart; the trainings read the phrasings.
	var wg sync.WaitGroup
	wg.Go(func() { x.full = newFullText(x.cards, x.words) })
	x.buildPhrases()
	x.decoder = newDecoder(x.heard())
	wg.Go(x.trainTopics)
	wishes := examplesOf(intentText)
	for _, e := range wishes {
		if e.label == Chitchat {
			x.small = append(x.small, normalise(e.text))
		}
	}
	x.trainCharacters(examplesOf(dangerText), wishes, disputeSamples())
	wg.Wait()
	x.phrases.vectors, x.phrases.sound = texts{}, nil
}

// An example is a sentence with what it is an example of.
type example struct{ label, text string }

// examplesOf reads lines "label: sentence"; # begins a comment.
func examplesOf(file string) []example {
	var out []example
	for line := range strings.SplitSeq(file, "\n") {
		if label, text, ok := strings.Cut(line, ": "); ok && !strings.HasPrefix(line, "#") {
			out = append(out, example{label, text})
		}
	}
	return out
}

// trainCharacters teaches danger and intent, whose terms share their numbers.
func (x *Index) trainCharacters(dangers, intents []example, quarrels []sample) {
	x.grams = make(vocab, 1<<16)
	which, kind := x.dangerLessons(dangers, quarrels)
	wishes := x.intentLessons(intents)
	x.teachDanger(which, kind)
	x.teachIntents(wishes)
}

func (x *Index) trainTopics() {
	var ex lessons
	p := x.phrases
	for i, f := range p.all[:p.asked] {
		ids, weight := p.vectors.of(i)
		for j, id := range ids {
			if !p.sound[id] {
				ex.ids, ex.weight = append(ex.ids, id), append(ex.weight, weight[j])
			}
		}
		for _, t := range x.topicMarks(f.text) {
			ex.ids, ex.weight = append(ex.ids, p.vocab[t]), append(ex.weight, 1)
		}
		ex.end = append(ex.end, int32(len(ex.ids)))
		ex.class, ex.heft = append(ex.class, int32(x.topicOf[f.card])), append(ex.heft, 1)
	}
	x.topics = train(knowledge.Topics, &ex, len(p.vocab), schooling{passes: 4, rate: 0.5, decay: 1e-5, least: 2})
}

// topicMarks are the topics that the words of a text speak for.
func (x *Index) topicMarks(text string) []term {
	var out []term
	for _, w := range x.words.find(text) {
		if w.topic != "" {
			out = append(out, topicMark(w.topic))
		}
	}
	return out
}

func topicMark(topic string) term { return termOf("@" + topic) }

// topicOfText returns the probability of each topic.
func (x *Index) topicOfText(b *bag, text string) []float64 {
	list := make([]feature, 0, len(b.list)+4)
	for _, f := range b.list {
		if !f.term.isSound() {
			list = append(list, f)
		}
	}
	for _, t := range x.topicMarks(text) {
		list = append(list, feature{t, 1})
	}
	return x.topics.predict(x.phrases.vocab, list)
}

// heard is everything the index knows that people may say.
func (x *Index) heard() []string {
	var out []string
	for _, p := range x.phrases.all[:x.phrases.asked] {
		out = append(out, p.text)
	}
	for _, file := range []string{dangerText, intentText} {
		for _, e := range examplesOf(file) {
			out = append(out, normalise(e.text))
		}
	}
	return out
}
