package console

import (
	"errors"
	"fmt"
	"html/template"
	"net/http"
	"strings"
	"time"
	"unicode/utf8"

	"mingbai/bot/ledger"
)

type mePage struct {
	frame
	Login, Where, Boards string
	Left                 int64 // recovery codes
	Sessions             []ledger.Session
	Done                 string
	Codes                []string      // new ones, shown once
	Picture              template.URL  // of a new second factor that waits for its code
	Secret               string        // the same, to type off
	Trouble              trouble       // where it belongs
	Idle, Life           time.Duration // of a session
}

// A trouble is what was wrong in one part of the page.
type trouble struct{ Part, Say string }

// The parts of the page, as their addresses call them.
const (
	partPassword = "password"
	partFactor   = "factor"
	partCodes    = "codes"
)

// meDone is what is told after a change, by the part of it.
var meDone = map[string]string{partPassword: "密码改好了。别处的登录都退出了。", partFactor: "手机验证换好了。原来那个手机上的动态码不能再用，别处的登录都退出了。", "session": "那一处退出了。"}

const wrongProof = "密码或者动态码不对。动态码一个只能用一次，等它换了再试。"

// me is one's own account.
func (v *visit) me() error {
	return v.showMe(http.StatusOK, &mePage{Done: meDone[v.Query("done")]})
}

func (v *visit) showMe(status int, p *mePage) error {
	p.Title, p.Login, p.Where, p.Boards = "我的账号", v.account.Login, v.villageNames(v.account.Villages), boardNames(v.account.Boards)
	p.Idle, p.Life = ledger.SessionIdle, ledger.SessionLife
	err := v.view(func(r *ledger.View) (err error) {
		if p.Left, err = ledger.RecoveryLeft(r, v.account.ID); err != nil {
			return err
		}
		p.Sessions, err = ledger.SessionsOf(r, v.account.ID, v.word, v.now)
		return err
	})
	if err != nil {
		return err
	}
	if p.Secret != "" {
		if p.Picture, err = totpPicture(p.Secret, v.c.Mind().Base.Township.Name); err != nil {
			return err
		}
		p.Secret = spaced(p.Secret)
	}
	return v.show(status, "me", p)
}

// passwordTrouble says what is wrong with a new password, or "".
func passwordTrouble(login, password, again string) string {
	first, _ := utf8.DecodeRuneInString(password)
	switch {
	case utf8.RuneCountInString(password) < shortest || len(password) > 1000:
		return fmt.Sprintf("密码至少%d个字。三四个不相干的词连起来，又长又好记。", shortest)
	case strings.Contains(strings.ToLower(password), strings.ToLower(login)) || strings.Trim(password, string(first)) == "":
		return "密码太好猜了：不要带登录名，也不要只用一个字。"
	case password != again:
		return "两次写的密码不一样。"
	}
	return ""
}

// owner makes a change of the account once the password shows that its owner is
// at the desk. change tells whether the code, which it uses up, is good too.
// What was wrong is not told apart, and tries are counted as at the door.
func (v *visit) owner(password string, change func(tx *ledger.Tx) (bool, error)) (say string, err error) {
	key := fmt.Sprint("own ", v.account.ID)
	may, done := false, false
	if err := v.do("own", func(tx *ledger.Tx) (err error) {
		may, err = tx.Attempt(key, triesOfLogin, tryWindow)
		return err
	}); err != nil {
		return "", err
	}
	if !may {
		return "试得太多了。过15分钟再试。", nil
	}
	known := len(password) <= 1000 && fits(password, v.account.Password)
	err = v.do("own", func(tx *ledger.Tx) (err error) {
		done = false
		if known {
			if done, err = change(tx); err != nil {
				return err
			}
		}
		if done {
			return tx.ForgetAttempts(key)
		}
		return tx.Log(v.account.Township, ledger.Entry{Event: ledger.ChangeRefused, By: v.account.ID, To: v.account.ID})
	})
	if err != nil || done {
		return "", err
	}
	return wrongProof, nil
}

