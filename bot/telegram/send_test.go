package telegram

import (
	"errors"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"mingbai/bot"
	"mingbai/bot/telegram/faketelegram"
)

var full = bot.Reply{
	Kind:  bot.KindAnswer,
	Say:   "先别拆墙、别动手。先拍照，再请村里来量地界。",
	Steps: []string{"今天：拍下墙和老界石，找出宅基地证。", "这几天：请村调解委员会上门，两家一起指界。"},
	Cites: []bot.Cite{{Law: "民法典", Article: "第二百三十六条"}},
	Law:   "现行有效，今天核对。",
	Choices: []bot.Choice{{Label: "看法条", Do: "law"}, {Label: "申请调解", Do: "mediate"},
		{Label: "不是这个，是邻居家的树枝伸过来了", Do: "other"}, {Label: "找人说", Do: "person"}},
	Rate: []bot.Choice{{Label: "有用", Do: "rate:1:9"}, {Label: "没用", Do: "rate:0:9"}},
}

func labels(rows [][]faketelegram.Button) string {
	var out []string
	for _, row := range rows {
		var r []string
		for _, b := range row {
			r = append(r, b.Text)
		}
		out = append(out, strings.Join(r, "|"))
	}
	return strings.Join(out, "\n")
}

func TestSend(t *testing.T) {
	c, s := start(t, &door{}, Config{})
	if err := c.Send(t.Context(), "7", full); err != nil {
		t.Fatal(err)
	}
	got := s.Sent()[0]
	if got.Chat != 7 || got.Text != full.Plain() || got.Silent || got.Hidden {
		t.Errorf("got %+v", got)
	}
	want := "1 看法条|2 申请调解\n3 不是这个，是邻居家的树枝伸过来了\n4 找人说\n有用|没用"
	if l := labels(got.Buttons); l != want {
		t.Errorf("buttons:\n%s\nwant:\n%s", l, want)
	}
	if d := got.Buttons[0][1].Data; d != "mediate" {
		t.Errorf("data %q", d)
	}
}

func TestSendNeutral(t *testing.T) {
	c, s := start(t, &door{}, Config{})
	later := bot.Reply{Kind: bot.KindPerson, Say: "妇联冉大姐：", Text: "保护令的事办好了。", Neutral: true}
	now := bot.Reply{Kind: bot.KindUrgent, Say: "能走就走。", Calls: []bot.Call{{Number: "110", For: "现在就报警"}}, Neutral: true}
	for _, r := range []bot.Reply{later, now} {
		if err := c.Send(t.Context(), "7", r); err != nil {
			t.Fatal(err)
		}
	}
	got := s.Sent()
	if !strings.HasPrefix(got[0].Text, cover) || !got[0].Hidden || !got[0].Silent || !strings.Contains(got[0].Text, "保护令") {
		t.Errorf("a push would show it: %+v", got[0])
	}
	if got[1].Hidden || !strings.HasPrefix(got[1].Text, "☎ 110") || !got[1].Silent {
		t.Errorf("danger: the number must stand first and open: %+v", got[1])
	}
}

func TestSendErrors(t *testing.T) {
	c, s := start(t, &door{}, Config{})
	s.Limit(7, 1, 3*time.Second)
	var wait bot.RetryAfter
	if err := c.Send(t.Context(), "7", full); !errors.As(err, &wait) || wait.After != 3*time.Second {
		t.Errorf("429: got %v", err)
	}
	if err := c.Send(t.Context(), "7", full); err != nil {
		t.Errorf("after waiting: %v", err)
	}
	s.Block(8, true)
	for _, chat := range []string{"8", "not a chat", "0"} {
		var gone bot.Gone
		if err := c.Send(t.Context(), chat, full); !errors.As(err, &gone) {
			t.Errorf("chat %s: got %v, want Gone", chat, err)
		}
	}
	s.Fail("sendMessage", 502, 1)
	err := c.Send(t.Context(), "7", full)
	if err == nil || errors.As(err, &wait) || errors.As(err, new(bot.Gone)) {
		t.Errorf("502: got %v, want an error to try again", err)
	}
	// Buttons Telegram refuses must not keep the words back.
	odd := full
	odd.Choices = []bot.Choice{{Label: "太长", Do: strings.Repeat("x", 65)}, {Label: "好", Do: "ok"}}
	if err := c.Send(t.Context(), "9", odd); err != nil {
		t.Errorf("a choice too long: %v", err)
	}
	got := s.Sent()
	if l := labels(got[len(got)-1].Buttons); l != "2 好\n有用|没用" {
		t.Errorf("buttons:\n%s", l)
	}
	if err := c.Send(t.Context(), "9", bot.Reply{Kind: bot.KindNote}); err != nil {
		t.Errorf("nothing to say: %v", err)
	}
}

