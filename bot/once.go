package bot

import (
	"strings"
	"time"

	"mingbai/knowledge"
	"mingbai/search"
)

// Once answers a question outside of any conversation, for the command line
// and for evaluation: the same verdict and the same words, nothing recorded
// and nobody called. As nobody can tap for more, the whole card is shown, and
// what each article says.
func (m *Mind) Once(q search.Meaning, text string, day knowledge.Day, now time.Time) (Verdict, Reply) {
	v := m.Decide(q, day, dayOf(text, now))
	switch v.Decision {
	case DecideUrgent:
		script := m.Base.Dangers[q.Danger]
		r := Reply{Kind: KindUrgent, Say: script.Say, Steps: script.Steps}
		for _, c := range script.Calls {
			r.Calls = append(r.Calls, Call{Number: c.Number, For: c.For})
		}
		return v, r
	case DecideAnswer:
		r := m.answerTo(v, q, text, now)
		r.Text = strings.TrimSpace(r.Text + "\n" + m.rest(v.Card, q.Aspect))
		r.Note = gist(v.Cites)
		return v, r
	case DecideClarify:
		r := Reply{Kind: KindClarify, Text: "您问的是哪一件？"}
		for _, c := range v.Choices {
			r.Choices = append(r.Choices, Choice{Label: c.Title, Do: "card:" + c.ID})
		}
		return v, r
	case DecideDispute:
		r := m.offer(v, now)
		r.Choices = nil // nobody is there to tap them
		if v.Card != nil {
			r.Text += "\n" + m.rest(v.Card, "")
			r.Note = gist(v.Cites)
		}
		return v, r
	case DecideSmalltalk:
		return v, Reply{Kind: KindNote, Text: "在的。您遇到什么事，用平时的话说。"}
	case DecideRefuse:
		return v, Reply{Kind: KindNote, Text: outOfScope}
	case DecideAction:
		return v, Reply{Kind: KindNote, Text: "这件事要在对话里办：登记、查进度、找人、删除资料。"}
	}
	if a, ok := m.statute(q, v, text, day); ok {
		v = Verdict{Decision: DecideAnswer, Cites: []knowledge.Cite{{Law: a.Law, Article: a.Number}}, Day: day, Why: "statute"}
		return v, m.statuteReply(a)
	}
	return v, Reply{Kind: KindNote, Text: "这件事我没有把握，不乱答，请人答您。"}
}

// rest is what a card says after its first answer, but the part that stands
// there already.
func (m *Mind) rest(c *knowledge.Card, said string) string {
	var lines []string
	for _, p := range c.Parts {
		if p.Label != knowledge.Conclusion && p.Label != knowledge.Steps && p.Label != said {
			lines = append(lines, p.Label+"："+m.fill(p.String()))
		}
	}
	return strings.Join(lines, "\n")
}

// gist says in a line an article what a card takes from it.
func gist(cites []knowledge.Cite) string {
	var lines []string
	for _, c := range cites {
		if c.Claim != "" {
			lines = append(lines, c.String()+"，说的是："+strings.TrimRight(c.Claim, "。")+"。")
		}
	}
	return strings.Join(lines, "\n")
}

const outOfScope = "这件事我帮不上：我只答村里的法律问题，像土地、欠薪、婚姻、邻里这些。您有这样的事，直接说。"

// Close closes the statutes.
func (m *Mind) Close() {
	if m.Statutes != nil {
		m.Statutes.Close()
	}
}
