package paper

import (
	"archive/zip"
	"bytes"
	"errors"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"mingbai/bot/casework"
	"mingbai/knowledge"
)

// boundary is a whole case: two neighbours and a wall, an agreement in writing,
// performed and asked after. Nobody in it exists.
func boundary() *Case {
	at := func(day string, hour, minute int) time.Time {
		return knowledge.Day(day).Time().Add(time.Duration(hour)*time.Hour + time.Duration(minute)*time.Minute)
	}
	return &Case{
		Township: "青溪镇", County: "清江县", Committee: "青溪镇红岩村人民调解委员会", Year: 2026, Number: 12,
		Category: "邻里纠纷", Source: SourceParty,
		Parties: []Party{
			{Side: casework.Applicant, Name: "李甲", Sex: "女", Nation: "汉族", Birth: "1948-05-04", Job: "务农", Address: "青溪镇红岩村2组18号", Phone: "13800001234", ID: "500000194805040021",
				Proxy: &Proxy{Name: "李小甲", Relation: "孙女", Phone: "13900005678", ID: "500000200101010042", Powers: "代为陈述事实、参加调解、提交证据；签订协议由委托人本人决定。", Until: "从签字那天起到调解结束", Signed: "2026-11-02"}},
			{Side: casework.Respondent, Name: "王乙", Sex: "男", Nation: "土家族", Age: "52岁", Job: "外出务工", Address: "青溪镇红岩村2组19号", Phone: "13700004321", ID: "500000197401010013"},
		},
		Story:          "今年国庆节，王乙家重修院墙，李甲认为新墙往她家宅基地这边移了约40厘米，院坝的排水沟也被填了，下雨天水往堂屋里流。两家吵过几次，还没有动手。",
		Wishes:         []string{"请求把院墙退回到老界石的位置。", "请求恢复排水沟。"},
		Facts:          "两家宅基地相邻，原以老界石和排水沟为界。2026年10月3日，王乙重修院墙时没有通知李甲。经双方和村干部到场指界测量，新墙北段4.2米越过界线35厘米，排水沟被填约5米。",
		Focus:          "院墙越界的部分怎么处理，排水沟由谁恢复。",
		Responsibility: "王乙修墙前没有指界，造成越界和排水不通，负主要责任；李甲家的老界石移动后没有告知邻居，负次要责任。",
		Inquiries: []Inquiry{{At: at("2026-11-05", 9, 5), Place: "红岩村2组赵丙家", Person: "赵丙", About: "男，70岁，务农，两家的老邻居，和两家都没有亲戚关系", By: []string{"张调解", "陈调解"}, Recorder: "周记录",
			Text: "问：您在这里住了多少年？\n答：四十多年了，两家修房子我都在。\n问：老界石原来在哪里？\n答：在排水沟靠李家这边，离沟边一巴掌宽。"}},
		Sessions: []Session{
			{At: at("2026-11-10", 14, 30), Place: "红岩村便民服务中心调解室", Present: []string{"李甲", "王乙"}, Guests: []string{"李小甲（李甲的孙女）", "村干部刘丁"},
				Text:   "人民调解员张调解先讲明双方的权利义务，问双方要不要换人民调解员，双方都说不换。\n李甲：墙占了我家的地，沟也填了，落雨水就往屋里灌。\n王乙：我是照着老墙脚砌的，没有想占哪个的地。\n张调解：那我们明天一起到现场，照两家的证来量，量出来是多少就是多少。",
				Result: "双方同意2026年11月12日到现场指界测量，再谈。"},
			{At: at("2026-11-12", 10, 0), Place: "李甲、王乙两家院坝", Present: []string{"李甲", "王乙"},
				Text:   "双方到场，按照两家的宅基地证用皮尺测量，三方在草图上签了字。\n王乙：量出来确实过了，我认。墙我自己拆了重砌，但是现在天冷，要缓一缓。\n李甲：可以缓，但是沟要先挖出来。",
				Result: "双方自愿达成协议，签订调解协议书。"},
		},
		Evidence: []Evidence{
			{Name: "宅基地证复印件1份", From: "李甲", At: "2026-11-02", Note: "宅基地的四至和界石位置"},
			{Name: "院墙和排水沟照片3张", From: "李小甲", At: "2026-11-02", Note: "新墙的位置、水沟被填的样子", Hash: strings.Repeat("0123456789abcdef", 4)},
		},
		Terms: []string{
			"王乙在2026年11月20日前，把被填的5米排水沟挖开恢复，费用由王乙承担。",
			"王乙在2026年12月31日前，把越过界线的4.2米院墙拆除，退回到2026年11月12日测量草图标明的界线重砌，费用由王乙承担。",
			"李甲在施工期间让王乙从自家院坝搬运材料，并在2026年12月31日前以现金补给王乙材料费300元。",
		},
		Manner: "王乙自己请人施工；李甲以现金当面付给王乙，王乙写收条。", Due: "排水沟2026年11月20日前，院墙和材料费2026年12月31日前。",
		Performances: []Performance{
			{At: "2026-11-18", By: "王乙", What: "恢复了5米排水沟。", Proof: "照片2张"},
			{At: "2026-12-20", By: "王乙", What: "拆除并重砌了院墙。", Proof: "照片3张"},
			{At: "2026-12-20", By: "李甲", What: "付给王乙材料费300元。", Proof: "收条1张"},
		},
		Revisits: []Revisit{{At: "2027-01-08", Way: "上门", With: []string{"李甲", "王乙"}, By: []string{"张调解"},
			Text: "院墙和排水沟都按协议做了，材料费已付清。12月下过一场雨，堂屋没有再进水。两家都表示满意，没有新的矛盾。"}},
		Outcome: casework.OutcomeWritten, Reason: "双方对院墙的位置说法不一，王乙表示不再参加调解。",
		Mediators: []string{"张调解", "陈调解"}, Recorder: "周记录", Archivist: "周记录", Checker: "吴检查", Keep: "长期", Remarks: "无。",
		Applied: "2026-11-02", Accepted: "2026-11-03", Informed: "2026-11-03", Agreed: "2026-11-12", Confirm: "2026-11-24", Ended: "", Closed: "2027-01-10",
		Invite: Invite{Code: "4821 7730", On: "2026-11-03", ReplyBy: "2026-11-10", How: "把回复码发给“明白”公众号，或者拿这张单子到村便民服务中心，也可以打下面的电话。", Place: "红岩村便民服务中心一楼", Phone: "023-00000000"},
		Court:  "清江县人民法院",
		Contents: []Content{
			{Name: "人民调解受理登记表", Pages: 1}, {Name: "权利义务告知书", Pages: 2}, {Name: "当事人身份证明", Pages: 3},
			{Name: "授权委托书", Pages: 1}, {Name: "调查记录", Pages: 1}, {Name: "证据材料", Pages: 5}, {Name: "调解记录", Pages: 2},
			{Name: "调解协议书", Pages: 2}, {Name: "履行凭证", Pages: 3}, {Name: "回访记录", Pages: 1}, {Name: "卷宗情况说明", Pages: 1}, {Name: "封底", Pages: 1},
		},
	}
}

