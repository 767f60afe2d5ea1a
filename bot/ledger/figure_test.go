package ledger

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"
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
					if strings.ContainsAny(x, "甲乙漏校零写") {
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
			"empty sheet":      {ErrBadFigure, func(tx *Tx) error { return tx.Examine("qingxi", &Exam{Day: "2026-05-04", Pass: 600, Who: 7}) }},
			"unsigned text":    {ErrUnsigned, func(tx *Tx) error { return tx.WriteSlot("qingxi", &Slot{Year: 2026, Key: "duty"}) }},
			"empty promise":    {ErrBadFigure, func(tx *Tx) error { return tx.Promise("qingxi", &Promise{Year: 2027, Who: 7}) }},
			"judging nothing":  {ErrNotFound, func(tx *Tx) error { return tx.Judge("qingxi", 99, PromiseDone, "", 7) }},
			"not done, no why": {ErrBadFigure, func(tx *Tx) error { return tx.Judge("qingxi", 99, PromiseNotDone, "", 7) }},
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
				tx.WriteSlot("qingxi", &Slot{Year: 2026, Key: "duty", Text: "原文", Who: 7}))
		})
		if err != nil {
			t.Fatal(err)
		}
		prove(t, l)
		for _, q := range []string{`UPDATE entry SET value = 97`, `UPDATE slot SET body = '改过'`} {
			if err := staff(t, l, noon, func(tx *Tx) error { _, err := tx.exec(q); return err }); err != nil {
				t.Fatal(err)
			}
		}
		p, err := l.Prove(context.Background())
		if err != nil || len(p.Faults) != 2 {
			t.Errorf("faults: %v, %v", p.Faults, err)
		}
	})
}
