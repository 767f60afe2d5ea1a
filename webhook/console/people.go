package console

import (
	"cmp"
	"net/http"
	"time"

	"mingbai/bot/ledger"
	"mingbai/bot/sheet"
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

	Waiting []waiting // who was given a code and has not come
	Trouble string    // with a roster that was sent
	Faults  []sheet.Fault
	Fine    int // rows without a fault
	Typed   string
}

// A waiting is somebody who was given a code.
type waiting struct {
	Name, Role, Place string
	Until             time.Time
}

// people is the roster: who works for the township, by role and village.
func (v *visit) people() error { return v.showPeople(http.StatusOK, &peoplePage{}) }

func (v *visit) showPeople(status int, p *peoplePage) error {
	p.Title = "人员"
	var list []ledger.Post
	err := v.view(func(r *ledger.View) (err error) {
		if list, err = ledger.Roster(r, v.scope()); err != nil {
			return err
		}
		codes, err := ledger.Invitations(r, v.scope(), v.now)
		for _, x := range codes {
			w := waiting{x.Name, personRole(x.Role), v.placeOf(ledger.Role{Role: x.Role, Village: x.Village}), x.Expires}
			if g := v.gridName(x.Grid); g != "" {
				w.Place = g
			}
			p.Waiting = append(p.Waiting, w)
		}
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
			w := post{Name: cmp.Or(m.Name, "（没写名字）"), Village: v.placeOf(m.Role), Grid: v.gridName(m.Grid), OnDuty: m.OnDuty, Handovers: m.Handovers, Disputes: m.Disputes, Tasks: m.Tasks}
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
	return v.show(status, "people", p)
}

func personRole(role string) string {
	return map[string]string{ledger.Volunteer: "法律明白人", ledger.Mediator: "人民调解员", ledger.GridWorker: "网格员", ledger.GridHead: "网格长",
		ledger.Adviser: "法律顾问", ledger.Clerk: "司法所工作人员", ledger.SeatHolder: "联合调解席位"}[role]
}
