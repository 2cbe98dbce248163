"""What is known of the cluster around some policies: its objects, addresses, engines, and what was not read of it."""

from npconv.pipeline.surroundings.gather import surroundings
from npconv.pipeline.surroundings.model import Completed, Surroundings

__all__ = ["Completed", "Surroundings", "surroundings"]
