#!/usr/bin/env python3
"""Checks the independent reading itself, by answers that were worked out by hand.

Usage: fedramp_today_check.py [FOLDER]

FOLDER holds real days (`*.data.json`, `*.fedramp-status-changelog.json`); without it those cases are skipped.
"""

import glob
import importlib.util
import os
import sys
import tempfile
import unittest

import fedramp_documents as documents
import fedramp_publication
import fedramp_today as oracle


def load_made_up():
    """The documents for tests; the program has this folder's program's file name in another folder."""
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "publications", "fedramp_today.py")
    specification = importlib.util.spec_from_file_location("made_up", path)
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


made_up = load_made_up()
DAYS = sys.argv.pop() if len(sys.argv) > 1 and os.path.isdir(sys.argv[-1]) else None
DAY = "2026-10-01"

# On 2026-04-27 the changelog's last row of these is a review; they were and stay certified.
STAY_CERTIFIED = {
    "MSO365MT", "FR1809360201", "FR2013059515", "FR2004146362", "FR1814168113", "FR1718334757", "F1605027892",
    "FR1814240140", "FR1731347234", "FR1711546389", "FR2108360349", "FR2103344623"}
# The list of 2026-04-27 calls these In Process, the changelog of 2026-05-29 Authorized, and so did later lists.
CERTIFIED_BEFORE_THE_LIST = {
    "FR2416859101", "FR2421035110", "FR2335051964", "FR2023864279A", "FR2515655059", "FR2503350987",
    "FR2420341612", "FR2606141075", "FR2310239588", "FR2619434440", "FR2525556241XM"}

# What the odd rows of the generator state, where that differs from the row without the oddity.
ODD = {
    "id-number": {},
    "id-object": {},
    "id-blank-behind": {},
    "id-lower-case": {},
    "id-digits": {},
    "list-as-text": {"agencies": None},
    "list-null": {"agencies": None},
    "half-a-character": {"name": "Half \ufffd of it"},
    "control-character": {"name": "Nul \ufffd and bell \ufffd"},
    "old-status": {"status": "certified", "status.source": "FedRAMP Authorized", "in-force": "yes"},
    "unheard-status": {"status": "unknown", "status.source": "FedRAMP Paused", "in-force": "unknown"},
    "status-null": {"status": "unknown", "status.source": None, "in-force": "unknown"},
    "old-names": {},
    "alias-date": {},
    "path-20x": {"certification-path": None},
    "yes-as-text": {"under-corrective-action-plan": "yes"},
    "counter-as-text": {},
    "assessment-number": {"annual-assessment": None},
    "date-words": {"registered-on": None, "corrective-action-plan-on": None},
    "date-american": {"registered-on": "2023-02-28"},
    "date-impossible": {"registered-on": None},
    "level-case": {"level": "li-saas"},
    "services-in-scope": {"certified-services": "Alpha\nBeta", "certified-services.tsv": "service\tcategory\nAlpha\t\nBeta\t",
                          "trust-center": "https://trust.example/"},
    "trust-center-text": {"trust-center": "https://trust.example/text"},
    "name-with-slash": {"name": "A/B C\u2122 \u2013 \u200b"},
    "member-unheard-of": {},
}


def read(*made):
    """The publication that these documents make up, through files as the program gets them."""
    with tempfile.TemporaryDirectory() as folder:
        paths = []
        for index, document in enumerate(made):
            paths.append(os.path.join(folder, str(index)))
            with open(paths[-1], "w", encoding="utf-8") as file:
                made_up.json.dump(document, file)
        return fedramp_publication.Publication(paths)


def decided(list_status, layout, rows, current=()):
    """(status, its source, the word that wasn't taken) of one service A."""
    changelog = made_up.changelog_document(layout, DAY, *made_up.changelog_rows([*rows, *current]))
    wanted = read(made_up.list_document(DAY, [made_up.data_row("A", list_status)]), changelog).services["A"]
    return wanted["status"], wanted["status.source"], wanted["status.changelog"]


