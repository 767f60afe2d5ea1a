package main

import (
	"context"
	"flag"
	"fmt"
	"math/rand/v2"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"mingbai/bot/ledger"
	"mingbai/bot/ledger/ledgertest"
	"mingbai/bot/telegram/faketelegram"
)

var kills = flag.Int("kills", 5, "how often TestCrash kills the server")

// built is the program, built once for all tests of this package.
var built = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "mingbai-e2e-")
	if err != nil {
		return "", err
	}
	path := filepath.Join(dir, "mingbai")
	out, err := exec.Command("go", "build", "-o", path, ".").CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("build: %w\n%s", err, out)
	}
	return path, nil
})

func TestMain(m *testing.M) {
	code := m.Run()
	if path, err := built(); err == nil {
		os.RemoveAll(filepath.Dir(path))
	}
	os.Exit(code)
}

// A server is the built program serving in a process of its own.
type server struct {
	t    *testing.T
	cmd  *exec.Cmd
	args []string
	env  []string
	url  string
	out  *lockedLog
	log  *lockedLog
}

// lockedLog keeps what a child says.
type lockedLog struct {
	mu sync.Mutex
	b  strings.Builder
}

func (l *lockedLog) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedLog) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// serveChild starts the program against a fake Bot API.
func serveChild(t *testing.T, api *faketelegram.Server, data, mode string, more ...string) *server {
	t.Helper()
	path, err := built()
	if err != nil {
		t.Fatal(err)
	}
	s := &server{t: t, args: append([]string{path, "serve", "--listen", "127.0.0.1:0", "--data", data}, more...), log: &lockedLog{},
		env: append(os.Environ(), "MINGBAI_TELEGRAM_TOKEN="+api.Token, "MINGBAI_TELEGRAM_API="+api.URL, "MINGBAI_TELEGRAM_MODE="+mode,
			"MINGBAI_TELEGRAM_SECRET=geheim-42", "MINGBAI_TELEGRAM_PACE=off", "MINGBAI_FLOOD=off")}
	s.start()
	t.Cleanup(s.kill)
	return s
}

func (s *server) start() {
	s.t.Helper()
	s.cmd = exec.Command(s.args[0], s.args[1:]...)
	s.cmd.Env = s.env
	s.out = &lockedLog{}
	s.cmd.Stdout, s.cmd.Stderr = s.out, s.log
	if err := s.cmd.Start(); err != nil {
		s.t.Fatal(err)
	}
	for deadline := time.Now().Add(30 * time.Second); ; time.Sleep(5 * time.Millisecond) {
		if m := openLine.FindStringSubmatch(s.out.String()); m != nil {
			s.url = "http://" + m[1]
			return
		}
		if time.Now().After(deadline) {
			s.t.Fatalf("the server did not open:\n%s%s", s.out, s.log)
		}
	}
}

func (s *server) kill() {
	if s.cmd != nil {
		s.cmd.Process.Kill()
		s.cmd.Wait()
		s.cmd = nil
	}
}

// stop ends the server as a person would, and fails if it does not end well.
func (s *server) stop() {
	s.t.Helper()
	s.cmd.Process.Signal(os.Interrupt)
	if err := s.cmd.Wait(); err != nil {
		s.t.Errorf("the server ended with %v:\n%s", err, s.log)
	}
	s.cmd = nil
}

var codeForm = regexp.MustCompile(`邀请码：([A-Z2-9]+)`)

// waitFor waits until some message to a chat contains all of the words, and
// returns it.
func waitFor(t *testing.T, api *faketelegram.Server, chat int64, words ...string) faketelegram.Sent {
	t.Helper()
	for deadline := time.Now().Add(30 * time.Second); ; time.Sleep(5 * time.Millisecond) {
		for _, m := range api.Sent() {
			ok := m.Chat == chat
			for _, w := range words {
				ok = ok && strings.Contains(m.Text, w)
			}
			if ok {
				return m
			}
		}
		if time.Now().After(deadline) {
			for _, m := range api.Sent() {
				t.Logf("to %d: %s", m.Chat, m.Text)
			}
			t.Fatalf("nobody told %d %q", chat, words)
		}
	}
}

func data(t *testing.T, m faketelegram.Sent, label string) string {
	t.Helper()
	for _, row := range m.Buttons {
		for _, b := range row {
			if strings.Contains(b.Text, label) {
				return b.Data
			}
		}
	}
	t.Fatalf("no button %s under %q", label, m.Text)
	return ""
}

