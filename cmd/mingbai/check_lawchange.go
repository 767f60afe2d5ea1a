package main

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"mingbai/knowledge"
	"mingbai/search"
)

// checkLawChange lists the citations that a new version of a law touches: one
// line each, and an error when there is any.
func checkLawChange(s *Settings, path string, out io.Writer) error {
	base, err := s.base()
	if err != nil {
		return err
	}
	laws, bad, err := search.ReadVersions(path)
	if err != nil {
		return err
	}
	for _, b := range bad {
		fmt.Fprintln(out, b)
	}
	statutes, err := s.statutes()
	if err != nil {
		return err
	}
	if statutes != nil {
		defer statutes.Close()
	}
	touched := 0
	for _, law := range laws {
		var was *search.LawVersion
		if statutes != nil {
			if was, err = statutes.Before(law); err != nil {
				return err
			}
		}
		found, summary := lawChange(base, was, law)
		for _, f := range found {
			fmt.Fprintln(out, f)
		}
		touched += len(found)
		fmt.Fprintln(out, summary)
	}
	if touched > 0 {
		return silence{fmt.Errorf("%d citations are touched", touched)}
	}
	if len(bad) > 0 {
		return fmt.Errorf("%d lines could not be read", len(bad))
	}
	return nil
}

// lawChange finds what a new version does to the cards: against the version
// before it where that is imported, else against the numbers in the law list.
func lawChange(base *knowledge.Base, was, now *search.LawVersion) ([]knowledge.Finding, string) {
	named := base.Laws.Named(now.Law)
	if named == nil && now.Full != "" {
		named = base.Laws.Named(now.Full)
	}
	var tell func(knowledge.Citation) string
	var summary string
	var from knowledge.Day // of the version compared with
	if was != nil {
		changes := map[knowledge.ArticleNumber]search.Change{}
		count := map[search.ChangeKind]int{}
		for _, c := range search.Compare(was.Articles, now.Articles) {
			count[c.Kind]++
			if n, err := knowledge.ParseArticle(c.Old); err == nil {
				changes[n] = c
			}
		}
		from = was.From
		tell = func(cite knowledge.Citation) string {
			n, err := knowledge.ParseArticle(cite.Article)
			c, ok := changes[n]
			if err != nil || !ok {
				return ""
			}
			return sayChange(c)
		}
		summary = fmt.Sprintf("《%s》%s：%d条，与%s版比，%d条未变，%d条改了字，%d条换了条号，%d条没有了。",
			now.Law, now.Version, len(now.Articles), was.Version, count[search.Unchanged], count[search.Changed], count[search.Relocated], count[search.Gone])
	} else {
		tell = func(cite knowledge.Citation) string { return againstList(base.Laws, now, cite) }
		summary = fmt.Sprintf("《%s》%s：%d条。上一版的原文没有导入，只核对了条号；字句变没变，先用 statutes import 导入上一版再查。", now.Law, now.Version, len(now.Articles))
	}
	var out []knowledge.Finding
	for _, c := range base.Cards {
		for _, cite := range c.Citations() {
			if len(named) == 0 || !slices.ContainsFunc(base.Laws.Named(cite.Law), func(v *knowledge.Law) bool { return slices.Contains(named, v) }) {
				continue
			}
			if cite.Until != "" && from != "" && cite.Until <= from {
				continue // an earlier version than the one compared
			}
			what := tell(cite)
			if cite.Until == "" && rewritten(base.Laws, c, cite, was, now) {
				what = gone(now, cite)
			}
			if what != "" {
				out = append(out, knowledge.Finding{File: c.File, Line: cite.Line(), Message: fmt.Sprintf("%s%s: %s", cite.Cite, cite.Kind(), what)})
			}
		}
	}
	return append(out, repealed(base, now)...), summary
}

// repealed finds what cites a law that the new one puts out of force.
func repealed(base *knowledge.Base, now *search.LawVersion) []knowledge.Finding {
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
	var out []knowledge.Finding
	for _, c := range base.Cards {
		for _, cite := range c.Citations() {
			if cite.Until == "" && slices.ContainsFunc(base.Laws.Named(cite.Law), func(v *knowledge.Law) bool { return dead[v] }) {
				out = append(out, knowledge.Finding{File: c.File, Line: cite.Line(), Message: fmt.Sprintf("%s%s: repealed by 《%s》", cite.Cite, cite.Kind(), now.Law)})
			}
		}
	}
	return out
}

func sayChange(c search.Change) string {
	switch c.Kind {
	case search.Changed:
		return fmt.Sprintf("changed, likeness %.2f", c.Likeness)
	case search.Relocated:
		if c.Likeness < 1 {
			return fmt.Sprintf("moved to %s and changed, likeness %.2f", c.New, c.Likeness)
		}
		return "moved to " + c.New
	case search.Gone:
		return "gone; no article of the new version is like it"
	}
	return ""
}

// againstList tells what the law list alone can tell: an article that has moved,
// where the list knows the new version, and one whose number is no more.
func againstList(laws *knowledge.Laws, now *search.LawVersion, cite knowledge.Citation) string {
	n, err := knowledge.ParseArticle(cite.Article)
	if err != nil {
		return ""
	}
	// What the card cites today is of the version in force, which moves only
	// when the new one takes its place; what it cites for earlier days is older.
	if cite.Until != "" && cite.Until < now.From {
		return ""
	}
	if m, ok := laws.Moved(cite.Law, cite.Article, now.From); ok && cite.Until != "" && m.Same && m.Now.N > 0 && m.Now != n {
		return "moved to " + m.Now.String()
	}
	return gone(now, cite)
}

// gone tells that the new version has no article of this number.
func gone(now *search.LawVersion, cite knowledge.Citation) string {
	n, err := knowledge.ParseArticle(cite.Article)
	if err != nil || slices.ContainsFunc(now.Articles, func(a search.Article) bool {
		k, err := knowledge.ParseArticle(a.Number)
		return err == nil && k == n
	}) {
		return ""
	}
	return "gone; the new version has no article of this number"
}

// rewritten reports that the card was written under the new version already:
// the list of laws knows it, and it was in force on that day.
func rewritten(laws *knowledge.Laws, c *knowledge.Card, cite knowledge.Citation, was, now *search.LawVersion) bool {
	if was != nil && was.Version == now.Version {
		return false
	}
	v := laws.On(cite.Law, c.Written)
	return v != nil && v.From >= now.From
}
