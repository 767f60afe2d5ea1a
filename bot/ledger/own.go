package ledger

import (
	"fmt"
	"time"
)

// What people do with their own account.
const (
	PasswordChanged Event = "password-changed"
	FactorChanged   Event = "factor-changed"   // another phone gives the codes
	RecoveryRenewed Event = "recovery-renewed" // new recovery codes, the old ones are void
	ChangeRefused   Event = "change-refused"   // a signed-in desk gave a wrong password or code
)

// A Session is one place in which an account is signed in.
type Session struct {
	Key   string // names it; opens nothing
	Began time.Time
	Seen  time.Time // its last request, as it was noted
	Mine  bool      // it is the asker's own
}

// SessionsOf lists the open sessions of an account, the last used first. word
// is the asker's own.
func SessionsOf(r Reader, account int64, word string, now time.Time) ([]Session, error) {
	rows, err := r.reader().rows(`SELECT hash, created, seen FROM session WHERE account = $1 AND seen > $2 AND created > $3 ORDER BY seen DESC, hash`,
		account, millis(now.Add(-SessionIdle)), millis(now.Add(-SessionLife)))
	if err != nil {
		return nil, fmt.Errorf("read sessions: %w", err)
	}
	defer rows.Close()
	mine := secretHash(word)
	var out []Session
	for rows.Next() {
		var s Session
		var began, seen int64
		if err := rows.Scan(&s.Key, &began, &seen); err != nil {
			return nil, err
		}
		s.Began, s.Seen, s.Mine = moment(began), moment(seen), s.Key == mine
		out = append(out, s)
	}
	return out, rows.Err()
}

// EndOwnSession ends one session of an account by its key. ErrNotFound when it
// is over, or another account's.
func (tx *Tx) EndOwnSession(a *Account, key string) error {
	n, err := tx.exec(`DELETE FROM session WHERE hash = $1 AND account = $2`, key, a.ID)
	if err != nil {
		return fmt.Errorf("end session: %w", err)
	}
	if n == 0 {
		return ErrNotFound
	}
	return tx.Log(a.Township, Entry{Event: SignedOut, By: a.ID, To: a.ID})
}

// endOthers ends every session of an account but the one of word.
func (tx *Tx) endOthers(account int64, word string) error {
	if _, err := tx.exec(`DELETE FROM session WHERE account = $1 AND hash <> $2`, account, secretHash(word)); err != nil {
		return fmt.Errorf("end other sessions: %w", err)
	}
	return nil
}

// ChangePassword replaces an account's password, of which a holds the old one,
// and ends every session but the one of word. ErrNotFound when somebody else
// changed it meanwhile, or the account has ended.
func (tx *Tx) ChangePassword(a *Account, word, password string) error {
	n, err := tx.exec(`UPDATE account SET password = $1 WHERE id = $2 AND password = $3 AND ended = 0`, password, a.ID, a.Password)
	if err != nil {
		return fmt.Errorf("change password: %w", err)
	}
	if n == 0 {
		return ErrNotFound
	}
	if err := tx.endOthers(a.ID, word); err != nil {
		return err
	}
	return tx.Log(a.Township, Entry{Event: PasswordChanged, By: a.ID, To: a.ID})
}

// OfferTOTP keeps the secret that an account is changing its second factor to.
// The one in use stays until ChangeTOTP.
func (tx *Tx) OfferTOTP(account int64, secret string) error {
	if _, err := tx.exec(`UPDATE account SET totp_next = $1 WHERE id = $2 AND ended = 0`, secret, account); err != nil {
		return fmt.Errorf("offer second factor: %w", err)
	}
	return nil
}

// OfferedTOTP returns the secret that OfferTOTP kept; "" when there is none.
func OfferedTOTP(r Reader, account int64) (string, error) {
	var secret string
	if err := r.reader().row(`SELECT COALESCE((SELECT totp_next FROM account WHERE id = $1), '')`, account).Scan(&secret); err != nil {
		return "", fmt.Errorf("read second factor: %w", err)
	}
	return secret, nil
}

// ChangeTOTP puts the offered secret in use, of which the code of step was
// given, and ends every session but the one of word. ErrNotFound when another
// secret was offered meanwhile, or the account has ended.
func (tx *Tx) ChangeTOTP(a *Account, word, secret string, step int64) error {
	n, err := tx.exec(`UPDATE account SET totp = $1, totp_next = '', step = $2 WHERE id = $3 AND totp_next = $1 AND totp_next <> '' AND ended = 0`, secret, step, a.ID)
	if err != nil {
		return fmt.Errorf("change second factor: %w", err)
	}
	if n == 0 {
		return ErrNotFound
	}
	if err := tx.endOthers(a.ID, word); err != nil {
		return err
	}
	return tx.Log(a.Township, Entry{Event: FactorChanged, By: a.ID, To: a.ID})
}

// RenewRecovery replaces an account's recovery codes, used or not.
func (tx *Tx) RenewRecovery(a *Account, codes []string) error {
	if _, err := tx.exec(`DELETE FROM recovery WHERE account = $1`, a.ID); err != nil {
		return fmt.Errorf("drop recovery codes: %w", err)
	}
	if err := tx.keepRecovery(a.ID, codes); err != nil {
		return err
	}
	return tx.Log(a.Township, Entry{Event: RecoveryRenewed, By: a.ID, To: a.ID})
}

func (tx *Tx) keepRecovery(account int64, codes []string) error {
	for _, code := range codes {
		if _, err := tx.exec(`INSERT INTO recovery (account, hash) VALUES ($1, $2)`, account, secretHash(code)); err != nil {
			return fmt.Errorf("keep recovery code: %w", err)
		}
	}
	return nil
}

// RecoveryLeft counts the recovery codes that an account has not used.
func RecoveryLeft(r Reader, account int64) (int64, error) {
	var n int64
	if err := r.reader().row(`SELECT COUNT(*) FROM recovery WHERE account = $1`, account).Scan(&n); err != nil {
		return 0, fmt.Errorf("count recovery codes: %w", err)
	}
	return n, nil
}
