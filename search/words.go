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
	legal []string
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
		legal := make([]string, 0, len(e.Legal))
		for _, l := range e.Legal {
			legal = append(legal, normalise(l))
		}
		r, _ := utf8.DecodeRuneInString(t)
		w.byFirst[r] = append(w.byFirst[r], &word{text: t, legal: legal, topic: e.Topic})
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
