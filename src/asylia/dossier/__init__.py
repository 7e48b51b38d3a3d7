"""Selection by consent, disclosure proofs, the bundle that an inquiry can check, its PDF.

``export.export`` is the whole way: ``selection.select`` → ``versions.uses_for`` (and
``versions.log_versions`` where something is not in the log yet) → ``disclosure.gather`` →
``build.build``.
"""
