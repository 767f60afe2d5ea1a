package ledger

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"mingbai/knowledge"
)

// A Sum is how often something was counted in a month, in all or in one part.
// The figures of the platform are sums; see [Sums].
type Sum struct {
	What string // one of the What constants, or WhatMessages with a fate behind it
	Part string // see the What constants; "" is the whole
	N    int64
}

// What is summed. Each record counts once in a local year. A part is "month 03",
// "village " with an id or "topic " with a topic, each of them adding up to the
// whole.
const (
	WhatRegistered = "registrations" // first registrations; parts: month, village
	WhatAgain      = "registrations.again"
	WhatOpened     = "consultations" // parts: month, village, topic
	WhatHanded     = "handovers"     // parts: month, village, topic
	WhatNoCard     = "handovers.nocard"
	WhatPersonal   = "answered.person"
	WhatLate       = "answered.late"
	WhatBot        = "answered.bot" // opened, answered and not handed over in the year
	WhatMissed     = "promises.missed"
	WhatUseful     = "rated.useful"
	WhatUseless    = "rated.useless"
	WhatMessages   = "messages." // with the fate behind it
)

// The bits of a standing.
const (
	markOpened = 1 << iota
	markAnswered
	markHanded
	markNoCard
	markPersonal
	markLate
	markUseful
	markUseless
)

// sumKey is one row of the sums, of any writer.
type sumKey struct {
	township   string
	month      int64
	what, part string
}

// A summer takes what an entry adds: mark sets bits of a record's standing in a
// year and returns those before and after.
type summer interface {
	mark(record, year, bits int64) (was, is int64, err error)
	add(k sumKey, n int64)
}

// addUp counts one entry of the journal. These are the counting rules of the
// platform's figures; package annual says them in words, and counts them again
// from the journal when it names the records.
func addUp(b *entryBody, s summer) error {
	local := moment(b.At).In(knowledge.Shanghai)
	year, month := int64(local.Year()), int64(local.Month())
	add := func(n int64, what string, parts ...string) {
		k := sumKey{b.Township, year*100 + month, what, ""}
		s.add(k, n)
		for _, k.part = range parts {
			s.add(k, n)
		}
	}
	first := func(what string, bit int64, parts ...string) (is int64, isNew bool, err error) {
		was, is, err := s.mark(b.To, year, bit)
		if err == nil && was&bit == 0 && what != "" {
			add(1, what, parts...)
		}
		return is, was&bit == 0, err
	}
	in, village, topic := fmt.Sprintf("month %02d", month), "village "+b.X["village"], "topic "+b.X["topic"]
	var err error
	switch b.Event {
	case Registered:
		if b.X["first"] == "1" {
			add(1, WhatRegistered, in, village)
		} else {
			add(1, WhatAgain)
		}
	case Received:
		add(1, WhatMessages+b.X["fate"])
	case Opened:
		_, _, err = first(WhatOpened, markOpened, in, village, topic)
	case Answered:
		var is int64
		var isNew bool
		if is, isNew, err = first("", markAnswered); isNew && is&(markOpened|markHanded) == markOpened {
			add(1, WhatBot)
		}
	case HandedOver:
		var is int64
		var isNew bool
		if is, isNew, err = first(WhatHanded, markHanded, in, village, topic); isNew && is&(markOpened|markAnswered) == markOpened|markAnswered {
			add(-1, WhatBot)
		}
		if err == nil && b.X["reason"] == "no-card" {
			_, _, err = first(WhatNoCard, markNoCard, topic)
		}
	case PersonSaid:
		if b.X["first"] == "1" {
			_, _, err = first(WhatPersonal, markPersonal)
			if err == nil && b.X["late"] == "1" {
				_, _, err = first(WhatLate, markLate)
			}
		}
	case Missed:
		add(1, WhatMissed)
	case Rated:
		if b.X["value"] == "1" {
			_, _, err = first(WhatUseful, markUseful)
		} else {
			_, _, err = first(WhatUseless, markUseless)
		}
	}
	return err
}

// txSums keeps a transaction's sums beside it until the commit.
type txSums struct{ tx *Tx }

func (s txSums) mark(record, year, bits int64) (was, is int64, err error) {
	err = s.tx.row(`INSERT INTO standing (record, year, marks, was) VALUES ($1, $2, $3, 0)
		ON CONFLICT (record, year) DO UPDATE SET was = standing.marks, marks = standing.marks | $3 RETURNING was, marks`, record, year, bits).Scan(&was, &is)
	if err != nil {
		err = fmt.Errorf("count: %w", err)
	}
	return was, is, err
}

func (s txSums) add(k sumKey, n int64) {
	if s.tx.sums == nil {
		s.tx.sums = map[sumKey]int64{}
	}
	s.tx.sums[k] += n
}

// saveSums writes the sums of a group of jobs, once a commit.
func (w *worker) saveSums(tx *Tx, sums map[sumKey]int64) error {
	for k, n := range sums {
		if _, err := tx.exec(`INSERT INTO summed (township, month, what, part, writer, n) VALUES ($1, $2, $3, $4, $5, $6)
			ON CONFLICT (township, month, what, part, writer) DO UPDATE SET n = summed.n + $6`, k.township, k.month, k.what, k.part, w.chain.id, n); err != nil {
			return fmt.Errorf("save sums: %w", err)
		}
	}
	return nil
}

