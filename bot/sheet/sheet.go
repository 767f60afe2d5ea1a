// Package sheet reads and writes workbooks (.xlsx) and reads tables of text
// (.csv, or rows pasted from a workbook). It is the one room that knows the
// library for them.
//
// Nothing written can be taken for a formula, and nothing that looks like one
// is read: a table goes through many hands, and the last may open it in a
// program that runs formulas. What is uploaded is bounded in bytes, unpacked
// bytes, rows and columns before it is read.
package sheet

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"

	"github.com/xuri/excelize/v2"

	"mingbai/knowledge"
)

// rowsLimit is how many rows a sheet of the format can hold.
const rowsLimit = 1 << 20

// A Book is a workbook being written. The first error stops it; Write returns
// it.
type Book struct {
	file  *excelize.File
	bold  int
	first bool // the sheet that every workbook begins with is not used yet
	err   error
}

// New begins a workbook with its properties. The day stands for the moment of
// writing, so that the same content gives the same bytes.
func New(title, author string, day knowledge.Day) *Book {
	b := &Book{file: excelize.NewFile(), first: true}
	at := string(day) + "T12:00:00Z"
	b.err = b.file.SetDocProps(&excelize.DocProperties{Title: title, Creator: author, Created: at, Modified: at, Language: "zh-CN"})
	if b.err == nil {
		b.bold, b.err = b.file.NewStyle(&excelize.Style{Font: &excelize.Font{Bold: true}})
	}
	return b
}

// Bold is text in bold letters.
type Bold string

// Sheet writes a whole sheet: the widths of its columns in characters, how many
// rows stay in sight at the top, and its rows. A cell is a string, a [Bold], a
// number or nil. What does not fit into a sheet is told in its last row.
func (b *Book) Sheet(name string, widths []float64, head int, rows func(yield func([]any) bool)) {
	if b.err != nil {
		return
	}
	if b.err = b.add(name); b.err != nil {
		return
	}
	b.err = b.stream(name, widths, head, rows)
}

func (b *Book) add(name string) error {
	if b.first {
		b.first = false
		return b.file.SetSheetName("Sheet1", name)
	}
	_, err := b.file.NewSheet(name)
	return err
}

func (b *Book) stream(name string, widths []float64, head int, rows func(yield func([]any) bool)) error {
	w, err := b.file.NewStreamWriter(name)
	if err != nil {
		return err
	}
	for n, width := range widths {
		if err := w.SetColWidth(n+1, n+1, width); err != nil {
			return err
		}
	}
	if head > 0 {
		cell, err := excelize.CoordinatesToCellName(1, head+1)
		if err != nil {
			return err
		}
		if err := w.SetPanes(&excelize.Panes{Freeze: true, YSplit: head, TopLeftCell: cell, ActivePane: "bottomLeft"}); err != nil {
			return err
		}
	}
	n := 0
	for row := range rows {
		n++
		if n == rowsLimit {
			row = []any{"一页放不下了，后面的没有列。"}
		}
		cell, err := excelize.CoordinatesToCellName(1, n)
		if err != nil {
			return err
		}
		if err := w.SetRow(cell, b.cells(row)); err != nil {
			return err
		}
		if n == rowsLimit {
			break
		}
	}
	return w.Flush()
}

func (b *Book) cells(row []any) []any {
	out := make([]any, len(row))
	for i, c := range row {
		switch c := c.(type) {
		case string:
			out[i] = Text(c)
		case Bold:
			out[i] = excelize.Cell{StyleID: b.bold, Value: Text(string(c))}
		default:
			out[i] = c
		}
	}
	return out
}

// A Chart is one column chart: a value for each label.
type Chart struct {
	Title  string
	Labels []string
	Values []float64
}

// chartRows is how many rows a chart and the space under it take.
const chartRows = 18

