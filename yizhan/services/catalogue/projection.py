"""The registers as screens read them."""

from collections.abc import Sequence
from typing import Any

import msgspec
import peewee

from yizhan.db import Db, Row
from yizhan.registry import Kind, Projected, Projection
from yizhan.services.catalogue import model


class ListingRow(Row):
    """One row of one register; `fields` is its JSON."""

    kind = peewee.TextField()
    code = peewee.TextField()
    fields = peewee.TextField()
    rank = peewee.IntegerField()

    class Meta:
        table_name = "listing"
        indexes = ((("network", "kind", "code"), False),)


def _row(state: model.Listing, _: Projected) -> tuple[Any, ...] | None:
    if not state.listed:
        return None
    return state.kind, state.code, msgspec.json.encode(state.fields).decode(), state.rank


KINDS = (
    Kind(
        name="listing",
        scope="network",
        state=model.Listing,
        types={data.type: data for data in (model.Published, model.Removed)},
        fold=model.fold,
        projections=(Projection(ListingRow, _row),),
    ),
)


def register(db: Db, kind: str) -> dict[str, dict[str, Any]]:
    """A whole register: fields by code, in the pack's order."""
    rows = db.sql(
        "SELECT code, fields FROM listing WHERE network = ? AND kind = ? ORDER BY rank, code",
        (db.network, kind),
    )
    return {code: msgspec.json.decode(fields) for code, fields in rows}


def entry(db: Db, kind: str, code: str) -> dict[str, Any] | None:
    """The fields of one row of a register, or None."""
    fields = written(db, kind, [code]).get(code)
    return msgspec.json.decode(fields) if fields else None


def written(db: Db, kind: str, codes: Sequence[str]) -> dict[str, str]:
    """Some rows of a register by code, each as its JSON: the same text is the same row.

    Written as SQL, because every page asks: composing the query would cost ten times what
    running it does.
    """
    rows = db.within(
        "SELECT code, fields FROM listing WHERE network = ? AND kind = ? AND code IN ({})",
        (db.network, kind),
        codes,
    )
    return dict(rows)
