package main

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// call runs the program in this process.
func call(t *testing.T, in string, args ...string) (code int, out, errOut string) {
	t.Helper()
	var o, e bytes.Buffer
	code = run(context.Background(), args, strings.NewReader(in), &o, &e)
	return code, o.String(), e.String()
}

func TestUsage(t *testing.T) {
	dir := t.TempDir()
	bad := filepath.Join(dir, "bad")
	if err := os.MkdirAll(bad, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(bad, "mingbai.yaml"), []byte("listne: x\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name string
		args []string
		code int
		says string
	}{
		{"no such command", []string{"fly"}, 2, `unknown command "fly"`},
		{"no such flag", []string{"ask", "--fly", "x"}, 2, "unknown flag"},
		{"nothing asked", []string{"ask"}, 2, "one question"},
		{"question and lines", []string{"ask", "--jsonl", "x"}, 2, "one question"},
		{"nothing told", []string{"intake"}, 2, "one narrative"},
		{"narrative and lines", []string{"intake", "--jsonl", "x"}, 2, "one narrative"},
		{"no such day", []string{"ask", "--at", "2025-02-30", "x"}, 2, "--at"},
		{"no such role", []string{"invite", "--role", "king"}, 2, "--role"},
		{"volunteer of nowhere", []string{"invite", "--role", "volunteer", "--village", "月亮村"}, 2, "月亮村"},
		{"volunteer without village", []string{"invite", "--role", "volunteer"}, 2, "--village"},
		{"no such format", []string{"report", "--format", "pdf"}, 2, "--format"},
		{"a year to come", []string{"report", "--year", "2999"}, 2, "--year"},
		{"a file on the screen", []string{"report", "--format", "docx"}, 2, "--out"},
		{"no ledger yet", []string{"report", "--data", filepath.Join(dir, "none")}, 1, "there is none"},
		{"nothing to prove", []string{"prove", "--data", filepath.Join(dir, "none")}, 1, "there is none"},
		{"kills below zero", []string{"prove", "--crash", "-1"}, 2, "--crash"},
		{"no statutes", []string{"statutes", "search", "x", "--data", dir}, 1, "no statutes imported"},
		{"import of nothing", []string{"statutes", "import"}, 2, "at least one"},
		{"import of what is not there", []string{"statutes", "import", "/no/such", "--data", dir}, 1, "/no/such"},
		{"too many hits", []string{"statutes", "search", "x", "--top", "0", "--data", dir}, 2, "--top"},
		{"odd flood", []string{"chat", "--flood", "many"}, 2, "flood"},
		{"odd pace", []string{"chat", "--telegram-pace", "1"}, 2, "telegram_pace"},
		{"odd mode", []string{"serve", "--telegram-mode", "pigeon"}, 2, "telegram-mode"},
		{"webhook without secret", []string{"serve", "--telegram-token", "1:a", "--telegram-mode", "webhook"}, 2, "telegram_secret"},
		{"odd database", []string{"chat", "--database", "mysql://x"}, 1, "neither sqlite"},
		{"odd web address", []string{"chat", "--public-url", "here"}, 2, "public_url"},
		{"unknown setting in the file", []string{"chat", "--data", bad}, 1, "listne"},
		{"no township file", []string{"check", "--township", "/no/such.yaml"}, 1, "/no/such.yaml"},
		{"no script", []string{"chat", "--script", "/no/such", "--data", dir}, 1, "/no/such"},
		{"no questions to evaluate", []string{"eval"}, 2, "--residents"},
		{"questions that are not there", []string{"eval", "--residents", "/no/such"}, 1, "/no/such"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			code, _, errOut := call(t, "", tt.args...)
			if code != tt.code || !strings.Contains(errOut, tt.says) {
				t.Errorf("%v: exit %d, %q; want %d and %q", tt.args, code, errOut, tt.code, tt.says)
			}
			if strings.Count(errOut, "\n") != 1 {
				t.Errorf("%v: the error is not one line: %q", tt.args, errOut)
			}
		})
	}
}

func TestHelp(t *testing.T) {
	for _, args := range [][]string{{"--help"}, {"serve", "--help"}, {"ask", "--help"}, {"intake", "--help"}, {"chat", "--help"}, {"check", "--help"}, {"statutes", "--help"},
		{"statutes", "import", "--help"}, {"invite", "--help"}, {"report", "--help"}, {"prove", "--help"}, {"eval", "--help"}, {"bench", "--help"}, {"backup", "--help"}, {"restore", "--help"}} {
		if code, out, errOut := call(t, "", args...); code != 0 || out == "" || errOut != "" {
			t.Errorf("%v: exit %d, stderr %q", args, code, errOut)
		}
	}
}

