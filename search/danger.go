package search

import (
	_ "embed"
	"math"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"mingbai/knowledge"
)

// danger.txt holds the sentences the recogniser learns from.
//
//go:embed danger.txt
var dangerText string

// harmless is what danger.txt calls a message that tells of no danger now.
const harmless = "-"

var settings = marks(
	"now", "正在 刚才 刚刚 现在 马上 还在 又在 才将 这会 今晚 今天 快点 快来 赶快 眼前 正要 一直在 到现在 还没走 守到 守着 堵到 堵在 围到 躲在 躲起",
	"ongoing", "正在 刚才 刚刚 马上 还在 又在 正要 守到 守着 堵到 堵在 围到 躲在 躲起 快来 在扣 在弄 在打 在砸 在烧 在流 在追 起来了 止不 不敢 还没走 没上来 没反应 动不得 出不来 出不去",
	"past", "去年 前年 大前年 上个月 上个星期 上周 以前 从前 小时候 年前 当年 那年 那时候 曾经 早就 早些年 前几年 前几天 当时 上回 那回 旧年 几年了 两年了 三年了 上月",
	"done", "已经 处理了 处理完 出院 判了 立了案 立案 追回 和好 扑灭 灭了 找到了 现在好了 都好了 送医院 来过了 拘起了 抓到了 没事 没得事 安全 好好的 平安 救起来 救上来 救过来 抢救过来 救回来 脱险 回来了 没大碍",
	"neg", "没打 没有打 没得人受伤 没得人要 没人受伤 没人要 没着火 没丢 没受伤 没出 没想 不是要 没说要 没转 没被 没损失 没得损失 没拿 没动手 没事 没伤 没失踪 没出事 没得事 不是真",
	"if", "如果 要是 假如 假设 万一 倘若 以后 将来 会不会 的话 若是 假使",
	"told", "新闻 电视 抖音 电影 小说 游戏 听说 听人说 网上说 看到网上 视频里 视频头 小品 台词 剧本 演练 演习 宣传 考试 作业 法治课 普法 竞赛 题 开玩笑 玩笑 哈哈 闹起耍 打牌 课文 讲座 学法",
	"law", "判几年 判好多 判好久 判多 判刑 坐牢 罪 犯法 违法 算不算 赔好多 赔多少 赔不 赔几 标准 怎么判 区别 规定 合法 法律 证据 要不要 申请 手续 材料 补偿 赔偿 医药费 保险 户口 起诉 立案 追究 合同 多少钱 好多钱 罚 认定 诉讼 遗嘱 继承 财产 抚养权 办理 告他 告赢 可不可以 能不能 犯不犯 合理 准不准 准卖 收费 划不划算 贵不贵 价钱 报销 报不报",
	"animal", "牛 猪 狗 鸡 鸭 鱼 羊 猫 蜜蜂 庄稼 秧子 苗 树 菜 鹅 兔",
	"overdone", "死我 死人了 死个人 死都不 死也不 打死都 打死也 死都 热死 饿死 累死 烦死 气死 吵死 笑死 急死 忙死 臭死 穷死 亏死 想死你 死机 死皮 死的人是活 要命 要我的命 脑壳都要炸 像着火 杀价 杀猪 杀鸡 杀年猪 杀熟 刀削面 落花流水 恨不得 拼命 救命稻草 救命粮 救心丸",
	"help", "救命 救我 救哈 来救 来人 来个人 快来 报警 报个警 求助 求救 帮我报 喊人来 派人 不敢出声 只能打字 不要打电话 莫打电话 不敢打电话 救人",
	"harm", "打 砍 杀 捅 掐 捶 砸 踢 踹 追 堵 围 锁 关 绑 烧 炸 抢 强奸 糟蹋 猥亵 摸 威胁 弄死 同归于尽",
	"weapon", "刀 斧 枪 棒 锤 钢管 锄头 汽油 炸药 雷管 农药 毒药 老鼠药 敌敌畏 百草枯 绳子 煤气罐 气罐",
	"die", "不想活 不想在 一了百了 来生 铁轨 等天亮 世上 人世 活着 活起 活够 去死 寻死 活不 死了算 想死 自杀 跳楼 跳河 跳下 上吊 割腕 喝药 喝农药 遗书 了断 解脱 轻生 不拖累 最后一次 莫找我 莫等我",
	"alone", "没得人 没人 旁边没 周围没 一个人 喊不到 只有我",
	"hurt", "烫 绞 夹 插到 撞破 嘴麻 手麻 捂 按进 按到 骨头 流血 流好多血 血 昏 晕 喊不醒 没动 不动 没气 没呼吸 抽筋 发紫 发青 吐白 断了 埋 压到 压在 卡 窒息 翻白眼",
	"money", "喊我转 叫我转 转不转 打钱 要我转 喊我打 转钱 转账 转了 转过去 验证码 安全账户 共享 屏幕 取钱 汇款 垫 充 解冻 保证金 备用金 扫码 链接",
	"lost", "不见了 找不到 没回来 没落屋 失联 走丢 走失 电话不通 打不通 关机",
	"fled", "跑路 跑了 打工 欠",
	"nature", "着火 起火 燃 冒烟 青烟 漏油 漏气 煤气 火 水淹 涨水 洪水 山洪 滑坡 裂 垮 塌 掉石头 泥石流 地震",
	"crash", "撞了 撞车 撞到 翻车 车翻 翻到 翻下 冲下 压到 碾 追尾 翻沟 落下去 掉下 落水 掉到 掉进 滚下 摔下 沉 翻了 侧翻 失灵 掉井 天坑 没声音 机里 触电 电到 漏电",
	"birth", "要生了 羊水 生不出 难产 早产 脐带",
	"poison", "喝了 吃了 毒蛇 蛇咬 蜂子 蜂蜇 中毒 误吃 误喝 吃了菌 毒蘑菇 毒菌 吞了 一把药 整瓶",
	"chest", "胸口 心口 喘不 出不了气 嘴歪 口吐 半边 冒冷汗 说不出话 抽搐 烧到 不醒 叫不应",
	"farewell", "保重 照看 照顾好 我走了以后 我走以后 我这一走 不用来找 莫来找 不用找我 东西分了 都还了 后事 交代 来世 下辈子 对不起你们 最后 遗言 送走 拖累 累赘 没意思 没得意思 解脱 撑不下去 熬不下去 看不到头 不想醒",
	"coerce", "不让走 不准走 不放 不让我 不准我 不准回 走不脱 走不出 出不去 锁在 锁到 关在 关到 关起 反锁 守门 看到我 收走 扣起 押起 绑 逼我 强迫",
	"sold", "卖到 卖给 拐 买个媳妇 嫁给老 老光棍 抱走 接走 带走 八万包 送人 逼婚",
	"lure", "先转 先垫 垫 返利 返现 做任务 刷单 刷流水 退会费 交个税 交税 手续费 保证金 激活 解冻 客服 公检法 洗钱 涉案 通缉 领导 换了号 换号 中奖 投资群 导师 充值 提现 会议软件 下载 念给 验证",
	"wave", "正要 打算 就去 就要 准备 已经挂 买好 瓶开 倒好 拧开 点火 拿起 提起 举起 扬起 架到 爬上 爬到 站在 坐在 翻过",
	"water", "河里 河头 水里 水头 塘里 塘头 堰塘 水库 井里 井头 粪坑 没起来 没浮 没冒头 沉下去",
	"cannot", "拉不开 拉不住 劝不住 止不住 喊不醒 叫不醒 动不了 打不开 出不来 跑不脱 联系不上 不说话 不吭声 不回 不敢",
	"lone elder", "老年痴呆 糊涂 痴呆 老人家 精神病 癫",
	"paper", "证 合同 借条 欠条 收据 发票 户口本 存折 存单 单子 票 章 字据 协议 条子",
	"rule", "能不能 要不要 可不可以 该不该 得不得 好多 多少 几天 几年 哪里 哪个 怎么 啷个 咋个 咋办 好久",
	"plain", "地界 田 土地 树 墙 沟 路 彩礼 离婚 工资 工钱 押金 房租 补偿 低保 社保 分家 遗产 利息 定金 货款 调解 开庭 村上 镇上 司法所 法院 书记 村长",
	"polite", "您家 您的 您先 您看 请您 您要 您带 您把 您可以 您慢 您说 您不 您就 您在 您女 您儿 您男 您老 您两 您问 给您 通知您",
	"kid", "娃儿 娃娃 娃 孙 小孩 女儿 儿子 弟弟 妹妹 学生",
)

