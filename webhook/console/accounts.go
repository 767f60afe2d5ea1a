package console

import (
	"net/http"
	"slices"
	"time"

	"mingbai/bot/ledger"
)

// An accountLine is one account in the list.
type accountLine struct {
	ID                       int64
	Name, Login, Role, Where string
	Boards                   string
	Created, Ended, Seen     time.Time
	Sessions                 int64
	Mine                     bool
}

type accountsPage struct {
	frame
	Lines    []accountLine
	Roles    []option
	Villages []option
	Boards   []option
	Link     string // of an invitation just made
	Until    time.Time
	For      string
}

func (v *visit) accounts() error { return v.showAccounts(&accountsPage{}) }

func (v *visit) showAccounts(p *accountsPage) error {
	p.Title = "账号"
	for _, r := range ledger.AccountRoles {
		p.Roles = append(p.Roles, option{r, roleName(r), r == ledger.AccountClerk})
	}
	p.Villages = v.villages("")[1:]
	for _, b := range boardsInUse() {
		p.Boards = append(p.Boards, option{b, boardName[b], false})
	}
	err := v.view(func(r *ledger.View) error {
		list, err := ledger.AccountsOf(r, v.account.Township, v.now)
		for _, a := range list {
			p.Lines = append(p.Lines, accountLine{ID: a.ID, Name: a.Name, Login: a.Login, Role: roleName(a.Role), Where: v.villageNames(a.Villages), Boards: boardNames(a.Boards),
				Created: a.Created, Ended: a.Ended, Seen: a.Seen, Sessions: a.Sessions, Mine: a.ID == v.account.ID})
		}
		return err
	})
	if err != nil {
		return err
	}
	return v.show(http.StatusOK, "accounts", p)
}

// inviteAccount makes a one-time link. It is shown once: only its hash is kept.
func (v *visit) inviteAccount() error {
	if err := v.Request.ParseForm(); err != nil {
		return err
	}
	role, villages, boards := v.Request.PostForm.Get("role"), v.Request.PostForm["village"], v.Request.PostForm["board"]
	if !slices.Contains(ledger.AccountRoles, role) {
		return &refusal{http.StatusBadRequest, "没有这种账号", "从单子里选一种。"}
	}
	for _, x := range villages {
		if town := v.c.Mind().Base.Township; town.Village(x) == nil || town.Village(x).ID != x {
			return &refusal{http.StatusBadRequest, "没有这个村", "从单子里选。"}
		}
	}
	for _, x := range boards {
		if !slices.Contains(boardsInUse(), x) {
			return &refusal{http.StatusBadRequest, "没有这个板块", "从单子里选。"}
		}
	}
	if role == ledger.AccountAdmin {
		villages, boards = nil, nil // an admin's accounts and audit are the township's
	}
	pass := ledger.Pass{Township: v.account.Township, Role: role, Villages: villages, Boards: boards, TOTP: newTOTP(), Maker: v.account.ID}
	var word string
	err := v.do("accounts", func(tx *ledger.Tx) (err error) {
		word, err = tx.MakePass(pass, inviteLife)
		return err
	})
	if err != nil {
		return err
	}
	base := v.c.Public
	if base == "" {
		base = "http://" + v.Request.Host
	}
	return v.showAccounts(&accountsPage{Link: passLink(base, word), Until: v.now.Add(inviteLife), For: roleName(role) + "，" + v.villageNames(villages) + "，" + boardNames(boards)})
}

// endAccount ends an account for good. One cannot end one's own: somebody must
// be left who can.
func (v *visit) endAccount() error { return v.cut(true) }

// endSessions signs an account out everywhere.
func (v *visit) endSessions() error { return v.cut(false) }

func (v *visit) cut(forGood bool) error {
	id, err := v.key()
	if err != nil {
		return err
	}
	if forGood && id == v.account.ID {
		return &refusal{http.StatusConflict, "不能停自己的账号", "请另一位管理员来停。"}
	}
	if err := v.do("accounts", func(tx *ledger.Tx) error { return tx.EndSessions(v.account.Township, v.account.ID, id, forGood) }); err != nil {
		return err
	}
	return v.to("/accounts")
}
