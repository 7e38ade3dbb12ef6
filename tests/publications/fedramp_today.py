#!/usr/bin/env python3
"""FedRAMP's documents of today, made up or converted, on standard output. The same options give the same bytes.

  fedramp_today.py generate [--seed S] [--services N] [--day DAY] [--odd NAME]... [--plain] [--list-odd]
      A products.json by the programme's data contract. Unless --plain, rows are odd in all ways that ODD lists,
      or in those that --odd names.
  fedramp_today.py convert DATA.json [CHANGELOG.json]
      The same day as products.json by contract. What only one of the two shapes states is in ONLY_DATA and
      ONLY_PRODUCTS below.
  fedramp_today.py data|products DAY ROW...
      A list of a few services. ROW: ID=STATUS, then ,MEMBER=JSON as often as wanted.
  fedramp_today.py changelog LAYOUT DAY ROW...
      LAYOUT is 1, 2 or 3. ROW: ID|DATE|FROM|TO|TYPE|PATH|CLASS|RECORDED, empty or cut short where nothing is
      stated; in layout 1 only ID, DATE and TO count, and ID==WORD sets the current status (else the last TO).
  fedramp_today.py overview DAY ID[=PARTS]...
      Package overviews. PARTS: service:CATEGORY, on:ID (built on it) or out:SERVICE (not in scope), with commas.

Every company in it is invented.
"""

import argparse
import json
import os
import random
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "oracle"))
import fedramp_documents as documents  # noqa: E402
import fedramp_publication  # noqa: E402
import fedramp_words as words  # noqa: E402

# Files of a service that only the one shape can state.
ONLY_DATA = ["ready-on", "in-process-agency-on", "in-process-board-on", "in-process-program-on",
             "in-process-office-on", "url"]
ONLY_PRODUCTS = ["phase", "under-corrective-action-plan", "corrective-action-plan-on", "trust-center",
                 "certified-services", "certified-services.tsv",
                 "status.source"]  # both have it, in other words

STATUS = {
    words.CERTIFIED: "FedRAMP Certified",
    words.REMEDIATION: "FedRAMP Certified (In Remediation)",
    words.READY: "Legacy FedRAMP Ready",
    words.IMPLEMENTATION: "Initial Implementation",
    words.AGENCY: "Agency Authorization In Process",
    words.PROCESS: "FedRAMP In Process",
    words.DELISTED: "Delisted",
    words.UNKNOWN: "Unknown",
}
PHASE = {
    words.CERTIFIED: "Ongoing Certification",
    words.REMEDIATION: "Ongoing Certification",
    words.READY: "Legacy FedRAMP Ready",
    words.IMPLEMENTATION: "Initial Implementation",
    words.AGENCY: "Initial Implementation",
    words.PROCESS: "Initial Implementation",
}
CLASS = {word: source for source, word in words.CLASS.items()}
TYPE = {word: source for source, word in words.TYPE.items()}
# Local time of the nightly run, with the Z that it claims.
EASTERN_NIGHT = "T02:26:07.304Z"


def products_row(number, status, **members):
    """A row by contract: every member, with nothing stated where nothing is known."""
    row = {
        "fedramp_id": number, "name": "Provider of " + number, "cloud_service_provider": "Provider of " + number,
        "cloud_service_offering": "Service " + number, "status": status, "phase": "Unknown", "under_cap": False,
        "cap_date": None, "event_log": [], "authorizations": 0, "reuse": 0, "cert_date": None,
        "cert_path": "Unknown", "cert_type": "Unknown", "cert_class": "Unknown", "impact_level": "Moderate",
        "impact_level_number": "5", "partnering_agency": "", "annual_assessment": "", "independent_assessor": "",
        "service_model": ["SaaS"], "deployment_model": "Public Cloud", "leveraged_systems": [],
        "agency_authorizations": [""], "agency_reuse": [""], "service_description": "", "fedramp_msg": "", "uei": "",
        "small_business": False, "business_categories": [], "service_acronym": None, "trust_center": None,
        "secure_configuration_guidance": None, "certified_services": [], "third_party_information_resources": None,
    }
    row.update(members)
    return row


