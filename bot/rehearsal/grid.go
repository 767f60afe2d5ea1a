package rehearsal

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"time"
	"unicode/utf8"

	"mingbai/bot/ledger"
)

// A gridPost is one grid with its people.
type gridPost struct {
	id, name string
	lane     *lane
	head     *person
	workers  []*person
}

// grids are those of the township, and what is shared among their people.
type grids struct {
	posts []*gridPost
	texts map[string][]string // how workers report, by kind
	kinds []string            // drawn from: the usual kinds more often

	errands, closings []string // of those below, what is not heard as a cry for help
}

// of lists a village's grids.
func (g *grids) of(l *lane) []*gridPost {
	return slices.DeleteFunc(slices.Clone(g.posts), func(p *gridPost) bool { return p.lane != l })
}

// post returns the grid with this id.
func (g *grids) post(id string) *gridPost {
	i := slices.IndexFunc(g.posts, func(p *gridPost) bool { return p.id == id })
	if i < 0 {
		return nil
	}
	return g.posts[i]
}

// usual is how often the kinds of event are reported, against each other; one
// that is not named here counts 4.
var usual = map[string]int{"rescue": 1, "forest-fire": 1, "question": 1, "road": 14, "rubbish": 16, "flood": 9, "public-works": 10, "power": 8, "house": 7}

// settled is how long before the end of the span the tasks are counted and
// filled up to the plan.
const settled = 3 * 24 * time.Hour

// planGrids lays out what grids report and are sent.
func (y *year) planGrids() {
	y.grids.hear()
	y.grids.errands, y.grids.closings = y.calm(errands), y.calm(closings)
	begin, end := y.From.Add(3*24*time.Hour), y.To.Add(-settled-24*time.Hour)
	if y.Open {
		end = y.To
	}
	for range y.Plan.Events - len(y.quarrels.found) {
		post := pick(y.dice, y.grids.posts)
		kind := pick(y.dice, y.grids.kinds)
		text := pick(y.dice, y.grids.texts[kind])
		post.lane.at(y.dice, y.daily(begin, end), func(t *talk) { y.report(t, post, text, kind, nil) })
	}
	left := y.Plan.Tasks - (y.Plan.Events - len(y.quarrels.found))
	if !y.Open && y.Plan.Tasks >= 1000 {
		left -= y.planPlaces(begin, end)
	}
	y.planOrders(left, begin, end)
	if !y.Open {
		at := y.Mind.Calendar.Opening(y.To.Add(-settled))
		y.ownLane().at(y.dice, at, y.fillUp)
	}
}

// calm leaves out what is heard as danger: then a person is called, and what was
// going on ends. Which harmless words are is the business of package search.
func (y *year) calm(list []string) []string {
	return slices.DeleteFunc(slices.Clone(list), func(s string) bool { return y.Mind.Index.Understand(s).Danger != "" })
}

// hear finds, in how the township says its workers speak, the words that tell
// their kind for sure.
func (g *grids) hear() {
	y := g.posts[0].lane.y
	g.texts = map[string][]string{}
	for _, k := range y.town.Events {
		if k.Dispute() {
			continue // those are the quarrels'
		}
		for _, text := range y.town.Heard[k.ID] {
			if utf8.RuneCountInString(text) < 7 {
				continue
			}
			if s := y.Mind.Kinds.Suggest(text); len(s) == 0 || !s[0].Sure || s[0].Kind.ID != k.ID {
				continue
			}
			if y.Mind.Index.Understand(text).Danger == "" || k.Urgent {
				g.texts[k.ID] = append(g.texts[k.ID], text)
			}
		}
		if len(g.texts[k.ID]) == 0 {
			continue
		}
		n := usual[k.ID]
		if n == 0 {
			n = 4
		}
		g.kinds = append(g.kinds, slices.Repeat([]string{k.ID}, n)...)
	}
}

