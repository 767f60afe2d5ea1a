package search

import (
	"slices"
	"strings"
	"sync"
	"testing"

	"mingbai/knowledge"
)

// shared is the index of the embedded knowledge, built once for all tests:
// it is read-only.
var shared = sync.OnceValues(func() (*Index, error) {
	base, err := knowledge.Load(knowledge.Overlay{})
	if err != nil {
		return nil, err
	}
	return New(base), nil
})

func testIndex(t testing.TB) *Index {
	t.Helper()
	x, err := shared()
	if err != nil {
		t.Fatal(err)
	}
	return x
}

func TestNormalise(t *testing.T) {
	for _, tt := range []struct{ name, in, want string }{
		{"punctuation parts", "隔壁，占了我家地！！", "隔壁 占了我家地"},
		{"full width", "ＡＢＣ１２３", "abc123"},
		{"traditional", "離婚財產啷個分", "离婚财产啷个分"},
		{"outer space", "  　在不在 ", "在不在"},
		{"nothing", "？？…", ""},
	} {
		if got := normalise(tt.in); got != tt.want {
			t.Errorf("%s: normalise(%q) = %q, want %q", tt.name, tt.in, got, tt.want)
		}
	}
}

func TestEachTerm(t *testing.T) {
	var got []string
	eachTerm("我的宅基地 abc 3年", func(s string) { got = append(got, s) })
	want := []string{"我的", "的宅", "宅", "宅基", "基", "基地", "地", "abc", "3", "年"}
	if !slices.Equal(got, want) {
		t.Errorf("eachTerm = %q, want %q", got, want)
	}
}

func TestDecodePinyin(t *testing.T) {
	x := testIndex(t)
	for in, want := range map[string]string{
		"jiuming":               "救命",
		"ta zai da wo":          "他在打我",
		"gongzi bu fa":          "工资不发",
		"lihun yao shenme":      "离婚要什么",
		"hello":                 "hello",
		"微信 qq 都拉黑了":            "微信 qq 都拉黑了",
		"借钱 bu huan zen me ban": "借钱 不还怎么办",
	} {
		if got := x.decoder.decode(normalise(in)); got != want {
			t.Errorf("decode(%q) = %q, want %q", in, got, want)
		}
	}
}

// A card must win its own phrasings, and lose its near misses to the card it
// names.
func TestPhrasingsWin(t *testing.T) {
	x := testIndex(t)
	for _, c := range x.cards {
		for _, a := range c.Asked {
			if got := x.Wins(a); got != c {
				t.Errorf("%s: %q is won by %s", c.File, a, got.ID)
			}
		}
		for _, u := range c.Unlike {
			if got := x.Wins(u.Text); got == c {
				t.Errorf("%s: near miss %q is won by the card itself, not by %s", c.File, u.Text, u.Card)
			}
		}
	}
}

func TestUnderstand(t *testing.T) {
	x := testIndex(t)
	for _, tt := range []struct{ name, say, topic string }{
		{"plain", "邻居砌围墙占了我家的宅基地怎么办", "宅基地与房屋"},
		{"dialect", "包工头差我工钱不给啷个要", "劳动与欠薪"},
		{"by sound", "公伤啷个认定", "工伤"},
		{"pinyin", "caili neng tui ma", "彩礼婚约"},
		{"traditional", "離婚夫妻財產怎麼分", "婚姻家庭"},
		{"long story", "老师好，我在外头打工，去年腊月借给我堂弟四万块钱，写了借条的，当时说的今年端午还，现在电话不接微信拉黑，我这个钱要啷个才要得回来", "民间借贷"},
	} {
		m := x.Understand(tt.say)
		if m.Intent != Ask || m.Topic != tt.topic || m.Danger != "" || m.Decision != Answer || len(m.Hits) != maxHits || len(m.Why) == 0 {
			t.Errorf("%s: Understand(%q) = intent %s topic %s danger %q decision %s (%.2f), want ask, %s, answer\n%s", tt.name, tt.say,
				m.Intent, m.Topic, m.Danger, m.Decision, m.Confidence, tt.topic, strings.Join(m.Why, "\n"))
		}
	}
}

// Whatever comes in, something sensible comes out.
func TestUnderstandAnything(t *testing.T) {
	x := testIndex(t)
	for _, say := range []string{"", " ", "？", "😀😀", "a", "\xff\xfe", strings.Repeat("我", 5000), strings.Repeat("ta da wo ", 1000), "12345678901"} {
		m := x.Understand(say)
		if !slices.Contains(knowledge.Topics, m.Topic) || len(m.Parts) == 0 || m.Confidence < 0 || m.Confidence > 1 {
			t.Errorf("Understand(%.20q) = %+v", say, m)
		}
		if m.Decision == Answer && m.Danger == "" {
			t.Errorf("Understand(%.20q) answers with %s", say, m.Hits[0].Card.ID)
		}
	}
}

