<#import "_parts.ftl" as p>
Subject: ${shopName}: payment received<#if orderId??> for order ${orderId}</#if>

<@p.greeting/>

Thank you. We have received your payment of ${received!amount}<#if orderId??> for order ${orderId}</#if>.

There is nothing left to do. We are taking care of your order.

<#if orderId??>
Order: ${orderId}
</#if>
<#if description??>
For: ${description}
</#if>
Amount received: ${received!amount}
<#if paymentMethod??>
Paid with: ${paymentMethod}
</#if>
<#if date??>
Date: ${date}
</#if>
<@p.footer/>
