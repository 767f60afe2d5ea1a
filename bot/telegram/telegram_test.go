package telegram

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"mingbai/bot"
	"mingbai/bot/telegram/faketelegram"
)

// door commits messages as the engine does: each id once, one of a chat at a
// time.
type door struct {
	fail func(bot.Message) error // nil means never
	gate func(bot.Message)       // called before the commit

	mu    sync.Mutex
	seen  map[string]bool
	got   []bot.Message
	again int // messages that came after they were committed
	now   map[string]bool
	most  int // chats handled at once, at most
	mixed bool
}

func (d *door) Handle(_ context.Context, m bot.Message) ([]bot.Reply, error) {
	d.mu.Lock()
	if d.seen == nil {
		d.seen, d.now = map[string]bool{}, map[string]bool{}
	}
	if d.now[m.Chat] {
		d.mixed = true
	}
	d.now[m.Chat] = true
	d.most = max(d.most, len(d.now))
	d.mu.Unlock()
	if d.gate != nil {
		d.gate(m)
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	delete(d.now, m.Chat)
	if d.fail != nil {
		if err := d.fail(m); err != nil {
			return nil, err
		}
	}
	if d.seen[m.ID] {
		d.again++
		return nil, nil
	}
	d.seen[m.ID] = true
	d.got = append(d.got, m)
	return []bot.Reply{{Kind: bot.KindNote, Say: "must not be sent by the channel"}}, nil
}

func (d *door) texts(chat string) []string {
	d.mu.Lock()
	defer d.mu.Unlock()
	var out []string
	for _, m := range d.got {
		if m.Chat == chat {
			out = append(out, m.Text+m.Tap)
		}
	}
	return out
}

func start(t *testing.T, d Door, cfg Config) (*Channel, *faketelegram.Server) {
	t.Helper()
	s := faketelegram.New()
	t.Cleanup(s.Close)
	cfg.Token, cfg.API = s.Token, s.URL
	c, err := New(cfg, d, nil)
	if err != nil {
		t.Fatal(err)
	}
	return c, s
}

func soon(t *testing.T) context.Context {
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	t.Cleanup(cancel)
	return ctx
}

// poll polls until the test ends, and waits for the poller then.
func poll(t *testing.T, c *Channel) {
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() {
		defer close(done)
		if err := c.Poll(ctx); err != nil {
			t.Errorf("poll: %v", err)
		}
	}()
	t.Cleanup(func() { cancel(); <-done })
}

func TestMessage(t *testing.T) {
	msg := faketelegram.Message
	group := msg(7, map[string]any{"text": "大家好"})
	group["chat"] = map[string]any{"id": -100, "type": "supergroup"}
	tests := []struct {
		name string
		in   map[string]any
		want bot.Message
		no   bool
	}{
		{name: "text", in: map[string]any{"message": msg(7, map[string]any{"text": "隔壁砌墙占了我屋基"})}, want: bot.Message{Text: "隔壁砌墙占了我屋基"}},
		{name: "command of this bot", in: map[string]any{"message": msg(7, map[string]any{"text": "/progress@MingbaiBot"})}, want: bot.Message{Text: "/progress"}},
		{name: "deep link", in: map[string]any{"message": msg(7, map[string]any{"text": "/start  ABC_123"})}, want: bot.Message{Text: "/start ABC_123"}},
		{name: "at sign in plain text", in: map[string]any{"message": msg(7, map[string]any{"text": "问@李叔 /start"})}, want: bot.Message{Text: "问@李叔 /start"}},
		{name: "edited", in: map[string]any{"edited_message": msg(7, map[string]any{"text": "改了", "edit_date": 1})}, want: bot.Message{Text: "改了"}},
		{name: "voice", in: map[string]any{"message": msg(7, map[string]any{"voice": map[string]any{"file_id": "v1", "file_unique_id": "u", "duration": 3, "file_size": 900}})},
			want: bot.Message{Files: []bot.File{{Kind: "voice", Ref: "v1", Size: 900}}}},
		{name: "photo, the largest, with caption", in: map[string]any{"message": msg(7, map[string]any{"caption": "墙", "photo": []any{
			map[string]any{"file_id": "s", "file_unique_id": "s", "width": 90, "height": 90, "file_size": 10}, map[string]any{"file_id": "l", "file_unique_id": "l", "width": 900, "height": 900, "file_size": 1000}}})},
			want: bot.Message{Text: "墙", Files: []bot.File{{Kind: "photo", Ref: "l", Size: 1000}}}},
		{name: "document", in: map[string]any{"message": msg(7, map[string]any{"document": map[string]any{"file_id": "d", "file_unique_id": "d", "file_name": "欠条.pdf", "file_size": 5}})},
			want: bot.Message{Files: []bot.File{{Kind: "document", Ref: "d", Name: "欠条.pdf", Size: 5}}}},
		{name: "location", in: map[string]any{"message": msg(7, map[string]any{"location": map[string]any{"latitude": 29.5, "longitude": 108.25}})},
			want: bot.Message{Files: []bot.File{{Kind: "location", Ref: "geo:29.50000,108.25000"}}}},
		{name: "sticker", in: map[string]any{"message": msg(7, map[string]any{"sticker": map[string]any{"file_id": "k", "file_unique_id": "k", "type": "regular", "width": 1, "height": 1, "emoji": "🙂"}})},
			want: bot.Message{Files: []bot.File{{Kind: "sticker", Ref: "k", Name: "🙂"}}}},
		{name: "tap", in: map[string]any{"callback_query": map[string]any{"id": "1", "from": map[string]any{"id": 7, "is_bot": false, "first_name": "a"}, "message": msg(7, map[string]any{"text": "…"}), "chat_instance": "1", "data": "law:3"}}, want: bot.Message{Tap: "law:3"}},
		{name: "tap on a message too old to show", in: map[string]any{"callback_query": map[string]any{"id": "1", "from": map[string]any{"id": 7, "is_bot": false, "first_name": "a"},
			"message": map[string]any{"message_id": 1, "date": 0, "chat": map[string]any{"id": 7, "type": "private"}}, "chat_instance": "1", "data": "law:3"}}, want: bot.Message{Tap: "law:3"}},
		{name: "group", in: map[string]any{"message": group}, no: true},
		{name: "channel post", in: map[string]any{"channel_post": group}, no: true},
		{name: "service note", in: map[string]any{"message": msg(7, map[string]any{"message_auto_delete_timer_changed": map[string]any{"message_auto_delete_time": 1}})}, no: true},
		{name: "blocked", in: map[string]any{"my_chat_member": map[string]any{"chat": map[string]any{"id": 7, "type": "private"}, "date": 1}}, no: true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			tt.in["update_id"] = 81
			raw, err := json.Marshal(tt.in)
			if err != nil {
				t.Fatal(err)
			}
			d := &door{}
			c, s := start(t, d, Config{})
			if err := c.Update(t.Context(), raw); err != nil {
				t.Fatal(err)
			}
			c.Close()
			if tt.no {
				if len(d.got) != 0 {
					t.Fatalf("got %+v, want nothing", d.got)
				}
				return
			}
			if len(d.got) != 1 {
				t.Fatalf("got %d messages", len(d.got))
			}
			got, want := d.got[0], tt.want
			got.At = time.Time{}
			want.Channel, want.Chat, want.ID = bot.Telegram, "7", "81"
			g, _ := json.Marshal(got)
			w, _ := json.Marshal(want)
			if !bytes.Equal(g, w) {
				t.Errorf("got  %s\nwant %s", g, w)
			}
			if taps := len(s.Answered()); (want.Tap != "") != (taps == 1) {
				t.Errorf("%d taps confirmed", taps)
			}
			if n := len(s.Sent()); n != 0 {
				t.Errorf("the channel sent %d replies by itself; that is the courier's work", n)
			}
		})
	}
}

