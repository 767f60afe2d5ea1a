package bot

import (
	"strconv"
	"strings"

	"mingbai/bot/ledger"
)

// Registration (登记注册) takes four taps at most: village, who one is, the
// consent text with its version, and, if one likes, a name to be called by.

var registerKinds = []Choice{
	{Label: "本村村民", Do: "reg:本村村民"},
	{Label: "在外务工", Do: "reg:在外务工"},
	{Label: "租住、做生意", Do: "reg:租住经商"},
	{Label: "替老人来登记", Do: "reg:代老人"},
}

func (t *turn) startRegister() error {
	roles, err := ledger.RolesOf(t.tx, t.chat.Person)
	if err != nil {
		return err
	}
	for _, r := range roles {
		if r.Role == ledger.Resident {
			t.settle(ledger.FateAnswered, "register")
			t.note("您已经登记在"+t.township().VillageName(r.Village)+"了。", Choice{Label: "看我的资料", Do: "mine"}, choiceMatters)
			return nil
		}
	}
	t.d.begin("register", "village")
	t.askVillage()
	return nil
}

func (t *turn) askVillage() {
	t.settle(ledger.FateAskedBack, "register")
	t.note("您是哪个村的？点一下，或者打村名。", t.villageChoices("reg:")...)
}

func (t *turn) villageChoices(do string) []Choice {
	var out []Choice
	for _, v := range t.township().Villages {
		out = append(out, Choice{Label: v.Name, Do: do + v.ID})
	}
	return out
}

// registerStep takes the answer to the question that stands open.
func (t *turn) registerStep(text string) error {
	text = strings.TrimSpace(text)
	t.settle(ledger.FateAskedBack, "register")
	switch t.d.Step {
	case "village":
		v := t.township().Village(text)
		if v == nil {
			t.note("没找到这个村名。点一个，或者回“返回”先不登记。", t.villageChoices("reg:")...)
			return nil
		}
		t.d.Data["village"], t.d.Step = v.ID, "kind"
		t.note("好，"+v.Name+"。您是：", registerKinds...)
	case "kind":
		for _, c := range registerKinds {
			if text == c.Label || "reg:"+text == c.Do {
				t.d.Data["kind"], t.d.Step = strings.TrimPrefix(c.Do, "reg:"), "consent"
				t.askConsent()
				return nil
			}
		}
		t.note("点一个就行：", registerKinds...)
	case "consent":
		switch text {
		case "yes", "同意", "好", "要得", "是":
			return t.register()
		case "no", "不同意", "不":
			t.d.end()
			t.settle(ledger.FateAnswered, "register")
			t.note("好，不登记，什么都没有记。不登记也能问。", choiceHuman)
		default:
			t.askConsent()
		}
	case "name":
		t.d.end()
		t.settle(ledger.FateAnswered, "register")
		if text == "skip" || text == "跳过" || text == "" {
			t.note("好。您遇到什么事，直接说。", choiceHuman)
			return nil
		}
		name := cut(text, 12)
		if _, err := t.tx.Join(t.chat, ledger.Resident, t.d.Village, name, ""); err != nil {
			return err
		}
		t.note("好，"+name+"。您遇到什么事，直接说。", choiceHuman)
	default:
		t.d.end()
		return t.startRegister()
	}
	return nil
}

func (t *turn) askConsent() {
	c := t.township().Consent
	t.settle(ledger.FateAskedBack, "register")
	t.say(Reply{Kind: KindNote, Text: c.Text, Note: "第" + c.Version + "版",
		Choices: []Choice{{Label: "同意", Do: "reg:yes"}, {Label: "不同意", Do: "reg:no"}}})
}

func (t *turn) register() error {
	village := t.d.Data["village"]
	again, err := t.tx.Register(t.chat, village, t.d.Data["kind"], t.township().Consent.Version)
	if err != nil {
		return err
	}
	t.d.Village, t.d.Step = village, "name"
	say := "登记好了，" + t.township().VillageName(village) + "。"
	if again {
		say = "又登记好了，" + t.township().VillageName(village) + "。"
	}
	t.settle(ledger.FateAnswered, "register")
	t.say(Reply{Kind: KindNote, Say: say, Text: "怎么称呼您？打个称呼，不说也行。", Choices: []Choice{{Label: "跳过", Do: "reg:skip"}}})
	return nil
}

