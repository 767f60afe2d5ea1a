package bot

import (
	"strings"

	"mingbai/bot/casework"
	"mingbai/bot/ledger"
	"mingbai/knowledge"
)

// taskTap does what a button of a task says.
func (t *turn) taskTap(p post, verb, arg string) error {
	if verb == "tasks" {
		return t.listTasks(p)
	}
	if verb == "why" {
		return t.backWhy(p, arg)
	}
	key, to, _ := strings.Cut(arg, ":")
	task, err := ledger.TaskByID(t.tx, number(key))
	if err != nil && !isNotFound(err) {
		return err
	}
	t.settle(ledger.FateAnswered, "task")
	if err != nil || !p.sees(task, t.chat.Person) {
		t.note("这个任务不在您手上了。", Choice{Label: "任务", Do: "g:tasks"})
		return nil
	}
	open := casework.TaskState(task.State).Open()
	switch verb {
	case "take":
		if ok, err := t.act(task, casework.TaskStep{Act: casework.TaskTake}, ledger.TaskTaken, nil); !ok || err != nil {
			return err
		}
		r, err := t.taskReply(task, "归您办了", p, t.chat.Person)
		if err == nil {
			t.say(r)
		}
		return err
	case "done", "back":
		if !open || task.Holder != 0 && task.Holder != t.chat.Person {
			break
		}
		t.ask1(task, verb)
		return nil
	case "off":
		if !open || !p.oversees(task, t.chat.Person) {
			break
		}
		t.ask1(task, verb)
		return nil
	case "again":
		if !open || !p.oversees(task, t.chat.Person) {
			break
		}
		return t.askTaskAgain(task)
	case "to":
		if !open || !p.oversees(task, t.chat.Person) {
			break
		}
		return t.sendAgain(p, task, to)
	}
	r, err := t.taskReply(task, "", p, t.chat.Person)
	if err == nil {
		t.say(r)
	}
	return err
}

// ask1 asks for the one sentence that closes, passes back or gives up a task.
func (t *turn) ask1(task *ledger.Task, verb string) {
	t.d.begin("task", verb)
	t.d.Data["task"] = id(task.ID)
	t.settle(ledger.FateAskedBack, "task")
	switch verb {
	case "done":
		t.note(task.No + " 怎么办的？打一句话，或者发张照片。")
	case "back":
		var choices []Choice
		for _, r := range backReasons {
			choices = append(choices, Choice{Label: r.words, Do: "g:why:" + r.code})
		}
		t.note(task.No+" 为什么退回？点一个，或者打几个字。", choices...)
	default:
		t.note(task.No + " 为什么撤销？打几个字。")
	}
}

// taskStep takes the sentence or the photo.
func (t *turn) taskStep(p post) (bool, error) {
	text := t.msg.Text
	photo := len(t.msg.Files) > 0 && seen(t.msg.Files[0])
	if text == "" && !photo {
		t.settle(ledger.FateAskedBack, "task")
		t.note("打一句话，或者发张照片。不弄了回“取消”。")
		return true, nil
	}
	if casework.WatchesPeople(text) {
		return true, t.refuseWatch()
	}
	task, err := ledger.TaskByID(t.tx, number(t.d.Data["task"]))
	if isNotFound(err) {
		t.d.end()
		return false, nil
	}
	if err != nil {
		return true, err
	}
	step := t.d.Step
	if step != "done" && text == "" {
		t.settle(ledger.FateAskedBack, "task")
		t.note("打几个字说原因。")
		return true, nil
	}
	t.d.end()
	switch step {
	case "done":
		return true, t.finishTask(p, task, text, photo)
	case "back":
		return true, t.returnTask(p, task, "other", text)
	}
	return true, t.cancelTask(p, task, text)
}

