"""Settings as options of a command line: what is not given stays as it is."""

from __future__ import annotations

import argparse
import logging
from collections.abc import Iterable
from typing import Any, TypeVar

from .setting import Option, Topic

log = logging.getLogger(__name__)

_Topic = TypeVar("_Topic", bound=Topic)


class OldWord(argparse.Action):
    """An option by the word that it had earlier."""

    def __call__(
        self,
        parser: argparse.ArgumentParser,
        namespace: argparse.Namespace,
        values: Any,
        option_string: str | None = None,
    ) -> None:
        """Store the value and say the new word."""
        log.warning("%s is called %s now.", option_string, self.const)
        setattr(namespace, self.dest, values)


def add_options(parser: argparse.ArgumentParser, topics: Iterable[type[Topic]], otherwise: str) -> None:
    """Give a parser the options of topics, each below the heading of its topic; `otherwise` tells what counts where one
    is not given.
    """
    headings: dict[str, Any] = {}
    for topic in topics:
        for setting in topic.settings().values():
            if options := setting.options():
                if topic.heading not in headings:
                    headings[topic.heading] = parser.add_argument_group(topic.heading)
                for option in options:
                    add_option(headings[topic.heading], option, otherwise)


def add_option(group: Any, option: Option, otherwise: str) -> None:
    """Give a parser, or a group of its options, one option and its old words; `otherwise` tells what counts where it is
    not given.
    """
    told = f"{option.arguments['help']} ({otherwise})"
    group.add_argument(option.word, **option.arguments | {"help": told})
    if option.old_words:
        old = {"action": OldWord, "const": option.word, "help": argparse.SUPPRESS}
        group.add_argument(*option.old_words, **option.arguments | old)


def assigned(options: argparse.Namespace, topics: Iterable[type[Topic]]) -> dict[str, Any]:
    """What the options that were given set, by the paths of properties below a scene's settings.

    An object is still a name.
    """
    given = vars(options)
    return {
        path: value
        for topic in topics
        for setting in topic.settings().values()
        for path, value in setting.given(given).items()
    }


def typed(options: argparse.Namespace, topic: type[_Topic]) -> _Topic:
    """A topic as the options say, with the defaults for what was not given: for programs that have no scene."""
    given = vars(options)
    values = {
        name: setting.of_property(setting.to_property(given[setting.path]))
        for name, setting in topic.settings().items()
        if given.get(setting.path) is not None
    }
    return topic(**values)
