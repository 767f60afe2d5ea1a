// Package pace holds the soft state: how fast a chat may talk, how fast a
// channel may send, and who is watching the live feed. All of it may vanish at
// any moment; nothing here is a record.
//
// [Open] connects to Redis, which several machines share, or keeps everything
// inside the process when no address is given. [Pace.Allow] is asked before a
// message is taken or sent. [Pace.Announce] tells every process that something
// is new, and [Pace.Listen] hears it; both carry hints, and a listener always
// reads the truth from the ledger.
//
// When Redis is gone, Allow says yes, announcements stay inside the process,
// and the log says so once.
package pace

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/go-redis/redis_rate/v10"
	"github.com/redis/go-redis/v9"
)

const (
	// A resident waits for the answer, not for Redis: whatever takes longer
	// than this counts as gone.
	patience = 500 * time.Millisecond
	// After a failure Redis is left alone for this long, so that an outage
	// does not cost every message its patience.
	rest = time.Second
)

// Pace is the soft state of one process. Safe for concurrent use.
type Pace struct {
	client *redis.Client // nil without Redis; then inside counts
	limit  *redis_rate.Limiter
	inside bucket
	log    *slog.Logger
	self   string // marks our own announcements when they come back
	hub    hub
	out    chan string // announcements on their way to the other processes

	down  atomic.Bool
	again atomic.Int64 // Unix nanoseconds; Redis is left alone before this

	stop context.CancelFunc
	done sync.WaitGroup
}

var quiet sync.Once

// Open connects to the Redis at url ("redis://host:6379/0"), or does without
// when url is empty. A Redis that cannot be reached is not an error: the bot
// serves without it. Only an unreadable url is. The Pace lives until Close or
// until ctx ends.
func Open(ctx context.Context, url string, log *slog.Logger) (*Pace, error) {
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	p := &Pace{log: log, self: rand.Text(), out: make(chan string, 1024), stop: func() {}}
	if url == "" {
		return p, nil
	}
	opts, err := redis.ParseURL(url)
	if err != nil {
		// The parser's own message may quote the password.
		return nil, errors.New("read the redis address: want redis://[user:password@]host:port[/db]")
	}
	// go-redis prints every lost connection to stderr by itself; an outage is
	// said once, by us.
	quiet.Do(func() { redis.SetLogger(silence{}) })
	opts.DialTimeout, opts.ReadTimeout, opts.WriteTimeout = patience, patience, patience
	opts.PoolTimeout, opts.MaxRetries, opts.DialerRetries = patience, -1, 1
	opts.ContextTimeoutEnabled = true
	p.client = redis.NewClient(opts)
	p.limit = redis_rate.NewLimiter(p.client)
	ctx, p.stop = context.WithCancel(ctx)
	p.done.Go(func() { p.publish(ctx) })
	p.done.Go(func() { p.receive(ctx) })
	if err := p.Ping(ctx); err != nil {
		p.lost(err)
	}
	return p, nil
}

// Allow asks whether key may do one more thing, at most n in per with all n at
// once allowed, and if not, how long until it may. Zero n or per means no
// limit. When Redis cannot be asked the answer is yes: a resident who is
// answered too often is better off than one who is not answered.
func (p *Pace) Allow(ctx context.Context, key string, n int, per time.Duration) (bool, time.Duration) {
	if n <= 0 || per <= 0 {
		return true, 0
	}
	if p.client == nil {
		return p.inside.allow(key, n, per, time.Now())
	}
	if p.resting() {
		return true, 0
	}
	res, err := p.limit.Allow(ctx, key, redis_rate.Limit{Rate: n, Burst: n, Period: per})
	if err != nil {
		if ctx.Err() == nil {
			p.lost(err)
		}
		return true, 0
	}
	p.found()
	if res.Allowed > 0 {
		return true, 0
	}
	return false, res.RetryAfter
}

// Ping reports whether Redis answers now; without one there is nothing to ask.
func (p *Pace) Ping(ctx context.Context) error {
	if p.client == nil {
		return nil
	}
	if err := p.client.Ping(ctx).Err(); err != nil {
		return fmt.Errorf("ping redis: %w", err)
	}
	p.found()
	return nil
}

// Close ends the listeners and lets go of Redis.
func (p *Pace) Close() error {
	p.stop()
	p.done.Wait()
	p.hub.close()
	if p.client == nil {
		return nil
	}
	if err := p.client.Close(); err != nil && !errors.Is(err, redis.ErrClosed) {
		return fmt.Errorf("close redis: %w", err)
	}
	return nil
}

// resting reports whether Redis failed a moment ago and is being left alone.
func (p *Pace) resting() bool {
	return p.down.Load() && time.Now().UnixNano() < p.again.Load()
}

// lost notes a failure; the first of an outage goes to the log.
func (p *Pace) lost(err error) {
	p.again.Store(time.Now().Add(rest).UnixNano())
	if !p.down.Swap(true) {
		p.log.Warn("redis is gone: serving on without flood control and live feed between machines", "err", err)
	}
}

// found notes a success; the first after an outage goes to the log.
func (p *Pace) found() {
	if p.down.Load() && p.down.Swap(false) {
		p.log.Info("redis is back")
	}
}

// silence swallows what go-redis would print.
type silence struct{}

func (silence) Printf(context.Context, string, ...any) {}
