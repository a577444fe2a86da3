package io.payroutes.stripe;

import com.stripe.net.ApiResource.RequestMethod;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** What can be done to an object, and how it is said over HTTP. */
enum StripeMethod {
    CREATE(RequestMethod.POST, false, ""),
    RETRIEVE(RequestMethod.GET, true, ""),
    UPDATE(RequestMethod.POST, true, ""),
    DELETE(RequestMethod.DELETE, true, ""),
    LIST(RequestMethod.GET, false, ""),
    CANCEL(RequestMethod.POST, true, "/cancel"),
    CAPTURE(RequestMethod.POST, true, "/capture"),
    CONFIRM(RequestMethod.POST, true, "/confirm"),
    ATTACH(RequestMethod.POST, true, "/attach"),
    DETACH(RequestMethod.POST, true, "/detach"),
    CLOSE(RequestMethod.POST, true, "/close");

    private final RequestMethod verb;
    private final boolean ofOneObject;
    private final String pathSuffix;

    StripeMethod(RequestMethod verb, boolean ofOneObject, String pathSuffix) {
        this.verb = verb;
        this.ofOneObject = ofOneObject;
        this.pathSuffix = pathSuffix;
    }

    /** @param name as it stands in {@code CamelStripeMethod}; upper and lower case differ, as in camel-stripe */
    static Optional<StripeMethod> named(String name) {
        return Arrays.stream(values())
                .filter(method -> method.headerValue().equals(name))
                .findFirst();
    }

    String headerValue() {
        return name().toLowerCase(Locale.ROOT);
    }

    RequestMethod verb() {
        return verb;
    }

    /** Whether it needs the id of an object. */
    boolean isOfOneObject() {
        return ofOneObject;
    }

    /** What follows the object's id in the path. */
    String pathSuffix() {
        return pathSuffix;
    }
}
