package paper

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// LintStyle reads a paper line by line, the title first, as [Document.Lines]
// gives it, and points out what official style (公文格式, GB/T 9704-2012) does not
// allow: numbers of headings out of order or in another form, days not in
// full, digits and signs of the wrong width, a title of more than two lines,
// places left to fill in. Each finding is one line of plain Chinese.
func LintStyle(doc []string) []string {
	l := linter{}
	if len(doc) == 0 || oneLine(doc[0]) == "" {
		return []string{"没有标题。"}
	}
	l.title(oneLine(doc[0]))
	for i, text := range doc[1:] {
		l.line = i + 2
		for _, cell := range strings.Split(text, "\t") {
			cell = strings.TrimSpace(cell)
			if !strings.Contains(text, "\t") && l.stray(cell) {
				continue // its signs are wrong for the same reason
			}
			l.dates(cell)
			l.signs(cell)
		}
	}
	return l.found
}

type linter struct {
	line  int
	level [4]int // the last number on each level
	found []string
}

func (l *linter) say(format string, args ...any) {
	where := "标题"
	if l.line > 1 {
		where = fmt.Sprintf("第%d行", l.line)
	}
	l.found = append(l.found, where+"："+fmt.Sprintf(format, args...))
}

// titleLine is how many half characters of 22 points a line of the title holds.
const titleLine = textWidth / (22 * 20) * 2

func (l *linter) title(text string) {
	if n := (width(text) + titleLine - 1) / titleLine; n > 2 {
		l.say("太长，要排%d行，最多2行。", n)
	}
	if strings.HasSuffix(text, "。") {
		l.say("末尾不用句号。")
	}
	l.signs(text)
}

var (
	levels = [4]*regexp.Regexp{
		regexp.MustCompile(`^([一二三四五六七八九十百零]+)、`), regexp.MustCompile(`^（([一二三四五六七八九十百零]+)）`),
		regexp.MustCompile(`^([0-9]+)\.(?:[^0-9]|$)`), regexp.MustCompile(`^（([0-9]+)）`),
	}
	// strays are numbers as people write them, with the form that is right.
	strays = []struct {
		form  *regexp.Regexp
		right string
	}{
		{regexp.MustCompile(`^[0-9０-９]+、`), "“一、”或“1.”"},
		{regexp.MustCompile(`^[０-９]+[.．]|^[0-9]+．`), "“1.”"},
		{regexp.MustCompile(`^\([一二三四五六七八九十]+\)`), "“（一）”"},
		{regexp.MustCompile(`^\([0-9]+\)|^（[０-９]+）|^[0-9]+[)）]|^[①-⑳⑴-⒇]`), "“（1）”"},
		{regexp.MustCompile(`^（[一二三四五六七八九十0-9]+）[、.，]`), "括号后面不加标点"},
		{regexp.MustCompile(`^[一二三四五六七八九十]+[.．，]`), "“一、”"},
	}
)

// stray reports a number in a form that is not official, or checks the order of
// one that is.
func (l *linter) stray(text string) bool {
	for _, s := range strays {
		if m := s.form.FindString(text); m != "" {
			l.say("序号“%s”不合格式，应当是%s。", m, s.right)
			return true
		}
	}
	l.order(text)
	return false
}

func (l *linter) order(text string) {
	for level, form := range levels {
		m := form.FindStringSubmatch(text)
		if m == nil {
			continue
		}
		want := l.level[level] + 1
		n := fromNumeral(m[1])
		if n != want {
			l.say("序号“%s”跳了，这里应当是“%s”。", strings.Replace(number(level+1, want), mark(level, want), m[1], 1), number(level+1, want))
		}
		l.level[level] = n
		clear(l.level[level+1:])
		if rest := text[len(m[0]):]; level == 0 && len([]rune(rest)) <= 25 && strings.HasSuffix(rest, "。") && strings.Count(rest, "。") == 1 {
			l.say("一级标题末尾不用句号。")
		}
		return
	}
}

