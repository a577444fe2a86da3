<#import "_parts.ftl" as p>
Subject: 【${shopName}】お支払いを確認いたしました<#if orderId??>（ご注文 ${orderId}）</#if>

<@p.greeting/>

${shopName}をご利用いただき、誠にありがとうございます。
<#if orderId??>ご注文 ${orderId} の</#if>お支払い（${received!amount}）を確認いたしました。

お客様のお手続きはこれで完了です。ご注文の品の手配を進めてまいります。

<#if orderId??>
ご注文番号：${orderId}
</#if>
<#if description??>
内容：${description}
</#if>
お支払い金額：${received!amount}
<#if paymentMethod??>
お支払い方法：${paymentMethod}
</#if>
<#if date??>
日付：${date}
</#if>
<@p.footer/>