// report plays one report of an event, to its number.
func (y *year) report(t *talk, post *gridPost, text, kind string, q *quarrel) {
	who := pick(t.dice, post.workers)
	if t.odds(10) {
		who = post.head
	}
	t.with(who.chat)
	if q == nil && t.odds(20) {
		t.show(text)
	} else {
		t.say(text)
	}
	for n := 0; t.err == nil && !t.heard("报上去了", "记下了："); n++ {
		_, sure := t.choice("g:yes")
		_, called := t.choice("g:keep")
		_, day := t.choice("g:day:0")
		_, where := t.choice("g:where:")
		_, list := t.choice("g:k:")
		switch {
		case n == 8:
			t.fail("a report of " + text + " does not end")
		case sure && q == nil && t.odds(6):
			t.press("g:spot")
		case sure:
			t.press("g:yes")
		case called:
			t.press("g:keep")
		case day:
			t.press("g:day:0")
		case where:
			t.say(pick(t.dice, []string{"村委会旁边", "桥头", "学校后头", "老院子门口"}))
		case list && kind != "":
			if _, ok := t.choice("g:k:" + kind); ok {
				t.press("g:k:" + kind)
			} else {
				t.press("g:k:")
			}
		default:
			t.say("报 " + text)
		}
	}
	if q != nil {
		for _, r := range t.l.replies {
			if no := receipt.FindStringSubmatch(r.Text); no != nil {
				q.no = no[1]
				y.know(q)
			}
		}
		if q.no == "" {
			t.fail("a quarrel reported has no number")
		}
		return
	}
	if t.odds(8) {
		t.locate()
	}
}

// errands are what is sent down.
var errands = []string{
	"查一遍水塘护栏", "入户发一次防火宣传单", "看一遍路灯和线路", "把院坝垃圾清一遍", "查一遍山坪塘溢洪道", "看一遍危房和后山", "核一遍公示栏内容", "通知春耕补贴登记", "查一遍消防通道",
	"把防溺水的牌子立好", "走一遍河沟有没有堵", "提醒各户收好晾晒的谷子", "看一遍桥面和护栏", "核对一遍饮水池加盖", "发一遍防诈骗的单子",
}

// sizes of an order, by whom it is for and whether each worker gets a task of
// their own.
type order struct {
	n      int // tasks
	target string
	each   bool
	from   *person
}

// orders are those that can be sent, the largest first. Staff reach everybody,
// heads their own village.
func (y *year) orders() []order {
	each := func(n int) int { return n * workersPerGrid }
	grids := len(y.grids.posts)
	list := []order{{each(grids), "全镇", true, y.clerk}, {grids, "全镇", false, y.clerk}}
	for _, l := range y.lanes[:len(y.lanes)-1] {
		posts := y.grids.of(l)
		list = append(list, order{each(len(posts)), "全村", true, posts[0].head}, order{len(posts), "全村", false, posts[len(posts)-1].head})
	}
	for _, p := range y.grids.posts {
		list = append(list, order{1, "本网格", false, p.head})
	}
	return list
}

// planOrders spreads orders of so many tasks over the span.
func (y *year) planOrders(left int, begin, end time.Time) {
	all := y.orders()
	var wide, village, small []order
	for _, o := range all {
		switch {
		case o.target == "全镇":
			wide = append(wide, o)
		case o.target == "全村":
			village = append(village, o)
		default:
			small = append(small, o)
		}
	}
	for left > 0 {
		o := pick(y.dice, village)
		switch n := y.dice.IntN(100); {
		case n < 10:
			o = pick(y.dice, wide)
		case n > 84:
			o = pick(y.dice, small)
		}
		if o.n > left {
			o = pick(y.dice, small)
		}
		left -= o.n
		at := y.Mind.Calendar.Opening(y.daily(begin, end))
		if !at.Before(end) {
			at = begin.Add(2 * time.Hour)
		}
		o.from.lane.at(y.dice, at.Add(time.Duration(y.dice.IntN(150))*time.Minute), func(t *talk) { t.send(o) })
	}
}

var sentDown = regexp.MustCompile(`共([0-9]+)件`)

// send sends an order down (下派任务).
func (t *talk) send(o order) {
	t.with(o.from.chat).say(fmt.Sprintf("派 %s %s %d天", o.target, pick(t.dice, t.l.y.grids.errands), pick(t.dice, []int{2, 3, 3, 5, 7, 7, 10})))
	if o.each {
		t.press("g:all")
	} else {
		t.press("g:go")
	}
	t.expect("派下去了")
	for _, r := range t.l.replies {
		if m := sentDown.FindStringSubmatch(r.Text); t.err == nil && (m == nil || m[1] != strconv.Itoa(o.n)) {
			t.fail(fmt.Sprintf("wanted %d tasks for %s", o.n, o.target))
		}
	}
}

