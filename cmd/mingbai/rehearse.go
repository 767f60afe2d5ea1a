package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strconv"
	"text/tabwriter"
	"time"

	"github.com/schollz/progressbar/v3"
	"github.com/spf13/cobra"

	"mingbai/bot"
	"mingbai/bot/ledger"
	"mingbai/bot/rehearsal"
	"mingbai/knowledge"
)

func rehearseCommand() *cobra.Command {
	var o rehearseOptions
	cmd := &cobra.Command{
		Use:   "rehearse --year 2023 --seed 1",
		Short: "把样例镇的一年真演一遍：登记、咨询、调解、网格、填报，再核年度报告的每个数",
		Long: "把样例镇的一年真演一遍，用的是同一个引擎和同一个 Telegram 渠道（对面是假的 Bot API），钟是自己的。\n" +
			"演完出报告两次，逐字节相同；每个数逐个核对；再证明台账。有一个数不对，退出码是1。\n" +
			"不写 --data 就演在临时文件夹里，演完删掉，台账不等磁盘落盘（synchronous=OFF）；--keep 留下来看，\n" +
			"写了 --data 或 --database 的，照平时一样落盘。",
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			now := time.Now()
			if o.year < 2000 || o.year >= now.Year() {
				return usage{fmt.Errorf("--year is a year that is over, from 2000 to %d, not %d", now.Year()-1, o.year)}
			}
			if o.scale <= 0 || o.scale > 10 {
				return usage{fmt.Errorf("--scale is above 0 and at most 10, not %g", o.scale)}
			}
			s, err := settings(cmd)
			if err != nil {
				return err
			}
			o.named = cmd.Flags().Changed("data") || cmd.Flags().Changed("database")
			return rehearse(cmd.Context(), s, o, cmd.OutOrStdout(), cmd.ErrOrStderr())
		},
	}
	cmd.Flags().IntVar(&o.year, "year", 2023, "演哪一年，要是过完了的")
	cmd.Flags().Uint64Var(&o.seed, "seed", 1, "骰子；同一个数，演出同样的一年")
	cmd.Flags().Float64Var(&o.scale, "scale", 1, "演多大：1 是整年，0.02 是五十分之一；在岗的人不缩")
	cmd.Flags().BoolVar(&o.keep, "keep", false, "临时文件夹演完不删，打出它在哪里")
	return cmd
}

type rehearseOptions struct {
	year  int
	seed  uint64
	scale float64
	keep  bool
	named bool // a data folder was named
}

// rehearse plays a year and holds its report to the plan.
func rehearse(ctx context.Context, s *Settings, o rehearseOptions, out, errOut io.Writer) (err error) {
	address, done, err := rehearsalPlace(s, o, out)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, done()) }()
	base, err := s.base()
	if err != nil {
		return err
	}
	mind := bot.NewMind(base, nil) // of the program alone, so that a year is always the same
	defer mind.Close()
	l, err := ledger.Open(ctx, address, ledger.Options{Serving: true, Throwaway: !o.named && !o.keep})
	if err != nil {
		return err
	}
	defer l.Close()
	if empty, err := isEmpty(ctx, l, mind.Base.Township); err != nil || !empty {
		return errors.Join(err, fmt.Errorf("the ledger in %s is not empty: a year is rehearsed in an empty one", s.Data))
	}
	from, to := rehearsal.YearOf(o.year)
	r := &rehearsal.Rehearsal{Ledger: l, Mind: mind, Plan: rehearsal.Full.Scaled(o.scale), Seed: o.seed, From: from, To: to, Log: warnings(errOut)}
	begin := time.Now()
	bar := progress(errOut, from, to)
	r.Progress = func(at time.Time, messages int64) {
		bar.Describe(fmt.Sprintf("%s，%d条，每秒%.0f条", at.In(knowledge.Shanghai).Format("2006年1月2日"), messages, float64(messages)/time.Since(begin).Seconds()))
		_ = bar.Set(int(at.Sub(from).Hours()))
	}
	if err := r.Play(ctx); err != nil {
		return fmt.Errorf("rehearse: %w", err)
	}
	_ = bar.Finish()
	if err := r.Sign(ctx, o.year); err != nil {
		return err
	}
	took := time.Since(begin)
	played := peakMemory()
	fmt.Fprintf(out, "演完%d年：%d条消息，%s，每秒%.0f条。\n", o.year, r.Messages(), took.Round(100*time.Millisecond), float64(r.Messages())/took.Seconds())
	return errors.Join(judgeRehearsal(ctx, r, o.year, out), tellMemory(played, out))
}

