package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

var shBlock = regexp.MustCompile("(?s)```sh\n(.*?)```")

// TestReadme runs every command of the README, in the order it stands there
// and on one data folder, as a reader would.
func TestReadme(t *testing.T) {
	raw, err := os.ReadFile(filepath.Join("..", "..", "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	path, err := built()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	for name, text := range map[string]string{
		"laws.jsonl": `{"id":"样例法#第一条","law":"样例法","version_date":"2020-01-01","number":"第一条","n":1,"sub":0,"text":"拖欠工资的，要付。"}` + "\n" +
			`{"id":"样例法#第二条","law":"样例法","version_date":"2020-01-01","number":"第二条","n":2,"sub":0,"text":"宅基地归集体。"}`,
		"past.jsonl":                     pastQuestions(),
		"questions/questions.open.jsonl": `{"id":"1","text":"老板拖欠工资咋办","topic":"劳动与欠薪","intent":"ask","gold":[{"law":"劳动法","article":"第五十条"}],"urgent":null,"src":"own"}`,
		"questions/danger.open.jsonl":    `{"id":"2","text":"他拿刀在我门口","urgent":"violence","why":""}`,
	} {
		if err := os.MkdirAll(filepath.Dir(filepath.Join(dir, name)), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text+"\n"), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	ran := 0
	for _, block := range shBlock.FindAllStringSubmatch(string(raw), -1) {
		for _, line := range strings.Split(strings.TrimSpace(block[1]), "\n") {
			before, rest, ok := strings.Cut(line, "go run ./cmd/mingbai ")
			if !ok {
				if line != "go test ./..." { // this very test
					t.Errorf("what is %q?", line)
				}
				continue
			}
			ran++
			args := words(rest)
			if args[0] == "prove" && len(args) > 1 && testing.Short() {
				continue
			}
			runReadme(t, path, dir, strings.Fields(before), args)
		}
	}
	if ran < 12 {
		t.Errorf("only %d commands were found in the README", ran)
	}
}

// pastQuestions are enough to learn from.
func pastQuestions() string {
	var lines []string
	for i := range 12 {
		question, gold := "老板拖欠我的工资怎么办", "样例法#第一条"
		if i%2 == 1 {
			question, gold = "宅基地是哪个的", "样例法#第二条"
		}
		lines = append(lines, fmt.Sprintf(`{"id":"%d","question":"%s第%d问","gold":[%q]}`, i, question, i, gold))
	}
	return strings.Join(lines, "\n")
}

func runReadme(t *testing.T, path, dir string, env, args []string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	defer cancel()
	serving := args[0] == "serve"
	if serving { // the port may be taken on this machine, and Telegram is not here
		args = append(args, "--listen", "127.0.0.1:0", "--telegram-api", "http://127.0.0.1:1")
	}
	cmd := exec.CommandContext(ctx, path, args...)
	cmd.Dir, cmd.Env = dir, append(os.Environ(), env...)
	cmd.Stdin = strings.NewReader("离婚\n")
	out := &lockedLog{}
	cmd.Stdout, cmd.Stderr = out, out
	if !serving {
		if err := cmd.Run(); err != nil {
			t.Errorf("%v: %v\n%s", args, err, out)
		}
		return
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	for !openLine.MatchString(out.String()) && ctx.Err() == nil {
		time.Sleep(10 * time.Millisecond)
	}
	cmd.Process.Signal(os.Interrupt)
	if err := cmd.Wait(); err != nil {
		t.Errorf("%v: %v\n%s", args, err, out)
	}
}

// words splits a command line at spaces, quotes kept together.
func words(s string) []string {
	var out []string
	for _, m := range regexp.MustCompile(`"([^"]*)"|(\S+)`).FindAllStringSubmatch(s, -1) {
		out = append(out, m[1]+m[2])
	}
	return out
}
