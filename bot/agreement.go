package bot

import (
	"errors"
	"regexp"
	"strconv"
	"strings"
	"time"

	"mingbai/bot/casework"
	"mingbai/bot/ledger"
	"mingbai/bot/paper"
	"mingbai/knowledge"
)

// The agreement (调解协议): its terms read over before anybody signs, written or
// oral, kept or broken, confirmed by the court.

var clauseNumber = regexp.MustCompile(`^\s*(第?[一二三四五六七八九十0-9]{1,3}[、.．:：条]|[(（][一二三四五六七八九十0-9]{1,3}[)）])\s*`)

// clauses splits what was typed into clauses without their numbers.
func clauses(text string) []string {
	var out []string
	for _, line := range strings.Split(text, "\n") {
		if line = strings.TrimSpace(clauseNumber.ReplaceAllString(line, "")); line != "" {
			out = append(out, line)
		}
	}
	return out
}

// drafts keeps the terms of an agreement and points out what is wrong with
// them before anybody signs.
func (t *turn) drafts(k *mediation, text string) error {
	terms := clauses(cut(text, 3000))
	k.texts[textTerms] = strings.Join(terms, "\n")
	if err := t.tx.Particular(k.ID, textTerms, k.texts[textTerms]); err != nil {
		return err
	}
	stop := false
	r := Reply{Kind: KindNote, Say: "协议" + strconv.Itoa(len(terms)) + "条，看一遍："}
	r.Steps = terms
	var lines []string
	for _, w := range casework.LintAgreement(terms, knowledge.DayOf(t.now)) {
		stop = stop || w.Stop
		mark := "可以再写清楚："
		if w.Stop {
			mark = "不能这样写："
		}
		lines = append(lines, mark+w.String())
	}
	r.Text = strings.Join(lines, "\n")
	again := Choice{Label: "重写", Do: "m:terms:" + id(k.ID)}
	switch {
	case stop:
		r.Note = "有不能这样写的，先改。"
		r.Choices = []Choice{again}
	default:
		r.Choices = []Choice{{Label: "写成书面协议", Do: "m:written:" + id(k.ID)}, {Label: "口头协议", Do: "m:oral:" + id(k.ID)}, again}
	}
	r.Choices = append(r.Choices, Choice{Label: "先不弄", Do: "m:card:" + id(k.ID)})
	t.settle(ledger.FateAskedBack, "mediator")
	t.say(r)
	return nil
}

// agrees writes the agreement for signature, or the register of an oral one.
// It is not an agreement yet: that it is when both have signed (人民调解法
// 第二十九条), or said yes to the words read out (第三十条).
func (t *turn) agrees(k *mediation, o casework.Outcome) error {
	terms := clauses(k.texts[textTerms])
	for _, w := range casework.LintAgreement(terms, knowledge.DayOf(t.now)) {
		if w.Stop {
			return t.drafts(k, k.texts[textTerms])
		}
	}
	if !k.rules.Can(casework.ActAgree) || k.rules.Held == 0 {
		return t.refused(k.rules.Do(casework.Step{Act: casework.ActAgree, At: t.now, Outcome: o}, t.mind.terms(), t.mind.Calendar))
	}
	item, say, button := casework.PaperAgreement, "调解协议书写好了，在“卷宗”里。打印出来，念给两边听，双方签名按指印，调解员签名盖章。", "双方都签了"
	if o == casework.OutcomeOral {
		item, say, button = casework.PaperOral, "念给两边听：都认，就点下面。口头协议登记表会写好。", "双方都认"
	}
	r := Reply{Kind: KindNote, Say: say, Steps: terms, Choices: []Choice{{Label: button, Do: "m:signed:" + id(k.ID) + ":" + string(o)}, {Label: "重写", Do: "m:terms:" + id(k.ID)}}}
	link, err := t.draftPaper(k, o, item)
	var missing *paper.Missing
	if errors.As(err, &missing) {
		t.note(err.Error(), Choice{Label: "补资料", Do: "m:about:" + id(k.ID)})
		return nil
	}
	if err != nil {
		return t.paperTrouble(err)
	}
	r.Links = append(r.Links, *link)
	t.settle(ledger.FateAskedBack, "mediator")
	t.say(r)
	return nil
}

