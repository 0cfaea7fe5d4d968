/// Words of other languages for limits, accounts and prompts, as the English words by which errors are told apart.
///
/// Languages written without blanks are searched for the words, the longest first; of the others whole words are looked up, and short
/// ones that English has too only where a sentence holds a longer one.
enum WordGloss {
    /// The English for a run of letters without blanks inside; empty when none of it is known.
    static func words(inRun run: [Character]) -> [String] {
        var found: [String] = []
        var index = 0
        while index < run.count {
            let length = stride(from: min(longest, run.count - index), to: 0, by: -1).first {
                runs[String(run[index..<index + $0])] != nil
            }
            guard let length else {
                index += 1
                continue
            }
            found += runs[String(run[index..<index + length])] ?? []
            index += length
        }
        return found
    }

    /// Returns `true` for a letter of Chinese, Japanese or Korean.
    static func isRunLetter(_ character: Character) -> Bool {
        guard let scalar = character.unicodeScalars.first?.value, scalar >= 0x1100 else { return false }
        switch scalar {
        case 0x1100..<0x1200, 0x3005...0x3007, 0x3040..<0x3100, 0x3400..<0xA000, 0xAC00..<0xD7B0, 0xF900..<0xFB00:
            return true
        default: return false
        }
    }

    /// Returns `true` for Chinese, which has neither the letters of Japanese nor those of Korean.
    static func isChinese(_ text: String) -> Bool {
        var isHan = false
        for scalar in text.unicodeScalars where scalar.value >= 0x1100 {
            switch scalar.value {
            case 0x3400..<0xA000: isHan = true
            case 0x1100..<0x1200, 0x3040..<0x3100, 0xAC00..<0xD7B0: return false
            default: continue
            }
        }
        return isHan
    }

    /// The tokens with foreign words in English.
    static func translate(_ tokens: [MessageWords.Token]) -> [MessageWords.Token] {
        let isForeign = tokens.contains { if case .word(let word) = $0 { strong[word] != nil } else { false } }
        guard isForeign else { return tokens }
        return tokens.flatMap { token -> [MessageWords.Token] in
            guard case .word(let word) = token, let english = strong[word] ?? weak[word] else { return [token] }
            return english.map { .word($0) }
        }
    }

    // MARK: Tables

    /// `foreign, foreign = English words`, a line each.
    private static func table(_ text: String) -> [String: [String]] {
        var table: [String: [String]] = [:]
        for line in text.split(separator: "\n") {
            let halves = line.split(separator: "=")
            guard halves.count == 2 else { continue }
            let english = halves[1].split(separator: " ").map(String.init)
            for word in halves[0].split(separator: ",") { table[String(word).trimmed] = english }
        }
        return table
    }

    private static let longest = runs.keys.map(\.count).max() ?? 0

    private static let runs = table(
        """
        余额,餘額,残高,残額,잔액,잔고 = balance
        资金,資金,クレジット,크레딧 = credits
        额度,額度 = allowance
        配额,配額,限额,限額,クォータ,할당량,쿼터 = quota
        不足,足りません,不够,부족 = not enough
        欠费,欠費,滞納,未払い,연체 = arrears
        充值,充値,チャージ,충전 = recharge
        用完,用尽,用盡,耗尽,耗盡,使い切,枯渇,소진 = exhausted
        达到,達到,已达,已達,達し,到达,도달 = reached
        上限,限制,制限,한도,제한 = limit
        达上限,達上限 = reached limit
        已达上限,已達上限 = reached limit
        超出,超过,超過,超え,超限,초과,넘었 = exceeded
        使用量,使用,用量,利用,사용량,사용 = usage
        请求,請求,リクエスト,要求,调用,요청 = request
        过于频繁,過於頻繁,太频繁,过多,過多,多すぎ = too many
        너무 = too
        많 = many
        깁,깊 = long
        频率,频次,速率,レート,속도 = rate
        限流,限速,流控 = throttled rate limit
        并发,並發,同時,동시 = concurrency
        上下文,コンテキスト,컨텍스트,문맥 = context
        长度,長度,長さ,長,길이 = length
        窗口,ウィンドウ,윈도우 = window
        过长,過長,太长,太長,長すぎ = too long
        过大,過大,太大,大きすぎ = too large
        最大,최대 = maximum
        输入,輸入,入力,입력 = input
        提示词,提示詞,プロンプト,프롬프트 = prompt
        消息,訊息,メッセージ,메시지,对话,會話,会话,会話,대화 = messages
        令牌数,トークン,토큰 = tokens
        令牌,密钥,密鑰,金鑰,キー,키 = api key
        模型,モデル,모델 = model
        账户,帳戶,账号,帳號,アカウント,用户,계정 = account
        组织,組織,조직 = organization
        套餐,订阅,訂閱,サブスクリプション,구독 = subscription
        封禁,封停,封号,凍結,冻结,停止され,정지 = suspended
        禁用,停用,無効化,비활성 = disabled
        注销,关闭 = closed
        受限 = restricted
        锁定,鎖定,ロックされ = locked
        过期,過期,到期,期限切れ,만료 = expired
        无效,無效,无效的,错误的,無効な,無効です,유효하지 않 = invalid
        地区,地區,地域,区域,국가,지역 = region
        不支持,不可用,利用できません,지원되지 않 = not available
        重试,重試,再試行,重新尝试,재시도 = retry
        再次,もう一度,다시 = again
        重置,刷新,リセット,초기화 = reset
        恢复,恢復,回復,복구 = restored
        等待,稍等,お待ち,待って,기다 = wait
        秒,초 = seconds
        分钟,分鐘,分間,分,분 = minutes
        小时,小時,時間,시간 = hours
        天,日間,일간 = days
        后,後,후 = then
        每分钟,每分鐘,毎分,1分あたり,분당 = per minute
        每小时,每小時,毎時,시간당 = hourly
        每天,每日,毎日,日次,单日,일일,하루 = daily
        今日,今天,当日,當日,本日,오늘 = today
        每周,每週,毎週,本周,週間,주간 = weekly
        每月,毎月,本月,月間,월간 = monthly
        将在,将于,將在,將於,请在,請在,于,於,在 = at
        直到,まで = until
        免费,免費 = free
        敏感 = sensitive content
        超长,超長 = too long
        不安全,违规,違規,不当内容,不適切 = inappropriate content
        明天,明日,내일 = tomorrow
        下个月,下月,来月,다음 달 = next month
        下周,下週,来週 = next week
        系统繁忙,服务繁忙,過負荷,负载过高,繁忙 = overloaded
        """)

