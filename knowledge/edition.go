package knowledge

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// An Edition is what a township says in place of one card, or beside them.
type Edition struct {
	Card     string // the card's ID
	Text     string // the card's file
	Retired  bool   // the card is not served; Text is empty then
	Approved Approval
}

// With returns the base as its editions make it, without changing this one.
// Editions of an earlier With are not kept. An edition that cannot be read any
// more, as after an update of the program, leaves its card as it was; the error
// joins one line for each.
func (b *Base) With(list []Edition) (*Base, error) {
	own := b.Own()
	x := *own
	x.own, x.byID = own, maps.Clone(own.byID)
	var errs []error
	for _, e := range list {
		if e.Retired {
			delete(x.byID, e.Card)
			continue
		}
		c, err := ParseCard("editions/"+e.Card+".md", []byte(e.Text))
		if err != nil {
			errs = append(errs, fmt.Errorf("edition of card %s: %w", e.Card, err))
			continue
		}
		c.raw, c.Approved = e.Text, e.Approved
		x.byID[c.ID] = c
	}
	x.list()
	return &x, errors.Join(errs...)
}

// Replace returns the base with one card in the place of its namesake, or, when
// the card is nil, without it.
func (b *Base) Replace(id string, c *Card) *Base {
	x := *b
	x.own, x.byID = b.Own(), maps.Clone(b.byID)
	delete(x.byID, id)
	if c != nil {
		x.byID[id] = c
	}
	x.list()
	return &x
}

// Own returns the base without the township's editions.
func (b *Base) Own() *Base {
	if b.own != nil {
		return b.own
	}
	return b
}

// Source returns the file that the card was read from, or what Markdown writes
// for a card that was made by hand.
func (c *Card) Source() string {
	if c.raw != "" {
		return c.raw
	}
	if raw, err := embedded.ReadFile(c.File); err == nil {
		return string(raw)
	}
	return c.Markdown()
}

// Markdown writes the card as a file that ParseCard reads back.
func (c *Card) Markdown() string {
	var b bytes.Buffer
	b.WriteString("---\n")
	enc := yaml.NewEncoder(&b)
	enc.SetIndent(2)
	// Strings, days and lists of these always encode into memory.
	_ = enc.Encode(cardHead{ID: c.ID, Topic: c.Topic, Title: c.Title, Asked: c.Asked, Unlike: c.Unlike, Cites: c.Cites, Before: c.Before, Clock: c.Clock,
		Mediable: c.Mediable, See: c.See, Bring: c.Bring, Written: c.Written, Approved: c.Approved, Reviewed: c.Reviewed})
	_ = enc.Close()
	b.WriteString("---\n")
	for i, p := range c.Parts {
		if i > 0 && i < 4 {
			b.WriteByte('\n')
		}
		b.WriteString("**" + p.Label + "**：")
		if len(p.Steps) > 0 {
			b.WriteByte('\n')
		}
		b.WriteString(p.String() + "\n")
	}
	return b.String()
}

// Errors of a part's text.
var (
	ErrOtherLabel = errors.New("a line begins another part")
	ErrMixed      = errors.New("some lines are numbered and others are not")
)

// ReadPart reads a part as a person types it: a list numbered from 1, or
// sentences. The error is ErrOtherLabel or ErrMixed.
func ReadPart(label, text string) (Part, error) {
	p := Part{Label: label}
	var lines []string
	for _, l := range strings.Split(text, "\n") {
		l = strings.TrimSpace(l)
		if partLine.MatchString(l) {
			return p, ErrOtherLabel
		}
		m := stepLine.FindStringSubmatch(l)
		switch {
		case l == "":
		case m != nil && len(lines) == 0 && m[1] == strconv.Itoa(len(p.Steps)+1):
			p.Steps = append(p.Steps, strings.TrimSpace(m[2]))
		case len(p.Steps) > 0 || m != nil && len(lines) > 0:
			return p, ErrMixed
		default:
			lines = append(lines, l)
		}
	}
	p.Text = strings.Join(lines, "\n")
	return p, nil
}

// ParseLength reads the length of a deadline: 60日, 3个月, 1年. Exactly one of
// the numbers is above zero.
func ParseLength(s string) (days, months, years int, err error) {
	s = strings.TrimSpace(s)
	digits := strings.TrimRight(s, "日天个月年 ")
	n, err := strconv.Atoi(strings.TrimSpace(digits))
	if err != nil || n < 1 || n > 9999 {
		return 0, 0, 0, fmt.Errorf("%q is no length of time", s)
	}
	switch strings.TrimSpace(s[len(digits):]) {
	case "日", "天":
		return n, 0, 0, nil
	case "个月", "月":
		return 0, n, 0, nil
	case "年":
		return 0, 0, n, nil
	}
	return 0, 0, 0, fmt.Errorf("%q is no length of time", s)
}
