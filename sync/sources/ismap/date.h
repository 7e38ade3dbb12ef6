/*
 * Dates as the portal writes them, and the rule of validity. Pure functions.
 */
#ifndef ISMAPFS_ISMAP_DATE_H
#define ISMAPFS_ISMAP_DATE_H

#include <stddef.h>
#include <stdint.h>

/*
 * The dates in a text, as days since 1970: YYYY-MM-DD, YYYY/M/D, YYYY.M.D,
 * YYYY年M月D日, 令和N年M月D日 (元年 too), with full-width digits too; a time of day
 * behind a date is passed over. Returns how many there are, of which at most
 * size are stored; -EINVAL when one of them is no day that exists.
 */
int ismap_dates(const char *text, int64_t *days, size_t size);

/*
 * The last day of a registration whose audited period ended on that day: one year
 * and four months from the day after. Where the month has no such day, the
 * period ends with the month, as the Civil Code (article 143) counts.
 */
int64_t ismap_validity(int64_t audited_until);

#endif
