import LLMCore
import Testing

@testable import LLMProviders

@Suite("Proxies", .timeLimit(.minutes(2)))
struct ProxySettingsTests {
    private func proxy(_ environment: [String: String], _ url: String) throws -> String? {
        try ProxySettings(environment: environment).proxy(for: BaseURL(url)).map { "\($0.kind) \($0.host):\($0.port)" }
    }

    @Test(
        "an address on this machine or its network is told from one of the world, however it is spelt",
        arguments: [
            ("http://localhost:12434", true), ("http://127.0.0.1:1", true), ("http://[::1]:1", true),
            ("http://10.1.2.3", true), ("http://172.16.0.1", true), ("http://172.32.0.1", false),
            ("http://192.168.1.5:12434", true), ("http://192.169.1.5", false), ("http://169.254.1.1", true),
            ("http://[fd00::1]", true), ("http://[fe80::1]", true), ("http://[2001:db8::1]", false),
            ("http://[::ffff:8.8.8.8]", false), ("http://model-runner.docker.internal", true),
            ("http://nas.local", true),
            ("http://gpubox:8080", true), ("https://gpu.rented.example", false), ("https://local.example.com", false),
            ("http://8.8.8.8", false), ("http://134744072", false), ("http://010.8.8.8", false), ("http://10.1", false),
            ("http://127.evil.example", false), ("http://127.0.0.1.evil.example", false),
        ])
    func privateAddresses(url: String, isPrivate: Bool) throws {
        #expect(try BaseURL(url).isPrivate == isPrivate)
    }

    @Test("https goes through HTTPS_PROXY, http through HTTP_PROXY")
    func schemes() throws {
        let environment = ["HTTPS_PROXY": "http://secure:3128", "http_proxy": "plain:8080"]
        #expect(try proxy(environment, "https://api.openai.com") == "http secure:3128")
        #expect(try proxy(environment, "http://example.com") == "http plain:8080")
        #expect(try proxy([:], "https://api.openai.com") == nil)
        #expect(try proxy(["ALL_PROXY": "socks5://s:1"], "https://api.openai.com") == "socks5 s:1")
    }

    @Test(
        "NO_PROXY names hosts and all below them; this machine needs no proxy",
        arguments: [
            ("https://api.openai.com", "openai.com", true), ("https://api.openai.com", ".openai.com", true),
            ("https://api.openai.com", "api.openai.com:443", true),
            ("https://api.openai.com", "api.openai.com:80", false),
            ("https://notopenai.com", "openai.com", false), ("https://api.openai.com", "*", true),
            ("https://10.1.2.3", "x, 10.1.2.3", true), ("http://localhost:12434", "", true),
            ("http://127.0.0.1:1", "", true), ("http://[::1]:1", "", true), ("https://api.x.ai", "openai.com,,", false),
        ])
    func bypass(url: String, list: String, direct: Bool) throws {
        let environment = ["https_proxy": "http://p:1", "http_proxy": "http://p:1", "no_proxy": list]
        #expect(try (proxy(environment, url) == nil) == direct)
    }

