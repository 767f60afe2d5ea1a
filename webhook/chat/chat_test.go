package chat

import (
	"bufio"
	"context"
	"errors"
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

func TestEmpty(t *testing.T) {
	s, _ := serve(t, &door{})
	b := open(t, s)
	doc, resp := b.get("/")
	closes(t, doc)
	must(t, doc, "您好，我是明白。", "青溪镇", "隔壁砌墙占了我屋基咋个办", "<i>3</i>", `href="tel:110"`,
		"9:00–12:00", "14:00–17:30", "随时抹掉", `href="https://www.weather.com.cn/"`, "先说怎么办")
	if strings.Contains(doc, "审过") {
		t.Error("claims an adviser where the township names none")
	}
	if h := resp.Header; h.Get("Cache-Control") != "no-store" || h.Get("Content-Type") != "text/html; charset=utf-8" {
		t.Errorf("headers: %v", h)
	}
	c := resp.Cookies()[0]
	if c.Name != "mb" || len(c.Value) != 32 || !c.HttpOnly || c.SameSite != http.SameSiteLaxMode || c.Secure || c.MaxAge != 400*86400 {
		t.Errorf("cookie: %+v", c)
	}
}

func TestSecureCookie(t *testing.T) {
	p := &Pages{Door: &door{}, Township: town, Public: "https://mingbai.example"}
	w := httptest.NewRecorder()
	p.Handler().ServeHTTP(w, httptest.NewRequest("GET", "/", nil))
	if c := w.Result().Cookies()[0]; !c.Secure {
		t.Error("the cookie must not travel in the clear when the address is https")
	}
}

func TestSay(t *testing.T) {
	d := &door{reply: func(m bot.Message) []bot.Reply { return []bot.Reply{full} }}
	s, _ := serve(t, d)
	b := open(t, s)
	first, _ := b.get("/")
	n := nonceField.FindStringSubmatch(first)[1]
	doc, resp := b.post("/say", nil, "nonce", n, "text", "  隔壁砌墙占了我屋基咋个办 ")
	closes(t, doc)
	if resp.Request.Method != "GET" || resp.Request.URL.Fragment != "last" {
		t.Errorf("after a post: %s %s, want GET /#last", resp.Request.Method, resp.Request.URL)
	}
	must(t, doc, `<p class="me" data-seq="1">隔壁砌墙占了我屋基咋个办</p>`, `<p class="day" id="last">11月24日 星期二 14:06</p>`, `data-last="2"`)
	if strings.Contains(doc, "您好，我是明白") {
		t.Error("still the empty page")
	}
	m := d.got[0]
	if m.Channel != bot.Web || m.Text != "隔壁砌墙占了我屋基咋个办" || m.Chat != digest(b.cookie("mb").Value) || !m.At.Equal(noon) {
		t.Errorf("message: %+v", m)
	}
	if strings.Contains(m.Chat, b.cookie("mb").Value) || strings.Contains(m.ID, b.cookie("mb").Value) {
		t.Error("the cookie is in the record")
	}
	// A tap, then the same form again: one message.
	n = nonceField.FindStringSubmatch(doc)[1]
	for range 2 {
		doc, _ = b.post("/say", nil, "nonce", n, "do", "mediate")
	}
	if len(d.got) != 2 || d.got[1].Tap != "mediate" || d.got[1].Text != "" {
		t.Errorf("after a tap: %+v", d.got)
	}
	// The same old page, but something else said: a message of its own.
	b.post("/say", nil, "nonce", n, "text", "找人")
	if len(d.got) != 3 {
		t.Errorf("%d messages, want 3", len(d.got))
	}
	// Nothing said: nothing handled.
	b.post("/say", nil, "nonce", n, "text", "  ")
	if len(d.got) != 3 {
		t.Error("an empty message was handled")
	}
	// Another browser sees nothing of it, and its form with the same nonce is
	// another message.
	o := open(t, s)
	if doc, _ := o.get("/"); strings.Contains(doc, "屋基咋个办</p>") {
		t.Error("another browser sees the conversation")
	}
	o.post("/say", nil, "nonce", n, "do", "mediate")
	if len(d.got) != 4 {
		t.Error("two chats share a nonce's message")
	}
}

func TestTwoAtOnce(t *testing.T) {
	d := &door{}
	s, _ := serve(t, d)
	b := open(t, s)
	doc, _ := b.get("/")
	n := nonceField.FindStringSubmatch(doc)[1]
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() { b.post("/say", nil, "nonce", n, "text", "找人") })
	}
	wg.Wait()
	if len(d.got) != 1 {
		t.Errorf("8 sends of one form became %d messages", len(d.got))
	}
}

