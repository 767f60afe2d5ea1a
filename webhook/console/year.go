package console

import (
	"context"
	"net/http"
	"strconv"
	"sync"
	"time"

	"mingbai/bot/annual"
	"mingbai/bot/ledger"
)

// freshFor is how long a count of an unfinished year is shown while nothing was
// recorded: what is overdue moves with the clock.
const freshFor = 10 * time.Minute

// A yearCache keeps the last year that was counted, in brief. Counting reads
// what the grids did in two years; pages that are turned one after the other
// should not each wait for it. One count at a time: a crowd of readers waits for
// the first.
type yearCache struct {
	sync.Mutex
	year    int
	version int64
	at      time.Time
	report  *annual.Report
}

// report counts a year and composes its report, without the platform's records,
// or takes the one that was made while nothing has been recorded since. It is
// shared: nobody may change it.
func (c *Console) report(ctx context.Context, year int, now time.Time) (*annual.Report, error) {
	k := &c.years
	k.Lock()
	defer k.Unlock()
	var version int64
	err := c.Ledger.View(ctx, func(r *ledger.View) (err error) {
		version, err = ledger.Version(r)
		return err
	})
	if err != nil {
		return nil, err
	}
	if age := now.Sub(k.at); k.report != nil && k.year == year && k.version == version && age >= 0 && age < freshFor {
		return k.report, nil
	}
	r, err := annual.Brief(ctx, c.Ledger, c.Mind().Base.Township, year, now)
	if err != nil {
		return nil, err
	}
	k.year, k.version, k.at, k.report = year, version, now, r
	return r, nil
}

// earliest is the first year that can be asked for.
const earliest = 2000

// usual is the year people mean: until the report is out, by the end of March,
// the one before.
func usual(now time.Time) int {
	now = now.In(shanghai)
	if now.Month() <= time.March {
		return now.Year() - 1
	}
	return now.Year()
}

// yearOf reads the year of an address or a form; without one, the usual.
func (v *visit) yearOf(s string) (int, error) {
	if s == "" {
		return usual(v.now), nil
	}
	y, err := strconv.Atoi(s)
	if err != nil || y < earliest || y > v.now.In(shanghai).Year() {
		return 0, &refusal{http.StatusBadRequest, "年份写得不对", "从" + strconv.Itoa(earliest) + "到今年。"}
	}
	return y, nil
}

// yearChoices are the present year and the five before, and the one chosen.
func (v *visit) yearChoices(chosen int) []option {
	var out []option
	now, in := v.now.In(shanghai).Year(), false
	for y := now; y > now-6; y-- {
		out = append(out, option{strconv.Itoa(y), strconv.Itoa(y) + "年", y == chosen})
		in = in || y == chosen
	}
	if !in {
		out = append(out, option{strconv.Itoa(chosen), strconv.Itoa(chosen) + "年", true})
	}
	return out
}
