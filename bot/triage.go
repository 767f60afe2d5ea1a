package bot

import (
	"errors"
	"regexp"
	"strings"
	"time"

	"mingbai/bot/casework"
	"mingbai/bot/ledger"
	"mingbai/knowledge"
)

// decide finds the conversation in charge of a message. The order is the
// promise: danger first in every state, then what was tapped, then plain
// commands, then the conversation under way, and asking last.
func (t *turn) decide() error {
	if t.meaning.Danger != "" && (t.d.Holding != 0 || t.d.Flow == "mediate" || t.d.Flow == "seat") {
		// What a helper types about danger is for the resident they hold; the
		// number is shown to the helper all the same.
		return t.helperInDanger()
	}
	if t.meaning.Danger != "" {
		if err := t.hearOrder(); err != nil {
			return err
		}
	}
	if t.meaning.Danger != "" {
		if held, err := t.gridDanger(); held || err != nil {
			return err
		}
		if err := t.urgent(t.meaning.Danger); err != nil {
			return err
		}
		return t.offerEvent()
	}
	if hidden, err := t.secret(); hidden || err != nil {
		return err
	}
	if tap, ok := t.tapped(); ok {
		return t.tap(tap)
	}
	if f := command(t.msg.Text); f != nil {
		return f(t)
	}
	switch {
	case t.d.Flow == "dispute":
		t.recall()
		return t.disputeStep(t.msg.Text)
	case t.d.Flow == "mediate":
		return t.mediateText(t.msg.Text)
	case t.d.Flow == "seat":
		return t.seatText(t.msg.Text)
	case t.d.Flow == "register":
		return t.registerStep(t.msg.Text)
	case t.d.Flow == "join":
		return t.joinStep(t.msg.Text)
	}
	if held, err := t.gridStep(); held || err != nil {
		return err
	}
	if t.d.Holding != 0 {
		return t.helperReply()
	}
	if held, err := t.gridSays(); held || err != nil {
		return err
	}
	if len(t.msg.Files) > 0 && t.msg.Text == "" {
		return t.filed()
	}
	if t.msg.Text == "" {
		t.settle(ledger.FateAnswered, "empty")
		t.note("这条是空的。把您遇到的事，用平时的话打几个字就行。", choiceHuman)
		return nil
	}
	if held, err := t.relay(); held || err != nil {
		return err
	}
	return t.consult()
}

var (
	choiceHuman    = Choice{Label: "找人说", Do: "human"}
	choiceRegister = Choice{Label: "登记", Do: "register"}
	choiceMatters  = Choice{Label: "我的事", Do: "matters"}
)

var typedNumber = regexp.MustCompile(`^[0-9０-９]{1,2}[.、。]?$`)

// tapped returns what was tapped, or the choice whose number was typed.
func (t *turn) tapped() (string, bool) {
	if t.msg.Tap != "" {
		return t.msg.Tap, true
	}
	s := t.msg.Text
	for _, c := range t.d.Choices {
		if s == c.Label {
			return c.Do, true
		}
	}
	if !typedNumber.MatchString(s) {
		return "", false
	}
	n := 0
	for _, r := range s {
		switch {
		case r >= '0' && r <= '9':
			n = n*10 + int(r-'0')
		case r >= '０' && r <= '９':
			n = n*10 + int(r-'０')
		}
	}
	if n < 1 || n > len(t.d.Choices) {
		return "", false
	}
	return t.d.Choices[n-1].Do, true
}

// tap does what a button says. Buttons of old messages stay good: what they
// are about stands in them, and what no longer fits says so kindly.
func (t *turn) tap(do string) error {
	verb, arg, _ := strings.Cut(do, ":")
	switch verb {
	case "human":
		return t.callPerson("asked")
	case "mediate":
		return t.startDispute()
	case "ds":
		return t.disputeStep(arg)
	case "ds-same":
		return t.sameDispute(arg)
	case "p":
		return t.partyTap(arg)
	case "m":
		return t.mediatorTap(arg)
	case "mt":
		if t.d.Flow != "mediate" {
			return t.queue()
		}
		return t.mediateText(arg)
	case "s":
		return t.seatTap(arg)
	case "card":
		return t.chosen(arg)
	case "none":
		return t.callPerson("no-choice-fits")
	case "law":
		return t.showLaw(arg)
	case "more":
		return t.showParts(arg)
	case "part":
		return t.showPart(arg)
	case "rate":
		return t.rate(arg)
	case "register":
		return t.startRegister()
	case "reg":
		return t.registerStep(arg)
	case "join":
		return t.joinStep(arg)
	case "matters":
		return t.myMatters()
	case "matter":
		return t.showMatter(arg)
	case "mine":
		return t.myData()
	case "copy":
		return t.copyData()
	case "erase":
		return t.askErase()
	case "erase-yes":
		return t.erase()
	case "enough":
		return t.enough(arg)
	case "another":
		return t.anotherPerson(arg)
	case "new":
		t.d.Matter, t.d.Dispute, t.d.Card, t.d.Asked = 0, 0, "", ""
		t.settle(ledger.FateAnswered, "action")
		t.note("好，那件事有人管着。新的事您说。")
		return nil
	case "claim", "pass", "hold", "finish", "draft", "queue", "duty-on", "duty-off", "release":
		return t.helperTap(verb, arg)
	case "safe":
		t.settle(ledger.FateAnswered, "safe")
		t.note("好。有变化就再打110。想说说，随时在这里说。", choiceHuman)
		return nil
	case "g":
		return t.gridTap(arg)
	case "menu":
		return t.menu()
	}
	t.settle(ledger.FateAnswered, "action")
	t.note("这个按钮过时了。您想问什么，直接打字就行。", choiceHuman, choiceMatters)
	return nil
}

