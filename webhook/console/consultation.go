package console

import (
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"strings"
	"time"

	"mingbai/bot"
	"mingbai/bot/ledger"
	"mingbai/knowledge"
)

// A saying is one line of a transcript.
type saying struct {
	At    time.Time
	Mine  bool // said by the resident
	Say   string
	Steps []string
	Text  []string // paragraphs
	Cites string
	Who   string // the helper, of what a person wrote
}

type consultationPage struct {
	frame
	ID             int64
	About, No      string
	Village, Topic string
	Opened         time.Time
	Lines          []saying
	Erased         bool // nothing said is left
	Handover       string
	HandoverState  string
	Clock          string
	Dispute        string // the address of the dispute that came of it
	Topics         []option
	Looks          []ledger.Look
	Corrections    []string
	Card           string
	Draft          string // where a card can be made of the helper's answer
}

const longestTranscript = 400

// matter reads a matter within the account's scope.
func (v *visit) matter(r ledger.Reader) (*ledger.Matter, error) {
	id, err := v.key()
	if err != nil {
		return nil, err
	}
	return ledger.MatterWithin(r, v.scope(), id)
}

// consultation shows what was said in one matter. That it was read is noted
// first: a reading that leaves no mark must not happen.
func (v *visit) consultation() error {
	p := &consultationPage{}
	err := v.do("look", func(tx *ledger.Tx) error {
		m, err := v.matter(tx)
		if err != nil {
			return err
		}
		return tx.Look(v.account.Township, m.Chat, m.ID, v.account.ID)
	})
	if err != nil {
		return err
	}
	err = v.view(func(r *ledger.View) error {
		m, err := v.matter(r)
		if err != nil {
			return err
		}
		p.ID, p.About, p.No, p.Village, p.Topic, p.Opened = m.ID, v.about(m.Topic, m.Card), m.No, v.villageOf(m.Village), m.Topic, m.Opened
		if c := v.c.Mind().Base.Card(m.Card); c != nil {
			p.Card = c.Title
		}
		lines, err := ledger.Transcript(r, m.Chat, m.ID, 0, longestTranscript)
		if err != nil {
			return err
		}
		if _, told, err := ledger.AskedAndTold(r, m.ID); err != nil {
			return err
		} else if told != "" {
			p.Draft = v.link("/knowledge/new", "/knowledge/new?"+query("matter", v.Param("id")))
		}
		p.Erased = len(lines) > 0
		for _, x := range lines {
			if s, ok := sayingOf(x); ok {
				p.Erased = false
				p.Lines = append(p.Lines, s)
			}
		}
		return v.fillMatter(p, r, m)
	})
	if err != nil {
		return err
	}
	p.Title = p.About
	for _, t := range knowledge.Topics {
		p.Topics = append(p.Topics, option{t, t, t == p.Topic})
	}
	return v.show(http.StatusOK, "consultation", p)
}

// fillMatter tells what came of a matter and who read it.
func (v *visit) fillMatter(p *consultationPage, r *ledger.View, m *ledger.Matter) error {
	if h, err := ledger.HandoverOf(r, m.ID); err == nil {
		names, err := ledger.NamesOf(r, []int64{h.Holder})
		if err != nil {
			return err
		}
		p.HandoverState, p.Handover = handoverState(h.State), holder(h.State, names[h.Holder])
		if h.State == ledger.HandoverWaiting || h.State == ledger.HandoverClaimed {
			p.HandoverState += "，答应" + at(h.Promised) + "前回，" + left(h.Promised, v.now)
			p.Clock = clock(h.Promised, v.now)
		}
	} else if !errors.Is(err, ledger.ErrNotFound) {
		return err
	}
	if d, err := ledger.DisputeOf(r, m.ID); err == nil {
		p.Dispute = v.linkDispute(d.ID)
	} else if !errors.Is(err, ledger.ErrNotFound) {
		return err
	}
	story, err := ledger.StoryOf(r, v.account.Township, m.ID, m.Opened, ledger.Corrected)
	if err != nil {
		return err
	}
	for _, s := range story {
		names, err := ledger.NamesOf(r, []int64{s.By})
		if err != nil {
			return err
		}
		p.Corrections = append(p.Corrections, at(s.At)+" "+names[s.By]+"把“"+s.X["from"]+"”改成“"+s.X["to"]+"”")
	}
	p.Looks, err = ledger.Looks(r, v.account.Township, m.ID, 20)
	return err
}

// sayingOf lays a message out; false when its words are gone.
func sayingOf(m ledger.Message) (saying, bool) {
	s := saying{At: m.At, Mine: m.Inbound}
	if m.Body == "" {
		return s, false
	}
	if m.Inbound {
		s.Text = strings.Split(m.Body, "\n")
		return s, true
	}
	var r bot.Reply
	if json.Unmarshal([]byte(m.Body), &r) != nil {
		return s, false
	}
	s.Say, s.Steps = r.Say, r.Steps
	for _, c := range r.Calls {
		s.Text = append(s.Text, c.Number+"："+c.For)
	}
	if r.Text != "" {
		s.Text = append(s.Text, strings.Split(r.Text, "\n")...)
	}
	if r.Receipt != nil {
		s.Text = append(s.Text, "受理号"+r.Receipt.No+"，"+r.Receipt.Who+"，最迟"+r.Receipt.By)
	}
	var cites []string
	for _, c := range r.Cites {
		cites = append(cites, "《"+c.Law+"》"+c.Article)
	}
	s.Cites = strings.Join(append(cites, r.Law), "　")
	return s, true
}

func handoverState(s string) string {
	return map[string]string{ledger.HandoverWaiting: "等人接", ledger.HandoverClaimed: "有人接了，还没回", ledger.HandoverAnswered: "已答复", ledger.HandoverWithdrawn: "村民不需要了"}[s]
}

// correctTopic puts the topic of a matter right. What the journal told before
// stays; the correction is told beside it.
func (v *visit) correctTopic() error {
	topic := v.PostForm("topic")
	if !slices.Contains(knowledge.Topics, topic) {
		return &refusal{http.StatusBadRequest, "没有“" + topic + "”这个专题", "从单子里选一个。"}
	}
	id, err := v.key()
	if err != nil {
		return err
	}
	if err := v.do("matter "+v.Param("id"), func(tx *ledger.Tx) error { return tx.CorrectTopic(v.scope(), v.account.ID, id, topic) }); err != nil {
		return err
	}
	return v.to("/consultations/" + v.Param("id"))
}
