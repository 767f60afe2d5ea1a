package bot

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"mingbai/bot/ledger"
	"mingbai/knowledge"
	"mingbai/search"
)

// The decisions of the contract: what becomes of a question.
const (
	DecideAnswer    = "answer"
	DecideClarify   = "clarify"
	DecideHandover  = "handover"
	DecideUrgent    = "urgent"
	DecideDispute   = "dispute"
	DecideAction    = "action"
	DecideSmalltalk = "smalltalk"
	DecideRefuse    = "refuse"
)

// A Verdict is what to do with a question: a value, decided without touching
// anything.
type Verdict struct {
	Decision string
	Card     *knowledge.Card   // the card that answers
	Cites    []knowledge.Cite  // its citations, checked
	Day      knowledge.Day     // the day whose law was checked
	Choices  []*knowledge.Card // what to ask back with
	Why      string            // for the record, when nobody can see it from the rest
}

// Decide turns an understood question into a verdict by the law of day. past
// is the day of what happened, where the question names one; it matters only
// for cards whose law has changed since. Decide is pure.
func (m *Mind) Decide(q search.Meaning, day, past knowledge.Day) Verdict {
	switch {
	case q.Danger != "":
		return Verdict{Decision: DecideUrgent}
	case q.Intent == "human":
		return Verdict{Decision: DecideAction, Why: "asked"}
	case q.Intent == "register", q.Intent == "progress", q.Intent == "privacy":
		return Verdict{Decision: DecideAction, Why: q.Intent}
	case q.Intent == "chitchat":
		return Verdict{Decision: DecideSmalltalk}
	case q.Intent == "out_of_scope":
		return Verdict{Decision: DecideRefuse, Why: "out-of-scope"}
	}
	v := Verdict{Decision: DecideHandover, Why: "no-card"}
	if len(q.Hits) > 0 {
		switch q.Decision {
		case search.Answer:
			v = m.check(q.Hits[0].Card, day, past)
		case search.Clarify:
			v = Verdict{Decision: DecideClarify}
			for _, h := range q.Hits {
				if len(v.Choices) < 4 && h.Card != nil {
					v.Choices = append(v.Choices, h.Card)
				}
			}
			if len(v.Choices) < 2 {
				v = Verdict{Decision: DecideHandover, Why: "no-card"}
			}
		}
	}
	if q.Intent == "dispute" {
		// The card found stays behind the offer of mediation, as what the law
		// says meanwhile.
		if v.Card != nil && v.Card.Mediable == knowledge.MediablePoliceFirst {
			return v
		}
		v.Decision = DecideDispute
	}
	return v
}

// check is promise 2: every article of the card must be law on the day; the
// version must be the one the card was written against, for an article number
// may mean something else in another version. If anything fails the verdict
// is a person.
func (m *Mind) check(c *knowledge.Card, day, past knowledge.Day) Verdict {
	if past != "" && past < day && len(c.Before) > 0 {
		day = past
	}
	cites := c.CitesOn(day)
	for _, cite := range cites {
		law, err := m.Base.Laws.Check(cite, day)
		if err == nil {
			earlier := false
			for _, b := range c.Before {
				earlier = earlier || b.Law == cite.Law && b.Article == cite.Article && day < b.Day
			}
			if written := m.Base.Laws.On(cite.Law, c.Written); !earlier && written != law {
				err = fmt.Errorf("%s: %w", cite, knowledge.ErrNotInForce)
			}
		}
		if err == nil && m.Statutes != nil && m.Statutes.Has(cite.Law) {
			if _, ok := m.Statutes.Text(cite.Law, cite.Article, day); !ok {
				err = fmt.Errorf("%s: %w", cite, knowledge.ErrNoArticle)
			}
		}
		if err != nil {
			return Verdict{Decision: DecideHandover, Why: "citation: " + err.Error(), Day: day}
		}
	}
	return Verdict{Decision: DecideAnswer, Card: c, Cites: cites, Day: day}
}

// Holds reports whether a card may answer by the law of a day: all it cites was
// in force then, in the version that it was written against.
func (m *Mind) Holds(c *knowledge.Card, day knowledge.Day) bool {
	return m.check(c, day, "").Decision == DecideAnswer
}

