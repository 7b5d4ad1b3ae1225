#include "base/crypto.h"

#include <pthread.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "support/suite.h"

#define KEY_A "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="
#define KEY_B "ICEiIyQlJicoKSorLC0uLzAxMjM0NTY3ODk6Ozw9Pj8="

static char folder[] = "/tmp/bedesten-crypto-XXXXXX";

static const char *key_path(char path[64])
{
    snprintf(path, 64, "%s/key", folder);
    return path;
}

static void write_key_file(const char *text, mode_t mode)
{
    char path[64];
    unlink(key_path(path));
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    assert_true(fputs(text, f) >= 0);
    fclose(f);
    assert_int_equal(chmod(path, mode), 0);
}

static struct keyring *load(const char *text, struct err *e)
{
    char path[64];
    write_key_file(text, 0600);
    struct keyring *k = keyring_load(key_path(path), e);
    unlink(path);
    return k;
}

static void a_new_key_file_loads_and_is_ours_alone(void **state)
{
    (void)state;
    char path[64];
    struct err e = { 0 };
    unlink(key_path(path));
    assert_true(keyring_create(path, &e));
    struct stat st;
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 07777, 0600);
    AUTO(keyring) k = keyring_load(path, &e);
    assert_non_null(k);
    assert_true(strlen(keyring_fingerprint(k)) > 16);

    assert_false(keyring_create(path, &e));
    assert_int_equal(e.kind, ERR_CONFLICT);
    assert_string_equal(e.code, "key.exists");
    AUTO(keyring) again = keyring_load(path, &e);
    assert_string_equal(keyring_fingerprint(again), keyring_fingerprint(k));

    unlink(path);
    assert_true(keyring_create(path, &e));
    AUTO(keyring) other = keyring_load(path, &e);
    assert_string_not_equal(keyring_fingerprint(other), keyring_fingerprint(k));
    unlink(path);
}

static void a_file_that_others_may_read_is_refused(void **state)
{
    (void)state;
    static const mode_t modes[] = { 0640, 0604, 0660, 0610, 0602 };
    for (size_t i = 0; i < sizeof modes / sizeof modes[0]; i++) {
        char path[64], says[96];
        struct err e = { 0 };
        write_key_file("a = " KEY_A "\n", modes[i]);
        assert_null(keyring_load(key_path(path), &e));
        assert_string_equal(e.code, "key.open_to_others");
        snprintf(says, sizeof says, "run: chmod 600 %s", path);
        assert_non_null(strstr(e.message, says));
        unlink(path);
    }
}

static void a_file_of_another_user_is_refused(void **state)
{
    (void)state;
    char path[64];
    struct err e = { 0 };
    write_key_file("a = " KEY_A "\n", 0600);
    if (chown(key_path(path), 12345, (gid_t)-1) != 0) skip(); /* only root gives files away */
    assert_null(keyring_load(path, &e));
    assert_string_equal(e.code, "key.not_ours");
    unlink(path);
}

static void what_is_no_file_is_refused(void **state)
{
    (void)state;
    struct err e = { 0 };
    assert_null(keyring_load("/nowhere/key", &e));
    assert_int_equal(e.kind, ERR_NOT_FOUND);
    assert_string_equal(e.code, "key.missing");
    assert_null(keyring_load(folder, &e));
    assert_string_equal(e.code, "key.unreadable");
    assert_false(keyring_create("/nowhere/key", &e));
    assert_string_equal(e.code, "key.unwritable");
}

static const struct file_case {
    const char *name, *text, *says; /* says NULL: it loads */
} file_cases[] = {
    { "one key", "a = " KEY_A, NULL },
    { "comments and empty lines", "# new\n\nk-2 = " KEY_B "\n  a=" KEY_A "  \n", NULL },
    { "no key at all", "# nothing\n", "holds no key" },
    { "an empty file", "", "holds no key" },
    { "a line without =", "\nhello\n", "line 2: no '='" },
    { "an id twice", "a = " KEY_A "\na = " KEY_B "\n", "line 2: the id stands there twice" },
    { "an empty id", " = " KEY_A "\n", "line 1: an id has" },
    { "an id with a capital", "A = " KEY_A "\n", "line 1: an id has" },
    { "a short key", "a = AAEC\n", "line 1: no key of 32 bytes" },
    { "a long key", "a = AAAA" KEY_A "\n", "line 1: no key of 32 bytes" },
    { "no base64", "a = !!!!\n", "line 1: no key of 32 bytes" },
};

