package bot

import (
	"fmt"
	"strings"

	"mingbai/bot/ledger"
	"mingbai/knowledge"
)

// How work is shared among mediators: each tells what they are good at, and
// everybody who mediates sees how it is spread.

// skills records the categories that a mediator is good at: "专长 邻里 合同".
func (t *turn) skills(text string) error {
	ok, err := t.hasRole(ledger.Mediator)
	if err != nil {
		return err
	}
	t.settle(ledger.FateAnswered, "mediator")
	if !ok {
		t.note("这是给调解员用的。您有事要问，直接说就行。", choiceHuman)
		return nil
	}
	var known, unknown []string
	for _, w := range strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(" ，,、。", r) }) {
		found := ""
		for _, c := range knowledge.DisputeCategories {
			if c == w || strings.HasPrefix(c, w) && len([]rune(w)) >= 2 {
				found = c
			}
		}
		if found == "" {
			unknown = append(unknown, w)
		} else {
			known = append(known, found)
		}
	}
	if len(unknown) > 0 || len(known) == 0 {
		t.note("写您会办的类别，如“专长 邻里 合同”。有这些：" + strings.Join(knowledge.DisputeCategories, "、") + "。")
		return nil
	}
	if err := t.tx.SetSkills(t.chat.Township, t.chat.Person, strings.Join(known, " ")); err != nil {
		return err
	}
	t.note("记下了，您会办：" + strings.Join(known, "、") + "。这类的先问您。")
	return nil
}

// shares shows how many disputes each mediator has and had this year.
func (t *turn) shares() error {
	mediates, err := t.hasRole(ledger.Mediator, ledger.Clerk, ledger.Adviser)
	if err != nil {
		return err
	}
	t.settle(ledger.FateAnswered, "mediator")
	if !mediates {
		t.note("这是给调解员和司法所用的。您有事要问，直接说就行。", choiceHuman)
		return nil
	}
	list, err := ledger.Mediators(t.tx, t.chat.Township, 0, yearBegins(t.now))
	if err != nil {
		return err
	}
	if len(list) == 0 {
		t.note("还没有调解员。请司法所发邀请码。")
		return nil
	}
	var lines []string
	total, most := 0, 0
	for _, m := range list {
		p, err := ledger.PersonByID(t.tx, m.Person)
		if err != nil && !isNotFound(err) {
			return err
		}
		line := fmt.Sprintf("%s%s：手上%d件，今年接了%d件", t.township().VillageName(m.Village), p.Name, m.Open, m.Year)
		if m.Skills != "" {
			line += "，会办" + strings.ReplaceAll(strings.ReplaceAll(m.Skills, "纠纷", ""), " ", "、")
		}
		if !m.OnDuty {
			line += "，没在班"
		}
		lines = append(lines, line)
		total, most = total+m.Year, max(most, m.Year)
	}
	note := fmt.Sprintf("一共%d件，平均每人%.1f件，最多的%d件。", total, float64(total)/float64(len(list)), most)
	t.say(Reply{Kind: KindNote, Say: "调解员分案：", Text: strings.Join(lines, "\n"), Note: note})
	return nil
}

// hasRole reports whether the chat's person has one of these roles.
func (t *turn) hasRole(any ...string) (bool, error) {
	roles, err := ledger.RolesOf(t.tx, t.chat.Person)
	if err != nil {
		return false, err
	}
	for _, r := range roles {
		for _, a := range any {
			if r.Role == a {
				return true, nil
			}
		}
	}
	return false, nil
}
