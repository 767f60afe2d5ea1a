package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"mingbai/bot"
	"mingbai/knowledge"
	"mingbai/search"
)

// askResult is one line of `ask --json` and `ask --jsonl`.
type askResult struct {
	ID         any      `json:"id,omitempty"`
	Decision   string   `json:"decision"`
	Intent     string   `json:"intent"`
	Topic      string   `json:"topic"`
	Urgent     *string  `json:"urgent"` // null, or the danger's kind
	Confidence float64  `json:"confidence"`
	Card       string   `json:"card"`
	Title      string   `json:"title"`
	Cites      []cite   `json:"cites"`
	Text       string   `json:"text"`
	Micros     int64    `json:"micros"`
	Choices    []string `json:"choices,omitempty"`
	Why        []string `json:"why,omitempty"` // with --explain
}

type cite struct {
	Law     string `json:"law"`
	Article string `json:"article"`
}

func askCommand() *cobra.Command {
	var asJSON, lines, explain bool
	var at string
	cmd := &cobra.Command{
		Use:   "ask [问题]",
		Short: "问一个问题，答一次，什么都不记",
		RunE: func(cmd *cobra.Command, args []string) error {
			if lines == (len(args) > 0) {
				return usage{errors.New("give one question, or --jsonl with questions on standard input")}
			}
			day := knowledge.DayOf(time.Now())
			if at != "" {
				if day = knowledge.Day(at); !day.Valid() {
					return usage{fmt.Errorf("--at is a day like 2025-06-01, not %q", at)}
				}
			}
			s, err := settings(cmd)
			if err != nil {
				return err
			}
			mind, err := s.mind(cmd.Context())
			if err != nil {
				return err
			}
			defer mind.Close()
			if lines {
				return askLines(mind, day, explain, cmd.InOrStdin(), cmd.OutOrStdout())
			}
			r := askOnce(mind, strings.Join(args, " "), day, explain)
			if asJSON {
				return writeLine(cmd.OutOrStdout(), r)
			}
			for _, line := range r.Why {
				fmt.Fprintln(cmd.OutOrStdout(), "·", line)
			}
			_, err = fmt.Fprintln(cmd.OutOrStdout(), r.Text)
			return err
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "答案写成一行 JSON")
	cmd.Flags().BoolVar(&lines, "jsonl", false, "从标准输入逐行读 {\"id\",\"text\"}")
	cmd.Flags().BoolVar(&explain, "explain", false, "说明为什么这样答")
	cmd.Flags().StringVar(&at, "at", "", "按这一天的法律答，如 2025-06-01")
	return cmd
}

// askOnce answers one question without a conversation or a record.
func askOnce(mind *bot.Mind, text string, day knowledge.Day, explain bool) askResult {
	start := time.Now()
	q := mind.Index.Understand(head(text))
	v, reply := mind.Once(q, text, day, start)
	r := askResult{Decision: v.Decision, Intent: q.Intent, Topic: q.Topic, Confidence: q.Confidence, Cites: []cite{}}
	if q.Danger != "" {
		r.Urgent = &q.Danger
	}
	if v.Card != nil {
		r.Card, r.Title = v.Card.ID, v.Card.Title
	}
	for _, c := range reply.Cites {
		r.Cites = append(r.Cites, cite{c.Law, c.Article})
	}
	r.Text = reply.Plain()
	for _, c := range v.Choices {
		r.Choices = append(r.Choices, c.Title)
	}
	if v.Decision == bot.DecideClarify {
		r.Text = reply.Numbered()
	}
	r.Micros = time.Since(start).Microseconds()
	if explain {
		r.Why = explainMeaning(q, v)
	}
	return r
}

func explainMeaning(q search.Meaning, v bot.Verdict) []string {
	why := append([]string(nil), q.Why...)
	for i, h := range q.Hits {
		if i == 5 {
			break
		}
		why = append(why, fmt.Sprintf("%.3f %s %s", h.Score, h.Card.ID, h.Card.Title))
	}
	if v.Why != "" {
		why = append(why, v.Why)
	}
	return why
}

// head is how much of a question is read for its meaning.
func head(s string) string {
	r := []rune(s)
	return string(r[:min(len(r), 2000)])
}

// maxLine bounds one line of JSONL.
const maxLine = 1 << 20

// askLines answers a line at a time. A line that cannot be read becomes an
// error line with its number; the rest goes on.
func askLines(mind *bot.Mind, day knowledge.Day, explain bool, in io.Reader, out io.Writer) error {
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
		r := askOnce(mind, *q.Text, day, explain)
		r.ID = q.ID
		return r, nil
	})
}

// eachLine calls f on each line and writes its answer, or
// {"line":N,"error":"…"}. Empty lines are passed over.
func eachLine(in io.Reader, out io.Writer, f func(line []byte) (any, error)) error {
	w := bufio.NewWriter(out)
	defer w.Flush()
	r := bufio.NewReaderSize(in, 1<<16)
	for n := 1; ; n++ {
		line, tooLong, err := readLine(r)
		if err != nil && !errors.Is(err, io.EOF) {
			return fmt.Errorf("read line %d: %w", n, err)
		}
		if errors.Is(err, io.EOF) && len(line) == 0 && !tooLong {
			return w.Flush()
		}
		var answer any
		lineErr := error(nil)
		switch {
		case tooLong:
			lineErr = fmt.Errorf("the line is longer than %d bytes", maxLine)
		case len(strings.TrimSpace(string(line))) == 0:
			continue
		default:
			answer, lineErr = f(line)
		}
		if lineErr != nil {
			answer = map[string]any{"line": n, "error": lineErr.Error()}
		}
		if err := writeLine(w, answer); err != nil {
			return err
		}
		// A reader at the other end of a pipe sees each answer when it is
		// ready, unless more questions are waiting already.
		if r.Buffered() == 0 {
			if err := w.Flush(); err != nil {
				return err
			}
		}
	}
}

// readLine reads one line of any length, keeping at most maxLine of it.
func readLine(r *bufio.Reader) (line []byte, tooLong bool, err error) {
	for {
		part, err := r.ReadSlice('\n')
		if len(line)+len(part) > maxLine {
			tooLong = true
			line = nil
		}
		if !tooLong {
			line = append(line, part...)
		}
		if !errors.Is(err, bufio.ErrBufferFull) {
			return line, tooLong, err
		}
	}
}

func writeLine(w io.Writer, v any) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	return enc.Encode(v)
}
