package chat

import (
	"bytes"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"mingbai/bot"
	"mingbai/bot/pace"
)

const (
	// A phone's network forgets a silent connection after about a minute. The
	// beat also looks into the ledger, in case an announcement got lost.
	beat = 25 * time.Second
	// A phone that takes nothing for this long is gone.
	writePatience = 10 * time.Second
	// More open pages than one machine should hold; they still work by form.
	mostStreams = 4096
)

// events sends new lines as they come (server-sent events). The id of an event
// is the line's place in the chat, so a browser that lost the line goes on
// where it was.
func (p *Pages) events(w http.ResponseWriter, r *http.Request) {
	chat := p.chat(r)
	if chat == "" {
		w.WriteHeader(http.StatusNoContent) // tells the browser not to ask again
		return
	}
	if p.streams.Add(1) > mostStreams {
		p.streams.Add(-1)
		w.WriteHeader(http.StatusNoContent)
		return
	}
	defer p.streams.Add(-1)

	s := stream{p: p, w: w, r: r, chat: chat, rc: http.NewResponseController(w)}
	s.after, _ = strconv.ParseInt(r.URL.Query().Get("after"), 10, 64)
	if id, err := strconv.ParseInt(r.Header.Get("Last-Event-ID"), 10, 64); err == nil && id > s.after {
		s.after = id
	}
	h := w.Header()
	h.Set("Content-Type", "text/event-stream; charset=utf-8")
	h.Set("Cache-Control", "no-store")
	h.Set("X-Accel-Buffering", "no") // nginx would keep the lines to itself

	// Listen first, then look: what comes between the two is seen by the look.
	var news <-chan pace.Event
	if p.Live != nil {
		news = p.Live.Listen(r.Context(), "chat:"+bot.Web+":"+chat)
	}
	tick := time.NewTicker(beat)
	defer tick.Stop()
	if !s.write([]byte("retry: 3000\n\n")) || !s.look() {
		return
	}
	for {
		select {
		case <-r.Context().Done():
			return
		case <-p.closed:
			return
		case _, open := <-news:
			if !open {
				news = nil // the beat goes on looking
				continue
			}
			if !s.look() {
				return
			}
		case <-tick.C:
			if !s.look() || !s.write([]byte(":\n\n")) {
				return
			}
		}
	}
}

// A stream is one open page.
type stream struct {
	p     *Pages
	w     http.ResponseWriter
	rc    *http.ResponseController
	r     *http.Request
	chat  string
	after int64
	above *time.Time // when the last line was said; nil until one was sent
}

// look sends the lines that are new; false means that nobody reads.
func (s *stream) look() bool {
	parts, err := s.p.since(s.r, s.chat, s.after, s.above)
	if err != nil {
		if s.r.Context().Err() == nil {
			s.p.log().Error("read a transcript for an open page", "err", err)
		}
		return s.r.Context().Err() == nil
	}
	for _, part := range parts {
		var b bytes.Buffer
		fmt.Fprintf(&b, "id: %d\n", part.seq)
		for row := range bytes.Lines(bytes.TrimSpace(part.body)) {
			b.WriteString("data: ")
			b.Write(bytes.TrimRight(row, "\r\n"))
			b.WriteByte('\n')
		}
		b.WriteByte('\n')
		if !s.write(b.Bytes()) {
			return false
		}
		s.after, s.above = part.seq, &part.at
	}
	return true
}

func (s *stream) write(b []byte) bool {
	// A recorder in a test has no deadlines; a real connection has.
	_ = s.rc.SetWriteDeadline(time.Now().Add(writePatience))
	if _, err := s.w.Write(b); err != nil {
		return false
	}
	return s.rc.Flush() == nil
}
