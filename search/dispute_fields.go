package search

import (
	"slices"
	"strings"
)

// disputeFields are fields of life that a quarrel is about. The classifiers see
// them, alone and by two, beside the characters: what they learn of 板栗 holds
// for 核桃 too. The first ones, up to disputePairs, say who quarrels over what;
// their order is free.
var disputeFields = marks(
	"spouse", "两口子 老公 老婆 男人 婆娘 媳妇 堂客 离婚 前夫 前妻 结婚 婚姻 婚后 分居 复婚 再婚 二婚 改嫁 小三 外遇 扯证 婚前 丈夫 妻子 夫妻 娘家 婆家 女方 男方 对象 女朋友 男朋友 耍朋友 同居",
	"betrothal", "彩礼 订婚 定亲 退婚 悔婚 三金 五金 见面礼 嫁妆 婚约 媒人 媒婆 婚事 相亲 财礼",
	"care", "赡养 养老 生活费 抚养 抚养费 养活 不养 不管老 轮流养 轮到 看娃儿 看孩子 探视 养我 不肯接 伺候 照看 照顾 带娃 护理费 瘫",
	"heir", "遗产 遗嘱 继承 分家 存折 家产 老屋归 房子给 丧葬费 抚恤金 分单 走了以后 过世 去世 死后 留下 祖业 老房子",
	"kin", "婆子妈 婆婆 公公 公婆 爸 妈 爹 娘 老汉 老的 老人 儿子 女儿 女 幺儿 兄弟 弟弟 哥 嫂 姐 妹 弟 姊妹 弟兄 姑 叔 伯 舅 姨 侄 孙 女婿 岳 丈母 丈人 妯娌 小叔 堂 亲家 外婆 爷爷 奶奶 继父 后妈 老母亲 大伯 二叔 幺 幺爸 妹夫 姐夫 舅子 表哥 表弟 儿媳 爹妈 爸妈 养父 亲生 弟媳 孙儿",
	"kid", "娃儿 娃娃 孩子 小孩 学生 小娃 细娃 崽 孙子 孙女 小儿",
	"neighbour", "邻居 隔壁 对门 左邻 右舍 屋后 后头那家 前头那家 上头那家 下头那家 院坝 院子 挨到 边上那家 两家 共用 共墙 院墙 邻舍 坎上 坎下 坎上那家 坎下那家 一湾 同院 前后屋 挨着 房子挨 两隔壁 屋前屋后 对面那家",
	"daily nuisance", "吵 闹 噪音 噪声 音响 坝坝舞 打麻将 麻将馆 臭 烟子 烟囱 油烟 狗叫 叫一夜 半夜 睡不着 挡 遮 光线 采光 阴到 滴水 屋檐 檐沟 阳沟 排水 污水 脏水 潲水 垃圾 柴 堆 巷 过路 通行 便道 走不过 路口 门口 树枝 树根 竹 风水 监控 摄像头 水管 水井 井水 化粪池 厕所 鸡 鸭 猫 狗 骂 闲话 葱子 菜园 冲水 围墙 堵起 晒坝 空调 唢呐 打鼓 唱歌 喇叭 铁门 横起车 不准我过 不让过 堵了 葡萄架 丝瓜 镜子 屙 尿 扔 乱丢 瓦 台阶 下水",
	"house", "房子 修房 建房 盖房 老屋 新房 屋基 宅基地 地基 宅基 房产证 地界 滴水线 墙脚 共墙 山墙 围墙 房屋 平房 砖房 瓦房 土墙房 楼 起房 搭棚 车库 猪圈 堂屋 院墙 堡坎 违建 违章 四至 房基 房梁 屋脊 滴水沟 化粪池 台阶",
	"building work", "包工 施工 装修 泥水匠 匠人 师傅 返工 质量 漏水 漏雨 裂缝 尾款 砌 粉墙 贴砖 瓷砖 防水 工期 木匠 门窗 彩钢 屋顶 铺砖 做的 验收 水电工",
	"renting", "租房 房东 租客 房客 房租 押金 门面 租金 租期 出租屋 退租 租的 租给 铺面 转租 合租 二房东",
	"house trade", "买房 卖房 过户 买的房 卖给他的房 二手房 房款 房屋买卖 买了他的房 定金买房",
	"loan", "借钱 借款 欠条 借条 欠我 欠钱 欠款 还钱 不还 还不起 利息 本金 分利 催债 讨债 要债 要账 讨账 放债 高利 放款 债 借我 借了 借出 微信转 条子 白条 打的条 赊",
	"guarantee", "担保 保证人 作保 贷款 信用社 银行 农商行 邮政 网贷 信用卡 抵押 按揭 保险公司 保险 理赔 小额贷 贷",
	"trade", "卖给 买他 卖了 收购 货款 定金 订金 贩子 老板收 过秤 结账 价钱 卖的 买的 一车 拉走 尾款 赊 欠货 退货 斤两 买卖 转让 订货 供货 差价 中介 加盟 入股 合同 协议 违约 会钱 起会 合伙 散伙 分红 亏 股份 承揽 定做 拉货 运费",
	"day labour", "摘 工钱 点工 一天 做工 帮他拉 帮他修 包活 小工 零工 活路 挖机 干完 做完 请我做 给人家做 砍柴 栽树 摘茶 背 挑",
	"farm", "秧 谷子 稻 苞谷 油菜 庄稼 麦 菜地 田 犁 旋耕 收割机 插秧 播种 种子 农药 化肥 除草剂 打药 喷药 飘 灌溉 放水 抽水 水渠 堰 晒谷 烤烟 桑 蚕 花椒 柑 李子 果 茶 榨菜 西瓜 红苕 洋芋 药材 菌 大棚 苗 嫁接 无人机 耕 减产 收成 青苗 机耕 农机",
	"livestock", "牛 猪 羊 鸡 鸭 鹅 鱼 蜂 蜂箱 鱼塘 养殖 鸡苗 鸭苗 猪崽 羔 饲料 喂 牲口 泥鳅 虾 网箱 母猪 兔 马",
	"agri firm", "合作社 订单 公司收 保底 农资 种子公司 流转公司 龙头企业 基地 社员 农资店 农业公司 理事长 苗木 包销 回收",
	"hurt", "医药费 药费 医疗费 住院 骨折 断了 受伤 伤 摔 跌 缝 出血 流血 咬 烫 烧伤 砸到 扭 扭伤 闪了 肿 疼 痛 脑震荡 腿 手杆 脚杆 肋 腰 眼睛 牙 误工费 伤残 抓伤 挫 破皮 瘸 疤 疫苗",
	"death", "死了 淹死 摔死 压死 撞死 打死 毒死 没了 去世 死者 家属 丧命 身亡 没救 抢救无效 抬回来 病死 出人命 电死 烧死 砸死 害死 棺材",
	"helper hurt", "帮忙 帮工 帮他 请我 请他 喊我 喊我去 雇 主家 主人 做活 上梁 砍树 架子 脚手架 梯子 抬",
	"fight", "打架 打了 打伤 打我 打人 推 抓 扯 扭打 动手 揍 捶 踢 砸 殴打 打成 推倒 拳 扇 耳光 吵打",
	"break", "摔了 打烂 砸烂 撞烂 踢碎 碰坏 弄坏 打碎 压坏 烧了 撕烂 倒了 划 损坏 搞坏 打破 弄断 扔",
	"forest", "山林 林地 自留山 林子 树 松树 柏树 杉树 竹林 砍树 砍了 界石 界桩 山界 林权 坡上 荒山 公山 退耕还林 油桐 桐子 板栗 果树 松 柏 杉 山上 砍 柴山 木料 油锯",
	"field", "承包地 承包 自留地 田坎 田埂 土地 地界 换地 互换 包地 转包 流转 种我的 一亩 分地 开荒 荒地 确权 地里 种了 田 土 坟埋 坡地 抛荒 占地 租地 边界 水田 旱地 承包证 种熟",
	"expropriation", "征地 征收 征了 拆迁 补偿款 安置 青苗费 迁坟 搬迁 过渡费 安置房 占地款 土地款 征 拆房 高速 铁路 修路占 高铁 水库移民 移民 指挥部 区片价 占了我 临时用地 复耕 复垦 补偿标准 补偿费 丈量 工业园 项目 电塔 铁塔 管道",
	"village", "村干部 村主任 书记 支书 组长 队长 队上 组里 村上 村委 村委会 集体 社员 村民大会 成员大会 代表会 集体经济 分红 成员 户口 外嫁 嫁出去 上门 入赘 低保 评低保 公示 账目 账不公开 选举 选票 换届 集资 筹资 一事一议 公益 村规 民约 社长 村里 社里 股权 名额 指标 补助 补贴 贫困 危房改造 五保 村务 公开 残疾 公益岗 义务工 摊钱 凑钱 摊派 建档立卡 扶贫 救助金 卫生费 承包费 没开会 集体山 捐款 值班 打扫卫生 垃圾费 分片 组上 评危房 困难户 检举 村长 老支书 会计 出纳",
	"pollution", "臭 粪 污水 废水 灰尘 粉尘 冒烟 黑烟 烧塑料 熏 环保 污染 味道 噪音 砂石厂 采石场 砖厂 养猪场 屠宰 排到 毒水 化工 油 渗 垃圾 苍蝇 气味 呛 排放 偷排 暗管 洗沙 酒厂 搅拌站 矿 废渣 死猪 焚烧 烧垃圾 烧秸秆 泥浆 灰 灰浆 尿水 尿骚 骚味 酸水 血水 冒黑烟 呛人 臭气 粪坑 沤粪 油漆味 烧电线 锯末 变色 黑水 排黄水 臭水 机器响 轰隆",
	"work", "工资 厂 厂里 上班 下班 老板 公司 单位 辞退 辞职 开除 加班 社保 劳动合同 仲裁 工伤 经济补偿 补偿金 赔偿金 试用期 包工头 农民工 工地 欠薪 劳动 班组 工人 员工 打工 底薪 工龄 砖厂 饭馆 工友 经理 保安 带班 讨薪 年休假 双倍工资 用工 计件 外卖 平台 招工 裁员 离职",
	"traffic", "车 摩托 面包车 货车 三轮 电动车 电瓶车 撞 刮 蹭 追尾 交警 肇事 逃逸 主责 全责 同等责任 事故 司机 驾驶 酒驾 后视镜 倒车 超车 车祸 交强险 骑 拖拉机 翻车 行驶 保险杠 碰瓷 会车 驾照 代驾 责任认定",
	"medical", "医院 医生 卫生院 卫生室 村医 诊所 手术 打针 输液 误诊 药 病历 开刀 接生 住院 检查费 护士 拔牙 牙 麻醉 挂号 疫苗 医保 病人 处方 中医 推拿 医疗 化验 开错 救护车 赤脚医生 难产 针灸 病",
	"shop", "店 超市 商家 网上买 网购 快递 退货 换货 保修 三包 发票 赶场买 商场 充值 会员卡 办卡 美容 健身 手机 冰箱 电视 洗衣机 电饭煲 电磁炉 热水器 电器 家电 过期 假货 假酒 假烟 质量问题 不给换 不退 奶粉 吃坏 保健品 培训班 消费 老板卖 营业厅 客服 商店 假的 衣服 鞋 饭店 餐馆 小卖部 摊 家具 床垫 套餐 宽带 流量 平台 二手车",
	"estate", "物业 小区 业主 电梯 楼道 楼上 楼下 物业费 安置小区 安置房 停车位 车位 天花板 防水 保安 门禁 维修基金 开发商 顶楼 五楼 三楼 二楼 业委会 公摊 水压 管道 绿化 单元",
	"name", "造谣 名声 名誉 道歉 诽谤 抖音 微信群 朋友圈 群里 网上 发视频 照片 骂我 说我 闲话 谣言 编 偷人 隐私 人肉 谣 散布 冤枉 污蔑 脸面 抬不起头 挂出来 搜我身 走后门 说我偷 说我贪",
	"custom", "酒席 礼钱 人情 送礼 随礼 办酒 白事 红事 族谱 祠堂 宗族 祖坟 祖先 坟 碑 庙 香火 清明 上坟 扫墓 舞龙 拜 祭 家谱 挂青 道士 祖宗 风俗 迷信 算命 族",
	"crime words", "偷 抢 骗 诈骗 毒 强奸 猥亵 摸 拐 绑 敲诈 勒索 砍 刀 纵火 放火 投毒 传销 赌 冒充 假冒",
	"authority", "镇上 镇里 镇政府 乡政府 政府 县里 县上 公安 派出所 交警 法院 法官 人社局 社保局 民政局 林业局 林业站 环保局 生态环境局 国土 自然资源 城管 执法 住建局 市监局 市场监管 卫健委 仲裁委 检察院 信访局 医保局 登记中心 规划 税务 消防 监委 纪委 农业局 农委 交通局 水利局 劳动监察",
	"ruling", "判 判决 裁定 裁决 决定 通知书 认定 处罚 罚款 罚了 拘留 吊销 责令 强制执行 起诉 复议 复核 不予 不批 鉴定 登记 驳回 受理 立案",
	"in-laws", "婆子妈 婆媳 婆婆 公婆 儿媳 媳妇 前夫 前妻 老公 老婆 堂客 婆娘 屋头那个 我男人 他男人 他婆娘 妯娌 丈母娘 岳父 女婿 亲家 继父 后妈 两口子 夫妻 嫂子 小叔 小姑 姑嫂 弟媳 娘家 婆家 落屋 不敢回去 不敢回屋 回娘屋 回娘家 跟我离 我屋头",
	"between brothers", "弟兄 两兄弟 几姊妹 几兄妹 姊妹 兄妹 大哥 二哥 老大 老二 老幺 老三 幺弟 幺妹 大姐 三个儿子 两个儿子 几个子女 儿女 偏心",
	"pets", "狗 猫 鸡 鸭 鹅 公鸡 恶狗 看家狗",
	"crops eaten", "吃完 啃 拱 踩 践踏 糟蹋 踏 吃了我 吃光 啄",
	"fight over", "为排水 排水 为过路 过道 放水 挡水 倒水 阳沟 滴水 院坝 晒坝 占道 争水 抢水 倒垃圾",
	"things ruined", "倒到沟 倒了我 扔到 泼 踩烂 砸烂 砸了 撕 摔了我 摔烂 推倒了 烧了我 剪烂 戳破 划 拔了 丢到 弄坏 打烂 打碎 砸坏 撞烂 打坏 扎了 踢翻 砍了我院 割烂 推平 收走 丢了 甩出来 倒我 泼了 毁了 拔我 剪了 踩了",
	"shared cost", "集资 出了钱 出钱 交了钱 摊钱 凑钱 筹 没交钱 没出 不出钱 一分不出 每户 按户 按人头 义务工 公用 便道 修路 水泥路 硬化 路灯 自来水管",
	"court only", "法院 判 官司 法官 执行 上诉 再审",
	"drown or fall", "淹 堰塘 水池 沙坑 沙凼 井 粪坑 围栏 护栏 盖子 警示 没围 没盖 洞 落水 溺",
	"vehicle", "摩托 面包车 货车 三轮 电动车 电瓶车 轿车 后视镜 反光镜 车门 倒车 会车 追尾 交警 肇事 逃逸 主责 全责 同等责任 责任认定 事故 司机 车祸 交强险 保险杠 刮擦 擦挂 刮烂 刮花 撞车 撞了人 骑车 开车 校车 驾驶 酒驾 车牌 急刹 公交 班车 我的车 我车",
	"employment", "工资 辞退 辞职 开除 加班 社保 劳动合同 工伤 经济补偿 试用期 包工头 农民工 工地 欠薪 工龄 上班 厂里 裁员 讨薪 年休假 双倍 计件 职业病 尘肺 下岗 班组 小工 停工 离职 解雇 不要我 喊我走 学徒 洗碗 端盘子 招工 分拣 竞业 劝退 塔吊 劳务 保洁 退休 讨工资 结工资 分包 总包 工钱没 工友 上夜班 老板押 干了半年 干了两个月 干了一年 作坊 夜班 月薪 扣我工资 罚我工资 站长 社保局 监察 仲裁 旷工 请假 伙食费 项目部 欠我们 洗碗工 保安 外卖 家政 打工的",
	"clinic", "医院 医生 卫生院 卫生室 村医 诊所 打针 输液 吊针 误诊 病历 接生 护士 拔牙 挂号 接种 挂水 检查费 处方 医疗事故 看病 扎针 气胸 钢板 中医馆 拔火罐 按摩 颈椎 打胎 化疗 体检 陪护 护工 护理院 牙科 眼镜 种牙 郎中 慢病 清单 床位费 血型 病理 疫苗 急诊 抢救 专家 化验 医保 手术 开刀 麻药 针灸 住院押金 病人 药方 开药 药吃",
	"seller", "商家 店里 超市 网购 网上买 手机店 保修 退货 换货 充值 会员 办卡 充卡 美容 健身 冰箱 电视 洗衣机 家电 赶场买 街上买 过期 假货 翻新 三包 客服 营业厅 买的手机 买的电 买的冰 买到 保健品 推销 讲课 快递 老板不退 质量 照相馆 婚纱照 照片洗 金手镯 金戒指 燃气公司 自来水公司 天然气 培训班 学费 教育机构 旅游团 秤 短斤少两 缝纫店 裁缝 理发 小卖部 馒头 豆腐 假酒 土鸡蛋 陈米 中奖 刷单 口罩 网上 微信上卖 床垫 酒店 宾馆 奶粉 买来 买了 专卖店 商场 电信 移动 宽带 套餐 干洗 饭店吃 外卖吃 维修 售后",
	"farm deal", "合作社 订单 保底 收购 种子 农药 化肥 鸡苗 鸭苗 秧苗 苗木 农资 公司收 包收 回收价 流转公司 社员 代耕 机耕 收割机 旋耕机 犁田 打药 无人机 假种子 烘干 增氧机 滴灌 碾米 提灌站 打谷机 孵化 果苗 嫁接 剪枝 农机 减产 养殖 大棚 毒饵 除草剂 草甘膦 喷药 发芽 出苗 抽穗 绝收 耕田机 插秧机 育秧 种苗 代销 辣椒 药材 收果 订的",
	"water fight", "放水 抽水 灌溉 水渠 堰沟 水口 鱼塘 堰塘 泡田 抢水 水源",
	"grave", "坟 碑 族谱 家谱 祠堂 祖坟 墓 祖宗 清明 挂青 上坟 宗族 房人 牌位",
	"feast", "酒席 办酒 礼钱 人情 随礼 送礼 吃席 坐席 红白 吊孝 满月酒 寿酒 还礼",
	"loan words", "欠条 借条 借我 借钱 借款 借了我 欠我 利息 还钱 担保 放债 高利 讨债 追债 催债 要债 要账 讨账 逼债 债主 作保 还款",
	"bargain", "卖给 定金 订金 货款 说好 收货 买他 过秤 一车 斤 结账 卖了 尾款 白条 转让 合伙 散伙 入股 亏了 账算 算账 算不拢 承包 合同",
	"rivalry", "抢客 招牌 抢生意 摊位 拉客 同行 生意 农家乐 顾客 客人 抢摊 价格战 餐馆挨 开店就在 拉我的客 客源 摆摊 抢 店对面",
	"survey", "界石 界桩 地界 山界 界址 界线 老界 边界 四至 过界 越界 占我三行 往我这边 挤 多耕 多犁 石头为界 老界石 界内",
	"compensation money", "青苗 迁坟 征地 征收 征了 拆迁 安置 过渡费 补偿款 占地款 土地款 高速 铁路 修路占 复耕 临时占 指挥部 工业园 施工便道 爆破 隧道 震裂 震开 放炮 搬迁 停业补偿 施工方 施工队 施工车 完工 占我地 占的地 征地款 征地分 人头费 分征地 水电站 铁塔 埋管 管道公司 补偿给",
)

