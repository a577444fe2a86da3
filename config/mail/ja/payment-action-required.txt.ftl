<#import "_parts.ftl" as p>
Subject: 【${shopName}】お支払いのお手続きのお願い<#if orderId??>（ご注文 ${orderId}）</#if>

<@p.greeting/>

ご注文いただき、ありがとうございます。
<#if orderId??>ご注文 ${orderId} の</#if>お支払い（${amount}）の完了には、次のお手続きが必要です。
<#if nothingReceived>
現時点で、代金は請求されておりません。
</#if>

■ お手続きの内容
${instructions.lead}

<@p.steps/>
<@p.facts/>

行き違いですでにお手続きがお済みの場合は、そのままお待ちください。
<@p.footer/>
