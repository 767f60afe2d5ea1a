package faketelegram

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"mime"
	"mime/multipart"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// params are a call's parameters: as text for the simple ones, as JSON for the
// rest, whichever way they came.
type params map[string]string

func (p params) num(key string) int64 {
	n, _ := strconv.ParseInt(p[key], 10, 64)
	return n
}

func read(r *http.Request) (params, error) {
	p := params{}
	for k, v := range r.URL.Query() {
		p[k] = v[0]
	}
	kind, attr, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	switch kind {
	case "application/json":
		var fields map[string]json.RawMessage
		if err := json.NewDecoder(r.Body).Decode(&fields); err != nil && err != io.EOF {
			return nil, err
		}
		for k, raw := range fields {
			var s string
			if json.Unmarshal(raw, &s) == nil {
				p[k] = s
			} else {
				p[k] = string(raw)
			}
		}
	case "multipart/form-data":
		form := multipart.NewReader(r.Body, attr["boundary"])
		for {
			part, err := form.NextPart()
			if err != nil {
				break // the end, or a call without parameters, which has no boundary at all
			}
			raw, err := io.ReadAll(part)
			if err != nil {
				return nil, err
			}
			p[part.FormName()] = string(raw)
		}
	case "application/x-www-form-urlencoded":
		raw, err := io.ReadAll(r.Body)
		if err != nil {
			return nil, err
		}
		q, err := url.ParseQuery(string(raw))
		if err != nil {
			return nil, err
		}
		for k := range maps.Keys(q) {
			p[k] = q.Get(k)
		}
	}
	return p, nil
}

// reply is what the Bot API answers.
type reply struct {
	OK          bool   `json:"ok"`
	Result      any    `json:"result,omitempty"`
	ErrorCode   int    `json:"error_code,omitempty"`
	Description string `json:"description,omitempty"`
	Parameters  *after `json:"parameters,omitempty"`
}

type after struct {
	RetryAfter int `json:"retry_after"`
}

func refuse(code int, why string) reply { return reply{ErrorCode: code, Description: why} }

// ServeHTTP answers one call of the Bot API.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if path, ok := strings.CutPrefix(r.URL.Path, "/file/bot"+s.Token+"/photos/"); ok {
		s.mu.Lock()
		body, ok := s.files[path]
		s.mu.Unlock()
		if !ok {
			http.NotFound(w, r)
			return
		}
		_, _ = w.Write(body) // a caller gone is its own business
		return
	}
	method, ok := strings.CutPrefix(r.URL.Path, "/bot"+s.Token+"/")
	if !ok {
		write(w, refuse(http.StatusUnauthorized, "Unauthorized"))
		return
	}
	p, err := read(r)
	if err != nil {
		write(w, refuse(http.StatusBadRequest, "Bad Request: "+err.Error()))
		return
	}
	method = strings.ToLower(method)
	if status := s.fault(method); status != 0 {
		write(w, refuse(status, http.StatusText(status)))
		return
	}
	switch method {
	case "getme":
		write(w, reply{OK: true, Result: map[string]any{"id": 110201543, "is_bot": true, "first_name": "明白", "username": "MingbaiBot"}})
	case "getupdates":
		write(w, s.getUpdates(r, p))
	case "sendmessage":
		write(w, s.sendMessage(p))
	case "answercallbackquery":
		s.mu.Lock()
		if s.each == nil {
			s.answered = append(s.answered, p["callback_query_id"])
		}
		s.changed()
		s.mu.Unlock()
		write(w, reply{OK: true, Result: true})
	case "getfile":
		s.mu.Lock()
		_, ok := s.files[p["file_id"]]
		s.mu.Unlock()
		if !ok {
			write(w, refuse(http.StatusBadRequest, "Bad Request: invalid file_id"))
			return
		}
		write(w, reply{OK: true, Result: map[string]any{"file_id": p["file_id"], "file_unique_id": p["file_id"], "file_path": "photos/" + p["file_id"]}})
	case "setmycommands":
		var list []Command
		if err := json.Unmarshal([]byte(p["commands"]), &list); err != nil {
			write(w, refuse(http.StatusBadRequest, "Bad Request: can't parse commands"))
			return
		}
		s.mu.Lock()
		s.commands = list
		s.mu.Unlock()
		write(w, reply{OK: true, Result: true})
	case "setwebhook":
		write(w, s.setWebhook(p["url"], p["secret_token"]))
	case "deletewebhook":
		write(w, s.setWebhook("", ""))
	default:
		write(w, refuse(http.StatusNotFound, "Not Found"))
	}
}

func write(w http.ResponseWriter, r reply) {
	w.Header().Set("Content-Type", "application/json")
	if !r.OK {
		w.WriteHeader(r.ErrorCode)
	}
	json.NewEncoder(w).Encode(r)
}

