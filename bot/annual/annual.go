// Package annual counts the figures of a year (指标) from the journal and
// writes them as a report. Each figure carries its counting rule in words and
// the keys of the records behind it, so that a number can be opened; a figure
// without records is not a zero.
package annual

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"mingbai/bot/ledger"
	"mingbai/knowledge"
)

// An Indicator (指标) is one figure of a year with its rule and its records.
type Indicator struct {
	Key     string   `json:"key"`
	Name    string   `json:"name"`
	Value   float64  `json:"value"`
	Unit    string   `json:"unit,omitempty"`
	Rule    string   `json:"rule"`    // the counting rule (统计口径) in words
	Source  string   `json:"source"`  // see Figure
	Period  string   `json:"period"`  // see Figure
	Records []string `json:"records"` // keys of what was counted
	Sheet   string   `json:"sheet"`
	Group   string   `json:"group,omitempty"` // of the part of a figure
	Label   string   `json:"label,omitempty"` // within the group: 3月, 红岩村, 继承

	Missing bool     `json:"missing,omitempty"` // nothing was recorded and nobody signed a zero
	Zero    string   `json:"zero,omitempty"`    // the words of a signed zero
	Before  *float64 `json:"before,omitempty"`  // the year before; nil: not known, or the year is not over
	Change  string   `json:"change,omitempty"`  // 上升, 下降 or 持平

	open bool // the part counts events, not people: a small one is published
}

// A Report is the figures of one township's year and, from [Write], the text
// around them.
type Report struct {
	Township   string      `json:"township"`
	Year       int         `json:"year"`
	Until      string      `json:"until"`  // last day counted, for a year not over
	Office     string      `json:"office"` // who signs it: 青溪镇人民政府
	Day        string      `json:"day"`    // the day it is signed (成文日期); Until unless a person set the slot "day"
	Indicators []Indicator `json:"indicators"`
	Parts      []Part      `json:"parts,omitempty"`

	brief    bool     // the platform's figures come without records
	faults   []string // what staff entered and does not fit
	evidence evidence
	signed   *signed
}

// Year returns the span of a year in local time: the first moment of it and
// of the next.
func Year(year int) (from, to time.Time) {
	return time.Date(year, 1, 1, 0, 0, 0, 0, knowledge.Shanghai), time.Date(year+1, 1, 1, 0, 0, 0, 0, knowledge.Shanghai)
}

// tally counts records under a key once each. In a brief report it is the count
// alone.
type tally struct {
	n    int
	seen map[string]bool
	keys []string
}

func (t *tally) add(record string) {
	if t.seen == nil {
		t.seen = map[string]bool{}
	}
	if !t.seen[record] {
		t.seen[record] = true
		t.keys = append(t.keys, record)
		t.n++
	}
}

// year gathers what the rules need in one pass over the journal.
type year struct {
	registered, again, noCard   tally
	bot                         tally
	opened, handed, answered    tally
	personal, missed, late      tally
	useful, useless             tally
	received                    map[string]*tally // by fate
	byMonth, byVillage, byTopic map[string]map[string]*tally
	noCardBy                    map[string]*tally // by topic
	grid                        gridYear
	disputes                    disputeYear
}

func newYear() *year {
	return &year{received: map[string]*tally{}, byMonth: map[string]map[string]*tally{}, byVillage: map[string]map[string]*tally{},
		byTopic: map[string]map[string]*tally{}, noCardBy: map[string]*tally{}}
}

// found is what was counted: values and records by key, and the parts.
type found struct {
	value   map[string]float64
	records map[string][]string
	known   map[string]bool // there is a figure, be it 0
	parts   []Indicator
}

func newFound() *found {
	return &found{value: map[string]float64{}, records: map[string][]string{}, known: map[string]bool{}}
}

func (f *found) set(key string, value float64, records []string) {
	f.value[key], f.records[key], f.known[key] = value, records, value != 0 || len(records) > 0
}

// divide sets a figure that is one number divided by another, times so much;
// with nothing to divide by there is no figure.
func (f *found) divide(key string, a, b, times int, records []string) {
	if b == 0 {
		records = nil
	}
	f.set(key, ratio(a, b, times), records)
	f.known[key] = b != 0
}

// count sets a figure that is the number of its records; nil is none.
func (f *found) count(key string, from *tally) {
	if from == nil {
		from = &tally{}
	}
	f.set(key, float64(from.n), from.keys)
}

// Count makes the figures of a year from the township's journal and from what
// staff signed, on one snapshot. now bounds a year that is not over.
func Count(ctx context.Context, l *ledger.Ledger, t *knowledge.Township, y int, now time.Time) (*Report, error) {
	var r *Report
	err := l.View(ctx, func(v *ledger.View) (err error) {
		r, err = count(v, t, y, now, false)
		return err
	})
	return r, err
}

