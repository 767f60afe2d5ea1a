package search

import (
	_ "embed"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/blevesearch/bleve/v2/analysis"
	"github.com/blevesearch/bleve/v2/analysis/analyzer/custom"
	"github.com/blevesearch/bleve/v2/analysis/datetime/optional"
	"github.com/blevesearch/bleve/v2/index/scorch"
	"github.com/blevesearch/bleve/v2/mapping"
	"github.com/blevesearch/bleve/v2/registry"
)

// hanName names our tokenizer and analyzer in Bleve's registry.
const hanName = "mingbai_han"

// init is what Bleve demands of anybody who brings an analyzer of their own.
func init() {
	err := registry.RegisterTokenizer(hanName, func(map[string]any, *registry.Cache) (analysis.Tokenizer, error) {
		return hanTokenizer{}, nil
	})
	if err != nil {
		panic(err)
	}
}

// hanTokenizer cuts text into single characters and pairs of characters. It
// ranked better than dictionary segmentation on lay questions and needs no
// dictionary, so a word nobody foresaw still matches.
type hanTokenizer struct{}

// Tokenize implements analysis.Tokenizer on normalised text.
func (hanTokenizer) Tokenize(input []byte) analysis.TokenStream {
	var out analysis.TokenStream
	eachTerm(string(input), func(t string) {
		out = append(out, &analysis.Token{Term: []byte(t), Position: len(out) + 1, End: len(t), Type: analysis.Ideographic})
	})
	return out
}

// leanMapping indexes the field "text" and keeps nothing else: no stored
// text, no doc values, no term vectors.
func leanMapping() (*mapping.IndexMappingImpl, error) {
	m := mapping.NewIndexMapping()
	err := m.AddCustomAnalyzer(hanName, map[string]any{"type": custom.Name, "tokenizer": hanName})
	if err != nil {
		return nil, err
	}
	field := mapping.NewTextFieldMapping()
	field.Analyzer = hanName
	field.Store, field.DocValues, field.IncludeTermVectors, field.IncludeInAll = false, false, false, false
	doc := mapping.NewDocumentStaticMapping()
	doc.AddFieldMappingsAt(textField, field)
	m.DefaultMapping = doc
	m.DefaultAnalyzer = hanName
	m.DefaultDateTimeParser = optional.Name
	m.IndexDynamic, m.StoreDynamic, m.DocValuesDynamic = false, false, false
	return m, nil
}

const (
	textField = "text"
	indexKind = scorch.Name
)

// weak characters carry no matter by themselves; pairs with them still count.
const weak = "的了是我你他她它们在有和就不都一个上也很到说要去会着没看好自这那吗呢吧啊嘛哦哈噻么什怎样为以及其与或之者把被给对从能可想得过来还里头些啥子咋啷办"

var weakSet = func() map[rune]bool {
	m := map[rune]bool{}
	for _, r := range weak {
		m[r] = true
	}
	return m
}()

// eachTerm calls f with every term of normalised text: pairs of neighbouring
// characters, single characters that mean something, and Latin words and
// numbers whole.
func eachTerm(text string, f func(string)) {
	prev, prevAt := rune(0), 0
	for i := 0; i < len(text); {
		r, n := utf8.DecodeRuneInString(text[i:])
		switch {
		case isHan(r):
			if prev != 0 {
				f(text[prevAt : i+n])
			}
			if !weakSet[r] {
				f(text[i : i+n])
			}
			prev, prevAt = r, i
		case isWordRune(r):
			j := i
			for j < len(text) {
				q, w := utf8.DecodeRuneInString(text[j:])
				if isHan(q) || !isWordRune(q) {
					break
				}
				j += w
			}
			f(text[i:j])
			prev, n = 0, j-i
		default:
			prev = 0
		}
		i += n
	}
}

func isHan(r rune) bool {
	return r >= 0x4E00 && r <= 0x9FFF || r >= 0x3400 && r <= 0x4DBF || r == '〇'
}

func isWordRune(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }

// normalise brings text to the form everything here compares: half-width,
// lower-case, simplified characters, one space for anything that separates,
// and no space between two Chinese characters.
func normalise(s string) string {
	var b strings.Builder
	b.Grow(len(s))
	gap := false
	last := rune(0)
	for _, r := range s {
		switch {
		case r == 0x3000:
			r = ' '
		case r >= 0xFF01 && r <= 0xFF5E:
			r -= 0xFEE0
		}
		if t, ok := simplified[r]; ok {
			r = t
		}
		r = unicode.ToLower(r)
		if !isHan(r) && !isWordRune(r) {
			gap = last != 0
			continue
		}
		if gap {
			b.WriteByte(' ')
			gap = false
		}
		b.WriteRune(r)
		last = r
	}
	return b.String()
}

//go:embed simplified.txt
var simplifiedText string

// simplified maps traditional characters and common variants to simplified
// ones: residents who learnt in the old script, or whose phone offers it, ask
// the same questions.
var simplified = func() map[rune]rune {
	m := map[rune]rune{}
	for _, pair := range strings.Fields(simplifiedText) {
		r := []rune(pair)
		if len(r) == 2 && r[0] != '#' {
			m[r[0]] = r[1]
		}
	}
	return m
}()
