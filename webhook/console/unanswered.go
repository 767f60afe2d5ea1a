package console

import (
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"mingbai/bot/ledger"
	"mingbai/knowledge"
)

// A likeLine is questions that ask about the same thing and found no card:
// what it is about, never what was said.
type likeLine struct {
	Href, Topic, Words string
	People, Questions  int
	Last               time.Time
}

type unansweredPage struct {
	frame
	Groups    []likeLine
	Questions int
	More      bool // older ones are not looked at
	Topics    []option
}

// An askedLine is one question of a group.
type askedLine struct {
	Href string
	At   time.Time
	Text []string
}

type likePage struct {
	frame
	Topic, Words string
	People       int
	Lines        []askedLine
	More         int
	New          string
}

const (
	questionsRead = 1500 // the newest ones; a group is there long before
	groupsShown   = 100
	questionsOpen = 40
	askedFor      = 12  // phrasings taken over into a new card
	longestAsked  = 120 // characters of one; a story is no phrasing
)

// longNumber is a phone, account or identity number.
var longNumber = regexp.MustCompile(`[0-9][0-9 \-]{5,}[0-9Xx]`)

// A like is a group of questions of one topic.
type like struct {
	topic     string
	words     []string
	questions []ledger.Question // the newest first
	people    int
}

// likes reads the questions of a year that no card answered, in groups: those
// that most people ask first.
func (v *visit) likes(r ledger.Reader, topic string) (out []like, all int, err error) {
	list, err := ledger.Unanswered(r, v.scope(), v.now.AddDate(-1, 0, 0), questionsRead)
	if err != nil {
		return nil, 0, err
	}
	byTopic := map[string][]ledger.Question{}
	for _, q := range list {
		if topic == "" || q.Topic == topic {
			byTopic[q.Topic] = append(byTopic[q.Topic], q)
		}
	}
	index := v.c.Mind().Index
	for t, questions := range byTopic {
		texts := make([]string, len(questions))
		for i, q := range questions {
			texts[i] = q.Text
		}
		for _, g := range index.Groups(texts) {
			x := like{topic: t, words: g.Words}
			chats := map[int64]bool{}
			for _, m := range g.Members {
				x.questions = append(x.questions, questions[m])
				chats[questions[m].Chat] = true
			}
			if x.people = len(chats); x.people < 2 {
				x.words = nil // the words of one person are theirs
			}
			out = append(out, x)
		}
	}
	slices.SortFunc(out, func(a, b like) int {
		if a.people != b.people {
			return b.people - a.people
		}
		if len(a.questions) != len(b.questions) {
			return len(b.questions) - len(a.questions)
		}
		return b.questions[0].At.Compare(a.questions[0].At)
	})
	return out, len(list), nil
}

// unanswered lists what no card answered, by likeness.
func (v *visit) unanswered() error {
	p := &unansweredPage{Topics: topicOptions(v.Query("topic"))}
	p.Title = "没答上的问题"
	err := v.view(func(r *ledger.View) error {
		list, all, err := v.likes(r, v.Query("topic"))
		p.More = all == questionsRead
		for i, x := range list {
			p.Questions += len(x.questions)
			if i < groupsShown {
				p.Groups = append(p.Groups, likeLine{Href: v.link("/knowledge/unanswered/:id", "/knowledge/unanswered/"+strconv.FormatInt(x.questions[0].Matter, 10)),
					Topic: x.topic, Words: strings.Join(x.words, "、"), People: x.people, Questions: len(x.questions), Last: x.questions[0].At})
			}
		}
		return err
	})
	if err != nil {
		return err
	}
	return v.show(http.StatusOK, "unanswered", p)
}

// group finds the group that a matter's question belongs to.
func (v *visit) group(r ledger.Reader, matter int64) (like, error) {
	m, err := ledger.MatterWithin(r, v.scope(), matter)
	if err != nil {
		return like{}, err
	}
	list, _, err := v.likes(r, m.Topic)
	if err != nil {
		return like{}, err
	}
	for _, x := range list {
		if slices.ContainsFunc(x.questions, func(q ledger.Question) bool { return q.Matter == matter }) {
			return x, nil
		}
	}
	return like{}, ledger.ErrNotFound
}

// readGroup opens the questions of a group: each resident will be told that
// theirs was read, which is noted before anything is shown.
func (v *visit) readGroup(matter int64, most int) (like, error) {
	var x like
	err := v.view(func(r *ledger.View) (err error) { x, err = v.group(r, matter); return err })
	if err != nil {
		return x, err
	}
	err = v.do("look", func(tx *ledger.Tx) error {
		for _, q := range x.questions[:min(most, len(x.questions))] {
			if err := tx.Look(v.account.Township, q.Chat, q.Matter, v.account.ID); err != nil {
				return err
			}
		}
		return nil
	})
	return x, err
}

// unansweredGroup shows the questions of one group.
func (v *visit) unansweredGroup() error {
	id, err := v.key()
	if err != nil {
		return err
	}
	x, err := v.readGroup(id, questionsOpen)
	if err != nil {
		return err
	}
	p := &likePage{Topic: x.topic, Words: strings.Join(x.words, "、"), People: x.people, New: "/console/knowledge/new?" + query("group", strconv.FormatInt(id, 10))}
	p.Title = "没答上的问题"
	for i, q := range x.questions {
		if i == questionsOpen {
			p.More = len(x.questions) - i
			break
		}
		p.Lines = append(p.Lines, askedLine{v.linkMatter(q.Matter), q.At, lines(q.Text)})
	}
	return v.show(http.StatusOK, "unansweredgroup", p)
}

// fromGroup fills a card's phrasings from a group's questions.
func (v *visit) fromGroup(p *cardEditPage, c *knowledge.Card) error {
	x, err := v.readGroup(p.From, askedFor)
	if err != nil {
		return err
	}
	c.Topic = x.topic
	p.Source = &source{Matters: min(askedFor, len(x.questions))}
	for _, q := range x.questions[:p.Source.Matters] {
		text := head(withoutNumbers(strings.Join(lines(q.Text), "，")), longestAsked)
		p.Source.Questions = append(p.Source.Questions, text)
		if !slices.Contains(c.Asked, text) {
			c.Asked = append(c.Asked, text)
		}
	}
	return nil
}
