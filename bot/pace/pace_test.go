package pace

import (
	"bytes"
	"context"
	"log/slog"
	"os"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/alicebob/miniredis/v2"
)

// testPace runs the same suite on every kind of Redis.
func testPace(t *testing.T, open func(t *testing.T) *Pace) {
	t.Run("allow", func(t *testing.T) {
		p, key := open(t), "test:"+rangeKey(t)
		for i := range 3 {
			if ok, _ := p.Allow(t.Context(), key, 3, time.Hour); !ok {
				t.Fatalf("message %d of 3 refused", i+1)
			}
		}
		ok, wait := p.Allow(t.Context(), key, 3, time.Hour)
		if ok || wait <= 0 || wait > 20*time.Minute {
			t.Errorf("4th of 3 an hour: got %v, wait %v; want refused, up to 20m", ok, wait)
		}
		if ok, _ := p.Allow(t.Context(), key+"/other", 3, time.Hour); !ok {
			t.Error("another chat pays for this one")
		}
	})
	t.Run("no limit", func(t *testing.T) {
		p := open(t)
		for range 50 {
			if ok, _ := p.Allow(t.Context(), "test:off", 0, time.Minute); !ok {
				t.Fatal("n = 0 must not limit")
			}
		}
	})
	t.Run("many at once", func(t *testing.T) {
		p, key := open(t), "test:"+rangeKey(t)
		var mu sync.Mutex
		var wg sync.WaitGroup
		got := 0
		for range 60 {
			wg.Go(func() {
				if ok, _ := p.Allow(t.Context(), key, 20, time.Hour); ok {
					mu.Lock()
					got++
					mu.Unlock()
				}
			})
		}
		wg.Wait()
		if got != 20 {
			t.Errorf("60 at once, 20 allowed: got %d", got)
		}
	})
	testFeed(t, open)
}

// testFeed is the part of the suite about announcements.
func testFeed(t *testing.T, open func(t *testing.T) *Pace) {
	t.Run("announce", func(t *testing.T) {
		p := open(t)
		ctx, cancel := context.WithCancel(t.Context())
		one := p.Listen(ctx, "chat:a", "chat:b")
		other := p.Listen(t.Context(), "chat:a")
		p.Announce(t.Context(), "chat:c", "0")
		p.Announce(t.Context(), "chat:b", "7")
		p.Announce(t.Context(), "chat:a", "8")
		if e := <-one; e != (Event{"chat:b", "7"}) {
			t.Errorf("first event: got %v", e)
		}
		if e := <-one; e != (Event{"chat:a", "8"}) {
			t.Errorf("second event: got %v", e)
		}
		if e := <-other; e != (Event{"chat:a", "8"}) {
			t.Errorf("other listener: got %v", e)
		}
		cancel()
		if _, open := <-one; open {
			t.Error("channel open after its context ended")
		}
		p.Announce(t.Context(), "chat:a", "9") // must not reach a closed channel
		if e := <-other; e.Payload != "9" {
			t.Errorf("other listener after one left: got %v", e)
		}
	})
	t.Run("slow listener", func(t *testing.T) {
		p := open(t)
		slow := p.Listen(t.Context(), "chat:a")
		for range 10 * backlog {
			p.Announce(t.Context(), "chat:a", "1") // must not wait for the listener
		}
		if got := len(slow); got != backlog {
			t.Errorf("kept %d events for a listener that does not read, want %d", got, backlog)
		}
	})
	t.Run("close", func(t *testing.T) {
		p := open(t)
		events := p.Listen(t.Context(), "chat:a", "chat:b")
		if err := p.Close(); err != nil {
			t.Fatal(err)
		}
		if _, open := <-events; open {
			t.Error("channel open after Close")
		}
		if _, open := <-p.Listen(t.Context(), "chat:a"); open {
			t.Error("Listen after Close must return a closed channel")
		}
	})
}

func rangeKey(t *testing.T) string { return t.Name() + time.Now().String() }

func open(t *testing.T, url string) *Pace {
	t.Helper()
	p, err := Open(context.Background(), url, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { p.Close() })
	return p
}

func TestInside(t *testing.T) {
	testPace(t, func(t *testing.T) *Pace { return open(t, "") })
}

func TestRedis(t *testing.T) {
	url := os.Getenv("MINGBAI_TEST_REDIS")
	if url == "" {
		if os.Getenv("CI") == "true" {
			t.Fatal("MINGBAI_TEST_REDIS is not set")
		}
		// miniredis over the wire takes the same road as a real one.
		url = "redis://" + miniredis.RunT(t).Addr()
	}
	testPace(t, func(t *testing.T) *Pace { return open(t, url) })
	t.Run("two processes", func(t *testing.T) { testTwo(t, url) })
}

// testTwo is two replicas: one hears what the other announced, and they share
// one budget.
func testTwo(t *testing.T, url string) {
	a, b := open(t, url), open(t, url)
	heard := b.Listen(t.Context(), "chat:two")
	// The subscription is made in the background, and a hint sent before it
	// stands is lost by design: say it until it is heard.
	deadline := time.After(10 * time.Second)
	say := time.NewTicker(5 * time.Millisecond)
	defer say.Stop()
wait:
	for {
		select {
		case e := <-heard:
			if e != (Event{"chat:two", "42"}) {
				t.Fatalf("got %v", e)
			}
			break wait
		case <-say.C:
			a.Announce(t.Context(), "chat:two", "42")
		case <-deadline:
			t.Fatal("announcement did not reach the other process")
		}
	}
	key := "test:" + rangeKey(t)
	a.Allow(t.Context(), key, 2, time.Hour)
	b.Allow(t.Context(), key, 2, time.Hour)
	if ok, _ := a.Allow(t.Context(), key, 2, time.Hour); ok {
		t.Error("two processes do not share one budget")
	}
}

