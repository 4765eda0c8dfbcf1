"""What can be written down about a resident by picking: codes and what people call them."""

from yizhan.errors import N_

GENDERS = {"female": N_("女"), "male": N_("男")}

HONORIFICS = (N_("阿姨"), N_("奶奶"), N_("大伯"), N_("爷爷"), N_("师傅"), N_("女士"), N_("先生"))
"""After the surname; how she likes to be called is hers to say."""

DIALECTS = {"mandarin": N_("普通话"), "local": N_("本地话"), "other": N_("别的方言")}
TEXTS = {"larger": N_("大一号的字")}
HEARINGS = {"weak": N_("听力不好，说响一点"), "deaf": N_("听不见，写给她看")}

FLAGS = {
    "alone": N_("独居"),
    "empty_nest": N_("空巢"),
    "disabled": N_("失能"),
    "low_income": N_("低保"),
}
"""Care flags: sealed, for those who need them."""

STATUSES = {
    "provisional": N_("待核实"),
    "verified": N_("已核实"),
    "moved_away": N_("已搬走"),
    "deceased": N_("已去世"),
    "merged": N_("已并入另一份"),
    "erased": N_("已删除"),
}

WAYS = {"card": N_("卡"), "slip": N_("纸条"), "phone": N_("手机号"), "idcard": N_("身份证")}
RELATIONS = {
    "daughter": N_("女儿"),
    "son": N_("儿子"),
    "spouse": N_("老伴"),
    "grandchild": N_("孙辈"),
    "relative": N_("亲戚"),
    "neighbour": N_("邻居"),
    "staff": N_("社工"),
}
