package bot

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"mingbai/bot/casework"
	"mingbai/bot/ledger"
	"mingbai/bot/paper"
	"mingbai/knowledge"
)

// A mediation is a dispute opened within a turn: its record, what the rules
// know of it, its parties and its texts. dispute.go is the side of who files
// it, party.go of who answers, mediator.go of who mediates, joint.go of the
// four seats; this file is what they share.
type mediation struct {
	*ledger.Dispute
	rules   casework.Dispute
	parties []*ledger.Party
	texts   map[string]string
	no      string // the receipt number of its matter
}

// The free texts of a dispute.
const (
	textStory = "story" // as told
	textWish  = "wish"
	textPlace = "place"
	textFacts = "facts" // what both sides said, of each session
	textTerms = "terms" // clauses, a line each
	textProxy = "proxy" // who files for whom, and how they agreed
)

// mediation opens a dispute and holds it until the commit.
func (t *turn) mediation(id int64) (*mediation, error) {
	d, err := t.tx.LockDispute(id)
	if err != nil {
		return nil, err
	}
	return readMediation(t.tx, d)
}

// readMediation reads what belongs to a dispute.
func readMediation(r ledger.Reader, d *ledger.Dispute) (*mediation, error) {
	k := &mediation{Dispute: d}
	if err := json.Unmarshal([]byte(d.Rules), &k.rules); err != nil {
		return nil, fmt.Errorf("dispute %d: %w", d.ID, err)
	}
	var err error
	if k.parties, err = ledger.PartiesOf(r, d.ID); err != nil {
		return nil, err
	}
	if k.texts, err = ledger.ParticularsOf(r, d.ID); err != nil {
		return nil, err
	}
	m, err := ledger.MatterByID(r, d.Matter)
	if err != nil {
		return nil, err
	}
	k.no = m.No
	return k, nil
}

func (m *Mind) terms() casework.Terms { return termsOf(m.Base.Township) }

// termsOf are a township's periods of mediation.
func termsOf(t *knowledge.Township) casework.Terms {
	x := t.Mediation
	return casework.Terms{
		Accept: time.Duration(x.Accept) * time.Minute, Consent: x.Consent, Term: x.Term, Revisit: x.Revisit,
		Seat: time.Duration(x.Seat) * time.Minute,
	}
}

// timerDispute fires when the clock of a dispute's state runs out; its step is
// the clock's end, so that a clock that has been set anew makes it void.
const timerDispute = "dispute"

// step does one act: the rules first, then the record, its journal and its
// clock. What the rules refuse comes back as a *casework.Refusal and nothing
// has changed.
func (t *turn) step(k *mediation, by int64, s casework.Step) error {
	s.At = t.now
	before := k.rules.Due
	if err := k.rules.Do(s, t.mind.terms(), t.mind.Calendar); err != nil {
		return err
	}
	if err := t.keep(k); err != nil {
		return err
	}
	facts := stepFacts(s)
	if !k.rules.Due.IsZero() {
		// The periods of a township may change; the clock that was set stays.
		facts["due"] = id(k.rules.Due.UnixMilli())
	}
	if err := t.tx.LogStep(k.Dispute, by, facts); err != nil {
		return err
	}
	if k.rules.Due.IsZero() || k.rules.Due.Equal(before) {
		return nil
	}
	return t.tx.SetTimer(k.Township, timerDispute, k.ID, k.rules.Due.UnixMilli(), k.rules.Due)
}

// keep writes the rules' dispute into its row.
func (t *turn) keep(k *mediation) error {
	rules, err := json.Marshal(k.rules)
	if err != nil {
		return err
	}
	k.Rules, k.State, k.Category, k.Level = string(rules), string(k.rules.State), k.rules.Category, string(k.rules.Level)
	k.Outcome, k.Due = string(k.rules.Outcome), k.rules.Due
	if k.rules.State == casework.Closed && k.Closed.IsZero() {
		k.Closed = t.now
	}
	return t.tx.SaveDispute(k.Dispute)
}

