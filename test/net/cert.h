/*
 * cert.h: a certificate of a test's own, made anew at each run.
 */
#ifndef TEST_NET_CERT_H
#define TEST_NET_CERT_H

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include "support/suite.h"

/* Self-signed, for `names` ("DNS:localhost,IP:127.0.0.1"), valid for an hour. */
static inline void cert_write(const char *names, const char *cert_path, const char *key_path)
{
    EVP_PKEY *key = EVP_EC_gen("P-256");
    X509 *cert = X509_new();
    assert_true(key && cert);
    X509_set_version(cert, 2);
    ASN1_INTEGER_set(X509_get_serialNumber(cert), 1);
    X509_gmtime_adj(X509_getm_notBefore(cert), -60);
    X509_gmtime_adj(X509_getm_notAfter(cert), 3600);
    X509_NAME *subject = X509_get_subject_name(cert);
    X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC, (const unsigned char *)"a test", -1, -1,
                               0);
    X509_set_issuer_name(cert, subject);
    X509_set_pubkey(cert, key);
    X509_EXTENSION *alternatives = X509V3_EXT_conf_nid(NULL, NULL, NID_subject_alt_name, names);
    assert_non_null(alternatives);
    X509_add_ext(cert, alternatives, -1);
    X509_EXTENSION_free(alternatives);
    assert_true(X509_sign(cert, key, EVP_sha256()) > 0);
    FILE *f = fopen(cert_path, "we");
    assert_true(f && PEM_write_X509(f, cert) == 1 && fclose(f) == 0);
    f = fopen(key_path, "we");
    assert_true(f && PEM_write_PrivateKey(f, key, NULL, NULL, 0, NULL, NULL) == 1 &&
                fclose(f) == 0);
    X509_free(cert);
    EVP_PKEY_free(key);
}

#endif
