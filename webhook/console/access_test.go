package console

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"mingbai/bot/ledger"
)

// granted is who may open what, written a second time: a role added to a route
// by mistake fails here.
var granted = map[string]string{
	"POST /sign-out":                "admin clerk adviser viewer",
	"GET /live":                     "admin clerk adviser viewer",
	"GET /":                         "admin clerk adviser viewer",
	"GET /me":                       "admin clerk adviser viewer",
	"POST /me/password":             "admin clerk adviser viewer",
	"POST /me/factor":               "admin clerk adviser viewer",
	"POST /me/factor/confirm":       "admin clerk adviser viewer",
	"POST /me/codes":                "admin clerk adviser viewer",
	"POST /me/sessions":             "admin clerk adviser viewer",
	"GET /consultations":            "admin clerk adviser viewer",
	"GET /consultations/:id":        "admin clerk adviser",
	"POST /consultations/:id/topic": "admin clerk adviser",
	"GET /handovers":                "admin clerk adviser viewer",
	"GET /disputes":                 "admin clerk adviser viewer",
	"GET /disputes/:id":             "admin clerk adviser",
	"POST /disputes/:id/names":      "admin clerk",
	"GET /grid":                     "admin clerk adviser viewer",
	"GET /people":                   "admin clerk",

	"GET /fill":                             "admin clerk whole",
	"GET /fill/figures":                     "admin clerk whole",
	"POST /fill/figures":                    "admin clerk whole",
	"POST /fill/zero":                       "admin clerk whole",
	"GET /fill/activities":                  "admin clerk whole",
	"POST /fill/activities":                 "admin clerk whole",
	"POST /fill/activities/:id/strike":      "admin clerk whole",
	"GET /fill/exams":                       "admin clerk whole",
	"POST /fill/exams":                      "admin clerk whole",
	"POST /fill/exams/:id/strike":           "admin clerk whole",
	"GET /fill/exams/template":              "admin clerk whole",
	"GET /fill/registers/:kind":             "admin clerk whole",
	"POST /fill/registers/:kind":            "admin clerk whole",
	"POST /fill/registers/:kind/:id/strike": "admin clerk whole",
	"GET /indicators":                       "admin clerk adviser viewer whole",
	"GET /indicators/:key":                  "admin clerk adviser viewer whole",
	"GET /report":                           "admin clerk whole",
	"POST /report/slot":                     "admin clerk whole",
	"POST /report/promises":                 "admin clerk whole",
	"POST /report/promises/:id":             "admin clerk whole",
	"POST /report/publish":                  "admin clerk whole",
	"GET /report/file/:format":              "admin clerk whole",
	"GET /report/published/:id/:format":     "admin clerk whole",

	"GET /people/export":                    "admin clerk",
	"POST /people/export":                   "admin clerk",
	"GET /people/template":                  "admin clerk",
	"POST /people/import":                   "admin clerk",
	"GET /knowledge":                        "admin clerk adviser",
	"POST /knowledge/keep":                  "admin clerk adviser",
	"GET /knowledge/new":                    "admin clerk adviser",
	"POST /knowledge/new":                   "admin clerk adviser",
	"GET /knowledge/cards/:id":              "admin clerk adviser",
	"GET /knowledge/cards/:id/edit":         "admin clerk adviser",
	"POST /knowledge/cards/:id/edit":        "admin clerk adviser",
	"POST /knowledge/cards/:id/keep":        "admin clerk adviser",
	"POST /knowledge/cards/:id/retire":      "admin clerk adviser",
	"POST /knowledge/cards/:id/still":       "admin clerk adviser",
	"GET /knowledge/versions/:id":           "admin clerk adviser",
	"POST /knowledge/versions/:id/propose":  "admin clerk adviser",
	"POST /knowledge/versions/:id/approve":  "admin adviser whole",
	"POST /knowledge/versions/:id/return":   "admin adviser whole",
	"POST /knowledge/versions/:id/withdraw": "admin clerk adviser",
	"GET /knowledge/unanswered":             "admin clerk adviser",
	"GET /knowledge/unanswered/:id":         "admin clerk adviser",
	"GET /knowledge/answers":                "admin clerk adviser",
	"POST /knowledge/answers/:id/drop":      "admin clerk adviser",
	"GET /knowledge/laws":                   "admin clerk adviser",

	"GET /settings":               "admin",
	"GET /accounts":               "admin",
	"POST /accounts/invite":       "admin",
	"POST /accounts/:id/end":      "admin",
	"POST /accounts/:id/sessions": "admin",
	"GET /audit":                  "admin",
}

