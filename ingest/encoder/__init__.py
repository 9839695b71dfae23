"""The Chinese encoder that comes with juesuan: texts in, unit vectors out, no network.

>>> from ingest.encoder import Encoder
>>> encoder = Encoder()
>>> passages = encoder.embed_documents(["公务接待费", "培训费"])
>>> question = encoder.embed_query("招待客人花了多少钱")

`bundled` unpacks the shipped model and holds the Encoder, `packed` knows the shipped file, `loaded` keeps a model in
memory, `build` makes the shipped file again from its `source`. Nothing heavy is imported before an Encoder is made.
"""

from ingest.encoder.bundled import Encoder, cache_folder, unpack
from ingest.encoder.packed import DIMENSION, EncoderError

__all__ = ["DIMENSION", "Encoder", "EncoderError", "cache_folder", "unpack"]
