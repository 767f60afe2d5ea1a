package console

import (
	"cmp"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"mingbai/bot/ledger"
	"mingbai/knowledge"
	"mingbai/search"
)

// A touchedCard is a card that cites an article which a new version changes.
type touchedCard struct {
	ID, Title, Href string
	Changes         []string
	Rest            ledger.CardRest
	Past            string // where the consultations are listed
	Disputes        []disputeLink
	Looked          string // who found it still right
}

type disputeLink struct{ Name, Href string }

type lawsPage struct {
	frame
	Versions     []option
	Law, Version string // chosen
	Summary      string
	Articles     []string // what became of the articles that changed
	Rest         int      // articles that are not listed
	Cards        []touchedCard
	Todo         int // cards that nobody has looked at
	Answered     int64
	NoTexts      bool
}

const articlesShown = 200

// laws shows what a new version of a law does to the cards, to the answers
// given from them and to what rests on these.
func (v *visit) laws() error {
	p := &lawsPage{}
	p.Title = "法律变动"
	mind := v.c.Mind()
	if mind.Statutes == nil {
		p.NoTexts = true
		return v.show(http.StatusOK, "laws", p)
	}
	chosen := v.Query("law")
	cited := map[*knowledge.Law]bool{}
	for _, c := range mind.Base.Cards {
		for _, k := range c.Citations() {
			for _, l := range mind.Base.Laws.Named(k.Law) {
				cited[l] = true
			}
		}
	}
	list := mind.Statutes.List()
	slices.SortStableFunc(list, func(a, b search.LawText) int { return cmp.Compare(b.Version, a.Version) })
	for _, l := range list {
		of := slices.ContainsFunc(mind.Base.Laws.Named(l.Law), func(k *knowledge.Law) bool { return cited[k] })
		if l.Version != "" && (of || repeals(chosen, l)) {
			p.Versions = append(p.Versions, option{l.Law + "@" + string(l.Version), "《" + l.Law + "》" + string(l.Version), l.Law+"@"+string(l.Version) == chosen})
		}
	}
	var version string
	p.Law, version, _ = strings.Cut(chosen, "@")
	p.Version = version
	if p.Law == "" {
		return v.show(http.StatusOK, "laws", p)
	}
	now, err := mind.Statutes.Version(p.Law, knowledge.Day(version))
	if err != nil {
		return err
	}
	if now == nil {
		return errNoPage
	}
	was, err := mind.Statutes.Before(now)
	if err != nil {
		return err
	}
	return v.lawChange(p, search.ChangeOf(mind.Base, was, now))
}

// repeals keeps a law that no card cites in the list while it is the one
// chosen: it may put another out of force.
func repeals(chosen string, l search.LawText) bool { return l.Law+"@"+string(l.Version) == chosen }

// lawChange shows one change.
func (v *visit) lawChange(p *lawsPage, c search.LawChange) error {
	if c.Was == nil {
		p.Summary = fmt.Sprintf("%d条。更早的一版没有导入，只核对了条号；字句变没变，导入上一版再看。", len(c.Now.Articles))
	} else {
		p.Summary = "和" + string(c.Was.Version) + "那一版比："
		for i, k := range []struct {
			kind search.ChangeKind
			say  string
		}{{search.Unchanged, "没变"}, {search.Changed, "改了字"}, {search.Relocated, "换了条号"}, {search.Gone, "没有了"}} {
			if n := c.Count[k.kind]; n > 0 {
				if i > 0 && !strings.HasSuffix(p.Summary, "：") {
					p.Summary += "，"
				}
				p.Summary += num(int64(n)) + "条" + k.say
			}
		}
		p.Summary += "。"
	}
	for i, a := range c.Articles {
		if i == articlesShown {
			p.Rest = len(c.Articles) - i
			break
		}
		p.Articles = append(p.Articles, a.Old+"："+sayChange(a.Kind, a.New, a.Likeness, false))
	}
	at := map[string]int{}
	for _, t := range c.Touched {
		i, ok := at[t.Card.ID]
		if !ok {
			i = len(p.Cards)
			at[t.Card.ID] = i
			p.Cards = append(p.Cards, touchedCard{ID: t.Card.ID, Title: t.Card.Title, Href: cardHref(t.Card.ID) + "/edit",
				Past: v.link("/consultations", "/consultations?"+query("card", t.Card.ID))})
		}
		say := t.Cite.String() + "：" + sayChange(t.Kind, t.New, t.Likeness, t.ByNumber)
		if t.Cite.Part == "clock" {
			say += "（算期限用的）"
		}
		if !slices.Contains(p.Cards[i].Changes, say) {
			p.Cards[i].Changes = append(p.Cards[i].Changes, say)
		}
	}
	if err := v.view(func(r *ledger.View) error { return v.fillTouched(p, r) }); err != nil {
		return err
	}
	return v.show(http.StatusOK, "laws", p)
}

// fillTouched tells what rests on the touched cards and who has looked at them.
func (v *visit) fillTouched(p *lawsPage, r *ledger.View) error {
	base := v.c.Mind().Base
	var ids []string
	for _, c := range p.Cards {
		ids = append(ids, c.ID)
	}
	rests, err := ledger.CardRests(r, v.scope(), ids)
	if err != nil {
		return err
	}
	checks, err := ledger.CardChecks(r, v.account.Township, p.Law, p.Version)
	if err != nil {
		return err
	}
	var who []int64
	for _, k := range checks {
		who = append(who, k.Who)
	}
	names, err := ledger.NamesOf(r, who)
	if err != nil {
		return err
	}
	for i := range p.Cards {
		c := &p.Cards[i]
		c.Rest = *rests[c.ID]
		p.Answered += c.Rest.Answered
		for n, d := range c.Rest.Disputes {
			c.Disputes = append(c.Disputes, disputeLink{fmt.Sprintf("第%d件", n+1), v.linkDispute(d)})
		}
		card := base.Card(c.ID)
		for _, k := range checks {
			// What was signed holds for the text that was read.
			if k.Card == c.ID && card != nil && k.Text == ledger.TextDigest(card.Source()) {
				c.Looked = cmp.Or(names[k.Who], "已离任的人") + day(k.At) + "看过，还对"
				break
			}
		}
		if c.Looked == "" {
			p.Todo++
		}
	}
	slices.SortStableFunc(p.Cards, func(a, b touchedCard) int {
		return cmp.Or(cmp.Compare(min(1, len(a.Looked)), min(1, len(b.Looked))), cmp.Compare(b.Rest.Answered, a.Rest.Answered))
	})
	return nil
}

func sayChange(kind search.ChangeKind, to string, likeness float64, byNumber bool) string {
	switch kind {
	case search.Changed:
		return fmt.Sprintf("改了字，%.0f%%相同", 100*likeness)
	case search.Relocated:
		if likeness < 1 {
			return fmt.Sprintf("现在是%s，也改了字，%.0f%%相同", to, 100*likeness)
		}
		return "现在是" + to
	case search.Repealed:
		return "整部法律废止了"
	case search.Gone:
		if byNumber {
			return "新的一版没有这个条号"
		}
		return "没有了，新的一版找不到像它的"
	}
	return ""
}
