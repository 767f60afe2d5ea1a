package webhook

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"

	"mingbai/bot/telegram"
	"mingbai/bot/telegram/faketelegram"
	"mingbai/knowledge"
	"mingbai/webhook/chat"
)

// FuzzWebhook posts arbitrary bytes to both doors, with the right secret: no
// answer may be a failure of ours, and a stranger's post is refused unread.
// For longer: go test ./webhook -run '^$' -fuzz FuzzWebhook -fuzztime 60s
func FuzzWebhook(f *testing.F) {
	d := &door{}
	tc, err := telegram.New(telegram.Config{Token: faketelegram.Token, API: "http://127.0.0.1:1", Secret: secret, Webhook: "https://x" + TelegramPath}, d, nil)
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(tc.Close)
	h := (&Server{Telegram: tc, TelegramSecret: secret, Chat: &chat.Pages{Door: d, Township: &knowledge.Township{Name: "青溪镇"}}}).Handler()
	f.Add([]byte(update))
	f.Add([]byte(`{"update_id":1,"callback_query":{"id":"1","from":{"id":1},"data":"law:x"}}`))
	f.Add([]byte("{\"update_id\":-1,\"message\":{\"chat\":{},\"text\":\"\xff\x00\"}}"))
	f.Fuzz(func(t *testing.T, body []byte) {
		req := httptest.NewRequest(http.MethodPost, TelegramPath, bytes.NewReader(body))
		req.Header.Set(secretHeader, secret)
		w := httptest.NewRecorder()
		h.ServeHTTP(w, req)
		if w.Code >= 500 {
			t.Errorf("%q: %d", body, w.Code)
		}
		before := d.count()
		w = httptest.NewRecorder()
		h.ServeHTTP(w, httptest.NewRequest(http.MethodPost, TelegramPath, bytes.NewReader(body)))
		if w.Code != http.StatusUnauthorized || d.count() != before {
			t.Errorf("a stranger's %q: %d", body, w.Code)
		}
		form := url.Values{"nonce": {"abcdefgh12345678"}, "text": {string(body)}}
		req = httptest.NewRequest(http.MethodPost, "/say", bytes.NewReader([]byte(form.Encode())))
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		w = httptest.NewRecorder()
		h.ServeHTTP(w, req)
		if w.Code >= 500 {
			t.Errorf("said %q: %d", body, w.Code)
		}
	})
}
