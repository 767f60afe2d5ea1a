package bot

import (
	"regexp"
	"strings"
	"unicode/utf8"

	"mingbai/bot/ledger"
	"mingbai/knowledge"
	"mingbai/search"
)

// What is asked in the light of what was asked before.

// inContext answers a question that is not sure alone but is when read in the
// light of the question before it: "没签合同的喃" after a hand was crushed at work.
func (t *turn) inContext(q search.Meaning, text string) (bool, error) {
	vague := q.Decision != search.Answer && t.onSame(q, text) ||
		q.Confidence < surely && utf8.RuneCountInString(text) <= 12 && t.recent(text)
	if q.Intent != search.Ask || t.d.Asked == "" || !vague || q.Amends && q.Decision != search.Handover {
		return false, nil
	}
	card := t.mind.Base.Card(t.d.Card)
	both := t.mind.Index.Further(t.d.Asked, text)
	q.FollowUp = true // whatever it is answered with, it stays on the matter
	if len(both.Hits) == 0 {
		return false, nil
	}
	if card != nil && both.Hits[0].Card.ID == card.ID {
		return true, t.closestPart(card, text)
	}
	switch both.Decision {
	case search.Answer:
		v := t.mind.check(both.Hits[0].Card, knowledge.DayOf(t.now), dayOf(t.d.Asked, t.now))
		if v.Decision != DecideAnswer {
			return false, nil
		}
		asked := text
		if card == nil { // the question before was asked back: it belongs to this one
			asked = t.d.Asked + "，" + text
		}
		return true, t.answer(v, q, asked)
	case search.Clarify:
		if card == nil {
			v := t.mind.Decide(both, knowledge.DayOf(t.now), dayOf(t.d.Asked, t.now))
			if v.Decision == DecideClarify {
				return true, t.askBack(v.Choices, q, t.d.Asked+"，"+text)
			}
		}
	}
	if q.Decision != search.Handover {
		return false, nil
	}
	if card == nil {
		return t.askAgain(q, text)
	}
	// A word more on a matter under way is no reason to call a person yet: what
	// the card says nearest to it, with a person one tap away.
	return true, t.closestPart(card, text)
}

// askAgain repeats a question back, once, when what came instead of a choice
// says too little by itself: "发票没得".
func (t *turn) askAgain(q search.Meaning, text string) (bool, error) {
	if !t.d.askedBack() || t.d.Again || utf8.RuneCountInString(text) > 12 {
		return false, nil
	}
	var cards []*knowledge.Card
	for _, c := range t.d.Choices {
		if id, ok := strings.CutPrefix(c.Do, "card:"); ok && t.mind.Base.Card(id) != nil {
			cards = append(cards, t.mind.Base.Card(id))
		}
	}
	err := t.askBack(cards, q, t.d.Asked+"，"+text)
	t.d.Again = true
	return true, err
}

// moved marks words that leave the matter; kept, words that stay on it.
var (
	moved = regexp.MustCompile(`另外|换个事|再问|问别的|别的事|还有个事|还有件事|顺便`)
	kept  = regexp.MustCompile(`^(那|这|他|她|它|要是|如果|但是|可是|不过|我也|也|还|又|万一|没|不是|就是|刚才|前头)|[呢喃嘛唛]$`)
)

// surely is the confidence from which a few words stand for themselves: "离婚"
// does, "医药费哪个出" after a dog's bite does not.
const surely = 0.7

// contextHours is how long the matter before is what people still talk about.
const contextHours = 48

// onSame reports whether a question belongs to the matter being talked about:
// it leans on it, stays in its topic, or asks how to get one's right in it.
func (t *turn) onSame(q search.Meaning, text string) bool {
	if !t.recent(text) {
		return false
	}
	card := t.mind.Base.Card(t.d.Card)
	switch {
	case q.FollowUp, kept.MatchString(text), card != nil && q.Topic == card.Topic, q.Tells && t.d.askedBack():
		return true
	case q.Topic == "诉讼程序与法律援助", q.Topic == "人民调解":
		return utf8.RuneCountInString(text) <= 20
	}
	return q.Decision != search.Answer && utf8.RuneCountInString(text) <= 16
}

