package bot

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"mingbai/bot/casework"
	"mingbai/bot/ledger"
	"mingbai/knowledge"
)

// What mediators (人民调解员) do, by buttons and short replies: take a dispute or
// not, propose times, record what was said, draft the agreement, close.

// briefMediator asks a mediator to take a dispute, with all they need to
// decide.
func (t *turn) briefMediator(k *mediation) error {
	why, err := ledger.WhyAsked(t.tx, k.Dispute)
	if err != nil {
		return err
	}
	r := t.mediatorCard(k, "请在"+t.by(k.rules.Due)+"前受理。")
	r.Text += "\n为什么找您：" + why
	r.Neutral = true
	return t.tellMediator(k, r)
}

// mediatorCard is a dispute as its mediator sees it, with what can be done
// now.
func (t *turn) mediatorCard(k *mediation, say string) Reply {
	r := Reply{Kind: KindNote, Say: say, Choices: t.mediatorChoices(k)}
	lines := []string{t.title(k) + " · " + casework.LevelName(knowledge.Level(k.Level)), "现在：" + k.rules.State.String()}
	if k.No != 0 {
		lines = append(lines, t.fileNo(k))
	}
	for _, p := range k.parties {
		side := "对方"
		if p.Side == string(casework.Applicant) {
			side = "申请人"
		}
		lines = append(lines, side+"："+strings.TrimSpace(named(p)+" "+p.Phone))
	}
	if x := k.texts[textProxy]; x != "" {
		lines = append(lines, "代办："+x)
	}
	for _, x := range []struct{ name, label string }{{textStory, "事情"}, {textPlace, "地方"}, {textWish, "想要"}, {textTerms, "协议"}} {
		if k.texts[x.name] != "" {
			lines = append(lines, x.label+"："+cut(k.texts[x.name], 400))
		}
	}
	if !k.rules.Session.IsZero() {
		lines = append(lines, "⏰ 见面："+t.by(k.rules.Session))
	}
	if !k.rules.Due.IsZero() {
		lines = append(lines, "⏰ 这一步最迟："+t.by(k.rules.Due))
	}
	if k.rules.Outcome != "" {
		lines = append(lines, t.meter(k))
	}
	r.Text = strings.Join(lines, "\n")
	return r
}

// meter says which of the papers needed are in the dossier.
func (t *turn) meter(k *mediation) string {
	need := k.rules.Required()
	missing := k.rules.Missing()
	s := fmt.Sprintf("卷宗：%d份里有了%d份", len(need), len(need)-len(missing))
	var names []string
	for _, i := range missing {
		names = append(names, i.String())
	}
	if len(names) > 0 {
		s += "，还缺" + strings.Join(names, "、")
	}
	return s
}

// mediatorChoices are the buttons for the acts that the rules allow now.
func (t *turn) mediatorChoices(k *mediation) []Choice {
	var out []Choice
	do := func(label, verb string) { out = append(out, Choice{Label: label, Do: "m:" + verb + ":" + id(k.ID)}) }
	can := k.rules.Can
	switch k.rules.State {
	case casework.Applied:
		do("受理", "accept")
		do("接不了", "decline")
		do("是亲戚或有利害", "kin")
		do("类别不对", "category")
	case casework.Accepted:
		do("对方愿意", "yes")
		do("对方不愿意", "no")
		do("给对方的邀请", "invite")
		do("记调查", "inquiry")
	case casework.Consented:
		do("约时间", "times")
		do("记调查", "inquiry")
	case casework.Mediating:
		do("约时间", "times")
		do("记一次调解", "record")
		do("写协议", "terms")
		do("记调查", "inquiry")
		if !k.rules.Extended {
			do("延长一次", "extend")
		}
	case casework.Agreed:
		do("履行了", "perform")
		do("没履行", "breach")
		do("回访", "revisit")
	case casework.Performed:
		do("回访", "revisit")
	}
	if k.rules.Outcome == casework.OutcomeWritten && can(casework.ActConfirm) {
		do("司法确认", "confirm")
	}
	if can(casework.ActPaper) && slices.Contains(k.rules.Missing(), casework.PaperIdentity) {
		do("核对身份证", "identity")
	}
	if can(casework.ActFail) {
		do("调不成", "fail")
	}
	if can(casework.ActMoveUp) && k.Level != string(knowledge.LevelJoint) {
		do("往上转", "up")
	}
	if can(casework.ActTransfer) && k.rules.State != casework.Applied {
		do("不归调解", "out")
	}
	if can(casework.ActClose) {
		do("结案", "close")
	}
	if !k.rules.State.Over() {
		do("给当事人带话", "tell")
	}
	do("卷宗", "papers")
	return out[:min(len(out), 12)]
}

