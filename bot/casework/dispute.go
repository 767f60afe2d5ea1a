package casework

import (
	"fmt"
	"slices"
	"time"

	"mingbai/knowledge"
)

// A State is where a dispute (纠纷) stands in people's mediation (人民调解).
type State string

// The states of a dispute. Found is one that a grid worker or volunteer
// reported and no party has applied for yet. Agreed has an agreement, written
// or oral. Transferred has left people's mediation for the door that is right
// for it. Failed, Withdrawn and Transferred still have their papers to come;
// Closed (结案) is the end of all.
const (
	Found       State = "found"
	Applied     State = "applied"
	Accepted    State = "accepted"
	Consented   State = "consented"
	Mediating   State = "mediating"
	Agreed      State = "agreed"
	Failed      State = "failed"
	Withdrawn   State = "withdrawn"
	Transferred State = "transferred"
	Performed   State = "performed"
	Revisited   State = "revisited"
	Closed      State = "closed"
)

// States lists all states in the order of the usual road.
var States = []State{Found, Applied, Accepted, Consented, Mediating, Agreed, Performed, Revisited, Failed, Withdrawn, Transferred, Closed}

// String returns the state as residents and staff read it.
func (s State) String() string {
	return map[State]string{
		Found: "已发现，还没人申请", Applied: "已申请，等调解员受理", Accepted: "已受理，等双方同意调解",
		Consented: "双方都同意，等定时间", Mediating: "正在调解", Agreed: "已达成协议", Performed: "已履行",
		Revisited: "已回访", Failed: "没有调成", Withdrawn: "已撤回", Transferred: "已转给别的部门", Closed: "已结案",
	}[s]
}

// Over reports whether nothing but papers is left to do.
func (s State) Over() bool {
	return s == Failed || s == Withdrawn || s == Transferred || s == Closed
}

// An Act is one thing a person does to a dispute.
type Act string

// The acts. A decline leaves the dispute where it is: the next mediator is
// asked. MoveUp takes it to the next level, where it has to be accepted again.
const (
	ActApply    Act = "apply"    // a party asks for mediation
	ActDecline  Act = "decline"  // the mediator asked does not take it
	ActAccept   Act = "accept"   // the mediator takes it
	ActConsent  Act = "consent"  // one party agrees to be mediated
	ActRefuse   Act = "refuse"   // one party refuses: mediation ends (人民调解法 第十七条)
	ActSchedule Act = "schedule" // a session's time is fixed
	ActSession  Act = "session"  // a session was held
	ActExtend   Act = "extend"   // both agree to take longer
	ActAgree    Act = "agree"    // an agreement was reached
	ActFail     Act = "fail"     // it cannot be settled (第二十六条)
	ActWithdraw Act = "withdraw" // the applicant takes it back
	ActMoveUp   Act = "move-up"  // to the town's committee, to the joint table
	ActTransfer Act = "transfer" // to a door outside mediation
	ActSwap     Act = "swap"     // a party wants another mediator (第二十三条)
	ActCorrect  Act = "correct"  // category or level is put right
	ActPerform  Act = "perform"  // what was agreed has been done
	ActBreach   Act = "breach"   // what was agreed has not been done
	ActRevisit  Act = "revisit"  // the committee asked how it went (第三十一条)
	ActConfirm  Act = "confirm"  // both ask the court to confirm (第三十三条)
	ActPaper    Act = "paper"    // a paper is put into the dossier
	ActClose    Act = "close"    // the dossier is closed
)

// A Consent is a party's word on being mediated.
type Consent string

// Silence is not consent.
const (
	NotAsked Consent = ""
	Agrees   Consent = "yes"
	Refuses  Consent = "no"
)

// A Side is a party's place in a dispute.
type Side string

// The sides. A dispute may have several parties on each.
const (
	Applicant  Side = "applicant"
	Respondent Side = "respondent"
)

// A Party (当事人) as the rules see one: no name.
type Party struct {
	Side    Side
	Consent Consent
}

// An Outcome says how mediation ended.
type Outcome string

