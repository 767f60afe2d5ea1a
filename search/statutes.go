package search

import (
	"bufio"
	"bytes"
	"cmp"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/blevesearch/bleve/v2"

	"mingbai/knowledge"
)

// Statutes are the imported texts of laws: a folder with the texts, a table
// of the articles and a Bleve index over them. Versions of a law stand side by
// side. Open gives a read-only view for many goroutines.
type Statutes struct {
	rows   []articleRow
	byName map[string][]int32 // law name → its articles
	texts  *os.File
	bleve  bleve.Index
	scorer *scorer
	rowOf  []int32 // internal number in Bleve → row
}

// An Article (条) is the text of one article in one version of a law.
type Article struct {
	ID      string        // the imported line's id, or short#number@version
	Law     string        // the short title where there is one
	Number  string        // 第二百三十六条
	Chapter string        // headings above it
	Version knowledge.Day // adopted or last amended
	From    knowledge.Day // first day in force; "" if not known
	To      knowledge.Day // first day no longer in force; "" while in force
	Text    string
}

// articleRow is an Article as the table keeps it: the text stays in the file.
type articleRow struct {
	ID      string        `json:"id"`
	Law     string        `json:"law"`
	Full    string        `json:"full,omitempty"`
	Number  string        `json:"number"`
	Chapter string        `json:"chapter,omitempty"`
	Version knowledge.Day `json:"version,omitempty"`
	From    knowledge.Day `json:"from,omitempty"`
	To      knowledge.Day `json:"to,omitempty"`
	At      int64         `json:"at"`   // offset of the text
	Size    int           `json:"size"` // bytes of the text
	Terms   int           `json:"terms"`
}

// An ArticleHit is an article found for a question.
type ArticleHit struct {
	ID      string  `json:"id"`
	Law     string  `json:"law"`
	Article string  `json:"article"`
	Score   float64 `json:"score"`
}

// A LawText is one version of one law among the imported texts.
type LawText struct {
	Law      string        `json:"law"`
	Version  knowledge.Day `json:"version"`
	From     knowledge.Day `json:"from"`
	To       knowledge.Day `json:"to"`
	Articles int           `json:"articles"`
}

// A Report tells what an import took and what it could not read.
type Report struct {
	Articles int      // in the folder now
	Laws     int      // versions of laws
	Bad      []string // "file:line: message"
}

// importLine is one line of the two JSONL forms.
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

