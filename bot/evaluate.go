package bot

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"mingbai/bot/ledger"
	"mingbai/knowledge"
)

// A dialogueRow is one labelled dialogue of an evaluation set.
type dialogueRow struct {
	ID    string        `json:"id"`
	Topic string        `json:"topic"`
	Today knowledge.Day `json:"today"`
	Turns []struct {
		Say    string `json:"say"`
		Expect struct {
			Decision json.RawMessage  `json:"decision"`
			Topic    string           `json:"topic"`
			Gold     []knowledge.Cite `json:"gold"`
			Must     []string         `json:"must"`
			Same     *bool            `json:"same_matter"`
			Urgent   json.RawMessage  `json:"urgent"`
		} `json:"expect"`
	} `json:"turns"`
}

// share counts how often something was as expected.
type share struct{ good, all int }

func (s *share) add(ok bool) {
	s.all++
	if ok {
		s.good++
	}
}

func (s share) String() string {
	if s.all == 0 {
		return "–"
	}
	return fmt.Sprintf("%.2f (%d/%d)", float64(s.good)/float64(s.all), s.good, s.all)
}

// EvaluateDialogues plays the labelled dialogues of dir, each on the day it
// names, through a real engine on a ledger of its own, and prints which share
// of the turns went as expected, and those that did not.
func EvaluateDialogues(ctx context.Context, mind *Mind, dir string, w io.Writer) error {
	f, err := os.Open(filepath.Join(dir, "dialogues.open.jsonl"))
	if err != nil {
		return fmt.Errorf("read dialogues: %w", err)
	}
	defer f.Close()
	tmp, err := os.MkdirTemp("", "mingbai-eval-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(tmp)
	l, err := ledger.Open(ctx, "sqlite:"+filepath.Join(tmp, "m.db"), ledger.Options{})
	if err != nil {
		return err
	}
	defer l.Close()
	d := &dialogues{ctx: ctx, mind: mind, l: l, w: w}
	sc := bufio.NewScanner(f)
	sc.Buffer(nil, 1<<20)
	for n := 1; sc.Scan(); n++ {
		var row dialogueRow
		if err := json.Unmarshal(sc.Bytes(), &row); err != nil {
			return fmt.Errorf("%s:%d: %w", f.Name(), n, err)
		}
		if err := d.play(row); err != nil {
			return err
		}
	}
	if err := sc.Err(); err != nil {
		return err
	}
	_, err = fmt.Fprintf(w, "dialogues: turns as expected %s; decision %s, law %s, same matter %s, danger %s, facts %s\n",
		d.turns, d.decision, d.gold, d.same, d.urgent, d.must)
	return err
}

type dialogues struct {
	ctx  context.Context
	mind *Mind
	l    *ledger.Ledger
	w    io.Writer
	n    int

	turns, decision, gold, same, urgent, must share
}

func (d *dialogues) play(row dialogueRow) error {
	now := time.Now()
	if row.Today.Valid() {
		now = row.Today.Time().Add(10 * time.Hour)
	}
	e := &Engine{Ledger: d.l, Now: func() time.Time { return now }}
	e.SetMind(d.mind)
	matter := int64(0)
	for i, turn := range row.Turns {
		d.n++
		now = now.Add(time.Minute)
		replies, err := e.Handle(d.ctx, Message{Channel: Terminal, Chat: row.ID, ID: fmt.Sprint(d.n), Text: turn.Say})
		if err != nil {
			return err
		}
		kind, now, err := d.last(row.ID)
		if err != nil {
			return err
		}
		var wrong []string
		note := func(s *share, ok bool, what string) {
			s.add(ok)
			if !ok {
				wrong = append(wrong, what)
			}
		}
		x := turn.Expect
		if len(x.Decision) > 0 {
			note(&d.decision, slices.Contains(oneOrMany(x.Decision), decisionOf(kind)), "decision "+decisionOf(kind)+" want "+string(x.Decision))
		}
		var text strings.Builder
		var cites []Cite
		danger := false
		for _, r := range replies {
			text.WriteString(r.Plain())
			cites = append(cites, r.Cites...)
			if r.Kind == KindClarify { // the law is behind one of the choices
				cites = append(cites, d.offered(r)...)
			}
			danger = danger || r.Kind == KindUrgent
		}
		if len(x.Gold) > 0 {
			note(&d.gold, citesOne(cites, x.Gold), fmt.Sprintf("law %v", cites))
		}
		if len(x.Urgent) > 0 {
			note(&d.urgent, danger == (string(x.Urgent) != "null"), "danger")
		}
		if x.Same != nil && matter != 0 {
			note(&d.same, (now == matter || now == 0) == *x.Same, "matter")
		}
		for _, m := range x.Must {
			d.must.add(hasFact(text.String(), m)) // wording, not meaning: told, not held against the turn
		}
		if now != 0 {
			matter = now
		}
		d.turns.add(len(wrong) == 0)
		if len(wrong) > 0 {
			fmt.Fprintf(d.w, "%s.%d %s: %s\n", row.ID, i+1, turn.Say, strings.Join(wrong, "; "))
		}
	}
	return nil
}

// offered returns what the cards to choose from cite.
func (d *dialogues) offered(r Reply) []Cite {
	var out []Cite
	for _, c := range r.Choices {
		if id, ok := strings.CutPrefix(c.Do, "card:"); ok {
			if card := d.mind.Base.Card(id); card != nil {
				out = append(out, citesOf(card.Cites)...)
			}
		}
	}
	return out
}

// last returns what became of a chat's last message, and its matter.
func (d *dialogues) last(chat string) (kind string, matter int64, err error) {
	err = d.l.View(d.ctx, func(v *ledger.View) error {
		c, err := ledger.FindChat(v, Terminal, chat)
		if err != nil {
			return nil // erased: its last message was an action
		}
		list, err := ledger.Transcript(v, c.ID, 0, 0, 20)
		for _, m := range list {
			if m.Inbound {
				kind, matter = m.Kind, m.Matter
			}
		}
		return err
	})
	return kind, matter, err
}

// decisionOf tells the contract's decision from the kind kept of a message.
func decisionOf(kind string) string {
	switch kind {
	case DecideAnswer, DecideClarify, DecideHandover, DecideUrgent, DecideDispute, DecideSmalltalk:
		return kind
	case "relayed":
		return DecideHandover
	case "out-of-scope":
		return DecideRefuse
	}
	return DecideAction
}

func oneOrMany(raw json.RawMessage) []string {
	var many []string
	if json.Unmarshal(raw, &many) == nil {
		return many
	}
	var one string
	if json.Unmarshal(raw, &one) == nil {
		return []string{one}
	}
	return nil
}

func citesOne(got []Cite, want []knowledge.Cite) bool {
	for _, g := range got {
		a, err := knowledge.ParseArticle(g.Article)
		if err != nil {
			continue
		}
		for _, w := range want {
			if b, err := knowledge.ParseArticle(w.Article); err == nil && a == b && g.Law == w.Law {
				return true
			}
		}
	}
	return false
}

// hasFact looks for a fact by its pairs of characters: six in ten must be
// there.
func hasFact(text, fact string) bool {
	squeeze := func(s string) string { return strings.Join(strings.Fields(s), "") }
	text, fact = squeeze(text), squeeze(fact)
	if strings.Contains(text, fact) {
		return true
	}
	r := []rune(fact)
	hits := 0
	for i := 0; i+1 < len(r); i++ {
		if strings.Contains(text, string(r[i:i+2])) {
			hits++
		}
	}
	return len(r) > 1 && float64(hits) >= 0.6*float64(len(r)-1)
}