func TestUpdateErrors(t *testing.T) {
	d := &door{fail: func(bot.Message) error { return errors.New("database is locked") }}
	c, s := start(t, d, Config{})
	for _, raw := range []string{"", "{", "[]", `{"message":7}`, `{"update_id":"x"}`, `{}`} {
		if err := c.Update(t.Context(), []byte(raw)); !errors.Is(err, ErrUpdate) {
			t.Errorf("%q: got %v, want ErrUpdate", raw, err)
		}
	}
	raw, _ := json.Marshal(map[string]any{"update_id": 5, "callback_query": map[string]any{"id": "1", "from": map[string]any{"id": 7}, "chat_instance": "1", "data": "x"}})
	if err := c.Update(t.Context(), raw); err == nil || errors.Is(err, ErrUpdate) {
		t.Errorf("not committed: got %v, want another error", err)
	}
	d.fail = func(bot.Message) error { panic("a bad card") }
	if err := c.Update(t.Context(), raw); err == nil || !strings.Contains(err.Error(), "panic") {
		t.Errorf("panic: got %v", err)
	}
	c.Close()
	if len(s.Answered()) != 0 {
		t.Error("a tap was confirmed before it was committed")
	}
}

func TestPollOrder(t *testing.T) {
	d := &door{}
	c, s := start(t, d, Config{})
	const chats, each = 40, 12
	want := strings.Split("abcdefghijkl", "")
	for _, text := range want {
		for chat := range chats {
			s.PushText(int64(chat+1), text)
		}
	}
	poll(t, c)
	if err := s.WaitConfirmed(soon(t)); err != nil {
		t.Fatal(err, s.Pending())
	}
	for chat := range chats {
		if got := d.texts(strconv.Itoa(chat + 1)); !slices.Equal(got, want) {
			t.Errorf("chat %d heard %v", chat+1, got)
		}
	}
	if len(d.got) != chats*each || d.again != 0 || d.mixed {
		t.Errorf("%d messages, %d again, mixed %v", len(d.got), d.again, d.mixed)
	}
	if d.most > parallel {
		t.Errorf("%d chats at once", d.most)
	}
}

