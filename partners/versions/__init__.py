"""What the database itself writes of every change of a row, and which transaction made it.

``keep`` names a table whose rows are recorded; triggers, made anew after every ``migrate``, then
write a ``RowVersion`` for every row that any statement adds, changes or deletes. ``freeze`` names
one whose rows the database refuses to change and delete, but by ``partners.door``. To read them:

- ``versions_of(project, record, record_id)``: everything that was written of one record,
- ``state_of(record, record_id, moment)``: its rows as they were at a moment,
- ``partners.travel.known(project, moment)``: the whole project as it was, for all other code.
"""

from .numbers import current_transaction
from .reading import record_begins, state_of, versions_of
from .registry import freeze, keep

__all__ = ["current_transaction", "freeze", "keep", "record_begins", "state_of", "versions_of"]
