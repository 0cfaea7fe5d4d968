// What LLMProviders takes from zlib: raw inflation and CRC-32; BenchFormats: files compressed by gzip.
#include <zlib.h>
