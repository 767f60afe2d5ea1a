package search

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

// ErrOutdated is why imported statutes are not opened: they were indexed by
// another version of the program, or their files are not what the import
// wrote. [Reindex] makes them anew from the files that were imported.
var ErrOutdated = errors.New("the imported statutes do not fit this program")

// statutesFormat changes whenever the table, the terms or the index do.
const statutesFormat = 2

// A stamp says what an import wrote.
type stamp struct {
	Format int    `json:"format"`
	Hash   string `json:"hash"` // of the table and the texts
}

const stampName = "stamp.json"

// writeStamp seals a folder that an import has just written.
func writeStamp(now string, table []byte) error {
	hash, err := contentHash(now, table)
	if err != nil {
		return err
	}
	data, err := json.Marshal(stamp{statutesFormat, hash})
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(now, stampName), data, 0o644)
}

// checkStamp returns the hash of what was imported, or ErrOutdated.
func checkStamp(now string, table []byte) (string, error) {
	var s stamp
	data, err := os.ReadFile(filepath.Join(now, stampName))
	if err == nil {
		err = json.Unmarshal(data, &s)
	}
	if err != nil && !errors.Is(err, os.ErrNotExist) || s.Format != statutesFormat {
		return "", fmt.Errorf("%w: they were indexed by another version of it", ErrOutdated)
	}
	hash, err := contentHash(now, table)
	if err != nil {
		return "", err
	}
	if hash != s.Hash {
		return "", fmt.Errorf("%w: their files were changed since the import", ErrOutdated)
	}
	return hash, nil
}

// contentHash identifies the imported articles: the table as it was read, and
// the texts.
func contentHash(now string, table []byte) (string, error) {
	h := sha256.New()
	h.Write(table)
	file, err := os.Open(filepath.Join(now, "texts"))
	if err != nil {
		return "", err
	}
	_, err = io.Copy(h, file)
	if err = errors.Join(err, file.Close()); err != nil {
		return "", err
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

// Reindex builds the statutes in dir again from the files that were imported.
// The old index stays whole until the new one takes its place.
func Reindex(dir string) (Report, error) {
	return rebuild(dir, nil)
}

// rebuild indexes the kept sources beside the old index and puts the new one
// in its place. fresh names the sources whose versions the report compares.
func rebuild(dir string, fresh map[string]bool) (Report, error) {
	next := filepath.Join(dir, "next")
	if err := os.RemoveAll(next); err != nil {
		return Report{}, err
	}
	if err := os.MkdirAll(next, 0o755); err != nil {
		return Report{}, err
	}
	rep, err := buildStatutes(filepath.Join(dir, "sources"), next, fresh)
	if err != nil {
		return rep, err
	}
	if rep.Articles == 0 {
		return rep, errors.Join(errors.New("no article was read"), os.RemoveAll(next))
	}
	now := filepath.Join(dir, "now")
	if err := os.RemoveAll(now); err != nil {
		return rep, err
	}
	return rep, os.Rename(next, now)
}
