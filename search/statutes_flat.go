package search

import (
	"bufio"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"

	"github.com/blevesearch/bleve/v2"
	index "github.com/blevesearch/bleve_index_api"
)

// A flat is Bleve's postings of the statutes laid out flat: read through Bleve
// once, when the index is new, and afterwards one read of a file at the start
// and one step in memory for each posting. Bleve's own iterators cost eight
// times as much, and only they would be slow in a question's answer.
//
// Beside the postings (term → articles) it holds the texts the other way round
// (article → terms), which the ranker needs for the few hundred articles it
// looks at closely.
type flat struct {
	hash    string   // of the table and the texts; a ranker learnt on others does not fit
	terms   []string // in the order of their bytes
	starts  []uint32 // term → where its postings begin; one more at the end
	posts   []byte   // lists of articles with the term's frequency
	docs    []uint32 // article → where its terms begin; one more at the end
	forward []byte   // lists of terms with their frequency in the text alone
}

// Ten bits hold a frequency, twenty-two an article or a term: four million of
// each. A term that stands more than 1023 times in an article counts as 1023.
const (
	tfBits   = 10
	tfMax    = 1<<tfBits - 1
	flatMost = 1 << (32 - tfBits)
	flatName = "flat"
	flatMark = "mingbai flat 3\n"
)

func packed(n uint32, tf uint64) uint32 { return n<<tfBits | uint32(min(tf, tfMax)) }

// appendList writes packed numbers, ascending, by their distances: two bytes
// where the distance is below 4096 and the frequency below 16, else six. Two
// bytes read faster than one or two: there is nothing to guess.
func appendList(to []byte, list []uint32) []byte {
	last := uint32(0)
	for _, x := range list {
		gap, tf := x>>tfBits-last, x&tfMax
		last = x >> tfBits
		if gap < 1<<12 && tf < 1<<4 && tf > 0 {
			to = binary.LittleEndian.AppendUint16(to, uint16(gap<<4|tf))
			continue
		}
		to = binary.LittleEndian.AppendUint16(to, uint16(gap>>16<<4)) // no frequency: the rest follows
		to = binary.LittleEndian.AppendUint16(to, uint16(gap))
		to = binary.LittleEndian.AppendUint16(to, uint16(tf))
	}
	return to
}

// readList appends to buf what appendList wrote.
func readList(buf []uint32, list []byte) []uint32 {
	last := uint32(0)
	for len(list) >= 2 {
		v := uint32(binary.LittleEndian.Uint16(list))
		list = list[2:]
		if tf := v & 15; tf != 0 {
			last += v >> 4
			buf = append(buf, last<<tfBits|tf)
			continue
		}
		if len(list) < 4 {
			break
		}
		last += v>>4<<16 | uint32(binary.LittleEndian.Uint16(list))
		buf = append(buf, last<<tfBits|uint32(binary.LittleEndian.Uint16(list[2:]))&tfMax)
		list = list[4:]
	}
	return buf
}

// term finds a term's number.
func (f *flat) term(t string) (uint32, bool) {
	i, ok := slices.BinarySearch(f.terms, t)
	return uint32(i), ok
}

// openFlat reads the flat postings in the folder, and makes them first where
// they are missing or of other articles than those with this hash. A folder that cannot be written to only costs the time.
func openFlat(now, hash string, rows []articleRow) (*flat, error) {
	path := filepath.Join(now, flatName)
	if f, err := readFlat(path); err == nil && f.hash == hash && len(f.docs) == len(rows)+1 {
		return f, nil
	}
	f, err := flatten(now, hash, rows)
	if err != nil {
		return nil, fmt.Errorf("read statutes: %w", err)
	}
	_ = f.write(path) // made again at the next start
	return f, nil
}

// flatten reads everything from Bleve's index and the texts.
func flatten(now, hash string, rows []articleRow) (*flat, error) {
	if len(rows) >= flatMost {
		return nil, fmt.Errorf("%d articles are more than the %d that fit", len(rows), flatMost)
	}
	f := &flat{hash: hash}
	b, err := bleve.OpenUsing(filepath.Join(now, "index"), map[string]any{"read_only": true})
	if err != nil {
		return nil, err
	}
	err = f.invert(b, rows)
	if err = errors.Join(err, b.Close()); err != nil {
		return nil, err
	}
	return f, f.turn(filepath.Join(now, "texts"), rows)
}

