"""A real RFC 3161 time-stamping authority on loopback, for rehearsals and tests.

``openssl ts -reply`` behind a small HTTP server; a certificate authority and a stamping certificate
are made by openssl in a folder of the caller's.  Use as a context manager::

    with StampAuthority(folder) as authority:
        authority.url, authority.root_pem
"""

import subprocess
import tempfile
import threading
from pathlib import Path
from typing import ClassVar

from asylia.rehearsal.answering import Answer, Answering

_CONFIG = """
[req]
distinguished_name = name
prompt = no
[name]
CN = {name}
[ca]
basicConstraints = critical, CA:true
keyUsage = critical, keyCertSign, cRLSign
subjectKeyIdentifier = hash
[stamper]
basicConstraints = critical, CA:false
keyUsage = critical, digitalSignature
extendedKeyUsage = critical, timeStamping
[tsa]
default_tsa = here
[here]
serial = {folder}/serial
crypto_device = builtin
signer_cert = {folder}/tsa.pem
signer_key = {folder}/tsa.key
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256, sha384, sha512
accuracy = secs:1
ordering = no
tsa_name = yes
ess_cert_id_chain = no
ess_cert_id_alg = sha256
"""


class StampAuthority(Answering):
    """One authority with its own root; ``name`` is what its certificates say."""

    LONGEST: ClassVar[int] = 1 << 16

    def __init__(self, folder: Path, name: str = "Example stamp authority") -> None:
        self._folder = folder
        self._name = name
        self._turn = threading.Lock()

    def prepare(self) -> None:
        """Make its certificates."""
        self._folder.mkdir(parents=True, exist_ok=True)
        self._make_certificates()

    def post(self, path: str, untrusted: bytes) -> Answer:  # noqa: ARG002  it has one address
        """Stamp whatever comes."""
        return Answer(200, "application/timestamp-reply", self.reply(untrusted))

    @property
    def root_pem(self) -> str:
        """The certificate that a policy names, in PEM."""
        return (self._folder / "ca.pem").read_text("ascii")

    def reply(self, request: bytes) -> bytes:
        """The answer of ``openssl ts -reply`` to one request, DER both ways."""
        with self._turn, tempfile.TemporaryDirectory(dir=self._folder) as scratch:
            query, answer = Path(scratch) / "query", Path(scratch) / "answer"
            query.write_bytes(request)
            self._openssl(
                *("ts", "-reply", "-config", "config", "-section", "here"),
                *("-queryfile", str(query), "-out", str(answer)),
            )
            return answer.read_bytes()

    def _make_certificates(self) -> None:
        folder = self._folder
        (folder / "config").write_text(
            _CONFIG.format(name=self._name, folder=folder.resolve()), "utf-8"
        )
        (folder / "serial").write_text("01\n", "ascii")
        curve = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes")
        subject = ("-subj", f"/CN={self._name}")
        self._openssl(
            *("req", "-config", "config", "-x509", *curve, "-keyout", "ca.key", "-out", "ca.pem"),
            *("-days", "3650", "-extensions", "ca", *subject),
        )
        self._openssl(
            *("req", "-config", "config", *curve, "-keyout", "tsa.key", "-out", "tsa.csr"),
            *("-subj", f"/CN={self._name}: stamps"),
        )
        self._openssl(
            *("x509", "-req", "-in", "tsa.csr", "-CA", "ca.pem", "-CAkey", "ca.key"),
            *("-CAcreateserial", "-days", "3650", "-extfile", "config", "-extensions", "stamper"),
            *("-out", "tsa.pem"),
        )

    def _openssl(self, *arguments: str) -> None:
        subprocess.run(  # noqa: S603  our own words to openssl
            ["openssl", *arguments],  # noqa: S607
            cwd=self._folder,
            check=True,
            capture_output=True,
        )
