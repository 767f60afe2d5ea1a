package casework

// A Door (其他途径) is a way on when people's mediation has ended without an
// agreement, which the committee must tell both parties of (人民调解法 第二十六条).
type Door struct {
	Name    string // 仲裁, 行政处理, 起诉
	Say     string // where to go, in plain words
	Clock   string // how long there is; empty where no text names a period
	Law     string // of the clock, or of the door
	Article string
}

var court = Door{"起诉", "到人民法院起诉，家里困难的可以申请缓交、减交、免交诉讼费。", "一般3年，从知道被侵害、知道是谁那天算起", "民法典", "第一百八十八条"}

// byCategory are the doors that stand before or beside the court.
var byCategory = map[string][]Door{
	"劳动争议": {
		{"行政处理", "欠工资的，到人力资源社会保障局的劳动监察投诉。", "", "保障农民工工资支付条例", "第十条"},
		{"仲裁", "到劳动人事争议仲裁委员会申请仲裁，不收费。", "1年；还在上班时欠的工资，离开后1年内提", "劳动争议调解仲裁法", "第二十七条"},
	},
	"山林土地纠纷": {
		{"行政处理", "争的是地、山归哪个用：请乡镇政府处理。不服处理决定，30日内到法院起诉。", "收到处理决定30日内起诉", "土地管理法", "第十四条"},
		{"仲裁", "承包、流转的纠纷：到农村土地承包仲裁委员会申请仲裁。", "2年，从知道被侵害那天算起", "农村土地承包经营纠纷调解仲裁法", "第十八条"},
	},
	"房屋宅基地纠纷": {
		{"行政处理", "争的是宅基地归哪个用：请乡镇政府处理。不服处理决定，30日内到法院起诉。", "收到处理决定30日内起诉", "土地管理法", "第十四条"},
	},
	"村务管理纠纷": {
		{"行政处理", "成员身份、分红的事：请乡镇政府或县农业农村部门调解。", "", "农村集体经济组织法", "第五十六条"},
		{"仲裁", "成员身份、分红的事：也可以到农村土地承包仲裁机构申请仲裁。", "", "农村集体经济组织法", "第五十六条"},
	},
	"消费纠纷": {
		{"行政处理", "向市场监督管理所投诉，打12315。", "", "消费者权益保护法", "第三十九条"},
		{"仲裁", "合同里写了仲裁的，向那个仲裁机构申请。", "", "消费者权益保护法", "第三十九条"},
	},
	"医疗纠纷": {
		{"行政处理", "向县卫生健康委申请行政调解。", "", "医疗纠纷预防和处理条例", "第二十二条"},
	},
	"道路交通事故纠纷": {
		{"行政处理", "请交警大队调解赔偿。", "", "道路交通安全法", "第七十四条"},
	},
}

// Doors lists the ways on for a category of dispute, the court last.
func Doors(category string) []Door {
	return append(append([]Door(nil), byCategory[category]...), court)
}
