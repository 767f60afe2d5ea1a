package bot

import (
	"context"
	"flag"
	"fmt"
	"testing"
	"time"

	"mingbai/bot/casework"
	"mingbai/bot/ledger"
	"mingbai/knowledge"
)

// disputes is how many disputes the synthetic year plays; a town had 365.
var disputes = flag.Int("disputes", 22, "how many disputes TestYear plays")

// quarrels are told as villagers tell them, in about the proportions of a
// county's returns: neighbours and land most, then families and damages.
var quarrels = []string{
	"隔壁屋檐水滴到我墙上，墙泡烂了，喊他安水槽他不听", "他把公路口堵了不准我过，说占了他的地", "对门半夜放音响，说了几回都不听",
	"他家的鸡天天来吃我的菜，喊他关起他不关", "两家山林中间的界石遭人挪了", "他犁田年年往我这边多犁一截", "他砍了我坡上四棵杉树说是他的",
	"三个儿子推来推去不养老人，请村上来说合", "他撞烂我的车门不赔钱", "他砌的猪圈占了我的宅基地", "卖给他一头猪，钱拖了半年不给",
}

// TestYear plays disputes through the real engine, each to one of the ends that
// disputes come to, and proves the ledger: every state adds up, no dossier is
// closed with a paper missing, mediators share the work, replaying the journal
// gives the same tables.
func TestYear(t *testing.T) {
	s := newStage(t)
	s.now = time.Date(2026, 1, 5, 9, 30, 0, 0, knowledge.Shanghai)
	town := s.e.Mind().Base.Township
	var mediators []string
	for _, v := range town.Villages {
		for n := range 2 {
			name := fmt.Sprintf("%s-%d", v.ID, n)
			s.invite(ledger.Mediator, v.ID)
			s.say(name, "/start $CODE")
			s.say(name, fmt.Sprintf("老%c", '甲'+n))
			mediators = append(mediators, name)
		}
	}
	for i := range *disputes {
		s.playDispute(i, town.Villages[i%len(town.Villages)], mediators)
		s.move(s.now.Add(time.Duration(24*365 / *disputes) * time.Hour / 2).Format("2006-01-02 15:04"))
	}
	s.judgeYear(mediators)
	s.prove()
}

// playDispute tells, mediates and ends one dispute: three in four reach an
// agreement, one in two of these in writing.
func (s *stage) playDispute(i int, v knowledge.Village, mediators []string) {
	who := fmt.Sprintf("r%d", i)
	s.say(who, quarrels[i%len(quarrels)]+"，想请村上调解")
	s.say(who, "申请调解")
	for range 8 { // what is asked depends on what was told
		switch d := s.dialogue(who); d.Step {
		case askStory:
			s.say(who, quarrels[i%len(quarrels)])
		case askWhose:
			s.say(who, "[我自己的]")
		case askOther:
			s.say(who, "隔壁老刘")
		case askHome:
			s.say(who, v.Name)
		case askWish:
			s.say(who, "修好赔钱")
		case askMe:
			s.say(who, "村民甲 13800000000")
		case askConfirm:
			s.say(who, "[对，提交]")
		}
		if s.dialogue(who).Flow == "" {
			break
		}
	}
	m := s.mediatorOf(who, mediators)
	if i%13 == 5 {
		s.move(s.now.Add(72 * time.Hour).Format("2006-01-02 15:04")) // the first one asked keeps silent
		m = s.mediatorOf(who, mediators)
	}
	if m == "" {
		return // the judicial office has it
	}
	s.say(m, "[受理]")
	s.say(m, "[补资料]")
	s.say(m, "男 汉族 50岁 农民 "+v.Name+"3组 其余不详")
	s.say(m, "男 汉族 51岁 农民 "+v.Name+"4组 其余不详")
	if i%8 == 3 {
		s.say(m, "[对方不愿意]")
		s.say(m, "[结案]")
		return
	}
	s.say(m, "[对方愿意]")
	s.say(m, "[约时间]")
	at := s.now.Add(24 * time.Hour).In(knowledge.Shanghai)
	s.say(m, at.Format("2006年1月2日")+"上午9点 村委会")
	s.say(m, "[定"+casework.Say(time.Date(at.Year(), at.Month(), at.Day(), 9, 0, 0, 0, knowledge.Shanghai), s.now)+"]")
	s.move(at.Format("2006-01-02") + " 11:00")
	s.say(m, "[记一次调解]")
	s.say(m, "两边都说了，各让一步。")
	if i%8 == 7 {
		s.say(m, "[调不成]")
		s.say(m, "两边差得太远")
		s.say(m, "[结案]")
		return
	}
	s.say(m, "[写协议]")
	s.say(m, "对方于"+s.now.AddDate(0, 0, 10).In(knowledge.Shanghai).Format("2006年1月2日")+"前修好，并以现金支付申请人500元。")
	if i%2 == 0 {
		s.say(m, "[写成书面协议]")
		s.say(m, "[双方都签了]")
	} else {
		s.say(m, "[口头协议]")
		s.say(m, "[双方都认]")
	}
	if i%16 == 9 {
		return // still to be performed
	}
	s.say(m, "[履行了]")
	s.say(m, "[回访]")
	s.say(m, "上门看了，做到了")
	s.say(m, "[核对身份证]")
	s.say(m, "[结案]")
}

