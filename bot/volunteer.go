package bot

import (
	"encoding/json"
	"strings"

	"mingbai/bot/ledger"
)

// A helper is whoever answers beside the bot: volunteer, mediator, adviser,
// staff. They claim a hand-over, answer by typing, pass on, or go off duty.

// helperTap does what a helper's button says.
func (t *turn) helperTap(verb, arg string) error {
	helper, err := t.isHelper()
	if err != nil {
		return err
	}
	if !helper {
		t.settle(ledger.FateAnswered, "action")
		t.note("这是给法律明白人用的。您有事要问，直接说就行。", choiceHuman)
		return nil
	}
	switch verb {
	case "duty-on", "duty-off":
		return t.duty(verb == "duty-on")
	case "queue":
		return t.queue()
	case "release":
		t.d.Holding = 0
		t.settle(ledger.FateAnswered, "helper")
		t.note("好，先不回。手上的事回“待办”看。")
		return nil
	}
	h, err := ledger.HandoverByID(t.tx, number(arg))
	if isNotFound(err) || err == nil && (h.Holder != t.chat.Person || h.State == ledger.HandoverWithdrawn) {
		t.settle(ledger.FateAnswered, "helper")
		t.note("这件事已经转给别人，或者村民不用了，您不用管了。", Choice{Label: "待办", Do: "queue"})
		return nil
	}
	if err != nil {
		return err
	}
	m, err := ledger.MatterByID(t.tx, h.Matter)
	if err != nil {
		return err
	}
	t.matter = m.ID
	switch verb {
	case "claim":
		return t.claim(m, h)
	case "pass":
		return t.pass(m, h)
	case "finish":
		t.d.Holding = 0
		t.settle(ledger.FateAnswered, "helper")
		if h.State != ledger.HandoverAnswered {
			t.d.Holding = h.ID
			t.note("还没回他。先打字回一句，再结束。")
			return nil
		}
		t.note(m.No + " 结束了，辛苦。")
		return t.closeMatter(h, "helper")
	case "draft":
		return t.draft(m)
	}
	t.d.Holding = h.ID
	t.settle(ledger.FateAnswered, "helper")
	t.note("好，您打的字会发给 "+m.No+" 的村民。", Choice{Label: "先不回", Do: "release"}, Choice{Label: "转给别人", Do: "pass:" + id(h.ID)})
	return nil
}

func (t *turn) isHelper() (bool, error) {
	roles, err := ledger.RolesOf(t.tx, t.chat.Person)
	for _, r := range roles {
		if r.Role != ledger.Resident {
			return true, err
		}
	}
	return false, err
}

// claim takes a hand-over; the resident is told who has it now.
func (t *turn) claim(m *ledger.Matter, h *ledger.Handover) error {
	t.settle(ledger.FateAnswered, "helper")
	t.d.Holding = h.ID
	if h.State == ledger.HandoverWaiting {
		h.State, h.Claimed = ledger.HandoverClaimed, t.now
		if err := t.tx.SaveHandover(h); err != nil {
			return err
		}
		if err := t.tx.CloseOffer(t.chat.Township, h, "claimed"); err != nil {
			return err
		}
		m.State = ledger.MatterHeld
		if err := t.tx.SaveMatter(m); err != nil {
			return err
		}
		who, err := t.nameOf(t.chat.Person)
		if err != nil {
			return err
		}
		r := Reply{Kind: KindNote, Text: who + "接了您的事（" + m.No + "），" + t.by(h.Promised) + "前回您。", Neutral: strings.HasPrefix(h.Reason, "danger:")}
		if err := t.tell(h.Chat, r, m.ID, nil); err != nil {
			return err
		}
	}
	r, err := t.briefing(m, h)
	if err != nil {
		return err
	}
	r.Say = "归您了，" + t.by(h.Promised) + "前回他。直接打字，就发给村民。"
	r.Choices = []Choice{{Label: "先不回", Do: "release"}, {Label: "转给别人", Do: "pass:" + id(h.ID)}}
	t.say(r)
	return nil
}

// pass gives a hand-over to the next person.
func (t *turn) pass(m *ledger.Matter, h *ledger.Handover) error {
	t.settle(ledger.FateAnswered, "helper")
	if t.d.Holding == h.ID {
		t.d.Holding = 0
	}
	if err := t.tx.CloseOffer(t.chat.Township, h, "passed"); err != nil {
		return err
	}
	if err := t.askNext(m, h); err != nil {
		return err
	}
	t.note("好，" + m.No + " 转给别人了。")
	return t.tellMoved(m, h, "")
}

