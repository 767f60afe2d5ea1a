package annual

import (
	"cmp"
	"slices"
	"time"

	"mingbai/bot/ledger"
	"mingbai/knowledge"
)

// minVolunteers is how many legal-understanding people a village should have
// at the least (national rule for 2025: three in every administrative village).
const minVolunteers = 3

// evidence is what the shortcomings are proposed from: topics and places,
// never people.
type evidence struct {
	unanswered []topicCount // topics that no card answered, the most asked first
	villages   []string     // with fewer than minVolunteers
}

// topicCount is how often a topic was asked.
type topicCount struct {
	topic string
	n     int
}

func (g *year) evidence(v *ledger.View, t *knowledge.Township, last time.Time) (evidence, error) {
	var e evidence
	for topic, x := range g.noCardBy {
		if topic != "" && x.n >= smallCell {
			e.unanswered = append(e.unanswered, topicCount{topic, x.n})
		}
	}
	slices.SortFunc(e.unanswered, func(a, b topicCount) int {
		return cmp.Or(cmp.Compare(b.n, a.n), cmp.Compare(a.topic, b.topic))
	})
	have, err := ledger.VillagesOf(v, t.ID, ledger.Volunteer, last)
	if err != nil {
		return e, err
	}
	for _, village := range t.Villages {
		if have[village.ID] < minVolunteers {
			e.villages = append(e.villages, village.Name)
		}
	}
	return e, nil
}
