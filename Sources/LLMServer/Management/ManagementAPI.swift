import BenchCore
import DirGenAPI
import DirGenBench
import DirGenCore
import HTTPTypes
import LLMCore
import LLMWire

/// The management API: the operations under `/api`, each over a facade.
struct ManagementAPI: Sendable {
    let dirgen: DirGen

    static let operations: [APIOperation] =
        service + evidence + money + records + localModels + keys + profiles + virtualKeys

    /// - Returns: `nil` for a path outside `/api/`.
    func response(
        _ method: String, _ path: String, query: [(name: String, value: String)], body: [UInt8]
    ) async -> WholeResponse? {
        guard path.hasPrefix("/api/") else { return nil }
        if path == "/api/openapi.json" {
            return method == "GET"
                ? .json(OpenAPI.document)
                : .problem(.invalidInput, "only GET is allowed here", status: .methodNotAllowed)
        }
        let matching = Self.matching(path)
        guard let (operation, values) = matching.first(where: { $0.operation.method == method }) else {
            guard !matching.isEmpty else { return .problem(.invalidInput, "there is no \(path)", status: .notFound) }
            var response = WholeResponse.problem(
                .invalidInput, "\(method) is not allowed here", status: .methodNotAllowed)
            response.fields[.allow] = Set(matching.map(\.operation.method)).sorted().joined(separator: ", ")
            return response
        }
        return await answer(operation, values, query, body)
    }

    /// The role that a key needs for a path.
    static func role(_ method: String, _ path: String) -> VirtualKey.Role {
        matching(path).first { $0.operation.method == method }?.operation.role ?? .admin
    }

    private static func matching(_ path: String) -> [(operation: APIOperation, values: [String: String])] {
        let segments = path.split(separator: "/").map { PercentEncoding.decoded($0) }
        return operations.compactMap { operation in operation.match(segments).map { (operation, $0) } }
    }

    private func answer(
        _ operation: APIOperation, _ values: [String: String], _ query: [(name: String, value: String)],
        _ body: [UInt8]
    ) async -> WholeResponse {
        do {
            var json = JSONValue.null
            if operation.requestSchema != nil {
                do { json = try JSONValue.parse(body) } catch {
                    throw APIError(.invalidInput, "the body is not JSON: \(error)")
                }
            }
            let call = try APICall(dirgen, operation, path: values, query: query, body: json)
            return .json(try await operation.answer(call))
        } catch let error as any CodedError {
            return .problem(error)
        } catch {
            return .problem(.report, "\(error)", status: .internalServerError)
        }
    }

    // MARK: The service

    private static let limit = APIOperation.Parameter(
        name: "limit", summary: "Maximum number of entries.", range: 1...1_000)
    private static func name(_ name: String, _ summary: String) -> APIOperation.Parameter {
        .init(name: name, isInPath: true, summary: summary)
    }

    private static let service: [APIOperation] = [
        APIOperation("GET", "/api/status", "Safety lock, breakers, limits, keys and loaded local models.") { call in
            try await call.dirgen.status().document
        },
        APIOperation("GET", "/api/providers", "Each provider with its keys, address and one free probe.") { call in
            await call.dirgen.examine().document
        },
        APIOperation("GET", "/api/keys", "The providers' keys by fingerprint, with state and outcomes.") { call in
            try await call.dirgen.keys(now: TimeSource.live.wallMicroseconds()).map(\.document)
        },
        APIOperation("DELETE", "/api/lock", "Release the safety lock.") { call in
            ChangesDocument(try await call.dirgen.reset(lock: true, breakers: []).map(\.document))
        },
        APIOperation(
            "DELETE", "/api/breakers/{name}", "Close the breaker of a model, or of a provider and its models.",
            [name("name", "provider or provider/model")]
        ) { call in
            ChangesDocument(
                try await call.dirgen.reset(lock: false, breakers: [call["name"] ?? ""]).map(\.document))
        },
        APIOperation(
            "POST", "/api/ask", "Answer a prompt; the same as the library's ask.", request: OpenAPI.askSchema
        ) { call in
            let asked = try call.read(AskDocument.self)
            guard !asked.prompt.isBlank else {
                throw APIError(.invalidInput, "prompt: it is empty: there is nothing to ask")
            }
            var request = call.dirgen.request(
                asked.prompt, system: asked.system, task: asked.task.map { TaskType($0) } ?? .general,
                parameters: GenerationParameters(
                    temperature: asked.temperature, maxOutputTokens: asked.maxTokens))
            if let model = asked.model {
                let wish = try call.dirgen.configuration.wish(named: model)
                request.model = wish.choice
                if asked.task == nil, let task = wish.task { request.task = task }
            }
            request.policy.maxCost = asked.maxCostUSD
            request.useCache = asked.cache
            for try await event in call.dirgen.asker.ask(request) {
                if case .ended(let record) = event { return CallDocument(try Reply(record).record) }
            }
            throw CancellationError()
        },
    ]

    // MARK: Evidence

    private static let evidence: [APIOperation] = [
        APIOperation(
            "GET", "/api/selection/{task}", "The model for a task, with the evidence for it.",
            [name("task", "task type")]
        ) { call in
            try await call.dirgen.service.selectOptimalModel(for: TaskType(call["task"] ?? "")).document
        }.forClients(),
        APIOperation(
            "GET", "/api/tables", "Stored selection tables, newest first.",
            [limit, .init(name: "task", summary: "Only this task.")]
        ) { call in
            let tables = SelectionTables(store: try call.store())
            let stored = try await tables.storedTables().filter { entry in
                entry.simulated == call.dirgen.configuration.simulated
                    && (call["task"].map { entry.task == TaskType($0) } ?? true)
            }
            var documents: [StoredTableDocument] = []
            for entry in stored.prefix(call.number("limit", default: 20)) {
                let table = try await tables.table(entry)
                documents.append(StoredTableDocument(entry, .init(table, table.choose(nil))))
            }
            return documents
        },
        APIOperation(
            "GET", "/api/tables/{id}", "A selection table: its choice and all models.",
            [name("id", "task, identifier or a prefix of it")]
        ) { call in
            let tables = SelectionTables(store: try call.store())
            let stored = try await tables.find(call["id"] ?? "", simulated: call.dirgen.configuration.simulated)
            let table = try await tables.table(stored)
            return TableDetailDocument(stored, table, table.choose(table.defaults))
        },
        APIOperation("GET", "/api/runs", "The newest runs.", [limit]) { call in
            try await call.store().overviews(limit: call.number("limit", default: 20)).map { RunDocument($0) }
        },
        APIOperation(
            "GET", "/api/runs/{id}", "A run: its plan and the figures of its models.",
            [name("id", "identifier, a prefix of it, or latest")]
        ) { call in
            let store = try call.store()
            guard let run = try await store.run(matching: call["id"] ?? "") else {
                throw APIError(.unknownRun, "there is no run '\(call["id"] ?? "")'")
            }
            return RunDetailDocument(
                try await store.overview(of: run.id), figures: try await store.figures(of: run.id))
        },
    ]
}
