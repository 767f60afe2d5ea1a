package search

import (
	"strings"

	"mingbai/knowledge"
)

// A Question is a text and the card that should win it.
type Question struct {
	Text string
	Card string
}

// Idle lists the lexicon's entries that help nothing: with the entry no
// question is nearer to its card, against the best other one, than without. The
// questions are the cards' own phrasings, each put to an index that has not
// seen it, and those given beside. An entry that helps once stays.
func Idle(base *knowledge.Base, more []Question) []knowledge.LexiconEntry {
	useful := map[string]bool{}
	const parts = 4
	for part := range parts {
		seen, hidden := *base, []Question(nil)
		seen.Cards = nil
		for _, c := range base.Cards {
			kept := *c
			kept.Asked = nil
			for i, a := range c.Asked {
				if i%parts == part {
					hidden = append(hidden, Question{a, c.ID})
				} else {
					kept.Asked = append(kept.Asked, a)
				}
			}
			seen.Cards = append(seen.Cards, &kept)
		}
		if part == 0 {
			hidden = append(hidden, more...)
		}
		x := New(&seen)
		for _, q := range hidden {
			x.useful(q, useful)
		}
	}
	var idle []knowledge.LexiconEntry
	for _, e := range base.Lexicon.Entries {
		if !useful[normalise(e.Word)] {
			idle = append(idle, e)
		}
	}
	return idle
}

// useful marks the lexicon's words in a question that bring its card forward.
func (x *Index) useful(q Question, found map[string]bool) {
	right, ok := x.byID[q.Card]
	if !ok {
		return
	}
	text := normalise(q.Text)
	lead := func() float64 {
		s := x.judge(text).score
		other := 0.0
		for c, v := range s {
			if c != right {
				other = max(other, v)
			}
		}
		return s[right] - other
	}
	with := 0.0
	for i, w := range x.words.find(text) {
		if i == 0 {
			with = lead()
		}
		if found[w.text] {
			continue
		}
		all := x.words // the index is nobody else's
		x.words = all.without(w)
		if lead() < with {
			found[w.text] = true
		}
		x.words = all
	}
}

// without returns the words but one.
func (w *words) without(one *word) *words {
	out := &words{byFirst: map[rune][]*word{}}
	for r, list := range w.byFirst {
		if !strings.HasPrefix(one.text, string(r)) {
			out.byFirst[r] = list
			continue
		}
		for _, c := range list {
			if c != one {
				out.byFirst[r] = append(out.byFirst[r], c)
			}
		}
	}
	return out
}
