package console

import (
	"cmp"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"mingbai/bot/annual"
	"mingbai/bot/ledger"
	"mingbai/knowledge"
)

// A fillLine is one book that the office keeps, and how far it is.
type fillLine struct {
	Name, Href, What string
	Late             bool
}

type fillPage struct {
	frame
	Year    int
	Years   []option
	Missing int
	Lines   []fillLine
}

// fill shows what the office keeps by hand in a year, and what is wanting.
func (v *visit) fill() error {
	year, err := v.yearOf(v.Query("year"))
	if err != nil {
		return err
	}
	r, err := v.c.report(v.Request.Context(), year, v.now)
	if err != nil {
		return err
	}
	p := &fillPage{Year: year, Years: v.yearChoices(year)}
	p.Title = "填报"
	wanting := map[string]bool{}
	for _, o := range r.Obstacles() {
		wanting[o.Figure] = o.Figure != ""
	}
	text := map[string]string{}
	for _, x := range r.Shown(false) {
		text[x.Key] = x.Name + x.Text + x.Unit
	}
	q := "?year=" + strconv.Itoa(year)
	add := func(name, path string, keys ...string) {
		l := fillLine{Name: name, Href: "/console/fill/" + path + q}
		var have []string
		short := 0
		for _, k := range keys {
			if wanting[k] {
				short++
			} else if x := text[k]; x != "" && !strings.Contains(x, "没有") {
				have = append(have, x)
			}
		}
		p.Missing += short
		switch {
		case short > 0:
			l.What, l.Late = "还缺"+strconv.Itoa(short)+"个数", true
		case len(have) > 0:
			l.What = strings.Join(have, "，")
		default:
			l.What = "还没有记录"
		}
		p.Lines = append(p.Lines, l)
	}
	monthly, yearly := annual.EntryKeys()
	var keys []string
	for _, f := range slices.Concat(monthly, yearly) {
		keys = append(keys, f.Key)
	}
	add("数：执法、渠道、接访、年末", "figures", keys...)
	if l := &p.Lines[0]; !l.Late {
		l.What = strconv.Itoa(len(keys)) + "个数都有了"
	}
	add("活动：学法、普法、六进", "activities", "study.sessions", "publicity.events", "settings.events")
	add("考试", "exams", "exam.sat", "exam.passed")
	add("荣誉", "registers/"+ledger.RegisterHonour, "honours")
	add("会议", "registers/"+ledger.RegisterMeeting, "meetings")
	add("责任清单", "registers/"+ledger.RegisterDuty, "duty.lists")
	p.Lines = append(p.Lines, fillLine{Name: "领导接访安排", Href: "/console/fill/registers/" + ledger.RegisterReception + q, What: "哪天、谁、在哪里接访"})
	return v.show(http.StatusOK, "fill", p)
}

// A cell is one field of the grid.
type cell struct {
	Name, Value, Label string
	Bad                bool
	Year               bool // of the whole year
}

// A gridRow is one figure with its fields.
type gridRow struct {
	Key, Anchor, Name, Unit, Rule, Link string
	Cells                               []cell
	Sum                                 string
	Late                                bool
}

// A change is a figure that was entered again.
type change struct {
	At         time.Time
	Who, What  string
	Note, Link string
}

type figuresPage struct {
	frame
	Year   int
	Years  []option
	Seen   int64 // the newest entry that the reader sees
	Months []string
	Groups []struct {
		Name string
		Rows []gridRow
	}
	Ends      []gridRow
	Zeros     []figureLine // that may be signed
	Changes   []change
	Saved     int
	Troubles  []string
	Note      string
	ZeroWords string
}

// entryGroups divide the monthly figures as staff think of them.
var entryGroups = []struct {
	name   string
	belong func(key string) bool
}{
	{"行政执法查处", func(k string) bool { return strings.HasPrefix(k, "enforce.") }},
	{"社会监督渠道和接访", func(k string) bool { return strings.HasPrefix(k, "oversight.") || k == "receptions" }},
	{"调解、信访和官司", func(string) bool { return true }},
}

