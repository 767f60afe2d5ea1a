package search

import (
	"bufio"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"hash/fnv"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/blevesearch/bleve/v2"

	"mingbai/knowledge"
)

// A Report tells what an import took and what it could not read.
type Report struct {
	Articles int           // in the folder now
	Laws     int           // versions of laws in the folder now
	Bad      []string      // what was not understood, each "file:line: message"
	Notes    []string      // what was understood and is worth knowing, in the same form
	Versions []VersionNote // the texts of this import that have an earlier version beside them
}

// A VersionNote compares one version of a law with the one before it.
type VersionNote struct {
	Law        string
	Version    knowledge.Day
	Earlier    knowledge.Day // the version compared with
	Articles   int
	Same       int // articles whose words stand in the earlier version too
	Renumbered int // of those, under another number
}

// importLine is one article as a source tells it; the two JSONL forms are
// lines of it.
type importLine struct {
	ID       string        `json:"id"`
	Law      string        `json:"law"`
	Short    string        `json:"short"`
	Version  knowledge.Day `json:"version"`
	Date     knowledge.Day `json:"version_date"`
	From     knowledge.Day `json:"in_force_from"`
	Status   string        `json:"status"`
	Number   string        `json:"number"`
	Chapter  string        `json:"chapter"`
	Text     string        `json:"text"`
	Category string        `json:"category"`
}

var superseded = regexp.MustCompile(`from (\d{4}-\d{2}-\d{2})`)

// Import reads statute files (.jsonl, plain or gzipped, and the .docx and
// Markdown files of the national database; folders are read for such files)
// into dir, beside what was imported before: a file of the same name replaces
// its former self, and versions of a law stand side by side. A file that
// cannot be read at all is told in the report and leaves the others alone. The
// new index is built beside the old one and takes its place at the end, so
// that a failure leaves the old one whole.
func Import(dir string, paths []string) (Report, error) {
	var rep Report
	files, err := statuteFiles(paths)
	if err != nil {
		return rep, err
	}
	sources := filepath.Join(dir, "sources")
	if err := os.MkdirAll(sources, 0o755); err != nil {
		return rep, fmt.Errorf("make statutes folder: %w", err)
	}
	fresh := map[string]bool{}
	var unread []string
	for _, f := range files {
		if !isLines(f) {
			// A file that is no law must not lie in the folder and spoil every
			// later import.
			if _, err := readLaw(f); err != nil {
				unread = append(unread, err.Error())
				continue
			}
		}
		if err := keepSource(f, sources); err != nil {
			return rep, err
		}
		fresh[filepath.Base(f)] = true
	}
	if len(fresh) == 0 {
		return Report{Bad: unread}, errors.New("no file could be read")
	}
	rep, err = rebuild(dir, fresh)
	rep.Bad = append(unread, rep.Bad...)
	return rep, err
}

// statuteFiles lists the files named by paths.
func statuteFiles(paths []string) ([]string, error) {
	var out []string
	for _, p := range paths {
		info, err := os.Stat(p)
		if err != nil {
			return nil, fmt.Errorf("read statutes: %w", err)
		}
		if !info.IsDir() {
			if !isLines(p) && !isLaw(p) {
				return nil, fmt.Errorf("%s: not a .jsonl, .jsonl.gz, .docx or .md file", p)
			}
			out = append(out, p)
			continue
		}
		list, err := os.ReadDir(p)
		if err != nil {
			return nil, fmt.Errorf("read statutes: %w", err)
		}
		before := len(out)
		for _, e := range list {
			// ~$ begins the lock files that Word leaves beside an open document.
			if name := e.Name(); !e.IsDir() && !strings.HasPrefix(name, "~$") && (isLines(name) || isLaw(name)) {
				out = append(out, filepath.Join(p, name))
			}
		}
		if len(out) == before {
			return nil, fmt.Errorf("%s: no .jsonl, .jsonl.gz, .docx or .md file in it", p)
		}
	}
	return out, nil
}

// isLines reports whether the file holds one article a line.
func isLines(p string) bool {
	return strings.HasSuffix(p, ".jsonl") || strings.HasSuffix(p, ".jsonl.gz")
}

// isLaw reports whether the file is the text of one law, as people read it.
func isLaw(p string) bool {
	switch strings.ToLower(filepath.Ext(p)) {
	case ".docx", ".md", ".markdown":
		return true
	}
	return false
}

