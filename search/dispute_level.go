package search

import (
	"regexp"
	"slices"
	"strings"

	"mingbai/knowledge"
)

// disputeSigns are word classes by which a quarrel is sent up, to the police or
// to no mediator at all. The classifier of levels sees them, alone and by two;
// levelRules decide by them.
var disputeSigns = marks(
	"judged", "法院判 法院都判 法院已经判 法院已判 判决 判决书 判下来 判缓 缓刑 法院裁 法院准予 裁定 强制执行 执行局 法院执行 传票 开庭 已经起诉 被起诉 起诉我 官司还在 官司输 打输 裁决 裁了 仲裁已经 仲裁委裁 二审 上诉 终审 生效 法院调解书 在法院打 检察院 看守所 败诉 法院拍卖 法院封 法院把 法院叫 法院喊 案子判了 被判了 判了两年 判了三年 判了刑 已经判了 都判了 杀人案 法院都 法院说 执行法官 法庭判 仲裁判 仲裁庭 上了法院 打官司判 法院不 法院认 法院的判 鉴定说不是 鉴定说只 鉴定医院没得",
	"act", "处理决定 处罚决定 处罚 罚款 罚我 罚了 罚得 被罚 要罚 罚单 限期 责令 通知书 决定书 裁决书 告知书 认定书 认定 定我 定的责 吊销 吊证 扣车 扣了我的车 扣证 扣分 扣了十二分 违章扣 拘留 没收 关停 取缔 停产 征收决定 补偿决定 公告 区片价 补偿标准 征地的价格 复议 复核 不予 不批 不给我批 不立案 不受理 不给我办 不给办 没批 不通过 不给我开证 不给我报 不能报 不给我评 鉴定 取消了 撤销 强拆 拆违 违建 贴了条子 贴条 限拆 批文 核准 审批 除名 登记机关 驳回 行政行为 答复 公安机关 停了",
	"objects", "不服 不认 我不同意 冤枉 你们改 给我改 改成 改过来 改判 改一下 改回 重新判 重新断 重新调 重新算 重新做 重新答复 重新评 重新罚 重新鉴定 再判 再断 再调 再评 给我撤 你们撤 喊他们撤 撤了 撤销 撤回 免了 免罚 减点 减一点 少罚 翻过来 推翻 不准拆 不搬 不拆 恢复 批一个 批了 批下来 调成 调高 提高 评高 不征 讲情 讲个情 说个情 说情 说说 说一声 说几句好话 通融 要你们 你们给我 帮我免 帮我拖 让他们 喊他们 逼他们 出面 太低 低了 太重 罚轻 罚高 求情 调下来 调掉 调回来 消了 放人 解开 另外断 另外评 帮忙把",
	"authority", "镇上 镇里 镇政府 乡政府 乡里 政府 县里 县上 公安 派出所 交警 交巡警 法院 法官 人社局 社保局 社保 民政 林业局 林业站 环保局 生态环境局 国土 自然资源 规划 城管 执法 住建局 市监局 市场监管 工商 食药监 卫健委 卫健局 仲裁委 检察院 信访局 医保局 医保中心 登记中心 税务 消防 监委 纪委 农业局 农委 交通局 水利局 劳动监察 海关 网警 鉴定委员会 选举委员会 劳动仲裁",
	"void", "选举无效 重新选 重选 买票 贿选 拉票 作废 罢免 当选 选上 婚姻无效 结婚登记撤 结婚登记 重婚 收养关系 断个亲 断绝父子 断绝关系 断绝母子 没资格参选 换届 结婚无效 宣布无效 宣布他们 宣告婚姻 结婚证作废 选举作废 算无效 婚姻是假的 无效",
	"gamble", "私烟 假烟 开赌 赌债 赌账 赌钱 赌博 打牌欠 打牌输 牌桌 麻将桌 输给他 赌输 六合彩 赌场 抽头 斗地主输 炸金花 输的钱 赌资 押宝",
	"graft", "贪污 挪用 回扣 受贿 收贿 套取 套了国家 冒领 虚报 侵吞 吃了工程 私吞 扶贫款 行贿 违纪 贪了",
	"secret", "偷排 偷偷 偷倒 暗管 直排 半夜排 半夜偷 晚上排 夜里排 趁下雨 渗坑 天坑倒 没有环评 偷烧 倒废渣 废渣 危废 工业垃圾",
	"crowd", "几十户 几十家 几十个人 全村 全组 全队 全社 全院子 全湾 联名 几百人 几百号 上百人 上百号 一百多户 一百多家 一百多个人 一百多号 十几户 十几家 十多户 十多家 二十几户 二十几家 三十几户 三十几家 四十几户 四十几家 好几十 群众 大家都 集体去 堵路 堵工地 堵门 上访 拉横幅 围到村委会 聚到 一个湾 一湾人 整个小区 整个村 全小区 村民都 大家要 联合起来 一起去 都要一起 好多户 好多家 沿河 各家都 家长都 群体",
	"across", "两个村 两村 两个镇 两个乡 邻村 跨村 两边的群众 下游几个村 三个村 几个村 三个组 几个组 三个镇 几个镇 两个大姓 上下两个村 各有各的证 村和村 村跟村 组和组 组跟组 隔壁村和 跟隔壁村 和隔壁村 我们村和 我们村跟 我们组和 我们组跟 两个组 两个社 两个生产队 乡的都",
	"death", "人死了 死了人 死一个 死了一个 死了两 淹死 摔死 压死 撞死 毒死 噎死 电死 砸死 病死 医死 害死 死者 死亡 家属要 家属闹 家属和 丧命 身亡 没救过来 没有抢救过来 没抢救过来 抢救无效 救不活 人没了 就没了 没了命 人就没 大人没了 娃儿没了 井里没了 娃儿没保住 没保住命 灵堂搭 殡仪馆 死人 的人死了 了人死 压死人",
	"grave hurt", "骨折 断两 断三 手断 脚断 腿断 腰断 肋骨 手术 住院 伤残 残疾 重伤 开刀 截肢 截 瘫 脑震荡 钢板 钢钉 轧断 压断 失明 视力 昏迷 毁容 烧伤 咬穿 植皮 内出血 后遗症 起不来床 植物人 粉碎性 断裂 成了残 残了 轻伤 抬不起来 走不得 走路跛 一瘸一拐 住了 评了 级伤残 骨头 缝了 抢救 断指 大腿咬 胳膊断 骨断 断了腿 断了手 断了脚 手指断 断两根 脚杆断 手杆断 神经",
	"light crime", "轻伤 法医 打断 砍我 捅 打成骨折 鼻梁 打得起不 打晕 打昏 打聋 打残 打破 头打 脑壳 出血 流血 血流 缝了 抢救 开了口子 骨头都 骨折 起不来 眼睛睁不开 流产 起泡 打得站不 血印 打倒在地 把我们打伤 打伤了 开水 硫酸 住院 砍了两刀 砍了我 把我砍 脚杆断 脚断 手断 腿断 骨头断 肋骨断 腰断 打断了",
	"beats", "打我 打老婆 打婆 打妈 打她 打娃 打老人 捶我 揍我 踢我 扇我 砍我 抽我 打伤 打倒 打得 打断 打成 撵我 吊起打 家暴 动手打 打了我 打一顿 遭打 挨打 被打 砸我 虐待 按到地上 按在地上 不给饭 不给吃 只给一顿 打流产 推下 推倒 追我 围到打 打手 围殴 打人 又动手 殴打 打聋 打残 扎了 划了我 泼开水 烟头 把医生打 身上有伤 乌青 青一块 身上都是青 砍人 砍了我 砍了他 砍了两刀 把我砍 把人砍 掐我 掐的 掐颈 掐老 饿了两 饿到",
	"threat", "爬塔 爬上塔 说要跳 要跳下 站在楼顶 放话 放狠话 扬言 打死我 打死你 砍死 杀我 杀了 杀全家 烧了房 房子烧了 再烧 埋了我 弄残 同归于尽 见血 喊人来打 找人打 来打我 恐吓 不让走 不让出门 不放人 堵在屋 堵到屋 堵在店 住到我家不走 赖在我家 睡在我家 泼油漆 泼红 泼粪 花圈 死耗子 扔死 要跳楼 守在学校 在校门口 跟踪 尾随 带走了 扣起身份证 身份证扣 威胁 差点砸到 撬门 砸门 砸我门 不准走人 不准我走 不准我出 不准出去 不准出门 走不脱 锁在屋 把我锁 把我关 关在屋 关在宿舍 堵到我屋 堵到门口骂 把我家电断 砸门窗 堵在门口不走 在家门口堵 下次就抱 要推我的房 往前开 往我家院子开 砍了我全家 跳楼 砸我窗子威胁 弄死我 弄死你 弄死他 弄死全家 弄死我们 要弄死人",
	"fraud", "骗我 骗了 骗走 骗到 骗去 诈骗 被骗 遭骗 骗子收 假冒 冒充 假公司 公司是假 章也是假 地址都是假 假金 是铜的 卷款 卷了 人要跑 跑了联系 联系不上 人找不到了 人不见了 拉黑 删了我 把我删 中奖 刷单 返利 碰瓷 传销 一房卖 假的身份 敲诈 勒索 裸照 照片发给 免费体检 讲课卖 神药 刷身份证 连夜跑 店关了 快手续费 合起来哄 哄老人 哄我爸 哄我妈 说有关系 有关系能 托关系 走关系 打通关系 疏通关系 包进国企 包安排",
	"theft", "偷走 偷去 偷砍 偷了我两 偷了我的 偷卖 盗 被偷 遭偷 偷挖 挖走我 抢走 抢劫 闹我的鱼 药闹 投毒 药死我 放火 一把火 点火烧我 纵火 电鱼 炸鱼 毒鱼 强奸 猥亵 摸我女 摸娃 糟蹋 被拐 拐到 卖毒 吸毒 挖祖坟 挖我家祖坟 挖了我家祖坟 倒农药 倒了一桶 不明药水 假钱 假币 翻我家墙 翻墙 掘坟 行凶 下药 打胎 泼汽油 炸药 故意投毒 假冒我的签名 几百棵 毒气 工业酒精 黑诊所 黑砖窑 敲他的钱 要钱不给就 砸急诊 急诊室的东西砸 设灵堂 丢下两岁 一个人在屋头饿 两天没回家 活不下去 抢了我的钱 抢了我的包 抢了我手机 撬开 撬门 撬锁 撬棍 卖假药",
	"fled", "撞了就跑 撞了我就跑 撞了人就跑 撞了跑 逃逸 跑没影 人跑了车 开起跑 肇事 车跑了 撞了人把 喝酒开车 酒驾 醉驾 喝了酒开 无证驾驶 没有驾照 司机跑了 车主跑了 撞了我爸就跑 撞了人跑",
	"just now", "刚才 刚刚 现在还 正在 还在现场 今早 昨晚 昨夜 昨天 马上 躲在 躲到 不敢回 趴在 压在 埋在 抢救",
	"police done", "派出所调 派出所处理 派出所出 派出所来 派出所让 派出所说 公安处罚 公安处理 民警 拘了 告诫书 处罚过他 报过警 报了警 警察来 派出所都 交警说 交警调 交警定 责任定了 交警判 公安处理过 警察 教育了一顿 派出所已经 派出所调解过 写了调解书 公安已经",
	"tried", "村上调 村里调 村委会调 村委调 支书调 村干部调 调了三 调了几 调了两 调过几 调了七 调解三次 调解过 调了好 谈不拢了 调不下 村上管不 村里管不 村上不管 村里不管 村上不敢 村上说不清 没结论 协商几回 闹了几年 吵了八年 族里调 村上喊 村支书去",
	"two papers", "两本证 两张证 两个证 两本林权证 两本宅基 都有证 也有证 各有证 都有本本 证重 重到一起 重叠 面积重 重合 两证 他的证也 证也写 都写那 有老证 有新证 他有第二轮 都盖了章 证打架 一地两证 一块地发了 两家的证 双证 同一块地",
	"paper wrong", "画进去 圈进去 写的他的名字 登到他名下 登记到 证上的面积 证丢了 图纸不对 对不上 证写错 多登 少登 错登 没有证 拿不出证 都没证 没办证 证上 确权的时候 林权证 承包证",
	"firm", "公司 厂 银行 信用社 农商行 店 超市 合作社 卫生院 医院 物业 学校 施工队 工程队 施工单位 电力 供电所 保险 平台 指挥部 开发商 项目部 协会 驾校 幼儿园 养老院 敬老院 商家 经销商 快递 移动 电信 自来水公司 诊所 药店 车行 4s 矿 砂石 采石场 搅拌站 屠宰 加油站 养殖场 猪场 农资 老板",
	"bank", "担保 保证人 作保 信用社 银行 农商行 邮政 贷款 保险公司 小额贷 网贷 融资 抵押",
	"member", "户口 外嫁 嫁出去 上门 入赘 招郎 成员 名额 低保 评上 没评 股权 分红 不给我分 不分 分不到 人头 集体收入 集体的 年底分 干部 支书 书记 村主任 公开 公示 公章 指标 危房 公益性岗位 补助 补贴 代表会 大会 退伍 当兵 双女 空挂 村务 没有开会 没开过会 没有开过会 暗箱 优亲厚友 账目 账几年 账不 查账 队上卖 山林的钱",
	"armed", "拿刀 拿起刀 拿菜刀 拿柴刀 提刀 提起刀 提起菜刀 提起一把 拿斧 拿棒 拿木棒 拿铁棒 拿钢管 拿钢钎 拿锄头 抡起 拿铁锹 拿扁担 拿砖头 拿石头砸我 拿酒瓶 拿啤酒瓶 拿竹竿戳 拿皮带 拿扫把打 拿撬棍 拿枪 拿汽油 拿刀比 刀都拿 拿着铁棒 拿着锄头 拿着棒 拿着刀 拿电棍 拿鞭子 拿棍",
	"trade price", "用过的药 两回一样 不开单子 价格 一天一百 找零 包五年 过期药 快过期 收了两次 停车费 要收两百 多了四百 系统出来 收钱 多收 乱收 检查费 收费 押金 退费 算重 要退 不退 药比 贵三倍 报销 结账 病历 化验单 挂号 态度 小结 护工钱 摔了一跤 救护车收 找零 道歉 收了钱 价钱 药价 报七成",
	"clan", "祠堂 宗祠 家谱 族谱 宗族 族里 祖坟 墓地 房份 祖公 牌位 香火 祖宗的碑",
	"works", "施工 完工 复耕 复垦 便道 堆料 堆土 堆石 埋管 放炮 爆破 隧道 指挥部 安置房 管道公司 铁塔 高压 修公路 临时占 还原 临时用地 工程 安置人头 过渡费拖 不发过渡费 高速施工 修高速挖 铁路施工 征地测量 管道",
	"plant", "采石场 石料厂 砂石厂 砂石 搅拌站 加油站 酒厂 公司 砖厂 化工 印染 电镀 矿 屠宰场 塑料厂 厂子 工厂 洗选 石灰窑 水泥厂 养殖场臭 养殖场的粪池 养殖场排 养殖场离 养猪场 大猪场 猪公司",
	"nearby shop", "同村 邻村 组里 组上 代销点 木匠 师傅 泥工 粉刷 铺的地砖 橱柜 吊顶 衣柜 贴的墙砖 请人装 请人安 私人卖 裁缝 鞋匠 分手 搬家 小卖部 本村 村头 村口 村里 隔壁 邻居 邻居介绍 走村串户 熟人 组里那个 院子里",
	"upstairs", "楼上 楼下 对门 邻居 隔壁 一楼的 二楼的 三楼 五楼 顶楼那家 共用的楼道",
	"wounded", "住院 骨折 腿断 医药费 医疗费 误工 护理费 评残 十级 保险 牙齿 责任定 全责 同等责任 脑震荡 伤了 受伤 伤人 擦伤 伤到 撞断腿 骨断 人伤 撞断",
	"village acts", "队上不 组里不 社里不 村上收回 村委会把 村里代签 收回去发包 分给别家 发包给 包给侄儿 包给自己 包给亲戚 集体 生产队卖 登记的面积 少报",
	"small job", "作坊 油坊 豆腐坊 修车铺 砂锅店 米粉店 面馆 小店 铺子 他家 他屋 本村 隔壁 果园 鱼塘",
	"job matters", "公司 厂 工地 伤 社保 保险 合同 仲裁 辞退 开除 加班 年休 带班 包工头 超市 宾馆 饭馆 酒楼",
	"report", "我要举报 来举报 要检举 我要检举 举报他 要报案 追究刑事",
	"assault", "欺负了我女 欺负我女 糟蹋 强奸 猥亵 摸我女 摸我娃 动手动脚 摸我孙 摸娃",
	"kills crops", "鱼死 鱼全死 鱼翻 毒死 翻了肚 死了几百斤 死了两千斤 死了三千斤 庄稼全死 庄稼死 全枯 绝收",
	"many", "几十户 几十家 几十个人 全村 全组 全队 全社 几百人 几百号 上百 一百多 联名 集体去 堵路 堵门 上访 二十几户 三十几户 四十几户 三十几家 四十几家 二十几家",
	"horde", "抬起棺材 抬棺 拉棺材 死人抬到 摆灵堂 设灵堂 拉横幅堵 堵医院 堵到卫生院 堵到医院 堵诊所 不准进出",
	"expert", "鉴定 检测 专家 勘界 监测 评估 尸检 几个部门 各部门 多个部门 一起管 农业专家 要各 人社和住建",
)