// AnswerReply lays out a card as it is read first: conclusion, steps, law.
func (m *Mind) AnswerReply(v Verdict, now time.Time) Reply {
	c := v.Card
	r := Reply{Kind: KindAnswer}
	conclusion, _ := c.Part(knowledge.Conclusion)
	r.Say = m.fill(conclusion.String())
	steps, _ := c.Part(knowledge.Steps)
	for _, s := range steps.Steps {
		r.Steps = append(r.Steps, m.fill(s))
	}
	r.Cites, r.Law = m.lawLines(v, now)
	r.Choices = []Choice{{Label: "看法条", Do: "law:" + c.ID}, {Label: "还想知道", Do: "more:" + c.ID}}
	if len(v.Cites) == 0 {
		r.Choices = r.Choices[1:]
	}
	if c.Mediable == knowledge.MediableYes {
		r.Choices = append(r.Choices, Choice{Label: "申请调解", Do: "mediate"})
	}
	r.Choices = append(r.Choices, choiceHuman)
	r.Rate = []Choice{{Label: "有用", Do: "rate:1:@"}, {Label: "没用", Do: "rate:0:@"}}
	return r
}

// answerTo is a card's answer to a question: what corrects or confirms a rule
// taken for granted first, and the part that was asked for.
func (m *Mind) answerTo(v Verdict, q search.Meaning, asked string, now time.Time) Reply {
	r := m.AnswerReply(v, now)
	if q.Premise {
		r.Say = leadWith(r.Say, q.Text)
	}
	if p, ok := v.Card.Part(q.Aspect); ok {
		r.Text = p.Label + "：" + m.fill(p.String())
	}
	r.Text = strings.TrimSpace(m.renumbered(asked, v.Day) + "\n" + r.Text)
	return r
}

// renumbered tells a resident who names an article of a former law where it
// stands now: "旧的《治安管理处罚法》第四十三条现在是第五十一条。"
func (m *Mind) renumbered(text string, day knowledge.Day) string {
	var lines []string
	for _, mention := range m.Base.Laws.Mentioned(text, day) {
		if line := mention.Move.String(); line != "" && mention.Renumbered() && !slices.Contains(lines, line) {
			lines = append(lines, line)
		}
	}
	return strings.Join(lines, "\n")
}

// lawLines says which law stands behind an answer and that it was checked.
func (m *Mind) lawLines(v Verdict, now time.Time) ([]Cite, string) {
	cites := citesOf(v.Cites)
	var law string
	switch today := knowledge.DayOf(now); {
	case len(cites) == 0:
	case v.Day == today:
		law = "现行有效，今天核对。"
	case v.Day < today:
		law = "这是" + chineseDay(v.Day) + "的法律，已核对。"
	}
	if by := v.Card.Approved.By; by != "" {
		law += cmp.Or(v.Card.Approved.As, "镇法律顾问") + by + "审定。"
	} else {
		law += "待镇法律顾问审定，要紧的事请再找人核实。"
	}
	return cites, law
}

func chineseDay(d knowledge.Day) string {
	t := d.Time()
	return fmt.Sprintf("%d年%d月%d日", t.Year(), t.Month(), t.Day())
}

// fill puts the township's own figures into a card's text, or whom to ask
// where the township has given none.
func (m *Mind) fill(s string) string {
	for {
		before, rest, ok := strings.Cut(s, "{{local.")
		if !ok {
			return s
		}
		key, after, ok := strings.Cut(rest, "}}")
		if !ok {
			return s
		}
		value := m.Base.Township.Local[key]
		if value == "" {
			value = "（" + key + "请问镇便民服务中心）"
		}
		s = before + value + after
	}
}

// consult answers what was typed, in the light of the matter before it.
func (t *turn) consult() error {
	if card := t.mind.Base.Card(t.d.Card); card != nil && len(card.Clock) > 0 {
		if d, ok := search.OnlyDay(t.msg.Text, t.now); ok {
			t.d.Day = d
			return t.showPart("期限:" + card.ID)
		}
	}
	ask := t.meaning.Intent == search.Ask
	if ask && t.meaning.Earlier && t.d.comeBack() {
		t.meaning = t.mind.Index.Further(t.d.Asked, t.msg.Text)
		t.meaning.FollowUp = true
	}
	if card := t.mind.Base.Card(t.d.Card); ask && card != nil && t.meaning.FollowUp {
		return t.followUp(card)
	}
	if parts := t.meaning.Parts; ask && len(parts) > 1 {
		return t.consultParts(parts[:min(3, len(parts))])
	}
	return t.consultOne(t.meaning, t.msg.Text)
}