// warnings is a log without what is as it should be: the bar stands there too.
func warnings(w io.Writer) *slog.Logger {
	return slog.New(slog.NewTextHandler(w, &slog.HandlerOptions{Level: slog.LevelWarn}))
}

// rehearsalPlace is where the year is played, and what to do when it is over.
func rehearsalPlace(s *Settings, o rehearseOptions, out io.Writer) (address string, done func() error, err error) {
	if o.named {
		return s.Database, func() error { return nil }, nil
	}
	dir, err := os.MkdirTemp("", "mingbai-rehearsal-*")
	if err != nil {
		return "", nil, fmt.Errorf("rehearse: %w", err)
	}
	s.Data = dir
	return "sqlite:" + filepath.Join(dir, "mingbai.db"), func() error {
		if o.keep {
			fmt.Fprintf(out, "台账留在 %s ；看报告：mingbai report --year %d --data %s\n", dir, o.year, dir)
			return nil
		}
		return os.RemoveAll(dir)
	}, nil
}

// progress is a bar of the year's hours; silent unless a person watches.
func progress(w io.Writer, from, to time.Time) *progressbar.ProgressBar {
	f, ok := w.(*os.File)
	watched := false
	if ok {
		info, err := f.Stat()
		watched = err == nil && info.Mode()&os.ModeCharDevice != 0
	}
	return progressbar.NewOptions(int(to.Sub(from).Hours()), progressbar.OptionSetWriter(w), progressbar.OptionSetVisibility(watched),
		progressbar.OptionThrottle(200*time.Millisecond), progressbar.OptionClearOnFinish(), progressbar.OptionSetElapsedTime(true), progressbar.OptionSetPredictTime(true))
}

// judgeRehearsal makes the report twice, holds every figure to the plan, and
// proves the ledger.
func judgeRehearsal(ctx context.Context, r *rehearsal.Rehearsal, year int, out io.Writer) error {
	begin := time.Now()
	now := r.To.AddDate(0, 2, 0)
	report, err := r.Report(ctx, year, now)
	if err != nil {
		return err
	}
	wrong := 0
	w := tabwriter.NewWriter(out, 0, 4, 2, ' ', 0)
	fmt.Fprintln(w, "指标\t应是\t报告里\t")
	for _, row := range r.Rows(report) {
		got, mark := strconv.FormatFloat(row.Got, 'f', -1, 64), ""
		if !row.Shown {
			got = "没有"
		}
		if !row.Right() {
			mark, wrong = "不对", wrong+1
		}
		fmt.Fprintf(w, "%s\t%d\t%s%s\t%s\n", row.Name, row.Want, got, row.Unit, mark)
	}
	if err := w.Flush(); err != nil {
		return err
	}
	for _, b := range report.Blockers() {
		wrong++
		fmt.Fprintln(out, "不能公布："+b)
	}
	fmt.Fprintf(out, "报告出了两次，四种格式都逐字节相同，%s。\n", time.Since(begin).Round(100*time.Millisecond))
	if err := tellDisputes(ctx, r, out); err != nil {
		return err
	}
	if err := prove(ctx, r.Ledger, r.Mind.Base.Township, out); err != nil {
		return err
	}
	if wrong > 0 {
		return silence{errors.New("the report does not show the year's figures")}
	}
	return nil
}

// tellMemory prints the most memory that playing took, and all.
func tellMemory(played int64, out io.Writer) error {
	if played == 0 {
		return nil
	}
	_, err := fmt.Fprintf(out, "内存最高：演的时候%d兆，连报告和证明%d兆。\n", played>>20, peakMemory()>>20)
	return err
}

// mostShare is how much more than the mean one mediator may have.
const mostShare = 1.5

// overdueShown is how many overdue disputes are listed.
const overdueShown = 15

// tellDisputes prints how disputes were shared, and which ran past their clock.
func tellDisputes(ctx context.Context, r *rehearsal.Rehearsal, out io.Writer) error {
	share, late, err := r.Disputes(ctx, r.To)
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "%d件纠纷，%d名调解员，最多的一人%d件，是平均的%.2f倍。\n", share.Disputes, share.Mediators, share.Most, share.Ratio)
	fmt.Fprintf(out, "年底还有%d件过了这一步的期限：\n", len(late))
	for _, o := range late[:min(overdueShown, len(late))] {
		fmt.Fprintf(out, "  %s %s %s，%s，过了%d天\n", o.No, o.Village, o.Category, o.State, o.Days)
	}
	// A few disputes cannot be shared evenly.
	if share.Disputes >= 8*share.Mediators && share.Ratio > mostShare {
		return silence{errors.New("one mediator has too much")}
	}
	return nil
}
