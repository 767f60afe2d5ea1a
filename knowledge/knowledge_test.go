package knowledge

import (
	"strings"
	"testing"
	"testing/fstest"

	"pgregory.net/rapid"
)

const goodCard = `---
id: a-card
topic: 继承
title: 样例
asked: [一, 二, 三, 四, 五, 六, 七, 八]
cites:
  - {law: 民法典, article: 第一千一百二十七条, claim: 第一顺序}
mediable: yes
see: [司法所]
bring: []
written: 2026-11-24
approved: {by: "", on: ""}
---
**先说结论**：有份。

**怎么办**：
1. 今天：找证。
2. 明天：去司法所。

**别踩坑**：不要吵。

**要多久**：一个月。
`

// noCards stands for the embedded cards where a test brings its own.
var noCards = fstest.MapFS{"cards/none.txt": {}}

func TestEmbedded(t *testing.T) {
	b, err := Load(Overlay{})
	if err != nil {
		t.Fatal(err)
	}
	if len(b.Cards) < 120 {
		t.Errorf("%d cards, at least 120 are wanted", len(b.Cards))
	}
	topics := map[string]int{}
	for _, c := range b.Cards {
		topics[c.Topic]++
	}
	for _, topic := range Topics {
		if topics[topic] == 0 {
			t.Errorf("topic %s has no card", topic)
		}
	}
	for _, f := range b.Check() {
		t.Error(f)
	}
	if got := len(b.Township.Villages); got != 11 {
		t.Errorf("%d villages, want 11", got)
	}
	grids := 0
	for _, v := range b.Township.Villages {
		grids += len(v.Grids)
	}
	if grids != 55 {
		t.Errorf("%d grids, want 55", grids)
	}
}

// Every fault of a card is told with its file and line.
func TestBadCards(t *testing.T) {
	for _, tt := range []struct{ name, old, new, want string }{
		{"no front matter", "---\nid", "id", "x/a-card.md:1: the file does not begin with ---"},
		{"front matter never ends", "\n---\n**", "\n**", "x/a-card.md:1: the front matter has no closing ---"},
		{"unknown key", "bring: []", "brings: []", "x/a-card.md:10: field brings not found"},
		{"wrong type", "asked: [一,", "asked: 一 #", "x/a-card.md:5: cannot unmarshal"},
		{"another id", "id: a-card", "id: other", `x/a-card.md:2: id "other" is not the file's name`},
		{"no slug", "id: a-card", "id: A_Card", "x/a-card.md:2: id"},
		{"no such topic", "topic: 继承", "topic: 天气", `x/a-card.md:3: there is no topic "天气"`},
		{"no such law", "law: 民法典", "law: 月亮法", "x/a-card.md:7: 《月亮法》: no such law"},
		{"no such article", "第一千一百二十七条", "第一千二百六十一条", "x/a-card.md:7: 《民法典》第一千二百六十一条: no such article"},
		{"article is no number", "第一千一百二十七条", "最后一条", "x/a-card.md:7:"},
		{"mediable", "mediable: yes", "mediable: perhaps", "x/a-card.md:8: mediable is"},
		{"nobody to see", "see: [司法所]", "see: []", "x/a-card.md:9: see names nobody"},
		{"no day", "written: 2026-11-24", "written: gestern", "x/a-card.md:11: written"},
		{"half an approval", `{by: "", on: ""}`, `{by: "陈立", on: ""}`, "x/a-card.md:12: approved"},
		{"unknown part", "**要多久**", "**天气**", "x/a-card.md:14: part **天气**"},
		{"part out of order", "**别踩坑**：不要吵。\n\n**要多久**：一个月。", "**要多久**：一个月。\n\n**别踩坑**：不要吵。", "out of order"},
		{"no steps", "1. 今天：找证。\n2. 明天：去司法所。", "去司法所。", "is not a numbered list"},
		{"text before the parts", "**先说结论**：有份。", "有份。", "text before the first part"},
		{"near miss of nobody", "cites:", "unlike: [{text: 甲, card: no-such-card}]\ncites:", `x/a-card.md:6: unlike: there is no card "no-such-card"`},
		{"clock without length", "mediable:", "clock: [{name: 甲, from: 乙, law: 民法典, article: 第一条}]\nmediable:", "x/a-card.md:8: clock needs"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			text := strings.Replace(goodCard, tt.old, tt.new, 1)
			if text == goodCard {
				t.Fatal("nothing was replaced")
			}
			_, err := load(noCards, Overlay{Cards: fstest.MapFS{"x/a-card.md": {Data: []byte(text)}}})
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v, want %q", err, tt.want)
			}
		})
	}
	b, err := load(noCards, Overlay{Cards: fstest.MapFS{"x/a-card.md": {Data: []byte(goodCard)}}})
	if err != nil {
		t.Fatal(err)
	}
	if c := b.Card("a-card"); c == nil || len(c.Parts) != 4 || c.Parts[1].Steps[1] != "明天：去司法所。" {
		t.Errorf("the good card was read as %+v", c)
	}
}

