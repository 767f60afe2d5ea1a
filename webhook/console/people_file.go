package console

import (
	"cmp"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"time"

	"mingbai/bot/ledger"
	"mingbai/bot/sheet"
	"mingbai/knowledge"
)

const (
	// A code is good until the next market day, and a lost slip not for long.
	slipLife = 7 * 24 * time.Hour
	// importRows is how many people one file may bring.
	importRows = 500
)

// peopleTemplate is the sheet to fill in for an import.
func (v *visit) peopleTemplate() error {
	town := v.c.Mind().Base.Township
	b := sheet.New("人员名册", town.Name, knowledge.DayOf(v.now))
	b.Sheet("人员", []float64{16, 18, 18, 12, 16}, 1, func(yield func([]any) bool) {
		_ = yield([]any{sheet.Bold("做什么"), sheet.Bold("村（社区）或部门"), sheet.Bold("网格"), sheet.Bold("姓名"), sheet.Bold("电话")})
	})
	b.Sheet("可以填的", []float64{18, 18, 18}, 1, func(yield func([]any) bool) {
		var grids []string
		for _, x := range town.Villages {
			for _, g := range x.Grids {
				grids = append(grids, g.Name)
			}
		}
		if !yield([]any{sheet.Bold("做什么"), sheet.Bold("村（社区）"), sheet.Bold("网格")}) {
			return
		}
		for i := range max(len(ledger.Roles), len(town.Villages), len(grids)) {
			row := []any{nil, nil, nil}
			if i < len(ledger.Roles) {
				row[0] = personRole(ledger.Roles[i])
			}
			if i < len(town.Villages) {
				row[1] = town.Villages[i].Name
			}
			if i < len(grids) {
				row[2] = grids[i]
			}
			if !yield(row) {
				return
			}
		}
	})
	return v.workbook(b, "人员名册模板.xlsx")
}

// exportPeople is the roster as a file, phones masked.
func (v *visit) exportPeople() error { return v.peopleFile(false) }

// exportPhones is the roster with the phones in full; that it was taken out is
// journaled first.
func (v *visit) exportPhones() error { return v.peopleFile(true) }

func (v *visit) peopleFile(phones bool) error {
	var list []ledger.Post
	var numbers map[int64]string
	err := v.view(func(r *ledger.View) (err error) {
		if list, err = ledger.Roster(r, v.scope()); err != nil {
			return err
		}
		var keys []int64
		for _, p := range list {
			keys = append(keys, p.Person)
		}
		numbers, err = ledger.PhonesOf(r, keys)
		return err
	})
	if err != nil {
		return err
	}
	if phones {
		if err := v.do("export", func(tx *ledger.Tx) error { return tx.Export(v.account.Township, v.account.ID, len(list), true) }); err != nil {
			return err
		}
	}
	town := v.c.Mind().Base.Township
	b := sheet.New(town.Name+"人员名册", town.Name, knowledge.DayOf(v.now))
	for _, role := range ledger.Roles {
		var posts []ledger.Post
		for _, p := range list {
			if p.Role.Role == role {
				posts = append(posts, p)
			}
		}
		if len(posts) == 0 {
			continue
		}
		b.Sheet(personRole(role), []float64{12, 20, 18, 16, 8, 14, 8, 8, 8}, 1, func(yield func([]any) bool) {
			var head []any
			for _, h := range []string{"姓名", "村（社区）或部门", "网格", "电话", "值班", "上任", "在答", "在调", "在办"} {
				head = append(head, sheet.Bold(h))
			}
			if !yield(head) {
				return
			}
			for _, p := range posts {
				phone := numbers[p.Person]
				if !phones {
					phone = maskPhone(phone)
				}
				if !yield([]any{cmp.Or(p.Name, "（没写名字）"), v.placeOf(p.Role), v.gridName(p.Grid), phone, map[bool]string{true: "值班", false: "休息"}[p.OnDuty],
					p.Since.In(shanghai).Format(time.DateOnly), p.Handovers, p.Disputes, p.Tasks}) {
					return
				}
			}
		})
	}
	if len(list) == 0 {
		b.Sheet("人员", nil, 0, func(yield func([]any) bool) { _ = yield([]any{"还没有人。"}) })
	}
	return v.workbook(b, fmt.Sprintf("%s人员名册%s.xlsx", town.Name, knowledge.DayOf(v.now)))
}

