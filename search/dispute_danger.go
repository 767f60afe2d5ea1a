package search

import (
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"
)

// A narrative of a quarrel is told to be settled, not to be saved: somebody
// whose child has drowned and who asks who is liable needs the mediators, and
// so does one whose wall is wet. In a narrative the recogniser of danger has to
// be surer than in any message, where a number too many does less harm than one
// too few.

// How sure the recogniser has to be: of any narrative, of one with a sign of
// violence or fraud, and of a message too short to be a narrative. Set in
// cross-validation on the quarrels, so that none of the labelled dangers is
// lost.
const (
	confirmAt     = 0.16
	confirmSigned = 0.1
	confirmShort  = 0.1
	shortRunes    = 18
	// Of one that a rule about its signs sends to the police.
	raiseAt = 0.06
)

var (
	// deadForm finds a death that has happened.
	deadForm = regexp.MustCompile(`(?:淹|摔|压|撞|电|砸|噎|烧|病|毒)死(?:了|在|的)|人(?:就)?没了|没抢救过来|没救过来`)
	// settleWords are said when somebody offers money for a crime that is past.
	settleWords = strings.Fields("私了 收点钱 赔钱 赔两万 算了 不追究 调解 来调 谅解")
	// liableWords are what is said about a death that is being settled.
	liableWords = strings.Fields("赔 承包 围栏 护栏 盖子 警示 不认 推 扯 责任 家属要 家属闹 谈不拢 没他的事 不关 说法 丧葬 包工 主家 老板 塘主")
	// claimWords are said by somebody who has come to settle.
	claimWords = strings.Fields("赔 不认 不肯 不出 药费 花了 谈不拢 扯 推 说法 不管 不退 要他 不给 鉴定 伤残 后遗 缝了 退 家属 没结 只肯 只给 只出 住院 评了")
)

// looksHarmful are words of harm only in part.
var looksHarmful = strings.NewReplacer("打疫苗", "", "打针", "", "打工", "", "打药", "", "打除草剂", "", "打农药", "", "打牌", "", "打麻将", "", "打电话", "",
	"打井", "", "打米", "", "打谷", "", "打地基", "", "打灶", "", "打孔", "", "打招呼", "", "打扫", "", "砸坏", "", "打烂", "")

// dangerStands reports whether the alarm that a narrative raised, p sure,
// stands.
func dangerStands(p float64, narrative, text string, signs uint64) bool {
	says := func(list []string) bool {
		return slices.ContainsFunc(list, func(w string) bool { return strings.Contains(text, w) })
	}
	live := marksOf(narrative, looksHarmful.Replace(text))&liveMarks != 0
	signed := signs&signBits("armed", "threat", "beats", "just now", "horde", "fraud") != 0
	if !live && !signed && (deadForm.MatchString(text) && says(liableWords) || signs&signBits("assault") != 0 && says(settleWords)) {
		return false
	}
	return p >= confirmAt || signed && p >= confirmSigned || p >= confirmShort && utf8.RuneCountInString(text) < shortRunes && !says(claimWords)
}
