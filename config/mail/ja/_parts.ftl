<#-- 日本語のテキストメールに共通の部分 -->
<#macro greeting>
<#if customerName??>${customerName} 様<#else>お客様</#if>
</#macro>

<#macro steps>

<#if instructions.deadline??>
お支払い期限：${instructions.deadline}

</#if>
<#list instructions.sections as section>

<#if section.title??>
【${section.title}】
</#if>
<#list section.rows as row>
 ${row.label}：${row.value}
</#list>
</#list>
<#if instructions.link??>

▼ ${instructions.button}
${instructions.link}
</#if>

</#macro>

<#macro facts>

<#if orderId??>
ご注文番号：${orderId}
</#if>
<#if description??>
内容：${description}
</#if>
金額：${amount}
<#if paymentMethod??>
お支払い方法：${paymentMethod}
</#if>
<#if date??>
日付：${date}
</#if>

</#macro>

<#macro footer>

--
このメールは、お客様のお支払いについて、${shopName}から自動でお送りしています。
メールでカード番号やパスワードをお尋ねすることはございません。
</#macro>