// The outcomes of the official returns.
const (
	OutcomeWritten   Outcome = "written" // 调解协议书
	OutcomeOral      Outcome = "oral"    // 口头协议
	OutcomeFailed    Outcome = "failed"
	OutcomeRefused   Outcome = "refused" // one side did not want mediation
	OutcomeWithdrawn Outcome = "withdrawn"
	OutcomeReferred  Outcome = "referred"
)

// A Dispute is what the rules need to know of one. Its zero value is not a
// dispute; begin with State Found or Applied.
type Dispute struct {
	State    State
	Category string // one of knowledge.DisputeCategories
	Level    knowledge.Level
	Parties  []Party
	Outcome  Outcome
	Papers   []Item // in the dossier
	Accepted time.Time
	Due      time.Time // the end of the present state's clock; zero: none
	Extended bool      // both agreed to take longer than the term
	Session  time.Time // the next session fixed; zero: none
	Held     int       // sessions held
	Agreed   time.Time
	Promised time.Time // by when the agreement is to be performed; zero: at once or not said
}

// A Refusal is an act that the rules do not allow now, with the reason as the
// person who tried it reads it.
type Refusal struct {
	Act   Act
	State State
	Why   string // plain Chinese
}

func (r *Refusal) Error() string {
	return fmt.Sprintf("%s is not allowed in state %s: %s", r.Act, r.State, r.Why)
}

// Terms are a township's periods of mediation, from its file.
type Terms struct {
	Accept  time.Duration // working time until a mediator has accepted or declined
	Consent int           // days for the other party to answer
	Term    int           // days from acceptance; longer only if both agree (人民调解工作若干规定: usually one month)
	Revisit int           // days after performance until the committee asks how it went
	Seat    time.Duration // working time of a seat at the joint table
}

// allowed lists the states in which an act may be done.
var allowed = map[Act][]State{
	ActApply:    {Found},
	ActDecline:  {Applied},
	ActAccept:   {Applied},
	ActConsent:  {Applied, Accepted},
	ActRefuse:   {Applied, Accepted, Consented, Mediating},
	ActSchedule: {Consented, Mediating},
	ActSession:  {Mediating},
	ActExtend:   {Mediating},
	ActAgree:    {Mediating},
	ActFail:     {Consented, Mediating},
	ActWithdraw: {Found, Applied, Accepted, Consented, Mediating},
	ActMoveUp:   {Applied, Accepted, Consented, Mediating},
	ActTransfer: {Found, Applied, Accepted, Consented, Mediating},
	ActSwap:     {Applied, Accepted, Consented, Mediating},
	ActCorrect:  {Found, Applied, Accepted, Consented, Mediating},
	ActPerform:  {Agreed},
	ActBreach:   {Agreed},
	ActRevisit:  {Agreed, Performed},
	ActConfirm:  {Agreed, Performed},
	ActPaper:    {Found, Applied, Accepted, Consented, Mediating, Agreed, Performed, Revisited, Failed, Withdrawn, Transferred},
	ActClose:    {Revisited, Failed, Withdrawn, Transferred},
}

// Can reports whether the rules let an act be tried in this state.
func (d *Dispute) Can(a Act) bool { return slices.Contains(allowed[a], d.State) }

// Acts lists the acts that may be tried in this state.
func (d *Dispute) Acts() []Act {
	var out []Act
	for a := range allowed {
		if d.Can(a) {
			out = append(out, a)
		}
	}
	slices.Sort(out)
	return out
}

// A Step is one act with what the rules need to know of it.
type Step struct {
	Act      Act
	At       time.Time
	Party    int             // index into Parties, for consent and refusal
	When     time.Time       // of a session fixed
	Level    knowledge.Level // to move up to, or put right before acceptance
	Category string          // put right
	Outcome  Outcome         // written or oral
	Promised time.Time       // by when the agreement is to be performed
	Both     bool            // both parties agreed to take longer
	Paper    Item            // put into the dossier
}

