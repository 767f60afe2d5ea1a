package search

import (
	_ "embed"
	"fmt"
	"math"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"

	"mingbai/knowledge"
)

// dispute.txt holds the quarrels from which category and level are learnt.
//
//go:embed dispute.txt
var disputeText string

// The levels of a dispute beyond those of the township's house
// ([knowledge.LevelVillage], [knowledge.LevelTown], [knowledge.LevelJoint]).
const (
	PoliceFirst = "police-first" // danger now, or a crime suspected: the police come before any talk
	NotMediable = "not-mediable" // an act of an authority, or already judged: told the right door
)

// disputeLevels are all levels, in the order the classifier numbers them.
var disputeLevels = []string{string(knowledge.LevelVillage), string(knowledge.LevelTown), string(knowledge.LevelJoint), PoliceFirst, NotMediable}

// A Case is what one narrative of a quarrel says, as far as it says it. A field
// that the narrative leaves open is empty.
type Case struct {
	Category   string   // one of knowledge.DisputeCategories, always set
	Level      string   // village, town, joint, police-first or not-mediable, always set
	Urgent     string   // one of knowledge.DangerKinds when somebody is in danger now, or ""
	Topic      string   // one of knowledge.Topics, always set
	Confidence float64  // how likely Category is right, 0 to 1
	Parties    int      // people or households on either side, at least 2; Crowd for a group nobody counted
	Who        []string // those named, in the narrator's words: 隔壁老李, 前夫, 包工头
	Places     []string // where, in the narrator's words
	Amounts    []Amount
	Days       []When
	Wish       string   // what the narrator wants, one of a few plain words; "" when it is not said
	Why        []string // what decided, for the mediator and for people who look after the bot
}

// Crowd is the number of parties of a group that nobody counted.
const Crowd = 8

// Dispute reads one free narrative of a quarrel. It is pure and safe for many
// goroutines. The first call learns from the examples, which takes a tenth of
// a second.
//
// The narrative decides the level. The township's file says where mediation of
// a category begins, and so may only raise a level that is lower; what belongs
// to the police or to no mediator stays so.
func (x *Index) Dispute(narrative string) Case {
	m := x.Understand(narrative)
	x.disputes.once.Do(x.learnDisputes)
	return x.disputeBy(&x.disputes, narrative, &m)
}

func (x *Index) disputeBy(mind *disputeMind, narrative string, m *Meaning) Case {
	text := m.Text
	if r := []rune(text); len(r) > maxRunes {
		text = string(r[:maxRunes])
	}
	c := Case{Urgent: m.Danger, Topic: m.Topic}
	say := func(format string, args ...any) { c.Why = append(c.Why, fmt.Sprintf(format, args...)) }

	c.Parties, c.Who, c.Places = 0, whoIn(text), x.placesIn(text)
	c.Amounts, c.Days, c.Wish = amountsIn(narrative), whensIn(narrative), wishOf(text)

	b := newBag()
	defer b.free()
	x.disputeTerms(b, text)
	p := mind.category.predict(mind.vocab, b.list)
	fields := fieldSpots.has(text)
	for i := range categoryLeans {
		if l := &categoryLeans[i]; l.fits(fields, text) && os.Getenv("NOLEAN") == "" {
			p[slices.Index(knowledge.DisputeCategories, l.category)] *= math.Exp(l.by)
			say("%s：%s", l.category, l.why)
		}
	}
	share(p)
	order := topOf(p, 2)
	c.Category, c.Confidence = knowledge.DisputeCategories[order[0]], p[order[0]]
	say("%s %.2f，其次%s %.2f", c.Category, p[order[0]], knowledge.DisputeCategories[order[1]], p[order[1]])

	var why string
	c.Parties, why = partiesIn(text)
	if why != "" {
		say("当事人约 %d：%s", c.Parties, why)
	}
	signs := signsOf(text, c.Parties)
	if c.Urgent != "" && x.settled(narrative, text, signs) {
		say("提到危险（%s），但说的是已经过去的事", c.Urgent)
		c.Urgent = ""
	}
	levelTerms(b, text, order[0], signs, c.Parties)
	q := mind.level.predict(mind.vocab, b.list)
	best := topOf(q, 1)[0]
	c.Level = disputeLevels[best]
	say("%s %.2f（像学过的例子）", c.Level, q[best])
	c.decideLevel(signs, q[best], say)
	x.routed(&c, say)
	return c
}

