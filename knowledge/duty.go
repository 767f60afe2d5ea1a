package knowledge

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"
)

// A Duty (履职事项) is one matter of the township's published list: what it
// does itself, where it only helps the department in charge, and what is not
// its business at all. A resident is then sent to the right door at once.
type Duty struct {
	Matter  string `yaml:"matter"`
	Do      Doing  `yaml:"do"`
	Office  string `yaml:"office"` // the id of the township's office that handles or helps; may be empty
	Lead    string `yaml:"lead"`   // the department in charge, unless the township is
	Law     string `yaml:"law"`    // the basis
	Article string `yaml:"article"`
	line    int
}

// Doing is a township's part in a matter.
type Doing string

// The three parts.
const (
	Own     Doing = "own"      // 自己办
	Assist  Doing = "assist"   // 配合办
	NotOurs Doing = "not-ours" // 不归镇里办
)

// An EventKind is one kind of event a grid worker may report. The list is
// closed, so that kinds can be counted; none of them is about a person.
type EventKind struct {
	ID     string `yaml:"id"`
	Name   string `yaml:"name"`
	Level  Level  `yaml:"level"`  // who closes it: grid, village or town
	Office string `yaml:"office"` // the id of the office that takes it at town level
	Days   int    `yaml:"days"`   // working days until it should be closed
	Urgent bool   `yaml:"urgent"` // reported by phone first
	Call   string `yaml:"call"`   // an urgent kind's number to dial first: 119
}

// Dispute reports whether events of this kind are disputes (纠纷), for people's
// mediation rather than for an office.
func (k *EventKind) Dispute() bool { return k.ID == "dispute" }

// A Level is a floor of the township's house.
type Level string

// The levels, lowest first. A joint matter is sat on by several departments.
const (
	LevelGrid    Level = "grid"
	LevelVillage Level = "village"
	LevelTown    Level = "town"
	LevelJoint   Level = "joint"
)

// DisputeCategories (纠纷类别) are those of the official returns of people's
// mediation.
var DisputeCategories = []string{
	"婚姻家庭纠纷", "邻里纠纷", "房屋宅基地纠纷", "合同纠纷", "生产经营纠纷", "损害赔偿纠纷", "山林土地纠纷", "征地拆迁纠纷",
	"村务管理纠纷", "环境污染纠纷", "道路交通事故纠纷", "医疗纠纷", "消费纠纷", "物业纠纷", "其他纠纷", "劳动争议",
}

// A DisputeRoute says at which level mediation of a category begins at the
// least.
type DisputeRoute struct {
	Category string `yaml:"category"`
	Level    Level  `yaml:"level"` // village, town or joint
	Office   string `yaml:"office"`
}

// usualRoutes is where disputes begin at the least in a township that does not
// say otherwise: in the village, except where no village can judge. What a
// narrative tells may send a dispute higher.
var usualRoutes = map[string]Level{"医疗纠纷": LevelTown}

// Route tells where mediation of a category of dispute begins at the least. An unknown
// category is routed as 其他纠纷.
func (t *Township) Route(category string) DisputeRoute {
	if !slices.Contains(DisputeCategories, category) {
		category = "其他纠纷"
	}
	for _, d := range t.Disputes {
		if d.Category == category {
			return d
		}
	}
	r := DisputeRoute{Category: category, Level: LevelVillage}
	if l, ok := usualRoutes[category]; ok {
		r.Level = l
	}
	return r
}

// Event returns the kind of event with this id or name, or nil.
func (t *Township) Event(s string) *EventKind {
	for i := range t.Events {
		if e := &t.Events[i]; s != "" && (e.ID == s || e.Name == s) {
			return e
		}
	}
	return nil
}

