"""What the steps of a resident's record are called at the hub, in lists. Knows no record."""

from yizhan.errors import N_

EVENTS = {
    "person.verified": N_("核对居民"),
    "person.corrected": N_("改居民资料"),
    "person.moved_away": N_("居民搬走"),
    "person.died": N_("居民过世"),
    "person.returned": N_("居民回来了"),
    "person.merged": N_("合并居民"),
    "person.parted": N_("分开居民"),
    "person.kept_apart": N_("查清：是两个人"),
    "person.erased": N_("抹去居民资料"),
    "person.pin_set": N_("设三张图案"),
    "person.pin_cleared": N_("清除三张图案"),
    "card.blanked": N_("抹去卡"),
    "handle.added": N_("登记号码"),
    "handle.withdrawn": N_("停用号码"),
    "handle.blanked": N_("抹去号码"),
    "consent.given": N_("居民同意"),
    "consent.withdrawn": N_("居民收回同意"),
    "proxy.granted": N_("让人代办"),
    "proxy.ended": N_("不再让人代办"),
    "look.made": N_("看居民资料"),
    "standing.told": N_("告诉各站居民近况"),
}
