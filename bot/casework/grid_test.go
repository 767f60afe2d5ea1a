package casework

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"mingbai/knowledge"
)

func sampleTownship(t *testing.T) (*knowledge.Township, *knowledge.Lexicon) {
	t.Helper()
	base, err := knowledge.Load(knowledge.Overlay{})
	if err != nil {
		t.Fatal(err)
	}
	return base.Township, base.Lexicon
}

// What workers type, and the kind it is. A kind offered must be right; a text
// may also be unsure, then the worker picks from a list where it must stand.
func TestSuggest(t *testing.T) {
	town, lex := sampleTownship(t)
	s := NewSuggester(town.Events, lex)
	sure, all := 0, 0
	for _, tt := range []struct{ text, kind string }{
		{"红岩桥头护栏断了", "public-works"},
		{"桥头路灯不亮了", "public-works"},
		{"广场健身器材松了，摇得很", "public-works"},
		{"井盖被车压烂了", "public-works"},
		{"文化室的门坏了", "public-works"},
		{"三组路口监控坏了", "public-works"},
		{"村委会公示栏玻璃碎了", "public-works"},
		{"李家湾公路塌了个大坑", "road"},
		{"岔路口反光镜遭撞歪了", "road"},
		{"二组路面结冰打滑", "road"},
		{"农用车载人赶场", "road"},
		{"公路内侧堆了河沙占道", "road"},
		{"后山掉石头下来", "house"},
		{"老院子土墙开裂，要垮了", "house"},
		{"四组屋后滑坡", "house"},
		{"学校背后山体有裂缝", "house"},
		{"水塘坝坎渗漏", "flood"},
		{"堰沟堵了，涨水要淹田", "flood"},
		{"山坪塘溢洪道垮了", "flood"},
		{"电杆歪了，电线垂到地上", "power"},
		{"院子里私拉电线给车充电", "power"},
		{"变压器打火花", "power"},
		{"王家坝漏气，煤气罐味道大", "power"},
		{"楼道里堆满柴草", "fire"},
		{"消防通道停满了车", "fire"},
		{"小卖部乱堆烟花爆竹", "fire"},
		{"灭火器过期了", "fire"},
		{"有人在坡上烧荒", "forest-fire"},
		{"后山林子起火了", "forest-fire"},
		{"坟山那边冒烟，火情大", "forest-fire"},
		{"三组停水两天了", "water-drinking"},
		{"自来水浑得很", "water-drinking"},
		{"水管爆了没得水吃", "water-drinking"},
		{"垃圾池满了没人清运", "rubbish"},
		{"河边乱倒垃圾", "rubbish"},
		{"公厕污水横流，臭得很", "rubbish"},
		{"养猪场往河里排粪水", "pollution"},
		{"砖厂冒黑烟，刺鼻", "pollution"},
		{"河里死鱼一片，黑水", "pollution"},
		{"有人占耕地抢建房子", "building"},
		{"二组在基本农田上乱搭棚子", "building"},
		{"河里有船采砂", "building"},
		{"猪死了好几头，怕是猪瘟", "animal"},
		{"野狗在学校门口咬人", "animal"},
		{"路边丢了几头死猪", "animal"},
		{"屋檐下有马蜂窝", "animal"},
		{"两家为田坎扯皮，吵架几天了", "dispute"},
		{"为过路争执，不让过路", "dispute"},
		{"兄弟争地界，闹矛盾", "dispute"},
		{"婆媳吵起来了", "dispute"},
		{"独居老人没人照顾", "need"},
		{"五保户屋里断炊了", "need"},
		{"想申请低保，家里困难", "need"},
		{"有娃儿落水了", "rescue"},
		{"老人走失半天了", "rescue"},
		{"有人摔下坎，动不得，求救", "rescue"},
		{"村民来咨询养老保险补贴政策", "question"},
		{"来问医保怎么办手续", "question"},
	} {
		all++
		got := s.Suggest(tt.text)
		if len(got) == 0 {
			t.Errorf("%s: nothing was suggested, want %s", tt.text, tt.kind)
			continue
		}
		found := false
		for _, g := range got {
			found = found || g.Kind.ID == tt.kind
		}
		switch {
		case got[0].Sure && got[0].Kind.ID != tt.kind:
			t.Errorf("%s: sure of %s, want %s", tt.text, got[0].Kind.ID, tt.kind)
		case !found:
			t.Errorf("%s: %s is not among the suggestions", tt.text, tt.kind)
		case got[0].Sure:
			sure++
		}
	}
	t.Logf("%d of %d need one tap", sure, all)
	if sure*100 < all*85 {
		t.Errorf("%d of %d texts are sure, want 85 in 100", sure, all)
	}
	for _, text := range []string{"", "今天天气好", "我到了", "吃饭没"} {
		if got := s.Suggest(text); len(got) > 0 && got[0].Sure {
			t.Errorf("%q: sure of %s", text, got[0].Kind.ID)
		}
	}
	if got := (*Suggester)(nil).Suggest("护栏断了"); got != nil {
		t.Errorf("a nil suggester says %v", got)
	}
}

