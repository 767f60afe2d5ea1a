package ledger

import (
	"bytes"
	"compress/gzip"
	"context"
	"io"
	"strings"
	"testing"
)

// TestBackup carries a ledger from each database to a new one of its kind, and
// refuses one that was changed.
func TestBackup(t *testing.T) {
	each(t, func(t *testing.T, open func(t *testing.T) *Ledger) {
		l := open(t)
		for i, text := range []string{"你好", "隔壁的水\n滴到我墙上", "“引号”\\ <b>"} {
			if err := say(l, "王婆", string(rune('a'+i)), text, func(tx *Tx, c *Chat, m *Message) error {
				_, err := tx.OpenMatter(c, "hongyan", "邻里相邻", "")
				return err
			}); err != nil {
				t.Fatal(err)
			}
		}
		var copied bytes.Buffer
		n, err := l.Backup(context.Background(), &copied, noon)
		if err != nil || n == 0 {
			t.Fatalf("%d rows, %v", n, err)
		}
		plain, err := gzip.NewReader(bytes.NewReader(copied.Bytes()))
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(plain)
		if err != nil {
			t.Fatal(err)
		}
		var changed bytes.Buffer
		z := gzip.NewWriter(&changed)
		_, _ = z.Write([]byte(strings.Replace(string(text), "你好", "您好", 1)))
		if err := z.Close(); err != nil {
			t.Fatal(err)
		}
		fresh := mustOpen(t, "sqlite:"+t.TempDir()+"/new.db", Options{})
		if _, err := fresh.Restore(context.Background(), &changed, noon); err == nil || !strings.Contains(err.Error(), "changed since it was sealed") {
			t.Errorf("a changed backup: %v", err)
		}
		got, err := fresh.Restore(context.Background(), &copied, noon)
		if err != nil || got != n {
			t.Fatalf("%d of %d rows, %v", got, n, err)
		}
		p, err := fresh.Prove(context.Background())
		if err != nil || len(p.Faults) > 0 || p.Received != 3 {
			t.Errorf("%+v, %v", p, err)
		}
		if _, err := l.Restore(context.Background(), bytes.NewReader(nil), noon); err == nil {
			t.Error("nothing was restored without an error")
		}
	})
}
