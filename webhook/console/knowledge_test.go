package console

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"mingbai/bot"
	"mingbai/bot/ledger"
	"mingbai/knowledge"
	"mingbai/search"
)

// keep makes a version of a card that was not used before, in the program's own
// words, and returns its key.
func (x *town) keep(propose bool) (id int64) {
	x.Helper()
	c := mind().Base.Cards[10+x.n]
	x.n++
	x.do(func(tx *ledger.Tx) error {
		v := &ledger.CardVersion{Township: "qingxi", Card: c.ID, Kind: ledger.CardKeep, Body: c.Source(), Own: ledger.TextDigest(c.Source()), Maker: 7}
		if err := tx.WriteCard(v); err != nil {
			return err
		}
		id = v.ID
		if !propose {
			return nil
		}
		return tx.ProposeCard("qingxi", v.ID, 7)
	})
	return id
}

// engine gives the town an engine that serves what is published.
func (x *town) engine() *bot.Engine {
	e := &bot.Engine{Ledger: x.l}
	lib := &bot.Library{Engine: e, Base: mind().Base}
	if _, err := lib.Refresh(context.Background()); err != nil {
		x.Fatal(err)
	}
	x.c.Mind, x.c.Publish = e.Mind, lib.Publish
	return e
}

const testCard = "boundary-neighbour-built-over"

// typed is the form of a card as the page shows it.
func typed(c *knowledge.Card) url.Values {
	f := formOf(c, mind().Base)
	v := url.Values{"title": {f.Title}, "topic": {f.Topic}, "mediable": {f.Mediable}, "asked": {f.Asked}, "unlike": {f.Unlike}, "cites": {f.Cites},
		"before": {f.Before}, "clock": {f.Clock}, "see": {f.See}, "bring": {f.Bring}}
	for _, p := range f.Parts {
		v.Set(p.Name, p.Text)
	}
	return v
}

func (b *browser) post(path string, form url.Values, want int) (doc, to string) {
	b.Helper()
	status, doc, h := b.ask("POST", path, form)
	if status != want {
		b.Fatalf("POST %s: %d, want %d\n%s", path, status, want, doc)
	}
	if status != http.StatusSeeOther {
		sound(b.T, path, doc)
	}
	return doc, h.Get("Location")
}

