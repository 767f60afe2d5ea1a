package search

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"unicode/utf8"

	"mingbai/knowledge"
)

// A Meaning is what one message says, before anybody's history is consulted.
type Meaning struct {
	Text       string   // the message as everything here reads it: normalised, pinyin turned into characters
	Parts      []string // the questions found in one message; one for a single question
	Intent     string   // one of the intent constants
	Topic      string   // one of knowledge.Topics, always set
	Alarm      float64  // how likely somebody is in danger now, 0 to 1
	Danger     string   // one of knowledge.DangerKinds, or "" when nobody is in danger now
	Confidence float64  // how likely Hits[0] is the right card, 0 to 1
	Decision   Decision // what the confidence allows
	Aspect     string   // the card part that a follow-up asks for, Where, Deadline, or ""
	FollowUp   bool     // makes no sense alone: leans on the matter before it
	Earlier    bool     // points back at what was said before the last matter
	Amends     bool     // takes back what was said before and says what is meant
	Tells      bool     // says how things are and asks nothing
	Premise    bool     // states a rule and asks for a yes: whatever is answered must first say whether the rule is so
	Hits       []Hit    // the best cards, best first, at most ten
	Why        []string // what decided, for people who look after the bot
}

// A Hit is a card with its ranking score. Scores compare within one message.
type Hit struct {
	Card  *knowledge.Card
	Score float64
}

// A Decision says what may be done with the best card.
type Decision string

// The three decisions.
const (
	Answer   Decision = "answer"   // give the card
	Clarify  Decision = "clarify"  // ask back among the best cards
	Handover Decision = "handover" // nothing fits: a person
)

// The limits of confidence. From answerAt on, 93 in 100 open questions are
// answered and 2.3 in 100 of the answers cite none of the expected articles;
// of questions whose right cards were taken away about one in three is answered
// with another. Below clarifyAt a question back would offer nothing that fits.
const (
	answerAt  = 0.47
	clarifyAt = 0.2
	pointAt   = 0.75 // from which a single clause speaks for the message
	// How much better another card may fit the whole than the clause's.
	nearlyBest = 0.6
	plainAt    = 0.6 // probability of a topic from which to ask back among its cards
)

const (
	maxHits  = 10
	maxRunes = 1500 // of a message; what follows is not read for ranking
	// What follows is not read at all: danger that far into a text is no cry.
	maxMessage = 6000
)

// Understand reads a message: danger first, then intent, topic and the cards
// that may answer it. It is pure and safe for many goroutines.
func (x *Index) Understand(message string) Meaning { return x.Further("", message) }

// Further reads a message in the light of the question before it: cards that
// fitted that question are likelier. Everything else is as the message says by
// itself. Without a question before it is [Index.Understand].
func (x *Index) Further(before, message string) Meaning {
	m, _ := x.further(before, message)
	return m
}

// further is Further that shows the judgement behind its hits too.
func (x *Index) further(before, message string) (Meaning, judged) {
	message = first(message, maxMessage)
	text := x.decoder.decode(normalise(message))
	m := Meaning{Text: text, Intent: Ask}
	say := func(format string, args ...any) { m.Why = append(m.Why, fmt.Sprintf(format, args...)) }

	wishes := x.wishes(message, text)
	p, kind, why := x.alarmed(wishes, message, text)
	m.Alarm = p
	if p >= alarm {
		m.Danger, m.Intent = kind, Urgent
	}
	say("danger %.2f %s (%s; alarm from %.2f)", p, kind, why, alarm)

	short, amended := affirmed(first(text, maxRunes))
	m.Amends = amended
	j := x.judge(short)
	// Who takes back what was said before does not want it remembered.
	if before != "" && !amended {
		x.recall(&j, before)
	}
	order := topOf(j.score, maxHits)
	if before == "" && x.confidence(&j, order) < answerAt {
		if jj, oo, part := x.point(short, &j, order); part != "" {
			j, order = jj, oo
			say("decided by %q alone", part)
		}
	}
	for _, c := range order {
		m.Hits = append(m.Hits, Hit{Card: x.cards[c], Score: j.score[c]})
	}
	if m.Danger == "" {
		m.Intent, why = x.intentOf(wishes, text)
		say("intent %s (%s)", m.Intent, why)
	}
	m.Parts = x.partsOf(message)
	var rest int
	m.Aspect, rest = aspectOf(text)
	m.Premise = supposes(text)
	m.Tells = tells(message, text)
	m.Earlier = slices.ContainsFunc(earlier, func(w string) bool { return strings.HasPrefix(text, w) })
	if m.Intent == Chitchat && m.Aspect != "" {
		m.Intent = Ask
		say("intent %s: asks for %s", m.Intent, m.Aspect)
	}
	m.Confidence = x.confidence(&j, order)
	if m.Intent == OutOfScope && len(order) > 0 && m.Confidence >= answerAt && j.rows[order[0]][fBest] >= knownAs {
		m.Intent = Ask
		say("intent %s: a card is asked so (%.2f)", m.Intent, j.rows[order[0]][fBest])
	}
	bare := m.Intent == Chitchat && x.bareWord(text)
	if bare {
		m.Intent = Ask
		say("intent %s: a bare word that cards are about", m.Intent)
	}
	m.FollowUp = m.Intent != Urgent && leans(text, m.Aspect, rest, m.Confidence, x.names(text))
	m.Topic = x.topicFor(&m, &j)
	switch {
	case len(m.Hits) == 0 || m.Confidence < clarifyAt && !x.plain(&m, &j):
		m.Decision = Handover
	case m.Confidence < answerAt:
		m.Decision = Clarify
	default:
		m.Decision = Answer
	}
	if bare && m.Decision == Handover && len(m.Hits) > 1 {
		m.Decision = Clarify // 死猪: what of it is asked back
	}
	// What is no question of law gets no law.
	if m.Intent == Chitchat || m.Intent == OutOfScope {
		m.Decision = Handover
	}
	x.explain(&j, order, say)
	say("confidence %.2f: %s (answer from %.2f, ask back from %.2f)", m.Confidence, m.Decision, answerAt, clarifyAt)
	return m, j
}