// consultParts answers the questions of one message one by one. Those nobody
// is sure of do not take the others with them: a person is called only when
// none could be answered.
func (t *turn) consultParts(parts []string) error {
	t.note(fmt.Sprintf("您问了%d件，一件一件答。", len(parts)))
	var answered dialogue
	var unsure []string
	got := false
	for i, p := range parts {
		q := t.mind.Index.Understand(p)
		if t.mind.Decide(q, knowledge.DayOf(t.now), dayOf(p, t.now)).Decision == DecideHandover {
			unsure = append(unsure, fmt.Sprintf("第%d件", i+1))
			continue
		}
		if err := t.consultOne(q, p); err != nil {
			return err
		}
		if t.kind == DecideAnswer {
			answered, got = *t.d, true
		}
	}
	if len(unsure) == len(parts) {
		t.replies, t.about = t.replies[:len(t.replies)-1], t.about[:len(t.about)-1]
		return t.consultOne(t.meaning, t.msg.Text)
	}
	if len(unsure) > 0 {
		t.note(strings.Join(unsure, "、")+"我没有把握，不乱答。要人答，点“找人说”。", choiceHuman)
	}
	if got {
		// What is said next is about what was answered.
		t.d.Matter, t.d.Card, t.d.Asked, t.d.Day = answered.Matter, answered.Card, answered.Asked, answered.Day
		t.matter = answered.Matter
		t.settle(ledger.FateAnswered, DecideAnswer)
	}
	return nil
}

func (t *turn) consultOne(q search.Meaning, text string) error {
	if answered, err := t.inContext(q, text); answered || err != nil {
		return err
	}
	v := t.mind.Decide(q, knowledge.DayOf(t.now), dayOf(text, t.now))
	switch v.Decision {
	case DecideUrgent:
		return t.urgent(q.Danger)
	case DecideAction:
		return t.action(v.Why)
	case DecideSmalltalk:
		return t.smalltalk(text)
	case DecideRefuse:
		t.settle(ledger.FateRefused, "out-of-scope")
		t.note(outOfScope, choiceHuman)
		return nil
	case DecideAnswer:
		return t.answer(v, q, text)
	case DecideClarify:
		return t.askBack(v.Choices, q, text)
	case DecideDispute:
		if card := t.mind.Base.Card(t.d.Card); v.Card == nil && card != nil && card.Mediable == knowledge.MediableNo && t.onSame(q, text) {
			// What an authority decided is nothing to mediate: a person helps.
			return t.callPerson("asked")
		}
		return t.offerMediation(v, q, text)
	}
	if a, ok := t.mind.statute(q, v, text, knowledge.DayOf(t.now)); ok {
		return t.showStatute(a, q, text)
	}
	if _, err := t.matterFor(q, text, q.Topic, ""); err != nil {
		return err
	}
	t.d.Asked = cut(text, 120)
	return t.callPerson(v.Why)
}

// openMatter begins a matter and makes it the one being talked about.
func (t *turn) openMatter(topic, card string) (*ledger.Matter, error) {
	village := t.d.Village
	m, err := t.tx.OpenMatter(t.chat, village, topic, card)
	if err != nil {
		return nil, err
	}
	t.d.leave()
	t.d.Matter, t.matter = m.ID, m.ID
	return m, nil
}

// answer gives a card's text and records it.
func (t *turn) answer(v Verdict, q search.Meaning, asked string) error {
	m, err := t.matterFor(q, asked, v.Card.Topic, v.Card.ID)
	if err != nil {
		return err
	}
	t.d.Card, t.d.Asked = v.Card.ID, cut(asked, 120)
	if err := t.tx.LogAnswer(t.chat, m, "card"); err != nil {
		return err
	}
	r := t.mind.answerTo(v, q, asked, t.now)
	if d, ok := search.DayNamed(asked, t.now); ok {
		t.d.Day = d
		r.Text = strings.TrimSpace(r.Text + "\n" + strings.Join(t.mind.deadlines(v.Card, d, t.now), "\n"))
	}
	t.settle(ledger.FateAnswered, DecideAnswer)
	t.say(r)
	return nil
}

// askBack offers the likeliest cards by title.
func (t *turn) askBack(cards []*knowledge.Card, q search.Meaning, asked string) error {
	if _, err := t.matterFor(q, asked, q.Topic, ""); err != nil {
		return err
	}
	t.d.Asked, t.d.Again = cut(asked, 120), false
	r := Reply{Kind: KindClarify, Text: "您问的是哪一件？点一下，或者回数字。"}
	if moved := t.mind.renumbered(asked, knowledge.DayOf(t.now)); moved != "" {
		r.Text = moved + "\n" + r.Text
	}
	for _, c := range cards {
		r.Choices = append(r.Choices, Choice{Label: c.Title, Do: "card:" + c.ID})
	}
	r.Choices = append(r.Choices, Choice{Label: "都不是，找人说", Do: "none"})
	t.settle(ledger.FateAskedBack, DecideClarify)
	t.say(r)
	return nil
}

