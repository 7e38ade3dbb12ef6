/* What the statement says of the list, the service and the day. */
#include <string.h>

#include "evidence/statement/statement.h"
#include "vocabulary.h"

void statement_put_list(struct statement *s)
{
	const struct list *list = s->evidence->list;
	const struct registry *known = list->known;

	if (known && known->publisher)
		statement_say(s, "%s, published by %s.", "%s（公表元: %s）。",
			      list_title(list, s->language == STATEMENT_JAPANESE ? "ja" : "en"),
			      s->language == STATEMENT_JAPANESE ? known->publisher_ja
								: known->publisher);
	else
		statement_say(s, "%s.", "%s。",
			      list_title(list, s->language == STATEMENT_JAPANESE ? "ja" : "en"));
	statement_say(
		s,
		" This statement rests on a copy of the list that a computer read and kept (\"this copy\").",
		"この文書は、コンピュータが読み取って保存した一覧の写し（以下「この写し」）によります。");
	if (!s->evidence->shown.complete)
		statement_say(
			s,
			" WHAT THIS STATEMENT RESTS ON IS NOT THE WHOLE LIST: it has %lld entries and says itself that there are others.",
			"【注意】この文書の元になった写しは一覧の全部ではありません（%lld件のみで、ほかに登録があることを写し自身が示しています）。",
			(long long)s->evidence->shown.services);
	if (s->evidence->origin)
		statement_say(
			s,
			" The maker of this statement did not fetch the list themselves: they follow the copy of somebody else, who signs it with the key %s.",
			"作成者は一覧を自ら取得したのではなく、鍵 %s で署名された他者の写しに従っています。",
			s->evidence->origin);
}

static void put_name(struct statement *s, const struct evidence_service *service,
		     const struct service *values)
{
	const char *name = service_text(values, FIELD_NAME);
	const char *provider = service_text(values, FIELD_PROVIDER_NAME);

	statement_say(s, "%s, \"%s\"", "%s「%s」", service->number, name);
	if (provider[0] != '\0')
		statement_say(s, ", provider \"%s\"", "、提供者「%s」", provider);
}

void statement_put_service(struct statement *s)
{
	const struct evidence_service *service = s->service;

	if (!service) {
		statement_say(
			s,
			"%zu services, named in line 4. services/ has a statement about each of them.",
			"4に記した%zu件。services/ に1件ごとの文書があります。",
			s->evidence->service_count);
		return;
	}
	if (service->then.count > 0) {
		put_name(s, service, &service->then);
		statement_say(s, ", as the list %s them.", "（いずれも一覧%sの表記）。",
			      service->listed ? (s->language == STATEMENT_JAPANESE ? "" : "writes")
					      : (s->language == STATEMENT_JAPANESE
							 ? "に最後に載っていたとき"
							 : "last wrote"));
	} else if (service->entity > 0) {
		put_name(s, service, &service->known);
		statement_say(s, ", as the list wrote them on another day.",
			      "（いずれも別の日の一覧の表記）。");
	} else {
		statement_say(
			s,
			"%s. That number is the maker's own words: the copy of the list, which begins on %s, has never had it.",
			"%s。この番号は作成者によるもので、%sに始まるこの写しの一覧に載ったことはありません。",
			service->number, s->evidence->list->begin);
	}
}

static void put_zone(struct statement *s, const char *zone)
{
	static const struct {
		const char *zone, *english, *japanese;
	} zones[] = {
		{"America/New_York", "US Eastern time", "米国東部時間"},
		{"Asia/Tokyo", "Japan time", "日本時間"},
	};

	for (size_t i = 0; i < sizeof(zones) / sizeof(zones[0]); i++) {
		if (strcmp(zones[i].zone, zone) != 0)
			continue;
		statement_say(s, "%s", "%s",
			      s->language == STATEMENT_JAPANESE ? zones[i].japanese
								: zones[i].english);
		return;
	}
	statement_say(s, "time zone %s", "標準時 %s", zone);
}

static void put_utc(struct statement *s, int64_t instant)
{
	char text[TIMESTAMP_TEXT_SIZE];

	timestamp_format(instant, text);
	statement_say(s, "%.10s %.5s", "%.10s %.5s", text, text + 11);
}

void statement_put_day(struct statement *s)
{
	char day[DAY_TEXT_SIZE], words[STATEMENT_TEXT_SIZE];

	day_format(s->evidence->day.day, day);
	statement_day(s, day, words);
	statement_say(s, "%s, ", "%s（", words);
	put_zone(s, s->evidence->list->zone);
	statement_say(s, " (from ", "、");
	put_utc(s, s->evidence->begins);
	statement_say(s, " to ", "から");
	put_utc(s, s->evidence->ends);
	statement_say(
		s, " UTC). Line 4 is about the end of the day, as far as that is known (line 6).",
		" UTCまで）。4は、その日の終わりの時点についてわかっている範囲（6）での内容です。");
}

