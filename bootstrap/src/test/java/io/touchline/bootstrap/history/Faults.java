package io.touchline.bootstrap.history;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Where a test says what it breaks, and when; on any thread. */
public final class Faults {
    private final Recorder recorder;
    private final Set<Lasting> lasting = ConcurrentHashMap.newKeySet();

    Faults(Recorder recorder) {
        this.recorder = recorder;
    }

    /** Says that something is broken from now on; call it before breaking it. */
    public Lasting begin(FaultKind kind, String what) {
        Lasting fault = new Lasting(kind, what);
        lasting.add(fault);
        return fault;
    }

    /** Does something that is over when it returns, such as killing a process. */
    public void during(FaultKind kind, String what, Runnable action) {
        Lasting fault = begin(kind, what);
        try {
            action.run();
        } finally {
            fault.close();
        }
    }

    /** Those that have not ended yet. */
    Set<Lasting> open() {
        return Set.copyOf(lasting);
    }

    /** A fault that lasts until it is closed: when whatever was broken is as good as new. */
    public final class Lasting implements AutoCloseable {
        private final long begun = recorder.now();
        private final FaultKind kind;
        private final String what;

        private Lasting(FaultKind kind, String what) {
            this.kind = kind;
            this.what = what;
        }

        @Override
        public void close() {
            if (lasting.remove(this)) {
                recorder.add(new Entry.Fault(begun, recorder.now(), kind, what));
            }
        }

        @Override
        public String toString() {
            return kind + " " + what;
        }
    }
}