// figures is the grid of a year to type into.
func (v *visit) figures() error {
	year, err := v.yearOf(v.Query("year"))
	if err != nil {
		return err
	}
	p := &figuresPage{Year: year}
	if n, err := strconv.Atoi(v.Query("saved")); err == nil {
		p.Saved = min(max(n, 0), 999)
	}
	return v.showFigures(http.StatusOK, p, nil, nil)
}

// showFigures shows the grid: what is recorded, or typed over it what was sent
// and not kept.
func (v *visit) showFigures(status int, p *figuresPage, typed map[string]string, bad map[string]bool) error {
	p.Title, p.Years = strconv.Itoa(p.Year)+"年的数", v.yearChoices(p.Year)
	for m := 1; m <= 12; m++ {
		p.Months = append(p.Months, strconv.Itoa(m)+"月")
	}
	var values map[string]ledger.Entered
	err := v.view(func(r *ledger.View) (err error) {
		if values, err = entered(r, v.account.Township, p.Year); err != nil {
			return err
		}
		return v.fillChanges(p, r)
	})
	if err != nil {
		return err
	}
	for _, e := range values {
		p.Seen = max(p.Seen, e.ID)
	}
	r, err := v.c.report(v.Request.Context(), p.Year, v.now)
	if err != nil {
		return err
	}
	row := rowMaker(p.Year, r, values, typed, bad)
	monthly, yearly := annual.EntryKeys()
	taken := map[string]bool{}
	for _, g := range entryGroups {
		x := struct {
			Name string
			Rows []gridRow
		}{Name: g.name}
		for _, f := range monthly {
			if !taken[f.Key] && g.belong(f.Key) {
				taken[f.Key] = true
				x.Rows = append(x.Rows, row(f, 1, 12))
			}
		}
		p.Groups = append(p.Groups, x)
	}
	for _, f := range yearly {
		p.Ends = append(p.Ends, row(f, 0, 0))
	}
	for _, x := range r.Shown(false) {
		if f, _ := annual.FigureOf(x.Key); f.Source == annual.FromEntry && x.Value == 0 && x.Zero == "" {
			p.Zeros = append(p.Zeros, lineOf(x, p.Year))
		}
	}
	return v.show(status, "figures", p)
}

// entered lists the figures that count by their field's name.
func entered(r ledger.Reader, township string, year int) (map[string]ledger.Entered, error) {
	list, err := ledger.Entries(r, township, year)
	out := map[string]ledger.Entered{}
	for _, e := range list {
		out[field(e.Key, e.Month)] = e
	}
	return out, err
}

func field(key string, month int) string { return key + "." + strconv.Itoa(month) }

// rowMaker lays out the fields of one figure.
func rowMaker(year int, r *annual.Report, values map[string]ledger.Entered, typed map[string]string, bad map[string]bool) func(f annual.Figure, from, to int) gridRow {
	wanting, sum := map[string]bool{}, map[string]string{}
	for _, o := range r.Obstacles() {
		wanting[o.Figure] = true
	}
	for _, x := range r.Shown(false) {
		if x.Value != 0 || x.Zero != "" {
			sum[x.Key] = lineOf(x, year).Text
		}
	}
	return func(f annual.Figure, from, to int) gridRow {
		g := gridRow{Key: f.Key, Anchor: anchor(f.Key), Name: f.Name, Unit: f.Unit, Rule: f.Rule, Late: wanting[f.Key], Sum: cmp.Or(sum[f.Key], "—"),
			Link: "/console/indicators/" + url.PathEscape(f.Key) + "?year=" + strconv.Itoa(year)}
		months := []int{}
		for m := from; m <= to; m++ {
			months = append(months, m)
		}
		if from > 0 {
			months = append(months, 0)
		}
		for _, m := range months {
			name := field(f.Key, m)
			c := cell{Name: name, Label: f.Name + "，" + monthName(m), Bad: bad[name], Year: m == 0}
			if e, ok := values[name]; ok {
				c.Value = strconv.FormatInt(e.Value, 10)
			}
			if t, ok := typed[name]; ok {
				c.Value = t
			}
			g.Cells = append(g.Cells, c)
		}
		return g
	}
}

