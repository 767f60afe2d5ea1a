package paper

import (
	"strings"
	"testing"
)

// A chart is a part of its own that the text places, in both directions, with
// what was typed kept text and without a nought that nobody signed.
func TestChart(t *testing.T) {
	d := New("题目")
	d.Chart(Chart{Title: "每月咨询<", Labels: []string{"1月", "2月"}, Values: []float64{3, 0}, Columns: true})
	d.Section("附件")
	d.Chart(Chart{Title: "类别", Labels: []string{"邻里&", "继承"}, Values: []float64{2, 1.5}})
	docx, err := d.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	one, two := read(t, docx, "word/charts/chart1.xml"), read(t, docx, "word/charts/chart2.xml")
	if !strings.Contains(one, `barDir val="col"`) || !strings.Contains(one, "每月咨询&lt;") || strings.Contains(one, "<c:v>0</c:v>") {
		t.Error(one)
	}
	if !strings.Contains(two, `barDir val="bar"`) || !strings.Contains(two, "邻里&amp;") || !strings.Contains(two, "<c:v>1.5</c:v>") {
		t.Error(two)
	}
	if types := read(t, docx, "[Content_Types].xml"); strings.Count(types, chartType) != 2 {
		t.Error(types)
	}
	body := read(t, docx, "word/document.xml")
	if rels := read(t, docx, "word/_rels/document.xml.rels"); !strings.Contains(rels, `Id="rIdChart2"`) || strings.Count(body, "rIdChart") != 2 {
		t.Error(rels)
	}
	page, err := d.HTML()
	if err != nil || strings.Count(page, "<rect") != 4 || strings.Contains(page, "style=") || !strings.Contains(page, "每月咨询&lt;：1月3，2月0") {
		t.Error(page, err)
	}
	d.Chart(Chart{Title: "缺", Labels: []string{"1月"}})
	if _, err := d.Bytes(); err == nil || !strings.Contains(err.Error(), "1 labels for 0 values") {
		t.Error(err)
	}
	if _, err := d.HTML(); err == nil {
		t.Error("a page of it")
	}
}