class FirstLayout(unittest.TestCase):
    def test_the_current_status_decides_and_rows_are_events(self):
        rows = ["A|2018-05-14||Authorized", "A|2022-05-19||PMO Review"]
        self.assertEqual(decided("FedRAMP Authorized", 1, rows, ["A==Authorized"]),
                         ("certified", "FedRAMP Authorized", None))
        self.assertEqual(decided("FedRAMP In Process", 1, rows, ["A==Authorized"]),
                         ("certified", "Authorized", None))
        self.assertEqual(decided("FedRAMP Authorized", 1, rows, ["A==No Status Found"]),
                         ("unknown", "No Status Found", None))

    def test_events_of_one_day_stay_in_the_order_of_the_file(self):
        document = made_up.changelog_document(1, DAY, *made_up.changelog_rows(
            ["A|2013-09-16||PMO Review", "A|2013-09-16||Authorized"]))
        services = read(made_up.list_document(DAY, [made_up.data_row("A", "FedRAMP Authorized")]), document).services
        self.assertEqual(services["A"]["events.tsv"],
                         "date\tfrom\tto\ttype\tpath\tclass\trecorded-on\n"
                         "2013-09-16\t\tin-process\t\t\t\t\n2013-09-16\t\tcertified\t\t\t\t")

    def test_what_it_calls_delisted_is_delisted_on_that_day(self):
        document = made_up.changelog_document(1, DAY, *made_up.changelog_rows(
            ["A|2026-04-24||No Status Found (Delisted)", "B|2026-04-25||No Status Found (Delisted)", "C|2026-01-01||FRR"]))
        publication = read(made_up.list_document(DAY, [made_up.data_row("A", "FedRAMP Authorized")]), document)
        found = {number: (wanted["status"], wanted["name"], wanted["delisted-on"], wanted["delisted-on.basis"])
                 for number, wanted in publication.services.items()}
        self.assertEqual(found, {"A": ("delisted", "Service A", "2026-04-24", "stated"),
                                 "B": ("delisted", None, "2026-04-25", "stated")})


class LaterLayouts(unittest.TestCase):
    CERTIFIED = ["A|2018-01-02|PMO Review|Authorized|Rev5|Agency|Class C"]
    REMEDIATION = [*CERTIFIED, "A|2026-07-22|Authorized|FedRAMP Certified (In Remediation)|Rev5|Agency|Class C"]

    def check(self, list_status, rows, *wanted):
        for layout in (2, 3):
            self.assertEqual(decided(list_status, layout, rows), wanted)

    def test_remediation_and_delisting_win(self):
        self.check("FedRAMP Authorized", self.REMEDIATION, "certified-in-remediation",
                   "FedRAMP Certified (In Remediation)", None)
        self.check("FedRAMP Authorized", [*self.CERTIFIED, "A|2026-08-12|Authorized|No Status Found (Delisted)"],
                   "delisted", "No Status Found (Delisted)", None)

    def test_remediation_outlives_another_effort(self):
        effort = ["A|2026-08-01||Initial Implementation|20x", "A|2026-08-20|Initial Implementation|FedRAMP Certified|20x"]
        self.check("FedRAMP Authorized", [*self.REMEDIATION, *effort[:1]], "certified-in-remediation",
                   "FedRAMP Certified (In Remediation)", "initial-implementation")
        self.check("FedRAMP Authorized", [*self.REMEDIATION, *effort], "certified-in-remediation",
                   "FedRAMP Certified (In Remediation)", "certified")

    def test_remediation_ends_by_what_leads_out_of_it(self):
        self.check("FedRAMP Certified (In Remediation)",
                   [*self.REMEDIATION, "A|2026-09-01|FedRAMP Certified (In Remediation)|FedRAMP Certified"],
                   "certified", "FedRAMP Certified", None)

    def test_a_delisted_product_can_come_again(self):
        rows = ["A|2026-04-01|FRR|Delisted", "A|2026-06-01|No Status Found (Delisted)|Initial Implementation"]
        self.check("Initial Implementation", rows, "initial-implementation", "Initial Implementation", None)

    def test_a_certification_wins_where_it_comes_out_of_the_lists_state(self):
        self.check("FedRAMP In Process", ["A|2026-09-23|PMO Review|FedRAMP Certified"],
                   "certified", "FedRAMP Certified", None)
        two_steps = ["A|2026-09-01|Agency Review|PMO Review", "A|2026-09-23|FedRAMP In Process|FedRAMP Certified"]
        self.check("Agency In Process", two_steps, "certified", "FedRAMP Certified", None)

    def test_a_certification_out_of_another_state_does_not(self):
        self.check("FedRAMP Ready", ["A|2026-09-01||Agency Review", "A|2026-09-23|PMO Review|FedRAMP Certified"],
                   "legacy-ready", "FedRAMP Ready", "certified")
        self.check("FedRAMP Certified (In Remediation)", self.CERTIFIED, "certified-in-remediation",
                   "FedRAMP Certified (In Remediation)", "certified")

    def test_a_review_takes_no_certification_away(self):
        self.check("FedRAMP Authorized", [*self.CERTIFIED, "A|2026-07-01|FedRAMP Certified|Agency Review"],
                   "certified", "FedRAMP Authorized", "agency-in-process")

    def test_class_and_type_are_those_of_the_certification(self):
        rows = ["A|2026-03-06|Initial Program Review|Authorized|20x|Program|Class C", "A|2026-04-08||FRR|Rev5|Agency|Class D"]
        changelog = made_up.changelog_document(3, DAY, *made_up.changelog_rows(rows))
        row = made_up.data_row("A", "FedRAMP Authorized", auth_type="")
        wanted = read(made_up.list_document(DAY, [row]), changelog).services["A"]
        self.assertEqual((wanted["class"], wanted["certification-type"], wanted["certification-path"]),
                         ("c", "20x", "program"))