// The marks that are no words, numbered behind settings.
const (
	quoteMark = 48 + iota
	asksMark
	shortMark
	longMark
	bareMark // no word of any harm
	markCount
)

// dangerMarks names every mark as a term. Terms for every two marks together
// were tried: they cost a fifth of the training and a harmless message in a
// hundred, and caught nothing more in cross-validation.
var dangerMarks = func() (out [markCount]term) {
	for a := range markCount {
		out[a] = termOf("#" + string(rune(a)))
	}
	return out
}()

var settingSpots = newSpotter(settings)

// dangerTerms collects the features of one message, or of a stretch of it,
// and returns the marks it bears.
func dangerTerms(b *bag, raw, text string) uint64 {
	b.reset()
	b.grams(text, true)
	have := marksOf(raw, text)
	all := have
	if n := utf8.RuneCountInString(text); n <= 8 {
		all |= 1 << shortMark
	} else if n > 60 {
		all |= 1 << longMark
	}
	if have&signMarks == 0 {
		all |= 1 << bareMark
	}
	for i := range markCount {
		if all>>i&1 == 1 {
			b.once(dangerMarks[i], 1)
		}
	}
	return have
}

// marksOf returns the marks a message bears, a bit each.
func marksOf(raw, text string) uint64 {
	have := settingSpots.has(text)
	if strings.ContainsAny(raw, "“”\"「」『』") {
		have |= 1 << quoteMark
	}
	if asks(raw, text) {
		have |= 1 << asksMark
	}
	if dated(text) {
		have |= pastMark
	}
	return have
}

