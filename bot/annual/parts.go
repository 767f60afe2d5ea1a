package annual

import (
	"fmt"
	"strconv"
	"strings"

	"mingbai/bot/ledger"
	"mingbai/bot/paper"
	"mingbai/knowledge"
)

// parts composes the report's four parts. The rule on annual reports asks for
// measures and results, the duties of the first responsible persons,
// shortcomings with their causes, and the plan for the next year
// (法治政府建设与责任落实督察工作规定).
func (w *writer) parts() []Part {
	measures := []Section{
		w.section("measures.administration", "推进依法行政", w.administration(), "没有可写的数，请写一段"),
		w.section("measures.popularisation", "开展普法和公共法律服务", w.popularisation(), "没有可写的数，请写一段"),
		w.section("measures.disputes", "化解矛盾纠纷", w.disputes(), "没有可写的数，请写一段"),
		w.section("measures.grids", "加强基层治理", w.grids(), "没有可写的数，请写一段"),
		w.section("measures.oversight", "接受社会监督", w.oversight(), "没有可写的数，请写一段"),
	}
	if len(w.promised) > 0 {
		measures = append(measures, w.kept())
	}
	duty := w.section("duty", "党委和政府主要负责人履职情况", "", "要由人写：党委书记、镇长在推进法治建设中做了什么")
	return []Part{
		{Title: "主要举措和成效", Sections: measures},
		{Title: "党政主要负责人履行第一责任人职责情况", Sections: []Section{duty}},
		{Title: "存在的不足和原因", Sections: w.shortcomings()},
		{Title: fmt.Sprintf("%d年度安排", w.r.Year+1), Sections: []Section{w.plan()}},
	}
}

func (w *writer) administration() string {
	exam := ""
	if w.have("exam.sat") {
		exam = "组织法律考试，{exam.sat}参加，{exam.passed}合格。"
		if w.by["exam.sat"].Value == w.by["exam.passed"].Value {
			exam = "组织法律考试，{exam.sat}参加，全部合格。"
		}
	}
	study := w.sentence("", [2]string{"study.sessions", "全年开展集中学法活动{study.sessions}，{study.sessions~}"})
	enforce := w.sentence("规范行政执法，全年查处", [2]string{"enforce.land", "违法用地和违法建设{enforce.land}"}, [2]string{"enforce.street", "占道经营{enforce.street}"},
		[2]string{"enforce.obstruct", "非法阻工{enforce.obstruct}"}, [2]string{"enforce.blasting", "违规爆破{enforce.blasting}"},
		[2]string{"enforce.fireworks", "违规存储烟花爆竹{enforce.fireworks}"}, [2]string{"enforce.traffic", "交通违法{enforce.traffic}"})
	if enforce != "" && w.have("enforce") {
		enforce = strings.TrimSuffix(enforce, "。") + "，以上合计{enforce}，{enforce~}。"
	}
	// Nothing happened only where somebody signed that nothing did.
	var none []string
	some := ""
	for _, k := range []string{"suits.enforcement", "reviews", "suits"} {
		switch i := w.by[k]; {
		case i.Zero != "":
			none = append(none, i.Name)
		case i.Value > 0:
			some += fmt.Sprintf("%s{%s}，{%s~}。", i.Name, k, k)
		}
	}
	court := some
	if len(none) > 0 {
		court += "全年未发生" + strings.Join(none, "、") + "案件。"
	}
	return paragraphs(w.lists()+w.sentence("全年", [2]string{"meetings", "召开联席会议和会商研判{meetings}，{meetings~}"}), study+exam, enforce, court)
}

// lists names the lists of duties in force.
func (w *writer) lists() string {
	var names []string
	for _, x := range w.r.signed.duties {
		names = append(names, "《"+bare(x.Title)+"》")
	}
	if len(names) == 0 {
		return ""
	}
	return paper.Date(knowledge.Day(w.r.Until)) + "有效的责任清单{duty.lists}：" + strings.Join(names, "、") + "。"
}

// honours names what the township was honoured with.
func (w *writer) honours() string {
	var names []string
	for _, x := range w.r.signed.honours {
		names = append(names, bare(x.Title))
	}
	if len(names) == 0 {
		return ""
	}
	return "全年获得荣誉{honours}：" + strings.Join(names, "；") + "。"
}

// bare is a title of a register as it stands inside a sentence; its braces
// would be taken for a figure.
func bare(s string) string {
	return strings.Trim(strings.NewReplacer("{", "", "}", "", "\n", " ").Replace(strings.TrimSpace(s)), "《》。；")
}

