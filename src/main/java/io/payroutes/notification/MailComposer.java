package io.payroutes.notification;

import freemarker.cache.FileTemplateLoader;
import freemarker.core.TemplateClassResolver;
import freemarker.template.Configuration;
import freemarker.template.SimpleObjectWrapper;
import freemarker.template.TemplateException;
import freemarker.template.TemplateExceptionHandler;
import io.payroutes.money.Money;
import io.payroutes.notification.PaymentInstructions.Row;
import io.payroutes.notification.PaymentInstructions.Section;
import io.payroutes.notification.PaymentInstructions.Value;
import jakarta.mail.internet.MimeMessage;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Writes the mails to customers from the templates under {@code config/mail/<language>/}: {@code <kind>.txt.ftl}, whose
 * first line is {@code Subject: …}, and {@code <kind>.html.ftlh}. A changed template counts within seconds.
 *
 * <p>Templates get text, lists and maps and nothing else, so that neither they nor what a stranger wrote can call code;
 * HTML is escaped by the template engine. Safe for use by several threads.
 */
public final class MailComposer {

    private static final int LONGEST_REFERENCE = 80;
    private static final int LONGEST_DESCRIPTION = 200;
    private static final int LONGEST_SUBJECT = 200;
    private static final Pattern LAST_FOUR = Pattern.compile("[0-9]{4}");
    private static final String SUBJECT = "Subject:";

    private final MailSettings settings;
    private final MailLanguages languages;
    private final DeclineGuidance declineGuidance;
    private final MimeMessages mimeMessages;
    private final Configuration templates;

    /**
     * A composer.
     *
     * @param clock gives the mails their date
     * @throws IllegalArgumentException when the sender's address is not one, or the default language has no templates
     */
    public MailComposer(MailSettings settings, Clock clock) {
        this(settings, clock, 2_000);
    }

    MailComposer(MailSettings settings, Clock clock, long templateUpdateDelayMillis) {
        this.settings = settings;
        this.languages = new MailLanguages(settings.directory(), settings.defaultLanguage());
        this.declineGuidance =
                new DeclineGuidance(settings.directory(), settings.declineCodes(), settings.defaultLanguage());
        this.mimeMessages = new MimeMessages(settings, clock);
        this.templates = engine(settings.directory(), templateUpdateDelayMillis);
    }

    private static Configuration engine(Path directory, long updateDelayMillis) {
        Configuration engine = new Configuration(Configuration.VERSION_2_3_34);
        try {
            engine.setTemplateLoader(new FileTemplateLoader(directory.toFile()));
        } catch (IOException e) {
            throw new UncheckedIOException("The mail templates cannot be read: " + directory, e);
        }
        engine.setTemplateUpdateDelayMilliseconds(updateDelayMillis);
        engine.setDefaultEncoding(StandardCharsets.UTF_8.name());
        engine.setLocalizedLookup(false);
        engine.setNewBuiltinClassResolver(TemplateClassResolver.ALLOWS_NOTHING_RESOLVER);
        engine.setAPIBuiltinEnabled(false);
        engine.setObjectWrapper(new SimpleObjectWrapper(Configuration.VERSION_2_3_34));
        engine.setTemplateExceptionHandler(TemplateExceptionHandler.RETHROW_HANDLER);
        engine.setLogTemplateExceptions(false);
        engine.setWrapUncheckedExceptions(true);
        return engine;
    }

    /**
     * Writes a mail.
     *
     * @param deliveryId identifies the mail for good: composing it again gives the same Message-ID
     * @throws MailTemplateException when a template or a text file is missing or faulty
     */
    public ComposedMail compose(String deliveryId, MailRequest request) {
        String tag = request.language();
        String language = languages.pick(tag == null ? null : List.of(tag));
        Map<String, Object> data = data(request, language);

        String name = language + "/" + request.kind().wireName();
        String text = tidy(render(name + ".txt.ftl", data));
        int endOfSubject = text.indexOf('\n');
        if (!text.startsWith(SUBJECT) || endOfSubject < 0) {
            throw new MailTemplateException(
                    name + ".txt.ftl must begin with a line \"Subject: …\" and go on after it",
                    new IllegalStateException());
        }
        String subject = OutsideText.line(text.substring(SUBJECT.length(), endOfSubject), LONGEST_SUBJECT);
        if (subject == null) {
            throw new MailTemplateException(name + ".txt.ftl has an empty subject", new IllegalStateException());
        }
        data.put("subject", subject);
        String html = render(name + ".html.ftlh", data);
        return new ComposedMail(
                deliveryId,
                request.to(),
                language,
                subject,
                text.substring(endOfSubject).strip() + "\n",
                html.strip() + "\n");
    }

