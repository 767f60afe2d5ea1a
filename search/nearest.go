package search

import "math"

// commonShare leaves terms that stand in more than one of so many examples out
// of the comparison: they decide nothing and their lists are the longest.
const commonShare = 6

// A nearest compares a message with single examples: the linear model weighs
// words, this finds the one example that says nearly the same.
type nearest struct {
	idf   []float32 // by term number; terms met in no example are beyond its end
	post  []posting
	from  []int32 // of each term in post
	class []int32
}

func newNearest(ex *lessons, terms int) *nearest {
	n := &nearest{class: ex.class, idf: make([]float32, terms), from: make([]int32, terms+1)}
	count := make([]int32, terms)
	for _, id := range ex.ids {
		count[id]++
	}
	common := int32(len(ex.class) / commonShare)
	at := int32(0)
	for id, c := range count {
		n.from[id] = at
		if c > 0 {
			n.idf[id] = float32(math.Log(float64(len(ex.class)+1) / float64(c)))
		}
		if c <= common {
			at += c
		}
	}
	n.from[terms] = at
	n.post = make([]posting, at)
	next := append([]int32(nil), n.from...)
	for i := range ex.class {
		ids, weight := ex.of(i)
		sum := 0.0
		for j, id := range ids {
			w := float64(weight[j] * n.idf[id])
			sum += w * w
		}
		norm := float32(math.Sqrt(sum))
		for j, id := range ids {
			if count[id] <= common {
				n.post[next[id]] = posting{int32(i), weight[j] * n.idf[id] / norm}
				next[id]++
			}
		}
	}
	return n
}

// lean returns by how much the nearest dangerous example is nearer than the
// nearest harmless one.
func (n *nearest) lean(v vocab, list []feature) float64 {
	acc := borrow(len(n.class))
	defer giveBack(acc)
	size := n.compare(*acc, v, list)
	var best [2]float32
	for i, s := range *acc {
		best[n.class[i]] = max(best[n.class[i]], s)
	}
	return float64(best[1]-best[0]) / size
}

// nearestShare is how much the nearest three examples of a class count.
var nearestShare = [...]float64{0.5, 0.3, 0.2}

// byClass returns how near the nearest three examples of each class are.
func (n *nearest) byClass(v vocab, list []feature, classes int) []float64 {
	acc := borrow(len(n.class))
	defer giveBack(acc)
	size := n.compare(*acc, v, list)
	best := make([][len(nearestShare)]float32, classes)
	for i, s := range *acc {
		own := &best[n.class[i]]
		for j := range own {
			if s > own[j] {
				s, own[j] = own[j], s
			}
		}
	}
	out := make([]float64, classes)
	for k := range best {
		for j, s := range best[k] {
			out[k] += nearestShare[j] * float64(s) / size
		}
	}
	return out
}

// compare adds to acc, by example, what a text has in common with it, and
// returns the length of the text by which that is to be divided.
func (n *nearest) compare(acc []float32, v vocab, list []feature) float64 {
	sum := 0.0
	unknown := float32(math.Log(float64(len(n.class) + 1)))
	for _, f := range list {
		id, ok := v[f.term]
		if !ok || int(id) >= len(n.idf) || n.idf[id] == 0 {
			sum += float64(f.weight*unknown) * float64(f.weight*unknown)
			continue
		}
		w := f.weight * n.idf[id]
		sum += float64(w) * float64(w)
		for _, e := range n.post[n.from[id]:n.from[id+1]] {
			acc[e.of] += w * e.weight
		}
	}
	return math.Sqrt(math.Max(sum, 1e-9))
}
