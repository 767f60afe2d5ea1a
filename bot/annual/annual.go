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

// An Indicator (指标) is one figure with its rule and its records.
type Indicator struct {
	Key     string   `json:"key"`
	Name    string   `json:"name"`
	Value   float64  `json:"value"`
	Unit    string   `json:"unit,omitempty"`
	Rule    string   `json:"rule"`    // the counting rule (统计口径) in words
	Source  string   `json:"source"`  // records: counted from the journal; township: listed in its file; ratio: made of other figures
	Records []string `json:"records"` // keys of what was counted
	Group   string   `json:"group,omitempty"`
	Label   string   `json:"label,omitempty"` // within the group: 3月, 红岩村, 继承
}

// A Report is the figures of one township's year.
type Report struct {
	Township   string      `json:"township"`
	Year       int         `json:"year"`
	Until      string      `json:"until"` // last day counted, for a year not over
	Indicators []Indicator `json:"indicators"`
}

// Year returns the span of a year in local time: the first moment of it and
// of the next.
func Year(year int) (from, to time.Time) {
	return time.Date(year, 1, 1, 0, 0, 0, 0, knowledge.Shanghai), time.Date(year+1, 1, 1, 0, 0, 0, 0, knowledge.Shanghai)
}

// tally counts records under a key once each.
type tally struct {
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
	}
}

// year gathers what the rules need in one pass over the journal.
type year struct {
	registered, again           tally
	opened, handed, answered    tally
	personal, missed, late      tally
	useful, useless             tally
	received                    map[string]*tally // by fate
	byMonth, byVillage, byTopic map[string]map[string]*tally
	grid                        gridYear
}

// Count makes the figures of a year from the township's journal, on one
// snapshot. now bounds a year that is not over.
func Count(ctx context.Context, l *ledger.Ledger, t *knowledge.Township, y int, now time.Time) (*Report, error) {
	from, to := Year(y)
	r := &Report{Township: t.Name, Year: y, Until: fmt.Sprintf("%d-12-31", y)}
	if now.Before(to) {
		r.Until = string(knowledge.DayOf(now))
	}
	g := &year{received: map[string]*tally{}, byMonth: map[string]map[string]*tally{}, byVillage: map[string]map[string]*tally{}, byTopic: map[string]map[string]*tally{}}
	err := l.View(ctx, func(v *ledger.View) error {
		last := to
		if now.Before(to) {
			last = now
		}
		if err := g.grid.people(v, t.ID, last); err != nil {
			return err
		}
		return ledger.Facts(v, t.ID, from, to, func(f ledger.Fact) error {
			g.take(f, t)
			return nil
		})
	})
	if err != nil {
		return nil, err
	}
	r.Indicators = g.indicators(t)
	return r, nil
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
		g.handed.add(to)
		split("handovers", [2]string{"month", month}, [2]string{"village", village}, [2]string{"topic", topic})
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

func (g *year) indicators(t *knowledge.Township) []Indicator {
	var out []Indicator
	add := func(key, name, unit, rule string, from *tally) {
		out = append(out, Indicator{Key: key, Name: name, Unit: unit, Rule: rule, Source: "records", Value: float64(len(from.keys)), Records: from.keys})
	}
	add("registrations", "平台登记注册", "人", "本年内首次登记的人，按登记时的渠道账号去重；注销后仍计一次，再登记不重计。", &g.registered)
	add("registrations.again", "再次登记", "人次", "注销后又登记的次数，不计入登记注册。", &g.again)
	add("consultations", "咨询", "件", "本年内开始的咨询，每件事一件；同一件事的追问不另计。", &g.opened)
	add("handovers", "转人工", "件", "本年内转给人答复的咨询；同一件多次转接只计一次。", &g.handed)
	add("answered.person", "人工答复", "件", "本年内由法律明白人、调解员、法律顾问或工作人员首次回复的咨询。", &g.personal)
	add("answered.late", "逾期答复", "件", "首次人工回复晚于答应时间的咨询。", &g.late)
	add("promises.missed", "到点未办", "次", "被叫到的人到时没有接或没有答的次数，记在镇上，不记在村民。", &g.missed)

	share := &tally{}
	for _, k := range g.opened.keys {
		if g.answered.seen[k] && !g.handed.seen[k] {
			share.add(k)
		}
	}
	add("answered.bot", "由知识卡答复", "件", "本年内开始、由知识卡答复且没有转人工的咨询。", share)
	value := 0.0
	if len(g.opened.keys) > 0 {
		value = float64(len(share.keys)*1000/len(g.opened.keys)) / 10
	}
	out = append(out, Indicator{Key: "answered.share", Name: "知识卡答复率", Unit: "%", Source: "records", Value: value, Records: share.keys,
		Rule: "由知识卡答复的件数除以咨询件数，取一位小数，不四舍五入。"})
	add("rated.useful", "评价有用", "件", "被评为有用的咨询；同一件先后评价不同的，两边各计一次。", &g.useful)
	add("rated.useless", "评价没用", "件", "被评为没用的咨询。", &g.useless)

	total := &tally{}
	for _, f := range []struct{ fate, name string }{{"answered", "已答"}, {"asked-back", "反问"}, {"handed-over", "转人工"}, {"refused", "谢绝"}} {
		x := g.received[f.fate]
		if x == nil {
			x = &tally{}
		}
		for _, k := range x.keys {
			total.add(k)
		}
		add("messages."+f.fate, "消息·"+f.name, "条", "本年内收到、去向为“"+f.name+"”的消息；每条消息只有一个去向。", x)
	}
	add("messages", "收到消息", "条", "本年内收到的全部消息，等于四种去向之和；重复投递不计。", total)

	kinds := []struct{ key, name, unit string }{{"registrations", "登记注册", "人"}, {"consultations", "咨询", "件"}, {"handovers", "转人工", "件"}}
	for _, k := range kinds {
		out = append(out, split(k.key, k.name, k.unit, "month", "按月", months(), g.byMonth[k.key])...)
		var villages [][2]string
		for _, v := range t.Villages {
			villages = append(villages, [2]string{v.ID, v.Name})
		}
		villages = append(villages, [2]string{"", "没说是哪个村"})
		out = append(out, split(k.key, k.name, k.unit, "village", "按村", villages, g.byVillage[k.key])...)
		if k.key == "registrations" {
			continue
		}
		var topics [][2]string
		for _, x := range knowledge.Topics {
			topics = append(topics, [2]string{x, x})
		}
		out = append(out, split(k.key, k.name, k.unit, "topic", "按事由", topics, g.byTopic[k.key])...)
	}
	return append(out, g.grid.indicators(t)...)
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
		out = append(out, Indicator{Key: key + "." + by + "." + part, Name: name + "·" + p[1], Unit: unit, Source: "records", Value: float64(len(x.keys)), Records: x.keys,
			Rule: "“" + name + "”" + byName + "分，口径同总数，各项之和等于总数。", Group: name + byName, Label: p[1]})
	}
	return out
}

