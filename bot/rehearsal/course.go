package rehearsal

import (
	"fmt"
	"regexp"
	"strings"
	"time"

	"mingbai/knowledge"
)

// The course of a dispute from the day its mediator is asked: taken or not,
// both sides asked, met, settled or not, performed, revisited, closed. Each
// step is a conversation of some day.

// invitation finds the word by which the other side joins, in what a mediator
// is told to pass on.
var invitation = regexp.MustCompile(`/start ([A-Za-z0-9]+)`)

// asked is the mediator's phone with a dispute to take.
func (q *quarrel) asked(m *person, id string) {
	q.id = id
	switch l := m.lane; {
	case q.silent > 0:
		q.silent--
	case q.declines > 0:
		q.declines--
		l.later(m.dice, m.minutes(20, 120), func(t *talk) {
			t.with(m.chat).tap("m:decline:" + id)
			if !t.heard("已经不在您手上了") {
				t.press("mt:").expect("转给别人了")
			}
		})
	default:
		l.later(m.dice, m.minutes(15, 300), func(t *talk) { q.accept(t, m) })
	}
}

// accept takes the dispute, and fills in what the papers need.
func (q *quarrel) accept(t *talk, m *person) {
	t.with(m.chat)
	if q.corrected {
		t.tap("m:category:" + q.id)
		if t.heard("已经不在您手上了") {
			return
		}
		t.say(q.category).expect("改成")
		q.corrected = false
	}
	t.tap("m:accept:" + q.id)
	if t.heard("已经不在您手上了") {
		return
	}
	t.expect("归您了")
	q.mediator = m
	var code string
	for _, r := range t.l.replies {
		for _, s := range r.Steps {
			if x := invitation.FindStringSubmatch(s); x != nil {
				code = x[1]
			}
		}
	}
	if _, ok := t.choice("m:about:"); ok {
		t.press("m:about:")
		for n := 0; n < 4 && t.heard("一条写完"); n++ {
			t.say(fmt.Sprintf("%s 汉族 %d岁 农民 %s%d组 其余不详", pick(t.dice, []string{"男", "女"}), 30+t.IntN(40), q.lane.village.Name, 1+t.IntN(6)))
		}
	}
	q.next(t, code)
}

// next goes on from acceptance, as the plan has it.
func (q *quarrel) next(t *talk, code string) {
	switch {
	case q.swap && q.who != nil:
		q.swap = false
		q.on(t, 1, func(t *talk) { t.with(q.who.chat).tap("p:swap:" + q.id).expect("换一位") })
	case q.up > 0:
		q.up--
		q.on(t, 1, func(t *talk) {
			if t.with(q.mediator.chat).tap("m:up:" + q.id); t.heard("没有更上一级") {
				q.up = 0
				q.next(t, code)
				return
			}
			t.expect("转到")
		})
	case q.end == endReferred:
		q.on(t, 2, q.refer)
	case q.end == endWithdrawn && q.who != nil:
		q.on(t, 2, func(t *talk) {
			t.with(q.who.chat).tap("p:withdraw:" + q.id).expect("撤回了")
			q.on(t, 2, q.close)
		})
	case q.end == endRefused:
		q.on(t, 2, q.refuse)
	default:
		q.on(t, 1+t.IntN(2), func(t *talk) { q.consent(t, code) })
	}
}

// on has the dispute's mediator do something some days later, in office hours.
func (q *quarrel) on(t *talk, days int, do func(*talk)) {
	l := q.mediator.lane
	day := t.l.now.AddDate(0, 0, days).In(knowledge.Shanghai)
	at := time.Date(day.Year(), day.Month(), day.Day(), 9, t.IntN(90), 0, 0, knowledge.Shanghai)
	if !q.y.Mind.Calendar.Working(at) {
		at = q.y.Mind.Calendar.Opening(at)
	}
	l.at(t.dice, at, do)
}

func (q *quarrel) refer(t *talk) {
	t.with(q.mediator.chat).tap("m:out:" + q.id).say("这件事要到主管部门去办，镇上便民中心可以帮着递材料。").expect("告诉当事人了")
	q.on(t, 2, q.close)
}

func (q *quarrel) refuse(t *talk) {
	t.with(q.mediator.chat).tap("m:no:" + q.id).expect("不愿意调解")
	q.on(t, 1, q.close)
}

