package bot

import (
	"fmt"
	"strings"

	"mingbai/bot/casework"
	"mingbai/bot/ledger"
	"mingbai/knowledge"
)

// What the parties of a dispute say: whether they want mediation, which time
// suits, that they take it back, want another mediator, have done as agreed.

// startParty answers the word on an invitation: who asks, what for, and the
// two answers. False when no party has this word.
func (t *turn) startParty(code string) (bool, error) {
	p, err := ledger.PartyByCode(t.tx, code)
	if isNotFound(err) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	k, err := t.mediation(p.Dispute)
	if err != nil {
		return true, err
	}
	t.settle(ledger.FateAskedBack, "invite")
	if own := k.partyOf(t.chat.ID); own != nil && own.N != p.N {
		t.settle(ledger.FateRefused, "invite")
		t.note("这个邀请是给对方的，请转给他。", progressOf(k))
		return true, nil
	}
	if k.rules.State.Over() {
		t.note("这件事的调解已经结束："+k.rules.State.String()+"。", choiceHuman)
		return true, nil
	}
	for _, q := range k.parties {
		if q.N == p.N {
			q.Chat, q.Person = t.chat.ID, t.chat.Person
			if err := t.tx.SaveParty(q); err != nil {
				return true, err
			}
		}
	}
	t.onDispute(k)
	t.invite(k, "")
	return true, nil
}

// invite asks a party whether it wants mediation. What the other side told is
// not shown: only the matter and the wish.
func (t *turn) invite(k *mediation, lead string) {
	text := "什么事：" + k.Category
	if wish := k.texts[textWish]; wish != "" {
		text += "\n对方想：" + wish
	}
	t.say(Reply{Kind: KindNote, Say: lead + k.names(casework.Applicant) + "请您一起调解，您愿不愿意？", Text: text,
		Steps:   []string{"不收钱，调解员两边都听，不偏哪个。", "愿意才调；调到一半也可以不调，可以换调解员。", "不愿意也没事，对方可以走别的路。"},
		Cites:   []Cite{{Law: "人民调解法", Article: "第四条"}, {Law: "人民调解法", Article: "第二十三条"}},
		Choices: []Choice{{Label: "愿意调解", Do: "p:yes:" + id(k.ID)}, {Label: "不愿意", Do: "p:no:" + id(k.ID)}, choiceHuman}})
}

// partyTap does what a party's button says: "verb:dispute" or, for a vote,
// "vote:meeting".
func (t *turn) partyTap(arg string) error {
	verb, rest, _ := strings.Cut(arg, ":")
	ref, more, _ := strings.Cut(rest, ":")
	k, err := t.mediation(number(ref))
	if isNotFound(err) {
		return t.notYours()
	}
	if err != nil {
		return err
	}
	p := k.partyOf(t.chat.ID)
	if p == nil {
		return t.notYours()
	}
	t.onDispute(k)
	switch verb {
	case "yes":
		return t.consents(k, p, "here", t.chat.Person)
	case "no":
		return t.refuses(k, p, "here", t.chat.Person)
	case "vote":
		return t.votes(k, p, number(more))
	case "withdraw":
		return t.withdraws(k, p)
	case "swap":
		return t.swaps(k)
	case "longer":
		return t.longer(k, p)
	case "done", "undone":
		return t.saysDone(k, p, verb == "done")
	}
	return t.showDispute(k.ID)
}

// onDispute makes a dispute the one being talked about. The words of the other
// side do not count to the applicant's matter: erasing one does not erase the
// other.
func (t *turn) onDispute(k *mediation) {
	t.d.Dispute = k.ID
	if k.Chat == t.chat.ID {
		t.d.Matter, t.matter = k.Matter, k.Matter
	}
}

func progressOf(k *mediation) Choice { return Choice{Label: "看进度", Do: "p:show:" + id(k.ID)} }

