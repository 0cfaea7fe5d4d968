import LLMCore

/// Makes chunks of a chat stream: mostly well shaped, sometimes in ways that only the general path knows.
struct ChunkMaker {
    var random: SeededGenerator

    mutating func chunk() -> String {
        var members = [#""id":"c1""#, #""object":"chat.completion.chunk""#, #""created":17"#, #""model":"m""#]
        members.append(#""choices":\#(choices())"#)
        let extras = [
            #""usage":null"#, #""obfuscation":"xyz""#, #""system_fingerprint":"fp_1""#, #""system_fingerprint":null"#,
            #""service_tier":"default""#, #""provider":"P""#, #""provider":"\u00e9""#, #""x_groq":{"id":"r"}"#,
            #""error":null"#,
            #""error":{"message":"no"}"#, #""usage":{"prompt_tokens":1,"completion_tokens":2}"#, #""created":1.5"#,
            #""created":017"#, #""unknown":[1,{"a":2}]"#, #""model":"other""#, #""choices":[]"#,
            #""timings":{"a":1.5}"#,
        ]
        for _ in 0..<Int.random(in: 0...3, using: &random) { members.append(pick(extras)) }
        if one(in: 3) { members.shuffle(using: &random) }
        return "\(space()){\(members.map { space() + $0 + space() }.joined(separator: ","))}\(space())"
    }

    private mutating func choices() -> String {
        if one(in: 12) { return pick(["[]", "null", "[{}]", #"[{"index":0}]"#, #"[{"text":"old"}]"#]) }
        var list = [choice(index: one(in: 10) ? pick(["1", "00", "0.0", "-0", "0e0"]) : "0")]
        if one(in: 10) { list.append(choice(index: "1")) }
        return "[\(space())\(list.joined(separator: ","))]"
    }

    private mutating func choice(index: String) -> String {
        var members = [#""index":\#(index)"#, #""delta":\#(delta())"#, #""finish_reason":null"#]
        if one(in: 8) { members.append(#""finish_reason":"stop""#) }
        if one(in: 3) {
            members.append(pick([#""logprobs":null"#, #""logprobs":{"content":[]}"#, #""native_finish_reason":null"#]))
        }
        if one(in: 8) { members.removeFirst() }
        if one(in: 3) { members.shuffle(using: &random) }
        return "{\(members.joined(separator: "," + space()))}"
    }

    private mutating func delta() -> String {
        var members: [String] = []
        if !one(in: 6) { members.append(#""content"\#(space()):\#(space())\#(string())"#) }
        let extras = [
            #""role":"assistant""#, #""role":null"#, #""refusal":null"#, #""tool_calls":null"#,
            #""channel":"analysis""#,
            #""content":null"#, #""refusal":"no""#, #""function_call":{"name":"f","arguments":"{}"}"#,
            #""annotations":[]"#,
            #""tool_calls":[{"index":0,"id":"t","function":{"name":"f","arguments":"{}"}}]"#,
            #""content":[{"type":"text","text":"p"}]"#,
        ]
        for _ in 0..<Int.random(in: 0...2, using: &random) { members.append(pick(extras)) }
        for _ in 0..<Int.random(in: 0...2, using: &random) where one(in: 3) {
            members.append(#""\#(pick(["reasoning", "reasoning_content"]))":\#(one(in: 4) ? "null" : string())"#)
        }
        if one(in: 3) { members.shuffle(using: &random) }
        return "{\(members.joined(separator: ","))}"
    }

    private mutating func string() -> String {
        let pieces = [
            "a", "Hello", " ", "é", "€", "🇪🇸", "\\n", "\\\"", "\\\\", "\\/", "\\t", "\\b", "\\f", "\\r", "\\u00e9",
            "\\u20AC",
            "\\ud83c\\uddea", "\\u0000", "\u{7F}", "long text without anything special in it",
        ]
        let broken = ["\\x", "\\ud800", "\\u12", "\n", "\\udc00", "\\ud83cx"]
        var text = ""
        for _ in 0..<Int.random(in: 0...6, using: &random) { text += one(in: 40) ? pick(broken) : pick(pieces) }
        return "\"\(text)\""
    }

    private mutating func space() -> String { one(in: 8) ? pick([" ", "\t", "  "]) : "" }
    private mutating func one(in count: Int) -> Bool { Int.random(in: 0..<count, using: &random) == 0 }
    private mutating func pick(_ list: [String]) -> String { list[Int.random(in: 0..<list.count, using: &random)] }
}