// An edited card goes from the clerk to the adviser to the residents; its maker
// cannot approve it, nor can somebody of another township.
func TestPublishCard(t *testing.T) {
	x := newTown(t)
	e := x.engine()
	clerk, adviser := x.as(x.account(ledger.AccountClerk)), x.as(x.account(ledger.AccountAdviser))
	path := "/console/knowledge/cards/" + testCard
	form := typed(mind().Base.Card(testCard))
	form.Set("say", "地是您家的，就可以要求对方退地。先拍照，再请村里来量。")
	form.Set("reason", "写短些")
	form.Set("do", "preview")
	form.Set("try", "墙砌过界了找哪个")
	doc, _ := clerk.post(path+"/edit", form, http.StatusOK)
	for _, want := range []string{"都查过了，没有问题", "先拍照，再请村里来量。", "照这样改以后", "最像的一句问法"} {
		if !strings.Contains(doc, want) {
			t.Errorf("the preview lacks %q", want)
		}
	}
	form.Set("do", "propose")
	_, version := clerk.post(path+"/edit", form, http.StatusSeeOther)
	doc = clerk.get(version)
	if strings.Contains(doc, "/approve") || !strings.Contains(doc, "等另一个人审") || !strings.Contains(doc, "写短些") || !strings.Contains(doc, `class="came"`) {
		t.Errorf("the clerk's version:\n%s", doc)
	}
	if status, _, _ := clerk.ask("POST", version+"/approve", nil); status != http.StatusForbidden {
		t.Errorf("a clerk approves: %d", status)
	}
	if doc := adviser.get(version); !strings.Contains(doc, "批准，马上用") || !strings.Contains(doc, "等您审") {
		t.Error("the adviser cannot approve")
	}
	adviser.post(version+"/approve", nil, http.StatusSeeOther)
	replies, err := e.Handle(context.Background(), bot.Message{Channel: bot.Web, Chat: "r", ID: "1", Text: "隔壁砌墙占了我屋基咋个办"})
	if err != nil || len(replies) == 0 || !strings.Contains(replies[len(replies)-1].Plain(), "先拍照，再请村里来量。") || !strings.Contains(replies[len(replies)-1].Plain(), "镇法律顾问周敏审定") {
		t.Errorf("the resident reads %v, %v", replies, err)
	}
	if doc := adviser.get(version); !strings.Contains(doc, "批了，开始用") || !strings.Contains(doc, "审定") {
		t.Error("the version does not tell that it is used")
	}
	if doc := clerk.get(path); !strings.Contains(doc, "周敏11月24日批") {
		t.Error("the card does not tell who approved it")
	}
	admin := x.as(x.account(ledger.AccountAdmin))
	if doc := admin.get("/console/audit"); !strings.Contains(doc, "批了知识卡“"+mind().Base.Card(testCard).Title+"”第1版") {
		t.Error("the audit does not tell of it")
	}

	// What the adviser writes, another one approves.
	form.Set("reason", "")
	form.Set("base", regexp.MustCompile(`\d+$`).FindString(version))
	form.Set("pitfalls", "不要自己动手拆墙，拆坏了可能要赔。")
	_, second := adviser.post(path+"/edit", form, http.StatusSeeOther)
	if doc := adviser.get(second); strings.Contains(doc, "/approve") {
		t.Error("the maker is offered to approve")
	}
	if doc, _ := adviser.post(second+"/approve", nil, http.StatusConflict); !strings.Contains(doc, "不能自己批") {
		t.Errorf("the maker approves:\n%s", doc)
	}
	var remote *ledger.Account
	x.do(func(tx *ledger.Tx) error {
		word, err := tx.MakePass(ledger.Pass{Township: "other", Role: ledger.AccountAdviser, TOTP: newTOTP(), Maker: 1}, 1<<40)
		if err != nil {
			return err
		}
		remote = &ledger.Account{Login: "remote", Name: "外人", Password: nobody}
		return tx.MakeAccount(word, remote, 1, nil)
	})
	if status, _, h := x.as(remote).ask("POST", second+"/approve", nil); status != http.StatusSeeOther || h.Get("Location") != "/console/sign-in" {
		t.Errorf("an adviser of another township: %d to %s", status, h.Get("Location"))
	}
	doc, _ = admin.post(second+"/return", url.Values{"words": {" "}}, http.StatusBadRequest)
	if !strings.Contains(doc, "没有写原因") {
		t.Error("sent back without a reason")
	}
	admin.post(second+"/return", url.Values{"words": {"赔多少也写上" + hostile}}, http.StatusSeeOther)
	if doc := adviser.get(second); !strings.Contains(doc, "赔多少也写上") || strings.Contains(doc, "<script") {
		t.Error("the reason is not told as text")
	}
	// An adviser of some villages does not approve what all of them read.
	if status, _, _ := x.as(x.account(ledger.AccountAdviser, "hongyan")).ask("POST", second+"/approve", nil); status != http.StatusForbidden {
		t.Errorf("an adviser of one village approves: %d", status)
	}
	p, err := x.l.Prove(context.Background())
	if err != nil || len(p.Faults) > 0 {
		t.Error(err, p.Faults)
	}
}

// Somebody else published meanwhile: what was typed stays, and nothing is
// overwritten.
func TestOutdatedCard(t *testing.T) {
	x := newTown(t)
	x.engine()
	clerk, adviser := x.as(x.account(ledger.AccountClerk)), x.as(x.account(ledger.AccountAdviser))
	path := "/console/knowledge/cards/" + testCard
	form := typed(mind().Base.Card(testCard))
	form.Set("do", "propose")
	form.Set("pitfalls", "不要自己动手拆墙。")
	_, first := clerk.post(path+"/edit", form, http.StatusSeeOther)
	form.Set("pitfalls", "不要动手。")
	_, rival := clerk.post(path+"/edit", form, http.StatusSeeOther)
	adviser.post(first+"/approve", nil, http.StatusSeeOther)
	doc, _ := adviser.post(rival+"/approve", nil, http.StatusConflict)
	if !strings.Contains(doc, "这中间有人批了另一版") {
		t.Errorf("refused so:\n%s", doc)
	}
	if doc := adviser.get(rival); !strings.Contains(doc, "别人批了另一版") || strings.Contains(doc, "/approve") {
		t.Error("the outdated version does not say so")
	}
	form.Set("pitfalls", "第三个人写的。")
	doc, _ = clerk.post(path+"/edit", form, http.StatusConflict)
	if !strings.Contains(doc, "您写的时候，有人批了这张卡的另一版") || !strings.Contains(doc, "第三个人写的。") {
		t.Error("what was typed is lost")
	}
	if doc := clerk.get("/console/knowledge"); !strings.Contains(doc, "过时了") {
		t.Error("the list does not say that it is outdated")
	}
}

