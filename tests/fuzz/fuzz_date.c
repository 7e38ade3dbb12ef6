/* Dates, times, zones and lengths of time, as publications, portals and people write them. */
#include <errno.h>

#include "common/cleanup.h"
#include "util/duration.h"
#include "fuzz.h"
#include "sources/ismap/date.h"
#include "sources/source.h"
#include "util/text/text.h"
#include "common/timestamp.h"

static void check_instant(int64_t instant)
{
	char text[TIMESTAMP_TEXT_SIZE];
	int64_t again;

	timestamp_format(instant, text);
	/* Years that need five digits, or a sign, aren't read. */
	if (strlen(text) != strlen("YYYY-MM-DDTHH:MM:SSZ") || text[0] == '-' ||
	    strncmp(text, "0000", 4) == 0)
		return;
	promise(timestamp_parse(text, "UTC", &again) == 0);
	promise(again == floor_divide(instant, 1000) * 1000);
}

static void check_day(int64_t days)
{
	char text[DAY_TEXT_SIZE];
	int64_t again;

	day_format(days, text);
	promise(day_parse(text, &again) == 0 && again == days);
}

static void check_zone(const char *text)
{
	int64_t offset;
	int r = zone_offset(text, 0, &offset);

	promise(r == 0 || r == -EINVAL);
	promise(offset > -MILLISECONDS_PER_DAY && offset < MILLISECONDS_PER_DAY);
}

static void check_portal_dates(const char *text)
{
	int64_t days[4];
	int count;

	/* As JSON is, by then. */
	if (!text_is_utf8((const unsigned char *)text, strlen(text)))
		return;
	count = ismap_dates(text, days, 4);
	promise(count >= 0 || count == -EINVAL);
	for (int i = 0; i < count && i < 4; i++) {
		check_day(days[i]);
		if (civil_from_days(days[i]).year >= 9998)
			continue;
		promise(ismap_validity(days[i]) >= days[i] + 480);
		promise(ismap_validity(days[i]) <= days[i] + 490);
	}
}

static void check_duration(const char *text)
{
	char written[DURATION_TEXT_SIZE];
	int64_t milliseconds;

	if (duration_parse(text, &milliseconds) < 0)
		return;
	promise(milliseconds >= 0 && milliseconds <= DURATION_MAX);
	duration_format(milliseconds, written);
	promise(written[0] != '\0');
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const zones[] = {"UTC", "+09:00", "-11:30", "Asia/Tokyo",
					    "America/New_York"};
	static const struct reader *const tried[] = {&reader_fedramp, &reader_interchange,
						     &reader_ismap};
	_cleanup_free_ char *text = fuzz_text(data, size);
	int64_t instant, days;

	for (size_t i = 0; i < sizeof(zones) / sizeof(zones[0]); i++)
		if (timestamp_parse(text, zones[i], &instant) == 0)
			check_instant(instant);
	if (day_parse(text, &days) == 0)
		check_day(days);
	check_zone(text);
	/* What comes from a portal has been checked to be UTF-8. */
	if (text_is_utf8(data, size))
		check_portal_dates(text);
	check_duration(text);
	for (size_t i = 0; i < sizeof(tried) / sizeof(tried[0]); i++)
		if (document_peek(tried[i]->documents, data, size, &instant) == 0)
			check_instant(instant);
	return 0;
}
