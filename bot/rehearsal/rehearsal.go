// Package rehearsal plays a span of time of a made-up township through the real
// engine: people join, register, ask, rate, call for a person, quarrel, report
// and are sent tasks, in real conversations over a Telegram channel whose Bot
// API is [faketelegram]. The clock is the rehearsal's own, so that a year takes
// a minute or two and its promises, holidays and overdue tasks are those of the
// year.
//
// Everybody belongs to a lane: a village with its residents, volunteers,
// mediators and grids, or the township's own people. A lane's people act one
// after the other on the lane's clock, lanes side by side, which is what
// group commit and row locks are for. Between two slices of time the timers
// fire; within one, what was said is delivered by [bot.Courier] to the phones,
// and who was told something may react to it (phone.go). What somebody does is
// drawn by the seed, so the same seed gives the same figures; only what hangs on
// which of several people, equally free, the engine asks first may differ by a
// few, as lanes run side by side.
//
// A [Rehearsal] is played by [Rehearsal.Play]; [Rehearsal.Sign] then enters what
// staff sign in January, and [Rehearsal.Check] holds the report to the plan.
package rehearsal

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"mingbai/bot"
	"mingbai/bot/ledger"
	"mingbai/bot/telegram"
	"mingbai/bot/telegram/faketelegram"
	"mingbai/knowledge"
)

// A Plan says how much happens. People in post are not scaled: they are a few
// hundred messages.
type Plan struct {
	Registrations int
	Consultations int // questions asked; follow-ups and ratings come on top
	Disputes      int // accepted within the span
	Events        int // reported by grid workers and heads
	Tasks         int // sent down: of events, by heads and by staff
	Volunteers    int
}

// Full is the plan of the year that the town's report tells of.
var Full = Plan{Registrations: 4100, Consultations: 20000, Disputes: 365, Events: 1058, Tasks: 12364, Volunteers: 32}

// Demo is the plan of a demonstration of a few weeks.
var Demo = Plan{Registrations: 44, Consultations: 110, Disputes: 16, Events: 24, Tasks: 80, Volunteers: 32}

// Scaled returns the plan with its flows times a share above 0; at least one of
// each category of dispute is left, and enough tasks for the events.
func (p Plan) Scaled(share float64) Plan {
	scale := func(n int) int { return max(1, int(float64(n)*share+0.5)) }
	q := Plan{Registrations: scale(p.Registrations), Consultations: scale(p.Consultations), Disputes: max(len(knowledge.DisputeCategories), scale(p.Disputes)),
		Events: max(24, scale(p.Events)), Tasks: scale(p.Tasks), Volunteers: p.Volunteers}
	q.Tasks = max(q.Tasks, q.Events+30)
	return q
}

// A Rehearsal is played once. Progress and Log may be nil; the ledger
// must be empty.
type Rehearsal struct {
	Ledger   *ledger.Ledger
	Mind     *bot.Mind
	Plan     Plan
	Seed     uint64
	From, To time.Time // the span, from included, to not
	Open     bool      // the span ends in the middle of things, as a demonstration does

	// Web keeps everybody as a visitor of the web page, so that what is told to
	// them later is never sent to a Telegram chat, which a stranger may have.
	Web bool

	Progress func(at time.Time, messages int64) // called between slices of time
	Log      *slog.Logger                       // nil: silent

	y *year
}

// Messages is how many messages were received so far.
func (r *Rehearsal) Messages() int64 {
	if r.y == nil {
		return 0
	}
	return r.y.messages.Load()
}

// slice is how much time passes between two looks at the timers.
const slice = time.Hour

// A year is the state of a rehearsal being played.
type year struct {
	*Rehearsal
	town *knowledge.Township
	dice dice // of the plan

	e        *bot.Engine // the clock's and the courier's
	now      time.Time
	courier  *bot.Courier
	api      *faketelegram.Server
	lanes    []*lane // one a village, and the township's last
	updates  atomic.Int64
	messages atomic.Int64

	inbox  sync.Mutex
	sent   []faketelegram.Sent
	phones map[int64]*phone // of those who work for the township

	cards    []*knowledge.Card // whose law holds in the span
	quarrels *quarrels
	grids    *grids
	clerk    *person
}

// Play plays the span. The error tells of the first conversation that did not
// go as it must.
func (r *Rehearsal) Play(ctx context.Context) error {
	y := &year{Rehearsal: r, town: r.Mind.Base.Township, dice: newDice(r.Seed, 0), phones: map[int64]*phone{}, now: r.From}
	r.y = y
	y.api = faketelegram.New()
	defer y.api.Close()
	y.api.Each(func(m faketelegram.Sent) {
		y.inbox.Lock()
		defer y.inbox.Unlock()
		y.sent = append(y.sent, m)
	})
	client := &http.Client{Transport: y.api.Transport()}
	y.e = y.engine(func() time.Time { return y.now })
	if err := y.open(client); err != nil {
		return err
	}
	defer func() {
		for _, l := range y.lanes {
			l.channel.Close()
		}
	}()
	y.courier = &bot.Courier{Engine: y.e, Senders: map[string]bot.Sender{y.channel(): y}, Limit: 4 * runtime.GOMAXPROCS(0)}
	for _, c := range r.Mind.Base.Cards {
		if r.Mind.Holds(c, knowledge.DayOf(r.From)) && r.Mind.Holds(c, knowledge.DayOf(r.To)) {
			y.cards = append(y.cards, c)
		}
	}
	if err := y.plan(); err != nil {
		return err
	}
	return y.run(ctx)
}

