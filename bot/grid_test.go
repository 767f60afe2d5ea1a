package bot

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"pgregory.net/rapid"

	"mingbai/bot/ledger"
	"mingbai/knowledge"
)

// join brings somebody in by an invite; a place may be a grid or a village.
func (s *stage) join(who, role, place string) {
	s.t.Helper()
	name := who
	s.invite(role, place)
	s.say(who, "/start $CODE")
	if utf8.RuneCountInString(who) > 3 { // a chat's name, not a person's
		name = "小陈"
	}
	s.say(who, name)
}

// last is the last thing said to somebody.
func last(replies []Reply) string {
	if len(replies) == 0 {
		return ""
	}
	return replies[len(replies)-1].Numbered()
}

// When an event was noticed is read from plain words, and asked back where
// they are not plain.
func TestNoticedAt(t *testing.T) {
	now := time.Date(2026, 11, 24, 14, 6, 0, 0, knowledge.Shanghai)
	for _, tt := range []struct{ text, want, grain string }{
		{"红岩桥头护栏断了", "11-24 14:06", ledger.GrainNow},
		{"今天路灯坏了", "11-24 14:06", ledger.GrainNow},
		{"今早看到的", "11-24 14:06", ledger.GrainNow},
		{"今天上午桥头塌了", "11-24 10:00", ledger.GrainPart},
		{"今天晚上要停水", "11-24 14:06", ledger.GrainNow},
		{"昨天下午桥头路灯不亮", "11-23 15:00", ledger.GrainPart},
		{"昨晚看到冒烟", "11-23 21:00", ledger.GrainPart},
		{"前天早上落石", "11-22 07:00", ledger.GrainPart},
		{"大前天看到的", "11-21 12:00", ledger.GrainDay},
		{"11月20号垃圾就满了", "11-20 12:00", ledger.GrainDay},
		{"坏了好几天了", "11-24 14:06", ledger.GrainNow},
		{"前几天看到的", "", ""},
		{"上周路就塌了", "", ""},
		{"星期三下午看到", "", ""},
		{"腊月初八那天", "", ""},
		{"12月30号要停水", "", ""},
		{"5月3号看到的", "", ""},
	} {
		at, grain, clear := noticedAt(tt.text, now)
		got := at.In(knowledge.Shanghai).Format("01-02 15:04")
		switch {
		case clear != (tt.want != ""):
			t.Errorf("%s: clear is %v", tt.text, clear)
		case clear && tt.text == "今早看到的":
			if grain != ledger.GrainNow {
				t.Errorf("%s: %s %s", tt.text, got, grain)
			}
		case clear && (got != tt.want || grain != tt.grain):
			t.Errorf("%s: %s %s, want %s %s", tt.text, got, grain, tt.want, tt.grain)
		}
	}
}

func TestEveryOf(t *testing.T) {
	for text, want := range map[string]struct {
		rest string
		days int
	}{
		"红岩桥头水塘 每7天": {"红岩桥头水塘", 7}, "水塘，每周看一次": {"水塘", 7}, "滑坡点每天": {"滑坡点", 1}, "水库每月一次": {"水库", 30},
		"水库 每半月": {"水库", 15}, "桥 每两周": {"桥", 14}, "桥头": {"桥头", 0}, "每3天": {"", 3}, "涵洞每隔五天看": {"涵洞", 5},
	} {
		if rest, days := everyOf(text); rest != want.rest || days != want.days {
			t.Errorf("%s: %q %d, want %q %d", text, rest, days, want.rest, want.days)
		}
	}
}

