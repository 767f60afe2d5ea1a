package rehearsal

import (
	"strings"
	"time"

	"mingbai/knowledge"
)

// planQuestions spreads the consultations over the span.
func (y *year) planQuestions() {
	begin := y.From.Add(2 * 24 * time.Hour)
	villages := y.lanes[:len(y.lanes)-1]
	for i := range y.Plan.Consultations {
		l := villages[i%len(villages)]
		l.at(y.dice, y.daily(begin, y.To), func(t *talk) { y.ask(t) })
	}
}

// lately is how long before the end of a demonstration people leave things
// undone, so that there is something to see to.
const lately = 20 * time.Hour

// late reports whether a demonstration is about to end.
func (y *year) late() bool { return y.Open && y.now.After(y.To.Add(-lately)) }

// planCalls has some call for a person shortly before a demonstration ends.
func (y *year) planCalls() {
	if !y.Open {
		return
	}
	for i, ago := range []time.Duration{20 * time.Minute, 100 * time.Minute, 4 * time.Hour, 9 * time.Hour} {
		y.lanes[i%(len(y.lanes)-1)].at(y.dice, y.To.Add(-ago), func(t *talk) {
			y.ask(t)
			t.say("找人")
		})
	}
}

// ask plays one consultation: a question from the phrasings of the cards, as
// somebody would type it, and what they do with the answer.
func (y *year) ask(t *talk) {
	l := t.l
	var chat int64
	if len(l.residents) > 0 && t.odds(90) {
		chat = pick(t.dice, l.residents).chat
	} else {
		l.strangers++
		chat = l.chatIn(strangerChats, l.strangers)
	}
	cards := y.cards
	if len(cards) == 0 || t.odds(6) {
		cards = y.Mind.Base.Cards // what the law of today says and that of the day did not: a person is called
	}
	card := pick(t.dice, cards)
	t.with(chat).say(typed(t.dice, pick(t.dice, card.Asked)))
	for n := 0; n < 2; n++ {
		first, asked := t.choice("card:")
		if !asked {
			break
		}
		if do, ok := t.choice("card:" + card.ID); ok {
			first = do
		}
		if t.odds(10) {
			first = "none"
		}
		t.tap(first)
	}
	if rate, ok := t.choice("rate:1:"); ok && t.odds(38) {
		if t.odds(12) {
			rate = strings.Replace(rate, "rate:1:", "rate:0:", 1)
		}
		t.tap(rate)
	}
	switch n := t.IntN(100); {
	case n < 8:
		t.say(pick(t.dice, furtherWords))
	case n < 11:
		t.say(pick(t.dice, []string{"找人", "找人说", "要人", "转人工"}))
	case n < 15:
		t.say(pick(t.dice, []string{"谢谢", "晓得了", "要得，谢谢了"}))
	case n < 17:
		t.say("进度")
	}
}

// furtherWords ask on about the answer given.
var furtherWords = []string{"要带些啥子", "找哪个", "要好久", "他要是不认账呢", "要钱不", "超过了时间咋办"}

// Noise: how people type. Each pair is what stands in a phrasing and what is
// typed instead.
var (
	leads    = []string{"请问", "我想问哈，", "麻烦问一下，", "你好，", "急！", "老师，", "那个，", "我屋头的事，"}
	tails    = []string{"？", "??", "咋办嘛", "要得不", "急等回复", "。。。", "，谢谢", "哦"}
	dialects = [][2]string{{"怎么办", "咋个办"}, {"怎么", "啷个"}, {"什么", "啥子"}, {"没有", "没得"}, {"知道", "晓得"}, {"可以", "可不可以"}, {"现在", "这哈"}, {"孩子", "娃儿"}, {"房子", "屋"}, {"被", "遭"}}
	slips    = [][2]string{{"账", "帐"}, {"的", "得"}, {"在", "再"}, {"做", "作"}, {"赔", "陪"}, {"已", "以"}, {"偿", "尝"}, {"诉", "述"}, {"姓", "性"}, {"份", "分"}}
)

// typed is a phrasing as somebody types it: as it is, with words around it, in
// dialect, with a slip, with a character doubled or left out.
func typed(r dice, text string) string {
	switch n := r.IntN(100); {
	case n < 40:
	case n < 55:
		text = pick(r, leads) + text
	case n < 70:
		text += pick(r, tails)
	case n < 80:
		text = swap(r, text, dialects)
	case n < 90:
		text = swap(r, text, slips)
	default:
		runes := []rune(text)
		at := r.IntN(len(runes))
		if len(runes) > 6 && n < 95 {
			runes = append(runes[:at], runes[at+1:]...)
		} else {
			runes = append(runes[:at+1], runes[at:]...)
		}
		text = string(runes)
	}
	return text
}

// swap writes the first of the pairs that occurs, looked for from a place drawn
// by lot, in its other form.
func swap(r dice, text string, pairs [][2]string) string {
	from := r.IntN(len(pairs))
	for i := range pairs {
		if p := pairs[(from+i)%len(pairs)]; strings.Contains(text, p[0]) {
			return strings.Replace(text, p[0], p[1], 1)
		}
	}
	return text
}

// months lists the first moments of the months that begin in the span.
func (y *year) months() []time.Time {
	local := y.From.In(knowledge.Shanghai)
	var out []time.Time
	for m := time.Date(local.Year(), local.Month(), 1, 0, 0, 0, 0, knowledge.Shanghai); m.Before(y.To); m = m.AddDate(0, 1, 0) {
		out = append(out, m)
	}
	return out
}
