#!/usr/bin/env python3
"""Writes a table of tab-separated text in another way.

Usage: tables.py FORM <TABLE >OUT

comma      CSV as Excel saves it as "CSV UTF-8": a mark, CR LF, every cell quoted
semicolon  UTF-16 with semicolons, a first line that says so, and a blank line at the end
tab        tabs, with lines that end in CR
json       {"page": {"rows": [...]}} with null for what is blank
jsonl      an object a line, without what is blank
xlsx       the least workbook that is one: one sheet, texts in line
"""

import csv
import io
import json
import sys
import zipfile
from xml.sax.saxutils import escape


def separated(rows, **dialect):
    out = io.StringIO()
    csv.writer(out, **dialect).writerows(rows)
    return out.getvalue()


def objects(rows, blank):
    for row in rows[1:]:
        item = dict(zip(rows[0], (cell or None for cell in row)))
        yield item if blank else {name: cell for name, cell in item.items() if cell is not None}


def column_name(number):
    return chr(ord("A") + number)


def workbook(rows):
    types = '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">' \
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>' \
        '<Default Extension="xml" ContentType="application/xml"/>' \
        '<Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>' \
        '<Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>'
    relations = '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">' \
        '<Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/%s" Target="%s"/></Relationships>'
    book = '<?xml version="1.0"?><workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" ' \
        'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">' \
        '<sheets><sheet name="List" sheetId="1" r:id="r1"/></sheets></workbook>'
    sheet = '<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
    for number, row in enumerate(rows, 1):
        sheet += '<row r="%d">' % number
        for column, cell in enumerate(row):
            if cell:
                sheet += '<c r="%s%d" t="inlineStr"><is><t xml:space="preserve">%s</t></is></c>' % (
                    column_name(column), number, escape(cell))
        sheet += "</row>"
    sheet += "</sheetData></worksheet>"
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", types)
        archive.writestr("_rels/.rels", relations % ("officeDocument", "xl/workbook.xml"))
        archive.writestr("xl/workbook.xml", book)
        archive.writestr("xl/_rels/workbook.xml.rels", relations % ("worksheet", "worksheets/sheet1.xml"))
        archive.writestr("xl/worksheets/sheet1.xml", sheet)
    return out.getvalue()


def main(form):
    rows = [line.rstrip("\n").split("\t") for line in io.TextIOWrapper(sys.stdin.buffer, "utf-8", newline="\n")]
    out = sys.stdout.buffer
    if form == "comma":
        out.write(separated(rows, quoting=csv.QUOTE_ALL).encode("utf-8-sig"))
    elif form == "semicolon":
        out.write(("sep=;\r\n" + separated(rows, delimiter=";") + "\r\n").encode("utf-16"))
    elif form == "tab":
        out.write(separated(rows, delimiter="\t", lineterminator="\r").encode())
    elif form == "json":
        out.write(json.dumps({"page": {"rows": list(objects(rows, True))}}, indent=1).encode())
    elif form == "jsonl":
        # The first object has every member, in the order of the headings.
        items = list(objects(rows, False))
        out.write("".join(json.dumps(item, ensure_ascii=False) + "\n" for item in items).encode())
    elif form == "xlsx":
        out.write(workbook(rows))
    else:
        sys.exit(__doc__)


main(sys.argv[1] if len(sys.argv) == 2 else "")
