package paper

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"
)

// report is a small annual report with every kind of block.
func report() *Document {
	d := New("青溪镇2026年法治政府建设年度报告")
	d.Author, d.Created = "青溪镇人民政府", time.Date(2027, 3, 1, 0, 0, 0, 0, time.UTC)
	d.Paragraph("2026年，全镇办理纠纷365件。")
	d.Heading(1, "主要举措和成效")
	d.Heading(2, "普法")
	d.Heading(3, "活动")
	d.Heading(4, "进村")
	d.Heading(2, "调解")
	d.Heading(1, "下一年的安排")
	d.Table(Table{Widths: []int{2, 1, 1}, Head: 1, Rows: [][]Cell{
		{{Text: "事项", Label: true}, {Text: "件数", Label: true, Span: 2}},
		{{Text: "纠纷", Down: 2}, {Text: "365", Align: Right}, {Text: "件"}},
		{{Text: "办结", Span: 2}},
	}})
	d.PageBreak()
	d.Paragraph("特此报告。")
	d.Signature("青溪镇人民政府", "2027-03-01")
	return d
}

func read(t *testing.T, docx []byte, name string) string {
	t.Helper()
	raw, err := part(docx, name)
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

func attr(t *testing.T, s, pattern string) int {
	t.Helper()
	m := regexp.MustCompile(pattern).FindStringSubmatch(s)
	if m == nil {
		t.Fatalf("no %s", pattern)
	}
	n, err := strconv.Atoi(m[1])
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// TestLayout measures the page of GB/T 9704-2012 in the file itself.
func TestLayout(t *testing.T) {
	docx, err := report().Bytes()
	if err != nil {
		t.Fatal(err)
	}
	body, styles := read(t, docx, "word/document.xml"), read(t, docx, "word/styles.xml")
	mm := func(twips int) float64 { return float64(twips) / 20 / 72 * 25.4 }
	size := map[string]int{}
	for _, m := range []struct {
		name, pattern string
		want          float64
	}{
		{"width", `<w:pgSz w:w="(\d+)"`, 210}, {"height", `w:h="(\d+)"`, 297}, {"top", `w:top="(\d+)"`, 37},
		{"bottom", `w:bottom="(\d+)"`, 35}, {"left", `w:left="(\d+)"`, 28}, {"right", `w:pgMar w:top="\d+" w:right="(\d+)"`, 26},
	} {
		size[m.name] = attr(t, body, m.pattern)
		if got := mm(size[m.name]); got < m.want-.1 || got > m.want+.1 {
			t.Errorf("%s is %.1f mm, want %.0f", m.name, got, m.want)
		}
	}
	normal := regexp.MustCompile(`<w:style [^>]*w:styleId="Normal">.*?</w:style>`).FindString(styles)
	pitch := attr(t, normal, `w:line="(\d+)" w:lineRule="exact"`)
	if n := (size["height"] - size["top"] - size["bottom"]) / pitch; n != 22 {
		t.Errorf("a page holds %d lines, want 22", n)
	}
	letter := attr(t, normal, `<w:sz w:val="(\d+)"`)*10 + attr(t, normal, `<w:spacing w:val="(-?\d+)"/>`)
	if n := (size["width"] - size["left"] - size["right"]) / letter; n != 28 {
		t.Errorf("a line holds %d characters, want 28", n)
	}
	for id, want := range map[string]string{
		"Normal": bodyFont + " 32", "Title": titleFont + " 44", "Heading1": boldFont, "Heading2": kaiFont, "Heading3": bodyFont, "Footer": songFont + " 28",
	} {
		s := regexp.MustCompile(`<w:style [^>]*w:styleId="` + id + `">.*?</w:style>`).FindString(styles)
		face, half, _ := strings.Cut(want, " ")
		if !strings.Contains(s, `w:eastAsia="`+face+`"`) || half != "" && !strings.Contains(s, `<w:sz w:val="`+half+`"/>`) {
			t.Errorf("style %s is not %s: %s", id, want, s)
		}
	}
	if !strings.Contains(styles, `w:firstLineChars="200"`) || !strings.Contains(read(t, docx, "word/settings.xml"), "<w:evenAndOddHeaders/>") {
		t.Error("no indent of two characters, or one footer for all pages")
	}
	for name, side := range map[string]string{"word/footer1.xml": "right", "word/footer2.xml": "left"} {
		if f := read(t, docx, name); !strings.Contains(f, `<w:jc w:val="`+side+`"/>`) || !strings.Contains(f, " PAGE ") || !strings.Contains(f, "— ") {
			t.Errorf("%s: %s", name, f)
		}
	}
	for _, want := range []string{`<w:gridSpan w:val="2"/>`, `<w:vMerge w:val="restart"/>`, "<w:vMerge/>", "<w:tblHeader/>", "<w:pageBreakBefore/>"} {
		if !strings.Contains(body, want) {
			t.Errorf("no %s", want)
		}
	}
}

func TestParts(t *testing.T) {
	docx, err := report().Bytes()
	if err != nil {
		t.Fatal(err)
	}
	again, _ := report().Bytes()
	if !bytes.Equal(docx, again) {
		t.Error("the same report gives other bytes")
	}
	z, err := zip.NewReader(bytes.NewReader(docx), int64(len(docx)))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range z.File {
		dec := xml.NewDecoder(strings.NewReader(read(t, docx, f.Name)))
		for {
			if _, err := dec.Token(); errors.Is(err, io.EOF) {
				break
			} else if err != nil {
				t.Fatalf("%s: %v", f.Name, err)
			}
		}
	}
	if core := read(t, docx, "docProps/core.xml"); !strings.Contains(core, "<dc:creator>青溪镇人民政府</dc:creator>") || !strings.Contains(core, "2027-03-01T00:00:00Z") {
		t.Error(core)
	}
}

func TestTextBack(t *testing.T) {
	docx, err := report().Bytes()
	if err != nil {
		t.Fatal(err)
	}
	got, err := Text(docx)
	if err != nil {
		t.Fatal(err)
	}
	want := "青溪镇2026年法治政府建设年度报告\n2026年，全镇办理纠纷365件。\n一、主要举措和成效\n（一）普法\n1.活动\n（1）进村\n（二）调解\n二、下一年的安排\n" +
		"事项\t件数\n纠纷\t365\t件\n\t办结\n\n\f特此报告。\n青溪镇人民政府\n2027年3月1日\n"
	if got != want {
		t.Errorf("got %q\nwant %q", got, want)
	}
	if l := report().Lines(); len(LintStyle(l)) > 0 {
		t.Error(LintStyle(l))
	}
	for name, bad := range map[string][]byte{"empty": nil, "no zip": []byte("调解"), "cut": docx[:len(docx)/2]} {
		if _, err := Text(bad); err == nil {
			t.Errorf("%s: read without error", name)
		}
	}
}

func TestTableErrors(t *testing.T) {
	for name, table := range map[string]Table{
		"no columns": {Rows: [][]Cell{{{Text: "a"}}}},
		"short":      {Widths: []int{1, 1}, Rows: [][]Cell{{{Text: "a"}}}},
		"wide":       {Widths: []int{1}, Rows: [][]Cell{{{Text: "a", Span: 2}}}},
		"many":       {Widths: []int{1}, Rows: [][]Cell{{{}, {}}}},
		"below":      {Widths: []int{1}, Rows: [][]Cell{{{Down: 2}}}},
	} {
		d := New("表")
		d.Table(table)
		if _, err := d.Bytes(); err == nil {
			t.Errorf("%s: no error from Bytes", name)
		}
		if _, err := d.HTML(); err == nil {
			t.Errorf("%s: no error from HTML", name)
		}
	}
}

func TestNumerals(t *testing.T) {
	for n, want := range map[int]string{1: "一", 10: "十", 11: "十一", 20: "二十", 35: "三十五", 99: "九十九", 100: "100"} {
		if got := numeral(n); got != want {
			t.Errorf("numeral(%d) = %s, want %s", n, got, want)
		}
		if n < 100 && fromNumeral(want) != n {
			t.Errorf("fromNumeral(%s) = %d", want, fromNumeral(want))
		}
	}
}

func TestLintStyle(t *testing.T) {
	clean := []string{"青溪镇2026年法治政府建设年度报告", "2026年，全镇办理纠纷365件。", "一、主要举措和成效", "（一）普法", "1.开展活动6场。", "（1）进村。", "（2）进校。", "2.考试53人。", "（二）调解", "二、不足和原因", "（一）人手不够", "青溪镇人民政府", "2027年3月1日"}
	if got := LintStyle(clean); len(got) > 0 {
		t.Fatalf("clean report: %q", got)
	}
	for _, c := range []struct{ line, want string }{
		{"1、主要举措", "第2行：序号“1、”不合格式，应当是“一、”或“1.”。"},
		{"(一)普法", "应当是“（一）”"},
		{"二、普法", "序号“二、”跳了，这里应当是“一、”"},
		{"（三）普法", "这里应当是“（一）”"},
		{"3.普法", "序号“3.”跳了，这里应当是“1.”"},
		{"一.普法", "应当是“一、”"},
		{"（一）、普法", "括号后面不加标点"},
		{"一、工作情况。", "一级标题末尾不用句号"},
		{"2026-11-24召开会议。", "写全"},
		{"26年3月召开会议。", "写全四位"},
		{"2026年03月05日召开会议。", "不加0"},
		{"2026年2月30日召开会议。", "没有“2026年2月30日”这一天"},
		{"2026年3月5号召开会议。", "不写“号”"},
		{"二〇二六年召开会议。", "阿拉伯数字"},
		{"于3月5日召开会议。", "没写哪一年"},
		{"办理纠纷３６５件。", "用半角"},
		{"办理纠纷,共365件。", "标点用全角"},
		{"办理纠纷××件。", "还没填"},
		{"青府发（2026）12号", "六角括号"},
		{"事件1，058件。", "全角逗号"},
	} {
		got := LintStyle([]string{"报告", c.line})
		if len(got) != 1 || !strings.Contains(got[0], c.want) {
			t.Errorf("%s: got %q, want one with %q", c.line, got, c.want)
		}
	}
	if got := LintStyle([]string{strings.Repeat("长", 41)}); len(got) != 1 || !strings.Contains(got[0], "最多2行") {
		t.Error(got)
	}
	if got := LintStyle([]string{strings.Repeat("长", 40)}); len(got) != 0 {
		t.Error(got)
	}
	if got := LintStyle(nil); len(got) != 1 {
		t.Error(got)
	}
}