// boards is which board a page belongs to, by the first part of its address,
// written a second time; "" is none. A page that is not here fails.
var boards = map[string]string{"": "", "sign-in": "", "sign-out": "", "first": "", "live": "", "me": "", "settings": "", "accounts": "", "audit": "",
	"consultations": "consult", "handovers": "consult", "disputes": "dispute", "grid": "grid", "people": "people",
	"fill": "report", "indicators": "report", "report": "report", "knowledge": "knowledge"}

var openToAll = map[string]bool{"GET /sign-in": true, "POST /sign-in": true, "GET /first": true, "POST /first": true}

// at fills a route's :id with a record of a village.
func (x *town) at(r route, village string) string {
	id := x.matter[village]
	if strings.HasPrefix(r.path, "/disputes") {
		id = x.dispute[village]
	}
	if strings.HasPrefix(r.path, "/accounts") {
		id = x.account(ledger.AccountViewer, village, x.next()).ID
	}
	if (strings.HasPrefix(r.path, "/fill") || strings.HasPrefix(r.path, "/report")) && strings.Contains(r.path, ":id") {
		id = x.signed(r.path)
	}
	switch {
	case strings.HasPrefix(r.path, "/knowledge/cards"):
		return "/console" + strings.Replace(r.path, ":id", mind().Base.Cards[0].ID, 1)
	case strings.HasPrefix(r.path, "/knowledge/versions"):
		id = x.keep(!strings.HasSuffix(r.path, "/propose"))
	case strings.HasPrefix(r.path, "/knowledge/"):
		id = x.asked[village]
	}
	return "/console" + strings.NewReplacer(":id", fmt.Sprint(id), ":key", "disputes", ":kind", ledger.RegisterMeeting, "file/:format", "file/docx?draft=1", ":format", "docx").Replace(r.path)
}

// townWide reports whether a route's records are the township's, of no village.
func townWide(r route) bool {
	return strings.HasPrefix(r.path, "/accounts") || strings.HasPrefix(r.path, "/knowledge/cards") || strings.HasPrefix(r.path, "/knowledge/versions")
}

// signed makes a record of what staff keep, for a route to strike out.
func (x *town) signed(path string) (id int64) {
	x.Helper()
	x.do(func(tx *ledger.Tx) error {
		a := ledger.Activity{Day: "2026-03-01", Kind: ledger.ActivityStudy, Place: "会议室", Heads: 5, Who: 7}
		e := ledger.Exam{Day: "2026-03-01", Title: "考试", Pass: 600, Who: 7, Scores: []ledger.Score{{Name: "田某", Mark: 900}}}
		m := ledger.Record{Kind: ledger.RegisterMeeting, Day: "2026-03-01", Title: "联席会议", Who: 7}
		plan := ledger.Promise{Year: 2026, Text: "修路", Who: 7}
		out := ledger.Publication{Year: 2026, Docx: []byte("docx"), XLSX: []byte("xlsx"), Who: 7}
		if err := errors.Join(tx.Hold("qingxi", &a), tx.Examine("qingxi", &e), tx.Record("qingxi", &m), tx.Promise("qingxi", &plan), tx.Publish("qingxi", &out)); err != nil {
			return err
		}
		id = map[string]int64{"activities": a.ID, "exams": e.ID, "registers": m.ID, "promises": plan.ID, "published": out.ID}[strings.Split(path, "/")[2]]
		return nil
	})
	return id
}

// formOf is a form that a route takes.
func (x *town) formOf(r route) url.Values {
	f := url.Values{"topic": {"继承"}, "role": {"viewer"}, "year": {"2026"}, "key": {"suits"}, "words": {"查过，没有"}, "place": {"会议室"}, "heads": {"12"},
		"kind": {"study"}, "title": {"题目"}, "pass": {"60"}, "rows": {"田某,61"}, "day": {"2026-11-01"}, "text": {"写的话"}}
	if r.path == "/people/import" {
		f.Set("rows", "网格员,红岩村,红岩一网格,田某,13800000001")
	}
	if r.path == "/report/slot" {
		f.Set("key", "duty")
	}
	if strings.HasPrefix(r.path, "/report/promises") {
		f.Set("fate", ledger.PromiseDone)
	}
	if strings.HasPrefix(r.path, "/knowledge") {
		f.Set("reason", "重复")
		f.Set("law", "民法典")
		f.Set("version", "2020-05-28")
	}
	return f
}

