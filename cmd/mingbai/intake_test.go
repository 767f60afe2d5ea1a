package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"mingbai/knowledge"
)

func TestIntakeLines(t *testing.T) {
	in := `{"id":"a","text":"他提刀堵在我屋门口，说今天要砍死我，快来人"}` + "\n\n" +
		`not json` + "\n" +
		`{"id":2}` + "\n" +
		`{"id":3,"text":"借给他四千有借条，拖了两年不还"}` + "\n" +
		`{"text":""}` + "\n"
	code, out, errOut := call(t, in, "intake", "--jsonl")
	if code != 0 || errOut != "" {
		t.Fatalf("exit %d, %s", code, errOut)
	}
	type line struct {
		ID         any
		Category   string
		Level      string
		Urgent     *string
		Topic      string
		Confidence *float64
		Why        []string
		Line       int
		Error      string
	}
	var got []line
	for _, raw := range strings.Split(strings.TrimSpace(out), "\n") {
		var l line
		if err := json.Unmarshal([]byte(raw), &l); err != nil {
			t.Fatalf("%s: %v", raw, err)
		}
		got = append(got, l)
	}
	if len(got) != 5 {
		t.Fatalf("%d lines, want 5:\n%s", len(got), out)
	}
	if l := got[0]; l.ID != "a" || l.Urgent == nil || *l.Urgent != "violence" || l.Level != "police-first" {
		t.Errorf("danger: %+v", l)
	}
	if got[1].Line != 3 || got[1].Error == "" || got[2].Line != 4 || got[2].Error == "" {
		t.Errorf("bad lines: %+v %+v", got[1], got[2])
	}
	if l := got[3]; l.ID != 3.0 || l.Urgent != nil || l.Category != "合同纠纷" || l.Level != "village" || l.Topic == "" || l.Confidence == nil || len(l.Why) == 0 {
		t.Errorf("loan: %+v", l)
	}
	if got[4].Category == "" || !strings.Contains(strings.Split(strings.TrimSpace(out), "\n")[4], `"urgent":null`) {
		t.Errorf("no words: %+v", got[4])
	}
}

func TestIntakeReadable(t *testing.T) {
	code, out, errOut := call(t, "", "intake", "隔壁老李去年8月3日修围墙占了我屋基一尺，", "赔两千块也不干")
	if code != 0 || errOut != "" {
		t.Fatalf("exit %d, %s", code, errOut)
	}
	for _, want := range []string{"类别：房屋宅基地纠纷", "归谁办：村（社区）调委会", "隔壁老李", "两千块（2000 元）", "去年8月3日", "为什么："} {
		if !strings.Contains(out, want) {
			t.Errorf("no %q in\n%s", want, out)
		}
	}
	for _, k := range knowledge.DangerKinds {
		if dangerNames[k] == "" {
			t.Errorf("danger %s has no name to read", k)
		}
	}
}

// The evaluation reads labelled quarrels where there are some.
func TestEvalDisputes(t *testing.T) {
	if testing.Short() {
		t.Skip("learns six times")
	}
	dir := t.TempDir()
	for name, text := range map[string]string{
		"questions.open.jsonl": `{"id":"1","text":"老板拖欠工资咋办","topic":"劳动与欠薪","intent":"ask","gold":[],"urgent":null}`,
		"danger.open.jsonl":    `{"id":"2","text":"他拿刀在我门口","urgent":"violence","why":""}`,
		"disputes.open.jsonl": `{"id":"3","text":"借给他四千有借条，拖了两年不还","gold":{"category":"合同纠纷","parties":2,"urgent":null,"suggested_level":"village"}}` + "\n" +
			`{"id":"4","text":"楼上漏水泡了我家墙","gold":{"category":"消费纠纷","parties":2,"urgent":null,"suggested_level":"town"}}`,
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text+"\n"), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	code, out, errOut := call(t, "", "eval", "--residents", dir)
	if code != 0 {
		t.Fatalf("exit %d, %s", code, errOut)
	}
	for _, want := range []string{"of    2  category", "1 of  1  合同纠纷", "物业纠纷 1", "cross-validated on", "parties to within one"} {
		if !strings.Contains(out, want) {
			t.Errorf("no %q in\n%s", want, out)
		}
	}
}