// invert copies Bleve's dictionary and postings, with Bleve's internal numbers
// turned into rows of the table.
func (f *flat) invert(b bleve.Index, rows []articleRow) (err error) {
	inner, err := b.Advanced()
	if err != nil {
		return err
	}
	reader, err := inner.Reader()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, reader.Close()) }()
	rowOf := make([]uint32, len(rows))
	for i, r := range rows {
		id, err := reader.InternalID(rowID(i))
		if err != nil || id == nil || id.Value() >= uint64(len(rows)) {
			return errors.Join(fmt.Errorf("article %s is missing from the index, import again", r.ID), err)
		}
		rowOf[id.Value()] = uint32(i)
	}
	dict, err := reader.FieldDict(textField)
	if err != nil {
		return err
	}
	for {
		e, err := dict.Next()
		if err != nil {
			return errors.Join(err, dict.Close())
		}
		if e == nil {
			break
		}
		f.terms = append(f.terms, e.Term)
	}
	if err := dict.Close(); err != nil {
		return err
	}
	if len(f.terms) >= flatMost {
		return fmt.Errorf("%d terms are more than the %d that fit", len(f.terms), flatMost)
	}
	var pre index.TermFieldDoc
	var list []uint32
	for _, t := range f.terms {
		f.starts = append(f.starts, uint32(len(f.posts)))
		tfr, err := reader.TermFieldReader(context.Background(), []byte(t), textField, true, false, false)
		if err != nil {
			return err
		}
		list = list[:0]
		for {
			d, err := tfr.Next(&pre)
			if err != nil {
				return errors.Join(err, tfr.Close())
			}
			if d == nil {
				break
			}
			list = append(list, packed(rowOf[d.ID.Value()], d.Freq))
		}
		if err := tfr.Close(); err != nil {
			return err
		}
		slices.Sort(list)
		f.posts = appendList(f.posts, list)
	}
	f.starts = append(f.starts, uint32(len(f.posts)))
	return nil
}

// turn lists the terms of each text.
func (f *flat) turn(path string, rows []articleRow) error {
	texts, err := os.Open(path)
	if err != nil {
		return err
	}
	defer texts.Close()
	in := bufio.NewReaderSize(texts, 1<<20)
	ids := make(map[string]uint32, len(f.terms))
	for i, t := range f.terms {
		ids[t] = uint32(i)
	}
	var buf []byte
	var found, list []uint32
	for _, r := range rows {
		buf = slices.Grow(buf[:0], r.Size)[:r.Size]
		if _, err := io.ReadFull(in, buf); err != nil {
			return fmt.Errorf("article %s: %w", r.ID, err)
		}
		found, list = found[:0], list[:0]
		eachTerm(normalise(string(buf)), func(t string) {
			if id, ok := ids[t]; ok {
				found = append(found, id)
			}
		})
		slices.Sort(found)
		for i := 0; i < len(found); {
			j := i + 1
			for j < len(found) && found[j] == found[i] {
				j++
			}
			list = append(list, packed(found[i], uint64(j-i)))
			i = j
		}
		f.docs = append(f.docs, uint32(len(f.forward)))
		f.forward = appendList(f.forward, list)
	}
	f.docs = append(f.docs, uint32(len(f.forward)))
	return nil
}

// postings appends to buf the articles in which a term stands, packed with its
// frequency.
func (f *flat) postings(buf []uint32, term uint32) []uint32 {
	return readList(buf, f.posts[f.starts[term]:f.starts[term+1]])
}

// text appends to buf the terms of an article's text, packed with their
// frequency.
func (f *flat) text(buf []uint32, row int32) []uint32 {
	return readList(buf, f.forward[f.docs[row]:f.docs[row+1]])
}