// caseFor returns the case as it would be where an item is written: the papers of
// an end without agreement do not fit a case with one.
func caseFor(item casework.Item) *Case {
	c := boundary()
	switch item {
	case casework.PaperOral:
		c.Outcome = casework.OutcomeOral
	case casework.PaperRoutes:
		c.Outcome, c.Agreed, c.Ended = casework.OutcomeFailed, "", "2026-11-12"
	}
	return c
}

func TestEveryItem(t *testing.T) {
	for _, item := range append([]casework.Item{casework.PaperOral, casework.PaperRoutes, Cover, Invitation}, casework.Items...) {
		c := caseFor(item)
		docx, err := Write(item, c)
		if err != nil {
			t.Errorf("%s: %v", item, err)
			continue
		}
		again, _ := Write(item, c)
		if !bytes.Equal(docx, again) {
			t.Errorf("%s: the same case gives other bytes", item)
		}
		text, err := Text(docx)
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(text, "（青溪镇）人调字〔2026〕第12号") || !strings.Contains(text, Name(item)) {
			t.Errorf("%s: no title or number: %s", item, text)
		}
		if hole := holes.FindString(heads.ReplaceAllString(text, "\n")); hole != "" {
			t.Errorf("%s: an empty field at %q: %s", item, hole, text)
		}
		page, err := HTML(item, c)
		if err != nil || !strings.Contains(page, Name(item)) || !strings.HasSuffix(page, "</html>\n") {
			t.Errorf("%s: %v", item, err)
		}
		for _, outside := range []string{"http:", "https:", "<script", "style=\"", "url("} {
			if strings.Contains(page, outside) {
				t.Errorf("%s: the page has %s", item, outside)
			}
		}
	}
	if _, err := Write("poem", boundary()); err == nil {
		t.Error("wrote an item that does not exist")
	}
}

