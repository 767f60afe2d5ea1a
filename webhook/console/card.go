package console

import (
	"cmp"
	"errors"
	"net/http"
	"slices"
	"strings"
	"time"

	"mingbai/bot"
	"mingbai/bot/ledger"
	"mingbai/knowledge"
)

// A lawLine is one article a card cites and how it stands today.
type lawLine struct {
	Cite, Claim, State string
	InForce            bool
}

// A versionRow is one version in a card's history.
type versionRow struct {
	Href, State, Who, Why string
	N                     int64
	At                    time.Time
	Approver              string
}

type cardPage struct {
	frame
	ID, About, Topic string
	State            string
	Sheet            *reading // nil when it is not served
	Laws             []lawLine
	Use              ledger.CardUse
	Written          knowledge.Day
	Reviewed, Looked string
	Waiting          string // where the version that waits for approval stands
	Versions         []versionRow
	Own, Unlike      []stand
	First            int
	Try              string
	Tried            []tried
	CanKeep, Served  bool
	Trouble          string
}

// errCards tells what the ledger refuses about versions.
var errCards = []struct {
	err error
	say refusal
}{
	{ledger.ErrOutdated, refusal{http.StatusConflict, "这中间有人批了另一版，这一版没有提交", "您写的还在草稿里。打开这张卡看现在用的那一版，照着再改一遍。"}},
	{ledger.ErrSamePerson, refusal{http.StatusConflict, "自己写的、自己交的，不能自己批", "请另一位法律顾问或者管理员来批。"}},
	{ledger.ErrMayNot, refusal{http.StatusForbidden, "您的账号不能批这张卡", "本镇的法律顾问和管理员才能批。"}},
	{ledger.ErrState, refusal{http.StatusConflict, "这一版已经有人处理过了", "打开这张卡，看它现在到哪一步。"}},
	{ledger.ErrNoReason, refusal{http.StatusBadRequest, "没有写原因", "写一句话：为什么，要怎么改。"}},
	{ledger.ErrBadCard, refusal{http.StatusRequestEntityTooLarge, "这张卡太长了，没有收", "全卡最多900个字。"}},
}

func sayCard(err error) error {
	for _, x := range errCards {
		if errors.Is(err, x.err) {
			return &x.say
		}
	}
	return err
}

// card shows one card: what a resident reads, where it stands, its versions,
// and how it does against the others.
func (v *visit) card() error {
	p := &cardPage{ID: v.Param("id"), Try: strings.TrimSpace(v.Query("q"))}
	mind := v.c.Mind()
	c := mind.Base.Card(p.ID)
	err := v.view(func(r *ledger.View) error {
		s, err := v.shelf(r)
		if err != nil {
			return err
		}
		versions, err := ledger.CardVersions(r, v.account.Township, p.ID)
		if err != nil {
			return err
		}
		shown := c
		if shown == nil {
			shown = mind.Base.Own().Card(p.ID)
		}
		for i := 0; shown == nil && i < len(versions); i++ {
			shown = knowledge.ReadDraft([]byte(versions[i].Body))
		}
		if shown == nil {
			return ledger.ErrNotFound
		}
		p.About, p.Topic, p.Written, p.Use = shown.Title, shown.Topic, shown.Written, s.uses[p.ID]
		code, say := s.stateOf(p.ID)
		p.State, p.Served = say, c != nil
		p.CanKeep = (code == "own" || code == "lapsed") && c != nil
		for _, x := range s.open[p.ID] {
			if x.State == ledger.CardProposed {
				p.Waiting, p.CanKeep = versionHref(x.ID), false
			}
		}
		if shown.Reviewed.On != "" {
			p.Reviewed = string(shown.Reviewed.On)
		}
		p.Looked = string(s.checks[p.ID])
		p.Versions, err = versionRows(r, versions)
		return err
	})
	if err != nil {
		return err
	}
	p.Title = p.About
	if c != nil {
		p.Sheet, p.Laws = v.lay(mind, c), v.lawLines(mind, c)
		p.Own, p.Unlike, p.First = stands(mind.Index, c)
	}
	if p.Try != "" {
		p.Tried = []tried{explain(mind, "现在用的", p.Try, p.ID)}
	}
	return v.show(http.StatusOK, "card", p)
}

func versionRows(r ledger.Reader, list []*ledger.CardVersion) ([]versionRow, error) {
	var who []int64
	for _, x := range list {
		a, _ := x.Last("approved")
		who = append(who, x.Maker, a.Who)
	}
	names, err := ledger.NamesOf(r, who)
	if err != nil {
		return nil, err
	}
	var out []versionRow
	for _, x := range list {
		row := versionRow{Href: versionHref(x.ID), State: versionState(x), Who: cmp.Or(names[x.Maker], "已离任的人"), Why: x.Reason, N: x.N, At: x.At}
		if a, ok := x.Last("approved"); ok {
			row.Approver = cmp.Or(names[a.Who], "已离任的人") + day(a.At) + "批"
		}
		out = append(out, row)
	}
	return out, nil
}

