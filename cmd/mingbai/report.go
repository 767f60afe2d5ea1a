package main

import (
	"bytes"
	"errors"
	"fmt"
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
	cmd := &cobra.Command{
		Use:   "report --year 2026 --format md",
		Short: "统计一年的数据：登记、咨询、转人工、答复率，按月、按村、按事由",
		Args:  noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			now := time.Now()
			if year == 0 {
				year = now.Year()
			}
			if year < 2000 || year > now.Year() {
				return usage{fmt.Errorf("--year is from 2000 to %d, not %d", now.Year(), year)}
			}
			if err := oneOf("format", format, "json", "md"); err != nil {
				return err
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
			r, err := annual.Count(ctx, l, base.Township, year, now)
			if err != nil {
				return err
			}
			if faults := r.Lint(); len(faults) > 0 {
				return fmt.Errorf("the figures do not add up: %s", faults[0])
			}
			var buf bytes.Buffer
			if format == "json" {
				err = r.WriteJSON(&buf)
			} else {
				err = r.WriteMarkdown(&buf)
			}
			if err != nil {
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
	cmd.Flags().StringVar(&format, "format", "md", "json 或 md")
	cmd.Flags().StringVar(&out, "out", "", "写到文件；不写就打在屏幕上")
	return cmd
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
