package search

import (
	"strings"
	"unicode/utf8"

	"mingbai/knowledge"
)

// words finds the lexicon's words in a text.
type words struct {
	byFirst map[rune][]*word // longest first
}

type word struct {
	text  string
	pairs []string // of the law's words that it stands for
	topic string
}

func newWords(lex *knowledge.Lexicon) *words {
	w := &words{byFirst: map[rune][]*word{}}
	if lex == nil {
		return w
	}
	for _, e := range lex.Entries { // Load sorts them longest first
		t := normalise(e.Word)
		if t == "" {
			continue
		}
		var pairs []string
		for _, l := range e.Legal {
			eachTerm(normalise(l), func(p string) {
				// Single characters of many added words would drown the question.
				if utf8.RuneCountInString(p) > 1 {
					pairs = append(pairs, strings.Clone(p))
				}
			})
		}
		r, _ := utf8.DecodeRuneInString(t)
		w.byFirst[r] = append(w.byFirst[r], &word{text: t, pairs: pairs, topic: e.Topic})
	}
	return w
}

// find returns the longest lexicon words from left to right.
func (w *words) find(text string) []*word {
	var out []*word
	for i := 0; i < len(text); {
		r, n := utf8.DecodeRuneInString(text[i:])
		for _, c := range w.byFirst[r] {
			if strings.HasPrefix(text[i:], c.text) {
				out = append(out, c)
				n = len(c.text)
				break
			}
		}
		i += n
	}
	return out
}
