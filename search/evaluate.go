package search

import (
	"bufio"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"mingbai/knowledge"
)

// A labelled is one row of an evaluation file, of whichever kind.
type labelled struct {
	ID     string `json:"id"`
	Text   string `json:"text"`
	Topic  string `json:"topic"`
	Intent string `json:"intent"`
	Urgent string `json:"urgent"`
	Also   []string
	Gold   json.RawMessage `json:"gold"`
	cites  []knowledge.Cite
}

// Evaluate reads the residents' evaluation files in dir, asks the index, and
// prints how often danger, intent, topic and law were right, with 95 %
// bootstrap intervals, how far its confidence can be trusted, what it makes of
// rules taken for granted, a table by topic and the worst rows.
func Evaluate(base *knowledge.Base, x *Index, dir string, w io.Writer) error {
	if _, err := fmt.Fprintf(w, "%d cards, %d words in the lexicon\n", len(base.Cards), len(base.Lexicon.Entries)); err != nil {
		return fmt.Errorf("print evaluation: %w", err)
	}
	_, err := evaluate(x, dir, w)
	return err
}

func evaluate(x *Index, dir string, w io.Writer) (*evaluation, error) {
	rows, err := readLabelled(filepath.Join(dir, "questions.open.jsonl"))
	if err != nil {
		return nil, err
	}
	danger, err := readLabelled(filepath.Join(dir, "danger.open.jsonl"))
	if err != nil {
		return nil, err
	}
	premises, err := readLabelled(filepath.Join(dir, "premise.open.jsonl"))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	talk, err := readTalk(filepath.Join(dir, "dialogues.open.jsonl"))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	e := &evaluation{x: x, out: bufio.NewWriter(w), byTopic: map[string]*tally{}}
	for _, r := range rows {
		e.question(r)
	}
	for _, r := range danger {
		m := x.Understand(r.Text)
		e.danger(r, m)
		if r.Urgent == "" {
			e.lookAlike.add(m.Danger != "")
		}
	}
	for _, r := range premises {
		e.premise(r)
	}
	for _, r := range talk {
		e.turn(r)
	}
	e.print()
	if err := e.out.Flush(); err != nil {
		return nil, fmt.Errorf("print evaluation: %w", err)
	}
	return e, nil
}

func readLabelled(name string) ([]labelled, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, fmt.Errorf("open evaluation file: %w", err)
	}
	defer f.Close()
	var out []labelled
	sc := bufio.NewScanner(f)
	sc.Buffer(nil, 1<<20)
	for n := 1; sc.Scan(); n++ {
		var r labelled
		if err := json.Unmarshal(sc.Bytes(), &r); err != nil {
			return nil, fmt.Errorf("%s:%d: %w", name, n, err)
		}
		if len(r.Gold) > 0 && r.Gold[0] == '[' {
			if err := json.Unmarshal(r.Gold, &r.cites); err != nil {
				return nil, fmt.Errorf("%s:%d: gold: %w", name, n, err)
			}
		}
		out = append(out, r)
	}
	if err := sc.Err(); err != nil {
		return nil, fmt.Errorf("read %s: %w", name, err)
	}
	return out, nil
}

// readTalk returns the turns of labelled dialogues, each as a message alone.
func readTalk(name string) ([]labelled, error) {
	raw, err := os.ReadFile(name)
	if err != nil {
		return nil, fmt.Errorf("open evaluation file: %w", err)
	}
	var out []labelled
	for n, line := range strings.Split(strings.TrimSpace(string(raw)), "\n") {
		var d struct {
			ID    string
			Turns []struct {
				Say    string
				Expect struct{ Urgent string }
			}
		}
		if err := json.Unmarshal([]byte(line), &d); err != nil {
			return nil, fmt.Errorf("%s:%d: %w", name, n+1, err)
		}
		for i, t := range d.Turns {
			out = append(out, labelled{ID: fmt.Sprintf("%s.%d", d.ID, i+1), Text: t.Say, Urgent: t.Expect.Urgent})
		}
	}
	return out, nil
}

// A tally collects yes and no of one measure.
type tally struct{ hits []bool }

func (t *tally) add(ok bool) { t.hits = append(t.hits, ok) }

func (t *tally) share() float64 {
	n := 0
	for _, h := range t.hits {
		if h {
			n++
		}
	}
	return float64(n) / float64(max(1, len(t.hits)))
}

