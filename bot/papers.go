package bot

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"mingbai/bot/casework"
	"mingbai/bot/ledger"
	"mingbai/bot/paper"
	"mingbai/knowledge"
)

// The papers of a dispute (文书) are written from what is already known. What a
// paper still needs is asked of the mediator once, for all of them.

// paperCase is a dispute as the papers write it.
func (t *turn) paperCase(k *mediation) (*paper.Case, error) {
	town := t.township()
	c := &paper.Case{
		Township: town.Name, County: town.County, Committee: town.MediationCommittee(knowledge.Level(k.Level), k.Village),
		Year: int(k.Year), Number: int(k.No), Category: k.Category, Source: paper.SourceParty,
		Story: k.texts[textStory], Wishes: nonEmpty(k.texts[textWish]), Facts: firstOf(k.texts[textFacts], k.texts[textStory]),
		Focus: "申请人要求：" + k.texts[textWish], Responsibility: "双方按下面的协议内容各自承担。",
		Terms: clauses(k.texts[textTerms]), Manner: "按协议内容履行", Due: "按协议内容写的日期",
		Outcome: k.rules.Outcome, Reason: k.texts["reason"], Court: town.Mediation.Court, Keep: town.Mediation.Keep, Remarks: firstOf(k.texts["remarks"], "无"),
		Applied: knowledge.DayOf(k.Opened), Dossier: true,
	}
	if k.Finder != 0 {
		c.Source = paper.SourceCommittee
		if len(c.Wishes) == 0 { // nobody has applied, so nobody has asked for anything
			c.Wishes, c.Focus = []string{"由调解委员会主动调解"}, "双方把这件事说清楚、了结好。"
		}
	}
	day := func(at time.Time) knowledge.Day {
		if at.IsZero() {
			return ""
		}
		return knowledge.DayOf(at)
	}
	c.Accepted, c.Informed = day(k.rules.Accepted), day(k.rules.Accepted)
	c.Agreed, c.Closed = day(k.rules.Agreed), knowledge.DayOf(t.now)
	if d, ok := casework.LastDay(k.texts[textTerms]); ok {
		c.Due = paper.Date(d) + "前"
	}
	if c.Agreed == "" && len(c.Terms) > 0 {
		c.Agreed = knowledge.DayOf(t.now) // a draft to be signed today
	}
	if k.rules.State.Over() || k.rules.Outcome == casework.OutcomeRefused {
		c.Ended = knowledge.DayOf(t.now)
	}
	if c.Reason == "" {
		c.Reason = map[casework.Outcome]string{casework.OutcomeRefused: "对方明确表示不愿意调解", casework.OutcomeWithdrawn: "申请人撤回申请", casework.OutcomeReferred: "不属于人民调解的范围"}[c.Outcome]
	}
	c.Confirm = knowledge.DayOf(t.now)
	if k.Mediator != 0 {
		p, err := ledger.PersonByID(t.tx, k.Mediator)
		if err != nil && !isNotFound(err) {
			return nil, err
		}
		c.Mediators, c.Recorder, c.Archivist, c.Checker = nonEmpty(p.Name), p.Name, p.Name, p.Name
	}
	for _, p := range k.parties {
		a := aboutOf(p)
		x := paper.Party{Side: casework.Side(p.Side), Name: named(p), Sex: a.Sex, Nation: a.Nation, Birth: a.Birth, Age: a.Age, Job: a.Job, Address: a.Address, Phone: p.Phone, ID: a.ID}
		if proxy := k.texts[textProxy]; proxy != "" && x.Side == casework.Applicant {
			name, _, _ := strings.Cut(proxy, "代办")
			x.Proxy = &paper.Proxy{Name: name, Relation: "代办人"}
		}
		c.Parties = append(c.Parties, x)
	}
	if err := t.sessions(k, c); err != nil {
		return nil, err
	}
	return c, t.filed13(k, c)
}

