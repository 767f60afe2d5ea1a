package paper

import (
	"fmt"
	"html"
	"strconv"
	"strings"
)

// A Chart draws a value for each label: as columns from left to right, or as
// bars from top to bottom. It reads in grey print: ink on white, each value
// written beside it, no legend.
type Chart struct {
	Title   string
	Labels  []string
	Values  []float64 // one for each label; not below zero
	Columns bool
}

// Chart sets a chart with the width of the text area. A value without a label,
// or a label without a value, is an error of [Document.Bytes] and
// [Document.HTML].
func (d *Document) Chart(c Chart) { d.blocks = append(d.blocks, block{kind: kindChart, chart: &c}) }

func (c *Chart) check() error {
	if len(c.Labels) != len(c.Values) || len(c.Labels) == 0 {
		return fmt.Errorf("chart %q has %d labels for %d values", c.Title, len(c.Labels), len(c.Values))
	}
	return nil
}

// rows is the height of a chart in lines of text.
func (c *Chart) rows() int {
	if c.Columns {
		return 9
	}
	return len(c.Labels) + 3
}

// Spaces of the parts of a chart, and English Metric Units of a twip.
const (
	chartSpace = "http://schemas.openxmlformats.org/drawingml/2006/chart"
	drawSpace  = "http://schemas.openxmlformats.org/drawingml/2006/main"
	chartType  = "application/vnd.openxmlformats-officedocument.drawingml.chart+xml"
	emu        = 635
)

// drawing places the nth chart, from 1, in the text. The paragraph's line is as
// high as the chart: one of fixed height would cut it off.
func (c *Chart) drawing(b *strings.Builder, n int, broken bool) {
	b.WriteString(`<w:p><w:pPr>`)
	if broken {
		b.WriteString(`<w:pageBreakBefore/>`)
	}
	fmt.Fprintf(b, `<w:spacing w:before="120" w:after="120" w:line="240" w:lineRule="auto"/><w:jc w:val="center"/></w:pPr><w:r><w:drawing>`+
		`<wp:inline xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" distT="0" distB="0" distL="0" distR="0">`+
		`<wp:extent cx="%d" cy="%d"/><wp:docPr id="%d" name="图%d" descr="%s"/><wp:cNvGraphicFramePr/>`+
		`<a:graphic xmlns:a="%s"><a:graphicData uri="%s"><c:chart xmlns:c="%s" r:id="rIdChart%d"/></a:graphicData></a:graphic></wp:inline></w:drawing></w:r></w:p>`,
		textWidth*emu, c.rows()*linePitch*emu*3/4, n, n, esc(c.alt()), drawSpace, chartSpace, chartSpace, n)
}

// alt tells the chart in words, for who cannot see it.
func (c *Chart) alt() string {
	var out []string
	for i, l := range c.Labels {
		out = append(out, oneLine(l)+amount(c.Values[i]))
	}
	return oneLine(c.Title) + "：" + strings.Join(out, "，")
}

func amount(x float64) string { return strconv.FormatFloat(x, 'f', -1, 64) }

