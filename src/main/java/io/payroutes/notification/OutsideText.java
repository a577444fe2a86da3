package io.payroutes.notification;

import java.net.URI;
import java.net.URISyntaxException;
import java.text.Normalizer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Makes text that strangers wrote fit for a mail. Escaping for HTML is the templates' business, not done here. */
final class OutsideText {

    private static final int LONGEST_LINK = 2_048;
    private static final int ZERO_WIDTH_NON_JOINER = 0x200C;
    private static final int ZERO_WIDTH_JOINER = 0x200D;
    private static final Pattern LINKABLE =
            Pattern.compile("[@/\\\\]|www\\.|[\\p{L}\\p{N}-]{2,}[.．。]\\p{L}{2,}", Pattern.CASE_INSENSITIVE);

    private OutsideText() {}

    /**
     * One line of visible text of at most so many characters; null when nothing is left.
     *
     * <p>Control and format characters go, the bidirectional overrides among them, with which a name could turn the words
     * around it. The two joiners stay, because Persian, Indic scripts and emoji need them.
     */
    static @Nullable String line(@Nullable String text, int longest) {
        if (text == null) {
            return null;
        }
        StringBuilder kept = new StringBuilder();
        int length = 0;
        boolean gap = false;
        String normal =
                Normalizer.normalize(text.substring(0, Math.min(text.length(), 16 * longest)), Normalizer.Form.NFC);
        for (int at = 0; at < normal.length(); ) {
            int character = normal.codePointAt(at);
            at += Character.charCount(character);
            if (Character.isWhitespace(character) || Character.isSpaceChar(character)) {
                gap = length > 0;
                continue;
            }
            if (isInvisible(character)) {
                continue;
            }
            if (length + (gap ? 2 : 1) > longest) {
                return kept.append('…').toString();
            }
            if (gap) {
                kept.append(' ');
                length++;
                gap = false;
            }
            kept.appendCodePoint(character);
            length++;
        }
        return length == 0 ? null : kept.toString();
    }

    /**
     * A person's name; null when there is none or when it holds something that a mail program would make a link of: who
     * orders in the name of "win at evil.example" with a stranger's address would send advertisements through the shop.
     */
    static @Nullable String personName(@Nullable String name) {
        String line = line(name, 60);
        return line == null || LINKABLE.matcher(line).find() ? null : line;
    }

    /** The address as it is, when it is an absolute http or https one that shows its real host; otherwise null. */
    static @Nullable String link(@Nullable String address) {
        if (address == null || address.length() > LONGEST_LINK) {
            return null;
        }
        try {
            URI uri = new URI(address);
            boolean web = "https".equalsIgnoreCase(uri.getScheme()) || "http".equalsIgnoreCase(uri.getScheme());
            return web && uri.getHost() != null && uri.getRawUserInfo() == null ? uri.toASCIIString() : null;
        } catch (URISyntaxException notAnAddress) {
            return null;
        }
    }

    private static boolean isInvisible(int character) {
        return switch (Character.getType(character)) {
            case Character.CONTROL, Character.SURROGATE, Character.PRIVATE_USE, Character.UNASSIGNED -> true;
            case Character.FORMAT -> character != ZERO_WIDTH_JOINER && character != ZERO_WIDTH_NON_JOINER;
            default -> false;
        };
    }
}
