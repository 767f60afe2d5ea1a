package console

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"mingbai/bot"
	"mingbai/bot/casework"
	"mingbai/bot/ledger"
	"mingbai/knowledge"
)

var noon = time.Date(2026, 11, 24, 6, 20, 0, 0, time.UTC) // 14:20 in Shanghai

var mind = sync.OnceValue(func() *bot.Mind {
	base, err := knowledge.Load(knowledge.Overlay{})
	if err != nil {
		panic(err)
	}
	return bot.NewMind(base, nil)
})

// A town is a ledger with a console on it, and a clock of its own.
type town struct {
	*testing.T
	l       *ledger.Ledger
	c       *Console
	server  *httptest.Server
	now     time.Time
	matter  map[string]int64 // by village
	dispute map[string]int64
	asked   map[string]int64 // a matter that no card answered, with a helper's answer
	n       int
}

// next is a word that was not given before.
func (x *town) next() string {
	x.n++
	return fmt.Sprint("n", x.n)
}

const (
	hostile = `<script>alert("x")</script><img src=x onerror=alert(1)>`
	long    = "三只青蛙跳过两块青石板"
)

func newTown(t *testing.T) *town {
	t.Helper()
	return newTownOf(t, ledger.Options{})
}

func newTownOf(t *testing.T, o ledger.Options) *town {
	t.Helper()
	l, err := ledger.Open(context.Background(), "sqlite:"+filepath.Join(t.TempDir(), "mingbai.db"), o)
	if err != nil {
		t.Fatal(err)
	}
	x := &town{T: t, l: l, now: noon, matter: map[string]int64{}, asked: map[string]int64{}, dispute: map[string]int64{}}
	x.c = &Console{Ledger: l, Mind: mind, Now: func() time.Time { return x.now }}
	x.c.Close() // so that an event stream ends at once
	x.server = httptest.NewServer(x.c.Handler())
	t.Cleanup(func() {
		x.server.Close()
		if err := l.Close(); err != nil {
			t.Error(err)
		}
	})
	return x
}

func (x *town) do(f func(tx *ledger.Tx) error) {
	x.Helper()
	if err := x.l.Do(context.Background(), "test", x.now, f); err != nil {
		x.Fatal(err)
	}
}

// fill gives two villages a matter with a hand-over, a dispute with parties,
// papers and evidence, a grid event and its task each.
func (x *town) fill() {
	x.Helper()
	for _, village := range []string{"hongyan", "baiguo"} {
		x.do(func(tx *ledger.Tx) error {
			c, err := tx.Lock("qingxi", "web", "resident-"+village)
			if err != nil {
				return err
			}
			m, err := tx.Receive(c, "m-"+village, "王小明13812345678说"+hostile)
			if err != nil {
				return err
			}
			if _, err := tx.Register(c, village, "person", "1"); err != nil {
				return err
			}
			if _, err := tx.Join(c, ledger.Resident, village, "李建华", "13800000000"); err != nil {
				return err
			}
			card := mind().Base.Cards[0]
			t, err := tx.OpenMatter(c, village, card.Topic, card.ID)
			if err != nil {
				return err
			}
			x.matter[village] = t.ID
			if err := tx.Settle(c, m, ledger.FateHandedOver, "handover", t.ID); err != nil {
				return err
			}
			if err := tx.Number("qingxi", "QX", 2026, t); err != nil {
				return err
			}
			said, err := tx.Say(c, bot.KindAnswer, t.ID)
			if err != nil {
				return err
			}
			body, err := json.Marshal(bot.Reply{Kind: bot.KindAnswer, Say: "先别拆墙。" + hostile, Steps: []string{"拍照。"}, Text: "再说。", Cites: []bot.Cite{{Law: "民法典", Article: "第二百三十六条"}}})
			if err != nil {
				return err
			}
			if err := tx.Words(said, string(body)); err != nil {
				return err
			}
			h, err := tx.HandOver(c, t, "asked", x.now.Add(20*time.Minute))
			if err != nil {
				return err
			}
			if err := tx.SetTimer("qingxi", "promise", h.ID, 0, h.Promised); err != nil {
				return err
			}
			return x.fillDispute(tx, c, t, village)
		})
		x.ask(village, "asker-"+village, "宅基地与房屋", unansweredText, "先去村里问，再看合同。"+hostile)
	}
}

const unansweredText = "王小明13812345678问，无人机打药飘到鱼塘，鱼死了哪个赔" + hostile

// ask puts a question that no card answers into a village's chat, with what a
// helper told, and proposes that as a card. It returns its matter.
func (x *town) ask(village, chat, topic, text, told string) int64 {
	x.Helper()
	x.do(func(tx *ledger.Tx) error {
		c, err := tx.Lock("qingxi", "web", chat)
		if err != nil {
			return err
		}
		in, err := tx.Receive(c, "q-"+x.next(), text)
		if err != nil {
			return err
		}
		m, err := tx.OpenMatter(c, village, topic, "")
		if err != nil {
			return err
		}
		x.asked[village] = m.ID
		if err := tx.Settle(c, in, ledger.FateHandedOver, "handover", m.ID); err != nil {
			return err
		}
		if err := tx.SaveChat(c); err != nil || told == "" {
			return err
		}
		h, err := tx.Lock("qingxi", "web", "helper-"+village)
		if err != nil {
			return err
		}
		answer, err := tx.Receive(h, "a-"+x.next(), told)
		if err != nil {
			return err
		}
		if err := tx.Settle(h, answer, ledger.FateAnswered, "helper-reply", m.ID); err != nil {
			return err
		}
		if err := tx.SaveChat(h); err != nil {
			return err
		}
		return tx.Draft("qingxi", m.ID, in.ID, answer.ID, 7)
	})
	return x.asked[village]
}

