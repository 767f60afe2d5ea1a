package casework

import (
	"slices"
	"strings"
	"unicode/utf8"

	"mingbai/knowledge"
)

// A Suggester tells which kind of grid event a few typed words are about. Make
// it with NewSuggester; it is read-only.
type Suggester struct {
	kinds []knowledge.EventKind
	words map[string][]int                    // word → the kinds it speaks for
	said  map[string][]knowledge.LexiconEntry // first character → what villagers say for it
	long  int                                 // characters of the longest word
}

// A Suggestion is a kind of event with its score; scores compare within one
// text. Sure means that one tap is enough to confirm it.
type Suggestion struct {
	Kind  *knowledge.EventKind
	Score float64
	Sure  bool
}

// NewSuggester learns a township's kinds: their words, their names, and what
// the lexicon says means one of these words. lex may be nil.
func NewSuggester(kinds []knowledge.EventKind, lex *knowledge.Lexicon) *Suggester {
	s := &Suggester{kinds: kinds, words: map[string][]int{}, said: map[string][]knowledge.LexiconEntry{}}
	for i, k := range kinds {
		for _, w := range slices.Concat(k.Words, namesOf(k.Name)) {
			if !slices.Contains(s.words[w], i) {
				s.words[w] = append(s.words[w], i)
			}
			s.long = max(s.long, utf8.RuneCountInString(w))
		}
	}
	if lex == nil {
		return s
	}
	for _, e := range lex.Entries {
		if slices.ContainsFunc(e.Legal, func(w string) bool { return s.words[w] != nil }) {
			r, _ := utf8.DecodeRuneInString(e.Word)
			s.said[string(r)] = append(s.said[string(r)], e)
		}
	}
	return s
}

// namesOf takes a kind's name apart: 危房与地质灾害隐患 speaks as 危房 and 地质灾害.
func namesOf(name string) []string {
	var out []string
	for _, part := range strings.FieldsFunc(name, func(r rune) bool { return r == '与' || r == '和' || r == '、' }) {
		part = strings.TrimSuffix(strings.TrimSuffix(part, "隐患"), "问题")
		if utf8.RuneCountInString(part) >= 2 {
			out = append(out, part)
		}
	}
	return out
}

// sureOf is the lead over the second kind from which one tap confirms.
const sureOf = 1.4

// Suggest returns the kinds that a text speaks for, the best first, at most
// three; a nil Suggester knows none. A longer word weighs more, and less when
// it speaks for several kinds. What only the lexicon knows is asked when the
// words themselves say nothing.
func (s *Suggester) Suggest(text string) []Suggestion {
	if s == nil {
		return nil
	}
	score := make([]float64, len(s.kinds))
	if !s.plain([]rune(text), score) {
		s.dialect([]rune(text), score)
	}
	var out []Suggestion
	for i := range s.kinds {
		if score[i] > 0 {
			out = append(out, Suggestion{Kind: &s.kinds[i], Score: score[i]})
		}
	}
	slices.SortStableFunc(out, func(a, b Suggestion) int {
		switch {
		case a.Score > b.Score:
			return -1
		case a.Score < b.Score:
			return 1
		}
		return 0
	})
	if len(out) > 0 {
		out[0].Sure = out[0].Score >= 2 && (len(out) == 1 || out[0].Score >= sureOf*out[1].Score)
	}
	return out[:min(3, len(out))]
}

// plain adds up the kinds' own words in a text, the longest at each place, and
// reports whether there are any.
func (s *Suggester) plain(r []rune, score []float64) (found bool) {
	for i := 0; i < len(r); i++ {
		for n := min(s.long, len(r)-i); n >= 2; n-- {
			if w := string(r[i : i+n]); s.words[w] != nil {
				s.give(w, score)
				found, i = true, i+n-1
				break
			}
		}
	}
	return found
}

// dialect adds up what the lexicon says that villagers' words mean.
func (s *Suggester) dialect(r []rune, score []float64) {
	for i := range r {
		for _, e := range s.said[string(r[i])] {
			if strings.HasPrefix(string(r[i:]), e.Word) {
				for _, w := range e.Legal {
					s.give(w, score)
				}
				break
			}
		}
	}
}

func (s *Suggester) give(w string, score []float64) {
	kinds := s.words[w]
	for _, k := range kinds {
		score[k] += float64(utf8.RuneCountInString(w)) / float64(len(kinds))
	}
}
