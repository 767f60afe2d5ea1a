package console

import (
	"cmp"
	"net/http"
	"strings"
	"time"

	"mingbai/bot/ledger"
)

// A deed is one thing done with an account, in words.
type deed struct {
	At        time.Time
	Who, What string
}

type auditPage struct {
	frame
	Looks []ledger.Look
	Deeds []deed
}

const auditShown = 200

// audit shows who read which matter and who got in. Whose matter it is it does
// not say.
func (v *visit) audit() error {
	p := &auditPage{}
	p.Title = "审计"
	err := v.view(func(r *ledger.View) (err error) {
		if p.Looks, err = ledger.Looks(r, v.account.Township, 0, auditShown); err != nil {
			return err
		}
		list, err := ledger.Deeds(r, v.account.Township, auditShown)
		if err != nil {
			return err
		}
		var who []int64
		for _, d := range list {
			who = append(who, d.By, d.To)
		}
		names, err := ledger.NamesOf(r, who)
		if err != nil {
			return err
		}
		for _, d := range list {
			by, to := cmp.Or(names[d.By], "第一次进入的链接"), names[d.To]
			x := deed{At: d.At, Who: by}
			switch d.Event {
			case ledger.SignedIn:
				x.What = "登录"
			case ledger.SignedOut:
				x.What = "退出"
			case ledger.SignInFailed:
				x.Who, x.What = to, "登录没有成功"
			case ledger.AccountMade:
				x.What = "开了" + to + "的账号（" + roleName(d.X["role"]) + "，" + boardNames(strings.Fields(d.X["boards"])) + "）"
			case ledger.AccountEnded:
				x.What = "停了" + to + "的账号"
			case ledger.SessionsCut:
				x.What = "让" + to + "退出了登录"
			case ledger.PasswordChanged:
				x.What = "改了自己的密码"
			case ledger.FactorChanged:
				x.What = "换了自己的手机验证"
			case ledger.RecoveryRenewed:
				x.What = "换了自己的备用码"
			case ledger.ChangeRefused:
				x.What = "改自己的账号，密码或者动态码不对，没有改"
			case ledger.Exported:
				x.What = "导出了" + d.X["people"] + "个人的名册" + map[string]string{"1": "，带电话", "0": "，电话遮着"}[d.X["phones"]]
			case ledger.Published:
				x.What = "公布了" + d.X["year"] + "年年报"
			case ledger.Corrected:
				x.What = "把一件咨询的专题从“" + d.X["from"] + "”改成“" + d.X["to"] + "”"
			case ledger.CardWritten, ledger.CardWasProposed, ledger.CardApproved, ledger.CardSentBack, ledger.CardTakenBack, ledger.CardConfirmed:
				x.What = cardDeed(d, cardTitle(v.c.Mind().Base, d.X["card"]))
			}
			p.Deeds = append(p.Deeds, x)
		}
		return nil
	})
	if err != nil {
		return err
	}
	return v.show(http.StatusOK, "audit", p)
}

// cardDeed tells what was done with a card.
func cardDeed(d ledger.Deed, title string) string {
	name := "知识卡“" + title + "”"
	if d.Event == ledger.CardConfirmed {
		return "对着《" + d.X["law"] + "》" + d.X["version"] + "看过" + name + "，还对"
	}
	what := map[ledger.Event]string{ledger.CardWritten: "写了", ledger.CardWasProposed: "把", ledger.CardApproved: "批了", ledger.CardSentBack: "退回了", ledger.CardTakenBack: "收回了"}[d.Event]
	name += "第" + d.X["n"] + "版"
	if d.Event == ledger.CardWasProposed {
		name += "交去审"
	}
	return what + name
}
