package annual

import (
	"fmt"
	"slices"

	"mingbai/bot/ledger"
)

// Sources of a Figure.
const (
	FromRecords  = "records"  // counted from the journal and the records it tells of
	FromTownship = "township" // listed in the township's file
	FromRatio    = "ratio"    // made of other figures
	FromEntry    = "entry"    // a signed entry of staff
	FromSum      = "sum"      // the sum of signed entries
)

// Periods of a Figure.
const (
	WholeYear = "全年"
	YearEnd   = "年末"
)

// A Figure (指标) says what one figure of a year is: what it is called, how it
// is counted and where it comes from.
type Figure struct {
	Key    string `json:"key"`
	Name   string `json:"name"`
	Unit   string `json:"unit"`
	Rule   string `json:"rule"`             // the counting rule (统计口径) in words
	Source string `json:"source"`           // one of the sources above
	Period string `json:"period"`           // WholeYear or YearEnd
	Sheet  string `json:"sheet"`            // the group it is shown in
	Town   bool   `json:"town"`             // the town's report names it: it may not be missing
	Within string `json:"within,omitempty"` // the figure that includes this one
	Small  bool   `json:"small,omitempty"`  // people could be told apart: under five it is not published
}

// Sheets are the groups of figures in their order.
var Sheets = []string{"依法行政", "普法", "矛盾纠纷", "基层治理", "社会监督", "咨询平台"}

// entryRule is how all figures are counted that staff enter.
const entryRule = "人工填报的数由工作人员按月或按年填并签名；改数是再填一次，以最后一次为准，原来的留着；没有的，要有人签字说明。"

