package annual

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// A Shown is a figure as a reader may see it.
type Shown struct {
	Indicator
	Text   string  // 1058, 少于5, 没有人填, 还没有记录
	Was    string  // the year before; "" where it is not known or may not be told
	Moved  string  // 比上年上升5%; "" where Was is
	Hidden bool    // too small to be published
	Parts  []Shown // by month, village and so on, in the order of the registry; those that are nothing too
}

// Shown lists every figure that is not a part of another, with its parts. To
// the public, small groups are hidden as in a publication; inside they are
// told, and Hidden says that they would not be published.
func (r *Report) Shown(public bool) []Shown {
	h := r.hidden()
	tell := h
	if !public {
		tell = hidden{}
	}
	var out []Shown
	at := map[string]int{}
	for _, i := range r.Indicators {
		if i.Group == "" {
			at[i.Key] = len(out)
			out = append(out, Shown{Indicator: i, Text: tell.say(r, i), Was: i.last(tell), Moved: i.moved(tell), Hidden: h[i.Key]})
		}
	}
	for _, i := range r.Indicators {
		if i.Group == "" {
			continue
		}
		whole := i.Key
		for whole != "" {
			if n, ok := at[whole]; ok {
				out[n].Parts = append(out[n].Parts, Shown{Indicator: i, Text: tell.say(r, i), Hidden: h[i.Key]})
				break
			}
			whole = whole[:max(0, strings.LastIndex(whole, "."))]
		}
	}
	return out
}

// An Obstacle is one thing that keeps a report from being published.
type Obstacle struct {
	Say    string // in plain Chinese, whole
	Figure string // key of the figure that is wanting; "" for none
	Zero   bool   // the figure may be nothing, if somebody signs that
	Slot   string // key of the text that is wanting, or PromisesKept; "" for none
	Wait   bool   // nothing is to be done but wait
}

// PromisesKept stands in an Obstacle for last year's promises, of which nobody
// has said what became of them.
const PromisesKept = "promises"

// Obstacles lists why the report may not be published: a year that is not
// over, figures that do not fit, figures that the report must have and nobody entered or signed as zero,
// and parts of the text that a person must write. It is empty when nothing
// stands in the way. The text counts only in a report from Write.
func (r *Report) Obstacles() []Obstacle {
	var out []Obstacle
	for _, s := range r.Lint() {
		out = append(out, Obstacle{Say: s})
	}
	by := map[string]Indicator{}
	for _, i := range r.Indicators {
		by[i.Key] = i
	}
	for _, f := range figures {
		i := by[f.Key]
		if !f.Town || i.Value != 0 || i.Zero != "" {
			continue
		}
		o := Obstacle{Figure: f.Key, Zero: CheckZero(f.Key) == nil}
		switch {
		case f.Source == FromTownship:
			o.Say = "“" + f.Name + "”是0：镇的文件里没有列"
		case !i.Missing:
			o.Say = "“" + f.Name + "”填的是0，还没有人签字说明确实没有"
		case f.Source == FromEntry:
			o.Say = "“" + f.Name + "”没有人填；确实没有的，要有人签零"
		default:
			o.Say = "“" + f.Name + "”没有记录；确实没有的，要有人签零"
		}
		out = append(out, o)
	}
	for _, p := range r.Parts {
		for _, s := range p.Sections {
			for _, need := range s.Needs {
				out = append(out, Obstacle{Say: p.Title + "·" + s.Heading + "：" + need, Slot: cmp.Or(s.Key, PromisesKept)})
			}
		}
	}
	if !r.over() {
		out = append(out, Obstacle{Say: fmt.Sprintf("%d年还没有过完，数还会变；12月31日起才能公布", r.Year), Wait: true})
	}
	return out
}

// Blockers is what the Obstacles say.
func (r *Report) Blockers() []string {
	var out []string
	for _, o := range r.Obstacles() {
		out = append(out, o.Say)
	}
	return out
}

// Suppressed counts the figures and parts that are too small to be published.
func (r *Report) Suppressed() int { return len(r.hidden()) }

// SourceName is a source as people say it; a part of a figure is counted as
// the figure is.
func SourceName(source string) string { return sourceNames[source] }

// EntryKeys lists the figures that staff enter: those by month, and those that
// stand at the end of the year.
func EntryKeys() (monthly, yearly []Figure) {
	for _, f := range figures {
		switch {
		case f.Source != FromEntry:
		case f.Period == YearEnd:
			yearly = append(yearly, f)
		default:
			monthly = append(monthly, f)
		}
	}
	return slices.Clip(monthly), slices.Clip(yearly)
}
