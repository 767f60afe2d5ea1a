package console

import (
	"cmp"
	"math"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"mingbai/bot/annual"
	"mingbai/bot/ledger"
)

// A figureLine is one figure in a list.
type figureLine struct {
	Key, Name, Text, Unit, Was, Moved string
	Rule, Source, Period              string
	Plain                             bool // Text is a number
	Missing                           bool // it blocks publication
	Say                               string
	Do, Href                          string // the one button of a missing figure
	Link                              string
}

// A figureSheet is a group of figures.
type figureSheet struct {
	Name  string
	Lines []figureLine
}

type indicatorsPage struct {
	frame
	Year    int
	Years   []option
	Until   string
	Missing []figureLine
	Sheets  []figureSheet
	Faults  []string // sums that do not fit
	May     bool     // fill in and sign
}

// public reports whether the reader sees figures as anybody may: small groups
// hidden.
func (v *visit) public() bool { return v.account.Role == ledger.AccountViewer }

// indicators lists every figure of a year with its rule; what is missing first.
func (v *visit) indicators() error {
	year, err := v.yearOf(v.Query("year"))
	if err != nil {
		return err
	}
	r, err := v.c.report(v.Request.Context(), year, v.now)
	if err != nil {
		return err
	}
	p := &indicatorsPage{Year: year, Years: v.yearChoices(year), Until: r.Until, Faults: r.Lint(), May: v.link("/fill", "") != ""}
	p.Title = strconv.Itoa(year) + "年指标"
	wanting := map[string]annual.Obstacle{}
	for _, o := range r.Obstacles() {
		if o.Figure != "" {
			wanting[o.Figure] = o
		}
	}
	for _, name := range annual.Sheets {
		s := figureSheet{Name: name}
		for _, x := range r.Shown(v.public()) {
			if x.Sheet != name {
				continue
			}
			l := lineOf(x, year)
			if o, ok := wanting[x.Key]; ok {
				l.Missing, l.Say = true, o.Say
				l.Do, l.Href = v.remedy(o, year)
				p.Missing = append(p.Missing, l)
			}
			s.Lines = append(s.Lines, l)
		}
		p.Sheets = append(p.Sheets, s)
	}
	return v.show(http.StatusOK, "indicators", p)
}

func lineOf(x annual.Shown, year int) figureLine {
	l := figureLine{Key: x.Key, Name: x.Name, Text: x.Text, Unit: x.Unit, Was: x.Was, Moved: x.Moved, Rule: x.Rule,
		Source: annual.SourceName(x.Source), Period: x.Period, Link: "/console/indicators/" + url.PathEscape(x.Key) + "?year=" + strconv.Itoa(year)}
	l.Text, l.Plain = thin(x.Text)
	if x.Zero != "" {
		l.Text, l.Plain = "0", true
	}
	l.Was, _ = thin(x.Was)
	return l
}

// thin puts thin spaces into a number; other text stays.
func thin(s string) (string, bool) {
	f, err := strconv.ParseFloat(s, 64)
	if err != nil {
		return s, false
	}
	if f == math.Trunc(f) && f != 0 {
		return num(int64(f)), true
	}
	return s, true
}

// remedy is the one thing to do about what stands in a report's way, and where.
func (v *visit) remedy(o annual.Obstacle, year int) (do, href string) {
	q := "?year=" + strconv.Itoa(year)
	f, known := annual.FigureOf(o.Figure)
	switch {
	case v.link("/fill", "") == "" || o.Wait:
		return "", ""
	case o.Slot != "":
		return "去写", "/console/report" + q + "#" + anchor(o.Slot)
	case o.Figure == "" || !known:
		return "去看", "/console/indicators" + q
	case f.Source == annual.FromEntry:
		return "去填", "/console/fill/figures" + q + "#" + anchor(o.Figure)
	case strings.HasPrefix(o.Figure, "exam."):
		return "去填", "/console/fill/exams" + q
	case slices.Contains([]string{"study.sessions", "publicity.events", "settings.events"}, o.Figure):
		return "去填", "/console/fill/activities" + q
	case o.Zero:
		return "签零", "/console/indicators/" + url.PathEscape(o.Figure) + q + "#zero"
	}
	return "去看", "/console/indicators/" + url.PathEscape(o.Figure) + q
}

// anchor is a key as the name of a place in a page.
func anchor(key string) string { return strings.ReplaceAll(key, ".", "-") }

// A partGroup is a figure by month, village, topic.
type partGroup struct {
	Name string
	Rows []partRow
	Sum  string
}

// A partRow is one bar.
type partRow struct {
	Name, Text, Width string
	Hidden            bool
}

// A recordLine is a record behind a figure.
type recordLine struct {
	What, Where, No, Href string
	At                    time.Time
	Who, Note             string
}

