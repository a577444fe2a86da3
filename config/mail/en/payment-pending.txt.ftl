<#import "_parts.ftl" as p>
Subject: Your payment to ${shopName} is on its way<#if orderId??> (order ${orderId})</#if>

<@p.greeting/>

Thank you. Your payment of ${amount}<#if orderId??> for order ${orderId}</#if> has been started, and your bank is working on it. The money has not reached us yet; with this way of paying that can take a few working days.

There is nothing you need to do. We will write to you as soon as the payment has arrived, and also if it should not go through.

<@p.facts/>
<@p.footer/>
