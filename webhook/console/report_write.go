package console

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"mingbai/bot/annual"
	"mingbai/bot/ledger"
	"mingbai/knowledge"
)

// longestSlot is how much one part of the text may be, in characters.
const longestSlot = 5000

// saveSlot keeps what a person wrote into one part of the report. An empty text
// gives the part back to its template.
func (v *visit) saveSlot() error {
	year, err := v.yearOf(v.PostForm("year"))
	if err != nil {
		return err
	}
	key, text := v.PostForm("key"), strings.TrimSpace(strings.ReplaceAll(v.PostForm("text"), "\r\n", "\n"))
	if v.PostForm("back") != "" {
		text = ""
	}
	switch known, err := v.isSlot(key, year); {
	case err != nil:
		return err
	case !known:
		return errNoPage
	case len([]rune(text)) > longestSlot:
		return &refusal{http.StatusBadRequest, fmt.Sprintf("这一段太长，最多%d个字", longestSlot), "返回上一页写短一些。"}
	case key == "day" && text != "" && !knowledge.Day(text).Valid():
		return &refusal{http.StatusBadRequest, "成文日期写得不对", "要像2027-03-01这样写。"}
	}
	seen, err := strconv.ParseInt(v.PostForm("seen"), 10, 64)
	if err != nil {
		seen = 0
	}
	err = v.do("report", func(tx *ledger.Tx) error {
		list, err := ledger.Slots(tx, v.account.Township, year)
		if err != nil {
			return err
		}
		for _, s := range list {
			if s.Key == key && s.At.UnixMilli() > seen && s.Who != v.account.ID && v.PostForm("seen") != "" {
				return &refusal{http.StatusConflict, "您打开以后，别人改过这一段，您的没有存", "返回上一页，把您写的复制出来，再看一遍新的。"}
			}
		}
		return tx.WriteSlot(v.account.Township, &ledger.Slot{Year: year, Key: key, Text: text, Who: v.account.ID})
	})
	if err != nil {
		return err
	}
	return v.to("/report?year=" + strconv.Itoa(year) + "#" + anchor(key))
}

// isSlot reports whether a key names a part of the year's report that a person
// writes.
func (v *visit) isSlot(key string, year int) (bool, error) {
	if key == "day" || key == "shortcomings" {
		return true, nil
	}
	r, err := v.c.report(v.Request.Context(), year, v.now)
	if err != nil {
		return false, err
	}
	for _, part := range r.Parts {
		if slices.ContainsFunc(part.Sections, func(s annual.Section) bool { return s.Key == key && key != "" }) {
			return true, nil
		}
	}
	return false, nil
}

