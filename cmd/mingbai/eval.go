package main

import (
	"errors"
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"mingbai/search"
)

func evalCommand() *cobra.Command {
	var residents string
	cmd := &cobra.Command{
		Use:   "eval --residents 文件夹",
		Short: "在有标准答案的问题集上测一遍，打出表来",
		Args:  noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if residents == "" {
				return usage{errors.New("--residents names the folder with the labelled questions")}
			}
			if _, err := os.Stat(residents); err != nil {
				return fmt.Errorf("there are no labelled questions at %s; they do not come with the program", residents)
			}
			s, err := settings(cmd)
			if err != nil {
				return err
			}
			base, err := s.base()
			if err != nil {
				return err
			}
			index, err := search.New(base)
			if err != nil {
				return err
			}
			defer index.Close()
			return search.Evaluate(base, index, residents, cmd.OutOrStdout())
		},
	}
	cmd.Flags().StringVar(&residents, "residents", "", "问题集文件夹")
	return cmd
}
