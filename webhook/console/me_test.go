package console

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"mingbai/bot/ledger"
)

const longer = "四头水牛蹚过一条白沙河"

// known makes an account with a password, and returns its second factor.
func (x *town) known(password string) (*ledger.Account, string) {
	x.Helper()
	a := &ledger.Account{Login: "known-" + x.next(), Name: "周敏", Password: hashPassword(password)}
	x.do(func(tx *ledger.Tx) error {
		word, err := tx.MakePass(ledger.Pass{Township: "qingxi", Role: ledger.AccountAdviser, TOTP: newTOTP(), Maker: 1}, time.Hour)
		if err != nil {
			return err
		}
		return tx.MakeAccount(word, a, 1, []string{"abcdefghij"})
	})
	return a, a.TOTP
}

func (b *browser) in() bool {
	b.Helper()
	status, _, _ := b.ask("GET", "/console/", nil)
	return status == http.StatusOK
}

func TestChangePassword(t *testing.T) {
	x := newTown(t)
	a, secret := x.known(long)
	b, elsewhere, other := x.as(a), x.as(a), x.as(x.account(ledger.AccountAdmin))
	ask := func(old, fresh, again, code string) (int, string) {
		status, doc, h := b.ask("POST", "/console/me/password", url.Values{"password": {old}, "fresh": {fresh}, "again": {again}, "code": {code}})
		if status == http.StatusSeeOther {
			doc = b.get(h.Get("Location"))
		}
		sound(t, "me", doc)
		return status, doc
	}
	for _, tt := range []struct{ name, old, fresh, again, code, say string }{
		{"too short", long, "short", "short", x.code(secret), "密码至少"},
		{"one character", long, "一一一一一一一一一一", "一一一一一一一一一一", x.code(secret), "太好猜"},
		{"with the login", long, a.Login + "-and-more", a.Login + "-and-more", x.code(secret), "太好猜"},
		{"typed twice differently", long, longer, longer + "x", x.code(secret), "不一样"},
		{"the old one again", long, long, long, x.code(secret), "和原来的一样"},
		{"a wrong password", longer, longer + "y", longer + "y", x.code(secret), wrongProof},
		{"a wrong code", long, longer, longer, "000000", wrongProof},
		{"no code", long, longer, longer, "", wrongProof},
	} {
		if status, doc := ask(tt.old, tt.fresh, tt.again, tt.code); status != http.StatusUnprocessableEntity || !strings.Contains(doc, tt.say) {
			t.Errorf("%s: %d", tt.name, status)
		}
	}
	if !elsewhere.in() {
		t.Error("a refused change ended a session")
	}
	if status, doc := ask(long, longer, longer, x.code(secret)); status != http.StatusSeeOther || !strings.Contains(doc, "密码改好了") {
		t.Errorf("%d", status)
	}
	if !b.in() || elsewhere.in() || !other.in() {
		t.Error("a changed password ends the other sessions, of this account only")
	}
	// The same code does not serve twice, nor at the door.
	if status, _ := ask(longer, long, long, x.code(secret)); status != http.StatusUnprocessableEntity {
		t.Errorf("a used code: %d", status)
	}
	x.now = x.now.Add(time.Minute)
	signIn := func(password string) int {
		status, _, _ := x.browser().ask("POST", "/console/sign-in", url.Values{"login": {a.Login}, "password": {password}, "code": {x.code(secret)}})
		return status
	}
	if signIn(long) != http.StatusUnauthorized || signIn(longer) != http.StatusSeeOther {
		t.Error("the new password opens, the old one does not")
	}
	for range triesOfLogin {
		ask("a wrong password", long, long, "000000")
	}
	x.now = x.now.Add(time.Minute)
	if _, doc := ask(longer, long, long, x.code(secret)); !strings.Contains(doc, "试得太多了") {
		t.Error("no end of trying")
	}
	if doc := other.get("/console/audit"); strings.Count(doc, "改了自己的密码") != 1 || !strings.Contains(doc, "没有改") {
		t.Error("the audit does not tell")
	}
}

