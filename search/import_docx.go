package search

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"
)

// The bounds of a Word file. The longest statute, a code of 1,260 articles,
// unpacks to about 3 MB; what is far beyond that is no statute.
const (
	maxDocxPacked = 32 << 20
	maxDocxXML    = 64 << 20
	maxDocxDepth  = 200
)

const docxBody = "word/document.xml"

// docxBlocks reads the paragraphs and table rows of a Word document. The line
// of a block is its number among them. What stands there and is not text is
// told by complain.
func docxBlocks(raw []byte, complain func(line int, format string, args ...any)) ([]block, error) {
	if len(raw) > maxDocxPacked {
		return nil, fmt.Errorf("larger than %d MB", maxDocxPacked>>20)
	}
	switch {
	case bytes.HasPrefix(raw, []byte("\xd0\xcf\x11\xe0")):
		return nil, errors.New("an old .doc file, or one locked by a password; save it as .docx without password")
	case bytes.HasPrefix(raw, []byte("%PDF")):
		return nil, errors.New("a PDF, not a .docx file")
	}
	z, err := zip.NewReader(bytes.NewReader(raw), int64(len(raw)))
	if err != nil {
		return nil, errors.New("not a .docx file: no zip archive")
	}
	var body *zip.File
	for _, f := range z.File {
		if f.Name == docxBody {
			if body != nil {
				return nil, fmt.Errorf("%s stands twice in the archive", docxBody)
			}
			body = f
		}
	}
	if body == nil {
		return nil, fmt.Errorf("not a .docx file: no %s in the archive", docxBody)
	}
	if body.UncompressedSize64 > maxDocxXML {
		return nil, fmt.Errorf("%s unpacks to more than %d MB", docxBody, maxDocxXML>>20)
	}
	in, err := body.Open()
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", docxBody, err)
	}
	defer in.Close()
	// The size in the directory is only what the archive says of itself.
	bounded := &io.LimitedReader{R: in, N: maxDocxXML + 1}
	d := &docxReader{complain: complain}
	err = d.read(xml.NewDecoder(bounded))
	if bounded.N <= 0 {
		return nil, fmt.Errorf("%s unpacks to more than %d MB", docxBody, maxDocxXML>>20)
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", docxBody, err)
	}
	return d.blocks, nil
}

// A docxReader walks the elements of WordprocessingML that carry text.
type docxReader struct {
	blocks   []block
	complain func(line int, format string, args ...any)
	line     int
	open     []string          // the names of the open elements
	dead     int               // depth inside something whose text does not count; 0: outside
	text     int               // depth of the open w:t; 0: none
	paras    []strings.Builder // of nested paragraphs: a text box stands inside one
	cells    [][][]string      // of each open table, the cells of the row so far, each with its paragraphs
	told     map[string]bool
}

// notText are elements that show a reader something this program cannot take.
var notText = map[string]string{
	"drawing": "an image", "pict": "an image", "object": "an embedded object",
	"footnoteReference": "a footnote", "endnoteReference": "an endnote", "altChunk": "an embedded document",
}

func (d *docxReader) read(dec *xml.Decoder) error {
	d.told = map[string]bool{}
	for {
		tok, err := dec.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return err
		}
		switch t := tok.(type) {
		case xml.Directive:
			return errors.New("a DOCTYPE has no place in a Word file")
		case xml.StartElement:
			if len(d.open) == maxDocxDepth {
				return fmt.Errorf("elements nested deeper than %d", maxDocxDepth)
			}
			if len(d.open) == 0 && (t.Name.Local != "document" || !isWord(t.Name)) {
				return fmt.Errorf("<%s> is not a Word document", t.Name.Local)
			}
			d.open = append(d.open, t.Name.Local)
			d.start(t)
		case xml.EndElement:
			d.end(t)
			d.open = d.open[:len(d.open)-1]
		case xml.CharData:
			if d.text > 0 && d.dead == 0 {
				d.write(string(t))
			}
		}
	}
	if len(d.blocks) == 0 {
		return errors.New("no text in it")
	}
	return nil
}

