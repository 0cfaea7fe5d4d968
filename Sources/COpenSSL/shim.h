// Of OpenSSL's libcrypto: one digest, and the comparison that takes as long wherever two texts differ.
#include <openssl/crypto.h>
#include <openssl/sha.h>
