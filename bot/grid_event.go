package bot

import (
	"regexp"
	"slices"
	"strings"
	"time"

	"mingbai/bot/casework"
	"mingbai/bot/ledger"
	"mingbai/knowledge"
)

// What becomes of a reported event: a task with an owner and a clock, a
// dispute for people's mediation, or a note. And danger, met while reporting.

// record records the event of the report in hand, once, and all that follows
// from it.
func (t *turn) record(p post, kind *knowledge.EventKind) error {
	d := t.d.Data
	text, where := d["text"], d["where"]
	e := &ledger.GridEvent{ID: t.tx.NewID(), Village: p.Village, Grid: p.Grid, Kind: kind.ID, Outcome: ledger.OutcomeTask}
	e.Noticed, e.Grain = t.noticedData()
	var task *ledger.Task
	var err error
	switch {
	case d["spot"] != "", d["called"] != "" && kind.Dispute():
		// Where danger was, a person has been called; it is not for mediation.
		e.Outcome, e.Closed = ledger.OutcomeNote, t.now
	case kind.Dispute():
		e.Outcome = ledger.OutcomeDispute
		if e.Matter, err = t.foundDispute(e, text); err != nil {
			return err
		}
	default:
		if task, err = t.taskOf(p, e, kind); err != nil {
			return err
		}
		e.Task = task.ID
	}
	e.Saved = keystrokes(text, t.township().VillageName(p.Village), t.gridName(p.Village, p.Grid), kind.Name, e.Outcome)
	if err := t.tx.ReportEvent(t.chat, t.year(), e, d["offer"]); err != nil {
		return err
	}
	if err := t.tx.Detail(e.ID, t.chat.ID, ledger.DetailWhat, text); err != nil {
		return err
	}
	if where != "" && where != "-" {
		if err := t.tx.Detail(e.ID, t.chat.ID, ledger.DetailWhere, where); err != nil {
			return err
		}
	}
	for _, m := range strings.Split(d["shown"], ",") {
		if m != "" {
			if err := t.tx.Show(e.ID, number(m)); err != nil {
				return err
			}
		}
	}
	return t.reported(p, kind, e, task)
}

// reported tells the worker what became of the event, and its owner that there
// is something to do.
func (t *turn) reported(p post, kind *knowledge.EventKind, e *ledger.GridEvent, task *ledger.Task) error {
	shown, called := t.d.Data["shown"] != "", t.d.Data["called"] != ""
	t.d.end()
	t.d.Data["more"] = id(e.ID) // a photo that follows belongs to it
	r := Reply{Kind: KindNote, Say: "报上去了：" + e.No + " " + kind.Name + "。", Calls: t.urgentCalls(kind), Choices: t.gridChoices(p)}
	t.settle(ledger.FateAnswered, "event")
	switch e.Outcome {
	case ledger.OutcomeNote:
		r.Say = "记下了：" + e.No + " " + kind.Name + "，当场办好。"
		if called {
			r.Say = "记下了：" + e.No + " " + kind.Name + "。人已经喊了，不转调解。"
		}
	case ledger.OutcomeDispute:
		m, err := ledger.MatterByID(t.tx, e.Matter)
		if err != nil {
			return err
		}
		t.matter = m.ID
		t.settle(ledger.FateHandedOver, "event")
		r.Text = "转去调解了，受理号 " + m.No + "。调解员会来问您。"
		d, err := ledger.DisputeOf(t.tx, m.ID)
		if err != nil {
			return err
		}
		if d.Mediator != 0 {
			who, err := t.nameOf(d.Mediator)
			if err != nil {
				return err
			}
			r.Text = "转去调解了，受理号 " + m.No + "。" + who + "会来问您，" + t.by(d.Due) + "前。"
		}
	default:
		owner, err := t.ownerName(task)
		if err != nil {
			return err
		}
		r.Text = "谁来办：" + owner + "\n⏰ 最迟：" + t.by(task.Due)
		if err := t.tellCrew(task, "新事件"); err != nil {
			return err
		}
		line, err := t.officeLine(task)
		if err != nil {
			return err
		}
		if !kind.Urgent {
			r.Text += line
		}
	}
	if !shown {
		r.Note = "有照片、位置，现在发来就补上。"
	}
	t.say(r)
	return nil
}

