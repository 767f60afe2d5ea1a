package search

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"mingbai/knowledge"
)

// A LearnReport tells what was learnt and what could not be used.
type LearnReport struct {
	Questions int            // learnt from
	Cards     int            // phrasings, titles and claims of the cards that were used
	Bad       []string       // "file:line: message"
	Unknown   map[string]int // article ids that were not imported → how many questions name them
	Unused    int            // questions none of whose articles was imported
}

// leastQuestions is how few questions can be learnt from: two a fold.
const leastQuestions = 2 * learnFolds

// rankerName is the file of the learnt ranker, beside the index.
const rankerName = "ranker.json"

// rankerFile is what learning leaves behind. Articles are named by their rows,
// which is why the file holds for one import only.
type rankerFile struct {
	Format    int            `json:"format"`
	Hash      string         `json:"hash"` // of the statutes
	Questions []pastQuestion `json:"questions"`
	Cards     []pastQuestion `json:"cards"`
	Linear    *linearRank    `json:"linear"`
	Trees     *forest        `json:"trees"`
	Sure      sureness       `json:"sure"`
}

// rankerFormat changes whenever the features do.
const rankerFormat = 8

// Learn trains the ranker of the statutes in dir from past questions, lines of
// {"id","question","gold":[article ids]} in the file at path, and from the
// cards of base, which may be nil. The same statutes, questions and cards
// always give the same ranker. It takes the place of the one learnt before.
func Learn(dir, path string, base *knowledge.Base) (LearnReport, error) {
	var rep LearnReport
	s, err := Open(dir)
	if err != nil {
		return rep, err
	}
	defer s.Close()
	if err := s.prepareStage(); err != nil {
		return rep, err
	}
	questions, err := s.readQuestions(path, &rep)
	if err != nil {
		return rep, err
	}
	rep.Questions = len(questions)
	if len(questions) < leastQuestions {
		return rep, fmt.Errorf("%d usable questions are too few to learn from; there must be %d", len(questions), leastQuestions)
	}
	cards := cardQuestions(s, base)
	rep.Cards = len(cards)
	r := newRankBase(s).train(s, questions, cards)
	out, err := json.Marshal(rankerFile{rankerFormat, s.stage.hash, questions, cards, r.linear, r.trees, r.sure})
	if err != nil {
		return rep, fmt.Errorf("keep what was learnt: %w", err)
	}
	return rep, writeWhole(filepath.Join(dir, rankerName), out)
}

// writeWhole writes a file whole or not at all.
func writeWhole(path string, data []byte) error {
	tmp, err := os.CreateTemp(filepath.Dir(path), ".part-*")
	if err != nil {
		return fmt.Errorf("keep what was learnt: %w", err)
	}
	defer os.Remove(tmp.Name())
	_, err = tmp.Write(data)
	if err = errors.Join(err, tmp.Sync(), tmp.Close()); err != nil {
		return fmt.Errorf("keep what was learnt: %w", err)
	}
	return os.Rename(tmp.Name(), path)
}

// maxQuestion bounds a line of past questions.
const maxQuestion = 1 << 20

// readQuestions reads past questions, and tells of what it cannot use.
func (s *Statutes) readQuestions(path string, rep *LearnReport) ([]pastQuestion, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("read past questions: %w", err)
	}
	defer file.Close()
	rowOf := make(map[string]int32, len(s.rows))
	for i, r := range s.rows {
		rowOf[r.ID] = int32(i)
	}
	rep.Unknown = map[string]int{}
	var out []pastQuestion
	sc := bufio.NewScanner(file)
	sc.Buffer(make([]byte, 1<<16), maxQuestion)
	n := 0
	bad := func(err error) {
		if len(rep.Bad) < 1000 {
			rep.Bad = append(rep.Bad, fmt.Sprintf("%s:%d: %v", filepath.Base(path), n, err))
		}
	}
	for sc.Scan() {
		n++
		if len(bytes.TrimSpace(sc.Bytes())) == 0 {
			continue
		}
		var l struct {
			Question string   `json:"question"`
			Gold     []string `json:"gold"`
		}
		if err := json.Unmarshal(sc.Bytes(), &l); err != nil {
			bad(err)
			continue
		}
		if normalise(l.Question) == "" || len(l.Gold) == 0 {
			bad(errors.New("question or gold is missing"))
			continue
		}
		q := pastQuestion{Text: l.Question}
		for _, g := range l.Gold {
			row, ok := rowOf[g]
			if !ok {
				rep.Unknown[g]++
			} else if !slices.Contains(q.Gold, row) {
				q.Gold = append(q.Gold, row)
			}
		}
		if len(q.Gold) == 0 {
			rep.Unused++
			continue
		}
		out = append(out, q)
	}
	if err := sc.Err(); err != nil {
		n++
		bad(err)
	}
	return out, nil
}

// errStale says why a ranker is not used.
var errStale = errors.New("the statutes were imported again since the ranker was learnt; learn again: mingbai statutes learn FILE")

// loadRanker reads what was learnt; nil when nothing was.
func (s *Statutes) loadRanker() (*ranker, error) {
	data, err := os.ReadFile(filepath.Join(s.dir, rankerName))
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read the ranker: %w", err)
	}
	var f rankerFile
	if err := json.Unmarshal(data, &f); err != nil {
		return nil, fmt.Errorf("the ranker is damaged; learn again: mingbai statutes learn FILE: %w", err)
	}
	if f.Hash != s.stage.hash {
		return nil, errStale
	}
	if f.Format != rankerFormat {
		return nil, errors.New("the ranker was learnt by another version of the program; learn again: mingbai statutes learn FILE")
	}
	if err := f.check(len(s.rows)); err != nil {
		return nil, err
	}
	return &ranker{s: s, base: newRankBase(s), mem: [2]*past{newPast(s, f.Questions), newPast(s, f.Cards)}, linear: f.Linear, trees: f.Trees, sure: f.Sure}, nil
}

// check refuses a file that would lead out of bounds.
func (f *rankerFile) check(rows int) error {
	err := errors.New("the ranker is damaged; learn again: mingbai statutes learn FILE")
	if f.Linear == nil || f.Trees == nil || len(f.Linear.Weight) != plainWidth || !f.Trees.fits(allWidth) {
		return err
	}
	for _, list := range [][]pastQuestion{f.Questions, f.Cards} {
		for _, q := range list {
			for _, g := range q.Gold {
				if g < 0 || int(g) >= rows {
					return err
				}
			}
		}
	}
	return nil
}

// fits reports whether every node is there and looks at an input.
func (f *forest) fits(width int) bool {
	if f.Depth < 1 || f.Depth > 10 {
		return false
	}
	inner := 1<<f.Depth - 1
	if len(f.Bar)%inner != 0 || len(f.Feature) != len(f.Bar) || len(f.Leaf) != len(f.Bar)/inner*(inner+1) {
		return false
	}
	for _, x := range f.Feature {
		if int(x) >= width {
			return false
		}
	}
	return true
}