// signed records that the agreement stands.
func (t *turn) signed(k *mediation, o casework.Outcome) error {
	terms := clauses(k.texts[textTerms])
	var promised time.Time
	if d, ok := casework.LastDay(k.texts[textTerms]); ok {
		promised = d.Time().Add(24*time.Hour - time.Minute)
	}
	if err := t.step(k, t.chat.Person, casework.Step{Act: casework.ActAgree, Outcome: o, Promised: promised}); err != nil {
		return t.refused(err)
	}
	item := casework.PaperAgreement
	if o == casework.OutcomeOral {
		item = casework.PaperOral
	}
	if err := t.writePapers(k, item); err != nil {
		return err
	}
	r := Reply{Kind: KindNote, Say: "调成了（" + k.no + "）。说好的是：", Steps: terms, Choices: []Choice{progressOf(k)}}
	if o == casework.OutcomeWritten {
		last := k.rules.Agreed.AddDate(0, 0, casework.ConfirmDays)
		r.Text = "协议有法律约束力，两边都要照做。想更稳当，两家一起在" + chineseDay(knowledge.DayOf(last)) + "前，到" + t.township().Mediation.Court + "申请司法确认，不收钱；确认了对方不做，可以申请强制执行。"
		r.Cites = []Cite{{Law: "人民调解法", Article: "第三十一条"}, {Law: "人民调解法", Article: "第三十三条"}, {Law: "民事诉讼法", Article: "第二百零五条"}}
	} else {
		r.Text = "口头协议也算数，两边都要照做。想要纸，跟调解员说，补成书面的。"
		r.Cites = []Cite{{Law: "人民调解法", Article: "第三十条"}, {Law: "人民调解法", Article: "第三十一条"}}
	}
	if err := t.tellParties(k, r); err != nil {
		return err
	}
	t.say(t.mediatorCard(k, "调成了，协议存进卷宗。"))
	return nil
}

func (t *turn) breaches(k *mediation) error {
	if err := t.step(k, t.chat.Person, casework.Step{Act: casework.ActBreach}); err != nil {
		return t.refused(err)
	}
	text := "协议上的事没做到。书面协议可以到法院起诉要求履行；已经司法确认的，可以申请强制执行。"
	if err := t.tellParties(k, Reply{Kind: KindNote, Say: k.no + "：" + text, Cites: []Cite{{Law: "人民调解法", Article: "第三十二条"}, {Law: "人民调解法", Article: "第三十三条"}}, Choices: []Choice{choiceHuman}}); err != nil {
		return err
	}
	t.say(t.mediatorCard(k, "记下了：没履行。两边都告诉了法院那条路，请去督促。"))
	return nil
}

// asksLonger asks both parties whether to go on after the term: it takes both.
func (t *turn) asksLonger(k *mediation) error {
	r := Reply{Kind: KindNote, Say: "调解（" + k.no + "）一般一个月内完。要不要再调一个月？", Text: "两边都同意才延长。",
		Choices: []Choice{{Label: "同意延长", Do: "p:longer:" + id(k.ID)}, progressOf(k)}}
	if err := t.tellParties(k, r); err != nil {
		return err
	}
	t.note("问两边了，都同意才延长。")
	return nil
}

func (t *turn) confirms(k *mediation) error {
	if err := t.step(k, t.chat.Person, casework.Step{Act: casework.ActConfirm}); err != nil {
		return t.refused(err)
	}
	if err := t.writePapers(k, casework.PaperConfirmation); err != nil {
		return t.paperTrouble(err)
	}
	last := chineseDay(knowledge.DayOf(k.rules.Agreed.AddDate(0, 0, casework.ConfirmDays)))
	text := "申请书写好了。两家一起，" + last + "前交到法院：双方任一方住所地、标的物所在地、或调委会所在地的基层法院都行。婚姻、收养、身份关系法院不确认。"
	if err := t.tellParties(k, Reply{Kind: KindNote, Say: "司法确认（" + k.no + "）", Text: text, Cites: []Cite{{Law: "民事诉讼法", Article: "第二百零五条"}}}); err != nil {
		return err
	}
	t.say(t.mediatorCard(k, text))
	return nil
}
