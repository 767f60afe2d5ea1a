package knowledge

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"
)

// A Township (镇) is what one township's file says: its villages and grids,
// offices, hours, holidays and local figures. Nothing else in the code knows a
// place name.
type Township struct {
	ID        string              `yaml:"id"`      // carried by every row of the ledger
	Name      string              `yaml:"name"`    // 青溪镇
	County    string              `yaml:"county"`  // 县, for papers
	Prefix    string              `yaml:"prefix"`  // receipt numbers: QX-2026-0412
	Formula   string              `yaml:"formula"` // 网格 "1+2+N"
	Villages  []Village           `yaml:"villages"`
	Offices   []Office            `yaml:"offices"`
	Duties    []Duty              `yaml:"duties"`    // who does what; see Duty
	Events    []EventKind         `yaml:"events"`    // the closed list of grid events
	Disputes  []DisputeRoute      `yaml:"disputes"`  // where each category of dispute goes at the least
	Mediation Mediation           `yaml:"mediation"` // periods and rules of people's mediation
	Hours     Hours               `yaml:"hours"`
	Consent   Consent             `yaml:"consent"`
	Promise   Promise             `yaml:"promise"`
	Local     map[string]string   `yaml:"local"` // figures only the township knows; empty means "ask"
	Leave     string              `yaml:"leave"` // 快速离开 goes to this neutral page
	Heard     map[string][]string `yaml:"heard"` // how grid workers say it, by the id of an event's kind
}

// A Village (村、社区) with its grids.
type Village struct {
	ID    string `yaml:"id"`
	Name  string `yaml:"name"`
	Grids []Grid `yaml:"grids"`
}

// A Grid (网格) is a part of a village with its own grid head. A township file
// may give the name alone; the id is then the village's with a number.
type Grid struct {
	ID   string `yaml:"id"`
	Name string `yaml:"name"`
}

// UnmarshalYAML takes a name, or id and name.
func (g *Grid) UnmarshalYAML(n *yaml.Node) error {
	if n.Kind == yaml.ScalarNode {
		g.Name = n.Value
		return nil
	}
	type plain Grid // without this method
	return strictNode(n, (*plain)(g), "id", "name")
}

// strictNode decodes a mapping and refuses keys that are not named: a custom
// decoder does not inherit the strictness of the one that called it.
func strictNode(n *yaml.Node, into any, keys ...string) error {
	if n.Kind == yaml.MappingNode {
		for i := 0; i < len(n.Content); i += 2 {
			if k := n.Content[i]; !slices.Contains(keys, k.Value) {
				return &yaml.TypeError{Errors: []string{fmt.Sprintf("line %d: field %s not found in %s", k.Line, k.Value, strings.Join(keys, ", "))}}
			}
		}
	}
	return n.Decode(into)
}

// An Office is a door a resident can knock on.
type Office struct {
	ID    string `yaml:"id"` // for duties, events and disputes that lead here; may be empty
	Name  string `yaml:"name"`
	Where string `yaml:"where"`
	Phone string `yaml:"phone"` // empty means "ask"
	Hours string `yaml:"hours"`
}

// Hours are the working hours of those who answer.
type Hours struct {
	Spans    []string `yaml:"spans"`    // "09:00-12:00"; the gap is the lunch break
	Holidays []Day    `yaml:"holidays"` // weekdays off
	Workdays []Day    `yaml:"workdays"` // weekend days worked in exchange
	Years    []Year   `yaml:"years"`    // the years that these lists cover
}

// A Year says how far the holidays of a year are known: finally, from the State
// Council's yearly notice, or only as the national rule fixes them.
type Year struct {
	Year  int    `yaml:"year"`
	Final bool   `yaml:"final"`
	Basis string `yaml:"basis"`
}

// Consent is the text a resident agrees to when registering, with its version.
type Consent struct {
	Version string `yaml:"version"`
	Text    string `yaml:"text"`
}

// Promise holds how many working minutes each step of a hand-over may take
// before it moves on by itself.
type Promise struct {
	Claim int `yaml:"claim"` // until somebody has taken it, per person asked
	Reply int `yaml:"reply"` // until the resident has an answer
}

var spanForm = regexp.MustCompile(`^([01]\d|2[0-4]):[0-5]\d-([01]\d|2[0-4]):[0-5]\d$`)

// ParseTownship reads a township file strictly. Whether the laws that its duties
// cite exist is checked by Load.
func ParseTownship(file string, raw []byte) (*Township, error) {
	t := &Township{}
	if err := decodeYAML(file, raw, 0, t); err != nil {
		return nil, err
	}
	at := yamlLines(raw, 0)
	var errs []error
	bad := func(key string, i int, format string, args ...any) {
		errs = append(errs, fmt.Errorf("%s:%d: %s", file, at(key, i), fmt.Sprintf(format, args...)))
	}
	for _, f := range [][2]string{{"id", t.ID}, {"name", t.Name}, {"prefix", t.Prefix}} {
		if strings.TrimSpace(f[1]) == "" {
			bad(f[0], -1, "%s is empty", f[0])
		}
	}
	t.checkVillages(bad)
	t.checkOffices(bad)
	t.checkHours(bad)
	t.checkDuties(bad, at)
	t.checkEvents(bad)
	t.checkDisputes(bad)
	t.checkMediation(bad)
	if t.Consent.Version == "" || t.Consent.Text == "" {
		bad("consent", -1, "consent needs version and text")
	}
	if t.Promise.Claim <= 0 || t.Promise.Reply <= 0 {
		bad("promise", -1, "promise needs claim and reply, in working minutes above zero")
	}
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	return t, nil
}

