<#import "_parts.ftl" as p>
Subject: Part of your payment to ${shopName} has arrived<#if orderId??> (order ${orderId})</#if>

<@p.greeting/>

Thank you. Part of your payment<#if orderId??> for order ${orderId}</#if> has arrived and is safely recorded for your order.<#if remaining??> ${remaining} is still missing.</#if>

<#if received??>
Received so far: ${received}
</#if>
<#if remaining??>
Still to pay: ${remaining}
</#if>

HOW TO PAY THE REST
${instructions.lead}

<@p.steps/>
<@p.facts/>

If the rest is on its way already, there is nothing left to do.
<@p.footer/>
