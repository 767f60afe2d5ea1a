package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestBench runs the races without and with imported statutes. How fast
// anything was decides nothing here.
func TestBench(t *testing.T) {
	dir := t.TempDir()
	code, out, errOut := call(t, "", "bench", "--rounds", "10", "--data", dir)
	if code != 0 || !strings.Contains(out, "没有导入法律原文") || !strings.Contains(out, "复述机器人") {
		t.Fatalf("bench: %d %s %s", code, out, errOut)
	}
	src := filepath.Join(dir, "law.jsonl")
	if err := os.WriteFile(src, []byte(`{"law":"样例法","number":"第一条","text":"宅基地归集体。"}`+"\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	if code, _, errOut := call(t, "", "statutes", "import", src, "--data", dir); code != 0 {
		t.Fatalf("import: %s", errOut)
	}
	code, out, errOut = call(t, "", "bench", "--rounds", "10", "--json", "--data", dir)
	var r benchResult
	if err := json.Unmarshal([]byte(out), &r); err != nil || code != 0 {
		t.Fatalf("bench --json: %d %v %s %s", code, err, out, errOut)
	}
	if !r.Statutes || r.Learnt || len(r.Races) != 4 {
		t.Errorf("bench --json: %s", out)
	}
	for _, x := range r.Races {
		if x.Rounds != 10 || x.P50 <= 0 || x.P99 < x.P50 || x.AgainstP50 <= 0 || x.Ratio <= 0 {
			t.Errorf("a race without figures: %+v", x)
		}
	}
	if code, _, errOut := call(t, "", "bench", "--rounds", "0", "--data", dir); code != 2 || !strings.Contains(errOut, "--rounds") {
		t.Errorf("bench --rounds 0: %d %s", code, errOut)
	}
}
