package bot

import (
	"mingbai/bot/casework"
	"mingbai/bot/ledger"
)

// remindEvery is how often a clock of a dispute that has run out is recalled.
const remindEvery = 7

// disputeClock does what the end of a state's clock calls for: the next
// mediator where the one asked kept silent; elsewhere a word to who is to act.
// The rules' clock itself stays where it is, so that what is late is seen to
// be late.
func (t *turn) disputeClock(dispute, due int64) error {
	k, err := t.mediation(dispute)
	if isNotFound(err) {
		return nil
	}
	if err != nil {
		return err
	}
	if k.rules.State.Over() || k.rules.Due.IsZero() || k.rules.Due.UnixMilli() != due {
		return nil // a later state has its own clock
	}
	if k.rules.State == casework.Applied && k.Mediator != 0 {
		return t.mediatorMissed(k)
	}
	if err := t.remindDispute(k); err != nil {
		return err
	}
	return t.tx.SetTimer(k.Township, timerDispute, k.ID, due, t.now.AddDate(0, 0, remindEvery))
}

// mediatorMissed takes the dispute from a mediator who did not answer within
// the clock; the miss is counted.
func (t *turn) mediatorMissed(k *mediation) error {
	if err := t.tellMediator(k, Reply{Kind: KindNote, Text: k.no + " 到点没受理，转给别人了。"}); err != nil {
		return err
	}
	if err := t.leave(k, "missed"); err != nil {
		return err
	}
	if err := t.step(k, 0, casework.Step{Act: casework.ActDecline}); err != nil {
		return err
	}
	if err := t.assign(k); err != nil {
		return err
	}
	return t.tellReassigned(k)
}

func (t *turn) remindDispute(k *mediation) error {
	switch k.rules.State {
	case casework.Applied:
		return t.tellStaff(k, "还没有调解员受理，请定人。")
	case casework.Accepted:
		for _, p := range k.parties {
			if p.Chat != 0 && casework.Consent(p.Consent) == casework.NotAsked {
				if err := t.tellParty(k, p, Reply{Kind: KindNote, Say: k.names(casework.Applicant) + "请您一起调解（" + k.no + "），还等您一句话。",
					Choices: []Choice{{Label: "愿意调解", Do: "p:yes:" + id(k.ID)}, {Label: "不愿意", Do: "p:no:" + id(k.ID)}, choiceHuman}}); err != nil {
					return err
				}
			}
		}
		return t.tellMediator(k, t.mediatorCard(k, "对方还没有回话。没答应就不能调，请再问一次。"))
	case casework.Consented, casework.Mediating:
		if err := t.asksLongerByClock(k); err != nil {
			return err
		}
		return t.tellMediator(k, t.mediatorCard(k, "调解的期限到了。两边都同意才能延长；不同意的，到“调不成”。"))
	case casework.Agreed:
		if err := t.tellParties(k, Reply{Kind: KindNote, Say: "协议上的日子到了（" + k.no + "），做到了没有？",
			Choices: []Choice{{Label: "做到了", Do: "p:done:" + id(k.ID)}, {Label: "没做到", Do: "p:undone:" + id(k.ID)}}}); err != nil {
			return err
		}
		return t.tellMediator(k, t.mediatorCard(k, "协议上的日子到了，请问一问做到没有。"))
	case casework.Performed:
		return t.tellMediator(k, t.mediatorCard(k, "该回访了。"))
	}
	return nil
}

func (t *turn) asksLongerByClock(k *mediation) error {
	if k.rules.Extended {
		return nil
	}
	return t.tellParties(k, Reply{Kind: KindNote, Say: "调解（" + k.no + "）一个月了。要不要再调一个月？", Text: "两边都同意才延长。",
		Choices: []Choice{{Label: "同意延长", Do: "p:longer:" + id(k.ID)}, progressOf(k)}})
}

// meetingSoon reminds everybody of a session the day before.
func (t *turn) meetingSoon(dispute, meeting int64) error {
	k, err := t.mediation(dispute)
	if isNotFound(err) {
		return nil
	}
	if err != nil {
		return err
	}
	list, err := ledger.MeetingsOf(t.tx, k.ID)
	if err != nil {
		return err
	}
	for _, m := range list {
		if m.ID != meeting || m.State != "fixed" {
			continue
		}
		r := Reply{Kind: KindNote, Say: "提醒：" + t.by(m.At) + "，" + t.place(k, m) + "，调解（" + k.no + "）。", Text: "带上身份证和凭据。", Neutral: true}
		if err := t.tellParties(k, r); err != nil {
			return err
		}
		return t.tellMediator(k, r)
	}
	return nil
}
