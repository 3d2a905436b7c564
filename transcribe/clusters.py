"""The door to scikit-learn: windows of speech put together by voice."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from transcribe.voiceprints import Embeddings, missing, normalised

Labels = npt.NDArray[np.int64]

# Mean cosine distance within which windows are put together: 0.65 splits voices in a hall that
# echoes, and 0.70 joins synthetic ones.
_DISTANCE = 0.67
# Groups whose means have this cosine are one voice. Means know more than windows, but in a hall
# that echoes those of two people may have 0.58.
_SAME_MEAN = 0.63
# Windows that are compared each with each: 50 minutes of speech, 64 MB of distances.
_AT_ONCE = 4_000


def cluster(embeddings: Embeddings) -> Labels:
    """A number from 0 on for each window, the same for windows of one voice.

    To compare each with each takes time and memory with the square of their number, so a long
    recording is done in parts, and the groups of all parts are put together by their means.
    """
    labels = np.zeros(len(embeddings), dtype=np.int64)
    groups = 0
    for part in np.array_split(np.arange(len(embeddings)), -(-len(embeddings) // _AT_ONCE) or 1):
        labels[part] = _agglomerated(embeddings[part]) + groups
        groups = int(labels.max(initial=-1)) + 1
    return _joined(embeddings, labels) if groups else labels


def _joined(embeddings: Embeddings, labels: Labels) -> Labels:
    """The labels, where the two groups with the likest means are one, and so on."""
    sums = np.zeros((int(labels.max()) + 1, embeddings.shape[1]), dtype=np.float32)
    np.add.at(sums, labels, embeddings)
    means = normalised(sums)
    likeness = means @ means.T
    np.fill_diagonal(likeness, -np.inf)
    while likeness.max() >= _SAME_MEAN:
        kept, gone = np.unravel_index(likeness.argmax(), likeness.shape)
        labels[labels == gone] = kept
        sums[kept] += sums[gone]
        means[kept] = normalised(sums[kept])
        likeness[gone, :] = likeness[:, gone] = -np.inf
        others = np.isfinite(likeness[kept])
        likeness[kept, others] = likeness[others, kept] = means[others] @ means[kept]
    return np.unique(labels, return_inverse=True)[1]


def _agglomerated(embeddings: Embeddings) -> Labels:
    if len(embeddings) < 2:
        return np.zeros(len(embeddings), dtype=np.int64)
    try:
        from sklearn.cluster import AgglomerativeClustering
    except ImportError as error:
        raise missing("scikit-learn") from error
    grouping = AgglomerativeClustering(
        n_clusters=None, metric="cosine", linkage="average", distance_threshold=_DISTANCE
    )
    return np.asarray(grouping.fit_predict(embeddings), dtype=np.int64)