// share brings weights to a sum of one.
func share(p []float64) {
	sum := 0.0
	for _, v := range p {
		sum += v
	}
	for i := range p {
		p[i] /= sum
	}
}

// decideLevel lets the rules speak over the examples.
func (c *Case) decideLevel(signs uint64, sure float64, say func(string, ...any)) {
	if c.Urgent != "" {
		c.Level = PoliceFirst
		say("%s：眼下有危险，先报警", PoliceFirst)
		return
	}
	if os.Getenv("NORULES") != "" {
		return
	}
	for i := range levelRules {
		r := &levelRules[i]
		if r.soft() && (c.Level == NotMediable || c.Level == PoliceFirst) && sure >= sureLevel || len(r.in) > 0 && c.Confidence < plainCategory {
			continue
		}
		if r.fits(signs, c.Category) {
			c.Level = r.level
			say("%s：%s", r.level, r.why)
			return
		}
	}
}

// How sure the examples have to be of the police or of no mediation for a rule
// about the floors not to speak, and of a category for its own rules to.
const (
	sureLevel     = 0.7
	plainCategory = 0.45
)

// routed raises a level below the one at which the township begins.
func (x *Index) routed(c *Case, say func(string, ...any)) {
	floors := []string{village, town, joint}
	if x.base == nil || x.base.Township == nil || os.Getenv("NOROUTE") != "" {
		return
	}
	route := x.base.Township.Route(c.Category)
	have, want := slices.Index(floors, c.Level), slices.Index(floors, string(route.Level))
	if have >= 0 && have < want {
		c.Level = floors[want]
		say("%s：镇里规定%s从这一级办", c.Level, c.Category)
	}
}

// A disputeMind is what was learnt from the examples, at the first use.
type disputeMind struct {
	once            sync.Once
	vocab           vocab
	category, level *linear
}

// A sample is one example of dispute.txt.
type sample struct {
	text            string // normalised
	category, level int
}

// disputeSamples reads dispute.txt.
func disputeSamples() []sample {
	var out []sample
	category := -1
	for _, line := range strings.Split(disputeText, "\n") {
		if name, ok := strings.CutPrefix(line, "= "); ok {
			category = slices.Index(knowledge.DisputeCategories, name)
			continue
		}
		label, text, ok := strings.Cut(line, ": ")
		if !ok || strings.HasPrefix(line, "#") {
			continue
		}
		out = append(out, sample{normalise(text), category, slices.Index(disputeLevels, label)})
	}
	return out
}

func (x *Index) learnDisputes() {
	v := make(vocab, 1<<15)
	x.disputes.vocab = v
	x.disputes.category, x.disputes.level = x.teachDisputes(v, disputeSamples())
}

var (
	categorySchool = schooling{passes: int(envf("PASSES", 8)), rate: envf("RATE", 0.3), decay: envf("DECAY", 1e-3), least: int32(envf("LEAST", 2))}
	levelSchool    = schooling{passes: 8, rate: 0.25, decay: 1e-4, least: 2}
)