var (
	signSpots = newSpotter(disputeSigns)
	signTerms = markTerms("%", 64)
)

// signBits returns the bits of the signs with these names.
func signBits(names ...string) uint64 {
	out := uint64(0)
	for i, m := range disputeSigns {
		if slices.Contains(names, m.name) {
			out |= 1 << i
		}
	}
	return out
}

// A levelRule sends a dispute to a level when it bears every sign asked for and
// none that speaks against it. The first rule that fits decides.
type levelRule struct {
	level  string
	why    string
	every  []uint64 // of each at least one bit
	none   uint64
	urgent string   // the danger there is then, if any
	in     []string // categories, of which the narrative's must be plain; all when empty
}

const (
	village = string(knowledge.LevelVillage)
	town    = string(knowledge.LevelTown)
	joint   = string(knowledge.LevelJoint)
)

var levelRules = []levelRule{
	{level: NotMediable, why: "法院、仲裁已经处理的，走上诉、再审或执行", every: []uint64{signBits("judged")}, none: signBits("police done", "armed")},
	{level: NotMediable, why: "对机关的决定不服，走复核、复议或诉讼", every: []uint64{signBits("act"), signBits("objects"), signBits("authority")}, none: signBits("tried", "armed")},
	{level: NotMediable, why: "选举、婚姻登记和身份的效力不能调解", every: []uint64{signBits("void")}, none: signBits("armed"), in: []string{"婚姻家庭纠纷", "村务管理纠纷", "其他纠纷"}},
	{level: NotMediable, why: "举报犯罪，向公安机关", every: []uint64{signBits("report")}, none: signBits("armed", "threat")},
	{level: NotMediable, why: "性侵害是犯罪，不能拿钱了结", every: []uint64{signBits("assault")}, none: signBits("just now")},
	{level: PoliceFirst, why: "聚众堵门", urgent: "violence", every: []uint64{signBits("horde")}, none: signBits("police done")},
	{level: NotMediable, why: "赌债和违法买卖不受法律保护", every: []uint64{signBits("gamble")}, none: signBits("armed", "threat"), in: []string{"合同纠纷", "其他纠纷", "消费纠纷", "邻里纠纷"}},
	{level: NotMediable, why: "涉嫌违纪违法，向纪委监委或公安反映", every: []uint64{signBits("graft")}, none: signBits("armed"), in: []string{"村务管理纠纷", "其他纠纷", "征地拆迁纠纷"}},
	{level: NotMediable, why: "暗中排污、倾倒，向生态环境部门举报", every: []uint64{signBits("secret")}, none: signBits("armed"), in: []string{"环境污染纠纷"}},
	{level: PoliceFirst, why: "拿了家伙", urgent: "violence", every: []uint64{signBits("armed")}, none: signBits("police done", "across")},
	{level: PoliceFirst, why: "威胁、拘禁或滋扰", urgent: "violence", every: []uint64{signBits("threat")}, none: signBits("police done")},
	{level: PoliceFirst, why: "肇事逃逸或酒驾", every: []uint64{signBits("fled")}, none: signBits("police done", "objects")},
	{level: PoliceFirst, why: "涉嫌偷、抢、放火、投毒、拐骗一类犯罪", every: []uint64{signBits("theft")}, none: signBits("police done")},
	{level: PoliceFirst, why: "家里有人动手或受虐待", urgent: "violence", every: []uint64{signBits("beats")}, none: signBits("police done", "tried"), in: []string{"婚姻家庭纠纷"}},
	{level: PoliceFirst, why: "有人被打伤，可能够轻伤", every: []uint64{signBits("beats"), signBits("light crime")}, none: signBits("police done")},
	{level: joint, why: "有人死亡", every: []uint64{signBits("death")}},
	{level: joint, why: "医疗损害，由专门的医疗纠纷调解组织办", none: signBits("trade price", "fraud"), in: []string{"医疗纠纷"}},
	{level: joint, why: "同一块地有两本证", every: []uint64{signBits("two papers")}, in: []string{"房屋宅基地纠纷"}},
	{level: PoliceFirst, why: "涉嫌诈骗", urgent: "fraud-in-progress", every: []uint64{signBits("fraud")}, none: signBits("crowd", "police done")},
	{level: joint, why: "跨村、跨组的群体", every: []uint64{signBits("across"), signBits("crowd")}},
	{level: joint, why: "许多户一起", every: []uint64{signBits("crowd")}, in: []string{"物业纠纷", "环境污染纠纷", "征地拆迁纠纷", "房屋宅基地纠纷", "婚姻家庭纠纷"}},
	{level: joint, why: "几十户一起", every: []uint64{signBits("many")}, in: []string{"生产经营纠纷", "消费纠纷", "合同纠纷", "村务管理纠纷", "山林土地纠纷"}},
	{level: joint, why: "污染损失要检测", every: []uint64{signBits("plant"), signBits("kills crops")}, in: []string{"环境污染纠纷"}},
	{level: joint, why: "跨村、跨组的争议", every: []uint64{signBits("across")}, in: []string{"山林土地纠纷", "邻里纠纷", "环境污染纠纷"}},
	{level: town, why: "林权证、承包证打架或写错", every: []uint64{signBits("two papers", "paper wrong")}, none: signBits("many", "across"), in: []string{"山林土地纠纷"}},
	{level: village, why: "本地小作坊的工钱", every: []uint64{signBits("small job")}, none: signBits("job matters", "crowd"), in: []string{"劳动争议"}},
	{level: town, why: "担保、贷款、保险，要和机构谈", every: []uint64{signBits("bank")}, none: signBits("crowd"), in: []string{"合同纠纷"}},
	{level: town, why: "村组自己是一方", every: []uint64{signBits("member", "village acts")}, none: signBits("many", "across"), in: []string{"村务管理纠纷"}},
	{level: town, why: "施工或安置单位是一方", every: []uint64{signBits("works")}, none: signBits("crowd", "across"), in: []string{"征地拆迁纠纷"}},
	{level: town, why: "户口和成员身份", every: []uint64{signBits("member")}, none: signBits("crowd", "across"), in: []string{"征地拆迁纠纷"}},
	{level: town, why: "企业排放", every: []uint64{signBits("plant")}, none: signBits("crowd", "across"), in: []string{"环境污染纠纷"}},
	{level: town, why: "伤得重", every: []uint64{signBits("grave hurt")}, none: signBits("crowd"), in: []string{"损害赔偿纠纷", "邻里纠纷"}},
	{level: town, why: "交通事故有人受伤或牵涉保险", every: []uint64{signBits("wounded")}, none: signBits("crowd"), in: []string{"道路交通事故纠纷"}},
	{level: town, why: "宗族之间", every: []uint64{signBits("clan")}, none: signBits("crowd", "across"), in: []string{"其他纠纷"}},
	{level: village, why: "楼上楼下邻居之间", every: []uint64{signBits("upstairs")}, none: signBits("crowd"), in: []string{"物业纠纷"}},
	{level: village, why: "本村的小买卖", every: []uint64{signBits("nearby shop")}, none: signBits("crowd"), in: []string{"消费纠纷"}},
	{level: town, why: "商家不在村里", none: signBits("crowd"), in: []string{"消费纠纷"}},
}