// Whatever is wrong with a card is said beside its field, and it can be neither
// proposed nor approved.
func TestBrokenCard(t *testing.T) {
	x := newTown(t)
	x.engine()
	a := x.account(ledger.AccountClerk)
	b := x.as(a)
	other := mind().Base.Cards[0]
	path := "/console/knowledge/cards/" + testCard + "/edit"
	// Many faults at once: what is said stands beside each field.
	for _, tt := range []struct {
		typed url.Values
		want  []string
	}{
		{
			url.Values{"title": {" "}, "topic": {"没有的"}, "see": {""}, "long": {"打13812345678问。"}, "say": {"**别踩坑**：不要。"}, "steps": {"1. 今天：找证。\n明天去。"},
				"cites": {"没有法 | 第一条 | 什么\n民法典 | 第九千条 | 什么\n民法典 | 某条 | 什么\n民法典\n民法典 | 第二百三十六条"}, "clock": {"起诉 | 收到那天 | 半年"},
				"asked": {"邻居砌墙占了我家宅基地\n" + other.Asked[0]}, "pitfalls": {strings.Repeat("长", 41) + "。不要动手！小心不当得利。"},
				"unlike": {"别的事 | 没有的卡\n没有竖线"}, "before": {"从前 | 物权法 | 第一条"}},
			[]string{"还没有题目", "没有“没有的”这个专题", "没写找谁", "有一个手机号", "又起了一个小标题", "有的行带编号", "法律表里没有这部法律", "《民法典》第九千条：没有这一条", "条号读不出来",
				"“民法典”不成一条依据", "没说它说的是什么", "“半年”不是期限", "至少8句", "也是“" + other.Title + "”的问法", "一句最多40个字", "感叹号", "村里人未必懂", "没有题目是“没有的卡”的卡", "没写该哪张卡答", "读不出来"},
		},
		{url.Values{"say": {""}, "steps": {""}, "cites": {""}}, []string{"“先说结论”还空着", "“怎么办”还空着", "没有写依据"}},
	} {
		form := typed(mind().Base.Card(testCard))
		for field, value := range tt.typed {
			form[field] = value
		}
		form.Set("do", "propose")
		doc, _ := b.post(path, form, http.StatusUnprocessableEntity)
		for _, want := range tt.want {
			if !strings.Contains(doc, want) {
				t.Errorf("not said: %s\n%s", want, strings.Join(regexp.MustCompile(`(?s)class="fault".*?</p>|class="trouble".*?</div>`).FindAllString(doc, -1), "\n"))
			}
		}
	}
	// Who writes straight into the ledger gets no further.
	var id int64
	x.do(func(tx *ledger.Tx) error {
		broken := *mind().Base.Card(testCard)
		broken.Asked = broken.Asked[:2]
		v := &ledger.CardVersion{Township: "qingxi", Card: testCard, Kind: ledger.CardEdit, Body: broken.Markdown(), Maker: a.ID}
		id = 0
		if err := tx.WriteCard(v); err != nil {
			return err
		}
		id = v.ID
		return tx.ProposeCard("qingxi", v.ID, a.ID)
	})
	doc, _ := x.as(x.account(ledger.AccountAdviser)).post(fmt.Sprintf("/console/knowledge/versions/%d/approve", id), nil, http.StatusUnprocessableEntity)
	if !strings.Contains(doc, "改好才能批") {
		t.Error("a broken card is not told")
	}
	// A draft may lack what it lacks, and a text that is too long is no form.
	form := typed(mind().Base.Card(testCard))
	form.Set("asked", "一句")
	form.Set("do", "save")
	b.post(path, form, http.StatusSeeOther)
	form.Set("say", strings.Repeat("长", largest))
	if status, doc, _ := b.ask("POST", path, form); status != http.StatusRequestEntityTooLarge || !strings.Contains(doc, "太长") {
		t.Errorf("too long: %d", status)
	}
}

