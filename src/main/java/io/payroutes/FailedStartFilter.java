package io.payroutes;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.filter.Filter;
import ch.qos.logback.core.spi.FilterReply;
import java.util.regex.Pattern;
import org.apache.camel.impl.engine.AbstractCamelContext;

/**
 * Keeps what Camel logs of a failed start out of the log, with its stack traces: {@link StartFailure} tells it once, in few
 * words. Named in {@code logback.xml}.
 */
public final class FailedStartFilter extends Filter<ILoggingEvent> {
    private static final String CAMEL_CONTEXT = AbstractCamelContext.class.getName();
    private static final Pattern FAILED_START =
            Pattern.compile("Error starting CamelContext.*|Lifecycle strategy .* vetoed.*|CamelContext .* vetoed.*");

    @Override
    public FilterReply decide(ILoggingEvent event) {
        return event.getLoggerName().equals(CAMEL_CONTEXT)
                        && FAILED_START.matcher(event.getFormattedMessage()).lookingAt()
                ? FilterReply.DENY
                : FilterReply.NEUTRAL;
    }
}
