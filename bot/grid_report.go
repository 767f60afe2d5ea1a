package bot

import (
	"cmp"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"mingbai/bot/casework"
	"mingbai/bot/ledger"
	"mingbai/knowledge"
)

// Reporting an event (网格事件上报): what was typed suggests a kind of the
// closed list, one tap confirms it, and only what is missing is asked.

// maxReport is how many characters of a report are kept.
const maxReport = 500

// kindsShown is how many kinds stand on the first page, the usual ones.
const kindsShown = 8

// morePhotos is how long after a report a photo or location alone still
// belongs to it.
const morePhotos = 30 * time.Minute

// refuseWatch says why, and what can be done instead.
func (t *turn) refuseWatch() error {
	t.d.end()
	t.settle(ledger.FateRefused, "watch")
	text := "要报的是事情，就写发生了什么、在哪里，不写他是什么人。"
	if casework.LabelsPeople(t.msg.Text) {
		text = "他要办事、要帮忙，只写他要什么，不写他是什么人，我就能报上去。"
	}
	t.say(Reply{Kind: KindNote, Say: "这个不记。这里只看地方和事，不盯人，谁的身份、去向都不登记。",
		Text: text + "\n正在害人、违法的，直接打110。", Choices: []Choice{{Label: "上报事情", Do: "g:report"}, choiceHuman}})
	return nil
}

// startReport begins a report with what was typed or sent.
func (t *turn) startReport(p post, text string) error {
	if casework.WatchesPeople(text) {
		return t.refuseWatch()
	}
	t.d.begin("report", "text")
	t.keepShown()
	t.addText(text)
	return t.reportNext(p)
}

// addText adds words to the report and looks anew which kind they speak for.
func (t *turn) addText(text string) {
	if text == "" {
		return
	}
	d := t.d.Data
	if d["text"] != "" {
		text = d["text"] + "，" + text
	}
	d["text"] = cut(text, maxReport)
	if t.in != nil {
		d["msg"] = strings.TrimPrefix(d["msg"]+","+id(t.in.ID), ",")
	}
	if s := t.mind.Kinds.Suggest(d["text"]); len(s) > 0 && s[0].Sure {
		d["offer"] = s[0].Kind.ID
	}
	if at, grain, clear := noticedAt(d["text"], t.now); clear && d["grain"] == "" {
		d["noticed"], d["grain"] = id(at.UnixMilli()), grain
	}
}

// keepShown remembers that this message shows something of the event.
func (t *turn) keepShown() {
	for _, f := range t.msg.Files {
		if !seen(f) || t.in == nil {
			continue
		}
		t.d.Data["shown"] = strings.TrimPrefix(t.d.Data["shown"]+","+id(t.in.ID), ",")
		if f.Kind == "location" {
			t.d.Data["where"] = "-" // the location says it
		}
	}
}

// reportNext asks for what is still missing, one thing at a time, or records.
func (t *turn) reportNext(p post) error {
	d := t.d.Data
	kind := t.township().Event(d["kind"])
	switch {
	case p.Grid == "":
		return t.askGrid(p)
	case d["text"] == "" && kind == nil:
		return t.askKind(p, 0)
	case d["text"] == "":
		t.d.Step = "text"
		t.settle(ledger.FateAskedBack, "report")
		r := Reply{Kind: KindNote, Text: kind.Name + "。什么事、在哪里？打几个字，发照片、位置也行。"}
		r.Calls = t.urgentCalls(kind)
		t.say(r)
		return nil
	case kind == nil && d["offer"] != "":
		return t.confirmKind(p)
	case kind == nil:
		return t.askKind(p, 0)
	case d["grain"] == "":
		t.d.Step = "day"
		t.settle(ledger.FateAskedBack, "report")
		t.note("是哪天看到的？", Choice{Label: "今天", Do: "g:day:0"}, Choice{Label: "昨天", Do: "g:day:1"},
			Choice{Label: "前天", Do: "g:day:2"}, Choice{Label: "说不清", Do: "g:day:-"})
		return nil
	case d["where"] == "" && !kind.Urgent && !casework.NamesPlace(d["text"]):
		t.d.Step = "where"
		t.settle(ledger.FateAskedBack, "report")
		t.note("在哪里？打几个字，或者发个位置。", Choice{Label: "写清楚了", Do: "g:where:-"})
		return nil
	}
	return t.record(p, kind)
}

