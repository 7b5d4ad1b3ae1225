#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <openssl/evp.h>
#include <pthread.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/crypto.h"
#include "base/crypto_inner.h"

#define KEY_SIZE 32
#define NONCE_SIZE 12
#define TAG_SIZE 16
#define LONGEST_ID 31
#define MOST_KEYS 32
#define MOST_FILE_BYTES 8192
#define FINGERPRINT_SIZE (LONGEST_ID + 1 + 16 + 1)
#define BOX_VERSION 1
#define LARGEST_BOX (INT_MAX / 2) /* OpenSSL counts in int */

struct key {
    char id[LONGEST_ID + 1];
    unsigned char bytes[KEY_SIZE];
};

/* In sodium's memory: locked, between guard pages, read-only once filled, zeroed when freed. Its
 * size must keep the alignment, as sodium puts the end at a page's end. */
struct keyring {
    _Alignas(16) size_t count;
    char fingerprint[FINGERPRINT_SIZE];
    struct key keys[MOST_KEYS];
};

static EVP_CIPHER *the_gcm;

static void fetch_gcm(void)
{
    the_gcm = EVP_CIPHER_fetch(NULL, "AES-256-GCM", NULL);
}

const EVP_CIPHER *crypto_gcm(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, fetch_gcm);
    return the_gcm;
}

void keyring_free(struct keyring *k)
{
    sodium_free(k);
}

const char *keyring_fingerprint(const struct keyring *k)
{
    return k->fingerprint;
}

static bool is_key_id(str id)
{
    for (size_t i = 0; i < id.len; i++) {
        char c = id.at[i];
        bool taken = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
        if (!taken) return false;
    }
    return id.len > 0 && id.len <= LONGEST_ID;
}

static const struct key *find_key(const struct keyring *k, str id)
{
    for (size_t i = 0; i < k->count; i++)
        if (str_eq(id, str_from(k->keys[i].id))) return &k->keys[i];
    return NULL;
}

static bool refuse_line(const char *path, int number, const char *why, struct err *e)
{
    return err_set(e, ERR_INVALID, "key.syntax",
                   "key file %s, line %d: %s; a line is 'id = base64 of 32 bytes'", path, number,
                   why);
}

static bool read_key_line(struct keyring *k, const char *path, int number, str line, struct err *e)
{
    line = str_trim(line);
    if (line.len == 0 || line.at[0] == '#') return true;
    str id, base64;
    if (!str_split(line, '=', &id, &base64)) return refuse_line(path, number, "no '='", e);
    id = str_trim(id);
    base64 = str_trim(base64);
    if (!is_key_id(id)) return refuse_line(path, number, "an id has 1 to 31 of a-z 0-9 - _", e);
    if (find_key(k, id)) return refuse_line(path, number, "the id stands there twice", e);
    if (k->count == MOST_KEYS) return refuse_line(path, number, "more than 32 keys", e);

    struct key *key = &k->keys[k->count];
    size_t len;
    int failed = sodium_base642bin(key->bytes, KEY_SIZE, base64.at, base64.len, NULL, &len, NULL,
                                   sodium_base64_VARIANT_ORIGINAL);
    if (failed || len != KEY_SIZE) return refuse_line(path, number, "no key of 32 bytes", e);
    str_fill(key->id, sizeof key->id, id);
    k->count++;
    return true;
}

/* The newest key's id, and a hash that tells two keys of one id apart. */
static void make_fingerprint(struct keyring *k)
{
    static const char context[] = "bedesten key file";
    unsigned char hash[SHA256_SIZE], input[sizeof context + KEY_SIZE];
    char hex[17];
    memcpy(input, context, sizeof context);
    memcpy(input + sizeof context, k->keys[0].bytes, KEY_SIZE);
    sha256((str){ (const char *)input, sizeof input }, hash);
    sodium_memzero(input, sizeof input);
    sodium_bin2hex(hex, sizeof hex, hash, sizeof hex / 2);
    snprintf(k->fingerprint, sizeof k->fingerprint, "%s:%s", k->keys[0].id, hex);
}

static bool check_file(int fd, const char *path, struct err *e)
{
    struct stat st;
    if (fstat(fd, &st) != 0)
        return err_set(e, ERR_INVALID, "key.unreadable", "key file %s: %s", path, strerror(errno));
    if (!S_ISREG(st.st_mode))
        return err_set(e, ERR_INVALID, "key.unreadable", "key file %s is no file", path);
    if (st.st_uid != geteuid())
        return err_set(e, ERR_INVALID, "key.not_ours",
                       "key file %s belongs to user %u, but this program runs as user %u; "
                       "chown it",
                       path, (unsigned)st.st_uid, (unsigned)geteuid());
    if (st.st_mode & 077)
        return err_set(e, ERR_INVALID, "key.open_to_others",
                       "key file %s may be read by others (mode %04o); run: chmod 600 %s", path,
                       (unsigned)st.st_mode & 07777, path);
    if (st.st_size > MOST_FILE_BYTES)
        return err_set(e, ERR_INVALID, "key.unreadable", "key file %s is larger than %d bytes",
                       path, MOST_FILE_BYTES);
    return true;
}

