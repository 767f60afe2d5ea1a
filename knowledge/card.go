package knowledge

import (
	"bytes"
	"errors"
	"fmt"
	"path"
	"regexp"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// A Card (知识卡) answers one situation of village life in plain words, with
// the law behind it. A resident reads it as it was written.
type Card struct {
	ID       string
	Topic    string // one of Topics
	Title    string
	Asked    []string   // ways people say it, eight or more
	Unlike   []NearMiss // what sounds alike and belongs to another card
	Cites    []Cite     // the articles that carry the answer
	Before   []Earlier  // what was cited for things that happened before a day
	Clock    []Clock    // deadlines a reader can miss
	Mediable Mediable
	See      []string // whom to see, nearest first
	Bring    []string // what to bring there
	Written  Day
	Approved Approval
	Reviewed Review
	Parts    []Part // the body, in order: conclusion, steps, pitfalls, then the rest
	File     string // where it was read from, for messages
	raw      string // its file, of a card that is not embedded
	line     func(key string, i int) int
}

// A NearMiss is a sentence that this card must not answer, and the card that
// does.
type NearMiss struct {
	Text string `yaml:"text"`
	Card string `yaml:"card"`
	line int
}

// A Cite names an article of a law (条) and what the card takes from it.
type Cite struct {
	Law     string `yaml:"law"`     // the title or short name
	Article string `yaml:"article"` // 第二百三十六条, 第一百三十三条之一
	Claim   string `yaml:"claim"`   // the card's reason to cite it, in few words
	line    int
}

func (c Cite) String() string { return "《" + c.Law + "》" + c.Article }

// Earlier is the article that applied to what happened before Day, for a card
// whose law has changed since.
type Earlier struct {
	Day     Day    `yaml:"day"`
	Law     string `yaml:"law"`
	Article string `yaml:"article"`
	line    int
}

// A Clock is a deadline: so many days, months or years, counted from a day the
// resident knows. Exactly one of Days, Months and Years is set.
type Clock struct {
	Name    string `yaml:"name"`
	From    string `yaml:"from"` // 收到处理决定那天
	Days    int    `yaml:"days,omitempty"`
	Months  int    `yaml:"months,omitempty"`
	Years   int    `yaml:"years,omitempty"`
	Law     string `yaml:"law,omitempty"`
	Article string `yaml:"article,omitempty"`
	line    int
}

// Length says the clock's length in Chinese, such as 60日 or 3年.
func (c Clock) Length() string {
	switch {
	case c.Years > 0:
		return strconv.Itoa(c.Years) + "年"
	case c.Months > 0:
		return strconv.Itoa(c.Months) + "个月"
	}
	return strconv.Itoa(c.Days) + "日"
}

// Mediable says whether the matter of a card may go to people's mediation.
type Mediable string

// The three values of Mediable.
const (
	MediableYes         Mediable = "yes"
	MediableNo          Mediable = "no"           // not a matter between equals: another door
	MediablePoliceFirst Mediable = "police-first" // a crime or danger: 110 first
)

// Approval says which adviser approved a card, and when. The zero value means
// that nobody of the township has approved it yet; the reply then says so.
type Approval struct {
	By string `yaml:"by"`
	On Day    `yaml:"on"`
	As string `yaml:"as,omitempty"` // in what office; empty: 镇法律顾问
}

// A Review is the second reading of a card against the articles it cites, and
// what that reading corrected. The zero value means there was none yet.
type Review struct {
	On    Day    `yaml:"on"`
	By    string `yaml:"by"`
	Found string `yaml:"found"`
}

// A Part is one labelled section of a card's body.
type Part struct {
	Label string
	Text  string   // a paragraph; empty for a list
	Steps []string // the items of a numbered list, without numbers
	line  int      // of its label
}

// The labels of a card's parts, in their order. The first three are required.
const (
	Conclusion  = "先说结论"
	Steps       = "怎么办"
	Pitfalls    = "别踩坑"
	HowLong     = "要多久"
	HowMuch     = "要花多少"
	WhatToBring = "带什么"
	NoProof     = "没有证据"
	OtherSide   = "对方不配合"
)

var partOrder = []string{Conclusion, Steps, Pitfalls, HowLong, HowMuch, WhatToBring, NoProof, OtherSide}

// Part returns the part with this label, and whether the card has it.
func (c *Card) Part(label string) (Part, bool) {
	for _, p := range c.Parts {
		if p.Label == label {
			return p, true
		}
	}
	return Part{}, false
}

// String returns the part as plain text, its list numbered.
func (p Part) String() string {
	if len(p.Steps) == 0 {
		return p.Text
	}
	var b strings.Builder
	for i, s := range p.Steps {
		if i > 0 {
			b.WriteByte('\n')
		}
		fmt.Fprintf(&b, "%d. %s", i+1, s)
	}
	return b.String()
}

// CitesOn returns what the card cites for something that happened on d: its
// own articles, or the earlier ones where the law has changed since.
func (c *Card) CitesOn(d Day) []Cite {
	out := append([]Cite(nil), c.Cites...)
	var early []Cite
	for _, e := range c.Before {
		if d < e.Day {
			early = append(early, Cite{Law: e.Law, Article: e.Article})
		}
	}
	if early == nil {
		return out
	}
	kept := early
	for _, cite := range out {
		replaced := false
		for _, e := range early {
			replaced = replaced || e.Law == cite.Law
		}
		if !replaced {
			kept = append(kept, cite)
		}
	}
	return kept
}

// cardHead is the front matter as it stands in the file.
type cardHead struct {
	ID       string     `yaml:"id"`
	Topic    string     `yaml:"topic"`
	Title    string     `yaml:"title"`
	Asked    []string   `yaml:"asked"`
	Unlike   []NearMiss `yaml:"unlike,omitempty"`
	Cites    []Cite     `yaml:"cites"`
	Before   []Earlier  `yaml:"before,omitempty"`
	Clock    []Clock    `yaml:"clock,omitempty"`
	Mediable Mediable   `yaml:"mediable"`
	See      []string   `yaml:"see"`
	Bring    []string   `yaml:"bring,omitempty"`
	Written  Day        `yaml:"written"`
	Approved Approval   `yaml:"approved,omitempty"`
	Reviewed Review     `yaml:"reviewed,omitempty"`
}

var (
	partLine = regexp.MustCompile(`^\*\*(.+?)\*\*：\s*(.*)$`)
	stepLine = regexp.MustCompile(`^(\d+)[.．、](\s.+|\D.*)$`) // 1.5元 is no step
	slug     = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)
)

