package ledger

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
	"io/fs"
	"regexp"
	"slices"
	"strings"
	"time"
)

// A backup is the same for both databases, so that a township that grows from
// one machine to several can take its ledger along: gzip over lines of JSON. The
// first line says what it is, then each table names itself and its columns and
// gives a line a row, and the last line counts the rows and seals all before
// it with a SHA-256.

type backupHead struct {
	Backup string `json:"backup"` // "mingbai"
	Schema string `json:"schema"` // the last step of the schema it was made with
	At     int64  `json:"at"`     // Unix milliseconds
}

type backupTable struct {
	Table   string   `json:"table"`
	Columns []string `json:"columns"`
}

type backupSeal struct {
	Rows   int64  `json:"rows"`
	SHA256 string `json:"sha256"` // of every line before this one
}

// ErrNotEmpty is Restore's error for a ledger that something is recorded in.
var ErrNotEmpty = errors.New("the ledger is not empty: restore into a new data folder")

var createTable = regexp.MustCompile(`(?m)^CREATE TABLE (\w+)`)

// tables lists the tables of the schema in the order of their making, and the
// schema's last step.
func tables() (names []string, last string, err error) {
	files, err := fs.Glob(schema, "schema/*.sql")
	if err != nil {
		return nil, "", err
	}
	for _, f := range files {
		text, err := fs.ReadFile(schema, f)
		if err != nil {
			return nil, "", err
		}
		for _, m := range createTable.FindAllSubmatch(text, -1) {
			names = append(names, string(m[1]))
		}
		last = strings.TrimSuffix(f[strings.LastIndexByte(f, '/')+1:], ".sql")
	}
	return names, last, nil
}

// Backup writes a consistent copy of the whole ledger, on one snapshot, while
// it goes on being used. It returns how many rows were written.
func (l *Ledger) Backup(ctx context.Context, w io.Writer, now time.Time) (int64, error) {
	names, last, err := tables()
	if err != nil {
		return 0, err
	}
	zip := gzip.NewWriter(w)
	sum := sha256.New()
	enc := json.NewEncoder(io.MultiWriter(zip, sum))
	enc.SetEscapeHTML(false)
	if err := enc.Encode(backupHead{"mingbai", last, millis(now)}); err != nil {
		return 0, fmt.Errorf("write backup: %w", err)
	}
	var n int64
	err = l.View(ctx, func(v *View) error {
		for _, t := range names {
			if err := v.dump(t, enc, &n); err != nil {
				return fmt.Errorf("back up table %s: %w", t, err)
			}
		}
		return nil
	})
	if err != nil {
		return n, err
	}
	seal, err := json.Marshal(backupSeal{n, hex.EncodeToString(sum.Sum(nil))})
	if err != nil {
		return n, err
	}
	if _, err := zip.Write(append(seal, '\n')); err != nil {
		return n, fmt.Errorf("write backup: %w", err)
	}
	if err := zip.Close(); err != nil {
		return n, fmt.Errorf("write backup: %w", err)
	}
	return n, nil
}

func (v *View) dump(table string, enc *json.Encoder, n *int64) error {
	rows, err := v.rows(`SELECT * FROM ` + table)
	if err != nil {
		return err
	}
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		return err
	}
	if err := enc.Encode(backupTable{table, columns}); err != nil {
		return err
	}
	values, into := make([]any, len(columns)), make([]any, len(columns))
	for i := range values {
		into[i] = &values[i]
	}
	for rows.Next() {
		if err := rows.Scan(into...); err != nil {
			return err
		}
		for i, x := range values {
			if b, ok := x.([]byte); ok {
				values[i] = string(b)
			}
		}
		if err := enc.Encode(values); err != nil {
			return err
		}
		*n++
	}
	return rows.Err()
}

