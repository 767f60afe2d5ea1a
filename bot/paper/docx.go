package paper

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// The page of GB/T 9704-2012 in twips (1/20 point): A4, margins of 37, 35, 28
// and 26 mm leave 156 × 225 mm for 22 lines of 28 characters. A line of 28.95
// points holds the first; the second needs letters of 16 points to stand a
// quarter of a point closer than they would by themselves.
const (
	pageWidth    = 11906
	pageHeight   = 16838
	marginTop    = 2098
	marginBottom = 1984
	marginLeft   = 1588
	marginRight  = 1474
	textWidth    = pageWidth - marginLeft - marginRight
	linePitch    = 579
	charSpace    = -5
	charPitch    = 16*20 + charSpace
	footer       = 1227 // the number ends 7 mm and its own line below the text
)

// zipTime stands in every entry: the first moment a zip file can name.
var zipTime = time.Date(1980, 1, 1, 0, 0, 0, 0, time.UTC)

// Bytes writes the paper as a .docx file. The same paper gives the same bytes,
// whatever compiler built the program, so entries are stored, not deflated.
// The error names a table whose cells do not fit its columns.
func (d *Document) Bytes() ([]byte, error) {
	charts, types, rels, err := d.charts()
	if err != nil {
		return nil, fmt.Errorf("write %q: %w", d.Title, err)
	}
	body, err := d.body()
	if err != nil {
		return nil, fmt.Errorf("write %q: %w", d.Title, err)
	}
	parts := []file{
		{"[Content_Types].xml", strings.Replace(contentTypes, "</Types>", types+"</Types>", 1)},
		{"_rels/.rels", packageRels},
		{"docProps/core.xml", d.core()},
		{"docProps/app.xml", appProps},
		{"word/document.xml", body},
		{"word/_rels/document.xml.rels", strings.Replace(documentRels, "</Relationships>", rels+"</Relationships>", 1)},
		{"word/styles.xml", styles},
		{"word/settings.xml", settings},
		{"word/fontTable.xml", fontTable},
		{"word/footer1.xml", pageNumber("right")},
		{"word/footer2.xml", pageNumber("left")},
	}
	return pack(append(parts, charts...))
}

type file struct{ name, data string }

// pack stores files in a zip of which nothing depends on the day.
func pack(files []file) ([]byte, error) {
	var buf bytes.Buffer
	z := zip.NewWriter(&buf)
	for _, f := range files {
		w, err := z.CreateHeader(&zip.FileHeader{Name: f.name, Method: zip.Store, Modified: zipTime})
		if err != nil {
			return nil, fmt.Errorf("pack %s: %w", f.name, err)
		}
		if _, err := w.Write([]byte(f.data)); err != nil {
			return nil, fmt.Errorf("pack %s: %w", f.name, err)
		}
	}
	if err := z.Close(); err != nil {
		return nil, fmt.Errorf("pack: %w", err)
	}
	return buf.Bytes(), nil
}

// esc makes text safe between tags and in attributes.
func esc(s string) string {
	var b strings.Builder
	xml.EscapeText(&b, []byte(clean(s))) // a strings.Builder never fails
	return b.String()
}

func (d *Document) core() string {
	var b strings.Builder
	b.WriteString(xmlHead + `<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">`)
	for _, p := range []struct{ tag, text string }{{"dc:title", d.Title}, {"dc:subject", d.Subject}, {"dc:creator", d.Author}} {
		if text := oneLine(p.text); text != "" {
			fmt.Fprintf(&b, "<%s>%s</%s>", p.tag, esc(text), p.tag)
		}
	}
	if !d.Created.IsZero() {
		at := d.Created.UTC().Format("2006-01-02T15:04:05Z")
		fmt.Fprintf(&b, `<dcterms:created xsi:type="dcterms:W3CDTF">%s</dcterms:created><dcterms:modified xsi:type="dcterms:W3CDTF">%s</dcterms:modified>`, at, at)
	}
	b.WriteString(`<dc:language>zh-CN</dc:language></cp:coreProperties>`)
	return b.String()
}

func (d *Document) body() (string, error) {
	var b strings.Builder
	b.WriteString(xmlHead + `<w:document xmlns:w="` + wordSpace + `" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><w:body>`)
	broken := false // a page break waits for the next paragraph
	charts := 0
	for i, bl := range d.blocks {
		switch bl.kind {
		case kindBreak:
			if broken || i == 0 {
				continue
			}
			broken = true
			continue
		case kindTable:
			if broken {
				b.WriteString(`<w:p><w:pPr><w:pageBreakBefore/><w:spacing w:line="20" w:lineRule="exact"/></w:pPr></w:p>`)
			}
			if err := bl.table.write(&b); err != nil {
				return "", err
			}
			// Two tables that touch become one, and a page may not end in a table.
			b.WriteString(`<w:p><w:pPr><w:spacing w:line="120" w:lineRule="exact"/></w:pPr></w:p>`)
		case kindChart:
			charts++
			bl.chart.drawing(&b, charts, broken)
		default:
			paragraph(&b, bl, broken)
		}
		broken = false
	}
	b.WriteString(`<w:sectPr>`)
	if !d.Bare {
		b.WriteString(`<w:footerReference w:type="default" r:id="rId4"/><w:footerReference w:type="even" r:id="rId5"/>`)
	}
	fmt.Fprintf(&b, `<w:pgSz w:w="%d" w:h="%d"/><w:pgMar w:top="%d" w:right="%d" w:bottom="%d" w:left="%d" w:header="851" w:footer="%d" w:gutter="0"/></w:sectPr></w:body></w:document>`,
		pageWidth, pageHeight, marginTop, marginRight, marginBottom, marginLeft, footer)
	return b.String(), nil
}

