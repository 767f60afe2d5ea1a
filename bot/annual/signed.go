package annual

import (
	"fmt"
	"strconv"
	"strings"

	"mingbai/bot/ledger"
	"mingbai/knowledge"
)

// signed is what staff entered, signed and recorded for a year.
type signed struct {
	entries    map[string][]ledger.Entered
	zeros      map[string]ledger.Zero
	activities []ledger.Activity
	exams      []ledger.Exam
	honours    []ledger.Record
	meetings   []ledger.Record
	duties     []ledger.Record // in force on the last day counted
}

// readSigned reads a year up to a day, the last that is counted.
func readSigned(v ledger.Reader, township string, year int, last knowledge.Day) (*signed, error) {
	s := &signed{entries: map[string][]ledger.Entered{}, zeros: map[string]ledger.Zero{}}
	entries, err := ledger.Entries(v, township, year)
	if err != nil {
		return nil, err
	}
	for _, e := range entries {
		s.entries[e.Key] = append(s.entries[e.Key], e)
	}
	zeros, err := ledger.Zeros(v, township, year)
	if err != nil {
		return nil, err
	}
	for _, z := range zeros {
		s.zeros[z.Key] = z
	}
	if s.activities, err = ledger.Activities(v, township, year); err != nil {
		return nil, err
	}
	if s.exams, err = ledger.Exams(v, township, year); err != nil {
		return nil, err
	}
	return s, s.readRegisters(v, township, year, last)
}

// readRegisters reads what the office keeps by hand: honours, meetings and the
// lists of duties.
func (s *signed) readRegisters(v ledger.Reader, township string, year int, last knowledge.Day) (err error) {
	if s.honours, err = ledger.Records(v, township, ledger.RegisterHonour, year); err != nil {
		return err
	}
	if s.meetings, err = ledger.Records(v, township, ledger.RegisterMeeting, year); err != nil {
		return err
	}
	versions, err := ledger.DutyLists(v, township, last)
	s.duties = ledger.InForce(versions, last)
	return err
}

// registers counts them.
func (s *signed) registers(f *found) {
	for key, list := range map[string][]ledger.Record{"honours": s.honours, "meetings": s.meetings, "duty.lists": s.duties} {
		t := &tally{}
		for _, x := range list {
			t.add(strconv.FormatInt(x.ID, 10))
		}
		f.count(key, t)
	}
}

// settingNames are the six settings (六进) as people say them.
var settingNames = [][2]string{{"organ", "机关"}, {"village", "乡村"}, {"community", "社区"}, {"school", "学校"}, {"firm", "企业"}, {"unit", "单位"}}

// enter fills the figures that staff entered and the zeros they signed.
func (s *signed) enter(f *found) {
	for _, x := range figures {
		if x.Source == FromEntry {
			f.set(x.Key, float64(s.total(x.Key)), s.keys(x.Key))
		}
	}
	for _, sum := range []string{"enforce", "oversight"} {
		total, whole := 0.0, true
		var keys []string
		for _, x := range figures {
			if x.Source != FromEntry || !strings.HasPrefix(x.Key, sum+".") {
				continue
			}
			_, zero := s.zero(x.Key)
			whole = whole && (len(s.entries[x.Key]) > 0 || zero)
			total += float64(s.total(x.Key))
			keys = append(keys, s.keys(x.Key)...)
		}
		if !whole {
			total, keys = 0, nil
		}
		f.set(sum, total, keys)
	}
}

// total is the figure of a key: what was entered for the whole year, or else
// the sum of the months.
func (s *signed) total(key string) int64 {
	var sum int64
	for _, e := range s.entries[key] {
		if e.Month == 0 {
			return e.Value // it stands first
		}
		sum += e.Value
	}
	return sum
}

func (s *signed) keys(key string) []string {
	var out []string
	for _, e := range s.entries[key] {
		out = append(out, strconv.FormatInt(e.ID, 10))
		if e.Month == 0 {
			break
		}
	}
	return out
}

// zero returns the signed zero of a key unless a figure was entered after it.
func (s *signed) zero(key string) (ledger.Zero, bool) {
	z, ok := s.zeros[key]
	for _, e := range s.entries[key] {
		if e.Value != 0 && !e.At.Before(z.At) {
			return z, false
		}
	}
	return z, ok
}

// activity counts what was held and who sat an exam.
func (s *signed) activity(f *found) {
	kinds, settings := map[string]*tally{}, map[string]*tally{}
	heads := &tally{}
	var came int64
	for _, a := range s.activities {
		id := strconv.FormatInt(a.ID, 10)
		if kinds[a.Kind] == nil {
			kinds[a.Kind] = &tally{}
		}
		kinds[a.Kind].add(id)
		heads.add(id)
		came += a.Heads
		if a.Kind == ledger.ActivitySettings {
			if settings[a.Setting] == nil {
				settings[a.Setting] = &tally{}
			}
			settings[a.Setting].add(id)
		}
	}
	f.count("study.sessions", kinds[ledger.ActivityStudy])
	f.count("publicity.events", kinds[ledger.ActivityPublicity])
	f.count("settings.events", kinds[ledger.ActivitySettings])
	f.set("activities.heads", float64(came), heads.keys)
	for _, p := range split("settings.events", "法律六进活动", "次", "setting", "按进了哪里", settingNames, settings) {
		p.open = true
		f.parts = append(f.parts, p)
	}
	sat, passed := &tally{}, &tally{}
	first := map[string]string{} // of each person, the row that is the record
	for _, e := range s.exams {
		for _, x := range e.Scores {
			if first[x.Sitter] == "" {
				first[x.Sitter] = strconv.FormatInt(x.ID, 10)
			}
			sat.add(first[x.Sitter])
			if x.Mark >= e.Pass {
				passed.add(first[x.Sitter])
			}
		}
	}
	f.count("exam.sat", sat)
	f.count("exam.passed", passed)
}

// lint finds what staff entered twice over with different sums.
func (s *signed) lint() []string {
	var out []string
	for _, x := range figures {
		var year, months int64
		whole, monthly := false, false
		for _, e := range s.entries[x.Key] {
			if e.Month == 0 {
				year, whole = e.Value, true
			} else {
				months, monthly = months+e.Value, true
			}
		}
		if whole && monthly && year != months {
			out = append(out, fmt.Sprintf("%s：按月填的加起来是%d，按全年填的是%d", x.Name, months, year))
		}
	}
	return out
}
