package console

import (
	"bytes"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"mingbai/bot/ledger"
	"mingbai/bot/paper"
)

// A report is refused while anything is missing, whatever is asked for, and
// says what and where.
func TestRefusedPublication(t *testing.T) {
	x := newTown(t)
	x.fill()
	x.ready()
	x.now = time.Date(2027, 2, 10, 7, 0, 0, 0, time.UTC)
	b := x.as(x.account(ledger.AccountClerk))
	if doc := b.get("/console/report"); !strings.Contains(doc, "可以公布了") {
		t.Fatalf("it is not ready:\n%s", doc)
	}
	// One figure becomes nothing that nobody signed.
	x.do(func(tx *ledger.Tx) error {
		return tx.Enter("qingxi", &ledger.Entered{Key: "oversight.opinion", Year: 2026, Who: 7})
	})
	doc := b.get("/console/report")
	sound(t, "report", doc)
	if !strings.Contains(doc, "还不能公布：还差1处") || !strings.Contains(doc, "“网舆交办”填的是0，还没有人签字") || !strings.Contains(doc, "<button disabled>公布</button>") || strings.Contains(doc, `action="/console/report/publish"`) {
		t.Error("it does not say what is missing")
	}
	if status, doc, _ := b.ask("POST", "/console/report/publish", url.Values{"year": {"2026"}}); status != http.StatusConflict || !strings.Contains(doc, "网舆交办") {
		t.Errorf("published: %d", status)
	}
	for _, format := range []string{"docx", "xlsx", "md", "json"} {
		if status, _, _ := b.ask("GET", "/console/report/file/"+format+"?year=2026", nil); status != http.StatusConflict {
			t.Errorf("%s: %d", format, status)
		}
		status, _, h := b.ask("GET", "/console/report/file/"+format+"?year=2026&draft=1", nil)
		if name, _ := url.PathUnescape(h.Get("Content-Disposition")); status != http.StatusOK || !strings.Contains(name, "草稿") {
			t.Errorf("%s as a draft: %d %s", format, status, name)
		}
	}
	if status, _, _ := b.ask("GET", "/console/report/file/exe?year=2026", nil); status != http.StatusNotFound {
		t.Error(status)
	}
	// The button leads to the field, the zero is signed, and the way is free.
	if !strings.Contains(doc, `href="/console/fill/figures?year=2026#oversight-opinion"`) || !strings.Contains(b.get("/console/fill/figures?year=2026"), `id="oversight-opinion"`) {
		t.Error("the button leads nowhere")
	}
	if status, _, _ := b.ask("POST", "/console/fill/zero", url.Values{"key": {"oversight.opinion"}, "words": {"问过宣传办"}, "year": {"2026"}}); status != http.StatusSeeOther {
		t.Error(status)
	}
	if doc := b.get("/console/report"); !strings.Contains(doc, "可以公布了") {
		t.Error("it is still refused")
	}
	// A year that is not over is not published.
	if status, doc, _ := b.ask("POST", "/console/report/publish", url.Values{"year": {"2027"}}); status != http.StatusConflict || !strings.Contains(doc, "还不能公布") {
		t.Errorf("half a year: %d", status)
	}
	x.proved()
}

var hashForm = regexp.MustCompile(`<small class="hash">([0-9a-f]{64})`)
var outForm = regexp.MustCompile(`/console/report/published/([0-9]+)/docx`)

