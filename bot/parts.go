package bot

import (
	"fmt"
	"strings"

	"mingbai/bot/ledger"
	"mingbai/knowledge"
)

// What a card says beyond its first answer: its parts, its clocks, its law.

// offices tells where the doors are that the township file knows.
func (t *turn) offices(card *knowledge.Card) string {
	var lines []string
	for _, o := range t.township().Offices {
		for _, s := range card.See {
			if strings.Contains(o.Name, s) || strings.Contains(s, strings.TrimPrefix(o.Name, t.township().Name)) {
				lines = append(lines, "📍 "+o.Name+"："+o.Where+"，"+o.Hours+"，☎ "+o.Phone)
				break
			}
		}
	}
	return strings.Join(lines, "\n")
}

// showParts offers what else the card says.
func (t *turn) showParts(cardID string) error {
	card := t.mind.Base.Card(cardID)
	if card == nil {
		return t.callPerson("card-gone")
	}
	if _, err := t.current(); err != nil {
		return err
	}
	t.d.Card = card.ID
	r := Reply{Kind: KindNote, Text: "关于“" + card.Title + "”，还可以看：",
		Choices: append(t.otherParts(card), Choice{Label: "都不是，找人说", Do: "none"})}
	t.settle(ledger.FateAnswered, DecideAnswer)
	t.say(r)
	return nil
}

// otherParts are what a card says beside its first answer, to choose from.
func (t *turn) otherParts(card *knowledge.Card) []Choice {
	var out []Choice
	for _, p := range card.Parts {
		if p.Label != knowledge.Conclusion && p.Label != knowledge.Steps {
			out = append(out, Choice{Label: p.Label, Do: "part:" + p.Label + ":" + card.ID})
		}
	}
	if len(card.Clock) > 0 {
		out = append(out, Choice{Label: "期限", Do: "part:期限:" + card.ID})
	}
	return out
}

// showPart shows one part of a card: "标签:card-id".
func (t *turn) showPart(arg string) error {
	label, cardID, _ := strings.Cut(arg, ":")
	card := t.mind.Base.Card(cardID)
	if card == nil {
		return t.callPerson("card-gone")
	}
	v := t.mind.check(card, knowledge.DayOf(t.now), dayOf(t.d.Asked, t.now))
	if v.Decision != DecideAnswer {
		return t.callPerson(v.Why)
	}
	if _, err := t.current(); err != nil {
		return err
	}
	t.d.Card = card.ID
	r := Reply{Kind: KindAnswer, Choices: []Choice{{Label: "还想知道", Do: "more:" + card.ID}, choiceHuman},
		Rate: []Choice{{Label: "有用", Do: "rate:1:@"}, {Label: "没用", Do: "rate:0:@"}}}
	r.Cites, _ = t.mind.lawLines(v, t.now)
	if p, ok := card.Part(label); ok {
		r.Say = label + "："
		if label == knowledge.Conclusion {
			r.Say = "还是“" + card.Title + "”这件事："
			r.Choices = append(t.otherParts(card), choiceHuman)
		}
		r.Text = t.mind.fill(p.Text)
		r.Steps = p.Steps
	} else if label == "期限" && len(card.Clock) > 0 {
		r.Say, r.Cites = "这些期限不要错过：", nil
		for _, k := range card.Clock {
			if t.d.Day == "" {
				r.Steps = append(r.Steps, k.Name+"："+k.From+"起"+k.Length()+"内。")
				r.Note = "打个日子，如“11月16号”，我替您算到哪天。"
			}
			if k.Law != "" {
				r.Cites = append(r.Cites, Cite{Law: k.Law, Article: k.Article})
			}
		}
	} else {
		return t.showParts(card.ID)
	}
	if t.d.Day != "" && (label == knowledge.HowLong || label == "期限") {
		r.Text = strings.TrimSpace(r.Text + "\n" + strings.Join(t.mind.deadlines(card, t.d.Day, t.now), "\n"))
	}
	t.settle(ledger.FateAnswered, DecideAnswer)
	t.say(r)
	return nil
}

// showLaw shows the articles behind a card: word for word where the statutes
// are imported, else what the card takes from them.
func (t *turn) showLaw(cardID string) error {
	card := t.mind.Base.Card(cardID)
	if card == nil {
		return t.callPerson("card-gone")
	}
	v := t.mind.check(card, knowledge.DayOf(t.now), dayOf(t.d.Asked, t.now))
	if v.Decision != DecideAnswer {
		return t.callPerson(v.Why)
	}
	if _, err := t.current(); err != nil {
		return err
	}
	var b strings.Builder
	words := false
	for _, c := range v.Cites {
		if t.mind.Statutes != nil {
			if a, ok := t.mind.Statutes.Text(c.Law, c.Article, v.Day); ok {
				fmt.Fprintf(&b, "%s：\n%s\n", c, a.Text)
				words = true
				continue
			}
		}
		b.WriteString(gist([]knowledge.Cite{c}) + "\n")
	}
	note := "这里写的是大意。原文可在“国家法律法规数据库”查到，或到司法所看。"
	if words {
		note = "法条原文，不是意见。看不懂的，找人讲给您听。"
	}
	t.settle(ledger.FateAnswered, DecideAnswer)
	t.say(Reply{Kind: KindNote, Text: strings.TrimSpace(b.String()), Note: note,
		Choices: []Choice{{Label: "还想知道", Do: "more:" + card.ID}, choiceHuman}})
	return nil
}