// fillUp sends what is still missing of the year's tasks: how many came of
// events is known only at the end.
func (y *year) fillUp(t *talk) {
	var have int64
	t.err = y.Ledger.View(t.ctx, func(v *ledger.View) error {
		list, err := ledger.TallyBy(v, ledger.Scope{Township: y.town.ID}, "tasks by village", y.From, y.To)
		for _, x := range list {
			have += x.N
		}
		return err
	})
	left := y.Plan.Tasks - int(have)
	if left < 0 {
		t.fail(fmt.Sprintf("%d tasks were sent, more than the %d planned", have, y.Plan.Tasks))
	}
	village := y.lanes[0]
	for n := 0; left > 0 && t.err == nil; n++ {
		l := y.lanes[n%(len(y.lanes)-1)]
		o := order{1, pick(t.dice, y.grids.of(l)).name, false, y.clerk}
		if posts := y.grids.of(village); left >= len(posts)*workersPerGrid {
			o = order{len(y.grids.of(l)) * workersPerGrid, l.village.Name, true, y.clerk}
		}
		left -= o.n
		t.send(o)
	}
}

// watched are places that are looked at again and again.
var watched = []string{"村口水塘", "后山挡墙", "老石桥", "场口河堤", "学校后头的堡坎"}

// planPlaces lists some places (看护点) and drops them before the tasks are
// counted. It returns how many tasks they may bring.
func (y *year) planPlaces(begin, end time.Time) int {
	n := 0
	for i, what := range watched {
		post := y.grids.posts[i*len(y.grids.posts)/len(watched)]
		text := "看护 " + post.name + what + " 每30天"
		if y.Mind.Index.Understand(text).Danger != "" {
			continue // heard as somebody in danger there, and then no place is listed
		}
		post.lane.at(y.dice, y.Mind.Calendar.Opening(begin.AddDate(0, 1, i)), func(t *talk) {
			t.with(post.head.chat).say(text).expect("列上了")
		})
		post.lane.at(y.dice, y.Mind.Calendar.Opening(end.AddDate(0, 0, -8)), func(t *talk) {
			t.with(post.head.chat).say("看护点").press("g:drop:")
		})
		n += int(end.Sub(begin).Hours()/24/30) + 1
	}
	return n
}

// unheld is somebody told of a task that nobody has yet: one of those told
// takes it, in turn.
func (y *year) unheld(p *phone, id string) {
	l := p.lane
	if l.taken[id] {
		return
	}
	l.taken[id] = true
	who := p.person
	if post := y.grids.post(p.grid); post != nil && p.role == ledger.GridWorker {
		l.turn++
		who = post.workers[l.turn%len(post.workers)]
	}
	l.later(who.dice, who.minutes(10, 240), func(t *talk) {
		t.with(who.chat).tap("g:take:" + id)
		if t.heard("归您办了") {
			y.mine(y.phones[who.chat], id)
		}
	})
}

// closings are how a task is closed in a few words.
var closings = []string{"办好了，照片在群里", "看过了，都好", "修好了", "清完了", "和村干部一起看了，没得问题", "发完了", "已经叫人来修，今天弄好了", "走了一遍，都正常"}

// mine is somebody with a task of their own: most close it in time, some late,
// a few pass it back, and some never do it.
func (y *year) mine(p *phone, id string) {
	l := p.lane
	done := func(t *talk) {
		t.with(p.chat).tap("g:done:" + id)
		if !t.heard("怎么办的") {
			return // passed on meanwhile
		}
		if t.odds(15) {
			t.show("")
		} else {
			t.say(pick(t.dice, y.grids.closings))
		}
		t.expect("办结")
	}
	switch n := p.IntN(100); {
	case n < 2, y.late() && n < 60:
	case n == 2 && p.role == ledger.GridWorker:
		l.later(p.dice, p.minutes(30, 200), func(t *talk) {
			t.with(p.chat).tap("g:back:" + id)
			if _, ok := t.choice("g:why:"); ok {
				t.press("g:why:").expect("退回")
			}
		})
	case n < 8:
		l.at(p.dice, l.clock().Add(time.Duration(11+p.IntN(12))*24*time.Hour), done)
	default:
		l.later(p.dice, p.minutes(30, 420), done)
	}
}
