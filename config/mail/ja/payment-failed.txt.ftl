<#import "_parts.ftl" as p>
Subject: 【${shopName}】お支払いが完了していません<#if orderId??>（ご注文 ${orderId}）</#if>

<@p.greeting/>

${shopName}をご利用いただき、ありがとうございます。
<#if orderId??>ご注文 ${orderId} の</#if>お支払い（${amount}）が完了しませんでしたので、お知らせいたします。
<#if nothingReceived>
今回のお手続きでは、代金は請求されておりません。
</#if>
ご注文はそのままお預かりしておりますので、ご都合のよいときに、もう一度お支払いいただけます。

■ 状況
${what}

■ 次のお手続き
${next}

<#if payUrl??>
▼ もう一度支払う
${payUrl}
</#if>

<@p.facts/>

行き違いですでにお支払いがお済みの場合、お手続きは不要です。
<@p.footer/>
