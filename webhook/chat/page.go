package chat

import (
	"bytes"
	"crypto/rand"
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"errors"
	"fmt"
	"html/template"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"time"

	"mingbai/bot"
)

const (
	// What a page shows of a long conversation; a cheap phone draws it at once.
	shown = 60
	// The engine takes no more in one message.
	longest = 12_000
)

//go:embed page.html
var source string

var pages = template.Must(template.New("chat").Funcs(template.FuncMap{"inc": func(i int) int { return i + 1 }}).Parse(source))

// A page is what page.html needs.
type page struct {
	Title, Town, Leave, CSS, JS string
	Large                       bool
	Lines                       []line
	Last                        int64
	Urgent                      bool // the last word was about danger
	Asks, Hours                 []string
	Adviser                     string
	Invite                      string // the code of an invitation
	Nonce                       string
	Unsent                      string // typed and not taken
	Trouble                     string // why it was not taken
}

var inviteForm = regexp.MustCompile(`^[A-Za-z0-9_-]{1,58}$`)

// show is the page itself.
func (p *Pages) show(w http.ResponseWriter, r *http.Request) {
	if p.chat(r) == "" {
		// The cookie comes with the first page, not with the first message: a
		// form sent twice must come from one chat.
		p.welcome(w)
	} else if c, err := r.Cookie(cookieChat); err == nil {
		p.setCookie(w, cookieChat, c.Value, cookieAge, true) // lives on while it is used
	}
	v := page{}
	if k := r.URL.Query().Get("k"); k != "" && inviteForm.MatchString(k) {
		// Using an invitation changes something, so a link alone must not do
		// it: previews and scanners open links.
		v.Invite, v.Nonce = k, "k-"+k
	}
	p.render(w, r, http.StatusOK, v)
}