// Do applies a step. On a refusal the dispute is unchanged. It is a function
// of the dispute, the step and the township's terms only, so that replaying
// the steps gives the same dispute.
func (d *Dispute) Do(s Step, terms Terms, cal *Calendar) error {
	if !d.Can(s.Act) {
		return d.refuse(s.Act, "这件事现在是“"+d.State.String()+"”，这一步不能做。")
	}
	switch s.Act {
	case ActApply:
		d.enter(Applied, s.At, terms, cal)
	case ActDecline, ActSwap:
		if d.State != Applied {
			// The new mediator has to take it first; what both parties agreed
			// to, mediation itself, they need not say again.
			d.enter(Applied, s.At, terms, cal)
		} else {
			d.Due = cal.Promise(s.At, terms.Accept)
		}
	case ActAccept:
		return d.accept(s, terms, cal)
	case ActConsent:
		return d.consent(s, terms, cal)
	case ActRefuse:
		if s.Party < 0 || s.Party >= len(d.Parties) {
			return d.refuse(s.Act, "没有这个当事人。")
		}
		d.Parties[s.Party].Consent = Refuses
		d.end(Failed, OutcomeRefused)
	case ActSchedule:
		return d.schedule(s)
	case ActSession:
		if s.At.Before(d.Session) {
			return d.refuse(s.Act, "约的时间还没到，见面以后再记。")
		}
		d.Held++
		d.Session = time.Time{}
	case ActExtend:
		return d.extend(s, terms)
	case ActAgree:
		return d.agree(s)
	case ActFail:
		d.end(Failed, OutcomeFailed)
	case ActWithdraw:
		d.end(Withdrawn, OutcomeWithdrawn)
	case ActTransfer:
		d.end(Transferred, OutcomeReferred)
	case ActMoveUp:
		return d.moveUp(s, terms, cal)
	case ActCorrect:
		return d.correct(s)
	case ActPerform:
		d.State, d.Due = Performed, s.At.AddDate(0, 0, terms.Revisit)
	case ActBreach:
		// The agreement stands; the committee urges, the court door is open.
		d.Due = s.At.AddDate(0, 0, terms.Revisit)
	case ActRevisit:
		d.State, d.Due = Revisited, time.Time{}
	case ActConfirm:
		return d.confirm(s)
	case ActPaper:
		if !slices.Contains(d.Papers, s.Paper) {
			d.Papers = append(d.Papers, s.Paper)
		}
	case ActClose:
		if missing := d.Missing(); len(missing) > 0 {
			return d.refuse(s.Act, "卷宗还缺："+joinItems(missing)+"。")
		}
		d.State, d.Due = Closed, time.Time{}
	}
	return nil
}

func (d *Dispute) refuse(a Act, why string) error { return &Refusal{Act: a, State: d.State, Why: why} }

// enter begins a state with its clock.
func (d *Dispute) enter(s State, at time.Time, terms Terms, cal *Calendar) {
	d.State, d.Session = s, time.Time{}
	switch s {
	case Applied:
		d.Due = cal.Promise(at, terms.Accept)
	case Accepted:
		d.Due = at.AddDate(0, 0, terms.Consent)
	case Consented, Mediating:
		d.Due = d.term(terms)
	}
}

// term is the day by which mediation ends unless both agree to go on.
func (d *Dispute) term(terms Terms) time.Time {
	days := terms.Term
	if d.Extended {
		days *= 2
	}
	return d.Accepted.AddDate(0, 0, days)
}

// end stops mediation.
func (d *Dispute) end(s State, o Outcome) {
	d.State, d.Outcome, d.Due, d.Session = s, o, time.Time{}, time.Time{}
}

func (d *Dispute) accept(s Step, terms Terms, cal *Calendar) error {
	if !d.both() {
		return d.refuse(s.Act, "还不知道另一方是谁，先补上再受理。")
	}
	if d.Accepted.IsZero() {
		d.Accepted = s.At
	}
	if d.agreed() {
		d.enter(Consented, s.At, terms, cal)
	} else {
		d.enter(Accepted, s.At, terms, cal)
	}
	return nil
}

// both reports whether there is somebody on each side.
func (d *Dispute) both() bool {
	on := func(side Side) bool {
		return slices.ContainsFunc(d.Parties, func(p Party) bool { return p.Side == side })
	}
	return on(Applicant) && on(Respondent)
}

