package bot

import (
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// The channels a message can come in by.
const (
	Telegram = "telegram"
	WeChat   = "wechat"
	Web      = "web"
	Terminal = "terminal"
)

// A Message is one thing a person sent: typed, tapped, spoken or shown.
type Message struct {
	Channel string // Telegram, WeChat, Web or Terminal
	Chat    string // who is talking, in the channel's own terms
	ID      string // unique within the channel; a redelivery carries the same one
	Text    string // what was typed; a caption for a picture
	Tap     string // the Do of the Choice that was tapped; then Text may be empty
	Files   []File
	At      time.Time // when it was sent; zero means now
}

// A File is a voice, picture or document that came with a message. Where it can
// be fetched is kept, or the file itself from a channel that keeps none.
type File struct {
	Kind string `json:"kind"` // voice, photo, video, document, location, sticker
	Ref  string `json:"ref"`  // the channel's own name for it
	Name string `json:"name,omitempty"`
	Size int64  `json:"size,omitempty"` // bytes, 0 if the channel does not say
	Body []byte `json:"-"`              // the file, from a channel that does not keep it; then Ref is unique
}

// A Reply is one message to a person. It is structured so that a page can lay
// it out and a phone can read it as text; empty fields are left out.
type Reply struct {
	Kind    string   `json:"kind"`            // one of the Kind constants
	Say     string   `json:"say,omitempty"`   // the conclusion, first and bold
	Text    string   `json:"text,omitempty"`  // paragraphs below it, separated by newlines
	Steps   []string `json:"steps,omitempty"` // numbered
	Calls   []Call   `json:"calls,omitempty"` // phone numbers, the one to dial now first
	Receipt *Receipt `json:"receipt,omitempty"`
	Cites   []Cite   `json:"cites,omitempty"`
	Law     string   `json:"law,omitempty"`     // one line on the law's standing: 现行有效，今天核对
	Note    string   `json:"note,omitempty"`    // small print at the end
	Links   []Link   `json:"links,omitempty"`   // papers to open
	Choices []Choice `json:"choices,omitempty"` // at most 12; a tap or a typed number does the same
	Rate    []Choice `json:"rate,omitempty"`    // 有用, 没用
	Neutral bool     `json:"neutral,omitempty"` // a push preview must not show what it is about
}

// What a reply is, for the pages' layout and the counts.
const (
	KindAnswer  = "answer"
	KindClarify = "clarify"
	KindUrgent  = "urgent"
	KindReceipt = "receipt" // a hand-over and its promise
	KindPerson  = "person"  // what a volunteer or adviser wrote
	KindNote    = "note"    // everything else the bot says
)

// A Call is a phone number and when to dial it.
type Call struct {
	Number string `json:"number"`
	For    string `json:"for"`
}

// A Link is a paper that can be opened and printed. Its address begins with a
// slash where the township has no public one.
type Link struct {
	Label string `json:"label"`
	URL   string `json:"url"`
}

// A Receipt (受理回执) names the matter, who answers, and by when.
type Receipt struct {
	No  string `json:"no"`
	Who string `json:"who"`
	By  string `json:"by"`
}

// A Cite is an article behind an answer, checked when the answer was given.
type Cite struct {
	Law     string `json:"law"`
	Article string `json:"article"`
}

// A Choice is a button: what it says and what a tap sends back.
type Choice struct {
	Label string `json:"label"`
	Do    string `json:"do"` // at most 64 bytes
}

// Plain returns the reply as the text a phone shows, choices left out: they
// are buttons there.
func (r Reply) Plain() string {
	var b strings.Builder
	para := func(s string) {
		if s == "" {
			return
		}
		if b.Len() > 0 {
			b.WriteByte('\n')
		}
		b.WriteString(s)
	}
	for i, c := range r.Calls {
		if i == 0 {
			para("☎ " + c.Number + "：" + c.For)
		}
	}
	para(r.Say)
	for i, s := range r.Steps {
		para(strconv.Itoa(i+1) + ". " + s)
	}
	para(r.Text)
	if len(r.Calls) > 1 {
		for _, c := range r.Calls[1:] {
			para("☎ " + c.Number + "：" + c.For)
		}
	}
	if r.Receipt != nil {
		para("受理号 " + r.Receipt.No + "\n谁回您：" + r.Receipt.Who + "\n⏰ 最迟：" + r.Receipt.By)
	}
	if len(r.Cites) > 0 {
		var c []string
		for _, x := range r.Cites {
			c = append(c, "《"+x.Law+"》"+x.Article)
		}
		para("📄 " + strings.Join(c, " · "))
	}
	para(r.Law)
	for _, l := range r.Links {
		para("📄 " + l.Label + "：" + l.URL)
	}
	para(r.Note)
	return b.String()
}

// Numbered returns Plain with the choices as a numbered line, for channels
// without buttons.
func (r Reply) Numbered() string {
	s := r.Plain()
	all := append(append([]Choice(nil), r.Choices...), r.Rate...)
	if len(all) == 0 {
		return s
	}
	var parts []string
	for i, c := range all {
		parts = append(parts, strconv.Itoa(i+1)+" "+c.Label)
	}
	return s + "\n[" + strings.Join(parts, "] [") + "]"
}

// cut shortens s to at most n characters.
func cut(s string, n int) string {
	if utf8.RuneCountInString(s) <= n {
		return s
	}
	r := []rune(s)
	return string(r[:n-1]) + "…"
}
