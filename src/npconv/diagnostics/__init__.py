"""What npconv can say, and where: codes, effects, losses, and how they are printed."""
