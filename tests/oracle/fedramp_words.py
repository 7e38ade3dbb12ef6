"""FedRAMP's words, and how single values are read: shared by the independent readings in this folder.

Nothing here comes from the programs' own code. The tables are FedRAMP's own table of old and new words and the
words that its data contract lists.
"""

import calendar
import re
import unicodedata

CERTIFIED = "certified"
REMEDIATION = "certified-in-remediation"
READY = "legacy-ready"
IMPLEMENTATION = "initial-implementation"
AGENCY = "agency-in-process"
PROCESS = "in-process"
DELISTED = "delisted"
UNKNOWN = "unknown"

# A status in any of FedRAMP's words, old or new -> the tree's word.
STATUS = {
    "FedRAMP Certified": CERTIFIED,
    "FedRAMP Authorized": CERTIFIED,
    "Authorized": CERTIFIED,
    "FedRAMP Certified (In Remediation)": REMEDIATION,
    "Remediation": REMEDIATION,
    "Legacy FedRAMP Ready": READY,
    "FedRAMP Ready": READY,
    "FRR": READY,
    "Initial Implementation": IMPLEMENTATION,
    "Agency Authorization In Process": AGENCY,
    "Agency In Process": AGENCY,
    "Ageny In Process": AGENCY,
    "Agency Review": AGENCY,
    "FedRAMP In Process": PROCESS,
    "PMO Review": PROCESS,
    "JAB Review": PROCESS,
    "Initial Program Review": PROCESS,
    "Final Program Review": PROCESS,
    "Delisted": DELISTED,
    "No Status Found (Delisted)": DELISTED,
    "Unknown": UNKNOWN,
    "No Status Found": UNKNOWN,
}
IN_FORCE = {CERTIFIED: "yes", REMEDIATION: "yes", UNKNOWN: "unknown"}  # every other word: no

CLASS = {"Class A": "a", "Class B": "b", "Class C": "c", "Class D": "d"}
TYPE = {"20x": "20x", "20x Pilot": "20x-pilot", "Rev5": "rev5", "Rev5 Pilot": "rev5-pilot"}
# "20x" as a path is the producer's mistake: the path isn't known then.
PATH = {"JAB": "jab", "Agency": "agency", "Program": "program"}
PHASE = {
    "Legacy FedRAMP Ready": "legacy-ready",
    "Initial Implementation": "initial-implementation",
    "Ongoing Certification": "ongoing-certification",
}
LEVEL = {
    "high": "high",
    "moderate": "moderate",
    "low": "low",
    "li-saas": "li-saas",
    "20x low": "20x-low",
    "20x moderate": "20x-moderate",
    "20x high": "20x-high",
}
# What stands where there is nothing to say.
NOTHING = {"", "#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "N/A", "No FRR Date", "Not Active",
           "Not Authorized", "Not In Process", "Not Agency Partnered"}

DAY = re.compile(r"(?P<year>\d{4})-(?P<month>\d\d)-(?P<day>\d\d)([T ].*)?")
AMERICAN_DAY = re.compile(r"(?P<month>\d{1,2})/(?P<day>\d{1,2})/(?P<year>\d{4})")


def clean(text):
    """Half a character, and a control character that is no white space, is U+FFFD; line ends and tabs stay."""
    return "".join("\ufffd" if unicodedata.category(c) == "Cs" or unicodedata.category(c) == "Cc" and c not in "\r\n\t"
                   else c for c in text)


def text(value):
    """A member as text, or None: null and every type whose meaning isn't certain. A number is its digits."""
    if isinstance(value, bool):
        return None
    if isinstance(value, (int, float)):
        return str(int(value)) if value == int(value) else repr(value)
    return clean(value) if isinstance(value, str) else None


def line(value):
    """A member as one line, or None where nothing is stated."""
    found = text(value)
    if found is None or found.strip() in NOTHING:
        return None
    return re.sub(r"[\r\n\t]+", " ", found)


def identifier(value):
    """A service's id: text, a number, or an object that holds one. None: there is none."""
    if isinstance(value, dict):
        value = value.get("fedramp_id", value.get("id"))
    found = line(value)
    found = found.strip() if found else None
    # FR, ten digits and up to two letters: without FR, or in lower case, it is the same id.
    if found and re.fullmatch(r"\d{10}", found):
        return "FR" + found
    return found.upper() if found and re.fullmatch(r"(?i)fr\d{10}[a-z]{0,2}", found) else found


def items(value, separators=None, commas=True):
    """A list of lines, without empty ones; a text is a list of one, or of several where separators can be no part
    of an item. None: nothing is stated."""
    if value is None or isinstance(value, (bool, dict)):
        return None
    if not isinstance(value, list):
        whole = line(value)
        # One item with a comma in it, or two? Nobody can tell.
        if not commas and whole and "," in whole:
            return None
        value = re.split(separators, whole) if separators and whole else [whole or ""]
    found = [text(item) for item in value]
    kept = [re.sub(r"[\r\n\t]+", " ", item).strip() for item in found if item is not None]
    stated = [item for item in kept if item not in NOTHING]
    return stated if stated or not any(kept) else None


def yes_no(value):
    if isinstance(value, bool):
        return "yes" if value else "no"
    return {"yes": "yes", "true": "yes", "no": "no", "false": "no"}.get((line(value) or "").strip().lower())


def word(value, table):
    """A word of a closed set; None where it isn't stated, is Unknown or no word of the set."""
    return table.get((line(value) or "").strip())


def status(value):
    """(the tree's word, the source's own word): a status is always something."""
    source = (line(value) or "").strip()
    return STATUS.get(source, UNKNOWN), source or None


def is_known_status(source):
    return (source or "").strip() in STATUS


def is_day(year, month, day):
    return year > 0 and 1 <= month <= 12 and 1 <= day <= calendar.monthrange(year, month)[1]


def date(value):
    """YYYY-MM-DD or None. A time behind the day is the day's begin in the east, or 20:00: the day stands as written."""
    found = (line(value) or "").strip()
    match = DAY.fullmatch(found) or AMERICAN_DAY.fullmatch(found)
    if not match:
        return None
    year, month, day = (int(match[part]) for part in ("year", "month", "day"))
    return "%04d-%02d-%02d" % (year, month, day) if is_day(year, month, day) else None


def yearly(value):
    """The day of the yearly assessment: --MM-DD is a day of every year; else a date; else None."""
    match = re.fullmatch(r"(\d{1,2})/(\d{1,2})", (line(value) or "").strip())
    if match and is_day(2024, int(match[1]), int(match[2])):
        return "--%02d-%02d" % (int(match[1]), int(match[2]))
    return date(value)
