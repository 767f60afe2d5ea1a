package search

import (
	"slices"
	"strings"
	"unicode/utf8"

	"mingbai/knowledge"
)

// What a message asks besides a matter of its own: a part of the answer
// before, a yes to a rule it takes for granted, several things at once.

// Aspects that no part of a card answers.
const (
	Where    = "where"    // a place: whom to see
	Deadline = "deadline" // until when: the card's clock
)

// aspects are the words by which a follow-up asks for one part of a card, in
// the order they are tried.
var aspects = []struct {
	part  string
	words []string
}{
	{Deadline, strings.Fields("最晚 最迟 截止 期限 来得及 来不来得及 来不及 过期 超期 超过几天 几天内 几天以内 好多天内 多少天内 好久之内 好久以内 迟了 晚了 过了时间 过时")},
	{knowledge.HowMuch, strings.Fields("好多钱 几多钱 多少钱 好多块 要花 花费 花好多 费用 收费 收好多 交好多 要钱不 要不要钱 收钱 不要钱 贵不贵 哪个出钱 律师费 诉讼费 鉴定费 交费")},
	{knowledge.HowLong, strings.Fields("好久 多久 要几天 等几天 几天能 好多天 多少天 多长时间 几个月 好长 啥时候 什么时候 哪阵 要等 好快 快不快 要拖")},
	{knowledge.NoProof, strings.Fields("没得证据 没证据 没有证据 缺证据 证据不够 证据丢 没得借条 没打借条 借条丢 借条掉 条子掉 条子丢 没得收据 收据掉 收据丢 没得合同 没签合同 没有合同 合同丢 没拍照 没拍到 没照片 没得凭据 没录音 没得录音 没得证人 没人作证 没人看到 没监控 监控坏 没打条 没得条子 没立字据 没得字据 没得发票 发票没得 发票掉 没得小票 小票掉 证明是我的 咋个证明 啷个证明 怎么证明 拿啥证明 拿啥子证明 用啥证明 口说无凭 没写 没得把凭 不认识证人 空口")},
	{knowledge.OtherSide, strings.Fields("不认账 他不认 她不认 不承认 死不认 不理我 不理睬 不配合 拉黑 他不给 她不给 他不肯 她不肯 不同意 不答应 不得跟 不跟我 找不到他 找不到她 找不到人 躲起 躲着 不接电话 不回 反悔 不搬 不执行 不履行 他不得 她不得 不签字 不签 不出面 不到场 不来 不去 耍赖 赖起 不还呢 不赔呢 不给呢 不干呢 不听呢 跑了 硬是不 偏不 没得钱赔 拿不出钱")},
	{knowledge.WhatToBring, strings.Fields("带啥子 带什么 带些啥 带哪样 带些哪样 要些啥 啥子材料 什么材料 哪些材料 要材料 啥手续 哪些手续 什么手续 拿啥子 拿哪样 要带 准备啥 准备什么 准备哪些 要准备 要啥材料 啥子手续 要啥证 哪些证件 填啥子 填什么")},
	{Where, strings.Fields("哪里 哪点 哪堂 哪儿 哪凼 哪个部门 哪个单位 哪个管 找哪个 找谁 去哪 地方 在哪 哪里办 电话好多 电话多少")},
}

// aspectRunes bounds a message that asks for a part of the answer before: a
// longer one tells a matter.
const aspectRunes = 22

// notAPlace are ways of saying that one cannot know.
var notAPlace = strings.Fields("哪里晓得 哪里知道 哪里懂 哪里搞得 哪里分得")

// aspectOf returns the part that a short message asks for, or "", and how many
// characters the message has besides.
func aspectOf(text string) (string, int) {
	n := utf8.RuneCountInString(text)
	if n > aspectRunes {
		return "", n
	}
	for _, a := range aspects {
		if a.part == Where && containsAny(text, notAPlace) {
			continue
		}
		for _, w := range a.words {
			if strings.Contains(text, w) {
				return a.part, n - utf8.RuneCountInString(w)
			}
		}
	}
	return "", n
}

func containsAny(text string, words []string) bool {
	return slices.ContainsFunc(words, func(w string) bool { return strings.Contains(text, w) })
}

