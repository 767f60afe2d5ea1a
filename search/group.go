package search

import (
	"cmp"
	"index/suffixarray"
	"math"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"
)

// How texts are compared: the words count wordsShare, the cards that come
// nearest the rest, each worth less by groupFade of what its score is behind. A
// text belongs to a group from alikeAt on. Of phrasings of 250 cards, four of
// each, put to an index without these cards, topic by topic, one pair of a group
// in three is of the same card, and the others mostly of one beside it: 21 in
// 100 such pairs are found. With the words alone it is 5.
const (
	wordsShare = 0.5
	groupFade  = 0.5
	alikeAt    = 0.3
)

// A Group is texts that ask about the same thing.
type Group struct {
	Members []int    // positions in the list given, in its order
	Words   []string // what most of them say and cards say too; never more than five
}

// Groups puts texts of one topic that ask about the same thing together, the
// largest group first.
func (x *Index) Groups(list []string) []Group {
	type cluster struct {
		sum     map[term]float32
		size    float64 // square of the length of sum
		members []int
	}
	texts := make([]string, len(list))
	var all []*cluster
	for i, t := range list {
		texts[i] = x.decoder.decode(normalise(first(t, maxRunes)))
		v := x.profile(texts[i])
		var best *cluster
		at, with := alikeAt, 0.0
		for _, c := range all {
			dot := 0.0
			for _, f := range v {
				dot += float64(f.weight) * float64(c.sum[f.term])
			}
			if s := dot / math.Sqrt(c.size); s > at {
				best, at, with = c, s, dot
			}
		}
		if best == nil {
			best = &cluster{sum: map[term]float32{}}
			all = append(all, best)
		}
		for _, f := range v {
			best.sum[f.term] += f.weight
		}
		best.size += 2*with + 1
		best.members = append(best.members, i)
	}
	slices.SortStableFunc(all, func(a, b *cluster) int { return len(b.members) - len(a.members) })
	out := make([]Group, len(all))
	for i, c := range all {
		out[i] = Group{Members: c.members, Words: x.shared(texts, c.members)}
	}
	return out
}

// profile is what a text is compared by with others: its words, and the cards
// that come nearest to it. Two people say the same thing in other words, but
// the cards about it are the same. Its length is one.
func (x *Index) profile(text string) []feature {
	b := newBag()
	defer b.free()
	x.vector(b, text)
	norm := 0.0
	for i := range b.list {
		f := &b.list[i]
		if id, ok := x.phrases.vocab[f.term]; ok {
			f.weight *= x.phrases.idf[id]
		} else {
			f.weight *= float32(math.Log(1 + float64(len(x.cards))))
		}
		norm += float64(f.weight) * float64(f.weight)
	}
	out := append([]feature(nil), b.list...)
	scale(out, math.Sqrt(wordsShare/math.Max(norm, 1e-9)))
	j := x.judge(text)
	order := topOf(j.score, maxHits)
	norm = 0
	for _, c := range order {
		w := math.Exp(groupFade * (j.score[c] - j.score[order[0]]))
		norm += w * w
		out = append(out, feature{termOf("#" + x.cards[c].ID), float32(w)})
	}
	scale(out[len(out)-len(order):], math.Sqrt((1-wordsShare)/math.Max(norm, 1e-9)))
	return out
}

func scale(list []feature, by float64) {
	for i := range list {
		list[i].weight *= float32(by)
	}
}

// shared lists the words that most texts of a group have in common. A name or
// a place of somebody's own is no word that cards say, so none is shown.
func (x *Index) shared(texts []string, members []int) []string {
	if len(members) < 2 {
		return nil
	}
	count := map[string]int{}
	for _, m := range members {
		seen := map[string]bool{}
		r := []rune(texts[m])
		for i := range r {
			for n := 2; n <= longestWord && i+n <= len(r); n++ {
				if w := string(r[i : i+n]); !seen[w] && !slices.ContainsFunc(r[i:i+n], func(c rune) bool { return !isHan(c) }) {
					seen[w] = true
					count[w]++
				}
			}
		}
	}
	type word struct {
		text  string
		worth float64
	}
	said := map[string]float64{}
	for w, n := range count {
		if 3*n < 2*len(members) || n < 2 {
			continue
		}
		if times := x.says(w); times > 0 {
			said[w] = float64(utf8.RuneCountInString(w)-1) * math.Log(1+float64(len(x.cards))/float64(times))
		}
	}
	var words []word
	for w, worth := range said {
		if !longer(w, said, count) {
			words = append(words, word{w, worth})
		}
	}
	slices.SortFunc(words, func(a, b word) int { return cmp.Or(cmp.Compare(b.worth, a.worth), strings.Compare(a.text, b.text)) })
	// The better word keeps its characters: in 无人机打药 no 机打 is left.
	used := make([]map[int]bool, len(members))
	for i := range used {
		used[i] = map[int]bool{}
	}
	var out []string
	for _, w := range words {
		if len(out) == mostWords {
			break
		}
		at := make([]int, len(members))
		free := true
		for i, m := range members {
			if at[i] = strings.Index(texts[m], w.text); at[i] >= 0 {
				for b := at[i]; b < at[i]+len(w.text); b++ {
					free = free && !used[i][b]
				}
			}
		}
		if !free {
			continue
		}
		for i := range members {
			for b := at[i]; at[i] >= 0 && b < at[i]+len(w.text); b++ {
				used[i][b] = true
			}
		}
		out = append(out, w.text)
	}
	return out
}

// mostWords is how many words a group is told by.
const mostWords = 5

// longestWord is how many characters of what texts have in common are taken for
// one word.
const longestWord = 5

// longer reports whether a word is only a piece of a longer one that as many
// texts have.
func longer(w string, said map[string]float64, count map[string]int) bool {
	for o := range said {
		if len(o) > len(w) && count[o] >= count[w] && strings.Contains(o, w) {
			return true
		}
	}
	return false
}

// sayings are all titles and phrasings as one text to look words up in.
type sayings struct {
	once sync.Once
	all  *suffixarray.Index
}

// says counts how often a word stands in the cards' titles and phrasings.
func (x *Index) says(word string) int {
	x.saying.once.Do(func() { x.saying.all = suffixarray.New([]byte(strings.Join(x.said, "\n"))) })
	return len(x.saying.all.Lookup([]byte(word), -1))
}

// overlap reports whether two words have two neighbouring characters in common.
func overlap(a, b string) bool {
	r := []rune(b)
	for i := 0; i+1 < len(r); i++ {
		if strings.Contains(a, string(r[i:i+2])) {
			return true
		}
	}
	return false
}
