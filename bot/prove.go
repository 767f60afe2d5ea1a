package bot

import (
	"context"
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"time"

	"mingbai/bot/casework"
	"mingbai/bot/ledger"
	"mingbai/bot/paper"
	"mingbai/knowledge"
)

// ProveDisputes replays the journaled steps of every dispute through the rules
// and compares where each stands with its record; it recomputes the hash of
// every paper and reads it back. It returns how many disputes and papers it
// saw and what does not hold, at most 100 faults.
func ProveDisputes(ctx context.Context, l *ledger.Ledger, t *knowledge.Township) (disputes, papers int, faults []string, err error) {
	terms, calendar := termsOf(t), casework.NewCalendar(t.Hours)
	fault := func(format string, args ...any) {
		if len(faults) < 100 {
			faults = append(faults, fmt.Sprintf(format, args...))
		}
	}
	err = l.View(ctx, func(v *ledger.View) error {
		replayed := map[int64]*casework.Dispute{}
		err := ledger.EachStep(v, func(dispute int64, x map[string]string) error {
			if x["act"] == "open" {
				replayed[dispute] = reopened(x)
				return nil
			}
			d := replayed[dispute]
			if d == nil {
				fault("dispute %d: a step before it was opened", dispute)
				return nil
			}
			if err := d.Do(readStep(x), terms, calendar); err != nil {
				fault("dispute %d: replaying: %v", dispute, err)
			}
			d.Due = time.Time{}
			if x["due"] != "" {
				d.Due = time.UnixMilli(number(x["due"]))
			}
			return nil
		})
		if err != nil {
			return err
		}
		err = ledger.EveryDispute(v, func(d *ledger.Dispute) error {
			disputes++
			var kept casework.Dispute
			if err := json.Unmarshal([]byte(d.Rules), &kept); err != nil {
				fault("dispute %d: its record is not readable", d.ID)
				return nil
			}
			if r := replayed[d.ID]; r == nil || !sameDispute(*r, kept) {
				fault("dispute %d: its record is not what its steps make of it", d.ID)
			}
			if string(kept.State) != d.State || kept.Category != d.Category || string(kept.Level) != d.Level || string(kept.Outcome) != d.Outcome {
				fault("dispute %d: its columns do not fit its record", d.ID)
			}
			return nil
		})
		if err != nil {
			return err
		}
		return ledger.EveryPaper(v, func(p *ledger.Paper, journaled string) error {
			papers++
			if p.Computed() != p.Hash || journaled != p.Hash {
				fault("paper %d: its hash does not fit", p.ID)
			}
			var err error
			if p.Item == bundleItem {
				err = paper.VerifyBundle(p.Body)
			} else {
				_, err = paper.Text(p.Body)
			}
			if err != nil {
				fault("paper %d: %v", p.ID, err)
			}
			return nil
		})
	})
	return disputes, papers, faults, err
}

// reopened is a dispute in its first state, as its opening was journaled.
func reopened(x map[string]string) *casework.Dispute {
	d := &casework.Dispute{State: casework.Found, Category: x["category"], Level: knowledge.Level(x["level"])}
	for _, p := range strings.Fields(x["parties"]) {
		side, consent, _ := strings.Cut(p, "=")
		d.Parties = append(d.Parties, casework.Party{Side: casework.Side(side), Consent: casework.Consent(consent)})
	}
	return d
}

// sameDispute compares two disputes, moments to the millisecond.
func sameDispute(a, b casework.Dispute) bool {
	plain := func(d casework.Dispute) casework.Dispute {
		d.Due, d.Accepted, d.Session, d.Agreed, d.Promised = d.Due.UTC(), d.Accepted.UTC(), d.Session.UTC(), d.Agreed.UTC(), d.Promised.UTC()
		if len(d.Papers) == 0 {
			d.Papers = nil
		}
		return d
	}
	return reflect.DeepEqual(plain(a), plain(b))
}
