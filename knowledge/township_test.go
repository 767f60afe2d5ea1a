package knowledge

import (
	"os"
	"strings"
	"testing"
)

const sampleFile = "township/qingxi.yaml"

func TestSampleTownship(t *testing.T) {
	town, err := ParseTownship(sampleFile, mustRead(sampleFile))
	if err != nil {
		t.Fatal(err)
	}
	if g, v := town.Grid("双河三网格"); g == nil || g.ID != "shuanghe-3" || v.ID != "shuanghe" {
		t.Errorf("grid by name: %v %v", g, v)
	}
	if g, _ := town.Grid("shuanghe-9"); g != nil {
		t.Errorf("a grid that is not there: %v", g)
	}
	doing := map[Doing]int{}
	for _, d := range town.Duties {
		doing[d.Do]++
	}
	if doing[Own] < 10 || doing[Assist] < 5 || doing[NotOurs] < 10 {
		t.Errorf("duties: %v", doing)
	}
	if len(town.Events) < 15 || town.Event("森林火情") == nil || !town.Event("forest-fire").Urgent || town.Event("") != nil {
		t.Errorf("events: %v", town.Events)
	}
	if len(town.Disputes) != len(DisputeCategories) {
		t.Errorf("%d routes for %d categories", len(town.Disputes), len(DisputeCategories))
	}
	if r := town.Route("征地拆迁纠纷"); r.Level != LevelVillage || town.Office(r.Office) == nil {
		t.Errorf("route: %+v", r)
	}
	if y, ok := town.Calendar(2026); !ok || !y.Final {
		t.Errorf("2026: %+v %v", y, ok)
	}
	if y, ok := town.Calendar(2027); !ok || y.Final {
		t.Errorf("2027: %+v %v", y, ok)
	}
	if _, ok := town.Calendar(2028); ok {
		t.Error("2028 is known")
	}
}

// A township that leaves the lists out, or names its grids only, is served as
// well; nothing knows the sample.
func TestOtherTownship(t *testing.T) {
	raw, err := os.ReadFile("testdata/hewan.yaml")
	if err != nil {
		t.Fatal(err)
	}
	town, err := ParseTownship("hewan.yaml", raw)
	if err != nil {
		t.Fatal(err)
	}
	laws, err := LawList()
	if err != nil {
		t.Fatal(err)
	}
	if err := town.dutyBases("hewan.yaml", laws); err != nil {
		t.Error(err)
	}
	if g, v := town.Grid("南坪二组"); g == nil || g.ID != "nanping-2" || v.Name != "南坪村" {
		t.Errorf("a grid by its bare name: %v %v", g, v)
	}
	if g, _ := town.Grid("beitan-river"); g == nil || g.Name != "北滩河沿" {
		t.Errorf("a grid with an id: %v", g)
	}
	for category, want := range map[string]Level{"邻里纠纷": LevelVillage, "医疗纠纷": LevelTown, "劳动争议": LevelVillage, "外星纠纷": LevelVillage} {
		if r := town.Route(category); r.Level != want {
			t.Errorf("%s begins at %s, want %s", category, r.Level, want)
		}
	}
	if _, ok := town.Calendar(2026); ok {
		t.Error("a file without years claims to know one")
	}
}

