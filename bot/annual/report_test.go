package annual

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"mingbai/bot/ledger"
	"mingbai/bot/paper"
)

var update = flag.Bool("update", false, "write the golden files anew")

// The report of a small ledger, word for word.
func TestGolden(t *testing.T) {
	x := whole(t)
	r := x.write(2026)
	if b := r.Blockers(); len(b) > 0 {
		t.Fatalf("it may not be published:\n%s", strings.Join(b, "\n"))
	}
	if s := r.LintStyle(); len(s) > 0 {
		t.Error(s)
	}
	got := markdown(t, r)
	golden := filepath.Join("testdata", "report.md")
	if *update {
		if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("it is not %s:\n%s", golden, got)
	}
	p, err := x.l.Prove(context.Background())
	if err != nil || len(p.Faults) > 0 {
		t.Error(p.Faults, err)
	}
}

// The same ledger gives the same bytes, in every format.
func TestSameBytes(t *testing.T) {
	x := whole(t)
	a, b := x.write(2026), x.write(2026)
	for name, f := range map[string]func(r *Report, buf *bytes.Buffer) error{
		"json": func(r *Report, buf *bytes.Buffer) error { return r.WriteJSON(buf) }, "md": func(r *Report, buf *bytes.Buffer) error { return r.WriteMarkdown(buf) },
		"docx": func(r *Report, buf *bytes.Buffer) error { return r.WriteDocx(buf) }, "xlsx": func(r *Report, buf *bytes.Buffer) error { return r.WriteXLSX(buf) },
	} {
		var one, two bytes.Buffer
		if err := errors.Join(f(a, &one), f(b, &two)); err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(one.Bytes(), two.Bytes()) {
			t.Errorf("%s: other bytes", name)
		}
		if year := time.Now().Format("2006-01-02T"); bytes.Contains(one.Bytes(), []byte(year)) {
			t.Errorf("%s: it holds the day on which it was written", name)
		}
		if name == "docx" || name == "xlsx" {
			if dir := os.Getenv("MINGBAI_KEEP_REPORT"); dir != "" {
				if err := os.WriteFile(filepath.Join(dir, "report."+name), one.Bytes(), 0o644); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
}

// The .docx says what the report says, on the page of GB/T 9704-2012.
func TestDocx(t *testing.T) {
	r := whole(t).write(2026)
	var buf bytes.Buffer
	if err := r.WriteDocx(&buf); err != nil {
		t.Fatal(err)
	}
	text, err := paper.Text(buf.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"青溪镇2026年法治政府建设年度报告", "一、主要举措和成效", "（一）推进依法行政", "二、党政主要负责人履行第一责任人职责情况",
		"三、存在的不足和原因", "四、2027年度安排", "青溪镇人民政府", "2027年3月1日", "合同纠纷\t少于", "原因：林地界线要等测量。"} {
		if !strings.Contains(text, want) {
			t.Errorf("it lacks %q:\n%s", want, text)
		}
	}
	if !bytes.Contains(buf.Bytes(), []byte(`w:top="2098"`)) || !bytes.Contains(buf.Bytes(), []byte(`w:left="1588"`)) ||
		!bytes.Contains(buf.Bytes(), []byte(`w:right="1474"`)) || !bytes.Contains(buf.Bytes(), []byte(`w:bottom="1984"`)) {
		t.Error("the margins are not 37, 28, 26 and 35 mm")
	}
	if strings.Contains(text, "草稿") {
		t.Error("it calls itself a draft")
	}
}

// The workbook has a sheet for each group with rule and records, no formula,
// and nothing of groups under five.
func TestXLSX(t *testing.T) {
	x := whole(t)
	x.staff(2026, func(tx *ledger.Tx) error {
		return tx.SignZero("qingxi", &ledger.Zero{Key: "suits", Year: 2026, Who: clerk, Words: `=HYPERLINK("http://x","点")`})
	})
	r := x.write(2026)
	var buf bytes.Buffer
	if err := r.WriteXLSX(&buf); err != nil {
		t.Fatal(err)
	}
	f, err := excelize.OpenReader(&buf)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if n := len(f.GetSheetList()); n != 2*len(Sheets)+1 {
		t.Errorf("%d sheets: %v", n, f.GetSheetList())
	}
	cells := map[string][]string{}
	for _, name := range Sheets {
		rows, err := f.GetRows(name)
		if err != nil {
			t.Fatal(err)
		}
		for n, row := range rows[2:] {
			cells[row[len(columns)-1]] = row
			for c := range row {
				at, err := excelize.CoordinatesToCellName(c+1, n+3)
				if err != nil {
					t.Fatal(err)
				}
				if formula, _ := f.GetCellFormula(name, at); formula != "" {
					t.Errorf("%s %s is a formula: %s", name, at, formula)
				}
			}
		}
	}
	for key, want := range map[string]string{"enforce.land": "55", "disputes": "33", "suits": "0", "disputes.category.合同纠纷": "少于7"} {
		if row := cells[key]; len(row) == 0 || row[1] != want || row[6] == "" {
			t.Errorf("%s is %v, want %s", key, row, want)
		}
	}
	if got := cells["suits"][9]; !strings.HasPrefix(got, "'=") {
		t.Errorf("the words of a zero stand as %q", got)
	}
	if got := cells["disputes.category.合同纠纷"][8]; got != "" {
		t.Errorf("a hidden part tells its records: %q", got)
	}
	rows, err := f.GetRows("矛盾纠纷记录")
	if err != nil {
		t.Fatal(err)
	}
	listed := 0
	for _, row := range rows[1:] {
		if row[0] == "disputes" {
			listed++
		}
	}
	if listed != 33 {
		t.Errorf("%d records of 33 disputes are listed", listed)
	}
}

// A signed zero is a zero; nobody having entered anything is not, and blocks
// publication; so does a zero that was typed and not signed, and a figure that
// came after the zero voids it.
func TestZero(t *testing.T) {
	x := newTown(t)
	blockers := func() string { return strings.Join(x.write(2026).Blockers(), "\n") }
	if got := blockers(); !strings.Contains(got, "“行政诉讼”没有人填") || !strings.Contains(got, "“调处矛盾纠纷”没有记录") || !strings.Contains(got, "要由人写") {
		t.Errorf("an empty ledger may be published:\n%s", got)
	}
	text := markdown(t, x.write(2026))
	if !strings.Contains(text, "| 行政诉讼 | 没有人填 |") || !strings.Contains(text, "草稿，还不能公布") || strings.Contains(text, "未发生") {
		t.Errorf("silence is taken for a zero:\n%s", text)
	}
	x.staff(2026, func(tx *ledger.Tx) error {
		return errors.Join(tx.SignZero("qingxi", &ledger.Zero{Key: "suits", Year: 2026, Who: clerk, Words: "没有"}),
			tx.Enter("qingxi", &ledger.Entered{Key: "reviews", Year: 2026, Who: clerk}))
	})
	text = markdown(t, x.write(2026))
	if got := blockers(); strings.Contains(got, "“行政诉讼”") || !strings.Contains(got, "“行政复议”填的是0，还没有人签字") {
		t.Errorf("blockers: %s", got)
	}
	if !strings.Contains(text, "| 行政诉讼 | 0 |") || !strings.Contains(text, "全年未发生行政诉讼案件。") || !strings.Contains(text, "| 行政复议 | 0（没有人签字） |") {
		t.Errorf("the zero is not told:\n%s", text)
	}
	x.staff(2026, func(tx *ledger.Tx) error {
		return tx.Enter("qingxi", &ledger.Entered{Key: "suits", Year: 2026, Value: 2, Who: clerk})
	})
	if text = markdown(t, x.write(2026)); strings.Contains(text, "未发生行政诉讼") || !strings.Contains(text, "| 行政诉讼 | 2 |") {
		t.Error("a figure entered later does not void the zero")
	}
}

// What staff enter and does not fit is told: a part larger than its whole,
// months that do not make the year.
func TestEntriesFit(t *testing.T) {
	x := newTown(t)
	x.staff(2026, func(tx *ledger.Tx) error {
		return errors.Join(tx.Enter("qingxi", &ledger.Entered{Key: "disputes.pretrial", Year: 2026, Value: 5, Who: clerk}),
			tx.Enter("qingxi", &ledger.Entered{Key: "receptions", Year: 2026, Value: 96, Who: clerk}),
			tx.Enter("qingxi", &ledger.Entered{Key: "receptions", Year: 2026, Month: 3, Value: 90, Who: clerk}))
	})
	r := x.write(2026)
	lint := strings.Join(r.Lint(), "\n")
	if !strings.Contains(lint, "庭前调解是5，口径写明已含在“调处矛盾纠纷”里") || !strings.Contains(lint, "领导干部下访接访：按月填的加起来是90，按全年填的是96") {
		t.Errorf("lint: %s", lint)
	}
	if s := r.Sums(); len(s) > 0 {
		t.Errorf("the program counted wrongly: %v", s)
	}
}

// A year with falls is not called a rise, and the other way round; the years
// between are said as they are.
func TestChange(t *testing.T) {
	one := func(before, now float64, unit, period string) string {
		r, b := &Report{Year: 2026, Until: "2026-12-31"}, &Report{Year: 2025, Until: "2025-12-31"}
		r.Indicators = []Indicator{{Key: "x", Value: now, Unit: unit, Period: period}}
		b.Indicators = []Indicator{{Key: "x", Value: before, Unit: unit}}
		r.Compare(b)
		return r.Indicators[0].change()
	}
	for _, c := range []struct {
		before, now  float64
		unit, period string
		want         string
	}{
		{100, 112.5, "件", WholeYear, "比上年上升12.5%"}, {365, 300, "件", WholeYear, "比上年下降17.8%"}, {50, 50, "件", WholeYear, "与上年持平"},
		{2, 3, "件", WholeYear, "比上年增加1件"}, {3, 0, "件", WholeYear, "比上年减少3件"}, {30, 32, "人", YearEnd, "比上年末上升6.7%"},
		{80.5, 77.3, "%", WholeYear, "比上年下降3.2个百分点"}, {100000, 99999, "件", WholeYear, "比上年下降不到0.1%"},
	} {
		if got := one(c.before, c.now, c.unit, c.period); got != c.want {
			t.Errorf("from %g to %g: %s, want %s", c.before, c.now, got, c.want)
		}
	}
	if got := one(5, 5, "人", YearEnd); got != "与上年末持平" {
		t.Error(got)
	}
	text := markdown(t, whole(t).write(2026))
	body, _, _ := strings.Cut(text, "## 附件")
	if !strings.Contains(body, "调处矛盾纠纷33件，比上年下降23.3%") || !strings.Contains(body, "接访40次，与上年持平") || regexp.MustCompile(`矛盾纠纷33件，比上年(上升|增加)`).MatchString(body) {
		t.Errorf("the changes are wrong:\n%s", body)
	}
	half := &Report{Year: 2026, Until: "2026-06-30", Indicators: []Indicator{{Key: "x", Value: 1}}}
	half.Compare(&Report{Year: 2025, Until: "2025-12-31", Indicators: []Indicator{{Key: "x", Value: 9}}})
	if half.Indicators[0].Before != nil {
		t.Error("half a year is compared with a whole one")
	}
}

// A person's text survives a refresh: its figures follow, a name that is no
// figure is told, and an empty text gives the part back to its template.
func TestSlots(t *testing.T) {
	x := whole(t)
	find := func() Section {
		for _, s := range x.write(2026).Parts[0].Sections {
			if s.Key == "measures.grids" {
				return s
			}
		}
		t.Fatal("no such slot")
		return Section{}
	}
	if s := find(); !s.Edited || s.Who != "7" || s.Text != "网格员走遍各组，上报事件1件，与上年持平。" {
		t.Errorf("%+v", s)
	}
	x.at("2026-09-05 10:00", report("hongyan", "hongyan-1", "road", ledger.OutcomeTask, "done"))
	if s := find(); s.Text != "网格员走遍各组，上报事件2件，比上年增加1件。" {
		t.Errorf("%+v", s)
	}
	x.staff(2026, func(tx *ledger.Tx) error {
		return tx.WriteSlot("qingxi", &ledger.Slot{Year: 2026, Key: "measures.grids", Text: "共{grid.nothing}。", Who: clerk})
	})
	if s := find(); len(s.Needs) != 1 || !strings.Contains(s.Needs[0], "{grid.nothing}不是指标") {
		t.Errorf("%+v", s)
	}
	x.staff(2026, func(tx *ledger.Tx) error {
		return tx.WriteSlot("qingxi", &ledger.Slot{Year: 2026, Key: "measures.grids", Who: clerk})
	})
	if s := find(); s.Edited || !strings.Contains(s.Text, "全镇划分网格55个") {
		t.Errorf("%+v", s)
	}
}

// Disputes are counted when first accepted; how they stand adds up; what ran
// past the term is overdue; small outcomes are hidden with what would tell them.
func TestDisputes(t *testing.T) {
	x := newTown(t)
	x.disputes(1, "2025-12-30", "邻里纠纷", "written", 60) // of the year before
	x.disputes(8, "2026-05-10", "邻里纠纷", "written", 10)
	x.disputes(6, "2026-06-10", "邻里纠纷", "oral", 31)
	x.disputes(2, "2026-07-10", "合同纠纷", "failed", 3)
	x.disputes(7, "2026-12-20", "合同纠纷", "", 0)
	r := x.write(2026)
	by := map[string]float64{}
	for _, i := range r.Indicators {
		by[i.Key] = i.Value
	}
	for key, want := range map[string]float64{"disputes": 23, "disputes.opened": 23, "disputes.agreed": 14, "disputes.agreed.how.written": 8, "disputes.agreed.how.oral": 6,
		"disputes.outcome.failed": 2, "disputes.outcome.open": 7, "disputes.share": 87.5, "disputes.overdue": 6, "disputes.performed": 14,
		"disputes.category.邻里纠纷": 14, "disputes.level.village": 23, "disputes.village.hongyan": 23} {
		if by[key] != want {
			t.Errorf("%s = %g, want %g", key, by[key], want)
		}
	}
	if s := r.Sums(); len(s) > 0 {
		t.Error(s)
	}
	text := markdown(t, r)
	if !strings.Contains(text, "| 调解成功率 | 不公布 |") || !strings.Contains(text, "| 调解不成 | 少于8 |") || strings.Contains(text, "成功率87") {
		t.Errorf("two failed disputes can be told:\n%s", text)
	}
}

// The registry is whole: no key twice, and everything that residents and staff
// read about a figure is there.
func TestRegistry(t *testing.T) {
	seen, named := map[string]bool{}, 0
	for _, f := range Figures() {
		if seen[f.Key] || f.Name == "" || f.Unit == "" || f.Rule == "" || f.Period == "" || f.Sheet == "" || f.Source == "" {
			t.Errorf("%+v", f)
		}
		seen[f.Key] = true
		if f.Town {
			named++
		}
		if f.Within != "" {
			if _, ok := FigureOf(f.Within); !ok {
				t.Errorf("%s is within %s, which is none", f.Key, f.Within)
			}
		}
	}
	if named != 33 {
		t.Errorf("%d figures of the town's report, want 33", named)
	}
	for _, c := range []struct {
		err  error
		want string
	}{
		{CheckEntry("disputes", 0, 1), "不能手填"}, {CheckEntry("nothing", 0, 1), "没有"}, {CheckEntry("suits", 13, 1), "月份"},
		{CheckEntry("rescue.team", 3, 1), "年末数"}, {CheckEntry("suits", 3, -1), "小于0"}, {CheckZero("enforce"), "不用签零"}, {CheckZero("nothing"), "没有"},
	} {
		if c.err == nil || !strings.Contains(c.err.Error(), c.want) {
			t.Errorf("%v, want %s", c.err, c.want)
		}
	}
	if err := errors.Join(CheckEntry("suits", 3, 1), CheckZero("suits"), CheckZero("disputes")); err != nil {
		t.Error(err)
	}
}