// A township that gives no words is still served, by the names of its kinds.
func TestSuggestByName(t *testing.T) {
	s := NewSuggester([]knowledge.EventKind{{ID: "sand", Name: "风沙埋路"}, {ID: "canal", Name: "渠道漏水"}}, nil)
	if got := s.Suggest("二组渠道漏水了"); len(got) != 1 || got[0].Kind.ID != "canal" || !got[0].Sure {
		t.Errorf("got %v", got)
	}
}

// People are not watched; things, quarrels and what befell somebody are told.
func TestWatchesPeople(t *testing.T) {
	for _, text := range []string{
		"盯住张三", "盯紧老王，看他去哪里", "盯到那家人", "监控重点人员", "摸底吸毒人员", "上访户又出门了", "信访人李某去镇上了",
		"看住刑满释放的那个", "把社区矫正对象管起来", "掌握老李的行踪", "蹲守陈家", "精神病人每天看一次", "每天报王大爷的动向",
		"张三要管控", "跟踪他两天", "留意外地人", "看管李四家", "重点人群排查", "吸毒康复人员名单",
	} {
		if !WatchesPeople(text) {
			t.Errorf("%q is taken", text)
		}
	}
	for _, text := range []string{
		"红岩桥头护栏断了", "路口监控坏了", "邻居装监控对着他家大门，吵起来了", "监控杆被车撞歪了，老张家门口", "水塘边要看住", "有人跟踪她回家",
		"两家为地界扯皮", "独居老人没人照顾", "陈家屋后滑坡", "今天查一遍水塘护栏", "给每户发防火明白纸", "老王家危房要垮", "养猪场排粪水",
		"债主守到他家不走，吵架", "盯住水位，涨了就报", "看住火源，护林防火", "查危房、查电线",
	} {
		if WatchesPeople(text) {
			t.Errorf("%q is refused", text)
		}
	}
	if !LabelsPeople("刑满释放人员想申请低保") || LabelsPeople("盯住吸毒人员张三") || LabelsPeople("老人想申请低保") {
		t.Error("labels of people who want help are not told apart")
	}
	for text, want := range map[string]bool{"红岩桥头水塘": true, "三组滑坡": true, "变压器": true, "张三": false, "老王家": false, "李大爷": false} {
		if NamesThing(text) != want {
			t.Errorf("NamesThing(%q) is %v", text, !want)
		}
	}
}

