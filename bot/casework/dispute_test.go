package casework

import (
	"errors"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"mingbai/knowledge"
)

var terms = Terms{Accept: 8 * time.Hour, Consent: 7, Term: 30, Revisit: 30, Seat: 16 * time.Hour}

func officeHours() *Calendar {
	return NewCalendar(knowledge.Hours{Spans: []string{"09:00-12:00", "14:00-17:30"}})
}

var begin = time.Date(2026, 11, 2, 9, 0, 0, 0, knowledge.Shanghai)

// two is a dispute as it is when the applicant has told who the other is.
func two() Dispute {
	return Dispute{State: Found, Category: "邻里纠纷", Level: knowledge.LevelVillage,
		Parties: []Party{{Applicant, Agrees}, {Respondent, NotAsked}}}
}

// play does steps of an hour each and returns the first refusal.
func play(d *Dispute, steps ...Step) error {
	at := begin
	for _, s := range steps {
		if s.At.IsZero() {
			s.At = at
		}
		at = s.At.Add(time.Hour)
		if err := d.Do(s, terms, officeHours()); err != nil {
			return err
		}
	}
	return nil
}

func papers(items ...Item) []Step {
	var out []Step
	for _, i := range items {
		out = append(out, Step{Act: ActPaper, Paper: i})
	}
	return out
}

func TestRoads(t *testing.T) {
	consent, session := []Step{{Act: ActApply}, {Act: ActAccept}, {Act: ActConsent, Party: 1}},
		[]Step{{Act: ActSchedule, When: begin.Add(24 * time.Hour)}, {Act: ActSession, At: begin.Add(25 * time.Hour)}}
	for _, tt := range []struct {
		name  string
		steps []Step
		want  State
		why   string // of the refusal expected
	}{
		{"written agreement to the end", slices.Concat(consent, session, []Step{{Act: ActAgree, Outcome: OutcomeWritten}, {Act: ActPerform}, {Act: ActRevisit}},
			papers(PaperApplication, PaperRights, PaperIdentity, PaperRecord, PaperAgreement, PaperRevisit, PaperSummary, PaperBackCover), []Step{{Act: ActClose}}), Closed, ""},
		{"oral agreement needs its register", slices.Concat(consent, session, []Step{{Act: ActAgree, Outcome: OutcomeOral}, {Act: ActRevisit}},
			papers(PaperApplication, PaperRights, PaperIdentity, PaperRecord, PaperAgreement, PaperRevisit, PaperSummary, PaperBackCover), []Step{{Act: ActClose}}), Revisited, "卷宗还缺：口头协议登记表。"},
		{"no session before both agree", []Step{{Act: ActApply}, {Act: ActAccept}, {Act: ActSchedule, When: begin.Add(time.Hour * 48)}}, Accepted, "这件事现在是“已受理，等双方同意调解”，这一步不能做。"},
		{"one refusal ends it", []Step{{Act: ActApply}, {Act: ActAccept}, {Act: ActRefuse, Party: 1}}, Failed, ""},
		{"no agreement without a session", slices.Concat(consent, session[:1], []Step{{Act: ActAgree, Outcome: OutcomeOral}}), Mediating, "还没有记过一次调解，先记调解情况。"},
		{"a swap keeps consent", slices.Concat(consent, []Step{{Act: ActSwap}, {Act: ActAccept}}), Consented, ""},
		{"up only", []Step{{Act: ActApply}, {Act: ActMoveUp, Level: knowledge.LevelTown}, {Act: ActMoveUp, Level: knowledge.LevelVillage}}, Applied, "只能往上转：村调委会、镇调委会、联合调解。"},
		{"longer only if both agree", slices.Concat(consent, session, []Step{{Act: ActExtend}}), Mediating, "要双方都同意，才能延长。"},
		{"a session in the past", slices.Concat(consent, []Step{{Act: ActSchedule, When: begin.Add(-time.Hour)}}), Consented, "约的时间已经过了，换一个。"},
		{"confirmation after thirty days", slices.Concat(consent, session, []Step{{Act: ActAgree, Outcome: OutcomeWritten, At: begin.Add(30 * time.Hour)}, {Act: ActConfirm, At: begin.AddDate(0, 0, 40)}}), Agreed, "司法确认要在协议生效30日内，两家一起申请，现在过了。"},
		{"taken back", []Step{{Act: ActApply}, {Act: ActWithdraw}}, Withdrawn, ""},
		{"nobody on the other side", nil, Found, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d := two()
			err := play(&d, tt.steps...)
			var r *Refusal
			if why := ""; errors.As(err, &r) && r.Why != tt.why || !errors.As(err, &r) && tt.why != why || d.State != tt.want {
				t.Errorf("state %s, refusal %v; want %s, %q", d.State, err, tt.want, tt.why)
			}
		})
	}
}

