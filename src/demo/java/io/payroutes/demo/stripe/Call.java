package io.payroutes.demo.stripe;

import java.util.List;

/**
 * A request that has found its route.
 *
 * @param ids what the path names, from left to right
 * @param publishable whether it came with the publishable key, from a browser
 */
record Call(List<String> ids, Params params, boolean publishable) {
    String id() {
        return ids.get(0);
    }
}