// count makes the figures of a year; brief takes those of the platform from the
// ledger's sums.
func count(v *ledger.View, t *knowledge.Township, y int, now time.Time, brief bool) (*Report, error) {
	from, to := Year(y)
	r := &Report{Township: t.Name, Year: y, Until: fmt.Sprintf("%d-12-31", y), Office: t.Name + "人民政府", brief: brief}
	last := to
	if now.Before(to) {
		r.Until, last = string(knowledge.DayOf(now)), now
	}
	g := newYear()
	if err := g.grid.people(v, t.ID, last); err != nil {
		return nil, err
	}
	if err := g.read(v, t, y, brief); err != nil {
		return nil, err
	}
	if err := g.disputes.read(v, t, from, to, last); err != nil {
		return nil, err
	}
	volunteers := &tally{}
	keys, err := ledger.RolesAt(v, t.ID, ledger.Volunteer, last)
	if err != nil {
		return nil, err
	}
	for _, k := range keys {
		volunteers.add(strconv.FormatInt(k, 10))
	}
	s, err := readSigned(v, t.ID, y, knowledge.Day(r.Until))
	if err != nil {
		return nil, err
	}
	r.Day = r.Until
	f := newFound()
	f.count("volunteers", volunteers)
	s.enter(f)
	s.activity(f)
	s.registers(f)
	g.disputes.fill(f, t)
	g.grid.fill(f, t)
	g.fill(f, t)
	r.Indicators = indicators(f, s)
	r.faults, r.signed = s.lint(), s
	r.evidence, err = g.evidence(v, t, last)
	return r, err
}

// indicators joins what was found with what each figure is.
func indicators(f *found, s *signed) []Indicator {
	var out []Indicator
	sheet := map[string]Figure{}
	for _, x := range figures {
		sheet[x.Key] = x
		i := Indicator{Key: x.Key, Name: x.Name, Unit: x.Unit, Rule: x.Rule, Source: x.Source, Period: x.Period, Sheet: x.Sheet, Value: f.value[x.Key], Records: f.records[x.Key]}
		if i.Value == 0 {
			if z, ok := s.zero(x.Key); ok {
				i.Zero, i.Records = z.Words, append(slices.Clone(i.Records), strconv.FormatInt(z.ID, 10))
			}
		}
		i.Missing = i.Value == 0 && len(i.Records) == 0 && !f.known[x.Key]
		out = append(out, i)
	}
	for _, p := range f.parts {
		whole := p.Key
		for ; sheet[whole].Key == ""; whole = whole[:max(0, strings.LastIndex(whole, "."))] {
			if whole == "" {
				break
			}
		}
		p.Sheet, p.Period = sheet[whole].Sheet, sheet[whole].Period
		out = append(out, p)
	}
	return out
}

// read gathers a year from the journal, or, in brief, from its sums and from what
// few entries they leave out.
func (g *year) read(v *ledger.View, t *knowledge.Township, y int, brief bool) error {
	from, to := Year(y)
	take := func(f ledger.Fact) error {
		g.take(f, t)
		return nil
	}
	if !brief {
		return ledger.Facts(v, t.ID, from, to, take)
	}
	if err := g.sums(v, t, y); err != nil {
		return err
	}
	return ledger.FactsAmong(v, t.ID, from, to, gridEvents, take)
}

