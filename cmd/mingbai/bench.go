package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"mingbai/bot"
	"mingbai/bot/ledger"
	"mingbai/bot/telegram"
	"mingbai/bot/telegram/faketelegram"
	"mingbai/search"
)

// benchResult is what `bench --json` prints.
type benchResult struct {
	Statutes  bool          `json:"statutes"` // texts of laws were imported
	Learnt    bool          `json:"learnt"`   // and a ranker learnt
	Questions int           `json:"questions"`
	Races     []search.Race `json:"races"`
}

func benchCommand() *cobra.Command {
	var asJSON bool
	var rounds int
	cmd := &cobra.Command{
		Use:   "bench",
		Short: "并排比快慢：检索比 Bleve 自带的查询，一问一答比同一渠道上只会复述的机器人",
		Args:  noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if rounds < 10 || rounds > 100000 {
				return usage{fmt.Errorf("--rounds is from 10 to 100000, not %d", rounds)}
			}
			s, err := settings(cmd)
			if err != nil {
				return err
			}
			r, err := bench(cmd.Context(), s, rounds)
			if err != nil {
				return err
			}
			if asJSON {
				return writeLine(cmd.OutOrStdout(), r)
			}
			return printBench(r, cmd.OutOrStdout())
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "结果写成一行 JSON")
	cmd.Flags().IntVar(&rounds, "rounds", 400, "每样问几个问题")
	return cmd
}

// bench asks what residents ask: phrasings of the cards, drawn by a fixed lot.
func bench(ctx context.Context, s *Settings, rounds int) (*benchResult, error) {
	mind, err := s.mind(ctx)
	if err != nil {
		return nil, err
	}
	defer mind.Close()
	var all []string
	for _, c := range mind.Base.Cards {
		all = append(all, c.Asked...)
	}
	lot := rand.New(rand.NewPCG(26, 11))
	questions := make([]string, rounds)
	for i := range questions {
		questions[i] = all[lot.IntN(len(all))]
	}
	r := &benchResult{Questions: rounds}
	if mind.Statutes != nil {
		races, err := mind.Statutes.RaceBleve(questions)
		if err != nil {
			return nil, err
		}
		r.Statutes, r.Learnt, r.Races = true, mind.Statutes.Learnt(), races
	}
	cards, err := mind.Index.RaceBleve(questions)
	if err != nil {
		return nil, err
	}
	talk, err := raceEcho(ctx, mind, questions)
	if err != nil {
		return nil, err
	}
	r.Races = append(r.Races, cards, talk)
	return r, nil
}

// echo is the barest bot there can be: it says back what it hears.
type echo struct{ channel *telegram.Channel }

func (e *echo) Handle(ctx context.Context, m bot.Message) ([]bot.Reply, error) {
	return nil, e.channel.Send(ctx, m.Chat, bot.Reply{Kind: bot.KindNote, Text: m.Text})
}

// benchChats write in turn. Each has said something before the clock starts:
// a greeting is no answer.
const benchChats = 20

