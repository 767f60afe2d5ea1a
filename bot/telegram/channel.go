// Package telegram is the Telegram channel: it turns updates into messages for
// the engine, and replies into what a Telegram chat shows.
//
// Updates come in by [Channel.Poll], or one by one through [Channel.Update]
// when Telegram posts them to our webhook. Either way Telegram is told that an
// update was received only after the door has committed it. Replies go out by
// [Channel.Send], which the courier calls; nothing is sent from Handle's
// return value. [Channel.Setup] tells Telegram which of the two ways we use,
// and fills the menu.
package telegram

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"regexp"
	"strings"
	"sync"
	"time"

	tg "github.com/go-telegram/bot"
	"github.com/go-telegram/bot/models"

	"mingbai/bot"
)

// Official is the Bot API of Telegram itself.
const Official = "https://api.telegram.org"

// sendPatience is how long one request to send something may take. The courier
// tries again, so a stuck connection must not hold up the chat.
const sendPatience = 10 * time.Second

// tokenForm keeps out what would change the URL the token becomes part of.
var tokenForm = regexp.MustCompile(`^[A-Za-z0-9:_-]+$`)

// A Door takes one message and returns after it is committed; an error means
// that it is not, and that the message must come again.
type Door interface {
	Handle(ctx context.Context, m bot.Message) ([]bot.Reply, error)
}

// Config is what a Channel needs to know. Only Token is required.
type Config struct {
	Token   string
	API     string       // base URL of the Bot API; empty means Official
	Webhook string       // the public URL Telegram shall post to; empty means we poll
	Secret  string       // what Telegram says with every post, so that we know it is Telegram
	HTTP    *http.Client // nil means one with enough idle connections
}

// A Channel is one bot on Telegram. Safe for concurrent use.
type Channel struct {
	cfg  Config
	api  string // API without a trailing slash
	door Door
	log  *slog.Logger
	http *http.Client
	bot  *tg.Bot

	acks   chan struct{} // bounds the taps being confirmed at once
	acking sync.WaitGroup

	mu   sync.Mutex
	part map[string]progress // by chat, the long reply of which some pieces are out
}

// New returns the channel without touching the network.
func New(cfg Config, door Door, log *slog.Logger) (*Channel, error) {
	if !tokenForm.MatchString(cfg.Token) {
		return nil, errors.New("telegram: the token is not one: want digits, a colon, letters")
	}
	if cfg.Webhook != "" && cfg.Secret == "" {
		return nil, errors.New("telegram: a webhook needs a secret")
	}
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	c := &Channel{cfg: cfg, door: door, log: log, http: cfg.HTTP,
		api:  strings.TrimRight(cmp.Or(cfg.API, Official), "/"),
		acks: make(chan struct{}, parallel), part: map[string]progress{}}
	if c.http == nil {
		// The default transport keeps two idle connections per host and opens a
		// new one for almost every send.
		t := http.DefaultTransport.(*http.Transport).Clone()
		t.MaxIdleConns, t.MaxIdleConnsPerHost = 4*parallel, 4*parallel
		c.http = &http.Client{Transport: t}
	}
	b, err := tg.New(cfg.Token,
		tg.WithSkipGetMe(),
		tg.WithServerURL(c.api),
		tg.WithHTTPClient(pollFor, c.http),
		tg.WithErrorsHandler(func(err error) { log.Warn("telegram client", "err", c.mask(err)) }),
	)
	if err != nil {
		return nil, c.mask(err)
	}
	c.bot = b
	return c, nil
}

// menu is what the button beside the input field offers. Telegram allows only
// Latin commands; the descriptions say it in Chinese.
var menu = []models.BotCommand{
	{Command: "start", Description: "开始"},
	{Command: "ask", Description: "提问"},
	{Command: "person", Description: "找人"},
	{Command: "progress", Description: "进度"},
	{Command: "me", Description: "我的"},
	{Command: "delete", Description: "删除"},
	{Command: "stop", Description: "停止"},
}

// wanted are the kinds of update we ask for. Telegram remembers the list.
var wanted = []string{models.AllowedUpdateMessage, models.AllowedUpdateEditedMessage, models.AllowedUpdateCallbackQuery}

// Setup tells Telegram where updates shall go, to the webhook or to the
// poller, and fills the menu. Updates that wait are kept.
func (c *Channel) Setup(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, 3*sendPatience)
	defer cancel()
	if c.cfg.Webhook != "" {
		if _, err := c.bot.SetWebhook(ctx, &tg.SetWebhookParams{URL: c.cfg.Webhook, SecretToken: c.cfg.Secret, AllowedUpdates: wanted}); err != nil {
			return fmt.Errorf("set the telegram webhook: %w", c.mask(err))
		}
	} else if _, err := c.bot.DeleteWebhook(ctx, &tg.DeleteWebhookParams{}); err != nil {
		return fmt.Errorf("delete the telegram webhook: %w", c.mask(err))
	}
	if _, err := c.bot.SetMyCommands(ctx, &tg.SetMyCommandsParams{Commands: menu}); err != nil {
		return fmt.Errorf("set the telegram menu: %w", c.mask(err))
	}
	return nil
}

// Close waits for the taps still being confirmed.
func (c *Channel) Close() { c.acking.Wait() }

// Update takes the body of one webhook request. It returns nil when the update
// is committed or none of our business; an error that is [ErrUpdate] when the
// body is no update; any other error when it must come again.
func (c *Channel) Update(ctx context.Context, raw []byte) error {
	u, err := decode(raw)
	if err != nil {
		return err
	}
	return c.take(ctx, u)
}

// take gives one update to the door and confirms a tap once it is committed.
func (c *Channel) take(ctx context.Context, u *models.Update) (err error) {
	m, ok := message(u)
	if !ok {
		return nil
	}
	defer func() {
		// One poisoned message must not take the process, and everyone else's
		// messages, down with it.
		if p := recover(); p != nil {
			err = fmt.Errorf("handle telegram/%s: panic: %v", m.ID, p)
		}
	}()
	if _, err := c.door.Handle(ctx, m); err != nil {
		return fmt.Errorf("handle telegram/%s: %w", m.ID, err)
	}
	if u.CallbackQuery != nil {
		c.confirm(ctx, u.CallbackQuery.ID)
	}
	return nil
}

// confirm stops the little clock on the tapped button. Nobody waits for it,
// and when it fails the clock stops by itself.
func (c *Channel) confirm(ctx context.Context, id string) {
	select {
	case c.acks <- struct{}{}:
	default:
		return
	}
	c.acking.Go(func() {
		defer func() { <-c.acks }()
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), sendPatience)
		defer cancel()
		if _, err := c.bot.AnswerCallbackQuery(ctx, &tg.AnswerCallbackQueryParams{CallbackQueryID: id}); err != nil {
			c.log.Debug("confirm a tap", "err", c.mask(err))
		}
	})
}

// mask takes the token out of an error: net/http puts the URL, and with it the
// token, into its own.
func (c *Channel) mask(err error) error {
	if err == nil || !strings.Contains(err.Error(), c.cfg.Token) {
		return err
	}
	for _, known := range []error{context.Canceled, context.DeadlineExceeded} {
		if errors.Is(err, known) {
			return fmt.Errorf("telegram: %w", known)
		}
	}
	return errors.New(strings.ReplaceAll(err.Error(), c.cfg.Token, "***"))
}
