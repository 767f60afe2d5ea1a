package console

import (
	"errors"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"mingbai/knowledge"
)

// A fault is what is wrong with a field, and what to do about it.
type fault struct {
	Field string // of the form; empty: the card as a whole
	Say   string // what is wrong, with the words at fault
	Do    string
}

// A cardForm is a card as the desk types it: a field a line, the columns of a
// line with | between.
type cardForm struct {
	Title, Topic, Mediable string
	Asked, Unlike          string
	Cites, Before, Clock   string
	See, Bring             string
	Parts                  []partField
}

// A partField is one part of the answer.
type partField struct {
	Name, Label, Text string
	Rows              int
	Must              bool
}

var partLabels = []string{knowledge.Conclusion, knowledge.Steps, knowledge.Pitfalls, knowledge.HowLong, knowledge.HowMuch, knowledge.WhatToBring, knowledge.NoProof, knowledge.OtherSide}

// partNames are the names of the parts' fields, in the order of partLabels.
var partNames = []string{"say", "steps", "pitfalls", "long", "much", "take", "proof", "other"}

var mediables = []option{{string(knowledge.MediableYes), "能调解", false}, {string(knowledge.MediableNo), "不归调解", false}, {string(knowledge.MediablePoliceFirst), "先报警", false}}

const longestTitle = 60

// formOf lays a card out as a form. cards names those it does not want to be
// taken for.
func formOf(c *knowledge.Card, base *knowledge.Base) cardForm {
	f := cardForm{Title: c.Title, Topic: c.Topic, Mediable: string(c.Mediable), Asked: strings.Join(c.Asked, "\n"),
		See: strings.Join(c.See, "\n"), Bring: strings.Join(c.Bring, "\n")}
	var unlike, cites, before, clock []string
	for _, u := range c.Unlike {
		name := u.Card
		if o := base.Card(u.Card); o != nil {
			name = o.Title
		}
		unlike = append(unlike, columns(u.Text, name))
	}
	for _, k := range c.Cites {
		cites = append(cites, columns(k.Law, k.Article, k.Claim))
	}
	for _, e := range c.Before {
		before = append(before, columns(string(e.Day), e.Law, e.Article))
	}
	for _, k := range c.Clock {
		clock = append(clock, columns(k.Name, k.From, k.Length(), k.Law, k.Article))
	}
	f.Unlike, f.Cites, f.Before, f.Clock = strings.Join(unlike, "\n"), strings.Join(cites, "\n"), strings.Join(before, "\n"), strings.Join(clock, "\n")
	for i, label := range partLabels {
		p, _ := c.Part(label)
		f.Parts = append(f.Parts, partOf(i, p.String()))
	}
	return f
}

func partOf(i int, text string) partField {
	return partField{partNames[i], partLabels[i], text, max(2, min(8, strings.Count(text, "\n")+1+utf8.RuneCountInString(text)/30)), i < 3}
}

func columns(list ...string) string {
	for len(list) > 0 && list[len(list)-1] == "" {
		list = list[:len(list)-1]
	}
	return strings.Join(list, " | ")
}

// readForm reads the fields as they were typed.
func (v *visit) readForm() cardForm {
	get := func(name string) string { return strings.ReplaceAll(v.PostForm(name), "\r\n", "\n") }
	f := cardForm{Title: strings.TrimSpace(get("title")), Topic: get("topic"), Mediable: get("mediable"), Asked: get("asked"), Unlike: get("unlike"),
		Cites: get("cites"), Before: get("before"), Clock: get("clock"), See: get("see"), Bring: get("bring")}
	for i := range partLabels {
		f.Parts = append(f.Parts, partOf(i, get(partNames[i])))
	}
	return f
}

