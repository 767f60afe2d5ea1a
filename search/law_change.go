package search

import (
	"slices"
	"strings"

	"mingbai/knowledge"
)

// Repealed is what becomes of an article whose whole law another one puts out
// of force.
const Repealed ChangeKind = "repealed"

// A Touch is a card's citation that a new version of a law touches.
type Touch struct {
	Card     *knowledge.Card
	Cite     knowledge.Citation
	Kind     ChangeKind // Changed, Relocated, Gone or Repealed
	New      string     // the article's number now, of Relocated
	Likeness float64    // of the words, of Changed and Relocated
	ByNumber bool       // Gone: only the numbers could be compared
}

// A LawChange is what a new version of a law does to the cards.
type LawChange struct {
	Was      *LawVersion // the version it was compared with; nil: only the numbers could be
	Now      *LawVersion
	Articles []Change           // of Was, those that did not stay as they were
	Count    map[ChangeKind]int // of the articles of Was
	Touched  []Touch            // by card
}

// ChangeOf finds what a new version of a law does to the cards: against the
// version before it where that is imported, else against the numbers in the law
// list. A card that was written under the new version is not touched.
func ChangeOf(base *knowledge.Base, was, now *LawVersion) LawChange {
	out := LawChange{Was: was, Now: now, Count: map[ChangeKind]int{}}
	named := base.Laws.Named(now.Law)
	if named == nil && now.Full != "" {
		named = base.Laws.Named(now.Full)
	}
	changes := map[knowledge.ArticleNumber]Change{}
	if was != nil {
		for _, c := range Compare(was.Articles, now.Articles) {
			out.Count[c.Kind]++
			if c.Kind != Unchanged {
				out.Articles = append(out.Articles, c)
			}
			if n, err := knowledge.ParseArticle(c.Old); err == nil {
				changes[n] = c
			}
		}
	}
	for _, c := range base.Cards {
		for _, cite := range c.Citations() {
			if len(named) == 0 || !slices.ContainsFunc(base.Laws.Named(cite.Law), func(v *knowledge.Law) bool { return slices.Contains(named, v) }) {
				continue
			}
			var t Touch
			switch {
			case was == nil:
				t = againstList(base.Laws, now, cite)
			case cite.Until != "" && cite.Until <= was.From:
				continue // an earlier version than the one compared
			default:
				t = againstText(changes, cite)
			}
			if written := base.Laws.On(cite.Law, c.Written); cite.Until == "" && written != nil && written.From >= now.From && (was == nil || was.Version != now.Version) {
				if written.From > now.From {
					continue // written under a version newer than the one looked at
				}
				t = goneFrom(now, cite) // written under it already
			}
			if t.Kind != "" {
				t.Card, t.Cite = c, cite
				out.Touched = append(out.Touched, t)
			}
		}
	}
	out.Touched = append(out.Touched, repealed(base, now)...)
	return out
}

// repealed finds what cites a law that the new one puts out of force.
func repealed(base *knowledge.Base, now *LawVersion) []Touch {
	dead := map[*knowledge.Law]bool{}
	for _, a := range now.Articles {
		if !strings.Contains(a.Text, "同时废止") {
			continue
		}
		for _, m := range base.Laws.Mentioned(a.Text, now.From) {
			if !slices.Contains(base.Laws.Named(now.Law), m.Law) {
				dead[m.Law] = true
			}
		}
	}
	var out []Touch
	for _, c := range base.Cards {
		for _, cite := range c.Citations() {
			if cite.Until == "" && slices.ContainsFunc(base.Laws.Named(cite.Law), func(v *knowledge.Law) bool { return dead[v] }) {
				out = append(out, Touch{Card: c, Cite: cite, Kind: Repealed})
			}
		}
	}
	return out
}

// againstText tells what the texts tell; the zero Touch where nothing changed.
func againstText(changes map[knowledge.ArticleNumber]Change, cite knowledge.Citation) Touch {
	n, err := knowledge.ParseArticle(cite.Article)
	c, ok := changes[n]
	if err != nil || !ok || c.Kind == Unchanged {
		return Touch{}
	}
	t := Touch{Kind: c.Kind, Likeness: c.Likeness}
	if c.Kind == Relocated {
		t.New = c.New
	}
	return t
}

// againstList tells what the law list alone can tell: an article that has moved,
// where the list knows the new version, and one whose number is no more.
func againstList(laws *knowledge.Laws, now *LawVersion, cite knowledge.Citation) Touch {
	n, err := knowledge.ParseArticle(cite.Article)
	if err != nil {
		return Touch{}
	}
	// What the card cites today is of the version in force, which moves only
	// when the new one takes its place; what it cites for earlier days is older.
	if cite.Until != "" && cite.Until < now.From {
		return Touch{}
	}
	if m, ok := laws.Moved(cite.Law, cite.Article, now.From); ok && cite.Until != "" && m.Same && m.Now.N > 0 && m.Now != n {
		return Touch{Kind: Relocated, New: m.Now.String(), Likeness: 1}
	}
	return goneFrom(now, cite)
}

// goneFrom tells that the new version has no article of this number.
func goneFrom(now *LawVersion, cite knowledge.Citation) Touch {
	n, err := knowledge.ParseArticle(cite.Article)
	if err != nil || slices.ContainsFunc(now.Articles, func(a Article) bool {
		k, err := knowledge.ParseArticle(a.Number)
		return err == nil && k == n
	}) {
		return Touch{}
	}
	return Touch{Kind: Gone, ByNumber: true}
}
