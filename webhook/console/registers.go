package console

import (
	"cmp"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"mingbai/bot/ledger"
	"mingbai/knowledge"
)

// A book is how one register is asked for and shown.
type book struct {
	Kind, Name            string
	Day, Title, Text, Due string // the labels of its fields; "" leaves one out
	Hint, TextHint, Empty string
	Add                   string
	Ahead                 bool // days to come may be entered
}

// books are the registers in the order of their links.
var books = []book{
	{Kind: ledger.RegisterHonour, Name: "荣誉", Day: "哪天得的", Title: "什么荣誉", Text: "谁给的", Hint: "例：首批“枫桥式”司法所", Empty: "得了荣誉登记在这里，会写进年报。", Add: "登记荣誉"},
	{Kind: ledger.RegisterMeeting, Name: "会议", Day: "哪天开的", Title: "议了什么事", Text: "定了什么", Due: "最迟几时办完（可以不填）", Hint: "例：联席会议，研究山林界线纠纷",
		TextHint: "谁、做什么、做到什么样", Empty: "联席会议、会商研判开完登记在这里，次数会写进年报。", Add: "登记会议"},
	{Kind: ledger.RegisterDuty, Name: "责任清单", Day: "几时起有效", Title: "清单叫什么", Text: "清单内容", Due: "几时失效（可以不填）", Hint: "例：推进法治建设责任人职责清单",
		TextHint: "一行一项", Empty: "登记一份清单的每一版，12月31日有效的那一版会写进年报。", Add: "登记这一版", Ahead: true},
	{Kind: ledger.RegisterReception, Name: "领导接访安排", Day: "哪天", Title: "谁接访", Text: "在哪里、几点到几点", Hint: "例：镇长", Empty: "排好的接访日子会出现在这里。接访的次数在“数”里填。", Add: "排上", Ahead: true},
}

// A registerLine is one line of a register.
type registerLine struct {
	ID                   int64
	Day, Title, Due, Who string
	Text                 []string
	At                   time.Time
	Corrected            bool
	Mark, Class          string // 有效, 过了期限
}

type registerPage struct {
	frame
	Book    book
	Books   []option
	Year    int
	Years   []option
	Lines   []registerLine
	InForce int
	Form    registerForm
	Trouble string
	Today   knowledge.Day
}

type registerForm struct {
	Corrects              int64
	Day, Title, Text, Due string
}

// bookOf reads which register the address names.
func (v *visit) bookOf() (book, error) {
	i := slices.IndexFunc(books, func(b book) bool { return b.Kind == v.Param("kind") })
	if i < 0 {
		return book{}, errNoPage
	}
	return books[i], nil
}

// register lists a register's year, with a form for one more line.
func (v *visit) register() error {
	b, err := v.bookOf()
	if err != nil {
		return err
	}
	year, err := v.yearOf(v.Query("year"))
	if err != nil {
		return err
	}
	edit, err := v.editing()
	if err != nil {
		return err
	}
	return v.showRegister(http.StatusOK, &registerPage{Book: b, Year: year, Form: registerForm{Corrects: edit}}, true)
}

func (v *visit) showRegister(status int, p *registerPage, fresh bool) error {
	p.Title, p.Years, p.Today = p.Book.Name, v.yearChoices(p.Year), knowledge.DayOf(v.now)
	for _, b := range books {
		p.Books = append(p.Books, option{"/console/fill/registers/" + b.Kind + "?year=" + strconv.Itoa(p.Year), b.Name, b.Kind == p.Book.Kind})
	}
	err := v.view(func(r *ledger.View) (err error) {
		end := knowledge.Day(fmt.Sprintf("%d-12-31", p.Year))
		var list, force []ledger.Record
		if p.Book.Kind == ledger.RegisterDuty {
			if list, err = ledger.DutyLists(r, v.account.Township, end); err == nil {
				force = ledger.InForce(list, end)
				slices.SortStableFunc(list, func(a, b ledger.Record) int { return cmp.Compare(a.Day, b.Day) })
			}
		} else {
			list, err = ledger.Records(r, v.account.Township, p.Book.Kind, p.Year)
		}
		if err != nil {
			return err
		}
		p.InForce = len(force)
		return v.fillRegister(p, r, list, force, fresh)
	})
	if err != nil {
		return err
	}
	return v.show(status, "register", p)
}

