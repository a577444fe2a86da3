<#import "_parts.ftl" as p>
Subject: Your payment to ${shopName} was not completed<#if orderId??> (order ${orderId})</#if>

<@p.greeting/>

Your payment of ${amount}<#if orderId??> for order ${orderId}</#if> was not completed.<#if nothingReceived> You have not been charged for this attempt.</#if> Your order is still open, and you can pay again whenever it suits you.

WHAT HAPPENED
${what}

WHAT YOU CAN DO
${next}

<#if payUrl??>
Pay again:
${payUrl}
</#if>

<@p.facts/>

If you have paid in the meantime, there is nothing left to do.
<@p.footer/>
