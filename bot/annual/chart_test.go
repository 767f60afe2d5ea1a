package annual

import (
	"strings"
	"testing"
)

// The annex draws what may be published and says what it leaves out.
func TestCharts(t *testing.T) {
	r := whole(t).write(2026)
	got := map[string]Chart{}
	for _, c := range r.Charts() {
		got[c.Key] = c
	}
	kinds := got["disputes.category"]
	if len(kinds.Bars) != 1 || kinds.Bars[0] != (Bar{"邻里纠纷", 25}) || kinds.Time || !strings.Contains(kinds.Title, "共33件，太小不公布的2项没有画") {
		t.Errorf("disputes: %+v", kinds)
	}
	if months := got["consultations.month"]; len(months.Bars) != 12 || months.Bars[2] != (Bar{"3月", 6}) || !months.Time || months.Bars[0].Value != 0 {
		t.Errorf("consultations: %+v", months)
	}
	if _, ok := got["grid.events.kind"]; ok {
		t.Error("one event of a kind is drawn")
	}
	if n := len(newTown(t).write(2026).Charts()); n != 0 {
		t.Errorf("%d charts of nothing", n)
	}
}

// Figures are told in full inside and as published outside; a section's runs
// are its text.
func TestShown(t *testing.T) {
	r := whole(t).write(2026)
	for _, public := range []bool{false, true} {
		for _, x := range r.Shown(public) {
			if x.Key != "disputes" {
				continue
			}
			if x.Text != "33" || len(x.Parts) < 40 || x.Was == "" {
				t.Errorf("disputes: %s of %s, %d parts", x.Text, x.Was, len(x.Parts))
			}
			for _, p := range x.Parts {
				if p.Label == "合同纠纷" && (!p.Hidden || p.Text != map[bool]string{false: "2", true: "少于7"}[public]) {
					t.Errorf("public=%v: a small part reads %q", public, p.Text)
				}
			}
		}
	}
	linked := 0
	for _, p := range r.Parts {
		for _, s := range p.Sections {
			text := ""
			for n, l := range s.Lines {
				if n > 0 {
					text += "\n"
				}
				for _, run := range l {
					text += run.Text
					if run.Figure != "" {
						linked++
						if _, ok := FigureOf(run.Figure); !ok && !strings.Contains(run.Figure, ".") {
							t.Errorf("a link to %q", run.Figure)
						}
					}
				}
			}
			if text != s.Text || strings.ContainsAny(text, "\ue000\ue001\ue002{}") {
				t.Errorf("%s: %q is not %q", s.Key, text, s.Text)
			}
		}
	}
	if linked < 20 {
		t.Errorf("%d figures are linked", linked)
	}
}

// What stands in the way names the figure or the text that is wanting.
func TestObstacles(t *testing.T) {
	x := newTown(t)
	byFigure, bySlot := map[string]Obstacle{}, map[string]Obstacle{}
	for _, o := range x.write(2026).Obstacles() {
		byFigure[o.Figure], bySlot[o.Slot] = o, o
	}
	if o := byFigure["suits"]; !o.Zero || !strings.Contains(o.Say, "没有人填") {
		t.Errorf("suits: %+v", o)
	}
	if o := byFigure["disputes"]; !o.Zero || !strings.Contains(o.Say, "没有记录") {
		t.Errorf("disputes: %+v", o)
	}
	if _, ok := byFigure["honours"]; ok {
		t.Error("no honours stand in the way")
	}
	if o := bySlot["duty"]; o.Say == "" {
		t.Error("the duty is not wanting")
	}
	text := markdown(t, whole(t).write(2026))
	if strings.Contains(text, "{suits}") || strings.Contains(text, "《《") {
		t.Error("a register's title was taken for more than text")
	}
}
