package search

import (
	"fmt"

	"github.com/blevesearch/bleve/v2"
	"github.com/blevesearch/bleve/v2/document"
	index "github.com/blevesearch/bleve_index_api"
)

// buildFull puts the whole text of every card into a Bleve index in memory.
func (x *Index) buildFull() error {
	m, err := leanMapping()
	if err != nil {
		return fmt.Errorf("map the card index: %w", err)
	}
	// NewMemOnly would take the old store; scorch without a path stays in memory.
	if x.bleve, err = bleve.NewUsing("", m, indexKind, indexKind, nil); err != nil {
		return fmt.Errorf("open the card index: %w", err)
	}
	lengths := make([]int, len(x.cards))
	batch := x.bleve.NewBatch()
	for i, c := range x.cards {
		f := x.newCardField(cardText(c))
		lengths[i] = f.length
		d := document.NewDocument(c.ID)
		d.AddField(f)
		if err := batch.IndexAdvanced(d); err != nil {
			return fmt.Errorf("index card %s: %w", c.ID, err)
		}
	}
	if err := x.bleve.Batch(batch); err != nil {
		return fmt.Errorf("index cards: %w", err)
	}
	inner, err := x.bleve.Advanced()
	if err != nil {
		return fmt.Errorf("open the card index: %w", err)
	}
	reader, err := inner.Reader()
	if err != nil {
		return fmt.Errorf("read the card index: %w", err)
	}
	x.cardOf = make([]int32, len(x.cards))
	byNumber := make([]int, len(x.cards))
	for i, c := range x.cards {
		id, err := reader.InternalID(c.ID)
		if err != nil || id == nil || id.Value() >= uint64(len(x.cards)) {
			return fmt.Errorf("read the card index: card %s is missing: %w", c.ID, err)
		}
		x.cardOf[id.Value()] = int32(i)
		byNumber[id.Value()] = lengths[i]
	}
	x.full = newScorer(reader, byNumber)
	return nil
}

// A cardField hands Bleve a card's text already cut into terms. Its own text
// field would make a token of each of a million terms first; this one counts.
type cardField struct {
	length int
	counts index.TokenFrequencies
}

func (x *Index) newCardField(text string) *cardField {
	b := newBag()
	defer b.free()
	b.named = true
	f := &cardField{}
	eachTerm(text, func(t string) {
		f.length++
		b.add(termOf(t), 1, t)
	})
	// What the lexicon makes of the card's words is found as well: a card that
	// says 娃儿 answers who asks about 孩子.
	for _, w := range x.words.find(text) {
		for _, l := range w.pairs {
			if n := len(b.list); b.at(termOf(l)) == n {
				b.list[n].weight = 1
				b.names = append(b.names, l)
				f.length++
			}
		}
	}
	// The index reads the keys and the frequencies, never the terms inside.
	freq := make([]index.TokenFreq, len(b.list))
	f.counts = make(index.TokenFrequencies, len(freq))
	for i, name := range b.names {
		freq[i].SetFrequency(int(b.list[i].weight))
		f.counts[name] = &freq[i]
	}
	return f
}

// The methods of Bleve's field.

func (f *cardField) Name() string                                     { return textField }
func (f *cardField) Value() []byte                                    { return nil }
func (f *cardField) ArrayPositions() []uint64                         { return nil }
func (f *cardField) EncodedFieldType() byte                           { return 't' }
func (f *cardField) Analyze()                                         {}
func (f *cardField) Options() index.FieldIndexingOptions              { return index.IndexField }
func (f *cardField) AnalyzedLength() int                              { return f.length }
func (f *cardField) AnalyzedTokenFrequencies() index.TokenFrequencies { return f.counts }
func (f *cardField) NumPlainTextBytes() uint64                        { return 0 }
func (f *cardField) Size() int                                        { return 0 }
