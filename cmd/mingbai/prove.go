package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"

	"mingbai/bot"
	"mingbai/bot/annual"
	"mingbai/bot/ledger"
	"mingbai/knowledge"
)

func proveCommand() *cobra.Command {
	var crash int
	cmd := &cobra.Command{
		Use:   "prove",
		Short: "证明台账完整：流水链不断，收到的消息等于四种去向之和，每个数等于它的记录，没有孤儿",
		Args:  noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if crash < 0 {
				return usage{fmt.Errorf("--crash is a number of kills, not %d", crash)}
			}
			s, err := settings(cmd)
			if err != nil {
				return err
			}
			if crash > 0 {
				return proveCrash(cmd.Context(), crash, cmd.OutOrStdout())
			}
			base, err := s.base()
			if err != nil {
				return err
			}
			l, err := ledger.Open(cmd.Context(), s.Database, ledger.Options{ReadOnly: true})
			if err != nil {
				return err
			}
			defer l.Close()
			return prove(cmd.Context(), l, base.Township, cmd.OutOrStdout())
		},
	}
	cmd.Flags().IntVar(&crash, "crash", 0, "在临时文件夹里起一个子进程，压着负载杀它 N 次，再证明")
	return cmd
}

// prove prints the proof of a ledger; a fault makes it fail.
func prove(ctx context.Context, l *ledger.Ledger, t *knowledge.Township, out io.Writer) error {
	p, err := l.Prove(ctx)
	if err != nil {
		return err
	}
	now := time.Now()
	first := now
	if err := l.View(ctx, func(v *ledger.View) (err error) {
		first, err = ledger.FirstFact(v, t.ID)
		return err
	}); err != nil {
		return err
	}
	if first.IsZero() {
		first = now
	}
	figures := 0
	for year := first.In(knowledge.Shanghai).Year(); year <= now.In(knowledge.Shanghai).Year(); year++ {
		r, err := annual.Count(ctx, l, t, year, now)
		if err != nil {
			return err
		}
		figures += len(r.Indicators)
		p.Faults = append(p.Faults, r.Sums()...)
	}
	disputes, papers, faults, err := bot.ProveDisputes(ctx, l, t)
	if err != nil {
		return err
	}
	p.Faults = append(p.Faults, faults...)
	fmt.Fprintf(out, "流水：%d条，%d条链，逐条重算。\n", p.Entries, p.Chains)
	fmt.Fprintf(out, "收到消息：%d = 已答%d + 反问%d + 转人工%d + 谢绝%d。\n", p.Received,
		p.Fates[ledger.FateAnswered], p.Fates[ledger.FateAskedBack], p.Fates[ledger.FateHandedOver], p.Fates[ledger.FateRefused])
	fmt.Fprintf(out, "指标：%d个，各等于自己的记录，分项之和等于总数。待发：%d。\n", figures, p.Waiting)
	fmt.Fprintf(out, "纠纷：%d件，按流水重走一遍，和台账一样；文书：%d份，逐份重算。\n", disputes, papers)
	for _, f := range p.Faults {
		fmt.Fprintln(out, "不对："+f)
	}
	if len(p.Faults) > 0 {
		return silence{errors.New("the ledger is not whole")}
	}
	fmt.Fprintln(out, "台账完整。")
	return nil
}