def data_row(number, status, **members):
    """A row of data.json: words instead of null."""
    row = {
        "id": number, "name": "Provider of " + number, "csp": "Provider of " + number, "cso": "Service " + number,
        "service_offering": "Service " + number, "status": status, "authorization": 0, "reuse": 0,
        "ready_date": "No FRR Date", "ip_jab_date": "Not Active", "ip_prog_date": "Not Active",
        "ip_agency_date": "Not Active", "ip_pmo_date": "Not In Process", "auth_date": "Not Active",
        "auth_type": "Agency", "fedramp_ready": "No FRR Date", "partnering_agency": "Not In Process",
        "annual_assessment": "", "independent_assessor": "", "service_model": ["SaaS"],
        "deployment_model": "Public Cloud", "impact_level": "Moderate", "impact_level_number": "5",
        "leveraged_systems": [], "agency_authorizations": [""], "agency_reuse": [""], "service_desc": "",
        "fedramp_msg": "", "website": "", "uei": "", "small_business": "No", "business_function": [""],
    }
    row.update(members)
    return row


def list_document(day, rows):
    """Both shapes have this frame; a day alone gets the time at which the programme's nightly run is."""
    data = {"Products": rows}
    if rows and "id" in rows[0]:
        data = {"Metrics": {}, "Filters": {}, "Products": rows, "Agencies": [], "Assessors": [], "AtoMapping": [],
                "ReuseMapping": []}
    stamp = day if "T" in day else day + EASTERN_NIGHT
    return {"meta": {"last_change": stamp, "produced_by": "Nobody at all"}, "data": data}


def changelog_rows(texts):
    """[(id, date, from, to, type, path, class, recorded)], {id: current word} of the command line's rows."""
    rows, current = [], {}
    for text in texts:
        if "|" in text:
            rows.append((text.split("|") + [""] * 7)[:8])
        else:
            number, word = text.split("==", 1)
            current[number] = word
    return rows, current


def changelog_document(layout, stamp, rows, current=()):
    """rows as changelog_rows() gives them. A day gets the true UTC time of the programme's export."""
    stamp = stamp if "T" in stamp else stamp + "T07:26:44.159Z"
    if layout == 1:
        products = {}
        for number, date, _, to, *_ in rows:
            product = products.setdefault(number, {"current_status": to, "statuses": []})
            product["statuses"].append({"status_name": to, "start_date": date + "T04:00:00.000Z"})
            product["current_status"] = to
        for number, word in dict(current).items():
            products.setdefault(number, {"statuses": []})["current_status"] = word
        return {"metadata": {"export_timestamp": stamp, "total_products": len(products)}, "products": products}
    entries = []
    for index, (number, date, before, to, type_, path, class_, recorded) in enumerate(rows):
        entry = {"unique_id": "row-%d" % index, "product_id": number}
        if layout == 2:
            entry.update({"csp": "Provider of " + number, "cso": "Service " + number})
        entry.update({"cert_type": type_, "cert_path": path, "cert_class": class_, "from_status": before,
                      "to_status": to, "transition_date": date + "T04:00:00.000Z",
                      "recorded_date": (recorded or date) + "T18:26:43.593Z"})
        if layout == 2:
            entry.update({"source": "AppSheet", "comments": ""})
        entries.append(entry)
    if layout == 3:
        entries.sort(key=lambda entry: entry["transition_date"])
    return {"metadata": {"export_timestamp": stamp, "total_entries": len(entries)},
            "data": {"certprocessstatuschangelog": entries}}


