<#import "_parts.ftl" as p>
Subject: One more step to pay ${shopName}<#if orderId??> (order ${orderId})</#if>

<@p.greeting/>

Thank you for your order. To complete your payment of ${amount}<#if orderId??> for order ${orderId}</#if>, one step is left.<#if nothingReceived> Nothing has been charged so far.</#if>

WHAT TO DO
${instructions.lead}

<@p.steps/>
<@p.facts/>

If you have done this already, there is nothing left to do.
<@p.footer/>
