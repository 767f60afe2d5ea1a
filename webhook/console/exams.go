package console

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"math"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"mingbai/bot/ledger"
	"mingbai/bot/sheet"
	"mingbai/knowledge"
)

// An examLine is one exam with its sheet.
type examLine struct {
	ID          int64
	Day, Title  string
	Pass        string
	Sat, Passed int
	Who         string
	At          time.Time
	Corrected   bool
	Scores      []scoreLine
}

type scoreLine struct {
	Name, Mark string
	Passed     bool
}

type examsPage struct {
	frame
	Year        int
	Years       []option
	Lines       []examLine
	Sat, Passed int // people, however often they sat
	Form        examForm
	Trouble     string
	Faults      []sheet.Fault // by row
	Rows        int           // that were read
	Today       knowledge.Day
}

type examForm struct {
	Corrects               int64
	Day, Title, Pass, Rows string
}

// exams lists the exams of a year, with a form for a score sheet.
func (v *visit) exams() error {
	year, err := v.yearOf(v.Query("year"))
	if err != nil {
		return err
	}
	edit, err := v.editing()
	if err != nil {
		return err
	}
	return v.showExams(http.StatusOK, &examsPage{Year: year, Form: examForm{Corrects: edit, Pass: "60"}}, true)
}

func (v *visit) showExams(status int, p *examsPage, fresh bool) error {
	p.Title, p.Years, p.Today = "考试", v.yearChoices(p.Year), knowledge.DayOf(v.now)
	err := v.view(func(r *ledger.View) error {
		list, err := ledger.Exams(r, v.account.Township, p.Year)
		if err != nil {
			return err
		}
		var who []int64
		sat, passed := map[string]bool{}, map[string]bool{}
		for _, e := range list {
			who = append(who, e.Who)
			for _, s := range e.Scores {
				sat[s.Sitter] = true
				if s.Mark >= e.Pass {
					passed[s.Sitter] = true
				}
			}
		}
		p.Sat, p.Passed = len(sat), len(passed)
		names, err := ledger.NamesOf(r, who)
		if err != nil {
			return err
		}
		for _, e := range slices.Backward(list) {
			l := examLine{ID: e.ID, Day: dayText(string(e.Day)), Title: e.Title, Pass: markText(e.Pass), Sat: len(e.Scores), Who: cmp.Or(names[e.Who], "已离开的人"), At: e.At, Corrected: e.Corrects != 0}
			for _, s := range e.Scores {
				x := scoreLine{Name: cmp.Or(s.Name, "（名字已删）"), Mark: markText(s.Mark), Passed: s.Mark >= e.Pass}
				if x.Passed {
					l.Passed++
				}
				l.Scores = append(l.Scores, x)
			}
			p.Lines = append(p.Lines, l)
			if fresh && e.ID == p.Form.Corrects {
				p.Form.Day, p.Form.Title, p.Form.Pass = string(e.Day), e.Title, l.Pass
			}
		}
		if fresh && p.Form.Corrects != 0 && p.Form.Day == "" {
			return errNoPage
		}
		return nil
	})
	if err != nil {
		return err
	}
	return v.show(status, "exams", p)
}

// markText writes tenths of a point.
func markText(tenths int64) string {
	return strconv.FormatFloat(float64(tenths)/10, 'f', -1, 64)
}

// readMark reads points as tenths; false for what is no mark.
func readMark(s string) (int64, bool) {
	s = strings.TrimSuffix(strings.TrimSpace(halfDigits(strings.ReplaceAll(s, "．", "."))), "分")
	f, err := strconv.ParseFloat(s, 64)
	if err != nil || math.IsNaN(f) || f < 0 || f > 1000 {
		return 0, false
	}
	return int64(math.Round(f * 10)), true
}

// examTemplate is the sheet to fill in.
func (v *visit) examTemplate() error {
	b := sheet.New("成绩单", v.c.Mind().Base.Township.Name, knowledge.DayOf(v.now))
	b.Sheet("成绩单", []float64{14, 24, 10}, 1, func(yield func([]any) bool) {
		_ = yield([]any{sheet.Bold("姓名"), sheet.Bold("单位"), sheet.Bold("分数")})
	})
	return v.workbook(b, "成绩单模板.xlsx")
}

// saveExam records an exam from a file or from pasted rows. One wrong row, and
// nothing is kept.
func (v *visit) saveExam() error {
	data, trouble, err := v.upload("sheet")
	if err != nil {
		return err
	}
	f := examForm{Day: v.PostForm("day"), Title: strings.TrimSpace(v.PostForm("title")), Pass: v.PostForm("pass"), Rows: v.PostForm("rows")}
	if s := v.PostForm("corrects"); s != "" && s != "0" {
		if f.Corrects, err = strconv.ParseInt(s, 10, 64); err != nil {
			return errNoPage
		}
	}
	p := &examsPage{Form: f, Trouble: trouble}
	if p.Year, err = v.yearOf(strings.SplitN(f.Day, "-", 2)[0]); err != nil {
		p.Year = usual(v.now)
	}
	e := &ledger.Exam{Title: f.Title, Corrects: f.Corrects, Who: v.account.ID}
	if p.Trouble == "" {
		p.Trouble = v.readExam(e, f)
	}
	if p.Trouble == "" && len(data) > 0 && strings.TrimSpace(f.Rows) != "" {
		p.Trouble = "文件和粘贴的，只要一样。"
	}
	if p.Trouble == "" {
		if len(data) == 0 {
			data = []byte(f.Rows)
		}
		p.Faults, p.Trouble = readScores(e, data)
		p.Rows = len(e.Scores)
	}
	if p.Trouble != "" || len(p.Faults) > 0 {
		return v.showExams(http.StatusUnprocessableEntity, p, false)
	}
	if err := v.do("exam", func(tx *ledger.Tx) error { return tx.Examine(v.account.Township, e) }); err != nil {
		return err
	}
	return v.to(fmt.Sprintf("/fill/exams?year=%.4s", e.Day))
}