// dated reports whether a text gives a day by its number in a month: nobody
// in danger does.
func dated(text string) bool {
	i := strings.Index(text, "月")
	return i > 0 && text[i-1] >= '0' && text[i-1] <= '9'
}

// markBits returns the bits of the settings with these names.
func markBits(names ...string) uint64 {
	out := uint64(0)
	for i, m := range settings {
		if slices.Contains(names, m.name) {
			out |= 1 << i
		}
	}
	return out
}

var questionEnds = []string{"不", "吗", "没", "没得", "咋办", "啷个办", "怎么办", "好多", "不得", "嘛", "哪个", "好久", "啥子", "呢", "多少", "几年", "不嘛", "咋个", "几倍", "真的假的"}

// asks reports whether the message ends as a question does, or says 是不是.
func asks(raw, text string) bool {
	if strings.ContainsAny(raw, "?？") {
		return true
	}
	for _, e := range questionEnds {
		if strings.HasSuffix(text, e) {
			return true
		}
	}
	return whether(text)
}

// whether reports whether a text asks by saying a word and its contrary, as
// 该不该 or 关不关 do.
func whether(text string) bool {
	for i := 0; ; {
		n := strings.Index(text[i:], "不")
		if n < 0 {
			return false
		}
		i += n
		before, size := utf8.DecodeLastRuneInString(text[:i])
		i += len("不")
		if after, _ := utf8.DecodeRuneInString(text[i:]); size > 0 && before == after && isHan(before) {
			return true
		}
	}
}

// dangerLessons are the examples, the quarrels, and the cards' phrasings, which
// are ordinary questions unless their card is a grave one; and, of those that
// tell of danger, which danger.
func (x *Index) dangerLessons(examples []example, quarrels []sample) (which, kind *lessons) {
	which, kind = &lessons{}, &lessons{}
	number := map[string]int{}
	for i, k := range knowledge.DangerKinds {
		number[k] = i
	}
	b := newBag()
	defer b.free()
	for _, e := range examples {
		dangerTerms(b, e.text, normalise(e.text))
		if e.label == harmless {
			which.learn(x.grams, b.list, 0, 1)
			continue
		}
		which.learn(x.grams, b.list, 1, dangerHeft)
		kind.learn(x.grams, b.list, number[e.label], 1)
	}
	// All of them, so that a card more or less moves little; together they
	// count the same however many cards there are.
	asked := x.phrases.all[:x.phrases.asked]
	heft := float32(min(1, ordinary/float64(max(1, len(asked)))))
	for _, p := range asked {
		if !x.grave(p.card) {
			dangerTerms(b, p.text, p.text)
			which.learn(x.grams, b.list, 0, heft)
		}
	}
	for _, s := range quarrels {
		switch {
		case s.danger == "" && signsOf(s.text, 2)&signBits("assault") != 0:
			// That money is offered for it makes a child no safer.
		case s.danger != "":
			dangerTerms(b, s.text, s.text)
			which.learn(x.grams, b.list, 1, dangerHeft)
			kind.learn(x.grams, b.list, number[s.danger], 1)
		case disputeLevels[s.level] != PoliceFirst: // a crime that may be over teaches neither
			dangerTerms(b, s.text, s.text)
			which.learn(x.grams, b.list, 0, quarrelHeft)
		}
	}
	for _, text := range x.scraps(scraps) {
		dangerTerms(b, text, text)
		which.learn(x.grams, b.list, 0, 1)
	}
	return which, kind
}

