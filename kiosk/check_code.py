"""Which check code stands on the slip of something that this station recorded.

Read inside the transaction that records it, because only then its digest is known. Knows the
journal; knows no slip.
"""

from yizhan.check_code import check_code
from yizhan.record import Node


def code_of(node: Node, subject: str) -> str:
    """The code of the event that began a subject; empty where this station does not hold it.

    A subject that a form began is named after the form, and so is its first event.
    """
    form = subject.partition("/")[2]
    copies = node.journal.by_ids([form]).get(form, [])
    return check_code(copies[0].digest) if copies else ""
