package search

import (
	"bufio"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"mingbai/knowledge"
)

// A disputeRow is one labelled quarrel of an evaluation set.
type disputeRow struct {
	ID   string `json:"id"`
	Text string `json:"text"`
	Gold struct {
		Category string `json:"category"`
		Parties  int    `json:"parties"`
		Urgent   string `json:"urgent"`
		Level    string `json:"suggested_level"`
	} `json:"gold"`
}

// EvaluateDisputes reads the labelled quarrels of dir (disputes.open.jsonl) and
// prints how often category and level were right, which was taken for which,
// how often danger was caught and raised for nothing (in the other labelled
// messages of dir too), how many parties were counted to within one, the same
// figures cross-validated on the index's own examples, and the worst rows. It
// returns an error that is fs.ErrNotExist when dir has no labelled quarrels.
func EvaluateDisputes(x *Index, dir string, w io.Writer) error {
	rows, err := readDisputes(filepath.Join(dir, "disputes.open.jsonl"))
	if err != nil {
		return err
	}
	e := &disputeEvaluation{out: bufio.NewWriter(w), categories: newConfusion(knowledge.DisputeCategories), levels: newConfusion(disputeLevels)}
	for _, r := range rows {
		e.row(r, x.Dispute(r.Text))
	}
	for _, name := range []string{"danger.open.jsonl", "questions.open.jsonl"} {
		list, err := readLabelled(filepath.Join(dir, name))
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return err
		}
		for _, r := range list {
			e.danger(r.ID, r.Text, r.Urgent, x.Dispute(r.Text).Urgent)
		}
	}
	e.print()
	v := x.crossValidate(5)
	fmt.Fprintf(e.out, "\ncross-validated on %d examples of our own: category %.3f, level %.3f, danger caught %.3f, false alarms %.3f\n",
		len(v.category.hits), v.category.share(), v.level.share(), v.caught.share(), v.falseAlarm.share())
	e.printWorst()
	if err := e.out.Flush(); err != nil {
		return fmt.Errorf("print evaluation: %w", err)
	}
	return nil
}

func readDisputes(name string) ([]disputeRow, error) {
	raw, err := os.ReadFile(name)
	if err != nil {
		return nil, fmt.Errorf("read labelled disputes: %w", err)
	}
	var out []disputeRow
	for n, line := range strings.Split(string(raw), "\n") {
		if strings.TrimSpace(line) == "" {
			continue
		}
		var r disputeRow
		if err := json.Unmarshal([]byte(line), &r); err != nil {
			return nil, fmt.Errorf("%s:%d: %w", name, n+1, err)
		}
		out = append(out, r)
	}
	return out, nil
}

// A validation holds shares of right answers on examples that were not learnt.
type validation struct {
	category, level tally
	caught          tally // danger, in quarrels that tell of it
	falseAlarm      tally // of danger, in quarrels that are not for the police
}

// crossValidate teaches the examples in parts, each time without one of them,
// and asks for the part left out. Examples of one situation are in one part.
func (x *Index) crossValidate(parts int) (v validation) {
	samples := disputeSamples()
	situation := situationsOf(samples)
	// Situations are spread by hash: their numbers follow the order of the file.
	partOf := func(i int) int { return int(uint32(situation[i])*2654435761>>8) % parts }
	for part := range parts {
		var taught []sample
		for i, s := range samples {
			if partOf(i) != part {
				taught = append(taught, s)
			}
		}
		// The recogniser of danger learns from the quarrels too.
		y := *x
		y.trainCharacters(examplesOf(dangerText), examplesOf(intentText), taught)
		mind := &disputeMind{}
		mind.learn(&y, taught)
		for i, s := range samples {
			if partOf(i) != part {
				continue
			}
			m := y.Understand(s.text)
			c := y.caseOf(mind, s.text, &m)
			v.category.add(c.Category == knowledge.DisputeCategories[s.category])
			v.level.add(c.Level == disputeLevels[s.level])
			switch {
			case s.danger != "":
				v.caught.add(c.Urgent != "")
			case disputeLevels[s.level] != PoliceFirst:
				v.falseAlarm.add(c.Urgent != "")
			}
		}
	}
	return v
}

// sameSituation is the share of the shorter one's pairs of characters from
// which two examples are taken to tell of one situation.
const sameSituation = 0.3

