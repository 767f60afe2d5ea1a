package console

import (
	"errors"
	"net/http"
	"strconv"
	"strings"

	"mingbai/bot"
	"mingbai/bot/ledger"
	"mingbai/knowledge"
)

type cardEditPage struct {
	frame
	ID        string // empty for a new card
	Action    string
	Form      cardForm
	Topics    []option
	Mediables []option
	Base      int64  // the version served when the form was opened
	From      int64  // the matter it is written from
	Reason    string // why, in the editor's words
	Faults    []fault
	Tried     []tried
	Try       string
	Checked   bool // the checks were made on what is in the form
	Sheet     *reading
	Own       []stand
	First     int
	Source    *source
	May       bool // approve, so that somebody else must
}

// A source is what was asked and told in the matter a card is written from.
type source struct {
	Questions []string
	Answer    string
	Matters   int
}

// Of are the faults of a field.
func (p *cardEditPage) Of(field string) []fault { return faultsOf(p.Faults, field) }

// Other are the faults of the card as a whole.
func (p *cardEditPage) Other() []fault { return faultsOf(p.Faults, "") }

// editCard opens a card's form: as it is served, or as a version has it.
func (v *visit) editCard() error {
	p := &cardEditPage{ID: v.Param("id")}
	mind := v.c.Mind()
	c := mind.Base.Card(p.ID)
	if c == nil {
		c = mind.Base.Own().Card(p.ID)
	}
	err := v.view(func(r *ledger.View) (err error) {
		if p.Base, err = ledger.ServedVersion(r, v.account.Township, p.ID); err != nil {
			return err
		}
		if from := v.Query("from"); from != "" {
			id, err := strconv.ParseInt(from, 10, 64)
			if err != nil {
				return errNoPage
			}
			x, err := ledger.CardVersionByID(r, v.account.Township, id)
			if err != nil || x.Card != p.ID {
				return errors.Join(err, ledger.ErrNotFound)
			}
			c, p.Reason, p.From = knowledge.ReadDraft([]byte(x.Body)), x.Reason, x.Source
		}
		return nil
	})
	if err != nil {
		return err
	}
	if c == nil {
		return errNoPage
	}
	p.Form = formOf(c, mind.Base)
	p.Sheet = v.lay(mind, c)
	return v.showEdit(http.StatusOK, p)
}

// newCard opens an empty form, or one filled from what was asked and told.
func (v *visit) newCard() error {
	p := &cardEditPage{}
	c := &knowledge.Card{Topic: v.Query("topic"), Mediable: knowledge.MediableYes}
	var err error
	switch {
	case v.Query("matter") != "":
		p.From, err = strconv.ParseInt(v.Query("matter"), 10, 64)
		if err == nil {
			err = v.fromMatter(p, c)
		}
	case v.Query("group") != "":
		p.From, err = strconv.ParseInt(v.Query("group"), 10, 64)
		if err == nil {
			err = v.fromGroup(p, c)
		}
	}
	if errors.Is(err, strconv.ErrSyntax) || errors.Is(err, strconv.ErrRange) {
		err = errNoPage
	}
	if err != nil {
		return err
	}
	p.Form = formOf(c, v.c.Mind().Base)
	return v.showEdit(http.StatusOK, p)
}

// withoutNumbers takes phone and card numbers out of what a person wrote.
func withoutNumbers(s string) string {
	return longNumber.ReplaceAllString(s, "（号码）")
}

// fromMatter fills a card from a question and a helper's answer to it. Whose
// matter it is will be told that it was read.
func (v *visit) fromMatter(p *cardEditPage, c *knowledge.Card) error {
	var asked, told string
	err := v.do("look", func(tx *ledger.Tx) error {
		m, err := ledger.MatterWithin(tx, v.scope(), p.From)
		if err != nil {
			return err
		}
		c.Topic = m.Topic
		if asked, told, err = ledger.AskedAndTold(tx, m.ID); err != nil {
			return err
		}
		return tx.Look(v.account.Township, m.Chat, m.ID, v.account.ID)
	})
	if err != nil {
		return err
	}
	asked, told = withoutNumbers(asked), withoutNumbers(told)
	p.Source = &source{Questions: lines(asked), Answer: told, Matters: 1}
	c.Asked = []string{head(strings.Join(lines(asked), "，"), longestAsked)}
	if asked == "" {
		c.Asked = nil
	}
	if told != "" {
		c.Parts = []knowledge.Part{{Label: knowledge.Conclusion, Text: strings.Join(lines(told), "\n")}}
	}
	return nil
}