// ParseCard reads one card file. The error joins one "file:line: message" per
// mistake. Whether the cited articles exist is checked by Load.
func ParseCard(file string, raw []byte) (*Card, error) {
	c, err := readCard(file, raw)
	if err != nil {
		return nil, err
	}
	return c, nil
}

// ReadDraft reads as much of a card as there is, for a draft that is not whole
// yet; nil when there is nothing of a card in it.
func ReadDraft(raw []byte) *Card {
	c, _ := readCard("draft.md", raw) // a draft may have every fault
	return c
}

// readCard is ParseCard that returns the card beside its faults, nil only when
// the front matter cannot be read.
func readCard(file string, raw []byte) (*Card, error) {
	head, body, bodyLine, err := splitFrontMatter(file, raw)
	if err != nil {
		return nil, err
	}
	var h cardHead
	if err := decodeYAML(file, head, 1, &h); err != nil {
		return nil, err
	}
	c := &Card{ID: h.ID, Topic: h.Topic, Title: h.Title, Asked: h.Asked, Unlike: h.Unlike, Cites: h.Cites,
		Before: h.Before, Clock: h.Clock, Mediable: h.Mediable, See: h.See, Bring: h.Bring,
		Written: h.Written, Approved: h.Approved, Reviewed: h.Reviewed, File: file}
	at := yamlLines(head, 1)
	c.number(at)
	var errs []error
	bad := func(line int, format string, args ...any) {
		errs = append(errs, fmt.Errorf("%s:%d: %s", file, line, fmt.Sprintf(format, args...)))
	}
	if !slug.MatchString(c.ID) {
		bad(at("id", -1), "id %q is not a lower-case slug", c.ID)
	} else if c.ID != strings.TrimSuffix(path.Base(file), ".md") {
		bad(at("id", -1), "id %q is not the file's name", c.ID)
	}
	if !topicSet[c.Topic] {
		bad(at("topic", -1), "there is no topic %q", c.Topic)
	}
	if strings.TrimSpace(c.Title) == "" {
		bad(at("title", -1), "title is empty")
	}
	switch c.Mediable {
	case MediableYes, MediableNo, MediablePoliceFirst:
	default:
		bad(at("mediable", -1), "mediable is yes, no or police-first, not %q", c.Mediable)
	}
	if len(c.See) == 0 {
		bad(at("see", -1), "see names nobody to go to")
	}
	if !c.Written.Valid() {
		bad(at("written", -1), "written is not a day: %q", c.Written)
	}
	if c.Approved.On != "" && !c.Approved.On.Valid() || (c.Approved.On == "") != (c.Approved.By == "") {
		bad(at("approved", -1), "approved needs both a name and a day, or neither")
	}
	if c.Reviewed.On != "" && !c.Reviewed.On.Valid() || (c.Reviewed.On == "") != (c.Reviewed.By == "") {
		bad(at("reviewed", -1), "reviewed needs both a day and who read it")
	}
	for _, k := range c.Clock {
		set := 0
		for _, n := range []int{k.Days, k.Months, k.Years} {
			if n < 0 {
				set = 9
			} else if n > 0 {
				set++
			}
		}
		if set != 1 || k.Name == "" || k.From == "" {
			bad(k.line, "clock needs name, from and exactly one of days, months, years")
		}
	}
	for _, e := range c.Before {
		if !e.Day.Valid() {
			bad(e.line, "before: %q is not a day", e.Day)
		}
	}
	var perr error
	c.Parts, perr = parseParts(file, body, bodyLine)
	if perr != nil {
		errs = append(errs, perr)
	}
	return c, errors.Join(errs...)
}