// An order in one line is read whole; what is missing is asked.
func TestOrders(t *testing.T) {
	s := newStage(t)
	s.join("张", ledger.GridHead, "hongyan-3")
	s.join("刘", ledger.Clerk, "")
	for _, tt := range []struct{ who, text, want string }{
		{"张", "派 全村 今天查一遍水塘护栏 3天", "派给红岩村5个网格，每格一件，谁接谁办：\n今天查一遍水塘护栏\n⏰ 最迟：11月27日（周五）17:30"},
		{"张", "派 红岩四网格 清理堰沟，两天内办完", "派给红岩四网格，一件，谁接谁办：\n清理堰沟\n⏰ 最迟：11月26日（周四）17:30"},
		{"张", "派 全村 查电线，今天办完", "查电线\n⏰ 最迟：今天17:30"},
		{"张", "派 全村 贴防火标语", "几天内办完？"},
		{"张", "派 查电线 3天", "派给谁？"},
		{"张", "派 青龙村 查电线 3天", "派给谁？"}, // not the head's village
		{"张", "派 全镇 查电线 3天", "派给谁？"},
		{"刘", "派 全镇 查电线 3天", "派给全镇55个网格，每格一件，谁接谁办：\n查电线"},
		{"刘", "派 青龙 查电线 3天", "派给青龙村5个网格"},
		{"刘", "派任务：青龙二网格 查电线 7天", "派给青龙二网格，一件"},
	} {
		if got := last(s.say(tt.who, tt.text)); !strings.Contains(got, tt.want) {
			t.Errorf("%s says %q, got:\n%s\nwant: %s", tt.who, tt.text, got, tt.want)
		}
	}
	s.prove()
}

// A task for a grid of three is one task, or three when the head says so; only
// who has it closes it, and each head sees grids, not people.
func TestFairOrders(t *testing.T) {
	s := newStage(t)
	s.join("张", ledger.GridHead, "hongyan-3")
	for _, w := range []string{"甲", "乙", "丙"} {
		s.join(w, ledger.GridWorker, "hongyan-3")
	}
	s.say("张", "派 本网格 查水塘护栏 3天")
	if got := last(s.say("张", "[派下去]")); !strings.Contains(got, "共1件") {
		t.Error(got)
	}
	s.say("甲", "[我来办]")
	if got := last(s.say("乙", "[办好了]")); strings.Contains(got, "办结") || strings.Contains(got, "怎么办的") {
		t.Errorf("another closes it: %s", got)
	}
	s.say("张", "派 本网格 每户发明白纸 3天")
	if got := last(s.say("张", "[每人一件，共3件]")); !strings.Contains(got, "共3件") {
		t.Error(got)
	}
	if got := last(s.say("张", "[派下去]")); !strings.Contains(got, "已经派过") {
		t.Errorf("a second tap sends again: %s", got)
	}
	for _, w := range []string{"甲", "乙", "丙"} {
		s.say(w, "[办好了]")
		if got := last(s.say(w, "发完了")); !strings.Contains(got, "办结") {
			t.Errorf("%s: %s", w, got)
		}
	}
	if got := last(s.say("张", "进展")); !strings.HasPrefix(got, "红岩三网格：在办1件\n") {
		t.Error(got)
	}
	s.prove()
}

