"""Documents in, documents out: parse, lift, lower, emit, validate, and everything that is to be said about it."""

from npconv.pipeline.convert import convert
from npconv.pipeline.model import Conversion, Options, Output
from npconv.pipeline.read import wanted

__all__ = ["Conversion", "Options", "Output", "convert", "wanted"]