// number notes where the items of the front matter stand.
func (c *Card) number(at func(key string, i int) int) {
	c.line = at
	for i := range c.Unlike {
		c.Unlike[i].line = at("unlike", i)
	}
	for i := range c.Cites {
		c.Cites[i].line = at("cites", i)
	}
	for i := range c.Before {
		c.Before[i].line = at("before", i)
	}
	for i := range c.Clock {
		c.Clock[i].line = at("clock", i)
	}
}

func parseParts(file, body string, line int) ([]Part, error) {
	var parts []Part
	var errs []error
	bad := func(n int, format string, args ...any) {
		errs = append(errs, fmt.Errorf("%s:%d: %s", file, n, fmt.Sprintf(format, args...)))
	}
	for i, l := range strings.Split(body, "\n") {
		l = strings.TrimSpace(l)
		n := line + i
		if l == "" {
			continue
		}
		if m := partLine.FindStringSubmatch(l); m != nil {
			parts = append(parts, Part{Label: m[1], Text: strings.TrimSpace(m[2]), line: n})
			continue
		}
		if len(parts) == 0 {
			bad(n, "text before the first part **%s**：", Conclusion)
			continue
		}
		p := &parts[len(parts)-1]
		switch m := stepLine.FindStringSubmatch(l); {
		case m != nil && p.Text == "":
			p.Steps = append(p.Steps, strings.TrimSpace(m[2]))
		case m != nil:
			bad(n, "a list after a sentence in **%s**", p.Label)
		case len(p.Steps) > 0:
			bad(n, "a sentence after the list in **%s**", p.Label)
		case p.Text == "":
			p.Text = l
		default:
			p.Text += "\n" + l
		}
	}
	next := 0
	for _, p := range parts {
		i := next
		for i < len(partOrder) && partOrder[i] != p.Label {
			i++
		}
		if i == len(partOrder) {
			bad(line, "part **%s** is unknown, twice or out of order", p.Label)
			continue
		}
		next = i + 1
		if p.Text == "" && len(p.Steps) == 0 {
			bad(line, "part **%s** is empty", p.Label)
		}
	}
	for i, want := range partOrder[:3] {
		if len(parts) <= i || parts[i].Label != want {
			bad(line, "part %d is not **%s**", i+1, want)
			break
		}
	}
	if len(parts) > 1 && parts[1].Label == Steps && len(parts[1].Steps) == 0 {
		bad(line, "**%s** is not a numbered list", Steps)
	}
	return parts, errors.Join(errs...)
}

