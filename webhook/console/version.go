package console

import (
	"cmp"
	"context"
	"net/http"
	"strconv"
	"strings"
	"time"

	"mingbai/bot"
	"mingbai/bot/ledger"
	"mingbai/knowledge"
	"mingbai/search"
)

// A stepLine is one thing that was done with a version.
type stepLine struct {
	At         time.Time
	What, Whom string
	Words      string
}

// A fieldDiff is one field that a version changes.
type fieldDiff struct {
	Name  string
	Lines []diffLine
}

// A diffLine is one line of a field: gone, new, or both.
type diffLine struct {
	Text, Class, Sign string
}

// A moved is a phrasing of a card to be retired, and what would answer it then.
type moved struct{ Text, Then string }

type versionPage struct {
	frame
	ID, N            int64
	Card, About      string
	CardHref, Edit   string
	State            string
	Kind             ledger.CardKind
	Reason, Maker    string
	At               time.Time
	Steps            []stepLine
	Diff             []fieldDiff
	Against          string
	Sheet            *reading
	Faults           []fault
	Own, Unlike      []stand
	First            int
	Moved            []moved
	Try              string
	Tried            []tried
	Open, Stale      bool
	Draft, Proposed  bool
	Mine, May        bool // wrote or proposed it; may approve and did neither
	Trouble, TrySame string
}

func versionHref(id int64) string { return "/console/knowledge/versions/" + strconv.FormatInt(id, 10) }

// theVersion reads the version that the address names.
func (v *visit) theVersion(r ledger.Reader) (*ledger.CardVersion, error) {
	id, err := v.key()
	if err != nil {
		return nil, err
	}
	return ledger.CardVersionByID(r, v.account.Township, id)
}

// version shows one version: what it changes, what a resident would read, what
// the checks say, and what can be done with it.
func (v *visit) version() error { return v.showVersion(http.StatusOK, nil) }

// showVersion is version with a trial that was made already, or none.
func (v *visit) showVersion(status int, t *trial) error {
	p := &versionPage{Try: strings.TrimSpace(v.Query("q"))}
	mind := v.c.Mind()
	var x, base *ledger.CardVersion
	err := v.view(func(r *ledger.View) (err error) {
		if x, err = v.theVersion(r); err != nil {
			return err
		}
		if x.Base != 0 {
			if base, err = ledger.CardVersionByID(r, x.Township, x.Base); err != nil {
				return err
			}
		}
		served, err := ledger.ServedVersion(r, x.Township, x.Card)
		if err != nil {
			return err
		}
		p.Open = x.State == ledger.CardDraft || x.State == ledger.CardProposed || x.State == ledger.CardReturned
		p.Stale = p.Open && served != x.Base
		return v.fillSteps(p, r, x)
	})
	if err != nil {
		return err
	}
	p.ID, p.N, p.Card, p.Kind, p.Reason, p.At = x.ID, x.N, x.Card, x.Kind, x.Reason, x.At
	p.About, p.CardHref, p.State = versionTitle(mind.Base, x), cardHref(x.Card), versionState(x)
	p.Title = p.About
	p.Draft, p.Proposed = x.State == ledger.CardDraft, x.State == ledger.CardProposed
	if x.Kind == ledger.CardEdit {
		p.Edit = cardHref(x.Card) + "/edit?" + query("from", strconv.FormatInt(x.ID, 10))
		p.Diff, p.Against = diffOf(mind.Base, x, base)
	}
	v.fillVersion(p, mind, x, t)
	return v.show(status, "version", p)
}

// fillVersion shows the card of a version and, while it is open, how it does.
func (v *visit) fillVersion(p *versionPage, mind *bot.Mind, x *ledger.CardVersion, t *trial) {
	if x.Kind == ledger.CardRetire {
		if p.Open {
			p.Moved = v.movedAway(mind, x.Card)
		}
		return
	}
	c := knowledge.ReadDraft([]byte(x.Body))
	if c == nil {
		p.Faults = []fault{{"", "这一版读不出来", "收回它，重新写一版。"}}
		return
	}
	if a, ok := x.Last("approved"); ok {
		c.Approved = knowledge.Approval{By: p.who(a.At), On: knowledge.DayOf(a.At), As: "当时由"}
	}
	if served := mind.Base.Card(x.Card); x.State == ledger.CardPublished && served != nil {
		c = served
	}
	p.Sheet = v.lay(&bot.Mind{Base: mind.Base.Replace(c.ID, c), Statutes: mind.Statutes}, c)
	if !p.Open {
		return
	}
	if t == nil {
		t = v.try(mind, x.Card, c)
	}
	p.Faults = t.Faults
	p.Own, p.Unlike, p.First = stands(t.mind.Index, c)
	if p.Try != "" {
		p.Tried = []tried{explain(mind, "现在用的", p.Try, x.Card), explain(t.mind, "批了这一版以后", p.Try, x.Card)}
	}
}

