package search

import (
	"cmp"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"mingbai/knowledge"
)

// Statutes are the imported texts of laws: a folder with the texts, a table
// of the articles and a Bleve index over them, whose postings are read flat.
// Versions of a law stand side by side. Open gives a read-only view for many
// goroutines.
type Statutes struct {
	dir    string
	hash   string // of what was imported
	rows   []articleRow
	byName map[string][]int32 // law name → its articles
	texts  *os.File
	once   sync.Once // reads the rest
	failed error
	stage  *stage
	ranker *ranker // nil until past questions were learnt
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
	Kind    string        `json:"kind,omitempty"` // 行政法规, 司法解释 …, where the source says
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

// Open opens the statutes imported into dir, or returns an error that is
// [ErrOutdated]. What only searching needs is read with the first search, or by
// Prepare.
func Open(dir string) (*Statutes, error) {
	now := filepath.Join(dir, "now")
	table, err := os.ReadFile(filepath.Join(now, "table.json"))
	if err != nil {
		return nil, fmt.Errorf("open statutes: %w", err)
	}
	hash, err := checkStamp(now, table)
	if err != nil {
		return nil, fmt.Errorf("open statutes: %w", err)
	}
	s := &Statutes{dir: dir, hash: hash, byName: map[string][]int32{}}
	if err := json.Unmarshal(table, &s.rows); err != nil {
		return nil, fmt.Errorf("open statutes: the table is damaged, import again: %w", err)
	}
	if s.texts, err = os.Open(filepath.Join(now, "texts")); err != nil {
		return nil, fmt.Errorf("open statutes: %w", err)
	}
	s.shareWords()
	for i, r := range s.rows {
		for _, n := range []string{r.Law, r.Full} {
			if n = plainTitle(n); n != "" {
				s.byName[n] = append(s.byName[n], int32(i))
			}
		}
	}
	return s, nil
}

// shareWords keeps one copy of what many articles say alike: sixty thousand of
// a law's name and chapter are ten megabytes.
func (s *Statutes) shareWords() {
	one := map[string]string{}
	share := func(v *string) {
		if w, ok := one[*v]; ok {
			*v = w
		} else {
			one[*v] = *v
		}
	}
	for i := range s.rows {
		r := &s.rows[i]
		for _, v := range []*string{&r.Law, &r.Full, &r.Number, &r.Chapter, &r.Kind, (*string)(&r.Version), (*string)(&r.From), (*string)(&r.To)} {
			share(v)
		}
	}
}

// Prepare reads what searching needs: the postings, and what was learnt from
// past questions. A learnt ranker that does not fit the statutes is an error;
// their texts can be had all the same.
func (s *Statutes) Prepare() error {
	s.once.Do(func() {
		if s.failed = s.prepareStage(); s.failed == nil {
			s.ranker, s.failed = s.loadRanker()
		}
	})
	return s.failed
}

// Learnt reports whether a ranker was learnt from past questions. It is false
// before [Statutes.Prepare].
func (s *Statutes) Learnt() bool { return s.ranker != nil }

// prepareStage reads the postings alone.
func (s *Statutes) prepareStage() error {
	f, err := openFlat(filepath.Join(s.dir, "now"), s.hash, s.rows)
	if err == nil {
		s.stage = newStage(f, s.rows)
	}
	return err
}

// Close gives the files back.
func (s *Statutes) Close() error { return s.texts.Close() }

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