static const struct word *find_status(const struct statement *s,
				      const struct evidence_service *service)
{
	return registry_find_status(s->evidence->list->known,
				    service_text(&service->then, FIELD_STATUS));
}

/* The registry's word for a status or, where it has none, this program's. */
static const char *status_name(const struct statement *s, const struct word *word,
			       const char *status)
{
	if (word && word->today)
		return word->today;
	return s->language == STATEMENT_JAPANESE && word && word->japanese ? word->japanese
									   : status;
}

static void put_status(struct statement *s, const struct evidence_service *service)
{
	const struct service *then = &service->then;
	const char *source = service_text(then, FIELD_STATUS_SOURCE);
	const char *status = service_text(then, FIELD_STATUS);
	const char *level = service_text(then, FIELD_LEVEL_SOURCE);
	const char *class = service_text(then, FIELD_CLASS);
	const char *until = service_text(then, FIELD_VALID_UNTIL);
	char day[STATEMENT_TEXT_SIZE];

	if (source[0] != '\0')
		statement_say(s, " The list gave its status as \"%s\".", "状態は「%s」です。",
			      source);
	else
		statement_say(
			s,
			" The list gave no word for its status; this software writes \"%s\" (%s).",
			"一覧は状態の語を示しておらず、本ソフトウェアは「%s」（%s）と記します。",
			status_name(s, find_status(s, service), status), status);
	if (level[0] == '\0')
		level = service_text(then, FIELD_LEVEL);
	if (level[0] != '\0')
		statement_say(s, " Level: \"%s\".", "水準は「%s」です。", level);
	if (class[0] != '\0')
		statement_say(s, " Class: \"%s\".", "クラスは「%s」です。", class);
	if (until[0] == '\0')
		return;
	statement_day(s, until, day);
	if (strcmp(service_text(then, FIELD_VALID_UNTIL_BASIS), "derived") == 0)
		statement_say(
			s,
			" Date: %s, worked out by the programme's rules and not stated by the list.",
			"期限は%sです（制度の規則から計算した日付で、一覧の記載ではありません）。",
			day);
	else
		statement_say(s, " Date that the list gives: until %s.", "一覧の示す期限は%sです。",
			      day);
}

/* How it left, as far as anybody says. */
static void put_left(struct statement *s, const struct evidence_service *service)
{
	char day[STATEMENT_TEXT_SIZE];

	statement_day(s, service->left, day);
	statement_say(
		s,
		" It had contained it before, and no longer did since the list of %s, which need not give a reason. It may have been covered by another entry, or have had another number.",
		"以前は掲載されていましたが、%sの一覧から掲載されていません（一覧は理由を示すとは限りません。別の登録に含まれたか、番号が変わった可能性があります）。",
		day);
}

static void put_one_then(struct statement *s, const struct evidence_service *service)
{
	bool known = s->evidence->day.basis != DAY_UNCONFIRMED;

	if (service->listed) {
		statement_say(
			s,
			known ? "It contained the service."
			      : "The last list known before that day ended contained the service.",
			known ? "上記のサービスが掲載されていました。"
			      : "対象日の終わりまでに確認した最後の一覧に、上記のサービスが掲載されていました。");
		put_status(s, service);
		return;
	}
	statement_say(
		s,
		known ? "It did NOT contain a service with this number."
		      : "The last list known before that day ended did NOT contain a service with this number.",
		known ? "この番号のサービスは掲載されていませんでした。"
		      : "対象日の終わりまでに確認した最後の一覧に、この番号のサービスは掲載されていませんでした。");
	if (service->left[0] != '\0')
		put_left(s, service);
	else
		statement_say(
			s,
			" (A list gives no reason for what it lacks. The service may have had another number, or be covered by another entry.)",
			"（一覧は、掲載していない理由を示しません。別の番号や別の登録に含まれている可能性があります。）");
	if (!s->evidence->shown.complete)
		statement_say(s, " As this copy is not the whole list, that says nothing.",
			      "この写しは一覧の全部ではないため、掲載の有無はわかりません。");
}

void statement_put_then(struct statement *s)
{
	if (s->service) {
		put_one_then(s, s->service);
		return;
	}
	for (size_t i = 0; i < s->evidence->service_count; i++) {
		const struct evidence_service *service = &s->evidence->services[i];

		if (i > 0)
			statement_next_line(s);
		statement_say(
			s, "%s %s: ", "%s %s: ", service->number,
			service_text(service->then.count > 0 ? &service->then : &service->known,
				     FIELD_NAME));
		put_one_then(s, service);
	}
}