// placeOf names where somebody works: a village, or the office of a seat.
func (v *visit) placeOf(r ledger.Role) string {
	town := v.c.Mind().Base.Township
	if o := town.Office(r.Village); r.Role == ledger.SeatHolder && o != nil {
		return o.Name
	}
	return town.VillageName(r.Village)
}

func (v *visit) gridName(id string) string {
	if g, _ := v.c.Mind().Base.Township.Grid(id); g != nil {
		return g.Name
	}
	return ""
}

// A slip is what one person is given on paper.
type slip struct {
	Name, Role, Place string
	Code, Link        string
}

type slipsPage struct {
	frame
	Slips []slip
	Until time.Time
}

// importPeople makes a one-time code for each row of a roster, to be printed
// and handed out. One wrong row, and no code is made.
func (v *visit) importPeople() error {
	data, trouble, err := v.upload("sheet")
	if err != nil {
		return err
	}
	if rows := v.PostForm("rows"); len(data) == 0 && trouble == "" {
		data = []byte(rows)
	}
	var list []ledger.Invitation
	var faults []sheet.Fault
	if trouble == "" {
		list, faults, trouble = v.readPeople(data)
	}
	if trouble != "" || len(faults) > 0 {
		return v.showPeople(http.StatusUnprocessableEntity, &peoplePage{Trouble: trouble, Faults: faults, Fine: len(list), Typed: v.PostForm("rows")})
	}
	p := &slipsPage{Until: v.now.Add(slipLife)}
	p.Title = "邀请条"
	err = v.do("people", func(tx *ledger.Tx) error {
		p.Slips = nil
		for _, x := range list {
			code, err := tx.InviteTo(v.account.Township, x, slipLife)
			if err != nil {
				return err
			}
			s := slip{Name: x.Name, Role: personRole(x.Role), Place: v.placeOf(ledger.Role{Role: x.Role, Village: x.Village}), Code: code}
			if g := v.gridName(x.Grid); g != "" {
				s.Place = g
			}
			if v.c.Public != "" {
				s.Link = v.c.Public + "/?k=" + code
			}
			p.Slips = append(p.Slips, s)
		}
		return nil
	})
	if err != nil {
		return err
	}
	return v.show(http.StatusOK, "slips", p)
}

var phoneForm = regexp.MustCompile(`^[0-9]{3,4}-?[0-9]{7,8}$|^1[0-9]{10}$`)

