package main

import (
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"mingbai/bot/ledger"
)

// inviteLife is how long a code stays good: long enough for the next market
// day, short enough for a lost slip of paper.
const inviteLife = 7 * 24 * time.Hour

func inviteCommand() *cobra.Command {
	var role, village, office string
	cmd := &cobra.Command{
		Use:   "invite --role volunteer --village 红岩村",
		Short: "发一个一次性邀请码：法律明白人、调解员、网格员、网格长、法律顾问、工作人员、联合调解席位",
		Args:  noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := oneOf("role", role, ledger.Roles...); err != nil {
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
			place, grid := "", ""
			switch {
			case role == ledger.SeatHolder:
				o := base.Township.Office(office)
				if o == nil || o.ID == "" {
					return usage{fmt.Errorf("--office names an office with an id of %s, not %q", base.Township.Name, office)}
				}
				place = o.ID
			case village != "":
				v := base.Township.Village(village)
				if role == ledger.GridWorker || role == ledger.GridHead {
					if g, of := base.Township.Grid(village); g != nil {
						v, grid = of, g.ID
					}
				}
				if v == nil {
					if g, of := base.Township.Grid(village); g != nil {
						return usage{fmt.Errorf("%s is a grid; for %s name its village, %s", g.Name, role, of.Name)}
					}
					return usage{fmt.Errorf("%s has no village %q", base.Township.Name, village)}
				}
				place = v.ID
			case role != ledger.Adviser && role != ledger.Clerk && role != ledger.Mediator:
				return usage{fmt.Errorf("--village is needed for %s", role)}
			}
			ctx := cmd.Context()
			l, err := ledger.Open(ctx, s.Database, ledger.Options{})
			if err != nil {
				return err
			}
			defer l.Close()
			var code string
			err = l.Do(ctx, "invite", time.Now(), func(tx *ledger.Tx) (err error) {
				code, err = tx.InviteGrid(base.Township.ID, role, place, grid, inviteLife)
				return err
			})
			if err != nil {
				return err
			}
			out := cmd.OutOrStdout()
			fmt.Fprintf(out, "邀请码：%s（7天内有效，只能用一次）\n", code)
			fmt.Fprintf(out, "在对话里发：/start %s\n", code)
			if s.PublicURL != "" {
				fmt.Fprintf(out, "或打开：%s/?k=%s\n", s.PublicURL, code)
			}
			return nil
		},
	}
	cmd.Flags().StringVar(&role, "role", "", "volunteer|mediator|grid|head|adviser|staff|seat")
	cmd.Flags().StringVar(&village, "village", "", "村名；网格员、网格长也可以写网格名；镇调委会的调解员、法律顾问和工作人员不用写")
	cmd.Flags().StringVar(&office, "office", "", "联合调解席位的部门，如 tribunal")
	return cmd
}
