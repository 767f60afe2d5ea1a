package search

import (
	_ "embed"
	"math"
	"slices"
	"strings"
	"unicode/utf8"

	"mingbai/knowledge"
)

// danger.txt holds the sentences the recogniser learns from.
//
//go:embed danger.txt
var dangerText string

// A mark is a class of words that says how a harm is meant: when, whether, by
// whom it is told. The recogniser sees the marks beside the characters, so
// that what it learns of "去年" holds for "前年" too.
type mark struct {
	name  string
	words []string
}

func marks(list ...string) []mark {
	var out []mark
	for i := 0; i+1 < len(list); i += 2 {
		out = append(out, mark{list[i], strings.Fields(list[i+1])})
	}
	return out
}

var settings = marks(
	"now", "正在 刚才 刚刚 现在 马上 还在 又在 才将 这会 今晚 今天 快点 快来 赶快 眼前 正要 一直在 到现在 还没走 守到 守着 堵到 堵在 围到 躲在 躲起",
	"ongoing", "正在 刚才 刚刚 马上 还在 又在 正要 守到 守着 堵到 堵在 围到 躲在 躲起 快来 在扣 在弄 在打 在砸 在烧 在流 在追 起来了 止不 不敢 还没走 没上来 没反应 动不得 出不来 出不去",
	"past", "去年 前年 大前年 上个月 上个星期 上周 以前 从前 小时候 年前 当年 那年 那时候 曾经 早就 早些年 前几年 前几天 当时 上回 那回 旧年 几年了 两年了 三年了 上月",
	"done", "已经 处理了 处理完 出院 判了 立了案 立案 追回 和好 扑灭 灭了 找到了 现在好了 都好了 送医院 来过了 拘起了 抓到了 没事 没得事 安全 好好的 平安 救起来 救回来 脱险 回来了 没大碍",
	"neg", "没打 没有打 没得人受伤 没得人要 没人受伤 没人要 没着火 没丢 没受伤 没出 没想 不是要 没说要 没转 没被 没损失 没得损失 没拿 没动手 没事 没伤 没失踪 没出事 没得事 不是真",
	"if", "如果 要是 假如 假设 万一 倘若 以后 将来 会不会 的话 若是 假使",
	"told", "新闻 电视 抖音 电影 小说 游戏 听说 听人说 网上说 看到网上 视频里 视频头 小品 台词 剧本 演练 演习 宣传 考试 作业 法治课 普法 竞赛 题 开玩笑 玩笑 哈哈 闹起耍 打牌 课文 讲座 学法",
	"law", "判几年 判好多 判好久 判多 判刑 坐牢 罪 犯法 违法 算不算 赔好多 赔多少 赔不 赔几 标准 怎么判 区别 规定 合法 法律 证据 要不要 申请 手续 材料 补偿 赔偿 医药费 保险 户口 起诉 立案 追究 合同 多少钱 好多钱 罚 认定 诉讼 遗嘱 继承 财产 抚养权 办理 告他 告赢 可不可以 能不能 犯不犯",
	"animal", "牛 猪 狗 鸡 鸭 鱼 羊 猫 蜜蜂 庄稼 秧子 苗 树 菜 鹅 兔",
	"overdone", "死我 死人了 死个人 死都不 死也不 打死都 打死也 死都 热死 饿死 累死 烦死 气死 吵死 笑死 急死 忙死 臭死 穷死 亏死 想死你 死机 死皮 死的人是活 要命 要我的命 脑壳都要炸 像着火 杀价 杀猪 杀鸡 杀年猪 杀熟 刀削面 落花流水 恨不得 拼命 救命稻草 救命粮 救心丸",
	"help", "救命 救我 来人 来个人 快来 报警 报个警 求助 求救 帮我报 喊人来 派人 不敢出声 只能打字 不要打电话 莫打电话 不敢打电话 救人",
	"harm", "打 砍 杀 捅 掐 捶 砸 踢 踹 追 堵 围 锁 关 绑 烧 炸 抢 强奸 糟蹋 猥亵 摸 威胁 弄死 同归于尽",
	"weapon", "刀 斧 枪 棒 锤 钢管 锄头 汽油 炸药 雷管 农药 毒药 老鼠药 敌敌畏 百草枯 绳子 煤气罐 气罐",
	"die", "不想活 活不 死了算 想死 自杀 跳楼 跳河 跳下 上吊 割腕 喝药 喝农药 遗书 了断 解脱 轻生 不拖累 最后一次 莫找我 莫等我",
	"alone", "没得人 没人 旁边没 周围没 一个人 喊不到 只有我",
	"hurt", "骨头 流血 流好多血 血 昏 晕 喊不醒 没动 不动 没气 没呼吸 抽筋 发紫 发青 吐白 断了 埋 压到 压在 卡 窒息 翻白眼",
	"money", "喊我转 叫我转 转不转 打钱 要我转 喊我打 转钱 转账 转了 转过去 验证码 安全账户 共享 屏幕 取钱 汇款 垫 充 解冻 保证金 备用金 扫码 链接",
	"lost", "不见了 找不到 没回来 没落屋 失联 走丢 走失 电话不通 打不通 关机",
	"fled", "跑路 跑了 打工 欠",
	"nature", "着火 起火 燃 冒烟 煤气 火 水淹 涨水 洪水 山洪 滑坡 裂 垮 塌 掉石头 泥石流 地震",
	"kid", "娃儿 娃娃 娃 孙 小孩 女儿 儿子 弟弟 妹妹 学生",
)

