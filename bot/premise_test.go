package bot

import "testing"

func TestLeadWith(t *testing.T) {
	for _, tt := range []struct{ name, answer, claim, want string }{
		{"the judgement comes first", "工钱按月发给本人。“自己辞工工资作废”这种厂规不算数。", "自己辞工的 当月工资就作废 合法哈", "“自己辞工工资作废”这种厂规不算数。工钱按月发给本人。"},
		{"a verdict stays first", "不收钱。仲裁一律免费，说要交几千不对。", "仲裁要先交几千 对不对", "不收钱。仲裁一律免费，说要交几千不对。"},
		{"danger stays first", "正在挨打的，先打110再说别的。打人不是家务事，派出所要管。", "打人是家务事 派出所不得管 对不对", "正在挨打的，先打110再说别的。打人不是家务事，派出所要管。"},
		{"a sentence that leans stays", "收到判决书后15日内可以上诉。超过这个日子就不能上诉，判决生效。", "判决书过了日子就不能上诉 对不对", "收到判决书后15日内可以上诉。超过这个日子就不能上诉，判决生效。"},
		{"nothing about it", "离婚要去民政局登记。一方不同意的，去法院。", "树枝伸过来就能砍 对不对", "离婚要去民政局登记。一方不同意的，去法院。"},
	} {
		if got := leadWith(tt.answer, tt.claim); got != tt.want {
			t.Errorf("%s: leadWith = %q, want %q", tt.name, got, tt.want)
		}
	}
}
