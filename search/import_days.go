package search

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"sync"

	"mingbai/knowledge"
)

const dayForm = `([12]\d{3}|[一二][〇○零Oo0一二三四五六七八九]{3})\s*年\s*(\d{1,2}|[一二三四五六七八九十]{1,3})\s*月\s*(\d{1,2}|[一二三四五六七八九十]{1,3})\s*日`

var (
	anyDay = regexp.MustCompile(dayForm)
	// enacted marks a front line: a day, and what was done on it.
	enacted = regexp.MustCompile(dayForm + `.*(通过|修订|修正|修改|公布|发布|施行|批准|颁布|废止|令)`)
	done    = regexp.MustCompile(`通过|修订|修正|修改|公布|发布|批准|颁布`)
	begins  = regexp.MustCompile(`自\s*` + dayForm + `\s*起\s*(施行|实施|执行|生效)`)
	atOnce  = regexp.MustCompile(`自(公布|发布|颁布|通过)之日起(施行|实施|执行|生效)`)
)

// dayOf makes a day of what dayForm matched; "" if there is no such day.
func dayOf(year, month, day string) knowledge.Day {
	if n := strings.IndexAny(year[:1], "12"); n < 0 {
		var digits strings.Builder
		for _, r := range year {
			i := strings.IndexRune("零一二三四五六七八九", r)
			if i < 0 {
				i = 0 // 〇 and what is typed for it
			}
			digits.WriteByte(byte('0' + i/len("零")))
		}
		year = digits.String()
	}
	d := knowledge.Day(fmt.Sprintf("%s-%02d-%02d", year, small(month), small(day)))
	if !d.Valid() {
		return ""
	}
	return d
}

// small reads a number below 100, in digits or Chinese.
func small(s string) int {
	if n, err := strconv.Atoi(s); err == nil {
		return n
	}
	n, err := knowledge.ParseArticle(s)
	if err != nil {
		return 0
	}
	return n.N
}

// days finds the day on which this text was adopted or last amended, and its
// first day in force where the text tells it.
func (a *assembler) days() (version, from knowledge.Day) {
	front := strings.Join(a.history, " ")
	at := anyDay.FindAllStringSubmatchIndex(front, -1)
	for i, m := range at {
		end := len(front)
		if i+1 < len(at) {
			end = at[i+1][0]
		}
		if before := strings.TrimSpace(front[:m[0]]); strings.HasSuffix(before, "自") || !done.MatchString(front[m[1]:end]) {
			continue
		}
		if d := dayOf(front[m[2]:m[3]], front[m[4]:m[5]], front[m[6]:m[7]]); d > version {
			version = d
		}
	}
	// The closing article speaks for the whole; of amended texts the front
	// lines may tell a later day.
	for _, text := range append([]string{front}, a.closing()...) {
		for _, m := range begins.FindAllStringSubmatch(text, -1) {
			if d := dayOf(m[1], m[2], m[3]); d > from {
				from = d
			}
		}
		if from == "" && atOnce.MatchString(text) {
			from = version
		}
	}
	return version, from
}

// closing returns the last articles, from the end.
func (a *assembler) closing() []string {
	var out []string
	for i := len(a.law.lines) - 1; i >= 0 && len(out) < 3; i-- {
		if _, err := knowledge.ParseArticle(a.law.lines[i].Number); err == nil || len(a.law.lines) < 3 || listLine.MatchString(a.law.lines[i].Number) {
			out = append(out, a.law.lines[i].Text)
		}
	}
	return out
}

// known is the list of laws, for the names under which cards cite them.
var known = sync.OnceValue(func() *knowledge.Laws {
	laws, err := knowledge.LawList()
	if err != nil {
		return nil // the list itself is at fault, which Load says with file and line
	}
	return laws
})

// shortTitle is the name under which cards cite a law.
func shortTitle(title string) string {
	if laws := known(); laws != nil {
		if v := laws.Named(title); v != nil {
			return v[0].Title
		}
	}
	return strings.TrimPrefix(title, "中华人民共和国")
}
