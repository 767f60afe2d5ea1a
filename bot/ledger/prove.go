package ledger

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
)

// A Proof is what Prove found. Faults is empty when the ledger is whole.
type Proof struct {
	Entries  int64          // journal entries whose hash was recomputed
	Chains   int64          // writers
	Received int64          // inbound messages
	Fates    map[Fate]int64 // their fates; the sum is Received
	Waiting  int64          // parcels not yet sent
	Faults   []string       // at most 100, the rest counted in the last one
}

func (p *Proof) fault(format string, args ...any) {
	if len(p.Faults) < 100 {
		p.Faults = append(p.Faults, fmt.Sprintf(format, args...))
	}
}

// Prove reads the whole ledger on one snapshot and checks that every chain of
// the journal holds and no chain was cut, that each inbound message has
// exactly one fate, in the table and in the journal alike, that no message was
// recorded twice, and that no record points to one that is not there.
func (l *Ledger) Prove(ctx context.Context) (*Proof, error) {
	p := &Proof{Fates: map[Fate]int64{}}
	err := l.View(ctx, func(v *View) error {
		for _, step := range []func(*View, *Proof) error{proveChains, proveFates, proveOrphans, proveGrids, proveFigures, proveCards, proveSums} {
			if err := step(v, p); err != nil {
				return err
			}
		}
		return nil
	})
	return p, err
}

