package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"mingbai/bot"
	"mingbai/bot/ledger"
)

func chatCommand() *cobra.Command {
	var script string
	cmd := &cobra.Command{
		Use:   "chat",
		Short: "在终端里对话，和别的渠道用同一本台账",
		Args:  noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			s, err := settings(cmd)
			if err != nil {
				return err
			}
			in := cmd.InOrStdin()
			if script != "" {
				f, err := os.Open(script)
				if err != nil {
					return fmt.Errorf("open script: %w", err)
				}
				defer f.Close()
				in = f
			}
			base, err := s.base()
			if err != nil {
				return err
			}
			statutes, err := s.statutes()
			if err != nil {
				return err
			}
			if statutes != nil {
				defer statutes.Close()
			}
			ctx := cmd.Context()
			l, err := ledger.Open(ctx, s.Database, ledger.Options{})
			if err != nil {
				return err
			}
			defer l.Close()
			e := &bot.Engine{Ledger: l}
			library := &bot.Library{Engine: e, Base: base, Statutes: statutes}
			if _, err := library.Refresh(ctx); e.Mind() == nil {
				return err
			} else if err != nil {
				s.sayUnread(err)
			}
			return converse(ctx, e, in, cmd.OutOrStdout(), script != "")
		},
	}
	cmd.Flags().StringVar(&script, "script", "", "从文件逐行播放村民的话")
	return cmd
}

// converse plays lines as one resident. echo repeats them, so that a script's
// output reads as a dialogue.
func converse(ctx context.Context, e *bot.Engine, in io.Reader, out io.Writer, echo bool) error {
	who, err := os.Hostname()
	if err != nil || echo {
		who = fmt.Sprintf("script-%d", time.Now().UnixNano())
	}
	lines := make(chan string)
	failed := make(chan error, 1)
	go func() {
		defer close(lines)
		r := bufio.NewReader(in)
		for {
			line, err := r.ReadString('\n')
			if line != "" {
				select {
				case lines <- strings.TrimRight(line, "\r\n"):
				case <-ctx.Done():
					return
				}
			}
			if err != nil {
				if !errors.Is(err, io.EOF) {
					failed <- err
				}
				return
			}
		}
	}()
	if !echo {
		fmt.Fprintln(out, "明白  您好，用平时的话问。回数字等于点按钮；Ctrl-D 结束。")
	}
	for n := 0; ; n++ {
		var line string
		var more bool
		select {
		case <-ctx.Done():
			return nil
		case line, more = <-lines:
		}
		if !more {
			select {
			case err := <-failed:
				return fmt.Errorf("read: %w", err)
			default:
				return nil
			}
		}
		if echo {
			if strings.TrimSpace(line) == "" || strings.HasPrefix(line, "#") {
				continue
			}
			fmt.Fprintln(out, "村民  "+line)
		}
		replies, err := e.Handle(ctx, bot.Message{Channel: bot.Terminal, Chat: who, ID: fmt.Sprintf("%s-%d-%d", who, time.Now().UnixNano(), n), Text: line})
		if err != nil {
			return err
		}
		for _, r := range replies {
			fmt.Fprintln(out, "明白  "+strings.ReplaceAll(r.Numbered(), "\n", "\n      "))
		}
	}
}
