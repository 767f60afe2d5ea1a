package ledger

import (
	"crypto/rand"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"time"
)

// The roles of an account (控制台账号), which are not those of a Person.
const (
	AccountAdmin   = "admin"   // makes and ends accounts, and does what a clerk does
	AccountClerk   = "clerk"   // 司法所工作人员
	AccountAdviser = "adviser" // 法律顾问
	AccountViewer  = "viewer"  // sees counts and states, no words
)

// AccountRoles lists the roles in the order of their reach.
var AccountRoles = []string{AccountAdmin, AccountClerk, AccountAdviser, AccountViewer}

// The boards (板块) to which an account may be limited.
const (
	BoardConsult   = "consult"   // 咨询、转人工
	BoardDispute   = "dispute"   // 纠纷
	BoardGrid      = "grid"      // 网格
	BoardPeople    = "people"    // 人员
	BoardReport    = "report"    // 填报、指标、报告
	BoardKnowledge = "knowledge" // 知识
)

// Boards lists the boards in the order in which staff see them.
var Boards = []string{BoardConsult, BoardDispute, BoardGrid, BoardPeople, BoardReport, BoardKnowledge}

// What happens to accounts.
const (
	SignedIn     Event = "signed-in"
	SignedOut    Event = "signed-out"
	SignInFailed Event = "sign-in-failed" // a known login with a wrong word or code
	AccountMade  Event = "account-made"
	AccountEnded Event = "account-ended"
	SessionsCut  Event = "sessions-ended" // an admin ended all sessions of an account
	Corrected    Event = "corrected"      // a matter's topic was put right
)

// A session ends after this long without a request, and this long after it
// began, whatever happens.
const (
	SessionIdle = 8 * time.Hour
	SessionLife = 12 * time.Hour
)

// Errors of getting in.
var (
	ErrTaken   = errors.New("the login is taken")
	ErrTooMany = errors.New("too many failed tries")
)

// An Account opens the console for one person.
type Account struct {
	ID       int64 // of the person too
	Township string
	Login    string
	Name     string
	Role     string
	Villages []string // ids; empty: the whole township
	Boards   []string // of Boards; empty: all of them
	Password string   // argon2id, as the console writes it
	TOTP     string   // the secret, base32
	Created  time.Time
	Ended    time.Time // zero while it opens
	Maker    int64     // who invited it; 0 for the first
	Seen     time.Time // of its latest session; zero: none open
	Sessions int64     // that are open
}

// A Pass is a one-time link that makes an account.
type Pass struct {
	Township string
	Role     string
	Villages []string
	Boards   []string
	TOTP     string // the secret the account will have
	Maker    int64
	Created  time.Time
	Expires  time.Time
}

// secretHash is how words that open something are kept.
func secretHash(word string) string {
	sum := sha256.Sum256([]byte("mingbai account " + word))
	return hex.EncodeToString(sum[:])
}

func secretWord() string {
	var b [32]byte
	rand.Read(b[:]) // never fails; it ends the program instead
	return hex.EncodeToString(b[:])
}

// MakePass makes a one-time link's word. Only its hash is kept.
func (tx *Tx) MakePass(p Pass, life time.Duration) (word string, err error) {
	word = secretWord()
	if _, err := tx.exec(`INSERT INTO pass (hash, township, role, villages, boards, totp, maker, created, expires, used) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 0)`,
		secretHash(word), p.Township, p.Role, strings.Join(p.Villages, " "), strings.Join(p.Boards, " "), p.TOTP, p.Maker, millis(tx.Now), millis(tx.Now.Add(life))); err != nil {
		return "", fmt.Errorf("keep link: %w", err)
	}
	return word, nil
}