// While one chat's message is being handled, nothing at it or behind it may be
// confirmed, and other chats are served.
func TestPollConfirmsOnlyCommitted(t *testing.T) {
	release := make(chan struct{})
	other := make(chan struct{})
	d := &door{gate: func(m bot.Message) {
		switch m.Chat {
		case "1":
			<-release
		case "2":
			close(other)
		}
	}}
	c, s := start(t, d, Config{})
	first := s.PushText(1, "慢")
	s.PushText(2, "快")
	poll(t, c)
	select {
	case <-other:
	case <-soon(t).Done():
		t.Fatal("chat 2 waits for chat 1")
	}
	if got := s.Confirmed(); got > first {
		t.Errorf("confirmed up to %d while %d is not committed", got, first)
	}
	close(release)
	if err := s.WaitConfirmed(soon(t)); err != nil {
		t.Fatal(err)
	}
}

// A message that cannot be committed comes again; what its chat said later
// waits, what others said does not come twice.
func TestPollRetries(t *testing.T) {
	fails := 3
	d := &door{fail: func(m bot.Message) error {
		if m.Text == "一" && fails > 0 {
			fails--
			return errors.New("database is locked")
		}
		return nil
	}}
	c, s := start(t, d, Config{})
	s.PushText(1, "一")
	s.PushText(2, "甲")
	s.PushText(1, "二")
	s.PushText(2, "乙")
	poll(t, c)
	if err := s.WaitConfirmed(soon(t)); err != nil {
		t.Fatal(err)
	}
	if got := d.texts("1"); !slices.Equal(got, []string{"一", "二"}) {
		t.Errorf("chat 1: %v", got)
	}
	if got := d.texts("2"); !slices.Equal(got, []string{"甲", "乙"}) || d.again != 0 {
		t.Errorf("chat 2: %v, %d came again", got, d.again)
	}
}

func TestPollThroughTrouble(t *testing.T) {
	var log bytes.Buffer
	d := &door{}
	c, s := start(t, d, Config{})
	c.log = slog.New(slog.NewTextHandler(&log, nil))
	s.Fail("getUpdates", 502, 2)
	s.PushText(1, "在吗")
	s.Push(map[string]any{"message": "a kind of message made after this program"})
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error)
	go func() { done <- c.Poll(ctx) }()
	if err := s.WaitConfirmed(soon(t)); err != nil {
		t.Fatal(err)
	}
	cancel()
	if err := <-done; err != nil {
		t.Errorf("poll ended with %v", err)
	}
	if got := d.texts("1"); !slices.Equal(got, []string{"在吗"}) {
		t.Errorf("got %v", got)
	}
	if n := strings.Count(log.String(), "no updates"); n != 1 {
		t.Errorf("outage logged %d times, want once:\n%s", n, log.String())
	}
}

func TestPause(t *testing.T) {
	tests := []struct {
		name  string
		pause time.Duration
		err   error
		want  time.Duration
	}{
		{"first", 0, errors.New("connection refused"), 100 * time.Millisecond},
		{"doubles", 400 * time.Millisecond, errors.New("connection refused"), 800 * time.Millisecond},
		{"has an end", 29 * time.Second, errors.New("connection refused"), 30 * time.Second},
		{"told to wait", time.Second, refusal{Code: 429, After: 7 * time.Second}, 7 * time.Second},
		{"another poller", 0, refusal{Code: 409}, 5 * time.Second},
		{"wrong token", 0, refusal{Code: 401}, 30 * time.Second},
	}
	for _, tt := range tests {
		if got := next(tt.pause, tt.err); got != tt.want {
			t.Errorf("%s: got %v, want %v", tt.name, got, tt.want)
		}
	}
}

func TestSetup(t *testing.T) {
	c, s := start(t, &door{}, Config{})
	if err := c.Setup(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := s.Commands(); len(got) != 7 || got[0] != (faketelegram.Command{Command: "start", Description: "开始"}) {
		t.Errorf("menu: %v", got)
	}
	if _, err := New(Config{Token: "t", Webhook: "https://x"}, &door{}, nil); err == nil {
		t.Error("a webhook without a secret is open to anyone")
	}
	if _, err := New(Config{}, &door{}, nil); err == nil {
		t.Error("no token, no error")
	}
}

// The token opens the bot to whoever reads a log.
func TestTokenStaysSecret(t *testing.T) {
	const token = "12345:sesame-open"
	var log bytes.Buffer
	c, err := New(Config{Token: token, API: "http://127.0.0.1:1"}, &door{}, slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug})))
	if err != nil {
		t.Fatal(err)
	}
	_, fetch := c.fetch(t.Context(), 0)
	c.confirm(t.Context(), "1")
	c.Close()
	for what, err := range map[string]error{"setup": c.Setup(t.Context()), "send": c.Send(t.Context(), "1", bot.Reply{Say: "好"}), "fetch": fetch} {
		if err == nil || strings.Contains(err.Error(), "sesame") {
			t.Errorf("%s: %v", what, err)
		}
	}
	if strings.Contains(log.String(), "sesame") {
		t.Errorf("log: %s", log.String())
	}
	if _, err := New(Config{Token: "123:sesame\nopen"}, &door{}, nil); err == nil || strings.Contains(err.Error(), "sesame") {
		t.Errorf("token with a newline: %v", err)
	}
}