// knownAs is how near a question must come to a phrasing of a sure card to be in
// scope whatever else it looks like: 怎么办护照 has the shape of 怎么做红烧肉. No
// labelled question out of scope comes nearer than .35.
const knownAs = 0.55

// bareWord reports whether a message is nothing but a word that a few cards are
// about: 死猪, 催告书. It looks like small talk and is none; what many cards say
// tells nothing.
func (x *Index) bareWord(text string) bool {
	if n := utf8.RuneCountInString(text); n < 2 || n > 6 || slices.ContainsFunc(x.small, func(s string) bool { return strings.Contains(s, text) }) {
		return false
	}
	cards := 0
	for _, said := range x.said {
		if strings.Contains(said, text) {
			cards++
		}
	}
	return cards > 0 && cards <= bareCards
}

// bareCards is how many cards at most say a word that stands for a matter.
const bareCards = 8

// first returns the first n characters of a text.
func first(text string, n int) string {
	for i := range text {
		if n == 0 {
			return text[:i]
		}
		n--
	}
	return text
}

// remembered is how much the score of a card for the question before counts
// for what is said next. Alone, the first card cites an expected article in 11
// of 24 turns of the open dialogues that stay on the matter; with this, in 16.
const remembered = 0.5

// recall adds to a judgement what the question before was about.
func (x *Index) recall(j *judged, before string) {
	k := x.judge(x.decoder.decode(normalise(first(before, maxRunes))))
	for c := range j.score {
		j.score[c] += remembered * k.score[c]
	}
	sum := 0.0
	for t := range j.topics {
		j.topics[t] *= math.Pow(k.topics[t], remembered)
		sum += j.topics[t]
	}
	for t := range j.topics {
		j.topics[t] /= max(sum, unlikely)
	}
}

// point looks in a message of several clauses for the one that says what it is
// about: what stands around it, who said what on market day, only dilutes it.
// What somebody wants stands at the end, so only the last clauses are tried,
// and they may only choose among the cards that the whole message finds nearly
// as good as its best. It returns that clause's judgement and the clause, or "".
func (x *Index) point(text string, whole *judged, found []int) (best judged, order []int, part string) {
	clauses := strings.Fields(text)
	n := len(clauses)
	if n < 2 {
		return
	}
	tries := []string{clauses[n-1], clauses[n-2]}
	if n > 2 {
		tries[1] += " " + clauses[n-1]
	}
	sure := pointAt
	for _, s := range tries {
		if utf8.RuneCountInString(s) < minPart {
			continue
		}
		j := x.judge(s)
		o := topOf(j.score, maxHits)
		p, topic := x.confidence(&j, o), x.topicOf[o[0]]
		if whole.score[found[0]]-whole.score[o[0]] >= nearlyBest || whole.topics[topic] < plainAt {
			continue
		}
		if p > sure {
			sure, best, order, part = p, j, o, s
		}
	}
	return best, order, part
}

// plain reports whether a message is about one subject beyond doubt, though
// not about which of its cards.
func (x *Index) plain(m *Meaning, j *judged) bool {
	return m.Confidence >= clarifyAt/4 && !m.FollowUp && j.topics[x.topicOf[x.byID[m.Hits[0].Card.ID]]] >= plainAt
}

