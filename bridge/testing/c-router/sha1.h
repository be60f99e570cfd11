#ifndef SHA1_H
#define SHA1_H
#include <stddef.h>
#include <stdint.h>

/* SHA-1 (RFC 3174) of `length` bytes. */
void sha1(const uint8_t *bytes, size_t length, uint8_t digest[20]);
#endif