// registerBack goes one question back.
func (t *turn) registerBack() error {
	switch t.d.Step {
	case "kind":
		t.d.Step = "village"
		t.askVillage()
	case "consent":
		t.d.Step = "kind"
		t.settle(ledger.FateAskedBack, "register")
		t.note("您是：", registerKinds...)
	default:
		return t.stop()
	}
	return nil
}

// startJoin begins using an invite's code: it shows what it would give and
// asks for a name.
func (t *turn) startJoin(code string) error {
	role, village, err := t.tx.PeekInvite(code)
	if isNotFound(err) {
		if ours, err := t.startParty(code); ours || err != nil {
			return err
		}
		t.settle(ledger.FateRefused, "invite")
		t.note("这个邀请码用不了：打错了、用过了，或者过期了。请司法所再发一个。", choiceHuman)
		return nil
	}
	if err != nil {
		return err
	}
	t.d.begin("join", "name")
	t.d.Data["code"] = code
	t.settle(ledger.FateAskedBack, "join")
	t.note("请您做"+t.roleName(role, village)+"。村民会看到您的称呼，怎么称呼您？打个称呼就算答应。", Choice{Label: "不做", Do: "join:no"})
	return nil
}

func (t *turn) joinStep(text string) error {
	if t.d.Flow != "join" {
		return t.menu()
	}
	code := t.d.Data["code"]
	if text == "no" || text == "不做" {
		t.d.end()
		t.settle(ledger.FateAnswered, "join")
		t.note("好，邀请码还留着，想好了再用。")
		return nil
	}
	name := cut(strings.TrimSpace(text), 12)
	if name == "" {
		t.settle(ledger.FateAskedBack, "join")
		t.note("打个称呼就行，比如“老李”。")
		return nil
	}
	role, village, err := t.tx.Redeem(t.chat, code, name)
	t.d.end()
	if isNotFound(err) {
		t.settle(ledger.FateRefused, "invite")
		t.note("这个邀请码刚刚用不了了。请司法所再发一个。", choiceHuman)
		return nil
	}
	if err != nil {
		return err
	}
	if grid, err := t.gridWelcome(role, village, name); grid || err != nil {
		return err
	}
	p, err := t.post()
	if err != nil {
		return err
	}
	t.settle(ledger.FateAnswered, "join")
	t.say(Reply{Kind: KindNote, Say: name + "，您现在是" + t.roleName(role, village) + "。",
		Text:    "有人要问，我会把问题、前头的话和参考答案发给您。点“接过来”，再打字，就是回他。\n下班回“下班”，上班回“上班”，看手上的事回“待办”。",
		Choices: append([]Choice{{Label: "待办", Do: "queue"}, {Label: "下班", Do: "duty-off"}}, t.gridChoices(p)...)})
	return t.offerWaiting()
}

var roleNames = map[string]string{
	ledger.Volunteer: "法律明白人", ledger.Mediator: "人民调解员", ledger.GridWorker: "网格员",
	ledger.GridHead: "网格长", ledger.SeatHolder: "联合调解席位", ledger.Adviser: "法律顾问", ledger.Clerk: "司法所工作人员",
}

// roleName says a role with its place: 红岩村法律明白人.
func (t *turn) roleName(role, village string) string {
	if role == ledger.SeatHolder {
		if o := t.township().Office(village); o != nil {
			return o.Name + "（联合调解）"
		}
	}
	return t.township().VillageName(village) + roleNames[role]
}

// nameOf says who somebody is to a resident: 红岩村法律明白人老李.
func (t *turn) nameOf(person int64) (string, error) {
	p, err := ledger.PersonByID(t.tx, person)
	if err != nil && !isNotFound(err) {
		return "", err
	}
	roles, err := ledger.RolesOf(t.tx, person)
	if err != nil {
		return "", err
	}
	for _, r := range roles {
		if r.Role != ledger.Resident {
			return t.roleName(r.Role, r.Village) + p.Name, nil
		}
	}
	return p.Name, nil
}

func number(s string) int64 {
	n, _ := strconv.ParseInt(s, 10, 64)
	return n
}
