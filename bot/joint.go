package bot

import (
	"strings"
	"time"

	"mingbai/bot/casework"
	"mingbai/bot/ledger"
)

// The joint table (一办一庭两所联合调解): each office of the township's list has a
// seat, which accepts, declines with a reason, or passes on within its clock.
// The time of each seat is journaled.

// timerSeat fires when a seat has not answered; its step is when it was asked.
const timerSeat = "seat"

// askSeats asks every office of the joint table that has no seat in this
// dispute yet.
func (t *turn) askSeats(k *mediation) error {
	have, err := ledger.SeatsOf(t.tx, k.ID)
	if err != nil {
		return err
	}
	asked := map[string]bool{}
	for _, s := range have {
		asked[s.Office] = true
	}
	for _, office := range t.township().Mediation.Seats {
		if asked[office] {
			continue
		}
		if err := t.askSeat(k, office, 0); err != nil {
			return err
		}
	}
	return nil
}

// askSeat asks the next person of an office, not the one named.
func (t *turn) askSeat(k *mediation, office string, not int64) error {
	people, err := ledger.Helpers(t.tx, k.Township, ledger.SeatHolder, office, 0)
	if err != nil {
		return err
	}
	until := t.mind.Calendar.Promise(t.now, t.mind.terms().Seat)
	tried, err := ledger.SeatsOf(t.tx, k.ID)
	if err != nil {
		return err
	}
	been := map[int64]bool{not: true}
	for _, s := range tried {
		been[s.Person] = true
	}
	person := int64(0)
	for _, p := range people {
		if !been[p.Person] && !k.involves(p.Person) {
			person = p.Person
			break
		}
	}
	if err := t.tx.AskSeat(k.Dispute, office, person, until); err != nil {
		return err
	}
	if err := t.tx.SetTimer(k.Township, timerSeat, k.ID, t.now.UnixMilli(), until); err != nil {
		return err
	}
	name := t.officeName(office)
	if person == 0 {
		return t.tellStaff(k, name+"没有人在席，请联系。")
	}
	return t.tellPerson(person, Reply{Kind: KindNote, Say: "联合调解请" + name + "出席，请在" + t.by(until) + "前回话。", Text: t.title(k) + "\n事情：" + cut(k.texts[textStory], 300), Neutral: true,
		Choices: []Choice{{Label: "出席", Do: "s:accept:" + id(k.ID)}, {Label: "转给同事", Do: "s:pass:" + id(k.ID)}, {Label: "不出席，说原因", Do: "s:decline:" + id(k.ID)}}}, k.Matter)
}

func (t *turn) officeName(office string) string {
	if o := t.township().Office(office); o != nil {
		return o.Name
	}
	return office
}

// seatTap does what a seat's button says: "verb:dispute".
func (t *turn) seatTap(arg string) error {
	verb, ref, _ := strings.Cut(arg, ":")
	k, s, err := t.mySeat(number(ref))
	if err != nil {
		return err
	}
	if s == nil {
		t.settle(ledger.FateAnswered, "seat")
		t.note("这一席已经不用您回话了。")
		return nil
	}
	t.matter = k.Matter
	switch verb {
	case "accept":
		return t.seatAnswers(k, *s, "accepted", "")
	case "pass":
		return t.seatAnswers(k, *s, "passed", "")
	}
	t.d.begin("seat", "decline")
	t.d.Data["dispute"] = id(k.ID)
	t.settle(ledger.FateAskedBack, "seat")
	t.note("为什么不出席？一句话，会记进这件事里。")
	return nil
}

// seatText takes the reason of a seat that declines.
func (t *turn) seatText(text string) error {
	k, s, err := t.mySeat(number(t.d.Data["dispute"]))
	if err != nil {
		return err
	}
	t.settle(ledger.FateAskedBack, "seat")
	if strings.TrimSpace(text) == "" {
		t.note("打几个字，说明原因。")
		return nil
	}
	t.d.end()
	if s == nil {
		t.settle(ledger.FateAnswered, "seat")
		t.note("这一席已经不用您回话了。")
		return nil
	}
	t.matter = k.Matter
	return t.seatAnswers(k, *s, "declined", cut(strings.TrimSpace(text), 300))
}

// mySeat returns the seat in a dispute that this person is asked to take; nil
// if there is none.
func (t *turn) mySeat(dispute int64) (*mediation, *ledger.Seat, error) {
	k, err := t.mediation(dispute)
	if isNotFound(err) {
		return nil, nil, nil
	}
	if err != nil {
		return nil, nil, err
	}
	list, err := ledger.SeatsOf(t.tx, k.ID)
	if err != nil {
		return nil, nil, err
	}
	for i := range list {
		if list[i].Person == t.chat.Person && t.chat.Person != 0 && list[i].Result == "asked" {
			return k, &list[i], nil
		}
	}
	return k, nil, nil
}

// seatAnswers records a seat's answer and tells who presides.
func (t *turn) seatAnswers(k *mediation, s ledger.Seat, result, why string) error {
	if err := t.tx.AnswerSeat(k.Dispute, s, result); err != nil {
		return err
	}
	name := t.officeName(s.Office)
	what := map[string]string{"accepted": name + "出席联合调解。", "passed": name + "转给同事了。", "declined": name + "不出席：" + why, "missed": name + "到点没有回话。"}[result]
	if why != "" {
		if err := t.tx.Particular(k.ID, "seat-"+s.Office, what); err != nil {
			return err
		}
	}
	if t.in != nil {
		t.settle(ledger.FateAnswered, "seat")
		t.note(map[string]string{"accepted": "好，记下了。时间定了会告诉您。", "passed": "好，转给同事了。", "declined": "好，记下了。"}[result])
	}
	if result == "passed" || result == "missed" {
		if err := t.askSeat(k, s.Office, s.Person); err != nil {
			return err
		}
	}
	if result == "declined" {
		// The table goes on with those who come; staff see that a seat is empty.
		if err := t.tellStaff(k, what); err != nil {
			return err
		}
	}
	return t.tellMediator(k, Reply{Kind: KindNote, Say: t.title(k), Text: what})
}

// seatLate moves a seat on that has not answered in time.
func (t *turn) seatLate(dispute, asked int64) error {
	k, err := t.mediation(dispute)
	if isNotFound(err) || err == nil && (k.rules.State.Over() || k.rules.State == casework.Agreed) {
		return nil
	}
	if err != nil {
		return err
	}
	list, err := ledger.SeatsOf(t.tx, k.ID)
	if err != nil {
		return err
	}
	for _, s := range list {
		if s.Result == "asked" && s.At.Equal(time.UnixMilli(asked)) && s.Person != 0 {
			if err := t.seatAnswers(k, s, "missed", ""); err != nil {
				return err
			}
		}
	}
	return nil
}
