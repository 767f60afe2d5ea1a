package knowledge

// A Citation is an article that a card names, and where in the card.
type Citation struct {
	Cite
	Part  string // cites, clock or before
	Until Day    // of before: the day from which the card cites another article; else ""
}

// Kind says, for messages, what the citation is there for; nothing for the
// articles that carry the answer.
func (c Citation) Kind() string {
	switch c.Part {
	case "clock":
		return " (clock)"
	case "before":
		return " (before " + string(c.Until) + ")"
	}
	return ""
}

// Citations lists every article the card names: those of its answer, of its
// deadlines, and of the law for what happened earlier.
func (c *Card) Citations() []Citation {
	var out []Citation
	for _, k := range c.Cites {
		out = append(out, Citation{Cite: k, Part: "cites"})
	}
	for _, k := range c.Clock {
		if k.Law != "" {
			out = append(out, Citation{Cite: Cite{Law: k.Law, Article: k.Article, line: k.line}, Part: "clock"})
		}
	}
	for _, e := range c.Before {
		out = append(out, Citation{Cite: Cite{Law: e.Law, Article: e.Article, line: e.line}, Part: "before", Until: e.Day})
	}
	return out
}
