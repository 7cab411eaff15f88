package io.moka.apiserver.core.storage;

import static io.moka.apiserver.core.storage.EtcdBytes.key;

import io.etcd.jetcd.Watch;
import io.etcd.jetcd.options.WatchOption;
import io.etcd.jetcd.watch.WatchEvent;
import io.etcd.jetcd.watch.WatchResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/// An etcd watch whose changes are passed from jetcd's thread to the reader's through a bounded queue. When the queue is full the watch fails, and the
/// reader starts a new one after the last revision that it has seen. (jetcd itself resumes a watch whose connection was lost.)
final class EtcdWatch implements StoreWatch, Watch.Listener {
    private static final int MAX_QUEUED_RESPONSES = 4096;

    private sealed interface Signal {
        record Changes(List<Change> changes) implements Signal {}

        record Broken(RuntimeException why) implements Signal {}
    }

    private final BlockingQueue<Signal> queue = new LinkedBlockingQueue<>();
    private final Watch.Watcher watcher;
    // written by jetcd's thread alone
    private boolean broken;

    EtcdWatch(Watch client, String prefix, long fromRevision) {
        var option = WatchOption.builder().withRange(EtcdBytes.prefixEnd(prefix)).withRevision(fromRevision).withRequireLeader(true).build();
        watcher = client.watch(key(prefix), option, this);
    }

    @Override
    public void onNext(WatchResponse response) {
        if (broken) {
            return;
        }
        if (queue.size() >= MAX_QUEUED_RESPONSES) {
            broken = true;
            queue.add(new Signal.Broken(new StoreUnavailableException(StoreUnavailableException.Reason.UNAVAILABLE, "watch fell " + MAX_QUEUED_RESPONSES + " responses behind")));
            return;
        }
        List<Change> changes = new ArrayList<>(response.getEvents().size());
        for (WatchEvent event : response.getEvents()) {
            var kv = event.getKeyValue();
            String key = EtcdBytes.string(kv.getKey());
            switch (event.getEventType()) {
                case PUT -> changes.add(new Put(key, EtcdBytes.bytes(kv.getValue()), kv.getModRevision()));
                case DELETE -> changes.add(new Removed(key, kv.getModRevision()));
                case UNRECOGNIZED -> throw new IllegalStateException("etcd sent an event that is neither put nor delete");
            }
        }
        if (!changes.isEmpty()) {
            queue.add(new Signal.Changes(changes));
        }
    }

    @Override
    public void onError(Throwable failure) {
        queue.add(new Signal.Broken(EtcdErrors.translate(failure)));
    }

    @Override
    public void onCompleted() {
        queue.add(new Signal.Broken(new StoreUnavailableException(StoreUnavailableException.Reason.UNAVAILABLE, "etcd ended the watch")));
    }

    @Override
    public List<Change> take(Duration patience) throws InterruptedException {
        return switch (queue.poll(patience.toNanos(), TimeUnit.NANOSECONDS)) {
            case null -> List.of();
            case Signal.Changes(List<Change> changes) -> changes;
            case Signal.Broken(RuntimeException why) -> throw why;
        };
    }

    @Override
    public void close() {
        watcher.close();
    }
}