// sessions fills in what was said and asked.
func (t *turn) sessions(k *mediation, c *paper.Case) error {
	list, err := ledger.MeetingsOf(t.tx, k.ID)
	if err != nil {
		return err
	}
	var held []ledger.Meeting
	for _, m := range list {
		if m.State == "held" {
			held = append(held, m)
		}
	}
	var present []string
	for _, p := range k.parties {
		present = append(present, named(p))
	}
	for n := 1; n <= k.rules.Held; n++ {
		stamp, text, _ := strings.Cut(k.texts[fmt.Sprint("record-", n)], "\n")
		at, err := time.ParseInLocation("2006-01-02 15:04", stamp, shanghai)
		if err != nil {
			continue // erased
		}
		s := paper.Session{At: at, Place: c.Committee, Present: present, Text: text, Result: "双方还要再谈。"}
		if n <= len(held) {
			s.At, s.Place = held[n-1].At, t.place(k, held[n-1])
		}
		if n == k.rules.Held {
			s.Result = map[casework.Outcome]string{"": s.Result, casework.OutcomeWritten: "双方达成协议。", casework.OutcomeOral: "双方达成口头协议。"}[k.rules.Outcome]
			if s.Result == "" {
				s.Result = "没有达成协议。"
			}
		}
		c.Sessions = append(c.Sessions, s)
	}
	for n := 1; ; n++ {
		stamp, text, ok := strings.Cut(k.texts[fmt.Sprint("inquiry-", n)], "\n")
		if !ok {
			break
		}
		at, err := time.ParseInLocation("2006-01-02 15:04", stamp, shanghai)
		if err != nil {
			break
		}
		who, said, ok := strings.Cut(text, "：")
		if !ok || len([]rune(who)) > 20 {
			who, said = "知情人", text
		}
		c.Inquiries = append(c.Inquiries, paper.Inquiry{At: at, Place: t.township().VillageName(k.Village), Person: who, About: "知情人", By: c.Mediators, Recorder: c.Recorder, Text: said})
	}
	if x := k.texts["revisit"]; x != "" {
		c.Revisits = []paper.Revisit{{At: knowledge.DayOf(t.now), Way: "上门或电话", With: present, Text: x, By: c.Mediators}}
	}
	if x := k.texts["performed"]; x != "" {
		c.Performances = []paper.Performance{{At: knowledge.DayOf(t.now), By: k.names(casework.Respondent), What: x, Proof: "当事人确认"}}
	}
	return nil
}

// filed13 lists what lies in the dossier, and the evidence.
func (t *turn) filed13(k *mediation, c *paper.Case) error {
	list, err := ledger.EvidenceOf(t.tx, k.ID)
	if err != nil {
		return err
	}
	kinds := map[string]string{"photo": "照片", "voice": "语音", "video": "视频", "document": "文件", "location": "位置"}
	for _, e := range list {
		from := "调解员"
		if p := k.partyOf(e.Chat); p != nil {
			from = named(p)
		}
		c.Evidence = append(c.Evidence, paper.Evidence{Name: firstOf(kinds[e.Kind], "文件"), From: from, At: knowledge.DayOf(e.At), Hash: e.Hash, Note: "收到时间" + paper.Moment(e.At)})
	}
	seen := map[casework.Item]bool{}
	for _, i := range k.rules.Papers {
		if !seen[i] {
			seen[i] = true
			c.Contents = append(c.Contents, paper.Content{Name: paper.Name(i)})
		}
	}
	for _, i := range []casework.Item{casework.PaperSummary, casework.PaperBackCover} {
		if !seen[i] {
			c.Contents = append(c.Contents, paper.Content{Name: paper.Name(i)})
		}
	}
	return nil
}

func nonEmpty(s string) []string {
	if s == "" {
		return nil
	}
	return []string{s}
}

func firstOf(list ...string) string {
	for _, s := range list {
		if s != "" {
			return s
		}
	}
	return ""
}

// due lists the papers that should be in the dossier by now, in binding order.
func due(d *casework.Dispute) []casework.Item {
	var out []casework.Item
	add := func(i casework.Item, when bool) {
		if when && !slices.Contains(d.Papers, i) {
			out = append(out, i)
		}
	}
	accepted := !d.Accepted.IsZero()
	add(casework.PaperApplication, accepted || d.State.Over())
	add(casework.PaperRights, accepted)
	add(casework.PaperRecord, d.Held > 0)
	add(casework.PaperAgreement, d.Outcome == casework.OutcomeWritten)
	add(casework.PaperOral, d.Outcome == casework.OutcomeOral)
	add(casework.PaperRoutes, d.Outcome == casework.OutcomeFailed || d.Outcome == casework.OutcomeRefused)
	add(casework.PaperRevisit, d.State == casework.Revisited)
	return out
}