// grave reports whether a card is about harm, so that its phrasings are no
// examples of ordinary talk.
func (x *Index) grave(card int32) bool {
	c := x.cards[card]
	return c.Mediable == knowledge.MediablePoliceFirst || c.Topic == "家庭暴力"
}

// scraps returns about n short pieces of the cards' phrasings that hold no
// word of any harm: what people say in the middle of a talk.
func (x *Index) scraps(n int) []string {
	var out []string
	for _, p := range x.phrases.all[:x.phrases.asked] {
		if x.grave(p.card) {
			continue
		}
		for _, s := range strings.Fields(p.text) {
			if c := utf8.RuneCountInString(s); c >= 3 && c <= 12 && len(s) < len(p.text) && settingSpots.has(s)&signMarks == 0 {
				out = append(out, s)
			}
		}
	}
	kept := out[:0]
	for _, s := range out {
		if chosen(s, n, len(out)) {
			kept = append(kept, s)
		}
	}
	return kept
}

func (x *Index) teachDanger(which, kind *lessons) {
	x.nearest = newNearest(which, len(x.grams))
	x.dangers = train([]string{"none", "danger"}, which, len(x.grams), schooling{passes: 6, rate: 0.25, decay: 1e-4, least: 2})
	x.kinds = train(knowledge.DangerKinds, kind, len(x.grams), schooling{passes: 6, rate: 0.5, decay: 1e-5, least: 2})
}

// ordinary is as how many ordinary questions the phrasings of all cards count.
const ordinary = 4500

// scraps is about how many pieces of phrasings it learns from, bareRunes up to
// which length a message without any word of harm is taken for one.
const (
	scraps    = 800
	bareRunes = 9
)

// How much a message of danger and a quarrel count beside other examples. There
// are some 6,000 quarrels; without them every fourth that the recogniser had
// not seen raised the alarm.
const (
	dangerHeft  = 1.5
	quarrelHeft = 0.6
)

// phoneNumber is a number to be reached at, which says nothing of any harm: a
// name with one behind it is still a scrap of talk.
var phoneNumber = regexp.MustCompile(`[0-9]{7,}`)

// alarm is the probability from which a message counts as danger now. It is
// low, for a missed danger is the worst error: on the open sets none is missed,
// the least sure stands at 0.17, and 1 in 100 other messages gets a phone number
// first. Asked of a recogniser that has not seen them, of the examples in
// danger.txt 92 in 100 dangers are caught and 11 in 100 of the look-alikes,
// which were chosen to be hard, raise the alarm; of the quarrels 96 in 100 are
// caught and 7 in 100 ordinary ones still raise it after the reading of
// disputes.
const alarm = 0.13

