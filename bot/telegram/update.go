package telegram

import (
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/go-telegram/bot/models"

	"mingbai/bot"
)

// ErrUpdate is the error for bytes that are no update. They will not become
// one by coming again.
var ErrUpdate = errors.New("not a telegram update")

func decode(raw []byte) (*models.Update, error) {
	u := &models.Update{}
	if err := json.Unmarshal(raw, u); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrUpdate, err)
	}
	if u.ID == 0 {
		return nil, fmt.Errorf("%w: no update_id", ErrUpdate)
	}
	return u, nil
}

// chatOf returns the chat an update belongs to, 0 for those of no chat.
func chatOf(u *models.Update) int64 {
	switch {
	case u.Message != nil:
		return u.Message.Chat.ID
	case u.EditedMessage != nil:
		return u.EditedMessage.Chat.ID
	case u.CallbackQuery != nil:
		chat, _ := tapped(u.CallbackQuery)
		return chat
	}
	return 0
}

// tapped returns the chat whose button was tapped, and whether it is one
// person's. Telegram leaves the message out when it is too old to show.
func tapped(q *models.CallbackQuery) (int64, bool) {
	switch {
	case q.Message.Message != nil:
		chat := q.Message.Message.Chat
		return chat.ID, chat.Type == models.ChatTypePrivate
	case q.Message.InaccessibleMessage != nil:
		chat := q.Message.InaccessibleMessage.Chat
		return chat.ID, chat.Type == models.ChatTypePrivate
	}
	return q.From.ID, q.InlineMessageID == ""
}

// message turns an update into what the engine reads. False means that it is
// nothing a resident said to the bot alone: groups, channels, service notes.
func message(u *models.Update) (bot.Message, bool) {
	m := bot.Message{Channel: bot.Telegram, ID: strconv.FormatInt(u.ID, 10)}
	if q := u.CallbackQuery; q != nil {
		chat, private := tapped(q)
		if !private || q.Data == "" {
			return m, false
		}
		m.Chat, m.Tap = strconv.FormatInt(chat, 10), q.Data
		return m, true
	}
	in := u.Message
	if in == nil {
		// An edited message is said anew: whoever corrects a question wants the
		// corrected one answered.
		in = u.EditedMessage
	}
	if in == nil || in.Chat.Type != models.ChatTypePrivate {
		return m, false
	}
	m.Chat = strconv.FormatInt(in.Chat.ID, 10)
	m.Text = strip(in.Text)
	if m.Text == "" {
		m.Text = in.Caption
	}
	if in.Contact != nil && m.Text == "" {
		m.Text = in.Contact.PhoneNumber
	}
	m.Files = files(in)
	m.At = time.Unix(int64(max(in.Date, in.EditDate)), 0)
	return m, m.Text != "" || len(m.Files) > 0
}

// strip makes "/Start@MingbaiBot CODE" into "/start CODE": which bot is meant
// is clear in a chat of two.
func strip(text string) string {
	if !strings.HasPrefix(text, "/") {
		return text
	}
	name, rest, more := strings.Cut(text, " ")
	name, _, _ = strings.Cut(name, "@")
	name = strings.ToLower(name)
	if rest = strings.TrimSpace(rest); !more || rest == "" {
		return name
	}
	return name + " " + rest
}

// files lists what came with a message, by the name Telegram fetches it under.
func files(m *models.Message) []bot.File {
	var out []bot.File
	add := func(kind, ref, name string, size int64) {
		out = append(out, bot.File{Kind: kind, Ref: ref, Name: name, Size: size})
	}
	if v := m.Voice; v != nil {
		add("voice", v.FileID, "", v.FileSize)
	}
	if a := m.Audio; a != nil {
		add("voice", a.FileID, a.FileName, a.FileSize)
	}
	if n := len(m.Photo); n > 0 { // the last is the largest
		add("photo", m.Photo[n-1].FileID, "", int64(m.Photo[n-1].FileSize))
	}
	if v := m.Video; v != nil {
		add("video", v.FileID, v.FileName, v.FileSize)
	}
	if v := m.VideoNote; v != nil {
		add("video", v.FileID, "", int64(v.FileSize))
	}
	if d := m.Document; d != nil {
		add("document", d.FileID, d.FileName, d.FileSize)
	}
	if l := m.Location; l != nil {
		add("location", fmt.Sprintf("geo:%.5f,%.5f", l.Latitude, l.Longitude), "", 0)
	}
	if s := m.Sticker; s != nil {
		add("sticker", s.FileID, s.Emoji, int64(s.FileSize))
	}
	return out
}