// take sorts one fact into the tallies.
func (g *year) take(f ledger.Fact, t *knowledge.Township) {
	to := strconv.FormatInt(f.To, 10)
	month := fmt.Sprintf("%02d", int(f.At.In(knowledge.Shanghai).Month()))
	split := func(what string, groups ...[2]string) {
		for _, p := range groups {
			by := map[string]map[string]map[string]*tally{"month": g.byMonth, "village": g.byVillage, "topic": g.byTopic}[p[0]]
			if by[what] == nil {
				by[what] = map[string]*tally{}
			}
			if by[what][p[1]] == nil {
				by[what][p[1]] = &tally{}
			}
			by[what][p[1]].add(to)
		}
	}
	village, topic := f.X["village"], f.X["topic"]
	g.grid.take(f)
	g.disputes.take(f)
	switch f.Event {
	case ledger.Registered:
		if f.X["first"] == "1" {
			g.registered.add(to)
			split("registrations", [2]string{"month", month}, [2]string{"village", village})
		} else {
			g.again.add(to)
		}
	case ledger.Received:
		fate := f.X["fate"]
		if g.received[fate] == nil {
			g.received[fate] = &tally{}
		}
		g.received[fate].add(to)
	case ledger.Opened:
		g.opened.add(to)
		split("consultations", [2]string{"month", month}, [2]string{"village", village}, [2]string{"topic", topic})
	case ledger.Answered:
		g.answered.add(to)
	case ledger.HandedOver:
		if !g.handed.seen[to] { // once, where it was handed over first, or the parts would not add up
			split("handovers", [2]string{"month", month}, [2]string{"village", village}, [2]string{"topic", topic})
		}
		g.handed.add(to)
		if f.X["reason"] == "no-card" && !g.noCard.seen[to] {
			g.noCard.add(to)
			if g.noCardBy[topic] == nil {
				g.noCardBy[topic] = &tally{}
			}
			g.noCardBy[topic].add(to)
		}
	case ledger.PersonSaid:
		if f.X["first"] == "1" {
			g.personal.add(to)
			if f.X["late"] == "1" {
				g.late.add(to)
			}
		}
	case ledger.Missed:
		// Each miss counts, also a second one of the same matter: the record
		// is the journal entry.
		g.missed.add(fmt.Sprintf("%d/%d", f.Writer, f.N))
	case ledger.Rated:
		if f.X["value"] == "1" {
			g.useful.add(to)
		} else {
			g.useless.add(to)
		}
	}
}

func (g *year) fill(f *found, t *knowledge.Township) {
	f.count("registrations", &g.registered)
	f.count("registrations.again", &g.again)
	f.count("consultations", &g.opened)
	f.count("handovers", &g.handed)
	f.count("handovers.nocard", &g.noCard)
	f.count("answered.person", &g.personal)
	f.count("answered.late", &g.late)
	f.count("promises.missed", &g.missed)
	for _, k := range g.opened.keys {
		if g.answered.seen[k] && !g.handed.seen[k] {
			g.bot.add(k)
		}
	}
	f.count("answered.bot", &g.bot)
	f.divide("answered.share", g.bot.n, g.opened.n, 100, g.opened.keys)
	f.count("rated.useful", &g.useful)
	f.count("rated.useless", &g.useless)
	total := &tally{}
	for _, x := range fates {
		if got := g.received[x[0]]; got != nil { // a message has one fate
			total.n, total.keys = total.n+got.n, append(total.keys, got.keys...)
		}
		f.count("messages."+x[0], g.received[x[0]])
	}
	f.count("messages", total)
	g.split(f, t)
}

// split makes the parts of the platform's figures.
func (g *year) split(f *found, t *knowledge.Township) {
	kinds := []struct{ key, name, unit string }{{"registrations", "登记注册", "人"}, {"consultations", "咨询", "件"}, {"handovers", "转人工", "件"}}
	for _, k := range kinds {
		f.parts = append(f.parts, split(k.key, k.name, k.unit, "month", "按月", months(), g.byMonth[k.key])...)
		f.parts = append(f.parts, split(k.key, k.name, k.unit, "village", "按村", villages(t), g.byVillage[k.key])...)
		if k.key == "registrations" {
			continue
		}
		var topics [][2]string
		for _, x := range knowledge.Topics {
			topics = append(topics, [2]string{x, wide(x)})
		}
		f.parts = append(f.parts, split(k.key, k.name, k.unit, "topic", "按事由", topics, g.byTopic[k.key])...)
	}
}

// wide writes the brackets of a topic as official style wants them.
func wide(topic string) string { return strings.NewReplacer("(", "（", ")", "）").Replace(topic) }

// villages are the parts by village, with the one for those who did not say.
func villages(t *knowledge.Township) [][2]string {
	var out [][2]string
	for _, v := range t.Villages {
		out = append(out, [2]string{v.ID, v.Name})
	}
	return append(out, [2]string{"", "没说是哪个村"})
}

func months() [][2]string {
	var out [][2]string
	for m := 1; m <= 12; m++ {
		out = append(out, [2]string{fmt.Sprintf("%02d", m), strconv.Itoa(m) + "月"})
	}
	return out
}

// split makes the parts of a figure; they add up to it.
func split(key, name, unit, by, byName string, parts [][2]string, counted map[string]*tally) []Indicator {
	var out []Indicator
	for _, p := range parts {
		x := counted[p[0]]
		if x == nil {
			x = &tally{}
		}
		part := p[0]
		if part == "" {
			part = "none"
		}
		out = append(out, Indicator{Key: key + "." + by + "." + part, Name: name + "·" + p[1], Unit: unit, Source: "records", Value: float64(x.n), Records: x.keys,
			Rule: "“" + name + "”" + byName + "分，口径同总数，各项之和等于总数。", Group: name + byName, Label: p[1]})
	}
	return out
}
