"""HTTPS to the hub: whose certificate is believed, and by whose clock. Real TLS on loopback."""

import datetime
import ipaddress
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from sync.bundle import MAGIC
from sync.link import Link
from sync.trouble import Trouble
from tests.sync.wires import FOREVER, answering, saying, trouble


def certified(folder: Path, begins: datetime.datetime, days: int) -> tuple[Path, Path]:
    """A self-signed certificate of 127.0.0.1 and its key, in files."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    whose = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begins)
        .not_valid_after(begins + datetime.timedelta(days=days))
        .add_extension(whose, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    cert, private = folder / "cert.pem", folder / "key.pem"
    cert.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    private.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return cert, private


@contextmanager
def over_tls(cert: Path, key: Path) -> Iterator[str]:
    """A hub of one answer behind HTTPS with this certificate."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(cert, key)

    def shake_hands(client: socket.socket) -> None:
        with context.wrap_socket(client, server_side=True) as secured:
            secured.recv(1 << 20)
            saying("200 OK", MAGIC)(secured)

    with answering(shake_hands, reads=False) as url:
        yield url.replace("http:", "https:")


NOW = datetime.datetime.now(datetime.UTC)


def test_a_certificate_that_nobody_vouches_for_is_refused(tmp_path: Path) -> None:
    cert, key = certified(tmp_path, NOW - datetime.timedelta(days=1), 30)
    with over_tls(cert, key) as url:
        found, _ = trouble(url, deadline_s=5)
    assert found.kind == "certificate" and "证书不对" in str(found)


@pytest.mark.parametrize(("dated", "passes"), [(True, False), (False, True)])
def test_a_certificates_dates_are_judged_only_by_a_clock_that_knows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, dated: bool, passes: bool
) -> None:
    cert, key = certified(tmp_path, NOW - datetime.timedelta(days=100), 30)
    monkeypatch.setenv("SSL_CERT_FILE", str(cert))
    with over_tls(cert, key) as url:
        road = Link(url, deadline_s=5, dated=lambda: dated)
        if passes:
            assert road.exchange(b"request") == MAGIC
        else:
            with pytest.raises(Trouble, match="expired"):
                road.exchange(b"request")
        road.close()


def test_another_hosts_certificate_is_refused_whatever_the_date(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cert, key = certified(tmp_path, NOW, 30)
    monkeypatch.setenv("SSL_CERT_FILE", str(cert))
    with over_tls(cert, key) as url, pytest.raises(Trouble, match="证书不对"):
        Link(url.replace("127.0.0.1", "localhost"), dated=lambda: False).exchange(b"request")


def test_a_handshake_that_stalls_ends_at_the_deadline() -> None:
    with answering(lambda client: FOREVER.wait(3)) as url:
        found, seconds = trouble(url.replace("http:", "https:"), deadline_s=0.7)
    assert found.kind == "closed" and seconds < 1.5
