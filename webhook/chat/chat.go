// Package chat is the residents' web page: a conversation with Mingbai for
// whoever has a browser and nothing else.
//
// The page is made on the server and works without scripts: what is typed or
// tapped goes to /say by an ordinary form, and the answer is the page again. A
// small script of ours, chat.js, saves the reload, shows what a person answers
// later (/events), and keeps what was typed when the net is gone.
//
// A [Pages] value is one township's page; [Pages.Handler] serves it. Who is
// talking is known by a random cookie alone, and the ledger sees only its
// digest: reading the ledger gives nobody a resident's page.
package chat

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/rand"
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"mingbai/bot"
	"mingbai/bot/pace"
	"mingbai/knowledge"
)

// A Door takes what a resident says, and shows what was said before.
type Door interface {
	Handle(ctx context.Context, m bot.Message) ([]bot.Reply, error)
	Transcript(ctx context.Context, channel, chat string, after int64, limit int) ([]bot.Line, error)
}

// A Live tells when a chat has new lines.
type Live interface {
	Listen(ctx context.Context, topics ...string) <-chan pace.Event
}

// Pages serves the residents' page. Door and Township are required.
type Pages struct {
	Door     Door
	Live     Live // nil means that open pages look for news only now and then
	Township *knowledge.Township
	Public   string   // the address residents use; https makes the cookie Secure
	Asks     []string // three questions shown to whoever comes first; nil means the usual
	Log      *slog.Logger
	Now      func() time.Time

	once    sync.Once
	closed  chan struct{} // closed when the program stops
	closing sync.Once
	streams atomic.Int64
	uploads intake
}

// usual are questions every township knows.
var usual = []string{"隔壁砌墙占了我屋基咋个办", "干了三个月活，老板不给工钱", "借钱给亲戚没打条子，要得回不"}

const (
	cookieChat  = "mb"
	cookieLarge = "large"
	// A browser keeps a cookie no longer than this.
	cookieAge = 400 * 24 * time.Hour
)

func (p *Pages) init() {
	p.once.Do(func() { p.closed = make(chan struct{}) })
}

// Close ends the open event streams, which would otherwise keep the server
// from stopping. Pages that are open ask again by themselves.
func (p *Pages) Close() {
	p.init()
	p.closing.Do(func() { close(p.closed) })
}

func (p *Pages) now() time.Time {
	if p.Now == nil {
		return time.Now()
	}
	return p.Now()
}

func (p *Pages) log() *slog.Logger {
	if p.Log == nil {
		return slog.New(slog.DiscardHandler)
	}
	return p.Log
}

func (p *Pages) secure() bool { return strings.HasPrefix(p.Public, "https://") }

// Handler serves /, /say, /file, /large, /events, /mingbai.css and /chat.js.
func (p *Pages) Handler() http.Handler {
	p.init()
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", p.show)
	mux.HandleFunc("POST /say", p.say)
	mux.HandleFunc("POST /file", p.file)
	mux.HandleFunc("POST /large", p.large)
	mux.HandleFunc("GET /events", p.events)
	mux.Handle("GET /mingbai.css", sheet)
	mux.Handle("GET /chat.js", script)
	guard := http.NewCrossOriginProtection()
	if u, err := url.Parse(p.Public); err == nil && u.Host != "" {
		// Behind a proxy that changes the Host header our own page would look
		// like a stranger's.
		if err := guard.AddTrustedOrigin(u.Scheme + "://" + u.Host); err != nil {
			p.log().Warn("the public address is no origin", "err", err)
		}
	}
	guard.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		http.Error(w, "这句话不是从本页发来的，没有收。请回到对话页再发。", http.StatusForbidden)
	}))
	return guard.Handler(mux)
}

// chat returns who is talking, or "" for a browser that has no cookie yet.
func (p *Pages) chat(r *http.Request) string {
	c, err := r.Cookie(cookieChat)
	if err != nil || len(c.Value) != 2*16 {
		return ""
	}
	if _, err := hex.DecodeString(c.Value); err != nil {
		return ""
	}
	return digest(c.Value)
}

// digest is the chat's name in the ledger. The cookie itself opens the page to
// whoever holds it, so it is stored nowhere.
func digest(cookie string) string {
	sum := sha256.Sum256([]byte("mingbai chat " + cookie))
	return hex.EncodeToString(sum[:16])
}

// welcome gives a browser its cookie and returns the chat it names.
func (p *Pages) welcome(w http.ResponseWriter) string {
	var raw [16]byte
	rand.Read(raw[:]) // never fails; it ends the program instead
	value := hex.EncodeToString(raw[:])
	p.setCookie(w, cookieChat, value, cookieAge, true)
	return digest(value)
}

func (p *Pages) setCookie(w http.ResponseWriter, name, value string, age time.Duration, httpOnly bool) {
	http.SetCookie(w, &http.Cookie{Name: name, Value: value, Path: "/", MaxAge: int(age.Seconds()),
		HttpOnly: httpOnly, Secure: p.secure(), SameSite: http.SameSiteLaxMode})
}

// large switches the large type, for browsers without scripts.
func (p *Pages) large(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, 1<<10)
	if r.PostFormValue("on") == "1" {
		p.setCookie(w, cookieLarge, "1", cookieAge, false)
	} else {
		p.setCookie(w, cookieLarge, "", -time.Second, false)
	}
	http.Redirect(w, r, "/#last", http.StatusSeeOther)
}

//go:embed mingbai.css
var look []byte

//go:embed chat.css
var more []byte

//go:embed chat.js
var code []byte

var (
	sheet  = newAsset("/mingbai.css", "text/css; charset=utf-8", append(look[:len(look):len(look)], more...))
	script = newAsset("/chat.js", "text/javascript; charset=utf-8", code)
)

// An asset is a file in the program. Its address carries its digest, so a
// phone on a slow line loads it once.
type asset struct {
	href, kind    string
	plain, packed []byte
}

func newAsset(path, kind string, body []byte) *asset {
	sum := sha256.Sum256(body)
	var buf bytes.Buffer
	z, err := gzip.NewWriterLevel(&buf, gzip.BestCompression)
	if err != nil {
		panic(fmt.Sprintf("chat: gzip: %v", err)) // only for a level that does not exist
	}
	z.Write(body)
	z.Close()
	return &asset{path + "?v=" + hex.EncodeToString(sum[:6]), kind, body, buf.Bytes()}
}

func (a *asset) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Content-Type", a.kind)
	h.Set("Vary", "Accept-Encoding")
	h.Set("Cache-Control", "public, max-age=300")
	if r.URL.RawQuery == a.href[strings.IndexByte(a.href, '?')+1:] {
		h.Set("Cache-Control", "public, max-age=31536000, immutable")
	}
	body := a.plain
	if strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
		h.Set("Content-Encoding", "gzip")
		body = a.packed
	}
	if _, err := io.Copy(w, bytes.NewReader(body)); err != nil {
		return // the phone hung up
	}
}
