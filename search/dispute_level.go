package search

import (
	"slices"

	"mingbai/knowledge"
)

// disputeSigns are word classes by which a quarrel is sent up, to the police or
// to no mediator at all. The classifier of levels sees them, alone and by two;
// levelRules decide by them.
var disputeSigns = marks(
	"judged", "法院判 法院都判 法院已经判 法院已判 判决 判决书 判给 判我 判他 判了 判下来 判缓 缓刑 法院裁 法院准予 裁定 强制执行 执行局 法院执行 传票 开庭 已经起诉 被起诉 起诉我 官司还在 官司输 打输 裁决 裁了 仲裁已经 仲裁委裁 二审 上诉 终审 生效 法院调解书 在法院打 检察院 看守所 败诉 法院拍卖 法院封",
	"act", "处理决定 处罚决定 处罚 罚款 罚我 罚了 罚得 被罚 要罚 罚单 限期 责令 通知书 决定书 裁决书 告知书 认定书 认定 定我 定的责 吊销 吊证 扣车 扣了我的车 扣证 扣分 扣了十二分 违章扣 拘留 没收 关停 取缔 停产 征收决定 补偿决定 公告 区片价 补偿标准 征地的价格 复议 复核 不予 不批 不给我批 不立案 不受理 不给我办 不给办 没批 不通过 不给我开证 不给我报 不能报 不给我评 鉴定 取消了 撤销 强拆 拆违 违建 贴了条子 贴条 限拆 批文 核准 审批 除名 登记机关 驳回 行政行为 答复 公安机关 停了",
	"objects", "不服 不认 我不同意 冤枉 你们改 给我改 改成 改过来 改判 改一下 改回 重新判 重新断 重新调 重新算 重新做 重新答复 重新评 重新罚 重新鉴定 再判 再断 再调 再评 给我撤 你们撤 喊他们撤 撤了 撤销 撤回 免了 免罚 减点 减一点 少罚 翻过来 推翻 不准拆 不搬 不拆 恢复 批一个 批了 批下来 调成 调高 提高 评高 不征 讲情 讲个情 说个情 说情 说说 说一声 说几句好话 通融 要你们 你们给我 帮我免 帮我拖 让他们 喊他们 逼他们 出面 太低 低了 太重 罚轻 罚高 求情 调下来 调掉 调回来 消了 放人 解开 另外断 另外评 帮忙把",
	"authority", "镇上 镇里 镇政府 乡政府 乡里 政府 县里 县上 公安 派出所 交警 交巡警 法院 法官 人社局 社保局 社保 民政 林业局 林业站 环保局 生态环境局 国土 自然资源 规划 城管 执法 住建局 市监局 市场监管 工商 食药监 卫健委 卫健局 仲裁委 检察院 信访局 医保局 医保中心 登记中心 税务 消防 监委 纪委 农业局 农委 交通局 水利局 劳动监察 海关 网警 鉴定委员会 选举委员会 劳动仲裁",
	"void", "选举无效 重新选 重选 买票 贿选 拉票 作废 罢免 当选 选上 婚姻无效 结婚登记撤 结婚登记 重婚 收养关系 断个亲 断绝父子 断绝关系 断绝母子 没资格参选 换届",
	"gamble", "赌债 赌账 赌钱 赌博 打牌欠 打牌输 牌桌 麻将桌 输给他 赌输 六合彩 赌场 抽头 斗地主输 炸金花 输的钱 赌资 押宝",
	"graft", "贪污 挪用 回扣 受贿 收贿 套取 套了国家 冒领 虚报 侵吞 吃了工程 私吞 举报 扶贫款 行贿 违纪",
	"secret", "偷排 偷偷 偷倒 暗管 直排 半夜排 半夜偷 晚上排 夜里排 趁下雨 渗坑 天坑倒 没有环评 偷烧 倒废渣 废渣 危废 工业垃圾",
	"crowd", "几十户 几十家 几十个 全村 全组 全队 全社 全院子 联名 几百 上百 一百多 十几户 十几家 十多户 十多家 十几个 二十几 三十几 四十几 好几十 多户 多家 家家户户 群众 大家都 集体去 堵路 堵门 上访 拉横幅 围到 聚到 一个湾 一湾人 整个小区 整个村 全小区 村民都 大家要 联合起来 一起去 都要一起 好多户 好多家 沿河 各家",
	"across", "两个村 两村 两个组 两个社 两个镇 两个乡 隔壁村 邻村 外村 邻组 隔壁组 跨村 交界 两边的群众 下游几个村 三个村 几个村 三个组 几个组 两个大姓 两个姓 上下两个 各有各的证 村和村 村跟村 组和组 组跟组",
	"death", "淹死 摔死 压死 撞死 毒死 噎死 电死 烧死 砸死 病死 医死 害死 人死了 死了人 死了一个 死一个 死了两 死者 家属 丧命 身亡 没救过来 没有抢救过来 抢救无效 没抢救 人没了 就没了 没了命 去世了 死亡 出人命 大人没了 娃儿没了 灵堂 殡仪馆 命都没 救不活 走了人",
	"grave hurt", "骨折 断了 断两 断三 手断 脚断 腿断 腰断 肋骨 手术 住院 伤残 残疾 重伤 开刀 截肢 截 瘫 脑震荡 钢板 钢钉 轧断 压断 失明 视力 昏迷 毁容 烧伤 咬穿 植皮 内出血 后遗症 起不来床 植物人 几万 级",
	"light crime", "轻伤 法医 缝了二十 缝了十 打断 砍 捅 刀 菜刀 锄头 钢管 铁棒 棒棒 木棒 酒瓶 啤酒瓶 砖头 斧 铁锹 撬棍 扁担 钢钎 打成骨折 鼻梁 打得起不 打晕 打昏 电棍 皮带 汽油 开水 硫酸 炸药 烟头",
	"beats", "打我 打老婆 打婆 打妈 打她 打娃 打老人 打人 捶我 揍我 掐我 踢我 扇我 砍我 抽我 打伤 打倒 打得 打断 打成 撵我 吊起打 家暴 动手打 打了我 打一顿 遭打 挨打 砸我 虐待 按到地上 按在地上 不给饭 打流产 推下 追我 围到打 打手 围殴",
	"threat", "威胁 放话 放狠话 扬言 弄死 打死 砍死 杀 烧了 埋了 弄残 同归于尽 见血 喊人来打 找人打 来打我 恐吓 不准走 不准出 关在 锁在 堵在 住到我 住起 睡起 泼油漆 泼红 花圈 死耗子 跳楼 跳河 就跳 守在学校 跟踪 尾随",
	"fraud", "骗 诈骗 假冒 冒充 假公司 公司是假 章也是假 假金 人跑了 跑路了 卷款 卷了 联系不上 电话打不通 人不见了 拉黑 删了 中奖 刷单 返利 碰瓷 传销 一房卖 假的身份 敲诈 勒索 裸照 免费体检 讲课卖 神药",
	"theft", "偷走 偷去 偷砍 偷了我 偷卖 盗 被偷 遭偷 偷挖 抢走 抢了 抢劫 闹鱼 投毒 药死 放火 点火烧 纵火 电鱼 炸鱼 毒鱼 强奸 猥亵 摸我女 摸娃 糟蹋 拐 卖毒 吸毒 贩 挖祖坟 挖了我家祖坟 倒农药 倒了药 炸 假钱 假币 撬 翻墙 挖我家祖坟 掘坟 假药 打胎 行凶 放毒 下药",
	"fled", "撞了就跑 撞了我就跑 撞了人就跑 撞了跑 逃逸 跑没影 人跑了车 开起跑 肇事 车跑了 撞了人把 喝酒开车 酒驾 醉驾 喝了酒开 无证驾驶 没有驾照",
	"just now", "刚才 刚刚 现在还 正在 还在现场 今早 昨晚 昨夜 昨天 马上 躲在 躲到 不敢回 趴在 压在 埋在 抢救",
	"police done", "派出所调 派出所处理 派出所出 派出所来 派出所让 派出所说 公安处罚 公安处理 民警 拘了 告诫书 处罚过他 报过警 报了警 警察来 派出所都 交警说 交警调 交警定 责任定了 交警判",
	"tried", "村上调 村里调 村委会调 村委调 支书调 村干部调 调了三 调了几 调了两 调过几 调了七 调解三次 调解过 调了好 谈不拢了 调不下 村上管不 村里管不 村上不管 村里不管 村上不敢 村上说不清 没结论 协商几回 闹了几年 吵了八年 族里调 村上喊 村支书去",
	"two papers", "两本证 两张证 两个证 两本林权证 两本宅基 都有证 也有证 各有证 都有本本 证重 重到一起 重叠 面积重 重合 两证 他的证也 证也写 都写那 有老证 有新证 他有第二轮 都盖了章 证打架 一地两证 一块地发了 两家的证 双证 同一块地",
	"paper wrong", "画进去 圈进去 写的他的名字 登到他名下 登记到 证上的面积 证丢了 图纸不对 对不上 证写错 多登 少登 错登 没有证 拿不出证 都没证 没办证 证上 确权的时候 林权证 承包证",
	"firm", "公司 厂 银行 信用社 农商行 店 超市 合作社 卫生院 医院 物业 学校 施工队 工程队 施工单位 电力 供电所 保险 平台 指挥部 开发商 项目部 协会 驾校 幼儿园 养老院 敬老院 商家 经销商 快递 移动 电信 自来水公司 诊所 药店 车行 4s 矿 砂石 采石场 搅拌站 屠宰 加油站 养殖场 猪场 农资 老板",
	"bank", "担保 保证人 作保 信用社 银行 农商行 邮政 贷款 保险公司 小额贷 网贷 融资 抵押",
	"member", "户口 外嫁 嫁出去 上门 入赘 招郎 成员 名额 低保 评上 没评 股权 分红 不给我分 不分 分不到 人头 集体收入 集体的 年底分 干部 支书 书记 村主任 账 公开 公示 公章 指标 危房 公益性岗位 补助 补贴 代表会 大会 退伍 当兵 双女 空挂 村务 没有开会 没开过会 没有开过会 暗箱 优亲厚友",
	"expert", "鉴定 检测 专家 勘界 监测 评估 尸检 几个部门 各部门 多个部门 一起管 农业专家 要各 人社和住建",
)

