package bot

import (
	"time"

	"mingbai/bot/ledger"
)

// What the clock does by itself: moves a hand-over that nobody took, says that a
// promise was broken, closes what is quiet.

// fire does what a timer calls for, in one transaction with its end. It is
// safe to call twice for the same timer.
func (e *Engine) fire(tx *ledger.Tx, timer ledger.Timer, now time.Time) error {
	if ours, err := tx.EndTimer(timer.ID); err != nil || !ours {
		return err
	}
	mind := e.hold()
	defer mind.release()
	// The turn stands in for the township, not for a chat that wrote.
	t := &turn{e: e, mind: mind, tx: tx, chat: &ledger.Chat{Township: timer.Township}, d: &dialogue{}, now: now}
	if ours, err := t.gridTimer(timer); ours || err != nil {
		return err
	}
	switch timer.Kind {
	case timerDispute:
		return t.disputeClock(timer.Ref, timer.Step)
	case timerSeat:
		return t.seatLate(timer.Ref, timer.Step)
	case timerMeeting:
		return t.meetingSoon(timer.Ref, timer.Step)
	}
	h, err := ledger.HandoverByID(tx, timer.Ref)
	if isNotFound(err) {
		return nil
	}
	if err != nil {
		return err
	}
	m, err := ledger.MatterByID(tx, h.Matter)
	if err != nil {
		return err
	}
	open := h.State == ledger.HandoverWaiting || h.State == ledger.HandoverClaimed
	switch {
	case timer.Kind == timerOffer && h.State == ledger.HandoverWaiting && h.Step == timer.Step && h.Holder != 0:
		if err := t.missedBy(h, "到点没接，转给别人了。"); err != nil {
			return err
		}
		if err := t.askNext(m, h); err != nil {
			return err
		}
		return t.tellMoved(m, h, "")
	case timer.Kind == timerPromise && open && !timer.Due.Before(h.Promised):
		return t.brokenPromise(m, h)
	case timer.Kind == timerClose && h.State == ledger.HandoverAnswered && m.State != ledger.MatterClosed:
		return t.closeMatter(h, "quiet")
	}
	return nil
}

// missedBy records that the person asked let the clock run out.
func (t *turn) missedBy(h *ledger.Handover, what string) error {
	if h.Holder == 0 {
		return nil
	}
	if err := t.letGo(h); err != nil {
		return err
	}
	if err := t.noticeHolder(h, what); err != nil {
		return err
	}
	return t.tx.CloseOffer(t.chat.Township, h, "missed")
}

// noticeHolder tells whoever has a hand-over what has become of it.
func (t *turn) noticeHolder(h *ledger.Handover, what string) error {
	c, err := ledger.ChatOf(t.tx, h.Holder)
	if isNotFound(err) {
		return nil
	}
	if err != nil {
		return err
	}
	m, err := ledger.MatterByID(t.tx, h.Matter)
	if err != nil {
		return err
	}
	return t.tell(c.ID, Reply{Kind: KindNote, Text: m.No + " " + what}, m.ID, nil)
}

// brokenPromise moves a matter up when the promised time has passed: the miss
// is counted, the resident is told the truth and a new time.
func (t *turn) brokenPromise(m *ledger.Matter, h *ledger.Handover) error {
	late := t.by(h.Promised)
	h.Missed++
	if h.Holder == 0 {
		if err := t.tx.Log(t.chat.Township, ledger.Entry{Event: ledger.Missed, To: m.ID, X: map[string]string{"village": h.Village}}); err != nil {
			return err
		}
	} else if err := t.missedBy(h, "到点没答，转给别人了。"); err != nil {
		return err
	}
	if err := t.promise(h); err != nil {
		return err
	}
	if err := t.askNext(m, h); err != nil {
		return err
	}
	lead := "说好" + late + "前回您，没有做到，对不住。"
	switch {
	case h.Holder != 0 || h.Missed < missesTold:
	case h.Missed == missesTold:
		// Telling the same every half day helps nobody: the last time says
		// which door to knock on, and the misses go on being counted.
		if office := t.township().Offices; len(office) > 0 {
			lead += "急的话，直接去" + office[0].Name + "（" + office[0].Where + "，☎ " + office[0].Phone + "）。"
		}
	default:
		return nil
	}
	return t.tellMoved(m, h, lead)
}

// missesTold is how many broken promises in a row a resident is told of while
// nobody is there to be asked.
const missesTold = 3
