package bot

import (
	"strings"

	"mingbai/bot/casework"
	"mingbai/bot/ledger"
)

var stateNames = map[string]string{
	ledger.MatterOpen: "答过了", ledger.MatterWaiting: "等人接手", ledger.MatterHeld: "有人在管", ledger.MatterClosed: "办完了",
}

// myMatters lists this chat's own matters and their state (进度).
func (t *turn) myMatters() error {
	list, err := ledger.MattersOf(t.tx, t.chat.ID, 6)
	if err != nil {
		return err
	}
	t.settle(ledger.FateAnswered, "matters")
	disputes, err := ledger.DisputesOfChat(t.tx, t.chat.ID, 6)
	if err != nil {
		return err
	}
	if len(list) == 0 && len(disputes) == 0 {
		t.note("您在这里还没有问过事。遇到什么，直接说。", choiceHuman)
		return nil
	}
	var b strings.Builder
	var choices []Choice
	ofMatter := map[int64]*ledger.Dispute{}
	for _, d := range disputes {
		if d.Chat == t.chat.ID {
			ofMatter[d.Matter] = d
			continue
		}
		// Somebody else applied; this chat is the other side.
		b.WriteString(d.Opened.In(shanghai).Format("1月2日") + " " + d.Category + "（对方申请的调解）：" + casework.State(d.State).String() + "\n")
		choices = append(choices, Choice{Label: d.Category + "的调解", Do: "p:show:" + id(d.ID)})
	}
	for _, m := range list {
		if d := ofMatter[m.ID]; d != nil {
			b.WriteString(m.Opened.In(shanghai).Format("1月2日") + " " + d.Category + "：" + casework.State(d.State).String() + "（" + m.No + "）\n")
			choices = append(choices, Choice{Label: m.No, Do: "matter:" + m.No})
			continue
		}
		line := m.Opened.In(shanghai).Format("1月2日") + " " + t.matterName(m) + "：" + stateNames[m.State]
		if m.No != "" {
			line += "（" + m.No + "）"
			choices = append(choices, Choice{Label: m.No, Do: "matter:" + m.No})
		}
		b.WriteString(line + "\n")
	}
	t.note("您最近的事：\n"+strings.TrimSpace(b.String()), append(choices, Choice{Label: "看我的资料", Do: "mine"})...)
	return nil
}

func (t *turn) matterName(m *ledger.Matter) string {
	if c := t.mind.Base.Card(m.Card); c != nil {
		return c.Title
	}
	return m.Topic
}

// showMatter shows one matter: who has it, by when.
func (t *turn) showMatter(no string) error {
	t.settle(ledger.FateAnswered, "matters")
	m, err := ledger.MatterByNo(t.tx, t.chat.ID, no)
	if isNotFound(err) {
		t.note("没找到受理号"+cut(no, 20)+"。看看是不是打错了，或者是在别的手机上问的。", choiceMatters, choiceHuman)
		return nil
	}
	if err != nil {
		return err
	}
	t.matter = m.ID
	if d, err := ledger.DisputeOf(t.tx, m.ID); err == nil {
		return t.showDispute(d.ID)
	} else if !isNotFound(err) {
		return err
	}
	h, err := ledger.HandoverOf(t.tx, m.ID)
	if err != nil && !isNotFound(err) {
		return err
	}
	if err != nil || m.State == ledger.MatterClosed {
		t.note(m.No+" "+t.matterName(m)+"："+stateNames[m.State]+"。", choiceHuman, choiceMatters)
		return nil
	}
	t.d.Matter = m.ID
	lead := stateNames[m.State] + "。"
	if h.State == ledger.HandoverAnswered {
		lead = ""
	}
	return t.showReceipt(m, h, lead)
}
