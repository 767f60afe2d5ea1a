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

// Sentences that the suggester has not learnt. An offer may be wrong, one tap
// puts it right; but seldom, and the right kind must be near the top of the
// list. Do not add these to the township file.
func TestSuggest(t *testing.T) {
	town, lex := sampleTownship(t)
	s := NewSuggester(town, lex)
	first, three, sure, wrong, all := 0, 0, 0, 0, 0
	for _, tt := range []struct{ text, kind string }{
		{"桥面钢筋露出来了", "road"},
		{"下坡那个弯总出事，没得标志", "road"},
		{"泥石把进村的路封了", "road"},
		{"公路上有大坑，摩托车摔了几回", "road"},
		{"斜坡上的护坡垮到路上", "road"},
		{"电线耷拉到房顶上", "power"},
		{"电桩子遭虫蛀了要断", "power"},
		{"农网停了一天，啥时候来电", "power"},
		{"煤气闻到起味道", "power"},
		{"房子后檐沟上头的山开了口", "house"},
		{"土墙房住起人，墙脚泡软了", "house"},
		{"崖上石头松了，底下是院子", "house"},
		{"水库放水闸门卡住了", "flood"},
		{"河堤遭冲了一个缺口", "flood"},
		{"排水沟淤了，院坝进水", "flood"},
		{"茶馆后门堆满纸箱子", "fire"},
		{"幼儿园灭火器压力不够", "fire"},
		{"巷子太窄消防车进不来", "fire"},
		{"对面山上冒青烟", "forest-fire"},
		{"有人带火进山烧蜂子", "forest-fire"},
		{"水厂停了两天，全组没水煮饭", "water-drinking"},
		{"水管冻爆了", "water-drinking"},
		{"吃的水有股农药味", "water-drinking"},
		{"赶场天过后满街烂菜叶", "rubbish"},
		{"垃圾没得人拉，苍蝇多得很", "rubbish"},
		{"化粪池满出来流到路上", "rubbish"},
		{"洗沙场把河水搞浑了", "pollution"},
		{"晚上烧轮胎，烟子呛人", "pollution"},
		{"养牛场臭水流到井边", "pollution"},
		{"有人把水田填了打算修车库", "building"},
		{"山上偷偷砍了几十棵树", "building"},
		{"河边乱挖砂石", "building"},
		{"猪圈里头连着死猪", "animal"},
		{"蛇钻到学校教室里", "animal"},
		{"流浪狗成群咬了放学的娃儿", "animal"},
		{"乒乓球台断了一只脚", "public-works"},
		{"候车亭顶棚掉了", "public-works"},
		{"太阳能路灯黑了三盏", "public-works"},
		{"桥上栏杆遭车撞断一节", "public-works"},
		{"隔壁砌墙，两家闹得不可开交", "dispute"},
		{"水沟改道，上坎下坎吵起来了", "dispute"},
		{"兄弟两个为老屋基打官司", "dispute"},
		{"买卖耕牛，一个说病牛一个不退钱", "dispute"},
		{"孤老头摔了没人送饭", "need"},
		{"家里男人瘫了，女的又跑了，两个娃儿没人管", "need"},
		{"刚遭火灾，一家人没得地方住", "need"},
		{"有个精神恍惚的婆婆走丢了", "rescue"},
		{"两个娃儿在河边不见了", "rescue"},
		{"问养老金认证咋弄", "question"},
		{"想晓得建房审批要些啥子手续", "question"},
	} {
		for _, heard := range town.Heard[tt.kind] {
			if heard == tt.text {
				t.Errorf("%s was learnt: it proves nothing", tt.text)
			}
		}
		all++
		for i, g := range s.Suggest(tt.text) {
			right := g.Kind.ID == tt.kind
			if right {
				three++
			}
			if i > 0 {
				continue
			}
			if right {
				first++
			}
			if g.Sure {
				sure++
				if !right {
					wrong++
				}
			}
		}
	}
	t.Logf("of %d: %d first, %d among three, %d sure, %d of these wrong", all, first, three, sure, wrong)
	if first < 38 || three < 45 || sure < 28 || wrong > 3 {
		t.Errorf("of %d: %d first, %d among three, %d sure, %d of these wrong", all, first, three, sure, wrong)
	}
	for _, text := range []string{"", "今天天气好", "我到了", "吃饭没", "收到", "好的马上去", "会开完了", "明天赶场", "谢谢", "照片发不起"} {
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
	s := NewSuggester(&knowledge.Township{Events: []knowledge.EventKind{{ID: "sand", Name: "风沙埋路"}, {ID: "canal", Name: "渠道漏水"}}}, nil)
	if got := s.Suggest("二组渠道漏水了"); len(got) == 0 || got[0].Kind.ID != "canal" || !got[0].Sure {
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
