package search

import (
	"cmp"
	_ "embed"
	"math"
	"slices"
	"strings"
)

// pinyin.txt holds a line per syllable: the syllable, the characters whose
// main reading it is, and those that are also read so. Tones are left out.
//
//go:embed pinyin.txt
var pinyinText string

// syllables maps a character to its main reading and each syllable to every
// character it may stand for.
var soundOf, charsOf = func() (map[rune]string, map[string][]rune) {
	main, chars := map[rune]string{}, map[string][]rune{}
	for _, line := range strings.Split(pinyinText, "\n") {
		f := strings.Fields(line)
		if len(f) == 0 {
			continue
		}
		for i, group := range f[1:] {
			for _, r := range group {
				if i == 0 {
					main[r] = f[0]
				}
				chars[f[0]] = append(chars[f[0]], r)
			}
		}
	}
	return main, chars
}()

// blur merges what speakers of the south-west do not tell apart: zh and z, n
// and l, eng and en. Typing by sound slips along these lines.
func blur(s string) string {
	switch {
	case strings.HasPrefix(s, "zh"), strings.HasPrefix(s, "ch"), strings.HasPrefix(s, "sh"):
		s = s[:1] + s[2:]
	case strings.HasPrefix(s, "n"):
		s = "l" + s[1:]
	}
	if strings.HasSuffix(s, "ng") && !strings.HasSuffix(s, "ong") && !strings.HasSuffix(s, "ang") {
		s = s[:len(s)-1]
	}
	return s
}

// blurred holds the hash of every character's blurred sound.
var blurred = func() map[rune]term {
	m := make(map[rune]term, len(soundOf))
	for r, s := range soundOf {
		m[r] = hashStart.and("~").and(blur(s))
	}
	return m
}()

// eachSound calls f with a term for every pair of neighbouring characters, by
// sound.
func eachSound(text string, f func(term)) {
	prev := term(0)
	for _, r := range text {
		s := blurred[r]
		if s != 0 && prev != 0 {
			f((prev*hashPrime ^ s) | soundBit)
		}
		prev = s
	}
}

// A decoder turns pinyin typed without tones into the most likely characters,
// judged by which pairs occur in what residents ask and cry for.
type decoder struct {
	single map[rune]float64
	pair   map[[2]rune]float64
	likely map[string][]rune // per syllable, the likeliest characters first
}

// decoderWidth bounds the characters tried for a syllable, and with it the
// time a long message takes.
const decoderWidth = 14

func newDecoder(texts []string) *decoder {
	d := &decoder{single: map[rune]float64{}, pair: map[[2]rune]float64{}, likely: map[string][]rune{}}
	for _, t := range texts {
		prev := '^'
		d.single[prev]++
		for _, r := range t {
			d.single[r]++
			d.pair[[2]rune{prev, r}]++
			prev = r
		}
	}
	for s, chars := range charsOf {
		var have []rune
		for _, r := range chars {
			if d.single[r] > 0 {
				have = append(have, r)
			}
		}
		slices.SortStableFunc(have, func(a, b rune) int { return cmp.Compare(d.single[b], d.single[a]) })
		if len(have) == 0 {
			have = chars
		}
		d.likely[s] = have[:min(len(have), decoderWidth)]
	}
	return d
}

// decode replaces runs of pinyin in normalised text by characters. Text with
// Latin words that are not pinyin comes back as it was.
func (d *decoder) decode(text string) string {
	var out []string
	var run []string
	changed := false
	flush := func(words []string) {
		if len(run) >= 2 {
			out = append(out, d.best(run))
			changed = true
		} else {
			out = append(out, words...)
		}
		run = nil
	}
	var held []string
	for _, w := range strings.Fields(text) {
		if s, ok := cutSyllables(w); ok {
			run = append(run, s...)
			held = append(held, w)
			continue
		}
		flush(held)
		held = nil
		out = append(out, w)
	}
	flush(held)
	if !changed {
		return text
	}
	return normalise(strings.Join(out, " "))
}

// cutSyllables splits a Latin word into as few syllables as it has.
func cutSyllables(w string) ([]string, bool) {
	const longest = 6 // zhuang
	n := len(w)
	if n == 0 || n > 60 {
		return nil, false
	}
	from := make([]int, n+1)
	count := make([]int, n+1)
	for i := 1; i <= n; i++ {
		if c := w[i-1]; c < 'a' || c > 'z' {
			return nil, false
		}
		count[i] = math.MaxInt32
		for j := max(0, i-longest); j < i; j++ {
			if count[j] < math.MaxInt32 && charsOf[w[j:i]] != nil && count[j]+1 < count[i] {
				count[i], from[i] = count[j]+1, j
			}
		}
	}
	if count[n] == math.MaxInt32 {
		return nil, false
	}
	var out []string
	for i := n; i > 0; i = from[i] {
		out = append(out, w[from[i]:i])
	}
	slices.Reverse(out)
	return out, true
}

// best is the likeliest run of characters for the syllables.
func (d *decoder) best(run []string) string {
	type state struct {
		r    rune
		cost float64
		back int
	}
	total := 0.0
	for _, n := range d.single {
		total += n
	}
	layers := [][]state{{{r: '^'}}}
	for _, s := range run {
		prev := layers[len(layers)-1]
		var next []state
		for _, r := range d.likely[s] {
			st := state{r: r, cost: math.Inf(1)}
			alone := (d.single[r] + 0.1) / total
			for i, p := range prev {
				// Two imagined sightings of the character by itself keep a pair
				// never seen from being impossible.
				prob := (d.pair[[2]rune{p.r, r}] + 2*alone) / (d.single[p.r] + 2)
				if c := p.cost - math.Log(prob); c < st.cost {
					st.cost, st.back = c, i
				}
			}
			next = append(next, st)
		}
		layers = append(layers, next)
	}
	last := layers[len(layers)-1]
	at := 0
	for i := range last {
		if last[i].cost < last[at].cost {
			at = i
		}
	}
	out := make([]rune, len(run))
	for i := len(layers) - 1; i > 0; i-- {
		out[i-1] = layers[i][at].r
		at = layers[i][at].back
	}
	return string(out)
}
