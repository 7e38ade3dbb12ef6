#include "sources/fedramp/verdict.h"

#include <stddef.h>

static bool is(const struct word *word, enum fedramp_status status)
{
	return word == fedramp_status_word(status);
}

/* States that hold until a row leads out of them. */
static bool is_sticky(const struct word *word)
{
	return is(word, FEDRAMP_DELISTED) || is(word, FEDRAMP_IN_REMEDIATION);
}

/* Whether FedRAMP's own word for a status is one that somebody knows. */
static bool is_known(const char *source)
{
	return source && fedramp_word_find(FEDRAMP_STATUS, source);
}

/* While the rows of a later layout are followed. */
struct standing {
	const struct word *listed; /* the list's status */
	bool known;
	bool from_listed;		  /* the rows lead here from the list's status */
	const struct fedramp_event *last; /* the row before */
	const struct fedramp_event *holds;
};

static void follow(struct standing *standing, const struct fedramp_event *event)
{
	const struct word *to = event->to;
	bool stuck = standing->holds && is_sticky(standing->holds->to);

	if (standing->last && standing->last->to != event->from)
		standing->from_listed = false;
	standing->from_listed |= event->from == standing->listed;
	standing->last = event;
	/* An unknown word decides nothing, nor does another certification of the same service. */
	if (!is_known(event->to_source) ||
	    (stuck && !is_sticky(to) && event->from != standing->holds->to))
		return;
	if (is_sticky(to))
		standing->holds = event;
	else if (is(to, FEDRAMP_CERTIFIED))
		standing->holds = standing->from_listed && standing->known ? event : NULL;
	else if (stuck || to == standing->listed)
		standing->holds = NULL;
}

/* The row that says more than the list's status does, or NULL. */
static const struct fedramp_event *decisive(const struct fedramp_service *service,
					    const struct word *listed,
					    const struct fedramp_history *history)
{
	struct standing standing = {
		.listed = listed,
		.known = service && is_known(service->status_source),
	};

	for (size_t i = 0; i < history->count; i++)
		follow(&standing, &history->events[i]);
	/* The list is a step ahead. */
	if (standing.holds && is(listed, FEDRAMP_DELISTED) &&
	    is(standing.holds->to, FEDRAMP_IN_REMEDIATION))
		return NULL;
	return standing.holds;
}

static void decide(const struct fedramp_service *service, const struct fedramp_history *history,
		   int layout, struct fedramp_verdict *verdict)
{
	const struct word *listed = verdict->status, *word = NULL;
	const char *source = NULL;

	if (layout == 1 && !is_known(history->current_source)) {
		verdict->other = history->current;
	} else if (layout == 1) {
		word = history->current;
		source = history->current_source;
	} else {
		const struct fedramp_event *event = decisive(service, verdict->status, history);

		word = event ? event->to : NULL;
		source = event ? event->to_source : NULL;
	}
	if (word && word != verdict->status) {
		verdict->status = word;
		verdict->status_source = source;
		verdict->listed = service ? listed : NULL;
	}
	if (layout != 1 && history->count > 0 &&
	    history->events[history->count - 1].to != verdict->status)
		verdict->other = history->events[history->count - 1].to;
}

/* What was decided before, unless the list says something else by now. */
static void keep(const struct fedramp_decided *former, struct fedramp_verdict *verdict)
{
	if (former->listed && former->listed == verdict->status && former->status) {
		verdict->listed = former->listed;
		verdict->status = former->status;
		verdict->status_source = former->status_source;
	}
	if (former->other != verdict->status)
		verdict->other = former->other;
}

static bool is_certified(const struct word *word)
{
	return is(word, FEDRAMP_CERTIFIED) || is(word, FEDRAMP_IN_REMEDIATION);
}

/* What is in remediation is certified still. */
static bool made(const struct fedramp_event *event, const struct word *status)
{
	return event->to == status || (is_certified(event->to) && is_certified(status));
}

/* The newest row that led to the status; without one the newest of all. */
static const struct fedramp_event *certification(const struct fedramp_history *history,
						 const struct word *status)
{
	for (size_t i = history->count; i > 0; i--)
		if (made(&history->events[i - 1], status))
			return &history->events[i - 1];
	return history->count > 0 ? &history->events[history->count - 1] : NULL;
}

static void add_certification(const struct fedramp_history *history,
			      struct fedramp_verdict *verdict)
{
	const struct fedramp_event *event = certification(history, verdict->status);

	/* What the list states is of one certification: an event of another adds nothing to it. */
	if (!event || (verdict->type && event->type && verdict->type != event->type))
		return;
	verdict->type = verdict->type ? verdict->type : event->type;
	verdict->path = verdict->path ? verdict->path : event->path;
	verdict->class = verdict->class ? verdict->class : event->class;
}

static const char *delisted_on(const struct fedramp_history *history)
{
	for (size_t i = history->count; i > 0; i--)
		if (is(history->events[i - 1].to, FEDRAMP_DELISTED))
			return history->events[i - 1].date;
	return NULL;
}

void fedramp_judge(const struct fedramp_service *service, const struct fedramp_history *history,
		   int layout, const struct fedramp_decided *former,
		   struct fedramp_verdict *verdict)
{
	*verdict = (struct fedramp_verdict){.status = fedramp_status_word(FEDRAMP_UNKNOWN)};
	if (service) {
		verdict->status = service->status;
		verdict->status_source = service->status_source;
		verdict->type = service->type;
		verdict->path = service->path;
		verdict->class = service->class;
	}
	if (former)
		keep(former, verdict);
	else if (history)
		decide(service, history, layout, verdict);
	if (history)
		add_certification(history, verdict);
	if (is(verdict->status, FEDRAMP_DELISTED)) {
		verdict->delisted_basis = "stated";
		verdict->delisted_on = history ? delisted_on(history) : NULL;
	} else if (!service) {
		verdict->delisted_basis = "absent";
	}
}
