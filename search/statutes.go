package search

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
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
