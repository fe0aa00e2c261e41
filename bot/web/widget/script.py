"""The widget's script, put together from its sources, compressed once."""

import gzip
import hashlib
import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final

_SOURCE: Final = Path(__file__).parent / "source"
_STYLES: Final = "widget.css"
_ORDER: Final = "state texts colours options dom server memory export answer composer frame widget".split()
_QUOTES: Final = ('"', "'", "`")
_TEXTS: Final = re.compile(r"""("(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|`(?:\\.|[^`\\])*`)""")
_SPACED: Final = re.compile(r"\s*([=,;:{}()\[\]?&|<>+%*/!-])\s*")
_ONE_PARAMETER: Final = re.compile(r"(?<!async)\((\w+)\)=>")


@dataclass(frozen=True)
class Script:
    """What ``/widget.js`` serves: one file that defines nothing but its custom element."""

    text: str

    @classmethod
    def load(cls) -> "Script":
        """Put the sources together, without their comments and indentation."""
        parts = [_compact(_read(f"{name}.js")) for name in _ORDER]
        parts.insert(-1, f"const STYLES=`{_compact_styles(_read(_STYLES))}`;")
        return cls('(()=>{"use strict";' + "\n".join(parts) + "\n})();\n")

    @cached_property
    def body(self) -> bytes:
        """The script as UTF-8."""
        return self.text.encode()

    @cached_property
    def gzipped(self) -> bytes:
        """The body as most browsers fetch it; the same bytes on every start."""
        return gzip.compress(self.body, 9, mtime=0)

    @cached_property
    def digest(self) -> str:
        """Changes with the script, and with nothing else."""
        return hashlib.sha256(self.body).hexdigest()[:20]


def _read(name: str) -> str:
    return (_SOURCE / name).read_text(encoding="utf-8")


def _compact(source: str) -> str:
    """Without comment lines, and without the white space beside punctuation outside of texts."""
    code = "\n".join(line.strip() for line in source.splitlines() if not line.lstrip().startswith("//"))
    return "".join(part if part[:1] in _QUOTES else _squeezed(part) for part in _TEXTS.split(code)).strip()


def _squeezed(code: str) -> str:
    return _ONE_PARAMETER.sub(r"\1=>", _SPACED.sub(r"\1", code).replace(";}", "}"))


def _compact_styles(source: str) -> str:
    spaced = re.sub(r"\s+", " ", re.sub(r"/\*.*?\*/", "", source, flags=re.DOTALL))
    return re.sub(r" ?([{};,>]) ?", r"\1", spaced).replace(": ", ":").replace(";}", "}").strip()