def overview_record(number, services=(), bases=(), out=()):
    """An overview as a provider writes it, with the persons that a reader leaves out."""
    scope = [{"serviceName": name, "securityCategory": category, "dateAvailable": "2026-01-02",
              "includedInMinimumAssessmentScope": True} for name, category in services]
    scope += [{"serviceName": name, "includedInMinimumAssessmentScope": False} for name in out]
    return {
        "serviceIdentification": {"fedRampPackageId": number, "providerName": "Provider of " + number,
                                  "serviceName": "Service " + number, "certificationType": "20x"},
        "serviceProperties": {"serviceType": ["SaaS"], "deploymentModel": "Public Cloud",
                              "nextOngoingCertificationReportDate": "2027-01-19",
                              "trustCenter": {"repositoryType": ["Trust Center"], "authenticationRequired": False,
                                              "url": "https://trust.example/" + number}},
        "contactInformation": [{"contactType": "Security", "contactName": "A Person Of " + number,
                                "contactEmail": "person@example.invalid", "contactPhone": "202-555-0123"}],
        "certifiedServices": scope,
        "thirdPartyInformationResources": {
            "certified": [{"fedRampCertifiedThirdPartyInformationResource": base, "useCase": "x"} for base in bases],
            "nonCertified": [{"name": "Other", "provider": "Another", "useCase": "y"}]},
    }


def overview_document(day, records):
    return {"metadata": {"export_timestamp": day + "T19:03:37.000Z", "total_entries": len(records)},
            "data": {"frc-cso-pkg": records}}


def converted(row, wanted):
    """A product of data.json as products.json states it, with the status that the day's documents give together."""
    status = wanted["status"]
    remediated = [line.split("\t")[0] for line in (wanted["events.tsv"] or "").split("\n")
                  if line.split("\t")[2:3] == [words.REMEDIATION]]
    keep = ("reuse", "impact_level", "impact_level_number", "independent_assessor", "service_model",
            "deployment_model", "leveraged_systems", "agency_authorizations", "agency_reuse", "fedramp_msg", "uei")
    return products_row(
        row["id"], STATUS[status], **{member: row[member] for member in keep if member in row},
        name=row["csp"], cloud_service_provider=row["csp"], cloud_service_offering=row["cso"],
        phase=PHASE.get(status, "Unknown"), under_cap=status == words.REMEDIATION,
        cap_date=remediated[-1] + "T00:00:00.000Z" if remediated and status == words.REMEDIATION else None,
        authorizations=row.get("authorization", 0), service_description=row.get("service_desc", ""),
        cert_date=row["auth_date"] if words.date(row["auth_date"]) else None,
        cert_path=row["auth_type"] or "Unknown", cert_type=TYPE.get(wanted["certification-type"], "Unknown"),
        cert_class=CLASS.get(wanted["class"], "Unknown"),
        partnering_agency=words.line(row["partnering_agency"]) or "",
        annual_assessment=words.line(row["annual_assessment"]) or "",
        small_business=row["small_business"] == "Yes", business_categories=row["business_function"])


def convert(paths):
    publication = fedramp_publication.Publication(paths)
    loaded = [documents.load(path) for path in paths]
    source = next(document for document in loaded if documents.role(document) == "list")
    rows = [converted(row, publication.services[row["id"].strip()]) for row in source["data"]["Products"]
            if row["id"].strip() in publication.services]
    return {"meta": source["meta"], "data": {"Products": rows}}


