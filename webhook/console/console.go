// Package console is the staff console: pages made on the server, one handler
// with its template beside it, no foreign assets. They work without scripts; a
// small one of ours shows what is new.
//
// A [Console] value is one township's; [Console.Handler] serves everything
// under /console/. What each role may open stands in one table, routes.go. A
// handler returns an error and one place, answer, tells it to the reader. What
// an account of some villages asks for in another is as if it were not there.
// Nothing here lists one person's matters: there is no search by name or phone.
package console

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gin-gonic/gin"

	"mingbai/bot"
	"mingbai/bot/ledger"
)

// Console serves the pages. Ledger and Mind are required.
type Console struct {
	Ledger   *ledger.Ledger
	Mind     func() *bot.Mind
	Publish  func(context.Context) error // has what was approved taken up, here and elsewhere; may be nil
	Public   string                      // the address people use; https makes the cookie Secure
	Channels []Channel                   // for the settings page
	Live     Live                        // nil: open pages do not show by themselves what is new
	Log      *slog.Logger
	Now      func() time.Time

	over  sync.Map // a scope's month that is over → its consultations; a scope → its cards' answers
	years yearCache

	desks      atomic.Int64 // open event streams
	once, stop sync.Once
	closed     chan struct{} // closed when the program stops

	trying sync.Mutex // one card is on trial at a time
	last   lastTrial
}

const (
	cookieName = "mbc"
	// A form of the console is short; anything longer is not one.
	largest = 64 << 10
	// A session's last use is noted no more often than this.
	noteEvery = time.Minute
)

var shanghai = time.FixedZone("Asia/Shanghai", 8*3600)

func (c *Console) now() time.Time {
	if c.Now == nil {
		return time.Now()
	}
	return c.Now()
}

func (c *Console) log() *slog.Logger {
	if c.Log == nil {
		return slog.New(slog.DiscardHandler)
	}
	return c.Log
}

// A visit is one request, with who makes it.
type visit struct {
	*gin.Context
	c       *Console
	now     time.Time
	account *ledger.Account // nil while nobody has signed in
	word    string          // of the session
}

// scope is what the account may see.
func (v *visit) scope() ledger.Scope {
	return ledger.Scope{Township: v.account.Township, Villages: v.account.Villages}
}

func (v *visit) town() string { return v.c.Mind().Base.Township.ID }

// do writes to the ledger in the account's name.
func (v *visit) do(key string, f func(tx *ledger.Tx) error) error {
	err := v.c.Ledger.Do(v.Request.Context(), "console "+key, v.now, f)
	if err == nil && v.c.Live != nil && key != "session" && key != "look" {
		v.c.Live.Announce(context.WithoutCancel(v.Request.Context()), bot.DeskTopic(v.town()), "")
	}
	return err
}

func (v *visit) view(f func(r *ledger.View) error) error {
	return v.c.Ledger.View(v.Request.Context(), f)
}

// to sends the browser on after a change.
func (v *visit) to(path string) error {
	v.Redirect(http.StatusSeeOther, "/console"+path)
	return nil
}

// A refusal is what the reader is told instead of a page.
type refusal struct {
	status int
	say    string
	more   string // what to do instead
}

func (r *refusal) Error() string { return r.say }

var (
	errNoPage  = &refusal{http.StatusNotFound, "没有这一页", "可能已经删除，或者不归您的账号看。"}
	errRole    = &refusal{http.StatusForbidden, "您的账号不能看这一页", "要看的话，请管理员换一种账号。"}
	errVillage = &refusal{http.StatusForbidden, "这一页是全镇的，您的账号只看部分村", "要看的话，请管理员开一个看全镇的账号。"}
	errBoard   = &refusal{http.StatusForbidden, "您的账号不办这个板块", "要看的话，请管理员开一个办这个板块的账号。"}
	errCross   = &refusal{http.StatusForbidden, "这次操作不是从本页发来的，没有做", "回到控制台再点一次。"}
	errBroken  = &refusal{http.StatusServiceUnavailable, "这一页一时打不开", "记录没有丢。过一会儿再试。"}
)