// soft reports whether the rule chooses among the floors of the house.
func (r *levelRule) soft() bool { return r.level != NotMediable && r.level != PoliceFirst }

// twoPapersForm finds two certificates that both claim the land.
var twoPapersForm = regexp.MustCompile(`[我他][^ ]{0,6}证[^ ]{0,4}[和跟 ].{0,6}[我他][^ ]{0,6}证.*都|[我他]有[^ ]{0,3}证 ?[我他]也?有[^ ]{0,3}证`)

// orElseForm finds a threat: if you do not, then.
var orElseForm = regexp.MustCompile(`不(?:给|还|搬|拿|签|解决|答应|赔|放)[^ ]{0,6} ?就(?:打|砍|杀|烧|埋|弄|发|抱|炸|跳|断|捅|放火|要命)|不[^ ]{1,5}不放人|再(?:养|告|来|说|种|闹)[^ ]{0,2}就(?:打|砍|杀|烧|埋|弄|再烧|炸)`)

// someFamilies suffering the same together need more than one committee, where
// three partners or four brothers do not.
const someFamilies = 5

var familiesForm = regexp.MustCompile(`[五六七八九十](?:户|家)(?:人|的|都|房|一)|[五六七八九]个子女.*(?:外省|外地|国外|在外)|[五六七八九](?:兄妹|姊妹|弟兄).*(?:外省|外地|国外|在外)`)

