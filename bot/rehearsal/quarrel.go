package rehearsal

import (
	_ "embed"
	"fmt"
	"slices"
	"strings"
	"time"

	"mingbai/bot/paper"
	"mingbai/knowledge"
)

//go:embed stories.txt
var storiesText string

// shares are the proportions of the official returns, in percent; what is left
// is spread over the other categories.
var shares = []struct {
	category string
	percent  int
}{
	{"邻里纠纷", 28}, {"山林土地纠纷", 24}, {"婚姻家庭纠纷", 11}, {"损害赔偿纠纷", 8}, {"征地拆迁纠纷", 5}, {"房屋宅基地纠纷", 4}, {"村务管理纠纷", 2}, {"合同纠纷", 2},
}

// Proportions are how many disputes of each category a year of so many has.
func Proportions(disputes int) map[string]int {
	out := map[string]int{}
	left := disputes
	for _, s := range shares {
		n := max(1, (disputes*s.percent+50)/100)
		out[s.category] = n
		left -= n
	}
	var rest []string
	for _, c := range knowledge.DisputeCategories {
		if out[c] == 0 {
			rest = append(rest, c)
		}
	}
	for i := 0; i < left; i++ {
		out[rest[i%len(rest)]]++
	}
	return out
}

// How a quarrel ends.
const (
	endWritten   = "written"
	endOral      = "oral"
	endFailed    = "failed"
	endRefused   = "refused"
	endWithdrawn = "withdrawn"
	endReferred  = "referred"
	endOpen      = "open" // accepted, and left lying past its term
)

// ends are drawn from: most quarrels are settled, half of them in writing.
var ends = func() []string {
	var out []string
	for _, e := range []struct {
		end string
		n   int
	}{{endWritten, 44}, {endOral, 28}, {endFailed, 11}, {endRefused, 7}, {endWithdrawn, 4}, {endReferred, 2}, {endOpen, 4}} {
		out = append(out, slices.Repeat([]string{e.end}, e.n)...)
	}
	return out
}()

// A quarrel is one dispute from what is told first to its end.
type quarrel struct {
	y               *year
	n               int // its place in the plan
	category, story string
	level           knowledge.Level
	corrected       bool // search takes it for another category: the mediator puts it right
	end             string
	lane            *lane // of the village
	who             *resident
	other           string
	chat            int64 // of the other side, once it joined
	found           bool  // reported by a grid worker
	silent          int   // mediators who let the clock run out before one accepts
	declines        int
	up              int  // levels it is passed up after it was accepted
	swap, slow      bool // the applicant wants another mediator; it takes longer than the term
	joins           bool // the other side answers by itself

	no, id   string // receipt number; the dispute's key, as in buttons
	mediator *person
	term     int // sessions held
}

// quarrels are those of a rehearsal.
type quarrels struct {
	own   []*quarrel // told by residents
	found []*quarrel
	byNo  map[string]*quarrel
}

// foundShare is how many of a hundred disputes the grids find.
const foundShare = 12

// planQuarrels draws the disputes of the span, in the returns' proportions.
func (y *year) planQuarrels() error {
	stories := map[string][]string{}
	for line := range strings.Lines(storiesText) {
		if category, story, ok := strings.Cut(strings.TrimSpace(line), "\t"); ok && !strings.HasPrefix(line, "#") {
			stories[category] = append(stories[category], story)
		}
	}
	y.quarrels = &quarrels{byNo: map[string]*quarrel{}}
	levels := map[knowledge.Level]int{} // a village has as many of each level as another
	var all []string
	for _, c := range knowledge.DisputeCategories {
		all = append(all, slices.Repeat([]string{c}, Proportions(y.Plan.Disputes)[c])...)
	}
	y.dice.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	for i, category := range all {
		q := &quarrel{y: y, n: i, category: category, end: pick(y.dice, ends)}
		if (q.end == endFailed || q.end == endRefused) && !q.mayFail() {
			q.end = endWritten
		}
		if err := q.draw(y.dice, stories[category], i); err != nil {
			return err
		}
		q.lane = y.lanes[levels[q.level]%(len(y.lanes)-1)]
		levels[q.level]++
		if q.found = len(y.quarrels.found)*100 < foundShare*i && q.tellable(); q.found {
			y.quarrels.found = append(y.quarrels.found, q)
		} else {
			q.who = &resident{chat: q.lane.chatIn(applicantChats, int64(i)), name: callName(i * 7)}
			y.quarrels.own = append(y.quarrels.own, q)
		}
		y.schedule(q, i, len(all))
	}
	return nil
}

// mayFail reports whether the notice that tells the ways on can be written by
// the law of the span: its law may be newer.
func (q *quarrel) mayFail() bool {
	for _, door := range paper.Doors(q.category, q.y.town.County) {
		for _, c := range door.Cites {
			if _, err := q.y.Mind.Base.Laws.Check(c, knowledge.DayOf(q.y.From)); err != nil {
				return false
			}
		}
	}
	return true
}

