package main

import (
	"fmt"
	"io"
	"path/filepath"
	"slices"

	"mingbai/knowledge"
	"mingbai/search"
)

// checkLexicon prints the entries of the lexicon that bring no phrasing of a
// card, and no labelled question of dir where one is given, nearer to its
// card. Finding any is an error: such an entry only makes the lexicon longer.
func checkLexicon(s *Settings, dir string, out io.Writer) error {
	base, err := s.base()
	if err != nil {
		return err
	}
	var questions []search.Question
	if dir != "" {
		open, err := readOpen(filepath.Join(dir, "questions.open.jsonl"))
		if err != nil {
			return err
		}
		questions = goldCards(base, open)
	}
	idle := search.Idle(base, questions)
	for _, e := range idle {
		fmt.Fprintf(out, "%s:%d: %s: 没有一个问法因它更准\n", e.File, e.Line, e.Word)
	}
	fmt.Fprintf(out, "%d个词，%d个没有用处\n", len(base.Lexicon.Entries), len(idle))
	if len(idle) > 0 {
		return fmt.Errorf("%d words of the lexicon help no question", len(idle))
	}
	return nil
}

// goldCards gives each labelled question the nearest card that cites an
// article expected of it; questions without one are left out.
func goldCards(base *knowledge.Base, open []openQuestion) []search.Question {
	index := search.New(base)
	var out []search.Question
	for _, q := range open {
		hits := index.Understand(q.Text).Hits
		right := slices.IndexFunc(hits, func(h search.Hit) bool { return h.Card != nil && citesGold(h.Card, q.Gold) })
		if right >= 0 {
			out = append(out, search.Question{Text: q.Text, Card: hits[right].Card.ID})
		}
	}
	return out
}

// citesGold reports whether a card cites one of the articles expected.
func citesGold(c *knowledge.Card, gold []knowledge.Cite) bool {
	return slices.ContainsFunc(c.Cites, func(k knowledge.Cite) bool {
		return slices.ContainsFunc(gold, func(g knowledge.Cite) bool { return k.Law == g.Law && k.Article == g.Article })
	})
}