// manyFamilies are too many for one town committee, whatever they quarrel over.
const manyFamilies = 25

var (
	// acrossForm finds a quarrel between villages or groups.
	acrossForm = regexp.MustCompile(`(?:我们|本|这边)(?:村|组|社|队)的?人?(?:跟|和|与)[^ ]{0,6}(?:村|组|社|队|湾)[^ ]{0,3}(?:争|打|闹|抢|吵|为)`)
	// childrenForm finds children who hurt each other at play.
	childrenForm = regexp.MustCompile(`(?:娃儿|娃娃|孙子|孙女|孩子|儿子|女儿)(?:被|遭|跟|和|把)[^ ]{0,4}(?:娃儿|娃娃|同学|孩子|孙子|儿子)[^ ]{0,3}(?:推|撞|打|绊|碰|咬)|两个娃儿|娃儿(?:打架|些)`)
)

// fellingForm finds trees that are cut, which is no attack on anybody.
var fellingForm = regexp.MustCompile(`砍(?:了|掉|走|去)?我[^ ]{0,8}[树竹柏松杉林木山坡园]`)

// creatures are what dies without anybody's death.
var creatures = strings.Fields("牛 羊 猪 鸡 鸭 鹅 鱼 狗 猫 蜂 蚕 兔 树 苗 秧 柑 橘 菜 稻 苞谷 果 虾 庄稼 花 桑 谷")

