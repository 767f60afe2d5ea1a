package sheet

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/simplifiedchinese"
)

func written(t *testing.T, rows [][]any, charts ...Chart) []byte {
	t.Helper()
	b := New("题目", "司法所", "2026-01-01")
	b.Sheet("成绩", []float64{20, 10}, 1, func(yield func([]any) bool) {
		for _, r := range rows {
			if !yield(r) {
				return
			}
		}
	})
	b.Charts("图", charts)
	var buf bytes.Buffer
	if err := b.Write(&buf); err != nil {
		t.Fatal(err)
	}
	return buf.Bytes()
}

// What is written is read back, the same content is the same bytes, and no cell
// is a formula.
func TestWrite(t *testing.T) {
	rows := [][]any{{Bold("姓名"), Bold("分数")}, {"甲", 91.5}, {"=1+1", 3}, {"-乙", nil}}
	charts := []Chart{{"每月咨询", []string{"1月", "2月"}, []float64{3, 4}}, {"类别", []string{"=x"}, []float64{1}}}
	data := written(t, rows, charts...)
	for range 5 {
		if !bytes.Equal(data, written(t, rows, charts...)) {
			t.Fatal("other bytes")
		}
	}
	f, err := excelize.OpenReader(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	got, err := f.GetRows("成绩")
	if err != nil || fmt.Sprint(got) != "[[姓名 分数] [甲 91.5] ['=1+1 3] ['-乙]]" {
		t.Errorf("%v, %v", got, err)
	}
	if got, err := f.GetRows("图"); err != nil || got[1][1] != "3" {
		t.Errorf("%v, %v", got, err)
	}
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	if !slices.ContainsFunc(z.File, func(p *zip.File) bool { return p.Name == "xl/charts/chart2.xml" }) {
		t.Error("the charts are missing")
	}
	read, faults, err := Read(data)
	if err != nil || len(faults) != 0 || len(read) != 4 || read[1].N != 2 || read[1].Cell(1) != "91.5" || read[1].Cell(7) != "" {
		t.Errorf("%v %v %v", read, faults, err)
	}
}

func TestReadText(t *testing.T) {
	gbk, err := simplifiedchinese.GBK.NewEncoder().String("姓名,分数\n王五,80\n")
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		in, want string
		faults   int
	}{
		"commas":        {"姓名,分数\n甲,90\n\n乙,80\n", "1[姓名 分数] 2[甲 90] 4[乙 80]", 0},
		"pasted":        {"姓名\t分数\r\n甲\t90\r\n", "1[姓名 分数] 2[甲 90]", 0},
		"semicolons":    {"姓名;分数\n甲;90", "1[姓名 分数] 2[甲 90]", 0},
		"mark in front": {"\ufeff姓名,分数", "1[姓名 分数]", 0},
		"GBK":           {gbk, "1[姓名 分数] 2[王五 80]", 0},
		"quotes":        {"\"甲,男\",90", "1[甲,男 90]", 0},
		"formulas":      {"甲,=1+1\n@SUM,1\n乙,80\n＝x,1\n+86138,1", "3[乙 80]", 4},
		"long":          {strings.Repeat("长", maxCell+1) + ",1", "", 1},
		"wide":          {strings.Repeat("1,", maxColumns) + "1", "", 1},
	} {
		rows, faults, err := Read([]byte(c.in))
		var got []string
		for _, r := range rows {
			got = append(got, fmt.Sprint(r.N, r.Cells))
		}
		want := strings.ReplaceAll(c.want, "[", " [")
		if err != nil || strings.Join(got, " ") != want || len(faults) != c.faults {
			t.Errorf("%s: %q %v %v, want %q", name, got, faults, err, want)
		}
	}
}

// bomb is a workbook whose one sheet unpacks to so many bytes; says is what its
// list of contents says.
func bomb(t *testing.T, size int) []byte {
	t.Helper()
	var buf bytes.Buffer
	z := zip.NewWriter(&buf)
	for _, name := range []string{"xl/workbook.xml", "xl/worksheets/sheet1.xml"} {
		w, err := z.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write(bytes.Repeat([]byte("a"), size)); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return buf.Bytes()
}

// A file that is too much, or none of ours, is refused in words.
func TestRefused(t *testing.T) {
	many := func() []byte {
		var buf bytes.Buffer
		z := zip.NewWriter(&buf)
		for i := range maxParts + 1 {
			if _, err := z.Create(fmt.Sprintf("xl/%d.xml", i)); err != nil {
				t.Fatal(err)
			}
		}
		z.Close()
		return buf.Bytes()
	}()
	f := excelize.NewFile()
	if err := f.SetCellValue("Sheet1", "A1048576", "甲"); err != nil {
		t.Fatal(err)
	}
	var far bytes.Buffer
	if err := f.Write(&far); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		in  []byte
		say string
	}{
		"empty":      {[]byte(" \n"), "空"},
		"blank rows": {[]byte(",,\n,,\n"), "空"},
		"large":      {bytes.Repeat([]byte("a"), MaxBytes+1), "太大"},
		"bomb":       {bomb(t, maxPlain), "太大"},
		"many parts": {many, "太多"},
		"a zip":      {[]byte("PK\x05\x06" + strings.Repeat("\x00", 18)), "不是.xlsx"},
		"cut short":  {written(t, [][]any{{"甲"}})[:300], "没有传完"},
		"old format": {[]byte("\xd0\xcf\x11\xe0rest"), "旧格式"},
		"a picture":  {[]byte("\x89PNG\r\n\x1a\n\x00\x00\xff\xff"), "不"},
		"many rows":  {[]byte(strings.Repeat("甲,1\n", MaxRows+1)), "行数太多"},
		"far row":    {far.Bytes(), "行数太多"},
	} {
		var r *Refused
		if _, _, err := Read(c.in); !errors.As(err, &r) || !strings.Contains(r.Say, c.say) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// A formula is refused by its row, also one that shows a number.
func TestFormulaCell(t *testing.T) {
	f := excelize.NewFile()
	for cell, v := range map[string]any{"A1": "姓名", "B1": "分数", "A2": "甲", "A3": "乙", "B3": 80} {
		if err := f.SetCellValue("Sheet1", cell, v); err != nil {
			t.Fatal(err)
		}
	}
	if err := f.SetCellFormula("Sheet1", "B2", "=SUM(C2:D2)"); err != nil {
		t.Fatal(err)
	}
	var buf bytes.Buffer
	if err := f.Write(&buf); err != nil {
		t.Fatal(err)
	}
	rows, faults, err := Read(buf.Bytes())
	if err != nil || len(rows) != 2 || len(faults) != 1 || faults[0].Row != 2 || !strings.Contains(faults[0].Say, "B2格是公式") {
		t.Errorf("%v %v %v", rows, faults, err)
	}
}

// Whatever is uploaded, reading ends with rows or with words.
func FuzzRead(f *testing.F) {
	f.Add([]byte("姓名,分数\n甲,90\n"))
	f.Add([]byte("PK\x03\x04"))
	f.Add([]byte("\"\x00"))
	f.Fuzz(func(t *testing.T, in []byte) {
		rows, faults, err := Read(in)
		var r *Refused
		if err != nil && !errors.As(err, &r) {
			t.Fatalf("%v", err)
		}
		if err == nil && len(rows)+len(faults) == 0 {
			t.Fatal("nothing was read and nothing said")
		}
		for _, row := range rows {
			for i := range row.Cells {
				if Formula(row.Cell(i)) {
					t.Fatalf("a formula: %q", row.Cell(i))
				}
			}
		}
	})
}
