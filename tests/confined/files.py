"""Invented files of each kind that is looked into: good, hostile, cut off."""

import datetime
import gzip
import hashlib
import io
import json
import struct
import zipfile
import zlib
from functools import cache

import c2pa
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from PIL import Image, ImageDraw, ImageFont
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

ADDRESS = "https://paper.example/night"
PAGE = """<!doctype html><html><head><title>An invented night</title><style>p{}</style></head><body>
<h1>What the paper says</h1><p>At least <b>three</b> men were taken
   from the market &amp; held.</p><script>document.write("planted by a script")</script>
<p>\u041d\u0435 \u043c\u0435\u043d\u0435\u0435 \u0442\u0440\u0451\u0445.</p></body></html>"""
QUOTE = "At least three men were taken from the market & held."
_FONT = "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf"


def png(size: int = 8, *, rows: int | None = None) -> bytes:
    """``rows``: how many there really are, where the head claims more."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        check = struct.pack(">I", zlib.crc32(kind + data))
        return struct.pack(">I", len(data)) + kind + data + check

    head = struct.pack(">IIBBBBB", size, size, 8, 0, 0, 0, 0)
    drawn = zlib.compress((b"\0" + bytes(size)) * (size if rows is None else rows))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        (chunk(b"IHDR", head), chunk(b"IDAT", drawn), chunk(b"IEND", b""))
    )


def words_as_image(*lines: str) -> bytes:
    image = Image.new("L", (900, 40 + 70 * len(lines)), 255)
    for at, line in enumerate(lines):
        font = ImageFont.truetype(_FONT, 40)
        ImageDraw.Draw(image).text((20, 20 + 70 * at), line, fill=0, font=font)
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


def warc(body: bytes = PAGE.encode(), *, address: str = ADDRESS, gzipped: bool = True) -> bytes:
    out = io.BytesIO()
    writer = WARCWriter(out, gzip=gzipped)
    for where, content in ((f"{ADDRESS}/before", b"<p>Another page.</p>"), (address, body)):
        head = StatusAndHeaders(
            "200 OK", [("Content-Type", "text/html; charset=utf-8")], protocol="HTTP/1.1"
        )
        record = writer.create_warc_record(
            where, "response", payload=io.BytesIO(content), http_headers=head,
            warc_headers_dict={"WARC-Date": "2026-11-20T10:00:00Z"},
        )  # fmt: skip
        writer.write_record(record)
    return out.getvalue()


def wacz(content: bytes | None = None, *, claimed: bytes | None = None) -> bytes:
    """``claimed``: what its own datapackage says the archive is, where that is another."""
    content = warc() if content is None else content
    digest = hashlib.sha256(content if claimed is None else claimed).hexdigest()
    package = {"resources": [{"path": "archive/data.warc.gz", "hash": f"sha256:{digest}"}]}
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("datapackage.json", json.dumps(package))
        archive.writestr("pages/pages.jsonl", f'{{"format": "x"}}\n{{"url": "{ADDRESS}"}}\n')
        archive.writestr("archive/data.warc.gz", content)
    return out.getvalue()


def bomb(size: int) -> bytes:
    """A WARC whose one page unpacks to this many bytes of nothing."""
    head = (
        "WARC/1.0\r\nWARC-Type: response\r\nWARC-Record-ID: <urn:uuid:0>\r\n"
        "WARC-Date: 2026-11-20T10:00:00Z\r\n"
        f"WARC-Target-URI: {ADDRESS}\r\nContent-Type: application/http; msgtype=response\r\n"
    )
    http = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n"
    length = f"Content-Length: {len(http) + size}\r\n\r\n"
    return gzip.compress((head + length).encode() + http + bytes(size) + b"\r\n\r\n", 9)


@cache
def authority() -> tuple[bytes, bytes, bytes]:
    """An invented signer: its root, its chain, its key; PEM."""
    root_key, key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    root = _certificate("Root", root_key.public_key(), root_key, ca=True)
    leaf = _certificate("Camera", key.public_key(), root_key, ca=False)
    pem, pkcs8, bare = (
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    chain = leaf.public_bytes(pem) + root.public_bytes(pem)
    return root.public_bytes(pem), chain, key.private_bytes(pem, pkcs8, bare)


def _certificate(
    name: str, public: ec.EllipticCurvePublicKey, by: ec.EllipticCurvePrivateKey, *, ca: bool
) -> x509.Certificate:
    def named(common: str) -> x509.Name:
        parts = ((NameOID.ORGANIZATION_NAME, "Invented"), (NameOID.COMMON_NAME, common))
        return x509.Name([x509.NameAttribute(oid, text) for oid, text in parts])

    now = datetime.datetime.now(datetime.UTC)
    usage = x509.KeyUsage(not ca, False, False, False, False, ca, ca, False, False)
    made = (
        x509.CertificateBuilder()
        .subject_name(named(name))
        .issuer_name(named("Root"))
        .public_key(public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=300))
        .add_extension(x509.BasicConstraints(ca, None), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(by.public_key()), critical=False
        )
    )
    if not ca:
        mail = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.EMAIL_PROTECTION])
        made = made.add_extension(mail, critical=False)
    return made.sign(by, hashes.SHA256())


@cache
def signed() -> bytes:
    """A photograph as a camera of this invented signer would leave it."""
    _, chain, key = authority()
    source = "http://cv.iptc.org/newscodes/digitalsourcetype/digitalCapture"
    actions = {"action": "c2pa.created", "digitalSourceType": source}
    manifest = {
        "claim_generator_info": [{"name": "invented camera", "version": "1"}],
        "assertions": [{"label": "c2pa.actions", "data": {"actions": [actions]}}],
    }
    info = c2pa.C2paSignerInfo(alg=b"es256", sign_cert=chain, private_key=key, ta_url=None)
    out = io.BytesIO()
    with c2pa.Signer.from_info(info) as signer, c2pa.Builder(json.dumps(manifest)) as builder:
        builder.sign(signer, "image/png", io.BytesIO(png()), out)
    return out.getvalue()