// command returns what a plain command asks for, or nil. Commands are whole
// messages: "找人" is one, "找人借钱" is a question.
func command(text string) func(*turn) error {
	s := strings.ToLower(strings.Trim(strings.TrimPrefix(text, "/"), " 。.，,“”\"！!？?"))
	if code, ok := strings.CutPrefix(s, "start "); ok {
		return func(t *turn) error { return t.startJoin(strings.TrimSpace(code)) }
	}
	if code, ok := strings.CutPrefix(s, "邀请码"); ok && code != "" {
		return func(t *turn) error { return t.startJoin(strings.Trim(code, " ：:")) }
	}
	if no, ok := strings.CutPrefix(s, "进度"); ok && strings.Contains(no, "-") {
		return func(t *turn) error { return t.showMatter(strings.ToUpper(strings.TrimSpace(no))) }
	}
	if what, ok := strings.CutPrefix(s, "专长"); ok {
		return func(t *turn) error { return t.skills(what) }
	}
	return commands[s]
}

var commands map[string]func(*turn) error

func init() { // a literal would refer to itself through tap
	commands = map[string]func(*turn) error{}
	for words, f := range map[string]func(*turn) error{
		"start 开始 重新开始 从头来 重来":                      (*turn).restart,
		"ask 提问 帮助 help 菜单 能做啥 你能做啥":                (*turn).menu,
		"返回 上一步 back":                               (*turn).back,
		"stop 停止 取消 退出 算了 不弄了":                      (*turn).stop,
		"person 找人 转人工 人工 找人说 找个人 要人 真人":            func(t *turn) error { return t.callPerson("asked") },
		"register 登记 注册 我要登记 我要注册":                  (*turn).startRegister,
		"progress 进度 查进度 我的事 办到哪一步了":                (*turn).myMatters,
		"me 我的 我的资料 看我的资料":                          (*turn).myData,
		"delete 删除 删除我的信息 删除我的资料 删掉我的资料 注销 抹掉 删除资料": (*turn).askErase,
		"抄一份 导出":            (*turn).copyData,
		"上班 我上班了":           func(t *turn) error { return t.helperTap("duty-on", "") },
		"下班 我下班了":           func(t *turn) error { return t.helperTap("duty-off", "") },
		"调解 申请调解 我要调解 找人调解": (*turn).startDispute,
		"分案 看分案":            (*turn).shares,
		"待办":                func(t *turn) error { return t.helperTap("queue", "") },
		"报 上报 我要上报":         gridDo("report"),
		"任务 我的任务":           gridDo("tasks"),
		"派 派任务":             gridDo("send"),
		"看护 看护点":            gridDo("places"),
		"进展 网格进展 看进展":       gridDo("standing"),
		"我的本月":              gridDo("month"),
	} {
		for _, w := range strings.Fields(words) {
			commands[w] = f
		}
	}
}

func (t *turn) restart() error {
	t.d.end()
	t.d.Matter, t.d.Dispute, t.d.Card, t.d.Asked, t.d.Holding = 0, 0, "", "", 0
	return t.menu()
}

func (t *turn) menu() error {
	p, err := t.post()
	if err != nil {
		return err
	}
	t.d.Met = true
	t.settle(ledger.FateAnswered, "menu")
	t.say(Reply{Kind: KindNote, Say: "您好，我是明白。村里的法律问题，用您平时的话问。",
		Text:    "先由我答，写明依据；要人答，回“找人”。\n有危险先打110，再来这里。",
		Note:    "不登记也能问。回“登记”留个村名，下次不用重讲。回“删除”，随时抹掉。",
		Choices: append(t.gridChoices(p), choiceHuman, choiceMatters, choiceRegister)})
	return nil
}

func (t *turn) back() error {
	if t.d.Flow == "register" {
		return t.registerBack()
	}
	t.d.end()
	return t.menu()
}

