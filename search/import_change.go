package search

import (
	"cmp"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"mingbai/knowledge"
)

// A LawVersion is one version of a law with all its articles.
type LawVersion struct {
	Law      string // the short title where there is one
	Full     string // the full title where it differs
	Version  knowledge.Day
	From     knowledge.Day
	Articles []Article
}

// ReadVersions reads the laws in a file of any importable form, without
// importing them. bad tells what was not understood, each "file:line: message".
func ReadVersions(path string) (laws []*LawVersion, bad []string, err error) {
	at := map[string]*LawVersion{}
	add := func(l importLine) error {
		row, text := rowOf(l)
		v := at[row.key()]
		if v == nil {
			v = &LawVersion{Law: row.Law, Full: row.Full, Version: row.Version, From: row.From}
			at[row.key()] = v
			laws = append(laws, v)
		}
		v.Articles = append(v.Articles, Article{ID: row.ID, Law: row.Law, Number: row.Number, Chapter: row.Chapter,
			Version: row.Version, From: row.From, To: row.To, Text: text})
		return nil
	}
	switch {
	case isLines(path):
		bad, err = eachArticle(path, add)
	case isLaw(path):
		var law *lawFile
		if law, err = readLaw(path); err != nil {
			return nil, nil, err
		}
		bad = law.bad
		for _, l := range law.lines {
			if err := add(l); err != nil {
				return nil, bad, err
			}
		}
	default:
		err = fmt.Errorf("%s: not a .jsonl, .jsonl.gz, .docx or .md file", filepath.Base(path))
	}
	for _, l := range laws {
		slices.SortStableFunc(l.Articles, byNumber)
	}
	if err == nil && len(laws) == 0 {
		err = fmt.Errorf("%s: no article in it", filepath.Base(path))
	}
	return laws, bad, err
}

// versions reads every imported version of a law, by the day it was passed.
func (s *Statutes) versions(law string) (map[knowledge.Day]*LawVersion, error) {
	out := map[knowledge.Day]*LawVersion{}
	seen := map[string]bool{} // two sources may hold the same version
	for _, i := range s.byName[plainTitle(law)] {
		r := &s.rows[i]
		key := string(r.Version) + r.Number
		if seen[key] {
			continue
		}
		seen[key] = true
		a, err := s.article(int(i))
		if err != nil {
			return nil, err
		}
		v := out[r.Version]
		if v == nil {
			v = &LawVersion{Law: r.Law, Full: r.Full, Version: r.Version, From: r.From}
			out[r.Version] = v
		}
		v.Articles = append(v.Articles, a)
	}
	for _, v := range out {
		slices.SortStableFunc(v.Articles, byNumber)
	}
	return out, nil
}

// Version returns an imported version of a law with its articles, or nil.
func (s *Statutes) Version(law string, day knowledge.Day) (*LawVersion, error) {
	all, err := s.versions(law)
	return all[day], err
}

// Before returns the imported version that a new version follows: the newest
// that is older, or the same one where its words differ, as after a correction.
// It is nil when no such version was imported.
func (s *Statutes) Before(now *LawVersion) (*LawVersion, error) {
	all, err := s.versions(now.Law)
	if err != nil {
		return nil, err
	}
	var best *LawVersion
	for day, v := range all {
		if now.Version != "" && day > now.Version || day == now.Version && sameWords(v.Articles, now.Articles) {
			continue
		}
		if best == nil || day > best.Version {
			best = v
		}
	}
	return best, nil
}

func sameWords(a, b []Article) bool {
	words := map[string]uint64{}
	for _, x := range a {
		words[x.Number] = digest(x.Text)
	}
	for _, x := range b {
		if w, ok := words[x.Number]; !ok || w != digest(x.Text) {
			return false
		}
	}
	return len(a) == len(b)
}

// byNumber orders articles as a law does; what has no number goes last.
func byNumber(a, b Article) int {
	x, errX := knowledge.ParseArticle(a.Number)
	y, errY := knowledge.ParseArticle(b.Number)
	switch {
	case errX != nil || errY != nil:
		return map[bool]int{true: 1}[errX != nil] - map[bool]int{true: 1}[errY != nil]
	}
	return cmp.Or(cmp.Compare(x.N, y.N), cmp.Compare(x.Sub, y.Sub))
}

// ChangeKind says what became of an article in the next version.
type ChangeKind string

// The kinds of change.
const (
	Unchanged ChangeKind = "unchanged" // same number, same words
	Changed   ChangeKind = "changed"   // same number, other words
	Relocated ChangeKind = "moved"     // another number, words alike
	Gone      ChangeKind = "gone"      // nothing like it in the new version
)

