package main

import (
	"archive/zip"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/browser"
	"github.com/chromedp/chromedp"
)

const browserPassword = "三只青蛙跳过两块青石板"

// TestBrowser walks through a day of the office and of a resident with a real
// Chromium against the built program.
func TestBrowser(t *testing.T) {
	at := chromium(t)
	dir := t.TempDir()
	path, err := built()
	if err != nil {
		t.Fatal(err)
	}
	s := &server{t: t, args: []string{path, "serve", "--listen", "127.0.0.1:0", "--data", dir}, log: &lockedLog{}, env: append(os.Environ(), "MINGBAI_TELEGRAM_TOKEN=", "MINGBAI_FLOOD=off")}
	s.start()
	t.Cleanup(s.kill)
	x := openTab(t, at, s.url)
	x.chat()
	m := firstLine.FindStringSubmatch(s.out.String())
	if m == nil {
		t.Fatalf("no link in %s", s.out)
	}
	codes := x.join(m[1])
	x.signIn(browserPassword)
	x.do("sign out", chromedp.Click(chromedp.CSS(`form[action="/console/sign-out"] button`)), chromedp.WaitVisible(chromedp.CSS(`[name="login"]`)))
	x.signIn(browserPassword)
	x.correctTopic()
	x.liveList()
	year := strconv.Itoa(time.Now().Year() - 1)
	x.figures(year)
	x.report(year)
	x.changeCard()
	x.ownAccount(codes)
	s.stop()
}

// chat asks a question on the residents' page and sends a photo.
func (x *tab) chat() {
	x.Helper()
	x.open("/")
	x.asks()
	picture := filepath.Join(x.TempDir(), "wall.png")
	f, err := os.Create(picture)
	if err != nil {
		x.Fatal(err)
	}
	img := image.NewGray(image.Rect(0, 0, 40, 30))
	img.SetGray(20, 15, color.Gray{200})
	if err := png.Encode(f, img); err != nil {
		x.Fatal(err)
	}
	if err := f.Close(); err != nil {
		x.Fatal(err)
	}
	x.do("choose a photo", chromedp.SetUploadFiles(chromedp.CSS("#file"), []string{picture}))
	x.until("the photo is answered", `document.querySelectorAll("main .me").length === 2 && document.querySelectorAll("main .answer").length >= 2 && document.getElementById("trouble").hidden`)
	x.shot("chat")
}

var firstLine = regexp.MustCompile(`第一次进入：(http://\S+/console/first\?k=[0-9a-f]+)`)

// join makes an account by a link, and returns its recovery codes.
func (x *tab) join(link string) []string {
	x.Helper()
	x.open(strings.TrimPrefix(link, x.base))
	x.secret = strings.ReplaceAll(x.eval(`document.querySelector("main code").textContent`), " ", "")
	x.until("the QR code is drawn", `document.querySelector(".qr").naturalWidth === 220`)
	x.write("main form", "name", x.name, "login", x.login, "password", browserPassword, "again", browserPassword, "code", x.code())
	x.leads("make the account", http.StatusOK, chromedp.Click(chromedp.CSS("main .seal")))
	x.see("账号开好了")
	codes := strings.Fields(x.eval(`[...document.querySelectorAll(".codes code")].map(c => c.textContent).join(" ")`))
	if len(codes) != 8 {
		x.Fatalf("recovery codes %v", codes)
	}
	return codes
}

func (x *tab) signIn(password string) {
	x.Helper()
	x.open("/console/")
	x.write("main form", "login", x.login, "password", password, "code", x.code())
	x.leads("sign in", http.StatusOK, chromedp.Click(chromedp.CSS("main .seal")))
	x.see(x.name, "总览")
}

func (x *tab) correctTopic() {
	x.Helper()
	x.open("/console/consultations")
	x.leads("open the consultation", http.StatusOK, chromedp.Click(chromedp.CSS(".list a")))
	x.see("隔壁砌墙占了我屋基咋个办", "您看过这一次已经记下")
	x.do("choose a topic", chromedp.SetValue(chromedp.CSS(`[name="topic"]`), "继承"))
	x.leads("correct it", http.StatusOK, chromedp.Click(chromedp.CSS(`form[action$="/topic"] button`)))
	x.see("改成“继承”")
}

