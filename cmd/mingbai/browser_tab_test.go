package main

import (
	"context"
	"flag"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/pquerna/otp/hotp"
)

var shots = flag.String("shots", "", "a folder for pictures of the pages that TestBrowser sees, as a phone and as a desk show them")

// A tab is a tab of a real Chromium.
type tab struct {
	*testing.T
	ctx    context.Context
	base   string
	name   string // who sits there
	login  string
	secret string // of the account's second factor
	step   int64  // the last one used
}

// patience is how long a page may take; it decides no test that passes.
const patience = 15 * time.Second

// chromium is where the browser is. Without one the test is skipped, but not in
// CI.
func chromium(t *testing.T) string {
	t.Helper()
	path, err := exec.LookPath("chromium")
	if err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal("chromium is not installed")
		}
		t.Skip("chromium is not installed")
	}
	return path
}

// openTab starts the browser.
func openTab(t *testing.T, path, base string) *tab {
	t.Helper()
	opts := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(path), chromedp.Flag("no-sandbox", true), chromedp.WindowSize(1280, 900))
	alloc, stop := chromedp.NewExecAllocator(context.Background(), opts...)
	ctx, cancel := chromedp.NewContext(alloc)
	t.Cleanup(func() { cancel(); stop() })
	if err := chromedp.Do(ctx); err != nil {
		t.Fatal(err)
	}
	x := &tab{T: t, ctx: ctx, base: base, name: "周敏", login: "zhoumin"}
	x.watch()
	return x
}

// another is a tab of somebody else: it shares no cookies with x.
func (x *tab) another(name, login string) *tab {
	x.Helper()
	ctx, cancel := chromedp.NewContext(x.ctx, chromedp.WithNewBrowserContext())
	x.Cleanup(cancel)
	if err := chromedp.Do(ctx); err != nil {
		x.Fatal(err)
	}
	y := &tab{T: x.T, ctx: ctx, base: x.base, name: name, login: login}
	y.watch()
	return y
}

// watch fails the test for a script that broke and for what the content policy
// kept out.
func (x *tab) watch() {
	x.Helper()
	thrown, logged := chromedp.Events(x.ctx, runtime.ExceptionThrown), chromedp.Events(x.ctx, log.EntryAdded)
	var wg sync.WaitGroup
	wg.Go(func() {
		for ev, err := range thrown {
			if err != nil {
				return
			}
			x.Errorf("a script broke: %v", &chromedp.ExceptionError{ExceptionDetails: ev.ExceptionDetails})
		}
	})
	wg.Go(func() {
		for ev, err := range logged {
			if err != nil {
				return
			}
			if strings.Contains(ev.Entry.Text, "Content Security Policy") {
				x.Errorf("against the content policy: %s", ev.Entry.Text)
			}
		}
	})
	x.Cleanup(func() {
		if err := chromedp.Cancel(x.ctx); err != nil {
			x.Log(err)
		}
		wg.Wait()
	})
}

// do runs steps, and fails with what the page shows.
func (x *tab) do(what string, steps ...chromedp.Action[chromedp.Void]) {
	x.Helper()
	ctx, cancel := context.WithTimeout(x.ctx, patience)
	defer cancel()
	if err := chromedp.Do(ctx, steps...); err != nil {
		x.Fatalf("%s: %v\n%s", what, err, x.text())
	}
}

// leads runs steps that open another page, and checks its status.
func (x *tab) leads(what string, status int64, steps ...chromedp.Action[chromedp.Void]) {
	x.Helper()
	ctx, cancel := context.WithTimeout(x.ctx, patience)
	defer cancel()
	res, err := chromedp.RunResponse(ctx, steps...)
	if err != nil {
		x.Fatalf("%s: %v\n%s", what, err, x.text())
	}
	if res.Status != status {
		x.Fatalf("%s: %d, want %d\n%s", what, res.Status, status, x.text())
	}
}

func (x *tab) open(path string) {
	x.Helper()
	x.leads("open "+path, http.StatusOK, chromedp.Navigate(x.base+path))
}

// until waits for an expression to be true on the page that stands.
func (x *tab) until(what, expression string) {
	x.Helper()
	for deadline := time.Now().Add(patience); ; time.Sleep(20 * time.Millisecond) {
		if x.eval(`String(!!(`+expression+`))`) == "true" {
			return
		}
		if time.Now().After(deadline) {
			x.Fatalf("%s: never came\n%s", what, x.text())
		}
	}
}

// see waits for words on the page.
func (x *tab) see(words ...string) {
	x.Helper()
	for _, w := range words {
		x.until("see "+w, fmt.Sprintf(`document.body.innerText.includes(%q)`, w))
	}
}

func (x *tab) text() string { return x.eval(`location.href + "\n" + document.body.innerText`) }

// eval is what an expression gives, a string. Between two pages there is
// nothing to ask, so it asks again.
func (x *tab) eval(expression string) string {
	x.Helper()
	ctx, cancel := context.WithTimeout(x.ctx, patience)
	defer cancel()
	for {
		s, err := chromedp.Run(ctx, chromedp.Evaluate[string](expression))
		if err == nil {
			return s
		}
		if ctx.Err() != nil {
			x.Fatalf("%s: %v", expression, err)
		}
		time.Sleep(20 * time.Millisecond)
	}
}

// write types into fields, by the names they have in a form.
func (x *tab) write(form string, pairs ...string) {
	x.Helper()
	for i := 0; i < len(pairs); i += 2 {
		sel := form + ` [name="` + pairs[i] + `"]`
		x.eval(`document.querySelector(` + strconv.Quote(sel) + `).value = ""`)
		x.do("type into "+pairs[i], chromedp.SendKeys(chromedp.CSS(sel), pairs[i+1]))
	}
}

// shot takes pictures of the page, if asked for.
func (x *tab) shot(name string) {
	x.Helper()
	if *shots == "" {
		return
	}
	for _, w := range []int64{390, 1280} {
		x.do("size", chromedp.EmulateViewport(w, 844))
		b, err := chromedp.Run(x.ctx, chromedp.FullScreenshot(100))
		if err == nil {
			err = os.WriteFile(filepath.Join(*shots, fmt.Sprintf("%s-%d.png", name, w)), b, 0o644)
		}
		if err != nil {
			x.Fatal(err)
		}
		if wide := x.eval(`String(document.documentElement.scrollWidth)`); wide != strconv.FormatInt(w, 10) {
			x.Errorf("%s is %s wide on a screen of %d", name, wide, w)
		}
	}
}

// code is a code of the second factor that was not used before: of the period
// before this one, this one or the next, which are all good.
func (x *tab) code() string {
	x.Helper()
	const period = 30
	now := time.Now()
	step := max(x.step+1, now.Unix()/period-1)
	if now.Unix()%period > period-5 {
		step = max(step, now.Unix()/period) // the one before is nearly over
	}
	if ahead := time.Until(time.Unix((step-1)*period, 0)); ahead > 0 {
		time.Sleep(ahead) // a phone shows it only then
	}
	x.step = step
	c, err := hotp.GenerateCode(x.secret, uint64(step))
	if err != nil {
		x.Fatal(err)
	}
	return c
}