// Working days: a task of one day sent on a Friday ends on Monday at closing;
// holidays and worked weekends count as the township file says.
func TestTaskClocks(t *testing.T) {
	town, _ := sampleTownship(t)
	cal := NewCalendar(town.Hours)
	at := func(s string) time.Time {
		x, err := time.ParseInLocation("2006-01-02 15:04", s, knowledge.Shanghai)
		if err != nil {
			t.Fatal(err)
		}
		return x
	}
	for _, tt := range []struct {
		from string
		days int
		want string
	}{
		{"2026-11-24 14:06", 0, "2026-11-24 17:30"},
		{"2026-11-24 18:00", 0, "2026-11-25 17:30"},
		{"2026-11-24 14:06", 1, "2026-11-25 17:30"},
		{"2026-11-24 18:00", 1, "2026-11-25 17:30"},
		{"2026-11-27 09:00", 1, "2026-11-30 17:30"},
		{"2026-11-28 09:00", 0, "2026-11-30 17:30"},
		{"2026-11-28 09:00", 1, "2026-11-30 17:30"},
		{"2026-09-30 10:00", 1, "2026-10-08 17:30"},
		{"2026-10-09 10:00", 1, "2026-10-10 17:30"}, // a worked Saturday
	} {
		if got := cal.DueIn(at(tt.from), tt.days); !got.Equal(at(tt.want)) {
			t.Errorf("%s and %d days is %s, want %s", tt.from, tt.days, got.Format("2006-01-02 15:04"), tt.want)
		}
	}
	for from, want := range map[string]string{"2026-11-24 08:59": "2026-11-24 09:00", "2026-11-24 09:00": "2026-11-25 09:00", "2026-11-27 18:00": "2026-11-30 09:00"} {
		if got := cal.Opening(at(from)); !got.Equal(at(want)) {
			t.Errorf("after %s offices open %s, want %s", from, got, want)
		}
	}
}

// Whatever is tried in whatever order: an end is an end, what is done has
// somebody who did it and a proof, late is marked once and never taken back,
// and a refused step changes nothing.
func TestAnyTask(t *testing.T) {
	reached := map[TaskState]bool{}
	rapid.Check(t, func(rt *rapid.T) {
		now := time.Date(2026, 11, 24, 9, 0, 0, 0, knowledge.Shanghai)
		task := Task{State: TaskSent, Holder: rapid.Int64Range(0, 2).Draw(rt, "to"), Due: now.Add(48 * time.Hour)}
		marks := 0
		for range rapid.IntRange(1, 30).Draw(rt, "steps") {
			now = now.Add(time.Duration(rapid.IntRange(1, 1500).Draw(rt, "minutes")) * time.Minute)
			s := TaskStep{
				Act: rapid.SampledFrom([]TaskAct{TaskTake, TaskFinish, TaskReturn, TaskResend, TaskCancel, TaskLate, "odd"}).Draw(rt, "act"),
				At:  now, By: rapid.Int64Range(1, 3).Draw(rt, "by"), Proof: rapid.Bool().Draw(rt, "proof"), Reason: rapid.Bool().Draw(rt, "reason"),
				To: rapid.Int64Range(0, 3).Draw(rt, "again"), Due: now.Add(time.Duration(rapid.IntRange(-50, 50).Draw(rt, "hours")) * time.Hour),
			}
			before := task
			if err := task.Do(s); err != nil {
				if task != before {
					rt.Fatalf("a refused %s changed %+v to %+v", s.Act, before, task)
				}
				continue
			}
			reached[task.State] = true
			switch {
			case !before.State.Open():
				rt.Fatalf("%s moved a task that was %s", s.Act, before.State)
			case before.Late && !task.Late:
				rt.Fatalf("%s took back that it was late", s.Act)
			case task.State == TaskDone && (task.Holder != s.By || !s.Proof || task.Done != now || task.InTime() != (!before.Late && !now.After(before.Due))):
				rt.Fatalf("done wrongly: %+v by %+v", task, s)
			case task.State == TaskReturned && s.Act != TaskLate && (task.Holder != 0 || !s.Reason):
				rt.Fatalf("returned wrongly: %+v by %+v", task, s)
			case s.Act == TaskResend && (!task.Due.After(now) || task.Sent != before.Sent+1):
				rt.Fatalf("sent again wrongly: %+v by %+v", task, s)
			case before.Holder != 0 && before.Holder != s.By && (s.Act == TaskTake || s.Act == TaskFinish || s.Act == TaskReturn):
				rt.Fatalf("%d did %s to the task of %d", s.By, s.Act, before.Holder)
			}
			if task.Late && !before.Late {
				marks++
			}
		}
		if marks > 1 {
			rt.Fatalf("late %d times", marks)
		}
	})
	for _, s := range TaskStates {
		if !reached[s] {
			t.Errorf("no road leads to %s", s)
		}
		if s.String() == "" {
			t.Errorf("%s has no name", s)
		}
	}
}
