package io.payroutes.retry;

import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.regex.Pattern;

/** Why something is tried again or has failed, as a row keeps it: one line of a bounded length. */
public final class FailureReason {
    private static final Pattern LINE_BREAKERS = Pattern.compile("\\p{Cntrl}+");
    private static final int LONGEST = 1000;

    private FailureReason() {}

    /** The name of the failure and its message; of one that another thread had, not that there was another thread. */
    public static String of(Throwable failure) {
        Throwable cause = failure;
        while ((cause instanceof CompletionException || cause instanceof ExecutionException)
                && cause.getCause() != null) {
            cause = cause.getCause();
        }
        String text = cause.getClass().getSimpleName() + ": " + cause.getMessage();
        String line = LINE_BREAKERS.matcher(text).replaceAll(" ");
        return line.length() <= LONGEST ? line : line.substring(0, LONGEST);
    }
}
