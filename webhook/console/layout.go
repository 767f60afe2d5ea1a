package console

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"html/template"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"mingbai/bot/ledger"
)

//go:embed *.html
var files embed.FS

//go:embed console.css
var styles []byte

const sheetPath = "/console/console.css"

var sheetHref = sheetPath + "?v=" + digest(styles)

func digest(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:6])
}

func serveSheet(x *gin.Context) {
	x.Header("Cache-Control", "public, max-age=86400")
	x.Data(http.StatusOK, "text/css; charset=utf-8", styles)
}

// A frame is what every page has.
type frame struct {
	Title, Town, Office string
	Name, Role          string // of the account; empty while nobody has signed in
	Nav                 []navItem
	CSS, JS             string // JS is empty on a page that shows no news
	Now                 time.Time
}

func (f *frame) base() *frame { return f }

// A page is one struct with a frame in it; its template has the page's name.
type page interface{ base() *frame }

type navItem struct {
	Href, Name string
	Here       bool
}

var pages = func() map[string]*template.Template {
	layout := template.Must(template.New("layout").Funcs(template.FuncMap{
		"num": num, "day": day, "at": at, "pct": pct, "bar": bar, "left": left, "i64": func(n int) int64 { return int64(n) }, "editing": editing, "hours": hours,
	}).ParseFS(files, "layout.html", "cardparts.html"))
	list, err := files.ReadDir(".")
	if err != nil {
		panic(err) // the files are in the program
	}
	out := map[string]*template.Template{}
	for _, f := range list {
		if name := strings.TrimSuffix(f.Name(), ".html"); name != "layout" && name != "cardparts" {
			out[name] = template.Must(template.Must(layout.Clone()).ParseFS(files, f.Name()))
		}
	}
	return out
}()

// underSettings are pages that the navigation shows as settings.
var underSettings = []string{"/console/accounts", "/console/accounts/invite", "/console/audit"}

// show writes a page.
func (v *visit) show(status int, name string, p page) error {
	f := p.base()
	town := v.c.Mind().Base.Township
	f.Town, f.CSS, f.Now = town.Name, sheetHref, v.now
	if v.account != nil {
		f.Name, f.Role = v.account.Name, roleName(v.account.Role)
		if slices.Contains(livePages, strings.TrimPrefix(v.FullPath(), "/console")) {
			f.JS = scriptHref
		}
		for _, r := range routes {
			if r.nav != "" && r.refuses(v.account) == nil {
				here := v.FullPath() == "/console"+r.path || r.path != "/" && strings.HasPrefix(v.FullPath(), "/console"+r.path+"/") || r.path == "/settings" && slices.Contains(underSettings, v.FullPath())
				f.Nav = append(f.Nav, navItem{"/console" + r.path, r.nav, here})
			}
		}
	}
	var b bytes.Buffer
	if err := pages[name].ExecuteTemplate(&b, "layout", p); err != nil {
		return fmt.Errorf("render %s: %w", name, err)
	}
	v.Data(status, "text/html; charset=utf-8", b.Bytes())
	return nil
}

// num writes a count with thin spaces at the thousands; an empty one is a dash,
// for a zero is a statement that somebody has to sign.
func num(n int64) string {
	if n == 0 {
		return "—"
	}
	s := strconv.FormatInt(n, 10)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "\u2009" + s[i:]
	}
	return s
}

func day(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.In(shanghai).Format("1月2日")
}

func at(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.In(shanghai).Format("1月2日 15:04")
}

// pct is a share as people read it; without anything to share, a dash.
func pct(part, whole int64) string {
	if whole == 0 {
		return "—"
	}
	return strconv.FormatFloat(100*float64(part)/float64(whole), 'f', 1, 64) + "%"
}

// bar is a length of a chart in percent of its width.
func bar(n, most int64) string {
	if most <= 0 {
		return "0%"
	}
	return strconv.FormatFloat(100*float64(n)/float64(most), 'f', 1, 64) + "%"
}