// readPeople reads a roster: its columns are found by their heads, or stand in
// the order of the template.
func (v *visit) readPeople(data []byte) ([]ledger.Invitation, []sheet.Fault, string) {
	rows, faults, err := sheet.Read(data)
	var no *sheet.Refused
	if errors.As(err, &no) {
		return nil, nil, no.Say
	}
	columns := []int{0, 1, 2, 3, 4}
	if len(rows) > 0 {
		found := []int{headOf(rows[0], "做什么", "角色", "职务"), headOf(rows[0], "村（社区）或部门", "村（社区）", "村", "村社区", "部门"), headOf(rows[0], "网格"),
			headOf(rows[0], "姓名", "名字"), headOf(rows[0], "电话", "手机", "手机号", "联系电话")}
		if found[0] >= 0 && found[3] >= 0 {
			rows, columns = rows[1:], found
		} else if found[0] >= 0 || found[3] >= 0 {
			return nil, faults, "表头要有“做什么”和“姓名”两列，其余是“村（社区）或部门”“网格”“电话”。"
		}
	}
	if len(rows) > importRows {
		return nil, faults, fmt.Sprintf("一次最多%d人，分几次传。", importRows)
	}
	var out []ledger.Invitation
	names, phones := map[string]int{}, map[string]int{}
	for _, r := range rows {
		cell := func(i int) string {
			if columns[i] < 0 {
				return ""
			}
			return r.Cell(columns[i])
		}
		x, say := v.readPerson(cell(0), cell(1), cell(2), strings.Join(strings.Fields(cell(3)), ""), cell(4))
		who := x.Role + " " + x.Village + " " + x.Name
		switch {
		case say != "":
		case names[who] > 0:
			say = fmt.Sprintf("%s和第%d行重了。", x.Name, names[who])
		case x.Phone != "" && phones[x.Phone+x.Role] > 0:
			say = fmt.Sprintf("电话和第%d行一样，一个人做一样事只要一张条。", phones[x.Phone+x.Role])
		}
		if say != "" {
			faults = append(faults, sheet.Fault{Row: r.N, Say: say})
			continue
		}
		names[who], phones[x.Phone+x.Role] = r.N, r.N
		out = append(out, x)
	}
	slices.SortStableFunc(faults, func(a, b sheet.Fault) int { return cmp.Compare(a.Row, b.Row) })
	if len(out)+len(faults) == 0 {
		return nil, nil, "表里没有人。"
	}
	return out, faults, ""
}

// readPerson checks one row against the township's file and the account's
// villages.
func (v *visit) readPerson(role, place, grid, name, phone string) (x ledger.Invitation, say string) {
	town := v.c.Mind().Base.Township
	for _, r := range ledger.Roles {
		if personRole(r) == role || personRole(r) == "人民"+role {
			x.Role = r
		}
	}
	x.Name, x.Phone = name, strings.NewReplacer(" ", "", "　", "").Replace(halfDigits(phone))
	village, office := town.Village(place), town.Office(place)
	g, of := town.Grid(grid)
	switch {
	case role == "":
		return x, "没写做什么。"
	case x.Role == "":
		return x, "没有“" + clip(role, 12) + "”这一种；照模板第二页写。"
	case name == "":
		return x, "没有姓名。"
	case len([]rune(name)) > 20:
		return x, "姓名“" + clip(name, 12) + "”太长。"
	case x.Phone != "" && !phoneForm.MatchString(x.Phone):
		return x, name + "的电话“" + clip(phone, 14) + "”不像电话号码。"
	case grid != "" && g == nil:
		return x, "没有“" + clip(grid, 12) + "”这个网格。"
	case grid != "" && x.Role != ledger.GridWorker && x.Role != ledger.GridHead:
		return x, "只有网格员、网格长才填网格。"
	case g != nil && village != nil && of.ID != village.ID:
		return x, g.Name + "不在" + village.Name + "。"
	case x.Role == ledger.SeatHolder && (office == nil || office.ID == ""):
		return x, "联合调解席位要写部门，没有“" + clip(place, 12) + "”这个部门。"
	case x.Role != ledger.SeatHolder && place != "" && village == nil && g == nil:
		return x, "没有“" + clip(place, 12) + "”这个村（社区）。"
	}
	switch {
	case x.Role == ledger.SeatHolder:
		x.Village = office.ID
	case village != nil:
		x.Village = village.ID
	case g != nil:
		x.Village = of.ID
	case x.Role != ledger.Adviser && x.Role != ledger.Clerk && x.Role != ledger.Mediator:
		return x, "要写是哪个村（社区）的。"
	}
	if g != nil {
		x.Grid = g.ID
	}
	if !v.scope().Holds(x.Village) {
		return x, "您的账号不管" + cmp.Or(place, grid, "全镇的人") + "。"
	}
	return x, ""
}
