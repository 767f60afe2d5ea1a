// Package webhook is the door for everything that arrives by HTTP: what
// Telegram posts, the residents' page, the staff console, health and metrics.
//
// A [Server] is filled in by its fields; nil ones are off. [Server.Handler]
// routes. A post from Telegram is answered 200 only after the message is
// committed, and a wrong secret is answered before any work.
package webhook

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	_ "embed"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"runtime/debug"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"mingbai/bot/ledger"
	"mingbai/bot/telegram"
	"mingbai/webhook/chat"
)

// largest is the most an update may weigh; Telegram's own are a few kilobytes.
const largest = 1 << 20

// secretHeader carries what we told Telegram in setWebhook.
const secretHeader = "X-Telegram-Bot-Api-Secret-Token"

// TelegramPath is where Telegram posts updates.
const TelegramPath = "/telegram/webhook"

// Server answers HTTP for one installation. The zero value answers /healthz.
type Server struct {
	Telegram       *telegram.Channel // nil: no webhook
	TelegramSecret string            // empty refuses every post
	Chat           *chat.Pages       // nil: no residents' page
	Papers         Papers            // nil: no links to papers
	Console        http.Handler      // nil: no console; gets everything under /console/
	WeChat         http.Handler      // nil: no WeChat; gets everything under /wechat
	Ready          func(ctx context.Context) error
	Metrics        http.Handler
	Log            *slog.Logger
}

func (s *Server) log() *slog.Logger {
	if s.Log == nil {
		return slog.New(slog.DiscardHandler)
	}
	return s.Log
}

// Handler returns the routes.
func (s *Server) Handler() http.Handler {
	gin.SetMode(gin.ReleaseMode)
	r := gin.New()
	r.HandleMethodNotAllowed = true
	r.Use(s.note, s.guard, headers)

	healthy := func(c *gin.Context) { c.String(http.StatusOK, "ok\n") }
	r.GET("/healthz", healthy)
	r.HEAD("/healthz", healthy)
	r.GET("/readyz", s.ready)
	r.HEAD("/readyz", s.ready)
	if s.Metrics != nil {
		r.GET("/metrics", gin.WrapH(s.Metrics))
	}
	if s.Telegram != nil {
		r.POST(TelegramPath, s.telegram)
	}
	if s.WeChat != nil {
		r.Any("/wechat", gin.WrapH(s.WeChat))
		r.Any("/wechat/*rest", gin.WrapH(s.WeChat))
	}
	if s.Papers != nil {
		r.GET("/paper/:word", s.paper)
	}
	if s.Console != nil {
		r.Any("/console", func(c *gin.Context) { c.Redirect(http.StatusSeeOther, "/console/") })
		r.Any("/console/*rest", gin.WrapH(s.Console))
	}
	if s.Chat != nil {
		page := gin.WrapH(s.Chat.Handler())
		for _, path := range []string{"/", "/events", "/mingbai.css", "/chat.js"} {
			r.GET(path, page)
			if path != "/events" {
				r.HEAD(path, page)
			}
		}
		r.POST("/say", page)
		r.POST("/file", page)
		r.POST("/large", page)
	}
	r.NoRoute(func(c *gin.Context) { oops(c, http.StatusNotFound, "没有这一页") })
	r.NoMethod(func(c *gin.Context) { oops(c, http.StatusMethodNotAllowed, "这一页不能这样打开") })
	return r
}

// telegram takes one update.
func (s *Server) telegram(c *gin.Context) {
	if !same(c.GetHeader(secretHeader), s.TelegramSecret) {
		c.Status(http.StatusUnauthorized)
		return
	}
	body, err := io.ReadAll(http.MaxBytesReader(c.Writer, c.Request.Body, largest))
	if err != nil {
		if big := (*http.MaxBytesError)(nil); errors.As(err, &big) {
			c.Status(http.StatusRequestEntityTooLarge)
			return
		}
		c.Status(http.StatusBadRequest)
		return
	}
	switch err := s.Telegram.Update(c.Request.Context(), body); {
	case err == nil:
		c.Status(http.StatusOK)
	case errors.Is(err, telegram.ErrUpdate):
		s.log().Warn("telegram posted what cannot be read", "err", err)
		c.Status(http.StatusBadRequest)
	default:
		s.log().Error("telegram: message not committed, it will come again", "err", err)
		c.Status(http.StatusServiceUnavailable)
	}
}