// holes finds what an empty field leaves behind; heads are the lines that end
// in a colon because a list or a letter follows.
var (
	holes = regexp.MustCompile(`：[\n。，]|，，|。。|；。|、、|\t\t|年月|\(\)|（）`)
	heads = regexp.MustCompile(`(?:按指印|签名|下列协议|内容是|都可以走|李甲、王乙|王乙)：\n`)
)

// TestMissing empties one field after another: no paper may be written with a
// hole in it.
func TestMissing(t *testing.T) {
	for _, m := range []struct {
		item casework.Item
		want string
		cut  func(*Case)
	}{
		{casework.PaperAgreement, "履行期限", func(c *Case) { c.Due = " \n" }},
		{casework.PaperAgreement, "各方责任", func(c *Case) { c.Responsibility = "" }},
		{casework.PaperAgreement, "协议内容", func(c *Case) { c.Terms = []string{""} }},
		{casework.PaperAgreement, "达成协议的日期", func(c *Case) { c.Agreed = "2026-02-30" }},
		{casework.PaperAgreement, "被申请人王乙的住址", func(c *Case) { c.Parties[1].Address = "" }},
		{casework.PaperAgreement, "被申请人王乙的出生日期或年龄", func(c *Case) { c.Parties[1].Age = "" }},
		{casework.PaperAgreement, "被申请人", func(c *Case) { c.Parties = c.Parties[:1] }},
		{casework.PaperAgreement, "案号", func(c *Case) { c.Number = 0 }},
		{casework.PaperAgreement, "人民调解员", func(c *Case) { c.Mediators = nil }},
		{casework.PaperApplication, "纠纷类型", func(c *Case) { c.Category = "邻居吵架" }},
		{casework.PaperApplication, "第2个当事人的姓名", func(c *Case) { c.Parties[1].Name = "" }},
		{casework.PaperRecord, "第2次调解的结果", func(c *Case) { c.Sessions[1].Result = "" }},
		{casework.PaperRecord, "调解经过", func(c *Case) { c.Sessions = nil }},
		{casework.PaperIdentity, "申请人李甲的证件号码", func(c *Case) { c.Parties[0].ID = "" }},
		{casework.PaperConfirmation, "申请的人民法院", func(c *Case) { c.Court = "" }},
		{casework.PaperRevisit, "回访情况", func(c *Case) { c.Revisits = nil }},
		{casework.PaperBackCover, "检查人", func(c *Case) { c.Checker = "" }},
		{Invitation, "邀请单的回复码", func(c *Case) { c.Invite.Code = "" }},
	} {
		c := caseFor(m.item)
		m.cut(c)
		_, err := Write(m.item, c)
		var missing *Missing
		if !errors.As(err, &missing) || !slices.Contains(missing.Fields, m.want) {
			t.Errorf("%s without %s: %v", m.item, m.want, err)
		}
	}
	for item := range forms {
		var missing *Missing
		if _, err := Write(item, nil); !errors.As(err, &missing) {
			t.Errorf("%s of nothing: %v", item, err)
		}
	}
}

func TestConflict(t *testing.T) {
	for _, m := range []struct {
		item   casework.Item
		change func(*Case)
		want   string
	}{
		{casework.PaperConfirmation, func(c *Case) { c.Confirm = "2026-12-13" }, "到2026年12月12日为止"},
		{casework.PaperConfirmation, func(c *Case) { c.Outcome = casework.OutcomeOral }, "先补成书面协议"},
		{casework.PaperAgreement, func(c *Case) { c.Outcome = casework.OutcomeFailed }, "没有达成书面协议"},
		{casework.PaperAgreement, func(c *Case) { c.Agreed = "2026-11-01" }, "早于受理日期"},
		{casework.PaperRoutes, func(c *Case) { c.Outcome = casework.OutcomeOral }, "已经达成协议"},
		{casework.PaperProxy, func(c *Case) { c.Parties[0].Proxy.Powers = "" }, "没有当事人委托代理人"},
	} {
		c := caseFor(m.item)
		m.change(c)
		_, err := Write(m.item, c)
		var conflict *Conflict
		if !errors.As(err, &conflict) || !strings.Contains(err.Error(), m.want) {
			t.Errorf("%s: %v, want %s", m.item, err, m.want)
		}
	}
	c := boundary()
	c.Confirm = "2026-12-12"
	if _, err := Write(casework.PaperConfirmation, c); err != nil {
		t.Errorf("the thirtieth day is in time: %v", err)
	}
}