// dangerTerms are the features of one message, or of a stretch of it.
func dangerTerms(raw, text string) []weighted {
	var out []weighted
	seen := map[string]bool{}
	add := func(t string, w float32) {
		if !seen[t] {
			seen[t] = true
			out = append(out, weighted{t, w})
		}
	}
	var at []int
	for i := range text {
		at = append(at, i)
	}
	at = append(at, len(text))
	for i := 0; i+1 < len(at); i++ {
		for n := 1; n <= 4 && i+n < len(at); n++ {
			g := text[at[i]:at[i+n]]
			if g[0] == ' ' || g[len(g)-1] == ' ' || n == 4 && strings.Contains(g, " ") {
				continue
			}
			add(g, gramWeight[n])
		}
	}
	have := marksOf(raw, text)
	if n := utf8.RuneCountInString(text); n <= 8 {
		have = append(have, "short")
	} else if n > 60 {
		have = append(have, "long")
	}
	for i, a := range have {
		add("#"+a, markWeight)
		for _, b := range have[i+1:] {
			add("#"+a+"+"+b, markWeight*0.8)
		}
	}
	return out
}

// marksOf names the marks a message bears.
func marksOf(raw, text string) []string {
	var have []string
	for _, m := range settings {
		for _, w := range m.words {
			if strings.Contains(text, w) {
				have = append(have, m.name)
				break
			}
		}
	}
	if strings.ContainsAny(raw, "“”\"「」『』") {
		have = append(have, "quote")
	}
	if asks(raw, text) {
		have = append(have, "asks")
	}
	return have
}

const markWeight = 1.5

// gramWeight is the weight of runs of one to four characters.
var gramWeight = [...]float32{0, 0.5, 1, 0.9, 0.6}

var questionEnds = []string{"不", "吗", "没", "没得", "咋办", "啷个办", "怎么办", "好多", "不得", "嘛", "哪个", "好久", "啥子", "呢", "多少", "几年", "不嘛", "咋个", "几倍", "真的假的"}

// asks reports whether the message ends as a question does.
func asks(raw, text string) bool {
	if strings.ContainsAny(raw, "?？") {
		return true
	}
	for _, e := range questionEnds {
		if strings.HasSuffix(text, e) {
			return true
		}
	}
	return false
}