func (y *year) engine(now func() time.Time) *bot.Engine {
	e := &bot.Engine{Ledger: y.Ledger, Push: map[string]bool{y.channel(): true}, Now: now, Log: y.Log}
	e.SetMind(y.Mind)
	return e
}

// channel is where everybody's chat is kept; visitors begins an address there.
func (y *year) channel() string {
	if y.Web {
		return bot.Web
	}
	return bot.Telegram
}

const visitors = "rehearsal-"

// address is a chat's in its channel.
func (y *year) address(chat string) string {
	if y.Web {
		return visitors + chat
	}
	return chat
}

// Send delivers a reply through the Telegram channel to the fake Bot API,
// wherever the chat is kept.
func (y *year) Send(ctx context.Context, address string, r bot.Reply) error {
	return y.ownLane().channel.Send(ctx, strings.TrimPrefix(address, visitors), r)
}

// open makes the lanes.
func (y *year) open(client *http.Client) error {
	villages := make([]*knowledge.Village, 0, len(y.town.Villages)+1)
	for i := range y.town.Villages {
		villages = append(villages, &y.town.Villages[i])
	}
	villages = append(villages, nil)
	for i, v := range villages {
		l := &lane{y: y, index: i, village: v, taken: map[string]bool{}, now: y.From}
		l.e = y.engine(func() time.Time { return l.now })
		var err error
		if l.channel, err = telegram.New(telegram.Config{Token: y.api.Token, API: y.api.URL, HTTP: client}, l, nil); err != nil {
			return err
		}
		y.lanes = append(y.lanes, l)
	}
	return nil
}

// ownLane is the lane of the township's own people.
func (y *year) ownLane() *lane { return y.lanes[len(y.lanes)-1] }

// plan lays out who does what when; what follows from it is drawn as it
// happens.
func (y *year) plan() error {
	if err := y.planPeople(); err != nil {
		return err
	}
	if err := y.planQuarrels(); err != nil {
		return err
	}
	y.planRegistrations()
	y.planQuestions()
	y.planCalls()
	y.planGrids()
	y.planStaff()
	return nil
}

// run moves the clock from one slice in which something happens to the next.
func (y *year) run(ctx context.Context) error {
	for {
		next, err := y.next(ctx)
		if err != nil {
			return err
		}
		if !next.Before(y.To) {
			y.now = y.To
			return y.courier.Drain(ctx)
		}
		y.now = next
		if err := y.tick(ctx); err != nil {
			return err
		}
		end := next.Add(slice)
		if end.After(y.To) {
			end = y.To
		}
		for again := true; again; {
			if err := y.courier.Drain(ctx); err != nil {
				return err
			}
			y.react()
			if again, err = y.act(ctx, end); err != nil {
				return err
			}
		}
		if y.Progress != nil {
			y.Progress(y.now, y.messages.Load())
		}
	}
}

// next is the beginning of the next slice in which something is due.
func (y *year) next(ctx context.Context) (time.Time, error) {
	at := y.To
	for _, l := range y.lanes {
		if t, ok := l.queue.next(); ok && t.Before(at) {
			at = t
		}
	}
	due, ok, err := y.Ledger.NextTimer(ctx)
	if err != nil {
		return at, fmt.Errorf("next timer: %w", err)
	}
	if ok && due.Before(at) {
		at = due
	}
	if begin := at.Truncate(slice); begin.After(y.now) {
		return begin, nil
	}
	return y.now.Add(slice).Truncate(slice), nil
}

// tick fires the timers that are due.
func (y *year) tick(ctx context.Context) error {
	for {
		n, err := y.e.Tick(ctx, 1)
		if ctx.Err() != nil {
			return ctx.Err() // not what each timer says of it
		}
		if err != nil {
			return err
		}
		if n == 0 {
			return nil
		}
	}
}

// act lets each lane do what is due before end, lanes side by side. False: there
// was nothing.
func (y *year) act(ctx context.Context, end time.Time) (bool, error) {
	any := false
	failed := make(chan error, len(y.lanes))
	var lanes sync.WaitGroup
	for _, l := range y.lanes {
		if at, ok := l.queue.next(); !ok || !at.Before(end) {
			continue
		}
		any = true
		lanes.Go(func() {
			if err := l.act(ctx, end); err != nil {
				failed <- err
			}
		})
	}
	lanes.Wait()
	close(failed)
	for err := range failed {
		return false, err
	}
	return any, ctx.Err()
}
