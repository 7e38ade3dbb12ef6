#!/usr/bin/env python3
"""Writes a small made-up FedRAMP publication to standard output.

Usage: publication.py DAY COUNT [CHANGE]...

It is of DAY (YYYY-MM-DD, noon) and lists COUNT services, FR0000000001 and so
on, all certified, whose levels and providers alternate. A CHANGE is one of

    ID=STATUS   that service has another status (also a service beyond COUNT)
    ID~NAME     another name
    -ID         it is not listed
"""

import json
import sys

LEVELS = ["High", "Moderate", "Low", "LI-SaaS", "20x Low"]
# Enough of it for documents of several chunks.
PROSE = "Lorem ipsum dolor sit amet, consectetur adipiscing elit. " * 20


def product(number):
    return {
        "id": "FR%010d" % number,
        "name": "Provider %d" % (number // 3),
        "csp": "Provider %d" % (number // 3),
        "cso": "Service %d" % number,
        "service_offering": "Service %d" % number,
        "status": "FedRAMP Authorized",
        "authorization": 1,
        "reuse": 0,
        "ready_date": "No FRR Date",
        "fedramp_ready": "No FRR Date",
        "ip_jab_date": "Not Active",
        "ip_prog_date": "Not Active",
        "ip_agency_date": "2020-01-02T20:00:00.000Z",
        "ip_pmo_date": "Not In Process",
        "auth_date": "2021-%02d-15T20:00:00.000Z" % (number % 12 + 1),
        "auth_type": "Agency",
        "partnering_agency": "Not In Process",
        "annual_assessment": "05/%02d" % (number % 28 + 1),
        "independent_assessor": "Assessor %d" % (number % 7),
        "service_model": ["SaaS"] if number % 2 else ["IaaS", "PaaS"],
        "deployment_model": "Public Cloud",
        "impact_level": LEVELS[number % len(LEVELS)],
        "leveraged_systems": [],
        "agency_authorizations": [""],
        "agency_reuse": [""],
        "service_desc": PROSE,
        "website": "https://example.invalid/%d" % number,
        "uei": "",
        "small_business": "No",
        "business_function": [""],
        "service_last_90": [""],
        "all_others": [""],
    }


def main():
    day, count = sys.argv[1], int(sys.argv[2])
    products = {"FR%010d" % number: product(number) for number in range(1, count + 1)}
    for change in sys.argv[3:]:
        if change.startswith("-"):
            del products[change[1:]]
        elif "=" in change:
            number, status = change.split("=", 1)
            products.setdefault(number, product(int(number[2:])))["status"] = status
        else:
            number, name = change.split("~", 1)
            products[number]["cso"] = products[number]["service_offering"] = name
    # The first service carries every tenth.
    if "FR0000000001" in products:
        products["FR0000000001"]["leveraged_systems"] = [
            {"id": number} for number in products if number.endswith("0")]
    json.dump({
        "meta": {"last_change": day + "T12:00:00.000Z", "produced_by": "a test"},
        "data": {"Metrics": {}, "Filters": {}, "Products": list(products.values()),
                 "Agencies": [], "Assessors": []},
    }, sys.stdout)


main()
