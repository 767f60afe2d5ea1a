package bot

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"mingbai/bot/casework"
	"mingbai/bot/ledger"
	"mingbai/knowledge"
)

// Watched places (看护点): a pond, a bridge, a slope that somebody looks at every
// so many days. A place is a thing; people are not watched. And the clocks of
// the grids: what is overdue is marked once, and heads are reminded once a day,
// by grid.

// longestEvery is the longest span between two looks, in days.
const longestEvery = 366

var everyForm = regexp.MustCompile(`[，, 　]*每(?:隔)?([0-9]{1,3}|[一二两三四五六七八九十]|半)?(天|日|周|星期|个?月)(?:看|查|巡)?(?:一[次遍]|看一[次遍眼])?[。.]?$`)

// everyOf reads a span such as 每7天, 每周, 每半月 off the end of a text; 0 if there
// is none.
func everyOf(text string) (rest string, days int) {
	m := everyForm.FindStringSubmatchIndex(text)
	if m == nil {
		return text, 0
	}
	n, half := 1, false
	if m[2] >= 0 {
		word := text[m[2]:m[3]]
		half = word == "半"
		if v, err := strconv.Atoi(word); err == nil {
			n = v
		} else if !half {
			n = numerals[word]
		}
	}
	switch unit := text[m[4]:m[5]]; {
	case unit == "周" || unit == "星期":
		n *= 7
	case strings.HasSuffix(unit, "月") && half:
		n = 15
	case strings.HasSuffix(unit, "月"):
		n *= 30
	case half:
		n = 1
	}
	return strings.TrimSpace(text[:m[0]]), n
}

// startPlace begins listing a place with what was typed after 看护.
func (t *turn) startPlace(p post, text string) error {
	t.d.begin("place", "what")
	return t.addPlace(p, text)
}

// addPlace takes words of a place: what it is, how often it is looked at.
func (t *turn) addPlace(p post, text string) error {
	d := t.d.Data
	text, days := everyOf(text)
	if days > 0 && days <= longestEvery {
		d["every"] = strconv.Itoa(days)
	}
	switch {
	case casework.WatchesPeople(text), text != "" && !casework.NamesThing(text) && casework.WatchesPeople("盯住"+text):
		return t.refuseWatch()
	case text != "" && !casework.NamesThing(text):
		t.d.Step = "what"
		t.settle(ledger.FateAskedBack, "place")
		t.note("看护的是地方，不是人。写清是什么地方，如“红岩桥头水塘”。")
		return nil
	case text != "":
		d["what"] = cut(text, 60)
	}
	return t.placeNext(p)
}

func (t *turn) placeNext(p post) error {
	d := t.d.Data
	if p.Grid == "" {
		t.d.end()
		return t.askGrid(p)
	}
	t.settle(ledger.FateAskedBack, "place")
	switch {
	case d["what"] == "":
		t.d.Step = "what"
		t.note("要常去看的是什么地方？打几个字，如“红岩桥头水塘”。")
		return nil
	case d["every"] == "":
		t.d.Step = "every"
		t.note("“"+d["what"]+"”，几天看一次？", Choice{Label: "每天", Do: "g:every:1"}, Choice{Label: "每7天", Do: "g:every:7"},
			Choice{Label: "每15天", Do: "g:every:15"}, Choice{Label: "每30天", Do: "g:every:30"})
		return nil
	}
	place := &ledger.Place{Village: p.Village, Grid: p.Grid, Every: number(d["every"])}
	what := d["what"]
	t.d.end()
	if err := t.tx.ListPlace(t.chat, place); err != nil {
		return err
	}
	if err := t.tx.Detail(place.ID, t.chat.ID, ledger.DetailWhat, what); err != nil {
		return err
	}
	next := t.mind.Calendar.Opening(t.now)
	if err := t.tx.SetTimer(t.chat.Township, timerPlace, place.ID, 0, next); err != nil {
		return err
	}
	t.settle(ledger.FateAnswered, "place")
	t.note(fmt.Sprintf("列上了：%s，每%d天看一次。%s派第一次。", what, place.Every, t.by(next)), Choice{Label: "看护点", Do: "g:places"})
	return nil
}

// placeStep takes a message while a place is being listed.
func (t *turn) placeStep(p post) (bool, error) {
	if !p.Head {
		t.d.end()
		return false, nil
	}
	text := t.msg.Text
	if rest, ok := order(text, "看护点", "看护"); ok {
		text = rest
	}
	if t.d.Step == "every" {
		if n, err := strconv.Atoi(strings.TrimSuffix(text, "天")); err == nil && n > 0 {
			text = "每" + strconv.Itoa(n) + "天"
		}
	}
	return true, t.addPlace(p, text)
}

// placeTap does what a button of the places says.
func (t *turn) placeTap(p post, verb, arg string) error {
	if !p.Head {
		t.settle(ledger.FateAnswered, "place")
		t.note("看护点由网格长来列。", t.gridChoices(p)...)
		return nil
	}
	switch {
	case verb == "new":
		t.d.begin("place", "what")
		return t.placeNext(p)
	case verb == "every" && t.d.Flow == "place":
		t.d.Data["every"] = id(min(max(number(arg), 1), longestEvery))
		return t.placeNext(p)
	case verb == "drop":
		place, err := ledger.PlaceByID(t.tx, number(arg))
		if err != nil && !isNotFound(err) {
			return err
		}
		if err == nil && place.Village == p.Village {
			if err := t.tx.DropPlace(t.chat, place); err != nil {
				return err
			}
		}
	}
	return t.listPlaces(p)
}