    /// Words that English does not have.
    private static let strong = table(
        """
        saldo,guthaben,solde,баланс = balance
        crédito,créditos,credito,crediti,kredit,crédits = credits
        fondos,fonds,fundos,fondi,средств = funds
        insuficiente,insuficientes,insuffisant,insuffisante,insuffisants,insufficiente,insufficienti = not enough
        unzureichend,unzureichendes,недостаточно = not enough
        genügend,ausreichend,suficiente,suficientes,suffisant,sufficiente = enough
        nicht,нет = not
        agotado,agotada,agotados,aufgebraucht,erschöpft,épuisé,épuisée,épuisés,esgotado,esgotada,esaurito = exhausted
        esaurita,исчерпан,исчерпана = exhausted
        cuota,kontingent,cota,квота = quota
        límite,limites,limite,límites,grenze,höchstgrenze,höchstwert,лимит,limiet = limit
        tageslimit = daily limit
        monatslimit = monthly limit
        wochenlimit = weekly limit
        ratenlimit,anfragelimit = rate limit
        nutzungslimit = usage limit
        superado,superada,superó,excedido,excedida,excede,excedió,supera,sobrepasado,überschritten = exceeded
        überschreitet,dépassé,dépassée,dépasse,excedeu,ultrapassado,ultrapassada,superata,superato = exceeded
        превышен,превышена,превышает,превышено,overschreden = exceeded
        alcanzado,alcanzada,erreicht,atteint,atteinte,atingido,atingida,raggiunto,raggiunta,достигнут,bereikt = reached
        solicitudes,peticiones,anfragen,requêtes,solicitações,requisições,richieste,запросов,verzoeken = requests
        demasiadas,demasiados,zuviele,troppe,troppi,muitas,слишком,trop = too many
        demasiado,troppo = too
        viele,много = many
        cuenta,konto,compte,conta,аккаунт,учетная = account
        suspendida,suspendido,suspendu,suspendue,suspensa,suspenso,sospeso,sospesa,gesperrt,приостановлен = suspended
        desactivada,desactivado,deaktiviert,désactivé,désactivée,desativada,disattivato,отключен = disabled
        bloqueada,bloqueado,blockiert,bloqué,bloccato,заблокирован,geblokkeerd = blocked
        organización,organisatie,organização,organizzazione,организация = organization
        contexto,kontext,contexte,contesto,контекста,контекст = context
        kontextlänge = context length
        kontextfenster = context window
        longitud,länge,longueur,comprimento,lunghezza,длина = length
        máxima,máximo,maximale,maximal,massima,massimo = maximum
        eingabe,entrada,entrée,ввод = input
        mensaje,mensajes,nachricht,nachrichten,mensagem,messaggio,сообщение = messages
        clave,schlüssel,chave,chiave,ключ = api key
        inválida,inválido,ungültig,ungültiger,invalide,invalido,недействителен = invalid
        versuchen,inténtelo,inténtalo,intente,réessayer,réessayez,tente,riprova,riprovare,попробуйте,повторите = retry
        erneut,nuevo,nouveau,novamente,nuovo,снова = again
        espere,espera,warten,attendez,aguarde,attendi,подождите = wait
        segundos,sekunden,secondes,secondi,секунд,seconden = seconds
        minutos,minuten,minuti,минут = minutes
        minuto = minute
        horas,stunden,heures,heure,часов,uren = hours
        días,tage,tagen,jours,giorni,дней = days
        diario,diaria,täglich,tägliche,tägliches,quotidienne,quotidien,journalière,diário,giornaliero = daily
        semanal,wöchentlich,wöchentliche,hebdomadaire,settimanale = weekly
        mensual,monatlich,monatliche,mensuel,mensuelle,mensal,mensile = monthly
        restablece,restablecerá,zurückgesetzt,réinitialisé,réinitialisée,redefinido,ripristinato = reset
        región,país,регион = region
        disponible,verfügbar,disponível,disponibile,доступен = available
        """)

    private static let weak = table(
        """
        zu = too
        lang,largo,larga,longa,longue,lungo,lunga,длинный = long
        groß,grande = large
        por,par,pro = per
        en,em,dans,tra,через,dentro = in
        kein,keine,keinen,sin,sans,sem,senza,pas = not
        bis,hasta,jusqu,até,fino = until
        um,las,às,alle = at
        después,nach,après,após,dopo = after
        """)
}
