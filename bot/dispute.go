package bot

import (
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"mingbai/bot/casework"
	"mingbai/bot/ledger"
	"mingbai/knowledge"
	"mingbai/search"
)

// Asking for mediation (申请调解). One free narrative fills what it can; what is
// missing is asked, one thing a message; what was understood is shown before
// anything is filed. The conversation lies in the dialogue and goes on after
// days.

// The questions of the intake, in their order. One whose answer is known is
// not asked.
const (
	askStory   = "story"
	askWhose   = "whose"   // one's own, or filed for somebody
	askElder   = "elder"   // for whom
	askAgreed  = "agreed"  // that person's own word
	askOther   = "other"   // with whom
	askHome    = "village" // where
	askWish    = "wish"
	askMe      = "me"
	askConfirm = "confirm"
	askKind    = "kind" // the category is put right
)

// forOther marks a narrative about somebody else's quarrel.
var forOther = regexp.MustCompile(`^(帮|替|代)|(帮|替|代)(我|我们|俺)?(妈|爸|爷|婆|奶|公|外|老人|老汉|父|母|邻|他|她|村民)`)

// startDispute begins the intake, with what was told already as the story.
func (t *turn) startDispute() error {
	m, err := t.current()
	if err != nil {
		return err
	}
	if m != nil {
		d, err := ledger.DisputeOf(t.tx, m.ID)
		if err == nil && !casework.State(d.State).Over() {
			return t.showDispute(d.ID)
		}
		if err != nil && !isNotFound(err) {
			return err
		}
	}
	story := t.d.Asked
	if t.msg.Tap == "" && utf8.RuneCountInString(t.msg.Text) >= 10 && !tapped(t.d, t.msg.Text) {
		story = t.msg.Text
	}
	t.d.begin("dispute", askStory)
	if utf8.RuneCountInString(story) >= 10 {
		return t.disputeStory(story)
	}
	t.settle(ledger.FateAskedBack, DecideDispute)
	t.note("好，替您申请调解，不收钱。先用一条话说清楚：和谁、什么事、在哪里、您想怎么解决。发语音、照片也行，我替您存着。", Choice{Label: "不弄了", Do: "ds:stop"})
	return nil
}

// tapped reports whether a text is the label of a choice, not a narrative.
func tapped(d *dialogue, text string) bool {
	return slices.ContainsFunc(d.Choices, func(c Choice) bool { return c.Label == text })
}

// disputeStep takes the answer to the question that stands open.
func (t *turn) disputeStep(text string) error {
	if t.d.Flow != "dispute" {
		return t.startDispute()
	}
	text = strings.TrimSpace(text)
	if len(t.msg.Files) > 0 && t.in != nil {
		t.d.Data["files"] += " " + id(t.in.ID)
	}
	switch text {
	case "stop", "不弄了":
		return t.stop()
	case "redo", "改事情":
		t.d.Step = askStory
		t.settle(ledger.FateAskedBack, DecideDispute)
		t.note("好，重新说一遍：和谁、什么事、在哪里、想怎么解决。")
		return nil
	case "fix", "类别不对":
		return t.askCategory()
	case "own":
		if c, err := t.duplicate(); err != nil || c != nil {
			if c != nil {
				t.d.Data["again"] = "1"
			}
			return t.askNextThing()
		}
	}
	switch t.d.Step {
	case askStory:
		return t.disputeStory(text)
	case askWhose:
		switch text {
		case "mine", "我自己的":
			t.d.Data[askWhose] = "mine"
		case "elder", "替家里老人", "替别人":
			t.d.Data[askWhose] = "other"
		default:
			return t.askThing(askWhose)
		}
	case askAgreed:
		return t.elderAgrees(text)
	case askHome:
		v := t.township().Village(text)
		if v == nil {
			t.settle(ledger.FateAskedBack, DecideDispute)
			t.note("没找到这个村名，点一个就行。", t.villageChoices("ds:")...)
			return nil
		}
		t.d.Data[askHome], t.d.Village = v.ID, v.ID
	case askKind:
		if !slices.Contains(knowledge.DisputeCategories, text) {
			return t.askCategory()
		}
		t.d.Data["category"] = text
	case askConfirm:
		if text == "yes" || text == "对，提交" || text == "对" || text == "是" || text == "提交" {
			return t.fileDispute()
		}
		if text != "" { // anything else adds to the story
			t.d.Data[askStory] = strings.TrimRight(t.d.Data[askStory], "。") + "。" + text
		}
	case askOther, askWish, askMe, askElder:
		if text == "" {
			return t.askThing(t.d.Step)
		}
		t.d.Data[t.d.Step] = cut(text, 200)
	}
	return t.askNextThing()
}