// recent reports whether there is a matter that people still talk about, and
// the words do not leave it.
func (t *turn) recent(text string) bool {
	return t.d.Matter != 0 && !moved.MatchString(text) && t.now.UnixMilli()-t.d.At <= contextHours*3600*1000
}

// matterFor continues the matter being talked about if the question belongs
// to it, else begins one.
func (t *turn) matterFor(q search.Meaning, text, topic, card string) (*ledger.Matter, error) {
	if !t.onSame(q, text) {
		return t.openMatter(topic, card)
	}
	m, err := t.current()
	if err != nil {
		return nil, err
	}
	if m == nil || m.State != ledger.MatterOpen {
		return t.openMatter(topic, card)
	}
	if card != "" {
		m.Card = card
		if err := t.tx.SaveMatter(m); err != nil {
			return nil, err
		}
		t.d.Card = card
	}
	return m, nil
}

// closestPart shows what of a card is nearest to what was said, by pairs of
// characters: a day and the card's clocks, a part, or its conclusion again with
// its other parts to choose from.
func (t *turn) closestPart(card *knowledge.Card, text string) error {
	if _, ok := search.DayNamed(text, t.now); ok && t.d.Day != "" && len(card.Clock) > 0 {
		return t.showPart("期限:" + card.ID)
	}
	best, label := 1, ""
	for _, p := range card.Parts {
		if p.Label == knowledge.Steps {
			continue
		}
		if n := pairsShared(text, p.Label+p.String()); n > best {
			best, label = n, p.Label
		}
	}
	if label == "" {
		label = knowledge.Conclusion
	}
	return t.showPart(label + ":" + card.ID)
}

// followUp answers a short question that leans on the card before it: the part
// of that card it asks for; else another card that fits both; else what the
// card says nearest to it.
func (t *turn) followUp(card *knowledge.Card) error {
	if _, err := t.current(); err != nil {
		return err
	}
	if t.meaning.Amends && t.meaning.Decision != search.Handover {
		return t.consultOne(t.meaning, t.msg.Text)
	}
	both := t.mind.Index.Further(t.d.Asked, t.msg.Text)
	// Another card that fits both, in the same subject. A fact of the case alone
	// is no reason to leave the card.
	var other *knowledge.Card
	if both.Decision == search.Answer && len(both.Hits) > 0 && (t.meaning.Decision == search.Answer || !t.meaning.Tells) {
		if c := both.Hits[0].Card; c.ID != card.ID && (c.Topic == card.Topic || c.Topic == t.meaning.Topic) {
			other = c
		}
	}
	named := other != nil && other.Topic == card.Topic && t.meaning.Confidence >= surely
	if _, ok := card.Part(t.meaning.Aspect); ok && !named {
		return t.showPart(t.meaning.Aspect + ":" + card.ID)
	}
	if t.meaning.Aspect == search.Deadline {
		label := knowledge.HowLong
		if len(card.Clock) > 0 {
			label = "期限"
		}
		return t.showPart(label + ":" + card.ID)
	}
	if t.meaning.Aspect == search.Where {
		t.settle(ledger.FateAnswered, DecideAnswer)
		t.say(Reply{Kind: KindAnswer, Say: "先去" + strings.Join(card.See, "；再不行找") + "。", Text: t.offices(card),
			Choices: []Choice{{Label: "还想知道", Do: "more:" + card.ID}, choiceHuman}})
		return nil
	}
	if other != nil {
		v := t.mind.check(other, knowledge.DayOf(t.now), dayOf(t.d.Asked, t.now))
		if v.Decision == DecideAnswer {
			return t.answer(v, t.meaning, t.d.Asked)
		}
	}
	if t.meaning.Decision == search.Answer && len(t.meaning.Hits) > 0 && !(len(both.Hits) > 0 && both.Hits[0].Card.ID == card.ID) {
		return t.consultOne(t.meaning, t.msg.Text)
	}
	return t.closestPart(card, t.msg.Text)
}