// stepFacts is a step as the journal keeps it; readStep is its inverse.
func stepFacts(s casework.Step) map[string]string {
	x := map[string]string{"act": string(s.Act), "at": id(s.At.UnixMilli())}
	put := func(key, value string, set bool) {
		if set {
			x[key] = value
		}
	}
	put("party", strconv.Itoa(s.Party), s.Act == casework.ActConsent || s.Act == casework.ActRefuse)
	put("when", id(s.When.UnixMilli()), !s.When.IsZero())
	put("to", string(s.Level), s.Level != "")
	put("as", s.Category, s.Category != "")
	put("outcome", string(s.Outcome), s.Outcome != "")
	put("promised", id(s.Promised.UnixMilli()), !s.Promised.IsZero())
	put("both", "1", s.Both)
	put("item", string(s.Paper), s.Paper != "")
	return x
}

func readStep(x map[string]string) casework.Step {
	at := func(key string) time.Time {
		if x[key] == "" {
			return time.Time{}
		}
		return time.UnixMilli(number(x[key]))
	}
	return casework.Step{Act: casework.Act(x["act"]), At: at("at"), Party: int(number(x["party"])), When: at("when"),
		Level: knowledge.Level(x["to"]), Category: x["as"], Outcome: casework.Outcome(x["outcome"]), Promised: at("promised"),
		Both: x["both"] == "1", Paper: casework.Item(x["item"])}
}

// refused tells whoever tried it why the rules refuse an act; any other error
// goes up.
func (t *turn) refused(err error) error {
	var r *casework.Refusal
	if !errors.As(err, &r) {
		return err
	}
	t.settle(ledger.FateRefused, "rules")
	t.note(r.Why)
	return nil
}

// title is a dispute in one line: number, village, category.
func (t *turn) title(k *mediation) string {
	return "受理号 " + k.no + " · " + t.township().VillageName(k.Village) + " · " + k.Category
}

// named is a party as others read of it.
func named(p *ledger.Party) string {
	switch {
	case p.Name != "":
		return p.Name
	case p.Side == string(casework.Applicant):
		return "申请人"
	}
	return "对方"
}

// names lists the parties of one side.
func (k *mediation) names(side casework.Side) string {
	var out []string
	for _, p := range k.parties {
		if p.Side == string(side) {
			out = append(out, named(p))
		}
	}
	return strings.Join(out, "、")
}

// partyOf returns the party that a chat answers for, or nil: its own, or, for
// whoever files for somebody, the applicant.
func (k *mediation) partyOf(chat int64) *ledger.Party {
	for _, p := range k.parties {
		if p.Chat == chat {
			return p
		}
	}
	return nil
}

// tellParties tells every party that can be reached here, but the one who is
// writing.
func (t *turn) tellParties(k *mediation, r Reply) error {
	for _, p := range k.parties {
		if p.Chat == 0 || p.Chat == t.chat.ID {
			continue
		}
		if err := t.tellParty(k, p, r); err != nil {
			return err
		}
	}
	return nil
}

// tellParty tells one party. What the other side is told is no part of the
// applicant's matter.
func (t *turn) tellParty(k *mediation, p *ledger.Party, r Reply) error {
	matter := k.Matter
	if p.Chat != k.Chat {
		matter = 0
	}
	return t.tell(p.Chat, r, matter, func(d *dialogue) { d.Dispute = k.ID })
}

// tellMediator tells who has the dispute, if anybody does.
func (t *turn) tellMediator(k *mediation, r Reply) error {
	return t.tellPerson(k.Mediator, r, k.Matter)
}

// tellPerson tells a person on the chat they used last.
func (t *turn) tellPerson(person int64, r Reply, matter int64) error {
	if person == 0 {
		return nil
	}
	c, err := ledger.ChatOf(t.tx, person)
	if isNotFound(err) {
		return nil // no way to reach them: the clock moves it on
	}
	if err != nil {
		return err
	}
	return t.tell(c.ID, r, matter, nil)
}

