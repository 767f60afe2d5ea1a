// Package faketelegram is a server that speaks the Telegram Bot API, for tests
// and for rehearsals without a network.
//
// [New] starts one. [Server.PushText] and [Server.PushTap] are residents
// writing and tapping; [Server.Sent] is what the bot said back. It delivers
// the way Telegram does: getUpdates confirms everything before its offset and
// gives the rest again, and a webhook is called again until it answers 2xx. It
// can also be as unkind as Telegram: [Server.Limit], [Server.Block],
// [Server.Fail].
package faketelegram

import (
	"context"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Token is the token of the one bot every Server knows.
const Token = "110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw"

// Sent is one message the bot sent.
type Sent struct {
	Chat    int64
	Text    string
	Buttons [][]Button
	Silent  bool
	Hidden  bool // under a spoiler
	At      time.Time
}

// Button is one button under a message.
type Button struct {
	Text string `json:"text"`
	Data string `json:"callback_data"`
}

// Command is one line of the menu.
type Command struct {
	Command     string `json:"command"`
	Description string `json:"description"`
}

type update struct {
	id   int64
	chat int64
	raw  json.RawMessage
}

type fault struct {
	status int
	left   int
}

// A Server is a Bot API with one bot. Safe for concurrent use.
type Server struct {
	URL   string // without a trailing slash; the API setting of the bot
	Token string

	mu        sync.Mutex
	news      chan struct{} // closed and made anew when something changes
	nextID    int64
	updates   []update // not confirmed yet
	confirmed int64
	polls     int64 // number of the newest getUpdates
	sent      []Sent
	number    int        // of the last message sent
	each      func(Sent) // takes the messages instead of sent
	answered  []string
	commands  []Command
	limits    map[int64][]int // by chat, the retry_after of the next sends
	blocked   map[int64]bool
	faults    map[string]*fault
	files     map[string][]byte
	hook      hook

	server *http.Server
	stop   context.CancelFunc
	ctx    context.Context
	done   sync.WaitGroup
}

// New starts a server on a free port of this machine. Close it.
func New() *Server {
	s := newServer()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(fmt.Sprintf("faketelegram: listen: %v", err)) // like httptest: there is no test without it
	}
	s.URL = "http://" + ln.Addr().String()
	s.server = &http.Server{Handler: s, ReadHeaderTimeout: 10 * time.Second}
	s.done.Go(func() { s.server.Serve(ln) })
	return s
}

func newServer() *Server {
	s := &Server{Token: Token, nextID: 1000, news: make(chan struct{}),
		limits: map[int64][]int{}, blocked: map[int64]bool{}, faults: map[string]*fault{}, files: map[string][]byte{}}
	s.ctx, s.stop = context.WithCancel(context.Background())
	return s
}

// File gives the server a file that a message may refer to by id.
func (s *Server) File(id string, body []byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.files[id] = body
}

// Close stops the server and waits for it.
func (s *Server) Close() {
	s.stop()
	if s.server != nil {
		s.server.Close()
	}
	s.done.Wait()
}

// changed wakes all who wait; the caller holds mu.
func (s *Server) changed() {
	close(s.news)
	s.news = make(chan struct{})
}

// Push queues an update with these fields and returns its update_id, which it
// sets itself.
func (s *Server) Push(fields map[string]any) int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	id := s.nextID
	s.nextID++
	u := map[string]any{"update_id": id}
	for k, v := range fields {
		u[k] = v
	}
	raw, err := json.Marshal(u)
	if err != nil {
		panic(fmt.Sprintf("faketelegram: push: %v", err))
	}
	s.updates = append(s.updates, update{id, chatOf(raw), raw})
	s.changed()
	return id
}

