/* The promises of sync/fetch.h: where we may ask, redirects, certificates. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "fetch_fixture.h"

/* Where we may ask. */

static void other_schemes_are_refused(void **state)
{
	(void)state;
	check_error("ftp://127.0.0.1/list.json", -EINVAL);
	check_error("gopher://127.0.0.1/", -EINVAL);
	check_error("unheard+of://127.0.0.1/", -EINVAL);
	check_error("https://", -EINVAL);
	check_error("https://host:port/", -EINVAL);
	assert_int_equal(test.performed, 0);
}

static void http_elsewhere_is_refused_before_anything_is_sent(void **state)
{
	static const char *const urls[] = {
		"http://192.0.2.1/",
		"http://example.com/",
		"HTTP://EXAMPLE.COM/",
		"http://127.0.0.1.example.com/",
		"http://localhost.example.com/",
		"http://[::2]/",
		"http://[::ffff:192.0.2.1]/",
		"http://0.0.0.0/",
		"http://128.0.0.1/",
		"http://0x7e.1/",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(urls) / sizeof(urls[0]); i++)
		check_error(urls[i], -EINVAL);
	assert_int_equal(test.performed, 0);
}

static void credentials_in_a_location_are_refused(void **state)
{
	(void)state;
	check_error("http://localhost@example.com/", -EINVAL);
	check_error("https://user:secret@127.0.0.1/", -EINVAL);
	check_error("http://user@127.0.0.1/", -EINVAL);
	assert_int_equal(test.performed, 0);
}

static void http_to_loopback_is_allowed_by_each_name(void **state)
{
	static const char *const hosts[] = {"127.0.0.1", "localhost", "LocalHost", "127.1",
					    "0x7f.1"};
	struct fetch_request request;
	char url[64];

	(void)state;
	for (size_t i = 0; i < sizeof(hosts) / sizeof(hosts[0]); i++) {
		(void)snprintf(url, sizeof(url), "http://%s:%d/plain", hosts[i], test.port);
		request = request_for(url);
		check_publication(&request, true);
	}
	/* Nobody listens there, but it is tried. */
	check_error("http://[::1]:1/", -ECONNREFUSED);
	check_error("http://127.200.0.1:1/", -ECONNREFUSED);
}

static void resolver_that_lies_is_found_out(void **state)
{
	(void)state;
	test.connect_to = "::192.0.2.1:80";
	check_error(page("plain"), -EINVAL);
	assert_int_equal(test.performed, 1);
	test.connect_to = "::[2001:db8::1]:80";
	check_error(page("plain"), -EINVAL);
}

static void nobody_listening_is_temporary(void **state)
{
	(void)state;
	check_error("http://127.0.0.1:1/", -ECONNREFUSED);
	assert_true(fetch_is_temporary(-ECONNREFUSED));
}

/* Redirects. */

static void redirect_within_the_server_is_followed(void **state)
{
	(void)state;
	check_page("same");
	check_page("same-absolute");
	check_page("to?plain");
	check_page("to?/x/../plain");
}

static void redirect_elsewhere_is_refused(void **state)
{
	char target[96];

	(void)state;
	check_error(page("to?http://192.0.2.1/plain"), -EPROTO);
	check_error(page("to?http://example.com/plain"), -EPROTO);
	check_error(page("to?//example.com/plain"), -EPROTO);
	(void)snprintf(target, sizeof(target), "to?http://localhost:%d/plain", test.port);
	check_error(page(target), -EPROTO);
	(void)snprintf(target, sizeof(target), "to?http://127.0.0.1:%d/plain", test.tls_port);
	check_error(page(target), -EPROTO);
	(void)snprintf(target, sizeof(target), "to?https://127.0.0.1:%d/plain", test.port);
	check_error(page(target), -EPROTO);
	(void)snprintf(target, sizeof(target), "to?http://user@127.0.0.1:%d/plain", test.port);
	check_error(page(target), -EPROTO);
	assert_int_equal(test.performed, 7);
}

static void redirect_to_a_file_is_refused(void **state)
{
	(void)state;
	check_error(page("to?file:///etc/passwd"), -EPROTO);
	check_error(page("to?file://localhost/etc/passwd"), -EPROTO);
	check_error(page("to?unheard+of:/etc/passwd"), -EPROTO);
	check_error(page("to?ftp://127.0.0.1/"), -EPROTO);
}

static void redirects_without_end_are_refused(void **state)
{
	(void)state;
	check_error(page("loop"), -EPROTO);
	assert_int_equal(test.performed, 6);
	check_error(page("nowhere"), -EPROTO);
}

/* TLS. */

static void unknown_authority_is_refused(void **state)
{
	(void)state;
	check_error(tls_page("plain"), -EKEYREJECTED);
	assert_false(fetch_is_temporary(-EKEYREJECTED));
}

static void authority_that_is_added_is_trusted(void **state)
{
	struct fetch_request request = request_for(tls_page("plain"));

	(void)state;
	request.ca_file = in_directory("authority.pem");
	check_publication(&request, true);
}

static void wrong_host_in_the_certificate_is_refused(void **state)
{
	struct fetch_request request;
	char url[64];

	(void)state;
	(void)snprintf(url, sizeof(url), "https://localhost:%d/plain", test.tls_port);
	request = request_for(url);
	request.ca_file = in_directory("authority.pem");
	check_error_of(&request, -EKEYREJECTED);
}

static void certificate_file_without_certificates_is_refused(void **state)
{
	struct fetch_request request = request_for(tls_page("plain"));

	(void)state;
	request.ca_file = in_directory("key.pem");
	check_error_of(&request, -EINVAL);
	request.ca_file = "/nonexistent/authority.pem";
	check_error_of(&request, -EINVAL);
}

static void redirect_from_https_to_http_is_refused(void **state)
{
	struct fetch_request request;
	char target[64];

	(void)state;
	(void)snprintf(target, sizeof(target), "to?http://127.0.0.1:%d/plain", test.port);
	request = request_for(tls_page(target));
	request.ca_file = in_directory("authority.pem");
	check_error_of(&request, -EPROTO);
	(void)snprintf(target, sizeof(target), "to?http://127.0.0.1:%d/plain", test.tls_port);
	request = request_for(tls_page(target));
	request.ca_file = in_directory("authority.pem");
	check_error_of(&request, -EPROTO);
	assert_int_equal(test.performed, 2);
}

static void https_is_asked_through_the_proxy(void **state)
{
	(void)state;
	(void)setenv("https_proxy", "http://127.0.0.1:1", 1);
	check_error(tls_page("plain"), -ECONNREFUSED);
	(void)unsetenv("https_proxy");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(other_schemes_are_refused),
		TEST(http_elsewhere_is_refused_before_anything_is_sent),
		TEST(credentials_in_a_location_are_refused),
		TEST(http_to_loopback_is_allowed_by_each_name),
		TEST(resolver_that_lies_is_found_out),
		TEST(nobody_listening_is_temporary),
		TEST(redirect_within_the_server_is_followed),
		TEST(redirect_elsewhere_is_refused),
		TEST(redirect_to_a_file_is_refused),
		TEST(redirects_without_end_are_refused),
		TEST(unknown_authority_is_refused),
		TEST(authority_that_is_added_is_trusted),
		TEST(wrong_host_in_the_certificate_is_refused),
		TEST(certificate_file_without_certificates_is_refused),
		TEST(redirect_from_https_to_http_is_refused),
		TEST(https_is_asked_through_the_proxy),
	};

	return RUN_TESTS(tests);
}