func TestBadTownships(t *testing.T) {
	good := string(mustRead(sampleFile))
	for _, tt := range []struct{ name, old, new, want string }{
		{"no name", "name: 青溪镇\n", "name: \"\"\n", "t.yaml:3: name is empty"},
		{"village twice", "{id: qinglong,", "{id: hongyan,", "t.yaml:9: village needs an id and a name of its own"},
		{"grid twice", "name: 红岩二网格", "name: 红岩一网格", "t.yaml:8: grid needs an id"},
		{"grid id with blanks", "id: hongyan-2", "id: hongyan 2", "t.yaml:8: grid needs an id"},
		{"grid with an unknown key", "{id: hongyan-2,", "{head: 张三, id: hongyan-2,", "t.yaml:8: field head not found"},
		{"odd hours", `"09:00-12:00"`, `"9-12"`, "t.yaml:110: span"},
		{"hours overlap", `"14:00-17:30"`, `"11:00-17:30"`, "overlaps"},
		{"odd holiday", "2026-01-01,", "2026-13-01,", `"2026-13-01" is not a day`},
		{"holiday on a Sunday", "2026-01-01,", "2026-01-11,", "2026-01-11 is a weekend day"},
		{"workday on a Monday", "2026-01-04,", "2026-01-05,", "workdays: 2026-01-05 is no weekend day"},
		{"holiday twice", "2026-01-02,", "2026-01-01,", "2026-01-01 stands twice"},
		{"holiday of a year without basis", "2026-01-01,", "2028-01-03,", "years does not tell on what basis 2028"},
		{"year without basis", ", basis: 国务院办公厅关于2026年部分节假日安排的通知", "", "years: 2026 needs"},
		{"no promise", "claim: 60", "claim: 0", "promise needs"},
		{"unknown key", "prefix: QX", "prefix: QX\nweather: rain", "t.yaml:6: field weather not found"},
		{"office twice", "name: 青溪镇派出所", "name: 青溪镇司法所", "office needs a name of its own"},
		{"odd phone", `phone: "12368"`, `phone: 打电话`, `"打电话" is not a phone number`},
		{"duty of nobody", "do: assist, office: safety, lead: 县应急管理局", "do: assist, office: safety", "安全生产检查: needs the lead"},
		{"own duty with a lead", "do: own, office: planning, law: 土地管理法, article: 第六十二条", "do: own, lead: 县里, law: 土地管理法, article: 第六十二条", "has no lead"},
		{"duty done somehow", "do: assist", "do: perhaps", `do is own, assist or not-ours, not "perhaps"`},
		{"duty without basis", "law: 禁毒法, article: 第三十四条", "law: 禁毒法", "社区戒毒: needs its basis"},
		{"duty at no office", "office: planning, law: 土地管理法, article: 第六十二条", "office: moon, law: 土地管理法, article: 第六十二条", `there is no office with the id "moon"`},
		{"event at no level", "name: 矛盾纠纷, level: village", "name: 矛盾纠纷, level: moon", "level is grid, village or town"},
		{"event twice", "id: fire,", "id: dispute,", "event needs an id"},
		{"event for ever", "name: 消防隐患, level: town, office: safety, days: 3", "name: 消防隐患, level: town, office: safety", "needs days"},
		{"unknown category", "category: 邻里纠纷", "category: 天气纠纷", `there is no category "天气纠纷"`},
		{"forgotten category", "  - {category: 邻里纠纷, level: village}\n", "", "邻里纠纷 has no route"},
		{"category twice", "category: 邻里纠纷", "category: 合同纠纷", "合同纠纷 stands twice"},
		{"category at no level", "category: 邻里纠纷, level: village", "category: 邻里纠纷, level: grid", "level is village, town or joint"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			text := strings.Replace(good, tt.old, tt.new, 1)
			if text == good {
				t.Fatal("nothing was replaced")
			}
			_, err := ParseTownship("t.yaml", []byte(text))
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v, want %q", err, tt.want)
			}
		})
	}
}

// The basis of a duty must be law today.
func TestDutyBases(t *testing.T) {
	good := string(mustRead(sampleFile))
	laws, err := LawList()
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct{ name, old, new, want string }{
		{"no such law", "law: 禁毒法", "law: 月亮法", "社区戒毒: 《月亮法》: no such law"},
		{"no such article", "law: 禁毒法, article: 第三十四条", "law: 禁毒法, article: 第三百条", "no such article"},
		{"superseded", "law: 禁毒法, article: 第三十四条", "law: 环境保护法, article: 第五十七条", "not in force"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			town, err := ParseTownship("t.yaml", []byte(strings.Replace(good, tt.old, tt.new, 1)))
			if err != nil {
				t.Fatal(err)
			}
			if err := town.dutyBases("t.yaml", laws); err == nil || !strings.Contains(err.Error(), tt.want) || !strings.HasPrefix(err.Error(), "t.yaml:") {
				t.Errorf("got %v, want %q", err, tt.want)
			}
		})
	}
}