func (x *town) fillDispute(tx *ledger.Tx, c *ledger.Chat, m *ledger.Matter, village string) error {
	rules := casework.Dispute{State: casework.Mediating, Category: "房屋宅基地纠纷", Level: knowledge.LevelVillage, Papers: []casework.Item{casework.PaperApplication, casework.PaperRights}, Held: 1, Due: x.now.AddDate(0, 0, -1)}
	raw, err := json.Marshal(rules)
	if err != nil {
		return err
	}
	d := &ledger.Dispute{Township: "qingxi", Year: 2026, Matter: m.ID, Chat: c.ID, Village: village, Category: rules.Category, Level: string(rules.Level), State: string(rules.State), Rules: string(raw), Due: rules.Due}
	if err := tx.OpenDispute(d); err != nil {
		return err
	}
	x.dispute[village] = d.ID
	if err := tx.NumberDispute(d); err != nil {
		return err
	}
	for i, side := range []string{"applicant", "respondent"} {
		if err := tx.AddParty(&ledger.Party{Dispute: d.ID, N: int64(i), Side: side, Consent: "yes", How: "phone", At: x.now, Name: []string{"李建华", "王大国"}[i], Phone: "13800000000"}, ""); err != nil {
			return err
		}
	}
	for _, act := range []string{"open", "accept", "consent", "session"} {
		if err := tx.LogStep(d, 0, map[string]string{"act": act}); err != nil {
			return err
		}
	}
	if _, err := tx.KeepPaper(d, string(casework.PaperApplication), 0, []byte("docx"), ""); err != nil {
		return err
	}
	if _, err := tx.KeepEvidence(d, &ledger.Message{Chat: c.ID}, "photo", "ref", 10); err != nil {
		return err
	}
	e := &ledger.GridEvent{Village: village, Grid: village + "-1", Kind: mind().Base.Township.Events[0].ID, Outcome: ledger.OutcomeTask, Chat: c.ID, Person: c.Person, Noticed: x.now, Grain: ledger.GrainNow}
	e.ID = tx.NewID()
	task := &ledger.Task{Village: village, Grid: village + "-1", Kind: e.Kind, Level: "grid", Source: ledger.SourceEvent, Ref: e.ID, State: "sent", Sent: x.now, Due: x.now.Add(-time.Hour)}
	if err := tx.SendTask("qingxi", 2026, task); err != nil {
		return err
	}
	e.Task = task.ID
	if err := tx.ReportEvent(c, 2026, e, ""); err != nil {
		return err
	}
	return tx.SetTimer("qingxi", "task-due", task.ID, task.Again, task.Due)
}

// account makes an account straight in the ledger.
func (x *town) account(role string, villages ...string) *ledger.Account {
	x.Helper()
	a := &ledger.Account{Login: fmt.Sprintf("%s-%s", role, strings.Join(villages, "-")), Name: "周敏", Password: nobody}
	x.do(func(tx *ledger.Tx) error {
		word, err := tx.MakePass(ledger.Pass{Township: "qingxi", Role: role, Villages: villages, TOTP: newTOTP(), Maker: 1}, time.Hour)
		if err != nil {
			return err
		}
		return tx.MakeAccount(word, a, 1, nil)
	})
	return a
}

// A browser keeps its cookies and does not follow redirects.
type browser struct {
	*town
	http http.Client
}

func (x *town) browser() *browser {
	jar, _ := cookiejar.New(nil) // never fails without options
	return &browser{x, http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
}

// as is a browser in which an account has signed in.
func (x *town) as(a *ledger.Account) *browser {
	b := x.browser()
	x.do(func(tx *ledger.Tx) error {
		word, err := tx.BeginSession(a)
		u, _ := url.Parse(x.server.URL + "/console")
		b.http.Jar.SetCookies(u, []*http.Cookie{{Name: cookieName, Value: word, Path: "/console"}})
		return err
	})
	return b
}

func (b *browser) ask(method, path string, form url.Values, head ...string) (int, string, http.Header) {
	b.Helper()
	r, err := http.NewRequest(method, b.server.URL+path, strings.NewReader(form.Encode()))
	if err != nil {
		b.Fatal(err)
	}
	if method == http.MethodPost {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for i := 0; i+1 < len(head); i += 2 {
		r.Header.Set(head[i], head[i+1])
	}
	res, err := b.http.Do(r)
	if err != nil {
		b.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		b.Fatal(err)
	}
	return res.StatusCode, string(body), res.Header
}

func (b *browser) get(path string) string {
	b.Helper()
	status, body, _ := b.ask("GET", path, nil)
	if status != http.StatusOK {
		b.Fatalf("GET %s: %d\n%s", path, status, body)
	}
	return body
}

func (x *town) code(secret string) string {
	x.Helper()
	c, err := totp.GenerateCode(secret, x.now)
	if err != nil {
		x.Fatal(err)
	}
	return c
}
