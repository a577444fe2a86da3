package io.payroutes.routes;

import java.nio.file.Path;

/** What is wrong with a file, and where. */
record Problem(Path file, int line, String reason) {
    @Override
    public String toString() {
        return file + ":" + line + ": " + reason;
    }
}
