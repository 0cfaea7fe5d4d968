import LLMCore
import Testing

@Suite("Tags of calls", .timeLimit(.minutes(1)))
struct CallTagTests {
    @Test(
        "a list is read as it is written, blanks around commas aside",
        arguments: [
            ("team=search", ["team=search"]), ("urgent", ["urgent"]), ("team=search, env=prod,urgent", nil),
            ("path=a/b:c@d+e f.g-h_i", ["path=a/b:c@d+e f.g-h_i"]), ("a.b-c_d=1", ["a.b-c_d=1"]),
        ] as [(String, [String]?)])
    func lists(text: String, tags: [String]?) throws {
        #expect(try CallTag.list(text).map(\.description) == tags ?? ["team=search", "env=prod", "urgent"])
    }

    @Test(
        "what is no tag is refused, and the error repeats nothing of it",
        arguments: [
            ("", .form), ("=a", .form), ("a=", .form), ("a,,b", .form), ("a b", .form), ("a=b;c", .form),
            ("a=\"b\"", .form), ("a=b=c", .form), ("ä=b", .form), ("a=é", .form), ("a=b\n", .form), ("a=b\u{0}", .form),
            (String(repeating: "n", count: 33), .form), ("n=" + String(repeating: "v", count: 65), .form),
            ("a=1,a=2", .twice), ("a,a=2", .twice), ("a,b,c,d,e,f,g,h,i", .tooMany),
            ("key=sk-proj-0123456789abcdefghijklmnop", .secret),
            ("key=AIzaSyA0123456789abcdefghijklmnopqrstu", .secret),
        ] as [(String, InvalidTag.Reason)])
    func refusals(text: String, reason: InvalidTag.Reason) throws {
        let error = #expect(throws: InvalidTag.self) { try CallTag.list(text) }
        #expect(error?.reason == reason)
        #expect(text.count < 6 || error?.description.contains(text) == false)
    }
}
