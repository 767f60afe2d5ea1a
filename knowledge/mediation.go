package knowledge

import "slices"

// Mediation holds a township's periods and rules of people's mediation (人民调解).
// A file may leave out any of them; the usual ones are then in force.
type Mediation struct {
	Committee string   `yaml:"committee"` // the town's 人民调解委员会, as its seal says
	Court     string   `yaml:"court"`     // where judicial confirmation is asked for
	Keep      string   `yaml:"keep"`      // 保管期限 of a dossier; 长期
	Accept    int      `yaml:"accept"`    // working minutes for a mediator to take or decline; 480
	Consent   int      `yaml:"consent"`   // days for the other party to answer before a reminder; 7
	Term      int      `yaml:"term"`      // days from acceptance to the end, unless both agree to go on; 30
	Revisit   int      `yaml:"revisit"`   // days from performance to the revisit; 30
	Seat      int      `yaml:"seat"`      // working minutes of a seat at the joint table; 960
	Prefer    []string `yaml:"prefer"`    // what decides who is asked: skill, load, fair, village; in this order
	Seats     []string `yaml:"seats"`     // office ids of the joint table (一办一庭两所)
}

// Preferences are what Prefer may name.
var Preferences = []string{"skill", "load", "fair", "village"}

// checkMediation also fills in the usual periods.
func (t *Township) checkMediation(bad complaint) {
	m := &t.Mediation
	for _, f := range []struct {
		name  string
		value *int
		usual int
	}{
		{"accept", &m.Accept, 480}, {"consent", &m.Consent, 7}, {"term", &m.Term, 30}, {"revisit", &m.Revisit, 30}, {"seat", &m.Seat, 960},
	} {
		if *f.value < 0 {
			bad("mediation", -1, "%s is a number above zero, not %d", f.name, *f.value)
		}
		if *f.value == 0 {
			*f.value = f.usual
		}
	}
	if m.Committee == "" {
		m.Committee = t.Name + "人民调解委员会"
	}
	if m.Court == "" {
		m.Court = t.County + "人民法院"
	}
	if m.Keep == "" {
		m.Keep = "长期"
	}
	if len(m.Prefer) == 0 {
		m.Prefer = []string{"skill", "load", "fair"}
	}
	for _, p := range m.Prefer {
		if !slices.Contains(Preferences, p) {
			bad("mediation", -1, "prefer: %q is none of skill, load, fair, village", p)
		}
	}
	for _, o := range m.Seats {
		t.checkOfficeID(bad, "mediation", -1, "seats", o)
	}
}

// MediationCommittee is the committee (人民调解委员会) that mediates at a level:
// the village's own, or the town's.
func (t *Township) MediationCommittee(level Level, village string) string {
	if v := t.Village(village); v != nil && level == LevelVillage {
		return t.Name + v.Name + "人民调解委员会"
	}
	return t.Mediation.Committee
}
