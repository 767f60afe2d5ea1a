package search

import "testing"

// None of these stand in danger.txt.
func TestDanger(t *testing.T) {
	x := testIndex(t)
	for _, tt := range []struct {
		name, say string
		danger    bool
	}{
		{"now", "他刚才又打我，我躲在楼上，他拿着棒棒在找我", true},
		{"cry", "救命！", true},
		{"pinyin", "kuai lai ren, ta yao sha wo", true},
		{"child", "弟弟掉到堰塘头了，快来人", true},
		{"farewell", "东西都收拾好了，以后你们不用挂念我，今晚我就走", true},
		{"locked in", "我被他们关在一个院子里出不去，手机是偷着用的", true},
		{"transfer now", "公安说我犯事了，喊我马上把钱转到安全账户，我在银行", true},
		{"gas", "屋里一股煤气味，老人喊不醒", true},
		{"in a long story", "我们两家为了宅基地的边界争了好几年，村里调解过两次都没有结果，今天早上又吵了一架，现在他们家来了五六个人拿着铁棍在砸我家的门，我和孩子躲在里屋，我想问这块地到底该归谁", true},
		{"traditional", "救命啊，有人拿刀砍人", true},

		{"past", "前年他打过我一次，现在想离婚能不能多分点", false},
		{"negation", "没有人受伤，就是车刮了一下", false},
		{"hypothetical", "如果以后他动手打我，我该怎么做，现在没有打", false},
		{"news", "新闻上说有人放火烧了邻居家，这种判几年", false},
		{"game", "打游戏遭队友骂惨了", false},
		{"idiom", "打死我都不得签这个合同", false},
		{"price", "收猪的杀价杀得太凶了", false},
		{"hyperbole", "工资再不发真的要饿死人了", false},
		{"place name", "“打虎坳”那块林地的界线怎么划", false},
		{"law question", "故意杀人罪怎么判刑", false},
		{"animal", "隔壁的狗把我家羊咬死了，赔不赔", false},
		{"dealt with", "打架的事派出所已经处理了，医药费找谁要", false},
		{"drill", "学校消防演习要不要家长签字", false},
		{"ordinary", "离婚孩子归谁", false},
		{"scrap: will not come along", "他不得跟我一起去嘛", false},
		{"scrap: the savings", "刚才那个存款 银行要我们拿啥子手续", false},
		{"scrap: who cared", "我服侍了八年 她们两个一年回来一回 也平分唛", false},
		{"scrap: market day", "今天赶场不", false},
		{"scrap: waits at the door", "我在大门外等村长", false},
		{"scrap: card in a hand", "社保卡在他手头", false},
		{"volunteer", "王婆婆，我明天上午来看树，先把树桩拍下来", false},
		{"volunteer, of danger", "他要是再打您，您就报警，派出所会来", false},
		{"a child, and money wished", "教练摸我女儿，她才十一岁", true},
		{"a child, of a stranger", "村里那个光棍摸我娃儿下身", true},
		{"a child, of a herdsman", "放牛的老头摸我孙女", true},
		{"a child, of her father", "爸爸喝了酒要打妈妈，要是打死了咋办，以前打晕过", true},
		{"mediator's record", "先背靠背谈了一回，再当面说，气消了些。", false},
		{"mediator's record, no deal", "上午两家都来了，谈到十二点还差八百，下回接到谈", false},
		{"grid worker's close", "已经叫人来修，今天弄好了", false},
		{"grid worker's round", "沿河走了一圈，护栏都在，照片传了", false},
		{"volunteer's promise", "我和村里说了，这几天就去现场看，您先把东西收好。", false},
		{"a name and a number", "刘长顺 13800000000", false},
		{"ordinary quarrel", "冬天他家水管冻爆了，水从土墙浸到我粮仓，喊他赔他说找老天爷", false},
		{"letters", "RVQTPAZKDMWEHYBC", false},
		{"letters that call", "SOS", true},
		{"in the water", "我弟娃在堰塘里没冒头", true},
		{"farewell in few words", "我不想在这世上了", true},
	} {
		m := x.Understand(tt.say)
		if (m.Danger != "") != tt.danger {
			t.Errorf("%s: Understand(%q).Danger = %q, want danger %v\n%s", tt.name, tt.say, m.Danger, tt.danger, m.Why[0])
		}
		if tt.danger && m.Intent != Urgent {
			t.Errorf("%s: intent %s beside danger %s", tt.name, m.Intent, m.Danger)
		}
	}
}

