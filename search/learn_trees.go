package search

import (
	"math"
	"math/rand/v2"
	"slices"
	"sync"
)

// A forest is boosted trees of one depth. A tree is a heap: node i has the
// children 2i+1 and 2i+2; its leaves follow its inner nodes.
type forest struct {
	Depth   int
	Feature []uint16  // per tree, inner nodes in order
	Bar     []float32 // go right above it
	Leaf    []float32
}

func (f *forest) score(x []float32) float32 {
	inner := 1<<f.Depth - 1
	sum := float32(0)
	for at, leaf := 0, 0; at < len(f.Bar); at, leaf = at+inner, leaf+inner+1 {
		n := 0
		for range f.Depth {
			n = 2*n + 1 + above(x[f.Feature[at+n]], f.Bar[at+n])
		}
		sum += f.Leaf[leaf+n-inner]
	}
	return sum
}

// above is 1 above the bar, else 0. Nobody can guess which, so it must not be
// a branch.
func above(v, bar float32) int {
	up := 0
	if v > bar {
		up = 1
	}
	return up
}

// treeSettings are the choices of boosting.
type treeSettings struct {
	trees, depth int
	rate         float64
	lambda       float64 // shrinks leaves
	least        float64 // least second derivative in a leaf
	features     float64 // share of the features a tree may look at
	groups       float64 // share of the questions a tree sees
	seed         uint64
}

const treeBins = 64

type booster struct {
	set    treeSettings
	bins   [][]uint8   // per feature, per row
	bars   [][]float32 // per feature, upper edge of each bin
	start  []int       // per group, first row
	gold   []bool
	score  []float64
	g, h   []float64
	forest *forest
	node   []int16 // row → node of the tree being grown, -1 when left out
	width  int
}

// trainForest grows a forest on the order of each question's articles
// (LambdaMART). One on the logistic loss beside it added nothing.
func trainForest(groups []rankGroup, set treeSettings) *forest {
	b := &booster{set: set, width: allWidth, forest: &forest{Depth: set.depth}}
	var rows [][]float32
	for _, g := range groups {
		b.start = append(b.start, len(rows))
		rows = append(rows, g.x...)
		b.gold = append(b.gold, g.gold...)
	}
	b.start = append(b.start, len(rows))
	n := len(rows)
	b.score, b.g, b.h, b.node = make([]float64, n), make([]float64, n), make([]float64, n), make([]int16, n)
	b.bin(rows)
	rng := rand.New(rand.NewPCG(set.seed, 11))
	for range set.trees {
		b.derive()
		b.grow(rng)
	}
	return b.forest
}

// bin cuts each feature at its quantiles.
func (b *booster) bin(rows [][]float32) {
	b.bins, b.bars = make([][]uint8, b.width), make([][]float32, b.width)
	eachFold(b.width, func(f int) {
		vals := make([]float32, len(rows))
		for i, x := range rows {
			vals[i] = x[f]
		}
		slices.Sort(vals)
		bars := barsOf(vals)
		col := make([]uint8, len(rows))
		for i, x := range rows {
			n, _ := slices.BinarySearch(bars, x[f])
			col[i] = uint8(n) // the number of bars below it
		}
		b.bars[f], b.bins[f] = bars, col
	})
}

// barsOf cuts sorted values into at most treeBins bins, of one value each where
// there are few, else closer at the top, where the gold is.
func barsOf(vals []float32) []float32 {
	uniq := slices.Compact(slices.Clone(vals))
	var bars []float32
	if len(uniq) <= treeBins {
		for i := 0; i+1 < len(uniq); i++ {
			bars = append(bars, (uniq[i]+uniq[i+1])/2)
		}
		return bars
	}
	for k := 1; k < treeBins; k++ {
		q := 1 - float64(k)/treeBins
		v := vals[int((1-q*q)*float64(len(vals)-1))]
		if (len(bars) == 0 || v > bars[len(bars)-1]) && v < uniq[len(uniq)-1] {
			bars = append(bars, v)
		}
	}
	return bars
}

// derive fills the derivatives of the loss.
func (b *booster) derive() {
	clear(b.g)
	clear(b.h)
	var order []int
	for k := 0; k+1 < len(b.start); k++ {
		lo, hi := b.start[k], b.start[k+1]
		order = order[:0]
		golds := 0
		for i := lo; i < hi; i++ {
			order = append(order, i)
			if b.gold[i] {
				golds++
			}
		}
		if golds == 0 {
			continue
		}
		slices.SortStableFunc(order, func(x, y int) int {
			switch {
			case b.score[x] > b.score[y]:
				return -1
			case b.score[x] < b.score[y]:
				return 1
			}
			return 0
		})
		ideal := 0.0
		for r := range golds {
			ideal += discount(r)
		}
		for ri, i := range order {
			if !b.gold[i] {
				continue
			}
			for rj, j := range order {
				if b.gold[j] {
					continue
				}
				d := math.Abs(discount(ri)-discount(rj)) / ideal
				rho := 1 / (1 + math.Exp(b.score[i]-b.score[j]))
				b.g[i] -= rho * d
				b.g[j] += rho * d
				hess := math.Max(rho*(1-rho), 1e-6) * d
				b.h[i] += hess
				b.h[j] += hess
			}
		}
	}
}

