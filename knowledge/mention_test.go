package knowledge

import (
	"fmt"
	"strings"
	"testing"
)

// Whoever quotes an old law is told where its article stands today.
func TestMoved(t *testing.T) {
	laws, err := LawList()
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		law, article string
		day          Day
		want         string
	}{
		{"治安管理处罚法", "第四十三条", "2026-11-24", "旧的《治安管理处罚法》第四十三条现在是第五十一条。"},
		{"《中华人民共和国治安管理处罚法》", "58", "2026-11-24", "旧的《治安管理处罚法》第五十八条现在是第八十八条。"},
		{"治安管理处罚法", "第43条", "2025-12-31", ""}, // still in force then
		{"治安管理处罚法", "第八条", "2026-11-24", "旧的《治安管理处罚法》第八条在新法里没有一条正好对应。"},
		{"治安管理处罚法", "第一百四十四条", "2026-11-24", ""}, // the old law had no such article
		{"村委会组织法", "第三十条", "2026-11-24", "旧的《村民委员会组织法》第三十条现在是第三十五条。"},
		{"民诉法", "第二百条", "2026-11-24", "旧的《民事诉讼法》第二百条现在是第二百零四条。"},
		{"合同法", "第五十二条", "2026-11-24", "《合同法》第五十二条已经不用了，现在看《民法典》。"},
		{"环境保护法", "第五十七条", "2026-11-24", "《环境保护法》第五十七条现在是《生态环境法典》第一百四十五条。"},
		{"环境噪声污染防治法", "第六十二条", "2024-01-01", "《环境噪声污染防治法》第六十二条现在是《噪声污染防治法》第八十五条。"},
		{"环境噪声污染防治法", "第四十一条", "2026-11-24", "《环境噪声污染防治法》第四十一条现在是《生态环境法典》第五百八十八条。"}, // two laws on
		{"殡葬管理条例", "第五条", "2026-11-24", "《殡葬管理条例》第五条已经不用了。"},
		{"婚姻法", "", "2026-11-24", "《婚姻法》已经不用了，现在看《民法典》。"},
		{"月亮法", "第一条", "2026-11-24", ""},
		{"合同法", "最后一条", "2026-11-24", ""},
	} {
		m, ok := laws.Moved(tt.law, tt.article, tt.day)
		if m.String() != tt.want || ok != (tt.want != "") {
			t.Errorf("%s %s on %s: %q %v, want %q", tt.law, tt.article, tt.day, m, ok, tt.want)
		}
	}
}

func TestMentioned(t *testing.T) {
	laws, err := LawList()
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		text string
		want []string // law, article, in force, exists, may mean another article
	}{
		{"打人是不是治安管理处罚法第43条", []string{"治安管理处罚法 43 true true true"}},
		{"《中华人民共和国治安管理处罚法》第五十一条怎么说", []string{"治安管理处罚法 51 true true true"}},
		{"治安法９条", []string{"治安管理处罚法 9 true true false"}},
		{"旧治安管理处罚法第9条", []string{"治安管理处罚法 9 true true true"}},
		{"合同法第52条还算不算", []string{"合同法 52 false true true"}},
		{"婚姻法变了没有", []string{"婚姻法 0 false true true"}},
		{"民法典1079条和刑法第二百三十四条", []string{"民法典 1079 true true false", "刑法 234 true true false"}},
		{"民法典第1079、1080条", []string{"民法典 1079 true true false", "民法典 1080 true true false"}},
		{"民法典第1079条、第1081条还有第1082条", []string{"民法典 1079 true true false", "民法典 1081 true true false", "民法典 1082 true true false"}},
		{"刑法第一百三十三条之一", []string{"刑法 133之1 true true false"}},
		{"民法典第一千三百条", []string{"民法典 1300 true false false"}},
		{"农村土地承包法里的第二十一条", []string{"农村土地承包法 21 true true false"}},
		{"土地管理法实施条例第三十四条", []string{"土地管理法实施条例 34 true true false"}},
		{"最高人民法院关于审理民间借贷案件适用法律若干问题的规定第二十五条", []string{"民间借贷司法解释 25 true true false"}},
		{"按村组法（2018年）第30条", []string{"村民委员会组织法 30 true true true"}},
		{"去人民法院起诉，法律怎么规定", nil},
		{"农民法律意识", nil},
		{"他犯的是刑法哪条", []string{"刑法 0 true true false"}},
		{"《关于修改治安管理处罚法的决定》", nil},
		{"《民法典", []string{"民法典 0 true true false"}},
		{"种子法律问题", nil},
		{"治安管理处罚法实施细则第三条", nil},
		{"", nil},
	} {
		var got []string
		for _, m := range laws.Mentioned(tt.text, "2026-11-24") {
			n := fmt.Sprint(m.Article.N)
			if m.Article.Sub > 0 {
				n += fmt.Sprintf("之%d", m.Article.Sub)
			}
			got = append(got, fmt.Sprintf("%s %s %v %v %v", m.Law.Title, n, m.InForce, m.Exists, m.Renumbered()))
		}
		if strings.Join(got, "; ") != strings.Join(tt.want, "; ") {
			t.Errorf("%s: got %q, want %q", tt.text, got, tt.want)
		}
	}
	m := laws.Mentioned("违反治安管理处罚法第43条", "2026-11-24")[0]
	if m.Text != "治安管理处罚法第43条" || m.Move.Now.N != 51 || m.Move.New != m.Law {
		t.Errorf("mention: %+v", m)
	}
}

