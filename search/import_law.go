package search

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"mingbai/knowledge"
)

// A block is a paragraph, a heading or a table row of a document.
type block struct {
	line  int
	text  string // without marks and surrounding white space, one line
	level int    // of a Markdown heading; 0 for anything else
	row   bool   // a row of a table
}

// A lawFile is one law as its own file tells it.
type lawFile struct {
	lines []importLine // never empty
	at    []int        // of each, the line it begins on
	bad   []string     // what was not understood
	notes []string     // what was understood and is worth knowing
}

// readLaw reads a .docx or Markdown file. The error is about the whole file
// and begins with "file:line: ".
func readLaw(path string) (*lawFile, error) {
	name := filepath.Base(path)
	info, err := os.Stat(path)
	if err != nil {
		return nil, fmt.Errorf("%s:1: %w", name, err)
	}
	if info.Size() > maxDocxPacked {
		return nil, fmt.Errorf("%s:1: larger than %d MB", name, maxDocxPacked>>20)
	}
	raw, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("%s:1: %w", name, err)
	}
	return parseLaw(name, raw)
}

func parseLaw(name string, raw []byte) (*lawFile, error) {
	a := &assembler{file: name, law: &lawFile{}}
	read := markdownBlocks
	if strings.EqualFold(filepath.Ext(name), ".docx") {
		read = docxBlocks
	}
	blocks, err := read(raw, a.complain)
	if err != nil {
		return nil, fmt.Errorf("%s:1: %w", name, err)
	}
	if err := a.assemble(blocks); err != nil {
		return nil, fmt.Errorf("%s:1: %w", name, err)
	}
	return a.law, nil
}

const (
	numerals = `零〇一二三四五六七八九十百千两`
	maxTitle = 120 // characters; the longest titles of interpretations have 70
)

var (
	articleLine = regexp.MustCompile(`^第\s*([` + numerals + `0-9]+)\s*条(?:\s*之\s*([一二三四五六七八九十]+))?`)
	listLine    = regexp.MustCompile(`^([一二三四五六七八九十]+)、`)
	chapterLine = regexp.MustCompile(`^第\s*[` + numerals + `0-9]+\s*(分编|编|章|节|目)(\s|$|[^的、，。；和至与及或所])`)
	annexLine   = regexp.MustCompile(`^附\s*[件录表]?\s*[一二三四五六七八九十0-9]*\s*(：.*|:.*|\s.*)?$`)
	annexName   = regexp.MustCompile(`^附\s*[件录表]?\s*[一二三四五六七八九十0-9]*`)
	bareHeading = regexp.MustCompile(`^(总则|分则|附则|序言|前言|罚则|通则)$`)
	suffixTitle = regexp.MustCompile(`^（[^（）年]{1,12}）$`)
	fileDay     = regexp.MustCompile(`[(（_-]\s*(\d{4})-?(\d{2})-?(\d{2})\s*[)）]?$`)
)

// An assembler makes a law of blocks: front lines, headings, articles, annexes.
type assembler struct {
	file    string
	law     *lawFile
	title   string
	path    []heading
	toc     string   // the first heading of the table of contents being read
	listed  bool     // a table of contents has begun
	history []string // the front lines with days
	depth   int      // of brackets open in the history
	body    bool     // the first article was seen
	annex   bool
	annexes map[string]bool // those seen
	text    [][]string      // of each article, its paragraphs
	last    knowledge.ArticleNumber
	unit    func(block) (string, string, bool) // what begins an article
}

type heading struct {
	rank int
	text string
}

func (a *assembler) complain(line int, format string, args ...any) {
	if len(a.law.bad) < maxBad {
		a.law.bad = append(a.law.bad, fmt.Sprintf("%s:%d: %s", a.file, line, fmt.Sprintf(format, args...)))
	}
}

func (a *assembler) note(line int, format string, args ...any) {
	if len(a.law.notes) < maxBad {
		a.law.notes = append(a.law.notes, fmt.Sprintf("%s:%d: %s", a.file, line, fmt.Sprintf(format, args...)))
	}
}

func (a *assembler) assemble(blocks []block) error {
	a.chooseUnit(blocks)
	for _, b := range blocks {
		switch number, rest, ok := a.unit(b); {
		case ok && !a.annex:
			a.begin(b, number, rest)
		case a.body && a.annexed(b):
		case a.annex:
			a.more(b)
		case a.headed(b):
		case a.body:
			a.more(b)
		default:
			a.front(b)
		}
	}
	return a.finish()
}

// chooseUnit decides what this text is divided into: articles, paragraphs
// numbered 一、, or nothing.
func (a *assembler) chooseUnit(blocks []block) {
	count := 0
	for _, b := range blocks {
		if _, _, ok := a.articleAt(b); ok {
			a.unit = a.articleAt
			return
		}
		if listLine.MatchString(b.text) && !b.row {
			count++
		}
	}
	if count > 1 {
		a.unit = func(b block) (string, string, bool) {
			m := listLine.FindString(b.text)
			return m, strings.TrimSpace(strings.TrimPrefix(b.text, m)), m != "" && !b.row
		}
		return
	}
	a.unit = func(block) (string, string, bool) { return "", "", false }
}