// checkDuties also remembers where each duty stands, for Load.
func (t *Township) checkDuties(bad complaint, at func(string, int) int) {
	seen := map[string]bool{}
	for i := range t.Duties {
		d := &t.Duties[i]
		d.line = at("duties", i)
		if strings.TrimSpace(d.Matter) == "" || seen[d.Matter] {
			bad("duties", i, "duty needs a matter of its own, got %q", d.Matter)
		}
		seen[d.Matter] = true
		switch d.Do {
		case Own:
			if d.Lead != "" {
				bad("duties", i, "%s: the township's own matter has no lead", d.Matter)
			}
		case Assist, NotOurs:
			if d.Lead == "" {
				bad("duties", i, "%s: needs the lead, the department in charge", d.Matter)
			}
		default:
			bad("duties", i, "%s: do is own, assist or not-ours, not %q", d.Matter, d.Do)
		}
		if d.Law == "" || d.Article == "" {
			bad("duties", i, "%s: needs its basis, law and article", d.Matter)
		}
		t.checkOfficeID(bad, "duties", i, d.Matter, d.Office)
	}
}

func (t *Township) checkOfficeID(bad complaint, key string, i int, what, office string) {
	if office != "" && !slices.ContainsFunc(t.Offices, func(o Office) bool { return o.ID == office }) {
		bad(key, i, "%s: there is no office with the id %q", what, office)
	}
}

func (t *Township) checkEvents(bad complaint) {
	seen := map[string]bool{}
	for i, e := range t.Events {
		if !slug.MatchString(e.ID) || strings.TrimSpace(e.Name) == "" || seen[e.ID] || seen[e.Name] {
			bad("events", i, "event needs an id (a-z, 0-9, -) and a name of its own, got %q %q", e.ID, e.Name)
		}
		seen[e.ID], seen[e.Name] = true, true
		if e.Level != LevelGrid && e.Level != LevelVillage && e.Level != LevelTown {
			bad("events", i, "%s: level is grid, village or town, not %q", e.Name, e.Level)
		}
		if e.Days < 1 {
			bad("events", i, "%s: needs days, one or more", e.Name)
		}
		if e.Urgent != (e.Call != "") || e.Call != "" && !phoneForm.MatchString(e.Call) {
			bad("events", i, "%s: an urgent kind, and no other, needs call, the number to dial first", e.Name)
		}
		t.checkOfficeID(bad, "events", i, e.Name, e.Office)
	}
	for _, kind := range slices.Sorted(maps.Keys(t.Heard)) {
		if !slices.ContainsFunc(t.Events, func(e EventKind) bool { return e.ID == kind }) {
			bad("heard", -1, "there is no event with the id %q", kind)
		}
		for _, w := range t.Heard[kind] {
			if utf8.RuneCountInString(w) < 2 {
				bad("heard", -1, "%s: %q is too short to tell kinds apart", kind, w)
			}
		}
	}
}

// checkDisputes wants every category once, where the file names any: a
// forgotten one would be routed by a rule that nobody reads in the file.
func (t *Township) checkDisputes(bad complaint) {
	seen := map[string]bool{}
	for i, d := range t.Disputes {
		if !slices.Contains(DisputeCategories, d.Category) {
			bad("disputes", i, "there is no category %q", d.Category)
		} else if seen[d.Category] {
			bad("disputes", i, "%s stands twice", d.Category)
		}
		seen[d.Category] = true
		if d.Level != LevelVillage && d.Level != LevelTown && d.Level != LevelJoint {
			bad("disputes", i, "%s: level is village, town or joint, not %q", d.Category, d.Level)
		}
		t.checkOfficeID(bad, "disputes", i, d.Category, d.Office)
	}
	for _, c := range DisputeCategories {
		if len(t.Disputes) > 0 && !seen[c] {
			bad("disputes", -1, "%s has no route", c)
		}
	}
}

// dutyBases checks that each duty rests on an article of a law still in force.
func (t *Township) dutyBases(file string, laws *Laws) error {
	var errs []error
	for _, d := range t.Duties {
		cite := Cite{Law: d.Law, Article: d.Article}
		if err := laws.Exists(cite); err != nil {
			errs = append(errs, fmt.Errorf("%s:%d: %s: %w", file, d.line, d.Matter, err))
			continue
		}
		n, _ := ParseArticle(d.Article) // Exists has read it
		if !slices.ContainsFunc(laws.Named(d.Law), func(v *Law) bool { return v.To == "" && v.has(n) }) {
			errs = append(errs, fmt.Errorf("%s:%d: %s: %s: %w", file, d.line, d.Matter, cite, ErrNotInForce))
		}
	}
	return errors.Join(errs...)
}
