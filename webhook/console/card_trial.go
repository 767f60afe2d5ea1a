package console

import (
	"cmp"
	"fmt"
	"strings"

	"mingbai/bot"
	"mingbai/knowledge"
	"mingbai/search"
)

// A trial is a card put in the place of the one served, beside the running
// knowledge: what it would answer, and what is wrong with it.
type trial struct {
	mind   *bot.Mind // with the card in it; nothing else runs on it
	Faults []fault
}

// A lastTrial is the trial made last: who reviews a card looks at it, tries a
// sentence or two, and approves it, all on the same.
type lastTrial struct {
	on    *bot.Mind
	id    string
	text  string
	trial *trial
}

// try builds the knowledge with a card in its place, or without it when card is
// nil, and holds the card against every check. One is built at a time: each
// takes half a second and the memory of an index.
func (v *visit) try(mind *bot.Mind, id string, card *knowledge.Card) *trial {
	v.c.trying.Lock()
	defer v.c.trying.Unlock()
	text := ""
	if card != nil {
		text = card.Markdown()
	}
	if l := &v.c.last; l.on == mind && l.id == id && l.text == text && l.trial != nil {
		return l.trial
	}
	base := mind.Base.Replace(id, card)
	t := &trial{mind: &bot.Mind{Base: base, Statutes: mind.Statutes}}
	// What is served already, word for word, needs no other index.
	if served := mind.Base.Card(id); card != nil && served != nil && sameText(served, card) {
		t.mind.Index = mind.Index
	} else {
		t.mind.Index = search.New(base)
	}
	if card != nil {
		t.Faults = v.faultsIn(t.mind, mind, card, text)
	}
	v.c.last = lastTrial{mind, id, text, t}
	return t
}

// sameText reports whether two cards say the same, whoever approved them.
func sameText(a, b *knowledge.Card) bool {
	x, y := *a, *b
	x.Approved, y.Approved = knowledge.Approval{}, knowledge.Approval{}
	return x.Markdown() == y.Markdown()
}

// faultsIn holds a card that stands in a mind of its own against every check.
func (v *visit) faultsIn(own, served *bot.Mind, card *knowledge.Card, text string) []fault {
	out := missing(card)
	findings := own.Base.CheckCard(card)
	if own.Statutes != nil {
		findings = append(findings, own.Statutes.Missing(card)...)
	}
	findings = append(findings, own.Index.Lost(card.ID)...)
	findings = append(findings, own.Index.Takes(card.ID, served.Index)...)
	for _, f := range findings {
		out = append(out, sayFinding(f, card, own.Base))
	}
	if _, err := knowledge.ParseCard(card.ID+".md", []byte(text)); err != nil && len(out) == 0 {
		out = append(out, fault{"", "这张卡读不出来", err.Error()}) // no form leads here
	}
	if _, err := own.Preview(card, v.now); err != nil && len(out) == 0 {
		out = append(out, fault{"cites", "引的法条今天对不上现行的法律", "对照现行文本改好。"})
	}
	return out
}

func faultsOf(list []fault, field string) []fault {
	var out []fault
	for _, f := range list {
		if f.Field == field {
			out = append(out, f)
		}
	}
	return out
}

// A reading is a card as a resident would read it.
type reading struct {
	Question string // one that it answers
	Reply    bot.Reply
	Rest     []string // the parts that are asked for
	Trouble  string   // why a resident would get a person instead
	Longest  int      // characters of its longest sentence
	Whole    int      // of all of it
}

// lay shows a card as a resident would read it.
func (v *visit) lay(mind *bot.Mind, c *knowledge.Card) *reading {
	s := &reading{}
	if len(c.Asked) > 0 {
		s.Question = c.Asked[0]
	}
	var err error
	if s.Reply, err = mind.Preview(c, v.now); err != nil {
		s.Trouble = "引的法条今天对不上现行的法律，村民问到会转给人答。"
		s.Reply = mind.AnswerReply(bot.Verdict{Card: c}, v.now)
	}
	if s.Reply.Text != "" {
		s.Rest = strings.Split(s.Reply.Text, "\n")
	}
	for _, p := range c.Parts {
		for _, text := range append([]string{p.Text}, p.Steps...) {
			s.Whole += len([]rune(text))
			for _, sentence := range strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune("。？；！：\n", r) }) {
				s.Longest = max(s.Longest, len([]rune(sentence)))
			}
		}
	}
	return s
}

