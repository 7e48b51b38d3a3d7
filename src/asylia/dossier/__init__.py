"""Selection by consent, disclosure proofs, the bundle that an inquiry can check, its PDF.

The way to a bundle: ``selection.select`` → ``versions.uses_for`` (and ``versions.log_versions``
where something is not in the log yet) → ``disclosure.gather`` → ``build.build``.
"""
