"""Tell the language of a text by its script, its function words and its special letters.

A third of the words of a text are function words such as "the" and "and". Names, tables and code have few of
them, so their language is not told: a guess would be worse than none. -- benchmarks/language_detection
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from semsearch.language.function_words import languages, languages_by_word
from semsearch.language.words import WORD
from semsearch.text import normal

# A long text is judged by a few stretches of it, of so many characters each.
_STRETCHES, _LENGTH = 4, 1000
# The share of a text that must be function words. English prose has a third and more; a headline, or a
# question in an inflected language, has little.
_SHARE = 0.15
# Words with special letters count too: this much of a function word in that share, and in the score.
_MARKED_SHARE, _MARKED_SCORE = 0.25, 0.5
# The part of a word's score that each language gets. The rest is divided among the languages that have it.
_EACH, _EACH_MARKED = 0.5, 0.3
# The best language must score higher than the next one by this factor: a text in two languages has none.
_MARGIN = 1.05
# A text is certainly foreign with so many words that its language has and English has not, and more than so
# many times as many as the other way round. A word with special letters is half of one. One would not do: the
# word "on" is French too.
_FOREIGN, _MORE_THAN_ENGLISH = 1.5, 2
# And with so many words, or twice as many characters of a script without spaces.
_FOREIGN_WORDS = 3
# Code has more of these signs for each word. Prose has a third of that at most.
_SIGNS, _SIGNS_OF_CODE = re.compile(r"[(){}\[\]=;<>_]"), 0.3

# Scripts that one language writes in nearly every text.
_LANGUAGE_OF_SCRIPT = {
    "THAI": "th",
    "LAO": "lo",
    "KHMER": "km",
    "MYANMAR": "my",
    "TIBETAN": "bo",
    "HANGUL": "ko",
    "GREEK": "el",
    "ARMENIAN": "hy",
    "GEORGIAN": "ka",
    "ETHIOPIC": "am",
    "BENGALI": "bn",
    "GURMUKHI": "pa",
    "GUJARATI": "gu",
    "ORIYA": "or",
    "TAMIL": "ta",
    "TELUGU": "te",
    "KANNADA": "kn",
    "MALAYALAM": "ml",
    "SINHALA": "si",
}
# In the Latin script, one letter may be anything, as in lists. Russian has the words "в", "к", "о", "с", "у".
_CYRILLIC = "CYRILLIC"
_CHINESE, _KANA = "CJK", frozenset({"HIRAGANA", "KATAKANA"})
# Scripts without spaces between words: two characters count as a word.
_UNSPACED = frozenset({"THAI", "LAO", "KHMER", "MYANMAR", "TIBETAN", _CHINESE, *_KANA})
# A Japanese text has at least this share of kana among its characters; a Chinese one has hardly any.
_KANA_SHARE = 0.05
# The letters that all languages of a script have. All others are special.
_PLAIN = {
    "LATIN": frozenset("abcdefghijklmnopqrstuvwxyz0123456789"),
    _CYRILLIC: frozenset("абвгдежзклмнопрстуфхцчш0123456789"),
}


@dataclass(slots=True)
class _Evidence:
    """What speaks for a language: the score, the share of words, and the different words."""

    score: float = 0.0
    words: float = 0.0
    different: int = 0


def language_of(text: str) -> str:
    """The language of a text as its ISO 639-1 code; "" if it cannot be told, as for code or a list of names.

    It is a language of `names.NAMES`. Norwegian is "no", and Chinese is "zh" in both of its scripts.
    """
    sample = _sample(text)
    words = Counter(WORD.findall(sample.lower()))
    scripts: Counter[str] = Counter()
    for word, times in words.items():
        if script := _script(word[0]):
            scripts[script] += times * (len(word) if script in _UNSPACED else 2)
    chinese = scripts[_CHINESE] + sum(scripts[each] for each in _KANA)
    if not scripts or len(_SIGNS.findall(sample)) > _SIGNS_OF_CODE * scripts.total() / 2:
        return ""
    if chinese > scripts.total() / 2:
        return _chinese_or_japanese(words)
    script, weight = scripts.most_common(1)[0]
    if weight <= scripts.total() / 2:
        return ""
    own = Counter({word: times for word, times in words.items() if _script(word[0]) == script})
    return _LANGUAGE_OF_SCRIPT.get(script) or _by_words(own, script)


def is_foreign(text: str) -> bool:
    """Whether a text of three words or more is certainly not in English. -- benchmarks/language_detection"""
    words = set(WORD.findall(normal(text).lower()))
    unspaced = sum(len(word) for word in words if _script(word[0]) in _UNSPACED)
    if len(words) + unspaced / 2 < _FOREIGN_WORDS:
        return False
    code = language_of(text)
    having = {word: languages_by_word().get(word, ()) for word in words}
    if not any(_script(word[0]) == "LATIN" for word in words):
        return bool(code) or any(having.values())
    if code not in _of_script("LATIN") or code == "en":
        return code not in ("", "en")
    own = sum(code in each and "en" not in each and len(word) > 1 for word, each in having.items())
    english = sum("en" in each and code not in each for each in having.values())
    marked = sum(code in _by_letters(word, "LATIN")[0] and code not in having[word] for word in words)
    return own + marked / 2 >= _FOREIGN and own + marked / 2 > _MORE_THAN_ENGLISH * english


def _sample(text: str) -> str:
    """The text, or some stretches of a long one."""
    if len(text) <= _STRETCHES * _LENGTH:
        return normal(text)
    step = (len(text) - _LENGTH) // (_STRETCHES - 1)
    return normal(" ".join(text[n * step : n * step + _LENGTH] for n in range(_STRETCHES)))


@lru_cache(10_000)
def _script(character: str) -> str:
    """The script of a letter, such as LATIN; "" for anything else."""
    return re.split("[ -]", unicodedata.name(character, ""))[0] if character.isalpha() else ""


def _chinese_or_japanese(words: Iterable[str]) -> str:
    scripts = [_script(each) for word in words for each in word]
    kana = sum(script in _KANA for script in scripts)
    return "ja" if kana >= _KANA_SHARE * len(scripts) else "zh"


def _by_words(words: Counter[str], script: str) -> str:
    """The language of words in one script; "" if they are of none, or if two languages fit equally well."""
    found: dict[str, _Evidence] = defaultdict(_Evidence)
    known = languages_by_word()
    with_marks: set[str] = set()
    for word, times in words.items():
        having = known.get(word, ())
        for code in having:
            found[code].score += times * (_EACH + (1 - _EACH) / len(having))
            found[code].words += times
            found[code].different += len(word) > 1 or script == _CYRILLIC
        fitting, others = _by_letters(word, script)
        with_marks.update(fitting)
        for code in fitting:
            found[code].score += times * _MARKED_SCORE * (_EACH_MARKED + (1 - _EACH_MARKED) / len(fitting))
            found[code].words += times * _MARKED_SHARE
        for code in others:
            found[code].score -= times * _MARKED_SCORE
    ranked = sorted(found, key=lambda code: -found[code].score)
    if not ranked:
        return ""
    best = found[ranked[0]]
    next_score = found[ranked[1]].score if len(ranked) > 1 else 0.0
    is_enough = best.different > 0 and best.different + (ranked[0] in with_marks) >= min(2, words.total())
    is_told = best.words >= _SHARE * words.total() and best.score >= _MARGIN * next_score
    return ranked[0] if is_enough and is_told else ""


@lru_cache(100_000)
def _by_letters(word: str, script: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The languages that have all special letters of a word, and those that do not; none without any."""
    special = frozenset(word) - _PLAIN[script] if script in _PLAIN else frozenset()
    if not special:
        return (), ()
    fitting = tuple(code for code in _of_script(script) if special <= languages()[code].letters)
    return (fitting, tuple(set(_of_script(script)).difference(fitting))) if fitting else ((), ())


@lru_cache(4)
def _of_script(script: str) -> tuple[str, ...]:
    """The languages whose function words are in a script."""
    return tuple(code for code, each in languages().items() if _script(min(each.words)[0]) == script)
