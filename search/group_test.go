package search

import (
	"math/rand/v2"
	"slices"
	"testing"

	"mingbai/knowledge"
)

// Phrasings of cards that the index does not have are put together by card, or
// at least with those of a card beside it.
func TestGroups(t *testing.T) {
	base, err := knowledge.Load(knowledge.Overlay{})
	if err != nil {
		t.Fatal(err)
	}
	chance := rand.New(rand.NewPCG(1, 2))
	gone := map[string]bool{}
	texts, own := map[string][]string{}, map[string][]string{} // by topic
	for _, i := range chance.Perm(len(base.Cards))[:250] {
		c := base.Cards[i]
		gone[c.ID] = true
		for _, k := range chance.Perm(len(c.Asked))[:4] {
			texts[c.Topic], own[c.Topic] = append(texts[c.Topic], c.Asked[k]), append(own[c.Topic], c.ID)
		}
	}
	less := *base
	less.Cards = slices.DeleteFunc(slices.Clone(base.Cards), func(c *knowledge.Card) bool { return gone[c.ID] })
	x := New(&less)
	together, right, all := 0, 0, 0
	for topic, list := range texts {
		in := make([]int, len(list))
		for g, group := range x.Groups(list) {
			for _, m := range group.Members {
				in[m] = g
			}
		}
		for i := range list {
			for j := range i {
				same, got := own[topic][i] == own[topic][j], in[i] == in[j]
				if same {
					all++
				}
				if got {
					together++
				}
				if same && got {
					right++
				}
			}
		}
	}
	t.Logf("%d pairs together, %d of the same card, of %d such pairs", together, right, all)
	if p, r := float64(right)/float64(together), float64(right)/float64(all); p < 0.28 || r < 0.16 {
		t.Errorf("precision %.2f, recall %.2f", p, r)
	}
}

func TestGroupWords(t *testing.T) {
	base, err := knowledge.Load(knowledge.Overlay{})
	if err != nil {
		t.Fatal(err)
	}
	x := New(base)
	groups := x.Groups([]string{"无人机打药飘到我家鱼塘，王大国不认账，鱼死了哪个赔", "邻居用无人机打药，药飘过来把我家鱼塘的鱼毒死了，王大国说不关他的事", "低保怎么申请"})
	if len(groups) != 2 || !slices.Equal(groups[0].Members, []int{0, 1}) {
		t.Fatalf("groups: %+v", groups)
	}
	if !slices.Contains(groups[0].Words, "鱼塘") || slices.ContainsFunc(groups[0].Words, func(w string) bool { return overlap(w, "王大国") }) {
		t.Errorf("words: %v", groups[0].Words)
	}
	if groups[1].Words != nil || x.Groups(nil) != nil && len(x.Groups(nil)) > 0 {
		t.Errorf("a single text has words: %v", groups[1].Words)
	}
}
