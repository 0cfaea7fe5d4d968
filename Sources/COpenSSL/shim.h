// The one digest that LLMCore takes from OpenSSL's libcrypto.
#include <openssl/sha.h>