// officeLine is the phone of the office that a town's task is for. Where nobody
// of the township is in the bot yet, it asks to ring.
func (t *turn) officeLine(task *ledger.Task) (string, error) {
	if task.Level != string(knowledge.LevelTown) {
		return "", nil
	}
	crew, err := t.crew(task)
	if err != nil {
		return "", err
	}
	o := t.township().Office(task.Office)
	if o == nil && len(t.township().Offices) > 0 {
		o = &t.township().Offices[0]
	}
	switch {
	case o == nil || o.Phone == "":
		return "", nil
	case len(crew) == 0:
		return "\n镇上还没有人在这里接，请打☎ " + o.Phone + "（" + o.Name + "）说一声。", nil
	}
	return "\n☎ " + o.Phone + "（" + o.Name + "）", nil
}

// taskOf makes the task of an event: the worker's own at the level of the
// grid, the head's in the village, the office's in the town. Where a village
// has no head it goes up.
func (t *turn) taskOf(p post, e *ledger.GridEvent, kind *knowledge.EventKind) (*ledger.Task, error) {
	task := &ledger.Task{Village: e.Village, Grid: e.Grid, Kind: kind.ID, Level: string(kind.Level), Office: kind.Office,
		Source: ledger.SourceEvent, Ref: e.ID, Sender: t.chat.Person, Due: t.mind.Calendar.DueIn(t.now, kind.Days)}
	switch kind.Level {
	case knowledge.LevelGrid:
		task.Holder = t.chat.Person
	case knowledge.LevelVillage:
		crew, err := t.crew(task)
		if err != nil {
			return nil, err
		}
		if len(crew) == 0 {
			task.Level = string(knowledge.LevelTown)
		} else if slices.Contains(crew, t.chat.Person) && p.Head {
			task.Holder = t.chat.Person
		} else if len(crew) == 1 {
			task.Holder = crew[0]
		}
	}
	return task, t.sendTask(task)
}

// foundDispute turns a grid event into a dispute (矛盾纠纷). No party has applied
// for it: the committee may offer mediation of itself (人民调解法 第十七条), so the
// village's mediators are asked to look into it.
func (t *turn) foundDispute(e *ledger.GridEvent, text string) (matter int64, err error) {
	m, err := t.tx.OpenMatter(t.chat, e.Village, "人民调解", "")
	if err != nil {
		return 0, err
	}
	if err := t.tx.Number(t.chat.Township, t.township().Prefix, t.now.In(shanghai).Year(), m); err != nil {
		return 0, err
	}
	m.State = ledger.MatterWaiting
	if err := t.tx.SaveMatter(m); err != nil {
		return 0, err
	}
	c := t.mind.Index.Dispute(text)
	level := knowledge.Level(c.Level)
	if level != knowledge.LevelTown && level != knowledge.LevelJoint {
		level = knowledge.LevelVillage
	}
	k, err := t.openDispute(m, c.Category, level, e.Village, t.chat.Person, []*ledger.Party{
		{Side: string(casework.Applicant), Name: "一方"}, {Side: string(casework.Respondent), Name: "另一方"}})
	if err != nil {
		return 0, err
	}
	k.texts[textStory] = cut(text, maxText)
	if err := t.tx.Particular(k.ID, textStory, k.texts[textStory]); err != nil {
		return 0, err
	}
	for _, msg := range strings.Split(t.d.Data["msg"], ",") {
		if msg == "" || t.in != nil && number(msg) == t.in.ID {
			continue // the message in hand gets its matter when it is settled
		}
		if err := t.tx.AddToMatter(t.chat.ID, number(msg), m.ID); err != nil {
			return 0, err
		}
	}
	if err := t.evidenceSoFar(k, nil); err != nil {
		return 0, err
	}
	if err := t.keepEvidence(k); err != nil {
		return 0, err
	}
	if err := t.step(k, t.chat.Person, casework.Step{Act: casework.ActApply}); err != nil {
		return 0, err
	}
	if level == knowledge.LevelJoint {
		if err := t.askSeats(k); err != nil {
			return 0, err
		}
	}
	return m.ID, t.assign(k)
}

// hazards are the dangers that a thing can be in by itself.
var hazards = map[string]bool{"fire": true, "disaster": true, "accident": true, "explosives": true, "medical": true}

// people marks words that tell of somebody in the danger, or cry for help.
var people = regexp.MustCompile(`人|娃|老汉|婆|爷|大娘|大嫂|他|她|我|你|伤|死|血|晕|昏|遭压|遭埋|叫不|救命|快来|报警|刀|砍|杀|抢|打起|吵起来`)

