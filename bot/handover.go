package bot

import (
	"errors"
	"regexp"
	"strings"
	"time"

	"mingbai/bot/ledger"
	"mingbai/knowledge"
)

func isNotFound(err error) bool { return errors.Is(err, ledger.ErrNotFound) }

// The kinds of timers a hand-over sets.
const (
	timerOffer   = "offer"   // the person asked has not taken it
	timerPromise = "promise" // the resident was promised an answer by now
	timerClose   = "close"   // answered and quiet since: the matter closes
)

// quietDays is how long an answered matter waits for another word.
const quietDays = 3

// callPerson hands the matter being talked about to a person, or says who has
// it already.
func (t *turn) callPerson(reason string) error {
	t.d.end()
	m, err := t.current()
	if err != nil {
		return err
	}
	if m != nil && m.State != ledger.MatterClosed {
		h, err := ledger.HandoverOf(t.tx, m.ID)
		if err != nil && !isNotFound(err) {
			return err
		}
		if err == nil && h.State != ledger.HandoverWithdrawn {
			t.settle(ledger.FateHandedOver, "handover")
			return t.showReceipt(m, h, "已经有人在管了，不用再催。")
		}
	}
	if m == nil || m.State == ledger.MatterClosed {
		topic := t.meaning.Topic
		if topic == "" {
			topic = "平台使用"
		}
		asked := t.d.Asked
		if m, err = t.openMatter(topic, ""); err != nil {
			return err
		}
		t.d.Asked = asked
	}
	h, err := t.handOver(m, reasonCode(reason))
	if err != nil {
		return err
	}
	lead := "好。"
	switch {
	case strings.HasPrefix(reason, "citation"):
		lead = "这件事的法律有变动，我不敢乱答，请人答您。"
	case reason == "no-card":
		lead = "这件事我没有把握，不乱答，请人答您。"
	case reason == "mediation":
		lead = "好，替您申请调解。"
	}
	t.settle(ledger.FateHandedOver, DecideHandover)
	return t.showReceipt(m, h, lead)
}

// reasonCode keeps the journal free of free text.
func reasonCode(reason string) string {
	code, _, _ := strings.Cut(reason, ":")
	if code == "danger" {
		return reason
	}
	return code
}

// showReceipt tells who answers and by when.
func (t *turn) showReceipt(m *ledger.Matter, h *ledger.Handover, lead string) error {
	r := Reply{Kind: KindReceipt, Receipt: &Receipt{No: m.No}}
	by := t.by(h.Promised)
	if h.Holder == 0 {
		r.Receipt.Who = t.township().Name + "司法所"
		r.Say = lead + by + "前，司法所有人回您。"
		r.Receipt.By = by
	} else {
		who, err := t.nameOf(h.Holder)
		if err != nil {
			return err
		}
		r.Receipt.Who = who
		r.Receipt.By = by + "。过时没回，自动转给下一位"
		r.Say = lead + by + "前，" + who + "回您。"
	}
	r.Text = "您刚才说的他都看得到，不用再讲一遍。要补充，直接在这里说。"
	if h.State == ledger.HandoverAnswered {
		r.Say, r.Text = lead+r.Receipt.Who+"已经回过您。", "还要问，直接在这里说，他看得到。"
	}
	r.Choices = []Choice{{Label: "查进度", Do: "matter:" + m.No}, {Label: "换个人", Do: "another:" + id(h.ID)}, {Label: "不用了", Do: "enough:" + id(h.ID)}, {Label: "问别的事", Do: "new"}}
	t.say(r)
	return nil
}

// handOver opens a hand-over, gives the matter its number, and asks the first
// person.
func (t *turn) handOver(m *ledger.Matter, reason string) (*ledger.Handover, error) {
	if err := t.tx.Number(t.chat.Township, t.township().Prefix, t.now.In(knowledge.Shanghai).Year(), m); err != nil {
		return nil, err
	}
	h, err := t.tx.HandOver(t.chat, m, reason, t.replyBy(reason))
	if err != nil {
		return nil, err
	}
	m.State = ledger.MatterWaiting
	if err := t.tx.SaveMatter(m); err != nil {
		return nil, err
	}
	if err := t.promise(h); err != nil {
		return nil, err
	}
	return h, t.askNext(m, h)
}