func TestBadLawLists(t *testing.T) {
	const now = "- {title: 甲法, articles: 10, from: 2026-01-01}\n"
	for _, tt := range []struct{ name, text, want string }{
		{"no end before its beginning", "- {title: 甲法, articles: 3, from: 2020-01-01, to: 2019-01-01}\n", "l.yaml:1: 甲法 needs"},
		{"unknown successor", now + "- {title: 甲法, articles: 3, from: 2020-01-01, to: 2026-01-01, successor: 乙法}\n", `l.yaml:2: 甲法: successor "乙法" is not in the list`},
		{"successor of a law in force", "- {title: 甲法, articles: 3, from: 2020-01-01, successor: 乙法}\n", "l.yaml:1: 甲法: a law in force"},
		{"moved from nowhere", now + "- {title: 甲法, articles: 3, from: 2020-01-01, to: 2026-01-01, successor: 甲法, moved: {\"4\": 1}}\n", `l.yaml:2: 甲法: moved: "4" is not`},
		{"moved to nowhere", now + "- {title: 甲法, articles: 3, from: 2020-01-01, to: 2026-01-01, successor: 甲法, moved: {\"1-3\": 9}}\n", `l.yaml:2: 甲法: moved: "1-3": 甲法 has no article 11`},
		{"moved twice", now + "- {title: 甲法, articles: 3, from: 2020-01-01, to: 2026-01-01, successor: 甲法, moved: {\"1-2\": 1, \"2\": 4}}\n", "l.yaml:2: 甲法: moved: article 2 stands twice"},
		{"moved no number", now + "- {title: 甲法, articles: 3, from: 2020-01-01, to: 2026-01-01, successor: 甲法, moved: {x: 1}}\n", `l.yaml:2: 甲法: moved: "x" is not`},
		{"moved without text", "- {title: 甲法, articles: 3, from: 2020-01-01, to: 2026-01-01, successor: \"2026 修订\", moved: {\"1\": 1}}\n", "l.yaml:1: 甲法: moved needs"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if _, err := parseLaws("l.yaml", []byte(tt.text)); err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v, want %q", err, tt.want)
			}
		})
	}
}

func FuzzMentioned(f *testing.F) {
	laws, err := LawList()
	if err != nil {
		f.Fatal(err)
	}
	f.Add("治安管理处罚法第43、51条和《民法典》第1条")
	f.Add("《刑法》\xff第条之")
	f.Fuzz(func(t *testing.T, text string) {
		for _, m := range laws.Mentioned(text, "2026-11-24") {
			if m.Law == nil || m.Name == "" {
				t.Fatalf("%+v", m)
			}
		}
	})
}