func TestRefusals(t *testing.T) {
	d := &door{}
	s, _ := serve(t, d)
	b := open(t, s)
	b.get("/")
	long := strings.Repeat("长", longest/3+1)
	tests := []struct {
		name   string
		fail   error
		pairs  []string
		status int
		want   string
	}{
		{"too long", nil, []string{"text", long}, 413, "太长了"},
		{"far too long", nil, []string{"text", strings.Repeat("长", 40_000)}, 413, "太长了"},
		{"a button not ours", nil, []string{"do", strings.Repeat("x", 65)}, 400, "直接打字说"},
		{"not stored", errors.New("disk full"), []string{"text", "他不还钱", "nonce", "abcdefgh12345678"}, 503, "没存住"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d.fail = tt.fail
			doc, resp := b.post("/say", nil, tt.pairs...)
			closes(t, doc)
			if resp.StatusCode != tt.status {
				t.Errorf("status %d, want %d", resp.StatusCode, tt.status)
			}
			must(t, doc, tt.want)
			if strings.Contains(doc, "disk full") {
				t.Error("a resident reads the error")
			}
			if tt.status == 503 {
				must(t, doc, `value="他不还钱"`, `value="abcdefgh12345678"`)
			}
			part, resp := b.post("/say", http.Header{"X-Part": {"1"}}, tt.pairs...)
			if resp.StatusCode != tt.status || strings.Contains(part, "<") {
				t.Errorf("with scripts: %d %q", resp.StatusCode, part)
			}
		})
	}
	if len(d.got) != 0 {
		t.Errorf("handled: %d", len(d.got))
	}
	d.fail, d.blind = nil, errors.New("disk full")
	doc, resp := b.get("/")
	closes(t, doc)
	must(t, doc, "没有丢")
	if resp.StatusCode != 503 {
		t.Errorf("unreadable transcript: %d", resp.StatusCode)
	}
}

func TestForeignPost(t *testing.T) {
	d := &door{}
	s, _ := serve(t, d)
	b := open(t, s)
	b.get("/")
	for _, h := range []http.Header{{"Origin": {"https://evil.example"}}, {"Sec-Fetch-Site": {"cross-site"}}} {
		if doc, resp := b.post("/say", h, "text", "删除"); resp.StatusCode != 403 || !strings.Contains(doc, "不是从本页") {
			t.Errorf("%v: %d %s", h, resp.StatusCode, doc)
		}
	}
	if len(d.got) != 0 {
		t.Error("another site spoke for the resident")
	}
	if _, resp := b.post("/say", http.Header{"Origin": {s.URL}, "Sec-Fetch-Site": {"same-origin"}}, "text", "进度"); resp.StatusCode != 200 {
		t.Errorf("our own page: %d", resp.StatusCode)
	}
}

func TestInvite(t *testing.T) {
	d := &door{}
	s, _ := serve(t, d)
	b := open(t, s)
	doc, _ := b.get("/?k=HY-LAOLI-01")
	closes(t, doc)
	must(t, doc, `value="/start HY-LAOLI-01"`)
	if len(d.got) != 0 {
		t.Fatal("a link alone used the invitation")
	}
	n := nonceField.FindStringSubmatch(doc)[1]
	for range 2 {
		doc, _ = b.post("/say", nil, "nonce", n, "text", "/start HY-LAOLI-01")
	}
	if len(d.got) != 1 {
		t.Errorf("used %d times", len(d.got))
	}
	if strings.Contains(doc, "HY-LAOLI-01") {
		t.Error("the code stands in the conversation")
	}
	if doc, _ := b.get(`/?k=%22%3E%3Cscript%3E`); strings.Contains(doc, "给您的邀请") {
		t.Error("not a code, yet shown as one")
	}
}

func TestLarge(t *testing.T) {
	s, _ := serve(t, &door{})
	b := open(t, s)
	doc, _ := b.post("/large", nil, "on", "1")
	must(t, doc, `<html lang="zh-Hans" class="large">`, " checked>大字")
	doc, _ = b.post("/large", nil)
	if strings.Contains(doc, `class="large"`) {
		t.Error("large type stays on")
	}
}

