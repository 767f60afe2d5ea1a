package faketelegram

import (
	"bytes"
	"context"
	"net/http"
	"slices"
	"time"
)

const (
	// Telegram calls a webhook over at most 40 connections unless told
	// otherwise.
	hookParallel = 40
	// Telegram waits longer after a failure; tests have no time for that.
	hookPause = 20 * time.Millisecond
)

type hook struct {
	url, secret string
	stop        context.CancelFunc
}

// setWebhook starts posting the waiting updates to url, or stops it.
func (s *Server) setWebhook(url, secret string) reply {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.hook.stop != nil {
		s.hook.stop()
	}
	s.hook = hook{url: url, secret: secret}
	s.polls++ // ends a poll that waits
	s.changed()
	if url == "" {
		return reply{OK: true, Result: true}
	}
	ctx, stop := context.WithCancel(s.ctx)
	s.hook.stop = stop
	s.done.Go(func() { s.deliver(ctx, url, secret) })
	return reply{OK: true, Result: true}
}

// deliver posts updates side by side, one of a chat at a time, and each again
// until it is answered 2xx.
func (s *Server) deliver(ctx context.Context, url, secret string) {
	client := &http.Client{Timeout: 30 * time.Second, Transport: &http.Transport{MaxIdleConnsPerHost: hookParallel}}
	defer client.CloseIdleConnections()
	slots := make(chan struct{}, hookParallel)
	busy := map[int64]bool{} // chats with a post under way; guarded by mu
	for {
		s.mu.Lock()
		i := slices.IndexFunc(s.updates, func(u update) bool { return !busy[u.chat] })
		var u update
		if i >= 0 {
			u = s.updates[i]
			busy[u.chat] = true
		}
		news := s.news
		s.mu.Unlock()
		if i < 0 {
			select {
			case <-ctx.Done():
				return
			case <-news:
			}
			continue
		}
		select {
		case <-ctx.Done():
			return
		case slots <- struct{}{}:
		}
		s.done.Go(func() {
			defer func() { <-slots }()
			for !post(ctx, client, url, secret, u.raw) {
				select {
				case <-ctx.Done():
					return
				case <-time.After(hookPause):
				}
			}
			s.mu.Lock()
			defer s.mu.Unlock()
			s.updates = slices.DeleteFunc(s.updates, func(o update) bool { return o.id == u.id })
			delete(busy, u.chat)
			s.changed()
		})
	}
}

func post(ctx context.Context, client *http.Client, url, secret string, raw []byte) bool {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, url, bytes.NewReader(raw))
	if err != nil {
		return false
	}
	req.Header.Set("Content-Type", "application/json")
	if secret != "" {
		req.Header.Set("X-Telegram-Bot-Api-Secret-Token", secret)
	}
	resp, err := client.Do(req)
	if err != nil {
		return false
	}
	resp.Body.Close()
	return resp.StatusCode/100 == 2
}