// figures is the registry, in the order in which they are shown.
var figures = func() []Figure {
	var out []Figure
	sheet := ""
	add := func(town bool, key, name, unit, source, period, rule string) *Figure {
		out = append(out, Figure{Key: key, Name: name, Unit: unit, Rule: rule, Source: source, Period: period, Sheet: sheet, Town: town})
		return &out[len(out)-1]
	}
	sheet = Sheets[0]
	add(true, "study.sessions", "集中学法活动", "次", FromRecords, WholeYear, "登记为集中学法的活动，按活动日期算，一场一次，不按人次；中心组学习、法治讲坛登记为学法的也算。")
	add(true, "exam.sat", "参加法律考试的干部", "人", FromRecords, WholeYear, "成绩单上的人，同一人考几次只计一人。")
	add(true, "exam.passed", "考试合格的干部", "人", FromRecords, WholeYear, "有一次达到合格线的人，按成绩单算，不手填；已含在参加考试的人数里。").Within = "exam.sat"
	add(true, "enforce.land", "查处两违", "件", FromEntry, WholeYear, "查处的违法用地、违法建设，按立案件数。")
	add(true, "enforce.street", "查处占道经营", "件", FromEntry, WholeYear, "查处的占道经营，按件数。")
	add(true, "enforce.obstruct", "查处非法阻工", "件", FromEntry, WholeYear, "查处的非法阻挠施工，按件数。")
	add(true, "enforce.blasting", "查处违规爆破", "件", FromEntry, WholeYear, "查处的违规爆破，按件数。")
	add(true, "enforce.fireworks", "查处违规存储烟花爆竹", "件", FromEntry, WholeYear, "查处的违规存储烟花爆竹，按件数。")
	add(true, "enforce.traffic", "查处交通违法", "件", FromEntry, WholeYear, "查处的交通违法，按件数。")
	add(false, "enforce", "行政执法查处合计", "件", FromSum, WholeYear, "以上六类查处件数之和；有一类没人填，就没有合计。")
	add(true, "suits.enforcement", "行政执法诉讼", "件", FromEntry, WholeYear, "因行政执法被起诉、法院已立案的案件；已含在行政诉讼里。").Within = "suits"
	add(true, "reviews", "行政复议", "件", FromEntry, WholeYear, "以本镇为被申请人、已受理的行政复议案件。")
	add(true, "suits", "行政诉讼", "件", FromEntry, WholeYear, "以本镇为被告、法院已立案的行政诉讼案件，含行政执法诉讼。")

	add(false, "meetings", "联席会议和会商研判", "次", FromRecords, WholeYear, "会议登记簿里本年内召开的会议，一次会一次。")
	add(false, "duty.lists", "责任清单", "份", FromRecords, YearEnd, "到统计那天有效的责任清单，一份清单不论改过几版只计一份。")

	sheet = Sheets[1]
	add(true, "volunteers", "法律明白人", "人", FromRecords, YearEnd, "到统计那天在任的法律明白人。")
	add(true, "households.model", "普法示范户", "户", FromEntry, YearEnd, "到年末挂牌的普法示范户。")
	add(true, "publicity.events", "普法集中宣传", "次", FromRecords, WholeYear, "登记为普法宣传的活动，按活动日期算，一场一次；不含六进。")
	add(true, "settings.events", "法律六进活动", "次", FromRecords, WholeYear, "登记为六进的活动，每场必填进了六类中的哪一类，一场一次；不含普法宣传。")
	add(false, "activities.heads", "活动到场人次", "人次", FromSum, WholeYear, "学法、普法、六进、以案四说各场登记的到场人数之和；同一人参加几场，计几次。")

	sheet = Sheets[2]
	add(true, "disputes", "调处矛盾纠纷", "件", FromRecords, WholeYear, "本年内首次受理的纠纷，不论结没结、成没成；升级、换人、另行受理不重计。庭前调解已含在内。")
	add(true, "disputes.pretrial", "庭前调解", "件", FromEntry, WholeYear, "“一办一庭两所”受人民法庭委托、在开庭前调解的纠纷；已含在调处矛盾纠纷里，不另加。").Within = "disputes"
	add(false, "disputes.opened", "申请和发现的纠纷", "件", FromRecords, WholeYear, "本年内报来的纠纷，不论受理没有。")
	add(false, "disputes.agreed", "调解成功", "件", FromRecords, WholeYear, "本年受理的纠纷里，到统计那天达成协议的，书面、口头都算。").inside("disputes")
	add(false, "disputes.share", "调解成功率", "%", FromRatio, WholeYear, "达成协议的件数除以达成协议和调解不成的件数之和，取一位小数，不四舍五入；一方不愿调、撤回、转走、还在办的，不在分母里。")
	add(false, "disputes.performed", "协议已履行", "件", FromRecords, WholeYear, "本年受理的纠纷里，到统计那天说好的事已经办到的。").inside("disputes.agreed")
	add(false, "disputes.overdue", "调解超期", "件", FromRecords, WholeYear, "本年受理的纠纷里，过了镇文件定的期限（一般受理后30日，双方同意延长一次的加倍）还没结的；后来结了的也算。").Within = "disputes"
	add(false, "disputes.permediator", "每名调解员受理", "件/人", FromRatio, WholeYear, "调处矛盾纠纷件数除以到统计那天在任的人民调解员人数，取一位小数，不四舍五入；不列到人。")
	add(false, "disputes.seats", "联合调解席位答复", "次", FromRecords, WholeYear, "本年内联合调解的一席被请到后有了结果的次数：同意、推辞、转走或到时没答。")
	add(true, "petitions.legacy", "化解历史遗留信访问题", "件", FromEntry, WholeYear, "本年内化解并报结的历史遗留信访问题，只报件数，不报姓名。")

	sheet = Sheets[3]
	add(true, "grid.grids", "网格", "个", FromTownship, YearEnd, "镇的文件里列的网格，到统计那天。")
	add(true, "grid.heads", "网格长", "人", FromRecords, YearEnd, "到统计那天在任的网格长。")
	add(true, "grid.workers", "网格员", "人", FromRecords, YearEnd, "到统计那天在任的网格员，不含网格长；一人兼两样的，两边各计一次。")
	add(true, "grid.events", "网格事件", "件", FromRecords, WholeYear, "本年内网格员、网格长上报的事件，每报一次一件；类别只在镇定的清单之内。一件事件最多转成一件任务。")
	for _, o := range []struct{ key, name, rule string }{
		{ledger.OutcomeTask, "转成任务", "转成任务、有人办有期限的事件。"},
		{ledger.OutcomeDispute, "转去调解", "转成纠纷、去调解的事件。"},
		{ledger.OutcomeNote, "当场办好", "当场办好、只记一笔的事件，和已喊人的急事。"},
	} {
		add(false, "grid.events."+o.key, "网格事件·"+o.name, "件", FromRecords, WholeYear, o.rule+"三项之和等于网格事件。").Within = "grid.events"
	}
	add(true, "grid.tasks", "下派任务", "件", FromRecords, WholeYear, "本年内下派的任务：事件转成的、网格长和镇上派的、看护点到日子的。一件任务再派给别人，不重计。")
	add(false, "grid.tasks.done", "任务办结", "件", FromRecords, WholeYear, "本年内办结的任务，附一句话或照片。")
	add(false, "grid.tasks.intime", "任务按时办结", "件", FromRecords, WholeYear, "本年内办结、从没过期的任务。").Within = "grid.tasks.done"
	add(false, "grid.tasks.late", "任务逾期", "件", FromRecords, WholeYear, "本年内过了期限还没办结的任务，每件只计一次，后来办结的也计。")
	add(false, "grid.tasks.share", "任务按时率", "%", FromRatio, WholeYear, "按时办结的件数除以办结件数，取一位小数，不四舍五入。")
	add(false, "grid.tasks.perworker", "每名网格员任务", "件/人", FromRatio, WholeYear, "下派任务件数除以网格员人数，取一位小数，不四舍五入；负担多少，本身就是一项发现。")
	add(false, "grid.events.pergrid", "每个网格事件", "件/格", FromRatio, WholeYear, "网格事件件数除以网格个数，取一位小数，不四舍五入。")
	add(false, "grid.saved", "少打的字", "字", FromRatio, WholeYear, "一次报完，台账、任务、纠纷、汇报不再重填的字数，按报的字数和自动填的村、网格、类别、时间算。")
	add(false, "honours", "获得荣誉", "项", FromRecords, WholeYear, "荣誉登记簿里本年内获得的荣誉，一项一项。")
	add(true, "jobs.public", "农村公益性岗位", "个", FromEntry, YearEnd, "到年末在岗的农村公益性岗位。")
	add(true, "rescue.team", "农村应急救援队伍", "人", FromEntry, YearEnd, "到年末在册的应急救援队员。")

	sheet = Sheets[4]
	add(true, "receptions", "领导干部下访接访", "次", FromEntry, WholeYear, "领导干部接访、下访的场次，一场一次，不按来访人数。")
	add(true, "oversight.inspection", "“互联网+督查”", "件", FromEntry, WholeYear, "“互联网+督查”转来并办理的件数。")
	add(true, "oversight.complaints", "“接诉即办”", "件", FromEntry, WholeYear, "“酉诉即办”一类快速投诉渠道转来并办理的件数，渠道的名称各地不同。")
	add(true, "oversight.online", "网上信访", "件", FromEntry, WholeYear, "网上信访系统转来并办理的件数，内容留在信访系统。")
	add(true, "oversight.opinion", "网舆交办", "件", FromEntry, WholeYear, "上级交办的网络舆情事项件数，不收集个人言论。")
	add(true, "oversight.supervisors", "社会监督员反馈", "条", FromEntry, WholeYear, "社会监督员反馈的问题和建议条数。")
	add(false, "oversight", "社会监督合计", "件", FromSum, WholeYear, "以上五个渠道之和，不含接访；有一个没人填，就没有合计。")

	sheet = Sheets[5]
	add(true, "registrations", "平台登记注册", "人", FromRecords, WholeYear, "本年内首次登记的人，按登记时的渠道账号去重；注销后仍计一次，再登记不重计。")
	add(false, "registrations.again", "再次登记", "人次", FromRecords, WholeYear, "注销后又登记的次数，不计入登记注册。")
	add(false, "consultations", "咨询", "件", FromRecords, WholeYear, "本年内开始的咨询，每件事一件；同一件事的追问不另计。")
	add(false, "handovers", "转人工", "件", FromRecords, WholeYear, "本年内转给人答复的咨询；同一件多次转接只计一次。")
	add(false, "handovers.nocard", "没有知识卡的提问", "件", FromRecords, WholeYear, "因为没有合适的知识卡而转给人的咨询；同一件只计一次。").Within = "handovers"
	add(false, "answered.person", "人工答复", "件", FromRecords, WholeYear, "本年内由法律明白人、调解员、法律顾问或工作人员首次回复的咨询。")
	add(false, "answered.late", "逾期答复", "件", FromRecords, WholeYear, "首次人工回复晚于答应时间的咨询。").Within = "answered.person"
	add(false, "promises.missed", "到点未办", "次", FromRecords, WholeYear, "被叫到的人到时没有接或没有答的次数，记在镇上，不记在村民。")
	add(false, "answered.bot", "由知识卡答复", "件", FromRecords, WholeYear, "本年内开始、由知识卡答复且没有转人工的咨询。").Within = "consultations"
	add(false, "answered.share", "知识卡答复率", "%", FromRatio, WholeYear, "由知识卡答复的件数除以咨询件数，取一位小数，不四舍五入。")
	add(false, "rated.useful", "评价有用", "件", FromRecords, WholeYear, "被评为有用的咨询；同一件先后评价不同的，两边各计一次。")
	add(false, "rated.useless", "评价没用", "件", FromRecords, WholeYear, "被评为没用的咨询。")
	for _, f := range fates {
		add(false, "messages."+f[0], "消息·"+f[1], "条", FromRecords, WholeYear, "本年内收到、去向为“"+f[1]+"”的消息；每条消息只有一个去向。").Within = "messages"
	}
	add(false, "messages", "收到消息", "条", FromRecords, WholeYear, "本年内收到的全部消息，等于四种去向之和；重复投递不计。")
	return out
}()