// paragraph writes one line of running text in its style.
func paragraph(b *strings.Builder, bl block, broken bool) {
	style, props := "", ""
	switch bl.kind {
	case kindTitle:
		style = "Title"
	case kindHeading:
		style = "Heading" + strconv.Itoa(bl.level)
	case kindParagraph:
		style = "BodyText"
	case kindLine:
		props = jc(bl.align)
	case kindOffice, kindDate:
		style = "Signature"
		props = fmt.Sprintf(`<w:ind w:rightChars="%d" w:right="%d"/>`, bl.gap*50, bl.gap*charPitch/2)
	}
	b.WriteString("<w:p><w:pPr>")
	if style != "" {
		fmt.Fprintf(b, `<w:pStyle w:val="%s"/>`, style)
	}
	if bl.keep {
		b.WriteString("<w:keepNext/>")
	}
	if broken {
		b.WriteString("<w:pageBreakBefore/>")
	}
	b.WriteString(props + "</w:pPr>")
	run(b, bl.text, "")
	b.WriteString("</w:p>")
}

func run(b *strings.Builder, text, props string) {
	b.WriteString("<w:r>")
	if props != "" {
		b.WriteString("<w:rPr>" + props + "</w:rPr>")
	}
	b.WriteString(`<w:t xml:space="preserve">` + esc(text) + "</w:t></w:r>")
}

func jc(a Align) string {
	switch a {
	case Center:
		return `<w:jc w:val="center"/>`
	case Right:
		return `<w:jc w:val="right"/>`
	}
	return `<w:jc w:val="left"/>`
}

// write writes the table with the width of the text area.
func (t *Table) write(b *strings.Builder) error {
	rows, err := t.grid()
	if err != nil {
		return err
	}
	cols := t.columns()
	fmt.Fprintf(b, `<w:tbl><w:tblPr><w:tblStyle w:val="Grid"/><w:tblW w:w="%d" w:type="dxa"/><w:jc w:val="center"/><w:tblLayout w:type="fixed"/></w:tblPr><w:tblGrid>`, textWidth)
	for _, c := range cols {
		fmt.Fprintf(b, `<w:gridCol w:w="%d"/>`, c)
	}
	b.WriteString("</w:tblGrid>")
	for i, row := range rows {
		b.WriteString("<w:tr>")
		switch {
		case i < t.Head:
			b.WriteString("<w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>")
		case t.Whole:
			b.WriteString("<w:trPr><w:cantSplit/></w:trPr>")
		}
		for _, p := range row {
			t.cell(b, p, cols)
		}
		b.WriteString("</w:tr>")
	}
	b.WriteString("</w:tbl>")
	return nil
}

// columns shares the width of the text area out.
func (t *Table) columns() []int {
	sum := 0
	for _, w := range t.Widths {
		sum += max(w, 1)
	}
	out, used := make([]int, len(t.Widths)), 0
	for i, w := range t.Widths {
		out[i] = textWidth * max(w, 1) / sum
		used += out[i]
	}
	out[len(out)-1] += textWidth - used
	return out
}

func (t *Table) cell(b *strings.Builder, p place, cols []int) {
	w := 0
	for i := range max(1, p.Span) {
		w += cols[p.col+i]
	}
	fmt.Fprintf(b, `<w:tc><w:tcPr><w:tcW w:w="%d" w:type="dxa"/>`, w)
	if p.Span > 1 {
		fmt.Fprintf(b, `<w:gridSpan w:val="%d"/>`, p.Span)
	}
	switch {
	case p.covered:
		b.WriteString("<w:vMerge/>")
	case p.Down > 1:
		b.WriteString(`<w:vMerge w:val="restart"/>`)
	}
	b.WriteString(`<w:vAlign w:val="center"/></w:tcPr>`)
	text := lines(p.Text)
	if p.covered || len(text) == 0 {
		text = []string{""}
	}
	style, align := "Cell", p.Align
	if p.Label {
		style, align = "CellLabel", Center
	}
	size, spacing := "", ""
	if s := t.size(); s != 14 {
		size = fmt.Sprintf(`<w:sz w:val="%d"/><w:szCs w:val="%d"/>`, int(s*2), int(s*2))
		spacing = fmt.Sprintf(`<w:spacing w:line="%d" w:lineRule="exact"/>`, int(s*20*cellLine))
	}
	for _, l := range text {
		fmt.Fprintf(b, `<w:p><w:pPr><w:pStyle w:val="%s"/>%s%s</w:pPr>`, style, spacing, jc(align))
		if l != "" {
			run(b, l, size)
		}
		b.WriteString("</w:p>")
	}
	b.WriteString("</w:tc>")
}

// cellLine is the pitch of lines in a cell, in heights of its letters.
const cellLine = 1.6
