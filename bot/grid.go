package bot

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"mingbai/bot/casework"
	"mingbai/bot/ledger"
	"mingbai/knowledge"
)

// The grids (网格). A grid worker reports what they see in a few words
// (grid_report.go); it becomes a task with an owner and a clock, a dispute, or
// a note. Heads and staff send tasks down (grid_send.go), workers close them
// (grid_task.go), and places, never people, are looked at again and again
// (grid_place.go). Here is who somebody is in the grids and the door to it
// all.

// A post is what somebody does in the grids, and where. Its zero value is
// nobody's.
type post struct {
	Village, Grid string
	Worker        bool // 网格员
	Head          bool // 网格长
	Staff         bool // 司法所工作人员: sends down, closes what comes to the town
}

// in reports whether the post belongs to the grids at all.
func (p post) in() bool { return p.Worker || p.Head || p.Staff }

// grids reports whether the post has a grid of its own to report from.
func (p post) grids() bool { return p.Worker || p.Head }

// reach is whose unheld tasks the post sees.
func (p post) reach() ledger.Reach {
	r := ledger.Reach{Town: p.Staff}
	if p.grids() {
		r.Grid = p.Grid
	}
	if p.Head {
		r.Village = p.Village
	}
	return r
}

// post tells who the person of this chat is in the grids.
func (t *turn) post() (post, error) {
	roles, err := ledger.RolesOf(t.tx, t.chat.Person)
	if err != nil {
		return post{}, err
	}
	return t.postOf(roles), nil
}

func (t *turn) postOf(roles []ledger.Role) post {
	var p post
	for _, r := range roles {
		switch r.Role {
		case ledger.GridWorker:
			p.Worker = true
		case ledger.GridHead:
			p.Head = true
		case ledger.Clerk:
			p.Staff = true
			continue
		default:
			continue
		}
		if p.Grid == "" || r.Role == ledger.GridHead && r.Grid != "" {
			p.Village, p.Grid = r.Village, r.Grid
		}
	}
	return p
}

// someDays is a span of days in what is told, which asks nothing.
var someDays = regexp.MustCompile(`[前好]几[天个]|几天了|几个月了`)

// gridSays takes what was typed or sent by somebody of the grids, outside of
// any conversation, when it is for the grids: "报 …", "派 …", "看护 …", a photo,
// or words that speak for a kind of event and ask nothing.
func (t *turn) gridSays() (bool, error) {
	p, err := t.post()
	if err != nil || !p.in() {
		return false, err
	}
	text := t.msg.Text
	if no := strings.ToUpper(strings.TrimSpace(text)); strings.HasPrefix(no, "RW-") {
		return true, t.taskByNo(p, no)
	}
	if rest, ok := order(text, "派任务", "派"); ok && (p.Head || p.Staff) {
		return true, t.startSend(p, rest)
	}
	if rest, ok := order(text, "看护点", "看护"); ok && p.Head {
		return true, t.startPlace(p, rest)
	}
	if !p.grids() {
		return false, nil
	}
	rest, said := order(text, "上报", "报")
	switch {
	case text == "" && len(t.msg.Files) > 0 && seen(t.msg.Files[0]):
		if number(t.d.Data["more"]) != 0 && t.now.UnixMilli()-t.d.At <= morePhotos.Milliseconds() {
			return true, t.addShown(p)
		}
		return true, t.startReport(p, "")
	case text == "":
		return false, nil
	case said:
		return true, t.startReport(p, rest)
	case casework.OrdersWatch(text):
		return true, t.refuseWatch()
	case asking.MatchString(someDays.ReplaceAllString(text, "")):
		return false, nil
	case casework.WatchesPeople(text):
		return true, t.refuseWatch()
	}
	photo := len(t.msg.Files) > 0 && seen(t.msg.Files[0])
	if photo || t.likelyReport(text) {
		return true, t.startReport(p, text)
	}
	return false, nil
}

// likelyReport reports whether words that ask nothing are an event rather than
// a matter for the cards. Whoever is of the grids tells of things all day; what
// was no report goes on to the cards with one tap.
func (t *turn) likelyReport(text string) bool {
	s := t.mind.Kinds.Suggest(text)
	if len(s) == 0 {
		return false
	}
	switch v := t.mind.Decide(t.meaning, knowledge.DayOf(t.now), ""); {
	case v.Decision == DecideSmalltalk:
		return false
	case s[0].Sure && s[0].Kind.Level == knowledge.LevelGrid:
		return v.Decision != DecideAnswer // what people ask, the cards know better
	case s[0].Sure:
		return true
	default:
		return v.Decision != DecideAction
	}
}