// trainDanger learns from the examples and from the cards' phrasings, which
// are ordinary questions unless their card is one for the police first.
func (x *Index) trainDanger() {
	classes := []string{"none", "danger"}
	kinds := map[string]int{}
	for i, k := range knowledge.DangerKinds {
		kinds[k] = i
	}
	var which, kind []example
	for _, line := range strings.Split(dangerText, "\n") {
		label, text, ok := strings.Cut(line, ": ")
		if !ok || strings.HasPrefix(line, "#") {
			continue
		}
		terms := dangerTerms(text, normalise(text))
		if label == "-" {
			which = append(which, example{terms: terms})
			continue
		}
		which = append(which, example{terms: terms, class: 1, heft: 1.5})
		kind = append(kind, example{terms: terms, class: kinds[label]})
	}
	for _, p := range x.phrases.sample(ordinary) {
		if x.cards[p.card].Mediable != knowledge.MediablePoliceFirst {
			which = append(which, example{terms: dangerTerms(p.text, p.text)})
		}
	}
	x.nearest = newNearest(which)
	x.dangers = train(classes, which, 14, 0.25, 1e-4)
	x.kinds = train(knowledge.DangerKinds, kind, 6, 0.5, 1e-5)
}

// ordinary is how many phrasings the recogniser learns from as ordinary
// questions. The number is fixed, so that new cards do not shift the balance.
const ordinary = 2400

// alarm is the probability from which a message counts as danger now. It is
// low, for a missed danger is the worst error: on the open questions none is
// missed while about 2 in 100 ordinary messages get a phone number first. It
// was measured with the examples alone; adding the open questions to the
// training changed nothing in cross-validation.
const alarm = 0.1

// cries are words that hardly ever mean anything else. They raise the alarm
// whatever the rest says, unless a mark shows that they are told of another
// time or place.
var cries = marks(
	"self-harm", "不想活 想自杀 要自杀 想死了 要跳楼 要跳河 要上吊 要喝药 喝农药了 喝了农药 喝了敌敌畏 死给他看 死给你 割腕了 遗书写好 只有一死 拿命抵 开车冲下 今天就去撞车 今天就去死 今晚就去死 活不下去了 不想活了 在楼顶 站到桥 站在桥 坐在水库 坐在河边 药都买好 农药都买 农药买好",
	"violence", "救命 救救我 要杀我 要砍我 要打死我 要弄死我 砍死我 砍人 杀人了 拿刀砍 提刀 捅了一刀 正在打我 在打我 又打我了 要杀了我 要弄死 要砍死 要杀人 我杀人 把人打死 剁手 被强奸 遭强奸 堵在屋头 遭强奸了 被强奸了 不敢出声 只能打字",
	"fire", "着火了 起火了 燃起来了",
	"accident", "压在车底 压在下面 埋在里头 出车祸了人",
	"missing", "娃儿不见 孩子不见 小孩不见 女儿不见 儿子不见 孙子不见 娃儿走丢 老人走丢 人不见了",
	"trafficking", "逼我接客 被拐来 被卖到",
	"medical", "大出血了 要不行了 没反应了 翻白眼 骨头都看 骨头都露 羊水破了 没呼吸 没气了 喊不醒",
	"unlawful-confinement", "被绑架 不让我走 不放我走 不拿钱不放人 被关起来",
	"fraud-in-progress", "刚被骗 刚刚被骗 刚转给骗子 才转出去 帮我止付 到信用社了 安全账户我 在共享屏幕 正在转账",
)

// calm lists the marks that take a cry back.
var calm = map[string]bool{"past": true, "done": true, "neg": true, "if": true, "told": true, "quote": true, "law": true, "overdone": true, "animal": true}

// dangerOf returns how likely the message tells of danger now, and which.
//
// idle says that the message is surely small talk or a wish of another kind.
func (x *Index) dangerOf(raw, text string, idle bool) (p float64, kind, why string) {
	p, kind = x.dangerIn(raw, text)
	// A long story may hold one sentence of danger that its length drowns.
	if utf8.RuneCountInString(text) > 60 {
		for _, part := range stretches(text, 30) {
			// A part lacks the words around it that may explain it, so it has
			// to be surer.
			have := marksOf(part, part)
			if !slices.Contains(have, "ongoing") && !slices.Contains(have, "help") {
				continue
			}
			if q, k := x.dangerIn(part, part); q*0.5 > p {
				p, kind = q*0.5, k
			}
		}
	}
	settled, elsewhere, live := false, false, false
	for _, m := range marksOf(raw, text) {
		settled = settled || calm[m]
		elsewhere = elsewhere || calm[m] && m != "law" && m != "quote" && m != "animal"
		live = live || m == "ongoing" || m == "help"
	}
	if settled {
		if elsewhere && !live {
			p *= 0.5
		}
		if idle && !live {
			p *= 0.3
		}
		return p, kind, "danger by example"
	}
	for _, c := range cries {
		for _, w := range c.words {
			if strings.Contains(text, w) {
				if p < 0.5 {
					kind = c.name
				}
				p = max(p, 0.9)
				return p, kind, "cry: " + w
			}
		}
	}
	if idle && !live {
		p *= 0.3
	}
	return p, kind, "danger by example"
}

