package io.payroutes.notification;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import freemarker.template.utility.StringUtil;
import io.payroutes.delivery.ClaimedDelivery;
import io.payroutes.delivery.MailDesk;
import io.payroutes.delivery.PreparedMail;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Mails to those who run the shop: a subject and lines of text, as whoever wrote the delivery put them. All other mails are
 * left to another desk.
 */
public final class NoticeMailDesk implements MailDesk {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final String kind;
    private final MailComposer composer;
    private final MailDesk others;

    /** @param kind of the deliveries that are notices */
    public NoticeMailDesk(String kind, MailComposer composer, MailDesk others) {
        this.kind = kind;
        this.composer = composer;
        this.others = others;
    }

    @Override
    public PreparedMail prepare(ClaimedDelivery delivery) {
        if (!delivery.kind().equals(kind)) {
            return others.prepare(delivery);
        }
        String to = delivery.recipient();
        if (to == null) {
            return new PreparedMail.Drop("nobody to write to");
        }
        JsonNode notice = json(delivery);
        List<String> lines = new ArrayList<>();
        notice.path("lines").forEach(line -> lines.add(line.asText()));
        try {
            return new PreparedMail.Ready(
                    composer.toMimeMessage(new ComposedMail(
                            delivery.id(),
                            to,
                            notice.path("language").asText(),
                            notice.path("subject").asText(),
                            String.join("\n\n", lines) + "\n",
                            html(notice, lines))),
                    to);
        } catch (UndeliverableAddressException e) {
            return new PreparedMail.Drop("nobody to write to: " + e.getMessage());
        }
    }

    private static JsonNode json(ClaimedDelivery delivery) {
        try {
            return JSON.readTree(delivery.payload());
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("the notice of " + delivery.id() + " cannot be read", e);
        }
    }

    private static String html(JsonNode notice, List<String> lines) {
        return "<!DOCTYPE html><html lang=\""
                + StringUtil.XHTMLEnc(notice.path("language").asText())
                + "\"><head><meta charset=\"utf-8\"><title>"
                + StringUtil.XHTMLEnc(notice.path("subject").asText())
                + "</title></head><body style=\"font-family:sans-serif;line-height:1.5\">"
                + lines.stream()
                        .map(line -> "<p>" + StringUtil.XHTMLEnc(line) + "</p>")
                        .collect(Collectors.joining())
                + "</body></html>";
    }
}