func (s *stage) dialogue(who string) *dialogue {
	var d *dialogue
	s.view(func(v *ledger.View) error {
		c, err := ledger.FindChat(v, Web, who)
		if err == nil {
			d = readDialogue(c.State)
		}
		return err
	})
	return d
}

func (s *stage) view(f func(v *ledger.View) error) {
	s.t.Helper()
	if err := s.e.Ledger.View(context.Background(), f); err != nil {
		s.t.Fatal(err)
	}
}

// mediatorOf returns the chat of whoever has the latest dispute of a chat.
func (s *stage) mediatorOf(who string, mediators []string) (name string) {
	s.view(func(v *ledger.View) error {
		c, err := ledger.FindChat(v, Web, who)
		if err != nil {
			return err
		}
		list, err := ledger.DisputesOfChat(v, c.ID, 1)
		if err != nil || len(list) == 0 {
			s.t.Fatalf("%s has no dispute: %v", who, err)
		}
		for _, m := range mediators {
			if c, err := ledger.FindChat(v, Web, m); err == nil && c.Person == list[0].Mediator && c.Person != 0 {
				name = m
			}
		}
		return nil
	})
	return name
}

func (s *stage) judgeYear(mediators []string) {
	states, load, late := map[string]int{}, map[int64]int{}, 0
	s.view(func(v *ledger.View) error {
		return ledger.EveryDispute(v, func(d *ledger.Dispute) error {
			states[d.State]++
			load[d.Mediator]++
			k, err := readMediation(v, d)
			if err != nil {
				return err
			}
			if k.rules.Late(s.now) {
				late++
			}
			if k.rules.State == casework.Closed && (len(k.rules.Missing()) > 0 || d.No == 0) {
				s.t.Errorf("dispute %d is closed without %v", d.ID, k.rules.Missing())
			}
			papers, err := ledger.PapersOf(v, d.ID)
			if err != nil {
				return err
			}
			for _, p := range papers {
				if len(p.Body) < 1000 || p.Page == "" && p.Item != bundleItem {
					s.t.Errorf("dispute %d: %s is empty", d.ID, p.Item)
				}
			}
			return nil
		})
	})
	total, most := 0, 0
	for _, n := range load {
		total += n
		most = max(most, n)
	}
	mean := float64(total) / float64(len(mediators))
	s.t.Logf("%d disputes, states %v, %d late, most %d of one mediator, mean %.1f", total, states, late, most, mean)
	if total != *disputes || states[string(casework.Closed)] < total*3/4 {
		s.t.Errorf("%d disputes, %d closed", total, states[string(casework.Closed)])
	}
	if total >= 3*len(mediators) && float64(most) > 1.5*mean {
		s.t.Errorf("one mediator has %d, the mean is %.1f", most, mean)
	}
}