class Rows(unittest.TestCase):
    def generated(self, *odd):
        row = made_up.random_row("7", 0)
        for name in odd:
            made_up.ODD[name](row)
        return read(made_up.list_document(DAY, [row]))

    def test_each_odd_row(self):
        plain = self.generated().services["FR9100000000"]
        for name, differs in ODD.items():
            with self.subTest(name):
                found, = self.generated(name).services.values()
                self.assertEqual(found, {**plain, **differs})

    def test_invented_rows_are_left_out(self):
        for name in ("fake", "super-csp", "public-status-empty"):
            publication = self.generated(name)
            self.assertEqual((publication.services, publication.invented), ({}, 1))

    def test_links_of_all_kinds_and_every_oddity_is_checked(self):
        self.assertEqual(self.generated("links-are-ids").links,
                         {("FR9100000001", "FR9100000000"), ("FR9100000002", "FR9100000000")})
        self.assertEqual(self.generated("link-is-object").links, {("FR9100000003", "FR9100000000")})
        elsewhere = {"fake", "super-csp", "public-status-empty", "links-are-ids", "link-is-object"}
        self.assertEqual(set(made_up.ODD), set(ODD) | elsewhere)

    def test_an_overview_adds_to_a_listed_service_alone(self):
        overviews = made_up.few_overviews(DAY, ["A=Mail:High,Files:Low,on:B,out:Chat", "PLACEHOLDER=X:Low"])
        rows = [made_up.data_row("A", "FedRAMP Authorized"), made_up.data_row("B", "FedRAMP Authorized")]
        publication = read(made_up.list_document(DAY, rows), overviews)
        self.assertEqual(publication.services["A"]["certified-services.tsv"], "service\tcategory\nMail\tHigh\nFiles\tLow")
        self.assertEqual(publication.services["A"]["next-report-on"], "2027-01-19")
        self.assertIsNone(publication.services["A"]["certification-type"])
        self.assertEqual((publication.links, set(publication.services)), ({("A", "B")}, {"A", "B"}))


