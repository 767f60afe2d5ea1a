package console

import (
	"cmp"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"mingbai/bot/ledger"
)

// A Channel is a way by which residents reach the bot, as the settings page
// tells it. It holds no token.
type Channel struct {
	Name string
	On   bool
	Note string // how it is set up, in plain Chinese; may be empty
}

// A factLine is one fact of the township's file.
type factLine struct {
	Name, Say string
	Late      bool // it is wanting
}

type settingsPage struct {
	frame
	Public   string
	Channels []Channel
	Facts    []factLine
	Local    []factLine
	Years    []factLine
	Villages []factLine
	Offices  []factLine
	Accounts int64
}

// settings shows what this installation goes by. It changes nothing: settings
// are read once at the start, and the township is a file.
func (v *visit) settings() error {
	town := v.c.Mind().Base.Township
	p := &settingsPage{Public: v.c.Public, Channels: v.c.Channels}
	p.Title = "设置"
	grids := 0
	for _, x := range town.Villages {
		grids += len(x.Grids)
		p.Villages = append(p.Villages, factLine{Name: x.Name, Say: strconv.Itoa(len(x.Grids)) + "个网格", Late: len(x.Grids) == 0})
	}
	for _, o := range town.Offices {
		p.Offices = append(p.Offices, factLine{Name: o.Name, Say: cmp.Or(o.Phone, "没写电话"), Late: o.Phone == ""})
	}
	p.Facts = []factLine{
		{Name: "镇", Say: town.Name + "，" + town.County}, {Name: "受理号开头", Say: town.Prefix},
		{Name: "村（社区）和网格", Say: fmt.Sprintf("%d个村（社区），%d个网格", len(town.Villages), grids)}, {Name: "网格配备", Say: cmp.Or(town.Formula, "没写"), Late: town.Formula == ""},
		{Name: "上班时间", Say: strings.Join(town.Hours.Spans, "，")},
		{Name: "答应的时间", Say: fmt.Sprintf("%d分钟内接，%d分钟内答，只算上班时间", town.Promise.Claim, town.Promise.Reply)},
		{Name: "调解期限", Say: fmt.Sprintf("受理后%d日", town.Mediation.Term)}, {Name: "登记同意书", Say: "第" + town.Consent.Version + "版"},
		{Name: "知识卡", Say: strconv.Itoa(len(v.c.Mind().Base.Cards)) + "张"},
	}
	for _, name := range slices.Sorted(maps.Keys(town.Local)) {
		say := strings.TrimSpace(town.Local[name])
		p.Local = append(p.Local, factLine{Name: name, Say: cmp.Or(say, "没填，问到时请村民问司法所"), Late: say == ""})
	}
	now := v.now.In(shanghai).Year()
	for _, y := range []int{now, now + 1} {
		l := factLine{Name: strconv.Itoa(y) + "年放假调休", Say: "镇文件里没有，只按星期算", Late: true}
		if c, ok := town.Calendar(y); ok {
			l.Say, l.Late = c.Basis, !c.Final
			if !c.Final {
				l.Say += "（国务院通知出来后要更新）"
			}
		}
		p.Years = append(p.Years, l)
	}
	err := v.view(func(r *ledger.View) error {
		list, err := ledger.AccountsOf(r, v.account.Township, v.now)
		for _, a := range list {
			if a.Ended.IsZero() {
				p.Accounts++
			}
		}
		return err
	})
	if err != nil {
		return err
	}
	return v.show(http.StatusOK, "settings", p)
}
