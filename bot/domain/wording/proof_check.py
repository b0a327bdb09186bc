"""What our own check says of a proof."""

from bot.domain.wording.blocks import count
from bot.domain.wording.receipt_view import ProofView
from bot.kernel.proof import Strength

CHECK_NAME = "evolve"


def proof_title(proof: ProofView) -> str:
    """One line beside the check's name."""
    match proof.strength:
        case Strength.EXIT_ONLY:
            return "Proven by exit codes alone"
        case Strength.JUNIT if proof.tests:
            return f"Proven: {count(len(proof.tests), 'test')} red on the base, green here"
        case Strength.JUNIT:
            return f"Proven: {proof.collected_after} tests pass"
