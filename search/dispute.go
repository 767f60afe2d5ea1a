package search

import (
	"fmt"
	"math"
	"slices"

	"mingbai/knowledge"
)

// The levels of a dispute beyond those of the township's house
// ([knowledge.LevelVillage], [knowledge.LevelTown], [knowledge.LevelJoint]).
const (
	PoliceFirst = "police-first" // danger now, or a crime suspected: the police come before any talk
	NotMediable = "not-mediable" // an act of an authority, or already judged: told the right door
)

// disputeLevels are all levels, in the order the classifier numbers them.
var disputeLevels = []string{string(knowledge.LevelVillage), string(knowledge.LevelTown), string(knowledge.LevelJoint), PoliceFirst, NotMediable}

// A Case is what one narrative of a quarrel says, as far as it says it. A field
// that the narrative leaves open is empty.
type Case struct {
	Category   string   // one of knowledge.DisputeCategories, always set
	Level      string   // village, town, joint, police-first or not-mediable, always set
	Urgent     string   // one of knowledge.DangerKinds when somebody is in danger now, or ""
	Topic      string   // one of knowledge.Topics, always set
	Confidence float64  // how likely Category is right, 0 to 1
	Parties    int      // people or households on either side, at least 2; Crowd for a group nobody counted
	Who        []string // those named, in the narrator's words: 隔壁老李, 前夫, 包工头
	Places     []string // where, in the narrator's words
	Amounts    []Amount
	Days       []When
	Wish       string   // what the narrator wants, one of a few plain words; "" when it is not said
	Why        []string // what decided, for the mediator and for people who look after the bot
}

// Crowd is the number of parties of a group that nobody counted.
const Crowd = 8

// Dispute reads one free narrative of a quarrel. It is pure and safe for many
// goroutines. The first call learns from the examples, which takes a third of
// a second.
//
// The narrative decides the level. The township's file says where mediation of
// a category begins, and so may only raise a level that is lower; what belongs
// to the police or to no mediator stays so.
func (x *Index) Dispute(narrative string) Case {
	m := x.Understand(narrative)
	x.disputes.once.Do(func() { x.disputes.learn(x, disputeSamples()) })
	return x.caseOf(x.disputes, narrative, &m)
}

// caseOf reads a narrative, whose meaning is known, with what mind has learnt.
func (x *Index) caseOf(mind *disputeMind, narrative string, m *Meaning) Case {
	text := m.Text
	if r := []rune(text); len(r) > maxRunes {
		text, narrative = string(r[:maxRunes]), firstRunes(narrative, maxRunes)
	}
	c := Case{Urgent: m.Danger, Topic: m.Topic, Who: whoIn(text), Places: x.placesIn(text),
		Amounts: amountsIn(narrative), Days: whensIn(narrative), Wish: wishOf(text)}
	say := func(format string, args ...any) { c.Why = append(c.Why, fmt.Sprintf(format, args...)) }

	b := newBag()
	defer b.free()
	x.disputeTerms(b, text)
	category := c.decideCategory(mind.category.predict(mind.vocab, b.list), text, say)

	var why string
	if c.Parties, why = partiesIn(text); why != "" {
		say("当事人约 %d：%s", c.Parties, why)
	}
	signs := signsOf(text, c.Parties)
	if c.Urgent != "" && !dangerStands(m.Alarm, narrative, text, signs) {
		say("像危险（%s），但说的是要了结的纠纷", c.Urgent)
		c.Urgent = ""
	}
	levelTerms(b, text, category, signs, c.Parties)
	if kind := c.decideLevel(mind.level.predict(mind.vocab, b.list), signs, say); kind != "" && m.Alarm >= raiseAt {
		say("眼下有危险（%s）", kind)
		c.Urgent = kind
	}
	x.routed(&c, say)
	return c
}

func firstRunes(s string, n int) string {
	if r := []rune(s); len(r) > n {
		return string(r[:n])
	}
	return s
}

// decideCategory weighs what the examples say, p, with what mediators know, and
// returns the number of the category.
func (c *Case) decideCategory(p []float64, text string, say func(string, ...any)) int {
	fields := fieldSpots.has(text)
	for i := range categoryLeans {
		if l := &categoryLeans[i]; l.fits(fields, text) {
			p[slices.Index(knowledge.DisputeCategories, l.category)] *= math.Exp(l.by)
			say("%s：%s", l.category, l.why)
		}
	}
	sum := 0.0
	for _, v := range p {
		sum += v
	}
	order := topOf(p, 2)
	c.Category, c.Confidence = knowledge.DisputeCategories[order[0]], p[order[0]]/sum
	say("%s %.2f，其次%s %.2f", c.Category, c.Confidence, knowledge.DisputeCategories[order[1]], p[order[1]]/sum)
	return order[0]
}

// How sure the examples have to be of the police or of no mediation for a rule
// about the floors not to speak, and of a category for its own rules to. Both
// were set in cross-validation on the examples.
const (
	sureLevel     = 0.7
	plainCategory = 0.45
)

// decideLevel takes what the examples say, p, and lets the rules speak over it.
// It returns the danger that goes with the rule that decided, if any.
func (c *Case) decideLevel(p []float64, signs uint64, say func(string, ...any)) string {
	best := topOf(p, 1)[0]
	c.Level = disputeLevels[best]
	if c.Urgent != "" {
		c.Level = PoliceFirst
		say("%s：眼下有危险，先报警", PoliceFirst)
		return ""
	}
	sure := (c.Level == NotMediable || c.Level == PoliceFirst) && p[best] >= sureLevel
	for i := range levelRules {
		r := &levelRules[i]
		if r.soft() && sure || len(r.in) > 0 && c.Confidence < plainCategory {
			continue
		}
		if r.fits(signs, c.Category) {
			c.Level = r.level
			say("%s：%s", r.level, r.why)
			return r.urgent
		}
	}
	say("%s %.2f：像学过的例子", c.Level, p[best])
	return ""
}

// routed raises a level below the one at which the township begins.
func (x *Index) routed(c *Case, say func(string, ...any)) {
	floors := []string{village, town, joint}
	if x.base.Township == nil {
		return
	}
	have, want := slices.Index(floors, c.Level), slices.Index(floors, string(x.base.Township.Route(c.Category).Level))
	if have >= 0 && have < want {
		c.Level = floors[want]
		say("%s：镇里规定%s从这一级办起", c.Level, c.Category)
	}
}