// PassOf returns what a link's word gives, without using it. ErrNotFound when
// it is unknown, used or expired, and for a first-run link once there is an
// account.
func PassOf(r Reader, word string, now time.Time) (Pass, error) {
	var p Pass
	var villages, boards string
	var created, expires int64
	err := r.reader().row(`SELECT township, role, villages, boards, totp, maker, created, expires FROM pass WHERE hash = $1 AND used = 0 AND expires > $2`,
		secretHash(word), millis(now)).Scan(&p.Township, &p.Role, &villages, &boards, &p.TOTP, &p.Maker, &created, &expires)
	if errors.Is(err, sql.ErrNoRows) {
		return p, ErrNotFound
	}
	if err != nil {
		return p, fmt.Errorf("read link: %w", err)
	}
	p.Villages, p.Boards, p.Created, p.Expires = strings.Fields(villages), strings.Fields(boards), moment(created), moment(expires)
	if p.Maker != 0 {
		return p, nil
	}
	n, err := CountAccounts(r, p.Township)
	if err == nil && n > 0 {
		err = ErrNotFound
	}
	return p, err
}

// CountAccounts counts the accounts of a township, ended ones too: the
// first-run link is for a console that nobody has ever opened.
func CountAccounts(r Reader, township string) (int64, error) {
	var n int64
	if err := r.reader().row(`SELECT COUNT(*) FROM account WHERE township = $1`, township).Scan(&n); err != nil {
		return 0, fmt.Errorf("count accounts: %w", err)
	}
	return n, nil
}

// MakeAccount uses a link's word once and makes its account with the login,
// name and password in a and the recovery codes given. ErrNotFound when the
// link is no good, ErrTaken when the login is in use.
func (tx *Tx) MakeAccount(word string, a *Account, step int64, recovery []string) error {
	p, err := PassOf(tx, word, tx.Now)
	if err != nil {
		return err
	}
	n, err := tx.exec(`UPDATE pass SET used = $1 WHERE hash = $2 AND used = 0`, millis(tx.Now), secretHash(word))
	if err != nil {
		return fmt.Errorf("use link: %w", err)
	}
	if n == 0 {
		return ErrNotFound
	}
	a.ID, a.Township, a.Role, a.Villages, a.Boards, a.TOTP, a.Maker, a.Created = tx.NewID(), p.Township, p.Role, p.Villages, p.Boards, p.TOTP, p.Maker, tx.Now
	n, err = tx.exec(`INSERT INTO account (id, township, login, role, villages, boards, password, totp, step, created, ended, maker)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 0, $11) ON CONFLICT (township, login) DO NOTHING`,
		a.ID, a.Township, a.Login, a.Role, strings.Join(a.Villages, " "), strings.Join(a.Boards, " "), a.Password, a.TOTP, step, millis(tx.Now), a.Maker)
	if err != nil {
		return fmt.Errorf("make account: %w", err)
	}
	if n == 0 {
		return ErrTaken
	}
	if _, err := tx.exec(`INSERT INTO person (id, township, created, erased) VALUES ($1, $2, $3, 0)`, a.ID, a.Township, millis(tx.Now)); err != nil {
		return fmt.Errorf("add person: %w", err)
	}
	if _, err := tx.exec(`INSERT INTO identity (person, name, phone) VALUES ($1, $2, '')`, a.ID, a.Name); err != nil {
		return fmt.Errorf("name person: %w", err)
	}
	if err := tx.keepRecovery(a.ID, recovery); err != nil {
		return err
	}
	return tx.Log(a.Township, Entry{Event: AccountMade, By: a.Maker, To: a.ID,
		X: map[string]string{"role": a.Role, "villages": strings.Join(a.Villages, " "), "boards": strings.Join(a.Boards, " ")}})
}

const accountColumns = `SELECT a.id, a.township, a.login, COALESCE(i.name, ''), a.role, a.villages, a.boards, a.password, a.totp, a.created, a.ended, a.maker FROM account a LEFT JOIN identity i ON i.person = a.id `

