import LLMCore
import Logging

extension LocalModelManager {
    private func loadTime(of model: String) -> HealthPart<LoadTimeState> {
        let id = ModelID(provider: control.provider, name: model)
        return .loadTime(of: id, at: control.endpoint, simulated: control.simulated)
    }

    func observe() async {
        switch await look() {
        case .success(let models)?: send(.observed(models, wall: time.wallMicroseconds()))
        case .failure(let error)?: send(.observationFailed(error))
        case nil:
            send(
                .observationFailed(
                    LocalModelError(
                        .timeout, endpoint: control.endpoint,
                        message: "\(control.endpoint) does not say within \(limits.patience) what is in memory")))
        }
    }

    /// `nil` when the server took too long.
    private func look() async -> Result<[LoadedModel], LocalModelError>? {
        let end = time.now() + limits.patience
        return await withTaskGroup(of: Result<[LoadedModel], LocalModelError>?.self) { group in
            group.addTask {
                do throws(LocalModelError) {
                    return .success(try await self.control.loadedModels())
                } catch {
                    return .failure(error)
                }
            }
            group.addTask {
                try? await self.time.sleep(end)
                return nil
            }
            let first = await group.next() ?? nil
            group.cancelAll()
            return first
        }
    }

    func load(_ model: String) async {
        let start = time.now()
        do {
            try await control.load(model, keepAlive: limits.keepAlive)
        } catch {
            if error.reason != .modelNotFound { log(error, "local model not loaded") }
            return send(.loadFailed(model, error))
        }
        let took = start.duration(to: time.now())
        logger.info(
            "local model loaded", metadata: ["llm.model": "\(model)", "llm.load_ms": "\(Int(took.milliseconds))"])
        await remember(took, of: model)
        send(.loaded(model, took: took))
    }

    func unload(_ model: String) async {
        do {
            let count = try await control.unload([model])
            // Nothing unloaded: it is answering somebody, or it was already gone.
            let isGone = count > 0 ? true : try await !control.loadedModels().contains { $0.name == model }
            if isGone { logger.info("local model unloaded", metadata: ["llm.model": "\(model)"]) }
            send(.unloaded(model, done: isGone))
        } catch {
            log(error, "local model not unloaded")
            send(.unloaded(model, done: false))
        }
    }

    /// - Parameter stopped: Ends when nobody wants the model any more.
    func pull(_ model: String, until stopped: AsyncStream<Never>) async {
        let start = time.now()
        logger.notice("local model pull begins", metadata: ["llm.model": "\(model)"])
        let trouble = await withTaskGroup(of: LocalModelError?.self) { group in
            group.addTask { await self.fetch(model) }
            group.addTask {
                for await _ in stopped {}
                return self.cancelled(model)
            }
            let first = await group.next() ?? nil
            group.cancelAll()
            return first
        }
        forgetStop(of: model)
        if let trouble {
            log(trouble, "local model not pulled")
            return send(.pullFailed(model, trouble))
        }
        let took = start.duration(to: time.now())
        logger.notice(
            "local model pulled", metadata: ["llm.model": "\(model)", "llm.pull_ms": "\(Int(took.milliseconds))"])
        send(.pulled(model, took: took))
    }

    private func fetch(_ model: String) async -> LocalModelError? {
        do {
            for try await _ in control.pull(model) {}
            try Task.checkCancellation()
            return nil
        } catch let error as LocalModelError {
            return error
        } catch {
            return cancelled(model)
        }
    }

    private func cancelled(_ model: String) -> LocalModelError {
        LocalModelError(.cancelled, model: model, endpoint: control.endpoint, message: "its callers were cancelled")
    }

    private func log(_ error: LocalModelError, _ message: Logger.Message) {
        guard error.reason != .cancelled, error.reason != .managementUnavailable else { return }
        logger.warning(
            message,
            metadata: [
                "llm.model": "\(error.model ?? "")", "llm.reason": "\(error.reason.rawValue)", "error": "\(error)",
            ])
    }

    // MARK: Load times

    /// A load is a fact of the endpoint: every process that shares the database learns from it.
    private func remember(_ took: Duration, of model: String) async {
        let at = time.wallMicroseconds()
        let part = loadTime(of: model)
        recordLoad(of: model) { $0.record(took, at: at) }
        do {
            try await health?.update([part.key]) { states in
                states[part, default: LoadTimeState()].record(took, at: at)
            }
        } catch {
            logger.warning("load time not kept", metadata: ["llm.model": "\(model)", "error": "\(error)"])
        }
    }

    func readLoadTimes() async {
        guard let health else { return }
        do {
            for (key, state) in try await health.states(simulated: control.simulated) {
                guard case .model(let model) = key.subject, model.provider == control.provider,
                    key.endpoint == control.endpoint, let known = state.model?.loadTime
                else { continue }
                recordLoad(of: model.name) { $0 = known }
            }
        } catch {
            logger.warning("load times not readable", metadata: ["error": "\(error)"])
        }
    }
}
