package console

import (
	"bytes"
	"cmp"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"mingbai/bot/annual"
	"mingbai/bot/ledger"
	"mingbai/bot/paper"
	"mingbai/knowledge"
)

// A blockLine is one thing that stands in the way, with the one thing to do.
type blockLine struct{ Say, Do, Href string }

// A runView is a piece of a paragraph; a figure leads to its records.
type runView struct{ Text, Href string }

// A sectionView is one part of the report's text.
type sectionView struct {
	Key, Anchor, Number, Heading string
	Lines                        [][]runView
	Edited                       bool
	Who                          string
	At                           time.Time
	Seen                         int64 // of the text that is shown
	Draft                        string
	Cause, Kept, Plan            bool
	Needs                        []string
}

type partView struct {
	Number, Title string
	Sections      []sectionView
}

// A promiseView is one promise.
type promiseView struct {
	ID              int64
	Text, Fate, Why string
	Who             string
	At              time.Time
}

// A checkLine is one of the checks before publication.
type checkLine struct {
	What, Say string
	Fine      bool
}

// A pubView is one publication.
type pubView struct {
	ID   int64
	Who  string
	At   time.Time
	Hash string
}

// A chartView is one chart of the annex.
type chartView struct {
	Title string
	Rows  []row
}

type reportPage struct {
	frame
	Year           int
	Years          []option
	Heading        string
	Blocked        []blockLine
	Parts          []partView
	Extra          bool // a further shortcoming may be written
	Office, Signed string
	Day            string
	Charts         []chartView
	Checks         []checkLine
	Failed         int
	Style          []string
	Promised, Plan []promiseView
	Published      []pubView
	Drifted        bool // the text or the figures changed since
	SavedWho       string
	SavedAt        time.Time
	Files          map[string]string // by format
}

// editView is a part of the text with the year its form is for.
type editView struct {
	S    sectionView
	Year int
}

func editing(s sectionView, year int) editView { return editView{s, year} }

// annualReport shows the report as the official page, with everything that a
// person writes into it in its place.
func (v *visit) annualReport() error {
	year, err := v.yearOf(v.Query("year"))
	if err != nil {
		return err
	}
	r, err := v.c.report(v.Request.Context(), year, v.now)
	if err != nil {
		return err
	}
	p := &reportPage{Year: year, Years: v.yearChoices(year), Heading: r.Title(), Office: r.Office, Signed: paper.Date(knowledge.Day(r.Day)), Day: r.Day, Style: r.LintStyle(),
		Files: map[string]string{"docx": "正文.docx", "xlsx": "指标.xlsx", "md": "网页用.md", "json": "核对用.json"}}
	p.Title = strconv.Itoa(year) + "年年报"
	for _, o := range r.Obstacles() {
		do, href := v.remedy(o, year)
		p.Blocked = append(p.Blocked, blockLine{o.Say, do, href})
	}
	p.Checks, p.Failed = checksOf(r, p.Style)
	for _, c := range r.Charts() {
		x := chartView{Title: c.Title}
		most := 0.0
		for _, b := range c.Bars {
			most = max(most, b.Value)
		}
		for _, b := range c.Bars {
			x.Rows = append(x.Rows, row{Name: b.Label, N: int64(b.Value), Width: bar(int64(b.Value), int64(most)), Rest: b.Label == "其余"})
		}
		p.Charts = append(p.Charts, x)
	}
	err = v.view(func(l *ledger.View) error { return v.fillReport(p, l, r) })
	if err != nil {
		return err
	}
	return v.show(http.StatusOK, "report", p)
}

// checksOf sorts what stands in the way into the checks before publication.
func checksOf(r *annual.Report, style []string) (out []checkLine, failed int) {
	missing, zeros, words := 0, 0, 0
	for _, o := range r.Obstacles() {
		switch {
		case o.Slot != "":
			words++
		case o.Figure != "" && strings.Contains(o.Say, "填的是0"):
			zeros++
		case o.Figure != "":
			missing++
		}
	}
	add := func(what string, n int, unit string) {
		c := checkLine{What: what, Say: "过", Fine: n == 0}
		if n > 0 {
			c.Say = fmt.Sprintf("差%d%s", n, unit)
			failed++
		}
		out = append(out, c)
	}
	add("该有的数都有", missing, "个")
	add("零都有人签字", zeros, "个")
	add("分项相加等于总数", len(r.Lint()), "处")
	add("要人写的都写了，不足都有原因", words, "处")
	add("公文格式：层次、日期、数字", len(style), "处")
	out = append(out, checkLine{What: "太小的数不公布", Say: fmt.Sprintf("隐去%d处", r.Suppressed()), Fine: true})
	return out, failed
}