// cries are words that hardly ever mean anything else. They raise the alarm
// whatever the rest says, unless a mark shows that they are told of another
// time or place.
var cries = marks(
	"self-harm", "不想活 想自杀 要自杀 想死了 要跳楼 要跳河 要上吊 要喝药 喝农药了 喝了农药 喝了敌敌畏 死给他看 死给你 割腕了 遗书写好 只有一死 拿命抵 开车冲下 今天就去撞车 今天就去死 今晚就去死 活不下去了 不想活了 不想在这世上 不想在世上 在楼顶 站到桥 站在桥 坐在水库 坐在河边 药都买好 农药都买 农药买好",
	"violence", "救命 救救我 要杀我 要砍我 要打死我 要弄死我 砍死我 砍人 杀人了 拿刀砍 提刀 捅了一刀 正在打我 在打我 又打我了 要杀了我 要弄死 要砍死 要杀人 我杀人 把人打死 剁手 被强奸 遭强奸 堵在屋头 遭强奸了 被强奸了 不敢出声 只能打字",
	"fire", "着火了 起火了 燃起来了",
	"accident", "压在车底 压在下面 埋在里头 出车祸了人",
	"missing", "老人走失了 爷爷走失 奶奶走失 娃儿走失 孩子走失 娃儿不见 孩子不见 小孩不见 女儿不见 儿子不见 孙子不见 娃儿走丢 老人走丢 人不见了",
	"trafficking", "逼我接客 被拐来 被卖到",
	"medical", "大出血了 要不行了 没反应了 翻白眼 骨头都看 骨头都露 羊水破了 没呼吸 没气了 喊不醒",
	"unlawful-confinement", "被绑架 不让我走 不放我走 不拿钱不放人 被关起来",
	"fraud-in-progress", "刚被骗 刚刚被骗 刚转给骗子 才转出去 帮我止付 到信用社了 安全账户我 在共享屏幕 正在转账",
)

// calls are cries in letters and figures.
var calls = strings.Fields("sos help 110 120 119")

// terse are the words of somebody who has no time for more. They count in a
// message of at most terseRunes characters that neither asks nor takes them
// back; in a longer one they may mean anything.
var terse = marks(
	"violence", "打我 打妈 打爸 打娃 打弟 打妹 打姐 打老婆 打人了 在打人 外头打人 打起来 遭打了 被打了 挨打了 被人打 遭人打 砍我 砍人 杀我 弄我 弄死 掐我 捅我 追我 撵我 撬门 撬锁 翻墙进 强盗 有贼 贼来了 贼进 拿刀 有刀 拿斧 拿棒 拿枪 提刀 踢门 踹门 砸门",
	"child", "娃儿落水 弟弟落水 妹妹落水 孩子落水 抱走了 抱起跑 摸我",
	"accident", "落水了 落水 落井 掉水 掉井 掉河 掉下去 掉塘 车翻 翻车 翻沟 触电 电到 电倒 撞到人 撞人了 压到人",
	"self-harm", "想死 寻死 不想活 活够了 跳楼 跳河 跳水 我要跳 跳了 上吊 割腕 割手 喝药 喝了药 喝农药 喝了农药 吃了农药 吃农药",
	"fire", "燃了 起火 着火 火烧起来",
	"medical", "昏了 昏倒 晕倒 倒地 喊不应 喊不醒 叫不醒 抽筋 血止不 止不住血 流血不止 出不到气 出不了气 喘不过 蛇咬 要生了 没气了 噎到 卡喉",
	"disaster", "要垮 垮山 山垮 水进屋 进水了 涨水了 泥石流 滑坡了 要倒了",
	"missing", "人不见 老人不见 妈不见 爸不见 孙子不见 妹不见 弟不见 妈妈找不到 娃儿找不到 找不到娃 走丢",
	"fraud-in-progress", "遭骗了 被骗了 受骗了 喊我转钱 叫我转钱 要我转钱",
	"unlawful-confinement", "被关 被锁 关起来了 把我关 把我锁 锁在屋 不准我出 不让我出 不准出门 不让我走",
	"trafficking", "被卖 被拐 把我卖",
)

const terseRunes = 9

var terseSpots = newSpotter(terse)

var crySpots = newSpotter(cries)

// Marks that take a cry back, those of them that speak of another time or
// place, and those that say it is going on.
var (
	calmMarks      = markBits("past", "done", "neg", "if", "told", "law", "overdone", "animal") | 1<<quoteMark
	elsewhereMarks = markBits("past", "done", "neg", "if", "told", "overdone")
	neverMarks     = markBits("if", "neg")
	pastMark       = markBits("past")
	liveMarks      = markBits("ongoing", "help")
	politeMarks    = markBits("polite")
	signMarks      = markBits("ongoing", "help", "harm", "weapon", "die", "hurt", "nature", "lost", "money", "crash", "birth", "poison", "chest", "farewell", "coerce", "sold", "lure", "water", "wave", "cannot", "alone")
)