// raceEcho asks each question of the whole bot, with a ledger of its own on
// this machine's disk, and of an echo bot on the same channel. The clock runs
// from the resident's message to the first words of the answer.
func raceEcho(ctx context.Context, mind *bot.Mind, questions []string) (r search.Race, err error) {
	r = search.Race{Name: "a full answer over Telegram", Against: "echo bot"}
	dir, err := os.MkdirTemp("", "mingbai-bench-*")
	if err != nil {
		return r, fmt.Errorf("bench: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	l, err := ledger.Open(ctx, "sqlite:"+filepath.Join(dir, "bench.db"), ledger.Options{Serving: true})
	if err != nil {
		return r, err
	}
	defer func() { err = errors.Join(err, l.Close()) }()
	e := &bot.Engine{Ledger: l, Push: map[string]bool{bot.Telegram: true}}
	e.SetMind(mind)
	e.Start()
	ours, err := newBenchBot(ctx, e)
	if err != nil {
		return r, err
	}
	defer ours.stop()
	courier := &bot.Courier{Engine: e, Senders: map[string]bot.Sender{bot.Telegram: ours.channel}}
	ours.run(courier.Run)
	parrot := &echo{}
	theirs, err := newBenchBot(ctx, parrot)
	if err != nil {
		return r, err
	}
	defer theirs.stop()
	parrot.channel = theirs.channel
	for _, b := range []*benchBot{ours, theirs} {
		b.run(func(ctx context.Context) { b.channel.Poll(ctx) })
		for chat := range int64(benchChats) {
			if _, err := b.ask(ctx, chat+1, "你好"); err != nil {
				return r, err
			}
		}
	}
	for i, q := range questions {
		chat := int64(i%benchChats) + 1
		a, err := ours.ask(ctx, chat, q)
		if err != nil {
			return r, err
		}
		b, err := theirs.ask(ctx, chat, q)
		if err != nil {
			return r, err
		}
		r.Add(a, b)
	}
	return r.Finish(), nil
}

// A benchBot is a bot on a Bot API of its own, which lives on this machine.
type benchBot struct {
	api     *faketelegram.Server
	channel *telegram.Channel
	work    context.Context
	cancel  context.CancelFunc
	done    []chan struct{}
	seen    int // messages sent before this question
}

func newBenchBot(ctx context.Context, door telegram.Door) (*benchBot, error) {
	b := &benchBot{api: faketelegram.New()}
	b.work, b.cancel = context.WithCancel(ctx)
	var err error
	if b.channel, err = telegram.New(telegram.Config{Token: b.api.Token, API: b.api.URL}, door, nil); err != nil {
		b.stop()
		return nil, err
	}
	return b, nil
}

// run does f until stop.
func (b *benchBot) run(f func(context.Context)) {
	done := make(chan struct{})
	b.done = append(b.done, done)
	go func() {
		defer close(done)
		f(b.work)
	}()
}

func (b *benchBot) stop() {
	b.cancel()
	for _, d := range b.done {
		<-d
	}
	if b.channel != nil {
		b.channel.Close()
	}
	b.api.Close()
}

// benchPatience is the longest wait for an answer.
const benchPatience = 20 * time.Second

// ask says a text in a chat and waits for the first words back.
func (b *benchBot) ask(ctx context.Context, chat int64, text string) (time.Duration, error) {
	ctx, cancel := context.WithTimeout(ctx, benchPatience)
	defer cancel()
	b.seen = len(b.api.Sent())
	start := time.Now()
	b.api.PushText(chat, text)
	for {
		sent, err := b.api.WaitSent(ctx, b.seen+1)
		took := time.Since(start)
		if err != nil {
			return 0, fmt.Errorf("bench: no answer to %q: %w", text, err)
		}
		for _, m := range sent[b.seen:] {
			if m.Chat == chat {
				return took, nil
			}
		}
		b.seen = len(sent) // what another chat was still being told
	}
}

// raceNames are the races as people read them.
var raceNames = strings.NewReplacer(
	"statutes, first stage", "法条，第一步", "statutes, whole search", "法条，整个检索", "cards, understanding", "听懂并排知识卡",
	"a full answer over Telegram", "一问一答（Telegram）", "Bleve match query", "Bleve 自带查询", "echo bot", "复述机器人")

func printBench(r *benchResult, out io.Writer) error {
	switch {
	case !r.Statutes:
		fmt.Fprintln(out, "没有导入法律原文，只比知识卡和一问一答。导入：mingbai statutes import 文件")
	case !r.Learnt:
		fmt.Fprintln(out, "法律原文导入了，还没学习怎么排；比的是没学过的检索。学习：mingbai statutes learn 文件")
	}
	fmt.Fprintf(out, "%d个问题，轮流问，毫秒。比值小于1是我们快。\n", r.Questions)
	w := tabwriter.NewWriter(out, 0, 4, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "p50\tp99\t对方p50\t对方p99\t比值p50\t比值p99\t  \t")
	for _, x := range r.Races {
		fmt.Fprintf(w, "%.2f\t%.2f\t%.2f\t%.2f\t%.3f\t%.3f\t  %s 比 %s\t\n", x.P50, x.P99, x.AgainstP50, x.AgainstP99, x.Ratio, x.RatioTail, raceNames.Replace(x.Name), raceNames.Replace(x.Against))
	}
	return w.Flush()
}
