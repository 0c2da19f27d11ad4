"""The behaviour every engine owes: a suite that each engine's test module inherits."""

from tests.search.contract_changes import ChangeContract, HelpContract
from tests.search.contract_lists import FilterContract, OrderContract
from tests.search.contract_text import TextContract


class BackendContract(TextContract, OrderContract, FilterContract, ChangeContract, HelpContract):
    """Everything together; an engine's module supplies the fixture ``backend``, empty."""