// relayDispute passes what a party adds to the mediator, and keeps its files as
// evidence. A question is answered, not passed on.
func (t *turn) relayDispute() (bool, error) {
	if t.d.Dispute == 0 || t.meaning.Intent == "progress" || t.meaning.Intent == "privacy" || t.meaning.Intent == "human" {
		return false, nil
	}
	k, err := t.mediation(t.d.Dispute)
	if isNotFound(err) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	p := k.partyOf(t.chat.ID)
	if p == nil || k.rules.State.Over() {
		t.d.Dispute = 0
		return false, nil
	}
	if t.msg.Text != "" && asking.MatchString(t.msg.Text) && t.meaning.Intent == "ask" {
		return false, nil
	}
	t.onDispute(k)
	if err := t.keepEvidence(k); err != nil {
		return true, err
	}
	t.settle(ledger.FateHandedOver, "relayed")
	text := strings.TrimSpace(bodyOf(Message{Files: t.msg.Files}) + " " + t.msg.Text)
	if k.Mediator == 0 {
		t.note("记下了，有调解员接手就看得到。", progressOf(k), Choice{Label: "问别的事", Do: "new"})
		return true, nil
	}
	if err := t.tellMediator(k, Reply{Kind: KindNote, Say: t.title(k), Text: named(p) + "：" + cut(text, 1000), Choices: []Choice{{Label: "看这件事", Do: "m:card:" + id(k.ID)}, {Label: "给当事人带话", Do: "m:tell:" + id(k.ID)}}}); err != nil {
		return true, err
	}
	t.note("转给调解员了。", progressOf(k), Choice{Label: "问别的事", Do: "new"})
	return true, nil
}

func (t *turn) notYours() error {
	t.settle(ledger.FateAnswered, "action")
	t.note("这件事不在您名下，或者已经办完了。", choiceMatters, choiceHuman)
	return nil
}

// consents records a party's yes, told here or, through the mediator, by
// phone. With the last one the mediator may fix a time.
func (t *turn) consents(k *mediation, p *ledger.Party, how string, by int64) error {
	if casework.Consent(p.Consent) == casework.Agrees {
		t.settle(ledger.FateAnswered, "dispute")
		t.note("记着呢，您已经答应调解。", progressOf(k))
		return nil
	}
	if err := t.step(k, by, casework.Step{Act: casework.ActConsent, Party: int(p.N)}); err != nil {
		return t.refused(err)
	}
	p.Consent, p.How, p.At = string(casework.Agrees), how, t.now
	if err := t.tx.SaveParty(p); err != nil {
		return err
	}
	t.settle(ledger.FateAnswered, "dispute")
	t.note("好，记下了："+named(p)+"愿意调解。调解员会约时间。", progressOf(k))
	if k.rules.State != casework.Consented {
		return t.tellMediator(k, Reply{Kind: KindNote, Say: t.title(k), Text: named(p) + "愿意调解。"})
	}
	if err := t.tellParties(k, Reply{Kind: KindNote, Say: "两边都愿意调解（" + k.no + "）。", Text: "调解员会约时间，您点合适的就行。"}); err != nil {
		return err
	}
	if by == k.Mediator && k.Mediator != 0 {
		t.replies[len(t.replies)-1].Choices = t.mediatorChoices(k)
		return nil
	}
	return t.tellMediator(k, t.mediatorCard(k, "两边都愿意调解，请定时间。"))
}

// refuses ends mediation: nobody is mediated against their will (人民调解法
// 第十七条). The applicant is told the other ways and their clocks.
func (t *turn) refuses(k *mediation, p *ledger.Party, how string, by int64) error {
	if err := t.step(k, by, casework.Step{Act: casework.ActRefuse, Party: int(p.N)}); err != nil {
		return t.refused(err)
	}
	p.Consent, p.How, p.At = string(casework.Refuses), how, t.now
	if err := t.tx.SaveParty(p); err != nil {
		return err
	}
	t.settle(ledger.FateAnswered, "dispute")
	t.note("好，记下了："+named(p)+"不愿意调解。调解到此为止，不再打扰。", choiceHuman)
	return t.endMediation(k, "对方不愿意调解，调解就到这里。")
}