    /**
     * Makes a composed mail into the message that {@code smtp:} sends as it is: multipart/alternative in UTF-8, with a
     * Message-ID that derives from the delivery alone, so that a receiver can tell a repetition.
     *
     * @throws UndeliverableAddressException when the recipient's address is missing or is not one
     * @throws IllegalStateException when no sender is set
     */
    public MimeMessage toMimeMessage(ComposedMail mail) {
        return mimeMessages.message(mail);
    }

    private Map<String, Object> data(MailRequest request, String language) {
        MailWords words = MailWords.read(settings.directory(), language, settings.defaultLanguage(), settings.zone());
        PaymentInstructions instructions = PaymentInstructions.of(request.nextAction(), request.payUrl());
        DeclineGuidance.Guidance guidance = declineGuidance.guidance(language, request.decline());
        Money received = request.received();

        Map<String, Object> data = new HashMap<>();
        data.put("language", language);
        data.put("shopName", settings.shopName());
        data.put("amount", words.money(request.amount()));
        data.put("paymentId", lineOrEmpty(request.paymentId()));
        // After a partial bank transfer "nothing was charged" would be a lie.
        data.put("nothingReceived", received == null || received.minorUnits() <= 0);
        data.put("what", guidance.what());
        data.put("next", guidance.next());
        data.put("instructions", instructions(instructions, words));
        putIfKnown(data, "customerName", OutsideText.personName(request.customerName()));
        putIfKnown(data, "orderId", OutsideText.line(request.orderId(), LONGEST_REFERENCE));
        putIfKnown(data, "description", OutsideText.line(request.description(), LONGEST_DESCRIPTION));
        putIfKnown(data, "received", received == null ? null : words.money(received));
        putIfKnown(data, "remaining", request.remaining() == null ? null : words.money(request.remaining()));
        putIfKnown(data, "paymentMethod", paymentMethod(request, words));
        putIfKnown(data, "payUrl", OutsideText.link(request.payUrl()));
        putIfKnown(data, "date", request.occurredAt() == null ? null : words.date(request.occurredAt()));
        return data;
    }

    private static Map<String, Object> instructions(PaymentInstructions instructions, MailWords words) {
        String type = "instructions." + instructions.type().label();
        List<Map<String, Object>> sections = new ArrayList<>();
        for (Section section : instructions.sections()) {
            Map<String, Object> printed = new HashMap<>();
            putIfKnown(printed, "title", section.title() == null ? null : words.label("section." + section.title()));
            printed.put(
                    "rows",
                    section.rows().stream()
                            .map(row -> Map.of("label", words.label("row." + row.label()), "value", value(row, words)))
                            .toList());
            sections.add(printed);
        }
        Map<String, Object> data = new HashMap<>();
        data.put("lead", words.label(type));
        data.put("button", words.label(type + ".button"));
        data.put("sections", sections);
        putIfKnown(data, "deadline", instructions.deadline() == null ? null : words.time(instructions.deadline()));
        putIfKnown(data, "link", instructions.link());
        return data;
    }

    private static String value(Row row, MailWords words) {
        if (row.value() instanceof Value.Text text) {
            // Stripe names the kinds of account in English or Rōmaji (futsu, checking).
            String word = row.label().equals("account-type")
                    ? words.find("account-type." + text.text().toLowerCase(Locale.ROOT))
                    : null;
            return word == null ? text.text() : word;
        } else if (row.value() instanceof Value.Amount amount) {
            return words.money(amount.money());
        } else if (row.value() instanceof Value.Moment moment) {
            return words.date(moment.instant());
        }
        throw new AssertionError("sealed");
    }

    private static @Nullable String paymentMethod(MailRequest request, MailWords words) {
        String lastFour = request.cardLast4();
        String brand = OutsideText.line(request.cardBrand(), 20);
        if (brand != null && lastFour != null && LAST_FOUR.matcher(lastFour).matches()) {
            String word = words.find("brand." + brand.toLowerCase(Locale.ROOT));
            return words.label("card")
                    .replace("{brand}", word == null ? words.label("brand.unknown") : word)
                    .replace("{last4}", lastFour);
        }
        String type = request.paymentMethodType();
        return type == null ? null : words.find("method." + type);
    }

    private String render(String template, Map<String, Object> data) {
        StringWriter out = new StringWriter();
        try {
            templates.getTemplate(template).process(data, out);
        } catch (IOException | TemplateException e) {
            throw new MailTemplateException("The mail template " + template + " cannot be used: " + e.getMessage(), e);
        }
        return out.toString();
    }

    private static String tidy(String text) {
        return text.replace("\r\n", "\n")
                .replaceAll("[ \t]+\n", "\n")
                .replaceAll("\n{3,}", "\n\n")
                .strip();
    }

    private static String lineOrEmpty(@Nullable String text) {
        String line = OutsideText.line(text, LONGEST_REFERENCE);
        return line == null ? "" : line;
    }

    private static void putIfKnown(Map<String, Object> data, String name, @Nullable String value) {
        if (value != null) {
            data.put(name, value);
        }
    }
}
