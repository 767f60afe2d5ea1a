package paper

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"mingbai/bot/casework"
	"mingbai/knowledge"
)

// Papers that are written too and are no item of the dossier.
const (
	// Cover is the front cover (封面) with the list of contents (卷内目录).
	Cover casework.Item = "cover"
	// Invitation is the slip that asks the other party to mediation (参加调解邀请单).
	Invitation casework.Item = "invitation"
)

// forms holds the title and the writer of each paper.
var forms = map[casework.Item]struct {
	title string
	draw  func(*form)
}{
	casework.PaperApplication:  {"人民调解受理登记表", (*form).application},
	casework.PaperRights:       {"人民调解当事人权利义务告知书", (*form).rights},
	casework.PaperIdentity:     {"当事人身份核对表", (*form).identity},
	casework.PaperProxy:        {"授权委托书", (*form).proxy},
	casework.PaperInquiry:      {"人民调解调查记录", (*form).inquiry},
	casework.PaperEvidence:     {"证据清单", (*form).evidence},
	casework.PaperRecord:       {"人民调解记录", (*form).record},
	casework.PaperAgreement:    {"人民调解协议书", (*form).agreement},
	casework.PaperOral:         {"人民调解口头协议登记表", (*form).oral},
	casework.PaperRoutes:       {"不能调解告知书", (*form).routes},
	casework.PaperPerformance:  {"协议履行情况登记表", (*form).performance},
	casework.PaperRevisit:      {"人民调解回访记录", (*form).revisit},
	casework.PaperConfirmation: {"司法确认申请书", (*form).confirmation},
	casework.PaperSummary:      {"卷宗情况说明", (*form).summary},
	casework.PaperBackCover:    {"封底", (*form).backCover},
	Cover:                      {"人民调解卷宗", (*form).cover},
	Invitation:                 {"参加调解邀请单", (*form).invitation},
}

// Name is the title of a paper; "" for an item nobody writes.
func Name(item casework.Item) string { return forms[item].title }

// Write writes the paper of one item as a .docx file. A *[Missing] error names
// every field it needs and does not have, so that no paper has an empty field;
// a *[Conflict] error says why the paper does not fit the case.
func Write(item casework.Item, c *Case) ([]byte, error) {
	f, err := draw(item, c)
	if err != nil {
		return nil, err
	}
	return f.doc.Bytes()
}

// HTML writes the same paper as a page to print, with the errors of [Write].
func HTML(item casework.Item, c *Case) (string, error) {
	f, err := draw(item, c)
	if err != nil {
		return "", err
	}
	return f.doc.HTML()
}

// Cites lists the articles that the paper of one item names, for the check
// against the law in force, with the errors of [Write].
func Cites(item casework.Item, c *Case) ([]knowledge.Cite, error) {
	f, err := draw(item, c)
	if err != nil {
		return nil, err
	}
	return f.cites, nil
}

func draw(item casework.Item, c *Case) (*form, error) {
	kind, ok := forms[item]
	if !ok {
		return nil, fmt.Errorf("write paper %q: no such paper", item)
	}
	if c == nil {
		c = new(Case)
	}
	f := &form{c: c, title: kind.title, doc: New(kind.title)}
	f.need("乡镇名称", c.Township)
	f.doc.Author = f.need("人民调解委员会名称", c.Committee)
	f.doc.Subject = f.need("案号", c.CaseNumber())
	if !slices.Contains(knowledge.DisputeCategories, c.Category) {
		f.lack("纠纷类型")
	}
	f.sides()
	kind.draw(f)
	if len(f.missing) > 0 {
		return nil, &Missing{Paper: kind.title, Fields: f.missing}
	}
	if f.conflict != "" {
		return nil, &Conflict{Paper: kind.title, Why: f.conflict}
	}
	return f, nil
}

// A form is a paper being filled in.
type form struct {
	c        *Case
	title    string
	doc      *Document
	missing  []string
	conflict string
	cites    []knowledge.Cite
}

