package console

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"mingbai/bot/ledger"
)

// sound checks that a page closes what it opens and would pass the content
// policy.
func sound(t *testing.T, name, doc string) {
	t.Helper()
	void := map[string]bool{"meta": true, "link": true, "input": true, "br": true, "img": true}
	var open []string
	ids := map[string]bool{}
	z := html.NewTokenizer(strings.NewReader(doc))
	for {
		switch z.Next() {
		case html.ErrorToken:
			if z.Err() != io.EOF || len(open) > 0 {
				t.Errorf("%s: %v, left open: %v", name, z.Err(), open)
			}
			return
		case html.StartTagToken:
			tok := z.Token()
			ours := slices.Contains(tok.Attr, html.Attribute{Key: "src", Val: scriptHref})
			if tok.Data == "script" && !ours || tok.Data == "style" {
				t.Errorf("%s has a <%s>", name, tok.Data)
			}
			if !void[tok.Data] {
				open = append(open, tok.Data)
			}
			for _, a := range tok.Attr {
				if a.Key == "style" || strings.HasPrefix(a.Key, "on") {
					t.Errorf("%s: attribute %s would not pass the content policy", name, a.Key)
				}
				if (a.Key == "src" || a.Key == "href") && strings.Contains(a.Val, "//") && !strings.HasPrefix(a.Val, "data:image/png;base64,") {
					t.Errorf("%s: %s leads outside", name, a.Val)
				}
				if a.Key == "id" && ids[a.Val] {
					t.Errorf("%s: two elements are called %q", name, a.Val)
				}
				if a.Key == "id" {
					ids[a.Val] = true
				}
			}
		case html.EndTagToken:
			end := z.Token().Data
			if len(open) == 0 || open[len(open)-1] != end {
				t.Fatalf("%s: </%s> closes %v", name, end, open)
			}
			open = open[:len(open)-1]
		}
	}
}

func TestPages(t *testing.T) {
	for _, full := range []bool{false, true} {
		t.Run(fmt.Sprintf("full=%v", full), func(t *testing.T) {
			x := newTown(t)
			if full {
				x.fill()
			}
			b := x.as(x.account(ledger.AccountAdmin))
			for _, r := range routes {
				if r.method != http.MethodGet || openToAll["GET "+r.path] || r.path == "/live" || !full && strings.Contains(r.path, ":id") {
					continue
				}
				status, doc, h := b.ask("GET", x.at(r, "hongyan"), nil)
				if status != http.StatusOK {
					t.Fatalf("%s: %d", r.path, status)
				}
				if !strings.HasPrefix(h.Get("Content-Type"), "text/html") {
					if !strings.HasPrefix(h.Get("Content-Disposition"), "attachment;") {
						t.Errorf("%s: a file that is not saved: %v", r.path, h)
					}
					continue
				}
				sound(t, r.path, doc)
				if strings.Contains(doc, "ZgotmplZ") || !strings.Contains(doc, `aria-current="page"`) && r.nav != "" {
					t.Errorf("%s: not whole", r.path)
				}
				if p := h.Get("Content-Security-Policy"); !strings.Contains(p, "default-src 'none'") || strings.Contains(p, "unsafe") || h.Get("Cache-Control") != "no-store" {
					t.Errorf("%s: headers %v", r.path, h)
				}
			}
		})
	}
}

// What a resident wrote is text, wherever it is shown.
func TestHostileText(t *testing.T) {
	x := newTown(t)
	x.fill()
	b := x.as(x.account(ledger.AccountAdmin))
	doc := b.get(fmt.Sprintf("/console/consultations/%d", x.matter["hongyan"]))
	if strings.Contains(doc, "<script") || strings.Contains(doc, "<img") || strings.Count(doc, "&lt;script&gt;") != 2 {
		t.Errorf("not escaped:\n%s", doc)
	}
	_, doc, _ = b.ask("GET", "/console/consultations?"+url.Values{"q": {hostile}}.Encode(), nil)
	sound(t, "search", doc)
}

