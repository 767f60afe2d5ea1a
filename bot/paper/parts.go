package paper

import "fmt"

// The parts of a .docx file that are the same in every paper.

const (
	xmlHead   = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n"
	wordSpace = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"

	// The typefaces GB/T 9704-2012 names. fontTable tells a machine without
	// them what to take instead.
	bodyFont  = "仿宋_GB2312"
	titleFont = "方正小标宋简体"
	boldFont  = "黑体"
	kaiFont   = "楷体_GB2312"
	songFont  = "宋体"

	contentTypes = xmlHead + `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">` +
		`<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>` +
		`<Default Extension="xml" ContentType="application/xml"/>` +
		`<Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/>` +
		`<Override PartName="/word/styles.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.styles+xml"/>` +
		`<Override PartName="/word/settings.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.settings+xml"/>` +
		`<Override PartName="/word/fontTable.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.fontTable+xml"/>` +
		`<Override PartName="/word/footer1.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.footer+xml"/>` +
		`<Override PartName="/word/footer2.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.footer+xml"/>` +
		`<Override PartName="/docProps/core.xml" ContentType="application/vnd.openxmlformats-package.core-properties+xml"/>` +
		`<Override PartName="/docProps/app.xml" ContentType="application/vnd.openxmlformats-officedocument.extended-properties+xml"/>` +
		`</Types>`

	packageRels = xmlHead + `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">` +
		`<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/>` +
		`<Relationship Id="rId2" Type="http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties" Target="docProps/core.xml"/>` +
		`<Relationship Id="rId3" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/extended-properties" Target="docProps/app.xml"/>` +
		`</Relationships>`

	documentRels = xmlHead + `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">` +
		`<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles" Target="styles.xml"/>` +
		`<Relationship Id="rId2" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/settings" Target="settings.xml"/>` +
		`<Relationship Id="rId3" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/fontTable" Target="fontTable.xml"/>` +
		`<Relationship Id="rId4" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/footer" Target="footer1.xml"/>` +
		`<Relationship Id="rId5" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/footer" Target="footer2.xml"/>` +
		`</Relationships>`

	appProps = xmlHead + `<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties"><Application>Mingbai</Application></Properties>`

	settings = xmlHead + `<w:settings xmlns:w="` + wordSpace + `"><w:defaultTabStop w:val="630"/><w:evenAndOddHeaders/>` +
		`<w:characterSpacingControl w:val="doNotCompress"/>` +
		`<w:compat><w:compatSetting w:name="compatibilityMode" w:uri="http://schemas.microsoft.com/office/word" w:val="15"/></w:compat>` +
		`<w:themeFontLang w:val="en-US" w:eastAsia="zh-CN"/></w:settings>`
)

// fontTable names a stand-in for each typeface that is not on every machine.
var fontTable = func() string {
	s := xmlHead + `<w:fonts xmlns:w="` + wordSpace + `">`
	for _, f := range [][3]string{
		{bodyFont, "仿宋", "modern"}, {titleFont, "宋体", "script"}, {boldFont, "SimHei", "modern"},
		{kaiFont, "楷体", "modern"}, {songFont, "SimSun", "auto"},
	} {
		s += fmt.Sprintf(`<w:font w:name="%s"><w:altName w:val="%s"/><w:charset w:val="86"/><w:family w:val="%s"/><w:pitch w:val="default"/></w:font>`, f[0], f[1], f[2])
	}
	return s + `</w:fonts>`
}()

// font sets one typeface for all scripts: the standard sets digits and letters
// in the type of the text.
func font(name string) string {
	return fmt.Sprintf(`<w:rFonts w:ascii="%[1]s" w:hAnsi="%[1]s" w:eastAsia="%[1]s" w:cs="%[1]s" w:hint="eastAsia"/>`, name)
}

func points(p float64) string {
	return fmt.Sprintf(`<w:sz w:val="%[1]d"/><w:szCs w:val="%[1]d"/>`, int(p*2))
}

func exact(twips int) string {
	return fmt.Sprintf(`<w:spacing w:before="0" w:after="0" w:line="%d" w:lineRule="exact"/>`, twips)
}

// twoCharacters is the indent of a first line.
var twoCharacters = fmt.Sprintf(`<w:ind w:firstLineChars="200" w:firstLine="%d"/>`, 2*charPitch)

