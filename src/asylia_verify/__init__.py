"""The inquiry's checker of an Asylia bundle: standard library and the ``openssl`` command only.

It imports nothing of ``asylia`` and trusts nothing in the bundle: what to trust comes in a policy
file that the recipient got another way.  ``spec/bundle.md`` is what it reads, ``spec/verdict.md``
what it says.
"""
