package io.payroutes;

import java.util.Locale;

/** A setting that the program cannot start with. The message is for the person who edits {@code config/}. */
final class SettingException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    SettingException(String name, String complaint) {
        super(name + " " + complaint + " (config/application.properties, or the environment variable "
                + name.toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_') + ")");
    }
}
