package bot

import (
	"errors"
	"slices"
	"strings"
	"time"

	"mingbai/bot/casework"
	"mingbai/bot/ledger"
	"mingbai/knowledge"
)

// Tasks (下派任务) as those see them who do them: a list with clocks; closed with
// a sentence or a photo, passed back with a reason.

// The kinds of timers of the grids.
const (
	timerTaskDue = "task-due"   // a task's clock has run out
	timerGridDay = "grid-day"   // the day's one reminder of what is overdue
	timerPlace   = "place-look" // a watched place is to be looked at
)

// tasksShown is how many tasks a list shows; buttons for more are not read.
const tasksShown = 8

// backReasons are the usual reasons to pass a task back, with their codes in
// the journal.
var backReasons = []struct{ code, words string }{
	{"not-mine", "不归我这格管"}, {"beyond", "办不了，要上面来"}, {"unclear", "没写清在哪里、办什么"},
}

// rules returns a task as the rules see it.
func rules(task *ledger.Task) *casework.Task {
	return &casework.Task{State: casework.TaskState(task.State), Holder: task.Holder, Due: task.Due, Done: task.Done, Late: !task.Late.IsZero(), Sent: int(task.Again)}
}

// act does one step to a task by its rules and journals it. The refusal of the
// rules is said to the person and reported as false.
func (t *turn) act(task *ledger.Task, s casework.TaskStep, what ledger.Event, x map[string]string) (bool, error) {
	s.At, s.By = t.now, t.chat.Person
	r := rules(task)
	wasLate := r.Late
	if err := r.Do(s); err != nil {
		var no *casework.TaskRefusal
		if errors.As(err, &no) && t.in != nil {
			t.settle(ledger.FateAnswered, "task")
			t.note(no.Why, Choice{Label: "任务", Do: "g:tasks"})
		}
		return false, nil
	}
	task.State, task.Holder, task.Due, task.Done, task.Again = string(r.State), r.Holder, r.Due, r.Done, int64(r.Sent)
	if r.Late && !wasLate {
		task.Late = t.now
		if what != ledger.TaskLate { // done late before the clock was heard
			if err := t.tx.SaveTask(t.chat.Township, ledger.TaskLate, 0, task, nil); err != nil {
				return false, err
			}
		}
	}
	if what == ledger.TaskDone {
		x = map[string]string{"intime": map[bool]string{true: "1", false: "0"}[r.InTime()]}
	}
	return true, t.tx.SaveTask(t.chat.Township, what, t.chat.Person, task, x)
}

// sendTask records a task and sets its clock.
func (t *turn) sendTask(task *ledger.Task) error {
	task.State = string(casework.TaskSent)
	if err := t.tx.SendTask(t.chat.Township, t.year(), task); err != nil {
		return err
	}
	return t.setDue(task)
}

// setDue sets the clock of a task. It rings just after, for a task done at the
// very moment is done in time.
func (t *turn) setDue(task *ledger.Task) error {
	return t.tx.SetTimer(t.chat.Township, timerTaskDue, task.ID, task.Again, task.Due.Add(time.Minute))
}

// crew lists who may do a task while nobody holds it: the workers of the grid,
// or its head where it has none; the grid's head in the village, or the
// village's heads; staff in the town.
func (t *turn) crew(task *ledger.Task) ([]int64, error) {
	steps := []struct{ role, village, grid string }{{ledger.Clerk, "", ""}}
	heads := []struct{ role, village, grid string }{{ledger.GridHead, task.Village, task.Grid}, {ledger.GridHead, task.Village, ""}}
	switch knowledge.Level(task.Level) {
	case knowledge.LevelGrid:
		steps = append([]struct{ role, village, grid string }{{ledger.GridWorker, task.Village, task.Grid}}, heads...)
	case knowledge.LevelVillage:
		steps = heads
	}
	for _, s := range steps {
		people, err := ledger.Crew(t.tx, t.chat.Township, s.role, s.village, s.grid)
		if err != nil {
			return nil, err
		}
		if len(people) > 0 {
			return keysOf(people), nil
		}
	}
	return nil, nil
}

func keysOf(people []ledger.Role) []int64 {
	var out []int64
	for _, p := range people {
		out = append(out, p.Person)
	}
	return out
}