// assign asks the next mediator of the dispute's level, and goes a level up by
// itself where nobody of the level is left. At the top it stays with the
// judicial office, whose staff are told.
func (t *turn) assign(k *mediation) error {
	for {
		list, err := ledger.Mediators(t.tx, k.Township, k.ID, yearBegins(t.now))
		if err != nil {
			return err
		}
		cands := make([]casework.Candidate, len(list))
		for i, m := range list {
			cands[i] = casework.Candidate{Person: m.Person, Village: m.Village, Skills: strings.Fields(m.Skills), Open: m.Open, Year: m.Year,
				OnDuty: m.OnDuty, Party: k.involves(m.Person), Kin: m.Last == "kin", Asked: m.Last != "" && m.Last != "kin"}
		}
		level := knowledge.Level(k.Level)
		best, why := casework.Assign(level, k.Village, k.Category, t.township().Mediation.Prefer, cands)
		if best >= 0 {
			if err := t.tx.AskMediator(k.Dispute, cands[best].Person, k.rules.Due, strings.Join(why, "，")); err != nil {
				return err
			}
			return t.briefMediator(k)
		}
		up, ok := casework.NextLevel(level)
		if !ok {
			k.Mediator = 0
			if err := t.keep(k); err != nil {
				return err
			}
			return t.tellStaff(k, "没有调解员可派（"+strings.Join(why, "、")+"），请定人。")
		}
		if err := t.step(k, 0, casework.Step{Act: casework.ActMoveUp, Level: up}); err != nil {
			return err
		}
		if up == knowledge.LevelJoint {
			if err := t.askSeats(k); err != nil {
				return err
			}
		}
	}
}

// involves reports whether a person is a party, or files for one.
func (k *mediation) involves(person int64) bool {
	for _, p := range k.parties {
		if p.Person == person && person != 0 {
			return true
		}
	}
	return person != 0 && person == k.Finder
}

// yearBegins is the first moment of the year in Asia/Shanghai.
func yearBegins(now time.Time) time.Time {
	return time.Date(now.In(shanghai).Year(), 1, 1, 0, 0, 0, 0, shanghai)
}

// tellStaff tells the staff of the judicial office who are on duty.
func (t *turn) tellStaff(k *mediation, what string) error {
	staff, err := ledger.Helpers(t.tx, k.Township, ledger.Clerk, "", 0)
	if err != nil {
		return err
	}
	for _, s := range staff {
		if err := t.tellPerson(s.Person, Reply{Kind: KindNote, Say: t.title(k), Text: what}, k.Matter); err != nil {
			return err
		}
	}
	return nil
}

// setMatter keeps the matter's own state in step with its dispute.
func (t *turn) setMatter(k *mediation, state string) error {
	m, err := ledger.MatterByID(t.tx, k.Matter)
	if err != nil {
		return err
	}
	if m.State == state {
		return nil
	}
	m.State = state
	if state == ledger.MatterClosed {
		m.Closed = t.now
		if err := t.tx.Log(k.Township, ledger.Entry{Event: ledger.Closed, By: t.chat.Person, To: m.ID, X: map[string]string{"why": "mediation", "topic": m.Topic, "village": m.Village}}); err != nil {
			return err
		}
	}
	return t.tx.SaveMatter(m)
}

// fileNo is a dispute's number as papers carry it: （青溪镇）人调字〔2026〕第12号.
func (t *turn) fileNo(k *mediation) string {
	return fmt.Sprintf("（%s）人调字〔%d〕第%d号", t.township().Name, k.Year, k.No)
}

// doorsReply tells the ways on when mediation ended without an agreement
// (人民调解法 第二十六条).
func (t *turn) doorsReply(k *mediation, say string) Reply {
	r := Reply{Kind: KindNote, Say: say, Text: "还有这些路：", Note: "没调成不影响您打官司。日子不等人，早点走下一步。"}
	for _, d := range paper.Doors(k.Category, t.township().County) {
		r.Steps = append(r.Steps, d.Name+"："+d.Text)
		for _, c := range d.Cites {
			if c := (Cite{Law: c.Law, Article: c.Article}); !slices.Contains(r.Cites, c) {
				r.Cites = append(r.Cites, c)
			}
		}
	}
	r.Choices = []Choice{progressOf(k), choiceHuman}
	return r
}
