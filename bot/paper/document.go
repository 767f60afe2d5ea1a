// Package paper writes official papers: the forms of people's mediation
// (人民调解文书) from one [Case], and, through [Document], any other paper in the
// layout of GB/T 9704-2012, such as the annual report.
//
// A Document is built from the top: title, headings, paragraphs, tables, the
// signature. The same Document is then written as a .docx file
// ([Document.Bytes]), as a page to print from a browser ([Document.HTML]) or as
// plain lines ([Document.Lines]) for [LintStyle]. [Write] and [HTML] build the
// Document of one item of a dossier; [Bundle] binds the papers of a closed one
// into a single file whose hashes [VerifyBundle] checks again.
//
// Nothing here reads a clock or a random number: the same input gives the same
// bytes. The package stores nothing and knows no place name.
package paper

import (
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"mingbai/knowledge"
)

// A Document is an official paper being written. Its zero value, or the one
// from [New], is an empty page.
type Document struct {
	Title   string    // core property; New also sets it at the head of the page
	Author  string    // core property: the office that issues the paper
	Subject string    // core property, such as the number of the case
	Created time.Time // core property; zero: left out
	Bare    bool      // without page numbers, for covers and slips

	blocks []block
	count  [4]int // headings so far, by level
}

// An Align says where a line stands.
type Align int

// Left is also the place of a cell that says nothing.
const (
	Left Align = iota
	Center
	Right
)

type kind int

const (
	kindTitle kind = iota
	kindHeading
	kindParagraph
	kindLine
	kindTable
	kindOffice
	kindDate
	kindBreak
	kindChart
)

type block struct {
	kind  kind
	level int // of a heading
	align Align
	text  string
	table *Table
	chart *Chart
	gap   int  // of a signature: right indent in half characters
	keep  bool // on the page of the next block
}

// A Table has ruled borders and the width of the text area.
type Table struct {
	Widths []int    // of the columns, in any common measure
	Rows   [][]Cell // a cell that spans leaves out the cells it covers
	Head   int      // rows repeated at the top of each page
	Size   float64  // of the letters in points; 0: 14 (四号)
	Whole  bool     // no row is divided between two pages
}

// A Cell is one field of a [Table]. Each line of Text is a paragraph.
type Cell struct {
	Text  string
	Span  int // columns it covers; 0: 1
	Down  int // rows it covers; 0: 1
	Align Align
	Label bool // the name of a field: 黑体, centred
}

// New begins a paper with its title, centred. A title of several lines has
// them divided by newlines.
func New(title string) *Document {
	d := &Document{Title: oneLine(title)}
	d.title(title)
	return d
}

func (d *Document) title(text string) {
	for _, l := range lines(text) {
		d.blocks = append(d.blocks, block{kind: kindTitle, text: l})
	}
}

// Section begins a new page with a title of its own; headings are numbered
// anew.
func (d *Document) Section(title string) {
	d.PageBreak()
	d.count = [4]int{}
	d.title(title)
}

// Heading sets a heading of level 1 to 4 with its number: 一、（一）1.（1）. The
// text comes without one. Another level is taken as the nearest.
func (d *Document) Heading(level int, text string) {
	level = min(max(level, 1), len(d.count))
	d.count[level-1]++
	clear(d.count[level:])
	d.blocks = append(d.blocks, block{kind: kindHeading, level: level, text: number(level, d.count[level-1]) + oneLine(text)})
}

// number is the nth number of a level.
func number(level, n int) string {
	switch level {
	case 1:
		return numeral(n) + "、"
	case 2:
		return "（" + numeral(n) + "）"
	case 3:
		return strconv.Itoa(n) + "."
	}
	return "（" + strconv.Itoa(n) + "）"
}

// numeral writes 1 to 99 in Chinese; a paper with more headings on one level
// gets digits.
func numeral(n int) string {
	const digits = "零一二三四五六七八九"
	digit := func(i int) string { return string([]rune(digits)[i]) }
	switch {
	case n < 1 || n > 99:
		return strconv.Itoa(n)
	case n < 10:
		return digit(n)
	}
	s := "十"
	if n >= 20 {
		s = digit(n/10) + s
	}
	if n%10 > 0 {
		s += digit(n % 10)
	}
	return s
}

// Paragraph sets running text, its first line indented by two characters.
// Each line of text is a paragraph; empty lines are left out.
func (d *Document) Paragraph(text string) {
	for _, l := range lines(text) {
		d.blocks = append(d.blocks, block{kind: kindParagraph, text: l})
	}
}

// Line sets lines without an indent, left, centred or right.
func (d *Document) Line(align Align, text string) {
	for _, l := range lines(text) {
		d.blocks = append(d.blocks, block{kind: kindLine, align: align, text: l})
	}
}

// Hands sets lines to be signed by hand. They stay on one page with each other
// and with the text before them, so that nobody signs an empty page.
func (d *Document) Hands(who ...string) {
	d.keep()
	for _, w := range who {
		d.blocks = append(d.blocks, block{kind: kindLine, text: oneLine(w), keep: true})
	}
	if len(who) > 0 {
		d.blocks[len(d.blocks)-1].keep = false
	}
}

// keep holds the last line of text together with what comes next.
func (d *Document) keep() {
	if n := len(d.blocks); n > 0 && d.blocks[n-1].kind != kindTable && d.blocks[n-1].kind != kindBreak {
		d.blocks[n-1].keep = true
	}
}