func (s *Server) fault(method string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	f := s.faults[method]
	if f == nil || f.left <= 0 {
		return 0
	}
	f.left--
	return f.status
}

// getUpdates forgets what was before the offset and returns what is at it or
// behind, waiting for it up to the timeout. A newer call ends an older one.
func (s *Server) getUpdates(r *http.Request, p params) reply {
	s.mu.Lock()
	if s.hook.url != "" {
		s.mu.Unlock()
		return refuse(http.StatusConflict, "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first")
	}
	s.polls++
	mine := s.polls
	if offset := p.num("offset"); offset > s.confirmed {
		s.confirmed = offset
		s.updates = slices.DeleteFunc(s.updates, func(u update) bool { return u.id < offset })
	}
	s.changed() // the older call sees that it is over, and those waiting see the offset
	s.mu.Unlock()

	most := p.num("limit")
	if most <= 0 || most > 100 {
		most = 100
	}
	timeout := time.NewTimer(time.Duration(p.num("timeout")) * time.Second)
	defer timeout.Stop()
	for late := false; ; {
		s.mu.Lock()
		if s.polls != mine {
			s.mu.Unlock()
			return refuse(http.StatusConflict, "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running")
		}
		n := min(len(s.updates), int(most))
		out := make([]json.RawMessage, n)
		for i := range n {
			out[i] = s.updates[i].raw
		}
		news := s.news
		s.mu.Unlock()
		if n > 0 || late {
			return reply{OK: true, Result: out}
		}
		select {
		case <-news:
		case <-timeout.C:
			late = true
		case <-r.Context().Done():
			return refuse(http.StatusBadGateway, "Bad Gateway")
		case <-s.ctx.Done():
			return refuse(http.StatusBadGateway, "Bad Gateway")
		}
	}
}

func (s *Server) sendMessage(p params) reply {
	chat := p.num("chat_id")
	text := p["text"]
	var markup struct {
		Rows [][]Button `json:"inline_keyboard"`
	}
	if raw := p["reply_markup"]; raw != "" {
		if err := json.Unmarshal([]byte(raw), &markup); err != nil {
			return refuse(http.StatusBadRequest, "Bad Request: can't parse reply keyboard markup JSON object")
		}
	}
	var entities []struct {
		Type   string `json:"type"`
		Offset int    `json:"offset"`
		Length int    `json:"length"`
	}
	if raw := p["entities"]; raw != "" {
		if err := json.Unmarshal([]byte(raw), &entities); err != nil {
			return refuse(http.StatusBadRequest, "Bad Request: can't parse entities")
		}
	}
	switch size := utf16Units(text); {
	case chat == 0:
		return refuse(http.StatusBadRequest, "Bad Request: chat not found")
	case strings.TrimSpace(text) == "":
		return refuse(http.StatusBadRequest, "Bad Request: message text is empty")
	case size > 4096:
		return refuse(http.StatusBadRequest, "Bad Request: message is too long")
	default:
		for _, e := range entities {
			if e.Offset < 0 || e.Length <= 0 || e.Offset+e.Length > size {
				return refuse(http.StatusBadRequest, "Bad Request: can't parse entities: out of range")
			}
		}
	}
	for _, row := range markup.Rows {
		for _, b := range row {
			if len(b.Data) == 0 || len(b.Data) > 64 {
				return refuse(http.StatusBadRequest, "Bad Request: BUTTON_DATA_INVALID")
			}
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.blocked[chat] {
		return refuse(http.StatusForbidden, "Forbidden: bot was blocked by the user")
	}
	if waits := s.limits[chat]; len(waits) > 0 {
		s.limits[chat] = waits[1:]
		return reply{ErrorCode: http.StatusTooManyRequests, Description: fmt.Sprintf("Too Many Requests: retry after %d", waits[0]), Parameters: &after{waits[0]}}
	}
	hidden := slices.ContainsFunc(entities, func(e struct {
		Type   string `json:"type"`
		Offset int    `json:"offset"`
		Length int    `json:"length"`
	}) bool {
		return e.Type == "spoiler"
	})
	m := Sent{Chat: chat, Text: text, Buttons: markup.Rows, Silent: p["disable_notification"] == "true", Hidden: hidden, At: time.Now()}
	if s.number++; s.each != nil {
		s.each(m)
	} else {
		s.sent = append(s.sent, m)
	}
	s.changed()
	return reply{OK: true, Result: map[string]any{"message_id": s.number, "date": time.Now().Unix(),
		"chat": map[string]any{"id": chat, "type": "private"}, "text": text}}
}

func utf16Units(s string) int {
	n := 0
	for _, r := range s {
		n++
		if r > 0xFFFF {
			n++
		}
	}
	return n
}
