package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strings"

	"github.com/spf13/cobra"

	"mingbai/knowledge"
	"mingbai/search"
)

func checkCommand() *cobra.Command {
	var lawChange, residents string
	var coverage, lexicon bool
	cmd := &cobra.Command{
		Use:   "check",
		Short: "检查知识卡、法条引用、词表和镇文件，逐条说出哪里不对",
		Args:  noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if coverage && lawChange != "" {
				return usage{errors.New("--coverage and --law-change are two different checks")}
			}
			if lexicon && (coverage || lawChange != "") {
				return usage{errors.New("--lexicon is a check of its own")}
			}
			if residents != "" && !coverage && !lexicon {
				return usage{errors.New("--residents goes with --coverage or --lexicon")}
			}
			s, err := settings(cmd)
			if err != nil {
				return err
			}
			switch {
			case lawChange != "":
				return checkLawChange(s, lawChange, cmd.OutOrStdout())
			case lexicon:
				return checkLexicon(s, residents, cmd.OutOrStdout())
			case coverage:
				return checkCoverage(s, residents, cmd.OutOrStdout())
			}
			return checkAll(s, cmd.OutOrStdout())
		},
	}
	cmd.Flags().StringVar(&lawChange, "law-change", "", "新法的文件（.docx、.md、.jsonl）：列出引用了有变动条文的卡")
	cmd.Flags().BoolVar(&coverage, "coverage", false, "按主题列出卡和问法的覆盖情况")
	cmd.Flags().BoolVar(&lexicon, "lexicon", false, "找出词表里没有用处的词：有它没它，没有一个问法更准")
	cmd.Flags().StringVar(&residents, "residents", "", "与 --coverage、--lexicon 同用：有标准答案的问题集文件夹")
	return cmd
}

// checkAll is the check without flags: everything that must hold before the
// knowledge is served.
func checkAll(s *Settings, out io.Writer) error {
	base, err := s.base()
	if errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if err != nil {
		for _, line := range strings.Split(err.Error(), "\n") {
			fmt.Fprintln(out, line)
		}
		return silence{errors.New("knowledge does not load")}
	}
	statutes, err := s.statutes()
	if err != nil {
		return err
	}
	findings := base.Check()
	if statutes != nil {
		defer statutes.Close()
		findings = append(findings, checkTexts(base, statutes)...)
	}
	index := search.New(base)
	findings = append(findings, lostPhrasings(base, index)...)
	for _, f := range findings {
		fmt.Fprintln(out, f)
	}
	if len(findings) > 0 {
		return silence{fmt.Errorf("%d faults", len(findings))}
	}
	fmt.Fprintf(out, "%d张知识卡、%d部法律、%d条词语、%s的镇文件：没有发现问题。\n",
		len(base.Cards), len(base.Laws.All), len(base.Lexicon.Entries), base.Township.Name)
	return nil
}

// checkTexts holds every citation against the imported texts of its law.
func checkTexts(base *knowledge.Base, statutes *search.Statutes) []knowledge.Finding {
	var out []knowledge.Finding
	for _, c := range base.Cards {
		out = append(out, statutes.Missing(c)...)
	}
	return out
}

// lostPhrasings lists the phrasings that another card wins: either the phrase
// belongs there, or the cards are too alike for search, and for readers.
func lostPhrasings(base *knowledge.Base, index *search.Index) []knowledge.Finding {
	var out []knowledge.Finding
	for _, c := range base.Cards {
		out = append(out, index.Lost(c.ID)...)
	}
	return out
}
