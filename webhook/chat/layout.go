package chat

import (
	"html/template"
	"regexp"
	"strings"
	"time"
	"unicode/utf8"

	"mingbai/bot"
	"mingbai/knowledge"
)

// A line is one message as the page lays it out.
type line struct {
	Seq   int64
	At    time.Time
	Day   string // stands above the line when time has passed
	Last  bool   // what the page opens at
	Mine  bool
	Text  string
	Nonce string

	Urgent   bool
	Call     *bot.Call     // the number to dial now
	Say      []string      // by clause, so that a line never breaks inside a short one
	More     template.HTML // the rest of a long conclusion
	Steps    []step
	Before   []template.HTML // paragraphs before the other numbers
	Calls    []bot.Call
	After    []template.HTML
	Receipt  *bot.Receipt
	Cites    []string
	ShowLaw  string // the Do of the choice that shows the articles
	Standing string // 现行有效，今天核对。
	LawNote  string // the rest of the line on the law
	Links    []bot.Link
	Choices  []bot.Choice
	Rate     []bot.Choice
	Note     []string
}

type step struct {
	When string // 今天：
	What template.HTML
}

// pause is how much silence makes the page say the time again.
const pause = 30 * time.Minute

// layOut turns lines as the engine keeps them into lines of the page. before
// is when the line above the first was said; zero if there is none.
func layOut(lines []bot.Line, before time.Time) []line {
	var out []line
	for _, l := range lines {
		v := line{Seq: l.Seq, At: l.At, Mine: l.Mine, Text: l.Text, Nonce: nonce()}
		at := l.At.In(knowledge.Shanghai)
		if before.IsZero() || l.At.Sub(before) > pause || knowledge.DayOf(at) != knowledge.DayOf(before) {
			v.Day = dayOf(at)
		}
		before = at
		if l.Mine && strings.HasPrefix(l.Text, "/start") {
			v.Text = "开始" // the code of an invitation is nobody else's business
		}
		if !l.Mine {
			if l.Reply == nil {
				continue
			}
			v.reply(*l.Reply)
		}
		out = append(out, v)
	}
	return out
}

func dayOf(t time.Time) string {
	return t.Format("1月2日 星期") + string([]rune("日一二三四五六")[t.Weekday()]) + t.Format(" 15:04")
}

func (v *line) reply(r bot.Reply) {
	v.Urgent = r.Kind == bot.KindUrgent
	if len(r.Calls) > 0 {
		v.Call, v.Calls = &r.Calls[0], r.Calls[1:]
	}
	if r.Say != "" {
		say, more := headline(r.Say)
		v.Say, v.More = clauses(say), rich(more)
	}
	for _, s := range r.Steps {
		when, what, ok := strings.Cut(s, "：")
		if !ok || utf8.RuneCountInString(when) > 9 {
			when, what = "", s
		} else {
			when += "："
		}
		v.Steps = append(v.Steps, step{when, rich(what)})
	}
	for _, para := range strings.Split(r.Text, "\n") {
		if para = strings.TrimSpace(para); para == "" {
			continue
		}
		// In danger the other numbers come right after the first thing said.
		if v.Urgent && len(v.Before)+len(v.Steps) > 0 {
			v.After = append(v.After, rich(para))
		} else {
			v.Before = append(v.Before, rich(para))
		}
	}
	v.Receipt = r.Receipt
	for _, c := range r.Cites {
		v.Cites = append(v.Cites, "《"+c.Law+"》"+c.Article)
	}
	v.LawNote = r.Law
	if first, rest, ok := strings.Cut(r.Law, "。"); ok && (strings.HasPrefix(first, "现行有效") || strings.HasSuffix(first, "已核对")) {
		v.Standing, v.LawNote = first+"。", rest
	}
	v.Links, v.Choices, v.Rate = r.Links, r.Choices, r.Rate
	for _, c := range r.Choices {
		if c.Label == "看法条" {
			v.ShowLaw = c.Do
		}
	}
	for _, n := range strings.Split(r.Note, "\n") {
		if n = strings.TrimSpace(n); n != "" {
			v.Note = append(v.Note, n)
		}
	}
	if v.Urgent {
		v.Note = append(v.Note, "怕被看到，按右上角“快速离开”，这一页就换成别的网页。")
	}
}

// headline parts a conclusion into the sentences that stand out and the rest:
// bold type helps only while there is little of it.
func headline(say string) (first, rest string) {
	const most = 40 // characters: three lines of a phone
	end, n := 0, 0
	for _, sentence := range cutAfter(say, "。？\n") {
		if n += utf8.RuneCountInString(sentence); n > most && end > 0 {
			break
		}
		end += len(sentence)
	}
	return strings.TrimSpace(say[:end]), strings.TrimSpace(say[end:])
}

// clauses cuts a conclusion where a reader breathes: at every sentence, and
// inside a sentence that would not fit a narrow screen between clauses. A
// breath of three characters or fewer stays with what follows.
func clauses(s string) []string {
	const narrow = 16 // characters of the conclusion's size across 320 px
	var out []string
	line, carry := "", ""
	for _, sentence := range cutAfter(s, "。？") {
		line, carry = carry, ""
		for _, clause := range cutAfter(sentence, "，；：") {
			stop := strings.HasSuffix(line, "；") || strings.HasSuffix(line, "：") // a half sentence stands alone
			if utf8.RuneCountInString(line) > 3 && (stop || utf8.RuneCountInString(line+clause) > narrow) {
				out = append(out, line)
				line = ""
			}
			line += clause
		}
		if utf8.RuneCountInString(line) <= 3 {
			carry = line
			continue
		}
		out = append(out, line)
	}
	if carry != "" {
		out = append(out, carry)
	}
	return out
}

func cutAfter(s, marks string) []string {
	var out []string
	from := 0
	for i, r := range s {
		if strings.ContainsRune(marks, r) {
			end := i + utf8.RuneLen(r)
			out = append(out, s[from:end])
			from = end
		}
	}
	if from < len(s) {
		out = append(out, s[from:])
	}
	return out
}

// whole are the parts of a text a line must not break: a short law title, a
// time, a number to dial.
var whole = regexp.MustCompile(`《[^《》\n]{1,12}》|\d{1,2}:\d{2}(?:[–-]\d{1,2}:\d{2})?|\d{5,}`)

// hotlines are the numbers worth a link wherever a text names them. Numbers of
// three digits are not here: 120 may be days.
var hotlines = map[string]string{"12110": "sms:", "12338": "tel:", "12348": "tel:", "12345": "tel:", "12355": "tel:",
	"12356": "tel:", "12333": "tel:", "12315": "tel:", "12368": "tel:", "12309": "tel:", "96110": "tel:"}

// measures after a number say that it is an amount.
const measures = "元块日天年月个条件斤亩平米%"

// rich escapes a text and marks what must stay whole.
func rich(s string) template.HTML {
	var b strings.Builder
	from := 0
	for _, at := range whole.FindAllStringIndex(s, -1) {
		part, rest := s[at[0]:at[1]], s[at[1]:]
		next, _ := utf8.DecodeRuneInString(rest)
		b.WriteString(template.HTMLEscapeString(s[from:at[0]]))
		scheme := hotlines[part]
		if scheme != "" && (rest == "" || !strings.ContainsRune(measures, next)) {
			b.WriteString(`<a class="nb" href="` + scheme + part + `">` + part + `</a>`)
		} else {
			b.WriteString(`<span class="nb">` + template.HTMLEscapeString(part) + `</span>`)
		}
		from = at[1]
	}
	b.WriteString(template.HTMLEscapeString(s[from:]))
	return template.HTML(b.String())
}