// liveList sees a new consultation arrive without a reload, but not while
// somebody writes.
func (x *tab) liveList() {
	x.Helper()
	x.open("/console/consultations")
	before, _ := strconv.Atoi(x.eval(`String(document.querySelectorAll(".list a").length)`))
	x.eval(`window.kept = "same page"`)
	count := func(n int) string { return fmt.Sprintf(`document.querySelectorAll(".list a").length === %d`, n) }
	x.ask("老板拖欠我三个月工资不给")
	x.until("the list shows what is new", count(before+1))
	x.see("这一页更新了")
	if got := x.eval(`window.kept || "reloaded"`); got != "same page" {
		x.Error("the page was loaded again")
	}
	x.write("main form", "q", "QX")
	x.ask("借条过了三年还能不能要")
	x.see("有新的记录")
	if got := x.eval(`document.querySelector("[name=q]").value + ` + "String(" + count(before+1) + ")"); got != "QXtrue" {
		x.Errorf("the page was changed under the hand: %s", got)
	}
	x.leads("show what is new", http.StatusOK, chromedp.Click(chromedp.CSS("#live a")))
	x.until("the list is whole", count(before+2))
}

// ask is a resident on another phone.
func (x *tab) ask(text string) {
	x.Helper()
	res, err := http.PostForm(x.base+"/say", url.Values{"text": {text}})
	if err != nil {
		x.Fatal(err)
	}
	res.Body.Close()
	if res.StatusCode != http.StatusOK {
		x.Fatalf("ask: %s", res.Status)
	}
}

// figures enters counts that the office keeps, and signs a zero.
func (x *tab) figures(year string) {
	x.Helper()
	x.open("/console/fill/figures?year=" + year)
	names := strings.Fields(x.eval(`[...document.querySelectorAll(".sheet input")].map(i => i.name).filter(n => /^oversight\..*\.[12]$/.test(n)).slice(0, 2).join(" ")`))
	if len(names) != 2 {
		x.Fatalf("fields %v", names)
	}
	x.write("main form", names[0], "14", names[1], "9")
	x.leads("save them", http.StatusOK, chromedp.Click(chromedp.CSS(`form[action$="/figures"] .seal`)))
	x.see("存了2个数")
	if got := x.eval(`document.getElementsByName(` + strconv.Quote(names[0]) + `)[0].value`); got != "14" {
		x.Errorf("kept %s", got)
	}
	zeros := x.eval(`String(document.querySelectorAll("#zero [name=key]").length)`)
	x.do("choose a zero", chromedp.Click(chromedp.CSS(`#zero [name="key"]`)))
	x.write("#zero", "words", "查了登记簿，全年没有。")
	x.leads("sign it", http.StatusOK, chromedp.Click(chromedp.CSS("#zero button")))
	x.open("/console/fill/figures?year=" + year)
	if left := x.eval(`String(document.querySelectorAll("#zero [name=key]").length)`); left == zeros {
		x.Errorf("%s zeros to sign, as before", left)
	}
	x.shot("figures")
}

// report is refused publication for what is missing, and takes the draft home.
func (x *tab) report(year string) {
	x.Helper()
	x.open("/console/report?year=" + year)
	x.see("还不能公布", "公布前六查")
	x.until("publishing is a dead button beside what to do", `document.querySelector(".blocked button[disabled]").innerText === "公布" && /^去|签零/.test(document.querySelector(".blocked a.seal").innerText)`)
	x.shot("report")
	dir := x.TempDir()
	progress := chromedp.Events(x.ctx, browser.DownloadProgress)
	on := true
	if _, err := chromedp.Call(x.ctx, browser.SetDownloadBehavior, browser.SetDownloadBehaviorParams{Behavior: browser.SetDownloadBehaviorBehaviorAllowAndName, DownloadPath: dir, EventsEnabled: &on}); err != nil {
		x.Fatal(err)
	}
	x.do("download", chromedp.Click(chromedp.CSS(`a[href*="/report/file/docx"]`)))
	for ev, err := range progress {
		if err != nil || ev.State == browser.DownloadProgressStateCanceled {
			x.Fatal("download", ev, err)
		}
		if ev.State == browser.DownloadProgressStateCompleted {
			x.docx(filepath.Join(dir, ev.GUID))
			break
		}
	}
	x.leads("go and do it", http.StatusOK, chromedp.Click(chromedp.CSS(".blocked a.seal")))
	// The form that the page does not offer, sent all the same.
	x.leads("publish", http.StatusConflict, chromedp.Evaluate[chromedp.Void](`(() => {
		const f = document.createElement("form");
		f.method = "post"; f.action = "/console/report/publish";
		f.innerHTML = '<input name="year" value="`+year+`">';
		document.body.append(f); f.submit(); })()`))
	x.see("还不能公布")
}

