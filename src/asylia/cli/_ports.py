"""A port on the command line.

Refuses: a number that no port has.
"""

from typing import Annotated

from cyclopts import Parameter, validators

Port = Annotated[int, Parameter(validator=validators.Number(gte=1, lte=65535))]