static bool read_all(int fd, char *bytes, size_t *len)
{
    *len = 0;
    while (*len < MOST_FILE_BYTES) {
        ssize_t got = read(fd, bytes + *len, MOST_FILE_BYTES - *len);
        if (got == 0) break;
        if (got > 0)
            *len += (size_t)got;
        else if (errno != EINTR)
            return false;
    }
    return true;
}

static bool fill_keyring(struct keyring *k, const char *path, str text, struct err *e)
{
    str line;
    for (int number = 1; str_next(&text, '\n', &line); number++)
        if (!read_key_line(k, path, number, line, e)) return false;
    if (k->count == 0)
        return err_set(e, ERR_INVALID, "key.syntax", "key file %s holds no key", path);
    make_fingerprint(k);
    return true;
}

static void *locked_memory(size_t size)
{
    void *p = sodium_init() < 0 ? NULL : sodium_malloc(size);
    crypto_must(p, "locked memory");
    sodium_memzero(p, size);
    return p;
}

static struct keyring *read_keyring(int fd, const char *path, struct err *e)
{
    if (!check_file(fd, path, e)) return NULL;
    AUTO(keyring) k = locked_memory(sizeof *k);
    char *bytes = locked_memory(MOST_FILE_BYTES);
    size_t len;
    bool done = read_all(fd, bytes, &len);
    if (!done)
        err_set(e, ERR_INVALID, "key.unreadable", "key file %s: %s", path, strerror(errno));
    else
        done = fill_keyring(k, path, (str){ bytes, len }, e);
    sodium_free(bytes);
    if (!done) return NULL;
    sodium_mprotect_readonly(k);
    struct keyring *filled = k;
    k = NULL;
    return filled;
}

struct keyring *keyring_load(const char *path, struct err *e)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0) {
        err_set(e, errno == ENOENT ? ERR_NOT_FOUND : ERR_INVALID,
                errno == ENOENT ? "key.missing" : "key.unreadable", "key file %s: %s", path,
                strerror(errno));
        return NULL;
    }
    struct keyring *k = read_keyring(fd, path, e);
    close(fd);
    return k;
}

static bool write_all(int fd, str bytes)
{
    while (bytes.len) {
        ssize_t written = write(fd, bytes.at, bytes.len);
        if (written > 0)
            bytes = str_cut(bytes, (size_t)written, bytes.len);
        else if (written == 0 || errno != EINTR)
            return false;
    }
    return true;
}

static bool write_new_key(int fd)
{
    unsigned char key[KEY_SIZE];
    char base64[sodium_base64_ENCODED_LEN(KEY_SIZE, sodium_base64_VARIANT_ORIGINAL)];
    char id[RANDOM_ID_SIZE], line[512];
    crypto_random(key, sizeof key);
    sodium_bin2base64(base64, sizeof base64, key, sizeof key, sodium_base64_VARIANT_ORIGINAL);
    int len =
        snprintf(line, sizeof line,
                 "# Opens what is sealed in the database. Without it sealed fields are lost:\n"
                 "# keep a copy apart from the database's. The first key seals, all open.\n"
                 "k-%.8s = %s\n",
                 random_id(id), base64);
    bool done = write_all(fd, (str){ line, (size_t)len }) && fsync(fd) == 0;
    sodium_memzero(key, sizeof key);
    sodium_memzero(base64, sizeof base64);
    sodium_memzero(line, sizeof line);
    return done;
}

/* So that the file's name also survives a power cut. */
static bool sync_folder_of(const char *path)
{
    char copy[PATH_MAX];
    if (strlen(path) >= sizeof copy) return false;
    str_fill(copy, sizeof copy, str_from(path));
    int fd = open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0) return false;
    bool done = fsync(fd) == 0;
    close(fd);
    return done;
}

bool keyring_create(const char *path, struct err *e)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (fd < 0 && errno == EEXIST)
        return err_set(e, ERR_CONFLICT, "key.exists",
                       "key file %s exists already and is not written over", path);
    if (fd < 0)
        return err_set(e, ERR_INVALID, "key.unwritable", "key file %s: %s", path, strerror(errno));
    bool done = write_new_key(fd);
    int reason = errno;
    close(fd);
    if (done && sync_folder_of(path)) return true;
    if (done) reason = errno;
    unlink(path); /* half a key file would only be in the way of the next try */
    return err_set(e, ERR_UNAVAILABLE, "key.unwritable", "key file %s: %s", path, strerror(reason));
}

/* The head of a box, "version ‖ length of the id ‖ id", is authenticated with its place. */
static size_t head_size(size_t id_len)
{
    return 2 + id_len;
}