// confirmKind offers the kind that the words speak for.
func (t *turn) confirmKind(p post) error {
	t.d.Step = "confirm"
	kind := t.township().Event(t.d.Data["offer"])
	t.settle(ledger.FateAskedBack, "report")
	yes := "对，报上去"
	if kind.Dispute() {
		yes = "对，请调解员"
	}
	r := Reply{Kind: KindNote, Say: "这是“" + kind.Name + "”，对不对？", Text: t.gridName(p.Village, p.Grid) + "：" + t.d.Data["text"], Calls: t.urgentCalls(kind),
		Choices: []Choice{{Label: yes, Do: "g:yes"}, {Label: "当场办好了，记一笔", Do: "g:spot"}, {Label: "换一类", Do: "g:kinds:0"}, {Label: "不是上报", Do: "g:ask"}}}
	if when := t.noticedText(); when != "" {
		r.Text += "（" + when + "）"
	}
	t.say(r)
	return nil
}

// noticedText says when it was noticed, if that was not just now.
func (t *turn) noticedText() string {
	at, grain := t.noticedData()
	return sayNoticed(&ledger.GridEvent{Noticed: at, Grain: grain})
}

func (t *turn) noticedData() (time.Time, string) {
	if t.d.Data["grain"] == "" || t.d.Data["grain"] == ledger.GrainNow {
		return t.now, ledger.GrainNow
	}
	return time.UnixMilli(number(t.d.Data["noticed"])), t.d.Data["grain"]
}

// askKind shows the closed list, the village's usual kinds first; what the
// words may mean stands before them.
func (t *turn) askKind(p post, page int) error {
	t.d.Step = "kind"
	used, err := ledger.KindsUsed(t.tx, t.chat.Township, p.Village, t.now.AddDate(0, -3, 0))
	if err != nil {
		return err
	}
	kinds := slices.Clone(t.township().Events)
	if len(kinds) == 0 {
		t.d.end()
		t.settle(ledger.FateRefused, "report")
		t.note("镇里还没有定上报的类别，请找司法所。", choiceHuman)
		return nil
	}
	maybe := map[string]int{}
	for i, s := range t.mind.Kinds.Suggest(t.d.Data["text"]) {
		maybe[s.Kind.ID] = 3 - i
	}
	slices.SortStableFunc(kinds, func(a, b knowledge.EventKind) int {
		if c := cmp.Compare(maybe[b.ID], maybe[a.ID]); c != 0 {
			return c
		}
		return cmp.Compare(used[b.ID], used[a.ID])
	})
	from := min(page*kindsShown, len(kinds)-1)
	if from < 0 {
		from = 0
	}
	to := min(from+kindsShown, len(kinds))
	var choices []Choice
	for _, k := range kinds[from:to] {
		choices = append(choices, Choice{Label: k.Name, Do: "g:k:" + k.ID})
	}
	if to < len(kinds) {
		choices = append(choices, Choice{Label: "别的类", Do: "g:kinds:" + strconv.Itoa(page+1)})
	} else if page > 0 {
		choices = append(choices, Choice{Label: "前面的类", Do: "g:kinds:0"})
	}
	text := "报哪一类？点一下，或者直接打几个字说是什么事。"
	if t.d.Data["text"] != "" {
		text = "报哪一类？点一下就行。"
		choices = append(choices, Choice{Label: "不是上报", Do: "g:ask"})
	}
	t.settle(ledger.FateAskedBack, "report")
	t.note(text, choices...)
	return nil
}

// reportStep takes a message in a report.
func (t *turn) reportStep(p post) (bool, error) {
	if !p.grids() {
		t.d.end()
		return false, nil
	}
	text := t.msg.Text
	if len(t.msg.Files) > 0 && !seen(t.msg.Files[0]) && text == "" {
		t.settle(ledger.FateAskedBack, "report")
		t.note("语音和文件我还看不懂。打几个字说是什么事。")
		return true, nil
	}
	if rest, ok := order(text, "上报", "报"); ok {
		text = rest
	}
	if casework.WatchesPeople(text) {
		return true, t.refuseWatch()
	}
	t.keepShown()
	switch t.d.Step {
	case "confirm":
		if yes.MatchString(text) {
			t.d.Data["kind"] = t.d.Data["offer"]
			return true, t.reportNext(p)
		}
		if no.MatchString(text) {
			return true, t.askKind(p, 0)
		}
	case "where":
		if text != "" {
			t.d.Data["where"] = cut(text, 100)
		}
		return true, t.reportNext(p)
	case "day":
		if at, grain, clear := noticedAt(text, t.now); clear {
			t.d.Data["noticed"], t.d.Data["grain"] = id(at.UnixMilli()), grain
		}
		return true, t.reportNext(p)
	case "kind":
		if k := t.township().Event(text); k != nil {
			t.d.Data["kind"] = k.ID
			return true, t.reportNext(p)
		}
	}
	t.addText(text)
	return true, t.reportNext(p)
}