// left says how far a clock is from now, in the largest unit that tells.
func left(due, now time.Time) string {
	if due.IsZero() {
		return "没有期限"
	}
	d, lead := due.Sub(now), "还剩"
	if d < 0 {
		d, lead = -d, "过时"
	}
	switch {
	case d < time.Hour:
		return fmt.Sprintf("%s%d分", lead, int(d.Minutes()))
	case d < 24*time.Hour:
		return fmt.Sprintf("%s%d小时", lead, int(d.Hours()))
	}
	return fmt.Sprintf("%s%d天", lead, int(d.Hours()/24))
}

// clock marks a time limit by how near it is: late, due soon, or neither.
func clock(due, now time.Time) string {
	switch {
	case due.IsZero():
		return ""
	case due.Before(now):
		return "late"
	case due.Before(now.Add(4 * time.Hour)):
		return "due"
	}
	return ""
}

func roleName(role string) string {
	return map[string]string{ledger.AccountAdmin: "管理员", ledger.AccountClerk: "司法所工作人员",
		ledger.AccountAdviser: "法律顾问", ledger.AccountViewer: "只看数字"}[role]
}

// hours writes a length of whole hours.
func hours(d time.Duration) string { return strconv.Itoa(int(d.Hours())) + "小时" }

// boardNames says which boards an account opens.
func boardNames(ids []string) string {
	if len(ids) == 0 {
		return "办全部板块"
	}
	var names []string
	for _, id := range ids {
		names = append(names, boardName[id])
	}
	return "只办" + strings.Join(names, "、")
}

// villageNames names what an account may see.
func (v *visit) villageNames(ids []string) string {
	town := v.c.Mind().Base.Township
	if len(ids) == 0 {
		return "全镇"
	}
	var names []string
	for _, id := range ids {
		names = append(names, town.VillageName(id))
	}
	return strings.Join(names, "、")
}

// An option is one choice of a form.
type option struct {
	Value, Name string
	Chosen      bool
}

// villages are the choices of the account's scope.
func (v *visit) villages(chosen string) []option {
	out := []option{{"", "全部", chosen == ""}}
	for _, x := range v.c.Mind().Base.Township.Villages {
		if v.scope().Holds(x.ID) {
			out = append(out, option{x.ID, x.Name, x.ID == chosen})
		}
	}
	return out
}

// months are the twelve up to now, the newest first.
func months(now, chosen time.Time) []option {
	var out []option
	first := monthOf(now)
	for i := range 12 {
		m := first.AddDate(0, -i, 0)
		out = append(out, option{m.Format("2006-01"), m.Format("2006年1月"), m.Equal(chosen)})
	}
	return out
}

func monthOf(t time.Time) time.Time {
	t = t.In(shanghai)
	return time.Date(t.Year(), t.Month(), 1, 0, 0, 0, 0, shanghai)
}

// month reads the month of a form; without one, the present.
func (v *visit) month() (from, to time.Time, err error) {
	from = monthOf(v.now)
	if s := v.Query("month"); s != "" {
		if from, err = time.ParseInLocation("2006-01", s, shanghai); err != nil || from.Year() < 2000 || from.Year() > 2100 {
			return from, to, &refusal{http.StatusBadRequest, "月份写得不对", "要像2026-11这样写。"}
		}
	}
	return from, from.AddDate(0, 1, 0), nil
}

// key reads the record that the address names.
func (v *visit) key() (int64, error) {
	n, err := strconv.ParseInt(v.Param("id"), 10, 64)
	if err != nil || n <= 0 {
		return 0, errNoPage
	}
	return n, nil
}

// A row is one bar of a chart: its number stands beside it.
type row struct {
	Name, Href string
	N          int64
	Width      string
	Rest       bool
}

// bars lays sums out under their names, the first ones by themselves and the
// rest as one.
func bars(list []ledger.Tally, first int, name func(string) string) []row {
	var out []row
	var most, rest int64
	list = slices.Clone(list)
	for i, t := range list {
		if i < first {
			most = max(most, t.N)
			out = append(out, row{Name: name(t.Name), N: t.N})
		} else {
			rest += t.N
		}
	}
	if rest > 0 {
		most = max(most, rest)
		out = append(out, row{Name: "其余", N: rest, Rest: true})
	}
	for i := range out {
		out[i].Width = bar(out[i].N, most)
	}
	return out
}