// Import reads statute files (JSONL, plain or gzipped; folders are read for
// such files) into dir, beside what was imported before: a file of the same
// name replaces its former self. The new index is built beside the old one and
// takes its place at the end, so that a failure leaves the old one whole.
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
	for _, f := range files {
		if err := keepSource(f, sources); err != nil {
			return rep, err
		}
	}
	next := filepath.Join(dir, "next")
	if err := os.RemoveAll(next); err != nil {
		return rep, err
	}
	if err := os.MkdirAll(next, 0o755); err != nil {
		return rep, err
	}
	if rep, err = buildStatutes(sources, next); err != nil {
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

// statuteFiles lists the files named by paths.
func statuteFiles(paths []string) ([]string, error) {
	var out []string
	for _, p := range paths {
		info, err := os.Stat(p)
		if err != nil {
			return nil, fmt.Errorf("read statutes: %w", err)
		}
		if !info.IsDir() {
			if !isStatuteFile(p) {
				return nil, fmt.Errorf("%s: not a .jsonl or .jsonl.gz file", p)
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
			if !e.IsDir() && isStatuteFile(e.Name()) {
				out = append(out, filepath.Join(p, e.Name()))
			}
		}
		if len(out) == before {
			return nil, fmt.Errorf("%s: no .jsonl or .jsonl.gz file in it", p)
		}
	}
	return out, nil
}

func isStatuteFile(p string) bool {
	return strings.HasSuffix(p, ".jsonl") || strings.HasSuffix(p, ".jsonl.gz")
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

// buildStatutes reads every source and writes texts, table and index.
func buildStatutes(sources, to string) (Report, error) {
	var rep Report
	m, err := leanMapping()
	if err != nil {
		return rep, err
	}
	// The offline builder ends with one segment, which is what the scorer is
	// fastest on.
	builder, err := bleve.NewBuilder(filepath.Join(to, "index"), m, map[string]any{"batchSize": 4000, "mergeMax": 100})
	if err != nil {
		return rep, fmt.Errorf("build statute index: %w", err)
	}
	texts, err := os.Create(filepath.Join(to, "texts"))
	if err != nil {
		return rep, err
	}
	defer texts.Close()
	out := bufio.NewWriterSize(texts, 1<<20)
	var rows []articleRow
	at := int64(0)
	seen := map[string]bool{}
	laws := map[string]bool{}
	list, err := filepath.Glob(filepath.Join(sources, "*"))
	if err != nil {
		return rep, err
	}
	for _, path := range list {
		bad, err := eachArticle(path, func(l importLine) error {
			row, text := rowOf(l)
			if seen[row.ID] {
				return fmt.Errorf("article %s stands twice", row.ID)
			}
			seen[row.ID] = true
			laws[row.Law+"@"+string(row.Version)] = true
			indexed := normalise(l.Law + " " + l.Chapter + " " + text)
			eachTerm(indexed, func(string) { row.Terms++ })
			row.At, row.Size = at, len(text)
			at += int64(len(text))
			if err := builder.Index(rowID(len(rows)), map[string]any{textField: indexed}); err != nil {
				return err
			}
			rows = append(rows, row)
			_, err := out.WriteString(text)
			return err
		})
		rep.Bad = append(rep.Bad, bad...)
		if err != nil {
			return rep, err
		}
	}
	if err := builder.Close(); err != nil {
		return rep, fmt.Errorf("finish statute index: %w", err)
	}
	if err := out.Flush(); err != nil {
		return rep, err
	}
	rep.Articles, rep.Laws = len(rows), len(laws)
	table, err := json.Marshal(rows)
	if err != nil {
		return rep, err
	}
	return rep, os.WriteFile(filepath.Join(to, "table.json"), table, 0o644)
}

func rowID(i int) string { return fmt.Sprintf("%08d", i) }

// rowOf brings the two forms of a line together.
func rowOf(l importLine) (articleRow, string) {
	row := articleRow{ID: l.ID, Law: cmp.Or(l.Short, l.Law), Number: l.Number, Chapter: l.Chapter, Version: l.Version, From: l.From}
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

// maxArticle bounds one line of an import; annexes of some regulations are
// long.
const maxArticle = 4 << 20

// eachArticle passes each readable line to f, and tells of the others.
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
		if err != nil && len(bad) < 1000 {
			bad = append(bad, fmt.Sprintf("%s:%d: %v", filepath.Base(path), n, err))
		}
	}
	if err := sc.Err(); err != nil {
		bad = append(bad, fmt.Sprintf("%s:%d: %v", filepath.Base(path), n+1, err))
	}
	return bad, nil
}

// Open opens the statutes imported into dir.
func Open(dir string) (*Statutes, error) {
	now := filepath.Join(dir, "now")
	table, err := os.ReadFile(filepath.Join(now, "table.json"))
	if err != nil {
		return nil, fmt.Errorf("open statutes: %w", err)
	}
	s := &Statutes{byName: map[string][]int32{}}
	if err := json.Unmarshal(table, &s.rows); err != nil {
		return nil, fmt.Errorf("open statutes: the table is damaged, import again: %w", err)
	}
	if s.texts, err = os.Open(filepath.Join(now, "texts")); err != nil {
		return nil, fmt.Errorf("open statutes: %w", err)
	}
	if s.bleve, err = bleve.OpenUsing(filepath.Join(now, "index"), map[string]any{"read_only": true}); err != nil {
		s.texts.Close()
		return nil, fmt.Errorf("open statutes: %w", err)
	}
	if err := s.number(); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	for i, r := range s.rows {
		for _, n := range []string{r.Law, r.Full} {
			if n = plainTitle(n); n != "" {
				s.byName[n] = append(s.byName[n], int32(i))
			}
		}
	}
	return s, nil
}

// number ties Bleve's internal numbers to the table.
func (s *Statutes) number() error {
	inner, err := s.bleve.Advanced()
	if err != nil {
		return err
	}
	reader, err := inner.Reader()
	if err != nil {
		return fmt.Errorf("read statutes: %w", err)
	}
	lengths := make([]int, len(s.rows))
	s.rowOf = make([]int32, len(s.rows))
	for i, r := range s.rows {
		id, err := reader.InternalID(rowID(i))
		if err != nil || id == nil || id.Value() >= uint64(len(s.rows)) {
			return errors.Join(fmt.Errorf("read statutes: article %s is missing from the index, import again", r.ID), err, reader.Close())
		}
		s.rowOf[id.Value()], lengths[id.Value()] = int32(i), r.Terms
	}
	s.scorer = newScorer(reader, lengths)
	return nil
}

// Close gives the files back.
func (s *Statutes) Close() error {
	var errs []error
	if s.scorer != nil {
		errs = append(errs, s.scorer.close())
	}
	return errors.Join(append(errs, s.bleve.Close(), s.texts.Close())...)
}

func plainTitle(s string) string {
	return strings.TrimPrefix(strings.NewReplacer("《", "", "》", "", " ", "").Replace(s), "中华人民共和国")
}

// Has reports whether any version of the law was imported.
func (s *Statutes) Has(law string) bool { return len(s.byName[plainTitle(law)]) > 0 }

// Text returns an article as it stood on a day. An article whose days are not
// known counts as in force.
func (s *Statutes) Text(law, article string, on knowledge.Day) (Article, bool) {
	want, err := knowledge.ParseArticle(article)
	if err != nil {
		return Article{}, false
	}
	best := -1
	for _, i := range s.byName[plainTitle(law)] {
		r := &s.rows[i]
		if n, err := knowledge.ParseArticle(r.Number); err != nil || n != want || r.From > on || r.To != "" && on >= r.To {
			continue
		}
		if best < 0 || r.Version > s.rows[best].Version {
			best = int(i)
		}
	}
	if best < 0 {
		return Article{}, false
	}
	a, err := s.article(best)
	return a, err == nil
}

func (s *Statutes) article(i int) (Article, error) {
	r := &s.rows[i]
	buf := make([]byte, r.Size)
	if _, err := s.texts.ReadAt(buf, r.At); err != nil {
		return Article{}, fmt.Errorf("read article %s: %w", r.ID, err)
	}
	return Article{ID: r.ID, Law: r.Law, Number: r.Number, Chapter: r.Chapter, Version: r.Version, From: r.From, To: r.To, Text: string(buf)}, nil
}

// List tells which laws were imported, by name and version.
func (s *Statutes) List() []LawText {
	var out []LawText
	at := map[string]int{}
	for _, r := range s.rows {
		k := r.Law + "@" + string(r.Version)
		i, ok := at[k]
		if !ok {
			i = len(out)
			at[k] = i
			out = append(out, LawText{Law: r.Law, Version: r.Version, From: r.From, To: r.To})
		}
		out[i].Articles++
	}
	slices.SortFunc(out, func(a, b LawText) int {
		return cmp.Or(strings.Compare(a.Law, b.Law), strings.Compare(string(a.Version), string(b.Version)))
	})
	return out
}

// Search ranks articles for a question by exact BM25, the best top first.
func (s *Statutes) Search(q string, top int) ([]ArticleHit, error) {
	acc := make([]float32, len(s.rows))
	counts := map[string]float64{}
	eachTerm(normalise(q), func(t string) { counts[t]++ })
	terms := make([]string, 0, len(counts))
	for t := range counts {
		terms = append(terms, t)
	}
	slices.Sort(terms) // one order of addition, one result
	for _, t := range terms {
		if _, err := s.scorer.add(acc, t, counts[t]); err != nil {
			return nil, err
		}
	}
	best := make([]int32, 0, top+1)
	for n, score := range acc {
		if score <= 0 || len(best) == top && score <= acc[best[top-1]] {
			continue
		}
		i, _ := slices.BinarySearchFunc(best, score, func(m int32, want float32) int {
			if acc[m] >= want {
				return -1
			}
			return 1
		})
		best = slices.Insert(best, i, int32(n))
		if len(best) > top {
			best = best[:top]
		}
	}
	hits := make([]ArticleHit, len(best))
	for i, n := range best {
		r := &s.rows[s.rowOf[n]]
		score, _ := strconv.ParseFloat(strconv.FormatFloat(float64(acc[n]), 'f', 4, 64), 64)
		hits[i] = ArticleHit{ID: r.ID, Law: r.Law, Article: r.Number, Score: score}
	}
	return hits, nil
}
