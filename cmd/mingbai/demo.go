package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"time"

	"mingbai/bot"
	"mingbai/bot/ledger"
	"mingbai/bot/rehearsal"
	"mingbai/knowledge"
)

// The demonstration: so many days, up to this moment, drawn by this seed.
const (
	demoDays = 60
	demoSeed = 2026
)

// fillDemo plays some weeks of the sample township into an empty ledger, up to
// this moment: people in post and registered, what they ask, hand-overs, grids
// at work, disputes of which some are under way with their clocks. The ledger
// is written without waiting for the disk: one that a power cut spoils is made
// again. One that has records is left alone.
func fillDemo(ctx context.Context, database string, mind *bot.Mind, out io.Writer, log *slog.Logger) error {
	l, err := ledger.Open(ctx, database, ledger.Options{Serving: true, Throwaway: true})
	if err != nil {
		return err
	}
	defer l.Close()
	town := mind.Base.Township
	if empty, err := isEmpty(ctx, l, town); err != nil || !empty {
		if err == nil {
			fmt.Fprintln(out, "台账里已有记录，样例不再放。")
		}
		return err
	}
	to := time.Now()
	from := knowledge.DayOf(to.AddDate(0, 0, -demoDays)).Time()
	r := &rehearsal.Rehearsal{Ledger: l, Mind: mind, Plan: rehearsal.Demo, Seed: demoSeed, From: from, To: to, Open: true, Web: true, Log: log}
	if err := r.Play(ctx); err != nil {
		return err
	}
	fmt.Fprintf(out, "样例镇%s：%d天的来往，%d条消息，%d件纠纷，都是编的。\n", town.Name, demoDays, r.Messages(), rehearsal.Demo.Disputes)
	return nil
}

// isEmpty reports whether nothing was ever recorded of a township.
func isEmpty(ctx context.Context, l *ledger.Ledger, t *knowledge.Township) (bool, error) {
	var first time.Time
	err := l.View(ctx, func(v *ledger.View) (err error) {
		first, err = ledger.FirstFact(v, t.ID)
		return err
	})
	return first.IsZero(), err
}