func isWord(n xml.Name) bool { return strings.Contains(n.Space, "wordprocessingml") }

func (d *docxReader) write(s string) {
	if n := len(d.paras); n > 0 {
		d.paras[n-1].WriteString(s)
	}
}

func (d *docxReader) start(t xml.StartElement) {
	switch t.Name.Local {
	case "del", "moveFrom", "Fallback", "instrText":
		// Deleted words, the second copy of a text box, and codes of fields.
		if d.dead == 0 {
			d.dead = len(d.open)
		}
	}
	if d.dead > 0 {
		return
	}
	if what := notText[t.Name.Local]; what != "" && isWord(t.Name) {
		d.complain(d.line+1, "%s is not read", what)
		return
	}
	switch t.Name.Local {
	case "p":
		if isWord(t.Name) {
			d.paras = append(d.paras, strings.Builder{})
		}
	case "t":
		d.text = len(d.open)
	case "tab":
		if d.parent() == "r" {
			d.write(" ")
		}
	case "br", "cr":
		d.write("\n")
	case "noBreakHyphen":
		d.write("-")
	case "numId":
		// Word makes up such numbers when it shows the file.
		if attr(t, "val") != "0" && !d.told["numId"] {
			d.told["numId"] = true
			d.complain(d.line+1, "paragraphs numbered by Word itself; such numbers are not read")
		}
	case "tbl":
		d.cells = append(d.cells, nil)
	case "tc":
		if n := len(d.cells); n > 0 {
			d.cells[n-1] = append(d.cells[n-1], nil)
		}
	}
}

func attr(t xml.StartElement, name string) string {
	for _, a := range t.Attr {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

func (d *docxReader) parent() string {
	if len(d.open) < 2 {
		return ""
	}
	return d.open[len(d.open)-2]
}

func (d *docxReader) end(t xml.EndElement) {
	depth := len(d.open)
	if d.text == depth {
		d.text = 0
	}
	if d.dead > 0 {
		if d.dead == depth {
			d.dead = 0
		}
		return
	}
	switch t.Name.Local {
	case "p":
		if n := len(d.paras); n > 0 && isWord(t.Name) {
			text := d.paras[n-1].String()
			d.paras = d.paras[:n-1]
			d.paragraph(text)
		}
	case "tr":
		if n := len(d.cells); n > 0 {
			row := d.cells[n-1]
			d.cells[n-1] = nil
			d.row(row)
		}
	case "tbl":
		if n := len(d.cells); n > 0 {
			d.cells = d.cells[:n-1]
		}
	}
}

// paragraph takes a finished paragraph: a block, or more of a cell.
func (d *docxReader) paragraph(text string) {
	if n := len(d.cells); n > 0 {
		d.inCell(n-1, text)
		return
	}
	d.line++
	for part := range strings.Lines(text) {
		if part = tidy(part); part != "" {
			d.blocks = append(d.blocks, block{line: d.line, text: part})
		}
	}
}

func (d *docxReader) inCell(table int, text string) {
	row := d.cells[table]
	if text = tidy(text); len(row) > 0 && text != "" {
		row[len(row)-1] = append(row[len(row)-1], text)
	}
}

// row takes a finished row of a table: a block, or more of the outer cell.
func (d *docxReader) row(cells [][]string) {
	joined := make([]string, len(cells))
	for i, c := range cells {
		joined[i] = strings.Join(c, " ")
	}
	text := strings.Join(joined, " | ")
	if n := len(d.cells); n > 1 {
		d.inCell(n-2, text)
		return
	}
	d.line++
	if strings.Trim(text, " |") != "" {
		d.blocks = append(d.blocks, block{line: d.line, text: text, row: true})
	}
}