// agreed reports whether every party on both sides agreed to be mediated.
func (d *Dispute) agreed() bool {
	return d.both() && !slices.ContainsFunc(d.Parties, func(p Party) bool { return p.Consent != Agrees })
}

func (d *Dispute) consent(s Step, terms Terms, cal *Calendar) error {
	if s.Party < 0 || s.Party >= len(d.Parties) {
		return d.refuse(s.Act, "没有这个当事人。")
	}
	d.Parties[s.Party].Consent = Agrees
	if d.State == Accepted && d.agreed() {
		d.enter(Consented, s.At, terms, cal)
	}
	return nil
}

func (d *Dispute) schedule(s Step) error {
	switch {
	case !d.agreed():
		return d.refuse(s.Act, "要双方都同意调解，才能约时间。")
	case !s.When.After(s.At):
		return d.refuse(s.Act, "约的时间已经过了，换一个。")
	}
	d.State, d.Session = Mediating, s.When
	return nil
}

func (d *Dispute) extend(s Step, terms Terms) error {
	if !s.Both {
		return d.refuse(s.Act, "要双方都同意，才能延长。")
	}
	if d.Extended {
		return d.refuse(s.Act, "已经延长过一次，不能再延。")
	}
	d.Extended = true
	d.Due = d.term(terms)
	return nil
}

func (d *Dispute) agree(s Step) error {
	if s.Outcome != OutcomeWritten && s.Outcome != OutcomeOral {
		return d.refuse(s.Act, "要说明是书面协议还是口头协议。")
	}
	if d.Held == 0 {
		return d.refuse(s.Act, "还没有记过一次调解，先记调解情况。")
	}
	if !s.Promised.IsZero() && s.Promised.Before(s.At.AddDate(0, 0, -1)) {
		return d.refuse(s.Act, "履行的日子已经过了，请核对。")
	}
	d.State, d.Outcome, d.Agreed, d.Promised = Agreed, s.Outcome, s.At, s.Promised
	d.Session = time.Time{}
	d.Due = s.Promised
	if d.Due.IsZero() {
		d.Due = s.At.AddDate(0, 0, 7)
	}
	return nil
}

// order of the levels that mediate.
var levels = []knowledge.Level{knowledge.LevelVillage, knowledge.LevelTown, knowledge.LevelJoint}

func (d *Dispute) moveUp(s Step, terms Terms, cal *Calendar) error {
	from, to := slices.Index(levels, d.Level), slices.Index(levels, s.Level)
	if to <= from {
		return d.refuse(s.Act, "只能往上转：村调委会、镇调委会、联合调解。")
	}
	d.Level = s.Level
	d.enter(Applied, s.At, terms, cal)
	return nil
}

func (d *Dispute) correct(s Step) error {
	switch {
	case s.Category != "" && !slices.Contains(knowledge.DisputeCategories, s.Category):
		return d.refuse(s.Act, "没有“"+s.Category+"”这一类。")
	case s.Level != "" && (!slices.Contains(levels, s.Level) || d.State != Found && d.State != Applied):
		return d.refuse(s.Act, "受理以后，级别只能往上转。")
	}
	if s.Category != "" {
		d.Category = s.Category
	}
	if s.Level != "" {
		d.Level = s.Level
	}
	return nil
}

// ConfirmDays is how many days after the agreement took effect both parties
// may ask the court to confirm it (人民调解法 第三十三条, 民事诉讼法 第二百零五条).
const ConfirmDays = 30

func (d *Dispute) confirm(s Step) error {
	switch {
	case s.At.After(d.Agreed.AddDate(0, 0, ConfirmDays)):
		return d.refuse(s.Act, "司法确认要在协议生效30日内，两家一起申请，现在过了。")
	case d.Outcome == OutcomeOral:
		return d.refuse(s.Act, "口头协议先补成书面协议，再申请司法确认。")
	}
	return nil
}

// Late reports whether the clock of the present state has run out.
func (d *Dispute) Late(now time.Time) bool { return !d.Due.IsZero() && now.After(d.Due) }
