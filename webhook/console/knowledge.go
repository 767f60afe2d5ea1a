package console

import (
	"cmp"
	"net/http"
	"slices"
	"strings"
	"time"

	"mingbai/bot/ledger"
	"mingbai/knowledge"
)

// A cardLine is one card in the list.
type cardLine struct {
	Title, Href     string
	Used            int64
	Useful, Useless int64
	Checked         knowledge.Day // last time that somebody held it against the law
	State, Class    string
}

// A versionLine is one version that somebody still has to do something with.
type versionLine struct {
	Title, Href, State, Class, Who string
	N                              int64
	At                             time.Time
}

// A topicLine is one topic with its cards counted.
type topicLine struct {
	Name, Href             string
	Cards, Own, Used, Down int64 // all; the program's that nobody approved; answers this year; 没用
}

type knowledgePage struct {
	frame
	Topics, States []option
	Chosen         bool // a topic or a state was chosen: Lines, else the rest
	Lines          []cardLine
	Topic          string
	Open           []versionLine
	ByTopic        []topicLine
	Drafts         int
	Keep           int // cards of the topic that can be proposed as they are
}

var cardStates = []option{{"", "全部", false}, {"proposed", "等审", false}, {"draft", "草稿、退回", false}, {"approved", "已批", false},
	{"own", "自带未批", false}, {"lapsed", "批过，程序里的又改了", false}, {"retired", "停用", false}}

// A shelf is what the knowledge desk knows of all cards at one time.
type shelf struct {
	base      *knowledge.Base
	published map[string]ledger.PublishedCard
	open      map[string][]*ledger.CardVersion
	all       []*ledger.CardVersion // open ones, the oldest first
	checks    map[string]knowledge.Day
	uses      map[string]ledger.CardUse
}

func (v *visit) shelf(r *ledger.View) (*shelf, error) {
	s := &shelf{base: v.c.Mind().Base, published: map[string]ledger.PublishedCard{}, open: map[string][]*ledger.CardVersion{}, checks: map[string]knowledge.Day{}}
	list, err := ledger.PublishedCards(r, v.account.Township)
	if err != nil {
		return nil, err
	}
	for _, p := range list {
		s.published[p.Card] = p
	}
	if s.all, err = ledger.OpenCardVersions(r, v.account.Township); err != nil {
		return nil, err
	}
	for _, x := range s.all {
		s.open[x.Card] = append(s.open[x.Card], x)
	}
	checks, err := ledger.CardChecks(r, v.account.Township, "", "")
	if err != nil {
		return nil, err
	}
	for _, c := range checks {
		s.checks[c.Card] = max(s.checks[c.Card], knowledge.DayOf(c.At))
	}
	s.uses, err = v.c.uses(r, v.scope(), v.now)
	return s, err
}

// A counted is what was counted at a time.
type counted struct {
	at   time.Time
	uses map[string]ledger.CardUse
}

// usesKept is how long a year's answers by card are not counted anew: at a
// million consultations that takes a quarter of a second.
const usesKept = time.Minute

// uses counts this year's answers by card.
func (c *Console) uses(r *ledger.View, s ledger.Scope, now time.Time) (map[string]ledger.CardUse, error) {
	from := time.Date(now.In(shanghai).Year(), 1, 1, 0, 0, 0, 0, shanghai)
	key := "uses " + s.Township + " " + strings.Join(s.Villages, " ")
	if kept, ok := c.over.Load(key); ok {
		if k := kept.(counted); now.Sub(k.at) < usesKept && !now.Before(k.at) && !k.at.Before(from) {
			return k.uses, nil
		}
	}
	uses, err := ledger.CardUses(r, s, from, from.AddDate(1, 0, 0))
	if err == nil {
		c.over.Store(key, counted{now, uses})
	}
	return uses, err
}

// stateOf says how a card stands: the code of cardStates, and in words.
func (s *shelf) stateOf(id string) (code, say string) {
	p, has := s.published[id]
	own := s.base.Own().Card(id)
	newer := has && own != nil && ledger.TextDigest(own.Source()) != p.Own
	switch {
	case has && p.Kind == ledger.CardRetire:
		code, say = "retired", "停用"
	case newer && p.Kind == ledger.CardKeep:
		code, say = "lapsed", "程序里的改过，要再批"
	case has:
		code, say = "approved", cmp.Or(p.Approver, "已离任的人")+day(p.Approved)+"批"
		if newer {
			say += "，程序里的改过"
		}
	case own == nil:
		code, say = "draft", "新卡，还没批"
	case own.Approved.By != "":
		code, say = "approved", own.Approved.By+"批"
	default:
		code, say = "own", "自带，还没批"
	}
	return code, say
}

// work says what is being done with a card; "" when nothing is.
func (s *shelf) work(id string) (code, say string) {
	for _, v := range s.open[id] {
		if v.State == ledger.CardProposed {
			return "proposed", "等审"
		}
		code, say = "draft", map[ledger.CardState]string{ledger.CardDraft: "有草稿", ledger.CardReturned: "退回来了"}[v.State]
	}
	return code, say
}

func (s *shelf) line(c *knowledge.Card) cardLine {
	u := s.uses[c.ID]
	x := cardLine{Title: c.Title, Href: cardHref(c.ID), Used: u.Answered, Useful: u.Useful, Useless: u.Useless,
		Checked: max(c.Written, c.Reviewed.On, c.Approved.On, s.checks[c.ID])}
	code, say := s.stateOf(c.ID)
	if code == "approved" {
		x.Class = "done"
	}
	if _, busy := s.work(c.ID); busy != "" {
		say, x.Class = say+"；"+busy, "due"
	}
	x.State = say
	return x
}

