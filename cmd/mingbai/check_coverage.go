package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"mingbai/knowledge"
	"mingbai/search"
)

// A coverageRow counts one topic.
type coverageRow struct {
	cards, phrasings, lost      int
	questions, answered         int
	judged, right, answeredGold int // of the questions that name the article expected
}

// checkCoverage prints which topics the cards cover and how well they win the
// labelled questions of dir, where one is given.
func checkCoverage(s *Settings, dir string, out io.Writer) error {
	base, err := s.base()
	if err != nil {
		return err
	}
	var questions []openQuestion
	if dir != "" {
		if questions, err = readOpen(filepath.Join(dir, "questions.open.jsonl")); err != nil {
			return err
		}
	}
	index := search.New(base)
	rows := map[string]*coverageRow{}
	for _, t := range knowledge.Topics {
		rows[t] = &coverageRow{}
	}
	lost := lostPhrasings(base, index)
	topicOf := map[string]string{}
	for _, c := range base.Cards {
		rows[c.Topic].cards++
		rows[c.Topic].phrasings += len(c.Asked)
		topicOf[c.File] = c.Topic
	}
	for _, f := range lost {
		rows[topicOf[f.File]].lost++
	}
	won := map[string]int{}
	for _, q := range questions {
		coverQuestion(rows, won, index.Understand(q.Text), q)
	}
	printCoverage(out, rows, dir != "")
	fmt.Fprintf(out, "\n被别的卡抢走的问法：%d条\n", len(lost))
	for _, f := range lost {
		fmt.Fprintln(out, f)
	}
	if dir != "" {
		var idle []*knowledge.Card
		for _, c := range base.Cards {
			if won[c.ID] == 0 {
				idle = append(idle, c)
			}
		}
		fmt.Fprintf(out, "\n没有被任何一个问题选中的卡：%d张，共%d张\n", len(idle), len(base.Cards))
		for _, c := range idle {
			fmt.Fprintf(out, "%s\t%s\t%s\n", c.File, c.Topic, c.Title)
		}
	}
	return nil
}

// coverQuestion counts one labelled question. Only questions that want a rule
// are counted, as the evaluation does.
func coverQuestion(rows map[string]*coverageRow, won map[string]int, m search.Meaning, q openQuestion) {
	if q.Intent != search.Ask || q.Urgent != "" {
		return
	}
	row := rows[q.Topic]
	if row == nil {
		row = rows[knowledge.Topics[len(knowledge.Topics)-1]]
	}
	row.questions++
	if len(m.Hits) == 0 {
		return
	}
	won[m.Hits[0].Card.ID]++
	answered := m.Danger == "" && m.Intent == search.Ask && m.Decision == search.Answer
	if answered {
		row.answered++
	}
	if len(q.Gold) == 0 {
		return
	}
	row.judged++
	if citesGold(m.Hits[0].Card, q.Gold) {
		row.right++
		if answered {
			row.answeredGold++
		}
	}
}

func printCoverage(out io.Writer, rows map[string]*coverageRow, questions bool) {
	head := "卡\t问法\t被抢走"
	if questions {
		head += "\t问题\t答了\t首卡对\t可判\t答了且对"
	}
	fmt.Fprintln(out, head+"\t主题")
	var sum coverageRow
	line := func(r *coverageRow, name string) {
		fmt.Fprintf(out, "%d\t%d\t%d", r.cards, r.phrasings, r.lost)
		if questions {
			fmt.Fprintf(out, "\t%d\t%d\t%d\t%d\t%d", r.questions, r.answered, r.right, r.judged, r.answeredGold)
		}
		fmt.Fprintln(out, "\t"+name)
	}
	for _, t := range knowledge.Topics {
		r := rows[t]
		line(r, t)
		sum.cards += r.cards
		sum.phrasings += r.phrasings
		sum.lost += r.lost
		sum.questions += r.questions
		sum.answered += r.answered
		sum.right += r.right
		sum.judged += r.judged
		sum.answeredGold += r.answeredGold
	}
	line(&sum, "合计")
}

// An openQuestion is one labelled question of the residents' sets.
type openQuestion struct {
	Text   string           `json:"text"`
	Topic  string           `json:"topic"`
	Intent string           `json:"intent"`
	Urgent string           `json:"urgent"`
	Gold   []knowledge.Cite `json:"gold"`
}

func readOpen(name string) ([]openQuestion, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, fmt.Errorf("open the questions: %w", err)
	}
	defer f.Close()
	var out []openQuestion
	sc := bufio.NewScanner(f)
	sc.Buffer(nil, 1<<20)
	for n := 1; sc.Scan(); n++ {
		var q openQuestion
		if err := json.Unmarshal(sc.Bytes(), &q); err != nil {
			return nil, fmt.Errorf("%s:%d: %w", filepath.Base(name), n, err)
		}
		out = append(out, q)
	}
	if err := sc.Err(); err != nil {
		return nil, fmt.Errorf("read %s: %w", name, err)
	}
	return out, nil
}
