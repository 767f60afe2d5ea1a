package bot

import (
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/tools/txtar"

	"mingbai/bot/ledger"
	"mingbai/knowledge"
)

var update = flag.Bool("update", false, "rewrite what the bot says in the dialogues")

// theMind is the real knowledge and the real search, indexed once.
var theMind = sync.OnceValues(func() (*Mind, error) {
	base, err := knowledge.Load(knowledge.Overlay{})
	if err != nil {
		return nil, err
	}
	return NewMind(base, nil), nil
})

// A stage is an engine with a clock that stands still until a dialogue moves
// it.
type stage struct {
	t     *testing.T
	e     *Engine
	now   time.Time
	n     int
	code  string
	party string           // the word of the last invitation to a party
	seen  map[string]int64 // chat → last line shown
}

func newStage(t *testing.T) *stage {
	t.Helper()
	mind, err := theMind()
	if err != nil {
		t.Fatal(err)
	}
	l, err := ledger.Open(context.Background(), "sqlite:"+filepath.Join(t.TempDir(), "m.db"), ledger.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	s := &stage{t: t, now: time.Date(2026, 11, 24, 14, 6, 0, 0, knowledge.Shanghai), seen: map[string]int64{}}
	s.e = &Engine{Ledger: l, Now: func() time.Time { return s.now }}
	s.e.SetMind(mind)
	return s
}

// say plays one line of a person: [label] taps a button, a [图片] or [位置]
// line sends a file, anything else is typed.
func (s *stage) say(who, text string) []Reply {
	s.t.Helper()
	s.n++
	m := Message{Channel: Web, Chat: who, ID: fmt.Sprint(s.n)}
	label, isTap := strings.CutPrefix(text, "[")
	label, closed := strings.CutSuffix(label, "]")
	switch {
	case strings.HasPrefix(text, "[图片]"): // with a caption or without
		m.Files, m.Text = []File{{Kind: "photo", Ref: "f1"}}, strings.TrimPrefix(text, "[图片]")
	case text == "[位置]":
		m.Files = []File{{Kind: "location", Ref: "geo:29.50000,108.25000"}}
	case text == "[语音]":
		m.Files = []File{{Kind: "voice", Ref: "f2"}}
	case text == "[空]":
	case isTap && closed:
		if m.Tap = s.button(who, label); m.Tap == "" {
			s.t.Fatalf("%s taps %s, but was never shown it; last was told:\n%s", who, label, s.news(who))
		}
	default:
		m.Text = strings.NewReplacer("$CODE", s.code, "$PARTY", s.party).Replace(text)
	}
	replies, err := s.e.Handle(context.Background(), m)
	if err != nil {
		s.t.Fatalf("%s says %q: %v", who, text, err)
	}
	return replies
}

// button finds what the latest button with this label does.
func (s *stage) button(who, label string) string {
	lines, err := s.e.Transcript(context.Background(), Web, who, 0, 100)
	if err != nil {
		s.t.Fatal(err)
	}
	do := ""
	for _, l := range lines {
		if l.Reply == nil {
			continue
		}
		for _, c := range append(append([]Choice(nil), l.Reply.Choices...), l.Reply.Rate...) {
			if c.Label == label {
				do = c.Do
			}
		}
	}
	return do
}

// news returns what the bot has said to somebody since last asked.
func (s *stage) news(who string) string {
	s.t.Helper()
	lines, err := s.e.Transcript(context.Background(), Web, who, s.seen[who], 100)
	if err != nil {
		s.t.Fatal(err)
	}
	var b strings.Builder
	for _, l := range lines {
		s.seen[who] = l.Seq
		if l.Mine {
			continue
		}
		b.WriteString(s.mask(l.Reply.Numbered()) + "\n")
	}
	return b.String()
}

var (
	partyCode = regexp.MustCompile(`/start ([A-Z2-9]{8})`)
	paperLink = regexp.MustCompile(`/paper/\S+`)
)

// mask remembers the word that calls a party, and hides what is drawn by
// chance.
func (s *stage) mask(text string) string {
	if m := partyCode.FindStringSubmatch(text); m != nil {
		s.party = m[1]
		text = strings.ReplaceAll(text, m[1], "$PARTY")
	}
	return paperLink.ReplaceAllString(text, "/paper/…")
}

// TestDialogues plays every conversation of testdata/dialogues. A section is
// named by who speaks; "bot" answers the last speaker, "bot to X" is what
// another person was told. "clock 2006-01-02 15:04" moves the time and fires
// timers, "invite ROLE VILLAGE" or "invite ROLE GRID" makes a code.
func TestDialogues(t *testing.T) {
	files, err := filepath.Glob("testdata/dialogues/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("no dialogues: %v", err)
	}
	for _, path := range files {
		t.Run(strings.TrimSuffix(filepath.Base(path), ".txtar"), func(t *testing.T) {
			a, err := txtar.ParseFile(path)
			if err != nil {
				t.Fatal(err)
			}
			s := newStage(t)
			speaker, changed := "", false
			defer func() { // what was said until a script broke off is of use too
				if changed {
					if err := os.WriteFile(path, txtar.Format(a), 0o644); err != nil {
						t.Error(err)
					}
				}
			}()
			check := func(f *txtar.File, got string) {
				if got == string(f.Data) {
					return
				}
				if *update {
					f.Data, changed = []byte(got), true
					return
				}
				t.Errorf("%s, %s:\ngot:\n%s\nwant:\n%s", path, f.Name, got, f.Data)
			}
			for i := range a.Files {
				f := &a.Files[i]
				word, rest, _ := strings.Cut(f.Name, " ")
				switch {
				case word == "clock":
					s.move(rest)
				case word == "invite":
					role, village, _ := strings.Cut(rest, " ")
					s.invite(role, village)
				case f.Name == "bot":
					check(f, s.news(speaker))
				case word == "bot":
					check(f, s.news(strings.TrimPrefix(rest, "to ")))
				default:
					speaker = f.Name
					for _, line := range strings.Split(strings.TrimSpace(string(f.Data)), "\n") {
						s.say(speaker, line)
					}
				}
			}
			s.prove()
		})
	}
}

func (s *stage) move(to string) {
	s.t.Helper()
	target, err := time.ParseInLocation("2006-01-02 15:04", to, knowledge.Shanghai)
	if err != nil {
		s.t.Fatal(err)
	}
	// Timers fire when they are due, not all at the end.
	for {
		next, ok, err := s.e.Ledger.NextTimer(context.Background())
		if err != nil {
			s.t.Fatal(err)
		}
		if !ok || next.After(target) {
			break
		}
		s.now = next
		if _, err := s.e.Tick(context.Background(), 1); err != nil {
			s.t.Fatal(err)
		}
	}
	s.now = target
}

func (s *stage) invite(role, village string) {
	s.t.Helper()
	err := s.e.Ledger.Do(context.Background(), "invite", s.now, func(tx *ledger.Tx) (err error) {
		town, grid := s.e.Mind().Base.Township, ""
		if g, v := town.Grid(village); g != nil {
			village, grid = v.ID, g.ID
		}
		s.code, err = tx.InviteGrid(town.ID, role, village, grid, 24*time.Hour)
		return err
	})
	if err != nil {
		s.t.Fatal(err)
	}
}

func (s *stage) prove() {
	s.t.Helper()
	p, err := s.e.Ledger.Prove(context.Background())
	if err != nil {
		s.t.Fatal(err)
	}
	_, _, more, err := ProveDisputes(context.Background(), s.e.Ledger, s.e.Mind().Base.Township)
	if err != nil {
		s.t.Fatal(err)
	}
	for _, f := range append(p.Faults, more...) {
		s.t.Error("fault:", f)
	}
}