// styles: 仿宋 16 pt on lines of 28.95 pt is the default of all.
var styles = func() string {
	style := func(id, name, based, ppr, rpr string) string {
		s := fmt.Sprintf(`<w:style w:type="paragraph" w:styleId="%s"><w:name w:val="%s"/>`, id, name)
		if based != "" {
			s += fmt.Sprintf(`<w:basedOn w:val="%s"/>`, based)
		}
		s += `<w:qFormat/>`
		if ppr != "" {
			s += "<w:pPr>" + ppr + "</w:pPr>"
		}
		if rpr != "" {
			s += "<w:rPr>" + rpr + "</w:rPr>"
		}
		return s + "</w:style>"
	}
	heading := func(level int, face string) string {
		return style(fmt.Sprintf("Heading%d", level), fmt.Sprintf("heading %d", level), "Normal",
			"<w:keepNext/>"+twoCharacters+fmt.Sprintf(`<w:outlineLvl w:val="%d"/>`, level-1), font(face))
	}
	space := fmt.Sprintf(`<w:spacing w:val="%d"/>`, charSpace)
	return xmlHead + `<w:styles xmlns:w="` + wordSpace + `"><w:docDefaults><w:rPrDefault><w:rPr>` + font(bodyFont) + points(16) +
		`<w:lang w:val="en-US" w:eastAsia="zh-CN" w:bidi="ar-SA"/></w:rPr></w:rPrDefault><w:pPrDefault/></w:docDefaults>` +
		`<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/><w:qFormat/><w:pPr><w:widowControl w:val="0"/><w:autoSpaceDE w:val="0"/><w:autoSpaceDN w:val="0"/>` +
		exact(linePitch) + `<w:jc w:val="both"/></w:pPr><w:rPr>` + font(bodyFont) + space + points(16) + `</w:rPr></w:style>` +
		style("Title", "Title", "Normal", "<w:keepNext/>"+exact(700)+`<w:jc w:val="center"/>`, font(titleFont)+`<w:spacing w:val="0"/>`+points(22)) +
		heading(1, boldFont) + heading(2, kaiFont) + heading(3, bodyFont) + heading(4, bodyFont) +
		style("BodyText", "Body Text", "Normal", twoCharacters, "") +
		style("Signature", "Signature", "Normal", "<w:keepLines/>"+`<w:jc w:val="right"/>`, "") +
		style("Cell", "Cell", "Normal", exact(int(14*20*cellLine))+`<w:jc w:val="left"/>`, `<w:spacing w:val="0"/>`+points(14)) +
		style("CellLabel", "Cell Label", "Cell", `<w:jc w:val="center"/>`, font(boldFont)) +
		style("Footer", "footer", "Normal", exact(360), font(songFont)+`<w:spacing w:val="0"/>`+points(14)) +
		`<w:style w:type="table" w:default="1" w:styleId="Plain"><w:name w:val="Normal Table"/><w:tblPr><w:tblInd w:w="0" w:type="dxa"/></w:tblPr></w:style>` +
		`<w:style w:type="table" w:styleId="Grid"><w:name w:val="Table Grid"/><w:basedOn w:val="Plain"/><w:tblPr><w:tblBorders>` +
		border("top", 8) + border("left", 8) + border("bottom", 8) + border("right", 8) + border("insideH", 4) + border("insideV", 4) +
		`</w:tblBorders><w:tblCellMar><w:top w:w="40" w:type="dxa"/><w:left w:w="85" w:type="dxa"/><w:bottom w:w="40" w:type="dxa"/><w:right w:w="85" w:type="dxa"/></w:tblCellMar></w:tblPr></w:style></w:styles>`
}()

func border(side string, eighths int) string {
	return fmt.Sprintf(`<w:%s w:val="single" w:sz="%d" w:space="0" w:color="000000"/>`, side, eighths)
}

// pageNumber is "— 1 —" at the outer edge, one character in (GB/T 9704-2012,
// 页码): right on odd pages, left on even ones.
func pageNumber(side string) string {
	indent := `<w:ind w:rightChars="100" w:right="280"/>`
	if side == "left" {
		indent = `<w:ind w:leftChars="100" w:left="280"/>`
	}
	text := func(s string) string { return `<w:r><w:t xml:space="preserve">` + s + `</w:t></w:r>` }
	field := func(t string) string { return `<w:r><w:fldChar w:fldCharType="` + t + `"/></w:r>` }
	return xmlHead + `<w:ftr xmlns:w="` + wordSpace + `"><w:p><w:pPr><w:pStyle w:val="Footer"/>` + indent + `<w:jc w:val="` + side + `"/></w:pPr>` +
		text("— ") + field("begin") + `<w:r><w:instrText xml:space="preserve"> PAGE </w:instrText></w:r>` + field("separate") + text("1") + field("end") + text(" —") +
		`</w:p></w:ftr>`
}
