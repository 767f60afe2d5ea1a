package ledger

import (
	"crypto/rand"
	"encoding/binary"
	"sync"
	"time"
)

// An idMaker makes keys that grow with time and do not collide between
// processes: 41 bits of milliseconds, 12 of a count, 10 of chance drawn once a
// process. Growing keys keep new rows together in both databases.
type idMaker struct {
	mu   sync.Mutex
	last int64 // milliseconds since epoch
	n    int64
	node int64
}

// epoch is 2026-01-01 UTC; 41 bits last until 2095.
const epoch = 1767225600000

func newIDMaker() *idMaker {
	var b [8]byte
	_, _ = rand.Read(b[:]) // never fails on supported systems
	return &idMaker{node: int64(binary.LittleEndian.Uint64(b[:]) & 1023)}
}

func (m *idMaker) next() int64 {
	m.mu.Lock()
	defer m.mu.Unlock()
	now := time.Now().UnixMilli() - epoch
	if now > m.last {
		m.last, m.n = now, 0
	} else if m.n++; m.n == 4096 {
		m.last, m.n = m.last+1, 0
	}
	return m.last<<22 | m.n<<10 | m.node
}
