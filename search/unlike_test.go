package search

import (
	"strings"
	"testing"
)

// What a card says it must not answer, it does not: neither as it stands nor
// said a little differently, and the card it names is the one that does.
func TestNearMisses(t *testing.T) {
	x := testIndex(t)
	named, all := 0, 0
	for _, c := range x.cards {
		for _, u := range c.Unlike {
			m := x.Understand(u.Text)
			all++
			if m.Hits[0].Card == c {
				t.Errorf("%s: near miss %q is answered by the card itself, not by %s\n%s", c.File, u.Text, u.Card, strings.Join(m.Why, "\n"))
			}
			if m.Hits[0].Card.ID == u.Card {
				named++
			}
			for _, say := range []string{u.Text + "怎么办", "请问" + u.Text, "我想问哈 " + u.Text} {
				if m := x.Understand(say); m.Decision == Answer && m.Hits[0].Card == c {
					t.Errorf("%s: near miss %q is answered by the card itself (%.2f), not by %s", c.File, say, m.Confidence, u.Card)
				}
			}
		}
	}
	if all == 0 {
		t.Fatal("no card names a near miss")
	}
	if share := float64(named) / float64(all); share < 0.97 {
		t.Errorf("of %d near misses the named card comes first for %.3f, want 0.97", all, share)
	}
	t.Logf("the named card comes first for %d of %d near misses", named, all)
}
