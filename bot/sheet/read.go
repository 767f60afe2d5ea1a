package sheet

import (
	"archive/zip"
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/simplifiedchinese"
)

// Bounds of what is read: a roster of a large township has some hundred rows.
const (
	MaxBytes   = 2 << 20  // of a file as it is uploaded
	maxPlain   = 16 << 20 // of a workbook unpacked
	maxParts   = 200      // files in a workbook
	MaxRows    = 3000
	maxColumns = 30
	maxCell    = 500 // characters
)

// A Refused says in plain Chinese why a file cannot be read, and what to do.
type Refused struct{ Say string }

func (r *Refused) Error() string { return r.Say }

func refused(format string, args ...any) error { return &Refused{fmt.Sprintf(format, args...)} }

// A Row is one line of a table that is not empty.
type Row struct {
	N     int // as the program that made it numbers it, from 1
	Cells []string
}

// A Fault is what is wrong with one row.
type Fault struct {
	Row int // 0: the whole table
	Say string
}

// Cell returns the nth cell, from 0, without spaces around it; "" where the row
// is shorter.
func (r Row) Cell(n int) string {
	if n >= len(r.Cells) {
		return ""
	}
	return strings.TrimSpace(r.Cells[n])
}

// Read reads the first sheet of a workbook, or a table of text whose cells are
// divided by commas, tabs or semicolons. Rows of which a cell is a formula, or
// looks like one, come back as faults. The error is a *Refused.
func Read(data []byte) (rows []Row, faults []Fault, err error) {
	switch {
	case len(bytes.TrimSpace(data)) == 0:
		return nil, nil, refused("表是空的。")
	case len(data) > MaxBytes:
		return nil, nil, refused("文件太大，最大%dMB。只留要交的那一页，另存一份再传。", MaxBytes>>20)
	case bytes.HasPrefix(data, []byte("PK")):
		rows, faults, err = readBook(data)
	case bytes.HasPrefix(data, []byte{0xd0, 0xcf, 0x11, 0xe0}):
		return nil, nil, refused("这是旧格式（.xls）或者加了密码的表。在表格软件里“另存为”.xlsx，不设密码，再传。")
	default:
		rows, faults, err = readText(data)
	}
	if err == nil && len(rows)+len(faults) == 0 {
		err = refused("表是空的。")
	}
	return rows, faults, err
}

func readBook(data []byte) ([]Row, []Fault, error) {
	if err := checkZip(data); err != nil {
		return nil, nil, err
	}
	f, err := excelize.OpenReader(bytes.NewReader(data), excelize.Options{UnzipSizeLimit: maxPlain, UnzipXMLSizeLimit: maxPlain, RawCellValue: true})
	if err != nil {
		return nil, nil, refused("打不开这个表。请用表格软件打开，另存为.xlsx再传。")
	}
	defer f.Close() // read only
	list := f.GetSheetList()
	if len(list) == 0 {
		return nil, nil, refused("这个文件里没有表。")
	}
	in, err := f.Rows(list[0])
	if err != nil {
		return nil, nil, refused("读不出第一页“%s”。", list[0])
	}
	defer in.Close()
	var rows []Row
	var faults []Fault
	for n := 1; in.Next(); n++ {
		cells, err := in.Columns()
		if err != nil {
			return nil, nil, refused("第%d行读不出来。", n)
		}
		fault, err := formulas(f, list[0], n, len(cells))
		if err != nil {
			return nil, nil, err
		}
		if fault != "" {
			faults = append(faults, Fault{n, fault})
			continue
		}
		if rows, faults, err = take(rows, faults, n, cells); err != nil {
			return nil, nil, err
		}
	}
	if in.Error() != nil {
		return nil, nil, refused("表读到一半读不下去了，可能坏了。另存一份再传。")
	}
	return rows, faults, nil
}

// formulas finds a cell of a row that is a formula: what it shows is not what
// it says, and the number may change when somebody opens it.
func formulas(f *excelize.File, sheet string, row, columns int) (string, error) {
	for c := 1; c <= min(columns, maxColumns); c++ {
		at, err := excelize.CoordinatesToCellName(c, row)
		if err != nil {
			return "", refused("第%d行读不出来。", row)
		}
		formula, err := f.GetCellFormula(sheet, at)
		if err != nil {
			return "", refused("第%d行读不出来。", row)
		}
		if formula != "" {
			return at + "格是公式。复制这一列，“选择性粘贴”成数值，再传。", nil
		}
	}
	return "", nil
}