func (t *turn) stop() error {
	was := t.d.Flow
	t.d.end()
	t.d.Holding = 0
	t.settle(ledger.FateAnswered, "action")
	if was == "" {
		t.note("好，先到这里。随时再问。", choiceMatters)
	} else {
		t.note("好，不弄了，什么都没有记。随时再来。", choiceHuman)
	}
	return nil
}

// filed answers a voice, picture or file: kept for the person who takes over.
func (t *turn) filed() error {
	held, err := t.relay()
	if held || err != nil {
		return err
	}
	t.settle(ledger.FateAskedBack, "file")
	what := "收到了，替您存好。我还看不懂图片和语音，人接手就能看到。"
	if t.msg.Files[0].Kind == "sticker" {
		what = "收到。您遇到什么事，打几个字就行。"
	}
	t.note(what+"\n把要问的事打几个字，或者让人直接回您。", choiceHuman)
	return nil
}

// urgent answers danger: the number first, then what to do in the next
// minutes, then a person is called. No form, no mediation, in any state.
func (t *turn) urgent(kind string) error {
	t.d.end()
	t.d.Holding = 0
	script := t.mind.Base.Dangers[kind]
	r := Reply{Kind: KindUrgent, Say: script.Say, Steps: script.Steps, Neutral: true}
	for _, c := range script.Calls {
		r.Calls = append(r.Calls, Call{Number: c.Number, For: c.For})
	}
	h, err := t.dangerHandover(kind)
	if err != nil {
		return err
	}
	if h.Holder != 0 {
		who, err := t.nameOf(h.Holder)
		if err != nil {
			return err
		}
		r.Text = "已经喊了" + who + "，会尽快在这里回您。不用填表，也不用再说一遍。"
	} else {
		r.Text = "您说的已记下，镇上的人一上线就会看到。先打上面的电话，不要等。"
	}
	r.Choices = []Choice{{Label: "我已经安全", Do: "safe"}, {Label: "不用回我", Do: "enough:" + id(h.ID)}}
	t.settle(ledger.FateHandedOver, "urgent")
	t.say(r)
	return nil
}

// dangerHandover opens, or finds, the hand-over that danger calls for.
func (t *turn) dangerHandover(kind string) (*ledger.Handover, error) {
	if t.d.Matter != 0 {
		h, err := ledger.HandoverOf(t.tx, t.d.Matter)
		if err != nil && !errors.Is(err, ledger.ErrNotFound) {
			return nil, err
		}
		open := err == nil && (h.State == ledger.HandoverWaiting || h.State == ledger.HandoverClaimed)
		if open && strings.HasPrefix(h.Reason, "danger:") {
			t.matter = h.Matter
			return h, t.tellHolder(h, "又说："+t.msg.Text)
		}
	}
	m, err := t.openMatter(dangerTopic(kind), "")
	if err != nil {
		return nil, err
	}
	return t.handOver(m, "danger:"+kind)
}

// dangerTopic files a danger under the topic its records are counted in.
func dangerTopic(kind string) string {
	switch kind {
	case "child":
		return "未成年人与教育"
	case "fraud-in-progress":
		return "诈骗"
	case "accident":
		return "人身损害"
	case "fire", "disaster", "explosives":
		return "公共安全(火炮山火灾害动物)"
	case "medical", "self-harm", "missing":
		return "其他"
	case "trafficking", "unlawful-confinement":
		return "刑事"
	}
	return "治安与打架"
}

// dangerWait is how long one person is asked before the next, in danger: by
// the clock on the wall, not by office hours.
const dangerWait = 10 * time.Minute

// dayOf returns the day whose law answers the message: a day in a past year
// that it names, else today. A bare year stands for its last day, when all of
// that year's law was in force; only a year before the present one counts.
func dayOf(text string, now time.Time) knowledge.Day {
	today := knowledge.DayOf(now)
	year := now.In(knowledge.Shanghai).Year()
	best := today
	for _, m := range yearForm.FindAllStringSubmatch(text, -1) {
		d := knowledge.Day(m[1] + "-12-31")
		if m[1] < string(today)[:4] && m[1] > "1979" && d < best {
			best = d
		}
	}
	for word, back := range map[string]int{"去年": 1, "前年": 2, "大前年": 3} {
		if strings.Contains(text, word) {
			d := knowledge.DayOf(time.Date(year-back, 12, 31, 12, 0, 0, 0, knowledge.Shanghai))
			if d < best {
				best = d
			}
		}
	}
	return best
}

var yearForm = regexp.MustCompile(`(?:^|[^0-9])((?:19|20)[0-9]{2})年`)

// by says until when, as a neighbour would.
func (t *turn) by(when time.Time) string { return casework.Say(when, t.now) }
