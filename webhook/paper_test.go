package webhook

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"mingbai/bot/ledger"
)

type onePaper struct{}

func (onePaper) Paper(_ context.Context, word string) (string, []byte, string, error) {
	if word != "7-right" {
		return "", nil, "", ledger.ErrNotFound
	}
	return "人民调解协议书.docx", []byte("PK"), "<!doctype html><p>协议</p>", nil
}

func TestPaper(t *testing.T) {
	h := (&Server{Papers: onePaper{}}).Handler()
	for _, tt := range []struct {
		path, kind, body string
		code             int
	}{
		{"/paper/7-right", "text/html; charset=utf-8", "<p>协议</p>", 200},
		{"/paper/7-right.docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", "PK", 200},
		{"/paper/7-wrong", "text/html; charset=utf-8", "没有这份文书", 404},
		{"/paper/7-wrong.docx", "text/html; charset=utf-8", "没有这份文书", 404},
	} {
		w := httptest.NewRecorder()
		h.ServeHTTP(w, httptest.NewRequest(http.MethodGet, tt.path, nil))
		if w.Code != tt.code || w.Header().Get("Content-Type") != tt.kind || !strings.Contains(w.Body.String(), tt.body) {
			t.Errorf("%s: %d %s %s", tt.path, w.Code, w.Header().Get("Content-Type"), w.Body)
		}
		policy := w.Header().Get("Content-Security-Policy")
		if tt.code == 200 && (w.Header().Get("Cache-Control") != "no-store" || strings.Contains(policy, "unsafe-inline") && strings.Contains(policy, "script-src")) {
			t.Errorf("%s may be kept or run: %v", tt.path, w.Header())
		}
	}
}
