package search

import (
	"archive/zip"
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"mingbai/knowledge"
)

const wordSpace = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"

// docx packs a document whose body is the XML given.
func docx(t testing.TB, body string) []byte {
	t.Helper()
	return pack(t, map[string]string{
		"[Content_Types].xml": `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>`,
		docxBody:              `<?xml version="1.0" encoding="UTF-8" standalone="yes"?><w:document xmlns:w="` + wordSpace + `"><w:body>` + body + `</w:body></w:document>`,
	})
}

func pack(t testing.TB, files map[string]string) []byte {
	t.Helper()
	var buf bytes.Buffer
	z := zip.NewWriter(&buf)
	for _, name := range []string{"[Content_Types].xml", "readme.txt", docxBody} {
		if text, ok := files[name]; ok {
			w, err := z.Create(name)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := w.Write([]byte(text)); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return buf.Bytes()
}

// paras writes each line as a paragraph of Word.
func paras(lines ...string) string {
	var b strings.Builder
	for _, l := range lines {
		b.WriteString(`<w:p><w:r><w:t xml:space="preserve">` + l + `</w:t></w:r></w:p>`)
	}
	return b.String()
}

// told writes a law as one line an article.
func told(l *lawFile) string {
	var b strings.Builder
	for i, a := range l.lines {
		if i == 0 {
			fmt.Fprintf(&b, "%s|%s|%s|%s\n", a.Law, a.Short, a.Version, a.From)
		}
		fmt.Fprintf(&b, "%d %s [%s] %s\n", l.at[i], a.Number, a.Chapter, strings.ReplaceAll(a.Text, "\n", "/"))
	}
	return b.String()
}

func checkLaw(t *testing.T, file string, raw []byte, want string, wantBad []string) {
	t.Helper()
	law, err := parseLaw(file, raw)
	if err != nil {
		t.Fatal(err)
	}
	if got := told(law); got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
	if got := strings.Join(law.bad, "\n"); got != strings.Join(wantBad, "\n") {
		t.Errorf("not understood:\n%s\nwant\n%s", got, strings.Join(wantBad, "\n"))
	}
}

func TestImportDocx(t *testing.T) {
	body := paras("中华人民共和国样例法",
		"（2005年8月28日第十届全国人民代表大会常务委员会第十七次会议通过　根据2012年10月26日第十一届全国人民代表大会常务委员会第二十九次会议《关于修改〈中华人民共和国样例法〉的决定》修正",
		"2025年6月27日第十四届全国人民代表大会常务委员会第十六次会议修订）",
		"目　　录", "第一章　总　　则", "第二章　责　　任", "第一节　一般规定", "附　　则",
		"第一章　总　　则",
		"第一条　为了试验，制定本法。", "第二款在这里。",
		"第二条　下列事项适用本法：", "（一）甲；", "（二）乙。",
		"第二章　责　　任", "第一节　一般规定") +
		`<w:p><w:r><w:t>第三</w:t></w:r><w:r><w:t>条　按照下表</w:t></w:r><w:del><w:r><w:delText>旧</w:delText></w:r><w:r><w:t>删去的字</w:t></w:r></w:del><w:r><w:t>处罚：</w:t></w:r><w:r><w:br/><w:t>软回车后的一款。</w:t></w:r></w:p>
<w:tbl><w:tr><w:tc>` + paras("行为") + `</w:tc><w:tc>` + paras("罚款", "（元）") + `</w:tc></w:tr><w:tr><w:tc>` + paras("第四条　表里的") + `</w:tc><w:tc>` + paras("500") + `</w:tc></w:tr></w:tbl>` +
		paras("第三条之一　插入的一条。", "第四条第一款规定的，从其规定。",
			"附　　则", "第四条　本法自2026年1月1日起施行。",
			"附件1：收费表", "第一条　附件里的条不算条。", "附件2", "甲类")
	checkLaw(t, "样例法.docx", docx(t, body), `中华人民共和国样例法|样例法|2025-06-27|2026-01-01
10 第一条 [第一章 总则] 为了试验，制定本法。/第二款在这里。
12 第二条 [第一章 总则] 下列事项适用本法：/（一）甲；/（二）乙。
17 第三条 [第二章 责任 第一节 一般规定] 按照下表处罚：/软回车后的一款。/行为 | 罚款 （元）/第四条 表里的 | 500
20 第三条之一 [第二章 责任 第一节 一般规定] 插入的一条。/第四条第一款规定的，从其规定。
23 第四条 [附则] 本法自2026年1月1日起施行。
24 附件1 [] 收费表/第一条 附件里的条不算条。
26 附件2 [] 甲类
`, nil)
}

func TestImportMarkdown(t *testing.T) {
	t.Run("headings and bold numbers", func(t *testing.T) {
		checkLaw(t, "README.md", []byte(`---
sidebar: auto
---

# 中华人民共和国样例法

1999年4月29日第九届全国人民代表大会常务委员会第九次会议通过

2023年9月1日第十四届全国人民代表大会常务委员会第五次会议修订

## 第一编　总则

### 第一章　基本规定

**第一条**　第一款。

第二款，见[民法典](../civil)。

**第二条**　有下列情形之一的：

（一）甲；

- （二）乙。

## 第二编　分则

| 级别 | 金额 |
| --- | ---: |
| 一级 | 100 |

**第三条**　本法自2024年1月1日起施行。
`), `中华人民共和国样例法|样例法|2023-09-01|2024-01-01
15 第一条 [第一编 总则 第一章 基本规定] 第一款。/第二款，见民法典。
19 第二条 [第一编 总则 第一章 基本规定] 有下列情形之一的：/（一）甲；/（二）乙。/级别 | 金额/一级 | 100
31 第三条 [第二编 分则] 本法自2024年1月1日起施行。
`, nil)
	})
	t.Run("plain lines, comment, brackets", func(t *testing.T) {
		checkLaw(t, "x.md", []byte("\ufeff# 样例条例\r\n\r\n（2014年11月24日国务院令第656号公布 根据2019年3月24日《国务院关于修改部分行政法规的决定》修订 自2019年5月1日起施行）\r\n<!-- INFO\r\n END -->\r\n第一章 总则\r\n第一条　甲。\r\n第二条　乙。\r\n"),
			"样例条例|样例条例|2019-03-24|2019-05-01\n7 第一条 [第一章 总则] 甲。\n8 第二条 [第一章 总则] 乙。\n", nil)
	})
	t.Run("an interpretation with its preamble", func(t *testing.T) {
		checkLaw(t, "x.md", []byte("# 最高人民法院关于审理民间借贷案件适用法律若干问题的规定\n（2015年6月23日最高人民法院审判委员会第1655次会议通过，根据2020年12月23日最高人民法院审判委员会第1823次会议修正，自2021年1月1日起施行）\n为正确审理民间借贷纠纷案件，制定本规定。\n第一条　甲。\n"),
			"最高人民法院关于审理民间借贷案件适用法律若干问题的规定|民间借贷司法解释|2020-12-23|2021-01-01\n3 序言 [] 为正确审理民间借贷纠纷案件，制定本规定。\n4 第一条 [] 甲。\n", nil)
	})
	t.Run("numbered by 一、", func(t *testing.T) {
		checkLaw(t, "决定.md", []byte("# 关于样例的决定\n一九九九年三月一日公布\n前言一句。\n一、甲。\n细说。\n二、本决定自二〇〇〇年十月十一日起施行。\n"),
			"关于样例的决定|关于样例的决定|1999-03-01|2000-10-11\n3 序言 [] 前言一句。\n4 一、 [] 甲。/细说。\n6 二、 [] 本决定自二〇〇〇年十月十一日起施行。\n", nil)
	})
	t.Run("one text", func(t *testing.T) {
		checkLaw(t, "批复.md", []byte("# 关于样例的批复\n2001年2月3日发布\n同意。\n此复。\n"),
			"关于样例的批复|关于样例的批复|2001-02-03|\n3 全文 [] 同意。/此复。\n", nil)
	})
	t.Run("day from the file's name", func(t *testing.T) {
		checkLaw(t, "样例办法(2020-01-02).md", []byte("# 样例办法\n第一条　甲。\n"), "样例办法|样例办法|2020-01-02|\n2 第一条 [] 甲。\n", nil)
	})
}

// What is not understood is told with its line, and the rest is taken.
func TestImportComplaints(t *testing.T) {
	front := "# 样例法\n2020年1月1日通过\n"
	for _, tt := range []struct{ name, text, want string }{
		{"a gap", front + "第一条　甲。\n第四条　乙。\n", "x.md:4: 第四条 after 第一条: an article is missing"},
		{"a gap at the beginning", front + "第三条　乙。\n", "x.md:3: 第三条 at the beginning: an article is missing"},
		{"backwards", front + "第一条　甲。\n第二条　乙。\n第一条　丙。\n", "x.md:5: 第一条 after 第二条: kept as text of the latter"},
		{"an article without text", front + "第一条\n第二条　乙。\n", "x.md:3: 第一条 has no text"},
		{"no day", "# 样例法\n第一条　甲。\n", "x.md:1: no day of adoption found"},
		{"an image", front + "第一条　甲![图](a.png)。\n", "x.md:3: an image is not read"},
		{"a code block", front + "```\n第一条　甲。\n```\n", "x.md:3: the mark of a code block"},
		{"an open comment", front + "第一条　甲。\n<!-- 未完\n第二条\n", "a comment <!-- is never closed"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			law, err := parseLaw("x.md", []byte(tt.text))
			if err != nil {
				t.Fatal(err)
			}
			if !strings.Contains(strings.Join(law.bad, "\n"), tt.want) {
				t.Errorf("got %q, want %q", law.bad, tt.want)
			}
		})
	}
	law, err := parseLaw("样例法_20200101.docx", docx(t, paras("样例法", "第一条　甲。")+`<w:p><w:pPr><w:numPr><w:numId w:val="3"/></w:numPr></w:pPr><w:r><w:t>乙</w:t><w:drawing/><w:footnoteReference/></w:r></w:p>`))
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{":3: paragraphs numbered by Word", ":3: an image", ":3: a footnote"} {
		if !strings.Contains(strings.Join(law.bad, "\n"), want) {
			t.Errorf("got %q, want %q", law.bad, want)
		}
	}
}

// Files that are no laws are refused with a clear sentence.
func TestImportRefusals(t *testing.T) {
	deep := strings.Repeat("<w:sdt>", 300) + strings.Repeat("</w:sdt>", 300)
	document := func(text string) []byte { return pack(t, map[string]string{docxBody: text}) }
	for _, tt := range []struct {
		name, file string
		raw        []byte
		want       string
	}{
		{"no zip", "x.docx", []byte("hello"), "x.docx:1: not a .docx file: no zip archive"},
		{"empty", "x.docx", nil, "no zip archive"},
		{"old Word", "x.docx", []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), "an old .doc file, or one locked"},
		{"PDF", "x.docx", []byte("%PDF-1.7"), "a PDF"},
		{"another zip", "x.docx", pack(t, map[string]string{"readme.txt": "x"}), "no word/document.xml"},
		{"half a zip", "x.docx", docx(t, paras("样例法"))[:100], "no zip archive"},
		{"half an XML", "x.docx", document(`<w:document xmlns:w="` + wordSpace + `"><w:body>`), "unexpected EOF"},
		{"another XML", "x.docx", document(`<html>第一条</html>`), "<html> is not a Word document"},
		{"an entity bomb", "x.docx", document(`<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><w:document xmlns:w="` + wordSpace + `"><w:body><w:p><w:r><w:t>&b;</w:t></w:r></w:p></w:body></w:document>`), "a DOCTYPE has no place"},
		{"an unknown entity", "x.docx", document(`<w:document xmlns:w="` + wordSpace + `"><w:t>&b;</w:t></w:document>`), "invalid character entity"},
		{"nested for ever", "x.docx", docx(t, deep), "nested deeper than 200"},
		{"a bomb", "x.docx", docx(t, strings.Repeat("<!-- "+strings.Repeat(" ", 1<<20)+" -->", 70)), "unpacks to more than 64 MB"},
		{"no text", "x.docx", docx(t, paras("")), "no text in it"},
		{"title only", "x.docx", docx(t, paras("样例法")), "《样例法》 has a title and no text"},
		{"no title", "x.md", []byte("# README\n**第一条** \n"), "x.md:1: no title found"},
		{"binary", "x.md", []byte("# 样例法\x00"), "not a text file"},
		{"GBK", "x.md", []byte("# \xd1\xf9\xc0\xfd\xb7\xa8"), "not UTF-8"},
		{"empty Markdown", "x.md", []byte("---\na: b\n---\n\n"), "no text in it"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			law, err := parseLaw(tt.file, tt.raw)
			if err == nil || !strings.Contains(err.Error(), tt.want) || !strings.HasPrefix(err.Error(), tt.file+":1: ") {
				t.Errorf("got %v, %v, want %q", law, err, tt.want)
			}
		})
	}
}

