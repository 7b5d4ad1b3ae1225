#include <openssl/evp.h>
#include <string.h>

#include "net/http_inside.h"

/* Whether a comma-separated header, perhaps in several lines, has the word. */
static bool has_word(const struct http_header *headers, size_t count, str name, str word)
{
    for (size_t i = 0; i < count; i++) {
        if (!str_eq_nocase(headers[i].name, name)) continue;
        str rest = headers[i].value, part;
        while (str_next(&rest, ',', &part))
            if (str_eq_nocase(str_trim(part), word)) return true;
    }
    return false;
}

/* How many times a header stands there; the last value in *value. */
static int count_header(const struct http_header *headers, size_t count, str name, str *value)
{
    int found = 0;
    for (size_t i = 0; i < count; i++) {
        if (!str_eq_nocase(headers[i].name, name)) continue;
        *value = str_trim(headers[i].value);
        found++;
    }
    return found;
}

/* 16 bytes in base64: 22 letters and "==", the last letter carrying 2 bits only. */
static bool is_key(str key)
{
    static const char letters[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    if (key.len != 24 || key.at[22] != '=' || key.at[23] != '=') return false;
    for (size_t i = 0; i < 22; i++)
        if (key.at[i] == '\0' || !strchr(letters, key.at[i])) return false;
    return strchr("AQgw", key.at[21]) != NULL;
}

int ws_check_handshake(const char *method, const struct http_header *headers, size_t count,
                       char key[32])
{
    str version = { 0 }, given = { 0 };
    if (strcmp(method, "GET") != 0) return 400;
    if (!has_word(headers, count, STR("Upgrade"), STR("websocket")) ||
        !has_word(headers, count, STR("Connection"), STR("upgrade")))
        return 426;
    int versions = count_header(headers, count, STR("Sec-WebSocket-Version"), &version);
    if (versions > 1) return 400;
    if (versions == 0 || !str_eq(version, STR("13"))) return 426;
    if (count_header(headers, count, STR("Sec-WebSocket-Key"), &given) != 1 || !is_key(given))
        return 400;
    str_fill(key, 32, given);
    return 0;
}

void ws_accept_value(const char *key, char out[WS_ACCEPT_SIZE])
{
    static const char suffix[] = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"; /* RFC 6455 §1.3 */
    unsigned char digest[EVP_MAX_MD_SIZE];
    char joined[32 + sizeof suffix];
    size_t key_len = strnlen(key, 31);
    unsigned size = 0;
    memcpy(joined, key, key_len);
    memcpy(joined + key_len, suffix, sizeof suffix - 1);
    if (!EVP_Digest(joined, key_len + sizeof suffix - 1, digest, &size, EVP_sha1(), NULL)) size = 0;
    EVP_EncodeBlock((unsigned char *)out, digest, (int)size);
}