// A Change is what became of one article.
type Change struct {
	Old, New string // numbers; New is "" when the article is gone
	Kind     ChangeKind
	Likeness float64 // of the words, 0 to 1
}

// How alike two articles must be. Articles of one law share its phrases, so
// that below alike the best partner is often a wrong one. The list of laws in
// package knowledge was filled with these bounds.
const (
	alike     = 0.6
	sameTopic = 0.3 // for an article that kept its number and its neighbours
)

// Compare tells of every article of the old version what became of it. The
// order of articles is kept by a revision as a rule: of all ways to pair the
// articles in order, the one with the most likeness is taken; what is left over
// may have been moved across it.
func Compare(old, new []Article) []Change {
	before, after := bigramsOf(old), bigramsOf(new)
	pairs := inOrder(before, after)
	taken := make([]bool, len(new))
	for _, j := range pairs {
		if j >= 0 {
			taken[j] = true
		}
	}
	across(before, after, pairs, taken)
	numbered := map[string]int{}
	for j, a := range new {
		numbered[a.Number] = j
	}
	out := make([]Change, len(old))
	for i, a := range old {
		j := pairs[i]
		if k, ok := numbered[a.Number]; j < 0 && ok && !taken[k] && dice(before[i], after[k]) >= sameTopic {
			j, taken[k] = k, true
		}
		c := Change{Old: a.Number, Kind: Gone}
		if j >= 0 {
			c.New, c.Likeness = new[j].Number, dice(before[i], after[j])
			switch {
			case c.New != c.Old:
				c.Kind = Relocated
			case bare(a.Text) == bare(new[j].Text):
				c.Kind = Unchanged
			default:
				c.Kind = Changed
			}
		}
		out[i] = c
	}
	return out
}

// inOrder pairs articles so that no pairs cross and their likeness is greatest.
func inOrder(before, after [][]uint64) []int {
	n, m := len(before), len(after)
	like := make([][]float32, n)
	best := make([][]float32, n+1)
	best[n] = make([]float32, m+1)
	for i := n - 1; i >= 0; i-- {
		like[i] = make([]float32, m)
		best[i] = make([]float32, m+1)
		for j := m - 1; j >= 0; j-- {
			v := max(best[i+1][j], best[i][j+1])
			if l := float32(dice(before[i], after[j])); l >= alike {
				like[i][j] = l
				v = max(v, l+best[i+1][j+1])
			}
			best[i][j] = v
		}
	}
	pairs := make([]int, n)
	j := 0
	for i := range n {
		pairs[i] = -1
		for k := j; k < m; k++ {
			if l := like[i][k]; l > 0 && l+best[i+1][k+1] == best[i][j] {
				pairs[i], j = k, k+1
				break
			}
			if best[i][k+1] < best[i][j] {
				break // going further right loses; the article stays alone
			}
		}
	}
	return pairs
}

// across pairs what is left over where both are each other's best.
func across(before, after [][]uint64, pairs []int, taken []bool) {
	type pair struct {
		i, j int
		like float64
	}
	var list []pair
	for i, p := range pairs {
		if p >= 0 {
			continue
		}
		for j := range after {
			if taken[j] {
				continue
			}
			if l := dice(before[i], after[j]); l >= alike {
				list = append(list, pair{i, j, l})
			}
		}
	}
	slices.SortStableFunc(list, func(x, y pair) int { return cmp.Compare(y.like, x.like) })
	for _, p := range list {
		if pairs[p.i] < 0 && !taken[p.j] {
			pairs[p.i], taken[p.j] = p.j, true
		}
	}
}

// bigramsOf returns the sorted pairs of neighbouring characters of each text.
func bigramsOf(list []Article) [][]uint64 {
	out := make([][]uint64, len(list))
	for i, a := range list {
		runes := []rune(strings.Map(func(r rune) rune {
			if isWordRune(r) {
				return r
			}
			return -1
		}, bare(a.Text)))
		grams := make([]uint64, 0, len(runes))
		for k := 1; k < len(runes); k++ {
			grams = append(grams, uint64(runes[k-1])<<32|uint64(runes[k]))
		}
		slices.Sort(grams)
		out[i] = grams
	}
	return out
}

// dice is the Dice coefficient of two sorted multisets.
func dice(a, b []uint64) float64 {
	if len(a)+len(b) == 0 {
		return 1
	}
	// The shorter one bounds what they can share.
	if short := min(len(a), len(b)); float64(2*short) < sameTopic*float64(len(a)+len(b)) {
		return 0
	}
	n := 0
	for i, j := 0, 0; i < len(a) && j < len(b); {
		switch {
		case a[i] == b[j]:
			n++
			i++
			j++
		case a[i] < b[j]:
			i++
		default:
			j++
		}
	}
	return 2 * float64(n) / float64(len(a)+len(b))
}
