"""The ``openssl`` command: Ed25519, ML-DSA-44 where it has it (3.5), ChaCha20 and Poly1305, stamps.

Every call gets files in a private temporary folder, a fixed environment without a configuration,
and a time limit.  Files and arguments hold what the bundle holds, and nothing secret beside it: a
statement's key is an argument, since openssl takes none from a file, and the bundle discloses it.
"""

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from asylia_verify.errors import UsageError, WrongError

_TIMEOUT = 60
# SubjectPublicKeyInfo up to the key's own bytes: RFC 8410 (Ed25519), RFC 9881 (ML-DSA-44).
_ED25519 = bytes.fromhex("302a300506032b6570032100")
_ML_DSA_44 = bytes.fromhex("30820532300b06096086480165030403110382052100")
_STAMP = re.compile(
    rb"Version: 1\nPolicy OID: [^\n]*\nHash Algorithm: sha256\nMessage data:\n"
    rb"((?:    00[01]0 - (?:[0-9a-f]{2}[ -]){16}  [^\n]{16}\n){2})Serial number: [^\n]*\n"
    rb"Time stamp: (\w{3} [ \d]\d \d\d:\d\d:\d\d)(?:\.\d+)? (\d{4}) GMT\n"
)


class OpenSSL:
    """The command, found once; ``has_ml_dsa`` tells whether it knows ML-DSA-44."""

    def __init__(self) -> None:
        found = shutil.which("openssl")
        if not found:
            raise UsageError("the command openssl (3.0 or later) was not found; install it first")
        self._command = found
        self.version = self._text("version")
        if not re.match(r"OpenSSL ([3-9]|[1-9]\d)\.", self.version):
            raise UsageError("the command openssl is too old: 3.0 or later is needed")
        self.has_ml_dsa = "ML-DSA-44" in self._text("list", "-signature-algorithms")

    def verify_ed25519(self, key: bytes, message: bytes, signature: bytes) -> bool:
        """Whether the signature holds (RFC 8032)."""
        return self._verify(_ED25519 + key, message, signature)

    def verify_ml_dsa_44(self, key: bytes, message: bytes, signature: bytes) -> bool:
        """Whether the signature holds (FIPS 204, pure, empty context); needs ``has_ml_dsa``."""
        return self._verify(_ML_DSA_44 + key, message, signature)

    def read_stamp(self, response: bytes) -> tuple[datetime, bytes]:
        """The time and the SHA-256 that an RFC 3161 response's token states, verified or not.

        Only the token is printed: what a response says around it is signed by nobody, and openssl
        prints it raw.
        """
        with tempfile.TemporaryDirectory() as folder:
            (Path(folder) / "stamp").write_bytes(response)
            done = self._run(folder, "ts", "-reply", "-in", "stamp", "-token_out", "-text")
        found = _STAMP.match(done.stdout)
        if done.returncode or not found:
            raise WrongError("is not an RFC 3161 time stamp over SHA-256")
        rows = [row[11:].split(b"   ")[0].replace(b"-", b" ") for row in found[1].splitlines()]
        stated = f"{found[2].decode()} {found[3].decode()}"
        try:
            moment = datetime.strptime(stated, "%b %d %H:%M:%S %Y").replace(tzinfo=UTC)
        except ValueError:
            raise WrongError("states a time that no calendar has") from None
        return moment, bytes.fromhex(b"".join(rows).decode())

    def verify_stamp(
        self, response: bytes, data: bytes, roots: Sequence[str], moment: datetime
    ) -> bool:
        """Whether one of these roots' authorities stamped these bytes at ``moment``."""
        with tempfile.TemporaryDirectory() as folder:
            for name, content in (("stamp", response), ("data", data)):
                (Path(folder) / name).write_bytes(content)
            (Path(folder) / "roots").write_text("\n".join(roots), "ascii")
            at = ("-attime", str(int(moment.timestamp())))
            inputs = ("-in", "stamp", "-data", "data", "-CAfile", "roots")
            done = self._run(folder, "ts", "-verify", *inputs, *at)
        return done.returncode == 0 and b"Verification: OK" in done.stdout

    def chacha20(self, key: bytes, nonce: bytes, content: bytes) -> bytes:
        """``content`` XOR the key stream from block 0 on (RFC 8439, section 2.4)."""
        with tempfile.TemporaryDirectory() as folder:
            (Path(folder) / "content").write_bytes(content)
            given = ("-K", key.hex(), "-iv", bytes(4).hex() + nonce.hex(), "-in", "content")
            done = self._run(folder, "enc", "-chacha20", "-nopad", *given)
        return self._whole(done, len(content))

    def poly1305(self, key: bytes, message: bytes) -> bytes:
        """The 16-byte tag under a 32-byte key of one use (RFC 8439, section 2.5)."""
        with tempfile.TemporaryDirectory() as folder:
            (Path(folder) / "message").write_bytes(message)
            given = ("-macopt", f"hexkey:{key.hex()}", "-in", "message", "-binary")
            done = self._run(folder, "mac", *given, "Poly1305")
        return self._whole(done, 16)

    def _whole(self, done: subprocess.CompletedProcess[bytes], length: int) -> bytes:
        if done.returncode or len(done.stdout) != length:
            raise UsageError("the command openssl has no ChaCha20 or no Poly1305")
        return done.stdout

    def _verify(self, spki: bytes, message: bytes, signature: bytes) -> bool:
        with tempfile.TemporaryDirectory() as folder:
            for name, content in (("key", spki), ("message", message), ("signature", signature)):
                (Path(folder) / name).write_bytes(content)
            key = ("-pubin", "-inkey", "key", "-keyform", "DER")
            inputs = ("-rawin", "-in", "message", "-sigfile", "signature")
            return self._run(folder, "pkeyutl", "-verify", *key, *inputs).returncode == 0

    def _text(self, *arguments: str) -> str:
        return self._run(".", *arguments).stdout.decode("ascii", "replace")

    def _run(self, folder: str, *arguments: str) -> subprocess.CompletedProcess[bytes]:
        environment = {"LC_ALL": "C", "TZ": "UTC", "OPENSSL_CONF": os.devnull}
        environment["PATH"] = os.environ.get("PATH", "")
        try:
            return subprocess.run(  # noqa: S603  the command was found, its arguments are ours
                [self._command, *arguments],
                cwd=folder,
                env=environment,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=_TIMEOUT,
                check=False,
            )
        except (OSError, subprocess.TimeoutExpired):
            raise UsageError("the command openssl does not run") from None