def random_row(seed, index):
    """The same for a seed and an index, however many rows there are."""
    draw = random.Random("%s/%d" % (seed, index))
    status = draw.choice([words.CERTIFIED] * 8 + list(STATUS))
    day = "20%02d-%02d-%02d" % (draw.randrange(14, 27), draw.randrange(1, 13), draw.randrange(1, 29))
    held = status in (words.CERTIFIED, words.REMEDIATION)
    type_, level = draw.choice([("Rev5", "High"), ("Rev5", "Moderate"), ("Rev5", "Low"), ("Rev5", "LI-SaaS"),
                                ("20x", "20x Low"), ("20x Pilot", "20x Moderate"), ("Unknown", "20x High")])
    provider = "Invented Provider %02d, Inc." % draw.randrange(40)
    agencies = ["Imaginary Agency %d" % number for number in sorted(draw.sample(range(12), draw.randrange(4)))]
    others = draw.sample(range(60), draw.randrange(3)) if held else []
    return products_row(
        "FR%010d" % (9100000000 + index), STATUS[status], name=provider, cloud_service_provider=provider,
        cloud_service_offering="Imaginary Service %04d" % index, phase=PHASE.get(status, "Unknown"),
        under_cap=status == words.REMEDIATION, cap_date=day + "T00:00:00.000Z" if status == words.REMEDIATION else None,
        authorizations=len(agencies), cert_date=day + "T20:00:00.000Z" if held else None,
        cert_path=draw.choice(["JAB", "Agency", "Program", "Unknown"]), cert_type=type_,
        # On purpose not what the level suggests: a class is stated, never derived.
        cert_class=draw.choice(["Class A", "Class B", "Class C", "Class D", "Unknown"]), impact_level=level,
        annual_assessment="%02d/%02d" % (draw.randrange(1, 13), draw.randrange(1, 29)),
        independent_assessor="Invented Assessor %d" % draw.randrange(5), agency_authorizations=agencies or [""],
        service_model=draw.sample(["SaaS", "PaaS", "IaaS"], draw.randrange(1, 4)), small_business=draw.random() < 0.4,
        leveraged_systems=[{"id": "FR%010d" % (9100000000 + other)} for other in others if other != index],
        event_log=[{"date": day, "category": "Status", "description": "A person wrote this."}])


def rename(row, before, after):
    row[after] = row.pop(before)


# What a publisher did, or may do: name -> what it does to a row. Each is put upon rows of its own.
ODD = {
    "id-number": lambda row: row.update(fedramp_id=int(row["fedramp_id"][2:])),
    "id-object": lambda row: row.update(fedramp_id={"id": row["fedramp_id"]}),
    "id-blank-behind": lambda row: row.update(fedramp_id=row["fedramp_id"] + " "),
    "list-as-text": lambda row: row.update(service_model="SaaS, PaaS", agency_authorizations="Agency of One, Ltd"),
    "list-null": lambda row: row.update(service_model=None, agency_authorizations=None),
    "links-are-ids": lambda row: row.update(leveraged_systems=["FR9100000001", "FR9100000002"]),
    "link-is-object": lambda row: row.update(leveraged_systems={"id": "FR9100000003"}),
    "half-a-character": lambda row: row.update(cloud_service_offering="Half \ud83d of it", service_description="\udc00"),
    "control-character": lambda row: row.update(cloud_service_offering="Nul \u0000 and bell \u0007"),
    "fake": lambda row: row.update(fedramp_id="FAKE-" + row["fedramp_id"][-8:]),
    "super-csp": lambda row: row.update(cloud_service_provider="SUPER-CSP", cloud_service_offering="SuperFile"),
    "public-status-empty": lambda row: row.update(public_status=""),
    "old-status": lambda row: row.update(status="FedRAMP Authorized"),
    "unheard-status": lambda row: row.update(status="FedRAMP Paused"),
    "status-null": lambda row: row.update(status=None),
    "old-names": lambda row: (rename(row, "cert_date", "auth_date"), rename(row, "cert_path", "auth_type")),
    "alias-date": lambda row: rename(row, "cert_date", "fedramp_auth"),
    "path-20x": lambda row: row.update(cert_path="20x"),
    "yes-as-text": lambda row: row.update(small_business="Yes", under_cap="true"),
    "counter-as-text": lambda row: row.update(authorizations="3", reuse=None),
    "assessment-number": lambda row: row.update(annual_assessment=45123),
    "date-words": lambda row: row.update(cert_date="Not Authorized", cap_date=""),
    "date-american": lambda row: row.update(cert_date="2/28/2023"),
    "date-impossible": lambda row: row.update(cert_date="2/29/2023"),
    "level-case": lambda row: row.update(impact_level="Li-SaaS"),
    "services-in-scope": lambda row: row.update(certified_services=["Alpha", {"serviceName": "Beta"}],
                                                trust_center={"url": "https://trust.example/"}),
    "trust-center-text": lambda row: row.update(trust_center="https://trust.example/text"),
    "name-with-slash": lambda row: row.update(cloud_service_offering="A/B\r\nC\u2122 \u2013 \u200b"),
    "id-lower-case": lambda row: row.update(fedramp_id=row["fedramp_id"].lower()),
    "id-digits": lambda row: row.update(fedramp_id=row["fedramp_id"][2:]),
    "member-unheard-of": lambda row: row.update(novelty={"a": [1]}),
}