// tellMoved tells the resident who has the matter now.
func (t *turn) tellMoved(m *ledger.Matter, h *ledger.Handover, lead string) error {
	who := t.township().Name + "司法所"
	if h.Holder != 0 {
		var err error
		if who, err = t.nameOf(h.Holder); err != nil {
			return err
		}
	}
	text := lead + "您的事（" + m.No + "）转给了" + who + "，" + t.by(h.Promised) + "前回您。"
	return t.tell(h.Chat, Reply{Kind: KindNote, Text: text, Neutral: strings.HasPrefix(h.Reason, "danger:")}, m.ID, nil)
}

// helperReply sends what a helper typed to the resident whose matter they
// hold.
func (t *turn) helperReply() error {
	h, err := ledger.HandoverByID(t.tx, t.d.Holding)
	if isNotFound(err) || err == nil && (h.Holder != t.chat.Person || h.State == ledger.HandoverWithdrawn || h.State == ledger.HandoverWaiting) {
		t.d.Holding = 0
		t.settle(ledger.FateAnswered, "helper")
		t.note("这件事已经不在您手上，刚才的话没有发出去。", Choice{Label: "待办", Do: "queue"})
		return nil
	}
	if err != nil {
		return err
	}
	m, err := ledger.MatterByID(t.tx, h.Matter)
	if err != nil {
		return err
	}
	t.matter = m.ID
	text := t.msg.Text
	if text == "" {
		t.settle(ledger.FateAnswered, "helper")
		t.note("图片和语音我还转不了，请打字回他。")
		return nil
	}
	who, err := t.nameOf(t.chat.Person)
	if err != nil {
		return err
	}
	r := Reply{Kind: KindPerson, Say: who + "：", Text: text, Neutral: strings.HasPrefix(h.Reason, "danger:"),
		Choices: []Choice{{Label: "解决了", Do: "enough:" + id(h.ID)}, {Label: "换个人", Do: "another:" + id(h.ID)}},
		Rate:    []Choice{{Label: "有用", Do: "rate:1:@"}, {Label: "没用", Do: "rate:0:@"}}}
	matter := m.ID
	if err := t.tell(h.Chat, r, m.ID, func(d *dialogue) {
		// What the resident says next is about this, unless they are in the
		// middle of something else.
		if d.Flow == "" {
			d.Matter = matter
		}
	}); err != nil {
		return err
	}
	first := h.State != ledger.HandoverAnswered
	h.State = ledger.HandoverAnswered
	if first {
		h.Answered = t.now
		if err := t.tx.SetTimer(t.chat.Township, timerClose, h.ID, 0, t.now.AddDate(0, 0, quietDays)); err != nil {
			return err
		}
	}
	if err := t.tx.SaveHandover(h); err != nil {
		return err
	}
	late := "0"
	if t.now.After(h.Promised) {
		late = "1"
	}
	if err := t.tx.Log(t.chat.Township, ledger.Entry{Event: ledger.PersonSaid, By: t.chat.Person, To: m.ID,
		X: map[string]string{"village": m.Village, "topic": m.Topic, "first": map[bool]string{true: "1", false: "0"}[first], "late": late}}); err != nil {
		return err
	}
	t.settle(ledger.FateAnswered, "helper-reply")
	t.note("发给村民了。", Choice{Label: "做成知识卡", Do: "draft:" + id(h.ID)}, Choice{Label: "结束", Do: "finish:" + id(h.ID)}, Choice{Label: "先不回", Do: "release"})
	return nil
}

// helperInDanger sends a helper's words on and shows the helper the number,
// for the case that the danger is their own.
func (t *turn) helperInDanger() error {
	call := t.mind.Base.Dangers[t.meaning.Danger].Calls[0]
	reply := t.helperReply
	switch t.d.Flow {
	case "mediate":
		reply = func() error { return t.mediateText(t.msg.Text) }
	case "seat":
		reply = func() error { return t.seatText(t.msg.Text) }
	}
	if err := reply(); err != nil {
		return err
	}
	t.say(Reply{Kind: KindNote, Text: "您自己或那边有危险，先打☎ " + call.Number + "。", Neutral: true})
	return nil
}

// draft marks the helper's last answer as a proposal for a card.
func (t *turn) draft(m *ledger.Matter) error {
	question, err := ledger.FirstQuestion(t.tx, m.ID)
	if err != nil {
		return err
	}
	answer, err := ledger.LastWord(t.tx, t.chat.ID, m.ID)
	if err != nil {
		return err
	}
	t.settle(ledger.FateAnswered, "helper")
	if question == 0 || answer == 0 {
		t.note("还没有可以做卡的问和答。")
		return nil
	}
	if err := t.tx.Draft(t.chat.Township, m.ID, question, answer, t.chat.Person); err != nil {
		return err
	}
	t.note("记下了，法律顾问看过、改好、批准，才会成为知识卡。")
	return nil
}