var (
	yes = regexp.MustCompile(`^(对|对的|对头|是|是的|好|要得|嗯|报|报上去)[。.！!]?$`)
	no  = regexp.MustCompile(`^(不对|不是|错了|换|换一类|不对头)[。.！!]?$`)
)

// reportTap does what a button of a report says. A button of a report that is
// over says so: a second tap reports nothing twice.
func (t *turn) reportTap(p post, verb, arg string) error {
	switch verb {
	case "grid":
		return t.setGrid(p, arg)
	case "report":
		if !p.grids() {
			t.settle(ledger.FateAnswered, "grid")
			t.note("上报是网格员、网格长用的。您可以派任务、看进展。", t.gridChoices(p)...)
			return nil
		}
		return t.startReport(p, "")
	case "keep":
		return t.keepDanger(p)
	}
	if t.d.Flow != "report" || !p.grids() {
		t.settle(ledger.FateAnswered, "report")
		t.note("这一条已经报过，或者没有报成。要报新的，打几个字就行。", t.gridChoices(p)...)
		return nil
	}
	d := t.d.Data
	switch verb {
	case "kinds":
		return t.askKind(p, int(number(arg)))
	case "k":
		if t.township().Event(arg) == nil {
			return t.askKind(p, 0)
		}
		d["kind"] = arg
	case "yes", "spot":
		d["kind"] = d["offer"]
		if verb == "spot" {
			d["spot"] = "1"
		}
	case "where":
		d["where"] = "-"
	case "day":
		d["grain"] = ledger.GrainNone
		if arg != "-" {
			back := t.now.AddDate(0, 0, -int(number(arg)))
			d["noticed"], d["grain"] = id(knowledge.DayOf(back).Time().Add(12*time.Hour).UnixMilli()), ledger.GrainDay
			if number(arg) == 0 {
				d["grain"] = ledger.GrainNow
			}
		}
	case "ask":
		// The words were an answer to a person, or a question: they go that way.
		text := d["text"]
		t.d.end()
		if text == "" {
			return t.menu()
		}
		t.msg.Text, t.meaning = text, t.mind.Index.Understand(head(text, maxText))
		if held, err := t.relay(); held || err != nil {
			return err
		}
		return t.consult()
	}
	return t.reportNext(p)
}

// addShown adds a photo or location to the event just reported.
func (t *turn) addShown(p post) error {
	event := number(t.d.Data["more"])
	if err := t.tx.Show(event, t.in.ID); err != nil {
		return err
	}
	t.settle(ledger.FateAnswered, "report")
	t.note("补上了。", t.gridChoices(p)...)
	return nil
}

// urgentCalls lists whom to phone before anything else for an urgent kind: its
// number, then the office that takes it.
func (t *turn) urgentCalls(kind *knowledge.EventKind) []Call {
	if !kind.Urgent {
		return nil
	}
	calls := []Call{{Number: kind.Call, For: "先打这个，说清在哪里"}}
	if o := t.township().Office(kind.Office); o != nil && o.Phone != "" {
		calls = append(calls, Call{Number: o.Phone, For: o.Name})
	}
	return calls
}

// keystrokes counts the characters that an entry spares: what the system
// writes by itself into the grid's list and the report line, and once more into
// the task or the dispute, where they used to be typed each time.
func keystrokes(text, village, grid, kind, outcome string) int64 {
	const stamp = 16 // 2026-11-24 14:06
	line := utf8.RuneCountInString(village+grid+kind) + stamp
	copies := 1 // the report line
	if outcome != ledger.OutcomeNote {
		copies++ // the task or the dispute
	}
	return int64(line + copies*(utf8.RuneCountInString(text)+line))
}
