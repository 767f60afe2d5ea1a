package console

import (
	"context"
	_ "embed"
	"net/http"
	"time"

	"github.com/gin-gonic/gin"

	"mingbai/bot"
	"mingbai/bot/ledger"
	"mingbai/bot/pace"
)

// A Live tells that something of a township was done, by the engine or by
// another desk.
type Live interface {
	Listen(ctx context.Context, topics ...string) <-chan pace.Event
	Announce(ctx context.Context, topic, payload string)
}

const (
	// liveHeader marks a page that is asked for by the script to show what is
	// new: nobody is at the desk for that.
	liveHeader = "X-Live"
	// A proxy forgets a silent connection after about a minute. The beat also
	// ends the stream of a session that has ended.
	liveBeat = 25 * time.Second
	// Much may happen at once; a page is asked for no more often than this.
	liveRest = 2 * time.Second
	// More open desks than one machine should hold; the pages still work.
	mostDesks = 512
	// A desk that takes nothing for this long is gone.
	livePatience = 10 * time.Second
)

// livePages show by themselves what is new; never a page whose reading is noted.
var livePages = []string{"/", "/consultations", "/handovers", "/disputes", "/grid"}

//go:embed console.js
var script []byte

const scriptPath = "/console/console.js"

var scriptHref = scriptPath + "?v=" + digest(script)

func serveScript(x *gin.Context) {
	x.Header("Cache-Control", "public, max-age=86400")
	x.Data(http.StatusOK, "text/javascript; charset=utf-8", script)
}

// live sends a word whenever something was done in the township (server-sent
// events); what, the page itself says when it is asked for again, so that an
// account never hears of what it may not see.
func (v *visit) live() error {
	if v.c.desks.Add(1) > mostDesks {
		v.c.desks.Add(-1)
		v.Status(http.StatusNoContent) // tells the browser not to ask again
		return nil
	}
	defer v.c.desks.Add(-1)
	h := v.Writer.Header()
	h.Set("Content-Type", "text/event-stream; charset=utf-8")
	h.Set("X-Accel-Buffering", "no") // nginx would keep the lines to itself
	ctx := v.Request.Context()
	var news <-chan pace.Event
	if v.c.Live != nil {
		news = v.c.Live.Listen(ctx, bot.DeskTopic(v.account.Township))
	}
	beat := time.NewTicker(liveBeat)
	defer beat.Stop()
	rest := time.NewTimer(liveRest)
	defer rest.Stop()
	resting, waiting := true, false
	ok := v.push("retry: 5000\n\n")
	for ok {
		select {
		case <-ctx.Done():
			return nil
		case <-v.c.closing():
			return nil
		case _, open := <-news:
			if !open {
				news = nil
				continue
			}
			if waiting = resting; waiting {
				continue
			}
			ok = v.push("data: new\n\n")
			resting = true
			rest.Reset(liveRest)
		case <-rest.C:
			if resting = waiting; waiting {
				waiting = false
				ok = v.push("data: new\n\n")
				rest.Reset(liveRest)
			}
		case <-beat.C:
			ok = v.stillSignedIn() && v.push(":\n\n")
		}
	}
	return nil
}

// push writes to the stream; false means that nobody reads.
func (v *visit) push(s string) bool {
	rc := http.NewResponseController(v.Writer)
	_ = rc.SetWriteDeadline(time.Now().Add(livePatience)) // a recorder in a test has none
	if _, err := v.Writer.WriteString(s); err != nil {
		return false
	}
	return rc.Flush() == nil
}

func (v *visit) stillSignedIn() bool {
	return v.view(func(r *ledger.View) error {
		_, _, err := ledger.AccountBySession(r, v.word, v.c.now())
		return err
	}) == nil
}

// closing is closed when the program stops.
func (c *Console) closing() <-chan struct{} {
	c.once.Do(func() { c.closed = make(chan struct{}) })
	return c.closed
}

// Close ends the open event streams, which would otherwise keep the server
// from stopping.
func (c *Console) Close() {
	c.closing()
	c.stop.Do(func() { close(c.closed) })
}
