package bot

import (
	"fmt"
	"slices"

	"mingbai/bot/casework"
	"mingbai/bot/ledger"
	"mingbai/bot/paper"
	"mingbai/knowledge"
)

// How a dispute leaves its mediator: failed, passed on, a level up, revisited,
// closed with its dossier bound.

func (t *turn) fails(k *mediation, why string) error {
	k.texts["reason"] = cut(why, 400)
	if err := t.tx.Particular(k.ID, "reason", k.texts["reason"]); err != nil {
		return err
	}
	if err := t.step(k, t.chat.Person, casework.Step{Act: casework.ActFail}); err != nil {
		return t.refused(err)
	}
	if err := t.endMediation(k, "这次没有调成。"); err != nil {
		return err
	}
	t.say(t.mediatorCard(k, "告知书写好了，别的路也告诉了两边。卷宗齐了就结案。"))
	return nil
}

func (t *turn) transfers(k *mediation, where string) error {
	k.texts["reason"] = cut(where, 400)
	if err := t.tx.Particular(k.ID, "reason", k.texts["reason"]); err != nil {
		return err
	}
	if err := t.step(k, t.chat.Person, casework.Step{Act: casework.ActTransfer}); err != nil {
		return t.refused(err)
	}
	if err := t.tellParties(k, Reply{Kind: KindNote, Say: k.no + "：这件事不归调解。", Text: cut(where, 400), Choices: []Choice{choiceHuman, choiceMatters}}); err != nil {
		return err
	}
	t.say(t.mediatorCard(k, "告诉当事人了。"))
	return nil
}

func (t *turn) revisits(k *mediation, text string) error {
	k.texts["revisit"] = cut(text, 1000)
	if err := t.tx.Particular(k.ID, "revisit", k.texts["revisit"]); err != nil {
		return err
	}
	if err := t.step(k, t.chat.Person, casework.Step{Act: casework.ActRevisit}); err != nil {
		return t.refused(err)
	}
	if err := t.writePapers(k, casework.PaperRevisit); err != nil {
		return err
	}
	t.say(t.mediatorCard(k, "回访记好了。"))
	return nil
}

func (t *turn) movesUp(k *mediation) error {
	up, ok := casework.NextLevel(knowledge.Level(k.Level))
	if !ok {
		t.say(t.mediatorCard(k, "已经是联合调解，没有更上一级了。"))
		return nil
	}
	if err := t.step(k, t.chat.Person, casework.Step{Act: casework.ActMoveUp, Level: up}); err != nil {
		return t.refused(err)
	}
	if err := t.leave(k, "moved"); err != nil {
		return err
	}
	t.note("转到"+casework.LevelName(up)+"了。", Choice{Label: "待办", Do: "queue"})
	if up == knowledge.LevelJoint {
		if err := t.askSeats(k); err != nil {
			return err
		}
	}
	if err := t.assign(k); err != nil {
		return err
	}
	return t.tellReassigned(k)
}

// closes writes the closing sheets, closes the dossier and the matter. What a
// helper filed for somebody closes to the helper.
func (t *turn) closes(k *mediation) error {
	if !k.rules.Can(casework.ActClose) {
		return t.refused(&casework.Refusal{Act: casework.ActClose, State: k.rules.State, Why: "这件事现在是“" + k.rules.State.String() + "”，还不能结案。"})
	}
	var write []casework.Item
	for _, i := range []casework.Item{casework.PaperApplication, casework.PaperSummary, casework.PaperBackCover} {
		if slices.Contains(k.rules.Missing(), i) {
			write = append(write, i)
		}
	}
	if err := t.writePapers(k, write...); err != nil {
		return t.paperTrouble(err)
	}
	if err := t.step(k, t.chat.Person, casework.Step{Act: casework.ActClose}); err != nil {
		return t.refused(err)
	}
	link, err := t.bind(k)
	if err != nil {
		return err
	}
	if err := t.setMatter(k, ledger.MatterClosed); err != nil {
		return err
	}
	if err := t.tellParties(k, Reply{Kind: KindNote, Text: k.no + " 结案了。还有事，随时再来。", Choices: []Choice{choiceMatters}}); err != nil {
		return err
	}
	if k.texts[textProxy] != "" {
		for _, p := range k.parties {
			if p.Side == string(casework.Applicant) {
				p.Chat, p.Person = 0, 0
				if err := t.tx.SaveParty(p); err != nil {
					return err
				}
			}
		}
		k.Chat = 0
		if err := t.tx.SaveDispute(k.Dispute); err != nil {
			return err
		}
	}
	t.say(Reply{Kind: KindNote, Text: "结案了：" + t.fileNo(k) + "。辛苦。", Links: []Link{*link},
		Choices: []Choice{{Label: "待办", Do: "queue"}, {Label: "卷宗", Do: "m:papers:" + id(k.ID)}}})
	return nil
}

// bundleItem is the closed dossier bound into one file.
const bundleItem = "bundle"

// bind puts the papers and the evidence of a closed dispute into one file with
// a manifest of their hashes, which the journal seals.
func (t *turn) bind(k *mediation) (*Link, error) {
	list, err := ledger.PapersOf(t.tx, k.ID)
	if err != nil {
		return nil, err
	}
	var pieces []paper.Piece
	for _, p := range list {
		if item := casework.Item(p.Item); paper.Name(item) != "" {
			pieces = append(pieces, paper.Piece{Item: item, Data: p.Body})
		}
	}
	files, err := ledger.EvidenceOf(t.tx, k.ID)
	if err != nil {
		return nil, err
	}
	types := map[string]string{"photo": "jpg", "voice": "ogg", "video": "mp4"}
	for i, e := range files {
		if e.Hash == "" {
			continue // never to be had; the list of evidence says so
		}
		body, err := ledger.EvidenceBody(t.tx, e.ID)
		if err != nil {
			return nil, err
		}
		pieces = append(pieces, paper.Piece{Item: casework.PaperEvidence, Name: fmt.Sprintf("证据%d", i+1), Type: firstOf(types[e.Kind], "bin"), Data: body})
	}
	c, err := t.paperCase(k)
	if err != nil {
		return nil, err
	}
	body, err := paper.Bundle(pieces, paper.Manifest{Number: c.CaseNumber(), Committee: c.Committee, Matter: c.Matter(), Outcome: k.rules.Outcome, Closed: knowledge.DayOf(t.now)})
	if err != nil {
		return nil, err
	}
	p, err := t.tx.KeepPaper(k.Dispute, bundleItem, t.chat.Person, body, "")
	if err != nil {
		return nil, err
	}
	l := t.paperLink(p)
	return &l, nil
}
