package search

import (
	"testing"
	"time"

	"mingbai/knowledge"
)

func TestDayNamed(t *testing.T) {
	now := time.Date(2026, 11, 24, 14, 0, 0, 0, knowledge.Shanghai)
	for text, want := range map[string]knowledge.Day{
		"11月16号收到的判决书 我不服":   "2026-11-16",
		"去年8月3日跟人打了一架":       "2025-08-03",
		"2024年2月29日签的":       "2024-02-29",
		"12月30号送来的":          "2025-12-30", // the latest that has been
		"昨天收到的":              "2026-11-23",
		"上个月初十":              "",
		"农历8月15号借的":          "",
		"2月30号":              "",
		"从3月1号到5月1号没发工资":     "", // two days: which one is meant is not guessed
		"前年冬月":               "",
		"今年12月30号":           "", // still to come
		"隔壁砌墙":               "",
		"我2026年11月16日收到的判决书": "2026-11-16",
	} {
		got, ok := DayNamed(text, now)
		if got != want || ok != (want != "") {
			t.Errorf("%s: %q %v, want %q", text, got, ok, want)
		}
	}
	if _, ok := OnlyDay("11月16号", now); !ok {
		t.Error("a bare date is not seen as one")
	}
	if _, ok := OnlyDay("11月16号隔壁砌墙占了我屋基", now); ok {
		t.Error("a question is taken for a bare date")
	}
}
