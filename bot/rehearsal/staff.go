package rehearsal

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"mingbai/bot/annual"
	"mingbai/bot/ledger"
	"mingbai/knowledge"
)

// wanted are the figures of the town's report that staff enter, by key; Want adds
// those that the plan decides.
var wanted = map[string]int64{
	"study.sessions": 4, "exam.sat": 53, "exam.passed": 53,
	"enforce.land": 55, "enforce.street": 5, "enforce.obstruct": 3, "enforce.blasting": 1, "enforce.fireworks": 1, "enforce.traffic": 125,
	"suits.enforcement": 0, "reviews": 0, "suits": 0,
	"households.model": 22, "publicity.events": 6, "settings.events": 8, "disputes.pretrial": 5, "petitions.legacy": 4,
	"jobs.public": 413, "rescue.team": 40, "receptions": 96,
	"oversight.inspection": 153, "oversight.complaints": 8, "oversight.online": 12, "oversight.opinion": 9, "oversight.supervisors": 12,
}

// zeros are the figures of which somebody signs that there was nothing.
var zeros = []string{"suits.enforcement", "reviews", "suits"}

// monthly are the figures that staff enter month by month.
var monthly = []string{"enforce.land", "enforce.street", "enforce.obstruct", "enforce.blasting", "enforce.fireworks", "enforce.traffic",
	"petitions.legacy", "receptions", "oversight.inspection", "oversight.complaints", "oversight.online", "oversight.opinion", "oversight.supervisors"}

// held are the year's activities: the day, the kind, where.
var held = []struct {
	day           string // month and day
	kind, setting string
	place         string
	heads         int64
}{
	{"02-22", ledger.ActivityStudy, "", "镇政府会议室", 62}, {"05-16", ledger.ActivityStudy, "", "镇政府会议室", 58},
	{"08-23", ledger.ActivityStudy, "", "镇党校", 64}, {"11-15", ledger.ActivityStudy, "", "镇政府会议室", 60},
	{"03-15", ledger.ActivityPublicity, "", "新街场口", 320}, {"04-14", ledger.ActivityPublicity, "", "村委会院坝", 180},
	{"06-26", ledger.ActivityPublicity, "", "正街", 260}, {"09-18", ledger.ActivityPublicity, "", "社区广场", 210},
	{"11-09", ledger.ActivityPublicity, "", "新街场口", 240}, {"12-04", ledger.ActivityPublicity, "", "镇文化广场", 400},
	{"03-08", ledger.ActivitySettings, "village", "村委会院坝", 90}, {"03-29", ledger.ActivitySettings, "school", "镇中心小学", 420},
	{"05-24", ledger.ActivitySettings, "organ", "镇政府", 70}, {"06-07", ledger.ActivitySettings, "firm", "砂石厂", 55},
	{"09-06", ledger.ActivitySettings, "school", "镇中学", 610}, {"10-18", ledger.ActivitySettings, "community", "社区广场", 130},
	{"10-27", ledger.ActivitySettings, "unit", "镇卫生院", 45}, {"12-06", ledger.ActivitySettings, "village", "村小院坝", 110},
}

// planStaff has a clerk enter, on the days themselves, what no bot sees.
func (y *year) planStaff() {
	town := y.ownLane()
	do := func(at time.Time, f func(tx *ledger.Tx, who int64, day knowledge.Day) error) {
		if at.Before(y.From.Add(24*time.Hour)) || !at.Before(y.To) {
			return
		}
		town.at(y.dice, at, func(t *talk) {
			t.err = y.sign(t.ctx, t.l.now, func(tx *ledger.Tx, who int64) error { return f(tx, who, knowledge.DayOf(t.l.now)) })
		})
	}
	for year := y.From.In(knowledge.Shanghai).Year(); year <= y.To.In(knowledge.Shanghai).Year(); year++ {
		on := func(day string) time.Time {
			return knowledge.Day(fmt.Sprintf("%d-%s", year, day)).Time().Add(16 * time.Hour)
		}
		for _, a := range held {
			do(on(a.day), func(tx *ledger.Tx, who int64, day knowledge.Day) error {
				return tx.Hold(y.town.ID, &ledger.Activity{Day: day, Kind: a.kind, Setting: a.setting, Place: a.place, Heads: a.heads, Body: "司法所", Who: who})
			})
		}
		do(on("09-20"), func(tx *ledger.Tx, who int64, day knowledge.Day) error {
			return tx.Examine(y.town.ID, sheet(day, who, 0))
		})
		do(on("10-12"), func(tx *ledger.Tx, who int64, day knowledge.Day) error {
			return tx.Examine(y.town.ID, sheet(day, who, 1))
		})
	}
	for _, month := range y.months() {
		last := month.AddDate(0, 1, -1).Add(17 * time.Hour)
		do(last, func(tx *ledger.Tx, who int64, day knowledge.Day) error {
			var errs []error
			for _, key := range monthly {
				n := share(wanted[key], int(month.Month()))
				errs = append(errs, tx.Enter(y.town.ID, &ledger.Entered{Key: key, Year: month.Year(), Month: int(month.Month()), Value: n, Who: who}))
			}
			return errors.Join(errs...)
		})
	}
}