var (
	leanStarts = strings.Fields("那 要是 如果 假如 万一 但是 可是 不过 不是 他 她 它 我还 我都 我又 又 也 还有 还要 刚才 就是 然后 这个 这种 这样 这 说得 说错 搞错 弄错 前头 才 没 不 硬是 结果 反正 主要")
	leanWords  = strings.Fields("那个 那些 这个 那样 他 她 它 他们 她们 前头 刚才 上面 你说的 的喃 呢 喃")
	// earlier words point back over the last matter to one before.
	earlier = strings.Fields("刚才那 刚才说的那 前头那 前头说的 先前那 上头说的那 最开始 第一个问题 回到 还是说前头")
)

// names reports whether a text names a matter, by a word that speaks for a
// topic.
func (x *Index) names(text string) bool {
	return slices.ContainsFunc(x.words.find(text), func(w *word) bool { return w.topic != "" })
}

// leanRunes is the length up to which a message may need the one before it,
// lostAt the confidence below which it says too little by itself.
const (
	leanRunes = 26
	lostAt    = 0.33
)

// leans reports whether a message needs the one before it: it is short and
// points at something unsaid, supposes something, or asks for a part and names
// no matter.
func leans(text, aspect string, rest int, confidence float64, named bool) bool {
	n := utf8.RuneCountInString(text)
	if n == 0 || n > leanRunes {
		return false
	}
	starts := slices.ContainsFunc(leanStarts, func(w string) bool { return strings.HasPrefix(text, w) })
	points := containsAny(text, leanWords)
	switch {
	case strings.HasPrefix(text, "那") && n <= 16, strings.HasSuffix(text, "喃"), strings.HasSuffix(text, "呢") && n <= 16:
		return true
	case containsAny(text, formal):
		return false
	case aspect != "" && (rest <= 2 || !named && n <= 8 && confidence < answerAt), starts && n <= 8:
		return true
	// Who "she" is stands in the message before.
	case !named && confidence < lostAt:
		return n <= 18 || starts || points
	}
	return (n <= 14 || !named) && (starts || points) && confidence < answerAt
}

// Words by which people take something back, and those after which comes what
// they mean.
var (
	takeBack = strings.Fields("不是 我不是 说错 我说错 弄错 我弄错 搞错 我搞错")
	instead  = strings.Fields("主要是 而是 是")
)

// affirmed returns what remains of a text that takes something back, and
// whether it does: "不是臭的问题 主要是他那个棚子占了我半尺地坝" is about the shed.
func affirmed(text string) (string, bool) {
	if !slices.ContainsFunc(takeBack, func(w string) bool { return strings.HasPrefix(text, w) }) {
		return text, false
	}
	_, rest, ok := strings.Cut(text, " ")
	for _, w := range instead {
		if body, found := strings.CutPrefix(rest, w); ok && found && utf8.RuneCountInString(body) >= minPart {
			return body, true
		}
	}
	return text, false
}

// tells reports whether a message says how things are and asks nothing.
func tells(raw, text string) bool {
	return text != "" && !asks(raw, text) && !containsAny(text, openAsk) && !containsAny(text, wants)
}

// wants are words of wishes, which ask for something without a question.
var wants = strings.Fields("想 要求 帮我 给我 请 麻烦 喊 教 怎样 行不 要得不 得行 退不 赔不 管不")

// formal words stand in whole questions, not in the middle of a talk.
var formal = strings.Fields("是否 应当 如何 有权")

// Words of somebody who states a rule: what asks for a yes at the end, what
// claims a rule by name, what makes a sentence a rule; and the words of an
// open question, after which no rule is stated.
var (
	yesEnds  = strings.Fields("对不 对不对 对嘛 对吧 对吗 对头不 对头嘛 对头吧 对头噻 是不 是不是 是吧 是嘛 是吗 是真的 是真的嘛 是真的噻 真的不 是这样嘛 是这样噻 是这样吧 是这样不 没错吧 没错嘛")
	ruleEnds = strings.Fields("哈 噻 嘛 吧 哇 唛 了是不是 不得管 没得用")
	ruleName = strings.Fields("法律规定 法律定 法律就是 法律允许 法律也 也是法律 是法律 是规定 规定就是 规矩也是 天经地义 白纸黑字 听说要 都说 大家都 人家都 合法哈 合法了 违法吧 老规矩")
	ruleTurn = strings.Fields("就 必须 只要 只有 肯定 一律 全部 自动 都是 都要 都不 才算 才准 才赔 不得 没得份 没资格 没得责任 不归 不算 可以直接 一辈子 也说得过去 从此")
	openAsk  = strings.Fields("咋 啷个 怎么 好多 多少 哪 几 啥 什么 谁 能不能 可不可以 要不要 该不该 得不得 有没有 会不会 是否 如何 好久")
)

