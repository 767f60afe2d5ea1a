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

// An activityLine is one activity in the list.
type activityLine struct {
	ID                 int64
	Day, Kind, Setting string
	Place, Body, Who   string
	Heads              int64
	At                 time.Time
	Corrected          bool
}

type activitiesPage struct {
	frame
	Year     int
	Years    []option
	Lines    []activityLine
	Sums     []row
	Sixes    []row // 六进, by which of the six
	Kinds    []option
	Settings []option
	Form     activityForm
	Trouble  string
	Offices  []string
	Today    knowledge.Day
}

// An activityForm is what was typed.
type activityForm struct {
	Corrects                               int64
	Day, Kind, Setting, Place, Heads, Body string
}

var settingName = map[string]string{"organ": "机关", "village": "乡村", "community": "社区", "school": "学校", "firm": "企业", "unit": "单位"}

// activities lists what was held in a year, with a form for one more or for
// the correction of one.
func (v *visit) activities() error {
	year, err := v.yearOf(v.Query("year"))
	if err != nil {
		return err
	}
	edit, err := v.editing()
	if err != nil {
		return err
	}
	return v.showActivities(http.StatusOK, &activitiesPage{Year: year, Form: activityForm{Corrects: edit}}, true)
}

// editing reads which record the address asks to correct; 0 for none.
func (v *visit) editing() (int64, error) {
	s := v.Query("edit")
	if s == "" {
		return 0, nil
	}
	id, err := strconv.ParseInt(s, 10, 64)
	if err != nil || id <= 0 {
		return 0, errNoPage
	}
	return id, nil
}

func (v *visit) showActivities(status int, p *activitiesPage, fresh bool) error {
	p.Title, p.Years, p.Today = "活动", v.yearChoices(p.Year), knowledge.DayOf(v.now)
	for _, o := range v.c.Mind().Base.Township.Offices {
		p.Offices = append(p.Offices, o.Name)
	}
	err := v.view(func(r *ledger.View) error {
		list, err := ledger.Activities(r, v.account.Township, p.Year)
		if err != nil {
			return err
		}
		if err := v.fillActivities(p, r, list); err != nil || !fresh || p.Form.Corrects == 0 {
			return err
		}
		i := slices.IndexFunc(list, func(a ledger.Activity) bool { return a.ID == p.Form.Corrects })
		if i < 0 {
			return errNoPage
		}
		a := list[i]
		p.Form = activityForm{a.ID, string(a.Day), a.Kind, a.Setting, a.Place, strconv.FormatInt(a.Heads, 10), a.Body}
		return nil
	})
	if err != nil {
		return err
	}
	for _, k := range ledger.ActivityKinds {
		p.Kinds = append(p.Kinds, option{k, activityName(k), k == p.Form.Kind})
	}
	p.Settings = []option{{"", "不是六进", p.Form.Setting == ""}}
	for _, s := range ledger.Settings {
		p.Settings = append(p.Settings, option{s, settingName[s], s == p.Form.Setting})
	}
	return v.show(status, "activities", p)
}

func (v *visit) fillActivities(p *activitiesPage, r *ledger.View, list []ledger.Activity) error {
	var who []int64
	kinds, sixes := map[string]int64{}, map[string]int64{}
	for _, a := range list {
		who = append(who, a.Who)
		kinds[a.Kind]++
		if a.Setting != "" {
			sixes[a.Setting]++
		}
	}
	names, err := ledger.NamesOf(r, who)
	if err != nil {
		return err
	}
	for _, a := range slices.Backward(list) {
		p.Lines = append(p.Lines, activityLine{ID: a.ID, Day: dayText(string(a.Day)), Kind: activityName(a.Kind), Setting: settingName[a.Setting], Place: a.Place,
			Body: a.Body, Heads: a.Heads, Who: cmp.Or(names[a.Who], "已离开的人"), At: a.At, Corrected: a.Corrects != 0})
	}
	var tallies []ledger.Tally
	for _, k := range ledger.ActivityKinds {
		tallies = append(tallies, ledger.Tally{Name: k, N: kinds[k]})
	}
	p.Sums = bars(tallies, len(tallies), activityName)
	tallies = nil
	for _, s := range ledger.Settings {
		tallies = append(tallies, ledger.Tally{Name: s, N: sixes[s]})
	}
	p.Sixes = bars(tallies, len(tallies), func(s string) string { return "进" + settingName[s] })
	return nil
}

// saveActivity records an activity, or a correction of one.
func (v *visit) saveActivity() error {
	f := activityForm{Day: v.PostForm("day"), Kind: v.PostForm("kind"), Setting: v.PostForm("setting"), Place: strings.TrimSpace(v.PostForm("place")),
		Heads: v.PostForm("heads"), Body: strings.TrimSpace(v.PostForm("body"))}
	if s := v.PostForm("corrects"); s != "" && s != "0" {
		id, err := strconv.ParseInt(s, 10, 64)
		if err != nil {
			return errNoPage
		}
		f.Corrects = id
	}
	a, trouble := v.readActivity(f)
	if trouble != "" {
		year, err := v.yearOf(strings.SplitN(f.Day, "-", 2)[0])
		if err != nil {
			year = usual(v.now)
		}
		return v.showActivities(http.StatusUnprocessableEntity, &activitiesPage{Year: year, Form: f, Trouble: trouble}, false)
	}
	if err := v.do("activity", func(tx *ledger.Tx) error { return tx.Hold(v.account.Township, a) }); err != nil {
		return err
	}
	return v.to(fmt.Sprintf("/fill/activities?year=%.4s", a.Day))
}

func (v *visit) readActivity(f activityForm) (*ledger.Activity, string) {
	day, trouble := v.dayOf(f.Day, false)
	heads, err := strconv.ParseInt(halfDigits(f.Heads), 10, 64)
	switch {
	case trouble != "":
		return nil, trouble
	case !slices.Contains(ledger.ActivityKinds, f.Kind):
		return nil, "选一种活动。"
	case f.Kind == ledger.ActivitySettings && f.Setting == "":
		return nil, "六进要选进了哪一类：机关、乡村、社区、学校、企业、单位。"
	case f.Kind != ledger.ActivitySettings && f.Setting != "":
		return nil, "只有六进才选进了哪一类；不是六进的，选“不是六进”。"
	case f.Setting != "" && settingName[f.Setting] == "":
		return nil, "进了哪一类，从单子里选。"
	case f.Place == "":
		return nil, "写一下在哪里办的。"
	case len([]rune(f.Place)) > 60 || len([]rune(f.Body)) > 60:
		return nil, "地点、单位最多60个字。"
	case err != nil || heads < 0 || heads > 1_000_000:
		return nil, "到场人数“" + clip(f.Heads, 12) + "”不是一个数。"
	case f.Kind == ledger.ActivityPublicity && f.Body == "":
		return nil, "普法宣传要写是哪个单位办的（谁执法谁普法）。"
	}
	return &ledger.Activity{Day: day, Kind: f.Kind, Setting: f.Setting, Place: f.Place, Heads: heads, Body: f.Body, Corrects: f.Corrects, Who: v.account.ID}, ""
}

// strikeActivity takes an activity out of the count.
func (v *visit) strikeActivity() error {
	return v.strike("activity", "/fill/activities", func(tx *ledger.Tx, id int64) (knowledge.Day, error) {
		a, err := ledger.ActivityByID(tx, v.account.Township, id)
		if err != nil {
			return "", err
		}
		a.Corrects, a.Void, a.Who = a.ID, true, v.account.ID
		return a.Day, tx.Hold(v.account.Township, a)
	})
}
