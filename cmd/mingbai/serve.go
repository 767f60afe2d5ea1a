package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"runtime/debug"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
	"github.com/spf13/cobra"

	"mingbai/bot"
	"mingbai/bot/ledger"
	"mingbai/bot/pace"
	"mingbai/bot/telegram"
	"mingbai/webhook"
	"mingbai/webhook/chat"
	"mingbai/webhook/console"
)

func serveCommand() *cobra.Command {
	var demo bool
	cmd := &cobra.Command{
		Use:   "serve",
		Short: "开起来：网页问答、Telegram（有令牌时）、健康检查、指标",
		Args:  noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			s, err := settings(cmd)
			if err != nil {
				return err
			}
			return serve(cmd.Context(), s, demo, cmd.OutOrStdout(), logger(cmd.ErrOrStderr()))
		},
	}
	cmd.Flags().BoolVar(&demo, "demo", false, "空台账里放一个样例镇：人和几十天的来往，到此刻为止")
	return cmd
}

// serve runs everything until ctx ends, then lets what is in hand finish.
func serve(ctx context.Context, s *Settings, demo bool, out io.Writer, log *slog.Logger) error {
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
	if demo {
		mind := bot.NewMind(base, nil)
		err := fillDemo(ctx, s.Database, mind, out, log)
		mind.Close()
		if err != nil {
			return fmt.Errorf("fill demo: %w", err)
		}
	}
	l, err := ledger.Open(ctx, s.Database, ledger.Options{Serving: true, Log: log})
	if err != nil {
		return err
	}
	defer l.Close()
	soft, err := pace.Open(ctx, s.Redis, log)
	if err != nil {
		return err
	}
	defer soft.Close()
	registry, observe := metrics()
	e := &bot.Engine{Ledger: l, Pace: soft, Flood: s.Flood, Log: log, Push: map[string]bool{bot.Telegram: true}, Observe: observe, PublicURL: s.PublicURL}
	e.Fetch = map[string]bot.Fetcher{bot.Web: bot.Uploads{Ledger: l}}
	library := &bot.Library{Engine: e, Base: base, Statutes: statutes, Live: soft}
	if _, err := library.Refresh(ctx); e.Mind() == nil {
		return err
	} else if err != nil {
		log.Error("published knowledge", "err", err)
	}
	// Learning at start leaves four times the memory that serving needs, and
	// an old PC has other uses for it.
	debug.SetGCPercent(50)
	debug.FreeOSMemory()
	e.Start()
	pages := &chat.Pages{Door: e, Live: soft, Township: base.Township, Public: s.PublicURL, Log: log}
	desk := &console.Console{Ledger: l, Mind: e.Mind, Publish: library.Publish, Public: s.PublicURL, Channels: s.channels(), Live: soft, Log: log}
	defer context.AfterFunc(ctx, desk.Close)() // its event streams, too, would hold the shutdown back
	server := &webhook.Server{Chat: pages, Papers: e, Console: desk.Handler(), Log: log, Metrics: promhttp.HandlerFor(registry, promhttp.HandlerOpts{}),
		Ready: func(ctx context.Context) error { return l.Ping(ctx) }}
	courier := &bot.Courier{Engine: e, Senders: map[string]bot.Sender{}}
	listener, err := net.Listen("tcp", s.Listen)
	if err != nil {
		return fmt.Errorf("listen: %w", err)
	}
	defer listener.Close() // closing twice does no harm
	first, err := desk.FirstLink(ctx, cmp.Or(s.PublicURL, "http://"+listener.Addr().String()))
	if err != nil {
		return err
	}
	if first != "" {
		fmt.Fprintf(out, "控制台第一次进入：%s（24小时内有效，只能用一次）\n", first)
	}
	var tg *telegram.Channel
	if s.TelegramToken != "" {
		if tg, err = s.telegram(e, listener.Addr(), log); err != nil {
			return err
		}
		defer tg.Close()
		e.Fetch[bot.Telegram] = tg
		courier.Senders[bot.Telegram] = bot.Paced{Sender: tg, Pace: soft, Name: bot.Telegram, All: s.TelegramPace[0], PerChat: s.TelegramPace[1]}
		if s.TelegramMode == "webhook" {
			server.Telegram, server.TelegramSecret = tg, s.TelegramSecret
		}
	}
	return runAll(ctx, s, e, library, courier, tg, pages, server, listener, out, log)
}

