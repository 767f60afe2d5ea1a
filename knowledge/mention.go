package knowledge

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// A Move tells where an article of a superseded law stands today.
type Move struct {
	Old  *Law          // the version that had the article
	Was  ArticleNumber // its number there
	New  *Law          // the law in force instead; nil where its text is not known
	Now  ArticleNumber // its number in New; zero where that is not established
	Same bool          // New is a later version of the same law, not another one
}

// String says it as one would tell a neighbour; it is empty while there is
// nothing to tell.
func (m Move) String() string {
	if m.Old == nil {
		return ""
	}
	old := "《" + m.Old.Title + "》"
	if m.Same {
		old = "旧的" + old
	}
	if m.Was.N > 0 {
		old += m.Was.String()
	}
	switch {
	case m.New == nil:
		return old + "已经不用了。"
	case m.Now.N > 0 && m.Same:
		return old + "现在是" + m.Now.String() + "。"
	case m.Now.N > 0:
		return old + "现在是《" + m.New.Title + "》" + m.Now.String() + "。"
	case m.Same:
		return old + "在新法里没有一条正好对应。"
	}
	return old + "已经不用了，现在看《" + m.New.Title + "》。"
}

// followUp spreads the rows of Moved out, and checks what a superseded law
// says of the law after it.
func (l *Laws) followUp(law *Law) error {
	if law.To == "" {
		if law.Successor != "" || law.Moved != nil {
			return fmt.Errorf("a law in force has no successor")
		}
		return nil
	}
	next := l.after(law)
	if next == nil && !strings.HasPrefix(law.Successor, "20") && law.Successor != "" {
		return fmt.Errorf("successor %q is not in the list", law.Successor)
	}
	if law.Moved == nil {
		return nil
	}
	if next == nil {
		return fmt.Errorf("moved needs a successor in the list")
	}
	spread := map[string]int{}
	for key, to := range law.Moved {
		first, last, row := strings.Cut(key, "-")
		if !row {
			last = first
		}
		a, err1 := strconv.Atoi(first)
		b, err2 := strconv.Atoi(last)
		if err1 != nil || err2 != nil || a < 1 || b < a || b > law.Articles {
			return fmt.Errorf("moved: %q is not an article, or a row of articles, up to %d", key, law.Articles)
		}
		if to < 1 || to+b-a > next.Articles {
			return fmt.Errorf("moved: %q: %s has no article %d", key, next.Title, to+b-a)
		}
		for n := a; n <= b; n++ {
			k := strconv.Itoa(n)
			if _, twice := spread[k]; twice {
				return fmt.Errorf("moved: article %d stands twice", n)
			}
			spread[k] = to + n - a
		}
	}
	law.Moved = spread
	return nil
}

// after returns the version or law that follows a superseded one, or nil.
func (l *Laws) after(law *Law) *Law {
	var next *Law
	for _, v := range l.Named(law.Successor) {
		// A successor may come into force before the old law ends.
		if v != law && (v.To == "" || v.To > law.To) && (next == nil || v.From < next.From) {
			next = v
		}
	}
	return next
}

// Moved tells where an article of a law's superseded version stands on a day:
// Article 43 of the former 治安管理处罚法 is 51 in the one of 2026. Of several
// former versions the newest that had the article counts. The article "" asks
// for the law alone. The second value is false when no version of that name was
// superseded by then, or none had the article.
func (l *Laws) Moved(name, article string, day Day) (Move, bool) {
	var n ArticleNumber
	if article != "" {
		var err error
		if n, err = ParseArticle(article); err != nil {
			return Move{}, false
		}
	}
	var old *Law
	for _, v := range l.Named(name) {
		if v.To != "" && v.To <= day && (n.N == 0 || v.has(n)) && (old == nil || v.To > old.To) {
			old = v
		}
	}
	if old == nil {
		return Move{}, false
	}
	m := Move{Old: old, Was: n}
	at, known := n, n.N > 0
	// A law may have been revised again, or its successor superseded.
	for law := old; law != nil && len(l.All) > 0; {
		to, ok := law.Moved[strconv.Itoa(at.N)]
		known = known && ok && at.Sub == 0
		at = ArticleNumber{N: to}
		next := l.after(law)
		if next != nil && next.InForce(day) {
			m.New, m.Same = next, lawName(next.Title) == lawName(old.Title)
			break
		}
		law = next
	}
	if m.New != nil && known {
		m.Now = at
	}
	return m, true
}

