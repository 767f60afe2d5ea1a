package search

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"unicode/utf8"

	"mingbai/knowledge"
)

// A Meaning is what one message says, before anybody's history is consulted.
type Meaning struct {
	Text       string   // the message as everything here reads it: normalised, pinyin turned into characters
	Parts      []string // the questions found in one message; one for a single question
	Intent     string   // one of the intent constants
	Topic      string   // one of knowledge.Topics, always set
	Danger     string   // one of knowledge.DangerKinds, or "" when nobody is in danger now
	Confidence float64  // how likely Hits[0] is the right card, 0 to 1
	Decision   Decision // what the confidence allows
	Aspect     string   // the card part that a follow-up asks for, Where, or ""
	FollowUp   bool     // makes no sense alone: leans on the matter before it
	Hits       []Hit    // the best cards, best first, at most ten
	Why        []string // what decided, for people who look after the bot
}

// A Hit is a card with its ranking score. Scores compare within one message.
type Hit struct {
	Card  *knowledge.Card
	Score float64
}

// A Decision says what may be done with the best card.
type Decision string

// The three decisions.
const (
	Answer   Decision = "answer"   // give the card
	Clarify  Decision = "clarify"  // ask back among the best cards
	Handover Decision = "handover" // nothing fits: a person
)

// The limits of confidence, set in cross-validation on the open questions with
// near copies of them left out of the index: from answerAt on, 91 in 100 are
// answered and 3 in 100 of the answers cite none of the expected articles; of
// questions whose right cards were taken away, 1 in 10 is answered. Below
// clarifyAt a question back would offer nothing that fits.
const (
	answerAt  = 0.42
	clarifyAt = 0.2
)

const (
	maxHits  = 10
	maxRunes = 1500 // of a message; what follows is not read for ranking
)

// Understand reads a message: danger first, then intent, topic and the cards
// that may answer it. It is pure and safe for many goroutines.
func (x *Index) Understand(message string) Meaning {
	text := x.decoder.decode(normalise(message))
	m := Meaning{Text: text, Intent: Ask}
	say := func(format string, args ...any) { m.Why = append(m.Why, fmt.Sprintf(format, args...)) }

	p, kind, why := x.alarmed(message, text)
	if p >= alarm {
		m.Danger, m.Intent = kind, Urgent
	}
	say("danger %.2f %s (%s; alarm from %.2f)", p, kind, why, alarm)

	short := text
	if utf8.RuneCountInString(short) > maxRunes {
		short = string([]rune(short)[:maxRunes])
	}
	j := x.judge(short)
	order := topOf(j.score, maxHits)
	for _, c := range order {
		m.Hits = append(m.Hits, Hit{Card: x.cards[c], Score: j.score[c]})
	}
	if m.Danger == "" {
		m.Intent, why = x.intentOf(message, text)
		say("intent %s (%s)", m.Intent, why)
	}
	m.Parts = partsOf(message)
	var rest int
	m.Aspect, rest = aspectOf(text)
	if m.Intent == Chitchat && m.Aspect != "" {
		m.Intent = Ask
		say("intent %s: asks for %s", m.Intent, m.Aspect)
	}
	m.Confidence = x.confidence(&j, order)
	m.FollowUp = m.Intent != Urgent && leans(text, m.Aspect, rest, m.Confidence, x.names(text))
	m.Topic = x.topicFor(&m, &j)
	switch {
	case len(m.Hits) == 0 || m.Confidence < clarifyAt:
		m.Decision = Handover
	case m.Confidence < answerAt:
		m.Decision = Clarify
	default:
		m.Decision = Answer
	}
	// What is no question of law gets no law.
	if m.Intent == Chitchat || m.Intent == OutOfScope {
		m.Decision = Handover
	}
	x.explain(&j, order, say)
	say("confidence %.2f: %s (answer from %.2f, ask back from %.2f)", m.Confidence, m.Decision, answerAt, clarifyAt)
	return m
}

// alarmed asks for danger, knowing how sure the message is something else.
func (x *Index) alarmed(raw, text string) (float64, string, string) {
	p := x.intents.predict(intentTerms(raw, text))
	idle := 0.0
	for i, name := range intents {
		if name != Ask && name != Dispute {
			idle += p[i]
		}
	}
	return x.dangerOf(raw, text, idle >= 0.6)
}

