package ledger

import (
	"database/sql"
	"errors"
	"fmt"
	"strings"
)

// The roles a Person can have.
const (
	Resident   = "resident"  // 村民
	Volunteer  = "volunteer" // 法律明白人
	Mediator   = "mediator"  // 人民调解员
	GridWorker = "grid"      // 网格员
	GridHead   = "head"      // 网格长
	Adviser    = "adviser"   // 法律顾问
	Clerk      = "staff"     // 司法所工作人员
	SeatHolder = "seat"      // 联合调解的一席；村一栏写部门
)

// Roles lists the roles that an invite can give.
var Roles = []string{Volunteer, Mediator, GridWorker, GridHead, Adviser, Clerk, SeatHolder}

// A Person is somebody known to the township by what they do, under a key.
type Person struct {
	ID    int64
	Name  string // as they gave it; empty once erased
	Phone string
}

// A Role is what a Person does, where, and whether they are on duty now.
type Role struct {
	Person  int64
	Role    string
	Village string
	Grid    string // of a grid worker or grid head; empty while unknown
	OnDuty  bool
}

// Join makes the person of a chat (if there is none yet) and gives them a
// role. A village of "" means the whole township.
func (tx *Tx) Join(c *Chat, role, village, name, phone string) (int64, error) {
	if c.Person == 0 {
		c.Person = tx.NewID()
		if _, err := tx.exec(`INSERT INTO person (id, township, created, erased) VALUES ($1, $2, $3, 0)`, c.Person, c.Township, millis(tx.Now)); err != nil {
			return 0, fmt.Errorf("add person: %w", err)
		}
		if _, err := tx.exec(`UPDATE matter SET person = $1 WHERE chat = $2 AND person = 0`, c.Person, c.ID); err != nil {
			return 0, fmt.Errorf("claim earlier matters: %w", err)
		}
	}
	if _, err := tx.exec(`INSERT INTO identity (person, name, phone) VALUES ($1, $2, $3) ON CONFLICT (person) DO UPDATE SET
		name = CASE WHEN excluded.name = '' THEN identity.name ELSE excluded.name END,
		phone = CASE WHEN excluded.phone = '' THEN identity.phone ELSE excluded.phone END`, c.Person, name, phone); err != nil {
		return 0, fmt.Errorf("name person: %w", err)
	}
	if _, err := tx.exec(`INSERT INTO role (id, township, person, role, village, since, until, duty) VALUES ($1, $2, $3, $4, $5, $6, 0, 1)
		ON CONFLICT (person, role) DO UPDATE SET village = excluded.village, until = 0, duty = 1`,
		tx.NewID(), c.Township, c.Person, role, village, millis(tx.Now)); err != nil {
		return 0, fmt.Errorf("give role: %w", err)
	}
	return c.Person, nil
}

