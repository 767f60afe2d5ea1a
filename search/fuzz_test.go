package search

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"

	"mingbai/knowledge"
)

// Whatever bytes arrive, Understand comes to a decision that can be acted on.
// Run
//
//	go test ./search -run - -fuzz FuzzUnderstand -fuzztime 60s
func FuzzUnderstand(f *testing.F) {
	for _, s := range []string{"", "离婚孩子归谁", "ta zai da wo", "不是臭的问题 主要是他占了我的地", "１２.３w", "離婚", "救命！！！", "\xff\xfe", "İK\u0345",
		"那要好多钱？另外问哈，工钱不给咋办\n", "不不不", "😀👨‍👩‍👧", strings.Repeat("我", 3000), strings.Repeat("zhuang", 20)} {
		f.Add("", s)
		f.Add("房东不退我押金", s)
	}
	x := testIndex(f)
	f.Fuzz(func(t *testing.T, before, say string) {
		checkNormal(t, say)
		m := x.Further(before, say)
		switch {
		case !utf8.ValidString(m.Text) && utf8.ValidString(say):
			t.Errorf("text %q is not valid", m.Text)
		case !slices.Contains(knowledge.Topics, m.Topic):
			t.Errorf("topic %q", m.Topic)
		case m.Danger != "" && (m.Intent != Urgent || !slices.Contains(knowledge.DangerKinds, m.Danger)):
			t.Errorf("danger %q with intent %s", m.Danger, m.Intent)
		case m.Danger == "" && !slices.Contains(intents, m.Intent):
			t.Errorf("intent %q", m.Intent)
		case m.Decision != Answer && m.Decision != Clarify && m.Decision != Handover:
			t.Errorf("decision %q", m.Decision)
		case m.Decision == Answer && (m.Intent == Chitchat || m.Intent == OutOfScope):
			t.Errorf("%s is answered with law", m.Intent)
		case !(m.Confidence >= 0 && m.Confidence <= 1):
			t.Errorf("confidence %v", m.Confidence)
		case len(m.Hits) > maxHits || len(m.Parts) == 0:
			t.Errorf("%d hits, %d parts", len(m.Hits), len(m.Parts))
		}
	})
}

// checkNormal holds what normal form promises: it is the same again, has no
// capitals, nothing of full width, and single spaces only between words.
func checkNormal(t interface{ Errorf(string, ...any) }, s string) {
	n := normalise(s)
	switch {
	case normalise(n) != n:
		t.Errorf("normalise(%q) = %q, again %q", s, n, normalise(n))
	case strings.Contains(n, "  "), strings.TrimSpace(n) != n:
		t.Errorf("normalise(%q) = %q has a space too many", s, n)
	}
	for _, r := range n {
		if r != ' ' && !isHan(r) && !isWordRune(r) {
			t.Errorf("normalise(%q) = %q holds %q", s, n, r)
		}
	}
}

func TestNormaliseTwice(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		checkNormal(t, rapid.OneOf(rapid.String(), rapid.StringOf(rapid.SampledFrom([]rune("啊離Ａａ１。 　İKſ㈱Ⅷﾊﾟ我K\u0301\u200d😀")))).Draw(t, "text"))
	})
}

// Long messages: the time for each 100 characters is to stay under a
// millisecond, whatever the length. Text is of the kinds that cost most: many
// clauses, each of which may hold a cry; pinyin; one clause without end. Run
//
//	go test ./search -run - -bench UnderstandLong
func BenchmarkUnderstandLong(b *testing.B) {
	x := testIndex(b)
	for _, q := range []struct{ name, unit string }{
		{"clauses", "他现在还在打我，快点来，"}, {"pinyin", "ta zai da wo "}, {"endless", "他欠我钱不还"},
	} {
		for _, n := range []int{100, 1000, 10000} {
			text := []rune(strings.Repeat(q.unit, n/utf8.RuneCountInString(q.unit)+1))[:n]
			b.Run(fmt.Sprintf("%s/%d", q.name, n), func(b *testing.B) {
				if m := x.Understand(string(text)); m.Topic == "" {
					b.Fatal("no topic")
				}
				for b.Loop() {
					x.Understand(string(text))
				}
				b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N)/float64(n)*100, "µs/100chars")
			})
		}
	}
}
