package io.payroutes;

import org.jspecify.annotations.Nullable;

/** Says in a few lines, and without a stack trace, why the program did not start. */
final class StartFailure {

    private StartFailure() {}

    static String explain(Throwable failure) {
        StringBuilder text = new StringBuilder("Payroutes did not start.");
        String last = "";
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            String message = cause instanceof SettingException ? cause.getMessage() : cause.toString();
            if (cause instanceof SettingException) {
                return "Payroutes did not start: " + message;
            }
            if (!last.contains(messageOf(cause))) {
                text.append("\n  ").append(message);
            }
            last = message;
        }
        return text.toString();
    }

    private static String messageOf(Throwable cause) {
        @Nullable String message = cause.getMessage();
        return message == null ? cause.toString() : message;
    }
}
