package ledger

import (
	"encoding/json"
	"fmt"
)

// proveCards checks that every version of a card is the text that the journal
// names, that its steps are those that the journal tells, and that what was
// ever published has two different people behind it: who wrote or proposed it,
// and who approved it.
func proveCards(v *View, p *Proof) error {
	told, err := toldOfCards(v)
	if err != nil {
		return err
	}
	rows, err := v.rows(`SELECT DISTINCT township FROM card_version ORDER BY township`)
	if err != nil {
		return fmt.Errorf("read townships: %w", err)
	}
	defer rows.Close()
	var towns []string
	for rows.Next() {
		var t string
		if err := rows.Scan(&t); err != nil {
			return err
		}
		towns = append(towns, t)
	}
	if err := rows.Err(); err != nil {
		return err
	}
	rows.Close()
	written, steps := 0, 0
	for _, t := range towns {
		list, err := cardVersions(v, `WHERE township = $1 ORDER BY id`, t)
		if err != nil {
			return err
		}
		for _, c := range list {
			written++
			steps += len(c.Steps)
			proveVersion(c, told[c.ID], p)
		}
	}
	for _, list := range told {
		for _, b := range list {
			if b.Event == CardWritten {
				written--
			} else {
				steps--
			}
		}
	}
	if written != 0 || steps != 0 {
		p.fault("cards: %d versions and %d steps more than the journal knows", written, steps)
	}
	return proveChecks(v, p)
}

// toldOfCards reads what the journal tells of versions, by their keys.
func toldOfCards(v *View) (map[int64][]entryBody, error) {
	rows, err := v.rows(`SELECT body FROM journal WHERE event IN ($1, $2, $3, $4, $5) ORDER BY at, writer, n`,
		string(CardWritten), string(CardWasProposed), string(CardApproved), string(CardSentBack), string(CardTakenBack))
	if err != nil {
		return nil, fmt.Errorf("read journal: %w", err)
	}
	defer rows.Close()
	told := map[int64][]entryBody{}
	for rows.Next() {
		var body string
		if err := rows.Scan(&body); err != nil {
			return nil, err
		}
		var b entryBody
		if json.Unmarshal([]byte(body), &b) == nil { // else said by proveChains
			told[b.To] = append(told[b.To], b)
		}
	}
	return told, rows.Err()
}

// proveVersion checks one version against what the journal tells of it.
func proveVersion(c *CardVersion, told []entryBody, p *Proof) {
	name := fmt.Sprintf("card %s, version %d", c.Card, c.N)
	left := map[Event]map[int64]int{} // by whom, how often
	same := false
	for _, b := range told {
		if b.Event == CardWritten {
			same = b.By == c.Maker && b.X["card"] == c.Card && b.X["kind"] == string(c.Kind) && b.X["digest"] == TextDigest(c.Body)
			continue
		}
		if left[b.Event] == nil {
			left[b.Event] = map[int64]int{}
		}
		left[b.Event][b.By]++
	}
	if !same {
		p.fault("%s: the journal tells of another text or another maker", name)
	}
	approver := int64(0)
	for _, s := range c.Steps {
		if s.Act == "approved" {
			approver = s.Who
		}
		if left[stepEvents[s.Act]][s.Who]--; left[stepEvents[s.Act]][s.Who] < 0 {
			p.fault("%s: the journal does not know that it was %s", name, s.Act)
		}
	}
	want := CardDraft
	if n := len(c.Steps); n > 0 {
		want = map[string]CardState{"proposed": CardProposed, "approved": CardPublished, "returned": CardReturned, "withdrawn": CardWithdrawn}[c.Steps[n-1].Act]
	}
	if c.State != want && !(c.State == CardReplaced && want == CardPublished) {
		p.fault("%s: it is %s, its steps say %s", name, c.State, want)
	}
	if c.State != CardPublished && c.State != CardReplaced {
		return
	}
	proposed, ok := c.Last("proposed")
	if approver == 0 || !ok || approver == c.Maker || approver == proposed.Who {
		p.fault("%s: it was published without a second person", name)
	}
}

// proveChecks checks that what was signed as still right is what the journal
// tells.
func proveChecks(v *View, p *Proof) error {
	rows, err := v.rows(`SELECT body FROM journal WHERE event = $1`, string(CardConfirmed))
	if err != nil {
		return fmt.Errorf("read journal: %w", err)
	}
	defer rows.Close()
	told := map[int64]entryBody{}
	for rows.Next() {
		var body string
		if err := rows.Scan(&body); err != nil {
			return err
		}
		var b entryBody
		if json.Unmarshal([]byte(body), &b) == nil { // else said by proveChains
			told[b.To] = b
		}
	}
	if err := rows.Err(); err != nil {
		return err
	}
	rows.Close()
	return proveSigned(v, p, `SELECT id, who, card, law, version FROM card_check`, CardConfirmed, [3]string{"card", "law", "version"}, told)
}
