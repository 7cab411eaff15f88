package io.moka.e2e.faults;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.moka.machinery.client.ApiClient;
import io.moka.machinery.client.ApiException;
import io.moka.machinery.client.ListOptions;
import io.moka.machinery.client.Resources;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/// A client that runs through all rounds: it creates, replaces, reads and deletes ConfigMaps and checks each answer against its own record.
///
/// A write that was answered has happened, and every later read shows it. A write whose answer was lost may have happened or not,
/// until a read shows it. An answer that contradicts the record is a violation.
final class Witness implements AutoCloseable {

    private static final int KEPT = 20;
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

    private final String namespace;
    private final Resources<ConfigMap> maps;
    private final Thread thread = Thread.ofVirtual().name("witness").unstarted(this::run);

    // guarded by this
    private final TreeMap<Long, Long> acknowledged = new TreeMap<>();
    private final List<String> violations = new ArrayList<>();
    private long answered;
    private long answeredBefore;
    private long unanswered;

    // used by the witness's thread only
    private long count;
    private String ledgerVersion = "";
    private long ledgerValue;
    private boolean ledgerKnown;
    private final TreeMap<String, Boolean> present = new TreeMap<>();

    Witness(ApiClient client, String namespace) {
        this.namespace = namespace;
        this.maps = client.resources(ConfigMap.class);
    }

    void start() {
        var ledger = maps.create(map("ledger", 0));
        ledgerVersion = ledger.getMetadata().getResourceVersion();
        ledgerKnown = true;
        thread.start();
    }

    private ConfigMap map(String name, long value) {
        return new ConfigMapBuilder().withNewMetadata().withNamespace(namespace).withName(name).endMetadata()
                .withData(Map.of("value", Long.toString(value))).build();
    }

    private void run() {
        while (!Thread.currentThread().isInterrupted()) {
            try {
                step();
                count(true);
            } catch (ApiException | UncheckedIOException e) {
                count(false);
            } catch (RuntimeException | Error e) {
                violation("the witness cannot go on: " + e);
                return;
            }
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }

    synchronized void beginRound() {
        answeredBefore = answered;
    }

    /// The calls that were answered since the round began.
    synchronized long answeredInRound() {
        return answered - answeredBefore;
    }

    private synchronized void count(boolean success) {
        answered += success ? 1 : 0;
        unanswered += success ? 0 : 1;
    }

    private void step() {
        count++;
        if (!ledgerKnown) {
            readLedger();
        } else if (count % 3 == 0) {
            createAndForget();
        } else {
            writeLedger();
            if (count % 10 == 0) {
                readLedger();
            }
        }
    }

    private void writeLedger() {
        var wanted = map("ledger", ledgerValue + 1);
        wanted.getMetadata().setResourceVersion(ledgerVersion);
        ledgerKnown = false;
        try {
            learn(maps.update(wanted), ledgerValue + 1, ledgerValue + 1);
        } catch (ApiException e) {
            if (e.isConflict()) {
                violation("the only writer of the ledger met a conflict at " + ledgerValue + ": " + e.getMessage());
            }
            throw e;
        }
    }

    /// After a lost answer the ledger holds the old value or the new one.
    private void readLedger() {
        boolean known = ledgerKnown;
        learn(maps.get(namespace, "ledger"), ledgerValue, known ? ledgerValue : ledgerValue + 1);
    }

    private void learn(ConfigMap seen, long least, long most) {
        long value = Long.parseLong(seen.getData().get("value"));
        if (value < least || value > most) {
            violation("the ledger holds " + value + ", not " + least + " to " + most);
        }
        ledgerValue = value;
        ledgerVersion = seen.getMetadata().getResourceVersion();
        ledgerKnown = true;
        synchronized (this) {
            acknowledged.put(Long.parseLong(ledgerVersion), value);
        }
    }

    /// Creates a further ConfigMap and deletes the oldest one if there are too many.
    private void createAndForget() {
        var name = "entry-%08d".formatted(count);
        present.put(name, false);
        maps.create(map(name, count));
        present.put(name, true);
        if (present.size() > KEPT) {
            var oldest = present.firstKey();
            boolean sure = present.get(oldest);
            present.put(oldest, false);
            try {
                maps.delete(namespace, oldest);
            } catch (ApiException e) {
                if (!e.isNotFound()) {
                    throw e;
                }
                if (sure) {
                    violation(oldest + " was created and is gone");
                }
            }
            present.remove(oldest);
        }
    }

    private synchronized void violation(String text) {
        violations.add(text);
    }

    /// Values of the ledger by the resource version under which a write or a read was answered.
    synchronized TreeMap<Long, Long> acknowledged() {
        return new TreeMap<>(acknowledged);
    }

    synchronized List<String> violations() {
        return List.copyOf(violations);
    }

    synchronized String summary() {
        return answered + " calls answered, " + unanswered + " failed";
    }

    /// Stops the client and compares the stored objects with the record. Returns the violations.
    List<String> finish() throws InterruptedException {
        thread.interrupt();
        thread.join();
        var stored = maps.list(namespace, ListOptions.all()).items().stream().map(map -> map.getMetadata().getName()).toList();
        present.forEach((name, sure) -> {
            if (sure && !stored.contains(name)) {
                violation(name + " was created and is gone");
            }
        });
        stored.stream().filter(name -> name.startsWith("entry-") && !present.containsKey(name)).forEach(name -> violation(name + " was deleted and is there"));
        return violations();
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