// fillChanges tells what was entered anew.
func (v *visit) fillChanges(p *figuresPage, r *ledger.View) error {
	list, err := ledger.EntryHistory(r, v.account.Township, "", p.Year)
	if err != nil {
		return err
	}
	var who []int64
	for _, e := range list {
		who = append(who, e.Who)
	}
	names, err := ledger.NamesOf(r, who)
	if err != nil {
		return err
	}
	last := map[string]int64{}
	for _, e := range list {
		name := field(e.Key, e.Month)
		if was, ok := last[name]; ok {
			f, _ := annual.FigureOf(e.Key)
			p.Changes = append(p.Changes, change{At: e.At, Who: cmp.Or(names[e.Who], "已离开的人"), Note: e.Note,
				What: fmt.Sprintf("%s%s从%d改成%d", f.Name, monthName(e.Month), was, e.Value), Link: "/console/indicators/" + url.PathEscape(e.Key) + "?year=" + strconv.Itoa(p.Year)})
		}
		last[name] = e.Value
	}
	slices.Reverse(p.Changes)
	p.Changes = p.Changes[:min(len(p.Changes), 50)]
	return nil
}

const largestFigure = 10_000_000

// saveFigures signs every field that was changed. All of them are kept, or
// none.
func (v *visit) saveFigures() error {
	if err := v.Request.ParseForm(); err != nil {
		return err
	}
	form := v.Request.PostForm
	year, err := v.yearOf(form.Get("year"))
	if err != nil {
		return err
	}
	seen, err := strconv.ParseInt(form.Get("seen"), 10, 64)
	if err != nil {
		seen = 0
	}
	p := &figuresPage{Year: year, Note: strings.TrimSpace(form.Get("note"))}
	typed, bad, saved := map[string]string{}, map[string]bool{}, 0
	refuse := func(name, format string, args ...any) {
		bad[name] = true
		p.Troubles = append(p.Troubles, fmt.Sprintf(format, args...))
	}
	if len([]rune(p.Note)) > 200 {
		refuse("note", "说明太长，最多200个字。")
	}
	err = v.do("figures", func(tx *ledger.Tx) error {
		clear(typed)
		clear(bad)
		p.Troubles, saved = p.Troubles[:0], 0
		have, err := entered(tx, v.account.Township, year)
		if err != nil {
			return err
		}
		for _, name := range fieldNames() {
			said, ok := form[name]
			if !ok {
				continue
			}
			e, known := have[name]
			x, err := v.readCell(name, strings.TrimSpace(said[0]), e, known, year)
			typed[name] = said[0]
			switch {
			case err != nil:
				refuse(name, "%s", err.Error())
				continue
			case x == nil:
				continue
			case known && e.ID > seen:
				f, _ := annual.FigureOf(x.Key)
				refuse(name, "%s%s：刚才有人填了%d，您还没看到。再看一眼，要改再改。", f.Name, monthName(x.Month), e.Value)
				typed[name] = strconv.FormatInt(e.Value, 10)
				continue
			}
			x.Note = p.Note
			saved++
			if err := tx.Enter(v.account.Township, x); err != nil {
				return err
			}
		}
		if len(p.Troubles) > 0 {
			return errUnkept
		}
		return nil
	})
	if errors.Is(err, errUnkept) {
		return v.showFigures(http.StatusUnprocessableEntity, p, typed, bad)
	}
	if err != nil {
		return err
	}
	return v.to("/fill/figures?year=" + strconv.Itoa(year) + "&saved=" + strconv.Itoa(saved))
}

// errUnkept undoes a write of which the reader is told why.
var errUnkept = errors.New("not kept")

// fieldNames are the fields of the grid in order.
func fieldNames() []string {
	var out []string
	monthly, yearly := annual.EntryKeys()
	for _, f := range monthly {
		for m := range 13 {
			out = append(out, field(f.Key, m))
		}
	}
	for _, f := range yearly {
		out = append(out, field(f.Key, 0))
	}
	return out
}

