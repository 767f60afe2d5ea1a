package ledger

import (
	"encoding/json"
	"fmt"
)

// proveFigures checks that what staff signed is what the journal tells: every
// figure, zero, activity, exam, text, promise, register line and publication, no more and no less, and that
// the texts are those that were signed.
func proveFigures(v *View, p *Proof) error {
	told := map[Event]map[int64]entryBody{FigureEntered: {}, ZeroSigned: {}, ActivityHeld: {}, ExamHeld: {}, SlotWritten: {}, PlanMade: {}, Recorded: {}, Published: {}}
	rows, err := v.rows(`SELECT body FROM journal WHERE event IN ($1, $2, $3, $4, $5, $6, $7, $8)`,
		string(FigureEntered), string(ZeroSigned), string(ActivityHeld), string(ExamHeld), string(SlotWritten), string(PlanMade), string(Recorded), string(Published))
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
		if err := json.Unmarshal([]byte(body), &b); err != nil {
			continue // said by proveChains
		}
		told[b.Event][b.To] = b
	}
	if err := rows.Err(); err != nil {
		return err
	}
	rows.Close()
	for _, c := range []struct {
		event  Event
		q      string
		fields [3]string
	}{
		{FigureEntered, `SELECT id, who, key, CAST(year AS TEXT), CAST(month AS TEXT) || ' ' || CAST(value AS TEXT) FROM entry`, [3]string{"key", "year", "month value"}},
		{ZeroSigned, `SELECT id, who, key, CAST(year AS TEXT), '' FROM zero`, [3]string{"key", "year", ""}},
		{ActivityHeld, `SELECT id, who, kind, setting, day || ' ' || CAST(heads AS TEXT) FROM activity`, [3]string{"kind", "setting", "day heads"}},
		{ExamHeld, `SELECT e.id, e.who, e.day, CAST((SELECT COUNT(*) FROM score s WHERE s.exam = e.id) AS TEXT),
			CAST((SELECT COUNT(*) FROM score s WHERE s.exam = e.id AND s.mark >= e.pass) AS TEXT) FROM exam e`, [3]string{"day", "sat", "passed"}},
		{SlotWritten, `SELECT id, who, key, CAST(year AS TEXT), body FROM slot`, [3]string{"key", "year", "digest"}},
		{PlanMade, `SELECT id, who, CAST(year AS TEXT), '', body FROM promise`, [3]string{"year", "", "digest"}},
		{Recorded, `SELECT id, who, kind, day || ' ' || due, title || '
' || body FROM register`, [3]string{"kind", "day due", "digest"}},
		{Published, `SELECT id, who, CAST(year AS TEXT), hash, sheethash FROM publication`, [3]string{"year", "docx", "xlsx"}},
	} {
		if err := proveSigned(v, p, c.q, c.event, c.fields, told[c.event]); err != nil {
			return err
		}
	}
	return provePublications(v, p)
}

// proveSigned compares one table with what the journal tells of its rows, by
// three fields; two of one field stand with a space between them, and a digest
// is that of the text.
func proveSigned(v *View, p *Proof, q string, event Event, fields [3]string, told map[int64]entryBody) error {
	rows, err := v.rows(q)
	if err != nil {
		return fmt.Errorf("read what was signed: %w", err)
	}
	defer rows.Close()
	n := 0
	for rows.Next() {
		var id, who int64
		var got [3]string
		if err := rows.Scan(&id, &who, &got[0], &got[1], &got[2]); err != nil {
			return err
		}
		n++
		b, ok := told[id]
		same := ok && b.By == who
		for i, f := range fields {
			want := b.X[f]
			switch f {
			case "month value":
				want = b.X["month"] + " " + b.X["value"]
			case "day heads":
				want = b.X["day"] + " " + b.X["heads"]
			case "day due":
				want = b.X["day"] + " " + b.X["due"]
			case "digest":
				got[i] = fileHash([]byte(got[i]))
			}
			same = same && got[i] == want
		}
		if !same {
			p.fault("%s %d: the journal tells otherwise", event, id)
		}
	}
	if err := rows.Err(); err != nil {
		return err
	}
	if n != len(told) {
		p.fault("%s: %d records, the journal knows %d", event, n, len(told))
	}
	return nil
}