var discounts = func() (t [1024]float64) {
	for i := range t {
		t[i] = 1 / math.Log2(2+float64(i))
	}
	return
}()

func discount(rank int) float64 { return discounts[min(rank, len(discounts)-1)] }

type split struct {
	gain float64
	f    int
	bin  int
}

// grow adds a tree.
func (b *booster) grow(rng *rand.Rand) {
	for k := 0; k+1 < len(b.start); k++ {
		in := int16(0)
		if rng.Float64() >= b.set.groups {
			in = -1
		}
		for i := b.start[k]; i < b.start[k+1]; i++ {
			b.node[i] = in
		}
	}
	var use []int
	for f := range b.width {
		if len(b.bars[f]) > 0 && rng.Float64() < b.set.features {
			use = append(use, f)
		}
	}
	inner := 1<<b.set.depth - 1
	feature, bar := make([]uint16, inner), make([]float32, inner)
	cut := make([]int, inner)
	for i := range bar {
		bar[i] = math.MaxFloat32
		cut[i] = 255
	}
	for d := range b.set.depth {
		first := 1<<d - 1
		count := 1 << d
		best := b.splits(use, first, count)
		for k, s := range best {
			if s.gain > 1e-9 {
				feature[first+k], bar[first+k], cut[first+k] = uint16(s.f), b.bars[s.f][s.bin], s.bin
			}
		}
		for i, n := range b.node {
			if n < 0 {
				continue
			}
			if cut[n] < 255 && int(b.bins[feature[n]][i]) > cut[n] {
				b.node[i] = 2*n + 2
			} else {
				b.node[i] = 2*n + 1
			}
		}
	}
	leaf := make([]float32, inner+1)
	gs, hs := make([]float64, inner+1), make([]float64, inner+1)
	for i, n := range b.node {
		if n >= 0 {
			gs[int(n)-inner] += b.g[i]
			hs[int(n)-inner] += b.h[i]
		}
	}
	for k := range leaf {
		leaf[k] = float32(-b.set.rate * gs[k] / (hs[k] + b.set.lambda))
	}
	for i := range b.score {
		n := 0
		for range b.set.depth {
			if cut[n] < 255 && int(b.bins[feature[n]][i]) > cut[n] {
				n = 2*n + 2
			} else {
				n = 2*n + 1
			}
		}
		b.score[i] += float64(leaf[n-inner])
	}
	b.forest.Feature = append(b.forest.Feature, feature...)
	b.forest.Bar = append(b.forest.Bar, bar...)
	b.forest.Leaf = append(b.forest.Leaf, leaf...)
}

// splits finds the best split of each node of a level.
func (b *booster) splits(use []int, first, count int) []split {
	results := make([][]split, len(use))
	var wg sync.WaitGroup
	const workers = 2
	for w := range workers {
		wg.Go(func() {
			hist := make([][2]float64, count*treeBins)
			for u := w; u < len(use); u += workers {
				clear(hist)
				col := b.bins[use[u]]
				for i, n := range b.node {
					if n >= 0 {
						c := &hist[(int(n)-first)*treeBins+int(col[i])]
						c[0] += b.g[i]
						c[1] += b.h[i]
					}
				}
				results[u] = b.scan(hist, use[u], count)
			}
		})
	}
	wg.Wait()
	best := make([]split, count)
	for _, r := range results {
		for k, s := range r {
			if s.gain > best[k].gain {
				best[k] = s
			}
		}
	}
	return best
}

func (b *booster) scan(hist [][2]float64, f, count int) []split {
	out := make([]split, count)
	l := b.set.lambda
	for k := range count {
		row := hist[k*treeBins : (k+1)*treeBins]
		var g, h float64
		for _, c := range row {
			g += c[0]
			h += c[1]
		}
		var gl, hl float64
		whole := g * g / (h + l)
		for bin := range b.bars[f] {
			gl += row[bin][0]
			hl += row[bin][1]
			if hl < b.set.least || h-hl < b.set.least {
				continue
			}
			gain := gl*gl/(hl+l) + (g-gl)*(g-gl)/(h-hl+l) - whole
			if gain > out[k].gain {
				out[k] = split{gain, f, bin}
			}
		}
	}
	return out
}
