package console

import (
	"cmp"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"time"

	"mingbai/bot/casework"
	"mingbai/bot/ledger"
	"mingbai/knowledge"
)

// A disputeLine is one dispute on the board.
type disputeLine struct {
	Href, No, Category, Level, Village, Who string
	Opened, Due, Closed                     time.Time
	Clock, Left                             string
	Have, Need                              int // papers
	Outcome                                 string
}

// A lane is one state of the board with its disputes.
type lane struct {
	State string
	Lines []disputeLine
}

type disputesPage struct {
	frame
	Months []option
	Open   int
	Late   int
	Lanes  []lane
	Closed []disputeLine
}

const disputesShown = 500

// disputes is the board: one lane for each state, the nearest clock first.
func (v *visit) disputes() error {
	from, to, err := v.month()
	if err != nil {
		return err
	}
	p := &disputesPage{Months: months(v.now, from)}
	p.Title = "纠纷"
	at := map[casework.State][]disputeLine{}
	err = v.view(func(r *ledger.View) error {
		open, err := ledger.OpenDisputes(r, v.scope(), disputesShown)
		if err != nil {
			return err
		}
		closed, err := ledger.ClosedDisputes(r, v.scope(), from, to, disputesShown)
		if err != nil {
			return err
		}
		var who []int64
		for _, d := range append(open[:len(open):len(open)], closed...) {
			who = append(who, d.Mediator)
		}
		names, err := ledger.NamesOf(r, who)
		if err != nil {
			return err
		}
		for _, d := range open {
			x, err := v.disputeLine(d, names)
			if err != nil {
				return err
			}
			if x.Clock == "late" {
				p.Late++
			}
			at[casework.State(d.State)] = append(at[casework.State(d.State)], x)
		}
		for _, d := range closed {
			x, err := v.disputeLine(d, names)
			if err != nil {
				return err
			}
			p.Closed = append(p.Closed, x)
		}
		p.Open = len(open)
		return nil
	})
	if err != nil {
		return err
	}
	for _, s := range casework.States {
		if len(at[s]) > 0 {
			p.Lanes = append(p.Lanes, lane{s.String(), at[s]})
		}
	}
	return v.show(http.StatusOK, "disputes", p)
}

func (v *visit) disputeLine(d *ledger.Dispute, names map[int64]string) (disputeLine, error) {
	rules, err := rulesOf(d)
	need, missing := dossierOf(rules)
	return disputeLine{Href: v.linkDispute(d.ID), No: v.fileNo(d), Category: d.Category, Level: levelName(d.Level), Village: v.villageOf(d.Village),
		Who: cmp.Or(names[d.Mediator], "还没有调解员"), Opened: d.Opened, Due: d.Due, Closed: d.Closed, Clock: clock(d.Due, v.now), Left: left(d.Due, v.now),
		Have: len(need) - len(missing), Need: len(need), Outcome: outcomeName(d.Outcome)}, err
}

func rulesOf(d *ledger.Dispute) (*casework.Dispute, error) {
	rules := &casework.Dispute{}
	if err := json.Unmarshal([]byte(d.Rules), rules); err != nil {
		return rules, fmt.Errorf("dispute %d: %w", d.ID, err)
	}
	return rules, nil
}

// dossierOf lists what the dossier has to hold, and what it lacks. While it is
// open how a dispute will end, it is on the road to a written agreement.
func dossierOf(d *casework.Dispute) (need, missing []casework.Item) {
	road := *d
	if road.Outcome == "" {
		road.Outcome = casework.OutcomeWritten
	}
	return road.Required(), road.Missing()
}

// fileNo is a dispute's number as papers carry it; before it is accepted there
// is none.
func (v *visit) fileNo(d *ledger.Dispute) string {
	if d.No == 0 {
		return ""
	}
	return fmt.Sprintf("（%s）人调字〔%d〕第%d号", v.c.Mind().Base.Township.Name, d.Year, d.No)
}

func levelName(l string) string {
	return map[knowledge.Level]string{knowledge.LevelVillage: "村调委会", knowledge.LevelTown: "镇调委会", knowledge.LevelJoint: "联合调解"}[knowledge.Level(l)]
}

func outcomeName(o string) string {
	return map[casework.Outcome]string{casework.OutcomeWritten: "书面协议", casework.OutcomeOral: "口头协议", casework.OutcomeFailed: "没有调成",
		casework.OutcomeRefused: "一方不愿调", casework.OutcomeWithdrawn: "撤回", casework.OutcomeReferred: "转别的部门"}[casework.Outcome(o)]
}

// maskName keeps the first character and, of three or more, the last.
func maskName(s string) string {
	r := []rune(strings.TrimSpace(s))
	switch len(r) {
	case 0:
		return "（没写名字）"
	case 1:
		return "*"
	case 2:
		return string(r[:1]) + "*"
	}
	return string(r[:1]) + strings.Repeat("*", len(r)-2) + string(r[len(r)-1:])
}

// maskPhone keeps the first three and the last four digits of a whole number.
func maskPhone(s string) string {
	if len(s) < 11 {
		return strings.Repeat("*", len(s))
	}
	return s[:3] + strings.Repeat("*", len(s)-7) + s[len(s)-4:]
}