// A resident asks, wants a person, a volunteer who joined by an invite takes
// it and answers: over HTTP, through the built program, in both modes.
func TestTelegram(t *testing.T) {
	for _, mode := range []string{"poll", "webhook"} {
		t.Run(mode, func(t *testing.T) {
			api := faketelegram.New()
			defer api.Close()
			dir := t.TempDir()
			s := serveChild(t, api, dir, mode)
			const resident, volunteer = 11, 22

			code, out, errOut := call(t, "", "invite", "--role", "volunteer", "--village", "红岩村", "--data", dir)
			if code != 0 {
				t.Fatalf("invite: %s", errOut)
			}
			api.PushText(volunteer, "/start "+codeForm.FindStringSubmatch(out)[1])
			waitFor(t, api, volunteer, "红岩村法律明白人", "怎么称呼您")
			api.PushText(volunteer, "老李")
			waitFor(t, api, volunteer, "老李，您现在是")

			asked := api.PushText(resident, "隔壁砌墙占了我屋基咋个办")
			answer := waitFor(t, api, resident, "《民法典》第二百三十六条", "现行有效")
			api.PushTap(resident, data(t, answer, "有用"))
			waitFor(t, api, resident, "记下了")
			// Telegram delivers the question once more: nothing happens.
			again := faketelegram.Message(resident, map[string]any{"text": "隔壁砌墙占了我屋基咋个办"})
			again["update_id"] = asked
			api.Push(again)
			api.PushTap(resident, data(t, answer, "找人说"))
			waitFor(t, api, resident, "受理号 QX-", "老李回您")

			offer := waitFor(t, api, volunteer, "有人要问", "隔壁砌墙占了我屋基", "参考")
			api.PushTap(volunteer, data(t, offer, "接过来"))
			waitFor(t, api, resident, "老李接了您的事")
			api.PushText(volunteer, "大爷，我下午到您家来看界石。")
			waitFor(t, api, resident, "老李", "我下午到您家来看界石")

			if mode == "webhook" {
				checkWebhookDoor(t, s, api)
			}
			s.stop()
			if strings.Contains(s.log.String(), api.Token) || strings.Contains(s.log.String(), "geheim-42") {
				t.Error("the log holds a secret")
			}
			if n := countText(api, resident, "现行有效"); n != 1 {
				t.Errorf("the question was answered %d times", n)
			}
			if code, out, errOut := call(t, "", "prove", "--data", dir); code != 0 || !strings.Contains(out, "收到消息：7 ") {
				t.Errorf("prove: exit %d\n%s%s", code, out, errOut)
			}
		})
	}
}

func countText(api *faketelegram.Server, chat int64, word string) int {
	n := 0
	for _, m := range api.Sent() {
		if m.Chat == chat && strings.Contains(m.Text, word) {
			n++
		}
	}
	return n
}

