package paper

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
)

// maxPart is the size of one part of a file that is read, in bytes. A year's
// report has less than a thousandth of it; a larger one is not a paper.
const maxPart = 32 << 20

// Text reads the text back from a .docx file: a line for each paragraph, and
// for each row of a table a line with its cells divided by tabs, the
// paragraphs of one cell by spaces. A page break is a form feed. The error
// says why the file is not a readable .docx.
func Text(docx []byte) (string, error) {
	raw, err := part(docx, "word/document.xml")
	if err != nil {
		return "", fmt.Errorf("read .docx: %w", err)
	}
	var r reader
	dec := xml.NewDecoder(bytes.NewReader(raw))
	for {
		tok, err := dec.Token()
		if errors.Is(err, io.EOF) {
			return r.out.String(), nil
		}
		if err != nil {
			return "", fmt.Errorf("read .docx: %w", err)
		}
		switch t := tok.(type) {
		case xml.StartElement:
			r.start(t)
		case xml.EndElement:
			r.end(t.Name.Local)
		case xml.CharData:
			if r.text {
				r.write(string(t))
			}
		}
	}
}

// part reads one entry of a zip.
func part(data []byte, name string) ([]byte, error) {
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return nil, err
	}
	for _, f := range z.File {
		if f.Name == name {
			return entry(f)
		}
	}
	return nil, fmt.Errorf("no %s in it", name)
}

func entry(f *zip.File) ([]byte, error) {
	r, err := f.Open()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", f.Name, err)
	}
	defer r.Close()
	raw, err := io.ReadAll(io.LimitReader(r, maxPart+1))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", f.Name, err)
	}
	if len(raw) > maxPart {
		return nil, fmt.Errorf("%s is larger than %d MB", f.Name, maxPart>>20)
	}
	return raw, nil
}

// reader gathers text while it walks over the elements.
type reader struct {
	out   bytes.Buffer
	text  bool // inside w:t
	cells int  // depth of table cells
	first bool // nothing stands in this cell yet
}

func (r *reader) write(s string) {
	r.out.WriteString(s)
	r.first = false
}

func (r *reader) start(t xml.StartElement) {
	switch t.Name.Local {
	case "t":
		r.text = true
	case "tc":
		r.cells++
		r.first = true
	case "p":
		if r.cells > 0 && !r.first {
			r.out.WriteString(" ")
		}
	case "tab":
		r.out.WriteString("\t")
	case "pageBreakBefore":
		r.out.WriteString("\f")
	case "br":
		for _, a := range t.Attr {
			if a.Name.Local == "type" && a.Value == "page" {
				r.out.WriteString("\f")
				return
			}
		}
		r.out.WriteString("\n")
	}
}

func (r *reader) end(name string) {
	switch name {
	case "t":
		r.text = false
	case "p":
		if r.cells == 0 {
			r.out.WriteString("\n")
		}
	case "tc":
		r.cells--
		r.out.WriteString("\t")
	case "tr":
		if bytes.HasSuffix(r.out.Bytes(), []byte("\t")) {
			r.out.Truncate(r.out.Len() - 1)
		}
		r.out.WriteString("\n")
	}
}
