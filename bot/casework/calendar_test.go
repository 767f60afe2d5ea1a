package casework

import (
	"testing"
	"time"

	"mingbai/knowledge"
	"pgregory.net/rapid"
)

var hours = knowledge.Hours{
	Spans:    []string{"09:00-12:00", "14:00-17:30"},
	Holidays: []knowledge.Day{"2026-10-01", "2026-10-02"},
	Workdays: []knowledge.Day{"2026-10-10"}, // a Saturday
}

func at(s string) time.Time {
	t, err := time.ParseInLocation("2006-01-02 15:04", s, knowledge.Shanghai)
	if err != nil {
		panic(err)
	}
	return t
}

func TestAdd(t *testing.T) {
	c := NewCalendar(hours)
	for _, tt := range []struct {
		name, from string
		work       time.Duration
		want       string
	}{
		{"within the morning", "2026-11-24 09:30", time.Hour, "2026-11-24 10:30"},
		{"over lunch", "2026-11-24 11:30", time.Hour, "2026-11-24 14:30"},
		{"asked at lunch", "2026-11-24 12:40", 30 * time.Minute, "2026-11-24 14:30"},
		{"ends with the morning", "2026-11-24 11:00", time.Hour, "2026-11-24 12:00"},
		{"to the next morning", "2026-11-24 17:00", time.Hour, "2026-11-25 09:30"},
		{"before opening", "2026-11-24 06:00", time.Hour, "2026-11-24 10:00"},
		{"over the weekend", "2026-11-27 17:00", time.Hour, "2026-11-30 09:30"},
		{"over a holiday", "2026-09-30 17:00", time.Hour, "2026-10-05 09:30"},
		{"a Saturday that is worked", "2026-10-09 17:00", time.Hour, "2026-10-10 09:30"},
	} {
		if got := c.Add(at(tt.from), tt.work); !got.Equal(at(tt.want)) {
			t.Errorf("%s: Add(%s, %s) = %s, want %s", tt.name, tt.from, tt.work, got, tt.want)
		}
	}
}

// A deadline is never before its start, falls into working time or its end,
// and more work never ends earlier.
func TestAddProperties(t *testing.T) {
	c := NewCalendar(hours)
	rapid.Check(t, func(t *rapid.T) {
		from := at("2026-01-01 00:00").Add(time.Duration(rapid.IntRange(0, 500*24*60).Draw(t, "minute")) * time.Minute)
		work := time.Duration(rapid.IntRange(1, 3000).Draw(t, "work")) * time.Minute
		got := c.Add(from, work)
		if !got.After(from) {
			t.Fatalf("Add(%s, %s) = %s is not later", from, work, got)
		}
		if !c.Working(got.Add(-time.Minute)) {
			t.Fatalf("Add(%s, %s) = %s does not end in working time", from, work, got)
		}
		if more := c.Add(from, work+time.Minute); !more.After(got) {
			t.Fatalf("one minute more ends at %s, not after %s", more, got)
		}
	})
}

func TestSay(t *testing.T) {
	now := at("2026-11-24 10:00")
	for in, want := range map[string]string{
		"2026-11-24 17:30": "今天17:30",
		"2026-11-25 09:05": "明天9:05",
		"2026-12-03 17:30": "12月3日（周四）17:30",
	} {
		if got := Say(at(in), now); got != want {
			t.Errorf("Say(%s) = %s, want %s", in, got, want)
		}
	}
}
