package chat

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/net/html"

	"mingbai/bot"
	"mingbai/bot/pace"
	"mingbai/knowledge"
)

var noon = time.Date(2026, 11, 24, 6, 6, 0, 0, time.UTC) // 14:06 in Shanghai

// door keeps a transcript as the engine does: each id once.
type door struct {
	live  *pace.Pace
	reply func(bot.Message) []bot.Reply
	fail  error // of Handle
	blind error // of Transcript

	mu    sync.Mutex
	seen  map[string]bool
	lines map[string][]bot.Line
	got   []bot.Message
	seq   int64
	now   time.Time
}

func (d *door) Handle(ctx context.Context, m bot.Message) ([]bot.Reply, error) {
	d.mu.Lock()
	if d.fail != nil {
		defer d.mu.Unlock()
		return nil, d.fail
	}
	if d.seen[m.ID] {
		d.mu.Unlock()
		return nil, nil
	}
	if d.seen == nil {
		d.seen, d.lines = map[string]bool{}, map[string][]bot.Line{}
	}
	d.seen[m.ID] = true
	d.got = append(d.got, m)
	text := m.Text
	if text == "" {
		text = "〔" + m.Tap + "〕"
	}
	d.add(m.Chat, bot.Line{Mine: true, Text: text})
	replies := []bot.Reply{{Kind: bot.KindNote, Say: "听到了。"}}
	if d.reply != nil {
		replies = d.reply(m)
	}
	for i := range replies {
		d.add(m.Chat, bot.Line{Reply: &replies[i]})
	}
	seq := d.seq
	d.mu.Unlock()
	d.announce(ctx, m.Chat, seq)
	return replies, nil
}

// add is called with mu held.
func (d *door) add(chat string, l bot.Line) {
	d.seq++
	l.Seq = d.seq
	if l.At = d.now; l.At.IsZero() {
		l.At = noon
	}
	d.lines[chat] = append(d.lines[chat], l)
}

func (d *door) announce(ctx context.Context, chat string, seq int64) {
	if d.live != nil {
		d.live.Announce(ctx, "chat:"+bot.Web+":"+chat, fmt.Sprint(seq))
	}
}

// person is somebody answering later.
func (d *door) person(chat string, r bot.Reply) {
	d.mu.Lock()
	d.add(chat, bot.Line{Reply: &r})
	seq := d.seq
	d.mu.Unlock()
	d.announce(context.Background(), chat, seq)
}

func (d *door) Transcript(_ context.Context, channel, chat string, after int64, limit int) ([]bot.Line, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.blind != nil || channel != bot.Web {
		return nil, d.blind
	}
	var out []bot.Line
	for _, l := range d.lines[chat] {
		if l.Seq > after {
			out = append(out, l)
		}
	}
	if len(out) > limit {
		if after == 0 {
			out = out[len(out)-limit:]
		} else {
			out = out[:limit]
		}
	}
	return out, nil
}

var town = &knowledge.Township{ID: "qingxi", Name: "青溪镇", Leave: "https://www.weather.com.cn/",
	Hours: knowledge.Hours{Spans: []string{"09:00-12:00", "14:00-17:30"}}, Local: map[string]string{}}

func serve(t *testing.T, d *door) (*httptest.Server, *Pages) {
	t.Helper()
	live, err := pace.Open(context.Background(), "", nil)
	if err != nil {
		t.Fatal(err)
	}
	d.live = live
	p := &Pages{Door: d, Live: live, Township: town, Now: func() time.Time { return noon }}
	s := httptest.NewServer(p.Handler())
	t.Cleanup(func() { p.Close(); s.Close(); live.Close() })
	return s, p
}

// A browser without scripts.
type browser struct {
	t   *testing.T
	url string
	*http.Client
}

func open(t *testing.T, s *httptest.Server) *browser {
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &browser{t, s.URL, &http.Client{Jar: jar, Timeout: 20 * time.Second}}
}

func (b *browser) get(path string) (string, *http.Response) {
	b.t.Helper()
	resp, err := b.Client.Get(b.url + path)
	if err != nil {
		b.t.Fatal(err)
	}
	return body(b.t, resp), resp
}

