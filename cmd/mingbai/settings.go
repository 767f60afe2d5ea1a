package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/knadh/koanf/parsers/yaml"
	"github.com/knadh/koanf/providers/env/v2"
	"github.com/knadh/koanf/providers/file"
	"github.com/knadh/koanf/providers/posflag"
	"github.com/knadh/koanf/v2"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"mingbai/bot"
	"mingbai/bot/ledger"
	"mingbai/knowledge"
	"mingbai/search"
)

// Settings are what two townships may set differently. They are read once:
// flags before environment (MINGBAI_…) before mingbai.yaml in the data folder.
type Settings struct {
	Data      string
	Listen    string
	PublicURL string
	Database  string
	Redis     string
	Township  string // the township file; empty: the embedded sample
	Flood     bot.Flood

	TelegramToken  string
	TelegramAPI    string
	TelegramMode   string // poll or webhook
	TelegramSecret string
	TelegramPace   [2]float64 // sends a second per bot and per chat; zero: off

	errOut io.Writer // where a start says what takes it long
}

// settingNames are the settings by their name in flags, with - for _.
var settingNames = []struct{ name, value, help string }{
	{"data", "./data", "数据文件夹"},
	{"listen", "127.0.0.1:8080", "网页监听地址"},
	{"public_url", "", "对外网址，如 https://mingbai.example.cn"},
	{"database", "", "sqlite:路径 或 postgres://…；空着用数据文件夹"},
	{"redis", "", "redis://…；空着用进程内的"},
	{"township", "", "镇文件；空着用自带的样例镇"},
	{"flood", "30/60s", "每个会话的收信上限，如 30/60s；off 不限"},
	{"telegram_token", "", "Telegram 机器人令牌（建议用环境变量）"},
	{"telegram_api", "", "Bot API 服务器网址；空着用官方"},
	{"telegram_mode", "poll", "poll 或 webhook"},
	{"telegram_secret", "", "webhook 的密令"},
	{"telegram_pace", "30,1", "每秒发送上限：整个机器人,每个会话；off 不限"},
}

func settingFlags(root *cobra.Command) {
	for _, s := range settingNames {
		root.PersistentFlags().String(strings.ReplaceAll(s.name, "_", "-"), s.value, s.help)
	}
}

// settings reads them for a command and checks each.
func settings(cmd *cobra.Command) (*Settings, error) {
	k := koanf.New("\x00")
	known := map[string]bool{}
	for _, s := range settingNames {
		known[s.name] = true
	}
	data, err := cmd.Flags().GetString("data")
	if err != nil {
		return nil, err
	}
	if v := os.Getenv("MINGBAI_DATA"); v != "" && !cmd.Flags().Changed("data") {
		data = v
	}
	path := filepath.Join(data, "mingbai.yaml")
	if _, err := os.Stat(path); err == nil {
		if err := k.Load(file.Provider(path), yaml.Parser()); err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		for _, key := range k.Keys() {
			if !known[key] {
				return nil, fmt.Errorf("%s: unknown setting %q", path, key)
			}
		}
	}
	if err := k.Load(env.Provider("\x00", env.Opt{Prefix: "MINGBAI_", TransformFunc: func(key, v string) (string, any) {
		key = strings.ToLower(strings.TrimPrefix(key, "MINGBAI_"))
		if !known[key] {
			return "", nil
		}
		return key, v
	}}), nil); err != nil {
		return nil, err
	}
	flags := posflag.ProviderWithFlag(cmd.Flags(), "\x00", k, func(f *pflag.Flag) (string, any) {
		key := strings.ReplaceAll(f.Name, "-", "_")
		if !known[key] {
			return "", nil
		}
		return key, f.Value.String()
	})
	if err := k.Load(flags, nil); err != nil {
		return nil, err
	}
	s := &Settings{errOut: cmd.ErrOrStderr(), Data: data, Listen: k.String("listen"), PublicURL: strings.TrimRight(k.String("public_url"), "/"), Database: k.String("database"),
		Redis: k.String("redis"), Township: k.String("township"),
		TelegramToken: k.String("telegram_token"), TelegramAPI: k.String("telegram_api"),
		TelegramMode: k.String("telegram_mode"), TelegramSecret: k.String("telegram_secret")}
	if s.Database == "" {
		s.Database = "sqlite:" + filepath.Join(data, "mingbai.db")
	}
	if s.PublicURL != "" {
		if u, err := url.Parse(s.PublicURL); err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
			return nil, usage{fmt.Errorf("public_url is not a web address: %q", s.PublicURL)}
		}
	}
	if err := oneOf("telegram-mode", s.TelegramMode, "poll", "webhook"); err != nil {
		return nil, err
	}
	if s.TelegramToken != "" && s.TelegramMode == "webhook" && s.TelegramSecret == "" {
		return nil, usage{errors.New("webhook mode needs telegram_secret")}
	}
	if s.Flood, err = parseFlood(k.String("flood")); err != nil {
		return nil, err
	}
	if s.TelegramPace, err = parsePace(k.String("telegram_pace")); err != nil {
		return nil, err
	}
	return s, nil
}