// lack notes a missing field once.
func (f *form) lack(field string) {
	if !slices.Contains(f.missing, field) {
		f.missing = append(f.missing, field)
	}
}

// need returns a field's text, or notes that it is missing.
func (f *form) need(field, text string) string {
	text = strings.Join(lines(text), "\n")
	if text == "" {
		f.lack(field)
	}
	return text
}

func (f *form) day(field string, d knowledge.Day) string { return f.need(field, Date(d)) }

func (f *form) moment(field string, t time.Time) string { return f.need(field, Moment(t)) }

// list joins names; one without text is left out.
func (f *form) list(field string, names []string) string {
	var out []string
	for _, n := range names {
		if n = oneLine(n); n != "" {
			out = append(out, n)
		}
	}
	return f.need(field, strings.Join(out, "、"))
}

// refuse notes the first reason why the paper does not fit the case.
func (f *form) refuse(why string) {
	if f.conflict == "" {
		f.conflict = why
	}
}

// order refuses days that run backwards.
func (f *form) order(first string, a knowledge.Day, then string, b knowledge.Day) {
	if a.Valid() && b.Valid() && b < a {
		f.refuse(then + "（" + Date(b) + "）早于" + first + "（" + Date(a) + "）")
	}
}

// sides asks for somebody on each side, with a name. The other side may never
// have become known where the matter was taken back or passed on.
func (f *form) sides() {
	has := map[casework.Side]bool{}
	for i, p := range f.c.Parties {
		f.need(f.party(i)+"的姓名", p.Name)
		switch p.Side {
		case casework.Applicant, casework.Respondent:
			has[p.Side] = true
		default:
			f.lack(fmt.Sprintf("第%d个当事人是申请人还是被申请人", i+1))
		}
	}
	if !has[casework.Applicant] {
		f.lack("申请人")
	}
	early := f.c.Outcome == casework.OutcomeWithdrawn || f.c.Outcome == casework.OutcomeReferred
	if !has[casework.Respondent] && !early {
		f.lack("被申请人")
	}
}

// party names a party in an error.
func (f *form) party(i int) string {
	p := &f.c.Parties[i]
	if name := oneLine(p.Name); name != "" {
		return p.title() + name
	}
	return fmt.Sprintf("第%d个当事人", i+1)
}

// law names articles of one law, and remembers them.
func (f *form) law(law string, articles ...string) string {
	for _, a := range articles {
		f.cites = append(f.cites, knowledge.Cite{Law: law, Article: a})
	}
	return "《" + law + "》" + strings.Join(articles, "、")
}

func (f *form) phone(s string) string {
	if f.c.Dossier {
		return s
	}
	return maskPhone(s)
}

func (f *form) id(s string) string {
	if f.c.Dossier {
		return s
	}
	return maskID(s)
}

// born is the birthday or the age of a person.
func (f *form) born(i int) string {
	p := &f.c.Parties[i]
	switch {
	case p.Birth.Valid():
		return Date(p.Birth) + "出生"
	case p.Birth != "":
		f.lack(f.party(i) + "的出生日期（不是真的日子）")
	}
	return f.need(f.party(i)+"的出生日期或年龄", p.Age)
}

// describe is what an agreement says of a party (人民调解法 第二十九条第一项).
func (f *form) describe(i int) string {
	p := &f.c.Parties[i]
	who := f.party(i)
	at := f.need(who+"的住址", p.Address)
	phone := f.phone(f.need(who+"的电话", p.Phone))
	parts := []string{oneLine(p.Name)}
	if p.Head != "" {
		parts = append(parts, known("住所", "住所", at), known("负责人", "负责人", oneLine(p.Head)), known("电话", "电话", phone))
	} else {
		parts = append(parts, known("性别", "", f.need(who+"的性别", p.Sex)), known("民族", "", f.need(who+"的民族", p.Nation)),
			known("年龄", "", f.born(i)), known("职业", "", f.need(who+"的职业", p.Job)), known("住址", "住", at), known("电话", "电话", phone))
	}
	s := p.title() + "：" + strings.Join(parts, "，")
	if p.Proxy != nil {
		s += "。" + f.helper(i)
	}
	return s + "。"
}

