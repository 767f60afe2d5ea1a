package search

import (
	"regexp"
	"slices"
	"strings"
)

// A narrative of a quarrel is told to be settled, not to be saved: somebody
// whose child has drowned and who asks who is liable needs the mediators, and
// so does one whose wall is wet. The recogniser of danger cannot know this, so
// its alarm is taken back in the few cases where it is safe.

var (
	// deadForm finds a death that has happened.
	deadForm = regexp.MustCompile(`(?:淹|摔|压|撞|电|砸|噎|烧|病|毒)死(?:了|在|的)|人(?:就)?没了|没抢救过来|没救过来`)
	// liableWords are what is said about a death that is being settled.
	liableWords = strings.Fields("赔 承包 围栏 护栏 盖子 警示 不认 推 扯 责任 家属要 家属闹 谈不拢 没他的事 不关 说法 丧葬 包工 主家 老板 塘主")
)

// weakAlarm is the probability of danger below which words that hold no sign of
// harm at all are not believed; the recogniser itself alarms from a lower one,
// for a cry may be short.
const weakAlarm = 0.25

// harmless are words of harm only in part.
var harmless = strings.NewReplacer("打疫苗", "", "打针", "", "打工", "", "打药", "", "打除草剂", "", "打农药", "", "打牌", "", "打麻将", "", "打电话", "",
	"打井", "", "打米", "", "打谷", "", "打地基", "", "打灶", "", "打孔", "", "打招呼", "", "打扫", "", "砸坏", "", "打烂", "")

// settled reports whether an alarm may be taken back.
func (x *Index) settled(narrative, text string, signs uint64) bool {
	plain := harmless.Replace(text)
	marks := marksOf(narrative, plain)
	if marks&liveMarks != 0 || signs&signBits("armed", "threat", "beats", "just now") != 0 {
		return false
	}
	if deadForm.MatchString(text) && slices.ContainsFunc(liableWords, func(w string) bool { return strings.Contains(text, w) }) {
		return true
	}
	p, _, _ := x.alarmed(x.wishes(narrative, text), narrative, text)
	return p < weakAlarm && marks&graveMarks == 0 && len(text) >= 3*minSettled
}

// graveMarks are the signs of harm to a person, and minSettled how many
// characters a narrative needs to be more than a cry.
var graveMarks = markBits("harm", "weapon", "die", "money", "birth", "poison", "chest", "farewell", "coerce", "sold", "lure", "cannot", "alone", "help", "ongoing", "hurt", "lost", "water", "crash")

const minSettled = 14
