"""From files to a searchable library: articles, sentences, vectors, stores. Knows nothing of questions or chats."""

import ctypes
import os
from contextlib import suppress

# NumPy's threads wait for work by spinning, which takes the processor from onnxruntime's: encoding is then a third
# slower. It reads this when it is first imported.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

# The GNU C library gives each thread a heap of its own, with holes of its own: eight askers then take 20 MB more.
_ARENAS = -8  # M_ARENA_MAX in malloc.h
with suppress(AttributeError, OSError, TypeError):  # another C library
    ctypes.CDLL(None).mallopt(_ARENAS, 1)