// Charts writes a sheet of charts with the numbers they are drawn from.
func (b *Book) Charts(name string, charts []Chart) {
	if b.err != nil || len(charts) == 0 {
		return
	}
	if b.err = b.add(name); b.err != nil {
		return
	}
	row := 1
	for _, c := range charts {
		if b.err = b.chart(name, c, row); b.err != nil {
			return
		}
		row += max(chartRows, len(c.Labels)+3)
	}
}

func (b *Book) chart(name string, c Chart, row int) error {
	if err := b.file.SetCellValue(name, fmt.Sprintf("A%d", row), Text(c.Title)); err != nil {
		return err
	}
	for i, label := range c.Labels {
		if err := errors.Join(b.file.SetCellValue(name, fmt.Sprintf("A%d", row+1+i), Text(label)), b.file.SetCellValue(name, fmt.Sprintf("B%d", row+1+i), c.Values[i])); err != nil {
			return err
		}
	}
	ref := func(column string) string {
		return fmt.Sprintf("'%s'!$%s$%d:$%s$%d", name, column, row+1, column, row+len(c.Labels))
	}
	return b.file.AddChart(name, fmt.Sprintf("D%d", row), &excelize.Chart{Type: excelize.Col, Series: []excelize.ChartSeries{{
		Name: fmt.Sprintf("'%s'!$A$%d", name, row), Categories: ref("A"), Values: ref("B"),
		Fill: excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"404040"}}}},
		Title: excelize.ChartTitle{Paragraph: []excelize.RichTextRun{{Text: c.Title}}}, Legend: excelize.ChartLegend{Position: "none"},
		PlotArea: excelize.ChartPlotArea{ShowVal: true}})
}

// Write writes the workbook. The same content gives the same bytes.
func (b *Book) Write(w io.Writer) error {
	var book bytes.Buffer
	err := b.err
	if err == nil {
		err = b.file.Write(&book)
	}
	if err = errors.Join(err, b.file.Close()); err == nil {
		err = inOrder(w, book.Bytes())
	}
	if err != nil {
		return fmt.Errorf("write .xlsx: %w", err)
	}
	return nil
}

// fileType is one entry in a workbook's list of what its files are.
var fileType = regexp.MustCompile(`<Default [^>]*></Default>`)

// inOrder packs the parts of a workbook anew, by name: they come in the order
// of a map, which is another every time. So do the kinds of pictures in the
// list of contents.
func inOrder(w io.Writer, book []byte) error {
	in, err := zip.NewReader(bytes.NewReader(book), int64(len(book)))
	if err != nil {
		return err
	}
	slices.SortFunc(in.File, func(a, b *zip.File) int { return strings.Compare(a.Name, b.Name) })
	out := zip.NewWriter(w)
	for _, part := range in.File {
		if part.Name == "[Content_Types].xml" {
			err = inOrderTypes(out, part)
		} else {
			err = out.Copy(part)
		}
		if err != nil {
			return err
		}
	}
	return out.Close()
}

func inOrderTypes(out *zip.Writer, part *zip.File) error {
	r, err := part.Open()
	if err != nil {
		return err
	}
	defer r.Close()
	text, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	types := fileType.FindAllString(string(text), -1)
	slices.Sort(types)
	text = fileType.ReplaceAllFunc(text, func([]byte) []byte {
		first := types[0]
		types = types[1:]
		return []byte(first)
	})
	w, err := out.CreateHeader(&zip.FileHeader{Name: part.Name, Method: zip.Deflate})
	if err != nil {
		return err
	}
	_, err = w.Write(text)
	return err
}

// Text is a text that no program takes for a formula, even after somebody saves
// the sheet as CSV: what begins like one gets a mark before it.
func Text(s string) string {
	if Formula(s) {
		return "'" + s
	}
	return s
}

// Formula reports whether a program could take a text for a formula.
func Formula(s string) bool {
	return s != "" && strings.ContainsRune("=+-@\t\r\n", rune(s[0])) || strings.HasPrefix(s, "＝") || strings.HasPrefix(s, "＋") || strings.HasPrefix(s, "＠")
}