// What a resident types, and what a person answers, is text and never markup.
func TestNothingRuns(t *testing.T) {
	evil := `<script>alert(1)</script>"><img src=x onerror=alert(1)>`
	r := full
	r.Say, r.Text, r.Note, r.Law = evil, evil+"《"+evil+"》", evil, evil
	r.Steps = []string{evil, "今天：" + evil}
	r.Calls = []bot.Call{{Number: `1"><script>`, For: evil}, {Number: "javascript:alert(1)", For: evil}}
	r.Choices = []bot.Choice{{Label: evil, Do: `"><script>`}}
	r.Receipt = &bot.Receipt{No: evil, Who: evil, By: evil}
	r.Cites = []bot.Cite{{Law: evil, Article: evil}}
	d := &door{reply: func(bot.Message) []bot.Reply { return []bot.Reply{r} }}
	s, _ := serve(t, d)
	b := open(t, s)
	doc, _ := b.post("/say", nil, "text", evil)
	closes(t, doc)
	part, _ := b.post("/say", http.Header{"X-Part": {"1"}}, "text", evil, "after", "0")
	closes(t, part)
	for _, doc := range []string{doc, part} {
		if strings.Contains(strings.ReplaceAll(doc, `<script src="/chat.js`, ""), "<script") || strings.Contains(doc, "<img") {
			t.Errorf("markup got through:\n%s", doc)
		}
		if strings.Contains(doc, `href="javascript:`) {
			t.Error("a number became a script")
		}
	}
}

func TestPartsAndEvents(t *testing.T) {
	d := &door{}
	s, _ := serve(t, d)
	b := open(t, s)
	b.get("/")
	part, _ := b.post("/say", http.Header{"X-Part": {"1"}}, "text", "在吗", "after", "0")
	closes(t, part)
	must(t, part, `data-seq="1"`, `data-seq="2"`, "听到了", "11月24日")
	if strings.Contains(part, "<html") {
		t.Error("a whole page instead of the new lines")
	}
	part, _ = b.post("/say", http.Header{"X-Part": {"1"}}, "text", "还有", "after", "2")
	must(t, part, `data-seq="3"`)
	if strings.Contains(part, `data-seq="2"`) || strings.Contains(part, "11月24日") {
		t.Errorf("old lines, or the time again:\n%s", part)
	}

	events := b.listen("/events?after=2", "")
	if e := events.next(); e.id != "3" || !strings.Contains(e.data, "还有") {
		t.Errorf("first event: %+v", e)
	}
	if e := events.next(); e.id != "4" {
		t.Errorf("second event: %+v", e)
	}
	d.now = noon.Add(3 * time.Hour)
	d.person(digest(b.cookie("mb").Value), bot.Reply{Kind: bot.KindPerson, Say: "法律明白人老李：", Text: "明天我上门来量。\n您在家等。"})
	e := events.next()
	closes(t, e.data)
	must(t, e.data, "老李", "上门来量", "11月24日 星期二 17:06")
	if e.id != "5" {
		t.Errorf("id %s", e.id)
	}
	events.close()

	// A browser that lost the line says where it was.
	again := b.listen("/events?after=2", "4")
	if e := again.next(); e.id != "5" {
		t.Errorf("after Last-Event-ID 4: %+v", e)
	}
	again.close()

	// Another chat hears nothing of it, and one without a cookie is sent away.
	if resp, err := http.Get(s.URL + "/events"); err != nil || resp.StatusCode != http.StatusNoContent {
		t.Errorf("no cookie: %v %v", resp, err)
	} else {
		resp.Body.Close()
	}
}

func TestCloseEndsStreams(t *testing.T) {
	s, p := serve(t, &door{})
	b := open(t, s)
	b.get("/")
	events := b.listen("/events?after=0", "")
	p.Close()
	if e := events.next(); e.id != "" {
		t.Errorf("got %+v", e)
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

func TestAssets(t *testing.T) {
	s, _ := serve(t, &door{})
	b := open(t, s)
	doc, _ := b.get("/")
	for _, re := range []string{`href="(/mingbai\.css[^"]+)"`, `src="(/chat\.js[^"]+)"`} {
		path := regexp.MustCompile(re).FindStringSubmatch(doc)[1]
		got, resp := b.get(path)
		if resp.StatusCode != 200 || len(got) < 1000 || !strings.Contains(resp.Header.Get("Cache-Control"), "immutable") {
			t.Errorf("%s: %d, %d bytes, %v", path, resp.StatusCode, len(got), resp.Header)
		}
	}
	if _, resp := b.get("/mingbai.css"); strings.Contains(resp.Header.Get("Cache-Control"), "immutable") {
		t.Error("an address without a digest must not be kept for ever")
	}
}
