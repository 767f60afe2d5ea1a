package ledger

import (
	"database/sql"
	"encoding/base64"
	"errors"
	"fmt"
	"strconv"
	"time"
)

// A Publication is an annual report as it was made public (公布): the very files.
type Publication struct {
	ID        int64
	Year      int
	Who       int64
	At        time.Time
	Hash      string // of the .docx, SHA-256
	SheetHash string // of the .xlsx
	Docx      []byte // left out of lists
	XLSX      []byte // left out of lists
}

// FileHash is how the hash of a file is kept: SHA-256 in hexadecimal.
func FileHash(b []byte) string { return fileHash(b) }

// Publish keeps a report that is made public and journals its hashes. Of a
// year there may be several: a later one corrects those before it. The error
// wraps ErrUnsigned or ErrBadFigure.
func (tx *Tx) Publish(township string, p *Publication) error {
	switch {
	case p.Who == 0:
		return ErrUnsigned
	case p.Year < 1 || len(p.Docx) == 0 || len(p.XLSX) == 0:
		return fmt.Errorf("publication of %d without files: %w", p.Year, ErrBadFigure)
	}
	p.ID, p.At, p.Hash, p.SheetHash = tx.NewID(), tx.Now, fileHash(p.Docx), fileHash(p.XLSX)
	b := base64.StdEncoding
	if _, err := tx.exec(`INSERT INTO publication (id, township, year, who, at, hash, docx, sheethash, xlsx) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
		p.ID, township, p.Year, p.Who, millis(tx.Now), p.Hash, b.EncodeToString(p.Docx), p.SheetHash, b.EncodeToString(p.XLSX)); err != nil {
		return fmt.Errorf("keep publication: %w", err)
	}
	return tx.Log(township, Entry{Event: Published, By: p.Who, To: p.ID, X: map[string]string{"year": strconv.Itoa(p.Year), "docx": p.Hash, "xlsx": p.SheetHash}})
}

// Publications lists what was published of a year, the newest first, without
// the files.
func Publications(r Reader, township string, year int) ([]Publication, error) {
	rows, err := r.reader().rows(`SELECT id, year, who, at, hash, sheethash FROM publication WHERE township = $1 AND year = $2 ORDER BY at DESC, id DESC`, township, year)
	if err != nil {
		return nil, fmt.Errorf("read publications: %w", err)
	}
	defer rows.Close()
	var out []Publication
	for rows.Next() {
		var p Publication
		var at int64
		if err := rows.Scan(&p.ID, &p.Year, &p.Who, &at, &p.Hash, &p.SheetHash); err != nil {
			return nil, err
		}
		p.At = moment(at)
		out = append(out, p)
	}
	return out, rows.Err()
}

// PublicationByID returns one with its files. ErrNotFound when the township has
// none of this key.
func PublicationByID(r Reader, township string, id int64) (*Publication, error) {
	p := &Publication{ID: id}
	var at int64
	var docx, xlsx string
	err := r.reader().row(`SELECT year, who, at, hash, docx, sheethash, xlsx FROM publication WHERE id = $1 AND township = $2`, id, township).
		Scan(&p.Year, &p.Who, &at, &p.Hash, &docx, &p.SheetHash, &xlsx)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, ErrNotFound
	}
	if err != nil {
		return nil, fmt.Errorf("read publication: %w", err)
	}
	p.At = moment(at)
	if p.Docx, err = base64.StdEncoding.DecodeString(docx); err == nil {
		p.XLSX, err = base64.StdEncoding.DecodeString(xlsx)
	}
	if err != nil {
		return nil, fmt.Errorf("read publication %d: %w", id, err)
	}
	return p, nil
}

// provePublications checks that each file is the one that was published.
func provePublications(v *View, p *Proof) error {
	rows, err := v.rows(`SELECT id, docx, hash, xlsx, sheethash FROM publication`)
	if err != nil {
		return fmt.Errorf("read publications: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var id int64
		var file [4]string
		if err := rows.Scan(&id, &file[0], &file[1], &file[2], &file[3]); err != nil {
			return err
		}
		for i := 0; i < len(file); i += 2 {
			raw, err := base64.StdEncoding.DecodeString(file[i])
			if err != nil || fileHash(raw) != file[i+1] {
				p.fault("publication %d: its file was changed", id)
			}
		}
	}
	return rows.Err()
}