// A Mention is a law that somebody named in a text.
type Mention struct {
	Text    string        // as it stands there, the article included
	Name    string        // the name used
	Law     *Law          // the version meant: the one in force, else the newest superseded one
	Article ArticleNumber // zero when only the law was named
	InForce bool          // Law is in force on the day
	Exists  bool          // Law has the article, or no article was named
	Old     bool          // the speaker said 旧法, 原来的, 以前的
	Move    Move          // where the article of the former version stands now; zero Old when there is none
}

// Renumbered reports that the speaker may mean another article than the law in
// force has under this number: it stood elsewhere in the version before, or
// the law itself is no longer in force.
func (m Mention) Renumbered() bool {
	if m.Move.Old == nil || m.Article.N == 0 {
		return !m.InForce
	}
	return !m.InForce || m.Old || !m.Exists || m.Move.Now != m.Article
}

// listen gathers the names that Mentioned looks for.
func (l *Laws) listen() {
	l.spoken = map[rune][]string{}
	for n := range l.byName {
		r, _ := utf8.DecodeRuneInString(n)
		l.spoken[r] = append(l.spoken[r], n)
	}
	for _, names := range l.spoken {
		slices.SortFunc(names, func(a, b string) int { return cmp.Or(len(b)-len(a), strings.Compare(a, b)) })
	}
}

var (
	// afterName is what may stand between a law's name and its article.
	afterName = regexp.MustCompile(`^[》〉]?\s*(?:（[^）]{1,16}）|\([^)]{1,16}\))?\s*(?:里面|里头|里边|规定的|上面|上说的|里说的|说的|中的|里的|的|里|中|上)?\s*`)
	// anArticle is 第43条, 43条, 第四十三条之一.
	anArticle = regexp.MustCompile(`^第?\s*([零〇一二两三四五六七八九十百千0-9]+)\s*条(?:之([一二三四五六七八九十]+))?`)
	another   = regexp.MustCompile(`^\s*(?:和|、|，|,|及|与|跟|还有)\s*`)
	// openList is 第43、51条: only the last number has its 条.
	openList = regexp.MustCompile(`^第?\s*([零〇一二两三四五六七八九十百千0-9]+)\s*([、和,，及与]\s*第?\s*[零〇一二两三四五六七八九十百千0-9]+\s*)+条`)
	aNumber  = regexp.MustCompile(`[零〇一二两三四五六七八九十百千0-9]+`)
	former   = regexp.MustCompile(`(旧|老|原|从前|以前|过去|原来|老早|原先)(的|那个|版)*[《〈]?$`)
	other    = regexp.MustCompile(`^(?:[》〉]?(?:实施|司法解释|的?解释)|典|律|院|庭|官|学|制)`)
)

// Mentioned finds the laws that a text names, with or without 《》, by title,
// full title or the other names people use, each with its article where one
// follows. It takes the longest name that fits; short names such as 刑法 count
// only where they stand alone. Mentions come in the order of the text.
func (l *Laws) Mentioned(text string, day Day) []Mention {
	text = halfWidth.Replace(text)
	var out []Mention
	for i := 0; i < len(text); {
		r, size := utf8.DecodeRuneInString(text[i:])
		if r == '《' {
			inner, after, ok := strings.Cut(text[i+size:], "》")
			if ok && l.Named(inner) == nil {
				// The title of something that is not in the list, whatever
				// known name it contains.
				i = len(text) - len(after)
				continue
			}
			if ok {
				end := i + size + len(inner) + len("》")
				var found []Mention
				found, i = l.mention(text, i, end, inner, day)
				out = append(out, found...)
				continue
			}
		}
		name := l.nameAt(text, i)
		if name == "" {
			i += size
			continue
		}
		var found []Mention
		found, i = l.mention(text, i, i+len(name), name, day)
		out = append(out, found...)
	}
	return out
}