// TestPrivacy: numbers are masked unless the copy is for the dossier, and the
// slip that lies open on a table tells nothing.
func TestPrivacy(t *testing.T) {
	for item := range forms {
		c := caseFor(item)
		text := textOf(t, item, c)
		for _, p := range c.Parties {
			if strings.Contains(text, p.Phone) || strings.Contains(text, p.ID) {
				t.Errorf("%s shows a number in full", item)
			}
		}
	}
	c := boundary()
	c.Dossier = true
	if text := textOf(t, casework.PaperApplication, c); !strings.Contains(text, "13800001234") || !strings.Contains(text, "500000194805040021") {
		t.Error("the dossier's copy is masked")
	}
	for _, secret := range []string{"李甲", "邻里", "墙", "138"} {
		if strings.Contains(textOf(t, Invitation, c), secret) {
			t.Errorf("the slip shows %s", secret)
		}
	}
}

func textOf(t *testing.T, item casework.Item, c *Case) string {
	t.Helper()
	docx, err := Write(item, c)
	if err != nil {
		t.Fatalf("%s: %v", item, err)
	}
	text, err := Text(docx)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// TestEarlyEnds: a dispute that ended before anybody took it has its papers too,
// without what nobody could know.
func TestEarlyEnds(t *testing.T) {
	for _, o := range []casework.Outcome{casework.OutcomeWithdrawn, casework.OutcomeReferred} {
		c := boundary()
		c.Outcome, c.Accepted, c.Agreed, c.Ended, c.Mediators, c.Parties = o, "", "", "2026-11-04", nil, c.Parties[:1]
		c.Sessions, c.Performances, c.Revisits = nil, nil, nil
		for _, item := range []casework.Item{casework.PaperApplication, casework.PaperSummary, casework.PaperBackCover} {
			textOf(t, item, c)
		}
	}
	c := boundary()
	c.Parties[1] = Party{Side: casework.Respondent, Name: "王乙", Sex: "男", Nation: "不详", Age: "不详", Job: "不详", Address: "不详", Phone: "不详"}
	if text := textOf(t, casework.PaperAgreement, c); !strings.Contains(text, "王乙，男，民族不详，年龄不详，职业不详，住址不详，电话不详。") {
		t.Error(text)
	}
	c.Parties[1] = Party{Side: casework.Respondent, Name: "青溪镇红岩村村民委员会", Head: "刘丁（主任）", Address: "红岩村", Phone: "023-00000000"}
	for _, item := range []casework.Item{casework.PaperApplication, casework.PaperAgreement, casework.PaperConfirmation} {
		textOf(t, item, c)
	}
}

// TestCites: every article a paper names exists and is law on a day of 2026.
func TestCites(t *testing.T) {
	laws, err := knowledge.LawList()
	if err != nil {
		t.Fatal(err)
	}
	seen := 0
	check := func(item casework.Item, c *Case) {
		list, err := Cites(item, c)
		if err != nil {
			t.Fatal(err)
		}
		for _, cite := range list {
			seen++
			if _, err := laws.Check(cite, "2026-11-24"); err != nil {
				t.Errorf("%s: %v", item, err)
			}
		}
	}
	for item := range forms {
		check(item, caseFor(item))
	}
	for _, category := range knowledge.DisputeCategories {
		c := caseFor(casework.PaperRoutes)
		c.Category = category
		check(casework.PaperRoutes, c)
		if text := textOf(t, casework.PaperRoutes, c); strings.Contains(text, "%s") || strings.Contains(text, "%!") {
			t.Errorf("%s: %s", category, text)
		}
	}
	if seen < 100 {
		t.Errorf("only %d articles", seen)
	}
}

// TestLong: a record of 3,000 characters stands in the paper whole.
func TestLong(t *testing.T) {
	c := boundary()
	c.Sessions[0].Text = strings.Repeat("李甲：墙占了我家的地，沟也填了，落雨水就往屋里灌。\n", 120)
	c.Story = strings.Repeat("墙占了地，沟也填了。", 300)
	if got := strings.Count(textOf(t, casework.PaperRecord, c), "往屋里灌"); got != 120 {
		t.Errorf("%d of 120 lines", got)
	}
	if got := strings.Count(textOf(t, casework.PaperApplication, c), "沟也填了。"); got != 300 {
		t.Errorf("%d of 300 sentences", got)
	}
	page, err := HTML(casework.PaperRecord, c)
	if err != nil || !strings.Contains(page, `class="s10"`) {
		t.Errorf("a long record is not set small: %v", err)
	}
}

// FuzzField puts anything into a name, a story and a clause: the paper is
// refused for want of text, or is well-formed and holds the text.
func FuzzField(f *testing.F) {
	for _, s := range []string{"李甲", "<b>&\"'</b>]]>", "a\x00b\x1b[31m", "\xff\xfe", "\u202e文反", "一\n\n二\r\n三", "\uffff", " ", "%s{{.}}", "😀𠮷"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		c := boundary()
		c.Parties[1].Name, c.Story, c.Terms = s, s, []string{s, s}
		for _, item := range []casework.Item{casework.PaperApplication, casework.PaperAgreement} {
			docx, err := Write(item, c)
			var missing *Missing
			if errors.As(err, &missing) {
				if oneLine(s) != "" {
					t.Fatalf("%q: %v", s, err)
				}
				continue
			}
			if err != nil {
				t.Fatal(err)
			}
			text, err := Text(docx)
			if err != nil {
				t.Fatalf("%q: %v", s, err)
			}
			for _, l := range lines(s) {
				if !strings.Contains(text, l) {
					t.Fatalf("%q is not in %q", l, text)
				}
			}
			if _, err := HTML(item, c); err != nil {
				t.Fatal(err)
			}
		}
	})
}