// What was published stays, byte for byte, whatever is written afterwards.
func TestPublish(t *testing.T) {
	x := newTown(t)
	x.fill()
	x.ready()
	x.now = time.Date(2027, 2, 10, 7, 0, 0, 0, time.UTC)
	b := x.as(x.account(ledger.AccountClerk))
	_, before, _ := b.ask("GET", "/console/report/file/docx?year=2026", nil)
	if status, doc, _ := b.ask("POST", "/console/report/publish", url.Values{"year": {"2026"}}); status != http.StatusSeeOther {
		t.Fatalf("%d %s", status, doc)
	}
	doc := b.get("/console/report")
	hash, id := hashForm.FindStringSubmatch(doc), outForm.FindStringSubmatch(doc)
	if hash == nil || id == nil || !strings.Contains(doc, "已经公布") || hash[1] != ledger.FileHash([]byte(before)) {
		t.Fatalf("not told:\n%s", doc)
	}
	if _, after, _ := b.ask("GET", "/console/report/published/"+id[1]+"/docx", nil); after != before {
		t.Error("the published file is another")
	}
	if text, err := paper.Text([]byte(before)); err != nil || strings.Contains(text, "草稿") {
		t.Error("a draft was published", err)
	}
	_, sheet, _ := b.ask("GET", "/console/report/published/"+id[1]+"/xlsx", nil)
	f, err := excelize.OpenReader(strings.NewReader(sheet))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	x.now = x.now.Add(time.Hour)
	if status, _, _ := b.ask("POST", "/console/report/slot", url.Values{"year": {"2026"}, "key": {"duty"}, "text": {"又改了一段。"}}); status != http.StatusSeeOther {
		t.Error(status)
	}
	if doc := b.get("/console/report"); !strings.Contains(doc, "公布以后又改过") {
		t.Error("it does not say that it changed")
	}
	if _, after, _ := b.ask("GET", "/console/report/published/"+id[1]+"/docx", nil); after != before {
		t.Error("the published file changed")
	}
	if status, _, _ := b.ask("POST", "/console/report/publish", url.Values{"year": {"2026"}}); status != http.StatusSeeOther {
		t.Error(status)
	}
	doc = b.get("/console/report")
	if n := len(hashForm.FindAllString(doc, -1)); n != 2 {
		t.Errorf("%d publications", n)
	}
	// What was promised to the public is not taken back.
	plan := regexp.MustCompile(`action="/console/report/promises/([0-9]+)"><input type="hidden" name="year" value="2026"><button name="fate" value="dropped"`).FindStringSubmatch(doc)
	if plan == nil {
		t.Fatal("no promise")
	}
	if status, _, _ := b.ask("POST", "/console/report/promises/"+plan[1], url.Values{"year": {"2026"}, "fate": {"dropped"}}); status != http.StatusConflict {
		t.Errorf("a published promise was dropped: %d", status)
	}
	if status, doc, _ := x.as(x.account(ledger.AccountAdmin)).ask("GET", "/console/audit", nil); status != http.StatusOK || !strings.Contains(doc, "公布了2026年年报") {
		t.Error("the audit does not tell")
	}
	x.proved()
}

// What a person writes stays when the figures are counted anew, follows them
// where it names them, and is told with who and when.
func TestSlots(t *testing.T) {
	x := newTown(t)
	x.fill()
	a := x.account(ledger.AccountClerk)
	b := x.as(a)
	slot := func(key, text string, more ...string) int {
		f := url.Values{"year": {"2026"}, "key": {key}, "text": {text}}
		for i := 0; i+1 < len(more); i += 2 {
			f.Set(more[i], more[i+1])
		}
		status, _, _ := b.ask("POST", "/console/report/slot", f)
		return status
	}
	if slot("duty", "书记、镇长接访{receptions}。\r\n"+hostile) != http.StatusSeeOther {
		t.Error("refused")
	}
	doc := b.get("/console/report?year=2026")
	sound(t, "report", doc)
	if !strings.Contains(doc, "周敏11月24日 14:20写的") || strings.Contains(doc, "<script") || !strings.Contains(doc, "【领导干部下访接访】") {
		t.Errorf("%s", doc)
	}
	if status, _, _ := b.ask("POST", "/console/fill/figures", url.Values{"year": {"2026"}, "receptions.0": {"96"}}); status != http.StatusSeeOther {
		t.Error(status)
	}
	if doc := b.get("/console/report?year=2026"); !strings.Contains(doc, "书记、镇长接访") || !strings.Contains(doc, `href="/console/indicators/receptions?year=2026">96次</a>`) {
		t.Error("the text does not follow the figure")
	}
	if slot("duty", "", "back", "1") != http.StatusSeeOther || strings.Contains(b.get("/console/report?year=2026"), "书记、镇长接访") {
		t.Error("it is not given back")
	}
	for name, status := range map[string]int{
		"no such part": slot("nothing", "字"), "no key": slot("", "字"), "long": slot("duty", strings.Repeat("长", longestSlot+1)), "no day": slot("day", "明天"),
	} {
		if status != http.StatusNotFound && status != http.StatusBadRequest {
			t.Errorf("%s: %d", name, status)
		}
	}
	if slot("day", "2027-03-01") != http.StatusSeeOther || !strings.Contains(b.get("/console/report?year=2026"), "<p>2027年3月1日</p>") {
		t.Error("the day is not taken")
	}
	// Somebody else wrote since the page was opened.
	x.do(func(tx *ledger.Tx) error {
		tx.Now = x.now.Add(time.Minute)
		return tx.WriteSlot("qingxi", &ledger.Slot{Year: 2026, Key: "duty", Text: "别人写的", Who: 7})
	})
	if slot("duty", "我写的", "seen", "0") != http.StatusConflict {
		t.Error("written over unseen")
	}
	x.proved()
}