// chosen answers with the card picked from an ask-back.
func (t *turn) chosen(cardID string) error {
	c := t.mind.Base.Card(cardID)
	if c == nil {
		return t.callPerson("card-gone")
	}
	v := t.mind.check(c, knowledge.DayOf(t.now), dayOf(t.d.Asked, t.now))
	if v.Decision != DecideAnswer {
		return t.callPerson(v.Why)
	}
	m, err := t.current()
	if err != nil {
		return err
	}
	if m == nil || m.Card != "" || m.State != ledger.MatterOpen {
		return t.answer(v, search.Meaning{Topic: c.Topic}, c.Title)
	}
	m.Topic, m.Card = c.Topic, c.ID
	if err := t.tx.SaveMatter(m); err != nil {
		return err
	}
	if err := t.tx.LogAnswer(t.chat, m, "chosen"); err != nil {
		return err
	}
	t.d.Card = c.ID
	t.settle(ledger.FateAnswered, DecideAnswer)
	t.say(t.mind.AnswerReply(v, t.now))
	return nil
}

// current returns the matter being talked about, or nil; the message counts
// to it.
func (t *turn) current() (*ledger.Matter, error) {
	if t.d.Matter == 0 {
		return nil, nil
	}
	m, err := ledger.MatterByID(t.tx, t.d.Matter)
	if errors.Is(err, ledger.ErrNotFound) || err == nil && m.Chat != t.chat.ID {
		t.d.Matter = 0
		return nil, nil
	}
	if err == nil {
		t.matter = m.ID
	}
	return m, err
}

// rate records 有用 or 没用: "value:message".
func (t *turn) rate(arg string) error {
	value, msg, _ := strings.Cut(arg, ":")
	message, err := strconv.ParseInt(msg, 10, 64)
	if err != nil || value != "0" && value != "1" {
		t.settle(ledger.FateAnswered, "rate")
		t.note("收到，谢谢。")
		return nil
	}
	m, err := ledger.MatterOfMessage(t.tx, t.chat.ID, message)
	if errors.Is(err, ledger.ErrNotFound) {
		t.settle(ledger.FateAnswered, "rate")
		t.note("收到，谢谢。")
		return nil
	}
	if err != nil {
		return err
	}
	t.matter = m.ID
	if _, err := t.tx.Rate(t.chat, m, message, int64(value[0]-'0')); err != nil {
		return err
	}
	t.settle(ledger.FateAnswered, "rate")
	if value == "1" {
		t.note("好，记下了。还有事随时问。")
	} else {
		t.note("记下了，我们会改。要不要让人直接答您？", choiceHuman, Choice{Label: "不用了", Do: "enough:"})
	}
	return nil
}

// action does what the words ask the platform for.
func (t *turn) action(what string) error {
	switch what {
	case "register":
		return t.startDispute()
	case "progress":
		return t.myMatters()
	case "privacy":
		return t.myData()
	}
	return t.callPerson("asked")
}

func citesOf(list []knowledge.Cite) []Cite {
	var out []Cite
	for _, c := range list {
		out = append(out, Cite{Law: c.Law, Article: c.Article})
	}
	return out
}

// smalltalk answers greetings and thanks in kind, and leads back.
func (t *turn) smalltalk(text string) error {
	t.settle(ledger.FateAnswered, DecideSmalltalk)
	switch {
	case strings.Contains(text, "谢") || strings.Contains(text, "晓得了") || strings.Contains(text, "要得") || strings.Contains(text, "知道了"):
		t.note("不谢。还有事，随时在这里说。", choiceMatters)
	case strings.Contains(text, "机器") || strings.Contains(text, "真人") || strings.Contains(text, "你是哪个") || strings.Contains(text, "你是谁"):
		t.note("我是"+t.township().Name+"的法律问答程序，叫明白。我的答案都是写好、查过法条的；要真人，点“找人说”。", choiceHuman)
	default:
		if !t.d.Met {
			err := t.menu()
			t.settle(ledger.FateAnswered, DecideSmalltalk)
			return err
		}
		t.note("在的。您遇到什么事，用平时的话说。", choiceHuman, choiceMatters)
	}
	return nil
}

func id(n int64) string { return strconv.FormatInt(n, 10) }
