package telegram

import (
	"context"
	"strconv"
	"testing"

	"mingbai/bot"
	"mingbai/bot/telegram/faketelegram"
)

type nothing struct{}

func (nothing) Handle(context.Context, bot.Message) ([]bot.Reply, error) { return nil, nil }

// The channel's own cost: 1,000 residents with 5 messages each, polled from a
// fake Bot API on this machine and handled by a door that does nothing; and one
// reply with buttons sent back. The fake's share is in the figures.
// go test ./bot/telegram -bench . -run '^$'
func BenchmarkPoll(b *testing.B) {
	const updates = 5000
	for b.Loop() {
		b.StopTimer()
		s := faketelegram.New()
		c, err := New(Config{Token: s.Token, API: s.URL}, nothing{}, nil)
		if err != nil {
			b.Fatal(err)
		}
		for i := range updates {
			s.PushText(int64(1+i%1000), "隔壁砌墙占了我屋基咋个办"+strconv.Itoa(i))
		}
		ctx, cancel := context.WithCancel(b.Context())
		done := make(chan struct{})
		b.StartTimer()
		go func() { defer close(done); c.Poll(ctx) }()
		if err := s.WaitConfirmed(ctx); err != nil {
			b.Fatal(err)
		}
		b.StopTimer()
		cancel()
		<-done
		s.Close()
		b.StartTimer()
	}
	b.ReportMetric(float64(updates)*float64(b.N)/b.Elapsed().Seconds(), "updates/s")
}

func BenchmarkSend(b *testing.B) {
	s := faketelegram.New()
	defer s.Close()
	c, err := New(Config{Token: s.Token, API: s.URL}, nothing{}, nil)
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			if err := c.Send(b.Context(), "7", full); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "sends/s")
}
