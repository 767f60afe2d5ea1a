package search

import (
	"fmt"
	"io"
)

// crossFolds is in how many parts the examples are cut: each part is asked of
// recognisers that learnt from the others.
const crossFolds = 5

// crossed asks every example of danger.txt and intent.txt of recognisers that
// have not seen it, and prints how often they are right. The words of marks
// and cries are not held out: people wrote them, knowing the examples.
func (x *Index) crossed(w io.Writer) {
	dangers, wishes := examplesOf(dangerText), examplesOf(intentText)
	var caught, alarmed, intent tally
	for fold := range crossFolds {
		var learn [2][]example
		for n, list := range [][]example{dangers, wishes} {
			for i, e := range list {
				if i%crossFolds != fold {
					learn[n] = append(learn[n], e)
				}
			}
		}
		y := *x
		y.trainCharacters(learn[0], learn[1], disputeSamples())
		for i := fold; i < len(dangers); i += crossFolds {
			e := dangers[i]
			text := y.decoder.decode(normalise(e.text))
			p, _, _ := y.alarmed(y.wishes(e.text, text), e.text, text)
			if e.label == harmless {
				alarmed.add(p >= alarm)
			} else {
				caught.add(p >= alarm)
			}
		}
		for i := fold; i < len(wishes); i += crossFolds {
			e := wishes[i]
			text := y.decoder.decode(normalise(e.text))
			got, _ := y.intentOf(y.wishes(e.text, text), text)
			intent.add(got == e.label)
		}
	}
	fmt.Fprintln(w, "\nthe examples that the recognisers learn from, each asked of one that has not seen it")
	for _, l := range []struct {
		name string
		t    *tally
	}{{"danger caught", &caught}, {"false alarms among look-alikes", &alarmed}, {"intent", &intent}} {
		lo, hi := l.t.interval()
		fmt.Fprintf(w, "%.3f [%.3f, %.3f] of %4d  %s\n", l.t.share(), lo, hi, len(l.t.hits), l.name)
	}
}
