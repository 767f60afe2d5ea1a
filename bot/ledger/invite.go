package ledger

import (
	"crypto/rand"
	"crypto/sha256"
	"database/sql"
	"encoding/base32"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"time"
)

// codeLetters leaves out what is mistaken for something else on paper.
var codeLetters = base32.NewEncoding("ABCDEFGHJKLMNPQRSTUVWXYZ23456789").WithPadding(base32.NoPadding)

// An Invitation is what a one-time code gives, and whom it was written out for.
type Invitation struct {
	Role    string
	Village string // or the office of a seat; "" for the whole township
	Grid    string // of a grid worker or grid head; may be empty
	Name    string // kept until the code is used or expires; may be empty
	Phone   string // becomes the person's when they join; may be empty
	Expires time.Time
}

// Invite makes a one-time code that gives a role. Only its hash is kept.
func (tx *Tx) Invite(township, role, village string, life time.Duration) (code string, err error) {
	return tx.InviteTo(township, Invitation{Role: role, Village: village}, life)
}

// InviteGrid is Invite for a grid worker or a grid head of one grid.
func (tx *Tx) InviteGrid(township, role, village, grid string, life time.Duration) (code string, err error) {
	return tx.InviteTo(township, Invitation{Role: role, Village: village, Grid: grid}, life)
}

// InviteTo is Invite for one who is known by name. Names on codes that nobody
// used in time are deleted.
func (tx *Tx) InviteTo(township string, v Invitation, life time.Duration) (code string, err error) {
	if _, err := tx.exec(`UPDATE invite SET name = '', phone = '' WHERE expires <= $1 AND (name <> '' OR phone <> '')`, millis(tx.Now)); err != nil {
		return "", fmt.Errorf("forget invites: %w", err)
	}
	var b [10]byte
	rand.Read(b[:]) // never fails; it ends the program instead
	code = codeLetters.EncodeToString(b[:])
	if _, err := tx.exec(`INSERT INTO invite (code, township, role, village, grid, name, phone, created, expires, used, person) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 0, 0)`,
		codeHash(code), township, v.Role, v.Village, v.Grid, v.Name, v.Phone, millis(tx.Now), millis(tx.Now.Add(life))); err != nil {
		return "", fmt.Errorf("keep invite: %w", err)
	}
	return code, tx.Log(township, Entry{Event: Invited, X: map[string]string{"role": v.Role, "village": v.Village}})
}

// Invitations lists the codes that were written out for somebody by name and
// are neither used nor expired, by role and village.
func Invitations(r Reader, s Scope, now time.Time) ([]Invitation, error) {
	where, args := s.where("")
	where, args = more(where, args, " AND used = 0 AND name <> '' AND expires > $%d ORDER BY role, village, grid, name", millis(now))
	rows, err := r.reader().rows(`SELECT role, village, grid, name, expires FROM invite WHERE `+where, args...)
	if err != nil {
		return nil, fmt.Errorf("read invites: %w", err)
	}
	defer rows.Close()
	var out []Invitation
	for rows.Next() {
		var v Invitation
		var expires int64
		if err := rows.Scan(&v.Role, &v.Village, &v.Grid, &v.Name, &expires); err != nil {
			return nil, err
		}
		v.Expires = moment(expires)
		out = append(out, v)
	}
	return out, rows.Err()
}

// PhonesOf returns the phones of people who work for the township, by key; of
// residents none.
func PhonesOf(r Reader, keys []int64) (map[int64]string, error) {
	out := map[int64]string{}
	for _, k := range keys {
		var phone string
		err := r.reader().row(`SELECT COALESCE((SELECT i.phone FROM identity i WHERE i.person = $1 AND
			EXISTS (SELECT 1 FROM role x WHERE x.person = $1 AND x.role <> 'resident' AND x.until = 0)), '')`, k).Scan(&phone)
		if err != nil {
			return nil, fmt.Errorf("read phones: %w", err)
		}
		out[k] = phone
	}
	return out, nil
}

// Export journals that a list of people left the console as a file: how many,
// and whether their phones were in it.
func (tx *Tx) Export(township string, by int64, people int, phones bool) error {
	with := "0"
	if phones {
		with = "1"
	}
	return tx.Log(township, Entry{Event: Exported, By: by, To: by, X: map[string]string{"people": fmt.Sprint(people), "phones": with}})
}

func codeHash(code string) string {
	sum := sha256.Sum256([]byte(strings.ToUpper(strings.TrimSpace(code))))
	return hex.EncodeToString(sum[:])
}

// PeekInvite returns the role and village a code would give, without using
// it; ErrNotFound when it is unknown, used or expired.
func (tx *Tx) PeekInvite(code string) (role, village string, err error) {
	err = tx.row(`SELECT role, village FROM invite WHERE code = $1 AND used = 0 AND expires > $2`, codeHash(code), millis(tx.Now)).Scan(&role, &village)
	if errors.Is(err, sql.ErrNoRows) {
		return "", "", ErrNotFound
	}
	return role, village, err
}

// Redeem uses an invite's code once and gives its role to the chat's person.
// ErrNotFound when the code is unknown, used or expired.
func (tx *Tx) Redeem(c *Chat, code, name string) (role, village string, err error) {
	var grid, phone string
	err = tx.row(`UPDATE invite SET used = $1 WHERE code = $2 AND used = 0 AND expires > $1 RETURNING role, village, grid, phone`,
		millis(tx.Now), codeHash(code)).Scan(&role, &village, &grid, &phone)
	if errors.Is(err, sql.ErrNoRows) {
		return "", "", ErrNotFound
	}
	if err != nil {
		return "", "", fmt.Errorf("redeem invite: %w", err)
	}
	person, err := tx.Join(c, role, village, name, phone)
	if err != nil {
		return "", "", err
	}
	if _, err := tx.exec(`UPDATE invite SET person = $1, name = '', phone = '' WHERE code = $2`, person, codeHash(code)); err != nil {
		return "", "", err
	}
	if grid != "" {
		if err := tx.SetGrid(c, role, grid); err != nil {
			return "", "", err
		}
	}
	return role, village, tx.Log(c.Township, Entry{Event: Joined, By: person, To: person, X: map[string]string{"role": role, "village": village}})
}
