"""A line of text in, what it asks for about speakers out: whose quotes, on what; in English and in Russian.

A table's row is a pattern over the whole line, what it asks for, and how surely: "{X}" stands for a speaker, "{Y}" for
a topic, and `verb` is what was done by speaking. The first row that fits counts. The rows of both languages stand in
the same order.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from rapidfuzz.distance import OSA

from bot.stems import has_content
from bot.types import Certainty, Intent

Row = tuple[str, Intent, Certainty]


@dataclass(frozen=True, slots=True)
class Asked:
    """What a row of a table understood."""

    intent: Intent
    certainty: Certainty
    speaker: str | None
    topic: str | None
    verb: str | None = None


# --- English ---------------------------------------------------------------------------------------------------------

_DO = r"(?:did|does|do|has|have|had|would|will)"
_TELL = (
    r"(?:sa(?:y|id|ys)|tells?|told|state[ds]?(?= (?:about|on|that)|$)|comment(?:ed|s)?|remark(?:ed|s)?"
    r"|mention(?:ed|s)?|add(?:ed|s)?|tweet(?:ed|s)?|talk(?:ed|s)?|sp(?:eak|oke|oken|eaks))"
)
_SAY = (
    r"(?:sa(?:y|id|ys|ying)|tells?|told|stat(?:e[ds]?|ing)|claim(?:ed|s)?|argue[ds]?|declare[ds]?|comment(?:ed|s)?"
    r"|remark(?:ed|s)?|explain(?:ed|s)?|think(?:s|ing)?|thought|believe[ds]?|feels?|felt|mention(?:ed|s)?|warn(?:ed|s)?"
    r"|add(?:ed|s)?|suggest(?:ed|s)?|tweet(?:ed|s)?|talk(?:ed|ing|s)?|sp(?:eak|oke|oken|eaks))"
)
_THINK = (
    r"(?:claim(?:ed|s)?|argue[ds]?|declare[ds]?|explain(?:ed|s)?|think(?:s)?|thought|believe[ds]?|feels?|felt"
    r"|warn(?:ed|s)?|suggest(?:ed|s)?)"
)
_SAYING = r"(?:saying|telling|stating|claiming|arguing|commenting|explaining|thinking|warning|suggesting|talking)"
_MENTION = (
    r"(?:(?:ever |also )?(?:mention(?:ed)?|discuss(?:ed)?|address(?:ed)?|(?:say|said) (?:any|some)thing (?:about|on|to)"
    r"|(?:talk(?:ed)?|sp(?:eak|oke|oken)|comment(?:ed)?|remark(?:ed)?) (?:about|on|of|upon)|(?:say|said|claim(?:ed)?"
    r"|think|believe|warn(?:ed)?|promise|deny|admit)(?: that| of| about)?))"
)
_ABOUT = r"(?:about|on|upon|of|regarding|concerning|with regard to|over|to|towards?|in response to)"
_VIEW = (
    r"(?:views?|opinions?|stance|position|take|attitude|thoughts?|comments?|statements?|reactions?|responses?"
    r"|assessments?|remarks?|words?|message|quotes?|quotations?|explanations?|answers?|repl(?:y|ies)|comebacks?)"
)
_QUOTES = r"(?:quotes?|quotations?|words|statements?|remarks?|comments?|sayings?)"
_SHOW = r"(?:(?:show|give|find|list|get|read)(?: me| us)? )?(?:all |any )?(?:of )?(?:the )?"
_TO_DO = (
    r"(?:describe|react(?: to)?|respond(?: to)?|comment on|explain|see|view|characteri[sz]e|assess|call|evaluate"
    r"|justify|defend|answer|feel about)"
)
_JUDGE = (
    r"(?:critici[sz]e|oppose|support|praise|warn|call|reject|defend|condemn|blame|accuse|welcome|dismiss|attack|doubt"
    r"|regret|apologi[sz]e|thank)"
)
_INTEND = (
    r"(?:want|need|plan|expect|hope|propose|demand|intend|promise|suggest|recommend|announce|predict|like|fear|write"
    r"|report)"
)
_UTTER = (
    r"(?:promise|pledge|vow|warn|threaten|deny|admit|concede|confirm|reveal|disclose|insist|urge|demand|announce|predict"
    r"|propose|recommend|complain|critici[sz]e|praise|condemn|reject)"
)
"""What one does by speaking: the word that reports a quote tells whether it is such."""
_WHO_SAYS = r"(?:said|says|say|thinks?|thought|believes?|believed|is saying|was saying|stated|told|has said|remarked)"
_WHO_CLAIMS = (
    r"(?:claim(?:s|ed)|warn(?:s|ed)|call(?:s|ed)|described?s?|argue[ds]|announced|suggest(?:s|ed)|predict(?:s|ed)"
    r"|promised|denie[ds]|admit(?:s|ted)|critici[sz]e[ds]|complain(?:s|ed)|expect(?:s|ed)|mention(?:s|ed)|explain(?:s|ed)"
    r"|declared|insist(?:s|ed)|demand(?:s|ed)|proposed|praised|condemned|commented on|likened|compared)"
)
_WHO_TALKS = (
    r"(?:talk(?:s|ed)|sp(?:eaks|oke)|is talking|comments|commented|said (?:anything|something)|is quoted|was quoted)"
)
_HERE = r"(?: (?:in|by) (?:the|this|these) (?:articles?|story|stories|piece|text|news|report))?"

ANY_REACTION = r"any (?:other )?(?:reactions?|responses?|comments?)(?: (?:to|on) (?:it|that|this))?"

ENGLISH: tuple[Row, ...] = (
    (rf"who (?:is|was|are|were|gets?|has been) (?:being )?(?:quoted|cited|speaking|talking){_HERE}", "who", "sure"),
    (rf"who (?:else )?(?:speaks|talks|spoke|talked){_HERE}", "who", "sure"),
    (rf"who (?:said what|says what|says (?:some|any)thing|said (?:some|any)thing){_HERE}", "who", "sure"),
    (rf"{_SHOW}(?:speakers|people quoted|quoted people|persons quoted|sources){_HERE}", "who", "sure"),
    (rf"whose (?:words|quotes?|opinions?) (?:is|are|was|were) (?:it|they|quoted|cited|these){_HERE}", "who", "sure"),
    (rf"{_SHOW}(?:quotes|quotations){_HERE}", "quotes", "sure"),
    (ANY_REACTION, "quotes", "sure"),
    (rf"any (?:other )?{_VIEW} (?:from|by|of) {{X}}(?: {_ABOUT} {{Y}})?", "quotes", "sure"),
    (r"(?:who|by whom) (?:is|was) (?:quoted|cited) as saying (?:that )?{Y}", "quotes", "sure"),
    (rf"who (?:else )?(?:has )?{_WHO_TALKS} (?:about|on|of) {{Y}}", "quotes", "sure"),
    (rf"who (?:else )?{_WHO_SAYS} (?:that )?{{Y}}", "quotes", "sure"),
    (rf"who (?:else )?(?:has )?{_WHO_CLAIMS} (?:that )?{{Y}}", "quotes", "if said"),
    (r"whose (?:words|quote|opinion|view|idea) (?:is|are|was|were) {Y}", "quotes", "if said"),
    (r"(?:what|anything) (?:is|was|has been) (?:being )?said (?:about|on|of) {Y}", "quotes", "if said"),
    (rf"(?:did|does|has|have) (?:any|some|every)(?:one|body) {_MENTION} {{Y}}", "quotes", "if said"),
    (rf"what(?:'s| is| was| are| were)? {{X}}'s? {_VIEW}(?: {_ABOUT} {{Y}})?", "quotes", "sure"),
    (rf"what(?:'s| is| was| are| were) the {_VIEW} of {{X}} (?:about|on|regarding) {{Y}}", "quotes", "sure"),
    (rf"what (?:did|does|do|has|have) {{X}} (?P<verb>{_UTTER})(?: of| about| against)?", "quotes", "if said"),
    (rf"(?:did|does|do|has|have) {{X}} (?P<verb>{_UTTER}) (?:any|some)thing", "quotes", "if said"),
    (rf"what (?:else )?{_DO} {{X}} (?:have to )?{_TELL}(?: anything)?(?:(?: {_ABOUT})? {{Y}})?", "quotes", "sure"),
    (rf"what (?:else )?{_DO} {{X}} {_THINK}(?: anything)?(?: {_ABOUT} {{Y}})?", "quotes", "sure"),
    (rf"what (?:else )?{_DO} {{X}} {_THINK} {{Y}}", "quotes", "if said"),
    (rf"what(?:'s| is| was| are| were| else) {{X}} {_SAYING}(?:(?: {_ABOUT})? {{Y}})?", "quotes", "sure"),
    (rf"what (?:else )?{{X}} (?:has |had |have )?{_SAY}(?:(?: {_ABOUT})? {{Y}})?", "quotes", "if found"),
    (rf"what (?:did|does|do|has|have) {{X}} (?:{_TO_DO}|{_JUDGE})(?: {{Y}})?", "quotes", "if said"),
    (rf"what (?:did|does|do) {{X}} {_INTEND}(?: {{Y}})?", "quotes", "if said"),
    (rf"how (?:did|does|do|has|have) {{X}} {_TO_DO}(?:ed|d)? {{Y}}", "quotes", "if said"),
    (rf"why (?:did|does|do|has|have) {{X}} {_JUDGE}(?:ed|d)? {{Y}}", "quotes", "if said"),
    (rf"(?:did|does|do|has|have) {{X}} {_MENTION} {{Y}}", "quotes", "sure"),
    (r"according to {X}, ?{Y}", "quotes", "if found"),
    (r"{Y},? according to {X}", "quotes", "if found"),
    (r"according to {X}", "quotes", "if found"),
    (rf"{_SHOW}{_QUOTES} (?:by|from|of) {{X}} (?:about|on|regarding) {{Y}}", "quotes", "sure"),
    (rf"{_SHOW}(?:(?:which|what) )?{_QUOTES} (?:(?:are|were) (?:there )?)?(?:by|from|of) {{X}}", "quotes", "sure"),
    (r"(?:quote|cite) {X} (?:about|on|regarding) {Y}", "quotes", "if found"),
    (r"(?:quote|cite|quotes) {X}", "quotes", "if found"),
    (rf"{_SHOW}{{X}}(?:'s?)? {_VIEW} (?:about|on|of|to|regarding) {{Y}}", "quotes", "if found"),
    (rf"{_SHOW}{{X}}(?:'s?)? {_QUOTES}", "quotes", "if found"),
    (r"{X} (?:said|says) (?:about|on) {Y}", "quotes", "if found"),
    (r"{X} (?:said|says)", "quotes", "if found"),
    (r"{X} (?:about|on|regarding|re|vs\.?) {Y}", "quotes", "if found"),
    (r"{X}: {Y}", "quotes", "if found"),
)  # fmt: skip

# --- Russian ---------------------------------------------------------------------------------------------------------

_R_SAY = (
    r"(?:(?:с|вы|рас)?ска(?:зал|жет|зыва(?:л|ет))|говор(?:ил|ит|ят)|заявля?(?:л|ил|ет)|сообщи?(?:л|ает)|отмети?(?:л|чает)"
    r"|дума(?:л|ет|ют)|счита(?:л|ет|ют)|полага(?:л|ет)|комментир(?:овал|ует)|высказал(?:ся|ась|ись)?|упом(?:янул|инал))"
    r"(?:а|и|о)?"
)
_R_ABOUT = r"(?:о|об|обо|про|насч[её]т|касательно|по поводу|относительно|на тему)"
_R_QUOTES = r"(?:цитат[аы]|слова|высказывани[ея]|заявлени[ея]|комментари[ий])"
_R_VIEW = r"(?:мнени[ея]|позици[яи]|взгляд[ы]?|отношени[ея]|точка зрения)"
_R_SHOW = r"(?:(?:покажи|дай|найди|приведи)(?:те)? )?(?:все )?"
_R_CLAIMS = r"(?:назвал|предупредил|критиковал|утверждал)[аи]?|называет|предупреждает|критикует|утверждает"
_R_TO_DO = r"(?:(?:отреагировал|описал|оценил|объяснил|прокомментировал|назвал)[аи]?|называет|относится|оценивает)"
_R_HERE = r"(?: (?:в|во) (?:этой |этих |данной )?(?:стать[еяхи]+|тексте|новост[ьияех]+))?"

RUSSIAN: tuple[Row, ...] = (
    (rf"(?:кого|кто) (?:здесь |тут )?(?:цитиру(?:ют|ется|ются)|процитирован[аы]?){_R_HERE}", "who", "sure"),
    (rf"(?:кто (?:здесь |тут )?(?:говорит|высказывается|выступает|что сказал|что говорит)){_R_HERE}", "who", "sure"),
    (rf"чьи (?:слова|цитаты)(?: приводятся| здесь| это)?{_R_HERE}", "who", "sure"),
    (rf"{_R_SHOW}цитаты{_R_HERE}", "quotes", "sure"),
    (rf"кто (?:ещ[её] )?{_R_SAY} {_R_ABOUT} {{Y}}", "quotes", "sure"),
    (rf"кто (?:ещ[её] )?{_R_SAY},? (?:что )?{{Y}}", "quotes", "sure"),
    (rf"кто (?:ещ[её] )?(?:{_R_CLAIMS}) {{Y}}", "quotes", "if said"),
    (r"чьи это слова:? {Y}", "quotes", "if said"),
    (rf"что (?:было )?(?:сказано|говорят|говорится) {_R_ABOUT} {{Y}}", "quotes", "if said"),
    (rf"как(?:ое|ая|ово|ова|ие) {_R_VIEW} (?:у )?{{X}} {_R_ABOUT} {{Y}}", "quotes", "sure"),
    (rf"что (?:ещ[её] )?{_R_SAY} {{X}} {_R_ABOUT} {{Y}}", "quotes", "sure"),
    (rf"что (?:ещ[её] )?{_R_SAY} {{X}}", "quotes", "sure"),
    (rf"что (?:ещ[её] )?{{X}} {_R_SAY}(?: {_R_ABOUT} {{Y}})?", "quotes", "sure"),
    (rf"что (?:ещ[её] )?{{X}} {_R_ABOUT} {{Y}} {_R_SAY}", "quotes", "if found"),
    (rf"как {_R_TO_DO} {{X}} (?:на |к )?{{Y}}", "quotes", "if said"),
    (rf"как {{X}} {_R_TO_DO} (?:на |к )?{{Y}}", "quotes", "if said"),
    (rf"{_R_SAY} ли {{X}} (?:что-нибудь |что-то )?{_R_ABOUT} {{Y}}", "quotes", "sure"),
    (rf"{_R_SAY} ли {{X}} {{Y}}", "quotes", "if found"),
    (r"(?:по словам|по мнению|согласно) {X}, ?{Y}", "quotes", "if found"),
    (r"{Y},? (?:по словам|по мнению|согласно) {X}", "quotes", "if found"),
    (r"(?:по словам|по мнению|согласно) {X}", "quotes", "if found"),
    (rf"{_R_SHOW}(?:{_R_QUOTES}|{_R_VIEW}) {{X}} {_R_ABOUT} {{Y}}", "quotes", "sure"),
    (rf"{_R_SHOW}{_R_QUOTES} {{X}}", "quotes", "sure"),
    (rf"{_R_VIEW} {{X}}", "quotes", "if found"),
    (rf"{{X}} {_R_SAY}(?: {_R_ABOUT} {{Y}})?", "quotes", "if found"),
    (rf"{{X}} {_R_ABOUT} {{Y}}", "quotes", "if found"),
)  # fmt: skip

# --- reading them ----------------------------------------------------------------------------------------------------

_SPEAKER = r"(?P<speaker>\S.{0,99}?)(?<!'s)"
_TOPIC = r"(?P<topic>\S.*?)"
_NOBODY = re.compile(
    r"(?:(?:this|that|the|your|our) (?:news )?(?:article|story|piece|text|news|post|page)s?|articles?|it|this|that"
    r"|these|those|you|we|i|one|people|there|his|everything|nothing"
    r"|the|an?|оно|ты|вы|мы|я|это|статья|в (?:этой )?статье)",
    re.IGNORECASE,
)
_NO_SPEAKER_END = re.compile(
    r".* (?:of|about|on|in|to|for|with|the|an?|his|her|their|its|this|that|still|also|ever|really|even|now)",
    re.IGNORECASE,
)
"""What would be a speaker but for its last word: "did [X think of the] talk about it?", "does [X still] think so?"."""
_DESCRIPTION = re.compile(
    r"(?:(?:the|a|an|some|many|most|other) |.*\w['’]s? )(?:[A-Z]\w*(?:an|ese|ish|i|ch) (?=[a-z]))?[a-z]"
)
_WHEN = re.compile(r"(?:after|before|when|while|during|at|in|since|following|outside)\b", re.IGNORECASE)
_PRONOUN = re.compile(r"he|she|they|him|her|them|он|она|они", re.IGNORECASE)
_NO_SPEAKER_START = re.compile(
    r"(?:what|who|whom|whose|when|where|why|how|which|is|are|was|were|did|does|do|has|have|can|could|will|would|should|if"
    r"|there|any|some|in|at|кто|что|как|где|когда|почему|зачем|какой|какая|какие|сколько)\b",
    re.IGNORECASE,
)
_FILLERS = re.compile(
    r"(?: (?:exactly|precisely|actually|here|so far|to say|then|too|as well|in total"
    r"|in (?:the|this|that|these) (?:article|story|text|piece)s?|(?:вообще|именно|здесь|тут|в (?:этой )?статье)))+$",
    re.IGNORECASE,
)  # fmt: skip
_EMPHATIC = re.compile(
    r"(\b(?:say|said|saying|says|think|thought)) (?:himself|herself|themselves)\b"
    r"| (?:himself|herself|themselves)(?= (?:say|said|think|thought|tell|told|want|believe|claim|feel)s?\b)",
    re.IGNORECASE,
)
_OWN_WORDS = (
    "what", "said", "says", "about", "according", "quotes", "quoted", "think", "thinks", "does", "mention", "called",
    "opinion", "сказал", "сказала", "говорит", "цитаты", "думает",
)  # fmt: skip


def speaker_question(bare: str) -> Asked | None:
    """What `bare`, a line without its closing marks, asks for about speakers; None where it is no such question."""
    bare = _EMPHATIC.sub(r"\1", bare)  # "What did Grozin himself say?"
    return next((asked for text in (bare, _mended(bare)) if (asked := _reading(_FILLERS.sub("", text)))), None)


def may_speak(text: str) -> bool:
    """Whether `text` may stand for a speaker: no pronoun, no question, not the article itself."""
    is_else = _NOBODY.fullmatch(text) or _NO_SPEAKER_START.match(text) or _NO_SPEAKER_END.fullmatch(text)
    return not is_else and not is_pronoun(text)


def is_description(text: str) -> bool:
    """Whether `text` is no name, but tells what somebody is: "the mayor", "Crowe's lawyer"."""
    return bool(_DESCRIPTION.match(text))


def is_circumstance(text: str, topic: str) -> bool:
    """Whether a question's `topic` is when, where or to whom something was said: "after the match", "the inquiry"."""
    return bool(_WHEN.match(topic)) or bool(re.search(rf"\btell {re.escape(topic)}", text, re.IGNORECASE))


