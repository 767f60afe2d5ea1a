package bot

import (
	"encoding/json"

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