// who names the person of the step at a time.
func (p *versionPage) who(at time.Time) string {
	for _, s := range p.Steps {
		if s.At.Equal(at) {
			return s.Whom
		}
	}
	return ""
}

// movedAway tells what would answer a card's phrasings without it.
func (v *visit) movedAway(mind *bot.Mind, card string) []moved {
	c := mind.Base.Card(card)
	if c == nil {
		return nil
	}
	t := v.try(mind, card, nil)
	var out []moved
	for _, a := range c.Asked {
		m := t.mind.Index.Understand(a)
		then := "转给人答"
		if m.Danger == "" && len(m.Hits) > 0 {
			switch m.Decision {
			case search.Answer:
				then = "改由“" + m.Hits[0].Card.Title + "”答"
			case search.Clarify:
				then = "反问是哪一件"
			}
		}
		out = append(out, moved{a, then})
	}
	return out
}

// fillSteps tells what was done with a version, by whom.
func (v *visit) fillSteps(p *versionPage, r ledger.Reader, x *ledger.CardVersion) error {
	who := []int64{x.Maker}
	p.Mine = x.Maker == v.account.ID
	for _, s := range x.Steps {
		who = append(who, s.Who)
		p.Mine = p.Mine || s.Act == "proposed" && s.Who == v.account.ID
	}
	p.May = v.mayApprove() && !p.Mine
	names, err := ledger.NamesOf(r, who)
	if err != nil {
		return err
	}
	p.Maker = cmp.Or(names[x.Maker], "已离任的人")
	for _, s := range x.Steps {
		p.Steps = append(p.Steps, stepLine{s.At, map[string]string{"proposed": "交去审", "approved": "批了，开始用", "returned": "退回", "withdrawn": "收回"}[s.Act],
			cmp.Or(names[s.Who], "已离任的人"), s.Words})
	}
	return nil
}

// diffOf compares a version with what was served when it was written.
func diffOf(base *knowledge.Base, x, before *ledger.CardVersion) ([]fieldDiff, string) {
	now := knowledge.ReadDraft([]byte(x.Body))
	if now == nil {
		return nil, ""
	}
	was, against := &knowledge.Card{}, "新写的卡"
	switch {
	case before != nil && before.Kind != ledger.CardRetire:
		if c := knowledge.ReadDraft([]byte(before.Body)); c != nil {
			was, against = c, "和第"+strconv.FormatInt(before.N, 10)+"版比"
		}
	case before == nil && base.Own().Card(x.Card) != nil:
		was, against = base.Own().Card(x.Card), "和自带的比"
	}
	a, b := formOf(was, base), formOf(now, base)
	fields := [][3]string{{"题目", a.Title, b.Title}, {"专题", a.Topic, b.Topic}, {"能不能调解", mediableName(a.Mediable), mediableName(b.Mediable)}}
	for i := range b.Parts {
		fields = append(fields, [3]string{b.Parts[i].Label, a.Parts[i].Text, b.Parts[i].Text})
	}
	fields = append(fields, [3]string{"怎么问", a.Asked, b.Asked}, [3]string{"像，但不该它答", a.Unlike, b.Unlike}, [3]string{"依据", a.Cites, b.Cites},
		[3]string{"以前的法律", a.Before, b.Before}, [3]string{"期限", a.Clock, b.Clock}, [3]string{"找谁", a.See, b.See}, [3]string{"要带的东西", a.Bring, b.Bring})
	var out []fieldDiff
	for _, f := range fields {
		if f[1] != f[2] {
			out = append(out, fieldDiff{f[0], diffLines(lines(f[1]), lines(f[2]))})
		}
	}
	return out, against
}

func mediableName(s string) string {
	for _, o := range mediables {
		if o.Value == s {
			return o.Name
		}
	}
	return ""
}

