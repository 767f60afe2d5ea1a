package console

import (
	"slices"
	"strings"

	"mingbai/bot/ledger"
	"mingbai/bot/sheet"
)

// Who may open a route, as the roles of accounts with spaces between.
const (
	open      = "" // nobody needs to have signed in
	everyone  = ledger.AccountAdmin + " " + ledger.AccountClerk + " " + ledger.AccountAdviser + " " + ledger.AccountViewer
	readers   = ledger.AccountAdmin + " " + ledger.AccountClerk + " " + ledger.AccountAdviser // of what a resident said
	approvers = ledger.AccountAdmin + " " + ledger.AccountAdviser                             // of cards
	clerks    = ledger.AccountAdmin + " " + ledger.AccountClerk
	admins    = ledger.AccountAdmin

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

// uploads are the routes that take a file; everything else is a short form.
var uploads = map[string]int64{"/fill/exams": sheet.MaxBytes + largest, "/people/import": sheet.MaxBytes + largest}

// largest is how many bytes may be sent to a route.
func (r route) largest() int64 { return max(largest, uploads[r.path]) }

// boardOf is the board of a route, by the first part of its address. What is
// not here belongs to none: getting in, the overview, which shows each board's
// part to whom it is open, one's own account, and what only admins open.
var boardOf = map[string]string{
	"consultations": ledger.BoardConsult, "handovers": ledger.BoardConsult, "disputes": ledger.BoardDispute, "grid": ledger.BoardGrid,
	"people": ledger.BoardPeople, "fill": ledger.BoardReport, "indicators": ledger.BoardReport, "report": ledger.BoardReport,
	"knowledge": ledger.BoardKnowledge,
}

// boardName is what staff call a board.
var boardName = map[string]string{ledger.BoardConsult: "咨询", ledger.BoardDispute: "纠纷", ledger.BoardGrid: "网格",
	ledger.BoardPeople: "人员", ledger.BoardReport: "填报和报告", ledger.BoardKnowledge: "知识"}

func (r route) board() string {
	first, _, _ := strings.Cut(strings.TrimPrefix(r.path, "/"), "/")
	return boardOf[first]
}

// refuses tells an account why it may not open the route; nil when it may.
func (r route) refuses(a *ledger.Account) *refusal {
	switch board := r.board(); {
	case !r.allows(a.Role):
		return errRole
	case board != "" && len(a.Boards) > 0 && !slices.Contains(a.Boards, board):
		return errBoard
	case len(a.Villages) > 0 && strings.HasSuffix(r.may, whole):
		return errVillage
	}
	return nil
}

// boardsInUse are the boards that have a page.
func boardsInUse() (out []string) {
	for _, b := range ledger.Boards {
		if slices.ContainsFunc(routes, func(r route) bool { return r.board() == b }) {
			out = append(out, b)
		}
	}
	return out
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
		{"GET", "/live", everyone, "", (*visit).live},
		{"POST", "/sign-out", everyone, "", (*visit).signOut},
		{"GET", "/me", everyone, "", (*visit).me},
		{"POST", "/me/password", everyone, "", (*visit).changePassword},
		{"POST", "/me/factor", everyone, "", (*visit).newFactor},
		{"POST", "/me/factor/confirm", everyone, "", (*visit).changeFactor},
		{"POST", "/me/codes", everyone, "", (*visit).newCodes},
		{"POST", "/me/sessions", everyone, "", (*visit).endOwnSession},
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
		{"GET", "/people/export", clerks, "", (*visit).exportPeople},
		{"POST", "/people/export", clerks, "", (*visit).exportPhones},
		{"GET", "/people/template", clerks, "", (*visit).peopleTemplate},
		{"POST", "/people/import", clerks, "", (*visit).importPeople},
		{"GET", "/fill", clerks + whole, "填报", (*visit).fill},
		{"GET", "/fill/figures", clerks + whole, "", (*visit).figures},
		{"POST", "/fill/figures", clerks + whole, "", (*visit).saveFigures},
		{"POST", "/fill/zero", clerks + whole, "", (*visit).signZero},
		{"GET", "/fill/activities", clerks + whole, "", (*visit).activities},
		{"POST", "/fill/activities", clerks + whole, "", (*visit).saveActivity},
		{"POST", "/fill/activities/:id/strike", clerks + whole, "", (*visit).strikeActivity},
		{"GET", "/fill/exams", clerks + whole, "", (*visit).exams},
		{"POST", "/fill/exams", clerks + whole, "", (*visit).saveExam},
		{"POST", "/fill/exams/:id/strike", clerks + whole, "", (*visit).strikeExam},
		{"GET", "/fill/exams/template", clerks + whole, "", (*visit).examTemplate},
		{"GET", "/fill/registers/:kind", clerks + whole, "", (*visit).register},
		{"POST", "/fill/registers/:kind", clerks + whole, "", (*visit).saveRegister},
		{"POST", "/fill/registers/:kind/:id/strike", clerks + whole, "", (*visit).strikeRegister},
		{"GET", "/indicators", everyone + whole, "指标", (*visit).indicators},
		{"GET", "/indicators/:key", everyone + whole, "", (*visit).indicator},
		{"GET", "/report", clerks + whole, "报告", (*visit).annualReport},
		{"POST", "/report/slot", clerks + whole, "", (*visit).saveSlot},
		{"POST", "/report/promises", clerks + whole, "", (*visit).addPromise},
		{"POST", "/report/promises/:id", clerks + whole, "", (*visit).judgePromise},
		{"POST", "/report/publish", clerks + whole, "", (*visit).publish},
		{"GET", "/report/file/:format", clerks + whole, "", (*visit).reportFile},
		{"GET", "/report/published/:id/:format", clerks + whole, "", (*visit).publishedFile},
		{"GET", "/knowledge", readers, "知识", (*visit).knowledgeDesk},
		{"POST", "/knowledge/keep", readers, "", (*visit).keepTopic},
		{"GET", "/knowledge/new", readers, "", (*visit).newCard},
		{"POST", "/knowledge/new", readers, "", (*visit).saveCard},
		{"GET", "/knowledge/cards/:id", readers, "", (*visit).card},
		{"GET", "/knowledge/cards/:id/edit", readers, "", (*visit).editCard},
		{"POST", "/knowledge/cards/:id/edit", readers, "", (*visit).saveCard},
		{"POST", "/knowledge/cards/:id/keep", readers, "", (*visit).keepCard},
		{"POST", "/knowledge/cards/:id/retire", readers, "", (*visit).retireCard},
		{"POST", "/knowledge/cards/:id/still", readers, "", (*visit).confirmCard},
		{"GET", "/knowledge/versions/:id", readers, "", (*visit).version},
		{"POST", "/knowledge/versions/:id/propose", readers, "", (*visit).proposeVersion},
		{"POST", "/knowledge/versions/:id/approve", approvers + whole, "", (*visit).approveVersion},
		{"POST", "/knowledge/versions/:id/return", approvers + whole, "", (*visit).returnVersion},
		{"POST", "/knowledge/versions/:id/withdraw", readers, "", (*visit).withdrawVersion},
		{"GET", "/knowledge/unanswered", readers, "", (*visit).unanswered},
		{"GET", "/knowledge/unanswered/:id", readers, "", (*visit).unansweredGroup},
		{"GET", "/knowledge/answers", readers, "", (*visit).answers},
		{"POST", "/knowledge/answers/:id/drop", readers, "", (*visit).dropAnswer},
		{"GET", "/knowledge/laws", readers, "", (*visit).laws},
		{"GET", "/settings", admins, "设置", (*visit).settings},
		{"GET", "/accounts", admins, "", (*visit).accounts},
		{"POST", "/accounts/invite", admins, "", (*visit).inviteAccount},
		{"POST", "/accounts/:id/end", admins, "", (*visit).endAccount},
		{"POST", "/accounts/:id/sessions", admins, "", (*visit).endSessions},
		{"GET", "/audit", admins, "", (*visit).audit},
	}
}
