package rehearsal

import (
	"context"
	"flag"
	"log/slog"
	"path/filepath"
	"testing"
	"time"

	"mingbai/bot"
	"mingbai/bot/ledger"
	"mingbai/knowledge"
)

var scale = flag.Float64("scale", 0.01, "the share of a full year that TestYear plays")

// A small year shows every figure it was planned with, the report may be
// published and is the same twice, and the ledger holds.
func TestYear(t *testing.T) {
	base, err := knowledge.Load(knowledge.Overlay{})
	if err != nil {
		t.Fatal(err)
	}
	ctx := context.Background()
	l, err := ledger.Open(ctx, "sqlite:"+filepath.Join(t.TempDir(), "m.db"), ledger.Options{Throwaway: true})
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	from, to := YearOf(2023)
	r := &Rehearsal{Ledger: l, Mind: bot.NewMind(base, nil), Plan: Full.Scaled(*scale), Seed: 1, From: from, To: to, Log: slog.New(slog.NewTextHandler(t.Output(), &slog.HandlerOptions{Level: slog.LevelError}))}
	begin := time.Now()
	if err := r.Play(ctx); err != nil {
		t.Fatal(err)
	}
	t.Logf("%d messages in %s", r.Messages(), time.Since(begin).Round(time.Millisecond))
	if err := r.Sign(ctx, 2023); err != nil {
		t.Fatal(err)
	}
	report, err := r.Report(ctx, 2023, to.AddDate(0, 2, 0))
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range r.Rows(report) {
		if !row.Right() {
			t.Errorf("%s %s: want %d, got %g (shown: %v)", row.Key, row.Name, row.Want, row.Got, row.Shown)
		}
	}
	if b := report.Blockers(); len(b) > 0 {
		t.Errorf("the report may not be published: %q", b)
	}
	p, err := l.Prove(ctx)
	if err != nil || len(p.Faults) > 0 {
		t.Errorf("prove: %v %q", err, p.Faults)
	}
	if p.Received != r.Messages() || p.Waiting != 0 {
		t.Errorf("%d messages sent, %d received, %d wait", r.Messages(), p.Received, p.Waiting)
	}
	_, _, faults, err := bot.ProveDisputes(ctx, l, base.Township)
	if err != nil || len(faults) > 0 {
		t.Errorf("prove disputes: %v %q", err, faults)
	}
}
