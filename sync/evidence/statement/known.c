/* What the statement says of how it is known: lines 6 to 8. */
#include <string.h>

#include "evidence/statement/statement.h"
#include "vocabulary.h"

/* The time of the list, and whose word that is. */
static void put_list(struct statement *s)
{
	const struct evidence_generation *shown = &s->evidence->shown;
	char at[STATEMENT_TEXT_SIZE];

	statement_instant(s, shown->published_at, at);
	if (strcmp(shown->basis, "stated") == 0)
		statement_say(s, " the list of %s (the time that it states itself)",
			      "一覧自身の示す%sの一覧", at);
	else if (strcmp(shown->basis, "given") == 0)
		statement_say(s, " the list of %s (the time that whoever loaded it gave)",
			      "読み込んだ者の申告による%sの一覧", at);
	else
		statement_say(s, " the list that was fetched at %s, which states no time itself",
			      "%sに取得した一覧（一覧自身は日時を示していません）", at);
}

static void put_published(struct statement *s)
{
	const struct evidence *e = s->evidence;
	char until[STATEMENT_TEXT_SIZE];

	statement_instant(s, e->day.held_until, until);
	if (strcmp(e->shown.basis, "fetched") == 0)
		statement_say(s, "SEEN on that day:", "【対象日に取得】");
	else
		statement_say(s, "PUBLISHED on that day:", "【対象日に公表】");
	put_list(s);
	statement_say(s, "%s.", "です%s。",
		      e->lists_that_day < 2		  ? ""
		      : s->language == STATEMENT_JAPANESE ? "（同日の一覧のうち最後のもの）"
							  : ", the last one of that day");
	if (e->day.held_until >= e->ends)
		statement_say(
			s, " At %s, after the day had ended, it was known to be the newest still.",
			"対象日の終了後の%sにも、最新の一覧であったことがわかっています。", until);
	else
		statement_say(
			s,
			" Whether another list followed later that day is not known: this one was known to be the newest until %s.",
			"同日中にさらに別の一覧が公表されたかどうかは不明です（最新であったとわかっているのは%sまで）。",
			until);
}

void statement_put_known(struct statement *s)
{
	const struct evidence *e = s->evidence;
	char until[STATEMENT_TEXT_SIZE], next[STATEMENT_TEXT_SIZE];

	statement_instant(s, e->day.held_until, until);
	statement_day(s, e->next_day, next);
	switch (e->day.basis) {
	case DAY_PUBLISHED: put_published(s); return;
	case DAY_CONFIRMED:
		statement_say(s, "CONFIRMED:", "【確認済み】");
		put_list(s);
		statement_say(
			s, " was known to be the newest still at %s, after the day had ended.",
			"が、対象日の終了後の%sにも最新であったことがわかっています。", until);
		return;
	default:
		statement_say(s, "NOT CONFIRMED: the last one known then is", "【未確認】");
		put_list(s);
		statement_say(
			s,
			", which was known to be the newest until %s. Nothing is known of the time between then and the end of the day. Line 4 repeats that list.",
			"が最新であったとわかっているのは%sまでで、その後対象日の終わりまでのことは確認していません。4はその一覧の内容です。",
			until);
		if (e->next > 0)
			statement_say(s, " The next list that this copy has is of %s.",
				      "この写しがもつ次の一覧は%sのものです。", next);
	}
}

/* The last of the later entries, by its date. */
static const struct evidence_event *find_last(const struct evidence_service *service)
{
	const struct evidence_event *last = &service->events[0];

	for (size_t i = 1; i < service->event_count; i++)
		if (strcmp(service->events[i].event.date, last->event.date) >= 0)
			last = &service->events[i];
	return last;
}

/* Whether the history of that day knew nothing that came behind a date. */
static bool is_last_known(const struct evidence_service *service, const char *date, const char *day)
{
	const char *table = service_text(&service->then, FIELD_EVENTS);
	struct event event;

	while (events_next(&table, &event))
		if (strcmp(event.date, date) > 0 && strcmp(event.date, day) <= 0)
			return false;
	return true;
}

/* The store has the entry's status in this program's word alone. */
static void put_event(struct statement *s, const struct evidence_event *event)
{
	const struct word *word = registry_find_status(s->evidence->list->known, event->event.to);
	const char *status = service_text(&s->service->then, FIELD_STATUS);
	char date[STATEMENT_TEXT_SIZE], recorded[STATEMENT_TEXT_SIZE], seen[STATEMENT_TEXT_SIZE];
	char day[DAY_TEXT_SIZE];

	statement_day(s, event->event.date, date);
	statement_day(s, event->event.recorded, recorded);
	statement_day(s, event->day, seen);
	day_format(s->evidence->day.day, day);
	statement_say(
		s,
		"The publisher's own history, in an entry that this copy first saw with the list of %s, dates the status that this software writes %s",
		"公表元の履歴（この写しでは%sの一覧とともに初めて見られた記載）に、本ソフトウェアが %s",
		seen, event->event.to);
	if (s->language == STATEMENT_JAPANESE && word && word->japanese)
		statement_say(s, "%s", "（%s）", word->japanese);
	statement_say(s, " from %s.", " と記す状態が%sからであると記されています。", date);
	if (event->event.recorded[0] != '\0')
		statement_say(s, " It says that it was recorded on %s.",
			      "記載日は%sとされています。", recorded);
	if (!s->service->listed || !is_last_known(s->service, event->event.date, day))
		return;
	if (strcmp(status, event->event.to) == 0)
		statement_say(s, " By that, line 4 was so on the day.", "4の状態と一致します。");
	else
		statement_say(s, " BY THAT, THE STATUS IN LINE 4 WAS NO LONGER SO ON THE DAY.",
			      "【注意】これによれば、4の状態は対象日には変わっていました。");
}

