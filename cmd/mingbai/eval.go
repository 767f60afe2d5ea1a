package main

import (
	"errors"
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"mingbai/bot"
	"mingbai/search"
)

func evalCommand() *cobra.Command {
	var residents, lawbench string
	cmd := &cobra.Command{
		Use:   "eval --residents 文件夹 --lawbench 文件夹",
		Short: "在有标准答案的问题集上测一遍，打出表来",
		Args:  noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if residents == "" && lawbench == "" {
				return usage{errors.New("--residents or --lawbench names a folder with labelled questions")}
			}
			for _, dir := range []string{residents, lawbench} {
				if dir == "" {
					continue
				}
				if _, err := os.Stat(dir); err != nil {
					return fmt.Errorf("there are no labelled questions at %s; they do not come with the program", dir)
				}
			}
			if residents != "" {
				if err := evalResidents(cmd, residents); err != nil {
					return err
				}
			}
			if lawbench != "" {
				return search.EvaluateLawbench(lawbench, cmd.OutOrStdout())
			}
			return nil
		},
	}
	cmd.Flags().StringVar(&residents, "residents", "", "村民问题集的文件夹")
	cmd.Flags().StringVar(&lawbench, "lawbench", "", "法条检索集的文件夹")
	return cmd
}

// evalResidents prints the tables of understanding, reads the labelled quarrels
// and plays the labelled dialogues where the folder has some.
func evalResidents(cmd *cobra.Command, dir string) error {
	s, err := settings(cmd)
	if err != nil {
		return err
	}
	mind, err := s.mind(cmd.Context())
	if err != nil {
		return err
	}
	defer mind.Close()
	if err := search.Evaluate(mind.Base, mind.Index, dir, cmd.OutOrStdout()); err != nil {
		return err
	}
	if err := search.EvaluateDisputes(mind.Index, dir, cmd.OutOrStdout()); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	err = bot.EvaluateDialogues(cmd.Context(), mind, dir, cmd.OutOrStdout())
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	return err
}
