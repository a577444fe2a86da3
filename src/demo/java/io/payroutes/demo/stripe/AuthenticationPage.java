package io.payroutes.demo.stripe;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

/**
 * The bank's page, below {@code /3d_secure/}, on which the customer passes or fails the authentication: a page of its own,
 * which goes back to the shop's, or in the frame that Stripe.js opens.
 */
final class AuthenticationPage implements Front.Handler {
    private static final String ROOT = "/3d_secure/";

    private final Account account;
    private final Api api;

    AuthenticationPage(Account account, Api api) {
        this.account = account;
        this.api = api;
    }

    @Override
    public Answer answer(Front.Request request) {
        String[] path = request.path().substring(ROOT.length()).split("/", -1);
        Params params = Params.parse(request.query(), request.body());
        String id = path[0];
        synchronized (account) {
            account.tick();
            ObjectNode intent = account.store().find(id);
            if (path.length != 2 || intent == null || !path[1].matches("\\d{1,9}")) {
                return page(404, "authentication-over.html");
            }
            boolean open = api.isCurrent(id, Integer.parseInt(path[1]))
                    && Json.word(intent, "status").equals("requires_action");
            if (request.method().equals("GET")) {
                return open ? page(200, "authentication.html") : page(410, "authentication-over.html");
            }
            boolean passed = "complete".equals(params.text("result"));
            if (open) {
                api.authenticate(id, passed);
            }
            return params.has("frame") ? page(200, "authenticated.html") : back(intent, passed);
        }
    }

    private static Answer page(int status, String file) {
        return Answer.of(status, BrowserFiles.read(file)).with("Content-Type", "text/html; charset=utf-8");
    }

    private Answer back(ObjectNode intent, boolean passed) {
        String id = Json.word(intent, "id");
        String url = api.returnUrl(id);
        if (url.isEmpty()) {
            return page(200, "authenticated.html");
        }
        String name = Json.word(intent, "object");
        String location = url + (url.contains("?") ? "&" : "?") + name + "=" + id + "&" + name + "_client_secret="
                + URLEncoder.encode(Json.word(intent, "client_secret"), StandardCharsets.UTF_8) + "&redirect_status="
                + (passed ? "succeeded" : "failed");
        return Answer.of(303, "").with("Location", location);
    }
}