// situationsOf numbers the situations: an example tells of the same one as the
// earlier example most like it, if that is like enough.
func situationsOf(samples []sample) []int {
	of := make([]int, len(samples))
	pairs := make([]map[[2]rune]bool, len(samples))
	for i, s := range samples {
		own := map[[2]rune]bool{}
		r := []rune(s.text)
		for j := 1; j < len(r); j++ {
			own[[2]rune{r[j-1], r[j]}] = true
		}
		pairs[i], of[i] = own, i
		best := sameSituation
		for k, others := range pairs[:i] {
			common := 0
			for p := range own {
				if others[p] {
					common++
				}
			}
			if share := float64(common) / float64(max(1, min(len(own), len(others)))); share > best {
				best, of[i] = share, of[k]
			}
		}
	}
	return of
}

type disputeEvaluation struct {
	out                *bufio.Writer
	category, level    tally
	caught, falseAlarm tally
	parties            tally
	categories, levels *confusion
	worst              []wrong
}

func (e *disputeEvaluation) row(r disputeRow, c Case) {
	e.category.add(c.Category == r.Gold.Category)
	e.level.add(c.Level == r.Gold.Level)
	e.categories.add(r.Gold.Category, c.Category)
	e.levels.add(r.Gold.Level, c.Level)
	off := c.Parties - r.Gold.Parties
	e.parties.add(off >= -1 && off <= 1 || c.Parties >= Crowd && r.Gold.Parties >= Crowd)
	if c.Category != r.Gold.Category {
		e.worst = append(e.worst, wrong{c.Confidence, fmt.Sprintf("%s %s (%.2f), not %s: %s", r.ID, c.Category, c.Confidence, r.Gold.Category, r.Text)})
	}
	if c.Level != r.Gold.Level {
		e.worst = append(e.worst, wrong{0.5, fmt.Sprintf("%s %s, not %s: %s (%s)", r.ID, c.Level, r.Gold.Level, r.Text, c.Why[len(c.Why)-1])})
	}
	e.danger(r.ID, r.Text, r.Gold.Urgent, c.Urgent)
}

func (e *disputeEvaluation) danger(id, text, want, got string) {
	if want != "" {
		e.caught.add(got != "")
		if got == "" {
			e.worst = append(e.worst, wrong{2, fmt.Sprintf("%s missed %s: %s", id, want, text)})
		}
		return
	}
	e.falseAlarm.add(got != "")
	if got != "" {
		e.worst = append(e.worst, wrong{1, fmt.Sprintf("%s false alarm %s: %s", id, got, text)})
	}
}

func (e *disputeEvaluation) print() {
	fmt.Fprintln(e.out, "\ndisputes")
	for _, l := range []struct {
		name string
		t    *tally
	}{
		{"category", &e.category}, {"level", &e.level}, {"danger caught", &e.caught}, {"false alarms", &e.falseAlarm},
		{"parties to within one", &e.parties},
	} {
		lo, hi := l.t.interval()
		fmt.Fprintf(e.out, "%.3f [%.3f, %.3f] of %4d  %s\n", l.t.share(), lo, hi, len(l.t.hits), l.name)
	}
	fmt.Fprintln(e.out, "\nlevel: expected across, found down")
	e.levels.print(e.out)
	fmt.Fprintln(e.out, "\ncategory: expected, and what was found instead")
	e.categories.printErrors(e.out)
}

func (e *disputeEvaluation) printWorst() {
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

// A confusion counts which name was taken for which.
type confusion struct {
	names []string
	count [][]int // expected, found
}

func newConfusion(names []string) *confusion {
	c := &confusion{names: names, count: make([][]int, len(names))}
	for i := range c.count {
		c.count[i] = make([]int, len(names))
	}
	return c
}

// add passes over names that are not in the list: a set may be labelled with
// others than ours.
func (c *confusion) add(want, got string) {
	if i, j := slices.Index(c.names, want), slices.Index(c.names, got); i >= 0 && j >= 0 {
		c.count[i][j]++
	}
}

func (c *confusion) print(w io.Writer) {
	fmt.Fprintf(w, "%12s", "")
	for _, n := range c.names {
		fmt.Fprintf(w, " %12s", n)
	}
	fmt.Fprintln(w)
	for j, n := range c.names {
		fmt.Fprintf(w, "%12s", n)
		for i := range c.names {
			fmt.Fprintf(w, " %12d", c.count[i][j])
		}
		fmt.Fprintln(w)
	}
}

// printErrors prints a line for each expected name.
func (c *confusion) printErrors(w io.Writer) {
	for i, n := range c.names {
		all := 0
		var others []string
		for j, k := range c.count[i] {
			all += k
			if k > 0 && j != i {
				others = append(others, fmt.Sprintf("%s %d", c.names[j], k))
			}
		}
		if all > 0 {
			fmt.Fprintf(w, "%2d of %2d  %s  %s\n", c.count[i][i], all, n, strings.Join(others, "，"))
		}
	}
}
