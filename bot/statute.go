package bot

import (
	"mingbai/bot/ledger"
	"mingbai/knowledge"
	"mingbai/search"
)

// Where no card fits but the statutes are imported and the ranker is sure, the
// article itself is shown, word for word, marked as law and not as advice, with
// a person one tap away.

// statute returns the article to show for a question that no card answers. It
// was in force on the day, and its law is one the knowledge knows as such.
func (m *Mind) statute(q search.Meaning, v Verdict, text string, day knowledge.Day) (search.Article, bool) {
	if m.best == nil || v.Decision != DecideHandover || v.Why != "no-card" || q.Intent != search.Ask {
		return search.Article{}, false
	}
	a, confidence, ok := m.best(text, day)
	if !ok || confidence < search.SureArticle {
		return search.Article{}, false
	}
	if _, err := m.Base.Laws.Check(knowledge.Cite{Law: a.Law, Article: a.Number}, day); err != nil {
		return search.Article{}, false
	}
	return a, true
}

// statuteReply lays out an article that stands for itself.
func (m *Mind) statuteReply(a search.Article) Reply {
	law := "现行有效，今天核对。"
	if a.From != "" {
		law = chineseDay(a.From) + "起施行，" + law
	} else if a.Version != "" {
		law = chineseDay(a.Version) + "通过或修改，" + law
	}
	return Reply{Kind: KindAnswer, Say: "这件事还没有写好的答案。最接近的是这一条法律：", Text: "《" + a.Law + "》" + a.Number + "：\n" + a.Text,
		Cites: []Cite{{Law: a.Law, Article: a.Number}}, Law: law, Note: "这是法条原文，不是意见。合不合您的事，找人看了再定。",
		Choices: []Choice{choiceHuman}, Rate: []Choice{{Label: "有用", Do: "rate:1:@"}, {Label: "没用", Do: "rate:0:@"}}}
}

// showStatute answers with an article and records it.
func (t *turn) showStatute(a search.Article, q search.Meaning, asked string) error {
	m, err := t.matterFor(q, asked, q.Topic, "")
	if err != nil {
		return err
	}
	t.d.Asked = cut(asked, 120)
	if err := t.tx.LogAnswer(t.chat, m, "statute"); err != nil {
		return err
	}
	t.settle(ledger.FateAnswered, DecideAnswer)
	t.say(t.mind.statuteReply(a))
	return nil
}
