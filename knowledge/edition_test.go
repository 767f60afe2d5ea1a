package knowledge

import (
	"reflect"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// plain is a card without what belongs to its file.
func plain(c *Card) Card {
	d := *c
	d.File, d.raw, d.line = "", "", nil
	d.Cites, d.Clock, d.Before, d.Unlike, d.Parts = nil, nil, nil, nil, nil
	for _, x := range c.Cites {
		x.line = 0
		d.Cites = append(d.Cites, x)
	}
	for _, x := range c.Clock {
		x.line = 0
		d.Clock = append(d.Clock, x)
	}
	for _, x := range c.Before {
		x.line = 0
		d.Before = append(d.Before, x)
	}
	for _, x := range c.Unlike {
		x.line = 0
		d.Unlike = append(d.Unlike, x)
	}
	for _, x := range c.Parts {
		x.line = 0
		d.Parts = append(d.Parts, x)
	}
	if len(d.Bring) == 0 {
		d.Bring = nil
	}
	return d
}

// Every card of the program is read back as it was written.
func TestMarkdown(t *testing.T) {
	b, err := Load(Overlay{})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range b.Cards {
		d, err := ParseCard(c.ID+".md", []byte(c.Markdown()))
		if err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(plain(c), plain(d)) {
			t.Fatalf("%s is read back as another:\n%+v\n%+v", c.ID, plain(c), plain(d))
		}
		if !strings.Contains(c.Source(), "id: "+c.ID) {
			t.Errorf("%s: its source is %.40q", c.ID, c.Source())
		}
		if f := b.CheckCard(c); len(f) > 0 {
			t.Errorf("%s: %v", c.ID, f)
		}
	}
}

// Whatever a person types into the fields, the file holds that and nothing
// else: no text can become a key, a label or another part.
func TestMarkdownAnything(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringMatching(`[ -~一-龥：。\n\-*#'"{}\[\]&%@!|>\\]{0,40}`)
		c := &Card{ID: "a-card", Topic: "继承", Title: "题" + text.Draw(t, "title"), Mediable: MediableYes, See: []string{"司法所" + text.Draw(t, "see")}, Written: "2026-11-24"}
		for i := range 3 {
			c.Asked = append(c.Asked, text.Draw(t, "asked"+string(rune('0'+i))))
		}
		c.Cites = []Cite{{Law: "民法典", Article: "第一条", Claim: text.Draw(t, "claim")}}
		c.Unlike = []NearMiss{{Text: text.Draw(t, "unlike"), Card: "b-card"}}
		for _, label := range []string{Conclusion, Steps, Pitfalls} {
			p, err := ReadPart(label, text.Draw(t, label))
			if err != nil {
				return
			}
			if label == Steps {
				p = Part{Label: Steps, Steps: []string{"今天：找证。"}}
			}
			if p.Text == "" && p.Steps == nil {
				p.Text = "有份。"
			}
			c.Parts = append(c.Parts, p)
		}
		d, err := ParseCard("a-card.md", []byte(c.Markdown()))
		if err != nil {
			t.Fatalf("%v\n%s", err, c.Markdown())
		}
		if !reflect.DeepEqual(plain(c), plain(d)) {
			t.Fatalf("read back as another:\n%+v\n%+v\n%s", plain(c), plain(d), c.Markdown())
		}
	})
}

func TestWith(t *testing.T) {
	b, err := Load(Overlay{})
	if err != nil {
		t.Fatal(err)
	}
	first, second, third := b.Cards[0], b.Cards[1], b.Cards[2]
	edited := *first
	edited.Title = "镇里改过的题目"
	x, err := b.With([]Edition{
		{Card: first.ID, Text: edited.Markdown(), Approved: Approval{By: "陈立", On: "2026-11-24"}},
		{Card: second.ID, Retired: true},
		{Card: third.ID, Text: "不是卡"},
		{Card: "qingxi-1", Text: strings.ReplaceAll(goodCard, "id: a-card", "id: qingxi-1")},
	})
	if err == nil || !strings.Contains(err.Error(), third.ID) || strings.Count(err.Error(), "\n") != 0 {
		t.Errorf("the unreadable edition: %v", err)
	}
	if c := x.Card(first.ID); c.Title != "镇里改过的题目" || c.Approved.By != "陈立" || c.Source() != edited.Markdown() {
		t.Errorf("edited: %+v", c)
	}
	if x.Card(second.ID) != nil || x.Card(third.ID) != third || x.Card("qingxi-1") == nil || len(x.Cards) != len(b.Cards) {
		t.Error("retired, kept or added wrongly")
	}
	if b.Card(first.ID) != first || x.Own() != b || b.Own() != b {
		t.Error("the base has changed")
	}
	if z := x.Replace(first.ID, first); z.Card(first.ID) != first || z.Card("qingxi-1") == nil || z.Own() != b {
		t.Error("a card in the place of its namesake takes others along")
	}
	if z := x.Replace(first.ID, nil); z.Card(first.ID) != nil || len(z.Cards) != len(x.Cards)-1 || x.Card(first.ID) == nil {
		t.Error("without a card")
	}
	y, err := x.With(nil)
	if err != nil || y.Card(first.ID) != first || y.Card(second.ID) == nil || y.Own() != b {
		t.Error("an earlier edition is left")
	}
}