// persons are whose death it is beside creatures.
var persons = strings.Fields("人死 人打死 人压死 人没 死人 人摔死 人淹死 家属 娃儿淹 娃儿死 老人死 灵堂 殡仪馆 我爸 我妈 老汉 男人 亲戚 死者 娃儿没 大人")

// signsOf returns the signs that a normalised narrative bears, a bit each.
func signsOf(text string, parties int) uint64 {
	signs := signSpots.has(strings.ReplaceAll(text, "全村群", "群"))
	if twoPapersForm.MatchString(text) {
		signs |= signBits("two papers")
	}
	if orElseForm.MatchString(text) {
		signs |= signBits("threat")
	}
	if parties >= Crowd || parties >= someFamilies && familiesForm.MatchString(text) {
		signs |= signBits("crowd")
	}
	if parties >= manyFamilies {
		signs |= signBits("many")
	}
	if acrossForm.MatchString(text) {
		signs |= signBits("across")
	}
	if childrenForm.MatchString(text) {
		signs &^= signBits("beats", "light crime", "grave hurt")
	}
	if fellingForm.MatchString(text) {
		signs &^= signBits("beats", "threat", "light crime")
	}
	has := func(w string) bool { return strings.Contains(text, w) }
	if slices.ContainsFunc(creatures, has) && !slices.ContainsFunc(persons, has) {
		signs &^= signBits("death")
	}
	return signs
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

// The rows of signTerms beyond the signs: those of the categories, and of the
// number of parties, alone and with the category.
const (
	categoryRow = 44
	partiesRow  = 60
	signWeight  = 4
)

// levelTerms adds to a narrative's terms what its level depends on.
func levelTerms(b *bag, text string, category int, signs uint64, parties int) {
	for i := range disputeSigns {
		if signs>>i&1 == 0 {
			continue
		}
		b.once(signTerms[i][i], signWeight)
		b.once(signTerms[i][categoryRow+category], signWeight/2)
		for j := i + 1; j < len(disputeSigns); j++ {
			if signs>>j&1 == 1 {
				b.once(signTerms[i][j], signWeight/2)
			}
		}
	}
	marks := settingSpots.has(text)
	for i := range settings {
		if marks>>i&1 == 1 {
			b.once(dangerMarks[i], 1)
		}
	}
	b.once(signTerms[categoryRow+category][categoryRow+category], signWeight)
	b.once(signTerms[partiesRow][min(parties, Crowd)], signWeight)
	b.once(signTerms[partiesRow+1][min(parties, Crowd)].and(string(rune(category))).written(), 1)
}
