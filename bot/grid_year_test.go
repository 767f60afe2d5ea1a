package bot

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"mingbai/bot/annual"
	"mingbai/bot/ledger"
	"mingbai/knowledge"
)

// A gridYear is a stage with four villages' heads and workers.
type gridYear struct {
	*stage
	chance                 *rand.Rand
	workers                []string
	events, disputes, done int
}

func newGridYear(t *testing.T) *gridYear {
	y := &gridYear{stage: newStage(t), chance: rand.New(rand.NewPCG(1, 2))}
	y.join("镇", ledger.Clerk, "")
	for _, v := range y.e.Mind().Base.Township.Villages[:4] {
		for _, g := range v.Grids {
			y.join("长"+g.ID, ledger.GridHead, g.ID)
			for n := range 3 {
				w := fmt.Sprint("员", g.ID, n)
				y.join(w, ledger.GridWorker, g.ID)
				y.workers = append(y.workers, w)
			}
		}
	}
	return y
}

// report has workers report so many events over some days.
func (y *gridYear) report(n int) {
	y.t.Helper()
	texts := []string{"桥头路灯不亮了", "三组垃圾池满了", "李家湾公路塌了个坑", "二组水管爆了没得水吃", "村口电杆歪了", "二组路边丢了几头死猪", "后山掉石头", "河边两家为地界扯皮"}
	for i := range n {
		w, text := y.workers[y.chance.IntN(len(y.workers))], texts[i%len(texts)]
		asked := last(y.say(w, text))
		if got := last(y.say(w, "1")); !strings.Contains(got, "报上去了") {
			y.t.Fatalf("%s reports %s: %s, then %s", w, text, asked, got)
		}
		y.events++
		if strings.Contains(text, "扯皮") {
			y.disputes++
		}
		if i%20 == 19 {
			y.move(y.now.Add(9 * time.Hour).In(knowledge.Shanghai).Format("2006-01-02 15:04"))
		}
	}
}

// order has heads and staff send so many tasks.
func (y *gridYear) order(n int) {
	for sent := 0; sent < n; {
		v := y.e.Mind().Base.Township.Villages[y.chance.IntN(4)]
		head := "长" + v.Grids[y.chance.IntN(len(v.Grids))].ID
		if n-sent < 15 {
			y.say("镇", "派 "+v.Grids[0].Name+" 查一遍水塘护栏 3天")
			y.say("镇", "[派下去]")
			sent++
			continue
		}
		y.say(head, "派 全村 查一遍水塘护栏 3天")
		y.say(head, "[每人一件，共15件]")
		sent += 15
	}
}

// close has each worker close one task.
func (y *gridYear) close() {
	for _, w := range y.workers {
		y.say(w, "任务")
		if y.button(w, "办好了") == "" {
			continue
		}
		y.say(w, "[办好了]")
		if strings.Contains(last(y.say(w, "看过了，都好")), "办结") {
			y.done++
		}
	}
}

// 200 events and 1,000 tasks go through the engine; the journal's figures, the
// report's and the township's own tally are the same.
func TestGridYear(t *testing.T) {
	y := newGridYear(t)
	start := time.Now()
	y.report(200)
	y.order(1000 - (y.events - y.disputes)) // each event that is no dispute is a task already
	y.close()
	t.Logf("%d events and 1000 tasks in %s", y.events, time.Since(start).Round(time.Millisecond))
	y.move(y.now.AddDate(0, 0, 12).In(knowledge.Shanghai).Format("2006-01-02 15:04"))
	y.prove()
	town := y.e.Mind().Base.Township
	r, err := annual.Count(context.Background(), y.e.Ledger, town, 2026, y.now)
	if err != nil {
		t.Fatal(err)
	}
	if faults := r.Lint(); len(faults) > 0 {
		t.Error(faults)
	}
	by := map[string]float64{}
	for _, i := range r.Indicators {
		by[i.Key] = i.Value
	}
	var sum ledger.GridCell
	err = y.e.Ledger.View(context.Background(), func(v *ledger.View) error {
		cells, err := ledger.CountGrids(v, town.ID, y.now.AddDate(0, -2, 0), y.now)
		for _, c := range cells {
			sum.Events, sum.Tasks, sum.Done, sum.InTime, sum.Late = sum.Events+c.Events, sum.Tasks+c.Tasks, sum.Done+c.Done, sum.InTime+c.InTime, sum.Late+c.Late
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if y.done == 0 || sum.Late != 1000-sum.InTime {
		t.Errorf("%d closed, %d in time, %d late; what was not in time is late by now", y.done, sum.InTime, sum.Late)
	}
	for key, want := range map[string][2]int64{
		"grid.events": {200, sum.Events}, "grid.tasks": {1000, sum.Tasks}, "grid.tasks.done": {int64(y.done), sum.Done},
		"grid.events.dispute": {int64(y.disputes), int64(y.disputes)}, "grid.tasks.late": {sum.Late, sum.Late},
		"grid.workers": {60, 60}, "grid.heads": {20, 20}, "grid.grids": {55, 55},
	} {
		if by[key] != float64(want[0]) || want[0] != want[1] {
			t.Errorf("%s: the report says %g, the town %d, the journal %d", key, by[key], want[0], want[1])
		}
	}
}
