/* Hashes, passwords, random ids. The sealed boxes stand in crypto_box.c. */
#include "base/crypto.h"

#include <openssl/evp.h>
#include <pthread.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/crypto_inner.h"

#define PASSWORD_ROUNDS 2
#define PASSWORD_MEMORY ((size_t)19 << 20)
#define PASSWORDS_AT_A_TIME 2 /* else a burst of sign-ins takes the machine */
#define LONGEST_PASSWORD 1024

bool crypto_setup(struct err *e)
{
    if (sodium_init() < 0)
        return err_set(e, ERR_BUG, "crypto.setup", "libsodium does not start on this system");
    if (!crypto_sha256() || !crypto_gcm())
        return err_set(e, ERR_BUG, "crypto.setup",
                       "OpenSSL offers no SHA-256 or AES-256-GCM; look at its configuration");
    return true;
}

static EVP_MD *the_sha256;

static void fetch_sha256(void)
{
    the_sha256 = EVP_MD_fetch(NULL, "SHA256", NULL);
}

const EVP_MD *crypto_sha256(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, fetch_sha256);
    return the_sha256;
}

void crypto_must(bool done, const char *what)
{
    if (done) return;
    fprintf(stderr, "crypto: %s failed\n", what);
    abort();
}

void sha256(str bytes, unsigned char out[SHA256_SIZE])
{
    int done = EVP_Digest(bytes.at, bytes.len, out, NULL, crypto_sha256(), NULL);
    crypto_must(done == 1, "SHA-256");
}

str sha256_hex(struct arena *a, str bytes)
{
    unsigned char hash[SHA256_SIZE];
    sha256(bytes, hash);
    return str_hex(a, (str){ (const char *)hash, sizeof hash });
}

bool crypto_equal(str a, str b)
{
    return a.len == b.len && (a.len == 0 || sodium_memcmp(a.at, b.at, a.len) == 0);
}

void crypto_random(void *out, size_t size)
{
    randombytes_buf(out, size);
}

const char *random_id(char out[RANDOM_ID_SIZE])
{
    static const char letters[] = "0123456789abcdefghjkmnpqrstvwxyz";
    unsigned char bytes[16];
    crypto_random(bytes, sizeof bytes);
    unsigned held = 0;
    int bits = 2; /* 26 times 5 bits are two more than 128: the first letter has three */
    size_t next = 0;
    for (size_t i = 0; i < RANDOM_ID_SIZE - 1; i++) {
        if (bits < 5) {
            held = (held << 8 | bytes[next++]) & 0xFFFF;
            bits += 8;
        }
        bits -= 5;
        out[i] = letters[held >> bits & 31];
    }
    out[RANDOM_ID_SIZE - 1] = '\0';
    return out;
}

str random_token(struct arena *a)
{
    char bytes[32];
    crypto_random(bytes, sizeof bytes);
    str token = str_base64url(a, (str){ bytes, sizeof bytes });
    sodium_memzero(bytes, sizeof bytes);
    return token;
}

static struct {
    pthread_mutex_t lock;
    pthread_cond_t is_free;
    int running;
} password_gate = { .lock = PTHREAD_MUTEX_INITIALIZER, .is_free = PTHREAD_COND_INITIALIZER };

static void enter_gate(void)
{
    pthread_mutex_lock(&password_gate.lock);
    while (password_gate.running == PASSWORDS_AT_A_TIME)
        pthread_cond_wait(&password_gate.is_free, &password_gate.lock);
    password_gate.running++;
    pthread_mutex_unlock(&password_gate.lock);
}

static void leave_gate(void)
{
    pthread_mutex_lock(&password_gate.lock);
    password_gate.running--;
    pthread_cond_signal(&password_gate.is_free);
    pthread_mutex_unlock(&password_gate.lock);
}

bool password_hash(struct arena *a, str password, str *out, struct err *e)
{
    if (password.len == 0)
        return err_set(e, ERR_INVALID, "password.empty", "a password must not be empty");
    if (password.len > LONGEST_PASSWORD)
        return err_set(e, ERR_INVALID, "password.too_long", "a password has at most %d bytes",
                       LONGEST_PASSWORD);
    char hash[crypto_pwhash_STRBYTES];
    enter_gate();
    int failed =
        crypto_pwhash_str(hash, password.at, password.len, PASSWORD_ROUNDS, PASSWORD_MEMORY);
    leave_gate();
    if (failed)
        return err_set(e, ERR_UNAVAILABLE, "password.no_memory",
                       "not enough memory to hash a password (19 MiB)");
    *out = str_copy(a, str_from(hash));
    return true;
}

bool password_matches(str password, str hash)
{
    char terminated[crypto_pwhash_STRBYTES] = { 0 };
    if (password.len == 0 || password.len > LONGEST_PASSWORD) return false;
    if (hash.len == 0 || hash.len >= sizeof terminated) return false;
    memcpy(terminated, hash.at, hash.len);
    enter_gate();
    int failed = crypto_pwhash_str_verify(terminated, password.at, password.len);
    leave_gate();
    return !failed;
}
