package console

import (
	"slices"
	"strings"

	"mingbai/bot/ledger"
)

// Who may open a route, as the roles of accounts with spaces between.
const (
	open     = "" // nobody needs to have signed in
	everyone = ledger.AccountAdmin + " " + ledger.AccountClerk + " " + ledger.AccountAdviser + " " + ledger.AccountViewer
	readers  = ledger.AccountAdmin + " " + ledger.AccountClerk + " " + ledger.AccountAdviser // of what a resident said
	clerks   = ledger.AccountAdmin + " " + ledger.AccountClerk
	admins   = ledger.AccountAdmin

	// whole, beside roles, asks for an account of the whole township: figures
	// and the report are of no village.
	whole = " whole"
)

// A route is one thing that can be asked for. Nothing else is reachable.
type route struct {
	method, path string
	may          string
	nav          string // its name in the navigation; "" keeps it out
	do           func(*visit) error
}

// opens reports whether an account may open the route, and if not whether it is
// for want of the whole township.
func (r route) opens(a *ledger.Account) (may, village bool) {
	if !r.allows(a.Role) {
		return false, false
	}
	village = len(a.Villages) > 0 && strings.HasSuffix(r.may, whole)
	return !village, village
}

func (r route) allows(role string) bool { return slices.Contains(strings.Fields(r.may), role) }

var routes []route

// init breaks the circle: the pages read the table for their navigation.
func init() {
	routes = []route{
		{"GET", "/sign-in", open, "", (*visit).signInPage},
		{"POST", "/sign-in", open, "", (*visit).signIn},
		{"GET", "/first", open, "", (*visit).firstPage},
		{"POST", "/first", open, "", (*visit).first},
		{"POST", "/sign-out", everyone, "", (*visit).signOut},
		{"GET", "/", everyone, "总览", (*visit).overview},
		{"GET", "/consultations", everyone, "咨询", (*visit).consultations},
		{"GET", "/consultations/:id", readers, "", (*visit).consultation},
		{"POST", "/consultations/:id/topic", readers, "", (*visit).correctTopic},
		{"GET", "/handovers", everyone, "转人工", (*visit).handovers},
		{"GET", "/disputes", everyone, "纠纷", (*visit).disputes},
		{"GET", "/disputes/:id", readers, "", (*visit).dispute},
		{"POST", "/disputes/:id/names", clerks, "", (*visit).disputeNames},
		{"GET", "/grid", everyone, "网格", (*visit).grid},
		{"GET", "/people", clerks, "人员", (*visit).people},
		{"GET", "/indicators", everyone + whole, "指标", (*visit).indicators},
		{"GET", "/indicators/:key", everyone + whole, "", (*visit).indicator},
		{"GET", "/accounts", admins, "账号", (*visit).accounts},
		{"POST", "/accounts/invite", admins, "", (*visit).inviteAccount},
		{"POST", "/accounts/:id/end", admins, "", (*visit).endAccount},
		{"POST", "/accounts/:id/sessions", admins, "", (*visit).endSessions},
		{"GET", "/audit", admins, "审计", (*visit).audit},
	}
}
