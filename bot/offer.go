package bot

import (
	"slices"
	"time"

	"mingbai/bot/ledger"
	"mingbai/knowledge"
	"mingbai/search"
)

// mediationLaw is what the offer of mediation says: 《人民调解法》第三条
// (自愿), 第四条 (不收费), 第十七条 (当事人可以申请).
var mediationLaw = []knowledge.Cite{
	{Law: "人民调解法", Article: "第三条"}, {Law: "人民调解法", Article: "第四条"}, {Law: "人民调解法", Article: "第十七条"},
}

// inForce reports whether every article of a list is law on a day.
func (m *Mind) inForce(list []knowledge.Cite, day knowledge.Day) bool {
	return !slices.ContainsFunc(list, func(c knowledge.Cite) bool {
		_, err := m.Base.Laws.Check(c, day)
		return err != nil
	})
}

// offer is what somebody reads who wants others to step in: the law's first
// steps if a card is sure, and the offer of mediation with its own law.
func (m *Mind) offer(v Verdict, now time.Time) Reply {
	r := Reply{Kind: KindAnswer, Say: "可以请调解员上门说和，不收钱，两边都愿意才调。",
		Choices: []Choice{{Label: "申请调解", Do: "mediate"}, choiceHuman}}
	if m.inForce(mediationLaw, knowledge.DayOf(now)) {
		r.Cites, r.Law = citesOf(mediationLaw), "现行有效，今天核对。"
	}
	if v.Card != nil {
		full := m.AnswerReply(v, now)
		r.Text, r.Steps, r.Cites, r.Law = full.Say, full.Steps, full.Cites, full.Law
		r.Choices = []Choice{{Label: "申请调解", Do: "mediate"}, {Label: "还想知道", Do: "more:" + v.Card.ID}, choiceHuman}
	}
	return r
}

// maxStory is how much of a quarrel as first told is kept for the application.
const maxStory = 600

// offerMediation answers somebody who wants others to step in.
func (t *turn) offerMediation(v Verdict, q search.Meaning, text string) error {
	card := ""
	if v.Card != nil {
		card = v.Card.ID
	}
	m, err := t.matterFor(q, text, q.Topic, card)
	if err != nil {
		return err
	}
	t.d.Asked = cut(text, maxStory) // the story, if they apply
	if card != "" {
		t.d.Card = card
		if err := t.tx.LogAnswer(t.chat, m, "dispute"); err != nil {
			return err
		}
	}
	t.settle(ledger.FateAnswered, DecideDispute)
	t.say(t.mind.offer(v, t.now))
	return nil
}
