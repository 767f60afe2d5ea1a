package console

import (
	"cmp"
	"net/http"
	"slices"
	"strconv"
	"time"

	"mingbai/bot/casework"
	"mingbai/bot/ledger"
)

// A partyView is a party as this reader may see it.
type partyView struct{ Side, Name, Phone, Consent, How string }

// An event is one line of what happened.
type event struct {
	At        time.Time
	What, Who string
}

// A dossierItem is one kind of paper and whether it is there.
type dossierItem struct {
	Name, State, Class string
	Must               bool
}

// A paperView is a paper with its link.
type paperView struct {
	Name, Href, Hash string
	At               time.Time
}

type disputePage struct {
	frame
	ID                      int64
	No, Category, Level     string
	Village, State, Outcome string
	Mediator                string
	Opened, Due             time.Time
	Clock, Left             string
	Held                    int
	Parties                 []partyView
	Open, MayOpen           bool // names are shown; they may be asked for
	Events                  []event
	Dossier                 []dossierItem
	Have, Need              int
	Papers                  []paperView
	Evidence                []ledger.Evidence
	Matter                  string
	Looks                   []ledger.Look
	Steps                   []stateStep
	Session                 time.Time
}

// A stateStep is one station of the usual road.
type stateStep struct{ Name, Class, Note string }

func (v *visit) dispute() error { return v.showDispute(false) }

// disputeNames shows the parties' names and phones, once, to who may see them.
func (v *visit) disputeNames() error { return v.showDispute(true) }

func (v *visit) disputeWithin(r ledger.Reader) (*ledger.Dispute, error) {
	id, err := v.key()
	if err != nil {
		return nil, err
	}
	d, err := ledger.DisputeByID(r, id)
	if err == nil && (d.Township != v.account.Township || !v.scope().Holds(d.Village)) {
		err = ledger.ErrNotFound
	}
	return d, err
}

func (v *visit) showDispute(names bool) error {
	err := v.do("look", func(tx *ledger.Tx) error {
		d, err := v.disputeWithin(tx)
		if err != nil {
			return err
		}
		return tx.Look(d.Township, d.Chat, d.Matter, v.account.ID)
	})
	if err != nil {
		return err
	}
	p := &disputePage{Open: names, MayOpen: !names && slices.Contains([]string{ledger.AccountAdmin, ledger.AccountClerk}, v.account.Role)}
	err = v.view(func(r *ledger.View) error {
		d, err := v.disputeWithin(r)
		if err != nil {
			return err
		}
		for _, f := range []func(*disputePage, *ledger.View, *ledger.Dispute) error{v.fillDispute, v.fillParties, v.fillEvents, v.fillPapers} {
			if err := f(p, r, d); err != nil {
				return err
			}
		}
		p.Looks, err = ledger.Looks(r, v.account.Township, d.Matter, 20)
		return err
	})
	if err != nil {
		return err
	}
	return v.show(http.StatusOK, "dispute", p)
}

func (v *visit) fillDispute(p *disputePage, r *ledger.View, d *ledger.Dispute) error {
	rules, err := rulesOf(d)
	if err != nil {
		return err
	}
	names, err := ledger.NamesOf(r, []int64{d.Mediator})
	if err != nil {
		return err
	}
	p.ID, p.No, p.Category, p.Level, p.Village = d.ID, cmp.Or(v.fileNo(d), "还没有编号"), d.Category, levelName(d.Level), v.villageOf(d.Village)
	p.State, p.Outcome, p.Mediator = rules.State.String(), outcomeName(d.Outcome), cmp.Or(names[d.Mediator], "还没有")
	p.Opened, p.Due, p.Clock, p.Left = d.Opened, d.Due, clock(d.Due, v.now), left(d.Due, v.now)
	p.Held, p.Session, p.Matter = rules.Held, rules.Session, v.linkMatter(d.Matter)
	p.Title = d.Category
	p.Steps = road(rules, p)
	need, missing := dossierOf(rules)
	for _, i := range casework.Items {
		x := dossierItem{Name: i.String(), Must: slices.Contains(need, i)}
		switch {
		case slices.Contains(rules.Papers, i):
			x.State, x.Class = "齐", "done"
		case x.Must:
			x.State, x.Class = "缺", "late"
		default:
			x.State = "不一定要"
		}
		p.Dossier = append(p.Dossier, x)
	}
	for _, i := range []casework.Item{casework.PaperOral, casework.PaperRoutes} {
		if slices.Contains(need, i) {
			x := dossierItem{Name: i.String(), Must: true, State: "缺", Class: "late"}
			if slices.Contains(rules.Papers, i) {
				x.State, x.Class = "齐", "done"
			}
			p.Dossier = append(p.Dossier, x)
		}
	}
	p.Need, p.Have = len(need), len(need)-len(missing)
	return nil
}