void statement_put_terms(struct statement *s)
{
	const struct word *word;
	const char *source, *status;

	if (!s->service || !s->service->listed) {
		statement_say(s, s->service ? "None." : "See the statement about each service.",
			      s->service ? "なし。" : "1件ごとの文書をご覧ください。");
		return;
	}
	word = find_status(s, s->service);
	source = service_text(&s->service->then, FIELD_STATUS_SOURCE);
	status = service_text(&s->service->then, FIELD_STATUS);
	if (source[0] != '\0')
		statement_say(s, "Words in quotation marks are the list's own.",
			      "「」の中は一覧の表記です。");
	if (word && word->today && source[0] != '\0' && strcmp(word->today, source) != 0)
		statement_say(
			s, " What the list called \"%s\" then, its publisher calls \"%s\" today.",
			"当時の「%s」を、公表元は現在「%s」と表記しています。", source,
			word->today);
	if (word)
		statement_say(s, " This software writes \"%s\": %s.",
			      "本ソフトウェアの内部では %s と記します（%s）。", status,
			      s->language == STATEMENT_JAPANESE && word->japanese ? word->japanese
										  : word->meaning);
	else
		statement_say(s, " \"%s\" is this software's own word.",
			      "「%s」は本ソフトウェアの語です。", status);
}

static void put_published(struct statement *s)
{
	const struct evidence *e = s->evidence;
	char at[STATEMENT_TEXT_SIZE], until[STATEMENT_TEXT_SIZE];

	statement_instant(s, e->shown.published_at, at);
	statement_instant(s, e->day.held_until, until);
	statement_say(s, "PUBLISHED on that day: the list is of %s",
		      "【公表日】当日公表された一覧（%s）です。", at);
	if (s->language == STATEMENT_ENGLISH)
		statement_say(s, "%s.", "%s",
			      e->lists_that_day > 1 ? ", the last one of that day" : "");
	else if (e->lists_that_day > 1)
		statement_say(s, "%s", "%s", "同日に公表された一覧のうち最後のものです。");
	if (e->day.held_until >= e->ends)
		statement_say(
			s, " At %s, after the day had ended, it was known to be the newest still.",
			"対象日の終了後の%sまで、最新の一覧であったことがわかっています。", until);
	else
		statement_say(
			s,
			" Whether another list followed later that day is not known: the list was known to be the newest until %s.",
			"同日中にさらに別の一覧が公表されたかどうかは不明です（最新であったとわかっているのは%sまで）。",
			until);
}

void statement_put_known(struct statement *s)
{
	const struct evidence *e = s->evidence;
	char at[STATEMENT_TEXT_SIZE], until[STATEMENT_TEXT_SIZE], next[STATEMENT_TEXT_SIZE];

	statement_instant(s, e->shown.published_at, at);
	statement_instant(s, e->day.held_until, until);
	statement_day(s, e->next_day, next);
	switch (e->day.basis) {
	case DAY_PUBLISHED: put_published(s); return;
	case DAY_CONFIRMED:
		statement_say(
			s,
			"CONFIRMED: the list of %s was known to be the newest still at %s, after the day had ended.",
			"【確認済み】%sの一覧が、対象日の終了後の%sにも最新の一覧であったことがわかっています。",
			at, until);
		return;
	default:
		statement_say(
			s,
			"NOT CONFIRMED: the last list known then is that of %s, which was known to be the newest until %s. Nothing is known of the time between then and the end of the day. Line 4 repeats that list.",
			"【未確認】%sの一覧が最新であったとわかっているのは%sまでで、その後対象日の終わりまでのことは確認していません。4はその一覧の内容です。",
			at, until);
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
		"The publisher's own history, in an entry that this copy first saw with the list of %s, dates \"%s\" from %s.",
		"公表元の履歴（この写しでは%sの一覧とともに初めて見られた記載）に、「%s」が%sからであると記されています。",
		seen, status_name(s, word, event->event.to), date);
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

	if (!service) {
		statement_say(s, "See the statement about each service.",
			      "1件ごとの文書をご覧ください。");
		return;
	}
	if (service->event_count == 0) {
		statement_say(
			s,
			"Nothing: since then, this copy has seen no entry of the publisher's that dates a change of the status back to that day or before.",
			"なし（その後、公表元が対象日以前にさかのぼって状態の変更を記載したことは、この写しではわかっていません）。");
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
	return document->kept ? document->kept->status > 0
			      : strstr(document->location, "://") != NULL;
}

static void put_fetch(struct statement *s, const struct evidence_document *document)
{
	const struct kept_document *kept = document->kept;
	const struct evidence_generation *shown = &s->evidence->shown;
	int64_t fetched = kept ? kept->fetched_at : shown->fetched_at;
	char at[STATEMENT_TEXT_SIZE];

	statement_instant(s, fetched, at);
	if (is_fetched(document))
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

	statement_say(s, " The publisher's own record is in %s", "公表元の元の記録は %s にあります",
		      s->service->record);
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
