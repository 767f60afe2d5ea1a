package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestOutdatedStatutes starts on statutes that another version of the program
// indexed: they are indexed again, once, and the search answers as before.
func TestOutdatedStatutes(t *testing.T) {
	dir := t.TempDir()
	src := filepath.Join(dir, "law.jsonl")
	if err := os.WriteFile(src, []byte(`{"law":"样例法","number":"第一条","text":"宅基地归集体。"}`+"\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	if code, _, errOut := call(t, "", "statutes", "import", src, "--data", dir); code != 0 {
		t.Fatalf("import: %s", errOut)
	}
	search := func() (string, string) {
		code, out, errOut := call(t, "", "statutes", "search", "宅基地", "--data", dir)
		if code != 0 {
			t.Fatalf("search: exit %d, %s", code, errOut)
		}
		return out, errOut
	}
	want, _ := search()
	if err := os.Remove(filepath.Join(dir, "statutes", "now", "stamp.json")); err != nil {
		t.Fatal(err)
	}
	if got, said := search(); got != want || !strings.Contains(said, "another version") || !strings.Contains(said, "indexing them again") {
		t.Errorf("after an upgrade: %q, said %q; want %q", got, said, want)
	}
	if got, said := search(); got != want || said != "" {
		t.Errorf("the next time: %q, said %q", got, said)
	}
}