// render fills in what every page has and writes it.
func (p *Pages) render(w http.ResponseWriter, r *http.Request, status int, v page) {
	v.Town, v.Leave = p.Township.Name, p.Township.Leave
	v.Title = "明白：" + v.Town + "村居法律顾问"
	v.CSS, v.JS = sheet.href, script.href
	if c, err := r.Cookie(cookieLarge); err == nil && c.Value == "1" {
		v.Large = true
	}
	if v.Nonce == "" {
		v.Nonce = nonce()
	}
	if chat := p.chat(r); chat != "" && v.Invite == "" {
		lines, err := p.Door.Transcript(r.Context(), bot.Web, chat, 0, shown)
		if err != nil {
			p.log().Error("read a transcript", "err", err)
			status = http.StatusServiceUnavailable
			if v.Trouble == "" {
				v.Trouble = "前面说的一时读不出来，没有丢。过一会儿再打开。"
			}
		}
		v.Lines = layOut(lines, time.Time{})
		v.mark()
	}
	if len(v.Lines) == 0 {
		p.fillEmpty(&v)
	}
	var buf bytes.Buffer
	if err := pages.ExecuteTemplate(&buf, "page", v); err != nil {
		p.log().Error("render the chat page", "err", err)
		http.Error(w, "这一页一时打不开，您说过的话没有丢。请再试一次。", http.StatusInternalServerError)
		return
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	// A phone is shared: what was said must not come back from its cache.
	h.Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	w.Write(buf.Bytes())
}

// mark notes where the page opens: at the last thing the resident said, so
// that the question and its answer are both in sight.
func (v *page) mark() {
	if len(v.Lines) == 0 {
		return
	}
	last := &v.Lines[len(v.Lines)-1]
	v.Last, v.Urgent = last.Seq, last.Urgent
	for i := len(v.Lines) - 1; i >= 0; i-- {
		if v.Lines[i].Mine {
			last = &v.Lines[i]
			break
		}
	}
	last.Last = true
}

func (p *Pages) fillEmpty(v *page) {
	v.Asks = p.Asks
	if len(v.Asks) == 0 {
		v.Asks = usual
	}
	v.Adviser = p.Township.Local["法律顾问"]
	for _, s := range p.Township.Hours.Spans {
		from, to, _ := strings.Cut(s, "-")
		v.Hours = append(v.Hours, strings.TrimPrefix(from, "0")+"–"+strings.TrimPrefix(to, "0"))
	}
}

func nonce() string { return rand.Text() }

var nonceForm = regexp.MustCompile(`^[A-Za-z0-9_-]{8,64}$`)

// say takes one message. With scripts the answer is the new lines, without
// them the page.
func (p *Pages) say(w http.ResponseWriter, r *http.Request) {
	script := r.Header.Get("X-Part") == "1"
	refuse := func(status int, trouble string, kept page) { p.refuse(w, r, script, status, trouble, kept) }
	// A form carries a byte as three.
	r.Body = http.MaxBytesReader(w, r.Body, 4*longest)
	if err := r.ParseForm(); err != nil {
		if big := (*http.MaxBytesError)(nil); errors.As(err, &big) {
			refuse(http.StatusRequestEntityTooLarge, "太长了，收不下。分几次发，一次说一件事。", page{})
			return
		}
		refuse(http.StatusBadRequest, "没收全，请再发一次。", page{})
		return
	}
	m := bot.Message{Channel: bot.Web, At: p.now(), Chat: p.chat(r),
		Text: strings.TrimSpace(r.PostForm.Get("text")), Tap: r.PostForm.Get("do")}
	kept := page{Unsent: m.Text, Nonce: r.PostForm.Get("nonce")}
	switch {
	case len(m.Text) > longest:
		refuse(http.StatusRequestEntityTooLarge, "太长了，收不下。分几次发，一次说一件事。您写的还在。", kept)
		return
	case len(m.Tap) > 64:
		refuse(http.StatusBadRequest, "这个按钮认不得了。请直接打字说。", page{})
		return
	case m.Text == "" && m.Tap == "":
		p.answer(w, r, m.Chat, script)
		return
	}
	m.Chat = orWelcome(p, w, m.Chat)
	if !nonceForm.MatchString(kept.Nonce) {
		kept.Nonce = nonce()
	}
	m.ID = messageID(m, kept.Nonce)
	p.take(w, r, m, kept, script)
}

// orWelcome is the chat, or a new one for a browser without a cookie.
func orWelcome(p *Pages, w http.ResponseWriter, chat string) string {
	if chat == "" {
		return p.welcome(w)
	}
	return chat
}

// refuse says why something was not taken, and gives back what was typed.
func (p *Pages) refuse(w http.ResponseWriter, r *http.Request, script bool, status int, trouble string, kept page) {
	kept.Trouble = trouble
	if script {
		http.Error(w, trouble, status)
		return
	}
	p.render(w, r, status, kept)
}

// take hands one message to the engine and shows what was said since.
func (p *Pages) take(w http.ResponseWriter, r *http.Request, m bot.Message, kept page, script bool) {
	if _, err := p.Door.Handle(r.Context(), m); err != nil {
		p.log().Error("handle a web message", "id", m.ID, "err", err)
		// The same nonce goes back: if it was stored after all, sending again
		// is not a second message.
		p.refuse(w, r, script, http.StatusServiceUnavailable, "没存住，请再发一次。您写的还在。", kept)
		return
	}
	p.answer(w, r, m.Chat, script)
}

// messageID makes a form sent twice one message. What was said is part of it,
// because a page that the phone took from its memory carries an old nonce.
func messageID(m bot.Message, nonce string) string {
	sum := sha256.Sum256([]byte(m.Chat + "\x00" + nonce + "\x00" + m.Text + "\x00" + m.Tap))
	return hex.EncodeToString(sum[:16])
}

// answer shows what was said since.
func (p *Pages) answer(w http.ResponseWriter, r *http.Request, chat string, script bool) {
	if !script {
		http.Redirect(w, r, "/#last", http.StatusSeeOther)
		return
	}
	after, _ := strconv.ParseInt(r.PostForm.Get("after"), 10, 64)
	html, err := p.since(r, chat, after, nil)
	if err != nil {
		p.log().Error("read a transcript", "err", err)
		http.Error(w, "收到了，答复一时读不出来。刷新这一页就能看到。", http.StatusServiceUnavailable)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	for _, h := range html {
		w.Write(h.body)
	}
}

// A part is one line as HTML.
type part struct {
	seq  int64
	at   time.Time
	body []byte
}

// since renders the lines after a place in the chat. above is when the line at
// that place was said; nil means to look it up.
func (p *Pages) since(r *http.Request, chat string, after int64, above *time.Time) ([]part, error) {
	ctx := r.Context()
	lines, err := p.Door.Transcript(ctx, bot.Web, chat, after, shown)
	if err != nil || len(lines) == 0 {
		return nil, err
	}
	var before time.Time
	switch {
	case above != nil:
		before = *above
	case after > 1:
		at, err := p.Door.Transcript(ctx, bot.Web, chat, after-1, 1)
		if err != nil {
			return nil, err
		}
		if len(at) > 0 && at[0].Seq == after {
			before = at[0].At
		}
	}
	out := make([]part, 0, len(lines))
	for _, v := range layOut(lines, before) {
		var buf bytes.Buffer
		if err := pages.ExecuteTemplate(&buf, "line", v); err != nil {
			return nil, fmt.Errorf("render line %d: %w", v.Seq, err)
		}
		out = append(out, part{v.Seq, v.At, buf.Bytes()})
	}
	return out, nil
}
