package paper

import (
	"fmt"
	"strings"
	"time"

	"mingbai/bot/casework"
	"mingbai/knowledge"
)

// A Case is all that the papers of one dispute (纠纷) say. Each paper needs only
// its own part; [Write] names what is missing. Where a person said that
// something is not known, the field says 不详: nothing fills it in.
type Case struct {
	Township  string // 青溪镇
	County    string // 清江县
	Committee string // the committee's (人民调解委员会) full name
	Year      int    // of the number
	Number    int    // （青溪镇）人调字〔2026〕第12号 is 12
	Category  string // one of knowledge.DisputeCategories
	Source    Source
	Parties   []Party

	Story          string   // 纠纷简要情况, as the applicant tells it
	Wishes         []string // 申请事项
	Facts          string   // 纠纷主要事实, as both accept it
	Focus          string   // 争议事项
	Responsibility string   // 各方责任

	Inquiries []Inquiry
	Sessions  []Session
	Evidence  []Evidence

	Terms  []string // 协议内容, a clause an element, without numbers
	Manner string   // 履行方式
	Due    string   // 履行期限, as agreed: 2026年12月31日前

	Performances []Performance
	Revisits     []Revisit

	Outcome   casework.Outcome
	Reason    string   // why mediation ended without an agreement
	Mediators []string // 人民调解员, the one in charge first
	Recorder  string   // 记录人
	Archivist string   // 立卷人
	Checker   string   // 检查人, who went through the dossier before it was closed
	Keep      string   // 保管期限
	Remarks   string   // 卷宗情况说明: what a later reader should know

	Applied  knowledge.Day // 申请
	Accepted knowledge.Day // 受理
	Informed knowledge.Day // 告知权利义务
	Agreed   knowledge.Day // 达成协议
	Confirm  knowledge.Day // 申请司法确认
	Ended    knowledge.Day // mediation ended without an agreement
	Closed   knowledge.Day // 结案、立卷
	Invite   Invite
	Court    string // 人民法院 to which confirmation is asked
	Contents []Content
	Dossier  bool // phone and ID numbers in full, for the dossier and the court; else masked
}

// A Source says how a dispute came to mediation (案件来源).
type Source string

// The sources of the official form. Entrusted is a court, the police or
// another office asking the committee to mediate (人民调解法 第十八条).
const (
	SourceParty     Source = "当事人申请"
	SourceCommittee Source = "人民调解委员会主动调解"
	SourceEntrusted Source = "有关部门移送或委托"
)

// A Party (当事人) is a person, or with Head an organisation.
type Party struct {
	Side    casework.Side
	Name    string
	Sex     string
	Nation  string        // 民族
	Birth   knowledge.Day // or
	Age     string        // as said: 56岁, 不详
	Job     string
	Address string
	Phone   string
	ID      string // 居民身份证号码, or of an organisation 统一社会信用代码
	Head    string // an organisation's 法定代表人或负责人 with post; a person has none
	Proxy   *Proxy // who acts for them or helps them
}

// A Proxy (代理人) acts for a party, or only helps one to speak.
type Proxy struct {
	Name     string
	Relation string // to the party: 女儿
	Phone    string
	ID       string
	Powers   string        // 代理事项和权限; empty for one who only helps
	Until    string        // 代理期限
	Signed   knowledge.Day // of the letter of authority
}

// An Inquiry (调查) is one talk with a person who knows something.
type Inquiry struct {
	At       time.Time
	Place    string
	Person   string // who was asked
	About    string // sex, age, job and tie to the parties
	By       []string
	Recorder string
	Text     string // questions and answers
}

// A Session (调解) is one meeting.
type Session struct {
	At      time.Time
	Place   string
	Present []string // parties who were there
	Guests  []string // others invited, with what they are (人民调解法 第二十条)
	Text    string   // what was said
	Result  string   // how it ended
}

// Evidence (证据) is one thing handed in.
type Evidence struct {
	Name string // 宅基地证复印件1份
	From string // who handed it in
	At   knowledge.Day
	Note string // what it shows
	Hash string // SHA-256 of the file; empty for a thing on paper
}

// A Performance (履行) is one thing done as agreed.
type Performance struct {
	At    knowledge.Day
	By    string
	What  string
	Proof string // 收条、转账记录
}

// A Revisit (回访) is one talk after the agreement (人民调解法 第三十一条).
type Revisit struct {
	At   knowledge.Day
	Way  string   // 上门、电话
	With []string // who was asked
	Text string   // what was done, how content they are
	By   []string
}

// An Invite calls the other party to mediation.
type Invite struct {
	Code    string        // to answer with
	On      knowledge.Day // of the slip
	ReplyBy knowledge.Day
	How     string // how to answer: where to send the code
	Place   string // of the committee
	Phone   string // of the committee
}

// A Content is one line of the list of contents (卷内目录).
type Content struct {
	Name  string
	Pages int // sheets; where every line has them the list shows page numbers
	Note  string
}

// A Missing error says which fields a paper needs and does not have.
type Missing struct {
	Paper  string
	Fields []string // as the mediator knows them
}

// Error tells the mediator what to supply.
func (m *Missing) Error() string {
	return m.Paper + "还不能写，请先补上：" + strings.Join(m.Fields, "、") + "。"
}

// A Conflict error says why a paper cannot be written as things stand.
type Conflict struct {
	Paper string
	Why   string // plain Chinese
}

func (c *Conflict) Error() string { return c.Paper + "不能写：" + c.Why + "。" }

// CaseNumber is the number of the case as it stands on each paper; "" as long
// as a part of it is missing.
func (c *Case) CaseNumber() string {
	if oneLine(c.Township) == "" || c.Year <= 0 || c.Number <= 0 {
		return ""
	}
	return fmt.Sprintf("（%s）人调字〔%d〕第%d号", oneLine(c.Township), c.Year, c.Number)
}

// Matter names the dispute by its parties: 李某与王某邻里纠纷, or where the other
// side was never known 李某的邻里纠纷.
func (c *Case) Matter() string {
	names := func(side casework.Side) string {
		var out []string
		for _, p := range c.Parties {
			if p.Side == side {
				out = append(out, oneLine(p.Name))
			}
		}
		if len(out) > 2 {
			return fmt.Sprintf("%s等%d人", out[0], len(out))
		}
		return strings.Join(out, "、")
	}
	to := names(casework.Respondent)
	if to == "" {
		return names(casework.Applicant) + "的" + oneLine(c.Category)
	}
	return names(casework.Applicant) + "与" + to + oneLine(c.Category)
}

// title is 申请人 or 被申请人.
func (p *Party) title() string {
	if p.Side == casework.Respondent {
		return "被申请人"
	}
	return "申请人"
}

// maskPhone hides the middle of a phone number, unless it is not known.
func maskPhone(s string) string { return mask(s, 3, 4) }

// maskID hides all of an ID number by which a stranger could use it: the
// birthday with the rest.
func maskID(s string) string { return mask(s, 3, 2) }

func mask(s string, head, tail int) string {
	r := []rune(s)
	switch {
	case !strings.ContainsAny(s, "0123456789"):
		return s // 不详, 无
	case len(r) <= head+tail:
		return strings.Repeat("*", len(r))
	}
	return string(r[:head]) + strings.Repeat("*", len(r)-head-tail) + string(r[len(r)-tail:])
}
