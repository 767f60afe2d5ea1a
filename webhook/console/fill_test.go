package console

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"mingbai/bot/annual"
	"mingbai/bot/ledger"
)

// proved proves the ledger.
func (x *town) proved() {
	x.Helper()
	p, err := x.l.Prove(context.Background())
	if err != nil {
		x.Fatal(err)
	}
	for _, f := range p.Faults {
		x.Error("fault:", f)
	}
}

// send posts a form with a file.
func (b *browser) send(path, name string, data []byte, form url.Values) (int, string) {
	b.Helper()
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	for k, list := range form {
		for _, x := range list {
			if err := w.WriteField(k, x); err != nil {
				b.Fatal(err)
			}
		}
	}
	if data != nil {
		f, err := w.CreateFormFile("sheet", name)
		if err != nil {
			b.Fatal(err)
		}
		if _, err := f.Write(data); err != nil {
			b.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		b.Fatal(err)
	}
	r, err := http.NewRequest(http.MethodPost, b.server.URL+path, &body)
	if err != nil {
		b.Fatal(err)
	}
	r.Header.Set("Content-Type", w.FormDataContentType())
	res, err := b.http.Do(r)
	if err != nil {
		b.Fatal(err)
	}
	defer res.Body.Close()
	doc, err := io.ReadAll(res.Body)
	if err != nil {
		b.Fatal(err)
	}
	return res.StatusCode, string(doc)
}

var seenForm = regexp.MustCompile(`name="seen" value="([0-9]+)"`)

// Counts are typed into the grid, corrected with a word why, and every version
// stays to be read; what does not fit is said beside its field and nothing of
// the form is kept.
func TestEnterFigures(t *testing.T) {
	x := newTown(t)
	b := x.as(x.account(ledger.AccountClerk))
	post := func(form url.Values) (int, string) {
		form.Set("year", "2026")
		status, doc, _ := b.ask("POST", "/console/fill/figures", form)
		return status, doc
	}
	if status, doc := post(url.Values{"oversight.online.3": {"５"}, "oversight.online.4": {" 7 "}, "receptions.0": {"96"}, "households.model.0": {"22"}, "suits.1": {""}}); status != http.StatusSeeOther {
		t.Fatalf("%d %s", status, doc)
	}
	doc := b.get("/console/fill/figures?year=2026&saved=4")
	sound(t, "figures", doc)
	seen := seenForm.FindStringSubmatch(doc)[1]
	for _, want := range []string{`name="oversight.online.3" value="5"`, `name="receptions.0" value="96"`, "存了4个数", `name="suits.1" value=""`} {
		if !strings.Contains(doc, want) {
			t.Errorf("the grid lacks %s", want)
		}
	}
	for _, tt := range []struct {
		form url.Values
		say  string
	}{
		{url.Values{"oversight.online.3": {"五"}}, "网上信访3月：“五”不是一个数"},
		{url.Values{"oversight.online.3": {"-1"}}, "不是一个数"},
		{url.Values{"oversight.online.3": {""}}, "填过的数不能清空"},
		{url.Values{"oversight.online.12": {"1"}}, "这个月还没到"},
		{url.Values{"oversight.online.3": {"99999999999999"}}, "不是一个数"},
	} {
		tt.form.Set("seen", seen)
		tt.form.Set("enforce.land.2", "8")
		status, doc := post(tt.form)
		if status != http.StatusUnprocessableEntity || !strings.Contains(doc, tt.say) || !strings.Contains(doc, `name="enforce.land.2" value="8"`) || !strings.Contains(doc, `aria-invalid="true"`) {
			t.Errorf("%v: %d", tt.form, status)
		}
		sound(t, "figures", doc)
	}
	if doc := b.get("/console/fill/figures?year=2026"); strings.Contains(doc, `name="enforce.land.2" value="8"`) {
		t.Error("half a form was kept")
	}
	// Another clerk corrects a cell; the first, who has not seen it, may not
	// write over it.
	x.do(func(tx *ledger.Tx) error {
		return tx.Enter("qingxi", &ledger.Entered{Key: "oversight.online", Year: 2026, Month: 3, Value: 6, Who: 7, Note: "漏了一件"})
	})
	if status, doc := post(url.Values{"seen": {seen}, "oversight.online.3": {"9"}}); status != http.StatusUnprocessableEntity || !strings.Contains(doc, "刚才有人填了6") || !strings.Contains(doc, `name="oversight.online.3" value="6"`) {
		t.Errorf("written over unseen: %d", status)
	}
	x.now = x.now.Add(time.Minute)
	doc = b.get("/console/fill/figures?year=2026")
	if status, _ := post(url.Values{"seen": seenForm.FindStringSubmatch(doc)[1:], "oversight.online.3": {"9"}, "note": {"多报两件" + hostile}}); status != http.StatusSeeOther {
		t.Errorf("a correction: %d", status)
	}
	doc = b.get("/console/fill/figures?year=2026")
	if !strings.Contains(doc, "网上信访3月从6改成9") || !strings.Contains(doc, "网上信访3月从5改成6") || !strings.Contains(doc, "多报两件&lt;script&gt;") {
		t.Error("the corrections are not told")
	}
	doc = b.get("/console/indicators/oversight.online?year=2026")
	if !strings.Contains(doc, `<p class="big">16`) || !strings.Contains(doc, "3月填5") || !strings.Contains(doc, "从6改成9") {
		t.Errorf("the figure does not tell its story:\n%s", doc)
	}
	x.proved()
}

// A zero needs words and a name; a figure that is not zero cannot be signed
// away; one that came later voids it.
func TestSignZero(t *testing.T) {
	x := newTown(t)
	b := x.as(x.account(ledger.AccountClerk))
	page := "/console/indicators/suits?year=2026"
	if doc := b.get(page); !strings.Contains(doc, "没有人填") || !strings.Contains(doc, "签这个零") || !strings.Contains(doc, "公布不了") {
		t.Error("the page does not say that it is missing")
	}
	for _, tt := range []struct {
		form   url.Values
		status int
	}{
		{url.Values{"key": {"suits"}}, http.StatusBadRequest},
		{url.Values{"words": {"没有"}}, http.StatusBadRequest},
		{url.Values{"key": {"suits"}, "words": {strings.Repeat("没", 201)}}, http.StatusBadRequest},
		{url.Values{"key": {"oversight"}, "words": {"没有"}}, http.StatusBadRequest},
		{url.Values{"key": {"nothing"}, "words": {"没有"}}, http.StatusBadRequest},
		{url.Values{"key": {"suits"}, "words": {"没有"}, "year": {"3000"}}, http.StatusBadRequest},
		{url.Values{"key": {"suits", "reviews"}, "words": {"查了登记簿"}, "year": {"2026"}}, http.StatusSeeOther},
	} {
		if status, _, _ := b.ask("POST", "/console/fill/zero", tt.form); status != tt.status {
			t.Errorf("%v: %d", tt.form, status)
		}
	}
	if doc := b.get(page); !strings.Contains(doc, "周敏11月24日签零：“查了登记簿”") || strings.Contains(doc, "公布不了") || !strings.Contains(doc, `<p class="big">0<`) {
		t.Errorf("the zero is not told:\n%s", doc)
	}
	x.now = x.now.Add(time.Minute)
	if status, _, _ := b.ask("POST", "/console/fill/figures", url.Values{"year": {"2026"}, "suits.0": {"2"}}); status != http.StatusSeeOther {
		t.Fatal(status)
	}
	if doc := b.get(page); !strings.Contains(doc, `<p class="big">2`) || strings.Contains(doc, "签这个零") {
		t.Error("a figure does not void the zero")
	}
	if status, doc, _ := b.ask("POST", "/console/fill/zero", url.Values{"key": {"suits"}, "words": {"没有"}, "year": {"2026"}}); status != http.StatusConflict || !strings.Contains(doc, "不是零") {
		t.Errorf("a figure was signed away: %d", status)
	}
	x.proved()
}

func TestActivities(t *testing.T) {
	x := newTown(t)
	b := x.as(x.account(ledger.AccountClerk))
	good := func() url.Values {
		return url.Values{"day": {"2026-04-15"}, "kind": {"settings"}, "setting": {"school"}, "place": {"中心校" + hostile}, "heads": {"200"}, "body": {"青溪镇派出所"}}
	}
	for _, tt := range []struct{ field, value, say string }{
		{"day", "2026-11-25", "日期还没到"}, {"day", "昨天", "日期要像"}, {"kind", "party", "选一种活动"}, {"setting", "", "六进要选"},
		{"place", " ", "在哪里"}, {"heads", "很多", "不是一个数"}, {"kind", "publicity", "不是六进的"},
	} {
		f := good()
		f.Set(tt.field, tt.value)
		status, doc, _ := b.ask("POST", "/console/fill/activities", f)
		if status != http.StatusUnprocessableEntity || !strings.Contains(doc, tt.say) {
			t.Errorf("%s=%q: %d", tt.field, tt.value, status)
		}
		sound(t, "activities", doc)
	}
	if status, _, h := b.ask("POST", "/console/fill/activities", good()); status != http.StatusSeeOther || h.Get("Location") != "/console/fill/activities?year=2026" {
		t.Fatal(status, h)
	}
	doc := b.get("/console/fill/activities?year=2026")
	id := regexp.MustCompile(`edit=([0-9]+)`).FindStringSubmatch(doc)
	if id == nil || !strings.Contains(doc, "法律六进·进学校") || strings.Contains(doc, "<script") {
		t.Fatal(doc)
	}
	if doc := b.get("/console/fill/activities?year=2026&edit=" + id[1]); !strings.Contains(doc, `value="200"`) || !strings.Contains(doc, `name="corrects" value="`+id[1]) {
		t.Error("the form does not hold what is corrected")
	}
	f := good()
	f.Set("corrects", id[1])
	f.Set("heads", "180")
	if status, _, _ := b.ask("POST", "/console/fill/activities", f); status != http.StatusSeeOther {
		t.Error(status)
	}
	if status, _, _ := b.ask("POST", "/console/fill/activities", f); status != http.StatusNotFound {
		t.Errorf("corrected twice: %d", status)
	}
	doc = b.get("/console/fill/activities?year=2026")
	if strings.Count(doc, "人到场") != 1 || !strings.Contains(doc, "180人到场") || !strings.Contains(doc, "更正") {
		t.Error("the correction does not count")
	}
	id = regexp.MustCompile(`edit=([0-9]+)`).FindStringSubmatch(doc)
	if status, _, _ := b.ask("POST", "/console/fill/activities/"+id[1]+"/strike", nil); status != http.StatusSeeOther {
		t.Error(status)
	}
	if doc := b.get("/console/fill/activities?year=2026"); strings.Contains(doc, "人到场") {
		t.Error("it still counts")
	}
	if doc := b.get("/console/indicators/settings.events?year=2026"); !strings.Contains(doc, "还没有记录") {
		t.Error("the figure still counts it")
	}
	x.proved()
}

// A score sheet is kept whole or not at all; who sat and who passed is counted.
func TestExams(t *testing.T) {
	x := newTown(t)
	b := x.as(x.account(ledger.AccountClerk))
	form := func() url.Values {
		return url.Values{"day": {"2026-06-01"}, "title": {"干部法律考试"}, "pass": {"60"}}
	}
	var sheet strings.Builder
	sheet.WriteString("姓名,单位,分数\n")
	for i := range 53 {
		fmt.Fprintf(&sheet, "干部%d,司法所,%d.5\n", i, 60+i%40)
	}
	sheet.WriteString("病假的,司法所,缺考\n")
	bad := strings.Replace(strings.Replace(sheet.String(), "干部7,司法所,67.5", "干部7,司法所,=67.5", 1), "干部9,司法所,69.5", "干部9,司法所,良好", 1) + "干部1,司法所,70\n"
	status, doc := b.send("/console/fill/exams", "a.csv", []byte(bad), form())
	if status != http.StatusUnprocessableEntity || !strings.Contains(doc, "有3行要改，一行也没有存") || !strings.Contains(doc, "第9行") || !strings.Contains(doc, "像公式") || !strings.Contains(doc, "“良好”") || !strings.Contains(doc, "和第3行重了") {
		t.Errorf("%d\n%s", status, doc)
	}
	sound(t, "exams", doc)
	var bomb bytes.Buffer
	z := zip.NewWriter(&bomb)
	for _, name := range []string{"xl/workbook.xml", "xl/worksheets/sheet1.xml"} {
		w, err := z.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write(make([]byte, 20<<20)); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	for name, tt := range map[string]struct {
		data   []byte
		form   url.Values
		status int
		say    string
	}{
		"bomb":     {bomb.Bytes(), form(), http.StatusUnprocessableEntity, "解开以后太大"},
		"large":    {bytes.Repeat([]byte("甲,60\n"), 1<<19), form(), http.StatusRequestEntityTooLarge, "文件太大"},
		"nothing":  {nil, form(), http.StatusUnprocessableEntity, "表是空的"},
		"both":     {[]byte("甲,60"), url.Values{"day": {"2026-06-01"}, "title": {"考"}, "pass": {"60"}, "rows": {"甲,60"}}, http.StatusUnprocessableEntity, "只要一样"},
		"no title": {[]byte("甲,60"), url.Values{"day": {"2026-06-01"}, "pass": {"60"}}, http.StatusUnprocessableEntity, "写个名字"},
		"no pass":  {[]byte("甲,60"), url.Values{"day": {"2026-06-01"}, "title": {"考"}, "pass": {"及格"}}, http.StatusUnprocessableEntity, "不是分数"},
	} {
		if status, doc := b.send("/console/fill/exams", "a.xlsx", tt.data, tt.form); status != tt.status || !strings.Contains(doc, tt.say) {
			t.Errorf("%s: %d\n%.600s", name, status, doc)
		}
	}
	if doc := b.get("/console/fill/exams?year=2026"); !strings.Contains(doc, "2026年还没有考试") {
		t.Error("something was kept")
	}
	if status, doc := b.send("/console/fill/exams", "a.csv", []byte(sheet.String()), form()); status != http.StatusSeeOther {
		t.Fatalf("%d\n%s", status, doc)
	}
	if doc := b.get("/console/fill/exams?year=2026"); !strings.Contains(doc, "<h1>53人参加，53人合格</h1>") {
		t.Error("not counted")
	}
	// The template comes back as it went out.
	_, raw, h := b.ask("GET", "/console/fill/exams/template", nil)
	f, err := excelize.OpenReader(strings.NewReader(raw))
	if err != nil || h.Get("Content-Type") != typeXLSX {
		t.Fatal(err, h)
	}
	defer f.Close()
	for cell, v := range map[string]any{"A2": "田某", "B2": "财政所", "C2": 59} {
		if err := f.SetCellValue("成绩单", cell, v); err != nil {
			t.Fatal(err)
		}
	}
	var filled bytes.Buffer
	if err := f.Write(&filled); err != nil {
		t.Fatal(err)
	}
	if status, doc := b.send("/console/fill/exams", "b.xlsx", filled.Bytes(), form()); status != http.StatusSeeOther {
		t.Fatalf("%d\n%s", status, doc)
	}
	if doc := b.get("/console/fill/exams?year=2026"); !strings.Contains(doc, "<h1>54人参加，53人合格</h1>") || !strings.Contains(doc, "田某（财政所）") {
		t.Error("the template's sheet is not counted")
	}
	x.proved()
}

func TestRegisters(t *testing.T) {
	x := newTown(t)
	b := x.as(x.account(ledger.AccountClerk))
	post := func(kind string, f url.Values) int {
		status, doc, _ := b.ask("POST", "/console/fill/registers/"+kind, f)
		sound(t, kind, doc+"<p></p>")
		return status
	}
	if post("meeting", url.Values{"day": {"2026-03-01"}, "title": {"联席会议" + hostile}, "text": {"定了两件\r\n第二件"}, "due": {"2026-04-01"}}) != http.StatusSeeOther ||
		post("honour", url.Values{"day": {"2026-03-01"}, "title": {"禁毒示范镇"}}) != http.StatusSeeOther ||
		post("duty", url.Values{"day": {"2026-01-01"}, "title": {"职责清单"}, "text": {"一版"}}) != http.StatusSeeOther ||
		post("duty", url.Values{"day": {"2026-12-01"}, "title": {"职责清单"}, "text": {"二版"}}) != http.StatusSeeOther {
		t.Error("refused")
	}
	for name, c := range map[string]struct {
		kind string
		f    url.Values
	}{
		"no title":   {"meeting", url.Values{"day": {"2026-03-01"}}},
		"ahead":      {"honour", url.Values{"day": {"2026-12-01"}, "title": {"还没得的"}}},
		"due before": {"meeting", url.Values{"day": {"2026-03-01"}, "title": {"会"}, "due": {"2026-02-01"}}},
		"two lines":  {"meeting", url.Values{"day": {"2026-03-01"}, "title": {"会\n会"}}},
	} {
		if status := post(c.kind, c.f); status != http.StatusUnprocessableEntity {
			t.Errorf("%s: %d", name, status)
		}
	}
	if status := post("gift", url.Values{"day": {"2026-03-01"}, "title": {"会"}}); status != http.StatusNotFound {
		t.Errorf("no such register: %d", status)
	}
	doc := b.get("/console/fill/registers/duty?year=2026")
	if strings.Count(doc, "2026年12月31日有效") != 1 || !strings.Contains(doc, "已换新版或失效") {
		t.Error("it does not say which version is in force")
	}
	doc = b.get("/console/fill/registers/meeting?year=2026")
	if strings.Contains(doc, "<script") || !strings.Contains(doc, "过了期限") {
		t.Error(doc)
	}
	id := regexp.MustCompile(`edit=([0-9]+)`).FindStringSubmatch(doc)[1]
	if status, _, _ := b.ask("POST", "/console/fill/registers/honour/"+id+"/strike", nil); status != http.StatusNotFound {
		t.Errorf("struck out of another register: %d", status)
	}
	if status, _, _ := b.ask("POST", "/console/fill/registers/meeting/"+id+"/strike", nil); status != http.StatusSeeOther {
		t.Error(status)
	}
	if doc := b.get("/console/report?year=2026"); strings.Contains(doc, "召开联席会议") || !strings.Contains(doc, "《职责清单》") || !strings.Contains(doc, "禁毒示范镇") {
		t.Error("the report does not follow the registers")
	}
	x.proved()
}

// A viewer sees figures as they are published, and no records.
func TestViewerSeesNoSmallGroups(t *testing.T) {
	x := newTown(t)
	x.fill()
	viewer, clerk := x.as(x.account(ledger.AccountViewer)), x.as(x.account(ledger.AccountClerk))
	page := "/console/indicators/disputes?year=2026"
	full, hidden := clerk.get(page), viewer.get(page)
	if !strings.Contains(full, "/console/disputes/") || !strings.Contains(full, "背后的记录") {
		t.Error("a clerk does not see the records")
	}
	if strings.Contains(hidden, "/console/disputes/") || strings.Contains(hidden, "背后的记录") || !strings.Contains(hidden, "少于5") {
		t.Error("a viewer sees a small group")
	}
	if bars := regexp.MustCompile(`少于5</td><td><svg[^>]*><rect[^>]*width="([^"]*)"`).FindAllStringSubmatch(hidden, -1); len(bars) == 0 || bars[0][1] != "0%" {
		t.Errorf("the bar tells it: %v", bars)
	}
	if strings.Contains(viewer.get("/console/indicators?year=2026"), "/console/fill") {
		t.Error("a viewer is sent to fill in")
	}
	for _, key := range []string{"disputes", "consultations", "registrations", "messages", "handovers", "grid.events", "grid.tasks", "volunteers", "grid.grids"} {
		doc := clerk.get("/console/indicators/" + key + "?year=2026&page=2")
		sound(t, key, doc)
		for _, word := range []string{"李建华", "王小明", "13800000000", "resident-hongyan"} {
			if strings.Contains(doc, word) {
				t.Errorf("%s names a resident: %s", key, word)
			}
		}
	}
}

// ready gives a town every figure and every text that the report needs.
func (x *town) ready() {
	x.Helper()
	x.do(func(tx *ledger.Tx) error {
		var errs []error
		for _, f := range annual.Figures() {
			switch {
			case f.Source == annual.FromEntry && f.Key != "disputes.pretrial":
				errs = append(errs, tx.Enter("qingxi", &ledger.Entered{Key: f.Key, Year: 2026, Value: 20, Who: 7}))
			case f.Town && annual.CheckZero(f.Key) == nil:
				errs = append(errs, tx.SignZero("qingxi", &ledger.Zero{Key: f.Key, Year: 2026, Who: 7, Words: "没有"}))
			}
		}
		for _, key := range []string{"duty", "cause.unanswered", "cause.overdue", "cause.villages", "cause.heads", "measures.disputes"} {
			errs = append(errs, tx.WriteSlot("qingxi", &ledger.Slot{Year: 2026, Key: key, Text: "写好的一段。", Who: 7}))
		}
		return errors.Join(append(errs, tx.Promise("qingxi", &ledger.Promise{Year: 2027, Text: "配齐法律明白人", Who: 7}))...)
	})
}