// diffLines tells which lines went, came and stayed, along the longest common
// run of lines.
func diffLines(a, b []string) []diffLine {
	common := make([][]int, len(a)+1)
	for i := range common {
		common[i] = make([]int, len(b)+1)
	}
	for i := len(a) - 1; i >= 0; i-- {
		for j := len(b) - 1; j >= 0; j-- {
			if common[i][j] = max(common[i+1][j], common[i][j+1]); a[i] == b[j] {
				common[i][j] = common[i+1][j+1] + 1
			}
		}
	}
	var out []diffLine
	for i, j := 0, 0; i < len(a) || j < len(b); {
		switch {
		case i < len(a) && j < len(b) && a[i] == b[j]:
			out = append(out, diffLine{a[i], "", ""})
			i, j = i+1, j+1
		case j == len(b) || i < len(a) && common[i+1][j] >= common[i][j+1]:
			out = append(out, diffLine{a[i], "gone", "去掉"})
			i++
		default:
			out = append(out, diffLine{b[j], "came", "加上"})
			j++
		}
	}
	return out
}

// proposeVersion asks for a draft's approval, if it passes the checks.
func (v *visit) proposeVersion() error {
	if t, err := v.tryVersion(); err != nil || t != nil && len(t.Faults) > 0 {
		return v.refuseVersion(t, err)
	}
	return v.onVersion(func(tx *ledger.Tx, id int64) error { return tx.ProposeCard(v.account.Township, id, v.account.ID) })
}

// approveVersion publishes a version, if it passes the checks as things stand
// now.
func (v *visit) approveVersion() error {
	if t, err := v.tryVersion(); err != nil || t != nil && len(t.Faults) > 0 {
		return v.refuseVersion(t, err)
	}
	err := v.onVersion(func(tx *ledger.Tx, id int64) error {
		_, err := tx.ApproveCard(v.account.Township, id, v.account.ID)
		return err
	})
	if err == nil && v.c.Publish != nil {
		if err := v.c.Publish(context.WithoutCancel(v.Request.Context())); err != nil {
			v.c.log().Error("console: publish", "err", err) // it is approved; the next look takes it up
		}
	}
	return err
}

// tryVersion holds the version that the address names against the checks; nil
// for one that retires a card.
func (v *visit) tryVersion() (*trial, error) {
	var x *ledger.CardVersion
	err := v.view(func(r *ledger.View) (err error) { x, err = v.theVersion(r); return err })
	if err != nil {
		return nil, err
	}
	if x.Kind == ledger.CardRetire {
		return nil, nil
	}
	mind := v.c.Mind()
	if x.Kind == ledger.CardKeep {
		if own := mind.Base.Own().Card(x.Card); own == nil || ledger.TextDigest(own.Source()) != x.Own {
			return nil, sayCard(ledger.ErrOutdated)
		}
	}
	c, err := knowledge.ParseCard(x.Card+".md", []byte(x.Body))
	if err != nil {
		if c = knowledge.ReadDraft([]byte(x.Body)); c == nil {
			return &trial{Faults: []fault{{"", "这一版读不出来", "收回它，重新写一版。"}}}, nil
		}
	}
	return v.try(mind, x.Card, c), nil
}

func (v *visit) refuseVersion(t *trial, err error) error {
	if err != nil {
		return err
	}
	return v.showVersion(http.StatusUnprocessableEntity, t)
}

// returnVersion sends a version back with a word.
func (v *visit) returnVersion() error {
	words := head(strings.TrimSpace(v.PostForm("words")), 500)
	return v.onVersion(func(tx *ledger.Tx, id int64) error { return tx.ReturnCard(v.account.Township, id, v.account.ID, words) })
}

// withdrawVersion takes a version back.
func (v *visit) withdrawVersion() error {
	return v.onVersion(func(tx *ledger.Tx, id int64) error { return tx.WithdrawCard(v.account.Township, id, v.account.ID) })
}

// onVersion does something with the version that the address names and shows it
// again.
func (v *visit) onVersion(f func(tx *ledger.Tx, id int64) error) error {
	id, err := v.key()
	if err != nil {
		return err
	}
	if err := v.do("version", func(tx *ledger.Tx) error { return f(tx, id) }); err != nil {
		return sayCard(err)
	}
	return v.to(strings.TrimPrefix(versionHref(id), "/console"))
}

func head(s string, n int) string {
	if r := []rune(s); len(r) > n {
		return string(r[:n])
	}
	return s
}
