package casework

import (
	"testing"

	"mingbai/knowledge"
)

func TestDeadline(t *testing.T) {
	c := NewCalendar(hours)
	for _, tt := range []struct {
		name string
		from knowledge.Day
		k    knowledge.Clock
		want knowledge.Day
	}{
		{"the first day is not counted", "2026-11-16", knowledge.Clock{Days: 15}, "2026-12-01"},
		{"sixty days", "2026-10-22", knowledge.Clock{Days: 60}, "2026-12-21"},
		{"half a year", "2026-10-22", knowledge.Clock{Months: 6}, "2027-04-22"},
		{"a year", "2026-03-16", knowledge.Clock{Years: 1}, "2027-03-16"},
		{"ends on a Saturday", "2026-11-13", knowledge.Clock{Days: 15}, "2026-11-30"},
		{"ends on a worked Saturday", "2026-09-25", knowledge.Clock{Days: 15}, "2026-10-10"},
		{"ends in a holiday", "2026-09-16", knowledge.Clock{Days: 15}, "2026-10-05"},
		{"the month is shorter", "2026-08-31", knowledge.Clock{Months: 1}, "2026-09-30"},
		{"leap day", "2024-02-29", knowledge.Clock{Years: 3}, "2027-03-01"},
		{"no day", "", knowledge.Clock{Days: 1}, ""},
	} {
		if got := c.Deadline(tt.from, tt.k); got != tt.want {
			t.Errorf("%s: from %s: %s, want %s", tt.name, tt.from, got, tt.want)
		}
	}
}
