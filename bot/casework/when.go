package casework

import (
	"regexp"
	"strconv"
	"strings"
	"time"

	"mingbai/knowledge"
)

// A Time is a moment somebody proposed, and the place if they named one.
type Time struct {
	At    time.Time
	Place string
}

var (
	dayForm   = regexp.MustCompile(`(?:(20[0-9]{2})年)?([0-9]{1,2})月([0-9]{1,2})[日号]?|([0-9]{1,2})[号日]|今天|明天|大后天|后天|(下)?(?:周|星期|礼拜)([一二三四五六日天])`)
	clockForm = regexp.MustCompile(`(早上|上午|中午|下午|晚上|傍晚)?([0-9]{1,2}|[一二两三四五六七八九十]{1,3})(?:[:：]([0-9]{2})|点(半|一刻|三刻|[0-9]{1,2}分)?)`)
	numerals  = map[string]int{"一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9, "十": 10, "十一": 11, "十二": 12}
)

// ParseTimes reads the times proposed in a message, one to a line or between
// semicolons: "11月26日上午9点 村委会; 后天下午3点半". What it does not
// understand it returns beside them; it never guesses a day or an hour. Years
// are the next in which the day is still to come.
func ParseTimes(text string, now time.Time) (times []Time, unclear []string) {
	for _, part := range strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune("\n;；、或", r) }) {
		if part = strings.TrimSpace(part); part == "" {
			continue
		}
		if t, ok := parseTime(part, now); ok {
			times = append(times, t)
		} else {
			unclear = append(unclear, part)
		}
	}
	return times, unclear
}

func parseTime(s string, now time.Time) (Time, bool) {
	day, ok := ParseDay(s, now)
	if !ok {
		return Time{}, false
	}
	rest := dayForm.ReplaceAllString(s, " ")
	m := clockForm.FindStringSubmatch(rest)
	if m == nil {
		return Time{}, false
	}
	hour, ok := numerals[m[2]], true
	if hour == 0 {
		n, err := strconv.Atoi(m[2])
		hour, ok = n, err == nil
	}
	minute := 0
	switch {
	case m[3] != "":
		minute, _ = strconv.Atoi(m[3])
	case m[4] == "半":
		minute = 30
	case m[4] == "一刻":
		minute = 15
	case m[4] == "三刻":
		minute = 45
	case m[4] != "":
		minute, _ = strconv.Atoi(strings.TrimSuffix(m[4], "分"))
	}
	if later := m[1] == "下午" || m[1] == "晚上" || m[1] == "傍晚"; later && hour < 12 || m[1] == "中午" && hour < 3 {
		hour += 12
	}
	if !ok || hour > 23 || minute > 59 || m[1] == "" && hour < 7 {
		return Time{}, false // three in the morning, or three in the afternoon: asked back
	}
	place := strings.Trim(clockForm.ReplaceAllString(rest, " "), " ，,。在到")
	d := day.Time()
	return Time{time.Date(d.Year(), d.Month(), d.Day(), hour, minute, 0, 0, knowledge.Shanghai), place}, true
}

// ParseDay reads the one day to come that a text names: 11月26日, 26号, 明天,
// 下周三. A day without a year or a month is the next such day from today on.
// False when none is named, more than one, or a day that does not exist.
func ParseDay(s string, now time.Time) (knowledge.Day, bool) {
	all := dayForm.FindAllStringSubmatch(s, -1)
	if len(all) != 1 {
		return "", false
	}
	m := all[0]
	local := now.In(knowledge.Shanghai)
	today := time.Date(local.Year(), local.Month(), local.Day(), 0, 0, 0, 0, knowledge.Shanghai)
	number := func(s string) int { n, _ := strconv.Atoi(s); return n }
	exact := func(year, month, day int) (knowledge.Day, bool) {
		d := time.Date(year, time.Month(month), day, 0, 0, 0, 0, knowledge.Shanghai)
		return knowledge.DayOf(d), d.Day() == day && int(d.Month()) == month
	}
	switch {
	case m[1] != "":
		return exact(number(m[1]), number(m[2]), number(m[3]))
	case m[2] != "":
		d, ok := exact(today.Year(), number(m[2]), number(m[3]))
		if ok && d < knowledge.DayOf(today) {
			d, ok = exact(today.Year()+1, number(m[2]), number(m[3]))
		}
		return d, ok
	case m[4] != "":
		d, ok := exact(today.Year(), int(today.Month()), number(m[4]))
		if ok && d < knowledge.DayOf(today) {
			next := today.AddDate(0, 0, 1-today.Day()).AddDate(0, 1, 0)
			d, ok = exact(next.Year(), int(next.Month()), number(m[4]))
		}
		return d, ok
	case m[6] != "":
		want := map[string]int{"一": 1, "二": 2, "三": 3, "四": 4, "五": 5, "六": 6, "日": 7, "天": 7}[m[6]]
		here := (int(today.Weekday())+6)%7 + 1
		ahead := want - here
		if m[5] != "" {
			ahead += 7
		} else if ahead < 0 {
			return "", false // 周一 said on a Wednesday: the last or the next
		}
		return knowledge.DayOf(today.AddDate(0, 0, ahead)), true
	}
	ahead := map[string]int{"今天": 0, "明天": 1, "后天": 2, "大后天": 3}[m[0]]
	return knowledge.DayOf(today.AddDate(0, 0, ahead)), true
}
