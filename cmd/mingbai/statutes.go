package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"mingbai/search"
)

func statutesCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "statutes",
		Short: "法律原文：导入、列出、检索",
		Args:  noArgs,
		RunE:  func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	var asJSON, lines bool
	var top int
	list := &cobra.Command{
		Use: "list", Short: "列出已导入的法律和版本", Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			st, err := imported(cmd)
			if err != nil {
				return err
			}
			defer st.Close()
			for _, l := range st.List() {
				if asJSON {
					if err := writeLine(cmd.OutOrStdout(), l); err != nil {
						return err
					}
					continue
				}
				state := "现行"
				if l.To != "" {
					state = "已于" + string(l.To) + "被替代"
				}
				fmt.Fprintf(cmd.OutOrStdout(), "%s\t%s\t%d条\t%s\n", l.Law, l.Version, l.Articles, state)
			}
			return nil
		},
	}
	list.Flags().BoolVar(&asJSON, "json", false, "每部法律一行 JSON")
	find := &cobra.Command{
		Use: "search [问题]", Short: "检索法条",
		RunE: func(cmd *cobra.Command, args []string) error {
			if lines == (len(args) > 0) {
				return usage{errors.New("give one question, or --jsonl with questions on standard input")}
			}
			if top < 1 || top > 1000 {
				return usage{fmt.Errorf("--top is from 1 to 1000, not %d", top)}
			}
			st, err := imported(cmd)
			if err != nil {
				return err
			}
			defer st.Close()
			if lines {
				return searchLines(st, top, cmd.InOrStdin(), cmd.OutOrStdout())
			}
			hits, err := st.Search(strings.Join(args, " "), top)
			for _, h := range hits {
				fmt.Fprintf(cmd.OutOrStdout(), "%.2f\t《%s》%s\n", h.Score, h.Law, h.Article)
			}
			return err
		},
	}
	find.Flags().BoolVar(&lines, "jsonl", false, "从标准输入逐行读 {\"id\",\"text\"}")
	find.Flags().IntVar(&top, "top", 10, "最多给几条")
	cmd.AddCommand(&cobra.Command{
		Use: "import 文件或文件夹…", Short: "导入法律原文（.docx、.md、.jsonl、.jsonl.gz），存进数据文件夹",
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return usage{errors.New("name at least one file or folder to import")}
			}
			s, err := settings(cmd)
			if err != nil {
				return err
			}
			rep, err := search.Import(s.statutesDir(), args)
			sayImport(cmd.OutOrStdout(), rep)
			if err != nil {
				return err
			}
			fmt.Fprintf(cmd.OutOrStdout(), "导入完成：%d部（含旧版本），%d条。\n", rep.Laws, rep.Articles)
			if len(rep.Bad) > 0 {
				return fmt.Errorf("%d lines could not be read", len(rep.Bad))
			}
			return nil
		},
	}, list, find)
	return cmd
}

// sayImport tells what was not understood, what is worth knowing, and how the
// new versions compare with those before them.
func sayImport(out io.Writer, rep search.Report) {
	for _, b := range rep.Bad {
		fmt.Fprintln(out, b)
	}
	for _, n := range rep.Notes {
		fmt.Fprintln(out, n)
	}
	for _, v := range rep.Versions {
		fmt.Fprintf(out, "《%s》%s：%d条，其中%d条与上一版（%s）相同", v.Law, v.Version, v.Articles, v.Same, v.Earlier)
		if v.Renumbered > 0 {
			fmt.Fprintf(out, "，%d条换了条号", v.Renumbered)
		}
		fmt.Fprintln(out, "。")
	}
}

// imported opens the statutes, and says what to do when there are none.
func imported(cmd *cobra.Command) (*search.Statutes, error) {
	s, err := settings(cmd)
	if err != nil {
		return nil, err
	}
	st, err := s.statutes()
	if err == nil && st == nil {
		err = errors.New("no statutes imported yet; run: mingbai statutes import FILE")
	}
	return st, err
}

func searchLines(st *search.Statutes, top int, in io.Reader, out io.Writer) error {
	return eachLine(in, out, func(line []byte) (any, error) {
		var q struct {
			ID   any     `json:"id"`
			Text *string `json:"text"`
		}
		if err := json.Unmarshal(line, &q); err != nil {
			return nil, fmt.Errorf("not a JSON object with id and text: %w", err)
		}
		if q.Text == nil {
			return nil, errors.New("there is no text")
		}
		start := time.Now()
		hits, err := st.Search(*q.Text, top)
		if err != nil {
			return nil, err
		}
		if hits == nil {
			hits = []search.ArticleHit{}
		}
		return struct {
			ID     any                 `json:"id"`
			Hits   []search.ArticleHit `json:"hits"`
			Micros int64               `json:"micros"`
		}{q.ID, hits, time.Since(start).Microseconds()}, nil
	})
}