// road shows how far a dispute has come. One that left the usual road ends
// where it stands.
func road(d *casework.Dispute, p *disputePage) []stateStep {
	stations := []casework.State{casework.Applied, casework.Accepted, casework.Consented, casework.Mediating, casework.Agreed, casework.Performed, casework.Revisited, casework.Closed}
	short := []string{"申请", "受理", "双方同意", "调解", "协议", "履行", "回访", "结案"}
	here := slices.Index(stations, d.State)
	if here < 0 {
		return []stateStep{{Name: p.State, Class: "now", Note: p.Outcome}}
	}
	var out []stateStep
	for i, name := range short {
		s := stateStep{Name: name}
		switch {
		case i < here:
			s.Class = "past"
		case i == here:
			s.Class, s.Note = "now", p.Left
		}
		out = append(out, s)
	}
	if d.State == casework.Closed && d.Agreed.IsZero() {
		return []stateStep{{Name: "结案", Class: "past", Note: p.Outcome}}
	}
	return out
}

func (v *visit) fillParties(p *disputePage, r *ledger.View, d *ledger.Dispute) error {
	list, err := ledger.PartiesOf(r, d.ID)
	if err != nil {
		return err
	}
	for _, x := range list {
		w := partyView{Side: "申请人", Name: maskName(x.Name), Phone: maskPhone(x.Phone)}
		if x.Side == string(casework.Respondent) {
			w.Side = "对方"
		}
		if p.Open {
			w.Name, w.Phone = cmp.Or(x.Name, "（没写名字）"), x.Phone
		}
		switch casework.Consent(x.Consent) {
		case casework.Agrees:
			w.Consent = day(x.At) + "同意调解"
		case casework.Refuses:
			w.Consent = day(x.At) + "不愿调解"
		default:
			w.Consent = "还没表态"
		}
		w.How = map[string]string{"here": "在手机上", "phone": "电话", "paper": "签字", "voice": "语音"}[x.How]
		p.Parties = append(p.Parties, w)
	}
	return nil
}

func (v *visit) fillEvents(p *disputePage, r *ledger.View, d *ledger.Dispute) error {
	story, err := ledger.StoryOf(r, d.Township, d.ID, d.Opened, ledger.Stepped, ledger.Asked, ledger.Seated, ledger.Papered, ledger.Evidenced)
	if err != nil {
		return err
	}
	var who []int64
	for _, s := range story {
		who = append(who, s.By)
	}
	names, err := ledger.NamesOf(r, who)
	if err != nil {
		return err
	}
	for _, s := range story {
		if what := eventName(s); what != "" {
			p.Events = append(p.Events, event{s.At, what, names[s.By]})
		}
	}
	slices.Reverse(p.Events)
	return nil
}

// eventName tells a journal entry of a dispute in words; "" for what says
// nothing to a reader.
func eventName(s ledger.Story) string {
	switch s.Event {
	case ledger.Asked:
		return "问调解员接不接"
	case ledger.Seated:
		return "联合调解：问有关部门"
	case ledger.Papered:
		return "写好" + casework.Item(s.X["item"]).String()
	case ledger.Evidenced:
		return "收到一份证据"
	}
	switch casework.Act(s.X["act"]) {
	case casework.ActPaper:
		return "卷宗收进" + casework.Item(s.X["item"]).String()
	case casework.ActSchedule:
		return "约定" + moment(s.X["when"]) + "调解"
	case casework.ActMoveUp:
		return "转到" + levelName(s.X["to"])
	case casework.ActAgree:
		return "达成" + outcomeName(s.X["outcome"])
	case casework.ActCorrect:
		return "改了类别或级别：" + cmp.Or(s.X["as"], levelName(s.X["to"]))
	}
	return actNames[s.X["act"]]
}

var actNames = map[string]string{
	"open": "登记", string(casework.ActApply): "当事人申请调解", string(casework.ActDecline): "调解员没有接", string(casework.ActAccept): "受理",
	string(casework.ActConsent): "一方同意调解", string(casework.ActRefuse): "一方不愿调解，终止", string(casework.ActSession): "调解了一次，已记录",
	string(casework.ActExtend): "双方同意延长", string(casework.ActFail): "没有调成", string(casework.ActWithdraw): "申请人撤回",
	string(casework.ActTransfer): "转给别的部门", string(casework.ActSwap): "当事人要求换调解员", string(casework.ActPerform): "协议已履行",
	string(casework.ActBreach): "协议没有履行", string(casework.ActRevisit): "回访", string(casework.ActConfirm): "申请司法确认", string(casework.ActClose): "结案",
}

// moment reads a time as the journal keeps it.
func moment(ms string) string {
	n, err := strconv.ParseInt(ms, 10, 64)
	if err != nil {
		return ""
	}
	return at(time.UnixMilli(n))
}

func (v *visit) fillPapers(p *disputePage, r *ledger.View, d *ledger.Dispute) error {
	papers, err := ledger.PaperLines(r, d.ID)
	if err != nil {
		return err
	}
	for _, x := range papers {
		w := paperView{Name: casework.Item(x.Item).String(), At: x.At, Hash: x.Hash}
		if x.N > 1 {
			w.Name += "（" + strconv.FormatInt(x.N, 10) + "）"
		}
		// A paper names the parties in full.
		if slices.Contains([]string{ledger.AccountAdmin, ledger.AccountClerk}, v.account.Role) {
			w.Href = "/paper/" + v.c.Ledger.Sign("paper", strconv.FormatInt(x.ID, 10))
		}
		p.Papers = append(p.Papers, w)
	}
	p.Evidence, err = ledger.EvidenceOf(r, d.ID)
	return err
}