// interval returns the middle 95 % of the shares of 1,000 resamples.
func (t *tally) interval() (float64, float64) {
	if len(t.hits) == 0 {
		return 0, 0
	}
	random := rand.New(rand.NewPCG(1, 2)) // fixed, so that two runs print the same
	shares := make([]float64, 1000)
	for i := range shares {
		n := 0
		for range t.hits {
			if t.hits[random.IntN(len(t.hits))] {
				n++
			}
		}
		shares[i] = float64(n) / float64(len(t.hits))
	}
	slices.Sort(shares)
	return shares[25], shares[974]
}

type evaluation struct {
	x                                                    *Index
	out                                                  *bufio.Writer
	caught, falseAlarm, lookAlike, kind                  tally
	topic, intent, answered, cite, citeAnswered, inThree tally
	noLaw, wrongAnswer, offered, talkCaught, talkAlarm   tally
	assumed, premiseSeen, premiseCite, premiseAnswered   tally
	sure                                                 []certainty
	byTopic                                              map[string]*tally
	micros                                               []float64
	worst                                                []wrong
}

type wrong struct {
	sure float64
	line string
}

// A certainty is a confidence and whether it was deserved.
type certainty struct {
	p     float64
	right bool
}

// premise measures a question that takes a rule for granted.
func (e *evaluation) premise(r labelled) {
	m := e.x.Understand(r.Text)
	e.premiseSeen.add(m.Premise)
	e.premiseAnswered.add(answers(m))
	e.talkAlarm.add(m.Danger != "")
	if len(r.cites) > 0 && len(m.Hits) > 0 {
		e.premiseCite.add(citesAny(m.Hits[0].Card, r.cites))
	}
}

// turn measures danger in what is said in the middle of a talk.
func (e *evaluation) turn(r labelled) {
	m := e.x.Understand(r.Text)
	if r.Urgent != "" {
		e.talkCaught.add(m.Danger != "")
		return
	}
	e.talkAlarm.add(m.Danger != "")
}

func (e *evaluation) question(r labelled) {
	begin := time.Now()
	m := e.x.Understand(r.Text)
	e.micros = append(e.micros, float64(time.Since(begin).Nanoseconds())/1000)
	e.danger(r, m)
	if r.Urgent != "" {
		return
	}
	e.intent.add(m.Intent == r.Intent)
	if r.Intent == OutOfScope || r.Intent == Chitchat {
		e.noLaw.add(!answers(m))
	}
	if m.Intent != r.Intent {
		e.worst = append(e.worst, wrong{0.5, fmt.Sprintf("%s intent %s, not %s: %s", r.ID, m.Intent, r.Intent, r.Text)})
	}
	if r.Intent != Ask {
		return
	}
	e.assumed.add(m.Premise)
	e.topic.add(m.Topic == r.Topic)
	if m.Topic != r.Topic {
		e.worst = append(e.worst, wrong{m.Confidence - 0.3, fmt.Sprintf("%s topic %s, not %s: %s", r.ID, m.Topic, r.Topic, r.Text)})
	}
	e.answered.add(answers(m))
	if len(r.cites) == 0 || len(m.Hits) == 0 {
		return
	}
	hit := citesAny(m.Hits[0].Card, r.cites)
	e.cite.add(hit)
	three := false
	for _, h := range m.Hits[:min(3, len(m.Hits))] {
		three = three || citesAny(h.Card, r.cites)
	}
	e.inThree.add(three)
	t := e.byTopic[r.Topic]
	if t == nil {
		t = &tally{}
		e.byTopic[r.Topic] = t
	}
	t.add(hit)
	e.sure = append(e.sure, certainty{m.Confidence, hit})
	if m.Danger == "" && m.Intent == Ask && m.Decision == Clarify {
		four := false
		for _, h := range m.Hits[:min(4, len(m.Hits))] {
			four = four || citesAny(h.Card, r.cites)
		}
		e.offered.add(four)
	}
	if answers(m) {
		e.citeAnswered.add(hit)
		e.wrongAnswer.add(!hit)
		if !hit {
			e.worst = append(e.worst, wrong{m.Confidence, fmt.Sprintf("%s card %s (%.2f) cites none of %v: %s", r.ID, m.Hits[0].Card.ID, m.Confidence, r.cites, r.Text)})
		}
	}
}

func answers(m Meaning) bool { return m.Danger == "" && m.Intent == Ask && m.Decision == Answer }

