package console

import (
	"net/http"
	"strings"
	"time"

	"mingbai/bot/ledger"
)

// A handoverLine is one hand-over in the list.
type handoverLine struct {
	Href, No, About, Village, Reason, State, Who string
	Opened, Promised, Answered                   time.Time
	Clock, Left                                  string
	Missed                                       int64
}

type handoversPage struct {
	frame
	Months []option
	Open   []handoverLine
	Late   int
	Done   []handoverLine
}

const handoversShown = 200

// handovers lists who still waits for a person, and who was answered in a
// month.
func (v *visit) handovers() error {
	from, to, err := v.month()
	if err != nil {
		return err
	}
	p := &handoversPage{Months: months(v.now, from)}
	p.Title = "转人工"
	err = v.view(func(r *ledger.View) error {
		open, err := ledger.HandoversDue(r, v.scope(), handoversShown)
		if err != nil {
			return err
		}
		done, err := ledger.HandoversDone(r, v.scope(), from, to, handoversShown)
		if err != nil {
			return err
		}
		var who []int64
		for _, h := range append(open[:len(open):len(open)], done...) {
			who = append(who, h.Holder)
		}
		names, err := ledger.NamesOf(r, who)
		if err != nil {
			return err
		}
		for _, h := range open {
			x := v.handoverLine(h, names)
			if x.Clock = clock(h.Promised, v.now); x.Clock == "late" {
				p.Late++
			}
			x.Left = left(h.Promised, v.now)
			p.Open = append(p.Open, x)
		}
		for _, h := range done {
			p.Done = append(p.Done, v.handoverLine(h, names))
		}
		return nil
	})
	if err != nil {
		return err
	}
	return v.show(http.StatusOK, "handovers", p)
}

func (v *visit) handoverLine(h ledger.HandoverLine, names map[int64]string) handoverLine {
	return handoverLine{Href: v.linkMatter(h.Matter), No: h.No, About: v.about(h.Topic, h.Card), Village: v.villageOf(h.Village), Reason: reasonName(h.Reason),
		State: handoverState(h.State), Who: holder(h.State, names[h.Holder]), Opened: h.Opened, Promised: h.Promised, Answered: h.Answered, Missed: h.Missed}
}

// reasonName says why a person was called.
func reasonName(code string) string {
	if strings.HasPrefix(code, "danger") {
		return "有危险"
	}
	name := map[string]string{"asked": "村民要找人", "no-card": "没有合适的卡", "no-choice-fits": "几个选项都不是", "citation": "法条没核对上",
		"card-gone": "卡撤下了", "mediation": "申请调解"}[code]
	if name == "" {
		return "机器人答不了"
	}
	return name
}
