package bot

import (
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"
)

// What answers somebody who states a rule and asks for a yes: whether it is so
// comes first.

// leaning begins a sentence that makes no sense without the one before it.
var leaning = regexp.MustCompile(`^(但|也|还|又|再|不过|超过|其余|其他|这|那|他|她|它|所以|因此|否则|不然|就)`)

// judging stands in a sentence that says whether something is so.
var judging = regexp.MustCompile(`不是|不算|不对|不能|不用|不影响|不作数|不归|无效|照样|一样|就算|就是|也要|等于|不违法|违法`)

// leadWith puts the sentence of an answer that judges a claim first, if it can
// stand alone. Nothing is added and nothing left out. An answer that begins
// with its verdict ("不收钱。") or with a number to call stays as it is.
func leadWith(answer, claim string) string {
	sentences := strings.SplitAfter(answer, "。")
	if utf8.RuneCountInString(sentences[0]) <= 8 || strings.Contains(sentences[0], "110") {
		return answer
	}
	first, most := 0, 0
	for i, s := range sentences[1:] {
		if n := pairsShared(claim, s); n > most && judging.MatchString(s) && !leaning.MatchString(s) {
			first, most = i+1, n
		}
	}
	// A sentence later on has to say clearly more than the one that stands first.
	if first == 0 || most < 3 || most < 2*pairsShared(claim, sentences[0]) {
		return answer
	}
	lead := sentences[first]
	return lead + strings.Join(slices.Delete(sentences, first, first+1), "")
}

// pairsShared counts the pairs of neighbouring characters of a that b holds.
func pairsShared(a, b string) int {
	r, n := []rune(a), 0
	for i := 0; i+1 < len(r); i++ {
		if strings.Contains(b, string(r[i:i+2])) {
			n++
		}
	}
	return n
}