// What is typed into a card is text, wherever it is shown.
func TestHostileCard(t *testing.T) {
	x := newTown(t)
	x.engine()
	clerk := x.as(x.account(ledger.AccountClerk))
	form := typed(mind().Base.Card(testCard))
	for _, field := range []string{"title", "say", "pitfalls", "reason", "long", "see"} {
		form.Set(field, strings.TrimSpace(form.Get(field)+hostile))
	}
	form.Set("title", hostile)
	form.Set("cites", form.Get("cites")+hostile)
	form.Set("asked", form.Get("asked")+"\n"+hostile)
	form.Set("try", hostile)
	form.Set("do", "preview")
	path := "/console/knowledge/cards/" + testCard
	doc, _ := clerk.post(path+"/edit", form, http.StatusOK)
	form.Set("do", "save")
	_, version := clerk.post(path+"/edit", form, http.StatusSeeOther)
	for name, doc := range map[string]string{"edit": doc, "version": clerk.get(version), "card": clerk.get(path + "?q=" + url.QueryEscape(hostile)), "list": clerk.get("/console/knowledge"), "topic": clerk.get("/console/knowledge?state=draft")} {
		sound(t, name, doc)
		if strings.Contains(doc, "<script") || strings.Contains(doc, "<img") {
			t.Errorf("%s: not escaped", name)
		}
	}
}

// A card is retired by two people, and the page tells what would be answered
// then.
func TestRetireCard(t *testing.T) {
	x := newTown(t)
	e := x.engine()
	clerk, adviser := x.as(x.account(ledger.AccountClerk)), x.as(x.account(ledger.AccountAdviser))
	path := "/console/knowledge/cards/" + testCard
	clerk.post(path+"/retire", nil, http.StatusBadRequest)
	_, version := clerk.post(path+"/retire", url.Values{"reason": {"和另一张重复"}}, http.StatusSeeOther)
	if doc := adviser.get(version); !strings.Contains(doc, "停用以后，这些话会怎样") || !strings.Contains(doc, "批准停用") || !strings.Contains(doc, "和另一张重复") {
		t.Errorf("the proposal:\n%s", doc)
	}
	adviser.post(version+"/approve", nil, http.StatusSeeOther)
	if e.Mind().Base.Card(testCard) != nil {
		t.Error("still served")
	}
	if doc := clerk.get(path); !strings.Contains(doc, "停用") || !strings.Contains(doc, "现在不答村民") {
		t.Error("the card does not say so")
	}
	// Writing it anew brings it back.
	form := typed(mind().Base.Card(testCard))
	form.Set("do", "propose")
	form.Set("base", regexp.MustCompile(`\d+$`).FindString(version))
	_, version = clerk.post(path+"/edit", form, http.StatusSeeOther)
	adviser.post(version+"/approve", nil, http.StatusSeeOther)
	if e.Mind().Base.Card(testCard) == nil {
		t.Error("not brought back")
	}
}

// The cards of a topic are proposed as they are, and one is approved.
func TestKeepTopic(t *testing.T) {
	x := newTown(t)
	e := x.engine()
	clerk, adviser := x.as(x.account(ledger.AccountClerk)), x.as(x.account(ledger.AccountAdviser))
	topic := mind().Base.Card(testCard).Topic
	clerk.post("/console/knowledge/keep", url.Values{"topic": {"没有的"}}, http.StatusBadRequest)
	_, to := clerk.post("/console/knowledge/keep", url.Values{"topic": {topic}}, http.StatusSeeOther)
	doc := clerk.get(to)
	if !strings.Contains(doc, "自带，还没批；等审") {
		t.Error("not proposed")
	}
	card := adviser.get("/console/knowledge/cards/" + testCard)
	version := regexp.MustCompile(`/console/knowledge/versions/\d+`).FindString(card)
	_, again := clerk.post("/console/knowledge/cards/"+testCard+"/keep", nil, http.StatusSeeOther)
	if again != version {
		t.Errorf("proposed twice: %s and %s", version, again)
	}
	adviser.post(version+"/approve", nil, http.StatusSeeOther)
	if by := e.Mind().Base.Card(testCard).Approved; by.By != "周敏" || by.On != "2026-11-24" {
		t.Errorf("approved by %+v", by)
	}
}