// mediatorTap does what a mediator's button says: "verb:dispute".
func (t *turn) mediatorTap(arg string) error {
	verb, ref, _ := strings.Cut(arg, ":")
	ref, more, _ := strings.Cut(ref, ":")
	k, err := t.mediation(number(ref))
	if isNotFound(err) || err == nil && (k.Mediator == 0 || k.Mediator != t.chat.Person) {
		t.settle(ledger.FateAnswered, "mediator")
		t.note("这件事已经不在您手上了，不用管。", Choice{Label: "待办", Do: "queue"})
		return nil
	}
	if err != nil {
		return err
	}
	t.matter = k.Matter
	if t.d.Flow == "mediate" {
		t.d.end()
	}
	if ask, ok := mediatorAsks[verb]; ok {
		if a := ask.act; a != "" && !k.rules.Can(a) {
			return t.refused(&casework.Refusal{Act: a, State: k.rules.State, Why: "这件事现在是“" + k.rules.State.String() + "”，这一步不能做。"})
		}
		t.d.begin("mediate", verb)
		t.d.Data["dispute"] = id(k.ID)
		t.settle(ledger.FateAskedBack, "mediator")
		t.note(ask.text, append(ask.choices, Choice{Label: "先不弄", Do: "m:card:" + id(k.ID)})...)
		return nil
	}
	t.settle(ledger.FateAnswered, "mediator")
	switch verb {
	case "accept":
		return t.accepts(k)
	case "kin":
		return t.declines(k, "kin", "和当事人沾亲或有利害")
	case "yes", "no":
		return t.otherSays(k, verb == "yes")
	case "invite":
		return t.giveInvite(k)
	case "fix":
		return t.fixFirst(k, number(more))
	case "written", "oral":
		return t.agrees(k, casework.Outcome(verb))
	case "signed":
		return t.signed(k, casework.Outcome(more))
	case "perform":
		if err := t.tx.Particular(k.ID, "performed", "按协议内容全部履行"); err != nil {
			return err
		}
		return t.did(k, casework.Step{Act: casework.ActPerform}, "记下了：协议履行了。请在"+strconv.Itoa(t.township().Mediation.Revisit)+"天内回访。")
	case "breach":
		return t.breaches(k)
	case "identity":
		return t.keepsPaper(k, casework.PaperIdentity)
	case "extend":
		return t.asksLonger(k)
	case "confirm":
		return t.confirms(k)
	case "up":
		return t.movesUp(k)
	case "close":
		return t.closes(k)
	case "papers":
		return t.showPapers(k)
	case "about":
		if t.asksAbout(k) {
			return nil
		}
	}
	t.say(t.mediatorCard(k, ""))
	return nil
}

// mediatorAsks are the buttons that want a few words first.
var mediatorAsks = map[string]struct {
	act     casework.Act
	text    string
	choices []Choice
}{
	"decline":  {casework.ActDecline, "为什么接不了？点一个，或者打几个字。", []Choice{{Label: "手上太多", Do: "mt:手上太多"}, {Label: "不熟这类事", Do: "mt:不熟这类事"}, {Label: "人在外地", Do: "mt:人在外地"}}},
	"category": {casework.ActCorrect, "是哪一类？打出来：" + strings.Join(knowledge.DisputeCategories, "、") + "。", nil},
	"times":    {casework.ActSchedule, "打一到三个时间，一行一个，如“11月26日上午9点 村委会”。两边都点了同一个，就定了。", nil},
	"inquiry":  {casework.ActPaper, "问了谁、在哪里、他怎么说？一条写完。", nil},
	"record":   {casework.ActSession, "这次调解，两边各怎么说，说到哪一步？一条写完。", nil},
	"terms":    {casework.ActAgree, "把说好的写下来，一行一条：谁、做什么、给多少、哪天前、怎么给。", nil},
	"fail":     {casework.ActFail, "为什么调不成？一句话，写进告知书。", nil},
	"out":      {casework.ActTransfer, "这件事该到哪里去办，为什么？一句话，会告诉当事人。", nil},
	"revisit":  {casework.ActRevisit, "回访了谁，协议做到没有，还有没有扯皮？一句话。", nil},
	"tell":     {"", "要带什么话？会发给能在这里找到的当事人。", nil},
}

