"""What a browser does with a file field, and with a picture's address."""

import urllib.error
import urllib.parse
import urllib.request

from tests.pages import Form, Page, Visitor


def attach(
    visitor: Visitor, content: bytes, form: Form | None = None, name: str = "photo.jpg"
) -> Page:
    """Choose a file and press 附上这张照片, as a browser sends it."""
    form = form or visitor.form("附上这张照片")[0]
    mark = "----photo"
    parts = [
        f'--{mark}\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{value}\r\n'.encode()
        for key, value in form.fields.items()
        if key != "photo"
    ]
    head = f'name="photo"; filename="{name}"\r\nContent-Type: image/jpeg'
    body = f"--{mark}\r\nContent-Disposition: form-data; {head}\r\n\r\n".encode() + content
    request = urllib.request.Request(
        urllib.parse.urljoin(visitor.page.url, form.action),
        b"".join([*parts, body, f"\r\n--{mark}--\r\n".encode()]),
        {"Referer": visitor.page.url, "Content-Type": f"multipart/form-data; boundary={mark}"},
    )
    return visitor._open(request)


def fetch(visitor: Visitor, path: str) -> tuple[int, bytes, str]:
    """Status, bytes and media type of an address."""
    try:
        with visitor._opener.open(urllib.parse.urljoin(visitor.at, path)) as answer:
            return answer.status, answer.read(), answer.headers["Content-Type"]
    except urllib.error.HTTPError as error:
        with error:
            return error.code, b"", ""
