package search

import (
	"math"
	"testing"
)

// A blend tells two kinds of texts apart, also by words that only one of its
// examples has, and its probabilities sum to one.
func TestBlend(t *testing.T) {
	v, ex, b := vocab{}, &lessons{}, newBag()
	defer b.free()
	terms := func(text string) []feature {
		b.reset()
		b.grams(text, true)
		b.skips(text)
		return b.list
	}
	for i, list := range [][]string{
		{"他的牛吃了我的庄稼", "羊吃了我的麦子", "猪拱了我的庄稼"},
		{"借我三千不还", "他欠我八百", "借了钱不认", "欠条在我这里"},
	} {
		for _, s := range list {
			ex.learn(v, terms(s), i, 1)
		}
	}
	m := newBlend([]string{"farm", "loan"}, ex, len(v), schooling{passes: 5, rate: 0.3, decay: 1e-3, least: 1}, shares{bayes: 1, nearest: 4, calm: 1})
	for _, tt := range []struct {
		say  string
		want int
	}{{"鸭子吃了我的庄稼", 0}, {"牛拱了麦子", 0}, {"他借钱不还", 1}, {"欠我两百", 1}} {
		p := m.predict(v, terms(tt.say))
		if topOf(p, 1)[0] != tt.want || math.Abs(p[0]+p[1]-1) > 1e-9 {
			t.Errorf("%s: %v, want class %d", tt.say, p, tt.want)
		}
	}
	for _, say := range []string{"", "xyz", "\xff我\xfe"} {
		for _, p := range m.predict(v, terms(say)) {
			if math.IsNaN(p) || p < 0 || p > 1 {
				t.Errorf("%q: probability %v", say, p)
			}
		}
	}
}

// What is said of one quarrel in other words is one situation.
func TestSituations(t *testing.T) {
	got := situationsOf([]sample{{text: "隔壁的狗咬死我七只鸡"}, {text: "借他三千块不还"}, {text: "隔壁的狗咬死我五只鸭"}})
	if got[0] != got[2] || got[0] == got[1] {
		t.Errorf("situations %v", got)
	}
}
