package casework

import (
	"slices"
	"strings"
)

// An Item is one kind of paper in the dossier (卷宗) of a dispute, numbered as
// in the list of the official forms (司法部 2010-12, 人民调解文书格式).
type Item string

// The 13 items, and two that stand in for one of them: the register of oral
// agreements for the agreement, the notice of other routes where mediation
// ended without one.
const (
	PaperApplication  Item = "application"  // 申请书或受理登记表
	PaperRights       Item = "rights"       // 权利义务告知书
	PaperIdentity     Item = "identity"     // 身份证明
	PaperProxy        Item = "proxy"        // 授权委托书
	PaperInquiry      Item = "inquiry"      // 调查记录
	PaperEvidence     Item = "evidence"     // 证据材料
	PaperRecord       Item = "record"       // 调解记录
	PaperAgreement    Item = "agreement"    // 调解协议书
	PaperPerformance  Item = "performance"  // 履行凭证
	PaperRevisit      Item = "revisit"      // 回访记录
	PaperConfirmation Item = "confirmation" // 司法确认材料
	PaperSummary      Item = "summary"      // 卷宗情况说明
	PaperBackCover    Item = "back-cover"   // 封底
	PaperOral         Item = "oral"         // 口头协议登记表
	PaperRoutes       Item = "routes"       // 不能调解告知书
)

// Items lists the 13 items in the order in which they are bound.
var Items = []Item{
	PaperApplication, PaperRights, PaperIdentity, PaperProxy, PaperInquiry, PaperEvidence, PaperRecord,
	PaperAgreement, PaperPerformance, PaperRevisit, PaperConfirmation, PaperSummary, PaperBackCover,
}

// String returns the item's official name.
func (i Item) String() string {
	return map[Item]string{
		PaperApplication: "受理登记表", PaperRights: "权利义务告知书", PaperIdentity: "身份证明", PaperProxy: "授权委托书",
		PaperInquiry: "调查记录", PaperEvidence: "证据材料", PaperRecord: "调解记录", PaperAgreement: "调解协议书",
		PaperPerformance: "履行凭证", PaperRevisit: "回访记录", PaperConfirmation: "司法确认材料", PaperSummary: "卷宗情况说明",
		PaperBackCover: "封底", PaperOral: "口头协议登记表", PaperRoutes: "不能调解告知书",
	}[i]
}

func joinItems(items []Item) string {
	var names []string
	for _, i := range items {
		names = append(names, i.String())
	}
	return strings.Join(names, "、")
}

// Required lists what the dossier of a dispute must hold before it is closed,
// in binding order. It follows from how mediation ended: with an agreement the
// items marked ★ in the official list and the revisit (人民调解法 第三十一条); with
// an oral one its register in place of the agreement (第二十八条); without one the
// notice of the other routes (第二十六条). A dispute taken back before anybody
// accepted it needs only its application and the closing sheet.
func (d *Dispute) Required() []Item {
	switch d.Outcome {
	case OutcomeWritten:
		return []Item{PaperApplication, PaperRights, PaperIdentity, PaperRecord, PaperAgreement, PaperRevisit, PaperSummary, PaperBackCover}
	case OutcomeOral:
		return []Item{PaperApplication, PaperRights, PaperIdentity, PaperRecord, PaperOral, PaperRevisit, PaperSummary, PaperBackCover}
	case OutcomeFailed:
		if d.Held == 0 {
			return []Item{PaperApplication, PaperRights, PaperRoutes, PaperSummary, PaperBackCover}
		}
		return []Item{PaperApplication, PaperRights, PaperRecord, PaperRoutes, PaperSummary, PaperBackCover}
	case OutcomeRefused:
		return []Item{PaperApplication, PaperRoutes, PaperSummary, PaperBackCover}
	}
	return []Item{PaperApplication, PaperSummary, PaperBackCover}
}

// Missing lists what the dossier still lacks before it may be closed.
func (d *Dispute) Missing() []Item {
	return slices.DeleteFunc(d.Required(), func(i Item) bool { return slices.Contains(d.Papers, i) })
}
