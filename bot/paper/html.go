package paper

import (
	"fmt"
	"html"
	"math"
	"strings"
)

// HTML writes the paper as one page for a browser to print on A4, without any
// outside asset or script. Letters are as large as a page allows, so that a
// form of usual length is one sheet; a longer one flows on. Each [Section] is
// fitted by itself. The error names a table whose cells do not fit its columns.
func (d *Document) HTML() (string, error) {
	var b strings.Builder
	b.WriteString(`<!DOCTYPE html>` + "\n" + `<html lang="zh-CN"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>` +
		html.EscapeString(oneLine(d.Title)) + "</title><style>" + Style + "</style></head><body>\n")
	for _, sheet := range d.sheets() {
		size, tables, err := fit(sheet)
		if err != nil {
			return "", fmt.Errorf("write %q: %w", d.Title, err)
		}
		fmt.Fprintf(&b, "<section class=\"s%d\">\n", size)
		for _, bl := range sheet {
			bl.html(&b, tables)
		}
		b.WriteString("</section>\n")
	}
	b.WriteString("</body></html>\n")
	return b.String(), nil
}

// sheets divides the blocks at page breaks.
func (d *Document) sheets() [][]block {
	out := [][]block{nil}
	for _, bl := range d.blocks {
		if bl.kind != kindBreak {
			out[len(out)-1] = append(out[len(out)-1], bl)
		} else if len(out[len(out)-1]) > 0 {
			out = append(out, nil)
		}
	}
	if len(out) > 1 && len(out[len(out)-1]) == 0 {
		out = out[:len(out)-1]
	}
	return out
}

// Style is the style sheet of [Document.HTML], always the same, so that a page
// served with a content policy can allow its hash. Lines of s16 are those of
// the standard; the smallest are 五号.
const Style = `@page{size:A4;margin:22mm 22mm 20mm 24mm}
*{box-sizing:border-box}
body{margin:0;color:#000;background:#fff;font-family:"仿宋_GB2312","FangSong_GB2312","仿宋","FangSong","STFangsong","Noto Serif CJK SC",serif}
section{break-after:page;line-height:1.7;overflow-wrap:anywhere}
section:last-of-type{break-after:auto}
.s16{font-size:16pt}.s14{font-size:14pt}.s13{font-size:13pt}.s12{font-size:12pt}.s11{font-size:11pt}.s10{font-size:10.5pt}
h1{margin:0 0 .5em;font:normal 1.375em/1.5 "方正小标宋简体","FZXiaoBiaoSong-B05S","小标宋","宋体","SimSun","Noto Serif CJK SC",serif;text-align:center}
h1+h1{margin-top:-.5em}
h2,h3,h4,h5{margin:0;font-size:1em;font-weight:normal;text-indent:2em;break-after:avoid}
h2{font-family:"黑体","SimHei","Noto Sans CJK SC",sans-serif}
h3{font-family:"楷体_GB2312","楷体","KaiTi","STKaiti",serif}
p{margin:0}
.t{text-indent:2em;text-align:justify}.c{text-align:center}.r{text-align:right}
.k{break-after:avoid}
.g{text-align:right;padding-right:4em;break-before:avoid}
table{width:100%;border-collapse:collapse;table-layout:fixed;margin:.2em 0 .5em;font-size:.9em;line-height:1.55}
table.z{font-size:.8em}
td,th{border:.5pt solid #000;padding:.15em .4em;vertical-align:middle;font-weight:normal;text-align:left}
th{font-family:"黑体","SimHei","Noto Sans CJK SC",sans-serif;text-align:center}
td.c{text-align:center}td.r{text-align:right}
@media screen{body{background:#eee}section{background:#fff;max-width:210mm;margin:1em auto;padding:22mm 22mm 20mm 24mm}}
@media screen and (max-width:600px){section{padding:6vw}}`

// The page of Style: 164 × 255 mm in points.
const (
	sheetWidth  = 164 * 72 / 25.4
	sheetHeight = 255 * 72 / 25.4
)

// fit chooses the largest letters with which a sheet stays one page, by
// counting lines; the smallest where none will do. It also lays out the tables.
func fit(sheet []block) (int, map[*Table][][]place, error) {
	tables := map[*Table][][]place{}
	for _, bl := range sheet {
		if bl.kind == kindTable {
			rows, err := bl.table.grid()
			if err != nil {
				return 0, nil, err
			}
			tables[bl.table] = rows
		}
		if bl.kind == kindChart {
			if err := bl.chart.check(); err != nil {
				return 0, nil, err
			}
		}
	}
	for _, size := range []int{16, 14, 13, 12, 11} {
		height := 0.0
		for _, bl := range sheet {
			height += bl.height(float64(size), tables)
		}
		// Browsers break lines a little earlier than a count does.
		if height*1.04 <= sheetHeight {
			return size, tables, nil
		}
	}
	return 10, tables, nil
}