// endMediation tells both sides the other ways, writes the notice and, once
// that is there, leaves the closing to the mediator.
func (t *turn) endMediation(k *mediation, say string) error {
	if err := t.writePapers(k, casework.PaperRoutes); err != nil {
		return err
	}
	for _, p := range k.parties {
		if p.Chat == 0 || p.Chat == t.chat.ID && casework.Consent(p.Consent) == casework.Refuses {
			continue
		}
		if err := t.tellParty(k, p, t.doorsReply(k, say)); err != nil {
			return err
		}
	}
	if k.Mediator == 0 || t.chat.Person == k.Mediator {
		return nil
	}
	return t.tellMediator(k, t.mediatorCard(k, say))
}

// votes records that a time suits a party; with everybody's word it is fixed.
// Meeting 0 says that none does.
func (t *turn) votes(k *mediation, p *ledger.Party, meeting int64) error {
	list, err := ledger.MeetingsOf(t.tx, k.ID)
	if err != nil {
		return err
	}
	t.settle(ledger.FateAnswered, "dispute")
	if meeting == 0 {
		t.note("好，告诉调解员另外约。哪天方便，直接打字说。")
		return t.tellMediator(k, Reply{Kind: KindNote, Say: t.title(k), Text: named(p) + "：这几个时间都不行，请另约。", Choices: t.mediatorChoices(k)})
	}
	for _, m := range list {
		if m.ID != meeting || m.State != "proposed" {
			continue
		}
		if err := t.tx.Suits(m.ID, p.ID); err != nil {
			return err
		}
		if list, err = ledger.MeetingsOf(t.tx, k.ID); err != nil {
			return err
		}
		for _, m := range list {
			if m.ID == meeting && m.Votes >= len(k.parties) {
				return t.fixMeeting(k, m, p.Person)
			}
		}
		t.note("记下了，"+t.by(m.At)+"您方便。等对方也点了，就定下来。", t.meetingChoices(k, list)...)
		return t.tellMediator(k, Reply{Kind: KindNote, Say: t.title(k), Text: named(p) + "：" + t.by(m.At) + "可以。"})
	}
	t.note("这个时间已经不约了。", progressOf(k))
	return nil
}

// meetingChoices are the times still to be voted on.
func (t *turn) meetingChoices(k *mediation, list []ledger.Meeting) []Choice {
	var out []Choice
	for _, m := range list {
		if m.State == "proposed" {
			out = append(out, Choice{Label: t.by(m.At) + " 可以", Do: fmt.Sprintf("p:vote:%d:%d", k.ID, m.ID)})
		}
	}
	return append(out, Choice{Label: "都不行", Do: fmt.Sprintf("p:vote:%d:0", k.ID)})
}

// timerMeeting reminds the parties the evening before a session.
const timerMeeting = "meeting"

// fixMeeting fixes a session's time and tells everybody.
func (t *turn) fixMeeting(k *mediation, m ledger.Meeting, by int64) error {
	if err := t.step(k, by, casework.Step{Act: casework.ActSchedule, When: m.At}); err != nil {
		return t.refused(err)
	}
	if err := t.tx.SetMeeting(k.Dispute, m.ID, "fixed"); err != nil {
		return err
	}
	if err := t.tx.SetMeeting(k.Dispute, 0, "dropped"); err != nil {
		return err
	}
	if before := m.At.AddDate(0, 0, -1); before.After(t.now) {
		if err := t.tx.SetTimer(k.Township, timerMeeting, k.ID, m.ID, before); err != nil {
			return err
		}
	}
	r := Reply{Kind: KindNote, Say: "定了：" + t.by(m.At) + "，" + t.place(k, m) + "，调解（" + k.no + "）。", Text: "带上身份证和您手上的凭据。来不了，提前打字说一声。",
		Choices: []Choice{progressOf(k)}}
	t.settle(ledger.FateAnswered, "dispute")
	if err := t.tellParties(k, r); err != nil {
		return err
	}
	if t.chat.Person == k.Mediator && k.Mediator != 0 {
		t.say(t.mediatorCard(k, r.Say))
		return nil
	}
	t.say(r)
	return t.tellMediator(k, t.mediatorCard(k, "定了："+t.by(m.At)+"，"+t.place(k, m)+"。"))
}

