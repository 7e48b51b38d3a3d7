"""``asylia-verify BUNDLE [--policy FILE] [--json]``."""

import argparse
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from asylia_verify.check import check
from asylia_verify.errors import UsageError
from asylia_verify.openssl import OpenSSL
from asylia_verify.policy import read_policy

_EPILOG = """exit codes: 0 valid; 1 wrong, and the first thing that is wrong is named; 2 the check
could not begin; 3 whole, signer unknown (no policy file was given)"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Check, print, and give the exit code."""
    parser = argparse.ArgumentParser(
        prog="asylia-verify",
        description="Check a bundle of Asylia: a folder or a .zip. Nothing in it is trusted.",
        epilog=_EPILOG,
    )
    parser.add_argument("bundle", type=Path, help="the folder, or the .zip file")
    parser.add_argument(
        "--policy", type=Path, help="whom to trust; got another way than the bundle"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    options = parser.parse_args(arguments)
    try:
        policy = read_policy(options.policy) if options.policy else None
        verdict = check(options.bundle, policy, datetime.now(UTC), OpenSSL())
    except UsageError as error:
        print(f"asylia-verify: {error}", file=sys.stderr)
        return 2
    print(verdict.as_json() if options.json else verdict.as_text())
    return verdict.exit_code


if __name__ == "__main__":
    sys.exit(main())