// saveCard checks, keeps or proposes what is in the form.
func (v *visit) saveCard() error {
	if err := v.Request.ParseForm(); err != nil { // before anything is read of a form that is too long
		return err
	}
	p := &cardEditPage{ID: v.Param("id"), Form: v.readForm(), Reason: strings.TrimSpace(v.PostForm("reason")), Try: strings.TrimSpace(v.PostForm("try"))}
	var err1, err2 error
	p.Base, err1 = strconv.ParseInt("0"+v.PostForm("base"), 10, 64)
	p.From, err2 = strconv.ParseInt("0"+v.PostForm("matter"), 10, 64)
	if err1 != nil || err2 != nil {
		return errNoPage
	}
	mind := v.c.Mind()
	if p.ID != "" && !v.cardKnown(mind, p.ID) {
		return errNoPage
	}
	name := p.ID
	if name == "" {
		name = unnamed
	}
	c, faults := p.Form.card(name, knowledge.DayOf(v.now), mind.Base)
	if old := mind.Base.Card(name); old != nil {
		c.Reviewed = old.Reviewed
	}
	p.Faults = faults
	do := v.PostForm("do")
	if len(faults) > 0 || do != "save" {
		t := v.try(mind, name, c)
		p.Faults, p.Checked = append(p.Faults, t.Faults...), true
		p.Sheet = v.lay(t.mind, c)
		p.Own, _, p.First = stands(t.mind.Index, c)
		if p.Try != "" {
			p.Tried = []tried{explain(mind, "现在用的", p.Try, name), explain(t.mind, "照这样改以后", p.Try, name)}
		}
	}
	switch {
	case do != "save" && do != "propose":
		return v.showEdit(http.StatusOK, p)
	case len(p.Faults) > 0:
		return v.showEdit(http.StatusUnprocessableEntity, p)
	}
	return v.writeCard(p, c, mind, do == "propose")
}

// cardKnown reports whether a name is that of a card, served or being written.
func (v *visit) cardKnown(mind *bot.Mind, id string) bool {
	if mind.Base.Card(id) != nil || mind.Base.Own().Card(id) != nil {
		return true
	}
	n := 0
	err := v.view(func(r *ledger.View) error {
		list, err := ledger.CardVersions(r, v.account.Township, id)
		n = len(list)
		return err
	})
	return err == nil && n > 0
}

// writeCard keeps a version of the card and, when asked to, proposes it.
func (v *visit) writeCard(p *cardEditPage, c *knowledge.Card, mind *bot.Mind, propose bool) error {
	x := &ledger.CardVersion{Township: v.account.Township, Card: p.ID, Kind: ledger.CardEdit, Base: p.Base, Maker: v.account.ID, Reason: p.Reason, Source: p.From}
	if own := mind.Base.Own().Card(p.ID); own != nil {
		x.Own = ledger.TextDigest(own.Source())
	}
	err := v.do("card "+p.ID, func(tx *ledger.Tx) (err error) {
		x.Card = p.ID
		if x.Card == "" {
			if x.Card, err = tx.NewCardName(x.Township); err != nil {
				return err
			}
		}
		c.ID = x.Card
		x.Body = c.Markdown()
		if err := tx.WriteCard(x); err != nil {
			return err
		}
		if x.Source != 0 {
			if err := tx.EndDrafts(v.scope(), x.Source, x.Maker, true); err != nil {
				return err
			}
		}
		if !propose {
			return nil
		}
		return tx.ProposeCard(x.Township, x.ID, x.Maker)
	})
	if errors.Is(err, ledger.ErrOutdated) {
		// What was typed must not be lost: it stays in the form.
		p.Faults = append(p.Faults, fault{"", "您写的时候，有人批了这张卡的另一版，这一版没有存", "您写的还在下面。打开这张卡看现在用的那一版，把两边合起来再存。"})
		return v.showEdit(http.StatusConflict, p)
	}
	if err != nil {
		return sayCard(err)
	}
	return v.to(strings.TrimPrefix(versionHref(x.ID), "/console"))
}

func (v *visit) showEdit(status int, p *cardEditPage) error {
	p.Title, p.Action = "写一张新卡", "/console/knowledge/new"
	if p.ID != "" {
		p.Title, p.Action = "改卡："+p.Form.Title, cardHref(p.ID)+"/edit"
	}
	p.Topics, p.Mediables = topicOptions(p.Form.Topic)[1:], nil
	for _, o := range mediables {
		p.Mediables = append(p.Mediables, option{o.Value, o.Name, o.Value == p.Form.Mediable})
	}
	p.May = v.mayApprove()
	return v.show(status, "cardedit", p)
}

// mayApprove reports whether the account is one of those that approve what all
// villages read.
func (v *visit) mayApprove() bool {
	return len(v.account.Villages) == 0 && (v.account.Role == ledger.AccountAdmin || v.account.Role == ledger.AccountAdviser)
}
