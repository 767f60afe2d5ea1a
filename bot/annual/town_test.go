package annual

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"mingbai/bot/ledger"
	"mingbai/knowledge"
)

// clerk is the key of the person who signs in these tests.
const clerk = 7

// A town is a ledger of a small year with every figure that the report needs.
type town struct {
	*booker
	base *knowledge.Base
}

func newTown(t *testing.T) *town {
	t.Helper()
	base, err := knowledge.Load(knowledge.Overlay{})
	if err != nil {
		t.Fatal(err)
	}
	l, err := ledger.Open(context.Background(), "sqlite:"+filepath.Join(t.TempDir(), "m.db"), ledger.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	return &town{booker: &booker{t: t, l: l}, base: base}
}

// staff does what a clerk does on a day of January after the year.
func (x *town) staff(year int, f func(tx *ledger.Tx) error) {
	x.t.Helper()
	x.n++
	at := time.Date(year+1, 1, 10, 9, 0, x.n, 0, knowledge.Shanghai)
	if err := x.l.Do(context.Background(), "staff", at, f); err != nil {
		x.t.Fatal(err)
	}
}

// disputes books n disputes of a category, accepted on a day and ended a few
// days after: written, oral, failed, refused, or "" for open.
func (x *town) disputes(n int, day, category, outcome string, days int) {
	x.t.Helper()
	for range n {
		at, err := time.ParseInLocation("2006-01-02", day, knowledge.Shanghai)
		if err != nil {
			x.t.Fatal(err)
		}
		d := &ledger.Dispute{Township: "qingxi", Year: int64(at.Year()), Village: "hongyan", Category: category, Level: "village", State: "found", Rules: "{}"}
		step := func(after int, act, state string, more map[string]string) {
			x.n++
			err := x.l.Do(context.Background(), "d", at.AddDate(0, 0, after), func(tx *ledger.Tx) error {
				if act == "open" {
					if err := tx.OpenDispute(d); err != nil {
						return err
					}
				}
				d.State = state
				facts := map[string]string{"act": act}
				for k, v := range more {
					facts[k] = v
				}
				return tx.LogStep(d, 0, facts)
			})
			if err != nil {
				x.t.Fatal(err)
			}
		}
		step(0, "open", "found", nil)
		step(0, "apply", "applied", nil)
		step(0, "accept", "accepted", nil)
		switch outcome {
		case "written", "oral":
			step(days, "agree", "agreed", map[string]string{"outcome": outcome})
			step(days+1, "perform", "performed", nil)
		case "failed":
			step(days, "fail", "failed", nil)
			step(days+1, "paper", "failed", nil)
		case "refused":
			step(days, "refuse", "failed", nil)
			step(days+1, "paper", "failed", nil)
		}
	}
}

// enter signs a figure for every key that staff enter, and zeros for the
// courts'.
func (x *town) enter(year int, value func(key string) int64) {
	x.t.Helper()
	x.staff(year, func(tx *ledger.Tx) error {
		var errs []error
		for _, f := range Figures() {
			if f.Source != FromEntry {
				continue
			}
			if f.Sheet == Sheets[0] && !strings.HasPrefix(f.Key, "enforce.") {
				errs = append(errs, tx.SignZero("qingxi", &ledger.Zero{Key: f.Key, Year: year, Who: clerk, Words: "经核实，全年没有"}))
				continue
			}
			errs = append(errs, tx.Enter("qingxi", &ledger.Entered{Key: f.Key, Year: year, Value: value(f.Key), Who: clerk}))
		}
		return errors.Join(errs...)
	})
}

// play makes a year in which everything the report needs is there.
func (x *town) play(year, disputes int, value func(key string) int64) {
	x.t.Helper()
	day := func(s string) string { return fmt.Sprintf("%d-%s", year, s) }
	for n, role := range []string{ledger.Volunteer, ledger.Volunteer, ledger.GridHead} {
		village := []string{"hongyan", "hongyan", "hongyan"}[n]
		x.at(day("01-05 10:00"), func(tx *ledger.Tx, c *ledger.Chat, m *ledger.Message) error {
			_, err := tx.Join(c, role, village, "某人", "")
			return err
		})
	}
	for range 6 {
		x.at(day("02-05 10:00"), func(tx *ledger.Tx, c *ledger.Chat, m *ledger.Message) error {
			_, err := tx.Register(c, "hongyan", "本村村民", "1")
			return err
		})
		x.at(day("03-05 10:00"), func(tx *ledger.Tx, c *ledger.Chat, m *ledger.Message) error {
			matter, err := tx.OpenMatter(c, "hongyan", "工伤", "")
			if err != nil {
				return err
			}
			h, err := tx.HandOver(c, matter, "no-card", tx.Now.Add(time.Hour))
			if err != nil {
				return err
			}
			return tx.SetTimer("qingxi", "promise", h.ID, 0, tx.Now)
		})
	}
	x.at(day("04-05 10:00"), report("hongyan", "hongyan-1", "road", ledger.OutcomeTask, "done"))
	x.disputes(disputes, day("05-10"), "邻里纠纷", "written", 10)
	x.disputes(6, day("06-10"), "山林土地纠纷", "oral", 40)
	x.disputes(5, day("07-10"), "邻里纠纷", "failed", 3)
	x.disputes(2, day("08-10"), "合同纠纷", "refused", 2)
	x.staff(year, func(tx *ledger.Tx) error {
		return errors.Join(
			tx.Hold("qingxi", &ledger.Activity{Day: knowledge.Day(day("03-12")), Kind: ledger.ActivityStudy, Heads: 40, Who: clerk}),
			tx.Hold("qingxi", &ledger.Activity{Day: knowledge.Day(day("04-12")), Kind: ledger.ActivityPublicity, Heads: 300, Who: clerk}),
			tx.Hold("qingxi", &ledger.Activity{Day: knowledge.Day(day("12-04")), Kind: ledger.ActivitySettings, Setting: "school", Heads: 200, Who: clerk}),
			tx.Examine("qingxi", &ledger.Exam{Day: knowledge.Day(day("06-01")), Title: "法律考试", Pass: 600, Who: clerk,
				Scores: []ledger.Score{{Name: "甲", Mark: 910}, {Name: "乙", Mark: 590}}}),
			tx.Examine("qingxi", &ledger.Exam{Day: knowledge.Day(day("06-20")), Title: "补考", Pass: 600, Who: clerk, Scores: []ledger.Score{{Name: "乙", Mark: 700}}}))
	})
	x.enter(year, value)
}

// words writes what a person must write in a year.
func (x *town) words(year int) {
	x.t.Helper()
	x.staff(year, func(tx *ledger.Tx) error {
		slot := func(key, text string) error {
			return tx.WriteSlot("qingxi", &ledger.Slot{Year: year, Key: key, Text: text, Who: clerk})
		}
		return errors.Join(slot("duty", "党委书记、镇长带头学法，主持研究法治工作。"),
			slot("cause.unanswered", "工伤一类的问题，镇里懂的人少。"), slot("cause.overdue", "林地界线要等测量。"),
			slot("cause.villages", "外出务工的多，选人难。"), slot("cause.heads", "换届后还没有补齐。"),
			slot("measures.grids", "网格员走遍各组，上报事件{grid.events}，{grid.events~}。"), slot("day", fmt.Sprintf("%d-03-01", year+1)),
			tx.Record("qingxi", &ledger.Record{Kind: ledger.RegisterMeeting, Day: knowledge.Day(fmt.Sprintf("%d-02-03", year)), Title: "研究山林界线", Text: "请县里来测", Who: clerk}),
			tx.Record("qingxi", &ledger.Record{Kind: ledger.RegisterHonour, Day: knowledge.Day(fmt.Sprintf("%d-07-03", year)), Title: "全县禁毒示范{suits}乡镇。", Who: clerk}),
			tx.Record("qingxi", &ledger.Record{Kind: ledger.RegisterDuty, Day: knowledge.Day(fmt.Sprintf("%d-01-03", year-1)), Title: "《推进法治建设责任人职责清单》", Who: clerk}),
			tx.Record("qingxi", &ledger.Record{Kind: ledger.RegisterDuty, Day: knowledge.Day(fmt.Sprintf("%d-06-03", year)), Title: "《推进法治建设责任人职责清单》", Who: clerk}),
			tx.Promise("qingxi", &ledger.Promise{Year: year + 1, Text: "每个村配齐法律明白人", Who: clerk}))
	})
}

func (x *town) write(year int) *Report {
	x.t.Helper()
	r, err := Write(context.Background(), x.l, x.base.Township, year, time.Date(2027, 2, 1, 0, 0, 0, 0, knowledge.Shanghai))
	if err != nil {
		x.t.Fatal(err)
	}
	return r
}

func markdown(t *testing.T, r *Report) string {
	t.Helper()
	var buf bytes.Buffer
	if err := r.WriteMarkdown(&buf); err != nil {
		t.Fatal(err)
	}
	return buf.String()
}

// whole is a town of two years, of which the second is ready to be published.
func whole(t *testing.T) *town {
	x := newTown(t)
	x.play(2025, 30, func(string) int64 { return 40 })
	x.staff(2025, func(tx *ledger.Tx) error {
		done, not := ledger.Promise{Year: 2026, Text: "办一次法治讲坛。", Who: clerk}, ledger.Promise{Year: 2026, Text: "修好法律之家", Who: clerk}
		return errors.Join(tx.Promise("qingxi", &done), tx.Promise("qingxi", &not),
			tx.Judge("qingxi", done.ID, ledger.PromiseDone, "5月办了", clerk), tx.Judge("qingxi", not.ID, ledger.PromiseNotDone, "资金没有到位", clerk))
	})
	x.play(2026, 20, func(key string) int64 {
		return map[string]int64{"receptions": 40, "households.model": 41, "disputes.pretrial": 3, "enforce.land": 55}[key] + map[bool]int64{true: 0, false: 12}[key == "receptions" || key == "households.model" || key == "disputes.pretrial" || key == "enforce.land"]
	})
	x.words(2026)
	return x
}
