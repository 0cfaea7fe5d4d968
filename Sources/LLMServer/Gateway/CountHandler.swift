import DirGenCore
import HTTPTypes
import LLMCore
import LLMService
import LLMWire

/// The gateway's count of a request's tokens: the provider's own, as only it knows them, whatever its dialect.
struct CountHandler: Sendable {
    let dirgen: DirGen
    private let seals: SealMemory
    /// `nil` on an open server.
    private let grant: AccessGrant?
    private let native: ProviderID
    private let pathModel: String?
    private let flavour: ServerFlavour

    init(
        dirgen: DirGen, flavour: ServerFlavour, native: ProviderID, pathModel: String?, seals: SealMemory,
        grant: AccessGrant?
    ) {
        self.dirgen = dirgen
        self.seals = seals
        self.grant = grant
        self.native = native
        self.pathModel = pathModel
        var flavour = flavour
        flavour.rules.requiresOutputLimit = false
        self.flavour = flavour
    }

    func response(_ request: WholeRequest) async -> WholeResponse {
        do throws(ServedError) {
            let headers = try RoutingHeaders(request.fields)
            let model = try await model(request)
            let body = try await count(request, of: model, within: headers.deadline)
            return WholeResponse(status: .ok, fields: [.contentType: "application/json"], body: body)
        } catch {
            return .refusal(error, flavour)
        }
    }

    private func model(_ request: WholeRequest) async throws(ServedError) -> ModelID {
        let name: String
        if let pathModel {
            do { try RequestDecoder.require(pathModel) } catch { throw ServedError(error) }
            name = pathModel
        } else {
            name = try decode(request.body).model
        }
        let wish = try dirgen.configuration.wish(name, native: native)
        let task = wish.task ?? .general
        do { try grant?.require(wish.choice, task: task, alias: wish.alias) } catch {
            throw ServedError(error, model: name)
        }
        if case .model(let model) = wish.choice { return model }
        let permitted = grant.flatMap {
            dirgen.configuration.permitted($0.key.limits, wish.choice, task: task, alias: wish.alias)
        }
        guard let model = try? await dirgen.service.selectOptimalModel(for: task, permitted: permitted).model else {
            throw ServedError(.modelNotFound, model: name)
        }
        return model
    }

    private func count(
        _ request: WholeRequest, of model: ModelID, within limit: Duration?
    ) async throws(ServedError) -> [UInt8] {
        let asked = try asked(request, of: model)
        OverheadClock.enter(.outside)
        let counted = await dirgen.countTokens(asked, by: flavour.dialect, of: model, within: limit)
        OverheadClock.enter(.overhead(.translation))
        switch counted {
        case .counted(let body): return body
        case .failed(let outcome, let message):
            throw ServedError(upstream: outcome, message: message, model: model.name)
        case .unavailable:
            throw ServedError(
                .badRequest, message: "\(model)'s provider counts no tokens", status: 400, model: model.name)
        case .unknownProvider:
            throw ServedError(.permission, message: "\(model.provider) is not configured", model: model.name)
        }
    }

    /// The request whose tokens are counted, read only where it must be translated.
    private func asked(_ request: WholeRequest, of model: ModelID) throws(ServedError) -> ChatRequest {
        guard !dirgen.configuration.speaks(flavour.dialect, model.provider) else {
            var original = OriginalRequest(
                dialect: flavour.dialect, body: request.body, headers: request.fields.ofBody)
            // Gemini's callers bring no seals that another may not have.
            if flavour.dialect == .anthropic {
                original.makers = seals.makers(of: try decode(request.body).request.messages)
            }
            return ChatRequest(messages: [], original: original)
        }
        return try decode(TokenCountDialect.counted(request.body, dialect: flavour.dialect)).request
    }

    private func decode(_ body: [UInt8]) throws(ServedError) -> ClientRequest {
        do { return try RequestDecoder.decode(body, flavour: flavour, pathModel: pathModel) } catch {
            throw ServedError(error)
        }
    }
}
