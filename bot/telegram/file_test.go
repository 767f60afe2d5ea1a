package telegram

import (
	"context"
	"errors"
	"strings"
	"testing"

	"mingbai/bot"
	"mingbai/bot/telegram/faketelegram"
)

func TestFetch(t *testing.T) {
	api := faketelegram.New()
	defer api.Close()
	api.File("p1", []byte("picture"))
	c, err := New(Config{Token: api.Token, API: api.URL}, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if body, err := c.Fetch(context.Background(), "p1"); err != nil || string(body) != "picture" {
		t.Errorf("got %q, %v", body, err)
	}
	var gone bot.Gone
	if _, err := c.Fetch(context.Background(), "p2"); !errors.As(err, &gone) {
		t.Errorf("a file Telegram does not know: %v, want Gone", err)
	}
	api.Fail("getFile", 500, 1)
	if _, err := c.Fetch(context.Background(), "p1"); err == nil || errors.As(err, &gone) || strings.Contains(err.Error(), api.Token) {
		t.Errorf("a server in trouble: %v, want an error to try again after, without the token", err)
	}
}