    @Test("a proxy's credentials are read, and in no error")
    func credentials() throws {
        let address = try ProxySettings.Address("http://us%40er:pa%3Ass@host:1")
        #expect(address.user == "us@er")
        #expect(address.password == "pa:ss")
        #expect {
            try ProxySettings.Address("http://user:canary@host:0")
        } throws: { !"\($0)".contains("canary") }
        #expect(throws: BaseURL.Invalid.self) { try ProxySettings.Address("https://host:1") }
        for scheme in ["socks", "socks5", "socks5h", "SOCKS5"] {
            #expect {
                try ProxySettings.Address("\(scheme)://user:canary@host:1")
            } throws: { "\($0)".contains("socks5://") && !"\($0)".contains("canary") }
            #expect(try ProxySettings.Address("\(scheme)://host:1").kind == .socks5)
        }
    }

    /// Calls a server at `address` twice through a proxy that answers itself, and returns what the proxy was sent.
    private func sent(
        to address: String, through variable: String
    ) async throws -> [ScriptedServer.Request] {
        try await ScriptedServer.with({ request in
            request.line.hasPrefix("CONNECT")
                ? [.send("HTTP/1.1 403 No\r\ncontent-length: 0\r\n\r\n")] : [.send(Wire.stream)]
        }) { server in
            let proxies = try ProxySettings(environment: [variable: "http://u:p@127.0.0.1:\(server.port)"])
            try await Transport.with(TransportConfiguration(proxies: proxies)) { transport in
                var row = Calls.row(port: 1)
                row.baseURL = try BaseURL(address)
                row.query = ["v": "1 2"]
                let client = HTTPModelClient(row: row, transport: transport)
                for _ in 0..<2 {
                    let seen = try await Calls.read(client)
                    #expect((seen.text == "Hello") == (seen.report?.outcome == .ok))
                }
            }
            return server.requests
        }
    }

    @Test(
        "a plain http address is asked of the proxy in absolute form, with its own host and the proxy's credentials",
        arguments: [
            ("http://llm.invalid/v1", "llm.invalid"), ("http://llm.invalid:8080", "llm.invalid:8080"),
            ("http://[2001:db8::1]:1/a/b", "[2001:db8::1]:1"),
        ], ["HTTP_PROXY", "http_proxy", "ALL_PROXY"])
    func absoluteForm(target: (String, String), variable: String) async throws {
        let requests = try await sent(to: target.0, through: variable)
        #expect(
            requests.map(\.line) == Array(repeating: "POST \(target.0)/chat/completions?v=1%202 HTTP/1.1", count: 2))
        for request in requests {
            #expect(request.headers["host"] == target.1)
            #expect(request.headers["proxy-authorization"] == "Basic dTpw")
        }
    }

    @Test("an https address goes through a tunnel, and the server behind it is not told the proxy's password")
    func tunnel() async throws {
        let requests = try await sent(to: "https://llm.invalid/v1", through: "HTTPS_PROXY")
        #expect(requests.allSatisfy { $0.line == "CONNECT llm.invalid:443 HTTP/1.1" } && !requests.isEmpty)
        #expect(requests.allSatisfy { $0.headers["proxy-authorization"] == "Basic dTpw" })
    }

    @Test(
        "a proxy that wants other credentials is named, and no provider or key is blamed",
        arguments: ["http://llm.invalid/v1", "https://llm.invalid/v1"])
    func refused(address: String) async throws {
        try await ScriptedServer.with({ _ in
            [.send("HTTP/1.1 407 Who are you\r\nproxy-authenticate: Basic\r\ncontent-length: 0\r\n\r\n")]
        }) { server in
            let proxies = try ProxySettings(environment: ["ALL_PROXY": "http://u:p@127.0.0.1:\(server.port)"])
            try await Transport.with(TransportConfiguration(proxies: proxies)) { transport in
                var row = Calls.row(port: 1)
                row.baseURL = try BaseURL(address)
                let client = HTTPModelClient(row: row, transport: transport)
                let report = try await Calls.read(client).report
                #expect(report?.outcome == .connectionReset)
                #expect(report?.failure?.message.contains("the proxy before") == true)
                await #expect {
                    try await client.listModels(credential: nil, within: .seconds(20))
                } throws: { ($0 as? ProviderCallError)?.failure.message.contains("the proxy before") == true }
            }
        }
    }

    @Test("a model runner behind a proxy is found, and whether an address answers is asked through it")
    func managementThroughProxy() async throws {
        try await ScriptedServer.with({ _ in
            [.send("HTTP/1.1 200 OK\r\ncontent-length: 27\r\n\r\nDocker Model Runner is here")]
        }) { server in
            let proxies = try ProxySettings(environment: ["http_proxy": "127.0.0.1:\(server.port)"])
            try await Transport.with(TransportConfiguration(proxies: proxies)) { transport in
                let address = try BaseURL("http://runner.invalid:12434")
                #expect(await transport.answers(at: address, within: .seconds(20)))
                _ = await DockerModelRunner(baseURL: address, transport: transport).detect(within: .seconds(20))
            }
            let lines = Set(server.requests.map(\.line))
            #expect(lines.isSuperset(of: ["GET http://runner.invalid:12434/ HTTP/1.1"]))
            #expect(lines.allSatisfy { $0.hasPrefix("GET http://runner.invalid:12434/") })
            #expect(server.requests.allSatisfy { $0.headers["proxy-authorization"] == nil })
        }
    }

    @Test("a certificate file that cannot be read is said so")
    func certificates() async throws {
        let configuration = TransportConfiguration(caFile: "/nowhere/ca.pem")
        #expect {
            try Transport(configuration)
        } throws: { "\($0)".contains("/nowhere/ca.pem") }
    }
}
