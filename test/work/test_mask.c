#include "base/json.h"
#include "support/suite.h"
#include "work/mask.h"

/* --- text --- */

static const struct text_case {
    const char *name;
    const char *secrets[4];
    const char *text, *shown;
} text_cases[] = {
    { "a text without secrets stays as it is", { "s3cret" }, "nothing here", "nothing here" },
    { "no secrets at all", { NULL }, "abc", "abc" },
    { "an empty text", { "s3cret" }, "", "" },
    { "a secret alone", { "s3cret" }, "s3cret", "••••" },
    { "in a URL's path and query",
      { "s3cret" },
      "https://x.example/hooks/s3cret?key=s3cret&page=2",
      "https://x.example/hooks/••••?key=••••&page=2" },
    { "every time it stands there", { "s3cret" }, "s3crets3cret s3cret", "•••••••• ••••" },
    { "at the very end", { "s3cret" }, "key=s3cret", "key=••••" },
    { "not when only a part of it stands there", { "s3cret" }, "s3cre t s3cre", "s3cre t s3cre" },
    { "case counts", { "s3cret" }, "S3CRET", "S3CRET" },
    { "one of less than four bytes is left out: it would hide half of every text",
      { "abc", "" },
      "abc abcd",
      "abc abcd" },
    { "of four bytes it is hidden", { "abcd" }, "abc abcd", "abc ••••" },
    { "several of them", { "s3cret", "tok3n" }, "tok3n then s3cret", "•••• then ••••" },
    { "one inside another leaves nothing of the longer one",
      { "abcd", "xxabcdyy" },
      "1 xxabcdyy 2 abcd",
      "1 •••• 2 ••••" },
    { "two that overlap are one blot", { "abcdef", "defghi" }, "-abcdefghi-", "-••••-" },
    { "three in a chain", { "efghij", "abcdef", "ijklmn" }, "-abcdefghijklmn-", "-••••-" },
    { "one that overlaps itself", { "abab" }, "xababab!", "x••••!" },
    { "the same one twice", { "s3cret", "s3cret" }, "a s3cret", "a ••••" },
    { "UTF-8 around and inside it", { "şifre→1" }, "ğü şifre→1 çö", "ğü •••• çö" },
};

static struct mask mask_of(struct arena *a, const char *const secrets[4])
{
    str *list = ARENA_ARRAY(a, str, 4);
    size_t count = 0;
    for (; count < 4 && secrets[count]; count++) list[count] = str_from(secrets[count]);
    return (struct mask){ .secrets = list, .count = count };
}

static void text_is_masked(void **state)
{
    const struct text_case *c = *state;
    AUTO(arena) a = arena_new();
    struct mask m = mask_of(a, c->secrets);
    assert_text(mask_text(a, &m, str_from(c->text)), c->shown);
}

/* --- messages --- */

static const struct message_case {
    const char *name;
    const char *header, *value; /* NULL: none */
    const char *body, *shown;   /* the whole JSON */
} message_cases[] = {
    { "a secret in a header and in the body", "X-Trace", "id s3cret", "{\"key\":\"s3cret\"}",
      "{\"headers\":[{\"name\":\"X-Trace\",\"value\":\"id ••••\"}],"
      "\"body\":\"{\\\"key\\\":\\\"••••\\\"}\",\"truncated\":false}" },
    { "a header that carries credentials is hidden whatever it holds", "AUTHORIZATION",
      "Basic dTpw", "",
      "{\"headers\":[{\"name\":\"AUTHORIZATION\",\"value\":\"••••\"}],\"body\":\"\","
      "\"truncated\":false}" },
    { "a cookie too", "Set-Cookie", "a=1", "",
      "{\"headers\":[{\"name\":\"Set-Cookie\",\"value\":\"••••\"}],\"body\":\"\","
      "\"truncated\":false}" },
    { "a webhook's key too", "x-api-key", "k", "",
      "{\"headers\":[{\"name\":\"x-api-key\",\"value\":\"••••\"}],\"body\":\"\","
      "\"truncated\":false}" },
    { "any other header is shown", "User-Agent", "100200 - SelfIntegration", "",
      "{\"headers\":[{\"name\":\"User-Agent\",\"value\":\"100200 - SelfIntegration\"}],"
      "\"body\":\"\",\"truncated\":false}" },
    { "no headers", NULL, NULL, "ok", "{\"headers\":[],\"body\":\"ok\",\"truncated\":false}" },
    { "bytes that are not text are told by their size", NULL, NULL, "\xff\xfes3cret",
      "{\"headers\":[],\"body\":\"(8 bytes that are not text)\",\"truncated\":false}" },
};

static void message_is_masked(void **state)
{
    static const char *const secrets[4] = { "s3cret" };
    const struct message_case *c = *state;
    AUTO(arena) a = arena_new();
    struct mask m = mask_of(a, secrets);
    struct http_header header = { str_from(c->header), str_from(c->value) };
    assert_text(mask_message(a, &m, &header, c->header ? 1 : 0, str_from(c->body)), c->shown);
}

#define KEPT ((size_t)256 << 10)

/* A body of `before` letters with `tail` behind them, as it is kept. */
static str kept_body(struct arena *a, size_t before, const char *tail, bool *is_truncated)
{
    static const char *const secrets[4] = { "s3cret" };
    struct mask m = mask_of(a, secrets);
    struct text body = { .arena = a };
    const struct json *v = NULL;
    for (size_t i = 0; i < before; i++) text_add_char(&body, 'x');
    text_add(&body, str_from(tail));
    str message = mask_message(a, &m, NULL, 0, text_str(&body));
    assert_true(json_parse(a, message, NULL, &v, NULL));
    *is_truncated = json_bool_at(v, "truncated", false);
    return json_text_at(v, "body");
}

static void a_body_of_the_kept_size_is_whole(void **state)
{
    AUTO(arena) a = arena_new();
    bool is_truncated;
    (void)state;
    assert_int_equal(kept_body(a, KEPT, "", &is_truncated).len, KEPT);
    assert_false(is_truncated);
}

static void a_longer_body_is_cut_and_says_so(void **state)
{
    AUTO(arena) a = arena_new();
    bool is_truncated;
    (void)state;
    assert_int_equal(kept_body(a, KEPT + 5, "", &is_truncated).len, KEPT);
    assert_true(is_truncated);
}

static void the_cut_leaves_no_half_character(void **state)
{
    AUTO(arena) a = arena_new();
    bool is_truncated;
    (void)state;
    str body = kept_body(a, KEPT - 1, "ş and more", &is_truncated);
    assert_int_equal(body.len, KEPT - 1);
    assert_true(str_is_utf8(body));
}

static void the_cut_leaves_no_half_of_a_secret(void **state)
{
    AUTO(arena) a = arena_new();
    bool is_truncated;
    (void)state;
    str body = kept_body(a, KEPT - 3, "s3cret and more", &is_truncated);
    assert_false(str_has(body, STR("s3c")));
    assert_true(is_truncated);
}

int main(void)
{
    struct suite s = { 0 };
    SUITE_ROWS(&s, text_is_masked, text_cases);
    SUITE_ROWS(&s, message_is_masked, message_cases);
    SUITE_TEST(&s, a_body_of_the_kept_size_is_whole);
    SUITE_TEST(&s, a_longer_body_is_cut_and_says_so);
    SUITE_TEST(&s, the_cut_leaves_no_half_character);
    SUITE_TEST(&s, the_cut_leaves_no_half_of_a_secret);
    return suite_run(&s, "mask");
}
