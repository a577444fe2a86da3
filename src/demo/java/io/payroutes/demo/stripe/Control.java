package io.payroutes.demo.stripe;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/** The control endpoints, below {@code /_control/}: what tests and demos do to the stand-in from outside the JVM. */
final class Control implements Front.Handler {
    private static final String ROOT = "/_control/";

    private final StripeStandIn standIn;

    Control(StripeStandIn standIn) {
        this.standIn = standIn;
    }

    @Override
    public Answer answer(Front.Request request) {
        try {
            Params params = request.body().startsWith("{")
                    ? Params.of(Json.object(request.body()))
                    : Params.parse(request.query(), request.body());
            List<String> path = List.of(request.path().substring(ROOT.length()).split("/", -1));
            return Answer.of(200, Json.write(act(request.method(), path, params)));
        } catch (Refusal refusal) {
            return Answer.of(refusal, "req_control");
        } catch (IllegalArgumentException | IllegalStateException e) {
            return Answer.of(
                    Refusal.invalid(Objects.requireNonNullElse(e.getMessage(), "Invalid"), null, null), "req_control");
        }
    }

    private ObjectNode act(String method, List<String> path, Params params) {
        boolean deletes = method.equals("DELETE");
        ObjectNode done = Json.object().put("done", true);
        switch (path.get(0)) {
            case "faults" -> {
                if (deletes) {
                    standIn.faults().clear();
                } else {
                    standIn.faults().add(fault(params));
                }
            }
            case "requests" -> {
                if (deletes) {
                    standIn.journal().clear();
                } else {
                    return requests(params);
                }
            }
            case "intents" -> standIn.authenticate(path.get(1), params.isTrue("passed"));
            case "settle" -> {
                String id = params.text("id");
                done.put("settled", id == null ? standIn.settleAll() : standIn.settle(id));
            }
            case "tick" -> standIn.tick();
            case "disputes" -> {
                if (path.size() > 1) {
                    standIn.closeDispute(path.get(1), params.isTrue("won"));
                } else {
                    String reason = Objects.requireNonNullElse(params.text("reason"), "fraudulent");
                    done.put("id", standIn.openDispute(params.required("charge"), reason, params.isTrue("inquiry")));
                }
            }
            case "payouts" -> done.put("id", standIn.payOut(params.required("currency")));
            case "deliveries" -> deliver(params);
            default -> throw Refusal.of(404, "invalid_request_error", null, "No such control: " + path);
        }
        return done;
    }

    private static Fault fault(Params params) {
        Long times = params.integer("times");
        return new Fault(
                Objects.requireNonNullElse(params.text("method"), "*"),
                params.required("path"),
                times == null ? 1 : Math.toIntExact(times),
                Fault.Kind.valueOf(params.required("kind").toUpperCase(Locale.ROOT)),
                Objects.requireNonNullElse(params.text("detail"), ""));
    }

    private ObjectNode requests(Params params) {
        ObjectNode all = Json.object();
        ArrayNode requests = all.putArray("requests");
        List<RecordedRequest> found = standIn.journal()
                .of(
                        Objects.requireNonNullElse(params.text("method"), "*"),
                        Objects.requireNonNullElse(params.text("path"), "*"));
        for (RecordedRequest request : found) {
            ObjectNode one = requests.addObject()
                    .put("at", request.at().toString())
                    .put("method", request.method())
                    .put("path", request.path())
                    .put("params", request.params())
                    .put("status", request.status());
            ObjectNode headers = one.putObject("headers");
            request.headers().forEach(headers::put);
        }
        return all;
    }

    private void deliver(Params params) {
        Deliveries deliveries = standIn.deliveries();
        Long copies = params.integer("copies");
        if (copies != null) {
            deliveries.copies(Math.toIntExact(copies));
        }
        if (params.isTrue("hold")) {
            deliveries.hold();
        }
        String order = params.text("release");
        if (order != null) {
            deliveries.release(Deliveries.Order.valueOf(order.toUpperCase(Locale.ROOT)));
        }
        String event = params.text("resend");
        if (event != null) {
            standIn.resend(event);
        }
    }
}
