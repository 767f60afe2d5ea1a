package search

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"mingbai/knowledge"
)

// None of these stand in dispute.txt.
func TestDisputeLevel(t *testing.T) {
	x := testIndex(t)
	for _, tt := range []struct{ name, say, level string }{
		{"judged", "镇里断不了上了法院，判决书都下来了，他说不服，要你们再给我们断一回", NotMediable},
		{"authority's decision", "环保局罚了我的猪场三万，我不服，喊你们给我减点", NotMediable},
		{"gambling debt", "斗地主输给他四千，他拿欠条来要", NotMediable},
		{"void election", "村上选举有人买票，我要宣布作废", NotMediable},
		{"graft", "村会计冒领了农机补贴，你们喊他退出来", NotMediable},
		{"secret discharge", "那个酿酒厂趁下雨把废水偷偷排到河里", NotMediable},
		{"report of a crime", "我要举报上湾那家藏毒，给我登个记", NotMediable},
		{"assault", "他猥亵我侄女，他屋头想赔钱私了，请你们来调", NotMediable},
		{"armed", "他提刀站在我地里，说哪个来砍哪个", PoliceFirst},
		{"threat", "他放话说不搬走就烧了房子", PoliceFirst},
		{"hit and run", "小车撞了我妈就跑了，没停", PoliceFirst},
		{"theft", "有人半夜把我两条水牛偷走了", PoliceFirst},
		{"beaten at home", "当家的动不动就打我，头上打个包", PoliceFirst},
		{"hurt badly by somebody", "他几拳把我鼻梁打断了，喊赔钱", PoliceFirst},
		{"fraud", "有个自称银行的骗了我爸三万，电话打不通", PoliceFirst},
		{"mob", "他们抬棺材堵到诊所门口", PoliceFirst},
		{"death", "我哥给人挖井，井塌了人没了，主家只肯出两万", joint},
		{"medical harm", "县医院手术把我爸的神经弄坏了，走不得路", joint},
		{"two certificates", "一块屋基发了两张证，我家和他家都有", joint},
		{"many households", "修铁路放炮震坏了我们三十几家的墙", joint},
		{"across villages", "我们村跟河对门的村争一片草坡，年年打架", joint},
		{"guarantor", "我给表弟担保的贷款，他没还，信用社找我", town},
		{"village a party", "队上分红不给我，说我户口是后迁来的", town},
		{"works", "修公路的施工队占我田堆石头，完工不清走", town},
		{"factory", "砂石厂的灰盖了我家菜地，找老板不理", town},
		{"hurt at work for a neighbour", "给他家盖瓦从房上滑下来，腿断了住院二十天", town},
		{"forest certificates", "他林权证上的界把我家那片画进去了", town},
		{"shop in town", "县城买的电视一个星期就花屏，商家不换", town},
		{"shop in the village", "在村头小卖部买的饼干过期了，不退钱", village},
		{"neighbours above", "楼上天天半夜拖板凳，说了不听", village},
		{"small workshop", "在隔壁的豆腐坊做了一个月，工钱没结", village},
		{"loan", "借给他四千块有借条，拖了两年", village},
		{"old age", "三弟兄都不想养老妈，想请村上来说", village},
		{"tree", "他砍了我坡上的松树当柴烧", village},
		{"children", "我孙子被同学推了一下，擦破皮，药费三百", village},
		{"a creature's death", "他的车压死我一只羊，不肯赔", village},
	} {
		c := x.Dispute(tt.say)
		if c.Level != tt.level {
			t.Errorf("%s: Dispute(%q) is %s, want %s\n%s", tt.name, tt.say, c.Level, tt.level, strings.Join(c.Why, "\n"))
		}
	}
}

// The alarm of the recogniser is taken back only for what is over.
func TestDisputeDanger(t *testing.T) {
	x := testIndex(t)
	for _, tt := range []struct {
		name, say string
		urgent    bool
	}{
		{"a death to be settled", "娃儿在他家没盖盖子的水窖淹死了，他说不关他的事，只赔三万", false},
		{"a drowning now", "快来人，娃儿刚才掉到堰塘里头没起来", true},
		{"armed now", "隔壁提起菜刀堵在我屋门口，快报警", true},
		{"beaten now", "他正在打我，我躲在灶房头", true},
		{"a wet wall", "楼上水管漏水，把我家的墙泡烂了，说了几回不修", false},
		{"hit and run, over", "上个月他撞了我就跑了，我记得车牌", false},
	} {
		c := x.Dispute(tt.say)
		if (c.Urgent != "") != tt.urgent {
			t.Errorf("%s: Dispute(%q).Urgent = %q, want urgent %v\n%s", tt.name, tt.say, c.Urgent, tt.urgent, strings.Join(c.Why, "\n"))
		}
		if tt.urgent && c.Level != PoliceFirst {
			t.Errorf("%s: level %s beside danger %s", tt.name, c.Level, c.Urgent)
		}
	}
}