// share is a month's part of a year's sum; the twelve add up to it.
func share(sum int64, month int) int64 {
	m := int64(month)
	return sum*m/12 - sum*(m-1)/12
}

// Officials who sit the year's exam in law, and the mark that passes, in tenths.
const (
	officials = 53
	passMark  = 600
	failed    = 3 // who sit again
)

// sheet is the score sheet of the exam, or of the second try.
func sheet(day knowledge.Day, who int64, try int) *ledger.Exam {
	e := &ledger.Exam{Day: day, Title: []string{"领导干部法律知识考试", "补考"}[try], Pass: passMark, Who: who}
	for i := range officials {
		mark := int64(620 + (i*37)%370)
		switch {
		case try == 0 && i < failed:
			mark = int64(520 + 20*i)
		case try == 1 && i >= failed:
			continue
		}
		e.Scores = append(e.Scores, ledger.Score{Name: fmt.Sprintf("%s（%d）", nameOf(300+i), i+1), Mark: mark})
	}
	return e
}

// sign does what a clerk does at a time, under the key of the person.
func (y *year) sign(ctx context.Context, at time.Time, f func(tx *ledger.Tx, who int64) error) error {
	return y.Ledger.Do(ctx, "staff", at, func(tx *ledger.Tx) error {
		c, err := ledger.FindChat(tx, y.channel(), y.address(fmt.Sprint(y.clerk.chat)))
		if err != nil {
			return fmt.Errorf("find the clerk: %w", err)
		}
		return f(tx, c.Person)
	})
}

// Sign enters what staff sign in January after the year: the figures of the
// whole year, the zeros, what was planned and what came of it, and the parts of
// the report that a person must write.
func (r *Rehearsal) Sign(ctx context.Context, year int) error {
	y := r.y
	at := time.Date(year+1, 1, 10, 9, 30, 0, 0, knowledge.Shanghai)
	want := r.Want()
	err := y.sign(ctx, at, func(tx *ledger.Tx, who int64) error {
		var errs []error
		for _, f := range annual.Figures() {
			n, ours := want[f.Key]
			switch {
			case f.Source != annual.FromEntry || !ours || slices.Contains(monthly, f.Key):
			case slices.Contains(zeros, f.Key):
				errs = append(errs, tx.SignZero(y.town.ID, &ledger.Zero{Key: f.Key, Year: year, Who: who, Words: "经逐项核实，" + f.Name + "全年没有"}))
			default:
				errs = append(errs, tx.Enter(y.town.ID, &ledger.Entered{Key: f.Key, Year: year, Value: n, Who: who}))
			}
		}
		for i, p := range []ledger.Promise{{Text: "把村居法律顾问平台用到每个村"}, {Text: "办四次集中学法"}, {Text: "给每个村配齐三名法律明白人"}} {
			p.Year, p.Who = year, who
			fate, why := ledger.PromiseDone, "年内办到"
			if i == 2 {
				fate, why = ledger.PromiseNotDone, "还有一个村的人选没有定下来"
			}
			if err := tx.Promise(y.town.ID, &p); err != nil {
				return err
			}
			errs = append(errs, tx.Judge(y.town.ID, p.ID, fate, why, who))
		}
		errs = append(errs, tx.Promise(y.town.ID, &ledger.Promise{Year: year + 1, Text: "把超期的纠纷一件一件清完", Who: who}))
		return errors.Join(errs...)
	})
	if err != nil {
		return err
	}
	return y.write(ctx, year, at.Add(time.Hour))
}

// slots are what a person writes where the report asks for it.
var slots = map[string]string{
	"duty":             "党委书记、镇长主持研究法治工作，带头学法、带头接访，对重要工作亲自部署、重大问题亲自过问、重点环节亲自协调、重要任务亲自督办。",
	"cause.unanswered": "有的法律刚改，知识卡还没有跟上；有的事由镇里懂的人少。",
	"cause.overdue":    "有的纠纷等测量、等在外务工的人回来，调解拖过了期限；农忙时任务派得密，人手不够。",
	"cause.villages":   "外出务工的多，选人难。",
	"cause.heads":      "换届以后还没有补齐。",
	"shortcomings":     "法治宣传的形式还不够多。",
}

// write fills the parts of the report that say they need a person.
func (y *year) write(ctx context.Context, year int, at time.Time) error {
	r, err := annual.Write(ctx, y.Ledger, y.town, year, at)
	if err != nil {
		return err
	}
	return y.sign(ctx, at, func(tx *ledger.Tx, who int64) error {
		errs := []error{tx.WriteSlot(y.town.ID, &ledger.Slot{Year: year, Key: "day", Text: fmt.Sprintf("%d-03-01", year+1), Who: who})}
		for _, p := range r.Parts {
			for _, s := range p.Sections {
				if len(s.Needs) == 0 || s.Key == "" || s.Key == "plan" {
					continue
				}
				text := cmp.Or(slots[s.Key], "按上级要求抓好落实。")
				errs = append(errs, tx.WriteSlot(y.town.ID, &ledger.Slot{Year: year, Key: s.Key, Text: text, Who: who}))
			}
		}
		return errors.Join(errs...)
	})
}
