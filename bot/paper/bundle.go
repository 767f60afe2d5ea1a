package paper

import (
	"archive/zip"
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"

	"mingbai/bot/casework"
	"mingbai/knowledge"
)

// A Piece is one paper to be bound: written by [Write], or a photo or scan.
type Piece struct {
	Item casework.Item
	Name string // of the paper as the list of contents has it; "": the item's title
	Type string // of the file: docx, jpg, pdf; "": docx
	Data []byte
}

// A Manifest (清单) says what a bundle holds. The caller sets what it says of the
// case; [Bundle] adds the entries.
type Manifest struct {
	Number    string           `json:"number"`    // of the case
	Committee string           `json:"committee"` // 人民调解委员会
	Matter    string           `json:"matter"`    // 卷名
	Outcome   casework.Outcome `json:"outcome"`
	Closed    knowledge.Day    `json:"closed"`
	Papers    []Entry          `json:"papers"`
}

// An Entry is one file of a bundle.
type Entry struct {
	Item   casework.Item `json:"item"`
	Name   string        `json:"name"`
	File   string        `json:"file"`
	Size   int           `json:"size"`   // bytes
	SHA256 string        `json:"sha256"` // of the file, in hexadecimal
}

const manifestFile = "manifest.json"

// bindingOrder is the order in which papers lie in a dossier: that of the
// official list, the two that stand in for the agreement in its place.
var bindingOrder = func() []casework.Item {
	order := []casework.Item{Cover, Invitation}
	for _, i := range casework.Items {
		order = append(order, i)
		if i == casework.PaperAgreement {
			order = append(order, casework.PaperOral, casework.PaperRoutes)
		}
	}
	return order
}()

// Bundle binds the papers of a closed dossier into one .zip in binding order,
// with manifest.json first. The same papers give the same bytes: several of
// one item keep their order, whatever the order of the items was. The error
// names a piece that is empty or of no known item.
func Bundle(pieces []Piece, m Manifest) ([]byte, error) {
	if len(pieces) == 0 {
		return nil, errors.New("bundle without papers")
	}
	sorted := slices.Clone(pieces)
	slices.SortStableFunc(sorted, func(a, b Piece) int {
		return cmp.Compare(slices.Index(bindingOrder, a.Item), slices.Index(bindingOrder, b.Item))
	})
	files := []file{{name: manifestFile}}
	m.Papers = nil
	for i, p := range sorted {
		if !slices.Contains(bindingOrder, p.Item) {
			return nil, fmt.Errorf("bundle paper %q: no such paper", p.Item)
		}
		if len(p.Data) == 0 || len(p.Data) > maxPart {
			return nil, fmt.Errorf("bundle %s: a file of %d bytes", Name(p.Item), len(p.Data))
		}
		name := cmp.Or(oneLine(p.Name), Name(p.Item))
		e := Entry{Item: p.Item, Name: name, File: fmt.Sprintf("%02d-%s.%s", i+1, fileName(name), cmp.Or(fileName(p.Type), "docx")), Size: len(p.Data), SHA256: digest(p.Data)}
		m.Papers = append(m.Papers, e)
		files = append(files, file{name: e.File, data: string(p.Data)})
	}
	head, err := m.encode()
	if err != nil {
		return nil, fmt.Errorf("bundle %s: %w", m.Number, err)
	}
	files[0].data = string(head)
	return pack(files)
}

// fileName keeps of a name what every file system takes, at most 40 characters.
func fileName(s string) string {
	s = strings.Map(func(r rune) rune {
		if r <= ' ' || strings.ContainsRune(`/\:*?"<>|.`, r) {
			return -1
		}
		return r
	}, clean(s))
	if r := []rune(s); len(r) > 40 {
		return string(r[:40])
	}
	return s
}

func digest(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}

func (m *Manifest) encode() ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", " ")
	err := enc.Encode(m)
	return b.Bytes(), err
}

// VerifyBundle checks a bundle against its own manifest: every paper is there
// once, unchanged and in binding order, and nothing else is. Whether the
// manifest is the one that was sealed is for the journal to say, which holds
// the bundle's own hash. The error names the first thing that is wrong.
func VerifyBundle(data []byte) error {
	_, err := OpenBundle(data)
	return err
}

// OpenBundle verifies a bundle as [VerifyBundle] does and returns its manifest.
func OpenBundle(data []byte) (Manifest, error) {
	var m Manifest
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return m, fmt.Errorf("open bundle: %w", err)
	}
	if len(z.File) == 0 || z.File[0].Name != manifestFile {
		return m, errors.New("open bundle: manifest.json is not the first file")
	}
	raw, err := entry(z.File[0])
	if err != nil {
		return m, fmt.Errorf("open bundle: %w", err)
	}
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&m); err != nil {
		return m, fmt.Errorf("open bundle: manifest.json: %w", err)
	}
	if again, err := m.encode(); err != nil || !bytes.Equal(again, raw) {
		return m, errors.New("open bundle: manifest.json is not as it was written")
	}
	if len(m.Papers) == 0 || len(m.Papers) != len(z.File)-1 {
		return m, fmt.Errorf("open bundle: %d papers in the manifest, %d in the file", len(m.Papers), len(z.File)-1)
	}
	last := 0
	for i, e := range m.Papers {
		f := z.File[i+1]
		place := slices.Index(bindingOrder, e.Item)
		switch {
		case f.Name != e.File || path.Base(f.Name) != f.Name:
			return m, fmt.Errorf("open bundle: file %d is %q, the manifest says %q", i+1, f.Name, e.File)
		case place < last:
			return m, fmt.Errorf("open bundle: %s is out of order", e.File)
		}
		last = place
		raw, err := entry(f)
		if err != nil {
			return m, fmt.Errorf("open bundle: %w", err)
		}
		if len(raw) != e.Size || digest(raw) != e.SHA256 {
			return m, fmt.Errorf("open bundle: %s has changed since it was bound", e.File)
		}
	}
	return m, nil
}
