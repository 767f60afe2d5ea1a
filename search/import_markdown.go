package search

import (
	"bytes"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"unicode/utf8"
)

// maxMarkdown bounds a Markdown file; the longest code has 400 KB.
const maxMarkdown = 16 << 20

var (
	mdHeading  = regexp.MustCompile(`^(#{1,6})\s*(.*?)\s*#*$`)
	mdRule     = regexp.MustCompile(`^(\*\s*){3,}$|^(-\s*){3,}$|^(_\s*){3,}$`)
	mdTableCut = regexp.MustCompile(`^\|?(\s*:?-+:?\s*\|)+(\s*:?-+:?\s*)?$`)
	mdBullet   = regexp.MustCompile(`^[-*+]\s+`)
	mdImage    = regexp.MustCompile(`!\[[^\]]*\]\([^)]*\)`)
	mdLink     = regexp.MustCompile(`\[([^\]]+)\]\([^)]*\)`)
	mdTag      = regexp.MustCompile(`</?[a-zA-Z][^<>]*>`)
	mdEscape   = regexp.MustCompile(`\\([\\*_#.()\[\]|~>+-])`)
	mdBreak    = regexp.MustCompile(`(?i)<br\s*/?>`)
)

// markdownBlocks reads the lines of a Markdown file. Each line is a paragraph
// of its own, as those who publish laws in Markdown write them. What stands
// there and is not text is told by complain.
func markdownBlocks(raw []byte, complain func(line int, format string, args ...any)) ([]block, error) {
	if len(raw) > maxMarkdown {
		return nil, fmt.Errorf("larger than %d MB", maxMarkdown>>20)
	}
	raw = bytes.TrimPrefix(raw, []byte("\xef\xbb\xbf"))
	if bytes.IndexByte(raw, 0) >= 0 {
		return nil, errors.New("not a text file")
	}
	if !utf8.Valid(raw) {
		return nil, errors.New("not UTF-8; save the file as UTF-8")
	}
	text := strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(string(raw))
	lines := strings.Split(text, "\n")
	first := frontMatter(lines)
	var out []block
	comment := false
	for i := first; i < len(lines); i++ {
		line, n := lines[i], i+1
		if line, comment = uncomment(line, comment); strings.TrimSpace(line) == "" {
			continue
		}
		line = strings.TrimSpace(strings.TrimLeft(strings.TrimSpace(line), ">"))
		if strings.HasPrefix(line, "```") || strings.HasPrefix(line, "~~~") {
			complain(n, "the mark of a code block is left out, its text is kept")
			continue
		}
		if mdRule.MatchString(line) || strings.Contains(line, "|") && mdTableCut.MatchString(line) {
			continue
		}
		if mdImage.MatchString(line) {
			complain(n, "an image is not read")
			line = mdImage.ReplaceAllString(line, "")
		}
		b := block{line: n}
		if m := mdHeading.FindStringSubmatch(line); m != nil {
			b.level, line = len(m[1]), m[2]
		}
		if strings.HasPrefix(line, "|") && strings.Count(line, "|") > 1 {
			b.row = true
			line = tableRow(line)
		}
		for _, part := range mdBreak.Split(mdBullet.ReplaceAllString(line, ""), -1) {
			if b.text = plainMarkdown(part); b.text != "" && strings.Trim(b.text, " |") != "" {
				out = append(out, b)
			}
		}
	}
	if comment {
		complain(len(lines), "a comment <!-- is never closed; what follows it is not read")
	}
	if len(out) == 0 {
		return nil, errors.New("no text in it")
	}
	return out, nil
}

// frontMatter returns the index of the first line after a YAML head.
func frontMatter(lines []string) int {
	if strings.TrimSpace(lines[0]) != "---" {
		return 0
	}
	for i, l := range lines[1:] {
		if strings.TrimSpace(l) == "---" {
			return i + 2
		}
	}
	return 0
}

// uncomment removes <!-- comments -->, which may run over lines.
func uncomment(line string, inside bool) (string, bool) {
	var b strings.Builder
	for {
		mark := "<!--"
		if inside {
			mark = "-->"
		}
		before, after, ok := strings.Cut(line, mark)
		if !inside {
			b.WriteString(before)
		}
		if !ok {
			return b.String(), inside
		}
		line, inside = after, !inside
	}
}

func tableRow(line string) string {
	cells := strings.Split(strings.Trim(strings.TrimSpace(line), "|"), "|")
	for i, c := range cells {
		cells[i] = strings.TrimSpace(c)
	}
	return strings.Join(cells, " | ")
}

// plainMarkdown takes the marks out of a line.
func plainMarkdown(s string) string {
	s = mdLink.ReplaceAllString(s, "$1")
	s = mdTag.ReplaceAllString(s, "")
	s = strings.NewReplacer("**", "", "__", "", "`", "").Replace(s)
	s = mdEscape.ReplaceAllString(s, "$1")
	return tidy(strings.NewReplacer("&nbsp;", " ", "&emsp;", " ", "&lt;", "<", "&gt;", ">", "&amp;", "&").Replace(s))
}