func TestReadingIsNoted(t *testing.T) {
	x := newTown(t)
	x.fill()
	a := x.account(ledger.AccountClerk)
	b := x.as(a)
	for _, path := range []string{fmt.Sprintf("/console/consultations/%d", x.matter["hongyan"]), fmt.Sprintf("/console/disputes/%d", x.dispute["hongyan"])} {
		if doc := b.get(path); !strings.Contains(doc, "<span>周敏</span>") {
			t.Errorf("%s does not show who looked", path)
		}
	}
	err := x.l.View(context.Background(), func(v *ledger.View) error {
		list, err := ledger.Looks(v, "qingxi", x.matter["hongyan"], 9)
		if len(list) != 2 || list[0].By != a.ID {
			t.Errorf("noted %v", list)
		}
		if err != nil {
			return err
		}
		c, err := ledger.FindChat(v, "web", "resident-hongyan")
		if err != nil {
			return err
		}
		told, err := ledger.Lookers(v, c.ID)
		if len(told) != 1 || told[0].Name != "周敏" || told[0].N != 2 || !told[0].Last.Equal(x.now) {
			t.Errorf("the resident is told %v", told)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestCorrectTopic(t *testing.T) {
	x := newTown(t)
	x.fill()
	b := x.as(x.account(ledger.AccountAdviser))
	path := fmt.Sprintf("/console/consultations/%d", x.matter["hongyan"])
	if s, _, _ := b.ask("POST", path+"/topic", url.Values{"topic": {"没有的"}}); s != http.StatusBadRequest {
		t.Errorf("a topic that is none: %d", s)
	}
	if s, _, _ := b.ask("POST", path+"/topic", url.Values{"topic": {"毒品"}}); s != http.StatusSeeOther {
		t.Errorf("%d", s)
	}
	if doc := b.get(path); !strings.Contains(doc, "改成“毒品”") {
		t.Error("the correction is not told")
	}
	if doc := b.get("/console/consultations?topic=毒品"); !strings.Contains(doc, path) {
		t.Error("not found under its topic")
	}
}

func TestMaskedParties(t *testing.T) {
	x := newTown(t)
	x.fill()
	path := fmt.Sprintf("/console/disputes/%d", x.dispute["hongyan"])
	for _, role := range []string{ledger.AccountAdviser, ledger.AccountClerk} {
		b := x.as(x.account(role))
		doc := b.get(path)
		if strings.Contains(doc, "李建华") || strings.Contains(doc, "13800000000") || !strings.Contains(doc, "李*华") || !strings.Contains(doc, "138****0000") {
			t.Errorf("%s: not masked", role)
		}
		if !strings.Contains(doc, "必须8份，齐2份") {
			t.Errorf("%s: the dossier's meter is off", role)
		}
		// A paper carries the names.
		if got := strings.Contains(doc, `href="/paper/`); got != (role == ledger.AccountClerk) {
			t.Errorf("%s: papers %v", role, got)
		}
	}
	if _, doc, _ := x.as(x.account(ledger.AccountClerk, "hongyan")).ask("POST", path+"/names", nil); !strings.Contains(doc, "李建华") || !strings.Contains(doc, "13800000000") {
		t.Error("a clerk cannot see the names")
	}
}

var secretForm = regexp.MustCompile(`手工输入：<code>([A-Z2-7 ]+)</code>`)

// join opens a link's form and fills it in.
func (b *browser) join(link, login, password, code string) (int, string) {
	b.Helper()
	u, err := url.Parse(link)
	if err != nil {
		b.Fatal(err)
	}
	status, doc, _ := b.ask("POST", "/console/first", url.Values{"k": {u.Query().Get("k")}, "name": {"周敏"}, "login": {login}, "password": {password}, "again": {password}, "code": {code}})
	sound(b.T, "first", doc)
	return status, doc
}

func TestFirstAccount(t *testing.T) {
	x := newTown(t)
	link, err := x.c.FirstLink(context.Background(), x.server.URL)
	if err != nil || link == "" {
		t.Fatal(link, err)
	}
	b := x.browser()
	doc := b.get(strings.TrimPrefix(link, x.server.URL))
	sound(t, "first", doc)
	secret := strings.ReplaceAll(secretForm.FindStringSubmatch(doc)[1], " ", "")
	for _, tt := range []struct{ login, password, code, trouble string }{
		{"zhoumin", "short", x.code(secret), "密码至少"},
		{"zhoumin", "zhoumin-zhoumin", x.code(secret), "太好猜"},
		{"zhoumin", "aaaaaaaaaaaa", x.code(secret), "太好猜"},
		{"zhou min", long, x.code(secret), "登录名用"},
		{"zhoumin", long, "12345", "动态码不对"},
	} {
		if status, doc := b.join(link, tt.login, tt.password, tt.code); status != http.StatusUnprocessableEntity || !strings.Contains(doc, tt.trouble) {
			t.Errorf("%v: %d", tt, status)
		}
	}
	status, doc := b.join(link, "zhoumin", long, x.code(secret))
	if status != http.StatusOK || !strings.Contains(doc, "账号开好了") {
		t.Fatalf("%d %s", status, doc)
	}
	recovery := regexp.MustCompile(`<code>([a-z0-9]{10})</code>`).FindAllStringSubmatch(doc, -1)
	if len(recovery) != 8 {
		t.Fatalf("%d recovery codes", len(recovery))
	}
	if status, _ := b.join(link, "other", long, x.code(secret)); status != http.StatusNotFound {
		t.Errorf("the link worked twice: %d", status)
	}
	if again, err := x.c.FirstLink(context.Background(), x.server.URL); again != "" || err != nil {
		t.Errorf("a second first link: %q %v", again, err)
	}
	signIn := func(password, code string) int {
		status, doc, h := x.browser().ask("POST", "/console/sign-in", url.Values{"login": {"zhoumin"}, "password": {password}, "code": {code}})
		if c := h.Get("Set-Cookie"); status == http.StatusSeeOther && (!strings.Contains(c, "HttpOnly") || !strings.Contains(c, "SameSite=Strict")) {
			t.Errorf("cookie %q", c)
		}
		sound(t, "sign-in", doc+"<p></p>")
		return status
	}
	if signIn(long, x.code(secret)) != http.StatusUnauthorized {
		t.Error("the code of the form served again")
	}
	x.now = x.now.Add(time.Minute)
	if signIn("三只青蛙跳过两块青石头", x.code(secret)) != http.StatusUnauthorized || signIn(long, "000000") != http.StatusUnauthorized {
		t.Error("signed in with a wrong word")
	}
	if signIn(long, x.code(secret)) != http.StatusSeeOther {
		t.Error("cannot sign in")
	}
	if signIn(long, strings.ToUpper(recovery[0][1])) != http.StatusSeeOther || signIn(long, recovery[0][1]) != http.StatusUnauthorized {
		t.Error("a recovery code serves once")
	}
	for range triesOfLogin {
		signIn("wrong", "000000")
	}
	x.now = x.now.Add(time.Minute)
	if signIn(long, x.code(secret)) != http.StatusTooManyRequests {
		t.Error("no end of trying")
	}
	x.now = x.now.Add(tryWindow + time.Minute)
	if signIn(long, x.code(secret)) != http.StatusSeeOther {
		t.Error("locked out for good")
	}
}

func TestInvite(t *testing.T) {
	x := newTown(t)
	b := x.as(x.account(ledger.AccountAdmin))
	status, doc, _ := b.ask("POST", "/console/accounts/invite", url.Values{"role": {"clerk"}, "village": {"hongyan", "baiguo"}})
	m := regexp.MustCompile(`<code class="link">(.*?)</code>`).FindStringSubmatch(doc)
	if status != http.StatusOK || m == nil {
		t.Fatalf("%d %s", status, doc)
	}
	link := html.UnescapeString(m[1])
	page := x.browser().get(strings.TrimPrefix(link, x.server.URL))
	if !strings.Contains(page, "红岩村、白果村") {
		t.Error("the link does not say where")
	}
	secret := strings.ReplaceAll(secretForm.FindStringSubmatch(page)[1], " ", "")
	if status, doc := x.browser().join(link, "clerk", long, x.code(secret)); status != http.StatusOK {
		t.Errorf("%d %s", status, doc)
	}
	x.now = x.now.Add(inviteLife)
	_, doc, _ = x.as(x.account(ledger.AccountAdmin, "x")).ask("POST", "/console/accounts/invite", url.Values{"role": {"viewer"}})
	late := html.UnescapeString(regexp.MustCompile(`<code class="link">(.*?)</code>`).FindStringSubmatch(doc)[1])
	x.now = x.now.Add(inviteLife)
	if status, _, _ := x.browser().ask("GET", strings.TrimPrefix(late, x.server.URL), nil); status != http.StatusNotFound {
		t.Errorf("an old link: %d", status)
	}
}

func TestMasks(t *testing.T) {
	for in, want := range map[string]string{"李建华": "李*华", "王五": "王*", "": "（没写名字）", "欧阳建国": "欧**国", "李": "*"} {
		if got := maskName(in); got != want {
			t.Errorf("%q: got %q, want %q", in, got, want)
		}
	}
	if maskPhone("13812345678") != "138****5678" || maskPhone("12345") != "*****" || maskPhone("") != "" {
		t.Error("phones")
	}
}
