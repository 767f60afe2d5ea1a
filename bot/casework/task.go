package casework

import (
	"fmt"
	"slices"
	"time"

	"mingbai/knowledge"
)

// A TaskState is where a task sent down (下派任务) stands.
type TaskState string

// The states of a task. Sent waits for somebody to take it, or for the one
// person it was sent to. Returned is back with whoever sent it, to be sent
// again or given up. Done and Cancelled are the end.
const (
	TaskSent      TaskState = "sent"
	TaskTaken     TaskState = "taken"
	TaskReturned  TaskState = "returned"
	TaskDone      TaskState = "done"
	TaskCancelled TaskState = "cancelled"
)

// TaskStates lists all states of a task.
var TaskStates = []TaskState{TaskSent, TaskTaken, TaskReturned, TaskDone, TaskCancelled}

// String returns the state as grid workers read it.
func (s TaskState) String() string {
	return map[TaskState]string{TaskSent: "等人接", TaskTaken: "在办", TaskReturned: "退回了", TaskDone: "办结", TaskCancelled: "撤销了"}[s]
}

// Open reports whether something is still to be done.
func (s TaskState) Open() bool { return s == TaskSent || s == TaskTaken || s == TaskReturned }

// A TaskAct is one thing done to a task.
type TaskAct string

// The acts. Late marks that the clock ran out while the task was open; it is
// counted once a task.
const (
	TaskTake   TaskAct = "take"
	TaskFinish TaskAct = "finish"
	TaskReturn TaskAct = "return"
	TaskResend TaskAct = "resend"
	TaskCancel TaskAct = "cancel"
	TaskLate   TaskAct = "late"
)

// taskActs says in which states an act may be tried.
var taskActs = map[TaskAct][]TaskState{
	TaskTake:   {TaskSent},
	TaskFinish: {TaskSent, TaskTaken},
	TaskReturn: {TaskSent, TaskTaken},
	TaskResend: {TaskSent, TaskTaken, TaskReturned},
	TaskCancel: {TaskSent, TaskTaken, TaskReturned},
	TaskLate:   {TaskSent, TaskTaken, TaskReturned},
}

// A Task is what the rules need to know of one. Its zero value is no task;
// begin with State TaskSent.
type Task struct {
	State  TaskState
	Holder int64 // who has it; 0: any of those it was sent to may take it
	Due    time.Time
	Done   time.Time
	Late   bool // was open past Due at some time
	Sent   int  // how many times it was sent after the first
}

// A TaskStep is one act on a task with what the rules need to know of it.
type TaskStep struct {
	Act    TaskAct
	At     time.Time
	By     int64     // who does it; 0 for the clock
	Proof  bool      // a sentence or a photo says how it was done
	Reason bool      // a reason is given
	To     int64     // whom it is sent to again; 0: whoever takes it
	Due    time.Time // its new clock, when sent again
}

// Do applies a step. On a refusal, whose words are for the person who tried,
// the task is unchanged.
func (t *Task) Do(s TaskStep) error {
	if !slices.Contains(taskActs[s.Act], t.State) {
		return &TaskRefusal{Act: s.Act, State: t.State, Why: "这个任务" + t.State.String() + "，不用再动了。"}
	}
	refuse := func(why string) error { return &TaskRefusal{Act: s.Act, State: t.State, Why: why} }
	theirs := t.Holder == 0 || t.Holder == s.By
	switch s.Act {
	case TaskTake:
		if !theirs {
			return refuse("这个任务有人在办了。")
		}
		t.State, t.Holder = TaskTaken, s.By
	case TaskFinish:
		switch {
		case !theirs:
			return refuse("这个任务有人在办了，由他来办结。")
		case !s.Proof:
			return refuse("打一句话说怎么办的，或者发张照片。")
		}
		t.State, t.Holder, t.Done = TaskDone, s.By, s.At
		t.Late = t.Late || s.At.After(t.Due)
	case TaskReturn:
		switch {
		case !theirs:
			return refuse("这个任务有人在办了，不用您退。")
		case !s.Reason:
			return refuse("退回要说个原因。")
		}
		t.State, t.Holder = TaskReturned, 0
	case TaskResend:
		if !s.Due.After(s.At) {
			return refuse("新的期限已经过了，换一个。")
		}
		t.State, t.Holder, t.Due = TaskSent, s.To, s.Due
		t.Sent++
	case TaskCancel:
		if !s.Reason {
			return refuse("撤销要说个原因。")
		}
		t.State = TaskCancelled
	case TaskLate:
		if t.Late || !s.At.After(t.Due) {
			return refuse("还没到期，或者已经记过逾期。")
		}
		t.Late = true
	}
	return nil
}

// InTime reports whether the task was done before its clock ran out, and never
// stood open past an earlier one.
func (t *Task) InTime() bool { return t.State == TaskDone && !t.Late }

// A TaskRefusal is a step that the rules do not allow, with the reason in
// words for the person who tried.
type TaskRefusal struct {
	Act   TaskAct
	State TaskState
	Why   string
}

func (e *TaskRefusal) Error() string {
	return fmt.Sprintf("%s a task that is %s: %s", e.Act, e.State, e.Why)
}

// Opening returns the next moment at which offices open, after t.
func (c *Calendar) Opening(t time.Time) time.Time {
	l := t.In(knowledge.Shanghai)
	midnight := time.Date(l.Year(), l.Month(), l.Day(), 0, 0, 0, 0, knowledge.Shanghai)
	for range 366 {
		if open := midnight.Add(time.Duration(c.spans[0][0]) * time.Minute); c.WorkingDay(midnight) && open.After(t) {
			return open
		}
		midnight = midnight.AddDate(0, 0, 1)
	}
	return t.AddDate(0, 0, 1) // a year without a working day is a mistake in the file
}

// DueIn returns when offices close on the n-th working day after the day of t;
// with n 0 on the day itself, or on the next working day when that is over.
func (c *Calendar) DueIn(t time.Time, n int) time.Time {
	l := t.In(knowledge.Shanghai)
	midnight := time.Date(l.Year(), l.Month(), l.Day(), 0, 0, 0, 0, knowledge.Shanghai)
	closing := func() time.Time {
		return midnight.Add(time.Duration(c.spans[len(c.spans)-1][1]) * time.Minute)
	}
	for left, day := n, 0; day < 366+2*n; day++ {
		if day > 0 && c.WorkingDay(midnight) {
			left--
		}
		if left <= 0 && c.WorkingDay(midnight) && closing().After(t) {
			break
		}
		midnight = midnight.AddDate(0, 0, 1)
	}
	return closing()
}
