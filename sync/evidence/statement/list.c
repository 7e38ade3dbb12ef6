/* What the statement says of the list, the service and the day: lines 1 to 5. */
#include <string.h>

#include "evidence/statement/statement.h"
#include "sources/source.h"
#include "vocabulary.h"

bool statement_is_bundled(const struct statement *s)
{
	return strcmp(s->evidence->shown.source, SOURCE_BUNDLED) == 0;
}

/* Of a list that comes with the software: that it is none of the publisher's. */
static void put_bundled(struct statement *s)
{
	if (!statement_is_bundled(s))
		return;
	statement_say(
		s,
		" THAT COPY CAME WITH THE SOFTWARE: its makers put it together, and it is no document of the publisher's.",
		"【注意】この写しは本ソフトウェアに同梱されたもので、本ソフトウェアの開発者が作成しました。公表元の文書ではありません。");
}

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
		" This statement, made with the software ismapfs, rests on a copy of the list that a computer read and kept (\"this copy\").",
		"この文書は、ソフトウェア ismapfs（以下「本ソフトウェア」）で、コンピュータが読み取って保存した一覧の写し（以下「この写し」）から作成されました。");
	put_bundled(s);
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

/* A value that is written in this program's words. */
static void put_own(struct statement *s, const char *english, const char *japanese,
		    const char *word)
{
	if (word[0] == '\0')
		return;
	statement_say(s, " This software writes the %s as %s.",
		      "本ソフトウェアは%sを %s と記します。",
		      s->language == STATEMENT_JAPANESE ? japanese : english, word);
}

static void put_unworded(struct statement *s, const char *status, const struct word *word)
{
	statement_say(s, " The list gave no word for its status; this software writes %s",
		      "一覧は状態の語を示しておらず、本ソフトウェアは %s と記します", status);
	if (s->language == STATEMENT_JAPANESE && word && word->japanese)
		statement_say(s, "%s", "（%s）", word->japanese);
	statement_say(s, ".", "。");
}

static void put_status(struct statement *s, const struct evidence_service *service)
{
	const struct service *then = &service->then;
	const char *source = service_text(then, FIELD_STATUS_SOURCE);
	const char *status = service_text(then, FIELD_STATUS);
	const char *level = service_text(then, FIELD_LEVEL_SOURCE);
	const char *until = service_text(then, FIELD_VALID_UNTIL);
	char day[STATEMENT_TEXT_SIZE];

	if (source[0] != '\0')
		statement_say(s, " The list gave its status as \"%s\".", "状態は「%s」です。",
			      source);
	else
		put_unworded(s, status, find_status(s, service));
	if (level[0] != '\0')
		statement_say(s, " Level: \"%s\".", "水準は「%s」です。", level);
	put_own(s, "level", "水準", level[0] == '\0' ? service_text(then, FIELD_LEVEL) : "");
	put_own(s, "class", "クラス", service_text(then, FIELD_CLASS));
	if (until[0] == '\0')
		return;
	statement_day(s, until, day);
	if (strcmp(service_text(then, FIELD_VALID_UNTIL_BASIS), "derived") == 0)
		statement_say(
			s,
			" Last day by the programme's rules: %s, which this software worked out and the list doesn't state.",
			"期限は%sです（制度の規則から計算した日付で、一覧の記載ではありません）。",
			day);
	else
		statement_say(s, " Last day that the list gives: %s.", "一覧の示す期限は%sです。",
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
	if (service->left[0] != '\0' &&
	    strcmp(service_text(&service->then, FIELD_STATUS), "unverified") != 0)
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
		const char *name;

		if (i > 0)
			statement_next_line(s);
		name = service_text(service->then.count > 0 ? &service->then : &service->known,
				    FIELD_NAME);
		statement_say(s, name[0] != '\0' ? "%s \"%s\": " : "%s%s: ",
			      name[0] != '\0' ? "%s「%s」: " : "%s%s: ", service->number, name);
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
			s,
			" For \"%s\" its publisher writes \"%s\" by now, as far as this software knows; that is about words, and not about the service today.",
			"当時の「%s」を、公表元はその後「%s」と表記しています（本ソフトウェアの把握する範囲）。用語についての説明であり、このサービスの現在の状態を示すものではありません。",
			source, word->today);
	if (word)
		statement_say(s, " This software writes %s, by which it means: %s.",
			      "本ソフトウェアは %s と記します。意味は次のとおりです: %s。", status,
			      s->language == STATEMENT_JAPANESE && word->japanese ? word->japanese
										  : word->meaning);
	else
		statement_say(s, " %s is this software's own word.",
			      "%s は本ソフトウェアの語です。", status);
}
