package bot

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"time"

	"mingbai/bot/ledger"
	"mingbai/bot/pace"
	"mingbai/knowledge"
	"mingbai/search"
)

// A Library keeps an engine at what its township has published: the program's
// cards under the versions that two people stand for. New knowledge is built
// beside the old and takes its place between two messages, in every process
// that shares the ledger: at once where they hear of it, and within half a
// minute where soft state is gone.
type Library struct {
	Engine   *Engine
	Base     *knowledge.Base  // what the program and the data folder bring
	Statutes *search.Statutes // nil when none were imported
	Live     Listener         // nil: Tick alone
	Tick     <-chan time.Time // when to look by itself; nil: every half minute

	mu     sync.Mutex
	loaded bool
	keys   []int64 // of the versions in the engine's mind
}

// A Listener hears what other processes announce. Package pace has one.
type Listener interface {
	Listen(ctx context.Context, topics ...string) <-chan pace.Event
}

// lookEvery is how long news of a publication may take without soft state.
const lookEvery = 30 * time.Second

func (l *Library) topic() string { return "knowledge:" + l.Base.Township.ID }

// Refresh gives the engine what is published now, if it has something else.
// An error about one edition leaves the rest in force; one about the ledger
// leaves everything as it is.
func (l *Library) Refresh(ctx context.Context) (changed bool, err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	var keys []int64
	err = l.Engine.Ledger.View(ctx, func(v *ledger.View) (err error) {
		keys, err = ledger.PublishedKeys(v, l.Base.Township.ID)
		return err
	})
	if err != nil || l.loaded && slices.Equal(keys, l.keys) {
		return false, err
	}
	base, keys, err := Published(ctx, l.Engine.Ledger, l.Base)
	if base == nil {
		return false, err
	}
	l.Engine.Publish(NewMind(base, l.Statutes))
	l.loaded, l.keys = true, keys
	return true, err
}

// Published returns a base with what its township has published in the ledger,
// and the keys of these versions. An edition that cannot be read any more is an
// error beside the base; without the ledger's answer there is none.
func Published(ctx context.Context, l *ledger.Ledger, base *knowledge.Base) (*knowledge.Base, []int64, error) {
	var list []ledger.PublishedCard
	err := l.View(ctx, func(v *ledger.View) (err error) {
		list, err = ledger.PublishedCards(v, base.Township.ID)
		return err
	})
	if err != nil {
		return nil, nil, fmt.Errorf("read published knowledge: %w", err)
	}
	var keys []int64
	for _, p := range list {
		keys = append(keys, p.ID)
	}
	with, err := base.With(editions(base.Own(), list))
	return with, keys, err
}

// editions are the published versions as knowledge takes them. An approval of
// the program's own text lapses when an update brings another one.
func editions(own *knowledge.Base, list []ledger.PublishedCard) []knowledge.Edition {
	var out []knowledge.Edition
	for _, p := range list {
		if p.Kind == ledger.CardKeep {
			if c := own.Card(p.Card); c == nil || ledger.TextDigest(c.Source()) != p.Own {
				continue
			}
		}
		e := knowledge.Edition{Card: p.Card, Text: p.Body, Retired: p.Kind == ledger.CardRetire,
			Approved: knowledge.Approval{By: p.Approver, On: knowledge.DayOf(p.Approved)}}
		if e.Approved.By == "" {
			e.Approved.By = "（已离任）"
		}
		if p.Role == ledger.AccountAdmin {
			e.Approved.As = "镇司法所"
		}
		out = append(out, e)
	}
	return out
}

// Publish takes up what was just published and tells the other processes.
func (l *Library) Publish(ctx context.Context) error {
	_, err := l.Refresh(ctx)
	if l.Engine.Pace != nil {
		l.Engine.Pace.Announce(ctx, l.topic(), "")
	}
	return err
}

// Run keeps the engine up to date until ctx ends.
func (l *Library) Run(ctx context.Context) {
	tick := l.Tick
	if tick == nil {
		t := time.NewTicker(lookEvery)
		defer t.Stop()
		tick = t.C
	}
	var heard <-chan pace.Event
	if l.Live != nil {
		heard = l.Live.Listen(ctx, l.topic())
	}
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick:
		case _, open := <-heard:
			if !open {
				heard = nil
				continue
			}
		}
		if changed, err := l.Refresh(ctx); err != nil && ctx.Err() == nil {
			l.Engine.log().Error("published knowledge", slog.Any("err", err))
		} else if changed {
			l.Engine.log().Info("new knowledge is served", "cards", len(l.Engine.Mind().Base.Cards))
		}
	}
}

// Preview lays a card out as a resident would read all of it now. The error
// says why a resident would be sent to a person instead: an article that it
// cites is not law today.
func (m *Mind) Preview(c *knowledge.Card, now time.Time) (Reply, error) {
	v := m.check(c, knowledge.DayOf(now), "")
	if v.Decision != DecideAnswer {
		return Reply{}, errors.New(v.Why)
	}
	r := m.AnswerReply(v, now)
	r.Text = m.rest(c, "")
	return r, nil
}