// step draws any act, sensible or not.
func step(t *rapid.T, at time.Time) Step {
	acts := []Act{ActApply, ActDecline, ActAccept, ActConsent, ActRefuse, ActSchedule, ActSession, ActExtend, ActAgree, ActFail, ActWithdraw,
		ActMoveUp, ActTransfer, ActSwap, ActCorrect, ActPerform, ActBreach, ActRevisit, ActConfirm, ActPaper, ActClose}
	return Step{
		Act: rapid.SampledFrom(acts).Draw(t, "act"), At: at, Party: rapid.IntRange(-1, 3).Draw(t, "party"),
		When:     at.Add(time.Duration(rapid.IntRange(-48, 400).Draw(t, "when")) * time.Hour),
		Level:    rapid.SampledFrom([]knowledge.Level{"", knowledge.LevelVillage, knowledge.LevelTown, knowledge.LevelJoint}).Draw(t, "level"),
		Category: rapid.SampledFrom([]string{"", "邻里纠纷", "合同纠纷", "不存在"}).Draw(t, "category"),
		Outcome:  rapid.SampledFrom([]Outcome{"", OutcomeWritten, OutcomeOral, OutcomeFailed}).Draw(t, "outcome"),
		Promised: at.Add(time.Duration(rapid.IntRange(-48, 2000).Draw(t, "promised")) * time.Hour),
		Both:     rapid.Bool().Draw(t, "both"),
		Paper:    rapid.SampledFrom(append(slices.Clone(Items), PaperOral, PaperRoutes)).Draw(t, "paper"),
	}
}

// TestRules plays any acts in any order: no session, agreement or performance
// without everybody's consent; nothing closed without its papers; no clock
// that ends before it begins; a refused step changes nothing; replaying the
// steps gives the same dispute.
func TestRules(t *testing.T) {
	cal := officeHours()
	rapid.Check(t, func(t *rapid.T) {
		start := func() Dispute {
			d := two()
			d.Parties = slices.Clone(d.Parties)
			return d
		}
		d, at := start(), begin
		var done []Step
		for range rapid.IntRange(1, 60).Draw(t, "steps") {
			at = at.Add(time.Duration(rapid.IntRange(1, 100).Draw(t, "hours")) * time.Hour)
			s := step(t, at)
			before := d
			before.Parties, before.Papers = slices.Clone(d.Parties), slices.Clone(d.Papers)
			if err := d.Do(s, terms, cal); err != nil {
				if !reflect.DeepEqual(before, d) {
					t.Fatalf("a refused %s changed the dispute: %v", s.Act, err)
				}
				continue
			}
			done = append(done, s)
			if slices.Contains([]State{Consented, Mediating, Agreed, Performed, Revisited}, d.State) && !d.agreed() {
				t.Fatalf("%s without everybody's consent after %s", d.State, s.Act)
			}
			if d.State == Closed && len(d.Missing()) > 0 {
				t.Fatalf("closed without %v", d.Missing())
			}
			entered := d.State != before.State || !d.Due.Equal(before.Due)
			if entered && !d.Due.IsZero() && d.Due.Before(d.Accepted) {
				t.Fatalf("the clock of %s ends %s, before acceptance", d.State, d.Due)
			}
			if before.State == Closed {
				t.Fatalf("%s left Closed", s.Act)
			}
		}
		again := start()
		for _, s := range done {
			if err := again.Do(s, terms, cal); err != nil {
				t.Fatalf("replay: %v", err)
			}
		}
		if !reflect.DeepEqual(again, d) {
			t.Fatalf("replayed %+v, was %+v", again, d)
		}
	})
}

// TestReach walks every act from every state found: every state is reached,
// and every one but Closed is left again.
func TestReach(t *testing.T) {
	cal := officeHours()
	seen, left := map[State]bool{Found: true}, map[State]bool{}
	queue := []Dispute{two()}
	known := map[string]bool{}
	for len(queue) > 0 {
		d := queue[0]
		queue = queue[1:]
		for _, a := range d.Acts() {
			for _, o := range []Outcome{OutcomeWritten, OutcomeOral} {
				next := d
				next.Parties, next.Papers = slices.Clone(d.Parties), slices.Clone(d.Papers)
				at := begin.Add(time.Hour)
				if d.Session.After(at) {
					at = d.Session
				}
				if a == ActPaper {
					next.Papers = slices.Clone(append(slices.Clone(Items), PaperOral, PaperRoutes))
				} else if next.Do(Step{Act: a, At: at, Party: 1, When: at.Add(time.Hour), Level: knowledge.LevelJoint, Outcome: o, Both: true}, terms, cal) != nil {
					continue
				}
				if next.State != d.State {
					left[d.State] = true
				}
				seen[next.State] = true
				key := string(next.State) + string(next.Outcome) + string(next.Level) + string(rune('0'+next.Held)) + string(next.Parties[1].Consent) + string(rune('0'+len(next.Papers)))
				if !known[key] && next.Held < 3 {
					known[key] = true
					queue = append(queue, next)
				}
			}
		}
	}
	for _, s := range States {
		if !seen[s] {
			t.Errorf("%s is never reached", s)
		}
		if !left[s] && s != Closed {
			t.Errorf("%s is never left", s)
		}
		if s.String() == "" {
			t.Errorf("%s has no name", s)
		}
	}
}

