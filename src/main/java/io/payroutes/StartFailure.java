package io.payroutes;

/** Says in a few lines, and without a stack trace, why the program did not start. */
final class StartFailure {
    private static final String OPENING = "Payroutes did not start: ";

    private StartFailure() {}

    static String explain(Throwable failure, RouteFolder folder) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof SettingException) {
                return OPENING + cause.getMessage();
            }
        }
        return RouteMistake.behind(failure, folder)
                .map(mistake -> OPENING + mistake)
                .or(() -> RouteMistake.meaning(failure).map(meaning -> OPENING + meaning))
                .orElseGet(() -> inItsOwnWords(failure));
    }

    private static String inItsOwnWords(Throwable failure) {
        StringBuilder text = new StringBuilder(OPENING.strip());
        String last = "";
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            String message = cause.getMessage() == null ? cause.toString() : cause.getMessage();
            if (!last.contains(message)) {
                text.append("\n  ").append(message);
            }
            last = message;
        }
        return text.toString();
    }
}