// A file of very many paragraphs costs time in proportion, not squared.
func TestImportLong(t *testing.T) {
	if testing.Short() {
		t.Skip("builds a long file")
	}
	law, err := parseLaw("样例法_20200101.docx", docx(t, paras("样例法", "第一条　甲。")+strings.Repeat(paras("乙。"), 50_000)+
		"<w:tbl><w:tr><w:tc>"+strings.Repeat(paras("丙"), 50_000)+"</w:tc></w:tr></w:tbl>"))
	if err != nil || len(law.lines) != 1 || strings.Count(law.lines[0].Text, "乙") != 50_000 || strings.Count(law.lines[0].Text, "丙") != 50_000 {
		t.Errorf("%v", err)
	}
}

func write(t *testing.T, dir, name string, raw []byte) string {
	t.Helper()
	path := filepath.Join(dir, name)
	if err := os.WriteFile(path, raw, 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

// Two versions of a law stand side by side, each on its days, and the report
// counts what did not change.
func TestImportVersions(t *testing.T) {
	dir, src := filepath.Join(t.TempDir(), "statutes"), t.TempDir()
	old := write(t, src, "样例法_20100101.md", []byte("# 中华人民共和国样例法\n2010年1月1日通过\n第一条　不变的一条。\n第二条　会改号的一条。\n第三条　会改字的一条，罚一百元。\n第四条　本法自2010年3月1日起施行。\n"))
	next := write(t, src, "样例法.docx", docx(t, paras("中华人民共和国样例法", "（2010年1月1日通过　2025年6月27日修订）", "第一条　不变的一条。", "第二条　新的一条。", "第三条　会改号的一条。", "第四条　会改字的一条，罚五百元。", "第五条　本法自2026年1月1日起施行。")))
	broken := write(t, src, "坏.docx", []byte("x"))
	rep, err := Import(dir, []string{old, next, broken})
	if err != nil {
		t.Fatal(err)
	}
	if rep.Articles != 9 || rep.Laws != 2 || len(rep.Bad) != 1 || !strings.HasPrefix(rep.Bad[0], "坏.docx:1: ") {
		t.Errorf("report: %+v", rep)
	}
	want := VersionNote{Law: "样例法", Version: "2025-06-27", Earlier: "2010-01-01", Articles: 5, Same: 2, Renumbered: 1}
	if len(rep.Versions) != 1 || rep.Versions[0] != want {
		t.Errorf("versions: %+v, want %+v", rep.Versions, want)
	}
	st, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer st.Close()
	for day, want := range map[knowledge.Day]string{"2010-02-28": "", "2010-03-01": "会改号的一条。", "2025-12-31": "会改号的一条。", "2026-01-01": "新的一条。"} {
		if a, _ := st.Text("《中华人民共和国样例法》", "第2条", day); a.Text != want {
			t.Errorf("on %s: %q, want %q", day, a.Text, want)
		}
	}
	if hits, err := st.Search("会改字 五百元", 1); err != nil || len(hits) != 1 || hits[0].ID != "样例法#第四条@2025-06-27" {
		t.Errorf("search: %v %v", hits, err)
	}
	before, err := st.Before(&LawVersion{Law: "样例法", Version: "2025-06-27"})
	if err != nil || before == nil || before.Version != "2025-06-27" || len(before.Articles) != 5 {
		t.Errorf("before a corrected text of the same day: %+v %v", before, err)
	}
	same, _, err := ReadVersions(next)
	if err != nil {
		t.Fatal(err)
	}
	if before, err = st.Before(same[0]); err != nil || before == nil || before.Version != "2010-01-01" || len(before.Articles) != 4 {
		t.Errorf("before: %+v %v", before, err)
	}

	// The same version from another file is not taken twice.
	again := write(t, src, "样例法-又一份.md", []byte("# 中华人民共和国样例法\n2025年6月27日修订\n第一条　不变的一条。\n"))
	rep, err = Import(dir, []string{again})
	if err != nil || rep.Articles != 9 || len(rep.Bad) != 0 || len(rep.Notes) == 0 || !strings.Contains(strings.Join(rep.Notes, "\n"), "is held from") {
		t.Errorf("again: %+v %v", rep, err)
	}
	if _, err := Import(dir, []string{broken}); err == nil || !strings.Contains(err.Error(), "no file could be read") {
		t.Errorf("only a broken file: %v", err)
	}
	if _, err := Import(dir, []string{write(t, src, "x.txt", []byte("x"))}); err == nil {
		t.Error("a .txt file was taken")
	}
}

func TestCompare(t *testing.T) {
	article := func(number, text string) Article { return Article{Number: number, Text: text} }
	old := []Article{
		article("第一条", "为了维护社会治安秩序，保障公共安全，制定本法。"),
		article("第二条", "殴打他人的，处五日以上十日以下拘留，并处二百元以上五百元以下罚款。"),
		article("第三条", "饲养动物，干扰他人正常生活的，处警告。"),
		article("第四条", "煽动、策划非法集会、游行、示威，不听劝阻的。"),
		article("第五条", "本法自二〇〇六年三月一日起施行。"),
	}
	next := []Article{
		article("第一条", "为了维护社会治安秩序，\n保障公共安全，制定本法。"),
		article("第二条", "新加的一条，说的是别的事情，与旧条都不像。"),
		article("第三条", "煽动、策划非法集会、游行、示威，不听劝阻的。"),
		article("第四条", "殴打他人的，处五日以上十日以下拘留，并处五百元以上一千元以下罚款。"),
		article("第五条", "本法自二〇二六年一月一日起施行。"),
	}
	want := map[string]string{"第一条": "unchanged 第一条", "第二条": "moved 第四条", "第三条": "gone ", "第四条": "moved 第三条", "第五条": "changed 第五条"}
	for _, c := range Compare(old, next) {
		if got := string(c.Kind) + " " + c.New; got != want[c.Old] {
			t.Errorf("%s: %s (%.2f), want %s", c.Old, got, c.Likeness, want[c.Old])
		}
	}
	if c := Compare(nil, next); len(c) != 0 {
		t.Errorf("nothing compared: %v", c)
	}
	if c := Compare(old, nil); len(c) != 5 || c[0].Kind != Gone {
		t.Errorf("compared with nothing: %v", c)
	}
}

func FuzzImportMarkdown(f *testing.F) {
	f.Add([]byte("# 样例法\n（2020年1月1日通过）\n## 第一章　总则\n**第一条**　甲。\n| a | b |\n附件1：表\n"))
	f.Add([]byte("---\n---\n<!--\n"))
	f.Add([]byte("第一条\n第一条之一\n第999999999999999999999条　x\n一、二、"))
	f.Fuzz(func(t *testing.T, raw []byte) { wholeOrRefused(t, "样例_20200101.md", raw) })
}

func FuzzImportDocx(f *testing.F) {
	f.Add([]byte(paras("样例法", "（2020年1月1日通过）", "第一条　甲。")))
	f.Add([]byte("<w:tbl><w:tr><w:tc><w:p/></w:tc></w:tr></w:tbl></w:tr><w:p><w:p>"))
	f.Add([]byte("<w:del><w:tbl></w:del><w:p><w:r><w:t>第一条</w:t><w:br/></w:r></w:p>"))
	f.Fuzz(func(t *testing.T, raw []byte) {
		wholeOrRefused(t, "样例_20200101.docx", raw) // as a file
		wholeOrRefused(t, "样例_20200101.docx", docx(t, string(raw)))
	})
}

// wholeOrRefused holds what every reader promises: a law with a title and
// texts, or a reason.
func wholeOrRefused(t *testing.T, name string, raw []byte) {
	law, err := parseLaw(name, raw)
	if (law == nil) == (err == nil) {
		t.Fatalf("law %v, error %v", law, err)
	}
	if err != nil {
		return
	}
	if len(law.lines) == 0 || len(law.lines) != len(law.at) {
		t.Fatalf("%d articles, %d lines", len(law.lines), len(law.at))
	}
	for _, l := range law.lines {
		if l.Law == "" || l.Number == "" || l.Text == "" {
			t.Fatalf("%+v", l)
		}
	}
}