func TestAccess(t *testing.T) {
	x := newTown(t)
	x.fill()
	accounts := x.everyAccount()
	for _, r := range routes {
		name := r.method + " " + r.path
		want, known := granted[name]
		if openToAll[name] {
			if r.may != open {
				t.Errorf("%s: nobody can sign in", name)
			}
			continue
		}
		if !known {
			t.Errorf("%s is not in this test's table", name)
			continue
		}
		if status, _, h := x.browser().ask(r.method, x.at(r, "hongyan"), x.formOf(r)); status != http.StatusSeeOther || h.Get("Location") != "/console/sign-in" {
			t.Errorf("%s without a session: %d to %q", name, status, h.Get("Location"))
		}
		board, known := boards[strings.Split(r.path, "/")[1]]
		if !known {
			t.Errorf("%s is in no board of this test's table, nor in none", name)
		}
		refused := x.at(r, "hongyan")
		for _, who := range accounts {
			role, villages := who.a.Role, who.a.Villages
			b := who.browser
			if r.path == "/sign-out" {
				b = x.as(who.a)
			}
			may := strings.Contains(" "+want+" ", " "+role+" ") && !(strings.HasSuffix(want, " whole") && villages != nil) &&
				(board == "" || who.a.Boards == nil || slices.Contains(who.a.Boards, board))
			path := refused
			if may { // what was done to a record cannot be done again
				path = x.at(r, "hongyan")
			}
			status, body, _ := b.ask(r.method, path, x.formOf(r))
			// The report of a town without figures, and a change of one's account
			// without the password, are refused to everybody.
			blocked := r.path == "/report/publish" && status == http.StatusConflict || strings.HasPrefix(r.path, "/me/") && (status == http.StatusUnprocessableEntity || status == http.StatusConflict)
			if ok := status == http.StatusOK || status == http.StatusSeeOther || blocked; ok != may || !may && status != http.StatusForbidden {
				t.Errorf("%s as %s of %v, boards %v: %d\n%.300s", name, role, villages, who.a.Boards, status, body)
			}
		}
	}
}

// A desk is an account with its browser.
type desk struct {
	a *ledger.Account
	*browser
}

// everyAccount makes an account of every role: of the township with all boards
// and with each alone; of a village with all boards and with each half of them,
// so that every page is tried by who has its board and by who has not.
func (x *town) everyAccount() (out []desk) {
	x.Helper()
	half := len(ledger.Boards) / 2
	townwide, village := [][]string{nil}, [][]string{nil, ledger.Boards[:half], ledger.Boards[half:]}
	for _, b := range ledger.Boards {
		townwide = append(townwide, []string{b})
	}
	for _, role := range ledger.AccountRoles {
		for _, boards := range townwide {
			a := x.limited(role, nil, boards)
			out = append(out, desk{a, x.as(a)})
		}
		for _, boards := range village {
			a := x.limited(role, []string{"hongyan"}, boards)
			out = append(out, desk{a, x.as(a)})
		}
	}
	return out
}

// limited makes an account of some villages and boards straight in the ledger.
func (x *town) limited(role string, villages, boards []string) *ledger.Account {
	x.Helper()
	a := &ledger.Account{Login: role + "-" + x.next(), Name: "周敏", Password: "fits nothing"}
	x.do(func(tx *ledger.Tx) error {
		word, err := tx.MakePass(ledger.Pass{Township: "qingxi", Role: role, Villages: villages, Boards: boards, TOTP: newTOTP(), Maker: 1}, time.Hour)
		if err != nil {
			return err
		}
		return tx.MakeAccount(word, a, 1, nil)
	})
	a.Villages, a.Boards = villages, boards // nil, where the ledger gives an empty list
	return a
}

// What lies in another village is as if it were not there.
func TestOtherVillage(t *testing.T) {
	x := newTown(t)
	x.fill()
	for _, role := range []string{ledger.AccountClerk, ledger.AccountAdviser, ledger.AccountViewer} {
		b := x.as(x.account(role, "baiguo"))
		for _, r := range routes {
			if !strings.Contains(r.path, ":id") || townWide(r) || strings.HasSuffix(r.may, whole) || !r.allows(role) {
				continue
			}
			if status, _, _ := b.ask(r.method, x.at(r, "hongyan"), x.formOf(r)); status != http.StatusNotFound {
				t.Errorf("%s %s as %s of another village: %d", r.method, r.path, role, status)
			}
		}
		for _, path := range []string{"/console/", "/console/consultations", "/console/consultations?village=hongyan", "/console/consultations?q=QX-2026-0001", "/console/handovers", "/console/disputes", "/console/grid", "/console/knowledge/unanswered", "/console/knowledge/answers", "/console/knowledge"} {
			if strings.Contains(path, "knowledge") && role == ledger.AccountViewer {
				continue
			}
			doc := b.get(path)
			for _, no := range []string{"红岩", "QX-2026-0001", fmt.Sprint(x.matter["hongyan"]), fmt.Sprint(x.dispute["hongyan"]), fmt.Sprint(x.asked["hongyan"])} {
				// What was typed into the search stands in its field.
				if strings.Contains(strings.Replace(doc, `value="QX-2026-0001"`, "", 1), no) {
					t.Errorf("%s as %s of another village shows %s", path, role, no)
				}
			}
		}
	}
}