// Wins returns the card that a phrase finds first, or nil without cards.
func (x *Index) Wins(phrase string) *knowledge.Card {
	if len(x.cards) == 0 {
		return nil
	}
	j := x.judge(x.decoder.decode(normalise(phrase)))
	return x.cards[topOf(j.score, 1)[0]]
}

func (x *Index) topicFor(m *Meaning, j *judged) string {
	switch m.Intent {
	case Human, Register, Progress, Privacy, Chitchat:
		return "平台使用"
	case OutOfScope:
		return "其他"
	}
	if len(m.Hits) == 0 {
		return "其他"
	}
	// Where no card fits, the classifier sees the subject better than the card.
	if m.Confidence < clarifyAt {
		return knowledge.Topics[topOf(j.topics, 1)[0]]
	}
	return m.Hits[0].Card.Topic
}

// explain says what made the first two cards what they are.
func (x *Index) explain(j *judged, order []int, say func(string, ...any)) {
	for i, c := range order[:min(2, len(order))] {
		r := &j.rows[c]
		near := ""
		if j.like[c].best[askedKind] > 0 {
			near = x.phrases.all[j.like[c].nearby].text
		}
		say("%d. %s %.2f: like %q %.2f, more %.2f, law %.2f, answer %.2f, full text %.2f, topic %s %.2f", i+1, x.cards[c].ID,
			j.score[c], near, r[fBest], r[fMore], r[fClaim], r[fTold], r[fFullShare], x.cards[c].Topic, r[fTopic])
	}
}

// What confidence is computed from.
const (
	cBias  = iota
	cScore // of the best card
	cRival // its lead over the best card that cites none of the same articles
	confidenceTerms
)

type confidenceRow [confidenceTerms]float64

// confidenceWeights were fitted on the open questions with near copies left
// out. Each question also counted, a quarter as much, with its right cards
// taken away, so that a matter without a card is not answered with another.
var confidenceWeights = confidenceRow{-11.5, 0.82, 0.4}

func (x *Index) confidence(j *judged, order []int) float64 {
	if len(order) == 0 || j.score[order[0]] <= 0 {
		return 0
	}
	r := x.confidenceOf(j, order)
	s := 0.0
	for i := range r {
		s += r[i] * confidenceWeights[i]
	}
	return 1 / (1 + math.Exp(-s))
}

func (x *Index) confidenceOf(j *judged, order []int) confidenceRow {
	c := order[0]
	r := confidenceRow{cBias: 1, cScore: j.score[c]}
	r[cRival] = 3
	for _, o := range order[1:] {
		if !sameLaw(x.cards[c], x.cards[o]) {
			r[cRival] = math.Min(3, j.score[c]-j.score[o])
			break
		}
	}
	return r
}

// sameLaw reports whether two cards cite an article in common: either then
// answers much the same.
func sameLaw(a, b *knowledge.Card) bool {
	for _, p := range a.Cites {
		for _, q := range b.Cites {
			if p.Law == q.Law && p.Article == q.Article {
				return true
			}
		}
	}
	return false
}

// Where is the aspect of a follow-up that asks for a place; the cards answer it
// with whom to see.
const Where = "where"

// aspects are the words by which a follow-up asks for one part of a card, in
// the order they are tried.
var aspects = []struct {
	part  string
	words []string
}{
	{knowledge.HowMuch, strings.Fields("好多钱 几多钱 多少钱 要花 费用 收费 要钱不 贵不贵 花好多 要不要钱 收钱 花费")},
	{knowledge.HowLong, strings.Fields("好久 多久 几天 好多天 多长时间 最晚 期限 来得及 过期 几个月 好长 啥时候 什么时候 来不来得及")},
	{knowledge.NoProof, strings.Fields("没得证据 没证据 没有证据 没得借条 没得收据 没得合同 没签合同 没拍照 没得凭据 没录音 没得证人 没打条 没得条子 没得发票 发票没得 咋个证明 啷个证明 怎么证明 拿啥证明 拿啥子证明 口说无凭 没写 没得把凭")},
	{knowledge.OtherSide, strings.Fields("他不来 不来呢 不认账 他不认 不理我 不配合 拉黑 他不给 他不肯 他不同意 不答应 不得跟我 找不到他 躲起 不接电话 反悔 不搬 不执行 他不得")},
	{knowledge.WhatToBring, strings.Fields("带啥子 带什么 带些啥 要些啥 啥子材料 什么材料 哪些材料 啥手续 拿啥子 要带 准备啥 准备什么 准备哪些 要啥材料 啥子手续")},
	{Where, strings.Fields("哪里 哪点 哪堂 哪儿 哪个部门 找哪个 去哪 地方 在哪 哪里办")},
}