func (v *visit) readExam(e *ledger.Exam, f examForm) (trouble string) {
	if e.Day, trouble = v.dayOf(f.Day, false); trouble != "" {
		return trouble
	}
	ok := false
	e.Pass, ok = readMark(f.Pass)
	switch {
	case f.Title == "" || len([]rune(f.Title)) > 60:
		return "给考试写个名字，最多60个字。"
	case !ok || e.Pass == 0:
		return "合格线“" + clip(f.Pass, 12) + "”不是分数。"
	}
	return ""
}

// readScores reads a score sheet: a column of names, one of marks, perhaps one
// of offices, found by their heads; without heads the first is the name and the
// last the mark.
func readScores(e *ledger.Exam, data []byte) ([]sheet.Fault, string) {
	rows, faults, err := sheet.Read(data)
	var no *sheet.Refused
	if errors.As(err, &no) {
		return nil, no.Say
	}
	if len(rows) == 0 {
		return faults, ""
	}
	name, office, mark := headOf(rows[0], "姓名", "名字"), headOf(rows[0], "单位", "部门"), headOf(rows[0], "分数", "成绩", "得分")
	switch {
	case name >= 0 && mark >= 0:
		rows = rows[1:]
	case name >= 0 || mark >= 0:
		return faults, "表头要有“姓名”和“分数”两列。"
	default:
		name, office, mark = 0, -1, max(1, len(rows[0].Cells)-1)
	}
	seen := map[string]int{}
	absent := 0
	fault := func(row int, format string, args ...any) {
		faults = append(faults, sheet.Fault{Row: row, Say: fmt.Sprintf(format, args...)})
	}
	for _, r := range rows {
		who, said := strings.Join(strings.Fields(r.Cell(name)), ""), r.Cell(mark)
		if office >= 0 && r.Cell(office) != "" && who != "" {
			who += "（" + r.Cell(office) + "）"
		}
		m, ok := readMark(said)
		switch {
		case who == "":
			fault(r.N, "没有姓名。")
		case len([]rune(who)) > 40:
			fault(r.N, "姓名“%s”太长。", clip(who, 12))
		case said == "缺考" || said == "未考":
			absent++
		case said == "":
			fault(r.N, "%s没有分数；没来考的写“缺考”。", who)
		case !ok:
			fault(r.N, "%s的分数“%s”不是0到1000的数；没来考的写“缺考”。", who, clip(said, 12))
		case seen[who] > 0:
			fault(r.N, "%s和第%d行重了；两个人同名的，加一列“单位”分开。", who, seen[who])
		default:
			seen[who] = r.N
			e.Scores = append(e.Scores, ledger.Score{Name: who, Mark: m})
		}
	}
	slices.SortStableFunc(faults, func(a, b sheet.Fault) int { return cmp.Compare(a.Row, b.Row) })
	if len(faults) == 0 && len(e.Scores) == 0 {
		return nil, "表里没有一个考了的人。"
	}
	return faults, ""
}

// headOf finds a column by its head; -1 where there is none.
func headOf(head sheet.Row, names ...string) int {
	for i := range head.Cells {
		if slices.Contains(names, strings.Join(strings.Fields(head.Cell(i)), "")) {
			return i
		}
	}
	return -1
}

// strikeExam takes an exam out of the count.
func (v *visit) strikeExam() error {
	return v.strike("exam", "/fill/exams", func(tx *ledger.Tx, id int64) (knowledge.Day, error) {
		e, err := ledger.ExamByID(tx, v.account.Township, id)
		if err != nil {
			return "", err
		}
		e.Corrects, e.Void, e.Who, e.Scores = e.ID, true, v.account.ID, nil
		return e.Day, tx.Examine(v.account.Township, e)
	})
}

// upload reads the file of a form; nil when none was chosen. trouble is what
// the reader is told.
func (v *visit) upload(name string) (data []byte, trouble string, err error) {
	if err := v.Request.ParseMultipartForm(sheet.MaxBytes + largest); err != nil {
		var big *http.MaxBytesError
		if errors.As(err, &big) {
			return nil, "", &refusal{http.StatusRequestEntityTooLarge, fmt.Sprintf("文件太大，最大%dMB", sheet.MaxBytes>>20), "只留要交的那一页，另存一份再传。"}
		}
		if errors.Is(err, http.ErrNotMultipart) {
			return nil, "", nil // a form without a file
		}
		return nil, "", &refusal{http.StatusBadRequest, "文件没有传完", "回到上一页再传一次。"}
	}
	defer v.Request.MultipartForm.RemoveAll()
	list := v.Request.MultipartForm.File[name]
	if len(list) == 0 || list[0].Size == 0 {
		return nil, "", nil
	}
	f, err := list[0].Open()
	if err != nil {
		return nil, "", fmt.Errorf("open upload: %w", err)
	}
	defer f.Close()
	data, err = io.ReadAll(io.LimitReader(f, sheet.MaxBytes+1))
	if err != nil {
		return nil, "", fmt.Errorf("read upload: %w", err)
	}
	if len(data) > sheet.MaxBytes {
		return nil, fmt.Sprintf("文件太大，最大%dMB。只留要交的那一页，另存一份再传。", sheet.MaxBytes>>20), nil
	}
	return data, "", nil
}
