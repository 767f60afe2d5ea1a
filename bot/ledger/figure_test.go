package ledger

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"mingbai/knowledge"
)

// staff runs what a clerk does at a time.
func staff(t *testing.T, l *Ledger, at time.Time, f func(tx *Tx) error) error {
	t.Helper()
	return l.Do(context.Background(), "staff", at, f)
}

// Figures, zeros, activities, exams, texts and promises are appended: the last
// one counts, the first can still be read, and the journal tells the same.
func TestFigures(t *testing.T) {
	each(t, func(t *testing.T, open func(t *testing.T) *Ledger) {
		l := open(t)
		var first Activity
		var plan, gone Promise
		honour := Record{Kind: RegisterHonour, Day: "2026-03-01", Title: "荣誉", Who: 7}
		err := staff(t, l, noon, func(tx *Tx) error {
			wrong := Exam{Day: "2026-06-01", Title: "第一次", Pass: 600, Who: 7, Scores: []Score{{Name: "甲", Mark: 1}}}
			first = Activity{Day: "2026-05-04", Kind: ActivitySettings, Setting: "school", Place: "中心校", Heads: 200, Who: 7}
			plan, gone = Promise{Year: 2027, Text: "每个村有3名法律明白人", Who: 7}, Promise{Year: 2027, Text: "写错的", Who: 7}
			return errors.Join(
				tx.Enter("qingxi", &Entered{Key: "enforce.land", Year: 2026, Month: 1, Value: 5, Who: 7, Note: "月报"}),
				tx.Enter("qingxi", &Entered{Key: "enforce.land", Year: 2026, Month: 2, Value: 1, Who: 7}),
				tx.Enter("qingxi", &Entered{Key: "enforce.land", Year: 2026, Month: 1, Value: 6, Who: 8, Note: "漏了一件"}),
				tx.Enter("qingxi", &Entered{Key: "enforce.land", Year: 2025, Value: 9, Who: 7}),
				tx.SignZero("qingxi", &Zero{Key: "suits", Year: 2026, Who: 7, Words: "全年没有行政诉讼"}),
				tx.Hold("qingxi", &first),
				tx.Examine("qingxi", &wrong),
				tx.Examine("qingxi", &Exam{Day: "2026-06-01", Title: "第一次", Pass: 600, Corrects: wrong.ID, Who: 7,
					Scores: []Score{{Name: "甲", Mark: 600}, {Name: "乙", Mark: 599}}}),
				tx.Examine("qingxi", &Exam{Day: "2026-07-01", Title: "补考", Pass: 600, Who: 7, Scores: []Score{{Name: " 乙", Mark: 800}}}),
				tx.WriteSlot("qingxi", &Slot{Year: 2026, Key: "duty", Text: "先写的", Who: 7}),
				tx.WriteSlot("qingxi", &Slot{Year: 2026, Key: "duty", Text: "后写的", Who: 8}),
				tx.Record("qingxi", &honour), tx.Record("qingxi", &Record{Kind: RegisterHonour, Day: "2026-03-02", Title: "更正过的荣誉", Text: "市里", Corrects: honour.ID, Who: 8}),
				tx.Record("qingxi", &Record{Kind: RegisterDuty, Day: "2025-01-01", Title: "职责清单", Text: "一版", Who: 7}),
				tx.Record("qingxi", &Record{Kind: RegisterDuty, Day: "2026-07-01", Title: "职责清单", Text: "二版", Who: 7}),
				tx.Record("qingxi", &Record{Kind: RegisterDuty, Day: "2025-01-01", Title: "到期的清单", Due: "2026-06-30", Who: 7}),
				tx.Publish("qingxi", &Publication{Year: 2026, Docx: []byte("docx"), XLSX: []byte("xlsx"), Who: 7}),
				tx.Promise("qingxi", &plan), tx.Promise("qingxi", &gone),
				tx.Judge("qingxi", gone.ID, PromiseDropped, "", 7),
			)
		})
		if err != nil {
			t.Fatal(err)
		}
		err = staff(t, l, noon.Add(time.Hour), func(tx *Tx) error {
			return errors.Join(tx.Hold("qingxi", &Activity{Day: "2026-05-04", Kind: ActivitySettings, Setting: "village", Heads: 100, Corrects: first.ID, Who: 7}),
				tx.Judge("qingxi", plan.ID, PromiseNotDone, "两个村没人报名", 7), tx.Judge("qingxi", plan.ID, PromiseDone, "都补齐了", 7))
		})
		if err != nil {
			t.Fatal(err)
		}
		prove(t, l)
		err = l.View(context.Background(), func(v *View) error {
			entered, err := Entries(v, "qingxi", 2026)
			if err != nil || len(entered) != 2 || entered[0].Value != 6 || entered[0].Who != 8 || entered[1].Value != 1 {
				t.Errorf("entered: %+v, %v", entered, err)
			}
			history, err := EntryHistory(v, "qingxi", "enforce.land", 2026)
			if err != nil || len(history) != 3 || history[0].Value != 5 || history[0].Note != "月报" {
				t.Errorf("history: %+v, %v", history, err)
			}
			zeros, err := Zeros(v, "qingxi", 2026)
			if err != nil || len(zeros) != 1 || zeros[0].Words != "全年没有行政诉讼" || zeros[0].Who != 7 {
				t.Errorf("zeros: %+v, %v", zeros, err)
			}
			held, err := Activities(v, "qingxi", 2026)
			if err != nil || len(held) != 1 || held[0].Setting != "village" || held[0].Heads != 100 {
				t.Errorf("activities: %+v, %v", held, err)
			}
			exams, err := Exams(v, "qingxi", 2026)
			if err != nil || len(exams) != 2 || len(exams[0].Scores) != 2 || exams[0].Scores[1].Sitter != exams[1].Scores[0].Sitter || exams[0].Scores[0].Name != "甲" {
				t.Errorf("exams: %+v, %v", exams, err)
			}
			honours, err := Records(v, "qingxi", RegisterHonour, 2026)
			if err != nil || len(honours) != 1 || honours[0].Title != "更正过的荣誉" || honours[0].Corrects != honour.ID {
				t.Errorf("honours: %+v, %v", honours, err)
			}
			lists, err := DutyLists(v, "qingxi", "2026-12-31")
			if err != nil || len(lists) != 3 {
				t.Errorf("duty lists: %+v, %v", lists, err)
			}
			for day, want := range map[string]string{"2026-12-31": "二版", "2026-06-01": " 一版", "2024-12-31": ""} {
				got := ""
				for _, x := range InForce(lists, knowledge.Day(day)) {
					got += x.Text
					if x.Title == "到期的清单" {
						got += " "
					}
				}
				if got != want {
					t.Errorf("in force on %s: %q, want %q", day, got, want)
				}
			}
			public, err := Publications(v, "qingxi", 2026)
			if err != nil || len(public) != 1 || public[0].Hash == "" {
				t.Fatalf("publications: %+v, %v", public, err)
			}
			whole, err := PublicationByID(v, "qingxi", public[0].ID)
			if err != nil || string(whole.Docx) != "docx" || string(whole.XLSX) != "xlsx" || whole.Hash != public[0].Hash {
				t.Errorf("publication: %+v, %v", whole, err)
			}
			if _, err := PublicationByID(v, "other", public[0].ID); err != ErrNotFound {
				t.Errorf("another township's publication: %v", err)
			}
			behind, err := CountedOf(v, "qingxi", []string{fmt.Sprint(honours[0].ID), fmt.Sprint(entered[0].ID), "hongyan-1", "1/1", "7"})
			if err != nil || behind[0].Kind != CountedRegister || behind[1].Kind != CountedEntry || behind[1].No != "6" || behind[1].About != "enforce.land 1" || behind[2].Kind != "" || behind[3].Kind != "" || behind[4].Kind != "" {
				t.Errorf("records behind figures: %+v, %v", behind, err)
			}
			if n, err := Version(v); err != nil || n < 20 {
				t.Errorf("version %d, %v", n, err)
			}
			slots, err := Slots(v, "qingxi", 2026)
			if err != nil || len(slots) != 1 || slots[0].Text != "后写的" {
				t.Errorf("slots: %+v, %v", slots, err)
			}
			plans, err := Promises(v, "qingxi", 2027)
			if err != nil || len(plans) != 1 || plans[0].Fate != PromiseDone || plans[0].Why != "都补齐了" {
				t.Errorf("promises: %+v, %v", plans, err)
			}
			return Facts(v, "qingxi", noon.Add(-time.Hour), noon.Add(2*time.Hour), func(f Fact) error {
				for key, x := range f.X {
					if strings.ContainsAny(x, "甲乙漏校零写荣版") {
						t.Errorf("the journal holds words: %s %s=%s", f.Event, key, x)
					}
				}
				return nil
			})
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}

// What nobody stands for, and what cannot be, is refused.
func TestFiguresRefused(t *testing.T) {
	each(t, func(t *testing.T, open func(t *testing.T) *Ledger) {
		l := open(t)
		for name, c := range map[string]struct {
			want error
			f    func(tx *Tx) error
		}{
			"unsigned figure":    {ErrUnsigned, func(tx *Tx) error { return tx.Enter("qingxi", &Entered{Key: "suits", Year: 2026}) }},
			"figure below zero":  {ErrBadFigure, func(tx *Tx) error { return tx.Enter("qingxi", &Entered{Key: "suits", Year: 2026, Value: -1, Who: 7}) }},
			"thirteenth month":   {ErrBadFigure, func(tx *Tx) error { return tx.Enter("qingxi", &Entered{Key: "suits", Year: 2026, Month: 13, Who: 7}) }},
			"unsigned zero":      {ErrUnsigned, func(tx *Tx) error { return tx.SignZero("qingxi", &Zero{Key: "suits", Year: 2026, Words: "没有"}) }},
			"zero without words": {ErrBadFigure, func(tx *Tx) error { return tx.SignZero("qingxi", &Zero{Key: "suits", Year: 2026, Words: " ", Who: 7}) }},
			"zero over a figure": {ErrNotZero, func(tx *Tx) error {
				if err := tx.Enter("qingxi", &Entered{Key: "suits", Year: 2026, Value: 1, Who: 7}); err != nil {
					return err
				}
				return tx.SignZero("qingxi", &Zero{Key: "suits", Year: 2026, Words: "没有", Who: 7})
			}},
			"six settings without one": {ErrBadFigure, func(tx *Tx) error {
				return tx.Hold("qingxi", &Activity{Day: "2026-05-04", Kind: ActivitySettings, Who: 7})
			}},
			"no such day": {ErrBadFigure, func(tx *Tx) error {
				return tx.Hold("qingxi", &Activity{Day: "2026-02-30", Kind: ActivityStudy, Who: 7})
			}},
			"correction of nothing": {ErrNotFound, func(tx *Tx) error {
				return tx.Hold("qingxi", &Activity{Day: "2026-05-04", Kind: ActivityStudy, Corrects: 99, Who: 7})
			}},
			"a name twice": {ErrBadFigure, func(tx *Tx) error {
				return tx.Examine("qingxi", &Exam{Day: "2026-05-04", Pass: 600, Who: 7, Scores: []Score{{Name: "甲"}, {Name: "甲 "}}})
			}},
			"empty sheet":     {ErrBadFigure, func(tx *Tx) error { return tx.Examine("qingxi", &Exam{Day: "2026-05-04", Pass: 600, Who: 7}) }},
			"unsigned text":   {ErrUnsigned, func(tx *Tx) error { return tx.WriteSlot("qingxi", &Slot{Year: 2026, Key: "duty"}) }},
			"empty promise":   {ErrBadFigure, func(tx *Tx) error { return tx.Promise("qingxi", &Promise{Year: 2027, Who: 7}) }},
			"judging nothing": {ErrNotFound, func(tx *Tx) error { return tx.Judge("qingxi", 99, PromiseDone, "", 7) }},
			"unsigned record": {ErrUnsigned, func(tx *Tx) error {
				return tx.Record("qingxi", &Record{Kind: RegisterHonour, Day: "2026-05-04", Title: "荣誉"})
			}},
			"no such register": {ErrBadFigure, func(tx *Tx) error {
				return tx.Record("qingxi", &Record{Kind: "gift", Day: "2026-05-04", Title: "荣誉", Who: 7})
			}},
			"due before it was": {ErrBadFigure, func(tx *Tx) error {
				return tx.Record("qingxi", &Record{Kind: RegisterMeeting, Day: "2026-05-04", Due: "2026-05-03", Title: "会", Who: 7})
			}},
			"correction from another register": {ErrNotFound, func(tx *Tx) error {
				x := Record{Kind: RegisterMeeting, Day: "2026-05-04", Title: "会", Who: 7}
				return errors.Join(tx.Record("qingxi", &x), tx.Record("qingxi", &Record{Kind: RegisterHonour, Day: "2026-05-04", Title: "会", Corrects: x.ID, Who: 7}))
			}},
			"empty publication": {ErrBadFigure, func(tx *Tx) error { return tx.Publish("qingxi", &Publication{Year: 2026, Who: 7}) }},
			"not done, no why":  {ErrBadFigure, func(tx *Tx) error { return tx.Judge("qingxi", 99, PromiseNotDone, "", 7) }},
		} {
			if err := staff(t, l, noon, c.f); !errors.Is(err, c.want) {
				t.Errorf("%s: %v, want %v", name, err, c.want)
			}
		}
	})
}

// A figure that was changed behind the journal's back is found.
func TestProveFigures(t *testing.T) {
	each(t, func(t *testing.T, open func(t *testing.T) *Ledger) {
		l := open(t)
		err := staff(t, l, noon, func(tx *Tx) error {
			return errors.Join(tx.Enter("qingxi", &Entered{Key: "receptions", Year: 2026, Value: 96, Who: 7}),
				tx.WriteSlot("qingxi", &Slot{Year: 2026, Key: "duty", Text: "原文", Who: 7}),
				tx.Record("qingxi", &Record{Kind: RegisterMeeting, Day: "2026-05-04", Title: "联席会议", Due: "2026-06-04", Who: 7}),
				tx.Publish("qingxi", &Publication{Year: 2026, Docx: []byte("docx"), XLSX: []byte("xlsx"), Who: 7}))
		})
		if err != nil {
			t.Fatal(err)
		}
		prove(t, l)
		for _, q := range []string{`UPDATE entry SET value = 97`, `UPDATE slot SET body = '改过'`, `UPDATE register SET due = '2026-07-04'`, `UPDATE publication SET docx = 'eA=='`} {
			if err := staff(t, l, noon, func(tx *Tx) error { _, err := tx.exec(q); return err }); err != nil {
				t.Fatal(err)
			}
		}
		p, err := l.Prove(context.Background())
		if err != nil || len(p.Faults) != 4 {
			t.Errorf("faults: %v, %v", p.Faults, err)
		}
	})
}