// finishTask closes a task with a sentence or a photo, and the event behind it;
// who reported that is told.
func (t *turn) finishTask(p post, task *ledger.Task, text string, photo bool) error {
	ok, err := t.act(task, casework.TaskStep{Act: casework.TaskFinish, Proof: text != "" || photo}, ledger.TaskDone, nil)
	if !ok || err != nil {
		return err
	}
	if text != "" {
		if err := t.tx.Detail(task.ID, t.chat.ID, ledger.DetailDone, cut(text, maxReport)); err != nil {
			return err
		}
	}
	if photo {
		if err := t.tx.Show(task.ID, t.in.ID); err != nil {
			return err
		}
	}
	how := text
	if how == "" {
		how = "有照片"
	}
	if err := t.closeEvent(task, "办好了："+how); err != nil {
		return err
	}
	if task.Source == ledger.SourceOrder && task.Level != string(knowledge.LevelGrid) {
		if err := t.tellColleague(task.Sender, task.No+" 办好了："+how); err != nil {
			return err
		}
	}
	say := task.No + " 办结，辛苦。"
	if !task.Late.IsZero() {
		say = task.No + " 办结了，过了期限，如实记着。"
	}
	t.settle(ledger.FateAnswered, "task")
	t.note(say, t.gridChoices(p)...)
	return nil
}

// closeEvent closes the event behind a task, and tells who reported it.
func (t *turn) closeEvent(task *ledger.Task, how string) error {
	if task.Source != ledger.SourceEvent {
		return nil
	}
	e, err := ledger.EventByID(t.tx, task.Ref)
	if err != nil {
		return err
	}
	if err := t.tx.CloseEvent(t.chat.Township, t.chat.Person, e); err != nil {
		return err
	}
	return t.tellColleague(e.Person, "您报的 "+e.No+" "+how)
}

// tellColleague tells somebody else a line; nobody, and oneself, are not told.
func (t *turn) tellColleague(person int64, text string) error {
	if person == t.chat.Person {
		return nil
	}
	return t.tellPerson(person, Reply{Kind: KindNote, Text: text}, 0)
}

// backWhy passes the task in hand back for one of the usual reasons.
func (t *turn) backWhy(p post, code string) error {
	t.settle(ledger.FateAnswered, "task")
	if t.d.Flow != "task" || t.d.Step != "back" {
		t.note("这个任务已经退过了。", Choice{Label: "任务", Do: "g:tasks"})
		return nil
	}
	task, err := ledger.TaskByID(t.tx, number(t.d.Data["task"]))
	if err != nil {
		return err
	}
	t.d.end()
	for _, r := range backReasons {
		if r.code == code {
			return t.returnTask(p, task, code, r.words)
		}
	}
	return t.returnTask(p, task, "other", "没说原因")
}

// returnTask passes a task back to those above it, with the reason.
func (t *turn) returnTask(p post, task *ledger.Task, code, words string) error {
	ok, err := t.act(task, casework.TaskStep{Act: casework.TaskReturn, Reason: words != ""}, ledger.TaskReturned, map[string]string{"reason": code})
	if !ok || err != nil {
		return err
	}
	if err := t.tx.Detail(task.ID, t.chat.ID, ledger.DetailReturned, cut(words, maxReport)); err != nil {
		return err
	}
	above, err := t.overseers(task)
	if err != nil {
		return err
	}
	told := false
	for _, person := range above {
		if person == t.chat.Person {
			continue
		}
		told = true
		if err := t.tellTask(task, person, "退回来了（"+cut(words, 60)+"），请再派或撤销"); err != nil {
			return err
		}
	}
	t.settle(ledger.FateAnswered, "task")
	if told {
		t.note(task.No+" 退回去了，由上面再派。", t.gridChoices(p)...)
		return nil
	}
	t.note(task.No+" 退回了。上面还没有人在这里，请打电话说一声。", t.gridChoices(p)...)
	return nil
}

