<#-- What the English text mails share. -->
<#macro greeting>
Hello<#if customerName??> ${customerName}</#if>,
</#macro>

<#macro steps>

<#if instructions.deadline??>
Please pay by ${instructions.deadline}.

</#if>
<#list instructions.sections as section>

<#if section.title??>
${section.title}
</#if>
<#list section.rows as row>
  ${row.label}: ${row.value}
</#list>
</#list>
<#if instructions.link??>

${instructions.button}:
${instructions.link}
</#if>

</#macro>

<#macro facts method="Payment method">

<#if orderId??>
Order: ${orderId}
</#if>
<#if description??>
For: ${description}
</#if>
Amount: ${amount}
<#if paymentMethod??>
${method}: ${paymentMethod}
</#if>
<#if date??>
Date: ${date}
</#if>

</#macro>

<#macro footer>

--
${shopName} sent you this message automatically because of a payment you started. We never ask for card numbers or passwords by mail.
</#macro>