func TestPromises(t *testing.T) {
	x := newTown(t)
	b := x.as(x.account(ledger.AccountClerk))
	for _, year := range []string{"2025", "2026"} {
		if status, _, _ := b.ask("POST", "/console/report/promises", url.Values{"year": {year}, "text": {"修好法律之家\r\n\r\n排出值守表" + hostile}}); status != http.StatusSeeOther {
			t.Fatal(status)
		}
	}
	if status, _, _ := b.ask("POST", "/console/report/promises", url.Values{"year": {"2026"}, "text": {" \n"}}); status != http.StatusBadRequest {
		t.Error(status)
	}
	doc := b.get("/console/report?year=2026")
	sound(t, "report", doc)
	if strings.Contains(doc, "<script") || !strings.Contains(doc, "上年安排的2项工作，还没有写明完成没有") {
		t.Error("last year's promises are not asked for")
	}
	ids := regexp.MustCompile(`class="stack" method="post" action="/console/report/promises/([0-9]+)"`).FindAllStringSubmatch(doc, -1)
	if len(ids) != 2 {
		t.Fatalf("%d promises to judge", len(ids))
	}
	judge := func(i int, fate, why string) int {
		status, _, _ := b.ask("POST", "/console/report/promises/"+ids[i][1], url.Values{"year": {"2026"}, "fate": {fate}, "why": {why}})
		return status
	}
	if judge(0, "not-done", "") != http.StatusBadRequest || judge(0, "maybe", "x") != http.StatusBadRequest || judge(0, "dropped", "") != http.StatusNotFound {
		t.Error("judged without a reason, or dropped after it was promised")
	}
	if judge(0, "done", "5月修好") != http.StatusSeeOther || judge(1, "not-done", "没有人手") != http.StatusSeeOther {
		t.Error("refused")
	}
	doc = b.get("/console/report?year=2026")
	if !strings.Contains(doc, "完成1项，未完成1项") || !strings.Contains(doc, "原因：没有人手") || !strings.Contains(doc, "第1项，修好法律之家：已完成。5月修好。") {
		t.Error("the text does not tell")
	}
	x.proved()
}

// The figures in the files are those of the pages.
func TestReportFiles(t *testing.T) {
	x := newTown(t)
	x.fill()
	x.ready()
	b := x.as(x.account(ledger.AccountClerk))
	_, data, h := b.ask("GET", "/console/report/file/xlsx?draft=1&year=2026", nil)
	f, err := excelize.OpenReader(strings.NewReader(data))
	if err != nil || h.Get("Content-Type") != typeXLSX {
		t.Fatal(err, h)
	}
	defer f.Close()
	rows, err := f.GetRows("社会监督")
	if err != nil || rows[2][0] != "领导干部下访接访" || rows[2][1] != "20" {
		t.Errorf("%v %v", rows, err)
	}
	_, again, _ := b.ask("GET", "/console/report/file/xlsx?draft=1&year=2026", nil)
	if data != again {
		t.Error("other bytes")
	}
	_, doc, _ := b.ask("GET", "/console/report/file/docx?draft=1&year=2026", nil)
	if text, err := paper.Text([]byte(doc)); err != nil || !strings.Contains(text, "领导干部下访接访20次") || !bytes.Contains([]byte(doc), []byte("草稿")) {
		t.Error(err)
	}
}