func TestSendLong(t *testing.T) {
	c, s := start(t, &door{}, Config{})
	long := full
	long.Text = strings.Repeat("这是一句不短的话，后面还有。", 700)
	if err := c.Send(t.Context(), "7", long); err != nil {
		t.Fatal(err)
	}
	n := len(s.Sent())
	if n < 3 {
		t.Fatalf("%d pieces", n)
	}
	for i, m := range s.Sent() {
		if last := i == n-1; (len(m.Buttons) > 0) != last {
			t.Errorf("piece %d of %d has %d rows of buttons", i+1, n, len(m.Buttons))
		}
		if !strings.HasSuffix(m.Text, "。") {
			t.Errorf("piece %d ends inside a sentence: …%s", i+1, m.Text[len(m.Text)-30:])
		}
	}
}

// What was sent before the 429 is not sent again.
func TestSendResumes(t *testing.T) {
	c, s := start(t, &door{}, Config{})
	long := bot.Reply{Kind: bot.KindNote, Text: strings.Repeat("这是一句不短的话，后面还有。", 700)}
	n := len(c.pieces(7, long))
	ctx := soon(t)
	stop := make(chan struct{})
	go func() { // refuse as soon as one piece is out
		defer close(stop)
		if _, err := s.WaitSent(ctx, 1); err == nil {
			s.Limit(7, 1, time.Second)
		}
	}()
	for range 10 * n {
		err := c.Send(ctx, "7", long)
		if err == nil {
			break
		}
		if !errors.As(err, new(bot.RetryAfter)) {
			t.Fatal(err)
		}
	}
	<-stop
	var text strings.Builder
	for _, m := range s.Sent() {
		text.WriteString(m.Text)
	}
	if got := len(s.Sent()); got != n || text.String() != long.Text {
		t.Errorf("%d messages for %d pieces", got, n)
	}
	if len(c.part) != 0 {
		t.Errorf("progress kept: %v", c.part)
	}
}

func TestSplit(t *testing.T) {
	tests := []struct {
		name string
		text string
		room int
		want []string
	}{
		{"fits", "好。", 10, []string{"好。"}},
		{"empty", "  \n", 10, nil},
		{"at the newline", "一二三四五。\n六七八九", 8, []string{"一二三四五。", "六七八九"}},
		{"after the sentence", "一二三四。五六七八九", 8, []string{"一二三四。", "五六七八九"}},
		{"where it must", "一二三四五六七八九", 4, []string{"一二三四", "五六七八", "九"}},
		{"pairs stay whole", "🙂🙂🙂", 3, []string{"🙂", "🙂", "🙂"}},
		{"a newline too early is no place", "一\n二三四五六七八九", 8, []string{"一\n二三四五六七", "八九"}},
	}
	for _, tt := range tests {
		got := split(tt.text, tt.room)
		if strings.Join(got, "/") != strings.Join(tt.want, "/") {
			t.Errorf("%s: got %q, want %q", tt.name, got, tt.want)
		}
	}
}

func FuzzSplit(f *testing.F) {
	f.Add("先别拆墙。\n先拍照🙂，再请村里来量。", 7)
	f.Fuzz(func(t *testing.T, text string, room int) {
		if !utf8.ValidString(text) || room < 2 || room > 5000 {
			t.Skip()
		}
		got := split(text, room)
		squeeze := func(s string) string { return strings.NewReplacer("\n", "", " ", "").Replace(strings.TrimSpace(s)) }
		if squeeze(strings.Join(got, "")) != squeeze(text) {
			t.Errorf("%q became %q", text, got)
		}
		for _, p := range got {
			if units(p) > room || p == "" {
				t.Errorf("%q: piece of %d units, room %d", p, units(p), room)
			}
		}
	})
}