// draw gives the quarrel its story and its turns.
func (q *quarrel) draw(d dice, stories []string, n int) error {
	for try := range 60 {
		q.other = pick(d, surnames) + pick(d, []string{"老三", "老二", "老大", "幺", "老五", "家老四"})
		q.story = strings.ReplaceAll(stories[(n+try)%len(stories)], "{他}", q.other)
		c := q.y.Mind.Index.Dispute(q.told())
		switch q.level = knowledge.Level(c.Level); q.level {
		case knowledge.LevelVillage, knowledge.LevelTown, knowledge.LevelJoint:
		default:
			continue // the police, or no mediator at all
		}
		if c.Urgent != "" || len(q.y.calm([]string{q.told(), q.other})) < 2 {
			continue
		}
		q.corrected = c.Category != q.category
		if q.corrected && try < 4 {
			continue
		}
		if d.odds(7) {
			q.silent = 1
		}
		if d.odds(4) {
			q.declines = 1
		}
		if d.odds(3) && q.end != endOpen {
			q.up = 1 + d.IntN(2)
		}
		q.swap, q.slow, q.joins = d.odds(3), d.odds(9), d.odds(25)
		return nil
	}
	return fmt.Errorf("no story of %s is one for mediation", q.category)
}

// told is how the applicant tells it first.
func (q *quarrel) told() string { return q.story + "，想请村上调解" }

// tellable reports whether a grid worker's report of it is taken for a quarrel
// of the same category.
func (q *quarrel) tellable() bool {
	s := q.y.Mind.Kinds.Suggest(q.story)
	return len(s) > 0 && s[0].Sure && s[0].Kind.Dispute() && q.y.Mind.Index.Dispute(q.story).Category == q.category
}

// settling is how long before the end of the span the last dispute begins, so
// that it is accepted within the span.
const settling = 24 * 24 * time.Hour

// schedule says when the quarrel is told.
func (y *year) schedule(q *quarrel, i, of int) {
	begin, end := y.From.Add(4*24*time.Hour), y.To.Add(-settling)
	if y.Open {
		end = y.To.Add(-time.Hour)
	}
	day := begin.Add(time.Duration(float64(end.Sub(begin)) * float64(i) / float64(of))).In(knowledge.Shanghai)
	at := time.Date(day.Year(), day.Month(), day.Day(), 0, 8*60+y.dice.IntN(600), 0, 0, knowledge.Shanghai)
	if !at.Before(end) {
		at = end.Add(-time.Minute)
	}
	if q.found {
		q.lane.at(y.dice, y.Mind.Calendar.Opening(at), func(t *talk) { y.report(t, pick(t.dice, y.grids.of(t.l)), q.story, "", q) })
		return
	}
	q.lane.at(y.dice, at.Add(-time.Duration(1+y.dice.IntN(60))*time.Hour), func(t *talk) {
		t.register(q.who)
		q.who.name = callName(i * 7)
	})
	q.lane.at(y.dice, at, q.apply)
}

// wishes are what applicants want when the story does not say.
var wishes = []string{"各人退一步，把线划清楚", "修好赔钱", "当面赔个礼", "按原来的来", "该给的给了就算了"}

// apply tells the quarrel and files it (申请调解).
func (q *quarrel) apply(t *talk) {
	t.with(q.who.chat).say(q.told())
	if _, ok := t.choice("mediate"); ok {
		t.press("mediate")
	} else {
		t.say("申请调解")
	}
	for range 10 {
		if _, ok := t.choice("ds:yes"); ok {
			break
		}
		_, mine := t.choice("ds:mine")
		switch {
		case mine:
			t.press("ds:mine")
		case t.heard("对方叫什么"):
			t.say(q.other)
		case t.heard("在哪个村"):
			t.press("ds:" + t.l.village.ID)
		case t.heard("您想怎么解决"):
			t.say(pick(t.dice, q.y.calm(wishes)))
		case t.heard("您怎么称呼"):
			t.say(q.who.name + fmt.Sprintf(" 1380000%04d", t.IntN(10000)))
		case t.heard("用一条话说清楚", "太短了"):
			t.say(q.told())
		default:
			t.fail("an intake asks something new")
		}
		if t.err != nil {
			return
		}
	}
	t.press("ds:yes").expect("替您申请好了")
	do, ok := t.choice("p:show:")
	if t.err != nil || !ok {
		t.fail("a filed dispute has no key")
		return
	}
	q.id = strings.TrimPrefix(do, "p:show:")
	for _, r := range t.l.replies {
		if r.Receipt != nil {
			q.no = r.Receipt.No
		}
	}
	q.y.know(q)
}

// know lets the mediators' phones find the quarrel by its number.
func (y *year) know(q *quarrel) {
	y.inbox.Lock() // lanes file side by side
	defer y.inbox.Unlock()
	y.quarrels.byNo[q.no] = q
}
