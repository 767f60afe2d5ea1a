package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestBackup copies a ledger with something in it, reads it into a new folder
// and finds the same; a damaged copy, a used folder and a missing file are
// refused with a sentence.
func TestBackup(t *testing.T) {
	from, to := t.TempDir(), t.TempDir()
	script := put(t, filepath.Join(from, "say.txt"), "登记\n红岩村\n本村村民\n同意\n老王\n隔壁砌墙占了我屋基咋个办\n找人\n")
	if code, _, errOut := call(t, "", "chat", "--script", script, "--data", from); code != 0 {
		t.Fatal(errOut)
	}
	file := filepath.Join(from, "copy.mingbai")
	if code, out, errOut := call(t, "", "backup", file, "--data", from); code != 0 || !strings.Contains(out, "抄好了") {
		t.Fatalf("exit %d %s %s", code, out, errOut)
	}
	code, out, errOut := call(t, "", "restore", file, "--data", to)
	if code != 0 || !strings.Contains(out, "台账完整。") {
		t.Fatalf("exit %d %s %s", code, out, errOut)
	}
	_, before, _ := call(t, "", "report", "--year", "2026", "--format", "json", "--data", from)
	if _, after, _ := call(t, "", "report", "--year", "2026", "--format", "json", "--data", to); before != after || before == "" {
		t.Errorf("the report before:\n%s\nafter:\n%s", before, after)
	}
	raw, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct{ name, file, data, want string }{
		{"twice", file, to, "not empty"},
		{"cut off", put(t, filepath.Join(from, "cut"), string(raw[:len(raw)/2])), t.TempDir(), "backup"},
		{"not one", put(t, filepath.Join(from, "text"), "你好"), t.TempDir(), "it is not one"},
		{"missing", filepath.Join(from, "nothing"), t.TempDir(), "nothing"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			code, out, errOut := call(t, "", "restore", tt.file, "--data", tt.data)
			if code != 1 || !strings.Contains(errOut, tt.want) {
				t.Errorf("exit %d %s %s", code, out, errOut)
			}
		})
	}
}
