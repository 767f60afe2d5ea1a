package console

import (
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"time"

	"mingbai/bot/ledger"
	"mingbai/knowledge"
)

// A matterLine is one consultation in the list.
type matterLine struct {
	Href, About, No, Village, Topic, Fate, Rated string
	At                                           time.Time
}

type consultationsPage struct {
	frame
	Find     string
	Card     string // the title of the card whose answers are listed; empty: of any
	Months   []option
	Villages []option
	Topics   []option
	Fates    []option
	Lines    []matterLine
	All      int64
	More     bool   // there are more than All
	Next     string // the address of the next page
	Trouble  string
}

const pageLength = 40

var receiptForm = regexp.MustCompile(`^[A-Za-z]{1,8}-[0-9]{4}-[0-9]{1,8}$`)

// query writes an address's parameters, pairs of name and value.
func query(pairs ...string) string {
	q := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i+1] != "" {
			q.Set(pairs[i], pairs[i+1])
		}
	}
	return q.Encode()
}

// consultations lists what was asked about, never who asked: what is typed
// into the search finds a receipt number or the titles of cards.
func (v *visit) consultations() error {
	from, to, err := v.month()
	if err != nil {
		return err
	}
	f := ledger.MatterFilter{From: from, To: to, Village: v.Query("village"), Topic: v.Query("topic"), Fate: ledger.Fate(v.Query("fate")), Limit: pageLength}
	if before := v.Query("before"); before != "" {
		ms, id, _ := strings.Cut(before, ".")
		n, err1 := strconv.ParseInt(ms, 10, 64)
		if f.Before, err = strconv.ParseInt(id, 10, 64); err != nil || err1 != nil || n <= 0 {
			return errNoPage
		}
		f.BeforeAt = time.UnixMilli(n)
	}
	p := &consultationsPage{Find: strings.TrimSpace(v.Query("q")), Months: months(v.now, from), Villages: v.villages(f.Village)}
	p.Title = "咨询"
	p.Topics = append(p.Topics, option{"", "全部", f.Topic == ""})
	for _, t := range knowledge.Topics {
		p.Topics = append(p.Topics, option{t, t, t == f.Topic})
	}
	for _, x := range []ledger.Fate{"", ledger.FateAnswered, ledger.FateAskedBack, ledger.FateHandedOver, ledger.FateRefused} {
		p.Fates = append(p.Fates, option{string(x), fateName(x), x == f.Fate})
	}
	found := true
	switch {
	case receiptForm.MatchString(p.Find):
		f.No = strings.ToUpper(p.Find)
		f.From, f.To = time.UnixMilli(1), v.now.AddDate(1, 0, 0) // a number is of any month
	case v.Query("card") != "": // all that one card answered, of any month
		f.Cards, f.From, f.To = []string{v.Query("card")}, time.UnixMilli(1), v.now.AddDate(1, 0, 0)
		p.Card = cardTitle(v.c.Mind().Base, v.Query("card"))
	case p.Find != "":
		f.Cards = v.cardsAbout(p.Find)
		found = len(f.Cards) > 0
	}
	if !found {
		p.Trouble = "没有哪张知识卡的题目里有“" + p.Find + "”。这里搜受理号（如QX-2026-0412）或者卡的题目，不能按人名、电话搜。"
		return v.show(http.StatusOK, "consultations", p)
	}
	err = v.view(func(r *ledger.View) error {
		lines, all, err := ledger.MatterLines(r, v.scope(), f)
		p.All, p.More = all, all == ledger.CountedUpTo
		for _, m := range lines {
			p.Lines = append(p.Lines, matterLine{Href: v.linkMatter(m.ID), About: v.about(m.Topic, m.Card), No: m.No, Village: v.villageOf(m.Village),
				Topic: m.Topic, Fate: fateName(m.Fate), Rated: map[int64]string{0: "没用", 1: "有用"}[m.Rated], At: m.Opened})
		}
		if len(lines) == pageLength {
			p.Next = "/console/consultations?" + query("month", v.Query("month"), "village", f.Village, "topic", f.Topic, "fate", string(f.Fate), "q", p.Find, "card", v.Query("card"),
				"before", fmt.Sprintf("%d.%d", lines[len(lines)-1].Opened.UnixMilli(), lines[len(lines)-1].ID))
		}
		return err
	})
	if err != nil {
		return err
	}
	return v.show(http.StatusOK, "consultations", p)
}

// cardsAbout lists the cards whose title has these words.
func (v *visit) cardsAbout(words string) []string {
	var out []string
	for _, c := range v.c.Mind().Base.Cards {
		if strings.Contains(c.Title, words) && len(out) < 100 {
			out = append(out, c.ID)
		}
	}
	return out
}

func (v *visit) villageOf(id string) string {
	if x := v.c.Mind().Base.Township.Village(id); x != nil {
		return x.Name
	}
	return "没说哪个村"
}

func fateName(f ledger.Fate) string {
	return map[ledger.Fate]string{"": "全部", ledger.FateAnswered: "已答复", ledger.FateAskedBack: "追问中", ledger.FateHandedOver: "转人工", ledger.FateRefused: "没有答"}[f]
}