class Trees(unittest.TestCase):
    """The comparison finds no difference in a right tree, and each one that is put into it."""

    def lay_out(self, publication, top):
        for number, wanted in publication.services.items():
            folder = os.path.join(top, "delisted" if wanted["status"] == "delisted" else "services", number)
            os.makedirs(os.path.join(folder, "leverages"))
            for name, value in {**wanted, "in-force.basis": "a reason"}.items():
                if value is not None:
                    with open(os.path.join(folder, name), "w", encoding="utf-8") as file:
                        file.write(value + "\n")
            for facet, word in (("by-status", wanted["status"]), ("by-class", wanted["class"])):
                if word and wanted["status"] != "delisted":
                    os.makedirs(os.path.join(top, facet, word, number))
            for agency in (wanted["agencies"] or "").split("\n"):
                if agency and wanted["status"] != "delisted":
                    os.makedirs(os.path.join(top, "agencies", agency.lower(), "services", number))
                    with open(os.path.join(top, "agencies", agency.lower(), "name"), "w", encoding="utf-8") as file:
                        file.write(agency + "\n")
        for user, base in publication.links:
            if {user, base} <= publication.present():
                os.mkdir(os.path.join(top, "services", user, "leverages", base))

    def test_a_tree_and_its_faults(self):
        rows = [made_up.random_row("3", index) for index in range(40)]
        publication = read(made_up.list_document(DAY, rows))
        number = min(number for number in publication.present() if publication.services[number]["class"])
        faults = {
            "status": lambda top: open(os.path.join(top, "services", number, "status"), "w").close(),
            "a file less": lambda top: os.remove(os.path.join(top, "services", number, "class")),
            "a service more": lambda top: os.mkdir(os.path.join(top, "services", "MORE")),
            "a place in by-class": lambda top: os.makedirs(os.path.join(top, "by-class", "class-z", number)),
            "an agency": lambda top: os.makedirs(os.path.join(top, "agencies", "none", "services", number)),
            "a link": lambda top: os.mkdir(os.path.join(top, "services", number, "leverages",
                                                        max(publication.present()))),
        }
        with tempfile.TemporaryDirectory() as top, open(os.devnull, "w", encoding="utf-8") as nowhere:
            self.lay_out(publication, top)
            self.assertEqual(oracle.compare(publication, top, {}).differences, 0)
        for what, fault in faults.items():
            with self.subTest(what), tempfile.TemporaryDirectory() as top:
                self.lay_out(publication, top)
                fault(top)
                shown, sys.stdout = sys.stdout, open(os.devnull, "w", encoding="utf-8")
                try:
                    self.assertGreater(oracle.compare(publication, top, {}).differences, 0)
                finally:
                    sys.stdout.close()
                    sys.stdout = shown

    def test_what_leaves_without_a_word_is_absent(self):
        rows = [made_up.data_row("A", "FedRAMP Ready"), made_up.data_row("B", "FedRAMP Ready")]
        seen = {}
        oracle.follow(read(made_up.list_document("2026-10-01", rows)), seen)
        gone = oracle.follow(read(made_up.list_document("2026-10-02", rows[:1])), seen)
        self.assertEqual((gone["B"]["delisted-on"], gone["B"]["delisted-on.basis"]), ("2026-10-02", "absent"))
        changelog = made_up.changelog_document(1, DAY, *made_up.changelog_rows(["B|2026-09-30||Delisted"]))
        gone = oracle.follow(read(made_up.list_document("2026-10-03", rows[:1]), changelog), seen)
        self.assertEqual((gone["B"]["delisted-on"], gone["B"]["delisted-on.basis"]), ("2026-09-30", "stated"))


@unittest.skipUnless(DAYS, "no real days were given")
class RealDays(unittest.TestCase):
    def day(self, list_day, changelog_day):
        return fedramp_publication.Publication([glob.glob("%s/%s*.data.json" % (DAYS, list_day))[0],
                                   glob.glob("%s/%s*changelog.json" % (DAYS, changelog_day))[0]])

    def test_who_stays_certified_though_the_last_row_is_a_review(self):
        publication = self.day("2026-04-27", "2026-04-27")
        reviewed = {number for number, (current, events) in publication.changelog.items()
                    if current == "Authorized" and events[-1].to_status != "certified"}
        self.assertEqual(reviewed, STAY_CERTIFIED)
        self.assertEqual({publication.services[number]["status"] for number in reviewed}, {"certified"})

    def test_who_is_certified_before_the_list_says_so(self):
        for changelog_day, wanted in (("2026-04-27", set()), ("2026-05-29", CERTIFIED_BEFORE_THE_LIST)):
            publication = self.day("2026-04-27", changelog_day)
            found = {number for number, values in publication.listed.items() if values["status"] != "certified" and
                     publication.services[number]["status"] == "certified"}
            self.assertEqual(found, wanted)
        self.assertEqual(self.day("2026-04-23", "2026-04-23").services["FR2416859101"]["status"], "certified")
        self.assertEqual(self.day("2026-04-25", "2026-04-25").services["FR2416859101"]["status"], "in-process")

    def test_a_day_as_products_json_states_the_same(self):
        paths = [glob.glob(DAYS + "/2026-04-27*.data.json")[0], glob.glob(DAYS + "/2026-04-27*changelog.json")[0]]
        both = fedramp_publication.Publication(paths).services
        alone = read(made_up.convert(paths), documents.load(paths[1])).services
        self.assertEqual(both.keys(), alone.keys())
        for number, wanted in both.items():
            for name in set(fedramp_publication.WANTED) - set(made_up.ONLY_PRODUCTS):
                self.assertEqual(alone[number][name], wanted[name], (number, name))


if __name__ == "__main__":
    unittest.main()
