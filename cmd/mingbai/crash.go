package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"mingbai/bot/ledger"
	"mingbai/knowledge"
)

// crashResidents talk at the same time while the child is killed.
const crashResidents = 20

// proveCrash starts this program on an empty folder, lets twenty residents
// talk through its web page, and kills it n times without warning. A resident
// whose message got no answer sends the same form again, as a browser would.
// Afterwards every message must stand in the ledger once.
func proveCrash(ctx context.Context, n int, out io.Writer) error {
	dir, err := os.MkdirTemp("", "mingbai-crash-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	self, err := os.Executable()
	if err != nil {
		return err
	}
	child := &child{path: self, dir: dir, listen: "127.0.0.1:0"}
	if err := child.start(ctx); err != nil {
		return err
	}
	child.listen = child.addr() // the same port after each kill
	defer child.kill()
	var stop atomic.Bool
	var sent atomic.Int64
	var wg sync.WaitGroup
	failed := make(chan error, crashResidents)
	for i := range crashResidents {
		wg.Go(func() {
			count, err := talk(ctx, child, i, &stop)
			sent.Add(count)
			if err != nil {
				failed <- err
			}
		})
	}
	chance := rand.New(rand.NewPCG(uint64(n), 1))
	for k := range n {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(time.Duration(50+chance.IntN(400)) * time.Millisecond):
		}
		child.kill()
		if err := child.start(ctx); err != nil {
			return fmt.Errorf("start again after kill %d: %w", k+1, err)
		}
	}
	stop.Store(true)
	wg.Wait()
	close(failed)
	for err := range failed {
		return err
	}
	child.kill()
	l, err := ledger.Open(ctx, "sqlite:"+filepath.Join(dir, "mingbai.db"), ledger.Options{ReadOnly: true})
	if err != nil {
		return err
	}
	defer l.Close()
	base, err := knowledge.Load(knowledge.Overlay{})
	if err != nil {
		return err
	}
	p, err := l.Prove(ctx)
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "杀了%d次；%d人发了%d条，台账里有%d条。\n", n, crashResidents, sent.Load(), p.Received)
	if p.Received != sent.Load() {
		return silence{errors.Join(errors.New("messages were lost or doubled"), prove(ctx, l, base.Township, out))}
	}
	return prove(ctx, l, base.Township, out)
}

// A child is this program serving in a process of its own.
type child struct {
	path, dir, listen string

	mu  sync.Mutex
	cmd *exec.Cmd
	at  string
}

var openLine = regexp.MustCompile(`http://([0-9.:]+)/`)

func (c *child) start(ctx context.Context) error {
	cmd := exec.CommandContext(ctx, c.path, "serve", "--data", c.dir, "--listen", c.listen, "--flood", "off", "--telegram-token", "")
	pipe, err := cmd.StdoutPipe()
	if err != nil {
		return err
	}
	var said strings.Builder
	cmd.Stderr = &said
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("start child: %w", err)
	}
	sc := bufio.NewScanner(pipe)
	for sc.Scan() {
		if m := openLine.FindStringSubmatch(sc.Text()); m != nil {
			c.mu.Lock()
			c.cmd, c.at = cmd, m[1]
			c.mu.Unlock()
			return nil
		}
	}
	return fmt.Errorf("the child did not open: %w: %s", cmd.Wait(), said.String())
}

func (c *child) addr() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

// kill ends the child without warning and waits until it is gone.
func (c *child) kill() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.cmd != nil {
		c.cmd.Process.Kill()
		c.cmd.Wait()
		c.cmd = nil
	}
}

var crashLines = []string{"隔壁砌墙占了我屋基咋个办", "要带些啥子", "老板欠我三个月工资不给", "找人", "进度", "借钱给亲戚没打条子", "谢谢", "登记", "红岩村", "1", "同意", "老王"}

// talk posts one message after the other until told to stop, each until it is
// taken, and returns how many were.
func talk(ctx context.Context, c *child, who int, stop *atomic.Bool) (int64, error) {
	jar, err := cookiejar.New(nil)
	if err != nil {
		return 0, err
	}
	client := &http.Client{Jar: jar, Timeout: 5 * time.Second, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	base := "http://" + c.addr()
	get := func() error {
		res, err := client.Get(base + "/")
		if err == nil {
			_, _ = io.Copy(io.Discard, res.Body)
			err = res.Body.Close()
		}
		return err
	}
	for get() != nil { // the first visit brings the cookie that makes a chat
		if ctx.Err() != nil {
			return 0, ctx.Err()
		}
		time.Sleep(20 * time.Millisecond)
	}
	n := int64(0)
	for ; !stop.Load(); n++ {
		form := url.Values{"nonce": {fmt.Sprintf("crash%02d%08d0000000000", who, n)}, "text": {crashLines[int(n)%len(crashLines)]}}
		for {
			if ctx.Err() != nil {
				return n, ctx.Err()
			}
			res, err := client.PostForm(base+"/say", form)
			if err != nil {
				time.Sleep(20 * time.Millisecond)
				continue
			}
			_, _ = io.Copy(io.Discard, res.Body)
			res.Body.Close()
			if res.StatusCode == http.StatusSeeOther {
				break
			}
			if res.StatusCode < 500 {
				return n, fmt.Errorf("the page answered %s", res.Status)
			}
			time.Sleep(20 * time.Millisecond)
		}
	}
	return n, nil
}