var (
	signSpots = newSpotter(disputeSigns)
	signTerms = func() (out [64][64]term) {
		for a := range 64 {
			for b := range 64 {
				out[a][b] = termOf("%" + string(rune(a)) + "+" + string(rune(b)))
			}
		}
		return out
	}()
)

func signBits(names ...string) uint64 {
	out := uint64(0)
	for i, m := range disputeSigns {
		for _, n := range names {
			if m.name == n {
				out |= 1 << i
			}
		}
	}
	return out
}

// A levelRule sends a dispute to a level when it bears every sign asked for and
// none that speaks against it. The first rule that fits decides.
type levelRule struct {
	level string
	why   string
	every []uint64 // of each at least one bit
	none  uint64
	in    []string // categories; all when empty
}

const (
	village = string(knowledge.LevelVillage)
	town    = string(knowledge.LevelTown)
	joint   = string(knowledge.LevelJoint)
)

var levelRules = []levelRule{
	{level: NotMediable, why: "赌债不受法律保护", every: []uint64{signBits("gamble")}, in: []string{"合同纠纷", "其他纠纷"}},
	{level: NotMediable, why: "法院、仲裁已经处理的，走上诉、再审或执行", every: []uint64{signBits("judged")}, none: signBits("police done")},
	{level: NotMediable, why: "对机关的决定不服，走复核、复议或诉讼", every: []uint64{signBits("act"), signBits("objects"), signBits("authority")}, none: signBits("tried")},
	{level: NotMediable, why: "选举、婚姻登记和身份的效力不能调解", every: []uint64{signBits("void"), signBits("objects")}},
	{level: NotMediable, why: "涉嫌违纪违法，向纪委监委或公安反映", every: []uint64{signBits("graft")}, in: []string{"村务管理纠纷"}},
	{level: NotMediable, why: "暗中排污、倾倒，向生态环境部门举报", every: []uint64{signBits("secret")}, in: []string{"环境污染纠纷"}},
	{level: PoliceFirst, why: "肇事逃逸或酒驾，先报警", every: []uint64{signBits("fled")}, none: signBits("police done", "objects")},
	{level: joint, why: "有人死亡", every: []uint64{signBits("death")}},
	{level: joint, why: "医疗损害，由专门的医疗纠纷调解组织办", every: []uint64{signBits("grave hurt")}, in: []string{"医疗纠纷"}},
	{level: joint, why: "同一块地有两本证", every: []uint64{signBits("two papers")}},
	{level: PoliceFirst, why: "家里有人动手", every: []uint64{signBits("beats")}, none: signBits("police done"), in: []string{"婚姻家庭纠纷"}},
	{level: PoliceFirst, why: "有人动手，有凶器或重伤", every: []uint64{signBits("beats"), signBits("light crime")}, none: signBits("police done")},
}

