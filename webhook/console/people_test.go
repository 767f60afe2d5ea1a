package console

import (
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"mingbai/bot/ledger"
)

var codeForm = regexp.MustCompile(`<p class="code"><code>([A-Z0-9]+)</code>`)

// A roster becomes one-time codes on slips, or nothing when a row is wrong.
func TestImportPeople(t *testing.T) {
	x := newTown(t)
	b := x.as(x.account(ledger.AccountClerk))
	bad := "做什么\t村（社区）\t网格\t姓名\t电话\n" +
		"网格员\t红岩村\t红岩一网格\t田某\t138 0000 0001\n" +
		"网格员\t红岩村\t白果一网格\t向某\t\n" +
		"村长\t红岩村\t\t向某\t\n" +
		"法律明白人\t没有的村\t\t向某\t\n" +
		"法律明白人\t\t\t向某\t\n" +
		"法律明白人\t红岩村\t\t=cmd\t\n" +
		"法律明白人\t红岩村\t\t冉某\t123\n" +
		"网格员\t红岩\t\t田某\t\n" +
		"联合调解席位\t银行\t\t陈某\t\n"
	status, doc := b.send("/console/people/import", "", nil, url.Values{"rows": {bad}})
	if status != http.StatusUnprocessableEntity || !strings.Contains(doc, "有8行要改，一张邀请条也没有做") {
		t.Errorf("%d\n%s", status, doc)
	}
	sound(t, "people", doc)
	for _, say := range []string{"白果一网格不在红岩村", "没有“村长”这一种", "没有“没有的村”这个村", "要写是哪个村", "像公式", "不像电话号码", "和第2行重了", "没有“银行”这个部门"} {
		if !strings.Contains(doc, say) {
			t.Errorf("it does not say %s", say)
		}
	}
	good := "网格员,红岩村,红岩一网格,田某,13800000001\n调解员,,,向某,\n联合调解席位,青溪人民法庭,,陈某,\n网格长,,白果一网格,冉某<b>,023-12345678\n"
	status, doc = b.send("/console/people/import", "a.csv", []byte(good), url.Values{})
	codes := codeForm.FindAllStringSubmatch(doc, -1)
	if status != http.StatusOK || len(codes) != 4 || !strings.Contains(doc, "红岩一网格网格员") || strings.Contains(doc, "<b>，") {
		t.Fatalf("%d\n%s", status, doc)
	}
	sound(t, "slips", doc)
	doc = b.get("/console/people")
	if !strings.Contains(doc, "发了条，还没来的") || strings.Contains(doc, codes[0][1]) {
		t.Error("who was invited is not told, or the code is")
	}
	x.do(func(tx *ledger.Tx) error {
		c, err := tx.Lock("qingxi", "web", "worker")
		if err != nil {
			return err
		}
		role, village, err := tx.Redeem(c, codes[0][1], "老田")
		if err == nil && (role != ledger.GridWorker || village != "hongyan") {
			t.Errorf("the code gives %s of %s", role, village)
		}
		return err
	})
	doc = b.get("/console/people")
	if !strings.Contains(doc, "老田") || strings.Contains(doc, "<b>田某</b>") || !strings.Contains(doc, "红岩一网格") {
		t.Error("the code's grid or name is off")
	}
	// A clerk of one village invites nobody for another, or for the township.
	c := x.as(x.account(ledger.AccountClerk, "baiguo"))
	if status, doc := c.send("/console/people/import", "a.csv", []byte(good), url.Values{}); status != http.StatusUnprocessableEntity || strings.Count(doc, "您的账号不管") != 3 {
		t.Errorf("%d\n%s", status, doc)
	}
	if doc := c.get("/console/people"); strings.Contains(doc, "田某") || !strings.Contains(doc, "冉某") {
		t.Error("a clerk sees who waits in another village")
	}
	x.now = x.now.Add(slipLife + time.Hour)
	if doc := x.as(x.account(ledger.AccountClerk, x.next())).get("/console/people"); strings.Contains(doc, "陈某") {
		t.Error("who did not come in time is still listed")
	}
	x.proved()
}

