package main

import (
	"context"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"mingbai/bot/ledger"
	"mingbai/knowledge"
)

// What a township has published answers in every command that answers, beside
// a running server.
func TestPublishedAnswers(t *testing.T) {
	data := t.TempDir()
	base, err := knowledge.Load(knowledge.Overlay{})
	if err != nil {
		t.Fatal(err)
	}
	card := *base.Card("boundary-neighbour-built-over")
	card.Parts = append([]knowledge.Part(nil), card.Parts...)
	card.Parts[0].Text = "镇里改过的结论。"
	l, err := ledger.Open(context.Background(), "sqlite:"+filepath.Join(data, "mingbai.db"), ledger.Options{Serving: true})
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	err = l.Do(context.Background(), "desk", time.Now(), func(tx *ledger.Tx) error {
		word, err := tx.MakePass(ledger.Pass{Township: "qingxi", Role: ledger.AccountAdviser, TOTP: "T", Maker: 1}, time.Hour)
		if err != nil {
			return err
		}
		a := &ledger.Account{Login: "chen", Name: "陈立", Password: "x"}
		if err := tx.MakeAccount(word, a, 1, nil); err != nil {
			return err
		}
		v := &ledger.CardVersion{Township: "qingxi", Card: card.ID, Kind: ledger.CardEdit, Body: card.Markdown(), Maker: 7}
		if err := tx.WriteCard(v); err != nil {
			return err
		}
		if err := tx.ProposeCard("qingxi", v.ID, 7); err != nil {
			return err
		}
		_, err = tx.ApproveCard("qingxi", v.ID, a.ID)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	code, out, errOut := call(t, "", "ask", "--data", data, card.Asked[0])
	if code != 0 || errOut != "" || !strings.Contains(out, "镇里改过的结论。") || !strings.Contains(out, "镇法律顾问陈立审定") {
		t.Errorf("exit %d %s\n%s", code, errOut, out)
	}
	if code, out, errOut := call(t, "", "ask", "--data", t.TempDir(), card.Asked[0]); code != 0 || errOut != "" || strings.Contains(out, "镇里改过") {
		t.Errorf("without a ledger: exit %d %s\n%s", code, errOut, out)
	}
	put(t, filepath.Join(data, "none", "mingbai.db"), "no ledger")
	if code, out, errOut := call(t, "", "ask", "--data", filepath.Join(data, "none"), card.Asked[0]); code != 0 || !strings.Contains(errOut, "the cards of the program answer there") || out == "" {
		t.Errorf("beside what is no ledger: exit %d %s\n%s", code, errOut, out)
	}
}