// replyBy is when a person answers a hand-over that begins now: by office
// hours, or in danger by the clock on the wall.
func (t *turn) replyBy(reason string) time.Time {
	if strings.HasPrefix(reason, "danger:") {
		return t.now.Add(2 * dangerWait)
	}
	return t.mind.Calendar.Promise(t.now, time.Duration(t.township().Promise.Reply)*time.Minute)
}

// promise promises an answer anew and sets its timer. One set for an earlier
// promise is void: see fire.
func (t *turn) promise(h *ledger.Handover) error {
	h.Promised = t.replyBy(h.Reason)
	return t.tx.SetTimer(t.chat.Township, timerPromise, h.ID, h.Missed, h.Promised)
}

// askNext asks the next person to take a hand-over: mediators first for a
// mediation, the village's volunteers, volunteers elsewhere in the township,
// the adviser, then staff. With nobody left it stays with the judicial
// office, and whoever comes on duty next is asked. One that was answered
// already is open again, and needs a promise of its own: the first may be past.
func (t *turn) askNext(m *ledger.Matter, h *ledger.Handover) error {
	if h.State == ledger.HandoverAnswered {
		if err := t.promise(h); err != nil {
			return err
		}
	}
	h.State, h.Holder = ledger.HandoverWaiting, 0
	steps := []struct{ role, village string }{
		{ledger.Volunteer, h.Village}, {ledger.Volunteer, ""}, {ledger.Adviser, ""}, {ledger.Clerk, ""},
	}
	if h.Reason == "mediation" {
		steps = append([]struct{ role, village string }{{ledger.Mediator, h.Village}, {ledger.Mediator, ""}}, steps...)
	}
	for _, s := range steps {
		people, err := ledger.Helpers(t.tx, t.chat.Township, s.role, s.village, h.ID)
		if err != nil {
			return err
		}
		for _, p := range people {
			if p.Person == t.chat.Person || p.Person == m.Person {
				continue // nobody answers their own question, nor gets back what they passed on
			}
			return t.ask(m, h, p.Person)
		}
	}
	m.State = ledger.MatterWaiting
	if err := t.tx.SaveMatter(m); err != nil {
		return err
	}
	return t.tx.SaveHandover(h)
}

// ask offers the hand-over to one person until a time, and tells them what it
// is about.
func (t *turn) ask(m *ledger.Matter, h *ledger.Handover, person int64) error {
	until := t.mind.Calendar.Promise(t.now, time.Duration(t.township().Promise.Claim)*time.Minute)
	if strings.HasPrefix(h.Reason, "danger:") {
		until = t.now.Add(dangerWait)
	}
	if err := t.tx.Ask(t.chat.Township, h, person, until); err != nil {
		return err
	}
	m.State = ledger.MatterWaiting
	if err := t.tx.SaveMatter(m); err != nil {
		return err
	}
	if err := t.tx.SetTimer(t.chat.Township, timerOffer, h.ID, h.Step, until); err != nil {
		return err
	}
	c, err := ledger.ChatOf(t.tx, person)
	if isNotFound(err) {
		return nil // no way to reach them: the clock moves it on
	}
	if err != nil {
		return err
	}
	r, err := t.briefing(m, h)
	if err != nil {
		return err
	}
	r.Say = "有人要问，请在" + t.by(until) + "前接过来。"
	if strings.HasPrefix(h.Reason, "danger:") {
		r.Say = "急事：可能有人有危险，请马上接过来。"
		r.Neutral = true
	}
	r.Choices = []Choice{{Label: "接过来", Do: "claim:" + id(h.ID)}, {Label: "转给别人", Do: "pass:" + id(h.ID)}, {Label: "我下班了", Do: "duty-off"}}
	return t.tell(c.ID, r, m.ID, nil)
}

