package console

import (
	"bufio"
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"mingbai/bot"
	"mingbai/bot/ledger"
	"mingbai/bot/pace"
)

// stream opens /live and returns the words that come, closed at its end.
func (b *browser) stream(ctx context.Context) <-chan string {
	b.Helper()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, b.server.URL+"/console/live", nil)
	if err != nil {
		b.Fatal(err)
	}
	resp, err := b.http.Do(req)
	if err != nil {
		b.Fatal(err)
	}
	if resp.StatusCode != http.StatusOK || !strings.HasPrefix(resp.Header.Get("Content-Type"), "text/event-stream") {
		b.Fatalf("%d %s", resp.StatusCode, resp.Header.Get("Content-Type"))
	}
	out := make(chan string, 16)
	go func() {
		defer close(out)
		defer resp.Body.Close()
		for s := bufio.NewScanner(resp.Body); s.Scan(); {
			if strings.HasPrefix(s.Text(), "data: ") {
				out <- s.Text()
			}
		}
	}()
	return out
}

// A desk hears that something was done in its township, by the engine or by
// another desk, many things at once as one; not of another township; and no
// more when the program stops.
func TestLive(t *testing.T) {
	x := newTown(t)
	soft, err := pace.Open(context.Background(), "", nil)
	if err != nil {
		t.Fatal(err)
	}
	defer soft.Close()
	x.c = &Console{Ledger: x.l, Mind: mind, Now: x.c.Now, Live: soft}
	x.server.Config.Handler = x.c.Handler()
	x.fill()
	b := x.as(x.account(ledger.AccountClerk))
	news := b.stream(t.Context())
	for range 20 {
		soft.Announce(t.Context(), bot.DeskTopic("qingxi"), "")
	}
	soft.Announce(t.Context(), bot.DeskTopic("elsewhere"), "")
	if got, open := <-news; got != "data: new" {
		t.Fatalf("%q, %v", got, open)
	}
	x.post(b, "hongyan")
	if got, open := <-news; got != "data: new" {
		t.Fatalf("after another desk: %q, %v", got, open)
	}
	x.c.Close()
	for got := range news {
		if got != "data: new" {
			t.Errorf("at the end: %q", got)
		}
	}
}

// post corrects a topic at a desk.
func (x *town) post(b *browser, village string) {
	x.Helper()
	r := route{path: "/consultations/:id/topic"}
	if status, body, _ := b.ask(http.MethodPost, x.at(r, village), url.Values{"topic": {"继承"}}); status != http.StatusSeeOther {
		x.Fatalf("%d %s", status, body)
	}
}

// A page asked for by the script keeps no session open, and no page whose
// reading is noted has the script.
func TestLiveKeepsNothingOpen(t *testing.T) {
	x := newTown(t)
	x.fill()
	b := x.as(x.account(ledger.AccountClerk))
	for _, path := range livePages {
		if strings.Contains(path, ":") {
			t.Errorf("%s shows news by itself, but each reading of it is noted", path)
		}
	}
	if doc := b.get("/console/handovers"); !strings.Contains(doc, scriptHref) {
		t.Error("hand-overs do not show news")
	}
	if doc := b.get("/console/people"); strings.Contains(doc, scriptHref) {
		t.Error("a page with a form shows news")
	}
	for range 2 * int(ledger.SessionIdle/time.Hour) {
		x.now = x.now.Add(time.Hour)
		if status, _, _ := b.ask(http.MethodGet, "/console/", nil, liveHeader, "1"); status != http.StatusOK {
			if x.now.Sub(noon) < ledger.SessionIdle {
				t.Errorf("ended after %s", x.now.Sub(noon))
			}
			return
		}
	}
	t.Error("the script alone keeps a desk open")
}
