"""Where the model runs: a database that holds rows' numbers and can ask how two rows agree.

Upholds: every backend offers the functions ``name_level`` and its like, one a field of the records,
over numbers of rows, and is gone with all that it held when its ``with`` ends.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

from asylia.counts.linking.encoding import Encoded

# From the records to Splink's interface of a database.
Backend = Callable[[Encoded], AbstractContextManager[Any]]