// A line that cannot be read is said by its number; the others are answered.
func TestAskLines(t *testing.T) {
	in := `{"id":"a","text":"隔壁砌墙占了我屋基咋个办"}
not json
{"id":"b"}

{"id":7,"text":"快来人 他拿刀在我门口","more":1}
` + `{"id":"long","text":"` + strings.Repeat("长", maxLine/3+10) + `"}
{"id":"last","text":"谢谢"}`
	code, out, errOut := call(t, in, "ask", "--jsonl")
	if code != 0 {
		t.Fatalf("exit %d: %s", code, errOut)
	}
	lines := strings.Split(strings.TrimSpace(out), "\n")
	if len(lines) != 6 {
		t.Fatalf("%d lines, want 6:\n%s", len(lines), out)
	}
	var got []map[string]any
	for _, l := range lines {
		m := map[string]any{}
		if err := json.Unmarshal([]byte(l), &m); err != nil {
			t.Fatalf("%v: %s", err, l)
		}
		got = append(got, m)
	}
	if got[0]["decision"] != "answer" || got[0]["topic"] != "宅基地与房屋" || got[0]["urgent"] != nil || len(got[0]["cites"].([]any)) == 0 {
		t.Errorf("first: %v", got[0])
	}
	for i, line := range map[int]float64{1: 2, 2: 3, 4: 6} {
		if got[i]["line"] != line || got[i]["error"] == "" {
			t.Errorf("line %v: %v", line, got[i])
		}
	}
	if got[3]["decision"] != "urgent" || got[3]["urgent"] != "violence" || got[3]["id"] != 7.0 || !strings.Contains(got[3]["text"].(string), "110") {
		t.Errorf("danger: %v", got[3])
	}
	if got[5]["decision"] != "smalltalk" {
		t.Errorf("last: %v", got[5])
	}
}

// The law of the day: an answer whose law was not yet in force is not given.
func TestAskAt(t *testing.T) {
	const q = "烧秸秆遭罚款合不合法"
	_, now, _ := call(t, "", "ask", "--json", "--at", "2026-11-24", q)
	_, then, _ := call(t, "", "ask", "--json", "--at", "2025-06-01", q)
	var a, b askResult
	if err := json.Unmarshal([]byte(now), &a); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal([]byte(then), &b); err != nil {
		t.Fatal(err)
	}
	if a.Decision != "answer" || !strings.Contains(now, "生态环境法典") {
		t.Errorf("today: %s", now)
	}
	if b.Decision != "handover" || strings.Contains(then, "生态环境法典") || len(b.Cites) != 0 {
		t.Errorf("before the code was law: %s", then)
	}
}

