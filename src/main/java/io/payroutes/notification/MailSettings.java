package io.payroutes.notification;

import java.nio.file.Path;
import java.time.ZoneId;

/**
 * How the shop writes to its customers.
 *
 * @param directory the templates and texts, one folder a language; {@code config/mail} by default
 * @param declineCodes the map from Stripe's decline codes to advice; {@code config/decline-codes.properties} by default
 * @param from the sender, {@code shop@example.com} or {@code Shop <shop@example.com>}; empty when not set yet, and then
 *     mails can be composed but not made into messages
 * @param shopName how the shop calls itself in subjects and bodies, and as the sender's name when {@code from} has none
 * @param defaultLanguage the language of customers whose own has no templates
 * @param zone the time zone that deadlines are told in
 */
public record MailSettings(
        Path directory, Path declineCodes, String from, String shopName, String defaultLanguage, ZoneId zone) {}
