"""Words every context of the core shares: won, cards, refusals, and the hand that acts."""