func (w *writer) popularisation() string {
	team := w.sentence("年末全镇有", [2]string{"volunteers", "法律明白人{volunteers}，{volunteers~}"}, [2]string{"households.model", "普法示范户{households.model}，{households.model~}"})
	held := w.sentence("全年开展", [2]string{"publicity.events", "普法集中宣传{publicity.events}，{publicity.events~}"},
		[2]string{"settings.events", "法律六进活动{settings.events}，{settings.events~}"}, [2]string{"activities.heads", "各类活动到场{activities.heads}"})
	platform := w.sentence("村居法律顾问平台全年", [2]string{"registrations", "登记注册{registrations}，{registrations~}"},
		[2]string{"consultations", "受理咨询{consultations}，{consultations~}"}, [2]string{"handovers", "转人工答复{handovers}"})
	if w.have("consultations") && w.have("answered.share") {
		platform += "知识卡答复率{answered.share}，{answered.share~}。"
	}
	return paragraphs(team, held, platform)
}

func (w *writer) disputes() string {
	all := w.sentence("全年", [2]string{"disputes", "调处矛盾纠纷{disputes}，{disputes~}"})
	if all != "" && w.have("disputes.pretrial") {
		all = strings.TrimSuffix(all, "。") + "，其中庭前调解{disputes.pretrial}。"
	}
	if all != "" && w.have("disputes.agreed") {
		all += "达成协议{disputes.agreed}"
		if w.have("disputes.agreed.how.written") && w.have("disputes.agreed.how.oral") {
			all += "，其中书面协议{disputes.agreed.how.written}，口头协议{disputes.agreed.how.oral}"
		}
		all += "。"
		if !w.hidden["disputes.share"] {
			all += "调解成功率{disputes.share}，{disputes.share~}。"
		}
	}
	if top := w.largest("disputes.category."); top != "" {
		all += top
	}
	return paragraphs(all, w.sentence("", [2]string{"petitions.legacy", "化解历史遗留信访问题{petitions.legacy}，{petitions.legacy~}"}))
}

// largest names the most frequent parts of a figure, at most three, of those
// that may be published.
func (w *writer) largest(prefix string) string {
	var top []Indicator
	for _, i := range w.r.Indicators {
		if !strings.HasPrefix(i.Key, prefix) || i.Value == 0 || w.hidden[i.Key] || strings.HasPrefix(i.Label, "其他") {
			continue
		}
		at := len(top)
		for at > 0 && top[at-1].Value < i.Value {
			at--
		}
		top = append(top[:at], append([]Indicator{i}, top[at:]...)...)
	}
	var out []string
	for _, i := range top[:min(3, len(top))] {
		out = append(out, i.Label+"{"+i.Key+"}")
	}
	if len(out) == 0 {
		return ""
	}
	return "较多的是" + strings.Join(out, "、") + "。"
}

func (w *writer) grids() string {
	people := w.sentence("全镇划分", [2]string{"grid.grids", "网格{grid.grids}"}, [2]string{"grid.heads", "配备网格长{grid.heads}"}, [2]string{"grid.workers", "网格员{grid.workers}（不含网格长）"})
	work := w.sentence("全年", [2]string{"grid.events", "上报网格事件{grid.events}，{grid.events~}"}, [2]string{"grid.tasks", "下派任务{grid.tasks}，{grid.tasks~}"})
	if w.have("grid.tasks.done") {
		work += "办结任务{grid.tasks.done}，按时率{grid.tasks.share}，{grid.tasks.share~}。"
	}
	if w.have("grid.tasks.perworker") {
		work += "平均每名网格员承担任务{grid.tasks.perworker}。"
	}
	team := w.sentence("年末有", [2]string{"jobs.public", "农村公益性岗位{jobs.public}，{jobs.public~}"}, [2]string{"rescue.team", "农村应急救援队员{rescue.team}，{rescue.team~}"})
	return paragraphs(people, work, team, w.honours())
}

func (w *writer) oversight() string {
	receive := w.sentence("", [2]string{"receptions", "领导干部下访接访{receptions}，{receptions~}"})
	handle := w.sentence("全年办理", [2]string{"oversight.inspection", "“互联网+督查”{oversight.inspection}"}, [2]string{"oversight.complaints", "“接诉即办”{oversight.complaints}"},
		[2]string{"oversight.online", "网上信访{oversight.online}"}, [2]string{"oversight.opinion", "网舆交办{oversight.opinion}"},
		[2]string{"oversight.supervisors", "社会监督员反馈{oversight.supervisors}"})
	if handle != "" && w.have("oversight") {
		handle = strings.TrimSuffix(handle, "。") + "，以上合计{oversight}，{oversight~}。"
	}
	return paragraphs(receive, handle)
}

