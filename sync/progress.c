#include "progress.h"

#include <stdio.h>
#include <unistd.h>

#include "timestamp.h"

#define BAR_WIDTH 30
#define REDRAW_INTERVAL 100

void progress_begin(struct progress *progress)
{
	progress->terminal = isatty(STDERR_FILENO) == 1;
	progress->started = timestamp_now();
	progress->shown = 0;
}

void progress_show(struct progress *progress, size_t done, size_t total)
{
	static const char bar[] = "##############################";
	int64_t now = timestamp_now(), elapsed = now - progress->started;
	int filled = (int)(done * BAR_WIDTH / (total > 0 ? total : 1));
	int64_t left = done > 0 ? elapsed * (int64_t)(total - done) / (int64_t)done : 0;

	if (!progress->terminal || (now - progress->shown < REDRAW_INTERVAL && done < total))
		return;
	progress->shown = now;
	(void)fprintf(stderr,
		      "\r%s: [%-*.*s] %zu/%zu, %.1f/s, %lld:%02lld, %lld:%02lld left \033[K",
		      progress->label, BAR_WIDTH, filled, bar, done, total,
		      elapsed > 0 ? (double)done * 1000 / (double)elapsed : 0.0,
		      (long long)(elapsed / 60000), (long long)(elapsed / 1000 % 60),
		      (long long)(left / 60000), (long long)(left / 1000 % 60));
}

void progress_end(struct progress *progress)
{
	if (progress->terminal)
		(void)fputs("\r\033[K", stderr);
}