// Table sets a table. A row that does not fill the columns is an error of
// [Document.Bytes] and [Document.HTML]. A [Document.Line] before it is its
// caption and stays on its page.
func (d *Document) Table(t Table) {
	if n := len(d.blocks); n > 0 && d.blocks[n-1].kind == kindLine {
		d.keep()
	}
	d.blocks = append(d.blocks, block{kind: kindTable, table: &t})
}

// Signature sets the office and the day below the text: the day four
// characters from the right edge, the office centred above it (GB/T 9704-2012,
// 成文日期). A day that is not valid is left out, and so is an empty office.
func (d *Document) Signature(office string, day knowledge.Day) {
	d.keep()
	office, date := oneLine(office), Date(day)
	const edge = 8 // half characters
	if office != "" {
		gap := edge
		if date != "" {
			gap = max(0, edge+(width(date)-width(office))/2)
		}
		d.blocks = append(d.blocks, block{kind: kindOffice, text: office, gap: gap, keep: date != ""})
	}
	if date != "" {
		d.blocks = append(d.blocks, block{kind: kindDate, text: date, gap: edge})
	}
}

// PageBreak begins a new page.
func (d *Document) PageBreak() { d.blocks = append(d.blocks, block{kind: kindBreak}) }

// Lines returns the paper as plain lines in reading order: the title in one
// line, then a line for each heading, paragraph and signature, and one for
// each row of a table, its cells divided by tabs.
func (d *Document) Lines() []string {
	var out []string
	title := false
	for _, b := range d.blocks {
		switch b.kind {
		case kindTitle:
			if title {
				out[len(out)-1] += b.text
			} else {
				out = append(out, b.text)
			}
		case kindTable:
			for _, r := range b.table.Rows {
				var cells []string
				for _, c := range r {
					cells = append(cells, strings.Join(lines(c.Text), " "))
				}
				out = append(out, strings.Join(cells, "\t"))
			}
		case kindBreak:
		case kindChart:
			out = append(out, b.chart.Title+"\t"+strings.Join(b.chart.Labels, "\t"))
		default:
			out = append(out, b.text)
		}
		title = b.kind == kindTitle
	}
	return out
}

// place is a cell with its place in the grid of its table.
type place struct {
	Cell
	col     int
	covered bool // the lower part of a cell that spans rows
}

// grid lays the cells out, and finds rows that do not fill the columns.
func (t *Table) grid() ([][]place, error) {
	if len(t.Widths) == 0 {
		return nil, fmt.Errorf("table without columns")
	}
	type down struct {
		cell Cell
		left int
	}
	open := map[int]*down{} // by first column
	var out [][]place
	for i, row := range t.Rows {
		var ps []place
		col, next := 0, 0
		for col < len(t.Widths) {
			if o := open[col]; o != nil {
				ps = append(ps, place{Cell: o.cell, col: col, covered: true})
				if o.left--; o.left == 0 {
					delete(open, col)
				}
				col += max(1, o.cell.Span)
				continue
			}
			if next == len(row) {
				return nil, fmt.Errorf("table row %d is %d columns short", i+1, len(t.Widths)-col)
			}
			c := row[next]
			next++
			ps = append(ps, place{Cell: c, col: col})
			if c.Down > 1 {
				open[col] = &down{cell: c, left: c.Down - 1}
			}
			col += max(1, c.Span)
		}
		if col > len(t.Widths) || next < len(row) {
			return nil, fmt.Errorf("table row %d is too wide", i+1)
		}
		out = append(out, ps)
	}
	if len(open) > 0 {
		return nil, fmt.Errorf("a cell spans rows below the table")
	}
	return out, nil
}

// size is the height of the letters in points.
func (t *Table) size() float64 {
	if t.Size > 0 {
		return t.Size
	}
	return 14
}

// width measures text in half characters: a Chinese character is two.
func width(s string) int {
	n := 0
	for _, r := range s {
		if r < 0x2000 {
			n++
		} else {
			n += 2
		}
	}
	return n
}

// lines cleans a text and divides it into its lines, without empty ones.
func lines(text string) []string {
	var out []string
	for _, l := range strings.FieldsFunc(text, func(r rune) bool { return r == '\n' || r == '\r' || r == '\u2028' || r == '\u2029' }) {
		if l = strings.TrimSpace(clean(l)); l != "" {
			out = append(out, l)
		}
	}
	return out
}

// oneLine cleans a text that stands in one line.
func oneLine(text string) string { return strings.Join(lines(text), " ") }

// clean drops what a paper cannot hold: characters XML does not allow, and
// marks that turn the direction of the text, by which a sentence could read
// otherwise than it is stored.
func clean(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\t':
			return ' '
		case r < 0x20, r >= 0x7f && r < 0xa0, r == utf8.RuneError, r == 0xfffe, r == 0xffff, r == 0xfeff,
			r >= 0x200b && r <= 0x200f, r >= 0x202a && r <= 0x202e, r >= 0x2066 && r <= 0x2069:
			return -1
		}
		return r
	}, s)
}

// Date writes a day in full, without padding: 2026年3月5日. It returns "" for a
// day that is not valid.
func Date(d knowledge.Day) string {
	if !d.Valid() {
		return ""
	}
	return d.Time().Format("2006年1月2日")
}

// Moment writes a day with the time in Shanghai: 2026年3月5日9时05分. It returns ""
// for the zero time.
func Moment(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	t = t.In(knowledge.Shanghai)
	return fmt.Sprintf("%s%d时%02d分", t.Format("2006年1月2日"), t.Hour(), t.Minute())
}
