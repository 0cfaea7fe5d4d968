import LLMCore
import Testing

@testable import LLMWire

@Suite("Errors in other languages", .timeLimit(.minutes(1)))
struct ForeignWordTests {
    private static let statuses: [AttemptClass: [Int]] = [
        .quotaExhausted: [400, 403, 429, 500], .account: [400, 403, 429], .rateLimited: [400, 403, 429, 500],
        .contextOverflow: [400, 413, 422, 500], .auth: [400, 403], .region: [403], .overloaded: [500, 503],
    ]

    static let sentences: [(AttemptClass, [String])] = [
        (
            .quotaExhausted,
            [
                "余额不足", "您的账户余额不足，请充值", "该令牌额度已用尽", "用户额度不足", "残高が不足しています", "잔액이 부족합니다",
                "Saldo insuficiente", "Ihr Guthaben ist aufgebraucht", "Kein Guthaben", "Solde insuffisant",
                "Credito insufficiente", "Недостаточно средств",
            ]
        ),
        (
            .account,
            [
                "账户已欠费", "账号已被封禁", "您的组织已被禁用", "アカウントが停止されています", "계정이 정지되었습니다",
                "Su cuenta ha sido suspendida", "Ihr Konto wurde gesperrt", "Votre compte a été désactivé",
                "Sua conta foi suspensa", "Аккаунт заблокирован",
            ]
        ),
        (
            .rateLimited,
            [
                "请求过于频繁，请稍后重试", "触发限流，请稍后再试", "今日额度已用完", "已达到每分钟请求上限", "已达今日使用上限",
                "リクエストが多すぎます", "本日の利用上限に達しました", "요청이 너무 많습니다", "Demasiadas solicitudes",
                "Límite diario alcanzado", "Zu viele Anfragen", "Tageslimit erreicht", "Trop de requêtes",
                "Limite quotidienne atteinte", "Muitas solicitações", "Limite diário atingido", "Troppe richieste",
                "Слишком много запросов",
            ]
        ),
        (
            .contextOverflow,
            [
                "输入内容过长，超出模型最大上下文长度", "上下文长度超出限制", "提示词过长，最多支持 8192 个tokens",
                "コンテキストの長さが上限を超えています", "入力が長すぎます", "컨텍스트 길이를 초과했습니다",
                "Se ha excedido la longitud máxima de contexto", "Die maximale Kontextlänge wurde überschritten",
                "Die Eingabe ist zu lang", "La longueur du contexte est dépassée", "Длина контекста превышена",
            ]
        ),
        (.auth, ["API密钥无效", "无效的令牌", "Ungültiger API-Schlüssel"]),
        (.region, ["您所在的地区不支持使用该服务"]), (.overloaded, ["服务繁忙，请稍后重试"]),
    ]

    @Test("have the class of their English", arguments: sentences.map(\.0))
    func classes(outcome: AttemptClass) {
        for sentence in Self.sentences.filter({ $0.0 == outcome }).flatMap(\.1) {
            for status in Self.statuses[outcome] ?? [] {
                for shape in [ErrorShape.openai, .msg, .detail, .plain] {
                    let seen = shape.classify(sentence, status: status).outcome
                    #expect(seen == outcome, "\(sentence) \(status) \(shape): \(seen)")
                }
            }
        }
    }

    @Test(
        "name their waits",
        arguments: [
            ("请在30秒后重试", 30.0), ("请在 2 小时 57 分钟后重试", 10_620), ("将于5小时后重置", 18_000),
            ("20秒後にもう一度お試しください", 20), ("30초 후에 다시 시도하세요", 30), ("Inténtalo de nuevo en 30 segundos", 30),
            ("Bitte in 30 Sekunden erneut versuchen", 30), ("Réessayez dans 30 secondes", 30),
            ("Tente novamente em 30 segundos", 30), ("Riprova tra 30 secondi", 30), ("Повторите через 30 секунд", 30),
        ])
    func waits(text: String, seconds: Double) {
        #expect(RetryHint.delay(in: text)?.milliseconds == seconds * 1_000)
    }

    @Test(
        "name their windows",
        arguments: [
            ("今日额度已用完", LimitWindow.day), ("已达到每分钟请求上限", .minute), ("本周使用上限已达到", .week),
            ("本月配额已用尽", .month), ("Límite diario alcanzado", .day), ("Monatslimit erreicht", .month),
        ])
    func windows(text: String, window: LimitWindow) {
        #expect(ErrorShape.openai.classify(text, status: 429).limits?.window == window)
    }

    @Test("a time of day in Chinese is a wait, in Beijing's time")
    func clock() {
        let limits = ErrorShape.openai.classify(
            "已达到使用上限，将在 14:00 重置", status: 429, now: 1_795_996_800_000_000
        ).limits
        #expect(limits?.retryAfter == .seconds(21_600))
    }

    @Test("English stays as it is")
    func english() {
        for text in ["unterminated quote in lang en", "the pro model pays for all in France", "limit um 3"] {
            let words = MessageWords(text)
            #expect(!words.has(["quota", "balance", "too", "long", "per", "at"]), "\(text)")
        }
    }
}
