// Package knowledge holds what Mingbai knows and may say: the law cards that
// residents read, the list of laws with their days in force, the lexicon that
// turns villagers' words into the law's words, the scripts for danger, and the
// township file.
//
// Everything here is text written by people beforehand. It is embedded in the
// binary and loaded strictly: [Load] refuses bad knowledge with file and line,
// so that a mistake stops the program at start and never reaches a resident.
// A township may lay its own cards and township file over the embedded ones.
//
// The package imports nothing of Mingbai. How a question finds its card is the
// business of package search.
package knowledge

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
)

//go:embed cards laws.yaml lexicon danger.yaml township terms.txt
var embedded embed.FS

// A Base is all knowledge of one installation. It is read-only after Load and
// safe for use by many goroutines.
type Base struct {
	Cards    []*Card // sorted by ID
	Laws     *Laws
	Lexicon  *Lexicon
	Dangers  Dangers
	Township *Township
	byID     map[string]*Card
	own      *Base // before the township's editions; nil: this is it
}

// Card returns the card with this ID, or nil.
func (b *Base) Card(id string) *Card { return b.byID[id] }

// Embedded returns the knowledge files built into the binary.
func Embedded() fs.FS { return embedded }

// An Overlay names files of one township that replace or add to the embedded
// ones. The zero value adds nothing.
type Overlay struct {
	Cards    fs.FS  // *.md anywhere below; a card with a known ID replaces it
	Township []byte // the township file; empty means the embedded sample
	Name     string // what to call the township file in errors
}

// Load reads the embedded knowledge and the overlay. The error joins one line
// per mistake, each "file:line: message".
func Load(over Overlay) (*Base, error) { return load(embedded, over) }

// load is Load with the folder that holds the cards passed in, so that tests
// need not read hundreds of them.
func load(cards fs.FS, over Overlay) (*Base, error) {
	b := &Base{byID: map[string]*Card{}}
	var errs []error
	keep := func(err error) {
		if err != nil {
			errs = append(errs, err)
		}
	}
	var err error
	b.Laws, err = parseLaws("laws.yaml", mustRead("laws.yaml"))
	keep(err)
	b.Lexicon, err = loadLexicon(embedded, "lexicon")
	keep(err)
	b.Dangers, err = parseDangers("danger.yaml", mustRead("danger.yaml"))
	keep(err)
	name, raw := "township/qingxi.yaml", over.Township
	if len(raw) == 0 {
		raw = mustRead(name)
	} else if over.Name != "" {
		name = over.Name
	}
	b.Township, err = ParseTownship(name, raw)
	keep(err)
	if b.Township != nil && b.Laws != nil {
		keep(b.Township.dutyBases(name, b.Laws))
	}
	keep(b.addCards(cards, "cards", false))
	if over.Cards != nil {
		keep(b.addCards(over.Cards, ".", true))
	}
	b.list()
	for _, c := range b.Cards {
		for _, f := range b.refer(c) {
			keep(f.err())
		}
	}
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	return b, nil
}

// list lays the cards out by their names.
func (b *Base) list() {
	b.Cards = nil
	for _, c := range b.byID {
		b.Cards = append(b.Cards, c)
	}
	slices.SortFunc(b.Cards, func(x, y *Card) int { return strings.Compare(x.ID, y.ID) })
}

// mustRead reads an embedded file; its absence is a fault of the build.
func mustRead(name string) []byte {
	raw, err := embedded.ReadFile(name)
	if err != nil {
		panic(err)
	}
	return raw
}

func (b *Base) addCards(files fs.FS, root string, replace bool) error {
	var errs []error
	seen := map[string]string{}
	err := fs.WalkDir(files, root, func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || path.Ext(name) != ".md" {
			return err
		}
		raw, err := fs.ReadFile(files, name)
		if err != nil {
			return err
		}
		card, err := ParseCard(name, raw)
		if err != nil {
			errs = append(errs, err)
			return nil
		}
		if other, dup := seen[card.ID]; dup {
			errs = append(errs, fmt.Errorf("%s:2: id %q is also in %s", name, card.ID, other))
			return nil
		}
		seen[card.ID] = name
		if b.byID[card.ID] != nil && !replace {
			errs = append(errs, fmt.Errorf("%s:2: id %q is taken", name, card.ID))
			return nil
		}
		if replace { // the township's own; what is embedded can be read again
			card.raw = string(raw)
		}
		b.byID[card.ID] = card
		return nil
	})
	if err != nil {
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}

// Topics are the 38 topics a question can have, in the order of the official
// question sets. The last two are the platform itself and everything else.
var Topics = []string{
	"婚姻家庭", "彩礼婚约", "继承", "赡养抚养", "邻里相邻", "宅基地与房屋", "土地承包与流转", "山林权属",
	"征地拆迁补偿", "村务与集体收益", "民间借贷", "合同与买卖", "消费", "劳动与欠薪", "工伤", "社保低保救助",
	"交通事故", "人身损害", "治安与打架", "刑事", "家庭暴力", "未成年人与教育", "老年人", "毒品",
	"环境污染与养殖", "诈骗", "行政处罚与两违", "信访与行政救济", "诉讼程序与法律援助", "户籍证件", "殡葬",
	"医疗纠纷", "物业与租房", "名誉隐私与网络", "公共安全(火炮山火灾害动物)", "人民调解", "平台使用", "其他",
}

var topicSet = func() map[string]bool {
	m := map[string]bool{}
	for _, t := range Topics {
		m[t] = true
	}
	return m
}()
