package io.touchline.bootstrap.history;

import io.touchline.bootstrap.harness.Await;
import io.touchline.bootstrap.history.Api.Outcome;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Clients of a cluster that somebody else makes and breaks: they send, receive, come and go until they are told to stop.
 * Channels and devices are made before {@link #start} returns, so the cluster must be up by then.
 *
 * <p>Send on for some seconds after the last fault has ended: a receipt that was lost twice is made good by the next.
 */
public final class Workload implements AutoCloseable {
    private static final Duration END_OF_THREADS = Duration.ofSeconds(60);
    private static final Duration GLANCE_EVERY = Duration.ofMillis(500);
    private static final Duration SLACK = Duration.ofSeconds(3);
    private static final String ANDROID = "android";

    private final Plan plan;
    private final Places places;
    private final Promises promises;
    private final Recorder recorder = new Recorder();
    private final Faults faults = new Faults(recorder);
    private final Stop stop = new Stop();
    private final Pushes pushes;
    private final Map<String, Receiver> receivers = new HashMap<>();
    private final ExecutorService threads = Executors.newCachedThreadPool(Workload::daemon);

    private Workload(Plan plan, Places places, Promises promises) {
        this.plan = plan;
        this.places = places;
        this.promises = promises;
        this.pushes = new Pushes(places.fcm(), recorder);
    }

    public static Workload start(Plan plan, Places places, Promises promises) {
        Workload workload = new Workload(plan, places, promises);
        workload.registerDevices();
        workload.makeChannels();
        workload.connect();
        workload.begin();
        return workload;
    }

    private static Thread daemon(Runnable task) {
        Thread thread = new Thread(task, "workload");
        thread.setDaemon(true);
        return thread;
    }

    /** Where to say what is broken. */
    public Faults faults() {
        return faults;
    }

    /** How many messages have been acknowledged so far. */
    public long acknowledged() {
        return recorder.acknowledged();
    }

    /** Waits until so many more messages have been acknowledged. */
    public void awaitAcknowledged(long more, Duration atMost) {
        long before = acknowledged();
        Await.until(more + " more messages to be acknowledged", atMost, () -> acknowledged() >= before + more);
    }

    /** Waits until every receiver that is to be connected is. */
    public void awaitConnected(Duration atMost) {
        Await.until("all receivers to be connected", atMost, this::areReceiversAsTheyWant);
    }

    /**
     * Tells everybody to stop, waits until all that was sent is settled for everybody, for as long as the contract allows
     * that to take, and reads the state at the end. Every fault must have ended.
     *
     * @return what happened; whether it was right is for the {@link Checker} to say
     */
    public History quiesce() {
        if (!faults.open().isEmpty()) {
            throw new IllegalStateException("still broken: " + faults.open());
        }
        stop.give();
        threads.shutdown();
        awaitThreads();
        Ending ending = new Ending(plan, recorder, this::api);
        long deadline = recorder.now() + promises.settled().plus(SLACK).toNanos();
        while (!isQuiet(ending) && recorder.now() < deadline) {
            pause(GLANCE_EVERY);
        }
        pushes.look();
        pushes.look();
        List<Entry> recorded = recorder.untilNow();
        return Recorder.history(recorded, ending.wholly());
    }

    private boolean isQuiet(Ending ending) {
        List<Entry> recorded = recorder.untilNow();
        Facts facts = new Facts(Recorder.history(recorded, ending.glance()), promises);
        return areReceiversAsTheyWant()
                && new BehindCheck(facts).stillOpen().isEmpty()
                && new SettledCheck(facts).stillOpen().isEmpty();
    }

    private boolean areReceiversAsTheyWant() {
        return receivers.values().stream().allMatch(Receiver::isAsItWants);
    }

    private void awaitThreads() {
        try {
            if (!threads.awaitTermination(END_OF_THREADS.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new AssertionError("clients have not come to an end within " + END_OF_THREADS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static void pause(Duration time) {
        LockSupport.parkNanos(time.toNanos());
    }

    /** Drops every connection. */
    @Override
    public void close() {
        stop.give();
        threads.shutdownNow();
        receivers.values().forEach(Receiver::close);
        pushes.close();
    }

    // ---- Beginning

    private void registerDevices() {
        for (int i = 0; i < plan.absentees(); i++) {
            register(plan.absentee(i), "phone");
        }
        for (int i = 0; i < plan.visitors(); i++) {
            register(plan.visitor(i), "phone");
        }
        for (int i = 1; i < plan.wanderers(); i += 2) {
            register(plan.wanderer(i), "phone");
        }
        if (plan.absentees() > 0) {
            register(plan.absentee(0), "tablet");
        }
        if (plan.receivers() > 1) {
            register(plan.receiver(1), "phone");
        }
    }

    private void register(String user, String kind) {
        String device = kind + "-of-" + user;
        must(api(user), "PUT", "/devices/" + device, Map.of("platform", ANDROID, "token", device), 204);
        recorder.add(new Entry.Registered(recorder.now(), user, device));
        pushes.watch(device, user);
    }

    private void makeChannels() {
        List<String> channels = plan.channelNames();
        for (int i = 0; i < channels.size(); i++) {
            String channel = channels.get(i);
            List<String> participants = plan.participants(i);
            must(api(plan.maker()), "POST", "/channels", Map.of("id", channel, "participants", participants), 200, 201);
            recorder.add(new Entry.Made(recorder.now(), channel, plan.maker(), participants));
        }
    }

    private static void must(Api api, String method, String path, Object body, Integer... statuses) {
        long deadline = System.nanoTime() + Await.SOON.toNanos();
        Outcome outcome = api.insist(method, path, body, () -> System.nanoTime() > deadline);
        if (!outcome.is(statuses)) {
            throw new AssertionError(method + " " + path + ": " + outcome);
        }
    }

    private void connect() {
        for (int i = 0; i < plan.receivers(); i++) {
            receiver(plan.receiver(i), "laptop").want(true);
        }
        for (int i = 0; i < plan.wanderers(); i += 2) {
            receiver(plan.wanderer(i), "laptop").want(true);
        }
        if (plan.receivers() > 0) {
            receiver(plan.receiver(0), "tablet").want(true);
        }
        awaitConnected(Await.SOON);
    }

    private Receiver receiver(String user, String kind) {
        return receivers.computeIfAbsent(kind + "-of-" + user, name -> new Receiver(name, user, places, recorder));
    }

    private void begin() {
        List<String> channels = plan.channelNames();
        for (int channel = 0; channel < channels.size(); channel++) {
            for (int i = 0; i < plan.senders(); i++) {
                String user = plan.sender(channel, i);
                String name = "s" + channel + "." + i;
                threads.execute(new Sender(user, name, channels.get(channel), plan.pace(), api(user), recorder, stop));
            }
        }
        for (int i = 0; i < plan.wanderers(); i++) {
            String user = plan.wanderer(i);
            String channel = channels.get(i % channels.size());
            threads.execute(new Wanderer(user, channel, api(user), api(plan.maker()), recorder, stop));
        }
        for (int i = 0; i < plan.visitors(); i++) {
            threads.execute(new Visitor(receiver(plan.visitor(i), "laptop"), i % 2 == 0, stop));
        }
    }

    private Api api(String user) {
        return new Api(user, places, recorder);
    }
}
