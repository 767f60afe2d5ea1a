package console

import (
	"context"
	"errors"
	"html/template"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"time"
	"unicode/utf8"

	"mingbai/bot/ledger"
)

// How long a one-time link is good.
const (
	firstLife  = 24 * time.Hour
	inviteLife = 72 * time.Hour
)

// shortest is how many characters a password has at least.
const shortest = 10

// FirstLink makes a one-time link by which the first account, an admin's, is
// made. It is "" when somebody has an account already. base is where the
// console is reached, such as http://127.0.0.1:8080.
func (c *Console) FirstLink(ctx context.Context, base string) (string, error) {
	town := c.Mind().Base.Township.ID
	var word string
	err := c.Ledger.Do(ctx, "console first", c.now(), func(tx *ledger.Tx) error {
		word = ""
		n, err := ledger.CountAccounts(tx, town)
		if err != nil || n > 0 {
			return err
		}
		word, err = tx.MakePass(ledger.Pass{Township: town, Role: ledger.AccountAdmin, TOTP: newTOTP()}, firstLife)
		return err
	})
	if err != nil || word == "" {
		return "", err
	}
	return passLink(base, word), nil
}

func passLink(base, word string) string {
	return strings.TrimRight(base, "/") + "/console/first?k=" + url.QueryEscape(word)
}

type firstPage struct {
	frame
	Key, Role   string
	Where       string
	Boards      string
	Login, Full string // as typed
	Picture     template.URL
	Secret      string
	Until       time.Time
	Trouble     string
	Codes       []string // once the account is made
}

var errLink = &refusal{http.StatusNotFound, "这个链接用不了了", "它只能用一次，也会过期。请管理员再发一个；第一次装好的，重新启动程序会印出新的。"}

// firstPage shows what a link gives. Opening it uses nothing up: previews and
// scanners open links.
func (v *visit) firstPage() error {
	return v.showFirst(http.StatusOK, &firstPage{Key: v.Query("k")})
}

func (v *visit) showFirst(status int, p *firstPage) error {
	var pass ledger.Pass
	err := v.view(func(r *ledger.View) (err error) {
		pass, err = ledger.PassOf(r, p.Key, v.now)
		return err
	})
	if errors.Is(err, ledger.ErrNotFound) || err == nil && pass.Township != v.town() {
		return errLink
	}
	if err != nil {
		return err
	}
	p.Title, p.Role, p.Where, p.Boards = "开账号", roleName(pass.Role), v.villageNames(pass.Villages), boardNames(pass.Boards)
	p.Secret, p.Until = spaced(pass.TOTP), pass.Expires
	if p.Picture, err = totpPicture(pass.TOTP, v.c.Mind().Base.Township.Name); err != nil {
		return err
	}
	return v.show(status, "first", p)
}

// spaced writes a secret in groups of four, to type it off.
func spaced(s string) string {
	var b strings.Builder
	for i, r := range s {
		if i > 0 && i%4 == 0 {
			b.WriteByte(' ')
		}
		b.WriteRune(r)
	}
	return b.String()
}

var loginForm = regexp.MustCompile(`^[\p{Han}A-Za-z0-9._-]{2,30}$`)

// first makes the account, once a code of the phone shows that it will be able
// to sign in.
func (v *visit) first() error {
	if err := v.Request.ParseForm(); err != nil {
		return err
	}
	f := v.Request.PostForm
	p := &firstPage{Key: f.Get("k"), Login: strings.TrimSpace(f.Get("login")), Full: strings.TrimSpace(f.Get("name"))}
	password := f.Get("password")
	var pass ledger.Pass
	err := v.view(func(r *ledger.View) (err error) {
		pass, err = ledger.PassOf(r, p.Key, v.now)
		return err
	})
	if errors.Is(err, ledger.ErrNotFound) || err == nil && pass.Township != v.town() {
		return errLink
	}
	if err != nil {
		return err
	}
	ok := false
	if err := v.do("first", func(tx *ledger.Tx) (err error) {
		ok, err = tx.Attempt("address "+v.ClientIP(), triesOfAddress, tryWindow)
		return err
	}); err != nil {
		return err
	}
	step := totpStep(pass.TOTP, tidyCode(f.Get("code")), v.now)
	switch {
	case !ok:
		p.Trouble = "试得太多了。过15分钟再试。"
	case p.Full == "" || utf8.RuneCountInString(p.Full) > 20:
		p.Trouble = "姓名要写，最多20个字。"
	case !loginForm.MatchString(p.Login):
		p.Trouble = "登录名用2到30个汉字、字母或数字，不要空格。"
	case passwordTrouble(p.Login, password, f.Get("again")) != "":
		p.Trouble = passwordTrouble(p.Login, password, f.Get("again"))
	case step == 0:
		p.Trouble = "动态码不对。先用手机扫下面的码，再写手机上显示的6个数字。"
	}
	if p.Trouble != "" {
		return v.showFirst(http.StatusUnprocessableEntity, p)
	}
	codes := recoveryCodes()
	a := &ledger.Account{Login: p.Login, Name: p.Full, Password: hashPassword(password)}
	err = v.do("first", func(tx *ledger.Tx) error { return tx.MakeAccount(p.Key, a, step, codes) })
	switch {
	case errors.Is(err, ledger.ErrTaken):
		p.Trouble = "登录名“" + p.Login + "”有人用了，换一个。"
		return v.showFirst(http.StatusUnprocessableEntity, p)
	case errors.Is(err, ledger.ErrNotFound):
		return errLink
	case err != nil:
		return err
	}
	p.Title, p.Codes = "账号开好了", codes
	return v.show(http.StatusOK, "first", p)
}