// docx checks that a file is a document.
func (x *tab) docx(path string) {
	x.Helper()
	z, err := zip.OpenReader(path)
	if err != nil {
		x.Fatal(err)
	}
	defer z.Close()
	if _, err := z.Open("word/document.xml"); err != nil {
		x.Error(err)
	}
}

// changeCard proposes a changed card, which another account approves; a
// resident who asks then reads the new text.
func (x *tab) changeCard() {
	x.Helper()
	x.open("/console/accounts")
	x.do("an adviser", chromedp.SetValue(chromedp.CSS(`[name="role"]`), "adviser"))
	x.leads("make a link", http.StatusOK, chromedp.Click(chromedp.CSS(`form[action$="/invite"] .seal`)))
	adviser := x.another("田芳", "tianfang")
	adviser.join(x.eval(`document.querySelector("code.link").textContent`))
	adviser.signIn(browserPassword)

	const said = "量地界那天叫上村干部。"
	x.open("/console/knowledge/cards/boundary-neighbour-built-over/edit")
	x.do("write", chromedp.SendKeys(chromedp.CSS(`[name="say"]`), said))
	x.write(".write", "reason", "量地界常吵起来")
	x.leads("propose it", http.StatusOK, chromedp.Click(chromedp.CSS(`[name="do"][value="propose"]`)))
	x.see("等另一个人审", "不能自己批")

	adviser.open("/console/knowledge")
	adviser.leads("open what waits", http.StatusOK, chromedp.Click(chromedp.CSS(".people a")))
	adviser.see("等您审", said, "量地界常吵起来")
	adviser.shot("version")
	resident := x.another("", "")
	resident.open("/")
	resident.asks()
	if strings.Contains(resident.text(), said) {
		x.Error("a resident reads what nobody approved")
	}
	adviser.leads("approve it", http.StatusOK, chromedp.Click(chromedp.CSS(`form[action$="/approve"] .seal`)))
	adviser.see("在用", "田芳批了")
	resident.asks()
	resident.see(said)
}

// asks sends the question of the card that is changed, and waits for its answer.
func (x *tab) asks() {
	x.Helper()
	answers := x.eval(`String(document.querySelectorAll("main .answer").length)`)
	x.write(".composer", "text", "隔壁砌墙占了我屋基咋个办")
	x.do("send", chromedp.Click(chromedp.CSS(".composer .seal")))
	x.until("the answer", `document.querySelectorAll("main .answer").length > `+answers)
	x.see("《民法典》第二百三十六条")
}

// ownAccount changes the password and the recovery codes.
func (x *tab) ownAccount(codes []string) {
	x.Helper()
	x.open("/console/")
	x.leads("the name leads to one's own account", http.StatusOK, chromedp.Click(chromedp.CSS("a.me")))
	x.shot("me")
	const fresh = "四头水牛蹚过一条白沙河"
	x.write("#password", "password", browserPassword, "fresh", fresh, "again", fresh, "code", "000000")
	x.leads("a wrong code", http.StatusUnprocessableEntity, chromedp.Click(chromedp.CSS("#password button")))
	x.see("密码或者动态码不对")
	x.shot("me-wrong")
	x.write("#password", "password", browserPassword, "fresh", fresh, "again", fresh, "code", codes[0])
	x.leads("change the password", http.StatusOK, chromedp.Click(chromedp.CSS("#password button")))
	x.see("密码改好了", "还剩7个没用")
	x.write("#codes", "password", fresh, "code", codes[1])
	x.leads("new recovery codes", http.StatusOK, chromedp.Click(chromedp.CSS("#codes button")))
	x.see("只显示这一次", "还剩8个没用")
	x.shot("me-codes")
	x.leads("another phone", http.StatusOK, chromedp.Click(chromedp.CSS(`form[action="/console/me/factor"] button`)))
	x.until("the QR code is drawn", `document.querySelector(".qr").naturalWidth === 220`)
	x.shot("me-factor")
	x.secret, x.step = strings.ReplaceAll(x.eval(`document.querySelector("#factor code").textContent`), " ", ""), 0
	x.write("#factor", "password", fresh, "code", x.code())
	x.leads("change the second factor", http.StatusOK, chromedp.Click(chromedp.CSS("#factor .seal")))
	x.see("手机验证换好了")
	x.open("/console/accounts")
	x.shot("accounts")
	x.do("sign out", chromedp.Click(chromedp.CSS(`form[action="/console/sign-out"] button`)), chromedp.WaitVisible(chromedp.CSS(`[name="login"]`)))
	x.signIn(fresh)
}