var ordinals = strings.Split("一二三四五六七八九十", "")

// ordinal is the nth number of a heading, from 0; a report has fewer than ten.
func ordinal(n int) string {
	if n < len(ordinals) {
		return ordinals[n]
	}
	return strconv.Itoa(n + 1)
}

// fillReport lays out the text, the promises and what was published.
func (v *visit) fillReport(p *reportPage, l *ledger.View, r *annual.Report) error {
	promised, err := ledger.Promises(l, v.account.Township, p.Year)
	if err != nil {
		return err
	}
	planned, err := ledger.Promises(l, v.account.Township, p.Year+1)
	if err != nil {
		return err
	}
	published, err := ledger.Publications(l, v.account.Township, p.Year)
	if err != nil {
		return err
	}
	var who []int64
	for _, x := range slices.Concat(promised, planned) {
		who = append(who, x.Who)
	}
	for _, x := range published {
		who = append(who, x.Who)
	}
	for _, part := range r.Parts {
		for _, s := range part.Sections {
			who = append(who, keyOf(s.Who))
		}
	}
	names, err := ledger.NamesOf(l, who)
	if err != nil {
		return err
	}
	p.Extra = true
	for n, part := range r.Parts {
		x := partView{Number: ordinal(n), Title: part.Title}
		for m, s := range part.Sections {
			y := v.sectionView(s, p.Year)
			if len(part.Sections) > 1 {
				y.Number = ordinal(m)
			}
			if s.Edited {
				y.Who = cmp.Or(names[keyOf(s.Who)], "已离开的人")
				if s.Written.After(p.SavedAt) {
					p.SavedWho, p.SavedAt = y.Who, s.Written
				}
			}
			p.Extra = p.Extra && s.Key != "shortcomings"
			x.Sections = append(x.Sections, y)
		}
		p.Parts = append(p.Parts, x)
	}
	for _, x := range promised {
		p.Promised = append(p.Promised, promiseView{x.ID, x.Text, x.Fate, x.Why, cmp.Or(names[x.Who], "已离开的人"), x.At})
	}
	for _, x := range planned {
		p.Plan = append(p.Plan, promiseView{x.ID, x.Text, x.Fate, x.Why, cmp.Or(names[x.Who], "已离开的人"), x.At})
	}
	for _, x := range published {
		p.Published = append(p.Published, pubView{x.ID, cmp.Or(names[x.Who], "已离开的人"), x.At, x.Hash})
	}
	if len(published) > 0 {
		now, err := docxHash(r)
		p.Drifted = now != published[0].Hash
		return err
	}
	return nil
}

func keyOf(s string) int64 {
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil {
		return 0
	}
	return n
}

func (v *visit) sectionView(s annual.Section, year int) sectionView {
	y := sectionView{Key: s.Key, Anchor: anchor(cmp.Or(s.Key, annual.PromisesKept)), Heading: s.Heading, Edited: s.Edited, At: s.Written, Draft: s.Draft,
		Cause: strings.HasPrefix(s.Key, "cause."), Kept: s.Key == "", Plan: s.Key == "plan", Needs: s.Needs}
	if s.Edited {
		y.Seen = s.Written.UnixMilli()
	}
	for _, line := range s.Lines {
		var out []runView
		for _, r := range line {
			out = append(out, runView{r.Text, figureLink(r.Figure, year)})
		}
		if len(out) > 0 {
			y.Lines = append(y.Lines, out)
		}
	}
	return y
}

// figureLink is the page of a figure, or of the figure that a part belongs to.
func figureLink(key string, year int) string {
	for key != "" {
		if _, ok := annual.FigureOf(key); ok {
			return "/console/indicators/" + url.PathEscape(key) + "?year=" + strconv.Itoa(year)
		}
		key = key[:max(0, strings.LastIndex(key, "."))]
	}
	return ""
}

func docxHash(r *annual.Report) (string, error) {
	var b bytes.Buffer
	if err := r.WriteDocx(&b); err != nil {
		return "", err
	}
	return ledger.FileHash(b.Bytes()), nil
}