// disputeStory reads the narrative: whether it is a matter for mediation at
// all, and what it says of category, place, wish and the other side.
func (t *turn) disputeStory(story string) error {
	if utf8.RuneCountInString(story) < 6 {
		t.settle(ledger.FateAskedBack, DecideDispute)
		t.note("太短了，看不出是什么事。和谁、什么事、想怎么解决，多打几个字。", Choice{Label: "不弄了", Do: "ds:stop"})
		return nil
	}
	c := t.mind.Index.Dispute(story)
	if c.Level == search.PoliceFirst || c.Level == search.NotMediable {
		return t.otherDoor(c, story)
	}
	t.d.Data[askStory] = cut(story, maxText)
	t.d.Data["category"], t.d.Data["level"] = c.Category, c.Level
	if c.Wish != "" {
		t.d.Data[askWish] = c.Wish
	}
	if len(c.Places) > 0 {
		t.d.Data["place"] = strings.Join(c.Places, "、")
	}
	if again, err := t.duplicate(); err != nil || again != nil {
		if err != nil {
			return err
		}
		k, err := readMediation(t.tx, again)
		if err != nil {
			return err
		}
		t.settle(ledger.FateAskedBack, DecideDispute)
		t.note("您有一件"+k.Category+"正在办（"+k.no+"，"+k.rules.State.String()+"）。这回说的是同一件吗？",
			Choice{Label: "是同一件，补充进去", Do: "ds-same:" + id(k.ID)}, Choice{Label: "是另外一件", Do: "ds:own"}, Choice{Label: "不弄了", Do: "ds:stop"})
		return nil
	}
	return t.askNextThing()
}

// duplicate returns an open dispute of this chat in the category of the one
// being told.
func (t *turn) duplicate() (*ledger.Dispute, error) {
	if t.d.Data["again"] != "" {
		return nil, nil
	}
	list, err := ledger.DisputesOfChat(t.tx, t.chat.ID, 20)
	if err != nil {
		return nil, err
	}
	for _, d := range list {
		if d.Chat == t.chat.ID && d.Category == t.d.Data["category"] && !casework.State(d.State).Over() {
			return d, nil
		}
	}
	return nil, nil
}

// sameDispute adds what was told to a dispute that is open already.
func (t *turn) sameDispute(arg string) error {
	story := t.d.Data[askStory]
	t.d.end()
	k, err := t.mediation(number(arg))
	if isNotFound(err) || err == nil && k.partyOf(t.chat.ID) == nil {
		return t.myMatters()
	}
	if err != nil {
		return err
	}
	t.d.Matter, t.matter = k.Matter, k.Matter
	if err := t.tx.Particular(k.ID, textStory, k.texts[textStory]+"\n补充："+story); err != nil {
		return err
	}
	if err := t.tellMediator(k, Reply{Kind: KindNote, Say: t.title(k), Text: "申请人补充：" + story}); err != nil {
		return err
	}
	t.settle(ledger.FateHandedOver, "dispute-added")
	t.note("补充进去了，"+k.no+"的调解员看得到。", progressOf(k))
	return nil
}

// otherDoor tells plainly that mediation is not the way, with the door that
// is: the police first where a crime is suspected; else what the cards say.
func (t *turn) otherDoor(c search.Case, story string) error {
	t.d.end()
	q := t.mind.Index.Understand(head(story, maxText))
	say := "这件事不是调解能定的：政府的决定、法院的判决、选举和婚姻效力这些，要走法定的路。"
	if c.Level == search.PoliceFirst {
		say = "这件事先报警，☎ 110。涉嫌犯罪的不能靠调解了结；受了伤先看病，留好证据。"
	}
	r := Reply{Kind: KindNote, Say: say}
	if len(q.Hits) > 0 {
		if v := t.mind.check(q.Hits[0].Card, knowledge.DayOf(t.now), ""); v.Decision == DecideAnswer && q.Decision == search.Answer {
			if _, err := t.matterFor(q, story, v.Card.Topic, v.Card.ID); err != nil {
				return err
			}
			t.d.Card, t.d.Asked = v.Card.ID, cut(story, 120)
			full := t.mind.AnswerReply(v, t.now)
			r.Text, r.Steps, r.Cites, r.Law = full.Say, full.Steps, full.Cites, full.Law
		}
	}
	if duty := t.mind.notOurs(story); duty != nil && r.Text == "" {
		r.Text = duty.Matter + "归" + duty.Lead + "管，依据" + knowledge.Cite{Law: duty.Law, Article: duty.Article}.String() + "。"
	}
	r.Choices = []Choice{choiceHuman, choiceMatters}
	t.settle(ledger.FateAnswered, DecideAnswer)
	t.say(r)
	return nil
}

// notOurs returns the entry of the township's duty list, among those that are
// not its own power, whose matter shares most with a narrative; nil if none
// shares two pairs of characters.
func (m *Mind) notOurs(story string) *knowledge.Duty {
	best, most := -1, 1
	for i, d := range m.Base.Township.Duties {
		if d.Do != knowledge.NotOurs {
			continue
		}
		n, r := 0, []rune(d.Matter)
		for k := 0; k+1 < len(r); k++ {
			if strings.Contains(story, string(r[k:k+2])) {
				n++
			}
		}
		if n > most {
			best, most = i, n
		}
	}
	if best < 0 {
		return nil
	}
	return &m.Base.Township.Duties[best]
}