// A helper's answer and a group of questions become drafts of cards; who was
// read is noted first.
func TestCardFromAnswers(t *testing.T) {
	x := newTown(t)
	x.engine()
	x.fill()
	for i, text := range []string{"邻居的无人机打药，飘过来把我鱼塘的鱼毒死了", "无人机打药毒死了我鱼塘的鱼，哪个赔"} {
		x.ask("hongyan", fmt.Sprint("other-", i), "宅基地与房屋", text, "")
	}
	a := x.account(ledger.AccountClerk)
	b := x.as(a)
	looks := func() (n int) {
		err := x.l.View(context.Background(), func(v *ledger.View) error {
			list, err := ledger.Looks(v, "qingxi", 0, 99)
			n = len(list)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	doc := b.get("/console/knowledge/unanswered")
	if !strings.Contains(doc, "鱼塘") || strings.Contains(doc, "王小明") || strings.Contains(doc, "毒死") || looks() != 0 {
		t.Errorf("the list of groups:\n%s", doc)
	}
	group := regexp.MustCompile(`/console/knowledge/unanswered/\d+`).FindString(doc)
	doc = b.get(group)
	n := strings.Count(doc, `class="said"`)
	if n < 2 || looks() != n || !strings.Contains(doc, "毒死") || strings.Contains(doc, "<script") {
		t.Errorf("%d questions shown, %d readings noted", n, looks())
	}
	href := regexp.MustCompile(`/console/knowledge/new\?group=\d+`).FindString(doc)
	doc = b.get(href)
	if looks() != 2*n || !strings.Contains(doc, `selected>宅基地与房屋`) || !strings.Contains(doc, "毒死") || strings.Contains(doc, "13812345678") {
		t.Errorf("the new card, %d readings:\n%s", looks(), doc)
	}

	doc = b.get("/console/knowledge/answers")
	if strings.Contains(doc, "先去村里问") {
		t.Error("the list shows what was told")
	}
	href = regexp.MustCompile(`/console/knowledge/new\?matter=\d+`).FindString(doc)
	doc = b.get(href)
	if looks() != 2*n+1 || !strings.Contains(doc, "先去村里问，再看合同。") || strings.Contains(doc, "13812345678") || strings.Contains(doc, "<script") {
		t.Errorf("from an answer, %d readings:\n%s", looks(), doc)
	}
	form := url.Values{"title": {"无人机打药毒死了鱼"}, "topic": {"宅基地与房屋"}, "mediable": {"yes"}, "asked": {"无人机打药毒死了鱼"}, "say": {"能要赔偿。"}, "do": {"save"},
		"matter": {strings.TrimPrefix(href, "/console/knowledge/new?matter=")}}
	_, version := b.post("/console/knowledge/new", form, http.StatusSeeOther)
	if doc := b.get(version); !strings.Contains(doc, "无人机打药毒死了鱼") || !strings.Contains(doc, "改好才能批") {
		t.Error("the draft is not shown")
	}
	if doc := b.get("/console/knowledge/answers"); strings.Contains(doc, href) {
		t.Error("the answer is taken and still there")
	}
	if doc := b.get("/console/knowledge/cards/qingxi-1"); !strings.Contains(doc, "新卡，还没批") {
		t.Error("the new card has no page")
	}
	if doc := b.get(fmt.Sprintf("/console/consultations/%d", x.asked["baiguo"])); !strings.Contains(doc, "照这个答复写一张卡") {
		t.Error("a consultation with an answer leads to no card")
	}
	if status, _, _ := b.ask("GET", "/console/knowledge/new?matter=99999999999999999999", nil); status != http.StatusNotFound {
		t.Errorf("a matter that cannot be: %d", status)
	}
}

// A new version of a law names the cards, the answers and the disputes that
// rest on it, and a person signs what is still right.
func TestLaws(t *testing.T) {
	x := newTown(t)
	e := x.engine()
	x.fill()
	dir := t.TempDir()
	put := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	c := mind().Base.Cards[0]
	for i := 0; len(c.Cites) == 0; i++ {
		c = mind().Base.Cards[i]
	}
	law := c.Cites[0].Law
	old := put("旧.md", "# 中华人民共和国"+law+"\n2010年8月28日通过\n第一条　本法自2011年1月1日起施行。\n"+c.Cites[0].Article+"　会改字的一条，要罚一百元的。\n")
	next := put("新.md", "# 中华人民共和国"+law+"\n2010年8月28日通过　2026年11月20日修订\n第一条　本法自2027年6月1日起施行。\n"+c.Cites[0].Article+"　会改字的一条，要罚五百元的。\n")
	if _, err := search.Import(dir+"/statutes", []string{old, next}); err != nil {
		t.Fatal(err)
	}
	st, err := search.Open(dir + "/statutes")
	if err != nil {
		t.Fatal(err)
	}
	defer st.Close()
	m := bot.NewMind(e.Mind().Base, st)
	x.c.Mind = func() *bot.Mind { return m }
	b := x.as(x.account(ledger.AccountAdviser))
	if doc := b.get("/console/knowledge/laws"); !strings.Contains(doc, "《"+law+"》2026-11-20") {
		t.Errorf("the new version is not in the list:\n%s", doc)
	}
	address := "/console/knowledge/laws?" + query("law", law+"@2026-11-20")
	doc := b.get(address)
	sound(t, "laws", doc)
	for _, want := range []string{c.Title, "改了字", "答过2件", "没结的纠纷", "看过，还对", "改了字，"} {
		if !strings.Contains(doc, want) {
			t.Errorf("not told: %s\n%s", want, doc)
		}
	}
	past := regexp.MustCompile(`/console/consultations\?card=[^"]+`).FindString(doc)
	if doc := b.get(past); !strings.Contains(doc, fmt.Sprint(x.matter["hongyan"])) || !strings.Contains(doc, "这张卡答的") {
		t.Error("the past answers are not listed")
	}
	b.post("/console/knowledge/cards/"+c.ID+"/still", url.Values{"law": {law}, "version": {"x"}}, http.StatusBadRequest)
	b.post("/console/knowledge/cards/"+c.ID+"/still", url.Values{"law": {law}, "version": {"2026-11-20"}}, http.StatusSeeOther)
	if doc := b.get(address); !strings.Contains(doc, "周敏11月24日看过，还对") {
		t.Error("what was signed is not told")
	}
	if status, _, _ := b.ask("GET", "/console/knowledge/laws?law=民法典@1900-01-01", nil); status != http.StatusNotFound {
		t.Errorf("a version that is not there: %d", status)
	}
	p, err := x.l.Prove(context.Background())
	if err != nil || strings.Contains(strings.Join(p.Faults, "\n"), "card") {
		t.Error(err, p.Faults)
	}
}

func TestDiffLines(t *testing.T) {
	var got []string
	for _, l := range diffLines([]string{"甲", "乙", "丙", "丁"}, []string{"甲", "丙", "戊", "丁"}) {
		got = append(got, l.Class+l.Text)
	}
	if s := strings.Join(got, " "); s != "甲 gone乙 丙 came戊 丁" {
		t.Error(s)
	}
	if len(diffLines(nil, nil)) != 0 {
		t.Error("nothing differs")
	}
}

// Every card of the program goes through the form and comes back.
func TestCardForm(t *testing.T) {
	base := mind().Base
	for _, c := range base.Cards {
		d, faults := formOf(c, base).card(c.ID, c.Written, base)
		d.Reviewed, d.Approved = c.Reviewed, c.Approved
		if len(faults) > 0 || d.Markdown() != c.Markdown() {
			t.Fatalf("%s: %v\n%s\n%s", c.ID, faults, c.Markdown(), d.Markdown())
		}
	}
}
