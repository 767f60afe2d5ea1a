package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"mingbai/knowledge"
	"mingbai/search"
)

// intakeResult is one line of `intake --jsonl`.
type intakeResult struct {
	ID         any      `json:"id,omitempty"`
	Category   string   `json:"category"`
	Level      string   `json:"level"`
	Urgent     *string  `json:"urgent"` // null, or the danger's kind
	Topic      string   `json:"topic"`
	Confidence float64  `json:"confidence"`
	Why        []string `json:"why"`
}

func intakeCommand() *cobra.Command {
	var lines bool
	cmd := &cobra.Command{
		Use:   "intake [纠纷经过]",
		Short: "读一段纠纷经过，说出类别、归哪一级、有没有危险，什么都不记",
		RunE: func(cmd *cobra.Command, args []string) error {
			if lines == (len(args) > 0) {
				return usage{errors.New("give one narrative, or --jsonl with narratives on standard input")}
			}
			s, err := settings(cmd)
			if err != nil {
				return err
			}
			base, err := s.base()
			if err != nil {
				return err
			}
			index := search.New(base)
			if lines {
				return intakeLines(index, cmd.InOrStdin(), cmd.OutOrStdout())
			}
			_, err = io.WriteString(cmd.OutOrStdout(), readable(index.Dispute(head(strings.Join(args, " ")))))
			return err
		},
	}
	cmd.Flags().BoolVar(&lines, "jsonl", false, "从标准输入逐行读 {\"id\",\"text\"}")
	return cmd
}

// intakeLines reads a narrative a line.
func intakeLines(index *search.Index, in io.Reader, out io.Writer) error {
	return eachLine(in, out, func(line []byte) (any, error) {
		var q struct {
			ID   any     `json:"id"`
			Text *string `json:"text"`
		}
		if err := json.Unmarshal(line, &q); err != nil {
			return nil, fmt.Errorf("not a JSON object with id and text: %w", err)
		}
		if q.Text == nil {
			return nil, errors.New("there is no text")
		}
		c := index.Dispute(head(*q.Text))
		r := intakeResult{ID: q.ID, Category: c.Category, Level: c.Level, Topic: c.Topic, Confidence: c.Confidence, Why: c.Why}
		if c.Urgent != "" {
			r.Urgent = &c.Urgent
		}
		return r, nil
	})
}

// levelNames are the levels as they are read.
var levelNames = map[string]string{
	string(knowledge.LevelVillage): "村（社区）调委会",
	string(knowledge.LevelTown):    "镇调委会、司法所",
	string(knowledge.LevelJoint):   "多部门联合调解",
	search.PoliceFirst:             "先报警",
	search.NotMediable:             "不归调解，告知该走的路",
}

// dangerNames are the kinds of danger as they are read.
var dangerNames = map[string]string{
	"violence": "暴力", "self-harm": "轻生", "child": "孩子有危险", "missing": "走失", "fraud-in-progress": "正在被骗", "accident": "事故",
	"fire": "火情", "disaster": "灾害", "medical": "急病", "explosives": "爆炸物", "trafficking": "拐卖", "unlawful-confinement": "被关押",
}

// readable says a case in Chinese, a line for each thing that was found.
func readable(c search.Case) string {
	var b strings.Builder
	say := func(name, value string) {
		if value != "" {
			fmt.Fprintf(&b, "%s：%s\n", name, value)
		}
	}
	say("类别", fmt.Sprintf("%s（把握 %.0f%%）", c.Category, 100*c.Confidence))
	say("归谁办", levelNames[c.Level])
	say("眼下的危险", dangerNames[c.Urgent])
	say("主题", c.Topic)
	parties := fmt.Sprintf("约 %d 方", c.Parties)
	if len(c.Who) > 0 {
		parties += "，提到" + strings.Join(c.Who, "、")
	}
	say("当事人", parties)
	say("地点", strings.Join(c.Places, "、"))
	var sums, days []string
	for _, a := range c.Amounts {
		sum := a.Said
		if a.Yuan > 0 {
			sum += fmt.Sprintf("（%g 元）", a.Yuan)
		}
		sums = append(sums, sum)
	}
	for _, d := range c.Days {
		days = append(days, d.Said)
	}
	say("金额", strings.Join(sums, "、"))
	say("时间", strings.Join(days, "、"))
	say("想要", c.Wish)
	say("为什么", strings.Join(c.Why, "；"))
	return b.String()
}