// briefing is what a helper sees: the number, what was said, and three cards
// that may help, with their law.
func (t *turn) briefing(m *ledger.Matter, h *ledger.Handover) (Reply, error) {
	lines, err := ledger.Transcript(t.tx, h.Chat, m.ID, 0, 12)
	if err != nil {
		return Reply{}, err
	}
	var b strings.Builder
	b.WriteString("受理号 " + m.No + " · " + t.township().VillageName(m.Village) + " · " + m.Topic + "\n")
	question, seen := "", false
	add := func(text string) {
		if question == "" {
			question = text
		}
		b.WriteString("村民：" + cut(text, 300) + "\n")
	}
	for _, l := range lines {
		line, ok := lineOf(l)
		switch {
		case !ok, l.Inbound && isOrder(line.Text):
		case l.Inbound:
			add(line.Text)
			seen = seen || t.in != nil && l.ID == t.in.ID
		case line.Reply.Kind == KindPerson || line.Reply.Kind == KindAnswer:
			b.WriteString("答：" + cut(strings.TrimSpace(line.Reply.Say+" "+line.Reply.Text), 120) + "\n")
		}
	}
	// The message that called the person gets its matter only when the turn
	// ends, so it is not in the transcript yet.
	if t.in != nil && h.Chat == t.chat.ID && !seen && t.in.Body != "" && !isOrder(t.in.Body) && t.msg.Tap == "" {
		add(t.in.Body)
	}
	if question == "" && t.d.Asked != "" && h.Chat == t.chat.ID {
		add(t.d.Asked)
	}
	if question == "" {
		b.WriteString("村民还没说是什么事，请先问他。\n")
	}
	b.WriteString(t.suggest(question))
	return Reply{Kind: KindNote, Text: strings.TrimSpace(b.String())}, nil
}

// isOrder reports whether a message only told the bot what to do, and says
// nothing of the matter.
func isOrder(text string) bool { return typedNumber.MatchString(text) || command(text) != nil }

// suggest lists up to three cards for a question, each with its law.
func (t *turn) suggest(question string) string {
	if question == "" {
		return ""
	}
	var b strings.Builder
	n := 0
	for _, hit := range t.mind.Index.Understand(head(question, maxText)).Hits {
		v := t.mind.check(hit.Card, knowledge.DayOf(t.now), "")
		if v.Decision != DecideAnswer {
			continue
		}
		if n == 0 {
			b.WriteString("参考（已核对法条）：\n")
		}
		n++
		conclusion, _ := hit.Card.Part(knowledge.Conclusion)
		b.WriteString("· " + hit.Card.Title + "：" + cut(t.mind.fill(conclusion.String()), 90))
		for _, c := range v.Cites[:min(2, len(v.Cites))] {
			b.WriteString(c.String())
		}
		b.WriteString("\n")
		if n == 3 {
			break
		}
	}
	return b.String()
}

// relay passes what a resident adds to the person who has the matter; the bot
// keeps quiet on it. A question of its own on another topic is not held back.
func (t *turn) relay() (bool, error) {
	if t.d.Dispute != 0 {
		return t.relayDispute()
	}
	m, err := t.current()
	if err != nil || m == nil || m.State != ledger.MatterHeld && m.State != ledger.MatterWaiting {
		t.matter = 0
		return false, err
	}
	h, err := ledger.HandoverOf(t.tx, m.ID)
	if isNotFound(err) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	if h.Holder == 0 && t.meaning.Intent == "chitchat" {
		t.matter = 0
		return false, nil
	}
	other := t.meaning.Intent == "ask" && asking.MatchString(t.msg.Text) && !t.meaning.FollowUp && len(t.meaning.Hits) > 0 && t.meaning.Topic != m.Topic &&
		t.mind.Decide(t.meaning, knowledge.DayOf(t.now), "").Decision == DecideAnswer
	if other || t.meaning.Intent == "progress" || t.meaning.Intent == "privacy" {
		t.matter = 0
		return false, nil
	}
	t.settle(ledger.FateHandedOver, "relayed")
	if h.Holder == 0 {
		t.note("记下了，有人接手就看得到。", Choice{Label: "问别的事", Do: "new"})
		return true, nil
	}
	text := t.msg.Text
	if len(t.msg.Files) > 0 {
		text = strings.TrimSpace(bodyOf(Message{Files: t.msg.Files}) + text)
	}
	if err := t.tellHolder(h, text); err != nil {
		return true, err
	}
	who, err := t.nameOf(h.Holder)
	if err != nil {
		return true, err
	}
	t.note("转给"+who+"了。", Choice{Label: "问别的事", Do: "new"})
	return true, nil
}

// asking marks a sentence that asks. What is said without it, while a person
// has the matter, adds to the matter.
var asking = regexp.MustCompile(`[?？]|咋|啷|哪|怎么|怎样|如何|什么|啥|多少|好多|几[年天个点]|吗|么$|不$|没$|能不能|可不可以|要不要|该不该|是不是|有没有|得不`)

