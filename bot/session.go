package bot

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"mingbai/bot/casework"
	"mingbai/bot/ledger"
)

// Sessions (调解): times put to the parties, one fixed, what was said written down.

// proposes puts times to the parties.
func (t *turn) proposes(k *mediation, text string) error {
	times, unclear := casework.ParseTimes(text, t.now)
	var late []string
	times = slices.DeleteFunc(times, func(x casework.Time) bool {
		if x.At.After(t.now) {
			return false
		}
		late = append(late, x.At.In(shanghai).Format("1月2日15:04"))
		return true
	})
	if len(times) == 0 || len(unclear) > 0 || len(late) > 0 || len(times) > 3 {
		t.d.begin("mediate", "times")
		t.d.Data["dispute"] = id(k.ID)
		t.settle(ledger.FateAskedBack, "mediator")
		bad := strings.Join(append(unclear, late...), "、")
		if bad == "" {
			bad = "时间"
		}
		t.note("没看懂“"+cut(bad, 60)+"”。写清哪月哪日、上午下午几点，一行一个，最多3个，如“11月26日上午9点 村委会”。", Choice{Label: "先不弄", Do: "m:card:" + id(k.ID)})
		return nil
	}
	if err := t.tx.SetMeeting(k.Dispute, 0, "dropped"); err != nil {
		return err
	}
	var list []ledger.Meeting
	for _, x := range times {
		m, err := t.tx.Propose(k.Dispute, x.At, x.Place)
		if err != nil {
			return err
		}
		list = append(list, *m)
	}
	if err := t.tellParties(k, Reply{Kind: KindNote, Say: "约时间调解（" + k.no + "），哪个时间您方便？", Text: "可以点几个。", Choices: t.meetingChoices(k, list)}); err != nil {
		return err
	}
	r := Reply{Kind: KindNote, Say: "发给当事人了，都点了同一个就定。", Text: "有人不在这里的，您打电话问好，直接定。"}
	for _, m := range list {
		r.Choices = append(r.Choices, Choice{Label: "定" + t.by(m.At), Do: fmt.Sprintf("m:fix:%d:%d", k.ID, m.ID)})
	}
	t.say(r)
	return nil
}

// fixFirst fixes a proposed time that the mediator settled by phone.
func (t *turn) fixFirst(k *mediation, meeting int64) error {
	list, err := ledger.MeetingsOf(t.tx, k.ID)
	if err != nil {
		return err
	}
	for _, m := range list {
		if m.ID == meeting && m.State == "proposed" {
			return t.fixMeeting(k, m, t.chat.Person)
		}
	}
	t.say(t.mediatorCard(k, "这个时间已经不约了。"))
	return nil
}

// records writes down a session.
func (t *turn) records(k *mediation, text string) error {
	if err := t.step(k, t.chat.Person, casework.Step{Act: casework.ActSession}); err != nil {
		return t.refused(err)
	}
	list, err := ledger.MeetingsOf(t.tx, k.ID)
	if err != nil {
		return err
	}
	for _, m := range list {
		if m.State == "fixed" {
			if err := t.tx.SetMeeting(k.Dispute, m.ID, "held"); err != nil {
				return err
			}
		}
	}
	n := strconv.Itoa(k.rules.Held)
	k.texts["record-"+n] = t.now.In(shanghai).Format("2006-01-02 15:04") + "\n" + cut(text, 3000)
	if err := t.tx.Particular(k.ID, "record-"+n, k.texts["record-"+n]); err != nil {
		return err
	}
	if err := t.writePapers(k, casework.PaperRecord); err != nil {
		return err
	}
	t.say(t.mediatorCard(k, "第"+n+"次调解记好了，调解记录写好了。"))
	return nil
}
