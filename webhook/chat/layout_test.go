package chat

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"mingbai/bot"
)

var full = bot.Reply{
	Kind:  bot.KindAnswer,
	Say:   "先别拆墙、别动手。先拍照，再请村里来量地界。",
	Steps: []string{"今天：拍下墙和老界石，找出宅基地证。", "这几天：请村调解委员会上门，两家一起指界。", "谈不拢：使用权有争议的，由镇政府处理；不服的，收到决定30日内可以起诉。"},
	Text:  "不清楚的打12348问。",
	Cites: []bot.Cite{{Law: "土地管理法", Article: "第十四条"}, {Law: "民法典", Article: "第二百三十六条"}},
	Law:   "现行有效，今天核对。镇法律顾问陈立审定。",
	Note:  "回“找人”，有人给您说。",
	Choices: []bot.Choice{{Label: "看法条", Do: "law:boundary"}, {Label: "申请调解", Do: "mediate"},
		{Label: "找人说", Do: "person"}},
	Rate: []bot.Choice{{Label: "有用", Do: "rate:1:2"}, {Label: "没用", Do: "rate:0:2"}},
}

func render(t *testing.T, r bot.Reply) string {
	t.Helper()
	var b bytes.Buffer
	for _, v := range layOut([]bot.Line{{Seq: 9, Reply: &r, At: noon}}, noon) {
		if err := pages.ExecuteTemplate(&b, "line", v); err != nil {
			t.Fatal(err)
		}
	}
	return b.String()
}

// Every part of every kind of reply is laid out.
func TestEveryKind(t *testing.T) {
	everything := full
	everything.Calls = []bot.Call{{Number: "110", For: "现在就报警"}, {Number: "12338", For: "妇女维权热线"}}
	everything.Receipt = &bot.Receipt{No: "QX-2026-0412", Who: "红岩村法律明白人 老李", By: "今天17:30"}
	for _, kind := range []string{bot.KindAnswer, bot.KindClarify, bot.KindUrgent, bot.KindReceipt, bot.KindPerson, bot.KindNote} {
		for name, r := range map[string]bot.Reply{"full": everything, "bare": {Say: "好。"}, "empty": {}} {
			t.Run(kind+"/"+name, func(t *testing.T) {
				r.Kind = kind
				doc := render(t, r)
				closes(t, doc)
				if got := strings.Contains(doc, `class="answer urgent"`); got != (kind == bot.KindUrgent) {
					t.Errorf("urgent: %v", got)
				}
				if name != "full" {
					return
				}
				must(t, doc, "<span>先别拆墙、别动手。</span><span>先拍照，再请村里来量地界。</span>",
					"<li><b>今天：</b>拍下墙", `href="tel:110"`, `href="tel:12338"`, "妇女维权热线", `href="tel:12348"`,
					"QX-2026-0412", "红岩村法律明白人 老李", "今天17:30", "《土地管理法》第十四条", "《民法典》第二百三十六条",
					`<span class="done">现行有效，今天核对。</span>镇法律顾问陈立审定。`,
					`<button name="do" value="mediate"><i>2</i>申请调解</button>`, `value="rate:1:2">有用`, "有人给您说")
			})
		}
	}
}

// In danger the number comes before every word, and only it is red.
func TestUrgentOrder(t *testing.T) {
	doc := render(t, bot.Reply{Kind: bot.KindUrgent, Say: "能走就走，带上娃儿去隔壁或村委会。", Text: "不敢出声，发短信到12110，写清您在哪里。\n村妇联冉大姐已收到。",
		Calls: []bot.Call{{Number: "110", For: "现在就报警"}, {Number: "120", For: "有人受伤"}}, Choices: []bot.Choice{{Label: "我已经安全", Do: "safe"}}})
	at := 0
	for _, want := range []string{`class="btn seal call" href="tel:110"`, "<span>能走就走，</span><span>带上娃儿", `href="sms:12110"`, `href="tel:120"`, "冉大姐", "我已经安全", "快速离开"} {
		i := strings.Index(doc[at:], want)
		if i < 0 {
			t.Fatalf("%q is missing or too early:\n%s", want, doc)
		}
		at += i
	}
	if calm := render(t, bot.Reply{Kind: bot.KindAnswer, Say: "打12348问。", Calls: []bot.Call{{Number: "12348", For: "法律援助"}}}); strings.Contains(calm, "seal") {
		t.Error("a second red button beside 发送")
	}
}

