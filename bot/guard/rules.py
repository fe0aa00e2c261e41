"""What can be said of a question from its words alone. Nothing here knows the subject of the documents."""

import re
import unicodedata

from bot.tokens import FUNCTION_WORDS, words
from bot.types import Verdict

_READABLE_SHARE = 0.7

_INJECTION = re.compile(
    r"""
    \b(ignore|disregard|forget|override|bypass|skip|drop|remove|strip|omit|disable|turn\s+off)\b.{0,40}
      \b(instruction|instructions|rules?|prompt|guidelines?|restrictions?|safety|filters?|disclaimer|citations?|sources?
        |legal\s+(notice|disclaimer)|documents?|verification|guardrails?)\b
    | \b(system|developer|hidden|initial|secret)\s+(prompt|message|instructions?)\b
    | \b(your|the)\s+(instructions|prompt|configuration)\b.{0,20}\b(verbatim|word\s+for\s+word)\b
    | \b(reveal|print|show|repeat|output|leak)\b.{0,30}\b(your|the|all)\b.{0,20}
      \b(prompt|instructions|configuration|system\s+message)\b
    | \b(jailbreak|DAN\s+mode|do\s+anything\s+now|developer\s+mode|debug\s+mode|god\s+mode|sudo)\b
    | \b(you\s+are\s+now|pretend\s+(to\s+be|you\s+are|that\s+you)|role\s*-?play|act\s+as\s+(my|a|an|if))\b
    | \bfrom\s+now\s+on\b | \bwithout\s+(any\s+|the\s+)?(sources?|citations?|disclaimers?)\b
    | \b(back-?date|falsify|forge|fake)\b.{0,30}
      \b(charts?|records?|notes?|documents?|certificates?|licen[sc]es?|signatures?)\b
    | \b(so|that)\b.{0,40}\b(can'?t|cannot|won'?t|don'?t|isn'?t|never|no\s+one|nobody)\b.{0,20}
      \b(tell|notice|notices|traced|trace|find\s+out|caught|know|knows|see|sees)\b
    | \bwithout\s+(getting\s+|being\s+)?(caught|noticed|detected)\b | \bhide\b.{0,40}\bfrom\b
    | <\|?im_(start|end)\|?> | \[/?(INST|SYSTEM)\] | ^\s*(system|assistant)\s*: | \#\#\#\s*instruction
    | <\s*script | \bdrop\s+table\b | \$\{jndi: | \{\{.*\}\}
    | \b(make\s+up|invent|fabricate|fake)\b.{0,40}\b(case|law|statute|citation|source|quote|regulation|ruling)\b
    | \b(api\s+key|password|credentials)\b.{0,20}\b(you|your|staff|console|admin)\b
    | \b(staff|console|admin|your)\b.{0,20}\b(api\s+key|password)\b
    """,
    re.IGNORECASE | re.VERBOSE,
)
_IN_DANGER = re.compile(
    r"\b(kill|hurt|harm|hang|shoot)(ing)?\s+my\s?self\b|\bsuicid\w+|\bend(ing)?\s+(my\s+life|it\s+all)\b|\b(want|going)\s+to\s+die\b",
    re.IGNORECASE,
)
_GREETING = re.compile(
    r"(hi|hello|hey|howdy|yo|hola|greetings|good\s+(morning|afternoon|evening|day))"
    r"([\s,]+(there|all|everyone|bot|again|how\s+are\s+you(\s+today)?))*",
    re.IGNORECASE,
)
_THANKS = re.compile(
    r"((ok(ay)?|great|perfect|cool|awesome)[\s,!.]+)?(thanks?(\s+(you|a\s+lot|so\s+much|very\s+much|again))*|thx|ty|much\s+appreciated"
    r"|that\s+(helped|helps|was\s+helpful)|got\s+it|ok(ay)?|great(\s+answer)?|perfect|cool|awesome|that'?s\s+all)"
    r"([\s,!.]+(thanks?|thank\s+you|that'?s\s+all|for\s+(your|the)\s+help|so\s+much|a\s+lot|again|that\s+(helped|helps)|got\s+it))*",
    re.IGNORECASE,
)
_GOODBYE = re.compile(
    r"(good\s*bye|bye(\s+bye)?|see\s+(you|ya)(\s+later)?|have\s+a\s+(nice|good)\s+(day|one|evening))", re.IGNORECASE
)
_ABOUT_ME = re.compile(
    r"(so\s+)?(who|what)\s+(are|r)\s+(you|u)|what\s+(can|do)\s+(you|u)\s+(do|know|cover|answer)|what\s+can\s+i\s+ask(\s+(you|here))?|help(\s+me)?"
    r"|how\s+does\s+this\s+work|are\s+(you|u)\s+(a\s+|an\s+)?(real\s+)?(lawyer|attorney|human|person|bot|robot|ai|chatgpt|machine)"
    r"(\s+or\s+(a\s+)?\w+)?|is\s+(this|it)\s+(a\s+)?(bot|robot|human|real\s+person|ai)|what'?s\s+your\s+name|who\s+made\s+you",
    re.IGNORECASE,
)
_CHAT = {"greeting": _GREETING, "thanks": _THANKS, "goodbye": _GOODBYE, "about me": _ABOUT_ME}


def screen(text: str, *, has_history: bool = False) -> Verdict | None:
    """What a rule says of a question; None when no rule applies."""
    if not _mostly_latin(text):
        return Verdict("language", "another alphabet")
    if _IN_DANGER.search(text):
        return Verdict("urgent", "someone may be in danger")
    if _INJECTION.search(text):
        return Verdict("unsafe", "instruction to the program")
    bare = text.strip().strip("!.?,;:)( ").strip()
    for rule, pattern in _CHAT.items():
        if pattern.fullmatch(bare):
            return Verdict("chat", rule)
    if not has_history and not [w for w in words(text) if w not in FUNCTION_WORDS] and not re.search(r"\d", text):
        return Verdict("unclear", "no word with a subject")
    return None


def _mostly_latin(text: str) -> bool:
    letters = [c for c in text if c.isalpha()]
    if not letters:
        return True
    return sum("LATIN" in unicodedata.name(c, "") for c in letters) >= _READABLE_SHARE * len(letters)
