package knowledge

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
)

// A Lexicon (词表) turns villagers' words, dialect included, into the words of
// the law, so that 屋基 finds 宅基地.
type Lexicon struct {
	Entries []LexiconEntry
}

// A LexiconEntry is one colloquial word and what it means.
type LexiconEntry struct {
	Word  string   // as people say it
	Legal []string // as cards and statutes say it
	Topic string   // the topic it speaks for, or ""
	File  string
	Line  int
}

// loadLexicon reads every .txt file below dir. A line is
// "屋基、宅基 = 宅基地 @宅基地与房屋"; # begins a comment.
func loadLexicon(files fs.FS, dir string) (*Lexicon, error) {
	lex := &Lexicon{}
	var errs []error
	where := map[string]string{}
	err := fs.WalkDir(files, dir, func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || path.Ext(name) != ".txt" {
			return err
		}
		raw, err := fs.ReadFile(files, name)
		if err != nil {
			return err
		}
		sc := bufio.NewScanner(bytes.NewReader(raw))
		for n := 1; sc.Scan(); n++ {
			line, _, _ := strings.Cut(sc.Text(), "#")
			if line = strings.TrimSpace(line); line == "" {
				continue
			}
			line, topic, _ := strings.Cut(line, "@")
			topic = strings.TrimSpace(topic)
			left, right, ok := strings.Cut(line, "=")
			words := strings.FieldsFunc(left, func(r rune) bool { return r == '、' || r == ' ' })
			legal := strings.Fields(right)
			if !ok || len(words) == 0 || len(legal) == 0 && topic == "" || topic != "" && !topicSet[topic] {
				errs = append(errs, fmt.Errorf("%s:%d: not \"word、word = term term @topic\"", name, n))
				continue
			}
			for _, w := range words {
				if other := where[w]; other != "" {
					errs = append(errs, fmt.Errorf("%s:%d: %s stands already at %s", name, n, w, other))
					continue
				}
				where[w] = fmt.Sprintf("%s:%d", name, n)
				lex.Entries = append(lex.Entries, LexiconEntry{Word: w, Legal: legal, Topic: topic, File: name, Line: n})
			}
		}
		return sc.Err()
	})
	if err != nil {
		errs = append(errs, err)
	}
	slices.SortFunc(lex.Entries, func(a, b LexiconEntry) int {
		if len(a.Word) != len(b.Word) {
			return len(b.Word) - len(a.Word)
		}
		return strings.Compare(a.Word, b.Word)
	})
	return lex, errors.Join(errs...)
}
