// What LLMProviders takes from zlib: raw inflation and CRC-32.
#include <zlib.h>
