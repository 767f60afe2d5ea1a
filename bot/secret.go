package bot

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"time"
	"unicode/utf8"

	"mingbai/bot/ledger"
)

// A code word (暗号) hides a person's matters on a phone that others use. Until
// the word is typed the bot shows nothing of them, what others say is held
// back behind a neutral line, and the web page begins anew; typing the word
// again hides everything at once. Danger is answered in any state.

// openFor is how long the word opens; each message begins it anew.
const openFor = 20 * time.Minute

// maxHeld bounds what is kept back; older lines are in the matter itself.
const maxHeld = 20

func secretHash(chat int64, word string) string {
	sum := sha256.Sum256([]byte(id(chat) + "\x00" + strings.TrimSpace(word)))
	return hex.EncodeToString(sum[:])
}

// hidden reports whether a dialogue has a code word and it has not been typed
// lately.
func (d *dialogue) hidden(now time.Time) bool { return d.Secret != "" && now.UnixMilli() > d.OpenTo }

// secret deals with the code word itself and with what must not be shown.
// False: the message is for the usual conversations.
func (t *turn) secret() (bool, error) {
	text := strings.TrimSpace(t.msg.Text)
	if word, ok := strings.CutPrefix(text, "暗号"); ok && t.msg.Tap == "" && !t.d.hidden(t.now) {
		return true, t.setSecret(strings.Trim(word, " ：:"))
	}
	if t.d.Secret == "" {
		return false, nil
	}
	if t.msg.Tap == "" && text != "" && secretHash(t.chat.ID, text) == t.d.Secret {
		return true, t.turnSecret()
	}
	if !t.d.hidden(t.now) {
		t.d.OpenTo = t.now.Add(openFor).UnixMilli()
		return false, nil
	}
	do, tapped := t.tapped()
	verb, _, _ := strings.Cut(do, ":")
	switch {
	case tapped && showsMatters[verb], !tapped && hiddenCommand(text), t.meaning.Intent == "progress", t.meaning.Intent == "privacy" && !tapped:
		t.settle(ledger.FateAnswered, "secret")
		t.note("这里没有记录。您遇到什么事，用平时的话说。")
		return true, nil
	}
	// What is asked now stands alone: nothing of before may show through.
	t.d.Matter, t.d.Dispute, t.d.Card, t.d.Asked = 0, 0, "", ""
	return false, nil
}

// showsMatters are the buttons behind which a person's matters lie.
var showsMatters = map[string]bool{"matters": true, "matter": true, "mine": true, "copy": true, "p": true, "another": true, "enough": true}

func hiddenCommand(text string) bool {
	switch strings.Trim(text, "/ 。") {
	case "进度", "查进度", "我的事", "我的", "我的资料", "看我的资料", "抄一份", "导出", "progress", "me":
		return true
	}
	return strings.HasPrefix(text, "进度")
}

func (t *turn) setSecret(word string) error {
	t.settle(ledger.FateAnswered, "secret")
	switch {
	case word == "取消" || word == "不要了":
		t.d.Secret, t.d.Held = "", nil
		t.note("好，不用暗号了。")
	case utf8.RuneCountInString(word) < 2 || utf8.RuneCountInString(word) > 12:
		t.note("怕别人翻您的手机，可以设个暗号：打“暗号”，后面跟2到12个字，如“暗号 晒谷子”。设了以后，不打暗号，这里不显示您的事。")
	case command(word) != nil:
		t.note("“" + cut(word, 12) + "”是这里的口令，换一个。")
	default:
		t.d.Secret, t.d.OpenTo = secretHash(t.chat.ID, word), t.now.Add(openFor).UnixMilli()
		t.note("设好了。打“" + word + "”，就把您的事藏起来；再打一次，又看得到。20分钟不说话，自动藏起来。手机上以前的聊天记录，请自己删掉。有危险随时说，不用暗号。")
	}
	return nil
}

// turnSecret opens what is hidden, with what was held back meanwhile, or hides
// what is open.
func (t *turn) turnSecret() error {
	t.settle(ledger.FateAnswered, "secret")
	if !t.d.hidden(t.now) {
		t.d.OpenTo = 0
		t.d.end()
		t.d.Matter, t.d.Dispute, t.d.Card, t.d.Asked = 0, 0, "", ""
		t.note("好的。")
		return nil
	}
	t.d.OpenTo = t.now.Add(openFor).UnixMilli()
	held := t.d.Held
	t.d.Held = nil
	if len(held) == 0 {
		t.note("在的。没有新消息。", choiceMatters, choiceHuman)
		return nil
	}
	for _, r := range held {
		t.say(r)
	}
	return nil
}

// holdBack keeps a reply for a person who has hidden their matters, and
// returns the neutral line that stands for it.
func (d *dialogue) holdBack(r Reply) Reply {
	d.Held = append(d.Held, r)
	if n := len(d.Held); n > maxHeld {
		d.Held = d.Held[n-maxHeld:]
	}
	return Reply{Kind: KindNote, Text: "有一条新消息。", Neutral: true}
}
