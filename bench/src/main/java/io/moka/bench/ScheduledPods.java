package io.moka.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLongArray;

/// A series of pods for hollow nodes: created by many clients at once, and followed by one watch until each is bound. Of a watch's events only names are read.
final class ScheduledPods implements AutoCloseable {

    private static final int CLIENTS = 32;
    private static final int MINUTES = 10;
    private static final String COLLECTION = "/api/v1/namespaces/default/pods";
    private static final String BODY = """
            {"apiVersion":"v1","kind":"Pod","metadata":{"name":"%s","namespace":"default","labels":{"bench":"%s"}},\
            "spec":{"automountServiceAccountToken":false,"terminationGracePeriodSeconds":0,"nodeSelector":{"moka.io/hollow":"true"%s},%s"containers":[{"name":"main","image":"main",\
            "resources":{"requests":{"cpu":"%s","memory":"16Mi"}}}]}}""";

    private final RawClient client;
    private final PodObjects names;
    private final int count;
    private final Kind kind;
    private final AtomicLongArray created;
    private final AtomicLongArray bound;
    private final CountDownLatch pending;
    private final WatchStream watch;

    /// The rate from the first create call to the last binding, and how long the pods waited for theirs.
    record Result(double perSecond, Samples milliseconds) {
    }

    /// @param selector further labels of the node in JSON, with a comma before each
    /// @param spec further fields of the pods' spec in JSON, with a comma behind each
    /// @param cpu the request
    record Kind(String selector, String spec, String cpu) {
        static final Kind PLAIN = new Kind("", "", "10m");
    }

    ScheduledPods(RawClient client, String series, int count, Kind kind) throws IOException {
        this.client = client;
        this.names = new PodObjects(series);
        this.count = count;
        this.kind = kind;
        this.created = new AtomicLongArray(count);
        this.bound = new AtomicLongArray(count);
        this.pending = new CountDownLatch(count);
        this.watch = new WatchStream(client.open(COLLECTION + "?watch=true&resourceVersion=0&fieldSelector=spec.nodeName%21%3D&labelSelector=bench%3D" + series), names, this::seen);
    }

    private void seen(int pod, long nanoTime) {
        if (bound.compareAndSet(pod, 0, nanoTime)) {
            pending.countDown();
        }
    }

    void create(int pod) throws IOException {
        created.set(pod, System.nanoTime());
        client.send("POST", COLLECTION, "application/json", BODY.formatted(names.name(pod), names.series(), kind.selector, kind.spec, kind.cpu).getBytes(StandardCharsets.UTF_8));
    }

    void createAll() throws InterruptedException {
        Load.perSecond(CLIENTS, 0, count, this::create);
    }

    /// Creates the pods and waits until the last is bound.
    Result run() throws InterruptedException {
        long begin = System.nanoTime();
        createAll();
        if (!pending.await(MINUTES, TimeUnit.MINUTES)) {
            throw new IllegalStateException(pending.getCount() + " pods are not bound after " + MINUTES + " minutes");
        }
        long last = begin;
        var waited = new double[count];
        for (int i = 0; i < count; i++) {
            last = Math.max(last, bound.get(i));
            waited[i] = (bound.get(i) - created.get(i)) / 1e6;
        }
        return new Result(count / ((last - begin) / 1e9), Samples.of(waited));
    }

    /// One by one: a single call would take longer than a request may. Pods that are gone already are left out.
    void remove(int first) throws InterruptedException {
        Load.perSecond(CLIENTS, 0, first, i -> {
            try {
                client.delete(names.path(i) + "?gracePeriodSeconds=0");
            } catch (IOException e) {
                if (!String.valueOf(e.getMessage()).contains("answered with 404")) {
                    throw e;
                }
            }
        });
    }

    void remove() throws InterruptedException {
        remove(count);
    }

    @Override
    public void close() throws IOException {
        watch.close();
    }
}