func (t *turn) listPlaces(p post) error {
	list, err := ledger.Places(t.tx, t.chat.Township, p.Village, p.Grid)
	if err != nil {
		return err
	}
	t.settle(ledger.FateAnswered, "place")
	choices := []Choice{{Label: "添一处", Do: "g:new"}}
	if len(list) == 0 {
		t.note("还没有看护点。塘、桥、坡这些地方，可以定几天看一次。", choices...)
		return nil
	}
	var b strings.Builder
	for _, place := range list {
		what, err := ledger.DetailOf(t.tx, place.ID, ledger.DetailWhat)
		if err != nil {
			return err
		}
		fmt.Fprintf(&b, "%s：每%d天\n", what, place.Every)
		if len(choices) < 12 {
			choices = append(choices, Choice{Label: "不看了：" + cut(what, 12), Do: "g:drop:" + id(place.ID)})
		}
	}
	t.note(strings.TrimSpace(b.String()), choices...)
	return nil
}

// gridTimer does what a timer of the grids calls for. False: it is another's.
func (t *turn) gridTimer(timer ledger.Timer) (bool, error) {
	switch timer.Kind {
	case timerTaskDue:
		return true, t.overdue(timer)
	case timerPlace:
		return true, t.lookAt(timer.Ref)
	case timerGridDay:
		return true, t.gridDay()
	}
	return false, nil
}

// overdue marks a task whose clock has run out, once, tells whoever holds it,
// and sees to it that its heads are reminded.
func (t *turn) overdue(timer ledger.Timer) error {
	task, err := ledger.TaskByID(t.tx, timer.Ref)
	if isNotFound(err) || err == nil && timer.Step != task.Again {
		return nil
	}
	if err != nil {
		return err
	}
	ok, err := t.act(task, casework.TaskStep{Act: casework.TaskLate}, ledger.TaskLate, nil)
	if !ok || err != nil {
		return err
	}
	if task.Holder != 0 {
		if err := t.tellTask(task, task.Holder, "到期还没办结"); err != nil {
			return err
		}
	}
	return t.remind()
}

// remind sets the one reminder of the next opening day.
func (t *turn) remind() error {
	at := t.mind.Calendar.Opening(t.now)
	day, err := strconv.ParseInt(strings.ReplaceAll(string(knowledge.DayOf(at)), "-", ""), 10, 64)
	if err != nil {
		return err
	}
	first, err := t.tx.FirstToday(t.chat.Township, timerGridDay, day)
	if err != nil || !first {
		return err
	}
	return t.tx.SetTimer(t.chat.Township, timerGridDay, day, 0, at)
}

// gridDay tells each head, once a day, how many tasks of their grid are
// overdue, and staff how many of the town's. The next day is set while there
// are any.
func (t *turn) gridDay() error {
	list, err := ledger.Standing(t.tx, t.chat.Township, "", t.now)
	if err != nil {
		return err
	}
	lines := map[int64][]string{}
	town := int64(0)
	for _, s := range list {
		town += s.Town
		n := s.Overdue - s.Town
		if n == 0 {
			continue
		}
		heads, err := t.crew(&ledger.Task{Village: s.Village, Grid: s.Grid, Level: string(knowledge.LevelVillage)})
		if err != nil {
			return err
		}
		for _, h := range heads {
			lines[h] = append(lines[h], fmt.Sprintf("%s：%d件", t.gridName(s.Village, s.Grid), n))
		}
	}
	staff, err := t.crew(&ledger.Task{Level: string(knowledge.LevelTown)})
	if err != nil {
		return err
	}
	for _, person := range staff {
		if town > 0 {
			lines[person] = append(lines[person], fmt.Sprintf("镇上：%d件", town))
		}
	}
	var people []int64
	for person := range lines {
		people = append(people, person)
	}
	slices.Sort(people)
	for _, person := range people {
		c, err := ledger.ChatOf(t.tx, person)
		if isNotFound(err) {
			continue
		}
		if err != nil {
			return err
		}
		r := Reply{Kind: KindNote, Say: "逾期没办结的任务：", Text: strings.Join(lines[person], "\n"), Note: "一天只说一次。",
			Choices: []Choice{{Label: "网格进展", Do: "g:standing"}, {Label: "任务", Do: "g:tasks"}}}
		if err := t.tell(c.ID, r, 0, nil); err != nil {
			return err
		}
	}
	if len(lines) == 0 {
		return nil
	}
	return t.remind()
}

// lookAt sends the task of looking at a place, unless the last one is still
// open, and sets the next.
func (t *turn) lookAt(key int64) error {
	place, err := ledger.PlaceByID(t.tx, key)
	if isNotFound(err) {
		return nil // dropped
	}
	if err != nil {
		return err
	}
	next := t.mind.Calendar.Opening(t.now.AddDate(0, 0, int(place.Every)).Add(-time.Hour))
	if err := t.tx.SetTimer(t.chat.Township, timerPlace, place.ID, 0, next); err != nil {
		return err
	}
	open, err := ledger.TaskOpen(t.tx, place.ID)
	if err != nil || open {
		return err
	}
	task := &ledger.Task{Village: place.Village, Grid: place.Grid, Level: string(knowledge.LevelGrid), Source: ledger.SourcePlace, Ref: place.ID,
		Due: t.mind.Calendar.DueIn(t.now, min(int(place.Every)-1, 2))}
	if err := t.sendTask(task); err != nil {
		return err
	}
	return t.tellCrew(task, "看护点")
}
