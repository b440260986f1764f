"""Documents → a searchable store, on disk and in versions.

In come a folder of files and a question's vector and words; out come scored sentences with their
places in the stored texts. `assistant` builds on it; it knows nothing of answers, conversations or
language models.
"""

import os

# onnxruntime reports to its makers as soon as it is imported, by whomever, unless this says no.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"
