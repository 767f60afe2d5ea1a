package chat

import (
	"bytes"
	"errors"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"mingbai/bot"
)

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
		b.post("/say", nil, "nonce", n, "do", "mediate")
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

// A picture is taken as one message with what was typed, once; what is no
// picture or recording, or too large, is refused in words.
func TestFile(t *testing.T) {
	const jpeg = "\xff\xd8\xff\xe0 picture"
	for _, tt := range []struct {
		name, body, text string
		status           int
		kind, trouble    string
	}{
		{"picture", jpeg, "墙裂了", http.StatusSeeOther, "photo", ""},
		{"iphone", "\x00\x00\x00\x18ftypheic....", "", http.StatusSeeOther, "photo", ""},
		{"old phone's recording", "#!AMR\n....", "", http.StatusSeeOther, "voice", ""},
		{"page", "<html><script>alert(1)</script>", "看这个", http.StatusUnsupportedMediaType, "", "只收照片和录音"},
		{"film", "\x00\x00\x00\x18ftypisom....", "", http.StatusUnsupportedMediaType, "", "只收照片和录音"},
		{"nothing", "", "", http.StatusBadRequest, "", "没收到照片"},
		{"too large", jpeg + strings.Repeat("x", largestFile+5*longest), "", http.StatusRequestEntityTooLarge, "", "太大"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d := &door{}
			s, _ := serve(t, d)
			b := open(t, s)
			b.get("/")
			b.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
			for range 2 { // a form sent twice
				doc, resp := b.upload(tt.body, tt.text)
				if resp.StatusCode != tt.status || !strings.Contains(doc, tt.trouble) {
					t.Fatalf("%d\n%.900s", resp.StatusCode, doc)
				}
				if tt.trouble != "" && tt.text != "" && !strings.Contains(doc, `value="`+tt.text+`"`) {
					t.Error("what was typed is lost")
				}
			}
			if tt.kind == "" {
				if len(d.got) > 0 {
					t.Errorf("taken: %+v", d.got)
				}
				return
			}
			if len(d.got) != 1 || d.got[0].Text != tt.text || len(d.got[0].Files) != 1 {
				t.Fatalf("got %+v", d.got)
			}
			if f := d.got[0].Files[0]; f.Kind != tt.kind || string(f.Body) != tt.body || f.Size != int64(len(tt.body)) || f.Ref == "" || f.Name != "" {
				t.Errorf("file %s, %d bytes, ref %q, name %q", f.Kind, len(f.Body), f.Ref, f.Name)
			}
		})
	}
}

// upload sends the form for files as a browser without scripts does.
func (b *browser) upload(content, text string) (string, *http.Response) {
	b.t.Helper()
	var buf bytes.Buffer
	w := multipart.NewWriter(&buf)
	for _, f := range [][2]string{{"nonce", "12345678f"}, {"text", text}} {
		if err := w.WriteField(f[0], f[1]); err != nil {
			b.t.Fatal(err)
		}
	}
	part, err := w.CreateFormFile("file", "IMG_王婆.jpg")
	if err == nil {
		_, err = part.Write([]byte(content))
	}
	if err := errors.Join(err, w.Close()); err != nil {
		b.t.Fatal(err)
	}
	resp, err := b.Post(b.url+"/file", w.FormDataContentType(), &buf)
	if err != nil {
		b.t.Fatal(err)
	}
	return body(b.t, resp), resp
}

// An old PC takes so many files at once, and so many bytes a day.
func TestIntake(t *testing.T) {
	n := &intake{}
	for range mostUploads {
		if !n.enter("2026-11-24") {
			t.Fatal("refused too early")
		}
	}
	if n.enter("2026-11-24") {
		t.Error("one more than there are hands for")
	}
	n.leave(mostBytes)
	if n.enter("2026-11-24") {
		t.Error("more than a day's bytes")
	}
	if !n.enter("2026-11-25") {
		t.Error("the next day is refused")
	}

	d := &door{}
	s, p := serve(t, d)
	b := open(t, s)
	b.get("/")
	p.uploads.hands = mostUploads
	if doc, resp := b.upload("\xff\xd8\xff picture", "墙裂了"); resp.StatusCode != http.StatusServiceUnavailable || !strings.Contains(doc, "收不过来") || len(d.got) > 0 {
		t.Errorf("%d, %d taken\n%.500s", resp.StatusCode, len(d.got), doc)
	}
}
