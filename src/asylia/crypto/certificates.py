"""X.509 certificates in PEM, as roots for verifying time stamps.

Parses only; what a certificate vouches for is decided where it is used.
"""

from cryptography import x509

from asylia.errors import MalformedError


def parse_pem(untrusted: str) -> tuple[x509.Certificate, ...]:
    """Every certificate in a PEM text, at least one; ``MalformedError`` otherwise."""
    try:
        return tuple(x509.load_pem_x509_certificates(untrusted.encode()))
    except ValueError:
        raise MalformedError("a certificate is not one, or not in PEM") from None
