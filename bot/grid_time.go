package bot

import (
	"fmt"
	"regexp"
	"strings"
	"time"

	"mingbai/bot/ledger"
	"mingbai/knowledge"
	"mingbai/search"
)

// When an event was noticed. What is sent later, because there was no signal
// on the hill, says so in words: "昨天下午". Plain days and parts of a day are
// read; anything else is asked back, never guessed.

var (
	vagueTime = regexp.MustCompile(`前几天|前两天|前些天|上周|上个?星期|上个?礼拜|上个?月|前不久|那天|(?:上|这|本)?(?:星期|礼拜)[一二三四五六日天]|(?:^|[，。 上这本])周[一二三四五六日](?:$|[，。 上下早晚中])`)
	lastNight = regexp.MustCompile(`昨晚|昨夜|昨天?半夜`)
	dayParts  = []struct {
		words *regexp.Regexp
		name  string
		hour  int
	}{
		{regexp.MustCompile(`凌晨`), "凌晨", 3},
		{regexp.MustCompile(`清早|早上|早晨|今早|大早`), "早上", 7},
		{regexp.MustCompile(`上午`), "上午", 10},
		{regexp.MustCompile(`中午|晌午`), "中午", 12},
		{regexp.MustCompile(`下午`), "下午", 15},
		{regexp.MustCompile(`傍晚`), "傍晚", 18},
		{regexp.MustCompile(`晚上|昨晚|昨夜|今晚|夜里|半夜`), "晚上", 21},
	}
)

// oldest is how far back an event may have been noticed without being asked
// about: a month and a day without a year that lies further back is more
// likely one to come.
const oldest = 60 * 24 * time.Hour

// noticedAt reads when something was noticed: now when the words do not say
// otherwise. False: they say it in a way that has to be asked back.
func noticedAt(text string, now time.Time) (at time.Time, grain string, clear bool) {
	day, said := search.DayNamed(text, now)
	switch {
	case lastNight.MatchString(text):
		day, said = knowledge.DayOf(now.In(knowledge.Shanghai).AddDate(0, 0, -1)), true
	case strings.Contains(text, "大前天"):
		day, said = knowledge.DayOf(now.In(knowledge.Shanghai).AddDate(0, 0, -3)), true
	case vagueTime.MatchString(text), !said && search.Dated(text):
		return now, ledger.GrainNone, false
	}
	if !said {
		return now, ledger.GrainNow, true
	}
	if now.Sub(day.Time()) > oldest {
		return now, ledger.GrainNone, false
	}
	for _, p := range dayParts {
		if p.words.MatchString(text) {
			at = day.Time().Add(time.Duration(p.hour) * time.Hour)
			if at.After(now) { // "今天下午要停水", said in the morning
				return now, ledger.GrainNow, true
			}
			return at, ledger.GrainPart, true
		}
	}
	if day == knowledge.DayOf(now) {
		return now, ledger.GrainNow, true
	}
	return day.Time().Add(12 * time.Hour), ledger.GrainDay, true
}

// sayNoticed tells when an event was noticed, as exactly as it is known; empty
// when that is when it was reported.
func sayNoticed(e *ledger.GridEvent) string {
	l := e.Noticed.In(knowledge.Shanghai)
	day := fmt.Sprintf("%d月%d日", l.Month(), l.Day())
	switch e.Grain {
	case ledger.GrainPart:
		for _, p := range dayParts {
			if p.hour == l.Hour() {
				return day + p.name + "发现"
			}
		}
		return day + "发现"
	case ledger.GrainDay:
		return day + "发现"
	case ledger.GrainNone:
		return "哪天发现的说不清"
	}
	return ""
}