// Residents have no part in the grids, and heads no place in other villages.
func TestGridDoors(t *testing.T) {
	s := newStage(t)
	s.join("甲", ledger.GridWorker, "hongyan-3")
	s.join("远", ledger.GridHead, "qinglong-1")
	s.join("远员", ledger.GridWorker, "qinglong-1")
	s.say("甲", "三组院坝水管爆了没得水吃")
	if got := last(s.say("甲", "对")); !strings.Contains(got, "报上去了") {
		t.Fatal(got)
	}
	var task int64
	err := s.e.Ledger.View(context.Background(), func(v *ledger.View) error {
		x, err := ledger.TaskByNo(v, "qingxi", "RW-2026-0001")
		if err == nil {
			task = x.ID
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, who := range []string{"村民", "远", "远员"} {
		for _, do := range []string{"take", "done", "back", "again", "off", "to", "task"} {
			s.n++
			r, err := s.e.Handle(context.Background(), Message{Channel: Web, Chat: who, ID: fmt.Sprint(s.n), Tap: fmt.Sprintf("g:%s:%d:0", do, task)})
			if err != nil {
				t.Fatal(err)
			}
			if got := last(r); !strings.Contains(got, "不在您手上") && !strings.Contains(got, "网格员、网格长用的") {
				t.Errorf("%s taps %s: %s", who, do, got)
			}
		}
	}
	for _, text := range []string{"报", "任务", "派", "看护", "进展", "我的本月"} {
		if got := last(s.say("村民", text)); !strings.Contains(got, "网格员、网格长用的") {
			t.Errorf("a resident says %s: %s", text, got)
		}
	}
	if got := last(s.say("甲", "派 全村 查电线 3天")); strings.Contains(got, "派给") {
		t.Errorf("a worker sends down: %s", got)
	}
	if got := last(s.say("甲", "派")); !strings.Contains(got, "网格长和镇上") {
		t.Errorf("a worker sends down: %s", got)
	}
	s.prove()
}

// Words that watch people are refused in every door, and nothing is recorded.
func TestPeopleAreNotWatched(t *testing.T) {
	s := newStage(t)
	s.join("张", ledger.GridHead, "hongyan-3")
	s.join("甲", ledger.GridWorker, "hongyan-3")
	for _, tt := range [][]string{
		{"张", "派 全村 盯住上访户老王 3天"}, {"张", "派", "全村各网格", "每天报重点人员去向"}, {"张", "看护 张三家"}, {"张", "看护 老王 每天"},
		{"甲", "报 吸毒人员李某又回来了"}, {"甲", "盯住张三"}, {"甲", "报", "其他", "信访人王某出门了"}, {"甲", "刑满释放的想办低保"},
	} {
		got := ""
		for _, line := range tt[1:] {
			got = last(s.say(tt[0], line))
		}
		if !strings.Contains(got, "不盯人") {
			t.Errorf("%v: %s", tt, got)
		}
		s.say(tt[0], "取消")
	}
	err := s.e.Ledger.View(context.Background(), func(v *ledger.View) error {
		cells, err := ledger.CountGrids(v, "qingxi", s.now.AddDate(0, 0, -1), s.now.AddDate(0, 0, 1))
		if len(cells) != 0 {
			t.Errorf("recorded all the same: %+v", cells)
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
	s.prove()
}

// Danger to people goes the way of everybody's danger, in every grid
// conversation, and can be made an event by one tap; it never becomes a matter
// for mediation.
func TestGridDanger(t *testing.T) {
	s := newStage(t)
	s.join("刘", ledger.Clerk, "")
	s.join("张", ledger.GridHead, "hongyan-3")
	s.join("甲", ledger.GridWorker, "hongyan-3")
	for _, before := range [][]string{nil, {"报"}, {"报", "别的类", "其他"}} {
		for _, line := range before {
			s.say("甲", line)
		}
		if r := s.say("甲", "他提起砍刀在追人，快来"); len(r) == 0 || r[0].Kind != KindUrgent {
			t.Errorf("after %v: %v", before, r)
		}
	}
	if got := last(s.say("甲", "[记成网格事件]")); !strings.Contains(got, "报哪一类") {
		t.Error(got)
	}
	if got := last(s.say("甲", "矛盾纠纷")); !strings.Contains(got, "不转调解") {
		t.Error(got)
	}
	r := s.say("甲", "三组后山林子起火了，火往屋边窜")
	if len(r) == 0 || r[0].Kind != KindUrgent || r[0].Calls[0].Number != "119" || !strings.Contains(last(r), "报上去了") {
		t.Errorf("a fire: %s", last(r))
	}
	if got := s.news("刘"); !strings.Contains(got, "森林火情") {
		t.Errorf("staff were not told: %s", got)
	}
	s.prove()
}

// What is overdue is marked once; heads hear of it once a day, at opening time
// of working days, for as long as it is. A place is looked at again when its
// days are over, and not while the last look is still open.
func TestReminders(t *testing.T) {
	s := newStage(t) // Tuesday, 24 November
	s.join("张", ledger.GridHead, "hongyan-3")
	s.join("甲", ledger.GridWorker, "hongyan-3")
	s.say("张", "派 本网格 查一遍电线 1天")
	s.say("张", "[派下去]")
	s.say("张", "看护 红岩桥头水塘 每3天")
	s.news("张")
	count := func(to, word string, want int) {
		t.Helper()
		s.move(to)
		if got := strings.Count(s.news("张"), word); got != want {
			t.Errorf("by %s the head heard %q %d times, want %d", to, word, got, want)
		}
	}
	count("2026-11-26 08:59", "逾期", 0)
	count("2026-11-26 18:00", "逾期", 1) // Thursday
	count("2026-11-27 18:00", "逾期", 1)
	count("2026-11-29 18:00", "逾期", 0) // the weekend
	count("2026-12-01 18:00", "逾期", 2) // Monday and Tuesday
	for range 2 {
		s.say("甲", "任务")
		if s.button("甲", "RW-2026-0001") != "" {
			s.say("甲", "RW-2026-0001")
			s.say("甲", "[办好了]")
			s.say("甲", "查完了，都好")
		}
	}
	s.say("甲", "RW-2026-0002")
	s.say("甲", "[办好了]")
	s.say("甲", "水位不高")
	s.news("张")
	count("2026-12-03 18:00", "逾期没办结", 0)
	err := s.e.Ledger.View(context.Background(), func(v *ledger.View) error {
		cells, err := ledger.CountGrids(v, "qingxi", s.now.AddDate(0, -1, 0), s.now)
		if len(cells) != 1 || cells[0].Tasks != 3 || cells[0].Done != 2 || cells[0].Late != 2 {
			t.Errorf("counted %+v; want the order and two looks, both of the first late", cells)
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
	s.prove()
}

// Whatever people of the grids say and tap, in whatever order, each message
// gets one fate, nothing fails, and the ledger stays whole.
func TestAnyGridTalk(t *testing.T) {
	words := []string{"红岩桥头护栏断了", "报", "昨天下午三组垃圾池满了", "前几天公路塌了个坑", "1", "2", "3", "9", "对", "不对", "桥头", "[图片]", "[位置]", "[语音]",
		"派 全村 查水塘 3天", "派", "今天", "看护 桥头水塘 每天", "看护", "任务", "进展", "我的本月", "两家为地界扯皮", "盯住张三", "后山林子起火了", "RW-2026-0001",
		"删除", "确定删除", "取消", "上报：井盖烂了", "老板欠我工资咋办", "他拿刀砍人", "办好了", "派 本网格 " + strings.Repeat("长", 900), "\x00\xff"}
	who := []string{"长", "甲", "乙", "镇", "村民"}
	rapid.Check(t, func(rt *rapid.T) {
		s := newStage(t)
		s.join("长", ledger.GridHead, "hongyan-3")
		s.join("甲", ledger.GridWorker, "hongyan-3")
		s.join("乙", ledger.GridWorker, "hongyan")
		s.join("镇", ledger.Clerk, "")
		for range rapid.IntRange(1, 25).Draw(rt, "length") {
			p := rapid.SampledFrom(who).Draw(rt, "who")
			lines, err := s.e.Transcript(context.Background(), Web, p, 0, 12)
			if err != nil {
				rt.Fatal(err)
			}
			var shown []Choice
			for _, l := range lines {
				if l.Reply != nil {
					shown = append(shown, l.Reply.Choices...)
				}
			}
			if len(shown) > 0 && rapid.IntRange(0, 2).Draw(rt, "tap") > 0 {
				c := rapid.SampledFrom(shown).Draw(rt, "choice")
				if len(c.Do) > 64 {
					rt.Fatalf("%q is longer than a button may be", c.Do)
				}
				s.n++
				if _, err := s.e.Handle(context.Background(), Message{Channel: Web, Chat: p, ID: fmt.Sprint(s.n), Tap: c.Do}); err != nil {
					rt.Fatalf("%s taps %s: %v", p, c.Do, err)
				}
			} else {
				s.say(p, rapid.SampledFrom(words).Draw(rt, "words"))
			}
			if rapid.IntRange(0, 6).Draw(rt, "wait") == 0 {
				s.now = s.now.Add(time.Duration(rapid.IntRange(1, 4000).Draw(rt, "minutes")) * time.Minute)
				for range 20 {
					n, err := s.e.Tick(context.Background(), 1)
					if err != nil {
						rt.Fatal(err)
					}
					if n == 0 {
						break
					}
				}
			}
		}
		p, err := s.e.Ledger.Prove(context.Background())
		if err != nil || len(p.Faults) > 0 {
			rt.Fatalf("%v %v", p.Faults, err)
		}
		for _, w := range who {
			err := s.e.Ledger.View(context.Background(), func(v *ledger.View) error {
				c, err := ledger.FindChat(v, Web, w)
				if err != nil {
					return nil // never spoke, or erased
				}
				list, err := ledger.Transcript(v, c.ID, 0, 0, 1000)
				for _, m := range list {
					if m.Kind == "fault" {
						rt.Fatalf("%s's %q failed", w, m.Body)
					}
				}
				return err
			})
			if err != nil {
				rt.Fatal(err)
			}
		}
	})
}