// place is where a session is held; without a word of its own, the committee.
func (t *turn) place(k *mediation, m ledger.Meeting) string {
	if m.Place != "" {
		return m.Place
	}
	return t.township().MediationCommittee(knowledge.Level(k.Level), k.Village)
}

func (t *turn) withdraws(k *mediation, p *ledger.Party) error {
	if p.Side != string(casework.Applicant) {
		return t.refuses(k, p, "here", t.chat.Person)
	}
	if err := t.step(k, t.chat.Person, casework.Step{Act: casework.ActWithdraw}); err != nil {
		return t.refused(err)
	}
	if err := t.setMatter(k, ledger.MatterClosed); err != nil {
		return err
	}
	if err := t.tellParties(k, Reply{Kind: KindNote, Text: k.no + " 对方撤回了调解申请，这件事到此为止。"}); err != nil {
		return err
	}
	if err := t.tellMediator(k, t.mediatorCard(k, "申请人撤回了。")); err != nil {
		return err
	}
	t.settle(ledger.FateAnswered, "dispute")
	t.note("撤回了。想再调，随时再来申请。", choiceMatters, choiceHuman)
	return nil
}

// swaps gives the dispute to another mediator because a party wants it; no
// reason is asked for (人民调解法 第二十三条).
func (t *turn) swaps(k *mediation) error {
	if err := t.step(k, t.chat.Person, casework.Step{Act: casework.ActSwap}); err != nil {
		return t.refused(err)
	}
	if err := t.tellMediator(k, Reply{Kind: KindNote, Text: k.no + " 当事人换了调解员，这件事不用您管了，辛苦。"}); err != nil {
		return err
	}
	if err := t.leave(k, "swapped"); err != nil {
		return err
	}
	if err := t.assign(k); err != nil {
		return err
	}
	return t.disputeReceipt(k, "好，换一位。")
}

// leave ends the present mediator's part in a dispute, and frees what they
// were typing for it.
func (t *turn) leave(k *mediation, result string) error {
	if err := t.tx.EndAsk(k.Dispute, result); err != nil {
		return err
	}
	if k.Mediator == 0 {
		return nil
	}
	c, err := ledger.ChatOf(t.tx, k.Mediator)
	if isNotFound(err) {
		return nil
	}
	if err != nil {
		return err
	}
	free := func(d *dialogue) {
		if d.Flow == "mediate" && d.Data["dispute"] == id(k.ID) {
			d.end()
		}
	}
	if c.ID == t.chat.ID {
		free(t.d)
		return nil
	}
	return t.changeDialogue(c.ID, free)
}

// longer records that a party agrees to go on after the term; with everybody's
// word the term is extended once.
func (t *turn) longer(k *mediation, p *ledger.Party) error {
	if err := t.tx.Particular(k.ID, "longer-"+id(p.N), t.now.In(shanghai).Format("2006年1月2日")); err != nil {
		return err
	}
	k.texts["longer-"+id(p.N)] = "yes"
	for _, q := range k.parties {
		if k.texts["longer-"+id(q.N)] == "" {
			t.settle(ledger.FateAnswered, "dispute")
			t.note("记下了，您同意再调一段时间。等对方也同意。")
			return nil
		}
	}
	if err := t.step(k, t.chat.Person, casework.Step{Act: casework.ActExtend, Both: true}); err != nil {
		return t.refused(err)
	}
	t.settle(ledger.FateAnswered, "dispute")
	t.note("两边都同意，延长到" + t.by(k.rules.Due) + "。")
	if err := t.tellParties(k, Reply{Kind: KindNote, Text: k.no + " 两边都同意，延长到" + t.by(k.rules.Due) + "。"}); err != nil {
		return err
	}
	return t.tellMediator(k, Reply{Kind: KindNote, Say: t.title(k), Text: "两边都同意延长，到" + t.by(k.rules.Due) + "。"})
}