// runAll starts the parts that run side by side and stops them in order: no
// new messages first, then the courier and the clock.
func runAll(ctx context.Context, s *Settings, e *bot.Engine, library *bot.Library, courier *bot.Courier, tg *telegram.Channel, pages *chat.Pages, server *webhook.Server, listener net.Listener, out io.Writer, log *slog.Logger) error {
	h := &http.Server{Handler: server.Handler(), ReadHeaderTimeout: 10 * time.Second, IdleTimeout: 2 * time.Minute}
	work, stopWork := context.WithCancel(context.WithoutCancel(ctx))
	defer stopWork()
	var working sync.WaitGroup
	working.Go(func() { courier.Run(work) })
	working.Go(func() { e.RunClock(work) })
	working.Go(func() { library.Run(work) })
	working.Go(func() {
		// Half a second that the first resident need not wait for.
		if st := e.Mind().Statutes; st != nil {
			if err := st.Prepare(); err != nil {
				log.Error("prepare statutes", "err", err)
			}
		}
	})
	failed := make(chan error, 1)
	var serving sync.WaitGroup
	serving.Go(func() {
		if err := h.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			failed <- err
		}
	})
	if tg != nil {
		serving.Go(func() { runTelegram(ctx, s, tg, log) })
	}
	fmt.Fprintf(out, "明白开着：http://%s/\n", listener.Addr())
	var err error
	select {
	case <-ctx.Done():
	case err = <-failed:
		err = fmt.Errorf("serve: %w", err)
	}
	log.Info("stopping")
	pages.Close() // event streams would hold the shutdown back
	last, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
	defer cancel()
	err = errors.Join(err, h.Shutdown(last))
	if err == nil {
		serving.Wait()
	}
	stopWork()
	working.Wait()
	return err
}

// channels are the ways residents come by, for the settings page.
func (s *Settings) channels() []console.Channel {
	tg := console.Channel{Name: "Telegram", On: s.TelegramToken != "", Note: map[string]string{"poll": "自己去取消息", "webhook": "对方送消息来"}[s.TelegramMode]}
	if !tg.On {
		tg.Note = "没有设令牌"
	}
	return []console.Channel{{Name: "网页问答", On: true}, tg}
}

// telegram opens the channel; the network is not needed yet.
func (s *Settings) telegram(e *bot.Engine, addr net.Addr, log *slog.Logger) (*telegram.Channel, error) {
	cfg := telegram.Config{Token: s.TelegramToken, API: s.TelegramAPI}
	if s.TelegramMode == "webhook" {
		// Without a public address the Bot API server is a neighbour on this
		// network.
		cfg.Webhook, cfg.Secret = cmp.Or(s.PublicURL, "http://"+addr.String())+webhook.TelegramPath, s.TelegramSecret
	}
	return telegram.New(cfg, e, log)
}

// runTelegram sets the bot up, again until the network is there, and polls if
// that is the mode.
func runTelegram(ctx context.Context, s *Settings, tg *telegram.Channel, log *slog.Logger) {
	for pause := time.Second; ctx.Err() == nil; pause = min(2*pause, time.Minute) {
		err := tg.Setup(ctx)
		if err == nil {
			break
		}
		log.Warn("telegram cannot be set up yet", "err", err)
		select {
		case <-ctx.Done():
		case <-time.After(pause):
		}
	}
	if s.TelegramMode == "poll" && ctx.Err() == nil {
		if err := tg.Poll(ctx); err != nil && ctx.Err() == nil {
			log.Error("telegram polling ended", "err", err)
		}
	}
}

// metrics counts messages by channel and fate, and how long each took to its
// commit.
func metrics() (*prometheus.Registry, func(string, ledger.Fate, time.Duration)) {
	r := prometheus.NewRegistry()
	messages := prometheus.NewCounterVec(prometheus.CounterOpts{Name: "mingbai_messages_total", Help: "Messages received, by channel and fate."}, []string{"channel", "fate"})
	took := prometheus.NewHistogram(prometheus.HistogramOpts{Name: "mingbai_message_seconds", Help: "Time from a message's arrival to its commit.",
		Buckets: []float64{.001, .002, .005, .01, .02, .05, .1, .25, 1, 5}})
	r.MustRegister(messages, took, collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return r, func(channel string, fate ledger.Fate, d time.Duration) {
		messages.WithLabelValues(channel, string(fate)).Inc()
		took.Observe(d.Seconds())
	}
}
