package console

import (
	"errors"
	"net/http"
	"strings"
	"time"

	"mingbai/bot/ledger"
)

// Failed tries allowed within the window: a login is guessed from many
// addresses, and one address guesses many logins; an office shares an address.
const (
	triesOfLogin   = 5
	triesOfAddress = 30
	tryWindow      = 15 * time.Minute
)

type signInPage struct {
	frame
	Login   string
	Trouble string
}

func (v *visit) signInPage() error {
	if v.account != nil {
		return v.to("/")
	}
	return v.showSignIn(http.StatusOK, "", "")
}

func (v *visit) showSignIn(status int, login, trouble string) error {
	p := &signInPage{Login: login, Trouble: trouble}
	p.Title = "登录"
	return v.show(status, "signin", p)
}

// signIn takes login, password and code. What was wrong is not told apart.
func (v *visit) signIn() error {
	if err := v.Request.ParseForm(); err != nil {
		return err
	}
	f := v.Request.PostForm
	login, password, code := strings.TrimSpace(f.Get("login")), f.Get("password"), tidyCode(f.Get("code"))
	if len(login) > 200 || len(password) > 1000 || len(code) > 100 {
		return v.showSignIn(http.StatusBadRequest, "", "登录名、密码或者动态码不对。")
	}
	byLogin, byAddress := "login "+v.town()+" "+login, "address "+v.ClientIP()
	var a *ledger.Account
	err := v.do("sign-in", func(tx *ledger.Tx) error {
		ok1, err := tx.Attempt(byLogin, triesOfLogin, tryWindow)
		if err != nil {
			return err
		}
		ok2, err := tx.Attempt(byAddress, triesOfAddress, tryWindow)
		if err != nil {
			return err
		}
		a = nil
		if ok1 && ok2 {
			a, err = ledger.AccountByLogin(tx, v.town(), login)
			if errors.Is(err, ledger.ErrNotFound) {
				a, err = &ledger.Account{Password: nobody}, nil
			}
		}
		return err
	})
	if err != nil {
		return err
	}
	if a == nil {
		return v.showSignIn(http.StatusTooManyRequests, login, "试得太多了。过15分钟再试，或者请管理员帮忙。")
	}
	good := fits(password, a.Password) && a.ID != 0
	step := int64(0)
	if good {
		step = totpStep(a.TOTP, code, v.now)
	}
	var word string
	err = v.do("sign-in", func(tx *ledger.Tx) error {
		word = ""
		if good {
			used, err := tx.UseCode(a.ID, step, code)
			if err != nil {
				return err
			}
			if used {
				word, err = tx.BeginSession(a)
				if err == nil {
					err = tx.ForgetAttempts(byLogin)
				}
				return err
			}
		}
		if a.ID == 0 {
			return nil
		}
		return tx.Log(a.Township, ledger.Entry{Event: ledger.SignInFailed, To: a.ID})
	})
	if err != nil {
		return err
	}
	if word == "" {
		return v.showSignIn(http.StatusUnauthorized, login, "登录名、密码或者动态码不对。动态码一个只能用一次，等它换了再试。")
	}
	v.setCookie(word)
	return v.to("/")
}

func (v *visit) signOut() error {
	if err := v.do("sign-out", func(tx *ledger.Tx) error { return tx.EndSession(v.account, v.word) }); err != nil {
		return err
	}
	v.setCookie("")
	return v.to("/sign-in")
}
