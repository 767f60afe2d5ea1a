package casework

import "regexp"

// People are not watched. A grid worker's report, a task sent down or a place
// to be looked at must be about a thing; words that put a person, or a sort of
// persons, under watch are not taken (个人信息保护法 第六条: no more than the purpose
// needs; 第二十八条: a person's standing and movements are sensitive).

// surnames are the common ones of the region that are not also the beginning of
// a place's name (石板, 龙洞, 白果 are places).
const surnames = `赵钱孙李周吴郑王冯陈蒋沈韩杨朱秦许何吕张孔曹严魏陶姜谢邹苏潘葛范彭鲁韦马苗俞任袁柳唐罗薛雷贺倪汤郝傅齐康伍余顾孟黄穆萧尹姚邵汪毛戴宋庞熊纪舒屈项祝董梁杜阮席贾童颜郭盛徐邱骆夏蔡田樊胡凌霍莫邓洪崔龚程邢裴翁段侯刘叶黎赖谭冉覃`

const (
	// watching is what is not done to people.
	watching = `盯住|盯到|盯倒|盯紧|盯梢|盯防|盯着|监控|监视|跟踪|蹲守|稳控|管控|看住|看管|看紧|看到|摸清|摸底|留意`
	// somebody is a person as villagers name one: a pronoun, a surname with what
	// follows it, a household of a name.
	somebody = `(?:他|她|这个人|那个人|这家|那家|某|老[` + surnames + `石林江龙白文方向]|[` + surnames + `](?:[一-龥]{1,2}(?:$|[，。,. 的家和两一几每天要又去出来])|某|家|大爷|大娘|婆婆|老头|嬢|叔|哥|嫂|娃)|人员|对象|外地人|租客)`
)

var (
	// sorts are names for people by what they are held to be.
	sorts = regexp.MustCompile(`重点(?:人员|人群|对象|人头|户)|特殊人群|吸毒|涉毒|戒毒人员|刑满|刑释|劳改(?:犯|释放|回来)|社区矫正|矫正(?:对象|人员)|安置帮教|两失人员|上访(?:户|人|的|者|专业户)|信访(?:人|户|老户|对象|重点)|老上访|缠访|闹访|非访|越级访|精神病|肇事肇祸|疯子|邪教|前科|不放心(?:人|户)|风险人员|动向|行踪|思想动态`)
	// watches are acts of watching with somebody near.
	watches = regexp.MustCompile(`(?:` + watching + `)[^，。；,;]{0,6}?` + somebody + `|` + somebody + `[^，。；,;]{0,6}(?:盯住|盯到|盯倒|盯紧|监视|跟踪|蹲守|稳控|管控|看管|看紧)`)
	// bids begins an order to watch.
	bids = regexp.MustCompile(`^(?:请|要|继续|安排|派人|去|先|你|你们|帮我)*(?:` + watching + `)`)
	// suffers is somebody being watched by another: a thing that happened.
	suffers = regexp.MustCompile(`(?:有人|有个|男的|女的|陌生人|遭|被|挨)[^，。；,;]{0,6}(?:盯|跟踪|监视|监控|蹲守)`)
	// camera is 监控 as a thing on a pole.
	camera = regexp.MustCompile(`(?:装|安|的|个|家|路口|门口)了?个?监控|监控(?:坏|杆|探头|摄像|头|设备|线|被|不|歪|倒|对|照|拍|画面|室)`)
	// wanting marks words about what somebody needs.
	wanting = regexp.MustCompile(`想|要办|申请|求助|帮忙|帮他|帮她|低保|救助|困难|找工作|就业|补办|需要|生病|看病`)
	// thing is a place or a thing that can be looked at.
	thing = regexp.MustCompile(`塘|库|桥|路|坡|河|沟|井|洞|崖|岩|危房|老房|厂房|泵房|电房|站|坝|堤|渠|堰|闸|学校|小学|校门|厂|矿|林|山|涵|杆|线|变压器|牌|灯|栏|墙|楼|窖|池|码头|渡|坎|坑|滩|仓|店|市场|广场|管|屋基|屋顶|厕|棚|圈|井盖|树`)
	// place is how villagers end the name of a place.
	place = regexp.MustCompile(`[一二三四五六七八九十0-9]+[组队社号]|桥|路|沟|河|塘|库|坝|坡|湾|坪|弯|岩|洞|井|渠|堰|门口|村口|巷|场口|寨|街|旁边|对面|隔壁|院子|学校|卫生院|广场|村委会|办公室|市场|车站|山上|后山|屋后|屋前|家门|大榕树|林子`)
)

// WatchesPeople reports whether words would put a person or a sort of persons
// under watch. What happened to somebody does not: "有人跟踪她".
func WatchesPeople(text string) bool {
	if sorts.MatchString(text) {
		return true
	}
	text = camera.ReplaceAllString(text, "")
	return watches.MatchString(text) && !suffers.MatchString(text)
}

// OrdersWatch reports whether words are an order to watch people: even one that
// ends in a question, "盯住他，看他去哪里".
func OrdersWatch(text string) bool { return bids.MatchString(text) && WatchesPeople(text) }

// LabelsPeople reports whether words that ask for help call the person by a
// sort: the help is wanted, the label is not.
func LabelsPeople(text string) bool {
	return sorts.MatchString(text) && wanting.MatchString(text) && !watches.MatchString(text)
}

// NamesThing reports whether words name a place or a thing to be looked at.
func NamesThing(text string) bool { return thing.MatchString(text) }

// NamesPlace reports whether words say where something is.
func NamesPlace(text string) bool { return place.MatchString(text) }
