package search

import (
	"math"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"
)

// A narrative of a quarrel is told to be settled, not to be saved: somebody
// whose child has drowned and who asks who is liable needs the mediators, and
// so does one whose wall is wet. The recogniser of danger learns from ordinary
// questions and takes one narrative in five for danger now; a second opinion,
// which has learnt from quarrels too, confirms its alarms or takes them back.

// A secondOpinion is the recogniser's own kind, taught on quarrels.
type secondOpinion struct {
	vocab   vocab
	dangers *linear
	nearest *nearest
}

// How much a quarrel counts in the lessons beside other messages, how many of
// the cards' phrasings there are, and how much a message of danger counts.
const (
	quarrelHeft   = 1.6
	fewerOrdinary = 800
	dangerHeft    = 1.5
)

// learn teaches the examples of danger, ordinary questions, and the quarrels:
// those for the police are danger, unless it may well be over.
func (o *secondOpinion) learn(x *Index, samples []sample) {
	o.vocab = make(vocab, 1<<16)
	which := &lessons{}
	b := newBag()
	defer b.free()
	for _, line := range strings.Split(dangerText, "\n") {
		label, text, ok := strings.Cut(line, ": ")
		if !ok || strings.HasPrefix(line, "#") {
			continue
		}
		dangerTerms(b, text, normalise(text))
		if label == "-" {
			which.learn(o.vocab, b.list, 0, 1)
		} else {
			which.learn(o.vocab, b.list, 1, dangerHeft)
		}
	}
	for _, p := range x.phrases.sample(fewerOrdinary) {
		if !x.grave(p.card) {
			dangerTerms(b, p.text, p.text)
			which.learn(o.vocab, b.list, 0, 1)
		}
	}
	police := slices.Index(disputeLevels, PoliceFirst)
	for _, s := range samples {
		class := 0
		if s.level == police {
			if signsOf(s.text, 2)&signBits("fled", "theft", "light crime") != 0 {
				continue
			}
			class = 1
		}
		dangerTerms(b, s.text, s.text)
		which.learn(o.vocab, b.list, class, quarrelHeft)
	}
	o.nearest = newNearest(which, len(o.vocab))
	o.dangers = train([]string{"none", "danger"}, which, len(o.vocab), schooling{passes: 6, rate: 0.25, decay: 1e-4, least: 2})
}

// of returns how likely the narrative tells of danger now.
func (o *secondOpinion) of(raw, text string) float64 {
	b := newBag()
	defer b.free()
	dangerTerms(b, raw, text)
	p := o.dangers.predict(o.vocab, b.list)[1]
	l := math.Log(p/(1-p)) + nearestWeight*o.nearest.lean(o.vocab, b.list)
	return 1 / (1 + math.Exp(-l))
}

// From which probability an alarm is confirmed: of any narrative, of one with a
// sign of violence or fraud, and of a message too short to be a narrative. They
// were set so that none of the labelled dangers is lost; cross-validated on the
// quarrels, false alarms fall from 20 in 100 to 5.
const (
	confirmAt     = 0.42
	confirmSigned = 0.05
	confirmShort  = 0.2
	shortRunes    = 18
)

var (
	// deadForm finds a death that has happened.
	deadForm = regexp.MustCompile(`(?:淹|摔|压|撞|电|砸|噎|烧|病|毒)死(?:了|在|的)|人(?:就)?没了|没抢救过来|没救过来`)
	// settleWords are said when somebody offers money for a crime that is past.
	settleWords = strings.Fields("私了 收点钱 赔钱 赔两万 算了 不追究 调解 来调 谅解")
	// liableWords are what is said about a death that is being settled.
	liableWords = strings.Fields("赔 承包 围栏 护栏 盖子 警示 不认 推 扯 责任 家属要 家属闹 谈不拢 没他的事 不关 说法 丧葬 包工 主家 老板 塘主")
)

// looksHarmful are words of harm only in part.
var looksHarmful = strings.NewReplacer("打疫苗", "", "打针", "", "打工", "", "打药", "", "打除草剂", "", "打农药", "", "打牌", "", "打麻将", "", "打电话", "",
	"打井", "", "打米", "", "打谷", "", "打地基", "", "打灶", "", "打孔", "", "打招呼", "", "打扫", "", "砸坏", "", "打烂", "")

// confirmed reports whether an alarm of the recogniser stands.
func (o *secondOpinion) confirmed(narrative, text string, signs uint64) bool {
	says := func(list []string) bool {
		return slices.ContainsFunc(list, func(w string) bool { return strings.Contains(text, w) })
	}
	live := marksOf(narrative, looksHarmful.Replace(text))&liveMarks != 0
	signed := signs&signBits("armed", "threat", "beats", "just now", "horde", "fraud") != 0
	if !live && !signed && (deadForm.MatchString(text) && says(liableWords) || signs&signBits("assault") != 0 && says(settleWords)) {
		return false
	}
	p := o.of(narrative, text)
	return p >= confirmAt || signed && p >= confirmSigned || p >= confirmShort && utf8.RuneCountInString(text) < shortRunes && !says(claimWords)
}

// raised reports whether a narrative that bears signs of danger tells of one
// now, though the recogniser was silent.
func (o *secondOpinion) raised(narrative, text string) bool {
	if marks := marksOf(narrative, text); marks&(elsewhereMarks|notNowMarks) != 0 {
		return false
	}
	return o.of(narrative, text) >= confirmAt
}

var notNowMarks = markBits("law") | 1<<quoteMark | 1<<asksMark

// claimWords are said by somebody who has come to settle.
var claimWords = strings.Fields("赔 不认 不肯 不出 药费 花了 谈不拢 扯 推 说法 不管 不退 要他 不给 鉴定 伤残 后遗 缝了 退 家属 没结 只肯 只给 只出 住院 评了")
