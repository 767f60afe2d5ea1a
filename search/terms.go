package search

import (
	"math"
	"strings"
	"sync"
	"unicode/utf8"
)

// A term is what texts are compared by, as a hash: a run of characters, a pair
// of sounds, a mark. Among the few hundred thousand terms of all cards two
// with the same hash are as good as impossible, and a number is compared,
// stored and counted without touching any string.
type term uint64

// soundBit tells terms by sound from written ones.
const soundBit = 1

const (
	hashStart = term(14695981039346656037)
	hashPrime = 1099511628211
)

// and continues a hash with s.
func (t term) and(s string) term {
	for i := range len(s) {
		t = (t ^ term(s[i])) * hashPrime
	}
	return t
}

func termOf(s string) term { return hashStart.and(s).written() }

// written gives the hash of something written its final form.
func (t term) written() term { return (t ^ t>>29) &^ soundBit }

func (t term) isSound() bool { return t&soundBit != 0 }

// A feature is a term of one text and how much it weighs there.
type feature struct {
	term   term
	weight float32
}

// A bag collects the features of one text, in order of appearance. It is kept
// for the next text, so that reading one costs no memory.
type bag struct {
	list []feature
	slot []int32 // open addressing: position in list plus one
}

var bags = sync.Pool{New: func() any { return &bag{slot: make([]int32, 1024)} }}

func newBag() *bag {
	b := bags.Get().(*bag)
	b.reset()
	return b
}

func (b *bag) free() { bags.Put(b) }

func (b *bag) reset() {
	b.list = b.list[:0]
	clear(b.slot)
}

// at returns the position of a term, making one if it is new.
func (b *bag) at(t term) int {
	if 2*len(b.list) >= len(b.slot) {
		b.slot = make([]int32, 2*len(b.slot))
		for i := range b.list {
			b.slot[b.find(b.list[i].term)] = int32(i + 1)
		}
	}
	s := b.find(t)
	if n := b.slot[s]; n > 0 {
		return int(n) - 1
	}
	b.list = append(b.list, feature{term: t})
	b.slot[s] = int32(len(b.list))
	return len(b.list) - 1
}

// find returns the slot of a term, or the free one where it belongs.
func (b *bag) find(t term) int {
	mask := len(b.slot) - 1
	for s := int(t>>20) & mask; ; s = (s + 1) & mask {
		if n := b.slot[s]; n == 0 || b.list[n-1].term == t {
			return s
		}
	}
}

// add counts a term once more.
func (b *bag) add(t term, w float32) { b.list[b.at(t)].weight += w }

// once counts a term however often it occurs.
func (b *bag) once(t term, w float32) { b.list[b.at(t)].weight = w }

// grams counts every run of one to four characters once. With words set, no
// run begins or ends at a space, nor does a run of four hold one.
func (b *bag) grams(text string, words bool) {
	for i := 0; i < len(text); {
		_, size := utf8.DecodeRuneInString(text[i:])
		h, spaced := hashStart, false
		for n, j := 1, i; n <= 4 && j < len(text); n++ {
			_, w := utf8.DecodeRuneInString(text[j:])
			space := text[j] == ' '
			if space && words && n == 1 {
				break
			}
			h = h.and(text[j : j+w])
			spaced = spaced || space
			if !words || !space && !(n == 4 && spaced) {
				b.once(h.written(), gramWeight[n])
			}
			j += w
		}
		i += size
	}
}

// gramWeight is the weight of runs of one to four characters.
var gramWeight = [...]float32{0, 0.5, 1, 0.9, 0.6}

// A vocab numbers the terms of many texts.
type vocab map[term]int32

func (v vocab) number(t term) int32 {
	id, ok := v[t]
	if !ok {
		id = int32(len(v))
		v[t] = id
	}
	return id
}

// texts are the features of many texts by number, one after the other.
type texts struct {
	ids    []int32
	weight []float32
	end    []int32 // of each text in ids and weight
}

func (x *texts) add(v vocab, list []feature) {
	for _, f := range list {
		x.ids = append(x.ids, v.number(f.term))
		x.weight = append(x.weight, f.weight)
	}
	x.end = append(x.end, int32(len(x.ids)))
}

// of returns the features of text n.
func (x *texts) of(n int) ([]int32, []float32) {
	from := int32(0)
	if n > 0 {
		from = x.end[n-1]
	}
	return x.ids[from:x.end[n]], x.weight[from:x.end[n]]
}

// vector collects the terms of a normalised text with their weights, before
// idf: its own characters and pairs, what the lexicon adds, and how it sounds.
func (x *Index) vector(b *bag, text string) {
	eachTerm(text, func(t string) { b.add(termOf(t), 1) })
	for _, w := range x.words.find(text) {
		for _, l := range w.pairs {
			b.add(termOf(l), x.legal)
		}
	}
	eachSound(text, func(t term) { b.add(t, x.sound) })
	for i := range b.list {
		if w := b.list[i].weight; w > 1 {
			b.list[i].weight = 1 + float32(math.Log(float64(w)))
		}
	}
}

// A mark is a class of words that says how something is meant: when, whether,
// by whom it is told. Recognisers see the marks beside the characters, so that
// what they learn of "去年" holds for "前年" too.
type mark struct {
	name  string
	words []string
}

func marks(list ...string) []mark {
	var out []mark
	for i := 0; i+1 < len(list); i += 2 {
		out = append(out, mark{list[i], strings.Fields(list[i+1])})
	}
	return out
}

// A spotter finds the words of many marks in one walk over a text.
type spotter map[rune][]spot

type spot struct {
	word string
	mark int
}

func newSpotter(list []mark) spotter {
	s := spotter{}
	for n, m := range list {
		for _, w := range m.words {
			r, _ := utf8.DecodeRuneInString(w)
			s[r] = append(s[r], spot{w, n})
		}
	}
	return s
}

// each calls f with every word found and the number of its mark, until f
// returns false.
func (s spotter) each(text string, f func(word string, mark int) bool) {
	for i, r := range text {
		for _, c := range s[r] {
			if strings.HasPrefix(text[i:], c.word) && !f(c.word, c.mark) {
				return
			}
		}
	}
}

// has reports which marks a text bears, a bit each.
func (s spotter) has(text string) uint64 {
	var out uint64
	s.each(text, func(_ string, n int) bool { out |= 1 << n; return true })
	return out
}