func TestDangerKind(t *testing.T) {
	x := testIndex(t)
	for say, want := range map[string]string{
		"房子着火了，人还在里面":         "fire",
		"我不想活了，药已经买好了":        "self-harm",
		"老人走失了，一晚上没找到":        "missing",
		"后山滑坡了，房子要垮":          "disaster",
		"挖到一颗手榴弹，几个娃儿在耍":      "explosives",
		"骗子喊我把验证码念给他，我念了一半":   "fraud-in-progress",
		"我老婆要生了，羊水破了，车来不了":    "medical",
		"他拿着菜刀追我":             "violence",
		"男人拿皮带抽我，不是第一回了":      "violence",
		"丈夫拿皮带抽我，身上全是印子":      "violence",
		"老公输了钱回来打我，抓起我头往墙上撞":  "violence",
		"他往我家井里倒药，娃儿喝了肚子痛":    "medical",
		"没得证的在出租屋给人打胎，血止不住":   "medical",
		"我被锁在屋里，他们不让我走，手机要收了": "unlawful-confinement",
	} {
		if got := x.Understand(say).Danger; got != want {
			t.Errorf("%q: danger %q, want %q", say, got, want)
		}
	}
}

func TestIntent(t *testing.T) {
	x := testIndex(t)
	for say, want := range map[string]string{
		"您好":              Chitchat,
		"谢谢您哈":            Chitchat,
		"你到底是人还是机器":       Chitchat,
		"麻烦转人工":           Human,
		"我想跟律师通个电话":       Human,
		"我想登记":            Register,
		"我前天登记的事办到哪步了":    Progress,
		"把我的资料全部删掉":       Privacy,
		"明天会不会下雨":         OutOfScope,
		"感冒吃什么药好得快":       OutOfScope,
		"教我怎么把钱藏起来不让法院查到": OutOfScope,
		"我跟隔壁为了一条路吵了半年，想请村上来给我们调解一下": Dispute,
		"调解要不要交钱": Ask,
		"离婚孩子归谁":  Ask,
	} {
		if m := x.Understand(say); m.Intent != want {
			t.Errorf("%q: intent %s, want %s", say, m.Intent, want)
		}
	}
}

// Small talk and what is no question of law never get law.
func TestNoLaw(t *testing.T) {
	x := testIndex(t)
	for _, say := range []string{"今天好热", "猪肉好多钱一斤", "帮我写封情书", "哪个队赢了", "好的", "苞谷哪天种"} {
		if m := x.Understand(say); m.Intent == Ask && m.Decision == Answer {
			t.Errorf("%q is answered with %s (%.2f)", say, m.Hits[0].Card.ID, m.Confidence)
		}
	}
}

// A name with a telephone number is what the intake of a dispute asks for.
func TestPhoneIsNoDanger(t *testing.T) {
	x := testIndex(t)
	for _, s := range []string{"邓老师 13800007003", "龙大爷 13800007709", "李老三 138 0000 7003"} {
		if d := x.Understand(s).Danger; d != "" {
			t.Errorf("%s is heard as %s", s, d)
		}
	}
	for _, s := range []string{"有人拿刀砍我 13800007003", "救命 13900001111", "救我 13800007003"} {
		if d := x.Understand(s).Danger; d != "violence" {
			t.Errorf("%s with a number behind it is heard as %q", s, d)
		}
	}
}
