package annual

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/xuri/excelize/v2"
)

// sheetRows is how many rows a sheet of the format can hold.
const sheetRows = 1 << 20

// WriteXLSX writes the figures as a workbook: a sheet for each group of figures
// with value, year before, rule, source and the number of records, and beside
// it a sheet with the keys of those records. Groups under five are not shown,
// and their records are not listed. The same report gives the same bytes.
func (r *Report) WriteXLSX(w io.Writer) error {
	f := excelize.NewFile()
	var book bytes.Buffer
	err := r.fillBook(f)
	if err == nil {
		err = f.Write(&book)
	}
	if err = errors.Join(err, f.Close()); err == nil {
		err = inOrder(w, book.Bytes())
	}
	if err != nil {
		return fmt.Errorf("write .xlsx: %w", err)
	}
	return nil
}

// inOrder packs the parts of a workbook anew, by name: they come in the order
// of a map, which is another every time.
func inOrder(w io.Writer, book []byte) error {
	in, err := zip.NewReader(bytes.NewReader(book), int64(len(book)))
	if err != nil {
		return err
	}
	slices.SortFunc(in.File, func(a, b *zip.File) int { return strings.Compare(a.Name, b.Name) })
	out := zip.NewWriter(w)
	for _, part := range in.File {
		if err := out.Copy(part); err != nil {
			return err
		}
	}
	return out.Close()
}

func (r *Report) fillBook(f *excelize.File) error {
	day := r.Day + "T12:00:00Z" // not the clock's: the same figures, the same bytes
	if err := f.SetDocProps(&excelize.DocProperties{Title: r.Title(), Creator: r.Office, Created: day, Modified: day, Language: "zh-CN"}); err != nil {
		return err
	}
	bold, err := f.NewStyle(&excelize.Style{Font: &excelize.Font{Bold: true}})
	if err != nil {
		return err
	}
	if err := f.SetSheetName("Sheet1", Sheets[0]); err != nil {
		return err
	}
	for n, name := range Sheets {
		if n > 0 {
			if _, err := f.NewSheet(name); err != nil {
				return err
			}
		}
		if err := r.figureSheet(f, name, bold); err != nil {
			return err
		}
	}
	for _, name := range Sheets {
		if _, err := f.NewSheet(name + "记录"); err != nil {
			return err
		}
		if err := r.recordSheet(f, name, bold); err != nil {
			return err
		}
	}
	return nil
}

// columns of a sheet of figures, with their widths in characters.
var columns = []struct {
	name  string
	width float64
}{
	{"指标", 26}, {"数", 10}, {"单位", 8}, {"上年", 10}, {"变化", 20}, {"时段", 8}, {"口径", 70}, {"来源", 12}, {"记录数", 10}, {"签零", 30}, {"指标键", 28},
}

// sourceNames are the sources as people say them.
var sourceNames = map[string]string{FromRecords: "台账统计", FromTownship: "镇的文件", FromRatio: "由别的数算出", FromEntry: "人工填报", FromSum: "填报数相加"}

func (r *Report) figureSheet(f *excelize.File, name string, bold int) error {
	w, err := f.NewStreamWriter(name)
	if err != nil {
		return err
	}
	var head []any
	for n, c := range columns {
		if err := w.SetColWidth(n+1, n+1, c.width); err != nil {
			return err
		}
		head = append(head, excelize.Cell{StyleID: bold, Value: c.name})
	}
	if err := w.SetPanes(&excelize.Panes{Freeze: true, YSplit: 2, TopLeftCell: "A3", ActivePane: "bottomLeft"}); err != nil {
		return err
	}
	note := fmt.Sprintf("%s　%s　统计到%s。核对用，记录键见“%s记录”。%s", r.Title(), name, r.Until, name, entryRule)
	if blockers := r.Blockers(); len(blockers) > 0 {
		note += fmt.Sprintf("草稿，还有%d处不能公布。", len(blockers))
	}
	rows := [][]any{{note}, head}
	hidden := r.hidden()
	for _, i := range r.Indicators {
		if i.Sheet != name || i.Group != "" && i.Value == 0 {
			continue
		}
		var value any = i.Value
		if said := hidden.say(r, i); hidden[i.Key] || i.Missing || strings.ContainsRune(said, '（') {
			value = said
		}
		rows = append(rows, []any{text(i.Name), value, text(i.Unit), numberOrNothing(i, hidden), i.moved(hidden), i.Period, text(i.Rule),
			sourceNames[i.Source], recordCount(i, hidden), text(i.Zero), text(i.Key)})
	}
	return flush(w, rows)
}

func numberOrNothing(i Indicator, h hidden) any {
	if i.last(h) == "" {
		return nil
	}
	return *i.Before
}

// recordCount would tell a hidden figure.
func recordCount(i Indicator, h hidden) any {
	if h[i.Key] {
		return nil
	}
	return len(i.Records)
}

// recordSheet lists the keys of the records behind a sheet's figures; the
// records of a figure's parts are among its own.
func (r *Report) recordSheet(f *excelize.File, name string, bold int) error {
	w, err := f.NewStreamWriter(name + "记录")
	if err != nil {
		return err
	}
	for n, width := range []float64{28, 26, 28} {
		if err := w.SetColWidth(n+1, n+1, width); err != nil {
			return err
		}
	}
	rows := [][]any{{excelize.Cell{StyleID: bold, Value: "指标键"}, excelize.Cell{StyleID: bold, Value: "指标"}, excelize.Cell{StyleID: bold, Value: "记录键"}}}
	hidden := r.hidden()
	for _, i := range r.Indicators {
		if i.Sheet != name || i.Group != "" || hidden[i.Key] || i.Source == FromRatio {
			continue
		}
		for _, k := range i.Records {
			if len(rows) == sheetRows-1 {
				rows = append(rows, []any{"一页放不下了，其余的记录键在 json 里。"})
				return flush(w, rows)
			}
			rows = append(rows, []any{text(i.Key), text(i.Name), text(k)})
		}
	}
	return flush(w, rows)
}

func flush(w *excelize.StreamWriter, rows [][]any) error {
	for n, row := range rows {
		cell, err := excelize.CoordinatesToCellName(1, n+1)
		if err != nil {
			return err
		}
		if err := w.SetRow(cell, row); err != nil {
			return err
		}
	}
	return w.Flush()
}

// text is a cell that no program takes for a formula, even after somebody
// saves the sheet as CSV: what begins like one gets a mark before it.
func text(s string) string {
	if s != "" && strings.ContainsRune("=+-@\t\r\n", rune(s[0])) {
		return "'" + s
	}
	return s
}
