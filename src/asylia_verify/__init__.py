"""The inquiry's checker of an Asylia bundle: standard library and the ``openssl`` command only.

It imports nothing of ``asylia`` and trusts nothing in the bundle: what to trust comes in a policy
file that the recipient got another way.  ``spec/bundle.md`` is what it reads, ``spec/verdict.md``
what it says.
"""

import sys

if sys.version_info < (3, 11):  # noqa: UP036  whoever runs a copy of this folder has no installer
    # Exit 1 would mean that the bundle is wrong.
    sys.stderr.write("asylia-verify: Python 3.11 or later is needed\n")
    sys.exit(2)