// cards lists all cards that are served, were, or are being written.
func (s *shelf) cards() []*knowledge.Card {
	out := slices.Clone(s.base.Cards)
	have := map[string]bool{}
	for _, c := range out {
		have[c.ID] = true
	}
	add := func(id, text string) {
		c := s.base.Own().Card(id)
		if c == nil && text != "" {
			c = knowledge.ReadDraft([]byte(text))
		}
		if c == nil {
			c = &knowledge.Card{ID: id, Title: id}
		}
		if !have[id] {
			have[id] = true
			out = append(out, c)
		}
	}
	for id, p := range s.published {
		add(id, p.Body)
	}
	for _, v := range s.all {
		add(v.Card, v.Body)
	}
	return out
}

// knowledgeDesk lists the cards by topic, and what is to be done with them.
func (v *visit) knowledgeDesk() error {
	p := &knowledgePage{Topic: v.Query("topic")}
	p.Title = "知识"
	state := v.Query("state")
	p.Chosen = p.Topic != "" || state != ""
	p.Topics = topicOptions(p.Topic)
	for _, o := range cardStates {
		p.States = append(p.States, option{o.Value, o.Name, o.Value == state})
	}
	err := v.view(func(r *ledger.View) error {
		s, err := v.shelf(r)
		if err != nil {
			return err
		}
		if p.Chosen {
			p.choose(s, state)
			return nil
		}
		p.count(s)
		drafts, err := ledger.HelperDrafts(r, v.scope(), draftsShown)
		p.Drafts = len(drafts)
		if err != nil {
			return err
		}
		p.Open, err = v.openVersions(r, s)
		return err
	})
	if err != nil {
		return err
	}
	return v.show(http.StatusOK, "knowledge", p)
}

func topicOptions(chosen string) []option {
	out := []option{{"", "全部", chosen == ""}}
	for _, t := range knowledge.Topics {
		out = append(out, option{t, t, t == chosen})
	}
	return out
}

// choose lists the cards of a topic and a state, those that answer most first.
func (p *knowledgePage) choose(s *shelf, state string) {
	for _, c := range s.cards() {
		if p.Topic != "" && c.Topic != p.Topic {
			continue
		}
		code, _ := s.stateOf(c.ID)
		work, _ := s.work(c.ID)
		if state == "" || state == code || state == work {
			p.Lines = append(p.Lines, s.line(c))
		}
		if p.Topic != "" && (code == "own" || code == "lapsed") && work == "" {
			p.Keep++
		}
	}
	slices.SortStableFunc(p.Lines, func(a, b cardLine) int { return cmp.Compare(b.Used, a.Used) })
}

// count sums the cards up by topic.
func (p *knowledgePage) count(s *shelf) {
	at := map[string]*topicLine{}
	for _, t := range knowledge.Topics {
		at[t] = &topicLine{Name: t, Href: "/console/knowledge?" + query("topic", t)}
	}
	for _, c := range s.base.Cards {
		x, u := at[c.Topic], s.uses[c.ID]
		x.Cards++
		x.Used += u.Answered
		x.Down += u.Useless
		if code, _ := s.stateOf(c.ID); code != "approved" {
			x.Own++
		}
	}
	for _, t := range knowledge.Topics {
		if at[t].Cards > 0 {
			p.ByTopic = append(p.ByTopic, *at[t])
		}
	}
}

// openVersions lists what waits: for who may approve the proposals first, for
// the others their own work.
func (v *visit) openVersions(r *ledger.View, s *shelf) ([]versionLine, error) {
	var who []int64
	for _, x := range s.all {
		who = append(who, x.Maker)
	}
	names, err := ledger.NamesOf(r, who)
	if err != nil {
		return nil, err
	}
	order := map[ledger.CardState]int{ledger.CardProposed: 0, ledger.CardReturned: 1, ledger.CardDraft: 2}
	slices.SortStableFunc(s.all, func(a, b *ledger.CardVersion) int { return cmp.Compare(order[a.State], order[b.State]) })
	var out []versionLine
	for _, x := range s.all {
		l := versionLine{Title: versionTitle(s.base, x), Href: versionHref(x.ID), State: versionState(x), N: x.N, Who: cmp.Or(names[x.Maker], "已离任的人"), At: x.At}
		if x.State == ledger.CardProposed {
			l.Class = "due"
		}
		if p := s.published[x.Card]; p.ID != x.Base {
			l.State, l.Class = "过时了，已经批了另一版", "late"
		}
		out = append(out, l)
	}
	return out, nil
}

// versionTitle names a version by the title it gives the card.
func versionTitle(base *knowledge.Base, x *ledger.CardVersion) string {
	if c := knowledge.ReadDraft([]byte(x.Body)); x.Body != "" && c != nil && c.Title != "" {
		return c.Title
	}
	return cardTitle(base, x.Card)
}

func versionState(x *ledger.CardVersion) string {
	what := map[ledger.CardKind]string{ledger.CardKeep: "原文照用", ledger.CardRetire: "停用"}[x.Kind]
	state := map[ledger.CardState]string{ledger.CardDraft: "草稿", ledger.CardProposed: "等审", ledger.CardReturned: "退回来了",
		ledger.CardWithdrawn: "收回了", ledger.CardPublished: "在用", ledger.CardReplaced: "以前用过"}[x.State]
	if what == "" {
		return state
	}
	return what + "，" + state
}