// order takes a leading order word off a text: "报 护栏断了", "报：护栏断了".
func order(text string, words ...string) (string, bool) {
	for _, w := range words {
		rest, ok := strings.CutPrefix(text, w)
		if !ok || rest == "" {
			continue
		}
		if trimmed := strings.TrimLeft(rest, " 　:：，,"); trimmed != rest && trimmed != "" {
			return trimmed, true
		}
	}
	return "", false
}

// hearOrder looks for danger in the words after an order word alone: "派" is the
// head of an order here, not the beginning of 派出所, and a village's name or a
// number of days is no part of what happened.
func (t *turn) hearOrder() error {
	p, err := t.post()
	if err != nil || !p.in() {
		return err
	}
	rest, ok := "", false
	if p.Head || p.Staff {
		rest, ok = order(t.msg.Text, "派任务", "派", "看护点", "看护")
	}
	if !ok && p.grids() {
		rest, ok = order(t.msg.Text, "上报", "报")
	}
	if !ok {
		return nil
	}
	if first, more, _ := strings.Cut(rest, " "); t.targetOf(p, first) != "" {
		rest = strings.TrimSpace(more)
	}
	if m := daysForm.FindStringIndex(rest); m != nil {
		rest = rest[:m[0]]
	}
	if t.mind.Index.Understand(head(rest, maxText)).Danger == "" {
		t.meaning.Danger = ""
	}
	return nil
}

// seen reports whether a file shows something: a picture, a film, a place.
func seen(f File) bool { return f.Kind == "photo" || f.Kind == "video" || f.Kind == "location" }

// gridStep takes a message for the grid conversation in charge. False: there
// is none, or the message is not for it and it has ended.
func (t *turn) gridStep() (bool, error) {
	var step func(post) (bool, error)
	switch t.d.Flow {
	case "report":
		step = t.reportStep
	case "send":
		step = t.sendStep
	case "place":
		step = t.placeStep
	case "task":
		step = t.taskStep
	default:
		return false, nil
	}
	p, err := t.post()
	if err != nil {
		return false, err
	}
	if !p.in() { // the role ended meanwhile
		t.d.end()
		return false, nil
	}
	return step(p)
}

// gridTap does what a button of the grids says.
func (t *turn) gridTap(do string) error {
	p, err := t.post()
	if err != nil {
		return err
	}
	if !p.in() {
		t.settle(ledger.FateAnswered, "action")
		t.note("这是网格员、网格长用的。您遇到什么事，直接说，我请人来办。", choiceHuman)
		return nil
	}
	verb, arg, _ := strings.Cut(do, ":")
	switch verb {
	case "report", "kinds", "k", "yes", "spot", "ask", "where", "day", "keep", "grid":
		return t.reportTap(p, verb, arg)
	case "tasks", "task", "take", "done", "back", "why", "again", "to", "off":
		return t.taskTap(p, verb, arg)
	case "send", "st", "sv", "sp", "sd", "go", "all":
		return t.sendTap(p, verb, arg)
	case "places", "new", "drop", "every":
		return t.placeTap(p, verb, arg)
	case "standing":
		return t.standing(p)
	case "month":
		return t.myMonth(p)
	}
	t.settle(ledger.FateAnswered, "action")
	t.note("这个按钮过时了。", t.gridChoices(p)...)
	return nil
}

// gridDo is gridTap for a typed command.
func gridDo(do string) func(*turn) error {
	return func(t *turn) error { return t.gridTap(do) }
}

// gridChoices are the buttons of somebody's post.
func (t *turn) gridChoices(p post) []Choice {
	var out []Choice
	if p.grids() {
		out = append(out, Choice{Label: "上报", Do: "g:report"})
	}
	if p.in() {
		out = append(out, Choice{Label: "任务", Do: "g:tasks"})
	}
	if p.Head || p.Staff {
		out = append(out, Choice{Label: "派任务", Do: "g:send"}, Choice{Label: "网格进展", Do: "g:standing"})
	}
	if p.Head {
		out = append(out, Choice{Label: "看护点", Do: "g:places"})
	}
	if p.grids() {
		out = append(out, Choice{Label: "我的本月", Do: "g:month"})
	}
	return out
}

// gridWelcome greets a new worker or head, and asks for the grid if the invite
// did not name it. False: the role is another.
func (t *turn) gridWelcome(role, village, name string) (bool, error) {
	if role != ledger.GridWorker && role != ledger.GridHead {
		return false, nil
	}
	p, err := t.post()
	if err != nil {
		return true, err
	}
	t.settle(ledger.FateAnswered, "join")
	how := "看到什么，打几个字发来就是上报，如“桥头护栏断了”。照片、位置也行。\n派给您的任务会发到这里，回“任务”看。"
	if role == ledger.GridHead {
		how = "看到什么，打几个字发来就是上报。\n派任务回“派”，看进展回“进展”，要常去看的塘、桥、坡，回“看护”。只看地方，不看人。"
	}
	t.say(Reply{Kind: KindNote, Say: name + "，您现在是" + t.roleName(role, village) + "。", Text: how, Choices: t.gridChoices(p)})
	if p.Grid == "" {
		return true, t.askGrid(p)
	}
	return true, nil
}