// overseers lists who decides on a task that came back: who sent it, else the
// heads above it, else staff. A town's task goes to staff.
func (t *turn) overseers(task *ledger.Task) ([]int64, error) {
	if task.Source == ledger.SourceOrder && task.Sender != 0 && task.Sender != t.chat.Person {
		roles, err := ledger.RolesOf(t.tx, task.Sender)
		if err != nil {
			return nil, err
		}
		if p := t.postOf(roles); p.Head || p.Staff {
			return []int64{task.Sender}, nil
		}
	}
	up := *task
	up.Level = string(knowledge.LevelVillage)
	if task.Level != string(knowledge.LevelGrid) {
		up.Level = string(knowledge.LevelTown)
	}
	list, err := t.crew(&up)
	if err == nil && len(list) == 0 && up.Level != string(knowledge.LevelTown) {
		up.Level = string(knowledge.LevelTown)
		list, err = t.crew(&up)
	}
	return list, err
}

// oversees reports whether somebody may send a task again or give it up.
func (p post) oversees(task *ledger.Task, person int64) bool {
	return p.Staff || p.Head && p.Village == task.Village || task.Sender == person && task.Source == ledger.SourceOrder
}

// sees reports whether a task is somebody's to look at.
func (p post) sees(task *ledger.Task, person int64) bool {
	return task.Holder == person || task.Grid == p.Grid && p.grids() || p.oversees(task, person)
}

// ownerName says whose task it is.
func (t *turn) ownerName(task *ledger.Task) (string, error) {
	if task.Holder != 0 {
		return t.nameOf(task.Holder)
	}
	switch knowledge.Level(task.Level) {
	case knowledge.LevelGrid:
		return t.gridName(task.Village, task.Grid) + "的网格员，谁接谁办", nil
	case knowledge.LevelVillage:
		return t.township().VillageName(task.Village) + "的网格长", nil
	}
	if o := t.township().Office(task.Office); o != nil {
		return o.Name, nil
	}
	return t.township().Name, nil
}

// taskWords says what a task is about, from where it was written first.
func (t *turn) taskWords(task *ledger.Task) (string, error) {
	what, err := ledger.DetailOf(t.tx, task.Ref, ledger.DetailWhat)
	if err != nil {
		return "", err
	}
	where, err := ledger.DetailOf(t.tx, task.Ref, ledger.DetailWhere)
	if err != nil {
		return "", err
	}
	if what == "" {
		what = "（写的人删除了资料，内容已抹掉）"
	}
	if where != "" {
		what += "（" + where + "）"
	}
	if k := t.township().Event(task.Kind); k != nil {
		what = k.Name + "：" + what
	}
	if task.Source == ledger.SourcePlace {
		what = "去看一眼：" + what
	}
	return what, nil
}

// taskReply shows one task with what can be done to it.
func (t *turn) taskReply(task *ledger.Task, lead string, p post, person int64) (Reply, error) {
	words, err := t.taskWords(task)
	if err != nil {
		return Reply{}, err
	}
	text := t.gridName(task.Village, task.Grid) + " · " + words + "\n⏰ 最迟：" + t.by(task.Due)
	if task.Source == ledger.SourceEvent {
		shown, err := ledger.Shown(t.tx, task.Ref)
		if err != nil {
			return Reply{}, err
		}
		if n := shown["photo"] + shown["video"]; n > 0 {
			text += "\n有照片" + id(n) + "张"
		}
		if shown["location"] > 0 {
			text += "\n有位置"
		}
		e, err := ledger.EventByID(t.tx, task.Ref)
		if err != nil {
			return Reply{}, err
		}
		if when := sayNoticed(e); when != "" {
			text += "\n" + when
		}
		if e.Person != person {
			who, err := t.nameOf(e.Person)
			if err != nil {
				return Reply{}, err
			}
			if who != "" { // empty once they erased themselves
				text += "\n报的人：" + who
			}
		}
	}
	if o := t.township().Office(task.Office); o != nil && task.Level == string(knowledge.LevelTown) {
		text += "\n归" + o.Name + "，☎ " + o.Phone
	}
	r := Reply{Kind: KindNote, Say: strings.TrimSpace(lead + " " + task.No), Text: text}
	key := id(task.ID)
	switch state := casework.TaskState(task.State); {
	case (state == casework.TaskSent || state == casework.TaskTaken) && (task.Holder == 0 || task.Holder == person):
		if task.Holder == 0 {
			r.Choices = append(r.Choices, Choice{Label: "我来办", Do: "g:take:" + key})
		}
		r.Choices = append(r.Choices, Choice{Label: "办好了", Do: "g:done:" + key}, Choice{Label: "退回", Do: "g:back:" + key})
	case state.Open() && p.oversees(task, person):
		owner, err := t.ownerName(task)
		if err != nil {
			return Reply{}, err
		}
		if state != casework.TaskReturned {
			r.Text += "\n谁在办：" + owner
		}
		r.Choices = append(r.Choices, Choice{Label: "再派", Do: "g:again:" + key}, Choice{Label: "撤销", Do: "g:off:" + key})
	default:
		r.Text += "\n" + state.String()
	}
	return r, nil
}