// fits reports whether the rule decides a dispute with these signs.
func (r *levelRule) fits(signs uint64, category string) bool {
	for _, e := range r.every {
		if signs&e == 0 {
			return false
		}
	}
	return signs&r.none == 0 && (len(r.in) == 0 || slices.Contains(r.in, category))
}

// levelTerms adds to a text's terms what its level depends on.
func levelTerms(b *bag, text string, category int, signs uint64, parties int) {
	all := [...]uint64{signs, settingSpots.has(text)}
	for i := range len(disputeSigns) {
		if signs>>i&1 == 0 {
			continue
		}
		b.once(signTerms[i][i], signWeight)
		b.once(signTerms[i][40+category], signWeight/2)
		for j := i + 1; j < len(disputeSigns); j++ {
			if signs>>j&1 == 1 {
				b.once(signTerms[i][j], signWeight/2)
			}
		}
	}
	for i := range settings {
		if all[1]>>i&1 == 1 {
			b.once(dangerMarks[i][i], 1)
		}
	}
	b.once(signTerms[40+category][40+category], signWeight)
	b.once(signTerms[60][min(parties, Crowd)], signWeight)
	b.once(signTerms[62][min(parties, Crowd)].and(string(rune(category))).written(), 1)
}

var signWeight = envf("SIGN", 4)