// askNextThing asks the first thing not known yet; with all known, it shows
// what was understood.
func (t *turn) askNextThing() error {
	data := t.d.Data
	if data[askWhose] == "" {
		helper, err := t.isHelper()
		if err != nil {
			return err
		}
		if !helper && !forOther.MatchString(data[askStory]) {
			data[askWhose] = "mine"
		}
	}
	if data[askHome] == "" {
		data[askHome] = t.d.Village
	}
	if data[askMe] == "" && t.chat.Person != 0 {
		p, err := ledger.PersonByID(t.tx, t.chat.Person)
		if err != nil && !isNotFound(err) {
			return err
		}
		data[askMe] = p.Name
	}
	for _, thing := range []string{askWhose, askElder, askAgreed, askOther, askHome, askWish, askMe} {
		if (thing == askElder || thing == askAgreed) && data[askWhose] == "mine" || data[thing] != "" {
			continue
		}
		return t.askThing(thing)
	}
	return t.confirmDispute()
}

// askThing asks one question.
func (t *turn) askThing(thing string) error {
	t.d.Step = thing
	t.settle(ledger.FateAskedBack, DecideDispute)
	stop := Choice{Label: "不弄了", Do: "ds:stop"}
	switch thing {
	case askWhose:
		t.note("这件事是您自己的，还是替别人申请？", Choice{Label: "我自己的", Do: "ds:mine"}, Choice{Label: "替家里老人", Do: "ds:elder"}, Choice{Label: "替别人", Do: "ds:elder"}, stop)
	case askElder:
		t.note("替哪个申请？打他的名字，和您是什么关系，如“王婆婆，我外婆”。", stop)
	case askAgreed:
		t.note("要他本人答应才行。请他发一句语音：“我同意”，或者他在您旁边，您替他打“同意”。", stop)
	case askOther:
		t.note("对方叫什么？知道电话也打上，如“李老三 138…”。不晓得名字，就打怎么称呼。", stop)
	case askHome:
		t.note("这件事在哪个村？", append(t.villageChoices("ds:"), stop)...)
	case askWish:
		t.note("您想怎么解决？比如：赔多少钱、把墙拆了、道个歉。一句话就行。", stop)
	case askMe:
		t.note("您怎么称呼？最好也留个电话，调解员好找您。", stop)
	}
	return nil
}

// elderAgrees records the word of the person that somebody files for: a voice
// message, or what they say beside the phone.
func (t *turn) elderAgrees(text string) error {
	how := ""
	switch {
	case slices.ContainsFunc(t.msg.Files, func(f File) bool { return f.Kind == "voice" || f.Kind == "video" }):
		how = "语音"
	case text == "同意" || text == "我同意" || text == "他同意" || text == "她同意" || text == "老人同意" || text == "yes":
		how = "当面口头，由代办人记下"
	}
	if how == "" {
		return t.askThing(askAgreed)
	}
	t.d.Data[askAgreed] = how + "，" + t.now.In(shanghai).Format("2006年1月2日15:04")
	return t.askNextThing()
}

// confirmDispute shows what was understood.
func (t *turn) confirmDispute() error {
	t.d.Step = askConfirm
	d := t.d.Data
	lines := []string{"类别：" + d["category"]}
	if d[askElder] != "" {
		lines = append(lines, "替谁："+d[askElder]+"（本人同意："+d[askAgreed]+"）")
	}
	lines = append(lines, "和谁："+d[askOther], "哪里："+strings.TrimSpace(t.township().VillageName(d[askHome])+" "+d["place"]), "事情："+cut(d[askStory], 160), "想要："+d[askWish], "您："+d[askMe])
	t.settle(ledger.FateAskedBack, DecideDispute)
	t.say(Reply{Kind: KindNote, Say: "我记的是这样，对不对？", Text: strings.Join(lines, "\n"),
		Note:    "提交后，调解员看得到全部；对方只看得到是什么事、您想怎么解决。要补充，直接打字。",
		Choices: []Choice{{Label: "对，提交", Do: "ds:yes"}, {Label: "类别不对", Do: "ds:fix"}, {Label: "改事情", Do: "ds:redo"}, {Label: "不弄了", Do: "ds:stop"}}})
	return nil
}

// askCategory offers the official categories, the likeliest left out as it
// was wrong.
func (t *turn) askCategory() error {
	t.d.Step = askKind
	t.settle(ledger.FateAskedBack, DecideDispute)
	var choices []Choice
	for _, c := range knowledge.DisputeCategories {
		if c != t.d.Data["category"] && len(choices) < 12 {
			choices = append(choices, Choice{Label: c, Do: "ds:" + c})
		}
	}
	t.note("是哪一类？点一个，或者打出来。还有："+strings.Join(knowledge.DisputeCategories[12:], "、")+"。", choices...)
	return nil
}

// flowAge is how long an intake may rest before it is recalled to the person
// who goes on with it.
const flowAge = 12 * time.Hour

// recall reminds of what was being told, when the intake goes on after hours
// or days.
func (t *turn) recall() {
	if t.d.At > 0 && t.now.Sub(time.UnixMilli(t.d.At)) > flowAge && t.d.Data[askStory] != "" {
		t.note("上回说到：" + cut(t.d.Data[askStory], 60) + "。接着办。")
	}
}