static void keyring_load_reads(void **state)
{
    const struct file_case *c = *state;
    struct err e = { 0 };
    AUTO(keyring) k = load(c->text, &e);
    assert_int_equal(k != NULL, c->says == NULL);
    if (k) return;
    assert_string_equal(e.code, "key.syntax");
    assert_non_null(strstr(e.message, c->says));
    assert_null(strstr(e.message, "AAEC")); /* keys never get into messages */
}

static void too_many_keys_are_refused(void **state)
{
    (void)state;
    AUTO(arena) a = arena_new();
    struct text t = { .arena = a };
    struct err e = { 0 };
    for (int i = 0; i < 33; i++) text_print(&t, "k%d = " KEY_A "\n", i);
    assert_null(load(str_cstr(a, text_str(&t)), &e));
    assert_non_null(strstr(e.message, "line 33: more than 32 keys"));
}

static const struct box_case {
    const char *name;
    str plain;
} box_cases[] = {
    { "a secret", STR_INIT("api key: şğü") },
    { "nothing", STR_INIT("") },
    { "bytes with NUL", STR_INIT("a\0b\xFF") },
};

static void what_is_sealed_opens(void **state)
{
    const struct box_case *c = *state;
    AUTO(arena) a = arena_new();
    struct err e = { 0 };
    AUTO(keyring) k = load("a = " KEY_A, &e);
    str place = box_place(a, 1, 2, "creds"), opened;
    str box = box_seal(k, a, c->plain, place);
    assert_false(c->plain.len > 3 && str_has(box, c->plain));
    assert_true(box_open(k, a, box, place, &opened, &e));
    assert_true(str_eq(opened, c->plain));
    assert_false(str_eq(box, box_seal(k, a, c->plain, place))); /* a new nonce each time */
}

static void a_large_box_opens(void **state)
{
    (void)state;
    AUTO(arena) a = arena_new();
    struct err e = { 0 };
    AUTO(keyring) k = load("a = " KEY_A, &e);
    str plain = { arena_take(a, 1 << 20), 1 << 20 }, opened;
    crypto_random((char *)plain.at, plain.len);
    assert_true(box_open(k, a, box_seal(k, a, plain, STR("p")), STR("p"), &opened, &e));
    assert_true(str_eq(plain, opened));
}

static void an_empty_box_opens_to_the_empty_text(void **state)
{
    (void)state;
    AUTO(arena) a = arena_new();
    struct err e = { 0 };
    AUTO(keyring) k = load("a = " KEY_A, &e);
    str opened = STR("x");
    assert_true(box_open(k, a, STR(""), STR("p"), &opened, &e));
    assert_int_equal(opened.len, 0);
}

static void a_box_does_not_open_elsewhere(void **state)
{
    (void)state;
    AUTO(arena) a = arena_new();
    struct err e = { 0 };
    AUTO(keyring) k = load("a = " KEY_A, &e);
    assert_text(box_place(a, 1, 2, "creds"), "1|2|creds|1");
    str box = box_seal(k, a, STR("secret"), box_place(a, 1, 2, "creds")), opened = STR("x");
    const str elsewhere[] = { box_place(a, 2, 2, "creds"), box_place(a, 1, 3, "creds"),
                              box_place(a, 1, 2, "name"), STR("") };
    for (size_t i = 0; i < 4; i++) {
        assert_false(box_open(k, a, box, elsewhere[i], &opened, &e));
        assert_int_equal(e.kind, ERR_BUG);
        assert_string_equal(e.code, "box.damaged");
        assert_text(opened, "x");
    }
}