// card makes a card of the form. faults are those that keep it from being
// written down at all: what is merely missing is for the checks.
func (f cardForm) card(id string, today knowledge.Day, base *knowledge.Base) (*knowledge.Card, []fault) {
	var faults []fault
	bad := func(field, say, do string) { faults = append(faults, fault{field, say, do}) }
	c := &knowledge.Card{ID: id, Topic: f.Topic, Title: f.Title, Asked: lines(f.Asked), Mediable: knowledge.Mediable(f.Mediable),
		See: lines(f.See), Bring: lines(f.Bring), Written: today}
	if utf8.RuneCountInString(c.Title) > longestTitle || strings.Contains(c.Title, "\n") {
		bad("title", "题目太长", "写成一句话，不超过60个字。")
	}
	if !slices.Contains(knowledge.Topics, c.Topic) {
		bad("topic", "没有“"+c.Topic+"”这个专题", "从单子里选一个。")
	}
	if !slices.ContainsFunc(mediables, func(o option) bool { return o.Value == f.Mediable }) {
		bad("mediable", "没说能不能调解", "从单子里选一个。")
	}
	for _, l := range lines(f.Unlike) {
		text, name := lastColumn(l)
		id := cardNamed(base, name)
		if text == "" || name == "" {
			bad("unlike", "“"+l+"”没写该哪张卡答", "说法后面加一竖 | ，再写那张卡的题目。")
		} else if id == "" {
			bad("unlike", "没有题目是“"+name+"”的卡", "照那张卡的题目原样写。")
		} else {
			c.Unlike = append(c.Unlike, knowledge.NearMiss{Text: text, Card: id})
		}
	}
	f.readLaw(c, bad)
	for i, p := range f.Parts {
		part, err := knowledge.ReadPart(p.Label, p.Text)
		switch {
		case errors.Is(err, knowledge.ErrOtherLabel):
			bad(p.Name, "这一栏里又起了一个小标题", "小标题由程序加，去掉**和标题，把话写进它自己那一栏。")
		case errors.Is(err, knowledge.ErrMixed):
			bad(p.Name, "有的行带编号，有的不带", "要么每行都像“1. 今天：……”这样写，要么都不编号。")
		case i == 1 && part.Text != "": // the steps are numbered by the program
			part.Steps, part.Text = strings.Split(part.Text, "\n"), ""
		}
		if part.Text != "" || len(part.Steps) > 0 {
			c.Parts = append(c.Parts, part)
		}
	}
	return c, faults
}

// readLaw reads the lines that name articles.
func (f cardForm) readLaw(c *knowledge.Card, bad func(field, say, do string)) {
	for _, l := range lines(f.Cites) {
		k := split(l)
		if len(k) < 2 || len(k) > 3 || k[0] == "" || k[1] == "" {
			bad("cites", "“"+l+"”不成一条依据", "一行一条：法律 | 第几条 | 说的是什么。")
			continue
		}
		c.Cites = append(c.Cites, knowledge.Cite{Law: title(k[0]), Article: k[1], Claim: at3(k, 2)})
	}
	for _, l := range lines(f.Before) {
		k := split(l)
		if len(k) != 3 || !knowledge.Day(k[0]).Valid() || k[1] == "" || k[2] == "" {
			bad("before", "“"+l+"”读不出来", "一行一条：哪天以前（2021-01-01） | 当时的法律 | 第几条。")
			continue
		}
		c.Before = append(c.Before, knowledge.Earlier{Day: knowledge.Day(k[0]), Law: title(k[1]), Article: k[2]})
	}
	for _, l := range lines(f.Clock) {
		k := split(l)
		if len(k) < 3 || len(k) > 5 || k[0] == "" || k[1] == "" || len(k) == 4 {
			bad("clock", "“"+l+"”读不出来", "一行一个：做什么 | 从哪天算 | 60日 | 法律 | 第几条。")
			continue
		}
		x := knowledge.Clock{Name: k[0], From: k[1], Law: title(at3(k, 3)), Article: at3(k, 4)}
		var err error
		if x.Days, x.Months, x.Years, err = knowledge.ParseLength(k[2]); err != nil {
			bad("clock", "“"+k[2]+"”不是期限", "写成60日、3个月、1年这样。")
			continue
		}
		c.Clock = append(c.Clock, x)
	}
}

// lines are the lines of a field that say something.
func lines(s string) []string {
	var out []string
	for l := range strings.SplitSeq(s, "\n") {
		if l = strings.TrimSpace(l); l != "" {
			out = append(out, l)
		}
	}
	return out
}

// split cuts a line at its bars.
func split(l string) []string {
	k := strings.Split(strings.ReplaceAll(l, "｜", "|"), "|")
	for i := range k {
		k[i] = strings.TrimSpace(k[i])
	}
	return k
}

func lastColumn(l string) (before, last string) {
	k := split(l)
	if len(k) < 2 {
		return l, ""
	}
	return strings.Join(k[:len(k)-1], "|"), k[len(k)-1]
}

func at3(k []string, i int) string {
	if i < len(k) {
		return k[i]
	}
	return ""
}

// title is a law's name without its marks.
func title(s string) string { return strings.TrimSpace(strings.Trim(s, "《》")) }

// cardNamed returns the card with a title or name, or "".
func cardNamed(base *knowledge.Base, name string) string {
	if base.Card(name) != nil {
		return name
	}
	for _, c := range base.Cards {
		if c.Title == name {
			return c.ID
		}
	}
	return ""
}

// mobile is a phone of a person's own; the numbers of offices stand in the
// township file.
var mobile = regexp.MustCompile(`(^|[^0-9])1[3-9][0-9]{9}([^0-9]|$)`)

