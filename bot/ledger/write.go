package ledger

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"hash/fnv"
	"strings"
	"time"
)

// A job is one call of Do waiting for its commit.
type job struct {
	at    time.Time
	run   func(*Tx) error
	after []func()
	done  chan error
}

const (
	// maxGroup bounds one commit: at 100 rows SQLite reaches its plateau of
	// 15,000 rows a second, and a chat's wait stays a few milliseconds.
	maxGroup = 64
	// postgresWriters is the number of chains and connections that write side
	// by side in one process; PostgreSQL commits them together by itself.
	postgresWriters = 4
)

func (l *Ledger) startWriters() {
	n := 1
	if l.postgres {
		n = postgresWriters
	}
	for range n {
		q := make(chan *job, 4*maxGroup)
		l.queues = append(l.queues, q)
		l.done.Add(1)
		go func() {
			defer l.done.Done()
			w := &worker{l: l}
			w.loop(q)
			w.let()
		}()
	}
}

// Do runs f in a transaction and returns after its commit. Calls with the same
// key run in the order they were made; the key of a chat's work is its
// address. at is the time of what happens. An error of f undoes f's writes
// alone, and is returned.
func (l *Ledger) Do(ctx context.Context, key string, at time.Time, f func(tx *Tx) error) error {
	if len(l.queues) == 0 {
		return errors.New("the ledger is open for reading only")
	}
	h := fnv.New32a()
	h.Write([]byte(key))
	j := &job{at: at, run: f, done: make(chan error, 1)}
	select {
	case l.queues[int(h.Sum32())%len(l.queues)] <- j:
	case <-l.closed:
		return errors.New("the ledger is closed")
	case <-ctx.Done():
		return ctx.Err()
	}
	// Once queued the work will be done: the caller waits for it rather than
	// give up and never know whether it was committed.
	return <-j.done
}

// A worker is one writer: a connection's worth of commits and a chain.
type worker struct {
	l     *Ledger
	chain chain

	// On SQLite the worker keeps its connection and the statements prepared on
	// it: preparing them anew each time was a third of a message's work. On
	// PostgreSQL the driver does the like by itself.
	conn  *sql.Conn
	ready map[string]*ready
}

// ready is a statement that is prepared.
type ready struct {
	stmt *sql.Stmt
	rows *sql.Rows // of its last query, which may still be open
}

// maxReady bounds the statements kept. Their texts are constants but for a few
// that list villages or cards.
const maxReady = 400

// begin opens a transaction. A network may hang: there it is given half a
// minute. SQLite waits for nothing but its lock, and that for busy_timeout; a
// context that can end would cost a goroutine a statement.
func (w *worker) begin() (context.Context, context.CancelFunc, *sql.Tx, error) {
	if w.l.postgres {
		ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
		tx, err := w.l.write.BeginTx(ctx, nil)
		return ctx, cancel, tx, err
	}
	ctx := context.Background()
	if w.conn == nil {
		var err error
		if w.conn, err = w.l.write.Conn(ctx); err != nil {
			return ctx, func() {}, nil, err
		}
		w.ready = map[string]*ready{}
	}
	tx, err := w.conn.BeginTx(ctx, nil)
	return ctx, func() {}, tx, err
}

// prepared returns the statement for a text, or nil where it is not to be kept
// or is in use: rows being read lose their place when it runs again.
func (w *worker) prepared(ctx context.Context, q string) *ready {
	if w.conn == nil {
		return nil
	}
	r := w.ready[q]
	if r == nil {
		if len(w.ready) == maxReady {
			return nil
		}
		stmt, err := w.conn.PrepareContext(ctx, q)
		if err != nil {
			return nil // the same will be said of the text itself
		}
		r = &ready{stmt: stmt}
		w.ready[q] = r
	}
	if r.rows != nil {
		if _, err := r.rows.Columns(); err == nil { // an error once they are closed
			return nil
		}
		r.rows = nil
	}
	return r
}

// let gives the connection back.
func (w *worker) let() {
	if w.conn == nil {
		return
	}
	for _, r := range w.ready {
		_ = r.stmt.Close() // it ends with the connection
	}
	_ = w.conn.Close()
}

func (w *worker) loop(q chan *job) {
	for {
		var group []*job
		select {
		case j := <-q:
			group = append(group, j)
		case <-w.l.closed:
			for {
				select {
				case j := <-q:
					w.commit([]*job{j})
				default:
					return
				}
			}
		}
	gather:
		for len(group) < maxGroup {
			select {
			case j := <-q:
				group = append(group, j)
			default:
				break gather
			}
		}
		w.commit(group)
	}
}

// commit writes a group in one transaction. When the group as a whole fails
// (a lost connection, a deadlock with another replica) each job is tried
// alone, a few times.
func (w *worker) commit(group []*job) {
	errs, err := w.try(group)
	for n := 0; err != nil && len(group) == 1 && n < 8 && Transient(err); n++ {
		time.Sleep(time.Duration(5<<n) * time.Millisecond)
		errs, err = w.try(group)
	}
	if err != nil && len(group) > 1 {
		for _, j := range group {
			w.commit([]*job{j})
		}
		return
	}
	for i, j := range group {
		if err != nil {
			j.done <- err
			continue
		}
		if errs[i] == nil {
			for _, f := range j.after {
				f()
			}
		}
		j.done <- errs[i]
	}
}

// ErrPanic is wrapped by Do's error when its function panicked.
var ErrPanic = errors.New("panic")