// keepSource copies a file into the folder, whole or not at all.
func keepSource(path, dir string) error {
	in, err := os.Open(path)
	if err != nil {
		return fmt.Errorf("read statutes: %w", err)
	}
	defer in.Close()
	tmp, err := os.CreateTemp(dir, ".part-*")
	if err != nil {
		return fmt.Errorf("keep statutes: %w", err)
	}
	defer os.Remove(tmp.Name())
	if _, err := io.Copy(tmp, in); err != nil {
		tmp.Close()
		return fmt.Errorf("keep statutes: %w", err)
	}
	if err := tmp.Close(); err != nil {
		return fmt.Errorf("keep statutes: %w", err)
	}
	return os.Rename(tmp.Name(), filepath.Join(dir, filepath.Base(path)))
}

// A statuteBuilder gathers the articles of all sources.
type statuteBuilder struct {
	index bleve.Builder
	texts *bufio.Writer
	at    int64
	rows  []articleRow
	words []uint64          // of each row, a digest of its text without white space
	from  []string          // of each row, the file it came from
	ids   map[string]bool   // of the rows
	held  map[string]string // law@version → the file that brought it
	rep   Report
}

// buildStatutes reads every source and writes texts, table and index. fresh
// names the sources whose versions the report compares.
func buildStatutes(sources, to string, fresh map[string]bool) (Report, error) {
	m, err := leanMapping()
	if err != nil {
		return Report{}, err
	}
	b := &statuteBuilder{ids: map[string]bool{}, held: map[string]string{}}
	// The offline builder ends with one segment, which is what the scorer is
	// fastest on.
	if b.index, err = bleve.NewBuilder(filepath.Join(to, "index"), m, map[string]any{"batchSize": 4000, "mergeMax": 100}); err != nil {
		return b.rep, fmt.Errorf("build statute index: %w", err)
	}
	texts, err := os.Create(filepath.Join(to, "texts"))
	if err != nil {
		return b.rep, err
	}
	defer texts.Close()
	b.texts = bufio.NewWriterSize(texts, 1<<20)
	list, err := sourceOrder(sources)
	if err != nil {
		return b.rep, err
	}
	for _, path := range list {
		if err := b.source(path); err != nil {
			return b.rep, err
		}
	}
	if err := b.index.Close(); err != nil {
		return b.rep, fmt.Errorf("finish statute index: %w", err)
	}
	if err := b.texts.Flush(); err != nil {
		return b.rep, err
	}
	b.versions(fresh)
	b.rep.Articles, b.rep.Laws = len(b.rows), len(b.held)
	table, err := json.Marshal(b.rows)
	if err != nil {
		return b.rep, err
	}
	if err := os.WriteFile(filepath.Join(to, "table.json"), table, 0o644); err != nil {
		return b.rep, err
	}
	return b.rep, writeStamp(to, table)
}

// sourceOrder lists the sources as they are to be read: lists of articles first,
// for they carry ids and days that a law's own text has not; then laws in the
// order in which they were imported, so that of two files with the same
// version the one that was here first stays.
func sourceOrder(dir string) ([]string, error) {
	list, err := filepath.Glob(filepath.Join(dir, "*"))
	if err != nil {
		return nil, err
	}
	age := map[string]int64{}
	for _, p := range list {
		if info, err := os.Stat(p); err == nil && !isLines(p) {
			age[p] = info.ModTime().UnixNano() // after 0, the age of lists
		}
	}
	slices.SortFunc(list, func(x, y string) int { return cmp.Or(cmp.Compare(age[x], age[y]), strings.Compare(x, y)) })
	return list, nil
}

// source takes one file.
func (b *statuteBuilder) source(path string) error {
	name := filepath.Base(path)
	if isLines(path) {
		bad, err := eachArticle(path, func(l importLine) error { return b.article(name, l) })
		b.rep.Bad = append(b.rep.Bad, bad...)
		return err
	}
	law, err := readLaw(path)
	if err != nil {
		b.rep.Bad = append(b.rep.Bad, err.Error())
		return nil
	}
	row, _ := rowOf(law.lines[0])
	if other := b.held[row.key()]; other != "" {
		b.rep.Notes = append(b.rep.Notes, fmt.Sprintf("%s:1: 《%s》 %s is held from %s already; not taken again", name, row.Law, row.Version, other))
		return nil
	}
	b.rep.Bad = append(b.rep.Bad, law.bad...)
	b.rep.Notes = append(b.rep.Notes, law.notes...)
	for i, l := range law.lines {
		if err := b.article(name, l); err != nil {
			b.rep.Bad = append(b.rep.Bad, fmt.Sprintf("%s:%d: %v", name, law.at[i], err))
		}
	}
	return nil
}