// mapSums reckons sums anew.
type mapSums struct {
	marks map[[2]int64]int64
	sums  map[sumKey]int64
}

func newMapSums() *mapSums { return &mapSums{map[[2]int64]int64{}, map[sumKey]int64{}} }

func (s *mapSums) mark(record, year, bits int64) (was, is int64, err error) {
	k := [2]int64{record, year}
	was = s.marks[k]
	s.marks[k] = was | bits
	return was, was | bits, nil
}

func (s *mapSums) add(k sumKey, n int64) { s.sums[k] += n }

// Sums returns the sums of a township between two months that both count, each
// the year times a hundred and the month. Rows of one what and part are several
// where there are several months.
func Sums(r Reader, township string, from, to int) ([]Sum, error) {
	rows, err := r.reader().rows(`SELECT what, part, CAST(SUM(n) AS BIGINT) FROM summed WHERE township = $1 AND month >= $2 AND month <= $3 GROUP BY what, part ORDER BY what, part`, township, from, to)
	if err != nil {
		return nil, fmt.Errorf("read sums: %w", err)
	}
	defer rows.Close()
	var out []Sum
	for rows.Next() {
		var s Sum
		if err := rows.Scan(&s.What, &s.Part, &s.N); err != nil {
			return nil, err
		}
		out = append(out, s)
	}
	return out, rows.Err()
}

// OpenedBy counts the consultations opened in a local month, by village.
func OpenedBy(r Reader, s Scope, month time.Time) ([]Tally, error) {
	local := month.In(knowledge.Shanghai)
	list, err := Sums(r, s.Township, local.Year()*100+int(local.Month()), local.Year()*100+int(local.Month()))
	var out []Tally
	for _, x := range list {
		if village, ok := strings.CutPrefix(x.Part, "village "); ok && x.What == WhatOpened && s.Holds(village) {
			out = append(out, Tally{village, x.N})
		}
	}
	return out, err
}

// fillSums makes the sums of a ledger that was written before there were any.
func (l *Ledger) fillSums(ctx context.Context) error {
	tx, err := l.write.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("sum up: %w", err)
	}
	defer tx.Rollback()
	got, err := tx.ExecContext(ctx, `INSERT INTO meta (name, value) VALUES ('sums', '1') ON CONFLICT (name) DO NOTHING`)
	if err != nil {
		return fmt.Errorf("sum up: %w", err)
	}
	if n, err := got.RowsAffected(); err != nil || n == 0 {
		return err
	}
	v := &View{ctx: ctx, l: l, sql: tx}
	s := newMapSums()
	if err := v.addUpAll(s); err != nil {
		return err
	}
	for k, n := range s.sums {
		if _, err := tx.ExecContext(ctx, `INSERT INTO summed (township, month, what, part, writer, n) VALUES ($1, $2, $3, $4, 0, $5)`, k.township, k.month, k.what, k.part, n); err != nil {
			return fmt.Errorf("sum up: %w", err)
		}
	}
	for k, marks := range s.marks {
		if _, err := tx.ExecContext(ctx, `INSERT INTO standing (record, year, marks, was) VALUES ($1, $2, $3, 0)`, k[0], k[1], marks); err != nil {
			return fmt.Errorf("sum up: %w", err)
		}
	}
	return tx.Commit()
}

// addUpAll counts the whole journal, in the order of each chain.
func (v *View) addUpAll(s summer) error {
	rows, err := v.rows(`SELECT body FROM journal ORDER BY at, writer, n`)
	if err != nil {
		return fmt.Errorf("read journal: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var body string
		if err := rows.Scan(&body); err != nil {
			return err
		}
		var b entryBody
		if json.Unmarshal([]byte(body), &b) != nil {
			continue // prove says so
		}
		if err := addUp(&b, s); err != nil {
			return err
		}
	}
	return rows.Err()
}

// proveSums reckons the sums anew from the journal.
func proveSums(v *View, p *Proof) error {
	want := newMapSums()
	if err := v.addUpAll(want); err != nil {
		return err
	}
	rows, err := v.rows(`SELECT township, month, what, part, CAST(SUM(n) AS BIGINT) FROM summed GROUP BY township, month, what, part`)
	if err != nil {
		return fmt.Errorf("read sums: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var k sumKey
		var n int64
		if err := rows.Scan(&k.township, &k.month, &k.what, &k.part, &n); err != nil {
			return err
		}
		if want.sums[k] != n {
			p.fault("%d %s %s: summed up are %d, in the journal %d", k.month, k.what, k.part, n, want.sums[k])
		}
		delete(want.sums, k)
	}
	for k, n := range want.sums {
		if n != 0 {
			p.fault("%d %s %s: in the journal are %d, summed up none", k.month, k.what, k.part, n)
		}
	}
	return rows.Err()
}