// saysDone passes a party's word on performance to the mediator, who confirms
// it.
func (t *turn) saysDone(k *mediation, p *ledger.Party, done bool) error {
	if k.rules.State != casework.Agreed {
		return t.showDispute(k.ID)
	}
	what := named(p) + "说：协议上的事做到了。"
	if !done {
		what = named(p) + "说：协议上的事没做到。请督促。"
	}
	if err := t.tx.Particular(k.ID, "done-"+id(p.N), what); err != nil {
		return err
	}
	t.settle(ledger.FateAnswered, "dispute")
	if done {
		t.note("好，记下了，调解员会来回访。")
	} else {
		t.note("记下了，调解员会去催。书面协议有法律约束力，催了还不做，可以去法院。", choiceHuman)
	}
	return t.tellMediator(k, t.mediatorCard(k, what))
}

// showDispute tells a party where its dispute stands: in plain words, who has
// it, the next date, who looked.
func (t *turn) showDispute(dispute int64) error {
	d, err := ledger.DisputeByID(t.tx, dispute)
	if isNotFound(err) {
		return t.notYours()
	}
	if err != nil {
		return err
	}
	k, err := readMediation(t.tx, d)
	if err != nil {
		return err
	}
	p := k.partyOf(t.chat.ID)
	if p == nil {
		return t.notYours()
	}
	t.onDispute(k)
	t.settle(ledger.FateAnswered, "matters")
	lines := []string{casework.LevelName(knowledge.Level(k.Level)) + " · " + k.Category}
	if k.No != 0 {
		lines = append(lines, "案号："+t.fileNo(k))
	}
	if k.Mediator != 0 {
		who, err := t.nameOf(k.Mediator)
		if err != nil {
			return err
		}
		lines = append(lines, "谁在管："+who)
	}
	for _, q := range k.parties {
		lines = append(lines, named(q)+"："+map[casework.Consent]string{casework.Agrees: "愿意调解", casework.Refuses: "不愿意调解"}[casework.Consent(q.Consent)])
		if q.Consent == "" {
			lines[len(lines)-1] = named(q) + "：还没回话"
		}
	}
	switch {
	case !k.rules.Session.IsZero():
		lines = append(lines, "⏰ 见面调解："+t.by(k.rules.Session))
	case !k.rules.Due.IsZero():
		lines = append(lines, "⏰ 这一步最迟："+t.by(k.rules.Due))
	}
	looked, err := ledger.LookedAt(t.tx, k.Matter)
	if err != nil {
		return err
	}
	lines = append(lines, "有人看过："+id(looked)+"次")
	t.say(Reply{Kind: KindNote, Say: k.no + "：" + k.rules.State.String() + "。", Text: strings.Join(lines, "\n"), Note: "要补充，直接打字或发照片，调解员看得到。", Choices: t.partyChoices(k, p)})
	return nil
}

// partyChoices are what a party may do now.
func (t *turn) partyChoices(k *mediation, p *ledger.Party) []Choice {
	var out []Choice
	do := func(label, verb string) { out = append(out, Choice{Label: label, Do: "p:" + verb + ":" + id(k.ID)}) }
	if casework.Consent(p.Consent) == casework.NotAsked && k.rules.Can(casework.ActConsent) {
		do("愿意调解", "yes")
		do("不愿意", "no")
	}
	if k.rules.State == casework.Agreed {
		do("做到了", "done")
		do("没做到", "undone")
	}
	if k.rules.Can(casework.ActSwap) {
		do("换调解员", "swap")
	}
	if k.rules.Can(casework.ActWithdraw) && p.Side == string(casework.Applicant) {
		do("撤回申请", "withdraw")
	}
	return append(out, choiceMatters, Choice{Label: "问别的事", Do: "new"})
}
