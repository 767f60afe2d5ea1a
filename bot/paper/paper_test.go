package paper

import (
	"strings"
	"time"

	"mingbai/bot/casework"
	"mingbai/knowledge"
)

// boundary is a whole case: two neighbours and a wall, an agreement in writing,
// performed and asked after. Nobody in it exists.
func boundary() *Case {
	at := func(day string, hour, minute int) time.Time {
		return knowledge.Day(day).Time().Add(time.Duration(hour)*time.Hour + time.Duration(minute)*time.Minute)
	}
	return &Case{
		Township: "青溪镇", County: "清江县", Committee: "青溪镇红岩村人民调解委员会", Year: 2026, Number: 12,
		Category: "邻里纠纷", Source: SourceParty,
		Parties: []Party{
			{Side: casework.Applicant, Name: "李甲", Sex: "女", Nation: "汉族", Birth: "1948-05-04", Job: "务农", Address: "青溪镇红岩村2组18号", Phone: "13800001234", ID: "500000194805040021",
				Proxy: &Proxy{Name: "李小甲", Relation: "孙女", Phone: "13900005678", ID: "500000200101010042", Powers: "代为陈述事实、参加调解、提交证据；签订协议由委托人本人决定。", Until: "从签字那天起到调解结束", Signed: "2026-11-02"}},
			{Side: casework.Respondent, Name: "王乙", Sex: "男", Nation: "土家族", Age: "52岁", Job: "外出务工", Address: "青溪镇红岩村2组19号", Phone: "13700004321", ID: "500000197401010013"},
		},
		Story:          "今年国庆节，王乙家重修院墙，李甲认为新墙往她家宅基地这边移了约40厘米，院坝的排水沟也被填了，下雨天水往堂屋里流。两家吵过几次，还没有动手。",
		Wishes:         []string{"请求把院墙退回到老界石的位置。", "请求恢复排水沟。"},
		Facts:          "两家宅基地相邻，原以老界石和排水沟为界。2026年10月3日，王乙重修院墙时没有通知李甲。经双方和村干部到场指界测量，新墙北段4.2米越过界线35厘米，排水沟被填约5米。",
		Focus:          "院墙越界的部分怎么处理，排水沟由谁恢复。",
		Responsibility: "王乙修墙前没有指界，造成越界和排水不通，负主要责任；李甲家的老界石移动后没有告知邻居，负次要责任。",
		Inquiries: []Inquiry{{At: at("2026-11-05", 9, 5), Place: "红岩村2组赵丙家", Person: "赵丙", About: "男，70岁，务农，两家的老邻居，和两家都没有亲戚关系", By: []string{"张调解", "陈调解"}, Recorder: "周记录",
			Text: "问：您在这里住了多少年？\n答：四十多年了，两家修房子我都在。\n问：老界石原来在哪里？\n答：在排水沟靠李家这边，离沟边一巴掌宽。"}},
		Sessions: []Session{
			{At: at("2026-11-10", 14, 30), Place: "红岩村便民服务中心调解室", Present: []string{"李甲", "王乙"}, Guests: []string{"李小甲（李甲的孙女）", "村干部刘丁"},
				Text:   "人民调解员张调解先讲明双方的权利义务，问双方要不要换人民调解员，双方都说不换。\n李甲：墙占了我家的地，沟也填了，落雨水就往屋里灌。\n王乙：我是照着老墙脚砌的，没有想占哪个的地。\n张调解：那我们明天一起到现场，照两家的证来量，量出来是多少就是多少。",
				Result: "双方同意2026年11月12日到现场指界测量，再谈。"},
			{At: at("2026-11-12", 10, 0), Place: "李甲、王乙两家院坝", Present: []string{"李甲", "王乙"},
				Text:   "双方到场，按照两家的宅基地证用皮尺测量，三方在草图上签了字。\n王乙：量出来确实过了，我认。墙我自己拆了重砌，但是现在天冷，要缓一缓。\n李甲：可以缓，但是沟要先挖出来。",
				Result: "双方自愿达成协议，签订调解协议书。"},
		},
		Evidence: []Evidence{
			{Name: "宅基地证复印件1份", From: "李甲", At: "2026-11-02", Note: "宅基地的四至和界石位置"},
			{Name: "院墙和排水沟照片3张", From: "李小甲", At: "2026-11-02", Note: "新墙的位置、水沟被填的样子", Hash: strings.Repeat("0123456789abcdef", 4)},
		},
		Terms: []string{
			"王乙在2026年11月20日前，把被填的5米排水沟挖开恢复，费用由王乙承担。",
			"王乙在2026年12月31日前，把越过界线的4.2米院墙拆除，退回到2026年11月12日测量草图标明的界线重砌，费用由王乙承担。",
			"李甲在施工期间让王乙从自家院坝搬运材料，并在2026年12月31日前以现金补给王乙材料费300元。",
		},
		Manner: "王乙自己请人施工；李甲以现金当面付给王乙，王乙写收条。", Due: "排水沟2026年11月20日前，院墙和材料费2026年12月31日前。",
		Performances: []Performance{
			{At: "2026-11-18", By: "王乙", What: "恢复了5米排水沟。", Proof: "照片2张"},
			{At: "2026-12-20", By: "王乙", What: "拆除并重砌了院墙。", Proof: "照片3张"},
			{At: "2026-12-20", By: "李甲", What: "付给王乙材料费300元。", Proof: "收条1张"},
		},
		Revisits: []Revisit{{At: "2027-01-08", Way: "上门", With: []string{"李甲", "王乙"}, By: []string{"张调解"},
			Text: "院墙和排水沟都按协议做了，材料费已付清。12月下过一场雨，堂屋没有再进水。两家都表示满意，没有新的矛盾。"}},
		Outcome: casework.OutcomeWritten, Reason: "双方对院墙的位置说法不一，王乙表示不再参加调解。",
		Mediators: []string{"张调解", "陈调解"}, Recorder: "周记录", Archivist: "周记录", Checker: "吴检查", Keep: "长期", Remarks: "无。",
		Applied: "2026-11-02", Accepted: "2026-11-03", Informed: "2026-11-03", Agreed: "2026-11-12", Confirm: "2026-11-24", Ended: "", Closed: "2027-01-10",
		Invite: Invite{Code: "4821 7730", On: "2026-11-03", ReplyBy: "2026-11-10", How: "把回复码发给“明白”公众号，或者拿这张单子到村便民服务中心，也可以打下面的电话。", Place: "红岩村便民服务中心一楼", Phone: "023-00000000"},
		Court:  "清江县人民法院",
		Contents: []Content{
			{Name: "人民调解受理登记表", Pages: 1}, {Name: "权利义务告知书", Pages: 2}, {Name: "当事人身份证明", Pages: 3},
			{Name: "授权委托书", Pages: 1}, {Name: "调查记录", Pages: 1}, {Name: "证据材料", Pages: 5}, {Name: "调解记录", Pages: 2},
			{Name: "调解协议书", Pages: 2}, {Name: "履行凭证", Pages: 3}, {Name: "回访记录", Pages: 1}, {Name: "卷宗情况说明", Pages: 1}, {Name: "封底", Pages: 1},
		},
	}
}

// caseFor returns the case as it would be where an item is written: the papers of
// an end without agreement do not fit a case with one.
func caseFor(item casework.Item) *Case {
	c := boundary()
	switch item {
	case casework.PaperOral:
		c.Outcome = casework.OutcomeOral
	case casework.PaperRoutes:
		c.Outcome, c.Agreed, c.Ended = casework.OutcomeFailed, "", "2026-11-12"
	}
	return c
}
