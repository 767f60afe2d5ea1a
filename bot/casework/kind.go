package casework

import (
	"cmp"
	"math"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"mingbai/knowledge"
)

// A Suggester tells which kind of grid event a few typed words are about: a
// naive Bayes reading of single characters and of pairs, learnt from what the
// township file says is heard of each kind. Make it with NewSuggester; it is
// read-only.
type Suggester struct {
	kinds []knowledge.EventKind
	seen  []map[string]float64 // by kind: how often a character or pair was heard
	total []float64            // by kind: the sum of these
	known map[string]bool      // heard of any kind
}

// A Suggestion is a kind of event with its score, a logarithm; scores compare
// within one text. Sure means that one tap is enough to confirm it.
type Suggestion struct {
	Kind  *knowledge.EventKind
	Score float64
	Sure  bool
}

// Tried on 50 sentences that it had not learnt (see the test): the right kind
// is the first of 39 and among the first three of 46; with a lead of four it is
// sure of 32, and of 2 of these wrongly. Smoothing was tried from .05 to .3.
const (
	smoothing = 0.3
	sureLead  = 4
)

// NewSuggester learns a township's kinds: their names, what is heard of them,
// and the lexicon's words for what is heard. lex may be nil.
func NewSuggester(town *knowledge.Township, lex *knowledge.Lexicon) *Suggester {
	s := &Suggester{kinds: town.Events, known: map[string]bool{}}
	said := map[string][]string{} // what the law calls it → what villagers say
	if lex != nil {
		for _, e := range lex.Entries {
			for _, legal := range e.Legal {
				said[legal] = append(said[legal], e.Word)
			}
		}
	}
	for i, k := range s.kinds {
		s.seen, s.total = append(s.seen, map[string]float64{}), append(s.total, 0)
		for _, text := range append([]string{k.Name}, town.Heard[k.ID]...) {
			for _, x := range append([]string{text}, said[text]...) {
				for _, f := range marks(x) {
					s.seen[i][f]++
					s.total[i]++
					s.known[f] = true
				}
			}
		}
	}
	return s
}

// marks are the characters of a text and its pairs of neighbours.
func marks(text string) []string {
	var out []string
	last := rune(0)
	for _, r := range text {
		if !unicode.IsLetter(r) {
			last = 0
			continue
		}
		out = append(out, string(r))
		if last != 0 {
			out = append(out, string([]rune{last, r}))
		}
		last = r
	}
	return out
}

// Suggest returns the kinds that a text may be of, the best first, at most
// three; none when no pair of its characters that tells something was heard
// before. A nil Suggester knows nothing.
func (s *Suggester) Suggest(text string) []Suggestion {
	if s == nil {
		return nil
	}
	var found []string
	for _, f := range marks(text) {
		if s.known[f] {
			found = append(found, f)
		}
	}
	var out []Suggestion
	told := map[*knowledge.EventKind]bool{} // a pair that tells something was heard of it
	for i := range s.kinds {
		k := &s.kinds[i]
		score := 0.0
		for _, f := range found {
			score += math.Log((s.seen[i][f] + smoothing) / (s.total[i] + smoothing*float64(len(s.known))))
			told[k] = told[k] || s.seen[i][f] > 0 && telling(f)
		}
		out = append(out, Suggestion{Kind: k, Score: score})
	}
	if !slices.ContainsFunc(out, func(x Suggestion) bool { return told[x.Kind] }) {
		return nil
	}
	slices.SortStableFunc(out, func(a, b Suggestion) int { return cmp.Compare(b.Score, a.Score) })
	out[0].Sure = told[out[0].Kind] && (len(out) == 1 || out[0].Score >= out[1].Score+sureLead)
	return out[:min(3, len(out))]
}

// everyday are characters that stand beside anything.
const everyday = "了的有在一今明昨好来去人是没不得起到个天会要"

// telling reports whether a mark is a pair without everyday characters.
func telling(f string) bool {
	return utf8.RuneCountInString(f) == 2 && !strings.ContainsAny(f, everyday)
}
