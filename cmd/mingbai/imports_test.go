package main

import (
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// floors is the house, ground first: a package imports only lower floors, and
// rooms on one floor do not know each other.
var floors = [][]string{
	{"knowledge"},
	{"search", "bot/ledger", "bot/casework", "bot/pace"},
	{"bot/paper", "bot/sheet"},
	{"bot/annual", "bot"},
	{"bot/telegram", "bot/wechat"},
	{"bot/rehearsal"},
	{"webhook/chat", "webhook/console"},
	{"webhook"},
	{"cmd/mingbai"},
}

// homes gives each foreign library the one room (with what is below it) that
// may import it.
var homes = map[string]string{
	"github.com/blevesearch/":              "search",
	"database/sql":                         "bot/ledger",
	"modernc.org/sqlite":                   "bot/ledger",
	"github.com/jackc/pgx":                 "bot/ledger",
	"github.com/pressly/goose":             "bot/ledger",
	"github.com/redis/go-redis":            "bot/pace",
	"github.com/go-redis/redis_rate":       "bot/pace",
	"github.com/alicebob/miniredis":        "bot/pace",
	"github.com/go-telegram/bot":           "bot/telegram",
	"github.com/gin-gonic/gin":             "webhook",
	"github.com/xuri/excelize/":            "bot/sheet",
	"github.com/pquerna/otp":               "webhook/console",
	"github.com/spf13/cobra":               "cmd/mingbai",
	"github.com/knadh/koanf":               "cmd/mingbai",
	"github.com/prometheus/client_golang/": "cmd/mingbai",
	"github.com/schollz/progressbar/":      "cmd/mingbai",
}

// TestImports reads the sources themselves: a test that asks the go command is
// served stale from the test cache.
func TestImports(t *testing.T) {
	floor := map[string]int{}
	for i, rooms := range floors {
		for _, r := range rooms {
			floor[r] = i
		}
	}
	root := filepath.Join("..", "..")
	top := map[string]bool{"cmd": true, "bot": true, "knowledge": true, "search": true, "webhook": true, "go.mod": true, "go.sum": true, "README.md": true, "LICENSE": true}
	list, err := os.ReadDir(root)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range list {
		if !top[e.Name()] && !strings.HasPrefix(e.Name(), ".") && e.Name() != "data" && e.Name() != "mingbai" {
			t.Errorf("the top level has %s, which the house does not", e.Name())
		}
	}
	seen := 0
	err = filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && strings.HasPrefix(d.Name(), ".") && d.Name() != ".." {
			return fs.SkipDir
		}
		if d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return nil
		}
		rel, err := filepath.Rel(root, path)
		if err != nil {
			return err
		}
		room := roomOf(filepath.ToSlash(filepath.Dir(rel)), floor)
		if room == "" {
			t.Errorf("%s is in no room of the house", rel)
			return nil
		}
		seen++
		f, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		for _, imp := range f.Imports {
			name, err := strconv.Unquote(imp.Path.Value)
			if err != nil {
				return err
			}
			if own, ok := strings.CutPrefix(name, "mingbai/"); ok {
				other := roomOf(own, floor)
				if other == "" || other != room && floor[other] >= floor[room] {
					t.Errorf("%s (floor %d) imports %s (floor %d)", rel, floor[room], own, floor[other])
				}
				continue
			}
			for lib, home := range homes {
				if (name == lib || strings.HasPrefix(name, strings.TrimSuffix(lib, "/")+"/") || strings.HasPrefix(name, lib)) && room != home && !strings.HasPrefix(room, home+"/") {
					t.Errorf("%s imports %s, which lives in %s", rel, name, home)
				}
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if seen < 30 {
		t.Errorf("only %d sources were read", seen)
	}
}

// roomOf returns the room a folder belongs to: itself, or the nearest above.
func roomOf(dir string, floor map[string]int) string {
	for dir != "." && dir != "" {
		if _, ok := floor[dir]; ok {
			return dir
		}
		dir = filepath.ToSlash(filepath.Dir(dir))
	}
	return ""
}