// tellCrew tells those who may do a task that there is one.
func (t *turn) tellCrew(task *ledger.Task, lead string) error {
	people := []int64{task.Holder}
	if task.Holder == 0 {
		var err error
		if people, err = t.crew(task); err != nil {
			return err
		}
	}
	for _, person := range people {
		if person == t.chat.Person {
			continue
		}
		if err := t.tellTask(task, person, lead); err != nil {
			return err
		}
	}
	return nil
}

// tellTask shows a task to one person in their own chat.
func (t *turn) tellTask(task *ledger.Task, person int64, lead string) error {
	c, err := ledger.ChatOf(t.tx, person)
	if isNotFound(err) {
		return nil
	}
	if err != nil {
		return err
	}
	roles, err := ledger.RolesOf(t.tx, person)
	if err != nil {
		return err
	}
	r, err := t.taskReply(task, lead, t.postOf(roles), person)
	if err != nil {
		return err
	}
	return t.tell(c.ID, r, 0, nil)
}

// listTasks shows what somebody has to do, the nearest clock first, and what
// was passed back to them.
func (t *turn) listTasks(p post) error {
	list, err := ledger.TasksFor(t.tx, t.chat.Township, t.chat.Person, p.reach(), tasksShown+1)
	if err != nil {
		return err
	}
	var back []*ledger.Task
	if p.Head || p.Staff {
		village := p.Village
		if p.Staff {
			village = ""
		}
		if back, err = ledger.TasksReturned(t.tx, t.chat.Township, village, tasksShown+1); err != nil {
			return err
		}
	}
	list = slices.Concat(list, back)
	t.settle(ledger.FateAnswered, "task")
	switch len(list) {
	case 0:
		t.note("手上没有任务。", t.gridChoices(p)...)
		return nil
	case 1:
		r, err := t.taskReply(list[0], "只有一件", p, t.chat.Person)
		if err == nil {
			t.say(r)
		}
		return err
	}
	var b strings.Builder
	var choices []Choice
	for _, task := range list[:min(tasksShown, len(list))] {
		words, err := t.taskWords(task)
		if err != nil {
			return err
		}
		state := t.by(task.Due) + "前"
		switch {
		case task.State == string(casework.TaskReturned):
			state = "退回来的，等您定"
		case t.now.After(task.Due):
			state = "逾期了"
		case task.Holder == 0:
			state += "，没人接"
		}
		b.WriteString(task.No + " " + cut(words, 40) + "（" + state + "）\n")
		choices = append(choices, Choice{Label: task.No, Do: "g:task:" + id(task.ID)})
	}
	if len(list) > tasksShown {
		b.WriteString("先办这些，后面还有。")
	}
	t.note(strings.TrimSpace(b.String()), choices...)
	return nil
}

// taskByNo shows a task by its number.
func (t *turn) taskByNo(p post, no string) error {
	task, err := ledger.TaskByNo(t.tx, t.chat.Township, no)
	if err != nil && !isNotFound(err) {
		return err
	}
	t.settle(ledger.FateAnswered, "task")
	if err != nil || !p.sees(task, t.chat.Person) {
		t.note("没找到任务"+cut(no, 20)+"，或者不是您这边的。", Choice{Label: "任务", Do: "g:tasks"})
		return nil
	}
	r, err := t.taskReply(task, "", p, t.chat.Person)
	if err == nil {
		t.say(r)
	}
	return err
}
