"""An actor that gets it wrong at first, sees the red test, and repairs it."""

from forge.actors.honest import HonestActor
from forge.actors.problem import Edit, Problem


class SlipThenRepairActor(HonestActor):
    """Writes `wrong` instead of the first problem's first change, until a test is red."""

    def __init__(self, problems: tuple[Problem, ...], wrong: str) -> None:
        super().__init__(problems)
        self._slip = problems[0].change[0]
        self._wrong = wrong

    def first_try(self, edit: Edit) -> Edit:
        """The slip."""
        return Edit(edit.path, edit.old, self._wrong) if edit == self._slip else edit