// aboutThing reports whether danger is told of a thing, with no person in it: a
// wire on the road, a rail that was tied up. Whoever looks after things types
// such words all day. The rest goes the way of everybody's danger.
func (t *turn) aboutThing() bool {
	text := t.msg.Text
	return !people.MatchString(text) && (hazards[t.meaning.Danger] || casework.NamesThing(text))
}

// gridDanger takes what a worker types about a thing in danger, with no person
// in it: the number first, then the report goes on, and an urgent kind is
// recorded at once. False: the danger is for the way of everybody's.
func (t *turn) gridDanger() (bool, error) {
	if !t.aboutThing() {
		return false, nil
	}
	p, err := t.post()
	if err != nil || !p.in() {
		return false, err
	}
	if f := t.d.Flow; f == "task" || f == "send" || f == "place" || f == "report" && t.d.Step == "where" {
		held, err := t.gridStep()
		if held && err == nil {
			t.sayNumber()
		}
		return held, err
	}
	s := t.mind.Kinds.Suggest(t.msg.Text)
	if len(s) == 0 || !s[0].Sure || !p.grids() {
		return false, nil
	}
	if s[0].Kind.Urgent && p.Grid != "" {
		t.d.begin("report", "text")
		t.keepShown()
		t.addText(t.msg.Text)
		if err := t.record(p, s[0].Kind); err != nil {
			return true, err
		}
		script := t.mind.Base.Dangers[t.meaning.Danger]
		r := &t.replies[len(t.replies)-1]
		r.Kind, r.Steps, r.Neutral = KindUrgent, script.Steps, true
		for _, c := range script.Calls {
			if !slices.ContainsFunc(r.Calls, func(x Call) bool { return x.Number == c.Number }) {
				r.Calls = append(r.Calls, Call{Number: c.Number, For: c.For})
			}
		}
		return true, nil
	}
	if err := t.startReport(p, t.msg.Text); err != nil {
		return true, err
	}
	t.sayNumber()
	return true, nil
}

// sayNumber puts the number of the danger before the last reply.
func (t *turn) sayNumber() {
	c := t.mind.Base.Dangers[t.meaning.Danger].Calls[0]
	r := &t.replies[len(t.replies)-1]
	if !slices.ContainsFunc(r.Calls, func(x Call) bool { return x.Number == c.Number }) {
		r.Calls = append([]Call{{Number: c.Number, For: "有人有危险，先打这个"}}, r.Calls...)
	}
}

// offerEvent lets a grid worker who told of danger make an event of it with
// one tap, once the call is made: nobody types it twice.
func (t *turn) offerEvent() error {
	p, err := t.post()
	if err != nil || !p.grids() || p.Grid == "" || len(t.replies) == 0 {
		return err
	}
	t.d.Data["text"], t.d.Data["danger"] = cut(t.msg.Text, maxReport), id(t.now.UnixMilli())
	if t.in != nil {
		t.d.Data["msg"] = id(t.in.ID)
	}
	r := &t.replies[len(t.replies)-1]
	r.Choices = append(r.Choices, Choice{Label: "记成网格事件", Do: "g:keep"})
	return nil
}

// keepDanger makes an event of the danger just told of.
func (t *turn) keepDanger(p post) error {
	text, msg, at := t.d.Data["text"], t.d.Data["msg"], number(t.d.Data["danger"])
	if at == 0 || t.now.UnixMilli()-at > (24*time.Hour).Milliseconds() || !p.grids() {
		t.settle(ledger.FateAnswered, "report")
		t.note("这一条已经报过，或者过期了。要报新的，打几个字就行。", t.gridChoices(p)...)
		return nil
	}
	t.d.begin("report", "kind")
	d := t.d.Data
	d["noticed"], d["grain"], d["where"], d["called"] = id(at), ledger.GrainNow, "-", "1"
	if casework.WatchesPeople(text) {
		return t.reportNext(p) // what happened is asked anew, without what somebody is held to be
	}
	d["text"], d["msg"] = text, msg
	if s := t.mind.Kinds.Suggest(text); len(s) > 0 && s[0].Sure {
		d["offer"], d["kind"] = s[0].Kind.ID, s[0].Kind.ID
	}
	return t.reportNext(p)
}

// year is the year of the turn in local time, for numbers.
func (t *turn) year() int { return t.now.In(knowledge.Shanghai).Year() }