// A stand is one sentence and how a card does on it.
type stand struct {
	Text  string
	Score string
	Place int
	Width string
	Other string // the card that stands first, where it is another
	Href  string
}

// stands puts a card's own phrasings, and its near misses, to an index.
func stands(x *search.Index, c *knowledge.Card) (own, unlike []stand, first int) {
	most := 0.0
	scores := make([]float64, len(c.Asked))
	for i, a := range c.Asked {
		s := stand{Text: a}
		var best search.Hit
		s.Place, scores[i], best = x.Standing(a, c.ID)
		most = max(most, scores[i])
		if s.Place == 1 {
			first++
		} else if best.Card != nil {
			s.Other, s.Href = best.Card.Title, cardHref(best.Card.ID)
		}
		own = append(own, s)
	}
	for i := range own {
		own[i].Score, own[i].Width = points(scores[i]), bar(int64(max(0, 100*scores[i])), int64(100*most))
	}
	for _, u := range c.Unlike {
		s := stand{Text: u.Text}
		var score float64
		var best search.Hit
		s.Place, score, best = x.Standing(u.Text, c.ID)
		s.Score = points(score)
		if best.Card != nil {
			s.Other, s.Href = best.Card.Title, cardHref(best.Card.ID)
		}
		unlike = append(unlike, s)
	}
	return own, unlike, first
}

func points(x float64) string { return fmt.Sprintf("%.1f", x) }

// A hit is a card found for the sentence that was tried.
type hit struct {
	Title, Href, Score, Near string
	Mine                     bool
	Why                      []reason
}

type reason struct{ What, Points string }

// A tried is one sentence and what would be answered to it, and why.
type tried struct {
	With     string // by which knowledge
	Decision string
	Hits     []hit
}

// hitsShown is how many cards a tried sentence is explained with.
const hitsShown = 3

// explain tells what a sentence would be answered with.
func explain(mind *bot.Mind, with, text, mine string) tried {
	m, scores := mind.Index.Explain(text, hitsShown)
	t := tried{With: with, Decision: sayDecision(m)}
	for _, s := range scores {
		h := hit{Title: s.Card.Title, Href: cardHref(s.Card.ID), Score: points(s.Score), Near: s.Near, Mine: s.Card.ID == mine}
		for _, w := range s.Why {
			if p := fmt.Sprintf("%+.1f", w.Points); p != "+0.0" && p != "-0.0" {
				h.Why = append(h.Why, reason{w.What, p})
			}
		}
		t.Hits = append(t.Hits, h)
	}
	return t
}

func sayDecision(m search.Meaning) string {
	sure := fmt.Sprintf("把握%.0f%%", 100*m.Confidence)
	switch {
	case m.Danger != "":
		return "先给报警、求助的电话，不答法律"
	case m.Intent == search.Chitchat:
		return "当作寒暄，不答法律"
	case m.Intent == search.OutOfScope:
		return "当作别的事，婉拒"
	case m.Intent == search.Dispute:
		return "当作纠纷，先问要不要调解；" + sure
	case m.Intent != search.Ask:
		return "当作要在平台上办事，不答法律"
	case m.Decision == search.Answer:
		return "直接答，" + sure
	case m.Decision == search.Clarify:
		return "拿不准，反问是哪一件；" + sure
	}
	return "没有合适的卡，转给人答；" + sure
}

// unnamed is the name of a card that has none yet, while it is on trial.
const unnamed = "new-card"

// cardHref is where a card stands; nowhere while it has no name.
func cardHref(id string) string {
	if id == unnamed {
		return ""
	}
	return "/console/knowledge/cards/" + id
}

// cardTitle names a card that may be gone.
func cardTitle(base *knowledge.Base, id string) string {
	if c := base.Card(id); c != nil {
		return c.Title
	}
	if c := base.Own().Card(id); c != nil {
		return c.Title
	}
	return cmp.Or(id, "（没有名字的卡）")
}
