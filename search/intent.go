package search

import (
	_ "embed"
	"slices"
	"strings"
	"unicode/utf8"
)

// intent.txt holds the sentences the recogniser of intent learns from.
//
//go:embed intent.txt
var intentText string

// The intents a message can have.
const (
	Ask        = "ask"          // wants the rule
	Dispute    = "dispute"      // wants somebody to step in
	Urgent     = "urgent"       // danger now
	Human      = "human"        // wants a person
	Register   = "register"     // 登记注册
	Progress   = "progress"     // how far a matter has got
	Chitchat   = "chitchat"     // greetings, thanks, small talk
	OutOfScope = "out_of_scope" // nothing of law, or help with what is unlawful
	Privacy    = "privacy"      // wants to see or erase what is kept
)

var intents = []string{Ask, Dispute, Human, Register, Progress, Chitchat, OutOfScope, Privacy}

// requests are word classes that tell intents apart where characters are too
// few to learn from.
var requests = marks(
	"please", "想请 麻烦 请你们 请村 请镇 请人 帮我喊 帮我找 帮我给 给我找 喊村上 喊人 喊你们 出面 来管 管哈 管一下 来给我们 来调 派人 评理 想找人 想有个人 有人帮",
	"mediate", "调解 说合 说和 调一下 调一哈 调哈 劝一下 断一下 讲和",
	"person", "人工 真人 活人 律师 法律顾问 顾问 明白人 调解员 司法所的人 人来 打电话 接电话 电话好多 电话是",
	"enrol", "登记 注册 报名 填表 备案 立个案 申请调解 报个",
	"howfar", "进度 哪一步 哪步 哪里了 办得 没消息 没动静 回复我 回我 联系我 编号 受理号 登记号 单子 下文 结果没得",
	"mine", "我的信息 我的记录 我的资料 我的账号 我的数据 我的电话 聊天记录 存了我 记了我 说的话",
	"erase", "删 注销 清除 清空 撤回 导出",
	"recipe", "怎么种 怎么做 吃什么药 吃啥 吃哪样 吃啥子药 下种 播种 装备 太阳大 热死 冷死 打什么药 品种 天气 下雨 几点 星期 赶场 逢场 彩票 股票 算命 运气 日子好 作文 检讨 情书 总结 笑话 电视剧 总统 首都 数学 英语",
	"crooked", "躲债 躲过 不被 查不到 不让法院 假证 假收条 假欠条 伪造 编个 装残疾 顶包 送礼 送钱 教我 教训他 怎么骗 怎么偷 怎么赖 怎么藏 怎么跑",
)

var (
	requestSpots = newSpotter(requests)
	wishSpots    = newSpotter(requests[:3])
)

// intentMarks names every mark of intent and every two together as terms:
// requests, the first three of them at the end, and how long the message is.
var intentMarks = func() (out [32][32]term) {
	for a := range 32 {
		for b := range 32 {
			out[a][b] = termOf("!" + string(rune(a)) + "+" + string(rune(b)))
		}
	}
	return out
}()

// intentTerms collects the features of a message for its intent.
func intentTerms(b *bag, raw, text string) {
	b.reset()
	b.grams("^"+strings.ReplaceAll(text, " ", "")+"$", false)
	have := requestSpots.has(text)
	// What somebody wants stands at the end, after the story.
	tail, n := text, utf8.RuneCountInString(text)
	if n > 16 {
		r := []rune(text)
		tail = string(r[n-14:])
	}
	have |= wishSpots.has(tail) << 16
	if asks(raw, text) {
		have |= 1 << 20
	}
	switch {
	case n <= 4:
		have |= 1 << 21
	case n <= 10:
		have |= 1 << 22
	case n > 40:
		have |= 1 << 23
	}
	for i := range 32 {
		if have>>i&1 == 0 {
			continue
		}
		b.once(intentMarks[i][i], 3)
		for j := i + 1; j < 32; j++ {
			if have>>j&1 == 1 {
				b.once(intentMarks[i][j], 3)
			}
		}
	}
}

// lawful is how many phrasings the recogniser of intent learns from as
// questions of law.
const lawful = 1600

func (x *Index) intentLessons(examples []example) *lessons {
	ex := &lessons{}
	b := newBag()
	defer b.free()
	for _, e := range examples {
		if c := slices.Index(intents, e.label); c >= 0 {
			intentTerms(b, e.text, normalise(e.text))
			ex.learn(x.grams, b.list, c, 1.5)
		}
	}
	for _, p := range x.phrases.sample(lawful) {
		intentTerms(b, p.text, p.text)
		ex.learn(x.grams, b.list, 0, 1)
	}
	return ex
}

func (x *Index) teachIntents(ex *lessons) {
	x.intents = train(intents, ex, len(x.grams), schooling{passes: 8, rate: 0.25, decay: 1e-5, least: 2})
}

// wishes returns the probability of each intent.
func (x *Index) wishes(raw, text string) []float64 {
	b := newBag()
	defer b.free()
	intentTerms(b, raw, text)
	return x.intents.predict(x.grams, b.list)
}

// stepIn are the ways of asking somebody to step in, from which on a message
// is a dispute to be taken up however much of a story stands before.
var stepIn = strings.Fields("给我们调解 帮我调解 来调解 请调解 想调解 要调解 帮忙调解 组织调解 要求调解 申请调解 村上调 给我们调 调一哈 调一下 帮我找他说 帮我给他说 帮我喊他 帮我说 把他喊来 喊他来说 来管哈 来管一下 来管管 来评理 评个理 请你们出面 帮我出面 出面 从中间说和 来说和 来劝 来断一下 来处理我们")

// knowing are words after which it is a question about mediation instead.
var knowing = strings.Fields("不想调解 不愿调解 不要调解 怎么办 咋办 啷个办 有没有用 有用没 有效 要钱 收钱 收费 合法 反悔 不履行 直接去法院 直接告 调解书 调解协议 是不是 能不能 可不可以 可以不 得不得行 哪些材料 多久 好久 怎么申请 不同意可以 对吧 对不 对嘛 是不 收不收 不收")

// intentOf returns the intent of a message that is not urgent, and what
// decided it.
func (x *Index) intentOf(p []float64, text string) (string, string) {
	order := topOf(p, 2)
	best := intents[order[0]]
	if best == Ask || best == Register {
		asked := slices.ContainsFunc(knowing, func(w string) bool { return strings.Contains(text, w) })
		if !asked && utf8.RuneCountInString(text) > 8 {
			for _, w := range stepIn {
				if strings.Contains(text, w) {
					return Dispute, "asks to step in: " + w
				}
			}
		}
	}
	return best, "by example"
}