// article adds one article.
func (b *statuteBuilder) article(file string, l importLine) error {
	row, text := rowOf(l)
	if b.ids[row.ID] {
		return fmt.Errorf("article %s stands twice", row.ID)
	}
	indexed := normalise(l.Law + " " + l.Chapter + " " + text)
	eachTerm(indexed, func(string) { row.Terms++ })
	row.At, row.Size = b.at, len(text)
	if err := b.index.Index(rowID(len(b.rows)), map[string]any{textField: indexed}); err != nil {
		return err
	}
	if _, err := b.texts.WriteString(text); err != nil {
		return err
	}
	b.ids[row.ID] = true
	if b.held[row.key()] == "" {
		b.held[row.key()] = file
	}
	b.at += int64(len(text))
	b.rows = append(b.rows, row)
	b.words = append(b.words, digest(text))
	b.from = append(b.from, file)
	return nil
}

// digest tells texts apart by their characters, whatever the white space.
func digest(text string) uint64 {
	h := fnv.New64a()
	io.WriteString(h, bare(text))
	return h.Sum64()
}

// versions ends each version of a law where the next begins, and compares the
// fresh ones with those before them.
func (b *statuteBuilder) versions(fresh map[string]bool) {
	laws := map[string]map[knowledge.Day][]int{}
	for i, r := range b.rows {
		if r.Version == "" {
			continue
		}
		if laws[r.Law] == nil {
			laws[r.Law] = map[knowledge.Day][]int{}
		}
		laws[r.Law][r.Version] = append(laws[r.Law][r.Version], i)
	}
	for name, held := range laws {
		days := make([]knowledge.Day, 0, len(held))
		for d := range held {
			days = append(days, d)
		}
		slices.Sort(days)
		for k := 1; k < len(days); k++ {
			older, newer := held[days[k-1]], held[days[k]]
			begins := b.rows[newer[0]].From
			for _, i := range older {
				if r := &b.rows[i]; r.To == "" && r.From < begins {
					r.To = begins
				}
			}
			if fresh[b.from[newer[0]]] || fresh[b.from[older[0]]] {
				b.rep.Versions = append(b.rep.Versions, b.compare(name, older, newer))
			}
		}
	}
	slices.SortFunc(b.rep.Versions, func(x, y VersionNote) int {
		return cmp.Or(strings.Compare(x.Law, y.Law), strings.Compare(string(x.Version), string(y.Version)))
	})
}

func (b *statuteBuilder) compare(law string, older, newer []int) VersionNote {
	n := VersionNote{Law: law, Version: b.rows[newer[0]].Version, Earlier: b.rows[older[0]].Version, Articles: len(newer)}
	was := map[uint64][]string{}
	for _, i := range older {
		was[b.words[i]] = append(was[b.words[i]], b.rows[i].Number)
	}
	for _, i := range newer {
		numbers := was[b.words[i]]
		if numbers == nil {
			continue
		}
		n.Same++
		if !slices.Contains(numbers, b.rows[i].Number) {
			n.Renumbered++
		}
	}
	return n
}

func rowID(i int) string { return fmt.Sprintf("%08d", i) }

func (r *articleRow) key() string { return r.Law + "@" + string(r.Version) }

// rowOf brings the forms of a line together.
func rowOf(l importLine) (articleRow, string) {
	row := articleRow{ID: l.ID, Kind: l.Category, Law: cmp.Or(l.Short, l.Law), Number: l.Number, Chapter: l.Chapter, Version: l.Version, From: l.From}
	if l.Short != "" && l.Law != l.Short {
		row.Full = l.Law
	}
	row.Version = cmp.Or(row.Version, l.Date)
	row.From = cmp.Or(row.From, row.Version)
	if m := superseded.FindStringSubmatch(l.Status); m != nil {
		row.To = knowledge.Day(m[1])
	}
	if row.ID == "" {
		row.ID = row.Law + "#" + row.Number + "@" + string(row.Version)
	}
	return row, l.Text
}