// Nobody can list one person's matters: no route finds them by name, phone,
// chat or person, whatever is put into its parameters.
func TestNoDossier(t *testing.T) {
	x := newTown(t)
	x.fill()
	b := x.as(x.account(ledger.AccountAdmin))
	for _, r := range routes {
		if r.method != http.MethodGet || openToAll["GET "+r.path] {
			continue
		}
		base := x.at(r, "hongyan")
		plain := b.get(base)
		for _, who := range []string{"李建华", "13800000000", "王小明", "13812345678", "resident-hongyan"} {
			for _, param := range []string{"q", "name", "person", "phone", "chat", "by", "who", "search"} {
				status, doc, _ := b.ask("GET", base+"?"+url.Values{param: {who}}.Encode(), nil)
				if status != http.StatusOK {
					continue
				}
				if got, was := strings.Count(doc, "/consultations/")+strings.Count(doc, "/disputes/"), strings.Count(plain, "/consultations/")+strings.Count(plain, "/disputes/"); got < was && got > 0 {
					t.Errorf("%s?%s=%s chooses %d of %d records", base, param, who, got, was)
				}
			}
		}
		if !strings.Contains(r.path, ":id") {
			for _, word := range []string{"李建华", "李*华", "13800000000", "13812345678", "王小明"} {
				if strings.Contains(plain, word) {
					t.Errorf("%s names a resident: %s", base, word)
				}
			}
		}
	}
}

func TestCrossSite(t *testing.T) {
	x := newTown(t)
	x.fill()
	b := x.as(x.account(ledger.AccountAdmin))
	for _, r := range routes {
		if r.method != http.MethodPost {
			continue
		}
		for _, head := range [][]string{{"Sec-Fetch-Site", "cross-site"}, {"Origin", "https://evil.example"}, {"Sec-Fetch-Site", "same-site"}} {
			if status, _, _ := b.ask("POST", x.at(r, "hongyan"), x.formOf(r), head...); status != http.StatusForbidden {
				t.Errorf("POST %s with %v: %d", r.path, head, status)
			}
		}
		if status, _, _ := x.browser().ask("GET", x.at(r, "hongyan"), nil); r.may == open && status == http.StatusSeeOther || r.may != open && status == http.StatusOK {
			t.Errorf("GET %s changes something", r.path)
		}
	}
	b.get("/console/") // still signed in
}

func TestSessionEnds(t *testing.T) {
	x := newTown(t)
	a, admin := x.account(ledger.AccountClerk), x.account(ledger.AccountAdmin)
	in := func(b *browser) bool { status, _, _ := b.ask("GET", "/console/", nil); return status == http.StatusOK }

	b := x.as(a)
	for range 5 {
		x.now = x.now.Add(2 * time.Hour)
		if !in(b) {
			t.Fatal("out while in use")
		}
	}
	x.now = x.now.Add(2*time.Hour + time.Minute)
	if in(b) {
		t.Error("in after more than twelve hours")
	}
	b = x.as(a)
	x.now = x.now.Add(8*time.Hour + time.Minute)
	if in(b) {
		t.Error("in after eight idle hours")
	}
	b = x.as(a)
	b.ask("POST", "/console/sign-out", nil)
	if in(b) {
		t.Error("in after signing out")
	}
	b = x.as(a)
	if s, _, _ := x.as(admin).ask("POST", fmt.Sprintf("/console/accounts/%d/sessions", a.ID), nil); s != http.StatusSeeOther || in(b) {
		t.Errorf("an admin ended the sessions: %d", s)
	}
	b = x.as(a)
	if s, _, _ := x.as(admin).ask("POST", fmt.Sprintf("/console/accounts/%d/end", a.ID), nil); s != http.StatusSeeOther || in(b) {
		t.Errorf("an admin ended the account: %d", s)
	}
	if s, _, _ := x.as(admin).ask("POST", fmt.Sprintf("/console/accounts/%d/end", admin.ID), nil); s != http.StatusConflict {
		t.Errorf("an admin ended their own account: %d", s)
	}
	p, err := x.l.Prove(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range p.Faults {
		t.Error("fault:", f)
	}
}