func TestCheckGates(t *testing.T) {
	long := strings.Repeat("长", 41)
	for _, tt := range []struct{ name, old, new, want string }{
		{"long sentence", "有份。", long + "。", "a sentence of 41 characters"},
		{"long in a step", "今天：找证。", "今天：" + long + "。", "x/a-card.md:17: a sentence of 41"},
		{"unexplained term", "有份。", "有诉讼时效。", "the term 诉讼时效 is not explained"},
		{"few phrasings", ", 七, 八]", "]", "6 phrasings"},
		{"shouting", "不要吵。", "不要吵！", "an exclamation mark"},
		{"no claim", ", claim: 第一顺序", "", "has no claim"},
		{"too long in all", "**要多久**：一个月。", "**要多久**：" + strings.Repeat(strings.Repeat("长", 39)+"。", 24), "the body has"},
		{"dead law", "law: 民法典, article: 第一千一百二十七条", "law: 继承法, article: 第十条", "was not in force"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			text := strings.Replace(goodCard, tt.old, tt.new, 1)
			b, err := load(noCards, Overlay{Cards: fstest.MapFS{"x/a-card.md": {Data: []byte(text)}}})
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, f := range b.Check() {
				got = append(got, f.String())
			}
			if !strings.Contains(strings.Join(got, "\n"), tt.want) {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
	explained := strings.Replace(goodCard, "有份。", "有诉讼时效（法院保护的期限）。", 1)
	b, err := load(noCards, Overlay{Cards: fstest.MapFS{"x/a-card.md": {Data: []byte(explained)}}})
	if err != nil {
		t.Fatal(err)
	}
	if f := b.Check(); len(f) > 0 {
		t.Errorf("an explained term is refused: %v", f)
	}
}

func TestLawOfTheDay(t *testing.T) {
	b, err := Load(Overlay{})
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		cite Cite
		day  Day
		ok   bool
	}{
		{Cite{Law: "治安管理处罚法", Article: "第五十一条"}, "2026-11-24", true},
		{Cite{Law: "治安管理处罚法", Article: "第一百四十四条"}, "2026-01-01", true},
		{Cite{Law: "治安管理处罚法", Article: "第一百四十四条"}, "2025-12-31", false},
		{Cite{Law: "《中华人民共和国民法典》", Article: "1260"}, "2021-01-01", true},
		{Cite{Law: "民法典", Article: "第一条"}, "2020-12-31", false},
		{Cite{Law: "生态环境法典", Article: "第二百四十六条"}, "2026-08-14", false},
		{Cite{Law: "生态环境法典", Article: "第二百四十六条"}, "2026-08-15", true},
		{Cite{Law: "环境保护法", Article: "第一条"}, "2026-08-15", false},
		{Cite{Law: "刑法", Article: "第一百三十三条之一"}, "2026-11-24", true},
		{Cite{Law: "刑法", Article: "第一百三十四条之九"}, "2026-11-24", false},
		{Cite{Law: "合同法", Article: "第一条"}, "2019-01-01", true},
		{Cite{Law: "合同法", Article: "第一条"}, "2026-11-24", false},
	} {
		if _, err := b.Laws.Check(tt.cite, tt.day); (err == nil) != tt.ok {
			t.Errorf("%s on %s: %v, want ok %v", tt.cite, tt.day, err, tt.ok)
		}
	}
}

// Writing an article's number and reading it back gives the number.
func TestArticleNumbers(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := ArticleNumber{N: rapid.IntRange(1, 9999).Draw(t, "n"), Sub: rapid.IntRange(0, 12).Draw(t, "sub")}
		got, err := ParseArticle(want.String())
		if err != nil || got != want {
			t.Fatalf("%s was read as %v, %v", want, got, err)
		}
	})
	for in, want := range map[string]string{"第10条": "第十条", "110": "第一百一十条", "第一千零四十二条": "第一千零四十二条", "二百条": "第二百条", "第十五条": "第十五条", "第二千零五条": "第二千零五条"} {
		if n, err := ParseArticle(in); err != nil || n.String() != want {
			t.Errorf("%s: %s, %v; want %s", in, n, err, want)
		}
	}
	for _, bad := range []string{"", "条", "第条", "第零条", "第x条", "第一条之x", "99999"} {
		if n, err := ParseArticle(bad); err == nil {
			t.Errorf("%q was read as %s", bad, n)
		}
	}
}

func FuzzParseCard(f *testing.F) {
	f.Add([]byte(goodCard))
	f.Add([]byte("---\n---\n"))
	f.Add([]byte("---\nid: [\n---\n**"))
	f.Fuzz(func(t *testing.T, raw []byte) {
		c, err := ParseCard("x/a-card.md", raw)
		if (c == nil) == (err == nil) {
			t.Fatalf("card %v, error %v", c, err)
		}
	})
}