func TestClauses(t *testing.T) {
	tests := []struct{ in, want string }{
		{"先别拆墙、别动手。先拍照，再请村里来量地界。", "先别拆墙、别动手。|先拍照，再请村里来量地界。"},
		{"能走就走，带上娃儿去隔壁或村委会。", "能走就走，|带上娃儿去隔壁或村委会。"},
		{"好。今天17:30前，红岩村法律明白人老李回您。", "好。今天17:30前，|红岩村法律明白人老李回您。"},
		{"不认账也不怕，证据不靠他开口。", "不认账也不怕，证据不靠他开口。"},
		{"先分清界线清不清楚：有证写得清，可直接去法院；界线不清，要先由政府定界。", "先分清界线清不清楚：|有证写得清，可直接去法院；|界线不清，要先由政府定界。"},
		{"好。", "好。"},
		{"老李：", "老李："},
		{"没有标点也行", "没有标点也行"},
		{"", ""},
	}
	for _, tt := range tests {
		if got := strings.Join(clauses(tt.in), "|"); got != tt.want {
			t.Errorf("%q: got %q, want %q", tt.in, got, tt.want)
		}
	}
}

func TestHeadline(t *testing.T) {
	tests := []struct{ in, first, rest string }{
		{"先拍照。", "先拍照。", ""},
		{"地是您家的，就可以要求对方退地、拆掉越界部分。“先占到就算他的”，不是这样。先分清界线清不清楚。", "地是您家的，就可以要求对方退地、拆掉越界部分。“先占到就算他的”，不是这样。", "先分清界线清不清楚。"},
		{strings.Repeat("长", 60) + "。后面。", strings.Repeat("长", 60) + "。", "后面。"},
		{"老李：", "老李：", ""},
	}
	for _, tt := range tests {
		if first, rest := headline(tt.in); first != tt.first || rest != tt.rest {
			t.Errorf("%q: got %q and %q", tt.in, first, rest)
		}
	}
}

func TestRich(t *testing.T) {
	tests := []struct{ name, in, want string }{
		{"plain", "找村调解委员会。", "找村调解委员会。"},
		{"law title", "按《民法典》算。", `按<span class="nb">《民法典》</span>算。`},
		{"hotline", "打12348问。", `打<a class="nb" href="tel:12348">12348</a>问。`},
		{"by message", "发短信到12110，写清。", `发短信到<a class="nb" href="sms:12110">12110</a>，写清。`},
		{"an amount", "赔12345元。", `赔<span class="nb">12345</span>元。`},
		{"part of a longer number", "电话02312348000。", `电话<span class="nb">02312348000</span>。`},
		{"days", "收到决定120日内", "收到决定120日内"},
		{"time", "9:00–17:30来", `<span class="nb">9:00–17:30</span>来`},
		{"markup", `<b>&"`, "&lt;b&gt;&amp;&#34;"},
	}
	for _, tt := range tests {
		if got := string(rich(tt.in)); got != tt.want {
			t.Errorf("%s: got %s, want %s", tt.name, got, tt.want)
		}
	}
}

func TestDays(t *testing.T) {
	at := func(d time.Duration) bot.Line { return bot.Line{Seq: int64(d), Mine: true, Text: "x", At: noon.Add(d)} }
	var got []string
	for _, v := range layOut([]bot.Line{at(0), at(time.Minute), at(29 * time.Minute), at(2 * time.Hour), at(24 * time.Hour)}, time.Time{}) {
		got = append(got, v.Day)
	}
	want := "11月24日 星期二 14:06|||11月24日 星期二 16:06|11月25日 星期三 14:06"
	if s := strings.Join(got, "|"); s != want {
		t.Errorf("got %s\nwant %s", s, want)
	}
}
