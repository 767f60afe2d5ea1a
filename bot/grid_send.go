package bot

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"mingbai/bot/casework"
	"mingbai/bot/ledger"
	"mingbai/knowledge"
)

// Sending tasks down (下派任务): to one worker, a grid, all grids of a village or
// of the township. One task a grid, for whoever takes it; one for each worker
// only if the sender says so.

// orderDays is how long a task may take at most, in working days.
const orderDays = 60

var (
	daysForm = regexp.MustCompile(`[，, 　]*([0-9]{1,3}|[一二两三四五六七八九十])天(?:之?内)?(?:办完|完成|办结)?[。.]?$`)
	today    = regexp.MustCompile(`[，, 　]*(?:今天|当天)(?:之?内)?(?:办完|完成|办结)[。.]?$`)
)

// numerals are the days that are written out.
var numerals = map[string]int{"一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9, "十": 10}

// startSend begins an order with what was typed after 派: "全村 今天查一遍水塘护栏 3天".
func (t *turn) startSend(p post, text string) error {
	if casework.WatchesPeople(text) {
		return t.refuseWatch()
	}
	t.d.begin("send", "")
	d := t.d.Data
	first, rest, _ := strings.Cut(strings.TrimSpace(text), " ")
	if target := t.targetOf(p, first); target != "" {
		d["target"], text = target, strings.TrimSpace(rest)
	}
	t.addOrder(text)
	return t.sendNext(p)
}

// addOrder takes words of an order; a time at their end is its clock.
func (t *turn) addOrder(text string) {
	d := t.d.Data
	if m := daysForm.FindStringSubmatchIndex(text); m != nil {
		n := text[m[2]:m[3]]
		days, err := strconv.Atoi(n)
		if err != nil {
			days = numerals[n]
		}
		if days <= orderDays {
			d["days"], text = strconv.Itoa(days), text[:m[0]]
		}
	} else if m := today.FindStringIndex(text); m != nil {
		d["days"], text = "0", text[:m[0]]
	}
	if text = strings.TrimSpace(text); text != "" {
		d["text"] = cut(text, maxReport)
	}
}

// targetOf reads whom an order is for: "grid:ID", "village:ID", "town" or
// "person:ID"; empty when the words name nobody within the sender's reach.
func (t *turn) targetOf(p post, words string) string {
	switch words {
	case "本网格", "本格", "我的网格":
		if p.Head && p.Grid != "" {
			return "grid:" + p.Grid
		}
	case "全村", "本村", "各网格", "全村各网格":
		if p.Head {
			return "village:" + p.Village
		}
	case "全镇", "各村":
		if p.Staff {
			return "town"
		}
	}
	if v := t.township().Village(words); v != nil && (p.Staff || v.ID == p.Village) {
		return "village:" + v.ID
	}
	if g, v := t.township().Grid(words); g != nil && (p.Staff || v.ID == p.Village) {
		return "grid:" + g.ID
	}
	return ""
}

// sendNext asks for what is missing of an order, one thing at a time.
func (t *turn) sendNext(p post) error {
	d := t.d.Data
	t.settle(ledger.FateAskedBack, "send")
	switch {
	case d["target"] == "":
		t.d.Step = "target"
		return t.askTarget(p)
	case d["text"] == "":
		t.d.Step = "text"
		t.note("派什么？打一句话，如“查一遍水塘护栏，3天”。")
		return nil
	case d["days"] == "":
		t.d.Step = "days"
		t.note("几天内办完？", Choice{Label: "今天", Do: "g:sd:0"}, Choice{Label: "1天", Do: "g:sd:1"}, Choice{Label: "3天", Do: "g:sd:3"},
			Choice{Label: "7天", Do: "g:sd:7"}, Choice{Label: "15天", Do: "g:sd:15"})
		return nil
	}
	return t.confirmSend(p)
}

func (t *turn) askTarget(p post) error {
	var choices []Choice
	text := "派给谁？点一下。"
	if p.Head {
		if p.Grid != "" {
			choices = append(choices, Choice{Label: "本网格", Do: "g:st:grid"}, Choice{Label: "一个人", Do: "g:st:one"})
		}
		choices = append(choices, Choice{Label: "全村各网格", Do: "g:st:village"})
	}
	if p.Staff {
		choices = append(choices, Choice{Label: "全镇", Do: "g:st:town"})
		for _, v := range t.township().Villages {
			if len(choices) < 12 {
				choices = append(choices, Choice{Label: v.Name, Do: "g:sv:" + v.ID})
			}
		}
		text = "派给哪里？点一下，或者打网格名。"
	}
	t.note(text, choices...)
	return nil
}

// An aim is one grid an order goes to, with its workers.
type aim struct {
	village, grid string
	workers       []int64
}

// aims lists the grids of an order's target, or its one person.
func (t *turn) aims(target string) ([]aim, error) {
	what, key, _ := strings.Cut(target, ":")
	var out []aim
	add := func(v *knowledge.Village, only string) error {
		for _, g := range v.Grids {
			if only != "" && g.ID != only {
				continue
			}
			people, err := ledger.Crew(t.tx, t.chat.Township, ledger.GridWorker, v.ID, g.ID)
			if err != nil {
				return err
			}
			out = append(out, aim{village: v.ID, grid: g.ID, workers: keysOf(people)})
		}
		return nil
	}
	switch what {
	case "person":
		roles, err := ledger.RolesOf(t.tx, number(key))
		for _, r := range roles {
			if r.Role == ledger.GridWorker {
				out = append(out, aim{village: r.Village, grid: r.Grid, workers: []int64{r.Person}})
			}
		}
		return out, err
	case "grid":
		if _, v := t.township().Grid(key); v != nil {
			return out, add(v, key)
		}
		return nil, nil
	}
	for i := range t.township().Villages {
		if v := &t.township().Villages[i]; what == "town" || v.ID == key {
			if err := add(v, ""); err != nil {
				return nil, err
			}
		}
	}
	return out, nil
}

func (t *turn) confirmSend(p post) error {
	d := t.d.Data
	list, err := t.aims(d["target"])
	if err != nil {
		return err
	}
	people := 0
	for _, a := range list {
		people += max(1, len(a.workers))
	}
	if len(list) == 0 {
		delete(d, "target")
		t.d.Step = "target"
		return t.askTarget(p)
	}
	t.d.Step = "confirm"
	due := t.mind.Calendar.DueIn(t.now, int(number(d["days"])))
	r := Reply{Kind: KindNote, Text: d["text"] + "\n⏰ 最迟：" + t.by(due), Choices: []Choice{{Label: "派下去", Do: "g:go"}}}
	what, key, _ := strings.Cut(d["target"], ":")
	switch {
	case what == "person":
		name, err := t.nameOf(number(key))
		if err != nil {
			return err
		}
		r.Say = "派给" + name + "："
	case len(list) == 1:
		r.Say = "派给" + t.gridName(list[0].village, list[0].grid) + "，一件，谁接谁办："
	case what == "town":
		r.Say = fmt.Sprintf("派给全镇%d个网格，每格一件，谁接谁办：", len(list))
	default:
		r.Say = fmt.Sprintf("派给%s%d个网格，每格一件，谁接谁办：", t.township().VillageName(key), len(list))
	}
	if what != "person" && people > len(list) {
		r.Choices = append(r.Choices, Choice{Label: fmt.Sprintf("每人一件，共%d件", people), Do: "g:all"})
	}
	t.settle(ledger.FateAskedBack, "send")
	t.say(r)
	return nil
}

// sendStep takes a message in an order.
func (t *turn) sendStep(p post) (bool, error) {
	text := t.msg.Text
	if !p.Head && !p.Staff {
		t.d.end()
		return false, nil
	}
	if casework.WatchesPeople(text) {
		return true, t.refuseWatch()
	}
	if rest, ok := order(text, "派任务", "派"); ok {
		return true, t.startSend(p, rest)
	}
	switch {
	case text == "":
	case t.d.Step == "target":
		if target := t.targetOf(p, text); target != "" {
			t.d.Data["target"] = target
		}
	case t.d.Step == "days":
		if _, err := strconv.Atoi(text); err == nil {
			text += "天"
		}
		said := t.d.Data["text"]
		t.addOrder(text)
		t.d.Data["text"] = said
	case t.d.Step == "confirm" && yes.MatchString(text):
		return true, t.send(p, false)
	default:
		t.addOrder(text)
	}
	return true, t.sendNext(p)
}

// sendTap does what a button of an order says.
func (t *turn) sendTap(p post, verb, arg string) error {
	if !p.Head && !p.Staff {
		t.settle(ledger.FateAnswered, "send")
		t.note("派任务是网格长和镇上用的。", t.gridChoices(p)...)
		return nil
	}
	if verb == "send" {
		t.d.begin("send", "")
		return t.sendNext(p)
	}
	if t.d.Flow != "send" {
		t.settle(ledger.FateAnswered, "send")
		t.note("这一件已经派过，或者没有派成。要派新的，回“派”。", t.gridChoices(p)...)
		return nil
	}
	d := t.d.Data
	switch {
	case verb == "st" && arg == "one":
		return t.askWorker(p)
	case verb == "st" && arg == "grid":
		d["target"] = t.targetOf(p, "本网格")
	case verb == "st" && arg == "village":
		d["target"] = t.targetOf(p, "全村")
	case verb == "st" && arg == "town":
		d["target"] = t.targetOf(p, "全镇")
	case verb == "sv":
		d["target"] = t.targetOf(p, arg)
	case verb == "sp":
		workers, err := ledger.Crew(t.tx, t.chat.Township, ledger.GridWorker, p.Village, p.Grid)
		if err != nil {
			return err
		}
		if slices.ContainsFunc(workers, func(r ledger.Role) bool { return id(r.Person) == arg }) {
			d["target"] = "person:" + arg
		}
	case verb == "sd":
		d["days"] = id(min(max(number(arg), 0), orderDays))
	case d["target"] != "" && d["text"] != "" && d["days"] != "":
		return t.send(p, verb == "all")
	}
	return t.sendNext(p)
}

// askWorker lists the workers of the head's grid.
func (t *turn) askWorker(p post) error {
	workers, err := ledger.Crew(t.tx, t.chat.Township, ledger.GridWorker, p.Village, p.Grid)
	if err != nil {
		return err
	}
	t.d.Step = "target"
	t.settle(ledger.FateAskedBack, "send")
	if len(workers) == 0 {
		t.note("本网格还没有网格员在这里。先派给网格，来了就看得到。", Choice{Label: "本网格", Do: "g:st:grid"}, Choice{Label: "全村各网格", Do: "g:st:village"})
		return nil
	}
	var choices []Choice
	for _, w := range workers[:min(12, len(workers))] {
		who, err := ledger.PersonByID(t.tx, w.Person)
		if err != nil {
			return err
		}
		choices = append(choices, Choice{Label: who.Name, Do: "g:sp:" + id(w.Person)})
	}
	t.note("派给哪个？", choices...)
	return nil
}

// send sends the order in hand: one task a grid, or one for each worker.
func (t *turn) send(p post, each bool) error {
	d := t.d.Data
	list, err := t.aims(d["target"])
	if err != nil {
		return err
	}
	due := t.mind.Calendar.DueIn(t.now, int(number(d["days"])))
	key := t.tx.NewID()
	if err := t.tx.Detail(key, t.chat.ID, ledger.DetailWhat, d["text"]); err != nil {
		return err
	}
	alone := strings.HasPrefix(d["target"], "person:")
	t.d.end()
	n := 0
	for _, a := range list {
		holders := []int64{0}
		if (each || alone) && len(a.workers) > 0 {
			holders = a.workers
		}
		for _, h := range holders {
			task := &ledger.Task{Village: a.village, Grid: a.grid, Level: string(knowledge.LevelGrid), Source: ledger.SourceOrder, Ref: key,
				Sender: t.chat.Person, Holder: h, Due: due}
			if err := t.sendTask(task); err != nil {
				return err
			}
			if err := t.tellCrew(task, "新任务"); err != nil {
				return err
			}
			n++
		}
	}
	t.settle(ledger.FateAnswered, "send")
	t.note(fmt.Sprintf("派下去了，共%d件，%s前办完。", n, t.by(due)), t.gridChoices(p)...)
	return nil
}