// lawLines tells of each article how it stands today.
func (v *visit) lawLines(mind *bot.Mind, c *knowledge.Card) []lawLine {
	today := knowledge.DayOf(v.now)
	var out []lawLine
	for _, k := range c.Cites {
		l := lawLine{Cite: k.String(), Claim: k.Claim, State: "现行有效", InForce: true}
		if _, err := mind.Base.Laws.Check(k, today); err != nil {
			l.State, l.InForce = "今天对不上现行法律", false
		} else if mind.Base.Laws.On(k.Law, c.Written) != mind.Base.Laws.On(k.Law, today) {
			l.State, l.InForce = "写卡以后法律改过", false
		}
		out = append(out, l)
	}
	return out
}

// keepCard proposes the program's text as it is.
func (v *visit) keepCard() error {
	id := v.Param("id")
	mind := v.c.Mind()
	if mind.Base.Own().Card(id) == nil {
		return errNoPage
	}
	var version int64
	err := v.do("card "+id, func(tx *ledger.Tx) (err error) {
		version, err = v.keep(tx, mind.Base.Own(), id)
		return err
	})
	if err != nil {
		return sayCard(err)
	}
	return v.to(strings.TrimPrefix(versionHref(version), "/console"))
}

// keep proposes one of the program's cards, or finds the proposal there is.
func (v *visit) keep(tx *ledger.Tx, own *knowledge.Base, id string) (int64, error) {
	versions, err := ledger.CardVersions(tx, v.account.Township, id)
	if err != nil {
		return 0, err
	}
	served, err := ledger.ServedVersion(tx, v.account.Township, id)
	if err != nil {
		return 0, err
	}
	for _, x := range versions {
		if x.Kind == ledger.CardKeep && x.State == ledger.CardProposed && x.Base == served {
			return x.ID, nil
		}
	}
	text := own.Card(id).Source()
	x := &ledger.CardVersion{Township: v.account.Township, Card: id, Kind: ledger.CardKeep, Body: text, Base: served, Own: ledger.TextDigest(text), Maker: v.account.ID}
	if err := tx.WriteCard(x); err != nil {
		return 0, err
	}
	return x.ID, tx.ProposeCard(v.account.Township, x.ID, v.account.ID)
}

// keepTopic proposes all cards of a topic that nobody has approved or is at
// work on.
func (v *visit) keepTopic() error {
	topic := v.PostForm("topic")
	if !slices.Contains(knowledge.Topics, topic) {
		return &refusal{http.StatusBadRequest, "没有“" + topic + "”这个专题", "从知识页选一个专题再交。"}
	}
	var ids []string
	base := v.c.Mind().Base
	err := v.view(func(r *ledger.View) error {
		s, err := v.shelf(r)
		if err != nil {
			return err
		}
		for _, c := range base.Cards {
			code, _ := s.stateOf(c.ID)
			if work, _ := s.work(c.ID); c.Topic == topic && work == "" && (code == "own" || code == "lapsed") {
				ids = append(ids, c.ID)
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	for _, id := range ids {
		if err := v.do("card "+id, func(tx *ledger.Tx) error { _, err := v.keep(tx, base.Own(), id); return err }); err != nil {
			return sayCard(err)
		}
	}
	return v.to("/knowledge?" + query("topic", topic, "state", "proposed"))
}

// retireCard proposes that a card is served no more.
func (v *visit) retireCard() error {
	id := v.Param("id")
	mind := v.c.Mind()
	if mind.Base.Card(id) == nil {
		return errNoPage
	}
	x := &ledger.CardVersion{Township: v.account.Township, Card: id, Kind: ledger.CardRetire, Reason: strings.TrimSpace(v.PostForm("reason")), Maker: v.account.ID}
	if c := mind.Base.Own().Card(id); c != nil {
		x.Own = ledger.TextDigest(c.Source())
	}
	err := v.do("card "+id, func(tx *ledger.Tx) (err error) {
		if x.Base, err = ledger.ServedVersion(tx, x.Township, id); err != nil {
			return err
		}
		if err := tx.WriteCard(x); err != nil {
			return err
		}
		return tx.ProposeCard(x.Township, x.ID, x.Maker)
	})
	if err != nil {
		return sayCard(err)
	}
	return v.to(strings.TrimPrefix(versionHref(x.ID), "/console"))
}

// confirmCard signs that a card is still right under a version of a law.
func (v *visit) confirmCard() error {
	c := v.c.Mind().Base.Card(v.Param("id"))
	law, version := v.PostForm("law"), v.PostForm("version")
	if c == nil {
		return errNoPage
	}
	if law == "" || len(law) > 200 || !knowledge.Day(version).Valid() {
		return &refusal{http.StatusBadRequest, "没说对的是哪一版法律", "从“法律变动”里点。"}
	}
	err := v.do("card "+c.ID, func(tx *ledger.Tx) error {
		return tx.ConfirmCard(v.account.Township, ledger.CardCheck{Card: c.ID, Law: law, Version: version, Text: ledger.TextDigest(c.Source()), Who: v.account.ID})
	})
	if err != nil {
		return sayCard(err)
	}
	return v.to("/knowledge/laws?" + query("law", law+"@"+version))
}
