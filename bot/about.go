package bot

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"mingbai/bot/casework"
	"mingbai/bot/ledger"
	"mingbai/knowledge"
)

// What the papers need to know of each party, read from one line that a mediator
// types.

// about is what is known of a party besides name and phone. It is kept beside
// the name, as JSON, and erased with it.
type about struct {
	Sex     string        `json:"sex,omitempty"`
	Nation  string        `json:"nation,omitempty"`
	Birth   knowledge.Day `json:"birth,omitempty"`
	Age     string        `json:"age,omitempty"` // as said: 56岁, 不详
	Job     string        `json:"job,omitempty"`
	Address string        `json:"address,omitempty"`
	ID      string        `json:"id,omitempty"`
}

func aboutOf(p *ledger.Party) about {
	var a about
	if p.About != "" {
		_ = json.Unmarshal([]byte(p.About), &a) // written by this package only
	}
	return a
}

var (
	idForm     = regexp.MustCompile(`[1-9][0-9]{5}(19|20)[0-9]{2}(0[1-9]|1[0-2])(0[1-9]|[12][0-9]|3[01])[0-9]{3}[0-9Xx]`)
	ageForm    = regexp.MustCompile(`([0-9]{1,3})岁`)
	birthForm  = regexp.MustCompile(`((?:19|20)[0-9]{2})年([0-9]{1,2})月([0-9]{1,2})日`)
	nationForm = regexp.MustCompile(`[\x{4e00}-\x{9fa5}]{1,5}族`)
	jobForm    = regexp.MustCompile(`农民|务农|务工|打工|工人|教师|医生|司机|个体户?|学生|无业|退休|经商|居民|村民|干部|老板`)
	homeForm   = regexp.MustCompile(`[\x{4e00}-\x{9fa5}0-9]{0,20}(省|市|县|镇|乡|村|社区|组|号|路|街)[\x{4e00}-\x{9fa5}0-9]{0,20}`)
)

// readAbout reads what a mediator typed of a party: "男 汉族 52岁 农民 红岩村3组
// 13800000000 身份证号". An identity number tells birthday and sex by itself.
// "其余不详" says that nothing more is known.
func readAbout(a about, text string) (about, string) {
	rest := text
	take := func(re *regexp.Regexp) string {
		m := re.FindString(rest)
		rest = strings.Replace(rest, m, " ", 1)
		return m
	}
	if id := take(idForm); id != "" {
		a.ID = strings.ToUpper(id)
		a.Birth = knowledge.Day(id[6:10] + "-" + id[10:12] + "-" + id[12:14])
		a.Sex = "女"
		if (id[16]-'0')%2 == 1 {
			a.Sex = "男"
		}
	}
	phone := take(phoneIn)
	if m := birthForm.FindStringSubmatch(rest); m != nil {
		if d := knowledge.Day(fmt.Sprintf("%s-%02d-%02d", m[1], number(m[2]), number(m[3]))); d.Valid() {
			a.Birth = d
		}
		rest = strings.Replace(rest, m[0], " ", 1)
	}
	if m := ageForm.FindStringSubmatch(rest); m != nil {
		a.Age, rest = m[0], strings.Replace(rest, m[0], " ", 1)
	}
	unknown := strings.Contains(rest, "不详") || strings.Contains(rest, "不晓得") || strings.Contains(rest, "不知道")
	for _, word := range strings.FieldsFunc(rest, func(r rune) bool { return strings.ContainsRune(" ，,、。;；\n", r) }) {
		switch {
		case word == "男" || word == "女":
			a.Sex = word
		case nationForm.FindString(word) == word && len([]rune(word)) <= 6:
			a.Nation = word
		case jobForm.MatchString(word) && len([]rune(word)) <= 8:
			a.Job = word
		case homeForm.MatchString(word):
			a.Address = word
		}
	}
	if unknown {
		for _, f := range []*string{&a.Sex, &a.Nation, &a.Job, &a.Address, &a.ID} {
			if *f == "" {
				*f = "不详"
			}
		}
		if a.Birth == "" && a.Age == "" {
			a.Age = "不详"
		}
	}
	return a, strings.NewReplacer(" ", "", "-", "").Replace(phone)
}

// fillsAbout takes what a mediator typed of the first party that lacks
// something, and goes on to the next.
func (t *turn) fillsAbout(k *mediation, text string) error {
	for _, p := range k.parties {
		if !lacks(p) {
			continue
		}
		a, phone := readAbout(aboutOf(p), text)
		body, err := json.Marshal(a)
		if err != nil {
			return err
		}
		p.About = string(body)
		p.Phone = firstOf(phone, p.Phone)
		if p.Phone == "" && strings.Contains(text, "不详") {
			p.Phone = "不详"
		}
		if err := t.tx.NameParty(p); err != nil {
			return err
		}
		break
	}
	if t.asksAbout(k) {
		return nil
	}
	var more []casework.Item
	if slices.Contains(k.rules.Missing(), casework.PaperIdentity) && k.rules.Can(casework.ActPaper) && !k.rules.Accepted.IsZero() {
		more = append(more, casework.PaperIdentity)
	}
	if err := t.writePapers(k, more...); err != nil {
		return err
	}
	t.say(t.mediatorCard(k, "资料齐了，该写的文书写好了。"))
	return nil
}

// lacks reports whether the papers still need something of a party.
func lacks(p *ledger.Party) bool {
	a := aboutOf(p)
	return a.Sex == "" || a.Nation == "" || a.Birth == "" && a.Age == "" || a.Job == "" || a.Address == "" || a.ID == "" || p.Phone == ""
}

// asksAbout asks for what the papers need of the next party, if any lacks it.
func (t *turn) asksAbout(k *mediation) bool {
	for _, p := range k.parties {
		if !lacks(p) {
			continue
		}
		a := aboutOf(p)
		var need []string
		for _, f := range []struct{ label, value string }{
			{"性别", a.Sex}, {"民族", a.Nation}, {"出生或年龄", firstOf(string(a.Birth), a.Age)}, {"职业", a.Job}, {"住址", a.Address}, {"电话", p.Phone}, {"身份证号", a.ID},
		} {
			if f.value == "" {
				need = append(need, f.label)
			}
		}
		t.d.begin("mediate", "about")
		t.d.Data["dispute"] = id(k.ID)
		t.settle(ledger.FateAskedBack, "mediator")
		t.note("补"+named(p)+"的："+strings.Join(need, "、")+"。一条写完，空格隔开，如“男 土家族 52岁 农民 红岩村3组 138…”。问不到的，最后写“其余不详”。",
			Choice{Label: "其余不详", Do: "mt:其余不详"}, Choice{Label: "先不弄", Do: "m:card:" + id(k.ID)})
		return true
	}
	return false
}