// readCell reads one field; nil when it says what is recorded already.
func (v *visit) readCell(name, said string, e ledger.Entered, known bool, year int) (*ledger.Entered, error) {
	at := strings.LastIndexByte(name, '.')
	key := name[:at]
	month, err := strconv.Atoi(name[at+1:])
	if err != nil {
		return nil, err
	}
	f, _ := annual.FigureOf(key)
	where := f.Name + monthName(month) + "："
	if said == "" {
		if known {
			return nil, errors.New(where + "填过的数不能清空；没有就填0。")
		}
		return nil, nil
	}
	n, err := strconv.ParseInt(halfDigits(said), 10, 64)
	switch {
	case err != nil || n < 0 || n > largestFigure:
		return nil, errors.New(where + "“" + clip(said, 12) + "”不是一个数，要填整数。")
	case known && e.Value == n:
		return nil, nil
	case month > 0 && time.Date(year, time.Month(month), 1, 0, 0, 0, 0, shanghai).After(v.now):
		return nil, errors.New(where + "这个月还没到。")
	}
	if err := annual.CheckEntry(key, month, n); err != nil {
		return nil, errors.New(err.Error() + "。")
	}
	return &ledger.Entered{Key: key, Year: year, Month: month, Value: n, Who: v.account.ID}, nil
}

// halfDigits turns the wide digits of a Chinese keyboard into plain ones.
func halfDigits(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= '０' && r <= '９':
			return r - '０' + '0'
		case r == ',' || r == '，' || r == ' ' || r == '\u2009':
			return -1
		}
		return r
	}, s)
}

// clip is the beginning of a text.
func clip(s string, n int) string {
	if r := []rune(s); len(r) > n {
		return string(r[:n]) + "…"
	}
	return s
}

// signZero records the reader's word that figures are zero.
func (v *visit) signZero() error {
	if err := v.Request.ParseForm(); err != nil {
		return err
	}
	keys, words := v.Request.PostForm["key"], strings.TrimSpace(v.Request.PostForm.Get("words"))
	year, err := v.yearOf(v.Request.PostForm.Get("year"))
	if err != nil {
		return err
	}
	say := ""
	switch {
	case len(keys) == 0:
		say = "没有勾要签零的数"
	case words == "":
		say = "要写明怎么核实的，才能签零"
	case len([]rune(words)) > 200:
		say = "写得太长，最多200个字"
	}
	if say != "" {
		return &refusal{http.StatusBadRequest, say, "返回上一页补上再签。"}
	}
	err = v.do("zero", func(tx *ledger.Tx) error {
		for _, key := range keys {
			if err := annual.CheckZero(key); err != nil {
				return &refusal{http.StatusBadRequest, err.Error(), "返回上一页。"}
			}
			if err := tx.SignZero(v.account.Township, &ledger.Zero{Key: key, Year: year, Who: v.account.ID, Words: words}); err != nil {
				return err
			}
		}
		return nil
	})
	if errors.Is(err, ledger.ErrNotZero) {
		return &refusal{http.StatusConflict, "这个数填过，不是零，签不了", "填错了的，先把填过的改成0，再签。"}
	}
	if err != nil {
		return err
	}
	q := "?year=" + strconv.Itoa(year)
	if len(keys) > 1 {
		return v.to("/fill/figures" + q)
	}
	return v.to("/indicators/" + url.PathEscape(keys[0]) + q)
}

// dayOf reads a day of a form; late says that it may lie ahead.
func (v *visit) dayOf(s string, late bool) (knowledge.Day, string) {
	d := knowledge.Day(strings.TrimSpace(s))
	switch {
	case !d.Valid():
		return "", "日期要像2026-11-24这样写。"
	case d < "2000-01-01" || d > "2100-12-31":
		return "", "日期的年份不对。"
	case !late && d > knowledge.DayOf(v.now):
		return "", "日期还没到，办完了再登记。"
	}
	return d, ""
}