// known sets a word before a value, or says what is not known.
func known(field, before, text string) string {
	if text == "不详" {
		return field + text
	}
	return before + text
}

// plain drops the stop at the end of a text that a sentence goes on after.
func plain(s string) string { return strings.TrimRight(oneLine(s), "。；;.，, ") }

// helper says who acts for a party or helps them.
func (f *form) helper(i int) string {
	p := f.c.Parties[i].Proxy
	who := f.party(i)
	kind := "代理人"
	if !p.acts() {
		kind = "帮助人"
	}
	s := kind + "：" + f.need(who+kind+"的姓名", p.Name) + "，" + oneLine(f.c.Parties[i].Name) + "的" + f.need(who+kind+"和本人的关系", p.Relation)
	if phone := oneLine(p.Phone); phone != "" {
		s += "，电话" + f.phone(phone)
	}
	return s
}

// number sets the number of the case, right, under the title.
func (f *form) number() { f.doc.Line(Right, f.c.CaseNumber()) }

const blank = "________________"

// signer is a line to sign by hand.
func signer(who, how string) string { return who + "（" + how + "）：" + blank }

// named is a heading with a line for each name.
func named(head string, names []string) []string {
	out := []string{head}
	for _, n := range names {
		if n = oneLine(n); n != "" {
			out = append(out, n+"："+blank)
		}
	}
	return out
}

// byHand is how a party may sign (人民调解法 第二十九条).
const byHand = "签名、盖章或者按指印"

// signers are the lines of the parties, or of those on one side.
func (f *form) signers(sides ...casework.Side) []string {
	out := []string{"当事人" + byHand + "："}
	for _, p := range f.c.Parties {
		if len(sides) == 0 || slices.Contains(sides, p.Side) {
			out = append(out, p.title()+p.signs()+"："+blank)
		}
	}
	return out
}

// signs names who signs for a party.
func (p *Party) signs() string {
	if p.Proxy.acts() {
		return oneLine(p.Name) + "（代理人" + oneLine(p.Proxy.Name) + "）"
	}
	return oneLine(p.Name)
}

// acts reports whether somebody acts for the party, not only helps.
func (x *Proxy) acts() bool { return x != nil && oneLine(x.Powers) != "" }

// taken reports whether a mediator took the dispute: one that ended before may
// have nobody.
func (f *form) taken() bool {
	switch f.c.Outcome {
	case casework.OutcomeWithdrawn, casework.OutcomeReferred, casework.OutcomeRefused:
		return f.c.Accepted.Valid()
	}
	return true
}

// mediators are the lines of the mediators and of who kept the record.
func (f *form) mediators(recorder string) []string {
	f.list("人民调解员", f.c.Mediators)
	var out []string
	for _, m := range f.c.Mediators {
		if m = oneLine(m); m != "" {
			out = append(out, signer("人民调解员"+m, "签名"))
		}
	}
	if recorder != "" {
		out = append(out, signer("记录人"+recorder, "签名"))
	}
	return out
}

// sign sets lines to sign, and below them the committee with its seal.
func (f *form) sign(who []string, day knowledge.Day) {
	f.doc.Hands(who...)
	f.doc.Signature(oneLine(f.c.Committee)+"（印章）", day)
}

// numbered writes a list 1. 2. 3., a line each.
func (f *form) numbered(field string, items []string) []string {
	var out []string
	for _, s := range items {
		if s = oneLine(s); s != "" {
			out = append(out, strconv.Itoa(len(out)+1)+"."+s)
		}
	}
	if len(out) == 0 {
		f.lack(field)
	}
	return out
}

// label and value are the two kinds of field in a table.
func label(text string, span int) Cell { return Cell{Text: text, Span: span, Label: true} }

func value(text string, span int) Cell { return Cell{Text: text, Span: span} }
