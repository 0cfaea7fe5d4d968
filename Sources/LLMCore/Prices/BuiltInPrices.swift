/// The price table that ships with this version, as a price file (`dirgen.prices/1`).
///
/// A string literal: an embedded resource becomes an array literal, which takes twenty seconds to optimise in every release build.
enum BuiltInPrices {
    static let json = #"""
        {
          "format": "dirgen.prices/1",
          "version": "2026-11-29",
          "about": "USD per million tokens. A price holds from the start of the day `from` until the start of the day `until`, UTC. A rate with `over` or `at_least` replaces every token's price once the prompt is that long. No `service` is the standard tier. A missing cached_input or cache_write is charged as input, unless `unread` names it: then the provider has a rate that nobody has read, and a cost that needs it is unknown. A rate with `at_most` says nothing of longer prompts. `ends` is the day a model is or was retired. A provider that `caches_when_asked` writes no prompt to its cache that does not ask for it.",
          "sources": {
            "litellm": "litellm 1.109.1, newest PyPI wheel on 2026-11-22; the wheel carries no date",
            "genai-prices": "genai-prices 0.2.3, newest PyPI wheel on 2026-11-22; its own check notes run 2026-10-12 to 2026-11-03",
            "tokenmeter": "the price table of TokenMeter 0.17.0, read 2026-11-29: second-hand",
            "llm-preflight": "llm-preflight 2.25.9, read 2026-11-29, after Google's page of 2026-11-19: second-hand",
            "trazum": "Trazum 2.7.9, read 2026-11-29: second-hand"
          },
          "providers": {
            "openai": {"service_aliases": {"fast": "priority"}},
            "anthropic": {"caches_when_asked": true},
            "groq": {"service_aliases": {"flex": "standard"}},
            "local": {"free": true}
          },
          "models": [
            {
              "model": "openai/gpt-6.2-astra", "name": "GPT-6.2 Astra",
              "as_of": "2026-11-29", "sources": ["tokenmeter"],
              "note": "Also under the dated name gpt-6.2-astra-2026-11-20. Only input and output were read; from GPT-5.4 on the large models cost more above 272,000 prompt tokens.",
              "prices": [
                {"rates": [
                  {"at_most": 272000, "input": 8, "output": 40, "unread": ["cached_input", "cache_write"]}
                ]}
              ]
            },
            {
              "model": "openai/gpt-6.2-sol", "name": "GPT-6.2 Sol",
              "as_of": "2026-11-29", "sources": ["tokenmeter"],
              "prices": [
                {"rates": [
                  {"input": 2, "cached_input": 0.1, "cache_write": 2.5, "output": 10},
                  {"over": 272000, "input": 4, "cached_input": 0.2, "cache_write": 5, "output": 15}
                ]}
              ]
            },
            {
              "model": "openai/gpt-6-astra", "name": "GPT-6 Astra",
              "context_window": 1050000, "max_input": 922000, "max_output": 128000, "reasoning": true,
              "as_of": "2026-11-22", "sources": ["litellm", "genai-prices", "https://developers.openai.com/api/docs/pricing"],
              "multipliers": {"region": {"eu": 1.1, "us": 1.1}}, "web_search": {"usd": 0.01},
              "prices": [
                {"rates": [
                  {"input": 10, "cached_input": 1, "cache_write": 12.5, "cache_write_12h": 25, "output": 50},
                  {"over": 272000, "input": 20, "cached_input": 2, "cache_write": 25, "cache_write_12h": 50, "output": 75},
                  {"service": "batch", "input": 5, "cached_input": 0.5, "cache_write": 6.25, "cache_write_12h": 12.5, "output": 25},
                  {"service": "batch", "over": 272000, "input": 10, "cached_input": 1, "cache_write": 12.5, "cache_write_12h": 25, "output": 37.5},
                  {"service": "flex", "input": 5, "cached_input": 0.5, "cache_write": 6.25, "cache_write_12h": 12.5, "output": 25},
                  {"service": "flex", "over": 272000, "input": 10, "cached_input": 1, "cache_write": 12.5, "cache_write_12h": 25, "output": 37.5},
                  {"service": "priority", "input": 20, "cached_input": 2, "cache_write": 25, "cache_write_12h": 50, "output": 100},
                  {"service": "priority", "over": 272000, "input": 40, "cached_input": 4, "cache_write": 50, "cache_write_12h": 100, "output": 150},
                  {"service": "ultrafast", "input": 60, "cached_input": 6, "cache_write": 75, "cache_write_12h": 150, "output": 300},
                  {"service": "ultrafast", "over": 272000, "input": 120, "cached_input": 12, "cache_write": 150, "cache_write_12h": 300, "output": 450}
                ]}
              ]
            },
            {
              "model": "openai/gpt-6.1-sol", "name": "GPT-6.1 Sol",
              "context_window": 1050000, "max_input": 922000, "max_output": 128000, "reasoning": true, "released": "2026-09-29",
              "as_of": "2026-11-22", "sources": ["litellm", "genai-prices", "https://developers.openai.com/api/docs/pricing"],
              "multipliers": {"region": {"eu": 1.1, "us": 1.1}}, "web_search": {"usd": 0.01},
              "prices": [
                {"rates": [
                  {"input": 2, "cached_input": 0.1, "cache_write": 2.5, "cache_write_12h": 5, "output": 10},
                  {"over": 272000, "input": 4, "cached_input": 0.2, "cache_write": 5, "cache_write_12h": 10, "output": 15},
                  {"service": "batch", "input": 1, "cached_input": 0.05, "cache_write": 1.25, "cache_write_12h": 2.5, "output": 5},
                  {"service": "batch", "over": 272000, "input": 2, "cached_input": 0.1, "cache_write": 2.5, "cache_write_12h": 5, "output": 7.5},
                  {"service": "flex", "input": 1, "cached_input": 0.05, "cache_write": 1.25, "cache_write_12h": 2.5, "output": 5},
                  {"service": "flex", "over": 272000, "input": 2, "cached_input": 0.1, "cache_write": 2.5, "cache_write_12h": 5, "output": 7.5},
                  {"service": "priority", "input": 4, "cached_input": 0.2, "cache_write": 5, "cache_write_12h": 10, "output": 20},
                  {"service": "priority", "over": 272000, "input": 8, "cached_input": 0.4, "cache_write": 10, "cache_write_12h": 20, "output": 30},
                  {"service": "ultrafast", "input": 12, "cached_input": 0.6, "cache_write": 15, "cache_write_12h": 30, "output": 60},
                  {"service": "ultrafast", "over": 272000, "input": 24, "cached_input": 1.2, "cache_write": 30, "cache_write_12h": 60, "output": 90}
                ]}
              ]
            },
            {
              "model": "openai/gpt-6.1-terra", "name": "GPT-6.1 Terra",
              "context_window": 1050000, "max_input": 922000, "max_output": 128000, "reasoning": true,
              "as_of": "2026-11-22", "sources": ["litellm", "genai-prices", "https://developers.openai.com/api/docs/pricing"],
              "multipliers": {"region": {"eu": 1.1, "us": 1.1}}, "web_search": {"usd": 0.01},
              "prices": [
                {"rates": [
                  {"input": 1, "cached_input": 0.05, "cache_write": 1.25, "cache_write_12h": 2.5, "output": 5},
                  {"over": 272000, "input": 2, "cached_input": 0.1, "cache_write": 2.5, "cache_write_12h": 5, "output": 7.5},
                  {"service": "batch", "input": 0.5, "cached_input": 0.025, "cache_write": 0.625, "cache_write_12h": 1.25, "output": 2.5},
                  {"service": "batch", "over": 272000, "input": 1, "cached_input": 0.05, "cache_write": 1.25, "cache_write_12h": 2.5, "output": 3.75},
                  {"service": "flex", "input": 0.5, "cached_input": 0.025, "cache_write": 0.625, "cache_write_12h": 1.25, "output": 2.5},
                  {"service": "flex", "over": 272000, "input": 1, "cached_input": 0.05, "cache_write": 1.25, "cache_write_12h": 2.5, "output": 3.75},
                  {"service": "priority", "input": 2, "cached_input": 0.1, "cache_write": 2.5, "cache_write_12h": 5, "output": 10},
                  {"service": "priority", "over": 272000, "input": 4, "cached_input": 0.2, "cache_write": 5, "cache_write_12h": 10, "output": 15}
                ]}
              ]
            },
            {
              "model": "openai/gpt-6-sol", "name": "GPT-6 Sol",
              "context_window": 1050000, "max_input": 922000, "max_output": 128000, "reasoning": true,
              "as_of": "2026-11-22", "sources": ["litellm", "genai-prices", "https://developers.openai.com/api/docs/pricing"],
              "multipliers": {"region": {"eu": 1.1, "us": 1.1}}, "web_search": {"usd": 0.01},
              "prices": [
                {"rates": [
                  {"input": 2, "cached_input": 0.2, "cache_write": 2.5, "cache_write_12h": 5, "output": 10},
                  {"over": 272000, "input": 4, "cached_input": 0.4, "cache_write": 5, "cache_write_12h": 10, "output": 15},
                  {"service": "batch", "input": 1, "cached_input": 0.1, "cache_write": 1.25, "cache_write_12h": 2.5, "output": 5},
                  {"service": "batch", "over": 272000, "input": 2, "cached_input": 0.2, "cache_write": 2.5, "cache_write_12h": 5, "output": 7.5},
                  {"service": "flex", "input": 1, "cached_input": 0.1, "cache_write": 1.25, "cache_write_12h": 2.5, "output": 5},
                  {"service": "flex", "over": 272000, "input": 2, "cached_input": 0.2, "cache_write": 2.5, "cache_write_12h": 5, "output": 7.5},
                  {"service": "priority", "input": 4, "cached_input": 0.4, "cache_write": 5, "cache_write_12h": 10, "output": 20},
                  {"service": "priority", "over": 272000, "input": 8, "cached_input": 0.8, "cache_write": 10, "cache_write_12h": 20, "output": 30}
                ]}
              ]
            },
            {
              "model": "openai/gpt-6-luna", "name": "GPT-6 Luna",
              "context_window": 1050000, "max_input": 922000, "max_output": 128000, "reasoning": true,
              "as_of": "2026-11-22", "sources": ["litellm", "genai-prices", "https://developers.openai.com/api/docs/pricing"],
              "multipliers": {"region": {"eu": 1.1, "us": 1.1}}, "web_search": {"usd": 0.01},
              "prices": [
                {"rates": [
                  {"input": 0.1, "cached_input": 0.01, "cache_write": 0.125, "cache_write_12h": 0.25, "output": 0.5},
                  {"over": 272000, "input": 0.2, "cached_input": 0.02, "cache_write": 0.25, "cache_write_12h": 0.5, "output": 0.75},
                  {"service": "batch", "input": 0.05, "cached_input": 0.005, "cache_write": 0.0625, "cache_write_12h": 0.125, "output": 0.25},
                  {"service": "batch", "over": 272000, "input": 0.1, "cached_input": 0.01, "cache_write": 0.125, "cache_write_12h": 0.25, "output": 0.375},
                  {"service": "flex", "input": 0.05, "cached_input": 0.005, "cache_write": 0.0625, "cache_write_12h": 0.125, "output": 0.25},
                  {"service": "flex", "over": 272000, "input": 0.1, "cached_input": 0.01, "cache_write": 0.125, "cache_write_12h": 0.25, "output": 0.375},
                  {"service": "priority", "input": 0.2, "cached_input": 0.02, "cache_write": 0.25, "cache_write_12h": 0.5, "output": 1},
                  {"service": "priority", "over": 272000, "input": 0.4, "cached_input": 0.04, "cache_write": 0.5, "cache_write_12h": 1, "output": 1.5}
                ]}
              ]
            },
            {
              "model": "openai/gpt-5.6-sol", "name": "GPT-5.6 Sol",
              "context_window": 1050000, "max_input": 922000, "max_output": 128000, "reasoning": true, "released": "2026-07-09",
              "as_of": "2026-11-22", "sources": ["litellm", "genai-prices", "https://developers.openai.com/api/docs/pricing"],
              "multipliers": {"region": {"eu": 1.1, "us": 1.1}}, "web_search": {"usd": 0.01},
              "prices": [
                {"until": "2026-08-21", "rates": [
                  {"input": 5, "cached_input": 0.5, "cache_write": 6.25, "cache_write_12h": 12.5, "output": 30},
                  {"over": 272000, "input": 10, "cached_input": 1, "cache_write": 12.5, "cache_write_12h": 25, "output": 45},
                  {"service": "batch", "input": 2.5, "cached_input": 0.25, "cache_write": 3.125, "cache_write_12h": 6.25, "output": 15},
                  {"service": "batch", "over": 272000, "input": 5, "cached_input": 0.5, "cache_write": 6.25, "cache_write_12h": 12.5, "output": 22.5},
                  {"service": "flex", "input": 2.5, "cached_input": 0.25, "cache_write": 3.125, "cache_write_12h": 6.25, "output": 15},
                  {"service": "flex", "over": 272000, "input": 5, "cached_input": 0.5, "cache_write": 6.25, "cache_write_12h": 12.5, "output": 22.5},
                  {"service": "priority", "input": 10, "cached_input": 1, "cache_write": 12.5, "cache_write_12h": 25, "output": 60},
                  {"service": "priority", "over": 272000, "input": 20, "cached_input": 2, "cache_write": 25, "cache_write_12h": 50, "output": 90}
                ]},
                {"from": "2026-08-21", "rates": [
                  {"input": 4, "cached_input": 0.4, "cache_write": 5, "cache_write_12h": 10, "output": 20},
                  {"over": 272000, "input": 8, "cached_input": 0.8, "cache_write": 10, "cache_write_12h": 20, "output": 30},
                  {"service": "batch", "input": 2, "cached_input": 0.2, "cache_write": 2.5, "cache_write_12h": 5, "output": 10},
                  {"service": "batch", "over": 272000, "input": 4, "cached_input": 0.4, "cache_write": 5, "cache_write_12h": 10, "output": 15},
                  {"service": "flex", "input": 2, "cached_input": 0.2, "cache_write": 2.5, "cache_write_12h": 5, "output": 10},
                  {"service": "flex", "over": 272000, "input": 4, "cached_input": 0.4, "cache_write": 5, "cache_write_12h": 10, "output": 15},
                  {"service": "priority", "input": 8, "cached_input": 0.8, "cache_write": 10, "cache_write_12h": 20, "output": 40},
                  {"service": "priority", "over": 272000, "input": 16, "cached_input": 1.6, "cache_write": 20, "cache_write_12h": 40, "output": 60}
                ]}
              ]
            },
            {
              "model": "openai/gpt-5.6-terra", "name": "GPT-5.6 Terra",
              "context_window": 1050000, "max_input": 922000, "max_output": 128000, "reasoning": true, "released": "2026-07-09",
              "as_of": "2026-11-22", "sources": ["litellm", "genai-prices", "https://developers.openai.com/api/docs/pricing"],
              "multipliers": {"region": {"eu": 1.1, "us": 1.1}}, "web_search": {"usd": 0.01},
              "prices": [
                {"until": "2026-07-30", "rates": [
                  {"input": 2.5, "cached_input": 0.25, "cache_write": 3.125, "cache_write_12h": 6.25, "output": 15},
                  {"over": 272000, "input": 5, "cached_input": 0.5, "cache_write": 6.25, "cache_write_12h": 12.5, "output": 22.5},
                  {"service": "batch", "input": 1.25, "cached_input": 0.125, "cache_write": 1.5625, "cache_write_12h": 3.125, "output": 7.5},
                  {"service": "batch", "over": 272000, "input": 2.5, "cached_input": 0.25, "cache_write": 3.125, "cache_write_12h": 6.25, "output": 11.25},
                  {"service": "flex", "input": 1.25, "cached_input": 0.125, "cache_write": 1.5625, "cache_write_12h": 3.125, "output": 7.5},
                  {"service": "flex", "over": 272000, "input": 2.5, "cached_input": 0.25, "cache_write": 3.125, "cache_write_12h": 6.25, "output": 11.25},
                  {"service": "priority", "input": 5, "cached_input": 0.5, "cache_write": 6.25, "cache_write_12h": 12.5, "output": 30},
                  {"service": "priority", "over": 272000, "input": 10, "cached_input": 1, "cache_write": 12.5, "cache_write_12h": 25, "output": 45}
                ]},
                {"from": "2026-07-30", "rates": [
                  {"input": 2, "cached_input": 0.2, "cache_write": 2.5, "cache_write_12h": 5, "output": 12},
                  {"over": 272000, "input": 4, "cached_input": 0.4, "cache_write": 5, "cache_write_12h": 10, "output": 18},
                  {"service": "batch", "input": 1, "cached_input": 0.1, "cache_write": 1.25, "cache_write_12h": 2.5, "output": 6},
                  {"service": "batch", "over": 272000, "input": 2, "cached_input": 0.2, "cache_write": 2.5, "cache_write_12h": 5, "output": 9},
                  {"service": "flex", "input": 1, "cached_input": 0.1, "cache_write": 1.25, "cache_write_12h": 2.5, "output": 6},
                  {"service": "flex", "over": 272000, "input": 2, "cached_input": 0.2, "cache_write": 2.5, "cache_write_12h": 5, "output": 9},
                  {"service": "priority", "input": 4, "cached_input": 0.4, "cache_write": 5, "cache_write_12h": 10, "output": 24},
                  {"service": "priority", "over": 272000, "input": 8, "cached_input": 0.8, "cache_write": 10, "cache_write_12h": 20, "output": 36}
                ]}
              ]
            },
            {
              "model": "openai/gpt-5.6-luna", "name": "GPT-5.6 Luna",
              "context_window": 1050000, "max_input": 922000, "max_output": 128000, "reasoning": true, "released": "2026-07-09",
              "as_of": "2026-11-22", "sources": ["litellm", "genai-prices", "https://developers.openai.com/api/docs/pricing"],
              "multipliers": {"region": {"eu": 1.1, "us": 1.1}}, "web_search": {"usd": 0.01},
              "prices": [
                {"until": "2026-07-30", "rates": [
                  {"input": 1, "cached_input": 0.1, "cache_write": 1.25, "cache_write_12h": 2.5, "output": 6},
                  {"over": 272000, "input": 2, "cached_input": 0.2, "cache_write": 2.5, "cache_write_12h": 5, "output": 9},
                  {"service": "batch", "input": 0.5, "cached_input": 0.05, "cache_write": 0.625, "cache_write_12h": 1.25, "output": 3},
                  {"service": "batch", "over": 272000, "input": 1, "cached_input": 0.1, "cache_write": 1.25, "cache_write_12h": 2.5, "output": 4.5},
                  {"service": "flex", "input": 0.5, "cached_input": 0.05, "cache_write": 0.625, "cache_write_12h": 1.25, "output": 3},
                  {"service": "flex", "over": 272000, "input": 1, "cached_input": 0.1, "cache_write": 1.25, "cache_write_12h": 2.5, "output": 4.5},
                  {"service": "priority", "input": 2, "cached_input": 0.2, "cache_write": 2.5, "cache_write_12h": 5, "output": 12},
                  {"service": "priority", "over": 272000, "input": 4, "cached_input": 0.4, "cache_write": 5, "cache_write_12h": 10, "output": 18}
                ]},
                {"from": "2026-07-30", "rates": [
                  {"input": 0.2, "cached_input": 0.02, "cache_write": 0.25, "cache_write_12h": 0.5, "output": 1.2},
                  {"over": 272000, "input": 0.4, "cached_input": 0.04, "cache_write": 0.5, "cache_write_12h": 1, "output": 1.8},
                  {"service": "batch", "input": 0.1, "cached_input": 0.01, "cache_write": 0.125, "cache_write_12h": 0.25, "output": 0.6},
                  {"service": "batch", "over": 272000, "input": 0.2, "cached_input": 0.02, "cache_write": 0.25, "cache_write_12h": 0.5, "output": 0.9},
                  {"service": "flex", "input": 0.1, "cached_input": 0.01, "cache_write": 0.125, "cache_write_12h": 0.25, "output": 0.6},
                  {"service": "flex", "over": 272000, "input": 0.2, "cached_input": 0.02, "cache_write": 0.25, "cache_write_12h": 0.5, "output": 0.9},
                  {"service": "priority", "input": 0.4, "cached_input": 0.04, "cache_write": 0.5, "cache_write_12h": 1, "output": 2.4},
                  {"service": "priority", "over": 272000, "input": 0.8, "cached_input": 0.08, "cache_write": 1, "cache_write_12h": 2, "output": 3.6}
                ]}
              ]
            },
            {
              "model": "openai/text-embedding-3-small", "name": "Text Embedding 3 Small",
              "max_input": 8191,
              "as_of": "2026-11-30", "sources": ["https://developers.openai.com/api/docs/pricing"],
              "note": "Second-hand: as the wheel of litellm 1.106.2 gives that page.",
              "prices": [{"rates": [{"input": 0.02, "output": 0}, {"service": "batch", "input": 0.01, "output": 0}]}]
            },
            {
              "model": "openai/text-embedding-3-large", "name": "Text Embedding 3 Large",
              "max_input": 8191,
              "as_of": "2026-11-30", "sources": ["https://developers.openai.com/api/docs/pricing"],
              "note": "Second-hand: as the wheel of litellm 1.106.2 gives that page.",
              "prices": [{"rates": [{"input": 0.13, "output": 0}, {"service": "batch", "input": 0.065, "output": 0}]}]
            },
            {
              "model": "openai/text-embedding-ada-002", "name": "Text Embedding Ada 002",
              "max_input": 8191,
              "as_of": "2026-11-30", "sources": ["https://developers.openai.com/api/docs/pricing"],
              "note": "Second-hand: as the wheel of litellm 1.106.2 gives that page.",
              "prices": [{"rates": [{"input": 0.1, "output": 0}]}]
            },
            {
              "model": "openai/gpt-5.5", "name": "GPT-5.5",
              "context_window": 1050000, "max_input": 1050000, "max_output": 128000, "reasoning": true, "released": "2026-04-23",
              "as_of": "2026-11-22", "sources": ["litellm", "genai-prices", "https://developers.openai.com/api/docs/pricing"],
              "multipliers": {"region": {"eu": 1.1, "us": 1.1}}, "web_search": {"usd": 0.01},
              "prices": [
                {"rates": [
                  {"input": 5, "cached_input": 0.5, "output": 30},
                  {"over": 272000, "input": 10, "cached_input": 1, "output": 45},
                  {"service": "batch", "input": 2.5, "cached_input": 0.25, "output": 15},
                  {"service": "batch", "over": 272000, "input": 5, "cached_input": 0.5, "output": 22.5},
                  {"service": "flex", "input": 2.5, "cached_input": 0.25, "output": 15},
                  {"service": "flex", "over": 272000, "input": 5, "cached_input": 0.5, "output": 22.5},
                  {"service": "priority", "input": 12.5, "cached_input": 1.25, "output": 75},
                  {"service": "priority", "over": 272000, "input": 25, "cached_input": 2.5, "output": 112.5}
                ]}
              ]
            },
            {
              "model": "openai/gpt-5.4", "name": "GPT-5.4",
              "context_window": 1050000, "max_input": 1050000, "max_output": 128000, "reasoning": true, "released": "2026-03-05",
              "as_of": "2026-11-22", "sources": ["litellm", "genai-prices", "https://developers.openai.com/api/docs/pricing"],
              "multipliers": {"region": {"eu": 1.1, "us": 1.1}}, "web_search": {"usd": 0.01},
              "prices": [
                {"rates": [
                  {"input": 2.5, "cached_input": 0.25, "output": 15},
                  {"over": 272000, "input": 5, "cached_input": 0.5, "output": 22.5},
                  {"service": "batch", "input": 1.25, "cached_input": 0.13, "output": 7.5},
                  {"service": "batch", "over": 272000, "input": 2.5, "cached_input": 0.25, "output": 11.25},
                  {"service": "flex", "input": 1.25, "cached_input": 0.13, "output": 7.5},
                  {"service": "flex", "over": 272000, "input": 2.5, "cached_input": 0.25, "output": 11.25},
                  {"service": "priority", "input": 5, "cached_input": 0.5, "output": 30},
                  {"service": "priority", "over": 272000, "input": 10, "cached_input": 1, "output": 45}
                ]}
              ]
            },
            {
              "model": "openai/gpt-5.4-mini", "name": "GPT-5.4 mini",
              "context_window": 400000, "max_input": 272000, "max_output": 128000, "reasoning": true, "released": "2026-03-17",
              "as_of": "2026-11-22", "sources": ["litellm", "genai-prices", "https://developers.openai.com/api/docs/pricing"],
              "multipliers": {"region": {"eu": 1.1, "us": 1.1}}, "web_search": {"usd": 0.01},
              "prices": [
                {"rates": [
                  {"input": 0.75, "cached_input": 0.075, "output": 4.5},
                  {"service": "batch", "input": 0.375, "cached_input": 0.0375, "output": 2.25},
                  {"service": "flex", "input": 0.375, "cached_input": 0.0375, "output": 2.25},
                  {"service": "priority", "input": 1.5, "cached_input": 0.15, "output": 9}
                ]}
              ]
            },
            {
              "model": "openai/gpt-5.4-nano", "name": "GPT-5.4 nano",
              "context_window": 400000, "max_input": 272000, "max_output": 128000, "reasoning": true, "released": "2026-03-17", "status": "deprecation announced", "ends": "2027-04-01",
              "as_of": "2026-11-22", "sources": ["litellm", "genai-prices", "https://developers.openai.com/api/docs/pricing"],
              "multipliers": {"region": {"eu": 1.1, "us": 1.1}}, "web_search": {"usd": 0.01},
              "prices": [
                {"rates": [
                  {"input": 0.2, "cached_input": 0.02, "output": 1.25},
                  {"service": "batch", "input": 0.1, "cached_input": 0.01, "output": 0.625},
                  {"service": "flex", "input": 0.1, "cached_input": 0.01, "output": 0.625}
                ]}
              ]
            },
            {
              "model": "openai/gpt-5.2", "name": "GPT-5.2",
              "context_window": 400000, "max_input": 272000, "max_output": 128000, "reasoning": true, "released": "2025-12-11",
              "as_of": "2026-11-22", "sources": ["litellm", "genai-prices", "https://developers.openai.com/api/docs/pricing"],
              "web_search": {"usd": 0.01},
              "prices": [
                {"rates": [
                  {"input": 1.75, "cached_input": 0.175, "output": 14},
                  {"service": "batch", "input": 0.875, "cached_input": 0.0875, "output": 7},
                  {"service": "flex", "input": 0.875, "cached_input": 0.0875, "output": 7},
                  {"service": "priority", "input": 3.5, "cached_input": 0.35, "output": 28}
                ]}
              ]
            },
            {
              "model": "openai/gpt-5.1", "name": "GPT-5.1",
              "context_window": 400000, "max_input": 272000, "max_output": 128000, "reasoning": true, "released": "2025-11-13", "status": "deprecation announced", "ends": "2027-04-01",
              "as_of": "2026-11-22", "sources": ["litellm", "genai-prices", "https://developers.openai.com/api/docs/pricing"],
              "web_search": {"usd": 0.01},
              "prices": [
                {"rates": [
                  {"input": 1.25, "cached_input": 0.125, "output": 10},
                  {"service": "batch", "input": 0.625, "cached_input": 0.0625, "output": 5},
                  {"service": "flex", "input": 0.625, "cached_input": 0.0625, "output": 5},
                  {"service": "priority", "input": 2.5, "cached_input": 0.25, "output": 20}
                ]}
              ]
            },
            {
              "model": "openai/gpt-5", "name": "GPT-5",
              "context_window": 400000, "max_input": 272000, "max_output": 128000, "reasoning": true, "released": "2025-08-07", "status": "deprecation announced", "ends": "2026-12-11",
              "as_of": "2026-11-22", "sources": ["litellm", "genai-prices", "https://developers.openai.com/api/docs/pricing"],
              "web_search": {"usd": 0.01},
              "prices": [
                {"rates": [
                  {"input": 1.25, "cached_input": 0.125, "output": 10},
                  {"service": "batch", "input": 0.625, "cached_input": 0.0625, "output": 5},
                  {"service": "flex", "input": 0.625, "cached_input": 0.0625, "output": 5},
                  {"service": "priority", "input": 2.5, "cached_input": 0.25, "output": 20}
                ]}
              ]
            },
            {
              "model": "openai/gpt-5-mini", "name": "GPT-5 mini",
              "context_window": 400000, "max_input": 272000, "max_output": 128000, "reasoning": true, "released": "2025-08-07", "status": "deprecation announced", "ends": "2026-12-11",
              "as_of": "2026-11-22", "sources": ["litellm", "genai-prices", "https://developers.openai.com/api/docs/pricing"],
              "web_search": {"usd": 0.01},
              "prices": [
                {"rates": [
                  {"input": 0.25, "cached_input": 0.025, "output": 2},
                  {"service": "batch", "input": 0.125, "cached_input": 0.0125, "output": 1},
                  {"service": "flex", "input": 0.125, "cached_input": 0.0125, "output": 1},
                  {"service": "priority", "input": 0.45, "cached_input": 0.045, "output": 3.6}
                ]}
              ]
            },
            {
              "model": "openai/gpt-5-nano", "name": "GPT-5 nano",
              "context_window": 400000, "max_input": 272000, "max_output": 128000, "reasoning": true, "released": "2025-08-07", "status": "deprecation announced", "ends": "2026-12-11",
              "as_of": "2026-11-22", "sources": ["litellm", "genai-prices", "https://developers.openai.com/api/docs/pricing"],
              "web_search": {"usd": 0.01},
              "prices": [
                {"rates": [
                  {"input": 0.05, "cached_input": 0.005, "output": 0.4},
                  {"service": "batch", "input": 0.025, "cached_input": 0.0025, "output": 0.2},
                  {"service": "flex", "input": 0.025, "cached_input": 0.0025, "output": 0.2}
                ]}
              ]
            },
            {
              "model": "openai/gpt-4.1", "name": "GPT-4.1",
              "context_window": 1047576, "max_input": 1047576, "max_output": 32768, "released": "2025-04-14",
              "as_of": "2026-11-22", "sources": ["litellm", "genai-prices", "https://developers.openai.com/api/docs/pricing"],
              "web_search": {"usd": 0.025},
              "prices": [
                {"rates": [
                  {"input": 2, "cached_input": 0.5, "output": 8},
                  {"service": "batch", "input": 1, "output": 4},
                  {"service": "priority", "input": 3.5, "cached_input": 0.875, "output": 14}
                ]}
              ]
            },
            {
              "model": "openai/gpt-4.1-mini", "name": "GPT-4.1 mini",
              "context_window": 1047576, "max_input": 1047576, "max_output": 32768, "released": "2025-04-14",
              "as_of": "2026-11-22", "sources": ["litellm", "genai-prices", "https://developers.openai.com/api/docs/pricing"],
              "web_search": {"usd": 0.025},
              "prices": [
                {"rates": [
                  {"input": 0.4, "cached_input": 0.1, "output": 1.6},
                  {"service": "batch", "input": 0.2, "output": 0.8},
                  {"service": "priority", "input": 0.7, "cached_input": 0.175, "output": 2.8}
                ]}
              ]
            },
            {
              "model": "openai/gpt-4o", "name": "GPT-4o",
              "context_window": 128000, "max_input": 128000, "max_output": 16384, "released": "2024-05-13",
              "as_of": "2026-11-22", "sources": ["litellm", "genai-prices", "https://developers.openai.com/api/docs/pricing"],
              "web_search": {"usd": 0.01},
              "prices": [
                {"rates": [
                  {"input": 2.5, "cached_input": 1.25, "output": 10},
                  {"service": "batch", "input": 1.25, "output": 5},
                  {"service": "priority", "input": 4.25, "cached_input": 2.125, "output": 17}
                ]}
              ]
            },
            {
              "model": "openai/gpt-4o-2024-05-13", "name": "GPT-4o (2024-05-13)",
              "context_window": 128000, "max_input": 128000, "max_output": 4096, "released": "2024-05-13",
              "as_of": "2026-11-22", "sources": ["litellm", "genai-prices"],
              "note": "The first snapshot kept its own price; later ones cost what gpt-4o does.",
              "web_search": {"usd": 0.01},
              "prices": [
                {"rates": [
                  {"input": 5, "output": 15},
                  {"service": "batch", "input": 2.5, "output": 7.5},
                  {"service": "priority", "input": 8.75, "output": 26.25}
                ]}
              ]
            },
            {
              "model": "openai/gpt-4o-mini", "name": "GPT-4o mini",
              "context_window": 128000, "max_input": 128000, "max_output": 16384, "released": "2024-07-18",
              "as_of": "2026-11-22", "sources": ["litellm", "genai-prices", "https://developers.openai.com/api/docs/pricing"],
              "web_search": {"usd": 0.025},
              "prices": [
                {"rates": [
                  {"input": 0.15, "cached_input": 0.075, "output": 0.6},
                  {"service": "batch", "input": 0.075, "output": 0.3},
                  {"service": "priority", "input": 0.25, "cached_input": 0.125, "output": 1}
                ]}
              ]
            },
            {
              "model": "openai/o3", "name": "o3",
              "context_window": 200000, "max_input": 200000, "max_output": 100000, "reasoning": true, "released": "2025-04-16", "status": "deprecation announced", "ends": "2026-12-11",
              "as_of": "2026-11-22", "sources": ["litellm", "genai-prices", "https://developers.openai.com/api/docs/pricing"],
              "web_search": {"usd": 0.01},
              "prices": [
                {"until": "2025-06-10", "rates": [
                  {"input": 10, "output": 40},
                  {"service": "batch", "input": 5, "output": 20},
                  {"service": "flex", "input": 5, "output": 20},
                  {"service": "priority", "input": 17.5, "output": 70}
                ]},
                {"from": "2025-06-10", "rates": [
                  {"input": 2, "cached_input": 0.5, "output": 8},
                  {"service": "batch", "input": 1, "output": 4},
                  {"service": "flex", "input": 1, "cached_input": 0.25, "output": 4},
                  {"service": "priority", "input": 3.5, "cached_input": 0.875, "output": 14}
                ]}
              ]
            },
            {
              "model": "openai/o4-mini", "name": "o4-mini",
              "context_window": 200000, "max_input": 200000, "max_output": 100000, "reasoning": true, "released": "2025-04-16", "status": "retired", "ends": "2026-10-23",
              "as_of": "2026-11-22", "sources": ["litellm", "genai-prices", "https://developers.openai.com/api/docs/pricing"],
              "web_search": {"usd": 0.01},
              "prices": [
                {"rates": [
                  {"input": 1.1, "cached_input": 0.275, "output": 4.4},
                  {"service": "batch", "input": 0.55, "output": 2.2},
                  {"service": "flex", "input": 0.55, "cached_input": 0.138, "output": 2.2},
                  {"service": "priority", "input": 2, "cached_input": 0.5, "output": 8}
                ]}
              ]
            },
            {
              "model": "anthropic/claude-fable-5-2", "name": "Claude Fable 5.2", "aliases": ["claude-fable-5.2"],
              "context_window": 1000000, "reasoning": true,
              "as_of": "2026-11-03", "sources": ["genai-prices"],
              "multipliers": {"inference_geo": {"us": 1.1}, "speed": {"fast": 2}}, "web_search": {"usd": 0.01},
              "prices": [
                {"rates": [
                  {"input": 8, "cached_input": 0.2, "cache_write": 10, "cache_write_1h": 16, "output": 40},
                  {"service": "batch", "input": 4, "cached_input": 0.1, "cache_write": 5, "cache_write_1h": 8, "output": 20}
                ]}
              ]
            },
            {
              "model": "anthropic/claude-fable-5-1", "name": "Claude Fable 5.1", "aliases": ["claude-fable-5.1"],
              "context_window": 1000000, "max_input": 1000000, "max_output": 128000, "cache_min": 512, "reasoning": true,
              "as_of": "2026-11-22", "sources": ["litellm", "genai-prices", "https://platform.claude.com/docs/en/about-claude/pricing"],
              "multipliers": {"inference_geo": {"us": 1.1}}, "web_search": {"usd": 0.01},
              "prices": [
                {"rates": [
                  {"input": 10, "cached_input": 0.25, "cache_write": 12.5, "cache_write_1h": 20, "output": 50},
                  {"service": "batch", "input": 5, "cached_input": 0.125, "cache_write": 6.25, "cache_write_1h": 10, "output": 25}
                ]}
              ]
            },
            {
              "model": "anthropic/claude-opus-5-5", "name": "Claude Opus 5.5", "aliases": ["claude-opus-5.5"],
              "context_window": 1000000, "max_input": 1000000, "max_output": 128000, "cache_min": 512, "reasoning": true,
              "as_of": "2026-11-22", "sources": ["litellm", "genai-prices", "https://platform.claude.com/docs/en/about-claude/pricing"],
              "multipliers": {"inference_geo": {"us": 1.1}, "speed": {"fast": 2}}, "web_search": {"usd": 0.01},
              "prices": [
                {"rates": [
                  {"input": 4, "cached_input": 0.2, "cache_write": 5, "cache_write_1h": 8, "output": 20},
                  {"service": "batch", "input": 2, "cached_input": 0.1, "cache_write": 2.5, "cache_write_1h": 4, "output": 10}
                ]}
              ]
            },
            {
              "model": "anthropic/claude-opus-5", "name": "Claude Opus 5",
              "context_window": 1000000, "max_input": 1000000, "max_output": 128000, "cache_min": 512, "reasoning": true, "released": "2026-07-24",
              "as_of": "2026-11-22", "sources": ["litellm", "genai-prices", "https://platform.claude.com/docs/en/about-claude/pricing"],
              "multipliers": {"inference_geo": {"us": 1.1}, "speed": {"fast": 2}}, "web_search": {"usd": 0.01},
              "prices": [
                {"rates": [
                  {"input": 5, "cached_input": 0.5, "cache_write": 6.25, "cache_write_1h": 10, "output": 25},
                  {"service": "batch", "input": 2.5, "cached_input": 0.25, "cache_write": 3.125, "cache_write_1h": 5, "output": 12.5}
                ]}
              ]
            },
            {
              "model": "anthropic/claude-opus-4-8", "name": "Claude Opus 4.8", "aliases": ["claude-opus-4.8"],
              "context_window": 1000000, "max_input": 1000000, "max_output": 128000, "cache_min": 1024, "reasoning": true, "released": "2026-05-28",
              "as_of": "2026-11-22", "sources": ["litellm", "genai-prices", "https://platform.claude.com/docs/en/about-claude/pricing"],
              "multipliers": {"inference_geo": {"us": 1.1}, "speed": {"fast": 2}}, "web_search": {"usd": 0.01},
              "prices": [
                {"rates": [
                  {"input": 5, "cached_input": 0.5, "cache_write": 6.25, "cache_write_1h": 10, "output": 25},
                  {"service": "batch", "input": 2.5, "cached_input": 0.25, "cache_write": 3.125, "cache_write_1h": 5, "output": 12.5}
                ]}
              ]
            },
            {
              "model": "anthropic/claude-opus-4-6", "name": "Claude Opus 4.6", "aliases": ["claude-opus-4.6"],
              "as_of": "2026-11-29", "sources": ["https://platform.claude.com/docs/en/about-claude/models/overview"],
              "note": "Legacy, still served.",
              "prices": [
                {"rates": [
                  {"input": 5, "output": 25, "unread": ["cached_input", "cache_write"]}
                ]}
              ]
            },
            {
              "model": "anthropic/claude-opus-4-5", "name": "Claude Opus 4.5", "aliases": ["claude-opus-4.5"],
              "context_window": 200000, "max_input": 200000, "max_output": 64000, "cache_min": 4096, "reasoning": true, "released": "2025-11-24",
              "as_of": "2026-11-22", "sources": ["litellm", "genai-prices", "https://platform.claude.com/docs/en/about-claude/pricing"],
              "web_search": {"usd": 0.01},
              "prices": [
                {"rates": [
                  {"input": 5, "cached_input": 0.5, "cache_write": 6.25, "cache_write_1h": 10, "output": 25},
                  {"service": "batch", "input": 2.5, "cached_input": 0.25, "cache_write": 3.125, "cache_write_1h": 5, "output": 12.5}
                ]}
              ]
            },
            {
              "model": "anthropic/claude-sonnet-5-5", "name": "Claude Sonnet 5.5", "aliases": ["claude-sonnet-5.5"],
              "context_window": 1000000, "max_input": 1000000, "max_output": 128000, "cache_min": 512, "reasoning": true,
              "as_of": "2026-11-22", "sources": ["litellm", "genai-prices", "https://platform.claude.com/docs/en/about-claude/pricing"],
              "multipliers": {"inference_geo": {"us": 1.1}}, "web_search": {"usd": 0.01},
              "prices": [
                {"rates": [
                  {"input": 2, "cached_input": 0.1, "cache_write": 2.5, "cache_write_1h": 4, "output": 10},
                  {"service": "batch", "input": 1, "cached_input": 0.05, "cache_write": 1.25, "cache_write_1h": 2, "output": 5}
                ]}
              ]
            },
            {
              "model": "anthropic/claude-sonnet-5", "name": "Claude Sonnet 5",
              "context_window": 1000000, "max_input": 1000000, "max_output": 128000, "cache_min": 1024, "reasoning": true, "released": "2026-06-29",
              "as_of": "2026-11-22", "sources": ["litellm", "genai-prices", "https://platform.claude.com/docs/en/about-claude/pricing"],
              "multipliers": {"inference_geo": {"us": 1.1}}, "web_search": {"usd": 0.01},
              "prices": [
                {"rates": [
                  {"input": 2, "cached_input": 0.2, "cache_write": 2.5, "cache_write_1h": 4, "output": 10},
                  {"service": "batch", "input": 1, "cached_input": 0.1, "cache_write": 1.25, "cache_write_1h": 2, "output": 5}
                ]}
              ]
            },
            {
              "model": "anthropic/claude-sonnet-4-6", "name": "Claude Sonnet 4.6", "aliases": ["claude-sonnet-4.6"],
              "context_window": 1000000, "max_input": 1000000, "max_output": 128000, "cache_min": 1024, "reasoning": true, "released": "2026-02-17",
              "as_of": "2026-11-22", "sources": ["litellm", "genai-prices", "https://platform.claude.com/docs/en/about-claude/pricing"],
              "multipliers": {"inference_geo": {"us": 1.1}}, "web_search": {"usd": 0.01},
              "prices": [
                {"rates": [
                  {"input": 3, "cached_input": 0.3, "cache_write": 3.75, "cache_write_1h": 6, "output": 15},
                  {"service": "batch", "input": 1.5, "cached_input": 0.15, "cache_write": 1.875, "cache_write_1h": 3, "output": 7.5}
                ]}
              ]
            },
            {
              "model": "anthropic/claude-sonnet-4-5", "name": "Claude Sonnet 4.5", "aliases": ["claude-sonnet-4.5"],
              "context_window": 200000, "max_input": 200000, "max_output": 64000, "cache_min": 1024, "reasoning": true, "released": "2025-09-29", "status": "deprecation announced", "ends": "2026-11-30",
              "as_of": "2026-11-22", "sources": ["litellm", "genai-prices", "https://platform.claude.com/docs/en/about-claude/pricing"],
              "note": "genai-prices keeps a >200k tier ($6/$22.5): the 1M beta that used it was retired 2026-04-30.",
              "web_search": {"usd": 0.01},
              "prices": [
                {"rates": [
                  {"input": 3, "cached_input": 0.3, "cache_write": 3.75, "cache_write_1h": 6, "output": 15},
                  {"service": "batch", "input": 1.5, "cached_input": 0.15, "cache_write": 1.875, "cache_write_1h": 3, "output": 7.5}
                ]}
              ]
            },
            {
              "model": "anthropic/claude-haiku-5-5", "name": "Claude Haiku 5.5", "aliases": ["claude-haiku-5.5"],
              "context_window": 1000000, "max_input": 1000000, "max_output": 128000, "cache_min": 512, "reasoning": true,
              "as_of": "2026-11-22", "sources": ["litellm", "genai-prices", "https://platform.claude.com/docs/en/models/haiku-5-5/overview"],
              "multipliers": {"inference_geo": {"us": 1.1}}, "web_search": {"usd": 0.01},
              "prices": [
                {"rates": [
                  {"input": 0.1, "cached_input": 0.01, "cache_write": 0.125, "cache_write_1h": 0.2, "output": 0.5},
                  {"over": 100000, "input": 0.5, "cached_input": 0.05, "cache_write": 0.625, "cache_write_1h": 1, "output": 2.5},
                  {"service": "batch", "input": 0.05, "cached_input": 0.005, "cache_write": 0.0625, "cache_write_1h": 0.1, "output": 0.25},
                  {"service": "batch", "over": 100000, "input": 0.25, "cached_input": 0.025, "cache_write": 0.3125, "cache_write_1h": 0.5, "output": 1.25}
                ]}
              ]
            },
            {
              "model": "anthropic/claude-haiku-4-5", "name": "Claude Haiku 4.5", "aliases": ["claude-haiku-4.5"],
              "context_window": 200000, "max_input": 200000, "max_output": 64000, "cache_min": 4096, "reasoning": true, "released": "2025-10-15",
              "as_of": "2026-11-22", "sources": ["litellm", "genai-prices", "https://platform.claude.com/docs/en/about-claude/pricing"],
              "web_search": {"usd": 0.01},
              "prices": [
                {"rates": [
                  {"input": 1, "cached_input": 0.1, "cache_write": 1.25, "cache_write_1h": 2, "output": 5},
                  {"service": "batch", "input": 0.5, "cached_input": 0.05, "cache_write": 0.625, "cache_write_1h": 1, "output": 2.5}
                ]}
              ]
            },
            {
              "model": "gemini/gemini-4-argon", "name": "Gemini 4 Argon",
              "context_window": 1048576, "max_input": 1048576, "reasoning": true,
              "as_of": "2026-11-22", "sources": ["litellm", "genai-prices", "https://ai.google.dev/gemini-api/docs/pricing"],
              "note": "litellm gives max_output_tokens 1,048,576 and an impossible prompt_cache_min_tokens; treat max output as unverified. Price doubles on 2026-12-01.",
              "web_search": {"usd": 0.014},
              "prices": [
                {"until": "2026-12-01", "rates": [
                  {"input": 2, "cached_input": 0.1, "output": 10},
                  {"service": "batch", "input": 1, "cached_input": 0.05, "output": 5},
                  {"service": "flex", "input": 1, "cached_input": 0.05, "output": 5},
                  {"service": "priority", "input": 3.6, "cached_input": 0.18, "output": 18}
                ]},
                {"from": "2026-12-01", "rates": [
                  {"input": 4, "cached_input": 0.2, "output": 20},
                  {"service": "batch", "input": 2, "cached_input": 0.1, "output": 10},
                  {"service": "flex", "input": 2, "cached_input": 0.1, "output": 10},
                  {"service": "priority", "input": 7.2, "cached_input": 0.36, "output": 36}
                ]}
              ]
            },
            {
              "model": "gemini/gemini-4-neon", "name": "Gemini 4 Neon",
              "as_of": "2026-11-29", "sources": ["llm-preflight"],
              "prices": [
                {"rates": [
                  {"input": 3, "cached_input": 0.15, "output": 15}
                ]}
              ]
            },
            {
              "model": "gemini/gemini-4-carbon", "name": "Gemini 4 Carbon",
              "as_of": "2026-11-29", "sources": ["trazum"],
              "note": "Price doubles on 2026-12-01.",
              "prices": [
                {"until": "2026-12-01", "rates": [
                  {"input": 2, "output": 10, "unread": ["cached_input"]}
                ]},
                {"from": "2026-12-01", "rates": [
                  {"input": 4, "output": 20, "unread": ["cached_input"]}
                ]}
              ]
            },
            {
              "model": "gemini/gemini-4-hydrogen", "name": "Gemini 4 Hydrogen",
              "as_of": "2026-11-29", "sources": ["tokenmeter"],
              "prices": [
                {"rates": [
                  {"input": 1.5, "output": 7.5, "unread": ["cached_input"]}
                ]}
              ]
            },
            {
              "model": "gemini/gemini-3.8-flash", "name": "Gemini 3.8 Flash",
              "context_window": 1048576, "max_input": 1048576, "max_output": 65536, "cache_min": 4096, "reasoning": true,
              "as_of": "2026-11-22", "sources": ["litellm", "genai-prices", "https://ai.google.dev/gemini-api/docs/pricing"],
              "note": "Introductory price through 2026-12-31; doubles on 2027-01-01 (genai-prices). Output and batch/flex follow.",
              "web_search": {"usd": 0.014, "free": 5000, "free_per": "month"},
              "prices": [
                {"until": "2027-01-01", "rates": [
                  {"input": 0.75, "cached_input": 0.075, "output": 3.75},
                  {"service": "batch", "input": 0.375, "cached_input": 0.0375, "output": 1.875},
                  {"service": "flex", "input": 0.375, "cached_input": 0.0375, "output": 1.875},
                  {"service": "priority", "input": 1.35, "cached_input": 0.135, "output": 6.75}
                ]},
                {"from": "2027-01-01", "rates": [
                  {"input": 1.5, "cached_input": 0.15, "output": 7.5},
                  {"service": "batch", "input": 0.75, "cached_input": 0.075, "output": 3.75},
                  {"service": "flex", "input": 0.75, "cached_input": 0.075, "output": 3.75},
                  {"service": "priority", "input": 2.7, "cached_input": 0.27, "output": 13.5}
                ]}
              ]
            },
            {
              "model": "gemini/gemini-3.7-flash", "name": "Gemini 3.7 Flash",
              "context_window": 1048576, "max_input": 1048576, "max_output": 65536, "cache_min": 4096, "reasoning": true, "released": "2026-08-13",
              "as_of": "2026-11-22", "sources": ["litellm", "genai-prices", "https://ai.google.dev/gemini-api/docs/pricing"],
              "note": "Introductory price through 2026-12-31; doubles on 2027-01-01 (genai-prices). Output and batch/flex follow.",
              "web_search": {"usd": 0.014, "free": 5000, "free_per": "month"},
              "prices": [
                {"until": "2027-01-01", "rates": [
                  {"input": 0.75, "cached_input": 0.075, "output": 3.75},
                  {"service": "batch", "input": 0.375, "cached_input": 0.0375, "output": 1.875},
                  {"service": "flex", "input": 0.375, "cached_input": 0.0375, "output": 1.875},
                  {"service": "priority", "input": 1.35, "cached_input": 0.135, "output": 6.75}
                ]},
                {"from": "2027-01-01", "rates": [
                  {"input": 1.5, "cached_input": 0.15, "output": 7.5},
                  {"service": "batch", "input": 0.75, "cached_input": 0.075, "output": 3.75},
                  {"service": "flex", "input": 0.75, "cached_input": 0.075, "output": 3.75},
                  {"service": "priority", "input": 2.7, "cached_input": 0.27, "output": 13.5}
                ]}
              ]
            },
            {
              "model": "gemini/gemini-3.6-flash", "name": "Gemini 3.6 Flash",
              "context_window": 1048576, "max_input": 1048576, "max_output": 65536, "cache_min": 4096, "reasoning": true, "released": "2026-07-21",
              "as_of": "2026-11-22", "sources": ["litellm", "genai-prices", "https://ai.google.dev/gemini-api/docs/pricing"],
              "note": "Introductory price through 2026-12-31; doubles on 2027-01-01 (genai-prices). Output and batch/flex follow.",
              "web_search": {"usd": 0.014, "free": 5000, "free_per": "month"},
              "prices": [
                {"until": "2027-01-01", "rates": [
                  {"input": 0.75, "cached_input": 0.075, "output": 3.75},
                  {"service": "batch", "input": 0.375, "cached_input": 0.0375, "output": 1.875},
                  {"service": "flex", "input": 0.375, "cached_input": 0.0375, "output": 1.875},
                  {"service": "priority", "input": 1.35, "cached_input": 0.135, "output": 6.75}
                ]},
                {"from": "2027-01-01", "rates": [
                  {"input": 1.5, "cached_input": 0.15, "output": 7.5},
                  {"service": "batch", "input": 0.75, "cached_input": 0.075, "output": 3.75},
                  {"service": "flex", "input": 0.75, "cached_input": 0.075, "output": 3.75},
                  {"service": "priority", "input": 2.7, "cached_input": 0.27, "output": 13.5}
                ]}
              ]
            },
            {
              "model": "gemini/gemini-3.5-flash", "name": "Gemini 3.5 Flash",
              "context_window": 1048576, "max_input": 1048576, "max_output": 65536, "cache_min": 4096, "reasoning": true, "released": "2026-05-19",
              "as_of": "2026-11-22", "sources": ["litellm", "genai-prices", "https://ai.google.dev/gemini-api/docs/pricing"],
              "web_search": {"usd": 0.014, "free": 5000, "free_per": "month"},
              "prices": [
                {"rates": [
                  {"input": 1.5, "cached_input": 0.15, "output": 9},
                  {"service": "batch", "input": 0.75, "cached_input": 0.075, "output": 4.5},
                  {"service": "flex", "input": 0.75, "cached_input": 0.08, "output": 4.5},
                  {"service": "priority", "input": 2.7, "cached_input": 0.27, "output": 16.2}
                ]}
              ]
            },
            {
              "model": "gemini/gemini-3.5-flash-lite", "name": "Gemini 3.5 Flash-Lite",
              "context_window": 1048576, "max_input": 1048576, "max_output": 65536, "reasoning": true, "released": "2026-07-21",
              "as_of": "2026-11-22", "sources": ["litellm", "genai-prices", "https://ai.google.dev/gemini-api/docs/pricing"],
              "web_search": {"usd": 0.014, "free": 5000, "free_per": "month"},
              "prices": [
                {"rates": [
                  {"input": 0.3, "cached_input": 0.03, "output": 2.5},
                  {"service": "batch", "input": 0.15, "cached_input": 0.02, "output": 1.25},
                  {"service": "flex", "input": 0.15, "cached_input": 0.02, "output": 1.25},
                  {"service": "priority", "input": 0.54, "cached_input": 0.05, "output": 4.5}
                ]}
              ]
            },
            {
              "model": "gemini/gemini-3.1-pro-preview", "name": "Gemini 3.1 Pro Preview",
              "context_window": 1048576, "max_input": 1048576, "max_output": 65536, "cache_min": 4096, "reasoning": true, "released": "2026-02-19",
              "as_of": "2026-11-22", "sources": ["litellm", "genai-prices", "https://ai.google.dev/gemini-api/docs/pricing"],
              "web_search": {"usd": 0.014, "free": 5000, "free_per": "month"},
              "prices": [
                {"rates": [
                  {"input": 2, "cached_input": 0.2, "output": 12},
                  {"over": 200000, "input": 4, "cached_input": 0.4, "output": 18},
                  {"service": "batch", "input": 1, "cached_input": 0.2, "output": 6},
                  {"service": "batch", "over": 200000, "input": 2, "cached_input": 0.4, "output": 9},
                  {"service": "flex", "input": 1, "cached_input": 0.2, "output": 6},
                  {"service": "flex", "over": 200000, "input": 2, "cached_input": 0.4, "output": 9},
                  {"service": "priority", "input": 3.6, "cached_input": 0.36, "output": 21.6},
                  {"service": "priority", "over": 200000, "input": 7.2, "cached_input": 0.72, "output": 32.4}
                ]}
              ]
            },
            {
              "model": "gemini/gemini-3.1-flash-lite", "name": "Gemini 3.1 Flash-Lite",
              "context_window": 1048576, "max_input": 1048576, "max_output": 65536, "reasoning": true, "released": "2026-05-07", "status": "deprecation announced", "ends": "2027-05-07",
              "as_of": "2026-11-22", "sources": ["litellm", "genai-prices", "https://ai.google.dev/gemini-api/docs/pricing"],
              "web_search": {"usd": 0.014, "free": 5000, "free_per": "month"},
              "prices": [
                {"rates": [
                  {"input": 0.25, "cached_input": 0.025, "output": 1.5},
                  {"service": "batch", "input": 0.125, "cached_input": 0.0125, "output": 0.75},
                  {"service": "flex", "input": 0.125, "cached_input": 0.0125, "output": 0.75},
                  {"service": "priority", "input": 0.45, "cached_input": 0.045, "output": 2.7}
                ]}
              ]
            },
            {
              "model": "gemini/gemini-3-flash-preview", "name": "Gemini 3 Flash Preview",
              "context_window": 1048576, "max_input": 1048576, "max_output": 65536, "reasoning": true, "released": "2025-12-17",
              "as_of": "2026-11-22", "sources": ["litellm", "genai-prices", "https://ai.google.dev/gemini-api/docs/pricing"],
              "web_search": {"usd": 0.014, "free": 5000, "free_per": "month"},
              "prices": [
                {"rates": [
                  {"input": 0.5, "cached_input": 0.05, "output": 3},
                  {"service": "batch", "input": 0.25, "cached_input": 0.05, "output": 1.5},
                  {"service": "flex", "input": 0.25, "cached_input": 0.05, "output": 1.5},
                  {"service": "priority", "input": 0.9, "cached_input": 0.09, "output": 5.4}
                ]}
              ]
            },
            {
              "model": "gemini/gemini-2.5-pro", "name": "Gemini 2.5 Pro",
              "context_window": 1048576, "max_input": 1048576, "max_output": 65536, "cache_min": 2048, "reasoning": true, "released": "2025-06-17",
              "as_of": "2026-11-22", "sources": ["litellm", "genai-prices", "https://ai.google.dev/gemini-api/docs/pricing"],
              "web_search": {"usd": 0.035, "per": "call", "free": 10000, "free_per": "day"},
              "prices": [
                {"rates": [
                  {"input": 1.25, "cached_input": 0.125, "output": 10},
                  {"over": 200000, "input": 2.5, "cached_input": 0.25, "output": 15},
                  {"service": "batch", "input": 0.625, "cached_input": 0.125, "output": 5},
                  {"service": "batch", "over": 200000, "input": 1.25, "cached_input": 0.25, "output": 7.5},
                  {"service": "flex", "input": 0.625, "cached_input": 0.125, "output": 5},
                  {"service": "flex", "over": 200000, "input": 1.25, "cached_input": 0.25, "output": 7.5},
                  {"service": "priority", "input": 2.25, "cached_input": 0.225, "output": 18},
                  {"service": "priority", "over": 200000, "input": 4.5, "cached_input": 0.45, "output": 27}
                ]}
              ]
            },
            {
              "model": "gemini/gemini-2.5-flash", "name": "Gemini 2.5 Flash",
              "context_window": 1048576, "max_input": 1048576, "max_output": 65536, "reasoning": true, "released": "2025-06-17",
              "as_of": "2026-11-22", "sources": ["litellm", "genai-prices", "https://ai.google.dev/gemini-api/docs/pricing"],
              "web_search": {"usd": 0.035, "per": "call", "free": 1500, "free_per": "day"},
              "prices": [
                {"rates": [
                  {"input": 0.3, "cached_input": 0.03, "output": 2.5},
                  {"service": "batch", "input": 0.15, "cached_input": 0.03, "output": 1.25},
                  {"service": "flex", "input": 0.15, "cached_input": 0.03, "output": 1.25},
                  {"service": "priority", "input": 0.54, "cached_input": 0.054, "output": 4.5}
                ]}
              ]
            },
            {
              "model": "gemini/gemini-2.5-flash-lite", "name": "Gemini 2.5 Flash-Lite",
              "context_window": 1048576, "max_input": 1048576, "max_output": 65536, "reasoning": true, "released": "2025-06-17",
              "as_of": "2026-11-22", "sources": ["litellm", "genai-prices", "https://ai.google.dev/gemini-api/docs/pricing"],
              "web_search": {"usd": 0.035, "per": "call", "free": 1500, "free_per": "day"},
              "prices": [
                {"rates": [
                  {"input": 0.1, "cached_input": 0.01, "output": 0.4},
                  {"service": "batch", "input": 0.05, "cached_input": 0.01, "output": 0.2},
                  {"service": "flex", "input": 0.05, "cached_input": 0.01, "output": 0.2},
                  {"service": "priority", "input": 0.18, "cached_input": 0.018, "output": 0.72}
                ]}
              ]
            },
            {
              "model": "groq/openai/gpt-oss-120b", "name": "GPT-OSS 120B (Groq)",
              "context_window": 131072, "max_input": 131072, "max_output": 65536, "reasoning": true,
              "as_of": "2026-11-22", "sources": ["litellm", "genai-prices"],
              "note": "Batch price does not stack with cache discount (cached input billed at the halved input rate).",
              "web_search": {"usd": 0.005},
              "prices": [
                {"rates": [
                  {"input": 0.15, "cached_input": 0.075, "output": 0.6},
                  {"service": "batch", "input": 0.075, "cached_input": 0.075, "output": 0.3}
                ]}
              ]
            },
            {
              "model": "groq/openai/gpt-oss-20b", "name": "GPT-OSS 20B (Groq)",
              "context_window": 131072, "max_input": 131072, "max_output": 65536, "reasoning": true,
              "as_of": "2026-11-22", "sources": ["litellm", "genai-prices"],
              "note": "Batch price does not stack with cache discount (cached input billed at the halved input rate).",
              "web_search": {"usd": 0.005},
              "prices": [
                {"rates": [
                  {"input": 0.075, "cached_input": 0.0375, "output": 0.3},
                  {"service": "batch", "input": 0.0375, "cached_input": 0.0375, "output": 0.15}
                ]}
              ]
            },
            {
              "model": "groq/openai/gpt-oss-safeguard-20b", "name": "GPT-OSS Safeguard 20B (Groq)",
              "context_window": 131072, "max_input": 131072, "max_output": 65536, "reasoning": true,
              "as_of": "2026-11-22", "sources": ["litellm", "genai-prices"],
              "note": "Batch price does not stack with cache discount (cached input billed at the halved input rate).",
              "web_search": {"usd": 0.005},
              "prices": [
                {"rates": [
                  {"input": 0.075, "cached_input": 0.037, "output": 0.3}
                ]}
              ]
            },
            {
              "model": "groq/qwen/qwen3.8-27b", "name": "Qwen3.8 27B (Groq, preview)",
              "context_window": 131072, "max_input": 131072, "max_output": 16384, "reasoning": true,
              "as_of": "2026-11-22", "sources": ["litellm", "genai-prices", "https://console.groq.com/docs/model/qwen/qwen3.8-27b"],
              "prices": [
                {"rates": [
                  {"input": 0.8, "output": 4}
                ]}
              ]
            },
            {
              "model": "groq/llama-3.3-70b-versatile", "name": "Llama 3.3 70B Versatile (Groq)",
              "context_window": 131072, "status": "retired", "ends": "2026-08-16",
              "as_of": "2026-11-03", "sources": ["genai-prices"],
              "note": "Absent from litellm 1.109.1; kept so that old logs can be priced. Still listed on Groq docs on 2026-07-25 (GitHub discussion).",
              "prices": [
                {"rates": [
                  {"input": 0.59, "output": 0.79}
                ]}
              ]
            },
            {
              "model": "groq/llama-3.1-8b-instant", "name": "Llama 3.1 8B Instant (Groq)",
              "context_window": 131072, "status": "retired",
              "as_of": "2026-11-03", "sources": ["genai-prices"],
              "note": "Absent from litellm 1.109.1; kept so that old logs can be priced. Still listed on Groq docs on 2026-07-25 (GitHub discussion).",
              "prices": [
                {"rates": [
                  {"input": 0.05, "output": 0.08}
                ]}
              ]
            },
            {
              "model": "groq/qwen/qwen3-32b", "name": "Qwen3 32B (Groq)",
              "context_window": 131072, "reasoning": true, "status": "retired",
              "as_of": "2026-11-03", "sources": ["genai-prices"],
              "note": "Absent from litellm 1.109.1; kept for old logs.",
              "prices": [
                {"rates": [
                  {"input": 0.29, "output": 0.59}
                ]}
              ]
            },
            {
              "model": "xai/grok-4.7", "name": "Grok 4.7",
              "context_window": 500000, "max_input": 500000, "max_output": 500000, "reasoning": true,
              "as_of": "2026-11-22", "sources": ["litellm", "genai-prices", "https://api.x.ai/v1/language-models"],
              "web_search": {"usd": 0.005},
              "prices": [
                {"rates": [
                  {"input": 2, "cached_input": 0.5, "output": 6},
                  {"at_least": 200000, "input": 4, "cached_input": 1, "output": 12},
                  {"service": "batch", "input": 1.6, "cached_input": 0.4, "output": 4.8},
                  {"service": "batch", "at_least": 200000, "input": 3.2, "cached_input": 0.8, "output": 9.6}
                ]}
              ]
            },
            {
              "model": "xai/grok-4.6", "name": "Grok 4.6",
              "context_window": 500000, "max_input": 500000, "max_output": 500000, "reasoning": true, "released": "2026-08-12",
              "as_of": "2026-11-22", "sources": ["litellm", "genai-prices", "https://api.x.ai/v1/language-models"],
              "web_search": {"usd": 0.005},
              "prices": [
                {"rates": [
                  {"input": 2, "cached_input": 0.5, "output": 6},
                  {"at_least": 200000, "input": 4, "cached_input": 1, "output": 12}
                ]}
              ]
            },
            {
              "model": "xai/grok-4.5", "name": "Grok 4.5",
              "context_window": 500000, "max_input": 500000, "max_output": 500000, "reasoning": true, "released": "2026-07-08",
              "as_of": "2026-11-22", "sources": ["litellm", "genai-prices", "https://api.x.ai/v1/language-models"],
              "web_search": {"usd": 0.005},
              "prices": [
                {"rates": [
                  {"input": 2, "cached_input": 0.3, "output": 6},
                  {"at_least": 200000, "input": 4, "cached_input": 0.6, "output": 12}
                ]}
              ]
            },
            {
              "model": "xai/grok-4.3", "name": "Grok 4.3",
              "context_window": 1000000, "max_input": 1000000, "max_output": 1000000, "reasoning": true, "released": "2026-04-17",
              "as_of": "2026-11-22", "sources": ["litellm", "genai-prices", "https://api.x.ai/v1/language-models"],
              "web_search": {"usd": 0.005},
              "prices": [
                {"rates": [
                  {"input": 1.25, "cached_input": 0.2, "output": 2.5},
                  {"at_least": 200000, "input": 2.5, "cached_input": 0.4, "output": 5},
                  {"service": "batch", "input": 1, "cached_input": 0.16, "output": 2},
                  {"service": "batch", "at_least": 200000, "input": 2, "cached_input": 0.32, "output": 4}
                ]}
              ]
            },
            {
              "model": "xai/grok-4.20-0309-reasoning", "name": "Grok 4.20 (reasoning)", "aliases": ["grok-4.20", "grok-4.20-reasoning"],
              "context_window": 1000000, "max_input": 1000000, "max_output": 1000000, "reasoning": true, "released": "2026-03-09",
              "as_of": "2026-11-22", "sources": ["litellm", "genai-prices", "https://api.x.ai/v1/language-models"],
              "web_search": {"usd": 0.005},
              "prices": [
                {"until": "2026-04-30", "rates": [
                  {"input": 2, "cached_input": 0.2, "output": 6},
                  {"at_least": 200000, "input": 4, "cached_input": 0.4, "output": 12}
                ]},
                {"from": "2026-04-30", "rates": [
                  {"input": 1.25, "cached_input": 0.2, "output": 2.5},
                  {"at_least": 200000, "input": 2.5, "cached_input": 0.4, "output": 5},
                  {"service": "batch", "input": 1, "cached_input": 0.16, "output": 2},
                  {"service": "batch", "at_least": 200000, "input": 2, "cached_input": 0.32, "output": 4}
                ]}
              ]
            },
            {
              "model": "xai/grok-4.20-0309-non-reasoning", "name": "Grok 4.20 (non-reasoning)", "aliases": ["grok-4.20-non-reasoning"],
              "context_window": 1000000, "max_input": 1000000, "max_output": 1000000, "released": "2026-03-09",
              "as_of": "2026-11-22", "sources": ["litellm", "genai-prices", "https://api.x.ai/v1/language-models"],
              "web_search": {"usd": 0.005},
              "prices": [
                {"until": "2026-04-30", "rates": [
                  {"input": 2, "cached_input": 0.2, "output": 6},
                  {"at_least": 200000, "input": 4, "cached_input": 0.4, "output": 12}
                ]},
                {"from": "2026-04-30", "rates": [
                  {"input": 1.25, "cached_input": 0.2, "output": 2.5},
                  {"at_least": 200000, "input": 2.5, "cached_input": 0.4, "output": 5},
                  {"service": "batch", "input": 1, "cached_input": 0.16, "output": 2},
                  {"service": "batch", "at_least": 200000, "input": 2, "cached_input": 0.32, "output": 4}
                ]}
              ]
            },
            {
              "model": "xai/grok-build-0.1", "name": "Grok Build 0.1", "aliases": ["grok-build"],
              "context_window": 256000, "max_input": 256000, "max_output": 256000, "reasoning": true, "released": "2026-04-16",
              "as_of": "2026-11-22", "sources": ["litellm", "genai-prices", "https://api.x.ai/v1/language-models"],
              "web_search": {"usd": 0.005},
              "prices": [
                {"rates": [
                  {"input": 1, "cached_input": 0.2, "output": 2},
                  {"at_least": 200000, "input": 2, "cached_input": 0.4, "output": 4}
                ]}
              ]
            },
            {
              "model": "xai/grok-code-fast-1", "name": "Grok Code Fast 1 (retired, aliased)", "aliases": ["grok-code-fast"],
              "context_window": 256000, "max_input": 256000, "max_output": 256000, "reasoning": true, "status": "retired (alias)", "ends": "2026-05-15",
              "as_of": "2026-11-22", "sources": ["litellm", "genai-prices", "https://api.x.ai/v1/language-models"],
              "note": "Alias of grok-build-0.1 since 2026-05-15; before that xAI billed 0.2/0.02/1.5 (genai-prices, llm-prices, Portkey and xAI's own ticks agree).",
              "web_search": {"usd": 0.005},
              "prices": [
                {"until": "2026-05-15", "rates": [
                  {"input": 0.2, "cached_input": 0.02, "output": 1.5}
                ]},
                {"from": "2026-05-15", "rates": [
                  {"input": 1, "cached_input": 0.2, "output": 2},
                  {"at_least": 200000, "input": 2, "cached_input": 0.4, "output": 4}
                ]}
              ]
            },
            {
              "model": "xai/grok-4-fast", "name": "Grok 4 Fast", "aliases": ["grok-4-fast-reasoning", "grok-4-fast-non-reasoning"],
              "context_window": 2000000, "reasoning": true, "status": "retired",
              "as_of": "2026-11-03", "sources": ["genai-prices", "https://api.x.ai/v1/language-models"],
              "note": "Absent from litellm 1.109.1; kept so that old logs can be priced. Reproduces what xAI billed (cost_in_usd_ticks).",
              "web_search": {"usd": 0.005},
              "prices": [
                {"rates": [
                  {"input": 0.2, "cached_input": 0.05, "output": 0.5}
                ]}
              ]
            },
            {
              "model": "local/ai/qwen3-coder", "name": "Qwen3\u2011Coder\u201130B\u2011A3B\u2011Instruct",
              "context_window": 262144,
              "as_of": "2026-02-11", "sources": ["github.com/docker/model-cards ai/qwen3-coder.md"],
              "free": true
            },
            {
              "model": "local/ai/gemma3-qat", "name": "Gemma 3 QAT (Quantization Aware Trained) - Instruct",
              "context_window": 131072,
              "as_of": "2026-02-11", "sources": ["github.com/docker/model-cards ai/gemma3-qat.md"],
              "free": true
            },
            {
              "model": "local/ai/smollm3", "name": "SmolLM3",
              "context_window": 65536, "reasoning": true,
              "as_of": "2026-02-11", "sources": ["github.com/docker/model-cards ai/smollm3.md"],
              "free": true
            },
            {
              "model": "local/ai/gemma3", "name": "Gemma 3",
              "context_window": 131072,
              "as_of": "2026-02-11", "sources": ["github.com/docker/model-cards ai/gemma3.md"],
              "free": true
            },
            {
              "model": "local/ai/gemma3n", "name": "Gemma 3n",
              "context_window": 32768,
              "as_of": "2026-02-11", "sources": ["github.com/docker/model-cards ai/gemma3n.md"],
              "note": "card lists only 4B-F16; shows no :latest row",
              "free": true
            },
            {
              "model": "local/ai/qwen3", "name": "Qwen3",
              "context_window": 40960, "reasoning": true,
              "as_of": "2026-02-11", "sources": ["github.com/docker/model-cards ai/qwen3.md"],
              "free": true
            },
            {
              "model": "local/ai/llama3.2", "name": "Llama 3.2 Instruct",
              "context_window": 131072,
              "as_of": "2026-02-11", "sources": ["github.com/docker/model-cards ai/llama3.2.md"],
              "free": true
            },
            {
              "model": "local/ai/llama3.3", "name": "Llama 3.3",
              "context_window": 131072,
              "as_of": "2026-02-11", "sources": ["github.com/docker/model-cards ai/llama3.3.md"],
              "free": true
            },
            {
              "model": "local/ai/phi4", "name": "Phi-4",
              "context_window": 16384,
              "as_of": "2026-02-11", "sources": ["github.com/docker/model-cards ai/phi4.md"],
              "free": true
            },
            {
              "model": "local/ai/gpt-oss", "name": "GPT\u2011OSS",
              "context_window": 131072, "reasoning": true,
              "as_of": "2026-02-11", "sources": ["github.com/docker/model-cards ai/gpt-oss.md"],
              "free": true
            },
            {
              "model": "local/ai/devstral-small", "name": "Devstral Small 1.1",
              "context_window": 131072,
              "as_of": "2026-02-11", "sources": ["github.com/docker/model-cards ai/devstral-small.md"],
              "free": true
            },
            {
              "model": "local/ai/mistral", "name": "Mistral 7B Instruct v0.2",
              "context_window": 32768,
              "as_of": "2026-02-11", "sources": ["github.com/docker/model-cards ai/mistral.md"],
              "free": true
            },
            {
              "model": "local/ai/deepseek-r1-distill-llama", "name": "Deepseek-R1-Distill-Llama",
              "context_window": 131072, "reasoning": true,
              "as_of": "2026-02-11", "sources": ["github.com/docker/model-cards ai/deepseek-r1-distill-llama.md"],
              "free": true
            },
            {
              "model": "local/ai/granite-4.0-h-tiny", "name": "Granite 4.0 H Tiny",
              "as_of": "2026-02-11", "sources": ["github.com/docker/model-cards ai/granite-4.0-h-tiny.md"],
              "free": true
            },
            {
              "model": "local/ai/smollm2", "name": "SmolLM2",
              "context_window": 8192,
              "as_of": "2026-02-11", "sources": ["github.com/docker/model-cards ai/smollm2.md"],
              "note": "card has no :latest row parsed; first row shown",
              "free": true
            },
            {
              "model": "local/ai/ministral3", "name": "Ministral 3 Instruct 2512",
              "context_window": 262144,
              "as_of": "2026-02-11", "sources": ["github.com/docker/model-cards ai/ministral3.md"],
              "free": true
            }
          ]
        }
        """#
}
