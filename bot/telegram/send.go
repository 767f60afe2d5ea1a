package telegram

import (
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	tg "github.com/go-telegram/bot"
	"github.com/go-telegram/bot/models"

	"mingbai/bot"
)

// longest is what one Telegram message holds, in UTF-16 units.
const longest = 4096

// cover stands before a neutral reply. It is all a notification shows: the
// rest is a spoiler, which Telegram blots out there and uncovers at a tap.
const cover = "明白回您了。点下面的灰色，就看得到。\n"

type progress struct {
	sum  uint64
	next int
}

// Send sends one reply to a chat. It returns [bot.RetryAfter] when Telegram
// asks to wait, [bot.Gone] when the chat can never be reached again, and any
// other error when it may work next time.
func (c *Channel) Send(ctx context.Context, chat string, r bot.Reply) error {
	id, err := strconv.ParseInt(chat, 10, 64)
	if err != nil {
		return bot.Gone{Why: "no such telegram chat"}
	}
	pieces := c.pieces(id, r)
	sum := fnv.New64a()
	for _, p := range pieces {
		sum.Write([]byte(p.Text))
	}
	// A long reply may stop half way when Telegram asks to wait; the pieces
	// that are out must not come twice.
	c.mu.Lock()
	at := c.part[chat]
	c.mu.Unlock()
	if at.sum != sum.Sum64() || at.next >= len(pieces) {
		at = progress{sum: sum.Sum64()}
	}
	for ; at.next < len(pieces); at.next++ {
		if err := c.send(ctx, pieces[at.next]); err != nil {
			c.mu.Lock()
			if at.next > 0 {
				c.part[chat] = at
			}
			c.mu.Unlock()
			return err
		}
	}
	c.mu.Lock()
	delete(c.part, chat)
	c.mu.Unlock()
	return nil
}

// send sends one piece and reads what Telegram says against it.
func (c *Channel) send(ctx context.Context, p *tg.SendMessageParams) error {
	err := c.try(ctx, p)
	if errors.Is(err, tg.ErrorBadRequest) && !unreachable(err) && (p.ReplyMarkup != nil || p.Entities != nil) {
		// The words matter more than the buttons and the bold.
		c.log.Error("telegram refuses a reply's buttons or bold; sent without", "err", c.mask(err))
		err = c.try(ctx, &tg.SendMessageParams{ChatID: p.ChatID, Text: p.Text, DisableNotification: p.DisableNotification, LinkPreviewOptions: p.LinkPreviewOptions})
	}
	var many *tg.TooManyRequestsError
	var moved *tg.MigrateError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &many):
		return bot.RetryAfter{After: time.Duration(max(1, many.RetryAfter)) * time.Second}
	case errors.Is(err, tg.ErrorForbidden), errors.As(err, &moved), unreachable(err):
		return bot.Gone{Why: c.mask(err).Error()}
	}
	return fmt.Errorf("send to telegram: %w", c.mask(err))
}

func (c *Channel) try(ctx context.Context, p *tg.SendMessageParams) error {
	ctx, cancel := context.WithTimeout(ctx, sendPatience)
	defer cancel()
	_, err := c.bot.SendMessage(ctx, p)
	return err
}

// unreachable reports a 400 that says the chat does not exist any more.
func unreachable(err error) bool {
	if !errors.Is(err, tg.ErrorBadRequest) {
		return false
	}
	s := strings.ToLower(err.Error())
	return strings.Contains(s, "chat not found") || strings.Contains(s, "user is deactivated") || strings.Contains(s, "peer_id_invalid")
}

// pieces lays a reply out: the text in as many messages as it needs, the
// conclusion bold, the buttons under the last.
func (c *Channel) pieces(chat int64, r bot.Reply) []*tg.SendMessageParams {
	// Danger is answered while the resident looks at the chat, and its number
	// must be seen without a tap; everything else that is nobody's business may
	// arrive while the phone lies on the table.
	covered := r.Neutral && r.Kind != bot.KindUrgent
	room := longest
	if covered {
		room -= units(cover)
	}
	plain := r.Plain()
	var out []*tg.SendMessageParams
	for i, text := range split(plain, room) {
		p := &tg.SendMessageParams{ChatID: chat, DisableNotification: r.Neutral,
			LinkPreviewOptions: &models.LinkPreviewOptions{IsDisabled: tg.True()}}
		before, _, bold := strings.Cut(text, r.Say)
		bold = bold && r.Say != "" && i == 0
		lead := 0
		if covered {
			lead = units(cover)
			p.Entities = append(p.Entities, models.MessageEntity{Type: models.MessageEntityTypeSpoiler, Offset: lead, Length: units(text)})
			text = cover + text
		}
		if bold {
			p.Entities = append(p.Entities, models.MessageEntity{Type: models.MessageEntityTypeBold, Offset: lead + units(before), Length: units(r.Say)})
		}
		p.Text = text
		out = append(out, p)
	}
	if len(out) == 0 {
		return nil
	}
	if rows := c.keyboard(r); len(rows) > 0 {
		out[len(out)-1].ReplyMarkup = &models.InlineKeyboardMarkup{InlineKeyboard: rows}
	}
	return out
}

// keyboard lays the choices out, two in a row when both are short, then the
// ratings. Choices carry their number: a tap and a typed digit do the same.
func (c *Channel) keyboard(r bot.Reply) [][]models.InlineKeyboardButton {
	const short = 9 // characters, of which two fit side by side on a 5-inch phone
	var rows [][]models.InlineKeyboardButton
	add := func(choices []bot.Choice, numbered bool) {
		open := false // the last row has room for one more
		for i, ch := range choices {
			if ch.Do == "" || len(ch.Do) > 64 {
				c.log.Error("a choice Telegram cannot carry was left out", "label", ch.Label, "bytes", len(ch.Do))
				continue
			}
			b := models.InlineKeyboardButton{Text: ch.Label, CallbackData: ch.Do}
			if numbered {
				b.Text = strconv.Itoa(i+1) + " " + ch.Label
			}
			fits := utf8.RuneCountInString(b.Text) <= short
			if open && fits {
				rows[len(rows)-1] = append(rows[len(rows)-1], b)
				open = false
				continue
			}
			rows = append(rows, []models.InlineKeyboardButton{b})
			open = fits
		}
	}
	add(r.Choices, true)
	add(r.Rate, false)
	return rows
}

// split cuts text into pieces of at most room UTF-16 units: at the last
// newline that fits, else after the last sentence, else where it must.
func split(text string, room int) []string {
	var out []string
	for text = strings.TrimSpace(text); text != ""; text = strings.TrimLeft(text, "\n ") {
		end, line, sentence, used := len(text), 0, 0, 0
		for i, r := range text {
			n := 1
			if r > 0xFFFF {
				n = 2
			}
			if used+n > room {
				end = i
				break
			}
			used += n
			after := i + utf8.RuneLen(r)
			switch r {
			case '\n':
				line = i
			case '。', '？', '；', '…':
				sentence = after
			}
		}
		if end < len(text) {
			// A piece less than half full would be cut again for nothing.
			switch {
			case line > end/2:
				end = line
			case sentence > end/2:
				end = sentence
			}
		}
		out = append(out, strings.TrimRight(text[:end], "\n "))
		text = text[end:]
	}
	return out
}

// units counts UTF-16 units, the measure of Telegram's limits and offsets.
func units(s string) int {
	n := 0
	for _, r := range s {
		n++
		if r > 0xFFFF {
			n++
		}
	}
	return n
}