// Papers gives the paper behind a link; bot.Engine does.
type Papers interface {
	Paper(ctx context.Context, word string) (name string, docx []byte, page string, err error)
}

// paper shows a paper of a dispute to print; with ".docx" behind the link it is
// the file. Only who was given the link can name it.
func (s *Server) paper(c *gin.Context) {
	word, file := strings.CutSuffix(c.Param("word"), ".docx")
	name, docx, page, err := s.Papers.Paper(c.Request.Context(), word)
	switch {
	case errors.Is(err, ledger.ErrNotFound):
		oops(c, http.StatusNotFound, "没有这份文书，或者已经删除")
		return
	case err != nil:
		s.log().Error("paper: not read", "err", err)
		oops(c, http.StatusServiceUnavailable, "这份文书一时打不开")
		return
	}
	c.Header("Cache-Control", "no-store")
	if file || page == "" {
		kind := "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
		if strings.HasSuffix(name, ".zip") {
			kind = "application/zip"
		}
		c.Header("Content-Disposition", "attachment; filename*=UTF-8''"+url.PathEscape(name))
		c.Data(http.StatusOK, kind, docx)
		return
	}
	// The page is our own and holds no script; its style lies in it, so that it
	// can be saved and printed as one file.
	c.Header("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'")
	c.Data(http.StatusOK, "text/html; charset=utf-8", []byte(page))
}

// same compares without telling by its time how much was right. An empty
// secret is nobody's.
func same(got, want string) bool {
	a, b := sha256.Sum256([]byte(got)), sha256.Sum256([]byte(want))
	return subtle.ConstantTimeCompare(a[:], b[:]) == 1 && want != ""
}

func (s *Server) ready(c *gin.Context) {
	if s.Ready != nil {
		ctx, cancel := context.WithTimeout(c.Request.Context(), 5*time.Second)
		defer cancel()
		if err := s.Ready(ctx); err != nil {
			c.String(http.StatusServiceUnavailable, "not ready: %s\n", err)
			return
		}
	}
	c.String(http.StatusOK, "ready\n")
}

// headers are for every answer. The pages have no inline styles or scripts, so
// what a resident types can never run.
func headers(c *gin.Context) {
	h := c.Writer.Header()
	h.Set("Content-Security-Policy", "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; "+
		"form-action 'self'; img-src 'self' data:; base-uri 'none'; frame-ancestors 'none'")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "no-referrer")
}

// note logs a request without its query and body: both may hold what a
// resident said. The route stands for the path for the same reason.
func (s *Server) note(c *gin.Context) {
	start := time.Now()
	c.Next()
	route := c.FullPath()
	if route == "" {
		route = "-"
	}
	level := slog.LevelDebug
	if c.Writer.Status() >= 500 {
		level = slog.LevelWarn
	}
	s.log().Log(c.Request.Context(), level, "http", "method", c.Request.Method, "route", route,
		"status", c.Writer.Status(), "bytes", max(0, c.Writer.Size()), "took", time.Since(start))
}

// guard turns a panic into a page; gin's own would print the request, cookies
// and all.
func (s *Server) guard(c *gin.Context) {
	defer func() {
		p := recover()
		if p == nil {
			return
		}
		if err, ok := p.(error); ok && errors.Is(err, http.ErrAbortHandler) {
			panic(p)
		}
		s.log().Error("http: panic", "route", c.FullPath(), "panic", p, "stack", string(debug.Stack()))
		if c.Writer.Written() {
			panic(http.ErrAbortHandler) // half a page must not look whole
		}
		oops(c, http.StatusInternalServerError, "这一页一时打不开")
	}()
	c.Next()
}

//go:embed oops.html
var oopsPage string

// oops answers with a page that says what is wrong and leads back.
func oops(c *gin.Context, status int, what string) {
	c.Abort()
	c.Data(status, "text/html; charset=utf-8", []byte(strings.Replace(oopsPage, "{{}}", what, 1)))
}
