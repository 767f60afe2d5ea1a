// Command mingbai is the chatbot of a township's village legal advisor
// platform, with everything it needs in one binary: see the file of each
// subcommand beside this one.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/spf13/cobra"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	os.Exit(run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}

// run is main with everything passed in. It returns the exit code: 0, 1 for a
// failure, 2 for bad usage; the reason is one line on stderr.
func run(ctx context.Context, args []string, in io.Reader, out, errOut io.Writer) int {
	root := command()
	root.SetArgs(args)
	root.SetIn(in)
	root.SetOut(out)
	root.SetErr(errOut)
	err := root.ExecuteContext(ctx)
	if err == nil {
		return 0
	}
	var silent silence
	if !errors.As(err, &silent) {
		fmt.Fprintln(errOut, "mingbai: "+strings.ReplaceAll(strings.TrimSpace(err.Error()), "\n", "; "))
	}
	var bad usage
	if errors.As(err, &bad) {
		return 2
	}
	return 1
}

// usage is an error in how a command was called.
type usage struct{ error }

// silence is a failure that was already said.
type silence struct{ error }

// command builds the tree of subcommands.
func command() *cobra.Command {
	root := &cobra.Command{
		Use:           "mingbai",
		Short:         "明白：村居法律顾问平台的问答与办事程序",
		Long:          "明白：村居法律顾问平台的问答与办事程序。\n先试试：mingbai ask \"隔壁砌墙占了我屋基咋个办\"，或 mingbai serve --demo。",
		SilenceUsage:  true,
		SilenceErrors: true,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) > 0 {
				return usage{fmt.Errorf("unknown command %q; see mingbai --help", args[0])}
			}
			return nil
		},
		RunE: func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	root.CompletionOptions.DisableDefaultCmd = true
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return usage{err} })
	settingFlags(root)
	root.AddCommand(serveCommand(), askCommand(), intakeCommand(), chatCommand(), checkCommand(), statutesCommand(),
		inviteCommand(), reportCommand(), proveCommand(), evalCommand(), benchCommand(), rehearseCommand(), backupCommand(), restoreCommand())
	return root
}

// oneFile wants a file's name and nothing else.
func oneFile(_ *cobra.Command, args []string) error {
	if len(args) != 1 {
		return usage{errors.New("name one FILE")}
	}
	return nil
}

func noArgs(_ *cobra.Command, args []string) error {
	if len(args) > 0 {
		return usage{fmt.Errorf("unexpected %q", args[0])}
	}
	return nil
}

// oneOf checks a flag with a closed list of values.
func oneOf(flag, value string, allowed ...string) error {
	for _, a := range allowed {
		if value == a {
			return nil
		}
	}
	return usage{fmt.Errorf("--%s is one of %s, not %q", flag, strings.Join(allowed, ", "), value)}
}
