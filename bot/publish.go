package bot

// New knowledge takes the place of the old while questions are asked: each
// message is answered from one Mind, the one it began with.

// SetMind makes m the knowledge of all messages from now on. Those in hand
// keep the one they began with.
func (e *Engine) SetMind(m *Mind) { e.mind.Store(m) }

// Mind returns the present knowledge.
func (e *Engine) Mind() *Mind { return e.mind.Load() }

// Publish makes m, built beside, the knowledge of all messages from now on. It
// returns the former, or nil, once the last message that began with it is done:
// it may then be closed. No message waits for it.
func (e *Engine) Publish(m *Mind) *Mind {
	old := e.mind.Swap(m)
	if old != nil && old != m {
		old.hands.Lock() // every message holds it for reading
		defer old.hands.Unlock()
	}
	return old
}

// hold returns the present knowledge for one message, which releases it when
// it is done. It is not to be called again before that: a Publish in between
// would wait for the first and be waited for by the second.
func (e *Engine) hold() *Mind {
	for {
		m := e.mind.Load()
		m.hands.RLock()
		if m == e.mind.Load() {
			return m
		}
		m.hands.RUnlock() // published anew in between
	}
}

func (m *Mind) release() { m.hands.RUnlock() }
