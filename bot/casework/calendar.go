// Package casework holds the pure rules of casework: working time and clocks,
// later the states and routes of disputes. It does no input or output; the
// time is always passed in.
package casework

import (
	"fmt"
	"strconv"
	"time"

	"mingbai/knowledge"
)

// A Calendar knows the working time of a township: office hours with their
// lunch break, weekends, holidays and the weekend days worked in exchange.
// Make it with NewCalendar; it is read-only.
type Calendar struct {
	spans [][2]int // minutes after midnight
	off   map[knowledge.Day]bool
	on    map[knowledge.Day]bool
}

// NewCalendar reads the hours of a township file, which ParseTownship has
// checked.
func NewCalendar(h knowledge.Hours) *Calendar {
	c := &Calendar{off: map[knowledge.Day]bool{}, on: map[knowledge.Day]bool{}}
	for _, s := range h.Spans {
		c.spans = append(c.spans, [2]int{clock(s[:5]), clock(s[6:])})
	}
	for _, d := range h.Holidays {
		c.off[d] = true
	}
	for _, d := range h.Workdays {
		c.on[d] = true
	}
	return c
}

func clock(s string) int {
	h, _ := strconv.Atoi(s[:2])
	m, _ := strconv.Atoi(s[3:])
	return h*60 + m
}

// WorkingDay reports whether offices are open on the day of t.
func (c *Calendar) WorkingDay(t time.Time) bool {
	d := knowledge.DayOf(t)
	if c.on[d] {
		return true
	}
	wd := t.In(knowledge.Shanghai).Weekday()
	return wd != time.Saturday && wd != time.Sunday && !c.off[d]
}

// Working reports whether offices are open at t.
func (c *Calendar) Working(t time.Time) bool {
	l := t.In(knowledge.Shanghai)
	m := l.Hour()*60 + l.Minute()
	for _, s := range c.spans {
		if m >= s[0] && m < s[1] {
			return c.WorkingDay(t)
		}
	}
	return false
}

// Add returns the moment when so much working time has passed after t. Time
// outside office hours does not count. Work that would end exactly at the
// close of a span ends there, not at the next opening.
func (c *Calendar) Add(t time.Time, work time.Duration) time.Time {
	l := t.In(knowledge.Shanghai)
	midnight := time.Date(l.Year(), l.Month(), l.Day(), 0, 0, 0, 0, knowledge.Shanghai)
	// A year without a working day is a mistake in the file; the bound keeps
	// it from hanging.
	for day := 0; day < 366; day++ {
		if c.WorkingDay(midnight) {
			for _, s := range c.spans {
				from := midnight.Add(time.Duration(s[0]) * time.Minute)
				to := midnight.Add(time.Duration(s[1]) * time.Minute)
				if l.After(from) {
					from = l
				}
				if !to.After(from) {
					continue
				}
				if left := to.Sub(from); work > left {
					work -= left
					continue
				}
				return from.Add(work)
			}
		}
		midnight = midnight.AddDate(0, 0, 1)
	}
	return t.Add(work)
}

// Promise is Add, moved on to the next half hour: people keep 10:00, not 9:36.
// Spans that end on a half hour contain it.
func (c *Calendar) Promise(t time.Time, work time.Duration) time.Time {
	due := c.Add(t, work)
	rounded := due.Truncate(30 * time.Minute)
	if rounded.Before(due) {
		rounded = rounded.Add(30 * time.Minute)
	}
	if !c.Working(rounded.Add(-time.Minute)) {
		return due
	}
	return rounded
}

// Say tells a moment as a neighbour would: 今天17:30, 明天9:00, 12月3日(周四)17:30.
func Say(t, now time.Time) string {
	l, n := t.In(knowledge.Shanghai), now.In(knowledge.Shanghai)
	hm := fmt.Sprintf("%d:%02d", l.Hour(), l.Minute())
	switch knowledge.DayOf(l) {
	case knowledge.DayOf(n):
		return "今天" + hm
	case knowledge.DayOf(n.AddDate(0, 0, 1)):
		return "明天" + hm
	}
	week := []string{"日", "一", "二", "三", "四", "五", "六"}[l.Weekday()]
	return fmt.Sprintf("%d月%d日（周%s）%s", l.Month(), l.Day(), week, hm)
}
