<#import "_parts.ftl" as p>
Subject: 【${shopName}】一部のご入金を確認いたしました<#if orderId??>（ご注文 ${orderId}）</#if>

<@p.greeting/>

ご入金いただき、ありがとうございます。
<#if orderId??>ご注文 ${orderId} の</#if>お支払いについて、一部のご入金を確認いたしました。ご入金分は、ご注文の代金として確かにお預かりしております。
<#if remaining??>
恐れ入りますが、残り ${remaining} のご入金をお願いいたします。
</#if>

<#if received??>
ご入金済み：${received}
</#if>
<#if remaining??>
残りの金額：${remaining}
</#if>

■ 残りの金額のお支払い方法
${instructions.lead}

<@p.steps/>
<@p.facts/>

行き違いですでにお振り込みがお済みの場合は、そのままお待ちください。
<@p.footer/>
