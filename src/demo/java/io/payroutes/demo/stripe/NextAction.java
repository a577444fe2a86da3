package io.payroutes.demo.stripe;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** What the customer has to do. */
final class NextAction {
    private NextAction() {}

    /** For Stripe.js to handle, or a page to go to. */
    static ObjectNode authenticate(Account account, String intent, String url, Attempt attempt, boolean sdk) {
        String page = url + "/3d_secure/" + intent + "/" + attempt.number;
        if (sdk || attempt.returnUrl == null) {
            ObjectNode action = Json.object().put("type", "use_stripe_sdk");
            action.putObject("use_stripe_sdk")
                    .put("source", account.id("src"))
                    .put("stripe_js", page)
                    .put("type", "three_d_secure_redirect");
            return action;
        }
        ObjectNode action = Json.object();
        action.putObject("redirect_to_url").put("return_url", attempt.returnUrl).put("url", page);
        return action.put("type", "redirect_to_url");
    }
}