// articleAt reads 第…条 at the start of a block. A sentence may also begin by
// citing an article; then no space follows, and the number is not the next.
func (a *assembler) articleAt(b block) (number, rest string, ok bool) {
	m := articleLine.FindStringSubmatchIndex(b.text)
	if m == nil || b.row {
		return "", "", false
	}
	number, rest = squeeze(b.text[:m[1]]), b.text[m[1]:]
	n, err := knowledge.ParseArticle(number)
	if err != nil {
		return "", "", false
	}
	first, _ := utf8.DecodeRuneInString(rest)
	if rest != "" && !unicode.IsSpace(first) && b.level == 0 {
		if n.N != a.last.N+1 || n.Sub != 0 || strings.ContainsRune("第、和至与及或的规所，；之中", first) {
			return "", "", false
		}
	}
	return n.String(), strings.TrimSpace(rest), true
}

// begin opens an article, and tells when its number does not follow.
func (a *assembler) begin(b block, number, rest string) {
	a.body = true
	n, err := knowledge.ParseArticle(number)
	if err == nil {
		switch {
		case n.N < a.last.N || n.N == a.last.N && n.Sub <= a.last.Sub:
			a.complain(b.line, "%s after %s: kept as text of the latter", n, a.last)
			a.more(b)
			return
		case n.N == a.last.N && n.Sub != a.last.Sub+1, n.N > a.last.N+1, n.N > a.last.N && n.Sub > 0:
			after := "at the beginning"
			if a.last.N > 0 {
				after = "after " + a.last.String()
			}
			a.complain(b.line, "%s %s: an article is missing between, or its line was not understood", n, after)
		}
		a.last = n
	}
	a.open(b.line, number, rest)
}

func (a *assembler) open(line int, number, text string) {
	var path []string
	for _, h := range a.path {
		path = append(path, h.text)
	}
	a.law.lines = append(a.law.lines, importLine{Number: number, Chapter: strings.Join(path, " ")})
	a.law.at = append(a.law.at, line)
	a.text = append(a.text, nil)
	if text != "" {
		a.text[len(a.text)-1] = []string{text}
	}
}

// more adds a paragraph to the open article.
func (a *assembler) more(b block) {
	last := len(a.text) - 1
	a.text[last] = append(a.text[last], b.text)
}

// annexed takes the first line of an annex, and reports whether the block is
// one. Within an annex only another number begins the next.
func (a *assembler) annexed(b block) bool {
	if b.row || !annexLine.MatchString(b.text) || utf8.RuneCountInString(b.text) > 60 || bareHeading.MatchString(squeeze(b.text)) {
		return false
	}
	name := squeeze(annexName.FindString(b.text))
	if name == "附" {
		name = "附件"
	}
	if _, seen := a.annexes[name]; a.annex && (seen || strings.TrimLeft(name, "附件录表") == "") {
		return false
	}
	if a.annexes == nil {
		a.annexes = map[string]bool{}
	}
	a.annex, a.annexes[name], a.path = true, true, nil
	a.open(b.line, name, strings.TrimLeft(annexName.ReplaceAllString(b.text, ""), "：: "))
	return true
}

var ranks = map[string]int{"编": 1, "分编": 2, "章": 3, "节": 4, "目": 5}

// headed takes a heading, and reports whether the block is one.
func (a *assembler) headed(b block) bool {
	plain := squeeze(b.text)
	if !a.body && plain == "目录" {
		a.listed = true
		return true
	}
	if b.row || utf8.RuneCountInString(plain) > 60 || strings.ContainsAny(plain, "。；") {
		return false
	}
	h := heading{text: b.text}
	if m := chapterLine.FindStringSubmatchIndex(b.text); m != nil {
		h.rank = ranks[b.text[m[2]:m[3]]]
		if name := strings.TrimSpace(b.text[m[3]:]); name != "" {
			h.text = squeeze(b.text[:m[3]]) + " " + squeeze(name)
		}
	} else if name := listHeading(b.text); name != "" {
		h.rank, h.text = ranks["章"], plain
	} else if bareHeading.MatchString(plain) && (a.title != "" || b.level > 0) {
		h.rank, h.text = 1, plain
		if plain == "附则" && len(a.path) > 0 {
			h.rank = a.path[0].rank
		}
	} else if b.level > 1 && a.title != "" {
		h.rank, h.text = b.level+1, plain
	} else {
		return false
	}
	if a.listed && !a.body {
		if a.toc == "" {
			a.toc = h.text
		} else if a.toc == h.text {
			a.path, a.listed = nil, false // the text itself begins
		}
	}
	for len(a.path) > 0 && a.path[len(a.path)-1].rank >= h.rank {
		a.path = a.path[:len(a.path)-1]
	}
	a.path = append(a.path, h)
	return true
}

