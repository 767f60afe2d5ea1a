// Package ledger is the record (台账) of a township: what came in, what became
// of it, who registered, which matters are open and who holds them. It is the
// only place with SQL, and the same SQL text runs on SQLite and PostgreSQL.
//
// Everything is written through [Ledger.Do]: the caller's function gets a [Tx]
// and either all of its writes are committed or none. Work of many chats is
// gathered into one commit (see write.go), so the function must be quick, must
// not touch the world outside the Tx, and may run again when a commit fails.
// Reading without writing goes through [Ledger.View].
//
// Beside the tables of the current state, each Tx appends to a hash-chained
// journal (journal.go) what happened, without names or texts. [Ledger.Prove]
// checks the chain and that tables and journal tell the same story.
package ledger

import (
	"context"
	"crypto/rand"
	"database/sql"
	"embed"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver "pgx"
	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"
	_ "modernc.org/sqlite" // the driver "sqlite"
)

//go:embed schema/*.sql
var schema embed.FS

// Errors that callers tell apart.
var (
	ErrSeen     = errors.New("message was handled before")
	ErrNotFound = errors.New("no such record")
	ErrBusy     = errors.New("another mingbai is running on this data folder; stop it first, or use PostgreSQL for more than one")
	ErrNewer    = errors.New("the ledger was written by a newer mingbai; install that version")
)

// Options of Open. The zero value opens for a short visit beside a running
// server.
type Options struct {
	Serving  bool // takes the data folder for itself (SQLite only)
	ReadOnly bool // no schema change, no writes

	// Throwaway is for a ledger that is thrown away when the process ends, or
	// made again when it dies: commits do not wait for the disk (SQLite only).
	Throwaway bool
	Log       *slog.Logger
}

// A Ledger is open for the life of a process. It is safe for many goroutines.
type Ledger struct {
	postgres bool
	read     *sql.DB // queries outside of Do
	write    *sql.DB // one connection on SQLite
	guard    *sql.DB // holds the data folder while serving on SQLite
	held     *sql.Tx // the transaction that holds it
	ids      *idMaker
	secret   []byte
	log      *slog.Logger

	queues []chan *job // one per writer; empty when read-only
	done   sync.WaitGroup
	closed chan struct{}
	once   sync.Once
}

// Open opens the ledger named by address: "sqlite:PATH" or "postgres://…". A
// missing SQLite file is made, with its folder.
func Open(ctx context.Context, address string, o Options) (*Ledger, error) {
	l := &Ledger{log: o.Log, ids: newIDMaker(), closed: make(chan struct{})}
	if l.log == nil {
		l.log = slog.New(slog.DiscardHandler)
	}
	var err error
	switch {
	case strings.HasPrefix(address, "postgres://"), strings.HasPrefix(address, "postgresql://"):
		err = l.openPostgres(ctx, address)
	case strings.HasPrefix(address, "sqlite:"):
		err = l.openSQLite(ctx, strings.TrimPrefix(address, "sqlite:"), o)
	default:
		err = fmt.Errorf("database %q is neither sqlite:PATH nor postgres://…", maskAddress(address))
	}
	if err == nil {
		err = l.prepare(ctx, o)
	}
	if err != nil {
		l.closeAll()
		return nil, err
	}
	if !o.ReadOnly {
		l.startWriters()
	}
	return l, nil
}

// maskAddress hides the password of a database address.
func maskAddress(s string) string {
	if u, err := url.Parse(s); err == nil && u.User != nil {
		return u.Redacted()
	}
	return s
}

func (l *Ledger) openPostgres(ctx context.Context, address string) error {
	l.postgres = true
	db, err := sql.Open("pgx", address)
	if err != nil {
		return fmt.Errorf("open database: %w", err)
	}
	db.SetMaxOpenConns(16)
	db.SetMaxIdleConns(16)
	l.read, l.write = db, db
	if err := db.PingContext(ctx); err != nil {
		return fmt.Errorf("reach database %s: %w", maskAddress(address), err)
	}
	return nil
}

// openSQLite opens one writing connection and a pool of reading ones. Pragmas
// stand in the DSN because an executed PRAGMA touches one pooled connection.
func (l *Ledger) openSQLite(ctx context.Context, path string, o Options) error {
	if path == "" {
		return errors.New("sqlite: needs a path")
	}
	if o.ReadOnly {
		if _, err := os.Stat(path); err != nil {
			return fmt.Errorf("open ledger: there is none at %s", path)
		}
	} else if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return fmt.Errorf("make data folder: %w", err)
	}
	if o.Serving {
		if err := l.takeFolder(ctx, path+".lock"); err != nil {
			return err
		}
	}
	sync := "FULL"
	if o.Throwaway {
		sync = "OFF)&_pragma=wal_autocheckpoint(20000"
	}
	dsn := "file:" + (&url.URL{Path: path}).EscapedPath() + "?_pragma=busy_timeout(10000)&_pragma=synchronous(" + sync + ")&_pragma=temp_store(2)"
	var err error
	if !o.ReadOnly {
		if l.write, err = sql.Open("sqlite", dsn+"&_pragma=journal_mode(WAL)&_pragma=cache_size(-16000)&_txlock=immediate"); err != nil {
			return fmt.Errorf("open ledger: %w", err)
		}
		l.write.SetMaxOpenConns(1)
		if err := l.write.PingContext(ctx); err != nil {
			return fmt.Errorf("open ledger %s: %w", path, err)
		}
	}
	if l.read, err = sql.Open("sqlite", dsn+"&_pragma=query_only(1)"); err != nil {
		return fmt.Errorf("open ledger: %w", err)
	}
	l.read.SetMaxOpenConns(4)
	l.read.SetMaxIdleConns(4)
	return nil
}