// Restore reads a backup into an empty ledger, in one commit: all of it, or
// nothing. The seal is checked before the commit. It returns how many rows were
// read. Close the ledger afterwards: what it holds in memory is of before.
func (l *Ledger) Restore(ctx context.Context, r io.Reader, now time.Time) (int64, error) {
	names, last, err := tables()
	if err != nil {
		return 0, err
	}
	zip, err := gzip.NewReader(r)
	if err != nil {
		return 0, fmt.Errorf("read backup: it is not one: %w", err)
	}
	in := bufio.NewReaderSize(zip, 1<<16)
	var n int64
	err = l.Do(ctx, "restore", now, func(tx *Tx) error {
		var used int64
		if err := tx.row(`SELECT (SELECT COUNT(*) FROM chat) + (SELECT COUNT(*) FROM journal)`).Scan(&used); err != nil {
			return err
		}
		if used > 0 {
			return ErrNotEmpty
		}
		n, err = tx.restore(in, names, last)
		return err
	})
	return n, err
}

// restore reads lines until the seal.
func (tx *Tx) restore(in *bufio.Reader, names []string, last string) (n int64, err error) {
	sum := sha256.New()
	insert, width := "", 0
	for line := 1; ; line++ {
		raw, err := in.ReadBytes('\n')
		if err != nil {
			return n, fmt.Errorf("backup, line %d: it ends before its seal: %w", line, io.ErrUnexpectedEOF)
		}
		switch {
		case line == 1:
			var h backupHead
			if err := json.Unmarshal(raw, &h); err != nil || h.Backup != "mingbai" {
				return n, errors.New("backup, line 1: this is no backup of a ledger")
			}
			if h.Schema > last {
				return n, ErrNewer
			}
		case bytes.HasPrefix(raw, []byte(`{"table"`)):
			if insert, width, err = tx.openTable(raw, names); err != nil {
				return n, fmt.Errorf("backup, line %d: %w", line, err)
			}
		case bytes.HasPrefix(raw, []byte(`{"rows"`)):
			return n, checkSeal(raw, n, sum)
		default:
			if err := tx.restoreRow(raw, insert, width); err != nil {
				return n, fmt.Errorf("backup, line %d: %w", line, err)
			}
			n++
		}
		sum.Write(raw)
	}
}

// openTable readies one table for its rows: empty, the statement that fills it.
func (tx *Tx) openTable(raw []byte, names []string) (insert string, width int, err error) {
	var t backupTable
	if err := json.Unmarshal(raw, &t); err != nil {
		return "", 0, err
	}
	word := regexp.MustCompile(`^[a-z_]+$`)
	if !slices.Contains(names, t.Table) || len(t.Columns) == 0 || slices.ContainsFunc(t.Columns, func(c string) bool { return !word.MatchString(c) }) {
		return "", 0, fmt.Errorf("there is no table %q", t.Table)
	}
	if _, err := tx.exec(`DELETE FROM ` + t.Table); err != nil { // the secret of the new ledger
		return "", 0, err
	}
	var marks []string
	for i := range t.Columns {
		marks = append(marks, fmt.Sprintf("$%d", i+1))
	}
	return `INSERT INTO ` + t.Table + ` ("` + strings.Join(t.Columns, `", "`) + `") VALUES (` + strings.Join(marks, ", ") + `)`, len(t.Columns), nil
}

func (tx *Tx) restoreRow(raw []byte, insert string, width int) error {
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.UseNumber()
	var values []any
	if err := dec.Decode(&values); err != nil {
		return err
	}
	if insert == "" || len(values) != width {
		return fmt.Errorf("%d values for %d columns", len(values), width)
	}
	for i, x := range values {
		if num, ok := x.(json.Number); ok {
			k, err := num.Int64()
			if err != nil {
				return err
			}
			values[i] = k
		}
	}
	_, err := tx.exec(insert, values...)
	return err
}

func checkSeal(raw []byte, n int64, sum hash.Hash) error {
	var s backupSeal
	if err := json.Unmarshal(raw, &s); err != nil {
		return fmt.Errorf("backup: its seal is not readable: %w", err)
	}
	if s.Rows != n || s.SHA256 != hex.EncodeToString(sum.Sum(nil)) {
		return errors.New("backup: it has changed since it was sealed")
	}
	return nil
}