// addPromise puts promises into next year's plan, one a line.
func (v *visit) addPromise() error {
	year, err := v.yearOf(v.PostForm("year"))
	if err != nil {
		return err
	}
	var lines []string
	for _, l := range strings.Split(v.PostForm("text"), "\n") {
		if l = strings.TrimSpace(l); l != "" {
			lines = append(lines, l)
		}
		if len([]rune(l)) > 200 {
			return &refusal{http.StatusBadRequest, "一项最多200个字", "返回上一页写短一些。"}
		}
	}
	if len(lines) == 0 || len(lines) > 20 {
		return &refusal{http.StatusBadRequest, "要写明年做什么，一行一项，最多20项", "返回上一页补上。"}
	}
	err = v.do("report", func(tx *ledger.Tx) error {
		for _, l := range lines {
			if err := tx.Promise(v.account.Township, &ledger.Promise{Year: year + 1, Text: l, Who: v.account.ID}); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	return v.to("/report?year=" + strconv.Itoa(year) + "#plan")
}

// judgePromise says what became of a promise, or takes one back that was not
// published yet.
func (v *visit) judgePromise() error {
	id, err := v.key()
	if err != nil {
		return err
	}
	year, err := v.yearOf(v.PostForm("year"))
	if err != nil {
		return err
	}
	fate, why := v.PostForm("fate"), strings.TrimSpace(v.PostForm("why"))
	if fate == ledger.PromiseNotDone && why == "" {
		return &refusal{http.StatusBadRequest, "没做到的，要写为什么", "返回上一页补上原因。"}
	}
	if len([]rune(why)) > 200 || !slices.Contains([]string{ledger.PromiseDone, ledger.PromiseNotDone, ledger.PromiseDropped}, fate) {
		return &refusal{http.StatusBadRequest, "选做到还是没做到，说明最多200个字", "返回上一页补上。"}
	}
	of, place := year, "#promises"
	if fate == ledger.PromiseDropped {
		of, place = year+1, "#plan"
	}
	err = v.do("report", func(tx *ledger.Tx) error {
		list, err := ledger.Promises(tx, v.account.Township, of)
		if err != nil {
			return err
		}
		if !slices.ContainsFunc(list, func(p ledger.Promise) bool { return p.ID == id }) {
			return ledger.ErrNotFound
		}
		if fate == ledger.PromiseDropped {
			out, err := ledger.Publications(tx, v.account.Township, year)
			if err != nil {
				return err
			}
			if len(out) > 0 {
				return &refusal{http.StatusConflict, "已经公布的安排不能撤", "做不到的，明年年报里写没做到和原因。"}
			}
		}
		return tx.Judge(v.account.Township, id, fate, why, v.account.ID)
	})
	if err != nil {
		return err
	}
	return v.to("/report?year=" + strconv.Itoa(year) + place)
}

// refusePublication is what stands in the way, as a refusal; nil when nothing
// does.
func refusePublication(r *annual.Report) error {
	list := r.Blockers()
	if len(list) == 0 {
		return nil
	}
	more := ""
	if len(list) > 1 {
		more = fmt.Sprintf("还有%d处。", len(list)-1)
	}
	return &refusal{http.StatusConflict, "还不能公布", list[0] + "。" + more + "在报告页上一处一处办。"}
}

// publish makes the report public: its very files are kept, and their hashes go
// into the journal.
func (v *visit) publish() error {
	year, err := v.yearOf(v.PostForm("year"))
	if err != nil {
		return err
	}
	r, err := annual.Write(v.Request.Context(), v.c.Ledger, v.c.Mind().Base.Township, year, v.now)
	if err != nil {
		return err
	}
	if err := refusePublication(r); err != nil {
		return err
	}
	if style := r.LintStyle(); len(style) > 0 && v.PostForm("style") == "" {
		return &refusal{http.StatusConflict, "公文格式还有提示没看", style[0] + "改好，或者勾“看过了，照这样公布”。"}
	}
	var docx, xlsx bytes.Buffer
	if err := errors.Join(r.WriteDocx(&docx), r.WriteXLSX(&xlsx)); err != nil {
		return err
	}
	err = v.do("report", func(tx *ledger.Tx) error {
		return tx.Publish(v.account.Township, &ledger.Publication{Year: year, Who: v.account.ID, Docx: docx.Bytes(), XLSX: xlsx.Bytes()})
	})
	if err != nil {
		return err
	}
	return v.to("/report?year=" + strconv.Itoa(year) + "#published")
}

// formats of the report as a file.
var formats = map[string]struct {
	kind  string
	write func(*annual.Report, io.Writer) error
}{
	"docx": {typeDocx, (*annual.Report).WriteDocx},
	"xlsx": {typeXLSX, (*annual.Report).WriteXLSX},
	"md":   {"text/markdown; charset=utf-8", (*annual.Report).WriteMarkdown},
	"json": {"application/json; charset=utf-8", (*annual.Report).WriteJSON},
}

// reportFile is the report as a file: one that could be published, or with
// draft a draft that says so.
func (v *visit) reportFile() error {
	f, ok := formats[v.Param("format")]
	if !ok {
		return errNoPage
	}
	year, err := v.yearOf(v.Query("year"))
	if err != nil {
		return err
	}
	r, err := v.c.report(v.Request.Context(), year, v.now)
	if format := v.Param("format"); err == nil && (format == "xlsx" || format == "json") { // they list the records
		r, err = annual.Write(v.Request.Context(), v.c.Ledger, v.c.Mind().Base.Township, year, v.now)
	}
	if err != nil {
		return err
	}
	name := r.Title()
	if err := refusePublication(r); err != nil {
		if v.Query("draft") == "" {
			return err
		}
		name += "（草稿）"
	}
	var b bytes.Buffer
	if err := f.write(r, &b); err != nil {
		return err
	}
	return v.file(b.Bytes(), f.kind, name+"."+v.Param("format"))
}

// publishedFile is a report as it was published, byte for byte.
func (v *visit) publishedFile() error {
	id, err := v.key()
	if err != nil {
		return err
	}
	var p *ledger.Publication
	err = v.view(func(r *ledger.View) (err error) {
		p, err = ledger.PublicationByID(r, v.account.Township, id)
		return err
	})
	if err != nil {
		return err
	}
	name := fmt.Sprintf("%s%d年法治政府建设年度报告（%s公布）", v.c.Mind().Base.Township.Name, p.Year, p.At.In(shanghai).Format("2006年1月2日"))
	switch v.Param("format") {
	case "docx":
		return v.file(p.Docx, typeDocx, name+".docx")
	case "xlsx":
		return v.file(p.XLSX, typeXLSX, name+".xlsx")
	}
	return errNoPage
}
