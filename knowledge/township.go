package knowledge

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// A Township (镇) is what one township's file says: its villages and grids,
// offices, hours, holidays and local figures. Nothing else in the code knows a
// place name.
type Township struct {
	ID       string            `yaml:"id"`      // carried by every row of the ledger
	Name     string            `yaml:"name"`    // 青溪镇
	County   string            `yaml:"county"`  // 县, for papers
	Prefix   string            `yaml:"prefix"`  // receipt numbers: QX-2026-0412
	Formula  string            `yaml:"formula"` // 网格 "1+2+N"
	Villages []Village         `yaml:"villages"`
	Offices  []Office          `yaml:"offices"`
	Hours    Hours             `yaml:"hours"`
	Consent  Consent           `yaml:"consent"`
	Promise  Promise           `yaml:"promise"`
	Local    map[string]string `yaml:"local"` // figures only the township knows; empty means "ask"
	Leave    string            `yaml:"leave"` // 快速离开 goes to this neutral page
}

// A Village (村、社区) with its grids.
type Village struct {
	ID    string   `yaml:"id"`
	Name  string   `yaml:"name"`
	Grids []string `yaml:"grids"`
}

// An Office is a door a resident can knock on.
type Office struct {
	Name  string `yaml:"name"`
	Where string `yaml:"where"`
	Phone string `yaml:"phone"`
	Hours string `yaml:"hours"`
}

// Hours are the working hours of those who answer.
type Hours struct {
	Spans    []string `yaml:"spans"`    // "09:00-12:00"; the gap is the lunch break
	Holidays []Day    `yaml:"holidays"` // weekdays off
	Workdays []Day    `yaml:"workdays"` // weekend days worked in exchange
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

// ParseTownship reads a township file strictly.
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
	for key, v := range map[string]string{"id": t.ID, "name": t.Name, "prefix": t.Prefix} {
		if strings.TrimSpace(v) == "" {
			bad(key, -1, "%s is empty", key)
		}
	}
	if len(t.Villages) == 0 {
		bad("villages", -1, "a township has at least one village")
	}
	seen := map[string]bool{}
	for i, v := range t.Villages {
		if v.ID == "" || v.Name == "" || seen[v.ID] || seen[v.Name] {
			bad("villages", i, "village needs an id and a name of its own, got %q %q", v.ID, v.Name)
		}
		seen[v.ID], seen[v.Name] = true, true
	}
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
	for _, d := range slices.Concat(t.Hours.Holidays, t.Hours.Workdays) {
		if !d.Valid() {
			bad("hours", -1, "%q is not a day", d)
		}
	}
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
