"""Sentences for people, which the page can also say in another language."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime


class Message(str):
    """A text in English that keeps what it was made of: a template and its values.

    Programs, logs and the command line use it as the text that it is. The page looks the template up in the
    catalogue of the reader's language (web/languages). `plural` is the template for numbers other than 1;
    "" if the text is the same for all numbers.
    """

    __slots__ = ("plural", "template", "values")

    template: str
    plural: str
    values: Mapping[str, object]

    def with_values(self, **values: object) -> Message:
        """The same sentence with other values in place of some of its own."""
        merged = {**self.values, **values}
        said = self.plural if self.plural and merged.get("number") != 1 else self.template
        return _made(self.template, self.plural, said, merged)


def say(template: str, /, **values: object) -> Message:
    """The sentence that `template` gives with these values: `say("{name} is too long.", name="q")`.

    The kind of a value decides how it is shown: a whole number has separators, a float one digit after the
    point, a datetime its date and time. So give the id of something as text.
    """
    return _made(template, "", template, values)


def say_many(one: str, many: str, number: int, /, **values: object) -> Message:
    """`one` if `number` is 1, else `many`; {number} in it is the number. Otherwise like `say`."""
    return _made(one, many, one if number == 1 else many, {"number": number, **values})


def _made(template: str, plural: str, said: str, values: Mapping[str, object]) -> Message:
    message = Message(said.format_map({name: _shown(value) for name, value in values.items()}))
    message.template, message.plural, message.values = template, plural, values
    return message


def _shown(value: object) -> object:
    if type(value) is int:
        return f"{value:,}"
    if isinstance(value, float):
        return f"{value:,.1f}"
    return f"{value:%Y-%m-%d %H:%M}" if isinstance(value, datetime) else value