// missing finds what a card must have before anybody can read it.
func missing(c *knowledge.Card) []fault {
	var out []fault
	add := func(field, say, do string) { out = append(out, fault{field, say, do}) }
	if c.Title == "" {
		add("title", "还没有题目", "写一句村民一看就懂的话，如“邻居砌墙占了我家宅基地”。")
	}
	if len(c.See) == 0 {
		add("see", "没写找谁", "写一个能去的地方，如“村调解委员会、司法所”。")
	}
	for i, label := range partLabels[:3] {
		if _, ok := c.Part(label); !ok {
			add(partNames[i], "“"+label+"”还空着", "这一栏村民最先看，不能少。")
		}
	}
	if mobile.MatchString(c.Markdown()) {
		add("", "卡里有一个手机号", "卡是给全镇人看的，把个人的名字和电话去掉。")
	}
	return out
}

// sayFinding tells a fault of the card in the words of the desk.
func sayFinding(f knowledge.Finding, c *knowledge.Card, base *knowledge.Base) fault {
	field := f.Field
	if i := slices.Index(partLabels, f.Field); i >= 0 {
		field = partNames[i]
	}
	q := "“" + f.Words + "”"
	other := "别的卡"
	if o := base.Card(f.Other); o != nil {
		other = "“" + o.Title + "”"
	}
	n := num(int64(f.N))
	switch f.Fault {
	case knowledge.FaultNoCard:
		return fault{field, q + "该答它的卡没有了", "换一张卡，或者删掉这一行。"}
	case knowledge.FaultCite:
		return fault{field, f.Words + "：" + citeTrouble(f.Err), "对照法律原文，把名称和条号改对。"}
	case knowledge.FaultNotLaw:
		return fault{field, f.Words + "：这部法律今天不是现行有效", "换成现行的法律，或者写到“以前的法律”那一栏。"}
	case knowledge.FaultNoArticle:
		return fault{field, f.Words + "：现行的这一版没有这一条", "对照现行文本改条号。"}
	case knowledge.FaultNoText:
		return fault{field, f.Words + "：导入的原文里没有这一条", "对照原文改条号。"}
	case knowledge.FaultNoCites:
		return fault{field, "没有写依据", "至少写一条：法律 | 第几条 | 说的是什么。"}
	case knowledge.FaultNoClaim:
		return fault{field, f.Words + "没说它说的是什么", "在条号后面加 | 和几个字。"}
	case knowledge.FaultTwice:
		return fault{field, q + "也是" + other + "的问法", "一句话只能归一张卡，删掉或者换个说法。"}
	case knowledge.FaultFew:
		return fault{field, "只有" + n + "句问法", "至少8句，一行一句：平常的、短的、土话的、着急的都写。"}
	case knowledge.FaultLost:
		return fault{field, q + "会被" + other + "抢先答", "把话写明白些，或者删掉；真该那张卡答，就留给它。"}
	case knowledge.FaultTakes:
		if f.Field == "unlike" {
			return fault{field, q + "还是这张卡答了", "这句本来不该它答。把相近的问法改得更具体些。"}
		}
		return fault{field, "抢了" + other + "的话：" + q, "这句本来归那张卡。把相近的问法改得更具体些。"}
	case knowledge.FaultSentence:
		return fault{field, q + "有" + n + "个字", "一句最多40个字，分成两句。"}
	case knowledge.FaultShouting:
		return fault{field, q + "有感叹号", "换成句号，话说平和些。"}
	case knowledge.FaultBlaming:
		return fault{field, q + "像在怪村民", "换个说法，只说现在怎么办。"}
	case knowledge.FaultShort:
		return fault{"steps", "“先说结论”和“怎么办”一共" + n + "个字", "最多350个字，把不急的挪到后面几栏。"}
	case knowledge.FaultBody:
		return fault{field, "全卡" + n + "个字", "最多900个字，再短些。"}
	case knowledge.FaultTerm:
		for i, label := range partLabels {
			if p, ok := c.Part(label); ok && strings.Contains(p.String(), f.Words) {
				field = partNames[i]
				break
			}
		}
		return fault{field, q + "村里人未必懂", "头一次写到它时，后面用括号解释，或者换成平常话。"}
	}
	return fault{field, f.Message, "改好再试。"}
}

func citeTrouble(err error) string {
	switch {
	case errors.Is(err, knowledge.ErrUnknownLaw):
		return "法律表里没有这部法律"
	case errors.Is(err, knowledge.ErrUnreadableCite):
		return "条号读不出来"
	}
	return "没有这一条"
}