// complaint tells a fault of the i-th entry of a key, or of the key itself (-1).
type complaint func(key string, i int, format string, args ...any)

// checkVillages also numbers the grids that have no id of their own.
func (t *Township) checkVillages(bad complaint) {
	if len(t.Villages) == 0 {
		bad("villages", -1, "a township has at least one village")
	}
	seen := map[string]bool{}
	for i := range t.Villages {
		v := &t.Villages[i]
		if v.ID == "" || v.Name == "" || seen[v.ID] || seen[v.Name] {
			bad("villages", i, "village needs an id and a name of its own, got %q %q", v.ID, v.Name)
		}
		seen[v.ID], seen[v.Name] = true, true
	}
	for i := range t.Villages {
		v := &t.Villages[i]
		for k := range v.Grids {
			g := &v.Grids[k]
			if g.ID == "" {
				g.ID = fmt.Sprintf("%s-%d", v.ID, k+1)
			}
			if !slug.MatchString(g.ID) || strings.TrimSpace(g.Name) == "" || seen[g.ID] || seen[g.Name] {
				bad("villages", i, "grid needs an id (a-z, 0-9, -) and a name of its own, got %q %q", g.ID, g.Name)
			}
			seen[g.ID], seen[g.Name] = true, true
		}
	}
}

var phoneForm = regexp.MustCompile(`^[0-9][0-9 -]{2,19}$`)

func (t *Township) checkOffices(bad complaint) {
	seen := map[string]bool{}
	for i, o := range t.Offices {
		if strings.TrimSpace(o.Name) == "" || seen[o.Name] || o.ID != "" && (seen[o.ID] || !slug.MatchString(o.ID)) {
			bad("offices", i, "office needs a name of its own, and an id (a-z, 0-9, -) of its own if any, got %q %q", o.Name, o.ID)
		}
		if o.Phone != "" && !phoneForm.MatchString(o.Phone) {
			bad("offices", i, "%s: %q is not a phone number", o.Name, o.Phone)
		}
		seen[o.Name] = true
		if o.ID != "" {
			seen[o.ID] = true
		}
	}
}

func (t *Township) checkHours(bad complaint) {
	if len(t.Hours.Spans) == 0 {
		bad("hours", -1, "hours has no spans")
	}
	last := ""
	for _, s := range t.Hours.Spans {
		if !spanForm.MatchString(s) || s[:5] >= s[6:] || s[:5] < last {
			bad("hours", -1, "span %q is not 09:00-12:00, or overlaps the one before", s)
			continue
		}
		last = s[6:]
	}
	years := map[int]bool{}
	for _, y := range t.Hours.Years {
		if years[y.Year] || y.Year < 2000 || y.Year > 2100 || y.Basis == "" {
			bad("hours", -1, "years: %d needs to stand once, with its basis", y.Year)
		}
		years[y.Year] = true
	}
	seen := map[Day]bool{}
	for i, d := range slices.Concat(t.Hours.Holidays, t.Hours.Workdays) {
		if !d.Valid() {
			bad("hours", -1, "%q is not a day", d)
			continue
		}
		day := d.Time()
		weekend := day.Weekday() == time.Saturday || day.Weekday() == time.Sunday
		switch work := i >= len(t.Hours.Holidays); {
		case seen[d]:
			bad("hours", -1, "%s stands twice", d)
		case work && !weekend:
			bad("hours", -1, "workdays: %s is no weekend day", d)
		case !work && weekend:
			bad("hours", -1, "holidays: %s is a weekend day, which is off anyway", d)
		case len(years) > 0 && !years[day.Year()]:
			bad("hours", -1, "%s: years does not tell on what basis %d is known", d, day.Year())
		}
		seen[d] = true
	}
}

// Village returns the village with this id or name, or nil. The name may come
// without its last word 村 or 社区.
func (t *Township) Village(s string) *Village {
	s = strings.TrimSpace(s)
	if s == "" {
		return nil
	}
	for i := range t.Villages {
		v := &t.Villages[i]
		if v.ID == s || v.Name == s || strings.TrimSuffix(strings.TrimSuffix(v.Name, "村"), "社区") == s {
			return v
		}
	}
	return nil
}

// VillageName returns the name of the village with this id; the township's
// name if there is none.
func (t *Township) VillageName(id string) string {
	if v := t.Village(id); v != nil {
		return v.Name
	}
	return t.Name
}

// Grid returns the grid with this id or name and its village, or nil.
func (t *Township) Grid(s string) (*Grid, *Village) {
	s = strings.TrimSpace(s)
	for i := range t.Villages {
		v := &t.Villages[i]
		for k := range v.Grids {
			if g := &v.Grids[k]; s != "" && (g.ID == s || g.Name == s) {
				return g, v
			}
		}
	}
	return nil, nil
}

// Office returns the office with this id or name, or nil.
func (t *Township) Office(s string) *Office {
	for i := range t.Offices {
		if o := &t.Offices[i]; s != "" && (o.ID == s || o.Name == s) {
			return o
		}
	}
	return nil
}

// Calendar tells how far the holidays of a year are known; false when the file
// does not cover it.
func (t *Township) Calendar(year int) (Year, bool) {
	for _, y := range t.Hours.Years {
		if y.Year == year {
			return y, true
		}
	}
	return Year{}, false
}
