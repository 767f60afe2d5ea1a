package bot

import (
	"fmt"
	"time"

	"mingbai/knowledge"
)

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
