package telegram

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/go-telegram/bot/models"
)

const (
	pollFor  = 50 * time.Second // Telegram holds a poll open this long when nothing comes
	pollMost = 100              // updates in one poll; Telegram gives no more
	parallel = 16               // chats handled at once

	firstPause = 100 * time.Millisecond
	lastPause  = 30 * time.Second
	// Another poller, or a webhook that is still set: it needs a person or a
	// minute, not haste.
	conflictPause = 5 * time.Second
)

// A refusal is what Telegram answers instead of updates.
type refusal struct {
	Code  int
	Why   string
	After time.Duration
}

func (r refusal) Error() string { return fmt.Sprintf("telegram answers %d: %s", r.Code, r.Why) }

// Poll fetches updates and hands them to the door until ctx ends; then it
// returns nil. Asking Telegram for the updates from n on tells it that all
// before n were received, so the poller asks only from the first update that
// is not committed. What was committed behind that one is remembered and not
// handled again.
func (c *Channel) Poll(ctx context.Context) error {
	defer c.acking.Wait()
	p := poller{c: c, done: map[int64]bool{}}
	var pause time.Duration
	fetching := true // the last poll was answered
	for ctx.Err() == nil {
		updates, err := c.fetch(ctx, p.offset)
		if err != nil {
			if ctx.Err() != nil {
				break
			}
			if fetching {
				c.log.Warn("telegram: no updates, trying again", "err", err)
			}
			fetching, pause = false, next(pause, err)
			wait(ctx, pause)
			continue
		}
		if !fetching {
			c.log.Info("telegram: updates again")
		}
		fetching = true
		if p.batch(ctx, updates) {
			pause = 0
			continue
		}
		pause = next(pause, nil)
		wait(ctx, pause)
	}
	return nil
}

// next is how long to pause after another failure.
func next(pause time.Duration, err error) time.Duration {
	pause = min(max(firstPause, 2*pause), lastPause)
	var no refusal
	if errors.As(err, &no) {
		switch {
		case no.After > 0:
			return no.After
		case no.Code == http.StatusConflict:
			return max(pause, conflictPause)
		case no.Code == http.StatusUnauthorized || no.Code == http.StatusNotFound:
			return lastPause // the token is wrong; a person must mend it
		}
	}
	return pause
}

// wait pauses, a little longer or shorter so that replicas do not knock
// together.
func wait(ctx context.Context, pause time.Duration) {
	t := time.NewTimer(pause + rand.N(pause/4+1))
	defer t.Stop()
	select {
	case <-ctx.Done():
	case <-t.C:
	}
}

// fetch asks for the updates from offset on.
func (c *Channel) fetch(ctx context.Context, offset int64) ([]*models.Update, error) {
	body, err := json.Marshal(map[string]any{
		"offset": offset, "limit": pollMost, "timeout": int(pollFor.Seconds()), "allowed_updates": wanted})
	if err != nil {
		return nil, fmt.Errorf("encode getUpdates: %w", err)
	}
	ctx, cancel := context.WithTimeout(ctx, pollFor+sendPatience)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, c.api+"/bot"+c.cfg.Token+"/getUpdates", bytes.NewReader(body))
	if err != nil {
		return nil, c.mask(err)
	}
	req.Header.Set("Content-Type", "application/json")
	resp, err := c.http.Do(req)
	if err != nil {
		return nil, c.mask(err)
	}
	defer resp.Body.Close()
	raw, err := io.ReadAll(resp.Body)
	if err != nil {
		return nil, c.mask(err)
	}
	var got struct {
		OK          bool              `json:"ok"`
		Result      []json.RawMessage `json:"result"`
		ErrorCode   int               `json:"error_code"`
		Description string            `json:"description"`
		Parameters  struct {
			RetryAfter int `json:"retry_after"`
		} `json:"parameters"`
	}
	if err := json.Unmarshal(raw, &got); err != nil {
		return nil, refusal{Code: resp.StatusCode, Why: "not JSON"}
	}
	if !got.OK {
		return nil, refusal{got.ErrorCode, got.Description, time.Duration(got.Parameters.RetryAfter) * time.Second}
	}
	updates := make([]*models.Update, 0, len(got.Result))
	for _, raw := range got.Result {
		u, err := decode(raw)
		if err == nil {
			updates = append(updates, u)
			continue
		}
		// A kind of update made after this program: it is passed over by its
		// number, or it would come for ever.
		var only struct {
			ID int64 `json:"update_id"`
		}
		if json.Unmarshal(raw, &only) == nil && only.ID != 0 {
			updates = append(updates, &models.Update{ID: only.ID})
		}
		c.log.Warn("telegram: an update that cannot be read was passed over", "update", only.ID)
	}
	return updates, nil
}

// A poller knows how far updates are committed.
type poller struct {
	c      *Channel
	offset int64          // everything before it is committed
	done   map[int64]bool // committed at or behind offset
}

// batch handles the updates, chats side by side and each chat in order, and
// moves the offset. It reports whether all of them are committed.
func (p *poller) batch(ctx context.Context, updates []*models.Update) bool {
	slices.SortFunc(updates, func(a, b *models.Update) int { return int(a.ID - b.ID) })
	chats := map[int64][]*models.Update{}
	var order []int64 // who wrote first is answered first
	for _, u := range updates {
		if p.done[u.ID] {
			continue
		}
		chat := chatOf(u)
		if chats[chat] == nil {
			order = append(order, chat)
		}
		chats[chat] = append(chats[chat], u)
	}
	var (
		mu    sync.Mutex
		wg    sync.WaitGroup
		slots = make(chan struct{}, parallel)
	)
	for _, chat := range order {
		slots <- struct{}{}
		wg.Go(func() {
			defer func() { <-slots }()
			for _, u := range chats[chat] {
				if ctx.Err() != nil {
					return
				}
				if err := p.c.take(ctx, u); err != nil {
					if ctx.Err() == nil {
						p.c.log.Error("telegram: message not committed, it will come again", "err", p.c.mask(err))
					}
					return // what this chat said later must wait for it
				}
				mu.Lock()
				p.done[u.ID] = true
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	all := true
	for _, u := range updates {
		if !p.done[u.ID] {
			all = false
			break
		}
		p.offset = u.ID + 1
	}
	maps.DeleteFunc(p.done, func(id int64, _ bool) bool { return id < p.offset })
	return all
}