// chatOf finds whose update it is, to keep a chat's order at the webhook.
func chatOf(raw []byte) int64 {
	type message struct {
		Chat struct {
			ID int64 `json:"id"`
		} `json:"chat"`
	}
	var u struct {
		Message  *message `json:"message"`
		Edited   *message `json:"edited_message"`
		Callback *struct {
			From struct {
				ID int64 `json:"id"`
			} `json:"from"`
		} `json:"callback_query"`
	}
	if json.Unmarshal(raw, &u) != nil {
		return 0
	}
	switch {
	case u.Message != nil:
		return u.Message.Chat.ID
	case u.Edited != nil:
		return u.Edited.Chat.ID
	case u.Callback != nil:
		return u.Callback.From.ID
	}
	return 0
}

// Message returns the fields of a message in a private chat, for Push and for
// a test to add to.
func Message(chat int64, more map[string]any) map[string]any {
	who := map[string]any{"id": chat, "is_bot": false, "first_name": "村民" + strconv.FormatInt(chat, 10)}
	m := map[string]any{"message_id": time.Now().UnixNano() & 0x7fffffff, "date": time.Now().Unix(), "from": who,
		"chat": map[string]any{"id": chat, "type": "private", "first_name": who["first_name"]}}
	for k, v := range more {
		m[k] = v
	}
	return m
}

// PushText is a resident writing to the bot.
func (s *Server) PushText(chat int64, text string) int64 {
	return s.Push(map[string]any{"message": Message(chat, map[string]any{"text": text})})
}

// PushTap is a resident tapping a button with this data.
func (s *Server) PushTap(chat int64, data string) int64 {
	m := Message(chat, map[string]any{"text": "…"})
	return s.Push(map[string]any{"callback_query": map[string]any{
		"id": fmt.Sprintf("tap-%d-%d", chat, time.Now().UnixNano()), "from": m["from"], "message": m, "chat_instance": "1", "data": data}})
}

// Limit makes the next times sends to chat answer 429 with this retry_after.
func (s *Server) Limit(chat int64, times int, retryAfter time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for range times {
		s.limits[chat] = append(s.limits[chat], int(retryAfter.Seconds()))
	}
}

// Block makes the chat's owner block the bot, or let it in again.
func (s *Server) Block(chat int64, on bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.blocked[chat] = on
}

// Fail makes the next times calls of a method answer with this HTTP status.
func (s *Server) Fail(method string, status, times int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults[strings.ToLower(method)] = &fault{status, times}
}

// Each gives every message that the bot sends from now on to f, in the order of
// each chat, instead of keeping it: a rehearsal of a year sends too many to keep.
// f must not call the server.
func (s *Server) Each(f func(Sent)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.each = f
}

// Sent returns what the bot has sent so far, oldest first.
func (s *Server) Sent() []Sent {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]Sent(nil), s.sent...)
}

// WaitSent waits until the bot has sent n messages and returns all it sent.
func (s *Server) WaitSent(ctx context.Context, n int) ([]Sent, error) {
	err := s.wait(ctx, func() bool { return len(s.sent) >= n })
	got := s.Sent()
	if err != nil {
		return got, fmt.Errorf("%d of %d messages sent: %w", len(got), n, err)
	}
	return got, nil
}

// Answered returns the taps the bot has confirmed.
func (s *Server) Answered() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]string(nil), s.answered...)
}

// WaitAnswered waits until the bot has confirmed n taps.
func (s *Server) WaitAnswered(ctx context.Context, n int) error {
	return s.wait(ctx, func() bool { return len(s.answered) >= n })
}

// Commands returns the menu the bot has set.
func (s *Server) Commands() []Command {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]Command(nil), s.commands...)
}

// Confirmed returns the offset: the bot has received every update before it.
func (s *Server) Confirmed() int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.confirmed
}

// Pending returns how many updates wait to be confirmed.
func (s *Server) Pending() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.updates)
}

// WaitConfirmed waits until no update waits to be confirmed.
func (s *Server) WaitConfirmed(ctx context.Context) error {
	return s.wait(ctx, func() bool { return len(s.updates) == 0 })
}

// wait waits until ok, which is called with mu held.
func (s *Server) wait(ctx context.Context, ok func() bool) error {
	for {
		s.mu.Lock()
		yes, news := ok(), s.news
		s.mu.Unlock()
		if yes {
			return nil
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-news:
		}
	}
}