def generate(options):
    rows = [random_row(options.seed, index) for index in range(options.services)]
    names = [] if options.plain else options.odd or list(ODD)
    order = list(range(len(rows)))
    random.Random("odd/%s" % options.seed).shuffle(order)
    for name, index in zip(names, order):
        ODD[name](rows[index])
    return list_document(options.day, rows)


def few(row_of, day, texts):
    """data and products: ID=STATUS,MEMBER=JSON,... A comma within JSON is told by what can be parsed."""
    rows = []
    for text in texts:
        number, rest = text.split("=", 1)
        parts, members = rest.split(","), {}
        status = parts.pop(0)
        while parts:
            member, value = parts.pop(0).split("=", 1)
            while True:
                try:
                    members[member] = json.loads(value)
                    break
                except ValueError:
                    if not parts:
                        raise
                    value += "," + parts.pop(0)
        rows.append(row_of(number, status, **members))
    return list_document(day, rows)


def few_overviews(day, texts):
    records = []
    for text in texts:
        number, _, rest = text.partition("=")
        pairs = [part.split(":", 1) for part in rest.split(",") if part]
        records.append(overview_record(
            number, [pair for pair in pairs if pair[0] not in ("on", "out")],
            [value for key, value in pairs if key == "on"], [value for key, value in pairs if key == "out"]))
    return overview_document(day, records)


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    commands = parser.add_subparsers(dest="command", required=True)
    generated = commands.add_parser("generate")
    generated.add_argument("--seed", default="1")
    generated.add_argument("--services", type=int, default=60)
    generated.add_argument("--day", default="2026-11-20")
    generated.add_argument("--odd", action="append", choices=list(ODD))
    generated.add_argument("--plain", action="store_true")
    generated.add_argument("--list-odd", action="store_true")
    commands.add_parser("convert").add_argument("paths", nargs="+")
    for name in ("data", "products", "overview"):
        command = commands.add_parser(name)
        command.add_argument("day")
        command.add_argument("rows", nargs="*")
    changelog = commands.add_parser("changelog")
    changelog.add_argument("layout", type=int, choices=[1, 2, 3])
    changelog.add_argument("day")
    changelog.add_argument("rows", nargs="*")
    return parser.parse_args()


def main():
    options = arguments()
    if options.command == "generate" and options.list_odd:
        print("\n".join(ODD))
        return
    makers = {
        "generate": lambda: generate(options),
        "convert": lambda: convert(options.paths),
        "data": lambda: few(data_row, options.day, options.rows),
        "products": lambda: few(products_row, options.day, options.rows),
        "changelog": lambda: changelog_document(options.layout, options.day, *changelog_rows(options.rows)),
        "overview": lambda: few_overviews(options.day, options.rows),
    }
    # Escapes: half a character has no bytes of its own.
    json.dump(makers[options.command](), sys.stdout, ensure_ascii=True, indent=1)
    print()


if __name__ == "__main__":
    main()
