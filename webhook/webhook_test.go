package webhook

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"mingbai/bot"
	"mingbai/bot/telegram"
	"mingbai/bot/telegram/faketelegram"
	"mingbai/knowledge"
	"mingbai/webhook/chat"
)

const secret = "s3cret"

// door commits each message once.
type door struct {
	mu    sync.Mutex
	fails int
	panic bool
	seen  map[string]bool
	got   []bot.Message
}

func (d *door) Handle(_ context.Context, m bot.Message) ([]bot.Reply, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.fails > 0 {
		d.fails--
		return nil, errors.New("database is locked")
	}
	if d.panic {
		panic("a bad card")
	}
	if d.seen == nil {
		d.seen = map[string]bool{}
	}
	if !d.seen[m.ID] {
		d.seen[m.ID] = true
		d.got = append(d.got, m)
	}
	return nil, nil
}

func (d *door) Transcript(context.Context, string, string, int64, int) ([]bot.Line, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.panic {
		panic("a bad line")
	}
	return nil, nil
}

func (d *door) count() int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return len(d.got)
}

func newServer(t *testing.T, d *door, api string) *Server {
	t.Helper()
	tc, err := telegram.New(telegram.Config{Token: faketelegram.Token, API: api, Secret: secret, Webhook: "https://x" + TelegramPath}, d, nil)
	if err != nil {
		t.Fatal(err)
	}
	return &Server{Telegram: tc, TelegramSecret: secret,
		Chat: &chat.Pages{Door: d, Township: &knowledge.Township{Name: "青溪镇"}}}
}

const update = `{"update_id":7,"message":{"message_id":1,"date":1,"chat":{"id":5,"type":"private"},"text":"在吗"}}`

func TestTelegramWebhook(t *testing.T) {
	tests := []struct {
		name   string
		secret string
		body   string
		fails  int
		panic  bool
		status int
		got    int
	}{
		{name: "committed", secret: secret, body: update, status: 200, got: 1},
		{name: "no secret", body: update, status: 401},
		{name: "wrong secret", secret: "s3cret ", body: update, status: 401},
		{name: "wrong secret, body never read", secret: "x", body: strings.Repeat("x", largest+1), status: 401},
		{name: "too large", secret: secret, body: `{"update_id":7,"x":"` + strings.Repeat("x", largest) + `"}`, status: 413},
		{name: "not JSON", secret: secret, body: "{", status: 400},
		{name: "no update", secret: secret, body: "{}", status: 400},
		{name: "a group's", secret: secret, body: strings.Replace(update, "private", "group", 1), status: 200},
		{name: "not committed", secret: secret, body: update, fails: 1, status: 503},
		{name: "panic", secret: secret, body: update, panic: true, status: 503},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d := &door{fails: tt.fails, panic: tt.panic}
			h := newServer(t, d, "http://127.0.0.1:1").Handler()
			r := httptest.NewRequest(http.MethodPost, TelegramPath, strings.NewReader(tt.body))
			if tt.secret != "" {
				r.Header.Set(secretHeader, tt.secret)
			}
			w := httptest.NewRecorder()
			h.ServeHTTP(w, r)
			if w.Code != tt.status || len(d.got) != tt.got {
				t.Errorf("status %d, %d messages; want %d, %d", w.Code, len(d.got), tt.status, tt.got)
			}
		})
	}
}

// Without a secret of our own nobody can prove to be Telegram.
func TestEmptySecretRefusesAll(t *testing.T) {
	d := &door{}
	s := newServer(t, d, "http://127.0.0.1:1")
	s.TelegramSecret = ""
	w := httptest.NewRecorder()
	s.Handler().ServeHTTP(w, httptest.NewRequest(http.MethodPost, TelegramPath, strings.NewReader(update)))
	if w.Code != 401 || len(d.got) != 0 {
		t.Errorf("got %d, %d messages", w.Code, len(d.got))
	}
}

// The whole way: Telegram posts, the first try is not committed, Telegram
// posts again, each message arrives once and in order.
func TestTelegramDelivers(t *testing.T) {
	fake := faketelegram.New()
	t.Cleanup(fake.Close)
	d := &door{fails: 2}
	s := &Server{TelegramSecret: secret}
	web := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { s.Handler().ServeHTTP(w, r) }))
	t.Cleanup(web.Close)
	tc, err := telegram.New(telegram.Config{Token: fake.Token, API: fake.URL, Secret: secret, Webhook: web.URL + TelegramPath}, d, nil)
	if err != nil {
		t.Fatal(err)
	}
	s.Telegram = tc
	for _, text := range []string{"一", "二", "三"} {
		fake.PushText(5, text)
		fake.PushText(6, text)
	}
	fake.PushTap(5, "law:1")
	if err := tc.Setup(t.Context()); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	if err := fake.WaitConfirmed(ctx); err != nil {
		t.Fatal(err, fake.Pending())
	}
	if err := fake.WaitAnswered(ctx, 1); err != nil {
		t.Fatal(err)
	}
	tc.Close()
	five := ""
	for _, m := range d.got {
		if m.Chat == "5" {
			five += m.Text + m.Tap
		}
	}
	if five != "一二三law:1" || d.count() != 7 {
		t.Errorf("chat 5 heard %q, %d in all", five, d.count())
	}
}

