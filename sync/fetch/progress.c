#include "fetch/progress.h"

#include <stdio.h>
#include <unistd.h>

#include "common/messages.h"
#include "common/timestamp.h"

#define BAR_WIDTH 30
#define REDRAW_INTERVAL 100

void progress_begin(struct progress *progress)
{
	progress->terminal = isatty(STDERR_FILENO) == 1;
	progress->started = timestamp_now();
	progress->shown = 0;
	progress->drawn = false;
}

#define AMOUNT_TEXT_SIZE 32

static void print_amount(const struct progress *progress, double amount, bool rate,
			 char text[static AMOUNT_TEXT_SIZE])
{
	const char *unit = "B";

	if (!progress->bytes) {
		(void)snprintf(text, AMOUNT_TEXT_SIZE, "%.*f", rate ? 1 : 0, amount);
		return;
	}
	if (amount >= 1e6) {
		amount /= 1e6;
		unit = "MB";
	} else if (amount >= 1e3) {
		amount /= 1e3;
		unit = "kB";
	}
	(void)snprintf(text, AMOUNT_TEXT_SIZE, "%.*f %s", amount < 100 ? 1 : 0, amount, unit);
}

static void print_line(const struct progress *progress, size_t done, size_t total, int64_t elapsed)
{
	static const char bar[] = "##############################";
	char part[AMOUNT_TEXT_SIZE], whole[AMOUNT_TEXT_SIZE], rate[AMOUNT_TEXT_SIZE];
	char remaining[AMOUNT_TEXT_SIZE * 2];
	int64_t left =
		done > 0 && total > done ? elapsed * (int64_t)(total - done) / (int64_t)done : 0;
	long long minutes = elapsed / 60000, seconds = elapsed / 1000 % 60;

	print_amount(progress, (double)done, false, part);
	print_amount(progress, (double)total, false, whole);
	print_amount(progress, elapsed > 0 ? (double)done * 1000 / (double)elapsed : 0.0, true,
		     rate);
	(void)snprintf(remaining, sizeof(remaining), _("%lld:%02lld left"),
		       (long long)(left / 60000), (long long)(left / 1000 % 60));
	if (total == 0)
		(void)fprintf(stderr, "\r%s: %s, %s/s, %lld:%02lld \033[K", progress->label, part,
			      rate, minutes, seconds);
	else
		(void)fprintf(stderr, "\r%s: [%-*.*s] %s/%s, %s/s, %lld:%02lld, %s \033[K",
			      progress->label, BAR_WIDTH,
			      done < total ? (int)(done * BAR_WIDTH / total) : BAR_WIDTH, bar, part,
			      whole, rate, minutes, seconds, remaining);
}

void progress_show(struct progress *progress, size_t done, size_t total)
{
	int64_t now = timestamp_now();

	if (!progress->terminal ||
	    (now - progress->shown < REDRAW_INTERVAL && (total == 0 || done < total)))
		return;
	progress->shown = now;
	progress->drawn = true;
	print_line(progress, done, total, now - progress->started);
}

void progress_end(struct progress *progress)
{
	if (progress->drawn)
		(void)fputs("\r\033[K", stderr);
	progress->drawn = false;
}