func TestChatScript(t *testing.T) {
	dir := t.TempDir()
	script := filepath.Join(dir, "s.txt")
	if err := os.WriteFile(script, []byte("# a comment\n隔壁砌墙占了我屋基咋个办\n\n要带些啥子\n找人\n进度\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	code, out, errOut := call(t, "", "chat", "--script", script, "--data", dir)
	if code != 0 {
		t.Fatalf("exit %d: %s", code, errOut)
	}
	for _, want := range []string{"村民  隔壁砌墙", "《民法典》第二百三十六条", "宅基地证", "受理号 QX-", "等人接手"} {
		if !strings.Contains(out, want) {
			t.Errorf("the dialogue lacks %q:\n%s", want, out)
		}
	}
	for _, args := range [][]string{{"prove", "--data", dir}, {"report", "--data", dir, "--draft"}, {"report", "--data", dir, "--format", "json"}} {
		if code, out, errOut := call(t, "", args...); code != 0 {
			t.Errorf("%v: exit %d: %s%s", args, code, out, errOut)
		}
	}
	_, js, _ := call(t, "", "report", "--data", dir, "--format", "json")
	var rep struct {
		Indicators []struct {
			Key     string
			Value   float64
			Rule    string
			Source  string
			Records []string
		}
	}
	if err := json.Unmarshal([]byte(js), &rep); err != nil {
		t.Fatal(err)
	}
	got := map[string]float64{}
	for _, i := range rep.Indicators {
		got[i.Key] = i.Value
		if i.Rule == "" || i.Source == "" || i.Records == nil {
			t.Errorf("%s has no rule, source or records", i.Key)
		}
	}
	if got["consultations"] != 1 || got["handovers"] != 1 || got["messages"] != 4 {
		t.Errorf("figures: %v", got)
	}
}

func TestStatutes(t *testing.T) {
	dir := t.TempDir()
	src := filepath.Join(dir, "law.jsonl")
	text := `{"law":"中华人民共和国样例法","short":"样例法","version":"2020-01-01","in_force_from":"2020-02-01","status":"superseded by 样例法(2025) from 2025-01-01","number":"第一条","n":1,"sub":0,"chapter":"总则","text":"旧的第一条，屋基归集体。"}
{"law":"中华人民共和国样例法","short":"样例法","version":"2025-01-01","in_force_from":"2025-01-01","status":"current","number":"第一条","n":1,"sub":0,"chapter":"总则","text":"新的第一条，宅基地归集体。"}
{"broken":
{"id":"别的规定#第一条","law":"别的规定","version_date":"2001-01-01","number":"第一条","n":1,"sub":0,"chapter":"","text":"拖欠工资的处理。"}
`
	if err := os.WriteFile(src, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	code, out, _ := call(t, "", "statutes", "import", src, "--data", dir)
	if code != 1 || !strings.Contains(out, "law.jsonl:3:") || !strings.Contains(out, "3条") {
		t.Fatalf("import: exit %d\n%s", code, out)
	}
	if code, out, _ := call(t, "", "statutes", "list", "--data", dir); code != 0 || strings.Count(out, "样例法") != 2 || !strings.Contains(out, "已于2025-01-01被替代") {
		t.Errorf("list: exit %d\n%s", code, out)
	}
	code, out, errOut := call(t, `{"id":1,"text":"老板拖欠工资"}`+"\nxx\n", "statutes", "search", "--jsonl", "--top", "2", "--data", dir)
	if code != 0 || !strings.Contains(out, `"id":"别的规定#第一条"`) || !strings.Contains(out, `"line":2`) {
		t.Errorf("search: exit %d %s\n%s", code, errOut, out)
	}
}

func FuzzAskLines(f *testing.F) {
	data := f.TempDir()
	mind, err := (&Settings{Data: data, Database: "sqlite:" + filepath.Join(data, "mingbai.db")}).mind(f.Context())
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(mind.Close)
	f.Add([]byte(`{"id":1,"text":"离婚"}`))
	f.Add([]byte("{\"text\":\"\xff\xfe救命\"}\n\x00"))
	f.Fuzz(func(t *testing.T, in []byte) {
		var out bytes.Buffer
		if err := askLines(mind, "2026-11-24", true, bytes.NewReader(in), &out); err != nil {
			t.Fatal(err)
		}
		for _, l := range bytes.Split(bytes.TrimSpace(out.Bytes()), []byte("\n")) {
			if len(l) > 0 && !json.Valid(l) {
				t.Fatalf("not JSON: %s", l)
			}
		}
	})
}

// A report that lacks figures is refused, a line for each, and its draft is
// written all the same.
func TestReportDraft(t *testing.T) {
	dir := t.TempDir()
	script := filepath.Join(dir, "script.txt")
	if err := os.WriteFile(script, []byte("隔壁砌墙占了我屋基咋个办\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	if code, _, errOut := call(t, "", "chat", "--script", script, "--data", dir); code != 0 {
		t.Fatal(errOut)
	}
	out := filepath.Join(dir, "report.docx")
	code, said, errOut := call(t, "", "report", "--data", dir, "--format", "docx", "--out", out)
	if code != 1 || said != "" || !strings.Contains(errOut, "还不能公布：\n") || !strings.Contains(errOut, "  “行政诉讼”没有人填") || !strings.Contains(errOut, "--draft") {
		t.Errorf("exit %d: %s%s", code, said, errOut)
	}
	if _, err := os.Stat(out); err == nil {
		t.Error("a refused report was written")
	}
	for _, format := range []string{"docx", "xlsx"} {
		if code, _, errOut := call(t, "", "report", "--data", dir, "--format", format, "--out", out, "--draft"); code != 0 {
			t.Fatalf("%s: exit %d: %s", format, code, errOut)
		}
		raw, err := os.ReadFile(out)
		if err != nil || !bytes.HasPrefix(raw, []byte("PK")) {
			t.Errorf("%s: no file, %v", format, err)
		}
	}
}