// supposes reports whether a message states a rule and asks for a yes.
func supposes(text string) bool {
	n := utf8.RuneCountInString(text)
	if n < 10 {
		return false
	}
	ends := func(list []string) bool {
		return slices.ContainsFunc(list, func(w string) bool { return strings.HasSuffix(text, w) })
	}
	tag := ends(yesEnds)
	body := text
	if i := strings.LastIndexByte(text, ' '); tag && i > 0 {
		body = text[:i]
	}
	open := containsAny(body, openAsk)
	switch {
	case tag && !open:
		return true
	case tag && containsAny(body, ruleTurn) && containsAny(body, ruleName):
		return true
	case containsAny(text, ruleName) && (tag || ends(ruleEnds)):
		return true
	}
	return !open && ends(ruleEnds) && containsAny(text, ruleTurn)
}

// joints part the questions of one message.
var joints = strings.Fields("另外 还有就是 还有一个事 还有个事 还有件事 还有一件事 还有个问题 还想问 还要问 顺便问 顺便再问 再问一个 再问哈 再一个 第二个问题 第二件 二是 三是")

// ends close a question; what begins after one may be another.
const ends = "？?\n"

// partsOf returns the questions in one message, or the whole as one. A story
// is cut only where its teller says that something else comes, or where a
// question ends and one about another subject follows.
func (x *Index) partsOf(message string) []string {
	whole := strings.TrimSpace(first(message, maxRunes))
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
	for i, r := range whole {
		if next := i + utf8.RuneLen(r); strings.ContainsRune(ends, r) && x.elsewhere(whole[max(0, next-nearBytes):next], whole[next:min(len(whole), next+nearBytes)]) {
			cuts = append(cuts, next)
		}
	}
	slices.Sort(cuts)
	cuts = append(slices.Compact(cuts), len(whole))
	var out []string
	start := 0
	for _, c := range cuts[1:] {
		part := strings.Trim(whole[start:c], partEdges)
		if c < len(whole) && utf8.RuneCountInString(whole[c:]) < minPart || utf8.RuneCountInString(part) < minPart {
			continue
		}
		out = append(out, part)
		start = c
	}
	if len(out) == 0 {
		return []string{whole}
	}
	if rest := strings.Trim(whole[start:], partEdges); rest != "" && out[len(out)-1] != rest {
		out[len(out)-1] = strings.TrimSpace(out[len(out)-1] + " " + rest)
	}
	return out
}

const (
	minPart   = 6 // the fewest characters that make a question of their own
	partEdges = " ，。,.；;、？?！!\n"
	nearBytes = 400 // how far from a question's end its subject is looked for
	subject   = 0.5 // the probability from which a topic is what a part is about
)

// elsewhere reports whether two neighbouring parts of a message are about
// different subjects, each sure by itself.
func (x *Index) elsewhere(before, after string) bool {
	if i := strings.IndexAny(after, ends); i >= 0 {
		after = after[:i]
	}
	before = strings.TrimRight(before, partEdges)
	if i := strings.LastIndexAny(before, ends); i >= 0 {
		before = before[i:]
	}
	a, sureA := x.about(before)
	b, sureB := x.about(after)
	return sureA && sureB && a != b
}

// about returns what a part of a message is about, if that is plain.
func (x *Index) about(part string) (int, bool) {
	text := normalise(part)
	if utf8.RuneCountInString(text) < minPart {
		return 0, false
	}
	b := newBag()
	defer b.free()
	x.vector(b, text)
	p := x.topicOfText(b, text)
	best := topOf(p, 1)[0]
	return best, p[best] >= subject
}