func TestUnderstandTogether(t *testing.T) {
	x := testIndex(t)
	want := x.Understand("离婚孩子归谁")
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 20 {
				if got := x.Understand("离婚孩子归谁"); got.Hits[0] != want.Hits[0] || got.Confidence != want.Confidence {
					t.Errorf("got %s %.3f, want %s %.3f", got.Hits[0].Card.ID, got.Confidence, want.Hits[0].Card.ID, want.Confidence)
					return
				}
			}
		})
	}
	wg.Wait()
}

func TestEmptyBase(t *testing.T) {
	x := New(&knowledge.Base{})
	if m := x.Understand("离婚孩子归谁"); m.Decision != Handover || len(m.Hits) != 0 || m.Topic == "" {
		t.Errorf("without cards: %+v", m)
	}
	if c := x.Wins("离婚"); c != nil {
		t.Errorf("without cards, %s wins", c.ID)
	}
}

func TestFollowUp(t *testing.T) {
	x := testIndex(t)
	for _, tt := range []struct {
		say    string
		lean   bool
		aspect string
	}{
		{"那要好多钱", true, knowledge.HowMuch},
		{"那要好久", true, knowledge.HowLong},
		{"他不来呢", true, knowledge.OtherSide},
		{"没得证据喃", true, knowledge.NoProof},
		{"要带啥子", true, knowledge.WhatToBring},
		{"去哪里办", true, Where},
		{"邻居砌围墙占了我家的宅基地怎么办", false, ""},
		{"离婚孩子归谁", false, ""},
		{"用人单位应当如何支付加班工资", false, ""},
	} {
		if m := x.Understand(tt.say); m.FollowUp != tt.lean || m.Aspect != tt.aspect {
			t.Errorf("%q: follow-up %v aspect %q, want %v %q (confidence %.2f)", tt.say, m.FollowUp, m.Aspect, tt.lean, tt.aspect, m.Confidence)
		}
	}
}

func TestParts(t *testing.T) {
	x := testIndex(t)
	for _, tt := range []struct {
		say  string
		want int
	}{
		{"离婚孩子归谁", 1},
		{"离婚孩子归谁，另外房子写的公公名字能不能分", 2},
		{"一是路该不该让我走，二是墙倒了哪个赔，三是找村上还是法院", 3},
		{"老板欠我工资三个月不给咋个办？还有我男人要离婚娃儿归哪个？", 2},
		{"今天赶场碰到他婆娘，说话难听得很，我想离婚他不同意", 1},
		{"他欠我两万不还咋办？我有借条，能不能直接告？", 1},
		{"另外", 1},
		{"第三单要充八千", 1},
	} {
		if got := x.partsOf(tt.say); len(got) != tt.want {
			t.Errorf("partsOf(%q) = %q, want %d", tt.say, got, tt.want)
		}
	}
}

func TestPremise(t *testing.T) {
	x := testIndex(t)
	for say, want := range map[string]bool{
		"出嫁的女儿没得继承权 对不对":      true,
		"欠条过了两年就作废了 法律规定的嘛":   true,
		"只要没领证 彩礼就必须全退 是这样噻":  true,
		"厂里没买社保 出了工伤就只有自己认了哈": true,
		"离婚孩子归谁":              false,
		"隔壁砌墙占了我屋基咋个办":        false,
		"彩礼退不退":               false,
		"他欠我钱不还 我能不能去法院告他 对不": false,
	} {
		if got := x.Understand(say).Premise; got != want {
			t.Errorf("%q: premise %v, want %v", say, got, want)
		}
	}
}

// Talk about the talk before: another aspect, and a look back.
func TestAspects(t *testing.T) {
	x := testIndex(t)
	for _, tt := range []struct{ say, aspect string }{
		{"那最晚好久", Deadline},
		{"超过几天才去呢", Deadline},
		{"那拿啥子证明是我的嘛", knowledge.NoProof},
		{"监控坏了喃", knowledge.NoProof},
		{"他不得跟我一起去嘛", knowledge.OtherSide},
		{"要是他不签字呢", knowledge.OtherSide},
		{"要填什么", knowledge.WhatToBring},
		{"找哪个办", Where},
	} {
		if m := x.Understand(tt.say); !m.FollowUp || m.Aspect != tt.aspect {
			t.Errorf("%q: follow-up %v aspect %q, want true %q", tt.say, m.FollowUp, m.Aspect, tt.aspect)
		}
	}
	if m := x.Understand("刚才那个存款 银行要我们拿啥子手续"); !m.Earlier {
		t.Error("a look back is not seen")
	}
}