func parseFlood(v string) (bot.Flood, error) {
	if v == "off" {
		return bot.Flood{}, nil
	}
	n, per, ok := strings.Cut(v, "/")
	count, err1 := strconv.Atoi(n)
	span, err2 := time.ParseDuration(per)
	if !ok || err1 != nil || err2 != nil || count < 1 || span <= 0 {
		return bot.Flood{}, usage{fmt.Errorf("flood is like 30/60s or off, not %q", v)}
	}
	return bot.Flood{N: count, Per: span}, nil
}

func parsePace(v string) ([2]float64, error) {
	if v == "off" {
		return [2]float64{}, nil
	}
	all, chat, ok := strings.Cut(v, ",")
	a, err1 := strconv.ParseFloat(strings.TrimSpace(all), 64)
	b, err2 := strconv.ParseFloat(strings.TrimSpace(chat), 64)
	if !ok || err1 != nil || err2 != nil || a <= 0 || b <= 0 {
		return [2]float64{}, usage{fmt.Errorf("telegram_pace is like 30,1 or off, not %q", v)}
	}
	return [2]float64{a, b}, nil
}

// base loads the knowledge: what is embedded, the township's own cards in
// DATA/cards, and its township file.
func (s *Settings) base() (*knowledge.Base, error) {
	var over knowledge.Overlay
	dir := filepath.Join(s.Data, "cards")
	if _, err := os.Stat(dir); err == nil {
		over.Cards = os.DirFS(dir)
	}
	if s.Township != "" {
		raw, err := os.ReadFile(s.Township)
		if err != nil {
			return nil, fmt.Errorf("read township file: %w", err)
		}
		over.Township, over.Name = raw, s.Township
	}
	return knowledge.Load(over)
}

// mind loads the knowledge, as the township has published it where there is a
// ledger, with the imported statutes, if there are any. The ledger is read
// beside a running server; where it cannot be, that is said and the program's
// own cards serve.
func (s *Settings) mind(ctx context.Context) (*bot.Mind, error) {
	base, err := s.base()
	if err != nil {
		return nil, err
	}
	with, err := s.published(ctx, base)
	if err != nil {
		s.sayUnread(err)
	}
	if with != nil {
		base = with
	}
	statutes, err := s.statutes()
	if err != nil {
		return nil, err
	}
	return bot.NewMind(base, statutes), nil
}

// sayUnread tells in one line that what was published could not all be read.
func (s *Settings) sayUnread(err error) {
	fmt.Fprintf(s.errOut, "mingbai: %s; the cards of the program answer there\n", strings.ReplaceAll(err.Error(), "\n", "; "))
}

// published is a base as the ledger has it, nil where it cannot be read; without
// a ledger the base itself.
func (s *Settings) published(ctx context.Context, base *knowledge.Base) (*knowledge.Base, error) {
	if path, lite := strings.CutPrefix(s.Database, "sqlite:"); lite {
		if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
			return base, nil
		}
	}
	l, err := ledger.Open(ctx, s.Database, ledger.Options{ReadOnly: true})
	if err != nil {
		return nil, err
	}
	defer l.Close()
	with, _, err := bot.Published(ctx, l, base)
	return with, err
}

// statutes opens the imported statutes; nil when none were. Those that another
// version of the program indexed are indexed again first.
func (s *Settings) statutes() (*search.Statutes, error) {
	dir := s.statutesDir()
	if _, err := os.Stat(dir); errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	st, err := search.Open(dir)
	if errors.Is(err, search.ErrOutdated) {
		fmt.Fprintf(s.errOut, "mingbai: %v; indexing them again\n", err)
		if _, err = search.Reindex(dir); err == nil {
			st, err = search.Open(dir)
		}
	}
	if err != nil {
		return nil, fmt.Errorf("open statutes: %w", err)
	}
	return st, nil
}

func (s *Settings) statutesDir() string { return filepath.Join(s.Data, "statutes") }

// logger writes plain lines for people and services alike.
func logger(w io.Writer) *slog.Logger {
	return slog.New(slog.NewTextHandler(w, &slog.HandlerOptions{Level: slog.LevelInfo}))
}
