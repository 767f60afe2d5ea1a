package console

import (
	"cmp"
	"net/http"

	"mingbai/bot/ledger"
)

// A post is one person's work in the roster.
type post struct {
	Name, Village, Grid        string
	OnDuty                     bool
	Handovers, Disputes, Tasks int64
}

// A roll is one role with who has it.
type roll struct {
	Role   string
	OnDuty int
	Posts  []post
}

type peoplePage struct {
	frame
	Rolls []roll
	Short []string // villages without a volunteer
}

// people is the roster: who works for the township, by role and village.
func (v *visit) people() error {
	p := &peoplePage{}
	p.Title = "人员"
	var list []ledger.Post
	err := v.view(func(r *ledger.View) (err error) {
		list, err = ledger.Roster(r, v.scope())
		return err
	})
	if err != nil {
		return err
	}
	town := v.c.Mind().Base.Township
	volunteers := map[string]bool{}
	for _, role := range ledger.Roles {
		x := roll{Role: personRole(role)}
		for _, m := range list {
			if m.Role.Role != role {
				continue
			}
			w := post{Name: cmp.Or(m.Name, "（没写名字）"), Village: town.VillageName(m.Village), OnDuty: m.OnDuty, Handovers: m.Handovers, Disputes: m.Disputes, Tasks: m.Tasks}
			if o := town.Office(m.Village); role == ledger.SeatHolder && o != nil {
				w.Village = o.Name
			}
			if g, _ := town.Grid(m.Grid); g != nil {
				w.Grid = g.Name
			}
			if m.OnDuty {
				x.OnDuty++
			}
			volunteers[m.Village] = volunteers[m.Village] || role == ledger.Volunteer
			x.Posts = append(x.Posts, w)
		}
		if len(x.Posts) > 0 {
			p.Rolls = append(p.Rolls, x)
		}
	}
	for _, x := range town.Villages {
		if v.scope().Holds(x.ID) && !volunteers[x.ID] {
			p.Short = append(p.Short, x.Name)
		}
	}
	return v.show(http.StatusOK, "people", p)
}

func personRole(role string) string {
	return map[string]string{ledger.Volunteer: "法律明白人", ledger.Mediator: "人民调解员", ledger.GridWorker: "网格员", ledger.GridHead: "网格长",
		ledger.Adviser: "法律顾问", ledger.Clerk: "司法所工作人员", ledger.SeatHolder: "联合调解席位"}[role]
}
