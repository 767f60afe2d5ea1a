package search

import (
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"time"

	"github.com/blevesearch/bleve/v2"
)

// A Race is two ways of doing the same thing, timed question by question and
// turn by turn, so that a busy machine hurts both alike.
type Race struct {
	Name          string  `json:"name"`
	Against       string  `json:"against"`
	Rounds        int     `json:"rounds"`
	P50           float64 `json:"p50_ms"`
	P99           float64 `json:"p99_ms"`
	AgainstP50    float64 `json:"against_p50_ms"`
	AgainstP99    float64 `json:"against_p99_ms"`
	Ratio         float64 `json:"ratio_p50"` // P50 over AgainstP50; 0 when that took no time
	RatioTail     float64 `json:"ratio_p99"`
	ours, against []time.Duration
}

// Add takes the times of one round.
func (r *Race) Add(ours, against time.Duration) {
	r.ours, r.against = append(r.ours, ours), append(r.against, against)
}

// Finish computes the figures from the rounds added.
func (r *Race) Finish() Race {
	r.Rounds = len(r.ours)
	if r.Rounds == 0 {
		return *r
	}
	at := func(list []time.Duration) (p50, p99 float64) {
		slices.Sort(list)
		ms := func(share float64) float64 {
			return float64(list[int(share*float64(len(list)-1))].Nanoseconds()) / 1e6
		}
		return ms(0.5), ms(0.99)
	}
	r.P50, r.P99 = at(r.ours)
	r.AgainstP50, r.AgainstP99 = at(r.against)
	if r.AgainstP50 > 0 && r.AgainstP99 > 0 {
		r.Ratio, r.RatioTail = r.P50/r.AgainstP50, r.P99/r.AgainstP99
	}
	return *r
}

// againstBleve is the name of what everything is compared with: the ten best
// by Bleve's own match query over the same texts, cut into the same terms.
const againstBleve = "Bleve match query"

// matchBleve asks Bleve's match query and tells how long it took.
func matchBleve(x bleve.Index, q string) (time.Duration, error) {
	start := time.Now()
	match := bleve.NewMatchQuery(normalise(q))
	match.SetField(textField)
	_, err := x.Search(bleve.NewSearchRequestOptions(match, 10, 0, false))
	return time.Since(start), err
}

// RaceBleve races the first stage, and the whole search, against Bleve's match
// query over the same articles.
func (s *Statutes) RaceBleve(questions []string) (races []Race, err error) {
	if err := s.Prepare(); err != nil {
		return nil, err
	}
	x, err := bleve.OpenUsing(filepath.Join(s.dir, "now", "index"), map[string]any{"read_only": true})
	if err != nil {
		return nil, fmt.Errorf("race: %w", err)
	}
	defer func() { err = errors.Join(err, x.Close()) }()
	first, whole := Race{Name: "statutes, first stage", Against: againstBleve}, Race{Name: "statutes, whole search", Against: againstBleve}
	for _, q := range questions {
		start := time.Now()
		s.bm25(q, 10)
		middle := time.Now()
		if _, err := s.Search(q, 10); err != nil {
			return nil, err
		}
		end := time.Now()
		theirs, err := matchBleve(x, q)
		if err != nil {
			return nil, fmt.Errorf("race: %w", err)
		}
		first.Add(middle.Sub(start), theirs)
		whole.Add(end.Sub(middle), theirs)
	}
	return []Race{first.Finish(), whole.Finish()}, nil
}

// RaceBleve races the whole understanding of a question, cards ranked and all,
// against Bleve's match query over the same cards.
func (x *Index) RaceBleve(questions []string) (r Race, err error) {
	r = Race{Name: "cards, understanding", Against: againstBleve}
	m, err := leanMapping()
	if err != nil {
		return r, fmt.Errorf("race: %w", err)
	}
	theirs, err := bleve.NewUsing("", m, indexKind, indexKind, nil)
	if err != nil {
		return r, fmt.Errorf("race: %w", err)
	}
	defer func() { err = errors.Join(err, theirs.Close()) }()
	batch := theirs.NewBatch()
	for _, c := range x.cards {
		if err := batch.Index(c.ID, map[string]any{textField: normalise(cardText(c))}); err != nil {
			return r, fmt.Errorf("race: %w", err)
		}
	}
	if err := theirs.Batch(batch); err != nil {
		return r, fmt.Errorf("race: %w", err)
	}
	for _, q := range questions {
		start := time.Now()
		x.Understand(q)
		took := time.Since(start)
		bleves, err := matchBleve(theirs, q)
		if err != nil {
			return r, fmt.Errorf("race: %w", err)
		}
		r.Add(took, bleves)
	}
	return r.Finish(), nil
}