// Transient reports whether the database, not the work, was at fault, so that
// trying again may help.
func Transient(err error) bool {
	if errors.Is(err, ErrPanic) {
		return false // whatever it says
	}
	s := err.Error()
	for _, sign := range []string{"40001", "40P01", "deadlock", "could not serialize", "database is locked", "SQLITE_BUSY", "bad connection", "conn closed", "connection reset", "57P01", "EOF"} {
		if strings.Contains(s, sign) {
			return true
		}
	}
	return false
}

// try returns each job's own error, or the error of the whole.
func (w *worker) try(group []*job) (errs []error, err error) {
	ctx, cancel, sqlTx, err := w.begin()
	defer cancel()
	if err != nil {
		return nil, fmt.Errorf("begin: %w", err)
	}
	defer sqlTx.Rollback()
	before := w.chain
	defer func() {
		if err != nil {
			w.chain = before
		}
	}()
	errs = make([]error, len(group))
	sums := map[sumKey]int64{}
	for i, j := range group {
		tx := &Tx{ctx: ctx, l: w.l, w: w, sql: sqlTx, Now: j.at}
		if len(group) > 1 {
			if _, err := tx.exec(`SAVEPOINT job`); err != nil {
				return nil, fmt.Errorf("savepoint: %w", err)
			}
		}
		head := w.chain
		errs[i] = runJob(j, tx)
		j.after = tx.after
		if errs[i] != nil {
			w.chain = head
			if Transient(errs[i]) || len(group) == 1 {
				if !Transient(errs[i]) {
					return errs, nil // a group of one: the deferred rollback undoes it
				}
				return nil, errs[i]
			}
			if _, err := sqlTx.ExecContext(ctx, `ROLLBACK TO SAVEPOINT job`); err != nil {
				return nil, fmt.Errorf("roll back: %w", err)
			}
		}
		if len(group) > 1 {
			if _, err := tx.exec(`RELEASE SAVEPOINT job`); err != nil {
				return nil, fmt.Errorf("release: %w", err)
			}
		}
		if errs[i] == nil {
			for k, n := range tx.sums {
				sums[k] += n
			}
		}
	}
	if err := w.saveSums(&Tx{ctx: ctx, l: w.l, w: w, sql: sqlTx}, sums); err != nil {
		return nil, err
	}
	if err := w.saveHead(ctx, sqlTx, before); err != nil {
		return nil, err
	}
	if err := sqlTx.Commit(); err != nil {
		return nil, fmt.Errorf("commit: %w", err)
	}
	return errs, nil
}

// runJob turns a panic of one conversation into its error: the others of the
// group must not lose their commit to it.
func runJob(j *job, tx *Tx) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("%w: %v", ErrPanic, p)
			tx.l.log.Error("conversation panicked", "panic", p)
		}
	}()
	return j.run(tx)
}

// A Tx is one caller's part of a commit. It is valid only inside Do.
type Tx struct {
	Now time.Time // the time of what happens; every row written carries it

	ctx   context.Context
	l     *Ledger
	w     *worker
	sql   *sql.Tx
	after []func()
	sums  map[sumKey]int64 // what its journal entries add
}

// After registers f to run once the commit is durable.
func (tx *Tx) After(f func()) { tx.after = append(tx.after, f) }

// NewID returns a fresh key.
func (tx *Tx) NewID() int64 { return tx.l.ids.next() }

func (tx *Tx) exec(q string, args ...any) (int64, error) {
	run := tx.sql.ExecContext
	if r := tx.w.prepared(tx.ctx, q); r != nil {
		run = func(ctx context.Context, _ string, args ...any) (sql.Result, error) {
			return r.stmt.ExecContext(ctx, args...)
		}
	}
	res, err := run(tx.ctx, q, args...)
	if err != nil {
		return 0, err
	}
	return res.RowsAffected()
}

// row is for a query of one row, which the caller scans at once.
func (tx *Tx) row(q string, args ...any) *sql.Row {
	if r := tx.w.prepared(tx.ctx, q); r != nil {
		return r.stmt.QueryRowContext(tx.ctx, args...)
	}
	return tx.sql.QueryRowContext(tx.ctx, q, args...)
}

func (tx *Tx) rows(q string, args ...any) (rows *sql.Rows, err error) {
	r := tx.w.prepared(tx.ctx, q)
	if r == nil {
		return tx.sql.QueryContext(tx.ctx, q, args...)
	}
	if rows, err = r.stmt.QueryContext(tx.ctx, args...); err == nil {
		r.rows = rows
	}
	return rows, err
}

// A View is a consistent reading of the ledger. It is valid only inside
// Ledger.View.
type View struct {
	ctx context.Context
	l   *Ledger
	sql *sql.Tx
}

// View runs f on a snapshot.
func (l *Ledger) View(ctx context.Context, f func(v *View) error) error {
	tx, err := l.read.BeginTx(ctx, &sql.TxOptions{ReadOnly: l.postgres, Isolation: l.isolation()})
	if err != nil {
		return fmt.Errorf("begin reading: %w", err)
	}
	defer tx.Rollback()
	return f(&View{ctx: ctx, l: l, sql: tx})
}

// isolation makes a PostgreSQL reading a snapshot; SQLite's always is one.
func (l *Ledger) isolation() sql.IsolationLevel {
	if l.postgres {
		return sql.LevelRepeatableRead
	}
	return sql.LevelDefault
}

func (v *View) row(q string, args ...any) *sql.Row { return v.sql.QueryRowContext(v.ctx, q, args...) }

func (v *View) rows(q string, args ...any) (*sql.Rows, error) {
	return v.sql.QueryContext(v.ctx, q, args...)
}

// reader is what Tx and View share, so that a query is written once.
type reader interface {
	row(q string, args ...any) *sql.Row
	rows(q string, args ...any) (*sql.Rows, error)
}