def is_pronoun(text: str) -> bool:
    """Whether `text` stands for somebody who is not named."""
    return bool(_PRONOUN.fullmatch(text))


def _reading(text: str) -> Asked | None:
    for pattern, intent, certainty in _COMPILED:
        match = pattern.fullmatch(text)
        named = match.groupdict() if match else {}
        speaker = named.get("speaker") or "somebody"
        if match and (may_speak(speaker) or (certainty == "sure" and is_pronoun(speaker))):
            return Asked(intent, certainty, named.get("speaker"), named.get("topic"), named.get("verb"))
    return None


def _mended(text: str) -> str:
    """`text` with the tables' own words put right where one letter is amiss: "waht did" becomes "what did".

    Words that are common as they are ("that"), and those with a capital, as names have, stay.
    """
    return re.sub(r"\w{4,}", lambda word: _mended_word(word[0]), text)


def _mended_word(word: str) -> str:
    if not has_content(word) or not word.islower():
        return word
    near = (own for own in _OWN_WORDS if OSA.distance(word, own, score_cutoff=1) <= 1 and not _is_replaced(word, own))
    return word if word.casefold() in _OWN_WORDS else next(near, word)


def _is_replaced(word: str, own: str) -> bool:
    """Whether one letter stands for another, which makes too many words of others: "paid" and "said"."""
    return len(word) == len(own) and sorted(word) != sorted(own)


def _compiled(row: Row) -> tuple[re.Pattern[str], Intent, Certainty]:
    pattern, intent, certainty = row
    return re.compile(pattern.replace("{X}", _SPEAKER).replace("{Y}", _TOPIC), re.IGNORECASE), intent, certainty


_COMPILED = tuple(_compiled(row) for row in (*ENGLISH, *RUSSIAN))
