package bot

import (
	"encoding/json"
	"strings"

	"mingbai/knowledge"
)

// A dialogue is what the bot remembers of a chat between messages. It is kept
// as JSON beside the chat and is small: words said are in the record.
type dialogue struct {
	Flow    string            `json:"flow,omitempty"` // the conversation in charge; "" is asking
	Step    string            `json:"step,omitempty"`
	Data    map[string]string `json:"data,omitempty"`
	Matter  int64             `json:"matter,omitempty"`  // the matter being talked about
	Dispute int64             `json:"dispute,omitempty"` // the dispute being talked about
	Card    string            `json:"card,omitempty"`    // what answered last
	Asked   string            `json:"asked,omitempty"`   // the question it answered, cut to what a follow-up needs
	Day     knowledge.Day     `json:"day,omitempty"`     // the day the resident named for it
	Choices []Choice          `json:"choices,omitempty"` // what a typed number means
	Village string            `json:"village,omitempty"` // told on the way, before or without registering
	Holding int64             `json:"holding,omitempty"` // helpers: the hand-over that typed text answers
	Met     bool              `json:"met,omitempty"`     // has been greeted
	At      int64             `json:"at,omitempty"`
	Secret  string            `json:"secret,omitempty"` // the code word's hash; see secret.go
	OpenTo  int64             `json:"opento,omitempty"` // until when it opens, Unix milliseconds
	Shown   int64             `json:"shown,omitempty"`  // the last line said while it was open
	Held    []Reply           `json:"held,omitempty"`   // said while it was hidden
	Again   bool              `json:"again,omitempty"`  // the question back was asked twice
	Left    *leftMatter       `json:"left,omitempty"`   // the matter before this one
}

// A leftMatter is what people may come back to: "刚才那个存款".
type leftMatter struct {
	Matter int64         `json:"matter"`
	Card   string        `json:"card,omitempty"`
	Asked  string        `json:"asked,omitempty"`
	Day    knowledge.Day `json:"day,omitempty"`
}

// leave puts the matter being talked about aside.
func (d *dialogue) leave() {
	if d.Matter != 0 {
		d.Left = &leftMatter{d.Matter, d.Card, d.Asked, d.Day}
	}
	d.Matter, d.Card, d.Asked, d.Day = 0, "", "", ""
}

// comeBack takes the matter before up again, if there is one.
func (d *dialogue) comeBack() bool {
	l := d.Left
	if l == nil {
		return false
	}
	d.leave()
	d.Matter, d.Card, d.Asked, d.Day = l.Matter, l.Card, l.Asked, l.Day
	return true
}

// askedBack reports whether the last thing said to the chat was a question
// back among cards.
func (d *dialogue) askedBack() bool {
	return len(d.Choices) > 0 && strings.HasPrefix(d.Choices[0].Do, "card:")
}

// readDialogue reads a stored dialogue. An unreadable one, from an older
// version say, begins anew: the record itself is not lost by it.
func readDialogue(s string) *dialogue {
	d := &dialogue{}
	if s != "" && json.Unmarshal([]byte(s), d) != nil {
		d = &dialogue{}
	}
	if d.Data == nil {
		d.Data = map[string]string{}
	}
	return d
}

// end leaves the conversation in charge.
func (d *dialogue) end() { d.Flow, d.Step, d.Data = "", "", map[string]string{} }

// begin puts a conversation in charge.
func (d *dialogue) begin(flow, step string) {
	d.Flow, d.Step, d.Data = flow, step, map[string]string{}
}

// remember keeps the choices of the last reply that had some, for typed
// numbers. A reply without choices in between does not void them.
func (d *dialogue) remember(replies []Reply) {
	for _, r := range replies {
		if all := append(append([]Choice(nil), r.Choices...), r.Rate...); len(all) > 0 {
			d.Choices = all
		}
	}
}