// takeFolder holds an exclusive lock on a tiny database beside the ledger for
// the life of the process. The system releases it when the process dies, on
// every platform, which a lock file's existence would not.
func (l *Ledger) takeFolder(ctx context.Context, path string) error {
	var err error
	l.guard, err = sql.Open("sqlite", "file:"+(&url.URL{Path: path}).EscapedPath()+"?_pragma=busy_timeout(2000)&_txlock=exclusive")
	if err != nil {
		return fmt.Errorf("open lock: %w", err)
	}
	l.guard.SetMaxOpenConns(1)
	l.held, err = l.guard.BeginTx(context.WithoutCancel(ctx), nil)
	if err != nil {
		if strings.Contains(err.Error(), "locked") || strings.Contains(err.Error(), "BUSY") {
			return ErrBusy
		}
		return fmt.Errorf("lock data folder: %w", err)
	}
	return nil
}

// prepare brings the schema up to date, or refuses one from the future.
func (l *Ledger) prepare(ctx context.Context, o Options) error {
	files, err := fs.Sub(schema, "schema")
	if err != nil {
		return err
	}
	db, dialect := l.write, goose.DialectSQLite3
	var opts []goose.ProviderOption
	if l.postgres {
		dialect = goose.DialectPostgres
		locker, err := lock.NewPostgresSessionLocker()
		if err != nil {
			return err
		}
		opts = append(opts, goose.WithSessionLocker(locker))
	}
	if db == nil {
		db = l.read
	}
	if o.ReadOnly {
		var have int64
		err := db.QueryRowContext(ctx, `SELECT COALESCE(MAX(version_id), 0) FROM goose_db_version WHERE is_applied`).Scan(&have)
		if err != nil {
			return fmt.Errorf("read ledger version: %w", err)
		}
		return checkVersion(files, have)
	}
	// Steps are written side by side and none needs another of its time: a ledger
	// that took the later one first still gets the earlier.
	opts = append(opts, goose.WithAllowOutofOrder(true))
	p, err := goose.NewProvider(dialect, db, files, opts...)
	if err != nil {
		return fmt.Errorf("read schema: %w", err)
	}
	have, err := p.GetDBVersion(ctx)
	if err != nil {
		return fmt.Errorf("read ledger version: %w", err)
	}
	if err := checkVersion(files, have); err != nil {
		return err
	}
	if _, err := p.Up(ctx); err != nil {
		return fmt.Errorf("bring ledger up to date: %w", err)
	}
	if err := l.fillSums(ctx); err != nil {
		return err
	}
	return l.loadSecret(ctx)
}

// checkVersion refuses a ledger with steps that this program does not know.
func checkVersion(files fs.FS, have int64) error {
	names, err := fs.Glob(files, "*.sql") // in order; goose numbers a step by the digits its file begins with
	if err != nil {
		return err
	}
	digits, _, _ := strings.Cut(names[len(names)-1], "_")
	last, err := strconv.ParseInt(digits, 10, 64)
	if err != nil {
		return fmt.Errorf("read schema: %w", err)
	}
	if have > last {
		return ErrNewer
	}
	return nil
}

// loadSecret reads the key of the tally hashes, made once per ledger.
func (l *Ledger) loadSecret(ctx context.Context) error {
	fresh := make([]byte, 32)
	if _, err := rand.Read(fresh); err != nil {
		return err
	}
	if _, err := l.write.ExecContext(ctx, `INSERT INTO meta (name, value) VALUES ('secret', $1) ON CONFLICT (name) DO NOTHING`, hex.EncodeToString(fresh)); err != nil {
		return fmt.Errorf("keep secret: %w", err)
	}
	var s string
	if err := l.write.QueryRowContext(ctx, `SELECT value FROM meta WHERE name = 'secret'`).Scan(&s); err != nil {
		return fmt.Errorf("read secret: %w", err)
	}
	var err error
	l.secret, err = hex.DecodeString(s)
	return err
}

// Ping reports whether the database answers.
func (l *Ledger) Ping(ctx context.Context) error { return l.read.PingContext(ctx) }

// Close waits for the work in hand and closes the ledger.
func (l *Ledger) Close() error {
	l.once.Do(func() { close(l.closed) })
	l.done.Wait()
	return l.closeAll()
}

func (l *Ledger) closeAll() error {
	var errs []error
	if l.read != nil {
		errs = append(errs, l.read.Close())
	}
	if l.write != nil && l.write != l.read {
		errs = append(errs, l.write.Close())
	}
	if l.held != nil {
		errs = append(errs, l.held.Rollback())
	}
	if l.guard != nil {
		errs = append(errs, l.guard.Close())
	}
	return errors.Join(errs...)
}

// millis is how the ledger stores a time; the zero time is 0.
func millis(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}

// moment is the reverse of millis.
func moment(ms int64) time.Time {
	if ms == 0 {
		return time.Time{}
	}
	return time.UnixMilli(ms).UTC()
}
