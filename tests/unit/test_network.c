/* The promises of sync/fetch/network.h. */
#include "fetch_fixture.h"

#include "common/timestamp.h"
#include "fetch/network.h"

#define NOBODY "http://127.0.0.1:1/"

static struct {
	int attempts, failures;
	char sentence[STATE_TEXT_SIZE];
	int64_t next_try;
} told;

static void note(void *context, const struct reason *reason, int64_t next_try)
{
	assert_ptr_equal(context, &told);
	if (!reason) {
		told.attempts++;
		return;
	}
	told.failures++;
	told.next_try = next_try;
	(void)snprintf(told.sentence, sizeof(told.sentence), "%s", reason->sentence);
}

static struct network network_for(int retries)
{
	memset(&told, 0, sizeof(told));
	reason_clear(&test.reason);
	return (struct network){
		.retries = retries,
		.retry_delay = 10,
		.quiet = true,
		.tell = note,
		.tell_context = &told,
	};
}

static void each_attempt_is_told_and_the_next_one(void **state)
{
	struct fetch_request request = request_for(NOBODY);
	struct network network = network_for(2);
	struct fetch_result result;
	int64_t began = timestamp_now();

	(void)state;
	assert_int_equal(ask_until_answered(&network, &request, &result), -ECONNREFUSED);
	assert_int_equal(test.performed, 3);
	assert_int_equal(told.attempts, 3);
	assert_int_equal(told.failures, 2);
	assert_true(told.next_try > began);
	assert_string_not_equal(told.sentence, "");
	assert_string_equal(test.reason.sentence, told.sentence);
	assert_int_equal(network.asked, 0);
	fetch_result_release(&result);
}

static void what_will_not_get_better_is_asked_for_once(void **state)
{
	struct fetch_request request = request_for(page("to?http://192.0.2.1/"));
	struct network network = network_for(2);
	struct fetch_result result;

	(void)state;
	assert_int_equal(ask_until_answered(&network, &request, &result), -EPROTO);
	assert_int_equal(told.attempts, 1);
	assert_int_equal(told.failures, 0);
	fetch_result_release(&result);
}

static void a_server_that_wants_to_be_left_alone_says_so(void **state)
{
	struct fetch_request request = request_for(page("busy"));
	struct network network = network_for(0);
	struct fetch_result result;

	(void)state;
	assert_int_equal(ask_until_answered(&network, &request, &result), -EAGAIN);
	assert_int_equal(network.asked, 120000);
	fetch_result_release(&result);
}

static void an_answer_leaves_no_reason(void **state)
{
	struct fetch_request request = request_for(page("plain"));
	struct network network = network_for(2);
	struct fetch_result result;

	(void)state;
	(void)reason_fail(&test.reason, -EIO, "of an earlier request");
	network_share_begin(&network, false);
	for (size_t i = 1; i <= 2; i++) {
		assert_int_equal(ask_until_answered(&network, &request, &result), 0);
		assert_string_equal(test.reason.sentence, "");
		assert_int_equal(network.transferred, i * LINES * strlen(LINE));
		fetch_result_release(&result);
	}
	network_share_end(&network);
	assert_null(network.share);
	assert_int_equal(told.attempts, 2);
}

static void told_to_stop_it_asks_no_more(void **state)
{
	struct interrupt interrupt = {.fd = -1, .stop = true};
	struct fetch_request request = request_for(page("plain"));
	struct network network = network_for(2);
	struct fetch_result result;

	(void)state;
	network.interrupt = &interrupt;
	assert_int_equal(ask_until_answered(&network, &request, &result), -EINTR);
	assert_int_equal(told.attempts, 1);
	assert_string_not_equal(test.reason.sentence, "");
	fetch_result_release(&result);
	request = request_for(NOBODY);
	assert_int_equal(ask_until_answered(&network, &request, &result), -EINTR);
	assert_int_equal(told.attempts, 2);
	fetch_result_release(&result);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(each_attempt_is_told_and_the_next_one),
		TEST(what_will_not_get_better_is_asked_for_once),
		TEST(a_server_that_wants_to_be_left_alone_says_so),
		TEST(an_answer_leaves_no_reason),
		TEST(told_to_stop_it_asks_no_more),
	};

	return RUN_TESTS(tests);
}