// askGrid asks which grid somebody is of; a village of one grid needs no
// asking.
func (t *turn) askGrid(p post) error {
	v := t.township().Village(p.Village)
	if v == nil || len(v.Grids) == 0 {
		t.settle(ledger.FateRefused, "grid")
		t.note("您的村在镇的名单里没有网格，请司法所重发一个邀请码。", choiceHuman)
		return nil
	}
	var choices []Choice
	for _, g := range v.Grids {
		if len(choices) < 12 {
			choices = append(choices, Choice{Label: g.Name, Do: "g:grid:" + g.ID})
		}
	}
	t.settle(ledger.FateAskedBack, "grid")
	t.note("您管哪个网格？点一下，以后不用再选。", choices...)
	return nil
}

// setGrid keeps the grid somebody named, within their own village, and goes on
// with what they had begun to report.
func (t *turn) setGrid(p post, gridID string) error {
	g, v := t.township().Grid(gridID)
	if g == nil || v.ID != p.Village {
		return t.askGrid(p)
	}
	for _, role := range []string{ledger.GridWorker, ledger.GridHead} {
		if role == ledger.GridWorker && p.Worker || role == ledger.GridHead && p.Head {
			if err := t.tx.SetGrid(t.chat, role, g.ID); err != nil {
				return err
			}
		}
	}
	p.Grid = g.ID
	if t.d.Flow == "report" {
		return t.reportNext(p)
	}
	t.settle(ledger.FateAnswered, "grid")
	t.note("好，"+g.Name+"。", t.gridChoices(p)...)
	return nil
}

// gridName is a grid as people read it; a place without a grid is its village.
func (t *turn) gridName(village, grid string) string {
	if g, _ := t.township().Grid(grid); g != nil {
		return g.Name
	}
	return t.township().VillageName(village)
}

// standing shows heads and staff where tasks stand: by grid, or for staff by
// village; never by person.
func (t *turn) standing(p post) error {
	if !p.Head && !p.Staff {
		return t.listTasks(p)
	}
	village := p.Village
	if p.Staff {
		village = ""
	}
	list, err := ledger.Standing(t.tx, t.chat.Township, village, t.now)
	if err != nil {
		return err
	}
	t.settle(ledger.FateAnswered, "grid")
	if len(list) == 0 {
		t.note("没有在办的任务。", t.gridChoices(p)...)
		return nil
	}
	type sum struct {
		name          string
		open, overdue int64
		back          int64
	}
	var sums []sum
	for _, s := range list {
		name := t.gridName(s.Village, s.Grid)
		if p.Staff {
			name = t.township().VillageName(s.Village)
		}
		i := slices.IndexFunc(sums, func(x sum) bool { return x.name == name })
		if i < 0 {
			i = len(sums)
			sums = append(sums, sum{name: name})
		}
		sums[i].open += s.Open
		sums[i].overdue += s.Overdue
		sums[i].back += s.Returned
	}
	var b strings.Builder
	for _, s := range sums {
		fmt.Fprintf(&b, "%s：在办%d件", s.name, s.open)
		if s.overdue > 0 {
			fmt.Fprintf(&b, "，逾期%d件", s.overdue)
		}
		if s.back > 0 {
			fmt.Fprintf(&b, "，退回%d件", s.back)
		}
		b.WriteString("\n")
	}
	t.note(strings.TrimSpace(b.String()), t.gridChoices(p)...)
	return nil
}

// myMonth shows a worker their own month, and nobody else's.
func (t *turn) myMonth(p post) error {
	local := t.now.In(knowledge.Shanghai)
	from := time.Date(local.Year(), local.Month(), 1, 0, 0, 0, 0, knowledge.Shanghai)
	w, err := ledger.WorkOf(t.tx, t.chat.Person, from, from.AddDate(0, 1, 0))
	if err != nil {
		return err
	}
	t.settle(ledger.FateAnswered, "grid")
	text := fmt.Sprintf("%d月到今天：报了%d件事，办结%d个任务，按时的%d个。", local.Month(), w.Events, w.Tasks, w.InTime)
	if w.Saved > 0 {
		text += fmt.Sprintf("\n一次报完，台账、任务、汇报都有了，少打约%d个字。", w.Saved)
	}
	t.say(Reply{Kind: KindNote, Text: text, Note: "只给您自己看，不排名。", Choices: t.gridChoices(p)})
	return nil
}
