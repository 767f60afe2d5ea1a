package annual

import (
	"context"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"mingbai/bot/ledger"
	"mingbai/knowledge"
)

// A Part is one of the report's four (主要举措和成效, 第一责任人职责, 不足和原因,
// 下一年度安排).
type Part struct {
	Title    string    `json:"title"`
	Sections []Section `json:"sections"`
}

// A Section is a slot: what the templates make of the figures, or what a person
// wrote in its place. A person's text may name figures too, so that it follows
// them: {grid.events} is 1058件, {grid.events~} is 比上年上升5%.
type Section struct {
	Key      string    `json:"key"`               // of the slot; empty: not to be edited
	Heading  string    `json:"heading"`           // without its number
	Template string    `json:"template"`          // what stands there, with {figures}
	Text     string    `json:"text"`              // the same with the figures filled in; a line is a paragraph
	Edited   bool      `json:"edited"`            // a person wrote it
	Who      string    `json:"who,omitempty"`     // key of that person
	Written  time.Time `json:"written,omitzero"`  // when; zero unless edited
	Draft    string    `json:"-"`                 // what a person edits: the text with {figures}, or the cause alone
	Needs    []string  `json:"needs,omitempty"`   // what a person must still do before it can be published
	Figures  []string  `json:"figures,omitempty"` // keys of the figures it names
	Lines    [][]Run   `json:"-"`                 // Text again, a paragraph a line, in runs
}

// A Run is a piece of a paragraph: a figure with its key, or plain text.
type Run struct{ Text, Figure string }

// Marks around a figure while a text is composed; Unicode keeps them for
// private use, and they are taken out of what people write.
const (
	markFigure = '\uE000'
	markText   = '\uE001'
	markEnd    = '\uE002'
)

// unmarked takes the marks out of a person's text.
var unmarked = strings.NewReplacer(string(markFigure), "", string(markText), "", string(markEnd), "")

// runs divides a marked text.
func runs(marked string) (text string, lines [][]Run) {
	for _, l := range strings.Split(marked, "\n") {
		var line []Run
		for _, piece := range strings.FieldsFunc(l, func(r rune) bool { return r == markEnd }) {
			plain, figure, _ := strings.Cut(piece, string(markFigure))
			if plain != "" {
				line = append(line, Run{Text: plain})
			}
			if key, said, ok := strings.Cut(figure, string(markText)); ok {
				line = append(line, Run{Text: said, Figure: key})
			}
		}
		lines = append(lines, line)
	}
	for n, line := range lines {
		if n > 0 {
			text += "\n"
		}
		for _, r := range line {
			text += r.Text
		}
	}
	return text, lines
}

// Write makes the whole report of a year: the figures, those of the year
// before beside them, and the four parts with what people wrote. now bounds a
// year that is not over. The error is the ledger's.
func Write(ctx context.Context, l *ledger.Ledger, t *knowledge.Township, y int, now time.Time) (*Report, error) {
	return write(ctx, l, t, y, now, false)
}

func write(ctx context.Context, l *ledger.Ledger, t *knowledge.Township, y int, now time.Time, brief bool) (*Report, error) {
	var r *Report
	err := l.View(ctx, func(v *ledger.View) error {
		before, err := count(v, t, y-1, now, true) // its records are not shown
		if err != nil {
			return err
		}
		if r, err = count(v, t, y, now, brief); err != nil {
			return err
		}
		r.Compare(before)
		w := &writer{r: r, by: map[string]Indicator{}, hidden: r.hidden(), slots: map[string]ledger.Slot{}}
		for _, i := range r.Indicators {
			w.by[i.Key] = i
		}
		slots, err := ledger.Slots(v, t.ID, y)
		if err != nil {
			return err
		}
		for _, s := range slots {
			w.slots[s.Key] = s
		}
		if w.promised, err = ledger.Promises(v, t.ID, y); err != nil {
			return err
		}
		if w.planned, err = ledger.Promises(v, t.ID, y+1); err != nil {
			return err
		}
		if day := knowledge.Day(strings.TrimSpace(w.slots["day"].Text)); day != "" {
			if !day.Valid() {
				r.faults = append(r.faults, fmt.Sprintf("成文日期“%s”不对，照2027-03-01这样写", day))
			} else {
				r.Day = string(day)
			}
		}
		r.Parts = w.parts()
		return nil
	})
	return r, err
}

// writer composes the text of a report.
type writer struct {
	r                 *Report
	by                map[string]Indicator
	hidden            hidden
	slots             map[string]ledger.Slot
	promised, planned []ledger.Promise // for this year and for the next
}

// section makes one slot: the person's text if there is one, or the template.
// need is said when neither has anything.
func (w *writer) section(key, heading, template, need string) Section {
	s := Section{Key: key, Heading: heading, Template: template}
	if slot, ok := w.slots[key]; ok && strings.TrimSpace(slot.Text) != "" {
		s.Template, s.Edited, s.Who, s.Written = slot.Text, true, strconv.FormatInt(slot.Who, 10), slot.At
	}
	s.Draft = s.Template
	if strings.TrimSpace(s.Template) == "" && need != "" {
		s.Needs = append(s.Needs, need)
	}
	w.expand(&s)
	return s
}

var placeholder = regexp.MustCompile(`\{([^{}]*)\}`)

// expand fills the figures in.
func (w *writer) expand(s *Section) {
	marked := placeholder.ReplaceAllStringFunc(unmarked.Replace(s.Template), func(m string) string {
		key, change := strings.CutSuffix(m[1:len(m)-1], "~")
		i, ok := w.by[key]
		if !ok {
			s.Needs = append(s.Needs, fmt.Sprintf("文中的%s不是指标", m))
			return "【" + m[1:len(m)-1] + "】"
		}
		s.Figures = append(s.Figures, key)
		if change {
			return i.moved(w.hidden) // empty where it would tell a hidden figure
		}
		said := number(i.Value) + i.Unit
		switch {
		case i.Missing:
			s.Needs = append(s.Needs, fmt.Sprintf("文中用到的“%s”还没有数", i.Name))
			said = "【" + i.Name + "】"
		case w.hidden[key]:
			said = fmt.Sprintf("少于%d%s", w.hidden.bound(w.r, i), i.Unit)
		}
		return string(markFigure) + key + string(markText) + said + string(markEnd)
	})
	// A change that is not known leaves its comma behind.
	s.Text, s.Lines = runs(strings.NewReplacer("，，", "，", "，。", "。", "，；", "；", "（）", "", "，）", "）").Replace(marked))
}

// have reports whether there is something to say about a figure: more than
// nothing, and more than a signed zero.
func (w *writer) have(key string) bool { return w.by[key].Value > 0 }

// sentence gathers clauses about the figures there are; none, no sentence.
func (w *writer) sentence(lead string, clauses ...[2]string) string {
	var out []string
	for _, c := range clauses {
		if w.have(c[0]) {
			out = append(out, c[1])
		}
	}
	if len(out) == 0 {
		return ""
	}
	mark := "，"
	if strings.Contains(strings.Join(out, ""), "~}") {
		mark = "；" // each clause has a comma of its own
	}
	return lead + strings.Join(out, mark) + "。"
}

// paragraphs joins what is not empty, one paragraph a line.
func paragraphs(text ...string) string {
	var out []string
	for _, t := range text {
		if t != "" {
			out = append(out, t)
		}
	}
	return strings.Join(out, "\n")
}
