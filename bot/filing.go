package bot

import (
	"regexp"
	"strings"

	"mingbai/bot/casework"
	"mingbai/bot/ledger"
	"mingbai/knowledge"
)

// Filing (登记): what was told becomes the record of a dispute, with its number,
// its parties, its evidence and the first mediator asked.

var phoneIn = regexp.MustCompile(`1[3-9][0-9][ -]?[0-9]{4}[ -]?[0-9]{4}|0[0-9]{2,3}-?[0-9]{7,8}`)

// nameAndPhone splits "李老三 13800000000".
func nameAndPhone(s string) (name, phone string) {
	phone = phoneIn.FindString(s)
	name = strings.Trim(strings.Replace(s, phone, "", 1), " ，,、。电话号码：:")
	return cut(name, 30), strings.NewReplacer(" ", "", "-", "").Replace(phone)
}

// fileDispute records what was told as a dispute applied for, and asks the
// first mediator.
func (t *turn) fileDispute() error {
	data := t.d.Data
	m, err := t.current()
	if err != nil {
		return err
	}
	asked := t.d.Asked
	if m == nil || m.State != ledger.MatterOpen {
		if m, err = t.openMatter("人民调解", ""); err != nil {
			return err
		}
	}
	t.d.Asked = asked
	if err := t.tx.Number(t.chat.Township, t.township().Prefix, t.now.In(shanghai).Year(), m); err != nil {
		return err
	}
	m.State = ledger.MatterWaiting
	if err := t.tx.SaveMatter(m); err != nil {
		return err
	}
	me, phone := nameAndPhone(data[askMe])
	if data[askElder] != "" {
		data[textProxy] = me + "代办；" + data[askElder] + "本人同意：" + data[askAgreed]
		me, _, _ = strings.Cut(data[askElder], "，")
	}
	other, otherPhone := nameAndPhone(data[askOther])
	k, err := t.openDispute(m, data["category"], knowledge.Level(data["level"]), data[askHome], 0, []*ledger.Party{
		{Side: string(casework.Applicant), Chat: t.chat.ID, Person: t.chat.Person, Consent: string(casework.Agrees), How: "here", At: t.now, Name: me, Phone: phone},
		{Side: string(casework.Respondent), Name: other, Phone: otherPhone},
	})
	if err != nil {
		return err
	}
	for _, x := range []string{textStory, textWish, textPlace, textProxy} {
		if data[x] != "" {
			k.texts[x] = data[x]
			if err := t.tx.Particular(k.ID, x, data[x]); err != nil {
				return err
			}
		}
	}
	if err := t.evidenceSoFar(k, strings.Fields(data["files"])); err != nil {
		return err
	}
	if err := t.step(k, t.chat.Person, casework.Step{Act: casework.ActApply}); err != nil {
		return err
	}
	t.d.end()
	t.onDispute(k)
	if k.Level == string(knowledge.LevelJoint) {
		if err := t.askSeats(k); err != nil {
			return err
		}
	}
	if err := t.assign(k); err != nil {
		return err
	}
	return t.disputeReceipt(k, "替您申请好了。")
}

// openDispute writes the record of a dispute in its first state.
func (t *turn) openDispute(m *ledger.Matter, category string, level knowledge.Level, village string, finder int64, parties []*ledger.Party) (*mediation, error) {
	k := &mediation{Dispute: &ledger.Dispute{Township: t.chat.Township, Year: int64(t.now.In(shanghai).Year()), Matter: m.ID, Chat: t.chat.ID, Village: village, Finder: finder},
		parties: parties, texts: map[string]string{}, no: m.No}
	k.rules = casework.Dispute{State: casework.Found, Category: category, Level: level}
	for _, p := range parties {
		k.rules.Parties = append(k.rules.Parties, casework.Party{Side: casework.Side(p.Side), Consent: casework.Consent(p.Consent)})
	}
	k.State, k.Category, k.Level, k.Rules = string(k.rules.State), category, string(level), "{}"
	if err := t.tx.OpenDispute(k.Dispute); err != nil {
		return nil, err
	}
	for i, p := range parties {
		p.Dispute, p.N = k.ID, int64(i)
		if err := t.tx.AddParty(p, ""); err != nil {
			return nil, err
		}
	}
	var sides []string
	for _, p := range parties {
		sides = append(sides, p.Side+"="+p.Consent)
	}
	if err := t.keep(k); err != nil {
		return nil, err
	}
	return k, t.tx.LogStep(k.Dispute, t.chat.Person, map[string]string{"act": "open", "parties": strings.Join(sides, " ")})
}

// disputeReceipt tells the applicant who was asked, by when, and why them.
func (t *turn) disputeReceipt(k *mediation, lead string) error {
	r := Reply{Kind: KindReceipt, Receipt: &Receipt{No: k.no, Who: t.township().Name + "司法所"}, Say: lead}
	if k.Mediator != 0 {
		who, err := t.nameOf(k.Mediator)
		if err != nil {
			return err
		}
		why, err := ledger.WhyAsked(t.tx, k.Dispute)
		if err != nil {
			return err
		}
		r.Receipt.Who = who
		r.Receipt.By = t.by(k.rules.Due) + "。到点没接，自动转给下一位"
		r.Text = "由" + casework.LevelName(knowledge.Level(k.Level)) + "办。派给他，是因为：" + why + "。不想要他，可以换，不用说理由。"
	} else {
		r.Receipt.By = t.by(k.rules.Due)
	}
	r.Choices = []Choice{progressOf(k), {Label: "换调解员", Do: "p:swap:" + id(k.ID)}, {Label: "撤回申请", Do: "p:withdraw:" + id(k.ID)}, {Label: "问别的事", Do: "new"}}
	t.settle(ledger.FateHandedOver, DecideDispute)
	t.say(r)
	return nil
}

// evidenceSoFar keeps the files sent while the dispute was being told.
func (t *turn) evidenceSoFar(k *mediation, messages []string) error {
	list, err := ledger.FilesOf(t.tx, t.chat.ID, k.Matter)
	if err != nil {
		return err
	}
	for _, f := range list {
		if err := t.keepFile(k, &ledger.Message{ID: f.Message, Chat: t.chat.ID}, f.Kind, f.Ref, f.Size); err != nil {
			return err
		}
	}
	for _, m := range messages {
		list, err := ledger.FilesWith(t.tx, t.chat.ID, number(m))
		if err != nil {
			return err
		}
		for _, f := range list {
			if err := t.keepFile(k, &ledger.Message{ID: f.Message, Chat: t.chat.ID}, f.Kind, f.Ref, f.Size); err != nil {
				return err
			}
		}
	}
	return nil
}

// keepEvidence keeps the files of this message for a dispute.
func (t *turn) keepEvidence(k *mediation) error {
	for _, f := range t.msg.Files {
		if f.Kind == "sticker" {
			continue
		}
		if err := t.keepFile(k, t.in, f.Kind, f.Ref, f.Size); err != nil {
			return err
		}
	}
	return nil
}
