package search

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"mingbai/knowledge"
)

var ablate = flag.Bool("ablate", false, "leave the parts of understanding out one by one; with -update, write testdata/ablation.txt")

// TestAblation says what each part of understanding adds: it is left out, and
// what remains is asked the phrasings held out of the cards, in TestRanking's
// way, and the examples of danger that a recogniser has not seen. With the
// residents' open questions at hand (MINGBAI_SHARED) these are asked as well.
// It takes a minute, so it runs only when asked for:
//
//	MINGBAI_SHARED=DIR go test ./search -run TestAblation -ablate -update
func TestAblation(t *testing.T) {
	if !*ablate {
		t.Skip("needs -ablate")
	}
	all, err := knowledge.Load(knowledge.Overlay{})
	if err != nil {
		t.Fatal(err)
	}
	var open []labelled
	if dir := os.Getenv("MINGBAI_SHARED"); dir != "" {
		if open, err = readLabelled(filepath.Join(dir, "residents", "questions.open.jsonl")); err != nil {
			t.Fatal(err)
		}
	}
	out := &bytes.Buffer{}
	fmt.Fprintf(out, "%d cards. Held out: one phrasing of each card, asked of an index without it: the card first, among the first\n"+
		"three, its topic right. Slips: a phrasing in the index with every second character another of the\n"+
		"same sound. Open: an expected article in the first card, the topic right, answered, wrong among the answers.\n\n", len(all.Cards))
	fmt.Fprintf(out, "%-34s %22s %8s %30s\n", "without", "held out 1st 3rd topic", "slips", "open cite topic answered wrong")
	weights := rankWeights
	for _, p := range rankingParts {
		if p.off != nil {
			p.off()
		}
		row := rankingRow(all, open, p.change)
		rankWeights = weights
		fmt.Fprintf(out, "%-34s %s\n", p.name, row)
	}
	fmt.Fprintf(out, "\nDanger: each example of danger.txt asked of a recogniser that has not seen it, and how often a danger stands\nabove a look-alike.\n\n%-34s %s\n", "without", "caught  alarms  above")
	x := New(all)
	spots := []spotter{settingSpots, crySpots, terseSpots}
	for _, p := range dangerParts {
		if p.off != nil {
			p.off()
		}
		fmt.Fprintf(out, "%-34s %s\n", p.name, dangerRow(x, p.change))
		settingSpots, crySpots, terseSpots = spots[0], spots[1], spots[2]
	}
	fmt.Print(out)
	if *update {
		if err := os.WriteFile(filepath.Join("testdata", "ablation.txt"), out.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// A part can be left out by weights (off) or in the index before it is built
// (change) or, of danger, after.
type part struct {
	name   string
	off    func()
	change func(x *Index)
}

func without(features ...int) func() {
	return func() {
		for _, f := range features {
			rankWeights[f] = 0
		}
	}
}

var rankingParts = []part{
	{"nothing: all parts", nil, nil},
	{"the nearest phrasing", without(fBest), nil},
	{"the next two phrasings", without(fMore), nil},
	{"all phrasings", without(fBest, fMore), nil},
	{"what the card takes from the law", without(fClaim), nil},
	{"the sentences of the answer", without(fTold), nil},
	{"the full text", without(fFull, fFullShare), nil},
	{"the topic, in ranking", without(fTopic, fTopicLog), nil},
	{"the lexicon", nil, func(x *Index) { x.words = newWords(nil) }},
	{"the lexicon's law words", nil, func(x *Index) { x.legal = 0 }},
	{"words by sound", nil, func(x *Index) { x.sound = 0 }},
}

func rankingRow(all *knowledge.Base, open []labelled, change func(x *Index)) string {
	built := func(base *knowledge.Base) *Index {
		x := prepare(base)
		if change != nil {
			change(x)
		}
		x.build()
		return x
	}
	base := *all
	base.Cards = nil
	asked := map[string]string{}
	for _, c := range all.Cards {
		if len(c.Asked) > heldOut {
			asked[c.ID] = c.Asked[heldOut]
			d := *c
			d.Asked = slices.Delete(slices.Clone(c.Asked), heldOut, heldOut+1)
			c = &d
		}
		base.Cards = append(base.Cards, c)
	}
	x := built(&base)
	var first, three, topic tally
	for _, c := range base.Cards {
		if q := asked[c.ID]; q != "" {
			m := x.Understand(q)
			rank := slices.IndexFunc(m.Hits, func(h Hit) bool { return h.Card.ID == c.ID })
			first.add(rank == 0)
			three.add(rank >= 0 && rank < 3)
			topic.add(m.Topic == c.Topic)
		}
	}
	x = built(all)
	var slips tally
	for _, c := range x.cards {
		slips.add(x.Wins(slip(x, normalise(c.Asked[0]))) == c)
	}
	row := fmt.Sprintf("%10.3f %.3f %.3f %8.3f", first.share(), three.share(), topic.share(), slips.share())
	if len(open) == 0 {
		return row
	}
	e := &evaluation{x: x, byTopic: map[string]*tally{}}
	for _, r := range open {
		e.question(r)
	}
	return row + fmt.Sprintf(" %12.3f %.3f %.3f %.3f", e.cite.share(), e.topic.share(), e.answered.share(), e.wrongAnswer.share())
}

// slip writes every second character as another of the same sound.
func slip(x *Index, text string) string {
	r := []rune(text)
	for i := 1; i < len(r); i += 2 {
		for _, c := range charsOf[soundOf[r[i]]] {
			if c != r[i] && x.decoder.single[c] > 0 {
				r[i] = c
				break
			}
		}
	}
	return string(r)
}

var dangerParts = []part{
	{"nothing: all parts", nil, nil},
	{"the nearest example", nil, func(x *Index) { x.nearest = &nearest{} }},
	{"the trained words", nil, func(x *Index) { x.dangers.weight = make([]float32, len(x.dangers.weight)) }},
	{"the marks", func() { settingSpots = newSpotter(nil) }, nil},
	{"cries", func() { crySpots = newSpotter(nil) }, nil},
	{"cries in few words", func() { terseSpots = newSpotter(nil) }, nil},
}

func dangerRow(x *Index, change func(x *Index)) string {
	var caught, alarms tally
	var grave, light []float64
	lines := examplesOf(dangerText)
	for fold := range crossFolds {
		var learn []example
		for i, e := range lines {
			if i%crossFolds != fold {
				learn = append(learn, e)
			}
		}
		y := *x
		y.trainCharacters(learn, examplesOf(intentText), disputeSamples())
		if change != nil {
			change(&y)
		}
		for i := fold; i < len(lines); i += crossFolds {
			e := lines[i]
			text := y.decoder.decode(normalise(e.text))
			p, _, _ := y.alarmed(y.wishes(e.text, text), e.text, text)
			if e.label == harmless {
				alarms.add(p >= alarm)
				light = append(light, p)
			} else {
				caught.add(p >= alarm)
				grave = append(grave, p)
			}
		}
	}
	above := 0.0
	for _, a := range grave {
		for _, b := range light {
			if a > b {
				above++
			} else if a == b {
				above += 0.5
			}
		}
	}
	return fmt.Sprintf("%.3f   %.3f   %.3f", caught.share(), alarms.share(), above/float64(len(grave)*len(light)))
}
