"""What every bundle says again: a text that both ends know, so that it need not travel.

A zstd dictionary of raw content (RFC 8878, section 5): the compressor refers to these bytes as
if they stood before the frame. They are part of the protocol: one byte changed here is another
protocol. What is likeliest stands last.
"""

import zstandard

_EVENT = (
    '{{"type":"{type}","source":"zhongxin","epoch":"0123456789ab","audience":"{audience}",'
    '"actor":"{actor}","clock":"synced","time":"2026-11-23T09:05:00+08:00","seq":12,'
    '"id":"019a8f2c4d5e7000800000000000000a","subject":"{subject}/019a8f2c4d5e7000800000000000000b",'
    '"data":{data}}}'
)
_ACTOR = "person/019a8f2c4d5e7000800000000000000c"
_EVENTS = (
    ("word.given", "station:", "word", '{"person":"","number":"","fixed":true,"note":""}'),
    ("person.met", "person:", "person", '{"station":""}'),
    ("rating.offered", "station:", "rating", '{"about":"","person":""}'),
    ("rating.answered", "station:", "rating", '{"face":"good"}'),
    ("order.withdrawn", "person:", "order", "{}"),
    ("order.confirmed", "person:", "order", "{}"),
    ("order.disputed", "person:", "order", '{"note":""}'),
    ("order.dispatched", "person:", "order", '{"partner":""}'),
    ("order.accepted", "person:", "order", '{"partner":""}'),
    ("order.scheduled", "person:", "order", '{"day":"2026-11-24","window":"am","worker":""}'),
    ("order.finished", "person:", "order", '{"note":"","paid_fen":1500}'),
    (
        "order.placed",
        "person:019a8f2c4d5e7000800000000000000c",
        "order",
        '{"number":"","serial":12,"station":"","service":"repair","choice":"","window":"am",'
        '"place":"home"}',
    ),
    ("ticket.withdrawn", "station:", "ticket", "{}"),
    ("ticket.called", "station:", "ticket", "{}"),
    ("ticket.finished", "station:", "ticket", '{"paid_fen":200}'),
    (
        "ticket.taken",
        "station:zhongxin",
        "ticket",
        '{"number":12,"day":"2026-11-23","service":"mend","job":"","price_fen":200,'
        '"person":"019a8f2c4d5e7000800000000000000c"}',
    ),
)
_SAID = (
    '["key","019a8f2c4d5e7000800000000000000c","',
    '["passed","',
    ',"duplicates":[0],"refused":[0],"more":true,"collecting":true,"keys":true,"given":1',
    ',"hubs":[["AbCdEfGh",1],["IjKlMnOp",12]],"taken":false',
    '{"network":"","nonce":"","time":"2026-11-23T09:05:00+08:00","stored":1234,'
    '"backed_up":1200,"cursor":1234,"ticket":"","mark":""}\n["held",1234,"0123456789ab",12,1,"',
    '{"network":"","epoch":"","nonce":"","hub":["",1],"cursor":1234,'
    '"time":"2026-11-23T09:05:00+08:00","clock":"synced","version":"0.1.0","unsent":1,"ticket":"",'
    '"mark":"","followed":["",1234],"number":1,"disk":20000,"aside":1,'
    '"holds":[["0123456789ab",1,2,""]]}'
    '\n["prev","',
)

PRIMER = "\n".join(
    [
        *(
            _EVENT.format(type=type_, audience=audience, actor=_ACTOR, subject=subject, data=data)
            for type_, audience, subject, data in _EVENTS
        ),
        *_SAID,
    ]
).encode()

DICTIONARY = zstandard.ZstdCompressionDict(PRIMER, dict_type=zstandard.DICT_TYPE_RAWCONTENT)