func (e *evaluation) danger(r labelled, m Meaning) {
	if r.Urgent == "" {
		e.falseAlarm.add(m.Danger != "")
		if m.Danger != "" {
			e.worst = append(e.worst, wrong{1, fmt.Sprintf("%s false alarm %s: %s", r.ID, m.Danger, r.Text)})
		}
		return
	}
	e.caught.add(m.Danger != "")
	e.kind.add(m.Danger == r.Urgent || slices.Contains(r.Also, m.Danger))
	if m.Danger == "" {
		e.worst = append(e.worst, wrong{2, fmt.Sprintf("%s missed %s: %s", r.ID, r.Urgent, r.Text)})
	}
}

// citesAny reports whether the card cites one of the articles.
func citesAny(c *knowledge.Card, gold []knowledge.Cite) bool {
	for _, k := range c.Cites {
		for _, g := range gold {
			if k.Law == g.Law && k.Article == g.Article {
				return true
			}
		}
	}
	return false
}

func (e *evaluation) print() {
	for _, l := range []struct {
		name string
		t    *tally
	}{
		{"danger caught", &e.caught}, {"danger kind right", &e.kind}, {"false alarms", &e.falseAlarm}, {"… among look-alikes", &e.lookAlike},
		{"intent", &e.intent}, {"topic", &e.topic}, {"answered", &e.answered},
		{"expected article in the first card", &e.cite}, {"… in the first three", &e.inThree},
		{"… in what was answered", &e.citeAnswered}, {"… wrong among what was answered", &e.wrongAnswer},
		{"asked back: expected article among four cards", &e.offered},
		{"no law out of scope", &e.noLaw},
		{"danger caught in a talk", &e.talkCaught}, {"false alarms in a talk or at a premise", &e.talkAlarm},
		{"premises: seen to be one", &e.premiseSeen}, {"… answered", &e.premiseAnswered},
		{"… expected article in the first card", &e.premiseCite}, {"premise seen in an ordinary question", &e.assumed},
	} {
		lo, hi := l.t.interval()
		fmt.Fprintf(e.out, "%.3f [%.3f, %.3f] of %4d  %s\n", l.t.share(), lo, hi, len(l.t.hits), l.name)
	}
	slices.Sort(e.micros)
	if n := len(e.micros); n > 0 {
		fmt.Fprintf(e.out, "understand: %.0f µs median, %.0f µs p99\n", e.micros[n/2], e.micros[min(n-1, n*99/100)])
	}
	e.x.crossed(e.out)
	e.reliability()
	fmt.Fprintln(e.out, "\nexpected article in the first card, by topic")
	for _, name := range slices.Sorted(maps.Keys(e.byTopic)) {
		t := e.byTopic[name]
		fmt.Fprintf(e.out, "%.2f of %3d  %s\n", t.share(), len(t.hits), name)
	}
	slices.SortStableFunc(e.worst, func(a, b wrong) int {
		if a.sure != b.sure {
			return cmp.Compare(b.sure, a.sure)
		}
		return strings.Compare(a.line, b.line)
	})
	fmt.Fprintln(e.out, "\nthe worst rows")
	for _, l := range e.worst[:min(20, len(e.worst))] {
		fmt.Fprintln(e.out, strings.ReplaceAll(l.line, "\n", " "))
	}
}

// reliability prints, for ten steps of confidence, how many first cards were
// right: a trustworthy confidence is as high as that share.
func (e *evaluation) reliability() {
	const steps = 10
	var all, right [steps]int
	var sum [steps]float64
	gap := 0.0
	for _, c := range e.sure {
		b := min(steps-1, int(c.p*steps))
		all[b]++
		sum[b] += c.p
		if c.right {
			right[b]++
		}
	}
	fmt.Fprintln(e.out, "\nconfidence: said, and how often the first card cites an expected article")
	for b, n := range all {
		if n == 0 {
			continue
		}
		said, was := sum[b]/float64(n), float64(right[b])/float64(n)
		gap += math.Abs(said-was) * float64(n)
		fmt.Fprintf(e.out, "%.1f–%.1f  said %.2f  was %.2f  of %3d\n", float64(b)/steps, float64(b+1)/steps, said, was, n)
	}
	fmt.Fprintf(e.out, "mean gap %.3f\n", gap/float64(max(1, len(e.sure))))
}