void statement_put_later(struct statement *s)
{
	const struct evidence_service *service = s->service;
	char newest[STATEMENT_TEXT_SIZE];

	if (!service) {
		statement_say(s, "See the statement about each service.",
			      "1件ごとの文書をご覧ください。");
		return;
	}
	if (service->event_count == 0) {
		statement_instant(s, s->evidence->newest.published_at, newest);
		statement_say(
			s,
			"This copy has no later entry of the publisher's that dates a change of the status back to that day or before. Its newest list is of %s; what was said after that, it doesn't know.",
			"この写しには、公表元が対象日以前にさかのぼって状態の変更を記載した、後日の記載はありません。この写しの最新の一覧は%sのもので、それより後のことはわかりません。",
			newest);
		return;
	}
	put_event(s, find_last(service));
	if (service->event_count > 1)
		statement_say(s, " record.json has all %zu such entries, of that day and before.",
			      "このような対象日以前の記載は%zu件あります（すべては record.json）。",
			      service->event_count);
	statement_next_line(s);
	statement_say(
		s,
		"Line 4 is what a reader could see on the day. This line could not be seen then in this copy of the list.",
		"4は当日に一覧を見た人にわかった内容です。この記載は、この写しでは当日には見られませんでした。");
}

/* Whether it came from a server, and not from a file that somebody had. */
static bool is_fetched(const struct evidence_document *document)
{
	return strstr(document->location, "://") &&
	       strncmp(document->location, "file:", strlen("file:")) != 0;
}

static void put_fetch(struct statement *s, const struct evidence_document *document)
{
	const struct kept_document *kept = document->kept;
	const struct evidence_generation *shown = &s->evidence->shown;
	int64_t fetched = kept ? kept->fetched_at : shown->fetched_at;
	char at[STATEMENT_TEXT_SIZE];

	statement_instant(s, fetched, at);
	if (statement_is_bundled(s))
		statement_say(
			s,
			" THAT CAME WITH THE SOFTWARE, and not from the publisher. Read at %s by the clock of the computer that read it",
			"【注意】本ソフトウェアに同梱されたもので、公表元から取得したものではありません。読み取り日時は%s（読み取ったコンピュータの時計",
			at);
	else if (is_fetched(document))
		statement_say(
			s, " Fetched from there at %s by the clock of the computer that fetched it",
			"取得日時は%s（取得したコンピュータの時計", at);
	else
		statement_say(
			s,
			" THAT IS A FILE: who got it from the publisher, and when, is not known. Read at %s by the clock of the computer that read it",
			"【注意】ファイルから読み込んだもので、いつ誰が公表元から取得したかは不明です。読み取り日時は%s（読み取ったコンピュータの時計",
			at);
	if (!kept)
		statement_say(s, ".", "）。");
	else if (kept->witnessed)
		statement_say(s, ", for which another clock vouched.", "。他の時計と照合済み）。");
	else
		statement_say(s, ", for which nobody vouched.", "。照合なし）。");
	if (fetched < s->evidence->ends)
		return;
	if (strcmp(shown->basis, "stated") == 0)
		statement_say(
			s,
			" THAT IS AFTER THE DAY: that this was the list of the day rests on the time that the document states itself.",
			"【注意】これは対象日より後です。当日の一覧であることは、文書自身が示す日時によります。");
	else if (strcmp(shown->basis, "given") == 0)
		statement_say(
			s,
			" THAT IS AFTER THE DAY: that this was the list of the day rests on the word of whoever loaded it.",
			"【注意】これは対象日より後です。当日の一覧であることは、読み込んだ者の申告によります。");
}

/* Where the publisher's own record is, and what it lacks. */
static void put_record(struct statement *s, const struct evidence_document *document)
{
	const struct record_place *place = document->place;

	statement_say(s, " What that document has of the service is in %s",
		      "その文書のうちこのサービスの記録は %s にあります", s->service->record);
	for (size_t i = 0; place && i < RECORD_PERSONAL_MAX && place->personal[i]; i++)
		statement_say(s, i == 0 ? ", without what may be about persons (%s" : ", %s",
			      i == 0 ? "（個人に関するおそれのある項目 %s" : "、%s",
			      place->personal[i]);
	if (place && place->personal[0])
		statement_say(s, ")", "を除く）");
	if (place && place->fields)
		statement_say(
			s,
			", without fields that this software doesn't know, which may be about persons",
			"（個人に関するおそれがあるため、本ソフトウェアの知らない項目を除く）");
	statement_say(s, ".", "。");
}

void statement_put_source(struct statement *s)
{
	const struct evidence_document *document = evidence_list_document(s->evidence);

	if (!document) {
		statement_say(s, "Not known.", "不明。");
		return;
	}
	statement_say(s, "%s, SHA-256 %s.", "%s、SHA-256 %s。", document->location,
		      document->sha256);
	if (document->place && document->place->fields)
		statement_say(
			s,
			" That is the checksum of what this software collected from the publisher's pages.",
			"このチェックサムは、公表元の各ページから本ソフトウェアが集めた内容のものです。");
	put_fetch(s, document);
	if (s->service && s->service->record)
		put_record(s, document);
	else if (document->kept && s->service && s->service->listed)
		statement_say(
			s,
			" The document was kept, but this software can't cut the service's record out of it.",
			"文書は保存されていますが、本ソフトウェアはサービスの記録を切り出せません。");
	else if (!document->kept)
		statement_say(
			s,
			" The document itself was not kept, so that nothing in this pack is the publisher's own text.",
			"文書そのものは保存されておらず、公表元の原文はこの資料に含まれません。");
}