func TestRoutes(t *testing.T) {
	s := newServer(t, &door{}, "http://127.0.0.1:1")
	s.Metrics = http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, "mingbai_messages_total 1\n") })
	s.Console = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, "console "+r.URL.Path) })
	s.WeChat = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, "wechat") })
	h := s.Handler()
	tests := []struct {
		method, path string
		status       int
		want         string
	}{
		{"GET", "/", 200, "您好，我是明白"},
		{"GET", "/healthz", 200, "ok"},
		{"HEAD", "/healthz", 200, ""},
		{"GET", "/readyz", 200, "ready"},
		{"GET", "/metrics", 200, "mingbai_messages_total"},
		{"GET", "/console/disputes", 200, "console /console/disputes"},
		{"GET", "/console", 303, ""},
		{"GET", "/wechat?signature=x", 200, "wechat"},
		{"GET", "/mingbai.css", 200, "--seal"},
		{"GET", "/chat.js", 200, "EventSource"},
		{"GET", "/wp-login.php", 404, "没有这一页"},
		{"GET", TelegramPath, 405, "不能这样打开"},
		{"POST", "/", 405, "不能这样打开"},
	}
	for _, tt := range tests {
		w := httptest.NewRecorder()
		h.ServeHTTP(w, httptest.NewRequest(tt.method, tt.path, nil))
		if w.Code != tt.status || !strings.Contains(w.Body.String(), tt.want) {
			t.Errorf("%s %s: got %d %.200q, want %d %q", tt.method, tt.path, w.Code, w.Body, tt.status, tt.want)
		}
		if csp := w.Header().Get("Content-Security-Policy"); !strings.HasPrefix(csp, "default-src 'none'") || strings.Contains(csp, "unsafe") ||
			w.Header().Get("X-Content-Type-Options") != "nosniff" || w.Header().Get("Referrer-Policy") != "no-referrer" {
			t.Errorf("%s %s: headers %v", tt.method, tt.path, w.Header())
		}
	}
}

func TestZeroServer(t *testing.T) {
	h := (&Server{}).Handler()
	for path, want := range map[string]int{"/healthz": 200, "/readyz": 200, "/": 404, "/metrics": 404} {
		w := httptest.NewRecorder()
		h.ServeHTTP(w, httptest.NewRequest("GET", path, nil))
		if w.Code != want {
			t.Errorf("%s: got %d, want %d", path, w.Code, want)
		}
	}
}

func TestNotReady(t *testing.T) {
	s := &Server{Ready: func(context.Context) error { return errors.New("the ledger does not answer") }}
	w := httptest.NewRecorder()
	s.Handler().ServeHTTP(w, httptest.NewRequest("GET", "/readyz", nil))
	if w.Code != 503 || !strings.Contains(w.Body.String(), "ledger does not answer") {
		t.Errorf("got %d %s", w.Code, w.Body)
	}
}

// A panic becomes a page, and neither it nor any request puts what a resident
// said, or the cookie, into the log.
func TestPanicAndLog(t *testing.T) {
	var log bytes.Buffer
	d := &door{panic: true}
	s := newServer(t, d, "http://127.0.0.1:1")
	s.Log = slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	h := s.Handler()
	r := httptest.NewRequest("GET", "/?k=SESAME", nil)
	h.ServeHTTP(httptest.NewRecorder(), r)
	r = httptest.NewRequest("GET", "/", nil)
	r.AddCookie(&http.Cookie{Name: "mb", Value: "0123456789abcdef0123456789abcdef"})
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	if w.Code != 500 || !strings.Contains(w.Body.String(), "这一页一时打不开") || strings.Contains(w.Body.String(), "bad line") {
		t.Errorf("got %d %s", w.Code, w.Body)
	}
	r = httptest.NewRequest("POST", "/say", strings.NewReader("text=SESAME"))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	h.ServeHTTP(httptest.NewRecorder(), r)
	h.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", "/SESAME", nil))
	if !strings.Contains(log.String(), "bad line") || !strings.Contains(log.String(), "route=/say") {
		t.Errorf("log: %s", log.String())
	}
	for _, no := range []string{"SESAME", "0123456789abcdef"} {
		if strings.Contains(log.String(), no) {
			t.Errorf("%q is in the log:\n%s", no, log.String())
		}
	}
}

// Events pass through the router as they are written, not when the page ends.
func TestEventsFlush(t *testing.T) {
	d := &door{}
	s := newServer(t, d, "http://127.0.0.1:1")
	web := httptest.NewServer(s.Handler())
	t.Cleanup(web.Close)
	t.Cleanup(s.Chat.Close)
	r, err := http.NewRequestWithContext(t.Context(), "GET", web.URL+"/events", nil)
	if err != nil {
		t.Fatal(err)
	}
	r.AddCookie(&http.Cookie{Name: "mb", Value: "0123456789abcdef0123456789abcdef"})
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	first := make([]byte, 12)
	if _, err := io.ReadFull(resp.Body, first); err != nil || string(first) != "retry: 3000\n" {
		t.Errorf("got %q %v", first, err)
	}
}