func scanAccount(row interface{ Scan(...any) error }) (*Account, error) {
	a := &Account{}
	var villages, boards string
	var created, ended int64
	err := row.Scan(&a.ID, &a.Township, &a.Login, &a.Name, &a.Role, &villages, &boards, &a.Password, &a.TOTP, &created, &ended, &a.Maker)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, ErrNotFound
	}
	a.Villages, a.Boards, a.Created, a.Ended = strings.Fields(villages), strings.Fields(boards), moment(created), moment(ended)
	return a, err
}

// AccountByLogin returns the account that a login opens, or ErrNotFound.
func AccountByLogin(r Reader, township, login string) (*Account, error) {
	return scanAccount(r.reader().row(accountColumns+`WHERE a.township = $1 AND a.login = $2 AND a.ended = 0`, township, login))
}

// AccountBySession returns the account of a session's word, or ErrNotFound
// when the session or the account has ended. seen is the session's last
// request as it was noted.
func AccountBySession(r Reader, word string, now time.Time) (a *Account, seen time.Time, err error) {
	var id, at int64
	err = r.reader().row(`SELECT account, seen FROM session WHERE hash = $1 AND seen > $2 AND created > $3`,
		secretHash(word), millis(now.Add(-SessionIdle)), millis(now.Add(-SessionLife))).Scan(&id, &at)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, time.Time{}, ErrNotFound
	}
	if err != nil {
		return nil, time.Time{}, fmt.Errorf("read session: %w", err)
	}
	a, err = scanAccount(r.reader().row(accountColumns+`WHERE a.id = $1 AND a.ended = 0`, id))
	return a, moment(at), err
}

// UseCode uses a TOTP step or, with step 0, a recovery code of an account:
// each serves once, across all replicas. False when it was used before.
func (tx *Tx) UseCode(account, step int64, recovery string) (bool, error) {
	q, args := `UPDATE account SET step = $1 WHERE id = $2 AND step < $1`, []any{step, account}
	if step == 0 {
		q, args = `DELETE FROM recovery WHERE account = $1 AND hash = $2`, []any{account, secretHash(recovery)}
	}
	n, err := tx.exec(q, args...)
	if err != nil {
		return false, fmt.Errorf("use code: %w", err)
	}
	return n == 1, nil
}

// BeginSession opens a session and returns its word, of which only the hash is
// kept. Sessions that are over are swept out.
func (tx *Tx) BeginSession(a *Account) (word string, err error) {
	if _, err := tx.exec(`DELETE FROM session WHERE seen <= $1 OR created <= $2`, millis(tx.Now.Add(-SessionIdle)), millis(tx.Now.Add(-SessionLife))); err != nil {
		return "", fmt.Errorf("sweep sessions: %w", err)
	}
	word = secretWord()
	if _, err := tx.exec(`INSERT INTO session (hash, account, created, seen) VALUES ($1, $2, $3, $3)`, secretHash(word), a.ID, millis(tx.Now)); err != nil {
		return "", fmt.Errorf("begin session: %w", err)
	}
	return word, tx.Log(a.Township, Entry{Event: SignedIn, By: a.ID, To: a.ID})
}

// SeeSession notes that a session is in use.
func (tx *Tx) SeeSession(word string) error {
	if _, err := tx.exec(`UPDATE session SET seen = $1 WHERE hash = $2 AND seen < $1`, millis(tx.Now), secretHash(word)); err != nil {
		return fmt.Errorf("note session: %w", err)
	}
	return nil
}

// EndSession ends one session of an account.
func (tx *Tx) EndSession(a *Account, word string) error {
	if _, err := tx.exec(`DELETE FROM session WHERE hash = $1 AND account = $2`, secretHash(word), a.ID); err != nil {
		return fmt.Errorf("end session: %w", err)
	}
	return tx.Log(a.Township, Entry{Event: SignedOut, By: a.ID, To: a.ID})
}

