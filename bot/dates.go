package bot

import (
	"fmt"
	"regexp"
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

// dayNamed returns the past day that a message names, and whether it names
// exactly one. A month and day without a year is the latest that has been.
func dayNamed(text string, now time.Time) (knowledge.Day, bool) {
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
			year = int(number(m[1]))
		case m[2] == "去年":
			year--
		case m[2] == "前年":
			year -= 2
		}
		d := knowledge.Day(fmt.Sprintf("%04d-%02d-%02d", year, number(m[3]), number(m[4])))
		if m[1] == "" && m[2] == "" && d > today {
			d = knowledge.Day(fmt.Sprintf("%04d-%02d-%02d", year-1, number(m[3]), number(m[4])))
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

// onlyDate reports whether a message is a date and next to nothing else.
func onlyDate(text string, now time.Time) (knowledge.Day, bool) {
	d, ok := dayNamed(text, now)
	rest := strings.NewReplacer("今天", "", "昨天", "", "昨日", "", "前天", "", "收到", "", "的", "", "是", "", "，", "", "。", "").Replace(fullDate.ReplaceAllString(text, ""))
	return d, ok && len([]rune(strings.TrimSpace(rest))) <= 3
}

// deadlines says the card's clocks as days of the calendar, counted from a
// day the resident named. Which day a clock counts from stands beside it, so
// that the resident can see whether it is the one they meant.
func (m *Mind) deadlines(c *knowledge.Card, from knowledge.Day, now time.Time) []string {
	var out []string
	for _, k := range c.Clock {
		end := m.Calendar.Deadline(from, k)
		line := "⏰ " + k.Name + "：" + k.From + "起" + k.Length() + "。从" + shortDay(from, now) + "算，到" + chineseDay(end) + "。"
		if end < knowledge.DayOf(now) {
			line = "⏰ " + k.Name + "：" + k.From + "起" + k.Length() + "。从" + shortDay(from, now) + "算，日子可能过了，也可能断过重算，今天就找人问。"
		}
		out = append(out, line)
	}
	return out
}

func shortDay(d knowledge.Day, now time.Time) string {
	t := d.Time()
	if t.Year() == now.In(knowledge.Shanghai).Year() {
		return fmt.Sprintf("%d月%d日", t.Month(), t.Day())
	}
	return chineseDay(d)
}