// dangerOf returns how likely the message tells of danger now, and which.
//
// idle says that the message is surely small talk or a wish of another kind.
func (x *Index) dangerOf(raw, text string, idle bool) (p float64, kind, why string) {
	// Letters and figures alone are a slip of the thumb, unless they are a call.
	if strings.IndexFunc(text, isHan) < 0 {
		if slices.Contains(calls, text) {
			return 0.9, "violence", "call"
		}
		return 0, knowledge.DangerKinds[0], "no words"
	}
	b := newBag()
	defer b.free()
	text = strings.TrimSpace(phoneNumber.ReplaceAllString(text, ""))
	p, marks := x.dangerIn(b, raw, text)
	kind = x.kindOf(b)
	// A long story may hold one sentence of danger that its length drowns.
	if utf8.RuneCountInString(text) > 60 {
		for _, part := range stretches(text, 30) {
			// A part lacks the words around it that may explain it, so it has
			// to be surer.
			if settingSpots.has(part)&liveMarks == 0 {
				continue
			}
			if q, _ := x.dangerIn(b, part, part); q*0.5 > p {
				p, kind = q*0.5, x.kindOf(b)
			}
		}
	}
	// A scrap of talk with no word of any harm says too little to be believed;
	// and somebody who says 您 tells others what to do.
	if marks&signMarks == 0 && utf8.RuneCountInString(text) <= bareRunes {
		p *= 0.4
	}
	if marks&politeMarks != 0 && marks&liveMarks == 0 {
		p *= 0.5
	}
	live := marks&liveMarks != 0
	if marks&calmMarks != 0 {
		if marks&elsewhereMarks != 0 && !live {
			p *= 0.5
		}
		if marks&neverMarks == neverMarks && !live {
			p *= 0.5 // 如果他打我…现在没有打: neither now nor before
		}
		if idle && !live {
			p *= 0.3
		}
		return p, kind, "danger by example"
	}
	why = "danger by example"
	crySpots.each(text, func(w string, n int) bool {
		if p < 0.5 {
			kind = cries[n].name
		}
		p, why = max(p, 0.9), "cry: "+w
		return false
	})
	if idle && !live && p < 0.9 {
		p *= 0.3
	}
	if few := unrepeated(text); marks>>asksMark&1 == 0 && utf8.RuneCountInString(few) <= terseRunes {
		terseSpots.each(few, func(w string, n int) bool {
			if p < 0.6 {
				p, kind, why = 0.6, terse[n].name, "few words: "+w
			}
			return false
		})
	}
	return p, kind, why
}

// unrepeated returns what a text says over and over, once.
func unrepeated(text string) string {
	s := strings.ReplaceAll(text, " ", "")
	// back[i] is the length of the longest proper border of s[:i+1].
	back := make([]int, len(s))
	for i := 1; i < len(s); i++ {
		k := back[i-1]
		for k > 0 && s[i] != s[k] {
			k = back[k-1]
		}
		if s[i] == s[k] {
			k++
		}
		back[i] = k
	}
	if n := len(s); n > 0 && 2*back[n-1] >= n {
		return s[:n-back[n-1]]
	}
	return text
}

func (x *Index) dangerIn(b *bag, raw, text string) (float64, uint64) {
	marks := dangerTerms(b, raw, text)
	p := x.dangers.predict(x.grams, b.list)[1]
	l := math.Log(p/(1-p)) + nearestWeight*x.nearest.lean(x.grams, b.list)
	return 1 / (1 + math.Exp(-l)), marks
}

func (x *Index) kindOf(b *bag) string {
	return knowledge.DangerKinds[topOf(x.kinds.predict(x.grams, b.list), 1)[0]]
}

// stretches cuts text at spaces into overlapping pieces of about n characters,
// that begin at least a third of that apart.
func stretches(text string, n int) []string {
	parts := strings.Fields(text)
	var out []string
	passed := n // characters since the last piece began
	for i := range parts {
		own := utf8.RuneCountInString(parts[i])
		if 3*passed < n {
			passed += own
			continue
		}
		s, length := parts[i], own
		for j := i + 1; j < len(parts) && length < n; j++ {
			s += " " + parts[j]
			length += 1 + utf8.RuneCountInString(parts[j])
		}
		out = append(out, s)
		passed = own
	}
	return out
}

// nearestWeight is how much the nearest example counts beside the words; from
// 3 to 9 the open questions see little difference.
const nearestWeight = 8
