"""From files to a searchable library: articles, sentences, vectors, stores. Knows nothing of questions or chats."""

import os

# NumPy's threads wait for work by spinning, which takes the processor from onnxruntime's: encoding is then a third
# slower. It reads this when it is first imported.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