// writePapers writes the papers named and all others that are due. Those that
// lack something are left for later, and the mediator is told what to supply.
func (t *turn) writePapers(k *mediation, items ...casework.Item) error {
	if k.No == 0 && k.rules.State != casework.Applied {
		// Ended before anybody took it: the dossier has its number all the same.
		if err := t.tx.NumberDispute(k.Dispute); err != nil {
			return err
		}
	}
	for _, i := range due(&k.rules) {
		if !slices.Contains(items, i) {
			items = append(items, i)
		}
	}
	var need []string
	for _, i := range items {
		err := t.writePaper(k, i)
		var missing *paper.Missing
		var conflict *paper.Conflict
		switch {
		case errors.As(err, &missing):
			for _, f := range missing.Fields {
				if !slices.Contains(need, f) {
					need = append(need, f)
				}
			}
		case errors.As(err, &conflict):
			need = append(need, conflict.Error())
		case err != nil:
			return err
		}
	}
	if len(need) == 0 || k.Mediator == 0 {
		return nil
	}
	r := Reply{Kind: KindNote, Say: k.no + " 有文书还不能写。", Text: "还要：" + strings.Join(need, "、") + "。", Choices: []Choice{{Label: "补资料", Do: "m:about:" + id(k.ID)}, {Label: "先不弄", Do: "m:card:" + id(k.ID)}}}
	if t.chat.Person == k.Mediator {
		t.say(r)
		return nil
	}
	return t.tellMediator(k, r)
}

// writePaper writes one paper into the dossier.
func (t *turn) writePaper(k *mediation, i casework.Item) error {
	c, err := t.paperCase(k)
	if err != nil {
		return err
	}
	cites, err := paper.Cites(i, c)
	if err != nil {
		return err
	}
	for _, cite := range cites {
		// Promise 2 holds on paper too.
		if _, err := t.mind.Base.Laws.Check(cite, knowledge.DayOf(t.now)); err != nil {
			return fmt.Errorf("paper %s: %w", i, err)
		}
	}
	body, err := paper.Write(i, c)
	if err != nil {
		return err
	}
	page, err := paper.HTML(i, c)
	if err != nil {
		return err
	}
	if _, err := t.tx.KeepPaper(k.Dispute, string(i), t.chat.Person, body, page); err != nil {
		return err
	}
	if slices.Contains(k.rules.Papers, i) || i == paper.Invitation {
		return nil
	}
	return t.step(k, t.chat.Person, casework.Step{Act: casework.ActPaper, Paper: i})
}

// paperTrouble tells a mediator what a paper lacks; any other error goes up.
func (t *turn) paperTrouble(err error) error {
	var missing *paper.Missing
	var conflict *paper.Conflict
	if !errors.As(err, &missing) && !errors.As(err, &conflict) {
		return t.refused(err)
	}
	t.settle(ledger.FateRefused, "rules")
	t.note(err.Error())
	return nil
}

// keepsPaper writes one paper that a mediator asked for.
func (t *turn) keepsPaper(k *mediation, i casework.Item) error {
	err := t.writePaper(k, i)
	var missing *paper.Missing
	if errors.As(err, &missing) {
		t.note(err.Error(), Choice{Label: "补资料", Do: "m:about:" + id(k.ID)})
		return nil
	}
	if err != nil {
		return t.paperTrouble(err)
	}
	t.say(t.mediatorCard(k, i.String()+"写好了，存进卷宗。"))
	return nil
}

// writes keeps a text of the mediator and the paper made of it.
func (t *turn) writes(k *mediation, i casework.Item, name, text string) error {
	n := 1
	for k.texts[fmt.Sprint(name, "-", n)] != "" {
		n++
	}
	key := fmt.Sprint(name, "-", n)
	k.texts[key] = t.now.In(shanghai).Format("2006-01-02 15:04") + "\n" + cut(text, 3000)
	if err := t.tx.Particular(k.ID, key, k.texts[key]); err != nil {
		return err
	}
	return t.keepsPaper(k, i)
}

