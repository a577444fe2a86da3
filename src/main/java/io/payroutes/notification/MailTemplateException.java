package io.payroutes.notification;

/** A template, or a text file beside it, is missing or faulty. The message says which and where. */
public final class MailTemplateException extends RuntimeException {

    /** States which file is faulty and how. */
    public MailTemplateException(String message, Throwable cause) {
        super(message, cause);
    }
}