func TestCheckCard(t *testing.T) {
	b, err := Load(Overlay{})
	if err != nil {
		t.Fatal(err)
	}
	other := b.Cards[0]
	text := strings.NewReplacer("[一,", "["+other.Asked[0]+",", "第一千一百二十七条", "第九千条",
		"不要吵", "不要吵！"+strings.Repeat("长", 41), "see: [司法所]", "unlike:\n  - {text: 别的, card: not-there}\nsee: [司法所]").Replace(goodCard)
	c, err := ParseCard("a-card.md", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	byHand := *c
	byHand.line = nil
	if len(b.CheckCard(&byHand)) != len(b.CheckCard(c)) {
		t.Error("a card without a file has other faults")
	}
	got := map[Fault]Finding{}
	for _, f := range b.CheckCard(c) {
		got[f.Fault] = f
	}
	if f := got[FaultTwice]; f.Words != other.Asked[0] || f.Other != other.ID || f.Field != "asked" {
		t.Errorf("twice: %+v", f)
	}
	if f := got[FaultSentence]; f.Field != Pitfalls || f.N != 41 {
		t.Errorf("sentence: %+v", f)
	}
	for _, f := range []Fault{FaultCite, FaultNoCard, FaultShouting} {
		if _, ok := got[f]; !ok {
			t.Errorf("%s is not found", f)
		}
	}
}

func TestReadPart(t *testing.T) {
	for _, tt := range []struct {
		text string
		want Part
		err  error
	}{
		{"1. 今天：找证。\r\n2、明天：去。", Part{Label: Steps, Steps: []string{"今天：找证。", "明天：去。"}}, nil},
		{" 一句。\n\n两句。 ", Part{Label: Steps, Text: "一句。\n两句。"}, nil},
		{"先说。\n1. 再说。", Part{}, ErrMixed},
		{"1. 先说。\n再说。", Part{}, ErrMixed},
		{"1. 先说。\n3. 再说。", Part{}, ErrMixed},
		{"520、1314这样的转账，当作表达感情。", Part{Label: Steps, Text: "520、1314这样的转账，当作表达感情。"}, nil},
		{"**别踩坑**：不要。", Part{}, ErrOtherLabel},
	} {
		p, err := ReadPart(Steps, tt.text)
		if err != tt.err || err == nil && !reflect.DeepEqual(p, tt.want) {
			t.Errorf("%q: got %+v, %v", tt.text, p, err)
		}
	}
	for s, want := range map[string][3]int{"60日": {60}, "3个月": {0, 3}, " 1 年": {0, 0, 1}, "15天": {15}, "半年": {}, "0日": {}, "60": {}, "日": {}, "60日内": {}} {
		d, m, y, err := ParseLength(s)
		if [3]int{d, m, y} != want || (err == nil) == (want == [3]int{}) {
			t.Errorf("%q: %d %d %d %v", s, d, m, y, err)
		}
	}
}

func TestReadDraft(t *testing.T) {
	half := &Card{ID: "a-card", Title: "半张", Parts: []Part{{Label: Conclusion, Text: "有份。"}}}
	if c := ReadDraft([]byte(half.Markdown())); c == nil || c.Title != "半张" || len(c.Parts) != 1 {
		t.Errorf("read back: %+v", c)
	}
	if c := ReadDraft([]byte("没有")); c != nil {
		t.Errorf("nothing is read as %+v", c)
	}
}