// Handler returns the routes under /console/.
func (c *Console) Handler() http.Handler {
	gin.SetMode(gin.ReleaseMode)
	g := gin.New()
	g.HandleMethodNotAllowed = true
	// A proxy on the same machine may tell who asks; anybody else could lie.
	if err := g.SetTrustedProxies([]string{"127.0.0.1", "::1"}); err != nil {
		c.log().Error("console: trusted proxies", "err", err) // only for an address that is none
	}
	g.Use(headers)
	for _, r := range routes {
		g.Handle(r.method, "/console"+r.path, func(x *gin.Context) { c.serve(x, r) })
	}
	g.GET(sheetPath, serveSheet)
	g.GET(scriptPath, serveScript)
	g.NoRoute(func(x *gin.Context) { c.answer(&visit{Context: x, c: c, now: c.now()}, errNoPage) })
	g.NoMethod(func(x *gin.Context) { c.answer(&visit{Context: x, c: c, now: c.now()}, errNoPage) })
	guard := http.NewCrossOriginProtection()
	if u, err := url.Parse(c.Public); err == nil && u.Host != "" {
		// Behind a proxy that changes the Host header our own page would look
		// like a stranger's.
		if err := guard.AddTrustedOrigin(u.Scheme + "://" + u.Host); err != nil {
			c.log().Warn("the public address is no origin", "err", err)
		}
	}
	guard.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		w.WriteHeader(errCross.status)
		_, _ = w.Write([]byte(errCross.say + "。" + errCross.more + "\n")) // the browser hung up
	}))
	return guard.Handler(g)
}

// headers are for every answer: nothing is kept on a shared computer, nothing
// that a resident typed can run.
func headers(x *gin.Context) {
	h := x.Writer.Header()
	h.Set("Content-Security-Policy", "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; form-action 'self'; img-src data:; base-uri 'none'; frame-ancestors 'none'")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Cache-Control", "no-store")
}

// serve finds out who asks, whether they may, and answers.
func (c *Console) serve(x *gin.Context, r route) {
	x.Request.Body = http.MaxBytesReader(x.Writer, x.Request.Body, r.largest())
	v := &visit{Context: x, c: c, now: c.now()}
	if err := v.identify(); err != nil {
		c.answer(v, err)
		return
	}
	switch {
	case r.may == open:
	case v.account == nil:
		c.answer(v, v.to("/sign-in"))
		return
	}
	if v.account != nil && r.may != open {
		if no := r.refuses(v.account); no != nil {
			c.answer(v, no)
			return
		}
	}
	c.answer(v, r.do(v))
}

// identify reads the session's cookie. No cookie, or one that has ended, is
// nobody.
func (v *visit) identify() error {
	k, err := v.Request.Cookie(cookieName)
	if err != nil || k.Value == "" {
		return nil
	}
	var seen time.Time
	err = v.view(func(r *ledger.View) (err error) {
		v.account, seen, err = ledger.AccountBySession(r, k.Value, v.now)
		return err
	})
	if errors.Is(err, ledger.ErrNotFound) {
		v.account = nil
		return nil
	}
	if err != nil {
		return err
	}
	if v.account.Township != v.town() {
		v.account = nil // of another township in the same ledger
		return nil
	}
	v.word = k.Value
	// A page that shows news by itself does not keep a forgotten desk open.
	if v.now.Sub(seen) < noteEvery || v.Request.Header.Get(liveHeader) != "" || v.FullPath() == "/console/live" {
		return nil
	}
	return v.do("session", func(tx *ledger.Tx) error { return tx.SeeSession(k.Value) })
}

// answer tells the reader what a handler returned. Nothing is left to do when
// it was no error.
func (c *Console) answer(v *visit, err error) {
	if err == nil {
		return
	}
	var r *refusal
	var big *http.MaxBytesError
	switch {
	case errors.As(err, &r):
	case errors.Is(err, ledger.ErrNotFound):
		r = errNoPage
	case errors.As(err, &big):
		r = &refusal{http.StatusRequestEntityTooLarge, "填的太长了，没有收", "写短一些再提交。"}
	default:
		c.log().Error("console", "route", v.FullPath(), "err", err)
		r = errBroken
	}
	p := &refusedPage{Say: r.say, More: r.more}
	p.Title = r.say
	if err := v.show(r.status, "refused", p); err != nil {
		c.log().Error("console: render refusal", "err", err)
		v.String(errBroken.status, errBroken.say)
	}
}

// setCookie gives the browser its session; word "" takes it away.
func (v *visit) setCookie(word string) {
	age := int(ledger.SessionLife.Seconds())
	if word == "" {
		age = -1
	}
	http.SetCookie(v.Writer, &http.Cookie{Name: cookieName, Value: word, Path: "/console", MaxAge: age, HttpOnly: true,
		Secure: strings.HasPrefix(v.c.Public, "https://"), SameSite: http.SameSiteStrictMode})
}

type refusedPage struct {
	frame
	Say, More string
}
