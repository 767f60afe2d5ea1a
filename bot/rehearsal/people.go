package rehearsal

import (
	"fmt"
	"slices"
	"time"

	"mingbai/bot/ledger"
	"mingbai/knowledge"
)

// How many people of each post a township has beside its grids and volunteers.
const (
	workersPerGrid      = 3
	mediatorsPerVillage = 2
	townMediators       = 9 // a third of the quarrels go to the town's committee
	clerks              = 2
	inviteLife          = 7 * 24 * time.Hour
)

// Chats by who is in them, so that a chat tells what it is.
const (
	staffChats     = 1_000
	residentChats  = 1_000_000_000
	applicantChats = 2_000_000_000 // residents who apply for mediation
	strangerChats  = 3_000_000_000 // never registered
	otherChats     = 4_000_000_000 // of the other side of a quarrel
	lanesMost      = 1_000         // a chat's last digits tell its lane
)

// chatIn is the n-th chat of a kind, of somebody in a lane; home is its inverse.
func (l *lane) chatIn(kind, n int64) int64 { return kind + n*lanesMost + int64(l.index) }

// home is the lane of a resident's chat.
func (y *year) home(chat int64) *lane { return y.lanes[chat%lanesMost] }

// A person works for the township.
type person struct {
	dice
	chat          int64
	name          string
	role          string
	village, grid string // a seat's village is its office
	lane          *lane
}

// A resident is somebody registered, or about to be.
type resident struct {
	chat int64
	name string
}

// Made-up names: one of these after the other.
var (
	surnames = []string{"冉", "向", "田", "彭", "白", "石", "陈", "李", "王", "杨", "张", "吴", "何", "罗", "谭", "黄", "龙", "覃", "周", "唐", "冯", "邓", "熊", "庹"}
	given    = []string{"光明", "素芬", "大贵", "秀英", "长林", "桂兰", "正国", "小燕", "德才", "春梅", "永红", "天福", "玉珍", "世杰", "菊香", "文武", "成碧", "荣华", "开秀", "二娃", "中平", "淑华", "昌友", "绍云"}
	called   = []string{"婆婆", "大爷", "叔", "孃孃", "大姐", "大哥", "老师", "幺妹", "老表", "嫂"}
)

// nameOf is the n-th of 576 made-up names.
func nameOf(n int) string {
	return surnames[n%len(surnames)] + given[(n/len(surnames)+n)%len(given)]
}

// callName is how the n-th resident wants to be called.
func callName(n int) string {
	return surnames[n%len(surnames)] + called[(n/len(surnames)+n)%len(called)]
}

// planPeople has everybody in post join on the first days.
func (y *year) planPeople() error {
	n := 0
	add := func(l *lane, role, village, grid string) *person {
		chat := staffChats + int64(n)
		p := &person{dice: newDice(y.Seed, uint64(chat)), chat: chat, name: nameOf(n), role: role, village: village, grid: grid, lane: l}
		n++
		y.phones[p.chat] = &phone{person: p, seen: map[string]bool{}}
		l.at(y.dice, y.Mind.Calendar.Opening(y.From.Add(time.Minute)), func(t *talk) { y.join(t, p) })
		return p
	}
	town := y.ownLane()
	for range clerks {
		p := add(town, ledger.Clerk, "", "")
		if y.clerk == nil {
			y.clerk = p
		}
	}
	add(town, ledger.Adviser, "", "")
	for range townMediators {
		add(town, ledger.Mediator, "", "")
	}
	for _, office := range y.town.Mediation.Seats {
		add(town, ledger.SeatHolder, office, "")
	}
	y.grids = &grids{}
	for i, l := range y.lanes[:len(y.lanes)-1] {
		if len(l.village.Grids) == 0 {
			return fmt.Errorf("%s has no grids: a rehearsal wants a township with them", l.village.Name)
		}
		for v := i; v < y.Plan.Volunteers; v += len(y.lanes) - 1 {
			add(l, ledger.Volunteer, l.village.ID, "")
		}
		for range mediatorsPerVillage {
			add(l, ledger.Mediator, l.village.ID, "")
		}
		for _, g := range l.village.Grids {
			post := &gridPost{id: g.ID, name: g.Name, lane: l, head: add(l, ledger.GridHead, l.village.ID, g.ID)}
			for range workersPerGrid {
				post.workers = append(post.workers, add(l, ledger.GridWorker, l.village.ID, g.ID))
			}
			y.grids.posts = append(y.grids.posts, post)
		}
	}
	return nil
}

// join gives somebody an invite, which they use.
func (y *year) join(t *talk, p *person) {
	var code string
	t.err = y.Ledger.Do(t.ctx, "invite", t.l.now, func(tx *ledger.Tx) (err error) {
		code, err = tx.InviteGrid(y.town.ID, p.role, p.village, p.grid, inviteLife)
		return err
	})
	t.with(p.chat).say("/start " + code).expect("怎么称呼").say(p.name).expect("您现在是")
}

// daily draws a moment of the span in which people are awake.
func (y *year) daily(from, to time.Time) time.Time {
	day := time.Duration(y.dice.Int64N(int64(to.Sub(from))))
	d := from.Add(day).In(knowledge.Shanghai)
	at := time.Date(d.Year(), d.Month(), d.Day(), 0, y.awake(), y.dice.IntN(60), 0, knowledge.Shanghai)
	if at.Before(from) || !at.Before(to) {
		return d
	}
	return at
}

// awake draws a minute of the day: most in the morning and after supper.
func (y *year) awake() int {
	if y.dice.IntN(10) < 7 {
		return 8*60 + y.dice.IntN(10*60)
	}
	return 18*60 + y.dice.IntN(4*60)
}

// planRegistrations spreads the registrations over the span, more of them in
// its first third, when the platform is made known.
func (y *year) planRegistrations() {
	begin := y.From.Add(24 * time.Hour)
	third := begin.Add(y.To.Sub(begin) / 3)
	moments := make([]time.Time, y.Plan.Registrations-len(y.quarrels.own))
	for i := range moments {
		if moments[i] = y.daily(begin, y.To.Add(-24*time.Hour)); y.dice.IntN(2) == 0 {
			moments[i] = y.daily(begin, third)
		}
	}
	slices.SortFunc(moments, time.Time.Compare)
	villages := y.lanes[:len(y.lanes)-1]
	for i, at := range moments {
		l := villages[i%len(villages)]
		who := &resident{chat: l.chatIn(residentChats, int64(i)), name: callName(i)}
		l.at(y.dice, at, func(t *talk) {
			t.register(who)
			l.residents = append(l.residents, who)
		})
	}
}

// register plays a registration (登记注册): by taps, by words or by numbers.
func (t *talk) register(r *resident) {
	t.with(r.chat)
	if t.odds(20) {
		t.say("/start")
	}
	t.say("登记").expect("哪个村")
	switch t.IntN(3) {
	case 0:
		t.press("reg:" + t.l.village.ID)
	default:
		t.say(t.l.village.Name)
	}
	kinds := []string{"1", "1", "1", "2", "本村村民", "在外务工", "租住、做生意"}
	t.say(pick(t.dice, kinds))
	if _, ok := t.choice("reg:yes"); ok && t.odds(50) {
		t.say("同意")
	} else {
		t.press("reg:yes")
	}
	t.expect("登记好了")
	if t.odds(60) {
		t.say(r.name)
	} else {
		t.press("reg:skip")
		r.name = ""
	}
}
