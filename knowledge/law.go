package knowledge

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// A Day is a calendar day in Asia/Shanghai, written 2006-01-02, so that days
// compare as strings. The zero value is "no day".
type Day string

// Shanghai is the time zone of every township Mingbai serves.
var Shanghai = time.FixedZone("Asia/Shanghai", 8*60*60)

// DayOf returns the day of t in Shanghai.
func DayOf(t time.Time) Day { return Day(t.In(Shanghai).Format(time.DateOnly)) }

// Valid reports whether d is a real calendar day.
func (d Day) Valid() bool {
	_, err := time.Parse(time.DateOnly, string(d))
	return err == nil
}

// Time returns the first moment of d in Shanghai; the zero time if d is not
// valid.
func (d Day) Time() time.Time {
	t, err := time.ParseInLocation(time.DateOnly, string(d), Shanghai)
	if err != nil {
		return time.Time{}
	}
	return t
}

// A Law (法律) is one version of a statute, regulation or judicial
// interpretation that a card may cite or that people still name.
type Law struct {
	Title     string         `yaml:"title"`     // the short title used in citations
	Full      string         `yaml:"full"`      // the full title where it differs
	Also      []string       `yaml:"also"`      // other names people use
	Articles  int            `yaml:"articles"`  // the highest article number
	Inserted  []string       `yaml:"inserted"`  // 第…条之一 and the like
	From      Day            `yaml:"from"`      // first day in force (or of adoption, where only that is known)
	To        Day            `yaml:"to"`        // first day no longer in force; "" while in force
	Successor string         `yaml:"successor"` // the law that took its place; its own title after a revision; a date where that text is not known
	Moved     map[string]int `yaml:"moved"`     // old article number → new one in the successor; rows 4-9 are spread out on loading
	Note      string         `yaml:"note"`
	line      int
}

// InForce reports whether this version was law on d.
func (l *Law) InForce(d Day) bool { return l.From <= d && (l.To == "" || d < l.To) }

// Laws is the list of all known laws with their versions.
type Laws struct {
	All    []*Law
	byName map[string][]*Law
	spoken map[rune][]string // names as people say them, by first character, longest first
}

// Errors of a citation check. Each is wrapped with what was looked up.
var (
	ErrUnknownLaw     = errors.New("no such law in the list")
	ErrNoArticle      = errors.New("no such article")
	ErrNotInForce     = errors.New("not in force on that day")
	ErrUnreadableCite = errors.New("not an article number")
)

// LawList returns the embedded list of laws, for those who need nothing else of
// the knowledge.
func LawList() (*Laws, error) { return parseLaws("laws.yaml", mustRead("laws.yaml")) }

func parseLaws(file string, raw []byte) (*Laws, error) {
	var list []*Law
	if err := decodeYAML(file, raw, 0, &list); err != nil {
		return nil, err
	}
	l := &Laws{All: list, byName: map[string][]*Law{}}
	var errs []error
	lineNo := listLines(raw)
	for i, law := range list {
		law.line = lineNo(i)
		if law.Title == "" || law.Articles < 0 || !law.From.Valid() || law.To != "" && (!law.To.Valid() || law.To <= law.From) {
			errs = append(errs, fmt.Errorf("%s:%d: %s needs title, articles, from, and to after from", file, law.line, law.Title))
		}
		for _, n := range append([]string{law.Title, law.Full}, law.Also...) {
			if n = lawName(n); n != "" && !slices.Contains(l.byName[n], law) {
				l.byName[n] = append(l.byName[n], law)
			}
		}
	}
	for _, law := range list {
		if err := l.followUp(law); err != nil {
			errs = append(errs, fmt.Errorf("%s:%d: %s: %w", file, law.line, law.Title, err))
		}
	}
	l.listen()
	return l, errors.Join(errs...)
}

// lawName strips what people and papers write around a title.
func lawName(s string) string {
	s = strings.NewReplacer("《", "", "》", "", "〈", "", "〉", "", " ", "", "(", "（", ")", "）").Replace(s)
	// The republic's name stands inside the titles of interpretations too.
	return strings.ReplaceAll(s, "中华人民共和国", "")
}

// Named returns every version of the law with this name, or nil.
func (l *Laws) Named(name string) []*Law { return l.byName[lawName(name)] }