var halfWidth = strings.NewReplacer("０", "0", "１", "1", "２", "2", "３", "3", "４", "4", "５", "5", "６", "6", "７", "7", "８", "8", "９", "9")

// nameAt returns the longest name of a law that stands at i.
func (l *Laws) nameAt(text string, i int) string {
	const republic = "中华人民共和国"
	at := i
	if strings.HasPrefix(text[i:], republic) {
		at += len(republic)
	}
	r, _ := utf8.DecodeRuneInString(text[at:])
	for _, n := range l.spoken[r] {
		if strings.HasPrefix(text[at:], n) && l.standsAlone(text, at, at+len(n)) {
			return text[i : at+len(n)]
		}
	}
	return ""
}

// standsAlone reports whether a name is a name there and no part of another
// word: 人民法院 names no law, nor does 农民法律意识.
func (l *Laws) standsAlone(text string, from, to int) bool {
	if other.MatchString(text[to:]) {
		return false
	}
	if utf8.RuneCountInString(text[from:to]) > 2 {
		return true
	}
	rest := afterName.ReplaceAllString(text[to:], "")
	if anArticle.MatchString(rest) {
		return true
	}
	before, _ := utf8.DecodeLastRuneInString(text[:from])
	after, _ := utf8.DecodeRuneInString(text[to:])
	return (from == 0 || !unicode.Is(unicode.Han, before) || strings.ContainsRune("的据按照依用和与查看是在新旧老", before)) &&
		(to == len(text) || !unicode.Is(unicode.Han, after) || strings.ContainsRune("规里上中第的怎有是说对和与吗哪几", after))
}

// mention makes the mentions of one name, one for each article after it, and
// returns where to read on.
func (l *Laws) mention(text string, from, to int, name string, day Day) ([]Mention, int) {
	base := Mention{Name: name, Old: former.MatchString(text[:from])}
	for _, v := range l.Named(name) {
		if v.InForce(day) {
			base.Law, base.InForce = v, true
			break
		}
		if base.Law == nil || v.From > base.Law.From {
			base.Law = v
		}
	}
	numbers, end := articlesAfter(text, to)
	if len(numbers) == 0 {
		base.Text, base.Exists = text[from:to], true
		base.Move, _ = l.Moved(name, "", day)
		return []Mention{base}, to
	}
	var out []Mention
	for _, n := range numbers {
		m := base
		m.Text, m.Article, m.Exists = text[from:end], n, m.Law.has(n)
		m.Move, _ = l.Moved(name, n.String(), day)
		out = append(out, m)
	}
	return out, end
}

// articlesAfter reads the article numbers that follow a name.
func articlesAfter(text string, to int) ([]ArticleNumber, int) {
	at := to + len(afterName.FindString(text[to:]))
	var out []ArticleNumber
	end := to
	for {
		if m := openList.FindString(text[at:]); m != "" {
			for _, s := range aNumber.FindAllString(m, -1) {
				if n, err := ParseArticle(s); err == nil {
					out = append(out, n)
				}
			}
			at += len(m)
		} else if m := anArticle.FindString(text[at:]); m != "" {
			n, err := ParseArticle(strings.Join(strings.Fields(m), ""))
			if err != nil {
				break
			}
			out = append(out, n)
			at += len(m)
		} else {
			break
		}
		end = at
		at += len(another.FindString(text[at:]))
	}
	return out, end
}
