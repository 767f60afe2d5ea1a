package search

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"mingbai/knowledge"
)

// A day that a resident names is used only when it is plain: a month and a day
// of the solar calendar, or 今天, 昨天, 前天. Everything else ("上个月初十", "前年
// 冬月") is not guessed.

var (
	fullDate  = regexp.MustCompile(`(?:(20[0-9]{2})年|(今年|去年|前年))?([0-9]{1,2})月([0-9]{1,2})[日号]`)
	lunarSign = regexp.MustCompile(`农历|阴历|腊月|正月|冬月|初[一二三四五六七八九十]|老历`)
)

// DayNamed returns the past day that a message names, and whether it names
// exactly one. A month and day without a year is the latest that has been.
func DayNamed(text string, now time.Time) (knowledge.Day, bool) {
	if lunarSign.MatchString(text) {
		return "", false
	}
	today := knowledge.DayOf(now)
	local := now.In(knowledge.Shanghai)
	found := map[knowledge.Day]bool{}
	for _, m := range fullDate.FindAllStringSubmatch(text, -1) {
		year := local.Year()
		switch {
		case m[1] != "":
			year = digits(m[1])
		case m[2] == "去年":
			year--
		case m[2] == "前年":
			year -= 2
		}
		d := namedDay(year, m[3], m[4])
		if m[1] == "" && m[2] == "" && d > today {
			d = namedDay(year-1, m[3], m[4])
		}
		if !d.Valid() || d > today {
			return "", false
		}
		found[d] = true
	}
	for word, back := range map[string]int{"今天": 0, "昨天": 1, "昨日": 1, "前天": 2} {
		if strings.Contains(text, word) && len(found) == 0 {
			found[knowledge.DayOf(local.AddDate(0, 0, -back))] = true
		}
	}
	if len(found) != 1 {
		return "", false
	}
	for d := range found {
		return d, true
	}
	return "", false
}

// OnlyDay reports whether a message is a day, as DayNamed reads it, and next to
// nothing else.
func OnlyDay(text string, now time.Time) (knowledge.Day, bool) {
	d, ok := DayNamed(text, now)
	rest := strings.NewReplacer("今天", "", "昨天", "", "昨日", "", "前天", "", "收到", "", "的", "", "是", "", "，", "", "。", "").Replace(fullDate.ReplaceAllString(text, ""))
	return d, ok && len([]rune(strings.TrimSpace(rest))) <= 3
}

func namedDay(year int, month, day string) knowledge.Day {
	return knowledge.Day(fmt.Sprintf("%04d-%02d-%02d", year, digits(month), digits(day)))
}

// digits reads what a pattern has already found to be a short run of digits.
func digits(s string) int {
	n, _ := strconv.Atoi(s)
	return n
}

// A When is a time as somebody said it.
type When struct {
	Said string // 去年8月3日, 前天, 上个月初十
}

// Day returns the day that is meant, if that is plain without asking back.
func (w When) Day(now time.Time) (knowledge.Day, bool) { return DayNamed(w.Said, now) }

var whenForm = regexp.MustCompile(`(?:20[0-9]{2}年|今年|去年|前年|大前年|旧年)?(?:农历|阴历)?(?:[0-9]{1,2}月[0-9]{1,2}[日号]|[0-9]{1,2}月份?|[一二三四五六七八九十]{1,2}月(?:初[一二三四五六七八九十]|[一二三四五六七八九十]{1,3}[号日]?)?|腊月(?:初[一二三四五六七八九十]|[一二三四五六七八九十]{1,3})?|冬月|正月(?:初[一二三四五六七八九十]|[一二三四五六七八九十]{1,3})?)` +
	`|20[0-9]{2}年|[0-9一二两三四五六七八九十几]+(?:年|个月|天|个星期|个礼拜)(?:前|以前|之前)|上个?(?:月|星期|礼拜|周)(?:初[一二三四五六七八九十]|[一二三四五六日天]|[0-9]{1,2}号)?` +
	`|大前天|前天|昨天|昨晚|昨夜|今天|今早|今晚|刚才|刚刚|大前年|前年|去年|旧年|今年|上回|上次|那年|前几天|前几年|前段时间`)

// whensIn finds the times that a narrative names, in order, each once.
func whensIn(narrative string) []When {
	var out []When
	for _, s := range whenForm.FindAllString(narrative, -1) {
		w := When{Said: s}
		seen := false
		for _, o := range out {
			seen = seen || o == w
		}
		if !seen {
			out = append(out, w)
		}
	}
	return out
}

// Dated reports whether a message names a date of either calendar, clear or
// not: one that [DayNamed] cannot read has to be asked back.
func Dated(text string) bool { return lunarSign.MatchString(text) || fullDate.MatchString(text) }