// leaveTasks passes back what somebody who erases themselves still holds, so
// that nothing is left lying.
func (t *turn) leaveTasks() error {
	held, err := ledger.TasksHeld(t.tx, t.chat.Person)
	if err != nil {
		return err
	}
	for _, task := range held {
		ok, err := t.act(task, casework.TaskStep{Act: casework.TaskReturn, Reason: true}, ledger.TaskReturned, map[string]string{"reason": "left"})
		if !ok || err != nil {
			return err
		}
		above, err := t.overseers(task)
		if err != nil {
			return err
		}
		for _, person := range above {
			if person != t.chat.Person {
				if err := t.tellTask(task, person, "办的人不再做网格员，请再派"); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// cancelTask gives a task up with a reason; whoever had it, and who reported
// what is behind it, are told.
func (t *turn) cancelTask(p post, task *ledger.Task, words string) error {
	if !p.oversees(task, t.chat.Person) {
		t.settle(ledger.FateAnswered, "task")
		t.note("这个任务不归您撤销。", t.gridChoices(p)...)
		return nil
	}
	holder := task.Holder
	ok, err := t.act(task, casework.TaskStep{Act: casework.TaskCancel, Reason: words != ""}, ledger.TaskCancelled, nil)
	if !ok || err != nil {
		return err
	}
	if err := t.tx.Detail(task.ID, t.chat.ID, ledger.DetailReturned, cut(words, maxReport)); err != nil {
		return err
	}
	if err := t.tellColleague(holder, task.No+" 撤销了，不用办了："+words); err != nil {
		return err
	}
	if err := t.closeEvent(task, "撤销了："+words); err != nil {
		return err
	}
	t.settle(ledger.FateAnswered, "task")
	t.note(task.No+" 撤销了。", t.gridChoices(p)...)
	return nil
}

// askTaskAgain asks whom a task goes to next.
func (t *turn) askTaskAgain(task *ledger.Task) error {
	key := id(task.ID)
	people, err := ledger.Crew(t.tx, t.chat.Township, ledger.GridWorker, task.Village, task.Grid)
	if err != nil {
		return err
	}
	choices := []Choice{{Label: "本网格谁接谁办", Do: "g:to:" + key + ":0"}, {Label: "转到镇上", Do: "g:to:" + key + ":town"}}
	for _, w := range people {
		if w.Person == task.Holder || len(choices) == 11 {
			continue
		}
		p, err := ledger.PersonByID(t.tx, w.Person)
		if err != nil {
			return err
		}
		choices = append(choices, Choice{Label: p.Name, Do: "g:to:" + key + ":" + id(w.Person)})
	}
	t.settle(ledger.FateAskedBack, "task")
	t.note(task.No+" 派给谁？", choices...)
	return nil
}

// sendAgain sends a task to somebody else, with a clock of its own when the old
// one has run out.
func (t *turn) sendAgain(p post, task *ledger.Task, to string) error {
	step := casework.TaskStep{Act: casework.TaskResend, Due: task.Due}
	level := task.Level
	switch to {
	case "town":
		level = string(knowledge.LevelTown)
	case "0":
		level = string(knowledge.LevelGrid)
	default:
		workers, err := ledger.Crew(t.tx, t.chat.Township, ledger.GridWorker, task.Village, task.Grid)
		if err != nil {
			return err
		}
		for _, w := range workers {
			if id(w.Person) == to {
				step.To, level = w.Person, string(knowledge.LevelGrid)
			}
		}
		if step.To == 0 {
			return t.askTaskAgain(task)
		}
	}
	if !step.Due.After(t.now) {
		days := 3
		if k := t.township().Event(task.Kind); k != nil {
			days = k.Days
		}
		step.Due = t.mind.Calendar.DueIn(t.now, days)
	}
	was, holder := task.Level, task.Holder
	task.Level = level
	ok, err := t.act(task, step, ledger.TaskResent, map[string]string{"from": was})
	if !ok || err != nil {
		return err
	}
	if task.Late.IsZero() {
		if err := t.setDue(task); err != nil {
			return err
		}
	}
	if holder != task.Holder {
		if err := t.tellColleague(holder, task.No+" 转给别人办了，您不用管了。"); err != nil {
			return err
		}
	}
	if err := t.tellCrew(task, "派给您的任务"); err != nil {
		return err
	}
	owner, err := t.ownerName(task)
	if err != nil {
		return err
	}
	t.settle(ledger.FateAnswered, "task")
	t.note(task.No+" 派给"+owner+"了，"+t.by(task.Due)+"前。", t.gridChoices(p)...)
	return nil
}
