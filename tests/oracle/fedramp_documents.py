"""Reads the documents that make up a FedRAMP publication: an independent reading of their shapes.

A document is told by its content, never by its name:
  - the list: {"meta", "data": {"Products": [...]}}; products.json has `fedramp_id` where data.json has `id`
  - the status changelog: {"products": {ID: {"current_status", "statuses"}}} (layout 1) or
    {"data": {"certprocessstatuschangelog": [...]}} (layout 2 with names, layout 3 without)
  - package overviews: {"data": {"frc-cso-pkg": [...]}}, a list of records, or one record
"""

import collections
import json
import re

import fedramp_words as words

# One row of the official history. The two statuses, type, path and class are the tree's words, or None.
Event = collections.namedtuple("Event", "date from_status to_status type path class_ recorded source")


def load(path):
    with open(path, encoding="utf-8-sig") as file:
        return json.load(file)


def role(document):
    """list, changelog, overviews, export (damaged names: refused) or None."""
    if isinstance(document, list):
        return "overviews" if document and all("serviceIdentification" in row for row in document) else None
    data = document.get("data")
    if "serviceIdentification" in document or isinstance(data, dict) and "frc-cso-pkg" in data:
        return "overviews"
    if isinstance(data, dict) and isinstance(data.get("Products"), list):
        return "list"
    if isinstance(data, dict) and "certprocessstatuschangelog" in data:
        return "changelog"
    if isinstance(document.get("products"), dict):
        return "changelog"
    return "export" if isinstance(document.get("products"), list) else None


def first(row, *names):
    """The member that a shape has under one of several names."""
    return next((row[name] for name in names if row.get(name) is not None), None)


def is_invented(row, number):
    """Rows that the publisher made up to try something."""
    provider = words.text(first(row, "cloud_service_provider", "csp", "name")) or ""
    empty = "public_status" in row and not words.line(row["public_status"])
    return number.startswith("FAKE-") or provider.strip() == "SUPER-CSP" or empty


def resources(value):
    """The ids of the certified services in an object of third-party information resources."""
    rows = value.get("certified") if isinstance(value, dict) else value
    found = []
    for row in rows if isinstance(rows, list) else []:
        other = row.get("fedRampCertifiedThirdPartyInformationResource", row) if isinstance(row, dict) else row
        found.append(words.identifier(other))
    return [number for number in found if number]


def certified_services(value):
    """[(name, category or None)] of the services in scope; None where none is stated. Without a word on the scope
    a service is in it: the schema's list is that of the certification."""
    found = []
    for row in value if isinstance(value, list) else []:
        if not isinstance(row, dict):
            row = {"serviceName": row}
        name = words.line(first(row, "serviceName", "name"))
        if name and row.get("includedInMinimumAssessmentScope", True) is not False:
            found.append((name.strip(), words.line(row.get("securityCategory"))))
    return found or None


def address(value):
    """A page's address; one with a user, a password or a mail address in it is not read."""
    text = words.line(value.get("url") if isinstance(value, dict) else value)
    return text if text and re.fullmatch(r"https?://[^/?#@\s][^@\s]*", text) else None


def product(row):
    """What a row of the list states, by the tree's file names; sets and lists are left as they are."""
    status, source = words.status(row.get("status"))
    level = words.line(row.get("impact_level"))
    return {
        "number": words.identifier(first(row, "fedramp_id", "id")),
        "name": words.line(first(row, "cloud_service_offering", "cso", "service_offering")),
        "provider.name": words.line(first(row, "cloud_service_provider", "csp", "name")),
        "status": status,
        "status.source": source,
        "class": words.word(row.get("cert_class"), words.CLASS),
        "certification-type": words.word(row.get("cert_type"), words.TYPE),
        "certification-path": words.word(first(row, "cert_path", "auth_type"), words.PATH),
        "phase": words.word(row.get("phase"), words.PHASE),
        "under-corrective-action-plan": words.yes_no(row.get("under_cap")),
        "corrective-action-plan-on": words.date(row.get("cap_date")),
        "level": words.LEVEL.get(level.strip().lower()) if level else None,
        "registered-on": words.date(first(row, "cert_date", "auth_date", "fedramp_auth")),
        "annual-assessment": words.yearly(row.get("annual_assessment")),
        "auditor": words.line(row.get("independent_assessor")),
        "partnering-agency": words.line(row.get("partnering_agency")),
        "small-business": words.yes_no(row.get("small_business")),
        "uei": words.line(row.get("uei")),
        "agencies": words.items(row.get("agency_authorizations"), commas=False),
        "service-model": words.items(row.get("service_model"), r"\s*[,;/]\s*"),
        "trust-center": address(row.get("trust_center")),
        "certified": certified_services(row.get("certified_services")),
    }