type indicatorPage struct {
	frame
	Year       int
	Years      []option
	F          figureLine
	Within     string
	Zero       string // words of the signed zero
	ZeroWho    string
	ZeroAt     time.Time
	Parts      []partGroup
	Hidden     int // parts that are not published
	Records    []recordLine
	All        int
	Page, Last int
	Prev, Next string
	Numbers    bool // the reader sees no records
	History    []recordLine
	MayZero    bool
	ZeroNote   string // why the zero cannot be signed now
}

const recordsShown = 50

// indicator opens a figure: its rule, what it is made of, and the records
// behind it.
func (v *visit) indicator() error {
	year, err := v.yearOf(v.Query("year"))
	if err != nil {
		return err
	}
	return v.showIndicator(http.StatusOK, v.Param("key"), year, "")
}

func (v *visit) showIndicator(status int, key string, year int, trouble string) error {
	f, ok := annual.FigureOf(key)
	if !ok {
		return errNoPage
	}
	r, err := v.c.report(v.Request.Context(), year, v.now)
	if err != nil {
		return err
	}
	list := r.Shown(v.public())
	x := list[slices.IndexFunc(list, func(s annual.Shown) bool { return s.Key == key })]
	p := &indicatorPage{Year: year, Years: v.yearChoices(year), F: lineOf(x, year), Numbers: v.public(), ZeroNote: trouble}
	p.Title = f.Name
	if w, ok := annual.FigureOf(f.Within); ok {
		p.Within = w.Name
	}
	for _, o := range r.Obstacles() {
		if o.Figure == key {
			p.F.Missing, p.F.Say = true, o.Say
			if f.Source == annual.FromEntry || !o.Zero {
				p.F.Do, p.F.Href = v.remedy(o, year)
			}
		}
	}
	p.MayZero = x.Value == 0 && x.Zero == "" && annual.CheckZero(key) == nil && v.link("/fill", "") != ""
	p.Parts, p.Hidden = partsOf(x)
	if len(x.Records) == 0 && x.Value != 0 && !p.Numbers {
		opened, _, err := annual.Open(v.Request.Context(), v.c.Ledger, v.c.Mind().Base.Township, year, v.now, key)
		if err != nil {
			return err
		}
		x.Records = opened.Records
	}
	err = v.view(func(r *ledger.View) error {
		if err := v.fillHistory(p, r, key); err != nil || p.Numbers {
			return err
		}
		return v.fillRecords(p, r, x.Records)
	})
	if err != nil {
		return err
	}
	return v.show(status, "indicator", p)
}

// partsOf lays the parts of a figure out as bars. Parts that are nothing are
// left out, but for the months of a year.
func partsOf(x annual.Shown) (out []partGroup, hidden int) {
	var most float64
	var values []float64
	for i, part := range x.Parts {
		if i == 0 || part.Group != x.Parts[i-1].Group {
			out, most, values = append(out, partGroup{Name: part.Group}), 0, nil
		}
		if part.Value == 0 && !strings.Contains(part.Key, ".month.") {
			continue
		}
		g := &out[len(out)-1]
		row := partRow{Name: part.Label, Hidden: part.Hidden}
		row.Text, _ = thin(part.Text)
		if part.Value == 0 {
			row.Text = "—"
		}
		if part.Hidden {
			hidden++
		}
		value := part.Value
		if _, err := strconv.ParseFloat(part.Text, 64); err != nil {
			value = 0 // a bar would tell what the text hides
		}
		g.Rows, values, most = append(g.Rows, row), append(values, value), max(most, value)
		for n := range g.Rows {
			g.Rows[n].Width = bar(int64(values[n]*10), int64(most*10))
		}
	}
	return slices.DeleteFunc(out, func(g partGroup) bool {
		return !slices.ContainsFunc(g.Rows, func(r partRow) bool { return r.Text != "—" })
	}), hidden
}

// fillHistory tells what was entered and signed under a key, and by whom.
func (v *visit) fillHistory(p *indicatorPage, r *ledger.View, key string) error {
	list, err := ledger.EntryHistory(r, v.account.Township, key, p.Year)
	if err != nil {
		return err
	}
	zeros, err := ledger.Zeros(r, v.account.Township, p.Year)
	if err != nil {
		return err
	}
	var who []int64
	for _, e := range list {
		who = append(who, e.Who)
	}
	for _, z := range zeros {
		who = append(who, z.Who)
	}
	names, err := ledger.NamesOf(r, who)
	if err != nil {
		return err
	}
	last := map[int]int64{}
	for _, e := range list {
		l := recordLine{At: e.At, Who: cmp.Or(names[e.Who], "已离开的人"), Note: e.Note, What: monthName(e.Month) + "填" + strconv.FormatInt(e.Value, 10)}
		if was, ok := last[e.Month]; ok {
			l.What = monthName(e.Month) + "从" + strconv.FormatInt(was, 10) + "改成" + strconv.FormatInt(e.Value, 10)
		}
		last[e.Month] = e.Value
		p.History = append(p.History, l)
	}
	for _, z := range zeros {
		if z.Key == key {
			name := cmp.Or(names[z.Who], "已离开的人")
			p.History = append(p.History, recordLine{At: z.At, Who: name, What: "签零：" + z.Words})
			p.ZeroWho, p.ZeroAt, p.Zero = name, z.At, z.Words
		}
	}
	slices.SortStableFunc(p.History, func(a, b recordLine) int { return b.At.Compare(a.At) })
	if p.F.Text != "0" {
		p.Zero = "" // a figure came after it
	}
	return nil
}