// writeInvite writes the slip for a party that has no phone.
func (t *turn) writeInvite(k *mediation, p *ledger.Party, code string) error {
	c, err := t.paperCase(k)
	if err != nil {
		return err
	}
	office := t.township().Office("justice")
	c.Invite = paper.Invite{Code: code, On: knowledge.DayOf(t.now), ReplyBy: knowledge.DayOf(k.rules.Due), How: "在明白里发：/start " + code, Place: c.Committee, Phone: "12348"}
	if office != nil {
		c.Invite.Phone = office.Phone
		c.Invite.Place = office.Where
	}
	if t.e.PublicURL != "" {
		c.Invite.How = "打开" + t.e.PublicURL + "/?k=" + code + "，或者打电话告诉调解员"
	}
	body, err := paper.Write(paper.Invitation, c)
	var missing *paper.Missing
	if errors.As(err, &missing) {
		return nil // the phone call is enough; the slip can be written later
	}
	if err != nil {
		return err
	}
	page, err := paper.HTML(paper.Invitation, c)
	if err != nil {
		return err
	}
	_, err = t.tx.KeepPaper(k.Dispute, string(paper.Invitation), t.chat.Person, body, page)
	return err
}

// showPapers lists the dossier with its meter and links to print.
func (t *turn) showPapers(k *mediation) error {
	list, err := ledger.PapersOf(t.tx, k.ID)
	if err != nil {
		return err
	}
	r := Reply{Kind: KindNote, Say: "卷宗（" + k.no + "）", Text: t.meter(k), Choices: append([]Choice{{Label: "补资料", Do: "m:about:" + id(k.ID)}}, t.mediatorChoices(k)...)}
	r.Choices = r.Choices[:min(len(r.Choices), 12)]
	for _, p := range list {
		l := t.paperLink(p)
		r.Steps = append(r.Steps, l.Label+"，"+p.At.In(shanghai).Format("1月2日"))
		r.Links = append(r.Links, l)
	}
	if len(list) == 0 {
		r.Text += "\n还没有文书。"
	}
	t.say(r)
	return nil
}

// draftItem is the agreement as it is printed to be signed. It is kept as a
// record of what was signed, and is no item of the dossier.
const draftItem = "draft"

// draft writes the agreement for signature and returns the link to it.
func (t *turn) draftPaper(k *mediation, o casework.Outcome, i casework.Item) (*Link, error) {
	c, err := t.paperCase(k)
	if err != nil {
		return nil, err
	}
	c.Outcome = o
	body, err := paper.Write(i, c)
	if err != nil {
		return nil, err
	}
	page, err := paper.HTML(i, c)
	if err != nil {
		return nil, err
	}
	p, err := t.tx.KeepPaper(k.Dispute, draftItem, t.chat.Person, body, page)
	if err != nil {
		return nil, err
	}
	l := t.paperLink(p)
	return &l, nil
}

// paperLink is where a paper can be opened and printed. Whoever has the link
// can read the paper; nobody can guess one.
func (t *turn) paperLink(p *ledger.Paper) Link {
	name := paper.Name(casework.Item(p.Item))
	switch p.Item {
	case draftItem:
		name = "协议书（打印来签）"
	case bundleItem:
		name = "全卷"
	}
	if p.N > 1 {
		name += fmt.Sprint(p.N)
	}
	return Link{Label: name, URL: t.e.PublicURL + "/paper/" + t.e.Ledger.Sign("paper", id(p.ID))}
}

// Paper returns the paper behind a link's last part: its file name, the
// .docx (or .zip of a whole dossier) and the page to print, which a dossier has not; ErrNotFound for a link that nobody was given. The
// reading is noted, so that the resident can see that somebody looked.
func (e *Engine) Paper(ctx context.Context, token string) (name string, docx []byte, page string, err error) {
	key, ok := e.Ledger.Verify("paper", token)
	if !ok {
		return "", nil, "", ledger.ErrNotFound
	}
	err = e.Ledger.Do(ctx, "paper", e.now(), func(tx *ledger.Tx) error {
		p, err := ledger.PaperByID(tx, number(key))
		if err != nil {
			return err
		}
		d, err := ledger.DisputeByID(tx, p.Dispute)
		if err != nil {
			return err
		}
		name = firstOf(paper.Name(casework.Item(p.Item)), "人民调解协议书") + ".docx"
		if p.Item == bundleItem {
			name = "人民调解卷宗.zip"
		}
		docx, page = p.Body, p.Page
		return tx.Look(d.Township, d.Chat, d.Matter, 0)
	})
	return name, docx, page, err
}
