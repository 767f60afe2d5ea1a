package console

import (
	"cmp"
	"net/http"
	"strconv"
	"time"

	"mingbai/bot/ledger"
)

// A draftLine is a helper's answer that they think a card should be made of.
type draftLine struct {
	Matter                int64
	Topic, Who, New, Card string
	At                    time.Time
}

type answersPage struct {
	frame
	Lines []draftLine
}

const draftsShown = 100

// answers lists what helpers proposed to make cards of. What was said in it is
// read only when one is opened.
func (v *visit) answers() error {
	p := &answersPage{}
	p.Title = "明白人的答复"
	err := v.view(func(r *ledger.View) error {
		list, err := ledger.HelperDrafts(r, v.scope(), draftsShown)
		if err != nil {
			return err
		}
		var who []int64
		for _, d := range list {
			who = append(who, d.Person)
		}
		names, err := ledger.NamesOf(r, who)
		for _, d := range list {
			l := draftLine{Matter: d.Matter, Topic: d.Topic, Who: cmp.Or(names[d.Person], "已离任的人"), At: d.At,
				New: "/console/knowledge/new?" + query("matter", strconv.FormatInt(d.Matter, 10))}
			if c := v.c.Mind().Base.Card(d.Card); c != nil {
				l.Card = c.Title
			}
			p.Lines = append(p.Lines, l)
		}
		return err
	})
	if err != nil {
		return err
	}
	return v.show(http.StatusOK, "answers", p)
}

// dropAnswer sets a helper's proposal aside.
func (v *visit) dropAnswer() error {
	id, err := v.key()
	if err != nil {
		return err
	}
	if err := v.do("matter "+v.Param("id"), func(tx *ledger.Tx) error { return tx.EndDrafts(v.scope(), id, v.account.ID, false) }); err != nil {
		return err
	}
	return v.to("/knowledge/answers")
}
