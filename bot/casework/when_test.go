package casework

import (
	"testing"
	"time"

	"mingbai/knowledge"
)

func TestParseTimes(t *testing.T) {
	now := time.Date(2026, 11, 24, 10, 0, 0, 0, knowledge.Shanghai) // a Tuesday
	for _, tt := range []struct{ say, want string }{
		{"11月26日上午9点 村委会", "2026-11-26 09:00 村委会"},
		{"后天下午3点半", "2026-11-26 15:30 "},
		{"明天14:30在李家院坝", "2026-11-25 14:30 李家院坝"},
		{"大后天早上九点", "2026-11-27 09:00 "},
		{"28号下午两点", "2026-11-28 14:00 "},
		{"3号上午10点", "2026-12-03 10:00 "},
		{"1月5日上午10点", "2027-01-05 10:00 "},
		{"周五下午3点", "2026-11-27 15:00 "},
		{"下周三上午十点", "2026-12-02 10:00 "},
		{"周一上午9点", "?"},
		{"明天3点", "?"},
		{"过两天再说", "?"},
		{"11月31日上午9点", "?"},
		{"明天25点", "?"},
	} {
		times, unclear := ParseTimes(tt.say, now)
		got := "?"
		if len(times) == 1 && len(unclear) == 0 {
			got = times[0].At.Format("2006-01-02 15:04 ") + times[0].Place
		}
		if got != tt.want {
			t.Errorf("%s: got %s, want %s", tt.say, got, tt.want)
		}
	}
	if times, unclear := ParseTimes("明天上午9点；后天上午9点\n改天", now); len(times) != 2 || len(unclear) != 1 {
		t.Errorf("three lines: %v, unclear %v", times, unclear)
	}
}

func FuzzParseTimes(f *testing.F) {
	f.Add("11月26日上午9点 村委会")
	now := time.Date(2026, 11, 24, 10, 0, 0, 0, knowledge.Shanghai)
	f.Fuzz(func(t *testing.T, s string) {
		times, _ := ParseTimes(s, now)
		for _, x := range times {
			if x.At.Before(now.AddDate(-60, 0, 0)) && x.At.Year() >= 2000 {
				t.Errorf("%q: %s", s, x.At)
			}
		}
	})
}
