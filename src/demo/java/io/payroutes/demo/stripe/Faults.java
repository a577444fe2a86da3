package io.payroutes.demo.stripe;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What is to go wrong. Thread-safe. */
public final class Faults {
    private final List<Fault> waiting = new ArrayList<>();

    Faults() {}

    /** The next {@code times} requests like these go wrong; see {@link Fault}. */
    public void next(int times, String method, String path, Fault.Kind kind) {
        add(Fault.of(method, path, times, kind));
    }

    public synchronized void add(Fault fault) {
        waiting.add(fault);
    }

    public synchronized void clear() {
        waiting.clear();
    }

    /** The fault of this request, or null. */
    synchronized @Nullable Fault take(String method, String path) {
        for (int i = 0; i < waiting.size(); i++) {
            Fault fault = waiting.get(i);
            if (Fault.matches(fault.method(), fault.path(), method, path)) {
                if (fault.times() <= 1) {
                    waiting.remove(i);
                } else {
                    waiting.set(
                            i,
                            new Fault(fault.method(), fault.path(), fault.times() - 1, fault.kind(), fault.detail()));
                }
                return fault.kind() == Fault.Kind.NONE ? null : fault;
            }
        }
        return null;
    }
}