static bool add_bytes(EVP_CIPHER_CTX *ctx, unsigned char *to, const void *bytes, size_t len)
{
    int ignored;
    return len == 0 || EVP_CipherUpdate(ctx, to, &ignored, bytes, (int)len) == 1;
}

static EVP_CIPHER_CTX *start(const struct key *key, const unsigned char *nonce, str head, str place,
                             bool sealing)
{
    EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
    crypto_must(ctx && EVP_CipherInit_ex2(ctx, crypto_gcm(), key->bytes, nonce, sealing, NULL) &&
                    add_bytes(ctx, NULL, head.at, head.len) &&
                    add_bytes(ctx, NULL, place.at, place.len),
                "AES-256-GCM");
    return ctx;
}

/* Nonces are random: good for 2^32 boxes a key, which is what rotation keeps far away from. */
str box_seal(const struct keyring *k, struct arena *a, str plain, str place)
{
    crypto_must(plain.len <= LARGEST_BOX && place.len <= LARGEST_BOX, "sealing 1 GiB at once");
    const struct key *key = &k->keys[0];
    size_t id_len = strlen(key->id), head_len = head_size(id_len);
    size_t size = head_len + NONCE_SIZE + plain.len + TAG_SIZE;
    unsigned char *box = arena_take(a, size), *nonce = box + head_len;
    unsigned char *sealed = nonce + NONCE_SIZE;
    box[0] = BOX_VERSION;
    box[1] = (unsigned char)id_len;
    memcpy(box + 2, key->id, id_len);
    crypto_random(nonce, NONCE_SIZE);

    EVP_CIPHER_CTX *ctx = start(key, nonce, (str){ (char *)box, head_len }, place, true);
    int ignored;
    crypto_must(add_bytes(ctx, sealed, plain.at, plain.len) &&
                    EVP_CipherFinal_ex(ctx, sealed + plain.len, &ignored) == 1 &&
                    EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_GET_TAG, TAG_SIZE, sealed + plain.len) ==
                        1,
                "sealing");
    EVP_CIPHER_CTX_free(ctx);
    return (str){ (char *)box, size };
}

static bool refuse_box(struct err *e, const char *why)
{
    return err_set(e, ERR_BUG, "box.damaged", "a sealed field does not open: %s", why);
}

struct box_parts {
    str head, id, nonce, sealed, tag;
};

static bool split_box(str box, struct box_parts *out)
{
    if (box.len < 2 || box.len > LARGEST_BOX || box.at[0] != BOX_VERSION) return false;
    size_t id_len = (unsigned char)box.at[1], head_len = head_size(id_len);
    if (box.len < head_len + NONCE_SIZE + TAG_SIZE) return false;
    size_t sealed_len = box.len - head_len - NONCE_SIZE - TAG_SIZE;
    *out = (struct box_parts){
        .head = str_cut(box, 0, head_len),
        .id = str_cut(box, 2, id_len),
        .nonce = str_cut(box, head_len, NONCE_SIZE),
        .sealed = str_cut(box, head_len + NONCE_SIZE, sealed_len),
        .tag = str_cut(box, box.len - TAG_SIZE, TAG_SIZE),
    };
    return is_key_id(out->id);
}

static bool unseal(const struct key *key, const struct box_parts *parts, str place,
                   unsigned char *plain)
{
    EVP_CIPHER_CTX *ctx =
        start(key, (const unsigned char *)parts->nonce.at, parts->head, place, false);
    int ignored;
    bool done =
        add_bytes(ctx, plain, parts->sealed.at, parts->sealed.len) &&
        EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_SET_TAG, TAG_SIZE, (void *)parts->tag.at) == 1 &&
        EVP_CipherFinal_ex(ctx, plain + parts->sealed.len, &ignored) == 1;
    EVP_CIPHER_CTX_free(ctx);
    if (!done) sodium_memzero(plain, parts->sealed.len); /* nobody vouches for these bytes */
    return done;
}

bool box_open(const struct keyring *k, struct arena *a, str box, str place, str *plain,
              struct err *e)
{
    if (box.len == 0) {
        *plain = (str){ 0 };
        return true;
    }
    struct box_parts parts;
    if (!split_box(box, &parts)) return refuse_box(e, "its shape is not ours");
    const struct key *key = find_key(k, parts.id);
    if (!key) {
        err_set(e, ERR_INVALID, "box.unknown_key",
                "a sealed field needs key '%.*s', which is not in the key file", STR_ARG(parts.id));
        return err_arg(e, "key", parts.id);
    }
    crypto_must(place.len <= LARGEST_BOX, "a place of 1 GiB");
    unsigned char *opened = arena_take(a, parts.sealed.len + 1);
    if (!unseal(key, &parts, place, opened))
        return refuse_box(e, "it was changed, or moved from another place");
    *plain = (str){ (char *)opened, parts.sealed.len };
    return true;
}

str box_place(struct arena *a, int64_t company_id, int64_t store_id, const char *field)
{
    return str_print(a, "%lld|%lld|%s|1", (long long)company_id, (long long)store_id, field);
}
