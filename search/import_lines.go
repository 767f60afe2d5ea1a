package search

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
)

const (
	// maxArticle bounds one line of an import; annexes of some regulations are
	// long.
	maxArticle = 4 << 20
	// maxBad bounds what one file may have to say.
	maxBad = 1000
)

// eachArticle passes each readable line of a list of articles to f, and tells of
// the others.
func eachArticle(path string, f func(importLine) error) (bad []string, err error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	var in io.Reader = file
	if strings.HasSuffix(path, ".gz") {
		z, err := gzip.NewReader(file)
		if err != nil {
			return []string{fmt.Sprintf("%s:1: not a gzip file", filepath.Base(path))}, nil
		}
		defer z.Close()
		in = z
	}
	sc := bufio.NewScanner(in)
	sc.Buffer(make([]byte, 1<<16), maxArticle)
	n := 0
	for sc.Scan() {
		n++
		if len(bytes.TrimSpace(sc.Bytes())) == 0 {
			continue
		}
		var l importLine
		err := json.Unmarshal(sc.Bytes(), &l)
		if err == nil && (l.Law == "" && l.Short == "" || l.Text == "" || l.Number == "") {
			err = errors.New("law, number or text is missing")
		}
		if err == nil {
			err = f(l)
		}
		if err != nil && len(bad) < maxBad {
			bad = append(bad, fmt.Sprintf("%s:%d: %v", filepath.Base(path), n, err))
		}
	}
	if err := sc.Err(); err != nil {
		bad = append(bad, fmt.Sprintf("%s:%d: %v", filepath.Base(path), n+1, err))
	}
	return bad, nil
}
