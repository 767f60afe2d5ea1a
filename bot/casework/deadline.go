package casework

import (
	"time"

	"mingbai/knowledge"
)

// Deadline returns the last day of a period counted from a day: the day itself
// is not counted (民法典 第二百零一条), months and years end on the day of the
// same number, or the month's last (第二百零二条), and an end on a day off moves
// to the next working day (第二百零三条).
func (c *Calendar) Deadline(from knowledge.Day, k knowledge.Clock) knowledge.Day {
	t := from.Time()
	if t.IsZero() {
		return ""
	}
	var end time.Time
	if k.Days > 0 {
		end = t.AddDate(0, 0, k.Days)
	} else {
		months := k.Months + 12*k.Years
		first := time.Date(t.Year(), t.Month()+time.Month(months), 1, 0, 0, 0, 0, knowledge.Shanghai)
		last := first.AddDate(0, 1, -1).Day()
		end = first.AddDate(0, 0, min(t.Day(), last)-1)
	}
	for range 366 {
		if c.WorkingDay(end) {
			break
		}
		end = end.AddDate(0, 0, 1)
	}
	return knowledge.DayOf(end)
}
