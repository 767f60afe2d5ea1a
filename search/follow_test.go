package search

import "testing"

func TestAffirmed(t *testing.T) {
	for _, tt := range []struct {
		say, want string
		amends    bool
	}{
		{"不是臭的问题 主要是他的棚子占了我的地", "他的棚子占了我的地", true},
		{"我说错了 是去年借的三万块", "去年借的三万块", true},
		{"不是我打的", "不是我打的", false},
		{"离婚孩子归谁", "离婚孩子归谁", false},
		{"不是 是他", "不是 是他", false},
		{"", "", false},
	} {
		if got, ok := affirmed(tt.say); got != tt.want || ok != tt.amends {
			t.Errorf("affirmed(%q) = %q, %v, want %q, %v", tt.say, got, ok, tt.want, tt.amends)
		}
	}
}

func TestTells(t *testing.T) {
	for say, want := range map[string]bool{
		"合同上没写违约金":   true,
		"那个车是他单位的":   true,
		"合同上没写违约金咋办": false,
		"这样合法吗":      false,
		"我想喊他赔":      false,
		"哪个赔医药费":     false,
		"上诉要去哪里交":    false,
		"":           false,
	} {
		if got := tells(say, normalise(say)); got != want {
			t.Errorf("tells(%q) = %v, want %v", say, got, want)
		}
	}
}

// The question before decides between cards that the words alone do not tell
// apart, and what takes it back forgets it.
func TestFurther(t *testing.T) {
	x := testIndex(t)
	for _, tt := range []struct{ name, before, say, topic string }{
		{"no question before", "", "离婚孩子归谁", "婚姻家庭"},
		{"a fact of the case", "房东不退我押金", "他说我把墙弄脏了", "物业与租房"},
		{"how it was done before", "想在老屋边边加修一间", "先修了再补手续得不得行", "宅基地与房屋"},
		{"taken back", "隔壁猪圈臭得很", "不是臭的问题 主要是他砌的墙占了我家宅基地", "宅基地与房屋"},
		{"another subject stands", "隔壁猪圈臭得很", "包工头差我工钱不给啷个要", "劳动与欠薪"},
	} {
		m := x.Further(tt.before, tt.say)
		if m.Topic != tt.topic || m.Decision == Handover {
			t.Errorf("%s: Further(%q, %q) = %s, %s (%s %.2f), want %s", tt.name, tt.before, tt.say, m.Topic, m.Decision, m.Hits[0].Card.ID, m.Confidence, tt.topic)
		}
	}
}