// A lean is what a mediator knows of where a quarrel belongs that examples
// teach badly: it adds to the log-odds of a category.
type lean struct {
	category string
	why      string
	every    []uint64 // of each at least one field
	none     uint64
	words    []string // at least one of them, unless there are none
	by       float64
}

func (l *lean) fits(fields uint64, text string) bool {
	for _, e := range l.every {
		if fields&e == 0 {
			return false
		}
	}
	return fields&l.none == 0 && (len(l.words) == 0 || slices.ContainsFunc(l.words, func(w string) bool { return strings.Contains(text, w) }))
}

func fieldBits(names ...string) uint64 {
	out := uint64(0)
	for i, m := range disputeFields {
		if slices.Contains(names, m.name) {
			out |= 1 << i
		}
	}
	return out
}

var categoryLeans = []lean{
	{category: "损害赔偿纠纷", why: "人死了或落水，不是在做工、看病、车上", by: 4,
		every: []uint64{fieldBits("death", "drown or fall")}, none: fieldBits("employment", "clinic", "vehicle", "estate", "pollution", "expropriation", "pets", "livestock"),
		words: strings.Fields("淹死 淹了 溺水 溺死 摔死 压死 砸死 电死 人没了 娃儿没了 就没了 里没了 掉进")},
	{category: "邻里纠纷", why: "家里喂的狗猫伤了小家禽", by: 3, every: []uint64{fieldBits("pets")},
		words: strings.Fields("咬死我 咬死了我 叼走 拖走 咬死几 咬死七 咬死三 咬死两")},
	{category: "邻里纠纷", why: "为排水、过路、院坝起的手", by: 2.5, every: []uint64{fieldBits("fight over"), fieldBits("fight")}, none: fieldBits("field", "farm", "forest")},
	{category: "损害赔偿纠纷", why: "故意弄坏东西", by: 2.5, every: []uint64{fieldBits("things ruined")},
		words: strings.Fields("他把我 她把我 把我家的 把我屋的 把我晒 把我晾 把我种 把我买 把我放"), none: fieldBits("livestock", "house", "field", "forest", "vehicle", "estate", "farm deal", "employment", "building work", "renting", "seller", "grave", "expropriation")},
	{category: "婚姻家庭纠纷", why: "屋里人动手", by: 3, every: []uint64{fieldBits("fight")},
		words: strings.Fields("又打我 喝酒打我 喝醉打我 喝了酒打 喝麻 不敢回去 不敢回屋 不敢落屋 不敢回家 打我和娃 打我妈 打我们娘"), none: fieldBits("loan words", "employment", "neighbour", "estate", "renting")},
	{category: "婚姻家庭纠纷", why: "说的是屋里人", by: 2, every: []uint64{fieldBits("in-laws", "betrothal", "care")},
		none: fieldBits("vehicle", "compensation money", "clinic", "loan words", "estate", "employment", "neighbour", "seller", "village", "custom", "bargain", "traffic", "medical", "field", "forest")},
	{category: "村务管理纠纷", why: "大家出钱的公用设施", by: 1.5, every: []uint64{fieldBits("shared cost")}, words: strings.Fields("集资 出了钱 交了钱 摊钱 每户 按户 没交钱 也在用 没出也 义务工"), none: fieldBits("care", "in-laws", "between brothers", "loan words", "bargain")},
	{category: "征地拆迁纠纷", why: "征地拆迁的钱和地", by: 1.5, every: []uint64{fieldBits("compensation money")}, words: strings.Fields("征地 征收 征了 拆迁 青苗费 青苗补偿 迁坟 过渡费 补偿款 指挥部 占地款 复耕")},
	{category: "道路交通事故纠纷", why: "车碰了", by: 1.5, every: []uint64{fieldBits("vehicle")}, words: strings.Fields("后视镜 反光镜 追尾 会车 交警 撞了人 撞车 肇事 逃逸 车祸 刮烂 刮花 刮了 蹭 责任认定 主责 全责"), none: fieldBits("employment")},
	{category: "其他纠纷", why: "捡到、牵走的东西不还", by: 3, words: strings.Fields("捡到 捡了 拾到 走丢了他 我掉的 牵起不还 关起不给 扣了我 不归还 捡的"), none: fieldBits("employment", "vehicle", "seller", "estate", "authority")},
	{category: "合同纠纷", why: "拿了钱不干活、不办事，不是欠工资", by: 3, words: strings.Fields("拿了 收了 付了 交了 给了他"), every: []uint64{fieldBits("building work", "employment", "bargain", "trade", "house")},
		none: fieldBits("seller", "shop", "estate", "clinic", "expropriation", "care", "betrothal", "in-laws", "rivalry")},
	{category: "合同纠纷", why: "租金没给", by: 2, words: strings.Fields("租金没 没给租金 不给租金 租金不 欠租 租子 租金三年 租金拖 不付租"), none: fieldBits("estate", "house", "village")},
	{category: "生产经营纠纷", why: "同行抢生意", by: 2.5, every: []uint64{fieldBits("rivalry")}, words: strings.Fields("抢客 抢生意 拉客 拉我的客 招牌 同行 抢摊 揽客 抢顾客 开店就在")},
	{category: "房屋宅基地纠纷", why: "挖地基、修房伤了别家的房", by: 2, every: []uint64{fieldBits("house")}, words: strings.Fields("挖地基 下基脚 打桩 挖屋基 修房 拆房 震裂 裂了 墙斜"), none: fieldBits("expropriation", "compensation money", "building work", "estate", "hurt")},
	{category: "损害赔偿纠纷", why: "侵害人身", by: 3, words: strings.Fields("欺负了我女 欺负我女 糟蹋 强奸 猥亵 摸我女 摸我娃 动手动脚 摸我孙"), none: fieldBits("employment")},
	{category: "征地拆迁纠纷", why: "嫌补偿标准低", by: 2.5, words: strings.Fields("每亩补偿 每亩给 一亩补 补偿太低 补偿标准 补偿低 青苗价")},
	{category: "物业纠纷", why: "一栋楼里共用的地方", by: 2, words: strings.Fields("楼道 天台 单元门 电梯 楼上养 楼上洗 楼上的 楼上往 楼上漏 顶层 业主 我家雨棚 一栋楼"),
		none: fieldBits("name", "renting", "employment", "grave", "expropriation")},
	{category: "医疗纠纷", why: "看病治坏了", by: 2.5, words: strings.Fields("开刀 手术 胃镜 结扎 接骨 转院 封闭针 打封闭 预防针 接种 打吊针 输液 补牙 拔牙 智齿 剖腹产 脑梗 误诊 切口 接生 种牙 皮试 扎针"),
		none: fieldBits("fight", "vehicle", "pets", "livestock", "employment", "helper hurt", "heir", "loan words")},
	{category: "消费纠纷", why: "装修安装做得不好", by: 2, words: strings.Fields("橱柜 地砖 瓷砖 墙砖 吊顶 衣柜 粉刷 刷墙 装修 铺的地 热水器 灶台面 做防水 装太阳能 安的太阳能"),
		none: fieldBits("neighbour", "renting", "estate", "hurt", "things ruined", "expropriation", "daily nuisance", "break")},
	{category: "村务管理纠纷", why: "大家凑钱出工办的事", by: 1.5, words: strings.Fields("凑的 凑钱 不凑 派工 出了力 按户摊 每户摊 每家出 工分钱 没出钱 大家都出 不出工 轮到他家就"),
		none: fieldBits("care", "in-laws", "between brothers", "loan words", "bargain", "heir", "grave", "estate")},
	{category: "征地拆迁纠纷", why: "征拆或公家工程的施工", by: 2, words: strings.Fields("工地的泥浆 变电站施工 光伏 电站占 修桥的 推土机 铲车 拆迁办 回迁 安置面积 安置费 搬家费 青苗 征地 征收 迁坟 征了 施工便道 项目部"),
		none: fieldBits("employment", "estate", "hurt", "death")},
	{category: "损害赔偿纠纷", why: "几个人打一个，或在网上丑人", by: 2, words: strings.Fields("围到打 围在路上打 把我围 快手上 抖音上 短视频 拍我视频 发到网上 发网上 微信群 业主群"),
		none: fieldBits("seller", "in-laws", "employment", "crime words", "estate")},
	{category: "其他纠纷", why: "只说了法院和判决", by: 3, every: []uint64{fieldBits("court only")},
		none: ^fieldBits("court only", "authority", "ruling", "trade", "bargain", "name", "work")},
}
