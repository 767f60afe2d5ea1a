package knowledge

import (
	"fmt"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// The gates of a card: what a reader with six years of school can read on a
// cheap phone.
const (
	maxSentence  = 40  // characters
	maxShortForm = 350 // conclusion and steps
	maxBody      = 900
	minPhrasings = 8
)

// A Finding is one fault of a card, for `mingbai check`.
type Finding struct {
	File    string
	Line    int
	Message string
}

func (f Finding) String() string { return fmt.Sprintf("%s:%d: %s", f.File, f.Line, f.Message) }

var (
	sentenceEnd = regexp.MustCompile(`[。？；！：\n]`)
	shouting    = regexp.MustCompile(`[!！]`)
	// blaming is how a knowledgeable neighbour does not speak.
	blaming = regexp.MustCompile(`您(早)?应该早|您怎么不早|作为一个机器人`)
)

// Check holds every card against the gates: sentence length, size, phrasings,
// terms explained, tone. What Load refuses is not repeated here; whether each
// phrasing finds its own card is checked by package search.
func (b *Base) Check() []Finding {
	terms := strings.Fields(string(mustRead("terms.txt")))
	owner := map[string]string{}
	var out []Finding
	for _, c := range b.Cards {
		bad := func(line int, format string, args ...any) {
			out = append(out, Finding{File: c.File, Line: line, Message: fmt.Sprintf(format, args...)})
		}
		distinct := map[string]bool{}
		for i, a := range c.Asked {
			if other := owner[a]; other != "" && other != c.ID {
				bad(c.line("asked", i), "phrasing %q is also one of card %s", a, other)
			}
			owner[a] = c.ID
			distinct[a] = true
		}
		if len(distinct) < minPhrasings {
			bad(c.line("asked", -1), "%d phrasings, at least %d are needed", len(distinct), minPhrasings)
		}
		if len(c.Cites) == 0 {
			bad(c.line("cites", -1), "cites no article")
		}
		for _, cite := range c.Cites {
			if cite.Claim == "" {
				bad(cite.line, "%s has no claim", cite)
			}
			if law := b.Laws.On(cite.Law, c.Written); law == nil {
				bad(cite.line, "《%s》 was not in force on %s, when the card was written", cite.Law, c.Written)
			} else if n, err := ParseArticle(cite.Article); err == nil && !law.has(n) {
				bad(cite.line, "%s: the version in force has no such article", cite)
			}
		}
		short, whole := 0, 0
		for _, p := range c.Parts {
			n := countRunes(p.Text) + countRunes(strings.Join(p.Steps, "")) + utf8.RuneCountInString(p.Label) + 1
			whole += n
			if p.Label == Conclusion || p.Label == Steps {
				short += n
			}
			for i, text := range append([]string{p.Text}, p.Steps...) {
				for _, sentence := range sentenceEnd.Split(text, -1) {
					if n := utf8.RuneCountInString(strings.TrimSpace(sentence)); n > maxSentence {
						bad(p.line+i, "a sentence of %d characters, at most %d: %s", n, maxSentence, sentence)
					}
				}
				if shouting.MatchString(text) {
					bad(p.line+i, "an exclamation mark")
				}
				if m := blaming.FindString(text); m != "" {
					bad(p.line+i, "%q blames the reader", m)
				}
			}
		}
		if short > maxShortForm {
			bad(c.line("id", -1), "conclusion and steps have %d characters, at most %d", short, maxShortForm)
		}
		if whole > maxBody {
			bad(c.line("id", -1), "the body has %d characters, at most %d", whole, maxBody)
		}
		for _, t := range unexplained(c, terms) {
			bad(c.line("id", -1), "the term %s is not explained in brackets where it first stands", t)
		}
	}
	return out
}

// unexplained lists the terms whose first use in the body is not followed, or
// enclosed, by an explanation in brackets.
func unexplained(c *Card, terms []string) []string {
	var b strings.Builder
	for _, p := range c.Parts {
		b.WriteString(p.Text)
		b.WriteString(strings.Join(p.Steps, "\n"))
		b.WriteByte('\n')
	}
	body := []rune(b.String())
	var out []string
	for _, t := range terms {
		i := strings.Index(string(body), t)
		if i < 0 {
			continue
		}
		at := utf8.RuneCountInString(string(body)[:i])
		end := at + utf8.RuneCountInString(t)
		after := string(body[end:min(len(body), end+5)])
		before := string(body[max(0, at-12):at])
		if strings.Contains(after, "（") || strings.LastIndex(before, "（") > strings.LastIndex(before, "）") {
			continue
		}
		out = append(out, t)
	}
	return out
}

// countRunes counts the characters a reader sees, without white space.
func countRunes(s string) int {
	n := 0
	for _, r := range s {
		if !unicode.IsSpace(r) && r != '*' {
			n++
		}
	}
	return n
}