// mediateText takes what a mediator typed for a button.
func (t *turn) mediateText(text string) error {
	k, err := t.mediation(number(t.d.Data["dispute"]))
	if isNotFound(err) || err == nil && k.Mediator != t.chat.Person {
		t.d.end()
		t.settle(ledger.FateAnswered, "mediator")
		t.note("这件事已经不在您手上了，不用管。", Choice{Label: "待办", Do: "queue"})
		return nil
	}
	if err != nil {
		return err
	}
	t.matter = k.Matter
	if err := t.keepEvidence(k); err != nil {
		return err
	}
	if text = strings.TrimSpace(text); text == "" {
		t.settle(ledger.FateAskedBack, "mediator")
		t.note("照片、语音存进了卷宗。再打几个字。")
		return nil
	}
	t.settle(ledger.FateAnswered, "mediator")
	what := t.d.Step
	t.d.end()
	switch what {
	case "decline":
		return t.declines(k, "declined", text)
	case "category":
		return t.corrects(k, text)
	case "times":
		return t.proposes(k, text)
	case "inquiry":
		return t.writes(k, casework.PaperInquiry, "inquiry", text)
	case "record":
		return t.records(k, text)
	case "terms":
		return t.drafts(k, text)
	case "fail":
		return t.fails(k, text)
	case "out":
		return t.transfers(k, text)
	case "revisit":
		return t.revisits(k, text)
	case "about":
		return t.fillsAbout(k, text)
	}
	r := Reply{Kind: KindPerson, Say: "调解员带话（" + k.no + "）：", Text: cut(text, 1000)}
	if err := t.tellParties(k, r); err != nil {
		return err
	}
	t.note("带到了。", Choice{Label: "看这件事", Do: "m:card:" + id(k.ID)})
	return nil
}

// did does one act and shows the dispute anew.
func (t *turn) did(k *mediation, s casework.Step, say string) error {
	if err := t.step(k, t.chat.Person, s); err != nil {
		return t.refused(err)
	}
	t.say(t.mediatorCard(k, say))
	return nil
}

func (t *turn) accepts(k *mediation) error {
	if err := t.step(k, t.chat.Person, casework.Step{Act: casework.ActAccept}); err != nil {
		return t.refused(err)
	}
	if err := t.tx.EndAsk(k.Dispute, "accepted"); err != nil {
		return err
	}
	if err := t.tx.NumberDispute(k.Dispute); err != nil {
		return err
	}
	if err := t.setMatter(k, ledger.MatterHeld); err != nil {
		return err
	}
	who, err := t.nameOf(k.Mediator)
	if err != nil {
		return err
	}
	for _, p := range k.parties {
		if p.Chat == 0 {
			continue
		}
		if casework.Consent(p.Consent) == casework.NotAsked {
			continue // asked below
		}
		if err := t.tellParty(k, p, Reply{Kind: KindNote, Say: who + "受理了（" + k.no + "）。", Text: "案号" + t.fileNo(k) + "。不收钱。接下来问对方愿不愿意调；愿意才调。",
			Choices: []Choice{progressOf(k), {Label: "换调解员", Do: "p:swap:" + id(k.ID)}}}); err != nil {
			return err
		}
	}
	t.say(t.mediatorCard(k, "归您了。案号"+t.fileNo(k)+"。"))
	if err := t.writePapers(k); err != nil {
		return err
	}
	if k.rules.State == casework.Accepted {
		return t.giveInvite(k)
	}
	return nil
}

