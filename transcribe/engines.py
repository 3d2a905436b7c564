"""The engines there are, by name; each door is loaded only when its engine is asked for."""

from __future__ import annotations

from archive.allocation import share_one_arena
from archive.errors import BadSetting
from archive.phrases import phrase
from transcribe.engine import Transcriber
from transcribe.models import Model
from transcribe.whisper import WhisperTranscriber

ENGINES = ("faster-whisper", "openai-whisper")


def open_engine(
    name: str,
    model: Model,
    *,
    device: str = "auto",
    compute_type: str = "auto",
    beam_size: int = 5,
    threads: int = 0,
) -> Transcriber:
    """The engine ``name`` with ``model`` loaded, ready to transcribe.

    ``device`` is auto, cpu or cuda; ``compute_type`` is auto or one the engine knows (int8,
    float16, float32); ``threads`` 0 stands for as many as there are cores. Loading takes
    seconds, so a process opens one and keeps it; it never touches the network. Raises
    EngineMissing where the engine is not installed, ModelMissing for broken weights, BadSetting
    for a value that the engine refuses.
    """
    share_one_arena()
    if name == "faster-whisper":
        from transcribe.faster_whisper_engine import FasterWhisper

        return WhisperTranscriber(
            FasterWhisper(model, device, compute_type, beam_size, threads), model
        )
    if name == "openai-whisper":
        from transcribe.openai_whisper import OpenAIWhisper

        return WhisperTranscriber(
            OpenAIWhisper(model, device, compute_type, beam_size, threads), model
        )
    raise BadSetting(
        phrase("There is no speech engine named %(engine)s.", engine=repr(name)),
        advice=phrase("Use one of %(known)s.", known=", ".join(ENGINES)),
    )
