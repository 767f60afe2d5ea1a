package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const changedCard = `---
id: a-card
topic: 人民调解
title: 样例
asked: [样例问法一号, 样例问法二号, 样例问法三号, 样例问法四号, 样例问法五号, 样例问法六号, 样例问法七号, 样例问法八号]
cites:
  - {law: 人民调解法, article: 第一条, claim: 目的}
  - {law: 人民调解法, article: 第二条, claim: 调解}
clock:
  - {name: 样例, from: 那天, days: 3, law: 人民调解法, article: 第四条}
  - {name: 样例, from: 那天, days: 3, law: 人民调解法, article: 第三条}
mediable: yes
see: [司法所]
bring: []
written: 2026-11-24
---
**先说结论**：有份。

**怎么办**：
1. 今天：找证。

**别踩坑**：不要吵。
`

func put(t *testing.T, path, text string) string {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

const mediationBefore = `# 中华人民共和国人民调解法

2010年8月28日第十一届全国人民代表大会常务委员会第十六次会议通过

**第一条**　为了完善人民调解制度，规范人民调解活动，制定本法。

**第二条**　本法所称人民调解，是指人民调解委员会通过说服、疏导等方法，促使当事人达成调解协议的活动。

**第三条**　人民调解委员会调解民间纠纷，应当遵循自愿、平等的原则，不违背法律，尊重当事人的权利。

**第四条**　人民调解委员会调解民间纠纷，不收取任何费用。

**第五条**　本法自2011年1月1日起施行。
`

const mediationAfter = `# 中华人民共和国人民调解法

（2010年8月28日通过　2026年12月1日修订）

第一条　为了完善人民调解制度，规范人民调解活动，制定本法。
第二条　国家鼓励在乡镇设立联合的调解中心，由县里统一安排房屋与人手。
第三条　本法所称人民调解，是指人民调解委员会通过说服、疏导等方法，促使当事人达成调解协议的活动。
第四条　人民调解委员会调解民间纠纷，应当遵循自愿、平等、公开的原则，不违背法律，尊重当事人的权利。
第五条　本法自2027年6月1日起施行。
`

// A new version of a law names the cards that must be read again.
func TestLawChange(t *testing.T) {
	data := t.TempDir()
	put(t, filepath.Join(data, "cards", "a-card.md"), changedCard)
	src := t.TempDir()
	was := put(t, filepath.Join(src, "人民调解法_20100828.md"), mediationBefore)
	now := put(t, filepath.Join(src, "人民调解法_20261201.md"), mediationAfter)

	// Without the former text the numbers alone can be held against the new one.
	code, out, errOut := call(t, "", "check", "--law-change", now, "--data", data)
	if code != 1 || !strings.Contains(out, "上一版的原文没有导入") || !strings.Contains(out, "gone; the new version has no article of this number") || strings.Contains(out, "a-card.md") {
		t.Errorf("without the former text: exit %d %s\n%s", code, errOut, out)
	}

	if code, out, _ := call(t, "", "statutes", "import", was, "--data", data); code != 0 || !strings.Contains(out, "1部（含旧版本），5条") {
		t.Fatalf("import: exit %d\n%s", code, out)
	}
	code, out, errOut = call(t, "", "check", "--law-change", now, "--data", data)
	want := []string{
		"a-card.md:8: 《人民调解法》第二条: moved to 第三条\n",
		"a-card.md:10: 《人民调解法》第四条 (clock): gone; no article of the new version is like it\n",
		"a-card.md:11: 《人民调解法》第三条 (clock): moved to 第四条 and changed, likeness 0.9",
		"《人民调解法》2026-12-01：5条，与2010-08-28版比，1条未变，1条改了字，2条换了条号，1条没有了。",
	}
	for _, w := range want {
		if !strings.Contains(out, w) {
			t.Errorf("there is no %q in\n%s", w, out)
		}
	}
	if code != 1 || errOut != "" || strings.Contains(out, "第一条") {
		t.Errorf("exit %d %s\n%s", code, errOut, out)
	}

	// The same text over again changes nothing.
	if code, out, _ := call(t, "", "check", "--law-change", put(t, filepath.Join(src, "又.md"), strings.ReplaceAll(mediationBefore, "第十六次会议通过", "第十六次会议通过　2026年12月1日修正")), "--data", data); code != 0 || !strings.Contains(out, "5条未变") {
		t.Errorf("unchanged: exit %d\n%s", code, out)
	}

	code, out, _ = call(t, "", "statutes", "import", now, "--data", data)
	if code != 0 || !strings.Contains(out, "《人民调解法》2026-12-01：5条，其中2条与上一版（2010-08-28）相同，1条换了条号。") {
		t.Errorf("import of the new version: exit %d\n%s", code, out)
	}
	if _, out, _ := call(t, "", "statutes", "list", "--data", data); !strings.Contains(out, "人民调解法\t2010-08-28\t5条\t已于2027-06-01被替代") {
		t.Errorf("list:\n%s", out)
	}
}

// A law that puts others out of force names the cards that cite them.
func TestLawRepeal(t *testing.T) {
	data := t.TempDir()
	put(t, filepath.Join(data, "cards", "a-card.md"), changedCard)
	code := put(t, filepath.Join(data, "调解法典.md"), "# 调解法典\n2026年12月1日通过\n第一条　本法自2027年1月1日起施行，《中华人民共和国人民调解法》同时废止。\n")
	exit, out, errOut := call(t, "", "check", "--law-change", code, "--data", data)
	if exit != 1 || !strings.Contains(out, "a-card.md:7: 《人民调解法》第一条: repealed by 《调解法典》") {
		t.Errorf("exit %d %s\n%s", exit, errOut, out)
	}
}

func TestCoverage(t *testing.T) {
	dir := t.TempDir()
	put(t, filepath.Join(dir, "questions.open.jsonl"), `{"id":"1","text":"隔壁砌墙占了我屋基咋个办","topic":"宅基地与房屋","intent":"ask","gold":[{"law":"民法典","article":"第二百三十六条"}]}
{"id":"2","text":"老板拖欠工资不给","topic":"劳动与欠薪","intent":"ask","gold":[]}
{"id":"3","text":"救命","topic":"其他","intent":"urgent","urgent":"violence","gold":[]}
`)
	code, out, errOut := call(t, "", "check", "--coverage", "--residents", dir)
	if code != 0 || !strings.Contains(out, "\t合计\n") || !strings.Contains(out, "没有被任何一个问题选中的卡") || strings.Count(out, "宅基地与房屋") < 1 {
		t.Errorf("exit %d %s\n%s", code, errOut, out)
	}
	for line := range strings.Lines(out) {
		if f := strings.Split(strings.TrimSpace(line), "\t"); f[len(f)-1] == "合计" && (len(f) != 9 || f[3] != "2" || f[6] != "1") {
			t.Errorf("the sum counts other than two questions, one of them with articles: %q", f)
		}
	}
	if code, out, _ := call(t, "", "check", "--coverage"); code != 0 || strings.Contains(out, "答了") {
		t.Errorf("without questions: exit %d\n%s", code, out)
	}
}

func TestCheckUsage(t *testing.T) {
	data := t.TempDir()
	for _, tt := range []struct {
		name string
		args []string
		code int
		want string
	}{
		{"two checks", []string{"--coverage", "--law-change", "x"}, 2, "two different checks"},
		{"residents alone", []string{"--residents", "x"}, 2, "goes with --coverage"},
		{"no such questions", []string{"--coverage", "--residents", data}, 1, "questions.open.jsonl"},
		{"no such law", []string{"--law-change", filepath.Join(data, "x.docx")}, 1, "x.docx"},
		{"no law", []string{"--law-change", put(t, filepath.Join(data, "bad.docx"), "x")}, 1, "bad.docx:1: not a .docx file"},
		{"some other file", []string{"--law-change", put(t, filepath.Join(data, "bad.txt"), "x")}, 1, "not a .jsonl"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			code, _, errOut := call(t, "", append([]string{"check", "--data", data}, tt.args...)...)
			if code != tt.code || !strings.Contains(errOut, tt.want) {
				t.Errorf("exit %d %q, want %d %q", code, errOut, tt.code, tt.want)
			}
		})
	}
}

// Another township is served like the sample: nothing of it is in the program.
func TestAnotherTownship(t *testing.T) {
	other := filepath.Join("..", "..", "knowledge", "testdata", "hewan.yaml")
	code, out, errOut := call(t, "", "ask", "--township", other, "--data", t.TempDir(), "老板拖欠工资不给怎么办")
	if code != 0 || out == "" || strings.Contains(out, "青溪") {
		t.Errorf("exit %d %s\n%s", code, errOut, out)
	}
	if code, out, errOut := call(t, "", "invite", "--township", other, "--data", t.TempDir(), "--role", "volunteer", "--village", "南坪村"); code != 0 {
		t.Errorf("invite: exit %d %s\n%s", code, errOut, out)
	}
}