// A chat that fell silent must not stay in memory for the year.
func TestBucketForgets(t *testing.T) {
	var b bucket
	now := time.Date(2026, 11, 24, 9, 0, 0, 0, time.UTC)
	for i := range 100_000 {
		now = now.Add(time.Second)
		b.allow(strconv.Itoa(i), 30, time.Minute, now)
	}
	if len(b.paid) > 2048 {
		t.Errorf("%d keys kept after 100,000 chats, one a second", len(b.paid))
	}
}

func TestBucketRefills(t *testing.T) {
	var b bucket
	now := time.Date(2026, 11, 24, 9, 0, 0, 0, time.UTC)
	tests := []struct {
		name  string
		after time.Duration
		ok    bool
		wait  time.Duration
	}{
		{"first", 0, true, 0},
		{"second at once", 0, true, 0},
		{"third is one too many", 0, false, 30 * time.Second},
		{"half way is not enough", 15 * time.Second, false, 15 * time.Second},
		{"one has come back", 15 * time.Second, true, 0},
		{"and only one", 0, false, 30 * time.Second},
		{"an hour later, two", time.Hour, true, 0},
		{"the other", 0, true, 0},
		{"not three", 0, false, 30 * time.Second},
	}
	for _, tt := range tests {
		now = now.Add(tt.after)
		if ok, wait := b.allow("k", 2, time.Minute, now); ok != tt.ok || wait != tt.wait {
			t.Errorf("%s: got %v %v, want %v %v", tt.name, ok, wait, tt.ok, tt.wait)
		}
	}
}

func TestRedisGone(t *testing.T) {
	var buf lockedBuffer
	m := miniredis.RunT(t)
	p, err := Open(t.Context(), "redis://"+m.Addr(), slog.New(slog.NewTextHandler(&buf, nil)))
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	if ok, _ := p.Allow(t.Context(), "k", 1, time.Hour); !ok {
		t.Fatal("first refused")
	}
	m.Close()
	mine := p.Listen(t.Context(), "chat:a")
	start := time.Now()
	for i := range 20 {
		if ok, _ := p.Allow(t.Context(), "k", 1, time.Hour); !ok {
			t.Fatalf("request %d refused while Redis is gone", i)
		}
		p.Announce(t.Context(), "chat:a", "1")
	}
	if took := time.Since(start); took > 5*time.Second {
		t.Errorf("20 requests took %v while Redis is gone", took)
	}
	if e := <-mine; e.Payload != "1" {
		t.Errorf("inside the process the feed must go on, got %v", e)
	}
	if err := m.Restart(); err != nil {
		t.Fatal(err)
	}
	deadline := time.Now().Add(10 * time.Second)
	for {
		if ok, _ := p.Allow(t.Context(), "k", 1, time.Hour); !ok {
			break // the limit holds again
		}
		if time.Now().After(deadline) {
			t.Fatal("limit not back after Redis came back")
		}
		time.Sleep(10 * time.Millisecond)
	}
	if got := strings.Count(buf.String(), "redis is gone"); got != 1 {
		t.Errorf("outage logged %d times, want once:\n%s", got, buf.String())
	}
	if got := strings.Count(buf.String(), "redis is back"); got != 1 {
		t.Errorf("return logged %d times, want once:\n%s", got, buf.String())
	}
}

func TestNeverReached(t *testing.T) {
	p, err := Open(t.Context(), "redis://127.0.0.1:1", nil)
	if err != nil {
		t.Fatalf("an unreachable Redis must not stop the program: %v", err)
	}
	defer p.Close()
	if err := p.Ping(t.Context()); err == nil {
		t.Error("ping answered")
	}
	if ok, _ := p.Allow(t.Context(), "k", 1, time.Hour); !ok {
		t.Error("refused without Redis")
	}
}

func TestBadURL(t *testing.T) {
	for _, url := range []string{"http://x", "redis://u:sesame@h:port:x/%zz", "::"} {
		_, err := Open(t.Context(), url, nil)
		if err == nil {
			t.Errorf("%q accepted", url)
		} else if strings.Contains(err.Error(), "sesame") {
			t.Errorf("the password is in the error: %v", err)
		}
	}
}

// What one question costs without Redis: it stands on the road of every
// message. go test ./bot/pace -bench Allow -run '^$'
func BenchmarkAllow(b *testing.B) {
	p, err := Open(b.Context(), "", nil)
	if err != nil {
		b.Fatal(err)
	}
	defer p.Close()
	b.Run("one", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if ok, _ := p.Allow(b.Context(), "bench", 1e9, time.Second); !ok {
				b.Fatal("refused")
			}
		}
	})
	b.Run("parallel", func(b *testing.B) {
		b.ReportAllocs()
		b.RunParallel(func(pb *testing.PB) {
			for pb.Next() {
				p.Allow(b.Context(), "bench", 1e9, time.Second)
			}
		})
	})
}

type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}