func (b *browser) post(path string, header http.Header, pairs ...string) (string, *http.Response) {
	b.t.Helper()
	form := url.Values{}
	for i := 0; i < len(pairs); i += 2 {
		form.Set(pairs[i], pairs[i+1])
	}
	req, err := http.NewRequest(http.MethodPost, b.url+path, strings.NewReader(form.Encode()))
	if err != nil {
		b.t.Fatal(err)
	}
	for k, v := range header {
		req.Header[k] = v
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	resp, err := b.Do(req)
	if err != nil {
		b.t.Fatal(err)
	}
	return body(b.t, resp), resp
}

func body(t *testing.T, resp *http.Response) string {
	t.Helper()
	defer resp.Body.Close()
	raw, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

func (b *browser) cookie(name string) *http.Cookie {
	u, _ := url.Parse(b.url)
	for _, c := range b.Jar.Cookies(u) {
		if c.Name == name {
			return c
		}
	}
	return nil
}

var nonceField = regexp.MustCompile(`name="nonce" value="([^"]+)"`)

// closes checks that every element of a page or a part of one is closed.
func closes(t *testing.T, doc string) {
	t.Helper()
	void := map[string]bool{"meta": true, "link": true, "input": true, "br": true}
	var open []string
	z := html.NewTokenizer(strings.NewReader(doc))
	ids := map[string]bool{}
	for {
		switch z.Next() {
		case html.ErrorToken:
			if z.Err() != io.EOF {
				t.Errorf("html: %v", z.Err())
			}
			if len(open) > 0 {
				t.Errorf("left open: %v\n%s", open, doc)
			}
			return
		case html.StartTagToken:
			tok := z.Token()
			if !void[tok.Data] {
				open = append(open, tok.Data)
			}
			for _, a := range tok.Attr {
				if a.Key == "style" || strings.HasPrefix(a.Key, "on") && a.Key != "on" {
					t.Errorf("attribute %s would not pass the content policy", a.Key)
				}
				if a.Key == "id" {
					if ids[a.Val] {
						t.Errorf("two elements are called %q", a.Val)
					}
					ids[a.Val] = true
				}
			}
		case html.EndTagToken:
			name := z.Token().Data
			if len(open) == 0 || open[len(open)-1] != name {
				t.Fatalf("</%s> closes %v\n%s", name, open, doc)
			}
			open = open[:len(open)-1]
		}
	}
}

func must(t *testing.T, doc string, want ...string) {
	t.Helper()
	for _, w := range want {
		if !strings.Contains(doc, w) {
			t.Errorf("no %q in\n%s", w, doc)
		}
	}
}

type event struct{ id, data string }

type events struct {
	t    *testing.T
	resp *http.Response
	in   *bufio.Scanner
}

func (b *browser) listen(path, last string) *events {
	b.t.Helper()
	req, err := http.NewRequest(http.MethodGet, b.url+path, nil)
	if err != nil {
		b.t.Fatal(err)
	}
	if last != "" {
		req.Header.Set("Last-Event-ID", last)
	}
	resp, err := b.Do(req)
	if err != nil {
		b.t.Fatal(err)
	}
	if k := resp.Header.Get("Content-Type"); !strings.HasPrefix(k, "text/event-stream") {
		b.t.Fatalf("content type %q", k)
	}
	e := &events{b.t, resp, bufio.NewScanner(resp.Body)}
	b.t.Cleanup(e.close)
	return e
}

func (e *events) close() { e.resp.Body.Close() }

// next reads one event; its zero value when the stream has ended.
func (e *events) next() event {
	var out event
	var data []string
	for e.in.Scan() {
		name, value, _ := strings.Cut(e.in.Text(), ": ")
		switch {
		case name == "id":
			out.id = value
		case name == "data":
			data = append(data, value)
		case e.in.Text() == "" && out.id != "":
			out.data = strings.Join(data, "\n")
			return out
		}
	}
	return event{}
}