// consent gets the other side's word: by itself in the chat, or by phone.
func (q *quarrel) consent(t *talk, code string) {
	if q.joins && code != "" {
		q.chat = q.lane.chatIn(otherChats, int64(q.n))
		t.with(q.chat).say("/start " + code).press("p:yes:").expect("愿意调解")
	} else {
		t.with(q.mediator.chat).tap("m:yes:" + q.id).expect("愿意调解")
	}
	if q.found { // neither side has applied: the second is asked too
		t.with(q.mediator.chat).tap("m:yes:" + q.id).expect("愿意调解")
	}
	switch {
	case q.end == endOpen:
	case q.slow:
		q.on(t, 28+t.IntN(12), q.meet)
	default:
		q.on(t, 1, q.meet)
	}
}

// meet fixes a day on which both sides come.
func (q *quarrel) meet(t *talk) {
	day := t.l.now.AddDate(0, 0, 2+t.IntN(3)).In(knowledge.Shanghai)
	hour, part := 9, "上午9点"
	if t.odds(40) {
		hour, part = 15, "下午3点"
	}
	at := time.Date(day.Year(), day.Month(), day.Day(), hour, 0, 0, 0, knowledge.Shanghai)
	t.with(q.mediator.chat).tap("m:times:" + q.id).say(at.Format("2006年1月2日") + part + " 村委会")
	do, ok := t.choice("m:fix:" + q.id)
	if !ok {
		t.fail("no time to fix for " + q.no)
		return
	}
	if q.chat != 0 && q.who != nil {
		vote := strings.Replace(do, "m:fix:", "p:vote:", 1)
		t.with(q.who.chat).tap(vote).with(q.chat).tap(vote)
	} else {
		t.tap(do)
	}
	t.expect("定了")
	t.l.at(t.dice, at.Add(t.minutes(45, 100)), q.session)
}

// records are what mediators write down of a session.
var records = []string{
	"两边都说了，申请人要求按原来的来，对方说自己也有难处，各让一步。", "到现场看了，量了尺寸，两边都认这个数。", "先背靠背谈了一回，再当面说，气消了些。",
	"请了组长和两个老人来做证，说的是老界。", "讲了法条，对方认了一部分，钱上还差一点。",
}

// session records what was said; the next day, the same day or another session
// brings the end.
func (q *quarrel) session(t *talk) {
	q.term++
	t.with(q.mediator.chat).tap("m:record:" + q.id).say(pick(t.dice, records)).expect("调解记好了")
	switch {
	case q.end == endFailed:
		t.tap("m:fail:" + q.id).say("两边差得太远，谈了几回都不让。").expect("告知书")
		q.on(t, 2, q.close)
	case q.term == 1 && t.odds(20):
		q.on(t, 2, q.meet)
	default:
		q.agree(t)
	}
}

// agree writes down what both sides said yes to.
func (q *quarrel) agree(t *talk) {
	by := t.l.now.AddDate(0, 0, 7+t.IntN(14)).In(knowledge.Shanghai)
	t.tap("m:terms:" + q.id).say(fmt.Sprintf("对方于%s前把该做的做好，并以现金支付申请人%d元。", by.Format("2006年1月2日"), 100*(2+t.IntN(30))))
	if q.end == endWritten {
		t.press("m:written:")
	} else {
		t.press("m:oral:")
	}
	if _, ok := t.choice("m:about:"); ok {
		t.fail("the papers lack something")
		return
	}
	t.press("m:signed:").expect("调成了")
	if q.end == endWritten && t.odds(8) {
		t.tap("m:confirm:" + q.id)
	}
	days := 6 + t.IntN(16)
	if t.odds(4) {
		q.on(t, days+8, func(t *talk) { t.with(q.mediator.chat).tap("m:breach:" + q.id).expect("没履行") })
		days += 20
	}
	q.on(t, days, q.perform)
}

func (q *quarrel) perform(t *talk) {
	t.with(q.mediator.chat).tap("m:perform:" + q.id).expect("协议履行了")
	q.on(t, 2+t.IntN(8), func(t *talk) {
		t.with(q.mediator.chat).tap("m:revisit:" + q.id).say("上门看了，两边都说做到了，没有再扯皮。").expect("回访记好了")
		q.close(t)
	})
}

// close binds the dossier.
func (q *quarrel) close(t *talk) {
	t.with(q.mediator.chat).tap("m:card:" + q.id)
	if _, ok := t.choice("m:identity:"); ok {
		t.press("m:identity:")
	}
	t.tap("m:close:" + q.id).expect("结案了")
}
