package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"mingbai/bot/ledger"
)

// backupCommand copies the ledger while it is being used. The file appears
// under its name only when it is whole.
func backupCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "backup FILE",
		Short: "把台账整本抄一份，开着也能抄；两种数据库通用",
		Args:  oneFile,
		RunE: func(cmd *cobra.Command, args []string) error {
			s, err := settings(cmd)
			if err != nil {
				return err
			}
			l, err := ledger.Open(cmd.Context(), s.Database, ledger.Options{ReadOnly: true})
			if err != nil {
				return err
			}
			defer l.Close()
			f, err := os.CreateTemp(filepath.Dir(args[0]), ".backup-*")
			if err != nil {
				return fmt.Errorf("write backup: %w", err)
			}
			defer os.Remove(f.Name()) // gone already when all went well
			n, err := l.Backup(cmd.Context(), f, time.Now())
			if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
				return err
			}
			if err := os.Rename(f.Name(), args[0]); err != nil {
				return fmt.Errorf("write backup: %w", err)
			}
			fmt.Fprintf(cmd.OutOrStdout(), "抄好了：%d行，%s。里面有村民说过的话，请收好。\n", n, args[0])
			return nil
		},
	}
}

// restoreCommand reads a backup into a new data folder or database and proves
// what it read.
func restoreCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "restore FILE",
		Short: "把抄的台账读进一个新的数据文件夹或数据库，再证明一遍",
		Args:  oneFile,
		RunE: func(cmd *cobra.Command, args []string) error {
			s, err := settings(cmd)
			if err != nil {
				return err
			}
			base, err := s.base()
			if err != nil {
				return err
			}
			f, err := os.Open(args[0])
			if err != nil {
				return fmt.Errorf("read backup: %w", err)
			}
			defer f.Close()
			l, err := ledger.Open(cmd.Context(), s.Database, ledger.Options{Serving: true})
			if err != nil {
				return err
			}
			n, err := l.Restore(cmd.Context(), f, time.Now())
			if err := errors.Join(err, l.Close()); err != nil {
				return err
			}
			fmt.Fprintf(cmd.OutOrStdout(), "读回来了：%d行。\n", n)
			if l, err = ledger.Open(cmd.Context(), s.Database, ledger.Options{ReadOnly: true}); err != nil {
				return err
			}
			defer l.Close()
			return prove(cmd.Context(), l, base.Township, cmd.OutOrStdout())
		},
	}
}
