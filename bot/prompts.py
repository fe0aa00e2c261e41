"""Every text that a visitor may read and that does not come from the documents.

None of these texts states anything about the subject of the documents. ``TEXTS_VERSION`` changes with them.
"""

from typing import Final

TEXTS_VERSION: Final = "2026-11-25"

DISCLAIMER: Final = (
    "This is general information from the documents cited, not legal advice. It may not fit your facts, and using this "
    "chat does not create an attorney-client relationship. For advice on your situation, talk to a qualified attorney."
)
PRIVACY_NOTICE: Final = (
    "This chat gives general information, not legal advice, and using it creates no attorney-client relationship. "
    "Please do not enter confidential facts, names of patients or anything that identifies a person: "
    "what you type is not private and is not covered by attorney-client privilege."
)

ADVICE_LEAD: Final = (
    "I can't advise you on what to do in your own situation; that is a question for an attorney. "
    "In general, the documents say:"
)
PARTIAL_TAIL: Final = "The documents I have do not say anything about {uncovered}."
DECLINE_NOT_IN_SOURCES: Final = "I don't find an answer to that in the documents I have, so I won't guess."
DECLINE_ADVICE: Final = (
    "I can't advise you on what to do in your own situation, and the documents I have do not cover it in general "
    "terms. That is a question for an attorney."
)
DECLINE_JURISDICTION: Final = (
    "The documents I have cover {jurisdiction} only, so I can't answer for another place. "
    "An attorney licensed there can."
)
DECLINE_SCOPE: Final = "That is outside what I can help with."
DECLINE_UNSAFE: Final = (
    "I can't help with that. I only answer questions from the documents I have, and I keep to their rules."
)
DECLINE_URGENT: Final = (
    "I can't help in an emergency. If someone may be in danger, call 911 (or your local emergency number) now. "
    "If you are thinking about harming yourself, in the United States you can call or text 988 at any time."
)
DECLINE_UNCLEAR: Final = "I'm not sure what you are asking. Could you put it as a full question?"
DECLINE_LANGUAGE: Final = (
    "I can only read questions in English for now, because the documents are in English. Please ask again in English."
)
DECLINE_UNAVAILABLE: Final = (
    "Something went wrong on my side and I could not check an answer, so I won't give one. Please try again."
)
ABOUT_ME: Final = (
    "I'm an automated assistant, not a person and not a lawyer. I answer only by quoting the documents I have, and "
    "every answer shows the passages it rests on."
)
GREETING: Final = "Hello."
THANKS: Final = "You're welcome. Ask me anything else that the documents cover."
GOODBYE: Final = "Goodbye, and come back any time."
ASK_ME: Final = "Ask me a question, for example one of these."

HANDOFF_MESSAGE: Final = "You can reach a person at the firm."

CHAT_TITLE: Final = "Ask the documents"
QUESTION_LABEL: Final = "Your question"
QUESTION_PLACEHOLDER: Final = "Type a question"

EMPTY_QUESTION: Final = "The question is empty. Type a question and send it again."
LONG_QUESTION: Final = "The question has {length} characters; at most {limit} are read. Shorten it and send it again."
NO_WORDS: Final = "The question has no words that can be read. Type it in words and send it again."

TOO_MANY_REQUESTS: Final = (
    "That was a lot of questions in a short time. Please wait {wait} and ask again; your question is not lost."
)
LONG_CONVERSATION: Final = "This conversation has become very long. Please start a new one and ask again there."
UNKNOWN_CONVERSATION: Final = (
    "This conversation is not known here, or it ended because it was idle. "
    "Send the question without a conversation id to start a new one."
)
CONVERSATION_ENDED: Final = (
    "The earlier conversation had ended because it was idle, so this is a new one: say again what it was about."
)
UNKNOWN_REPLY: Final = "This conversation has no reply with that id. Send the id of a reply that it got."
NOT_KEPT: Final = "That could not be kept just now. Please send it again in a moment."
ORIGIN_NOT_ALLOWED: Final = (
    "This website is not on the list of sites that may ask here. Its operator adds it to MSO_ALLOWED_ORIGINS."
)
INTERRUPTED: Final = "Something went wrong on our side before the answer was complete. Please ask again."

ASK_TITLE: Final = "Ask a question"
ASK_BUTTON: Final = "Ask"
ASK_HINT: Final = "In your own words; at most {limit} characters."
START_OVER: Final = "Start a new conversation"
SUGGESTIONS_TITLE: Final = "You could ask"