func pieces(t *testing.T) []Piece {
	var out []Piece
	for _, item := range []casework.Item{casework.PaperBackCover, casework.PaperAgreement, Cover, casework.PaperApplication} {
		docx, err := Write(item, boundary())
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, Piece{Item: item, Data: docx})
	}
	return append(out, Piece{Item: casework.PaperEvidence, Name: "院墙照片/1", Type: "jpg", Data: []byte("photo")})
}

func TestBundle(t *testing.T) {
	c := boundary()
	m := Manifest{Number: c.CaseNumber(), Committee: c.Committee, Matter: c.Matter(), Outcome: c.Outcome, Closed: c.Closed}
	data, err := Bundle(pieces(t), m)
	if err != nil {
		t.Fatal(err)
	}
	if again, _ := Bundle(pieces(t), m); !bytes.Equal(data, again) {
		t.Error("the same papers give other bytes")
	}
	got, err := OpenBundle(data)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, e := range got.Papers {
		names = append(names, e.File)
	}
	if want := "01-人民调解卷宗.docx 02-人民调解受理登记表.docx 03-院墙照片1.jpg 04-人民调解协议书.docx 05-封底.docx"; strings.Join(names, " ") != want {
		t.Errorf("bound as %v", names)
	}
	for _, p := range pieces(t) {
		bad := bytes.Clone(data)
		bad[bytes.Index(data, p.Data)+len(p.Data)/2]++
		if VerifyBundle(bad) == nil {
			t.Errorf("a change in %s was not noticed", p.Item)
		}
	}
	for name, bad := range map[string]func() ([]byte, error){
		"no papers":  func() ([]byte, error) { return Bundle(nil, m) },
		"empty file": func() ([]byte, error) { return Bundle([]Piece{{Item: casework.PaperRecord}}, m) },
		"unknown":    func() ([]byte, error) { return Bundle([]Piece{{Item: "poem", Data: []byte("x")}}, m) },
	} {
		if _, err := bad(); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

// TestForged rebuilds the zip with a file more, a file less and another order.
func TestForged(t *testing.T) {
	data, err := Bundle(pieces(t), Manifest{})
	if err != nil {
		t.Fatal(err)
	}
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	var files []file
	for _, f := range z.File {
		raw, err := entry(f)
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, file{f.Name, string(raw)})
	}
	swapped := slices.Clone(files)
	swapped[1], swapped[2] = swapped[2], swapped[1]
	for name, list := range map[string][]file{
		"more":     append(slices.Clone(files), file{"99-假.docx", "x"}),
		"less":     files[:len(files)-1],
		"order":    swapped,
		"no list":  files[1:],
		"manifest": append([]file{{manifestFile, files[0].data + " "}}, files[1:]...),
	} {
		forged, err := pack(list)
		if err != nil {
			t.Fatal(err)
		}
		if VerifyBundle(forged) == nil {
			t.Errorf("%s: not noticed", name)
		}
	}
	same, _ := pack(files)
	if err := VerifyBundle(same); err != nil {
		t.Error(err)
	}
}