func (t *turn) declines(k *mediation, result, why string) error {
	if err := t.step(k, t.chat.Person, casework.Step{Act: casework.ActDecline}); err != nil {
		return t.refused(err)
	}
	if err := t.tx.Particular(k.ID, "declined-"+id(k.Step), why); err != nil {
		return err
	}
	if err := t.leave(k, result); err != nil {
		return err
	}
	t.note("好，转给别人了。", Choice{Label: "待办", Do: "queue"})
	if err := t.assign(k); err != nil {
		return err
	}
	return t.tellReassigned(k)
}

// tellReassigned tells the applicant that another mediator is being asked.
func (t *turn) tellReassigned(k *mediation) error {
	if k.Mediator == 0 {
		return t.tellParties(k, Reply{Kind: KindNote, Text: k.no + " 还在找调解员，司法所在安排。急的话直接去司法所。"})
	}
	who, err := t.nameOf(k.Mediator)
	if err != nil {
		return err
	}
	return t.tellParties(k, Reply{Kind: KindNote, Text: k.no + " 换成" + who + "（" + casework.LevelName(knowledge.Level(k.Level)) + "），" + t.by(k.rules.Due) + "前受理。"})
}

func (t *turn) corrects(k *mediation, text string) error {
	if !slices.Contains(knowledge.DisputeCategories, text) && slices.Contains(knowledge.DisputeCategories, text+"纠纷") {
		text += "纠纷"
	}
	return t.did(k, casework.Step{Act: casework.ActCorrect, Category: text}, "改成"+text+"了。")
}

// otherSays records what the other party told the mediator by phone or face to
// face.
func (t *turn) otherSays(k *mediation, yes bool) error {
	for _, p := range k.parties {
		if casework.Consent(p.Consent) != casework.NotAsked {
			continue
		}
		if yes {
			return t.consents(k, p, "mediator", t.chat.Person)
		}
		if err := t.refuses(k, p, "mediator", t.chat.Person); err != nil {
			return err
		}
		t.replies[len(t.replies)-1].Choices = t.mediatorChoices(k)
		return nil
	}
	t.say(t.mediatorCard(k, "两边都答过了。"))
	return nil
}

// giveInvite gives the mediator what to pass on to the other party: a word, a
// link where the township has an address, and a slip to print. A party already
// here is asked here.
func (t *turn) giveInvite(k *mediation) error {
	for _, p := range k.parties {
		if casework.Consent(p.Consent) != casework.NotAsked {
			continue
		}
		if p.Chat != 0 && p.Chat != t.chat.ID {
			if err := t.tellParty(k, p, Reply{Kind: KindNote, Say: k.names(casework.Applicant) + "请您一起调解（" + k.no + "），您愿不愿意？", Text: "什么事：" + k.Category,
				Choices: []Choice{{Label: "愿意调解", Do: "p:yes:" + id(k.ID)}, {Label: "不愿意", Do: "p:no:" + id(k.ID)}, choiceHuman}}); err != nil {
				return err
			}
			t.note("已经在这里问" + named(p) + "了。")
			continue
		}
		code, err := t.tx.NewCode(p)
		if err != nil {
			return err
		}
		steps := []string{"打电话问也行，他怎么说就点哪个。", "请他在明白里发：/start " + code}
		if t.e.PublicURL != "" {
			steps[1] = "请他打开 " + t.e.PublicURL + "/?k=" + code + " ，或者在明白里发：/start " + code
		}
		if err := t.writeInvite(k, p, code); err != nil {
			return err
		}
		t.say(Reply{Kind: KindNote, Say: "请问" + named(p) + "愿不愿意调解。", Steps: append(steps, "没有手机的，打印邀请单送去，在“卷宗”里。"), Text: strings.TrimSpace("电话：" + p.Phone),
			Choices: []Choice{{Label: "对方愿意", Do: "m:yes:" + id(k.ID)}, {Label: "对方不愿意", Do: "m:no:" + id(k.ID)}, {Label: "卷宗", Do: "m:papers:" + id(k.ID)}}})
	}
	return nil
}