// write puts the flat postings into a file, whole or not at all.
func (f *flat) write(path string) error {
	tmp, err := os.CreateTemp(filepath.Dir(path), ".part-*")
	if err != nil {
		return err
	}
	defer os.Remove(tmp.Name())
	out := bufio.NewWriterSize(tmp, 1<<20)
	var num [4]byte
	put := func(v uint32) {
		binary.LittleEndian.PutUint32(num[:], v)
		_, _ = out.Write(num[:]) // a bufio.Writer keeps its first error for Flush
	}
	_, _ = out.WriteString(flatMark + f.hash)
	put(uint32(len(f.terms)))
	for _, t := range f.terms {
		put(uint32(len(t)))
	}
	for _, t := range f.terms {
		_, _ = out.WriteString(t)
	}
	for _, list := range [][]uint32{f.starts, f.docs} {
		put(uint32(len(list)))
		for _, v := range list {
			put(v)
		}
	}
	for _, list := range [][]byte{f.posts, f.forward} {
		put(uint32(len(list)))
		_, _ = out.Write(list)
	}
	_, _ = out.WriteString(flatMark)
	if err := errors.Join(out.Flush(), tmp.Close()); err != nil {
		return err
	}
	return os.Rename(tmp.Name(), path)
}

var errFlat = errors.New("the flat postings are damaged")

// readFlat reads what write wrote.
func readFlat(path string) (*flat, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return nil, err
	}
	in := &flatReader{in: bufio.NewReaderSize(file, 1<<18), left: info.Size()}
	mark := in.bytes(len(flatMark))
	f := &flat{hash: string(in.bytes(2 * sha256.Size))}
	sizes := in.list()
	total := 0
	for _, n := range sizes {
		total += int(n)
	}
	blob := string(in.bytes(total))
	f.starts, f.docs = in.list(), in.list()
	f.posts, f.forward = in.bytes(in.size()), in.bytes(in.size())
	end := in.bytes(len(flatMark))
	if in.err != nil || string(mark) != flatMark || string(end) != flatMark || in.left != 0 {
		return nil, errFlat
	}
	f.terms = make([]string, len(sizes))
	for i, n := range sizes {
		f.terms[i], blob = blob[:n], blob[n:]
	}
	if !f.whole() {
		return nil, errFlat
	}
	return f, nil
}

// whole reports whether no list leads out of another.
func (f *flat) whole() bool {
	if len(f.starts) != len(f.terms)+1 || len(f.docs) == 0 {
		return false
	}
	within := func(starts []uint32, list []byte, bound int) bool {
		if !slices.IsSorted(starts) || int(starts[len(starts)-1]) != len(list) {
			return false
		}
		for i := range len(starts) - 1 {
			if !isBounded(list[starts[i]:starts[i+1]], uint64(bound)) {
				return false
			}
		}
		return true
	}
	return slices.IsSorted(f.terms) && within(f.starts, f.posts, len(f.docs)-1) && within(f.docs, f.forward, len(f.terms))
}

// isBounded reports whether a list is whole and names nothing from bound on.
func isBounded(list []byte, bound uint64) bool {
	last := uint64(0)
	for len(list) >= 2 {
		v := uint64(binary.LittleEndian.Uint16(list))
		list = list[2:]
		if v&15 != 0 {
			last += v >> 4
		} else {
			if len(list) < 4 {
				return false
			}
			last += v>>4<<16 | uint64(binary.LittleEndian.Uint16(list))
			list = list[4:]
		}
		if last >= bound {
			return false
		}
	}
	return len(list) == 0
}

// A flatReader reads lists, and keeps the first error.
type flatReader struct {
	in   *bufio.Reader
	left int64
	err  error
}

func (r *flatReader) bytes(n int) []byte {
	if r.err == nil && (n < 0 || int64(n) > r.left) {
		r.err = errFlat
	}
	if r.err != nil {
		return nil
	}
	b := make([]byte, n)
	r.left -= int64(n)
	_, r.err = io.ReadFull(r.in, b)
	return b
}

// size reads a length.
func (r *flatReader) size() int {
	b := r.bytes(4)
	if r.err != nil {
		return 0
	}
	return int(binary.LittleEndian.Uint32(b))
}

// list reads a length and as many numbers.
func (r *flatReader) list() []uint32 {
	n := r.size()
	b := r.bytes(4 * n)
	if r.err != nil {
		return nil
	}
	list := make([]uint32, n)
	for i := range list {
		list[i] = binary.LittleEndian.Uint32(b[4*i:])
	}
	return list
}
