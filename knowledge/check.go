package knowledge

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// The gates of a card: what a reader with six years of school can read on a
// cheap phone.
const (
	MaxSentence  = 40  // characters
	MaxShortForm = 350 // conclusion and steps
	MaxBody      = 900
	MinPhrasings = 8
)

// A Fault says what is wrong with a card, for those who tell it in words of
// their own.
type Fault string

// The faults of a card.
const (
	FaultNoCard    Fault = "no-card"     // a near miss names a card that is not there
	FaultCite      Fault = "cite"        // no such law or article; Finding.Err says which
	FaultNotLaw    Fault = "not-law"     // the law was not in force when the card was written
	FaultNoArticle Fault = "no-article"  // the version then in force had no such article
	FaultNoText    Fault = "no-text"     // the imported text has no such article
	FaultNoCites   Fault = "no-cites"    // nothing is cited
	FaultNoClaim   Fault = "no-claim"    // nothing is said of why it is cited
	FaultTwice     Fault = "twice"       // a phrasing is another card's too
	FaultFew       Fault = "few"         // too few phrasings
	FaultLost      Fault = "lost"        // a phrasing that another card wins
	FaultTakes     Fault = "takes"       // another card's phrasing that this one wins
	FaultSentence  Fault = "sentence"    // too long a sentence
	FaultShouting  Fault = "shouting"    // an exclamation mark
	FaultBlaming   Fault = "blaming"     // it blames the reader
	FaultShort     Fault = "short-form"  // conclusion and steps are too long
	FaultBody      Fault = "body"        // the whole is too long
	FaultTerm      Fault = "unexplained" // a term of the law without its explanation
)

// A Finding is one fault of a card: a line for `mingbai check`, and for a page
// where it is and which words are meant.
type Finding struct {
	File    string
	Line    int
	Message string

	Fault Fault
	Field string // the key of the front matter, or the label of the part; empty: the whole card
	Words string // the words at fault
	Other string // the other card, where there is one
	N     int    // how many characters or phrasings there are
	Err   error  // of FaultCite
}

func (f Finding) String() string { return fmt.Sprintf("%s:%d: %s", f.File, f.Line, f.Message) }

func (f Finding) err() error {
	if f.Err != nil {
		return fmt.Errorf("%s:%d: %w", f.File, f.Line, f.Err)
	}
	return errors.New(f.String())
}

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
		out = append(out, b.gates(c, owner, terms)...)
	}
	return out
}

// CheckCard holds one card, which need not be in the base, against everything
// that Load and Check ask of it beside the others.
func (b *Base) CheckCard(c *Card) []Finding {
	owner := map[string]string{}
	for _, o := range b.Cards {
		for _, a := range o.Asked {
			if o.ID != c.ID {
				owner[a] = o.ID
			}
		}
	}
	return append(b.refer(c), b.gates(c, owner, strings.Fields(string(mustRead("terms.txt"))))...)
}

// refer finds what a card names that is not there: cards, laws, articles.
func (b *Base) refer(c *Card) []Finding {
	var out []Finding
	for _, u := range c.Unlike {
		if b.byID[u.Card] == nil {
			out = append(out, Finding{File: c.File, Line: u.line, Message: fmt.Sprintf("unlike: there is no card %q", u.Card), Fault: FaultNoCard, Field: "unlike", Words: u.Text, Other: u.Card})
		}
	}
	if b.Laws == nil {
		return out
	}
	for _, cite := range c.Citations() {
		if err := b.Laws.Exists(cite.Cite); err != nil {
			out = append(out, Finding{File: c.File, Line: cite.line, Message: err.Error(), Fault: FaultCite, Field: cite.Part, Words: cite.String(), Err: err})
		}
	}
	return out
}

// gates holds one card against the gates. owner has the card of each phrasing
// seen so far.
func (b *Base) gates(c *Card, owner map[string]string, terms []string) []Finding {
	var out []Finding
	bad := func(line int, f Finding, format string, args ...any) {
		f.File, f.Line, f.Message = c.File, line, fmt.Sprintf(format, args...)
		out = append(out, f)
	}
	distinct := map[string]bool{}
	for i, a := range c.Asked {
		if other := owner[a]; other != "" && other != c.ID {
			bad(c.lineOf("asked", i), Finding{Fault: FaultTwice, Field: "asked", Words: a, Other: other}, "phrasing %q is also one of card %s", a, other)
		}
		owner[a] = c.ID
		distinct[a] = true
	}
	if n := len(distinct); n < MinPhrasings {
		bad(c.lineOf("asked", -1), Finding{Fault: FaultFew, Field: "asked", N: n}, "%d phrasings, at least %d are needed", n, MinPhrasings)
	}
	if len(c.Cites) == 0 {
		bad(c.lineOf("cites", -1), Finding{Fault: FaultNoCites, Field: "cites"}, "cites no article")
	}
	for _, cite := range c.Cites {
		if b.Laws.Exists(cite) != nil {
			continue // said by refer
		}
		f := Finding{Field: "cites", Words: cite.String()}
		if cite.Claim == "" {
			f.Fault = FaultNoClaim
			bad(cite.line, f, "%s has no claim", cite)
		}
		if law := b.Laws.On(cite.Law, c.Written); law == nil {
			f.Fault = FaultNotLaw
			bad(cite.line, f, "《%s》 was not in force on %s, when the card was written", cite.Law, c.Written)
		} else if n, err := ParseArticle(cite.Article); err == nil && !law.has(n) {
			f.Fault = FaultNoArticle
			bad(cite.line, f, "%s: the version in force has no such article", cite)
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
				if n := utf8.RuneCountInString(strings.TrimSpace(sentence)); n > MaxSentence {
					bad(p.line+i, Finding{Fault: FaultSentence, Field: p.Label, Words: strings.TrimSpace(sentence), N: n}, "a sentence of %d characters, at most %d: %s", n, MaxSentence, sentence)
				}
			}
			if shouting.MatchString(text) {
				bad(p.line+i, Finding{Fault: FaultShouting, Field: p.Label, Words: text}, "an exclamation mark")
			}
			if m := blaming.FindString(text); m != "" {
				bad(p.line+i, Finding{Fault: FaultBlaming, Field: p.Label, Words: m}, "%q blames the reader", m)
			}
		}
	}
	if short > MaxShortForm {
		bad(c.lineOf("id", -1), Finding{Fault: FaultShort, N: short}, "conclusion and steps have %d characters, at most %d", short, MaxShortForm)
	}
	if whole > MaxBody {
		bad(c.lineOf("id", -1), Finding{Fault: FaultBody, N: whole}, "the body has %d characters, at most %d", whole, MaxBody)
	}
	for _, t := range unexplained(c, terms) {
		bad(c.lineOf("id", -1), Finding{Fault: FaultTerm, Words: t}, "the term %s is not explained in brackets where it first stands", t)
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
