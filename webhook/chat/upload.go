package chat

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"mime/multipart"
	"net/http"
	"strings"
	"sync"

	"mingbai/bot"
)

// largestFile is more than a phone's camera makes of one picture, and some ten
// minutes of speech.
const largestFile = 12 << 20

// fileKinds are the kinds of files taken, by what their first bytes are. What
// else calls itself a picture is none.
var fileKinds = map[string]string{
	"image/jpeg": "photo", "image/png": "photo", "image/webp": "photo", "image/gif": "photo", "image/heic": "photo",
	"audio/mpeg": "voice", "audio/wave": "voice", "audio/amr": "voice", "audio/mp4": "voice", "application/ogg": "voice", "video/webm": "voice",
}

// kindOf tells a picture or a recording by its first bytes; "" for all else.
func kindOf(head []byte) string {
	switch {
	case strings.HasPrefix(string(head), "#!AMR"): // what old phones record
		return fileKinds["audio/amr"]
	case len(head) >= 12 && string(head[4:8]) == "ftyp":
		switch string(head[8:12]) {
		case "heic", "heix", "mif1", "msf1":
			return fileKinds["image/heic"]
		case "M4A ", "3gp4", "3gp5":
			return fileKinds["audio/mp4"]
		}
		return ""
	}
	return fileKinds[http.DetectContentType(head)]
}

// What an old PC bears: so many files in hand at once, so many bytes a day.
// Pictures come from anybody, and a new cookie is a new chat.
const (
	mostUploads = 3
	mostBytes   = 2 << 30
)

// An intake bounds what files are taken.
type intake struct {
	mu    sync.Mutex
	hands int
	day   string // of bytes
	bytes int64
}

// enter reports whether one more file may be taken on a day; only then is
// leave called, once.
func (n *intake) enter(day string) bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.day != day {
		n.day, n.bytes = day, 0
	}
	if n.hands >= mostUploads || n.bytes >= mostBytes {
		return false
	}
	n.hands++
	return true
}

// leave counts what was taken.
func (n *intake) leave(bytes int64) {
	n.mu.Lock()
	n.hands--
	n.bytes += bytes
	n.mu.Unlock()
}

// file takes one picture or recording, with the words typed beside it.
func (p *Pages) file(w http.ResponseWriter, r *http.Request) {
	script := r.Header.Get("X-Part") == "1"
	if !p.uploads.enter(p.now().Format("2006-01-02")) {
		p.refuse(w, r, script, http.StatusServiceUnavailable, "这会儿照片收不过来。过一会儿再发，急的直接送到村委会或司法所。", page{})
		return
	}
	taken := int64(0)
	defer func() { p.uploads.leave(taken) }()
	r.Body = http.MaxBytesReader(w, r.Body, largestFile+4*longest)
	err := r.ParseMultipartForm(1 << 20) // the rest waits on disk
	if r.MultipartForm != nil {
		defer func() {
			if err := r.MultipartForm.RemoveAll(); err != nil {
				p.log().Warn("remove an upload's temporary file", "err", err)
			}
		}()
	}
	m := bot.Message{Channel: bot.Web, At: p.now(), Chat: p.chat(r), Text: strings.TrimSpace(r.PostFormValue("text"))}
	kept := page{Unsent: m.Text, Nonce: r.PostFormValue("nonce")}
	big := (*http.MaxBytesError)(nil)
	if errors.As(err, &big) {
		p.refuse(w, r, script, http.StatusRequestEntityTooLarge, "这个文件太大，收不下。照片一张一张发，录音分段发。", page{})
		return
	}
	f, ok := readFile(r.MultipartForm)
	switch {
	case err != nil || !ok:
		p.refuse(w, r, script, http.StatusBadRequest, "没收到照片，请再选一次。", kept)
		return
	case f.Kind == "":
		p.refuse(w, r, script, http.StatusUnsupportedMediaType, "只收照片和录音。文书请拍成照片发来。", kept)
		return
	case len(m.Text) > longest:
		p.refuse(w, r, script, http.StatusRequestEntityTooLarge, "太长了，收不下。分几次发，一次说一件事。您写的还在。", kept)
		return
	}
	// The same picture sent twice by one form is one message, and one picture.
	m.Chat = orWelcome(p, w, m.Chat)
	if !nonceForm.MatchString(kept.Nonce) {
		kept.Nonce = nonce()
	}
	sum := sha256.Sum256(f.Body)
	m.ID = messageID(bot.Message{Chat: m.Chat, Text: m.Text, Tap: hex.EncodeToString(sum[:])}, kept.Nonce)
	f.Ref = "web-" + m.ID
	m.Files, taken = []bot.File{f}, f.Size
	p.take(w, r, m, kept, script)
}

// readFile returns the file of a form, and whether there is one. Its name is
// left out: what a phone calls a picture may tell of its owner.
func readFile(form *multipart.Form) (bot.File, bool) {
	if form == nil || len(form.File["file"]) != 1 || form.File["file"][0].Size == 0 {
		return bot.File{}, false
	}
	in, err := form.File["file"][0].Open()
	if err != nil {
		return bot.File{}, false
	}
	defer in.Close()
	body, err := io.ReadAll(io.LimitReader(in, largestFile))
	if err != nil {
		return bot.File{}, false
	}
	return bot.File{Kind: kindOf(body[:min(512, len(body))]), Size: int64(len(body)), Body: body}, true
}