// EndSessions ends every session of an account of the township; with forGood,
// the account too. ErrNotFound when there is no such account, or it has ended.
func (tx *Tx) EndSessions(township string, by, account int64, forGood bool) error {
	var found int64
	err := tx.row(`UPDATE account SET ended = CASE WHEN $1 = 1 THEN $2 ELSE ended END WHERE id = $3 AND township = $4 AND ended = 0 RETURNING id`,
		flag(forGood), millis(tx.Now), account, township).Scan(&found)
	if errors.Is(err, sql.ErrNoRows) {
		return ErrNotFound
	}
	if err != nil {
		return fmt.Errorf("end account: %w", err)
	}
	if _, err := tx.exec(`DELETE FROM session WHERE account = $1`, account); err != nil {
		return fmt.Errorf("end sessions: %w", err)
	}
	event := SessionsCut
	if forGood {
		event = AccountEnded
	}
	return tx.Log(township, Entry{Event: event, By: by, To: account})
}

func flag(on bool) int64 {
	if on {
		return 1
	}
	return 0
}

// Attempt counts a try to get in under a key (a login, an address) and tells
// whether it is within the limit of its window.
func (tx *Tx) Attempt(key string, limit int64, window time.Duration) (bool, error) {
	var n int64
	err := tx.row(`INSERT INTO attempt (hash, n, since) VALUES ($1, 1, $2) ON CONFLICT (hash) DO UPDATE SET
		n = CASE WHEN attempt.since < $3 THEN 1 ELSE attempt.n + 1 END,
		since = CASE WHEN attempt.since < $3 THEN $2 ELSE attempt.since END RETURNING n`,
		tx.l.tallyHash("attempt", key), millis(tx.Now), millis(tx.Now.Add(-window))).Scan(&n)
	if err != nil {
		return false, fmt.Errorf("count tries: %w", err)
	}
	return n <= limit, nil
}

// ForgetAttempts clears a key's tries, once somebody got in, and the tries of
// all keys that are older than a day.
func (tx *Tx) ForgetAttempts(key string) error {
	if _, err := tx.exec(`DELETE FROM attempt WHERE hash = $1 OR since < $2`, tx.l.tallyHash("attempt", key), millis(tx.Now.AddDate(0, 0, -1))); err != nil {
		return fmt.Errorf("forget tries: %w", err)
	}
	return nil
}

// AccountsOf lists the accounts of a township, the open ones first, with
// their open sessions. Password and secret are left out.
func AccountsOf(r Reader, township string, now time.Time) ([]*Account, error) {
	rows, err := r.reader().rows(`SELECT a.id, a.login, COALESCE(i.name, ''), a.role, a.villages, a.boards, a.created, a.ended, a.maker,
		(SELECT COUNT(*) FROM session s WHERE s.account = a.id AND s.seen > $2 AND s.created > $3),
		COALESCE((SELECT MAX(s.seen) FROM session s WHERE s.account = a.id AND s.seen > $2 AND s.created > $3), 0)
		FROM account a LEFT JOIN identity i ON i.person = a.id WHERE a.township = $1 ORDER BY CASE WHEN a.ended = 0 THEN 0 ELSE 1 END, a.id`,
		township, millis(now.Add(-SessionIdle)), millis(now.Add(-SessionLife)))
	if err != nil {
		return nil, fmt.Errorf("read accounts: %w", err)
	}
	defer rows.Close()
	var out []*Account
	for rows.Next() {
		a := &Account{Township: township}
		var villages, boards string
		var created, ended, seen int64
		if err := rows.Scan(&a.ID, &a.Login, &a.Name, &a.Role, &villages, &boards, &created, &ended, &a.Maker, &a.Sessions, &seen); err != nil {
			return nil, err
		}
		a.Villages, a.Boards, a.Created, a.Ended, a.Seen = strings.Fields(villages), strings.Fields(boards), moment(created), moment(ended), moment(seen)
		out = append(out, a)
	}
	return out, rows.Err()
}