// alarmed asks for danger, knowing how sure the message is something else.
func (x *Index) alarmed(p []float64, raw, text string) (float64, string, string) {
	idle := 0.0
	for i, name := range intents {
		if name != Ask && name != Dispute {
			idle += p[i]
		}
	}
	return x.dangerOf(raw, text, idle >= 0.6)
}

// Wins returns the card that a phrase finds first, or nil without cards.
func (x *Index) Wins(phrase string) *knowledge.Card {
	if len(x.cards) == 0 {
		return nil
	}
	j := x.judge(x.decoder.decode(normalise(phrase)))
	return x.cards[topOf(j.score, 1)[0]]
}

func (x *Index) topicFor(m *Meaning, j *judged) string {
	switch m.Intent {
	case Human, Register, Progress, Privacy, Chitchat:
		return "平台使用"
	case OutOfScope:
		return "其他"
	}
	if len(m.Hits) == 0 {
		return "其他"
	}
	return knowledge.Topics[x.subject(m, j)]
}

// Where the topic of a message comes from besides the classifier: the best
// cards, each worth less by how far its score is behind, and the words of the
// lexicon. With the right card there, the sum is as good as that card's own
// topic (.96 of residents' own questions); with it taken away, .68 against .54.
const (
	topicFade = 0.7
	topicWord = 1
	unlikely  = 1e-3 // what nothing speaks for, so that logarithms stay finite
)

// subject returns the number of the topic that cards, classifier and words
// agree on best.
func (x *Index) subject(m *Meaning, j *judged) int {
	score := make([]float64, len(j.topics))
	for _, h := range m.Hits {
		score[x.topicOf[x.byID[h.Card.ID]]] += math.Exp(topicFade * (h.Score - m.Hits[0].Score))
	}
	for t, p := range j.topics {
		score[t] = math.Log(score[t]+unlikely) + math.Log(p+unlikely)
	}
	for _, w := range x.words.find(m.Text) {
		if n := slices.Index(knowledge.Topics, w.topic); n >= 0 {
			score[n] += topicWord
		}
	}
	return topOf(score, 1)[0]
}

// explain says what made the first two cards what they are.
func (x *Index) explain(j *judged, order []int, say func(string, ...any)) {
	for i, c := range order[:min(2, len(order))] {
		r := &j.rows[c]
		near := ""
		if j.like[c].best[askedKind] > 0 {
			near = x.phrases.all[j.like[c].nearby].text
		}
		say("%d. %s %.2f: like %q %.2f, more %.2f, law %.2f, answer %.2f, full text %.2f, topic %s %.2f", i+1, x.cards[c].ID,
			j.score[c], near, r[fBest], r[fMore], r[fClaim], r[fTold], r[fFullShare], x.cards[c].Topic, r[fTopic])
	}
}

// What confidence is computed from.
const (
	cBias   = iota
	cScore  // of the best card
	cRival  // its lead over the best card that cites none of the same articles
	cLength // of the question: a long one never comes as near to a phrasing
	confidenceTerms
)

type confidenceRow [confidenceTerms]float64

// confidenceWeights were fitted by logistic regression on the open questions;
// on the same with their right cards taken away, which count a quarter, so that
// a matter without a card is not answered with another; and on 2,000 phrasings
// of cards, each asked of an index without it, which count a twentieth.
var confidenceWeights = confidenceRow{-10.59, 0.577, 0.587, 0.741}

func (x *Index) confidence(j *judged, order []int) float64 {
	if len(order) == 0 || j.score[order[0]] <= 0 {
		return 0
	}
	r := x.confidenceOf(j, order)
	s := 0.0
	for i := range r {
		s += r[i] * confidenceWeights[i]
	}
	return 1 / (1 + math.Exp(-s))
}

func (x *Index) confidenceOf(j *judged, order []int) confidenceRow {
	c := order[0]
	r := confidenceRow{cBias: 1, cScore: j.score[c], cLength: math.Log(float64(j.length + 1))}
	r[cRival] = 3
	for _, o := range order[1:] {
		if !sameLaw(x.cards[c], x.cards[o]) {
			r[cRival] = math.Min(3, j.score[c]-j.score[o])
			break
		}
	}
	return r
}

// sameLaw reports whether two cards cite an article in common: either then
// answers much the same.
func sameLaw(a, b *knowledge.Card) bool {
	for _, p := range a.Cites {
		for _, q := range b.Cites {
			if p.Law == q.Law && p.Article == q.Article {
				return true
			}
		}
	}
	return false
}
