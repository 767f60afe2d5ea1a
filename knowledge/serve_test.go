package knowledge_test

import (
	"os"
	"testing"
	"time"

	"mingbai/bot"
	"mingbai/knowledge"
)

// A second township, far from the sample and with other hours, runs on the
// same knowledge.
func TestOtherTownshipServes(t *testing.T) {
	raw, err := os.ReadFile("testdata/hewan.yaml")
	if err != nil {
		t.Fatal(err)
	}
	base, err := knowledge.Load(knowledge.Overlay{Township: raw, Name: "hewan.yaml"})
	if err != nil {
		t.Fatal(err)
	}
	mind := bot.NewMind(base, nil)
	if got := mind.Base.Township.VillageName("beitan"); got != "北滩村" {
		t.Errorf("village %s", got)
	}
	if m := mind.Index.Understand("老板拖欠工资不给"); len(m.Hits) == 0 || m.Topic != "劳动与欠薪" {
		t.Errorf("topic %s, %d cards", m.Topic, len(m.Hits))
	}
	// 13:00 is the lunch break here, and 18:00 the end of the day.
	asked := time.Date(2026, 11, 24, 13, 0, 0, 0, knowledge.Shanghai)
	if got := mind.Calendar.Add(asked, time.Hour).Format(time.TimeOnly); got != "15:30:00" {
		t.Errorf("an hour's work after 13:00 ends at %s", got)
	}
}