/* Also none in the key's id: a and c are one bit apart, and here the same key. */
static void no_changed_bit_goes_unseen(void **state)
{
    (void)state;
    AUTO(arena) a = arena_new();
    struct err e = { 0 };
    AUTO(keyring) k = load("a = " KEY_A "\nc = " KEY_A, &e);
    str box = box_seal(k, a, STR("secret"), STR("p")), opened = STR("x");
    for (size_t bit = 0; bit < box.len * 8; bit++) {
        char *changed = (char *)str_cstr(a, box);
        changed[bit / 8] = (char)(changed[bit / 8] ^ 1 << bit % 8);
        assert_false(box_open(k, a, (str){ changed, box.len }, STR("p"), &opened, &e));
    }
    for (size_t len = 1; len < box.len; len++)
        assert_false(box_open(k, a, str_copy(a, str_cut(box, 0, len)), STR("p"), &opened, &e));
    assert_false(box_open(k, a, str_print(a, "%.*sx", STR_ARG(box)), STR("p"), &opened, &e));
    assert_text(opened, "x");
}

static void the_first_key_seals_and_all_open(void **state)
{
    (void)state;
    AUTO(arena) a = arena_new();
    struct err e = { 0 };
    str opened;
    AUTO(keyring) old = load("a = " KEY_A, &e);
    AUTO(keyring) rotated = load("b = " KEY_B "\na = " KEY_A, &e);
    str old_box = box_seal(old, a, STR("one"), STR("p"));
    str new_box = box_seal(rotated, a, STR("two"), STR("p"));
    assert_true(box_open(rotated, a, old_box, STR("p"), &opened, &e));
    assert_text(opened, "one");
    assert_true(box_open(rotated, a, new_box, STR("p"), &opened, &e));
    assert_text(opened, "two");
    assert_false(box_open(old, a, new_box, STR("p"), &opened, &e));
    assert_int_equal(e.kind, ERR_INVALID);
    assert_string_equal(e.code, "box.unknown_key");
    assert_string_equal(e.args[0].value, "b");
    assert_string_not_equal(keyring_fingerprint(old), keyring_fingerprint(rotated));
}

static void another_key_of_the_same_id_is_noticed(void **state)
{
    (void)state;
    AUTO(arena) a = arena_new();
    struct err e = { 0 };
    str opened;
    AUTO(keyring) one = load("a = " KEY_A, &e);
    AUTO(keyring) other = load("a = " KEY_B, &e);
    assert_string_not_equal(keyring_fingerprint(one), keyring_fingerprint(other));
    str box = box_seal(one, a, STR("x"), STR("p"));
    assert_false(box_open(other, a, box, STR("p"), &opened, &e));
    assert_string_equal(e.code, "box.damaged");
}

static void passwords_match_only_themselves(void **state)
{
    (void)state;
    AUTO(arena) a = arena_new();
    struct err e = { 0 };
    str hash, again;
    assert_true(password_hash(a, STR("çok gizli"), &hash, &e));
    assert_true(str_starts(hash, STR("$argon2id$v=19$m=19456,t=2,p=1$")));
    assert_true(password_matches(STR("çok gizli"), hash));
    assert_false(password_matches(STR("çok gizlı"), hash));
    assert_false(password_matches(STR(""), hash));
    assert_true(password_hash(a, STR("çok gizli"), &again, &e));
    assert_false(str_eq(hash, again));
}

static void what_is_no_password_or_hash_never_matches(void **state)
{
    (void)state;
    AUTO(arena) a = arena_new();
    struct err e = { 0 };
    str hash;
    assert_false(password_hash(a, STR(""), &hash, &e));
    assert_string_equal(e.code, "password.empty");
    assert_false(password_hash(a, str_print(a, "%01025d", 0), &hash, &e));
    assert_string_equal(e.code, "password.too_long");
    assert_false(password_matches(STR("x"), STR("")));
    assert_false(password_matches(STR("x"), STR("x")));
    assert_false(password_matches(STR("x"), STR("$argon2id$v=19$m=19456,t=2,p=1$")));
    assert_false(password_matches(STR("x"), str_print(a, "%0500d", 0)));
}

static void *match(void *hash)
{
    return password_matches(STR("pw"), *(str *)hash) ? hash : NULL;
}

