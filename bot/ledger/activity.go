package ledger

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"mingbai/knowledge"
)

// Kinds of an Activity.
const (
	ActivityStudy     = "study"     // 集中学法
	ActivityPublicity = "publicity" // 普法集中宣传
	ActivitySettings  = "settings"  // 法律六进
	ActivityCases     = "cases"     // 以案四说
)

// ActivityKinds lists the kinds of an Activity.
var ActivityKinds = []string{ActivityStudy, ActivityPublicity, ActivitySettings, ActivityCases}

// Settings are the six that law is brought into (六进): organs, villages,
// communities, schools, firms, units.
var Settings = []string{"organ", "village", "community", "school", "firm", "unit"}

// An Activity is one event of study or popularisation.
type Activity struct {
	ID       int64
	Day      knowledge.Day
	Kind     string // one of ActivityKinds
	Setting  string // one of Settings for ActivitySettings, otherwise empty
	Place    string
	Heads    int64  // people who came
	Body     string // the office that enforces and so educates (谁执法谁普法)
	Corrects int64  // the activity that this one takes the place of; 0: none
	Void     bool   // a correction that only strikes the other out
	Who      int64
	At       time.Time
}

// Hold records an activity, or with Corrects a correction of one. The error
// wraps ErrUnsigned, ErrBadFigure, or is ErrNotFound for a correction of what
// is not there or was corrected before.
func (tx *Tx) Hold(township string, a *Activity) error {
	switch {
	case a.Who == 0:
		return ErrUnsigned
	case !a.Day.Valid() || !slices.Contains(ActivityKinds, a.Kind) || a.Heads < 0 || a.Void && a.Corrects == 0,
		(a.Kind == ActivitySettings) != (a.Setting != ""), a.Setting != "" && !slices.Contains(Settings, a.Setting):
		return fmt.Errorf("activity %s %q %q, %d people: %w", a.Day, a.Kind, a.Setting, a.Heads, ErrBadFigure)
	}
	if err := tx.correctable("activity", township, a.Corrects); err != nil {
		return err
	}
	a.ID, a.At = tx.NewID(), tx.Now
	if _, err := tx.exec(`INSERT INTO activity (id, township, day, kind, setting, place, heads, body, corrects, void, who, at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
		a.ID, township, string(a.Day), a.Kind, a.Setting, a.Place, a.Heads, a.Body, a.Corrects, flag(a.Void), a.Who, millis(tx.Now)); err != nil {
		return fmt.Errorf("record activity: %w", err)
	}
	return tx.Log(township, Entry{Event: ActivityHeld, By: a.Who, To: a.ID, X: map[string]string{"kind": a.Kind, "setting": a.Setting,
		"day": string(a.Day), "heads": strconv.FormatInt(a.Heads, 10), "corrects": strconv.FormatInt(a.Corrects, 10)}})
}

// correctable returns ErrNotFound unless a row is there and nothing corrects it
// yet; row 0 always passes.
func (tx *Tx) correctable(table, township string, id int64) error {
	if id == 0 {
		return nil
	}
	var n int64
	if err := tx.row(`SELECT COUNT(*) FROM `+table+` a WHERE a.id = $1 AND a.township = $2 AND a.void = 0
		AND NOT EXISTS (SELECT 1 FROM `+table+` b WHERE b.corrects = a.id)`, id, township).Scan(&n); err != nil {
		return fmt.Errorf("look for what is corrected: %w", err)
	}
	if n == 0 {
		return ErrNotFound
	}
	return nil
}

// inYear is the part of a query that picks a year's days and leaves out what
// was corrected.
const inYear = `WHERE a.township = $1 AND a.day >= $2 AND a.day < $3 AND a.void = 0 AND NOT EXISTS (SELECT 1 FROM `

// Activities lists the activities of a year that count, by day.
func Activities(r Reader, township string, year int) ([]Activity, error) {
	return activities(r, inYear+`activity b WHERE b.corrects = a.id) ORDER BY a.day, a.id`, township, yearDay(year), yearDay(year+1))
}

// ActivityByID returns an activity of the township, counted or not, or
// ErrNotFound.
func ActivityByID(r Reader, township string, id int64) (*Activity, error) {
	list, err := activities(r, `WHERE a.township = $1 AND a.id = $2`, township, id)
	if err == nil && len(list) == 0 {
		err = ErrNotFound
	}
	if err != nil {
		return nil, err
	}
	return &list[0], nil
}

func activities(r Reader, where string, args ...any) ([]Activity, error) {
	rows, err := r.reader().rows(`SELECT a.id, a.day, a.kind, a.setting, a.place, a.heads, a.body, a.corrects, a.who, a.at FROM activity a `+where, args...)
	if err != nil {
		return nil, fmt.Errorf("read activities: %w", err)
	}
	defer rows.Close()
	var out []Activity
	for rows.Next() {
		var a Activity
		var at int64
		if err := rows.Scan(&a.ID, &a.Day, &a.Kind, &a.Setting, &a.Place, &a.Heads, &a.Body, &a.Corrects, &a.Who, &at); err != nil {
			return nil, err
		}
		a.At = moment(at)
		out = append(out, a)
	}
	return out, rows.Err()
}

func yearDay(year int) string { return fmt.Sprintf("%04d-01-01", year) }

// An Exam (考试) is one session in which officials were examined in law.
type Exam struct {
	ID       int64
	Day      knowledge.Day
	Title    string
	Pass     int64 // the mark that passes, in tenths of a point
	Corrects int64 // the exam whose sheet this one takes the place of; 0: none
	Void     bool  // a correction that only strikes the other out
	Who      int64
	At       time.Time
	Scores   []Score
}

// A Score is one row of an exam's sheet.
type Score struct {
	ID     int64
	Name   string // as on the sheet; where two share one, with the office
	Mark   int64  // tenths of a point
	Sitter string // the same for one name in every exam; says nothing else
}

// Examine records an exam with its score sheet. The error wraps ErrUnsigned,
// ErrBadFigure (naming the row), or is ErrNotFound for a correction of what is
// not there.
func (tx *Tx) Examine(township string, e *Exam) error {
	switch {
	case e.Who == 0:
		return ErrUnsigned
	case !e.Day.Valid() || e.Pass <= 0 || e.Void != (len(e.Scores) == 0) || e.Void && e.Corrects == 0:
		return fmt.Errorf("exam %s, pass mark %d, %d scores: %w", e.Day, e.Pass, len(e.Scores), ErrBadFigure)
	}
	if err := tx.correctable("exam", township, e.Corrects); err != nil {
		return err
	}
	e.ID, e.At = tx.NewID(), tx.Now
	if _, err := tx.exec(`INSERT INTO exam (id, township, day, title, pass, corrects, void, who, at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
		e.ID, township, string(e.Day), e.Title, e.Pass, e.Corrects, flag(e.Void), e.Who, millis(tx.Now)); err != nil {
		return fmt.Errorf("record exam: %w", err)
	}
	seen, passed := map[string]bool{}, 0
	for i := range e.Scores {
		s := &e.Scores[i]
		name := strings.Join(strings.Fields(s.Name), "")
		if name == "" || s.Mark < 0 || seen[name] {
			return fmt.Errorf("row %d of the score sheet, no name, no mark or a name twice: %w", i+1, ErrBadFigure)
		}
		seen[name] = true
		if s.Mark >= e.Pass {
			passed++
		}
		s.ID, s.Sitter = tx.NewID(), tx.l.tallyHash("exam "+township, name)
		if _, err := tx.exec(`INSERT INTO score (id, exam, sitter, mark) VALUES ($1, $2, $3, $4)`, s.ID, e.ID, s.Sitter, s.Mark); err != nil {
			return fmt.Errorf("record score: %w", err)
		}
		if _, err := tx.exec(`INSERT INTO examinee (score, name) VALUES ($1, $2)`, s.ID, s.Name); err != nil {
			return fmt.Errorf("record examinee: %w", err)
		}
	}
	return tx.Log(township, Entry{Event: ExamHeld, By: e.Who, To: e.ID, X: map[string]string{"day": string(e.Day), "pass": strconv.FormatInt(e.Pass, 10),
		"sat": strconv.Itoa(len(e.Scores)), "passed": strconv.Itoa(passed), "corrects": strconv.FormatInt(e.Corrects, 10)}})
}

// Exams lists the exams of a year that count, by day, with their scores.
func Exams(r Reader, township string, year int) ([]Exam, error) {
	return exams(r, inYear+`exam b WHERE b.corrects = a.id) ORDER BY a.day, a.id, s.id`, township, yearDay(year), yearDay(year+1))
}

// ExamByID returns an exam of the township with its scores, counted or not, or
// ErrNotFound.
func ExamByID(r Reader, township string, id int64) (*Exam, error) {
	list, err := exams(r, `WHERE a.township = $1 AND a.id = $2 ORDER BY s.id`, township, id)
	if err == nil && len(list) == 0 {
		err = ErrNotFound
	}
	if err != nil {
		return nil, err
	}
	return &list[0], nil
}

func exams(r Reader, where string, args ...any) ([]Exam, error) {
	rows, err := r.reader().rows(`SELECT a.id, a.day, a.title, a.pass, a.corrects, a.who, a.at, s.id, COALESCE(n.name, ''), s.mark, s.sitter
		FROM exam a JOIN score s ON s.exam = a.id LEFT JOIN examinee n ON n.score = s.id `+where, args...)
	if err != nil {
		return nil, fmt.Errorf("read exams: %w", err)
	}
	defer rows.Close()
	var out []Exam
	for rows.Next() {
		var e Exam
		var s Score
		var at int64
		if err := rows.Scan(&e.ID, &e.Day, &e.Title, &e.Pass, &e.Corrects, &e.Who, &at, &s.ID, &s.Name, &s.Mark, &s.Sitter); err != nil {
			return nil, err
		}
		e.At = moment(at)
		if n := len(out); n == 0 || out[n-1].ID != e.ID {
			out = append(out, e)
		}
		last := &out[len(out)-1]
		last.Scores = append(last.Scores, s)
	}
	return out, rows.Err()
}