// tellHolder passes words to whoever has a hand-over.
func (t *turn) tellHolder(h *ledger.Handover, text string) error {
	if h.Holder == 0 {
		return nil
	}
	c, err := ledger.ChatOf(t.tx, h.Holder)
	if isNotFound(err) {
		return nil
	}
	if err != nil {
		return err
	}
	m, err := ledger.MatterByID(t.tx, h.Matter)
	if err != nil {
		return err
	}
	r := Reply{Kind: KindNote, Text: m.No + " 村民：" + cut(text, 1000)}
	if h.State == ledger.HandoverWaiting {
		r.Choices = []Choice{{Label: "接过来", Do: "claim:" + id(h.ID)}, {Label: "转给别人", Do: "pass:" + id(h.ID)}}
	} else {
		r.Choices = []Choice{{Label: "回他", Do: "hold:" + id(h.ID)}}
	}
	return t.tell(c.ID, r, m.ID, nil)
}

// mine returns a hand-over of this chat, by its key in a button; nil when the
// button is of something else or long over.
func (t *turn) mine(arg string) (*ledger.Handover, error) {
	h, err := ledger.HandoverByID(t.tx, number(arg))
	if isNotFound(err) || err == nil && h.Chat != t.chat.ID {
		return nil, nil
	}
	return h, err
}

// enough ends a hand-over that the resident needs no more.
func (t *turn) enough(arg string) error {
	t.settle(ledger.FateAnswered, "action")
	h, err := t.mine(arg)
	if err != nil {
		return err
	}
	if h == nil {
		t.note("好。有事随时再来。")
		return nil
	}
	t.matter = h.Matter
	if h.State != ledger.HandoverWithdrawn {
		wasOpen := h.State != ledger.HandoverAnswered
		if wasOpen {
			if err := t.noticeHolder(h, "村民说不用了，这件事结束。"); err != nil {
				return err
			}
			if err := t.tx.CloseOffer(t.chat.Township, h, "withdrawn"); err != nil {
				return err
			}
			h.State = ledger.HandoverWithdrawn
		}
		if err := t.closeMatter(h, "resident"); err != nil {
			return err
		}
	}
	t.note("好，这件事就到这里。有变化随时再来。", choiceMatters)
	return nil
}

// closeMatter closes the matter of a hand-over.
func (t *turn) closeMatter(h *ledger.Handover, why string) error {
	if err := t.tx.SaveHandover(h); err != nil {
		return err
	}
	m, err := ledger.MatterByID(t.tx, h.Matter)
	if err != nil {
		return err
	}
	if m.State == ledger.MatterClosed {
		return nil
	}
	m.State, m.Closed = ledger.MatterClosed, t.now
	if err := t.tx.SaveMatter(m); err != nil {
		return err
	}
	return t.tx.Log(t.chat.Township, ledger.Entry{Event: ledger.Closed, By: t.chat.Person, To: m.ID, X: map[string]string{"why": why, "topic": m.Topic, "village": m.Village}})
}

// anotherPerson passes the hand-over on because the resident asks; no reason
// is needed.
func (t *turn) anotherPerson(arg string) error {
	h, err := t.mine(arg)
	if err != nil {
		return err
	}
	if h == nil || h.State == ledger.HandoverWithdrawn {
		return t.callPerson("asked")
	}
	t.matter = h.Matter
	if h.Holder != 0 {
		if err := t.noticeHolder(h, "村民想换个人答，这件事不用您管了，辛苦。"); err != nil {
			return err
		}
		if err := t.tx.CloseOffer(t.chat.Township, h, "passed"); err != nil {
			return err
		}
		if err := t.letGo(h); err != nil {
			return err
		}
	}
	m, err := ledger.MatterByID(t.tx, h.Matter)
	if err != nil {
		return err
	}
	if err := t.askNext(m, h); err != nil {
		return err
	}
	t.settle(ledger.FateHandedOver, DecideHandover)
	return t.showReceipt(m, h, "好，换一位。")
}

// letGo frees the dialogue of a helper whose hand-over moves on, so that what
// they type next does not go to the resident.
func (t *turn) letGo(h *ledger.Handover) error {
	c, err := ledger.ChatOf(t.tx, h.Holder)
	if isNotFound(err) {
		return nil
	}
	if err != nil {
		return err
	}
	if c.ID == t.chat.ID {
		if t.d.Holding == h.ID {
			t.d.Holding = 0
		}
		return nil
	}
	return t.changeDialogue(c.ID, func(d *dialogue) {
		if d.Holding == h.ID {
			d.Holding = 0
		}
	})
}
