package pace

import (
	"context"
	"encoding/json"
	"sync"

	"github.com/redis/go-redis/v9"
)

// feed is the one Redis channel all processes share. A topic is a chat, and
// chats come and go with open pages; one channel for everything spares a
// subscription per page, and a hint is small.
const feed = "mingbai:live"

// backlog is how many events wait for a slow listener before new ones are
// dropped for it. Events are hints: a page that reads slowly asks the ledger
// anyway.
const backlog = 64

// An Event is one announcement.
type Event struct {
	Topic   string `json:"topic"`
	Payload string `json:"payload"`
}

type wire struct {
	From string `json:"from"`
	Event
}

// Announce tells every listener to topic, in this process at once and in the
// others through Redis. It never waits and promises nothing.
func (p *Pace) Announce(_ context.Context, topic, payload string) {
	e := Event{Topic: topic, Payload: payload}
	p.hub.deliver(e)
	if p.client == nil {
		return
	}
	raw, err := json.Marshal(wire{From: p.self, Event: e})
	if err != nil {
		return // two strings always encode
	}
	select {
	case p.out <- string(raw):
	default: // the queue is full: Redis is slow or gone
	}
}

// Listen hears the announcements of these topics from now on. The channel is
// closed when ctx ends or the Pace is closed.
func (p *Pace) Listen(ctx context.Context, topics ...string) <-chan Event {
	l := &listener{events: make(chan Event, backlog)}
	if !p.hub.add(l, topics) {
		close(l.events)
		return l.events
	}
	context.AfterFunc(ctx, func() { p.hub.remove(l, topics) })
	return l.events
}

// publish sends the queued announcements to the other processes, many in one
// round trip when many wait.
func (p *Pace) publish(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case first := <-p.out:
			batch := []string{first}
			for len(batch) < 100 && len(p.out) > 0 {
				batch = append(batch, <-p.out)
			}
			if p.resting() {
				continue
			}
			_, err := p.client.Pipelined(ctx, func(pipe redis.Pipeliner) error {
				for _, raw := range batch {
					pipe.Publish(ctx, feed, raw)
				}
				return nil
			})
			switch {
			case err == nil:
				p.found()
			case ctx.Err() == nil:
				p.lost(err)
			}
		}
	}
}

// receive hands the other processes' announcements to our listeners. go-redis
// notices a lost connection and subscribes again by itself.
func (p *Pace) receive(ctx context.Context) {
	sub := p.client.Subscribe(ctx, feed)
	defer sub.Close()
	msgs := sub.Channel(redis.WithChannelSize(1024))
	for {
		select {
		case <-ctx.Done():
			return
		case msg, open := <-msgs:
			if !open {
				return
			}
			var w wire
			if json.Unmarshal([]byte(msg.Payload), &w) != nil || w.From == p.self {
				continue // not ours to read, or delivered already
			}
			p.hub.deliver(w.Event)
		}
	}
}

type listener struct{ events chan Event }

// A hub knows who in this process listens to what.
type hub struct {
	mu     sync.Mutex
	topics map[string]map[*listener]bool
	closed bool
}

func (h *hub) add(l *listener, topics []string) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.closed {
		return false
	}
	if h.topics == nil {
		h.topics = map[string]map[*listener]bool{}
	}
	for _, t := range topics {
		if h.topics[t] == nil {
			h.topics[t] = map[*listener]bool{}
		}
		h.topics[t][l] = true
	}
	return true
}

// remove closes l's channel under the lock that deliver holds while sending,
// so that nothing is sent to a closed channel.
func (h *hub) remove(l *listener, topics []string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.closed {
		return
	}
	for _, t := range topics {
		delete(h.topics[t], l)
		if len(h.topics[t]) == 0 {
			delete(h.topics, t)
		}
	}
	close(l.events)
}

func (h *hub) deliver(e Event) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for l := range h.topics[e.Topic] {
		select {
		case l.events <- e:
		default:
		}
	}
}

func (h *hub) close() {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.closed {
		return
	}
	h.closed = true
	seen := map[*listener]bool{}
	for _, ls := range h.topics {
		for l := range ls {
			if !seen[l] {
				seen[l] = true
				close(l.events)
			}
		}
	}
	h.topics = nil
}
