"""How the chat page looks: system fonts, and Gradio's colours tied to the palette of the other pages."""

from typing import Any, Final

HEAD: Final = """
<meta name="color-scheme" content="light dark">
<link rel="icon" href="/site/icon.svg" type="image/svg+xml">
<link rel="stylesheet" href="/site/tokens.css">
<link rel="stylesheet" href="/site/turn.css">
<link rel="stylesheet" href="/site/chat.css">
<script src="/site/chat.js" defer></script>
"""
CONSOLE_HEAD: Final = """
<meta name="color-scheme" content="light dark">
<link rel="icon" href="/site/icon.svg" type="image/svg+xml">
<link rel="stylesheet" href="/site/tokens.css">
<link rel="stylesheet" href="/site/turn.css">
<link rel="stylesheet" href="/site/console.css">
<script src="/site/console.js" defer></script>
"""
_SANS: Final = ["system-ui", "-apple-system", "Segoe UI", "Roboto", "Helvetica Neue", "Arial", "sans-serif"]
_COLOURS: Final = {
    "body_background_fill": "var(--paper)",
    "body_text_color": "var(--ink)",
    "body_text_color_subdued": "var(--soft)",
    "background_fill_primary": "var(--paper)",
    "background_fill_secondary": "var(--tint)",
    "border_color_primary": "var(--line)",
    "color_accent_soft": "var(--tint)",
    "input_background_fill": "var(--card)",
    "input_background_fill_focus": "var(--card)",
    "input_border_color": "var(--line)",
    "input_border_color_focus": "var(--accent)",
    "input_placeholder_color": "var(--soft)",
    "button_primary_background_fill": "var(--accent)",
    "button_primary_background_fill_hover": "var(--accent)",
    "button_primary_text_color": "var(--on-accent)",
    "button_secondary_background_fill": "var(--card)",
    "button_secondary_background_fill_hover": "var(--tint)",
    "button_secondary_text_color": "var(--ink)",
    "button_secondary_border_color": "var(--line)",
}


def theme(gradio: Any) -> Any:
    """A theme in which light and dark differ only through the palette's own ``light-dark()`` colours."""
    base = gradio.themes.Base(font=_SANS, font_mono=["ui-monospace", "Consolas", "monospace"])
    return base.set(**_COLOURS, **{f"{name}_dark": value for name, value in _COLOURS.items()})