func TestChangeFactor(t *testing.T) {
	x := newTown(t)
	a, secret := x.known(long)
	b, elsewhere := x.as(a), x.as(a)
	confirm := func(password, code string) (int, string) {
		status, doc, h := b.ask("POST", "/console/me/factor/confirm", url.Values{"password": {password}, "code": {code}})
		if status == http.StatusSeeOther {
			doc = b.get(h.Get("Location"))
		}
		sound(t, "me", doc)
		return status, doc
	}
	if status, doc := confirm(long, x.code(secret)); status != http.StatusConflict || !strings.Contains(doc, "没有在换手机验证") {
		t.Errorf("nothing was offered: %d", status)
	}
	_, doc, _ := b.ask("POST", "/console/me/factor", nil)
	sound(t, "me", doc)
	shown := secretForm.FindStringSubmatch(doc)
	if shown == nil || !strings.Contains(doc, "data:image/png;base64,") {
		t.Fatalf("no new secret:\n%s", doc)
	}
	next := strings.ReplaceAll(shown[1], " ", "")
	for name, tt := range map[string][2]string{"a wrong password": {longer, x.code(next)}, "a code of the old one": {long, x.code(secret)}, "no code": {long, ""}} {
		status, doc := confirm(tt[0], tt[1])
		if status != http.StatusUnprocessableEntity || !strings.Contains(doc, wrongProof) || !strings.Contains(doc, shown[1]) {
			t.Errorf("%s: %d", name, status)
		}
	}
	if !elsewhere.in() {
		t.Error("a refused change ended a session")
	}
	if status, doc := confirm(long, x.code(next)); status != http.StatusSeeOther || !strings.Contains(doc, "手机验证换好了") || strings.Contains(doc, "二维码\"") {
		t.Errorf("%d", status)
	}
	if !b.in() || elsewhere.in() {
		t.Error("a changed second factor ends the other sessions")
	}
	x.now = x.now.Add(time.Minute)
	signIn := func(code string) int {
		status, _, _ := x.browser().ask("POST", "/console/sign-in", url.Values{"login": {a.Login}, "password": {long}, "code": {code}})
		return status
	}
	if signIn(x.code(secret)) != http.StatusUnauthorized || signIn(x.code(next)) != http.StatusSeeOther {
		t.Error("the new phone opens, the old one does not")
	}
}

func TestNewCodes(t *testing.T) {
	x := newTown(t)
	a, secret := x.known(long)
	b := x.as(a)
	if doc := b.get("/console/me"); !strings.Contains(doc, "还剩1个没用") {
		t.Error("the page does not count the codes")
	}
	ask := func(password, code string) (int, string) {
		status, doc, _ := b.ask("POST", "/console/me/codes", url.Values{"password": {password}, "code": {code}})
		sound(t, "me", doc)
		return status, doc
	}
	if status, _ := ask(longer, x.code(secret)); status != http.StatusUnprocessableEntity {
		t.Errorf("with a wrong password: %d", status)
	}
	if status, _ := ask(long, "zzzzzzzzzz"); status != http.StatusUnprocessableEntity {
		t.Errorf("with a wrong code: %d", status)
	}
	// The last of the old ones serves to make new ones.
	status, doc := ask(long, "abcde-fghij")
	codes := regexp.MustCompile(`<li><code>([a-z0-9]{10})</code>`).FindAllStringSubmatch(doc, -1)
	if status != http.StatusOK || len(codes) != 8 {
		t.Fatalf("%d, %d codes", status, len(codes))
	}
	if doc := b.get("/console/me"); strings.Contains(doc, codes[0][1]) || !strings.Contains(doc, "还剩8个没用") {
		t.Error("the codes are shown once")
	}
	signIn := func(code string) int {
		status, _, _ := x.browser().ask("POST", "/console/sign-in", url.Values{"login": {a.Login}, "password": {long}, "code": {code}})
		return status
	}
	if signIn("abcdefghij") != http.StatusUnauthorized || signIn(codes[7][1]) != http.StatusSeeOther {
		t.Error("the new codes open, the old ones do not")
	}
}

func TestOwnSessions(t *testing.T) {
	x := newTown(t)
	a, _ := x.known(long)
	other := x.as(x.account(ledger.AccountAdmin))
	elsewhere := x.as(a)
	x.now = x.now.Add(time.Minute)
	b := x.as(a)
	doc := b.get("/console/me")
	m := regexp.MustCompile(`name="session" value="([0-9a-f]+)"`).FindAllStringSubmatch(doc, -1)
	if len(m) != 1 || strings.Count(doc, "就是这里") != 1 {
		t.Fatalf("%d sessions can be ended:\n%s", len(m), doc)
	}
	other.ask("POST", "/console/me/sessions", url.Values{"session": {m[0][1]}})
	if !elsewhere.in() {
		t.Error("another account ended it")
	}
	// What the form carries opens nothing.
	u, _ := url.Parse(x.server.URL + "/console")
	thief := x.browser()
	thief.http.Jar.SetCookies(u, []*http.Cookie{{Name: cookieName, Value: m[0][1], Path: "/console"}})
	if thief.in() {
		t.Error("a session's name opens it")
	}
	if status, _, _ := b.ask("POST", "/console/me/sessions", url.Values{"session": {m[0][1]}}); status != http.StatusSeeOther || elsewhere.in() || !b.in() {
		t.Errorf("%d", status)
	}
	if status, _, _ := b.ask("POST", "/console/me/sessions", url.Values{"session": {m[0][1]}}); status != http.StatusSeeOther {
		t.Errorf("once more: %d", status)
	}
}

