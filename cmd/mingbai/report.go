package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"mingbai/bot/annual"
	"mingbai/bot/ledger"
)

func reportCommand() *cobra.Command {
	var year int
	var format, out string
	var draft bool
	cmd := &cobra.Command{
		Use:   "report --year 2026 --format docx --out FILE",
		Short: "写一年的法治政府建设年度报告：正文四部分，和每个数的口径、记录",
		Args:  noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			now := time.Now()
			if year == 0 {
				year = now.Year()
			}
			if year < 2000 || year > now.Year() {
				return usage{fmt.Errorf("--year is from 2000 to %d, not %d", now.Year(), year)}
			}
			if err := oneOf("format", format, "docx", "json", "md", "xlsx"); err != nil {
				return err
			}
			if out == "" && (format == "docx" || format == "xlsx") {
				return usage{fmt.Errorf("--format %s needs --out FILE", format)}
			}
			s, err := settings(cmd)
			if err != nil {
				return err
			}
			base, err := s.base()
			if err != nil {
				return err
			}
			ctx := cmd.Context()
			l, err := ledger.Open(ctx, s.Database, ledger.Options{ReadOnly: true})
			if err != nil {
				return err
			}
			defer l.Close()
			whole := annual.Brief
			if format == "json" || format == "xlsx" { // they list the records
				whole = annual.Write
			}
			r, err := whole(ctx, l, base.Township, year, now)
			if err != nil {
				return err
			}
			if faults := r.Sums(); len(faults) > 0 {
				return fmt.Errorf("the figures do not add up: %s", faults[0])
			}
			// JSON is for those who check; the others are for publication.
			if blockers := r.Blockers(); len(blockers) > 0 && !draft && format != "json" {
				return refusePublication(cmd.ErrOrStderr(), blockers)
			}
			if format != "json" {
				for _, complaint := range r.LintStyle() {
					fmt.Fprintln(cmd.ErrOrStderr(), "格式："+complaint)
				}
			}
			var buf bytes.Buffer
			write := map[string]func(io.Writer) error{"docx": r.WriteDocx, "json": r.WriteJSON, "md": r.WriteMarkdown, "xlsx": r.WriteXLSX}[format]
			if err := write(&buf); err != nil {
				return err
			}
			if out == "" {
				_, err = cmd.OutOrStdout().Write(buf.Bytes())
				return err
			}
			return writeWhole(out, buf.Bytes())
		},
	}
	cmd.Flags().IntVar(&year, "year", 0, "哪一年；不写是今年")
	cmd.Flags().StringVar(&format, "format", "md", "docx、xlsx、md 或 json")
	cmd.Flags().StringVar(&out, "out", "", "写到文件；不写就打在屏幕上")
	cmd.Flags().BoolVar(&draft, "draft", false, "还缺数、缺签字也写出来，写明是草稿")
	return cmd
}

// refusePublication says, a line each, what stands in the way.
func refusePublication(w io.Writer, blockers []string) error {
	fmt.Fprintln(w, "还不能公布：")
	for _, b := range blockers {
		fmt.Fprintln(w, "  "+b)
	}
	fmt.Fprintln(w, "先看草稿，加 --draft。")
	return silence{errors.New("the report may not be published yet")}
}

// writeWhole writes a file so that nobody ever reads half of it.
func writeWhole(path string, data []byte) error {
	tmp, err := os.CreateTemp(filepath.Dir(path), ".mingbai-*")
	if err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	_, err = tmp.Write(data)
	err = errors.Join(err, tmp.Close())
	if err == nil {
		err = os.Rename(tmp.Name(), path)
	}
	if err != nil {
		return errors.Join(fmt.Errorf("write %s: %w", path, err), os.Remove(tmp.Name()))
	}
	return nil
}