def read_list(document):
    """(services by number, links {(user, base)}, number of invented rows, day). Blank rows are no services."""
    services, links, invented = {}, set(), 0
    for row in document["data"]["Products"]:
        values = product(row)
        number = values["number"]
        if number is None:
            continue
        if is_invented(row, number):
            invented += 1
            continue
        services[number] = values
        # What is named here is built on this product.
        systems = row.get("leveraged_systems")
        for system in systems if isinstance(systems, list) else [systems]:
            links.add((words.identifier(system), number))
        links |= {(number, base) for base in resources(row.get("third_party_information_resources"))}
    links = {(user, base) for user, base in links if user and user != base}
    return services, links, invented, (document["meta"].get("last_change") or "")[:10]


def shape(document):
    rows = [row for row in document["data"]["Products"] if isinstance(row, dict)]
    return "products.json" if any("fedramp_id" in row for row in rows) else "data.json"


def layout_one(products):
    """{id: (current word, events)}; the rows have neither a former status nor a class."""
    found = {}
    for number, row in products.items():
        events = [Event(words.date(state["start_date"]), None, words.status(state["status_name"])[0], None, None, None,
                        None, words.line(state["status_name"])) for state in row.get("statuses", [])]
        found[number.strip()] = (words.line(row.get("current_status")), events)
    return found


def later_layouts(rows):
    """{id: (None, events)} by the day of the transition, then of the record, then as they stand."""
    found = collections.defaultdict(list)
    for row in rows:
        number = words.identifier(row.get("product_id"))
        if number is None or is_invented(row, number):
            continue
        before = words.line(row.get("from_status"))
        found[number].append((words.text(row.get("transition_date")) or "", words.text(row.get("recorded_date")) or "", Event(
            words.date(row.get("transition_date")),
            words.status(before)[0] if before else None,
            words.status(row.get("to_status"))[0],
            words.word(row.get("cert_type"), words.TYPE),
            words.word(first(row, "cert_path", "auth_path"), words.PATH),
            words.word(row.get("cert_class"), words.CLASS),
            words.date(row.get("recorded_date")),
            words.line(row.get("to_status")))))
    return {number: (None, [event for *_, event in sorted(events, key=lambda entry: entry[:2])])
            for number, events in found.items()}


def read_changelog(document):
    """(layout 1 or 2, {id: (current word, events)}, {id: (provider, name)} where it has names)."""
    if isinstance(document.get("products"), dict):
        return 1, layout_one(document["products"]), {}
    rows = document["data"]["certprocessstatuschangelog"]
    names = {words.identifier(row.get("product_id")): (words.line(row.get("csp")), words.line(row.get("cso")))
             for row in rows if "csp" in row}
    return 2, later_layouts(rows), names


def overview(record):
    """What a provider states about its own service. Persons, e-mails and telephones are not looked at."""
    properties = record.get("serviceProperties") or {}
    return {
        "certified": certified_services(record.get("certifiedServices")),
        "next-report-on": words.date(properties.get("nextOngoingCertificationReportDate")),
        "trust-center": address(properties.get("trustCenter")),
        "bases": resources(record.get("thirdPartyInformationResources")),
    }


def read_overviews(document):
    """{package id: what its overview states}. Ids may be placeholders: the caller takes those that are listed."""
    records = document
    if isinstance(document, dict):
        records = [document] if "serviceIdentification" in document else document["data"]["frc-cso-pkg"]
    found = {}
    for record in records:
        number = words.identifier(record.get("serviceIdentification", {}).get("fedRampPackageId"))
        if number:
            found[number] = overview(record)
    return found