// Register records a registration (登记注册) with the version of the consent
// text agreed to. again tells that this address registered before, even if it
// was erased since: the figure counts people once.
func (tx *Tx) Register(c *Chat, village, kind, consent string) (again bool, err error) {
	if _, err := tx.Join(c, Resident, village, "", ""); err != nil {
		return false, err
	}
	n, err := tx.exec(`INSERT INTO tally (hash, township, at) VALUES ($1, $2, $3) ON CONFLICT (hash) DO NOTHING`,
		tx.l.tallyHash(c.Channel, c.Address), c.Township, millis(tx.Now))
	if err != nil {
		return false, fmt.Errorf("tally: %w", err)
	}
	again = n == 0
	id, first := tx.NewID(), "1"
	flag := int64(0)
	if again {
		first, flag = "0", 1
	}
	if _, err := tx.exec(`INSERT INTO registration (id, township, person, village, kind, consent, at, again) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
		id, c.Township, c.Person, village, kind, consent, millis(tx.Now), flag); err != nil {
		return false, fmt.Errorf("register: %w", err)
	}
	return again, tx.Log(c.Township, Entry{Event: Registered, By: c.Person, To: id,
		X: map[string]string{"village": village, "kind": kind, "consent": consent, "first": first}})
}

// PersonByID returns a person with their name, or ErrNotFound.
func PersonByID(r Reader, id int64) (Person, error) {
	p := Person{ID: id}
	err := r.reader().row(`SELECT COALESCE(i.name, ''), COALESCE(i.phone, '') FROM person p LEFT JOIN identity i ON i.person = p.id WHERE p.id = $1`, id).
		Scan(&p.Name, &p.Phone)
	if errors.Is(err, sql.ErrNoRows) {
		return p, ErrNotFound
	}
	return p, err
}

// RolesOf lists a person's present roles.
func RolesOf(r Reader, person int64) ([]Role, error) {
	if person == 0 {
		return nil, nil
	}
	return roles(r, `SELECT person, role, village, grid, duty FROM role WHERE person = $1 AND until = 0 ORDER BY role`, person)
}

// Helpers lists who on duty can take a hand-over next: those of the role in
// the village ("" for any), not asked before in this hand-over, the least
// loaded first and then the longest unasked, so that work is spread fairly.
func Helpers(r Reader, township, role, village string, handover int64) ([]Role, error) {
	return roles(r, `SELECT r.person, r.role, r.village, r.grid, r.duty FROM role r
		WHERE r.township = $1 AND r.role = $2 AND r.until = 0 AND r.duty = 1 AND ($3 = '' OR r.village = $3)
		AND NOT EXISTS (SELECT 1 FROM offer o WHERE o.handover = $4 AND o.person = r.person)
		ORDER BY (SELECT COUNT(*) FROM handover h WHERE h.holder = r.person AND h.state = 'claimed'),
			(SELECT COALESCE(MAX(o.at), 0) FROM offer o WHERE o.person = r.person), r.id`, township, role, village, handover)
}

func roles(r Reader, q string, args ...any) ([]Role, error) {
	rows, err := r.reader().rows(q, args...)
	if err != nil {
		return nil, fmt.Errorf("read roles: %w", err)
	}
	defer rows.Close()
	var out []Role
	for rows.Next() {
		var x Role
		var duty int64
		if err := rows.Scan(&x.Person, &x.Role, &x.Village, &x.Grid, &duty); err != nil {
			return nil, err
		}
		x.OnDuty = duty == 1
		out = append(out, x)
	}
	return out, rows.Err()
}

// SetDuty puts all roles of a helper on or off duty.
func (tx *Tx) SetDuty(c *Chat, on bool) error {
	flag, x := int64(0), "off"
	if on {
		flag, x = 1, "on"
	}
	if _, err := tx.exec(`UPDATE role SET duty = $1 WHERE person = $2 AND role <> 'resident'`, flag, c.Person); err != nil {
		return fmt.Errorf("set duty: %w", err)
	}
	return tx.Log(c.Township, Entry{Event: Duty, By: c.Person, To: c.Person, X: map[string]string{"duty": x}})
}

// Erase deletes what can identify the person of a chat: names, phones, every
// word said, and the addresses. Counts and the journal stay, and still add up.
func (tx *Tx) Erase(c *Chat) error {
	chats := []int64{c.ID}
	if c.Person != 0 {
		rows, err := tx.rows(`SELECT id FROM chat WHERE person = $1 AND id <> $2`, c.Person, c.ID)
		if err != nil {
			return fmt.Errorf("find chats: %w", err)
		}
		defer rows.Close()
		for rows.Next() {
			var id int64
			if err := rows.Scan(&id); err != nil {
				return err
			}
			chats = append(chats, id)
		}
		if err := rows.Err(); err != nil {
			return err
		}
		rows.Close()
	}
	for _, id := range chats {
		for _, q := range []string{
			`DELETE FROM words WHERE chat = $1`,
			`DELETE FROM attachment WHERE chat = $1`,
			`DELETE FROM detail WHERE chat = $1`,
			`DELETE FROM outbox WHERE chat = $1`,
			`UPDATE draft SET state = 'erased' WHERE matter IN (SELECT id FROM matter WHERE chat = $1)`,
			`UPDATE handover SET state = 'withdrawn' WHERE chat = $1 AND state IN ('waiting', 'claimed')`,
			`UPDATE matter SET state = 'closed', person = 0 WHERE chat = $1`,
			`DELETE FROM party_name WHERE party IN (SELECT id FROM party WHERE chat = $1)`,
			`DELETE FROM evidence WHERE chat = $1`,
			`DELETE FROM particular WHERE dispute IN (SELECT id FROM dispute WHERE chat = $1)`,
			// What two parties signed is kept by the committee (人民调解法 第二十七条, 第二十九条).
			`DELETE FROM paper WHERE dispute IN (SELECT id FROM dispute WHERE chat = $1 AND outcome NOT IN ('written', 'oral'))`,
			`UPDATE party SET chat = 0, person = 0, code = '' WHERE chat = $1`,
			`UPDATE dispute SET chat = 0 WHERE chat = $1`,
			`DELETE FROM words WHERE message IN (SELECT m.id FROM message m JOIN matter t ON t.id = m.matter WHERE t.chat = $1)`,
		} {
			if _, err := tx.exec(q, id); err != nil {
				return fmt.Errorf("erase words: %w", err)
			}
		}
		if _, err := tx.exec(`UPDATE chat SET address = $1, person = 0, state = '' WHERE id = $2`, fmt.Sprintf("erased-%d", id), id); err != nil {
			return fmt.Errorf("erase address: %w", err)
		}
	}
	if c.Person != 0 {
		for _, q := range []string{
			`DELETE FROM identity WHERE person = $1`,
			`UPDATE person SET erased = $2 WHERE id = $1`,
			`UPDATE role SET until = $2, duty = 0 WHERE person = $1 AND until = 0`,
		} {
			args := []any{c.Person}
			if strings.Contains(q, "$2") {
				args = append(args, millis(tx.Now))
			}
			if _, err := tx.exec(q, args...); err != nil {
				return fmt.Errorf("erase person: %w", err)
			}
		}
	}
	return tx.Log(c.Township, Entry{Event: Erased, To: c.ID})
}