// aspectOf returns the part that a short message asks for, or "", and how many
// characters the message has besides.
func aspectOf(text string) (string, int) {
	n := utf8.RuneCountInString(text)
	if n > 22 {
		return "", n
	}
	for _, a := range aspects {
		for _, w := range a.words {
			if strings.Contains(text, w) {
				return a.part, n - utf8.RuneCountInString(w)
			}
		}
	}
	return "", n
}

var (
	leanStarts = strings.Fields("那 要是 如果 万一 但是 可是 不是 他 她 我还 我都 我又 又 还有 刚才 就是 然后 这个 这种 这样 说得 前头 才 没 不")
	leanWords  = strings.Fields("那个 那些 这个 那样 他 她 它 他们 前头 刚才 上面 你说的 的喃 呢 喃")
)

// names reports whether a text names a matter, by a word that speaks for a
// topic.
func (x *Index) names(text string) bool {
	return slices.ContainsFunc(x.words.find(text), func(w *word) bool { return w.topic != "" })
}

// leans reports whether a message needs the one before it: it is short and
// points at something unsaid, or asks for a part and names no matter.
func leans(text, aspect string, rest int, confidence float64, named bool) bool {
	n := utf8.RuneCountInString(text)
	if n == 0 || n > 24 {
		return false
	}
	points := slices.ContainsFunc(leanStarts, func(w string) bool { return strings.HasPrefix(text, w) })
	names := slices.ContainsFunc(leanWords, func(w string) bool { return strings.Contains(text, w) })
	switch {
	case strings.HasPrefix(text, "那") && n <= 16, strings.HasSuffix(text, "喃"), strings.HasSuffix(text, "呢") && n <= 12:
		return true
	case aspect != "" && (rest <= 2 || n <= 8 && confidence < answerAt), points && n <= 8:
		return true
	case n > 18 || slices.ContainsFunc(formal, func(w string) bool { return strings.Contains(text, w) }):
		return false
	case !named && confidence < clarifyAt:
		return true
	}
	return (points || names || aspect != "") && n <= 14 && confidence < answerAt
}

// formal words stand in whole questions, not in the middle of a talk.
var formal = strings.Fields("是否 应当 如何 有权")

// joints part the questions of one message.
var joints = strings.Fields("另外 还有就是 还有一个事 还有个事 还有个问题 还想问 还要问 顺便问 顺便再问 再问一个 第二个问题 二是 三是")

// partsOf returns the questions in one message, or the whole as one.
func partsOf(message string) []string {
	whole := strings.TrimSpace(message)
	cuts := []int{0}
	for _, w := range joints {
		for from := 0; ; {
			i := strings.Index(whole[from:], w)
			if i < 0 {
				break
			}
			cuts = append(cuts, from+i)
			from += i + len(w)
		}
	}
	slices.Sort(cuts)
	cuts = append(cuts, len(whole))
	var out []string
	start := 0
	for _, c := range cuts[1:] {
		part := strings.Trim(whole[start:c], " ，。,.；;、\n")
		if c < len(whole) && utf8.RuneCountInString(whole[c:]) < minPart || utf8.RuneCountInString(part) < minPart {
			continue
		}
		out = append(out, part)
		start = c
	}
	if len(out) == 0 {
		return []string{whole}
	}
	if start < len(whole) && len(out) > 0 {
		if rest := strings.Trim(whole[start:], " ，。,.；;、\n"); rest != "" && out[len(out)-1] != rest {
			out[len(out)-1] = strings.TrimSpace(out[len(out)-1] + " " + rest)
		}
	}
	return out
}

// minPart is the fewest characters that make a question of their own.
const minPart = 6