// An export names who works for the township, masks phones unless a clerk asks
// for them, and the asking is told in the audit.
func TestExportPeople(t *testing.T) {
	x := newTown(t)
	x.fill()
	x.do(func(tx *ledger.Tx) error {
		c, err := tx.Lock("qingxi", "web", "helper")
		if err != nil {
			return err
		}
		_, err = tx.Join(c, ledger.Volunteer, "hongyan", "=HYPERLINK(田某)", "13900001234")
		return err
	})
	b := x.as(x.account(ledger.AccountClerk))
	read := func(method string) string {
		_, data, h := b.ask(method, "/console/people/export", nil)
		f, err := excelize.OpenReader(strings.NewReader(data))
		if err != nil || h.Get("Content-Type") != typeXLSX {
			t.Fatal(err, h)
		}
		defer f.Close()
		text := ""
		for _, s := range f.GetSheetList() {
			rows, err := f.GetRows(s)
			if err != nil {
				t.Fatal(err)
			}
			text += fmt.Sprint(s, rows)
			for n := range rows {
				for c := range rows[n] {
					cell, err := excelize.CoordinatesToCellName(c+1, n+1)
					if err != nil {
						t.Fatal(err)
					}
					if formula, _ := f.GetCellFormula(s, cell); formula != "" {
						t.Errorf("a formula: %s", formula)
					}
				}
			}
		}
		return text
	}
	masked, full := read("GET"), read("POST")
	if !strings.Contains(masked, "139****1234") || strings.Contains(masked, "13900001234") || !strings.Contains(full, "13900001234") || !strings.Contains(masked, "'=HYPERLINK") {
		t.Errorf("%s\n%s", masked, full)
	}
	for _, resident := range []string{"李建华", "13800000000"} {
		if strings.Contains(full, resident) {
			t.Errorf("a resident is in it: %s", resident)
		}
	}
	if doc := x.as(x.account(ledger.AccountAdmin)).get("/console/audit"); strings.Count(doc, "个人的名册，带电话") != 1 {
		t.Error("the audit does not tell, or tells of the masked one")
	}
	if status, data, _ := x.as(x.account(ledger.AccountClerk, "baiguo")).ask("POST", "/console/people/export", nil); status != http.StatusOK {
		t.Error(status)
	} else if f, err := excelize.OpenReader(strings.NewReader(data)); err != nil {
		t.Error(err)
	} else {
		if rows, _ := f.GetRows(f.GetSheetList()[0]); strings.Contains(fmt.Sprint(rows), "田某") {
			t.Error("a clerk takes out another village's people")
		}
		f.Close()
	}
	x.proved()
}

func TestSettings(t *testing.T) {
	x := newTown(t)
	x.c.Public, x.c.Channels = "https://mingbai.example.cn", []Channel{{"网页问答", true, ""}, {"Telegram", false, "没有设令牌"}}
	b := x.as(x.account(ledger.AccountAdmin))
	doc := b.get("/console/settings")
	sound(t, "settings", strings.ReplaceAll(doc, "https://mingbai.example.cn", ""))
	for _, want := range []string{"https://mingbai.example.cn", "没有设令牌", "11个村（社区），55个网格", "没填，问到时请村民问司法所", "2026年放假调休", "href=\"/console/accounts\"", "href=\"/console/audit\""} {
		if !strings.Contains(doc, want) {
			t.Errorf("it lacks %s", want)
		}
	}
	if doc := b.get("/console/accounts"); !strings.Contains(doc, `<a href="/console/settings" aria-current="page">设置</a>`) || strings.Contains(doc, `<li><a href="/console/accounts"`) {
		t.Error("accounts do not hang under settings")
	}
}
