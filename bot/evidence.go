package bot

import (
	"context"
	"errors"
	"time"

	"mingbai/bot/ledger"
)

// Pictures and recordings are kept as evidence: the file itself, its SHA-256
// and when it came. A channel only tells where a file can be fetched, so that
// is done beside the conversation, and again until it works.

// A Fetcher gets a file that came by a channel.
type Fetcher interface {
	// Fetch returns the file behind a File's Ref. [Gone] when it can never be
	// had again.
	Fetch(ctx context.Context, ref string) ([]byte, error)
}

// Uploads fetches what came over the web page: the ledger has it.
type Uploads struct{ Ledger *ledger.Ledger }

// Fetch returns the file, or [Gone] when its resident has erased it.
func (u Uploads) Fetch(ctx context.Context, ref string) (body []byte, err error) {
	err = u.Ledger.View(ctx, func(v *ledger.View) (err error) {
		body, err = ledger.Attached(v, ref)
		return err
	})
	if isNotFound(err) {
		return nil, Gone{Why: "the resident has erased it"}
	}
	return body, err
}

// timerFetch fetches one piece of evidence; its step counts the tries.
const timerFetch = "fetch"

const (
	// maxFetches gives up on a file after about a day of growing waits. What is
	// known of it stays in the record, without a hash.
	maxFetches = 10
	// fetchPatience is how long one fetch may take; less than a timer's lease.
	fetchPatience = 20 * time.Second
)

// keepFile records one file as evidence and has it fetched.
func (t *turn) keepFile(k *mediation, message *ledger.Message, kind, ref string, size int64) error {
	e, err := t.tx.KeepEvidence(k.Dispute, message, kind, ref, size)
	if err != nil {
		return err
	}
	if t.e.Fetch[t.chat.Channel] == nil {
		return nil
	}
	return t.tx.SetTimer(k.Township, timerFetch, e.ID, 0, t.now)
}

// fetch gets the file of one piece of evidence, outside of any transaction,
// and stores it in the same commit that ends the timer.
func (e *Engine) fetch(ctx context.Context, timer ledger.Timer, now time.Time) error {
	var x ledger.Evidence
	var channel string
	err := e.Ledger.View(ctx, func(v *ledger.View) (err error) {
		x, channel, err = ledger.EvidenceByID(v, timer.Ref)
		return err
	})
	if err != nil && !isNotFound(err) {
		return err
	}
	gone := isNotFound(err) || x.Hash != "" || e.Fetch[channel] == nil
	var body []byte
	if !gone {
		patient, cancel := context.WithTimeout(ctx, fetchPatience)
		body, err = e.Fetch[channel].Fetch(patient, x.Ref)
		cancel()
		if ctx.Err() != nil {
			return ctx.Err()
		}
	}
	return e.Ledger.Do(ctx, "timer", now, func(tx *ledger.Tx) error {
		if ours, endErr := tx.EndTimer(timer.ID); endErr != nil || !ours {
			return endErr
		}
		var never Gone
		switch {
		case gone:
			return nil
		case err == nil:
			return tx.StoreEvidence(timer.Township, &x, body)
		case errors.As(err, &never) || timer.Step+1 >= maxFetches:
			e.log().Warn("evidence was not to be had", "kind", x.Kind, "err", err)
			return nil
		}
		wait := time.Minute << timer.Step
		return tx.SetTimer(timer.Township, timerFetch, timer.Ref, timer.Step+1, now.Add(wait))
	})
}