// On returns the version of the named law in force on d, or nil.
func (l *Laws) On(name string, d Day) *Law {
	for _, v := range l.Named(name) {
		if v.InForce(d) {
			return v
		}
	}
	return nil
}

// Exists checks that some version of the law has the article.
func (l *Laws) Exists(c Cite) error {
	versions := l.Named(c.Law)
	if versions == nil {
		return fmt.Errorf("《%s》: %w", c.Law, ErrUnknownLaw)
	}
	n, err := ParseArticle(c.Article)
	if err != nil {
		return fmt.Errorf("《%s》%q: %w", c.Law, c.Article, err)
	}
	for _, v := range versions {
		if v.has(n) {
			return nil
		}
	}
	return fmt.Errorf("%s: %w", c, ErrNoArticle)
}

// Check is promise 2 in code: the law was in force on d and has the article.
// It returns the version checked against.
func (l *Laws) Check(c Cite, d Day) (*Law, error) {
	if err := l.Exists(c); err != nil {
		return nil, err
	}
	v := l.On(c.Law, d)
	if v == nil {
		return nil, fmt.Errorf("《%s》 on %s: %w", c.Law, d, ErrNotInForce)
	}
	n, _ := ParseArticle(c.Article)
	if !v.has(n) {
		return nil, fmt.Errorf("%s on %s: %w", c, d, ErrNoArticle)
	}
	return v, nil
}

func (l *Law) has(n ArticleNumber) bool {
	if n.Sub > 0 {
		return slices.Contains(l.Inserted, n.String())
	}
	return n.N >= 1 && n.N <= l.Articles
}

// An ArticleNumber is 第N条, or 第N条之Sub when Sub is above zero.
type ArticleNumber struct{ N, Sub int }

var articleForm = regexp.MustCompile(`^第?([零〇一二两三四五六七八九十百千0-9]+)条?(?:之([一二三四五六七八九十]+))?$`)

// ParseArticle reads 第二百三十六条, 第236条, 236 or 第一百三十三条之一.
func ParseArticle(s string) (ArticleNumber, error) {
	m := articleForm.FindStringSubmatch(strings.TrimSpace(s))
	if m == nil {
		return ArticleNumber{}, ErrUnreadableCite
	}
	n, ok := chineseNumber(m[1])
	if !ok || n < 1 {
		return ArticleNumber{}, ErrUnreadableCite
	}
	sub := 0
	if m[2] != "" {
		if sub, ok = chineseNumber(m[2]); !ok {
			return ArticleNumber{}, ErrUnreadableCite
		}
	}
	return ArticleNumber{n, sub}, nil
}

// String writes the number as statutes do.
func (a ArticleNumber) String() string {
	s := "第" + toChinese(a.N) + "条"
	if a.Sub > 0 {
		s += "之" + toChinese(a.Sub)
	}
	return s
}

// chineseNumber reads Arabic digits or a Chinese numeral below 10,000.
func chineseNumber(s string) (int, bool) {
	if n, err := strconv.Atoi(s); err == nil {
		return n, n < 10000
	}
	total, cur := 0, 0
	for _, r := range s {
		switch {
		case r == '零' || r == '〇':
		case r == '十' || r == '百' || r == '千':
			unit := map[rune]int{'十': 10, '百': 100, '千': 1000}[r]
			if cur == 0 {
				cur = 1
			}
			total += cur * unit
			cur = 0
		default:
			i := strings.IndexRune("一二三四五六七八九", r)
			switch {
			case r == '两':
				cur = 2
			case i >= 0:
				cur = i/3 + 1
			default:
				return 0, false
			}
		}
	}
	return total + cur, true
}

// toChinese writes a number from 1 to 9,999 as statutes number articles.
func toChinese(n int) string {
	digits := []string{"零", "一", "二", "三", "四", "五", "六", "七", "八", "九"}
	var b strings.Builder
	zero := false
	for _, u := range []struct {
		size int
		name string
	}{{1000, "千"}, {100, "百"}, {10, "十"}, {1, ""}} {
		d := n / u.size % 10
		if d == 0 {
			zero = b.Len() > 0
			continue
		}
		if zero {
			b.WriteString("零")
			zero = false
		}
		if !(u.size == 10 && d == 1 && b.Len() == 0) {
			b.WriteString(digits[d])
		}
		b.WriteString(u.name)
	}
	return b.String()
}