func (x *Index) dangerIn(raw, text string) (float64, string) {
	terms := dangerTerms(raw, text)
	k := x.kinds.predict(terms)
	p := x.dangers.predict(terms)[1]
	l := math.Log(p/(1-p)) + nearestWeight*x.nearest.lean(terms)
	return 1 / (1 + math.Exp(-l)), knowledge.DangerKinds[topOf(k, 1)[0]]
}

// stretches cuts text at spaces into overlapping pieces of about n characters.
func stretches(text string, n int) []string {
	parts := strings.Fields(text)
	var out []string
	for i := range parts {
		s := parts[i]
		for j := i + 1; j < len(parts) && utf8.RuneCountInString(s) < n; j++ {
			s += " " + parts[j]
		}
		out = append(out, s)
	}
	return out
}

// nearestWeight is how much the nearest example counts beside the words; from
// 3 to 9 the open questions see little difference.
const nearestWeight = 5

// commonShare leaves terms that stand in more than one of so many examples out
// of the comparison: they decide nothing and their lists are the longest.
const commonShare = 6

// A nearest compares a message with single examples: the linear model weighs
// words, this finds the one example that says nearly the same.
type nearest struct {
	vocab map[string]int32
	idf   []float32
	post  [][]posting
	class []int8
}

func newNearest(examples []example) *nearest {
	n := &nearest{vocab: map[string]int32{}}
	var df []int
	ids := make([][]int32, len(examples))
	for i, e := range examples {
		for _, t := range e.terms {
			id, ok := n.vocab[t.term]
			if !ok {
				id = int32(len(df))
				n.vocab[t.term] = id
				df = append(df, 0)
			}
			df[id]++
			ids[i] = append(ids[i], id)
		}
		n.class = append(n.class, int8(e.class))
	}
	n.idf = make([]float32, len(df))
	n.post = make([][]posting, len(df))
	for id, d := range df {
		n.idf[id] = float32(math.Log(float64(len(examples)+1) / float64(d)))
	}
	for i, e := range examples {
		sum := 0.0
		for j, t := range e.terms {
			w := float64(t.weight * n.idf[ids[i][j]])
			sum += w * w
		}
		norm := float32(math.Sqrt(sum))
		for j, t := range e.terms {
			id := ids[i][j]
			if df[id] > len(examples)/commonShare {
				continue
			}
			n.post[id] = append(n.post[id], posting{int32(i), t.weight * n.idf[id] / norm})
		}
	}
	return n
}

// lean returns by how much the nearest dangerous example is nearer than the
// nearest harmless one.
func (n *nearest) lean(terms []weighted) float64 {
	acc := make([]float32, len(n.class))
	sum := 0.0
	unknown := float32(math.Log(float64(len(n.class) + 1)))
	for _, t := range terms {
		id, ok := n.vocab[t.term]
		if !ok {
			sum += float64(t.weight*unknown) * float64(t.weight*unknown)
			continue
		}
		w := t.weight * n.idf[id]
		sum += float64(w) * float64(w)
		for _, e := range n.post[id] {
			acc[e.phrasing] += w * e.weight
		}
	}
	var best [2]float32
	for i, s := range acc {
		best[n.class[i]] = max(best[n.class[i]], s)
	}
	return float64(best[1]-best[0]) / math.Sqrt(math.Max(sum, 1e-9))
}
