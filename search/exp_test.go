package search

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"mingbai/knowledge"
)

type expRow struct {
	ID, Text string
	Gold     struct {
		Category string
		Parties  int
		Urgent   string
		Level    string `json:"suggested_level"`
		Why      string
	}
}

func TestExp(t *testing.T) {
	x := testIndex(t)
	raw, err := os.ReadFile("/work/shared/residents/disputes.open.jsonl")
	if err != nil {
		t.Skip()
	}
	start := time.Now()
	x.Dispute("x")
	fmt.Println("learn", time.Since(start))
	samples := disputeSamples()
	// cross-validation
	var folds = 5
	cOK, lOK, rOK := 0, 0, 0
	show := os.Getenv("SHOW")
	for f := range folds {
		var tr []sample
		for i, s := range samples {
			if i%folds != f {
				tr = append(tr, s)
			}
		}
		m := &disputeMind{vocab: make(vocab)}
		m.learn(x, tr)
		for i, s := range samples {
			if i%folds != f {
				continue
			}
			mm := Meaning{Text: s.text}
			c := x.caseOf(m, s.text, &mm)
			if c.Category == knowledge.DisputeCategories[s.category] {
				cOK++
			} else if show == "cat" {
				fmt.Println(knowledge.DisputeCategories[s.category], "got", c.Category, c.Confidence, s.text)
			}
			if c.Level == disputeLevels[s.level] {
				lOK++
			} else if show == "level" {
				fmt.Println(disputeLevels[s.level], "got", c.Level, c.Why, s.text)
			}
			_ = rOK
		}
	}
	n := len(samples)
	fmt.Printf("cv category %.3f level %.3f\n", float64(cOK)/float64(n), float64(lOK)/float64(n))
	half := os.Getenv("HALF")
	var cat, lev, urg, all, par [3]int
	for i, line := range strings.Split(strings.TrimSpace(string(raw)), "\n") {
		var r expRow
		if err := json.Unmarshal([]byte(line), &r); err != nil {
			t.Fatal(err)
		}
		h := i % 2
		if i%4 == 3 {
			h = 2
		}
		c := x.Dispute(r.Text)
		all[h]++
		if c.Category == r.Gold.Category {
			cat[h]++
		} else if h < 2 {
			fmt.Println(i, "CAT", r.Gold.Category, "got", c.Category, c.Confidence, r.Text)
		}
		if c.Level == r.Gold.Level {
			lev[h]++
		} else if h < 2 {
			fmt.Println(i, "LEVEL", r.Gold.Level, "got", c.Level, c.Why, r.Text)
		}
		if (c.Urgent != "") == (r.Gold.Urgent != "") {
			urg[h]++
		} else if h < 2 {
			fmt.Println(i, "URGENT", r.Gold.Urgent, "got", c.Urgent, r.Text)
		}
		if d := c.Parties - r.Gold.Parties; d >= -1 && d <= 1 || c.Parties >= 8 && r.Gold.Parties >= 8 {
			par[h]++
		} else if h < 2 {
			fmt.Println(i, "PARTIES", r.Gold.Parties, "got", c.Parties, r.Text)
		}
	}
	for h := range 3 {
		if h == 2 && half != "both" {
			break
		}
		fmt.Printf("half %d: category %d/%d level %d urgent %d parties %d\n", h, cat[h], all[h], lev[h], urg[h], par[h])
	}
}
