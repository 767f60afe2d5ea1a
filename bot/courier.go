package bot

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"mingbai/bot/ledger"
)

// A Sender puts one reply into a chat of a push channel.
type Sender interface {
	Send(ctx context.Context, chat string, r Reply) error
}

// RetryAfter is a Sender's error when the channel asks to wait.
type RetryAfter struct{ After time.Duration }

func (e RetryAfter) Error() string { return fmt.Sprintf("the channel asks to wait %s", e.After) }

// Gone is a Sender's error when a chat can never be reached again, say because
// the person blocked the bot.
type Gone struct{ Why string }

func (e Gone) Error() string { return "the chat is gone: " + e.Why }

// A Courier empties the outbox: it claims parcels with a lease, so that a
// crash or another replica neither loses nor doubles one, and sends them in
// the order of each chat, chats side by side.
type Courier struct {
	Engine  *Engine
	Senders map[string]Sender
	Limit   int // chats sent to at a time; 0 means 16
}

const (
	// parcelLease must outlast a send's own deadline.
	parcelLease = 30 * time.Second
	// maxTries gives up on a parcel after about an hour of growing waits; what
	// was to be said stays in the transcript.
	maxTries = 12
	// idle is the longest nap between looks at the outbox and the timers, so
	// that what another process left is found without a wake-up.
	idle = 2 * time.Second
)

// Run sends until ctx ends. It then waits for the sends in hand.
func (c *Courier) Run(ctx context.Context) {
	limit := c.Limit
	if limit == 0 {
		limit = 16
	}
	e := c.Engine
	owner := e.now().UnixNano()
	slots := make(chan struct{}, limit)
	again := make(chan struct{}, 1)
	var sends sync.WaitGroup
	defer sends.Wait()
	for ctx.Err() == nil {
		parcels, err := e.Ledger.ClaimParcels(ctx, owner, e.now(), parcelLease, limit)
		if err != nil && ctx.Err() == nil {
			e.log().Error("claim parcels", "err", err)
		}
		for _, p := range parcels {
			slots <- struct{}{}
			sends.Add(1)
			go func() {
				defer sends.Done()
				defer func() { <-slots }()
				c.send(ctx, p)
				select {
				case again <- struct{}{}: // the chat's next parcel may leave now
				default:
				}
			}()
		}
		if len(parcels) > 0 {
			continue
		}
		select {
		case <-ctx.Done():
		case <-e.wake:
		case <-again:
		case <-time.After(idle):
		}
	}
}

// Drain sends what may leave now, and returns when nothing may: what has to wait
// stays. It is for those whose clock is not the wall's; Run is for the others.
func (c *Courier) Drain(ctx context.Context) error {
	e := c.Engine
	limit := c.Limit
	if limit == 0 {
		limit = 16
	}
	for {
		parcels, err := e.Ledger.ClaimParcels(ctx, e.now().UnixNano(), e.now(), parcelLease, limit)
		if err != nil || len(parcels) == 0 {
			return err
		}
		done := make([]bool, len(parcels))
		var sends sync.WaitGroup
		for i, p := range parcels {
			sends.Go(func() {
				err := c.try(ctx, p)
				if done[i] = err == nil; !done[i] {
					c.settle(ctx, p, err)
				}
			})
		}
		sends.Wait()
		var sent []ledger.Parcel
		for i, p := range parcels {
			if done[i] {
				sent = append(sent, p)
			}
		}
		if err := e.Ledger.Delivered(context.WithoutCancel(ctx), e.now(), sent...); err != nil {
			return err
		}
		if err := ctx.Err(); err != nil {
			return err
		}
	}
}

// send delivers one parcel and settles it.
func (c *Courier) send(ctx context.Context, p ledger.Parcel) { c.settle(ctx, p, c.try(ctx, p)) }

