package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"mingbai/knowledge"
	"mingbai/search"
)

func statutesCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "statutes",
		Short: "法律原文：导入、列出、学习、检索",
		Args:  noArgs,
		RunE:  func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	var asJSON bool
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
	}, list, searchCommand(), learnCommand())
	return cmd
}

// searchCommand finds articles for one question or for lines of them.
func searchCommand() *cobra.Command {
	var lines, explain bool
	var top int
	cmd := &cobra.Command{
		Use: "search [问题]", Short: "检索法条",
		RunE: func(cmd *cobra.Command, args []string) error {
			if lines == (len(args) > 0) {
				return usage{errors.New("give one question, or --jsonl with questions on standard input")}
			}
			if lines && explain {
				return usage{errors.New("--explain goes with one question, not with --jsonl")}
			}
			if top < 1 || top > 1000 {
				return usage{fmt.Errorf("--top is from 1 to 1000, not %d", top)}
			}
			st, err := imported(cmd)
			if err != nil {
				return err
			}
			defer st.Close()
			// The postings stay for good and each question leaves little behind:
			// collecting sooner costs nothing here and saves a third of the memory.
			debug.SetGCPercent(40)
			if err := st.Prepare(); err != nil {
				return err
			}
			if lines {
				return searchLines(st, top, cmd.InOrStdin(), cmd.OutOrStdout())
			}
			if explain {
				return explainOne(st, strings.Join(args, " "), top, cmd.OutOrStdout())
			}
			hits, err := st.Search(strings.Join(args, " "), top)
			for _, h := range hits {
				fmt.Fprintf(cmd.OutOrStdout(), "%.2f\t《%s》%s\n", h.Score, h.Law, h.Article)
			}
			return err
		},
	}
	cmd.Flags().BoolVar(&lines, "jsonl", false, "从标准输入逐行读 {\"id\",\"text\"}")
	cmd.Flags().BoolVar(&explain, "explain", false, "说明每条是凭什么排上来的")
	cmd.Flags().IntVar(&top, "top", 10, "最多给几条")
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

// learnCommand trains the ranker from past questions and the cards.
func learnCommand() *cobra.Command {
	cards := true
	cmd := &cobra.Command{
		Use: "learn 文件", Short: "从问过的问题里学习怎么排法条（.jsonl，每行 {\"id\",\"question\",\"gold\":[法条编号]}）",
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) != 1 {
				return usage{errors.New("name one file of past questions")}
			}
			s, err := settings(cmd)
			if err != nil {
				return err
			}
			if _, err := os.Stat(s.statutesDir()); err != nil {
				return errors.New("no statutes imported yet; run: mingbai statutes import FILE")
			}
			var base *knowledge.Base
			if cards {
				if base, err = s.base(); err != nil {
					return err
				}
			}
			start := time.Now()
			rep, err := search.Learn(s.statutesDir(), args[0], base)
			out := cmd.OutOrStdout()
			for _, b := range rep.Bad {
				fmt.Fprintln(out, b)
			}
			for _, id := range slices.Sorted(maps.Keys(rep.Unknown)) {
				fmt.Fprintf(out, "没有导入这一条：%s（%d个问题提到）\n", id, rep.Unknown[id])
			}
			if err != nil {
				return err
			}
			fmt.Fprintf(out, "学习完成：%d个问题，知识卡上的%d句话，用时%.1f秒。\n", rep.Questions, rep.Cards, time.Since(start).Seconds())
			if len(rep.Unknown) > 0 {
				fmt.Fprintf(out, "没有导入的法条：%d条；因此用不上的问题：%d个。\n", len(rep.Unknown), rep.Unused)
			}
			if len(rep.Bad) > 0 {
				return fmt.Errorf("%d lines could not be read; the rest was learnt", len(rep.Bad))
			}
			return nil
		},
	}
	cmd.Flags().BoolVar(&cards, "cards", true, "知识卡上的话也学；--cards=false 只学文件里的")
	return cmd
}

// explainOne prints what counted for each hit.
func explainOne(st *search.Statutes, q string, top int, out io.Writer) error {
	hits, err := st.Explain(q, top)
	for _, h := range hits {
		fmt.Fprintf(out, "%.2f\t《%s》%s\n", h.Score, h.Law, h.Article)
		for _, w := range h.Why {
			fmt.Fprintf(out, "\t%+.2f\t%s\n", w.Points, w.What)
		}
	}
	return err
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