// part is the chart's own file: a native chart that any word processor draws,
// with its numbers in it.
func (c *Chart) part() string {
	var b strings.Builder
	letters := func(size int) string {
		return fmt.Sprintf(`<c:txPr><a:bodyPr/><a:p><a:pPr><a:defRPr sz="%d"><a:solidFill><a:srgbClr val="000000"/></a:solidFill><a:ea typeface="%s"/></a:defRPr></a:pPr><a:endParaRPr lang="zh-CN"/></a:p></c:txPr>`, size, bodyFont)
	}
	dir, order, labels, values := "bar", "maxMin", "l", "t"
	if c.Columns {
		dir, order, labels, values = "col", "minMax", "b", "l"
	}
	fmt.Fprintf(&b, xmlHead+`<c:chartSpace xmlns:c="%s" xmlns:a="%s"><c:roundedCorners val="0"/><c:chart><c:title><c:tx><c:rich><a:bodyPr/><a:p><a:pPr><a:defRPr sz="1200" b="0"/></a:pPr>`+
		`<a:r><a:rPr lang="zh-CN" sz="1200" b="0"><a:solidFill><a:srgbClr val="000000"/></a:solidFill><a:ea typeface="%s"/></a:rPr><a:t>%s</a:t></a:r></a:p></c:rich></c:tx><c:overlay val="0"/></c:title><c:autoTitleDeleted val="0"/>`,
		chartSpace, drawSpace, boldFont, esc(oneLine(c.Title)))
	fmt.Fprintf(&b, `<c:plotArea><c:layout/><c:barChart><c:barDir val="%s"/><c:grouping val="clustered"/><c:varyColors val="0"/><c:ser><c:idx val="0"/><c:order val="0"/>`+
		`<c:spPr><a:solidFill><a:srgbClr val="404040"/></a:solidFill></c:spPr><c:invertIfNegative val="0"/><c:dLbls><c:spPr><a:noFill/><a:ln><a:noFill/></a:ln></c:spPr>%s<c:dLblPos val="outEnd"/><c:showLegendKey val="0"/><c:showVal val="1"/><c:showCatName val="0"/><c:showSerName val="0"/><c:showPercent val="0"/><c:showBubbleSize val="0"/></c:dLbls>`,
		dir, letters(900))
	fmt.Fprintf(&b, `<c:cat><c:strLit><c:ptCount val="%d"/>`, len(c.Labels))
	for i, l := range c.Labels {
		fmt.Fprintf(&b, `<c:pt idx="%d"><c:v>%s</c:v></c:pt>`, i, esc(oneLine(l)))
	}
	// A value of nothing is no point: its label would say 0, which is a word
	// that somebody has to sign.
	fmt.Fprintf(&b, `</c:strLit></c:cat><c:val><c:numLit><c:formatCode>General</c:formatCode><c:ptCount val="%d"/>`, len(c.Values))
	for i, x := range c.Values {
		if x != 0 {
			fmt.Fprintf(&b, `<c:pt idx="%d"><c:v>%s</c:v></c:pt>`, i, amount(x))
		}
	}
	fmt.Fprintf(&b, `</c:numLit></c:val></c:ser><c:gapWidth val="60"/><c:axId val="1"/><c:axId val="2"/></c:barChart>`+
		`<c:catAx><c:axId val="1"/><c:scaling><c:orientation val="%s"/></c:scaling><c:delete val="0"/><c:axPos val="%s"/><c:numFmt formatCode="General" sourceLinked="0"/><c:majorTickMark val="none"/><c:minorTickMark val="none"/><c:tickLblPos val="low"/>%s<c:crossAx val="2"/><c:crosses val="autoZero"/></c:catAx>`+
		`<c:valAx><c:axId val="2"/><c:scaling><c:orientation val="minMax"/><c:min val="0"/></c:scaling><c:delete val="1"/><c:axPos val="%s"/><c:numFmt formatCode="General" sourceLinked="0"/><c:majorTickMark val="none"/><c:minorTickMark val="none"/><c:tickLblPos val="none"/><c:crossAx val="1"/><c:crosses val="autoZero"/></c:valAx>`+
		`</c:plotArea><c:plotVisOnly val="1"/><c:dispBlanksAs val="gap"/></c:chart><c:spPr><a:solidFill><a:srgbClr val="FFFFFF"/></a:solidFill><a:ln><a:noFill/></a:ln></c:spPr></c:chartSpace>`,
		order, labels, letters(900), values)
	return b.String()
}

// charts are the paper's charts in order, with what the package must say of
// them.
func (d *Document) charts() (files []file, types, rels string, err error) {
	for _, bl := range d.blocks {
		if bl.kind != kindChart {
			continue
		}
		if err := bl.chart.check(); err != nil {
			return nil, "", "", err
		}
		n := len(files) + 1
		name := fmt.Sprintf("charts/chart%d.xml", n)
		files = append(files, file{"word/" + name, bl.chart.part()})
		types += fmt.Sprintf(`<Override PartName="/word/%s" ContentType="%s"/>`, name, chartType)
		rels += fmt.Sprintf(`<Relationship Id="rIdChart%d" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/chart" Target="%s"/>`, n, name)
	}
	return files, types, rels, nil
}

// html draws the chart as bars, in either direction: a page for a browser has
// the room.
func (c *Chart) html(b *strings.Builder) {
	most := 0.0
	for _, x := range c.Values {
		most = max(most, x)
	}
	fmt.Fprintf(b, "<p class=\"c\">%s</p>\n<svg width=\"100%%\" height=\"%d\" role=\"img\" aria-label=\"%s\">", html.EscapeString(oneLine(c.Title)), 20*len(c.Labels)+8, html.EscapeString(c.alt()))
	for i, l := range c.Labels {
		wide := 0.0
		if most > 0 {
			wide = 58 * c.Values[i] / most
		}
		said := ""
		if c.Values[i] != 0 {
			said = amount(c.Values[i])
		}
		fmt.Fprintf(b, `<text x="30%%" y="%d" text-anchor="end" font-size="13">%s</text><rect x="32%%" y="%d" width="%.1f%%" height="12" fill="#404040"/><text x="%.1f%%" y="%d" font-size="13">%s</text>`,
			20*i+15, html.EscapeString(oneLine(l)), 20*i+4, wide, wide+33, 20*i+15, said)
	}
	b.WriteString("</svg>\n")
}
