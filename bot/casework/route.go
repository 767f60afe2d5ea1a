package casework

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"mingbai/knowledge"
)

// A Candidate is a mediator (人民调解员) who could take a dispute.
type Candidate struct {
	Person  int64
	Village string   // whose committee; empty: the town's
	Skills  []string // categories they are good at
	Open    int      // disputes in hand
	Year    int      // disputes taken this year, for a fair share
	OnDuty  bool
	Party   bool // is a party, or the helper of one
	Kin     bool // declared kinship or an interest with a party
	Asked   bool // has declined, missed the clock or been swapped out already
}

// A Preference is one thing that speaks for a mediator. The township file
// orders them; the first that tells two mediators apart decides.
type Preference = string

// The preferences a township may name.
const (
	PreferSkill   Preference = "skill"   // good at the category
	PreferLoad    Preference = "load"    // fewer open disputes
	PreferFair    Preference = "fair"    // fewer disputes this year
	PreferVillage Preference = "village" // of the village itself, at the town's level
)

// Assign chooses who is asked to mediate a dispute of a category and level in
// a village, and says why in words for residents and staff. At village level
// only that village's committee is asked; at town level everybody, the town's
// own committee first. It returns an index into cands, or -1 when nobody of
// the level is left, and then why each was passed over.
func Assign(level knowledge.Level, village, category string, prefer []Preference, cands []Candidate) (best int, why []string) {
	var fit []int
	var not []string
	for i, c := range cands {
		switch {
		case c.Party:
			not = append(not, "本人是当事人")
		case c.Kin:
			not = append(not, "和当事人沾亲或有利害")
		case c.Asked:
			not = append(not, "已经问过")
		case !c.OnDuty:
			not = append(not, "没在班")
		case level == knowledge.LevelVillage && c.Village != village:
			not = append(not, "不是本村的")
		default:
			fit = append(fit, i)
		}
	}
	if len(fit) == 0 {
		return -1, count(not)
	}
	if len(prefer) == 0 {
		prefer = []Preference{PreferSkill, PreferLoad, PreferFair}
	}
	score := func(p Preference, c Candidate) int { // less is better
		switch p {
		case PreferSkill:
			if slices.Contains(c.Skills, category) {
				return 0
			}
			return 1
		case PreferVillage:
			if c.Village == village {
				return 0
			}
			return 1
		case PreferLoad:
			return c.Open
		}
		return c.Year
	}
	slices.SortStableFunc(fit, func(a, b int) int {
		x, y := cands[a], cands[b]
		if level != knowledge.LevelVillage && (x.Village == "") != (y.Village == "") {
			if x.Village == "" {
				return -1
			}
			return 1
		}
		for _, p := range prefer {
			if d := cmp.Compare(score(p, x), score(p, y)); d != 0 {
				return d
			}
		}
		return cmp.Compare(x.Person, y.Person)
	})
	c := cands[fit[0]]
	if c.Village == village && village != "" {
		why = append(why, "本村的")
	} else if c.Village == "" {
		why = append(why, "镇调委会的")
	}
	if slices.Contains(c.Skills, category) {
		why = append(why, "会办"+strings.TrimSuffix(category, "纠纷")+"的事")
	}
	why = append(why, fmt.Sprintf("手上%d件，今年%d件", c.Open, c.Year))
	if len(fit) > 1 {
		why = append(why, fmt.Sprintf("%d人里轮到他", len(fit)))
	}
	return fit[0], why
}

// count sums up equal reasons: "没在班2人".
func count(reasons []string) []string {
	n := map[string]int{}
	var order []string
	for _, r := range reasons {
		if n[r] == 0 {
			order = append(order, r)
		}
		n[r]++
	}
	for i, r := range order {
		order[i] = fmt.Sprintf("%s%d人", r, n[r])
	}
	return order
}

// NextLevel is the level above one, and false at the top.
func NextLevel(l knowledge.Level) (knowledge.Level, bool) {
	i := slices.Index(levels, l)
	if i < 0 || i+1 == len(levels) {
		return "", false
	}
	return levels[i+1], true
}

// LevelName is a level of mediation as residents read it.
func LevelName(l knowledge.Level) string {
	return map[knowledge.Level]string{
		knowledge.LevelGrid: "网格", knowledge.LevelVillage: "村调委会", knowledge.LevelTown: "镇调委会", knowledge.LevelJoint: "联合调解",
	}[l]
}
