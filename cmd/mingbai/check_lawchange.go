package main

import (
	"fmt"
	"io"

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
		change := search.ChangeOf(base, was, law)
		for _, t := range change.Touched {
			fmt.Fprintln(out, knowledge.Finding{File: t.Card.File, Line: t.Cite.Line(), Message: fmt.Sprintf("%s%s: %s", t.Cite.Cite, t.Cite.Kind(), sayTouch(t, law))})
		}
		touched += len(change.Touched)
		fmt.Fprintln(out, sayLawChange(change))
	}
	if touched > 0 {
		return silence{fmt.Errorf("%d citations are touched", touched)}
	}
	if len(bad) > 0 {
		return fmt.Errorf("%d lines could not be read", len(bad))
	}
	return nil
}

func sayLawChange(c search.LawChange) string {
	if c.Was == nil {
		return fmt.Sprintf("《%s》%s：%d条。上一版的原文没有导入，只核对了条号；字句变没变，先用 statutes import 导入上一版再查。", c.Now.Law, c.Now.Version, len(c.Now.Articles))
	}
	return fmt.Sprintf("《%s》%s：%d条，与%s版比，%d条未变，%d条改了字，%d条换了条号，%d条没有了。",
		c.Now.Law, c.Now.Version, len(c.Now.Articles), c.Was.Version, c.Count[search.Unchanged], c.Count[search.Changed], c.Count[search.Relocated], c.Count[search.Gone])
}

func sayTouch(t search.Touch, law *search.LawVersion) string {
	switch {
	case t.Kind == search.Changed:
		return fmt.Sprintf("changed, likeness %.2f", t.Likeness)
	case t.Kind == search.Relocated && t.Likeness < 1:
		return fmt.Sprintf("moved to %s and changed, likeness %.2f", t.New, t.Likeness)
	case t.Kind == search.Relocated:
		return "moved to " + t.New
	case t.Kind == search.Repealed:
		return fmt.Sprintf("repealed by 《%s》", law.Law)
	case t.ByNumber:
		return "gone; the new version has no article of this number"
	}
	return "gone; no article of the new version is like it"
}
