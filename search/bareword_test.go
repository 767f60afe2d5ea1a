package search

import "testing"

// TestBareWords: a word alone that cards are about is asked back on or
// answered; a greeting is not.
func TestBareWords(t *testing.T) {
	x := testIndex(t)
	for _, word := range []string{"贿选", "死猪", "催告书", "野猪"} {
		if m := x.Understand(word); m.Intent != Ask || m.Decision == Handover {
			t.Errorf("%s: intent %s, %s", word, m.Intent, m.Decision)
		}
	}
	for _, word := range []string{"在吗", "要得", "谢谢", "早上好", "哈哈"} {
		if m := x.Understand(word); m.Intent != Chitchat {
			t.Errorf("%s: intent %s", word, m.Intent)
		}
	}
	for _, q := range []string{"怎么办护照", "怎么上诉", "怎么立遗嘱"} {
		if m := x.Understand(q); m.Intent != Ask || m.Decision != Answer {
			t.Errorf("%s: intent %s, %s", q, m.Intent, m.Decision)
		}
	}
	if m := x.Understand("怎么做红烧肉"); m.Intent != OutOfScope {
		t.Errorf("怎么做红烧肉: intent %s", m.Intent)
	}
}