func proveChains(v *View, p *Proof) error {
	type head struct {
		n    int64
		hash string
	}
	heads := map[int64]head{}
	rows, err := v.rows(`SELECT id, head, hash FROM writer`)
	if err != nil {
		return fmt.Errorf("read chains: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var id int64
		var h head
		if err := rows.Scan(&id, &h.n, &h.hash); err != nil {
			return err
		}
		heads[id] = h
	}
	if err := rows.Err(); err != nil {
		return err
	}
	rows.Close()
	p.Chains = int64(len(heads))
	type named struct {
		by int64
		h  chainHead
	}
	var promises []named
	seen := map[int64]head{}
	hashes := map[[2]int64]string{}
	list, err := v.rows(`SELECT writer, n, at, township, event, hash, body FROM journal ORDER BY writer, n`)
	if err != nil {
		return fmt.Errorf("read journal: %w", err)
	}
	defer list.Close()
	for list.Next() {
		var w, n, at int64
		var township, event, hash, body string
		if err := list.Scan(&w, &n, &at, &township, &event, &hash, &body); err != nil {
			return err
		}
		p.Entries++
		sum := sha256.Sum256([]byte(body))
		if hex.EncodeToString(sum[:]) != hash {
			p.fault("journal %d/%d: its hash does not fit its text", w, n)
		}
		var b entryBody
		if err := json.Unmarshal([]byte(body), &b); err != nil {
			p.fault("journal %d/%d: unreadable", w, n)
			continue
		}
		last := seen[w]
		if b.Writer != w || b.N != n || b.At != at || b.Township != township || string(b.Event) != event {
			p.fault("journal %d/%d: its columns do not fit its text", w, n)
		}
		if n != last.n+1 || b.Prev != last.hash {
			p.fault("journal %d/%d: the entry before it is missing or changed", w, n)
		}
		for _, h := range b.Heads {
			promises = append(promises, named{w, h})
		}
		seen[w] = head{n, hash}
		hashes[[2]int64{w, n}] = hash
	}
	if err := list.Err(); err != nil {
		return err
	}
	for id, h := range heads {
		if seen[id] != h {
			p.fault("chain %d: it ends at entry %d, its head says %d", id, seen[id].n, h.n)
		}
	}
	for id := range seen {
		if _, ok := heads[id]; !ok {
			p.fault("chain %d: it has no writer", id)
		}
	}
	for _, x := range promises {
		if hashes[[2]int64{x.h.Writer, x.h.N}] != x.h.Hash {
			p.fault("chain %d: entry %d, which chain %d has seen, is gone or changed", x.h.Writer, x.h.N, x.by)
		}
	}
	return nil
}

func proveFates(v *View, p *Proof) error {
	rows, err := v.rows(`SELECT fate, COUNT(*) FROM message WHERE inbound = 1 GROUP BY fate`)
	if err != nil {
		return fmt.Errorf("count fates: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var f string
		var n int64
		if err := rows.Scan(&f, &n); err != nil {
			return err
		}
		p.Received += n
		p.Fates[Fate(f)] = n
		switch Fate(f) {
		case FateAnswered, FateAskedBack, FateHandedOver, FateRefused:
		default:
			p.fault("%d messages have the fate %q", n, f)
		}
	}
	if err := rows.Err(); err != nil {
		return err
	}
	rows.Close()
	// The journal tells the same fates, message by message.
	list, err := v.rows(`SELECT j.body, COALESCE(m.fate, ''), COALESCE(m.digest, '') FROM journal j LEFT JOIN message m ON m.id = ` + v.l.key("j.body", "to") + ` WHERE j.event = 'received'`)
	if err != nil {
		return fmt.Errorf("read received: %w", err)
	}
	defer list.Close()
	seen := map[int64]bool{}
	for list.Next() {
		var body, fate, digest string
		if err := list.Scan(&body, &fate, &digest); err != nil {
			return err
		}
		var b entryBody
		if err := json.Unmarshal([]byte(body), &b); err != nil {
			continue // said by proveChains
		}
		if seen[b.To] {
			p.fault("message %d: the journal received it twice", b.To)
		}
		seen[b.To] = true
		if b.X["fate"] != fate || b.X["digest"] != digest {
			p.fault("message %d: the journal tells another fate or text", b.To)
		}
	}
	if err := list.Err(); err != nil {
		return err
	}
	if int64(len(seen)) != p.Received {
		p.fault("%d messages were received, the journal knows %d", p.Received, len(seen))
	}
	return nil
}

// key reads a number out of a JSON text, in the database's own way: the one
// expression that the two databases do not share.
func (l *Ledger) key(column, name string) string {
	if l.postgres {
		return `CAST(CAST(` + column + ` AS json) ->> '` + name + `' AS BIGINT)`
	}
	return `json_extract(` + column + `, '$.` + name + `')`
}

func proveOrphans(v *View, p *Proof) error {
	for _, check := range []struct{ what, q string }{
		{"messages without a chat", `SELECT COUNT(*) FROM message m WHERE NOT EXISTS (SELECT 1 FROM chat c WHERE c.id = m.chat)`},
		{"messages of a matter that is not there", `SELECT COUNT(*) FROM message m WHERE m.matter <> 0 AND NOT EXISTS (SELECT 1 FROM matter t WHERE t.id = m.matter)`},
		{"words without a message", `SELECT COUNT(*) FROM words w WHERE NOT EXISTS (SELECT 1 FROM message m WHERE m.id = w.message)`},
		{"matters without a chat", `SELECT COUNT(*) FROM matter t WHERE NOT EXISTS (SELECT 1 FROM chat c WHERE c.id = t.chat)`},
		{"hand-overs without a matter", `SELECT COUNT(*) FROM handover h WHERE NOT EXISTS (SELECT 1 FROM matter t WHERE t.id = h.matter)`},
		{"hand-overs held by nobody known", `SELECT COUNT(*) FROM handover h WHERE h.holder <> 0 AND NOT EXISTS (SELECT 1 FROM person p WHERE p.id = h.holder)`},
		{"open hand-overs without a timer", `SELECT COUNT(*) FROM handover h WHERE h.state IN ('waiting', 'claimed') AND NOT EXISTS (SELECT 1 FROM timer t WHERE t.ref = h.id AND t.kind = 'promise')`},
		{"ratings without a matter", `SELECT COUNT(*) FROM rating r WHERE NOT EXISTS (SELECT 1 FROM matter t WHERE t.id = r.matter)`},
		{"registrations without a person", `SELECT COUNT(*) FROM registration r WHERE NOT EXISTS (SELECT 1 FROM person p WHERE p.id = r.person)`},
		{"names of nobody", `SELECT COUNT(*) FROM identity i WHERE NOT EXISTS (SELECT 1 FROM person p WHERE p.id = i.person AND p.erased = 0)`},
		{"matters opened that the journal does not know", `SELECT ABS((SELECT COUNT(*) FROM matter) - (SELECT COUNT(*) FROM journal WHERE event = 'opened'))`},
		{"registrations that the journal does not know", `SELECT ABS((SELECT COUNT(*) FROM registration) - (SELECT COUNT(*) FROM journal WHERE event = 'registered'))`},
		{"hand-overs that the journal does not know", `SELECT ABS((SELECT COUNT(*) FROM handover) - (SELECT COUNT(*) FROM journal WHERE event = 'handed-over'))`},
	} {
		var n int64
		if err := v.row(check.q).Scan(&n); err != nil {
			return fmt.Errorf("look for %s: %w", check.what, err)
		}
		if n > 0 {
			p.fault("%s: %d", check.what, n)
		}
	}
	// Stored words still fit the digest that the journal holds.
	rows, err := v.rows(`SELECT m.id, m.digest, w.salt, w.body FROM message m JOIN words w ON w.message = m.id WHERE m.inbound = 1`)
	if err != nil {
		return fmt.Errorf("read words: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var id int64
		var digest, salt, body string
		if err := rows.Scan(&id, &digest, &salt, &body); err != nil {
			return err
		}
		if digestOf(salt, body) != digest {
			p.fault("message %d: its words were changed", id)
		}
	}
	if err := rows.Err(); err != nil {
		return err
	}
	return v.row(`SELECT COUNT(*) FROM outbox`).Scan(&p.Waiting)
}