// kept tells what became of last year's promises.
func (w *writer) kept() Section {
	done, not, open := 0, 0, 0
	var lines []string
	for n, p := range w.promised {
		text := strings.TrimRight(strings.TrimSpace(p.Text), "。；")
		switch p.Fate {
		case ledger.PromiseDone:
			done++
			lines = append(lines, fmt.Sprintf("第%d项，%s：已完成。%s", n+1, text, stop(p.Why)))
		case ledger.PromiseNotDone:
			not++
			lines = append(lines, fmt.Sprintf("第%d项，%s：未完成。原因：%s", n+1, text, stop(p.Why)))
		default:
			open++
			lines = append(lines, fmt.Sprintf("第%d项，%s：【是否完成】", n+1, text))
		}
	}
	lead := fmt.Sprintf("上年报告安排的%d项工作，完成%d项，未完成%d项。", len(w.promised), done, not)
	if not == 0 && open == 0 {
		lead = fmt.Sprintf("上年报告安排的%d项工作，全部完成。", len(w.promised))
	}
	text := paragraphs(append([]string{lead}, lines...)...)
	s := Section{Heading: "上年安排落实情况", Template: text}
	s.Text, s.Lines = runs(unmarked.Replace(text))
	if open > 0 {
		s.Needs = []string{fmt.Sprintf("上年安排的%d项工作，还没有写明完成没有", open)}
	}
	return s
}

// stop ends a sentence once.
func stop(s string) string {
	if s = strings.TrimRight(strings.TrimSpace(s), "。；"); s == "" {
		return ""
	}
	return s + "。"
}

// shortcomings proposes what the records show to be wanting. Each needs a cause
// that a person writes: figures tell what, not why.
func (w *writer) shortcomings() []Section {
	var out []Section
	propose := func(key, heading, fact string) {
		if fact == "" {
			return
		}
		s := Section{Key: "cause." + key, Heading: heading, Template: fact + "\n原因：【待写】"}
		if slot, ok := w.slots[s.Key]; ok && strings.TrimSpace(slot.Text) != "" {
			s.Draft = strings.TrimPrefix(strings.TrimSpace(slot.Text), "原因：")
			s.Template, s.Edited, s.Who, s.Written = fact+"\n原因："+s.Draft, true, strconv.FormatInt(slot.Who, 10), slot.At
		} else {
			s.Needs = []string{"要写原因"}
		}
		w.expand(&s)
		out = append(out, s)
	}
	e := w.r.evidence
	if len(e.unanswered) > 0 {
		var topics []string
		for _, x := range e.unanswered[:min(3, len(e.unanswered))] {
			topics = append(topics, fmt.Sprintf("%s（%d件）", wide(x.topic), x.n))
		}
		propose("unanswered", "部分法律问题还答不上来", "没有现成答案、转给人答复的咨询，较多的是"+strings.Join(topics, "、")+"。")
	}
	if late := w.sentence("", [2]string{"disputes.overdue", "调解超期的纠纷{disputes.overdue}，{disputes.overdue~}"}, [2]string{"grid.tasks.late", "逾期的网格任务{grid.tasks.late}，{grid.tasks.late~}"},
		[2]string{"promises.missed", "到点没有接、没有答的{promises.missed}，{promises.missed~}"}); late != "" {
		propose("overdue", "有的事没有按时办", late)
	}
	if n := len(e.villages); n > 0 {
		propose("villages", "村居法律服务力量不够", fmt.Sprintf("还有%d个村（社区）的法律明白人不足%d人：%s。", n, minVolunteers, strings.Join(e.villages, "、")))
	}
	if gap := w.by["grid.grids"].Value - w.by["grid.heads"].Value; gap > 0 {
		propose("heads", "网格长没有配齐", fmt.Sprintf("全镇{grid.grids}网格，在任网格长%s人，还差%s人。", number(w.by["grid.heads"].Value), number(gap)))
	}
	own := w.section("shortcomings", "其他不足和原因", "", "")
	if own.Text != "" || len(out) == 0 {
		if own.Text == "" {
			own.Needs = []string{"记录里没有看出不足，要由人写不足和原因"}
		}
		out = append(out, own)
	}
	return out
}

// plan lists what was promised for the next year, and proposes what of this
// year's was not done.
func (w *writer) plan() Section {
	var lines []string
	for n, p := range w.planned {
		lines = append(lines, fmt.Sprintf("第%d项，%s", n+1, stop(p.Text)))
	}
	for _, p := range w.promised {
		if p.Fate == ledger.PromiseNotDone && !w.again(p.Text) {
			lines = append(lines, "继续办理上年未完成的工作："+stop(p.Text))
		}
	}
	s := w.section("plan", "重点工作", paragraphs(lines...), "要写下一年的安排，一项一项写")
	if len(w.planned) == 0 && !s.Edited && len(s.Needs) == 0 {
		s.Needs = append(s.Needs, "还没有写下一年的新安排")
	}
	return s
}

// again reports whether a promise was made anew for the next year.
func (w *writer) again(text string) bool {
	for _, p := range w.planned {
		if stop(p.Text) == stop(text) {
			return true
		}
	}
	return false
}
