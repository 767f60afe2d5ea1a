package search

import (
	"fmt"
	"testing"
)

func TestExpDanger(t *testing.T) {
	x := testIndex(t)
	for _, f := range []string{"danger", "questions"} {
		rows, err := readLabelled("/work/shared/residents/" + f + ".open.jsonl")
		if err != nil {
			t.Skip()
		}
		var all, caught, none, alarm, base int
		for _, r := range rows {
			c := x.Dispute(r.Text)
			m := x.Understand(r.Text)
			if r.Urgent != "" {
				all++
				if c.Urgent != "" {
					caught++
				} else {
					fmt.Println("MISS", r.Text, m.Danger)
				}
				continue
			}
			none++
			if m.Danger != "" {
				base++
			}
			if c.Urgent != "" {
				alarm++
			} else if m.Danger != "" {
				fmt.Println("taken back", r.Text)
			}
		}
		fmt.Println(f, caught, all, alarm, base, none)
	}
}