func (v *visit) fillRegister(p *registerPage, r *ledger.View, list, force []ledger.Record, fresh bool) error {
	var who []int64
	for _, x := range list {
		who = append(who, x.Who)
	}
	names, err := ledger.NamesOf(r, who)
	if err != nil {
		return err
	}
	for _, x := range slices.Backward(list) {
		l := registerLine{ID: x.ID, Day: dayText(string(x.Day)), Title: x.Title, Who: cmp.Or(names[x.Who], "已离开的人"), At: x.At, Corrected: x.Corrects != 0}
		if x.Text != "" {
			l.Text = strings.Split(x.Text, "\n")
		}
		if x.Due != "" {
			l.Due = dayText(string(x.Due))
		}
		switch {
		case slices.ContainsFunc(force, func(f ledger.Record) bool { return f.ID == x.ID }):
			l.Mark, l.Class = strconv.Itoa(p.Year)+"年12月31日有效", "done"
		case p.Book.Kind == ledger.RegisterDuty:
			l.Mark = "已换新版或失效"
		case p.Book.Kind == ledger.RegisterMeeting && x.Due != "" && x.Due < p.Today:
			l.Mark, l.Class = "过了期限，看看办完没有", "due"
		case p.Book.Kind == ledger.RegisterReception && x.Day >= p.Today:
			l.Mark = "还没到"
		}
		p.Lines = append(p.Lines, l)
		if fresh && x.ID == p.Form.Corrects {
			p.Form = registerForm{x.ID, string(x.Day), x.Title, x.Text, string(x.Due)}
		}
	}
	if fresh && p.Form.Corrects != 0 && p.Form.Day == "" {
		return errNoPage
	}
	return nil
}

// saveRegister records a line, or a correction of one.
func (v *visit) saveRegister() error {
	b, err := v.bookOf()
	if err != nil {
		return err
	}
	f := registerForm{Day: v.PostForm("day"), Title: strings.TrimSpace(v.PostForm("title")), Due: strings.TrimSpace(v.PostForm("due")),
		Text: strings.TrimSpace(strings.ReplaceAll(v.PostForm("text"), "\r\n", "\n"))}
	if s := v.PostForm("corrects"); s != "" && s != "0" {
		if f.Corrects, err = strconv.ParseInt(s, 10, 64); err != nil {
			return errNoPage
		}
	}
	x, trouble := v.readRegister(b, f)
	year, err := v.yearOf(strings.SplitN(f.Day, "-", 2)[0])
	if err != nil {
		year = usual(v.now)
	}
	if trouble != "" {
		return v.showRegister(http.StatusUnprocessableEntity, &registerPage{Book: b, Year: year, Form: f, Trouble: trouble}, false)
	}
	if err := v.do("register", func(tx *ledger.Tx) error { return tx.Record(v.account.Township, x) }); err != nil {
		return err
	}
	return v.to(fmt.Sprintf("/fill/registers/%s?year=%d", b.Kind, year))
}

func (v *visit) readRegister(b book, f registerForm) (*ledger.Record, string) {
	x := &ledger.Record{Kind: b.Kind, Title: f.Title, Text: f.Text, Corrects: f.Corrects, Who: v.account.ID}
	var trouble string
	if x.Day, trouble = v.dayOf(f.Day, b.Ahead); trouble != "" {
		return nil, trouble
	}
	if b.Due != "" && f.Due != "" {
		if x.Due, trouble = v.dayOf(f.Due, true); trouble != "" {
			return nil, trouble
		}
	}
	switch {
	case f.Title == "":
		return nil, "“" + b.Title + "”没有写。"
	case strings.ContainsAny(f.Title, "\r\n") || len([]rune(f.Title)) > 100:
		return nil, "“" + b.Title + "”最多100个字，写成一行。"
	case len([]rune(f.Text)) > 5000:
		return nil, "“" + b.Text + "”最多5000个字。"
	case x.Due != "" && x.Due < x.Day:
		return nil, "期限比日子还早，看看是不是写反了。"
	}
	return x, ""
}

// strikeRegister takes a line out of the count.
func (v *visit) strikeRegister() error {
	b, err := v.bookOf()
	if err != nil {
		return err
	}
	return v.strike("register", "/fill/registers/"+b.Kind, func(tx *ledger.Tx, id int64) (knowledge.Day, error) {
		x, err := ledger.RecordByID(tx, v.account.Township, id)
		if err != nil {
			return "", err
		}
		if x.Kind != b.Kind {
			return "", ledger.ErrNotFound
		}
		return x.Day, tx.Record(v.account.Township, &ledger.Record{Kind: x.Kind, Day: x.Day, Corrects: x.ID, Void: true, Who: v.account.ID})
	})
}

// strike takes what the address names out of the count and goes back to its
// year; it stays in the ledger. void writes the correction and tells the day.
func (v *visit) strike(key, path string, void func(tx *ledger.Tx, id int64) (knowledge.Day, error)) error {
	id, err := v.key()
	if err != nil {
		return err
	}
	var day knowledge.Day
	if err := v.do(key, func(tx *ledger.Tx) (err error) {
		day, err = void(tx, id)
		return err
	}); err != nil {
		return err
	}
	// A list of duties may begin in a year to come, which has no page yet.
	if y, err := v.yearOf(string(day[:4])); err == nil {
		path += "?year=" + strconv.Itoa(y)
	}
	return v.to(path)
}