// checkWebhookDoor tries the webhook as a stranger would.
func checkWebhookDoor(t *testing.T, s *server, api *faketelegram.Server) {
	t.Helper()
	before := len(api.Sent())
	body := `{"update_id":999999,"message":{"message_id":1,"date":1,"chat":{"id":33,"type":"private"},"from":{"id":33},"text":"离婚"}}`
	for secret, want := range map[string]int{"": 401, "wrong": 401} {
		req, err := http.NewRequest(http.MethodPost, s.url+"/telegram/webhook", strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		if secret != "" {
			req.Header.Set("X-Telegram-Bot-Api-Secret-Token", secret)
		}
		res, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
		if res.StatusCode != want {
			t.Errorf("secret %q: %s, want %d", secret, res.Status, want)
		}
	}
	for path, want := range map[string]int{"/healthz": 200, "/readyz": 200, "/metrics": 200, "/": 200, "/nothing": 404} {
		res, err := http.Get(s.url + path)
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
		if res.StatusCode != want {
			t.Errorf("%s: %s, want %d", path, res.Status, want)
		}
	}
	if after := len(api.Sent()); after != before {
		t.Errorf("a stranger's post made the bot send %d messages", after-before)
	}
}

// The server is killed without warning while twenty residents talk through the
// Bot API. Afterwards no message is lost and none was handled twice. Fifty
// kills: go test ./cmd/mingbai -run TestCrash -kills 50
func TestCrash(t *testing.T) {
	api := faketelegram.New()
	defer api.Close()
	dir := t.TempDir()
	s := serveChild(t, api, dir, "poll")
	stop := make(chan struct{})
	var wg sync.WaitGroup
	var mu sync.Mutex
	pushed := 0
	for resident := range 20 {
		wg.Go(func() {
			for n := 0; ; n++ {
				select {
				case <-stop:
					return
				case <-time.After(200 * time.Millisecond): // a quick typist
				}
				api.PushText(int64(100+resident), crashLines[n%len(crashLines)])
				mu.Lock()
				pushed++
				mu.Unlock()
			}
		})
	}
	chance := rand.New(rand.NewPCG(7, 7))
	for range *kills {
		time.Sleep(time.Duration(20+chance.IntN(500)) * time.Millisecond)
		s.kill()
		s.start()
	}
	close(stop)
	wg.Wait()
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	defer cancel()
	if err := api.WaitConfirmed(ctx); err != nil {
		t.Fatalf("%d updates were never taken: %v\n%s", api.Pending(), err, s.log)
	}
	s.stop()
	l, err := ledger.Open(ctx, "sqlite:"+filepath.Join(dir, "mingbai.db"), ledger.Options{ReadOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	p, err := l.Prove(ctx)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range p.Faults {
		t.Error("fault:", f)
	}
	if p.Received != int64(pushed) {
		t.Errorf("%d messages were sent, the ledger has %d", pushed, p.Received)
	}
	t.Logf("%d kills, %d messages, %d journal entries in %d chains", *kills, pushed, p.Entries, p.Chains)
}

// Two servers on one PostgreSQL and one Redis share the work: every update is
// posted to both, each is handled once, and each chat stays in order.
func TestTwoReplicas(t *testing.T) {
	address, redis := ledgertest.Postgres(t), os.Getenv("MINGBAI_TEST_REDIS")
	if redis == "" {
		if os.Getenv("CI") == "true" {
			t.Fatal("MINGBAI_TEST_REDIS names no server")
		}
		t.Skip("MINGBAI_TEST_REDIS names no server")
	}
	api := faketelegram.New()
	defer api.Close()
	both := []*server{
		serveChild(t, api, t.TempDir(), "webhook", "--database", address, "--redis", redis),
		serveChild(t, api, t.TempDir(), "webhook", "--database", address, "--redis", redis),
	}
	const chats, each = 12, 8
	var wg sync.WaitGroup
	for chat := range chats {
		wg.Go(func() {
			for n := range each {
				id := 5_000_000 + chat*1000 + n
				body := fmt.Sprintf(`{"update_id":%d,"message":{"message_id":%d,"date":1,"chat":{"id":%d,"type":"private"},"from":{"id":%d},"text":%q}}`,
					id, n+1, 900+chat, 900+chat, crashLines[n])
				var pair sync.WaitGroup
				for _, s := range both {
					pair.Go(func() {
						req, err := http.NewRequest(http.MethodPost, s.url+"/telegram/webhook", strings.NewReader(body))
						if err != nil {
							t.Error(err)
							return
						}
						req.Header.Set("X-Telegram-Bot-Api-Secret-Token", "geheim-42")
						res, err := http.DefaultClient.Do(req)
						if err != nil {
							t.Error(err)
							return
						}
						res.Body.Close()
						if res.StatusCode != 200 {
							t.Errorf("%s: %s", body, res.Status)
						}
					})
				}
				pair.Wait()
			}
		})
	}
	wg.Wait()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	l, err := ledger.Open(ctx, address, ledger.Options{ReadOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	for {
		p, err := l.Prove(ctx)
		if err != nil {
			t.Fatal(err)
		}
		if p.Waiting > 0 {
			time.Sleep(50 * time.Millisecond)
			continue
		}
		for _, f := range p.Faults {
			t.Error("fault:", f)
		}
		if p.Received != chats*each {
			t.Errorf("%d received, want %d", p.Received, chats*each)
		}
		break
	}
	for _, s := range both {
		s.stop()
	}
	// Each chat's replies came in the order of its questions.
	order := map[int64][]string{}
	for _, m := range api.Sent() {
		order[m.Chat] = append(order[m.Chat], m.Text)
	}
	for chat := range chats {
		got := order[int64(900+chat)]
		if len(got) != each {
			t.Errorf("chat %d got %d replies, want %d", 900+chat, len(got), each)
			continue
		}
		for i, want := range order[900] {
			// Receipt numbers differ; the beginnings do not.
			if len(got) > i && head8(got[i]) != head8(want) {
				t.Errorf("chat %d, reply %d: %q, the first chat got %q", 900+chat, i, got[i], want)
			}
		}
	}
}

func head8(s string) string {
	r := []rune(s)
	return string(r[:min(8, len(r))])
}
