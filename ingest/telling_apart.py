"""The stage that tells who spoke when in a recording of several speakers, and enrols voices.

Voices are enrolled from talks whose programme names one speaker, and only once there is a
recording to be told apart: an archive without such recordings holds no biometric data.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from archive import turn_rows
from archive.errors import NotFound, PodiumError
from archive.phrases import phrase
from archive.types import Recording, Speaker, Talk
from archive.voiceprints import Voiceprint, may_be_enrolled, save_voiceprint, voiceprints
from ingest.workshop import StageProgress, Workshop
from transcribe.listening import hear_voices
from transcribe.speakers import ENROL_TALK_MS, tell_apart, voiceprint_of
from transcribe.voice_model import NETWORK, lacking, open_voice_network
from transcribe.voiceprints import Embeddings, VoiceNetwork, from_bytes, to_bytes

# How much speech of a talk is listened to for a voiceprint.
_ENOUGH_MS = 120_000


def is_to_be_told_apart(shop: Workshop, talk: Talk) -> bool:
    """Whether the voices of a talk's recording are to be told apart now.

    That is so where somebody asked for it, and where several people speak, nobody knows when, and
    what it takes is installed.
    """
    if talk.recording is None or talk.id in shop.turns_follow:
        return False
    if turn_rows.is_to_be_told_apart(shop.catalog, talk.id):
        return True
    return (
        (len(talk.programme_speakers) > 1 or talk.session)
        and not turn_rows.is_told_apart(shop.catalog, talk.recording.id)
        and not lacking(shop.settings.model_dir)
    )


def tell_voices_apart(shop: Workshop, talk: Talk, progress: StageProgress) -> None:
    """Store who spoke when in the talk's recording; voices that the archive knows get names."""
    recording = _recording(talk)
    network = open_voice_network(
        shop.settings.model_dir, lambda words: progress("speakers", None, words)
    )
    _enrol_from_talks(shop, network, progress)
    # What was heard before the run was cut off; of this very recording and network.
    kept = shop.store.incoming(talk.id) / f"voices-{recording.media_key[:16]}-{NETWORK}.npz"
    speech = hear_voices(
        Path(recording.path),
        network,
        duration_ms=recording.duration_ms,
        kept=kept,
        progress=lambda share: progress("speakers", share, "listening for voices"),
    )
    expected = {speaker.slug for speaker in talk.programme_speakers}
    turns = tell_apart(speech, known_voices(shop), expected)
    turn_rows.save_turns(shop.catalog, talk, turns)
    shop.store.clear_incoming(talk.id)


def known_voices(shop: Workshop) -> Mapping[str, Embeddings]:
    """The voiceprints of the archive, by the slug of their speaker."""
    found = voiceprints(shop.catalog, NETWORK)
    return {slug: from_bytes(prints) for slug, prints in found.items()}


def enrol(
    shop: Workshop, network: VoiceNetwork, speaker: Speaker, path: Path, key: str, least_ms: int
) -> bool:
    """Keep what a speaker's voice is like in a file; False where they say too little in it.

    ``key`` is the file's SHA-256, ``least_ms`` how much speech it takes.
    """
    found = voiceprint_of(hear_voices(path, network, enough_ms=_ENOUGH_MS), least_ms)
    if found is None:
        return False
    embedding, heard_ms = found
    made = Voiceprint(key, heard_ms, NETWORK, to_bytes(embedding))
    save_voiceprint(shop.catalog, speaker.id, made)
    return True


def _enrol_from_talks(shop: Workshop, network: VoiceNetwork, progress: StageProgress) -> None:
    for talk in shop.catalog.talks():
        speaker, recording = talk.only_speaker, talk.recording
        if speaker is None or recording is None or talk.range_ms is not None:
            continue
        if not Path(recording.path).is_file():
            continue
        if not may_be_enrolled(shop.catalog, speaker.id, recording.media_key, NETWORK):
            continue
        progress("speakers", None, f"learning the voice of {speaker.name}")
        try:
            enrol(shop, network, speaker, Path(recording.path), recording.media_key, ENROL_TALK_MS)
        except PodiumError as error:
            # Another talk's damage is not this one's: it is told apart without that voice.
            progress("speakers", None, f"{talk.slug}: {error.message}")


def _recording(talk: Talk) -> Recording:
    if talk.recording is None or not Path(talk.recording.path).is_file():
        raise NotFound(
            phrase("The recording of %(talk)s is not where it was stored.", talk=talk.slug),
            advice=phrase("Put it back, or ingest the clip again with --talk."),
        )
    return talk.recording