// fates of a message, with their names.
var fates = [][2]string{{"answered", "已答"}, {"asked-back", "反问"}, {"handed-over", "转人工"}, {"refused", "谢绝"}}

// inside makes a figure a small part of another.
func (f *Figure) inside(whole string) { f.Within, f.Small = whole, true }

// Figures lists the registry: every figure that is not a part of another, in
// the order in which they are shown.
func Figures() []Figure { return slices.Clone(figures) }

// FigureOf returns the figure of a key, and whether there is one.
func FigureOf(key string) (Figure, bool) {
	i := slices.IndexFunc(figures, func(f Figure) bool { return f.Key == key })
	if i < 0 {
		return Figure{}, false
	}
	return figures[i], true
}

// CheckEntry says in plain Chinese why staff cannot enter a figure of this key
// for this month (0: the whole year); nil if they can.
func CheckEntry(key string, month int, value int64) error {
	f, ok := FigureOf(key)
	switch {
	case !ok:
		return fmt.Errorf("没有“%s”这个指标", key)
	case f.Source != FromEntry:
		return fmt.Errorf("“%s”由台账统计，不能手填；数不对，请改记录", f.Name)
	case month < 0 || month > 12:
		return fmt.Errorf("月份只能是1到12，全年写0，不是%d", month)
	case f.Period == YearEnd && month != 0:
		return fmt.Errorf("“%s”是年末数，按全年填一次，不按月填", f.Name)
	case value < 0:
		return fmt.Errorf("“%s”不能小于0", f.Name)
	}
	return nil
}

// CheckZero says in plain Chinese why a person cannot sign that a figure is
// zero; nil if they can.
func CheckZero(key string) error {
	f, ok := FigureOf(key)
	switch {
	case !ok:
		return fmt.Errorf("没有“%s”这个指标", key)
	case f.Source == FromRatio || f.Source == FromSum || f.Source == FromTownship:
		return fmt.Errorf("“%s”由别的数算出，不用签零", f.Name)
	}
	return nil
}