// checkZip refuses a workbook that would swell when it is unpacked, by what its
// list of contents says; reading stops where a part is larger than it says.
func checkZip(data []byte) error {
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return refused("打不开这个表，可能没有传完。再传一次；不行就另存为.xlsx再传。")
	}
	var sum uint64
	book := false
	for _, p := range z.File {
		sum += p.UncompressedSize64
		book = book || p.Name == "xl/workbook.xml"
		if sum > maxPlain || p.UncompressedSize64 > maxPlain {
			return refused("这个文件解开以后太大，没有收。只留要交的那一页，另存一份再传。")
		}
	}
	switch {
	case len(z.File) > maxParts:
		return refused("这个文件里装的东西太多，没有收。只留要交的那一页，另存一份再传。")
	case !book:
		return refused("这不是.xlsx表格。请用表格软件另存为.xlsx再传。")
	}
	return nil
}

// readText reads a table as text. Programs on Chinese Windows write GBK.
func readText(data []byte) ([]Row, []Fault, error) {
	data = bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))
	if !utf8.Valid(data) {
		plain, err := simplifiedchinese.GB18030.NewDecoder().Bytes(data)
		if err != nil || !utf8.Valid(plain) || bytes.ContainsRune(plain, utf8.RuneError) {
			return nil, nil, refused("认不出这个文件的文字。另存为“CSV UTF-8”或者.xlsx再传。")
		}
		data = plain
	}
	if bytes.ContainsRune(data, 0) {
		return nil, nil, refused("这不是表格。请传.xlsx或者.csv。")
	}
	first, _, _ := strings.Cut(string(data), "\n")
	r := csv.NewReader(bytes.NewReader(data))
	r.FieldsPerRecord, r.LazyQuotes, r.Comma = -1, true, ','
	for _, c := range "\t;" {
		if strings.Count(first, string(c)) > strings.Count(first, string(r.Comma)) {
			r.Comma = c
		}
	}
	var rows []Row
	var faults []Fault
	for {
		cells, err := r.Read()
		if err != nil {
			var bad *csv.ParseError
			if errors.As(err, &bad) {
				return nil, nil, refused("第%d行的引号不成对，读不下去。", bad.Line)
			}
			return rows, faults, nil // the end
		}
		n, _ := r.FieldPos(0)
		if rows, faults, err = take(rows, faults, n, cells); err != nil {
			return nil, nil, err
		}
	}
}

// take adds a row unless it is empty, or a fault for one that cannot be.
func take(rows []Row, faults []Fault, n int, cells []string) ([]Row, []Fault, error) {
	for len(cells) > 0 && strings.TrimSpace(cells[len(cells)-1]) == "" {
		cells = cells[:len(cells)-1]
	}
	switch {
	case n > 10*MaxRows || len(cells) > 0 && len(rows)+len(faults) >= MaxRows:
		return nil, nil, refused("行数太多，最多%d行。", MaxRows)
	case len(cells) == 0:
		return rows, faults, nil
	case len(cells) > maxColumns:
		return rows, append(faults, Fault{n, fmt.Sprintf("有%d列，最多%d列。", len(cells), maxColumns)}), nil
	}
	for i, c := range cells {
		switch c = strings.TrimSpace(c); {
		case Formula(c):
			return rows, append(faults, Fault{n, fmt.Sprintf("第%d列“%s”像公式，没有收。开头不要用=、+、-、@。", i+1, short(c))}), nil
		case utf8.RuneCountInString(c) > maxCell:
			return rows, append(faults, Fault{n, fmt.Sprintf("第%d列太长，最多%d个字。", i+1, maxCell)}), nil
		}
	}
	return append(rows, Row{n, cells}), faults, nil
}

// short is the beginning of a text.
func short(s string) string {
	if r := []rune(s); len(r) > 12 {
		return string(r[:12]) + "…"
	}
	return s
}
