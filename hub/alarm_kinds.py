"""What is said of each kind of alarm: how bad it is, the cause, and what a person does about it.

Knows sentences; when an alarm calls is decided in alarms.py.
"""

import msgspec

from yizhan.errors import N_

NOW, TODAY, LATER = 3, 2, 1
"""Levels: something may be lost or is frozen; somebody should act today; when there is time."""


class Kind(msgspec.Struct, frozen=True):
    """What is said of one kind of alarm: msgids with %(name)s, %(n)d, %(span)s, %(since)s …

    `label` in a few hanzi, `cause` what is the matter, `more` what is added where n is not 0,
    `todo` what a person does about it.
    """

    level: int
    label: str
    cause: str
    todo: str
    more: str = ""


KINDS = {
    "two_machines": Kind(
        NOW,
        N_("两台设备"),
        N_("%(name)s的记录从%(since)s起分成两支，两支都在往上传：有两台设备在用这个站点的身份。"),
        N_("今天派人到站点，只留一台，关掉另一台。两支的记录都收下了，没有丢。"),
    ),
    "suspected": Kind(
        NOW,
        N_("身份可疑"),
        N_("%(name)s：%(note)s。它手里的积分和名额先冻结了。"),
        N_("打电话问站长：有没有第二台设备，有没有换过卡、装回过旧系统。查清只有一台，再确认。"),
    ),
    "debt": Kind(
        NOW,
        N_("欠额"),
        N_("%(name)s有 %(n)d 处欠额：%(note)s。"),
        N_("到“额度”页看欠了什么、欠多少，问站长发出去了没有，查清以后在那里结清。"),
    ),
    "hub_debt": Kind(
        NOW,
        N_("中心欠额"),
        N_("中心有 %(n)d 处欠额：%(note)s。"),
        N_("到“额度”页存入补上。在这以前中心不发额度，站点手里的照常能用。"),
    ),
    "hub_disk": Kind(
        NOW,
        N_("中心磁盘"),
        N_("中心的磁盘只剩 %(n)d MiB。"),
        N_("清理或换大一点的磁盘。写满以后各站传不上来，但站上的记录不会丢。"),
    ),
    "frozen": Kind(
        TODAY,
        N_("额度冻结"),
        N_("%(name)s手里的额度从%(since)s起冻结着：%(note)s。"),
        N_("设备找回来、记录送齐了，就解冻；找不回来，就收回它的额度。都在“额度”页。"),
    ),
    "held_back": Kind(
        TODAY,
        N_("额度不发"),
        N_("中心恢复以后，额度从%(since)s起先不发不用。"),
        N_("各站点都补齐了，会自动恢复。有站点不会再来，到“额度”页写明原因，恢复发放。"),
    ),
    "silent": Kind(
        TODAY,
        N_("没有消息"),
        N_("%(name)s %(span)s没有消息，最后一次是%(since)s。"),
        N_("打电话问站长有没有停电、断网；都没有，请重启小盒子。站点照常服务，记录都在站上。"),
        more=N_("那时还有 %(n)d 条没有上传。"),
    ),
    "never_heard": Kind(
        TODAY,
        N_("没有联系过"),
        N_("%(name)s入网了，但还没有联系过。"),
        N_("到站点看看 python -m sync run 开了没有，屏幕右上角说什么。"),
    ),
    "backlog": Kind(
        TODAY,
        N_("积压"),
        N_("%(name)s：%(n)d 条从%(since)s起没有上传，但一直联系得上。"),
        N_("多半是线路太慢，或者路由器不让大的包通过。换一个网络，或者用 U 盘带回来。"),
    ),
    "old_image": Kind(
        TODAY,
        N_("装回旧系统"),
        N_("%(name)s的记录在%(since)s分过一次支，之后只有一支在长：多半装回了旧系统或旧卡。"),
        N_("问站长是不是换过卡、重装过。是的话就确认；不是，就按有两台设备来查。没有丢记录。"),
    ),
    "disk_low": Kind(
        TODAY,
        N_("磁盘快满"),
        N_("%(name)s的磁盘只剩 %(n)d MiB。"),
        N_("请维护的人清理或换一张大一点的卡。写满以后屏幕会说存不进去。"),
    ),
    "clock_off": Kind(
        TODAY,
        N_("钟不准"),
        N_("%(name)s的钟%(skew)s，小票和记录上的时间都不对。"),
        N_("请站长看看网络时间开了没有，电池钟的电池是不是没电了。先后次序不受影响。"),
    ),
    "hub_anew": Kind(
        TODAY,
        N_("中心重建过"),
        N_("中心重建过，还有 %(n)d 个站点没有把记录补齐：%(note)s。"),
        N_("让它们连上来，或用 U 盘带来；在这以前积分先不发不用。不再等了，就停用那个站点。"),
    ),
    "flipped": Kind(
        TODAY,
        N_("办成的又搁置"),
        N_("中心重建以前办成的 %(n)d 件事，现在没有起作用。"),
        N_("到“待查”页找到它们，请当事人重新办，或者说明一声。看完再确认。"),
    ),
    "hub_aside": Kind(
        TODAY,
        N_("中心待查"),
        N_("中心有 %(n)d 条记录收下了，但没有起作用。"),
        N_("到“待查”页一条一条看，要不要找当事人。看完再确认。"),
    ),
    "never_backed_up": Kind(
        TODAY,
        N_("没有备份"),
        N_("中心用了 %(span)s，还从来没有备份过。"),
        N_("在中心运行 python -m hub backup，备份放到另一块盘上，再设成每天自动做。"),
    ),
    "backup_old": Kind(
        TODAY,
        N_("备份旧了"),
        N_("中心已经 %(span)s没有备份，最后一次是%(since)s。"),
        N_("看看每天的备份为什么没有做：备份的盘满了没有、拔掉了没有。再手动做一次。"),
    ),
    "station_aside": Kind(
        LATER,
        N_("站上待查"),
        N_("%(name)s有 %(n)d 条记录收下了，但在站上没有起作用。"),
        N_("请站长在站长台的“要办的事”里看一看，要不要找当事人。看完再确认。"),
    ),
    "first_backup": Kind(
        LATER,
        N_("新的中心"),
        N_("这个中心还没有备份过。第一天就做好两件事，以后才放心。"),
        N_("打印恢复单，锁好：python -m hub sheet。再做一次备份，设成每天：python -m hub backup。"),
    ),
    "clock_unsure": Kind(
        LATER,
        N_("钟待校准"),
        N_("%(name)s的钟没有校准过，只是现在对得上：停一次电就可能错。"),
        N_("打开网络时间，或者装一块电池钟。先后次序不受影响。"),
    ),
    "old_version": Kind(
        LATER,
        N_("软件旧了"),
        N_("%(name)s的软件是 %(note)s，比中心的旧。"),
        N_("下次到站点时更新。旧的也能照常上传。"),
    ),
}
"""Every kind of alarm, by the name that status.json and the metrics use, the worst first."""