// mark is the bare nth number of a level, counted from 0.
func mark(level, n int) string {
	if level < 2 {
		return numeral(n)
	}
	return strconv.Itoa(n)
}

// fromNumeral reads 1 to 99 in digits or in Chinese; 0 is anything else.
func fromNumeral(s string) int {
	if n, err := strconv.Atoi(s); err == nil {
		return n
	}
	for n := 1; n <= 99; n++ {
		if numeral(n) == s {
			return n
		}
	}
	return 0
}

var (
	dashedDate = regexp.MustCompile(`(?:19|20)[0-9]{2}[-/.][0-9]{1,2}[-/.][0-9]{1,2}`)
	shortYear  = regexp.MustCompile(`(?:^|[^0-9０-９])([0-9]{2})年[0-9]{1,2}月`)
	spoken     = regexp.MustCompile(`[一二][〇零一二三四五六七八九○]{3}年`)
	wholeDate  = regexp.MustCompile(`([0-9]{4})年([0-9]{1,2})月(?:([0-9]{1,2})(?:日|号))?`)
	monthDay   = regexp.MustCompile(`([0-9]{1,2})月([0-9]{1,2})日`)
	year       = regexp.MustCompile(`(?:19|20)[0-9]{2}年|[上当本次同]年|今年|去年|每年`)
)

func (l *linter) dates(text string) {
	if m := dashedDate.FindString(text); m != "" {
		l.say("日期“%s”写全：2026年1月5日。", m)
	}
	if m := shortYear.FindStringSubmatch(text); m != nil {
		l.say("年份“%s年”写全四位。", m[1])
	}
	if m := spoken.FindString(text); m != "" {
		l.say("年份“%s”用阿拉伯数字。", m)
	}
	for _, m := range wholeDate.FindAllStringSubmatch(text, -1) {
		if strings.HasPrefix(m[2], "0") || strings.HasPrefix(m[3], "0") {
			l.say("日期“%s”的月、日前面不加0。", m[0])
			continue
		}
		day := m[3]
		if day == "" {
			day = "1"
		}
		if _, err := time.Parse("2006-1-2", m[1]+"-"+m[2]+"-"+day); err != nil {
			l.say("没有“%s”这一天。", m[0])
		}
		if strings.HasSuffix(m[0], "号") {
			l.say("日期“%s”写“日”，不写“号”。", m[0])
		}
	}
	if at := monthDay.FindStringIndex(text); at != nil && !year.MatchString(text[:at[0]]) {
		l.say("日期“%s”没写哪一年。", text[at[0]:at[1]])
	}
}

var (
	wideDigit  = regexp.MustCompile(`[０-９．％]+`)
	halfSign   = regexp.MustCompile(`\p{Han}[,:;?!()]|[,;?!()]\p{Han}`)
	unfilled   = regexp.MustCompile(`[×xX]{2,}|_{2,}|＿+|待补|待填|待定|（\s*）|【[^】]*】`)
	wrongYear  = regexp.MustCompile(`[（(\[【](?:19|20)[0-9]{2}[）)\]】][^，。；]{0,4}号`)
	commaThree = regexp.MustCompile(`[0-9]，[0-9]{3}(?:[^0-9]|$)`)
)

func (l *linter) signs(text string) {
	if m := wideDigit.FindString(text); m != "" {
		l.say("“%s”用半角。", m)
	}
	if m := halfSign.FindString(text); m != "" {
		l.say("“%s”里的标点用全角。", m)
	}
	if m := unfilled.FindString(text); m != "" {
		l.say("“%s”还没填。", m)
	}
	if m := wrongYear.FindString(text); m != "" {
		l.say("文号“%s”的年份用六角括号：〔2026〕。", m)
	}
	if m := commaThree.FindString(text); m != "" {
		l.say("数字“%s”中间不用全角逗号。", m)
	}
}