// An account of some boards sees these in its navigation and on its overview,
// and nothing of the others.
func TestBoards(t *testing.T) {
	x := newTown(t)
	x.fill()
	admin := x.as(x.account(ledger.AccountAdmin))
	for _, tt := range []struct {
		boards   []string
		nav, not []string
	}{
		{nil, []string{"咨询", "转人工", "纠纷", "网格", "人员", "填报", "指标", "报告"}, []string{"设置"}},
		{[]string{"consult"}, []string{"咨询", "转人工"}, []string{"纠纷", "网格", "人员", "填报", "指标", "报告"}},
		{[]string{"dispute", "grid"}, []string{"纠纷", "网格"}, []string{"咨询", "转人工", "人员", "填报", "报告"}},
		{[]string{"report"}, []string{"填报", "指标", "报告"}, []string{"咨询", "转人工", "纠纷", "网格", "人员"}},
	} {
		doc := x.as(x.limited(ledger.AccountClerk, nil, tt.boards)).get("/console/")
		sound(t, fmt.Sprint(tt.boards), doc)
		for _, name := range append([]string{"总览"}, tt.nav...) {
			if !strings.Contains(doc, `>`+name+`</a></li>`) {
				t.Errorf("%v: %s is not in the navigation", tt.boards, name)
			}
		}
		for _, name := range tt.not {
			if strings.Contains(doc, `>`+name+`</a></li>`) {
				t.Errorf("%v: %s is in the navigation", tt.boards, name)
			}
			for _, r := range routes {
				if r.nav == name && (strings.Contains(doc, `"/console`+r.path+`"`) || strings.Contains(doc, `"/console`+r.path+"/")) {
					t.Errorf("%v: the overview leads to %s", tt.boards, r.path)
				}
			}
			if strings.Contains(doc, `scope="col">`+name) {
				t.Errorf("%v: the overview counts %s", tt.boards, name)
			}
		}
	}
	if status, doc, _ := x.as(x.limited(ledger.AccountClerk, nil, []string{"grid"})).ask("GET", "/console/disputes", nil); status != http.StatusForbidden || !strings.Contains(doc, errBoard.say) {
		t.Errorf("%d %s", status, doc)
	}

	// Chosen when the account is invited.
	if status, _, _ := admin.ask("POST", "/console/accounts/invite", url.Values{"role": {"clerk"}, "board": {"nothing"}}); status != http.StatusBadRequest {
		t.Errorf("a board that is none: %d", status)
	}
	for role, want := range map[string]string{"clerk": "只办咨询、网格", "admin": "办全部板块"} {
		_, doc, _ := admin.ask("POST", "/console/accounts/invite", url.Values{"role": {role}, "board": {"consult", "grid"}})
		link := regexp.MustCompile(`<code class="link">(.*?)</code>`).FindStringSubmatch(doc)[1]
		page := x.browser().get(strings.TrimPrefix(link, x.server.URL))
		if !strings.Contains(doc, want) || !strings.Contains(page, want) {
			t.Errorf("%s: the link does not say %s", role, want)
		}
		secret := strings.ReplaceAll(secretForm.FindStringSubmatch(page)[1], " ", "")
		if status, doc := x.browser().join(link, "invited-"+role, long, x.code(secret)); status != http.StatusOK {
			t.Fatalf("%d %s", status, doc)
		}
		err := x.l.View(context.Background(), func(v *ledger.View) error {
			a, err := ledger.AccountByLogin(v, "qingxi", "invited-"+role)
			if err == nil && boardNames(a.Boards) != want {
				t.Errorf("%s: made with %v", role, a.Boards)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if doc := admin.get("/console/accounts"); !strings.Contains(doc, "invited-clerk　司法所工作人员　全镇　只办咨询、网格") {
		t.Error("the list of accounts does not tell the boards")
	}
	if doc := admin.get("/console/audit"); !strings.Contains(doc, "司法所工作人员，只办咨询、网格") {
		t.Error("the audit does not tell the boards")
	}
}
