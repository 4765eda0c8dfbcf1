"""The floor under a tap: a bare Flask page that commits one durable peewee row. `PORT DB`.

The same server (waitress, six threads), the same database settings (WAL, synchronous=FULL) and
a page of about the size of ours; no journal, no fold, no rules.
"""

import sys

import flask
import peewee
import waitress

PAGE = """<!doctype html><html lang=zh><head><meta charset=utf-8><title>{{ number }}</title>
<link rel=stylesheet href=/s.css></head><body><header><h1>暖心缝补</h1></header><main>
<p>{{ number }}</p><ul>{% for row in rows %}<li><b>{{ row.name }}</b> {{ row.price }}</li>
{% endfor %}</ul></main><footer>已保存</footer></body></html>"""


def main(port: int, path: str) -> None:
    """Serve until ended."""
    pragmas = {"journal_mode": "wal", "synchronous": "full", "busy_timeout": 5000}
    database = peewee.SqliteDatabase(path, pragmas=pragmas)

    class Tap(peewee.Model):
        name = peewee.TextField()
        price = peewee.IntegerField()

        class Meta:
            pass

    Tap.bind(database)
    database.connect()
    database.create_tables([Tap])
    app = flask.Flask(__name__)
    page = app.jinja_env.from_string(PAGE)

    @app.get("/healthz")
    def healthz() -> str:
        return "ok"

    @app.post("/tap")
    def tap() -> str:
        database.connect(reuse_if_open=True)
        row = Tap.create(name=flask.request.form["job"], price=200)
        rows = list(Tap.select().order_by(Tap.id.desc()).limit(5))
        return page.render(number=row.id, rows=rows)

    waitress.serve(app, host="127.0.0.1", port=port, threads=6)


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2])