// height estimates the height of a block in points.
func (bl block) height(size float64, tables map[*Table][][]place) float64 {
	rows := func(text string, indent int, letters, wide float64) float64 {
		per := max(2, math.Floor(wide/letters*2))
		return max(1, math.Ceil(float64(width(text)+indent)/per))
	}
	switch bl.kind {
	case kindTitle:
		return rows(bl.text, 0, 1.375*size, sheetWidth)*1.375*1.5*size + .7*size
	case kindTable:
		return bl.table.height(size, tables[bl.table], rows) + .7*size
	case kindChart:
		return 1.7*size + float64(20*len(bl.chart.Labels)+8)*.75
	}
	indent := 0
	if bl.kind == kindParagraph || bl.kind == kindHeading {
		indent = 4
	}
	return rows(bl.text, indent, size, sheetWidth) * 1.7 * size
}

// scale is the size of a table's letters beside those of the text.
func (t *Table) scale() float64 {
	if t.size() < 14 {
		return .8
	}
	return .9
}

// height adds up the tallest cell of each row.
func (t *Table) height(size float64, grid [][]place, rows func(string, int, float64, float64) float64) float64 {
	letters, sum, total := t.scale()*size, 0, 0.0
	cols := t.columns()
	for _, c := range cols {
		sum += c
	}
	owed := map[int]float64{} // what a cell that spans rows still needs, by column
	for _, row := range grid {
		tallest := 1.0
		for _, p := range row {
			if p.covered {
				continue
			}
			wide := 0
			for i := range max(1, p.Span) {
				wide += cols[p.col+i]
			}
			inner := sheetWidth*float64(wide)/float64(sum) - .9*letters
			n := 0.0
			for _, l := range lines(p.Text) {
				n += rows(l, 0, letters, inner)
			}
			if p.Down > 1 {
				owed[p.col] = n / float64(p.Down)
				n = owed[p.col]
			}
			tallest = max(tallest, n)
		}
		for _, p := range row {
			if p.covered {
				tallest = max(tallest, owed[p.col])
			}
		}
		total += tallest*1.55*letters + .35*letters
	}
	return total
}

func (bl block) html(b *strings.Builder, tables map[*Table][][]place) {
	text := html.EscapeString(bl.text)
	switch bl.kind {
	case kindTitle:
		fmt.Fprintf(b, "<h1>%s</h1>\n", text)
	case kindHeading:
		fmt.Fprintf(b, "<h%d>%s</h%[1]d>\n", bl.level+1, text)
	case kindParagraph:
		fmt.Fprintf(b, "<p class=\"t\">%s</p>\n", text)
	case kindOffice, kindDate:
		fmt.Fprintf(b, "<p class=\"g\">%s</p>\n", text)
	case kindLine:
		class := bl.align.class()
		if bl.keep {
			class = ` class="k"`
		}
		fmt.Fprintf(b, "<p%s>%s</p>\n", class, text)
	case kindTable:
		bl.table.html(b, tables[bl.table])
	case kindChart:
		bl.chart.html(b)
	}
}

func (a Align) class() string {
	switch a {
	case Center:
		return ` class="c"`
	case Right:
		return ` class="r"`
	}
	return ""
}

func (t *Table) html(b *strings.Builder, grid [][]place) {
	b.WriteString("<table")
	if t.scale() < .9 {
		b.WriteString(` class="z"`)
	}
	b.WriteString("><colgroup>")
	for _, c := range t.columns() {
		fmt.Fprintf(b, `<col width="%.2f%%">`, 100*float64(c)/textWidth)
	}
	b.WriteString("</colgroup>\n")
	for i, row := range grid {
		if t.Head > 0 && i == 0 {
			b.WriteString("<thead>")
		}
		if i == t.Head {
			b.WriteString("<tbody>")
		}
		b.WriteString("<tr>")
		for _, p := range row {
			if p.covered {
				continue
			}
			tag := "td"
			if p.Label {
				tag = "th"
			}
			b.WriteString("<" + tag)
			if p.Span > 1 {
				fmt.Fprintf(b, ` colspan="%d"`, p.Span)
			}
			if p.Down > 1 {
				fmt.Fprintf(b, ` rowspan="%d"`, p.Down)
			}
			if !p.Label {
				b.WriteString(p.Align.class())
			}
			text := lines(p.Text)
			for i := range text {
				text[i] = html.EscapeString(text[i])
			}
			b.WriteString(">" + strings.Join(text, "<br>") + "</" + tag + ">")
		}
		b.WriteString("</tr>\n")
		if i+1 == t.Head {
			b.WriteString("</thead>")
		}
	}
	if len(grid) > t.Head {
		b.WriteString("</tbody>")
	}
	b.WriteString("</table>\n")
}