// TestDisputeGolden keeps what is made of some whole narratives. The file is
// rewritten by MINGBAI_UPDATE=1 go test ./search -run DisputeGolden.
func TestDisputeGolden(t *testing.T) {
	x := testIndex(t)
	name := filepath.Join("testdata", "disputes.txt")
	raw, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	var got strings.Builder
	for _, block := range strings.Split(strings.TrimSpace(string(raw)), "\n\n") {
		narrative, _, _ := strings.Cut(block, "\n")
		c := x.Dispute(narrative)
		var sums, days []string
		for _, a := range c.Amounts {
			sums = append(sums, a.Said)
		}
		for _, d := range c.Days {
			days = append(days, d.Said)
		}
		got.WriteString(narrative + "\n")
		for _, l := range [][2]string{{"category", c.Category}, {"level", c.Level}, {"urgent", c.Urgent}, {"who", strings.Join(c.Who, " ")},
			{"places", strings.Join(c.Places, " ")}, {"amounts", strings.Join(sums, " ")}, {"days", strings.Join(days, " ")}, {"wish", c.Wish}} {
			if l[1] != "" {
				got.WriteString(l[0] + ": " + l[1] + "\n")
			}
		}
		got.WriteString("\n")
	}
	text := strings.TrimSpace(got.String()) + "\n"
	if os.Getenv("MINGBAI_UPDATE") != "" {
		if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if text != string(raw) {
		t.Errorf("got\n%s\nwant\n%s", text, raw)
	}
}

// The examples themselves: all categories and levels, none unreadable, none
// twice.
func TestDisputeExamples(t *testing.T) {
	seen := map[string]bool{}
	cells := map[[2]int]int{}
	for _, s := range disputeSamples() {
		if s.category < 0 || s.level < 0 || s.text == "" {
			t.Fatalf("unreadable example: %+v", s)
		}
		if s.danger != "" && (!slices.Contains(knowledge.DangerKinds, s.danger) || disputeLevels[s.level] != PoliceFirst) {
			t.Errorf("%s: %s %q", s.text, disputeLevels[s.level], s.danger)
		}
		if seen[s.text] {
			t.Errorf("%s stands twice", s.text)
		}
		seen[s.text] = true
		cells[[2]int{s.category, s.level}]++
	}
	for c, category := range knowledge.DisputeCategories {
		n := 0
		for l := range disputeLevels {
			if cells[[2]int{c, l}] > 0 {
				n++
			}
		}
		if n < 5 {
			t.Errorf("%s is shown at %d levels only", category, n)
		}
	}
}

// The tables fit into the bits that hold them, and name only what there is.
func TestDisputeTables(t *testing.T) {
	if len(disputeFields) > 64 || len(disputeSigns) > categoryRow || categoryRow+len(knowledge.DisputeCategories) > partiesRow {
		t.Errorf("%d fields, %d signs", len(disputeFields), len(disputeSigns))
	}
	for _, r := range levelRules {
		if !slices.Contains(disputeLevels, r.level) || r.why == "" || len(r.every) == 0 && len(r.in) == 0 {
			t.Errorf("rule %+v", r)
		}
		for _, e := range r.every {
			if e == 0 {
				t.Errorf("%s asks for a sign that there is not", r.why)
			}
		}
		for _, c := range r.in {
			if !slices.Contains(knowledge.DisputeCategories, c) {
				t.Errorf("%s: no category %s", r.why, c)
			}
		}
	}
	for _, l := range categoryLeans {
		if !slices.Contains(knowledge.DisputeCategories, l.category) || slices.Contains(l.every, 0) {
			t.Errorf("lean %+v", l)
		}
	}
}

// The township's file may only raise a level.
func TestDisputeRoute(t *testing.T) {
	base, err := knowledge.Load(knowledge.Overlay{})
	if err != nil {
		t.Fatal(err)
	}
	town := *base.Township
	town.Disputes = nil
	for _, c := range knowledge.DisputeCategories {
		town.Disputes = append(town.Disputes, knowledge.DisputeRoute{Category: c, Level: knowledge.LevelTown})
	}
	x := &Index{base: &knowledge.Base{Township: &town}}
	for level, want := range map[string]string{village: "town", "town": "town", joint: joint, PoliceFirst: PoliceFirst, NotMediable: NotMediable} {
		c := Case{Category: "邻里纠纷", Level: level}
		x.routed(&c, func(string, ...any) {})
		if c.Level != want {
			t.Errorf("%s becomes %s, want %s", level, c.Level, want)
		}
	}
	x.base.Township = nil
	c := Case{Category: "邻里纠纷", Level: village}
	if x.routed(&c, func(string, ...any) {}); c.Level != village {
		t.Errorf("without a township: %s", c.Level)
	}
}

func TestParties(t *testing.T) {
	for _, tt := range []struct {
		say  string
		want int
	}{
		{"他欠我钱不还", 2},
		{"三家共的堰沟", 3},
		{"我们六个人合伙", 6},
		{"两弟兄分家，妈偏心", 3},
		{"全组的人都不服", Crowd},
		{"四十几户联名", Crowd},
		{"十二户买的鸡苗", 12},
		{"他喊了二十个人来打我", 2},
		{"她骂我，全队都听到了", 2},
	} {
		if n, _ := partiesIn(normalise(tt.say)); n != tt.want {
			t.Errorf("%s: %d parties, want %d", tt.say, n, tt.want)
		}
	}
}

func TestAmounts(t *testing.T) {
	for _, tt := range []struct {
		say  string
		said string
		yuan float64
	}{
		{"欠我八千二", "八千二", 8200},
		{"说好一万二拉走", "一万二", 12000},
		{"两万五千块", "两万五千块", 25000},
		{"押金2000", "2000", 2000},
		{"1.5万的彩礼", "1.5万", 15000},
		{"三百块钱", "三百块钱", 300},
		{"十五万工钱", "十五万", 150000},
		{"一千零五块", "一千零五块", 1005},
		{"１２０元", "120元", 120},
		{"亏了好几千", "几千", 0},
		{"三亩田", "", 0},
		{"2024年打的", "", 0},
		{"五百斤谷子", "", 0},
		{"三块田", "", 0},
		{"第三次", "", 0},
	} {
		list := amountsIn(tt.say)
		if tt.said == "" {
			if len(list) > 0 {
				t.Errorf("%s: %v, want nothing", tt.say, list)
			}
			continue
		}
		if len(list) != 1 || list[0].Said != tt.said || list[0].Yuan != tt.yuan {
			t.Errorf("%s: %v, want %s %g", tt.say, list, tt.said, tt.yuan)
		}
	}
}

func TestWhens(t *testing.T) {
	now := time.Date(2026, 11, 24, 14, 0, 0, 0, knowledge.Shanghai)
	for _, tt := range []struct {
		say, said string
		day       knowledge.Day
	}{
		{"去年8月3日跟人打了一架", "去年8月3日", "2025-08-03"},
		{"昨天下午来吵", "昨天", "2026-11-23"},
		{"上个月初十借的", "上个月初十", ""},
		{"十年前换的田", "十年前", ""},
	} {
		list := whensIn(tt.say)
		if len(list) != 1 || list[0].Said != tt.said {
			t.Errorf("%s: %v, want %s", tt.say, list, tt.said)
			continue
		}
		if d, ok := list[0].Day(now); d != tt.day || ok != (tt.day != "") {
			t.Errorf("%s: %s %v, want %s", tt.say, d, ok, tt.day)
		}
	}
}

// FuzzDispute: any text makes a whole case.
func FuzzDispute(f *testing.F) {
	x := testIndex(f)
	for _, s := range []string{"", "？", "隔壁老李占了我家地", "他欠我8.2.1.万块", "几百几十几", "\xff\xfe", "🏠️ 𠀀 \u0301", "一二三四五六七八九十百千万亿", "第", "零零零", "半", "２０２４年１３月４５日", strings.Repeat("他打我", 900)} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		c := x.Dispute(s)
		if !slices.Contains(knowledge.DisputeCategories, c.Category) || !slices.Contains(disputeLevels, c.Level) || !slices.Contains(knowledge.Topics, c.Topic) {
			t.Errorf("%q: %+v", s, c)
		}
		if c.Confidence < 0 || c.Confidence > 1 || c.Parties < 2 || len(c.Why) == 0 || c.Urgent != "" && c.Level != PoliceFirst {
			t.Errorf("%q: %+v", s, c)
		}
		for _, a := range c.Amounts {
			if a.Said == "" || a.Yuan < 0 {
				t.Errorf("%q: amount %+v", s, a)
			}
		}
		for _, w := range c.Who {
			if utf8.ValidString(s) && !utf8.ValidString(w) {
				t.Errorf("%q: who %q", s, w)
			}
		}
	})
}

// BenchmarkDispute reads a narrative as long as they come.
//
//	go test ./search -bench Dispute -run '^$'
func BenchmarkDispute(b *testing.B) {
	x := testIndex(b)
	const say = "我跟隔壁老李两家院坝挨到起，去年8月3日他修围墙挖过来一尺多，我喊他退他不退，还把我晒的谷子倒到沟头，村上来看过一回没说好，要他退回去再赔我五百块"
	if c := x.Dispute(say); c.Level != village {
		b.Fatalf("%+v", c)
	}
	b.ReportAllocs()
	for b.Loop() {
		x.Dispute(say)
	}
}
