import BenchCore
import DirGenAPI
import DirGenBench
import DirGenCore
import HTTPTypes
import LLMCore
import LLMService
import LLMWire

/// The management API: the operations under `/api`, each over a facade.
struct ManagementAPI: Sendable {
    let dirgen: DirGen
    let runs: LiveRuns
    let access: ClientAccess

    static let operations: [APIOperation] =
        service + evidence + runs + money + spend + records + localModels + keys + profiles + virtualKeys

    /// - Parameters:
    ///   - mediaType: Of the body, as the request says; `nil` for none.
    ///   - grant: Of the virtual key that the request came with; `nil` for none.
    /// - Returns: `nil` for a path outside `/api/`.
    func response(
        _ method: String, _ path: String, query: [(name: String, value: String)], mediaType: String? = nil,
        grant: AccessGrant? = nil, body: [UInt8]
    ) async -> WholeResponse? {
        guard path.hasPrefix("/api/") else { return nil }
        if path == "/api/openapi.json" {
            return method == "GET" ? .json(OpenAPI.document) : .notAllowed(method, but: ["GET"])
        }
        let matching = Self.matching(path)
        guard let (operation, values) = matching.first(where: { $0.operation.method == method }) else {
            guard !matching.isEmpty else { return .problem(.invalidInput, "there is no \(path)", status: .notFound) }
            return .notAllowed(method, but: matching.map(\.operation.method))
        }
        guard operation.requestSchema == nil || Self.isJSON(mediaType) else {
            return .problem(
                .invalidInput, "the content type must be application/json", status: .unsupportedMediaType)
        }
        return await answer(operation, values, query, body, grant: grant)
    }

    /// A program that names no type means the only one there is.
    private static func isJSON(_ mediaType: String?) -> Bool {
        guard let name = mediaType?.split(separator: ";").first?.lowercased() else { return true }
        let type = name.split(separator: " ").joined()
        return type == "application/json" || type.hasPrefix("application/") && type.hasSuffix("+json")
    }

    /// The role that a key needs for a path.
    static func role(_ method: String, _ path: String) -> VirtualKey.Role {
        matching(path).first { $0.operation.method == method }?.operation.role ?? .admin
    }

    private static func matching(_ path: String) -> [(operation: APIOperation, values: [String: String])] {
        let segments = path.split(separator: "/").map { PercentEncoding.decoded($0) }
        let all: [(operation: APIOperation, values: [String: String])] = operations.compactMap { operation in
            operation.match(segments).map { (operation, $0) }
        }
        // A parameter at the end takes the rest: whoever says more of the path comes first.
        return all.sorted { $0.operation.literals > $1.operation.literals }
    }

    private func answer(
        _ operation: APIOperation, _ values: [String: String], _ query: [(name: String, value: String)],
        _ body: [UInt8], grant: AccessGrant?
    ) async -> WholeResponse {
        do {
            let call = try APICall(self, operation, path: values, query: query, body: body, grant: grant)
            // A failure is the log's to tell, which says it anyway.
            if operation.readsCalls { try? await dirgen.finishRecording() }
            let status = HTTPResponse.Status(code: operation.status)
            switch try await operation.answer(call) {
            case .document(let json): return .json(json, status: status)
            case .text(let mediaType, let text):
                return WholeResponse(status: status, fields: [.contentType: mediaType], body: Array(text.utf8))
            }
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
            let name = call["name"] ?? ""
            return ChangesDocument(
                try await call.known(.unknownProvider) {
                    try await call.dirgen.reset(lock: false, breakers: [name]).map(\.document)
                })
        },
        APIOperation(
            "POST", "/api/ask", "Answer a prompt; the same as the library's ask.", request: OpenAPI.askSchema
        ) { call in
            let asked = try call.read(AskDocument.self)
            var request = call.dirgen.request(
                asked.prompt, system: asked.system, task: asked.task.map { TaskType($0) } ?? .general,
                parameters: GenerationParameters(
                    temperature: asked.temperature, maxOutputTokens: asked.maxTokens))
            var alias: String?
            if let model = asked.model {
                let wish = try call.wish(named: model)
                (request.model, alias) = (wish.choice, wish.alias)
                if asked.task == nil, let task = wish.task { request.task = task }
            }
            request.policy.maxCost = asked.maxCostUSD
            request.useCache = asked.cache
            do {
                request.attribution = CallAttribution(
                    key: call.grant?.key.name, tags: try CallTag.checked(asked.tags ?? []))
            } catch {
                throw APIError(.invalidInput, "tags: \(error)")
            }
            let spending = try await ClientSpending.admit(&request, alias: alias, call.grant, call.access, call.dirgen)
            for try await event in call.dirgen.asker.ask(request) {
                guard case .ended(let record) = event else { continue }
                spending?.settle(record)
                return CallDocument(try Reply(record).record)
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
    ]
}