// duty puts a helper on or off duty. Going off, what they were asked or hold
// unanswered moves to the next person; coming on, what waits is offered.
func (t *turn) duty(on bool) error {
	if err := t.tx.SetDuty(t.chat, on); err != nil {
		return err
	}
	t.settle(ledger.FateAnswered, "helper")
	if on {
		t.note("好，上班了。有事我会叫您。", Choice{Label: "待办", Do: "queue"}, Choice{Label: "下班", Do: "duty-off"})
		return t.offerWaiting()
	}
	t.d.Holding = 0
	held, err := ledger.HeldBy(t.tx, t.chat.Person)
	if err != nil {
		return err
	}
	moved := 0
	for _, h := range held {
		if h.State == ledger.HandoverAnswered {
			continue
		}
		m, err := ledger.MatterByID(t.tx, h.Matter)
		if err != nil {
			return err
		}
		if err := t.tx.CloseOffer(t.chat.Township, h, "passed"); err != nil {
			return err
		}
		if err := t.askNext(m, h); err != nil {
			return err
		}
		if err := t.tellMoved(m, h, ""); err != nil {
			return err
		}
		moved++
	}
	text := "好，下班了，不再叫您。"
	if moved > 0 {
		text = "好，下班了。手上没答完的" + id(int64(moved)) + "件转给了别人。"
	}
	t.note(text, Choice{Label: "上班", Do: "duty-on"})
	return nil
}

// offerWaiting asks a helper who just came on duty to take what waits with
// nobody asked, the oldest promise first.
func (t *turn) offerWaiting() error {
	waiting, err := ledger.Unheld(t.tx, t.chat.Township, 5)
	if err != nil {
		return err
	}
	for _, h := range waiting {
		if h.Chat == t.chat.ID {
			continue
		}
		m, err := ledger.MatterByID(t.tx, h.Matter)
		if err != nil {
			return err
		}
		if err := t.ask(m, h, t.chat.Person); err != nil {
			return err
		}
	}
	return nil
}

// queue lists what a helper has in hand.
func (t *turn) queue() error {
	held, err := ledger.HeldBy(t.tx, t.chat.Person)
	if err != nil {
		return err
	}
	t.settle(ledger.FateAnswered, "helper")
	var b strings.Builder
	var choices []Choice
	for _, h := range held {
		m, err := ledger.MatterByID(t.tx, h.Matter)
		if err != nil {
			return err
		}
		if m.State == ledger.MatterClosed {
			continue
		}
		state := "回过了"
		do := Choice{Label: "回" + m.No, Do: "hold:" + id(h.ID)}
		switch h.State {
		case ledger.HandoverWaiting:
			state, do = "等您接，", Choice{Label: "接" + m.No, Do: "claim:" + id(h.ID)}
			state += t.by(h.Promised) + "前要答"
		case ledger.HandoverClaimed:
			state = "没回，" + t.by(h.Promised) + "前要答"
		}
		b.WriteString(m.No + " " + t.township().VillageName(m.Village) + " " + m.Topic + "：" + state + "\n")
		if len(choices) < 6 {
			choices = append(choices, do)
		}
	}
	disputes, err := ledger.DisputesWith(t.tx, t.chat.Person)
	if err != nil {
		return err
	}
	for _, d := range disputes {
		k, err := readMediation(t.tx, d)
		if err != nil {
			return err
		}
		line := k.no + " " + t.township().VillageName(k.Village) + " " + k.Category + "：" + k.rules.State.String()
		if !k.rules.Due.IsZero() {
			line += "，" + t.by(k.rules.Due) + "前"
			if k.rules.Late(t.now) {
				line += "（过了）"
			}
		}
		b.WriteString(line + "\n")
		if len(choices) < 10 {
			choices = append(choices, Choice{Label: k.no, Do: "m:card:" + id(k.ID)})
		}
	}
	if b.Len() == 0 {
		t.note("手上没有要办的。新的转人工会发到这里。", Choice{Label: "下班", Do: "duty-off"})
		return nil
	}
	t.note(strings.TrimSpace(b.String()), append(choices, Choice{Label: "下班", Do: "duty-off"})...)
	return nil
}

// changeDialogue changes another chat's dialogue and nothing else of it.
func (t *turn) changeDialogue(chat int64, change func(d *dialogue)) error {
	c, err := t.tx.LockID(chat)
	if isNotFound(err) {
		return nil
	}
	if err != nil {
		return err
	}
	c.Seq--
	d := readDialogue(c.State)
	change(d)
	state, err := json.Marshal(d)
	if err != nil {
		return err
	}
	c.State = string(state)
	return t.tx.SaveChat(c)
}