// try gives a parcel to its channel.
func (c *Courier) try(ctx context.Context, p ledger.Parcel) error {
	var r Reply
	if json.Unmarshal([]byte(p.Body), &r) != nil {
		return Gone{Why: "unreadable parcel"}
	}
	s := c.Senders[p.Channel]
	if s == nil {
		return fmt.Errorf("no sender for channel %s", p.Channel)
	}
	return s.Send(ctx, p.Address, r)
}

// settle records what became of a parcel. It uses a context of its own: a parcel
// that was sent must not be sent again because we were told to stop in between.
func (c *Courier) settle(ctx context.Context, p ledger.Parcel, err error) {
	e := c.Engine
	settle, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
	defer cancel()
	var wait RetryAfter
	var gone Gone
	switch {
	case err == nil:
		err = e.Ledger.Delivered(settle, e.now(), p)
	case errors.As(err, &gone), p.Tries >= maxTries && !errors.As(err, &wait):
		e.log().Warn("parcel dropped", "channel", p.Channel, "tries", p.Tries, "err", err)
		err = e.Ledger.Delivered(settle, e.now(), p)
	default:
		after := min(time.Second<<min(p.Tries, 9), 10*time.Minute)
		if errors.As(err, &wait) {
			after = wait.After
		}
		if ctx.Err() == nil {
			e.log().Info("parcel waits", "channel", p.Channel, "after", after, "err", err)
		}
		err = e.Ledger.Undelivered(settle, e.now(), p, e.now().Add(after))
	}
	if err != nil {
		e.log().Error("settle parcel", "err", err)
	}
}

// RunClock fires timers until ctx ends: each once, also after a restart.
func (e *Engine) RunClock(ctx context.Context) {
	owner := e.now().UnixNano()
	for ctx.Err() == nil {
		n, err := e.Tick(ctx, owner)
		if err != nil && ctx.Err() == nil {
			e.log().Error("timers", slog.Any("err", err))
		}
		if n > 0 {
			continue
		}
		select {
		case <-ctx.Done():
		case <-time.After(idle):
		}
	}
}

// Tick fires the timers that are due now and returns how many it took.
func (e *Engine) Tick(ctx context.Context, owner int64) (int, error) {
	now := e.now()
	timers, err := e.Ledger.ClaimTimers(ctx, owner, now, parcelLease, 50)
	if err != nil {
		return 0, err
	}
	var errs []error
	for _, timer := range timers {
		if timer.Kind == timerFetch {
			if err := e.fetch(ctx, timer, now); err != nil {
				errs = append(errs, fmt.Errorf("fetch evidence: %w", err))
			}
			continue
		}
		if err := e.Ledger.Do(ctx, "timer", now, func(tx *ledger.Tx) error { return e.fire(tx, timer, now) }); err != nil {
			errs = append(errs, fmt.Errorf("fire %s timer: %w", timer.Kind, err))
		}
	}
	return len(timers), errors.Join(errs...)
}

// Paced holds a Sender to a channel's limits, which all replicas share through
// soft state. The zero rates do not limit.
type Paced struct {
	Sender
	Pace    Pacer
	Name    string  // the channel, for the keys
	All     float64 // sends a second in all
	PerChat float64 // sends a second to one chat
}

// Send sends when the pace allows, else asks to wait.
func (p Paced) Send(ctx context.Context, chat string, r Reply) error {
	if wait := p.wait(ctx, "send:"+p.Name+":"+chat, p.PerChat); wait > 0 {
		return RetryAfter{After: wait}
	}
	if wait := p.wait(ctx, "send:"+p.Name, p.All); wait > 0 {
		return RetryAfter{After: wait}
	}
	return p.Sender.Send(ctx, chat, r)
}

func (p Paced) wait(ctx context.Context, key string, rate float64) time.Duration {
	if rate <= 0 {
		return 0
	}
	n, per := int(rate), time.Second
	if rate < 1 {
		n, per = 1, time.Duration(float64(time.Second)/rate)
	}
	ok, wait := p.Pace.Allow(ctx, key, n, per)
	if ok {
		return 0
	}
	return max(wait, 50*time.Millisecond)
}