// useCode uses up a code of the phone, or a recovery code.
func (v *visit) useCode(tx *ledger.Tx, typed string) (bool, error) {
	code := tidyCode(typed)
	return tx.UseCode(v.account.ID, totpStep(v.account.TOTP, code, v.now), code)
}

func (v *visit) changePassword() error {
	if err := v.Request.ParseForm(); err != nil {
		return err
	}
	f := v.Request.PostForm
	old, fresh := f.Get("password"), f.Get("fresh")
	say := passwordTrouble(v.account.Login, fresh, f.Get("again"))
	if say == "" && fresh == old {
		say = "新密码和原来的一样。"
	}
	if say == "" {
		kept := hashPassword(fresh)
		var err error
		say, err = v.owner(old, func(tx *ledger.Tx) (bool, error) {
			ok, err := v.useCode(tx, f.Get("code"))
			if err != nil || !ok {
				return false, err
			}
			return true, tx.ChangePassword(v.account, v.word, kept)
		})
		if err != nil {
			return err
		}
	}
	if say != "" {
		return v.showMe(http.StatusUnprocessableEntity, &mePage{Trouble: trouble{partPassword, say}})
	}
	return v.to("/me?done=" + partPassword)
}

// newFactor offers a new secret. The old one stays until a code of the new one
// is given.
func (v *visit) newFactor() error {
	secret := newTOTP()
	if err := v.do("own", func(tx *ledger.Tx) error { return tx.OfferTOTP(v.account.ID, secret) }); err != nil {
		return err
	}
	return v.showMe(http.StatusOK, &mePage{Secret: secret})
}

// changeFactor puts the new secret in use. It asks for no code of the old one:
// whoever lost the phone came in with a recovery code.
func (v *visit) changeFactor() error {
	if err := v.Request.ParseForm(); err != nil {
		return err
	}
	f := v.Request.PostForm
	var secret string
	err := v.view(func(r *ledger.View) (err error) {
		secret, err = ledger.OfferedTOTP(r, v.account.ID)
		return err
	})
	if err != nil {
		return err
	}
	if secret == "" {
		return v.showMe(http.StatusConflict, &mePage{Trouble: trouble{partFactor, "没有在换手机验证。要换的话再点一次。"}})
	}
	step := totpStep(secret, tidyCode(f.Get("code")), v.now)
	say, err := v.owner(f.Get("password"), func(tx *ledger.Tx) (bool, error) {
		if step == 0 {
			return false, nil
		}
		return true, tx.ChangeTOTP(v.account, v.word, secret, step)
	})
	if err != nil {
		return err
	}
	if say != "" {
		return v.showMe(http.StatusUnprocessableEntity, &mePage{Secret: secret, Trouble: trouble{partFactor, say}})
	}
	return v.to("/me?done=" + partFactor)
}

// newCodes makes new recovery codes and shows them this once.
func (v *visit) newCodes() error {
	if err := v.Request.ParseForm(); err != nil {
		return err
	}
	f := v.Request.PostForm
	codes := recoveryCodes()
	say, err := v.owner(f.Get("password"), func(tx *ledger.Tx) (bool, error) {
		ok, err := v.useCode(tx, f.Get("code"))
		if err != nil || !ok {
			return false, err
		}
		return true, tx.RenewRecovery(v.account, codes)
	})
	if err != nil {
		return err
	}
	if say != "" {
		return v.showMe(http.StatusUnprocessableEntity, &mePage{Trouble: trouble{partCodes, say}})
	}
	return v.showMe(http.StatusOK, &mePage{Codes: codes})
}

// endOwnSession signs the account out in one other place; one that is over
// already is as wanted.
func (v *visit) endOwnSession() error {
	key := v.PostForm("session")
	err := v.do("own", func(tx *ledger.Tx) error { return tx.EndOwnSession(v.account, key) })
	if err != nil && !errors.Is(err, ledger.ErrNotFound) {
		return err
	}
	return v.to("/me?done=session")
}