func (x *Index) teachDisputes(v vocab, samples []sample) (category, level *linear) {
	kinds, levels := &lessons{}, &lessons{}
	b := newBag()
	defer b.free()
	for _, s := range samples {
		x.disputeTerms(b, s.text)
		kinds.learn(v, b.list, s.category, 1)
		parties, _ := partiesIn(s.text)
		levelTerms(b, s.text, s.category, signsOf(s.text, parties), parties)
		levels.learn(v, b.list, s.level, 1)
	}
	if a := os.Getenv("AUX"); a != "" {
		heft, _ := strconv.ParseFloat(a, 64)
		for _, ph := range x.phrases.sample(4000) {
			c, ok := topicCategory[x.cards[ph.card].Topic]
			if !ok {
				continue
			}
			x.disputeTerms(b, ph.text)
			kinds.learn(v, b.list, slices.Index(knowledge.DisputeCategories, c), float32(heft))
		}
	}
	category = train(knowledge.DisputeCategories, kinds, len(v), categorySchool)
	level = train(disputeLevels, levels, len(v), levelSchool)
	return category, level
}

var (
	fieldSpots = newSpotter(disputeFields)
	fieldTerms = func() (out [64][64]term) {
		for a := range 64 {
			for b := range 64 {
				out[a][b] = termOf("&" + string(rune(a)) + "+" + string(rune(b)))
			}
		}
		return out
	}()
)

var headTerms = func() (out [64]term) {
	for i := range out {
		out[i] = termOf("^" + string(rune(i)))
	}
	return out
}()

var headRunes = int(envf("HR", 6))
var wHead = envf("HEAD", 2)

func envf(n string, d float64) float32 {
	if v, err := strconv.ParseFloat(os.Getenv(n), 64); err == nil {
		return float32(v)
	}
	return float32(d)
}

var wTop, wField, wPair, wGram = envf("TOP", 6), envf("FIELD", 4), envf("PAIR", 1), envf("GRAM", 1)

func (x *Index) disputeTerms(b *bag, text string) {
	b.reset()
	x.vector(b, text)
	p := x.topicOfText(b, text)
	b.reset()
	b.grams(text, true)
	for i := range b.list {
		b.list[i].weight *= wGram
	}
	for i, q := range p {
		if q > 0.03 {
			b.once(topicMark(knowledge.Topics[i]), float32(q)*wTop)
		}
	}
	head := text
	if r := []rune(text); len(r) > headRunes {
		head = string(r[:headRunes])
	}
	first := fieldSpots.has(head)
	for i := range 64 {
		if first>>i&1 == 1 {
			b.once(headTerms[i], wHead)
		}
	}
	have := fieldSpots.has(text)
	for i := range 64 {
		if have>>i&1 == 0 {
			continue
		}
		b.once(fieldTerms[i][i], wField)
		if wPair > 0 {
			for j := i + 1; j < 64; j++ {
				if have>>j&1 == 1 {
					b.once(fieldTerms[i][j], wPair)
				}
			}
		}
	}
}

// topicCategory is the category under which quarrels about a topic are counted.
var topicCategory = map[string]string{
	"婚姻家庭": "婚姻家庭纠纷", "彩礼婚约": "婚姻家庭纠纷", "继承": "婚姻家庭纠纷", "赡养抚养": "婚姻家庭纠纷", "家庭暴力": "婚姻家庭纠纷",
	"邻里相邻": "邻里纠纷", "宅基地与房屋": "房屋宅基地纠纷", "土地承包与流转": "山林土地纠纷", "山林权属": "山林土地纠纷",
	"征地拆迁补偿": "征地拆迁纠纷", "村务与集体收益": "村务管理纠纷", "社保低保救助": "村务管理纠纷", "民间借贷": "合同纠纷", "合同与买卖": "合同纠纷",
	"消费": "消费纠纷", "劳动与欠薪": "劳动争议", "工伤": "劳动争议", "交通事故": "道路交通事故纠纷", "人身损害": "损害赔偿纠纷", "治安与打架": "损害赔偿纠纷",
	"环境污染与养殖": "环境污染纠纷", "医疗纠纷": "医疗纠纷", "名誉隐私与网络": "其他纠纷", "殡葬": "其他纠纷",
}
