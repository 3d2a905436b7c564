"""Which models can translate speech into English, and from which languages.

Whisper translates by itself. What base makes of Chinese or Japanese is fluent and invented, and the
English-only and turbo checkpoints were never trained to translate.
"""

from __future__ import annotations

from archive.errors import ModelMissing, UserError
from archive.phrases import phrase
from transcribe.languages import whisper_language
from transcribe.models import Model

_TOO_SMALL = frozenset({"tiny", "base"})
_INVENTED_BY_SMALL = frozenset({"ja", "zh", "yue"})
_ABLE = "small, medium or large-v3"


def refuse_translation(model: Model, language: str) -> None:
    """Raise where ``model`` gives no translation from ``language`` (BCP 47) that is worth reading.

    UserError where there is nothing to translate, ModelMissing where another model is wanted.
    """
    spoken = whisper_language(language)
    if not spoken:
        raise UserError(
            phrase("The talk's language is not known, so it cannot be translated."),
            advice=phrase("Say it with --language."),
        )
    if spoken == "en":
        raise UserError(
            phrase("The talk is in English already."), advice=phrase("Leave out --translate.")
        )
    name = model.known.name if model.known else model.name
    if not model.multilingual or "turbo" in name:
        raise ModelMissing(
            phrase("The speech model %(model)s was not trained to translate.", model=name),
            advice=phrase("Use base, %(able)s: --model base", able=_ABLE),
        )
    if name in _TOO_SMALL and spoken in _INVENTED_BY_SMALL:
        raise ModelMissing(
            phrase(
                "The speech model %(model)s invents a text in place of a translation from "
                "%(spoken)s.",
                model=name,
                spoken=spoken,
            ),
            advice=phrase(
                "Use %(able)s: `podium models fetch small`, then --model small", able=_ABLE
            ),
        )