func TestAssign(t *testing.T) {
	c := []Candidate{
		{Person: 1, Village: "a", OnDuty: true, Open: 2, Skills: []string{"山林土地纠纷"}},
		{Person: 2, Village: "a", OnDuty: true, Open: 0},
		{Person: 3, Village: "b", OnDuty: true},
		{Person: 4, OnDuty: true, Open: 5},
		{Person: 5, Village: "a", OnDuty: true, Kin: true},
		{Person: 6, Village: "a"},
	}
	for _, tt := range []struct {
		name     string
		level    knowledge.Level
		category string
		prefer   []Preference
		want     int64
		why      string
	}{
		{"the skilled one of the village", knowledge.LevelVillage, "山林土地纠纷", nil, 1, "本村的、会办山林土地的事、手上2件，今年0件、2人里轮到他"},
		{"the one with fewer", knowledge.LevelVillage, "邻里纠纷", nil, 2, ""},
		{"the town's committee first", knowledge.LevelTown, "邻里纠纷", nil, 4, ""},
		{"load before skill", knowledge.LevelVillage, "山林土地纠纷", []Preference{PreferLoad}, 2, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			i, why := Assign(tt.level, "a", tt.category, tt.prefer, c)
			if i < 0 || c[i].Person != tt.want || tt.why != "" && tt.why != strings.Join(why, "、") {
				t.Errorf("got %d, %s", i, strings.Join(why, "、"))
			}
		})
	}
	if i, why := Assign(knowledge.LevelVillage, "z", "邻里纠纷", nil, c[2:3]); i != -1 || strings.Join(why, "、") != "不是本村的1人" {
		t.Errorf("a village without mediators: %d %v", i, why)
	}
}

func TestLintAgreement(t *testing.T) {
	for _, tt := range []struct {
		name   string
		clause string
		want   string // part of a warning; empty: none
		stop   bool
	}{
		{"all there", "乙方于2026年12月31日前，向甲方支付医药费6000元，转账到甲方银行卡。", "", false},
		{"a thing to do", "乙方在2026年12月10日前拆除越界的围墙，退到老界石。", "", false},
		{"divorce", "双方自愿离婚，儿子归甲方抚养。", "婚姻、收养、身份关系", true},
		{"adoption", "甲方将小女儿过继给乙方。", "婚姻、收养、身份关系", true},
		{"no sum", "乙方于2026年12月31日前向甲方赔偿医疗费，现金。", "没写清数目", false},
		{"about", "乙方于2026年12月31日前向甲方转账支付5000元左右。", "写成准数", false},
		{"vague day", "乙方尽快以现金支付甲方3000元。", "“尽快”不算日子", false},
		{"no day", "乙方以现金支付甲方3000元。", "没写日子", false},
		{"no manner", "乙方于2026年12月31日前支付甲方3000元。", "怎么给没写", false},
		{"past day", "乙方于2026年1月1日前以现金支付甲方3000元。", "日子已经过了", false},
		{"penalty", "乙方逾期的，按每天5%支付甲方违约金，2026年12月31日前现金付3000元。", "违约金过高", false},
		{"no police", "甲方收款后不得报警。", "不能约定不准报警", true},
		{"crime", "乙方赔偿甲方后，轻伤的事甲方不再追究，2026年12月31日前现金付3000元。", "涉嫌犯罪", true},
		{"support given up", "甲方放弃抚养费。", "不能靠协议免掉", true},
		{"land sold", "甲方把承包地卖给乙方，永久归乙方。", "不能买卖", true},
		{"nobody", "围墙拆掉。", "哪个来做", false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := LintAgreement([]string{tt.clause}, "2026-11-24")
			i := slices.IndexFunc(got, func(w Warning) bool { return strings.Contains(w.String(), tt.want) && w.Stop == tt.stop })
			if tt.want == "" && len(got) > 0 || tt.want != "" && i < 0 {
				t.Errorf("%s: %v", tt.clause, got)
			}
		})
	}
	if got := LintAgreement(nil, "2026-11-24"); len(got) != 1 || !got[0].Stop {
		t.Errorf("nothing written: %v", got)
	}
}