// splitFrontMatter returns the YAML head, the body, and the body's first line
// number.
func splitFrontMatter(file string, raw []byte) (head []byte, body string, bodyLine int, err error) {
	raw = bytes.ReplaceAll(bytes.TrimPrefix(raw, []byte("\xef\xbb\xbf")), []byte("\r\n"), []byte("\n"))
	rest, ok := bytes.CutPrefix(raw, []byte("---\n"))
	if !ok {
		return nil, "", 0, fmt.Errorf("%s:1: the file does not begin with ---", file)
	}
	head, tail, ok := bytes.Cut(rest, []byte("\n---\n"))
	if !ok {
		return nil, "", 0, fmt.Errorf("%s:1: the front matter has no closing ---", file)
	}
	return head, string(tail), bytes.Count(head, []byte("\n")) + 4, nil
}

var yamlLine = regexp.MustCompile(`line (\d+): `)

// decodeYAML decodes strictly (unknown keys are errors) and turns the
// library's messages into file:line ones; offset is the number of lines above
// the YAML text.
func decodeYAML(file string, raw []byte, offset int, into any) error {
	dec := yaml.NewDecoder(bytes.NewReader(raw))
	dec.KnownFields(true)
	err := dec.Decode(into)
	if err == nil {
		return nil
	}
	text := strings.TrimPrefix(err.Error(), "yaml: ")
	text = strings.TrimPrefix(text, "unmarshal errors:\n")
	var errs []error
	for _, l := range strings.Split(text, "\n") {
		l = strings.TrimSpace(l)
		n := 1 + offset
		if m := yamlLine.FindStringSubmatch(l); m != nil {
			n, _ = strconv.Atoi(m[1])
			n += offset
			l = strings.Replace(l, m[0], "", 1)
		}
		errs = append(errs, fmt.Errorf("%s:%d: %s", file, n, l))
	}
	return errors.Join(errs...)
}

// yamlLines returns a lookup from a top-level key, and an index into its list
// (-1 for the key itself), to the line it stands on. It keeps numbers only:
// the lookup lives as long as its card.
func yamlLines(raw []byte, offset int) func(key string, i int) int {
	var doc yaml.Node
	lines := map[string][]int{}
	if yaml.Unmarshal(raw, &doc) == nil && len(doc.Content) > 0 {
		m := doc.Content[0]
		for k := 0; k+1 < len(m.Content); k += 2 {
			list := []int{m.Content[k].Line + offset}
			for _, v := range m.Content[k+1].Content {
				list = append(list, v.Line+offset)
			}
			lines[m.Content[k].Value] = list
		}
	}
	return func(key string, i int) int {
		list := lines[key]
		switch {
		case len(list) == 0:
			return 1 + offset
		case i+1 < len(list):
			return list[i+1]
		}
		return list[0]
	}
}

// listLines returns the line of the i-th item of a YAML file that is one list.
func listLines(raw []byte) func(i int) int {
	var doc yaml.Node
	if yaml.Unmarshal(raw, &doc) != nil || len(doc.Content) == 0 {
		return func(int) int { return 1 }
	}
	return func(i int) int {
		if i < len(doc.Content[0].Content) {
			return doc.Content[0].Content[i].Line
		}
		return 1
	}
}

// Line is where the citation stands in its card's file.
func (c Cite) Line() int { return c.line }

// AskedLine is where the i-th phrasing stands in the card's file.
func (c *Card) AskedLine(i int) int { return c.lineOf("asked", i) }

// lineOf is where a key, or the i-th item of its list, stands in the card's
// file; 0 for a card without one.
func (c *Card) lineOf(key string, i int) int {
	if c.line == nil {
		return 0
	}
	return c.line(key, i)
}