func monthName(m int) string {
	if m == 0 {
		return "全年"
	}
	return strconv.Itoa(m) + "月"
}

// fillRecords lists one page of the records behind a figure.
func (v *visit) fillRecords(p *indicatorPage, r *ledger.View, keys []string) error {
	p.All, p.Last = len(keys), max(1, (len(keys)+recordsShown-1)/recordsShown)
	p.Page = 1
	if n, err := strconv.Atoi(v.Query("page")); err == nil {
		p.Page = min(max(n, 1), p.Last)
	}
	from := (p.Page - 1) * recordsShown
	list, err := ledger.CountedOf(r, v.account.Township, keys[from:min(len(keys), from+recordsShown)])
	if err != nil {
		return err
	}
	for _, c := range list {
		p.Records = append(p.Records, v.recordLine(c))
	}
	page := func(n int) string {
		return p.F.Link + "&page=" + strconv.Itoa(n) + "#records"
	}
	if p.Page > 1 {
		p.Prev = page(p.Page - 1)
	}
	if p.Page < p.Last {
		p.Next = page(p.Page + 1)
	}
	return nil
}

// recordLine tells a record in words, with its page where there is one that
// the account may open.
func (v *visit) recordLine(c ledger.Counted) recordLine {
	town := v.c.Mind().Base.Township
	l := recordLine{At: c.At, No: c.No}
	if c.Village != "" {
		l.Where = town.VillageName(c.Village)
	}
	word, rest, _ := strings.Cut(c.About, " ")
	switch c.Kind {
	case ledger.CountedMatter:
		l.What, l.Href = "咨询："+cmp.Or(c.About, "没听懂"), v.linkMatter(c.ID)
	case ledger.CountedDispute:
		l.What, l.Href = c.About, v.linkDispute(c.ID)
		if c.No != "" {
			l.No = c.No + "号"
		}
	case ledger.CountedEvent, ledger.CountedTask:
		l.What, l.Href = map[string]string{ledger.CountedEvent: "事件", ledger.CountedTask: "任务"}[c.Kind], v.link("/grid", "/grid?month="+c.At.In(shanghai).Format("2006-01"))
		for _, k := range town.Events {
			if k.ID == c.About {
				l.What += "：" + k.Name
			}
		}
	case ledger.CountedActivity:
		day, place, _ := strings.Cut(rest, " ")
		l.What, l.Where, l.No = activityName(word)+"，"+dayText(day), place, c.No+"人"
		l.Href = v.link("/fill/activities", "/fill/activities?year="+strings.SplitN(day, "-", 2)[0])
	case ledger.CountedScore:
		l.What, l.Href = "成绩单一行："+dayText(word)+" "+rest, v.link("/fill/exams", "/fill/exams?year="+strings.SplitN(word, "-", 2)[0])
	case ledger.CountedEntry:
		f, _ := annual.FigureOf(word)
		m, _ := strconv.Atoi(rest) // of our own writing
		l.What = f.Name + "，" + monthName(m) + "填报"
	case ledger.CountedZero:
		l.What = "零报告签字"
	case ledger.CountedRegister:
		l.What = dayText(word) + "　" + rest
	case ledger.CountedPerson:
		l.What, l.Href = "在任的一位", v.link("/people", "/people")
	case ledger.CountedRegistration:
		l.What = "一次登记"
	case ledger.CountedMessage:
		l.What = "一条消息：" + fateName(ledger.Fate(c.About))
	case ledger.CountedJournal:
		l.What = map[string]string{string(ledger.Missed): "到点没有接或没有答", string(ledger.Seated): "一席答复"}[c.About]
	default:
		l.What = c.Key
		if g, of := town.Grid(c.Key); g != nil {
			l.What, l.Where = g.Name, of.Name
		}
	}
	return l
}

// dayText writes a day of the ledger as people do.
func dayText(s string) string {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		return s
	}
	return t.Format("2006年1月2日")
}

// activityName is the kind of an activity as people say it.
func activityName(kind string) string {
	return map[string]string{ledger.ActivityStudy: "集中学法", ledger.ActivityPublicity: "普法宣传", ledger.ActivitySettings: "法律六进", ledger.ActivityCases: "以案四说"}[kind]
}