static void the_gate_lets_everybody_through_in_the_end(void **state)
{
    (void)state;
    AUTO(arena) a = arena_new();
    struct err e = { 0 };
    str hash;
    pthread_t threads[6];
    assert_true(password_hash(a, STR("pw"), &hash, &e));
    for (int i = 0; i < 6; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, match, &hash), 0);
    for (int i = 0; i < 6; i++) {
        void *matched;
        pthread_join(threads[i], &matched);
        assert_ptr_equal(matched, &hash);
    }
}

/* The two short vectors of FIPS 180-4's examples. */
static void sha256_is_sha256(void **state)
{
    (void)state;
    AUTO(arena) a = arena_new();
    assert_text(sha256_hex(a, STR("abc")),
                "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    assert_text(sha256_hex(a, (str){ 0 }),
                "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

static void equal_is_equal(void **state)
{
    (void)state;
    assert_true(crypto_equal(STR("abc"), STR("abc")));
    assert_false(crypto_equal(STR("abc"), STR("abd")));
    assert_false(crypto_equal(STR("abc"), STR("ab")));
    assert_true(crypto_equal((str){ 0 }, STR("")));
}

static void random_ids_use_their_alphabet_and_differ(void **state)
{
    (void)state;
    AUTO(arena) a = arena_new();
    char before[RANDOM_ID_SIZE] = "";
    unsigned seen[256] = { 0 };
    for (int i = 0; i < 2000; i++) {
        char id[RANDOM_ID_SIZE];
        assert_int_equal(strlen(random_id(id)), 26);
        assert_string_not_equal(id, before);
        assert_true(id[0] >= '0' && id[0] <= '7');
        for (int k = 0; k < 26; k++) seen[(unsigned char)id[k]]++;
        memcpy(before, id, sizeof id);
    }
    for (int c = 0; c < 256; c++)
        assert_int_equal(seen[c] > 0, c && strchr("0123456789abcdefghjkmnpqrstvwxyz", c) != NULL);
    str token = random_token(a);
    assert_int_equal(token.len, 43);
    assert_false(str_eq(token, random_token(a)));
}

static void random_bytes_fill_what_is_asked(void **state)
{
    (void)state;
    unsigned char bytes[64], all[64] = { 0 };
    for (int round = 0; round < 64; round++) {
        crypto_random(bytes, sizeof bytes);
        for (size_t i = 0; i < sizeof bytes; i++) all[i] |= bytes[i];
    }
    for (size_t i = 0; i < sizeof all; i++) assert_int_equal(all[i], 0xFF);
}

int main(void)
{
    static struct suite s;
    struct err e = { 0 };
    if (!crypto_setup(&e) || !mkdtemp(folder)) return 1;
    SUITE_TEST(&s, a_new_key_file_loads_and_is_ours_alone);
    SUITE_TEST(&s, a_file_that_others_may_read_is_refused);
    SUITE_TEST(&s, a_file_of_another_user_is_refused);
    SUITE_TEST(&s, what_is_no_file_is_refused);
    SUITE_ROWS(&s, keyring_load_reads, file_cases);
    SUITE_TEST(&s, too_many_keys_are_refused);
    SUITE_ROWS(&s, what_is_sealed_opens, box_cases);
    SUITE_TEST(&s, a_large_box_opens);
    SUITE_TEST(&s, an_empty_box_opens_to_the_empty_text);
    SUITE_TEST(&s, a_box_does_not_open_elsewhere);
    SUITE_TEST(&s, no_changed_bit_goes_unseen);
    SUITE_TEST(&s, the_first_key_seals_and_all_open);
    SUITE_TEST(&s, another_key_of_the_same_id_is_noticed);
    SUITE_TEST(&s, passwords_match_only_themselves);
    SUITE_TEST(&s, what_is_no_password_or_hash_never_matches);
    SUITE_TEST(&s, the_gate_lets_everybody_through_in_the_end);
    SUITE_TEST(&s, sha256_is_sha256);
    SUITE_TEST(&s, equal_is_equal);
    SUITE_TEST(&s, random_ids_use_their_alphabet_and_differ);
    SUITE_TEST(&s, random_bytes_fill_what_is_asked);
    int failed = suite_run(&s, "crypto");
    rmdir(folder);
    return failed;
}
