package bot

import (
	"cmp"
	"strings"

	"mingbai/bot/casework"
	"mingbai/bot/ledger"
	"mingbai/knowledge"
)

var shanghai = knowledge.Shanghai

// copyLines bounds what one copy holds; a phone shows no more with ease, and
// the web page shows the rest.
const copyLines = 200

// myData shows what is kept of a person, and how to copy or erase it
// (个人信息保护法 44–47).
func (t *turn) myData() error {
	p, err := ledger.PersonByID(t.tx, t.chat.Person)
	if err != nil && !isNotFound(err) {
		return err
	}
	roles, err := ledger.RolesOf(t.tx, t.chat.Person)
	if err != nil {
		return err
	}
	kept, err := ledger.Kept(t.tx, t.chat.ID)
	if err != nil {
		return err
	}
	var b strings.Builder
	b.WriteString("这里记着您的：\n")
	if p.Name != "" {
		b.WriteString("称呼：" + p.Name + "\n")
	}
	for _, r := range roles {
		if r.Role == ledger.Resident {
			b.WriteString("登记的村：" + t.township().VillageName(r.Village) + "\n")
		} else {
			b.WriteString("身份：" + t.roleName(r.Role, r.Village) + "\n")
		}
	}
	if len(roles) == 0 {
		b.WriteString("没有登记，不知道您是谁。\n")
	}
	b.WriteString("说过的话：" + id(kept.Messages) + "条，问过的事：" + id(kept.Matters) + "件。\n")
	if kept.Looked > 0 {
		readers, err := ledger.Lookers(t.tx, t.chat.ID)
		if err != nil {
			return err
		}
		var names []string
		for _, x := range readers {
			names = append(names, cmp.Or(x.Name, "拿着文书链接的人")+id(x.N)+"次，最近"+x.Last.In(shanghai).Format("1月2日15:04"))
		}
		b.WriteString("有人看过您的事：" + id(kept.Looked) + "次（" + strings.Join(names, "；") + "）。\n")
	}
	t.settle(ledger.FateAnswered, "privacy")
	t.say(Reply{Kind: KindNote, Text: strings.TrimSpace(b.String()), Note: "只用来答复您，不公开。",
		Choices: []Choice{{Label: "抄一份", Do: "copy"}, {Label: "删除", Do: "erase"}, choiceMatters}})
	return nil
}

// copyData gives a person a copy of what they said and were told.
func (t *turn) copyData() error {
	list, err := ledger.Transcript(t.tx, t.chat.ID, 0, 0, copyLines)
	if err != nil {
		return err
	}
	var b strings.Builder
	for _, m := range list {
		l, ok := lineOf(m)
		if !ok {
			continue
		}
		b.WriteString(l.At.In(shanghai).Format("1月2日 15:04"))
		if l.Mine {
			b.WriteString(" 我：" + l.Text + "\n")
		} else {
			b.WriteString(" 明白：" + cut(strings.ReplaceAll(l.Reply.Plain(), "\n", " "), 200) + "\n")
		}
	}
	t.settle(ledger.FateAnswered, "privacy")
	t.say(Reply{Kind: KindNote, Say: "您的一份：", Text: strings.TrimSpace(b.String()), Choices: []Choice{{Label: "删除", Do: "erase"}}})
	return nil
}

// askErase asks once before erasing.
func (t *turn) askErase() error {
	t.d.end()
	t.settle(ledger.FateAskedBack, "privacy")
	t.note("删了就找不回来：您说过的话、称呼、登记，都抹掉，没答完的事也不再答。只留次数，看不出是谁。两家签过的调解协议，调委会依法留档。删不删？",
		Choice{Label: "确定删除", Do: "erase-yes"}, Choice{Label: "不删", Do: "menu"})
	return nil
}

// erase deletes what can identify the person. The confirmation is not kept.
func (t *turn) erase() error {
	held, err := ledger.OpenHandovers(t.tx, t.chat.ID)
	if err != nil {
		return err
	}
	for _, h := range held {
		if h.Holder == 0 {
			continue
		}
		if err := t.noticeHolder(h, "村民删除了自己的资料，这件事不用再答。"); err != nil {
			return err
		}
		if err := t.letGo(h); err != nil {
			return err
		}
	}
	if err := t.leaveDisputes(); err != nil {
		return err
	}
	if t.chat.Person != 0 {
		// A helper who erases themselves must not leave residents waiting, nor
		// tasks lying.
		if err := t.leaveTasks(); err != nil {
			return err
		}
		mine, err := ledger.HeldBy(t.tx, t.chat.Person)
		if err != nil {
			return err
		}
		if err := t.tx.SetDuty(t.chat, false); err != nil {
			return err
		}
		for _, h := range mine {
			if h.State == ledger.HandoverAnswered {
				continue
			}
			m, err := ledger.MatterByID(t.tx, h.Matter)
			if err != nil {
				return err
			}
			if err := t.askNext(m, h); err != nil {
				return err
			}
			if err := t.tellMoved(m, h, ""); err != nil {
				return err
			}
		}
	}
	if err := t.tx.Erase(t.chat); err != nil {
		return err
	}
	t.erased = true
	t.matter = 0
	t.settle(ledger.FateAnswered, "privacy")
	t.note("抹掉了，这里不再有您说过的话。以后有事，随时重新来。")
	return nil
}

// leaveDisputes takes back what this chat applied for and has not been settled,
// and ends its part in what others applied for, before it is erased.
func (t *turn) leaveDisputes() error {
	list, err := ledger.DisputesOfChat(t.tx, t.chat.ID, 100)
	if err != nil {
		return err
	}
	for _, d := range list {
		k, err := t.mediation(d.ID)
		if err != nil {
			return err
		}
		p := k.partyOf(t.chat.ID)
		if p == nil {
			continue
		}
		s := casework.Step{Act: casework.ActWithdraw}
		if p.Side != string(casework.Applicant) {
			s = casework.Step{Act: casework.ActRefuse, Party: int(p.N)}
		}
		if !k.rules.Can(s.Act) {
			continue
		}
		if err := t.step(k, t.chat.Person, s); err != nil {
			return err
		}
		what := Reply{Kind: KindNote, Text: k.no + " 一方删除了自己的资料，调解到此为止。"}
		if err := t.tellParties(k, what); err != nil {
			return err
		}
		if err := t.tellMediator(k, what); err != nil {
			return err
		}
	}
	return nil
}
