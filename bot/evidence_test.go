package bot

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"testing"
	"time"

	"mingbai/bot/ledger"
)

// shelf is a channel's store of files. It fails as often as told first.
type shelf struct {
	files map[string]string
	fails int
}

func (s *shelf) Fetch(_ context.Context, ref string) ([]byte, error) {
	if s.fails > 0 {
		s.fails--
		return nil, errors.New("no connection")
	}
	body, ok := s.files[ref]
	if !ok {
		return nil, Gone{Why: "unknown"}
	}
	return []byte(body), nil
}

// TestEvidence: a picture sent while a dispute is told, and one sent later, are
// fetched, again after failures, and kept with their hash; one the channel no
// longer has stays in the record without.
func TestEvidence(t *testing.T) {
	for _, tt := range []struct {
		name  string
		files map[string]string
		fails int
		want  int // with a hash
	}{
		{"at once", map[string]string{"f1": "picture", "f2": "voice"}, 0, 2},
		{"after failures", map[string]string{"f1": "picture", "f2": "voice"}, 5, 2},
		{"one is gone", map[string]string{"f1": "picture"}, 0, 1},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := newStage(t)
			s.e.Fetch = map[string]Fetcher{Web: &shelf{tt.files, tt.fails}}
			for _, line := range []string{"隔壁屋檐水滴到我墙上，墙泡烂了，喊他安水槽他不听，想请村上调解", "申请调解", "[图片]", "老刘", "红岩村"} {
				s.say("王婆", line)
			}
			for d := s.dialogue("王婆"); d.Step == askWish || d.Step == askMe; d = s.dialogue("王婆") {
				s.say("王婆", "修好墙")
			}
			s.say("王婆", "[对，提交]")
			s.say("王婆", "[语音]")
			s.move(s.now.Add(3 * 24 * time.Hour).Format("2006-01-02 15:04"))
			sum := sha256.Sum256([]byte("picture"))
			s.view(func(v *ledger.View) error {
				return ledger.EveryDispute(v, func(d *ledger.Dispute) error {
					list, err := ledger.EvidenceOf(v, d.ID)
					hashed := 0
					for _, e := range list {
						if e.Hash == "" {
							continue
						}
						hashed++
						body, err := ledger.EvidenceBody(v, e.ID)
						if err != nil || e.Size != int64(len(body)) || e.Ref == "f1" && e.Hash != hex.EncodeToString(sum[:]) {
							t.Errorf("%s: %q, %v", e.Ref, body, err)
						}
					}
					if len(list) != 2 || hashed != tt.want {
						t.Errorf("%d pieces, %d with a hash; want 2, %d", len(list), hashed, tt.want)
					}
					return err
				})
			})
			s.prove()
		})
	}
}

// TestUpload: a picture sent over the web page itself lies in the ledger, and
// becomes evidence from there; erased, it is gone.
func TestUpload(t *testing.T) {
	s := newStage(t)
	s.e.Fetch = map[string]Fetcher{Web: Uploads{s.e.Ledger}}
	s.say("王婆", "隔壁屋檐水滴到我墙上，墙泡烂了，喊他安水槽他不听，想请村上调解")
	s.say("王婆", "申请调解")
	if _, err := s.e.Handle(context.Background(), Message{Channel: Web, Chat: "王婆", ID: "up", Files: []File{{Kind: "photo", Ref: "web-1", Size: 7, Body: []byte("picture")}}}); err != nil {
		t.Fatal(err)
	}
	for _, line := range []string{"老刘", "红岩村"} {
		s.say("王婆", line)
	}
	for d := s.dialogue("王婆"); d.Step == askWish || d.Step == askMe; d = s.dialogue("王婆") {
		s.say("王婆", "修好墙")
	}
	s.say("王婆", "[对，提交]")
	s.move(s.now.Add(time.Minute).Format("2006-01-02 15:04"))
	found := 0
	s.view(func(v *ledger.View) error {
		return ledger.EveryDispute(v, func(d *ledger.Dispute) error {
			list, err := ledger.EvidenceOf(v, d.ID)
			for _, e := range list {
				body, err := ledger.EvidenceBody(v, e.ID)
				if err != nil || string(body) != "picture" || e.Hash == "" {
					t.Errorf("%+v: %q, %v", e, body, err)
				}
				found++
			}
			return err
		})
	})
	if found != 1 {
		t.Errorf("%d pieces of evidence", found)
	}
	// It lies once: with the evidence, from where it can still be had.
	if body, err := (Uploads{s.e.Ledger}).Fetch(context.Background(), "web-1"); err != nil || string(body) != "picture" {
		t.Errorf("as evidence: %q, %v", body, err)
	}
	s.prove()
	s.say("王婆", "删除")
	s.say("王婆", "[确定删除]")
	var gone Gone
	if body, err := (Uploads{s.e.Ledger}).Fetch(context.Background(), "web-1"); !errors.As(err, &gone) {
		t.Errorf("after erasing: %q, %v", body, err)
	}
	s.prove()
}

// TestUploadRefused: what a chat over its pace sends is counted, not kept.
func TestUploadRefused(t *testing.T) {
	s := newStage(t)
	s.e.Pace, s.e.Flood = &window{}, Flood{N: 1, Per: time.Minute}
	for _, id := range []string{"a", "b"} {
		if _, err := s.e.Handle(context.Background(), Message{Channel: Web, Chat: "王婆", ID: id, Files: []File{{Kind: "photo", Ref: "web-" + id, Size: 7, Body: []byte("picture")}}}); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := (Uploads{s.e.Ledger}).Fetch(context.Background(), "web-a"); err != nil {
		t.Error(err)
	}
	var gone Gone
	if body, err := (Uploads{s.e.Ledger}).Fetch(context.Background(), "web-b"); !errors.As(err, &gone) {
		t.Errorf("kept: %q, %v", body, err)
	}
}
