#!/usr/bin/env python3
"""A made-up list with a past, for the report, in the interchange format, on stdout.

report_list.py 1|2|3: its publications of 2026-08-01, 2026-09-20 and 2026-10-15.
"""

import json
import sys

DAYS = ["2026-08-01", "2026-09-20", "2026-10-15"]


def service(number, name, provider="Filling Co", status="registered", **more):
    return {"number": number, "name": name, "provider": provider, "status": status, "status.source": "登録", "level": "ismap",
            **{member.replace("_", "-"): value for member, value in more.items()}}


def main():
    turn = int(sys.argv[1])
    services = [
        service("C1", "クラウド基盤サービス 1号", "甲株式会社", valid_until="2027-10-12", registered_on="2026-01-12",
                description="政府機関等の業務で利用できるクラウド基盤です。" * 60, regions=["東京", "大阪"], url="https://example.jp/1"),
        {**service("C2", "Ｗｉｄｅ－Name Service", "乙 Inc", "registered-liu", valid_until="2026-07-27", registered_on="2026-02-01",
                   url="https://example.jp/2", leverages=["C1"], service_model=["saas"], auditor="=1+1"),
         "level": "ismap-liu", "valid-until.basis": "derived"},
        service("C3", "Same Name"), service("C4", "Same Name"),
        service("C6", "Past It", status="registered" if turn == 1 else "past-date"),
        service("C7", "Old Title" if turn == 1 else "New Title"),
        service("C8", "=1+1", status="unverified"),
    ]
    if turn < 3:
        services.append(service("C5", "Gone Service", valid_until="2027-01-01"))
    if turn > 1:
        services.append(service("C9", "Newcomer"))
    services += [service(f"F{n:03d}", f"Filler {n}", valid_until=f"2027-{n % 9 + 1:02d}-{n % 28 + 1:02d}", service_model=["iaas"]) for n in range(60)]
    json.dump({"format": "ismapfs-interchange", "version": 1, "published": DAYS[turn - 1], "complete": True,
               "registry": {"name": "ismap", "title": "クラウドサービスの見本", "time_zone": "Asia/Tokyo", "language": "ja"},
               "services": services}, sys.stdout, ensure_ascii=False)


if __name__ == "__main__":
    main()