// Lint checks the sums of a report: parts add up to their total. It returns a
// sentence for each that does not.
func (r *Report) Lint() []string {
	parts := slices.Clone(gridSums)
	for _, k := range []string{"registrations", "consultations", "handovers"} {
		parts = append(parts, [2]string{k, "month"}, [2]string{k, "village"})
		if k != "registrations" {
			parts = append(parts, [2]string{k, "topic"})
		}
	}
	value := map[string]float64{}
	sums := map[[2]string]float64{}
	for _, i := range r.Indicators {
		value[i.Key] = i.Value
		if i.Value != float64(len(i.Records)) && i.Unit != "%" && i.Source != "ratio" {
			return []string{fmt.Sprintf("%s：数是%g，记录有%d条", i.Name, i.Value, len(i.Records))}
		}
		for _, p := range parts {
			if strings.HasPrefix(i.Key, p[0]+"."+p[1]+".") {
				sums[p] += i.Value
			}
		}
	}
	var out []string
	for _, p := range parts {
		if sums[p] != value[p[0]] {
			out = append(out, fmt.Sprintf("%s：按%s加起来是%g，总数是%g", p[0], p[1], sums[p], value[p[0]]))
		}
	}
	if sum := value["messages.answered"] + value["messages.asked-back"] + value["messages.handed-over"] + value["messages.refused"]; sum != value["messages"] {
		out = append(out, fmt.Sprintf("四种去向之和是%g，收到消息是%g", sum, value["messages"]))
	}
	if sum := value["grid.events.task"] + value["grid.events.dispute"] + value["grid.events.note"]; sum != value["grid.events"] {
		out = append(out, fmt.Sprintf("事件的三种结果之和是%g，网格事件是%g", sum, value["grid.events"]))
	}
	return out
}
