package search

import (
	"fmt"
	"math"
	"runtime"
	"sync"

	"mingbai/knowledge"
)

// How one card stands among the others: what is asked of it before it is
// served, and why it wins or loses a question.

// Missing finds the citations of a card that the imported text of their law, as
// it was in force when the card was written, does not have.
func (s *Statutes) Missing(c *knowledge.Card) []knowledge.Finding {
	var out []knowledge.Finding
	for _, cite := range c.Cites {
		if !s.Has(cite.Law) {
			continue
		}
		if _, ok := s.Text(cite.Law, cite.Article, c.Written); !ok {
			out = append(out, knowledge.Finding{File: c.File, Line: cite.Line(), Fault: knowledge.FaultNoText, Field: "cites", Words: cite.String(),
				Message: fmt.Sprintf("%s: the imported text in force on %s has no such article", cite, c.Written)})
		}
	}
	return out
}

// Lost lists the phrasings of a card that another one wins.
func (x *Index) Lost(card string) []knowledge.Finding {
	n, ok := x.byID[card]
	if !ok {
		return nil
	}
	c := x.cards[n]
	var out []knowledge.Finding
	for i, phrase := range c.Asked {
		if won := x.Wins(phrase); won.ID != c.ID {
			out = append(out, knowledge.Finding{File: c.File, Line: c.AskedLine(i), Fault: knowledge.FaultLost, Field: "asked", Words: phrase, Other: won.ID,
				Message: fmt.Sprintf("phrasing %q is won by card %s", phrase, won.ID)})
		}
	}
	return out
}

// Takes lists the phrasings of other cards that a card wins here and did not
// win before, and its own near misses where it wins them.
func (x *Index) Takes(card string, before *Index) []knowledge.Finding {
	n, ok := x.byID[card]
	if !ok {
		return nil
	}
	c := x.cards[n]
	var out []knowledge.Finding
	for _, u := range c.Unlike {
		if x.Wins(u.Text).ID == card {
			out = append(out, knowledge.Finding{File: c.File, Fault: knowledge.FaultTakes, Field: "unlike", Words: u.Text, Other: u.Card,
				Message: fmt.Sprintf("near miss %q is won by the card itself", u.Text)})
		}
	}
	if x == before {
		return out
	}
	type phrase struct{ text, card string }
	var all []phrase
	for _, o := range x.cards {
		if o.ID != card {
			for _, a := range o.Asked {
				// Its own card says it word for word: nobody takes it who says nothing
				// like it.
				if overlap(x.said[n], normalise(a)) {
					all = append(all, phrase{a, o.ID})
				}
			}
		}
	}
	taken := make([]bool, len(all))
	workers := runtime.GOMAXPROCS(0)
	var wg sync.WaitGroup
	for w := range workers {
		wg.Go(func() {
			for i := w; i < len(all); i += workers {
				if x.Wins(all[i].text).ID != card {
					continue
				}
				won := before.Wins(all[i].text)
				taken[i] = won == nil || won.ID != card
			}
		})
	}
	wg.Wait()
	for i, p := range all {
		if taken[i] {
			out = append(out, knowledge.Finding{File: c.File, Fault: knowledge.FaultTakes, Field: "asked", Words: p.text, Other: p.card,
				Message: fmt.Sprintf("phrasing %q of card %s is won by this one", p.text, p.card)})
		}
	}
	return out
}

// Standing returns the place of a card for a text, from 1, with its score and
// the card that stands first; place 0 when the index has no such card.
func (x *Index) Standing(text, card string) (place int, score float64, best Hit) {
	n, ok := x.byID[card]
	if len(x.cards) == 0 {
		return 0, 0, Hit{}
	}
	s := x.judge(x.decoder.decode(normalise(text))).score
	first := topOf(s, 1)[0]
	best = Hit{x.cards[first], s[first]}
	if !ok {
		return 0, 0, best
	}
	place = 1
	for c, v := range s {
		if v > s[n] || v == s[n] && c < n {
			place++
		}
	}
	return place, s[n], best
}

// A CardScore is a card found for a question, with what its score is made of.
type CardScore struct {
	Hit
	Near string   // its phrasing that is nearest; empty when none is
	Why  []Reason // their points add up to the score
}

// cardReasons names what counts for a card, for people, with the features that
// make it up.
var cardReasons = []struct {
	name string
	of   []int
}{
	{"最像的一句问法", []int{fBest}},
	{"另外两句问法", []int{fMore}},
	{"一字不差的问法", []int{fSame}},
	{"像不该它答的话", []int{fUnlike}},
	{"法条说的意思", []int{fClaim}},
	{"结论里的话", []int{fTold}},
	{"全卡的用词", []int{fFull, fFullShare}},
	{"是不是这个专题", []int{fTopic, fTopicLog}},
}

// Explain understands a message and tells of the best cards what their scores
// are made of.
func (x *Index) Explain(message string, top int) (Meaning, []CardScore) {
	m, j := x.further("", message)
	var out []CardScore
	for _, h := range m.Hits[:min(top, len(m.Hits))] {
		c := x.byID[h.Card.ID]
		s := CardScore{Hit: h}
		if j.like[c].best[askedKind] > 0 {
			s.Near = x.phrases.all[j.like[c].nearby].text
		}
		for _, r := range cardReasons {
			points := 0.0
			for _, f := range r.of {
				points += j.rows[c][f] * rankWeights[f]
			}
			if math.Abs(points) >= 0.005 {
				s.Why = append(s.Why, Reason{r.name, points})
			}
		}
		out = append(out, s)
	}
	return m, out
}