// listHeading reads 三、夫妻关系, as interpretations head their parts: a few
// words that are no sentence. Where texts are divided by such lines, they were
// taken as units before.
func listHeading(text string) string {
	m := listLine.FindString(text)
	rest := squeeze(strings.TrimPrefix(text, m))
	if m == "" || rest == "" || utf8.RuneCountInString(rest) > 30 || strings.ContainsAny(rest, "。；：，？") {
		return ""
	}
	return rest
}

// front takes a block before the first article: title, days, preamble.
func (a *assembler) front(b block) {
	text := b.text
	plain := squeeze(text)
	dated := enacted.MatchString(text)
	switch {
	case a.depth > 0, strings.HasPrefix(text, "（") && (dated || strings.Contains(text, "年")) && a.title != "", a.title != "" && dated && utf8.RuneCountInString(text) <= 300:
		a.history = append(a.history, text)
		a.depth = max(0, a.depth+strings.Count(text, "（")-strings.Count(text, "）"))
	case len(a.law.lines) > 0:
		a.more(b)
	case b.level == 1 && a.title == "" || a.title == "" && !dated && utf8.RuneCountInString(plain) <= maxTitle && !strings.HasSuffix(plain, "。"):
		a.title = plain
	case suffixTitle.MatchString(plain) && utf8.RuneCountInString(a.title) < maxTitle || a.continues(plain):
		a.title += plain
	default:
		a.open(b.line, "序言", text)
	}
}

// continues reports whether a line goes on with a title broken over lines.
func (a *assembler) continues(plain string) bool {
	return len(a.history) == 0 && len(a.path) == 0 && !a.listed && !lawEnd.MatchString(a.title) &&
		utf8.RuneCountInString(a.title+plain) <= maxTitle && !strings.ContainsAny(plain, "。；：，")
}

// lawEnd is how the titles of laws and interpretations end.
var lawEnd = regexp.MustCompile(`(法|法典|条例|规定|办法|细则|规则|解释|决定|章程|决议|批复|意见|通知|纪要|公约|标准)(（[^（）]*）)?$`)

// finish gives every article the law's title and days.
func (a *assembler) finish() error {
	stem := strings.TrimSuffix(a.file, filepath.Ext(a.file))
	if strings.IndexFunc(a.title, isHan) < 0 {
		a.title = squeeze(fileDay.ReplaceAllString(stem, ""))
		if strings.IndexFunc(a.title, isHan) < 0 {
			return fmt.Errorf("no title found in the text or the file's name")
		}
		a.complain(1, "no title found in the text; %s is taken from the file's name", a.title)
	}
	if len(a.law.lines) == 0 {
		return fmt.Errorf("《%s》 has a title and no text", a.title)
	}
	if !a.body && len(a.law.lines) == 1 {
		a.law.lines[0].Number = "全文"
	}
	for i, paragraphs := range a.text {
		a.law.lines[i].Text = strings.Join(paragraphs, "\n")
	}
	version, from := a.days()
	if version == "" {
		if m := fileDay.FindStringSubmatch(stem); m != nil {
			if d := knowledge.Day(m[1] + "-" + m[2] + "-" + m[3]); d.Valid() {
				version = d
				a.note(1, "no day of adoption in the text; %s is taken from the file's name", d)
			}
		}
	}
	if version == "" {
		a.complain(1, "no day of adoption found in the text or the file's name")
	}
	if from != "" && from < version {
		// An amended law still tells the day on which it first came into force.
		a.note(1, "the text tells %s as its first day in force, before it was last amended; %s is taken", from, version)
		from = ""
	} else if from == "" && version != "" {
		a.note(1, "the text does not tell its first day in force; %s is taken", version)
	}
	kept := a.law.lines[:0]
	at := a.law.at[:0]
	for i, l := range a.law.lines {
		if l.Text == "" {
			a.complain(a.law.at[i], "%s has no text", l.Number)
			continue
		}
		l.Law, l.Short, l.Version, l.From = a.title, shortTitle(a.title), version, from
		kept, at = append(kept, l), append(at, a.law.at[i])
	}
	a.law.lines, a.law.at = kept, at
	if len(kept) == 0 {
		return fmt.Errorf("《%s》 has no text", a.title)
	}
	return nil
}

// tidy brings white space and invisible characters to one form.
func tidy(s string) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case r == '\u200b' || r == '\u200c' || r == '\u200d' || r == '\ufeff' || r == '\u00ad' || r == '\u2060':
			return -1
		case r == '\u3000' || r == '\u00a0' || unicode.IsSpace(r):
			return ' '
		}
		return r
	}, s)
	return strings.Join(strings.Fields(s), " ")
}

// squeeze removes all white space.
func squeeze(s string) string { return strings.Join(strings.Fields(s), "") }

// bare removes white space and what nobody sees.
func bare(s string) string { return squeeze(tidy(s)) }
